/* Tiers that a person judges by, and the monthly shares that a pace is held against.
 * Invariant: of constant edges the lower is not above the upper; a profile has twelve shares, none below 0. */
#include "plan/load.h"

static bool load_tier(gp_load *l, gp_tier *t, const gp_pair *pair, bool in_marks) {
    const gp_tree *edges = gp_read_list(l, pair->value, pair->key);
    double lo, hi;
    *t = (gp_tier){.name = pair->key, .at = pair->key_at};
    if (!edges) return false;
    if (edges->n != 2) {
        gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(edges), "a tier is [lowest, highest] %s", in_marks ? "marks" : "score");
        return false;
    }
    bool ok = gp_load_fraction(l, &t->lo, edges->items[0], pair->key, in_marks);
    ok = ok && gp_load_fraction(l, &t->hi, edges->items[1], pair->key, in_marks);
    if (!ok || !gp_param_const_value(&lo, &t->lo) || !gp_param_const_value(&hi, &t->hi) || lo <= hi) return ok;
    gp_report(l->diags, GP_D_ORDER, t->lo.at, "the lower edge of `%.*s` is above the upper one", GP_ARG(t->name));
    return false;
}

bool gp_load_tiers(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    const gp_tree *map = pair->value;
    double low, least;
    bool ok = map->n > 0;
    if (!ok) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`tiers` lists no tier");
    s->tiers = gp_arena_array(l->arena, map->n, sizeof *s->tiers);
    s->ntiers = map->n;
    for (size_t i = 0; i < map->n; i++) ok = load_tier(l, &s->tiers[i], &map->pairs[i], s->in_marks) && ok;
    s->lowest_tier = map->n ? map->n - 1 : 0;
    for (size_t i = 0; ok && i < s->ntiers; i++)
        if (gp_param_const_value(&low, &s->tiers[i].lo) && gp_param_const_value(&least, &s->tiers[s->lowest_tier].lo) && low < least)
            s->lowest_tier = i;
    return ok;
}

bool gp_load_profile(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    const gp_tree *list = pair->value;
    gp_want plain = gp_want_number();
    double share, sum = 0;
    if (list->n != 12) {
        gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`profile` lists %zu shares; 12 are due", list->n);
        return false;
    }
    bool ok = true, constants = true;
    s->profile = gp_arena_array(l->arena, 12, sizeof *s->profile);
    for (size_t i = 0; i < 12; i++) {
        ok = gp_load_param(l, &s->profile[i], list->items[i], pair->key, &plain) && gp_param_check_sign(l, &s->profile[i], pair->key) && ok;
        bool constant = ok && gp_param_const_value(&share, &s->profile[i]);
        constants = constants && constant;
        sum += constant ? share : 0;
    }
    if (!ok || !constants || sum > 0) return ok;
    gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "the shares of `profile` add up to 0");
    return false;
}

/* Knots: values with the score of each, for straight lines between them, for standards with coefficients, and for tables of ranks.
 * Invariant: constant values stand in order; a doubled one is a step that takes the later score. */
#include <stdlib.h>

#include "plan/load.h"

static bool read_knot(gp_load *l, struct gp_knot *k, const gp_tree *t, const gp_want *of_value, bool in_marks) {
    const gp_tree *value = gp_tree_get(t, "value"), *points = gp_tree_get(t, "score");
    if (t->kind == GP_TREE_LIST && t->n == 2) {
        value = t->items[0];
        points = t->items[1];
    } else if (!(t->kind == GP_TREE_MAP && t->n == 2 && value && points)) {
        gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(t), "a knot is [value, score]");
        return false;
    }
    bool ok = gp_load_param(l, &k->x, value, GP_TEXT("value"), of_value);
    return gp_load_fraction(l, &k->score, points, GP_TEXT("score"), in_marks) && ok;
}

static bool read_list(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    const gp_tree *list = pair->value;
    gp_want want = gp_want_value(d);
    bool ok = list->n >= 2;
    if (!ok) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`knots` needs two knots or more");
    s->knots = gp_arena_array(l->arena, list->n, sizeof *s->knots);
    s->nknots = 0;
    for (size_t i = 0; i < list->n; i++) {
        if (read_knot(l, &s->knots[s->nknots], list->items[i], &want, s->in_marks))
            s->nknots++;
        else
            ok = false;
    }
    return ok;
}

bool gp_load_knots(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    double x, before;
    bool ok = read_list(l, d, pair);
    for (size_t i = 0; ok && i < s->nknots; i++) {
        if (!gp_param_const_value(&x, &s->knots[i].x)) continue;
        if (i > 0 && gp_param_const_value(&before, &s->knots[i - 1].x) && x < before) {
            gp_report(l->diags, GP_D_ORDER, s->knots[i].x.at, "the knots do not stand in order of their values");
            ok = false;
        }
        if (s->log_scale && x <= 0) {
            gp_report(l->diags, GP_D_BAD_VALUE, s->knots[i].x.at, "a knot on a logarithmic scale is above 0");
            ok = false;
        }
    }
    return ok;
}

/* ---- standards ---- */

/* Sign of the second of two parameters minus the first; 0 too where one is no constant. */
static int rise(const gp_param *a, const gp_param *b) {
    double x, y;
    if (!gp_param_const_value(&x, a) || !gp_param_const_value(&y, b)) return 0;
    return (y > x) - (y < x);
}

static void reverse(gp_scoring *s) {
    for (size_t i = 0; i < s->nknots / 2; i++) {
        struct gp_knot k = s->knots[i];
        s->knots[i] = s->knots[s->nknots - 1 - i];
        s->knots[s->nknots - 1 - i] = k;
    }
}

static bool report_order(gp_load *l, gp_place at, const char *what) {
    gp_diag *diag = gp_report(l->diags, GP_D_ORDER, at, "%s", what);
    gp_hint(l->diags, diag, "from band to band the standard and its coefficient go one way: [[12%%, 1], [8%%, 0.8], [5%%, 0.6]]");
    return false;
}

/* Constants turn the list to worst first and tell which way the standards go; without them it stands worst first, and the direction
 * tells. */
static bool orient(gp_load *l, gp_draft *d) {
    gp_scoring *s = &d->node->scoring;
    struct gp_knot *last = &s->knots[s->nknots - 1];
    gp_test t = d->node->criterion.test;
    if (rise(&s->knots[0].score, &last->score) < 0) reverse(s);
    last = &s->knots[s->nknots - 1];
    int way = rise(&s->knots[0].x, &last->x);
    if (!way) way = s->direction ? s->direction : t == GP_AT_MOST || t == GP_LESS_THAN ? -1 : 1;
    s->descending = way < 0;
    for (size_t i = 1; i < s->nknots; i++) {
        if (rise(&s->knots[i - 1].score, &s->knots[i].score) < 0)
            return report_order(l, s->knots[i].score.at, "the coefficients do not stand in order");
        double x, y;
        bool constants = gp_param_const_value(&x, &s->knots[i - 1].x) && gp_param_const_value(&y, &s->knots[i].x);
        if (constants && rise(&s->knots[i - 1].x, &s->knots[i].x) != way)
            return report_order(l, s->knots[i].x.at, "the standards do not stand in order");
    }
    return true;
}

bool gp_load_standards(gp_load *l, gp_draft *d, const gp_pair *pair) {
    d->node->scoring.outside = GP_CLIP;
    d->node->scoring.log_scale = false;
    return read_list(l, d, pair) && orient(l, d);
}

/* ---- ranks ---- */

static int by_rank(const void *a, const void *b) {
    return -rise(&((const struct gp_knot *)a)->x, &((const struct gp_knot *)b)->x);
}

static bool read_rank(gp_load *l, struct gp_knot *k, const gp_pair *entry, bool in_marks) {
    double rank;
    gp_tree key = {.kind = GP_TREE_SCALAR, .text = entry->key, .at = entry->key_at, .exact = false};
    gp_want plain = gp_want_number();
    bool ok = gp_load_param(l, &k->x, &key, GP_TEXT("ranks"), &plain);
    if (ok && (!gp_param_const_value(&rank, &k->x) || rank < 1)) {
        gp_report(l->diags, GP_D_BAD_VALUE, entry->key_at, "`%.*s` is no rank: a number from 1 on is due", GP_ARG(entry->key));
        ok = false;
    }
    return gp_load_fraction(l, &k->score, entry->value, entry->key, in_marks) && ok;
}

bool gp_load_ranks(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    const gp_tree *map = pair->value;
    bool ok = map->n > 0;
    if (!ok) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`ranks` lists no rank");
    s->knots = gp_arena_array(l->arena, map->n, sizeof *s->knots);
    s->nknots = map->n;
    for (size_t i = 0; i < map->n; i++) ok = read_rank(l, &s->knots[i], &map->pairs[i], s->in_marks) && ok;
    if (ok) qsort(s->knots, s->nknots, sizeof *s->knots, by_rank);
    return ok;
}

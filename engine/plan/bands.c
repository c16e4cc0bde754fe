/* Bands: scores that are constant over pieces of the line, the first entry that holds.
 * Invariant: every value lies in some band, and with constant bounds every band holds somewhere. */
#include <math.h>
#include <stdlib.h>

#include "plan/load.h"

typedef struct gp_band_draft {
    gp_band band;
    gp_want bound;
    bool in_marks;
} gp_band_draft;

/* Reads a bound; false when the band has one on this side already. */
static void read_bound(gp_load *l, gp_band_draft *d, const gp_pair *pair, gp_param *to, bool *strict, bool is_strict) {
    if (to->n > 0) {
        gp_report(l->diags, GP_D_ORDER, pair->key_at, "a band has one bound on a side");
        return;
    }
    if (gp_load_param(l, to, pair->value, pair->key, &d->bound)) *strict = is_strict;
}

static void read_lower(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_band_draft *d = to;
    read_bound(l, d, pair, &d->band.lo, &d->band.above, f->tag != 0);
}

static void read_upper(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_band_draft *d = to;
    read_bound(l, d, pair, &d->band.hi, &d->band.below, f->tag != 0);
}

static void read_score(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_band_draft *d = to;
    (void)f;
    gp_load_fraction(l, &d->band.score, pair->value, pair->key, d->in_marks);
}

static const gp_field BAND[] = {
    {.key = "at_least", .due = GP_DUE_ANY, .read = read_lower},
    {.key = "more_than", .due = GP_DUE_ANY, .read = read_lower, .tag = 1},
    {.key = "at_most", .due = GP_DUE_ANY, .read = read_upper},
    {.key = "less_than", .due = GP_DUE_ANY, .read = read_upper, .tag = 1},
    {.key = "score", .due = GP_DUE_ANY, .needed = true, .read = read_score},
};

/* ---- pieces of the line ---- */

/* An end of a piece: a number, or just above it. */
typedef struct gp_cut {
    double at;
    bool above;
} gp_cut;

static int cut_cmp(const void *a, const void *b) {
    const gp_cut *x = a, *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->above - y->above;
}

static bool not_above(gp_cut a, gp_cut b) {
    return cut_cmp(&a, &b) <= 0;
}

/* The cuts at which a band begins and ends; false where a bound is no undated constant. */
static bool cuts_of(gp_cut *from, gp_cut *to, const gp_band *b) {
    *from = (gp_cut){-INFINITY, false};
    *to = (gp_cut){INFINITY, true};
    from->above = b->above;
    if (b->lo.n && !gp_param_const_value(&from->at, &b->lo)) return false;
    if (!b->hi.n) return true;
    to->above = !b->below;
    return gp_param_const_value(&to->at, &b->hi);
}

/* The first band that holds from a cut on to the next one. */
static uint32_t band_at(const gp_scoring *s, gp_cut at) {
    uint32_t k = 0;
    gp_cut from, to;
    for (; k + 1 < s->nbands; k++) {
        cuts_of(&from, &to, &s->bands[k]);
        if (not_above(from, at) && !not_above(to, at)) break;
    }
    return k;
}

bool gp_band_pieces(gp_piece **out, size_t *n, gp_arena *a, const gp_scoring *s) {
    gp_cut *cuts = gp_arena_array(a, 2 * s->nbands + 1, sizeof *cuts);
    size_t ncuts = 0;
    cuts[ncuts++] = (gp_cut){-INFINITY, false};
    for (size_t i = 0; i < s->nbands; i++) {
        gp_cut from, to;
        if (!cuts_of(&from, &to, &s->bands[i])) return false;
        if (s->bands[i].lo.n) cuts[ncuts++] = from;
        if (s->bands[i].hi.n) cuts[ncuts++] = to;
    }
    qsort(cuts, ncuts, sizeof *cuts, cut_cmp);
    *out = gp_arena_array(a, ncuts, sizeof **out);
    *n = 0;
    for (size_t i = 0; i < ncuts; i++) {
        uint32_t band = band_at(s, cuts[i]);
        if (*n == 0 || (*out)[*n - 1].band != band) (*out)[(*n)++] = (gp_piece){cuts[i].at, cuts[i].above, band};
    }
    return true;
}

/* ---- reading ---- */

static bool is_unbounded(const gp_band *b) {
    return b->lo.n == 0 && b->hi.n == 0;
}

static bool report_never(gp_load *l, gp_place at, const char *why) {
    gp_report(l->diags, GP_D_ORDER, at, "this band can never hold: %s", why);
    return false;
}

static bool check_pieces(gp_load *l, const gp_scoring *s) {
    gp_piece *pieces;
    size_t n;
    bool ok = true;
    if (!gp_band_pieces(&pieces, &n, l->arena, s)) return true;
    for (uint32_t k = 0; k < s->nbands; k++) {
        bool holds = false;
        for (size_t i = 0; i < n; i++) holds = holds || pieces[i].band == k;
        if (!holds) ok = report_never(l, s->bands[k].at, "what it asks for is within those before it, or nothing");
    }
    return ok;
}

static bool check_ends(gp_load *l, const gp_scoring *s) {
    for (size_t i = 0; i + 1 < s->nbands; i++)
        if (is_unbounded(&s->bands[i])) return report_never(l, s->bands[i + 1].at, "the one before has no bound");
    if (is_unbounded(&s->bands[s->nbands - 1])) return true;
    gp_diag *diag = gp_report(l->diags, GP_D_ORDER, s->bands[s->nbands - 1].at, "the last band has a bound, so other values get no score");
    gp_hint(l->diags, diag, "end the list with a band of nothing but a score, such as {score: 0}");
    return false;
}

static gp_want bound_of(const gp_draft *d) {
    gp_over over = d->node->scoring.over;
    return over == GP_OVER_VALUE ? gp_want_value(d) : over == GP_OVER_GAP ? gp_want_gap(d) : gp_want_number();
}

bool gp_load_bands(gp_load *l, gp_draft *d, const gp_pair *pair) {
    gp_scoring *s = &d->node->scoring;
    const gp_tree *list = pair->value;
    size_t before = l->diags->errors;
    s->bands = gp_arena_array(l->arena, list->n, sizeof *s->bands);
    s->nbands = 0;
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *map = gp_read_map(l, list->items[i], pair->key);
        gp_band_draft b = {.bound = bound_of(d), .in_marks = s->in_marks};
        if (!map) continue;
        gp_fields_read(l, map, "a band", 0, &GP_PART(BAND, &b), 1);
        b.band.at = gp_tree_start(map);
        s->bands[s->nbands++] = b.band;
    }
    if (list->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`bands` lists no band");
    return l->diags->errors == before && check_ends(l, s) && check_pieces(l, s);
}

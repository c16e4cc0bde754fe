/* Forms of what is loaded and not evaluated in this version: bands, tiers, cohorts.
 * Invariant: nothing here keeps a value; a slip of form is reported beside "not evaluated". */
#include "plan/load.h"

void gp_check_quantity(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_text text;
    (void)to;
    (void)f;
    const gp_tree *t = pair->value;
    if (t->kind != GP_TREE_MAP) {
        gp_read_text(&text, l, t, pair->key);
        return;
    }
    for (size_t i = 0; i < t->n; i++) gp_read_text(&text, l, t->pairs[i].value, pair->key);
}

void gp_check_numbers(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)to;
    (void)f;
    double ignored;
    for (size_t i = 0; i < pair->value->n; i++) gp_read_number(&ignored, l, pair->value->pairs[i].value, pair->key);
}

static const gp_field BAND[] = {
    {.key = "at_least", .due = GP_DUE_ANY, .read = gp_check_quantity},
    {.key = "more_than", .due = GP_DUE_ANY, .read = gp_check_quantity},
    {.key = "at_most", .due = GP_DUE_ANY, .read = gp_check_quantity},
    {.key = "less_than", .due = GP_DUE_ANY, .read = gp_check_quantity},
    {.key = "score", .due = GP_DUE_ANY, .needed = true, .read = gp_check_quantity},
};

void gp_check_bands(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    const gp_tree *list = pair->value;
    (void)to;
    (void)f;
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *band = gp_read_map(l, list->items[i], pair->key);
        if (!band) continue;
        gp_fields_read(l, band, "a band", 0, &GP_PART(BAND, NULL), 1);
        bool unbounded = band->n == 1 && gp_tree_get(band, "score");
        if (unbounded && i + 1 < list->n)
            gp_report(l->diags, GP_D_ORDER, gp_tree_start(list->items[i + 1]), "this band can never hold: the one before has no bound");
    }
    if (list->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`bands` lists no band");
}

void gp_check_profile(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_text text;
    (void)to;
    (void)f;
    if (pair->value->n != 12) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`profile` lists %zu shares; 12 are due", pair->value->n);
    for (size_t i = 0; i < pair->value->n; i++) gp_read_text(&text, l, pair->value->items[i], pair->key);
}

void gp_check_tiers(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_text text;
    (void)to;
    (void)f;
    for (size_t i = 0; i < pair->value->n; i++) {
        const gp_tree *edges = gp_read_list(l, pair->value->pairs[i].value, pair->value->pairs[i].key);
        if (!edges) continue;
        if (edges->n != 2) gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(edges), "a tier is [lowest, highest] marks");
        for (size_t k = 0; k < edges->n; k++) gp_read_text(&text, l, edges->items[k], pair->key);
    }
}

static const gp_field COHORT[] = {
    {.key = "where", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "by", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "best", .due = GP_DUE_WORD, .words = &gp_words_best, .offset = GP_NOWHERE},
    {.key = "min_size", .due = GP_DUE_WHOLE, .lo = 1, .hi = 1000000000 - 1, .offset = GP_NOWHERE},
    {.key = "ties", .due = GP_DUE_WORD, .words = &gp_words_ties, .offset = GP_NOWHERE},
    {.key = "quantile", .due = GP_DUE_WHOLE, .lo = 1, .hi = 9, .offset = GP_NOWHERE},
};

void gp_read_cohort(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_fields_read(l, pair->value, "`cohort`", 0, &GP_PART(COHORT, to), 1);
}

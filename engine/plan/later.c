/* Forms of what is loaded and not evaluated in this version: bands, tiers, bonus, further models.
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

static const gp_field AGGREGATE[] = {
    {.key = "worst_mean", .due = GP_DUE_WHOLE, .lo = 1, .hi = 100000, .offset = GP_NOWHERE},
    {.key = "rule", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "with", .due = GP_DUE_MAP},
};

gp_aggregate gp_check_aggregate(gp_load *l, const gp_pair *pair) {
    gp_fields_read(l, pair->value, "an aggregate", 0, &GP_PART(AGGREGATE, NULL), 1);
    return gp_tree_get(pair->value, "rule") ? GP_RULE_AGGREGATE : GP_WORST_MEAN;
}

static void check_items(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_text *ids;
    size_t n;
    (void)to;
    (void)f;
    gp_read_texts(&ids, &n, l, pair->value, pair->key);
}

static const gp_field BONUS[] = {
    {.key = "items", .due = GP_DUE_LIST, .needed = true, .read = check_items},
    {.key = "cap", .due = GP_DUE_ANY, .read = gp_check_quantity},
    {.key = "highest_only", .due = GP_DUE_BOOL, .offset = GP_NOWHERE},
};

void gp_check_bonus(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_fields_read(l, pair->value, "a bonus or penalty", 0, &GP_PART(BONUS, to), 1);
}

void gp_check_models(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)to;
    (void)f;
    for (size_t i = 0; i < pair->value->n; i++) gp_read_map(l, pair->value->pairs[i].value, pair->value->pairs[i].key);
}

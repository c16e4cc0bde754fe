/* Forms of what is loaded and not evaluated in this version: z-scores, bonus, cohorts, further models.
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

static const gp_field AGGREGATE[] = {
    {.key = "worst_mean", .due = GP_DUE_WHOLE, .lo = 1, .hi = 100000, .offset = GP_NOWHERE},
    {.key = "rule", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "with", .due = GP_DUE_MAP},
};

gp_aggregate gp_check_aggregate(gp_load *l, const gp_pair *pair) {
    gp_fields_read(l, pair->value, "an aggregate", 0, &GP_PART(AGGREGATE, NULL), 1);
    return gp_tree_get(pair->value, "rule") ? GP_RULE_AGGREGATE : GP_WORST_MEAN;
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

/* Forms of what is loaded and not evaluated in this version: z-scores, cohorts.
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

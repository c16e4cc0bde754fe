/* Cohorts in the plan: `cohort` itself, and which values can be scored by their standing in it.
 * Invariant: where a method over the cohort fits, the value has an order, and it is known which end is better. */
#include "plan/load.h"

static void read_by(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_cohort_spec *c = to;
    gp_want want = {.any = true};
    (void)f;
    const gp_expr *e = gp_load_expr(l, pair->value, pair->key, &want);
    c->has_by = e && e->op == GP_X_NAME;
    if (c->has_by) c->by = e->ref;
    else if (e) gp_report(l->diags, GP_D_BAD_VALUE, pair->value->at, "`by` is `%.*s`; a name is due", GP_ARG(e->text));
}

static const gp_field COHORT[] = {
    {.key = "where", .due = GP_DUE_TEXT, .later = true, .offset = GP_NOWHERE},
    {.key = "by", .due = GP_DUE_SCALAR, .read = read_by},
    {.key = "best", .due = GP_DUE_WORD, .words = &gp_words_best, .offset = offsetof(gp_cohort_spec, best)},
    {.key = "min_size", .due = GP_DUE_WHOLE, .later = true, .lo = 1, .hi = 1000000000 - 1, .offset = GP_NOWHERE},
    {.key = "ties", .due = GP_DUE_WORD, .words = &gp_words_ties, .offset = offsetof(gp_cohort_spec, ties)},
    {.key = "quantile", .due = GP_DUE_WHOLE, .later = true, .lo = 1, .hi = 9, .offset = GP_NOWHERE},
};

void gp_read_cohort(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)to;
    (void)f;
    l->plan->cohort.at = pair->key_at;
    gp_fields_read(l, pair->value, "`cohort`", 0, &GP_PART(COHORT, &l->plan->cohort), 1);
}

void gp_check_cohort(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_cohort_spec dropped = {0};
    (void)to;
    (void)f;
    gp_fields_read(l, pair->value, "`cohort`", 0, &GP_PART(COHORT, &dropped), 1);
}

/* ---- which criteria can be scored by standing ---- */

static bool has_direction(const gp_node *n, const gp_scoring *s) {
    switch (n->criterion.test) {
    case GP_AT_LEAST:
    case GP_AT_MOST:
    case GP_MORE_THAN:
    case GP_LESS_THAN:
    case GP_REACHED:
    case GP_BY: return true;
    default: return s->direction != 0;
    }
}

const char *gp_why_no_standing(const gp_node *n, const gp_scoring *s) {
    gp_kind kind = n->type.kind;
    if (!n->value || (kind != GP_NUMBER && (s->method == GP_ZSCORE || (kind != GP_DATE && kind != GP_STAGE))))
        return s->method == GP_ZSCORE ? "it needs a value that is a number" : "it needs a value that is a number, a date or a stage";
    return has_direction(n, s) ? NULL : "nothing says what is better: add `direction: up` or `direction: down`";
}

gp_ties gp_ties_of(const gp_plan *p, const gp_node *n) {
    return n->scoring.ties == GP_TIES_UNSAID ? p->cohort.ties : n->scoring.ties;
}

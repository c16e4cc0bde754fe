/* Targets: units, dates and waivers that can hardly be meant.
 * Invariant: only what the plan writes as a constant is judged. */
#include <string.h>

#include "lint/checks.h"

/* -- a target without a unit -- */

static bool has_numeric_target(const gp_node *n) {
    return n->criterion.test >= GP_AT_LEAST && n->criterion.test <= GP_ONE_OF && n->type.kind == GP_NUMBER;
}

/* In a plan without any unit at its targets, units are nobody's slip. */
static bool uses_units(const gp_plan *plan) {
    for (size_t i = 0; i < plan->nnodes; i++)
        if (has_numeric_target(plan->nodes[i]) && plan->nodes[i]->type.unit.given) return true;
    return false;
}

/* The datum that a node tests by its name alone, when it should have a unit and has none. Ranks have none. */
static const gp_datum *bare_datum(const gp_plan *plan, const gp_node *n) {
    if (!has_numeric_target(n) || !n->value || n->value->op != GP_X_NAME || n->value->ref >= plan->ndata) return NULL;
    const gp_datum *d = &plan->data[n->value->ref];
    return d->type.kind == GP_NUMBER && !d->type.unit.given && d->measure != GP_RANK ? d : NULL;
}

void gp_check_units(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    if (!uses_units(plan)) return;
    bool *seen = gp_arena_array(f->scratch, plan->ndata, sizeof *seen);
    for (size_t i = 0; i < plan->nnodes; i++) {
        const gp_node *n = plan->nodes[i];
        const gp_datum *d = bare_datum(plan, n);
        if (!d || seen[d - plan->data]) continue;
        seen[d - plan->data] = true;
        if (!gp_finder_room(f, n->criterion.at)) continue;
        gp_diag *diag = gp_report(f->diags, f->code, n->criterion.at, "the target of `%.*s` is a number without a unit", GP_ARG(n->id));
        gp_hint(f->diags, diag, "`unit` at `%.*s` says what is counted", GP_ARG(d->name));
    }
}

/* -- one datum, two cut-off dates -- */

/* For each datum the first node that takes it with a date. */
typedef struct cut_off {
    const gp_node *node;
    const gp_param *param;
    double day, target;
    bool told;
} cut_off;

static gp_text date_text(gp_finder *f, double day) {
    char s[16];
    size_t n = gp_date_print(s, (int32_t)day);
    return gp_text_dup(f->scratch, (gp_text){s, n});
}

static bool cut_off_of(cut_off *out, const gp_node *n) {
    const gp_criterion *c = &n->criterion;
    *out = (cut_off){.node = n, .param = c->test == GP_BY ? &c->target : &c->due};
    if (!n->value || !gp_lint_const(&out->day, out->param)) return false;
    return c->test != GP_REACHED || gp_lint_const(&out->target, &c->target);
}

/* Stages are passed one after the other: two of them may well have two dates. */
static bool clash(const cut_off *a, const cut_off *b) {
    bool other_stage = a->node->criterion.test == GP_REACHED && b->node->criterion.test == GP_REACHED && a->target != b->target;
    return a->day != b->day && !other_stage;
}

static void tell_dates(gp_finder *f, cut_off *first, const cut_off *now, const gp_datum *d) {
    first->told = true;
    if (!gp_finder_room(f, now->param->at)) return;
    gp_text here = date_text(f, now->day), there = date_text(f, first->day);
    gp_diag *diag = gp_report(f->diags, f->code, now->param->at, "`%.*s` takes `%.*s` by %.*s, and `%.*s` by %.*s", GP_ARG(now->node->id),
                              GP_ARG(d->name), GP_ARG(here), GP_ARG(first->node->id), GP_ARG(there));
    diag->also = first->param->at;
    diag->also_what = GP_TEXT("the other date");
    gp_hint(f->diags, diag, "a datum has one value in a period; give each date a datum of its own, or both the same date");
}

static void mark(void *ud, const gp_expr *name) {
    ((bool *)ud)[name->ref] = true;
}

/* The data that a value reads, through derived names too: those read only earlier ones. */
static void mark_data(bool *read, const gp_plan *plan, const gp_expr *value) {
    memset(read, 0, (plan->ndata + plan->nderived) * sizeof *read);
    gp_expr_names(value, mark, read);
    for (size_t i = plan->nderived; i-- > 0;)
        if (read[plan->ndata + i]) gp_expr_names(plan->derived[i].expr, mark, read);
}

void gp_check_dates(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    cut_off *first = gp_arena_array(f->scratch, plan->ndata, sizeof *first), now;
    bool *read = gp_arena_array(f->scratch, plan->ndata + plan->nderived, sizeof *read);
    for (size_t i = 0; i < plan->nnodes; i++) {
        if (!cut_off_of(&now, plan->nodes[i])) continue;
        mark_data(read, plan, plan->nodes[i]->value);
        for (size_t d = 0; d < plan->ndata; d++) {
            if (!read[d]) continue;
            if (!first[d].node)
                first[d] = now;
            else if (!first[d].told && clash(&first[d], &now))
                tell_dates(f, &first[d], &now, &plan->data[d]);
        }
    }
}

/* -- waivers -- */

void gp_check_waivers(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    if (plan->any_period || plan->nperiods == 0) return;
    int32_t first = plan->periods[0].first;
    for (size_t i = 1; i < plan->nperiods; i++)
        if (plan->periods[i].first < first) first = plan->periods[i].first;
    for (size_t i = 0; i < plan->nnodes; i++) {
        const gp_node *n = plan->nodes[i];
        if (!n->waive || n->waive->until >= first || !gp_finder_room(f, n->waive->at)) continue;
        gp_text until = date_text(f, n->waive->until), from = date_text(f, first), whom = gp_lint_node(f, n);
        gp_report(f->diags, f->code, n->waive->at,
                  "the waiver of %.*s ended on %.*s, before the first period begins (%.*s): it never counts", GP_ARG(whom), GP_ARG(until),
                  GP_ARG(from));
    }
}

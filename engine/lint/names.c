/* Names of the dictionary that nothing reads.
 * Invariant: a name counts as read wherever the plan holds an expression, and where a rule that the plan uses declares it. */
#include "lint/checks.h"

enum { LISTED = 4 }; /* names in a message */

/* -- every expression of the plan -- */

typedef void (*visitor)(void *ud, const gp_expr *name);

static void visit_expr(const gp_expr *e, visitor visit, void *ud) {
    if (e) gp_expr_names(e, visit, ud);
}

static void visit_param(const gp_param *p, visitor visit, void *ud) {
    for (size_t i = 0; i < p->n; i++) visit_expr(p->entry[i].expr, visit, ud);
}

static void visit_criterion(const gp_criterion *c, visitor visit, void *ud) {
    visit_param(&c->target, visit, ud);
    visit_param(&c->upper, visit, ud);
    visit_param(&c->due, visit, ud);
    for (size_t i = 0; i < c->noptions; i++) visit_param(&c->options[i], visit, ud);
}

static void visit_scoring(const gp_scoring *s, visitor visit, void *ud) {
    visit_param(&s->cap, visit, ud);
    visit_param(&s->floor, visit, ud);
    visit_param(&s->otherwise, visit, ud);
    visit_param(&s->coverage, visit, ud);
    for (size_t i = 0; i < s->nknots; i++) {
        visit_param(&s->knots[i].x, visit, ud);
        visit_param(&s->knots[i].score, visit, ud);
    }
    for (size_t i = 0; i < s->nbands; i++) {
        visit_param(&s->bands[i].lo, visit, ud);
        visit_param(&s->bands[i].hi, visit, ud);
        visit_param(&s->bands[i].score, visit, ud);
    }
    for (size_t i = 0; i < s->ntiers; i++) {
        visit_param(&s->tiers[i].lo, visit, ud);
        visit_param(&s->tiers[i].hi, visit, ud);
    }
    for (size_t i = 0; s->profile && i < 12; i++) visit_param(&s->profile[i], visit, ud);
    const gp_param *numbers[] = {&s->step, &s->each, &s->satisfactory, &s->unacceptable, &s->slope,
                                 &s->base, &s->lo,   &s->hi,           &s->baseline,     &s->of,
                                 &s->mu,   &s->sigma};
    for (size_t i = 0; i < GP_COUNT(numbers); i++) visit_param(numbers[i], visit, ud);
    visit_expr(s->curve, visit, ud);
}

static void visit_node(const gp_node *n, visitor visit, void *ud) {
    visit_expr(n->value, visit, ud);
    visit_expr(n->applies, visit, ud);
    visit_criterion(&n->criterion, visit, ud);
    visit_scoring(&n->scoring, visit, ud);
    visit_param(&n->weight, visit, ud);
    visit_param(&n->marks, visit, ud);
    for (size_t i = 0; i < n->ngrades; i++) visit_param(&n->grades[i].at_least, visit, ud);
    if (n->bonus) visit_param(&n->bonus->cap, visit, ud);
    if (n->penalty) visit_param(&n->penalty->cap, visit, ud);
    for (size_t i = 0; i < n->nvetoes; i++) {
        visit_expr(n->vetoes[i].when, visit, ud);
        visit_param(&n->vetoes[i].at_value, visit, ud);
    }
}

/* -- what is read -- */

static void mark(void *ud, const gp_expr *name) {
    if (name->ref != GP_REF_X && name->ref != GP_REF_TARGET) ((bool *)ud)[name->ref] = true;
}

static void mark_rule(bool *read, const gp_host *host, const gp_criterion *c) {
    const gp_rule *rule = c->test == GP_RULE && host ? gp_host_rule(host, c->rule) : NULL;
    for (size_t i = 0; rule && i < rule->nreads; i++) read[rule->reads[i]] = true;
}

/* By number of the name: data, then derived. */
static const bool *names_read(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    bool *read = gp_arena_array(f->scratch, plan->ndata + plan->nderived, sizeof *read);
    if (plan->cohort.has_by) read[plan->cohort.by] = true;
    for (size_t i = 0; i < plan->nderived; i++) visit_expr(plan->derived[i].expr, mark, read);
    for (size_t i = 0; i < plan->nnodes; i++) {
        visit_node(plan->nodes[i], mark, read);
        mark_rule(read, f->on->host, &plan->nodes[i]->criterion);
    }
    return read;
}

/* -- telling -- */

typedef struct unread {
    const char *what; /* "data" */
    size_t total, n;
    gp_text listed[LISTED];
    gp_place at; /* of the first */
} unread;

static void add(unread *u, gp_text name, gp_place at) {
    if (u->n == 0) u->at = at;
    if (u->n < LISTED) u->listed[u->n] = name;
    u->n++;
}

/* One message for all: a dictionary may well be made for several plans. */
static void tell(gp_finder *f, const unread *u) {
    if (u->n == 0) return;
    gp_buf b;
    gp_buf_init(&b, f->scratch);
    for (size_t i = 0; i < u->n && i < LISTED; i++) gp_buf_printf(&b, "%s`%.*s`", i ? ", " : "", GP_ARG(u->listed[i]));
    if (u->n > LISTED) gp_buf_printf(&b, " and %zu more", u->n - LISTED);
    gp_text list = gp_buf_take(&b);
    gp_report(f->diags, f->code, u->at, "nothing reads %.*s (%zu of %zu %s)", GP_ARG(list), u->n, u->total, u->what);
}

/* A dictionary in a file of its own is shared by several plans; each reads its part. */
static bool is_shared(const gp_plan *plan, const gp_datum *d) {
    return d->at.file != plan->file.source;
}

void gp_check_unused_data(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    const bool *read = names_read(f);
    unread u = {.what = "data", .total = plan->ndata};
    for (size_t i = 0; i < plan->ndata; i++)
        if (!read[i] && !is_shared(plan, &plan->data[i])) add(&u, plan->data[i].name, plan->data[i].at);
    tell(f, &u);
}

void gp_check_unused_derived(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    const bool *read = names_read(f);
    unread u = {.what = "derived names", .total = plan->nderived};
    for (size_t i = 0; i < plan->nderived; i++)
        if (!read[plan->ndata + i]) add(&u, plan->derived[i].name, plan->derived[i].at);
    tell(f, &u);
}

/* Scores: methods that fell back, weights and marks that do not add up, grades out of reach.
 * Invariant: what depends on data or on the period is never judged; a bound is only used where it holds for every case. */
#include <math.h>

#include "lint/checks.h"
#include "plan/words.h"

/* -- methods that fell back to pass_fail -- */

typedef struct tally {
    size_t criteria, fell_back; /* that inherit the method */
    size_t of[GP_JUDGED + 1];   /* those that fell back, by test */
    size_t low[GP_JUDGED + 1];  /* of these: the target is not above 0 */
    gp_place at, low_at;        /* of the first */
    size_t nlow;
} tally;

static bool is_low(const gp_node *n, gp_method method) {
    gp_test t = n->criterion.test;
    return method == GP_RATIO && (t == GP_REACHED || (t <= GP_BETWEEN && n->type.kind == GP_NUMBER));
}

static void count_method(tally *out, const gp_node *n, gp_method method) {
    if (n->criterion.test == GP_TEST_NONE || n->parent->scoring.method != method) return;
    out->criteria++;
    if (!n->scoring.fell_back) return;
    if (out->fell_back++ == 0) out->at = n->criterion.at;
    if (!is_low(n, method)) {
        out->of[n->criterion.test]++;
        return;
    }
    out->low[n->criterion.test]++;
    if (out->nlow++ == 0) out->low_at = n->criterion.at;
}

static void list_tests(gp_buf *b, const size_t *of, const char *why) {
    for (int t = 0; t <= GP_JUDGED; t++)
        if (of[t]) gp_buf_printf(b, "%s%zu `%s`%s", b->n ? ", " : "", of[t], gp_test_key((gp_test)t), why);
}

/* One note for a method: most plans mix figures with what is done or not done. */
static void tell_method(gp_finder *f, const tally *t, gp_method method) {
    gp_buf b;
    gp_buf_init(&b, f->scratch);
    list_tests(&b, t->low, " with a target not above 0");
    list_tests(&b, t->of, "");
    gp_text list = gp_buf_take(&b);
    gp_report(f->diags, f->code, t->nlow ? t->low_at : t->at, "`pass_fail` in place of the inherited `%s` for %zu of %zu criteria: %.*s",
              gp_words_method.list[method], t->fell_back, t->criteria, GP_ARG(list));
}

void gp_check_methods(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    for (int method = 0; method < GP_CURVE; method++) {
        tally t = {0};
        for (size_t i = 1; i < plan->nnodes; i++) count_method(&t, plan->nodes[i], (gp_method)method);
        if (t.fell_back) tell_method(f, &t, (gp_method)method);
    }
}

/* -- weights and marks -- */

static bool any_applies(const gp_node *n) {
    for (size_t i = 0; i < n->nchild; i++)
        if (n->child[i]->applies) return true;
    return false;
}

/* The sum of a parameter over the children; false when one of them has none, or no constant. */
static bool sum_of(double *out, const gp_node *n, bool marks) {
    double v;
    *out = 0;
    for (size_t i = 0; i < n->nchild; i++) {
        if (!gp_lint_const(&v, marks ? &n->child[i]->marks : &n->child[i]->weight)) return false;
        *out += v;
    }
    return n->nchild > 0;
}

static bool all_weighted(const gp_node *n) {
    for (size_t i = 0; i < n->nchild; i++)
        if (!n->child[i]->has_weight) return false;
    return n->nchild > 1;
}

static bool is_about(double a, double b, double share) {
    return fabs(a - b) <= share * fabs(b);
}

static void tell_sum(gp_finder *f, const gp_node *n, double sum, double full) {
    gp_place at = n->child[0]->marks.at;
    if (!gp_finder_room(f, at)) return;
    gp_text whom = gp_lint_node(f, n), sum_text = gp_lint_number(f, sum), full_text = gp_lint_number(f, full);
    gp_diag *diag = gp_report(f->diags, f->code, at, "the `marks` below %.*s add up to %.*s, not to its %.*s", GP_ARG(whom),
                              GP_ARG(sum_text), GP_ARG(full_text));
    diag->also = n->marks.at;
    diag->also_what = GP_TEXT("full marks are said here");
}

static void tell_share(gp_finder *f, const gp_node *n, double own, double share) {
    if (!gp_finder_room(f, n->marks.at)) return;
    gp_text whom = gp_lint_node(f, n), own_text = gp_lint_number(f, own), share_text = gp_lint_number(f, share);
    gp_diag *diag = gp_report(f->diags, f->code, n->marks.at, "%.*s has %.*s marks, but its weight makes it count for %.*s", GP_ARG(whom),
                              GP_ARG(own_text), GP_ARG(share_text));
    gp_hint(f->diags, diag, "`marks` only says how a score is shown; `weight` is what counts in the total");
}

/* Marks that add up and are not what the weights make of them: the first such child stands for all. */
static void check_shares(gp_finder *f, const gp_node *n, double full) {
    double weights, own, weight;
    if (!sum_of(&weights, n, false) || weights <= 0) return;
    for (size_t i = 0; i < n->nchild; i++) {
        const gp_node *c = n->child[i];
        if (!gp_lint_const(&own, &c->marks) || !gp_lint_const(&weight, &c->weight)) return;
        double share = full * weight / weights;
        if (is_about(own, share, 0.005)) continue;
        tell_share(f, c, own, share);
        return;
    }
}

/* Weights that look like points of a whole and miss it: 30, 30 and 35 of 100 marks, or 0.5 and 0.4 of 1. */
static bool misses(double sum, double whole, const gp_node *n) {
    double weight;
    for (size_t i = 0; i < n->nchild; i++)
        if (!gp_lint_const(&weight, &n->child[i]->weight) || weight >= whole) return false;
    return is_about(sum, whole, 0.25) && !is_about(sum, whole, 0.005);
}

static void check_weights(gp_finder *f, const gp_node *n) {
    double sum, full = 0;
    if (!all_weighted(n) || !sum_of(&sum, n, false)) return;
    bool of_marks = gp_lint_const(&full, &n->marks) && full > 1 && misses(sum, full, n), of_one = misses(sum, 1, n);
    gp_place at = n->child[0]->weight.at;
    if (!(of_marks || of_one) || !gp_finder_room(f, at)) return;
    gp_text whom = gp_lint_node(f, n), sum_text = gp_lint_number(f, sum), full_text = gp_lint_number(f, of_marks ? full : 1);
    gp_diag *diag = gp_report(f->diags, f->code, at, "the weights below %.*s add up to %.*s, not to %s%.*s%s", GP_ARG(whom),
                              GP_ARG(sum_text), of_marks ? "its " : "", GP_ARG(full_text), of_marks ? " marks" : "");
    gp_hint(f->diags, diag, "weights count by proportion; nothing is lost, but one of them may be a slip");
}

void gp_check_marks(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    for (size_t i = 0; i < plan->nnodes; i++) {
        const gp_node *n = plan->nodes[i];
        double sum, full;
        if (n->nchild == 0 || any_applies(n) || n->scoring.aggregate != GP_WEIGHTED_MEAN) continue;
        bool of_marks = sum_of(&sum, n, true) && gp_lint_const(&full, &n->marks);
        if (!of_marks)
            check_weights(f, n);
        else if (is_about(sum, full, 1e-9))
            check_shares(f, n, full);
        else
            tell_sum(f, n, sum, full);
    }
}

/* -- grades out of reach -- */

static gp_range limits_of(const gp_scoring *s) {
    gp_range r = {-INFINITY, INFINITY};
    double v;
    if (s->has_floor && gp_lint_const(&v, &s->floor)) r.lo = v;
    if (s->has_cap && gp_lint_const(&v, &s->cap)) r.hi = v;
    return r;
}

static gp_range hull(gp_range a, gp_range b) {
    if (isnan(a.lo)) return b;
    if (isnan(b.lo)) return a;
    return (gp_range){fmin(a.lo, b.lo), fmax(a.hi, b.hi)};
}

static const gp_range ANYTHING = {-INFINITY, INFINITY};

/* What a veto may make of a score. */
static gp_range after_veto(gp_range r, const gp_veto *v) {
    double at;
    if (isnan(r.lo) || v->effect > GP_VETO_FLOOR_SCORE) return r;
    if (v->effect == GP_VETO_ZERO) return hull(r, (gp_range){0, 0});
    if (!gp_lint_const(&at, &v->at_value)) return ANYTHING;
    if (v->effect == GP_VETO_CAP_SCORE) r.lo = fmin(r.lo, at);
    else r.hi = fmax(r.hi, at);
    return r;
}

/* Means of all kinds lie between their parts, or at 0; what a rule, a curve, a bonus makes of them is not known. */
static bool is_between(const gp_node *n) {
    return n->scoring.aggregate != GP_RULE_AGGREGATE && !n->scoring.curve && !n->bonus && !n->penalty;
}

static gp_range clip(gp_range r, gp_range by) {
    if (isnan(r.lo)) return r;
    return (gp_range){fmin(fmax(r.lo, by.lo), by.hi), fmax(fmin(r.hi, by.hi), by.lo)};
}

/* What the knots alone allow. */
static gp_range reach_of_knots(const gp_node *n) {
    const gp_scoring *s = &n->scoring;
    gp_range all = {-INFINITY, INFINITY}, r = {NAN, NAN};
    double score, full = 1;
    if (s->outside == GP_EXTEND || (s->in_marks && n->marks.n && !gp_lint_const(&full, &n->marks))) return all;
    if (!s->in_marks) full = 1;
    if (!(full > 0)) return all;
    for (size_t i = 0; i < s->nknots; i++) {
        if (!gp_lint_const(&score, &s->knots[i].score)) return all;
        r = hull(r, (gp_range){score / full, score / full});
    }
    return r;
}

static gp_range reach_of_leaf(const gp_node *n) {
    if (n->criterion.test == GP_TEST_NONE && !n->scoring.own) return (gp_range){NAN, NAN};
    if (n->scoring.method == GP_PASS_FAIL) return (gp_range){0, 1};
    gp_range natural = {-INFINITY, INFINITY};
    if (n->scoring.method == GP_INTERPOLATE) natural = reach_of_knots(n);
    return clip(natural, limits_of(&n->scoring));
}

/* Bounds of each node's score, children before parents: a weighted mean lies between its parts, a veto takes it to 0. */
static gp_range *reaches(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    gp_range *r = gp_arena_array(f->scratch, plan->nnodes, sizeof *r);
    for (size_t i = plan->nnodes; i-- > 0;) {
        const gp_node *n = plan->nodes[i];
        if (n->nchild == 0) {
            r[i] = reach_of_leaf(n);
            continue;
        }
        r[i] = (gp_range){NAN, NAN};
        for (size_t k = 0; k < n->nchild; k++)
            if (!n->child[k]->item) r[i] = hull(r[i], r[n->child[k]->index]);
        if (!isnan(r[i].lo) && r[i].lo < 0) r[i].hi = fmax(r[i].hi, 0); /* a geometric or harmonic mean */
        if (!is_between(n)) r[i] = ANYTHING;
        for (size_t k = 0; k < plan->nnodes; k++)
            for (size_t v = 0; v < plan->nodes[k]->nvetoes; v++) r[i] = after_veto(r[i], &plan->nodes[k]->vetoes[v]);
        r[i] = clip(r[i], limits_of(&n->scoring));
    }
    return r;
}

/* The weight's share among siblings that are sure to count; 1 where some may drop out. */
static double most_share(const gp_node *n, const gp_range *reach) {
    double sum = 0, own, v;
    if (!gp_lint_const(&own, &n->weight)) return 1;
    for (size_t i = 0; i < n->parent->nchild; i++) {
        const gp_node *c = n->parent->child[i];
        if (isnan(reach[c->index].lo)) continue;
        if (c->applies || c->scoring.unknown == GP_UNKNOWN_EXCLUDE || c->criterion.test == GP_RULE || !gp_lint_const(&v, &c->weight))
            return 1;
        sum += v;
    }
    return sum > 0 ? own / sum : 1;
}

static double most_marks(const gp_node *n, const gp_range *reach) {
    double full;
    if (!n->marks.n && (gp_sums_up(n) || gp_sums_up(n->parent))) return INFINITY; /* as many as its parts have */
    if (n->marks.n) return gp_lint_const(&full, &n->marks) ? full : INFINITY;
    return most_marks(n->parent, reach) * most_share(n, reach);
}

/* What the grades of a node are read off: its marks, or the value of one without a score. */
static gp_range graded(const gp_finder *f, const gp_node *n, const gp_range *reach) {
    gp_range all = {-INFINITY, INFINITY}, r = reach[n->index];
    const gp_plan *plan = f->on->plan;
    if (isnan(r.lo)) {
        const gp_datum *d = n->value && n->value->op == GP_X_NAME && n->value->ref < plan->ndata ? &plan->data[n->value->ref] : NULL;
        return d && d->has_range ? (gp_range){d->range.lo, d->range.hi} : all;
    }
    double most = most_marks(n, reach);
    all.hi = r.hi > 0 ? r.hi * most : 0;
    if (n->marks.n && isfinite(most)) all.lo = r.lo * most;
    return all;
}

static void tell_grade(gp_finder *f, const gp_node *n, size_t i, gp_range r, bool below) {
    const gp_grade *g = &n->grades[i];
    if (!gp_finder_room(f, g->at_least.at)) return;
    gp_text whom = gp_lint_node(f, n), end = gp_lint_number(f, below ? r.lo : r.hi);
    if (below)
        gp_report(f->diags, f->code, g->at_least.at, "no result is low enough for the grade `%.*s`: %.*s has at least %.*s",
                  GP_ARG(g->name), GP_ARG(whom), GP_ARG(end));
    else
        gp_report(f->diags, f->code, g->at_least.at, "the grade `%.*s` cannot be reached: %.*s has at most %.*s", GP_ARG(g->name),
                  GP_ARG(whom), GP_ARG(end));
}

static void check_grades_of(gp_finder *f, const gp_node *n, const gp_range *reach) {
    gp_range r = graded(f, n, reach);
    double bound, slack = 1e-9 * fabs(r.hi);
    if (!isnan(reach[n->index].lo)) slack += pow(10, -n->scoring.decimals); /* grades read rounded marks */
    for (size_t k = 0; k < n->ngrades; k++) {
        if (gp_lint_const(&bound, &n->grades[k].at_least) && bound > r.hi + slack)
            tell_grade(f, n, k, r, false);
        else if (k > 0 && gp_lint_const(&bound, &n->grades[k - 1].at_least) && bound <= r.lo)
            tell_grade(f, n, k, r, true);
    }
}

void gp_check_grades(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    const gp_range *reach = reaches(f);
    for (size_t i = 0; i < plan->nnodes; i++)
        if (plan->nodes[i]->ngrades) check_grades_of(f, plan->nodes[i], reach);
}

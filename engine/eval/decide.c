/* Exact decisions: the few rows that lie within the error bound of a threshold, a knot or a rounding tie, worked out again in rationals.
 * Invariant: follows the same operations as the kernels, on the decimals as written; within one question no register is worked out
 * twice. */
#include <math.h>

#include "eval/case.h"
#include "eval/cohort.h"
#include "eval/rational.h"

typedef struct ask { gp_run *run; gp_pass pass; size_t i; } ask;

static const gp_exact *work_out(const ask *q, uint32_t r);

/* ---- the registers of a run ---- */

static void release(void *ptr) {
    gp_run *run = ptr;
    for (size_t k = 0; k < run->program->nops; k++) if (run->asked[k]) gp_exact_clear(&run->exact[k]);
}

void gp_decide_open(gp_run *run) {
    run->exact = gp_arena_array(run->arena, run->program->nops, sizeof *run->exact);
    run->asked = gp_arena_array(run->arena, run->program->nops, sizeof *run->asked);
    gp_arena_defer(run->arena, release, run);
}

static ask question(gp_run *run, gp_pass pass, size_t i) {
    run->question++;
    return (ask){run, pass, i};
}

static gp_val lane(const ask *q, uint32_t r) { return gp_pass_value(q->run, q->pass, r, q->i); }
static bool absent(const ask *q, uint32_t r) { return lane(q, r).flags & GP_V_ABSENT; }

/* As the register says: for what is a decimal already, or unbounded. */
static void as_written(gp_exact *z, const gp_val *v) {
    gp_end_set(&z->lo, v->lo);
    gp_end_set(&z->hi, v->hi);
}

/* ---- values ---- */

static void binary(gp_exact *z, gp_opcode code, const gp_exact *a, const gp_exact *b) {
    switch (code) {
    case GP_O_ADD: gp_exact_add(z, a, b); break;
    case GP_O_MUL: case GP_O_MARKS: gp_exact_mul(z, a, b); break;
    case GP_O_DIV: gp_exact_div(z, a, b); break;
    case GP_O_MIN: gp_exact_pick(z, a, b, 1); break;
    default: gp_exact_pick(z, a, b, -1); break;
    }
}

static void difference(gp_exact *z, const gp_exact *a, const gp_exact *b) {
    gp_exact minus;
    gp_exact_init(&minus);
    gp_exact_copy(&minus, b);
    gp_exact_neg(&minus);
    gp_exact_add(z, a, &minus);
    gp_exact_clear(&minus);
}

static void elapsed(gp_exact *z, const ask *q) {
    size_t row = gp_pass_row(q->run, q->pass, q->i);
    gp_period p = q->run->frame->cases[row].period;
    long days = (long)p.last - p.first + 1, gone = (long)q->run->as_of[row - q->run->first] - p.first + 1;
    gone = gone < 0 ? 0 : gone > days ? days : gone;
    gp_exact_point(z, 0);
    mpq_set_si(z->lo.q, gone, (unsigned long)days);
    mpq_canonicalize(z->lo.q);
    gp_end_copy(&z->hi, &z->lo);
}

/* A mean is the only answer of a cohort that is no decimal. */
static void of_cohort(gp_exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    as_written(z, v);
    if (!isfinite(v->lo) || !isfinite(v->hi)) return;
    gp_cohort_mean(z->lo.q, q->run->cohort, op->ref, gp_pass_row(q->run, q->pass, q->i));
    mpq_set(z->hi.q, z->lo.q);
}

/* ---- scores ---- */

/* T/x: beyond any cap where x is 0 or less. */
static void ratio_down(gp_exact *z, const gp_exact *x, const gp_exact *t) {
    if (gp_end_sign(&x->lo) > 0) {
        gp_exact_div(z, t, x);
        return;
    }
    gp_exact top;
    gp_exact_init(&top);
    gp_end_copy(&top.lo, &x->hi);
    gp_end_copy(&top.hi, &x->hi);
    if (gp_end_sign(&x->hi) > 0) gp_exact_div(z, t, &top);
    else z->lo.inf = 1;
    z->hi.inf = 1;
    gp_exact_clear(&top);
}

/* 1 inside, x/lo below, hi/x above, at one end of x. */
static void between_at(gp_end *z, const gp_end *x, const gp_exact *lo, const gp_exact *hi) {
    gp_exact at, y;
    gp_exact_init(&at);
    gp_exact_init(&y);
    gp_end_copy(&at.lo, x);
    gp_end_copy(&at.hi, x);
    gp_exact_point(&y, 1);
    if (gp_end_cmp(x, &lo->lo) < 0) gp_exact_div(&y, &at, lo);
    else if (gp_end_cmp(x, &hi->lo) > 0) gp_exact_div(&y, hi, &at);
    gp_end_copy(z, &y.lo);
    gp_exact_clear(&at);
    gp_exact_clear(&y);
}

static void order(gp_exact *z) {
    if (gp_end_cmp(&z->lo, &z->hi) <= 0) return;
    gp_exact_neg(z); /* swaps the ends */
    mpq_neg(z->lo.q, z->lo.q);
    mpq_neg(z->hi.q, z->hi.q);
    z->lo.inf = -z->lo.inf;
    z->hi.inf = -z->hi.inf;
}

static void ratio_between(gp_exact *z, const gp_exact *x, const gp_exact *lo, const gp_exact *hi) {
    between_at(&z->lo, &x->lo, lo, hi);
    between_at(&z->hi, &x->hi, lo, hi);
    order(z);
    if (gp_end_cmp(&x->lo, &hi->lo) <= 0 && gp_end_cmp(&x->hi, &lo->lo) >= 0) gp_end_set(&z->hi, 1);
}

static void ratio(gp_exact *z, const ask *q, const gp_op *op) {
    const gp_exact *x = work_out(q, op->a), *t = work_out(q, op->b);
    if (op->c != GP_NO_REG) ratio_between(z, x, t, work_out(q, op->c));
    else if (gp_score_direction(op->node) > 0) gp_exact_div(z, x, t);
    else ratio_down(z, x, t);
}

static void clipped(gp_exact *z, const ask *q, const gp_op *op) {
    gp_exact_copy(z, work_out(q, op->a));
    gp_end *end[2] = {&z->lo, &z->hi};
    for (int e = 0; e < 2; e++) {
        const gp_exact *cap = op->b == GP_NO_REG ? NULL : work_out(q, op->b), *low = op->c == GP_NO_REG ? NULL : work_out(q, op->c);
        if (cap && gp_end_cmp(end[e], e ? &cap->hi : &cap->lo) > 0) gp_end_copy(end[e], e ? &cap->hi : &cap->lo);
        if (low && gp_end_cmp(end[e], e ? &low->hi : &low->lo) < 0) gp_end_copy(end[e], e ? &low->hi : &low->lo);
    }
}

static const gp_end *knot(const ask *q, const gp_op *op, uint32_t k) { return &work_out(q, op->args[k])->lo; }

/* y0 + (x - x0) * (y1 - y0) / (x1 - x0) */
static void on_line(mpq_t y, const ask *q, const gp_op *op, uint32_t k, const mpq_t x) {
    const gp_end *x0 = knot(q, op, 2 * k), *y0 = knot(q, op, 2 * k + 1), *x1 = knot(q, op, 2 * k + 2), *y1 = knot(q, op, 2 * k + 3);
    mpq_t run_;
    mpq_init(run_);
    mpq_sub(run_, x1->q, x0->q);
    mpq_sub(y, y1->q, y0->q);
    mpq_div(run_, y, run_); /* the slope */
    mpq_sub(y, x, x0->q);
    mpq_mul(y, y, run_);
    mpq_add(y, y, y0->q);
    mpq_clear(run_);
}

static bool reached(const ask *q, const gp_op *op, uint32_t k, const gp_end *x, bool below) {
    int c = gp_end_cmp(x, knot(q, op, 2 * k));
    return c > 0 || (c == 0 && !below);
}

/* Beyond the first or last knot: the line there goes on, or the knot's own score. */
static void outside(gp_end *y, const ask *q, const gp_op *op, const gp_end *x, bool behind) {
    uint32_t n = op->nargs / 2, k = behind && n > 1 ? n - 2 : 0;
    gp_end_copy(y, knot(q, op, behind ? 2 * n - 1 : 1));
    if (op->node->scoring.outside != GP_EXTEND || n < 2 || gp_end_cmp(knot(q, op, 2 * k), knot(q, op, 2 * k + 2)) == 0) return;
    int rise = gp_end_cmp(knot(q, op, 2 * k + 3), knot(q, op, 2 * k + 1));
    if (x->inf) y->inf = behind ? rise : -rise;
    else on_line(y->q, q, op, k, x->q);
}

/* The score at x; `below`: just below it. */
static void curve_at(gp_end *y, const ask *q, const gp_op *op, const gp_end *x, bool below) {
    uint32_t n = op->nargs / 2, k = 0;
    while (k < n && reached(q, op, k, x, below)) k++;
    y->inf = 0;
    if (k == 0 || k == n) outside(y, q, op, x, k > 0);
    else on_line(y->q, q, op, k - 1, x->q);
}

static void interpolated(gp_exact *z, const ask *q, const gp_op *op) {
    const gp_exact *x = work_out(q, op->a);
    bool below = lane(q, op->a).flags & GP_V_HI_OPEN;
    curve_at(&z->lo, q, op, &x->lo, false);
    curve_at(&z->hi, q, op, &x->hi, below && gp_end_cmp(&x->lo, &x->hi) < 0);
    order(z);
    for (uint32_t k = 0; k < op->nargs / 2; k++) { /* extremes lie at the ends or at knots inside */
        if (reached(q, op, k, &x->lo, false) || !reached(q, op, k, &x->hi, below)) continue;
        const gp_end *y = knot(q, op, 2 * k + 1);
        if (gp_end_cmp(y, &z->lo) < 0) gp_end_copy(&z->lo, y);
        if (gp_end_cmp(y, &z->hi) > 0) gp_end_copy(&z->hi, y);
    }
}

static void leaf(gp_exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    if (absent(q, op->a)) {
        as_written(z, v);
        return;
    }
    gp_exact_copy(z, work_out(q, op->a));
    if (op->unknown == GP_UNKNOWN_ZERO) gp_end_copy(&z->hi, &z->lo);
    if (op->unknown == GP_UNKNOWN_FULL) gp_end_copy(&z->lo, &z->hi);
}

/* Weights that are no single numbers: somewhere between the lowest and the highest score. */
static void spread(gp_exact *z, const ask *q, const gp_op *op) {
    bool first = true;
    gp_exact old;
    gp_exact_init(&old);
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (absent(q, op->args[k + 1])) continue;
        gp_exact_copy(&old, z);
        gp_exact_hull(z, work_out(q, op->args[k + 1]), first ? work_out(q, op->args[k + 1]) : &old);
        first = false;
    }
    gp_exact_clear(&old);
}

static void add_weighted(gp_exact *sum, const gp_exact *w, const gp_exact *s) {
    gp_exact part, old;
    gp_exact_init(&part);
    gp_exact_init(&old);
    gp_end_mul(&part.lo, &w->lo, &s->lo);
    gp_end_mul(&part.hi, &w->lo, &s->hi);
    gp_exact_copy(&old, sum);
    gp_exact_add(sum, &old, &part);
    gp_exact_clear(&part);
    gp_exact_clear(&old);
}

static void mean(gp_exact *z, const ask *q, const gp_op *op) {
    mpq_t weight;
    bool points = true;
    mpq_init(weight);
    gp_exact_point(z, 0);
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (absent(q, op->args[k + 1])) continue;
        const gp_exact *w = work_out(q, op->args[k]);
        points = points && gp_end_cmp(&w->lo, &w->hi) == 0;
        add_weighted(z, w, work_out(q, op->args[k + 1]));
        mpq_add(weight, weight, w->lo.q);
    }
    if (!points) spread(z, q, op);
    else if (mpq_sgn(weight)) {
        mpq_div(z->lo.q, z->lo.q, weight);
        mpq_div(z->hi.q, z->hi.q, weight);
    }
    mpq_clear(weight);
}

/* Days, or monthly shares, of a period. */
static void cover_days(mpq_t sum, const ask *q, const gp_op *op, gp_period p) {
    gp_month m = {.period = p};
    mpq_t part;
    mpq_init(part);
    mpq_set_si(sum, op->nargs ? 0 : (long)p.last - p.first + 1, 1);
    while (op->nargs && gp_month_next(&m)) {
        mpq_set_si(part, m.within, (unsigned long)m.days);
        mpq_canonicalize(part);
        mpq_mul(part, part, work_out(q, op->args[m.month - 1])->lo.q);
        mpq_add(sum, sum, part);
    }
    mpq_clear(part);
}

/* The share of the period that a datum covers. */
static void cover(gp_exact *z, const ask *q, const gp_op *op) {
    size_t row = gp_pass_row(q->run, q->pass, q->i);
    const gp_frame *f = q->run->frame;
    const gp_cell *cell = gp_frame_cell(f, row, op->ref);
    gp_exact_point(z, 1);
    if (!cell || !cell->has_covers) return;
    mpq_t whole;
    mpq_init(whole);
    cover_days(z->lo.q, q, op, cell->covers);
    cover_days(whole, q, op, f->cases[row].period);
    mpq_div(z->lo.q, z->lo.q, whole); /* not 0, or the register were absent */
    gp_end_copy(&z->hi, &z->lo);
    mpq_clear(whole);
}

static void tier(gp_exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    const gp_judgement *j = gp_frame_judgement(q->run->frame, gp_pass_row(q->run, q->pass, q->i), op->node->index);
    if (!j || j->has_mark) as_written(z, v);
    else gp_exact_hull(z, work_out(q, op->args[2 * j->index]), work_out(q, op->args[2 * j->index + 1]));
}

/* ---- other aggregates ---- */

/* Whether child k counts, and with a weight above 0. */
static bool counting(const ask *q, const gp_op *op, uint32_t k) {
    gp_val w = lane(q, op->args[k]);
    return !absent(q, op->args[k + 1]) && !(w.lo == 0 && w.hi == 0);
}

static const gp_end *score_end(const ask *q, const gp_op *op, uint32_t k, int end) {
    const gp_exact *s = work_out(q, op->args[k + 1]);
    return end ? &s->hi : &s->lo;
}

static void extreme(gp_end *z, const ask *q, const gp_op *op, int end, int sign) {
    bool first = true;
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (!counting(q, op, k)) continue;
        const gp_end *s = score_end(q, op, k, end);
        if (first || gp_end_cmp(s, z) * sign < 0) gp_end_copy(z, s);
        first = false;
    }
}

/* Σw / Σ(w/s); 0 where a score is not above 0. */
static void harmonic(gp_end *z, const ask *q, const gp_op *op, int end) {
    mpq_t weight, part;
    mpq_inits(weight, part, NULL);
    mpq_set_si(z->q, 0, 1);
    bool zero = false;
    for (uint32_t k = 0; k < op->nargs && !zero; k += 2) {
        if (!counting(q, op, k)) continue;
        const gp_end *s = score_end(q, op, k, end);
        const gp_exact *w = work_out(q, op->args[k]);
        zero = gp_end_sign(s) <= 0;
        mpq_add(weight, weight, w->lo.q);
        if (zero || s->inf) continue;
        mpq_div(part, w->lo.q, s->q);
        mpq_add(z->q, z->q, part);
    }
    z->inf = !zero && mpq_sgn(z->q) == 0;
    if (zero) mpq_set_si(z->q, 0, 1);
    else if (!z->inf) mpq_div(z->q, weight, z->q);
    mpq_clears(weight, part, NULL);
}

/* How many scores lie before that of child k; of equal ones those that stand first. */
static size_t before(const ask *q, const gp_op *op, uint32_t k, int end) {
    size_t n = 0;
    for (uint32_t j = 0; j < op->nargs; j += 2) {
        if (j == k || !counting(q, op, j)) continue;
        int c = gp_end_cmp(score_end(q, op, j, end), score_end(q, op, k, end));
        n += c < 0 || (c == 0 && j < k);
    }
    return n;
}

static void worst(gp_end *z, const ask *q, const gp_op *op, int end) {
    unsigned long n = 0;
    mpq_t count;
    mpq_set_si(z->q, 0, 1);
    z->inf = 0;
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (!counting(q, op, k) || before(q, op, k, end) >= (size_t)op->node->scoring.worst) continue;
        const gp_end *s = score_end(q, op, k, end);
        if (s->inf) z->inf = s->inf;
        else mpq_add(z->q, z->q, s->q);
        n++;
    }
    mpq_init(count);
    mpq_set_ui(count, n ? n : 1, 1);
    mpq_div(z->q, z->q, count);
    mpq_clear(count);
}

static void aggregate(gp_exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    gp_end *end[2] = {&z->lo, &z->hi};
    as_written(z, v);
    for (uint32_t k = 0; k < op->nargs; k += 2) /* weights that are no single numbers: as far as is known */
        if (counting(q, op, k) && lane(q, op->args[k]).lo != lane(q, op->args[k]).hi && op->node->scoring.aggregate == GP_HARMONIC_MEAN)
            return;
    for (int e = 0; e < 2; e++) {
        switch (op->node->scoring.aggregate) {
        case GP_MIN_OF: extreme(end[e], q, op, e, 1); break;
        case GP_MAX_OF: extreme(end[e], q, op, e, -1); break;
        case GP_HARMONIC_MEAN: harmonic(end[e], q, op, e); break;
        case GP_WORST_MEAN: worst(end[e], q, op, e); break;
        default: break; /* rounded to a decimal */
        }
    }
}

static void total(gp_exact *z, const ask *q, const gp_op *op) {
    gp_exact old;
    gp_exact_init(&old);
    gp_exact_point(z, 0);
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (absent(q, op->args[k + 1])) continue;
        gp_exact_copy(&old, z);
        gp_exact_add(z, &old, work_out(q, op->args[k]));
    }
    gp_exact_clear(&old);
}

static void vetoed(gp_exact *z, const ask *q, const gp_op *op) {
    gp_val t = lane(q, op->b);
    gp_exact old;
    gp_exact_copy(z, work_out(q, op->a));
    if (t.hi <= 0) return;
    gp_exact_init(&old);
    gp_exact_copy(&old, z);
    if (op->bound_sign == 0) gp_exact_copy(z, work_out(q, op->c));
    else gp_exact_pick(z, &old, work_out(q, op->c), -op->bound_sign);
    if (t.lo <= 0) {
        gp_exact struck;
        gp_exact_init(&struck);
        gp_exact_copy(&struck, z);
        gp_exact_hull(z, &old, &struck);
        gp_exact_clear(&struck);
    }
    gp_exact_clear(&old);
}

/* ---- dispatch ---- */

static uint32_t chosen(const ask *q, const gp_op *op) {
    bool none;
    if (op->code == GP_O_DECIDED) return gp_decided_score(&none, q->run, op, q->pass, q->i);
    if (op->code == GP_O_DATED) return gp_dated_entry(q->run, op, gp_pass_row(q->run, q->pass, q->i));
    if (op->code == GP_O_COALESCE) return absent(q, op->a) ? op->b : op->a;
    if (op->code == GP_O_COVERED) {
        gp_val a = lane(q, op->a), z = lane(q, (uint32_t)(op - q->run->program->ops));
        return a.lo == z.lo && a.hi == z.hi ? op->a : op->b;
    }
    gp_val t = lane(q, op->a);
    return t.lo > 0 ? op->b : t.hi <= 0 ? op->c : GP_NO_REG;
}

static void of_choice(gp_exact *z, const ask *q, const gp_op *op) {
    uint32_t r = chosen(q, op);
    if (r != GP_NO_REG) gp_exact_copy(z, work_out(q, r));
    else if (op->code == GP_O_IF_ELSE) gp_exact_hull(z, work_out(q, op->b), work_out(q, op->c)); /* on an unknown condition */
}

static void compute(gp_exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    switch (op->code) {
    case GP_O_NEG: gp_exact_copy(z, work_out(q, op->a)); gp_exact_neg(z); break;
    case GP_O_ABS: gp_exact_copy(z, work_out(q, op->a)); gp_exact_abs(z); break;
    case GP_O_SUB: difference(z, work_out(q, op->a), work_out(q, op->b)); break;
    case GP_O_ADD: case GP_O_MUL: case GP_O_DIV: case GP_O_MIN: case GP_O_MAX: case GP_O_MARKS:
        binary(z, op->code, work_out(q, op->a), work_out(q, op->b));
        break;
    case GP_O_IF_ELSE: case GP_O_COALESCE: case GP_O_DATED: case GP_O_COVERED: of_choice(z, q, op); break;
    case GP_O_DECIDED:
        if (chosen(q, op) == GP_NO_REG) as_written(z, v);
        else of_choice(z, q, op);
        break;
    case GP_O_VARIED:
        if (isnan(q->run->frame->varied[op->ref].column[gp_pass_row(q->run, q->pass, q->i)])) gp_exact_copy(z, work_out(q, op->a));
        else as_written(z, v); /* what a row lays over it is a decimal */
        break;
    case GP_O_ELAPSED: elapsed(z, q); break;
    case GP_O_COHORT: of_cohort(z, q, op, v); break;
    case GP_O_RATIO: ratio(z, q, op); break;
    case GP_O_CLIP: clipped(z, q, op); break;
    case GP_O_INTERPOLATE:
        if (op->node->scoring.log_scale) as_written(z, v);
        else interpolated(z, q, op);
        break;
    case GP_O_LEAF: leaf(z, q, op, v); break;
    case GP_O_WITHHOLD: case GP_O_SURE: gp_exact_copy(z, work_out(q, op->a)); break;
    case GP_O_MEAN: mean(z, q, op); break;
    case GP_O_COVER: cover(z, q, op); break;
    case GP_O_TIER: tier(z, q, op, v); break;
    case GP_O_AGGREGATE: aggregate(z, q, op, v); break;
    case GP_O_TOTAL: total(z, q, op); break;
    case GP_O_VETO: vetoed(z, q, op); break;
    default: as_written(z, v); break;
    }
}

static const gp_exact *work_out(const ask *q, uint32_t r) {
    gp_run *run = q->run;
    gp_exact *z = &run->exact[r];
    if (run->asked[r] == run->question) return z;
    if (!run->asked[r]) gp_exact_init(z);
    run->asked[r] = run->question;
    gp_val v = lane(q, r);
    z->lo.inf = z->hi.inf = 0;
    if (v.decimal || v.flags & GP_V_ABSENT) as_written(z, &v);
    else compute(z, q, &run->program->ops[r], &v);
    return z;
}

static const gp_end *end_of(const ask *q, uint32_t r, int end) {
    const gp_exact *x = work_out(q, r);
    return end ? &x->hi : &x->lo;
}

/* ---- the questions ---- */

int gp_decide_compare(gp_run *run, gp_pass pass, uint32_t a, int end_a, uint32_t b, int end_b, size_t i) {
    ask q = question(run, pass, i);
    run->sum.exact++;
    return gp_end_cmp(end_of(&q, a, end_a), end_of(&q, b, end_b));
}

int gp_decide_against(gp_run *run, gp_pass pass, uint32_t a, int end, double t, size_t i) {
    ask q = question(run, pass, i);
    gp_end due = {.inf = 0};
    mpq_init(due.q);
    gp_end_set(&due, t);
    int sign = gp_end_cmp(end_of(&q, a, end), &due);
    mpq_clear(due.q);
    return sign;
}

double gp_decide_end(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i) {
    ask q = question(run, pass, i);
    return gp_end_double(end_of(&q, a, end));
}

static double to_decimal(const mpq_t q) {
    double d = gp_exact_double(q);
    return isfinite(d) ? gp_decimal_double(gp_decimal_of(d), 0) : d;
}

double gp_decide_difference(gp_run *run, gp_pass pass, uint32_t a, int end_a, uint32_t b, int end_b, size_t i) {
    ask q = question(run, pass, i);
    const gp_end *x = end_of(&q, a, end_a), *y = end_of(&q, b, end_b);
    if (x->inf || y->inf) return gp_end_double(x) - gp_end_double(y);
    mpq_t z;
    mpq_init(z);
    mpq_sub(z, x->q, y->q);
    double d = to_decimal(z);
    mpq_clear(z);
    return d;
}

int gp_decide_quoted(gp_run *run, gp_pass pass, uint32_t a, uint32_t t, double rate, int digits, size_t i) {
    ask q = question(run, pass, i);
    const gp_end *x = end_of(&q, a, 0), *y = end_of(&q, t, 0);
    mpq_t z, r;
    mpq_init(z);
    mpq_init(r);
    mpq_div(z, x->q, y->q);
    gp_exact_round(z, digits, GP_HALF_UP);
    gp_exact_set(r, rate);
    int sign = mpq_cmp(r, z);
    mpq_clear(z);
    mpq_clear(r);
    return (sign > 0) - (sign < 0);
}

static void round_exactly(mpq_t q, gp_opcode code, int digits, gp_rounding rule) {
    switch (code) {
    case GP_O_FLOOR: gp_exact_floor(q, digits); break;
    case GP_O_CEIL: gp_exact_ceil(q, digits); break;
    case GP_O_TRUNC: gp_exact_trunc(q, digits); break;
    default: gp_exact_round(q, digits, rule); break;
    }
}

static double round_slowly(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i, gp_opcode code, int digits, gp_rounding rule) {
    ask q = question(run, pass, i);
    const gp_end *from = end_of(&q, a, end);
    if (from->inf) return gp_end_double(from);
    mpq_t x;
    mpq_init(x);
    mpq_set(x, from->q);
    round_exactly(x, code, digits, rule);
    double z = to_decimal(x);
    mpq_clear(x);
    return z;
}

/* |y| to a whole number by a rule, y known to lie clear of the place where the rule turns. */
static double whole(double y, gp_opcode code, gp_rounding rule, bool negative_) {
    double f = floor(y);
    bool up = code == GP_O_FLOOR ? negative_ : code == GP_O_CEIL ? !negative_ : false;
    if (code == GP_O_FLOOR || code == GP_O_CEIL) return up && y > f ? f + 1 : f;
    if (code == GP_O_TRUNC || rule == GP_ROUND_DOWN) return f;
    if (rule == GP_ROUND_UP) return y > f ? f + 1 : f;
    return y - f >= 0.5 ? f + 1 : f;
}

double gp_decide_round(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i, gp_opcode code, int digits, gp_rounding rule) {
    static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    gp_val v = gp_pass_value(run, pass, a, i);
    double x = end ? v.hi : v.lo;
    int d = digits < 0 ? -digits : digits;
    if (d > 12) return round_slowly(run, pass, a, end, i, code, digits, rule);
    double y = digits < 0 ? fabs(x) / tens[d] : fabs(x) * tens[d], f = y - floor(y);
    double err =
        ((v.decimal ? fabs(x) * GP_UNIT_ROUNDOFF : v.err) * (digits < 0 ? 1 / tens[d] : tens[d]) + y * 4 * GP_UNIT_ROUNDOFF) * 1.0000001;
    bool nearest = code >= GP_O_ROUND_MARKS || code == GP_O_ROUND;
    bool half = nearest && (rule == GP_HALF_UP || rule == GP_HALF_EVEN);
    double gap = half ? fabs(f - 0.5) : fmin(f, 1 - f);
    bool is_whole = v.decimal && f == 0 && y < 1e15; /* a decimal that is whole already */
    if ((!(gap > err) && !is_whole) || y >= 1e15) {
        if (!v.decimal) run->sum.exact++;
        return round_slowly(run, pass, a, end, i, code, digits, rule);
    }
    gp_decimal z = {(int64_t)whole(y, code, rule, x < 0), -digits};
    double r = gp_decimal_double(z, 0);
    return x < 0 && r != 0 ? -r : r;
}

double gp_decide_mod(gp_run *run, gp_pass pass, uint32_t a, uint32_t b, size_t i) {
    ask q = question(run, pass, i);
    const gp_end *x = end_of(&q, a, 0), *y = end_of(&q, b, 0);
    if (gp_end_sign(y) == 0 || x->inf || y->inf) return NAN;
    mpq_t z;
    mpq_init(z); /* x - floor(x / y) * y */
    mpq_div(z, x->q, y->q);
    gp_exact_floor(z, 0);
    mpq_mul(z, z, y->q);
    mpq_sub(z, x->q, z);
    double d = to_decimal(z);
    mpq_clear(z);
    return d;
}

/* ---- marks of nodes ---- */

static bool counts_up(const ask *q, const gp_node *n) {
    uint32_t score = q->run->program->slots[n->index].score[GP_SCORE];
    return !n->item && score != GP_NO_REG && !absent(q, score);
}

/* The share of a node's weight among the children that count. */
static void share(mpq_t z, const ask *q, const gp_node *node) {
    const gp_slots *slots = q->run->program->slots;
    mpq_t weight;
    mpq_init(weight);
    for (size_t k = 0; k < node->parent->nchild; k++) {
        const gp_slots *c = &slots[node->parent->child[k]->index];
        if (!counts_up(q, node->parent->child[k])) continue;
        mpq_add(weight, weight, work_out(q, c->weight)->lo.q);
    }
    mpq_set(z, work_out(q, slots[node->index].weight)->lo.q);
    if (mpq_sgn(weight)) mpq_div(z, z, weight);
    mpq_clear(weight);
}

static void full_marks(mpq_t z, const ask *q, const gp_node *node);

/* Under `sum` those of the parts that count. */
static void full_of_parts(mpq_t z, const ask *q, const gp_node *node) {
    mpq_t part;
    mpq_init(part);
    mpq_set_si(z, 0, 1);
    for (size_t k = 0; k < node->nchild; k++) {
        if (!counts_up(q, node->child[k])) continue;
        full_marks(part, q, node->child[k]);
        mpq_add(z, z, part);
    }
    mpq_clear(part);
}

static void full_of_share(mpq_t z, const ask *q, const gp_node *node) {
    mpq_t part;
    mpq_init(part);
    full_marks(z, q, node->parent);
    share(part, q, node);
    mpq_mul(z, z, part);
    mpq_clear(part);
}

/* Full marks of a node: its own, else as full.c makes them. */
static void full_marks(mpq_t z, const ask *q, const gp_node *node) {
    const gp_slots *s = &q->run->program->slots[node->index];
    uint32_t own = s->full_marks != GP_NO_REG ? s->full_marks : s->full[0];
    if (own != GP_NO_REG) mpq_set(z, work_out(q, own)->lo.q);
    else if (gp_sums_up(node)) full_of_parts(z, q, node);
    else if (!node->parent) mpq_set_si(z, 100, 1);
    else if (gp_sums_up(node->parent)) mpq_set(z, work_out(q, s->weight)->lo.q);
    else full_of_share(z, q, node);
}

double gp_decide_marks(gp_run *run, gp_pass pass, const gp_node *node, int end, size_t i) {
    ask q = question(run, pass, i);
    mpq_t full;
    mpq_init(full);
    full_marks(full, &q, node);
    mpq_mul(full, full, end_of(&q, run->program->slots[node->index].score[GP_SCORE], end)->q);
    gp_exact_round(full, node->scoring.decimals, node->scoring.rounding);
    double z = to_decimal(full);
    mpq_clear(full);
    return z;
}

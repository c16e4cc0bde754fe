/* Exact decisions: the few rows that lie within the error bound of a threshold, a knot or a rounding tie, worked out again in rationals.
 * Invariant: follows the same operations as the kernels, on the decimals as written, and is asked only where binary64 cannot tell. */
#include <math.h>

#include "base/exact.h"
#include "eval/case.h"

typedef struct exact { mpq_t lo, hi; } exact;
typedef struct ask { gp_run *run; gp_pass pass; size_t i; } ask;

static void work_out(exact *z, const ask *q, uint32_t r);

static void exact_init(exact *z) { mpq_init(z->lo); mpq_init(z->hi); }
static void exact_clear(exact *z) { mpq_clear(z->lo); mpq_clear(z->hi); }

static void order(exact *z) { if (mpq_cmp(z->lo, z->hi) > 0) mpq_swap(z->lo, z->hi); }

static void set_double(mpq_t q, double v) {
    if (isfinite(v)) gp_exact_set(q, v);
    else mpq_set_si(q, 0, 1);
}

static gp_val lane(const ask *q, uint32_t r) { return gp_pass_value(q->run, q->pass, r, q->i); }
static uint8_t verdict_at(const ask *q, uint32_t r) {
    return q->pass == GP_PASS_PLAIN ? q->run->plain_verdict[r][q->i] : q->run->open[q->pass == GP_PASS_FINAL][r][q->i].verdict;
}

/* As the register says: for what is a decimal already, or unbounded. */
static void as_written(exact *z, const gp_val *v) {
    set_double(z->lo, v->lo);
    set_double(z->hi, v->hi);
}

static void product(exact *z, const exact *a, const exact *b) {
    mpq_t p;
    mpq_init(p);
    for (int k = 0; k < 4; k++) {
        mpq_mul(p, k & 1 ? a->hi : a->lo, k & 2 ? b->hi : b->lo);
        if (k == 0 || mpq_cmp(p, z->lo) < 0) mpq_set(z->lo, p);
        if (k == 0 || mpq_cmp(p, z->hi) > 0) mpq_set(z->hi, p);
    }
    mpq_clear(p);
}

static void quotient(exact *z, const exact *a, const exact *b) {
    exact inverse;
    if (mpq_sgn(b->lo) == 0 || mpq_sgn(b->hi) == 0) return; /* unbounded: never asked */
    exact_init(&inverse);
    mpq_inv(inverse.lo, b->lo);
    mpq_inv(inverse.hi, b->hi);
    order(&inverse);
    product(z, a, &inverse);
    exact_clear(&inverse);
}

static void binary(exact *z, gp_opcode code, const exact *a, const exact *b) {
    switch (code) {
    case GP_O_ADD: mpq_add(z->lo, a->lo, b->lo); mpq_add(z->hi, a->hi, b->hi); break;
    case GP_O_SUB: mpq_sub(z->lo, a->lo, b->hi); mpq_sub(z->hi, a->hi, b->lo); break;
    case GP_O_MUL: case GP_O_MARKS: product(z, a, b); break;
    case GP_O_DIV: quotient(z, a, b); break;
    case GP_O_MIN:
        mpq_set(z->lo, mpq_cmp(a->lo, b->lo) < 0 ? a->lo : b->lo);
        mpq_set(z->hi, mpq_cmp(a->hi, b->hi) < 0 ? a->hi : b->hi);
        break;
    default:
        mpq_set(z->lo, mpq_cmp(a->lo, b->lo) > 0 ? a->lo : b->lo);
        mpq_set(z->hi, mpq_cmp(a->hi, b->hi) > 0 ? a->hi : b->hi);
        break;
    }
}

static void of_two(exact *z, const ask *q, const gp_op *op, gp_opcode code) {
    exact a, b;
    exact_init(&a);
    exact_init(&b);
    work_out(&a, q, op->a);
    work_out(&b, q, op->b);
    binary(z, code, &a, &b);
    exact_clear(&a);
    exact_clear(&b);
}

static void negative(exact *z, const ask *q, const gp_op *op) {
    work_out(z, q, op->a);
    mpq_neg(z->lo, z->lo);
    mpq_neg(z->hi, z->hi);
    mpq_swap(z->lo, z->hi);
}

static void absolute(exact *z, const ask *q, const gp_op *op) {
    work_out(z, q, op->a);
    bool across = mpq_sgn(z->lo) < 0 && mpq_sgn(z->hi) > 0;
    mpq_abs(z->lo, z->lo);
    mpq_abs(z->hi, z->hi);
    order(z);
    if (across) mpq_set_si(z->lo, 0, 1);
}

static void elapsed(exact *z, const ask *q) {
    size_t row = gp_pass_row(q->run, q->pass, q->i);
    gp_period p = q->run->frame->cases[row].period;
    long days = (long)p.last - p.first + 1, gone = (long)q->run->as_of[row - q->run->first] - p.first + 1;
    gone = gone < 0 ? 0 : gone > days ? days : gone;
    mpq_set_si(z->lo, gone, (unsigned long)days);
    mpq_canonicalize(z->lo);
    mpq_set(z->hi, z->lo);
}

/* ---- scores ---- */

static void ratio(exact *z, const ask *q, const gp_op *op) {
    gp_val x = lane(q, op->a), t = lane(q, op->b);
    exact a, b;
    exact_init(&a);
    exact_init(&b);
    work_out(&a, q, op->a);
    work_out(&b, q, op->b);
    if (op->c != GP_NO_REG) { /* between: a point outside is compared with the nearer end */
        gp_val u = lane(q, op->c);
        mpq_set_si(z->lo, 1, 1);
        mpq_set_si(z->hi, 1, 1);
        if (x.lo == x.hi && x.lo < t.lo) quotient(z, &a, &b);
        else if (x.lo == x.hi && x.lo > u.lo) {
            work_out(&b, q, op->c);
            quotient(z, &b, &a);
        }
    } else if (gp_score_direction(op->node) > 0) quotient(z, &a, &b);
    else if (x.lo > 0) quotient(z, &b, &a);
    exact_clear(&a);
    exact_clear(&b);
}

static void clip_end(mpq_t z, const exact *cap, const exact *low, double computed) {
    if (cap && (computed == INFINITY || mpq_cmp(z, cap->lo) > 0)) mpq_set(z, cap->lo);
    if (low && (computed == -INFINITY || mpq_cmp(z, low->lo) < 0)) mpq_set(z, low->lo);
}

static void clipped(exact *z, const ask *q, const gp_op *op) {
    gp_val raw = lane(q, op->a);
    exact cap, low;
    exact_init(&cap);
    exact_init(&low);
    if (isfinite(raw.lo) || isfinite(raw.hi)) work_out(z, q, op->a);
    if (op->b != GP_NO_REG) work_out(&cap, q, op->b);
    if (op->c != GP_NO_REG) work_out(&low, q, op->c);
    clip_end(z->lo, op->b == GP_NO_REG ? NULL : &cap, op->c == GP_NO_REG ? NULL : &low, raw.lo);
    clip_end(z->hi, op->b == GP_NO_REG ? NULL : &cap, op->c == GP_NO_REG ? NULL : &low, raw.hi);
    exact_clear(&cap);
    exact_clear(&low);
}

/* y0 + (x - x0) * (y1 - y0) / (x1 - x0) */
static void on_line(mpq_t y, const mpq_t x, const exact k[4]) {
    mpq_t rise, run_;
    mpq_init(rise);
    mpq_init(run_);
    mpq_sub(rise, k[3].lo, k[1].lo);
    mpq_sub(run_, k[2].lo, k[0].lo);
    mpq_sub(y, x, k[0].lo);
    mpq_mul(y, y, rise);
    mpq_div(y, y, run_);
    mpq_add(y, y, k[1].lo);
    mpq_clear(rise);
    mpq_clear(run_);
}

static void at_knots(mpq_t y, const ask *q, const gp_op *op, const mpq_t x) {
    uint32_t n = op->nargs / 2, reached = 0;
    exact k[4];
    for (int j = 0; j < 4; j++) exact_init(&k[j]);
    for (; reached < n; reached++) {
        work_out(&k[0], q, op->args[2 * reached]);
        if (mpq_cmp(x, k[0].lo) < 0) break;
    }
    bool outside = reached == 0 || reached == n;
    uint32_t first = reached == 0 ? 0 : reached == n && n > 1 ? n - 2 : reached - 1;
    if (outside && (op->node->scoring.outside != GP_EXTEND || n < 2)) {
        work_out(&k[0], q, op->args[reached == 0 ? 1 : 2 * n - 1]);
        mpq_set(y, k[0].lo);
    } else {
        for (uint32_t j = 0; j < 4; j++) work_out(&k[j], q, op->args[2 * first + j]);
        if (mpq_equal(k[0].lo, k[2].lo)) mpq_set(y, k[3].lo); /* a step: the later value */
        else on_line(y, x, (const exact *)k);
    }
    for (int j = 0; j < 4; j++) exact_clear(&k[j]);
}

static void interpolated(exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    gp_val x = lane(q, op->a);
    exact a;
    exact_init(&a);
    work_out(&a, q, op->a);
    at_knots(z->lo, q, op, a.lo);
    at_knots(z->hi, q, op, a.hi);
    order(z);
    if (x.lo != x.hi) as_written(z, v); /* an extreme may lie at a knot inside, which is written */
    exact_clear(&a);
}

static void leaf(exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    gp_val raw = lane(q, op->a);
    if (raw.flags & GP_V_ABSENT) {
        as_written(z, v);
        return;
    }
    work_out(z, q, op->a);
    if (op->unknown == GP_UNKNOWN_ZERO) mpq_set(z->hi, z->lo);
    if (op->unknown == GP_UNKNOWN_FULL) mpq_set(z->lo, z->hi);
}

static void mean(exact *z, const ask *q, const gp_op *op) {
    exact w, s;
    mpq_t weight;
    exact_init(&w);
    exact_init(&s);
    mpq_init(weight);
    mpq_set_si(z->lo, 0, 1);
    mpq_set_si(z->hi, 0, 1);
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        if (lane(q, op->args[k + 1]).flags & GP_V_ABSENT) continue;
        work_out(&w, q, op->args[k]);
        work_out(&s, q, op->args[k + 1]);
        if (mpq_sgn(w.lo) < 0) continue;
        mpq_mul(s.lo, s.lo, w.lo);
        mpq_mul(s.hi, s.hi, w.lo);
        mpq_add(z->lo, z->lo, s.lo);
        mpq_add(z->hi, z->hi, s.hi);
        mpq_add(weight, weight, w.lo);
    }
    if (mpq_sgn(weight)) {
        mpq_div(z->lo, z->lo, weight);
        mpq_div(z->hi, z->hi, weight);
    }
    exact_clear(&w);
    exact_clear(&s);
    mpq_clear(weight);
}

static void vetoed(exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    if (verdict_at(q, op->b) == GP_UNMET || (v->lo == 0 && v->hi == 0)) return;
    work_out(z, q, op->a);
    if (v->lo == 0) mpq_set_si(z->lo, 0, 1);
    if (v->hi == 0) mpq_set_si(z->hi, 0, 1);
}

/* ---- dispatch ---- */

static uint32_t chosen(const ask *q, const gp_op *op) {
    if (op->code == GP_O_COALESCE) return lane(q, op->a).flags & GP_V_ABSENT ? op->b : op->a;
    if (op->code == GP_O_COVERED) {
        gp_val a = lane(q, op->a), z = lane(q, (uint32_t)(op - q->run->program->ops));
        return a.lo == z.lo && a.hi == z.hi ? op->a : op->b;
    }
    gp_val t = lane(q, op->a);
    return t.lo > 0 ? op->b : t.hi <= 0 ? op->c : GP_NO_REG;
}

static void of_choice(exact *z, const ask *q, const gp_op *op, const gp_val *v) {
    uint32_t r = op->code == GP_O_DATED ? gp_dated_entry(q->run, op, gp_pass_row(q->run, q->pass, q->i)) : chosen(q, op);
    if (r != GP_NO_REG) {
        work_out(z, q, r);
        return;
    }
    if (op->code == GP_O_DATED) return;
    exact b; /* if_else on an unknown condition: the hull of both */
    exact_init(&b);
    work_out(z, q, op->b);
    work_out(&b, q, op->c);
    if (mpq_cmp(b.lo, z->lo) < 0) mpq_set(z->lo, b.lo);
    if (mpq_cmp(b.hi, z->hi) > 0) mpq_set(z->hi, b.hi);
    (void)v;
    exact_clear(&b);
}

static void work_out(exact *z, const ask *q, uint32_t r) {
    const gp_op *op = &q->run->program->ops[r];
    gp_val v = lane(q, r);
    mpq_set_si(z->lo, 0, 1); /* callers use one number for several operands */
    mpq_set_si(z->hi, 0, 1);
    if (v.decimal || !isfinite(v.lo) || !isfinite(v.hi)) {
        as_written(z, &v);
        return;
    }
    switch (op->code) {
    case GP_O_NEG: negative(z, q, op); break;
    case GP_O_ABS: absolute(z, q, op); break;
    case GP_O_ADD: case GP_O_SUB: case GP_O_MUL: case GP_O_DIV: case GP_O_MIN: case GP_O_MAX: case GP_O_MARKS: of_two(z, q, op, op->code); break;
    case GP_O_IF_ELSE: case GP_O_COALESCE: case GP_O_DATED: case GP_O_COVERED: of_choice(z, q, op, &v); break;
    case GP_O_ELAPSED: elapsed(z, q); break;
    case GP_O_RATIO: ratio(z, q, op); break;
    case GP_O_CLIP: clipped(z, q, op); break;
    case GP_O_INTERPOLATE:
        if (op->node->scoring.log_scale) as_written(z, &v);
        else interpolated(z, q, op, &v);
        break;
    case GP_O_LEAF: leaf(z, q, op, &v); break;
    case GP_O_WITHHOLD: work_out(z, q, op->a); break;
    case GP_O_MEAN: mean(z, q, op); break;
    case GP_O_VETO_ZERO: vetoed(z, q, op, &v); break;
    default: as_written(z, &v); break;
    }
}

/* ---- the questions ---- */

int gp_decide_compare(gp_run *run, gp_pass pass, uint32_t a, int end_a, uint32_t b, int end_b, size_t i) {
    ask q = {run, pass, i};
    exact x, y;
    exact_init(&x);
    exact_init(&y);
    work_out(&x, &q, a);
    work_out(&y, &q, b);
    int sign = mpq_cmp(end_a ? x.hi : x.lo, end_b ? y.hi : y.lo);
    exact_clear(&x);
    exact_clear(&y);
    run->sum.exact++;
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

static double to_decimal(const mpq_t q) {
    double d = gp_exact_double(q);
    return gp_decimal_double(gp_decimal_of(d), 0);
}

static double round_slowly(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i, gp_opcode code, int digits, gp_rounding rule) {
    ask q = {run, pass, i};
    exact x;
    exact_init(&x);
    work_out(&x, &q, a);
    round_exactly(end ? x.hi : x.lo, code, digits, rule);
    double z = to_decimal(end ? x.hi : x.lo);
    exact_clear(&x);
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
    double err = ((v.decimal ? fabs(x) * GP_UNIT_ROUNDOFF : v.err) * (digits < 0 ? 1 / tens[d] : tens[d]) + y * 4 * GP_UNIT_ROUNDOFF) * 1.0000001;
    bool nearest = code >= GP_O_ROUND_MARKS || code == GP_O_ROUND;
    bool half = nearest && (rule == GP_HALF_UP || rule == GP_HALF_EVEN);
    double gap = half ? fabs(f - 0.5) : fmin(f, 1 - f);
    bool is_whole = v.decimal && f == 0 && y < 1e15; /* a decimal that is whole already */
    if ((gap <= err && !is_whole) || y >= 1e15) {
        if (!v.decimal) run->sum.exact++;
        return round_slowly(run, pass, a, end, i, code, digits, rule);
    }
    gp_decimal z = {(int64_t)whole(y, code, rule, x < 0), -digits};
    double r = gp_decimal_double(z, 0);
    return x < 0 && r != 0 ? -r : r;
}

double gp_decide_mod(gp_run *run, gp_pass pass, uint32_t a, uint32_t b, size_t i) {
    ask q = {run, pass, i};
    exact x, y;
    double z = NAN;
    exact_init(&x);
    exact_init(&y);
    work_out(&x, &q, a);
    work_out(&y, &q, b);
    if (mpq_sgn(y.lo)) { /* x - floor(x / y) * y */
        mpq_div(x.hi, x.lo, y.lo);
        gp_exact_floor(x.hi, 0);
        mpq_mul(x.hi, x.hi, y.lo);
        mpq_sub(x.lo, x.lo, x.hi);
        z = to_decimal(x.lo);
    }
    exact_clear(&x);
    exact_clear(&y);
    return z;
}

/* Full marks of a node: its own, else its weight's share of its parent's among the children that count. */
static void full_marks(mpq_t z, const ask *q, const gp_node *node) {
    const gp_slots *s = &q->run->program->slots[node->index];
    exact w;
    mpq_t weight;
    exact_init(&w);
    mpq_init(weight);
    if (s->full_marks != GP_NO_REG || !node->parent) {
        if (s->full_marks != GP_NO_REG) work_out(&w, q, s->full_marks);
        mpq_set(z, w.lo);
    } else {
        full_marks(z, q, node->parent);
        for (size_t k = 0; k < node->parent->nchild; k++) {
            const gp_slots *c = &q->run->program->slots[node->parent->child[k]->index];
            if (c->score[GP_SCORE] == GP_NO_REG || lane(q, c->score[GP_SCORE]).flags & GP_V_ABSENT) continue;
            work_out(&w, q, c->weight);
            mpq_add(weight, weight, w.lo);
        }
        work_out(&w, q, s->weight);
        mpq_mul(z, z, w.lo);
        if (mpq_sgn(weight)) mpq_div(z, z, weight);
    }
    exact_clear(&w);
    mpq_clear(weight);
}

double gp_decide_marks(gp_run *run, gp_pass pass, const gp_node *node, int end, size_t i) {
    ask q = {run, pass, i};
    exact s;
    mpq_t full;
    exact_init(&s);
    mpq_init(full);
    work_out(&s, &q, run->program->slots[node->index].score[GP_SCORE]);
    full_marks(full, &q, node);
    mpq_mul(full, full, end ? s.hi : s.lo);
    gp_exact_round(full, node->scoring.decimals, node->scoring.rounding);
    double z = to_decimal(full);
    exact_clear(&s);
    mpq_clear(full);
    return z;
}

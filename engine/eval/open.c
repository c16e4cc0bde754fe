/* The open kernel: every operation over the gathered rows, on intervals with basis (interval.h).
 * Invariant: the interval of a register holds every value that it could take, each occurrence of a datum on its own; ends are exact within
 * `err`. */
#include <math.h>

#include "eval/case.h"
#include "eval/interval.h"

typedef struct cell { /* one operation at one open row */
    gp_run *run;
    const gp_op *op;
    gp_val **v;
    uint32_t k;
    size_t i, at, row; /* open position, row of the block, row of the frame */
    gp_pass pass;
} cell;

static gp_val value_of(const cell *c);

/* What the plain kernel has is taken over; what it has not is worked out here, as there are several ways to have no value. */
static void fill(const cell *c, uint32_t r) {
    gp_rows_add(&c->run->filled[r], c->at);
    if (c->run->plain_verdict[r])
        c->v[r][c->i] = (gp_val){.verdict = c->run->plain_verdict[r][c->at], .basis = GP_FINAL + 1, .decimal = true};
    else if (!isnan(c->run->plain[r][c->at])) c->v[r][c->i] = gp_pass_value(c->run, GP_PASS_PLAIN, r, c->at);
    else {
        cell of = *c;
        of.k = r;
        of.op = &c->run->program->ops[r];
        c->v[r][c->i] = value_of(&of);
    }
}

static const gp_val *val(const cell *c, uint32_t r) {
    if (!gp_rows_have(&c->run->filled[r], c->at)) fill(c, r);
    return &c->v[r][c->i * c->run->step[r]];
}

static uint8_t verdict_at(const cell *c, uint32_t r, uint8_t *basis) {
    if (!gp_rows_have(&c->run->filled[r], c->at)) {
        *basis = GP_FINAL + 1;
        return c->run->plain_verdict[r][c->at];
    }
    const gp_val *v = &c->v[r][c->i * c->run->step[r]];
    return *basis = v->basis, v->verdict;
}

/* ---- comparisons ---- */

/* Sign of an end of a minus an end of b. */
static int ends(const cell *c, uint32_t ra, int ea, uint32_t rb, int eb) {
    const gp_val *a = val(c, ra), *b = val(c, rb);
    double x = ea ? a->hi : a->lo, y = eb ? b->hi : b->lo;
    bool point = a->lo == a->hi && b->lo == b->hi; /* an infinite one is an overflow, not unbounded */
    bool near = !(a->decimal && b->decimal) && (point || (isfinite(x) && isfinite(y))) &&
                !(fabs(x - y) > (gp_val_bound(a) + gp_val_bound(b)) * 1.0000001);
    if (near) return gp_decide_compare(c->run, c->pass, ra, ea, rb, eb, c->i);
    return (x > y) - (x < y);
}

/* A strict choice, with ends told apart exactly: where both end alike, the end of the one that is passed by does not matter. */
static gp_val picked(const cell *c) {
    uint32_t a = c->op->a, b = c->op->b;
    bool smaller = c->op->code == GP_O_MIN;
    gp_val z = gp_val_pick(val(c, a), val(c, b), smaller ? 1 : -1);
    for (int end = 0; c->op->strict && end < 2; end++) {
        uint8_t flag = end ? GP_V_HI_OPEN : GP_V_LO_OPEN, fa = val(c, a)->flags & flag, fb = val(c, b)->flags & flag;
        int sign = ends(c, a, end, b, end) * (smaller ? 1 : -1);
        bool inner = smaller == (end == 1); /* the end of both: reached only where both reach it */
        z.flags = (uint8_t)((z.flags & ~flag) | (sign < 0 ? fa : sign > 0 ? fb : inner ? fa | fb : fa & fb));
    }
    return z;
}

/* Truth of a < b (strict) or a <= b: 1 always, 0 never, -1 it depends. */
static int below(const cell *c, uint32_t ra, uint32_t rb, bool strict) {
    const gp_val *a = val(c, ra), *b = val(c, rb);
    int far = ends(c, ra, 1, rb, 0), near = ends(c, ra, 0, rb, 1);
    bool apart_far = (a->flags & GP_V_HI_OPEN) || (b->flags & GP_V_LO_OPEN),
         apart_near = (a->flags & GP_V_LO_OPEN) || (b->flags & GP_V_HI_OPEN);
    if (far < 0 || (far == 0 && (!strict || apart_far))) return 1;
    if (near > 0 || (near == 0 && (strict || apart_near))) return 0;
    return -1;
}

static int equal(const cell *c, uint32_t ra, uint32_t rb) {
    const gp_val *a = val(c, ra), *b = val(c, rb);
    if (below(c, ra, rb, true) == 1 || below(c, rb, ra, true) == 1) return 0;
    bool points = a->lo == a->hi && b->lo == b->hi;
    return points && ends(c, ra, 0, rb, 0) == 0 ? 1 : points ? 0 : -1;
}

static int relation(const cell *c, gp_opcode code, uint32_t a, uint32_t b) {
    int t;
    if ((val(c, a)->flags | val(c, b)->flags) & (GP_V_ABSENT | GP_V_MAYBE)) return -1;
    switch (code) {
    case GP_O_LT: return below(c, a, b, true);
    case GP_O_LE: return below(c, a, b, false);
    case GP_O_GT: return below(c, b, a, true);
    case GP_O_GE: return below(c, b, a, false);
    case GP_O_EQ: return equal(c, a, b);
    default: t = equal(c, a, b); return t < 0 ? t : !t;
    }
}

static gp_val compared(const cell *c) {
    const gp_val *a = val(c, c->op->a), *b = val(c, c->op->b);
    int t = relation(c, c->op->code, c->op->a, c->op->b);
    uint8_t flags = (a->flags | b->flags) & GP_V_CARRIED;
    return (gp_val){.lo = t > 0, .hi = t != 0, .flags = flags, .basis = gp_val_weaker(a->basis, b->basis), .decimal = true};
}

static gp_val logical(const cell *c) {
    const gp_val *a = val(c, c->op->a), *b = val(c, c->op->b);
    bool and = c->op->code == GP_O_AND;
    gp_val z = {.lo = and ? fmin(a->lo, b->lo) : fmax(a->lo, b->lo), .hi = and ? fmin(a->hi, b->hi) : fmax(a->hi, b->hi), .decimal = true};
    z.basis = gp_val_weaker(a->basis, b->basis);
    z.flags = z.lo == z.hi ? 0 : (a->flags | b->flags) & GP_V_CARRIED;
    return z;
}

/* ---- functions ---- */

/* An operand whose ends may be 0, or no more than look like it: those ends exactly. */
static gp_val settled(const cell *c, uint32_t r) {
    gp_val v = *val(c, r);
    if (v.decimal || v.flags & GP_V_ABSENT) return v;
    bool point = v.lo == v.hi;
    if (isfinite(v.lo) && !(fabs(v.lo) > v.err)) v.lo = gp_decide_end(c->run, c->pass, r, 0, c->i);
    if (point) v.hi = v.lo;
    else if (isfinite(v.hi) && !(fabs(v.hi) > v.err)) v.hi = gp_decide_end(c->run, c->pass, r, 1, c->i);
    if (v.lo != val(c, r)->lo || v.hi != val(c, r)->hi) v.err = fmin(v.err, gp_val_larger(v.lo, v.hi) * GP_UNIT_ROUNDOFF);
    return v;
}

static gp_val divided(const cell *c) {
    gp_val b = settled(c, c->op->b);
    return gp_val_div(val(c, c->op->a), &b);
}

static double transcendental(gp_opcode code, double x) {
    double y = code == GP_O_SQRT ? sqrt(fmax(x, 0)) : code == GP_O_EXP ? exp(x) : code == GP_O_LOG ? log(fmax(x, 0)) : erf(x);
    return isfinite(y) ? gp_round_digits(y, 12) : y;
}

static gp_val monotone(const cell *c) {
    gp_val argument = settled(c, c->op->a);
    const gp_val *a = &argument;
    bool sqrt_ = c->op->code == GP_O_SQRT, log_ = c->op->code == GP_O_LOG;
    if (a->flags & GP_V_NONE || (sqrt_ && a->hi < 0) || (log_ && a->hi <= 0)) return gp_val_absent(a->basis, true);
    gp_val z = *a;
    z.lo = transcendental(c->op->code, a->lo);
    z.hi = transcendental(c->op->code, a->hi);
    z.decimal = true;
    z.err = 0;
    z.flags &= (uint8_t)~(GP_V_LO_OPEN | GP_V_HI_OPEN); /* what lies just inside may round to the end */
    bool point = a->lo == a->hi;
    if (point && !isfinite(z.lo)) return gp_val_absent(a->basis, true);
    if ((sqrt_ && a->lo < 0) || (log_ && a->lo <= 0)) z.flags |= GP_V_MAYBE;
    return z;
}

static gp_val power(const cell *c) {
    const gp_val *a = val(c, c->op->a), *b = val(c, c->op->b);
    gp_val z;
    if (gp_val_lacking(&z, a, b)) return z;
    if (b->lo != b->hi || (a->lo != a->hi && (a->lo < 0 || (a->lo == 0 && b->lo < 0)))) return gp_val_any(a, b);
    double p = pow(a->lo, b->lo), q = pow(a->hi, b->lo);
    if (isnan(p) || isnan(q) || (a->lo == a->hi && !isfinite(p))) return gp_val_absent(gp_val_weaker(a->basis, b->basis), true);
    z = (gp_val){
        .lo = gp_round_digits(fmin(p, q), 12), .hi = isfinite(fmax(p, q)) ? gp_round_digits(fmax(p, q), 12) : INFINITY, .decimal = true};
    z.basis = gp_val_weaker(a->basis, b->basis);
    z.flags = gp_val_flags(a, b);
    return z;
}

static gp_val known_point(double x, const gp_val *from) {
    return (gp_val){.lo = x, .hi = x, .flags = from->flags & GP_V_MISS, .basis = from->basis, .decimal = true};
}

static gp_val modulo(const cell *c) {
    const gp_val *a = val(c, c->op->a), *b = val(c, c->op->b);
    gp_val z;
    if (gp_val_lacking(&z, a, b)) return z;
    if (a->lo == a->hi && b->lo == b->hi) {
        double m = gp_decide_mod(c->run, c->pass, c->op->a, c->op->b, c->i);
        return isnan(m) ? gp_val_absent(gp_val_weaker(a->basis, b->basis), true)
                        : known_point(m, &(gp_val){.basis = gp_val_weaker(a->basis, b->basis), .flags = gp_val_flags(a, b)});
    }
    if (!(b->lo > 0) || b->lo != b->hi) return gp_val_any(a, b);
    return (gp_val){.lo = 0, .hi = b->hi, .flags = gp_val_flags(a, b), .err = gp_val_bound(b), .basis = gp_val_weaker(a->basis, b->basis)};
}

/* An end that is not reached and is a whole number already: what lies just inside rounds up, or down, to the next one. */
static void step_inside(const cell *c, gp_val *z, const gp_val *a) {
    uint32_t r = c->op->a;
    double one = pow(10, -c->op->digits);
    bool up = c->op->code == GP_O_CEIL && a->flags & GP_V_LO_OPEN && isfinite(a->lo);
    bool down = c->op->code == GP_O_FLOOR && a->flags & GP_V_HI_OPEN && isfinite(a->hi);
    if (up && gp_decide_against(c->run, c->pass, r, 0, z->lo, c->i) == 0) z->lo = gp_decimal_double(gp_decimal_of(z->lo + one), 0);
    if (down && gp_decide_against(c->run, c->pass, r, 1, z->hi, c->i) == 0) z->hi = gp_decimal_double(gp_decimal_of(z->hi - one), 0);
    if (z->lo > z->hi) z->hi = z->lo;
}

static gp_val rounded(const cell *c) {
    const gp_val *a = val(c, c->op->a);
    if (a->flags & GP_V_ABSENT) return *a;
    gp_rounding rule = c->op->code == GP_O_ROUND_MARKS ? c->op->node->scoring.rounding : GP_HALF_UP;
    gp_val z = *a;
    if (isfinite(a->lo)) z.lo = gp_decide_round(c->run, c->pass, c->op->a, 0, c->i, c->op->code, c->op->digits, rule);
    if (isfinite(a->hi))
        z.hi = a->lo == a->hi ? z.lo : gp_decide_round(c->run, c->pass, c->op->a, 1, c->i, c->op->code, c->op->digits, rule);
    if (a->lo != a->hi) step_inside(c, &z, a);
    z.flags &= (uint8_t)~(GP_V_LO_OPEN | GP_V_HI_OPEN);
    z.decimal = true;
    z.err = 0;
    return z;
}

static gp_val chosen(const cell *c) {
    const gp_val *t = val(c, c->op->a), *yes = val(c, c->op->b), *no = val(c, c->op->c);
    gp_val z = t->lo > 0 ? *yes : t->hi <= 0 ? *no : gp_val_hull(yes, no);
    z.basis = gp_val_weaker(z.basis, t->basis);
    if (t->lo != t->hi) z.flags |= t->flags & GP_V_MISS;
    return z;
}

static gp_val known(const gp_val *a) {
    bool yes = !(a->flags & GP_V_ABSENT), sure = !(a->flags & GP_V_MAYBE);
    return (gp_val){.lo = yes && sure, .hi = yes, .basis = a->basis, .decimal = true};
}

/* What made the first one absent counts for the basis: it was read. */
static gp_val coalesced(const cell *c) {
    const gp_val *a = val(c, c->op->a);
    if (!(a->flags & (GP_V_ABSENT | GP_V_MAYBE))) return *a;
    gp_val z = *val(c, c->op->b);
    if (a->flags & GP_V_ABSENT) { /* missing, or without a value: both give way */
        z.basis = gp_val_weaker(z.basis, a->basis);
        return z;
    }
    if (!(z.flags & GP_V_ABSENT)) { /* the one or the other */
        uint8_t maybe = z.flags & GP_V_MAYBE;
        z = gp_val_hull(a, &z);
        z.flags = (uint8_t)((z.flags & ~GP_V_MAYBE) | maybe);
    } else return *a;
    z.basis = gp_val_weaker(z.basis, a->basis);
    return z;
}

/* ---- data ---- */

static gp_val code_value(const cell *c) {
    const gp_val *a = val(c, c->op->a);
    const gp_words *w = c->op->type->words;
    if (a->lo == a->hi) return known_point(w->value[(size_t)a->lo], a);
    gp_val z = *a;
    z.lo = INFINITY;
    z.hi = -INFINITY;
    for (size_t i = 0; i < w->n; i++) { z.lo = fmin(z.lo, w->value[i]); z.hi = fmax(z.hi, w->value[i]); }
    return z;
}

/* ---- verdicts ---- */

static int test_one(const cell *c, gp_test test, uint32_t target) {
    switch (test) {
    case GP_AT_LEAST: case GP_REACHED: return relation(c, GP_O_GE, c->op->a, target);
    case GP_AT_MOST: case GP_BY: return relation(c, GP_O_LE, c->op->a, target);
    case GP_MORE_THAN: return relation(c, GP_O_GT, c->op->a, target);
    case GP_LESS_THAN: return relation(c, GP_O_LT, c->op->a, target);
    case GP_NOT: return relation(c, GP_O_NE, c->op->a, target);
    default: return relation(c, GP_O_EQ, c->op->a, target);
    }
}

static int test_all(const cell *c, gp_test test) {
    if (test == GP_BETWEEN) {
        int lo = relation(c, GP_O_GE, c->op->a, c->op->args[0]), hi = relation(c, GP_O_LE, c->op->a, c->op->args[1]);
        return lo == 0 || hi == 0 ? 0 : lo == 1 && hi == 1 ? 1 : -1;
    }
    int any = 0;
    for (uint32_t i = 0; i < c->op->nargs; i++) {
        int t = test_one(c, test, c->op->args[i]);
        if (t == 1) return 1;
        if (t < 0) any = -1;
    }
    return any;
}

static gp_val tested(const cell *c) {
    gp_val z = *val(c, c->op->a);
    bool some = z.flags & GP_V_MISS;
    for (uint32_t i = 0; i < c->op->nargs; i++) {
        const gp_val *t = val(c, c->op->args[i]);
        z.basis = gp_val_weaker(z.basis, t->basis);
        some = some || (t->flags & GP_V_MISS);
    }
    int t = test_all(c, c->op->node->criterion.test);
    z.verdict = t == 1 ? GP_MET : t == 0 ? GP_UNMET : some ? GP_NO_DATA : GP_UNDECIDED;
    return z;
}

static gp_val ruled(const cell *c) {
    gp_rule_input in[GP_RULE_READS];
    gp_val z = {.decimal = true};
    for (uint32_t j = 0; j < c->op->nargs; j++) {
        const gp_val *x = val(c, c->op->args[j]);
        gp_rule_input_of(&in[j], c->run, c->op->rule->reads[j], x, c->row);
        z.basis = gp_val_weaker(z.basis, x->basis);
    }
    if (c->pass == GP_PASS_FINAL) { /* final when all that it reads is: nothing to ask again */
        gp_val first = c->run->open[0][c->k][c->i];
        z.verdict = z.basis <= GP_FINAL + 1 ? first.verdict : GP_UNDECIDED;
        return z;
    }
    gp_rule_answer *answer = gp_run_answer(c->run, c->k, c->row);
    const gp_criterion *by = &c->op->node->criterion;
    gp_host_call(answer, c->run->options.host, c->run->keeps, c->op->rule, gp_run_arguments(c->run, by->with, by->nwith, c->row), by->nwith,
                 in, 1);
    z.verdict = gp_verdict_of_rule(answer);
    return z;
}

/* Final when the children are as they were: then the rule would say the same. */
static gp_val rolled(const cell *c) {
    gp_val z = {.decimal = true};
    bool same = true;
    for (uint32_t j = 0; j < c->op->nargs; j++) {
        if (c->op->args[j] == GP_NO_REG) continue;
        const gp_val *x = val(c, c->op->args[j]), *first = gp_open_value(c->run, GP_PASS_OPEN, c->op->args[j], c->i);
        same = same && x->lo == first->lo && x->hi == first->hi && x->verdict == first->verdict;
        z.basis = gp_val_weaker(z.basis, x->basis);
    }
    if (c->pass == GP_PASS_FINAL) z.verdict = same ? c->run->open[0][c->k][c->i].verdict : GP_UNDECIDED;
    else z.verdict = gp_roll(c->run, c->op, c->k, c->pass, c->i);
    return z;
}

static gp_val judged(const cell *c) {
    const gp_judgement *j = gp_frame_judgement(c->run->frame, c->row, c->op->node->index);
    return (gp_val){.verdict = !j ? GP_NO_DATA : j->met ? GP_MET : GP_UNMET, .basis = j ? GP_FINAL + 1 : 0, .decimal = true};
}

static gp_val tier(const cell *c) {
    const gp_judgement *j = gp_frame_judgement(c->run->frame, c->row, c->op->node->index);
    if (!j) return gp_val_absent(0, false);
    if (j->has_mark) return (gp_val){.lo = j->mark, .hi = j->mark, .basis = GP_FINAL + 1, .decimal = true};
    gp_val z = gp_val_hull(val(c, c->op->args[2 * j->index]), val(c, c->op->args[2 * j->index + 1]));
    z.basis = gp_val_weaker(z.basis, GP_FINAL + 1);
    return z;
}

static gp_val decide(const cell *c) {
    gp_val z = c->op->a == GP_NO_REG ? (gp_val){.verdict = GP_MEASURED, .decimal = true} : *val(c, c->op->a);
    gp_decided how;
    const gp_ruling *r = gp_ruling_of(&how, c->run, c->op, c->pass, c->i);
    if (r && how == GP_DECIDED && r->is.has_verdict) z.verdict = r->is.verdict;
    return z;
}

static gp_val parent(const cell *c) {
    gp_tally t = {0};
    gp_val z = {.decimal = true};
    for (uint32_t k = 0; k < c->op->nargs; k++) {
        if (c->op->args[k] == GP_NO_REG) continue;
        uint8_t basis, verdict = verdict_at(c, c->op->args[k], &basis);
        gp_tally_add(&t, verdict, c->op->node->child[k]->binding);
        if (verdict != GP_NOT_APPLICABLE && verdict != GP_WAIVED) z.basis = gp_val_weaker(z.basis, basis);
    }
    z.verdict = gp_tally_verdict(&t, c->op->node->require);
    return z;
}

static gp_val status(const cell *c) {
    gp_val z = c->op->a == GP_NO_REG ? (gp_val){.verdict = GP_MEASURED, .decimal = true} : *val(c, c->op->a);
    uint32_t value = c->run->program->slots[c->op->node->index].value;
    const gp_val *applies = c->op->b == GP_NO_REG ? NULL : val(c, c->op->b), *due = c->op->c == GP_NO_REG ? NULL : val(c, c->op->c);
    z.verdict = gp_status_verdict(c->run, c->op, c->row, c->run->as_of[c->row - c->run->first], z.verdict, applies, due,
                                  value == GP_NO_REG ? NULL : val(c, value));
    if (applies) z.basis = gp_val_weaker(z.basis, applies->basis);
    if (due) z.basis = gp_val_weaker(z.basis, due->basis);
    return z;
}

/* ---- scores ---- */

static gp_val verdict_score(uint8_t verdict, uint8_t basis) {
    if (verdict == GP_MET) return (gp_val){.lo = 1, .hi = 1, .basis = basis, .decimal = true};
    if (verdict == GP_UNMET) return (gp_val){.lo = 0, .hi = 0, .basis = basis, .decimal = true};
    if (verdict == GP_UNDECIDED) return (gp_val){.lo = 0, .hi = 1, .basis = basis, .decimal = true}; /* one or the other */
    return gp_val_absent(basis, false);
}

static gp_val rule_score(const cell *c) {
    const gp_val *v = val(c, c->op->b);
    double s = gp_run_answer(c->run, c->op->a, c->row)->score;
    if (isnan(s) && v->verdict == GP_UNDECIDED) return gp_val_absent(v->basis, false); /* it may still give any score */
    if (isnan(s)) return verdict_score(v->verdict, v->basis);
    s = gp_score_of_rule(s);
    return (gp_val){.lo = s, .hi = s, .basis = v->basis, .decimal = true};
}

/* T/x for x <= 0 is beyond any cap. */
static gp_val ratio_down(const gp_val *x, const gp_val *t) {
    if (x->lo > 0) return gp_val_div(t, x);
    gp_val z = {.lo = INFINITY, .hi = INFINITY, .flags = gp_val_flags(x, t), .basis = gp_val_weaker(x->basis, t->basis)};
    if (x->hi <= 0) return z;
    gp_val top = {.lo = x->hi,
                  .hi = x->hi,
                  .flags = x->flags & GP_V_HI_OPEN ? GP_V_LO_OPEN : 0,
                  .basis = x->basis,
                  .decimal = x->decimal,
                  .err = x->err};
    gp_val q = gp_val_div(t, &top);
    z.lo = q.lo;
    z.err = q.err;
    return z;
}

static double between_at(double x, double lo, double hi) { return x < lo ? x / lo : x > hi ? (isinf(x) ? 0 : hi / x) : 1; }

static gp_val ratio_between(const gp_val *x, const gp_val *lo, const gp_val *hi) {
    if (!(lo->lo > 0 && hi->lo > 0)) return gp_val_absent(gp_val_weaker(x->basis, lo->basis), true);
    if (lo->lo != lo->hi || hi->lo != hi->hi)
        return (gp_val){
            .lo = -INFINITY, .hi = 1, .flags = gp_val_flags(lo, hi), .basis = gp_val_weaker(x->basis, lo->basis), .decimal = true};
    double p = between_at(x->lo, lo->lo, hi->lo), q = between_at(x->hi, lo->lo, hi->lo);
    gp_val z = {.lo = fmin(p, q), .hi = fmax(p, q), .flags = gp_val_flags(x, lo), .basis = gp_val_weaker(x->basis, lo->basis)};
    if (x->lo <= hi->lo && x->hi >= lo->lo) z.hi = fmax(z.hi, 1);
    double below = gp_val_bound(x) / (lo->lo - gp_val_bound(lo)),
           above = (gp_val_bound(hi) + gp_val_bound(x)) / (hi->lo - gp_val_bound(hi)); /* slopes are 1/lo and at most 1/hi */
    double scaled = gp_val_larger(z.lo, z.hi) * gp_val_bound(lo) / (lo->lo - gp_val_bound(lo));
    z.err = (below + scaled + fmax(above, 0)) * 1.0000001 + 4 * GP_UNIT_ROUNDOFF * fmax(gp_val_larger(z.lo, z.hi), 1);
    if (!(lo->lo > gp_val_bound(lo) && hi->lo > gp_val_bound(hi))) z.err = INFINITY;
    return z;
}

static gp_val ratio(const cell *c) {
    const gp_val *x = val(c, c->op->a), *t = val(c, c->op->b);
    if ((x->flags | t->flags) & (GP_V_ABSENT | GP_V_MAYBE)) return gp_val_absent(gp_val_weaker(x->basis, t->basis), false);
    if (c->op->c != GP_NO_REG && val(c, c->op->c)->flags & GP_V_ABSENT) return gp_val_absent(gp_val_weaker(x->basis, t->basis), false);
    if (c->op->c != GP_NO_REG) return ratio_between(x, t, val(c, c->op->c));
    if (!(t->lo > 0)) return gp_val_absent(gp_val_weaker(x->basis, t->basis), true);
    return gp_score_direction(c->op->node) > 0 ? gp_val_div(x, t) : ratio_down(x, t);
}

static gp_val clipped(const cell *c) {
    gp_val z = *val(c, c->op->a);
    const gp_val *cap = c->op->b == GP_NO_REG ? NULL : val(c, c->op->b), *low = c->op->c == GP_NO_REG ? NULL : val(c, c->op->c);
    if (z.flags & GP_V_ABSENT) return z;
    if (cap) { z.lo = fmin(z.lo, cap->lo); z.hi = fmin(z.hi, cap->hi); }
    if (low) { z.lo = fmax(z.lo, low->lo); z.hi = fmax(z.hi, low->hi); }
    if (z.lo == z.hi && isinf(z.lo)) return gp_val_absent(z.basis, true);
    z.err = (z.decimal ? 0 : z.err) + (gp_val_roundoff(z.lo) + gp_val_roundoff(z.hi));
    z.decimal = z.decimal && (!cap || cap->decimal) && (!low || low->decimal);
    return z;
}

static gp_val interpolated(const cell *c) {
    const gp_val *x = val(c, c->op->a);
    if (x->flags & (GP_V_ABSENT | GP_V_MAYBE)) return gp_val_absent(x->basis, false);
    double e0 = 0, e1 = 0;
    double p = gp_interpolate(&e0, c->run, c->op, c->pass, x, 0, c->i),
           q = x->lo == x->hi ? p : gp_interpolate(&e1, c->run, c->op, c->pass, x, 1, c->i);
    if (isnan(p) || isnan(q)) return gp_val_absent(x->basis, true);
    gp_val z = {.lo = fmin(p, q), .hi = fmax(p, q), .err = fmax(e0, e1), .basis = x->basis, .flags = x->flags & GP_V_MISS};
    for (uint32_t k = 0; x->lo != x->hi && k < c->op->nargs / 2; k++) { /* extremes lie at the ends or at knots inside */
        const gp_val *y = val(c, c->op->args[2 * k + 1]);
        if (!gp_knot_inside(c->run, c->op, c->pass, x, k, c->i)) continue;
        z.lo = fmin(z.lo, y->lo);
        z.hi = fmax(z.hi, y->lo);
        z.err = fmax(z.err, gp_val_bound(y));
    }
    return z;
}

/* A limit of a score where nothing is known: none means unbounded. */
static double limit(const cell *c, uint32_t r, double none) { return r == GP_NO_REG ? none : val(c, r)->lo; }

static gp_val leaf(const cell *c) {
    gp_val z = *val(c, c->op->a);
    uint8_t verdict = c->op->b == GP_NO_REG ? GP_MET : val(c, c->op->b)->verdict;
    if (verdict == GP_NOT_APPLICABLE || (verdict == GP_WAIVED && !c->op->flag)) return gp_val_absent(z.basis, true);
    bool none = z.flags & GP_V_ABSENT || (z.lo == z.hi && isinf(z.lo)); /* beyond any number, and no cap */
    double low = limit(c, c->op->args[1], -INFINITY), cap = limit(c, c->op->args[0], INFINITY);
    if (none) z = (gp_val){.lo = low, .hi = cap, .basis = z.basis, .flags = GP_V_MISS, .decimal = true};
    if (z.lo == z.hi && !none) return z;
    switch (c->op->unknown) {
    case GP_UNKNOWN_EXCLUDE: return gp_val_absent(z.basis, true);
    case GP_UNKNOWN_ZERO: z.hi = z.lo; break;
    case GP_UNKNOWN_FULL: z.lo = z.hi; break;
    default: break;
    }
    return isinf(z.lo) && z.lo == z.hi ? gp_val_absent(z.basis, true) : z;
}

static gp_val sure(const cell *c) {
    const gp_val *applies = val(c, c->op->b), *z = val(c, c->op->a);
    return applies->lo <= 0 && applies->hi > 0 ? gp_val_absent(z->basis, true) : *z;
}

static gp_val withheld(const cell *c) {
    uint8_t v = val(c, c->op->b)->verdict;
    gp_val z = *val(c, c->op->a);
    return v == GP_NOT_APPLICABLE || (v == GP_WAIVED && !c->op->flag) ? gp_val_absent(z.basis, true) : z;
}

/* A decision that leaves it open: from what unmet gives to what met gives. */
static gp_val decided(const cell *c) {
    bool none;
    uint32_t r = gp_decided_score(&none, c->run, c->op, c->pass, c->i);
    if (r != GP_NO_REG) return *val(c, r);
    const gp_val *met = val(c, c->op->args[c->op->nargs - 2]), *unmet = val(c, c->op->args[c->op->nargs - 1]);
    if (none) return gp_val_absent(0, true);
    gp_val z = {.lo = fmin(unmet->lo, met->lo), .hi = fmax(unmet->hi, met->hi), .flags = GP_V_MISS, .decimal = true};
    return z;
}

static gp_val known_weight(const cell *c) {
    const gp_val *s = val(c, c->op->a);
    uint8_t v = c->op->b == GP_NO_REG ? GP_MET : val(c, c->op->b)->verdict;
    if (v == GP_NOT_APPLICABLE || v == GP_WAIVED) return gp_val_absent(0, true);
    double known = !(s->flags & GP_V_ABSENT) && s->lo == s->hi;
    return (gp_val){.lo = known, .hi = known, .decimal = true};
}

/* Weights that are no single numbers leave the mean between the lowest and the highest score; missing or negative ones leave none. */
static bool odd_weights(gp_val *z, const cell *c) {
    bool odd = false, none = false;
    if (c->run->steady[c->k]) return false;
    gp_val all = {.lo = INFINITY, .hi = -INFINITY};
    for (uint32_t k = 0; k < c->op->nargs; k += 2) {
        const gp_val *w = val(c, c->op->args[k]), *s = val(c, c->op->args[k + 1]);
        if (s->flags & GP_V_ABSENT) continue;
        odd = odd || w->lo != w->hi;
        none = none || w->flags & GP_V_ABSENT || !(w->lo >= 0);
        all.lo = fmin(all.lo, s->lo);
        all.hi = fmax(all.hi, s->hi);
        all.err = fmax(all.err, gp_val_bound(s));
        all.flags |= s->flags & GP_V_MISS;
        all.basis = gp_val_weaker(all.basis, gp_val_weaker(w->basis, s->basis));
    }
    if (odd || none) *z = none ? gp_val_absent(all.basis, true) : all;
    return odd || none;
}

/* What a mean has added up. */
typedef struct adding { double weight, error, more; } adding;

static inline void add_weighed(gp_val *z, adding *sum, const gp_val *w, double lo, double hi, double bound) {
    double larger = gp_val_larger(lo, hi), off = gp_val_bound(w);
    z->lo += gp_val_times(w->lo, lo);
    z->hi += gp_val_times(w->lo, hi);
    sum->weight += w->lo;
    sum->error += (w->lo + off) * (bound + larger * sum->more) + 2 * off * larger;
}

/* Whether operand r is as the plain kernel has it: its value and bound are looked up there, as operands come in great numbers. */
static inline bool is_plain(double *v, double *bound, const cell *c, uint32_t r) {
    const gp_run *run = c->run;
    if (gp_rows_have(&run->filled[r], c->at) || isnan(*v = run->plain[r][c->at])) return false;
    *bound = gp_plain_bound(run, r, c->at, *v);
    return true;
}

static gp_val mean(const cell *c) {
    gp_val z = {.lo = 0, .hi = 0};
    adding sum = {.more = (2.0 * c->op->nargs + 6) * GP_UNIT_ROUNDOFF};
    bool steady = c->run->steady[c->k];
    double v, bound;
    if (odd_weights(&z, c)) return z;
    for (uint32_t k = 0; k < c->op->nargs; k += 2) {
        const gp_val *w = steady ? c->v[c->op->args[k]] : val(c, c->op->args[k]);
        uint32_t r = c->op->args[k + 1];
        if (is_plain(&v, &bound, c, r)) {
            add_weighed(&z, &sum, w, v, v, bound);
            z.basis = gp_val_weaker(z.basis, gp_plain_basis(c->run, r));
            continue;
        }
        const gp_val *s = val(c, r);
        if (s->flags & GP_V_ABSENT) continue;
        add_weighed(&z, &sum, w, s->lo, s->hi, gp_val_bound(s));
        z.basis = gp_val_weaker(z.basis, s->basis);
        z.flags |= s->flags & GP_V_MISS;
    }
    if (!(sum.weight > 0)) return gp_val_absent(z.basis, true);
    z.lo /= sum.weight;
    z.hi /= sum.weight;
    z.err = sum.error / sum.weight * 1.0000001;
    return z;
}

static gp_val covered(const cell *c) {
    const gp_val *known = val(c, c->op->c);
    if (known->flags & GP_V_ABSENT || ends(c, c->op->c, 0, c->op->args[0], 0) >= 0) return *val(c, c->op->a);
    return *val(c, c->op->b);
}

static gp_val marks(const cell *c) {
    const gp_val *s = val(c, c->op->a);
    return s->flags & GP_V_ABSENT ? *s : gp_val_mul(s, val(c, c->op->b));
}

static gp_val constant(const gp_op *op) {
    return (gp_val){.lo = op->value, .hi = op->value, .err = fabs(op->value) * op->bound, .decimal = op->error == GP_E_DECIMAL};
}

static gp_val dated(const cell *c) {
    uint32_t r = gp_dated_entry(c->run, c->op, c->row);
    return r == GP_NO_REG ? gp_val_absent(0, false) : *val(c, r);
}

static gp_val varied(const cell *c) {
    const gp_varied *k = &c->run->frame->varied[c->op->ref];
    double x = k->column[c->row];
    return isnan(x) ? *val(c, c->op->a) : (gp_val){.lo = x, .hi = k->upper ? k->upper[c->row] : x, .decimal = true};
}

/* ---- dispatch ---- */

/* Whether an operation that must have its operands lacks one. */
static bool lacks(gp_val *z, const cell *c) {
    const gp_val *a = val(c, c->op->a), *b = c->op->code == GP_O_IF_ELSE ? a : val(c, c->op->b);
    if (!((a->flags | b->flags) & (GP_V_ABSENT | GP_V_MAYBE))) return false;
    *z = gp_val_absent(gp_val_weaker(a->basis, b->basis), (a->flags | b->flags) & GP_V_NONE);
    return true;
}

static gp_val text_of(const cell *c, const double *column) { return (gp_val){.lo = column[c->row], .hi = column[c->row], .decimal = true}; }

static gp_val value_of(const cell *c) {
    const gp_op *op = c->op;
    gp_val none;
    if (op->strict && lacks(&none, c)) return none;
    switch (op->code) {
    case GP_O_CONST: return constant(op);
    case GP_O_LOAD: return gp_load_value(c->run, op, c->pass, c->i);
    case GP_O_SUBJECT: return text_of(c, c->run->subject_text);
    case GP_O_PERIOD: return text_of(c, c->run->period_text);
    case GP_O_CODE_VALUE: return code_value(c);
    case GP_O_NEG: return gp_val_negative(val(c, op->a), false);
    case GP_O_NOT: return gp_val_negative(val(c, op->a), true);
    case GP_O_ADD: return gp_val_add(val(c, op->a), val(c, op->b), false);
    case GP_O_SUB: return gp_val_add(val(c, op->a), val(c, op->b), true);
    case GP_O_MUL: return gp_val_mul(val(c, op->a), val(c, op->b));
    case GP_O_DIV: return divided(c);
    case GP_O_MOD: return modulo(c);
    case GP_O_POW: return power(c);
    case GP_O_LT: case GP_O_LE: case GP_O_GT: case GP_O_GE: case GP_O_EQ: case GP_O_NE: return compared(c);
    case GP_O_AND: case GP_O_OR: return logical(c);
    case GP_O_MIN: case GP_O_MAX: return picked(c);
    case GP_O_ABS: return gp_val_absolute(val(c, op->a));
    case GP_O_SQRT: case GP_O_EXP: case GP_O_LOG: case GP_O_ERF: return monotone(c);
    case GP_O_ROUND: case GP_O_FLOOR: case GP_O_CEIL: case GP_O_TRUNC: case GP_O_ROUND_MARKS: return rounded(c);
    case GP_O_IF_ELSE: return chosen(c);
    case GP_O_COALESCE: return coalesced(c);
    case GP_O_KNOWN: return known(val(c, op->a));
    case GP_O_NONE: return gp_val_absent(0, true);
    case GP_O_ELAPSED: return gp_elapsed_value(c->run, c->pass, c->i);
    case GP_O_WRITTEN: return gp_written_value(c->run, op, c->pass, c->i);
    case GP_O_COHORT: return gp_cohort_value(c->run, op, c->pass, c->i);
    case GP_O_DATED: return dated(c);
    case GP_O_VARIED: return varied(c);
    case GP_O_TEST: return tested(c);
    case GP_O_RULE: return ruled(c);
    case GP_O_ROLL: return rolled(c);
    case GP_O_ROLL_SCORE: return gp_roll_score(c->run, op, c->pass, c->i);
    case GP_O_JUDGED: return judged(c);
    case GP_O_DECIDE: return decide(c);
    case GP_O_PARENT: return parent(c);
    case GP_O_STATUS: return status(c);
    case GP_O_PASS_FAIL: return verdict_score(val(c, op->a)->verdict, val(c, op->a)->basis);
    case GP_O_RATIO: return ratio(c);
    case GP_O_INTERPOLATE: return interpolated(c);
    case GP_O_RULE_SCORE: return rule_score(c);
    case GP_O_CLIP: return clipped(c);
    case GP_O_SURE: return sure(c);
    case GP_O_LEAF: return leaf(c);
    case GP_O_WITHHOLD: return withheld(c);
    case GP_O_DECIDED: return decided(c);
    case GP_O_KNOWN_WEIGHT: return known_weight(c);
    case GP_O_MEAN: return mean(c);
    case GP_O_AGGREGATE: return gp_aggregate_value(c->run, op, c->pass, c->i);
    case GP_O_TOTAL: return gp_total_value(c->run, op, c->pass, c->i);
    case GP_O_STRIKES: return gp_strikes_value(c->run, op, c->pass, c->i);
    case GP_O_VETO: return gp_veto_value(c->run, op, c->pass, c->i);
    case GP_O_GRADE: return gp_grade_value(c->run, op, c->pass, c->i);
    case GP_O_WORD: return gp_word_value(c->run, op, c->pass, c->i);
    case GP_O_COVERED: return covered(c);
    case GP_O_MARKS: return marks(c);
    case GP_O_REPORTED: return gp_reported_value(c->run, op, c->pass, c->i);
    case GP_O_COVER: return gp_cover_value(c->run, op, c->pass, c->i);
    case GP_O_TIER: return tier(c);
    }
    return gp_val_absent(0, true);
}

static cell cell_at(const gp_run *run, gp_pass pass, size_t i) {
    size_t at = run->open_row[i];
    return (cell){
        .run = (gp_run *)(uintptr_t)run, .v = run->open[pass == GP_PASS_FINAL], .i = i, .at = at, .row = run->first + at, .pass = pass};
}

const gp_val *gp_open_value(const gp_run *run, gp_pass pass, uint32_t r, size_t i) {
    cell c = cell_at(run, pass, i);
    return val(&c, r);
}

static void run_rows(cell *c, const gp_run *run) {
    for (size_t w = run->open_row[0] / 64, last = run->open_row[run->nopen - 1] / 64; w <= last; w++) {
        for (uint64_t left = run->differs[c->k].word[w]; left; left &= left - 1) {
            c->at = w * 64 + (size_t)__builtin_ctzll(left);
            c->i = run->slot[c->at];
            c->row = run->first + c->at;
            c->v[c->k][c->i] = value_of(c);
        }
    }
}

void gp_open_run(gp_run *run, gp_pass pass) {
    cell c = {.run = run, .pass = pass, .v = run->open[pass == GP_PASS_FINAL]};
    for (c.k = 0; c.k < run->program->nops; c.k++) {
        c.op = &run->program->ops[c.k];
        if (!c.op->constant && c.op->stage <= run->stage) run_rows(&c, run);
    }
}

void gp_open_constants(gp_run *run, gp_pass pass) {
    cell c = {.run = run, .pass = pass, .v = run->open[pass == GP_PASS_FINAL]};
    for (c.k = 0; c.k < run->program->nops; c.k++) {
        c.op = &run->program->ops[c.k];
        if (c.op->constant && c.op->stage <= run->stage) c.v[c.k][0] = value_of(&c);
    }
}

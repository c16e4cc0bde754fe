/* How far a verdict is from flipping: actual against target, completion, margin, flip.
 * Invariant: a margin is positive on the good side and given only while the criterion is decided. */
#include <math.h>

#include "eval/case.h"

static bool ordered(gp_kind k) { return k == GP_NUMBER || k == GP_DATE || k == GP_STAGE; }

static void take_actual(gp_row *r, const gp_val *x) {
    r->has_actual = !(x->flags & GP_V_ABSENT);
    if (!r->has_actual) return;
    r->actual = (gp_interval){x->lo, x->hi, x->flags & GP_V_LO_OPEN, x->flags & GP_V_HI_OPEN};
}

/* The end of the actual that is nearest to t. */
static double nearest(const gp_interval *x, double t) {
    if (x->lo >= t) return x->lo;
    return x->hi <= t ? x->hi : t;
}

static double margin_between(const gp_row *r) {
    double lo = nearest(&r->actual, r->target) - r->target, hi = r->upper - nearest(&r->actual, r->upper);
    return fmin(lo, hi);
}

static double margin(const gp_row *r) {
    double t = r->target, x = nearest(&r->actual, t);
    switch (r->node->criterion.test) {
    case GP_AT_LEAST: case GP_MORE_THAN: case GP_REACHED: return x - t;
    case GP_AT_MOST: case GP_LESS_THAN: case GP_BY: return t - x;
    case GP_BETWEEN: return margin_between(r);
    case GP_EXACTLY: return x == t ? 0 : -fabs(x - t);
    default: return NAN;
    }
}

static double flip(const gp_row *r) {
    gp_test t = r->node->criterion.test;
    if (t == GP_EXACTLY || t == GP_NOT || t == GP_ONE_OF || t == GP_IS) return NAN;
    if (t != GP_BETWEEN || !r->has_actual) return r->target;
    double x = nearest(&r->actual, r->target), lo = fabs(x - r->target), hi = fabs(nearest(&r->actual, r->upper) - r->upper);
    return hi < lo ? r->upper : r->target;
}

/* A difference of decimals has no more places than they have: 15 digits of the larger one. */
static double clean(double difference, double x, double t) {
    double larger = fmax(fabs(x), fabs(t));
    if (!isfinite(difference) || !isfinite(larger) || difference == 0) return difference;
    double lost = floor(log10(larger)) - floor(log10(fabs(difference)));
    return gp_round_digits(difference, lost > 14 ? 1 : lost > 0 ? 15 - (int)lost : 15);
}

void gp_view_measure(gp_row *r, const gp_view *v) {
    const gp_slots *s = &v->run->program->slots[r->node->index];
    r->target = r->upper = r->completion = r->margin = r->flip = NAN;
    r->type = r->node->type;
    if (s->value != GP_NO_REG) {
        gp_val x = gp_view_value(v, s->value);
        take_actual(r, &x);
    }
    gp_val t = gp_view_value(v, s->target), u = gp_view_value(v, s->upper);
    if (s->target != GP_NO_REG && !(t.flags & GP_V_ABSENT) && t.lo == t.hi) r->target = t.lo;
    if (s->upper != GP_NO_REG && !(u.flags & GP_V_ABSENT) && u.lo == u.hi) r->upper = u.lo;
    if (isnan(r->target) || !ordered(r->type.kind)) return;
    r->flip = flip(r);
    if (!r->has_actual) return;
    bool point = r->actual.lo == r->actual.hi;
    if (r->type.kind == GP_NUMBER && point && r->target > 0 && r->node->criterion.test != GP_BETWEEN) r->completion = r->actual.lo / r->target;
    uint8_t tested = s->test == GP_NO_REG ? GP_MEASURED : gp_run_verdict(v->run, s->test, v->i);
    if (tested <= GP_UNMET) r->margin = clean(margin(r), nearest(&r->actual, r->target), r->target);
}

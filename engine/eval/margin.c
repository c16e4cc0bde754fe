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

/* The value that was compared, at the end nearest to t, minus t: exact to 15 digits, so that 0.3 - 0.1 - 0.2 of 0 has the margin 0. */
static double above(const gp_row *r, const gp_view *v, uint32_t target, double t) {
    uint32_t value = v->run->program->slots[r->node->index].compared;
    double x = nearest(&r->actual, t);
    if (isnan(t) || (x == t && r->actual.lo != r->actual.hi)) return isnan(t) ? NAN : 0;
    return gp_decide_difference(v->run, v->pass, value, x == r->actual.hi, target, 0, v->at);
}

static double margin_between(const gp_row *r, const gp_view *v, const gp_slots *s) {
    double lo = above(r, v, s->target, r->target), hi = -above(r, v, s->upper, r->upper);
    return fmin(lo, hi); /* the one there is, where the other end is not known */
}

static double margin(const gp_row *r, const gp_view *v, const gp_slots *s) {
    double d = r->node->criterion.test == GP_BETWEEN ? 0 : above(r, v, s->target, r->target);
    switch (r->node->criterion.test) {
    case GP_AT_LEAST: case GP_MORE_THAN: case GP_REACHED: return d;
    case GP_AT_MOST: case GP_LESS_THAN: case GP_BY: return 0 - d;
    case GP_BETWEEN: return margin_between(r, v, s);
    case GP_EXACTLY: return 0 - fabs(d);
    default: return NAN;
    }
}

static double flip(const gp_row *r) {
    gp_test t = r->node->criterion.test;
    if (t == GP_ONE_OF || t == GP_IS) return NAN;
    if (t != GP_BETWEEN || !r->has_actual) return r->target;
    double x = nearest(&r->actual, r->target), lo = fabs(x - r->target), hi = fabs(nearest(&r->actual, r->upper) - r->upper);
    return hi < lo ? r->upper : r->target;
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
    uint8_t tested = s->test == GP_NO_REG ? GP_MEASURED : gp_run_verdict(v->run, s->test, v->i);
    if (tested == GP_MET && r->verdict == GP_UNMET) return; /* too late: no value changes that */
    r->flip = flip(r);
    if (!r->has_actual) return;
    bool point = r->actual.lo == r->actual.hi;
    if (r->type.kind == GP_NUMBER && point && r->target > 0 && r->node->criterion.test != GP_BETWEEN)
        r->completion = r->actual.lo / r->target;
    if (tested <= GP_UNMET) r->margin = margin(r, v, s);
}

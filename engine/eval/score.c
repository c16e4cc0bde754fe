/* Scores that both kernels work out alike: interpolation between knots.
 * Invariant: continuous pieces need no exact decision; at a step (a doubled knot) the side is decided exactly. */
#include <math.h>

#include "eval/lanes.h"

int gp_score_direction(const gp_node *node) {
    if (node->scoring.direction) return node->scoring.direction;
    gp_test t = node->criterion.test;
    return t == GP_AT_MOST || t == GP_LESS_THAN || t == GP_BY ? -1 : 1;
}

double gp_score_of_rule(double score) { return gp_decimal_double(gp_decimal_of(score), 0); }

typedef struct curve {
    gp_run *run;
    const gp_op *op;
    gp_pass pass;
    const gp_val *x;
    int end;
    size_t i;
} curve;

static gp_val knot_value(const curve *c, uint32_t k) { return gp_pass_value(c->run, c->pass, c->op->args[k], c->i); }
static double knot(const curve *c, uint32_t k) { return knot_value(c, k).lo; }
static double bound(const gp_val *v, double at) { return v->decimal ? fabs(at) * GP_UNIT_ROUNDOFF : v->err; }
static double at_of(const curve *c) { return c->end ? c->x->hi : c->x->lo; }

/* Sign of x minus the place of knot k. */
static int compare(const curve *c, uint32_t k) {
    gp_val kx = knot_value(c, 2 * k);
    double x = at_of(c), err = bound(c->x, x) + bound(&kx, kx.lo);
    if (!(c->x->decimal && kx.decimal) && isfinite(x) && !(fabs(x - kx.lo) > err * 1.0000001))
        return gp_decide_compare(c->run, c->pass, c->op->a, c->end, c->op->args[2 * k], 0, c->i);
    return (x > kx.lo) - (x < kx.lo);
}

/* Whether x has reached knot k; an open upper end has not reached what it ends at. */
static bool reached(const curve *c, uint32_t k) {
    int sign = compare(c, k);
    bool below = c->end && c->x->flags & GP_V_HI_OPEN && c->x->lo != c->x->hi;
    return sign > 0 || (sign == 0 && !below);
}

static double axis(double x, bool log_scale) { return log_scale ? log(x) : x; }

/* Bound of y0 + t (y1 - y0), t = (x - x0) / (x1 - x0), from those of the data. */
static double line_error(const curve *c, uint32_t k, double y) {
    gp_val a = knot_value(c, 2 * k), p = knot_value(c, 2 * k + 1), b = knot_value(c, 2 * k + 2), q = knot_value(c, 2 * k + 3);
    double x = at_of(c), width = fabs(b.lo - a.lo), t = fabs(x - a.lo) / width, rise = fabs(q.lo - p.lo), u = GP_UNIT_ROUNDOFF;
    double ex = bound(c->x, x) + bound(&a, a.lo) + u * fabs(x - a.lo), ew = bound(&a, a.lo) + bound(&b, b.lo) + u * width;
    double ey = bound(&p, p.lo) + bound(&q, q.lo) + u * rise, room = width - ew;
    if (!(room > 0)) return INFINITY;
    return (t * ey + rise * (ex + t * ew) / room + bound(&p, p.lo) + u * (4 * t * rise + 2 * fabs(y))) * 1.01;
}

static double line(double *err, const curve *c, uint32_t k) {
    bool log_scale = c->op->node->scoring.log_scale;
    double x0 = axis(knot(c, 2 * k), log_scale), y0 = knot(c, 2 * k + 1), x1 = axis(knot(c, 2 * k + 2), log_scale), y1 = knot(c, 2 * k + 3);
    double y = y0 + (axis(at_of(c), log_scale) - x0) * (y1 - y0) / (x1 - x0);
    *err = log_scale ? fabs(y) * GP_UNIT_ROUNDOFF : line_error(c, k, y);
    return log_scale && isfinite(y) ? gp_round_digits(y, 12) : y;
}

static double at_knot(double *err, const curve *c, uint32_t k) {
    gp_val y = knot_value(c, 2 * k + 1);
    *err = bound(&y, y.lo);
    return y.lo;
}

/* The line of the first or last two knots goes on beyond them; a step there does not. */
static double extended(double *err, const curve *c, bool behind) {
    uint32_t n = c->op->nargs / 2, k = behind ? n - 2 : 0;
    double rise = knot(c, 2 * k + 3) - knot(c, 2 * k + 1);
    if (n < 2 || knot(c, 2 * k) == knot(c, 2 * k + 2) || rise == 0) return at_knot(err, c, behind ? n - 1 : 0);
    if (isinf(at_of(c))) return copysign(INFINITY, behind ? rise : -rise);
    return line(err, c, k);
}

/* Knots may be expressions: all must be single numbers. */
static bool knots_known(const curve *c) {
    for (uint32_t k = 0; k < c->op->nargs; k++) {
        gp_val v = knot_value(c, k);
        if (v.flags & GP_V_ABSENT || v.lo != v.hi) return false;
    }
    return true;
}

double gp_interpolate(double *err, gp_run *run, const gp_op *op, gp_pass pass, const gp_val *x, int end, size_t i) {
    curve c = {run, op, pass, x, end, i};
    uint32_t n = op->nargs / 2, k = 0;
    *err = 0;
    if (!knots_known(&c)) return NAN;
    while (k < n && reached(&c, k)) k++;
    if (k > 0 && k < n) return line(err, &c, k - 1);
    bool behind = k == n, on_last = behind && compare(&c, n - 1) == 0;
    gp_outside outside = op->node->scoring.outside;
    if (!on_last && outside == GP_OUTSIDE_ERROR) return NAN;
    if (!on_last && outside == GP_EXTEND) return extended(err, &c, behind);
    return at_knot(err, &c, behind ? n - 1 : 0);
}

bool gp_knot_inside(gp_run *run, const gp_op *op, gp_pass pass, const gp_val *x, uint32_t k, size_t i) {
    curve low = {run, op, pass, x, 0, i}, high = {run, op, pass, x, 1, i};
    return !reached(&low, k) && reached(&high, k);
}

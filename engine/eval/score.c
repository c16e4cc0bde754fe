/* Scores that both kernels work out alike: interpolation between knots.
 * Invariant: continuous pieces need no exact decision; at a step (a doubled knot) the side is decided exactly. */
#include <math.h>

#include "eval/lanes.h"

int gp_score_direction(const gp_node *node) {
    if (node->scoring.direction) return node->scoring.direction;
    gp_test t = node->criterion.test;
    return t == GP_AT_MOST || t == GP_LESS_THAN || t == GP_BY ? -1 : 1;
}

typedef struct curve {
    gp_run *run;
    const gp_op *op;
    gp_pass pass;
    const gp_val *x;
    int end;
    size_t i;
} curve;

static double knot(const curve *c, uint32_t k) { return gp_pass_value(c->run, c->pass, c->op->args[k], c->i).lo; }

/* Whether x has reached knot k (its x lies at or below x). */
static bool reached(const curve *c, uint32_t k) {
    gp_val kx = gp_pass_value(c->run, c->pass, c->op->args[2 * k], c->i);
    double x = c->end ? c->x->hi : c->x->lo;
    bool near = !(c->x->decimal && kx.decimal) && fabs(x - kx.lo) <= c->x->err + kx.err + fabs(kx.lo) * GP_UNIT_ROUNDOFF;
    if (near) return gp_decide_compare(c->run, c->pass, c->op->a, c->end, c->op->args[2 * k], 0, c->i) >= 0;
    return x >= kx.lo;
}

static double axis(double x, bool log_scale) { return log_scale ? log(x) : x; }

static double line(double *err, const curve *c, uint32_t k, double x) {
    bool log_scale = c->op->node->scoring.log_scale;
    double x0 = axis(knot(c, 2 * k), log_scale), y0 = knot(c, 2 * k + 1), x1 = axis(knot(c, 2 * k + 2), log_scale), y1 = knot(c, 2 * k + 3);
    double at = axis(x, log_scale), slope = (y1 - y0) / (x1 - x0), y = y0 + (at - x0) * (y1 - y0) / (x1 - x0);
    double ex = c->x->decimal ? fabs(x) * GP_UNIT_ROUNDOFF : c->x->err;
    *err = fabs(slope) * (ex + (fabs(x0) + fabs(at)) * 4 * GP_UNIT_ROUNDOFF) + (fabs(y0) + fabs(y1) + fabs(y)) * 8 * GP_UNIT_ROUNDOFF;
    if (!log_scale) return y;
    *err = 0;
    return gp_round_digits(y, 12);
}

double gp_interpolate(double *err, gp_run *run, const gp_op *op, gp_pass pass, const gp_val *x, int end, size_t i) {
    curve c = {run, op, pass, x, end, i};
    uint32_t n = op->nargs / 2, k = 0;
    double at = end ? x->hi : x->lo;
    *err = 0;
    while (k < n && reached(&c, k)) k++; /* knots reached */
    bool before = k == 0, behind = k == n;
    gp_outside outside = op->node->scoring.outside;
    if ((before || behind) && !(behind && at == knot(&c, 2 * (n - 1)))) {
        if (outside == GP_OUTSIDE_ERROR) return NAN;
        if (outside == GP_EXTEND && isfinite(at) && n > 1) return line(err, &c, before ? 0 : n - 2, at);
        if (outside == GP_EXTEND && n > 1) {
            uint32_t s = before ? 0 : n - 2;
            double rise = knot(&c, 2 * s + 3) - knot(&c, 2 * s + 1);
            return rise == 0 ? knot(&c, 2 * s + 1) : copysign(INFINITY, behind ? rise : -rise);
        }
    }
    if (before || behind) return knot(&c, before ? 1 : 2 * (n - 1) + 1);
    return line(err, &c, k - 1, at);
}

/* Children together, row by row and for both kernels alike: aggregates but the mean, and sums of the weights that count.
 * Invariant: each aggregate rises with every score, so the ends of its range are those of the low and of the high ends. */
#include <math.h>
#include <stdlib.h>

#include "eval/lanes.h"

typedef struct group {
    gp_run *run;
    const gp_op *op;
    gp_pass pass;
    size_t i;
    bool odd;       /* a weight that is no single number */
    bool none;      /* a weight that is missing or negative */
    size_t n;       /* children that count, with a weight above 0 */
    gp_val all;     /* the hull of their scores, their flags and basis, the largest error */
    bool decimal;
} group;

static gp_val at(const group *g, uint32_t r) { return gp_pass_value(g->run, g->pass, r, g->i); }
static double bound(const gp_val *v, double x) { return v->decimal ? fabs(x) * GP_UNIT_ROUNDOFF : v->err; }
static double worst_bound(const gp_val *v) { return fmax(bound(v, isfinite(v->lo) ? v->lo : 0), bound(v, isfinite(v->hi) ? v->hi : 0)); }
static gp_val nothing(uint8_t basis) {
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | GP_V_MISS | GP_V_NONE, .basis = basis, .decimal = true};
}

/* Whether child k counts; *w and *s get its weight and score. */
static bool counts(const group *g, uint32_t k, gp_val *w, gp_val *s) {
    *s = at(g, g->op->args[2 * k + 1]);
    if (s->flags & GP_V_ABSENT) return false;
    *w = at(g, g->op->args[2 * k]);
    return !(w->lo == 0 && w->hi == 0);
}

static void look(group *g) {
    gp_val w, s;
    g->decimal = true;
    g->all = (gp_val){.lo = INFINITY, .hi = -INFINITY};
    for (uint32_t k = 0; k < g->op->nargs / 2; k++) {
        if (!counts(g, k, &w, &s)) continue;
        g->n++;
        g->odd = g->odd || w.lo != w.hi;
        g->none = g->none || w.flags & GP_V_ABSENT || !(w.lo >= 0);
        g->all.lo = fmin(g->all.lo, s.lo);
        g->all.hi = fmax(g->all.hi, s.hi);
        g->all.err = fmax(g->all.err, worst_bound(&s));
        g->all.flags |= s.flags & GP_V_MISS;
        g->all.basis = s.basis > g->all.basis ? s.basis : g->all.basis;
        g->decimal = g->decimal && s.decimal;
    }
}

/* ---- means by products and by quotients ---- */

/* An end of a score that may be 0, or only look like it: exactly. */
static double end_of(const group *g, uint32_t k, const gp_val *s, int end) {
    double x = end ? s->hi : s->lo;
    if (s->decimal || !isfinite(x) || fabs(x) > s->err) return x;
    return gp_decide_end(g->run, g->pass, g->op->args[2 * k + 1], end, g->i);
}

/* One end of the geometric mean, in 12 digits; 0 where a score is not above 0. */
static double geometric(const group *g, int end) {
    gp_val w, s;
    double sum = 0, weight = 0;
    for (uint32_t k = 0; k < g->op->nargs / 2; k++) {
        if (!counts(g, k, &w, &s)) continue;
        double x = end_of(g, k, &s, end);
        if (!(x > 0)) return 0;
        if (isinf(x)) return INFINITY;
        sum += w.lo * log(x);
        weight += w.lo;
    }
    return gp_round_digits(exp(sum / weight), 12);
}

/* One end of the harmonic mean and its error; 0 where a score is not above 0. */
static double harmonic(const group *g, int end, double *err) {
    gp_val w, s;
    double sum = 0, weight = 0, rel = 0;
    *err = 0;
    for (uint32_t k = 0; k < g->op->nargs / 2; k++) {
        if (!counts(g, k, &w, &s)) continue;
        double x = end_of(g, k, &s, end), e = bound(&s, x), room = x - e;
        if (!(x > 0)) return 0;
        weight += w.lo;
        if (isinf(x)) continue;
        sum += w.lo / x;
        rel = fmax(rel, (room > 0 ? e / room : INFINITY) + 2 * bound(&w, w.lo) / w.lo);
    }
    double z = sum > 0 ? weight / sum : INFINITY;
    if (isfinite(z)) *err = z * (rel + ((double)g->op->nargs + 6) * GP_UNIT_ROUNDOFF) * 1.0000001;
    return z;
}

/* ---- the mean of the worst ---- */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double mean_of_worst(const group *g, int end) {
    gp_val w, s;
    size_t n = 0, least = (size_t)g->op->node->scoring.worst;
    double sum = 0;
    for (uint32_t k = 0; k < g->op->nargs / 2; k++)
        if (counts(g, k, &w, &s)) g->run->list[n++] = end ? s.hi : s.lo;
    qsort(g->run->list, n, sizeof *g->run->list, by_size);
    if (n > least) n = least;
    for (size_t k = 0; k < n; k++) sum += g->run->list[k];
    return sum / (double)n;
}

/* ---- both ends ---- */

static double end_at(const group *g, int end, double *err) {
    gp_val w, s;
    double z = NAN;
    gp_aggregate how = g->op->node->scoring.aggregate;
    *err = g->all.err;
    if (how == GP_GEOMETRIC_MEAN) return geometric(g, end);
    if (how == GP_HARMONIC_MEAN) return harmonic(g, end, err);
    if (how == GP_WORST_MEAN) {
        *err = (g->all.err + (g->op->nargs + 4) * GP_UNIT_ROUNDOFF * fmax(fabs(g->all.lo), fabs(g->all.hi))) * 1.0000001;
        return mean_of_worst(g, end);
    }
    for (uint32_t k = 0; k < g->op->nargs / 2; k++)
        if (counts(g, k, &w, &s)) z = how == GP_MIN_OF ? fmin(z, end ? s.hi : s.lo) : fmax(z, end ? s.hi : s.lo);
    return z;
}

gp_val gp_aggregate_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    group g = {.run = run, .op = op, .pass = pass, .i = i};
    gp_aggregate how = op->node->scoring.aggregate;
    double e0, e1;
    look(&g);
    if (g.n == 0 || g.none) return nothing(g.all.basis);
    gp_val z = g.all;
    bool mean = how == GP_GEOMETRIC_MEAN || how == GP_HARMONIC_MEAN;
    if (g.odd && mean) { /* somewhere between the lowest and the highest score */
        if (z.lo < 0) z.lo = fmin(0, z.hi);
        z.lo = z.lo <= 0 ? 0 : z.lo;
        z.hi = fmax(z.hi, z.lo);
        return z;
    }
    z.lo = end_at(&g, 0, &e0);
    z.hi = end_at(&g, 1, &e1);
    z.decimal = how == GP_GEOMETRIC_MEAN || ((how == GP_MIN_OF || how == GP_MAX_OF) && g.decimal);
    z.err = z.decimal ? 0 : fmax(isfinite(z.lo) ? e0 : 0, isfinite(z.hi) ? e1 : 0);
    return z;
}

gp_val gp_total_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    group g = {.run = run, .op = op, .pass = pass, .i = i};
    gp_val z = {0};
    for (uint32_t k = 0; k < op->nargs / 2; k++) {
        gp_val w = at(&g, op->args[2 * k]);
        if (at(&g, op->args[2 * k + 1]).flags & GP_V_ABSENT) continue;
        if (w.flags & GP_V_ABSENT || !(w.lo >= 0)) return nothing(z.basis);
        z.lo += w.lo;
        z.hi += w.hi;
        z.err += worst_bound(&w);
    }
    z.err = (z.err + op->nargs * GP_UNIT_ROUNDOFF * z.hi) * 1.0000001;
    return z.hi > 0 ? z : nothing(0);
}

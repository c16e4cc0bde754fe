/* Intervals of rationals whose ends may lie at infinity.
 * Invariant: results may not be operands, except where a function says that it works in place. */
#include "eval/rational.h"

#include <math.h>

void gp_exact_init(gp_exact *z) {
    mpq_init(z->lo.q);
    mpq_init(z->hi.q);
    z->lo.inf = z->hi.inf = 0;
}

void gp_exact_clear(gp_exact *z) {
    mpq_clear(z->lo.q);
    mpq_clear(z->hi.q);
}

/* ---- ends ---- */

void gp_end_set(gp_end *z, double v) {
    z->inf = isfinite(v) ? 0 : v > 0 ? 1 : -1;
    if (z->inf) mpq_set_si(z->q, 0, 1);
    else gp_exact_set(z->q, v);
}

void gp_end_copy(gp_end *z, const gp_end *a) {
    mpq_set(z->q, a->q);
    z->inf = a->inf;
}

int gp_end_sign(const gp_end *a) { return a->inf ? a->inf : mpq_sgn(a->q); }

int gp_end_cmp(const gp_end *a, const gp_end *b) {
    if (a->inf || b->inf) return (a->inf > b->inf) - (a->inf < b->inf);
    int c = mpq_cmp(a->q, b->q);
    return (c > 0) - (c < 0);
}

static void end_add(gp_end *z, const gp_end *a, const gp_end *b) {
    z->inf = a->inf ? a->inf : b->inf;
    if (!z->inf) mpq_add(z->q, a->q, b->q);
}

void gp_end_mul(gp_end *z, const gp_end *a, const gp_end *b) {
    int sign = gp_end_sign(a) * gp_end_sign(b);
    z->inf = a->inf || b->inf ? sign : 0;
    if (sign == 0) mpq_set_si(z->q, 0, 1);
    else if (!z->inf) mpq_mul(z->q, a->q, b->q);
}

/* a / b; `side` is the sign of b, or the side on which it nears 0. */
static void end_div(gp_end *z, const gp_end *a, const gp_end *b, int side) {
    z->inf = 0;
    mpq_set_si(z->q, 0, 1);
    if (gp_end_sign(a) == 0) return;
    if (b->inf && !a->inf) return;
    if (a->inf || gp_end_sign(b) == 0) z->inf = gp_end_sign(a) * side;
    else mpq_div(z->q, a->q, b->q);
}

double gp_end_double(const gp_end *a) { return a->inf ? (double)a->inf * INFINITY : gp_exact_double(a->q); }

/* ---- intervals ---- */

void gp_exact_point(gp_exact *z, double v) {
    gp_end_set(&z->lo, v);
    gp_end_copy(&z->hi, &z->lo);
}

void gp_exact_copy(gp_exact *z, const gp_exact *a) {
    gp_end_copy(&z->lo, &a->lo);
    gp_end_copy(&z->hi, &a->hi);
}

void gp_exact_add(gp_exact *z, const gp_exact *a, const gp_exact *b) {
    end_add(&z->lo, &a->lo, &b->lo);
    end_add(&z->hi, &a->hi, &b->hi);
}

static void swap(gp_exact *z) {
    int inf = z->lo.inf;
    z->lo.inf = z->hi.inf;
    z->hi.inf = inf;
    mpq_swap(z->lo.q, z->hi.q);
}

void gp_exact_neg(gp_exact *z) {
    mpq_neg(z->lo.q, z->lo.q);
    mpq_neg(z->hi.q, z->hi.q);
    z->lo.inf = -z->lo.inf;
    z->hi.inf = -z->hi.inf;
    swap(z);
}

void gp_exact_abs(gp_exact *z) {
    if (gp_end_sign(&z->lo) >= 0) return;
    bool across = gp_end_sign(&z->hi) > 0;
    gp_exact_neg(z);
    if (!across) return;
    mpq_neg(z->lo.q, z->lo.q); /* the former upper end */
    z->lo.inf = -z->lo.inf;
    if (gp_end_cmp(&z->lo, &z->hi) > 0) gp_end_copy(&z->hi, &z->lo);
    z->lo.inf = 0;
    mpq_set_si(z->lo.q, 0, 1);
}

static void widen(gp_exact *z, const gp_end *p, bool first) {
    if (first || gp_end_cmp(p, &z->lo) < 0) gp_end_copy(&z->lo, p);
    if (first || gp_end_cmp(p, &z->hi) > 0) gp_end_copy(&z->hi, p);
}

static void corners(gp_exact *z, const gp_exact *a, const gp_exact *b, bool quotient) {
    gp_end p = {.inf = 0};
    int side = gp_end_sign(&b->hi) > 0 ? 1 : -1;
    mpq_init(p.q);
    for (int k = 0; k < 4; k++) {
        const gp_end *x = k & 1 ? &a->hi : &a->lo, *y = k & 2 ? &b->hi : &b->lo;
        if (quotient) end_div(&p, x, y, side);
        else gp_end_mul(&p, x, y);
        widen(z, &p, k == 0);
    }
    mpq_clear(p.q);
}

void gp_exact_mul(gp_exact *z, const gp_exact *a, const gp_exact *b) { corners(z, a, b, false); }
void gp_exact_div(gp_exact *z, const gp_exact *a, const gp_exact *b) { corners(z, a, b, true); }

void gp_exact_pick(gp_exact *z, const gp_exact *a, const gp_exact *b, int sign) {
    gp_end_copy(&z->lo, gp_end_cmp(&a->lo, &b->lo) * sign <= 0 ? &a->lo : &b->lo);
    gp_end_copy(&z->hi, gp_end_cmp(&a->hi, &b->hi) * sign <= 0 ? &a->hi : &b->hi);
}

void gp_exact_hull(gp_exact *z, const gp_exact *a, const gp_exact *b) {
    gp_end_copy(&z->lo, gp_end_cmp(&a->lo, &b->lo) <= 0 ? &a->lo : &b->lo);
    gp_end_copy(&z->hi, gp_end_cmp(&a->hi, &b->hi) >= 0 ? &a->hi : &b->hi);
}

/* Intervals of rationals whose ends may lie at infinity: what an exact decision reckons with.
 * Invariant: lo <= hi; an end with `inf` set ignores its rational; 0 times infinity is 0, as in the open kernel. */
#ifndef GP_EVAL_RATIONAL_H
#define GP_EVAL_RATIONAL_H

#include "base/exact.h"

typedef struct gp_end {
    mpq_t q;
    int inf; /* -1, +1: beyond every number */
} gp_end;
typedef struct gp_exact { gp_end lo, hi; } gp_exact;

void gp_exact_init(gp_exact *z);
void gp_exact_clear(gp_exact *z);

void gp_end_set(gp_end *z, double v); /* the decimal that v stands for; infinite when v is */
void gp_end_copy(gp_end *z, const gp_end *a);
int gp_end_cmp(const gp_end *a, const gp_end *b);
int gp_end_sign(const gp_end *a);
void gp_end_mul(gp_end *z, const gp_end *a, const gp_end *b);
double gp_end_double(const gp_end *a); /* the nearest binary64 */

void gp_exact_point(gp_exact *z, double v);
void gp_exact_copy(gp_exact *z, const gp_exact *a);
void gp_exact_add(gp_exact *z, const gp_exact *a, const gp_exact *b);
void gp_exact_neg(gp_exact *z); /* in place */
void gp_exact_abs(gp_exact *z); /* in place */
void gp_exact_mul(gp_exact *z, const gp_exact *a, const gp_exact *b);
/* b holds 0 at an end at most, and is not 0 itself. */
void gp_exact_div(gp_exact *z, const gp_exact *a, const gp_exact *b);
/* The smaller (sign 1) or larger (-1) of two. */
void gp_exact_pick(gp_exact *z, const gp_exact *a, const gp_exact *b, int sign);
void gp_exact_hull(gp_exact *z, const gp_exact *a, const gp_exact *b);

#endif

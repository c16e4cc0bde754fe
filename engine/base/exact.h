/* Exact decisions: rationals of GMP for the few rows that binary64 cannot decide.
 * Invariant: every rational here is finite and in lowest terms. */
#ifndef GP_BASE_EXACT_H
#define GP_BASE_EXACT_H

#include <gmp.h>

#include "base/number.h"

/* The value of the decimal that v stands for (see gp_decimal_of). q must be initialised. */
void gp_exact_set(mpq_t q, double v);
void gp_exact_set_decimal(mpq_t q, gp_decimal d);
/* Nearest binary64 of q, ties to even. */
double gp_exact_double(const mpq_t q);
/* q rounded to `decimals` digits after the point (may be negative), by the given rule, in place. */
void gp_exact_round(mpq_t q, int decimals, gp_rounding rounding);
void gp_exact_floor(mpq_t q, int decimals);
void gp_exact_ceil(mpq_t q, int decimals);
void gp_exact_trunc(mpq_t q, int decimals);
/* q^n for a whole n; false when q is 0 and n negative, or the result would pass 4096 bits. */
bool gp_exact_pow(mpq_t q, long n);

#endif

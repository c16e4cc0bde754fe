/* Numbers: decimals as written, binary64 as computed, and the text between them.
 * Invariant: a decimal of at most 15 significant digits and its nearest binary64 name each other, so a column of doubles
 * keeps what was written. No function looks at the locale. */
#ifndef GP_BASE_NUMBER_H
#define GP_BASE_NUMBER_H

#include "base/text.h"

/* mant * 10^exp, |mant| < 10^15, mant not divisible by 10 unless 0. */
typedef struct gp_decimal {
    int64_t mant;
    int exp;
} gp_decimal;

typedef enum gp_number_status {
    GP_NUMBER_OK,
    GP_NUMBER_ROUNDED, /* more than 15 significant digits were given; rounded half away from zero */
    GP_NUMBER_NONE,    /* no number here */
    GP_NUMBER_RANGE,   /* beyond binary64 */
    GP_NUMBER_GROUPS   /* commas that do not stand between groups of three digits */
} gp_number_status;

/* Reads the longest number at the start of t: sign, digits with optional comma groups, fraction, exponent; full-width digits and
 * signs count as their ASCII twins. *used tells the bytes taken. `digits`, if not NULL, gets the digits after the decimal point as written
 * (so "100.0" has 1): what a claim is quoted with. */
gp_number_status gp_number_read(gp_decimal *out, size_t *used, int *digits, gp_text t);
/* The nearest binary64 of d * 10^scale. */
double gp_decimal_double(gp_decimal d, int scale);
/* The decimal of at most 15 digits that v stands for. v finite. */
gp_decimal gp_decimal_of(double v);

/* The shortest text that reads back, at most 15 digits; plain notation for 1e-7 <= |v| < 1e21, else 1.5e+30. -0 prints 0.
 * NaN prints "nan", infinities "inf" and "-inf" (callers decide whether that may be shown). Returns the length; out holds 32 bytes. */
size_t gp_number_print(char out[32], double v);
/* v * 10^-scale printed so (a value in base units as a person reads it). */
size_t gp_number_print_scaled(char out[32], double v, int scale);
/* v with exactly `decimals` (0 to 15) digits after the point, rounded half away from zero on its decimal. */
size_t gp_number_print_fixed(char out[64], double v, int decimals);
/* v rounded to n significant decimal digits (1 to 17). */
double gp_round_digits(double v, int n);

typedef enum gp_rounding { GP_HALF_UP, GP_HALF_EVEN, GP_ROUND_UP, GP_ROUND_DOWN } gp_rounding;

#endif

/* Exact decisions: decimals as rationals, rounded as on paper, and back to binary64.
 * Invariant: what comes in canonical leaves canonical; the way back to binary64 rounds once. */
#include "base/exact.h"

#include <math.h>

_Static_assert(sizeof(long) == 8, "GMP's long arguments hold a mantissa of 15 digits");

enum { POW_BITS = 4096, WORK_BITS = 55, LAST_BIT = 1076 }; /* two bits below the smallest subnormal, 2^-1074 */

/* q * 10^n. */
static void shift_decimal(mpq_t q, int n) {
    mpz_t p;
    mpz_init(p);
    mpz_ui_pow_ui(p, 10, (unsigned long)(n < 0 ? -(long)n : n));
    if (n >= 0)
        mpz_mul(mpq_numref(q), mpq_numref(q), p);
    else
        mpz_mul(mpq_denref(q), mpq_denref(q), p);
    mpq_canonicalize(q);
    mpz_clear(p);
}

void gp_exact_set_decimal(mpq_t q, gp_decimal d) {
    mpq_set_si(q, (long)d.mant, 1);
    if (d.exp != 0) shift_decimal(q, d.exp);
}

void gp_exact_set(mpq_t q, double v) {
    gp_exact_set_decimal(q, gp_decimal_of(v));
}

/* -- to binary64 -- */

/* floor(|q| * 2^shift), its last bit set when something was cut off. Fits 56 bits by the caller's choice of shift. */
static uint64_t quotient_bits(const mpq_t q, long shift) {
    mpz_t num, den, rest;
    mpz_inits(num, den, rest, NULL);
    mpz_abs(num, mpq_numref(q));
    mpz_set(den, mpq_denref(q));
    if (shift >= 0)
        mpz_mul_2exp(num, num, (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(den, den, (mp_bitcnt_t)-shift);
    mpz_tdiv_qr(num, rest, num, den);
    uint64_t bits = (uint64_t)mpz_get_ui(num) | (mpz_sgn(rest) != 0);
    mpz_clears(num, den, rest, NULL);
    return bits;
}

/* bits / 2^drop to the nearest whole number, ties to even. */
static uint64_t half_even(uint64_t bits, int drop) {
    uint64_t half = UINT64_C(1) << (drop - 1);
    uint64_t rest = bits & (2 * half - 1);
    uint64_t whole = bits >> drop;
    return whole + (rest > half || (rest == half && (whole & 1)));
}

double gp_exact_double(const mpq_t q) {
    if (mpq_sgn(q) == 0) return 0;
    long size = (long)mpz_sizeinbase(mpq_numref(q), 2) - (long)mpz_sizeinbase(mpq_denref(q), 2);
    long shift = WORK_BITS - size;
    if (shift > LAST_BIT) shift = LAST_BIT; /* subnormal: fewer bits are there to keep */
    if (shift < -LAST_BIT) return mpq_sgn(q) < 0 ? -INFINITY : INFINITY;
    uint64_t bits = quotient_bits(q, shift);
    int drop = bits >> WORK_BITS ? 3 : 2;
    double v = ldexp((double)half_even(bits, drop), drop - (int)shift);
    return mpq_sgn(q) < 0 ? -v : v;
}

/* -- rounding -- */

/* Away from zero, given the whole part towards zero and twice the rest against the denominator. */
static bool rounds_away(const mpz_t whole, int twice_rest, gp_rounding rounding) {
    switch (rounding) {
    case GP_HALF_UP: return twice_rest >= 0;
    case GP_HALF_EVEN: return twice_rest > 0 || (twice_rest == 0 && mpz_odd_p(whole));
    case GP_ROUND_UP: return true;
    case GP_ROUND_DOWN: break;
    }
    return false;
}

/* q to a whole number, in place. */
static void round_whole(mpq_t q, gp_rounding rounding) {
    mpz_t whole, rest;
    mpz_inits(whole, rest, NULL);
    int sign = mpq_sgn(q);
    mpz_tdiv_qr(whole, rest, mpq_numref(q), mpq_denref(q));
    if (mpz_sgn(rest) != 0) {
        mpz_mul_2exp(rest, rest, 1);
        if (rounds_away(whole, mpz_cmpabs(rest, mpq_denref(q)), rounding)) {
            if (sign > 0)
                mpz_add_ui(whole, whole, 1);
            else
                mpz_sub_ui(whole, whole, 1);
        }
    }
    mpq_set_z(q, whole);
    mpz_clears(whole, rest, NULL);
}

void gp_exact_round(mpq_t q, int decimals, gp_rounding rounding) {
    shift_decimal(q, decimals);
    round_whole(q, rounding);
    shift_decimal(q, -decimals);
}

void gp_exact_floor(mpq_t q, int decimals) {
    gp_exact_round(q, decimals, mpq_sgn(q) < 0 ? GP_ROUND_UP : GP_ROUND_DOWN);
}

void gp_exact_ceil(mpq_t q, int decimals) {
    gp_exact_round(q, decimals, mpq_sgn(q) < 0 ? GP_ROUND_DOWN : GP_ROUND_UP);
}

void gp_exact_trunc(mpq_t q, int decimals) {
    gp_exact_round(q, decimals, GP_ROUND_DOWN);
}

/* -- powers -- */

static size_t widest(const mpq_t q) {
    size_t num = mpz_sizeinbase(mpq_numref(q), 2), den = mpz_sizeinbase(mpq_denref(q), 2);
    return num > den ? num : den;
}

bool gp_exact_pow(mpq_t q, long n) {
    if (n < 0) {
        if (mpq_sgn(q) == 0) return false;
        mpq_inv(q, q);
    }
    unsigned long times = n < 0 ? -(unsigned long)n : (unsigned long)n;
    size_t bits = widest(q);
    /* A number of b bits is at least 2^(b-1), so its power has more than (b-1) * times bits. */
    if (bits > 1 && times > POW_BITS / (bits - 1)) return false;
    mpz_pow_ui(mpq_numref(q), mpq_numref(q), times);
    mpz_pow_ui(mpq_denref(q), mpq_denref(q), times);
    return widest(q) <= POW_BITS;
}

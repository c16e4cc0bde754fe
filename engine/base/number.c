/* Numbers: reading, printing and rounding of decimals, without the locale.
 * Invariant: between a text and its binary64 stands a decimal of at most 15 digits, and every step on the way is rounded
 * correctly and once. */
#include "base/number.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS_MAX = 15, EXACT_POW10 = 22 };

#define MANT_END     INT64_C(1000000000000000)    /* 10^15 */
#define EXACT_INT    (INT64_C(1) << DBL_MANT_DIG) /* every whole number up to here is a binary64 */
#define EXPONENT_CAP INT64_C(1000000000000000)    /* longer exponents mean the same: out of range */

/* The powers of ten that binary64 holds exactly. */
static const double pow10_exact[EXACT_POW10 + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static int64_t pow10_int(int n) {
    int64_t p = 1;
    while (n-- > 0) p *= 10;
    return p;
}

static int digit_count(int64_t mant) {
    int n = 1;
    for (int64_t m = mant < 0 ? -mant : mant; m >= 10; m /= 10) n++;
    return n;
}

/* The same value with no zero at the end. */
static gp_decimal stripped(int64_t mant, int exp) {
    if (mant == 0) return (gp_decimal){0, 0};
    while (mant % 10 == 0) {
        mant /= 10;
        exp++;
    }
    return (gp_decimal){mant, exp};
}

/* mant / 10^drop, rounded half away from zero. */
static int64_t dropped(int64_t mant, int drop) {
    if (drop <= 0) return mant;
    if (drop > DIGITS_MAX + 1) return 0;
    int64_t p = pow10_int(drop);
    int64_t rest = mant % p, whole = mant / p;
    if (rest >= p / 2) return whole + 1;
    return rest <= -(p / 2) ? whole - 1 : whole;
}

/* -- decimal to binary64 -- */

/* The C library's conversion, of a text without a decimal point: no locale can disturb it. */
static double by_text(int64_t mant, int exp) {
    char text[48];
    snprintf(text, sizeof text, "%" PRId64 "e%d", mant, exp);
    return strtod(text, NULL); /* lint: allowed */
}

static double scaled(int64_t mant, int exp) {
    if (mant == 0) return 0;
    if (mant > EXACT_INT || mant < -EXACT_INT) return by_text(mant, exp);
    /* Two exact operands and one operation: one rounding. */
    if (exp >= 0 && exp <= EXACT_POW10) return (double)mant * pow10_exact[exp];
    if (exp < 0 && exp >= -EXACT_POW10) return (double)mant / pow10_exact[-exp];
    return by_text(mant, exp);
}

double gp_decimal_double(gp_decimal d, int scale) {
    return scaled(d.mant, d.exp + scale);
}

/* -- binary64 to decimal -- */

/* n significant digits of v by the C library; what the locale puts between them is skipped. */
static gp_decimal digits_by_text(double v, int n) {
    char text[48];
    snprintf(text, sizeof text, "%.*e", n - 1, v);
    int64_t mant = 0;
    const char *s = text;
    for (; *s && *s != 'e'; s++)
        if (*s >= '0' && *s <= '9') mant = mant * 10 + (*s - '0');
    int exp = *s ? (int)strtol(s + 1, NULL, 10) : 0;
    return (gp_decimal){v < 0 ? -mant : mant, exp - (n - 1)};
}

/* A decimal of few places, which is what most data are: the first k at which it reads back is the right one, since two
 * decimals of 15 digits never share a binary64. */
static bool decimal_of_few_places(gp_decimal *out, double a) {
    for (int k = 0; k <= 4; k++) {
        double up = a * pow10_exact[k];
        if (up >= 1e15) return false;
        int64_t mant = (int64_t)(up + 0.5);
        if (mant < MANT_END && (double)mant / pow10_exact[k] == a) {
            *out = stripped(mant, -k);
            return true;
        }
    }
    return false;
}

/* The whole number nearest to a * 10^k, which must be below 10^15: the product is held exactly in two parts. */
static int64_t rounded_product(double a, int k) {
    double high = a * pow10_exact[k];
    double low = fma(a, pow10_exact[k], -high);
    int64_t whole = (int64_t)high;
    double over_half = high - (double)whole - 0.5;
    return over_half >= -low ? whole + 1 : whole;
}

/* 15 digits of a, 1e-7 <= a < 1e15: the power of ten needed is at most 22, hence exact. The first guess may be one too high. */
static gp_decimal decimal_by_product(double a) {
    int e2;
    frexp(a, &e2);
    int k = 14 - (int)floor((e2 - 1) * 0.30102999566398120);
    if (a * pow10_exact[k] >= 1e15) k--;
    return stripped(rounded_product(a, k), -k);
}

/* Any other magnitude. The last step keeps the largest binary64 from printing as something beyond it. */
static gp_decimal decimal_by_text(double a) {
    gp_decimal d = digits_by_text(a, DIGITS_MAX);
    if (isinf(scaled(d.mant, d.exp))) d.mant--;
    return stripped(d.mant, d.exp);
}

gp_decimal gp_decimal_of(double v) {
    double a = fabs(v);
    gp_decimal d = {0, 0};
    if (!(a > 0) || isinf(a)) return d;
    if (a < 1e-7 || a >= 1e15)
        d = decimal_by_text(a);
    else if (!decimal_of_few_places(&d, a))
        d = decimal_by_product(a);
    if (v < 0) d.mant = -d.mant;
    return d;
}

double gp_round_digits(double v, int n) {
    if (n > DIGITS_MAX + 1 || !isfinite(v)) return v;
    if (n > DIGITS_MAX) {
        gp_decimal wide = digits_by_text(v, n);
        return scaled(wide.mant, wide.exp);
    }
    gp_decimal d = gp_decimal_of(v);
    int drop = digit_count(d.mant) - n;
    if (drop <= 0) return scaled(d.mant, d.exp);
    return scaled(dropped(d.mant, drop), d.exp + drop);
}

/* -- reading -- */

typedef struct scan {
    gp_text t;
    size_t at;
    int64_t mant; /* the first 15 significant digits */
    int kept;     /* how many of them */
    int64_t exp;  /* of mant */
    int next;     /* the 16th significant digit, which decides the rounding; -1 until it came */
    bool lost;    /* a digit other than 0 did not fit */
    int written;  /* digits after the point */
} scan;

/* The ASCII twin of the character at `at`, 0 at the end and for what has none; *len is its length in bytes. */
static char twin_at(size_t *len, gp_text t, size_t at) {
    *len = 1;
    if (at >= t.n) return 0;
    const unsigned char *s = (const unsigned char *)t.s + at;
    if (s[0] < 0x80) return (char)s[0];
    if (t.n - at < 3) return 0;
    *len = 3;
    if (s[0] == 0xE2 && s[1] == 0x88 && s[2] == 0x92) return '-'; /* U+2212 */
    if (s[0] != 0xEF || s[1] != 0xBC) return 0;
    char c = (char)(s[2] - 0x60); /* U+FF01 on are U+0021 on */
    return (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.' || c == ',' ? c : 0;
}

static char peek(const scan *s) {
    size_t len;
    return twin_at(&len, s->t, s->at);
}

static void advance(scan *s) {
    size_t len;
    twin_at(&len, s->t, s->at);
    s->at += len;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Is the character here followed by a digit? */
static bool digit_follows(const scan *s) {
    size_t len, next;
    twin_at(&len, s->t, s->at);
    return is_digit(twin_at(&next, s->t, s->at + len));
}

static void take_digit(scan *s, int digit, bool after_point) {
    if (s->mant == 0 && digit == 0) {
        s->exp -= after_point;
        return;
    }
    if (s->kept < DIGITS_MAX) {
        s->mant = s->mant * 10 + digit;
        s->kept++;
        s->exp -= after_point;
        return;
    }
    if (s->next < 0) s->next = digit;
    s->lost |= digit != 0;
    s->exp += !after_point;
}

static size_t take_digits(scan *s, bool after_point) {
    size_t n = 0;
    for (char c; is_digit(c = peek(s)); n++) {
        take_digit(s, c - '0', after_point);
        advance(s);
    }
    return n;
}

/* Whole part with its comma groups; false when a comma stands elsewhere than between groups of three. */
static bool take_whole(scan *s) {
    size_t first = take_digits(s, false);
    if (peek(s) != ',' || !digit_follows(s)) return true;
    bool right = first >= 1 && first <= 3;
    while (peek(s) == ',' && digit_follows(s)) {
        advance(s);
        right &= take_digits(s, false) == 3;
    }
    return right;
}

static bool take_fraction(scan *s) {
    if (peek(s) != '.' || !digit_follows(s)) return true;
    advance(s);
    s->written = (int)take_digits(s, true);
    return peek(s) != ',' || !digit_follows(s);
}

/* "e" with digits behind it; any other word that begins so is a unit. */
static void take_exponent(scan *s) {
    char c = peek(s);
    if (c != 'e' && c != 'E') return;
    scan ahead = *s;
    advance(&ahead);
    char sign = peek(&ahead);
    if (sign == '+' || sign == '-') advance(&ahead);
    if (!is_digit(peek(&ahead))) return;
    int64_t exp = 0;
    for (; is_digit(c = peek(&ahead)); advance(&ahead))
        if (exp < EXPONENT_CAP) exp = exp * 10 + (c - '0');
    s->at = ahead.at;
    s->exp += sign == '-' ? -exp : exp;
}

/* Below the smallest normal number 15 digits do not survive, so that counts as out of range too. */
static bool in_range(int64_t mant, int64_t exp) {
    int64_t magnitude = exp + digit_count(mant) - 1;
    if (mant == 0 || (magnitude >= DBL_MIN_10_EXP && magnitude < DBL_MAX_10_EXP)) return true;
    if (magnitude < DBL_MIN_10_EXP - 1 || magnitude > DBL_MAX_10_EXP) return false;
    double v = scaled(mant, (int)exp);
    return v >= DBL_MIN && !isinf(v);
}

static gp_number_status settle(gp_decimal *out, const scan *s, bool negative) {
    int64_t mant = s->mant + (s->next >= 5);
    if (!in_range(mant, s->exp)) return GP_NUMBER_RANGE;
    *out = stripped(negative ? -mant : mant, mant == 0 ? 0 : (int)s->exp);
    return s->lost ? GP_NUMBER_ROUNDED : GP_NUMBER_OK;
}

gp_number_status gp_number_read(gp_decimal *out, size_t *used, int *digits, gp_text t) {
    scan s = {.t = t, .next = -1};
    *out = (gp_decimal){0, 0};
    *used = 0;
    if (digits) *digits = 0;
    char sign = peek(&s);
    if (sign == '+' || sign == '-') advance(&s);
    if (!is_digit(peek(&s)) && !(peek(&s) == '.' && digit_follows(&s))) return GP_NUMBER_NONE;
    bool grouped = take_whole(&s);
    grouped &= take_fraction(&s);
    take_exponent(&s);
    *used = s.at;
    if (digits) *digits = s.written;
    return grouped ? settle(out, &s, sign == '-') : GP_NUMBER_GROUPS;
}

/* -- printing -- */

static size_t print_word(char *out, double v) {
    const char *word = isnan(v) ? "nan" : v > 0 ? "inf" : "-inf";
    size_t n = strlen(word);
    memcpy(out, word, n + 1);
    return n;
}

/* Digits of mant without its sign; returns how many. */
static int spell(char *out, int64_t mant) {
    int n = digit_count(mant);
    int64_t m = mant < 0 ? -mant : mant;
    for (int i = n - 1; i >= 0; i--, m /= 10) out[i] = (char)('0' + m % 10);
    return n;
}

static char *put(char *to, const char *from, int n) {
    memcpy(to, from, (size_t)n);
    return to + n;
}

static char *put_zeros(char *to, int n) {
    memset(to, '0', (size_t)n);
    return to + n;
}

/* Digits with the point `point` places behind the first one's left side; point <= 0 leads with "0.". */
static char *put_plain(char *to, const char *digits, int n, int point) {
    if (point <= 0) {
        to = put(to, "0.", 2);
        to = put_zeros(to, -point);
        return put(to, digits, n);
    }
    if (point >= n) {
        to = put(to, digits, n);
        return put_zeros(to, point - n);
    }
    to = put(to, digits, point);
    *to++ = '.';
    return put(to, digits + point, n - point);
}

static char *put_scientific(char *to, const char *digits, int n, int point) {
    *to++ = digits[0];
    if (n > 1) {
        *to++ = '.';
        to = put(to, digits + 1, n - 1);
    }
    return to + sprintf(to, "e%+d", point - 1);
}

static size_t print_decimal(char *out, gp_decimal d) {
    char digits[20];
    int n = spell(digits, d.mant);
    int point = n + d.exp;
    char *to = out;
    if (d.mant < 0) *to++ = '-';
    if (point > -7 && point <= 21)
        to = put_plain(to, digits, n, point);
    else
        to = put_scientific(to, digits, n, point);
    *to = 0;
    return (size_t)(to - out);
}

size_t gp_number_print(char out[32], double v) {
    if (!isfinite(v)) return print_word(out, v);
    return print_decimal(out, gp_decimal_of(v));
}

size_t gp_number_print_scaled(char out[32], double v, int scale) {
    if (!isfinite(v)) return print_word(out, v);
    gp_decimal d = gp_decimal_of(v);
    if (d.mant != 0) d.exp -= scale;
    return print_decimal(out, d);
}

size_t gp_number_print_fixed(char out[64], double v, int decimals) {
    if (!isfinite(v)) return print_word(out, v);
    gp_decimal d = gp_decimal_of(v);
    int drop = -d.exp - decimals;
    if (drop > 0) d = (gp_decimal){dropped(d.mant, drop), -decimals};
    char digits[20];
    int n = spell(digits, d.mant);
    int places = d.exp < 0 ? -d.exp : 0; /* digits after the point so far, at most `decimals` */
    if (n + d.exp > 21) return print_decimal(out, d);
    char *to = out;
    if (d.mant < 0) *to++ = '-';
    if (d.mant == 0) {
        *to++ = '0';
        places = 0;
    } else {
        to = put_plain(to, digits, n, n + d.exp);
    }
    if (places == 0 && decimals > 0) *to++ = '.';
    to = put_zeros(to, decimals - places);
    *to = 0;
    return (size_t)(to - out);
}

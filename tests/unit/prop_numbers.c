/* Properties of numbers, quantities, dates and periods over random cases: what is printed reads back, and every rounding is that of
 * exact rationals. GP_RUNS says how many cases each, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "trap.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/exact.h"
#include "base/period.h"
#include "base/unit.h"

static uint64_t seed = 20201231;
static long runs = 100000;

/* -- random numbers -- */

/* A decimal of 1 to 15 digits, mostly of everyday size. */
static gp_decimal any_decimal(dice *d) {
    int64_t end = 1;
    for (int n = between(d, 1, 15); n > 0; n--) end *= 10;
    int64_t mant = (int64_t)(roll(d) % (uint64_t)end);
    if (mant == 0) return (gp_decimal){0, 0};
    int exp = between(d, 0, 9) ? between(d, -14, 6) : between(d, -300, 290);
    for (; mant % 10 == 0; mant /= 10) exp++;
    return (gp_decimal){between(d, 0, 1) ? mant : -mant, exp};
}

/* A binary64 that reads back: any bits, a computed fraction, a neighbour of a decimal, or a sum that ends in a half. */
static double any_double(dice *d) {
    double v;
    uint64_t bits;
    switch (between(d, 0, 3)) {
    case 0:
        do {
            bits = roll(d);
            memcpy(&v, &bits, sizeof v);
        } while (!isfinite(v) || fabs(v) < DBL_MIN);
        return v;
    case 1: return (double)between(d, -100000, 100000) / between(d, 1, 100000);
    case 2: v = gp_decimal_double(any_decimal(d), 0); return v == 0 ? v : nextafter(v, between(d, 0, 1) ? 1e300 : -1e300);
    default: return (double)(int64_t)(roll(d) >> between(d, 11, 40)) / between(d, 1, 64);
    }
}

/* -- exact views -- */

static void set_text(mpq_t q, const char *plain) {
    gp_decimal d = {0, 0};
    bool after = false, negative = *plain == '-';
    mpq_t digits;
    mpq_init(digits);
    mpz_set_ui(mpq_numref(digits), 0);
    for (const char *s = plain + negative; *s; s++) {
        if (*s == '.') {
            after = true;
            continue;
        }
        mpz_mul_ui(mpq_numref(digits), mpq_numref(digits), 10);
        mpz_add_ui(mpq_numref(digits), mpq_numref(digits), (unsigned long)(*s - '0'));
        d.exp -= after;
    }
    d.mant = negative ? -1 : 1;
    gp_exact_set_decimal(q, d);
    mpq_mul(q, q, digits);
    mpq_clear(digits);
}

static bool same_decimal(gp_decimal a, gp_decimal b) {
    return a.mant == b.mant && a.exp == b.exp;
}

static gp_decimal read_whole(const char *text, gp_number_status want) {
    gp_decimal d;
    size_t used;
    gp_number_status status = gp_number_read(&d, &used, NULL, gp_text_of(text));
    if (status != want || used != strlen(text)) fail_msg("\"%s\": status %d, %zu bytes", text, (int)status, used);
    return d;
}

/* -- numbers -- */

/* Decimal and binary64 name each other, and the way there is the one of exact arithmetic. */
static void decimals_survive_binary(void **state) {
    (void)state;
    dice d = {seed};
    mpq_t q;
    mpq_init(q);
    for (long i = 0; i < runs; i++) {
        gp_decimal in = any_decimal(&d);
        double v = gp_decimal_double(in, 0);
        gp_decimal out = gp_decimal_of(v);
        if (!same_decimal(in, out)) fail_msg("%" PRId64 "e%d became %" PRId64 "e%d", in.mant, in.exp, out.mant, out.exp);
        gp_exact_set_decimal(q, in);
        if (gp_exact_double(q) != v) fail_msg("%" PRId64 "e%d: %a, exactly %a", in.mant, in.exp, v, gp_exact_double(q));
        char text[32];
        size_t n = gp_number_print(text, v);
        assert_int_equal(n, strlen(text));
        if (!same_decimal(read_whole(text, GP_NUMBER_OK), in)) fail_msg("%s does not read back", text);
    }
    mpq_clear(q);
}

/* The decimal of any binary64 is the nearest of 15 digits; printed, it reads back as that decimal. */
static void binaries_get_their_nearest_decimal(void **state) {
    (void)state;
    dice d = {seed + 1};
    mpq_t exact, decimal, unit;
    mpq_inits(exact, decimal, unit, NULL);
    for (long i = 0; i < runs; i++) {
        double v = any_double(&d);
        gp_decimal out = gp_decimal_of(v);
        char text[32];
        gp_number_print(text, v);
        if (!same_decimal(read_whole(text, GP_NUMBER_OK), out)) fail_msg("%s does not read back", text);
        if (fabs(v) > 1.797693134862314e308 || v == 0) continue;
        int digits = snprintf(text, sizeof text, "%" PRId64, out.mant < 0 ? -out.mant : out.mant);
        mpq_set_d(exact, v);
        gp_exact_set_decimal(decimal, out);
        gp_exact_set_decimal(unit, (gp_decimal){1, out.exp + digits - 15});
        mpq_sub(exact, exact, decimal);
        mpq_abs(exact, exact);
        mpq_add(exact, exact, exact);
        if (mpq_cmp(exact, unit) > 0) fail_msg("%a became %" PRId64 "e%d", v, out.mant, out.exp);
    }
    mpq_clears(exact, decimal, unit, NULL);
}

/* With one digit less, neither neighbour is the same binary64. */
static void printed_numbers_are_shortest(void **state) {
    (void)state;
    dice d = {seed + 2};
    for (long i = 0; i < runs; i++) {
        double v = gp_decimal_double(any_decimal(&d), 0);
        gp_decimal out = gp_decimal_of(v);
        if (v == 0) continue;
        assert_true(out.mant % 10 != 0);
        gp_decimal near = {out.mant / 10, out.exp + 1}, far = {near.mant + (out.mant < 0 ? -1 : 1), near.exp};
        if (gp_decimal_double(near, 0) == v || gp_decimal_double(far, 0) == v) fail_msg("%a has a shorter decimal", v);
    }
}

/* Texts of up to 40 digits are cut to 15 as exact arithmetic does it, half away from zero. */
static void long_texts_are_rounded_once(void **state) {
    (void)state;
    dice d = {seed + 3};
    mpq_t q, r;
    mpq_inits(q, r, NULL);
    for (long i = 0; i < runs; i++) {
        char text[64];
        int n = 0, digits = between(&d, 16, 40), point = between(&d, 1, digits);
        bool tie = between(&d, 0, 1);
        if (between(&d, 0, 1)) text[n++] = '-';
        for (int k = 0; k < digits; k++) {
            if (k == point) text[n++] = '.';
            int digit = k == 0 ? between(&d, 1, 9) : tie && k >= 15 ? (k == 15 ? 5 : k == 39) : between(&d, 0, 9);
            text[n++] = (char)('0' + digit);
        }
        text[n] = 0;
        gp_decimal out;
        size_t used;
        gp_number_status status = gp_number_read(&out, &used, NULL, gp_text_of(text));
        set_text(q, text);
        mpq_set(r, q);
        gp_exact_round(q, 15 - point, GP_HALF_UP);
        assert_int_equal(status, mpq_equal(q, r) ? GP_NUMBER_OK : GP_NUMBER_ROUNDED);
        gp_exact_set_decimal(r, out);
        if (!mpq_equal(q, r)) fail_msg("%s became %" PRId64 "e%d", text, out.mant, out.exp);
    }
    mpq_clears(q, r, NULL);
}

/* Fixed places and significant digits are those of the decimal, rounded exactly. */
static void rounding_is_exact(void **state) {
    (void)state;
    dice d = {seed + 4};
    mpq_t q, r;
    mpq_inits(q, r, NULL);
    for (long i = 0; i < runs; i++) {
        gp_decimal in = any_decimal(&d);
        double v = gp_decimal_double(in, 0);
        if (fabs(v) >= 1e20) continue;
        int decimals = between(&d, 0, 15);
        char text[64];
        gp_number_print_fixed(text, v, decimals);
        const char *point = strchr(text, '.');
        assert_int_equal(point ? strlen(point + 1) : 0, decimals);
        set_text(q, text);
        gp_exact_set_decimal(r, in);
        gp_exact_round(r, decimals, GP_HALF_UP);
        if (!mpq_equal(q, r)) fail_msg("%" PRId64 "e%d with %d places: %s", in.mant, in.exp, decimals, text);
        if (v == 0) continue;
        int n = between(&d, 1, 15);
        int digits = snprintf(text, sizeof text, "%" PRId64, in.mant < 0 ? -in.mant : in.mant);
        gp_exact_set_decimal(r, in);
        gp_exact_round(r, n - digits - in.exp, GP_HALF_UP);
        if (gp_round_digits(v, n) != gp_exact_double(r)) fail_msg("%" PRId64 "e%d to %d digits", in.mant, in.exp, n);
    }
    mpq_clears(q, r, NULL);
}

/* The nearest binary64 of any fraction: neither neighbour is nearer, and on a tie the even one is taken. */
static void fractions_find_their_binary(void **state) {
    (void)state;
    dice d = {seed + 5};
    mpq_t q, here, next;
    mpq_inits(q, here, next, NULL);
    for (long i = 0; i < runs; i++) {
        mpz_set_ui(mpq_numref(q), roll(&d) >> between(&d, 0, 60));
        mpz_set_ui(mpq_denref(q), 1 + (roll(&d) >> between(&d, 1, 63)));
        if (between(&d, 0, 1)) mpz_set_ui(mpq_denref(q), 1); /* many ties */
        mpz_mul_2exp(mpq_denref(q), mpq_denref(q), between(&d, 0, 3) ? 0 : (mp_bitcnt_t)between(&d, 1000, 1140));
        mpq_canonicalize(q);
        double v = gp_exact_double(q);
        mpq_set_d(here, v);
        mpq_sub(here, here, q);
        mpq_abs(here, here);
        for (int side = -1; side <= 1; side += 2) {
            double other = nextafter(v, side < 0 ? -INFINITY : INFINITY);
            uint64_t bits;
            memcpy(&bits, &v, sizeof bits);
            mpq_set_d(next, other);
            mpq_sub(next, next, q);
            mpq_abs(next, next);
            int order = mpq_cmp(here, next);
            if (order > 0 || (order == 0 && (bits & 1))) fail_msg("%a is not the nearest (case %ld)", v, i);
        }
    }
    mpq_clears(q, here, next, NULL);
}

/* Full-width digits, comma groups and signs change nothing. */
static void dressed_numbers_read_alike(void **state) {
    (void)state;
    dice d = {seed + 6};
    for (long i = 0; i < runs; i++) {
        double v = (double)(int64_t)(roll(&d) >> between(&d, 14, 60)) / (between(&d, 0, 1) ? 1 : 100);
        char plain[64], dressed[256];
        gp_number_print_fixed(plain, v, between(&d, 0, 4));
        bool grouped = between(&d, 0, 1), wide = between(&d, 0, 1);
        const char *point = strchr(plain, '.');
        size_t whole = point ? (size_t)(point - plain) : strlen(plain), n = 0;
        for (size_t k = 0; plain[k]; k++) {
            if (grouped && k > 0 && k < whole && (whole - k) % 3 == 0) n += (size_t)sprintf(dressed + n, "%s", wide ? "，" : ",");
            if (wide)
                n += gp_utf8_put(dressed + n, (uint32_t)plain[k] + 0xFEE0);
            else
                dressed[n++] = plain[k];
        }
        dressed[n] = 0;
        gp_decimal a = read_whole(plain, GP_NUMBER_OK), b = read_whole(dressed, GP_NUMBER_OK);
        if (!same_decimal(a, b)) fail_msg("%s and %s differ", plain, dressed);
    }
}

/* -- quantities -- */

static const char *const scales[] = {"", "万", "亿", "万亿"};
static const char *const bases[] = {"元", "家", "平方米", "人·天", "元/家", "吨/万元", "t", "kWh", "㎡"};
static const char *const shares[] = {"", "%", "‰", "bp", "百分点", "倍", "万", "亿", "k", "M", "k元"};

static gp_unit any_unit(dice *d, gp_units *u, gp_arena *a) {
    char text[64];
    gp_unit unit;
    if (between(d, 0, 1))
        snprintf(text, sizeof text, "%s", shares[between(d, 0, GP_COUNT(shares) - 1)]);
    else
        snprintf(text, sizeof text, "%s%s", scales[between(d, 0, GP_COUNT(scales) - 1)], bases[between(d, 0, GP_COUNT(bases) - 1)]);
    if (!gp_unit_read(&unit, u, gp_text_dup(a, gp_text_of(text)), NULL, 0)) fail_msg("%s is no unit", text);
    return unit;
}

static void assert_same_unit(const gp_unit *a, const gp_unit *b) {
    assert_int_equal(a->given, b->given);
    assert_int_equal(a->scale, b->scale);
    assert_true(gp_dim_eq(&a->dim, &b->dim) && gp_text_eq(a->text, b->text));
}

static void quantities_read_back(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    gp_buf out;
    gp_buf_init(&out, &h.arena);
    dice d = {seed + 7};
    for (long i = 0; i < runs; i++) {
        gp_unit unit = any_unit(&d, &u, &h.arena);
        gp_decimal in = any_decimal(&d);
        if (in.exp < -280 || in.exp > 270) in.exp = 0;
        double v = gp_decimal_double(in, unit.scale);
        out.n = 0;
        gp_quantity_print(&out, v, &unit);
        gp_quantity q;
        gp_text text = {out.s, out.n};
        gp_quantity_status status = gp_quantity_read(&q, &u, text, NULL, NULL, 0);
        if (status != GP_QUANTITY_OK || q.value != v) fail_msg("%.*s: status %d, %a for %a", GP_ARG(text), (int)status, q.value, v);
        assert_same_unit(&q.unit, &unit);
    }
    gp_arena_fini(&h.arena);
}

static gp_interval any_interval(dice *d, const gp_unit *unit) {
    double a = gp_decimal_double((gp_decimal){between(d, -99999, 99999), between(d, -4, 4)}, unit->scale);
    double b = gp_decimal_double((gp_decimal){between(d, -99999, 99999), between(d, -4, 4)}, unit->scale);
    bool lo_open = between(d, 0, 1), hi_open = between(d, 0, 1);
    switch (between(d, 0, 3)) {
    case 0: return (gp_interval){a, INFINITY, lo_open, true};
    case 1: return (gp_interval){-INFINITY, a, true, hi_open};
    case 2:
        if (a != b) return (gp_interval){fmin(a, b), fmax(a, b), lo_open, hi_open};
        break;
    }
    return (gp_interval){a, a, false, false};
}

static void intervals_read_back(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    gp_buf out;
    gp_buf_init(&out, &h.arena);
    dice d = {seed + 8};
    for (long i = 0; i < runs; i++) {
        gp_unit unit = any_unit(&d, &u, &h.arena);
        gp_interval v = any_interval(&d, &unit), back;
        out.n = 0;
        gp_interval_print(&out, &v, &unit);
        gp_quantity q;
        gp_text text = {out.s, out.n};
        gp_quantity_status status = gp_interval_read(&back, &q, &u, text, NULL, NULL, 0);
        if (status != GP_QUANTITY_OK) fail_msg("%.*s: status %d", GP_ARG(text), (int)status);
        bool same = back.lo == v.lo && back.hi == v.hi && back.lo_open == v.lo_open && back.hi_open == v.hi_open;
        if (!same) fail_msg("%.*s read as %a, %a", GP_ARG(text), back.lo, back.hi);
        assert_same_unit(&q.unit, &unit);
    }
    gp_arena_fini(&h.arena);
}

/* -- dates and periods -- */

static void dates_read_back(void **state) {
    (void)state;
    dice d = {seed + 9};
    int first = gp_date_of(1, 1, 1), last = gp_date_of(9999, 12, 31);
    for (long i = 0; i < runs; i++) {
        int32_t day = between(&d, first, last), back;
        char out[16];
        size_t n = gp_date_print(out, day);
        assert_true(gp_date_read(&back, (gp_text){out, n}));
        assert_int_equal(back, day);
    }
}

/* The first day of a random year, half, quarter, month or day, or its last. */
static int32_t any_edge(dice *d, bool last) {
    static const int months[] = {12, 6, 3, 1};
    int year = between(d, 1, 9998), kind = between(d, 0, 4);
    if (kind == 4) return gp_date_of(year, between(d, 1, 12), between(d, 1, 28));
    int month = between(d, 0, 12 / months[kind] - 1) * months[kind] + 1 + (last ? months[kind] : 0);
    return gp_date_of(year + (month > 12), (month - 1) % 12 + 1, 1) - last;
}

static void periods_read_back(void **state) {
    (void)state;
    dice d = {seed + 10};
    for (long i = 0; i < runs; i++) {
        gp_period p = {any_edge(&d, false), any_edge(&d, true)}, back;
        if (between(&d, 0, 2) == 0) p.last = p.first + between(&d, 0, 400);
        if (p.first > p.last) p = (gp_period){p.last, p.first};
        char out[32];
        size_t n = gp_period_print(out, p);
        if (!gp_period_read(&back, (gp_text){out, n}) || !gp_period_eq(p, back)) fail_msg("%s does not read back", out);
        if (p.first < gp_date_of(3, 1, 1)) continue;
        gp_period before = gp_period_prev(p);
        assert_int_equal(before.last, p.first - 1);
        assert_true(gp_period_year_ago(p).first < p.first);
    }
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_survive_binary),
        cmocka_unit_test(binaries_get_their_nearest_decimal),
        cmocka_unit_test(printed_numbers_are_shortest),
        cmocka_unit_test(long_texts_are_rounded_once),
        cmocka_unit_test(rounding_is_exact),
        cmocka_unit_test(fractions_find_their_binary),
        cmocka_unit_test(dressed_numbers_read_alike),
        cmocka_unit_test(quantities_read_back),
        cmocka_unit_test(intervals_read_back),
        cmocka_unit_test(dates_read_back),
        cmocka_unit_test(periods_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

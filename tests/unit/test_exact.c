/* Exact decisions: decimals as rationals, rounding with ties, and the way back to binary64. */
#include "trap.h"

#include <float.h>
#include <limits.h>
#include <math.h>

#include "base/exact.h"

static void assert_is(const mpq_t q, const char *fraction) {
    mpq_t want;
    mpq_init(want);
    mpq_set_str(want, fraction, 10);
    mpq_canonicalize(want);
    if (!mpq_equal(q, want)) fail_msg("%s was due", fraction);
    mpq_clear(want);
}

static void takes_decimals_as_written(void **state) {
    (void)state;
    mpq_t q, r;
    mpq_inits(q, r, NULL);
    gp_exact_set(q, 0.1);
    assert_is(q, "1/10");
    gp_exact_set(r, 0.2);
    mpq_add(q, q, r);
    assert_is(q, "3/10");
    gp_exact_set(q, -0.035);
    assert_is(q, "-7/200");
    gp_exact_set(q, 277920000000.0);
    assert_is(q, "277920000000");
    gp_exact_set(q, 0);
    assert_is(q, "0");
    gp_exact_set_decimal(q, (gp_decimal){-25, -3});
    assert_is(q, "-1/40");
    gp_exact_set_decimal(q, (gp_decimal){5, 3});
    assert_is(q, "5000");
    mpq_clears(q, r, NULL);
}

/* num * 2^shift / den */
static double binary(const char *num, long shift, const char *den) {
    mpq_t q;
    mpq_init(q);
    mpz_set_str(mpq_numref(q), num, 10);
    mpz_set_str(mpq_denref(q), den, 10);
    if (shift >= 0)
        mpz_mul_2exp(mpq_numref(q), mpq_numref(q), (mp_bitcnt_t)shift);
    else
        mpz_mul_2exp(mpq_denref(q), mpq_denref(q), (mp_bitcnt_t)-shift);
    mpq_canonicalize(q);
    double v = gp_exact_double(q);
    mpq_clear(q);
    return v;
}

static void rounds_to_binary64(void **state) {
    (void)state;
    assert_true(binary("0", 0, "1") == 0);
    assert_true(binary("1", 0, "3") == 1.0 / 3);
    assert_true(binary("-2", 0, "3") == -2.0 / 3);
    assert_true(binary("1", 0, "10") == 0.1);
    assert_true(binary("9007199254740993", 0, "1") == 9007199254740992.0); /* ties go to even */
    assert_true(binary("9007199254740995", 0, "1") == 9007199254740996.0);
    assert_true(binary("90071992547409930000001", 0, "10000000") == 9007199254740994.0);
    assert_true(binary("18014398509481983", 0, "1") == 18014398509481984.0); /* carries into a new bit */
    assert_true(binary("1", -1074, "1") == 0x1p-1074);
    assert_true(binary("1", -1075, "1") == 0);
    assert_true(binary("3", -1075, "1") == 0x1p-1073);
    assert_true(binary("10000001", -1075, "10000000") == 0x1p-1074);
    assert_true(binary("9007199254740993", -1075, "1") == 0x1p-1022); /* between subnormal and normal */
    assert_true(binary("1", -5000, "1") == 0);
    assert_true(binary("1", 1023, "1") == 0x1p1023);
    assert_true(binary("9007199254740991", 971, "1") == DBL_MAX);
    assert_true(isinf(binary("1", 1024, "1")));
    assert_true(binary("-1", 9000, "1") == -INFINITY);
}

static void rounds_with_ties(void **state) {
    (void)state;
    static const struct {
        gp_decimal in;
        int decimals;
        const char *half_up, *half_even, *up, *down;
    } cases[] = {
        {{25, -1}, 0, "3", "2", "3", "2"},
        {{-25, -1}, 0, "-3", "-2", "-3", "-2"},
        {{35, -1}, 0, "4", "4", "4", "3"},
        {{89995, -3}, 2, "90", "90", "90", "8999/100"},
        {{89985, -3}, 2, "8999/100", "8998/100", "8999/100", "8998/100"},
        {{24, -1}, 0, "2", "2", "3", "2"},
        {{-26, -1}, 0, "-3", "-3", "-3", "-2"},
        {{7, 0}, 0, "7", "7", "7", "7"},
        {{150, 0}, -2, "200", "200", "200", "100"},
        {{250, 0}, -2, "300", "200", "300", "200"},
        {{0, 0}, 2, "0", "0", "0", "0"},
    };
    mpq_t q;
    mpq_init(q);
    for (size_t i = 0; i < GP_COUNT(cases); i++) {
        const char *want[] = {cases[i].half_up, cases[i].half_even, cases[i].up, cases[i].down};
        const gp_rounding how[] = {GP_HALF_UP, GP_HALF_EVEN, GP_ROUND_UP, GP_ROUND_DOWN};
        for (size_t k = 0; k < 4; k++) {
            gp_exact_set_decimal(q, cases[i].in);
            gp_exact_round(q, cases[i].decimals, how[k]);
            assert_is(q, want[k]);
        }
    }
    mpq_clear(q);
}

static void cuts(void **state) {
    (void)state;
    mpq_t q;
    mpq_init(q);
    gp_exact_set(q, -2.55);
    gp_exact_floor(q, 1);
    assert_is(q, "-26/10");
    gp_exact_set(q, -2.55);
    gp_exact_ceil(q, 1);
    assert_is(q, "-25/10");
    gp_exact_set(q, -2.55);
    gp_exact_trunc(q, 0);
    assert_is(q, "-2");
    gp_exact_set(q, 2.55);
    gp_exact_floor(q, 1);
    assert_is(q, "25/10");
    gp_exact_set(q, 2.55);
    gp_exact_ceil(q, 0);
    assert_is(q, "3");
    gp_exact_set(q, 1234);
    gp_exact_floor(q, -2);
    assert_is(q, "1200");
    mpq_clear(q);
}

static void raises_to_powers(void **state) {
    (void)state;
    mpq_t q;
    mpq_init(q);
    gp_exact_set(q, -1.5);
    assert_true(gp_exact_pow(q, 3));
    assert_is(q, "-27/8");
    assert_true(gp_exact_pow(q, -1));
    assert_is(q, "-8/27");
    assert_true(gp_exact_pow(q, 0));
    assert_is(q, "1");
    assert_true(gp_exact_pow(q, 1000000000));
    assert_is(q, "1");
    gp_exact_set(q, 0);
    assert_false(gp_exact_pow(q, -2));
    assert_true(gp_exact_pow(q, 2));
    assert_is(q, "0");
    assert_true(gp_exact_pow(q, 0));
    assert_is(q, "1");
    gp_exact_set(q, 2);
    assert_true(gp_exact_pow(q, 4095)); /* 4096 bits */
    gp_exact_set(q, 2);
    assert_false(gp_exact_pow(q, 4096));
    gp_exact_set(q, 1.01);
    assert_false(gp_exact_pow(q, LONG_MIN));
    mpq_clear(q);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(takes_decimals_as_written), cmocka_unit_test(rounds_to_binary64),
        cmocka_unit_test(rounds_with_ties),          cmocka_unit_test(cuts),
        cmocka_unit_test(raises_to_powers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

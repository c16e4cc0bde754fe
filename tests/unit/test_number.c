/* Numbers: reading as Chinese reports write them, printing, rounding.
 * What holds for all numbers is in prop_numbers.c; here stand the cases with a reason of their own. */
#include "trap.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/number.h"

typedef struct read_case {
    const char *text;
    gp_number_status status;
    int64_t mant;
    int exp;
    size_t used;
    int digits;
} read_case;

static const read_case reads[] = {
    {"0", GP_NUMBER_OK, 0, 0, 1, 0},
    {"-0", GP_NUMBER_OK, 0, 0, 2, 0},
    {"100000", GP_NUMBER_OK, 1, 5, 6, 0},
    {"100.0", GP_NUMBER_OK, 1, 2, 5, 1},
    {"2779.20", GP_NUMBER_OK, 27792, -1, 7, 2},
    {"+3.5%", GP_NUMBER_OK, 35, -1, 4, 1},
    {".5", GP_NUMBER_OK, 5, -1, 2, 1},
    {"-.5", GP_NUMBER_OK, -5, -1, 3, 1},
    {"5.", GP_NUMBER_OK, 5, 0, 1, 0}, /* the point is left over, and no unit begins with one */
    {"1.2.3", GP_NUMBER_OK, 12, -1, 3, 1},
    {"007", GP_NUMBER_OK, 7, 0, 3, 0},
    {"0.00050", GP_NUMBER_OK, 5, -4, 7, 5},
    {"1,234.5 元", GP_NUMBER_OK, 12345, -1, 7, 1},
    {"1,234,567", GP_NUMBER_OK, 1234567, 0, 9, 0},
    {"7, 10", GP_NUMBER_OK, 7, 0, 1, 0},
    {"３．５％", GP_NUMBER_OK, 35, -1, 9, 1},
    {"－１，２３４", GP_NUMBER_OK, -1234, 0, 18, 0},
    {"−7", GP_NUMBER_OK, -7, 0, 4, 0},
    {"＋7", GP_NUMBER_OK, 7, 0, 4, 0},
    {"1.5e3", GP_NUMBER_OK, 15, 2, 5, 1},
    {"1E-3t", GP_NUMBER_OK, 1, -3, 4, 0},
    {"1e＋２", GP_NUMBER_OK, 1, 2, 8, 0},
    {"5e", GP_NUMBER_OK, 5, 0, 1, 0}, /* a unit */
    {"5e-", GP_NUMBER_OK, 5, 0, 1, 0},
    {"5ecu", GP_NUMBER_OK, 5, 0, 1, 0},
    {"5ｅ3", GP_NUMBER_OK, 5, 0, 1, 0},
    {"0x10", GP_NUMBER_OK, 0, 0, 1, 0},
    {"3161余", GP_NUMBER_OK, 3161, 0, 4, 0},
    {"0e999999999999999999999", GP_NUMBER_OK, 0, 0, 23, 0},
    {"123456789012345", GP_NUMBER_OK, 123456789012345, 0, 15, 0},
    {"1234567890123450000", GP_NUMBER_OK, 123456789012345, 4, 19, 0},
    {"1.000000000000000000", GP_NUMBER_OK, 1, 0, 20, 18},
    {"1234567890123454", GP_NUMBER_ROUNDED, 123456789012345, 1, 16, 0},
    {"1234567890123455", GP_NUMBER_ROUNDED, 123456789012346, 1, 16, 0},
    {"-1234567890123455", GP_NUMBER_ROUNDED, -123456789012346, 1, 17, 0},
    {"12345678901234549", GP_NUMBER_ROUNDED, 123456789012345, 2, 17, 0},
    {"0.9999999999999995", GP_NUMBER_ROUNDED, 1, 0, 18, 16},
    {"1.0000000000000001", GP_NUMBER_ROUNDED, 1, 0, 18, 16},
    {"", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"-", GP_NUMBER_NONE, 0, 0, 0, 0},
    {".", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"--5", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"- 5", GP_NUMBER_NONE, 0, 0, 0, 0},
    {",123", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"nan", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"inf", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"五", GP_NUMBER_NONE, 0, 0, 0, 0},
    {"\xEF\xBC", GP_NUMBER_NONE, 0, 0, 0, 0}, /* half a full-width sign */
    {"1,23", GP_NUMBER_GROUPS, 0, 0, 4, 0},
    {"1,2345", GP_NUMBER_GROUPS, 0, 0, 6, 0},
    {"1234,567", GP_NUMBER_GROUPS, 0, 0, 8, 0},
    {"1,234,56", GP_NUMBER_GROUPS, 0, 0, 8, 0},
    {"0.123,456", GP_NUMBER_GROUPS, 0, 0, 5, 3},
    {"1e308", GP_NUMBER_OK, 1, 308, 5, 0},
    {"1.79769313486231e308", GP_NUMBER_OK, 179769313486231, 294, 20, 14},
    {"1.79769313486232e308", GP_NUMBER_RANGE, 0, 0, 20, 14},
    {"1e309", GP_NUMBER_RANGE, 0, 0, 5, 0},
    {"-1e400", GP_NUMBER_RANGE, 0, 0, 6, 0},
    {"2.3e-308", GP_NUMBER_OK, 23, -309, 8, 1},
    {"2.2e-308", GP_NUMBER_RANGE, 0, 0, 8, 1}, /* subnormal: 15 digits would not survive */
    {"1e-400", GP_NUMBER_RANGE, 0, 0, 6, 0},
    {"1e99999999999999999999", GP_NUMBER_RANGE, 0, 0, 22, 0},
};

static void reads_numbers(void **state) {
    (void)state;
    for (size_t i = 0; i < GP_COUNT(reads); i++) {
        const read_case *c = &reads[i];
        gp_decimal d;
        size_t used;
        int digits;
        gp_number_status status = gp_number_read(&d, &used, &digits, gp_text_of(c->text));
        if (status != c->status || d.mant != c->mant || d.exp != c->exp || used != c->used || digits != c->digits)
            fail_msg("\"%s\": status %d, %ld e %d, used %zu, digits %d", c->text, (int)status, (long)d.mant, d.exp, used, digits);
    }
}

static void converts_exactly(void **state) {
    (void)state;
    assert_true(gp_decimal_double((gp_decimal){35, -1}, -2) == 0.035);
    assert_true(gp_decimal_double((gp_decimal){925, -1}, 8) == 9250000000.0);
    assert_true(gp_decimal_double((gp_decimal){1, 23}, 0) == 1e23);
    assert_true(gp_decimal_double((gp_decimal){123456789012345, 30}, 0) == 123456789012345e30);
    assert_true(gp_decimal_double((gp_decimal){123, -30}, 0) == 123e-30);
    assert_true(gp_decimal_double((gp_decimal){0, 0}, 400) == 0);
    assert_true(isinf(gp_decimal_double((gp_decimal){1, 400}, 0)));
}

static const struct {
    double v;
    const char *text;
} prints[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-1, "-1"},
    {100000, "100000"},
    {2779.2, "2779.2"},
    {0.035, "0.035"},
    {0.1 + 0.2, "0.3"},
    {1.0 / 3, "0.333333333333333"},
    {2.0 / 3, "0.666666666666667"},
    {1e15, "1000000000000000"},
    {123456789012345678.0, "123456789012346000"},
    {999999999999999.9, "1000000000000000"},
    {1e20, "100000000000000000000"},
    {1e21, "1e+21"},
    {1.5e30, "1.5e+30"},
    {-1.5e-30, "-1.5e-30"},
    {1e-7, "0.0000001"},
    {1.25e-7, "0.000000125"},
    {9.9e-8, "9.9e-8"},
    {DBL_MIN, "2.2250738585072e-308"},
    {DBL_MAX, "1.79769313486231e+308"},
    {-1.23456789012345e-7, "-0.000000123456789012345"},
    {NAN, "nan"},
    {INFINITY, "inf"},
    {-INFINITY, "-inf"},
    {100000000000000.5, "100000000000001"},
    {-100000000000002.5, "-100000000000003"}, /* ties, away from zero */
};

static void prints_shortest(void **state) {
    (void)state;
    for (size_t i = 0; i < GP_COUNT(prints); i++) {
        char out[32];
        size_t n = gp_number_print(out, prints[i].v);
        assert_string_equal(out, prints[i].text);
        assert_int_equal(n, strlen(out));
    }
}

static void prints_scaled(void **state) {
    (void)state;
    char out[32];
    gp_number_print_scaled(out, 0.035, -2);
    assert_string_equal(out, "3.5");
    gp_number_print_scaled(out, 277920000000.0, 8);
    assert_string_equal(out, "2779.2");
    gp_number_print_scaled(out, 0, 8);
    assert_string_equal(out, "0");
    gp_number_print_scaled(out, 1e-300, 8);
    assert_string_equal(out, "1e-308");
    gp_number_print_scaled(out, NAN, 8);
    assert_string_equal(out, "nan");
}

static const struct {
    double v;
    int decimals;
    const char *text;
} fixed[] = {
    {0, 0, "0"},
    {0, 2, "0.00"},
    {1.5, 0, "2"},
    {2.5, 0, "3"},
    {-2.5, 0, "-3"},
    {1.005, 2, "1.01"},
    {89.995, 2, "90.00"},
    {0.125, 2, "0.13"},
    {123.1369, 2, "123.14"},
    {100, 2, "100.00"},
    {0.4, 0, "0"},
    {-0.004, 2, "0.00"},
    {0.05, 1, "0.1"},
    {0.004, 3, "0.004"},
    {1e-20, 5, "0.00000"},
    {1e20, 2, "100000000000000000000.00"},
    {1.5e30, 2, "1.5e+30"},
    {1.0 / 3, 15, "0.333333333333333"},
    {-1234567.891, 1, "-1234567.9"},
    {0.1, 15, "0.100000000000000"},
    {INFINITY, 2, "inf"},
    {-INFINITY, 0, "-inf"},
};

static void prints_fixed(void **state) {
    (void)state;
    for (size_t i = 0; i < GP_COUNT(fixed); i++) {
        char out[64];
        size_t n = gp_number_print_fixed(out, fixed[i].v, fixed[i].decimals);
        assert_string_equal(out, fixed[i].text);
        assert_int_equal(n, strlen(out));
    }
}

static void rounds_to_digits(void **state) {
    (void)state;
    assert_true(gp_round_digits(1.0 / 3, 12) == 0.333333333333);
    assert_true(gp_round_digits(-2.0 / 3, 12) == -0.666666666667);
    assert_true(gp_round_digits(0.1234567890125, 12) == 0.123456789013);
    assert_true(gp_round_digits(1234567, 3) == 1230000);
    assert_true(gp_round_digits(9.96, 2) == 10);
    assert_true(gp_round_digits(0.5, 1) == 0.5);
    assert_true(gp_round_digits(0.1 + 0.2, 15) == 0.3);
    assert_true(gp_round_digits(0.1 + 0.2, 17) == 0.1 + 0.2);
    assert_true(gp_round_digits(1.0 / 3, 16) == 0.3333333333333333);
    assert_true(gp_round_digits(0, 5) == 0);
    assert_true(isnan(gp_round_digits(NAN, 5)));
    assert_true(isinf(gp_round_digits(INFINITY, 5)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_numbers), cmocka_unit_test(converts_exactly), cmocka_unit_test(prints_shortest),
        cmocka_unit_test(prints_scaled), cmocka_unit_test(prints_fixed),     cmocka_unit_test(rounds_to_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Intervals through every operator: what the open kernel gives for a measured value, ends, open ends and absence. */
#include "eval_bed.h"

/* A value as text: "3", "[1, 5]", "(1, 5)", "none"; infinite ends are always open. */
static void print_value(char out[128], const gp_row *r) {
    char lo[32], hi[32];
    if (!r->has_actual) {
        strcpy(out, "none");
        return;
    }
    lo[gp_number_print(lo, r->actual.lo)] = '\0';
    hi[gp_number_print(hi, r->actual.hi)] = '\0';
    if (r->actual.lo == r->actual.hi) strcpy(out, lo);
    else
        snprintf(out, 128, "%c%s, %s%c", r->actual.lo_open || isinf(r->actual.lo) ? '(' : '[', lo, hi,
                 r->actual.hi_open || isinf(r->actual.hi) ? ')' : ']');
}

static void value(const char *expr, const char *a, const char *b, const char *want) {
    char plan[4096], data[1024], is[128];
    snprintf(plan, sizeof plan, "%s      - {id: i, value: '%s'}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", expr);
    snprintf(data, sizeof data, VALUES "  a: %s\n  b: %s\n  zz: {value: 1, basis: provisional}\n", a, b);
    EVAL(t, plan, data);
    print_value(is, row_of(&t, "g.i"));
    if (strcmp(is, want) != 0) fail_msg("%s with a = %s, b = %s is %s, due %s", expr, a, b, is, want);
    DONE(t);
}

static void test_sums(void **state) {
    (void)state;
    value("a + b", "1", "2", "3");
    value("a + b", "'[1, 5]'", "2", "[3, 7]");
    value("a + b", "'(1, 5]'", "'[1, 2)'", "(2, 7)");
    value("a + b", "'> 1'", "'< 1'", "(-inf, inf)");
    value("a + b", "'> 1'", "2", "(3, inf)");
    value("a - b", "'[1, 5]'", "'[1, 2)'", "(-1, 4]");
    value("a - a", "'[1, 5]'", "1", "[-4, 4]"); /* each occurrence on its own */
    value("-a", "'(1, 5]'", "1", "[-5, -1)");
    value("a + b", "null", "2", "none");
}

static void test_products(void **state) {
    (void)state;
    value("a * b", "'[1, 5]'", "2", "[2, 10]");
    value("a * b", "'[-1, 5]'", "'[2, 3]'", "[-3, 15]");
    value("a * b", "'[-1, 5]'", "-2", "[-10, 2]");
    value("a * b", "'(1, 5)'", "'[2, 3]'", "(2, 15)");
    value("a * b", "'> 1'", "2", "(2, inf)");
    value("a * b", "'> 1'", "-2", "(-inf, -2)");
    value("a * b", "'> 1'", "0", "0");
    value("a * b", "'[0, 1)'", "'> 5'", "[0, inf)");
    value("a * b", "'(0, 1)'", "'> 5'", "(0, inf)");
    value("a * b", "null", "0", "0");
    value("a * b", "null", "2", "none");
    value("a ^ 2", "'[2, 3]'", "0", "[4, 9]");
    value("a ^ 2", "'[-2, 3]'", "0", "[0, 9]");
    value("a ^ 3", "'[-2, 3]'", "0", "[-18, 27]"); /* wider than the truth at worst */
    value("a ^ 0.5", "'[4, 9]'", "0", "[2, 3]");
}

static void test_quotients(void **state) {
    (void)state;
    value("a / b", "'[1, 5]'", "2", "[0.5, 2.5]");
    value("a / b", "1", "'[2, 4]'", "[0.25, 0.5]");
    value("a / b", "1", "'> 2'", "(0, 0.5)");
    value("a / b", "1", "'[-1, 1]'", "(-inf, inf)");
    value("a / b", "1", "'[0, 4]'", "(-inf, inf)");
    value("a / b", "1", "'(0, 4]'", "[0.25, inf)");
    value("a / b", "-1", "'(0, 4]'", "(-inf, -0.25]");
    value("a / b", "1", "'[-4, 0)'", "(-inf, -0.25]");
    value("a / b", "'[0, 1]'", "'(0, 4]'", "[0, inf)");
    value("a / b", "'[-1, 1]'", "'(0, 4]'", "(-inf, inf)");
    value("a / b", "'> 0'", "'> 0'", "(0, inf)");
    value("a / b", "0", "'> 0'", "0");
    value("a / b", "'[1, 2]'", "0", "none");
    value("a / b", "null", "2", "none");
    value("a / b", "'[7, 9]'", "'[-4, -2]'", "[-4.5, -1.75]");
    value("a % b", "'[7, 9]'", "4", "[0, 4]");
    value("a % b", "7", "4", "3");
}

static void test_choices(void **state) {
    (void)state;
    value("min(a, b)", "'[1, 5]'", "3", "[1, 3]");
    value("max(a, b)", "'[1, 5]'", "3", "[3, 5]");
    value("min(a, b)", "'(1, 5]'", "'[1, 5)'", "[1, 5)");
    value("max(a, b)", "'(1, 5]'", "'[1, 5)'", "(1, 5]");
    value("min(a, b)", "null", "3", "(-inf, 3]");
    value("max(a, b)", "null", "3", "[3, inf)");
    value("min(a, b)", "null", "null", "none");
    value("min(a, b) * 0", "null", "3", "0");
    value("clamp(a, 1, 2)", "'[0, 5]'", "3", "[1, 2]");
    value("clamp(a, 1, 2)", "null", "3", "[1, 2]");
    value("abs(a)", "'[-1, 5]'", "3", "[0, 5]");
    value("abs(a)", "'[-7, 5)'", "3", "[0, 7]");
    value("abs(a)", "'(-5, -1]'", "3", "[1, 5)");
    value("if_else(a > b, 1, 2)", "'[1, 5]'", "3", "[1, 2]");
    value("if_else(a > b, 1, 2)", "'[4, 5]'", "3", "1");
    value("if_else(a >= b, 1, 2)", "'[3, 5]'", "3", "1");
    value("if_else(a > b, 1, 2)", "null", "3", "[1, 2]");
    value("if_else(a > b, 1)", "'[1, 5]'", "3", "none");
    value("coalesce(a, b)", "'[1, 5]'", "3", "[1, 5]");
    value("coalesce(a, b)", "null", "3", "3");
    value("coalesce(a, b)", "null", "'[1, 5]'", "[1, 5]");
}

static void test_functions(void **state) {
    (void)state;
    value("sqrt(a)", "'(4, 9)'", "0", "[2, 3]"); /* rounded to 12 digits: what lies just inside may reach the end */
    value("sqrt(a)", "'[-1, 9]'", "0", "[0, 3]");
    value("sqrt(a)", "'[-2, -1]'", "0", "none");
    value("log(a)", "'[1, 1]'", "0", "0");
    value("exp(a)", "'< 0'", "0", "[0, 1]");
    value("round(a, 1)", "'(0.24, 0.26)'", "0", "[0.2, 0.3]");
    value("floor(a)", "'[0.5, 1.5]'", "0", "[0, 1]");
    value("ceil(a)", "'[0.5, 1.5]'", "0", "[1, 2]");
    value("trunc(a)", "'[-1.5, 1.5]'", "0", "[-1, 1]");
    value("tier * 1", "1", "0", "none");
}

static void test_logic(void **state) {
    (void)state;
    value("a > 1 and b > 1", "'[0, 5]'", "0", "0");
    value("a > 1 or b > 1", "'[0, 5]'", "2", "1");
    value("a > 1 and b > 1", "'[0, 5]'", "2", "[0, 1]");
    value("not (a > 1)", "'[0, 5]'", "2", "[0, 1]");
    value("a == b", "'[0, 5]'", "6", "0");
    value("a ~= b", "'[0, 5]'", "6", "1");
    value("a == b", "'[0, 5]'", "5", "[0, 1]");
    value("a == b", "'[0, 5)'", "5", "0");
    value("a < b", "'[0, 5)'", "5", "1");
    value("a <= b", "'(5, 6]'", "5", "0");
    value("known(a)", "'[0, 5]'", "5", "1");
    value("known(a)", "null", "5", "0");
    value("known(a + b)", "null", "5", "0");
    value("known(a > 1 and b > 1)", "null", "5", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),    cmocka_unit_test(test_products),  cmocka_unit_test(test_quotients),
        cmocka_unit_test(test_choices), cmocka_unit_test(test_functions), cmocka_unit_test(test_logic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

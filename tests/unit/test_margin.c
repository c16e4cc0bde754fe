/* Margin, flip and completion of every criterion, and the reason that says what could not be computed. */
#include "eval_bed.h"

static void number(const char *what, const char *keys, const char *values, double is, double want) {
    bool same = isnan(want) ? isnan(is) : is == want;
    if (!same) fail_msg("%s of `%s` with\n%sis %.17g, due %.17g", what, keys, values, is, want);
}

static void measure(const char *keys, const char *values, double margin, double flip, double completion) {
    char plan[4096], data[1024];
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, VALUES "%s", values);
    EVAL(b, plan, data);
    const gp_row *r = row_of(&b, "g.i");
    number("margin", keys, values, r->margin, margin);
    number("flip", keys, values, r->flip, flip);
    number("completion", keys, values, r->completion, completion);
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

static void test_numbers(void **state) {
    (void)state;
    measure("value: a, at_least: 50", "  a: 50\n", 0, 50, 1);
    measure("value: a, at_least: 50", "  a: 40\n", -10, 50, 0.8);
    measure("value: a, at_most: 50", "  a: 40\n", 10, 50, 0.8);
    measure("value: a, at_most: 50", "  a: 60\n", -10, 50, 1.2);
    measure("value: a, more_than: 50", "  a: 60\n", 10, 50, 1.2);
    measure("value: a, less_than: 50", "  a: 60\n", -10, 50, 1.2);
    measure("value: a, between: [3, 8]", "  a: 4\n", 1, 3, NAN);
    measure("value: a, between: [3, 8]", "  a: 7\n", 1, 8, NAN);
    measure("value: a, between: [3, 8]", "  a: 10\n", -2, 8, NAN);
    measure("value: a, between: [3, 8]", "  a: 1\n", -2, 3, NAN);
    measure("value: a, exactly: 5", "  a: 3\n", -2, 5, 0.6);
    measure("value: a, exactly: 5", "  a: 5\n", 0, 5, 1);
    measure("value: a, not: 5", "  a: 3\n", NAN, 5, 0.6);
    measure("value: a, at_least: 0", "  a: 3\n", 3, 0, NAN); /* no share of nothing */
    measure("value: rate, at_most: 3.5%", "  rate: 2.1\n", 0.014, 0.035, 0.021 / 0.035);
    measure("value: a - b - c, at_least: 0", "  a: 0.3\n  b: 0.1\n  c: 0.2\n", 0, 0, NAN); /* exactly 0 */
    measure("value: a, at_least: 100", "  a: 100.1\n", 0.1, 100, 1.001);
    measure("value: a, at_least: b * 3", "  a: 0.3\n  b: 0.1\n", 0, 0.1 * 3, 0.3 / (0.1 * 3));
    measure("value: a", "  a: 3\n", NAN, NAN, NAN);
}

static void test_intervals(void **state) {
    (void)state;
    measure("value: a, at_least: 5", "  a: '> 7'\n", 2, 5, NAN);
    measure("value: a, at_least: 5", "  a: '< 4'\n", -1, 5, NAN);
    measure("value: a, at_least: 5", "  a: '> 4'\n", NAN, 5, NAN); /* undecided */
    measure("value: a, at_most: 5", "  a: '[1, 3]'\n", 2, 5, NAN);
    measure("value: a, more_than: 5", "  a: '> 5'\n", 0, 5, NAN);
    measure("value: a, at_least: 5", "  b: 1\n", NAN, 5, NAN);
    measure("value: a, at_least: b", "  a: 1\n", NAN, NAN, NAN);
}

static void test_others(void **state) {
    (void)state;
    measure("value: step, reached: review", "  step: idle\n", -2, 2, NAN);
    measure("value: step, reached: review", "  step: done\n", 1, 2, NAN);
    measure("value: day, by: 2020-06-30", "  day: 2020-06-25\n", 5, 18443, NAN);
    measure("value: day, by: 2020-06-30", "  day: 2020-07-02\n", -2, 18443, NAN);
    measure("value: yes, is: true", "  yes: false\n", NAN, NAN, NAN);
    measure("value: word, exactly: x", "  word: x\n", NAN, NAN, NAN);
}

/* ---- reasons ---- */

static void reason(const char *keys, const char *values, const char *want) {
    char plan[4096], data[1024];
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, VALUES "%s", values);
    EVAL(b, plan, data);
    gp_text is = row_of(&b, "g.i")->reason;
    if (!gp_text_is(is, want)) fail_msg("`%s` with\n%ssays `%.*s`, due `%s`", keys, values, GP_ARG(is), want);
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

static void test_reasons(void **state) {
    (void)state;
    reason("value: a, at_least: 3", "  a: 5\n", "5, due ≥ 3, margin 2");
    reason("value: a, at_least: 3", "  b: 5\n", "missing: a");
    reason("value: a / b, at_least: 3", "  a: 5\n  b: 0\n", "cannot be computed: a / b, as b is 0");
    reason("value: a / (b - c), at_least: 3", "  a: 5\n  b: 2\n  c: 2\n", "cannot be computed: a / (b - c), as b is 2, c is 2");
    reason("value: log(a) + b, at_least: 3", "  a: -5\n  b: 0\n", "cannot be computed: log(a) + b, as a is -5");
    reason("value: 'sqrt(a) + b / c', at_least: 3", "  a: 4\n  b: 1\n  c: 0\n", "cannot be computed: sqrt(a) + b / c, as c is 0");
    reason("value: a, at_least: b / c", "  a: 4\n  b: 1\n  c: 0\n", "cannot be computed: b / c, as c is 0");
    reason("value: a / b", "  a: 5\n  b: 0\n", "cannot be computed: a / b, as b is 0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_intervals),
        cmocka_unit_test(test_others),
        cmocka_unit_test(test_reasons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Finality: a verdict is final when it would stand if everything that is not final were open. */
#include "eval_bed.h"

static void test_cumulative(void **state) {
    (void)state;
    indicator("value: cum, at_least: 181", "  cum: {value: 272.02, covers: 2020-01/2020-09}\n", "met! partial");
    indicator("value: cum, at_least: 300", "  cum: {value: 272.02, covers: 2020-01/2020-09}\n", "undecided partial");
    indicator("value: cum, at_most: 0", "  cum: {value: 0, covers: 2020-01/2020-09}\n",
              "undecided partial"); /* zero by September is not zero yet */
    indicator("value: cum, at_most: 3", "  cum: {value: 4, covers: 2020-01/2020-09}\n", "unmet! partial");
    indicator("value: cum, at_least: 181", "  cum: {value: 272.02, basis: provisional}\n", "met provisional");
    indicator("value: cum, at_least: 181", "  cum: {value: 272.02, covers: 2020-01/2020-09, basis: provisional}\n", "met provisional");
    indicator("value: mile, at_least: 3", "  mile: {value: 3, covers: 2020-01/2020-09}\n", "met! partial");
    indicator("value: step, reached: draft", "  step: {value: draft, covers: 2020-01/2020-09}\n", "met! partial");
    indicator("value: step, reached: review", "  step: {value: draft, covers: 2020-01/2020-09}\n", "undecided partial");
    indicator("value: cum, at_least: 181", "  cum: {value: 272.02, covers: 2019}\n", "no_data -");
    indicator("value: cum, at_least: 181", "  cum: {value: 272.02, covers: 2019-06/2020-06}\n", "no_data -");
    indicator("value: a, at_least: 181", "  a: {value: 272.02, covers: 2020-01/2020-09}\n", "met partial");
    indicator("value: cum / 181, at_least: 1", "  cum: {value: 272.02, covers: 2020-01/2020-09}\n", "met! partial");
    indicator("value: cum / a, at_least: 1", "  cum: {value: 272.02, covers: 2020-01/2020-09}\n  a: 181\n", "met! partial");
    indicator("value: cum / a, at_least: 1", "  cum: {value: 272.02, covers: 2020-01/2020-09}\n  a: {value: 181, basis: forecast}\n",
              "met forecast");
    indicator("value: cum * a, at_least: 0.3", "  cum: {value: 0.1, covers: 2020-01/2020-09}\n  a: 3\n", "met! partial");
}

/* What is not final opens to the whole line; what does not depend on it stands. */
static void test_open(void **state) {
    (void)state;
    indicator("value: 'min(a, b)', at_most: 3", "  a: {value: 1, basis: provisional}\n  b: 2\n", "met! provisional");
    indicator("value: 'a * b', at_most: 3", "  a: {value: 1, basis: provisional}\n  b: 0\n", "met! provisional");
    indicator("value: 'a > 1 or b > 1', is: true", "  a: {value: 2, basis: provisional}\n  b: 2\n", "met! provisional");
    indicator("value: 'a > 1 or b > 1', is: true", "  a: {value: 2, basis: provisional}\n  b: 0\n", "met provisional");
    indicator("value: 'coalesce(a, b)', at_least: 3", "  a: {value: 5, basis: provisional}\n  b: 5\n", "met provisional");
    indicator("value: 'known(a)', is: true", "  a: {value: 5, basis: provisional}\n", "met! provisional");
    indicator("value: yes, is: true", "  yes: {value: true, basis: provisional}\n", "met provisional");
    indicator("value: 'if_else(yes, 1, 2)', at_least: 1", "  yes: {value: true, basis: provisional}\n", "met! provisional");
    indicator("value: 'if_else(yes, 1, 2)', at_least: 2", "  yes: {value: true, basis: provisional}\n", "unmet provisional");
    indicator("value: word, exactly: x", "  word: {value: x, basis: estimated}\n", "met estimated");
    indicator("value: tier, at_least: fair", "  tier: {value: good, basis: estimated}\n", "met estimated");
    indicator("value: tier, at_least: poor", "  tier: {value: good, basis: estimated}\n", "met! estimated"); /* no code lies below */
    indicator("value: step, reached: idle", "  step: {value: done, basis: estimated}\n", "met! estimated");
    indicator("value: day, by: 2020-06-30", "  day: {value: 2020-05-01, basis: estimated}\n", "met estimated");
    indicator("value: 'abs(a)', at_least: 0", "  a: {value: 5, basis: provisional}\n", "met! provisional");
    indicator("value: a, at_least: b", "  a: 5\n  b: {value: 1, basis: provisional}\n", "met provisional");
    indicator("value: 'a / b', at_least: 1", "  a: 5\n  b: {value: 1, basis: provisional}\n", "met provisional");
}

#define P "{value: %s, basis: provisional}"
static void goal(const char *keys, const char *one, const char *two, const char *want) {
    char plan[4096], data[1024], text[64];
    snprintf(plan, sizeof plan, "%s    %s\n%s", HEAD DATA "goals:\n  - id: g\n", keys,
             "    indicators:\n      - {id: i, value: a, at_least: 3}\n      - {id: j, value: b, at_least: 3}\n");
    snprintf(data, sizeof data, VALUES "  a: %s\n  b: %s\n", one, two);
    EVAL(t, plan, data);
    said(text, row_of(&t, "g"));
    if (strcmp(text, want) != 0) fail_msg("a goal (%s) of a = %s, b = %s is `%s`, due `%s`", keys, one, two, text, want);
    DONE(t);
}
#undef P

static void test_goals(void **state) {
    (void)state;
    const char *good = "{value: 5, basis: provisional}", *bad = "{value: 1, basis: provisional}";
    goal("require: all", "5", "5", "met! final");
    goal("require: all", "5", good, "met provisional");
    goal("require: all", "1", good, "unmet! provisional"); /* the unmet one is final, the other cannot change that */
    goal("require: all", "1", bad, "unmet! provisional");
    goal("require: all", "5", bad, "unmet provisional");
    goal("require: any", "5", bad, "met! provisional");
    goal("require: any", "1", good, "met provisional");
    goal("require: any", "1", bad, "unmet provisional");
    goal("require: any", "5", "null", "met! final");
    goal("require: all", "1", "null", "unmet! final");
    goal("require: 2", good, "5", "met provisional");
    goal("applies: c > 0", "5", "5", "no_data final");
}

/* Applicability and dates that rest on what is not final. */
static void test_status(void **state) {
    (void)state;
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n  b: {value: 1, basis: provisional}\n", "met provisional");
    indicator("value: a, at_least: 3, applies: b > 0 or a > 0", "  a: 5\n  b: {value: 1, basis: provisional}\n", "met! provisional");
    indicator("value: a, at_least: 3, by: day", "  a: 1\n  day: {value: 2020-06-30, basis: provisional}\n", "unmet provisional");
    indicator("value: a, at_least: 3, by: day", "  a: 5\n  day: {value: 2020-06-30, basis: provisional}\n", "met! provisional");
    EVAL(b, HEAD DATA "goals:\n  - id: g\n    indicators:\n      - {id: i, value: a, at_least: 3, applies: b > 0}\n"
                      "      - {id: j, value: a, at_least: 9}\n",
         VALUES "  a: 10\n  b: {value: -1, basis: provisional}\n");
    char text[64];
    assert_string_equal(said(text, row_of(&b, "g.i")), "not_applicable provisional");
    assert_string_equal(said(text, row_of(&b, "g")), "met provisional"); /* b says whether i counts */
    DONE(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cumulative),
        cmocka_unit_test(test_open),
        cmocka_unit_test(test_goals),
        cmocka_unit_test(test_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

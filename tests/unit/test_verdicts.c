/* Verdicts: every state of leaves and parents, basis, evidence, due dates, waivers, applicability. */
#include "eval_bed.h"

#include "base/period.h"

static gp_run_options as_of(const char *day) {
    gp_run_options o = {.has_as_of = true};
    assert_true(gp_date_read(&o.as_of, gp_text_of(day)));
    return o;
}

static void test_criteria(void **state) {
    (void)state;
    indicator("value: a, at_least: 3", "  a: 3\n", "met! final");
    indicator("value: a, at_least: 3", "  a: 2.9\n", "unmet! final");
    indicator("value: a, at_most: 3", "  a: 3\n", "met! final");
    indicator("value: a, at_most: 3", "  a: 3.1\n", "unmet! final");
    indicator("value: a, more_than: 3", "  a: 3\n", "unmet! final");
    indicator("value: a, more_than: 3", "  a: 3.1\n", "met! final");
    indicator("value: a, less_than: 3", "  a: 3\n", "unmet! final");
    indicator("value: a, less_than: 3", "  a: 2\n", "met! final");
    indicator("value: a, exactly: 3", "  a: 3\n", "met! final");
    indicator("value: a, exactly: 3", "  a: 4\n", "unmet! final");
    indicator("value: a, not: 3", "  a: 4\n", "met! final");
    indicator("value: a, not: 3", "  a: 3\n", "unmet! final");
    indicator("value: a, between: [3, 5]", "  a: 3\n", "met! final");
    indicator("value: a, between: [3, 5]", "  a: 5\n", "met! final");
    indicator("value: a, between: [3, 5]", "  a: 5.1\n", "unmet! final");
    indicator("value: a, between: [3, 5]", "  a: 2.9\n", "unmet! final");
    indicator("value: a, one_of: [3, 5]", "  a: 5\n", "met! final");
    indicator("value: a, one_of: [3, 5]", "  a: 4\n", "unmet! final");
    indicator("value: yes, is: true", "  yes: true\n", "met! final");
    indicator("value: yes, is: true", "  yes: false\n", "unmet! final");
    indicator("value: yes, is: false", "  yes: false\n", "met! final");
    indicator("value: step, reached: review", "  step: review\n", "met! final");
    indicator("value: step, reached: review", "  step: done\n", "met! final");
    indicator("value: step, reached: review", "  step: draft\n", "unmet! final");
    indicator("value: day, by: 2020-06-30", "  day: 2020-06-30\n", "met! final");
    indicator("value: day, by: 2020-06-30", "  day: 2020-07-01\n", "unmet! final");
    indicator("value: word, exactly: x", "  word: x\n", "met! final");
    indicator("value: word, not: x", "  word: y\n", "met! final");
    indicator("value: word, one_of: [x, y]", "  word: y\n", "met! final");
    indicator("value: tier, at_least: 70", "  tier: fair\n", "met! final");
    indicator("value: tier, at_least: good", "  tier: fair\n", "unmet! final");
    indicator("value: tier, exactly: good", "  tier: good\n", "met! final");
    indicator("value: 'tier * 2', at_least: 140", "  tier: fair\n", "met! final");
    indicator("value: 5, at_least: 3", "  a: 1\n", "met! -");
    indicator("value: 2, at_least: 3", "  a: 1\n", "unmet! -");
    indicator("value: none, at_least: 3", "  a: 1\n", "no_data -");
}

/* Targets that are expressions, dated, or missing. */
static void test_targets(void **state) {
    (void)state;
    indicator("value: a, at_least: b * 1.1", "  a: 110\n  b: 100\n", "met! final");
    indicator("value: a, at_least: b * 1.1", "  a: 110\n  b: 101\n", "unmet! final");
    indicator("value: a, at_least: b", "  a: 110\n", "no_data final");
    indicator("value: a, at_least: b", "  b: 110\n", "no_data final");
    indicator("value: a, at_least: {2012: 54, 2024: 50}", "  a: 52\n", "unmet! final");
    indicator("value: a, at_least: {2012: 54, 2020: 50}", "  a: 52\n", "met! final");
    indicator("value: a, at_least: {2021: 54}", "  a: 60\n", "no_data final");
    indicator("value: a, at_least: {2012: b, 2024: c}", "  a: 60\n  b: 59\n", "met! final");
    indicator("value: a, between: [3, b]", "  a: 2\n", "unmet! final"); /* below the lower end, whatever b is */
    indicator("value: a, between: [3, b]", "  a: 4\n", "no_data final");
    indicator("value: a, one_of: [b, 4]", "  a: 4\n", "met! final");
    indicator("value: a, one_of: [b, 4]", "  a: 5\n", "no_data final");
    indicator("value: money, at_least: 5 亿元", "  money: 5.1\n", "met! final");
    indicator("value: money, at_least: 50000 万元", "  money: 5 亿元\n", "met! final");
    indicator("value: rate, at_least: 3.5%", "  rate: 3.5\n", "met! final");
    indicator("value: a, at_least: 0.1 + 0.2", "  a: 0.3\n", "met! final");
    indicator("value: a, at_most: 1.1 - 1", "  a: 0.1\n", "met! final");
    indicator("value: a + b, at_least: 0.3", "  a: 0.1\n  b: 0.2\n", "met! final");
    indicator("value: a / 3 * 3, exactly: 1", "  a: 1\n", "met! final");
    indicator("value: a / 3, at_least: 1 / 3", "  a: 1\n", "met! final");
    indicator("value: a * a, more_than: 0", "  a: 1e-200\n", "met! final");
    indicator("value: a * a, at_least: 5", "  a: 1e200\n", "met! final");
    indicator("value: a * a, more_than: b * b", "  a: 1.1e200\n  b: 1e200\n", "met! final");
}

static void test_missing(void **state) {
    (void)state;
    indicator("value: a, at_least: 3", "  b: 1\n", "no_data -");
    indicator("value: a, at_least: 3", "  a: null\n", "no_data -");
    indicator("value: a + b, at_least: 3", "  b: 1\n", "no_data final");
    indicator("value: 'min(a, b)', at_most: 3", "  b: 1\n", "met! final"); /* whatever a is */
    indicator("value: 'min(a, b)', at_least: 3", "  b: 1\n", "unmet! final");
    indicator("value: 'min(a, b)', at_least: 3", "  b: 4\n", "no_data final");
    indicator("value: 'max(a, b)', at_least: 3", "  b: 4\n", "met! final");
    indicator("value: 'a * b', at_least: 3", "  b: 0\n", "unmet! final");
    indicator("value: 'coalesce(a, b)', at_least: 3", "  b: 4\n", "met! final");
    indicator("value: 'coalesce(a, b)', at_least: 3", "  a: 2\n  b: 4\n", "unmet! final");
    indicator("value: known(a), is: false", "  b: 4\n", "met! -");
    indicator("value: known(a), is: true", "  a: 4\n", "met! final");
    indicator("value: known(a > 1), is: true", "  b: 4\n", "unmet! -");
    indicator("value: 'coalesce(a > 1, b > 1)', is: true", "  b: 4\n", "met! final");
    indicator("value: 'if_else(a > 1, 5, 6)', at_least: 4", "  b: 4\n", "met! -");
    indicator("value: 'if_else(a > 1, 5, 6)', at_least: 6", "  b: 4\n", "no_data -");
    indicator("value: 'if_else(b > 1, 5, a)', at_least: 5", "  b: 4\n", "met! final");
    indicator("value: 'if_else(b > 1, 5)', at_least: 5", "  b: 0\n", "no_data final");
    indicator("value: 'if_else(a > 1, 5)', at_least: 5", "  b: 0\n", "no_data -");
    indicator("value: 'a > 1 or b > 1', is: true", "  b: 4\n", "met! final");
    indicator("value: 'a > 1 and b > 1', is: true", "  b: 0\n", "unmet! final");
    indicator("value: 'a > 1 and b > 1', is: true", "  b: 4\n", "no_data final");
    indicator("value: not yes, is: true", "  a: 4\n", "no_data -");
}

/* What cannot be computed has no value. */
static void test_impossible(void **state) {
    (void)state;
    indicator("value: a / b, at_least: 3", "  a: 1\n  b: 0\n", "no_data final");
    indicator("value: a % b, at_least: 3", "  a: 1\n  b: 0\n", "no_data final");
    indicator("value: a / b * 0, at_most: 3", "  a: 1\n  b: 0\n", "no_data final");
    indicator("value: 'min(a / b, 1)', at_most: 3", "  a: 1\n  b: 0\n", "no_data final");
    indicator("value: 'coalesce(a / b, 5)', at_least: 3", "  a: 1\n  b: 0\n", "met! final");
    indicator("value: a / (b - c - d), at_least: 3", "  a: 1\n  b: 0.3\n  c: 0.1\n  d: 0.2\n", "no_data final");
    indicator("value: a / (b + c + d), at_least: 1e16", "  a: 1\n  b: 1e17\n  c: 1\n  d: -1e17\n", "unmet! final");
    indicator("value: a / (b + c + d), exactly: 1", "  a: 1\n  b: 1e17\n  c: 1\n  d: -1e17\n", "met! final");
    indicator("value: log(a), at_least: 3", "  a: -1\n", "no_data final");
    indicator("value: log(a), at_least: 3", "  a: 0\n", "no_data final");
    indicator("value: sqrt(a), at_least: 3", "  a: -1\n", "no_data final");
    indicator("value: sqrt(b - c - d), exactly: 0", "  b: 0.3\n  c: 0.1\n  d: 0.2\n", "met! final");
    indicator("value: sqrt(a), exactly: 1.5", "  a: 2.25\n", "met! final");
    indicator("value: a ^ 0.5, exactly: 1.5", "  a: 2.25\n", "met! final");
    indicator("value: a ^ 3, exactly: 0.001", "  a: 0.1\n", "met! final");
    indicator("value: a ^ -2, exactly: 100", "  a: 0.1\n", "met! final");
    indicator("value: a ^ -1, at_least: 3", "  a: 0\n", "no_data final");
    indicator("value: exp(a), at_least: 3", "  a: 1000\n", "no_data final");
}

static void test_undecided(void **state) {
    (void)state;
    indicator("value: a, at_least: 3", "  a: \"> 1\"\n", "undecided final");
    indicator("value: a, at_least: 3", "  a: \"> 3\"\n", "met! final");
    indicator("value: a, at_most: 3", "  a: \"> 3\"\n", "unmet! final");
    indicator("value: a, more_than: 3", "  a: \"> 3\"\n", "met! final");
    indicator("value: a, more_than: 3", "  a: \">= 3\"\n", "undecided final");
    indicator("value: a, less_than: 3", "  a: \"< 3\"\n", "met! final");
    indicator("value: a, less_than: 3", "  a: \"<= 3\"\n", "undecided final");
    indicator("value: a, at_most: 3", "  a: \"<= 3\"\n", "met! final");
    indicator("value: a, between: [3, 5]", "  a: \"[3, 5]\"\n", "met! final");
    indicator("value: a, between: [3, 5]", "  a: \"[3, 6]\"\n", "undecided final");
    indicator("value: a, between: [3, 5]", "  a: \"> 5\"\n", "unmet! final");
    indicator("value: a, exactly: 3", "  a: \"[3, 6]\"\n", "undecided final");
    indicator("value: a, exactly: 3", "  a: \"(3, 6]\"\n", "unmet! final");
    indicator("value: a, not: 3", "  a: \"(3, 6]\"\n", "met! final");
    indicator("value: a, one_of: [1, 2]", "  a: \"(3, 6]\"\n", "unmet! final");
    indicator("value: a, one_of: [1, 4]", "  a: \"(3, 6]\"\n", "undecided final");
    indicator("value: step, reached: review", "  step: \">= draft\"\n", "undecided final");
    indicator("value: step, reached: draft", "  step: \">= draft\"\n", "met! final");
    indicator("value: a + b, at_least: 3", "  a: \"> 1\"\n", "no_data final"); /* for want of b */
    indicator("value: a + b, at_least: 3", "  a: \"> 1\"\n  b: 1\n", "undecided final");
    indicator("value: a + b, at_least: 3", "  a: \"> 1\"\n  b: 2\n", "met! final");
    indicator("value: a / b, at_least: 3", "  a: 1\n  b: \"[-1, 1]\"\n", "undecided final");
    indicator("value: a / b, at_most: 0.25", "  a: \"[1, 2]\"\n  b: \"(0, 4]\"\n", "undecided final");
    indicator("value: a / b, less_than: 0.25", "  a: \"[1, 2]\"\n  b: \"(0, 4]\"\n", "unmet! final");
    indicator("value: a / b, more_than: 0", "  a: \"[1, 2]\"\n  b: \"> 0\"\n", "met! final");
}

static void test_basis(void **state) {
    (void)state;
    indicator("value: a, at_least: 3", "  a: {value: 5, basis: provisional}\n", "met provisional");
    indicator("value: a, at_least: 3", "  a: {value: 5, basis: estimated}\n", "met estimated");
    indicator("value: a, at_least: 3", "  a: {value: 5, basis: forecast}\n", "met forecast");
    indicator("value: a, at_least: 3", "  a: {value: 1, basis: asserted}\n", "unmet asserted");
    indicator("value: a, at_least: 3", "  a: {value: 5, covers: 2020-01/2020-09}\n", "met partial");
    indicator("value: a, at_least: 3", "  a: {value: 5, covers: 2019}\n", "met other_period");
    indicator("value: a + b, at_least: 3", "  a: {value: 5, basis: provisional}\n  b: {value: 1, basis: forecast}\n", "met forecast");
    indicator("value: a + b, at_least: 3", "  a: {value: 5, basis: provisional}\n  b: 1\n", "met provisional");
    indicator("value: a, at_least: b", "  a: 5\n  b: {value: 1, basis: estimated}\n", "met estimated");
    indicator("value: 'coalesce(a, b)', at_least: 3", "  a: 5\n  b: {value: 1, basis: forecast}\n", "met! final");
    indicator("value: 'if_else(a > 1, 5, b)', at_least: 3", "  a: 5\n  b: {value: 1, basis: forecast}\n", "met! final");
    indicator("value: 'if_else(b > 0, a, a)', at_least: 3", "  a: 5\n  b: {value: 1, basis: forecast}\n", "met! forecast");
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n  b: {value: 1, basis: forecast}\n", "met forecast");
}

static void test_evidence(void **state) {
    (void)state;
    indicator("value: a, at_least: 3, evidence: [final]", "  a: {value: 5, basis: provisional}\n", "no_data -");
    indicator("value: a, at_least: 3, evidence: [final, provisional]", "  a: {value: 5, basis: provisional}\n", "met provisional");
    indicator("value: a, at_least: 3, evidence: [provisional]", "  a: 5\n", "no_data -");
    indicator("value: a, at_least: 3, evidence: [final]", "  a: {value: \"> 5\", basis: asserted}\n", "no_data -");
    indicator("value: a, at_least: 3, evidence: [final]", "  a: {value: 5, covers: 2020-01/2020-09}\n", "met partial");
    indicator("value: 'coalesce(a, b)', at_least: 3, evidence: [final]", "  a: {value: 5, basis: provisional}\n  b: 1\n", "unmet! final");
}

static void test_dates(void **state) {
    (void)state;
    indicator_in("value: a, at_least: 3, by: 2020-06-30", "  a: 1\n", "not_due final", as_of("2020-06-29"));
    indicator_in("value: a, at_least: 3, by: 2020-06-30", "  a: 1\n", "unmet! final", as_of("2020-06-30"));
    indicator_in("value: a, at_least: 3, by: 2020-06-30", "  a: 3\n", "met! final", as_of("2020-01-01"));
    indicator_in("value: a, at_least: 3, by: 2020-06-30", "  b: 3\n", "not_due -", as_of("2020-01-01"));
    indicator_in("value: a, at_least: 3, by: 2020-06-30", "  b: 3\n", "no_data -", as_of("2020-06-30"));
    indicator("value: a, at_least: 3, by: 2020-06-30", "  a: 1\n", "unmet! final"); /* as of the end of the period */
    indicator("value: a, at_least: 3, by: 2021-06-30", "  a: 1\n", "not_due final");
    indicator_in("value: day, by: 2020-06-30", "  day: 2020-05-01\n", "met! final", as_of("2020-05-01"));
    indicator_in("value: day, by: 2020-06-30", "  day: 2020-05-01\n", "not_due final", as_of("2020-04-30")); /* still to come */
    indicator_in("value: day, by: 2020-06-30", "  day: 2020-07-01\n", "not_due final", as_of("2020-04-30"));
    indicator_in("value: day, by: 2020-06-30", "  day: 2020-07-01\n", "unmet! final", as_of("2020-06-30"));
    indicator_in("value: day, by: 2020-06-30", "  a: 1\n", "no_data -", as_of("2020-06-30"));
    indicator("value: day, by: day2", "  day: 2020-07-01\n  day2: 2020-07-02\n", "met! final");
    indicator("value: step, reached: review, by: 2020-06-30", "  step: {value: review, on: 2020-06-30}\n", "met! final");
    indicator("value: step, reached: review, by: 2020-06-30", "  step: {value: review, on: 2020-07-01}\n", "unmet! final");
    indicator_in("value: step, reached: review, by: 2020-06-30", "  step: {value: review, on: 2020-06-01}\n", "not_due final",
                 as_of("2020-05-01"));
    indicator("value: a, at_least: 3, by: day", "  a: 1\n", "no_data final");   /* nobody knows when it is due */
    indicator("value: a, at_least: 3, by: day", "  a: 3\n", "met! final");
    indicator("value: a, at_least: 3, by: day", "  a: 1\n  day: {value: 2020-06-30, basis: provisional}\n", "unmet provisional");
    indicator("value: elapsed(), exactly: 1", "  a: 1\n", "met! -");
    indicator_in("value: elapsed(), exactly: 0.5", "  a: 1\n", "met! -", as_of("2020-07-01")); /* 183 of 366 days */
    indicator_in("value: elapsed(), exactly: 0", "  a: 1\n", "met! -", as_of("2019-07-01"));
    indicator_in("value: 'a / elapsed()', exactly: 2", "  a: 1\n", "met! final", as_of("2020-07-01"));
    indicator_in("value: 'elapsed() * 3', at_least: 1", "  a: 1\n", "met! -", as_of("2020-05-01")); /* 122 of 366 days */
}

#define WAIVE(until) "waive: {reason: flood, authority: council, until: " until "}"
static void test_status(void **state) {
    (void)state;
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n  b: 0\n", "not_applicable final");
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n  b: 1\n", "met! final");
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n", "no_data final");
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 1\n", "no_data final");
    indicator("value: a, at_least: 3, applies: b > 0", "  a: 5\n  b: \"> -1\"\n", "undecided final");
    indicator("value: a, at_least: 3, " WAIVE("2020-12-31"), "  a: 1\n", "waived final");
    indicator("value: a, at_least: 3, " WAIVE("2020-12-30"), "  a: 1\n", "unmet! final");
    indicator_in("value: a, at_least: 3, " WAIVE("2020-12-30"), "  a: 1\n", "waived final", as_of("2020-12-30"));
    indicator("value: a, at_least: 3, " WAIVE("2021-12-30") ", applies: b > 0", "  a: 1\n  b: 0\n", "not_applicable final");
    indicator_in("value: a, at_least: 3, by: 2020-06-30, " WAIVE("2021-12-30"), "  a: 1\n", "waived final", as_of("2020-01-01"));
    indicator("value: a", "  a: 1\n", "measured final");
    indicator("value: a, score: {method: interpolate, knots: [[0, 0], [10, 1]]}", "  a: 1\n", "measured final");
    indicator("value: a, applies: b > 0, score: {method: interpolate, knots: [[0, 0], [10, 1]]}", "  a: 1\n  b: 0\n",
              "not_applicable final");
    indicator("value: a, applies: b > 0, score: {method: interpolate, knots: [[0, 0], [10, 1]]}", "  a: 1\n  b: 1\n", "measured final");
}

/* ---- parents ---- */

/* Children m (met), u (unmet), n (no data), x (undecided), d (not due), a (not applicable), w (waived), v (measured); a capital is binding.
 * What the goal says under `keys`, of data all final but for an open interval. */
static void parent(const char *keys, const char *children, const char *want) {
    static const struct { char of; const char *keys; } KINDS[] = {
        {'m', "value: a, at_least: 3"}, {'u', "value: a, at_least: 9"}, {'n', "value: b, at_least: 3"}, {'x', "value: c, at_least: 3"},
        {'d', "value: a, at_least: 9, by: 2021-06-30"}, {'a', "value: a, at_least: 9, applies: a > 9"},
        {'w', "value: a, at_least: 9, " WAIVE("2021-01-01")}, {'v', "value: a"}};
    char plan[8192], text[64];
    const char *data = VALUES "  a: 5\n  c: \"> 1\"\n";
    int n = snprintf(plan, sizeof plan, "%s%s    indicators:\n", HEAD DATA "goals:\n  - id: g\n", keys);
    for (size_t i = 0; children[i]; i++)
        for (size_t k = 0; k < GP_COUNT(KINDS); k++)
            if ((children[i] | 32) == KINDS[k].of)
                n += snprintf(plan + n, sizeof plan - (size_t)n, "      - {id: i%zu, %s%s}\n", i, KINDS[k].keys,
                              children[i] & 32 ? "" : ", binding: true");
    bed b;
    TEST_HEAP(b.h);
    b.options = (gp_run_options){0};
    bed_load(&b, plan, data);
    bed_eval(&b);
    said(text, row_of(&b, "g"));
    *strchr(text, ' ') = '\0';
    if (strcmp(text, want) != 0) fail_msg("a goal (%s) of `%s` is `%s`, due `%s`", keys, children, text, want);
    assert_int_equal(row_of(&b, "g")->verdict, row_of(&b, "")->verdict); /* the subject has this goal alone */
    DONE(b);
}

static void test_parents_all(void **state) {
    (void)state;
    parent("", "mm", "met!");
    parent("", "mu", "unmet!");
    parent("", "mn", "no_data");
    parent("", "nn", "no_data");
    parent("", "mx", "undecided");
    parent("", "nx", "undecided");
    parent("", "un", "unmet!");
    parent("", "ux", "unmet!");
    parent("", "md", "not_due");
    parent("", "dn", "undecided");
    parent("", "ma", "met!");
    parent("", "mw", "met!");
    parent("", "ua", "unmet!");
    parent("", "a", "not_applicable");
    parent("", "w", "waived");
    parent("", "aw", "waived");
    parent("", "na", "no_data");
    parent("", "v", "measured");
    parent("", "mv", "met!");
    parent("", "av", "not_applicable");
    parent("", "vv", "measured");
}

static void test_parents_any(void **state) {
    (void)state;
    parent("    require: any\n", "uum", "met!");
    parent("    require: any\n", "uu", "unmet!");
    parent("    require: any\n", "un", "no_data");
    parent("    require: any\n", "ux", "undecided");
    parent("    require: any\n", "mn", "met!");
    parent("    require: any\n", "ud", "not_due");
    parent("    require: any\n", "ua", "unmet!");
    parent("    require: any\n", "aa", "not_applicable");
    parent("    require: 2\n", "mmu", "met!");
    parent("    require: 2\n", "muu", "unmet!");
    parent("    require: 2\n", "mun", "no_data");
    parent("    require: 2\n", "mmn", "met!");
    parent("    require: 2\n", "mnx", "undecided");
    parent("    require: 2\n", "maa", "met!"); /* what is left out is not demanded */
}

static void test_parents_binding(void **state) {
    (void)state;
    parent("    require: any\n", "mU", "unmet!");
    parent("    require: any\n", "mM", "met!");
    parent("    require: any\n", "uM", "met!");
    parent("    require: any\n", "mN", "no_data");
    parent("    require: any\n", "mA", "met!");
    parent("    require: any\n", "mW", "met!");
    parent("    require: 2\n", "mmU", "unmet!");
    parent("", "mU", "unmet!");
}

/* Goals in goals, clauses in indicators. */
static void test_depth(void **state) {
    (void)state;
    EVAL(b, HEAD DATA "goals:\n"
                      "  - id: g\n"
                      "    goals:\n"
                      "      - id: h\n"
                      "        indicators:\n"
                      "          - id: i\n"
                      "            require: any\n"
                      "            clauses:\n"
                      "              - {id: p, value: a, at_least: 3}\n"
                      "              - {id: q, value: a, at_least: 9}\n"
                      "      - id: k\n"
                      "        applies: a > 9\n"
                      "        indicators:\n"
                      "          - {id: j, value: a, at_least: 9}\n"
                      "  - id: z\n"
                      "    waive: {reason: r, authority: s, until: 2020-12-31}\n"
                      "    indicators:\n"
                      "      - {id: i, value: a, at_least: 9}\n",
         VALUES "  a: {value: 5, basis: provisional}\n");
    char text[64];
    assert_string_equal(said(text, row_of(&b, "g.h.i.p")), "met provisional");
    assert_string_equal(said(text, row_of(&b, "g.h.i.q")), "unmet provisional");
    assert_string_equal(said(text, row_of(&b, "g.h.i")), "met provisional");
    assert_string_equal(said(text, row_of(&b, "g.h")), "met provisional");
    assert_string_equal(said(text, row_of(&b, "g.k.j")), "unmet provisional");
    assert_string_equal(said(text, row_of(&b, "g.k")), "not_applicable provisional");
    assert_string_equal(said(text, row_of(&b, "g")), "met provisional");
    assert_string_equal(said(text, row_of(&b, "z")), "waived provisional");
    assert_string_equal(said(text, row_of(&b, "")), "met provisional");
    DONE(b);
}

static void test_judged(void **state) {
    (void)state;
    const char *plan = HEAD DATA "grades: [{at_least: 90, grade: A}, {at_least: 0, grade: B}]\n"
                                 "goals:\n  - id: g\n    indicators:\n      - {id: i, judged: true}\n      - {id: j, judged: true}\n"
                                 "      - {id: k, judged: true}\n";
    const char *data = VALUES "  a: 1\njudged:\n  g.i: {value: A, by: office, reason: good}\n  g.j: {value: B, by: office, reason: bad}\n";
    EVAL(b, plan, data);
    char text[64];
    assert_string_equal(said(text, row_of(&b, "g.i")), "met! final");
    assert_string_equal(said(text, row_of(&b, "g.j")), "unmet! final");
    assert_string_equal(said(text, row_of(&b, "g.k")), "no_data -");
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

static void test_texts(void **state) {
    (void)state;
    indicator("value: 'subject == \"S\"', is: true", "  a: 1\n", "met! -");
    indicator("value: 'subject == \"T\"', is: true", "  a: 1\n", "unmet! -");
    indicator("value: 'period == \"2020\"', is: true", "  a: 1\n", "met! -");
    indicator("value: 'word == \"x\"', is: true", "  word: x\n", "met! final");
    indicator("value: 'tier == \"good\"', is: true", "  tier: good\n", "met! final");
    indicator("value: 'tier ~= \"good\"', is: true", "  tier: fair\n", "met! final");
    indicator("value: 'if_else(subject == \"S\", 3, 4)', exactly: 3", "  a: 1\n", "met! -");
    indicator("value: day - day2, exactly: 30", "  day: 2020-01-31\n  day2: 2020-01-01\n", "met! final");
    indicator("value: day + 30, by: 2020-03-01", "  day: 2020-01-31\n", "met! final");
    indicator("value: 'round(a, 1)', exactly: 0.3", "  a: 0.25\n", "met! final");
    indicator("value: 'round(a + b, 2)', exactly: 90", "  a: 89\n  b: 0.995\n", "met! final");
    indicator("value: 'floor(a / 3 * 3)', exactly: 1", "  a: 1\n", "met! final");
    indicator("value: 'ceil(a + b - 0.3)', exactly: 0", "  a: 0.1\n  b: 0.2\n", "met! final");
    indicator("value: 'trunc(a, 1)', exactly: -0.2", "  a: -0.29\n", "met! final");
    indicator("value: 'a % b', exactly: 0", "  a: 0.3\n  b: 0.1\n", "met! final");
    indicator("value: 'a % b', exactly: 2", "  a: -1\n  b: 3\n", "met! final");
    indicator("value: 'clamp(a, 1, 2)', exactly: 2", "  a: 5\n", "met! final");
    indicator("value: 'share(a, b)', at_least: 0.1", "  a: 1\n  b: 10\n", "met! final");
}

/* What was counted adds up. */
static void test_sum(void **state) {
    (void)state;
    EVAL(b, HEAD DATA "goals:\n  - id: g\n    indicators:\n      - {id: i, value: a, at_least: 3}\n      - {id: j, value: b}\n"
                      "      - {id: k, value: b, applies: a > 9, score: {method: interpolate, knots: [[0, 0], [10, 1]]}}\n",
         "subject,period,a,b\nS,2020,5,1\nT,2020,10,\nU,2020,1,1\n");
    gp_sum sum;
    assert_true(gp_run_sum(&sum, b.run));
    assert_int_equal(sum.cases, 3);
    assert_int_equal(sum.verdicts[GP_MET], 2);
    assert_int_equal(sum.verdicts[GP_UNMET], 1);
    assert_int_equal(sum.verdicts[GP_NOT_APPLICABLE], 2);
    DONE(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_criteria),       cmocka_unit_test(test_targets),     cmocka_unit_test(test_missing),
        cmocka_unit_test(test_impossible),     cmocka_unit_test(test_undecided),   cmocka_unit_test(test_basis),
        cmocka_unit_test(test_evidence),       cmocka_unit_test(test_dates),       cmocka_unit_test(test_status),
        cmocka_unit_test(test_parents_all),    cmocka_unit_test(test_parents_any), cmocka_unit_test(test_parents_binding),
        cmocka_unit_test(test_depth),          cmocka_unit_test(test_judged),      cmocka_unit_test(test_texts),
        cmocka_unit_test(test_sum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

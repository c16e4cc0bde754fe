/* Scores: methods, unknown policies, coverage, weights, marks, rounding, grades, vetoes, waivers. */
#include "eval_bed.h"

static void range_text(char out[80], gp_range r) {
    char lo[32], hi[32];
    lo[gp_number_print(lo, r.lo)] = '\0';
    hi[gp_number_print(hi, r.hi)] = '\0';
    bool one = r.lo == r.hi || (isnan(r.lo) && isnan(r.hi));
    snprintf(out, 80, one ? "%s" : "%s..%s", lo, hi);
}

/* The score of one indicator in both kernels. */
static void score(const char *keys, const char *values, const char *want) {
    char plan[4096], data[1024], is[80];
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, VALUES "%s", values);
    EVAL(b, plan, data);
    range_text(is, row_of(&b, "g.i")->score);
    if (strcmp(is, want) != 0) fail_msg("`%s` with\n%sscores %s, due %s", keys, values, is, want);
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

static void test_ratio(void **state) {
    (void)state;
    score("value: a, at_least: 4", "  a: 3\n", "0.75");
    score("value: a, at_least: 4", "  a: 5\n", "1");
    score("value: a, at_least: 4, score: {cap: 1.2}", "  a: 5\n", "1.2");
    score("value: a, at_least: 4, score: {cap: none}", "  a: 5\n", "1.25");
    score("value: a, at_least: 4", "  a: -1\n", "0");
    score("value: a, at_least: 4, score: {floor: none}", "  a: -1\n", "-0.25");
    score("value: a, at_most: 4", "  a: 5\n", "0.8");
    score("value: a, at_most: 4", "  a: 0\n", "1");
    score("value: a, at_most: 4", "  a: -1\n", "1");
    score("value: a, at_most: 4, score: {cap: 1.2}", "  a: -1\n", "1.2");
    score("value: a, at_most: 4, score: {cap: none}", "  a: -1\n", "0..inf"); /* beyond any number */
    score("value: a, at_most: 4, score: {cap: none, floor: none}", "  a: -1\n", "-inf..inf");
    score("value: a, between: [4, 8]", "  a: 6\n", "1");
    score("value: a, between: [4, 8]", "  a: 3\n", "0.75");
    score("value: a, between: [4, 8]", "  a: 10\n", "0.8");
    score("value: a, between: [b, 8]", "  a: 10\n  b: -1\n", "0..1");
    score("value: a, at_least: b", "  a: 3\n  b: 0\n", "0..1"); /* no share of nothing */
    score("value: a, at_least: b, score: {otherwise: 0.4}", "  a: 3\n  b: -1\n", "0.4");
    score("value: a, at_least: b, score: {otherwise: 0.4}", "  a: 3\n  b: 4\n", "0.75");
    score("value: a, at_least: b, score: {otherwise: 0.4}", "  a: 3\n", "0..1");
    score("value: step, reached: done", "  step: draft\n", "0.333333333333333");
    score("value: a, exactly: 4", "  a: 4\n", "1"); /* falls back to pass and fail */
    score("value: a, exactly: 4", "  a: 5\n", "0");
    score("value: a, at_least: 4, score: {method: pass_fail}", "  a: 3\n", "0");
    score("value: a, at_least: 4, score: {method: pass_fail, cap: 80%}", "  a: 4\n", "0.8");
    score("value: a, at_least: 4, score: {method: pass_fail, floor: 20%}", "  a: 3\n", "0.2");
    score("value: a, at_least: 4, score: {direction: down}", "  a: 5\n", "0.8");
}

static void test_ratio_ranges(void **state) {
    (void)state;
    score("value: a, at_least: 4", "  a: '> 3'\n", "0.75..1");
    score("value: a, at_least: 4", "  a: '> 5'\n", "1");
    score("value: a, at_least: 4", "  a: '[2, 3]'\n", "0.5..0.75");
    score("value: a, at_most: 4", "  a: '[5, 8]'\n", "0.5..0.8");
    score("value: a, at_most: 4", "  a: '[-1, 8]'\n", "0.5..1");
    score("value: a, at_most: 4", "  a: '> 8'\n", "0..0.5");
    score("value: a, between: [4, 8]", "  a: '[3, 10]'\n", "0.75..1");
    score("value: a, between: [4, 8]", "  a: '[2, 3]'\n", "0.5..0.75");
    score("value: a, between: [4, 8]", "  a: '[9, 10]'\n", "0.8..0.888888888888889");
    score("value: a, at_least: 4", "  b: 1\n", "0..1");
    score("value: a, at_least: 4, score: {cap: 1.2, floor: -0.5}", "  b: 1\n", "-0.5..1.2");
    score("value: a, at_least: 4, score: {method: pass_fail}", "  a: '> 3'\n", "0..1");
    score("value: a, at_least: 4, score: {method: pass_fail}", "  a: '> 4'\n", "1");
    score("judged: true", "  a: 1\n", "0..1");
}

#define KNOTS "score: {method: interpolate, knots: [[0, 0], [50, 0.5], [50, 0.8], [100, 1]]"
static void test_interpolate(void **state) {
    (void)state;
    score("value: a, " KNOTS "}", "  a: 25\n", "0.25");
    score("value: a, " KNOTS "}", "  a: 50\n", "0.8"); /* a step takes the later value */
    score("value: a, " KNOTS "}", "  a: 49.9999999999999\n", "0.499999999999999");
    score("value: a, " KNOTS "}", "  a: 75\n", "0.9");
    score("value: a, " KNOTS "}", "  a: 100\n", "1");
    score("value: a, " KNOTS "}", "  a: -5\n", "0");
    score("value: a, " KNOTS "}", "  a: 500\n", "1");
    score("value: a, " KNOTS ", outside: extend, cap: none, floor: none}", "  a: 150\n", "1.2");
    score("value: a, " KNOTS ", outside: extend, cap: none, floor: none}", "  a: -10\n", "-0.1");
    score("value: a, " KNOTS ", outside: error}", "  a: -10\n", "0..1");
    score("value: a, " KNOTS ", outside: error}", "  a: 100\n", "1");
    score("value: a + b, " KNOTS ", outside: error}", "  a: 99.9\n  b: 0.1\n", "1");
    score("value: a + b + c, " KNOTS "}", "  a: 49.7\n  b: 0.1\n  c: 0.2\n", "0.8"); /* on the step, exactly */
    score("value: a, " KNOTS "}", "  a: '[25, 75]'\n", "0.25..0.9");
    score("value: a, " KNOTS "}", "  a: '[25, 50)'\n", "0.25..0.5"); /* below the step */
    score("value: a, " KNOTS "}", "  a: '[25, 50]'\n", "0.25..0.8");
    score("value: a, " KNOTS "}", "  a: '(50, 75]'\n", "0.8..0.9");
    score("value: a, " KNOTS "}", "  a: '> 75'\n", "0.9..1");
    score("value: a, " KNOTS "}", "  b: 75\n", "0..1");
    score("value: a, score: {method: interpolate, knots: [[0, 1], [50, 0], [100, 1]]}", "  a: '[25, 75]'\n", "0..0.5");
    score("value: a, score: {method: interpolate, knots: [[0, 1], [50, 0.2], [50, 0.6], [100, 1]]}", "  a: '[25, 50]'\n", "0.2..0.6");
    score("value: a, score: {method: interpolate, knots: [[0, 0], [5, 0.5], [5, 1]], outside: extend}", "  a: 6\n", "1");
    score("value: a, score: {method: interpolate, knots: [[5, 0.2], [5, 0.5], [9, 1]], outside: extend}", "  a: 4\n", "0.2");
    score("value: a, score: {method: interpolate, scale: log, knots: [[1, 0], [100, 1]]}", "  a: 10\n", "0.5");
    score("value: a, score: {method: interpolate, knots: [[0, 0], [b, 1]]}", "  a: 5\n  b: 10\n", "0.5");
    score("value: a, score: {method: interpolate, knots: [[0, 0], [b, 1]]}", "  a: 5\n", "0..1");
    score("value: a, marks: 20, score: {method: interpolate, in: marks, knots: [[0, 0], [10, 20]]}", "  a: 5\n", "0.5");
}

static void test_unknown(void **state) {
    (void)state;
    score("value: a, at_least: 4, score: {unknown: zero}", "  b: 1\n", "0");
    score("value: a, at_least: 4, score: {unknown: zero, floor: 0.1}", "  b: 1\n", "0.1");
    score("value: a, at_least: 4, score: {unknown: full}", "  b: 1\n", "1");
    score("value: a, at_least: 4, score: {unknown: full, cap: 1.2}", "  b: 1\n", "1.2");
    score("value: a, at_least: 4, score: {unknown: exclude}", "  b: 1\n", "nan");
    score("value: a, at_least: 4, score: {unknown: zero}", "  a: '> 3'\n", "0.75");
    score("value: a, at_least: 4, score: {unknown: full}", "  a: '> 3'\n", "1");
    score("value: a, at_least: 4, score: {unknown: exclude}", "  a: '> 3'\n", "nan");
    score("value: a, at_least: 4, score: {unknown: exclude}", "  a: '> 4'\n", "1");
    score("value: none, at_least: 4", "  a: 1\n", "0..1"); /* a constant without a value */
    score("value: none, at_least: 4, score: {unknown: zero}", "  a: 1\n", "0");
    score("value: 5, at_least: 10", "  a: 1\n", "0.5");
    score("value: a, at_least: 4, applies: b > 0", "  a: 5\n  b: 0\n", "nan");
    score("value: a, at_least: 4, waive: {reason: r, authority: s, until: 2020-12-31}", "  a: 5\n", "nan");
    score("value: a, at_least: 4, by: 2021-06-30, score: {method: pass_fail}", "  a: 1\n", "0..1"); /* not due is not unmet */
    score("value: a, at_least: 4, by: 2021-06-30", "  a: 1\n", "0.25");
    score("value: a, score: {method: interpolate, knots: [[0, 0], [10, 1]]}, applies: b > 0", "  a: 5\n  b: 0\n", "nan");
}

/* ---- totals ---- */

typedef struct due {
    const char *score, *marks, *before, *unwaived, *grade;
    double coverage;
} due;

static void total_is(bed *b, const due *want) {
    char text[80], grade[80];
    range_text(text, b->c.score);
    assert_string_equal(text, want->score);
    range_text(text, b->c.marks);
    assert_string_equal(text, want->marks);
    range_text(text, b->c.score_before_veto);
    if (want->before) assert_string_equal(text, want->before);
    range_text(text, b->c.score_without_waivers);
    if (want->unwaived) assert_string_equal(text, want->unwaived);
    snprintf(grade, sizeof grade, "%.*s..%.*s", GP_ARG(b->c.grade_low), GP_ARG(b->c.grade_high));
    if (want->grade) assert_string_equal(grade, want->grade);
    if (isnan(want->coverage)) assert_true(isnan(b->c.coverage));
    else assert_true(fabs(b->c.coverage - want->coverage) < 1e-9);
}

static void total(const char *scoring, const char *body, const char *values, due want) {
    char plan[8192], data[1024];
    snprintf(plan, sizeof plan, "%s%s%s%s", HEAD DATA, scoring,
             "grades: [{at_least: 90, grade: A}, {at_least: 80, grade: B}, {at_least: 0, grade: C}]\ngoals:\n", body);
    snprintf(data, sizeof data, VALUES "%s", values);
    EVAL(b, plan, data);
    total_is(&b, &want);
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

#define IND(id, keys) "      - {id: " id ", " keys "}\n"
#define GOAL(id, keys, children) "  - id: " id "\n" keys "    indicators:\n" children

static void test_means(void **state) {
    (void)state;
    const char *two =
        GOAL("g", "    weight: 3\n", IND("i", "value: a, at_least: 4, weight: 1") IND("j", "value: b, at_least: 4, weight: 2"))
            GOAL("h", "", IND("i", "value: c, at_least: 4"));
    total("", two, "  a: 2\n  b: 4\n  c: 4\n", (due){.score = "0.875", .marks = "87.5", .grade = "B..B", .coverage = 1});
    total("", two, "  a: 2\n  b: 4\n", (due){.score = "0.625..0.875", .marks = "62.5..87.5", .grade = "C..B", .coverage = 0.75});
    total("scoring: {unknown: zero}\n", two, "  a: 2\n  b: 4\n",
          (due){.score = "0.625..0.875", .marks = "62.5..87.5", .grade = "C..B", .coverage = 0.75});
    total("scoring: {unknown: zero, coverage: 75%}\n", two, "  a: 2\n  b: 4\n",
          (due){.score = "0.625", .marks = "62.5", .grade = "C..C", .coverage = 0.75});
    total("scoring: {unknown: full, coverage: 0}\n", two, "  a: 2\n  b: 4\n",
          (due){.score = "0.875", .marks = "87.5", .grade = "B..B", .coverage = 0.75});
    total("scoring: {unknown: exclude, coverage: 70%}\n", two, "  a: 2\n  b: 4\n",
          (due){.score = "0.833333333333333", .marks = "83.33", .grade = "B..B", .coverage = 0.75});
    total("scoring: {unknown: exclude}\n", two, "  a: 2\n  b: 4\n  c: 4\n",
          (due){.score = "0.875", .marks = "87.5", .grade = "B..B", .coverage = 1});
    total("scoring: {marks: 120}\n", two, "  a: 4\n  b: 4\n  c: 4\n", (due){.score = "1", .marks = "120", .grade = "A..A", .coverage = 1});
}

/* Nothing counts, nothing weighs, a weight that is not known. */
static void test_weights(void **state) {
    (void)state;
    total("", GOAL("g", "", IND("i", "value: a")), "  a: 1\n", (due){.score = "nan", .marks = "nan", .grade = "..", .coverage = NAN});
    total("", GOAL("g", "", IND("i", "value: a, at_least: 4, weight: 0")), "  a: 4\n",
          (due){.score = "nan", .marks = "nan", .grade = "..", .coverage = NAN});
    const char *drawn = GOAL("g", "", IND("i", "value: a, at_least: 4, weight: c") IND("j", "value: b, at_least: 4"));
    total("", drawn, "  a: 2\n  b: 4\n  c: 3\n", (due){.score = "0.625", .marks = "62.5", .grade = "C..C", .coverage = 1});
    total("", drawn, "  a: 2\n  b: 4\n",
          (due){.score = "nan", .marks = "nan", .grade = "..", .coverage = NAN}); /* no mean without its weight */
    total("", drawn, "  a: 2\n  b: 4\n  c: -3\n", (due){.score = "nan", .marks = "nan", .grade = "..", .coverage = NAN});
    total("", drawn, "  a: 2\n  b: 4\n  c: '[1, 3]'\n",
          (due){.score = "0.5..1", .marks = "50..100", .grade = "C..A", .coverage = NAN}); /* whatever it is */
}

/* What does not apply counts nowhere; what is waived counts only in score_without_waivers. */
static void test_left_out(void **state) {
    (void)state;
    total("scoring: {unknown: exclude}\n",
          GOAL("g", "", IND("i", "value: a, at_least: 4") IND("j", "value: b, at_least: 4, applies: c > 0")), "  a: 2\n  b: 4\n  c: 0\n",
          (due){.score = "0.5", .marks = "50", .coverage = 1, .unwaived = "0.5"});
    const char *waived = GOAL(
        "g", "", IND("i", "value: a, at_least: 4") IND("j", "value: b, at_least: 4, waive: {reason: r, authority: s, until: 2021-01-01}"));
    total("", waived, "  a: 2\n  b: 4\n", (due){.score = "0.5", .marks = "50", .unwaived = "0.75", .coverage = 1});
    total("", waived, "  a: 2\n", (due){.score = "0.5", .marks = "50", .unwaived = "0.25..0.75", .coverage = 1});
    total("scoring: {unknown: zero}\n", waived, "  a: 2\n", (due){.score = "0.5", .marks = "50", .unwaived = "0.25", .coverage = 1});
    total("scoring: {unknown: exclude}\n",
          GOAL("g", "", IND("i", "value: a, at_least: 4")) GOAL("h", "    applies: c > 0\n", IND("i", "value: b, at_least: 4")),
          "  a: 2\n  c: 0\n", (due){.score = "0.5", .marks = "50", .coverage = 1});
    total("",
          GOAL("g", "", IND("i", "value: a, at_least: 4"))
              GOAL("h", "    waive: {reason: r, authority: s, until: 2021-01-01}\n", IND("i", "value: b, at_least: 4")),
          "  a: 2\n  b: 4\n", (due){.score = "0.5", .marks = "50", .unwaived = "0.75", .coverage = 1});
    total("", GOAL("g", "    waive: {reason: r, authority: s, until: 2021-01-01}\n", IND("i", "value: a, at_least: 4")), "  a: 2\n",
          (due){.score = "nan", .marks = "nan", .unwaived = "0.5", .coverage = NAN});
}

static void test_vetoes(void **state) {
    (void)state;
    const char *of_goal = GOAL("g", "", IND("i", "value: a, at_least: 4, veto: zero_goal") IND("j", "value: b, at_least: 4"))
        GOAL("h", "", IND("i", "value: c, at_least: 4"));
    total("", of_goal, "  a: 2\n  b: 4\n  c: 4\n", (due){.score = "0.5", .marks = "50", .before = "0.875", .coverage = 1});
    total("", of_goal, "  a: 4\n  b: 4\n  c: 4\n", (due){.score = "1", .marks = "100", .before = "1", .coverage = 1});
    total("", of_goal, "  b: 4\n  c: 4\n", (due){.score = "0.5..1", .marks = "50..100", .before = "0.75..1", .coverage = 0.75});
    total("scoring: {unknown: zero, coverage: 0}\n", of_goal, "  b: 4\n  c: 4\n",
          (due){.score = "0.5", .marks = "50", .before = "0.75", .coverage = 0.75});
    total("scoring: {unknown: full, coverage: 0}\n", of_goal, "  b: 4\n  c: 4\n",
          (due){.score = "1", .marks = "100", .before = "1", .coverage = 0.75});
    total("scoring: {unknown: exclude, coverage: 0}\n", of_goal, "  b: 4\n  c: 4\n",
          (due){.score = "1", .marks = "100", .before = "1", .coverage = 0.75});
    const char *of_all = GOAL("g", "", IND("i", "value: a, at_least: 4, veto: zero_total") IND("j", "value: b, at_least: 4"))
        GOAL("h", "", IND("i", "value: c, at_least: 4"));
    total("", of_all, "  a: 2\n  b: 4\n  c: 4\n", (due){.score = "0", .marks = "0", .before = "0.875", .coverage = 1});
    total("", of_all, "  a: '> 1'\n  b: 4\n  c: 4\n", (due){.score = "0..1", .marks = "0..100", .before = "0.8125..1", .coverage = 0.75});
    total("", GOAL("g", "    veto: zero_goal\n", IND("i", "value: a, at_least: 4")) GOAL("h", "", IND("i", "value: c, at_least: 4")),
          "  a: 2\n  c: 4\n", (due){.score = "0.5", .marks = "50", .before = "0.75", .coverage = 1}); /* the goal that bears it */
    total("", GOAL("g", "", IND("i", "value: a, at_least: 4, veto: zero_goal, applies: b > 0") IND("j", "value: c, at_least: 4")),
          "  a: 2\n  b: 0\n  c: 4\n", (due){.score = "1", .marks = "100", .before = "1", .coverage = 1});
    total("", GOAL("g", "    score: {floor: 20%}\n", IND("i", "value: a, at_least: 4, veto: zero_goal")), "  a: 2\n",
          (due){.score = "0.2", .marks = "20", .before = "0.5", .coverage = 1}); /* cap and floor come after vetoes */
}

/* Rounding of marks: the tie 89.995, every mode, and grades read after rounding. */
static void test_rounding(void **state) {
    (void)state;
    static const struct { const char *mode, *value, *marks, *grade; } CASES[] = {
        {"half_up", "0.89995", "90", "A..A"},      {"half_even", "0.89995", "90", "A..A"},   {"down", "0.89995", "89.99", "B..B"},
        {"up", "0.899901", "90", "A..A"},          {"half_up", "0.899949", "89.99", "B..B"}, {"half_even", "0.89985", "89.98", "B..B"},
        {"half_even", "0.899950001", "90", "A..A"}, {"up", "0.89", "89", "B..B"},            {"down", "0.9", "90", "A..A"},
    };
    for (size_t i = 0; i < GP_COUNT(CASES); i++) {
        char scoring[100], values[100];
        snprintf(scoring, sizeof scoring, "scoring: {rounding: %s}\n", CASES[i].mode);
        snprintf(values, sizeof values, "  a: %s\n", CASES[i].value);
        const char *body = GOAL("g", "", IND("i", "value: a, at_least: 1"));
        total(scoring, body, values, (due){.score = CASES[i].value, .marks = CASES[i].marks, .grade = CASES[i].grade, .coverage = 1});
    }
    total("", GOAL("g", "", IND("i", "value: a + b, at_least: 3")), "  a: 2.6\n  b: 0.09985\n", /* 2.69985 / 3 = 0.89995 */
          (due){.score = "0.89995", .marks = "90", .grade = "A..A", .coverage = 1});
    total("scoring: {decimals: 0}\n", GOAL("g", "", IND("i", "value: a, at_least: 1")), "  a: 0.895\n",
          (due){.score = "0.895", .marks = "90", .grade = "A..A", .coverage = 1});
}

/* Marks of nodes: own marks, shares of the parent's, ranges. */
static void test_marks(void **state) {
    (void)state;
    const char *plan = HEAD DATA "goals:\n"
                                 "  - id: g\n    weight: 2\n    indicators:\n"
                                 "      - {id: i, value: a, at_least: 4}\n      - {id: j, value: b, at_least: 4, weight: 2}\n"
                                 "  - id: h\n    indicators:\n      - {id: i, value: c, at_least: 4}\n      - {id: x, value: c}\n"
                                 "  - id: k\n    marks: 30\n    indicators:\n      - {id: i, value: d, at_least: 4}\n";
    const char *data = VALUES "  a: 2\n  b: '> 2'\n  c: 4\n  d: 1\n";
    EVAL(b, plan, data);
    char text[80];
    static const struct { const char *id, *marks; double full;
    } DUE[] = {{"g.i", "8.33", 100 / 6.0},
               {"g.j", "16.67..33.33", 100 / 3.0},
               {"g", "25..41.67", 50},
               {"h.i", "25", 25},
               {"h", "25", 25},
               {"k", "7.5", 30},
               {"k.i", "7.5", 30}};
    for (size_t i = 0; i < GP_COUNT(DUE); i++) {
        const gp_row *r = row_of(&b, DUE[i].id);
        range_text(text, r->marks);
        if (strcmp(text, DUE[i].marks) != 0 || fabs(r->full_marks - DUE[i].full) > 1e-9)
            fail_msg("%s has %s of %f", DUE[i].id, text, r->full_marks);
    }
    assert_true(isnan(row_of(&b, "h.x")->full_marks));
    assert_int_equal(b.c.nopen, 1);
    assert_ptr_equal(b.plan->nodes[b.c.open[0]], row_of(&b, "g.j")->node);
    DONE(b);
}

static void graded(const char *one, const char *two, const char *low, const char *high) {
    char data[200];
    snprintf(data, sizeof data, VALUES "  a: %s\n  b: %s\n", one, two);
    EVAL(t, HEAD DATA "goals:\n  - id: g\n    indicators:\n"
                      "      - {id: i, value: a + b, grades: [{at_least: 0.3, grade: A}, {at_least: 0, grade: B}]}\n", data);
    const gp_row *r = row_of(&t, "g.i");
    assert_true(low[0] ? gp_text_is(r->grade_low, low) : r->grade_low.s == NULL);
    assert_true(high[0] ? gp_text_is(r->grade_high, high) : r->grade_high.s == NULL);
    DONE(t);
}

/* Grades of a measured value, exactly at the bound, and as a range. */
static void test_value_grades(void **state) {
    (void)state;
    static const struct { const char *a, *b, *low, *high;
    } CASES[] = {
        {"0.1", "0.2", "A", "A"},      {"0.1", "0.19", "B", "B"},  {"'[0, 1]'", "0", "B", "A"},
        {"'[0, 0.3)'", "0", "B", "B"}, {"'> 0.3'", "0", "A", "A"}, {"null", "1", "", ""},
    };
    for (size_t i = 0; i < GP_COUNT(CASES); i++) graded(CASES[i].a, CASES[i].b, CASES[i].low, CASES[i].high);
}

/* Every way of rolling up, in both kernels; what is open besides goes the open way anyhow. */
static void rolled(const char *head, const char *goal, const char *values) {
    char plan[4096], data[1024];
    snprintf(
        plan, sizeof plan,
        "%s%sgoals:\n  - id: g\n    marks: 40\n    grades: [{at_least: 30, grade: A}, {at_least: 10, grade: B}, {at_least: 0, "
        "grade: C}]\n%s"
        "    indicators:\n      - {id: i, value: a, at_least: 10, weight: 3, decimals: 0}\n      - {id: j, value: b, at_least: 3}\n"
        "      - {id: k, value: c, at_least: 1, weight: 2, veto: [{effect: cap_score, at: 70%%}, {effect: cap_grade, at: B}]}\n"
        "  - id: h\n    indicators:\n      - {id: i, value: score(\"g.i\"), at_least: 50%%}\n      - {id: m, value: marks(\"g\"), "
        "at_least: 20, veto: {effect: disqualify}}\n",
        HEAD DATA, head, goal);
    snprintf(data, sizeof data, VALUES "%s", values);
    EVAL(t, plan, data);
    same_when_open(plan, data, (gp_run_options){0}, described(&t));
    DONE(t);
}

static void test_rollups(void **state) {
    (void)state;
    static const char *const WAYS[] = {"weighted_mean", "sum", "geometric_mean", "harmonic_mean", "min", "max", "{worst_mean: 2}"};
    static const char *const VALUES_OF[] = {"  a: 7\n  b: 2\n  c: 1\n", "  a: 0\n  b: 1\n  c: 0\n", "  a: 10\n  b: 3\n",
                                            "  b: 2\n  c: 0.5\n"};
    char scoring[96];
    for (size_t i = 0; i < GP_COUNT(WAYS); i++)
        for (size_t k = 0; k < GP_COUNT(VALUES_OF); k++) {
            snprintf(scoring, sizeof scoring, "    scoring: {aggregate: %s}\n", WAYS[i]);
            rolled("", scoring, VALUES_OF[k]);
            snprintf(scoring, sizeof scoring, "scoring: {aggregate: %s, unknown: exclude}\n", WAYS[i]);
            rolled(scoring, "    bonus: {items: [j], cap: 5%}\n    penalty: {items: [k], cap: 2, in: marks}\n", VALUES_OF[k]);
            rolled(scoring, "    score: min(x, 0.9)\n", VALUES_OF[k]);
        }
}

/* What cannot be evaluated is refused, with the place. */
static void refused(const char *plan, gp_code code) {
    bed b;
    TEST_HEAP(b.h);
    b.options = (gp_run_options){0};
    bed_load(&b, plan, VALUES "  a: 1\n");
    assert_null(gp_run_new(&b.h.arena, &b.d, b.frame, &b.options));
    assert_int_equal(b.d.errors, 1);
    assert_int_equal(b.d.items[b.d.n - 1].code, code);
    DONE(b);
}

static void test_refused(void **state) {
    (void)state;
    refused(
        HEAD DATA
        "grades: [{at_least: a, grade: A}, {at_least: 0, grade: B}]\ngoals:\n  - id: g\n    indicators:\n      - {id: i, value: a, "
        "at_least: 1}\n",
        GP_D_NOT_YET);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ratio),    cmocka_unit_test(test_ratio_ranges), cmocka_unit_test(test_interpolate),
        cmocka_unit_test(test_unknown),  cmocka_unit_test(test_means),        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_left_out), cmocka_unit_test(test_vetoes),       cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_marks),    cmocka_unit_test(test_value_grades), cmocka_unit_test(test_rollups),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

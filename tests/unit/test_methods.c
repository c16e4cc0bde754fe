/* Methods of leaves: pieces of bands, months of a period, the same score from both kernels, and missing values that stay in the plain
 * one. */
#include "eval_bed.h"

#include "eval/lanes.h"

#define PLAN(keys) HEAD DATA "goals:\n  - id: g\n    indicators:\n      - {id: i, " keys "}\n"

static void put_score(gp_buf *out, const gp_row *r) {
    put_range(out, "", r->score.lo, r->score.hi);
}

/* The score of one indicator, from both kernels. */
static void score(const char *keys, const char *values, const char *want) {
    char plan[4096], data[2048];
    gp_buf out;
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, VALUES "%s", values);
    bed b;
    TEST_HEAP(b.h);
    b.options = (gp_run_options){0};
    bed_load(&b, plan, data);
    bed_eval(&b);
    gp_buf_init(&out, &b.h.arena);
    put_score(&out, row_of(&b, "g.i"));
    gp_text is = gp_text_trim(gp_buf_take(&out));
    if (!gp_text_is(is, want)) fail_msg("`%s` with\n%sscores `%.*s`, due `%s`", keys, values, GP_ARG(is), want);
    same_when_open(plan, data, b.options, described(&b));
    DONE(b);
}

static void test_both_kernels(void **state) {
    (void)state;
    static const char *const DEDUCT = "value: a, at_least: b, score: {method: deduct, step: c, each: 10%, partial: up}";
    score(DEDUCT, "  a: 0.3\n  b: 0.7\n  c: 0.1\n", "0.6"); /* 0.7 - 0.3 is four steps, not four and a bit */
    score(DEDUCT, "  a: 0.3\n  b: 0.7\n  c: -0.1\n", "0..1");
    score(DEDUCT, "  a: 0.3\n  b: 0.7\n", "0..1");
    score(DEDUCT, "  b: 0.7\n  c: 0.1\n", "0..1");
    static const char *const BANDS =
        "value: a + b, score: {method: bands, bands: [{at_least: 0.3, score: 1}, {more_than: 0.2, score: 0.5}, {score: 0}]}";
    score(BANDS, "  a: 0.1\n  b: 0.2\n", "1");
    score(BANDS, "  a: 0.1\n  b: 0.1\n", "0");
    score(BANDS, "  a: 0.1\n", "0..1");
    static const char *const EFFICACY = "value: a, score: {method: efficacy, satisfactory: 0.1 + 0.2, unacceptable: 0.1}";
    score(EFFICACY, "  a: 0.3\n", "1");
    score(EFFICACY, "  a: 0.2\n", "0.8");
    static const char *const OTHER = "value: a, at_least: b, score: {method: progress, baseline: c, otherwise: 0.4}";
    score(OTHER, "  a: 2\n  b: 3\n  c: 1\n", "0.5");
    score(OTHER, "  a: 2\n  b: 0.3\n  c: 0.3\n", "0.4");
    score(OTHER, "  a: 2\n  b: 3\n", "0..1");
    score("value: a, at_least: b, score: {method: ratio, otherwise: 0.4}", "  a: 2\n  b: -1\n", "0.4");
    score("value: a, at_least: b, score: {method: ratio, otherwise: 0.4}", "  a: 2\n", "0..1");
    score("value: a, score: 'coalesce(x / b, 0.25)'", "  a: 1\n", "0.25");
    score("value: a, score: 'coalesce(x / b, 0.25)'", "  a: 1\n  b: 0\n", "0.25");
    score("value: a, score: 'coalesce(x / b, 0.25)'", "  b: 2\n", "0.25");
    score("value: a, score: 'coalesce(x / b, 0.25)'", "  a: 1\n  b: '[0, 2]'\n", "0..1");
}

/* What each of 0, an open end and a step makes of an interval. */
static void test_open_ends(void **state) {
    (void)state;
    static const char *const UP = "value: a, at_least: 10, score: {method: deduct, step: 2, each: 10%, partial: up}";
    score(UP, "  a: '[8, 10]'\n", "0.9..1");
    score(UP, "  a: '[8, 10)'\n", "0.9");
    score(UP, "  a: '(8, 10)'\n", "0.9");
    score(UP, "  a: '[6, 8)'\n", "0.8");
    static const char *const DOWN = "value: a, at_least: 10, score: {method: deduct, step: 2, each: 10%, partial: down}";
    score(DOWN, "  a: '(8, 10)'\n", "1");
    score(DOWN, "  a: '(6, 8]'\n", "0.9");
    score(DOWN, "  a: '[6, 8]'\n", "0.8..0.9");
    static const char *const GAP = "value: a, at_least: 10, score: {method: bands, over: gap, bands: [{at_most: 0, score: 1}, {score: 0}]}";
    score(GAP, "  a: '(8, 10)'\n", "0");
    score(GAP, "  a: '(8, 10]'\n", "0..1");
    score(GAP, "  a: '>= 10'\n", "1");
    static const char *const INSIDE =
        "value: a, between: [3, 5], score: {method: bands, over: gap, bands: [{at_most: 0, score: 1}, {less_than: 1, score: 0.5}, "
        "{score: 0}]}";
    score(INSIDE, "  a: '[2.5, 5.5]'\n", "0.5..1");
    score(INSIDE, "  a: '(2, 3)'\n", "0.5");
    score(INSIDE, "  a: '[6, 7]'\n", "0");
}

/* ---- missing values ---- */

static void test_missing_stays_plain(void **state) {
    (void)state;
    static const char *const KEYS[] = {
        "value: a, at_least: 9, score: {method: deduct, step: 1, each: 10%, partial: up}",
        "value: a, between: [3, 9], score: {method: deduct, step: 1, each: 10%}",
        "value: a, at_most: 9, score: {method: deduct, each: 10%}",
        "value: a, at_least: 9, score: {method: bands, over: gap, bands: [{at_most: 1, score: 1}, {score: 0}]}",
        "value: a, at_least: b, score: {method: bands, over: ratio, bands: [{at_least: 1, less_than: c, score: 1}, {score: 0}]}",
        "value: a, at_least: b, score: {method: ratio, otherwise: 0.4}",
        "value: a, at_least: b, score: {method: progress, baseline: c, otherwise: 0.4}",
        "value: cum, at_least: b, score: {method: pace, otherwise: 0.4}",
        "value: a, score: {method: efficacy, satisfactory: 9, unacceptable: 3}",
        "value: a, score: {method: goalposts, lo: 3, hi: 9, scale: log}",
        "value: a, at_most: 9, score: {method: efficacy_bands, knots: [[3, 1], [9, 0.5]]}",
    };
    for (size_t i = 0; i < GP_COUNT(KEYS); i++) {
        char plan[4096];
        snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n",
                 HEAD "scoring: {unknown: zero, coverage: 0}\n" DATA "goals:\n  - id: g\n    indicators:\n", KEYS[i]);
        EVAL(b, plan, VALUES "  d: 1\n");
        if (b.run->nopen != 0) fail_msg("`%s` goes to the open kernel", KEYS[i]);
        assert_true(row_of(&b, "g.i")->score.lo == 0 && row_of(&b, "g.i")->score.hi == 0);
        DONE(b);
    }
}

/* ---- pieces and months ---- */

static void test_pieces(void **state) {
    (void)state;
    EVAL(
        b,
        PLAN(
            "value: a, score: {method: bands, bands: [{at_least: 3, less_than: 5, score: 1}, {more_than: 4, at_most: 7, score: 0.5}, "
            "{score: 0}]}"),
        VALUES "  a: 1\n");
    static const gp_piece DUE[] = {{-INFINITY, false, 2}, {3, false, 0}, {5, false, 1}, {7, true, 2}};
    gp_piece *is;
    size_t n;
    assert_true(gp_band_pieces(&is, &n, &b.h.arena, &row_of(&b, "g.i")->node->scoring));
    assert_int_equal(n, GP_COUNT(DUE));
    for (size_t i = 0; i < n; i++) assert_true(is[i].from == DUE[i].from && is[i].above == DUE[i].above && is[i].band == DUE[i].band);
    DONE(b);
    EVAL(c, PLAN("value: a, score: {method: bands, bands: [{at_least: b, score: 1}, {score: 0}]}"), VALUES "  a: 1\n");
    assert_false(gp_band_pieces(&is, &n, &c.h.arena, &row_of(&c, "g.i")->node->scoring));
    DONE(c);
}

static void months(const char *period, const char *want) {
    char text[256];
    size_t n = 0;
    gp_month m = {0};
    assert_true(gp_period_read(&m.period, gp_text_of(period)));
    while (gp_month_next(&m)) n += (size_t)snprintf(text + n, sizeof text - n, "%s%d %d/%d", n ? ", " : "", m.month, m.within, m.days);
    assert_string_equal(text, want);
}

static void test_months(void **state) {
    (void)state;
    months("2020-Q1", "1 31/31, 2 29/29, 3 31/31");
    months("2021-01-20/2021-03-05", "1 12/31, 2 28/28, 3 5/31");
    months("2020-11-30/2021-01-01", "11 1/30, 12 31/31, 1 1/31");
    months("2020-02-29", "2 1/29");
    months("9999-12", "12 31/31");
}

/* A pace against a profile, exactly: 0.1 and 0.2 of the shares are 0.3 of them. */
static void test_pace(void **state) {
    (void)state;
    static const char *const PROFILE =
        "value: cum, at_least: 10, score: {method: pace, profile: [0.1, 0.2, 0.3, 0.4, 0, 0, 0, 0, 0, 0, 0, 0]}";
    score(PROFILE, "  cum: {value: 3, covers: 2020-01/2020-02}\n", "1");
    score(PROFILE, "  cum: {value: 1.5, covers: 2020-01/2020-02}\n", "0.5");
    score(PROFILE, "  cum: {value: 1, covers: 2020-02-01/2020-02-29}\n", "0.5");
    score(PROFILE, "  cum: {value: 1, covers: 2020-05}\n", "0..1"); /* nothing is due */
    score(PROFILE, "  cum: 5\n", "0.5");
    score(PROFILE, "  cum: '[5, 7]'\n", "0.5..0.7");
    score("value: cum, at_least: 366, score: {method: pace}", "  cum: {value: 91, covers: 2020-Q1}\n", "1");
    score("value: cum, at_least: 366, score: {method: pace}", "  cum: {value: '> 45.5', covers: 2020-Q1}\n", "0.5..1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_kernels), cmocka_unit_test(test_open_ends), cmocka_unit_test(test_missing_stays_plain),
        cmocka_unit_test(test_pieces),       cmocka_unit_test(test_months),    cmocka_unit_test(test_pace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

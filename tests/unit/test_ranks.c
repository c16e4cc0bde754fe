/* Ranks: each tie rule on points, on intervals and on a grid too coarse for all; what enters a cohort, means and deviations, finality. */
#include "eval_bed.h"

#include "eval/ranking.h"

static void ranks(const char *want, gp_ties ties, int decimals, gp_contender *list, size_t n) {
    test_heap h;
    char is[256] = "";
    TEST_HEAP(h);
    gp_rank(list, n, ties, decimals, &h.arena);
    for (size_t i = 0, k = 0; i < n; i++)
        k += (size_t)snprintf(is + k, sizeof is - k, "%s%g-%g", i ? " " : "", list[i].best, list[i].worst);
    if (strcmp(is, want) != 0) fail_msg("ties %s: %s, due %s", gp_ties_name(ties), is, want);
    gp_arena_fini(&h.arena);
}

#define POINT(v) {.lo = v, .hi = v}
#define SPAN(a, b) {.lo = a, .hi = b}

static void test_points(void **state) {
    (void)state;
    gp_contender list[] = {POINT(5), POINT(9), POINT(5), POINT(1), POINT(5)};
    ranks("2-2 1-1 2-2 5-5 2-2", GP_TIES_1224, -1, list, 5);
    ranks("2-2 1-1 2-2 3-3 2-2", GP_TIES_1223, 0, list, 5);
    ranks("3-3 1-1 3-3 5-5 3-3", GP_TIES_AVERAGE, -1, list, 5);
    ranks("", GP_TIES_1224, 0, list, 0);
    ranks("1-1", GP_TIES_AVERAGE, 0, list, 1);
}

static void test_open_ends(void **state) {
    (void)state;
    gp_contender list[] = {{.lo = 5, .hi = 9, .lo_open = true}, POINT(5), {.lo = 1, .hi = 5, .hi_open = true}};
    ranks("1-1 2-2 3-3", GP_TIES_1224, -1, list, 3);
    gp_contender reached[] = {SPAN(5, 9), POINT(5), SPAN(1, 5)};
    ranks("1-1 1-2 1-3", GP_TIES_1224, -1, reached, 3); /* all may tie at 5 */
    ranks("1-2 1.5-2.5 2-3", GP_TIES_AVERAGE, -1, (gp_contender[]){SPAN(5, 9), POINT(5), SPAN(1, 5)}, 3);
}

/* Three marks between 70 and 71, and only two that can be printed. */
static void test_grid(void **state) {
    (void)state;
    gp_contender list[] = {SPAN(70, 71), SPAN(70, 71), SPAN(70, 71), POINT(69)};
    ranks("1-2 1-2 1-2 2-3", GP_TIES_1223, 0, list, 4);
    ranks("1-3 1-3 1-3 2-4", GP_TIES_1223, 1, list, 4);
    ranks("1-3 1-3 1-3 2-4", GP_TIES_1223, -1, list, 4);
}

static void test_optional(void **state) {
    (void)state;
    gp_contender list[] = {{.lo = 9, .hi = 9, .optional = true}, POINT(5)};
    ranks("1-1 1-2", GP_TIES_1224, 0, list, 2);
    ranks("1-1 1-2", GP_TIES_1223, 0, list, 2);
    ranks("1-1 1-2", GP_TIES_AVERAGE, 0, list, 2);
}

/* ---- through a plan ---- */

#define CASES "subject,period,a,b,zz,zz.basis\n"

static gp_range score_of(const char *keys, const char *rows, size_t row) {
    char plan[2048], data[1024];
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, CASES "%s", rows);
    EVAL(t, plan, data);
    gp_run_case(&t.c, t.run, &t.h.arena, row);
    gp_range r = row_of(&t, "g.i")->score;
    DONE(t);
    return r;
}

/* The score of a row in both kernels: an unused provisional datum sends it to the open one. */
static void scores(const char *keys, const char *rows, size_t row, double want) {
    char open[1024];
    size_t n = 0;
    for (const char *p = rows; *p; p++)
        n += (size_t)(*p == '\n' ? snprintf(open + n, sizeof open - n, ",1,provisional\n") : snprintf(open + n, sizeof open - n, "%c", *p));
    char plain[1024];
    n = 0;
    for (const char *p = rows; *p; p++)
        n += (size_t)(*p == '\n' ? snprintf(plain + n, sizeof plain - n, ",,\n") : snprintf(plain + n, sizeof plain - n, "%c", *p));
    gp_range is = score_of(keys, plain, row), too = score_of(keys, open, row);
    if (is.lo != want || is.hi != want || too.lo != want || too.hi != want)
        fail_msg("`%s` scores %.17g..%.17g, and %.17g..%.17g, due %.17g", keys, is.lo, is.hi, too.lo, too.hi, want);
}

/* The mean of 0.1, 0.2 and 0.3 is 0.2, which binary64 sums miss; of thirds it is what paper says. */
static void test_exact_sums(void **state) {
    (void)state;
    const char *rows = "A,2020,0.1,1\nB,2020,0.2,1\nC,2020,0.3,1\n";
    scores("value: a, score: {method: zscore, direction: up, mu: 0.5, sigma: 0.1}", rows, 1, 0.5);
    scores("value: a, score: {method: zscore, direction: up, mu: 0.5, sigma: 0.1}", rows, 2, 0.6);
    scores("value: a, score: {method: zscore, direction: down, mu: 0.5, sigma: 0.1}", rows, 2, 0.4);
    scores("value: a, score: {method: zscore, direction: up, mu: 0.5, sigma: 0.1}",
           "A,2020,1e15,1\nB,2020,-1e15,1\nC,2020,0.3,1\nD,2020,-0.3,1\n", 2, 0.5);
}

/* Two ways to one third tie, and so do values that differ beyond 12 digits. */
static void test_twelve_digits(void **state) {
    (void)state;
    const char *keys = "value: a / b, score: {method: rank, direction: up, step: 0.25}";
    scores(keys, "A,2020,1,3\nB,2020,2,6\nC,2020,1,4\n", 1, 1);
    scores(keys, "A,2020,1,3\nB,2020,2,6\nC,2020,1,4\n", 2, 0.5);
    scores(keys, "A,2020,0.3333333333331,1\nB,2020,1,3\n", 1, 1);
    scores(keys, "A,2020,3.000000000015,3\nB,2020,3.00000000003,3\n", 0, 1); /* half up in the twelfth digit, exactly */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_points),     cmocka_unit_test(test_open_ends),     cmocka_unit_test(test_grid),
        cmocka_unit_test(test_optional),   cmocka_unit_test(test_exact_sums),    cmocka_unit_test(test_twelve_digits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Seeking on random small plans against trying every point of the grid: the same cost where the aim can be had, the same nearness at the
 * same cost where it cannot. Scores go up and down, verdicts come in islands. GP_RUNS: a hundredth of them are tried; GP_SEED repeats a
 * run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include "study/study.h"

static uint64_t seed = 20261126;
static long runs = 40000;

static bool one_in(dice *d, int n) { return between(d, 1, n) == 1; }

/* ---- plans ---- */

static const char *const VALUE[] = {
    "a",
    "a",
    "b",
    "a + b",
    "a * b / 7",
    "(a - 2) * (a - 5)",
    "abs(a - 3) + b / 3",
    "max(a, b)",
    "min(a, 4) - b / 5",
    "round(a / 3)",
    "a / (b + 1)",
    "a % 2",
    "coalesce(c, a)",
    "if_else(a > 3, b, 6 - a)",
    "sqrt(a)",
    "c",
    "c - a",
    "6 - a",
    "if_else(known(c), a, b)",
};
static const char *const SCORE[] = {
    "",
    "",
    "",
    ", score: {cap: 120%}",
    ", score: {method: pass_fail}",
    ", score: {method: bands, bands: [{at_most: 2, score: 1}, {at_most: 4, score: 0.2}, {score: 0.7}]}",
    ", score: 'x / 6'",
    ", score: {method: interpolate, knots: [[0, 0], [2, 1], [3, 0.1], [6, 1]]}",
};
static const char *const MORE[] = {
    "", "", "", "", ", veto: zero_goal", ", veto: {effect: cap_score, at: 55%, of: subject}", ", applies: a > 1"};
enum { LEAVES = 3 };

static void print_criterion(gp_buf *out, dice *d) {
    static const char *const TEST[] = {"at_least", "at_least", "at_most", "more_than", "less_than", "exactly"};
    int t = between(d, 1, 60);
    if (one_in(d, 5)) gp_buf_printf(out, "between: [%d.%d, %d.%d]", t / 10, t % 10, t / 10 + 1, t % 10);
    else gp_buf_printf(out, "%s: %d.%d", TEST[between(d, 0, (int)GP_COUNT(TEST) - 1)], t / 10, t % 10);
}

static void print_plan(gp_buf *out, dice *d, bool cohort) {
    gp_buf_printf(out, HEAD "data: {a: {}, b: {}, c: {}}\nscoring: {marks: 100%s}\n",
                  cohort         ? ", ranks: true"
                  : one_in(d, 8) ? ", unknown: exclude"
                  : one_in(d, 8) ? ", unknown: zero"
                                 : "");
    gp_buf_str(out, "grades: [{at_least: 85, grade: A}, {at_least: 60, grade: B}, {at_least: 0, grade: C}]\ngoals:\n");
    gp_buf_printf(out, "  - id: g\n    require: %s\n    indicators:\n", one_in(d, 2) ? "all" : one_in(d, 2) ? "any" : "2");
    for (int i = 0; i < LEAVES; i++) {
        gp_buf_printf(out, "      - {id: i%d, value: '%s', weight: %d, ", i, VALUE[between(d, 0, (int)GP_COUNT(VALUE) - 1)],
                      between(d, 1, 4));
        print_criterion(out, d);
        if (cohort && i == 0 && one_in(d, 2)) gp_buf_str(out, ", score: {method: rank, direction: up}}\n");
        else gp_buf_printf(out, "%s%s}\n", SCORE[between(d, 0, (int)GP_COUNT(SCORE) - 1)], MORE[between(d, 0, (int)GP_COUNT(MORE) - 1)]);
    }
}

static void print_data(gp_buf *out, dice *d, bool cohort, int digits) {
    static const char *const C[] = {"", "3", "\"[2, 5]\"", "> 2"};
    gp_buf_str(out, "subject,period,a,b,c\n");
    for (int s = 0; s < (cohort ? 3 : 1); s++) {
        for (int k = 0; k < 2; k++)
            gp_buf_printf(out, "%s%d.%0*d",
                          k        ? ","
                          : s == 0 ? "S,2020,"
                          : s == 1 ? "T,2020,"
                                   : "U,2020,",
                          between(d, 0, 6), digits, between(d, 0, digits == 1 ? 9 : 99));
        gp_buf_printf(out, ",%s\n", C[between(d, 0, 3)]);
    }
}

static const char *draw_aim(char out[40], dice *d, bool cohort) {
    int kind = between(d, 0, cohort ? 4 : 3);
    if (kind == 0) snprintf(out, 40, "marks %s %d", one_in(d, 4) ? ">" : ">=", between(d, 20, 110));
    else if (kind == 1) snprintf(out, 40, "grade %c", one_in(d, 2) ? 'A' : 'B');
    else if (kind == 4) snprintf(out, 40, "rank <= %d", between(d, 1, 2));
    else if (one_in(d, 4)) snprintf(out, 40, "g %s", one_in(d, 3) ? "unmet" : "met");
    else snprintf(out, 40, "g.i%d %s", between(d, 0, LEAVES - 1), one_in(d, 3) ? "unmet" : "met");
    return out;
}

/* ---- every point ---- */

typedef struct trial {
    bed b;
    gp_study s;
    gp_aim aim;
    gp_scenario none;
    gp_lever lever[2];
    size_t n;
    gp_found f;
    char text[40];
    gp_text plan, data;
} trial;

static double cost_at(const trial *t, const int64_t *at) {
    double sum = 0;
    for (size_t k = 0; k < t->n; k++) sum += t->lever[k].cost * fabs((double)(at[k] - t->f.axis[k].now)) * pow(10, t->f.axis[k].exp);
    return sum;
}

static void point(int64_t at[2], const trial *t, size_t i) {
    for (size_t k = 0; k < t->n; k++) {
        size_t steps = (size_t)(t->f.axis[k].hi - t->f.axis[k].lo + 1);
        at[k] = t->f.axis[k].lo + (int64_t)(i % steps);
        i /= steps;
    }
}

typedef struct best { double cost, near, near_cost; } best;

static best try_all(trial *t) {
    best z = {INFINITY, -INFINITY, INFINITY};
    gp_trials all;
    gp_block b;
    int64_t at[2];
    size_t points = 1, cases = t->s.ncases;
    for (size_t k = 0; k < t->n; k++) points *= (size_t)(t->f.axis[k].hi - t->f.axis[k].lo + 1);
    gp_trials_init(&all, &t->s, points, NULL);
    for (size_t k = 0; k < t->n; k++) {
        double *column = gp_trials_column(&all, &t->lever[k].target);
        const uint8_t *set = t->lever[k].target.kind == GP_TARGET_DATUM ? all.frame->set[t->lever[k].target.datum] : NULL;
        for (size_t row = 0; row < points * cases; row++) {
            point(at, t, row / cases);
            if (!set || set[row]) column[row] = gp_decimal_double((gp_decimal){at[k], t->f.axis[k].exp}, 0);
        }
    }
    assert_true(gp_trials_run(&all));
    while (gp_run_block(all.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            size_t row = b.first + i;
            if (row % cases != t->s.asked) continue;
            point(at, t, row / cases);
            double cost = cost_at(t, at), near = gp_aim_nearness(&t->aim, all.run, &b, i, false);
            if (gp_aim_met(&t->aim, &b, i)) z.cost = fmin(z.cost, cost);
            if (near > z.near || (near == z.near && cost < z.near_cost)) z.near_cost = cost;
            z.near = fmax(z.near, near);
        }
    return z;
}

static void complain(const trial *t, const char *what, double is, double due) {
    print_message("%.*s%.*s", GP_ARG(t->plan), GP_ARG(t->data));
    for (size_t k = 0; k < t->n; k++)
        print_message("by %.*s in %g..%g: %" PRId64 "e%d\n", GP_ARG(t->lever[k].target.path), t->lever[k].lo, t->lever[k].hi, t->f.at[k],
                      t->f.axis[k].exp);
    fail_msg("%s of `%s`: %.12g, due %.12g; seed %" PRIu64, what, t->text, is, due, seed);
}

static void compare(trial *t) {
    best due = try_all(t);
    double cost = cost_at(t, t->f.at), by = 1e-9;
    if (t->f.sampled) complain(t, "sampled", 1, 0);
    if ((t->f.how == GP_FOUND) != isfinite(due.cost)) complain(t, "found", t->f.how == GP_FOUND, isfinite(due.cost));
    if (t->f.how == GP_FOUND && !(fabs(cost - due.cost) <= by)) complain(t, "cost", cost, due.cost);
    if (t->f.how == GP_FOUND && !t->f.checked) complain(t, "checked", 0, 1);
    if (t->f.how == GP_FOUND) return;
    if (t->f.missed != (due.near > -INFINITY)) complain(t, "missed", t->f.missed, due.near > -INFINITY);
    if (t->f.missed && t->f.nearness != due.near) complain(t, "nearness", t->f.nearness, due.near);
    if (t->f.missed && !(fabs(cost - due.near_cost) <= by)) complain(t, "cost of the nearest", cost, due.near_cost);
}

static void draw_lever(trial *t, dice *d, const char *path, double width) {
    gp_lever *l = &t->lever[t->n++];
    *l = (gp_lever){.bounded = true, .cost = one_in(d, 2) ? 1 : between(d, 1, 9) / 4.0};
    assert_true(gp_target_find(&l->target, t->s.arena, t->s.diags, t->s.base, gp_text_of(path), (gp_place){0}));
    l->lo = between(d, 0, 20) / 10.0;
    l->hi = l->lo + width;
}

static void load(trial *t, dice *d, bool cohort, int digits) {
    gp_buf plan, data;
    gp_buf_init(&plan, &t->b.h.arena);
    gp_buf_init(&data, &t->b.h.arena);
    print_plan(&plan, d, cohort);
    print_data(&data, d, cohort, digits);
    t->plan = gp_buf_take(&plan);
    t->data = gp_buf_take(&data);
    t->b.options = (gp_run_options){0};
    bed_load(&t->b, gp_text_cstr(&t->b.h.arena, t->plan), gp_text_cstr(&t->b.h.arena, t->data));
    t->s = (gp_study){.arena = &t->b.h.arena,
                      .diags = &t->b.d,
                      .base = t->b.frame,
                      .ncases = t->b.frame->nrows,
                      .single = cohort,
                      .options = {.lang = GP_EN}};
}

static size_t found, impossible;

/* One path on a fine grid, two on a coarser one: both more points than are tried without open values. In a cohort few. */
static void try_one(dice *d, bool cohort) {
    trial t = {.n = 0};
    bool two = one_in(d, 2);
    TEST_HEAP(t.b.h);
    load(&t, d, cohort, two || cohort ? 1 : 2);
    static const char *const TARGETS[] = {"g.i0.at_least", "g.i0.at_most"};
    const char *first = cohort ? (one_in(d, 3) ? "data.a" : "data.a@S") : "data.a";
    size_t errors = t.b.d.errors;
    gp_target target;
    for (size_t k = 0; k < 2 && !cohort && one_in(d, 3); k++)
        if (gp_target_find(&target, t.s.arena, t.s.diags, t.s.base, gp_text_of(TARGETS[k]), (gp_place){0})) first = TARGETS[k];
    t.b.d.errors = errors;
    draw_lever(&t, d, first, cohort ? 2 : two ? 4 : 5);
    if (two) draw_lever(&t, d, cohort ? "data.b@S" : "data.b", cohort ? 1 : 3);
    bool ok = gp_aim_read(&t.aim, t.s.arena, t.s.diags, t.b.plan, gp_text_of(draw_aim(t.text, d, cohort)), "--seek");
    ok = ok && gp_search(&t.f, &t.s, &t.aim, &t.none, t.lever, t.n, 0);
    if (!ok) bed_show(&t.b);
    assert_true(ok);
    if (t.f.how != GP_HOLDS_ALREADY) compare(&t);
    found += t.f.how == GP_FOUND;
    impossible += t.f.how == GP_IMPOSSIBLE;
    DONE(t.b);
}

static void try_many(bool cohort, long n) {
    for (long k = 0; k < n; k++) {
        dice d = {seed + (uint64_t)k * 2 + cohort};
        uint64_t first = seed;
        seed = d.state - cohort; /* the one to repeat it with */
        try_one(&d, cohort);
        seed = first;
    }
    print_message("%ld plans: %zu found, %zu impossible\n", n, found, impossible);
    assert_true(n < 100 || (found > 0 && impossible > 0));
}

static void test_alone(void **state) { (void)state; try_many(false, runs / 100 + 1); }
static void test_cohort(void **state) { (void)state; try_many(true, runs / 200 + 1); }

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_alone), cmocka_unit_test(test_cohort)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

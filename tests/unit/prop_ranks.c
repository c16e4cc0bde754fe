/* Ranks against brute force over all completions of small cohorts, under each tie rule, with open ends and subjects that may not be ranked;
 * then whole plans: ranks and scores by standing do not depend on the order of rows, z-scores have the mean mu, average ranks add up.
 * GP_RUNS says how many cohorts, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"


#include "eval/ranking.h"

static uint64_t seed = 20221231;
static long runs = 100000;

/* ---- brute force ---- */

enum { MOST = 4, CHOICES = 32, GAP = 8, ABSENT = -1000, FAR = 6 };

/* Whole numbers that a contender may take: on a grid all of its interval; where values are dense, ends lie GAP apart and MOST numbers stand
 * for what lies between two of them. */
typedef struct trial {
    gp_contender list[MOST];
    int n;
    bool dense;
    int choice[MOST][CHOICES], nchoices[MOST];
    double best[MOST], worst[MOST];
} trial;

static void draw_contender(gp_contender *c, dice *d, bool dense) {
    int scale = dense ? GAP : 1, lo = between(d, 0, 3), hi = between(d, 0, 1) ? lo : between(d, lo, 3);
    *c = (gp_contender){.lo = lo * scale, .hi = hi * scale, .optional = between(d, 0, 7) == 0};
    if (dense && hi > lo) {
        c->lo_open = between(d, 0, 1);
        c->hi_open = between(d, 0, 1);
    }
    if (between(d, 0, 15) == 0) c->lo = -INFINITY;
    if (between(d, 0, 15) == 0) c->hi = INFINITY;
}

static void list_choices(trial *t, int k, bool dense) {
    const gp_contender *c = &t->list[k];
    int scale = dense ? GAP : 1, low = isinf(c->lo) ? dense ? -t->n : -FAR : (int)c->lo,
        high = isinf(c->hi) ? dense ? 3 * scale + t->n : 3 + FAR : (int)c->hi;
    t->nchoices[k] = 0;
    for (int v = low; v <= high; v++) {
        bool stands = !dense || v < 0 || v > 3 * scale || v % scale <= t->n;
        bool outside = (c->lo_open && v == low) || (c->hi_open && v == high);
        if (stands && !outside) t->choice[k][t->nchoices[k]++] = v;
    }
    if (c->optional) t->choice[k][t->nchoices[k]++] = ABSENT;
    assert_true(t->nchoices[k] <= CHOICES);
}

static double rank_of(const int *v, int n, int i, gp_ties ties) {
    int above = 0, level = 0, values = 0;
    for (int j = 0; j < n; j++) {
        if (j == i || v[j] == ABSENT) continue;
        above += v[j] > v[i];
        level += v[j] == v[i];
        bool first = v[j] > v[i];
        for (int k = 0; k < j && first; k++) first = k == i || v[k] != v[j];
        values += first;
    }
    return ties == GP_TIES_1223 ? 1 + values : ties == GP_TIES_AVERAGE ? 1 + above + level / 2.0 : 1 + above;
}

static void try_all(trial *t, int *v, int k, gp_ties ties) {
    if (k < t->n) {
        for (int c = 0; c < t->nchoices[k]; c++) {
            v[k] = t->choice[k][c];
            try_all(t, v, k + 1, ties);
        }
        return;
    }
    for (int i = 0; i < t->n; i++) {
        if (v[i] == ABSENT) continue;
        double r = rank_of(v, t->n, i, ties);
        t->best[i] = fmin(t->best[i], r);
        t->worst[i] = fmax(t->worst[i], r);
    }
}

static void show(const trial *t) {
    for (int i = 0; i < t->n; i++) {
        const gp_contender *c = &t->list[i];
        print_message("  %c%g, %g%c%s: %g to %g, due %g to %g\n", c->lo_open ? '(' : '[', c->lo, c->hi, c->hi_open ? ')' : ']',
                      c->optional ? " perhaps" : "", c->best, c->worst, t->best[i], t->worst[i]);
    }
}

static void check_bounds(dice *d) {
    test_heap h;
    trial t = {.n = between(d, 1, MOST), .dense = between(d, 0, 1)};
    int v[MOST];
    gp_ties ties = (gp_ties)between(d, 0, 2);
    TEST_HEAP(h);
    for (int i = 0; i < t.n; i++) draw_contender(&t.list[i], d, t.dense);
    for (int i = 0; i < t.n; i++) {
        list_choices(&t, i, t.dense);
        t.best[i] = INFINITY;
        t.worst[i] = 0;
    }
    try_all(&t, v, 0, ties);
    gp_rank(t.list, (size_t)t.n, ties, t.dense ? -1 : 0, &h.arena);
    for (int i = 0; i < t.n; i++) {
        if (t.list[i].best == t.best[i] && t.list[i].worst == t.worst[i]) continue;
        show(&t);
        fail_msg("ties %s, %s values, seed %" PRIu64, gp_ties_name(ties), t.dense ? "dense" : "whole", seed);
    }
    gp_arena_fini(&h.arena);
}

static void test_bounds(void **state) {
    (void)state;
    dice d = {seed};
    long n = runs / 50 + 1;
    for (long k = 0; k < n; k++) check_bounds(&d);
    print_message("%ld cohorts\n", n);
}

/* ---- whole plans ---- */

enum { ROWS = 60 };

static const char PLAN[] = HEAD
    "scoring: {ranks: true, decimals: 1, coverage: 40%}\n"
    "cohort: {ties: average}\n"
    "data: {x: {}, y: {}}\n"
    "goals:\n"
    "  - id: g\n"
    "    indicators:\n"
    "      - {id: z, value: x / 7, marks: 0, weight: 0, score: {method: zscore, direction: up, mu: 0.3, cap: none, floor: none}}\n"
    "      - {id: r, value: x * y, score: {method: rank, direction: down}}\n"
    "      - {id: p, value: y, score: {method: percentile, direction: up}}\n";

static void draw_row(char out[80], dice *d, int row, bool open) {
    int x = between(d, -40, 40), y = between(d, 0, 20);
    if (open && between(d, 0, 4) == 0) snprintf(out, 80, "S%d,2020,%d.5,\"[%d, %d]\"\n", row, x, y, y + between(d, 1, 9));
    else if (open && between(d, 0, 9) == 0) snprintf(out, 80, "S%d,2020,,%d\n", row, y);
    else snprintf(out, 80, "S%d,2020,%d.5,%d\n", row, x, y);
}

/* What is said of each subject, by its number. */
typedef struct said_of { double rank_lo, rank_hi, lo, hi, z; } said_of;

static void read_all(said_of *out, bed *b) {
    uint32_t z = gp_plan_node(b->plan, GP_TEXT("g.z"))->index;
    while (gp_run_block(b->run, &b->block))
        for (size_t i = 0; i < b->block.n; i++) {
            gp_run_case(&b->c, b->run, &b->h.arena, i);
            long k = strtol(gp_text_cstr(&b->h.arena, b->c.of->subject) + 1, NULL, 10);
            out[k] = (said_of){b->c.rank.lo, b->c.rank.hi, b->c.score.lo, b->c.score.hi, b->c.rows[z].score.lo};
            assert_memory_equal(&b->block.rank_lo[i], &out[k].rank_lo, sizeof(double));
            assert_memory_equal(&b->block.rank_hi[i], &out[k].rank_hi, sizeof(double));
        }
}

static void evaluate(said_of *out, char rows[ROWS][80], const int *order) {
    bed b;
    TEST_HEAP(b.h);
    b.options = (gp_run_options){0};
    gp_buf data;
    gp_buf_init(&data, &b.h.arena);
    gp_buf_str(&data, "subject,period,x,y\n");
    for (int i = 0; i < ROWS; i++) gp_buf_str(&data, rows[order[i]]);
    bed_load(&b, PLAN, gp_text_cstr(&b.h.arena, gp_buf_take(&data)));
    b.run = gp_run_new(&b.h.arena, &b.d, b.frame, &b.options);
    assert_non_null(b.run);
    read_all(out, &b);
    DONE(b);
}

static void check_sums(const said_of *s) {
    double z = 0, ranks = 0;
    for (int i = 0; i < ROWS; i++) {
        z += s[i].z;
        ranks += s[i].rank_lo;
        assert_true(s[i].rank_lo == s[i].rank_hi);
    }
    if (fabs(z / ROWS - 0.3) > 1e-9) fail_msg("the z-scores have the mean %.17g; seed %" PRIu64, z / ROWS, seed);
    if (ranks != ROWS * (ROWS + 1) / 2.0) fail_msg("the ranks add up to %.17g; seed %" PRIu64, ranks, seed);
}

static void check_order(dice *d, bool open) {
    static char rows[ROWS][80];
    static said_of first[ROWS], then[ROWS];
    int order[ROWS];
    for (int i = 0; i < ROWS; i++) {
        draw_row(rows[i], d, i, open);
        order[i] = i;
    }
    evaluate(first, rows, order);
    for (int i = ROWS - 1; i > 0; i--) {
        int k = between(d, 0, i), kept = order[i];
        order[i] = order[k];
        order[k] = kept;
    }
    evaluate(then, rows, order);
    if (memcmp(first, then, sizeof first) != 0) fail_msg("the order of the rows matters; seed %" PRIu64, seed);
    if (!open) check_sums(first);
}

static void test_order(void **state) {
    (void)state;
    dice d = {seed ^ 0x5bd1e995};
    long n = runs / 2000 + 2;
    for (long k = 0; k < n; k++) check_order(&d, k & 1);
    print_message("%ld cohorts of %d\n", n, ROWS);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bounds), cmocka_unit_test(test_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

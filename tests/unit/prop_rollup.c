/* Roll-ups on random plans and values: marks of the parts add up, ranges hold what sampling finds and are reached at their ends, rounded
 * marks are those of an exact oracle. A plan for each case costs more than a row: a hundredth of GP_RUNS are tried. GP_SEED repeats a run;
 * the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include <gmp.h>

static uint64_t seed = 20210405;
static long runs = 400;

/* ---- plans ---- */

enum { GOALS = 2, PARTS = 3, LEAVES = GOALS * PARTS };
static const char *const WAYS[] = {"weighted_mean", "sum", "geometric_mean", "harmonic_mean", "min", "max", "{worst_mean: 2}"};
enum { MEAN, SUM, GEOMETRIC, HARMONIC, MIN, MAX, WORST, WAY_COUNT };

typedef struct shape {
    int way[1 + GOALS], weight[GOALS], leaf_weight[LEAVES];
    bool bonus, penalty, veto;
    int rounding, decimals;
} shape;

static shape draw_shape(dice *d, bool extras) {
    shape s = {.bonus = extras && between(d, 0, 1), .penalty = extras && between(d, 0, 1), .veto = extras && between(d, 0, 2) == 0};
    for (int i = 0; i <= GOALS; i++) s.way[i] = between(d, 0, WAY_COUNT - 1);
    for (int i = 0; i < GOALS; i++) s.weight[i] = between(d, 1, 5);
    for (int i = 0; i < LEAVES; i++) s.leaf_weight[i] = between(d, 0, 4) ? between(d, 1, 6) : 0;
    s.rounding = between(d, 0, 3);
    s.decimals = between(d, 0, 2);
    return s;
}

static const char *const ROUNDINGS[] = {"half_up", "half_even", "up", "down"};

static void print_plan(gp_buf *out, const shape *s) {
    gp_buf_str(out, "goalpost: 1\nplan: p\ndata:\n  zz: {}\n");
    for (int i = 0; i < LEAVES; i++) gp_buf_printf(out, "  v%d: {}\n", i);
    gp_buf_printf(out, "scoring: {coverage: 0%%, aggregate: %s, decimals: %d, rounding: %s}\n", WAYS[s->way[0]], s->decimals,
                  ROUNDINGS[s->rounding]);
    gp_buf_str(out, "goals:\n");
    for (int g = 0; g < GOALS; g++) {
        gp_buf_printf(out, "  - id: g%d\n    weight: %d\n    scoring: {aggregate: %s}\n", g, s->weight[g], WAYS[s->way[1 + g]]);
        if (g == 0 && s->bonus) gp_buf_str(out, "    score: {cap: 120%}\n    bonus: {items: [i2], cap: 15%}\n");
        if (g == 1 && s->penalty) gp_buf_str(out, "    score: {floor: -50%}\n    penalty: {items: [i5], cap: 30%}\n");
        gp_buf_str(out, "    indicators:\n");
        for (int i = g * PARTS; i < (g + 1) * PARTS; i++)
            gp_buf_printf(out, "      - {id: i%d, value: v%d, at_least: 8, weight: %d%s%s}\n", i, i, s->leaf_weight[i],
                          i == 0 && s->veto ? ", veto: {effect: cap_score, at: 55%, of: subject}" : "",
                          (i == 2 && s->bonus) || (i == 5 && s->penalty) ? ", marks: 10" : "");
    }
}

/* A value for each leaf; NULL leaves one open. */
static void print_data(gp_buf *out, const int *value, const bool *open) {
    gp_buf_str(out, VALUES "  zz: 1\n");
    for (int i = 0; i < LEAVES; i++) {
        if (open && open[i]) gp_buf_printf(out, "  v%d: '[2, 7]'\n", i);
        else gp_buf_printf(out, "  v%d: %d\n", i, value[i]);
    }
}

static void evaluate(bed *b, const shape *s, const int *value, const bool *open) {
    gp_buf plan, data;
    gp_buf_init(&plan, &b->h.arena);
    gp_buf_init(&data, &b->h.arena);
    print_plan(&plan, s);
    print_data(&data, value, open);
    b->options = (gp_run_options){0};
    bed_load(b, gp_text_cstr(&b->h.arena, gp_buf_take(&plan)), gp_text_cstr(&b->h.arena, gp_buf_take(&data)));
    bed_eval(b);
}

static void complain(const shape *s, const char *what, double a, double b) {
    fail_msg("%s: %.17g, %.17g; ways %s %s %s; seed %" PRIu64, what, a, b, WAYS[s->way[0]], WAYS[s->way[1]], WAYS[s->way[2]], seed);
}

/* ---- marks add up ---- */

static void check_sums(const bed *b, const shape *s) {
    for (size_t k = 0; k < b->c.nrows; k++) {
        const gp_row *r = &b->c.rows[k];
        if (!r->node->nchild || (r->node->scoring.aggregate != GP_WEIGHTED_MEAN && r->node->scoring.aggregate != GP_SUM)) continue;
        /* A mean shares out its own marks: below a sum within it they are the parts' own. */
        bool shares = true;
        double sum = 0;
        for (size_t i = 0; i < r->node->nchild; i++) {
            const gp_row *c = &b->c.rows[r->node->child[i]->index];
            shares = shares && (r->node->scoring.aggregate == GP_SUM || !gp_sums_up(c->node));
            if (!isnan(c->score.lo)) sum += c->score.lo * c->full_marks;
        }
        double marks = r->score.lo * r->full_marks;
        if (shares && !isnan(marks) && fabs(sum - marks) > 1e-9) complain(s, "the parts' marks and the whole", sum, marks);
    }
}

static void try_sums(dice *d) {
    shape s = draw_shape(d, false);
    int value[LEAVES];
    for (int i = 0; i < LEAVES; i++) value[i] = between(d, 0, 9);
    bed b;
    TEST_HEAP(b.h);
    evaluate(&b, &s, value, NULL);
    check_sums(&b, &s);
    DONE(b);
}

static void test_sums(void **state) {
    (void)state;
    dice d = {seed};
    for (long n = 0; n < runs; n++) try_sums(&d);
}

/* ---- ranges ---- */

static double score_at(const shape *s, const int *value) {
    bed b;
    TEST_HEAP(b.h);
    evaluate(&b, s, value, NULL);
    double x = b.c.rows[0].score.lo;
    if (!isnan(x) && x != b.c.rows[0].score.hi) complain(s, "no single score", b.c.rows[0].score.lo, b.c.rows[0].score.hi);
    DONE(b);
    return x;
}

/* Values at random and at both ends: all lie within the range; without a penalty or a veto both ends are reached. */
static void check_range(dice *d, const shape *s, const int *value, const bool *open) {
    bed b;
    TEST_HEAP(b.h);
    evaluate(&b, s, value, open);
    gp_range r = b.c.rows[0].score;
    DONE(b);
    double least = INFINITY, most = -INFINITY;
    for (int n = 0; n < 5; n++) {
        int at[LEAVES];
        for (int i = 0; i < LEAVES; i++) {
            bool fall = s->penalty && i == 5;
            at[i] = !open[i] ? value[i] : n == 0 ? (fall ? 7 : 2) : n == 1 ? (fall ? 2 : 7) : between(d, 2, 7);
        }
        double x = score_at(s, at);
        if (isnan(x) && isnan(r.lo)) return;
        if (!(x >= r.lo - 1e-11 && x <= r.hi + 1e-11))
            complain(s, x < r.lo ? "below the range" : "above the range", x, x < r.lo ? r.lo : r.hi);
        least = fmin(least, x);
        most = fmax(most, x);
    }
    if (fabs(least - r.lo) > 1e-11) complain(s, "low end not reached", least, r.lo);
    if (fabs(most - r.hi) > 1e-11) complain(s, "high end not reached", most, r.hi);
}

static void test_ranges(void **state) {
    (void)state;
    dice d = {seed ^ 77};
    for (long n = 0; n < runs / 4; n++) {
        shape s = draw_shape(&d, true);
        int value[LEAVES];
        bool open[LEAVES];
        for (int i = 0; i < LEAVES; i++) {
            value[i] = between(&d, 0, 9);
            open[i] = between(&d, 0, 2) == 0;
        }
        check_range(&d, &s, value, open);
    }
}

/* ---- an oracle ---- */

/* Aggregates of rationals; the geometric mean, which is no rational, is left out. */
static bool together(mpq_t z, int way, mpq_t *score, const int *weight, int n) {
    int at[PARTS], k = 0;
    for (int i = 0; i < n; i++) {
        if (!weight[i]) continue;
        int j = k++;
        for (; j > 0 && mpq_cmp(score[at[j - 1]], score[i]) > 0; j--) at[j] = at[j - 1];
        at[j] = i;
    }
    mpq_t part, sum;
    mpq_inits(part, sum, NULL);
    mpq_set_si(z, 0, 1);
    bool zero = k > 0 && mpq_sgn(score[at[0]]) <= 0;
    for (int j = 0; j < k; j++) {
        mpq_set_si(part, way == WORST ? 1 : weight[at[j]], 1);
        if (way == HARMONIC && zero) continue;
        if (way == WORST && j >= 2) continue;
        mpq_add(sum, sum, part);
        if (way == HARMONIC) mpq_div(part, part, score[at[j]]);
        else mpq_mul(part, part, score[at[j]]);
        mpq_add(z, z, part);
    }
    if (k == 0) mpq_set_si(z, 0, 1);
    else if (way == MIN || way == MAX) mpq_set(z, score[at[way == MIN ? 0 : k - 1]]);
    else if (way == HARMONIC && !zero) mpq_div(z, sum, z);
    else if (way != HARMONIC) mpq_div(z, z, sum);
    mpq_clears(part, sum, NULL);
    return k > 0;
}

/* Under `sum` a goal counts with what its parts add up to, when it adds up itself. */
static int counted(const shape *s, int g) {
    if (s->way[0] != SUM || s->way[1 + g] != SUM) return s->weight[g];
    int sum = 0;
    for (int i = 0; i < PARTS; i++) sum += s->leaf_weight[g * PARTS + i];
    return sum;
}

static void round_marks(mpq_t q, const shape *s) {
    mpz_t z, r;
    mpz_inits(z, r, NULL);
    int scale = s->decimals == 0 ? 1 : s->decimals == 1 ? 10 : 100;
    mpz_mul_si(mpq_numref(q), mpq_numref(q), scale);
    mpz_fdiv_qr(z, r, mpq_numref(q), mpq_denref(q));
    mpz_mul_si(r, r, 2);
    int half = mpz_cmp(r, mpq_denref(q));
    bool up = s->rounding == 2 ? mpz_sgn(r) > 0 : s->rounding == 3 ? false : half > 0 || (half == 0 && (s->rounding == 0 || mpz_odd_p(z)));
    if (up) mpz_add_ui(z, z, 1);
    mpq_set_z(q, z);
    mpq_set_si(q, mpz_get_si(z), (unsigned long)scale);
    mpq_canonicalize(q);
    mpz_clears(z, r, NULL);
}

static bool oracle(double *marks, const shape *s, const int *value) {
    mpq_t leaf[PARTS], goal[GOALS], total;
    int weight[GOALS], below = 0;
    bool given[GOALS];
    mpq_init(total);
    for (int g = 0; g < GOALS; g++) {
        mpq_init(goal[g]);
        for (int i = 0; i < PARTS; i++) {
            mpq_init(leaf[i]);
            mpq_set_si(leaf[i], value[g * PARTS + i] > 8 ? 8 : value[g * PARTS + i], 8);
            mpq_canonicalize(leaf[i]);
        }
        given[g] = together(goal[g], s->way[1 + g], leaf, s->leaf_weight + g * PARTS, PARTS);
        weight[g] = given[g] ? counted(s, g) : 0;
        below += weight[g];
        for (int i = 0; i < PARTS; i++) mpq_clear(leaf[i]);
    }
    bool any = together(total, s->way[0], goal, weight, GOALS);
    mpq_t full;
    mpq_init(full);
    mpq_set_si(full, s->way[0] == SUM ? below : 100, 1);
    mpq_mul(total, total, full);
    round_marks(total, s);
    *marks = mpq_get_d(total);
    mpq_clears(full, total, NULL);
    for (int g = 0; g < GOALS; g++) mpq_clear(goal[g]);
    return any;
}

static void try_oracle(dice *d) {
    shape s = draw_shape(d, false);
    int value[LEAVES];
    double due = 0;
    for (int i = 0; i < LEAVES; i++) value[i] = between(d, 0, 9);
    for (int i = 0; i <= GOALS; i++) s.way[i] = s.way[i] == GEOMETRIC ? HARMONIC : s.way[i];
    bool any = oracle(&due, &s, value);
    bed b;
    TEST_HEAP(b.h);
    evaluate(&b, &s, value, NULL);
    double is = b.c.rows[0].marks.lo;
    if (any ? fabs(is - due) > 1e-9 : !isnan(is) && is != 0) complain(&s, "marks and those of the oracle", is, due);
    DONE(b);
}

static void test_oracle(void **state) {
    (void)state;
    dice d = {seed ^ 4242};
    for (long n = 0; n < runs; n++) try_oracle(&d);
}

int main(void) {
    runs *= 100;
    dice_begin(&seed, &runs);
    runs = (runs + 99) / 100;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sums), cmocka_unit_test(test_ranges), cmocka_unit_test(test_oracle)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

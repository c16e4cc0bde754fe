/* Whole plans against an oracle in rationals that shares no code with the evaluator: rounded marks and grade of the subject in every row,
 * those of all nodes in a third of them, for random plans and values, many of them on ties and on bounds of grades. GP_RUNS says how many
 * rows, GP_SEED repeats a run; the seed is printed. */
#include "grades_bed.h"

#include <gmp.h>

static uint64_t seed = 20261126;
static long runs = 100000;

/* ---- rationals ---- */

static void rational(mpq_t q, decimal x) {
    mpq_set_si(q, x.mant, (unsigned long)ten(x.places));
    mpq_canonicalize(q);
}

static int compare(const mpq_t x, decimal t) { return mpq_cmp_si(x, t.mant, (unsigned long)ten(t.places)); }

/* y = a + (b - a) * (x - from) / (to - from) */
static void line(mpq_t y, const mpq_t x, decimal from, decimal to, decimal a, decimal b) {
    mpq_t f, t;
    mpq_inits(f, t, NULL);
    rational(f, from);
    rational(t, to);
    mpq_sub(t, t, f);
    mpq_sub(y, x, f);
    mpq_div(y, y, t);
    rational(f, a);
    rational(t, b);
    mpq_sub(t, t, f);
    mpq_mul(y, y, t);
    mpq_add(y, y, f);
    mpq_clears(f, t, NULL);
}

static void limit(mpq_t y, const node *n) {
    if (!n->no_cap && compare(y, n->cap) > 0) rational(y, n->cap);
    if (!n->no_floor && compare(y, n->floor) < 0) rational(y, n->floor);
}

/* ---- leaves ---- */

static bool is_met(const part *p, const mpq_t x) {
    int sign = compare(x, p->target) * (p->down ? -1 : 1);
    if (p->method == INSIDE) return compare(x, p->target) >= 0 && compare(x, p->upper) <= 0;
    return sign > 0 || (sign == 0 && !p->strict);
}

static void share(mpq_t y, const part *p, const mpq_t x) {
    mpq_t t, u;
    mpq_inits(t, u, NULL);
    rational(t, p->target);
    rational(u, p->upper);
    if (p->method == INSIDE) {
        if (mpq_cmp(x, t) < 0) mpq_div(y, x, t);
        else if (mpq_cmp(x, u) > 0) mpq_div(y, u, x);
        else mpq_set_si(y, 1, 1);
    } else if (!p->down) mpq_div(y, x, t);
    else if (mpq_sgn(x) > 0) mpq_div(y, t, x);
    else rational(y, p->n.cap);
    mpq_clears(t, u, NULL);
}

/* 1 - each * n: n is x, or how many steps x is on the wrong side of its target. */
static void deducted(mpq_t y, const part *p, const mpq_t x) {
    mpq_t q;
    mpz_t whole;
    mpq_init(q);
    mpz_init(whole);
    mpq_set(y, x);
    if (p->method == DEDUCT) {
        rational(q, p->target);
        mpq_sub(y, p->down ? x : q, p->down ? q : x);
        if (mpq_sgn(y) < 0) mpq_set_si(y, 0, 1);
        rational(q, p->step);
        mpq_div(y, y, q);
        if (p->partial == 0) mpz_cdiv_q(whole, mpq_numref(y), mpq_denref(y));
        if (p->partial == 1) mpz_fdiv_q(whole, mpq_numref(y), mpq_denref(y));
        if (p->partial < 2) mpq_set_z(y, whole);
    }
    rational(q, p->each);
    mpq_mul(y, y, q);
    mpq_set_si(q, 1, 1);
    mpq_sub(y, q, y);
    mpz_clear(whole);
    mpq_clear(q);
}

static void banded(mpq_t y, const part *p, const mpq_t x) {
    int k = 0;
    for (; k < 3; k++) {
        int sign = compare(x, p->at[p->down ? k : 2 - k]) * (p->down ? -1 : 1);
        if (sign > 0 || (sign == 0 && !p->strict)) break;
    }
    rational(y, p->score[k]);
}

/* Two lines with a step between them that takes the later value. */
static void on_lines(mpq_t y, const part *p, const mpq_t x) {
    int k = compare(x, p->at[1]) >= 0 ? 2 : 0;
    bool outside = k ? compare(x, p->at[2]) > 0 : compare(x, p->at[0]) < 0;
    if (outside && !p->extend) rational(y, p->score[k ? 3 : 0]);
    else line(y, x, p->at[k / 2], p->at[k / 2 + 1], p->score[k], p->score[k + 1]);
}

static void score_of(mpq_t y, const part *p, const mpq_t x) {
    static const decimal NONE = {0, 0}, FULL = {1, 0}, BASE = {6, 1};
    const decimal worse = p->at[p->down ? 2 : 0], better = p->at[p->down ? 0 : 2];
    switch (p->method) {
    case PASS_FAIL: mpq_set_si(y, is_met(p, x), 1); break;
    case BANDS: banded(y, p, x); break;
    case DEDUCT: case EVENTS: deducted(y, p, x); break;
    case LINES: on_lines(y, p, x); break;
    case EFFICACY: line(y, x, worse, better, BASE, FULL); break;
    case GOALPOSTS: line(y, x, worse, better, NONE, FULL); break;
    case PROGRESS: line(y, x, p->at[1], p->target, NONE, FULL); break;
    default: share(y, p, x); break;
    }
    limit(y, &p->n);
}

/* ---- full marks ---- */

typedef struct fulls { mpq_t root, goal[GOALS], part[GOALS][PARTS]; } fulls;

static void weights_of(mpq_t sum, const design *z, int g) {
    mpq_t w;
    mpq_init(w);
    mpq_set_si(sum, 0, 1);
    for (int i = 0; i < (g < 0 ? z->goals : z->parts[g]); i++) {
        rational(w, g < 0 ? z->goal[i].weight : z->part[g][i].n.weight);
        mpq_add(sum, sum, w);
    }
    mpq_clear(w);
}

/* Own marks, else the weight as it stands (`of` NULL), else its share of `of`. */
static void own_or_share(mpq_t full, const node *n, const mpq_t of, const mpq_t weights) {
    rational(full, n->own_marks ? n->marks : n->weight);
    if (n->own_marks || !of) return;
    mpq_mul(full, full, of);
    mpq_div(full, full, weights);
}

static void goal_full(fulls *f, const design *z, int g, const mpq_t weights) {
    mpq_t within;
    mpq_init(within);
    bool adds_up = z->goal[g].how == SUM;
    own_or_share(f->goal[g], &z->goal[g], z->root.how == SUM ? NULL : f->root, weights);
    weights_of(within, z, g);
    if (adds_up && !z->goal[g].own_marks) mpq_set_si(f->goal[g], 0, 1);
    for (int i = 0; i < z->parts[g]; i++) {
        own_or_share(f->part[g][i], &z->part[g][i].n, adds_up ? NULL : f->goal[g], within);
        if (adds_up && !z->goal[g].own_marks) mpq_add(f->goal[g], f->goal[g], f->part[g][i]);
    }
    mpq_clear(within);
}

static void find_fulls(fulls *f, const design *z) {
    mpq_t weights;
    mpq_init(weights);
    weights_of(weights, z, -1);
    if (z->root.own_marks) rational(f->root, z->root.marks);
    else mpq_set_si(f->root, z->root.how == SUM ? 0 : 100, 1);
    for (int g = 0; g < z->goals; g++) {
        goal_full(f, z, g, weights);
        if (z->root.how == SUM && !z->root.own_marks) mpq_add(f->root, f->root, f->goal[g]);
    }
    mpq_clear(weights);
}

static void each_full(fulls *f, void (*what)(mpq_t)) {
    what(f->root);
    for (int g = 0; g < GOALS; g++) {
        what(f->goal[g]);
        for (int i = 0; i < PARTS; i++) what(f->part[g][i]);
    }
}

static void begin_rational(mpq_t q) { mpq_init(q); }
static void end_rational(mpq_t q) { mpq_clear(q); }

/* ---- rounded marks ---- */

/* In units of the last decimal; tie: marks lay in the middle between two of them. */
typedef struct rounded { int64_t units; bool tie; } rounded;

/* The score becomes what is passed up. */
static rounded round_marks(mpq_t score, const node *n, const mpq_t full, int rounding) {
    mpq_t marks;
    mpz_t rest, whole;
    mpq_init(marks);
    mpz_inits(rest, whole, NULL);
    mpq_mul(marks, score, full);
    mpz_mul_si(whole, mpq_numref(marks), ten(n->decimals));
    int sign = mpz_sgn(whole);
    mpz_abs(whole, whole);
    mpz_fdiv_qr(whole, rest, whole, mpq_denref(marks));
    bool any = mpz_sgn(rest) != 0;
    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmp(rest, mpq_denref(marks));
    int64_t z = mpz_get_si(whole);
    z += rounding == 0 ? half >= 0 : rounding == 1 ? half > 0 || (half == 0 && mpz_odd_p(whole)) : rounding == 2 && any;
    z = sign < 0 ? -z : z;
    if (n->own_decimals && mpq_sgn(full) != 0) {
        rational(marks, (decimal){z, n->decimals});
        mpq_div(score, marks, full);
    }
    mpz_clears(rest, whole, NULL);
    mpq_clear(marks);
    return (rounded){z, half == 0};
}

/* ---- together ---- */

typedef struct child { const node *n; mpq_t *score, *full; } child;

/* One more child: z and sum gather what the aggregate needs of those with a weight. */
static void take_child(mpq_t z, mpq_t sum, aggregate how, child c, bool first) {
    mpq_t w, times;
    mpq_inits(w, times, NULL);
    if (how == SUM) mpq_set(w, *c.full);
    else rational(w, c.n->weight);
    bool better = how == MIN ? mpq_cmp(*c.score, z) < 0 : mpq_cmp(*c.score, z) > 0;
    mpq_add(sum, sum, w);
    if (how == HARMONIC) mpq_div(times, w, *c.score);
    else mpq_mul(times, w, *c.score);
    if (how != MIN && how != MAX) mpq_add(z, z, times);
    else if (first || better) mpq_set(z, *c.score);
    mpq_clears(w, times, NULL);
}

static void together(mpq_t z, aggregate how, const child *c, int n) {
    mpq_t sum;
    bool zero = false, first = true;
    mpq_init(sum);
    mpq_set_si(z, 0, 1);
    for (int i = 0; i < n; i++) zero = zero || (c[i].n->weight.mant && how == HARMONIC && mpq_sgn(*c[i].score) <= 0);
    for (int i = 0; i < n && !zero; i++) {
        if (!c[i].n->weight.mant) continue;
        take_child(z, sum, how, c[i], first);
        first = false;
    }
    if (how == HARMONIC && !zero) mpq_div(z, sum, z);
    if (how == MEAN || how == SUM) mpq_div(z, z, sum);
    mpq_clear(sum);
}

/* What an unmet part does to the score of its goal or of the subject. */
static void strike(mpq_t score, const part *p, bool met, bool subject) {
    if (met || p->of_subject != subject) return;
    if (p->effect == ZERO) mpq_set_si(score, 0, 1);
    if (p->effect == CAP_SCORE && compare(score, p->veto_at) > 0) rational(score, p->veto_at);
    if (p->effect == FLOOR_SCORE && compare(score, p->veto_at) < 0) rational(score, p->veto_at);
}

/* ---- a row ---- */

typedef struct due { rounded root, goal[GOALS], part[GOALS][PARTS]; bool met[GOALS][PARTS]; } due;

static void expect_goal(due *o, mpq_t score, const design *z, fulls *f, int g, const decimal *at) {
    mpq_t below[PARTS], x;
    child c[PARTS];
    mpq_init(x);
    for (int i = 0; i < z->parts[g]; i++) {
        const part *p = &z->part[g][i];
        mpq_init(below[i]);
        rational(x, at[i]);
        o->met[g][i] = is_met(p, x);
        score_of(below[i], p, x);
        o->part[g][i] = round_marks(below[i], &p->n, f->part[g][i], z->rounding);
        c[i] = (child){&p->n, &below[i], &f->part[g][i]};
    }
    together(score, z->goal[g].how, c, z->parts[g]);
    for (int i = 0; i < z->parts[g]; i++) strike(score, &z->part[g][i], o->met[g][i], false);
    limit(score, &z->goal[g]);
    o->goal[g] = round_marks(score, &z->goal[g], f->goal[g], z->rounding);
    for (int i = 0; i < z->parts[g]; i++) mpq_clear(below[i]);
    mpq_clear(x);
}

static void expect_row(due *o, const design *z, fulls *f, int row) {
    mpq_t goal[GOALS], total;
    child c[GOALS];
    mpq_init(total);
    for (int g = 0; g < z->goals; g++) {
        mpq_init(goal[g]);
        expect_goal(o, goal[g], z, f, g, z->x[row][g]);
        c[g] = (child){&z->goal[g], &goal[g], &f->goal[g]};
    }
    together(total, z->root.how, c, z->goals);
    for (int g = 0; g < z->goals; g++)
        for (int i = 0; i < z->parts[g]; i++) strike(total, &z->part[g][i], o->met[g][i], true);
    limit(total, &z->root);
    o->root = round_marks(total, &z->root, f->root, z->rounding);
    for (int g = 0; g < z->goals; g++) mpq_clear(goal[g]);
    mpq_clear(total);
}

/* ---- grades ---- */

static bool reached(int64_t units, int decimals, decimal bound) {
    return (__int128)units * ten(bound.places) >= (__int128)bound.mant * ten(decimals);
}

/* Bounds on marks that some row has, a unit beside them, or half a unit; best first and apart. */
static void draw_bounds(node *n, const due *o, int g, dice *d) {
    for (int k = 0; k < n->ngrades; k++) {
        const due *some = &o[between(d, 0, ROWS - 1)];
        n->bound[k] = (decimal){10 * ((g < 0 ? some->root : some->goal[g]).units + between(d, -1, 1)), n->decimals + 1};
        if (one_in(d, 4)) n->bound[k].mant += 5;
        for (int j = k; j > 0 && n->bound[j].mant > n->bound[j - 1].mant; j--) {
            decimal t = n->bound[j];
            n->bound[j] = n->bound[j - 1];
            n->bound[j - 1] = t;
        }
    }
    for (int k = 1; k < n->ngrades; k++)
        if (n->bound[k].mant >= n->bound[k - 1].mant) n->bound[k].mant = n->bound[k - 1].mant - 10;
}

static long edges;

/* Number of the grade, the best being 0; that of none is the number of grades. */
static int grade_due(const node *n, int64_t units, const design *z, const due *o, int g) {
    int k = 0;
    while (k < n->ngrades && !reached(units, n->decimals, n->bound[k])) k++;
    edges += k < n->ngrades && units * 10 == n->bound[k].mant;
    for (int at = g < 0 ? 0 : g; at < (g < 0 ? z->goals : g + 1); at++)
        for (int i = 0; i < z->parts[at]; i++) {
            const part *p = &z->part[at][i];
            if (o->met[at][i] || p->of_subject != (g < 0)) continue;
            if (p->effect == CAP_GRADE && k < p->veto_grade) k = p->veto_grade;
            if (p->effect == FLOOR_GRADE && k > p->veto_grade) k = p->veto_grade;
        }
    return k;
}

/* ---- the engine beside it ---- */

typedef struct trial { design z; due due[ROWS]; const char *text; long marks, ties, grades; } trial;

static void complain(const trial *t, size_t row, gp_text id, double is, double marks, gp_text grade, int k) {
    for (int g = 0; g < t->z.goals; g++)
        for (int i = 0; i < t->z.parts[g]; i++)
            print_message("x%d%d = %" PRId64 "e-%d\n", g, i, t->z.x[row][g][i].mant, t->z.x[row][g][i].places);
    fail_msg("row %zu, `%.*s`: marks %.17g, due %.17g, grade %.*s, due %c; seed %" PRIu64 "\n%s", row, GP_ARG(id), is, marks, GP_ARG(grade),
             k < 0 ? '-' : 'A' + k, seed, t->text);
}

/* g < 0: the subject; i < 0: a goal. */
static void check_node(trial *t, const gp_row *r, size_t row, int g, int i) {
    const due *o = &t->due[row];
    const node *n = g < 0 ? &t->z.root : i < 0 ? &t->z.goal[g] : &t->z.part[g][i].n;
    rounded m = g < 0 ? o->root : i < 0 ? o->goal[g] : o->part[g][i];
    int grade = i < 0 ? grade_due(n, m.units, &t->z, o, g) : -1;
    double marks = (double)m.units / (double)ten(n->decimals);
    char name = grade < 0 || grade == n->ngrades ? 0 : (char)('A' + grade);
    bool same = r->marks.lo == marks && r->marks.hi == marks && (name ? r->grade.n == 1 && r->grade.s[0] == name : r->grade.n == 0);
    t->marks++;
    t->ties += m.tie;
    t->grades += grade >= 0;
    if (!same) complain(t, row, r->node->id, r->marks.lo, marks, r->grade, grade);
}

/* The subject, in the narrow view of the block. */
static void check_subject(trial *t, const gp_block *k, size_t i) {
    size_t row = k->first + i;
    rounded m = t->due[row].root;
    double marks = (double)m.units / (double)ten(t->z.root.decimals);
    int grade = grade_due(&t->z.root, m.units, &t->z, &t->due[row], -1),
        is = k->grade_lo[i] == UINT8_MAX ? t->z.root.ngrades : k->grade_lo[i];
    char name = (char)('A' + is);
    t->marks++;
    t->ties += m.tie;
    t->grades++;
    if (k->marks_lo[i] == marks && k->marks_hi[i] == marks && is == grade && k->grade_hi[i] == k->grade_lo[i]) return;
    complain(t, row, GP_TEXT("subject"), k->marks_lo[i], marks, (gp_text){&name, 1}, grade);
}

/* Every node of a case in full. */
static void check_nodes(trial *t, bed *b, gp_arena *scratch, size_t i) {
    gp_run_case(&b->c, b->run, scratch, i);
    const gp_row *r = b->c.rows;
    check_node(t, r++, b->c.row, -1, -1);
    for (int g = 0; g < t->z.goals; g++) {
        check_node(t, r++, b->c.row, g, -1);
        for (int k = 0; k < t->z.parts[g]; k++) check_node(t, r++, b->c.row, g, k);
    }
    gp_arena_fini(scratch);
}

static void draw_trial(trial *t, dice *d) {
    fulls f;
    draw_design(&t->z, d);
    each_full(&f, begin_rational);
    find_fulls(&f, &t->z);
    for (int row = 0; row < ROWS; row++) {
        for (int g = 0; g < t->z.goals; g++)
            for (int i = 0; i < t->z.parts[g]; i++) t->z.x[row][g][i] = draw_value(&t->z.part[g][i], d);
        expect_row(&t->due[row], &t->z, &f, row);
    }
    each_full(&f, end_rational);
    draw_bounds(&t->z.root, t->due, -1, d);
    for (int g = 0; g < t->z.goals; g++) draw_bounds(&t->z.goal[g], t->due, g, d);
}

static void try_plan(trial *t, dice *d) {
    bed b;
    TEST_HEAP(b.h);
    gp_arena scratch;
    gp_buf plan, data;
    gp_arena_init(&scratch, &b.h.mem);
    gp_buf_init(&plan, &b.h.arena);
    gp_buf_init(&data, &b.h.arena);
    draw_trial(t, d);
    put_design(&plan, &t->z);
    put_rows(&data, &t->z);
    t->text = gp_text_cstr(&b.h.arena, gp_buf_take(&plan));
    b.options = (gp_run_options){0};
    bed_load(&b, t->text, gp_text_cstr(&b.h.arena, gp_buf_take(&data)));
    b.run = gp_run_new(&b.h.arena, &b.d, b.frame, &b.options);
    if (!b.run) bed_show(&b);
    assert_non_null(b.run);
    while (gp_run_block(b.run, &b.block))
        for (size_t i = 0; i < b.block.n; i++) {
            check_subject(t, &b.block, i);
            if (i % 3 == 0) check_nodes(t, &b, &scratch, i); /* of either kernel */
        }
    DONE(b);
}

static void test_grades(void **state) {
    static trial t;
    dice d = {seed};
    long n = 0;
    (void)state;
    for (; n < runs; n += ROWS) try_plan(&t, &d);
    print_message("%ld plans, %ld rows, %ld marks, %ld of them on ties; %ld grades, %ld on a bound\n", n / ROWS, n, t.marks, t.ties,
                  t.grades, edges);
    if (n >= 100000) assert_true(t.ties > t.marks / 200 && edges > t.grades / 20); /* about 2 % and 20 %: else the plans drawn say little */
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_grades)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

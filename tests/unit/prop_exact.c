/* Verdicts, rounded marks and grades against an oracle in rationals that shares no code with the evaluator: random decimals of up to 15
 * digits, random expressions, thresholds drawn on the exact value or one digit beside it. GP_RUNS says how many verdicts (a million must
 * pass), GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include <gmp.h>

static uint64_t seed = 20201231;
static long runs = 100000;

/* ---- decimals: as written, and as rationals ---- */

typedef struct decimal { int64_t mant; int exp; } decimal;

static decimal draw_decimal(dice *d) {
    static const int LENGTHS[] = {1, 1, 2, 2, 3, 3, 4, 5, 7, 10, 15, 15};
    int64_t end = 1;
    for (int n = LENGTHS[roll(d) % GP_COUNT(LENGTHS)]; n > 0; n--) end *= 10;
    int64_t mant = (int64_t)(roll(d) % (uint64_t)end);
    int exp = between(d, 0, 3) ? between(d, -6, 0) : between(d, -12, 6);
    return (decimal){between(d, 0, 3) ? mant : -mant, exp};
}

/* Half as digits with a point, half with an exponent. */
static void print_decimal(char out[64], decimal x, dice *d) {
    if (x.exp > 0 || x.exp < -20 || between(d, 0, 1)) {
        snprintf(out, 64, "%" PRId64 "e%d", x.mant, x.exp);
        return;
    }
    char digits[40];
    uint64_t mant = (uint64_t)(x.mant < 0 ? -x.mant : x.mant);
    int n = snprintf(digits, sizeof digits, "%0*" PRIu64, 1 - x.exp, mant), whole = n + x.exp;
    snprintf(out, 64, "%s%.*s%s%s", x.mant < 0 ? "-" : "", whole, digits, x.exp ? "." : "", digits + whole);
}

static void to_rational(mpq_t q, decimal x) {
    mpz_t p;
    mpz_init(p);
    mpz_ui_pow_ui(p, 10, (unsigned long)(x.exp < 0 ? -x.exp : x.exp));
    mpq_set_si(q, x.mant, 1);
    if (x.exp >= 0) mpz_mul(mpq_numref(q), mpq_numref(q), p);
    else mpz_set(mpq_denref(q), p);
    mpq_canonicalize(q);
    mpz_clear(p);
}

/* The decimal of 15 digits next to q towards 0; q itself when it has no more digits. */
static decimal near_decimal(const mpq_t q) {
    mpz_t z, p;
    decimal x = {0, 0};
    if (mpq_sgn(q) == 0) return x;
    mpz_inits(z, p, NULL);
    int size = (int)(((double)mpz_sizeinbase(mpq_numref(q), 2) - (double)mpz_sizeinbase(mpq_denref(q), 2)) * 0.30103);
    for (x.exp = size - 16;; x.exp++) { /* coarser until it fits */
        mpz_ui_pow_ui(p, 10, (unsigned long)(x.exp < 0 ? -x.exp : x.exp));
        if (x.exp < 0) {
            mpz_mul(z, mpq_numref(q), p);
            mpz_tdiv_q(z, z, mpq_denref(q));
        } else {
            mpz_mul(z, mpq_denref(q), p);
            mpz_tdiv_q(z, mpq_numref(q), z);
        }
        if (mpz_cmpabs_ui(z, 999999999999999u) <= 0) break;
    }
    x.mant = mpz_get_si(z);
    mpz_clears(z, p, NULL);
    return x;
}

/* ---- expressions ---- */

enum { VARS = 6, NODES = 48, INDICATORS = 6, ROWS = 1500 };
typedef enum kind { VAR, CONST, NEG, ABS, POW, ADD, SUB, MUL, DIV, MIN, MAX } kind;
typedef struct node { kind kind; int a, b, n; decimal c; } node;
typedef struct tree { node at[NODES]; int n; } tree;

static int draw_tree(tree *t, dice *d, int depth) {
    node x = {.kind = depth == 0 || between(d, 0, 5) == 0 ? (between(d, 0, 4) ? VAR : CONST) : (kind)between(d, NEG, MAX)};
    if (depth && x.kind >= NEG && x.kind <= POW && between(d, 0, 1)) x.kind = (kind)between(d, ADD, DIV);
    if (x.kind == VAR) x.n = between(d, 0, VARS - 1);
    if (x.kind == CONST) x.c = (decimal){between(d, 0, 999), between(d, -3, 0)};
    if (x.kind == POW) x.n = between(d, 0, 5) ? between(d, 2, 3) : between(d, -2, -1);
    if (x.kind >= NEG) x.a = draw_tree(t, d, depth - 1);
    if (x.kind >= ADD) x.b = draw_tree(t, d, depth - 1);
    t->at[t->n] = x;
    return t->n++;
}

static void print_tree(gp_buf *out, const tree *t, int k, dice *d) {
    static const char *const SIGN[] = {[ADD] = " + ", [SUB] = " - ", [MUL] = " * ", [DIV] = " / "};
    const node *x = &t->at[k];
    char text[64];
    switch (x->kind) {
    case VAR: gp_buf_printf(out, "v%d", x->n); return;
    case CONST: print_decimal(text, x->c, d); gp_buf_str(out, text); return;
    case NEG: gp_buf_str(out, "(-("); print_tree(out, t, x->a, d); gp_buf_str(out, "))"); return;
    case ABS: gp_buf_str(out, "abs("); print_tree(out, t, x->a, d); gp_buf_char(out, ')'); return;
    case POW: gp_buf_str(out, "(("); print_tree(out, t, x->a, d); gp_buf_printf(out, ") ^ %d)", x->n); return;
    default: break;
    }
    bool call = x->kind >= MIN;
    gp_buf_str(out, x->kind == MIN ? "min(" : x->kind == MAX ? "max(" : "(");
    print_tree(out, t, x->a, d);
    gp_buf_str(out, call ? ", " : SIGN[x->kind]);
    print_tree(out, t, x->b, d);
    gp_buf_char(out, ')');
}

static bool power(mpq_t z, int n) {
    if (n < 0) {
        if (mpq_sgn(z) == 0) return false;
        mpq_inv(z, z);
    }
    unsigned long times = (unsigned long)(n < 0 ? -n : n);
    mpz_pow_ui(mpq_numref(z), mpq_numref(z), times);
    mpz_pow_ui(mpq_denref(z), mpq_denref(z), times);
    return true;
}

static bool binary(mpq_t z, kind k, const mpq_t a, const mpq_t b) {
    switch (k) {
    case ADD: mpq_add(z, a, b); return true;
    case SUB: mpq_sub(z, a, b); return true;
    case MUL: mpq_mul(z, a, b); return true;
    case MIN: mpq_set(z, mpq_cmp(a, b) < 0 ? a : b); return true;
    case MAX: mpq_set(z, mpq_cmp(a, b) > 0 ? a : b); return true;
    default: break;
    }
    if (mpq_sgn(b) == 0) return false;
    mpq_div(z, a, b);
    return true;
}

/* Beyond what binary64 holds: nothing is promised there. */
static bool is_wild(const mpq_t z) {
    long size = (long)mpz_sizeinbase(mpq_numref(z), 2) - (long)mpz_sizeinbase(mpq_denref(z), 2);
    return mpq_sgn(z) && (size > 800 || size < -800);
}

/* The exact value; false where there is none. */
static bool oracle(mpq_t z, const tree *t, int k, const decimal *vars, bool *wild) {
    const node *x = &t->at[k];
    if (x->kind == VAR || x->kind == CONST) {
        to_rational(z, x->kind == VAR ? vars[x->n] : x->c);
        return true;
    }
    mpq_t b;
    mpq_init(b);
    bool given = oracle(z, t, x->a, vars, wild);
    if (x->kind >= ADD) given = oracle(b, t, x->b, vars, wild) && given;
    if (given && x->kind >= ADD) given = binary(z, x->kind, z, b);
    else if (given && x->kind == NEG) mpq_neg(z, z);
    else if (given && x->kind == ABS) mpq_abs(z, z);
    else if (given && x->kind == POW) given = power(z, x->n);
    mpq_clear(b);
    *wild = *wild || (given && is_wild(z));
    return given && !*wild;
}

/* ---- verdicts ---- */

static const char *const TESTS[] = {"at_least", "at_most", "more_than", "less_than", "exactly", "not"};

static int expected(int test, int sign) {
    static const bool HOLDS[6][3] = {{0, 1, 1}, {1, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 1, 0}, {1, 0, 1}};
    return HOLDS[test][sign + 1] ? GP_MET : GP_UNMET;
}

/* Values that make sums cancel and products meet: copies, sums and opposites of one another. */
static void draw_vars(decimal *vars, dice *d) {
    for (int i = 0; i < VARS; i++) {
        vars[i] = draw_decimal(d);
        int like = i ? between(d, 0, i - 1) : 0;
        if (i == 0 || between(d, 0, 2)) continue;
        vars[i] = vars[like];
        int how = between(d, 0, 3);
        if (how == 1) vars[i].mant = -vars[i].mant;
        if (how == 2 && vars[i].mant < 300000000000000 && vars[i].mant > -300000000000000) vars[i].mant *= 3;
        if (how == 3) vars[i].exp += between(d, -2, 2);
    }
}

/* On the exact value where 15 digits can say it, else next to it; often one digit beside; sometimes anywhere. */
static decimal draw_threshold(const mpq_t exact, dice *d) {
    if (between(d, 0, 9) == 0) return draw_decimal(d);
    decimal t = near_decimal(exact);
    int beside = between(d, 0, 3);
    if (beside == 1) t.mant += t.mant < 999999999999999;
    if (beside == 2) t.mant -= t.mant > -999999999999999;
    return t;
}

typedef struct batch {
    tree tree[INDICATORS];
    int root[INDICATORS], test[INDICATORS], shape[INDICATORS];
    decimal vars[ROWS][VARS], due[ROWS][INDICATORS];
    int want[ROWS][INDICATORS];
} batch;

/* The target in three shapes that leave its value alone: a datum, a product and quotient of it, a difference. */
static const char *const SHAPES[] = {"t%d", "t%d * 3 / 3", "(t%d + v0) - v0"};

static void print_plan(gp_buf *out, batch *b, dice *d) {
    gp_buf_str(out, "goalpost: 1\nplan: p\ndata:\n  z: {}\n");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, "  v%d: {}\n", i);
    for (int i = 0; i < INDICATORS; i++) gp_buf_printf(out, "  t%d: {}\n", i);
    gp_buf_str(out, "derive:\n");
    for (int i = 0; i < INDICATORS; i++) {
        gp_buf_printf(out, "  e%d: '", i);
        print_tree(out, &b->tree[i], b->root[i], d);
        gp_buf_str(out, "'\n");
    }
    gp_buf_str(out, "goals:\n  - id: g\n    indicators:\n");
    for (int i = 0; i < INDICATORS; i++) {
        char target[64];
        b->test[i] = between(d, 0, 5);
        b->shape[i] = between(d, 0, 4);
        snprintf(target, sizeof target, b->shape[i] == 1 ? SHAPES[1] : b->shape[i] == 2 ? SHAPES[2] : SHAPES[0], i);
        gp_buf_printf(out, "      - {id: i%d, value: e%d, %s: '%s'}\n", i, i, TESTS[b->test[i]], target);
    }
}

static void draw_row(batch *b, int row, dice *d) {
    mpq_t exact, due;
    mpq_inits(exact, due, NULL);
    draw_vars(b->vars[row], d);
    for (int i = 0; i < INDICATORS; i++) {
        bool wild = false, given = oracle(exact, &b->tree[i], b->root[i], b->vars[row], &wild);
        b->due[row][i] = given ? draw_threshold(exact, d) : draw_decimal(d);
        to_rational(due, b->due[row][i]);
        int c = given ? mpq_cmp(exact, due) : 0;
        b->want[row][i] = given ? expected(b->test[i], (c > 0) - (c < 0)) : wild ? GP_MEASURED : GP_NO_DATA;
    }
    mpq_clears(exact, due, NULL);
}

/* Every other row has a datum beside that is not final, which sends it through the open kernel. */
static void print_data(gp_buf *out, batch *b, dice *d) {
    char text[64];
    gp_buf_str(out, "subject,period,z,z.basis");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, ",v%d", i);
    for (int i = 0; i < INDICATORS; i++) gp_buf_printf(out, ",t%d", i);
    for (int row = 0; row < ROWS; row++) {
        gp_buf_printf(out, "\nS%d,2020,1,%s", row, row & 1 ? "provisional" : "final");
        for (int i = 0; i < VARS + INDICATORS; i++) {
            print_decimal(text, i < VARS ? b->vars[row][i] : b->due[row][i - VARS], d);
            gp_buf_printf(out, ",%s", text);
        }
    }
    gp_buf_char(out, '\n');
}

static void compare_block(const bed *t, const batch *b, const gp_block *block, const char *plan) {
    for (size_t i = 0; i < block->n; i++)
        for (int k = 0; k < INDICATORS; k++) {
            size_t row = block->first + i;
            int is = block->verdict[gp_plan_node(t->plan, GP_TEXT("g.i0"))->index + (uint32_t)k][i];
            if (is == b->want[row][k] || b->want[row][k] == GP_MEASURED) continue;
            for (int v = 0; v < VARS; v++) print_message("v%d = %" PRId64 "e%d\n", v, b->vars[row][v].mant, b->vars[row][v].exp);
            fail_msg("row %zu i%d: %s, due %s, threshold %" PRId64 "e%d; seed %" PRIu64 "\n%s", row, k, gp_verdict_name((gp_verdict)is),
                     gp_verdict_name((gp_verdict)b->want[row][k]), b->due[row][k].mant, b->due[row][k].exp, seed, plan);
        }
}

static long check_verdicts(dice *d, uint64_t *exact) {
    static batch b;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    t.options = (gp_run_options){0};
    for (int i = 0; i < INDICATORS; i++) {
        b.tree[i].n = 0;
        b.root[i] = draw_tree(&b.tree[i], d, between(d, 1, 4));
    }
    gp_buf_init(&plan, &t.h.arena);
    gp_buf_init(&data, &t.h.arena);
    print_plan(&plan, &b, d);
    for (int row = 0; row < ROWS; row++) draw_row(&b, row, d);
    print_data(&data, &b, d);
    const char *text = gp_text_cstr(&t.h.arena, gp_buf_take(&plan));
    bed_load(&t, text, gp_text_cstr(&t.h.arena, gp_buf_take(&data)));
    t.run = gp_run_new(&t.h.arena, &t.d, t.frame, &t.options);
    assert_non_null(t.run);
    same_when_narrow(&t);
    while (gp_run_block(t.run, &t.block)) compare_block(&t, &b, &t.block, text);
    gp_sum sum;
    assert_true(gp_run_sum(&sum, t.run));
    *exact += sum.exact;
    DONE(t);
    return (long)ROWS * INDICATORS;
}

static void test_verdicts(void **state) {
    (void)state;
    dice d = {seed};
    uint64_t exact = 0;
    long n = 0;
    while (n < runs) n += check_verdicts(&d, &exact);
    print_message("%ld verdicts, %" PRIu64 " questions in rationals\n", n, exact);
}

/* ---- rounded marks and grades ---- */

enum { PARTS = 3 };
typedef enum method { UP, DOWN, INSIDE, LINES, METHODS } method;
typedef struct part {
    method method;
    decimal target, upper, weight;
    decimal knot[4][2]; /* LINES: values 0, 10, 10, 20 in tenths of the target */
} part;

static decimal small(dice *d, int lo, int hi, int exp) { return (decimal){between(d, lo, hi), exp}; }

static void draw_part(part *p, dice *d) {
    p->method = (method)between(d, 0, METHODS - 1);
    p->target = small(d, 1, 40, -between(d, 0, 1));
    p->upper = (decimal){p->target.mant + between(d, 0, 9), p->target.exp};
    p->weight = small(d, 1, 8, -between(d, 0, 1));
    static const int64_t AT[] = {0, 10, 10, 20};
    int64_t score = 0;
    for (int k = 0; k < 4; k++) {
        score += between(d, 0, 30);
        p->knot[k][0] = (decimal){AT[k], 0};
        p->knot[k][1] = (decimal){score, -2};
    }
}

static void print_part(gp_buf *out, const part *p, int i) {
    char lo[64], hi[64], weight[64];
    dice plain = {1};
    print_decimal(lo, p->target, &plain);
    print_decimal(hi, p->upper, &plain);
    print_decimal(weight, p->weight, &plain);
    gp_buf_printf(out, "      - {id: i%d, value: x%d, weight: %s, ", i, i, weight);
    if (p->method == UP) gp_buf_printf(out, "at_least: %s}\n", lo);
    if (p->method == DOWN) gp_buf_printf(out, "at_most: %s}\n", lo);
    if (p->method == INSIDE) gp_buf_printf(out, "between: [%s, %s]}\n", lo, hi);
    if (p->method != LINES) return;
    gp_buf_str(out, "score: {method: interpolate, knots: [");
    for (int k = 0; k < 4; k++)
        gp_buf_printf(out, "%s[%" PRId64 ", %" PRId64 "e%d]", k ? ", " : "", p->knot[k][0].mant, p->knot[k][1].mant, p->knot[k][1].exp);
    gp_buf_str(out, "]}}\n");
}

static void lines(mpq_t y, const part *p, const mpq_t x) {
    int64_t last = p->knot[3][1].mant;
    mpq_t k0, k1, w;
    mpq_inits(k0, k1, w, NULL);
    if (mpq_cmp_si(x, 0, 1) < 0) to_rational(y, p->knot[0][1]);
    else if (mpq_cmp_si(x, 20, 1) >= 0) to_rational(y, (decimal){last, -2});
    else {
        int k = mpq_cmp_si(x, 10, 1) < 0 ? 0 : 2; /* the step takes the later value */
        to_rational(k0, p->knot[k][1]);
        to_rational(k1, p->knot[k + 1][1]);
        to_rational(w, p->knot[k][0]);
        mpq_sub(w, x, w);
        mpq_set_si(y, 1, 10);
        mpq_mul(w, w, y);
        mpq_sub(k1, k1, k0);
        mpq_mul(k1, k1, w);
        mpq_add(y, k0, k1);
    }
    mpq_clears(k0, k1, w, NULL);
}

static void score_of(mpq_t y, const part *p, const mpq_t x) {
    mpq_t t, u;
    mpq_inits(t, u, NULL);
    to_rational(t, p->target);
    to_rational(u, p->upper);
    mpq_set_si(y, 1, 1);
    if (p->method == LINES) lines(y, p, x);
    if (p->method == UP || (p->method == INSIDE && mpq_cmp(x, t) < 0)) mpq_div(y, x, t);
    if (p->method == DOWN && mpq_sgn(x) > 0) mpq_div(y, t, x);
    if (p->method == INSIDE && mpq_cmp(x, u) > 0) mpq_div(y, u, x);
    if (mpq_cmp_si(y, 1, 1) > 0) mpq_set_si(y, 1, 1);
    if (mpq_sgn(y) < 0) mpq_set_si(y, 0, 1);
    mpq_clears(t, u, NULL);
}

/* Marks are not negative here. */
static int64_t rounded(const mpq_t marks, int rounding) {
    mpz_t whole, rest;
    mpz_inits(whole, rest, NULL);
    mpz_mul_ui(whole, mpq_numref(marks), 100);
    mpz_fdiv_qr(whole, rest, whole, mpq_denref(marks));
    mpz_mul_2exp(rest, rest, 1);
    int half = mpz_cmp(rest, mpq_denref(marks));
    bool odd = mpz_odd_p(whole), any = mpz_sgn(rest) != 0;
    int64_t z = mpz_get_si(whole);
    mpz_clears(whole, rest, NULL);
    bool up = rounding == 0 ? half >= 0 : rounding == 1 ? half > 0 || (half == 0 && odd) : rounding == 2 && any;
    return z + up;
}

typedef struct scored { part part[PARTS]; int rounding; decimal x[ROWS][PARTS]; int64_t marks[ROWS]; } scored;

static void expect_marks(scored *s, int row) {
    mpq_t sum, weight, w, y, x;
    mpq_inits(sum, weight, w, y, x, NULL);
    for (int i = 0; i < PARTS; i++) {
        to_rational(x, s->x[row][i]);
        to_rational(w, s->part[i].weight);
        score_of(y, &s->part[i], x);
        mpq_mul(y, y, w);
        mpq_add(sum, sum, y);
        mpq_add(weight, weight, w);
    }
    mpq_div(sum, sum, weight);
    mpq_set_si(w, 100, 1);
    mpq_mul(sum, sum, w);
    s->marks[row] = rounded(sum, s->rounding);
    mpq_clears(sum, weight, w, y, x, NULL);
}

static void draw_scored(scored *s, gp_buf *plan, gp_buf *data, dice *d) {
    static const char *const ROUNDING[] = {"half_up", "half_even", "up", "down"};
    char text[64];
    s->rounding = between(d, 0, 3);
    gp_buf_printf(plan, "goalpost: 1\nplan: p\ndata: {z: {}, x0: {}, x1: {}, x2: {}}\nscoring: {rounding: %s}\n", ROUNDING[s->rounding]);
    gp_buf_str(plan, "grades: [{at_least: 90, grade: A}, {at_least: 80.01, grade: B}, {at_least: 60, grade: C}, {at_least: 0, grade: D}]\n"
                     "goals:\n  - id: g\n    indicators:\n");
    for (int i = 0; i < PARTS; i++) {
        draw_part(&s->part[i], d);
        print_part(plan, &s->part[i], i);
    }
    gp_buf_str(data, "subject,period,z,z.basis,x0,x1,x2\n");
    for (int row = 0; row < ROWS; row++) {
        gp_buf_printf(data, "S%d,2020,1,%s", row, row & 1 ? "provisional" : "final");
        for (int i = 0; i < PARTS; i++) {
            int places = between(d, 0, 4);
            s->x[row][i] = small(d, -2, 9999, -places);
            print_decimal(text, s->x[row][i], d);
            gp_buf_printf(data, ",%s", text);
        }
        gp_buf_char(data, '\n');
        expect_marks(s, row);
    }
}

static int grade_due(int64_t hundredths) { return hundredths >= 9000 ? 0 : hundredths >= 8001 ? 1 : hundredths >= 6000 ? 2 : 3; }

static long check_marks(dice *d) {
    static scored s;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    t.options = (gp_run_options){0};
    gp_buf_init(&plan, &t.h.arena);
    gp_buf_init(&data, &t.h.arena);
    draw_scored(&s, &plan, &data, d);
    const char *text = gp_text_cstr(&t.h.arena, gp_buf_take(&plan));
    bed_load(&t, text, gp_text_cstr(&t.h.arena, gp_buf_take(&data)));
    t.run = gp_run_new(&t.h.arena, &t.d, t.frame, &t.options);
    assert_non_null(t.run);
    same_when_narrow(&t);
    while (gp_run_block(t.run, &t.block))
        for (size_t i = 0; i < t.block.n; i++) {
            int64_t due = s.marks[t.block.first + i];
            double is = t.block.marks_lo[i];
            if (is == (double)due / 100 && t.block.marks_hi[i] == is && t.block.grade_lo[i] == grade_due(due)) continue;
            fail_msg("row %zu: marks %.17g, due %" PRId64 " hundredths, grade %d; seed %" PRIu64 "\n%s", t.block.first + i, is, due,
                     t.block.grade_lo[i], seed, text);
        }
    DONE(t);
    return ROWS;
}

static void test_marks(void **state) {
    (void)state;
    dice d = {seed ^ 0x5bd1e995};
    long n = 0;
    while (n < runs) n += check_marks(&d);
    print_message("%ld marks and grades\n", n);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_verdicts), cmocka_unit_test(test_marks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

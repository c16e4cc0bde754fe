/* Methods against an oracle in rationals that shares no code with the evaluator: rounded marks of random plans and values, many of them on
 * bounds and ties; the range of an interval against the scores of the values in it; and tighter targets, which never raise a score. GP_RUNS
 * says how many rows, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include <gmp.h>

static uint64_t seed = 20201231;
static long runs = 100000;

/* ---- decimals: mant * 10^-places ---- */

typedef struct decimal { int64_t mant; int places; } decimal;

static decimal small(dice *d, int lo, int hi, int places) { return (decimal){between(d, lo, hi), places}; }

static int64_t ten(int n) {
    int64_t z = 1;
    while (n-- > 0) z *= 10;
    return z;
}

static decimal plus(decimal a, decimal b) {
    int places = a.places > b.places ? a.places : b.places;
    return (decimal){a.mant * ten(places - a.places) + b.mant * ten(places - b.places), places};
}

static void put(gp_buf *out, decimal x) { gp_buf_printf(out, "%" PRId64 "e-%d", x.mant, x.places); }

static void rational(mpq_t q, decimal x) {
    mpq_set_si(q, x.mant, (unsigned long)ten(x.places));
    mpq_canonicalize(q);
}

static int compare(mpq_t x, decimal t) {
    mpq_t q;
    mpq_init(q);
    rational(q, t);
    int sign = mpq_cmp(x, q);
    mpq_clear(q);
    return sign;
}

/* ---- one indicator ---- */

typedef enum method {
    RATIO,
    DEDUCT,
    EVENTS,
    BANDS_VALUE,
    BANDS_RATIO,
    BANDS_GAP,
    PROGRESS,
    PACE,
    EFFICACY,
    STANDARDS,
    GOALPOSTS,
    RANK_OF,
    RANK_STEP,
    RANK_TABLE,
    CURVE,
    METHODS
} method;
static const method LAST_WITH_TARGET = PACE;

typedef struct part {
    method method;
    bool down, strict, in_marks, drawn; /* drawn: the target is the datum t */
    int partial;
    decimal target, step, each, at[3], score[3], marks, weight;
} part;

static void swap(decimal *a, decimal *b) {
    decimal c = *a;
    *a = *b;
    *b = c;
}

/* Two of three scores in order: the first band, or the best standard, has the most. */
static void sort_scores(part *p) {
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < 2; i++)
            if (p->score[i].mant < p->score[i + 1].mant) swap(&p->score[i], &p->score[i + 1]);
}

static void draw_part(part *p, dice *d, method last) {
    memset(p, 0, sizeof *p);
    p->method = (method)between(d, 0, (int)last);
    p->down = between(d, 0, 1) && p->method != PACE;
    p->strict = between(d, 0, 1);
    p->partial = between(d, 0, 2);
    p->target = small(d, 1, 40, between(d, 0, 1));
    p->step = small(d, 1, 9, between(d, 0, 1));
    p->in_marks =
        between(d, 0, 2) == 0 && (p->method == DEDUCT || p->method == EVENTS || (p->method >= BANDS_VALUE && p->method <= BANDS_GAP) ||
                                  p->method == STANDARDS || p->method == RANK_TABLE);
    p->marks = small(d, 1, 30, 0);
    p->weight = small(d, 1, 8, between(d, 0, 1));
    p->each = p->in_marks ? small(d, 0, 40, 1) : small(d, 0, 40, 2);
    p->at[0] = small(d, -5, 20, between(d, 0, 1));
    for (int i = 1; i < 3; i++) p->at[i] = plus(p->at[i - 1], small(d, 1, 15, between(d, 0, 1)));
    for (int i = 0; i < 3; i++) p->score[i] = p->in_marks ? small(d, 0, 99, 1) : small(d, 0, 120, 2);
    if (p->method == STANDARDS || last == LAST_WITH_TARGET) sort_scores(p);
    if (p->method == PROGRESS) p->target = p->down ? p->at[0] : p->at[2];
    if (p->method == RANK_OF) p->step = small(d, 1, 40, 0);
    if (p->method == RANK_STEP) p->step = small(d, 0, 20, 2);
    if (p->method == RANK_TABLE) for (int i = 0; i < 3; i++) p->at[i] = (decimal){(i ? p->at[i - 1].mant : 0) + between(d, 1, 6), 0};
}

static void put_bands(gp_buf *out, const part *p) {
    static const char *const KEYS[] = {"at_least", "more_than", "at_most", "less_than"};
    const char *key = KEYS[2 * p->down + p->strict];
    gp_buf_str(out, "bands: [");
    for (int i = 0; i < 2; i++) {
        gp_buf_printf(out, "{%s: ", key);
        put(out, p->at[p->down ? i : 2 - i]);
        gp_buf_str(out, ", score: ");
        put(out, p->score[i]);
        gp_buf_str(out, "}, ");
    }
    gp_buf_str(out, "{score: ");
    put(out, p->score[2]);
    gp_buf_str(out, "}]");
}

static void put_pairs(gp_buf *out, const part *p, const char *open, const char *mid, const char *close) {
    for (int i = 0; i < 3; i++) {
        gp_buf_printf(out, "%s%s", i ? ", " : "", open);
        put(out, p->at[p->method == STANDARDS && !p->down ? 2 - i : i]);
        gp_buf_str(out, mid);
        put(out, p->score[i]);
        gp_buf_str(out, close);
    }
}

static void put_two(gp_buf *out, const char *a, decimal x, const char *b, decimal y) {
    gp_buf_str(out, a);
    put(out, x);
    gp_buf_str(out, b);
    put(out, y);
}

static void put_score(gp_buf *out, const part *p) {
    static const char *const PARTIAL[] = {"up", "down", "exact"};
    gp_buf_printf(out, "score: {%s", p->in_marks ? "in: marks, " : "");
    switch (p->method) {
    case RATIO: gp_buf_str(out, "method: ratio"); break;
    case DEDUCT:
        gp_buf_printf(out, "method: deduct, partial: %s", PARTIAL[p->partial]);
        put_two(out, ", step: ", p->step, ", each: ", p->each);
        break;
    case EVENTS: gp_buf_str(out, "method: deduct, each: "); put(out, p->each); break;
    case BANDS_VALUE: gp_buf_str(out, "method: bands, "); put_bands(out, p); break;
    case BANDS_RATIO: gp_buf_str(out, "method: bands, over: ratio, "); put_bands(out, p); break;
    case BANDS_GAP: gp_buf_str(out, "method: bands, over: gap, "); put_bands(out, p); break;
    case EFFICACY:
        put_two(out, "method: efficacy, satisfactory: ", p->at[p->down ? 0 : 2], ", unacceptable: ", p->at[p->down ? 2 : 0]);
        break;
    case STANDARDS: gp_buf_str(out, "method: efficacy_bands, knots: ["); put_pairs(out, p, "[", ", ", "]"); gp_buf_char(out, ']'); break;
    case GOALPOSTS: put_two(out, "method: goalposts, lo: ", p->at[p->down ? 2 : 0], ", hi: ", p->at[p->down ? 0 : 2]); break;
    case PROGRESS: gp_buf_str(out, "method: progress, baseline: "); put(out, p->at[1]); break;
    case PACE: gp_buf_str(out, "method: pace"); break;
    case RANK_OF: gp_buf_str(out, "method: rank, of: "); put(out, p->step); break;
    case RANK_STEP: gp_buf_str(out, "method: rank, step: "); put(out, p->step); break;
    default: gp_buf_str(out, "method: rank, ranks: {"); put_pairs(out, p, "", ": ", ""); gp_buf_char(out, '}'); break;
    }
    gp_buf_char(out, '}');
}

static void put_part(gp_buf *out, const part *p, int i) {
    gp_buf_printf(out, "      - {id: i%d, value: x%d, weight: ", i, i);
    put(out, p->weight);
    gp_buf_printf(out, ", %s: ", p->down ? "at_most" : "at_least");
    if (p->drawn) gp_buf_char(out, 't');
    else put(out, p->target);
    if (p->in_marks) {
        gp_buf_str(out, ", marks: ");
        put(out, p->marks);
    }
    gp_buf_str(out, ", ");
    if (p->method == CURVE) gp_buf_str(out, "score: '(x / target) * 0.5 + 0.25'");
    else put_score(out, p);
    gp_buf_str(out, "}\n");
}

static const char *measure_of(const part *p) {
    return p->method == PACE ? "cumulative" : p->method >= RANK_OF && p->method <= RANK_TABLE ? "rank" : "stock";
}

/* ---- the oracle ---- */

/* How far x is on the wrong side of the target. */
static void gap(mpq_t g, const part *p, mpq_t x) {
    rational(g, p->target);
    if (p->down) mpq_sub(g, x, g);
    else mpq_sub(g, g, x);
    if (mpq_sgn(g) < 0) mpq_set_si(g, 0, 1);
}

static void whole(mpq_t n, int partial) {
    if (partial == 2) return;
    mpz_t z;
    mpz_init(z);
    if (partial == 0) mpz_cdiv_q(z, mpq_numref(n), mpq_denref(n));
    else mpz_fdiv_q(z, mpq_numref(n), mpq_denref(n));
    mpq_set_z(n, z);
    mpz_clear(z);
}

/* 1 - each * n */
static void deducted(mpq_t y, const part *p, mpq_t n, decimal each, bool in_marks) {
    mpq_t e;
    mpq_init(e);
    rational(e, each);
    mpq_mul(n, n, e);
    rational(e, p->marks);
    if (in_marks) mpq_div(n, n, e);
    mpq_set_si(y, 1, 1);
    mpq_sub(y, y, n);
    mpq_clear(e);
}

static void named(mpq_t y, const part *p, decimal score) {
    mpq_t m;
    mpq_init(m);
    rational(y, score);
    rational(m, p->marks);
    if (p->in_marks) mpq_div(y, y, m);
    mpq_clear(m);
}

static void banded(mpq_t y, const part *p, mpq_t v) {
    int k = 0;
    for (; k < 2; k++) {
        int sign = compare(v, p->at[p->down ? k : 2 - k]) * (p->down ? -1 : 1);
        if (sign > 0 || (sign == 0 && !p->strict)) break;
    }
    named(y, p, p->score[k]);
}

/* (x - from) / (to - from) */
static void way(mpq_t y, mpq_t x, decimal from, decimal to) {
    mpq_t f, t;
    mpq_inits(f, t, NULL);
    rational(f, from);
    rational(t, to);
    mpq_sub(t, t, f);
    mpq_sub(y, x, f);
    mpq_div(y, y, t);
    mpq_clears(f, t, NULL);
}

/* Standards best first: of the band that is reached, and the share of the way to the next. */
static void standard(mpq_t y, const part *p, mpq_t x) {
    decimal at[3];
    mpq_t next, own;
    for (int i = 0; i < 3; i++) at[i] = p->at[p->down ? i : 2 - i];
    int k = 0;
    while (k < 3 && compare(x, at[k]) * (p->down ? -1 : 1) < 0) k++;
    mpq_set_si(y, 0, 1);
    if (k == 3) return;
    mpq_inits(next, own, NULL);
    named(own, p, p->score[k]);
    if (k > 0) {
        way(y, x, at[k], at[k - 1]);
        named(next, p, p->score[k - 1]);
        mpq_sub(next, next, own);
        mpq_mul(y, y, next);
    }
    mpq_add(y, y, own);
    mpq_clears(next, own, NULL);
}

static void ratio(mpq_t y, const part *p, mpq_t x) {
    mpq_t t;
    mpq_init(t);
    rational(t, p->target);
    if (!p->down || p->method != RATIO) mpq_div(y, x, t);
    else if (mpq_sgn(x) > 0) mpq_div(y, t, x);
    else mpq_set_si(y, 1, 1);
    mpq_clear(t);
}

static void ranked(mpq_t y, const part *p, mpq_t r) {
    int k = 0;
    while (k < 3 && compare(r, p->at[k]) > 0) k++;
    if (k < 3) named(y, p, p->score[k]);
    else mpq_set_si(y, 0, 1);
}

static void line(mpq_t y, long num, unsigned long den, long plus_num, unsigned long plus_den) {
    mpq_t q;
    mpq_init(q);
    mpq_set_si(q, num, den);
    mpq_canonicalize(q);
    mpq_mul(y, y, q);
    mpq_set_si(q, plus_num, plus_den);
    mpq_canonicalize(q);
    mpq_add(y, y, q);
    mpq_clear(q);
}

static void score_of(mpq_t y, const part *p, mpq_t x) {
    static const decimal ONE = {1, 0}, MINUS = {-1, 0};
    mpq_t v, s;
    mpq_inits(v, s, NULL);
    mpq_set(v, x);
    rational(s, p->step);
    switch (p->method) {
    case DEDUCT: gap(v, p, x); mpq_div(v, v, s); whole(v, p->partial); deducted(y, p, v, p->each, p->in_marks); break;
    case EVENTS: deducted(y, p, v, p->each, p->in_marks); break;
    case BANDS_VALUE: banded(y, p, v); break;
    case BANDS_RATIO: ratio(v, p, x); banded(y, p, v); break;
    case BANDS_GAP: gap(v, p, x); banded(y, p, v); break;
    case EFFICACY: way(y, x, p->at[p->down ? 2 : 0], p->at[p->down ? 0 : 2]); line(y, 2, 5, 3, 5); break;
    case STANDARDS: standard(y, p, x); break;
    case GOALPOSTS: way(y, x, p->at[p->down ? 2 : 0], p->at[p->down ? 0 : 2]); break;
    case PROGRESS: way(y, x, p->at[1], p->target); break;
    case RANK_OF: way(y, x, plus(p->step, ONE), ONE); break;
    case RANK_STEP: line(v, 1, 1, MINUS.mant, 1); deducted(y, p, v, p->step, false); break;
    case RANK_TABLE: ranked(y, p, x); break;
    case CURVE: ratio(y, p, x); line(y, 1, 2, 1, 4); break;
    default: ratio(y, p, x); break;
    }
    if (mpq_cmp_si(y, 1, 1) > 0) mpq_set_si(y, 1, 1);
    if (mpq_sgn(y) < 0) mpq_set_si(y, 0, 1);
    mpq_clears(v, s, NULL);
}

/* ---- values: often on a bound, or one digit beside it ---- */

static decimal draw_value(const part *p, dice *d) {
    decimal x = small(d, -99, 9999, between(d, 1, 4));
    int kind = between(d, 0, 9);
    if (kind < 3) x = p->at[kind];
    if (kind == 3) x = p->target;
    if (kind == 4) { /* a step of the target, or a share of it */
        decimal steps = p->step;
        steps.mant *= between(d, -9, 9);
        x = plus(p->target, steps);
    }
    if (kind == 5) x = (decimal){p->target.mant * p->at[1].mant, p->target.places + p->at[1].places};
    if (kind < 6 && between(d, 0, 2) == 0) x = plus(x, (decimal){between(d, 0, 1) ? 1 : -1, between(d, 1, 9)});
    return x;
}

static bed *load(bed *t, gp_buf *plan, gp_buf *data, const char **text) {
    *text = gp_text_cstr(&t->h.arena, gp_buf_take(plan));
    bed_load(t, *text, gp_text_cstr(&t->h.arena, gp_buf_take(data)));
    t->run = gp_run_new(&t->h.arena, &t->d, t->frame, &t->options);
    if (!t->run) bed_show(t);
    assert_non_null(t->run);
    same_when_narrow(t);
    return t;
}

static void begin(bed *t, gp_buf *plan, gp_buf *data) {
    t->options = (gp_run_options){0};
    gp_buf_init(plan, &t->h.arena);
    gp_buf_init(data, &t->h.arena);
}

/* ---- rounded marks ---- */

enum { PARTS = 3, ROWS = 1000 };
typedef struct batch { part part[PARTS]; decimal x[ROWS][PARTS]; int64_t due[ROWS]; } batch;

/* Half up, of marks that are not negative. */
static int64_t hundredths(mpq_t marks) {
    mpz_t z;
    mpz_init(z);
    mpz_mul_ui(z, mpq_numref(marks), 200);
    mpz_add(z, z, mpq_denref(marks));
    mpz_mul_2exp(mpq_denref(marks), mpq_denref(marks), 1);
    mpz_fdiv_q(z, z, mpq_denref(marks));
    int64_t h = mpz_get_si(z);
    mpz_clear(z);
    return h;
}

static void expect(batch *b, int row) {
    mpq_t sum, weight, w, y, x;
    mpq_inits(sum, weight, w, y, x, NULL);
    for (int i = 0; i < PARTS; i++) {
        rational(x, b->x[row][i]);
        rational(w, b->part[i].weight);
        score_of(y, &b->part[i], x);
        mpq_mul(y, y, w);
        mpq_add(sum, sum, y);
        mpq_add(weight, weight, w);
    }
    mpq_div(sum, sum, weight);
    line(sum, 100, 1, 0, 1);
    b->due[row] = hundredths(sum);
    mpq_clears(sum, weight, w, y, x, NULL);
}

static void draw_batch(batch *b, gp_buf *plan, gp_buf *data, dice *d) {
    gp_buf_str(plan, "goalpost: 1\nplan: p\ndata:\n  z: {}\n");
    for (int i = 0; i < PARTS; i++) {
        draw_part(&b->part[i], d, METHODS - 1);
        gp_buf_printf(plan, "  x%d: {measure: %s}\n", i, measure_of(&b->part[i]));
    }
    gp_buf_str(plan, "goals:\n  - id: g\n    indicators:\n");
    for (int i = 0; i < PARTS; i++) put_part(plan, &b->part[i], i);
    gp_buf_str(data, "subject,period,z,z.basis,x0,x1,x2\n");
    for (int row = 0; row < ROWS; row++) {
        gp_buf_printf(data, "S%d,2020,1,%s", row, row & 1 ? "provisional" : "final");
        for (int i = 0; i < PARTS; i++) {
            b->x[row][i] = draw_value(&b->part[i], d);
            gp_buf_char(data, ',');
            put(data, b->x[row][i]);
        }
        gp_buf_char(data, '\n');
        expect(b, row);
    }
}

static void check_batch(dice *d) {
    static batch b;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    const char *text;
    begin(&t, &plan, &data);
    draw_batch(&b, &plan, &data, d);
    load(&t, &plan, &data, &text);
    while (gp_run_block(t.run, &t.block))
        for (size_t i = 0; i < t.block.n; i++) {
            size_t row = t.block.first + i;
            double is = t.block.marks_lo[i], due = (double)b.due[row] / 100;
            if (is == due && t.block.marks_hi[i] == is) continue;
            for (int k = 0; k < PARTS; k++) print_message("x%d = %" PRId64 "e-%d\n", k, b.x[row][k].mant, b.x[row][k].places);
            fail_msg("row %zu: marks %.17g to %.17g, due %.17g; seed %" PRIu64 "\n%s", row, is, t.block.marks_hi[i], due, seed, text);
        }
    DONE(t);
}

static void test_marks(void **state) {
    (void)state;
    dice d = {seed};
    long n = 0;
    for (; n < runs; n += ROWS) check_batch(&d);
    print_message("%ld rounded marks\n", n);
}

/* ---- ranges ---- */

enum { INTERVALS = 100, STEPS = 130 };
typedef struct span { decimal lo, hi; bool lo_open, hi_open, no_lo, no_hi; } span;
typedef struct image { double lo, hi; } image;

static span draw_span(const part *p, dice *d) {
    span s = {.lo = draw_value(p, d), .lo_open = between(d, 0, 1), .hi_open = between(d, 0, 1)};
    s.hi = plus(s.lo, small(d, 1, 300, between(d, 0, 2)));
    int kind = between(d, 0, 7);
    s.no_lo = kind == 0;
    s.no_hi = kind == 1;
    return s;
}

static void put_span(gp_buf *out, const span *s) {
    gp_buf_char(out, '"');
    if (s->no_hi) gp_buf_str(out, s->lo_open ? "> " : ">= ");
    else if (s->no_lo) gp_buf_str(out, s->hi_open ? "< " : "<= ");
    else gp_buf_char(out, s->lo_open ? '(' : '[');
    if (!s->no_lo) put(out, s->lo);
    if (!s->no_lo && !s->no_hi) gp_buf_str(out, ", ");
    if (!s->no_hi) put(out, s->hi);
    if (!s->no_lo && !s->no_hi) gp_buf_char(out, s->hi_open ? ')' : ']');
    gp_buf_char(out, '"');
}

static bool within(const span *s, mpq_t x) {
    int low = s->no_lo ? 1 : compare(x, s->lo), high = s->no_hi ? -1 : compare(x, s->hi);
    return (low > 0 || (low == 0 && !s->lo_open)) && (high < 0 || (high == 0 && !s->hi_open));
}

static void take_value(image *out, const part *p, mpq_t x) {
    mpq_t y;
    mpq_init(y);
    score_of(y, p, x);
    out->lo = fmin(out->lo, mpq_get_d(y));
    out->hi = fmax(out->hi, mpq_get_d(y));
    mpq_clear(y);
}

/* A value and its closest neighbours, where they lie within. */
static void take(image *out, const part *p, const span *s, decimal at) {
    mpq_t x;
    mpq_init(x);
    for (int side = -1; side <= 1; side++) {
        rational(x, plus(at, (decimal){side, 11}));
        if (within(s, x)) take_value(out, p, x);
    }
    mpq_clear(x);
}

static void take_far(image *out, const part *p, long sign) {
    mpq_t x;
    mpq_init(x);
    mpq_set_si(x, sign * 1000000000000000, 1);
    take_value(out, p, x);
    mpq_clear(x);
}

/* Scores at the ends, at every place where a method can turn or jump, and at some places between. */
static image image_of(const part *p, const span *s, dice *d) {
    image out = {INFINITY, -INFINITY};
    if (s->no_lo) take_far(&out, p, -1);
    else take(&out, p, s, s->lo);
    if (s->no_hi) take_far(&out, p, 1);
    else take(&out, p, s, s->hi);
    for (int i = 0; i < 3; i++) {
        take(&out, p, s, p->at[i]);
        decimal over = {p->target.mant * p->at[i].mant, p->target.places + p->at[i].places}, back = p->at[i];
        take(&out, p, s, over);
        back.mant = -back.mant;
        take(&out, p, s, plus(p->target, p->down ? p->at[i] : back));
    }
    take(&out, p, s, p->target);
    take(&out, p, s, (decimal){0, 0});
    for (int k = 0; k < STEPS && p->method == DEDUCT; k++) {
        decimal at = p->step;
        at.mant *= p->down ? k : -k;
        take(&out, p, s, plus(p->target, at));
    }
    for (int k = 0; k < 5; k++) take(&out, p, s, plus(s->no_lo ? s->hi : s->lo, (decimal){between(d, -300, 300), 2}));
    return out;
}

static void check_ranges(dice *d) {
    static span spans[INTERVALS];
    part p;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    const char *text;
    begin(&t, &plan, &data);
    draw_part(&p, d, METHODS - 1);
    gp_buf_printf(&plan, "goalpost: 1\nplan: p\ndata: {x0: {measure: %s}}\ngoals:\n  - id: g\n    indicators:\n", measure_of(&p));
    put_part(&plan, &p, 0);
    gp_buf_str(&data, "subject,period,x0\n");
    for (int i = 0; i < INTERVALS; i++) {
        spans[i] = draw_span(&p, d);
        gp_buf_printf(&data, "S%d,2020,", i);
        put_span(&data, &spans[i]);
        gp_buf_char(&data, '\n');
    }
    load(&t, &plan, &data, &text);
    assert_true(gp_run_block(t.run, &t.block));
    for (int i = 0; i < INTERVALS; i++) {
        image due = image_of(&p, &spans[i], d);
        double lo = t.block.score_lo[i], hi = t.block.score_hi[i];
        if (fabs(lo - due.lo) < 1e-8 && fabs(hi - due.hi) < 1e-8) continue;
        gp_buf what;
        gp_buf_init(&what, &t.h.arena);
        put_span(&what, &spans[i]);
        gp_text span_text = gp_buf_take(&what);
        fail_msg("%.*s has scores from %.12g to %.12g, due %.12g to %.12g; seed %" PRIu64 "\n%s", GP_ARG(span_text), lo, hi, due.lo, due.hi,
                 seed, text);
    }
    DONE(t);
}

static void test_ranges(void **state) {
    (void)state;
    dice d = {seed ^ 0x5bd1e995};
    long n = 0;
    for (; n < runs / 5; n += INTERVALS) check_ranges(&d);
    print_message("%ld ranges\n", n);
}

/* ---- tighter targets ---- */

static void check_tighter(dice *d) {
    part p;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    const char *text;
    begin(&t, &plan, &data);
    draw_part(&p, d, LAST_WITH_TARGET);
    p.drawn = true;
    if ((p.method == BANDS_RATIO && p.down) || p.method == BANDS_GAP) p.down = p.method == BANDS_GAP; /* bands of a gap are better below */
    gp_buf_printf(&plan, "goalpost: 1\nplan: p\ndata: {x0: {measure: %s}, t: {}}\ngoals:\n  - id: g\n    indicators:\n", measure_of(&p));
    put_part(&plan, &p, 0);
    gp_buf_str(&data, "subject,period,x0,t\n");
    for (int i = 0; i < INTERVALS; i++) {
        decimal x = draw_value(&p, d), target = plus(p.target, small(d, 0, 9, between(d, 0, 3))), more = small(d, 1, 99, between(d, 0, 6));
        if (p.method == BANDS_RATIO && x.mant < 0) x.mant = -x.mant; /* a larger target is a smaller share of what is positive */
        if (p.down && p.method != PROGRESS) target = plus(target, (decimal){100, 0});
        if (p.down && p.method == PROGRESS) target = p.target;
        if (p.down) more.mant = -more.mant;
        for (int k = 0; k < 2; k++) {
            gp_buf_printf(&data, "S%d_%d,2020,", i, k);
            put(&data, x);
            gp_buf_char(&data, ',');
            put(&data, k ? plus(target, more) : target);
            gp_buf_char(&data, '\n');
        }
    }
    load(&t, &plan, &data, &text);
    assert_true(gp_run_block(t.run, &t.block));
    for (size_t i = 0; i < t.block.n; i += 2)
        if (!(t.block.score_lo[i + 1] <= t.block.score_lo[i] + 1e-12))
            fail_msg("pair %zu: %.17g, tighter %.17g; seed %" PRIu64 "\n%s", i / 2, t.block.score_lo[i], t.block.score_lo[i + 1], seed,
                     text);
    DONE(t);
}

static void test_tighter(void **state) {
    (void)state;
    dice d = {seed ^ 0xc2b2ae35};
    long n = 0;
    for (; n < runs / 2; n += INTERVALS) check_tighter(&d);
    print_message("%ld tighter targets\n", n);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_marks), cmocka_unit_test(test_ranges), cmocka_unit_test(test_tighter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

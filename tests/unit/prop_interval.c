/* What an interval may say: nothing that one of its points would contradict. Random expressions over open-ended, partial and provisional
 * data:
 * widening a value decides nothing, every point within gives the verdict that was decided and a score within the range, and a final verdict
 * stands whatever the data that are not final turn out to be. GP_RUNS says how many comparisons, GP_SEED repeats a run; the seed is
 * printed. */
#include "dice.h"
#include "eval_bed.h"


static uint64_t seed = 20201231;
static long runs = 100000;

/* ---- data: intervals in tenths ---- */

enum { VARS = 5, PLAIN = 3 /* the others are cumulative */, FAR = 1000, SAMPLES = 4, GROUPS = 60, GROUP = 2 + SAMPLES, INDICATORS = 6 };

typedef struct value {
    int lo, hi; /* -FAR, FAR: without end */
    bool lo_open, hi_open, missing;
    const char *basis, *covers; /* NULL: final, the period */
} value;

static value draw_value(dice *d, int var) {
    static const char *const BASES[] = {"provisional", "estimated", "forecast", "asserted"};
    value v = {.lo = between(d, -30, 30)};
    v.hi = v.lo;
    int kind = between(d, 0, 9);
    if (kind == 0) v.missing = true;
    if (kind == 1) v.hi = FAR;
    if (kind == 2) v.lo = -FAR;
    if (kind == 3 || kind == 4) v.hi = v.lo + between(d, 1, 20);
    v.lo_open = v.lo == -FAR || (v.lo != v.hi && between(d, 0, 1));
    v.hi_open = v.hi == FAR || (v.lo != v.hi && between(d, 0, 1));
    if (between(d, 0, 2) == 0) v.basis = BASES[between(d, 0, 3)];
    if (between(d, 0, 3) == 0 && v.lo == v.hi) v.covers = var >= PLAIN || between(d, 0, 1) ? "2020-01/2020-09" : "2019";
    return v;
}

static void print_tenths(gp_buf *out, int x) { gp_buf_printf(out, "%s%d.%d", x < 0 ? "-" : "", abs(x) / 10, abs(x) % 10); }

static void print_value(gp_buf *out, const value *v) {
    if (v->missing) return;
    gp_buf_char(out, '"');
    if (v->lo == v->hi) print_tenths(out, v->lo);
    else if (v->hi == FAR) {
        gp_buf_str(out, v->lo_open ? "> " : ">= ");
        print_tenths(out, v->lo);
    } else if (v->lo == -FAR) {
        gp_buf_str(out, v->hi_open ? "< " : "<= ");
        print_tenths(out, v->hi);
    } else {
        gp_buf_char(out, v->lo_open ? '(' : '[');
        print_tenths(out, v->lo);
        gp_buf_str(out, ", ");
        print_tenths(out, v->hi);
        gp_buf_char(out, v->hi_open ? ')' : ']');
    }
    gp_buf_char(out, '"');
}

static void print_row(gp_buf *out, const value *v, int row) {
    gp_buf_printf(out, "S%d,2020", row);
    for (int i = 0; i < VARS; i++) {
        gp_buf_char(out, ',');
        print_value(out, &v[i]);
        gp_buf_printf(out, ",%s,%s", v[i].basis && !v[i].missing ? v[i].basis : "", v[i].covers && !v[i].missing ? v[i].covers : "");
    }
    gp_buf_char(out, '\n');
}

static bool grows(const value *v, int var) { return var >= PLAIN && v->covers; }

/* One of the values of the interval, final. A cumulative value over part of the period is at least what it is by then. */
static value draw_point(const value *v, int var, dice *d) {
    int lo = v->missing || v->lo == -FAR ? (v->missing ? 0 : v->hi) - 40 : v->lo,
        hi = v->missing || v->hi == FAR || grows(v, var) ? lo + 80 : v->hi;
    bool low = v->lo_open && v->lo != -FAR && !v->missing, high = v->hi_open && v->hi != FAR && !v->missing && !grows(v, var);
    int at = between(d, 0, 3) == 0 ? lo : between(d, 0, 3) == 0 ? hi : between(d, lo, hi);
    if (low && at == lo) at++;
    if (high && at == hi) at--;
    if (at < lo || (low && at == lo)) return *v; /* nothing in tenths lies within: the interval itself */
    return (value){.lo = at, .hi = at};
}

/* What replaces a value when the data are final: itself, or anything where it is not final. */
static value draw_replacement(const value *v, int var, dice *d) {
    bool stated_final = !v->basis, final = stated_final && !v->covers;
    if (v->missing || final || (stated_final && grows(v, var))) return draw_point(v, var, d);
    int at = between(d, -60, 60);
    return (value){.lo = at, .hi = at};
}

static value widened(const value *v, int var, dice *d) {
    value w = *v;
    if (w.missing || grows(v, var)) return w;
    int how = between(d, 0, 3);
    if (w.lo != -FAR && how != 0) w.lo = how == 1 ? -FAR : w.lo - between(d, 1, 9);
    if (w.hi != FAR && how != 1) w.hi = how == 0 ? FAR : w.hi + between(d, 1, 9);
    if (w.lo == -FAR && w.hi == FAR) w.hi = v->hi == FAR ? -FAR : v->hi + 1; /* both ends gone cannot be written */
    if (w.lo == -FAR && w.hi == -FAR) return *v;
    w.lo_open = w.lo == -FAR || (w.lo == v->lo && v->lo_open);
    w.hi_open = w.hi == FAR || (w.hi == v->hi && v->hi_open);
    return w;
}

/* ---- expressions ---- */

static void print_expr(gp_buf *out, dice *d, int depth);

static void print_truth(gp_buf *out, dice *d, int depth) {
    static const char *const SIGN[] = {" > ", " >= ", " < ", " <= ", " == ", " ~= "};
    int how = depth > 0 ? between(d, 0, 4) : 4;
    if (how == 0) gp_buf_str(out, "not ");
    gp_buf_char(out, '(');
    if (how == 1 || how == 2) print_truth(out, d, depth - 1);
    else print_expr(out, d, depth - 1);
    gp_buf_str(out, how == 1 ? " and " : how == 2 ? " or " : SIGN[between(d, 0, 5)]);
    if (how == 1 || how == 2) print_truth(out, d, depth - 1);
    else print_expr(out, d, depth - 1);
    gp_buf_char(out, ')');
}

static void print_call(gp_buf *out, dice *d, int depth, const char *name, int n) {
    gp_buf_printf(out, "%s(", name);
    if (strcmp(name, "if_else") == 0) {
        print_truth(out, d, depth - 1);
        gp_buf_str(out, ", ");
    }
    for (int i = 0; i < n; i++) {
        if (i) gp_buf_str(out, ", ");
        print_expr(out, d, depth - 1);
    }
    gp_buf_char(out, ')');
}

static void print_expr(gp_buf *out, dice *d, int depth) {
    static const char *const SIGN[] = {" + ", " - ", " * ", " / "};
    static const struct {
        const char *name;
        int n;
    } CALLS[] = {{"min", 2}, {"max", 2}, {"abs", 1}, {"if_else", 2}, {"floor", 1}, {"clamp", 3}, {"sqrt", 1}, {"-", 1}};
    if (depth <= 0 || between(d, 0, 5) == 0) {
        if (between(d, 0, 4)) gp_buf_printf(out, "v%d", between(d, 0, VARS - 1));
        else print_tenths(out, between(d, 0, 30));
        return;
    }
    if (between(d, 0, 2) == 0) {
        int k = between(d, 0, (int)GP_COUNT(CALLS) - 1);
        print_call(out, d, depth, CALLS[k].name, CALLS[k].n);
        return;
    }
    gp_buf_char(out, '(');
    print_expr(out, d, depth - 1);
    if (between(d, 0, 7) == 0) gp_buf_str(out, between(d, 0, 1) ? ") ^ 2" : ") ^ -1");
    else {
        gp_buf_str(out, SIGN[between(d, 0, 3)]);
        print_expr(out, d, depth - 1);
        gp_buf_char(out, ')');
    }
}

static void print_indicator(gp_buf *out, dice *d, int i) {
    static const char *const CRITERIA[] = {"at_least", "at_most", "more_than", "less_than", "exactly", "not", "between"};
    int t = between(d, 1, 60);
    gp_buf_printf(out, "      - {id: i%d, value: '", i);
    print_expr(out, d, between(d, 1, 3));
    gp_buf_str(out, "', ");
    const char *criterion = CRITERIA[between(d, 0, (int)GP_COUNT(CRITERIA) - 1)];
    gp_buf_printf(out, "%s: %s%d.%d%s", criterion, criterion[0] == 'b' ? "[" : "", t / 10, t % 10, criterion[0] == 'b' ? ", 9]" : "");
    if (between(d, 0, 3) == 0) gp_buf_str(out, ", score: {method: interpolate, knots: [[0, 0], [1, 0.9], [1, 0.4], [3, 0.6], [5, 0.2]]}");
    if (between(d, 0, 3) == 0) {
        gp_buf_str(out, ", applies: '");
        print_truth(out, d, 1);
        gp_buf_char(out, '\'');
    }
    gp_buf_str(out, "}\n");
}

static void print_plan(gp_buf *out, dice *d) {
    static const char *const REQUIRE[] = {"all", "any", "2", "3"};
    gp_buf_str(out, "goalpost: 1\nplan: p\ndata:\n");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, "  v%d: {measure: %s}\n", i, i < PLAIN ? "stock" : "cumulative");
    gp_buf_printf(out, "goals:\n  - id: g\n    require: %s\n    indicators:\n", REQUIRE[between(d, 0, 3)]);
    for (int i = 0; i < INDICATORS; i++) print_indicator(out, d, i);
}

/* ---- a group of rows: the data, one value of them widened, points within them ---- */

typedef struct said_row { uint8_t verdict[INDICATORS + 2], final[INDICATORS + 2]; double lo[INDICATORS + 2], hi[INDICATORS + 2]; } said_row;
static const int NODES = INDICATORS + 2;

static bool decided(uint8_t v) { return v == GP_MET || v == GP_UNMET; }

typedef struct check { const said_row *base, *other; const char *what, *plan; gp_text data; int row; } check;

static void contradicts(const check *c, int k, const char *why) {
    const char *line = c->data.s;
    print_message("%s\n", c->plan);
    for (int n = 0; n < 1 + c->row + GROUP && line; n++, line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
        if (n == 0 || n > c->row - c->row % GROUP) print_message("%.*s\n", (int)strcspn(line, "\n"), line);
    fail_msg("row %d, node %d: %s: %s beside %s, score %.17g..%.17g beside %.17g..%.17g; %s; seed %" PRIu64, c->row, k, c->what,
             gp_verdict_name(c->base->verdict[k]), gp_verdict_name(c->other->verdict[k]), c->base->lo[k], c->base->hi[k], c->other->lo[k],
             c->other->hi[k], why, seed);
}

/* A widened row decides only what the narrow one does. */
static void check_widened(const check *c) {
    for (int k = 0; k < NODES; k++)
        if (decided(c->other->verdict[k]) && c->other->verdict[k] != c->base->verdict[k]) contradicts(c, k, "widening decided");
}

static bool within(double lo, double hi, double at) { return at >= lo - 1e-9 && at <= hi + 1e-9; }

static void check_point(const check *c) {
    for (int k = 0; k < NODES; k++) {
        if (decided(c->base->verdict[k]) && c->other->verdict[k] != c->base->verdict[k])
            contradicts(c, k, "a point within gives another verdict");
        bool both = !isnan(c->base->lo[k]) && !isnan(c->other->lo[k]) && k > 1; /* of leaves: what does not apply changes a mean */
        if (both && !(within(c->base->lo[k], c->base->hi[k], c->other->lo[k]) && within(c->base->lo[k], c->base->hi[k], c->other->hi[k])))
            contradicts(c, k, "the score of a point lies outside");
    }
}

static void check_final(const check *c) {
    for (int k = 0; k < NODES; k++)
        if (c->base->final[k] && c->other->verdict[k] != c->base->verdict[k]) contradicts(c, k, "final did not stand");
}

typedef struct rows { value v[GROUPS * GROUP * 2][VARS]; said_row said[GROUPS * GROUP * 2]; int n; } rows;

/* Twice: once with points within what is stated, once with anything where it is not final. */
static void draw_group(rows *r, dice *d, bool replace) {
    value *base = r->v[r->n];
    for (int i = 0; i < VARS; i++) base[i] = draw_value(d, i);
    memcpy(r->v[r->n + 1], base, sizeof r->v[0]);
    int wide = between(d, 0, VARS - 1);
    r->v[r->n + 1][wide] = widened(&base[wide], wide, d);
    for (int s = 2; s < GROUP; s++)
        for (int i = 0; i < VARS; i++) r->v[r->n + s][i] = replace ? draw_replacement(&base[i], i, d) : draw_point(&base[i], i, d);
    r->n += GROUP;
}

static void take_block(rows *r, bed *t) {
    gp_case_result c;
    gp_arena scratch;
    gp_arena_init(&scratch, &t->h.mem);
    for (size_t i = 0; i < t->block.n; i++) {
        said_row *s = &r->said[t->block.first + i];
        gp_run_case(&c, t->run, &scratch, i);
        for (int k = 0; k < NODES; k++) {
            s->verdict[k] = (uint8_t)c.rows[k].verdict;
            s->final[k] = c.rows[k].final;
            s->lo[k] = c.rows[k].score.lo;
            s->hi[k] = c.rows[k].score.hi;
        }
        gp_arena_fini(&scratch);
    }
}

static long check_rows(const rows *r, const char *plan, gp_text data) {
    for (int g = 0; g < r->n; g += GROUP) {
        bool replaced = (g / GROUP) & 1;
        check c = {&r->said[g], &r->said[g + 1], "widened", plan, data, g + 1};
        check_widened(&c);
        for (int s = 2; s < GROUP; s++) {
            c = (check){&r->said[g], &r->said[g + s], replaced ? "replaced" : "sampled", plan, data, g + s};
            if (replaced) check_final(&c);
            else check_point(&c);
        }
    }
    return (long)r->n * NODES;
}

static long check_plan(dice *d) {
    static rows r;
    bed t;
    TEST_HEAP(t.h);
    gp_buf plan, data;
    t.options = (gp_run_options){0};
    gp_buf_init(&plan, &t.h.arena);
    gp_buf_init(&data, &t.h.arena);
    print_plan(&plan, d);
    r.n = 0;
    gp_buf_str(&data, "subject,period");
    for (int i = 0; i < VARS; i++) gp_buf_printf(&data, ",v%d,v%d.basis,v%d.covers", i, i, i);
    gp_buf_char(&data, '\n');
    for (int g = 0; g < GROUPS; g++) draw_group(&r, d, g & 1);
    for (int row = 0; row < r.n; row++) print_row(&data, r.v[row], row);
    const char *text = gp_text_cstr(&t.h.arena, gp_buf_take(&plan));
    gp_text values = gp_buf_take(&data);
    bed_load(&t, text, gp_text_cstr(&t.h.arena, values));
    t.run = gp_run_new(&t.h.arena, &t.d, t.frame, &t.options);
    assert_non_null(t.run);
    same_when_narrow(&t);
    while (gp_run_block(t.run, &t.block)) take_block(&r, &t);
    long n = check_rows(&r, text, values);
    DONE(t);
    return n;
}

static void test_intervals(void **state) {
    (void)state;
    dice d = {seed};
    long n = 0;
    while (n < runs) n += check_plan(&d);
    print_message("%ld comparisons\n", n);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_intervals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

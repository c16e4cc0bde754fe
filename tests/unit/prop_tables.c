/* Decision tables against a brute-force reading of their rows: random tables of intervals, comparisons, lists and negations over
 * numbers, texts, stages and truth values, evaluated on inputs at, under and over every edge, in both kernels; and what loading says of
 * gaps and overlaps against all inputs of a grid. GP_RUNS says how many inputs, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"


static uint64_t seed = 20261126;
static long runs = 100000;

/* The names, and their inputs: numbers in halves from -1 to 10 (so that each edge has neighbours), words, stages, truth values. */
enum { NUM, OTHER, WORD, STAGE, TRUTH, NAMES, ROWS = 5, ITEMS = 3 };
static const char *const NAME[] = {"n", "m", "w", "s", "t"};
static const int INPUTS[] = {23, 23, 4, 3, 2};
static const char *const WORDS[] = {"A", "B", "C", "Z"}; /* Z stands in no table */
static const char *const STAGES[] = {"idle", "draft", "done"};

typedef struct item { int lo, hi; bool lo_open, hi_open; } item; /* in the inputs' own steps; of words lo alone */
typedef struct cond { bool given, negated; int n; item items[ITEMS]; } cond;
typedef struct row { cond conds[NAMES]; int then; } row;
typedef enum policy { UNIQUE, ANY, FIRST, PRIORITY, SUM, MIN, MAX, COUNT, POLICIES } policy;
static const char *const POLICY[] = {"unique", "any", "first", "priority", "sum", "min", "max", "count"};
typedef struct table { policy hit; int nrows; row rows[ROWS]; int priority[4]; bool numbers; } table;

/* ---- drawing ---- */

enum { FAR = 1000 };

static item draw_item(dice *d, int name) {
    if (name == WORD) return (item){.lo = between(d, 0, 2)};
    if (name == TRUTH) return (item){.lo = between(d, 0, 1)};
    if (name == STAGE) {
        int at = between(d, 0, 2), how = between(d, 0, 2);
        return how == 0 ? (item){at, at, false, false} : how == 1 ? (item){at, FAR, false, true} : (item){-FAR, at, true, between(d, 0, 1)};
    }
    int a = 2 * between(d, 0, 4) + 2, b = a + 2 * between(d, 0, 3), how = between(d, 0, 4);
    if (how == 0) return (item){a, a, false, false};
    if (how == 1) return (item){a, FAR, between(d, 0, 1), true};
    if (how == 2) return (item){-FAR, a, true, between(d, 0, 1)};
    return a == b ? (item){a, b, false, false} : (item){a, b, between(d, 0, 1), between(d, 0, 1)};
}

static void draw_cond(cond *c, dice *d, int name) {
    *c = (cond){.given = between(d, 0, 2) == 0};
    if (!c->given) return;
    c->n = between(d, 0, 2) ? 1 : between(d, 2, ITEMS);
    if (name == TRUTH) c->n = 1;
    for (int i = 0; i < c->n; i++) c->items[i] = draw_item(d, name);
    c->negated = c->n == 1 && between(d, 0, 5) == 0;
}

static void draw_table(table *t, dice *d) {
    *t = (table){.hit = (policy)between(d, 0, POLICIES - 1), .nrows = between(d, 1, ROWS)};
    for (int i = 0; i < t->nrows; i++) {
        for (int k = 0; k < NAMES; k++) draw_cond(&t->rows[i].conds[k], d, k);
        t->rows[i].then = between(d, 1, 4);
    }
    for (int i = 0; i < 4; i++) t->priority[i] = i + 1;
    for (int i = 3; i > 0; i--) {
        int j = between(d, 0, i), swap = t->priority[i];
        t->priority[i] = t->priority[j];
        t->priority[j] = swap;
    }
}

/* ---- writing ---- */

static void put_number_of(gp_buf *b, int step) { gp_buf_printf(b, "%s%d%s", step == 1 ? "-" : "", (step - 2) / 2, step % 2 ? ".5" : ""); }

static void put_edge(gp_buf *b, int name, int at) {
    if (name == STAGE) gp_buf_str(b, STAGES[at]);
    else put_number_of(b, at);
}

static void put_item(gp_buf *b, int name, const item *x) {
    if (name == WORD) gp_buf_str(b, WORDS[x->lo]);
    else if (name == TRUTH) gp_buf_str(b, x->lo ? "true" : "false");
    else if (x->lo == -FAR || x->hi == FAR) {
        bool low = x->hi == FAR;
        gp_buf_printf(b, "%s%s ", low ? ">" : "<", (low ? x->lo_open : x->hi_open) ? "" : "=");
        put_edge(b, name, low ? x->lo : x->hi);
    } else if (x->lo == x->hi) put_edge(b, name, x->lo);
    else {
        gp_buf_char(b, x->lo_open ? '(' : '[');
        put_edge(b, name, x->lo);
        gp_buf_str(b, ", ");
        put_edge(b, name, x->hi);
        gp_buf_char(b, x->hi_open ? ')' : ']');
    }
}

static void put_cond(gp_buf *b, int name, const cond *c) {
    gp_buf_printf(b, "%s: ", NAME[name]);
    if (c->n > 1) gp_buf_char(b, '[');
    for (int i = 0; i < c->n; i++) {
        gp_buf_printf(b, "%s\"%s", i ? ", " : "", c->negated ? "not " : "");
        put_item(b, name, &c->items[i]);
        gp_buf_char(b, '"');
    }
    if (c->n > 1) gp_buf_char(b, ']');
}

static void put_rows(gp_buf *b, const table *t) {
    for (int i = 0; i < t->nrows; i++) {
        gp_buf_str(b, i ? ", {when: {" : "{when: {");
        bool begun = false;
        for (int k = 0; k < NAMES; k++) {
            if (!t->rows[i].conds[k].given) continue;
            if (begun) gp_buf_str(b, ", ");
            begun = true;
            put_cond(b, k, &t->rows[i].conds[k]);
        }
        gp_buf_char(b, '}');
        if (t->hit != COUNT) gp_buf_printf(b, ", then: %d", t->rows[i].then);
        gp_buf_char(b, '}');
    }
}

static bool gives(const table *t, int outcome) {
    for (int i = 0; i < t->nrows; i++)
        if (t->rows[i].then == outcome) return true;
    return false;
}

static void put_plan(gp_buf *b, const table *t) {
    gp_buf_str(b, "goalpost: 1\nplan: p\nperiod: 2020\ndata:\n  n: {range: [-1, 10]}\n  m: {range: [-1, 10]}\n  w: {type: text}\n"
                  "  s: {stages: [idle, draft, done]}\n  t: {type: bool}\n  zz: {}\nderive:\n  out:\n    table:\n");
    gp_buf_printf(b, "      hit: %s\n", POLICY[t->hit]);
    if (t->hit == PRIORITY) {
        bool begun = false;
        gp_buf_str(b, "      priority: [");
        for (int i = 0; i < 4; i++) {
            if (!gives(t, t->priority[i])) continue;
            gp_buf_printf(b, "%s%d", begun ? ", " : "", t->priority[i]);
            begun = true;
        }
        gp_buf_str(b, "]\n");
    }
    gp_buf_str(b, "      rows: [");
    put_rows(b, t);
    gp_buf_str(b, "]\ngoals: [{id: g, indicators: [{id: i, value: out, at_least: 0}]}]\n");
}

/* ---- reading the rows by hand ---- */

static bool item_holds(int name, const item *x, int v) {
    if (name == WORD || name == TRUTH) return v == x->lo;
    return (x->lo_open ? v > x->lo : v >= x->lo) && (x->hi_open ? v < x->hi : v <= x->hi);
}

static bool row_holds(const row *r, const int *in) {
    for (int k = 0; k < NAMES; k++) {
        const cond *c = &r->conds[k];
        bool any = false;
        for (int i = 0; i < c->n; i++) any = any || item_holds(k, &c->items[i], in[k]);
        if (c->given && any == c->negated) return false;
    }
    return true;
}

/* The outcome; -1: none. */
static int expected(const table *t, const int *in) {
    int sum = 0, count = 0, first = -1, least = -1, most = -1, best = 9;
    bool agree = true;
    for (int i = 0; i < t->nrows; i++) {
        int then = t->rows[i].then;
        if (!row_holds(&t->rows[i], in)) continue;
        if (count++ == 0) first = least = most = then;
        agree = agree && then == first;
        sum += then;
        if (then < least) least = then;
        if (then > most) most = then;
        for (int k = 0; k < 4; k++) if (t->priority[k] == then && k < best) best = k;
    }
    if (t->hit == COUNT) return count;
    if (count == 0) return -1;
    switch (t->hit) {
    case UNIQUE: return count == 1 ? first : -1;
    case ANY: return agree ? first : -1;
    case FIRST: return first;
    case PRIORITY: return t->priority[best];
    case SUM: return sum;
    case MIN: return least;
    default: return most;
    }
}

/* ---- the grid of all inputs ---- */

static bool next_input(int *in) {
    for (int k = 0; k < NAMES; k++) {
        if (++in[k] < INPUTS[k]) return true;
        in[k] = 0;
    }
    return false;
}

typedef struct found { bool gap, several, differ; } found;

static found look_everywhere(const table *t) {
    found f = {0};
    int in[NAMES] = {0};
    do {
        int count = 0, first = 0;
        bool differ = false;
        for (int i = 0; i < t->nrows; i++) {
            if (!row_holds(&t->rows[i], in)) continue;
            if (count++ == 0) first = t->rows[i].then;
            differ = differ || t->rows[i].then != first;
        }
        f.gap = f.gap || count == 0;
        f.several = f.several || count > 1;
        f.differ = f.differ || differ;
    } while (next_input(in));
    return f;
}

/* ---- one table ---- */

enum { CASES = 300 };

static void put_cases(gp_buf *b, dice *d, int (*in)[NAMES]) {
    gp_buf_str(b, "subject,period,n,m,w,s,t,zz,zz.basis\n");
    for (int i = 0; i < CASES; i++) {
        for (int k = 0; k < NAMES; k++) in[i][k] = between(d, 0, INPUTS[k] - 1);
        gp_buf_printf(b, "s%d,2020,", i);
        put_number_of(b, in[i][NUM]);
        gp_buf_char(b, ',');
        put_number_of(b, in[i][OTHER]);
        gp_buf_printf(b, ",%s,%s,%s,1,%s\n", WORDS[in[i][WORD]], STAGES[in[i][STAGE]], in[i][TRUTH] ? "true" : "false",
                      i % 2 ? "provisional" : "final"); /* the open kernel takes every other case */
    }
}

static void check_values(bed *b, const table *t, int (*in)[NAMES], const char *plan) {
    gp_arena scratch;
    gp_arena_init(&scratch, b->h.arena.mem);
    for (size_t i = 0; i < CASES; i++) {
        gp_case_result c;
        gp_run_case(&c, b->run, &scratch, i);
        const gp_row *r = &c.rows[gp_plan_node(b->plan, GP_TEXT("g.i"))->index];
        int due = expected(t, in[i]);
        bool same = due < 0 ? !r->has_actual : r->has_actual && r->actual.lo == due && r->actual.hi == due;
        if (!same)
            fail_msg("case %zu gives %d of 1000 and not %d (n %d, m %d, w %d, s %d, t %d in steps):\n%s", i,
                     r->has_actual ? (int)(r->actual.lo * 1000) : -1, due, in[i][0], in[i][1], in[i][2], in[i][3], in[i][4], plan);
        gp_arena_fini(&scratch);
    }
}

static void check_table(uint64_t number) {
    static int in[CASES][NAMES];
    dice d = {seed + number * 1000003u};
    table t;
    bed b;
    TEST_HEAP(b.h);
    gp_diags_init(&b.d, &b.h.arena);
    draw_table(&t, &d);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    put_plan(&text, &t);
    const char *plan = gp_text_cstr(&b.h.arena, gp_buf_take(&text));
    gp_file file = bed_file(&b, "no-such-folder/plan.yaml", plan);
    gp_plan *loaded = gp_plan_parse(&b.h.arena, &b.d, &file);
    found f = look_everywhere(&t);
    bool refused = (t.hit == UNIQUE && f.several) || (t.hit == ANY && f.differ);
    if (refused != (loaded == NULL) || (!refused && b.d.errors)) {
        bed_show(&b);
        fail_msg("table %" PRIu64 " is %s:\n%s", number, refused ? "not refused" : "refused", plan);
    }
    if (refused) {
        for (size_t i = 0; i < b.d.n; i++) assert_int_equal(b.d.items[i].code, GP_D_TABLE_OVERLAP);
    } else {
        const gp_table_told *told = loaded->derived[0].table;
        bool right = (told->gap.s != NULL) == (f.gap && t.hit != COUNT) && !told->unchecked.s;
        if (!right) fail_msg("a gap is %s:\n%s", f.gap ? "not found" : "made up", plan);
        put_cases(&text, &d, in);
        b.options = (gp_run_options){0};
        bed_load(&b, plan, gp_text_cstr(&b.h.arena, gp_buf_take(&text)));
        bed_eval(&b);
        check_values(&b, &t, in, plan);
    }
    DONE(b);
}

static void tables_agree(void **state) {
    (void)state;
    for (long i = 0; i * CASES < runs; i++) check_table((uint64_t)i);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(tables_agree)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

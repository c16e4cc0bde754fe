/* An expression of + - * / min max abs gives the same number, to the last bit, in the evaluator and pasted into a rule: in the plain kernel
 * and in the open one. GP_RUNS says how many numbers, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include <unistd.h>

static uint64_t seed = 20201231;
static long runs = 100000;
static char folder[] = "/tmp/goalpost-lua-XXXXXX";

enum { VARS = 5, RULES = 12, ROWS = 400 };

static void print_number(gp_buf *out, dice *d) {
    int64_t end = 1;
    for (int n = between(d, 1, 15); n > 0; n--) end *= 10;
    gp_buf_printf(out, "%ld", (long)(roll(d) % (uint64_t)end));
    gp_buf_printf(out, "e%d", between(d, -14, 4));
}

/* `guarded`: with a function in place of the division, which notes a divisor of 0. The same dice give the same expression. A divisor has no
 * sums:
 * one that cancels to 0 or nearly so is decided exactly in the evaluator, and in Lua is not. */
typedef struct style { bool guarded, sums; } style;

static void print_expr(gp_buf *out, dice *d, int depth, style s) {
    static const char *const SIGN[] = {" + ", " - ", " * ", " / "}, *const CALL[] = {"min(", "max(", "abs(", "-("};
    if (depth == 0 || between(d, 0, 6) == 0) {
        if (between(d, 0, 4)) gp_buf_printf(out, "v%d", between(d, 0, VARS - 1));
        else print_number(out, d);
        return;
    }
    int how = between(d, 0, 9), sign = between(d, s.sums ? 0 : 2, 3);
    bool call = how < 4, two = how < 2 || how > 3, division = !call && sign == 3, over = s.guarded && division;
    gp_buf_str(out, call ? CALL[how] : over ? "over(" : "(");
    print_expr(out, d, depth - 1, s);
    if (two) {
        gp_buf_str(out, call || over ? ", " : SIGN[sign]);
        print_expr(out, d, depth - 1, (style){s.guarded, s.sums && !division});
    }
    gp_buf_char(out, ')');
}

static void print_rule(gp_buf *out, int k, gp_text expr, gp_text guarded) {
    gp_buf_printf(out, "rule \"r%d\" {\n  reads = {", k);
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, "%s\"v%d\"", i ? ", " : "", i);
    gp_buf_str(out, "},\n  check = function(x)\n    local ");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, "%sv%d", i ? ", " : "", i);
    gp_buf_str(out, " = ");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, "%sx.v%d", i ? ", " : "", i);
    gp_buf_str(out, "\n    local zero = false\n    local function over(a, b) if b == 0 then zero = true end return a / b end\n");
    gp_buf_printf(out, "    local _ = %.*s\n    if zero then return no_data() end", GP_ARG(guarded));
    gp_buf_printf(out, "\n    return met((\"%%.17g\"):format(%.*s))\n  end,\n}\n", GP_ARG(expr));
}

static void print_pack(gp_buf *plan, gp_buf *pack, dice *d, gp_arena *a) {
    gp_buf_str(plan, "goalpost: 1\nplan: p\nrules: [rules.lua]\ndata:\n  z: {}\n");
    for (int i = 0; i < VARS; i++) gp_buf_printf(plan, "  v%d: {}\n", i);
    gp_buf_str(plan, "goals:\n  - id: g\n    indicators:\n");
    gp_buf_str(pack, "local min, max, abs = math.min, math.max, math.abs\n");
    for (int k = 0; k < RULES; k++) {
        gp_buf expr;
        int depth = between(d, 1, 4);
        dice again = *d;
        gp_buf_init(&expr, a);
        print_expr(&expr, d, depth, (style){false, true});
        gp_text text = gp_buf_take(&expr);
        print_expr(&expr, &again, depth, (style){true, true});
        gp_text guarded = gp_buf_take(&expr);
        gp_buf_printf(plan, "      - {id: e%d, value: '%.*s'}\n      - {id: r%d, rule: r%d}\n", k, GP_ARG(text), k, k);
        print_rule(pack, k, text, guarded);
    }
}

static void print_data(gp_buf *out, dice *d) {
    gp_buf_str(out, "subject,period,z,z.basis");
    for (int i = 0; i < VARS; i++) gp_buf_printf(out, ",v%d", i);
    for (int row = 0; row < ROWS; row++) {
        gp_buf_printf(out, "\nS%d,2020,1,%s", row, row & 1 ? "provisional" : "final");
        for (int i = 0; i < VARS; i++) {
            gp_buf_str(out, between(d, 0, 2) ? "," : ",-");
            print_number(out, d);
        }
    }
    gp_buf_char(out, '\n');
}

static void write_pack(gp_text pack, const char *path) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(pack.s, 1, pack.n, f), pack.n);
    assert_int_equal(fclose(f), 0);
}

/* What is divided by 0 has no value, and rests with the rule that found it. */
static long compare_case(const gp_case_result *c, const char *plan) {
    long n = 0;
    for (size_t k = 2; k + 1 < c->nrows; k += 2) {
        const gp_row *e = &c->rows[k], *r = &c->rows[k + 1];
        if (r->verdict == GP_NO_DATA && !e->has_actual) continue;
        if (r->verdict != GP_MET) fail_msg("%.*s: %.*s", GP_ARG(r->node->id), GP_ARG(r->reason));
        char *end;
        double lua = strtod(r->reason.s, &end);
        assert_true(end == r->reason.s + r->reason.n);
        if (!isfinite(lua)) continue;
        n++;
        if (e->has_actual && e->actual.lo == lua && e->actual.hi == lua) continue;
        fail_msg("%.*s of %.*s is %.17g, in Lua %.17g; seed %" PRIu64 "\n%s", GP_ARG(e->node->id), GP_ARG(c->of->subject),
                 e->has_actual ? e->actual.lo : NAN, lua, seed, plan);
    }
    return n;
}

static long check_block(bed *t, const char *plan) {
    gp_case_result c;
    gp_arena scratch;
    long n = 0;
    gp_arena_init(&scratch, &t->h.mem);
    for (size_t i = 0; i < t->block.n; i++) {
        gp_run_case(&c, t->run, &scratch, i);
        n += compare_case(&c, plan);
        gp_arena_fini(&scratch);
    }
    return n;
}

static long check_pack(dice *d) {
    bed t;
    char path[64];
    TEST_HEAP(t.h);
    gp_buf plan, pack, data;
    gp_buf_init(&plan, &t.h.arena);
    gp_buf_init(&pack, &t.h.arena);
    gp_buf_init(&data, &t.h.arena);
    print_pack(&plan, &pack, d, &t.h.arena);
    print_data(&data, d);
    snprintf(path, sizeof path, "%s/rules.lua", folder);
    write_pack(gp_buf_take(&pack), path);
    snprintf(path, sizeof path, "%s/plan.yaml", folder);
    const char *text = gp_text_cstr(&t.h.arena, gp_buf_take(&plan));
    bed_load_at(&t, path, text, gp_text_cstr(&t.h.arena, gp_buf_take(&data)));
    t.options = (gp_run_options){.host = gp_host_new(&t.h.arena, &t.d, t.plan, NULL), .lang = GP_EN};
    if (!t.options.host) bed_show(&t);
    assert_non_null(t.options.host);
    t.run = gp_run_new(&t.h.arena, &t.d, t.frame, &t.options);
    assert_non_null(t.run);
    same_when_narrow(&t);
    long n = 0;
    while (gp_run_block(t.run, &t.block)) n += check_block(&t, text);
    DONE(t);
    return n;
}

static void test_same_number(void **state) {
    (void)state;
    dice d = {seed};
    long n = 0;
    while (n < runs) n += check_pack(&d);
    print_message("%ld numbers\n", n);
}

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/rules.lua", folder);
    unlink(path);
    return rmdir(folder);
}

int main(void) {
    dice_begin(&seed, &runs);
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_number)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}

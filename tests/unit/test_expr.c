/* Expressions: syntax, names, types, units, folding, places, and the code of every refusal. What places want is in test_targets.c. */
#include "expr_bed.h"

static gp_expr *good(fixture *f, const char *text) {
    gp_expr *e = parse(f, text, &ANY);
    if (!e || f->d.errors) fail_msg("`%s`: %s", text, f->d.n ? f->d.items[0].message.s : "NULL without a message");
    return e;
}

static const gp_diag *bad(fixture *f, const char *text, gp_code code, size_t at, size_t len) {
    return refused(f, text, &ANY, code, at, len);
}

static void unit_is(const gp_expr *e, const char *text, int scale) {
    assert_int_equal(e->type.kind, GP_NUMBER);
    gp_text due = gp_text_of(text);
    if (e->type.unit.text.n != due.n || memcmp(e->type.unit.text.s ? e->type.unit.text.s : "", text, due.n) != 0)
        fail_msg("`%.*s` is in `%.*s`, due `%s`", GP_ARG(e->text), GP_ARG(e->type.unit.text), text);
    assert_int_equal(e->type.unit.scale, scale);
}

static void constant_is(fixture *f, const char *text, gp_kind kind, double value) {
    const gp_expr *e = good(f, text);
    if (e->op != GP_X_CONST || e->type.kind != kind || !same(e->value, value)) fail_msg("`%s` did not become its constant", text);
}

/* The tree as Lisp, to see how operators bind. */
static void spell(gp_buf *out, const gp_expr *e) {
    static const char *const ops[] = {
        [GP_X_NEG] = "neg", [GP_X_NOT] = "not", [GP_X_ADD] = "+",   [GP_X_SUB] = "-", [GP_X_MUL] = "*",          [GP_X_DIV] = "/",
        [GP_X_MOD] = "%",   [GP_X_POW] = "^",   [GP_X_LT] = "<",    [GP_X_LE] = "<=", [GP_X_GT] = ">",           [GP_X_GE] = ">=",
        [GP_X_EQ] = "==",   [GP_X_NE] = "~=",   [GP_X_AND] = "and", [GP_X_OR] = "or", [GP_X_CODE_VALUE] = "code"};
    if (e->n == 0) {
        gp_buf_text(out, e->op == GP_X_CALL ? gp_text_of(gp_fn_name(e->fn)) : e->text);
        return;
    }
    gp_buf_printf(out, "(%s", e->op == GP_X_CALL ? gp_fn_name(e->fn) : ops[e->op]);
    for (uint32_t i = 0; i < e->n; i++) {
        gp_buf_char(out, ' ');
        spell(out, e->arg[i]);
    }
    gp_buf_char(out, ')');
}

static void tree_is(fixture *f, const char *text, const char *due) {
    gp_buf out;
    gp_buf_init(&out, &f->h.arena);
    spell(&out, good(f, text));
    assert_string_equal(gp_buf_take(&out).s, due);
}

/* -- syntax -- */

static void binds_like_lua(void **state) {
    (void)state;
    FIXTURE(f);
    tree_is(&f, "quality + rank * 2", "(+ quality (* rank 2))");
    tree_is(&f, "(quality + rank) * 2", "(* (+ quality rank) 2)");
    tree_is(&f, "quality - rank - 1", "(- (- quality rank) 1)");
    tree_is(&f, "quality ^ rank ^ 2", "(^ quality (^ rank 2))");
    tree_is(&f, "-quality ^ 2", "(neg (^ quality 2))");
    tree_is(&f, "quality ^ -rank", "(^ quality (neg rank))");
    tree_is(&f, "-quality * rank", "(* (neg quality) rank)");
    tree_is(&f, "quality % rank", "(% quality rank)");
    tree_is(&f, "full or full and not full", "(or full (and full (not full)))");
    tree_is(&f, "quality < 1 and rank >= 2", "(and (< quality 1) (>= rank 2))");
    tree_is(&f, "not full == full", "(== (not full) full)");
    tree_is(&f, "quality + 1 ~= rank", "(~= (+ quality 1) rank)");
    tree_is(&f, "rank + 1", "(+ rank 1)"); /* a datum may be called like a function */
    DONE(f);
}

static void places_are_the_smallest(void **state) {
    (void)state;
    FIXTURE(f);
    gp_expr *e = good(&f, "  quality + (rank * 2)  ");
    assert_int_equal(e->at.at, 2);
    assert_int_equal(e->at.len, 20);
    assert_int_equal(e->arg[1]->at.at, 13);
    assert_int_equal(e->arg[1]->at.len, 8);
    bad(&f, "quality + invested", GP_D_UNIT_MISMATCH, 0, 7);
    bad(&f, "quality + (rank * nothing)", GP_D_UNKNOWN_NAME, 18, 7);
    DONE(f);
}

static void place_is_whole_when_inexact(void **state) {
    (void)state;
    FIXTURE(f);
    gp_place at = {.file = 1, .at = 40, .len = 7};
    assert_null(gp_expr_parse(&f.h.arena, &f.d, &f.scope, GP_TEXT("1 + nothing"), at, false, &ANY));
    assert_int_equal(f.d.items[0].place.at, 40);
    assert_int_equal(f.d.items[0].place.len, 7);
    DONE(f);
}

static void syntax_errors(void **state) {
    (void)state;
    FIXTURE(f);
    bad(&f, "", GP_D_EXPR_SYNTAX, 0, 0);
    bad(&f, "1 +", GP_D_EXPR_SYNTAX, 3, 0);
    bad(&f, "(1", GP_D_EXPR_SYNTAX, 2, 0);
    assert_int_equal(f.d.items[0].also.file, 1);
    bad(&f, "1)", GP_D_EXPR_SYNTAX, 1, 1);
    bad(&f, "quality rank", GP_D_EXPR_SYNTAX, 8, 4);
    hint_has(bad(&f, "5 亿元", GP_D_EXPR_SYNTAX, 2, 6), "q(\"5 亿元\")");
    hint_has(bad(&f, "5亿元 + 1", GP_D_EXPR_NUMBER, 0, 7), "q(\"5亿元\")");
    hint_has(bad(&f, "math.max(1, 2)", GP_D_EXPR_SYNTAX, 0, 8), "`max`");
    bad(&f, "quality.x", GP_D_EXPR_SYNTAX, 0, 9);
    hint_has(bad(&f, "quality.数", GP_D_EXPR_SYNTAX, 0, 11), "no dots");
    hint_has(bad(&f, "quality. + 1", GP_D_EXPR_SYNTAX, 0, 8), "no dots");
    bad(&f, "quality.'x", GP_D_EXPR_TEXT, 8, 2);
    bad(&f, "(1, 2)", GP_D_EXPR_SYNTAX, 2, 1);
    bad(&f, "quality % 'x", GP_D_EXPR_TEXT, 10, 2);
    hint_has(bad(&f, "quality(2)", GP_D_UNKNOWN_FUNCTION, 0, 7), "`*`");
    bad(&f, "quality[1]", GP_D_EXPR_SYNTAX, 7, 1);
    hint_has(bad(&f, "if full then 1", GP_D_EXPR_SYNTAX, 0, 2), "if_else");
    hint_has(bad(&f, "quality == nil", GP_D_EXPR_SYNTAX, 11, 3), "known");
    bad(&f, "function() end", GP_D_EXPR_SYNTAX, 0, 8);
    hint_has(bad(&f, "elapsed * 2", GP_D_EXPR_SYNTAX, 0, 7), "elapsed()");
    hint_has(bad(&f, "max", GP_D_EXPR_SYNTAX, 0, 3), "max(…)");
    hint_has(bad(&f, "none()", GP_D_EXPR_SYNTAX, 0, 6), "`none`");
    DONE(f);
}

static void numbers_are_plain_decimals(void **state) {
    (void)state;
    FIXTURE(f);
    constant_is(&f, "3.5", GP_NUMBER, 3.5);
    constant_is(&f, ".5", GP_NUMBER, 0.5);
    constant_is(&f, "1e3", GP_NUMBER, 1000);
    bad(&f, "0x10", GP_D_EXPR_NUMBER, 0, 4);
    bad(&f, "1.2.3", GP_D_EXPR_NUMBER, 0, 5);
    bad(&f, "1e999", GP_D_EXPR_NUMBER, 0, 5);
    good(&f, "1.2345678901234567");
    assert_int_equal(f.d.items[0].code, GP_D_DIGITS);
    DONE(f);
}

static void percent_is_the_remainder(void **state) {
    (void)state;
    FIXTURE(f);
    hint_has(bad(&f, "growth_rate >= 3.5%", GP_D_PERCENT_LITERAL, 15, 4), "q(\"3.5%\") or 0.035");
    bad(&f, "max(3%, quality)", GP_D_PERCENT_LITERAL, 4, 2);
    bad(&f, "3.5% - quality", GP_D_PERCENT_LITERAL, 0, 4);
    bad(&f, "quality%", GP_D_PERCENT_LITERAL, 0, 8);
    tree_is(&f, "quality %-rank", "(% quality (neg rank))");
    DONE(f);
}

static void chains_are_refused(void **state) {
    (void)state;
    FIXTURE(f);
    hint_has(bad(&f, "1 < quality <= 3", GP_D_CHAINED_COMPARISON, 12, 2), "1 < quality and quality <= 3");
    good(&f, "(quality < 3) == full");
    DONE(f);
}

typedef struct slip {
    const char *text;
    size_t at, len;
    const char *hint;
} slip;

static const slip slips[] = {
    {"quality = 1", 8, 1, "`==`"},
    {"quality != 1", 8, 2, "`~=`"},
    {"quality <> 1", 8, 2, "`~=`"},
    {"full && full", 5, 2, "`and`"},
    {"full || full", 5, 2, "`or`"},
    {"!full", 0, 1, "`not`"},
    {"quality // 2", 8, 2, "floor"},
    {"place .. place", 6, 2, "not joined"},
    {"quality ＞ 1", 8, 3, "`>`"},
    {"quality ＜ 1", 8, 3, "`<`"},
    {"（quality)", 0, 3, "`(`"},
    {"(quality）", 8, 3, "`)`"},
    {"max(1，2)", 5, 3, "`,`"},
    {"quality ≥ 1", 8, 3, "`>=`"},
    {"quality × 2", 8, 2, "`*`"},
    {"quality ÷ 2", 8, 2, "`/`"},
    {"quality － 2", 8, 3, "`-`"},
    {"quality ** 2", 8, 2, "`^`"},
    {"quality ? 1 : 2", 8, 1, "if_else"},
    {"full & full", 5, 1, "`and`"},
    {"~full", 0, 1, "`not`"},
    {"place == “x”", 9, 3, "`\"`"},
    {"quality + ５", 10, 3, "`5`"},
    {"quality，", 7, 3, "`,`"},
    {"quality +　1", 9, 3, "plain space"},
    {"quality === 1", 8, 3, "`==`"},
    {"{1}", 0, 1, "rules"},
    {"quality <= 1；", 12, 3, "`,`"},
};

static void slips_have_hints(void **state) {
    (void)state;
    FIXTURE(f);
    for (size_t i = 0; i < GP_COUNT(slips); i++)
        hint_has(bad(&f, slips[i].text, GP_D_EXPR_CHARACTER, slips[i].at, slips[i].len), slips[i].hint);
    parse(&f, "（quality ＞ 1） && nothing", &ANY); /* a slip does not hide the next error */
    assert_int_equal(f.d.errors, 5);
    hint_has(bad(&f, "full AND full", GP_D_EXPR_SYNTAX, 5, 3), "`and`");
    DONE(f);
}

static void texts_close(void **state) {
    (void)state;
    FIXTURE(f);
    good(&f, "place == 'x'");
    good(&f, "place == \"a \\\" b\"");
    bad(&f, "place == \"x", GP_D_EXPR_TEXT, 9, 2);
    bad(&f, "place == 'a\\n'", GP_D_EXPR_TEXT, 11, 1);
    bad(&f, "place == \"a\nb\"", GP_D_EXPR_TEXT, 9, 5);
    DONE(f);
}

/* Lua reads `a --b` as a and a comment; here it must not become a + b. */
static void two_minus_are_refused(void **state) {
    (void)state;
    FIXTURE(f);
    bad(&f, "m --1", GP_D_EXPR_CHARACTER, 2, 2);
    constant_is(&f, "3 - -1", GP_NUMBER, 4);
    constant_is(&f, "- -1", GP_NUMBER, 1);
    DONE(f);
}

static void depth_is_bounded(void **state) {
    (void)state;
    FIXTURE(f);
    char text[8192];
    memset(text, '(', 300);
    text[300] = '1';
    text[301] = '\0';
    assert_null(parse(&f, text, &ANY));
    assert_int_equal(f.d.items[0].code, GP_D_EXPR_DEPTH);
    for (size_t i = 0; i < 600; i += 2) memcpy(text + i, "- ", 2);
    text[600] = '\0';
    assert_null(parse(&f, text, &ANY));
    assert_int_equal(f.d.items[0].code, GP_D_EXPR_DEPTH);
    for (size_t i = 0; i < 4000; i += 2) memcpy(text + i, "1+", 2);
    strcpy(text + 4000, "1");
    assert_null(parse(&f, text, &ANY));
    assert_int_equal(f.d.items[0].code, GP_D_EXPR_DEPTH);
    strcpy(text + 1000, "1");
    constant_is(&f, text, GP_NUMBER, 501);
    DONE(f);
}

/* -- names -- */

static void unknown_names_have_neighbours(void **state) {
    (void)state;
    FIXTURE(f);
    hint_has(bad(&f, "invsted + planned", GP_D_UNKNOWN_NAME, 0, 7), "`invested`");
    hint_has(bad(&f, "mx(1, 2)", GP_D_UNKNOWN_FUNCTION, 0, 2), "`max`");
    hint_has(bad(&f, "quality(2)", GP_D_UNKNOWN_FUNCTION, 0, 7), "`*`");
    hint_has(bad(&f, "outline == 初稿", GP_D_UNKNOWN_NAME, 11, 6), "\"初稿\"");
    parse(&f, "one + two * three(four)", &ANY);
    assert_int_equal(f.d.errors, 4);
    DONE(f);
}

static size_t seen;
static void count_name(void *ud, const gp_expr *e) {
    *(uint32_t *)ud |= 1u << e->ref;
    seen++;
}

static void names_are_visited(void **state) {
    (void)state;
    FIXTURE(f);
    uint32_t refs = 0;
    seen = 0;
    gp_expr_names(good(&f, "if_else(full, invested, planned) / invested"), count_name, &refs);
    assert_int_equal(seen, 4);
    assert_int_equal(refs, 1u << 8 | 1u << 0 | 1u << 1);
    assert_int_equal(good(&f, "subject")->op, GP_X_SUBJECT);
    assert_int_equal(good(&f, "period == \"2020\"")->arg[0]->op, GP_X_PERIOD);
    DONE(f);
}

/* -- units -- */

static void units_combine(void **state) {
    (void)state;
    FIXTURE(f);
    unit_is(good(&f, "invested + planned"), "亿元", 8);
    unit_is(good(&f, "invested / planned"), "", 0);
    unit_is(good(&f, "invested / points"), "亿元/家", 8);
    unit_is(good(&f, "invested / points * points"), "元", 0);
    unit_is(good(&f, "points * invested"), "家·亿元", 8);
    unit_is(good(&f, "growth_rate * invested"), "亿元", 8);
    unit_is(good(&f, "invested * (1 + growth_rate)"), "亿元", 8);
    unit_is(good(&f, "invested * 1.1 - planned"), "亿元", 8);
    unit_is(good(&f, "1 + growth_rate"), "", 0); /* as it stands: 1.035 */
    unit_is(good(&f, "growth_rate - 0"), "%", -2);
    unit_is(good(&f, "growth_rate + growth_rate"), "%", -2);
    unit_is(good(&f, "growth_rate / 2"), "%", -2);
    unit_is(good(&f, "growth_rate / growth_rate"), "", 0);
    unit_is(good(&f, "1 / points"), "1/家", 0);
    unit_is(good(&f, "area ^ 2"), "m^2", 0);
    unit_is(good(&f, "sqrt(area ^ 2)"), "m", 0);
    unit_is(good(&f, "area ^ 0"), "", 0);
    unit_is(good(&f, "-invested"), "亿元", 8);
    unit_is(good(&f, "abs(invested - planned)"), "亿元", 8);
    unit_is(good(&f, "min(0, invested)"), "亿元", 8);
    unit_is(good(&f, "coalesce(invested, 0)"), "亿元", 8);
    unit_is(good(&f, "if_else(full, none, invested)"), "亿元", 8);
    unit_is(good(&f, "if_else(full, 50, 30) + points"), "家", 0);
    unit_is(good(&f, "share(points, points)"), "", 0);
    unit_is(good(&f, "invested % planned"), "亿元", 8);
    unit_is(good(&f, "growth_rate ^ 2"), "%", -2);
    DONE(f);
}

static void units_are_held_to(void **state) {
    (void)state;
    FIXTURE(f);
    const gp_diag *d = bad(&f, "invested + points", GP_D_UNIT_MISMATCH, 11, 6);
    assert_int_equal(d->also.len, 8);
    assert_string_equal(d->also_what.s, "`invested` is in 亿元");
    bad(&f, "max(invested, points)", GP_D_UNIT_MISMATCH, 14, 6);
    bad(&f, "invested > quality", GP_D_UNIT_MISMATCH, 11, 7);
    bad(&f, "share(invested, points)", GP_D_UNIT_MISMATCH, 16, 6);
    bad(&f, "clamp(invested, 0, points)", GP_D_UNIT_MISMATCH, 19, 6);
    bad(&f, "exp(invested)", GP_D_UNIT_MISMATCH, 4, 8);
    bad(&f, "log(points)", GP_D_UNIT_MISMATCH, 4, 6);
    bad(&f, "sqrt(points)", GP_D_UNIT_MISMATCH, 5, 6);
    bad(&f, "2 ^ points", GP_D_UNIT_MISMATCH, 4, 6);
    bad(&f, "points ^ 0.5", GP_D_CONSTANT_DUE, 9, 3);
    bad(&f, "points ^ quality", GP_D_CONSTANT_DUE, 9, 7);
    bad(&f, "area ^ 8 ^ 8", GP_D_CONSTANT_DUE, 7, 5);
    bad(&f, "((area ^ 8) ^ 8) ^ 8", GP_D_UNIT_MISMATCH, 0, 20);
    DONE(f);
}

static void bare_numbers_need_units(void **state) {
    (void)state;
    FIXTURE(f);
    const gp_diag *d = bad(&f, "invested > 5", GP_D_BARE_NUMBER, 11, 1);
    hint_has(d, "q(\"5 亿元\")");
    assert_int_equal(d->also.at, 0);
    bad(&f, "5 < invested", GP_D_BARE_NUMBER, 0, 1);
    bad(&f, "max(invested, 1 / 3)", GP_D_BARE_NUMBER, 14, 5);
    bad(&f, "if_else(full, 5, 3) + invested", GP_D_BARE_NUMBER, 0, 19);
    good(&f, "invested > 0");
    good(&f, "points > 50");
    good(&f, "points + 1 / 3");
    good(&f, "growth_rate > 0.03");
    good(&f, "invested > q(\"5 亿元\")");
    good(&f, "invested > q(\"5 万元\")");
    bad(&f, "invested > q(\"5 家\")", GP_D_UNIT_MISMATCH, 11, 10);
    bad(&f, "points > q(\"5 倍\")", GP_D_UNIT_MISMATCH, 9, 10);
    DONE(f);
}

static void quantities_are_read(void **state) {
    (void)state;
    FIXTURE(f);
    constant_is(&f, "q(\"3.5%\")", GP_NUMBER, 0.035);
    constant_is(&f, "q('2,257 亿元')", GP_NUMBER, 225700000000.0);
    bad(&f, "q(5)", GP_D_CONSTANT_DUE, 2, 1);
    bad(&f, "q(\"many\")", GP_D_QUANTITY, 2, 6);
    bad(&f, "q(\"\")", GP_D_QUANTITY, 2, 2);
    bad(&f, "q(\"1,23 家\")", GP_D_QUANTITY, 2, 10);
    DONE(f);
}

static void rounding_keeps_the_unit_shown(void **state) {
    (void)state;
    FIXTURE(f);
    gp_expr *e = good(&f, "round(invested, 1)");
    unit_is(e, "亿元", 8);
    unit_is(e->arg[0], "亿元", 8);
    assert_true(same(e->arg[1]->value, 1));
    unit_is(good(&f, "floor(growth_rate)"), "%", -2);
    assert_true(same(good(&f, "ceil(quality, -1)")->arg[1]->value, -1));
    bad(&f, "round(full)", GP_D_KIND_MISMATCH, 6, 4);
    bad(&f, "round(quality, 1.5)", GP_D_CONSTANT_DUE, 15, 3);
    bad(&f, "round(quality, rank)", GP_D_CONSTANT_DUE, 15, 4);
    bad(&f, "trunc(quality, 99)", GP_D_CONSTANT_DUE, 15, 2);
    DONE(f);
}

/* -- kinds -- */

static void kinds_are_held_to(void **state) {
    (void)state;
    FIXTURE(f);
    bad(&f, "not quality", GP_D_KIND_MISMATCH, 4, 7);
    bad(&f, "quality and full", GP_D_KIND_MISMATCH, 0, 7);
    bad(&f, "full + 1", GP_D_KIND_MISMATCH, 0, 4);
    bad(&f, "-place", GP_D_KIND_MISMATCH, 1, 5);
    bad(&f, "quality == full", GP_D_KIND_MISMATCH, 11, 4);
    bad(&f, "full < full", GP_D_KIND_MISMATCH, 0, 11);
    bad(&f, "place > 'a'", GP_D_KIND_MISMATCH, 0, 11);
    hint_has(bad(&f, "quality + '5'", GP_D_KIND_MISMATCH, 10, 3), "without quotes");
    hint_has(bad(&f, "quality == none", GP_D_KIND_MISMATCH, 11, 4), "known(quality)");
    bad(&f, "if_else(quality, 1, 2)", GP_D_KIND_MISMATCH, 8, 7);
    bad(&f, "if_else(full, 1, full)", GP_D_KIND_MISMATCH, 17, 4);
    bad(&f, "max(full, full)", GP_D_KIND_MISMATCH, 4, 4);
    good(&f, "full == true");
    good(&f, "known(place) and known(outline) and known(opinion)");
    good(&f, "coalesce(place, 'x') == subject");
    good(&f, "if_else(none, 1, 2)");
    assert_null(bad(&f, "not place", GP_D_KIND_MISMATCH, 4, 5)->hint.s);
    assert_null(bad(&f, "quality + 'five'", GP_D_KIND_MISMATCH, 10, 6)->hint.s);
    assert_int_equal(good(&f, "if_else(full, 'a', 'b')")->type.kind, GP_STRING);
    DONE(f);
}

static void dates_reckon_in_days(void **state) {
    (void)state;
    FIXTURE(f);
    assert_int_equal(good(&f, "issued - started")->type.kind, GP_NUMBER);
    assert_int_equal(good(&f, "issued + 30")->type.kind, GP_DATE);
    assert_int_equal(good(&f, "30 + issued")->type.kind, GP_DATE);
    assert_int_equal(good(&f, "issued - 30")->type.kind, GP_DATE);
    assert_int_equal(good(&f, "issued - '2020-01-01'")->type.kind, GP_NUMBER);
    assert_int_equal(good(&f, "max(issued, '2020-01-01')")->type.kind, GP_DATE);
    gp_expr *e = good(&f, "issued <= \"2020-12-31\"");
    assert_int_equal(e->arg[1]->type.kind, GP_DATE);
    assert_true(same(e->arg[1]->value, 18627));
    bad(&f, "issued <= '2020-02-30'", GP_D_NO_DATE, 10, 12);
    bad(&f, "issued + issued", GP_D_KIND_MISMATCH, 9, 6);
    bad(&f, "30 - issued", GP_D_KIND_MISMATCH, 0, 2);
    bad(&f, "issued + points", GP_D_UNIT_MISMATCH, 9, 6);
    bad(&f, "issued + 0.5", GP_D_KIND_MISMATCH, 9, 3);
    bad(&f, "issued * 2", GP_D_KIND_MISMATCH, 0, 6);
    bad(&f, "issued % 2", GP_D_KIND_MISMATCH, 0, 6);
    DONE(f);
}

static void stages_and_codes_have_words(void **state) {
    (void)state;
    FIXTURE(f);
    gp_expr *e = good(&f, "outline >= '初稿'");
    assert_int_equal(e->arg[1]->type.kind, GP_STAGE);
    assert_true(same(e->arg[1]->value, 1));
    bad(&f, "outline >= '草稿'", GP_D_UNKNOWN_WORD, 11, 8);
    e = good(&f, "'良' ~= opinion");
    assert_int_equal(e->arg[0]->type.kind, GP_CODED);
    assert_true(same(e->arg[0]->value, 1));
    tree_is(&f, "opinion >= 85", "(>= (code opinion) 85)");
    tree_is(&f, "max(opinion, quality) + opinion", "(+ (max (code opinion) quality) (code opinion))");
    bad(&f, "opinion >= '良'", GP_D_KIND_MISMATCH, 11, 5);
    bad(&f, "outline + 1", GP_D_KIND_MISMATCH, 0, 7);
    bad(&f, "outline == issued", GP_D_KIND_MISMATCH, 11, 6);
    assert_int_equal(good(&f, "opinion")->type.kind, GP_CODED);
    assert_int_equal(gp_expr_number(&f.h.arena, good(&f, "opinion"))->op, GP_X_CODE_VALUE);
    DONE(f);
}

static void words_are_those_of_their_datum(void **state) {
    (void)state;
    FIXTURE(f);
    static gp_text others[] = {{"起草", 6}, {"初稿", 6}, {"完工", 6}}, many[13];
    gp_words twin = {stage_words, NULL, 3}, other = {others, NULL, 3}, fewer = {others, NULL, 2}, long_list = {many, NULL, 13};
    f.types[12] = (gp_type){.kind = GP_STAGE, .words = &twin};
    good(&f, "outline == rank");
    f.types[12].words = &other;
    hint_has(bad(&f, "outline == rank", GP_D_KIND_MISMATCH, 11, 4), "it has 起草, 初稿, 完工; due are 起草, 初稿, 印发");
    gp_want stage = {.type = f.types[5], .unit_matters = true};
    const gp_diag *d = refused(&f, "rank", &stage, GP_D_KIND_MISMATCH, 0, 4);
    assert_non_null(strstr(d->message.s, "the value that is tested"));
    f.types[12].words = &fewer;
    bad(&f, "max(outline, rank)", GP_D_KIND_MISMATCH, 13, 4);
    refused(&f, "place", &stage, GP_D_KIND_MISMATCH, 0, 5);
    assert_int_equal(parse(&f, "coalesce(outline, '初稿')", &stage)->type.kind, GP_STAGE);
    for (size_t i = 0; i < 13; i++) many[i] = stage_words[i % 3];
    f.types[12].words = &long_list;
    hint_has(bad(&f, "rank == '草稿'", GP_D_UNKNOWN_WORD, 8, 8), " …");
    DONE(f);
}

/* -- calls -- */

static void calls_are_counted(void **state) {
    (void)state;
    FIXTURE(f);
    bad(&f, "abs()", GP_D_ARGUMENT_COUNT, 0, 5);
    bad(&f, "round(1, 2, 3)", GP_D_ARGUMENT_COUNT, 0, 14);
    hint_has(bad(&f, "clamp(1, 2)", GP_D_ARGUMENT_COUNT, 0, 11), "lowest");
    hint_has(bad(&f, "if_else(full)", GP_D_ARGUMENT_COUNT, 0, 13), "condition");
    bad(&f, "elapsed(1)", GP_D_ARGUMENT_COUNT, 0, 10);
    good(&f, "elapsed() * 2");
    DONE(f);
}

static void later_functions_are_named(void **state) {
    (void)state;
    FIXTURE(f);
    bad(&f, "1 + rank(quality)", GP_D_NOT_YET, 4, 13);
    bad(&f, "growth(invested)", GP_D_NOT_YET, 0, 16);
    bad(&f, "mean(quality, place)", GP_D_NOT_YET, 0, 20);
    bad(&f, "at(invested, '2019')", GP_D_NOT_YET, 0, 20);
    bad(&f, "top(quality, 3)", GP_D_NOT_YET, 0, 15);
    bad(&f, "count(place)", GP_D_NOT_YET, 0, 12);
    bad(&f, "score('prices.cpi') > 0.5", GP_D_NOT_YET, 0, 19);
    bad(&f, "score(quality)", GP_D_CONSTANT_DUE, 6, 7);
    bad(&f, "at(invested, 2019)", GP_D_CONSTANT_DUE, 13, 4);
    bad(&f, "mean(place)", GP_D_KIND_MISMATCH, 5, 5);
    bad(&f, "quantile(quality)", GP_D_ARGUMENT_COUNT, 0, 17);
    DONE(f);
}

/* -- folding -- */

static void constants_fold_when_exact(void **state) {
    (void)state;
    FIXTURE(f);
    constant_is(&f, "2 + 3 * 4", GP_NUMBER, 14);
    constant_is(&f, "-(1 - 3)", GP_NUMBER, 2);
    constant_is(&f, "0.1 + 0.2", GP_NUMBER, 0.1 + 0.2);
    constant_is(&f, "1 / 8", GP_NUMBER, 0.125);
    constant_is(&f, "max(1, 2.5, 2)", GP_NUMBER, 2.5);
    constant_is(&f, "min(1, -2)", GP_NUMBER, -2);
    constant_is(&f, "abs(-2)", GP_NUMBER, 2);
    constant_is(&f, "0.1 + 0.2 >= 0.3", GP_BOOL, 1);
    constant_is(&f, "0.1 + 0.2 ~= 0.3", GP_BOOL, 0);
    constant_is(&f, "1 < 2 and not (2 <= 1)", GP_BOOL, 1);
    constant_is(&f, "'a' == 'a' or false", GP_BOOL, 1);
    constant_is(&f, "true and false", GP_BOOL, 0);
    constant_is(&f, "false and true", GP_BOOL, 0);
    constant_is(&f, "true and true", GP_BOOL, 1);
    constant_is(&f, "true or false", GP_BOOL, 1);
    constant_is(&f, "false or false", GP_BOOL, 0);
    constant_is(&f, "not true", GP_BOOL, 0);
    constant_is(&f, "1 > 2 or 2 <= 2", GP_BOOL, 1);
    constant_is(&f, "q('5 亿元') / q('2 亿元')", GP_NUMBER, 2.5);
    assert_int_equal(good(&f, "1e300 * 1e300")->op, GP_X_MUL);
    assert_int_equal(good(&f, "7 % 2")->op, GP_X_MOD);
    assert_int_equal(good(&f, "clamp(5, 1, 3)")->op, GP_X_CALL);
    assert_int_equal(good(&f, "1 / 3")->op, GP_X_DIV);
    assert_int_equal(good(&f, "1 / 0")->op, GP_X_DIV);
    assert_int_equal(good(&f, "123456789.123456 * 1.23456789")->op, GP_X_MUL);
    assert_int_equal(good(&f, "100000000000000 + 0.01")->op, GP_X_ADD);
    assert_int_equal(good(&f, "quality + 1")->op, GP_X_ADD);
    DONE(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binds_like_lua),
        cmocka_unit_test(places_are_the_smallest),
        cmocka_unit_test(place_is_whole_when_inexact),
        cmocka_unit_test(syntax_errors),
        cmocka_unit_test(numbers_are_plain_decimals),
        cmocka_unit_test(percent_is_the_remainder),
        cmocka_unit_test(chains_are_refused),
        cmocka_unit_test(slips_have_hints),
        cmocka_unit_test(texts_close),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(two_minus_are_refused),
        cmocka_unit_test(unknown_names_have_neighbours),
        cmocka_unit_test(names_are_visited),
        cmocka_unit_test(units_combine),
        cmocka_unit_test(units_are_held_to),
        cmocka_unit_test(bare_numbers_need_units),
        cmocka_unit_test(quantities_are_read),
        cmocka_unit_test(rounding_keeps_the_unit_shown),
        cmocka_unit_test(kinds_are_held_to),
        cmocka_unit_test(dates_reckon_in_days),
        cmocka_unit_test(stages_and_codes_have_words),
        cmocka_unit_test(words_are_those_of_their_datum),
        cmocka_unit_test(calls_are_counted),
        cmocka_unit_test(later_functions_are_named),
        cmocka_unit_test(constants_fold_when_exact),
    };
    return cmocka_run_group_tests_name("expressions", tests, NULL, NULL);
}

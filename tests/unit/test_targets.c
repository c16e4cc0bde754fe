/* Targets and other places that say which type and unit they want, and constants as text. */
#include "expr_bed.h"

static gp_want wants(gp_type type, bool first) {
    return (gp_want){.type = type, .unit_matters = true, .quantity_first = first};
}

static void places_want_types(void **state) {
    (void)state;
    FIXTURE(f);
    gp_want money = wants(number_in(&f, "亿元"), false), truth = wants((gp_type){.kind = GP_BOOL}, false);
    assert_non_null(parse(&f, "planned * 1.1", &money));
    assert_non_null(parse(&f, "none", &money));
    assert_non_null(parse(&f, "0", &money));
    refused(&f, "5 * 2", &money, GP_D_BARE_NUMBER, 0, 5);
    refused(&f, "points", &money, GP_D_UNIT_MISMATCH, 0, 6);
    refused(&f, "full", &money, GP_D_KIND_MISMATCH, 0, 4);
    refused(&f, "max(5, if_else(full, 1, none))", &money, GP_D_BARE_NUMBER, 0, 30);
    refused(&f, "elapsed()", &money, GP_D_UNIT_MISMATCH, 0, 9);
    refused(&f, "1 + elapsed()", &money, GP_D_UNIT_MISMATCH, 0, 13);
    refused(&f, "5 + quality", &money, GP_D_UNIT_MISMATCH, 0, 11);
    refused(&f, "-quality", &money, GP_D_UNIT_MISMATCH, 0, 8);
    money.unit_matters = false;
    assert_non_null(parse(&f, "points", &money));
    assert_non_null(parse(&f, "full or quality > 1", &truth));
    refused(&f, "quality", &truth, GP_D_KIND_MISMATCH, 0, 7);
    gp_want number = wants(number_in(&f, ""), false);
    assert_int_equal(parse(&f, "opinion", &number)->op, GP_X_CODE_VALUE);
    gp_want date = wants((gp_type){.kind = GP_DATE}, false);
    assert_int_equal(parse(&f, "if_else(full, '2020-01-01', '2020-06-01')", &date)->type.kind, GP_DATE);
    assert_int_equal(parse(&f, "coalesce(none, '2020-06-01')", &date)->type.kind, GP_DATE);
    refused(&f, "place", &date, GP_D_KIND_MISMATCH, 0, 5);
    refused(&f, "opinion", &date, GP_D_KIND_MISMATCH, 0, 7);
    DONE(f);
}

static void number_is(fixture *f, const char *text, const gp_want *want, double value) {
    gp_expr *e = parse(f, text, want);
    if (!e) fail_msg("`%s`: %s", text, f->d.items[0].message.s);
    if (e->op != GP_X_CONST || !same(e->value, value)) fail_msg("`%s` is another number", text);
}

static void print_is(fixture *f, const char *text, const gp_want *want, const char *due) {
    gp_expr *e = parse(f, text, want);
    assert_non_null(e);
    gp_buf out;
    gp_buf_init(&out, &f->h.arena);
    gp_expr_print_const(&out, &e->type, e->value, &f->texts);
    assert_string_equal(gp_buf_take(&out).s, due);
}

static void targets_are_quantities_first(void **state) {
    (void)state;
    FIXTURE(f);
    gp_want money = wants(number_in(&f, "亿元"), true), share = wants(number_in(&f, "%"), true), houses = wants(number_in(&f, "家"), true);
    number_is(&f, "5", &money, 5e8);
    number_is(&f, " 5 亿元 ", &money, 5e8);
    number_is(&f, "300 万元", &money, 3e6);
    number_is(&f, "3.5%", &share, 0.035);
    number_is(&f, "3.5", &share, 0.035);
    number_is(&f, "50 家", &houses, 50);
    number_is(&f, "５０家", &houses, 50);
    assert_int_equal(parse(&f, "planned * 1.1", &money)->op, GP_X_MUL);
    assert_int_equal(parse(&f, "1.1 * planned", &money)->op, GP_X_MUL);
    assert_int_equal(parse(&f, "-planned", &money)->op, GP_X_NEG);
    print_is(&f, "1 - 0.2", &share, "80%");
    refused(&f, "50 家", &money, GP_D_UNIT_MISMATCH, 0, 6);
    hint_has(refused(&f, "2 planned", &money, GP_D_UNIT_MISMATCH, 0, 9), "`*`");
    refused(&f, "> 1000 亿元", &money, GP_D_QUANTITY, 0, 13);
    refused(&f, "[7, 10]", &money, GP_D_QUANTITY, 0, 7);
    refused(&f, "1,23", &money, GP_D_QUANTITY, 0, 4);
    refused(&f, "2020-12-31", &money, GP_D_KIND_MISMATCH, 0, 10);
    refused(&f, "5 * 2", &money, GP_D_BARE_NUMBER, 0, 5);
    gp_alias alias = {GP_TEXT("款"), GP_TEXT("家")};
    houses.aliases = &alias;
    houses.naliases = 1;
    number_is(&f, "50 款", &houses, 50);
    refused(&f, "", &money, GP_D_EXPR_SYNTAX, 0, 0);
    refused(&f, "[2, 1]", &money, GP_D_QUANTITY, 0, 6);
    refused(&f, "1e999", &money, GP_D_QUANTITY, 0, 5);
    gp_want any_unit = {.type = {.kind = GP_NUMBER}, .quantity_first = true};
    number_is(&f, "5 亿元", &any_unit, 5e8);
    number_is(&f, "5%", &any_unit, 0.05);
    DONE(f);
}

static void targets_are_words_first(void **state) {
    (void)state;
    FIXTURE(f);
    gp_want stage = wants(f.types[5], true), code = wants(f.types[9], true), date = wants((gp_type){.kind = GP_DATE}, true);
    gp_want truth = wants((gp_type){.kind = GP_BOOL}, true), text = wants((gp_type){.kind = GP_STRING}, true);
    number_is(&f, "初稿", &stage, 1);
    number_is(&f, "'印发'", &stage, 2);
    hint_has(refused(&f, "草稿", &stage, GP_D_UNKNOWN_WORD, 0, 6), "起草");
    assert_int_equal(parse(&f, "outline", &stage)->op, GP_X_NAME);
    number_is(&f, "良", &code, 1);
    number_is(&f, "2020-12-31", &date, 18627);
    assert_int_equal(parse(&f, "issued + 30", &date)->op, GP_X_ADD);
    refused(&f, "2020-02-30", &date, GP_D_NO_DATE, 0, 10);
    refused(&f, "2020/12/31", &date, GP_D_NO_DATE, 0, 10);
    refused(&f, "2020年12月31日", &date, GP_D_NO_DATE, 0, 17);
    refused(&f, "2020.12.31", &date, GP_D_NO_DATE, 0, 10);
    refused(&f, "2020 + 1", &date, GP_D_KIND_MISMATCH, 0, 8);
    refused(&f, "2020", &date, GP_D_KIND_MISMATCH, 0, 4);
    assert_true(gp_expr_is_const(parse(&f, "2020-12-31", &date)));
    assert_false(gp_expr_is_const(parse(&f, "none", &stage)));
    refused(&f, "subject", &stage, GP_D_KIND_MISMATCH, 0, 7);
    refused(&f, "period", &stage, GP_D_KIND_MISMATCH, 0, 6);
    refused(&f, "", &text, GP_D_EXPR_SYNTAX, 0, 0);
    assert_int_equal(parse(&f, "coalesce(place, 'x')", &text)->op, GP_X_CALL);
    number_is(&f, "True", &truth, 1);
    number_is(&f, "false", &truth, 0);
    assert_int_equal(parse(&f, "full", &truth)->op, GP_X_NAME);
    assert_int_equal(parse(&f, "杭州 市", &text)->op, GP_X_CONST);
    assert_int_equal(parse(&f, "place", &text)->op, GP_X_NAME);
    assert_int_equal(parse(&f, "subject", &text)->op, GP_X_SUBJECT);
    DONE(f);
}

static void constants_print(void **state) {
    (void)state;
    FIXTURE(f);
    gp_want money = wants(number_in(&f, "亿元"), true), stage = wants(f.types[5], true), code = wants(f.types[9], true);
    gp_want date = wants((gp_type){.kind = GP_DATE}, true), truth = wants((gp_type){.kind = GP_BOOL}, true);
    print_is(&f, "2779.20", &money, "2779.2 亿元");
    print_is(&f, "初稿", &stage, "初稿");
    print_is(&f, "优", &code, "优");
    print_is(&f, "2020-12-31", &date, "2020-12-31");
    print_is(&f, "TRUE", &truth, "true");
    print_is(&f, "'x y'", &ANY, "x y");
    gp_buf out;
    gp_buf_init(&out, &f.h.arena);
    print_is(&f, "false", &truth, "false");
    gp_expr_print_const(&out, &stage.type, NAN, &f.texts);
    gp_expr_print_const(&out, &stage.type, 3, &f.texts);
    gp_expr_print_const(&out, &stage.type, -1, &f.texts);
    assert_int_equal(out.n, 0);
    DONE(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_want_types),
        cmocka_unit_test(targets_are_quantities_first),
        cmocka_unit_test(targets_are_words_first),
        cmocka_unit_test(constants_print),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Diagnostics: order, counts, limits, places, and the bytes of the printed excerpts. */
#include "trap.h"

#include <string.h>

#include "base/diag.h"

typedef struct desk {
    test_heap heap;
    gp_diags d;
} desk;

#define DESK(k)                                                                                                                            \
    do {                                                                                                                                   \
        TEST_HEAP((k).heap);                                                                                                               \
        gp_diags_init(&(k).d, &(k).heap.arena);                                                                                            \
    } while (0)

static void check_printed(desk *k, bool colour, const char *due) {
    gp_buf b;
    gp_buf_init(&b, &k->heap.arena);
    gp_diags_print(&b, &k->d, colour);
    assert_string_equal(gp_buf_take(&b).s, due);
}

static gp_place at(uint32_t file, uint64_t offset, uint32_t len) {
    return (gp_place){.file = file, .at = offset, .len = len};
}

static void test_excerpt_and_hint(void **state) {
    (void)state;
    desk k;
    DESK(k);
    static const gp_text KEYS[] = {GP_TEXT("at_least"), GP_TEXT("at_most")};
    uint32_t f = gp_diags_source(&k.d, GP_TEXT("plan.yaml"), GP_TEXT("goals:\n  at_lest: 50 家\n"));
    gp_diag *diag = gp_report(&k.d, GP_D_UNKNOWN_KEY, at(f, 9, 7), "unknown key `%s`", "at_lest");
    gp_hint_nearest(&k.d, diag, GP_TEXT("at_lest"), KEYS, 2);
    check_printed(&k, false,
                  "plan.yaml:2:3: error: unknown key `at_lest` [unknown-key]\n"
                  "    2 |   at_lest: 50 家\n"
                  "      |   ^^^^^^^\n"
                  "   hint: did you mean `at_least`?\n"
                  "1 error\n");
    gp_arena_fini(&k.heap.arena);
}

static void test_caret_under_wide_text(void **state) {
    (void)state;
    desk k;
    DESK(k);
    uint32_t f = gp_diags_source(&k.d, GP_TEXT("p"), GP_TEXT("\t标题: \xE2\x80\xAE值x\n"));
    gp_report(&k.d, GP_D_BAD_VALUE, at(f, 9, 3), "a");
    gp_report(&k.d, GP_D_BAD_VALUE, at(f, 12, 3), "b");
    check_printed(&k, false,
                  "p:1:6: error: a [bad-value]\n"
                  "    1 |  标题: <U+202E>值x\n"
                  "      |        ^^^^^^^^\n"
                  "p:1:7: error: b [bad-value]\n"
                  "    1 |  标题: <U+202E>值x\n"
                  "      |                ^^\n"
                  "2 errors\n");
    gp_arena_fini(&k.heap.arena);
}

static void test_order_and_second_place(void **state) {
    (void)state;
    desk k;
    DESK(k);
    uint32_t a = gp_diags_source(&k.d, GP_TEXT("a"), GP_TEXT("x\ry\r\nz")), b = gp_diags_source(&k.d, GP_TEXT("b"), GP_TEXT("q"));
    gp_report(&k.d, GP_D_YAML, at(b, 0, 1), "third");
    gp_report(&k.d, GP_D_YAML, at(a, 5, 1), "second");
    gp_diag *diag = gp_report(&k.d, GP_D_YAML_DUPLICATE, at(a, 2, 1), "first");
    diag->also = at(a, 0, 1);
    diag->also_what = GP_TEXT("here before");
    gp_report(&k.d, GP_D_FILE_OPEN, (gp_place){0}, "nowhere\x1b[1m");
    check_printed(&k, false,
                  "error: nowhere<U+001B>[1m [file-open]\n"
                  "a:2:1: error: first [duplicate-key]\n"
                  "    2 | y\n"
                  "      | ^\n"
                  "a:1:1: here before\n"
                  "    1 | x\n"
                  "      | ^\n"
                  "a:3:1: error: second [yaml]\n"
                  "    3 | z\n"
                  "      | ^\n"
                  "b:1:1: error: third [yaml]\n"
                  "    1 | q\n"
                  "      | ^\n"
                  "4 errors\n");
    gp_arena_fini(&k.heap.arena);
}

static void test_limit(void **state) {
    (void)state;
    desk k;
    DESK(k);
    k.d.limit = 2;
    for (int i = 0; i < 5; i++) {
        gp_diag *diag = gp_report(&k.d, GP_D_YAML, (gp_place){0}, "number %d", i);
        gp_hint(&k.d, diag, "h%d", i);
        diag->also_what = GP_TEXT("ignored");
    }
    assert_int_equal(k.d.errors, 5);
    check_printed(&k, false, "error: number 0 [yaml]\n   hint: h0\nerror: number 1 [yaml]\n   hint: h1\n3 more errors\n5 errors\n");
    gp_arena_fini(&k.heap.arena);
}

static void test_long_lines_are_cut(void **state) {
    (void)state;
    desk k;
    DESK(k);
    gp_buf b;
    gp_buf_init(&b, &k.heap.arena);
    for (int i = 0; i < 3000; i++) gp_buf_str(&b, "中");
    gp_text text = gp_buf_take(&b);
    uint32_t f = gp_diags_source(&k.d, GP_TEXT("p"), text);
    uint64_t places[] = {0, 1500 * 3, 2999 * 3, text.n};
    for (size_t i = 0; i < GP_COUNT(places); i++) gp_report(&k.d, GP_D_YAML, at(f, places[i], 3), "x");
    gp_buf_init(&b, &k.heap.arena);
    gp_diags_print(&b, &k.d, false);
    gp_text out = gp_buf_take(&b);
    size_t cells = 0;
    for (size_t i = 0, start = 0; i < out.n; i++) {
        if (out.s[i] != '\n') continue;
        size_t w = gp_text_width((gp_text){out.s + start, i - start});
        if (w > cells) cells = w;
        start = i + 1;
    }
    assert_in_range(cells, 160, 8 + 162);
    assert_non_null(strstr(out.s, "p:1:1501:"));
    assert_non_null(strstr(out.s, "…中"));
    assert_non_null(strstr(out.s, "中…"));
    gp_arena_fini(&k.heap.arena);
}

static void test_places(void **state) {
    (void)state;
    desk k;
    DESK(k);
    uint32_t line, col, f = gp_diags_source(&k.d, GP_TEXT("p"), GP_TEXT("一二\r\n三四"));
    gp_place_where(&line, &col, &k.d, at(f, 11, 1));
    assert_int_equal(line, 2);
    assert_int_equal(col, 2);
    gp_place_where(&line, &col, &k.d, (gp_place){0});
    assert_int_equal(line + col, 0);
    gp_place sub = gp_place_sub(at(f, 3, 10), 4, 99);
    assert_int_equal(sub.at, 7);
    assert_int_equal(sub.len, 6);
    sub = gp_place_sub(at(f, 3, 10), 99, 1);
    assert_int_equal(sub.at, 13);
    assert_int_equal(sub.len, 0);
    gp_arena_fini(&k.heap.arena);
}

static void test_streams_bring_their_line(void **state) {
    (void)state;
    desk k;
    DESK(k);
    uint32_t f = gp_diags_source(&k.d, GP_TEXT("s.csv"), GP_NO_TEXT);
    gp_diag *diag = gp_report(&k.d, GP_D_BAD_VALUE, (gp_place){.file = f, .line = 70, .col = 3, .len = 3}, "bad");
    diag->line_text = GP_TEXT("市,值");
    check_printed(&k, false, "s.csv:70:3: error: bad [bad-value]\n   70 | 市,值\n      |    ^^\n1 error\n");
    gp_arena_fini(&k.heap.arena);
}

static void test_colour_and_silence(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_printed(&k, false, "");
    gp_report(&k.d, GP_D_YAML, (gp_place){0}, "x");
    check_printed(&k, true, "\033[1m\033[1;31merror\033[0m: x [yaml]\n1 error\n");
    assert_string_equal(gp_code_name(GP_D_YAML), "yaml");
    assert_true(strlen(gp_code_what(GP_D_YAML)) > 0);
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_excerpt_and_hint),         cmocka_unit_test(test_caret_under_wide_text),
        cmocka_unit_test(test_order_and_second_place),   cmocka_unit_test(test_limit),
        cmocka_unit_test(test_long_lines_are_cut),       cmocka_unit_test(test_places),
        cmocka_unit_test(test_streams_bring_their_line), cmocka_unit_test(test_colour_and_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* JSON as tokens: what is taken, what is refused and where, texts with escapes, passing over values. */
#include "trap.h"

#include <stdbool.h>
#include <string.h>

#include "input/json.h"

typedef struct desk {
    test_heap heap;
    gp_diags d;
    gp_file f;
    gp_json_reader r;
} desk;

#define DESK(k) TEST_HEAP((k).heap)

static void start(desk *k, const char *text) {
    gp_diags_init(&k->d, &k->heap.arena);
    assert_true(gp_file_of(&k->f, &k->heap.arena, &k->d, GP_TEXT("t.json"), gp_text_of(text), 0));
    gp_json_start(&k->r, &k->heap.arena, &k->d, &k->f, 0);
}

/* The tokens as letters: { [ end in }, k(ey) t(ext) n(umber) T F N, and $ for the end. */
static void check(const char *text, const char *tokens, size_t errors) {
    static const char LETTERS[] = "${[}ktnTFN";
    desk k;
    DESK(k);
    start(&k, text);
    for (size_t i = 0; tokens[i]; i++) {
        gp_json_token t = gp_json_next(&k.r);
        if (LETTERS[t] != tokens[i]) fail_msg("%s: token %zu is %c, %c is due", text, i, LETTERS[t], tokens[i]);
    }
    assert_int_equal(gp_json_next(&k.r), GP_J_END);
    assert_int_equal(k.d.errors, errors);
    gp_arena_fini(&k.heap.arena);
}

static void test_tokens(void **state) {
    (void)state;
    check("{\"a\": [1, -2.5e+3, true, false, null, \"x\", {}], \"b\": []}", "{k[nnTFNt{}}k[}}$", 0);
    check(" 0 ", "n$", 0);
    check("[[],[[]]]", "[[}[[}}}$", 0);
    check("\"\"", "t$", 0);
}

static void check_refused(const char *text) {
    desk k;
    DESK(k);
    start(&k, text);
    for (int n = 0; n < 20 && gp_json_next(&k.r) != GP_J_END; n++) continue;
    if (k.d.errors != 1) fail_msg("%s: %zu errors", text, k.d.errors);
    assert_int_equal(gp_json_next(&k.r), GP_J_END);
    assert_int_equal(k.d.errors, 1);
    gp_arena_fini(&k.heap.arena);
}

static void test_refused(void **state) {
    static const char *const WRONG[] = {"",     "[1,]",    "{\"a\":1,}", "[1 2]", "{\"a\" 1}",   "{1:2}",       "01",         "-",
                                        "1.",   "1e",      "+1",         ".5",    "NaN",         "tru",         "\"a",        "\"\t\"",
                                        "[1]]", "{}{}",    "[}",         "[1",    "\"\\ud800\"", "\"\\udc00\"", "\"\\u12\"",  "\"\\q\"",
                                        "[1}",  "\"\\ud800\\u0041\""};
    (void)state;
    for (size_t i = 0; i < GP_COUNT(WRONG); i++) check_refused(WRONG[i]);
}

static void check_text(const char *json, const char *due) {
    desk k;
    DESK(k);
    start(&k, json);
    assert_int_equal(gp_json_next(&k.r), GP_J_TEXT);
    if (!gp_text_is(k.r.text, due)) fail_msg("%s is `%.*s`", json, GP_ARG(k.r.text));
    gp_arena_fini(&k.heap.arena);
}

static void test_texts(void **state) {
    (void)state;
    check_text("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t");
    check_text("\"\\u4e2d\\u6587\"", "中文");
    check_text("\"\\ud83d\\ude00\"", "😀");
    check_text("\"中文 \\u00e9\"", "中文 é");
}

static void check_depth(size_t n, bool good) {
    char deep[2 * GP_JSON_NESTING + 3];
    desk k;
    DESK(k);
    memset(deep, '[', n);
    memset(deep + n, ']', n);
    deep[2 * n] = '\0';
    start(&k, deep);
    assert_int_equal(gp_json_skip(&k.r, gp_json_next(&k.r)), good);
    assert_int_equal(k.d.errors, !good);
    gp_arena_fini(&k.heap.arena);
}

static void test_depth(void **state) {
    (void)state;
    check_depth(GP_JSON_NESTING, true);
    check_depth(GP_JSON_NESTING + 1, false);
}

static void test_skip_and_again(void **state) {
    desk k;
    DESK(k);
    (void)state;
    start(&k, "{\"a\": {\"b\": [1, {\"c\": 2}]}, \"d\": 3}");
    assert_int_equal(gp_json_next(&k.r), GP_J_OBJECT);
    assert_int_equal(gp_json_next(&k.r), GP_J_KEY);
    gp_json_token t = gp_json_next(&k.r);
    size_t from = k.r.start;
    assert_true(gp_json_skip(&k.r, t));
    assert_int_equal(gp_json_next(&k.r), GP_J_KEY);
    assert_true(gp_text_is(k.r.text, "d"));
    gp_json_start(&k.r, &k.heap.arena, &k.d, &k.f, from);
    assert_int_equal(gp_json_next(&k.r), GP_J_OBJECT);
    assert_int_equal(gp_json_next(&k.r), GP_J_KEY);
    assert_true(gp_text_is(k.r.text, "b"));
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_tokens), cmocka_unit_test(test_refused), cmocka_unit_test(test_texts),
                                       cmocka_unit_test(test_depth), cmocka_unit_test(test_skip_and_again)};
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}

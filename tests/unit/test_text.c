/* Slices, UTF-8, widths, buffers, pools and the nearest name. */
#include "trap.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define T(s) GP_TEXT(s)

static void test_comparing(void **state) {
    (void)state;
    assert_true(gp_text_eq(T("中"), T("中")));
    assert_false(gp_text_eq(T("a"), T("ab")));
    assert_true(gp_text_eq(GP_NO_TEXT, GP_NO_TEXT));
    assert_false(gp_text_eq(GP_NO_TEXT, T("")));
    assert_true(gp_text_is(T("x"), "x"));
    assert_false(gp_text_is(GP_NO_TEXT, ""));
    assert_true(gp_text_cmp(T("a"), T("b")) < 0);
    assert_true(gp_text_cmp(T("ab"), T("a")) > 0);
    assert_true(gp_text_cmp(T("\x7f"), T("\xC2\x80")) < 0);
    assert_true(gp_text_starts(T("abc"), "ab"));
    assert_true(gp_text_starts(T(""), ""));
    assert_false(gp_text_starts(T("a"), "ab"));
    assert_null(gp_text_of(NULL).s);
}

static void check_trim(const char *in, const char *out) {
    assert_true(gp_text_is(gp_text_trim(gp_text_of(in)), out));
}

static void test_trimming(void **state) {
    (void)state;
    check_trim(" \t a b \r\n", "a b");
    check_trim("　 中　文 　", "中　文");
    check_trim(" 　 ", "");
    check_trim("", "");
    assert_int_equal(gp_text_trim(GP_NO_TEXT).n, 0);
}

static void check_invalid(const char *bytes, size_t n, size_t at) {
    gp_text t = {bytes, n};
    assert_int_equal(gp_utf8_valid(t), at);
    size_t i = at;
    assert_int_equal(gp_utf8_next(t, &i), 0xFFFD);
    assert_int_equal(i, at + 1);
}

static void test_utf8_is_strict(void **state) {
    (void)state;
    check_invalid("a\x80", 2, 1);
    check_invalid("\xC0\xAF", 2, 0);
    check_invalid("\xC1\xBF", 2, 0);
    check_invalid("\xE0\x80\xAF", 3, 0);
    check_invalid("\xE0\x9F\xBF", 3, 0);
    check_invalid("\xED\xA0\x80", 3, 0);
    check_invalid("\xED\xBF\xBF", 3, 0);
    check_invalid("\xF0\x8F\xBF\xBF", 4, 0);
    check_invalid("\xF4\x90\x80\x80", 4, 0);
    check_invalid("\xF5\x80\x80\x80", 4, 0);
    check_invalid("\xFE", 1, 0);
    check_invalid("ab\xE4\xB8", 4, 2);
    check_invalid("\xE4\xB8x", 3, 0);
}

static void test_utf8_round_trip(void **state) {
    (void)state;
    static const uint32_t CPS[] = {0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x10FFFF};
    for (size_t k = 0; k < GP_COUNT(CPS); k++) {
        char out[4];
        size_t n = gp_utf8_put(out, CPS[k]), i = 0;
        assert_int_equal(gp_utf8_valid((gp_text){out, n}), n);
        assert_int_equal(gp_utf8_next((gp_text){out, n}, &i), CPS[k]);
        assert_int_equal(i, n);
    }
    char out[4];
    size_t i = 0, n = gp_utf8_put(out, 0xD800);
    assert_int_equal(gp_utf8_next((gp_text){out, n}, &i), 0xFFFD);
}

static void test_widths(void **state) {
    (void)state;
    assert_int_equal(gp_text_width(T("abc")), 3);
    assert_int_equal(gp_text_width(T("中文a")), 5);
    assert_int_equal(gp_text_width(T("ＡＢ：")), 6);
    assert_int_equal(gp_text_width(T("e\xCC\x81")), 1);
    assert_int_equal(gp_text_width(T("\x01\x1B")), 0);
    assert_int_equal(gp_text_width(GP_NO_TEXT), 0);
    assert_true(gp_cp_is_space(0x3000) && gp_cp_is_space(0xA0) && gp_cp_is_space('\n') && gp_cp_is_space(0x2009));
    assert_false(gp_cp_is_space(0x200B) || gp_cp_is_space('x') || gp_cp_is_space(0x180E));
}

static void check_nearest(const char *name, const char *due) {
    static const gp_text KEYS[] = {GP_TEXT("at_least"), GP_TEXT("at_most"),    GP_TEXT("value"),
                                   GP_TEXT("weight"),   GP_TEXT("新增监测点"), GP_TEXT("id")};
    gp_text got = gp_text_nearest(gp_text_of(name), KEYS, GP_COUNT(KEYS));
    if (due)
        assert_true(gp_text_is(got, due));
    else
        assert_null(got.s);
}

static void test_nearest(void **state) {
    (void)state;
    check_nearest("at_lest", "at_least");
    check_nearest("atleast", "at_least");
    check_nearest("AT-LEAST", "at_least");
    check_nearest("vlaue", "value");
    check_nearest("wieght", "weight");
    check_nearest("新增检测点", "新增监测点");
    check_nearest("Id", "id");
    check_nearest("ie", "id");
    check_nearest("xyzzy", NULL);
    check_nearest("q", NULL);
    check_nearest("", NULL);
    check_nearest("at_least_at_least_at_least_at_least_at_least_at_least_at_least_at_least", NULL);
    assert_null(gp_text_nearest(T("a"), NULL, 0).s);
}

static void test_buffer(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_buf b;
    gp_buf_init(&b, &h.arena);
    assert_int_equal(gp_buf_take(&b).n, 0);
    gp_buf_printf(&b, "%d %zu %.*s", -3, (size_t)7, GP_ARG(T("中")));
    gp_buf_char(&b, '!');
    gp_buf_cp(&b, 0x4E2D);
    gp_buf_str(&b, "");
    gp_text t = gp_buf_take(&b);
    assert_string_equal(t.s, "-3 7 中!中");
    assert_int_equal(b.n, 0);
    static char long_text[5000];
    memset(long_text, 'a', sizeof long_text - 1);
    for (int i = 0; i < 30; i++) gp_buf_printf(&b, "<%s>", long_text);
    t = gp_buf_take(&b);
    assert_int_equal(t.n, 30 * 5001);
    assert_int_equal(t.s[t.n], 0);
    assert_int_equal(t.s[t.n - 1], '>');
    gp_arena_fini(&h.arena);
}

static void test_copies(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    assert_null(gp_text_dup(&h.arena, GP_NO_TEXT).s);
    assert_non_null(gp_text_dup(&h.arena, T("")).s);
    assert_string_equal(gp_text_cstr(&h.arena, (gp_text){"abc", 2}), "ab");
    assert_string_equal(gp_text_cstr(&h.arena, GP_NO_TEXT), "");
    assert_true(gp_text_hash(T("")) == 0xcbf29ce484222325u);
    assert_true(gp_text_hash(T("a")) == 0xaf63dc4c8601ec8cu);
    gp_arena_fini(&h.arena);
}

static void test_pool(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_pool p;
    uint32_t found = 99;
    gp_pool_init(&p, &h.arena);
    assert_false(gp_pool_find(&found, &p, T("k1")));
    for (unsigned round = 0; round < 2; round++)
        for (unsigned i = 0; i < 3000; i++) {
            char name[16];
            snprintf(name, sizeof name, "k%u", i);
            assert_int_equal(gp_pool_add(&p, gp_text_of(name)), i);
        }
    assert_int_equal(p.n, 3000);
    assert_true(gp_pool_find(&found, &p, T("k2999")));
    assert_int_equal(found, 2999);
    assert_false(gp_pool_find(&found, &p, T("k3000")));
    assert_int_equal(gp_pool_add(&p, T("")), 3000);
    assert_int_equal(gp_pool_add(&p, GP_NO_TEXT), 3000);
    gp_arena_fini(&h.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comparing),       cmocka_unit_test(test_trimming), cmocka_unit_test(test_utf8_is_strict),
        cmocka_unit_test(test_utf8_round_trip), cmocka_unit_test(test_widths),   cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_buffer),          cmocka_unit_test(test_copies),   cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

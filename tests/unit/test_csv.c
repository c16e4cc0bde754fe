/* CSV: quoting, line ends, places, headers, and going on behind a record that was refused. */
#include "trap.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "input/csv.h"

typedef struct desk {
    test_heap heap;
    gp_diags d;
    gp_file f;
    gp_csv csv;
} desk;

#define DESK(k) TEST_HEAP((k).heap)

static bool open_text(desk *k, const char *text) {
    gp_diags_init(&k->d, &k->heap.arena);
    assert_true(gp_file_of(&k->f, &k->heap.arena, &k->d, GP_TEXT("t.csv"), gp_text_of(text), 0));
    return gp_csv_open(&k->csv, &k->heap.arena, &k->d, &k->f);
}

static void check_row(desk *k, uint32_t line, size_t n, const char *const *fields) {
    assert_int_equal(gp_csv_next(&k->csv), GP_CSV_ROW);
    assert_int_equal(k->csv.ncols, n);
    assert_int_equal(k->csv.place.line, line);
    for (size_t i = 0; i < n; i++)
        if (!gp_text_is(k->csv.fields[i], fields[i])) fail_msg("field %zu is `%.*s`, `%s` is due", i, GP_ARG(k->csv.fields[i]), fields[i]);
}
#define ROW(k, line, ...) check_row((k), (line), GP_COUNT(((const char *const[]){__VA_ARGS__})), (const char *const[]){__VA_ARGS__})

static void check_error(desk *k, size_t i, gp_code code, uint32_t line, uint32_t col) {
    uint32_t got_line, got_col;
    assert_true(i < k->d.n);
    assert_string_equal(gp_code_name(k->d.items[i].code), gp_code_name(code));
    gp_place_where(&got_line, &got_col, &k->d, k->d.items[i].place);
    assert_int_equal(got_line, line);
    assert_int_equal(got_col, col);
}

static void test_plain_records(void **state) {
    (void)state;
    static const char *const TEXTS[] = {"单位, 年度 \n杭州,2020\n宁波,\n", "单位,年度\r\n杭州,2020\r\n宁波,\r\n",
                                        "单位,年度\r杭州,2020\r宁波,", "\xEF\xBB\xBF单位,年度\n杭州,2020\n宁波,"};
    desk k;
    DESK(k);
    for (size_t i = 0; i < GP_COUNT(TEXTS); i++) {
        assert_true(open_text(&k, TEXTS[i]));
        assert_true(gp_text_is(k.csv.header[0], "单位"));
        assert_true(gp_text_is(k.csv.header[1], "年度"));
        ROW(&k, 2, "杭州", "2020");
        ROW(&k, 3, "宁波", "");
        assert_int_equal(gp_csv_next(&k.csv), GP_CSV_END);
        assert_int_equal(gp_csv_next(&k.csv), GP_CSV_END);
        assert_int_equal(k.csv.record, 2);
        assert_int_equal(k.d.errors, 0);
    }
    gp_arena_fini(&k.heap.arena);
}

static void test_quotes(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_true(open_text(
        &k, "\"a\",\"b \"\"q\"\"\",c\r\n\"x\r\ny\",\"\"\"\",\r\n\r\n\n\"1,2\", 3 ,\"\"\r\n\"\"\"a\"\"\",\"b\"\"\",\"\"\"\"\"\"\n"));
    assert_true(gp_text_is(k.csv.header[1], "b \"q\""));
    ROW(&k, 2, "x\r\ny", "\"", "");
    ROW(&k, 6, "1,2", " 3 ", "");
    assert_memory_equal(k.f.text.s + k.csv.places[0].at, "1,2", k.csv.places[0].len);
    ROW(&k, 7, "\"a\"", "b\"", "\"\"");
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_END);
    gp_arena_fini(&k.heap.arena);
}

static void test_field_counts(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_true(open_text(&k, "甲,乙\n1\n1,二,3,4\n5,6\n"));
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_BAD);
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_BAD);
    ROW(&k, 4, "5", "6");
    assert_int_equal(k.csv.record, 3);
    check_error(&k, 0, GP_D_CSV_FIELDS, 2, 2);
    assert_non_null(strstr(k.d.items[0].hint.s, "`乙`"));
    check_error(&k, 1, GP_D_CSV_FIELDS, 3, 5);
    gp_arena_fini(&k.heap.arena);
}

static void test_bad_quotes(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_true(open_text(&k, "甲,乙\n1,中\"y\n\"1\"x,2\n \"3\",4\n5,6\n\"7\n8\",\"open\n9,0\n"));
    for (int i = 0; i < 3; i++) assert_int_equal(gp_csv_next(&k.csv), GP_CSV_BAD);
    ROW(&k, 5, "5", "6");
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_BAD);
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_END);
    check_error(&k, 0, GP_D_CSV_QUOTE, 2, 4);
    check_error(&k, 1, GP_D_CSV_QUOTE, 3, 4);
    check_error(&k, 2, GP_D_CSV_QUOTE, 4, 2);
    check_error(&k, 3, GP_D_CSV_QUOTE, 7, 4);
    assert_int_equal(k.d.errors, 4);
    gp_arena_fini(&k.heap.arena);
}

static void test_headers(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_false(open_text(&k, ""));
    check_error(&k, 0, GP_D_CSV_HEADER, 1, 1);
    assert_false(open_text(&k, "\n\r\n"));
    assert_false(open_text(&k, "a,,b, a ,\n"));
    assert_int_equal(k.d.errors, 3);
    check_error(&k, 0, GP_D_CSV_HEADER, 1, 3);
    check_error(&k, 1, GP_D_CSV_HEADER, 1, 10);
    check_error(&k, 2, GP_D_CSV_HEADER, 1, 7);
    assert_int_equal(k.d.items[2].also.at, 0);
    assert_false(open_text(&k, "a,\"b"));
    check_error(&k, 0, GP_D_CSV_QUOTE, 1, 3);
    assert_false(open_text(&k, "a,b\"\n"));
    assert_true(open_text(&k, "\n\na"));
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_END);
    gp_arena_fini(&k.heap.arena);
}

static void test_column_limit(void **state) {
    (void)state;
    desk k;
    DESK(k);
    for (unsigned n = 65536; n <= 65537; n++) {
        gp_buf b;
        gp_buf_init(&b, &k.heap.arena);
        for (unsigned i = 0; i < n; i++) gp_buf_printf(&b, "%sc%u", i ? "," : "", i);
        assert_int_equal(open_text(&k, gp_buf_take(&b).s), n == 65536);
    }
    check_error(&k, 0, GP_D_CSV_HEADER, 1, 447643);
    gp_arena_fini(&k.heap.arena);
}

static void test_many_rows_reuse_memory(void **state) {
    (void)state;
    desk k;
    DESK(k);
    gp_buf b;
    gp_buf_init(&b, &k.heap.arena);
    gp_buf_str(&b, "a,b\n");
    for (unsigned i = 0; i < 5000; i++) gp_buf_printf(&b, "%u,\"q\"\"%u\"\n", i, i);
    assert_true(open_text(&k, gp_buf_take(&b).s));
    assert_int_equal(gp_csv_next(&k.csv), GP_CSV_ROW);
    size_t bytes = k.heap.arena.bytes;
    for (unsigned i = 1; i < 5000; i++) {
        char n[16], q[16];
        snprintf(n, sizeof n, "%u", i);
        snprintf(q, sizeof q, "q\"%u", i);
        ROW(&k, i + 2, n, q);
    }
    assert_true(k.heap.arena.bytes - bytes <= 4096);
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_records),
        cmocka_unit_test(test_quotes),
        cmocka_unit_test(test_field_counts),
        cmocka_unit_test(test_bad_quotes),
        cmocka_unit_test(test_headers),
        cmocka_unit_test(test_column_limit),
        cmocka_unit_test(test_many_rows_reuse_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

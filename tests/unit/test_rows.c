/* Frames from tables: CSV, long and wide. */
#include "frame_bed.h"

static void test_wide(void **state) {
    (void)state;
    BED(b);
    b.f->trace = false;
    add(&b, "a.csv",
        "单位,period,scenario,points,CPI累计涨幅,cpi.basis,"
        "outline,outline.covers,outline.on,full,备注,prices.points.claim,region\r\n"
        "甲,2020,,50,2.1%,,初稿,2020-H1,2020-05-04,是,x,100%,东\n"
        "乙,2020,s1, 60 家 ,暂未出,estimated,,,,0,,,\n"
        "丙,2018,,oops,,,,,,,,,\n"
        "\"丁\"\"丁\",2019,,-1.5,3,forecast,,,,,,,东\n");
    load(&b);
    assert_int_equal(b.f->nrows, 3);
    assert_int_equal(b.f->other_periods, 1);
    assert_number(at(&b, 0, POINTS), 50);
    assert_number(at(&b, 0, CPI), 0.021);
    assert_number(at(&b, 0, FULL), 1);
    assert_cell(&b, OUTLINE, 2, 4, GP_PARTIAL);
    assert_number(at(&b, 1, POINTS), 60);
    assert_true(isnan(at(&b, 1, CPI)));
    assert_number(at(&b, 1, FULL), 0);
    assert_true(gp_text_is(b.f->cases[1].scenario, "s1"));
    assert_true(gp_text_is(b.f->cases[2].subject, "丁\"丁"));
    assert_number(at(&b, 2, POINTS), -1.5);
    assert_int_equal(cell(&b, 2, CPI)->basis, GP_FORECAST);
    assert_number(at(&b, 2, REGION), at(&b, 0, REGION));
    assert_int_equal(b.f->nclaims, 1);
    assert_int_equal(b.f->norigins, 0);
    bed_end(&b);
}

static void test_long(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.csv",
        "subject,period,name,value,unit,basis,covers,on,cite\n"
        "甲,2020,points,50,,,,,\n"
        "乙,2020,points,7,,,,,\n"
        "甲,2020,loans,195,万元,provisional,,,quoted\n"
        "甲,2020,CPI累计涨幅,,,,,,\n"
        "甲,2020,outline,初稿,,,2020,2020-11-30,\n");
    load(&b);
    assert_int_equal(b.f->nrows, 2);
    assert_int_equal(b.f->used, 5);
    assert_number(at(&b, 0, POINTS), 50);
    assert_number(at(&b, 1, POINTS), 7);
    assert_cell(&b, LOANS, 1950000, 1950000, GP_PROVISIONAL);
    assert_number(at(&b, 0, OUTLINE), 2);
    assert_true(gp_text_is(gp_frame_origin(b.f, 0, LOANS)->cite, "quoted"));
    bed_end(&b);
}

static void test_missing_text_is_counted(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.csv", "subject,period,loose\n甲,2020,缺\n乙,2020,3\n丙,2020,\n");
    load(&b);
    assert_int_equal(b.f->text_missing, 1);
    assert_int_equal(count(&b, GP_D_DATA_TEXT), 1);
    assert_true(isnan(at(&b, 0, LOOSE)));
    assert_number(at(&b, 1, LOOSE), 3);
    bed_end(&b);
}

static void test_long_numbers_are_rounded_and_counted(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.csv", "subject,period,loose\n甲,2020,0.12345678901234567\n乙,2020,999999999999999\n");
    load(&b);
    assert_int_equal(b.f->rounded, 1);
    assert_int_equal(count(&b, GP_D_DIGITS), 1);
    assert_number(at(&b, 0, LOOSE), 0.123456789012346);
    assert_number(at(&b, 1, LOOSE), 999999999999999.0);
    bed_end(&b);
}

static void test_case_over_rows_and_files(void **state) {
    (void)state;
    BED(b);
    add(&b, "b.csv", "subject,period,points\n乙,2020,1\n甲,2020,2\n");
    add(&b, "a.csv", "subject,period,place,full\n甲,2020,8,\n甲,2019,9,\n甲,2020,,1\n");
    load(&b);
    assert_int_equal(b.f->nrows, 3);
    assert_true(gp_text_is(b.f->cases[0].subject, "甲"));
    assert_number(at(&b, 0, PLACE), 8);
    assert_number(at(&b, 0, FULL), 1);
    assert_number(at(&b, 0, POINTS), 2);
    assert_number(at(&b, 1, PLACE), 9);
    assert_true(gp_text_is(b.f->cases[2].subject, "乙"));
    assert_int_equal(b.f->nfiles, 2);
    bed_end(&b);
}

static void test_given_twice_names_both_places(void **state) {
    (void)state;
    for (int trace = 0; trace < 2; trace++) {
        BED(b);
        b.f->trace = trace;
        add(&b, "a.csv", "subject,period,points,place\n甲,2020,1,\n甲,2020,,8\n");
        add(&b, "b.yaml", YAML "values:\n  place: {value: 9, basis: estimated}\n");
        refused(&b, GP_D_DATA_TWICE, 6);
        uint32_t line, col;
        gp_place_where(&line, &col, &b.d, b.d.items[0].also);
        assert_int_equal(line, 3);
        bed_end(&b);
    }
}

static void test_weaker_value_twice(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {place: {value: 9, basis: estimated}}\n");
    add(&b, "b.csv", "subject,period,place\n甲,2020,9\n");
    refused(&b, GP_D_DATA_TWICE, 2);
    bed_end(&b);
}

static void test_same_file_twice(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.csv", "subject,period,place\n甲,2020,9\n");
    add(&b, "a.csv", "subject,period,place\n甲,2020,9\n");
    refused(&b, GP_D_DATA_TWICE, 0);
    bed_end(&b);
}

static void test_bad_headings(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gp_code code;
    } TABLES[] = {
        {"subject,period,pionts\n", GP_D_DATA_HEADING},
        {"subject,period,twice\n", GP_D_DATA_HEADING},
        {"subject,period,name,value,note\n", GP_D_DATA_HEADING},
        {"subject,period,points,新增监测点\n", GP_D_DATA_COLUMNS},
        {"subject,period,单位,points\n", GP_D_DATA_COLUMNS},
        {"subject,period,points.basis\n", GP_D_DATA_COLUMNS},
        {"subject,period,points,points.bases\n", GP_D_DATA_HEADING},
        {"subject,period,points,nobody.claim\n", GP_D_DATA_HEADING},
        {"period,points\n", GP_D_DATA_COLUMNS},
        {"subject,points\n", GP_D_DATA_COLUMNS},
    };
    for (size_t i = 0; i < GP_COUNT(TABLES); i++) {
        BED(b);
        add(&b, "a.csv", TABLES[i].text);
        refused(&b, TABLES[i].code, 1);
        bed_end(&b);
    }
}

/* A table of one record must be refused, and leave nothing. */
static void refused_row(const char *header, const char *row, gp_code code, bool trace) {
    BED(b);
    b.f->trace = trace;
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_printf(&text, "%s\n%s\n", header, row);
    add(&b, "a.csv", gp_buf_take(&text).s);
    refused(&b, code, 2);
    assert_int_equal(b.f->refused, 1);
    assert_int_equal(b.f->nrows, 0);
    bed_end(&b);
}

static void test_bad_cells(void **state) {
    (void)state;
    static const struct {
        const char *row;
        gp_code code;
    } ROWS[] = {
        {",2020,1,,", GP_D_DATA_EMPTY},   {"a,,1,,", GP_D_DATA_EMPTY},    {"a,20,1,,", GP_D_BAD_VALUE},  {"a,2020,x,,", GP_D_BAD_VALUE},
        {"a,2020,,61,", GP_D_DATA_RANGE}, {"a,2020,,,2", GP_D_BAD_VALUE}, {"a,2020,1", GP_D_CSV_FIELDS},
    };
    for (size_t i = 0; i < GP_COUNT(ROWS); i++) {
        refused_row("subject,period,points,cpi,full", ROWS[i].row, ROWS[i].code, false);
        refused_row("subject,period,points,cpi,full", ROWS[i].row, ROWS[i].code, true);
    }
}

static void test_bad_long_rows(void **state) {
    (void)state;
    refused_row("subject,period,name,value", "甲,2020,,1", GP_D_DATA_EMPTY, false);
    refused_row("subject,period,name,value", "甲,2020,pionts,1", GP_D_UNKNOWN_NAME, false);
    refused_row("subject,period,name,value", "甲,2020,twice,1", GP_D_UNKNOWN_NAME, false);
}

static void test_bad_rows_are_refused_whole(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.csv", "subject,period,points,place\n甲,2020,1,x\n乙,2020,2,3\n甲,2020,5,\n丙,2020\n乙,2020,9,\n");
    assert_true(gp_frame_load(b.f, true));
    assert_int_equal(b.d.errors, 0);
    assert_int_equal(b.d.warnings, 3);
    assert_int_equal(b.f->rows_in, 5);
    assert_int_equal(b.f->refused, 3);
    assert_int_equal(b.f->nrows, 2);
    assert_number(at(&b, 0, POINTS), 2);
    assert_number(at(&b, 1, POINTS), 5);
    bed_end(&b);
}

static void test_warnings_of_bad_rows_are_bounded(void **state) {
    (void)state;
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_str(&text, "subject,period,points\n");
    for (int i = 0; i < 1000; i++) gp_buf_printf(&text, "s%d,2020,x\n", i);
    add(&b, "a.csv", gp_buf_take(&text).s);
    assert_true(gp_frame_load(b.f, true));
    assert_int_equal(b.d.warnings, 1000);
    assert_int_equal(b.f->refused, 1000);
    assert_true(b.d.n <= 101);
    bed_end(&b);
}

static void test_many_cases(void **state) {
    (void)state;
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_str(&text, "subject,period,points\n");
    for (int i = 0; i < 5000; i++) gp_buf_printf(&text, "s%d,%d,%d\n", i % 2500, 2019 + i / 2500, i);
    add(&b, "a.csv", gp_buf_take(&text).s);
    load(&b);
    assert_int_equal(b.f->nrows, 5000);
    for (int i = 0; i < 5000; i++) assert_number(at(&b, (size_t)i, POINTS), i);
    bed_end(&b);
}

static void test_unknown_ending(void **state) {
    (void)state;
    BED(b);
    gp_frame_add(b.f, GP_TEXT("data.xlsx"));
    refused(&b, GP_D_FILE_KIND, 0);
    bed_end(&b);
}

static void test_judged_twice(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "judged: {prices.analysis: {value: 良, reason: r}}\n");
    add(&b, "b.yaml", YAML "judged: {prices.analysis: {value: 优, reason: r}}\n");
    refused(&b, GP_D_DATA_TWICE, 5);
    bed_end(&b);
}

static void test_messages_say_what_is_due(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {cpi: 61%}\njudged: {prices.analysis: {value: 很好, reason: r}}\n");
    assert_false(gp_frame_load(b.f, false));
    assert_true(gp_text_is(b.d.items[0].message, "`61%` is outside the range of `cpi`, [-20, 60]%"));
    assert_true(gp_text_is(b.d.items[1].message, "`很好` is no tier: 优, 良, 差, 达成, met, 未达成 or unmet is due"));
    bed_end(&b);
}

static void test_kind_by_content(void **state) {
    (void)state;
    BED(b);
    add(&b, "first", YAML "values: {points: 1}\n");
    add(&b, "second", "subject,period,points\n乙,2020,2\n");
    load(&b);
    assert_number(at(&b, 0, POINTS), 1);
    assert_number(at(&b, 1, POINTS), 2);
    bed_end(&b);
}

static void test_long_text_is_cut_in_messages(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {points: 很很很很很很很很很很很很很很很很很很很很很很很很多}\n");
    assert_false(gp_frame_load(b.f, false));
    gp_text m = b.d.items[0].message;
    assert_true(m.n < 120);
    assert_int_equal(gp_utf8_valid(m), m.n);
    bed_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_wide),
        cmocka_unit_test(test_long),
        cmocka_unit_test(test_missing_text_is_counted),
        cmocka_unit_test(test_long_numbers_are_rounded_and_counted),
        cmocka_unit_test(test_case_over_rows_and_files),
        cmocka_unit_test(test_given_twice_names_both_places),
        cmocka_unit_test(test_weaker_value_twice),
        cmocka_unit_test(test_same_file_twice),
        cmocka_unit_test(test_bad_headings),
        cmocka_unit_test(test_bad_cells),
        cmocka_unit_test(test_bad_long_rows),
        cmocka_unit_test(test_bad_rows_are_refused_whole),
        cmocka_unit_test(test_warnings_of_bad_rows_are_bounded),
        cmocka_unit_test(test_many_cases),
        cmocka_unit_test(test_unknown_ending),
        cmocka_unit_test(test_judged_twice),
        cmocka_unit_test(test_messages_say_what_is_due),
        cmocka_unit_test(test_kind_by_content),
        cmocka_unit_test(test_long_text_is_cut_in_messages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

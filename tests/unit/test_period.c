/* Dates and periods: the calendar, the texts, and the neighbours of a period. */
#include "trap.h"

#include <string.h>

#include "base/period.h"

static gp_period period(const char *text) {
    gp_period p = {0, -1};
    if (!gp_period_read(&p, gp_text_of(text))) fail_msg("\"%s\" is no period", text);
    return p;
}

static void assert_prints(gp_period p, const char *text) {
    char out[32];
    size_t n = gp_period_print(out, p);
    assert_string_equal(out, text);
    assert_int_equal(n, strlen(text));
}

static void counts_days(void **state) {
    (void)state;
    assert_int_equal(gp_date_of(1970, 1, 1), 0);
    assert_int_equal(gp_date_of(1969, 12, 31), -1);
    assert_int_equal(gp_date_of(2000, 3, 1), 11017);
    assert_int_equal(gp_date_of(2020, 12, 31), 18627);
    assert_int_equal(gp_date_of(1, 1, 1), -719162);
    assert_int_equal(gp_date_of(9999, 12, 31), 2932896);
}

static void every_day_follows_the_one_before(void **state) {
    (void)state;
    int y = 1, m = 1, d = 1, last = gp_date_of(9999, 12, 31);
    for (int32_t day = gp_date_of(1, 1, 1); day <= last; day++) {
        int year, month, of;
        gp_date_split(&year, &month, &of, day);
        bool next =
            (year == y && month == m && of == d) || (year == y && month == m + 1 && of == 1) || (year == y + 1 && month == 1 && of == 1);
        if (!next || gp_date_of(year, month, of) != day) fail_msg("day %d is %d-%d-%d", day, year, month, of);
        y = year;
        m = month;
        d = of + 1;
    }
}

static void reads_dates(void **state) {
    (void)state;
    int32_t day;
    char out[16];
    assert_true(gp_date_read(&day, GP_TEXT("2020-02-29")));
    assert_int_equal(gp_date_print(out, day), 10);
    assert_string_equal(out, "2020-02-29");
    assert_true(gp_date_read(&day, GP_TEXT("0001-01-01")));
    gp_date_print(out, day);
    assert_string_equal(out, "0001-01-01");
    static const char *const refused[] = {
        "",           "2020-02-30", "2019-02-29", "1900-02-29",  "2020-13-01", "2020-00-01",  "2020-01-00",
        "0000-01-01", "2020-1-1",   "2020/01/01", "2020-01-01 ", "20200101",   "２020-01-01", "2020-01-0a"};
    for (size_t i = 0; i < GP_COUNT(refused); i++)
        if (gp_date_read(&day, gp_text_of(refused[i]))) fail_msg("\"%s\" was read", refused[i]);
}

static void reads_and_prints_periods(void **state) {
    (void)state;
    static const struct {
        const char *text, *first, *last, *print;
    } cases[] = {
        {"2020", "2020-01-01", "2020-12-31", "2020"},
        {"2020-H1", "2020-01-01", "2020-06-30", "2020-H1"},
        {"2020-H2", "2020-07-01", "2020-12-31", "2020-H2"},
        {"2020-Q3", "2020-07-01", "2020-09-30", "2020-Q3"},
        {"2020-02", "2020-02-01", "2020-02-29", "2020-02"},
        {"2020-01-31", "2020-01-31", "2020-01-31", "2020-01-31"},
        {"2020-01/2020-09", "2020-01-01", "2020-09-30", "2020-01/2020-09"},
        {"2020-Q1/2020-Q3", "2020-01-01", "2020-09-30", "2020-01/2020-09"},
        {"2019/2020", "2019-01-01", "2020-12-31", "2019/2020"},
        {"2020-H1/2020-H2", "2020-01-01", "2020-12-31", "2020"},
        {"2019-07/2020-06", "2019-07-01", "2020-06-30", "2019-07/2020-06"},
        {"2020-02/2020-04", "2020-02-01", "2020-04-30", "2020-02/2020-04"},
        {"2020-01-01/2020-03-31", "2020-01-01", "2020-03-31", "2020-Q1"},
        {"2020-01-15/2020-12-31", "2020-01-15", "2020-12-31", "2020-01-15/2020-12-31"},
        {"2020-05-05/2020-05-05", "2020-05-05", "2020-05-05", "2020-05-05"},
        {"9999", "9999-01-01", "9999-12-31", "9999"},
    };
    for (size_t i = 0; i < GP_COUNT(cases); i++) {
        gp_period p = period(cases[i].text);
        int32_t first, last;
        assert_true(gp_date_read(&first, gp_text_of(cases[i].first)));
        assert_true(gp_date_read(&last, gp_text_of(cases[i].last)));
        assert_int_equal(p.first, first);
        assert_int_equal(p.last, last);
        assert_prints(p, cases[i].print);
    }
}

static void refuses_periods(void **state) {
    (void)state;
    static const char *const refused[] = {
        "",           "/",         "2020/",           "/2020",           "20",           "02020",          "0000",   "2020-H3",
        "2020-H0",    "2020-Q5",   "2020-h1",         "2020-13",         "2020-00",      "2020-1",         "2020-Q", "2020 ",
        "2020-02-30", "2021/2020", "2020-07/2020-01", "2020-12/2020-H1", "2020/2020-03", "2020/2021/2022", "2020年", "any",
        "2020.07",    "2020-HH"};
    for (size_t i = 0; i < GP_COUNT(refused); i++) {
        gp_period p;
        if (gp_period_read(&p, gp_text_of(refused[i]))) fail_msg("\"%s\" was read", refused[i]);
    }
}

static void compares_cover(void **state) {
    (void)state;
    gp_period year = period("2020");
    assert_int_equal(gp_period_cover(year, period("2020-01/2020-12")), GP_COVER_ALL);
    assert_int_equal(gp_period_cover(year, period("2020-01/2020-09")), GP_COVER_PART);
    assert_int_equal(gp_period_cover(year, period("2020-12-31")), GP_COVER_PART);
    assert_int_equal(gp_period_cover(year, period("2019-12/2020-01")), GP_COVER_BEYOND);
    assert_int_equal(gp_period_cover(year, period("2020/2021")), GP_COVER_BEYOND);
    assert_int_equal(gp_period_cover(year, period("2019")), GP_COVER_NONE);
    assert_int_equal(gp_period_cover(year, period("2021-01")), GP_COVER_NONE);
}

static void finds_neighbours(void **state) {
    (void)state;
    static const struct {
        const char *text, *prev, *year_ago;
    } cases[] = {
        {"2020", "2019", "2019"},
        {"2020-H1", "2019-H2", "2019-H1"},
        {"2020-Q1", "2019-Q4", "2019-Q1"},
        {"2020-Q3", "2020-Q2", "2019-Q3"},
        {"2020-01", "2019-12", "2019-01"},
        {"2020-03", "2020-02", "2019-03"},
        {"2020-02", "2020-01", "2019-02"},
        {"2020-03-01", "2020-02-29", "2019-03-01"},
        {"2020-02-29", "2020-02-28", "2019-02-28"},
        {"2020-01/2020-09", "2019-04/2019-12", "2019-01/2019-09"},
        {"2019/2020", "2017/2018", "2018/2019"},
        {"2020-01-11/2020-01-20", "2020-01-01/2020-01-10", "2019-01-11/2019-01-20"},
        {"2020-01-01/2020-02-29", "2019-11/2019-12", "2019-01/2019-02"},
    };
    for (size_t i = 0; i < GP_COUNT(cases); i++) {
        assert_true(gp_period_eq(gp_period_prev(period(cases[i].text)), period(cases[i].prev)));
        assert_true(gp_period_eq(gp_period_year_ago(period(cases[i].text)), period(cases[i].year_ago)));
    }
}

/* Before year 1 nothing reads back, but nothing breaks either. */
static void goes_back_before_year_one(void **state) {
    (void)state;
    gp_period p = period("0001");
    for (int i = 0; i < 5; i++) {
        gp_period before = gp_period_prev(p);
        assert_int_equal(before.last, p.first - 1);
        char out[32];
        assert_true(gp_period_print(out, before) > 0);
        p = before;
    }
    p = period("0001-Q1");
    for (int i = 0; i < 5; i++) {
        gp_period ago = gp_period_year_ago(p);
        assert_true(ago.last < p.first);
        p = ago;
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_days),      cmocka_unit_test(every_day_follows_the_one_before),
        cmocka_unit_test(reads_dates),      cmocka_unit_test(reads_and_prints_periods),
        cmocka_unit_test(refuses_periods),  cmocka_unit_test(compares_cover),
        cmocka_unit_test(finds_neighbours), cmocka_unit_test(goes_back_before_year_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

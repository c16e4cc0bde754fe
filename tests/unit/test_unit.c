/* Units, quantities and intervals: what is read, what is refused, what is printed. */
#include "trap.h"

#include <math.h>
#include <string.h>

#include "base/unit.h"

static const struct {
    const char *text;
    int scale;
    const char *dim;
} units[] = {
    {"", 0, "a plain number"},
    {"%", -2, "a plain number"},
    {"％", -2, "a plain number"},
    {"‰", -3, "a plain number"},
    {"bp", -4, "a plain number"},
    {"百分点", -2, "a plain number"},
    {"个百分点", -2, "a plain number"},
    {"倍", 0, "a plain number"},
    {"万", 4, "a plain number"},
    {"亿", 8, "a plain number"},
    {"万亿", 12, "a plain number"},
    {"k", 3, "a plain number"},
    {"M", 6, "a plain number"},
    {"元", 0, "元"},
    {"亿元", 8, "元"},
    {"万亿元", 12, "元"},
    {"万家", 4, "家"},
    {"k元", 3, "元"},
    {"M吨", 6, "吨"},
    {"km", 0, "km"},
    {"MW", 0, "MW"},
    {"kΩ", 0, "kΩ"},
    {"t", 0, "t"},
    {"℃", 0, "℃"},
    {"亿kWh", 8, "kWh"},
    {"亿元/家", 8, "元/家"},
    {"元/万人", -4, "元/人"},
    {"元/平方米", 0, "元/平方米"},
    {"人·天", 0, "人·天"},
    {"元/人·天", 0, "元/人·天"},
    {"元/元", 0, "a plain number"},
    {"米·米", 0, "米^2"},
    {"万／家", 4, "1/家"},
    {" 家 ", 0, "家"},
    {"bpd", 0, "bpd"},
    {"€", 0, "€"},
};

static void reads_units(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    for (size_t i = 0; i < GP_COUNT(units); i++) {
        gp_units u;
        gp_unit unit;
        gp_units_init(&u, &h.arena);
        assert_true(gp_unit_read(&unit, &u, gp_text_of(units[i].text), NULL, 0));
        assert_int_equal(unit.scale, units[i].scale);
        assert_int_equal(unit.given, units[i].text[0] != 0);
        assert_string_equal(gp_text_cstr(&h.arena, gp_dim_text(&h.arena, &u, &unit.dim)), units[i].dim);
    }
    gp_arena_fini(&h.arena);
}

static const char *const refused_units[] = {
    "5",   "m2",   "平方 米", "%/年", "%同比",     "元%", "万%",    "万倍", "万万", "亿亿元", "元/", "/元", "元//人", "·",
    "元·", "[元]", "（元）",  "元，", "a/b/c/d/e", "１",  "元　人", "、",   "\xFF", "-",      ".",   "‰‰",  "元*人",  "k元k5",
};

static void refuses_units(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    for (size_t i = 0; i < GP_COUNT(refused_units); i++) {
        gp_unit unit;
        if (gp_unit_read(&unit, &u, gp_text_of(refused_units[i]), NULL, 0)) fail_msg("\"%s\" was read", refused_units[i]);
    }
    gp_arena_fini(&h.arena);
}

static void follows_aliases(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    const gp_alias aliases[] = {{GP_TEXT("款"), GP_TEXT("个")},
                                {GP_TEXT("个点"), GP_TEXT("%")},
                                {GP_TEXT("大元"), GP_TEXT("万元")},
                                {GP_TEXT("圈"), GP_TEXT("圈")}};
    gp_unit piece, unit;
    assert_true(gp_unit_read(&piece, &u, gp_text_of("个"), NULL, 0));
    assert_true(gp_unit_read(&unit, &u, gp_text_of("款"), aliases, 4));
    assert_true(gp_dim_eq(&unit.dim, &piece.dim));
    assert_true(gp_text_is(unit.text, "款"));
    assert_true(gp_unit_read(&unit, &u, gp_text_of("万款"), aliases, 4));
    assert_int_equal(unit.scale, 4);
    assert_true(gp_dim_eq(&unit.dim, &piece.dim));
    assert_true(gp_unit_read(&unit, &u, gp_text_of("个点"), aliases, 4));
    assert_int_equal(unit.scale, -2);
    assert_int_equal(unit.dim.n, 0);
    assert_true(gp_unit_read(&unit, &u, gp_text_of("家/大元"), aliases, 4));
    assert_int_equal(unit.scale, -4);
    assert_true(gp_unit_read(&unit, &u, gp_text_of("圈"), aliases, 4)); /* no circle */
    gp_arena_fini(&h.arena);
}

static void combines_dimensions(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    gp_unit a, b, full, want;
    gp_dim out;
    assert_true(gp_unit_read(&a, &u, gp_text_of("元/人"), NULL, 0));
    assert_true(gp_unit_read(&b, &u, gp_text_of("人"), NULL, 0));
    assert_true(gp_unit_read(&want, &u, gp_text_of("元"), NULL, 0));
    assert_true(gp_dim_mul(&out, &a.dim, &b.dim, 1));
    assert_true(gp_dim_eq(&out, &want.dim));
    assert_false(gp_dim_eq(&out, &b.dim));
    assert_true(gp_dim_mul(&out, &a.dim, &a.dim, -1));
    assert_int_equal(out.n, 0);
    assert_true(gp_unit_read(&full, &u, gp_text_of("a·b·c·d"), NULL, 0));
    assert_false(gp_dim_mul(&out, &full.dim, &b.dim, 1));
    assert_true(gp_dim_mul(&out, &full.dim, &full.dim, 1));
    assert_false(gp_dim_eq(&out, &full.dim));
    for (int i = 0; i < 5; i++) assert_true(gp_dim_mul(&out, &out, &out, 1));
    assert_false(gp_dim_mul(&out, &out, &out, 1)); /* an exponent of 128 */
    gp_arena_fini(&h.arena);
}

static const struct {
    const char *text;
    gp_quantity_status status;
    double value;
    int digits;
} quantities[] = {
    {"2257 亿元", GP_QUANTITY_OK, 225700000000.0, 0},
    {"92.5亿", GP_QUANTITY_OK, 9250000000.0, 1},
    {"3.5%", GP_QUANTITY_OK, 0.035, 1},
    {"3.5 ％", GP_QUANTITY_OK, 0.035, 1},
    {"３．５％", GP_QUANTITY_OK, 0.035, 1},
    {"50 家", GP_QUANTITY_OK, 50, 0},
    {"1,234.5 元", GP_QUANTITY_OK, 1234.5, 1},
    {"100000", GP_QUANTITY_OK, 100000, 0},
    {"　8　", GP_QUANTITY_OK, 8, 0},
    {"123.11%", GP_QUANTITY_OK, 1.2311, 2},
    {"25bp", GP_QUANTITY_OK, 0.0025, 0},
    {"1.5倍", GP_QUANTITY_OK, 1.5, 1},
    {"1e3元", GP_QUANTITY_OK, 1000, 0},
    {"3161余", GP_QUANTITY_OK, 3161, 0}, /* of a unit 余, which will not fit */
    {"", GP_QUANTITY_EMPTY, 0, 0},
    {"  ", GP_QUANTITY_EMPTY, 0, 0},
    {"暂无", GP_QUANTITY_NO_NUMBER, 0, 0},
    {"1,23 元", GP_QUANTITY_GROUPS, 0, 0},
    {"1e400", GP_QUANTITY_RANGE, 0, 0},
    {"1e308亿", GP_QUANTITY_RANGE, 0, 0},
    {"3e-308%", GP_QUANTITY_RANGE, 0, 0},
    {"5 6", GP_QUANTITY_UNIT, 0, 0},
    {"5.", GP_QUANTITY_UNIT, 0, 0},
    {"12:30", GP_QUANTITY_UNIT, 0, 0},
    {"2020-01", GP_QUANTITY_UNIT, 0, 0},
    {"0x10", GP_QUANTITY_UNIT, 0, 0},
    {"5%/年", GP_QUANTITY_UNIT, 0, 0},
    {"7~10", GP_QUANTITY_UNIT, 0, 0},
};

static void reads_quantities(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    for (size_t i = 0; i < GP_COUNT(quantities); i++) {
        gp_quantity q;
        gp_quantity_status status = gp_quantity_read(&q, &u, gp_text_of(quantities[i].text), NULL, NULL, 0);
        if (status != quantities[i].status) fail_msg("\"%s\": status %d", quantities[i].text, (int)status);
        if (status != GP_QUANTITY_OK) continue;
        assert_true(q.value == quantities[i].value);
        assert_int_equal(q.digits, quantities[i].digits);
    }
    gp_arena_fini(&h.arena);
}

static void scales_bare_numbers(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    gp_unit due;
    gp_quantity q;
    assert_true(gp_unit_read(&due, &u, gp_text_of("%"), NULL, 0));
    assert_int_equal(gp_quantity_read(&q, &u, gp_text_of("10.2"), &due, NULL, 0), GP_QUANTITY_OK);
    assert_true(q.value == 0.102);
    assert_false(q.unit.given);
    assert_int_equal(gp_quantity_read(&q, &u, gp_text_of("10.2 倍"), &due, NULL, 0), GP_QUANTITY_OK);
    assert_true(q.value == 10.2 && q.unit.given);
    assert_int_equal(gp_quantity_read(&q, &u, gp_text_of("1.00000000000000001"), &due, NULL, 0), GP_QUANTITY_OK);
    assert_true(q.rounded);
    gp_unit money;
    assert_true(gp_unit_read(&money, &u, gp_text_of("亿元"), NULL, 0));
    assert_int_equal(gp_quantity_read(&q, &u, gp_text_of("92.5亿"), &money, NULL, 0), GP_QUANTITY_OK);
    assert_true(q.value == 9250000000 && gp_dim_eq(&q.unit.dim, &money.dim)); /* the base that is due */
    assert_int_equal(gp_quantity_read(&q, &u, gp_text_of("92.5%"), &money, NULL, 0), GP_QUANTITY_OK);
    assert_int_equal(q.unit.dim.n, 0);
    gp_arena_fini(&h.arena);
}

#define INF INFINITY
#define NOTHING                                                                                                                            \
    { 0, 0, false, false }
static const struct {
    const char *text;
    gp_quantity_status status;
    gp_interval v;
} intervals[] = {
    {"3161", GP_QUANTITY_OK, {3161, 3161, false, false}},
    {"> 1000 亿元", GP_QUANTITY_OK, {1e11, INF, true, true}},
    {">= 3161", GP_QUANTITY_OK, {3161, INF, false, true}},
    {"≥3161", GP_QUANTITY_OK, {3161, INF, false, true}},
    {"＞5", GP_QUANTITY_OK, {5, INF, true, true}},
    {"＞＝5", GP_QUANTITY_OK, {5, INF, false, true}},
    {"<-5", GP_QUANTITY_OK, {-INF, -5, true, true}},
    {"＜= 5%", GP_QUANTITY_OK, {-INF, 0.05, true, false}},
    {"≤5", GP_QUANTITY_OK, {-INF, 5, true, false}},
    {"[7, 10]", GP_QUANTITY_OK, {7, 10, false, false}},
    {"[7,10]", GP_QUANTITY_OK, {7, 10, false, false}},
    {"(7, 10]", GP_QUANTITY_OK, {7, 10, true, false}},
    {"（7，10）", GP_QUANTITY_OK, {7, 10, true, true}},
    {"［７，１０］", GP_QUANTITY_OK, {7, 10, false, false}},
    {"[7 亿元, 10 亿元]", GP_QUANTITY_OK, {7e8, 10e8, false, false}},
    {"[7000 万元, 1 亿元]", GP_QUANTITY_OK, {7e7, 1e8, false, false}},
    {"[7, 10] 亿元", GP_QUANTITY_OK, {7e8, 10e8, false, false}},
    {"[1,000, 2,000]", GP_QUANTITY_OK, {1000, 2000, false, false}},
    {"[100,200]", GP_QUANTITY_OK, {100, 200, false, false}},
    {"[7, 7]", GP_QUANTITY_OK, {7, 7, false, false}},
    {"[-3%, 2%]", GP_QUANTITY_OK, {-0.03, 0.02, false, false}},
    {"[1,100,200]", GP_QUANTITY_GROUPS, NOTHING}, /* 1 to 100,200, or 1,100 to 200? */
    {"[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", GP_QUANTITY_GROUPS, NOTHING},
    {"(7, 7]", GP_QUANTITY_HOLLOW, NOTHING},
    {"[10, 7]", GP_QUANTITY_HOLLOW, NOTHING},
    {"[7 亿元, 10]", GP_QUANTITY_UNIT, NOTHING},
    {"[7 亿元, 10 家]", GP_QUANTITY_UNIT, NOTHING},
    {"[7 元, 10 元] 元", GP_QUANTITY_UNIT, NOTHING},
    {"[7, 10] 5", GP_QUANTITY_UNIT, NOTHING},
    {"[7, 10", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"[7]", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"[,7]", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"[7,]", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"[]", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"[", GP_QUANTITY_NO_NUMBER, NOTHING},
    {">", GP_QUANTITY_NO_NUMBER, NOTHING},
    {">= 很多", GP_QUANTITY_NO_NUMBER, NOTHING},
    {"> 1e400", GP_QUANTITY_RANGE, NOTHING},
    {"", GP_QUANTITY_EMPTY, NOTHING},
};

static void reads_intervals(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    for (size_t i = 0; i < GP_COUNT(intervals); i++) {
        gp_interval v, want = intervals[i].v;
        gp_quantity q;
        gp_quantity_status status = gp_interval_read(&v, &q, &u, gp_text_of(intervals[i].text), NULL, NULL, 0);
        if (status != intervals[i].status) fail_msg("\"%s\": status %d", intervals[i].text, (int)status);
        if (status != GP_QUANTITY_OK) continue;
        if (v.lo != want.lo || v.hi != want.hi || v.lo_open != want.lo_open || v.hi_open != want.hi_open)
            fail_msg("\"%s\": ends %g, %g", intervals[i].text, v.lo, v.hi);
    }
    gp_arena_fini(&h.arena);
}

static void keeps_what_was_written_of_an_interval(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    gp_interval v;
    gp_quantity q;
    assert_int_equal(gp_interval_read(&v, &q, &u, gp_text_of("[7, 10.50] 亿元"), NULL, NULL, 0), GP_QUANTITY_OK);
    assert_int_equal(q.digits, 2);
    assert_true(q.unit.given && gp_text_is(q.unit.text, "亿元"));
    assert_int_equal(gp_interval_read(&v, &q, &u, gp_text_of("> 5.0%"), NULL, NULL, 0), GP_QUANTITY_OK);
    assert_int_equal(q.digits, 1);
    assert_int_equal(q.unit.scale, -2);
    gp_arena_fini(&h.arena);
}

static const struct {
    const char *unit;
    gp_interval v;
    const char *text;
} interval_prints[] = {
    {"亿元", {277920000000.0, 277920000000.0, false, false}, "2779.2 亿元"},
    {"%", {0.035, 0.035, false, false}, "3.5%"},
    {"％", {0.035, 0.035, false, false}, "3.5％"},
    {"‰", {0.035, 0.035, false, false}, "35‰"},
    {"百分点", {0.014, 0.014, false, false}, "1.4 百分点"},
    {"", {3161, 3161, false, false}, "3161"},
    {"亿元", {1e11, INF, true, true}, "> 1000 亿元"},
    {"", {3161, INF, false, true}, ">= 3161"},
    {"%", {-INF, 0.05, true, true}, "< 5%"},
    {"%", {-INF, 0.05, true, false}, "<= 5%"},
    {"位", {7, 10, false, false}, "[7, 10] 位"},
    {"%", {0.07, 0.1, true, true}, "(7, 10)%"},
    {"家", {-INF, INF, true, true}, "(-∞, ∞)"},
};

static void prints_intervals(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_units u;
    gp_units_init(&u, &h.arena);
    for (size_t i = 0; i < GP_COUNT(interval_prints); i++) {
        gp_unit unit;
        gp_buf out;
        gp_buf_init(&out, &h.arena);
        assert_true(gp_unit_read(&unit, &u, gp_text_of(interval_prints[i].unit), NULL, 0));
        gp_interval_print(&out, &interval_prints[i].v, &unit);
        assert_string_equal(gp_text_cstr(&h.arena, gp_buf_take(&out)), interval_prints[i].text);
    }
    gp_buf out;
    gp_buf_init(&out, &h.arena);
    gp_quantity_print(&out, 2.5, NULL);
    assert_true(gp_text_is(gp_buf_take(&out), "2.5"));
    gp_arena_fini(&h.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_units),      cmocka_unit_test(refuses_units),
        cmocka_unit_test(follows_aliases),  cmocka_unit_test(combines_dimensions),
        cmocka_unit_test(reads_quantities), cmocka_unit_test(scales_bare_numbers),
        cmocka_unit_test(reads_intervals),  cmocka_unit_test(keeps_what_was_written_of_an_interval),
        cmocka_unit_test(prints_intervals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The frame: YAML and CSV data against one plan, read from memory. */
#include "frame_bed.h"

/* -- YAML -- */

static void test_yaml_plain(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml",
        YAML "values:\n  points: 50\n  cpi: {value: 2.1%}\n  loans: 2,257.5\n  place: 8\n  outline: 初稿\n  issued: 2020-12-31\n"
             "  full: true\n  region: 012\n  opinion: 良\n  loose: null\n");
    load(&b);
    assert_int_equal(b.f->nrows, 1);
    assert_true(gp_text_is(b.f->cases[0].subject, "甲"));
    assert_number(at(&b, 0, POINTS), 50);
    assert_number(at(&b, 0, CPI), 0.021);
    assert_number(at(&b, 0, LOANS), 225750000000.0);
    assert_number(at(&b, 0, PLACE), 8);
    assert_number(at(&b, 0, OUTLINE), 2);
    assert_number(at(&b, 0, ISSUED), gp_date_of(2020, 12, 31));
    assert_number(at(&b, 0, FULL), 1);
    assert_number(at(&b, 0, OPINION), 1);
    assert_true(gp_text_is(b.f->texts.items[(size_t)at(&b, 0, REGION)], "012"));
    assert_true(isnan(at(&b, 0, LOOSE)));
    assert_int_equal(b.f->ncells, 0);
    assert_int_equal(b.f->rows_in, 1);
    bed_end(&b);
}

static void test_yaml_units_fit_in_any_scale(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {loans: \"1,950 万元\", cpi: {value: \"35\", unit: \"‰\"}, place: 8e0}\n");
    load(&b);
    assert_number(at(&b, 0, LOANS), 19500000);
    assert_number(at(&b, 0, CPI), 0.035);
    assert_number(at(&b, 0, PLACE), 8);
    bed_end(&b);
}

static void test_open_ends(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml",
        YAML "values: {loans: \"> 1000 亿元\", points: \">= 3161\", place: \"[7, 10]\",\n"
             "  outline: \">= 初稿\", issued: \"< 2020-03-01\"}\n");
    load(&b);
    assert_cell(&b, LOANS, 1000e8, (double)INFINITY, GP_FINAL);
    assert_true(cell(&b, 0, LOANS)->value.lo_open);
    assert_cell(&b, POINTS, 3161, (double)INFINITY, GP_FINAL);
    assert_cell(&b, PLACE, 7, 10, GP_FINAL);
    assert_cell(&b, OUTLINE, 2, 4, GP_FINAL);
    assert_cell(&b, ISSUED, -(double)INFINITY, gp_date_of(2020, 2, 29), GP_FINAL);
    bed_end(&b);
}

static void test_stage_intervals(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double lo, hi;
    } WAYS[] = {{"> 初稿", 3, 4},           {"＜ 初稿", 0, 1},          {"≤初稿", 0, 2},
                {"[起草, 征求意见]", 1, 3}, {"(起草，征求意见)", 2, 2}, {"≥ 印发", 4, 4}};
    for (size_t i = 0; i < GP_COUNT(WAYS); i++) {
        BED(b);
        gp_buf text;
        gp_buf_init(&text, &b.h.arena);
        gp_buf_printf(&text, YAML "values: {outline: {value: \"%s\", basis: estimated}}\n", WAYS[i].text);
        add(&b, "a.yaml", gp_buf_take(&text).s);
        load(&b);
        assert_cell(&b, OUTLINE, WAYS[i].lo, WAYS[i].hi, GP_ESTIMATED);
        bed_end(&b);
    }
}

static void test_covers(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml",
        YAML "values:\n  points: {value: 40, covers: 2020-01/2020-09, basis: provisional}\n  place: {value: 8, covers: 2020-Q3}\n"
             "  outline: {value: 起草, covers: 2020-H1, on: 2020-05-04}\n  cpi: {value: 2%, covers: 2019}\n"
             "  loans: {value: 5, covers: 2019-07/2020-06}\n  built: {value: 3, covers: 2020-H1}\n  full: {value: true, covers: 2020}\n");
    load(&b);
    assert_cell(&b, POINTS, 40, (double)INFINITY, GP_PROVISIONAL);
    assert_cell(&b, PLACE, 8, 8, GP_PARTIAL);
    assert_cell(&b, OUTLINE, 1, 4, GP_PARTIAL);
    assert_cell(&b, CPI, 0.02, 0.02, GP_OTHER_PERIOD);
    assert_cell(&b, BUILT, 3, (double)INFINITY, GP_PARTIAL);
    assert_true(cell(&b, 0, LOANS)->no_value);
    assert_number(at(&b, 0, FULL), 1);
    int32_t day;
    assert_true(gp_frame_on(&day, b.f, 0, OUTLINE));
    assert_int_equal(day, gp_date_of(2020, 5, 4));
    assert_false(gp_frame_on(&day, b.f, 0, POINTS));
    bed_end(&b);
}

static void test_cumulative_of_another_period_is_no_value(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {loans: {value: 5, covers: 2019}}\n");
    load(&b);
    assert_true(cell(&b, 0, LOANS)->no_value);
    assert_int_equal(cell(&b, 0, LOANS)->basis, GP_OTHER_PERIOD);
    bed_end(&b);
}

static void test_origin(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values:\n  points: 50\n  place: {value: \"8\", covers: 2020-Q1, basis: asserted}\n");
    load(&b);
    const gp_origin *o = gp_frame_origin(b.f, 0, PLACE);
    assert_non_null(o);
    assert_true(gp_text_is(o->text, "8"));
    assert_true(o->has_covers);
    assert_int_equal(o->stated, GP_ASSERTED);
    uint32_t line, col;
    gp_place_where(&line, &col, &b.d, o->at);
    assert_int_equal(line, 7);
    assert_null(gp_frame_origin(b.f, 0, LOANS));
    bed_end(&b);
}

static void test_bad_values(void **state) {
    (void)state;
    refused_value("point: 3", GP_D_UNKNOWN_NAME);
    refused_value("twice: 3", GP_D_UNKNOWN_NAME);
    refused_value("points: ''", GP_D_DATA_EMPTY);
    refused_value("points: {value: '', basis: final}", GP_D_DATA_EMPTY);
    refused_value("points: {basis: final}", GP_D_MISSING_KEY);
    refused_value("points: [1]", GP_D_WRONG_KIND);
    refused_value("points: {value: 1, base: final}", GP_D_UNKNOWN_KEY);
    refused_value("points: {value: 1, basis: partial}", GP_D_UNKNOWN_WORD);
    refused_value("points: {value: 1, covers: 2020-13}", GP_D_BAD_VALUE);
    refused_value("points: {value: 1, on: 2020-02-30}", GP_D_BAD_VALUE);
    refused_value("points: {value: 1, cite: 监测点}", GP_D_CITE_NO_SOURCE);
    refused_value("points: many", GP_D_BAD_VALUE);
    refused_value("points: nan", GP_D_BAD_VALUE);
    refused_value("points: .inf", GP_D_BAD_VALUE);
    refused_value("points: 1e999", GP_D_BAD_VALUE);
    refused_value("points: '1,00'", GP_D_BAD_VALUE);
    refused_value("points: 5 亿元", GP_D_UNIT_MISMATCH);
    refused_value("points: {value: 5, unit: 亿元}", GP_D_UNIT_MISMATCH);
    refused_value("loans: {value: 5 亿元, unit: 万元}", GP_D_UNIT_MISMATCH);
    refused_value("outline: {value: 初稿, unit: 家}", GP_D_UNIT_MISMATCH);
    refused_value("place: '[10, 7]'", GP_D_BAD_VALUE);
    refused_value("cpi: 61%", GP_D_DATA_RANGE);
    refused_value("cpi: '> 61%'", GP_D_DATA_RANGE);
    refused_value("outline: 终稿", GP_D_UNKNOWN_WORD);
    refused_value("outline: '> 印发'", GP_D_BAD_VALUE);
    refused_value("outline: '>='", GP_D_UNKNOWN_WORD);
    refused_value("issued: 2020/12/31", GP_D_BAD_VALUE);
    refused_value("full: maybe", GP_D_BAD_VALUE);
    refused_value("opinion: 95", GP_D_UNKNOWN_WORD);
}

static void test_files_that_are_not_for_us(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gp_code code;
        uint32_t line;
    } FILES[] = {
        {"data: p\n", GP_D_FORMAT_VERSION, 1},
        {"goalpost: 2\ndata: p\n", GP_D_FORMAT_VERSION, 1},
        {"goalpost: 1\nplan: p\n", GP_D_MISSING_KEY, 1},
        {"goalpost: 1\ndata: q\n", GP_D_DATA_PLAN, 2},
        {"goalpost: 1\ndata: p\nperiod: 2020\n", GP_D_MISSING_KEY, 1},
        {"goalpost: 1\ndata: p\nsubject: 甲\n", GP_D_MISSING_KEY, 1},
        {"goalpost: 1\ndata: p\nsubject: 甲\nperiod: now\n", GP_D_BAD_VALUE, 4},
        {YAML "value: {}\n", GP_D_UNKNOWN_KEY, 5},
        {YAML "values: [1]\n", GP_D_WRONG_KIND, 5},
        {YAML "judged: [1]\n", GP_D_WRONG_KIND, 5},
        {YAML "claims: {}\n", GP_D_WRONG_KIND, 5},
    };
    for (size_t i = 0; i < GP_COUNT(FILES); i++) {
        BED(b);
        add(&b, "a.yaml", FILES[i].text);
        refused(&b, FILES[i].code, FILES[i].line);
        bed_end(&b);
    }
}

static void test_all_errors_in_one_go(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", YAML "values: {points: x, cpi: 99%, nothing: 1}\nclaims: [{of: nobody, claim: 1}]\n");
    add(&b, "b.csv", "单位,period,points,unknown\n");
    assert_false(gp_frame_load(b.f, false));
    assert_int_equal(b.d.errors, 5);
    assert_int_equal(b.f->refused, 1);
    bed_end(&b);
}

static void test_other_period_is_passed_over(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml", "goalpost: 1\ndata: p\nsubject: 甲\nperiod: 2018\nvalues: {points: rubbish}\n");
    load(&b);
    assert_int_equal(b.f->nrows, 0);
    assert_int_equal(b.f->other_periods, 1);
    bed_end(&b);
}

/* -- judgements and claims -- */

static void test_judged(void **state) {
    (void)state;
    static const struct {
        const char *tier;
        bool met;
    } TIERS[] = {{"优", true}, {"良", true}, {"差", false}, {"met", true}, {"未达成", false}};
    for (size_t i = 0; i < GP_COUNT(TIERS); i++) {
        BED(b);
        gp_buf text;
        gp_buf_init(&text, &b.h.arena);
        gp_buf_printf(&text, YAML "judged:\n  prices.analysis: {value: %s, by: 考评办, reason: 每月有分析报告}\n", TIERS[i].tier);
        add(&b, "a.yaml", gp_buf_take(&text).s);
        load(&b);
        uint32_t node = gp_plan_node(b.plan, GP_TEXT("prices.analysis"))->index;
        const gp_judgement *j = gp_frame_judgement(b.f, 0, node);
        assert_non_null(j);
        assert_int_equal(j->met, TIERS[i].met);
        assert_true(gp_text_is(j->by, "考评办"));
        assert_null(gp_frame_judgement(b.f, 0, node - 1));
        bed_end(&b);
    }
}

static void refused_text(const char *rest, gp_code code) {
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_printf(&text, YAML "%s\n", rest);
    add(&b, "a.yaml", gp_buf_take(&text).s);
    refused(&b, code, 5);
    bed_end(&b);
}

static void test_bad_judgements_and_claims(void **state) {
    (void)state;
    refused_text("judged: {prices.analysis: {value: 良}}", GP_D_MISSING_KEY);
    refused_text("judged: {prices.analysis: {reason: r}}", GP_D_MISSING_KEY);
    refused_text("judged: {prices.analysis: {value: 很好, reason: r}}", GP_D_UNKNOWN_WORD);
    refused_text("judged: {prices.points: {value: 良, reason: r}}", GP_D_DATA_JUDGED);
    refused_text("judged: {prices.analyses: {value: 良, reason: r}}", GP_D_UNKNOWN_ID);
    refused_text("judged: {prices.analysis: 良}", GP_D_WRONG_KIND);
    refused_text("claims: [{of: prices.point, claim: 100%}]", GP_D_UNKNOWN_ID);
    refused_text("claims: [{of: [], claim: 100%}]", GP_D_MISSING_KEY);
    refused_text("claims: [{claim: 100%}]", GP_D_MISSING_KEY);
    refused_text("claims: [{of: prices.points}]", GP_D_MISSING_KEY);
    refused_text("claims: [{of: prices.points, claim: all}]", GP_D_BAD_VALUE);
    refused_text("claims: [{of: prices.points, claim: 95}]", GP_D_BAD_VALUE);
    refused_text("claims: [{of: prices.points, claim: -1%}]", GP_D_BAD_VALUE);
    refused_text("claims: [{of: prices.points, claim: 50 家}]", GP_D_UNIT_MISMATCH);
}

static void test_claims(void **state) {
    (void)state;
    BED(b);
    add(&b, "a.yaml",
        YAML "claims:\n  - {of: [prices.points, prices.cpi], claim: 100%}\n  - {of: prices, claim: met}\n"
             "  - {of: prices.points, claim: 123.11%}\n  - {of: prices.points, claim: 0.95}\n  - {of: prices.points, claim: 100.0%}\n");
    load(&b);
    assert_int_equal(b.f->nclaims, 5);
    const gp_claim *c = b.f->claims;
    assert_true(c[0].completion && c[0].n == 2 && c[1].completion);
    assert_false(c[2].completion);
    assert_number(c[2].rate, 1.2311);
    assert_int_equal(c[2].digits, 2);
    assert_int_equal(c[2].scale, -2);
    assert_number(c[3].rate, 0.95);
    assert_int_equal(c[3].scale, 0);
    assert_false(c[4].completion);
    assert_int_equal(c[4].digits, 1);
    bed_end(&b);
}

/* -- cites -- */

static void write_file(const char *folder, const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    assert_int_equal(fclose(out), 0);
}

static void remove_files(const char *folder) {
    static const char *const NAMES[] = {"a.yaml", "b.yaml", "report.txt"};
    char path[256];
    for (size_t i = 0; i < GP_COUNT(NAMES); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, NAMES[i]);
        unlink(path);
    }
    rmdir(folder);
}

static void test_cites_are_looked_up(void **state) {
    (void)state;
    BED(b);
    char folder[] = "/tmp/goalpost-test-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    write_file(folder, "report.txt", "新增 监测点\n60家。");
    write_file(folder, "a.yaml", YAML "source: report.txt\nvalues:\n  points: {value: 60, cite: 新增监测点60家}\n");
    write_file(folder, "b.yaml",
               "goalpost: 1\ndata: p\nsubject: 乙\nperiod: 2020\nsource: report.txt\n"
               "values:\n  points: {value: 60, cite: 新增监测点61家}\n");
    for (const char *name = "ab"; *name; name++) {
        snprintf(path, sizeof path, "%s/%c.yaml", folder, *name);
        gp_frame_add(b.f, gp_text_of(path));
    }
    assert_false(gp_frame_load(b.f, false));
    remove_files(folder);
    assert_int_equal(b.d.errors, 1);
    assert_int_equal(b.d.items[0].code, GP_D_CITE_NOT_FOUND);
    assert_int_equal(b.f->used, 1);
    assert_int_equal(b.f->refused, 1);
    assert_true(gp_text_is(gp_frame_origin(b.f, 0, POINTS)->cite, "新增监测点60家"));
    bed_end(&b);
}

/* -- memory -- */

typedef struct scarce {
    size_t left; /* allocations until the hook refuses */
} scarce;

static void *scarce_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
    scarce *s = ud;
    if (nsize && s->left-- == 0) return s->left = 0, NULL;
    return gp_alloc_default(NULL, ptr, osize, nsize);
}

static void load_scarce(gp_arena *a, const gp_plan *plan, const char *path, const char *text) {
    gp_diags d;
    gp_file file;
    gp_diags_init(&d, a);
    assert_true(gp_file_of(&file, a, &d, gp_text_of(path), gp_text_of(text), 0));
    gp_frame *f = gp_frame_new(a, &d, plan, true);
    gp_frame_add_file(f, &file);
    gp_frame_load(f, false);
}

/* Loads with the n-th allocation refused; true when that was one too many. */
static bool survives(size_t n, const gp_plan *plan, const char *path, const char *text) {
    jmp_buf trap;
    scarce s = {.left = n};
    gp_mem mem = {scarce_alloc, &s, &trap};
    gp_arena a;
    gp_arena_init(&a, &mem);
    volatile bool done = false;
    if (setjmp(trap) == 0) {
        load_scarce(&a, plan, path, text);
        done = true;
    }
    gp_arena_fini(&a);
    return done;
}

static void test_memory_ends_anywhere(void **state) {
    (void)state;
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_str(&text, "subject,period,points,place,place.basis,region\n");
    for (int i = 0; i < 300; i++) gp_buf_printf(&text, "\"s\"\"%d\",2020,%d,%d,estimated,r%d\n", i, i, i, i % 3 ? i : 0);
    const char *table = gp_buf_take(&text).s;
    size_t n = 0;
    while (!survives(n, b.plan, "a.csv", table)) n++;
    assert_true(n > 5);
    for (n = 0; !survives(n, b.plan, "a.yaml", YAML "values: {points: '> 5', place: x}\n");) n++;
    assert_true(n > 0);
    bed_end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_yaml_plain),
        cmocka_unit_test(test_yaml_units_fit_in_any_scale),
        cmocka_unit_test(test_open_ends),
        cmocka_unit_test(test_stage_intervals),
        cmocka_unit_test(test_covers),
        cmocka_unit_test(test_cumulative_of_another_period_is_no_value),
        cmocka_unit_test(test_origin),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_files_that_are_not_for_us),
        cmocka_unit_test(test_all_errors_in_one_go),
        cmocka_unit_test(test_other_period_is_passed_over),
        cmocka_unit_test(test_judged),
        cmocka_unit_test(test_bad_judgements_and_claims),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_cites_are_looked_up),
        cmocka_unit_test(test_memory_ends_anywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

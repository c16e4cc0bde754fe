/* The writers: values as text, escapes, ranges, columns under East Asian text, on a hand-filled result.
 * Invariant under test: a writer formats and never computes, absent is null and never 0. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/writers.h"
#include "trap.h"

static const char PLAN[] = "goalpost: 1\n"
                           "plan: small\n"
                           "title: 小计划\n"
                           "lang: zh\n"
                           "data:\n"
                           "  rate: {unit: \"%\", measure: rate}\n"
                           "  money: {unit: 亿元, measure: cumulative}\n"
                           "  done: {type: date}\n"
                           "  outline: {stages: [起草, 初稿]}\n"
                           "grades: [{at_least: 90, grade: 优}, {at_least: 0, grade: 差}]\n"
                           "goals:\n"
                           "  - id: g\n"
                           "    number: 1\n"
                           "    name: 扩大有效投资\n"
                           "    indicators:\n"
                           "      - {id: rate, name: 投资增长, value: rate, at_least: 10%}\n"
                           "      - {id: money, name: 投资额, value: money, between: [5 亿元, 7 亿元]}\n"
                           "      - {id: done, value: done, by: 2020-06-30}\n"
                           "      - {id: outline, value: outline, reached: 初稿}\n"
                           "      - {id: seen, value: rate}\n";

enum { SUBJECT, GOAL, RATE, MONEY, DONE, OUTLINE, SEEN, NROWS };

typedef struct bed {
    test_heap h;
    gp_diags diags;
    const gp_plan *plan;
    gp_frame *frame;
    gp_run_info info;
    gp_row rows[NROWS];
    gp_case_result c;
    gp_claim claim;
    gp_case_claim audited;
    uint32_t of[2], because[1];
    gp_out out;
    gp_buf got;
    int refuse_after; /* calls of the sink that are taken, -1: all */
} bed;

static int take(void *ud, const void *bytes, size_t n) {
    bed *b = ud;
    if (b->refuse_after == 0) return 1;
    if (b->refuse_after > 0) b->refuse_after--;
    gp_buf_put(&b->got, bytes, n);
    return 0;
}

static gp_row *fill(bed *b, size_t i, gp_verdict verdict) {
    const gp_node *n = b->plan->nodes[i];
    b->rows[i] = (gp_row){.node = n,
                          .verdict = verdict,
                          .final = true,
                          .type = n->type,
                          .criterion = n->criterion.text,
                          .target = NAN,
                          .upper = NAN,
                          .completion = NAN,
                          .margin = NAN,
                          .flip = NAN,
                          .weight = 1,
                          .score = {NAN, NAN},
                          .marks = {NAN, NAN},
                          .full_marks = 20,
                          .place = n->criterion.at};
    return &b->rows[i];
}

static void fill_rows(bed *b) {
    gp_row *r = fill(b, SUBJECT, GP_UNMET);
    r->marks = (gp_range){40, 60};
    r->full_marks = 100;
    fill(b, GOAL, GP_UNMET)->audit = GP_OVERSTATED;
    r = fill(b, RATE, GP_UNMET);
    r->final = false;
    r->has_basis = r->has_actual = true;
    r->basis = GP_PARTIAL;
    r->actual = (gp_interval){0.045, 0.045, false, false};
    r->target = r->flip = 0.1;
    r->completion = 0.45;
    r->margin = -0.055;
    r->score = (gp_range){0.45, 0.45};
    r->marks = (gp_range){9, 9};
    r->reason = GP_TEXT("4.5% 低于 10%");
    r = fill(b, MONEY, GP_UNDECIDED);
    r->has_actual = true;
    r->actual = (gp_interval){6e8, INFINITY, true, false};
    r->target = 5e8;
    r->upper = 7e8;
    r->score = (gp_range){0, 1};
    r->marks = (gp_range){0, 20};
    r = fill(b, DONE, GP_MET);
    r->has_actual = true;
    r->actual.lo = r->actual.hi = gp_date_of(2020, 6, 29);
    r->target = gp_date_of(2020, 6, 30);
    r->margin = 1;
    r = fill(b, OUTLINE, GP_MET);
    r->has_actual = true;
    r->actual.lo = r->actual.hi = r->target = 1;
    r->margin = 0;
    fill(b, SEEN, GP_MEASURED);
}

static void fill_case(bed *b) {
    gp_case *of = gp_arena_alloc(&b->h.arena, sizeof *of);
    *of = (gp_case){.subject = GP_TEXT("=市发改委"), .period = {gp_date_of(2020, 1, 1), gp_date_of(2020, 12, 31)}};
    b->frame->cases = of;
    b->frame->nrows = 1;
    b->of[0] = RATE;
    b->of[1] = MONEY;
    b->because[0] = RATE;
    b->claim = (gp_claim){.nodes = b->of, .n = 2, .completion = true, .text = GP_TEXT("100%")};
    b->audited = (gp_case_claim){.claim = &b->claim, .audit = GP_OVERSTATED, .because = b->because, .nbecause = 1, .completion = NAN};
    fill_rows(b);
    b->c = (gp_case_result){.of = of, .rows = b->rows, .nrows = NROWS, .score = {0.4, 0.6}, .score_before_veto = {0.4, 0.6},
                            .score_without_waivers = {0.4, 0.6}, .marks = {40, 60}, .grade_low = GP_TEXT("差"), .grade_high = GP_TEXT("优"),
                            .coverage = 0.5, .below_coverage = true, .can_change_grade = true, .open = b->of + 1, .nopen = 1,
                            .claims = &b->audited, .nclaims = 1};
}

/* Makes the bed. A macro, since the trap must stand in the test's own frame. */
#define BED(b)                                                                       \
    bed b;                                                                           \
    TEST_HEAP(b.h);                                                                  \
    make_bed(&b)

static void make_bed(bed *b) {
    gp_arena *a = &b->h.arena;
    gp_file file;
    gp_diags_init(&b->diags, a);
    assert_true(gp_file_of(&file, a, &b->diags, GP_TEXT("plan.yaml"), gp_text_of(PLAN), GP_FILE_TEXT));
    b->plan = gp_plan_parse(a, &b->diags, &file);
    assert_non_null(b->plan);
    assert_int_equal(b->plan->nnodes, NROWS);
    b->frame = gp_frame_new(a, &b->diags, b->plan, true);
    b->info = (gp_run_info){.engine = "1.2.3", .plan = b->plan, .frame = b->frame};
    b->refuse_after = -1;
    gp_buf_init(&b->got, a);
    gp_out_init(&b->out, a, take, b);
    fill_case(b);
}

static gp_writer writer_of(bed *b, const char *format, gp_style style) {
    style.lang = GP_ZH;
    const gp_format *f = gp_format_find(format, &style);
    assert_non_null(f);
    return (gp_writer){.format = f, .out = &b->out, .arena = &b->h.arena, .scratch = &b->h.arena, .info = &b->info, .style = style};
}

static const char *text_of(bed *b) {
    gp_out_flush(&b->out);
    return gp_buf_take(&b->got).s;
}

static const char *written(bed *b, const char *format, gp_style style) {
    gp_writer w = writer_of(b, format, style);
    gp_sum sum = {.rows_in = 1, .used = 1, .cases = 1};
    w.format->begin(&w);
    w.format->one(&w, &b->c);
    w.format->end(&w, &sum);
    return text_of(b);
}

static void assert_has(const char *text, const char *part) {
    if (!strstr(text, part)) fail_msg("`%s` is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part) {
    if (strstr(text, part)) fail_msg("`%s` is in:\n%s", part, text);
}

/* -- json -- */

static void test_json_row(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "json", (gp_style){0});
    assert_has(t, "{\n  \"goalpost\": 1,\n  \"result\": \"small\",\n  \"run\": {\n    \"engine\": \"1.2.3\",");
    assert_has(
        t,
        "\"id\":\"g.rate\",\"number\":null,\"name\":\"投资增长\",\"verdict\":\"unmet\",\"final\":false,\"basis\":\"partial\",\"actual\":4.5,"
        "\"actual_low\":4.5,\"actual_high\":4.5,\"unit\":\"%\"");
    assert_has(
        t,
        "\"target\":10,\"completion\":0.45,\"margin\":-5.5,\"flip\":10,\"weight\":1,\"score\":0.45,\"score_low\":0.45,"
        "\"score_high\":0.45,\"marks\":9,");
    gp_arena_fini(&b.h.arena);
}

static void test_json_ranges(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "json", (gp_style){0});
    assert_has(t, "\"actual\":null,\"actual_low\":6,\"actual_high\":null,\"unit\":\"亿元\"");
    assert_has(t, "\"target\":[5,7]");
    assert_has(t, "\"score\":null,\"score_low\":0,\"score_high\":1,\"marks\":null,");
    assert_has(
        t, "\"marks\": null,\n      \"marks_low\": 40,\n      \"marks_high\": 60,\n      \"grade\": null,\n      \"grade_low\": \"差\",");
    gp_arena_fini(&b.h.arena);
}

static void test_json_kinds(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "json", (gp_style){0});
    assert_has(t, "\"actual\":\"2020-06-29\",\"actual_low\":\"2020-06-29\",\"actual_high\":\"2020-06-29\",\"unit\":null");
    assert_has(t, "\"target\":\"2020-06-30\",\"completion\":null,\"margin\":1,");
    assert_has(t, "\"actual\":\"初稿\"");
    assert_has(t, "\"id\":\"g.seen\",\"number\":null,\"name\":\"seen\",\"verdict\":null,\"final\":null,");
    assert_has(
        t, "{\"of\":[\"g.rate\",\"g.money\"],\"claim\":\"100%\",\"audit\":\"overstated\",\"because\":[\"g.rate\"],\"completion\":null,");
    assert_has(t, "\"place\":\"plan.yaml:16:");
    gp_arena_fini(&b.h.arena);
}

/* Few known weights: a point stays without a total of its own. */
static void test_json_below_coverage(void **state) {
    (void)state;
    BED(b);
    b.c.marks = (gp_range){40, 40};
    assert_has(written(&b, "json", (gp_style){0}), "\"marks\": null,\n      \"marks_low\": 40,\n      \"marks_high\": 40,");
    b.c.below_coverage = false;
    assert_has(written(&b, "json", (gp_style){0}), "\"marks\": 40,\n      \"marks_low\": 40,\n      \"marks_high\": 40,");
    gp_arena_fini(&b.h.arena);
}

static void test_ndjson_lines(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "ndjson", (gp_style){0});
    size_t lines = 0;
    for (const char *s = t; *s; s++) lines += *s == '\n';
    assert_int_equal(lines, 3);
    assert_has(t, "\n{\"subject\":\"=市发改委\",\"period\":\"2020\",\"scenario\":null,");
    assert_has(t, "\n{\"sum\":{\"rows_in\":1,\"used\":1,\"other_periods\":0,\"refused\":0,\"cases\":1,\"verdicts\":{\"met\":0,");
    gp_arena_fini(&b.h.arena);
}

static void test_json_escapes(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_buf out;
    gp_json j;
    gp_buf_init(&out, &h.arena);
    gp_json_init(&j, &out);
    gp_json_text(&j, GP_TEXT("a\"\\\n\t\x01\xE2\x80\xAE\xC2\x85中"));
    assert_string_equal(gp_buf_take(&out).s, "\"a\\\"\\\\\\n\\t\\u0001\\u202e\\u0085中\"");
    gp_arena_fini(&h.arena);
}

/* -- csv -- */

static const char *field(gp_buf *b, gp_text t) {
    gp_csv_text(b, t);
    return gp_buf_take(b).s;
}

static void test_csv_fields(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_buf b;
    gp_buf_init(&b, &h.arena);
    assert_string_equal(field(&b, GP_TEXT("plain")), "plain");
    assert_string_equal(field(&b, GP_TEXT("a,\"b\"")), "\"a,\"\"b\"\"\"");
    assert_string_equal(field(&b, GP_TEXT("=1+1")), "'=1+1");
    assert_string_equal(field(&b, GP_TEXT("-1,5")), "\"'-1,5\"");
    assert_string_equal(field(&b, GP_TEXT("+x")), "'+x");
    assert_string_equal(field(&b, GP_TEXT("@x")), "'@x");
    assert_string_equal(field(&b, GP_TEXT("\tx")), "'\tx");
    assert_string_equal(field(&b, GP_TEXT("\rx")), "\"'\rx\"");
    assert_string_equal(field(&b, GP_TEXT("\xEF\xBC\x9Dx")), "'\xEF\xBC\x9Dx");
    assert_string_equal(field(&b, GP_NO_TEXT), "");
    gp_arena_fini(&h.arena);
}

static void test_csv_rows(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "csv", (gp_style){.bom = true});
    assert_has(t, "\xEF\xBB\xBFplan,subject,period,scenario,level,id,");
    assert_has(t, "\nsmall,'=市发改委,2020,,indicator,g.rate,,投资增长,unmet,false,partial,4.5,4.5,4.5,%,");
    assert_has(t, ",-5.5,10,1,0.45,0.45,0.45,9,,,,4.5% 低于 10%,,,plan.yaml:16:");
    assert_has(t, ",undecided,true,,,6,,亿元,");
    assert_has(t, ",5..7,,,,1,,0,1,,,");
    gp_arena_fini(&b.h.arena);
}

/* -- wide -- */

static const char *wide_of(bed *b, bool codes) {
    uint8_t verdicts[NROWS] = {GP_UNMET, GP_UNMET, GP_UNMET, GP_NO_DATA, GP_MET, GP_MET, GP_MEASURED};
    const uint8_t *columns[NROWS];
    double score[2] = {0.4, 0.6}, marks[2] = {40, 60};
    uint8_t grade[2] = {1, 0};
    for (size_t i = 0; i < NROWS; i++) columns[i] = &verdicts[i];
    gp_block block = {0, 1, columns, &score[0], &score[1], &marks[0], &marks[1], &grade[0], &grade[1], NULL, NULL};
    gp_writer w = writer_of(b, "csv", (gp_style){.wide = true, .codes = codes});
    w.format->begin(&w);
    w.format->block(&w, &block);
    return text_of(b);
}

static void test_wide(void **state) {
    (void)state;
    BED(b);
    const char *head = "subject,period,scenario,score,marks,grade,rank,g.rate,g.money,g.done,g.outline,g.seen\n";
    const char *t = wide_of(&b, true);
    assert_has(t, head);
    assert_string_equal(t + strlen(head), "'=市发改委,2020,,0.4..0.6,40..60,差..优,,N,-,M,M,\n");
    t = wide_of(&b, false);
    assert_string_equal(t + strlen(head), "'=市发改委,2020,,0.4..0.6,40..60,差..优,,unmet,no_data,met,met,\n");
    gp_arena_fini(&b.h.arena);
}

/* -- table -- */

static size_t widest(const char *t) {
    size_t width = 0;
    while (*t) {
        size_t n = strcspn(t, "\n"), cells = gp_text_width((gp_text){t, n});
        if (cells > width) width = cells;
        t += n + (t[n] == '\n');
    }
    return width;
}

static void test_table(void **state) {
    (void)state;
    BED(b);
    const char *t = written(&b, "table", (gp_style){0});
    assert_has(t, "小计划\n考核对象 =市发改委   考核期 2020   截止日期 2020-12-31\n");
    assert_has(t, "1 扩大有效投资");
    assert_has(t, "✗ 未达成   自评 100% → 高报");
    assert_has(t, "✗ 未达成*");
    assert_has(t, "-5.5 百分点");
    assert_has(t, "> 6 亿元");
    assert_has(t, "等次        差–优   未知数据还会改变等次");
    assert_has(t, "未定的指标  投资额 0–20");
    assert_has(t, "高报的自评\n  ! 1 扩大有效投资 100%:投资增长");
    assert_has(t, "先看什么\n  1  ✗ 未达成");
    assert_lacks(t, "\033");
    gp_arena_fini(&b.h.arena);
}

static void test_table_fits(void **state) {
    (void)state;
    BED(b);
    assert_true(widest(written(&b, "table", (gp_style){.width = 80})) <= 80);
    assert_true(widest(written(&b, "table", (gp_style){.width = 10})) <= 80);
    assert_true(widest(written(&b, "table", (gp_style){0})) <= 120);
    assert_has(written(&b, "table", (gp_style){.colour = true}), "\033[31m✗ 未达成");
    gp_arena_fini(&b.h.arena);
}

static void test_table_brief(void **state) {
    (void)state;
    BED(b);
    gp_case six[6];
    for (size_t i = 0; i < 6; i++) six[i] = b.frame->cases[0];
    b.frame->cases = six;
    b.frame->nrows = 6;
    const char *t = written(&b, "table", (gp_style){0});
    assert_has(t, "=市发改委  2020                  40–60  差–优");
    assert_has(t, "-f csv --wide");
    gp_arena_fini(&b.h.arena);
}

static const char *cell(gp_buf *b, const char *t, size_t width, bool right) {
    gp_cell_put(b, gp_text_of(t), width, right);
    return gp_buf_take(b).s;
}

static void test_cells(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_buf b;
    gp_buf_init(&b, &h.arena);
    assert_string_equal(cell(&b, "投资", 6, false), "投资  ");
    assert_string_equal(cell(&b, "投资", 6, true), "  投资");
    assert_string_equal(cell(&b, "投资增长", 6, false), "投资… ");
    assert_string_equal(cell(&b, "投资增长", 7, false), "投资增…");
    assert_string_equal(cell(&b, "x", 0, false), "");
    assert_string_equal(gp_cell_clean(&h.arena, GP_TEXT("a\nb\xE2\x80\xAE")).s, "a b<U+202e>");
    gp_text rest = GP_TEXT("answered within five days");
    gp_text line = gp_cell_wrap(&rest, 11);
    assert_true(gp_text_is(line, "answered"));
    assert_true(gp_text_is(rest, "within five days"));
    rest = GP_TEXT("交通投资 4.2%, due ≥ 15%");
    assert_true(gp_text_is(gp_cell_wrap(&rest, 22), "交通投资 4.2%, due"));
    assert_true(gp_text_is(rest, "≥ 15%"));
    rest = GP_TEXT("[100, 200] 亿元");
    assert_true(gp_text_is(gp_cell_wrap_figure(&rest, 13), "[100, 200]"));
    assert_true(gp_text_is(rest, "亿元"));
    rest = GP_TEXT("≥ 困难群众应发额");
    assert_true(gp_text_is(gp_cell_wrap_figure(&rest, 12), "≥ 困难群众应"));
    assert_true(gp_text_is(gp_cell_wrap_figure(&rest, 12), "发额"));
    gp_arena_fini(&h.arena);
}

static const char *completion(gp_buf *b, double v) {
    b->n = 0;
    gp_completion_put(b, v);
    return gp_buf_take(b).s;
}

static void test_completion(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_buf b;
    gp_buf_init(&b, &h.arena);
    assert_string_equal(completion(&b, 1), "100%");
    assert_string_equal(completion(&b, 1.23136), "123.14%");
    assert_string_equal(completion(&b, 0.99994), "99.99%");
    assert_string_equal(completion(&b, 0.999999), "<100%");
    assert_string_equal(completion(&b, 1.000001), ">100%");
    assert_string_equal(completion(&b, 0), "0%");
    assert_string_equal(completion(&b, NAN), "");
    gp_arena_fini(&h.arena);
}

/* -- the rest -- */

static void test_hash(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    char hash[65];
    gp_hash(hash, &h.mem, GP_TEXT("abc"));
    assert_string_equal(hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    gp_arena_fini(&h.arena);
}

static void test_sink_refuses(void **state) {
    (void)state;
    BED(b);
    b.refuse_after = 0;
    gp_buf_str(&b.out.buf, "x");
    gp_out_flush(&b.out);
    assert_true(b.out.broken);
    gp_buf_str(&b.out.buf, "y");
    gp_out_flush(&b.out);
    assert_int_equal(b.got.n, 0);
    gp_arena_fini(&b.h.arena);
}

static void test_formats(void **state) {
    (void)state;
    gp_style style = {0};
    assert_null(gp_format_find("xml", &style));
    assert_ptr_equal(gp_format_find("csv", &style), &gp_format_csv);
    style.wide = true;
    assert_ptr_equal(gp_format_find("csv", &style), &gp_format_wide);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_row),   cmocka_unit_test(test_json_ranges), cmocka_unit_test(test_json_kinds),
        cmocka_unit_test(test_json_below_coverage), cmocka_unit_test(test_ndjson_lines), cmocka_unit_test(test_json_escapes),
        cmocka_unit_test(test_csv_fields), cmocka_unit_test(test_csv_rows),    cmocka_unit_test(test_wide),
        cmocka_unit_test(test_table),      cmocka_unit_test(test_table_fits),  cmocka_unit_test(test_table_brief),
        cmocka_unit_test(test_cells),      cmocka_unit_test(test_hash),        cmocka_unit_test(test_sink_refuses),
        cmocka_unit_test(test_formats),    cmocka_unit_test(test_completion),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

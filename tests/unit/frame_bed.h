/* What the tests of frames share: a plan, files from texts in memory, and what became of them. */
#ifndef GP_TEST_FRAME_BED_H
#define GP_TEST_FRAME_BED_H

#include "trap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "data/frame.h"

static const char PLAN[] = "goalpost: 1\n"
                           "plan: p\n"
                           "period: [2020, 2019]\n"
                           "columns: {subject: 单位, ignore: [备注]}\n"
                           "data:\n"
                           "  points:   {name: 新增监测点, unit: 家, measure: cumulative}\n"
                           "  cpi:      {name: CPI累计涨幅, unit: \"%\", measure: rate, range: [-20, 60], missing: [暂未出]}\n"
                           "  loans:    {unit: 亿元, measure: cumulative}\n"
                           "  place:     {measure: rank}\n"
                           "  outline:  {stages: [未启动, 起草, 初稿, 征求意见, 印发]}\n"
                           "  issued:   {type: date}\n"
                           "  full:     {type: bool}\n"
                           "  built:    {measure: milestone}\n"
                           "  region:   {type: text}\n"
                           "  opinion:  {codes: {优: 95, 良: 85, 差: 50}}\n"
                           "  loose:    {missing: text}\n"
                           "derive: {twice: place * 2}\n"
                           "grades: [{at_least: 90, grade: 优}, {at_least: 60, grade: 良}, {at_least: 0, grade: 差}]\n"
                           "goals:\n"
                           "  - id: prices\n"
                           "    indicators:\n"
                           "      - {id: points, value: points, at_least: 50 家}\n"
                           "      - {id: cpi, value: cpi, at_most: 3.5%}\n"
                           "      - {id: analysis, judged: true}\n";

enum { POINTS, CPI, LOANS, PLACE, OUTLINE, ISSUED, FULL, BUILT, REGION, OPINION, LOOSE };

#define YAML "goalpost: 1\ndata: p\nsubject: 甲\nperiod: 2020\n"

typedef struct bed {
    test_heap h;
    gp_diags d;
    gp_plan *plan;
    gp_frame *f;
} bed;

/* A macro, as the trap must be set in the test's own frame. */
#define BED(b)                                                                                                                             \
    bed b;                                                                                                                                 \
    TEST_HEAP((b).h);                                                                                                                      \
    bed_make(&(b))

static inline void show(bed *b) {
    gp_buf out;
    gp_buf_init(&out, &b->h.arena);
    gp_diags_print(&out, &b->d, false);
    if (out.n) print_message("%.*s", (int)out.n, out.s);
}

static inline gp_file file_of(bed *b, const char *path, const char *text, unsigned flags) {
    gp_file file;
    bool ok = gp_file_of(&file, &b->h.arena, &b->d, gp_text_of(path), gp_text_of(text), flags);
    if (!ok) show(b);
    assert_true(ok);
    return file;
}

static inline void bed_make(bed *b) {
    gp_diags_init(&b->d, &b->h.arena);
    gp_file file = file_of(b, "plan.yaml", PLAN, GP_FILE_TEXT);
    b->plan = gp_plan_parse(&b->h.arena, &b->d, &file);
    if (!b->plan) show(b);
    assert_non_null(b->plan);
    b->f = gp_frame_new(&b->h.arena, &b->d, b->plan, true);
}

static inline void bed_end(bed *b) {
    gp_arena_fini(&b->h.arena);
}

static inline void add(bed *b, const char *path, const char *text) {
    gp_file file = file_of(b, path, text, strstr(path, ".yaml") ? GP_FILE_TEXT : 0);
    gp_frame_add_file(b->f, &file);
}

static inline void load(bed *b) {
    bool ok = gp_frame_load(b->f, false);
    if (!ok) show(b);
    assert_true(ok);
    assert_int_equal(b->f->rows_in, b->f->used + b->f->other_periods + b->f->refused);
}

static inline size_t count(const bed *b, gp_code code) {
    size_t n = 0;
    for (size_t i = 0; i < b->d.n; i++) n += b->d.items[i].code == code;
    return n;
}

/* Loading must give exactly one error, of this code, at this line. */
static inline void refused(bed *b, gp_code code, uint32_t line) {
    assert_false(gp_frame_load(b->f, false));
    if (b->d.errors != 1 || count(b, code) != 1) show(b);
    assert_int_equal(b->d.errors, 1);
    assert_int_equal(count(b, code), 1);
    uint32_t l, c;
    gp_place_where(&l, &c, &b->d, b->d.items[b->d.n - 1].place);
    assert_int_equal(l, line);
}

static inline void refused_value(const char *value, gp_code code) {
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_printf(&text, YAML "values:\n  %s\n", value);
    add(&b, "a.yaml", gp_buf_take(&text).s);
    refused(&b, code, 6);
    bed_end(&b);
}

static const gp_cell *cell(const bed *b, size_t row, uint32_t datum) {
    const gp_cell *found = gp_frame_cell(b->f, row, datum);
    if (!found) fail_msg("no cell for datum %u", datum);
    return found;
}

static inline double at(const bed *b, size_t row, uint32_t datum) {
    return b->f->column[datum][row];
}

static inline void assert_number(double a, double b) {
    assert_memory_equal(&a, &b, sizeof a);
}

static inline void assert_cell(const bed *b, uint32_t datum, double lo, double hi, gp_basis basis) {
    const gp_cell *c = cell(b, 0, datum);
    assert_true(isnan(at(b, 0, datum)));
    assert_number(c->value.lo, lo);
    assert_number(c->value.hi, hi);
    assert_int_equal(c->basis, basis);
    assert_false(c->no_value);
}

#endif

/* What the tests of the evaluator share: a plan and data from texts in memory, evaluated, and one case described in a line a row.
 * Invariant: every case is evaluated three times, by the plain kernel where it can, by the open one alone, and in a narrow run, in which
 * the open kernel works out no more than what may differ; all must say the same. */
#ifndef GP_TEST_EVAL_BED_H
#define GP_TEST_EVAL_BED_H

#include "trap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "data/frame.h"
#include "eval/lanes.h"
#include "eval/run.h"
#include "input/file.h"
#include "rule/host.h"

typedef struct bed {
    test_heap h;
    gp_diags d;
    gp_plan *plan;
    gp_frame *frame;
    gp_run *run;
    gp_block block;
    gp_case_result c; /* the first case */
    gp_run_options options;
    const char *plan_text, *data_text;
} bed;

#define HEAD "goalpost: 1\nplan: p\n"
#define DATA                                                                                                                               \
    "data:\n"                                                                                                                              \
    "  a: {}\n  b: {}\n  c: {}\n  d: {}\n"                                                                                                 \
    "  cum: {measure: cumulative}\n"                                                                                                       \
    "  mile: {measure: milestone}\n"                                                                                                       \
    "  rate: {unit: \"%\", measure: rate}\n"                                                                                               \
    "  money: {unit: 亿元}\n"                                                                                                              \
    "  step: {stages: [idle, draft, review, done]}\n"                                                                                      \
    "  day: {type: date}\n  day2: {type: date}\n"                                                                                          \
    "  yes: {type: bool}\n"                                                                                                                \
    "  word: {type: text}\n"                                                                                                               \
    "  tier: {codes: {good: 85, fair: 70, poor: 50}}\n"                                                                                    \
    "  zz: {}\n"
#define VALUES "goalpost: 1\ndata: p\nsubject: S\nperiod: 2020\nvalues:\n"

static inline void bed_show(bed *b) {
    gp_buf out;
    gp_buf_init(&out, &b->h.arena);
    gp_diags_print(&out, &b->d, false);
    if (out.n) print_message("%.*s", (int)out.n, out.s);
}

static inline gp_file bed_file(bed *b, const char *path, const char *text) {
    gp_file file;
    bool ok = gp_file_of(&file, &b->h.arena, &b->d, gp_text_of(path), gp_text_of(text), GP_FILE_TEXT);
    if (!ok) bed_show(b);
    assert_true(ok);
    return file;
}

static inline void bed_load_at(bed *b, const char *path, const char *plan, const char *data) {
    gp_diags_init(&b->d, &b->h.arena);
    b->plan_text = plan;
    b->data_text = data;
    gp_file file = bed_file(b, path, plan);
    b->plan = gp_plan_parse(&b->h.arena, &b->d, &file);
    if (!b->plan) bed_show(b);
    assert_non_null(b->plan);
    b->frame = gp_frame_new(&b->h.arena, &b->d, b->plan, true);
    gp_file values = bed_file(b, memcmp(data, "goalpost", 8) ? "data.csv" : "data.yaml", data);
    gp_frame_add_file(b->frame, &values);
    bool ok = gp_frame_load(b->frame, false);
    if (!ok) bed_show(b);
    assert_true(ok);
}

static inline void bed_load(bed *b, const char *plan, const char *data) { bed_load_at(b, "no-such-folder/plan.yaml", plan, data); }

typedef struct side_by_side {
    const bed *b;
    const char *other; /* what the other run is called */
    bool indicators;   /* it has the verdicts of these alone */
    const gp_block *full, *with;
} side_by_side;

/* The line of an indicator, and of a table the heading and the row. */
static inline void show_row(const bed *b, const char *id, size_t row) {
    const char *line = b->plan_text;
    print_message("%s\n", line);
    line = b->data_text;
    for (size_t n = 0; *line; n++) {
        size_t length = strcspn(line, "\n");
        if (n == 0 || n == row + 1 || memcmp(b->data_text, "goalpost", 8) == 0) print_message("%.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
    print_message("`%s` of row %zu\n", id, row);
}

static inline void same_number(const side_by_side *s, const double *full, const double *with, const char *what, size_t i) {
    if (memcmp(&full[i], &with[i], sizeof *full) == 0 || (isnan(full[i]) && isnan(with[i]))) return;
    show_row(s->b, what, s->full->first + i);
    fail_msg("%.17g, in %s %.17g", full[i], s->other, with[i]);
}

static inline void same_verdict(const side_by_side *s, size_t k, size_t i) {
    uint8_t is = s->with->verdict[k][i], due = s->full->verdict[k][i];
    if (is == due) return;
    show_row(s->b, gp_text_cstr((gp_arena *)(uintptr_t)&s->b->h.arena, s->b->plan->nodes[k]->id), s->full->first + i);
    fail_msg("%s, in %s %s", gp_verdict_name(due), s->other, gp_verdict_name(is));
}

static inline void same_block(const side_by_side *s) {
    assert_int_equal(s->full->n, s->with->n);
    for (size_t i = 0; i < s->full->n; i++) {
        for (size_t k = 0; k < s->b->plan->nnodes; k++)
            if (!s->indicators || s->b->plan->nodes[k]->level == GP_INDICATOR) same_verdict(s, k, i);
        same_number(s, s->full->score_lo, s->with->score_lo, "low score", i);
        same_number(s, s->full->score_hi, s->with->score_hi, "high score", i);
        same_number(s, s->full->marks_lo, s->with->marks_lo, "low marks", i);
        same_number(s, s->full->marks_hi, s->with->marks_hi, "high marks", i);
        assert_int_equal(s->full->grade_lo[i], s->with->grade_lo[i]);
        assert_int_equal(s->full->grade_hi[i], s->with->grade_hi[i]);
    }
}

static inline void same_sum(const gp_run *a, const gp_run *b) {
    gp_sum x, y;
    assert_true(gp_run_sum(&x, a) && gp_run_sum(&y, b));
    assert_memory_equal(x.verdicts, y.verdicts, sizeof x.verdicts);
    assert_int_equal(x.errors, y.errors);
}

/* Walks the frame as it comes, narrowly, and by the open kernel alone, side by side. What is said of refused decisions is said
 * elsewhere. */
static inline void same_when_narrow(bed *b) {
    gp_diags unread;
    gp_block as_it_comes, other;
    gp_run *run[3];
    gp_diags_init(&unread, &b->h.arena);
    for (int k = 0; k < 3; k++) {
        run[k] = gp_run_new(&b->h.arena, &unread, b->frame, &b->options);
        assert_non_null(run[k]);
    }
    gp_run_narrow(run[1]);
    run[2]->all_open = true;
    while (gp_run_block(run[0], &as_it_comes))
        for (int k = 1; k < 3; k++) {
            side_by_side s = {b, k == 1 ? "a narrow run" : "the open kernel", k == 1, &as_it_comes, &other};
            assert_true(gp_run_block(run[k], &other));
            same_block(&s);
        }
    same_sum(run[0], run[1]);
    same_sum(run[0], run[2]);
}

static inline void bed_eval(bed *b) {
    b->options.lang = GP_EN;
    b->run = gp_run_new(&b->h.arena, &b->d, b->frame, &b->options);
    if (!b->run) bed_show(b);
    assert_non_null(b->run);
    same_when_narrow(b);
    assert_true(gp_run_block(b->run, &b->block));
    gp_run_case(&b->c, b->run, &b->h.arena, 0);
}

/* A macro, as the trap must be set in the test's own frame. */
#define EVAL(b, plan_text, data_text)                                                                                                      \
    bed b;                                                                                                                                 \
    TEST_HEAP((b).h);                                                                                                                      \
    (b).options = (gp_run_options){0};                                                                                                     \
    bed_load(&(b), (plan_text), (data_text));                                                                                              \
    bed_eval(&(b))
#define DONE(b) gp_arena_fini(&(b).h.arena)

static inline const gp_row *row_of(const bed *b, const char *id) {
    const gp_node *n = gp_plan_node(b->plan, gp_text_of(id));
    if (!n) fail_msg("no node %s", id);
    return &b->c.rows[n->index];
}

/* "met! final": verdict, "!" when final, basis or "-". */
static inline const char *said(char out[64], const gp_row *r) {
    snprintf(out, 64, "%s%s %s", r->verdict == GP_MEASURED ? "measured" : gp_verdict_name(r->verdict), r->final ? "!" : "",
             r->has_basis ? gp_basis_name(r->basis) : "-");
    return out;
}

static inline void put_number(gp_buf *out, double v) {
    char text[32];
    gp_buf_put(out, text, gp_number_print(text, v));
}

static inline void put_range(gp_buf *out, const char *what, double lo, double hi) {
    gp_buf_printf(out, " %s ", what);
    put_number(out, lo);
    if (lo == hi || (isnan(lo) && isnan(hi))) return;
    gp_buf_str(out, "..");
    put_number(out, hi);
}

/* All that a row says, for comparing two evaluations. */
static inline gp_text described(bed *b) {
    gp_buf out;
    char text[64];
    gp_buf_init(&out, &b->h.arena);
    for (size_t k = 0; k < b->c.nrows; k++) {
        const gp_row *r = &b->c.rows[k];
        gp_buf_printf(&out, "%.*s: %s", GP_ARG(r->node->id), said(text, r));
        if (r->has_actual) put_range(&out, "actual", r->actual.lo, r->actual.hi);
        put_range(&out, "target", r->target, r->upper);
        put_range(&out, "completion", r->completion, r->completion);
        put_range(&out, "margin", r->margin, r->margin);
        put_range(&out, "flip", r->flip, r->flip);
        put_range(&out, "score", r->score.lo, r->score.hi);
        put_range(&out, "marks", r->marks.lo, r->marks.hi);
        put_range(&out, "of", r->full_marks, r->full_marks);
        gp_buf_printf(&out, " grade %.*s..%.*s", GP_ARG(r->grade_low), GP_ARG(r->grade_high));
        gp_buf_printf(&out, " audit %s because %.*s\n", gp_audit_name(r->audit), GP_ARG(r->reason));
    }
    put_range(&out, "total", b->c.score.lo, b->c.score.hi);
    put_range(&out, "before", b->c.score_before_veto.lo, b->c.score_before_veto.hi);
    put_range(&out, "unwaived", b->c.score_without_waivers.lo, b->c.score_without_waivers.hi);
    put_range(&out, "coverage", b->c.coverage, b->c.coverage);
    return gp_buf_take(&out);
}

/* The same data with an unused provisional datum: the open kernel's word. data ends inside the mapping `values`. */
static inline void same_when_open(const char *plan, const char *data, gp_run_options options, gp_text plain) {
    bed o;
    TEST_HEAP(o.h);
    gp_buf text;
    gp_buf_init(&text, &o.h.arena);
    const char *values = strstr(data, "values:\n");
    assert_non_null(values);
    size_t head = (size_t)(values - data) + strlen("values:\n");
    gp_buf_put(&text, data, head);
    gp_buf_str(&text, "  zz: {value: 1, basis: provisional}\n");
    gp_buf_str(&text, data + head);
    o.options = options;
    bed_load(&o, plan, gp_text_cstr(&o.h.arena, gp_buf_take(&text)));
    bed_eval(&o);
    gp_text open = described(&o);
    if (!gp_text_eq(open, plain)) fail_msg("the kernels differ:\nplain:\n%.*s\nopen:\n%.*s\ndata:\n%s", GP_ARG(plain), GP_ARG(open), data);
    DONE(o);
}

/* Evaluates one indicator `g.i` with the keys and values given, in both kernels, and compares what is said of it. */
static inline void indicator_in(const char *keys, const char *values, const char *want, gp_run_options options) {
    char plan[4096], data[2048], text[64];
    snprintf(plan, sizeof plan, "%s      - {id: i, %s}\n", HEAD DATA "goals:\n  - id: g\n    indicators:\n", keys);
    snprintf(data, sizeof data, VALUES "%s", values);
    bed b;
    TEST_HEAP(b.h);
    b.options = options;
    bed_load(&b, plan, data);
    bed_eval(&b);
    said(text, row_of(&b, "g.i"));
    if (strcmp(text, want) != 0)
        fail_msg("`%s` with\n%sis `%s`, due `%s` (%.*s)", keys, values, text, want, GP_ARG(row_of(&b, "g.i")->reason));
    same_when_open(plan, data, options, described(&b));
    DONE(b);
}

static inline void indicator(const char *keys, const char *values, const char *want) {
    indicator_in(keys, values, want, (gp_run_options){0});
}

#endif

/* Back-test: the same data under another plan; what moves, row by row, as goalpost diff finds it.
 * Invariant: cases have the same number on both sides; every row that is shown has a cause. */
#include <math.h>
#include <string.h>

#include "study/backtest.h"

static const gp_sheet_column TOTALS[] = {
    {"subject", "考核对象", "Subject", false},       {"period", "考核期", "Period", false},
    {"marks_base", "得分", "Marks", true},           {"marks", "另一计划得分", "Other plan", true}, {"change", "变化", "Change", true},
    {"grade_base", "等次", "Grade", false},          {"grade", "另一计划等次", "Other plan", false},
    {"rank_base", "位次", "Rank", true},             {"rank", "另一计划位次", "Other plan", true},
    {"flipped", "翻转", "Flipped", true},
};
static const gp_sheet_column CHANGES[] = {
    {"subject", "考核对象", "Subject", false},       {"id", NULL, NULL, false},                   {"name", "指标", "Indicator", false},
    {"verdict_base", "达成情况", "Verdict", false},  {"verdict", "另一计划", "Other plan", false}, {"actual", "完成值", "Actual", true},
    {"target_base", "目标值", "Target", false},      {"target", "另一计划目标值", "Other plan", false},
    {"marks_base", "得分", "Marks", true},           {"marks", "另一计划得分", "Other plan", true}, {"why", "原因", "Why", false},
};

typedef struct back_test {
    const gp_study *study;
    gp_answer *out;
    const gp_back_side *base, *other;
    gp_sheet *totals, *changes;
    const gp_case_result *a, *b; /* per case */
    size_t flips, moved, cases;  /* indicators and clauses; cases with other marks; all */
    gp_text only;                /* a subject; absent: all */
} back_test;

static const gp_case_result *read_cases(gp_arena *a, gp_run *run, size_t n) {
    gp_case_result *out = gp_arena_array(a, n, sizeof *out);
    gp_block b;
    gp_run_rewind(run);
    while (gp_run_block(run, &b))
        for (size_t i = 0; i < b.n; i++) gp_run_case(&out[b.first + i], run, a, i);
    return out;
}

static const gp_row *row_called(const gp_case_result *c, const gp_plan *plan, const gp_record_row *row) {
    const gp_node *node = row ? gp_plan_node(plan, row->of[GP_R_ID].text) : NULL;
    return node ? &c->rows[node->index] : NULL;
}

/* The data are the same: where they seem to differ, the other plan takes them otherwise. */
static gp_text causes(const back_test *t, unsigned why) {
    gp_buf b;
    if (why >> GP_CAUSE_DATA & 1) why = (why & ~(1u << GP_CAUSE_DATA)) | 1u << GP_CAUSE_PLAN;
    gp_buf_init(&b, t->study->arena);
    for (unsigned k = 0; k < GP_CAUSE_COUNT; k++)
        if (why >> k & 1)
            gp_buf_printf(&b, "%s%s", b.n ? gp_answer_word(t->out, "、", ", ") : "", gp_cause_name((gp_cause_number)k, t->out->lang));
    return gp_buf_take(&b);
}

static void put_change(back_test *t, size_t row, const gp_row_change *change) {
    gp_arena *arena = t->study->arena;
    const gp_row *a = row_called(&t->a[row], t->base->plan, change->a), *b = row_called(&t->b[row], t->other->plan, change->b),
                 *any = b ? b : a;
    gp_sheet *s = t->changes;
    if (!any || any->node->level == GP_SUBJECT) return;
    gp_sheet_text(s, t->a[row].of->subject);
    gp_sheet_text(s, any->node->id);
    gp_sheet_text(s, any->node->name);
    gp_sheet_text(s, a ? gp_study_verdict(arena, t->out->lang, a) : GP_NO_TEXT);
    gp_sheet_text(s, b ? gp_study_verdict(arena, t->out->lang, b) : GP_NO_TEXT);
    gp_sheet_text(s, gp_study_actual(arena, any, b ? &t->other->frame->texts : &t->base->frame->texts));
    gp_sheet_text(s, a ? a->criterion : GP_NO_TEXT);
    gp_sheet_text(s, b ? b->criterion : GP_NO_TEXT);
    gp_sheet_marks(s, a ? a->marks : (gp_range){NAN, NAN});
    gp_sheet_marks(s, b ? b->marks : (gp_range){NAN, NAN});
    gp_sheet_text(s, !a ? gp_text_of(gp_answer_word(t->out, "仅另一计划有", "only the other plan has it"))
                     : !b ? gp_text_of(gp_answer_word(t->out, "另一计划没有", "the other plan does not have it"))
                          : causes(t, change->why));
}

static bool is_asked(const back_test *t, size_t row) { return !t->only.s || gp_text_eq(t->a[row].of->subject, t->only); }

static size_t put_rows(back_test *t, size_t row, const gp_subject_change *change) {
    size_t flips = 0;
    for (size_t i = 0; i < change->n && is_asked(t, row); i++) {
        const gp_row_change *c = &change->rows[i];
        const gp_row *a = row_called(&t->a[row], t->base->plan, c->a);
        flips += a && a->node->level >= GP_INDICATOR && c->what & GP_C_FLIPPED;
        put_change(t, row, c);
    }
    return flips;
}

static void put_totals(back_test *t, size_t row, size_t flips) {
    const gp_case_result *a = &t->a[row], *b = &t->b[row];
    gp_arena *arena = t->study->arena;
    if (!is_asked(t, row)) return;
    t->cases++;
    double moved = gp_study_moved(a->marks, b->marks);
    t->moved += moved != 0 && !isnan(moved);
    t->flips += flips;
    gp_sheet_text(t->totals, a->of->subject);
    gp_sheet_text(t->totals, gp_study_period(arena, a->of));
    gp_sheet_marks(t->totals, a->marks);
    gp_sheet_marks(t->totals, b->marks);
    gp_sheet_change(t->totals, a->marks, b->marks);
    gp_sheet_text(t->totals, gp_study_grade(arena, a));
    gp_sheet_text(t->totals, gp_study_grade(arena, b));
    gp_sheet_rank(t->totals, a->rank);
    gp_sheet_rank(t->totals, b->rank);
    gp_sheet_number(t->totals, (double)flips);
}

static void say_names(back_test *t, const char *zh, const char *en, const gp_text *names, size_t n) {
    gp_buf b;
    if (n == 0) return;
    gp_buf_init(&b, t->study->arena);
    for (size_t i = 0; i < n && i < 5; i++) gp_buf_printf(&b, "%s%.*s", i ? ", " : "", GP_ARG(names[i]));
    if (n > 5) gp_buf_str(&b, " …");
    gp_answer_say(t->out, "%s (%zu): %.*s", gp_answer_word(t->out, zh, en), n, (int)b.n, b.s);
}

static void say_what(back_test *t, const gp_carried *told) {
    gp_answer_say(t->out,
                  gp_answer_word(t->out, "同样的数据,按 %.*s 与另一计划 %.*s", "the same data under %.*s and under the other plan %.*s"),
                  GP_ARG(t->base->plan->id), GP_ARG(t->other->plan->id));
    gp_answer_say(t->out,
                  gp_answer_word(t->out, "翻转 %zu 项;得分变化 %zu 个,共 %zu 个", "flipped: %zu; cases with other marks: %zu of %zu"),
                  t->flips, t->moved, t->cases);
    say_names(t, "另一计划不用的数据", "data that the other plan does not have", told->unread, told->nunread);
    say_names(t, "另一计划中类型或单位不同的数据,按缺失计", "data of another kind in the other plan, which count as missing there", told->other, told->nother);
    say_names(t, "另一计划另需的数据,按缺失计", "data that the other plan asks for besides, which are missing", told->absent, told->nabsent);
}

bool gp_study_back_test(gp_answer *out, const gp_study *s, const gp_back_side *base, const gp_back_side *other, gp_text only,
                        const gp_carried *told) {
    back_test t = {.study = s, .out = out, .base = base, .other = other, .only = only};
    size_t n = base->frame->nrows, errors = s->diags->errors;
    t.a = read_cases(s->arena, base->run, n);
    t.b = read_cases(s->arena, other->run, n);
    t.totals = gp_answer_sheet(out, "totals", GP_NO_TEXT, TOTALS, GP_COUNT(TOTALS));
    t.changes = gp_answer_sheet(out, "changes", gp_text_of(gp_answer_word(out, "变化的行", "What changed")), CHANGES, GP_COUNT(CHANGES));
    gp_diff *diff = gp_diff_new(s->arena, s->diags, base->record, other->record);
    size_t row = 0;
    gp_subject_change change;
    while (gp_diff_next(&change, diff)) {
        size_t at = change.a ? (size_t)(change.a - base->record->subjects) : n;
        for (; row < at && row < n; row++) put_totals(&t, row, 0);
        if (row < n) put_totals(&t, row, put_rows(&t, row, &change));
        row++;
    }
    for (; row < n; row++) put_totals(&t, row, 0);
    say_what(&t, told);
    return s->diags->errors == errors;
}

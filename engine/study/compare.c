/* Base beside scenarios: what flipped, what moved, for every case.
 * Invariant: base and scenarios are rows of one run; a row of the answer is there because something in it differs, or because all were
 * asked for. */
#include <math.h>
#include <string.h>

#include "study/study.h"

static const gp_sheet_column TOTALS[] = {
    {"scenario", "情景", "Scenario", false},   {"subject", "考核对象", "Subject", false}, {"period", "考核期", "Period", false},
    {"marks_base", "基准得分", "Base", true},  {"marks", "得分", "Marks", true},          {"change", "变化", "Change", true},
    {"grade_base", "基准等次", "Base grade", false}, {"grade", "等次", "Grade", false},   {"flipped", "翻转", "Flipped", true},
    {"rank_base", "基准名次", "Base rank", true}, {"rank", "名次", "Rank", true}, /* only where subjects are ranked */
};
static const gp_sheet_column CHANGES[] = {
    {"scenario", "情景", "Scenario", false},    {"subject", "考核对象", "Subject", false},      {"id", NULL, NULL, false},
    {"name", "指标", "Indicator", false},       {"verdict_base", "基准", "Base", false},        {"verdict", "达成情况", "Verdict", false},
    {"actual_base", "基准完成值", "Base actual", true}, {"actual", "完成值", "Actual", true},   {"target", "目标值", "Target", false},
    {"marks_base", "基准得分", "Base marks", true}, {"marks", "得分", "Marks", true},           {"change", "变化", "Change", true},
};

typedef struct comparison {
    gp_answer *answer;
    const gp_study *study;
    const gp_case_result *cases; /* of the base */
    size_t ncases;
    bool all, ranks;
} comparison;

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }
static bool same_range(gp_range a, gp_range b) { return same(a.lo, b.lo) && same(a.hi, b.hi); }

static bool flipped(const gp_row *a, const gp_row *b) { return a->verdict != b->verdict || a->final != b->final; }

static bool differs(const gp_row *a, const gp_row *b) {
    bool value =
        a->has_actual != b->has_actual || (a->has_actual && (!same(a->actual.lo, b->actual.lo) || !same(a->actual.hi, b->actual.hi)));
    return flipped(a, b) || value || !gp_text_eq(a->criterion, b->criterion) || !same_range(a->marks, b->marks) ||
           !same_range(a->score, b->score);
}

/* Of indicators and clauses. */
static size_t count_flips(const gp_case_result *a, const gp_case_result *b) {
    size_t n = 0;
    for (size_t k = 0; k < a->nrows; k++) n += a->rows[k].node->level >= GP_INDICATOR && a->rows[k].verdict != b->rows[k].verdict;
    return n;
}

static void put_totals(gp_sheet *s, const comparison *c, const gp_case_result *base, const gp_case_result *r) {
    gp_sheet_text(s, r->of->scenario);
    gp_sheet_text(s, r->of->subject);
    gp_sheet_text(s, gp_study_period(c->study->arena, r->of));
    gp_sheet_marks(s, base->marks);
    gp_sheet_marks(s, r->marks);
    gp_sheet_change(s, base->marks, r->marks);
    gp_sheet_text(s, gp_study_grade(c->study->arena, base));
    gp_sheet_text(s, gp_study_grade(c->study->arena, r));
    gp_sheet_number(s, (double)count_flips(base, r));
    if (!c->ranks) return;
    gp_sheet_rank(s, base->rank);
    gp_sheet_rank(s, r->rank);
}

static void put_row(gp_sheet *s, const comparison *c, const gp_case_result *r, const gp_row *a, const gp_row *b) {
    gp_sheet_text(s, r->of->scenario);
    gp_sheet_text(s, r->of->subject);
    gp_sheet_text(s, b->node->id);
    gp_sheet_text(s, b->node->name);
    gp_sheet_text(s, gp_study_verdict(c->study->arena, c->answer->lang, a));
    gp_sheet_text(s, gp_study_verdict(c->study->arena, c->answer->lang, b));
    gp_sheet_text(s, gp_study_actual(c->study->arena, a, &c->study->base->texts));
    gp_sheet_text(s, gp_study_actual(c->study->arena, b, &c->study->base->texts));
    gp_sheet_text(s, b->criterion);
    gp_sheet_marks(s, a->marks);
    gp_sheet_marks(s, b->marks);
    gp_sheet_change(s, a->marks, b->marks);
}

static void put_changes(gp_sheet *s, const comparison *c, const gp_case_result *base, const gp_case_result *r) {
    for (size_t k = 1; k < r->nrows; k++)
        if (c->all || differs(&base->rows[k], &r->rows[k])) put_row(s, c, r, &base->rows[k], &r->rows[k]);
}

/* Reads every case of the trials in full. */
static const gp_case_result *read_cases(gp_trials *t) {
    gp_case_result *out = gp_arena_array(t->study->arena, t->frame->nrows, sizeof *out);
    gp_block b;
    while (gp_run_block(t->run, &b))
        for (size_t i = 0; i < b.n; i++) gp_run_case(&out[b.first + i], t->run, t->study->arena, i);
    return out;
}

static const gp_case_result *evaluate(const gp_study *s, const gp_scenario *scenario) {
    gp_trials *t = GP_NEW(s->arena, gp_trials);
    gp_text name = scenario ? scenario->name : GP_TEXT("");
    gp_trials_init(t, s, 1, &name);
    if (scenario) gp_trials_lay(t, 0, scenario);
    if (scenario && !gp_trials_shape(t, scenario)) return NULL;
    return gp_trials_run(t) ? read_cases(t) : NULL;
}

bool gp_study_compare(gp_answer *out, const gp_study *s, const gp_scenario *scenarios, size_t n, bool all) {
    comparison c = {out, s, evaluate(s, NULL), s->ncases, all, s->base->plan->root->scoring.ranks};
    gp_sheet *totals = gp_answer_sheet(out, "totals", GP_NO_TEXT, TOTALS, GP_COUNT(TOTALS) - (c.ranks ? 0 : 2));
    gp_sheet *changes =
        gp_answer_sheet(out, "changes", gp_text_of(gp_answer_word(out, "变化的行", "What changed")), CHANGES, GP_COUNT(CHANGES));
    for (size_t k = 0; c.cases && k < n; k++) {
        const gp_case_result *cases = evaluate(s, &scenarios[k]);
        if (!cases) return false;
        for (size_t i = 0; i < c.ncases; i++) {
            if (!gp_study_asks(s, i)) continue;
            put_totals(totals, &c, &c.cases[i], &cases[i]);
            put_changes(changes, &c, &c.cases[i], &cases[i]);
        }
    }
    return c.cases != NULL;
}

/* Periods: each period of the data beside the latest, and what each indicator came to from one to the next.
 * Invariant: periods stand in the order of time; a subject without a period has nothing there. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/study.h"

enum { MOST_PERIODS = 40, FIXED = 3 };

static const gp_sheet_column TOTALS[] = {
    {"subject", "考核对象", "Subject", false},   {"period", "考核期", "Period", false},      {"marks", "得分", "Marks", true},
    {"marks_latest", "最近一期", "Latest", true}, {"change", "变化", "Change", true},         {"grade", "等次", "Grade", false},
    {"grade_latest", "最近一期", "Latest", false}, {"rank", "位次", "Rank", true},            {"rank_latest", "最近一期", "Latest", true},
    {"met", "达成", "Met", true},                {"unmet", "未达成", "Unmet", true},          {"open", "未定", "Open", true},
};

typedef struct by_period {
    const gp_study *study;
    gp_answer *out;
    const gp_case_result *cases;
    gp_period *periods;
    size_t nperiods;
    gp_text *subjects;           /* in the order of the data */
    size_t nsubjects;
    const gp_case_result **at;   /* [subject][period] */
    bool all;
} by_period;

static int by_time(const void *a, const void *b) {
    const gp_period *x = a, *y = b;
    if (x->last != y->last) return x->last < y->last ? -1 : 1;
    return (x->first > y->first) - (x->first < y->first);
}

static size_t period_at(const by_period *t, gp_period p) {
    size_t k = 0;
    while (k < t->nperiods && !gp_period_eq(t->periods[k], p)) k++;
    return k;
}

/* Subjects with the scenario that the data name: a line of their own each. */
static gp_text name_of(const by_period *t, const gp_case *c) {
    gp_buf b;
    if (!c->scenario.n) return c->subject;
    gp_buf_init(&b, t->study->arena);
    gp_buf_printf(&b, "%.*s · %.*s", GP_ARG(c->subject), GP_ARG(c->scenario));
    return gp_buf_take(&b);
}

static bool sort_out(by_period *t, size_t n) {
    gp_pool names;
    gp_arena *a = t->study->arena;
    gp_pool_init(&names, a);
    t->periods = gp_arena_array(a, n, sizeof *t->periods);
    for (size_t i = 0; i < n; i++) {
        gp_pool_add(&names, name_of(t, t->cases[i].of));
        if (period_at(t, t->cases[i].of->period) == t->nperiods) t->periods[t->nperiods++] = t->cases[i].of->period;
        if (t->nperiods > MOST_PERIODS) break;
    }
    if (t->nperiods < 2 || t->nperiods > MOST_PERIODS) {
        gp_diag *diag = gp_report(t->study->diags, GP_D_BAD_VALUE, (gp_place){0},
                                  t->nperiods < 2 ? "the data have one period: there is nothing to put beside it"
                                                  : "the data have more than 40 periods");
        gp_hint(t->study->diags, diag, "%s",
                t->nperiods < 2 ? "give data of several: -d 2019.csv -d 2020.csv" : "give those that are to stand side by side");
        return false;
    }
    qsort(t->periods, t->nperiods, sizeof *t->periods, by_time);
    t->nsubjects = names.n;
    t->subjects = names.items;
    t->at = gp_arena_array(a, t->nsubjects * t->nperiods, sizeof(gp_case_result *));
    for (size_t i = 0; i < n; i++) {
        size_t subject = gp_pool_add(&names, name_of(t, t->cases[i].of));
        t->at[subject * t->nperiods + period_at(t, t->cases[i].of->period)] = &t->cases[i];
    }
    return true;
}

/* ---- totals ---- */

static const gp_case_result *latest_of(const by_period *t, size_t subject) {
    for (size_t k = t->nperiods; k-- > 0;)
        if (t->at[subject * t->nperiods + k]) return t->at[subject * t->nperiods + k];
    return NULL;
}

static size_t count(const gp_case_result *c, gp_verdict v) {
    size_t n = 0;
    for (size_t k = 0; k < c->nrows; k++) n += c->rows[k].node->level == GP_INDICATOR && c->rows[k].verdict == v;
    return n;
}

static void put_total(by_period *t, gp_sheet *s, size_t subject, const gp_case_result *c, const gp_case_result *latest) {
    gp_arena *a = t->study->arena;
    bool own = c == latest;
    gp_range none = {NAN, NAN};
    gp_sheet_text(s, t->subjects[subject]);
    gp_sheet_text(s, gp_study_period(a, c->of));
    gp_sheet_marks(s, c->marks);
    gp_sheet_marks(s, own ? none : latest->marks);
    gp_sheet_change(s, own ? none : c->marks, own ? none : latest->marks);
    gp_sheet_text(s, gp_study_grade(a, c));
    gp_sheet_text(s, own ? GP_NO_TEXT : gp_study_grade(a, latest));
    gp_sheet_rank(s, c->rank);
    gp_sheet_rank(s, own ? none : latest->rank);
    gp_sheet_number(s, (double)count(c, GP_MET));
    gp_sheet_number(s, (double)count(c, GP_UNMET));
    gp_sheet_number(s, (double)(count(c, GP_UNDECIDED) + count(c, GP_NO_DATA) + count(c, GP_NOT_DUE) + count(c, GP_ERRED)));
}

/* ---- what each indicator came to ---- */

static const gp_sheet_column *columns(const by_period *t) {
    static const gp_sheet_column FIRST[FIXED] = {
        {"subject", "考核对象", "Subject", false}, {"id", NULL, NULL, false}, {"name", "指标", "Indicator", false}};
    gp_sheet_column *c = gp_arena_array(t->study->arena, FIXED + t->nperiods, sizeof *c);
    char text[32];
    memcpy(c, FIRST, sizeof FIRST);
    for (size_t k = 0; k < t->nperiods; k++)
        c[FIXED + k] =
            (gp_sheet_column){gp_text_cstr(t->study->arena, (gp_text){text, gp_period_print(text, t->periods[k])}), NULL, NULL, false};
    return c;
}

static bool moves(const by_period *t, size_t subject, size_t node) {
    const gp_row *before = NULL;
    for (size_t k = 0; k < t->nperiods; k++) {
        const gp_case_result *c = t->at[subject * t->nperiods + k];
        if (!c) continue;
        if (before && before->verdict != c->rows[node].verdict) return true;
        before = &c->rows[node];
    }
    return false;
}

/* "◆ met 5.2%": the verdict is another one than in the period before. */
static gp_text cell_text(const by_period *t, const gp_row *before, const gp_row *r) {
    gp_arena *a = t->study->arena;
    gp_text verdict = gp_study_verdict(a, t->out->lang, r), actual = gp_study_actual(a, r, &t->study->base->texts);
    gp_buf b;
    gp_buf_init(&b, a);
    if (before && before->verdict != r->verdict) gp_buf_str(&b, "◆ ");
    gp_buf_text(&b, verdict);
    if (verdict.n && actual.n) gp_buf_char(&b, ' ');
    gp_buf_text(&b, actual);
    return gp_buf_take(&b);
}

static void put_trend(by_period *t, gp_sheet *s, size_t subject, const gp_node *node) {
    const gp_row *before = NULL;
    gp_sheet_text(s, t->subjects[subject]);
    gp_sheet_text(s, node->id);
    gp_sheet_text(s, node->name);
    for (size_t k = 0; k < t->nperiods; k++) {
        const gp_case_result *c = t->at[subject * t->nperiods + k];
        gp_sheet_text(s, c ? cell_text(t, before, &c->rows[node->index]) : GP_NO_TEXT);
        if (c) before = &c->rows[node->index];
    }
}

static void put_all(by_period *t) {
    const gp_plan *plan = t->study->base->plan;
    gp_sheet *totals = gp_answer_sheet(t->out, "totals", GP_NO_TEXT, TOTALS, GP_COUNT(TOTALS));
    gp_sheet *trend = gp_answer_sheet(
        t->out, "trend",
        gp_text_of(gp_answer_word(t->out, "各期情况,◆ 表示与上一期不同", "From period to period; ◆: another verdict than before")),
        columns(t), FIXED + t->nperiods);
    for (size_t s = 0; s < t->nsubjects; s++) {
        for (size_t k = 0; k < t->nperiods; k++)
            if (t->at[s * t->nperiods + k]) put_total(t, totals, s, t->at[s * t->nperiods + k], latest_of(t, s));
        for (size_t k = 1; k < plan->nnodes; k++)
            if (plan->nodes[k]->level >= GP_INDICATOR && (t->all || moves(t, s, k))) put_trend(t, trend, s, plan->nodes[k]);
    }
}

bool gp_study_periods(gp_answer *out, const gp_study *s, const gp_scenario *scenario, gp_text only, bool all) {
    gp_trials trials;
    gp_block b;
    size_t n = 0;
    by_period t = {.study = s, .out = out, .all = all};
    gp_trials_init(&trials, s, 1, NULL);
    gp_trials_lay(&trials, 0, scenario);
    if (!gp_trials_shape(&trials, scenario) || !gp_trials_run(&trials)) return false;
    gp_case_result *cases = gp_arena_array(s->arena, trials.frame->nrows, sizeof *cases);
    while (gp_run_block(trials.run, &b))
        for (size_t i = 0; i < b.n; i++)
            if (!only.s || gp_text_eq(trials.frame->cases[b.first + i].subject, only)) gp_run_case(&cases[n++], trials.run, s->arena, i);
    t.cases = cases;
    if (!sort_out(&t, n)) return false;
    put_all(&t);
    return true;
}

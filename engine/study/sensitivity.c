/* Sensitivity: what each indicator and each datum is worth, one at a time, all else as it is.
 * Invariant: every figure is the difference of two rows of one run, so caps, bands, grades and vetoes count as they do in the result. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "study/study.h"

static const gp_sheet_column INDICATORS[] = {
    {"id", NULL, NULL, false},                {"name", "指标", "Indicator", false},   {"verdict", "达成情况", "Verdict", false},
    {"margin", "余量", "Margin", true},       {"flip", "临界点", "Flips at", true},   {"lost", "失分", "Marks lost", true},
    {"left_out", "去掉后得分", "Left out", true},
};
static const gp_sheet_column DATA[] = {
    {"path", "路径", "Path", false},          {"name", "数据", "Datum", false},       {"now", "现值", "Now", true},
    {"per_unit", "每单位得分", "Marks a unit", true}, {"low", "低值", "Low", true},   {"marks_low", "低值得分", "Marks there", true},
    {"high", "高值", "High", true},           {"marks_high", "高值得分", "Marks there", true}, {"swing", "幅度", "Swing", true},
};

/* What a datum is moved to: a step up and down of its own grid, and `spread` of itself either way. */
typedef struct moved {
    gp_target target;
    double now, step, low, high;
    double marks[4]; /* step down, step up, low, high */
} moved;

typedef struct sense {
    const gp_study *study;
    gp_answer *out;
    double spread;
    moved *data;
    size_t ndata;
    const gp_node **nodes; /* indicators that can be left out */
    size_t nnodes;
    gp_trials trials;
    double *marks;         /* per row of the trials */
    gp_case_result now;
} sense;

static double middle(gp_range r) { return (r.lo + r.hi) / 2; }

/* ---- which data, which indicators ---- */

typedef struct look { uint32_t datum; bool found; } look;

static void is_read(void *ud, uint32_t datum) {
    look *l = ud;
    l->found = l->found || l->datum == datum;
}

/* Calls visit for every datum below an expression, derived names included. */
static void each_datum(const gp_plan *plan, const gp_expr *e, void (*visit)(void *ud, uint32_t datum), void *ud) {
    if (e->op == GP_X_NAME && e->ref < plan->ndata) visit(ud, e->ref);
    else if (e->op == GP_X_NAME) each_datum(plan, plan->derived[e->ref - plan->ndata].expr, visit, ud);
    for (uint32_t i = 0; i < e->n; i++) each_datum(plan, e->arg[i], visit, ud);
}

static bool reads(const gp_plan *plan, uint32_t datum) {
    look l = {datum, false};
    for (size_t k = 0; k < plan->nnodes && !l.found; k++) {
        if (plan->nodes[k]->value) each_datum(plan, plan->nodes[k]->value, is_read, &l);
        const gp_param *t = &plan->nodes[k]->criterion.target;
        for (size_t i = 0; i < t->n; i++) each_datum(plan, t->entry[i].expr, is_read, &l);
    }
    return l.found;
}

static double step_of(const gp_datum *d, double now) {
    gp_decimal dec = gp_decimal_of(now);
    int exp = dec.mant ? dec.exp : d->type.unit.scale;
    if (d->digits >= 0 && d->type.unit.scale - d->digits < exp) exp = d->type.unit.scale - d->digits;
    if (exp > d->type.unit.scale) exp = d->type.unit.scale;
    return gp_decimal_double((gp_decimal){1, exp}, 0);
}

static double within(const gp_datum *d, double v) {
    if (!d->has_range) return v;
    return v < d->range.lo ? d->range.lo : v > d->range.hi ? d->range.hi : v;
}

static void add_datum(sense *s, uint32_t d) {
    const gp_datum *datum = &s->study->base->plan->data[d];
    double now = s->study->base->column[d][s->study->first];
    const gp_cell *cell = gp_frame_cell(s->study->base, s->study->first, d);
    if (cell) now = isfinite(cell->value.lo) ? cell->value.lo : cell->value.hi;
    if (datum->type.kind != GP_NUMBER || isnan(now) || !reads(s->study->base->plan, d)) return;
    moved *m = &s->data[s->ndata++];
    gp_buf path;
    gp_buf_init(&path, s->study->arena);
    gp_buf_printf(&path, "data.%.*s", GP_ARG(datum->name));
    m->target = (gp_target){.kind = GP_TARGET_DATUM, .path = gp_buf_take(&path), .datum = d, .like = *datum, .now = NAN};
    m->now = now;
    m->step = step_of(datum, now);
    double by = now == 0 ? m->step : fabs(now) * s->spread;
    m->low = within(datum, gp_round_digits(now - by, 12));
    m->high = within(datum, gp_round_digits(now + by, 12));
}

/* ---- the rows: the base, four for each datum, one for each indicator ---- */

static bool lay(sense *s, const gp_scenario *scenario) {
    size_t rows = 1 + 4 * s->ndata + s->nnodes;
    gp_trials_init(&s->trials, s->study, rows, NULL);
    for (size_t row = 0; row < rows; row++) gp_trials_lay(&s->trials, row, scenario);
    if (!gp_trials_shape(&s->trials, scenario)) return false;
    for (size_t k = 0; k < s->ndata; k++) {
        const moved *m = &s->data[k];
        double v[4] = {gp_round_digits(m->now - m->step, 15), gp_round_digits(m->now + m->step, 15), m->low, m->high};
        for (size_t i = 0; i < 4; i++) gp_target_set(&m->target, s->trials.frame, 1 + 4 * k + i, &(gp_interval){v[i], v[i], false, false});
    }
    const gp_plan *plan = s->trials.plan ? s->trials.plan : s->study->base->plan;
    for (size_t k = 0; k < s->nnodes; k++) gp_frame_vary_param(s->trials.frame, &plan->nodes[s->nodes[k]->index]->weight)[1 + 4 * s->ndata + k] = 0;
    return true;
}

static bool run(sense *s) {
    gp_block b;
    if (!gp_trials_run(&s->trials)) return false;
    s->marks = gp_arena_array(s->study->arena, s->trials.frame->nrows, sizeof *s->marks);
    while (gp_run_block(s->trials.run, &b)) {
        if (b.first == 0) gp_run_case(&s->now, s->trials.run, s->study->arena, 0);
        for (size_t i = 0; i < b.n; i++) s->marks[b.first + i] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
    }
    return true;
}

/* ---- the answer ---- */

/* Marks that a score falls short of full ones, at the decimals of marks. */
static double lost(const gp_row *r) {
    double scale = pow(10, r->node->scoring.decimals), gap = r->full_marks * (1 - middle(r->score));
    return isnan(gap) ? NAN : gp_round_digits(floor(gap * scale + 0.5) / scale, 12);
}

static gp_text number_in(const sense *s, const gp_row *r, double v, bool distance) {
    gp_buf b;
    gp_buf_init(&b, s->study->arena);
    if (isnan(v) || isinf(v)) return GP_NO_TEXT;
    if (r->type.kind == GP_NUMBER) gp_quantity_print(&b, v, &r->type.unit);
    else if (distance) gp_buf_text(&b, gp_study_change(s->study->arena, v));
    else gp_expr_print_const(&b, &r->type, v, &s->study->base->texts);
    return gp_buf_take(&b);
}

static void put_indicators(sense *s) {
    gp_answer *out = s->out;
    gp_sheet *sheet = gp_answer_sheet(out, "indicators", gp_text_of(gp_answer_word(out, "指标", "Indicators")), INDICATORS, GP_COUNT(INDICATORS));
    for (size_t k = 0; k < s->nnodes; k++) {
        const gp_row *r = &s->now.rows[s->nodes[k]->index];
        gp_sheet_text(sheet, r->node->id);
        gp_sheet_text(sheet, r->node->name);
        gp_sheet_text(sheet, gp_text_of(gp_verdict_word(r->verdict, out->lang)));
        gp_sheet_text(sheet, number_in(s, r, r->margin, true));
        gp_sheet_text(sheet, number_in(s, r, r->flip, false));
        gp_sheet_number(sheet, lost(r));
        gp_sheet_number(sheet, gp_round_digits(s->marks[1 + 4 * s->ndata + k], 12));
    }
}

static int by_swing(const void *a, const void *b) {
    const moved *x = a, *y = b;
    double p = fabs(x->marks[3] - x->marks[2]), q = fabs(y->marks[3] - y->marks[2]);
    if (p != q && !(isnan(p) && isnan(q))) return isnan(p) || p < q ? 1 : -1;
    return gp_text_cmp(x->target.path, y->target.path);
}

/* Marks that the next unit of improvement buys, on the side where it buys any. */
static double per_unit(const moved *m, double now) {
    double up = m->marks[1] - now, down = m->marks[0] - now, gain = up >= down ? up : -down;
    return gp_round_digits(gain / (m->step * pow(10, -m->target.like.type.unit.scale)), 6);
}

static void put_data(sense *s) {
    gp_answer *out = s->out;
    gp_sheet *sheet = gp_answer_sheet(out, "tornado", gp_text_of(gp_answer_word(out, "数据,影响大者在前", "Data, the weightiest first")), DATA, GP_COUNT(DATA));
    for (size_t k = 0; k < s->ndata; k++) memcpy(s->data[k].marks, s->marks + 1 + 4 * k, sizeof s->data[k].marks);
    qsort(s->data, s->ndata, sizeof *s->data, by_swing);
    for (size_t k = 0; k < s->ndata; k++) {
        const moved *m = &s->data[k];
        gp_sheet_text(sheet, m->target.path);
        gp_sheet_text(sheet, m->target.like.label);
        gp_sheet_value(sheet, &m->target, s->study->base, m->now);
        gp_sheet_number(sheet, per_unit(m, s->marks[0]));
        gp_sheet_value(sheet, &m->target, s->study->base, m->low);
        gp_sheet_number(sheet, gp_round_digits(m->marks[2], 12));
        gp_sheet_value(sheet, &m->target, s->study->base, m->high);
        gp_sheet_number(sheet, gp_round_digits(m->marks[3], 12));
        gp_sheet_number(sheet, gp_round_digits(fabs(m->marks[3] - m->marks[2]), 12));
    }
}

bool gp_study_sensitivity(gp_answer *out, const gp_study *study, const gp_scenario *scenario, double spread) {
    const gp_plan *plan = study->base->plan;
    sense s = {.study = study, .out = out, .spread = spread};
    s.data = gp_arena_array(study->arena, plan->ndata, sizeof *s.data);
    s.nodes = gp_arena_array(study->arena, plan->nnodes, sizeof *s.nodes);
    for (uint32_t d = 0; d < plan->ndata; d++) add_datum(&s, d);
    for (size_t k = 0; k < plan->nnodes; k++)
        if (plan->nodes[k]->level == GP_INDICATOR) s.nodes[s.nnodes++] = plan->nodes[k];
    if (!lay(&s, scenario) || !run(&s)) return false;
    put_indicators(&s);
    put_data(&s);
    return true;
}

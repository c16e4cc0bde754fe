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
    {"unit_down", "每减一单位", "A unit less", true}, {"unit_up", "每增一单位", "A unit more", true},
    {"low", "低值", "Low", true},             {"marks_low", "低值得分", "Marks there", true},
    {"high", "高值", "High", true},           {"marks_high", "高值得分", "Marks there", true}, {"swing", "幅度", "Swing", true},
};

/* What a datum is moved to: a step down and up of its own grid, and `spread` of itself either way; what it has now as a single final value,
 * since an open one and one that counts for less are not what they are moved to. */
enum { DOWN, UP, LOW, HIGH, HERE, MOVES };
typedef struct moved {
    gp_target target;
    double now, at[MOVES], marks[MOVES], score[MOVES];
} moved;

typedef struct sense {
    gp_study study;
    gp_answer *out;
    double spread;
    gp_target *read;       /* data that something looks at, and that have an order */
    size_t nread;
    moved *data;           /* those of them that have a value */
    size_t ndata;
    const gp_node **nodes; /* indicators that can be left out */
    size_t nnodes;
    gp_trials trials;
    double *marks, *score; /* per trial */
    gp_case_result now;
    uint8_t grade;
} sense;

static double middle(gp_range r) { return (r.lo + r.hi) / 2; }

/* ---- which data ---- */

static double last_of(const gp_datum *d) { return d->type.kind == GP_BOOL ? 1 : (double)d->type.words->n - 1; }

static bool has_order(const gp_datum *d) { return d->type.kind == GP_NUMBER || d->type.kind == GP_STAGE || d->type.kind == GP_BOOL; }

/* In a cohort the datum of the case asked about. */
static gp_target target_of(const sense *s, uint32_t d) {
    const gp_datum *datum = &s->study.base->plan->data[d];
    gp_text subject = s->study.ncases > 1 ? s->study.base->cases[gp_study_row(&s->study)].subject : GP_NO_TEXT;
    gp_buf path;
    gp_buf_init(&path, s->study.arena);
    gp_buf_printf(&path, "data.%.*s", GP_ARG(datum->name));
    if (subject.s) gp_buf_printf(&path, "@%.*s", GP_ARG(subject));
    return (gp_target){.kind = GP_TARGET_DATUM, .path = gp_buf_take(&path), .datum = d, .subject = subject, .like = *datum, .now = NAN};
}

static double step_of(const gp_datum *d, double now) {
    gp_decimal dec = gp_decimal_of(now);
    int exp = dec.mant ? dec.exp : d->type.unit.scale;
    if (d->digits >= 0 && d->type.unit.scale - d->digits < exp) exp = d->type.unit.scale - d->digits;
    if (exp > d->type.unit.scale) exp = d->type.unit.scale;
    return gp_decimal_double((gp_decimal){1, exp}, 0);
}

static double within(const gp_datum *d, double v) {
    double lo = d->has_range ? d->range.lo : d->measure == GP_RANK ? 1 : -INFINITY, hi = d->has_range ? d->range.hi : INFINITY;
    if (d->type.kind != GP_NUMBER) {
        lo = 0;
        hi = last_of(d);
    }
    return v < lo ? lo : v > hi ? hi : v;
}

static void add_datum(sense *s, const gp_scenario *scenario, const gp_target *t) {
    double now = gp_study_present(&s->study, scenario, t);
    if (isnan(now)) return;
    moved *m = &s->data[s->ndata++];
    double step = step_of(&t->like, now), by = t->like.type.kind != GP_NUMBER || now == 0 ? step : fabs(now) * s->spread;
    if (t->like.measure == GP_RANK) by = fmax(1, floor(by + 0.5));
    *m = (moved){.target = *t,
                 .now = now,
                 .at = {gp_round_digits(now - step, 15), gp_round_digits(now + step, 15), gp_round_digits(now - by, 12),
                        gp_round_digits(now + by, 12), now}};
    for (size_t k = 0; k < MOVES; k++) m->at[k] = within(&t->like, m->at[k]);
}

static bool choose(sense *s, const gp_scenario *scenario) {
    const gp_plan *plan = s->study.base->plan;
    size_t asked = s->study.asked;
    gp_trials base;
    gp_block b;
    gp_trials_init(&base, &s->study, 1, NULL);
    gp_trials_lay(&base, 0, scenario);
    if (!gp_trials_shape(&base, scenario) || !gp_trials_run(&base)) return false;
    while (gp_run_block(base.run, &b)) {
        if (asked < b.first || asked >= b.first + b.n) continue;
        gp_run_case(&s->now, base.run, s->study.arena, asked - b.first);
        s->grade = b.grade_lo[asked - b.first];
    }
    for (uint32_t d = 0; d < plan->ndata; d++)
        if (has_order(&plan->data[d]) && gp_run_reads(base.run, d)) s->read[s->nread++] = target_of(s, d);
    for (size_t k = 0; k < s->nread; k++) add_datum(s, scenario, &s->read[k]);
    for (size_t k = 0; k < plan->nnodes; k++)
        if (plan->nodes[k]->level == GP_INDICATOR) s->nodes[s->nnodes++] = plan->nodes[k];
    return true;
}

/* ---- the trials: the base, those of each datum, one for each indicator ---- */

/* Where marks are summed, and in a bonus or penalty, a part with marks of its own counts by them. */
static bool counts_by_marks(const gp_node *n) { return n->marks.n && (n->item || gp_sums_up(n->parent)); }

static bool lay(sense *s, const gp_scenario *scenario) {
    size_t trials = 1 + MOVES * s->ndata + s->nnodes, cases = s->study.ncases;
    gp_trials_init(&s->trials, &s->study, trials, NULL);
    for (size_t t = 0; t < trials; t++) gp_trials_lay(&s->trials, t, scenario);
    if (!gp_trials_shape(&s->trials, scenario)) return false;
    for (size_t k = 0; k < s->ndata; k++)
        for (size_t i = 0; i < MOVES; i++) {
            double v = s->data[k].at[i];
            gp_target_set(&s->data[k].target, s->trials.frame, 1 + MOVES * k + i, &(gp_interval){v, v, false, false});
        }
    const gp_plan *plan = s->trials.plan ? s->trials.plan : s->study.base->plan;
    for (size_t k = 0; k < s->nnodes; k++) {
        const gp_node *node = plan->nodes[s->nodes[k]->index];
        double *weight = gp_frame_vary_param(s->trials.frame, &node->weight),
               *marks = counts_by_marks(node) ? gp_frame_vary_param(s->trials.frame, &node->marks) : weight;
        for (size_t c = 0; c < cases; c++)
            weight[(1 + MOVES * s->ndata + k) * cases + c] = marks[(1 + MOVES * s->ndata + k) * cases + c] = 0;
    }
    return true;
}

static bool run(sense *s) {
    gp_block b;
    size_t cases = s->study.ncases, trials = s->trials.frame->nrows / cases;
    if (!gp_trials_run(&s->trials)) return false;
    s->marks = gp_arena_array(s->study.arena, trials, sizeof *s->marks);
    s->score = gp_arena_array(s->study.arena, trials, sizeof *s->score);
    while (gp_run_block(s->trials.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            size_t row = b.first + i;
            if (row % cases != s->study.asked) continue;
            s->marks[row / cases] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
            s->score[row / cases] = (b.score_lo[i] + b.score_hi[i]) / 2;
        }
    return true;
}

/* ---- the answer ---- */

/* Marks that a score falls short of full ones, at the decimals of marks. */
static double lost(const gp_row *r) {
    double scale = pow(10, r->node->scoring.decimals), gap = r->full_marks * (1 - middle(r->score));
    return isnan(gap) ? NAN : gp_round_digits(floor(fmax(gap, 0) * scale + 0.5) / scale, 12);
}

static gp_text number_in(const sense *s, const gp_row *r, double v, bool distance) {
    gp_buf b;
    gp_buf_init(&b, s->study.arena);
    if (isnan(v) || isinf(v)) return GP_NO_TEXT;
    if (r->type.kind == GP_NUMBER) gp_quantity_print(&b, v, &r->type.unit);
    else if (distance) gp_buf_text(&b, gp_study_change(s->study.arena, v));
    else gp_expr_print_const(&b, &r->type, v, &s->study.base->texts);
    return gp_buf_take(&b);
}

static void put_indicators(sense *s) {
    gp_answer *out = s->out;
    gp_sheet *sheet =
        gp_answer_sheet(out, "indicators", gp_text_of(gp_answer_word(out, "指标", "Indicators")), INDICATORS, GP_COUNT(INDICATORS));
    for (size_t k = 0; k < s->nnodes; k++) {
        const gp_row *r = &s->now.rows[s->nodes[k]->index];
        gp_sheet_text(sheet, r->node->id);
        gp_sheet_text(sheet, r->node->name);
        gp_sheet_text(sheet, gp_text_of(gp_verdict_word(r->verdict, out->lang)));
        gp_sheet_text(sheet, number_in(s, r, r->margin, true));
        gp_sheet_text(sheet, number_in(s, r, r->flip, false));
        gp_sheet_number(sheet, lost(r));
        gp_sheet_number(sheet, gp_round_digits(s->marks[1 + MOVES * s->ndata + k], 12));
    }
}

static int by_swing(const void *a, const void *b) {
    const moved *x = a, *y = b;
    double p = fabs(x->marks[HIGH] - x->marks[LOW]), q = fabs(y->marks[HIGH] - y->marks[LOW]);
    if (p != q && !(isnan(p) && isnan(q))) return isnan(p) || p < q ? 1 : -1;
    return gp_text_cmp(x->target.path, y->target.path);
}

/* Marks, not rounded, that a unit in this direction gives or takes, as fast as the next step does. */
static double per_unit(const sense *s, const moved *m, size_t move) {
    double gain = (m->score[move] - m->score[HERE]) * s->now.rows[0].full_marks, unit = pow(10, m->target.like.type.unit.scale);
    if (m->at[move] == m->now) return NAN;
    return gp_round_digits(gain / (fabs(m->at[move] - m->now) / unit), 4);
}

static void put_change(gp_sheet *sheet, const sense *s, double change) {
    if (isnan(change)) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_figure(sheet, change, gp_study_change(s->study.arena, change));
}

static void put_datum(gp_sheet *sheet, const sense *s, const moved *m) {
    gp_sheet_text(sheet, m->target.path);
    gp_sheet_text(sheet, m->target.like.label);
    gp_sheet_value(sheet, &m->target, s->study.base, m->now);
    put_change(sheet, s, per_unit(s, m, DOWN));
    put_change(sheet, s, per_unit(s, m, UP));
    for (size_t k = LOW; k <= HIGH; k++) {
        gp_sheet_value(sheet, &m->target, s->study.base, m->at[k]);
        gp_sheet_number(sheet, gp_round_digits(m->marks[k], 12));
    }
    gp_sheet_number(sheet, gp_round_digits(fabs(m->marks[HIGH] - m->marks[LOW]), 12));
}

static void put_data(sense *s) {
    gp_answer *out = s->out;
    gp_sheet *sheet = gp_answer_sheet(out, "tornado", gp_text_of(gp_answer_word(out, "数据,影响大者在前", "Data, the weightiest first")),
                                      DATA, GP_COUNT(DATA));
    for (size_t k = 0; k < s->ndata; k++) {
        memcpy(s->data[k].marks, s->marks + 1 + MOVES * k, sizeof s->data[k].marks);
        memcpy(s->data[k].score, s->score + 1 + MOVES * k, sizeof s->data[k].score);
    }
    qsort(s->data, s->ndata, sizeof *s->data, by_swing);
    for (size_t k = 0; k < s->ndata; k++) put_datum(sheet, s, &s->data[k]);
}

bool gp_study_sensitivity(gp_answer *out, const gp_study *study, const gp_scenario *scenario, double spread) {
    const gp_plan *plan = study->base->plan;
    sense s = {.study = gp_study_alone(study), .out = out, .spread = spread};
    s.read = gp_arena_array(study->arena, plan->ndata, sizeof *s.read);
    s.data = gp_arena_array(study->arena, plan->ndata, sizeof *s.data);
    s.nodes = gp_arena_array(study->arena, plan->nnodes, sizeof *s.nodes);
    if (!choose(&s, scenario) || !lay(&s, scenario) || !run(&s)) return false;
    put_indicators(&s);
    put_data(&s);
    return gp_study_next_grade(out, &s.study, scenario, s.now.marks.lo, s.grade, s.read, s.nread);
}

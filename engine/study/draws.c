/* Draws: the same cases under many drawn scenarios; how often each verdict, grade and rank comes out, and how sure that is.
 * Invariant: chunk after chunk in a fixed order, so the same seed gives the same bytes; a draw that ends in an error is counted as one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "study/random.h"
#include "study/study.h"

enum { CHUNK_ROWS = 8192, MOST_VALUES = 16000000, MOST_RANKED = 1000, LEAST_BEFORE_STOP = 1000 };

typedef struct tally { /* of one case */
    uint64_t *verdict;  /* [node][GP_VERDICT_COUNT] */
    uint64_t *grade;    /* [grade], the last: none */
    uint64_t *rank;     /* [rank from 1]; NULL where nobody is ranked */
    double *marks;      /* every draw's, the middle of its range */
    uint64_t scored;    /* draws with marks */
    double sum, squares; /* of deviations from the base's marks */
    uint8_t base_grade;
    double base_marks;
} tally;

typedef struct draws {
    const gp_study *study;
    const gp_scenario *of;
    const gp_draw_options *options;
    gp_answer *out;
    gp_trials trials;
    size_t chunk;       /* draws at a time */
    double **column;    /* per draw of the scenario */
    uint64_t **stream;  /* per draw of the scenario and case */
    tally *tally;       /* per case */
    uint64_t done, asked;
    double *last;       /* marks of the cases in one draw, for ranks */
} draws;

/* ---- what is drawn ---- */

static bool has_draw(const gp_scenario *s, uint32_t datum) {
    for (size_t k = 0; k < s->ndraws; k++)
        if (s->draws[k].target.kind == GP_TARGET_DATUM && s->draws[k].target.datum == datum) return true;
    for (size_t k = 0; k < s->nsets; k++)
        if (s->sets[k].target.kind == GP_TARGET_DATUM && s->sets[k].target.datum == datum) return true;
    return false;
}

static void add_interval(gp_scenario *s, const gp_study *study, const gp_cell *cell, gp_text subject) {
    const gp_datum *d = &study->base->plan->data[cell->datum];
    gp_draw w = {.law = GP_LAW_UNIFORM, .a = cell->value.lo, .b = cell->value.hi};
    gp_buf path;
    gp_buf_init(&path, study->arena);
    gp_buf_printf(&path, "data.%.*s", GP_ARG(d->name));
    if (study->ncases > 1) gp_buf_printf(&path, "@%.*s", GP_ARG(subject));
    w.target = (gp_target){.kind = GP_TARGET_DATUM, .path = gp_buf_take(&path), .datum = cell->datum, .like = *d, .now = NAN};
    if (study->ncases > 1) w.target.subject = subject;
    *GP_PUSH(study->arena, s->draws, s->ndraws, s->cap_draws) = w;
}

void gp_draws_complete(gp_scenario *scenario, gp_answer *out, const gp_study *s) {
    size_t spreadless = 0, declared = scenario->ndraws;
    gp_text first = GP_NO_TEXT;
    for (size_t row = s->first; row < s->first + s->ncases; row++)
        for (uint32_t d = 0; d < s->base->plan->ndata; d++) {
            const gp_cell *cell = gp_frame_cell(s->base, row, d);
            gp_scenario said = *scenario;
            said.ndraws = declared;
            if (!cell || cell->no_value || has_draw(&said, d)) continue;
            if (isfinite(cell->value.lo) && isfinite(cell->value.hi) && cell->value.lo < cell->value.hi)
                add_interval(scenario, s, cell, s->base->cases[row].subject);
            else if (cell->value.lo == cell->value.hi && spreadless++ == 0) first = s->base->plan->data[d].label;
        }
    if (spreadless)
        gp_answer_say(out, gp_answer_word(out, "非最终且未给出离散程度的数据按原值计:%zu 项(如 %.*s)", "data that are not final and have no declared spread stay as they are: %zu (%.*s first)"),
                      spreadless, GP_ARG(first));
}

/* ---- a chunk ---- */

static void fill_one(draws *d, size_t k, size_t n) {
    const gp_draw *draw = &d->of->draws[k];
    const uint8_t *set = draw->target.kind == GP_TARGET_DATUM ? d->trials.frame->set[draw->target.datum] : NULL;
    size_t cases = d->study->ncases;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < cases; c++)
            if (!set || set[i * cases + c])
                d->column[k][i * cases + c] = gp_law_value(draw, gp_random(d->options->seed, d->done + i, d->stream[k][c]));
}

static void count_case(draws *d, tally *t, const gp_block *b, size_t i, uint64_t draw) {
    const gp_plan *plan = d->study->base->plan;
    for (size_t k = 1; k < plan->nnodes; k++)
        if (b->verdict[k][i] < GP_VERDICT_COUNT) t->verdict[k * GP_VERDICT_COUNT + b->verdict[k][i]]++;
    double marks = (b->marks_lo[i] + b->marks_hi[i]) / 2;
    t->grade[b->grade_lo[i] == b->grade_hi[i] && b->grade_lo[i] != UINT8_MAX ? b->grade_lo[i] : plan->root->ngrades]++;
    t->marks[draw] = marks;
    if (isnan(marks)) return;
    t->scored++;
    t->sum += marks - t->base_marks;
    t->squares += (marks - t->base_marks) * (marks - t->base_marks);
}

/* Ranks of one draw, ties by the better rank (1224). */
static void count_ranks(draws *d, const double *marks) {
    size_t n = d->study->ncases;
    for (size_t a = 0; a < n; a++) {
        size_t rank = 1;
        for (size_t b = 0; b < n; b++) rank += marks[b] > marks[a];
        if (!isnan(marks[a])) d->tally[a].rank[rank]++;
    }
}

static bool run_chunk(draws *d, size_t n) {
    gp_block b;
    size_t cases = d->study->ncases;
    for (size_t k = 0; k < d->of->ndraws; k++) fill_one(d, k, n);
    d->trials.frame->nrows = n * cases;
    if (!gp_trials_run(&d->trials)) return false;
    while (gp_run_block(d->trials.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            size_t row = b.first + i, c = row % cases;
            count_case(d, &d->tally[c], &b, i, d->done + row / cases);
            d->last[c] = d->tally[c].marks[d->done + row / cases];
            if (c + 1 == cases && d->tally[0].rank) count_ranks(d, d->last);
        }
    d->done += n;
    return true;
}

static double standard_error(const tally *t) {
    double n = (double)t->scored, mean = t->sum / n, variance = t->squares / n - mean * mean;
    return n > 1 ? sqrt(fmax(variance, 0) / (n - 1)) : INFINITY;
}

static bool settled(const draws *d) {
    if (!(d->options->until_se > 0) || d->done < LEAST_BEFORE_STOP) return false;
    for (size_t c = 0; c < d->study->ncases; c++)
        if (d->tally[c].scored && !(standard_error(&d->tally[c]) <= d->options->until_se)) return false;
    return true;
}

/* ---- the base ---- */

static bool read_base(draws *d) {
    gp_trials t;
    gp_block b;
    gp_trials_init(&t, d->study, 1, NULL);
    gp_trials_lay(&t, 0, d->of);
    if (!gp_trials_shape(&t, d->of) || !gp_trials_run(&t)) return false;
    while (gp_run_block(t.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            tally *to = &d->tally[b.first + i];
            to->base_marks = (b.marks_lo[i] + b.marks_hi[i]) / 2;
            to->base_grade = b.grade_lo[i] == b.grade_hi[i] ? b.grade_lo[i] : UINT8_MAX;
            if (isnan(to->base_marks)) to->base_marks = 0;
        }
    return true;
}

static bool prepare(draws *d) {
    const gp_plan *plan = d->study->base->plan;
    gp_arena *a = d->study->arena;
    size_t cases = d->study->ncases;
    bool ranked = cases > 1 && cases <= MOST_RANKED;
    d->tally = gp_arena_array(a, cases, sizeof *d->tally);
    d->last = gp_arena_array(a, cases, sizeof *d->last);
    for (size_t c = 0; c < cases; c++) {
        d->tally[c].verdict = gp_arena_array(a, plan->nnodes * GP_VERDICT_COUNT, sizeof(uint64_t));
        d->tally[c].grade = gp_arena_array(a, plan->root->ngrades + 1, sizeof(uint64_t));
        d->tally[c].marks = gp_arena_array(a, d->asked, sizeof(double));
        if (ranked) d->tally[c].rank = gp_arena_array(a, cases + 1, sizeof(uint64_t));
    }
    d->chunk = CHUNK_ROWS / cases ? CHUNK_ROWS / cases : 1;
    gp_trials_init(&d->trials, d->study, d->chunk, NULL);
    for (size_t row = 0; row < d->chunk; row++) gp_trials_lay(&d->trials, row, d->of);
    if (!gp_trials_shape(&d->trials, d->of)) return false;
    d->column = gp_arena_array(a, d->of->ndraws, sizeof *d->column);
    d->stream = gp_arena_array(a, d->of->ndraws, sizeof *d->stream);
    for (size_t k = 0; k < d->of->ndraws; k++) {
        d->column[k] = gp_trials_column(&d->trials, &d->of->draws[k].target);
        d->stream[k] = gp_arena_array(a, cases, sizeof **d->stream);
        for (size_t c = 0; c < cases; c++) d->stream[k][c] = gp_law_stream(&d->of->draws[k].target, d->study->base->cases[d->study->first + c].subject);
    }
    return true;
}

/* ---- the answer ---- */

static const gp_sheet_column MARKS[] = {
    {"subject", "考核对象", "Subject", false}, {"marks_base", "基准得分", "Base", true}, {"mean", "平均", "Mean", true},
    {"se", "标准误", "Std error", true},       {"sd", "标准差", "Std dev", true},        {"p05", "5%分位", "5%", true},
    {"p25", "25%分位", "25%", true},           {"p50", "中位数", "Median", true},        {"p75", "75%分位", "75%", true},
    {"p95", "95%分位", "95%", true},           {"errors", "出错次数", "Errors", true},
};
static const gp_sheet_column GRADES[] = {
    {"subject", "考核对象", "Subject", false}, {"from", "基准等次", "Base grade", false}, {"grade", "等次", "Grade", false},
    {"probability", "概率", "Probability", true}, {"se", "标准误", "Std error", true},
};
static const gp_sheet_column VERDICTS[] = {
    {"subject", "考核对象", "Subject", false}, {"id", NULL, NULL, false},             {"name", "指标", "Indicator", false},
    {"verdict", "达成情况", "Verdict", false}, {"probability", "概率", "Probability", true}, {"se", "标准误", "Std error", true},
};
static const gp_sheet_column RANKS[] = {
    {"subject", "考核对象", "Subject", false}, {"p05", "5%分位", "5%", true}, {"p50", "中位数", "Median", true}, {"p95", "95%分位", "95%", true},
};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

/* Type 7: linear between order statistics (R. J. Hyndman and Y. Fan, Sample quantiles, 1996). */
static double quantile(const double *sorted, uint64_t n, double p) {
    double at = p * (double)(n - 1), f = floor(at);
    uint64_t k = (uint64_t)f;
    if (n == 0) return NAN;
    return k + 1 < n ? sorted[k] + (at - f) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

static void put_probability(gp_sheet *s, uint64_t count, uint64_t n) {
    double p = (double)count / (double)n;
    gp_sheet_number(s, gp_round_digits(p, 6));
    gp_sheet_number(s, gp_round_digits(sqrt(p * (1 - p) / (double)n), 3));
}

static uint64_t errors_of(const draws *d, const tally *t) {
    uint64_t n = 0;
    for (size_t k = 1; k < d->study->base->plan->nnodes; k++)
        if (d->study->base->plan->nodes[k]->level == GP_INDICATOR) n += t->verdict[k * GP_VERDICT_COUNT + GP_ERRED];
    return n;
}

static void put_marks(gp_sheet *s, const draws *d, tally *t, gp_text subject) {
    static const double P[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double n = (double)t->scored, mean = t->sum / n, sd = sqrt(fmax(t->squares / n - mean * mean, 0) * n / (n - 1));
    qsort(t->marks, d->done, sizeof *t->marks, ascending);
    gp_sheet_text(s, subject);
    gp_sheet_number(s, t->base_marks);
    gp_sheet_number(s, gp_round_digits(t->base_marks + mean, 6));
    gp_sheet_number(s, gp_round_digits(standard_error(t), 3));
    gp_sheet_number(s, n > 1 ? gp_round_digits(sd, 4) : NAN);
    for (size_t k = 0; k < GP_COUNT(P); k++) gp_sheet_number(s, gp_round_digits(quantile(t->marks, t->scored, P[k]), 6));
    gp_sheet_number(s, (double)errors_of(d, t));
}

static void put_grades(gp_sheet *s, const draws *d, const tally *t, gp_text subject) {
    const gp_node *root = d->study->base->plan->root;
    for (size_t k = 0; k <= root->ngrades; k++) {
        if (t->grade[k] == 0) continue;
        gp_sheet_text(s, subject);
        gp_sheet_text(s, t->base_grade == UINT8_MAX ? GP_NO_TEXT : root->grades[t->base_grade].name);
        gp_sheet_text(s, k < root->ngrades ? root->grades[k].name : gp_text_of(gp_answer_word(d->out, "未定", "open")));
        put_probability(s, t->grade[k], d->done);
    }
}

static void put_verdicts(gp_sheet *s, const draws *d, const tally *t, gp_text subject) {
    const gp_plan *plan = d->study->base->plan;
    for (size_t k = 1; k < plan->nnodes; k++)
        for (int v = 0; v < GP_VERDICT_COUNT; v++) {
            uint64_t n = t->verdict[k * GP_VERDICT_COUNT + (size_t)v];
            if (n == 0 || n == d->done) continue; /* certain ones say nothing new */
            gp_sheet_text(s, subject);
            gp_sheet_text(s, plan->nodes[k]->id);
            gp_sheet_text(s, plan->nodes[k]->name);
            gp_sheet_text(s, gp_text_of(gp_verdict_word((gp_verdict)v, d->out->lang)));
            put_probability(s, n, d->done);
        }
}

static double rank_quantile(const draws *d, const tally *t, double p) {
    uint64_t sum = 0;
    for (size_t r = 1; r <= d->study->ncases; r++) {
        sum += t->rank[r];
        if ((double)sum >= p * (double)t->scored) return (double)r;
    }
    return NAN;
}

static void put_ranks(gp_sheet *s, const draws *d, const tally *t, gp_text subject) {
    gp_sheet_text(s, subject);
    gp_sheet_number(s, rank_quantile(d, t, 0.05));
    gp_sheet_number(s, rank_quantile(d, t, 0.5));
    gp_sheet_number(s, rank_quantile(d, t, 0.95));
}

static void put_all(draws *d) {
    gp_answer *out = d->out;
    gp_sheet *marks = gp_answer_sheet(out, "marks", gp_text_of(gp_answer_word(out, "得分", "Marks")), MARKS, GP_COUNT(MARKS));
    gp_sheet *grades = gp_answer_sheet(out, "grades", gp_text_of(gp_answer_word(out, "等次", "Grades")), GRADES, GP_COUNT(GRADES));
    gp_sheet *ranks = gp_answer_sheet(out, "ranks", gp_text_of(gp_answer_word(out, "位次", "Ranks")), RANKS, GP_COUNT(RANKS));
    gp_sheet *verdicts = gp_answer_sheet(out, "verdicts", gp_text_of(gp_answer_word(out, "不确定的指标", "Verdicts that vary")), VERDICTS, GP_COUNT(VERDICTS));
    for (size_t c = 0; c < d->study->ncases; c++) {
        if (!gp_study_asks(d->study, c)) continue;
        gp_text subject = d->study->base->cases[d->study->first + c].subject;
        if (d->tally[c].scored) put_marks(marks, d, &d->tally[c], subject);
        put_grades(grades, d, &d->tally[c], subject);
        if (d->tally[c].rank) put_ranks(ranks, d, &d->tally[c], subject);
        put_verdicts(verdicts, d, &d->tally[c], subject);
    }
    gp_answer_say(out, gp_answer_word(out, "抽样 %lu 次,种子 %lu", "%lu draws, seed %lu"), (unsigned long)d->done, (unsigned long)d->options->seed);
}

bool gp_study_draws(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_draw_options *options) {
    draws d = {.study = s, .of = scenario, .options = options, .out = out, .asked = options->draws};
    if (scenario->ndraws == 0) {
        gp_diag *diag = gp_report(s->diags, GP_D_MISSING_KEY, (gp_place){0}, "there is nothing to draw: no scenario has `draw`, and no value of the data is a bounded range");
        gp_hint(s->diags, diag, "say what is uncertain in a scenario: draw: {data.NAME: {uniform: [A, B]}}");
        return false;
    }
    if (options->draws * s->ncases > MOST_VALUES) {
        gp_report(s->diags, GP_D_BAD_VALUE, (gp_place){0}, "draws times subjects may be %d at the most", MOST_VALUES);
        return false;
    }
    if (!prepare(&d) || !read_base(&d)) return false;
    while (d.done < options->draws && !settled(&d)) {
        if (!run_chunk(&d, options->draws - d.done < d.chunk ? options->draws - d.done : d.chunk)) return false;
        if (options->watch) options->watch(options->ud, d.done, options->draws);
    }
    put_all(&d);
    return true;
}

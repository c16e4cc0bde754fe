/* Draws: the same cases under many drawn scenarios; how often each verdict, grade and rank comes out, and how sure that is.
 * Invariant: chunk after chunk in a fixed order, so the same seed gives the same bytes; a draw that ends in an error is counted as one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "study/crew.h"
#include "study/random.h"

enum { CHUNK_ROWS = 4096, MOST_VALUES = 16000000, MOST_RANKED = 1000, LEAST_BEFORE_STOP = 1000 };

typedef struct tally { /* of one case */
    uint64_t *verdict;  /* [node][GP_VERDICT_COUNT] */
    uint64_t *grade;    /* [grade], the last: none */
    uint64_t *rank;     /* [rank from 1]; NULL where nobody is ranked */
    uint64_t scored;    /* draws with marks */
    double sum, squares; /* of deviations from the base's marks */
} tally;

typedef struct base { /* of one case: what it has undrawn, and what each draw gives */
    uint8_t grade;
    double score;       /* its marks, 0 for none */
    double *marks;      /* every draw's, the middle of its range */
} base;

/* What a hand counts in one chunk. */
typedef struct part {
    tally *tally;       /* per case */
    double *order;      /* marks of the cases in one draw, best first */
} part;

typedef struct draws {
    const gp_study *study;
    const gp_scenario *of;
    const gp_draw_options *options;
    gp_answer *out;
    size_t chunk;       /* draws at a time */
    uint64_t **stream;  /* per draw of the scenario and case */
    base *base;         /* per case */
    tally *tally;       /* per case: of all chunks that were taken */
    bool ranked;
    uint64_t done;
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
        gp_answer_say(out,
                      gp_answer_word(out, "非最终且未给出离散程度的数据按原值计:%zu 项(如 %.*s)",
                                     "data that are not final and have no declared spread stay as they are: %zu (%.*s first)"),
                      spreadless, GP_ARG(first));
}

/* ---- a chunk ---- */

static tally *make_tallies(const draws *d, gp_arena *a) {
    const gp_plan *plan = d->study->base->plan;
    size_t cases = d->study->ncases;
    tally *t = gp_arena_array(a, cases, sizeof *t);
    for (size_t c = 0; c < cases; c++) {
        t[c].verdict = gp_arena_array(a, plan->nnodes * GP_VERDICT_COUNT, sizeof(uint64_t));
        t[c].grade = gp_arena_array(a, plan->root->ngrades + 1, sizeof(uint64_t));
        if (d->ranked) t[c].rank = gp_arena_array(a, cases + 1, sizeof(uint64_t));
    }
    return t;
}

static void clear(const draws *d, tally *t) {
    const gp_plan *plan = d->study->base->plan;
    memset(t->verdict, 0, plan->nnodes * GP_VERDICT_COUNT * sizeof *t->verdict);
    memset(t->grade, 0, (plan->root->ngrades + 1) * sizeof *t->grade);
    if (t->rank) memset(t->rank, 0, (d->study->ncases + 1) * sizeof *t->rank);
    t->scored = 0;
    t->sum = t->squares = 0;
}

static void equip(void *ud, gp_hand *h) {
    const draws *d = ud;
    part *p = GP_NEW(h->arena, part);
    p->tally = make_tallies(d, h->arena);
    p->order = gp_arena_array(h->arena, d->study->ncases, sizeof *p->order);
    h->own = p;
}

static const gp_target *target(const void *ud, size_t k) { return &((const draws *)ud)->of->draws[k].target; }

static void fill_one(const draws *d, gp_hand *h, size_t k, uint64_t from, size_t n) {
    const gp_draw *draw = &d->of->draws[k];
    size_t cases = d->study->ncases;
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < cases; c++)
            if (gp_target_is_about(&draw->target, &h->trials.frame->cases[c]))
                h->column[k][i * cases + c] = gp_law_value(draw, gp_random(d->options->seed, from + i, d->stream[k][c]));
}

/* Verdicts of one node for the one case that there is: by verdict, since few ever come out. */
static void count_one(uint64_t *to, const uint8_t *verdict, size_t n) {
    for (unsigned v = 0, left = (unsigned)n; v < GP_VERDICT_COUNT && left; v++) {
        unsigned found = 0;
        for (size_t i = 0; i < n; i++) found += verdict[i] == v;
        to[v] += found;
        left -= found;
    }
}

static void count_verdicts(const draws *d, tally *t, const gp_run *run, const gp_block *b) {
    size_t cases = d->study->ncases;
    for (size_t k = 1; k < d->study->base->plan->nnodes; k++) {
        const uint8_t *v = b->verdict[k];
        if (cases == 1 && !gp_run_varies(run, k) && v[0] < GP_VERDICT_COUNT) t[0].verdict[k * GP_VERDICT_COUNT + v[0]] += b->n;
        else if (cases == 1 && gp_run_varies(run, k)) count_one(t[0].verdict + k * GP_VERDICT_COUNT, v, b->n);
        for (size_t i = 0; cases > 1 && i < b->n; i++)
            if (v[i] < GP_VERDICT_COUNT) t[(b->first + i) % cases].verdict[k * GP_VERDICT_COUNT + v[i]]++;
    }
}

static void count_marks(const draws *d, tally *of, const gp_block *b, uint64_t from) {
    size_t cases = d->study->ncases, none = d->study->base->plan->root->ngrades;
    for (size_t i = 0, c = b->first % cases, at = b->first / cases; i < b->n; i++) {
        tally *t = &of[c];
        double marks = (b->marks_lo[i] + b->marks_hi[i]) / 2, more = marks - d->base[c].score;
        t->grade[b->grade_lo[i] == b->grade_hi[i] && b->grade_lo[i] != UINT8_MAX ? b->grade_lo[i] : none]++;
        d->base[c].marks[from + at] = marks;
        if (!isnan(marks)) {
            t->scored++;
            t->sum += more;
            t->squares += more * more;
        }
        if (++c == cases) {
            c = 0;
            at++;
        }
    }
}

static int descending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

/* How many of them are better than x. */
static size_t better(const double *best_first, size_t n, double x) {
    size_t lo = 0;
    while (lo < n) {
        size_t mid = lo + (n - lo) / 2;
        if (best_first[mid] > x) lo = mid + 1;
        else n = mid;
    }
    return lo;
}

/* Ranks of one draw, ties by the better rank (1224). */
static void count_ranks(const draws *d, part *p, uint64_t draw) {
    size_t cases = d->study->ncases, n = 0;
    for (size_t c = 0; c < cases; c++)
        if (!isnan(d->base[c].marks[draw])) p->order[n++] = d->base[c].marks[draw];
    qsort(p->order, n, sizeof *p->order, descending);
    for (size_t c = 0; c < cases; c++)
        if (!isnan(d->base[c].marks[draw])) p->tally[c].rank[better(p->order, n, d->base[c].marks[draw]) + 1]++;
}

static size_t size_of(const draws *d, uint64_t chunk) {
    uint64_t left = d->options->draws - chunk * d->chunk;
    return left < d->chunk ? (size_t)left : d->chunk;
}

static void work(void *ud, gp_hand *h, uint64_t chunk) {
    const draws *d = ud;
    part *p = h->own;
    gp_block b;
    size_t n = size_of(d, chunk);
    uint64_t from = chunk * d->chunk;
    for (size_t c = 0; c < d->study->ncases; c++) clear(d, &p->tally[c]);
    for (size_t k = 0; k < d->of->ndraws; k++) fill_one(d, h, k, from, n);
    gp_run *run = gp_hand_run(h, n);
    while (gp_run_block(run, &b)) {
        count_verdicts(d, p->tally, run, &b);
        count_marks(d, p->tally, &b, from);
    }
    for (size_t i = 0; d->ranked && i < n; i++) count_ranks(d, p, from + i);
}

/* ---- chunks together, in their order ---- */

static void add_counts(uint64_t *to, const uint64_t *more, size_t n) {
    for (size_t i = 0; i < n; i++) to[i] += more[i];
}

static void add(const draws *d, tally *to, const tally *more) {
    const gp_plan *plan = d->study->base->plan;
    add_counts(to->verdict, more->verdict, plan->nnodes * GP_VERDICT_COUNT);
    add_counts(to->grade, more->grade, plan->root->ngrades + 1);
    if (to->rank) add_counts(to->rank, more->rank, d->study->ncases + 1);
    to->scored += more->scored;
    to->sum += more->sum;
    to->squares += more->squares;
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

static bool take(void *ud, gp_hand *h, uint64_t chunk) {
    draws *d = ud;
    const part *p = h->own;
    for (size_t c = 0; c < d->study->ncases; c++) add(d, &d->tally[c], &p->tally[c]);
    d->done += size_of(d, chunk);
    if (d->options->watch) d->options->watch(d->options->ud, d->done, d->options->draws);
    return !settled(d);
}

/* ---- the base ---- */

static bool read_base(draws *d) {
    gp_trials t;
    gp_block b;
    gp_trials_init(&t, d->study, 1, NULL);
    t.brief = true;
    gp_trials_lay(&t, 0, d->of);
    if (!gp_trials_shape(&t, d->of) || !gp_trials_run(&t)) return false;
    while (gp_run_block(t.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            base *to = &d->base[b.first + i];
            double marks = (b.marks_lo[i] + b.marks_hi[i]) / 2;
            to->score = isnan(marks) ? 0 : marks;
            to->grade = b.grade_lo[i] == b.grade_hi[i] ? b.grade_lo[i] : UINT8_MAX;
        }
    return true;
}

static void prepare(draws *d) {
    gp_arena *a = d->study->arena;
    size_t cases = d->study->ncases;
    d->ranked = cases > 1 && cases <= MOST_RANKED;
    d->tally = make_tallies(d, a);
    d->base = gp_arena_array(a, cases, sizeof *d->base);
    for (size_t c = 0; c < cases; c++) d->base[c].marks = gp_arena_array(a, d->options->draws, sizeof(double));
    d->chunk = CHUNK_ROWS / cases ? CHUNK_ROWS / cases : 1;
    if (d->chunk > d->options->draws) d->chunk = (size_t)d->options->draws;
    d->stream = gp_arena_array(a, d->of->ndraws, sizeof *d->stream);
    for (size_t k = 0; k < d->of->ndraws; k++) {
        d->stream[k] = gp_arena_array(a, cases, sizeof **d->stream);
        for (size_t c = 0; c < cases; c++)
            d->stream[k][c] = gp_law_stream(&d->of->draws[k].target, d->study->base->cases[d->study->first + c].subject);
    }
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

/* Moves those without marks behind the others. */
static void set_aside(double *v, uint64_t n) {
    uint64_t at = 0;
    for (uint64_t i = 0; i < n; i++) {
        if (isnan(v[i])) continue;
        double x = v[i];
        v[i] = v[at];
        v[at++] = x;
    }
}

static void swap(double *a, double *b) {
    double x = *a;
    *a = *b;
    *b = x;
}

/* Puts the k-th smallest of v[from] … v[to - 1] at v[k], nothing larger before it and nothing smaller behind (C. A. R. Hoare, Find,
 * 1961). */
static void settle_at(double *v, uint64_t from, uint64_t to, uint64_t k) {
    while (to - from > 1) {
        double a = v[from], b = v[from + (to - from - 1) / 2], c = v[to - 1], turn = fmax(fmin(a, b), fmin(fmax(a, b), c));
        uint64_t i = from, j = to - 1;
        for (;; i++, j--) {
            while (v[i] < turn) i++;
            while (v[j] > turn) j--;
            if (i >= j) break;
            swap(&v[i], &v[j]);
        }
        if (k <= j) to = j + 1;
        else from = j + 1;
    }
}

/* Type 7: linear between order statistics (R. J. Hyndman and Y. Fan, Sample quantiles, 1996). What lies before `from` is no larger than the
 * rest. */
static double quantile(double *v, uint64_t *from, uint64_t n, double p) {
    if (n == 0) return NAN;
    double at = p * (double)(n - 1), f = floor(at);
    uint64_t k = (uint64_t)f;
    settle_at(v, *from, n, k);
    *from = k;
    if (k + 1 == n) return v[k];
    settle_at(v, k + 1, n, k + 1);
    return v[k] + (at - f) * (v[k + 1] - v[k]);
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

static void put_marks(gp_sheet *s, const draws *d, const base *of, const tally *t, gp_text subject) {
    static const double P[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    double n = (double)t->scored, mean = t->sum / n, sd = sqrt(fmax(t->squares / n - mean * mean, 0) * n / (n - 1));
    uint64_t from = 0;
    set_aside(of->marks, d->done);
    gp_sheet_text(s, subject);
    gp_sheet_number(s, of->score);
    gp_sheet_number(s, gp_round_digits(of->score + mean, 6));
    gp_sheet_number(s, gp_round_digits(standard_error(t), 3));
    gp_sheet_number(s, n > 1 ? gp_round_digits(sd, 4) : NAN);
    for (size_t k = 0; k < GP_COUNT(P); k++) gp_sheet_number(s, gp_round_digits(quantile(of->marks, &from, t->scored, P[k]), 6));
    gp_sheet_number(s, (double)errors_of(d, t));
}

static void put_grades(gp_sheet *s, const draws *d, const base *of, const tally *t, gp_text subject) {
    const gp_node *root = d->study->base->plan->root;
    for (size_t k = 0; k <= root->ngrades; k++) {
        if (t->grade[k] == 0) continue;
        gp_sheet_text(s, subject);
        gp_sheet_text(s, of->grade == UINT8_MAX ? GP_NO_TEXT : root->grades[of->grade].name);
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
    gp_sheet *verdicts = gp_answer_sheet(out, "verdicts", gp_text_of(gp_answer_word(out, "不确定的指标", "Verdicts that vary")), VERDICTS,
                                         GP_COUNT(VERDICTS));
    for (size_t c = 0; c < d->study->ncases; c++) {
        if (!gp_study_asks(d->study, c)) continue;
        gp_text subject = d->study->base->cases[d->study->first + c].subject;
        if (d->tally[c].scored) put_marks(marks, d, &d->base[c], &d->tally[c], subject);
        put_grades(grades, d, &d->base[c], &d->tally[c], subject);
        if (d->tally[c].rank) put_ranks(ranks, d, &d->tally[c], subject);
        put_verdicts(verdicts, d, &d->tally[c], subject);
    }
    if (d->study->ncases > MOST_RANKED)
        gp_answer_say(out, gp_answer_word(out, "考核对象超过 %d 个,不统计位次", "more than %d subjects: their ranks are not counted"),
                      MOST_RANKED);
    gp_answer_say(out, gp_answer_word(out, "抽样 %lu 次,种子 %lu", "%lu draws, seed %lu"), (unsigned long)d->done,
                  (unsigned long)d->options->seed);
}

bool gp_study_draws(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_draw_options *options) {
    draws d = {.study = s, .of = scenario, .options = options, .out = out};
    if (scenario->ndraws == 0) {
        gp_diag *diag = gp_report(s->diags, GP_D_MISSING_KEY, (gp_place){0},
                                  "there is nothing to draw: no scenario has `draw`, and no value of the data is a bounded range");
        gp_hint(s->diags, diag, "say what is uncertain in a scenario: draw: {data.NAME: {uniform: [A, B]}}");
        return false;
    }
    if (options->draws * s->ncases > MOST_VALUES) {
        gp_diag *diag = gp_report(s->diags, GP_D_BAD_VALUE, (gp_place){0},
                                  "%lu draws of %zu subjects: the marks of all of them are kept, and there may be %d at the most",
                                  (unsigned long)options->draws, s->ncases, MOST_VALUES);
        gp_hint(s->diags, diag, "fewer draws, or one subject: --subject %.*s", GP_ARG(s->base->cases[s->first].subject));
        return false;
    }
    prepare(&d);
    if (!read_base(&d)) return false;
    gp_crew crew = {.study = s,
                    .of = scenario,
                    .scenarios = d.chunk,
                    .chunks = (options->draws + d.chunk - 1) / d.chunk,
                    .target = target,
                    .ntargets = scenario->ndraws,
                    .equip = equip,
                    .work = work,
                    .take = take,
                    .ud = &d};
    if (!gp_crew_run(&crew)) return false;
    put_all(&d);
    return true;
}

/* Robustness: how ranks, grades and marks hold when all weights are drawn around the given ones, and which weight alone would turn a rank
 * or grade.
 * Invariant: a draw is a function of seed, number of the draw and path; parts whose marks are summed keep their sum, so totals stay
 * comparable. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "study/random.h"
#include "study/study.h"

enum { CHUNK_ROWS = 8192, MOST_VALUES = 16000000, COARSE = 20, FINE = 50, MOST_TIPPED = 1000000 };

typedef struct weight {
    const gp_node *node;
    const gp_param *what; /* its weight; where marks are summed, its own marks */
    gp_text path;
    double given;
    size_t group;         /* parts of one parent */
    bool summed;          /* the group keeps its sum */
    uint64_t stream;
    double *column;       /* of the trials */
} weight;

typedef struct standing { /* of a case in one scenario */
    double marks;
    gp_range rank;
    uint8_t grade_lo, grade_hi;
} standing;

typedef struct place { /* for ranks by marks */
    size_t at;
    gp_period period;
    double marks;
} place;

typedef struct tally { /* of a case */
    standing base;
    double *marks;     /* per draw */
    float *best, *worst; /* per draw: ranks, which are whole or half */
    uint64_t first, rank_stays, grade_stays, scored, ranked;
} tally;

typedef struct robust {
    const gp_study *study;
    gp_answer *out;
    const gp_robust_options *options;
    gp_trials trials;
    size_t chunk;
    weight *weights;
    size_t n, ngroups;
    double *factor;     /* per weight */
    double *sum, *was;  /* per group */
    tally *tally;
    standing *now;      /* per case of one trial */
    place *order;
    bool ranked;        /* the plan ranks; else marks do, within a period */
} robust;

/* ---- which weights ---- */

static const gp_param *weighing(const gp_node *n) {
    if (n->item || !n->parent || n->parent->scoring.aggregate == GP_RULE_AGGREGATE) return NULL;
    const gp_param *p = gp_sums_up(n->parent) && n->marks.n ? &n->marks : &n->weight;
    bool constant = p->n == 1 && gp_expr_is_const(p->entry[0].expr) && p->entry[0].expr->value > 0;
    return constant ? p : NULL;
}

static void add_weight(robust *r, const gp_node *n, const gp_param *p) {
    gp_buf path;
    gp_buf_init(&path, r->study->arena);
    gp_buf_printf(&path, "%.*s.%s", GP_ARG(n->id), p == &n->marks ? "marks" : "weight");
    r->weights[r->n++] = (weight){.node = n,
                                  .what = p,
                                  .path = gp_buf_take(&path),
                                  .given = p->entry[0].expr->value,
                                  .group = n->parent->index,
                                  .summed = gp_sums_up(n->parent)};
    r->weights[r->n - 1].stream = gp_text_hash(r->weights[r->n - 1].path);
}

/* What a scenario sets is what is given. */
static void find_weights(robust *r, const gp_plan *plan, const gp_scenario *scenario) {
    r->weights = gp_arena_array(r->study->arena, plan->nnodes, sizeof *r->weights);
    r->ngroups = plan->nnodes;
    for (size_t k = 1; k < plan->nnodes; k++) {
        const gp_param *p = weighing(plan->nodes[k]);
        if (p && plan->nodes[k]->parent->nchild > 1) add_weight(r, plan->nodes[k], p);
    }
    for (size_t k = 0; k < scenario->nsets; k++)
        for (size_t i = 0; i < r->n; i++)
            if (gp_text_eq(scenario->sets[k].target.path, r->weights[i].path)) r->weights[i].given = scenario->sets[k].value.lo;
}

static bool prepare(robust *r, const gp_scenario *scenario) {
    gp_arena *a = r->study->arena;
    size_t cases = r->study->ncases;
    r->chunk = CHUNK_ROWS / cases ? CHUNK_ROWS / cases : 1;
    gp_trials_init(&r->trials, r->study, r->chunk, NULL);
    for (size_t t = 0; t < r->chunk; t++) gp_trials_lay(&r->trials, t, scenario);
    if (!gp_trials_shape(&r->trials, scenario)) return false;
    find_weights(r, r->trials.plan ? r->trials.plan : r->study->base->plan, scenario);
    for (size_t k = 0; k < r->n; k++) r->weights[k].column = gp_frame_vary_param(r->trials.frame, r->weights[k].what);
    r->factor = gp_arena_array(a, r->n + 1, sizeof *r->factor);
    r->sum = gp_arena_array(a, r->ngroups, sizeof *r->sum);
    r->was = gp_arena_array(a, r->ngroups, sizeof *r->was);
    r->now = gp_arena_array(a, cases, sizeof *r->now);
    r->order = gp_arena_array(a, cases, sizeof *r->order);
    r->tally = gp_arena_array(a, cases, sizeof *r->tally);
    for (size_t c = 0; c < cases; c++) {
        if (!gp_study_asks(r->study, c)) continue;
        r->tally[c].marks = gp_arena_array(a, r->options->draws, sizeof(double));
        r->tally[c].best = gp_arena_array(a, r->options->draws, sizeof(float));
        r->tally[c].worst = gp_arena_array(a, r->options->draws, sizeof(float));
    }
    return true;
}

/* ---- a trial ---- */

static void lay(robust *r, size_t trial) {
    size_t cases = r->study->ncases;
    memset(r->sum, 0, r->ngroups * sizeof *r->sum);
    memset(r->was, 0, r->ngroups * sizeof *r->was);
    for (size_t k = 0; k < r->n; k++) {
        r->sum[r->weights[k].group] += r->weights[k].given * r->factor[k];
        r->was[r->weights[k].group] += r->weights[k].given;
    }
    for (size_t k = 0; k < r->n; k++) {
        const weight *w = &r->weights[k];
        double v = w->given * r->factor[k];
        if (w->summed && r->sum[w->group] > 0 && r->sum[w->group] != r->was[w->group]) v *= r->was[w->group] / r->sum[w->group];
        v = gp_round_digits(v, 12);
        for (size_t c = 0; c < cases; c++) w->column[trial * cases + c] = v;
    }
}

static int by_marks(const void *a, const void *b) {
    const place *x = a, *y = b;
    if (x->period.first != y->period.first) return x->period.first < y->period.first ? -1 : 1;
    if (x->period.last != y->period.last) return x->period.last < y->period.last ? -1 : 1;
    if (isnan(x->marks) || isnan(y->marks)) return isnan(x->marks) - isnan(y->marks);
    return (x->marks < y->marks) - (x->marks > y->marks);
}

/* Where the plan ranks nobody: by marks, within a period, the better rank for ties (1224). */
static void rank_by_marks(robust *r) {
    size_t cases = r->study->ncases, first = 0;
    for (size_t c = 0; c < cases; c++) r->order[c] = (place){c, r->study->base->cases[r->study->first + c].period, r->now[c].marks};
    qsort(r->order, cases, sizeof *r->order, by_marks);
    for (size_t k = 0, same = 0; k < cases; k++) {
        if (k && !gp_period_eq(r->order[k].period, r->order[k - 1].period)) first = k;
        if (k == first || r->order[k].marks != r->order[k - 1].marks) same = k;
        double rank = isnan(r->order[k].marks) ? NAN : (double)(same - first + 1);
        r->now[r->order[k].at].rank = (gp_range){rank, rank};
    }
}

/* Reads trial after trial: `fn` is called when all cases of one stand in `now`. */
typedef void trial_fn(robust *r, void *to, size_t trial);

static bool evaluate(robust *r, size_t trials, trial_fn *fn, void *to) {
    gp_block b;
    size_t cases = r->study->ncases;
    r->trials.frame->nrows = trials * cases;
    if (!gp_trials_run(&r->trials)) return false;
    while (gp_run_block(r->trials.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            size_t row = b.first + i, c = row % cases;
            r->ranked = b.rank_lo != NULL;
            r->now[c] = (standing){
                .marks = (b.marks_lo[i] + b.marks_hi[i]) / 2, .rank = {NAN, NAN}, .grade_lo = b.grade_lo[i], .grade_hi = b.grade_hi[i]};
            if (r->ranked) r->now[c].rank = (gp_range){b.rank_lo[i], b.rank_hi[i]};
            if (c + 1 < cases) continue;
            if (!r->ranked) rank_by_marks(r);
            fn(r, to, row / cases);
        }
    return true;
}

static bool same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }
static bool same_rank(const standing *a, const standing *b) { return same(a->rank.lo, b->rank.lo) && same(a->rank.hi, b->rank.hi); }
static bool same_grade(const standing *a, const standing *b) { return a->grade_lo == b->grade_lo && a->grade_hi == b->grade_hi; }

/* ---- draws ---- */

static void keep_base(robust *r, void *to, size_t trial) {
    (void)to, (void)trial;
    for (size_t c = 0; c < r->study->ncases; c++) r->tally[c].base = r->now[c];
}

static void count(robust *r, void *to, size_t trial) {
    uint64_t draw = *(uint64_t *)to + trial;
    for (size_t c = 0; c < r->study->ncases; c++) {
        tally *t = &r->tally[c];
        const standing *now = &r->now[c];
        if (!gp_study_asks(r->study, c)) continue;
        t->marks[draw] = now->marks;
        t->best[draw] = (float)now->rank.lo;
        t->worst[draw] = (float)now->rank.hi;
        t->scored += !isnan(now->marks);
        t->grade_stays += same_grade(now, &t->base);
        t->rank_stays += same_rank(now, &t->base);
        t->ranked += !isnan(now->rank.lo);
        t->first += now->rank.hi <= 1;
    }
}

static bool draw(robust *r) {
    const gp_robust_options *o = r->options;
    for (uint64_t done = 0; done < o->draws;) {
        size_t n = o->draws - done < r->chunk ? (size_t)(o->draws - done) : r->chunk;
        for (size_t t = 0; t < n; t++) {
            for (size_t k = 0; k < r->n; k++) r->factor[k] = 1 + o->spread * (2 * gp_random(o->seed, done + t, r->weights[k].stream) - 1);
            lay(r, t);
        }
        if (!evaluate(r, n, count, &done)) return false;
        done += n;
        if (o->watch) o->watch(o->ud, done, o->draws);
    }
    return true;
}

/* ---- what one weight alone turns ---- */

typedef struct turned {
    const double *factors; /* per trial */
    double at;             /* the factor nearest to 1 that turns something; NaN: none */
    size_t subject;
    standing to;
    bool upward;
} turned;

static void look(robust *r, void *to, size_t trial) {
    turned *z = to;
    double f = z->factors[trial];
    if (!isnan(z->at) && fabs(z->at - 1) <= fabs(f - 1)) return;
    for (size_t c = 0; c < r->study->ncases; c++) {
        if (!gp_study_asks(r->study, c) || (same_rank(&r->now[c], &r->tally[c].base) && same_grade(&r->now[c], &r->tally[c].base)))
            continue;
        z->at = f;
        z->subject = c;
        z->to = r->now[c];
        return;
    }
}

/* Tries n factors of weight k, all other weights as they are. */
static bool try_factors(robust *r, turned *z, size_t k, const double *factors, size_t n) {
    for (size_t from = 0; from < n; from += r->chunk) {
        size_t now = n - from < r->chunk ? n - from : r->chunk;
        for (size_t t = 0; t < now; t++) {
            for (size_t j = 0; j < r->n; j++) r->factor[j] = j == k ? factors[from + t] : 1;
            lay(r, t);
        }
        z->factors = factors + from;
        if (!evaluate(r, now, look, z)) return false;
    }
    return true;
}

/* The i-th of factors around 1, nearest first, on either side in turn. */
static double around(double first, size_t i, double per) {
    size_t step = i / 2 + 1;
    return 1 + (i % 2 ? -1.0 : 1.0) * (first + (double)step / per);
}

/* Between nothing and twice the weight in steps of a twentieth either way, then in thousandths below the first that turns something. */
static bool find_turn(robust *r, turned *z, size_t k) {
    double factors[2 * COARSE];
    *z = (turned){.at = NAN};
    for (size_t i = 0; i < 2 * COARSE; i++) factors[i] = around(0, i, COARSE);
    if (!try_factors(r, z, k, factors, 2 * COARSE)) return false;
    if (isnan(z->at)) return true;
    double steps = floor(fabs(z->at - 1) * COARSE + 0.5), fine[2 * FINE];
    for (size_t i = 0; i < 2 * FINE; i++) fine[i] = around((steps - 1) / COARSE, i, COARSE * FINE);
    return try_factors(r, z, k, fine, 2 * FINE);
}

/* ---- the answer ---- */

static const gp_sheet_column CASES[] = {
    {"subject", "考核对象", "Subject", false},   {"period", "考核期", "Period", false},       {"marks_base", "基准得分", "Base", true},
    {"p05", "5%分位", "5%", true},               {"p50", "中位数", "Median", true},           {"p95", "95%分位", "95%", true},
    {"grade", "等次", "Grade", false},           {"grade_stays", "等次不变", "Grade stays", true},
    {"rank", "名次", "Rank", true},              {"rank_p05", "名次5%分位", "Rank 5%", true}, {"rank_p95", "名次95%分位", "Rank 95%", true},
    {"best", "最好", "Best", true},              {"worst", "最差", "Worst", true},            {"first", "居首", "First", true},
    {"rank_stays", "名次不变", "Rank stays", true},
};
static const gp_sheet_column TURNS[] = {
    {"path", "路径", "Path", false},        {"name", "名称", "Name", false},
    {"weight", "权重", "Weight", true},     {"to", "改为", "To", true},
    {"change", "变化", "Change", true},     {"subject", "考核对象", "Subject", false},
    {"turns", "翻转", "What turns", false},
};

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

/* Type 7, as draws have it. */
static double quantile(const double *list, uint64_t n, double p) {
    if (n == 0) return NAN;
    double at = p * (double)(n - 1), f = floor(at);
    uint64_t k = (uint64_t)f;
    return gp_round_digits(k + 1 < n ? list[k] + (at - f) * (list[k + 1] - list[k]) : list[n - 1], 6);
}

static int by_rank(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    if (isnan(x) || isnan(y)) return isnan(x) - isnan(y);
    return (x > y) - (x < y);
}

/* The rank that a share p of the n draws with one does not exceed; the list is sorted. */
static double rank_at(const float *list, uint64_t n, double p) {
    double at = ceil(p * (double)n);
    return n == 0 ? NAN : list[at < 1 ? 0 : (size_t)at - 1];
}

static gp_text range_text(gp_arena *a, gp_range r) { return isnan(r.lo) ? GP_NO_TEXT : gp_study_marks(a, r.lo, r.hi); }

static gp_text grade_text(const robust *r, const standing *s) {
    const gp_node *root = r->study->base->plan->root;
    gp_text lo = s->grade_lo == UINT8_MAX ? GP_NO_TEXT : root->grades[s->grade_lo].name,
            hi = s->grade_hi == UINT8_MAX ? GP_NO_TEXT : root->grades[s->grade_hi].name;
    gp_buf b;
    if (s->grade_lo == s->grade_hi) return lo;
    gp_buf_init(&b, r->study->arena);
    gp_buf_printf(&b, "%.*s–%.*s", GP_ARG(lo), GP_ARG(hi));
    return gp_buf_take(&b);
}

static void put_share(gp_sheet *s, uint64_t count_of, uint64_t n) {
    gp_sheet_number(s, n ? gp_round_digits((double)count_of / (double)n, 6) : NAN);
}

static void put_case(gp_sheet *s, const robust *r, size_t c) {
    const gp_case *of = &r->study->base->cases[r->study->first + c];
    const tally *t = &r->tally[c];
    size_t cases = r->study->ncases;
    uint64_t ranked = cases > 1 ? t->ranked : 0;
    char period[32];
    qsort(t->marks, r->options->draws, sizeof *t->marks, ascending);
    qsort(t->best, r->options->draws, sizeof *t->best, by_rank);
    qsort(t->worst, r->options->draws, sizeof *t->worst, by_rank);
    gp_sheet_text(s, of->subject);
    gp_sheet_text(s, gp_text_dup(r->study->arena, (gp_text){period, gp_period_print(period, of->period)}));
    gp_sheet_number(s, gp_round_digits(t->base.marks, 12));
    for (int k = 0; k < 3; k++) gp_sheet_number(s, quantile(t->marks, t->scored, k == 0 ? 0.05 : k == 1 ? 0.5 : 0.95));
    gp_sheet_text(s, grade_text(r, &t->base));
    put_share(s, t->grade_stays, r->study->base->plan->root->ngrades ? r->options->draws : 0);
    if (t->base.rank.lo == t->base.rank.hi && cases > 1) gp_sheet_number(s, t->base.rank.lo);
    else gp_sheet_text(s, cases > 1 ? range_text(r->study->arena, t->base.rank) : GP_NO_TEXT);
    gp_sheet_number(s, rank_at(t->best, ranked, 0.05));
    gp_sheet_number(s, rank_at(t->worst, ranked, 0.95));
    gp_sheet_number(s, rank_at(t->best, ranked, 0));
    gp_sheet_number(s, rank_at(t->worst, ranked, 1));
    put_share(s, t->first, ranked ? r->options->draws : 0);
    put_share(s, t->rank_stays, ranked ? r->options->draws : 0);
}

static gp_text turn_text(const robust *r, const turned *z) {
    const tally *t = &r->tally[z->subject];
    gp_buf b;
    gp_buf_init(&b, r->study->arena);
    if (!same_grade(&z->to, &t->base)) {
        gp_text from = grade_text(r, &t->base), to = grade_text(r, &z->to);
        gp_buf_printf(&b, "%s%.*s → %.*s", gp_answer_word(r->out, "等次 ", "grade "), GP_ARG(from), GP_ARG(to));
    }
    if (!same_rank(&z->to, &t->base)) {
        gp_text from = range_text(r->study->arena, t->base.rank), to = range_text(r->study->arena, z->to.rank);
        gp_buf_printf(&b, "%s%s%.*s → %.*s", b.n ? gp_answer_word(r->out, ",", ", ") : "", gp_answer_word(r->out, "名次 ", "rank "),
                      GP_ARG(from), GP_ARG(to));
    }
    return gp_buf_take(&b);
}

typedef struct turn_row { size_t weight; turned turn; } turn_row;

static int by_change(const void *a, const void *b) {
    const turn_row *x = a, *y = b;
    double p = fabs(x->turn.at - 1), q = fabs(y->turn.at - 1);
    return p != q ? (p > q) - (p < q) : (x->weight > y->weight) - (x->weight < y->weight);
}

static void put_turn(gp_sheet *s, const robust *r, const turn_row *row) {
    const weight *w = &r->weights[row->weight];
    double change = gp_round_digits(row->turn.at - 1, 6);
    char text[64];
    gp_buf b;
    gp_buf_init(&b, r->study->arena);
    gp_sheet_text(s, w->path);
    gp_sheet_text(s, w->node->name);
    gp_sheet_number(s, w->given);
    gp_sheet_number(s, gp_round_digits(w->given * row->turn.at, 6));
    size_t n = gp_number_print_fixed(text, fabs(change) * 100, 1);
    gp_buf_printf(&b, "%s%.*s%%", change < 0 ? "-" : "+", (int)n, text);
    gp_sheet_figure(s, change, gp_buf_take(&b));
    gp_sheet_text(s, r->study->base->cases[r->study->first + row->turn.subject].subject);
    gp_sheet_text(s, turn_text(r, &row->turn));
}

static bool put_turns(robust *r) {
    gp_answer *out = r->out;
    if (r->n * r->study->ncases * 2 * COARSE > MOST_TIPPED) {
        gp_answer_say(out, "%s",
                      gp_answer_word(out, "考核对象与权重太多:未逐个权重寻找翻转点",
                                     "too many subjects and weights to look for what each weight turns"));
        return true;
    }
    turn_row *rows = gp_arena_array(r->study->arena, r->n + 1, sizeof *rows);
    size_t n = 0;
    for (size_t k = 0; k < r->n; k++) {
        rows[n].weight = k;
        if (!find_turn(r, &rows[n].turn, k)) return false;
        n += !isnan(rows[n].turn.at);
    }
    qsort(rows, n, sizeof *rows, by_change);
    if (n == 0)
        gp_answer_say(out, "%s",
                      gp_answer_word(out, "任何一个权重单独在 0 至两倍之间变化,名次和等次都不变",
                                     "no weight alone, between nothing and twice itself, turns a rank or a grade"));
    gp_sheet *sheet = gp_answer_sheet(
        out, "turns",
        gp_text_of(gp_answer_word(out, "单个权重的最小翻转变化", "The smallest change of one weight that turns a rank or a grade")), TURNS,
        GP_COUNT(TURNS));
    for (size_t k = 0; k < n; k++) put_turn(sheet, r, &rows[k]);
    return true;
}

static bool refuse(const gp_study *s, const char *what) {
    gp_report(s->diags, GP_D_BAD_VALUE, (gp_place){0}, "%s", what);
    return false;
}

bool gp_study_robust(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_robust_options *options) {
    robust r = {.study = s, .out = out, .options = options};
    if (options->draws * s->ncases > MOST_VALUES) return refuse(s, "draws times subjects may be 16000000 at the most");
    if (!(options->spread > 0 && options->spread < 1))
        return refuse(s, "weights are drawn by more than 0% and less than 100% around what is given");
    if (!prepare(&r, scenario)) return false;
    if (r.n == 0) return refuse(s, "the plan has no weights that could be drawn: each is an expression, or stands alone");
    for (size_t k = 0; k < r.n; k++) r.factor[k] = 1;
    lay(&r, 0);
    if (!evaluate(&r, 1, keep_base, NULL) || !draw(&r)) return false;
    char spread[32];
    size_t n = gp_number_print(spread, gp_round_digits(options->spread * 100, 12));
    gp_answer_say(out,
                  gp_answer_word(out, "%zu 个权重各在 ±%.*s%% 内均匀抽取 %lu 次,种子 %lu",
                                 "%zu weights, each drawn uniformly within ±%.*s%%: %lu draws, seed %lu"),
                  r.n, (int)n, spread, (unsigned long)options->draws, (unsigned long)options->seed);
    gp_sheet *cases = gp_answer_sheet(out, "weights", GP_NO_TEXT, CASES, GP_COUNT(CASES));
    for (size_t c = 0; c < s->ncases; c++)
        if (gp_study_asks(s, c)) put_case(cases, &r, c);
    return put_turns(&r);
}

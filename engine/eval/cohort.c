/* Cohorts: what needs all subjects of one period and one scenario, worked out before the rows are.
 * Invariant: an answer depends on the rows of its cohort and not on their order: ranks are counts, sums are exact on written decimals.
 * A stage is one walk over all blocks with the ordinary kernels, up to the operations whose cohorts are known: it collects the values that
 * are asked about as whole columns. Rows without a value are passed over; open values take part in rankings as intervals, and in nothing
 * else. */
#include "eval/cohort.h"

#include <math.h>

#include "base/exact.h"
#include "eval/ranking.h"

#define NO_COHORT UINT32_MAX
enum { GIVEN = 1, LO_OPEN = 2, HI_OPEN = 4, OPTIONAL = 8 }; /* of a value; OPTIONAL: the subject may turn out to be unranked */

typedef struct answer {
    double *lo, *hi;   /* per row: ranks */
    double *figure;    /* per cohort: all else */
    mpq_t *mean;       /* per cohort */
    size_t nmeans;
    size_t *size;      /* per cohort: how many were taken in */
} answer;

struct gp_cohort {
    const gp_program *program;
    gp_arena *arena;           /* kept */
    gp_arena kept, columns, scratch; /* of the walk, of the stage, of one cohort */
    size_t nrows, ncohorts;
    uint32_t *cohort;          /* per row */
    uint32_t *rows;            /* cohort after cohort, each in the order of the frame */
    size_t *start;             /* per cohort and one more: where in `rows` */
    answer *answers;           /* per ask */
};

typedef struct column { /* what one ask is about, or what splits the cohorts */
    uint32_t value;
    bool of_subjects;
    double *lo, *hi;
    uint8_t *state;
} column;

/* ---- collecting ---- */

static void make_column(column *k, gp_cohort *c, uint32_t value, bool of_subjects) {
    *k = (column){.value = value, .of_subjects = of_subjects};
    k->lo = gp_arena_array(&c->columns, c->nrows, sizeof *k->lo);
    k->hi = gp_arena_array(&c->columns, c->nrows, sizeof *k->hi);
    k->state = gp_arena_alloc(&c->columns, c->nrows);
}

/* Whether a subject is ranked: 1 yes, 0 no, -1 that is open. */
static int is_ranked(const gp_run *run, size_t i) {
    const gp_program *p = run->program;
    if (p->no_total != GP_NO_REG && gp_run_value(run, p->no_total, i).lo > 0) return 0;
    if (p->unranked == GP_NO_REG) return 1;
    gp_val v = gp_run_value(run, p->unranked, i);
    return v.lo > 0 ? 0 : v.hi > 0 ? -1 : 1;
}

static void take_block(column *k, const gp_run *run) {
    for (size_t i = 0; i < run->n; i++) {
        size_t row = run->first + i;
        gp_val v = gp_run_value(run, k->value, i);
        int ranked = k->of_subjects ? is_ranked(run, i) : 1;
        k->lo[row] = v.lo;
        k->hi[row] = v.hi;
        if (v.flags & GP_V_ABSENT || ranked == 0) continue;
        k->state[row] = (uint8_t)(GIVEN | (v.flags & GP_V_LO_OPEN ? LO_OPEN : 0) | (v.flags & GP_V_HI_OPEN ? HI_OPEN : 0) |
                                  (ranked < 0 ? OPTIONAL : 0));
    }
}

static void collect(gp_run *run, column *list, size_t n) {
    gp_run_rewind(run);
    while (gp_run_advance(run))
        for (size_t k = 0; k < n; k++) take_block(&list[k], run);
}

/* ---- who is in which cohort ---- */

/* Which repetition of the base a row belongs to: each scenario is a cohort of its own. */
static size_t trial_of(const gp_frame *f, size_t row) { return f->base ? row / f->base_rows : 0; }

/* The number of a row's cohort. Rows of one file mostly follow each other in one: a key that has not changed is not looked up. */
static uint32_t cohort_of(gp_pool *keys, gp_buf *key, const gp_frame *f, const column *by, size_t row) {
    const gp_case *of = &f->cases[row];
    size_t trial = trial_of(f, row);
    key->n = 0;
    if (by && !(by->state[row] & GIVEN && by->lo[row] == by->hi[row])) return NO_COHORT;
    gp_buf_put(key, (const char *)&of->period.first, sizeof of->period.first);
    gp_buf_put(key, (const char *)&of->period.last, sizeof of->period.last);
    if (by) gp_buf_put(key, (const char *)&by->lo[row], sizeof by->lo[row]);
    gp_buf_put(key, (const char *)&trial, sizeof trial);
    gp_buf_text(key, of->scenario);
    return gp_pool_add(keys, (gp_text){key->s, key->n});
}

static bool same_cohort(const gp_frame *f, size_t a, size_t b) {
    const gp_case *x = &f->cases[a], *y = &f->cases[b];
    return trial_of(f, a) == trial_of(f, b) && gp_period_eq(x->period, y->period) && gp_text_eq(x->scenario, y->scenario);
}

static void find_cohorts(gp_cohort *c, const gp_frame *f, const column *by) {
    gp_pool keys;
    gp_buf key;
    gp_pool_init(&keys, &c->columns);
    gp_buf_init(&key, &c->columns);
    for (size_t i = 0; i < c->nrows; i++) {
        bool same = i && !by && same_cohort(f, i, i - 1);
        c->cohort[i] = same ? c->cohort[i - 1] : cohort_of(&keys, &key, f, by, i);
    }
    c->ncohorts = keys.n;
}

static void list_rows(gp_cohort *c) {
    size_t *at = gp_arena_array(&c->columns, c->ncohorts, sizeof *at);
    c->start = gp_arena_array(c->arena, c->ncohorts + 1, sizeof *c->start);
    for (size_t i = 0; i < c->nrows; i++)
        if (c->cohort[i] != NO_COHORT) c->start[c->cohort[i] + 1]++;
    for (size_t g = 0; g < c->ncohorts; g++) {
        c->start[g + 1] += c->start[g];
        at[g] = c->start[g];
    }
    for (size_t i = 0; i < c->nrows; i++)
        if (c->cohort[i] != NO_COHORT) c->rows[at[c->cohort[i]]++] = (uint32_t)i;
}

/* ---- ranks ---- */

static gp_contender contender(const column *k, size_t row, bool low_first) {
    uint8_t s = k->state[row];
    gp_contender z = {.lo = k->lo[row], .hi = k->hi[row], .lo_open = s & LO_OPEN, .hi_open = s & HI_OPEN, .optional = s & OPTIONAL};
    if (!low_first) return z;
    return (gp_contender){.lo = -z.hi, .hi = -z.lo, .lo_open = z.hi_open, .hi_open = z.lo_open, .optional = z.optional};
}

static void rank_cohort(answer *z, gp_cohort *c, const gp_ask *ask, const column *k, size_t g) {
    const uint32_t *rows = c->rows + c->start[g];
    size_t n = c->start[g + 1] - c->start[g], m = 0;
    gp_contender *list = gp_arena_array(&c->scratch, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        if (k->state[rows[i]] & GIVEN) list[m++] = contender(k, rows[i], ask->low_first);
    gp_rank(list, m, ask->ties, ask->decimals, &c->scratch);
    z->size[g] = m;
    m = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(k->state[rows[i]] & GIVEN)) continue;
        z->lo[rows[i]] = list[m].best;
        z->hi[rows[i]] = list[m++].worst;
    }
    gp_arena_fini(&c->scratch);
}

static void rank_all(answer *z, gp_cohort *c, const gp_ask *ask, const column *k) {
    z->lo = gp_arena_array(c->arena, c->nrows, sizeof *z->lo);
    z->hi = gp_arena_array(c->arena, c->nrows, sizeof *z->hi);
    for (size_t i = 0; i < c->nrows; i++) z->lo[i] = z->hi[i] = NAN;
    for (size_t g = 0; g < c->ncohorts; g++) rank_cohort(z, c, ask, k, g);
}

/* ---- sums ---- */

/* Sums of the values and of their squares, as whole numbers of 10^exp and 10^2exp. */
typedef struct sums {
    mpz_t one, two;
    int exp;
    size_t n;
} sums;

static bool is_single(const column *k, size_t row) { return k->state[row] & GIVEN && k->lo[row] == k->hi[row]; }

static void add_up(sums *z, const gp_cohort *c, const column *k, size_t g) {
    mpz_t x, ten;
    z->exp = 0;
    z->n = 0;
    for (size_t i = c->start[g]; i < c->start[g + 1]; i++) {
        if (!is_single(k, c->rows[i])) continue;
        int exp = gp_decimal_of(k->lo[c->rows[i]]).exp;
        z->exp = z->n++ == 0 || exp < z->exp ? exp : z->exp;
    }
    mpz_inits(x, ten, z->one, z->two, NULL);
    for (size_t i = c->start[g]; i < c->start[g + 1]; i++) {
        if (!is_single(k, c->rows[i])) continue;
        gp_decimal d = gp_decimal_of(k->lo[c->rows[i]]);
        mpz_ui_pow_ui(ten, 10, (unsigned long)(d.mant ? d.exp - z->exp : 0));
        mpz_mul_si(x, ten, (long)d.mant);
        mpz_add(z->one, z->one, x);
        mpz_addmul(z->two, x, x);
    }
    mpz_clears(x, ten, NULL);
}

/* q times 10^exp */
static void scale(mpq_t q, int exp) {
    mpz_t ten;
    mpz_init(ten);
    mpz_ui_pow_ui(ten, 10, (unsigned long)(exp < 0 ? -exp : exp));
    mpz_ptr part = exp < 0 ? mpq_denref(q) : mpq_numref(q);
    mpz_mul(part, part, ten);
    mpq_canonicalize(q);
    mpz_clear(ten);
}

static void mean_of(mpq_t z, const sums *s) {
    mpz_set(mpq_numref(z), s->one);
    mpz_set_ui(mpq_denref(z), s->n ? s->n : 1);
    mpq_canonicalize(z);
    scale(z, s->exp);
}

/* (n Σx² - (Σx)²) / (n (n - 1)), or / n² of a population; its root with 12 digits. One alone has no spread. */
static double deviation_of(const sums *s, gp_sd kind) {
    if (s->n < 2) return 0;
    mpq_t var;
    mpq_init(var);
    mpz_mul_ui(mpq_numref(var), s->two, s->n);
    mpz_submul(mpq_numref(var), s->one, s->one);
    mpz_set_ui(mpq_denref(var), s->n);
    mpz_mul_ui(mpq_denref(var), mpq_denref(var), kind == GP_SD_SAMPLE ? s->n - 1 : s->n);
    mpq_canonicalize(var);
    scale(var, 2 * s->exp);
    double sd = gp_round_digits(sqrt(gp_exact_double(var)), 12);
    mpq_clear(var);
    return sd;
}

static void release_means(void *ptr) {
    answer *z = ptr;
    for (size_t i = 0; i < z->nmeans; i++) mpq_clear(z->mean[i]);
}

static void figure_all(answer *z, gp_cohort *c, const gp_ask *ask, const column *k) {
    z->figure = gp_arena_array(c->arena, c->ncohorts, sizeof *z->figure);
    if (ask->kind == GP_ASK_MEAN) {
        z->mean = gp_arena_array(c->arena, c->ncohorts, sizeof *z->mean);
        gp_arena_defer(c->arena, release_means, z);
    }
    for (size_t g = 0; g < c->ncohorts; g++) {
        sums s;
        add_up(&s, c, k, g);
        z->size[g] = s.n;
        if (z->mean) {
            mpq_init(z->mean[z->nmeans]);
            mean_of(z->mean[z->nmeans++], &s);
        }
        z->figure[g] = s.n == 0 ? NAN : z->mean ? gp_exact_double(z->mean[g]) : deviation_of(&s, ask->sd);
        mpz_clears(s.one, s.two, NULL);
    }
}

static void count_all(answer *z, gp_cohort *c, const column *k) {
    z->figure = gp_arena_array(c->arena, c->ncohorts, sizeof *z->figure);
    for (size_t g = 0; g < c->ncohorts; g++) {
        for (size_t i = c->start[g]; i < c->start[g + 1]; i++) z->size[g] += k->state[c->rows[i]] & GIVEN;
        z->figure[g] = (double)z->size[g];
    }
}

/* ---- stages ---- */

static void answer_ask(gp_cohort *c, uint32_t ask, const column *k) {
    const gp_ask *a = &c->program->asks[ask];
    answer *z = &c->answers[ask];
    z->size = gp_arena_array(c->arena, c->ncohorts, sizeof *z->size);
    switch (a->kind) {
    case GP_ASK_RANK: rank_all(z, c, a, k); break;
    case GP_ASK_COUNT: count_all(z, c, k); break;
    default: figure_all(z, c, a, k); break;
    }
}

/* When all that an ask reads is known. */
static unsigned stage_of(const gp_program *p, const gp_ask *a) {
    uint32_t reads[3] = {a->value, p->no_total, p->unranked};
    unsigned stage = 0;
    for (int k = 0; k < (a->of_subjects ? 3 : 1); k++)
        if (reads[k] != GP_NO_REG && p->ops[reads[k]].stage > stage) stage = p->ops[reads[k]].stage;
    return stage;
}

/* The column of an ask among those that are there; a new one where nobody asked about that value yet. */
static size_t column_of(column *list, size_t *n, gp_cohort *c, uint32_t value, bool of_subjects) {
    for (size_t k = 0; k < *n; k++)
        if (list[k].value == value && list[k].of_subjects == of_subjects) return k;
    make_column(&list[*n], c, value, of_subjects);
    return (*n)++;
}

static void run_stage(gp_run *run, unsigned stage) {
    gp_cohort *c = run->cohort;
    const gp_program *p = c->program;
    column *list = gp_arena_array(&c->columns, p->nasks + 1, sizeof *list);
    size_t n = 0, *of_ask = gp_arena_array(&c->columns, p->nasks, sizeof *of_ask);
    bool split = stage == 0 && p->cohort_by != GP_NO_REG;
    if (split) column_of(list, &n, c, p->cohort_by, false);
    for (size_t k = 0; k < p->nasks; k++)
        if (stage_of(p, &p->asks[k]) == stage) of_ask[k] = column_of(list, &n, c, p->asks[k].value, p->asks[k].of_subjects);
    run->stage = stage;
    collect(run, list, n);
    if (stage == 0) {
        find_cohorts(c, run->frame, split ? &list[0] : NULL);
        list_rows(c);
    }
    for (size_t k = 0; k < p->nasks; k++)
        if (stage_of(p, &p->asks[k]) == stage) answer_ask(c, (uint32_t)k, &list[of_ask[k]]);
    gp_arena_fini(&c->columns);
}

static void release(void *ptr) {
    gp_cohort *c = ptr;
    gp_arena_fini(&c->kept);
    gp_arena_fini(&c->columns);
    gp_arena_fini(&c->scratch);
}

static gp_cohort *make_cohort(gp_run *run) {
    gp_cohort *c = GP_NEW(run->arena, gp_cohort);
    *c = (gp_cohort){.program = run->program, .arena = &c->kept, .nrows = run->frame->nrows};
    gp_arena_init(&c->kept, run->arena->mem);
    gp_arena_init(&c->columns, run->arena->mem);
    gp_arena_init(&c->scratch, run->arena->mem);
    gp_arena_defer(run->arena, release, c);
    return c;
}

void gp_cohort_prepare(gp_run *run) {
    const gp_program *p = run->program;
    if (p->nasks == 0) return;
    if (!run->cohort) run->cohort = make_cohort(run);
    gp_cohort *c = run->cohort;
    c->nrows = run->frame->nrows; /* a frame of scenarios is filled anew, with more rows or fewer */
    gp_arena_fini(&c->kept); /* an earlier walk's, before the columns changed */
    c->answers = gp_arena_array(c->arena, p->nasks, sizeof *c->answers);
    c->cohort = gp_arena_array(c->arena, c->nrows, sizeof *c->cohort);
    c->rows = gp_arena_array(c->arena, c->nrows, sizeof *c->rows);
    unsigned last = 0;
    for (size_t k = 0; k < p->nasks; k++) last = stage_of(p, &p->asks[k]) > last ? stage_of(p, &p->asks[k]) : last;
    for (unsigned stage = 0; stage <= last; stage++) run_stage(run, stage);
    run->stage = GP_ALL_STAGES;
}

/* ---- answers ---- */

gp_range gp_cohort_at(const gp_cohort *c, uint32_t ask, size_t row) {
    const answer *z = &c->answers[ask];
    if (z->lo) return (gp_range){z->lo[row], z->hi[row]};
    double figure = c->cohort[row] == NO_COHORT ? NAN : z->figure[c->cohort[row]];
    return (gp_range){figure, figure};
}

void gp_cohort_mean(mpq_t z, const gp_cohort *c, uint32_t ask, size_t row) { mpq_set(z, c->answers[ask].mean[c->cohort[row]]); }

bool gp_cohort_has(const gp_cohort *c, size_t row) { return c->cohort[row] != NO_COHORT; }

size_t gp_cohort_size(const gp_cohort *c, uint32_t ask, size_t row) {
    return c->cohort[row] == NO_COHORT ? 0 : c->answers[ask].size[c->cohort[row]];
}

void gp_cohort_ranks(const double **lo, const double **hi, const gp_run *run) {
    uint32_t ask = run->program->rank;
    *lo = ask == GP_NO_REG ? NULL : run->cohort->answers[ask].lo + run->first;
    *hi = ask == GP_NO_REG ? NULL : run->cohort->answers[ask].hi + run->first;
}

/* ---- what enters a cohort ---- */

double gp_cohort_written(gp_run *run, gp_pass pass, uint32_t r, int end, size_t i) {
    enum { DIGITS = 12 };
    gp_val v = gp_pass_value(run, pass, r, i);
    double x = end ? v.hi : v.lo, lo = gp_round_digits(x - v.err, DIGITS), hi = gp_round_digits(x + v.err, DIGITS);
    if (v.decimal || lo == hi) return v.decimal ? x : lo;
    x = gp_decide_end(run, pass, r, end, i);
    if (x == 0 || !isfinite(x)) return x;
    gp_decimal d = gp_decimal_of(x);
    int first = d.exp; /* the power of ten above the first digit */
    for (int64_t m = d.mant; m; m /= 10) first++;
    return gp_decide_round(run, pass, r, end, i, GP_O_ROUND, DIGITS - first, GP_HALF_UP);
}

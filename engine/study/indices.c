/* Indices: which draws the marks hang on, from designed samples of the unit cube that the laws turn into values.
 * Invariant: inputs are independent; an index is of the subject's marks, the middle of their range. */
#include <math.h>

#include "base/number.h"
#include "study/crew.h"
#include "study/random.h"

enum { CHUNK = 4096, TRAJECTORIES = 50, LEVELS = 8, LOWER = LEVELS / 2 };

static const gp_sheet_column COLUMNS[] = {
    {"path", "路径", "Path", false},          {"mu_star", NULL, NULL, true},          {"sigma", NULL, NULL, true},
    {"first_order", "一阶指数", "First order", true}, {"total", "总指数", "Total", true},
};

typedef struct design design;
struct design {
    const gp_study *study;
    const gp_scenario *of;
    size_t k;          /* inputs */
    uint64_t seed;
    size_t n, rows;    /* of one sample, and of all that is evaluated */
    double (*at)(const design *d, size_t row, size_t j); /* where input j lies in the unit cube */
    double *y;         /* marks of each row */
};

/* ---- rows evaluated ---- */

static const gp_target *target(const void *ud, size_t k) { return &((const design *)ud)->of->draws[k].target; }

static void work(void *ud, gp_hand *h, uint64_t chunk) {
    const design *d = ud;
    gp_block b;
    size_t from = (size_t)chunk * CHUNK, n = d->rows - from < CHUNK ? d->rows - from : CHUNK;
    for (size_t j = 0; j < d->k; j++)
        for (size_t i = 0; i < n; i++) h->column[j][i] = gp_law_value(&d->of->draws[j], d->at(d, from + i, j));
    gp_run *run = gp_hand_run(h, n);
    while (gp_run_block(run, &b))
        for (size_t i = 0; i < b.n; i++) d->y[from + b.first + i] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
}

/* Every row writes its own place: nothing is left to put together. */
static bool take(void *ud, gp_hand *h, uint64_t chunk) {
    (void)ud;
    (void)h;
    (void)chunk;
    return true;
}

static bool evaluate(design *d, size_t rows, double (*at)(const design *d, size_t row, size_t j)) {
    d->rows = rows;
    d->at = at;
    d->y = gp_arena_array(d->study->arena, rows, sizeof *d->y);
    gp_crew crew = {.study = d->study,
                    .of = d->of,
                    .scenarios = rows < CHUNK ? rows : CHUNK,
                    .chunks = (rows + CHUNK - 1) / CHUNK,
                    .target = target,
                    .ntargets = d->k,
                    .work = work,
                    .take = take,
                    .ud = d};
    return gp_crew_run(&crew);
}

/* ---- Morris: trajectories that move one input at a time by half the range ---- */

/* Row r of a trajectory has its first r inputs moved; in that order, which does not matter where each start is drawn anew. 0 and 1
 * themselves are beyond open laws. */
static double on_trajectory(const design *d, size_t row, size_t j) {
    const double delta = (double)LEVELS / (2.0 * (LEVELS - 1));
    size_t t = row / (d->k + 1), moved = row % (d->k + 1);
    double u = floor(gp_random(d->seed, t, j) * LOWER) / (LEVELS - 1) + (j < moved ? delta : 0);
    return u < 0.005 ? 0.005 : u > 0.995 ? 0.995 : u;
}

static bool screen(design *d, double *mu_star, double *sigma) {
    size_t k = d->k;
    if (!evaluate(d, TRAJECTORIES * (k + 1), on_trajectory)) return false;
    const double *y = d->y;
    for (size_t j = 0; j < k; j++) {

        double sum = 0, squares = 0;
        for (size_t t = 0; t < TRAJECTORIES; t++) {
            double e = y[t * (k + 1) + j + 1] - y[t * (k + 1) + j];
            mu_star[j] += fabs(e) / TRAJECTORIES;
            sum += e;
            squares += e * e;
        }
        double mean = sum / TRAJECTORIES;
        sigma[j] = sqrt(fmax(squares / TRAJECTORIES - mean * mean, 0) * TRAJECTORIES / (TRAJECTORIES - 1));
    }
    return true;
}

/* ---- Saltelli: two samples A and B, and A with one column of B in turn ---- */

/* Sample 0 is A, 1 is B, 2 + i is A but for input i, which it has from B. */
static double in_samples(const design *d, size_t row, size_t j) {
    size_t sample = row / d->n;
    return gp_random(d->seed, row % d->n, 2 * j + (sample == 1 || sample == j + 2));
}

static bool decompose(design *d, double *first, double *total) {
    size_t k = d->k, n = d->n;
    if (!evaluate(d, n * (k + 2), in_samples)) return false;
    const double *ya = d->y, *yb = d->y + n;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < n; i++) mean += (ya[i] + yb[i]) / (2.0 * (double)n);
    for (size_t i = 0; i < n; i++) variance += ((ya[i] - mean) * (ya[i] - mean) + (yb[i] - mean) * (yb[i] - mean)) / (2.0 * (double)n);
    for (size_t j = 0; j < k; j++) {
        const double *y = d->y + (j + 2) * n;
        for (size_t i = 0; i < n; i++) {
            first[j] += (yb[i] - mean) * (y[i] - ya[i]) / (double)n; /* centred: the mean is large beside the variance */
            total[j] += (ya[i] - y[i]) * (ya[i] - y[i]) / (2.0 * (double)n);
        }
        first[j] = variance > 0 ? first[j] / variance : NAN;
        total[j] = variance > 0 ? total[j] / variance : NAN;
    }
    return true;
}

bool gp_study_indices(gp_answer *out, const gp_study *study, const gp_scenario *scenario, const gp_draw_options *options) {
    design d = {.study = study, .of = scenario, .k = scenario->ndraws};
    if (d.k == 0 || study->ncases != 1) return true;
    double *v = gp_arena_array(study->arena, 4 * d.k, sizeof *v);
    d.n = options->draws / (d.k + 2) < 64 ? 64 : options->draws / (d.k + 2);
    d.seed = options->seed;
    if (!screen(&d, v, v + d.k) || !decompose(&d, v + 2 * d.k, v + 3 * d.k)) return false;
    gp_sheet *s = gp_answer_sheet(out, "indices", gp_text_of(gp_answer_word(out, "得分取决于哪些抽样", "What the marks hang on")), COLUMNS,
                                  GP_COUNT(COLUMNS));
    for (size_t j = 0; j < d.k; j++) {
        gp_sheet_text(s, scenario->draws[j].target.path);
        for (size_t c = 0; c < 4; c++) gp_sheet_number(s, gp_round_digits(v[c * d.k + j], 4));
    }
    return true;
}

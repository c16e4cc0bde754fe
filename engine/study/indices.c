/* Indices: which draws the marks hang on, from designed samples of the unit cube that the laws turn into values.
 * Invariant: inputs are independent; an index is of the subject's marks, the middle of their range. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "study/random.h"
#include "study/study.h"

enum { CHUNK = 8192, TRAJECTORIES = 50, LEVELS = 8 };

static const gp_sheet_column COLUMNS[] = {
    {"path", "路径", "Path", false},          {"mu_star", NULL, NULL, true},          {"sigma", NULL, NULL, true},
    {"first_order", "一阶指数", "First order", true}, {"total", "总指数", "Total", true},
};

typedef struct design {
    const gp_study *study;
    const gp_scenario *of;
    gp_trials trials;
    double **column;
    size_t k;          /* inputs */

} design;

static bool prepare(design *d) {
    gp_trials_init(&d->trials, d->study, CHUNK, NULL);
    for (size_t row = 0; row < CHUNK; row++) gp_trials_lay(&d->trials, row, d->of);
    d->column = gp_arena_array(d->study->arena, d->k, sizeof *d->column);
    if (!gp_trials_shape(&d->trials, d->of)) return false;
    for (size_t k = 0; k < d->k; k++) d->column[k] = gp_trials_column(&d->trials, &d->of->draws[k].target);
    return true;
}

/* Marks of n rows of u. */
static bool evaluate(design *d, double *out, const double *u, size_t n) {
    gp_block b;
    for (size_t from = 0; from < n; from += CHUNK) {
        size_t now = n - from < CHUNK ? n - from : CHUNK;
        for (size_t k = 0; k < d->k; k++)
            for (size_t i = 0; i < now; i++) d->column[k][i] = gp_law_value(&d->of->draws[k], u[(from + i) * d->k + k]);
        d->trials.frame->nrows = now;
        if (!gp_trials_run(&d->trials)) return false;
        while (gp_run_block(d->trials.run, &b))
            for (size_t i = 0; i < b.n; i++) out[from + b.first + i] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
    }
    return true;
}

/* ---- Morris: trajectories that move one input at a time by half the range ---- */

static void lay_trajectory(double *u, size_t k, uint64_t seed, size_t t) {
    const double delta = (double)LEVELS / (2.0 * (LEVELS - 1));
    for (size_t j = 0; j < k; j++) u[j] = floor(gp_random(seed, t, j) * (LEVELS / 2)) / (LEVELS - 1);
    for (size_t j = 0; j < k; j++) {
        memcpy(u + (j + 1) * k, u + j * k, k * sizeof *u);
        u[(j + 1) * k + j] += delta; /* inputs in order: the order does not matter where each start is drawn anew */
    }
}

/* 0 and 1 themselves are beyond open laws. */
static void pull_in(double *u, size_t n) {
    for (size_t i = 0; i < n; i++) u[i] = u[i] < 0.005 ? 0.005 : u[i] > 0.995 ? 0.995 : u[i];
}

static bool screen(design *d, double *mu_star, double *sigma, uint64_t seed) {
    size_t k = d->k, rows = TRAJECTORIES * (k + 1);
    double *u = gp_arena_array(d->study->arena, rows * k, sizeof *u), *y = gp_arena_array(d->study->arena, rows, sizeof *y);
    for (size_t t = 0; t < TRAJECTORIES; t++) lay_trajectory(u + t * (k + 1) * k, k, seed, t);
    pull_in(u, rows * k);
    if (!evaluate(d, y, u, rows)) return false;
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

static bool decompose(design *d, double *first, double *total, size_t n, uint64_t seed) {
    size_t k = d->k;
    gp_arena *a = d->study->arena;
    double *ua = gp_arena_array(a, n * k, sizeof *ua), *ub = gp_arena_array(a, n * k, sizeof *ub), *mixed = gp_arena_array(a, n * k, sizeof *mixed);
    double *ya = gp_arena_array(a, n, sizeof *ya), *yb = gp_arena_array(a, n, sizeof *yb), *y = gp_arena_array(a, n, sizeof *y);
    for (size_t i = 0; i < n * k; i++) {
        ua[i] = gp_random(seed, i / k, 2 * (i % k));
        ub[i] = gp_random(seed, i / k, 2 * (i % k) + 1);
    }
    if (!evaluate(d, ya, ua, n) || !evaluate(d, yb, ub, n)) return false;
    double mean = 0, variance = 0;
    for (size_t i = 0; i < n; i++) mean += (ya[i] + yb[i]) / (2.0 * (double)n);
    for (size_t i = 0; i < n; i++) variance += ((ya[i] - mean) * (ya[i] - mean) + (yb[i] - mean) * (yb[i] - mean)) / (2.0 * (double)n);
    for (size_t j = 0; j < k; j++) {
        memcpy(mixed, ua, n * k * sizeof *mixed);
        for (size_t i = 0; i < n; i++) mixed[i * k + j] = ub[i * k + j];
        if (!evaluate(d, y, mixed, n)) return false;
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
    size_t n = options->draws / (d.k + 2) < 64 ? 64 : options->draws / (d.k + 2);
    if (!prepare(&d)) return false;
    if (!screen(&d, v, v + d.k, options->seed) || !decompose(&d, v + 2 * d.k, v + 3 * d.k, n, options->seed)) return false;
    gp_sheet *s = gp_answer_sheet(out, "indices", gp_text_of(gp_answer_word(out, "得分取决于哪些抽样", "What the marks hang on")), COLUMNS, GP_COUNT(COLUMNS));
    for (size_t j = 0; j < d.k; j++) {
        gp_sheet_text(s, scenario->draws[j].target.path);
        for (size_t c = 0; c < 4; c++) gp_sheet_number(s, gp_round_digits(v[c * d.k + j], 4));
    }
    return true;
}

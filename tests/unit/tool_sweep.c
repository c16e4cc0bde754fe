/* sweep PLAN DATA SCENARIOS.csv REPEATS: the time of evaluation alone, over a table of scenarios in memory: the median of so many walks,
 * one thread. For scripts/bench.sh; verdicts and totals are worked out chunk by chunk as for whatif, and written nowhere. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/diag.h"
#include "study/study.h"

enum { CHUNK = 4096 };

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

typedef struct bed {
    gp_study study;
    gp_scenario_table table;
    gp_trials trials;
    double *column[64];
} bed;

static double walk(bed *t, double *sum) {
    gp_block b;
    double begun = now();
    *sum = 0;
    for (size_t from = 0; from < t->table.n; from += CHUNK) {
        size_t n = t->table.n - from < CHUNK ? t->table.n - from : CHUNK;
        for (size_t k = 0; k < t->table.ntargets; k++) memcpy(t->column[k], t->table.values[k] + from, n * sizeof(double));
        t->trials.frame->nrows = n;
        if (!gp_trials_run(&t->trials)) return 0;
        while (gp_run_block(t->trials.run, &b))
            for (size_t i = 0; i < b.n; i++) *sum += b.marks_lo[i];
    }
    return now() - begun;
}

static void measure(bed *t, int repeats) {
    double *took = calloc((size_t)repeats, sizeof *took), sum;
    walk(t, &sum);
    for (int i = 0; i < repeats; i++) took[i] = walk(t, &sum);
    qsort(took, (size_t)repeats, sizeof *took, by_size);
    printf("scenarios=%zu sum=%.3f median=%.6f min=%.6f\n", t->table.n, sum, took[repeats / 2], took[0]);
    free(took);
}

static bool prepare(bed *t, gp_arena *a, gp_diags *d, char **paths) {
    static const gp_scenario NONE;
    gp_plan *plan = gp_plan_load(a, d, gp_text_of(paths[0]), (gp_packs){0});
    if (!plan) return false;
    gp_frame *frame = gp_frame_new(a, d, plan, false);
    gp_frame_add(frame, gp_text_of(paths[1]));
    if (!gp_frame_load(frame, false) || frame->nrows != 1 || !gp_scenario_table_load(&t->table, a, d, frame, gp_text_of(paths[2])))
        return false;
    if (t->table.nodd || t->table.ntargets > 64) return false;
    t->study = (gp_study){.arena = a, .diags = d, .base = frame, .ncases = 1, .options = {.lang = plan->lang}};
    gp_trials_init(&t->trials, &t->study, CHUNK, NULL);
    t->trials.brief = true;
    for (size_t row = 0; row < CHUNK; row++) gp_trials_lay(&t->trials, row, &NONE);
    for (size_t k = 0; k < t->table.ntargets; k++) t->column[k] = gp_trials_column(&t->trials, &t->table.targets[k]);
    return true;
}

int main(int argc, char **argv) {
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena a;
    gp_diags d;
    bed t = {0};
    if (argc != 5 || setjmp(trap)) return 2;
    gp_arena_init(&a, &mem);
    gp_diags_init(&d, &a);
    bool ok = prepare(&t, &a, &d, argv + 1);
    if (ok) measure(&t, atoi(argv[4]));
    gp_arena_fini(&a);
    return ok ? 0 : 1;
}

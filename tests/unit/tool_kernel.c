/* kernel PLAN DATA.csv REPEATS: the time of evaluation alone, over columns in memory: the median of so many walks over all blocks.
 * For scripts/bench.sh; verdicts and totals are worked out as for a wide table, and written nowhere. */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/diag.h"
#include "data/frame.h"
#include "eval/run.h"
#include "plan/plan.h"

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static double walk(gp_run *run) {
    gp_block block;
    double begun = now();
    gp_run_rewind(run);
    gp_run_narrow(run);
    while (gp_run_block(run, &block)) {}
    return now() - begun;
}

static void measure(gp_run *run, int repeats) {
    double *t = calloc((size_t)repeats, sizeof *t);
    gp_sum sum;
    walk(run);
    for (int i = 0; i < repeats; i++) t[i] = walk(run);
    qsort(t, (size_t)repeats, sizeof *t, by_size);
    gp_run_sum(&sum, run);
    printf("rows=%llu met=%llu median=%.6f min=%.6f evals_per_s=%.4g\n", (unsigned long long)sum.cases,
           (unsigned long long)sum.verdicts[GP_MET], t[repeats / 2], t[0], (double)sum.evaluations / t[repeats / 2]);
    free(t);
}

static gp_run *prepare(gp_arena *a, gp_diags *d, const char *plan_path, const char *data_path) {
    gp_plan *plan = gp_plan_load(a, d, gp_text_of(plan_path), (gp_packs){0});
    if (!plan) return NULL;
    gp_frame *frame = gp_frame_new(a, d, plan, false);
    gp_frame_add(frame, gp_text_of(data_path));
    if (!gp_frame_load(frame, false)) return NULL;
    return gp_run_new(a, d, frame, &(gp_run_options){.lang = plan->lang});
}

int main(int argc, char **argv) {
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena a;
    gp_diags d;
    if (argc != 4 || setjmp(trap)) return 2;
    gp_arena_init(&a, &mem);
    gp_diags_init(&d, &a);
    gp_run *run = prepare(&a, &d, argv[1], argv[2]);
    if (run) measure(run, atoi(argv[3]));
    gp_arena_fini(&a);
    return run ? 0 : 1;
}

/* Study: what-if. Every question builds frames whose rows are scenarios, runs the one evaluator over them, and reads results.
 * Invariant: there is no evaluator here, and the base is never touched. */
#ifndef GP_STUDY_STUDY_H
#define GP_STUDY_STUDY_H

#include "eval/run.h"
#include "study/answer.h"
#include "study/scenario.h"

typedef struct gp_study {
    gp_arena *arena;
    gp_diags *diags;
    const gp_frame *base;   /* the cases as the data have them */
    gp_run_options options;
} gp_study;

/* Rows of scenarios over the base, and the run that evaluates them. */
typedef struct gp_trials {
    const gp_study *study;
    gp_frame *frame;
    gp_run *run;            /* NULL until gp_trials_run */
} gp_trials;
/* names: per scenario, or NULL. What varies is laid into frame before the first gp_trials_run; later only its columns are written. */
void gp_trials_init(gp_trials *out, const gp_study *study, size_t nscenarios, const gp_text *names);
/* The column of a target, a value for each row; every row is set. Only for points. */
double *gp_trials_column(gp_trials *t, const gp_target *target);
/* Back to the first block; compiles on first use. false after reporting. */
bool gp_trials_run(gp_trials *t);

/* compare.c: base beside scenarios; only what changed unless `all`. */
bool gp_study_compare(gp_answer *out, const gp_study *s, const gp_scenario *scenarios, size_t n, bool all);
/* sweep.c: all combinations of the sweeps over the scenario's settings. */
bool gp_study_sweep(gp_answer *out, const gp_study *s, const gp_scenario *scenario);

/* words.c: figures as the report writes them. */
gp_text gp_study_marks(gp_arena *a, double lo, double hi);  /* "61.5–88.1"; absent for none */
gp_text gp_study_change(gp_arena *a, double d);             /* "+1.5", "-0.26", "0" */
gp_text gp_study_value(gp_arena *a, const gp_target *t, const gp_frame *base, double value);

#endif

/* Trials: many scenarios at once, as rows of one frame.
 * Invariant: the program is compiled once, when everything that varies is known; after that only columns change. */
#include "study/study.h"

#include <string.h>

void gp_trials_init(gp_trials *out, const gp_study *study, size_t nscenarios, const gp_text *names) {
    *out = (gp_trials){.study = study, .frame = gp_frame_vary(study->arena, study->base, study->first, study->ncases, nscenarios, names)};
}

/* Parameters that nodes inherit share one column. */
static double *param_column(gp_trials *t, const gp_target *target) {
    double *column = gp_frame_vary_param(t->frame, target->what[0]);
    for (size_t k = 1; k < target->nwhat; k++) gp_frame_share_param(t->frame, target->what[k], column);
    return column;
}

double *gp_trials_column(gp_trials *t, const gp_target *target) {
    if (target->kind != GP_TARGET_DATUM) return param_column(t, target);
    gp_frame *f = t->frame;
    gp_frame_vary_datum(f, target->datum);
    for (size_t i = 0; i < f->nrows; i++)
        if (!target->subject.s || gp_text_eq(f->cases[i].subject, target->subject)) f->set[target->datum][i] = 1;
    return f->column[target->datum];
}

bool gp_trials_run(gp_trials *t) {
    if (!t->run) t->run = gp_run_new(t->study->arena, t->study->diags, t->frame, &t->study->options);
    if (t->run) gp_run_rewind(t->run);
    return t->run != NULL;
}

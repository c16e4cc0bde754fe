/* Trials: many scenarios at once, as rows of one frame.
 * Invariant: the program is compiled once, when everything that varies is known; after that only columns change. */
#include "study/study.h"

#include <string.h>

void gp_trials_init(gp_trials *out, const gp_study *study, size_t nscenarios, const gp_text *names) {
    *out = (gp_trials){.study = study, .frame = gp_frame_vary(study->arena, study->base, study->first, study->ncases, nscenarios, names)};
}

bool gp_scenario_has_shape(const gp_scenario *of) {
    for (size_t i = 0; i < of->nsets; i++)
        if (of->sets[i].shape) return true;
    return false;
}

/* Under another plan parameters are other ones, so they are laid there too; only data stay columns. */
void gp_trials_lay(gp_trials *t, size_t scenario, const gp_scenario *of) {
    bool shaped = gp_scenario_has_shape(of);
    for (size_t i = 0; i < of->nsets; i++) {
        const gp_setting *set = &of->sets[i];
        if (!set->shape && !(shaped && set->target.kind != GP_TARGET_DATUM)) gp_target_set(&set->target, t->frame, scenario, &set->value);
    }
}

static gp_patch patch_of(gp_arena *a, const gp_frame *base, const gp_setting *set) {
    gp_patch p = {.id = set->id, .key = set->key, .text = set->text, .at = set->at};
    if (!set->shape) gp_target_place(&p.id, &p.key, a, base, set->target.path);
    return p;
}

bool gp_trials_shape(gp_trials *t, const gp_scenario *of) {
    const gp_study *s = t->study;
    if (!gp_scenario_has_shape(of)) return true;
    gp_patch *patches = gp_arena_array(s->arena, of->nsets, sizeof *patches);
    size_t n = 0;
    for (size_t i = 0; i < of->nsets; i++)
        if (of->sets[i].shape || of->sets[i].target.kind != GP_TARGET_DATUM) patches[n++] = patch_of(s->arena, s->base, &of->sets[i]);
    t->plan = gp_plan_patched(s->arena, s->diags, s->base->plan, &s->base->texts, patches, n);
    if (t->plan) t->frame->texts = t->plan->texts;
    return t->plan != NULL;
}

/* Parameters that nodes inherit share one column. */
static double *param_column(gp_trials *t, const gp_target *target) {
    double *column = gp_frame_vary_param(t->frame, target->what[0]);
    for (size_t k = 1; k < target->nwhat; k++) gp_frame_share_param(t->frame, target->what[k], column);
    return column;
}

/* The same path in another plan. */
static bool find_again(gp_target *out, gp_trials *t, const gp_target *target) {
    gp_frame view = *t->study->base;
    view.plan = t->plan;
    return gp_target_find(out, t->study->arena, t->study->diags, &view, target->path, (gp_place){0});
}

double *gp_trials_column(gp_trials *t, const gp_target *target) {
    gp_target again;
    if (target->kind != GP_TARGET_DATUM) return param_column(t, t->plan && find_again(&again, t, target) ? &again : target);
    gp_frame *f = t->frame;
    gp_frame_vary_datum(f, target->datum);
    for (size_t i = 0; i < f->nrows; i++) {
        if (target->subject.s && !gp_target_is_about(target, &f->cases[i])) continue;
        if (f->ncells) gp_frame_set(f, i, target->datum, &(gp_interval){0, 0, false, false}); /* an open value may stand there */
        else f->set[target->datum][i] = 1;
    }
    return f->column[target->datum];
}

bool gp_trials_run(gp_trials *t) {
    gp_run_options options = t->study->options;
    if (t->plan) options.plan = t->plan;
    if (t->run) gp_run_again(t->run);
    else t->run = gp_run_new(t->study->arena, t->study->diags, t->frame, &options);
    return t->run != NULL;
}

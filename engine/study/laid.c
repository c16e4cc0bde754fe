/* Laying: data become columns of a frame, what the plan says becomes another plan, so that whoever reads the result reads it there.
 * Invariant: a number of the plan that stands in a table of its own file, where no patch leads, becomes a column. */
#include "study/laid.h"

#include <math.h>
#include <string.h>

/* Where the values come from, for explanations. */
static void keep_origins(gp_frame *f, const gp_scenario *of) {
    size_t most = 0;
    for (size_t k = 0; k < of->nsets; k++) most += !of->sets[k].shape && of->sets[k].target.kind == GP_TARGET_DATUM;
    f->laid = gp_arena_array(f->arena, most * f->nrows, sizeof *f->laid);
    for (uint32_t row = 0; row < f->nrows; row++)
        for (uint32_t d = 0; d < f->plan->ndata; d++)
            for (size_t k = of->nsets; k-- > 0;) { /* of two, one for a subject and one for all, the later stands */
                const gp_setting *set = &of->sets[k];
                if (set->shape || set->target.kind != GP_TARGET_DATUM || set->target.datum != d ||
                    !gp_target_is_about(&set->target, &f->cases[row]))
                    continue;
                f->laid[f->nlaid++] = (gp_origin){.row = row, .datum = d, .at = set->at, .text = set->text, .stated = GP_FINAL};
                break;
            }
}

static gp_patch patch_of(gp_arena *a, const gp_frame *base, const gp_setting *set) {
    gp_patch p = {.id = set->id, .key = set->key, .text = set->text, .at = set->at};
    if (!set->shape) gp_target_place(&p.id, &p.key, a, base, set->target.path);
    return p;
}

/* The same path in the plan that was made. */
static bool set_number(gp_laid *l, gp_arena *a, gp_diags *d, const gp_setting *set) {
    gp_frame view = *l->base;
    gp_target again = set->target;
    view.plan = l->plan;
    if (l->plan != l->base->plan && !gp_target_find(&again, a, d, &view, set->target.path, set->at)) return false;
    gp_target_set(&again, l->frame, 0, &set->value);
    return true;
}

static bool lay_plan(gp_laid *l, gp_arena *a, gp_diags *d) {
    const gp_scenario *of = l->scenario;
    gp_patch *patches = gp_arena_array(a, of->nsets, sizeof *patches);
    bool *columns = gp_arena_array(a, of->nsets, sizeof *columns), ok = true;
    size_t n = 0;
    for (size_t k = 0; k < of->nsets; k++) {
        if (!of->sets[k].shape && of->sets[k].target.kind == GP_TARGET_DATUM) continue;
        patches[n] = patch_of(a, l->base, &of->sets[k]);
        columns[k] = !of->sets[k].shape && !gp_plan_takes(a, d, l->base->plan, &patches[n]);
        n += !columns[k];
    }
    if (n && !(l->plan = gp_plan_patched(a, d, l->base->plan, &l->frame->texts, patches, n))) return false;
    if (n) l->frame->texts = l->plan->texts;
    for (size_t k = 0; k < of->nsets && ok; k++)
        if (columns[k]) ok = set_number(l, a, d, &of->sets[k]);
    return ok;
}

gp_laid *gp_scenario_lay(gp_arena *a, gp_diags *d, const gp_frame *base, const gp_scenario *of) {
    gp_laid *l = GP_NEW(a, gp_laid);
    *l = (gp_laid){.scenario = of, .base = base, .plan = base->plan};
    l->frame = gp_frame_vary(a, base, 0, base->nrows, 1, &of->name);
    for (size_t k = 0; k < of->nsets; k++)
        if (!of->sets[k].shape && of->sets[k].target.kind == GP_TARGET_DATUM)
            gp_target_set(&of->sets[k].target, l->frame, 0, &of->sets[k].value);
    if (!lay_plan(l, a, d)) return NULL;
    if (base->trace) keep_origins(l->frame, of);
    return l;
}

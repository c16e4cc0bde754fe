/* The bridge for evaluations under a scenario: a file and settings over it, laid over the data of a plan.
 * Invariant: what is laid lives with the results; the data and the plan stay as they are. */
#define GP_BUILDING 1
#include "api.h"

static bool read_words(gp_scenario *s, gp_arena *a, gp_diags *d, const gp_frame *base, const gp_text *words, size_t n) {
    bool ok = true;
    for (size_t i = 0; i < n; i++) ok &= gp_scenario_set(s, a, d, base, words[i], "--set");
    return ok;
}

/* What sweeps and draws say is for what-if: a result is one case for each of the data. */
static void note_unused(const gp_scenario *s, gp_diags *d) {
    if (s->nsweeps) gp_report(d, GP_D_SCENARIO_UNUSED, s->sweeps[0].at, "`sweep` is for whatif: the evaluation is without it");
    if (s->ndraws) gp_report(d, GP_D_SCENARIO_UNUSED, s->draws[0].at, "`draw` is for whatif: the evaluation is without it");
}

static const gp_laid *lay(gp_results *r, const gp_plan *plan, const gp_eval_options *o) {
    gp_arena *a = &r->arena;
    gp_diags *d = &r->data->plan->diags;
    gp_frame *base = GP_NEW(a, gp_frame);
    gp_scenario *s = GP_NEW(a, gp_scenario);
    gp_text *words = gp_arena_array(a, o->nsets, sizeof *words);
    *base = *r->data->frame;
    base->plan = plan;
    *s = (gp_scenario){0};
    for (size_t i = 0; i < o->nsets; i++) words[i] = gp_text_dup(a, gp_text_of(o->sets[i]));
    bool ok = !o->scenario || gp_scenario_load(s, a, d, base, gp_text_dup(a, gp_text_of(o->scenario)));
    if (!o->scenario) s->name = GP_TEXT("set");
    if (!read_words(s, a, d, base, words, o->nsets) || !ok) return NULL;
    note_unused(s, d);
    gp_laid *l = gp_scenario_lay(a, d, base, s);
    if (!l) return NULL;
    l->words = words;
    l->nwords = o->nsets;
    return l;
}

bool gp_lay(gp_results *r, const gp_plan **plan, const gp_frame **frame, const gp_eval_options *o) {
    if (!o->scenario && o->nsets == 0) return true;
    r->under = true;
    const gp_laid *l = lay(r, *plan, o);
    if (!l) return false;
    r->info.laid = l;
    *plan = l->plan;
    *frame = l->frame;
    return true;
}

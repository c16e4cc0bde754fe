/* The bridge for scenarios of a workspace: each is evaluated over the data of its plan and adds a part of its own to the result.
 * Invariant: what the plans themselves come to is not touched: a scenario has a frame, a run and a sum apart. */
#define GP_BUILDING 1
#include "api.h"

#include "study/study.h"

/* -- which there are -- */

void gp_workspace_add_scenario(gp_workspace *w, size_t of, gp_text name, gp_text path) {
    gp_member *m = &w->members[w->n + w->nscenarios++];
    *m = (gp_member){.path = gp_text_cstr(&w->arena, path), .plan = w->members[of].plan, .scenario = name, .of = of};
    w->several = true;
}

bool gp_workspace_needs(const gp_workspace *w, size_t plan) {
    bool needed = !w->members[plan].taken;
    for (size_t i = w->n; i < w->n + w->nscenarios; i++) needed |= w->members[i].of == plan && !w->members[i].taken;
    return needed;
}

/* -- evaluating -- */

typedef struct lay_job {
    gp_workspace *w;
    gp_member *m;
    gp_results *base;
    bool ok;
} lay_job;

/* Cases that the data put under a scenario of their own stay apart under this one too. */
static bool name_cases(lay_job *j, gp_frame *f) {
    gp_arena *a = &j->base->arena;
    gp_text name = j->m->scenario;
    for (size_t i = 0; i < f->nrows; i++) {
        gp_text own = f->cases[i].scenario;
        if (own.n && gp_text_eq(own, name)) {
            gp_report(&j->w->diags, GP_D_WORKSPACE_TWICE, (gp_place){0}, "`%s` is the scenario `%.*s`, which the data of `%.*s` have too",
                      j->m->path, GP_ARG(name), GP_ARG(j->base->info.plan->id));
            return false;
        }
        gp_buf b;
        gp_buf_init(&b, a);
        if (own.n) gp_buf_printf(&b, "%.*s · ", GP_ARG(own));
        gp_buf_text(&b, name);
        f->cases[i].scenario = gp_buf_take(&b);
    }
    return true;
}

static void take_files(lay_job *j, const gp_scenario *s) {
    gp_member *m = j->m;
    const gp_diags *d = &m->plan->diags;
    m->stands = gp_arena_array(&j->w->arena, s->nfiles, sizeof *m->stands);
    for (m->nstands = 0; m->nstands < s->nfiles; m->nstands++) {
        gp_stand *stand = &m->stands[m->nstands];
        stand->path = gp_text_dup(&j->w->arena, d->sources[s->files[m->nstands].source - 1].path);
        gp_hash(stand->hash, &j->w->context->mem, s->files[m->nstands].bytes);
    }
}

/* Everything lives as long as the results of the plan. */
static void lay(void *arg) {
    lay_job *j = arg;
    gp_results *r = j->base;
    gp_member *m = j->m;
    gp_arena *a = &r->arena;
    gp_scenario s;
    gp_trials trials;
    gp_study *study = GP_NEW(a, gp_study);
    *study = (gp_study){.arena = a, .diags = &m->plan->diags, .base = r->data->frame, .ncases = r->data->frame->nrows};
    study->options = (gp_run_options){.has_as_of = r->info.has_as_of, .as_of = r->info.as_of, .lang = r->lang, .host = r->host};
    if (!gp_scenario_load(&s, a, study->diags, study->base, gp_text_dup(a, gp_text_of(m->path)))) return;
    take_files(j, &s);
    gp_trials_init(&trials, study, 1, NULL);
    if (!name_cases(j, trials.frame) || !gp_trials_shape(&trials, &s)) return;
    gp_trials_lay(&trials, 0, &s);
    if (!gp_trials_run(&trials)) return;
    m->info = r->info;
    m->info.frame = trials.frame;
    if (trials.plan) m->info.plan = trials.plan;
    m->run = trials.run;
    j->ok = true;
}

gp_status gp_workspace_lay_scenarios(gp_workspace *w) {
    bool good = true;
    for (size_t i = w->n; i < w->n + w->nscenarios; i++) {
        gp_member *m = &w->members[i];
        if (m->taken) continue;
        lay_job job = {w, m, w->members[m->of].results, false};
        if (!gp_guarded(w->context, lay, &job)) return GP_NO_MEMORY;
        good &= job.ok;
    }
    return w->context->status = good ? GP_OK : GP_INVALID;
}

bool gp_is_own_model(const gp_eval_options *o) { return !o->model || !*o->model || gp_text_is(gp_text_of(o->model), "base"); }

void gp_workspace_count_scenarios(gp_sum *sum, int *adds_up, const gp_workspace *w) {
    for (size_t i = w->n; i < w->n + w->nscenarios; i++) {
        const gp_member *m = &w->members[i];
        gp_sum here = m->sum;
        if (m->run && !gp_run_sum(&here, m->run)) *adds_up = 0;
        sum->errors += here.errors;
    }
}

void gp_workspace_leave_scenarios(gp_workspace *w) {
    w->nscenarios = 0;
    w->several = w->n > 1;
}

size_t gp_workspace_parts(const gp_workspace *w) { return w->n + w->nscenarios; }
const char *gp_workspace_scenario(const gp_workspace *w, size_t i) {
    return i >= w->n && i < w->n + w->nscenarios ? w->members[i].scenario.s : NULL;
}

/* Crew: trials on several threads. The program is compiled once and shared; a run, a frame, a Lua state and an arena belong to each hand.
 * Invariant: what two hands write is written by one of them at a time, in its turn. */
#include "study/crew.h"

#include "base/relay.h"
#include "rule/host.h"

/* What a thread has of its own. */
typedef struct member {
    gp_hand hand;
    gp_study study;
} member;

/* What they share. */
typedef struct team {
    const gp_crew *crew;
    gp_trials lead; /* of one scenario: its plan and program serve all */
} team;

gp_run *gp_hand_run(gp_hand *h, size_t scenarios) {
    h->trials.frame->nrows = scenarios * h->trials.study->ncases;
    gp_run_again(h->trials.run);
    return h->trials.run;
}

/* ---- making hands ---- */

static void lay(gp_trials *t, const gp_crew *crew, double **column) {
    for (size_t i = 0; i < t->frame->nrows / t->study->ncases; i++) gp_trials_lay(t, i, crew->of);
    if (t->plan) t->frame->texts = t->plan->texts;
    for (size_t k = 0; k < crew->ntargets; k++) {
        double *z = gp_trials_column(t, crew->target(crew->ud, k));
        if (column) column[k] = z;
    }
}

/* The trials of one scenario, by the study's own means: whatever is wrong with the scenario is reported here, and the program is made. */
static bool lead(gp_trials *t, const gp_crew *crew) {
    gp_trials_init(t, crew->study, 1, NULL);
    t->brief = true;
    if (!gp_trials_shape(t, crew->of)) return false;
    lay(t, crew, NULL);
    return gp_trials_run(t);
}

/* Hosts were loaded once already, so only memory can be in the way. */
static void equip(void *ud, void *own, gp_arena *a) {
    const team *t = ud;
    member *m = own;
    const gp_crew *crew = t->crew;
    gp_hand *h = &m->hand;
    gp_diags *unread = GP_NEW(a, gp_diags);
    gp_diags_init(unread, a);
    h->arena = a;
    m->study = *crew->study;
    m->study.arena = a;
    m->study.diags = unread;
    if (m->study.options.host) m->study.options.host = gp_host_again(a, unread, m->study.options.host);
    gp_trials_init(&h->trials, &m->study, crew->scenarios, NULL);
    h->trials.plan = t->lead.plan;
    h->column = gp_arena_array(a, crew->ntargets, sizeof *h->column);
    lay(&h->trials, crew, h->column);
    gp_run_options options = m->study.options;
    options.brief = true;
    if (t->lead.plan) options.plan = t->lead.plan;
    h->trials.run = gp_run_of(a, unread, h->trials.frame, gp_run_program(t->lead.run), &options);
    if (crew->equip) crew->equip(crew->ud, h);
}

static void work(void *ud, void *own, uint64_t chunk) {
    const team *t = ud;
    t->crew->work(t->crew->ud, &((member *)own)->hand, chunk);
}

static bool take(void *ud, void *own, uint64_t chunk) {
    const team *t = ud;
    return t->crew->take(t->crew->ud, &((member *)own)->hand, chunk);
}

bool gp_crew_run(const gp_crew *crew) {
    gp_arena *a = crew->study->arena;
    team t = {.crew = crew};
    if (!lead(&t.lead, crew)) return false;
    gp_relay relay = {.arena = a,
                      .jobs = crew->study->jobs,
                      .pieces = crew->chunks,
                      .own = sizeof(member),
                      .equip = equip,
                      .work = work,
                      .take = take,
                      .ud = &t};
    if (!gp_relay_run(&relay)) gp_mem_exhausted(a->mem);
    return true;
}

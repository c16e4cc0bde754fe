/* Crew: trials on several threads. The program is compiled once and shared; a run, a frame, a Lua state and an arena belong to each hand.
 * Invariant: what two hands write is written by one of them at a time, with the lock. */
#include "study/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/shared.h"
#include "rule/host.h"

typedef struct team {
    const gp_crew *crew;
    gp_shared_mem mem;
    gp_mem *home;        /* of the study */
    pthread_mutex_t lock;
    pthread_cond_t turned;
    atomic_uint_fast64_t next; /* chunk that nobody has taken */
    uint64_t turn;       /* chunk whose turn it is */
    bool over, no_memory;
} team;

typedef struct member {
    gp_hand hand;
    team *team;
    pthread_t thread;
    gp_mem mem;
    jmp_buf trap, *outer;
    gp_study study;
    bool has_lock;
} member;

gp_run *gp_hand_run(gp_hand *h, size_t scenarios) {
    h->trials.frame->nrows = scenarios * h->trials.study->ncases;
    gp_run_again(h->trials.run);
    return h->trials.run;
}

/* ---- a turn: with the lock, in the order of the chunks ---- */

/* Memory that ends in a turn is found out by who has it, whoever's memory it is. */
static void take_turn(member *m, uint64_t chunk) {
    team *t = m->team;
    pthread_mutex_lock(&t->lock);
    m->has_lock = true;
    while (t->turn != chunk && !t->over) pthread_cond_wait(&t->turned, &t->lock);
    m->outer = t->home->trap;
    t->home->trap = &m->trap;
    if (!t->over && !t->crew->take(t->crew->ud, &m->hand, chunk)) t->over = true;
    t->home->trap = m->outer;
    t->turn = chunk + 1;
    pthread_cond_broadcast(&t->turned);
    m->has_lock = false;
    pthread_mutex_unlock(&t->lock);
}

static void ran_out(member *m) {
    team *t = m->team;
    if (m->has_lock) t->home->trap = m->outer;
    else pthread_mutex_lock(&t->lock);
    m->has_lock = false;
    t->over = t->no_memory = true;
    pthread_cond_broadcast(&t->turned);
    pthread_mutex_unlock(&t->lock);
}

static bool is_over(team *t) {
    pthread_mutex_lock(&t->lock);
    bool over = t->over;
    pthread_mutex_unlock(&t->lock);
    return over;
}

static void *serve(void *arg) {
    member *m = arg;
    team *t = m->team;
    if (setjmp(m->trap)) {
        ran_out(m);
        return NULL;
    }
    for (uint64_t k = atomic_fetch_add(&t->next, 1); k < t->crew->chunks && !is_over(t); k = atomic_fetch_add(&t->next, 1)) {
        t->crew->work(t->crew->ud, &m->hand, k);
        take_turn(m, k);
    }
    return NULL;
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
static void equip(member *m, team *t, const gp_trials *lead) {
    const gp_crew *crew = t->crew;
    gp_hand *h = &m->hand;
    gp_diags *unread = GP_NEW(&h->arena, gp_diags);
    gp_diags_init(unread, &h->arena);
    m->study = *crew->study;
    m->study.arena = &h->arena;
    m->study.diags = unread;
    if (m->study.options.host) m->study.options.host = gp_host_again(&h->arena, unread, m->study.options.host);
    gp_trials_init(&h->trials, &m->study, crew->scenarios, NULL);
    h->trials.plan = lead->plan;
    h->column = gp_arena_array(&h->arena, crew->ntargets, sizeof *h->column);
    lay(&h->trials, crew, h->column);
    gp_run_options options = m->study.options;
    options.brief = true;
    if (lead->plan) options.plan = lead->plan;
    h->trials.run = gp_run_of(&h->arena, unread, h->trials.frame, gp_run_program(lead->run), &options);
    if (crew->equip) crew->equip(crew->ud, h);
}

static bool equip_all(member *crew, size_t n, team *t, const gp_trials *lead) {
    jmp_buf trap;
    volatile bool done = false;
    for (size_t i = 0; i < n; i++) {
        crew[i].team = t;
        crew[i].mem = gp_shared_view(&t->mem);
        crew[i].mem.trap = &trap;
        gp_arena_init(&crew[i].hand.arena, &crew[i].mem);
    }
    if (setjmp(trap) == 0) {
        for (size_t i = 0; i < n; i++) equip(&crew[i], t, lead);
        done = true;
    }
    return done;
}

/* The first of them is the caller; where threads cannot be had there are fewer. */
static void run_all(member *crew, size_t n) {
    size_t started = 1;
    for (size_t i = 0; i < n; i++) crew[i].mem.trap = &crew[i].trap;
    while (started < n && pthread_create(&crew[started].thread, NULL, serve, &crew[started]) == 0) started++;
    serve(&crew[0]);
    for (size_t i = 1; i < started; i++) pthread_join(crew[i].thread, NULL);
}

static size_t hands_of(const gp_crew *crew) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = crew->study->jobs ? crew->study->jobs : processors > 0 ? (size_t)processors : 1;
    return jobs < crew->chunks ? jobs : (size_t)crew->chunks;
}

bool gp_crew_run(const gp_crew *crew) {
    gp_trials first;
    if (!lead(&first, crew)) return false;
    size_t n = hands_of(crew);
    gp_arena *a = crew->study->arena;
    member *members = gp_arena_array(a, n, sizeof *members);
    team *t = GP_NEW(a, team);
    t->crew = crew;
    t->home = a->mem;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->turned, NULL);
    gp_shared_init(&t->mem, a->mem);
    if (equip_all(members, n, t, &first)) run_all(members, n);
    else t->no_memory = true;
    for (size_t i = 0; i < n; i++) gp_arena_fini(&members[i].hand.arena);
    gp_shared_fini(&t->mem);
    pthread_cond_destroy(&t->turned);
    pthread_mutex_destroy(&t->lock);
    if (t->no_memory) gp_mem_exhausted(a->mem);
    return true;
}

/* Relay: numbered pieces of work on several threads, each piece handed over in its turn.
 * Invariant: what two threads write is written by one of them at a time, with the lock. */
#include "base/relay.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/shared.h"

typedef struct team {
    const gp_relay *relay;
    gp_shared_mem mem;
    gp_mem *home;              /* of the caller */
    pthread_mutex_t lock;
    pthread_cond_t turned;
    atomic_uint_fast64_t next; /* piece that nobody has taken */
    uint64_t turn;             /* piece whose turn it is */
    bool over, no_memory;
} team;

typedef struct member {
    team *team;
    void *own;
    pthread_t thread;
    gp_mem mem;
    gp_arena arena;
    jmp_buf trap, *outer; /* outer: of the home memory while it is this thread's turn */
    bool has_lock;
} member;

/* Memory that ends in a turn is found out by who has it, whoever's memory it is. */
static void take_turn(member *m, uint64_t piece) {
    team *t = m->team;
    pthread_mutex_lock(&t->lock);
    m->has_lock = true;
    while (t->turn != piece && !t->over) pthread_cond_wait(&t->turned, &t->lock);
    m->outer = t->home->trap;
    t->home->trap = &m->trap;
    if (!t->over && !t->relay->take(t->relay->ud, m->own, piece)) t->over = true;
    t->home->trap = m->outer;
    t->turn = piece + 1;
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
    for (uint64_t k = atomic_fetch_add(&t->next, 1); k < t->relay->pieces && !is_over(t); k = atomic_fetch_add(&t->next, 1)) {
        t->relay->work(t->relay->ud, m->own, k);
        take_turn(m, k);
    }
    return NULL;
}

static bool equip_all(member *members, size_t n, team *t) {
    jmp_buf trap;
    volatile bool done = false;
    for (size_t i = 0; i < n; i++) {
        members[i].team = t;
        members[i].mem = gp_shared_view(&t->mem);
        members[i].mem.trap = &trap;
        gp_arena_init(&members[i].arena, &members[i].mem);
    }
    if (setjmp(trap) == 0) {
        for (size_t i = 0; i < n; i++) t->relay->equip(t->relay->ud, members[i].own, &members[i].arena);
        done = true;
    }
    return done;
}

/* The first of them is the caller. */
static void run_all(member *members, size_t n) {
    size_t started = 1;
    for (size_t i = 0; i < n; i++) members[i].mem.trap = &members[i].trap;
    while (started < n && pthread_create(&members[started].thread, NULL, serve, &members[started]) == 0) started++;
    serve(&members[0]);
    for (size_t i = 1; i < started; i++) pthread_join(members[i].thread, NULL);
}

static size_t threads_of(const gp_relay *relay) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t jobs = relay->jobs ? relay->jobs : processors > 0 ? (size_t)processors : 1;
    return jobs < relay->pieces ? jobs : (size_t)relay->pieces;
}

bool gp_relay_run(const gp_relay *relay) {
    gp_arena *a = relay->arena;
    size_t n = threads_of(relay);
    member *members = gp_arena_array(a, n, sizeof *members);
    team *t = GP_NEW(a, team);
    for (size_t i = 0; i < n; i++) members[i].own = gp_arena_array(a, 1, relay->own);
    t->relay = relay;
    t->home = a->mem;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->turned, NULL);
    gp_shared_init(&t->mem, a->mem);
    if (!equip_all(members, n, t)) t->no_memory = true;
    else if (!relay->begin || relay->begin(relay->ud, members[0].own)) run_all(members, n);
    for (size_t i = 0; i < n; i++) gp_arena_fini(&members[i].arena);
    gp_shared_fini(&t->mem);
    pthread_cond_destroy(&t->turned);
    pthread_mutex_destroy(&t->lock);
    return !t->no_memory;
}

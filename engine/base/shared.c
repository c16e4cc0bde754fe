/* The allocator hook shared by several threads: the C library's as it is, any other behind a lock.
 * Invariant: what was allocated through the lock can be freed without it once the threads are gone, and the other way round. */
#include "base/shared.h"

static void *locked(void *shared, void *ptr, size_t osize, size_t nsize) {
    gp_shared_mem *s = shared;
    pthread_mutex_lock(&s->lock);
    void *p = s->fn(s->ud, ptr, osize, nsize);
    pthread_mutex_unlock(&s->lock);
    return p;
}

void gp_shared_init(gp_shared_mem *s, gp_mem *owner) {
    *s = (gp_shared_mem){.owner = owner, .fn = owner->fn, .ud = owner->ud};
    pthread_mutex_init(&s->lock, NULL);
    if (s->fn == gp_alloc_default) return;
    owner->fn = locked;
    owner->ud = s;
}

void gp_shared_fini(gp_shared_mem *s) {
    s->owner->fn = s->fn;
    s->owner->ud = s->ud;
    pthread_mutex_destroy(&s->lock);
}

gp_mem gp_shared_view(gp_shared_mem *s) { return (gp_mem){s->owner->fn, s->owner->ud, NULL}; }

/* The allocator hook shared by several threads.
 * Invariant: a hook of the user's is called by one thread at a time; each thread has a gp_mem, and so a trap, of its own. */
#ifndef GP_BASE_SHARED_H
#define GP_BASE_SHARED_H

#include <pthread.h>

#include "base/memory.h"

typedef struct gp_shared_mem {
    gp_mem *owner; /* whose hook it is; while it is shared its own calls go through the lock too */
    gp_alloc_fn fn;
    void *ud;
    pthread_mutex_t lock;
} gp_shared_mem;

/* From here to gp_shared_fini threads may allocate by gp_shared_view, and the owner as before. */
void gp_shared_init(gp_shared_mem *s, gp_mem *owner);
void gp_shared_fini(gp_shared_mem *s);
/* The hook for one thread; its trap is to be set before it is used. The C library's own needs no lock. */
gp_mem gp_shared_view(gp_shared_mem *s);

#endif

/* Relay: numbered pieces of work on several threads, each piece handed over in its turn.
 * Invariant: pieces are handed over in the order of their numbers, one at a time, so any number of threads gives the same bytes. */
#ifndef GP_BASE_RELAY_H
#define GP_BASE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct gp_relay {
    gp_arena *arena;  /* the caller's; others may use its memory from `take` alone while the threads work */
    size_t jobs;      /* threads, the caller's among them; 0: as many as there are processors */
    uint64_t pieces;
    size_t own;       /* bytes of what a thread has of its own, all 0 at first */
    void (*equip)(void *ud, void *own, gp_arena *a);      /* one thread's after the other, in an arena of its own, before any works */
    bool (*begin)(void *ud, void *first);                 /* when all are equipped, with the caller's own; false: no work. NULL: nothing */
    void (*work)(void *ud, void *own, uint64_t piece);    /* while others work: nothing that they share is written */
    bool (*take)(void *ud, void *own, uint64_t piece);    /* in turn; false: it is enough */
    void *ud;
} gp_relay;

/* All pieces, or until it is enough. false: memory ended. Where threads cannot be had there are fewer. */
bool gp_relay_run(const gp_relay *relay);

#endif

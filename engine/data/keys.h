/* Keys of cases: a set of 64-bit numbers that tells whether a key was there before.
 * Invariant: a case that comes again is always noticed; two that share a key by chance are taken for one, which costs time alone. */
#ifndef GP_DATA_KEYS_H
#define GP_DATA_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct gp_keys {
    gp_arena *arena;
    uint64_t *slots; /* open addressing, 0: free; never more than half full */
    size_t nslots, n;
} gp_keys;

/* expected: how many keys are likely to come; more are taken too. */
void gp_keys_init(gp_keys *k, gp_arena *a, size_t expected);
/* Adds n keys. false when one of them was there already: the set then holds some of the others. */
bool gp_keys_add(gp_keys *k, const uint64_t *keys, size_t n);

#endif

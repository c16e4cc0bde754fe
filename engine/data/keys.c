/* Keys of cases: open addressing over one array, looked at in batches so that the memory has time to arrive.
 * Invariant: at most half of the slots are taken, and 0 stands for no key (a key of 0 counts as 1). */
#include "data/keys.h"

enum { FIRST_SLOTS = 1024, AHEAD = 16 };

static size_t slots_for(size_t keys) {
    size_t n = FIRST_SLOTS;
    while (n / 2 < keys && n <= SIZE_MAX / 2 / sizeof(uint64_t)) n *= 2;
    return n;
}

void gp_keys_init(gp_keys *k, gp_arena *a, size_t expected) {
    *k = (gp_keys){.arena = a, .nslots = slots_for(expected)};
    k->slots = gp_arena_array(a, k->nslots, sizeof *k->slots);
}

static bool add(gp_keys *k, uint64_t key) {
    size_t mask = k->nslots - 1;
    if (key == 0) key = 1;
    for (size_t i = key & mask;; i = (i + 1) & mask) {
        if (k->slots[i] == key) return false;
        if (k->slots[i]) continue;
        k->slots[i] = key;
        return true;
    }
}

static void widen(gp_keys *k) {
    gp_keys old = *k;
    k->nslots *= 2;
    k->slots = gp_arena_array(k->arena, k->nslots, sizeof *k->slots);
    for (size_t i = 0; i < old.nslots; i++)
        if (old.slots[i]) add(k, old.slots[i]);
    gp_arena_drop(k->arena, old.slots, old.nslots * sizeof *old.slots);
}

bool gp_keys_add(gp_keys *k, const uint64_t *keys, size_t n) {
    while (k->nslots / 2 < k->n + n) widen(k);
    for (size_t i = 0; i < n; i++) {
        if (i + AHEAD < n) __builtin_prefetch(&k->slots[keys[i + AHEAD] & (k->nslots - 1)], 1);
        if (!add(k, keys[i])) return false;
    }
    k->n += n;
    return true;
}

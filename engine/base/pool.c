/* Interned texts: an open-addressed table of numbers beside the list of texts.
 * Invariant: at most half of the slots are taken, so a probe always ends. */
#include "base/text.h"

enum { POOL_SLOTS = 64 };

void gp_pool_init(gp_pool *p, gp_arena *a) {
    *p = (gp_pool){.arena = a};
}

/* FNV's low bits follow from the low bits of the text; mixed, nobody lines up slots by choosing names. */
static size_t slot_hash(gp_text t) {
    uint64_t h = gp_text_hash(t);
    h = (h ^ h >> 33) * 0xff51afd7ed558ccdu;
    h = (h ^ h >> 33) * 0xc4ceb9fe1a85ec53u;
    return (size_t)(h ^ h >> 33);
}

/* The slot that holds t, or the free one where it belongs. */
static size_t slot_of(const gp_pool *p, gp_text t) {
    size_t mask = p->nslots - 1, i = slot_hash(t) & mask;
    while (p->slots[i] && gp_text_cmp(p->items[p->slots[i] - 1], t) != 0) i = (i + 1) & mask;
    return i;
}

static void pool_widen(gp_pool *p) {
    if (p->n >= UINT32_MAX - 1) gp_mem_exhausted(p->arena->mem);
    if (p->n < p->nslots / 2) return;
    p->nslots = p->nslots ? p->nslots * 2 : POOL_SLOTS;
    p->slots = gp_arena_array(p->arena, p->nslots, sizeof *p->slots);
    for (size_t i = 0; i < p->n; i++) p->slots[slot_of(p, p->items[i])] = (uint32_t)i + 1;
}

uint32_t gp_pool_add(gp_pool *p, gp_text t) {
    uint32_t known;
    if (gp_pool_find(&known, p, t)) return known;
    pool_widen(p);
    gp_text copy = gp_text_dup(p->arena, t.s ? t : GP_TEXT(""));
    size_t slot = slot_of(p, copy);
    *GP_PUSH(p->arena, p->items, p->n, p->cap) = copy;
    p->slots[slot] = (uint32_t)p->n;
    return (uint32_t)p->n - 1;
}

bool gp_pool_find(uint32_t *out, const gp_pool *p, gp_text t) {
    if (p->nslots == 0) return false;
    uint32_t found = p->slots[slot_of(p, t)];
    if (found) *out = found - 1;
    return found != 0;
}

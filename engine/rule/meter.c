/* The meter: what a call may spend on instructions, on the work of C functions and on memory, and a net under it for time.
 * Invariant: what counts depends on the call alone, not on the calls before it. Blocks that may or may not exist already (short texts,
 * records of calls) are not charged; the budget of instructions bounds them. One thing is left to Lua's seed, which differs from run to
 * run: when a table whose fields were cleared makes room for new ones. */
#include <stdlib.h>
#include <time.h>

#include "rule/inside.h"

enum {
    STEP = 1000, /* instructions between two looks */
    NODE = 24,   /* bytes of a field in the hash part of a table; records of calls, which last, are no multiple */
    TEXTS_AT_START = 128 * sizeof(void *),
    WIDE = 128, /* bytes: no short text is longer, so these blocks are made anew in every call */
    BYTES_A_UNIT = 16,
    REHASH_SHIFT = 10,     /* a table that is rehashed may be walked over: a unit for each 1024 bytes made in the call */
    COLLECT_SHIFT = 6,     /* a collection at the cap walks over everything */
    LONG_TEXT = 4096,      /* an instruction may compare texts: it costs once more for each 4 KiB of the longest */
    LONG_STACK = 32 << 10, /* or copy arguments */
    STACK_MAX = 512 << 10,
    PROBE_SLOTS = 200,
    GARBAGE_MAX = 1 << 20 /* left by calls before it is collected */
};

static gp_meter *meter_of(lua_State *L) {
    return &gp_host_of(L)->meter;
}

/* -- where -- */

gp_spot gp_spot_of(lua_State *L) {
    lua_Debug ar;
    for (int level = 0; level < 16 && lua_getstack(L, level, &ar); level++) {
        if (!lua_getinfo(L, "Sl", &ar) || ar.currentline <= 0) continue;
        return (gp_spot){(uint32_t)strtoul(ar.short_src, NULL, 10), (uint32_t)ar.currentline};
    }
    return (gp_spot){0, 0};
}

/* -- memory -- */

static void spend(gp_meter *m, uint64_t units) {
    m->left = units < m->left ? m->left - units : 0;
}

/* Behind a stop more is refused, on the way out: the place is that of the stop. */
static bool deny(gp_meter *m, gp_stop why) {
    m->denied = why;
    if (m->L && !m->stop && !m->too_deep) m->spot = gp_spot_of(m->L);
    return false;
}

/* New blocks cost by their size; the hash part of a table also the walk over the table that comes before it is made anew. */
static void charge_block(gp_meter *m, size_t tag, size_t n) {
    if (n > WIDE) spend(m, n / BYTES_A_UNIT);
    if (tag == 0 && n % NODE == 0 && m->wide > m->wide_at_start) spend(m, (m->wide - m->wide_at_start) >> REHASH_SHIFT);
    if (tag == LUA_TSTRING && n > m->longest) m->longest = n;
}

/* May a block grow by `more` bytes? Lua collects once and asks again before it gives up, and that collection costs too. */
static bool allowed(gp_meter *m, size_t more) {
    if (m->too_deep) return deny(m, GP_STOP_STACK);
    if (m->left == 0) return deny(m, GP_STOP_BUDGET);
    if (more <= m->ceiling && m->used <= m->ceiling - more) return true;
    spend(m, m->used >> COLLECT_SHIFT);
    size_t from_base = m->base + m->limits.memory; /* what earlier calls left goes with the collection */
    if (from_base < m->ceiling) m->ceiling = from_base;
    return deny(m, GP_STOP_MEMORY);
}

static size_t wide_part(size_t n) {
    return n > WIDE ? n : 0;
}

/* The stack is the only block that grows under a probe, and from then on the one that takes its place: by a move, or as the block that was
 * made right before the old one is freed. Its size tells of earlier calls, so it is not counted with the others. */
static void take_stack(gp_meter *m, void *block, size_t size) {
    m->stack = block;
    m->stack_bytes = size;
    if (size > STACK_MAX && m->L && !m->stop) {
        m->too_deep = true;
        m->spot = gp_spot_of(m->L);
    }
}

/* Blocks whose size tells of earlier calls: the stack, and the table of short texts, which is the first of its size in a new state. */
static bool is_lasting(gp_meter *m, const void *old, void *now, size_t nsize) {
    if (!m->L && !old && nsize == TEXTS_AT_START && !m->texts) m->texts = now;
    if (m->texts && (old == m->texts || now == m->texts)) {
        m->texts = now;
        return true;
    }
    if (!old || (old != m->stack && !m->probing)) return false;
    if (!now) m->wide -= wide_part(m->fresh_bytes); /* was counted when nobody knew what it is */
    take_stack(m, now ? now : m->fresh, now ? nsize : m->fresh_bytes);
    return true;
}

static void account(gp_meter *m, const void *old, void *now, size_t osize, size_t nsize) {
    m->used = m->used - osize + nsize;
    if (!is_lasting(m, old, now, nsize)) m->wide = m->wide - wide_part(osize) + wide_part(nsize);
    if (old) return;
    m->fresh = now;
    m->fresh_bytes = nsize;
}

void *gp_meter_alloc(void *meter, void *ptr, size_t osize, size_t nsize) {
    gp_meter *m = meter;
    size_t tag = osize;
    if (!ptr) osize = 0; /* it is the kind of object then */
    if (nsize == 0) {
        if (!ptr) return NULL;
        m->fn(m->ud, ptr, osize, 0);
        account(m, ptr, NULL, osize, 0);
        return NULL;
    }
    if (nsize > osize && !allowed(m, nsize - osize)) return NULL;
    void *now = m->fn(m->ud, ptr, osize, nsize);
    if (!now) {
        if (nsize > osize) deny(m, GP_STOP_REFUSED);
        return NULL;
    }
    account(m, ptr, now, osize, nsize);
    if (!ptr) charge_block(m, tag, nsize);
    return now;
}

/* -- work -- */

_Noreturn void gp_stop_now(lua_State *L, gp_stop why) {
    gp_meter *m = meter_of(L);
    if (!m->stop) {
        m->stop = why;
        m->spot = gp_spot_of(L);
    }
    lua_pushnil(L);
    lua_error(L);
    abort(); /* lua_error does not come back */
}

uint64_t gp_meter_left(lua_State *L) {
    return meter_of(L)->left;
}

void gp_charge(lua_State *L, uint64_t units) {
    gp_meter *m = meter_of(L);
    spend(m, units);
    if (m->too_deep) gp_stop_now(L, GP_STOP_STACK);
    if (m->left == 0) gp_stop_now(L, GP_STOP_BUDGET);
}

/* The only look at a clock: it can end a call that is far too slow, and never changes an answer. */
static void look_at_clock(gp_meter *m, lua_State *L) {
    struct timespec now;
    if (!m->limits.seconds || clock_gettime(CLOCK_MONOTONIC, &now) != 0) return; /* lint: allowed */
    int64_t ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    if (!m->clock_runs) {
        m->clock_runs = true;
        m->began = ns;
    }
    if (ns - m->began > (int64_t)m->limits.seconds * 1000000000) gp_stop_now(L, GP_STOP_TIME);
}

static void hook(lua_State *L, lua_Debug *ar) {
    gp_meter *m = meter_of(L);
    (void)ar;
    gp_charge(L, STEP * (1 + m->longest / LONG_TEXT + m->stack_bytes / LONG_STACK));
    look_at_clock(m, L);
}

/* -- calls -- */

/* Finds the stack among the blocks: it is the one that grows when more slots are asked for. */
void gp_meter_attach(gp_meter *m, lua_State *L) {
    m->L = L;
    m->probing = true;
    luaL_checkstack(L, PROBE_SLOTS, NULL);
    m->probing = false;
}

void gp_meter_start(gp_meter *m, lua_State *L) {
    m->left = m->limits.budget;
    m->stop = m->denied = GP_STOP_NONE;
    m->spot = (gp_spot){0, 0};
    m->ceiling = m->limits.memory < SIZE_MAX - m->used ? m->used + m->limits.memory : SIZE_MAX;
    m->wide_at_start = m->wide;
    m->longest = m->longest_at_start;
    m->clock_runs = m->too_deep = false;
    lua_sethook(L, hook, LUA_MASKCOUNT, STEP); /* counts from zero again */
}

/* Every call begins with a stack of the same size, as its growth is felt in what instructions cost. */
static void reset_stack(gp_meter *m, lua_State *L) {
    lua_resetthread(L);
    lua_checkstack(L, PROBE_SLOTS);
    m->stack_at_start = m->stack_bytes;
}

static bool has_garbage(const gp_meter *m) {
    return m->used > m->base + GARBAGE_MAX;
}

bool gp_meter_is_due(const gp_meter *m) {
    return has_garbage(m) || m->stack_bytes != m->stack_at_start;
}

void gp_meter_settle(gp_meter *m, lua_State *L) {
    if (has_garbage(m)) lua_gc(L, LUA_GCCOLLECT);
    if (m->stack_bytes != m->stack_at_start) reset_stack(m, L);
}

void gp_meter_rest(gp_meter *m, lua_State *L) {
    lua_gc(L, LUA_GCCOLLECT);
    lua_gc(L, LUA_GCSTOP);
    reset_stack(m, L);
    m->base = m->used;
    m->longest_at_start = m->longest;
}

/* The Lua state of a host: opened, filled with the packs, thrown away after a stop and made again the same.
 * Invariant: whatever may raise an error runs in gp_host_protected; outside it only calls that neither raise nor allocate are made. */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule/inside.h"

/* -- protected calls -- */

/* "2:31: message" was made by Lua for line 31 of pack 2: the place goes to *spot, the rest is the message. */
static gp_text without_place(gp_spot *spot, gp_text t) {
    char *end;
    if (!t.n || *t.s < '0' || *t.s > '9') return t;
    unsigned long file = strtoul(t.s, &end, 10), line;
    if (*end != ':') return t;
    const char *digits = end + 1;
    line = strtoul(digits, &end, 10);
    if (end == digits || end[0] != ':' || end[1] != ' ' || file == 0 || file > UINT16_MAX || line > UINT32_MAX) return t;
    *spot = (gp_spot){(uint32_t)file, (uint32_t)line};
    size_t used = (size_t)(end + 2 - t.s);
    return (gp_text){t.s + used, t.n - used};
}

/* Message handler: keeps the message and the place while the stack still stands. Allocates nothing. */
static int note_error(lua_State *L) {
    gp_host *h = gp_host_of(L);
    gp_text t = GP_TEXT("an error whose value is no text");
    if (h->meter.stop) return 1;
    h->spot = gp_spot_of(L);
    if (lua_type(L, 1) == LUA_TSTRING) t.s = lua_tolstring(L, 1, &t.n);
    h->nmessage = gp_escape(h->message, GP_MESSAGE_MAX, without_place(&h->spot, t));
    return 1;
}

bool gp_host_protected(gp_host *h, lua_CFunction fn, void *ud) {
    lua_State *L = h->L;
    gp_meter *m = &h->meter;
    gp_meter_start(m, L);
    h->nmessage = 0;
    h->spot = (gp_spot){0, 0};
    lua_settop(L, 0);
    lua_pushcfunction(L, note_error);
    lua_pushcfunction(L, fn);
    lua_pushlightuserdata(L, ud);
    locale_t before = uselocale((locale_t)h->plain_locale);
    int status = lua_pcall(L, 1, 0, 1);
    uselocale(before);
    if (status == LUA_ERRMEM && !m->stop) m->stop = m->denied ? m->denied : GP_STOP_REFUSED;
    lua_settop(L, 0);
    return status == LUA_OK;
}

static bool scratch_run(jmp_buf *trap, void (*fn)(gp_arena *, void *), gp_arena *a, void *ud) {
    if (setjmp(*trap)) return false;
    fn(a, ud);
    return true;
}

bool gp_host_scratch(gp_host *h, void (*fn)(gp_arena *a, void *ud), void *ud) {
    jmp_buf trap;
    gp_mem mem = {h->meter.fn, h->meter.ud, &trap};
    gp_arena a;
    gp_arena_init(&a, &mem);
    bool done = scratch_run(&trap, fn, &a, ud);
    gp_arena_fini(&a);
    return done;
}

/* -- the steps of loading -- */

/* Setting up is the host's own work and bounded by the size of the packs: it is not held against them. */
static gp_host *unmetered(lua_State *L) {
    gp_host *h = gp_host_of(L);
    h->meter.left = UINT64_MAX;
    h->meter.ceiling = SIZE_MAX;
    lua_sethook(L, NULL, 0, 0);
    return h;
}

/* The first long buffer puts something into the registry that stays; no rule shall be the one that pays for it. */
static void make_long_buffer(lua_State *L) {
    luaL_Buffer b;
    luaL_buffinitsize(L, &b, 2 * LUAL_BUFFERSIZE);
    luaL_pushresultsize(&b, 0);
    lua_pop(L, 1);
}

static int open_state(lua_State *L) {
    gp_host *h = unmetered(L);
    gp_meter_attach(&h->meter, L);
    make_long_buffer(L);
    gp_env_open(L);
    gp_inputs_open(L);
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_RULES_LIST);
    return 0;
}

bool gp_state_open(gp_host *h) {
    gp_meter *m = &h->meter;
    gp_limits limits = m->limits;
    *m = (gp_meter){.fn = m->fn, .ud = m->ud, .limits = limits, .left = UINT64_MAX, .ceiling = SIZE_MAX};
    h->L = lua_newstate(gp_meter_alloc, m);
    if (!h->L) {
        m->stop = GP_STOP_REFUSED;
        return false;
    }
    *(gp_host **)lua_getextraspace(h->L) = h;
    return gp_host_protected(h, open_state, NULL);
}

void gp_state_close(gp_host *h) {
    lua_State *L = h->L;
    h->L = h->meter.L = NULL;
    if (L) lua_close(L);
}

static int compile(lua_State *L) {
    gp_host *h = unmetered(L);
    size_t pack = *(const size_t *)lua_touserdata(L, 1);
    gp_text source = h->plan->rule_files[pack].text;
    char name[24];
    snprintf(name, sizeof name, "=%zu", pack + 1); /* places are read back from this */
    if (luaL_loadbufferx(L, source.s, source.n, name, "t") != LUA_OK) return lua_error(L);
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_ENV);
    lua_setupvalue(L, -2, 1);
    if (!gp_code_dump(L, h)) gp_stop_now(L, GP_STOP_REFUSED);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_CHUNK);
    return 0;
}

bool gp_state_compile(gp_host *h, size_t pack) {
    return gp_host_protected(h, compile, &pack);
}

static int run(lua_State *L) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_CHUNK);
    lua_pushnil(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_CHUNK);
    lua_call(L, 0, 0);
    return 0;
}

bool gp_state_run(gp_host *h) {
    return gp_host_protected(h, run, NULL);
}

static int slot_of(size_t rule, int part) {
    return GP_SLOT_RULES + (int)rule * GP_RULE_SLOTS + part;
}

/* Keeps a function of a declaration (the table on top), after all that it can reach is frozen. */
static void keep_function(lua_State *L, gp_host *h, const char *key, int slot) {
    if (lua_getfield(L, -1, key) != LUA_TFUNCTION) {
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, -1);
    gp_freeze_reachable(L, h);
    lua_rawseti(L, LUA_REGISTRYINDEX, slot);
}

static void keep_rule(lua_State *L, gp_host *h, size_t i) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_RULES_LIST);
    lua_rawgeti(L, -1, (lua_Integer)h->rules[i].entry);
    lua_rawgeti(L, -1, GP_ENTRY_TABLE);
    keep_function(L, h, "check", slot_of(i, GP_RULE_CHECK));
    keep_function(L, h, "score", slot_of(i, GP_RULE_SCORE_FN));
    keep_function(L, h, "roll", slot_of(i, GP_RULE_ROLL_FN));
    gp_inputs_push(L, i);
    lua_rawseti(L, LUA_REGISTRYINDEX, slot_of(i, GP_RULE_X));
    lua_createtable(L, 0, (int)h->rules[i].nargs);
    gp_freeze(L, -1);
    lua_rawseti(L, LUA_REGISTRYINDEX, slot_of(i, GP_RULE_ARGS));
    lua_settop(L, 0);
}

static int finish(lua_State *L) {
    gp_host *h = unmetered(L);
    for (size_t i = 0; i < h->nrules; i++) keep_rule(L, h, i);
    lua_pushnil(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_RULES_LIST);
    return 0;
}

bool gp_state_finish(gp_host *h) {
    if (!gp_host_protected(h, finish, NULL)) return false;
    gp_meter_rest(&h->meter, h->L);
    return true;
}

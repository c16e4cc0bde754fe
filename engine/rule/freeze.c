/* Read-only tables: what a pack sets up while it is loaded cannot change afterwards, so no call leaves anything for the next.
 * Invariant: only frozen tables have a metatable, as rules cannot set one; its __index is the table that holds the content. */
#include "rule/inside.h"

static int refuse_change(lua_State *L) {
    if (lua_type(L, 2) == LUA_TSTRING)
        return luaL_error(L, "`%s` cannot be set: what a pack sets up is read-only once it is loaded", lua_tostring(L, 2));
    return luaL_error(L, "this table cannot be changed: what a pack sets up is read-only once it is loaded");
}

static int length(lua_State *L) {
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
    return 1;
}

/* Moves all pairs from the table at `from` to the one at `to`. Clearing fields is allowed on the way. */
static void move_content(lua_State *L, int from, int to) {
    lua_pushnil(L);
    while (lua_next(L, from)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, to);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, from);
    }
}

void gp_freeze(lua_State *L, int index) {
    index = lua_absindex(L, index);
    luaL_checkstack(L, 8, NULL);
    lua_newtable(L);
    int content = lua_gettop(L);
    move_content(L, index, content);
    lua_createtable(L, 0, 3);
    lua_pushcfunction(L, refuse_change);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, content);
    lua_pushcclosure(L, length, 1);
    lua_setfield(L, -2, "__len");
    lua_insert(L, content);
    lua_setfield(L, content, "__index");
    lua_setmetatable(L, index);
}

bool gp_frozen(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index)) return false;
    lua_pop(L, 1);
    return true;
}

void gp_content(lua_State *L, int index) {
    index = lua_absindex(L, index);
    if (!lua_getmetatable(L, index)) {
        lua_pushvalue(L, index);
        return;
    }
    lua_pushliteral(L, "__index");
    lua_rawget(L, -2);
    lua_remove(L, -2);
}

/* -- all that a function can reach -- */

/* What is still to be looked at: a list, and the set of what was ever on it. */
typedef struct reach {
    gp_host *host;
    int list, seen; /* on the stack */
    lua_Integer n;
} reach;

static bool seen_before(lua_State *L, const reach *r) {
    lua_pushvalue(L, -1);
    bool seen = lua_rawget(L, r->seen) != LUA_TNIL;
    lua_pop(L, 1);
    return seen;
}

/* Pops a value and puts it on the list, once. */
static void enlist(lua_State *L, reach *r) {
    int type = lua_type(L, -1);
    if ((type != LUA_TTABLE && type != LUA_TFUNCTION) || seen_before(L, r)) {
        lua_pop(L, 1);
        return;
    }
    lua_pushvalue(L, -1);
    lua_pushboolean(L, 1);
    lua_rawset(L, r->seen);
    lua_rawseti(L, r->list, ++r->n);
}

static void visit_table(lua_State *L, reach *r) {
    if (gp_frozen(L, -1)) return;
    int t = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, t)) {
        enlist(L, r);
        lua_pushvalue(L, -1);
        enlist(L, r);
    }
    gp_freeze(L, t);
}

static gp_spot defined_at(lua_State *L) {
    lua_Debug ar;
    lua_pushvalue(L, -1);
    lua_getinfo(L, ">S", &ar);
    uint32_t file = 0;
    for (const char *s = ar.short_src; *s >= '0' && *s <= '9'; s++) file = file * 10 + (uint32_t)(*s - '0');
    return (gp_spot){file, ar.linedefined > 0 ? (uint32_t)ar.linedefined : 0};
}

/* Iterators remember how far they are: none may be kept from loading. */
static void visit_c_function(lua_State *L, reach *r) {
    lua_CFunction f = lua_tocfunction(L, -1);
    if (f == gp_pairs_next || f == gp_gmatch_next)
        gp_fault_add(&r->host->faults, GP_FAULT_CLOSURE_STATE, (gp_spot){0, 0}, GP_TEXT("an iterator"));
}

static void visit_function(lua_State *L, reach *r) {
    if (lua_iscfunction(L, -1)) {
        visit_c_function(L, r);
        return;
    }
    gp_host *h = r->host;
    if (!gp_code_dump(L, h)) gp_stop_now(L, GP_STOP_REFUSED);
    gp_code_check_state(&h->faults, (gp_text){h->code, h->ncode}, defined_at(L).file);
    const char *name;
    for (int i = 1; (name = lua_getupvalue(L, -1, i)) != NULL; i++) {
        if (gp_text_is(gp_text_of(name), "_ENV"))
            lua_pop(L, 1);
        else
            enlist(L, r);
    }
}

void gp_freeze_reachable(lua_State *L, gp_host *h) {
    int top = lua_gettop(L);
    luaL_checkstack(L, 16, NULL);
    lua_newtable(L);
    lua_newtable(L);
    reach r = {h, top + 1, top + 2, 0};
    lua_pushvalue(L, top);
    enlist(L, &r);
    for (lua_Integer i = 1; i <= r.n; i++) {
        lua_rawgeti(L, r.list, i);
        if (lua_type(L, -1) == LUA_TTABLE)
            visit_table(L, &r);
        else
            visit_function(L, &r);
        lua_settop(L, top + 2);
    }
    lua_settop(L, top - 1);
}

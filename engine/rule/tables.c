/* The table library of rules: raw, charged, and with a sort that is stable and always ends.
 * Invariant: frozen tables are read through their content and never written; the work done is charged before it is done. */
#include <limits.h>
#include <lualib.h>
#include <string.h>

#include "rule/inside.h"

int gp_refuse_type(lua_State *L, int arg, const char *due) {
    return luaL_argerror(L, arg, lua_pushfstring(L, "%s is due, this is %s", due, luaL_typename(L, arg)));
}

/* Puts the content of a table argument in its place. */
static lua_Integer open_to_read(lua_State *L, int arg) {
    luaL_checktype(L, arg, LUA_TTABLE);
    gp_content(L, arg);
    lua_replace(L, arg);
    return (lua_Integer)lua_rawlen(L, arg);
}

static lua_Integer open_to_write(lua_State *L, int arg) {
    luaL_checktype(L, arg, LUA_TTABLE);
    if (gp_frozen(L, arg)) luaL_error(L, "this table cannot be changed: what a pack sets up is read-only once it is loaded");
    return (lua_Integer)lua_rawlen(L, arg);
}

static int tab_concat(lua_State *L) {
    size_t nsep;
    lua_Integer n = open_to_read(L, 1);
    const char *sep = luaL_optlstring(L, 2, "", &nsep);
    lua_Integer i = luaL_optinteger(L, 3, 1), last = luaL_optinteger(L, 4, n);
    luaL_Buffer b;
    luaL_buffinit(L, &b);
    while (i <= last) {
        gp_charge(L, 1 + nsep / 16);
        if (lua_rawgeti(L, 1, i), !lua_isstring(L, -1))
            return luaL_error(L, "item %d is a %s, where a text is due", (int)i, luaL_typename(L, -1));
        gp_charge(L, lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) / 16 : 1);
        luaL_addvalue(&b);
        if (i == last) break; /* the largest number has no next */
        luaL_addlstring(&b, sep, nsep);
        i++;
    }
    luaL_pushresult(&b);
    return 1;
}

static int tab_insert(lua_State *L) {
    lua_Integer n = open_to_write(L, 1) + 1, pos = n;
    int args = lua_gettop(L);
    if (args != 2 && args != 3) return luaL_error(L, "table.insert takes two or three arguments");
    if (args == 3) pos = luaL_checkinteger(L, 2);
    luaL_argcheck(L, pos >= 1 && pos <= n, 2, "position out of bounds");
    gp_charge(L, (uint64_t)(n - pos) + 1);
    for (lua_Integer i = n; i > pos; i--) {
        lua_rawgeti(L, 1, i - 1);
        lua_rawseti(L, 1, i);
    }
    lua_rawseti(L, 1, pos);
    return 0;
}

static int tab_remove(lua_State *L) {
    lua_Integer n = open_to_write(L, 1), pos = luaL_optinteger(L, 2, n);
    bool at_end = pos == n || (n == 0 && pos == 0);
    luaL_argcheck(L, at_end || (pos >= 1 && pos <= n + 1), 2, "position out of bounds");
    gp_charge(L, 1 + (uint64_t)(n > pos ? n - pos : 0));
    lua_rawgeti(L, 1, pos);
    for (; pos < n; pos++) {
        lua_rawgeti(L, 1, pos + 1);
        lua_rawseti(L, 1, pos);
    }
    if (pos >= 1) {
        lua_pushnil(L);
        lua_rawseti(L, 1, pos);
    }
    return 1;
}

static int tab_unpack(lua_State *L) {
    lua_Integer n = open_to_read(L, 1), i = luaL_optinteger(L, 2, 1), last = luaL_optinteger(L, 3, n);
    if (i > last) return 0;
    lua_Unsigned count = (lua_Unsigned)last - (lua_Unsigned)i + 1;
    if (count == 0 || count >= INT_MAX) return luaL_error(L, "too many results to unpack");
    gp_charge(L, count);
    if (!lua_checkstack(L, (int)count)) return luaL_error(L, "too many results to unpack");
    for (lua_Unsigned k = 0; k < count; k++) lua_rawgeti(L, 1, (lua_Integer)((lua_Unsigned)i + k));
    return (int)count;
}

/* -- sorting -- */

/* Lists on the stack: `from` is merged into `to`, then they change places. order: index of a function, 0 for `<`, KEYS for the order of
 * keys. */
typedef struct sorting {
    int from, to, order;
    lua_Integer n;
} sorting;
enum { KEYS = -1 };

static int rank_of(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER: return 0;
    case LUA_TSTRING: return 1;
    case LUA_TBOOLEAN: return 2;
    default: return luaL_error(L, "a %s as a key has no place in the order of pairs", luaL_typename(L, index));
    }
}

static bool text_less(lua_State *L) {
    size_t na, nb;
    const char *a = lua_tolstring(L, -2, &na), *b = lua_tolstring(L, -1, &nb);
    int way = memcmp(a, b, na < nb ? na : nb);
    return way ? way < 0 : na < nb;
}

static bool key_less(lua_State *L) {
    int a = rank_of(L, -2), b = rank_of(L, -1);
    if (a != b) return a < b;
    if (a == 1) return text_less(L);
    return a == 0 ? lua_compare(L, -2, -1, LUA_OPLT) : !lua_toboolean(L, -2) && lua_toboolean(L, -1);
}

static size_t text_units(lua_State *L, int index) {
    return lua_type(L, index) == LUA_TSTRING ? lua_rawlen(L, index) / 64 : 0;
}

/* Is the second value from the top less than the top? Pops both. */
static bool less(lua_State *L, const sorting *s) {
    bool is;
    gp_charge(L, 2 + text_units(L, -1) + text_units(L, -2));
    if (s->order > 0) {
        lua_pushvalue(L, s->order);
        lua_insert(L, -3);
        lua_call(L, 2, 1);
        is = lua_toboolean(L, -1);
        lua_pop(L, 1);
        return is;
    }
    is = s->order == KEYS ? key_less(L) : lua_compare(L, -2, -1, LUA_OPLT);
    lua_pop(L, 2);
    return is;
}

static bool item_less(lua_State *L, const sorting *s, lua_Integer a, lua_Integer b) {
    lua_rawgeti(L, s->from, a);
    lua_rawgeti(L, s->from, b);
    return less(L, s);
}

static void merge(lua_State *L, const sorting *s, lua_Integer a, lua_Integer mid, lua_Integer end) {
    lua_Integer b = mid;
    for (lua_Integer to = a; to < end; to++) {
        bool take_b = a >= mid || (b < end && item_less(L, s, b, a)); /* equals keep their order */
        lua_rawgeti(L, s->from, take_b ? b++ : a++);
        lua_rawseti(L, s->to, to);
    }
}

static lua_Integer at_most(lua_Integer i, lua_Integer n) {
    return i < n ? i : n;
}

/* Sorts the list `from` by merging ever longer runs; the sorted one is `from` again in the end. */
static void sort_list(lua_State *L, sorting *s) {
    for (lua_Integer width = 1; width < s->n; width *= 2) {
        for (lua_Integer i = 1; i <= s->n; i += 2 * width) {
            gp_charge(L, 1);
            merge(L, s, i, at_most(i + width, s->n + 1), at_most(i + 2 * width, s->n + 1));
        }
        int from = s->from;
        s->from = s->to;
        s->to = from;
    }
}

static void copy_list(lua_State *L, int from, int to, lua_Integer n) {
    gp_charge(L, (uint64_t)n);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, to, i);
    }
}

/* An order in which an item is less than one that comes before it contradicts itself. */
static void check_order(lua_State *L, const sorting *s) {
    for (lua_Integer i = 1; i < s->n; i++)
        if (item_less(L, s, i + 1, i)) luaL_error(L, "the order function of table.sort contradicts itself");
}

static int tab_sort(lua_State *L) {
    sorting s = {.from = 3, .to = 4, .n = open_to_write(L, 1)};
    if (!lua_isnoneornil(L, 2)) {
        luaL_checktype(L, 2, LUA_TFUNCTION);
        s.order = 2;
    }
    lua_settop(L, 2);
    lua_createtable(L, 0, 0);
    lua_createtable(L, 0, 0);
    copy_list(L, 1, 3, s.n);
    sort_list(L, &s);
    if (s.order) check_order(L, &s);
    copy_list(L, s.from, 1, s.n);
    return 0;
}

void gp_sort_keys(lua_State *L, int index, size_t n) {
    int top = lua_gettop(L);
    lua_newtable(L);
    sorting s = {.from = index, .to = top + 1, .order = KEYS, .n = (lua_Integer)n};
    for (lua_Integer i = 1; i <= s.n; i++) { /* one key alone is compared with none */
        lua_rawgeti(L, index, i);
        rank_of(L, -1);
        lua_pop(L, 1);
    }
    sort_list(L, &s);
    lua_pushvalue(L, s.from);
    lua_replace(L, index);
    lua_settop(L, top);
}

void gp_tables_open(lua_State *L) {
    static const char *const WANTED[] = {"pack", NULL};
    static const luaL_Reg FUNCTIONS[] = {
        {"concat", tab_concat}, {"insert", tab_insert}, {"remove", tab_remove}, {"unpack", tab_unpack}, {"sort", tab_sort}, {NULL, NULL},
    };
    lua_newtable(L);
    luaopen_table(L);
    gp_take(L, WANTED);
    luaL_setfuncs(L, FUNCTIONS, 0);
}

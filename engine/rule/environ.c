/* The environment of rule packs: an allow list that is built up name by name, and the small functions of Lua's base that it holds.
 * Invariant: a name that is not in NAMES does not exist for a pack; libraries are frozen, so nothing here can be replaced. */
#include <lualib.h>
#include <string.h>

#include "rule/inside.h"

#define NAME(s)                                                                                                                            \
    { s, sizeof(s) - 1 }
static const gp_text NAMES[] = {
    NAME("assert"),   NAME("ceil"),     NAME("eq"),    NAME("error"),     NAME("floor"),  NAME("ge"),      NAME("gt"),
    NAME("ipairs"),   NAME("le"),       NAME("lt"),    NAME("math"),      NAME("met"),    NAME("no_data"), NAME("not_applicable"),
    NAME("pairs"),    NAME("q"),        NAME("round"), NAME("rule"),      NAME("select"), NAME("string"),  NAME("table"),
    NAME("tonumber"), NAME("tostring"), NAME("type"),  NAME("undecided"), NAME("unmet"),  NAME("utf8"),
};

bool gp_env_declares(gp_text name) {
    for (size_t i = 0; i < GP_COUNT(NAMES); i++)
        if (gp_text_eq(NAMES[i], name)) return true;
    return false;
}

size_t gp_env_names(const gp_text **list) {
    *list = NAMES;
    return GP_COUNT(NAMES);
}

/* -- text of values -- */

int gp_to_text(lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TSTRING: lua_pushvalue(L, index); break;
    case LUA_TNUMBER:
        lua_pushvalue(L, index);
        lua_tostring(L, -1);
        break;
    case LUA_TBOOLEAN: lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false"); break;
    default: lua_pushstring(L, luaL_typename(L, index)); /* Lua's own would show an address */
    }
    return 1;
}

static int base_tostring(lua_State *L) {
    luaL_checkany(L, 1);
    return gp_to_text(L, 1);
}

/* Digits and letters in a base, blanks around them and a sign allowed; false when it is no such number. */
static bool whole_in_base(lua_Integer *out, const char *s, lua_Integer base) {
    lua_Unsigned n = 0;
    s += strspn(s, " \t\n\r\f\v");
    bool negative = *s == '-';
    if (negative || *s == '+') s++;
    if (!*s) return false;
    for (; *s && !strchr(" \t\n\r\f\v", *s); s++) {
        unsigned c = (unsigned char)*s | 0x20;
        int digit = *s >= '0' && *s <= '9' ? *s - '0' : c >= 'a' && c <= 'z' ? (int)(c - 'a') + 10 : 36;
        if (digit >= base) return false;
        n = n * (lua_Unsigned)base + (lua_Unsigned)digit;
    }
    *out = (lua_Integer)(negative ? 0 - n : n);
    return s[strspn(s, " \t\n\r\f\v")] == 0;
}

static int base_tonumber(lua_State *L) {
    luaL_checkany(L, 1);
    if (!lua_isnoneornil(L, 2)) {
        lua_Integer base = luaL_checkinteger(L, 2), n;
        luaL_argcheck(L, base >= 2 && base <= 36, 2, "base out of range");
        luaL_checktype(L, 1, LUA_TSTRING);
        gp_charge(L, lua_rawlen(L, 1));
        if (whole_in_base(&n, lua_tostring(L, 1), base))
            lua_pushinteger(L, n);
        else
            lua_pushnil(L);
        return 1;
    }
    if (lua_type(L, 1) == LUA_TNUMBER) return lua_settop(L, 1), 1;
    size_t n = 0;
    const char *s = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &n) : NULL;
    gp_charge(L, n);
    if (!s || lua_stringtonumber(L, s) != n + 1) lua_pushnil(L);
    return 1;
}

/* -- control -- */

static int base_error(lua_State *L) {
    int level = (int)luaL_optinteger(L, 2, 1);
    lua_settop(L, 1);
    if (lua_type(L, 1) == LUA_TSTRING && level > 0) {
        luaL_where(L, level);
        lua_insert(L, 1);
        lua_concat(L, 2);
    }
    return lua_error(L);
}

static int base_assert(lua_State *L) {
    luaL_checkany(L, 1);
    if (lua_toboolean(L, 1)) return lua_gettop(L);
    if (lua_isnoneornil(L, 2)) return luaL_error(L, "assertion failed!");
    lua_settop(L, 2);
    return lua_error(L);
}

static int base_type(lua_State *L) {
    luaL_checkany(L, 1);
    lua_pushstring(L, luaL_typename(L, 1));
    return 1;
}

static int base_select(lua_State *L) {
    int n = lua_gettop(L);
    if (lua_type(L, 1) == LUA_TSTRING && strcmp(lua_tostring(L, 1), "#") == 0) {
        lua_pushinteger(L, n - 1);
        return 1;
    }
    lua_Integer i = luaL_checkinteger(L, 1);
    if (i < 0)
        i = n + i;
    else if (i > n)
        i = n;
    luaL_argcheck(L, 1 <= i, 1, "index out of range");
    return n - (int)i;
}

static int next_item(lua_State *L) {
    lua_Integer i = luaL_checkinteger(L, 2) + 1;
    lua_pushinteger(L, i);
    return lua_geti(L, 1, i) == LUA_TNIL ? 1 : 2;
}

static int base_ipairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_pushcfunction(L, next_item);
    lua_pushvalue(L, 1);
    lua_pushinteger(L, 0);
    return 3;
}

/* -- pairs, in the order of the keys -- */

int gp_pairs_next(lua_State *L) {
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        lua_settop(L, 0);
        if (lua_rawgeti(L, lua_upvalueindex(2), ++i) == LUA_TNIL) return 1;
        lua_pushvalue(L, 1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) break; /* else taken out on the way */
        gp_charge(L, 1);
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

/* Pushes the keys of the table at `index`, and gives how many there are. */
static size_t push_keys(lua_State *L, int index) {
    size_t n = 0;
    lua_newtable(L);
    int keys = lua_gettop(L);
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, keys, (lua_Integer)++n);
        gp_charge(L, 1);
    }
    return n;
}

static int base_pairs(lua_State *L) {
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    gp_content(L, 1);
    size_t n = push_keys(L, 2);
    gp_sort_keys(L, 3, n);
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, gp_pairs_next, 3);
    lua_insert(L, 1);
    lua_pushnil(L);
    return 3;
}

void gp_base_open(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        {"assert", base_assert}, {"error", base_error},       {"ipairs", base_ipairs},     {"pairs", base_pairs}, {"select", base_select},
        {"type", base_type},     {"tonumber", base_tonumber}, {"tostring", base_tostring}, {NULL, NULL},
    };
    luaL_setfuncs(L, FUNCTIONS, 0);
}

/* -- libraries -- */

int gp_charged(lua_State *L) {
    size_t n = 1;
    for (int i = lua_gettop(L); i > 0; i--)
        if (lua_type(L, i) == LUA_TSTRING) n += lua_rawlen(L, i) / 16;
    gp_charge(L, n);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

void gp_take(lua_State *L, const char *const *names) {
    for (; *names; names++) {
        lua_getfield(L, -1, *names);
        lua_setfield(L, -3, *names);
    }
    lua_pop(L, 1);
}

static void open_math(lua_State *L) {
    static const char *const WANTED[] = {"abs",  "acos", "asin", "atan", "ceil",       "cos",  "deg",        "exp",  "floor",
                                         "fmod", "huge", "log",  "max",  "maxinteger", "min",  "mininteger", "modf", "pi",
                                         "rad",  "sin",  "sqrt", "tan",  "tointeger",  "type", "ult",        NULL};
    lua_newtable(L);
    luaopen_math(L);
    gp_take(L, WANTED);
}

static void open_utf8(lua_State *L) {
    static const char *const CHARGED[] = {"codepoint", "len", "offset"};
    static const char *const WANTED[] = {"char", "charpattern", "codes", NULL};
    lua_newtable(L);
    luaopen_utf8(L);
    for (size_t i = 0; i < GP_COUNT(CHARGED); i++) {
        lua_getfield(L, -1, CHARGED[i]);
        lua_pushcclosure(L, gp_charged, 1);
        lua_setfield(L, -3, CHARGED[i]);
    }
    gp_take(L, WANTED);
}

/* Pops a library and gives it, read-only, to the table below it. */
static void give(lua_State *L, const char *name) {
    gp_freeze(L, -1);
    lua_setfield(L, -2, name);
}

static int refuse_name(lua_State *L) {
    return luaL_error(L, "`%s` is not declared", gp_to_text(L, 2) ? lua_tostring(L, -1) : "");
}

static int refuse_global(lua_State *L) {
    return luaL_error(L, "`%s` cannot be set: rules have no globals of their own", gp_to_text(L, 2) ? lua_tostring(L, -1) : "");
}

/* The check of the compiled pack has refused both already; this is the second line. */
static void lock_env(lua_State *L) {
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, refuse_name);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_setmetatable(L, -2);
}

void gp_env_open(lua_State *L) {
    luaL_checkstack(L, 16, NULL);
    lua_newtable(L);
    gp_base_open(L);
    gp_numbers_open(L);
    gp_results_open(L);
    gp_declare_open(L);
    gp_strings_open(L);
    give(L, "string");
    gp_tables_open(L);
    give(L, "table");
    open_math(L);
    give(L, "math");
    open_utf8(L);
    give(L, "utf8");
    lock_env(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_ENV);
}

/* The string library of rules: Lua's, with patterns that count their steps and sizes that are known before they are made.
 * Invariant: no function here walks over more bytes than it has charged for. */
#include <lualib.h>
#include <string.h>

#include "rule/inside.h"

enum { BYTES_A_UNIT = 16, FORMAT_UNITS = 8, SPEC_MAX = 16 };

/* -- matching -- */

/* Tries the pattern at s and pays for it. */
static const char *try_at(lua_State *L, gp_match *m, const char *s, const char *pattern) {
    const char *end = gp_match_at(m, s, pattern);
    gp_charge(L, m->steps);
    m->steps = 0;
    m->limit = gp_meter_left(L);
    if (m->fault) luaL_error(L, "the pattern %s", m->fault);
    return end;
}

static void push_capture(lua_State *L, const gp_match *m, int i, const char *s, const char *end) {
    if (i >= m->ncaptures) {
        if (i > 0) luaL_error(L, "there is no capture %%%d", i + 1);
        lua_pushlstring(L, s, (size_t)(end - s));
        return;
    }
    const struct gp_capture *c = &m->capture[i];
    if (c->n == GP_CAPTURE_OPEN) luaL_error(L, "the pattern lacks a `)`");
    if (c->n == GP_CAPTURE_POSITION)
        lua_pushinteger(L, c->s - m->begin + 1);
    else
        lua_pushlstring(L, c->s, (size_t)c->n);
}

/* All captures, or the whole match when there are none and s is given. */
static int push_captures(lua_State *L, const gp_match *m, const char *s, const char *end) {
    int n = m->ncaptures == 0 && s ? 1 : m->ncaptures;
    luaL_checkstack(L, n, "too many captures");
    for (int i = 0; i < n; i++) push_capture(L, m, i, s, end);
    return n;
}

static gp_text text_arg(lua_State *L, int arg) {
    gp_text t;
    t.s = luaL_checklstring(L, arg, &t.n);
    return t;
}

/* A position as Lua gives them, as an offset; n + 1 when it lies behind the end. */
static size_t offset_of(lua_Integer pos, size_t n) {
    if (pos > 0) return (size_t)pos - 1 > n ? n + 1 : (size_t)pos - 1;
    if (pos == 0 || pos < -(lua_Integer)n) return 0;
    return n - (size_t)-pos;
}

static bool has_specials(gp_text p) {
    for (size_t i = 0; i < p.n; i++)
        if (p.s[i] && strchr("^$*+?.([%-", p.s[i])) return true;
    return false;
}

static int find_plain(lua_State *L, gp_text s, gp_text p, size_t from) {
    gp_charge(L, (s.n - from + p.n) / BYTES_A_UNIT);
    const char *at = p.n ? memmem(s.s + from, s.n - from, p.s, p.n) : s.s + from;
    if (!at) return lua_pushnil(L), 1;
    lua_pushinteger(L, at - s.s + 1);
    lua_pushinteger(L, at - s.s + (lua_Integer)p.n);
    return 2;
}

static int push_found(lua_State *L, const gp_match *m, const char *s, const char *end, bool find) {
    if (!find) return push_captures(L, m, s, end);
    lua_pushinteger(L, s - m->begin + 1);
    lua_pushinteger(L, end - m->begin);
    return push_captures(L, m, NULL, NULL) + 2;
}

static int search(lua_State *L, bool find) {
    gp_text s = text_arg(L, 1), p = text_arg(L, 2);
    size_t from = offset_of(luaL_optinteger(L, 3, 1), s.n);
    if (from > s.n) return lua_pushnil(L), 1;
    if (find && (lua_toboolean(L, 4) || !has_specials(p))) return find_plain(L, s, p, from);
    gp_match m;
    gp_match_init(&m, s.s, s.n, p.s, p.n, gp_meter_left(L));
    bool anchored = p.n && *p.s == '^';
    for (const char *at = s.s + from; at <= m.end; at++) {
        const char *end = try_at(L, &m, at, p.s + anchored);
        if (end) return push_found(L, &m, at, end, find);
        if (anchored) break;
    }
    lua_pushnil(L);
    return 1;
}

static int str_find(lua_State *L) {
    return search(L, true);
}

static int str_match(lua_State *L) {
    return search(L, false);
}

/* Upvalues: subject, pattern, where to go on, the end of the last match (so that an empty one right behind it is passed over). */
int gp_gmatch_next(lua_State *L) {
    gp_text s = text_arg(L, lua_upvalueindex(1)), p = text_arg(L, lua_upvalueindex(2));
    lua_Integer from = lua_tointeger(L, lua_upvalueindex(3)), last = lua_tointeger(L, lua_upvalueindex(4));
    gp_match m;
    gp_match_init(&m, s.s, s.n, p.s, p.n, gp_meter_left(L));
    for (; from <= (lua_Integer)s.n; from++) {
        const char *end = try_at(L, &m, s.s + from, p.s);
        if (!end || end - s.s == last) continue;
        lua_pushinteger(L, end - s.s);
        lua_copy(L, -1, lua_upvalueindex(3));
        lua_replace(L, lua_upvalueindex(4));
        return push_captures(L, &m, s.s + from, end);
    }
    lua_pushinteger(L, (lua_Integer)s.n + 1);
    lua_replace(L, lua_upvalueindex(3));
    return 0;
}

static int str_gmatch(lua_State *L) {
    gp_text s = text_arg(L, 1);
    text_arg(L, 2);
    size_t from = offset_of(luaL_optinteger(L, 3, 1), s.n);
    lua_settop(L, 2);
    lua_pushinteger(L, (lua_Integer)from);
    lua_pushinteger(L, -1);
    lua_pushcclosure(L, gp_gmatch_next, 4);
    return 1;
}

/* -- gsub -- */

typedef struct substitution {
    gp_match m;
    luaL_Buffer out;
    gp_text by; /* when the third argument is a text */
    int kind;   /* its type */
} substitution;

/* A replacement text: %0 is the whole match, %1 on are captures, %% is a percent sign. */
static void add_template(lua_State *L, substitution *g, const char *s, const char *end) {
    gp_charge(L, g->by.n / BYTES_A_UNIT);
    for (size_t i = 0; i < g->by.n; i++) {
        char c = g->by.s[i];
        if (c != '%') {
            luaL_addchar(&g->out, c);
            continue;
        }
        c = ++i < g->by.n ? g->by.s[i] : 0;
        if (c == '%') {
            luaL_addchar(&g->out, c);
        } else if (c == '0') {
            luaL_addlstring(&g->out, s, (size_t)(end - s));
        } else if (c >= '1' && c <= '9') {
            push_capture(L, &g->m, c - '1', s, end);
            lua_tostring(L, -1); /* a position is a number */
            luaL_addvalue(&g->out);
        } else {
            luaL_error(L, "`%%` stands before neither a digit nor a `%%` in the replacement");
        }
    }
}

/* What stands for the match [s, end): the template, or what the table or function says; nil and false keep it. */
static void add_replacement(lua_State *L, substitution *g, const char *s, const char *end) {
    if (g->kind == LUA_TFUNCTION) {
        lua_pushvalue(L, 3);
        int n = push_captures(L, &g->m, s, end);
        lua_call(L, n, 1);
    } else if (g->kind == LUA_TTABLE) {
        push_capture(L, &g->m, 0, s, end);
        lua_gettable(L, 3);
    } else {
        add_template(L, g, s, end);
        return;
    }
    if (!lua_toboolean(L, -1)) {
        lua_pop(L, 1);
        luaL_addlstring(&g->out, s, (size_t)(end - s));
        return;
    }
    if (!lua_isstring(L, -1)) luaL_error(L, "the replacement is a %s, where a text is due", luaL_typename(L, -1));
    luaL_addvalue(&g->out);
}

static lua_Integer substitute(lua_State *L, substitution *g, const char *pattern, bool anchored, lua_Integer most) {
    const char *s = g->m.begin, *last = NULL;
    lua_Integer n = 0;
    while (n < most) {
        const char *end = try_at(L, &g->m, s, pattern);
        if (end && end != last) {
            n++;
            add_replacement(L, g, s, end);
            g->m.limit = gp_meter_left(L); /* a function may have spent some */
            s = last = end;
        } else if (s < g->m.end) {
            luaL_addchar(&g->out, *s++);
        } else {
            break;
        }
        if (anchored) break;
    }
    luaL_addlstring(&g->out, s, (size_t)(g->m.end - s));
    return n;
}

static int str_gsub(lua_State *L) {
    gp_text s = text_arg(L, 1), p = text_arg(L, 2);
    substitution g = {.kind = lua_type(L, 3)};
    bool fits = g.kind == LUA_TSTRING || g.kind == LUA_TNUMBER || g.kind == LUA_TTABLE || g.kind == LUA_TFUNCTION;
    if (!fits) gp_refuse_type(L, 3, "a text, a table or a function");
    if (g.kind == LUA_TSTRING || g.kind == LUA_TNUMBER) g.by = text_arg(L, 3);
    lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)s.n + 1);
    bool anchored = p.n && *p.s == '^';
    gp_charge(L, s.n / BYTES_A_UNIT);
    gp_match_init(&g.m, s.s, s.n, p.s, p.n, gp_meter_left(L));
    luaL_buffinit(L, &g.out);
    lua_Integer n = substitute(L, &g, p.s + anchored, anchored, most);
    luaL_pushresult(&g.out);
    lua_pushinteger(L, n);
    return 2;
}

/* -- making texts -- */

static int str_rep(lua_State *L) {
    gp_text s = text_arg(L, 1);
    lua_Integer times = luaL_checkinteger(L, 2);
    size_t nsep;
    const char *sep = luaL_optlstring(L, 3, "", &nsep);
    size_t cap = gp_host_of(L)->meter.limits.memory, one = s.n + nsep;
    if (times <= 0 || one == 0) return lua_pushliteral(L, ""), 1;
    if ((lua_Unsigned)times > cap / one) gp_stop_now(L, GP_STOP_MEMORY);
    size_t total = (size_t)times * one - nsep;
    gp_charge(L, total / BYTES_A_UNIT + (size_t)times);
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, total);
    while (times-- > 0) {
        memcpy(to, s.s, s.n);
        to += s.n;
        if (times > 0 && nsep) memcpy(to, sep, nsep);
        if (times > 0) to += nsep;
    }
    luaL_pushresultsize(&b, total);
    return 1;
}

/* ASCII letters only, whatever the locale. */
static int mapped(lua_State *L, char first, char last) {
    gp_text s = text_arg(L, 1);
    gp_charge(L, s.n / BYTES_A_UNIT);
    luaL_Buffer b;
    char *to = luaL_buffinitsize(L, &b, s.n);
    for (size_t i = 0; i < s.n; i++) to[i] = s.s[i] >= first && s.s[i] <= last ? (char)(s.s[i] ^ 0x20) : s.s[i];
    luaL_pushresultsize(&b, s.n);
    return 1;
}

static int str_upper(lua_State *L) {
    return mapped(L, 'a', 'z');
}

static int str_lower(lua_State *L) {
    return mapped(L, 'A', 'Z');
}

/* The letter of the directive at f[i], and i behind it; 0 at the end. */
static char directive(gp_text f, size_t *i) {
    size_t start = *i;
    while (*i < f.n && f.s[*i] && strchr("-+ #0123456789.", f.s[*i])) {
        if (*i - start > SPEC_MAX) return 0;
        ++*i;
    }
    return *i < f.n ? f.s[(*i)++] : 0;
}

/* Lua's own format, after %s got a text without an address and %p was refused. */
static int str_format(lua_State *L) {
    gp_text f = text_arg(L, 1);
    int arg = 1;
    gp_charge(L, f.n / BYTES_A_UNIT + FORMAT_UNITS);
    for (size_t i = 0; i < f.n;) {
        if (f.s[i++] != '%') continue;
        char c = directive(f, &i);
        if (c == '%') continue;
        arg++;
        if (c == 0 || !strchr("aAcdeEfFgGioqsuxX", c)) return luaL_error(L, "`%%%c` is no directive of format", c ? c : '%');
        gp_charge(L, FORMAT_UNITS + (lua_type(L, arg) == LUA_TSTRING ? lua_rawlen(L, arg) / BYTES_A_UNIT : 0));
        if (c != 's' || arg > lua_gettop(L)) continue;
        gp_to_text(L, arg);
        lua_replace(L, arg);
    }
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

/* -- the library -- */

/* `s:upper()` finds the library itself: it is reached through the frozen table `string` and this, never as it is. */
static void lock_texts(lua_State *L) {
    lua_pushliteral(L, "");
    lua_createtable(L, 0, 2);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    lua_pop(L, 1);
}

void gp_strings_open(lua_State *L) {
    static const char *const WANTED[] = {"byte", "char", "len", "sub", NULL};
    static const luaL_Reg FUNCTIONS[] = {
        {"find", str_find}, {"gmatch", str_gmatch}, {"gsub", str_gsub},   {"match", str_match},
        {"rep", str_rep},   {"lower", str_lower},   {"upper", str_upper}, {NULL, NULL},
    };
    lua_newtable(L);
    luaopen_string(L);
    lua_getfield(L, -1, "format");
    lua_pushcclosure(L, str_format, 1);
    lua_setfield(L, -3, "format");
    lua_getfield(L, -1, "reverse");
    lua_pushcclosure(L, gp_charged, 1);
    lua_setfield(L, -3, "reverse");
    gp_take(L, WANTED);
    luaL_setfuncs(L, FUNCTIONS, 0);
    lua_newtable(L); /* the same functions for texts: the other one is frozen, which empties it */
    lua_pushnil(L);
    while (lua_next(L, -3)) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -4);
    }
    lock_texts(L);
    lua_pop(L, 1);
}

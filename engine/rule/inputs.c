/* x, the inputs of a rule: a value that shows what `reads` names and nothing else.
 * Invariant: what is shown belongs to the call under way; an open interval read as a point ends the call, it is never a number. */
#include <math.h>
#include <string.h>

#include "rule/inside.h"

enum { TEXT_MAX = 256 };

/* The number of an input from the name at `index`; leaves with the name when it is not among `reads`. */
static size_t input_number(lua_State *L, int index) {
    lua_getiuservalue(L, 1, 1);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) != LUA_TNUMBER) {
        const gp_text rule = gp_host_of(L)->call->rule->rule.name;
        gp_to_text(L, index);
        luaL_error(L, "`%s` is not among the `reads` of rule `%s`", lua_tostring(L, -1), rule.s);
    }
    size_t n = (size_t)lua_tointeger(L, -1);
    lua_pop(L, 2);
    return n;
}

static void push_text(lua_State *L, gp_text t) {
    if (t.s)
        lua_pushlstring(L, t.s, t.n);
    else
        lua_pushnil(L);
}

static void push_date(lua_State *L, double day) {
    char text[16];
    if (isinf(day))
        lua_pushnil(L);
    else
        lua_pushlstring(L, text, gp_date_print(text, (int32_t)day));
}

static gp_text word_at(const gp_type *type, double i) {
    return type->words && i >= 0 && i < (double)type->words->n ? type->words->text[(size_t)i] : GP_NO_TEXT;
}

/* One end of a value, or a point. */
static void push_end(lua_State *L, const gp_rule_input *in, double v) {
    switch (in->type->kind) {
    case GP_NUMBER:
    case GP_CODED: lua_pushnumber(L, v); break;
    case GP_BOOL: lua_pushboolean(L, v > 0); break;
    case GP_DATE: push_date(L, v); break;
    case GP_STRING: push_text(L, in->text); break;
    case GP_STAGE: push_text(L, word_at(in->type, v)); break;
    }
}

static bool is_open(const gp_rule_input *in) {
    return in->type->kind != GP_STRING && !(in->value.lo == in->value.hi);
}

static int push_point(lua_State *L, size_t i) {
    gp_call *c = gp_host_of(L)->call;
    const gp_rule_input *in = &c->in[i];
    if (!in->present) return lua_pushnil(L), 1;
    if (is_open(in)) {
        c->open_datum = c->rule->rule.reads[i];
        gp_stop_now(L, GP_STOP_OPEN);
    }
    push_end(L, in, in->value.lo);
    return 1;
}

static void check_call(lua_State *L) {
    gp_host *h = gp_host_of(L);
    const size_t *number = lua_touserdata(L, 1);
    if (!h->call || *number != h->call->number) luaL_error(L, "the data of another call");
}

/* x.name, or a method. */
static int get(lua_State *L) {
    check_call(L);
    lua_getiuservalue(L, 1, 1);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) == LUA_TNUMBER) return push_point(L, (size_t)lua_tointeger(L, -1));
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_METHODS);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, -2) == LUA_TNIL) input_number(L, 2);
    return 1;
}

static int refuse_set(lua_State *L) {
    return luaL_error(L, "data cannot be changed");
}

/* The input that a method asks for, NULL when it is missing. */
static const gp_rule_input *asked(lua_State *L) {
    const gp_host *h = gp_host_of(L);
    if (lua_type(L, 1) != LUA_TUSERDATA || !lua_getmetatable(L, 1)) luaL_error(L, "write x:low(\"name\"), with a colon");
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_INPUTS);
    if (!lua_rawequal(L, -1, -2)) luaL_error(L, "write x:low(\"name\"), with a colon");
    check_call(L);
    luaL_checktype(L, 2, LUA_TSTRING);
    const gp_rule_input *in = &h->call->in[input_number(L, 2)];
    return in->present ? in : NULL;
}

static int get_low(lua_State *L) {
    const gp_rule_input *in = asked(L);
    if (in)
        push_end(L, in, in->value.lo);
    else
        lua_pushnil(L);
    return 1;
}

static int get_high(lua_State *L) {
    const gp_rule_input *in = asked(L);
    if (in)
        push_end(L, in, in->value.hi);
    else
        lua_pushnil(L);
    return 1;
}

static int get_basis(lua_State *L) {
    const gp_rule_input *in = asked(L);
    lua_pushstring(L, in ? gp_basis_name(in->basis) : NULL);
    return 1;
}

static int get_covers(lua_State *L) {
    const gp_rule_input *in = asked(L);
    char text[32];
    if (!in) return lua_pushnil(L), 1;
    lua_pushlstring(L, text, gp_period_print(text, in->covers));
    return 1;
}

/* -- values as a person reads them -- */

typedef struct printing {
    const gp_rule_input *in;
    char text[TEXT_MAX];
    size_t n;
} printing;

static void print_number(gp_arena *a, void *ud) {
    printing *p = ud;
    gp_buf b;
    gp_buf_init(&b, a);
    gp_interval_print(&b, &p->in->value, &p->in->type->unit);
    p->n = b.n < TEXT_MAX ? b.n : TEXT_MAX;
    if (p->n) memcpy(p->text, b.s, p->n);
}

static int push_number_text(lua_State *L, const gp_rule_input *in) {
    printing p = {.in = in};
    gp_charge(L, 64);
    if (!gp_host_scratch(gp_host_of(L), print_number, &p)) gp_stop_now(L, GP_STOP_REFUSED);
    lua_pushlstring(L, p.text, p.n);
    return 1;
}

static int get_text(lua_State *L) {
    const gp_rule_input *in = asked(L);
    if (!in) return lua_pushnil(L), 1;
    if (in->type->kind == GP_NUMBER) return push_number_text(L, in);
    if (in->text.s) return push_text(L, in->text), 1;
    push_end(L, in, in->value.lo);
    gp_to_text(L, -1);
    if (!is_open(in)) return 1;
    push_end(L, in, in->value.hi);
    gp_to_text(L, -1);
    lua_pushfstring(L, "[%s, %s]", lua_tostring(L, -3), lua_tostring(L, -1));
    return 1;
}

/* -- making x -- */

void gp_inputs_open(lua_State *L) {
    static const luaL_Reg METHODS[] = {
        {"low", get_low}, {"high", get_high}, {"basis", get_basis}, {"covers", get_covers}, {"text", get_text}, {NULL, NULL},
    };
    lua_newtable(L);
    luaL_setfuncs(L, METHODS, 0);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_METHODS);
    lua_createtable(L, 0, 2);
    lua_pushcfunction(L, get);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_set);
    lua_setfield(L, -2, "__newindex");
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_INPUTS);
}

void gp_inputs_push(lua_State *L, size_t number) {
    const gp_host *h = gp_host_of(L);
    const gp_rule *rule = &h->rules[number].rule;
    size_t *mark = lua_newuserdatauv(L, sizeof *mark, 1);
    *mark = number;
    lua_createtable(L, 0, (int)rule->nreads);
    for (size_t i = 0; i < rule->nreads; i++) {
        gp_text name = h->plan->names.items[rule->reads[i]];
        lua_pushlstring(L, name.s, name.n);
        lua_pushinteger(L, (lua_Integer)i);
        lua_rawset(L, -3);
    }
    lua_setiuservalue(L, -2, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_INPUTS);
    lua_setmetatable(L, -2);
}

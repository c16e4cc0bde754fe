/* What a rule returns: met, unmet, undecided, no_data, not_applicable with a reason and a score, a truth value, or a number.
 * Invariant: results are made here only, a score is finite, and a reason is visible text of at most GP_REASON_MAX bytes. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rule/inside.h"

typedef struct result {
    gp_rule_outcome outcome;
    double score; /* NaN: none */
    bool has_reason;
    size_t n;
    char reason[];
} result;

/* -- making text visible -- */

static bool is_invisible(uint32_t cp) {
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0)) return true;
    if (cp >= 0x2000)
        return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
               (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE007F);
    return cp == 0xAD || cp == 0x61C || cp == 0x180E;
}

/* One code point of t at *i as it is shown. */
static size_t visible(char out[16], gp_text t, size_t *i) {
    size_t at = *i;
    uint32_t cp = gp_utf8_next(t, i);
    if (cp == '\n' || cp == '\t') return (size_t)snprintf(out, 16, "\\%c", cp == '\n' ? 'n' : 't');
    if (cp == 0xFFFD && *i == at + 1) return (size_t)snprintf(out, 16, "\\x%02X", (unsigned)(unsigned char)t.s[at]);
    if (is_invisible(cp)) return (size_t)snprintf(out, 16, "\\u{%X}", (unsigned)cp);
    memcpy(out, t.s + at, *i - at);
    return *i - at;
}

size_t gp_escape(char *out, size_t room, gp_text t) {
    static const char MORE[] = "…";
    size_t n = 0, cut = 0; /* cut: where the sign for "more" still fits */
    char shown[16];
    for (size_t i = 0; i < t.n;) {
        size_t k = visible(shown, t, &i);
        if (n + k > room) {
            memcpy(out + cut, MORE, sizeof MORE - 1);
            return cut + sizeof MORE - 1;
        }
        memcpy(out + n, shown, k);
        n += k;
        if (n <= room - (sizeof MORE - 1)) cut = n;
    }
    return n;
}

/* -- making results -- */

static double score_arg(lua_State *L, int arg) {
    if (lua_isnoneornil(L, arg)) return NAN;
    if (lua_type(L, arg) != LUA_TNUMBER) gp_refuse_type(L, arg, "a number, the score,");
    double score = lua_tonumber(L, arg);
    if (!isfinite(score)) luaL_argerror(L, arg, "the score is no finite number");
    return score;
}

/* Upvalue: the outcome. */
static int construct(lua_State *L) {
    gp_text reason = GP_NO_TEXT;
    if (!lua_isnoneornil(L, 1) && lua_type(L, 1) != LUA_TSTRING) gp_refuse_type(L, 1, "a text, the reason,");
    double score = score_arg(L, 2);
    if (lua_type(L, 1) == LUA_TSTRING) reason.s = lua_tolstring(L, 1, &reason.n);
    if (reason.n > GP_REASON_MAX + 4) reason.n = GP_REASON_MAX + 4; /* enough to see that it has to be cut */
    result *r = lua_newuserdatauv(L, sizeof *r + reason.n, 0);
    *r = (result){(gp_rule_outcome)lua_tointeger(L, lua_upvalueindex(1)), score, reason.s != NULL, reason.n};
    if (reason.s) memcpy(r->reason, reason.s, reason.n);
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_RESULT);
    lua_setmetatable(L, -2);
    return 1;
}

void gp_results_open(lua_State *L) {
    static const struct {
        const char *name;
        gp_rule_outcome outcome;
    } MAKERS[] = {{"met", GP_RULE_MET},
                  {"unmet", GP_RULE_UNMET},
                  {"undecided", GP_RULE_UNDECIDED},
                  {"no_data", GP_RULE_NO_DATA},
                  {"not_applicable", GP_RULE_NOT_APPLICABLE}};
    lua_newtable(L);
    lua_rawseti(L, LUA_REGISTRYINDEX, GP_SLOT_RESULT);
    for (size_t i = 0; i < GP_COUNT(MAKERS); i++) {
        lua_pushinteger(L, MAKERS[i].outcome);
        lua_pushcclosure(L, construct, 1);
        lua_setfield(L, -2, MAKERS[i].name);
    }
}

/* -- taking them -- */

static const result *result_at(lua_State *L, int index) {
    if (lua_type(L, index) != LUA_TUSERDATA || !lua_getmetatable(L, index)) return NULL;
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_RESULT);
    bool is = lua_rawequal(L, -1, -2);
    lua_pop(L, 2);
    return is ? lua_touserdata(L, index) : NULL;
}

static void take_made(gp_call *c, const result *r) {
    c->out->outcome = r->outcome;
    c->out->score = r->score;
    c->has_reason = r->has_reason;
    c->nreason = gp_escape(c->reason, GP_REASON_MAX, (gp_text){r->reason, r->n});
}

static double finite_at(lua_State *L, int index, const char *function) {
    double v = lua_tonumber(L, index);
    if (!isfinite(v)) luaL_error(L, "`%s` returned a number that is not finite", function);
    return v;
}

void gp_result_take(lua_State *L, int index) {
    gp_call *c = gp_host_of(L)->call;
    const result *made = result_at(L, index);
    if (made) {
        take_made(c, made);
        return;
    }
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN: c->out->outcome = lua_toboolean(L, index) ? GP_RULE_MET : GP_RULE_UNMET; break;
    case LUA_TNUMBER:
        c->out->score = finite_at(L, index, "check");
        c->out->outcome = GP_RULE_SCORE;
        break;
    case LUA_TNIL:
        luaL_error(L, "`check` returned nothing; met(), unmet(), undecided(), no_data(), not_applicable(), true, false or a number is due");
        break;
    default:
        luaL_error(L, "`check` returned a %s; met(), unmet(), undecided(), no_data(), not_applicable(), true, false or a number is due",
                   luaL_typename(L, index));
    }
}

void gp_result_take_score(lua_State *L, int index) {
    gp_call *c = gp_host_of(L)->call;
    if (lua_type(L, index) != LUA_TNUMBER) luaL_error(L, "`score` returned a %s; a number is due", luaL_typename(L, index));
    c->out->score = finite_at(L, index, "score");
}

/* -- of roll -- */

static gp_text text_field(lua_State *L, int index, const char *key) {
    gp_text t = GP_NO_TEXT;
    int type = lua_getfield(L, index, key);
    if (type == LUA_TSTRING) t.s = lua_tolstring(L, -1, &t.n);
    else if (type != LUA_TNIL) luaL_error(L, "`roll` returned a %s as `%s`; a text is due", luaL_typename(L, -1), key);
    return t; /* it stays on the stack while it is needed */
}

static gp_rule_outcome verdict_named(lua_State *L, gp_text t) {
    static const struct {
        const char *name;
        gp_rule_outcome outcome;
    } WORDS[] = {{"met", GP_RULE_MET},
                 {"unmet", GP_RULE_UNMET},
                 {"undecided", GP_RULE_UNDECIDED},
                 {"no_data", GP_RULE_NO_DATA},
                 {"not_applicable", GP_RULE_NOT_APPLICABLE}};
    for (size_t i = 0; i < GP_COUNT(WORDS); i++)
        if (gp_text_is(t, WORDS[i].name)) return WORDS[i].outcome;
    luaL_error(L, "`roll` returned a verdict that is none of met, unmet, undecided, no_data, not_applicable");
    return GP_RULE_ERROR;
}

void gp_result_take_roll(lua_State *L, int index) {
    gp_call *c = gp_host_of(L)->call;
    if (lua_type(L, index) != LUA_TTABLE)
        luaL_error(L, "`roll` returned a %s; a table with score, verdict, grade, reason is due", luaL_typename(L, index));
    int type = lua_getfield(L, index, "score");
    if (type == LUA_TNUMBER) c->out->score = finite_at(L, -1, "roll");
    else if (type != LUA_TNIL) luaL_error(L, "`roll` returned a %s as `score`; a number is due", luaL_typename(L, -1));
    gp_text verdict = text_field(L, index, "verdict"), grade = text_field(L, index, "grade"), reason = text_field(L, index, "reason");
    c->out->outcome = verdict.s ? verdict_named(L, verdict) : GP_RULE_SCORE;
    c->has_grade = grade.s != NULL;
    c->ngrade = gp_escape(c->grade, GP_WORD_MAX, grade);
    c->has_reason = reason.s != NULL;
    c->nreason = gp_escape(c->reason, GP_REASON_MAX, reason);
}

/* Patterns of rules against Lua's own: the same matches and captures on random subjects and patterns, or an error in both.
 * GP_RUNS says how many, GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "trap.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "rule/pattern.h"

enum { SUBJECT_MAX = 10, PIECES_MAX = 7, TEXT_MAX = 128 };

static uint64_t seed = 20201231;
static long runs = 100000;

static size_t below(dice *d, size_t n) {
    return (size_t)(roll(d) % n);
}

static void any_subject(char *out, dice *d) {
    static const char LETTERS[] = "aab(b)1- ]%\xE4";
    size_t n = below(d, SUBJECT_MAX + 1);
    for (size_t i = 0; i < n; i++) out[i] = LETTERS[below(d, sizeof LETTERS - 1)];
    out[n] = 0;
}

static void any_pattern(char *out, dice *d) {
    static const char *const PIECES[] = {"a",       "b",   ".",     "%a",   "%d",   "%s",    "%w",    "%p",      "%A",  "[ab]", "[^a]",
                                         "[a-z%d]", "[]]", "[^]b]", "%(",   "%bab", "%b()",  "%f[a]", "%f[^%w]", "%1",  "()",   "(",
                                         ")",       "(a)", "(.-)",  "(a*)", "-",    "[%a-]", "%",     "[",       "$",   "^",    "%x",
                                         "%u",      "%g",  "%c",    "[a-]", "%l",   "]",     "%2",    "%f",      "%ba", "[^"};
    static const char *const SUFFIXES[] = {"", "", "", "*", "+", "-", "?"};
    out[0] = 0;
    if (below(d, 5) == 0) strcat(out, "^");
    for (size_t n = below(d, PIECES_MAX + 1); n > 0; n--) {
        size_t limit = below(d, 12) ? 29 : GP_COUNT(PIECES); /* mostly whole ones */
        strcat(out, PIECES[below(d, limit)]);
        strcat(out, SUFFIXES[below(d, GP_COUNT(SUFFIXES))]);
    }
    if (below(d, 6) == 0) strcat(out, "$");
}

/* "3 5 [a] @4" or "none" or "error". */
static void by_lua(char *out, lua_State *L, const char *s, const char *p) {
    lua_settop(L, 0);
    lua_getglobal(L, "string");
    lua_getfield(L, 1, "find");
    lua_pushstring(L, s);
    lua_pushstring(L, p);
    if (lua_pcall(L, 2, LUA_MULTRET, 0) != LUA_OK) {
        strcpy(out, "error");
        return;
    }
    if (lua_isnil(L, 2)) {
        strcpy(out, "none");
        return;
    }
    out += sprintf(out, "%d %d", (int)lua_tointeger(L, 2), (int)lua_tointeger(L, 3));
    for (int i = 4; i <= lua_gettop(L); i++)
        out += lua_type(L, i) == LUA_TNUMBER ? sprintf(out, " @%d", (int)lua_tointeger(L, i)) : sprintf(out, " [%s]", lua_tostring(L, i));
}

static bool print_captures(char *out, const gp_match *m) {
    for (int i = 0; i < m->ncaptures; i++) {
        const struct gp_capture *c = &m->capture[i];
        if (c->n == GP_CAPTURE_OPEN) return false;
        out += c->n == GP_CAPTURE_POSITION ? sprintf(out, " @%d", (int)(c->s - m->begin + 1)) : sprintf(out, " [%.*s]", (int)c->n, c->s);
    }
    return true;
}

static void by_us(char *out, const char *s, const char *p) {
    gp_match m;
    gp_match_init(&m, s, strlen(s), p, strlen(p), UINT64_MAX);
    bool anchored = *p == '^';
    for (const char *at = s; at <= m.end; at++) {
        const char *end = gp_match_at(&m, at, p + anchored);
        if (m.fault) break;
        if (end) {
            int n = sprintf(out, "%d %d", (int)(at - s + 1), (int)(end - s));
            if (!print_captures(out + n, &m)) strcpy(out, "error");
            return;
        }
        if (anchored) break;
    }
    strcpy(out, m.fault ? "error" : "none");
}

static void test_same_as_lua(void **state) {
    dice d = {seed};
    lua_State *L = luaL_newstate();
    (void)state;
    assert_non_null(L);
    luaL_openlibs(L);
    for (long i = 0; i < runs; i++) {
        char s[SUBJECT_MAX + 1], p[TEXT_MAX], lua[TEXT_MAX * 8], us[TEXT_MAX * 8];
        any_subject(s, &d);
        any_pattern(p, &d);
        if (!strpbrk(p, "^$*+?.([%-")) continue; /* Lua's find takes it as a plain text then */
        by_lua(lua, L, s, p);
        by_us(us, s, p);
        if (strcmp(lua, us) != 0) print_message("`%s` on `%s`: Lua %s, here %s\n", p, s, lua, us);
        assert_string_equal(us, lua);
    }
    lua_close(L);
}

/* With a limit of n steps a match that needs more ends as spent, and one that needs n does not. */
static void test_limit(void **state) {
    dice d = {seed + 1};
    (void)state;
    for (long i = 0; i < runs / 10; i++) {
        char s[SUBJECT_MAX + 1], p[TEXT_MAX];
        gp_match free_run, m;
        any_subject(s, &d);
        any_pattern(p, &d);
        gp_match_init(&free_run, s, strlen(s), p, strlen(p), UINT64_MAX);
        const char *end = gp_match_at(&free_run, s, p);
        gp_match_init(&m, s, strlen(s), p, strlen(p), free_run.steps);
        assert_true(gp_match_at(&m, s, p) == end && !m.spent);
        if (free_run.steps == 0) continue;
        gp_match_init(&m, s, strlen(s), p, strlen(p), below(&d, free_run.steps));
        assert_null(gp_match_at(&m, s, p));
        assert_true(m.spent);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_as_lua), cmocka_unit_test(test_limit)};
    dice_begin(&seed, &runs);
    return cmocka_run_group_tests(tests, NULL, NULL);
}

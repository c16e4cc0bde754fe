/* Questions about the neutral tree.
 * Invariant: nothing here changes a tree; the looks are those of YAML 1.2's core schema and no others. */
#include "input/tree.h"

#include <string.h>

/* -- looks -- */

static bool is_one_of(gp_text t, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (gp_text_is(t, words[i])) return true;
    return false;
}

static bool looks_null(gp_text t) {
    static const char *const WORDS[] = {"", "~", "null", "Null", "NULL"};
    return t.n <= 4 && is_one_of(t, WORDS, GP_COUNT(WORDS));
}

static bool looks_bool(gp_text t) {
    static const char *const WORDS[] = {"true", "True", "TRUE", "false", "False", "FALSE"};
    return t.n >= 4 && t.n <= 5 && is_one_of(t, WORDS, GP_COUNT(WORDS));
}

/* Skips characters of `set` from *i; how many. */
static size_t run_of(gp_text t, size_t *i, const char *set) {
    size_t start = *i;
    while (*i < t.n && t.s[*i] && strchr(set, t.s[*i])) (*i)++;
    return *i - start;
}

#define DIGITS "0123456789"

static bool skip_sign(gp_text t, size_t *i) {
    bool sign = *i < t.n && (t.s[*i] == '+' || t.s[*i] == '-');
    *i += sign;
    return sign;
}

static bool looks_int(gp_text t) {
    size_t i = 2;
    if (gp_text_starts(t, "0o")) return run_of(t, &i, "01234567") && i == t.n;
    if (gp_text_starts(t, "0x")) return run_of(t, &i, DIGITS "abcdefABCDEF") && i == t.n;
    i = 0;
    skip_sign(t, &i);
    return run_of(t, &i, DIGITS) && i == t.n;
}

static bool looks_special(gp_text t) {
    static const char *const NANS[] = {".nan", ".NaN", ".NAN"}, *const INFS[] = {".inf", ".Inf", ".INF"};
    size_t i = 0;
    skip_sign(t, &i);
    return is_one_of(t, NANS, GP_COUNT(NANS)) || is_one_of((gp_text){t.s + i, t.n - i}, INFS, GP_COUNT(INFS));
}

static bool looks_float(gp_text t) {
    if (looks_special(t)) return true;
    size_t i = 0;
    skip_sign(t, &i);
    size_t whole = run_of(t, &i, DIGITS), part = 0;
    if (i < t.n && t.s[i] == '.') {
        i++;
        part = run_of(t, &i, DIGITS);
    }
    if (whole + part == 0) return false;
    if (i < t.n && (t.s[i] == 'e' || t.s[i] == 'E')) {
        i++;
        skip_sign(t, &i);
        if (!run_of(t, &i, DIGITS)) return false;
    }
    return i == t.n;
}

/* Whether the text alone says what it is: nothing says that it is a text. */
static bool is_bare(const gp_tree *t) { return t->kind == GP_TREE_SCALAR && !t->quoted && !t->tagged_str; }

gp_look gp_tree_look(const gp_tree *t) {
    if (!is_bare(t)) return GP_LOOK_TEXT;
    if (looks_null(t->text)) return GP_LOOK_NULL;
    if (looks_bool(t->text)) return GP_LOOK_BOOL;
    if (looks_int(t->text)) return GP_LOOK_INT;
    return looks_float(t->text) ? GP_LOOK_FLOAT : GP_LOOK_TEXT;
}

bool gp_tree_is_null(const gp_tree *t) {
    return is_bare(t) && looks_null(t->text);
}

/* -- parts -- */

const gp_tree *gp_tree_get(const gp_tree *map, const char *key) {
    if (!map || map->kind != GP_TREE_MAP) return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (gp_text_is(map->pairs[i].key, key)) return map->pairs[i].value;
    return NULL;
}

gp_place gp_tree_place(const gp_tree *t, size_t offset, size_t len) {
    return t->exact ? gp_place_sub(t->at, offset, len) : t->at;
}

const char *gp_tree_kind_name(const gp_tree *t) {
    if (t->kind == GP_TREE_LIST) return "a list";
    if (t->kind == GP_TREE_MAP) return "a mapping";
    return gp_tree_is_null(t) ? "nothing" : "text";
}

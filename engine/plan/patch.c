/* Patches: the plan once more with other values at some of its keys, for what-if that changes a method, a criterion, a rule or a veto.
 * Invariant: the plan itself is not touched; the patched one has its nodes, data and texts, number by number, so that they share a
 * frame. */
#include "plan/load.h"

#include <string.h>

typedef struct patcher {
    gp_arena *arena;
    gp_diags *diags;
    const gp_patch *patch;
} patcher;

static gp_text first_of(gp_text *rest) {
    const char *dot = memchr(rest->s, '.', rest->n);
    gp_text first = {rest->s, dot ? (size_t)(dot - rest->s) : rest->n};
    size_t used = first.n + (dot != NULL);
    rest->s += used;
    rest->n -= used;
    return first;
}

/* A mapping or list of its own in place of one that an alias may share. */
static gp_tree *own(const patcher *p, gp_tree **slot) {
    gp_tree *t = GP_NEW(p->arena, gp_tree);
    *t = **slot;
    if (t->n && t->kind == GP_TREE_MAP) {
        t->pairs = gp_arena_array(p->arena, t->n, sizeof *t->pairs);
        memcpy(t->pairs, (*slot)->pairs, t->n * sizeof *t->pairs);
    }
    if (t->n && t->kind == GP_TREE_LIST) {
        t->items = gp_arena_array(p->arena, t->n, sizeof(gp_tree *));
        memcpy(t->items, (*slot)->items, t->n * sizeof(gp_tree *));
    }
    return *slot = t;
}

/* The member of a list of goals, indicators or clauses that has the id. */
static gp_tree *member_of(const patcher *p, gp_tree *map, gp_text id) {
    static const char *const LISTS[] = {"goals", "indicators", "clauses"};
    for (size_t k = 0; k < map->n; k++) {
        const gp_pair *pair = &map->pairs[k];
        bool lists = false;
        for (size_t i = 0; i < GP_COUNT(LISTS); i++) lists = lists || gp_text_is(pair->key, LISTS[i]);
        for (size_t i = 0; lists && pair->value->kind == GP_TREE_LIST && i < pair->value->n; i++) {
            const gp_tree *named = gp_tree_get(pair->value->items[i], "id");
            if (named && named->kind == GP_TREE_SCALAR && gp_text_eq(named->text, id))
                return own(p, &own(p, &map->pairs[k].value)->items[i]);
        }
    }
    return NULL;
}

static gp_tree *node_of(const patcher *p, gp_tree *root, gp_text id) {
    gp_tree *at = root;
    while (at && id.n) at = at->kind == GP_TREE_MAP ? member_of(p, at, first_of(&id)) : NULL;
    return at;
}

static gp_pair *pair_of(gp_tree *map, gp_text key) {
    for (size_t i = 0; i < map->n; i++)
        if (gp_text_eq(map->pairs[i].key, key)) return &map->pairs[i];
    return NULL;
}

static gp_pair *add_pair(const patcher *p, gp_tree *map, gp_text key) {
    gp_pair *grown = gp_arena_array(p->arena, map->n + 1, sizeof *grown);
    if (map->n) memcpy(grown, map->pairs, map->n * sizeof *grown);
    map->pairs = grown;
    grown[map->n] = (gp_pair){.key = key, .key_at = p->patch->at};
    return &grown[map->n++];
}

/* A criterion takes the place of the one that stands there. */
static void drop_criterion(gp_tree *map, gp_text key) {
    bool criterion = false;
    for (gp_test t = GP_AT_LEAST; t <= GP_JUDGED; t++) criterion = criterion || gp_text_is(key, gp_test_key(t));
    if (!criterion || gp_text_is(key, "by")) return;
    size_t n = 0;
    for (size_t i = 0; i < map->n; i++) {
        bool other = false;
        for (gp_test t = GP_AT_LEAST; t <= GP_JUDGED; t++) other = other || (t != GP_BY && gp_text_is(map->pairs[i].key, gp_test_key(t)));
        if (!other) map->pairs[n++] = map->pairs[i];
    }
    map->n = n;
}

/* ---- where a key leads ---- */

/* Lists are counted from 1; an entry of `grades` is also found by its name, and stands for its bound. */
static gp_tree **item_of(gp_tree *list, gp_text key) {
    size_t n = 0;
    for (size_t i = 0; i < key.n && n < 1000000; i++) n = key.s[i] >= '0' && key.s[i] <= '9' ? n * 10 + (size_t)(key.s[i] - '0') : 1000000;
    if (n >= 1 && n <= list->n) return &list->items[n - 1];
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *name = list->items[i]->kind == GP_TREE_MAP ? gp_tree_get(list->items[i], "grade") : NULL;
        gp_pair *bound = name && gp_text_eq(name->text, key) ? pair_of(list->items[i], GP_TEXT("at_least")) : NULL;
        if (bound) return &bound->value;
    }
    return NULL;
}

/* The member of a mapping, made where it is not there yet. A single entry may stand where a list is meant: it is number 1 of it. */
static gp_tree **member_slot(const patcher *p, gp_tree **at, gp_text key, bool last) {
    if (gp_text_is(key, "1")) return at;
    if (last) drop_criterion(*at, key);
    gp_pair *pair = pair_of(*at, key);
    if (!pair) pair = add_pair(p, *at, key);
    return &pair->value;
}

/* Within *at, which nobody else has. NULL: the way there leads through something that has no members. */
static gp_tree **slot_of(const patcher *p, gp_tree **at) {
    gp_text rest = p->patch->key;
    for (bool first = true; at && rest.n; first = false) {
        gp_text key = first_of(&rest);
        if (!*at) {
            *at = GP_NEW(p->arena, gp_tree);
            **at = (gp_tree){.kind = GP_TREE_MAP, .at = p->patch->at};
        } else if (!first) {
            own(p, at);
        }
        if ((*at)->kind == GP_TREE_LIST) at = item_of(*at, key);
        else at = (*at)->kind == GP_TREE_MAP ? member_slot(p, at, key, rest.n == 0) : NULL;
    }
    return at;
}

/* ---- laying ---- */

/* To where the text stands, when that is known letter by letter; else to the whole of it. */
static void move_place(const patcher *p, gp_place *at) {
    bool exact = p->patch->at.len == p->patch->text.n;
    *at = exact ? gp_place_sub(p->patch->at, at->at, at->len) : p->patch->at;
}

static void move_places(const patcher *p, gp_tree *t) {
    move_place(p, &t->at);
    t->exact = t->exact && p->patch->at.len == p->patch->text.n;
    for (size_t i = 0; i < t->n; i++) {
        if (t->kind == GP_TREE_MAP) move_place(p, &t->pairs[i].key_at);
        move_places(p, t->kind == GP_TREE_MAP ? t->pairs[i].value : t->items[i]);
    }
}

/* The value as YAML. What is wrong in the reading itself has a place of its own. */
static gp_tree *value_of(const patcher *p) {
    gp_file file;
    if (!gp_file_of(&file, p->arena, p->diags, GP_TEXT("--set"), p->patch->text, GP_FILE_TEXT)) return NULL;
    gp_tree *t = gp_yaml_parse(p->arena, p->diags, &file);
    if (t) move_places(p, t);
    return t;
}

static void apply(const patcher *p, gp_tree *root) {
    gp_tree *at = node_of(p, root, p->patch->id), **slot = at ? slot_of(p, &at) : NULL, *value = slot ? value_of(p) : NULL;
    if (value) *slot = value;
    else if (!at)
        gp_report(p->diags, GP_D_PATH, p->patch->at, "`%.*s` comes from a table, where only numbers can be changed here",
                  GP_ARG(p->patch->id));
    else if (!slot)
        gp_report(p->diags, GP_D_PATH, p->patch->at, "`%.*s` of `%.*s` is no mapping that could be changed here", GP_ARG(p->patch->key),
                  GP_ARG(p->patch->id));
}

/* The plan's text as it is read under its scoring model. */
static gp_tree *tree_of(gp_arena *a, gp_diags *d, const gp_plan *plan) {
    gp_tree *root = gp_yaml_parse(a, d, &plan->file);
    return root && plan->model.n ? gp_model_tree(a, root, plan->model) : root;
}

bool gp_plan_takes(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_patch *patch) {
    patcher p = {a, d, patch};
    gp_tree *root = tree_of(a, d, plan), *at = root ? node_of(&p, root, patch->id) : NULL;
    return at && slot_of(&p, &at);
}

gp_plan *gp_plan_patched(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_pool *texts, const gp_patch *patches, size_t n) {
    size_t errors = d->errors, before = d->n;
    gp_tree *root = tree_of(a, d, plan);
    for (size_t i = 0; root && i < n; i++) apply(&(patcher){a, d, &patches[i]}, root);
    if (!root || d->errors != errors) return NULL;
    gp_plan *out = gp_plan_read_again(a, d, plan, texts, root);
    gp_forget_repeated(d, before);
    if (!out || d->errors != errors) return NULL;
    out->model = plan->model;
    return out;
}

/* Patches: the plan once more with other values at some of its keys, for what-if that changes a method, a criterion, a rule or a veto.
 * Invariant: the plan itself is not touched; the patched one has its nodes, data and texts, number by number, so that they share a frame. */
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

/* The member of a list of goals, indicators or clauses that has the id. */
static gp_tree *member_of(const gp_tree *map, gp_text id) {
    static const char *const LISTS[] = {"goals", "indicators", "clauses"};
    for (size_t k = 0; k < GP_COUNT(LISTS); k++) {
        const gp_tree *list = gp_tree_get(map, LISTS[k]);
        for (size_t i = 0; list && list->kind == GP_TREE_LIST && i < list->n; i++) {
            const gp_tree *own = gp_tree_get(list->items[i], "id");
            if (own && own->kind == GP_TREE_SCALAR && gp_text_eq(own->text, id)) return list->items[i];
        }
    }
    return NULL;
}

static gp_tree *node_of(gp_tree *root, gp_text id) {
    gp_tree *at = root;
    while (at && id.n) at = member_of(at, first_of(&id));
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

static bool lay(const patcher *p, gp_tree *at, gp_tree *value) {
    gp_text rest = p->patch->key;
    for (;;) {
        gp_text key = first_of(&rest);
        if (at->kind != GP_TREE_MAP) break;
        if (rest.n == 0) drop_criterion(at, key);
        gp_pair *pair = pair_of(at, key);
        if (!pair) pair = add_pair(p, at, key);
        if (rest.n == 0) {
            pair->value = value;
            return true;
        }
        if (!pair->value) {
            pair->value = GP_NEW(p->arena, gp_tree);
            *pair->value = (gp_tree){.kind = GP_TREE_MAP, .at = p->patch->at};
        }
        at = pair->value;
    }
    gp_report(p->diags, GP_D_PATH, p->patch->at, "`%.*s` of `%.*s` is no mapping that could be changed here", GP_ARG(p->patch->key), GP_ARG(p->patch->id));
    return false;
}

/* The value as YAML, with a place of its own. */
static gp_tree *value_of(const patcher *p) {
    gp_file file;
    if (!gp_file_of(&file, p->arena, p->diags, GP_TEXT("--set"), p->patch->text, GP_FILE_TEXT)) return NULL;
    return gp_yaml_parse(p->arena, p->diags, &file);
}

static bool apply(const patcher *p, gp_tree *root) {
    gp_tree *at = node_of(root, p->patch->id), *value = value_of(p);
    if (value && at) return lay(p, at, value);
    if (!at) gp_report(p->diags, GP_D_PATH, p->patch->at, "`%.*s` comes from a table, where only numbers can be changed here", GP_ARG(p->patch->id));
    return false;
}

gp_plan *gp_plan_patched(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_pool *texts, const gp_patch *patches, size_t n) {
    size_t errors = d->errors;
    gp_tree *root = gp_yaml_parse(a, d, &plan->file);
    for (size_t i = 0; root && i < n; i++) apply(&(patcher){a, d, &patches[i]}, root);
    if (!root || d->errors != errors) return NULL;
    gp_plan *out = gp_plan_read_again(a, d, plan, texts, root);
    return out && d->errors == errors ? out : NULL;
}

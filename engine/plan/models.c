/* Scoring models: the plan once more for each entry of `models`, with the model's keys laid over `scoring` and the plan's own.
 * Invariant: every model has the nodes, data and texts of the plan, number by number, so that they share a frame. */
#include "plan/load.h"

static const char *const OVER_PLAN[] = {"grades", "veto", "bonus", "penalty", "score", "cohort"};

static bool is_over_plan(gp_text key) {
    for (size_t i = 0; i < GP_COUNT(OVER_PLAN); i++)
        if (gp_text_is(key, OVER_PLAN[i])) return true;
    return false;
}

static gp_tree *copy_map(gp_arena *a, const gp_tree *map, size_t more) {
    gp_tree *t = GP_NEW(a, gp_tree);
    *t = *map;
    t->pairs = gp_arena_array(a, map->n + more, sizeof *t->pairs);
    for (size_t i = 0; i < map->n; i++) t->pairs[i] = map->pairs[i];
    return t;
}

static void take_out(gp_tree *map, gp_text key) {
    size_t n = 0;
    for (size_t i = 0; i < map->n; i++)
        if (!gp_text_eq(map->pairs[i].key, key)) map->pairs[n++] = map->pairs[i];
    map->n = n;
}

static const gp_pair *pair_of(const gp_tree *map, const char *key) {
    for (size_t i = 0; i < map->n; i++)
        if (gp_text_is(map->pairs[i].key, key)) return &map->pairs[i];
    return NULL;
}

/* `marks` and `decimals` may stand at the plan's head too: those give way. */
static void lay_pair(gp_tree *plan, gp_tree *scoring, const gp_pair *pair) {
    bool over_plan = is_over_plan(pair->key);
    gp_tree *onto = over_plan ? plan : scoring;
    take_out(onto, pair->key);
    if (gp_text_is(pair->key, "marks") || gp_text_is(pair->key, "decimals")) take_out(plan, pair->key);
    onto->pairs[onto->n++] = *pair;
}

static gp_tree *lay_over(gp_arena *a, const gp_tree *root, const gp_tree *model, gp_place at) {
    static const gp_tree nothing = {.kind = GP_TREE_MAP};
    const gp_pair *own = pair_of(root, "scoring");
    bool has = own && own->value->kind == GP_TREE_MAP;
    gp_tree *plan = copy_map(a, root, model->n + 1), *scoring = copy_map(a, has ? own->value : &nothing, model->n);
    if (!has) scoring->at = at;
    take_out(plan, GP_TEXT("models"));
    take_out(plan, GP_TEXT("scoring"));
    for (size_t i = 0; i < model->n; i++) lay_pair(plan, scoring, &model->pairs[i]);
    if (scoring->n) plan->pairs[plan->n++] = (gp_pair){.key = GP_TEXT("scoring"), .key_at = at, .value = scoring};
    return plan;
}

gp_tree *gp_model_tree(gp_arena *a, const gp_tree *root, gp_text name) {
    const gp_tree *models = gp_tree_get(root, "models");
    for (size_t i = 0; models && i < models->n; i++)
        if (gp_text_eq(models->pairs[i].key, name)) return lay_over(a, root, models->pairs[i].value, models->pairs[i].key_at);
    return NULL;
}

/* ---- messages ---- */

static gp_text path_of(const gp_diags *d, uint32_t file) { return file && file <= d->nsources ? d->sources[file - 1].path : GP_NO_TEXT; }

/* A file that was read once more has another number. */
static bool is_same(const gp_diags *d, const gp_diag *x, const gp_diag *y) {
    bool here = x->place.at == y->place.at && gp_text_eq(path_of(d, x->place.file), path_of(d, y->place.file));
    return here && x->code == y->code && gp_text_eq(x->message, y->message);
}

/* What the plan's own reading said already is not said again. */
void gp_forget_repeated(gp_diags *d, size_t before) {
    size_t n = before;
    for (size_t i = before; i < d->n; i++) {
        bool known = false;
        for (size_t k = 0; k < n && !known; k++) known = d->items[i].severity != GP_ERROR && is_same(d, &d->items[i], &d->items[k]);
        if (!known) d->items[n++] = d->items[i];
        else if (d->items[i].severity == GP_WARNING) d->warnings--;
        else d->notes--;
    }
    d->n = n;
}

/* ---- all models ---- */

static bool check_name(gp_diags *d, const gp_pair *pair) {
    bool taken = gp_text_is(pair->key, "base") || gp_text_is(pair->key, "all");
    if (taken) gp_report(d, GP_D_BAD_ID, pair->key_at, "`%.*s` cannot be the name of a model: `--model` uses that word", GP_ARG(pair->key));
    if (pair->value->kind == GP_TREE_MAP) return !taken;
    gp_report(d, GP_D_WRONG_KIND, gp_tree_start(pair->value), "`%.*s` is %s; a mapping is due", GP_ARG(pair->key),
              gp_tree_kind_name(pair->value));
    return false;
}

void gp_read_models(gp_arena *a, gp_diags *d, const gp_file *file, const gp_tree *root, gp_plan *plan, gp_learnt *learnt,
                    gp_plan_reader *read) {
    const gp_tree *models = gp_tree_get(root, "models");
    if (!models || models->kind != GP_TREE_MAP) return;
    plan->models = gp_arena_array(a, models->n, sizeof(gp_plan *));
    for (size_t i = 0; i < models->n; i++) {
        size_t before = d->n;
        if (!check_name(d, &models->pairs[i])) continue;
        learnt->asks = 0;
        gp_plan *model = read(a, d, file, lay_over(a, root, models->pairs[i].value, models->pairs[i].key_at), learnt);
        gp_forget_repeated(d, before);
        if (!model) continue;
        model->model = models->pairs[i].key;
        plan->models[plan->nmodels++] = model;
    }
    for (size_t i = 0; i < plan->nmodels; i++) plan->models[i]->texts = learnt->texts;
    plan->texts = learnt->texts;
}

const gp_plan *gp_plan_model(const gp_plan *p, gp_text name) {
    if (name.n == 0 || gp_text_is(name, "base")) return p;
    for (size_t i = 0; i < p->nmodels; i++)
        if (gp_text_eq(p->models[i]->model, name)) return p->models[i];
    return NULL;
}

/* The entry: from a file to a plan. The header is read here; the rest has a file each.
 * Invariant: a plan is handed out only when nothing was reported as an error while it was read. */
#include "plan/plan.h"

#include "plan/load.h"

/* ---- what expressions may name ---- */
static bool scope_name(void *ud, gp_type *type, uint32_t *ref, gp_text name) {
    const gp_plan *p = ((gp_load *)ud)->plan;
    if (!gp_pool_find(ref, &p->names, name)) return false;
    *type = *ref < p->ndata ? p->data[*ref].type : p->derived[*ref - p->ndata].type;
    return true;
}

static size_t scope_names(void *ud, const gp_text **list) {
    const gp_plan *p = ((gp_load *)ud)->plan;
    *list = p->names.items;
    return p->names.n;
}

/* ---- the header ---- */
static void read_plan_id(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    (void)f;
    if (gp_read_text(&p->id, l, pair->value, pair->key)) gp_check_id(l, p->id, pair->value->at);
}

static bool read_period(gp_period *out, gp_load *l, const gp_tree *t, gp_text key) {
    gp_text text;
    if (!gp_read_text(&text, l, t, key)) return false;
    if (gp_period_read(out, text)) return true;
    gp_diag *diag = gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is no period", GP_ARG(text));
    gp_hint(l->diags, diag, "write 2020, 2020-H1, 2020-Q3, 2020-07, 2020-01-31, or two of them as 2020-01/2020-09");
    return false;
}

static void take_periods(gp_load *l, gp_plan *p, const gp_pair *pair) {
    const gp_tree *t = pair->value;
    p->any_period = t->kind == GP_TREE_SCALAR && gp_text_is(t->text, "any");
    if (p->any_period) return;
    bool list = t->kind == GP_TREE_LIST || gp_tree_is_from(t);
    if (list) t = gp_read_list(l, t, pair->key);
    if (!t) return;
    p->periods = gp_arena_array(l->arena, list ? t->n : 1, sizeof *p->periods);
    for (size_t i = 0; list && i < t->n; i++)
        if (read_period(&p->periods[p->nperiods], l, t->items[i], pair->key)) p->nperiods++;
    if (!list && read_period(p->periods, l, t, pair->key)) p->nperiods = 1;
    if (list && t->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`period` lists no period; write `any` for all");
}

static void read_periods(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    size_t errors = l->diags->errors;
    (void)f;
    take_periods(l, to, pair);
    l->plan->data_unsure |= l->diags->errors > errors;
}

static void keep_input(gp_load *l, const gp_file *file) {
    gp_plan *p = l->plan;
    *GP_PUSH(l->arena, p->inputs, p->ninputs, p->cap_inputs) = *file;
}

static void read_source(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    gp_file file;
    (void)f;
    if (!gp_read_text(&p->source_path, l, pair->value, pair->key)) return;
    if (!gp_file_read(&file, l->arena, l->diags, p->folder, p->source_path, GP_FILE_INSIDE, pair->value->at)) return;
    keep_input(l, &file);
    p->source = l->source = gp_cite_squeeze(l->arena, file.text);
    l->has_source = true;
}

static void add_pack(gp_load *l, gp_text path, const gp_file *file) {
    gp_plan *p = l->plan;
    keep_input(l, file);
    p->rule_files[p->nrules] = *file;
    p->rule_paths[p->nrules++] = path;
}

static void read_rules(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    const gp_tree *list = pair->value;
    (void)f;
    p->rule_files = gp_arena_array(l->arena, list->n + p->shared.n, sizeof *p->rule_files);
    p->rule_paths = gp_arena_array(l->arena, list->n + p->shared.n, sizeof *p->rule_paths);
    for (size_t i = 0; i < list->n; i++) {
        gp_text path;
        gp_file file;
        bool read = gp_read_text(&path, l, list->items[i], pair->key) &&
                    gp_file_read(&file, l->arena, l->diags, p->folder, path, GP_FILE_TEXT | GP_FILE_INSIDE, list->items[i]->at);
        p->rules_unsure |= !read;
        if (read) add_pack(l, path, &file);
    }
    p->nown = p->nrules;
}

/* A pack that both the plan and the workspace name is one pack, the plan's. */
static bool is_own(const gp_load *l, gp_text shared) {
    const gp_plan *p = l->plan;
    for (size_t i = 0; i < p->nown; i++)
        if (gp_text_eq(gp_file_join(l->arena, p->folder, p->rule_paths[i]), shared)) return true;
    return false;
}

/* What reasons call a pack of the workspace: the same wherever that is run from. */
static gp_text name_of_pack(gp_text path) {
    size_t from = path.n;
    while (from > 0 && path.s[from - 1] != '/') from--;
    return (gp_text){path.s + from, path.n - from};
}

static void read_shared_rules(gp_load *l) {
    gp_plan *p = l->plan;
    gp_packs shared = p->shared;
    if (shared.n && !p->rule_files) {
        p->rule_files = gp_arena_array(l->arena, shared.n, sizeof *p->rule_files);
        p->rule_paths = gp_arena_array(l->arena, shared.n, sizeof *p->rule_paths);
    }
    for (size_t i = 0; i < shared.n; i++) {
        gp_file file;
        if (is_own(l, shared.list[i])) continue;
        bool read = gp_file_read(&file, l->arena, l->diags, GP_NO_TEXT, shared.list[i], GP_FILE_TEXT, (gp_place){0});
        p->rules_unsure |= !read;
        if (read) add_pack(l, name_of_pack(shared.list[i]), &file);
    }
}

static void read_ignored(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    (void)f;
    gp_read_texts(&p->ignore_columns, &p->nignore, l, pair->value, pair->key);
}

static const gp_field COLUMNS[] = {
    {.key = "subject", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.subject)},
    {.key = "period", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.period)},
    {.key = "scenario", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.scenario)},
    {.key = "name", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.name)},
    {.key = "value", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.value)},
    {.key = "unit", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.unit)},
    {.key = "basis", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.basis)},
    {.key = "covers", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.covers)},
    {.key = "on", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.on)},
    {.key = "cite", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, headings.cite)},
    {.key = "ignore", .due = GP_DUE_LIST, .read = read_ignored},
};

static void read_columns(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    size_t errors = l->diags->errors;
    (void)f;
    gp_fields_read(l, pair->value, "`columns`", 0, &GP_PART(COLUMNS, to), 1);
    l->plan->data_unsure |= l->diags->errors > errors;
}

static const gp_field HEADER[] = {
    {.key = "goalpost", .due = GP_DUE_ANY}, /* looked at before all others */
    {.key = "plan", .due = GP_DUE_SCALAR, .needed = true, .read = read_plan_id},
    {.key = "title", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, title)},
    {.key = "department", .due = GP_DUE_TEXT, .offset = offsetof(gp_plan, department)},
    {.key = "lang", .due = GP_DUE_WORD, .words = &gp_words_lang, .offset = offsetof(gp_plan, lang)},
    {.key = "period", .due = GP_DUE_ANY, .read = read_periods},
    {.key = "source", .due = GP_DUE_SCALAR, .read = read_source},
    {.key = "rules", .due = GP_DUE_LIST, .read = read_rules},
    {.key = "columns", .due = GP_DUE_MAP, .read = read_columns},
    {.key = "data", .due = GP_DUE_DICTIONARY, .read = gp_read_data},
    {.key = "derive", .due = GP_DUE_DICTIONARY, .read = gp_read_derive},
};

/* A file of another version would be misread, so nothing else in it is looked at. */
bool gp_check_version(gp_load *l, const gp_tree *version) {
    gp_text text;
    if (!gp_read_scalar(&text, l, version, GP_TEXT("goalpost"))) return false;
    bool one = gp_text_is(text, "1");
    if (one && gp_tree_look(version) == GP_LOOK_INT) return true;
    if (one)
        gp_report(l->diags, GP_D_FORMAT_VERSION, version->at, "`goalpost` is the text `1`; the number 1 is due");
    else
        gp_report(l->diags, GP_D_FORMAT_VERSION, version->at, "format version `%.*s`; this program reads version 1", GP_ARG(text));
    return false;
}

/* Is this a Goalpost file, and one that holds a plan? */
static bool check_file(gp_load *l, const gp_tree *root) {
    if (root->kind != GP_TREE_MAP || root->n == 0) {
        gp_report(l->diags, GP_D_FORMAT_VERSION, root->at, "no plan: a mapping that begins with `goalpost: 1` is due");
        return false;
    }
    const gp_tree *data = gp_tree_get(root, "data"), *version = gp_tree_get(root, "goalpost");
    if (version && !gp_check_version(l, version)) return false;
    if (version && !gp_tree_get(root, "plan") && data && data->kind == GP_TREE_SCALAR) {
        gp_diag *diag = gp_report(l->diags, GP_D_FORMAT_VERSION, root->pairs[0].key_at, "these are data for a plan, not a plan");
        gp_hint(l->diags, diag, "give the file with `-d`");
        return false;
    }
    if (gp_text_is(root->pairs[0].key, "goalpost")) return true;
    gp_report(l->diags, GP_D_FORMAT_VERSION, root->pairs[0].key_at, "the first key of a Goalpost file is `goalpost: 1`");
    return true;
}

static gp_plan *new_plan(gp_arena *a, gp_diags *d, const gp_file *file) {
    gp_plan *p = GP_NEW(a, gp_plan);
    p->arena = a;
    p->diags = d;
    p->lang = GP_EN;
    p->file = *file;
    p->path = d->sources[file->source - 1].path;
    p->folder = gp_file_folder(a, p->path);
    gp_units_init(&p->units, a);
    gp_pool_init(&p->texts, a);
    gp_pool_init(&p->names, a);
    gp_pool_init(&p->ids, a);
    return p;
}

static void load_tree(gp_load *l, const gp_tree *root) {
    gp_part header = GP_PART(HEADER, l->plan);
    if (!check_file(l, root)) return;
    l->no_dictionary = gp_tree_get(root, "data") != NULL; /* until it is read */
    gp_read_root(l, root, &header);
    read_shared_rules(l);
    gp_check_dealt(l);
    gp_check_cites(l);
    gp_list_nodes(l);
    gp_settle_items(l);
    gp_settle_results(l);
}

/* One reading of the tree. What earlier readings found out is in `before`, what this one did goes there. */
static gp_plan *read_plan(gp_arena *a, gp_diags *d, const gp_file *file, const gp_tree *root, gp_learnt *learnt) {
    size_t errors = d->errors;
    gp_load l = {.arena = a, .diags = d, .plan = new_plan(a, d, file), .learnt = learnt};
    l.plan->shared = learnt->shared;
    if (learnt->begun) {
        l.plan->units = learnt->units; /* the numbers of bases stay */
        l.plan->texts = learnt->texts; /* and those of texts: models share data */
    }
    l.scope = (gp_scope){&l, scope_name, scope_names, &l.plan->units, &l.plan->texts, gp_result_type};
    gp_pool_init(&l.broken, a);
    gp_pool_init(&l.ids, a);
    gp_pool_init(&l.goals, a);
    load_tree(&l, root);
    learnt->begun = true;
    learnt->units = l.plan->units;
    learnt->texts = l.plan->texts;
    gp_learn_types(&l);
    l.plan->broken = d->errors > errors;
    l.plan->data_unsure |= l.broken.n > 0 || l.no_dictionary || !l.plan->id.s;
    return l.plan->root ? l.plan : NULL;
}

/* actual("ID") has the type of a value that may stand further down: the plan is read in silence until all of them are known. */
static gp_plan *read_often(gp_arena *a, gp_diags *d, const gp_file *file, const gp_tree *root, gp_learnt *learnt) {
    for (size_t n = SIZE_MAX; learnt->asks != n && (learnt->asks > 0 || !learnt->begun);) {
        gp_diags silent = *d;
        n = learnt->asks;
        learnt->asks = 0;
        if (!gp_reads_actuals(file->text)) break;
        read_plan(a, &silent, file, root, learnt);
    }
    return read_plan(a, d, file, root, learnt);
}

gp_plan *gp_plan_read_again(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_pool *texts, const gp_tree *root) {
    gp_learnt learnt = {.begun = true, .asks = 1, .units = plan->units, .shared = plan->shared};
    gp_pool_init(&learnt.ids, a);
    gp_pool_init(&learnt.texts, a);
    for (size_t i = 0; i < texts->n; i++) gp_pool_add(&learnt.texts, texts->items[i]);
    return read_often(a, d, &plan->file, root, &learnt);
}

static gp_plan *parse(gp_arena *a, gp_diags *d, const gp_file *file, gp_packs shared) {
    size_t errors = d->errors;
    gp_learnt learnt = {.shared = shared};
    gp_pool_init(&learnt.ids, a);
    const gp_tree *root = gp_yaml_parse(a, d, file);
    if (!root) return NULL;
    gp_plan *plan = read_often(a, d, file, root, &learnt);
    if (plan && d->errors == errors) gp_read_models(a, d, file, root, plan, &learnt, read_often);
    if (plan) plan->broken = d->errors > errors;
    return plan;
}

gp_plan *gp_plan_parse(gp_arena *a, gp_diags *d, const gp_file *file) {
    gp_plan *p = parse(a, d, file, (gp_packs){0});
    return p && !p->broken ? p : NULL;
}

gp_plan *gp_plan_load(gp_arena *a, gp_diags *d, gp_text path, gp_packs shared) {
    gp_file file;
    if (!gp_file_read(&file, a, d, GP_NO_TEXT, path, GP_FILE_TEXT, (gp_place){0})) return NULL;
    return parse(a, d, &file, shared);
}

const gp_node *gp_plan_node(const gp_plan *p, gp_text id) {
    uint32_t index;
    return gp_pool_find(&index, &p->ids, id) ? p->nodes[index] : NULL;
}

bool gp_sums_up(const gp_node *n) { return n->level <= GP_GOAL && n->nchild && n->scoring.aggregate == GP_SUM; }

const gp_datum *gp_plan_datum(const gp_plan *p, gp_text name) {
    uint32_t ref;
    return gp_pool_find(&ref, &p->names, name) && ref < p->ndata ? &p->data[ref] : NULL;
}

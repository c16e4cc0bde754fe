/* Reading goalpost.yaml: which plans, which data for each of them, and the defaults of a run.
 * Invariant: nothing that the file names is passed over: patterns without a file, plans named twice, data without a plan are errors. */
#include "plan/workspace.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/load.h"

/* A file that is waiting for the plan that it names, or that the workspace names for it. */
typedef struct stray {
    gp_text path;
    gp_text of; /* absent: the file says it */
    gp_place at;
} stray;

/* A workspace while it is read. */
typedef struct draft {
    gp_workspace_file *out;
    size_t cap;
    stray *strays;
    size_t nstrays, cap_strays;
    stray *scenarios;
    size_t nscenarios, cap_scenarios;
    bool nameless; /* a plan's id is not known, so nobody can be told that there is no such plan */
} draft;

/* -- what a file says that it is -- */

/* The text under a key of a YAML file's root; absent when there is none. Errors in it are for who reads it in full. */
static gp_text key_of_file(gp_load *l, gp_text path, const char *key) {
    gp_diags unheard;
    gp_file file;
    gp_diags_init(&unheard, l->arena);
    if (!gp_file_read(&file, l->arena, &unheard, GP_TEXT("."), path, GP_FILE_TEXT, (gp_place){0})) return GP_NO_TEXT;
    const gp_tree *root = gp_yaml_parse(l->arena, &unheard, &file), *value = root ? gp_tree_get(root, key) : NULL;
    return value && value->kind == GP_TREE_SCALAR ? value->text : GP_NO_TEXT;
}

static bool is_yaml(gp_text path) {
    return (path.n > 5 && memcmp(path.s + path.n - 5, ".yaml", 5) == 0) || (path.n > 4 && memcmp(path.s + path.n - 4, ".yml", 4) == 0);
}

/* -- patterns -- */

/* What a pattern names; a pattern that finds nothing anywhere is a slip. */
static bool expand(gp_paths *out, gp_load *l, gp_text folder, const gp_tree *pattern) {
    size_t before = out->n;
    if (!gp_glob(out, l->arena, l->diags, folder, pattern->text, pattern->at)) return false;
    if (out->n > before) return true;
    gp_report(l->diags, GP_D_WORKSPACE_EMPTY, pattern->at, "`%.*s` matches no file", GP_ARG(pattern->text));
    return false;
}

/* One text or a list of texts as a list of scalars; NULL after reporting. */
static const gp_tree *patterns_of(gp_load *l, const gp_pair *pair) {
    gp_text text;
    if (pair->value->kind == GP_TREE_LIST) return pair->value;
    if (!gp_read_text(&text, l, pair->value, pair->key)) return NULL;
    gp_tree *list = GP_NEW(l->arena, gp_tree);
    *list = (gp_tree){.kind = GP_TREE_LIST, .at = pair->value->at, .n = 1};
    list->items = gp_arena_array(l->arena, 1, sizeof *list->items);
    list->items[0] = pair->value;
    return list;
}

/* -- plans -- */

static const gp_field PLAN_ENTRY[] = {
    {.key = "plan", .due = GP_DUE_TEXT, .needed = true, .offset = GP_NOWHERE},
    {.key = "data", .due = GP_DUE_ANY, .offset = GP_NOWHERE},
};

static void add_path(gp_load *l, gp_paths *paths, gp_text path) {
    for (size_t i = 0; i < paths->n; i++)
        if (gp_text_eq(paths->list[i], path)) return;
    *GP_PUSH(l->arena, paths->list, paths->n, paths->cap) = path;
}

/* A file that is named without * or ? is due beside each plan. */
static void report_lacking(gp_load *l, const gp_department *dept, const gp_tree *p) {
    gp_diag *diag =
        gp_report(l->diags, GP_D_WORKSPACE_EMPTY, p->at, "there is no file `%.*s` beside `%.*s`", GP_ARG(p->text), GP_ARG(dept->path));
    gp_hint(l->diags, diag, "a pattern with * may find nothing for one of several plans");
}

/* The data that lie beside a plan. Of several plans one may have a pattern's files and another none; `found` is for the final check. */
static void add_data(gp_load *l, gp_department *dept, const gp_tree *patterns, bool *found) {
    gp_text folder = gp_file_folder(l->arena, dept->path);
    for (size_t i = 0; i < patterns->n; i++) {
        gp_paths here = {0};
        const gp_tree *p = patterns->items[i];
        if (p->kind != GP_TREE_SCALAR || !gp_glob(&here, l->arena, l->diags, folder, p->text, p->at)) {
            found[i] = true; /* reported */
            continue;
        }
        bool lacking = !here.n && !gp_glob_is(p->text);
        if (lacking) report_lacking(l, dept, p);
        if (here.n || lacking) found[i] = true;
        for (size_t k = 0; k < here.n; k++) add_path(l, &dept->data, here.list[k]);
    }
}

static void check_found(gp_load *l, const gp_tree *patterns, const bool *found) {
    for (size_t i = 0; i < patterns->n; i++)
        if (!found[i])
            gp_report(l->diags, GP_D_WORKSPACE_EMPTY, patterns->items[i]->at, "`%.*s` matches no file of any of these plans",
                      GP_ARG(patterns->items[i]->text));
}

static void read_plan_entry(gp_load *l, draft *d, const gp_tree *plan, const gp_tree *data) {
    gp_paths paths = {0};
    gp_text text;
    bool *found = data ? gp_arena_array(l->arena, data->n, sizeof *found) : NULL;
    for (size_t i = 0; data && i < data->n; i++) gp_read_text(&text, l, data->items[i], GP_TEXT("data"));
    if (!expand(&paths, l, d->out->folder, plan)) return;
    for (size_t i = 0; i < paths.n; i++) {
        gp_department *dept = GP_PUSH(l->arena, d->out->plans, d->out->nplans, d->cap);
        *dept = (gp_department){.path = paths.list[i], .at = plan->at};
        if (data) add_data(l, dept, data, found);
    }
    if (data) check_found(l, data, found);
}

static void read_plans(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    for (size_t i = 0; i < pair->value->n; i++) {
        const gp_tree *item = pair->value->items[i], *plan = item, *data = NULL;
        gp_text text;
        if (item->kind == GP_TREE_MAP) {
            size_t errors = l->diags->errors;
            gp_fields_read(l, item, "an entry of `plans`", 0, &GP_PART(PLAN_ENTRY, NULL), 1);
            plan = gp_tree_get(item, "plan");
            for (size_t k = 0; k < item->n; k++)
                if (gp_text_is(item->pairs[k].key, "data")) data = patterns_of(l, &item->pairs[k]);
            if (l->diags->errors > errors) continue;
        }
        if (gp_read_text(&text, l, plan, GP_TEXT("plan"))) read_plan_entry(l, to, plan, data);
    }
    if (pair->value->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`plans` lists no plan");
}

/* -- data that say themselves which plan they are for, or are said to be for one -- */

static void add_strays(gp_load *l, draft *d, const gp_tree *pattern, gp_text of) {
    gp_paths paths = {0};
    gp_text text;
    if (!gp_read_text(&text, l, pattern, GP_TEXT("data")) || !expand(&paths, l, d->out->folder, pattern)) return;
    for (size_t i = 0; i < paths.n; i++)
        *GP_PUSH(l->arena, d->strays, d->nstrays, d->cap_strays) = (stray){paths.list[i], of, pattern->at};
}

static const gp_field DATA_ENTRY[] = {
    {.key = "of", .due = GP_DUE_TEXT, .needed = true, .offset = GP_NOWHERE},
    {.key = "files", .due = GP_DUE_ANY, .needed = true, .offset = GP_NOWHERE},
};

static void read_data_entry(gp_load *l, draft *d, const gp_tree *item) {
    size_t errors = l->diags->errors;
    gp_fields_read(l, item, "an entry of `data`", 0, &GP_PART(DATA_ENTRY, NULL), 1);
    if (l->diags->errors > errors) return;
    for (size_t i = 0; i < item->n; i++) {
        if (!gp_text_is(item->pairs[i].key, "files")) continue;
        const gp_tree *patterns = patterns_of(l, &item->pairs[i]);
        for (size_t k = 0; patterns && k < patterns->n; k++) add_strays(l, d, patterns->items[k], gp_tree_get(item, "of")->text);
    }
}

static void read_data(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    const gp_tree *list = patterns_of(l, pair);
    for (size_t i = 0; list && i < list->n; i++) {
        if (list->items[i]->kind == GP_TREE_MAP) read_data_entry(l, to, list->items[i]);
        else add_strays(l, to, list->items[i], GP_NO_TEXT);
    }
}

static gp_department *department_of(const gp_workspace_file *w, gp_text id) {
    for (size_t i = 0; i < w->nplans; i++)
        if (w->plans[i].id.s && gp_text_eq(w->plans[i].id, id)) return &w->plans[i];
    return NULL;
}

static void report_no_plan(gp_load *l, const draft *d, gp_place at, gp_text path, gp_text id) {
    gp_text *ids = gp_arena_array(l->arena, d->out->nplans, sizeof *ids);
    size_t n = 0;
    for (size_t i = 0; i < d->out->nplans; i++)
        if (d->out->plans[i].id.s) ids[n++] = d->out->plans[i].id;
    gp_diag *diag = gp_report(l->diags, GP_D_WORKSPACE_PLAN, at, "`%.*s` is for the plan `%.*s`, which this workspace does not have",
                              GP_ARG(path), GP_ARG(id));
    gp_hint_nearest(l->diags, diag, id, ids, n);
}

static void settle_stray(gp_load *l, const draft *d, const stray *s) {
    gp_text id = s->of;
    if (!id.s && is_yaml(s->path)) id = key_of_file(l, s->path, "data");
    if (!id.s) {
        gp_diag *diag = gp_report(l->diags, GP_D_WORKSPACE_PLAN, s->at, "`%.*s` does not say which plan it is for", GP_ARG(s->path));
        gp_hint(l->diags, diag, "list it under `data` of its plan, or as {of: PLAN, files: [...]}");
        return;
    }
    gp_department *dept = department_of(d->out, id);
    if (dept) add_path(l, &dept->data, s->path);
    else if (!d->nameless) report_no_plan(l, d, s->at, s->path, id);
}

/* -- rules -- */

/* Packs stand in the order of the list, so that a clash of names is told of the later. */
static void read_rules(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    draft *d = to;
    gp_text text;
    (void)f;
    for (size_t i = 0; i < pair->value->n; i++) {
        gp_paths paths = {0};
        const gp_tree *item = pair->value->items[i];
        if (!gp_read_text(&text, l, item, pair->key) || !expand(&paths, l, d->out->folder, item)) continue;
        for (size_t k = 0; k < paths.n; k++) add_path(l, &d->out->rules, paths.list[k]);
    }
}

/* -- scenarios -- */

static void read_scenarios(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    draft *d = to;
    gp_text text;
    (void)f;
    const gp_tree *list = patterns_of(l, pair);
    for (size_t i = 0; list && i < list->n; i++) {
        gp_paths paths = {0};
        if (!gp_read_text(&text, l, list->items[i], pair->key) || !expand(&paths, l, d->out->folder, list->items[i])) continue;
        for (size_t k = 0; k < paths.n; k++)
            *GP_PUSH(l->arena, d->scenarios, d->nscenarios, d->cap_scenarios) = (stray){paths.list[k], GP_NO_TEXT, list->items[i]->at};
    }
}

/* Of two scenarios of one name nobody could tell which a result is of. */
static bool is_known_scenario(gp_load *l, const gp_workspace_file *w, const gp_scenario_entry *s) {
    for (size_t i = 0; i < w->nscenarios; i++) {
        const gp_scenario_entry *other = &w->scenarios[i];
        if (other->plan != s->plan) continue;
        if (gp_text_eq(other->path, s->path)) return true;
        if (!gp_text_eq(other->name, s->name)) continue;
        gp_diag *diag = gp_report(l->diags, GP_D_WORKSPACE_TWICE, s->at, "`%.*s` and `%.*s` are both the scenario `%.*s` of one plan",
                                  GP_ARG(other->path), GP_ARG(s->path), GP_ARG(s->name));
        if (other->at.at != s->at.at) {
            diag->also = other->at;
            diag->also_what = GP_TEXT("listed first here");
        }
        return true;
    }
    return false;
}

/* A scenario says which plan it is of; its values are for who evaluates it. */
static void check_scenario(gp_load *l, const draft *d, const stray *s) {
    gp_text id = key_of_file(l, s->path, "of"), name = key_of_file(l, s->path, "scenario");
    const gp_department *dept = id.s ? department_of(d->out, id) : NULL;
    if (!name.n) {
        gp_report(l->diags, GP_D_FORMAT_VERSION, s->at, "`%.*s` is no scenario: it has no `scenario`", GP_ARG(s->path));
    } else if (!id.s) {
        gp_report(l->diags, GP_D_WORKSPACE_PLAN, s->at, "`%.*s` does not say which plan it is `of`", GP_ARG(s->path));
    } else if (!dept) {
        if (!d->nameless) report_no_plan(l, d, s->at, s->path, id);
    } else {
        gp_scenario_entry found = {s->path, name, (size_t)(dept - d->out->plans), s->at};
        if (!is_known_scenario(l, d->out, &found)) *GP_PUSH(l->arena, d->out->scenarios, d->out->nscenarios, d->out->cap_scenarios) = found;
    }
}

/* Those of a plan together; few, and as they are listed otherwise. */
static void order_scenarios(gp_workspace_file *w) {
    for (size_t i = 1; i < w->nscenarios; i++)
        for (size_t k = i; k > 0 && w->scenarios[k].plan < w->scenarios[k - 1].plan; k--) {
            gp_scenario_entry later = w->scenarios[k];
            w->scenarios[k] = w->scenarios[k - 1];
            w->scenarios[k - 1] = later;
        }
}

/* -- output and run -- */

static const char *const FORMAT_LIST[] = {"table", "csv", "json", "ndjson", "md", "html", "xlsx", "junit"};
static const char *const BAD_ROW_LIST[] = {"stop", "report"};
static const char *const FINDING_LIST[] = {"unmet",  "undecided", "no_data",    "not_due",     "not_applicable",
                                           "waived", "error",     "overstated", "understated", "unsupported"};
static const gp_words_of FORMATS = {"a format", FORMAT_LIST, GP_COUNT(FORMAT_LIST)},
                         BAD_ROWS = {"what a bad row does", BAD_ROW_LIST, GP_COUNT(BAD_ROW_LIST)},
                         FINDINGS = {"a finding", FINDING_LIST, GP_COUNT(FINDING_LIST)};

static void read_format(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned word;
    (void)f;
    if (gp_read_word(&word, l, pair->value, pair->key, &FORMATS)) ((gp_workspace_file *)to)->format = gp_text_of(FORMAT_LIST[word]);
}

static void read_output_file(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = to;
    gp_text path;
    (void)f;
    if (!gp_read_text(&path, l, pair->value, pair->key)) return;
    if (!gp_file_inside(l->arena, l->diags, w->folder, path, pair->value->at)) return;
    w->output = gp_file_join(l->arena, w->folder, path);
}

static const gp_field OUTPUT[] = {
    {.key = "format", .due = GP_DUE_SCALAR, .read = read_format},
    {.key = "file", .due = GP_DUE_SCALAR, .read = read_output_file},
    {.key = "wide", .due = GP_DUE_BOOL, .offset = offsetof(gp_workspace_file, wide)},
    {.key = "codes", .due = GP_DUE_BOOL, .offset = offsetof(gp_workspace_file, codes)},
    {.key = "bom", .due = GP_DUE_BOOL, .offset = offsetof(gp_workspace_file, bom)},
};

static void read_output(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_fields_read(l, pair->value, "`output`", 0, &GP_PART(OUTPUT, ((draft *)to)->out), 1);
}

static void read_lang(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    unsigned word;
    (void)f;
    w->has_lang = gp_read_word(&word, l, pair->value, pair->key, &gp_words_lang);
    if (w->has_lang) w->lang = (gp_lang)word;
}

static void read_as_of(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    (void)f;
    w->has_as_of = gp_read_date(&w->as_of, l, pair->value, pair->key);
}

static void read_bad_rows(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    (void)f;
    w->has_bad_rows = gp_read_word(&w->bad_rows, l, pair->value, pair->key, &BAD_ROWS);
}

static void read_max_bad(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    (void)f;
    w->has_max_bad = gp_read_whole(&w->max_bad, l, pair->value, pair->key, 0, 1000000000);
}

static void read_fail_on(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    (void)f;
    w->fail_on = gp_arena_array(l->arena, pair->value->n, sizeof *w->fail_on);
    for (size_t i = 0; i < pair->value->n; i++) {
        unsigned word;
        if (gp_read_word(&word, l, pair->value->items[i], pair->key, &FINDINGS)) w->fail_on[w->nfail_on++] = gp_text_of(FINDING_LIST[word]);
    }
}

static void read_id(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_workspace_file *w = ((draft *)to)->out;
    (void)f;
    if (gp_read_text(&w->id, l, pair->value, pair->key)) gp_check_id(l, w->id, pair->value->at);
}

static void read_title(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_text(&((draft *)to)->out->title, l, pair->value, pair->key);
}

static const gp_field WORKSPACE[] = {
    {.key = "goalpost", .due = GP_DUE_ANY}, /* looked at before all others */
    {.key = "workspace", .due = GP_DUE_SCALAR, .needed = true, .read = read_id},
    {.key = "title", .due = GP_DUE_SCALAR, .read = read_title},
    {.key = "lang", .due = GP_DUE_SCALAR, .read = read_lang},
    {.key = "as_of", .due = GP_DUE_SCALAR, .read = read_as_of},
    {.key = "on_bad_row", .due = GP_DUE_SCALAR, .read = read_bad_rows},
    {.key = "max_bad", .due = GP_DUE_SCALAR, .read = read_max_bad},
    {.key = "fail_on", .due = GP_DUE_LIST, .read = read_fail_on},
    {.key = "output", .due = GP_DUE_MAP, .read = read_output},
    {.key = "plans", .due = GP_DUE_LIST, .needed = true, .read = read_plans},
    {.key = "data", .due = GP_DUE_ANY, .read = read_data},
    {.key = "rules", .due = GP_DUE_LIST, .read = read_rules},
    {.key = "scenarios", .due = GP_DUE_ANY, .read = read_scenarios},
};

/* -- the whole -- */

static int by_path(const void *a, const void *b) { return gp_text_cmp(((const gp_department *)a)->path, ((const gp_department *)b)->path); }
static int by_bytes(const void *a, const void *b) { return gp_text_cmp(*(const gp_text *)a, *(const gp_text *)b); }

static void report_twice(gp_load *l, const gp_department *first, const gp_department *again, bool path) {
    gp_text what = path ? again->path : again->id;
    gp_diag *diag = path ? gp_report(l->diags, GP_D_WORKSPACE_TWICE, again->at, "the plan `%.*s` is listed twice", GP_ARG(what))
                         : gp_report(l->diags, GP_D_WORKSPACE_TWICE, again->at, "`%.*s` and `%.*s` are both the plan `%.*s`",
                                     GP_ARG(first->path), GP_ARG(again->path), GP_ARG(what));
    if (first->at.at == again->at.at) return;
    diag->also = first->at;
    diag->also_what = GP_TEXT("listed first here");
}

static void name_plans(gp_load *l, draft *d) {
    gp_workspace_file *w = d->out;
    if (w->nplans) qsort(w->plans, w->nplans, sizeof *w->plans, by_path);
    for (size_t i = 0; i < w->nplans; i++) {
        gp_department *dept = &w->plans[i];
        if (i && gp_text_eq(dept->path, dept[-1].path)) {
            report_twice(l, dept - 1, dept, true);
            continue;
        }
        gp_text id = key_of_file(l, dept->path, "plan");
        const gp_department *other = id.s ? department_of(w, id) : NULL;
        dept->id = id;
        if (other) report_twice(l, other, dept, false);
        d->nameless |= !id.s;
    }
}

/* After an error nobody knows which data a plan was to have. */
static void check_data(gp_load *l, const gp_workspace_file *w, bool broken) {
    for (size_t i = 0; i < w->nplans; i++) {
        const gp_department *dept = &w->plans[i];
        gp_paths data = dept->data;
        if (data.n) qsort(data.list, data.n, sizeof *data.list, by_bytes);
        else if (!broken) gp_report(l->diags, GP_D_WORKSPACE_NO_DATA, dept->at, "`%.*s` has no data, so no case", GP_ARG(dept->path));
    }
}

static bool check_head(gp_load *l, const gp_tree *root) {
    if (root->kind != GP_TREE_MAP || root->n == 0) {
        gp_report(l->diags, GP_D_FORMAT_VERSION, root->at, "no workspace: a mapping that begins with `goalpost: 1` is due");
        return false;
    }
    const gp_tree *version = gp_tree_get(root, "goalpost");
    if (version && !gp_check_version(l, version)) return false;
    if (!gp_text_is(root->pairs[0].key, "goalpost"))
        gp_report(l->diags, GP_D_FORMAT_VERSION, root->pairs[0].key_at, "the first key of a Goalpost file is `goalpost: 1`");
    else if (root->n < 2 || !gp_text_is(root->pairs[1].key, "workspace"))
        gp_report(l->diags, GP_D_FORMAT_VERSION, root->pairs[root->n > 1].key_at, "the second key of a workspace is `workspace: ID`");
    return true;
}

static void load_tree(gp_load *l, draft *d, const gp_tree *root) {
    size_t before = l->diags->errors;
    if (!check_head(l, root)) return;
    gp_fields_read(l, root, "a workspace", 0, &GP_PART(WORKSPACE, d), 1);
    name_plans(l, d);
    for (size_t i = 0; i < d->nstrays; i++) settle_stray(l, d, &d->strays[i]);
    for (size_t i = 0; i < d->nscenarios; i++) check_scenario(l, d, &d->scenarios[i]);
    order_scenarios(d->out);
    check_data(l, d->out, l->diags->errors > before);
}

gp_workspace_file *gp_workspace_parse(gp_arena *a, gp_diags *d, const gp_file *file) {
    size_t before = d->errors;
    gp_workspace_file *w = GP_NEW(a, gp_workspace_file);
    draft all = {.out = w};
    w->file = *file;
    w->path = d->sources[file->source - 1].path;
    w->folder = gp_file_folder(a, w->path);
    gp_plan *beside = GP_NEW(a, gp_plan); /* for readers that look up files: none of a plan but its folder */
    beside->folder = w->folder;
    beside->arena = a;
    gp_load l = {.arena = a, .diags = d, .plan = beside};
    const gp_tree *root = gp_yaml_parse(a, d, file);
    if (root) load_tree(&l, &all, root);
    return root && d->errors == before ? w : NULL;
}

static bool is_folder(gp_arena *a, gp_text path) {
    struct stat st;
    return stat(gp_text_cstr(a, path), &st) == 0 && S_ISDIR(st.st_mode);
}

static bool is_there(gp_arena *a, gp_text path) {
    struct stat st;
    return stat(gp_text_cstr(a, path), &st) == 0;
}

gp_workspace_file *gp_workspace_read(gp_arena *a, gp_diags *d, gp_text path) {
    gp_file file;
    if (is_folder(a, path)) {
        while (path.n > 1 && path.s[path.n - 1] == '/') path.n--;
        gp_text inside = gp_file_join(a, path, GP_TEXT("goalpost.yaml"));
        if (!is_there(a, inside)) {
            gp_report(d, GP_D_FILE_OPEN, (gp_place){0}, "`%.*s` is a folder without a goalpost.yaml, so no workspace", GP_ARG(path));
            return NULL;
        }
        path = inside;
    }
    if (!gp_file_read(&file, a, d, GP_NO_TEXT, path, GP_FILE_TEXT, (gp_place){0})) return NULL;
    return gp_workspace_parse(a, d, &file);
}

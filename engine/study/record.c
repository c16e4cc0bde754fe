/* Reading JSON results by their keys. Keys that this version does not know are passed over: a later one may have written them.
 * Invariant: a record is handed out only when its run, plans and subjects are all there and of the right kind. */
#include "study/record.h"

#include <string.h>

#include "base/number.h"

typedef struct reading {
    gp_arena *arena;
    gp_json_reader json;
    gp_record_text *out;
} reading;

/* -- telling what is wrong -- */

static void refuse(reading *r, gp_place at, const char *what) {
    if (!r->json.broken) gp_report(r->json.diags, GP_D_RECORD, at, "no result of goalpost: %s", what);
    r->json.broken = true;
}

static bool due(reading *r, gp_json_token got, gp_json_token want, const char *what) {
    if (got == want) return true;
    refuse(r, gp_json_place(&r->json), what);
    return false;
}

/* -- walking -- */

typedef void (*member_fn)(reading *r, void *to, gp_text key, gp_json_token value);

/* The members of an object whose brace was read. A function that does not want a member leaves its value to be skipped by skip(). */
static void each_member(reading *r, void *to, member_fn fn) {
    for (;;) {
        gp_json_token t = gp_json_next(&r->json);
        if (t != GP_J_KEY) return;
        gp_text key = r->json.text;
        fn(r, to, key, gp_json_next(&r->json));
        if (r->json.broken) return;
    }
}

static void each_item(reading *r, void *to, void (*fn)(reading *r, void *to, gp_json_token item)) {
    for (;;) {
        gp_json_token t = gp_json_next(&r->json);
        if (t == GP_J_CLOSE || t == GP_J_END) return;
        fn(r, to, t);
        if (r->json.broken) return;
    }
}

static void skip(reading *r, gp_json_token value) { gp_json_skip(&r->json, value); }

/* A text, or null for none. */
static void take_text(reading *r, gp_text *out, gp_json_token value, const char *what) {
    if (value == GP_J_TEXT) *out = r->json.text;
    else if (value != GP_J_NULL) refuse(r, gp_json_place(&r->json), what);
}

static void take_number(reading *r, gp_text *out, gp_json_token value, const char *what) {
    if (value == GP_J_NUMBER) *out = r->json.text;
    else if (value != GP_J_NULL) refuse(r, gp_json_place(&r->json), what);
}

/* -- the run -- */

static void file_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_file *f = to;
    if (gp_text_is(key, "path")) take_text(r, &f->path, value, "`path` is a text");
    else if (gp_text_is(key, "sha256")) take_text(r, &f->hash, value, "`sha256` is a text");
    else skip(r, value);
}

static void take_file(reading *r, gp_record_file *f, gp_json_token value) {
    gp_place at = gp_json_place(&r->json);
    if (!due(r, value, GP_J_OBJECT, "a file is an object of `path` and `sha256`")) return;
    each_member(r, f, file_member);
    if (!f->path.s || f->hash.n != 64) refuse(r, at, "a file has a `path` and a `sha256` of 64 digits");
}

static void file_item(reading *r, void *to, gp_json_token item) {
    gp_record_files *files = to;
    take_file(r, GP_PUSH(r->arena, files->list, files->n, files->cap), item);
}

static void take_files(reading *r, gp_record_files *files, gp_json_token value) {
    if (due(r, value, GP_J_LIST, "files stand in a list")) each_item(r, files, file_item);
}

/* -- the scenario of the whole run -- */

static void word_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_word *w = to;
    if (gp_text_is(key, "path")) take_text(r, &w->path, value, "`path` is a text");
    else if (gp_text_is(key, "value")) take_text(r, &w->value, value, "`value` is a text");
    else skip(r, value);
}

static void word_item(reading *r, void *to, gp_json_token item) {
    gp_record_words *words = to;
    gp_place at = gp_json_place(&r->json);
    gp_record_word w = {0};
    if (!due(r, item, GP_J_OBJECT, "a setting is an object of `path` and `value`")) return;
    each_member(r, &w, word_member);
    if (!w.path.s || !w.value.s) refuse(r, at, "a setting has a `path` and a `value`");
    *GP_PUSH(r->arena, words->list, words->n, words->cap) = w;
}

static void laid_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_laid *s = to;
    if (gp_text_is(key, "name")) take_text(r, &s->name, value, "`name` is a text");
    else if (gp_text_is(key, "files")) take_files(r, &s->files, value);
    else if (gp_text_is(key, "set")) {
        if (due(r, value, GP_J_LIST, "`set` is a list")) each_item(r, &s->sets, word_item);
    } else skip(r, value);
}

static void take_laid(reading *r, gp_record_laid *s, gp_json_token value) {
    gp_place at = gp_json_place(&r->json);
    if (value == GP_J_NULL || !due(r, value, GP_J_OBJECT, "`scenario` is an object of `name`, `files` and `set`")) return;
    each_member(r, s, laid_member);
    if (!s->name.s) refuse(r, at, "a scenario has a `name`");
}

static void take_shared(reading *r, gp_record_plan *p, gp_json_token value) {
    take_files(r, &p->shared, value);
    for (size_t i = 0; i < p->shared.n; i++) *GP_PUSH(r->arena, p->rules.list, p->rules.n, p->rules.cap) = p->shared.list[i];
}

static bool plan_file_member(reading *r, gp_record_plan *p, gp_text key, gp_json_token value) {
    if (gp_text_is(key, "plan")) take_file(r, &p->plan, value);
    else if (gp_text_is(key, "inputs")) take_files(r, &p->inputs, value);
    else if (gp_text_is(key, "rules")) take_files(r, &p->rules, value);
    else if (gp_text_is(key, "workspace_rules")) take_shared(r, p, value);
    else if (gp_text_is(key, "data")) take_files(r, &p->data, value);
    else if (gp_text_is(key, "lang")) take_text(r, &p->lang, value, "`lang` is a text");
    else return false;
    return true;
}

static void plan_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_plan *p = to;
    if (gp_text_is(key, "result")) take_text(r, &p->id, value, "`result` is the id of a plan");
    else if (!plan_file_member(r, p, key, value)) skip(r, value);
}

static gp_record_plan *new_plan(reading *r) { return GP_PUSH(r->arena, r->out->plans, r->out->nplans, r->out->cap_plans); }

static void plan_item(reading *r, void *to, gp_json_token item) {
    (void)to;
    if (due(r, item, GP_J_OBJECT, "an entry of `plans` is an object")) each_member(r, new_plan(r), plan_member);
}

static void scenario_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_scenario *s = to;
    if (gp_text_is(key, "scenario")) take_text(r, &s->name, value, "`scenario` is a text");
    else if (gp_text_is(key, "result")) take_text(r, &s->of, value, "`result` is the id of a plan");
    else if (gp_text_is(key, "files")) take_files(r, &s->files, value);
    else skip(r, value);
}

static void scenario_item(reading *r, void *to, gp_json_token item) {
    gp_record_text *out = to;
    gp_place at = gp_json_place(&r->json);
    if (!due(r, item, GP_J_OBJECT, "an entry of `scenarios` is an object")) return;
    gp_record_scenario *s = GP_PUSH(r->arena, out->scenarios, out->nscenarios, out->cap_scenarios);
    each_member(r, s, scenario_member);
    if (!s->name.s || !s->of.s || !s->files.n) refuse(r, at, "a scenario has `scenario`, `result` and `files`");
}

static void run_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_text *out = to;
    if (gp_text_is(key, "engine")) take_text(r, &out->engine, value, "`engine` is a text");
    else if (gp_text_is(key, "as_of")) take_text(r, &out->as_of, value, "`as_of` is a date");
    else if (gp_text_is(key, "scenario")) take_laid(r, &out->scenario, value);
    else if (gp_text_is(key, "model")) take_text(r, &out->model, value, "`model` is a text");
    else if (gp_text_is(key, "on_bad_row")) take_text(r, &out->bad_rows, value, "`on_bad_row` is a text");
    else if (gp_text_is(key, "rule_budget")) take_number(r, &out->budget, value, "`rule_budget` is a number");
    else if (gp_text_is(key, "rule_memory")) take_number(r, &out->memory, value, "`rule_memory` is a number");
    else if (gp_text_is(key, "workspace")) take_file(r, &out->workspace, value);
    else if (gp_text_is(key, "scenarios")) {
        if (due(r, value, GP_J_LIST, "`scenarios` is a list")) each_item(r, out, scenario_item);
    } else if (gp_text_is(key, "plans")) {
        out->several = true;
        if (due(r, value, GP_J_LIST, "`plans` is a list")) each_item(r, out, plan_item);
    } else if (out->several) skip(r, value);
    else {
        if (!out->nplans) new_plan(r);
        if (!plan_file_member(r, &out->plans[0], key, value)) skip(r, value);
    }
}

/* -- subjects -- */

static void subject_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_subject *s = to;
    if (gp_text_is(key, "subject")) take_text(r, &s->subject, value, "`subject` is a text");
    else if (gp_text_is(key, "model")) take_text(r, &s->model, value, "`model` is a text");
    else if (gp_text_is(key, "period")) take_text(r, &s->period, value, "`period` is a text");
    else if (gp_text_is(key, "scenario")) take_text(r, &s->scenario, value, "`scenario` is a text");
    else if (gp_text_is(key, "rank")) take_number(r, &s->rank, value, "`rank` is a number");
    else skip(r, value);
}

static void subject_item(reading *r, void *to, gp_json_token item) {
    size_t from = r->json.start;
    gp_place at = gp_json_place(&r->json);
    gp_record_text *out = r->out;
    if (!due(r, item, GP_J_OBJECT, "a subject is an object")) return;
    gp_record_subject s = {.plan = *(const uint32_t *)to, .from = from};
    each_member(r, &s, subject_member);
    s.to = r->json.at;
    if (!r->json.broken && (!s.subject.s || !s.period.s)) refuse(r, at, "a subject has `subject` and `period`");
    *GP_PUSH(r->arena, out->subjects, out->nsubjects, out->cap_subjects) = s;
}

static void take_subjects(reading *r, uint32_t plan, gp_json_token value) {
    if (due(r, value, GP_J_LIST, "`subjects` is a list")) each_item(r, &plan, subject_item);
}

/* -- what was asked -- */

static void text_item(reading *r, void *to, gp_json_token item) {
    gp_asked_list *list = to;
    if (due(r, item, GP_J_TEXT, "`scenarios` is a list of paths")) *GP_PUSH(r->arena, list->list, list->n, list->cap) = r->json.text;
}

/* Words as they were given: PATH=VALUE. */
static void take_words(reading *r, gp_asked_list *list, gp_json_token value, const char *what) {
    gp_record_words words = {0};
    if (!due(r, value, GP_J_LIST, what)) return;
    each_item(r, &words, word_item);
    for (size_t i = 0; i < words.n && !r->json.broken; i++) {
        gp_buf b;
        gp_buf_init(&b, r->arena);
        gp_buf_printf(&b, "%.*s=%.*s", GP_ARG(words.list[i].path), GP_ARG(words.list[i].value));
        *GP_PUSH(r->arena, list->list, list->n, list->cap) = gp_buf_take(&b);
    }
}

static void lever_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_asked_lever *l = to;
    gp_text cost = GP_NO_TEXT;
    if (gp_text_is(key, "path")) take_text(r, &l->path, value, "`path` is a text");
    else if (gp_text_is(key, "within")) take_text(r, &l->within, value, "`within` is a text");
    else if (gp_text_is(key, "cost")) take_number(r, &cost, value, "`cost` is a number");
    else skip(r, value);
    gp_decimal d;
    size_t used;
    if (cost.s && gp_number_read(&d, &used, NULL, cost) == GP_NUMBER_OK) l->cost = gp_decimal_double(d, 0);
}

static void lever_item(reading *r, void *to, gp_json_token item) {
    gp_asked *a = to;
    gp_place at = gp_json_place(&r->json);
    gp_asked_lever l = {.cost = 1};
    if (!due(r, item, GP_J_OBJECT, "an entry of `by` is an object")) return;
    each_member(r, &l, lever_member);
    if (!l.path.s) refuse(r, at, "an entry of `by` has a `path`");
    *GP_PUSH(r->arena, a->levers, a->nlevers, a->cap_levers) = l;
}

static void take_option(reading *r, gp_asked *a, gp_text key, gp_json_token value) {
    gp_asked_option o = {.key = key, .text = r->json.text, .flag = value == GP_J_TRUE};
    if (value == GP_J_TEXT) o.kind = GP_ASKED_TEXT;
    else if (value == GP_J_NUMBER) o.kind = GP_ASKED_NUMBER;
    else if (value == GP_J_TRUE || value == GP_J_FALSE) o.kind = GP_ASKED_FLAG;
    else skip(r, value);
    *GP_PUSH(r->arena, a->options, a->noptions, a->cap_options) = o;
}

static void setting_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_asked *a = to;
    if (gp_text_is(key, "subject")) take_text(r, &a->subject, value, "`subject` is a text");
    else if (gp_text_is(key, "table")) take_text(r, &a->table, value, "`table` is a path");
    else if (gp_text_is(key, "scenarios")) {
        if (due(r, value, GP_J_LIST, "`scenarios` is a list of paths")) each_item(r, &a->scenarios, text_item);
    } else if (gp_text_is(key, "set")) take_words(r, &a->sets, value, "`set` is a list");
    else if (gp_text_is(key, "sweep")) take_words(r, &a->sweeps, value, "`sweep` is a list");
    else if (gp_text_is(key, "by")) {
        if (due(r, value, GP_J_LIST, "`by` is a list")) each_item(r, a, lever_item);
    } else take_option(r, a, key, value);
}

/* -- the document -- */

typedef struct result_of {
    gp_text id;
    bool has_subjects;
} result_of;

static uint32_t plan_of(reading *r, gp_text id) {
    for (size_t i = 0; i < r->out->nplans; i++)
        if (r->out->plans[i].id.s && gp_text_eq(r->out->plans[i].id, id)) return (uint32_t)i;
    refuse(r, gp_json_place(&r->json), "a result of a plan that `run` does not name");
    return 0;
}

static void result_member(reading *r, void *to, gp_text key, gp_json_token value) {
    result_of *of = to;
    if (gp_text_is(key, "result")) {
        take_text(r, &of->id, value, "`result` is the id of a plan");
    } else if (gp_text_is(key, "subjects")) {
        of->has_subjects = true;
        uint32_t plan = of->id.s ? plan_of(r, of->id) : 0;
        if (!of->id.s) refuse(r, gp_json_place(&r->json), "`result` stands before `subjects`");
        if (!r->json.broken) take_subjects(r, plan, value);
    } else {
        skip(r, value);
    }
}

static void result_item(reading *r, void *to, gp_json_token item) {
    result_of of = {0};
    (void)to;
    gp_place at = gp_json_place(&r->json);
    if (!due(r, item, GP_J_OBJECT, "an entry of `results` is an object")) return;
    each_member(r, &of, result_member);
    if (!of.has_subjects) refuse(r, at, "an entry of `results` has `subjects`");
}

typedef struct head {
    gp_text version, id;
    bool run, results;
} head;

static void document_member(reading *r, void *to, gp_text key, gp_json_token value) {
    head *h = to;
    if (gp_text_is(key, "goalpost")) {
        take_number(r, &h->version, value, "`goalpost` is the number 1");
    } else if (gp_text_is(key, "result")) {
        take_text(r, &h->id, value, "`result` is the id of a plan");
    } else if (gp_text_is(key, "whatif")) {
        take_text(r, &h->id, value, "`whatif` is the id of a plan");
        r->out->asked = GP_NEW(r->arena, gp_asked);
        *r->out->asked = (gp_asked){0};
    } else if (gp_text_is(key, "question") && r->out->asked) {
        take_text(r, &r->out->asked->question, value, "`question` is a text");
    } else if (gp_text_is(key, "settings") && r->out->asked) {
        if (due(r, value, GP_J_OBJECT, "`settings` is an object")) each_member(r, r->out->asked, setting_member);
    } else if (gp_text_is(key, "run")) {
        h->run = due(r, value, GP_J_OBJECT, "`run` is an object");
        if (h->run) each_member(r, r->out, run_member);
    } else if ((gp_text_is(key, "subjects") || gp_text_is(key, "results")) && !h->run) {
        refuse(r, gp_json_place(&r->json), "`run` stands before the results");
    } else if (gp_text_is(key, "subjects")) {
        h->results = true;
        take_subjects(r, 0, value);
    } else if (gp_text_is(key, "results")) {
        h->results = due(r, value, GP_J_LIST, "`results` is a list");
        if (h->results) each_item(r, NULL, result_item);
    } else if (gp_text_is(key, "scenarios") && h->results) {
        if (due(r, value, GP_J_LIST, "`scenarios` is a list")) each_item(r, NULL, result_item);
    } else {
        skip(r, value);
    }
}

static void check_whole(reading *r, const head *h) {
    gp_place at = {.file = r->out->file.source};
    gp_record_text *out = r->out;
    if (!h->version.s) refuse(r, at, "`goalpost: 1` is missing");
    else if (!gp_text_is(h->version, "1")) refuse(r, at, "a format version other than 1");
    else if (!h->run || !out->engine.s || !out->nplans) refuse(r, at, "`run` is missing, or lacks its engine or plan");
    else if (out->asked && !out->asked->question.s) refuse(r, at, "`question` is missing");
    else if (!h->results && !out->asked) refuse(r, at, "`subjects` or `results` are missing");
    for (size_t i = 0; i < out->nplans && !r->json.broken; i++)
        if (!out->plans[i].plan.path.s) refuse(r, at, "`run` lacks the file of a plan");
    if (out->nplans == 1 && !out->several) out->plans[0].id = h->id;
    if (!r->json.broken && out->nplans && !out->plans[0].id.s) refuse(r, at, "`result` is missing");
}

gp_record_text *gp_record_parse(gp_arena *a, gp_diags *d, const gp_file *file) {
    gp_record_text *out = GP_NEW(a, gp_record_text);
    reading r = {.arena = a, .out = out};
    head h = {0};
    out->file = *file;
    out->path = d->sources[file->source - 1].path;
    gp_json_start(&r.json, a, d, file, 0);
    if (due(&r, gp_json_next(&r.json), GP_J_OBJECT, "an object is due")) each_member(&r, &h, document_member);
    if (!r.json.broken) gp_json_next(&r.json);
    if (!r.json.broken) check_whole(&r, &h);
    return r.json.broken ? NULL : out;
}

gp_record_text *gp_record_read(gp_arena *a, gp_diags *d, gp_text path) {
    gp_file file;
    if (!gp_file_read(&file, a, d, GP_NO_TEXT, path, 0, (gp_place){0})) return NULL;
    return gp_record_parse(a, d, &file);
}

/* -- rows -- */

static const char *const KEYS[] = {
#define K(id, name) name,
    GP_RECORD_KEYS(K)
#undef K
};

static void row_member(reading *r, void *to, gp_text key, gp_json_token value) {
    gp_record_row *row = to;
    gp_record_value v = {value, GP_NO_TEXT};
    size_t k = 0, from = r->json.start;
    while (k < GP_R_COUNT && !gp_text_is(key, KEYS[k])) k++;
    if (value == GP_J_TEXT || value == GP_J_NUMBER) v.text = r->json.text;
    skip(r, value);
    if (value == GP_J_LIST || value == GP_J_OBJECT) v.text = (gp_text){r->json.all.s + from, r->json.at - from};
    if (value == GP_J_TRUE) v.text = GP_TEXT("true");
    if (value == GP_J_FALSE) v.text = GP_TEXT("false");
    if (k < GP_R_COUNT) row->of[k] = v;
}

static void row_item(reading *r, void *to, gp_json_token item) {
    gp_record_rows *rows = to;
    if (!due(r, item, GP_J_OBJECT, "a row is an object")) return;
    gp_record_row *row = GP_PUSH(r->arena, rows->list, rows->n, rows->cap);
    for (size_t k = 0; k < GP_R_COUNT; k++) row->of[k].token = GP_J_NULL;
    each_member(r, row, row_member);
}

static void rows_member(reading *r, void *to, gp_text key, gp_json_token value) {
    if (!gp_text_is(key, "rows")) skip(r, value);
    else if (due(r, value, GP_J_LIST, "`rows` is a list")) each_item(r, to, row_item);
}

bool gp_record_rows_of(gp_record_rows *out, gp_arena *a, gp_diags *d, const gp_record_text *record, const gp_record_subject *s) {
    reading r = {.arena = a};
    *out = (gp_record_rows){0};
    gp_json_start(&r.json, a, d, &record->file, s->from);
    if (due(&r, gp_json_next(&r.json), GP_J_OBJECT, "a subject is an object")) each_member(&r, out, rows_member);
    return !r.json.broken;
}

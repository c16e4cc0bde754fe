/* The bridge for records: results read again, compared with each other, and derived anew.
 * Invariant: a record stands apart from the plans and data that it names until it is asked to derive itself again. */
#define GP_BUILDING 1
#include "api.h"

#include <stdlib.h>
#include <string.h>

#include "report/difference.h"
#include "study/replay.h"

struct gp_record {
    gp_context *context;
    gp_record *next;
    gp_arena arena;
    gp_diags diags;
    gp_speaker speaker;
    const gp_record_text *text; /* NULL: it has errors */
    const char *difference;     /* of the last replay */
};

typedef struct read_job {
    gp_record *r;
    const char *path;
} read_job;

static void read_record(void *arg) {
    read_job *j = arg;
    j->r->text = gp_record_read(&j->r->arena, &j->r->diags, gp_text_dup(&j->r->arena, gp_text_of(j->path)));
}

gp_record *gp_record_open(gp_context *c, const char *path) {
    gp_record *r = gp_object_new(c, sizeof *r);
    if (!r) return NULL;
    r->context = c;
    r->next = c->records;
    c->records = r;
    gp_arena_init(&r->arena, &c->mem);
    gp_diags_init(&r->diags, &r->arena);
    gp_speaker_add(c, &r->speaker, &r->diags);
    bool done = gp_guarded(c, read_record, &(read_job){r, path});
    if (done && r->text) return r;
    gp_record_close(r);
    c->status = done ? GP_INVALID : GP_NO_MEMORY;
    return NULL;
}

void gp_record_release(gp_record *r) {
    gp_context *c = r->context;
    gp_record **at = &c->records;
    while (*at != r) at = &(*at)->next;
    *at = r->next;
    gp_speaker_drop(c, &r->speaker);
    gp_arena_fini(&r->arena);
    gp_object_free(c, r, sizeof *r);
}

void gp_record_close(gp_record *r) {
    if (!r) return;
    gp_keep_messages(r->context, &r->diags);
    gp_record_release(r);
}

/* -- differences -- */

typedef struct diff_job {
    gp_record *a, *b;
    const gp_diff_options *options;
    gp_lang lang;
    gp_sink sink;
    void *user;
    gp_arena arena;
    gp_diff_sum sum;
    bool ok, broken;
} diff_job;

static bool has_rows(gp_record *r) {
    if (r->text->asked)
        gp_report(&r->diags, GP_D_RECORD, (gp_place){.file = r->text->file.source},
                  "this is an answer of what-if: it has no rows to compare");
    return !r->text->asked;
}

static void write_diff(void *arg) {
    diff_job *j = arg;
    gp_out out;
    j->broken = !has_rows(j->a) || !has_rows(j->b);
    if (j->broken) return;
    size_t errors = j->a->diags.errors;
    gp_difference what = {.a = j->a->text, .b = j->b->text};
    what.style = (gp_style){.colour = j->options->colour != 0, .width = j->options->width, .lang = j->lang};
    what.diff = gp_diff_new(&j->arena, &j->a->diags, what.a, what.b);
    gp_out_init(&out, &j->arena, j->sink, j->user);
    j->ok = gp_difference_write(&what, j->options->format ? j->options->format : "table", &j->arena, &out);
    j->broken = j->a->diags.errors > errors;
    j->sum = *gp_diff_sum_of(what.diff);
}

gp_status gp_diff_write(gp_diff_counts *out, gp_record *a, gp_record *b, const gp_diff_options *options, gp_sink sink, void *user) {
    gp_context *c = a->context;
    diff_job job = {.a = a, .b = b, .options = options, .lang = GP_EN, .sink = sink, .user = user};
    if (options->format && !gp_difference_has(options->format)) return c->status = GP_USAGE;
    if (options->lang && !gp_lang_read(&job.lang, options->lang)) return c->status = GP_USAGE;
    gp_arena_init(&job.arena, &c->mem);
    bool done = gp_guarded(c, write_diff, &job);
    gp_arena_fini(&job.arena);
    if (!done) return GP_NO_MEMORY;
    if (out)
        *out = (gp_diff_counts){job.sum.only_a, job.sum.only_b, job.sum.changed, job.sum.same,
                                job.sum.flipped, job.sum.moved,  job.sum.other};
    return c->status = job.broken ? GP_INVALID : job.ok ? GP_OK : GP_WRITE;
}

/* -- deriving it again -- */

typedef struct remake_job {
    gp_record *r;
    gp_workspace *w;
    bool ok;
} remake_job;

static gp_packs packs_of(gp_arena *a, const gp_record_files *rules) {
    gp_text *list = gp_arena_array(a, rules->n, sizeof *list);
    for (size_t i = 0; i < rules->n; i++) list[i] = gp_text_dup(a, rules->list[i].path);
    return (gp_packs){list, rules->n};
}

static void add_scenario(const remake_job *j, const gp_record_scenario *s) {
    const gp_record_text *t = j->r->text;
    size_t of = 0;
    while (of < t->nplans && !gp_text_eq(t->plans[of].id, s->of)) of++;
    if (of == t->nplans) return;
    gp_arena *a = &j->w->arena;
    gp_workspace_add_scenario(j->w, of, gp_text_dup(a, s->name), gp_text_dup(a, s->files.list[s->files.n - 1].path));
}

static void remake(void *arg) {
    remake_job *j = arg;
    const gp_record_text *t = j->r->text;
    gp_workspace *w = j->w;
    gp_arena *a = &w->arena;
    w->members = gp_arena_array(a, t->nplans + t->nscenarios, sizeof *w->members);
    for (size_t i = 0; i < t->nplans; i++) {
        gp_member *m = &w->members[w->n++];
        m->path = gp_text_cstr(a, t->plans[i].plan.path);
        m->packs = packs_of(a, &t->plans[i].shared);
        const gp_record_files *data = &t->plans[i].data;
        for (size_t k = 0; k < data->n; k++) *GP_PUSH(a, m->files.list, m->files.n, m->files.cap) = gp_text_dup(a, data->list[k].path);
    }
    w->several = t->several;
    for (size_t i = 0; i < t->nscenarios; i++) add_scenario(j, &t->scenarios[i]);
    if (!t->several || !t->workspace.path.s) {
        j->ok = true;
        return;
    }
    gp_text path = gp_text_dup(a, t->workspace.path);
    w->file = gp_workspace_read(a, &w->diags, path);
    j->ok = w->file != NULL;
}

gp_workspace *gp_record_workspace(gp_record *r) {
    gp_context *c = r->context;
    gp_workspace *w = gp_workspace_make(c);
    if (!w) return NULL;
    remake_job job = {r, w, false};
    bool done = gp_guarded(c, remake, &job);
    if (done && job.ok) return gp_workspace_open_plans(w);
    gp_workspace_close(w);
    c->status = done ? GP_INVALID : GP_NO_MEMORY;
    return NULL;
}

typedef struct replay_job {
    gp_record *r;
    gp_workspace *w;
    gp_buf now;
    gp_eval_options eval;
    gp_arena arena;
    const void *bytes;
    size_t n;
} replay_job;

static uint64_t count_of(gp_text t) {
    uint64_t n = 0;
    for (size_t i = 0; i < t.n && i < 19 && t.s[i] >= '0' && t.s[i] <= '9'; i++) n = n * 10 + (uint64_t)(t.s[i] - '0');
    return n;
}

/* The file that was named is the last that was read: those that it extends come first. */
static void settle_scenario(replay_job *j) {
    const gp_record_laid *s = &j->r->text->scenario;
    const char **sets = gp_arena_array(&j->arena, s->sets.n, sizeof *sets);
    for (size_t i = 0; i < s->sets.n; i++) {
        gp_buf b;
        gp_buf_init(&b, &j->arena);
        gp_buf_printf(&b, "%.*s=%.*s", GP_ARG(s->sets.list[i].path), GP_ARG(s->sets.list[i].value));
        sets[i] = gp_text_cstr(&j->arena, gp_buf_take(&b));
    }
    if (s->files.n) j->eval.scenario = gp_text_cstr(&j->arena, s->files.list[s->files.n - 1].path);
    j->eval.sets = sets;
    j->eval.nsets = s->sets.n;
}

static void settle_options(void *arg) {
    replay_job *j = arg;
    const gp_record_text *t = j->r->text;
    gp_buf_init(&j->now, &j->arena);
    j->eval = (gp_eval_options){.rule_budget = count_of(t->budget), .rule_memory = (size_t)count_of(t->memory)};
    if (t->as_of.s) j->eval.as_of = gp_text_cstr(&j->arena, t->as_of);
    if (t->model.s) j->eval.model = gp_text_cstr(&j->arena, t->model);
    settle_scenario(j);
}

/* Plans of one record can have been evaluated in languages of their own. */
static gp_eval_options options_of(const replay_job *j, size_t member) {
    gp_eval_options o = j->eval;
    gp_text lang = j->r->text->plans[member].lang;
    if (gp_text_is(lang, "zh")) o.lang = "zh";
    if (gp_text_is(lang, "en")) o.lang = "en";
    return o;
}

static gp_status evaluate_members(replay_job *j) {
    gp_context *c = j->r->context;
    for (size_t i = 0; i < j->w->n; i++) {
        gp_member *m = &j->w->members[i];
        gp_eval_options o = options_of(j, i);
        m->results = m->data ? gp_evaluate(m->data, &o) : NULL;
        if (!m->results) return c->status == GP_OK ? GP_INVALID : c->status;
    }
    return j->w->nscenarios ? gp_workspace_lay_scenarios(j->w) : GP_OK;
}

static void append(void *arg) {
    replay_job *j = arg;
    gp_buf_put(&j->now, j->bytes, j->n);
}

static int take(void *user, const void *bytes, size_t n) {
    replay_job *j = user;
    j->bytes = bytes;
    j->n = n;
    append(j);
    return 0;
}

static const gp_report_options JSON = {.format = "json"};

static gp_status ask_models(replay_job *j, gp_results *const *of, size_t n);

/* One plan under all of its scoring models. */
static gp_status write_models(replay_job *j) {
    gp_context *c = j->r->context;
    const gp_member *m = &j->w->members[0];
    gp_eval_options o = options_of(j, 0);
    size_t n = gp_plan_models(m->plan);
    gp_results **of = gp_object_new(c, n * sizeof(gp_results *));
    gp_status status = of ? GP_OK : GP_NO_MEMORY;
    for (size_t i = 0; i < n && status == GP_OK; i++) {
        o.model = gp_plan_model_name(m->plan, i);
        if (!(of[i] = gp_evaluate(m->data, &o))) status = c->status;
    }
    if (status == GP_OK && j->r->text->asked) status = ask_models(j, of, n);
    else if (status == GP_OK) status = gp_report_write_models(of, n, &JSON, take, j);
    if (of) gp_object_free(c, of, n * sizeof(gp_results *));
    return status;
}

/* -- an answer of what-if -- */

typedef struct ask_job {
    replay_job *j;
    gp_whatif *w;
    gp_whatif_question question;
    gp_status status;
} ask_job;

static void lay_again(void *arg) {
    ask_job *k = arg;
    k->status = gp_whatif_again(k->w, &k->question, &k->j->arena, k->j->r->text->asked);
}

static gp_status ask_models(replay_job *j, gp_results *const *of, size_t n) {
    gp_context *c = j->r->context;
    ask_job k = {.j = j, .w = gp_whatif_new_models(of, n)};
    if (!k.w) return c->status;
    if (!gp_guarded(c, lay_again, &k)) return GP_NO_MEMORY;
    return k.status == GP_OK ? gp_whatif_ask(k.w, &k.question, &JSON, take, j) : k.status;
}

static gp_status write_again(replay_job *j) {
    if (j->r->text->asked && !gp_text_is(j->r->text->model, "all")) {
        gp_status status = evaluate_members(j);
        return status == GP_OK ? ask_models(j, &j->w->members[0].results, 1) : status;
    }
    if (gp_text_is(j->r->text->model, "all") && j->w->n == 1) return write_models(j);
    gp_status status = evaluate_members(j);
    return status == GP_OK ? gp_workspace_write(j->w, &JSON, take, j) : status;
}

static void compare(void *arg) {
    replay_job *j = arg;
    gp_record *r = j->r;
    gp_text bytes = {j->now.s ? j->now.s : "", j->now.n};
    gp_file now = {.source = r->text->file.source, .text = bytes, .bytes = bytes};
    gp_text difference = gp_first_difference(&r->arena, &r->diags, &r->text->file, &now);
    r->difference = difference.s ? gp_text_cstr(&r->arena, difference) : NULL;
}

/* A plan that lost the scoring model cannot give the same bytes. */
static bool has_model(const replay_job *j) {
    gp_text model = j->r->text->model;
    bool has = true;
    for (size_t i = 0; i < j->w->n && model.s && !gp_text_is(model, "all"); i++)
        has &= gp_plan_model(j->w->members[i].plan->plan, model) != NULL;
    return has;
}

static void tell_model(void *arg) {
    replay_job *j = arg;
    gp_buf b;
    gp_buf_init(&b, &j->r->arena);
    gp_buf_printf(&b, "run.model: was \"%.*s\", is no model of the plan", GP_ARG(j->r->text->model));
    j->r->difference = gp_text_cstr(&j->r->arena, gp_buf_take(&b));
}

static gp_status derive(replay_job *j) {
    gp_context *c = j->r->context;
    const gp_record_text *t = j->r->text;
    gp_load_options load = {.bad_rows = gp_text_is(t->bad_rows, "report") ? GP_BAD_ROWS_REPORT : GP_BAD_ROWS_STOP, .keep_cites = 1};
    load.all_periods = t->asked && gp_text_is(t->asked->question, "periods");
    gp_status status = gp_guarded(c, settle_options, j) ? GP_OK : GP_NO_MEMORY;
    if (status == GP_OK) status = gp_workspace_load(j->w, &load);
    if (status == GP_OK && !has_model(j)) return gp_guarded(c, tell_model, j) ? GP_OK : GP_NO_MEMORY;
    if (status == GP_OK) status = write_again(j);
    if (status == GP_OK && !gp_guarded(c, compare, j)) status = GP_NO_MEMORY;
    return c->status = status;
}

gp_status gp_record_replay(gp_record *r, gp_workspace *w, const char **difference) {
    replay_job job = {.r = r, .w = w};
    *difference = r->difference = NULL;
    gp_arena_init(&job.arena, &r->context->mem);
    gp_status status = derive(&job);
    gp_arena_fini(&job.arena);
    *difference = r->difference;
    return status;
}

/* The bridge from goalpost.h to the inside: contexts, plans, data, evaluations.
 * Invariant: whatever allocates runs inside `gp_guarded`, so memory that ends becomes a status and never a jump into the caller. */
#define GP_BUILDING 1
#include "api.h"

#include <math.h>
#include <string.h>

#include "data/refused.h"
#include "eval/program.h"
#include "lint/lint.h"

/* -- the trap -- */

bool gp_guarded(gp_context *c, void (*job)(void *), void *arg) {
    jmp_buf trap, *outer = c->mem.trap;
    volatile bool done = false;
    c->mem.trap = &trap;
    if (setjmp(trap) == 0) {
        job(arg);
        done = true;
    }
    c->mem.trap = outer;
    c->status = done ? GP_OK : GP_NO_MEMORY;
    return done;
}

void *gp_object_new(gp_context *c, size_t size) {
    void *p = c->mem.fn(c->mem.ud, NULL, 0, size);
    if (p) memset(p, 0, size);
    else c->status = GP_NO_MEMORY;
    return p;
}

void gp_object_free(gp_context *c, void *object, size_t size) { c->mem.fn(c->mem.ud, object, size, 0); }

/* -- context -- */

gp_context *gp_context_new(gp_allocator allocator, void *user) {
    gp_alloc_fn fn = allocator ? allocator : gp_alloc_default;
    gp_context *c = fn(user, NULL, 0, sizeof *c);
    if (!c) return NULL;
    *c = (gp_context){.mem = {fn, user, NULL}};
    gp_arena_init(&c->notes, &c->mem);
    gp_buf_init(&c->past[0], &c->notes);
    gp_buf_init(&c->past[1], &c->notes);
    gp_arena_init(&c->shown, &c->mem);
    return c;
}

static void plan_release(gp_plan_handle *p);

void gp_context_free(gp_context *c) {
    if (!c) return;
    while (c->records) gp_record_release(c->records);
    while (c->workspaces) gp_workspace_release(c->workspaces);
    while (c->plans) plan_release(c->plans);
    gp_arena_fini(&c->shown);
    gp_arena_fini(&c->notes);
    gp_object_free(c, c, sizeof *c);
}

const char *gp_version(void) { return GOALPOST_VERSION; }

const char *gp_version_text(void) { return "goalpost " GOALPOST_VERSION " (Lua 5.4, libyaml, GMP, utf8proc, libcrypto)"; }

gp_status gp_context_status(const gp_context *c) { return c->status; }

/* -- messages -- */

typedef struct print_job {
    gp_context *c;
    gp_diags *d;
    int colour;
    const char *text;
} print_job;

static void keep_messages(void *arg) {
    print_job *j = arg;
    gp_diags_list(&j->c->past[0], j->d, false);
    gp_diags_list(&j->c->past[1], j->d, true);
    j->c->past_errors += j->d->errors;
    j->c->past_warnings += j->d->warnings;
    j->c->past_notes += j->d->notes;
}

static void forget(gp_diags *d) { d->n = d->errors = d->warnings = d->notes = 0; }

void gp_keep_messages(gp_context *c, gp_diags *d) {
    if (!d->errors && !d->warnings && !d->notes) return;
    size_t plain = c->past[0].n, painted = c->past[1].n;
    gp_status before = c->status;
    if (!gp_guarded(c, keep_messages, &(print_job){.c = c, .d = d})) {
        c->past[0].n = plain;
        c->past[1].n = painted;
    }
    c->status = before;
    forget(d);
}

void gp_speaker_add(gp_context *c, gp_speaker *k, gp_diags *d) {
    gp_speaker **last = &c->speakers;
    while (*last) last = &(*last)->next;
    *k = (gp_speaker){d, NULL};
    *last = k;
}

void gp_speaker_drop(gp_context *c, gp_speaker *k) {
    gp_speaker **at = &c->speakers;
    while (*at != k) at = &(*at)->next;
    *at = k->next;
}

static void print_messages(void *arg) {
    print_job *j = arg;
    gp_buf b;
    gp_buf_init(&b, &j->c->shown);
    gp_buf_text(&b, (gp_text){j->c->past[j->colour].s, j->c->past[j->colour].n});
    size_t notes = j->c->past_notes;
    for (const gp_speaker *k = j->c->speakers; k; k = k->next) {
        gp_diags_list(&b, k->diags, j->colour);
        notes += k->diags->notes;
    }
    gp_diags_count(&b, gp_context_errors(j->c), gp_context_warnings(j->c), notes);
    j->text = gp_buf_take(&b).s;
}

const char *gp_context_messages(gp_context *c, int colour) {
    gp_status before = c->status;
    print_job job = {.c = c, .colour = colour != 0, .text = NULL};
    gp_arena_fini(&c->shown);
    bool done = gp_guarded(c, print_messages, &job);
    c->status = before;
    return done ? job.text : "out of memory\n";
}

size_t gp_context_errors(const gp_context *c) {
    size_t n = c->past_errors;
    for (const gp_speaker *k = c->speakers; k; k = k->next) n += k->diags->errors;
    return n;
}

size_t gp_context_warnings(const gp_context *c) {
    size_t n = c->past_warnings;
    for (const gp_speaker *k = c->speakers; k; k = k->next) n += k->diags->warnings;
    return n;
}

void gp_context_clear(gp_context *c) {
    gp_plan_handle *next;
    for (const gp_speaker *k = c->speakers; k; k = k->next) forget(k->diags);
    for (gp_plan_handle *p = c->plans; p; p = next) {
        next = p->next;
        if (!p->plan) plan_release(p);
    }
    gp_arena_fini(&c->notes);
    gp_buf_init(&c->past[0], &c->notes);
    gp_buf_init(&c->past[1], &c->notes);
    c->past_errors = c->past_warnings = c->past_notes = 0;
    c->status = GP_OK;
}

/* -- names and files -- */

typedef struct nearest_job {
    gp_arena arena;
    const char *written, *const *names, *found;
    size_t n;
} nearest_job;

static void find_nearest(void *arg) {
    nearest_job *j = arg;
    gp_text *list = gp_arena_array(&j->arena, j->n, sizeof *list);
    for (size_t i = 0; i < j->n; i++) list[i] = gp_text_of(j->names[i]);
    gp_text near = gp_text_nearest(gp_text_of(j->written), list, j->n);
    for (size_t i = 0; near.s && i < j->n; i++)
        if (gp_text_eq(near, list[i])) j->found = j->names[i];
}

const char *gp_nearest(gp_context *c, const char *written, const char *const *names, size_t n) {
    nearest_job job = {.written = written, .names = names, .n = n};
    gp_arena_init(&job.arena, &c->mem);
    gp_guarded(c, find_nearest, &job);
    gp_arena_fini(&job.arena);
    return job.found;
}

typedef struct look_job {
    gp_arena arena;
    gp_diags diags; /* nobody reads them: the loaders report the same */
    const char *path;
    bool for_workspace; /* nobody asks for more */
    gp_file_view out;
} look_job;

static bool ends_in(gp_text t, const char *ending) {
    size_t n = strlen(ending);
    return t.n > n && memcmp(t.s + t.n - n, ending, n) == 0;
}

static void look_inside(look_job *j, const gp_tree *root) {
    static const struct {
        const char *key;
        gp_file_kind kind;
    } KEYS[] = {{"workspace", GP_KIND_WORKSPACE}, {"plan", GP_KIND_PLAN},         {"decisions", GP_KIND_DATA},
                {"data", GP_KIND_DATA},           {"scenario", GP_KIND_SCENARIO}};
    /* A plan has a dictionary under `data`, a data file has the id of its plan there. */
    for (size_t i = 0; i < GP_COUNT(KEYS); i++) {
        const gp_tree *id = gp_tree_get(root, KEYS[i].key);
        if (!id || id->kind != GP_TREE_SCALAR) continue;
        size_t n = id->text.n < sizeof j->out.plan - 1 ? id->text.n : sizeof j->out.plan - 1;
        if ((KEYS[i].kind == GP_KIND_PLAN || KEYS[i].kind == GP_KIND_DATA) && n) memcpy(j->out.plan, id->text.s, n);
        j->out.kind = KEYS[i].kind;
        return;
    }
}

/* A key `workspace` stands there as it is, or with an escape. */
static bool can_be_workspace(gp_text t) { return memmem(t.s, t.n, "workspace", 9) || memchr(t.s, '\\', t.n); }

static void look(void *arg) {
    look_job *j = arg;
    gp_text path = gp_text_of(j->path);
    gp_file file;
    if (gp_text_is(path, "-")) {
        j->out.kind = GP_KIND_DATA;
        return;
    }
    gp_diags_init(&j->diags, &j->arena);
    if (!gp_file_read(&file, &j->arena, &j->diags, GP_TEXT("."), path, 0, (gp_place){0})) return;
    if (j->for_workspace && !can_be_workspace(file.text)) return;
    j->out.kind = ends_in(path, ".csv") ? GP_KIND_TABLE : ends_in(path, ".lua") ? GP_KIND_RULES : GP_KIND_OTHER;
    if (j->out.kind != GP_KIND_OTHER) return;
    const gp_tree *root = gp_yaml_parse(&j->arena, &j->diags, &file);
    if (root) look_inside(j, root);
}

static gp_file_view look_at(gp_context *c, const char *path, bool for_workspace) {
    look_job job = {.path = path, .for_workspace = for_workspace};
    gp_arena_init(&job.arena, &c->mem);
    gp_guarded(c, look, &job);
    gp_arena_fini(&job.arena);
    return job.out;
}

gp_file_view gp_file_look(gp_context *c, const char *path) { return look_at(c, path, false); }

int gp_file_is_workspace(gp_context *c, const char *path) { return look_at(c, path, true).kind == GP_KIND_WORKSPACE; }

/* -- plan -- */

typedef struct open_job {
    gp_plan_handle *p;
    const char *path;
    gp_packs shared;
} open_job;

static bool is_by_rule(const gp_node *n) {
    return n->criterion.test == GP_RULE || n->scoring.method == GP_RULE_METHOD || n->scoring.aggregate == GP_RULE_AGGREGATE;
}

bool gp_has_rules(const gp_plan *plan) {
    if (plan->nrules) return true;
    for (size_t i = 0; i < plan->nnodes; i++)
        if (is_by_rule(plan->nodes[i])) return true;
    return false;
}

/* The rules are loaded once for their errors; each evaluation has a state of its own. */
static bool rules_load(gp_plan_handle *p, const gp_plan *plan, gp_host **host) {
    if (!gp_has_rules(plan)) return true;
    return (*host = gp_host_new(&p->arena, &p->diags, plan, NULL)) != NULL;
}

static void release_arena(void *ptr) { gp_arena_fini(ptr); }

/* What cannot be evaluated, such as a result that needs itself, is an error of the plan and found without data; the programs themselves are
 * given back at once. */
static bool can_run(gp_plan_handle *p, const gp_plan *plan, gp_host *host) {
    const gp_frame none = {.plan = plan};
    gp_arena *a = GP_NEW(&p->arena, gp_arena);
    gp_arena_init(a, p->arena.mem);
    gp_arena_defer(&p->arena, release_arena, a);
    bool good = gp_program_new(a, &p->diags, &none, plan, host) != NULL;
    for (size_t i = 0; good && i < plan->nmodels; i++) good = gp_program_new(a, &p->diags, &none, plan->models[i], host) != NULL;
    gp_arena_fini(a);
    return good;
}

/* A plan outlives its workspace. */
static gp_packs packs_of(gp_arena *a, gp_packs packs) {
    gp_text *list = gp_arena_array(a, packs.n, sizeof *list);
    for (size_t i = 0; i < packs.n; i++) list[i] = gp_text_dup(a, packs.list[i]);
    return (gp_packs){list, packs.n};
}

static void plan_load(void *arg) {
    open_job *j = arg;
    gp_plan_handle *p = j->p;
    gp_text path = gp_text_dup(&p->arena, gp_text_of(j->path));
    gp_plan *plan = gp_plan_load(&p->arena, &p->diags, path, packs_of(&p->arena, j->shared));
    if (!plan) return;
    gp_host *host = NULL;
    p->broken = !rules_load(p, plan, &host) || plan->broken || !can_run(p, plan, host);
    if (plan->data_unsure) return;
    p->id = gp_text_cstr(&p->arena, plan->id);
    p->title = gp_text_cstr(&p->arena, plan->title.s ? plan->title : plan->id);
    p->models = gp_arena_array(&p->arena, plan->nmodels + 1, sizeof *p->models);
    p->models[0] = "base";
    for (size_t i = 0; i < plan->nmodels; i++) p->models[i + 1] = gp_text_cstr(&p->arena, plan->models[i]->model);
    p->plan = plan;
}

/* A plan that has errors stays with the context until it is cleared: its messages quote it. */
gp_plan_handle *gp_plan_open_in(gp_context *c, const char *path, gp_packs shared) {
    gp_plan_handle *p = gp_object_new(c, sizeof *p), **last = &c->plans;
    if (!p) return NULL;
    p->context = c;
    gp_arena_init(&p->arena, &c->mem);
    gp_diags_init(&p->diags, &p->arena);
    gp_speaker_add(c, &p->speaker, &p->diags);
    while (*last) last = &(*last)->next;
    *last = p;
    if (!gp_guarded(c, plan_load, &(open_job){p, path, shared})) {
        plan_release(p);
        c->status = GP_NO_MEMORY;
        return NULL;
    }
    if (!p->plan || p->broken) c->status = GP_INVALID;
    return p->plan ? p : NULL;
}

gp_plan_handle *gp_plan_open(gp_context *c, const char *path) { return gp_plan_open_in(c, path, (gp_packs){0}); }

static void plan_release(gp_plan_handle *p) {
    gp_context *c = p->context;
    gp_plan_handle **at = &c->plans;
    while (p->data) gp_data_free(p->data);
    while (*at != p) at = &(*at)->next;
    *at = p->next;
    gp_speaker_drop(c, &p->speaker);
    gp_arena_fini(&p->arena);
    gp_object_free(c, p, sizeof *p);
}

void gp_plan_close(gp_plan_handle *p) {
    if (!p) return;
    gp_keep_messages(p->context, &p->diags);
    plan_release(p);
}

const char *gp_plan_id(const gp_plan_handle *p) { return p->id; }
const char *gp_plan_title(const gp_plan_handle *p) { return p->title; }
size_t gp_plan_models(const gp_plan_handle *p) { return p->plan->nmodels + 1; }
const char *gp_plan_model_name(const gp_plan_handle *p, size_t i) { return i < p->plan->nmodels + 1 ? p->models[i] : NULL; }

/* -- data -- */

typedef struct data_job {
    gp_data *d;
    const char *path;
    bool bad_rows_ok, ok;
} data_job;

static void frame_make(void *arg) {
    gp_data *d = ((data_job *)arg)->d;
    d->frame = gp_frame_new(&d->arena, &d->plan->diags, d->plan->plan, true);
}

gp_data *gp_data_new(gp_plan_handle *p) {
    gp_context *c = p->context;
    gp_data *d = gp_object_new(c, sizeof *d);
    if (!d) return NULL;
    d->plan = p;
    d->next = p->data;
    p->data = d;
    gp_arena_init(&d->arena, &c->mem);
    if (gp_guarded(c, frame_make, &(data_job){.d = d})) return d;
    gp_data_free(d);
    c->status = GP_NO_MEMORY;
    return NULL;
}

void gp_data_free(gp_data *d) {
    if (!d) return;
    gp_data **at = &d->plan->data;
    while (d->results) gp_results_free(d->results);
    gp_keep_messages(d->plan->context, &d->plan->diags);
    while (*at != d) at = &(*at)->next;
    *at = d->next;
    gp_arena_fini(&d->arena);
    gp_object_free(d->plan->context, d, sizeof *d);
}

void gp_data_keep_cites(gp_data *d, int keep) { d->frame->trace = keep != 0; }

static void data_add(void *arg) {
    data_job *j = arg;
    gp_frame_add(j->d->frame, gp_text_dup(&j->d->arena, gp_text_of(j->path)));
}

gp_status gp_data_add(gp_data *d, const char *path) {
    gp_context *c = d->plan->context;
    if (d->state != GP_DATA_NEW) return c->status = GP_USAGE;
    gp_guarded(c, data_add, &(data_job){.d = d, .path = path});
    return c->status;
}

static void data_load(void *arg) {
    data_job *j = arg;
    j->ok = gp_frame_load(j->d->frame, j->bad_rows_ok);
}

gp_status gp_data_load(gp_data *d, gp_bad_rows bad) {
    gp_context *c = d->plan->context;
    if (d->state != GP_DATA_NEW) return c->status = d->state == GP_DATA_LOADED ? GP_USAGE : GP_INVALID;
    data_job job = {.d = d, .bad_rows_ok = bad == GP_BAD_ROWS_REPORT};
    d->state = GP_DATA_BROKEN;
    d->bad_rows = job.bad_rows_ok;
    if (!gp_guarded(c, data_load, &job)) return GP_NO_MEMORY;
    if (!job.ok) return c->status = GP_INVALID;
    d->state = GP_DATA_LOADED;
    return GP_OK;
}

/* -- refused rows -- */

static void keep_refused(void *arg) { gp_refusals_new(((data_job *)arg)->d->frame); }

gp_status gp_data_keep_refused(gp_data *d) {
    gp_context *c = d->plan->context;
    if (d->state != GP_DATA_NEW) return c->status = GP_USAGE;
    gp_guarded(c, keep_refused, &(data_job){.d = d});
    return c->status;
}

uint64_t gp_data_refused(const gp_data *d) { return d->frame->refused; }

size_t gp_data_refused_files(const gp_data *d) { return d->frame->refusals ? d->frame->refusals->n : 0; }

gp_refused_view gp_data_refused_file(const gp_data *d, size_t i) {
    if (i >= gp_data_refused_files(d)) return (gp_refused_view){.path = ""};
    const gp_refused_file *file = &d->frame->refusals->files[i];
    return (gp_refused_view){file->path.s, file->rows, file->table};
}

gp_status gp_data_refused_write(const gp_data *d, size_t i, gp_sink sink, void *user) {
    gp_context *c = d->plan->context;
    if (i >= gp_data_refused_files(d)) return c->status = GP_USAGE;
    const gp_buf *b = &d->frame->refusals->files[i].csv;
    return c->status = b->n == 0 || sink(user, b->s, b->n) == 0 ? GP_OK : GP_WRITE;
}

/* -- options -- */

typedef struct eval_job {
    gp_results *r;
    const gp_eval_options *options;
    bool ok;
} eval_job;

bool gp_lang_read(gp_lang *out, const char *lang) {
    if (gp_text_is(gp_text_of(lang), "zh")) *out = GP_ZH;
    else if (gp_text_is(gp_text_of(lang), "en")) *out = GP_EN;
    else return false;
    return true;
}

gp_status gp_eval_options_check(gp_context *c, const gp_eval_options *options) {
    int32_t day;
    gp_lang lang;
    c->status = GP_OK;
    if (options->as_of && !gp_date_read(&day, gp_text_of(options->as_of))) c->status = GP_USAGE;
    if (options->lang && !gp_lang_read(&lang, options->lang)) c->status = GP_USAGE;
    return c->status;
}

/* -- evaluation -- */

static void copy_names(gp_results *r, const gp_plan *plan) {
    r->ids = gp_arena_array(&r->arena, plan->nnodes, sizeof *r->ids);
    r->names = gp_arena_array(&r->arena, plan->nnodes, sizeof *r->names);
    for (size_t i = 0; i < plan->nnodes; i++) {
        r->ids[i] = gp_text_cstr(&r->arena, plan->nodes[i]->id);
        r->names[i] = gp_text_cstr(&r->arena, plan->nodes[i]->name);
    }
}

gp_limits gp_limits_of(const gp_eval_options *o) {
    gp_limits limits = {.budget = 10000000, .memory = (size_t)16 << 20, .seconds = 10};
    if (o->rule_budget) limits.budget = o->rule_budget;
    if (o->rule_memory) limits.memory = o->rule_memory;
    return limits;
}

static gp_host *host_of(gp_results *r, const gp_plan *plan, const gp_eval_options *o) {
    gp_limits limits = gp_limits_of(o);
    return gp_host_new(&r->arena, &r->data->plan->diags, plan, &limits);
}

gp_run_options gp_run_options_of(const gp_plan *plan, const gp_eval_options *o) {
    gp_run_options out = {.lang = plan->lang, .plan = plan};
    if (o->lang) gp_lang_read(&out.lang, o->lang);
    if (o->as_of) out.has_as_of = gp_date_read(&out.as_of, gp_text_of(o->as_of));
    return out;
}

static void evaluate(void *arg) {
    eval_job *j = arg;
    gp_results *r = j->r;
    const gp_plan *plan = gp_plan_model(r->data->plan->plan, gp_text_of(j->options->model ? j->options->model : ""));
    const gp_frame *frame = r->data->frame;
    if (r->data->plan->broken) return; /* said when the plan was opened */
    if (!gp_lay(r, &plan, &frame, j->options)) return;
    gp_run_options options = gp_run_options_of(plan, j->options);
    if (gp_has_rules(plan) && !(options.host = host_of(r, plan, j->options))) return;
    r->host = options.host;
    r->lang = options.lang;
    r->info = (gp_run_info){.engine = GOALPOST_VERSION, .plan = plan, .frame = frame, .laid = r->info.laid,
                            .has_as_of = options.has_as_of, .as_of = options.as_of, .lang = options.lang, .bad_rows = r->data->bad_rows,
                            .rule_budget = j->options->rule_budget, .rule_memory = j->options->rule_memory};
    copy_names(r, plan);
    r->run = gp_run_new(&r->arena, &r->data->plan->diags, frame, &options);
    j->ok = r->run != NULL;
}

static gp_status load_if_due(gp_data *d) {
    if (d->state == GP_DATA_NEW) return gp_data_load(d, GP_BAD_ROWS_STOP);
    return d->plan->context->status = d->state == GP_DATA_LOADED ? GP_OK : GP_INVALID;
}

gp_results *gp_evaluate(gp_data *d, const gp_eval_options *options) {
    gp_context *c = d->plan->context;
    static const gp_eval_options DEFAULTS = {0};
    if (!options) options = &DEFAULTS;
    if (gp_eval_options_check(c, options) != GP_OK || load_if_due(d) != GP_OK) return NULL;
    if (options->model && !gp_plan_model(d->plan->plan, gp_text_of(options->model))) {
        c->status = GP_USAGE;
        return NULL;
    }
    gp_results *r = gp_object_new(c, sizeof *r);
    if (!r) return NULL;
    r->data = d;
    r->next = d->results;
    d->results = r;
    gp_arena_init(&r->arena, &c->mem);
    gp_arena_init(&r->of_case, &c->mem);
    eval_job job = {r, options, false};
    gp_guarded(c, evaluate, &job);
    if (job.ok) return r;
    gp_status status = c->status == GP_OK ? GP_INVALID : c->status;
    gp_results_free(r);
    c->status = status;
    return NULL;
}

void gp_results_free(gp_results *r) {
    if (!r) return;
    gp_results **at = &r->data->results;
    while (*at != r) at = &(*at)->next;
    *at = r->next;
    while (r->whatifs) gp_whatif_free(r->whatifs);
    if (r->under) gp_keep_messages(r->data->plan->context, &r->data->plan->diags);
    gp_arena_fini(&r->of_case);
    gp_arena_fini(&r->arena);
    gp_object_free(r->data->plan->context, r, sizeof *r);
}

/* -- lint -- */

typedef struct lint_job {
    gp_results *r;
    gp_arena scratch;
} lint_job;

static void lint(void *arg) {
    lint_job *j = arg;
    gp_results *r = j->r;
    gp_lint(&r->data->plan->diags, &j->scratch, &(gp_lint_on){r->data->plan->plan, r->host, r->data->frame, r->run});
}

gp_status gp_results_lint(gp_results *r) {
    gp_context *c = gp_context_of(r);
    lint_job job = {.r = r};
    if (r->spoilt) return c->status = GP_NO_MEMORY;
    r->in_block = r->has_case = r->reported = false;
    gp_arena_init(&job.scratch, &c->mem);
    r->spoilt = !gp_guarded(c, lint, &job);
    gp_arena_fini(&job.scratch);
    return c->status;
}

/* The bridge for workspaces: several plans, each with its data, loaded, evaluated and written together.
 * Invariant: no plan is evaluated while any plan or datum of the workspace has an error. */
#define GP_BUILDING 1
#include "api.h"

#include <string.h>

/* -- opening -- */

typedef struct open_job {
    gp_workspace *w;
    const char *path;
} open_job;

static const char *text_or_null(gp_arena *a, gp_text t) { return t.s ? gp_text_cstr(a, t) : NULL; }

static const char *date_or_null(gp_arena *a, bool given, int32_t day) {
    char text[16];
    return given ? gp_text_cstr(a, (gp_text){text, gp_date_print(text, day)}) : NULL;
}

static void settle(gp_workspace *w, const gp_workspace_file *f) {
    gp_arena *a = &w->arena;
    const char **words = gp_arena_array(a, f->nfail_on, sizeof *words);
    for (size_t i = 0; i < f->nfail_on; i++) words[i] = gp_text_cstr(a, f->fail_on[i]);
    w->settings = (gp_workspace_settings){
        .id = text_or_null(a, f->id),
        .title = text_or_null(a, f->title),
        .format = text_or_null(a, f->format),
        .output = text_or_null(a, f->output),
        .lang = !f->has_lang ? NULL : f->lang == GP_ZH ? "zh" : "en",
        .as_of = date_or_null(a, f->has_as_of, f->as_of),
        .fail_on = words,
        .nfail_on = f->nfail_on,
        .wide = f->wide,
        .codes = f->codes,
        .bom = f->bom,
        .bad_rows = f->has_bad_rows ? (int)f->bad_rows : -1,
        .max_bad = f->has_max_bad ? f->max_bad : -1,
    };
}

static void read_file(void *arg) {
    open_job *j = arg;
    gp_workspace *w = j->w;
    const gp_workspace_file *f = gp_workspace_read(&w->arena, &w->diags, gp_text_dup(&w->arena, gp_text_of(j->path)));
    if (!f) return;
    settle(w, f);
    w->members = gp_arena_array(&w->arena, f->nplans + f->nscenarios, sizeof *w->members);
    for (size_t i = 0; i < f->nplans; i++)
        w->members[i] = (gp_member){.path = gp_text_cstr(&w->arena, f->plans[i].path), .files = f->plans[i].data,
                                    .packs = {f->rules.list, f->rules.n}};
    w->n = f->nplans;
    w->several = w->n > 1;
    w->file = f;
    for (size_t i = 0; i < f->nscenarios; i++)
        gp_workspace_add_scenario(w, f->scenarios[i].plan, f->scenarios[i].name, f->scenarios[i].path);
}

gp_workspace *gp_workspace_make(gp_context *c) {
    gp_workspace *w = gp_object_new(c, sizeof *w);
    if (!w) return NULL;
    w->context = c;
    w->next = c->workspaces;
    c->workspaces = w;
    w->settings = (gp_workspace_settings){.bad_rows = -1, .max_bad = -1};
    gp_arena_init(&w->arena, &c->mem);
    gp_diags_init(&w->diags, &w->arena);
    gp_speaker_add(c, &w->speaker, &w->diags);
    return w;
}

/* Opens all plans, so that the errors of all are known. NULL with the status when memory ended. */
gp_workspace *gp_workspace_open_plans(gp_workspace *w) {
    gp_context *c = w->context;
    for (size_t i = 0; i < w->n; i++) {
        w->members[i].plan = gp_plan_open_in(c, w->members[i].path, w->members[i].packs);
        if (c->status == GP_NO_MEMORY) {
            gp_workspace_close(w);
            c->status = GP_NO_MEMORY;
            return NULL;
        }
        w->broken |= c->status != GP_OK;
    }
    for (size_t i = 0; i < w->nscenarios; i++) w->members[w->n + i].plan = w->members[w->members[w->n + i].of].plan;
    c->status = w->broken ? GP_INVALID : GP_OK;
    return w;
}

gp_workspace *gp_workspace_open(gp_context *c, const char *path) {
    gp_workspace *w = gp_workspace_make(c);
    if (!w) return NULL;
    bool done = gp_guarded(c, read_file, &(open_job){w, path});
    if (done && w->file) return gp_workspace_open_plans(w);
    gp_workspace_close(w);
    c->status = done ? GP_INVALID : GP_NO_MEMORY;
    return NULL;
}

void gp_workspace_release(gp_workspace *w) {
    gp_context *c = w->context;
    gp_workspace **at = &c->workspaces;
    for (size_t i = 0; i < w->n; i++) gp_plan_close(w->members[i].plan);
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    gp_speaker_drop(c, &w->speaker);
    gp_arena_fini(&w->arena);
    gp_object_free(c, w, sizeof *w);
}

void gp_workspace_close(gp_workspace *w) {
    if (!w) return;
    gp_keep_messages(w->context, &w->diags);
    gp_workspace_release(w);
}

const gp_workspace_settings *gp_workspace_settings_of(const gp_workspace *w) { return &w->settings; }
size_t gp_workspace_plans(const gp_workspace *w) { return w->n; }
const char *gp_workspace_path(const gp_workspace *w, size_t i) { return i < w->n ? w->members[i].path : ""; }
gp_plan_handle *gp_workspace_plan(const gp_workspace *w, size_t i) { return i < w->n + w->nscenarios ? w->members[i].plan : NULL; }
gp_data *gp_workspace_data(const gp_workspace *w, size_t i) { return i < w->n ? w->members[i].data : NULL; }

/* -- data -- */

static gp_status add_files(gp_member *m) {
    gp_status status = GP_OK;
    for (size_t i = 0; i < m->files.n && status == GP_OK; i++) status = gp_data_add(m->data, m->files.list[i].s);
    return status;
}

static gp_status load_member(gp_member *m, const gp_load_options *o) {
    m->data = gp_data_new(m->plan);
    if (!m->data) return GP_NO_MEMORY;
    gp_data_keep_cites(m->data, o->keep_cites);
    gp_status status = o->keep_refused ? gp_data_keep_refused(m->data) : GP_OK;
    if (status == GP_OK && o->all_periods) status = gp_data_all_periods(m->data);
    if (status == GP_OK) status = add_files(m);
    return status == GP_OK ? gp_data_load(m->data, o->bad_rows) : status;
}

gp_status gp_workspace_load(gp_workspace *w, const gp_load_options *options) {
    gp_context *c = w->context;
    bool good = !w->broken;
    for (size_t i = 0; i < w->n; i++) {
        gp_member *m = &w->members[i];
        if (!m->plan || !gp_workspace_needs(w, i)) continue;
        if (m->data) return c->status = GP_USAGE;
        gp_status status = load_member(m, options);
        if (status == GP_NO_MEMORY) return c->status = status;
        good &= status == GP_OK;
    }
    return c->status = good ? GP_OK : GP_INVALID;
}

/* -- evaluation -- */

/* The options with what goalpost.yaml says where they say nothing. */
gp_eval_options gp_workspace_options(const gp_workspace *w, const gp_eval_options *options) {
    gp_eval_options o = options ? *options : (gp_eval_options){0};
    if (!o.lang) o.lang = w->settings.lang;
    if (!o.as_of) o.as_of = w->settings.as_of;
    return o;
}

gp_status gp_workspace_evaluate(gp_workspace *w, const gp_eval_options *options) {
    gp_context *c = w->context;
    gp_eval_options o = gp_workspace_options(w, options);
    if (w->broken) return c->status = GP_INVALID;
    if (gp_eval_options_check(c, &o) != GP_OK) return c->status;
    if (w->nscenarios && !gp_is_own_model(&o)) return c->status = GP_USAGE;
    bool good = true;
    for (size_t i = 0; i < w->n; i++) {
        gp_member *m = &w->members[i];
        if (!gp_workspace_needs(w, i)) continue;
        if (!m->data) return c->status = GP_USAGE;
        m->results = gp_evaluate(m->data, &o);
        if (!m->results && c->status != GP_INVALID) return c->status;
        good &= m->results != NULL;
    }
    if (!good) return c->status = GP_INVALID;
    gp_status status = w->nscenarios ? gp_workspace_lay_scenarios(w) : GP_OK;
    for (size_t i = 0; i < w->n + w->nscenarios; i++) {
        const gp_diags *d = &w->members[i].plan->diags;
        w->members[i].silent = !d->errors && !d->warnings && !d->notes;
    }
    return c->status = status;
}

gp_status gp_workspace_lint(gp_workspace *w) {
    gp_status status = GP_OK;
    for (size_t i = 0; i < w->n && status == GP_OK; i++)
        if (w->members[i].results) status = gp_results_lint(w->members[i].results);
    return w->context->status = status;
}

/* -- writing -- */

typedef struct write_job {
    gp_workspace *w;
    const gp_format *format;
    gp_style style;
    gp_watch watch;
    gp_arena arena;
    gp_sink sink;
    void *user;
    const gp_plan *misfit;
    bool ok;
} write_job;

/* The files that a part names: data of a plan, the scenario itself. */
static void take_stands(gp_part *p, const gp_member *m) {
    *(m->scenario.s ? &p->files : &p->data) = m->stands;
    *(m->scenario.s ? &p->nfiles : &p->ndata) = m->nstands;
}

static gp_part part_of(const gp_workspace *w, const gp_member *m) {
    gp_part p = {.kept = m->kept, .sum = m->sum, .scenario = m->scenario, .of = m->of};
    take_stands(&p, m);
    if (!m->taken) {
        p.info = m->scenario.s ? m->info : m->results->info;
        p.run = m->scenario.s ? m->run : m->results->run;
        return p;
    }
    p.info = w->taken_info;
    p.info.plan = m->under;
    if (!w->settings.lang && !w->lang_given) p.info.lang = p.info.plan->lang;
    return p;
}

static gp_several *several_of(const gp_workspace *w, gp_arena *a) {
    gp_several *s = GP_NEW(a, gp_several);
    if (w->file)
        *s = (gp_several){.id = w->file->id, .title = w->file->title, .file = &w->file->file, .path = w->file->path};
    s->n = w->n;
    s->nscenarios = w->nscenarios;
    s->parts = gp_arena_array(a, w->n + w->nscenarios, sizeof *s->parts);
    for (size_t i = 0; i < w->n + w->nscenarios; i++) s->parts[i] = part_of(w, &w->members[i]);
    return s;
}

static void spend(gp_workspace *w, const gp_several *s) {
    for (size_t i = w->n; i < w->n + w->nscenarios; i++) w->members[i].sum = s->parts[i].sum;
    for (size_t i = 0; i < w->n; i++) {
        w->members[i].sum = s->parts[i].sum;
        if (!w->members[i].results || w->members[i].taken) continue;
        w->members[i].results->in_block = w->members[i].results->has_case = false;
        w->members[i].results->reported = true;
    }
}

static void write_several(void *arg) {
    write_job *j = arg;
    gp_out out;
    gp_several *s = several_of(j->w, &j->arena);
    if (j->style.wide && (j->misfit = gp_wide_misfit(s))) {
        gp_report(&j->w->diags, GP_D_WIDE_PLANS, (gp_place){0},
                  "a column for each indicator does not go with plans of different ones, such as `%.*s` and `%.*s`",
                  GP_ARG(s->parts[0].info.plan->id), GP_ARG(j->misfit->id));
        return;
    }
    gp_out_init(&out, &j->arena, j->sink, j->user);
    gp_keeper keeper;
    bool keeps = gp_part_keeper_of(&keeper, j->w, s, &j->arena);
    j->ok = gp_report_several(j->format, s, &j->style, &j->watch, keeps ? &keeper : NULL, &j->arena, &out);
    spend(j->w, s);
}

static gp_lang lang_of(const gp_workspace *w) {
    for (size_t i = 0; i < w->n; i++)
        if (w->members[i].results) return w->members[i].results->lang;
    return w->n ? w->members[0].plan->plan->lang : GP_EN;
}

gp_status gp_workspace_write(gp_workspace *w, const gp_report_options *options, gp_sink sink, void *user) {
    gp_context *c = w->context;
    for (size_t i = 0; i < w->n; i++)
        if (!w->members[i].results && !w->members[i].taken) return c->status = GP_USAGE;
    if (w->n == 1 && !w->several && !w->members[0].taken) return gp_report_write(w->members[0].results, options, sink, user);
    write_job job = {.w = w, .style = gp_style_of(options, lang_of(w)), .sink = sink, .user = user};
    job.watch = (gp_watch){options->progress, options->progress_user, options->plan};
    job.format = gp_format_find_several(options->format ? options->format : "table", &job.style, w->n);
    if (!job.format) return c->status = GP_USAGE;
    gp_arena_init(&job.arena, &c->mem);
    bool done = gp_guarded(c, write_several, &job);
    gp_arena_fini(&job.arena);
    if (!done) return GP_NO_MEMORY;
    return c->status = job.misfit ? GP_INVALID : job.ok ? GP_OK : GP_WRITE;
}

/* -- totals -- */

gp_totals gp_workspace_totals(const gp_workspace *w) {
    gp_sum sum = {0};
    gp_totals t = {.adds_up = 1};
    if (!w->several && w->n == 1 && w->members[0].results) return gp_results_totals(w->members[0].results);
    for (size_t i = 0; i < w->n; i++) {
        const gp_member *m = &w->members[i];
        gp_sum here = m->sum;
        if (m->results && !m->taken && !gp_run_sum(&here, m->results->run)) t.adds_up = 0;
        gp_sum_add(&sum, &here);
    }
    gp_workspace_count_scenarios(&sum, &t.adds_up, w);
    gp_totals_of(&t, &sum);
    return t;
}

/* The bridge for what-if: scenarios over the cases of an evaluation, questions about them, answers written out.
 * Invariant: an evaluation and its data stay as they are; whatever a question needs goes with the object that asks it. */
#define GP_BUILDING 1
#include "api.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "report/answer.h"
#include "report/writers.h"
#include "study/study.h"

struct gp_whatif {
    gp_results *results;
    gp_whatif *next;
    gp_arena arena;
    gp_study study;
    gp_scenario *scenarios;
    size_t n, cap;
    bool named;              /* the first scenario is from a file, and settings lie over each of them */
    gp_scenario_table *table; /* NULL: none was given */
    gp_lever *levers;
    size_t nlevers, cap_levers;
    gp_asked asked;          /* as given, for the answer */
    gp_frame base;           /* that of the data, under the plan's scoring model */
    gp_whatif *beside;       /* the same under the next scoring model, which has what is laid here too; NULL: none */
    gp_whatif *ahead;
    gp_plan_handle *other;   /* of a back-test; NULL: none was asked for */
    gp_file *files;            /* of scenarios */
    size_t nfiles, cap_files;
};

static gp_context *context_of(const gp_whatif *w) { return w->results->data->plan->context; }

typedef struct job {
    gp_whatif *w;
    const char *text;
    const char *within;
    double cost;
    const gp_whatif_question *question;
    const gp_report_options *how;
    gp_sink sink;
    void *user;
    gp_arena scratch;
    gp_status status;
} job;

static gp_status run_job(job *j, void (*fn)(void *)) {
    gp_context *c = context_of(j->w);
    j->status = GP_INVALID;
    if (!gp_guarded(c, fn, j)) return GP_NO_MEMORY;
    return c->status = j->status;
}

/* The same under each scoring model. */
static gp_status run_jobs(job *j, void (*fn)(void *)) {
    gp_status status = GP_OK;
    for (gp_whatif *w = j->w; w && status == GP_OK; w = w->beside) {
        j->w = w;
        status = run_job(j, fn);
    }
    return status;
}

/* ---- the object ---- */

static void first_scenario(void *arg) {
    gp_whatif *w = arg;
    *GP_PUSH(&w->arena, w->scenarios, w->n, w->cap) = (gp_scenario){.name = GP_TEXT("set")};
}

gp_whatif *gp_whatif_new(gp_results *r) {
    gp_context *c = r->data->plan->context;
    gp_whatif *w = r->info.laid ? NULL : gp_object_new(c, sizeof *w);
    if (r->info.laid) c->status = GP_USAGE;
    if (!w) return NULL;
    w->results = r;
    w->next = r->whatifs;
    r->whatifs = w;
    gp_arena_init(&w->arena, &c->mem);
    w->base = *r->data->frame;
    w->base.plan = r->info.plan;
    w->study = (gp_study){.arena = &w->arena, .diags = &r->data->plan->diags, .base = &w->base, .ncases = w->base.nrows};
    w->study.options = (gp_run_options){
        .has_as_of = r->info.has_as_of, .as_of = r->info.as_of, .lang = r->lang, .host = r->host, .plan = r->info.plan};
    if (gp_guarded(c, first_scenario, w)) return w;
    gp_whatif_free(w);
    c->status = GP_NO_MEMORY;
    return NULL;
}

gp_whatif *gp_whatif_new_models(gp_results *const *r, size_t n) {
    gp_whatif *first = NULL, *ahead = NULL;
    for (size_t i = 0; i < n; i++) {
        gp_context *c = r[0]->data->plan->context;
        gp_whatif *w = r[i]->data == r[0]->data ? gp_whatif_new(r[i]) : NULL;
        if (!w) {
            gp_status status = r[i]->data == r[0]->data ? c->status : GP_USAGE;
            gp_whatif_free(first);
            c->status = status;
            return NULL;
        }
        w->ahead = ahead;
        if (ahead) ahead->beside = w;
        else first = w;
        ahead = w;
    }
    return first;
}

void gp_whatif_free(gp_whatif *w) {
    if (!w) return;
    gp_whatif_free(w->beside);
    if (w->ahead) w->ahead->beside = NULL;
    gp_whatif **at = &w->results->whatifs;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    gp_plan_close(w->other);
    gp_keep_messages(context_of(w), w->study.diags); /* they quote settings, which live here */
    gp_arena_fini(&w->arena);
    gp_object_free(context_of(w), w, sizeof *w);
}

/* ---- what is laid over the base ---- */

static void keep(gp_whatif *w, gp_asked_list *in, const char *text) {
    *GP_PUSH(&w->arena, in->list, in->n, in->cap) = gp_text_dup(&w->arena, gp_text_of(text));
}

static void set(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    bool ok = true;
    for (size_t i = 0; i < w->n && ok; i++)
        ok = gp_scenario_set(&w->scenarios[i], &w->arena, w->study.diags, w->study.base, gp_text_of(j->text), "--set");
    if (!ok) return;
    keep(w, &w->asked.sets, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_set(gp_whatif *w, const char *setting) {
    job j = {.w = w, .text = setting};
    return run_jobs(&j, set);
}

static void load(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    gp_scenario s;
    if (!gp_scenario_load(&s, &w->arena, w->study.diags, w->study.base, gp_text_of(j->text))) return;
    if (w->named) *GP_PUSH(&w->arena, w->scenarios, w->n, w->cap) = s;
    else w->scenarios[0] = s;
    w->named = true;
    for (size_t i = 0; i < s.nfiles; i++) *GP_PUSH(&w->arena, w->files, w->nfiles, w->cap_files) = s.files[i];
    keep(w, &w->asked.scenarios, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_scenario(gp_whatif *w, const char *path) {
    job j = {.w = w, .text = path};
    return run_jobs(&j, load);
}

static void load_table(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    gp_scenario_table *t = GP_NEW(&w->arena, gp_scenario_table);
    if (!gp_scenario_table_load(t, &w->arena, w->study.diags, w->study.base, gp_text_of(j->text))) return;
    w->table = t;
    *GP_PUSH(&w->arena, w->files, w->nfiles, w->cap_files) = t->file;
    w->asked.table = gp_text_dup(&w->arena, gp_text_of(j->text));
    j->status = GP_OK;
}

gp_status gp_whatif_table(gp_whatif *w, const char *path) {
    job j = {.w = w, .text = path};
    return run_jobs(&j, load_table);
}

static void sweep(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    if (!gp_scenario_sweep(&w->scenarios[0], &w->arena, w->study.diags, w->study.base, gp_text_of(j->text), "--sweep")) return;
    keep(w, &w->asked.sweeps, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_sweep(gp_whatif *w, const char *written) {
    job j = {.w = w, .text = written};
    return run_jobs(&j, sweep);
}

/* ---- whom it is about ---- */

static void choose(void *arg) {
    job *j = arg;
    const gp_frame *f = j->w->study.base;
    gp_text *names = gp_arena_array(&j->w->arena, f->nrows, sizeof *names);
    for (size_t i = 0; i < f->nrows; i++) {
        names[i] = f->cases[i].subject;
        if (!gp_text_eq(names[i], gp_text_of(j->text))) continue;
        bool all = gp_run_has_cohorts(j->w->results->run); /* then its case hangs on the others */
        j->w->study.first = all ? 0 : i;
        j->w->study.ncases = all ? f->nrows : 1;
        j->w->study.single = true;
        j->w->study.ranks_alone = !gp_run_scores_by_cohort(j->w->results->run);
        j->w->study.asked = all ? i : 0;
        j->w->asked.subject = gp_text_dup(&j->w->arena, names[i]);
        j->status = GP_OK;
        return;
    }
    gp_diag *diag = gp_report(j->w->study.diags, GP_D_PATH, (gp_place){0}, "the data have no subject `%s`", j->text);
    gp_hint_nearest(j->w->study.diags, diag, gp_text_of(j->text), names, f->nrows);
}

gp_status gp_whatif_subject(gp_whatif *w, const char *subject) {
    job j = {.w = w, .text = subject};
    return run_jobs(&j, choose);
}

/* ---- levers ---- */

static bool read_bounds(gp_lever *l, gp_whatif *w, const char *within) {
    gp_text text = gp_text_dup(&w->arena, gp_text_of(within));
    gp_place at = {.file = gp_diags_source(w->study.diags, GP_TEXT("--within"), text), .len = (uint32_t)text.n};
    const char *dots = strstr(text.s, "..");
    gp_interval lo, hi;
    if (!dots) {
        gp_report(w->study.diags, GP_D_BAD_VALUE, at, "FROM..TO is due");
        return false;
    }
    size_t n = (size_t)(dots - text.s);
    if (!gp_target_read(&lo, &l->target, w->study.base, (gp_text){text.s, n}, gp_place_sub(at, 0, n))) return false;
    if (!gp_target_read(&hi, &l->target, w->study.base, (gp_text){dots + 2, text.n - n - 2}, gp_place_sub(at, n + 2, text.n - n - 2)))
        return false;
    l->bounded = lo.lo <= hi.hi;
    l->lo = lo.lo;
    l->hi = hi.hi;
    if (!l->bounded) gp_report(w->study.diags, GP_D_ORDER, at, "the lower bound comes first");
    return l->bounded;
}

/* The bounds as they were given, or as the dictionary has them: they decide the answer. */
static gp_text bounds_text(gp_whatif *w, const gp_lever *l, const char *within) {
    gp_buf b;
    if (within) return gp_text_dup(&w->arena, gp_text_of(within));
    if (!l->bounded) return GP_NO_TEXT;
    gp_buf_init(&b, &w->arena);
    gp_target_put(&b, &l->target, w->study.base, l->lo);
    gp_buf_str(&b, "..");
    gp_target_put(&b, &l->target, w->study.base, l->hi);
    return gp_buf_take(&b);
}

static void add_lever(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    gp_text path = gp_text_dup(&w->arena, gp_text_of(j->text));
    gp_lever l = {.cost = j->cost, .at = {.file = gp_diags_source(w->study.diags, GP_TEXT("--by"), path), .len = (uint32_t)path.n}};
    if (!gp_target_find(&l.target, &w->arena, w->study.diags, w->study.base, path, l.at)) return;
    if (l.target.like.has_range) {
        l.bounded = isfinite(l.target.like.range.lo) && isfinite(l.target.like.range.hi);
        l.lo = l.target.like.range.lo;
        l.hi = l.target.like.range.hi;
    }
    if (j->within && !read_bounds(&l, w, j->within)) return;
    *GP_PUSH(&w->arena, w->levers, w->nlevers, w->cap_levers) = l;
    *GP_PUSH(&w->arena, w->asked.levers, w->asked.nlevers, w->asked.cap_levers) =
        (gp_asked_lever){path, bounds_text(w, &l, j->within), j->cost};
    j->status = GP_OK;
}

gp_status gp_whatif_lever(gp_whatif *w, const char *path, const char *within, double cost) {
    job j = {.w = w, .text = path, .within = within, .cost = gp_decimal_double(gp_decimal_of(cost), 0)};
    return run_jobs(&j, add_lever);
}

/* ---- questions ---- */

static bool compare(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    if (!gp_study_compare(out, &w->study, w->scenarios, w->n, q->all)) return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->scenarios[i].nsets > 1 && !gp_study_attribute(out, &w->study, &w->scenarios[i])) return false;
    return true;
}

static bool ask_sweep(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)q;
    if (w->table) return gp_study_table(out, &w->study, &w->scenarios[0], w->table, taker);
    return gp_study_sweep(out, &w->study, &w->scenarios[0], taker);
}

static bool seek(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    gp_aim aim;
    if (!gp_aim_read(&aim, &w->arena, w->study.diags, w->study.base->plan, gp_text_of(q->seek), "--seek")) return false;
    return gp_study_seek(out, &w->study, &aim, &w->scenarios[0], w->levers, w->nlevers);
}

static bool sensitivity(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    return gp_study_sensitivity(out, &w->study, &w->scenarios[0], q->spread);
}

static bool draws(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    gp_draw_options o = {.draws = q->draws, .seed = q->seed, .until_se = q->until_se, .watch = q->progress, .ud = q->progress_user};
    gp_scenario *s = &w->scenarios[0];
    gp_draws_complete(s, out, &w->study);
    return gp_study_draws(out, &w->study, s, &o) && (!q->indices || gp_study_indices(out, &w->study, s, &o));
}

/* All cases of the subject, not its first alone. */
static bool periods(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    gp_study whole = w->study;
    whole.first = 0;
    whole.ncases = whole.base->nrows;
    whole.single = false;
    return gp_study_periods(out, &whole, &w->scenarios[0], w->asked.subject, q->all);
}

static bool back_test(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    if (w->scenarios[0].nsets || w->n > 1) {
        gp_report(w->study.diags, GP_D_BAD_VALUE, (gp_place){0}, "a back-test takes both plans as they are, without a scenario");
        return false;
    }
    if (!q->against) return false;
    return gp_back_test(out, &w->study, w->results, w->asked.subject, q->against, &w->other);
}

static bool weights(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    (void)taker;
    gp_robust_options o = {.spread = q->weights, .draws = q->draws, .seed = q->seed, .watch = q->progress, .ud = q->progress_user};
    return gp_study_robust(out, &w->study, &w->scenarios[0], &o);
}

static const struct {
    const char *name;
    bool (*ask)(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker);
} QUESTIONS[] = {
    [GP_ASK_COMPARE] = {"compare", compare}, [GP_ASK_SWEEP] = {"sweep", ask_sweep}, [GP_ASK_SEEK] = {"seek", seek},
    [GP_ASK_SENSITIVITY] = {"sensitivity", sensitivity}, [GP_ASK_DRAWS] = {"draws", draws},
    [GP_ASK_PERIODS] = {"periods", periods}, [GP_ASK_BACK_TEST] = {"back_test", back_test},
    [GP_ASK_WEIGHTS] = {"weights", weights},
};

/* One case for questions that are about one. */
static bool is_about_one(gp_whatif *w, const gp_whatif_question *q) {
    bool one = q->ask == GP_ASK_SEEK || q->ask == GP_ASK_SENSITIVITY;
    if (!one || w->study.ncases == 1 || w->study.single) return true;
    gp_diag *diag =
        gp_report(w->study.diags, GP_D_PATH, (gp_place){0}, "the data have %zu cases; this question is about one", w->study.ncases);
    gp_hint(w->study.diags, diag, "name it: --subject %.*s", GP_ARG(w->study.base->cases[0].subject));
    return false;
}

/* Whether the answer is nothing but rows as they come: they are not kept then. */
static bool is_taken(const gp_whatif *w, const gp_whatif_question *q, const char *format) {
    const char *rows = w->table ? "scenarios" : "sweep";
    return !w->beside && q->ask == GP_ASK_SWEEP && strcmp(format, "csv") == 0 && (!q->sheet || strcmp(q->sheet, rows) == 0);
}

/* Under each scoring model; several answers become one. */
static bool answer(gp_answer *out, gp_whatif *w, const gp_whatif_question *q, const gp_taker *taker) {
    if (w->study.ncases == 0) gp_report(w->study.diags, GP_D_PATH, (gp_place){0}, "there is no case to ask about: give data");
    if (w->study.ncases == 0 || !is_about_one(w, q)) return false;
    w->study.jobs = q->jobs;
    if (!w->beside) return QUESTIONS[q->ask].ask(out, w, q, taker);
    for (gp_whatif *k = w; k; k = k->beside) {
        gp_answer part;
        gp_text model = gp_model_name(&k->results->info);
        gp_answer_init(&part, &k->arena, out->lang);
        k->study.jobs = q->jobs;
        if (!QUESTIONS[q->ask].ask(&part, k, q, NULL)) return false;
        gp_answer_beside(out, &part, model);
    }
    return true;
}

static void ask(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    gp_whatif_question settled = *j->question;
    const gp_whatif_question *q = &settled;
    const char *format = j->how->format ? j->how->format : "table";
    gp_answer said;
    gp_out out;
    gp_asked_settle(&settled);
    context_of(w)->status = GP_OK;
    gp_answer_init(&said, &w->arena, w->results->lang);
    gp_out_init(&out, &w->arena, j->sink, j->user);
    gp_taker taker = gp_outcomes_csv(&out);
    bool taken = is_taken(w, q, format);
    if (!answer(&said, w, q, taken ? &taker : NULL)) {
        if (context_of(w)->status == GP_NO_MEMORY) j->status = GP_NO_MEMORY;
        return;
    }
    w->asked.question = gp_text_of(QUESTIONS[q->ask].name);
    gp_asked_take(&w->asked, &w->arena, q);
    gp_answer_info info = {.run = &w->results->info, .asked = &w->asked, .files = w->files, .nfiles = w->nfiles,
                           .against = w->other ? w->other->plan : NULL};
    gp_style style = gp_style_of(j->how, w->results->lang);
    style.models = w->beside != NULL;
    gp_text sheet = q->sheet ? gp_text_of(q->sheet) : GP_NO_TEXT;
    bool known = taken || gp_answer_write(&out, &w->arena, &said, &info, format, sheet, &style);
    j->status = !known ? GP_USAGE : out.broken ? GP_WRITE : GP_OK;
}

gp_status gp_whatif_ask(gp_whatif *w, const gp_whatif_question *question, const gp_report_options *options, gp_sink sink, void *user) {
    job j = {.w = w, .question = question, .how = options, .sink = sink, .user = user};
    return run_job(&j, ask);
}

/* ---- asking again ---- */

static gp_status lay_words(gp_whatif *w, gp_arena *a, const gp_asked_list *words, gp_status (*lay)(gp_whatif *w, const char *word)) {
    gp_status status = GP_OK;
    for (size_t i = 0; i < words->n && status == GP_OK; i++) status = lay(w, gp_text_cstr(a, words->list[i]));
    return status;
}

gp_status gp_whatif_again(gp_whatif *w, gp_whatif_question *out, gp_arena *a, const gp_asked *asked) {
    size_t k = 0;
    while (k < GP_COUNT(QUESTIONS) && !gp_text_is(asked->question, QUESTIONS[k].name)) k++;
    if (k == GP_COUNT(QUESTIONS)) {
        gp_report(w->study.diags, GP_D_RECORD, (gp_place){0}, "no answer of this version: it has no question `%.*s`",
                  GP_ARG(asked->question));
        return GP_INVALID;
    }
    *out = (gp_whatif_question){.ask = (gp_question)k};
    gp_asked_give(out, a, asked);
    gp_status status = asked->subject.s ? gp_whatif_subject(w, gp_text_cstr(a, asked->subject)) : GP_OK;
    if (status == GP_OK) status = lay_words(w, a, &asked->scenarios, gp_whatif_scenario);
    if (status == GP_OK) status = lay_words(w, a, &asked->sets, gp_whatif_set);
    if (status == GP_OK) status = lay_words(w, a, &asked->sweeps, gp_whatif_sweep);
    if (status == GP_OK && asked->table.s) status = gp_whatif_table(w, gp_text_cstr(a, asked->table));
    for (size_t i = 0; i < asked->nlevers && status == GP_OK; i++) {
        const gp_asked_lever *l = &asked->levers[i];
        status = gp_whatif_lever(w, gp_text_cstr(a, l->path), l->within.s ? gp_text_cstr(a, l->within) : NULL, l->cost);
    }
    return status;
}

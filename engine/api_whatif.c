/* The bridge for what-if: scenarios over the cases of an evaluation, questions about them, answers written out.
 * Invariant: an evaluation and its data stay as they are; whatever a question needs goes with the object that asks it. */
#define GP_BUILDING 1
#include "api.h"

#include <math.h>
#include <string.h>

#include "report/answer.h"
#include "study/study.h"

struct gp_whatif {
    gp_results *results;
    gp_whatif *next;
    gp_arena arena;
    gp_study study;
    gp_scenario *scenarios;
    size_t n, cap;
    bool named;              /* the first scenario is from a file, and settings lie over each of them */
    gp_lever *levers;
    size_t nlevers, cap_levers;
    gp_text *settings;       /* as given, for the answer */
    size_t nsettings, cap_settings;
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

/* ---- the object ---- */

static void first_scenario(void *arg) {
    gp_whatif *w = arg;
    *GP_PUSH(&w->arena, w->scenarios, w->n, w->cap) = (gp_scenario){.name = GP_TEXT("set")};
}

gp_whatif *gp_whatif_new(gp_results *r) {
    gp_context *c = r->data->plan->context;
    bool own = r->info.plan == r->data->frame->plan;
    gp_whatif *w = own ? gp_object_new(c, sizeof *w) : NULL;
    if (!own) c->status = GP_USAGE;
    if (!w) return NULL;
    w->results = r;
    w->next = r->whatifs;
    r->whatifs = w;
    gp_arena_init(&w->arena, &c->mem);
    w->study = (gp_study){.arena = &w->arena, .diags = &r->data->plan->diags, .base = r->data->frame, .ncases = r->data->frame->nrows};
    w->study.options = (gp_run_options){.has_as_of = r->info.has_as_of, .as_of = r->info.as_of, .lang = r->lang, .host = r->host};
    if (gp_guarded(c, first_scenario, w)) return w;
    gp_whatif_free(w);
    c->status = GP_NO_MEMORY;
    return NULL;
}

void gp_whatif_free(gp_whatif *w) {
    if (!w) return;
    gp_whatif **at = &w->results->whatifs;
    while (*at != w) at = &(*at)->next;
    *at = w->next;
    gp_keep_messages(context_of(w), w->study.diags); /* they quote settings, which live here */
    gp_arena_fini(&w->arena);
    gp_object_free(context_of(w), w, sizeof *w);
}

/* ---- what is laid over the base ---- */

static void keep_text(gp_whatif *w, gp_text text) { *GP_PUSH(&w->arena, w->settings, w->nsettings, w->cap_settings) = text; }

static void keep_setting(gp_whatif *w, const char *text) { keep_text(w, gp_text_dup(&w->arena, gp_text_of(text))); }

static void set(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    bool ok = true;
    for (size_t i = 0; i < w->n && ok; i++)
        ok = gp_scenario_set(&w->scenarios[i], &w->arena, w->study.diags, w->study.base, gp_text_of(j->text), "--set");
    if (!ok) return;
    keep_setting(w, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_set(gp_whatif *w, const char *setting) {
    job j = {.w = w, .text = setting};
    return run_job(&j, set);
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
    keep_setting(w, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_scenario(gp_whatif *w, const char *path) {
    job j = {.w = w, .text = path};
    return run_job(&j, load);
}

static void sweep(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    if (!gp_scenario_sweep(&w->scenarios[0], &w->arena, w->study.diags, w->study.base, gp_text_of(j->text), "--sweep")) return;
    keep_setting(w, j->text);
    j->status = GP_OK;
}

gp_status gp_whatif_sweep(gp_whatif *w, const char *written) {
    job j = {.w = w, .text = written};
    return run_job(&j, sweep);
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
        j->status = GP_OK;
        return;
    }
    gp_diag *diag = gp_report(j->w->study.diags, GP_D_PATH, (gp_place){0}, "the data have no subject `%s`", j->text);
    gp_hint_nearest(j->w->study.diags, diag, gp_text_of(j->text), names, f->nrows);
}

gp_status gp_whatif_subject(gp_whatif *w, const char *subject) {
    job j = {.w = w, .text = subject};
    return run_job(&j, choose);
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
    if (!gp_target_read(&hi, &l->target, w->study.base, (gp_text){dots + 2, text.n - n - 2}, gp_place_sub(at, n + 2, text.n - n - 2))) return false;
    l->bounded = lo.lo <= hi.hi;
    l->lo = lo.lo;
    l->hi = hi.hi;
    if (!l->bounded) gp_report(w->study.diags, GP_D_ORDER, at, "the lower bound comes first");
    return l->bounded;
}

/* Bounds and cost decide the answer, whoever gave them. */
static void keep_lever(gp_whatif *w, const gp_lever *l) {
    gp_buf b;
    char cost[32];
    gp_buf_init(&b, &w->arena);
    gp_buf_printf(&b, "by %.*s", GP_ARG(l->target.path));
    if (l->bounded) {
        gp_buf_str(&b, " within ");
        gp_target_put(&b, &l->target, w->study.base, l->lo);
        gp_buf_str(&b, "..");
        gp_target_put(&b, &l->target, w->study.base, l->hi);
    }
    gp_buf_printf(&b, " cost %.*s", (int)gp_number_print(cost, l->cost), cost);
    keep_text(w, gp_buf_take(&b));
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
    keep_lever(w, &l);
    j->status = GP_OK;
}

gp_status gp_whatif_lever(gp_whatif *w, const char *path, const char *within, double cost) {
    job j = {.w = w, .text = path, .within = within, .cost = cost};
    return run_job(&j, add_lever);
}

/* ---- what a question rests on, beside the settings ---- */

static void keep_word(gp_whatif *w, const char *what, gp_text value) {
    gp_buf b;
    gp_buf_init(&b, &w->arena);
    gp_buf_printf(&b, "%s %.*s", what, GP_ARG(value));
    keep_text(w, gp_buf_take(&b));
}

static void keep_count(gp_whatif *w, const char *what, double n) {
    char text[32];
    keep_word(w, what, (gp_text){text, gp_number_print(text, n)});
}

static void keep_share(gp_whatif *w, const char *what, double share) {
    char text[40];
    size_t n = gp_number_print(text, gp_round_digits(share * 100, 12));
    text[n++] = '%';
    keep_word(w, what, (gp_text){text, n});
}

/* ---- questions ---- */

static bool compare(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    if (!gp_study_compare(out, &w->study, w->scenarios, w->n, q->all)) return false;
    for (size_t i = 0; i < w->n; i++)
        if (w->scenarios[i].nsets > 1 && !gp_study_attribute(out, &w->study, &w->scenarios[i])) return false;
    return true;
}

static bool ask_sweep(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    (void)q;
    return gp_study_sweep(out, &w->study, &w->scenarios[0]);
}

static bool seek(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    gp_aim aim;
    keep_word(w, "seek", gp_text_of(q->seek));
    if (!gp_aim_read(&aim, &w->arena, w->study.diags, w->study.base->plan, gp_text_of(q->seek), "--seek")) return false;
    return gp_study_seek(out, &w->study, &aim, &w->scenarios[0], w->levers, w->nlevers);
}

static bool sensitivity(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    double spread = q->spread > 0 ? q->spread : 0.1;
    keep_share(w, "spread", spread);
    return gp_study_sensitivity(out, &w->study, &w->scenarios[0], spread);
}

static bool draws(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    gp_draw_options o = {.draws = q->draws, .seed = q->seed, .until_se = q->until_se, .watch = q->progress, .ud = q->progress_user};
    gp_scenario *s = &w->scenarios[0];
    keep_count(w, "draws", (double)q->draws);
    if (q->until_se > 0) keep_count(w, "until-se", q->until_se);
    gp_draws_complete(s, out, &w->study);
    return gp_study_draws(out, &w->study, s, &o) && (!q->indices || gp_study_indices(out, &w->study, s, &o));
}

static bool weights(gp_answer *out, gp_whatif *w, const gp_whatif_question *q) {
    gp_robust_options o = {.spread = q->weights > 0 ? q->weights : 0.2, .draws = q->draws ? q->draws : 10000, .seed = q->seed, .watch = q->progress, .ud = q->progress_user};
    keep_share(w, "weights", o.spread);
    keep_count(w, "draws", (double)o.draws);
    return gp_study_robust(out, &w->study, &w->scenarios[0], &o);
}

static const struct {
    const char *name;
    bool (*ask)(gp_answer *out, gp_whatif *w, const gp_whatif_question *q);
} QUESTIONS[] = {
    [GP_ASK_COMPARE] = {"compare", compare}, [GP_ASK_SWEEP] = {"sweep", ask_sweep}, [GP_ASK_SEEK] = {"seek", seek},
    [GP_ASK_SENSITIVITY] = {"sensitivity", sensitivity}, [GP_ASK_DRAWS] = {"draws", draws}, [GP_ASK_WEIGHTS] = {"weights", weights},
};

/* One case for questions that are about one. */
static bool is_about_one(gp_whatif *w, const gp_whatif_question *q) {
    bool one = q->ask == GP_ASK_SEEK || q->ask == GP_ASK_SENSITIVITY;
    if (!one || w->study.ncases == 1 || w->study.single) return true;
    gp_diag *diag = gp_report(w->study.diags, GP_D_PATH, (gp_place){0}, "the data have %zu cases; this question is about one", w->study.ncases);
    gp_hint(w->study.diags, diag, "name it: --subject %.*s", GP_ARG(w->study.base->cases[0].subject));
    return false;
}

static void ask(void *arg) {
    job *j = arg;
    gp_whatif *w = j->w;
    const gp_whatif_question *q = j->question;
    gp_answer answer;
    gp_out out;
    size_t kept = w->nsettings;
    gp_answer_init(&answer, &w->arena, w->results->lang);
    if (w->study.single) keep_word(w, "subject", w->study.base->cases[gp_study_row(&w->study)].subject);
    if (w->study.ncases == 0) gp_report(w->study.diags, GP_D_PATH, (gp_place){0}, "there is no case to ask about: give data");
    bool answered = w->study.ncases > 0 && is_about_one(w, q) && QUESTIONS[q->ask].ask(&answer, w, q);
    size_t nsettings = w->nsettings;
    w->nsettings = kept; /* the question's own go with its answer */
    if (!answered) return;
    gp_answer_info info = {.run = &w->results->info, .question = gp_text_of(QUESTIONS[q->ask].name), .settings = w->settings, .nsettings = nsettings,
                           .files = w->files, .nfiles = w->nfiles, .has_seed = q->ask == GP_ASK_DRAWS || q->ask == GP_ASK_WEIGHTS, .seed = q->seed};
    gp_style style = gp_style_of(j->how, w->results->lang);
    gp_out_init(&out, &w->arena, j->sink, j->user);
    gp_text sheet = q->sheet ? gp_text_of(q->sheet) : GP_NO_TEXT;
    bool known = gp_answer_write(&out, &w->arena, &answer, &info, j->how->format ? j->how->format : "table", sheet, &style);
    j->status = !known ? GP_USAGE : out.broken ? GP_WRITE : GP_OK;
}

gp_status gp_whatif_ask(gp_whatif *w, const gp_whatif_question *question, const gp_report_options *options, gp_sink sink, void *user) {
    job j = {.w = w, .question = question, .how = options, .sink = sink, .user = user};
    return run_job(&j, ask);
}

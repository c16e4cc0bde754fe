/* The bridge for what is written of results: reports and explanations.
 * Invariant: a report leaves its results as if they had been walked to the end; memory that ends in the middle spoils them. */
#define GP_BUILDING 1
#include "api.h"

#include <string.h>

/* -- explanations -- */

typedef struct explain_job {
    gp_results *r;
    const gp_explain_format *format;
    gp_style style;
    const char *const *ids;
    size_t nids;
    uint32_t *nodes;
    gp_arena arena;
    gp_sink sink;
    void *user;
    bool known, ok;
} explain_job;

/* "", "." and, where no row has that id, the name of the subject are the subject. */
static const gp_node *node_called(const gp_results *r, const char *id) {
    const gp_plan *plan = r->data->plan->plan;
    if (strcmp(id, ".") == 0) return plan->root;
    const gp_node *node = gp_plan_node(plan, gp_text_of(id));
    return node || strcmp(id, r->subject) != 0 ? node : plan->root;
}

static bool find_nodes(explain_job *j) {
    j->nodes = gp_arena_array(&j->arena, j->nids, sizeof *j->nodes);
    for (size_t i = 0; i < j->nids; i++) {
        const gp_node *node = node_called(j->r, j->ids[i]);
        if (!node) return false;
        j->nodes[i] = node->index;
    }
    return true;
}

static void write_explanation(void *arg) {
    explain_job *j = arg;
    gp_results *r = j->r;
    gp_out out;
    j->known = find_nodes(j);
    if (!j->known) return;
    gp_out_init(&out, &j->arena, j->sink, j->user);
    j->ok = gp_explain_report(j->format, r->run, &r->info, &j->style, &r->now, r->at, j->nodes, j->nids, &j->arena, &out);
}

gp_status gp_explain_write(gp_results *r, const gp_explain_options *o, gp_sink sink, void *user) {
    gp_context *c = gp_context_of(r);
    explain_job job = {.r = r, .ids = o->ids, .nids = o->nids, .sink = sink, .user = user};
    job.style = (gp_style){.colour = o->colour != 0, .width = o->width, .lang = r->lang};
    job.format = gp_explain_format_find(o->format ? o->format : "text");
    if (r->spoilt) return c->status = GP_NO_MEMORY;
    if (!job.format || !r->has_case) return c->status = GP_USAGE;
    gp_arena_init(&job.arena, &c->mem);
    r->spoilt = !gp_guarded(c, write_explanation, &job);
    gp_arena_fini(&job.arena);
    if (r->spoilt) return GP_NO_MEMORY;
    return c->status = !job.known ? GP_USAGE : job.ok ? GP_OK : GP_WRITE;
}

/* -- reports -- */

typedef struct report_job {
    gp_results *const *r;
    size_t n;
    const gp_format *format;
    gp_style style;
    gp_watch watch;
    gp_arena arena;
    gp_sink sink;
    void *user;
    bool ok;
} report_job;

static void write_report(void *arg) {
    report_job *j = arg;
    gp_out out;
    gp_out_init(&out, &j->arena, j->sink, j->user);
    gp_run **runs = gp_arena_array(&j->arena, j->n, sizeof(gp_run *));
    gp_run_info *infos = gp_arena_array(&j->arena, j->n, sizeof *infos);
    for (size_t k = 0; k < j->n; k++) {
        runs[k] = j->r[k]->run;
        infos[k] = j->r[k]->info;
        j->r[k]->in_block = j->r[k]->has_case = false;
        j->r[k]->reported = true;
    }
    j->ok = gp_report_run(j->format, runs, infos, j->n, &j->style, &j->watch, &j->arena, &out);
}

gp_style gp_style_of(const gp_report_options *o, gp_lang lang) {
    return (gp_style){
        .wide = o->wide != 0, .codes = o->codes != 0, .bom = o->bom != 0, .colour = o->colour != 0, .width = o->width, .lang = lang};
}

gp_status gp_report_write_models(gp_results *const *r, size_t n, const gp_report_options *options, gp_sink sink, void *user) {
    if (n == 0) return GP_USAGE;
    gp_context *c = gp_context_of(r[0]);
    report_job job = {.r = r, .n = n, .style = gp_style_of(options, r[0]->lang), .sink = sink, .user = user};
    job.watch = (gp_watch){options->progress, options->progress_user, NULL};
    job.format = gp_format_find(options->format ? options->format : "table", &job.style);
    bool spoilt = false, alike = true;
    for (size_t k = 0; k < n; k++) {
        spoilt = spoilt || r[k]->spoilt;
        alike = alike && r[k]->data == r[0]->data;
    }
    if (spoilt || !job.format || !alike) return c->status = spoilt ? GP_NO_MEMORY : GP_USAGE;
    gp_arena_init(&job.arena, &c->mem);
    bool done = gp_guarded(c, write_report, &job);
    for (size_t k = 0; k < n; k++) r[k]->spoilt = !done;
    gp_arena_fini(&job.arena);
    if (!done) return GP_NO_MEMORY;
    return c->status = job.ok ? GP_OK : GP_WRITE;
}

gp_status gp_report_write(gp_results *r, const gp_report_options *options, gp_sink sink, void *user) {
    return gp_report_write_models(&r, 1, options, sink, user);
}

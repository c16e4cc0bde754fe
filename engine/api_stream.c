/* The bridge for streaming: a table that is read, evaluated and written in one go.
 * Invariant: what cannot be done so leaves data and messages as they were. */
#define GP_BUILDING 1
#include "api.h"

#include "report/stream.h"

typedef struct stream_job {
    gp_stream ask;
    gp_arena arena;
    gp_sum sum;
    gp_streamed outcome;
    bool adds_up;
} stream_job;

static void stream(void *arg) {
    stream_job *j = arg;
    j->outcome = gp_stream_run(&j->sum, &j->adds_up, &j->ask, &j->arena);
}

static gp_stream stream_of(const gp_data *d, const gp_plan *plan, gp_bad_rows bad, const gp_eval_options *eval,
                           const gp_report_options *report) {
    gp_stream s = {.frame = d->frame, .options = gp_run_options_of(plan, eval), .has_rules = gp_has_rules(plan),
                   .limits = gp_limits_of(eval), .bad_rows_ok = bad == GP_BAD_ROWS_REPORT, .jobs = eval->jobs};
    s.style = gp_style_of(report, s.options.lang);
    s.format = gp_format_find(report->format ? report->format : "table", &s.style);
    s.watch = (gp_watch){report->progress, report->progress_user, NULL};
    return s;
}

gp_status gp_stream_write(gp_data *d, gp_bad_rows bad, const gp_eval_options *eval, const gp_report_options *report, gp_sink sink,
                          void *user, gp_totals *totals) {
    static const gp_status STATUS[] = {GP_OK, GP_UNSUITED, GP_INVALID, GP_WRITE, GP_NO_MEMORY}; /* in the order of gp_streamed */
    static const gp_eval_options DEFAULTS = {0};
    gp_context *c = d->plan->context;
    if (!eval) eval = &DEFAULTS;
    if (gp_eval_options_check(c, eval) != GP_OK) return c->status;
    const gp_plan *plan = gp_plan_model(d->plan->plan, gp_text_of(eval->model ? eval->model : ""));
    if (d->state != GP_DATA_NEW || !plan) return c->status = GP_USAGE;
    if (d->plan->broken || eval->scenario || eval->nsets) return c->status = GP_UNSUITED;
    stream_job job = {.ask = stream_of(d, plan, bad, eval, report)};
    if (!job.ask.format) return c->status = GP_USAGE;
    job.ask.sink = sink;
    job.ask.ud = user;
    gp_arena_init(&job.arena, &c->mem);
    if (!gp_guarded(c, stream, &job)) job.outcome = GP_STREAM_NO_MEMORY;
    gp_arena_fini(&job.arena);
    if (totals) {
        *totals = (gp_totals){.adds_up = job.adds_up};
        gp_totals_of(totals, &job.sum);
    }
    if (job.outcome != GP_STREAM_UNFIT) d->state = GP_DATA_BROKEN; /* read, and not kept */
    return c->status = STATUS[job.outcome];
}

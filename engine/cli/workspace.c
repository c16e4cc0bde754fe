/* goalpost eval on a workspace: all plans loaded, then all evaluated, then one result.
 * Invariant: nothing is evaluated while anything in the workspace has an error. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/eval.h"

typedef struct job {
    const gp_args *args;
    gp_workspace *w;
    gp_eval_settings s;
    gp_load_options load;
    gp_data **data; /* of each plan, for the services that take several */
    gp_parts parts;
} job;

static bool can_resume(const job *j) {
    const char *f = j->s.report.format;
    if (!j->s.output) return gp_asked_refuse(j->args, "`--resume` goes with an output file: parts of the result are kept beside it");
    if (gp_workspace_parts(j->w) < 2) return gp_asked_refuse(j->args, "`--resume` goes with a workspace of several plans");
    if (j->s.refused) return gp_asked_refuse(j->args, "`--refused` does not go with `--resume`");
    if (f[0] == 'c' || f[0] == 'j' || f[0] == 'n') return true;
    if (f[0] == 't')
        return gp_asked_refuse(j->args, "`--resume` goes with the formats csv, json and ndjson: the columns of a table are as wide as all "
                                        "departments need, so no part of it can be kept");
    return gp_asked_refuse(j->args, "`--resume` goes with the formats csv, json and ndjson");
}

/* A scoring model is one of every plan. */
static bool know_model(const job *j) {
    for (size_t i = 0; i < gp_workspace_plans(j->w); i++) {
        const gp_plan_handle *plan = gp_workspace_plan(j->w, i);
        if (plan && !gp_asked_model(j->args, plan, j->s.eval.model)) return false;
    }
    return true;
}

/* What-if goes with the plans' own scoring. */
static void settle_scenarios(const job *j) {
    const char *model = j->s.eval.model;
    if (!model || !*model || strcmp(model, "base") == 0 || gp_workspace_parts(j->w) == gp_workspace_plans(j->w)) return;
    gp_say("scenarios go with the plans' own scoring: with `--model %s` they are left out", model);
    gp_workspace_leave_scenarios(j->w);
}

static gp_exit put_result(job *j) {
    gp_output out;
    gp_progress_line line;
    gp_report_options how = j->s.report;
    if (!gp_output_open(&out, j->s.output)) return GP_EXIT_OUTPUT;
    gp_progress_init(&line, isatty(out.fd));
    how.progress = gp_progress_tell;
    how.progress_user = &line;
    how.plan = gp_progress_plan;
    gp_status status = gp_workspace_write(j->w, &how, gp_output_sink, &out);
    gp_progress_clear(&line);
    gp_say_messages(j->args->context);
    if (status == GP_NO_MEMORY || status == GP_INVALID) {
        if (status == GP_NO_MEMORY) gp_say("out of memory");
        gp_output_drop(&out);
        return status == GP_INVALID ? GP_EXIT_INVALID : GP_EXIT_OUTPUT;
    }
    if (!gp_output_close(&out)) return GP_EXIT_OUTPUT;
    gp_totals totals = gp_workspace_totals(j->w);
    return gp_eval_judge(j->args, &j->s, &totals);
}

static gp_exit load(job *j) {
    gp_context *c = j->args->context;
    gp_status status = gp_workspace_load(j->w, &j->load);
    size_t n = gp_workspace_plans(j->w);
    for (size_t i = 0; i < n; i++) j->data[i] = gp_workspace_data(j->w, i);
    if (status != GP_OK) return gp_give_up(c, status);
    if (!gp_refused_write(&j->s, j->data, n)) return GP_EXIT_OUTPUT;
    if (!gp_refused_too_many(&j->s, j->data, n)) return GP_EXIT_OK;
    gp_say_messages(c);
    return GP_EXIT_INVALID;
}

static gp_exit resume(job *j) {
    size_t taken;
    gp_exit status = gp_parts_take(&j->parts, &taken, j->w, &j->s, &j->load);
    size_t plans = gp_workspace_plans(j->w), parts = gp_workspace_parts(j->w);
    if (status == GP_EXIT_OK) gp_say("resumed %zu of %zu %s", taken, parts, parts > plans ? "plans and scenarios" : "plans");
    return status == GP_EXIT_INVALID ? gp_give_up(j->args->context, gp_context_status(j->args->context)) : status;
}

static gp_exit run(job *j) {
    gp_context *c = j->args->context;
    gp_exit status = j->s.resume ? resume(j) : GP_EXIT_OK;
    if (status == GP_EXIT_OK) status = load(j);
    if (status != GP_EXIT_OK) return status;
    gp_status evaluated = gp_workspace_evaluate(j->w, &j->s.eval);
    if (evaluated != GP_OK) return gp_give_up(c, evaluated);
    gp_say_messages(c);
    return put_result(j);
}

gp_exit gp_eval_workspace(const gp_args *args) {
    job j = {.args = args};
    gp_context *c = args->context;
    j.w = gp_workspace_open(c, args->operands[0]);
    if (!j.w) return gp_give_up(c, gp_context_status(c));
    if (!gp_eval_settings_read(&j.s, args, gp_workspace_settings_of(j.w))) return GP_EXIT_USAGE;
    if (!know_model(&j)) return GP_EXIT_USAGE;
    settle_scenarios(&j);
    if (j.s.resume && !can_resume(&j)) return GP_EXIT_USAGE;
    j.load = (gp_load_options){.bad_rows = j.s.bad_rows, .keep_cites = !j.s.report.wide, .keep_refused = j.s.refused != NULL};
    j.data = calloc(gp_workspace_plans(j.w), sizeof *j.data);
    gp_exit status = j.data ? run(&j) : gp_give_up(c, GP_NO_MEMORY);
    gp_parts_fini(&j.parts);
    free(j.data);
    return status;
}

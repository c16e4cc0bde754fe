/* goalpost eval: decides and scores a plan on its data and writes the result in one of the formats.
 * Invariant: the command line is judged whole before a file is opened; nothing is evaluated when plan, rules or data have errors. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/eval.h"

typedef gp_eval_settings settings;

/* -- formats -- */

static const gp_format_name FORMATS[] = {
    {"table", ".txt", true}, {"csv", ".csv", true},   {"json", ".json", true},  {"ndjson", ".ndjson", true}, {"md", ".md", true},
    {"html", ".html", false}, {"xlsx", ".xlsx", false}, {"junit", ".xml", false}, {"sarif", ".sarif", false},
};
enum { NFORMATS = sizeof FORMATS / sizeof *FORMATS };

/* Whether the command line says what is written: goalpost.yaml's words on it are then for another occasion. */
static bool names_format(const gp_args *args) {
    return gp_args_has(args, "format") || gp_args_has(args, "output") || gp_args_has(args, "wide") || gp_args_has(args, "codes") ||
           gp_args_has(args, "bom");
}

/* What goes together is asked for together, but --wide alone means CSV. */
static bool read_format(settings *s, const gp_args *args, const gp_workspace_settings *w) {
    bool given = !w || names_format(args);
    const char *name = given ? gp_args_value(args, "format") : w->format;
    gp_report_options *r = &s->report;
    r->wide = given ? gp_args_has(args, "wide") : w->wide != 0;
    r->codes = given ? gp_args_has(args, "codes") : w->codes != 0;
    r->bom = given ? gp_args_has(args, "bom") : w->bom != 0;
    s->output = given ? gp_args_value(args, "output") : w->output;
    if (s->output && strcmp(s->output, "-") == 0) s->output = NULL;
    r->format = r->wide ? "csv" : "table";
    if (!gp_asked_format(&r->format, args, FORMATS, NFORMATS, name, s->output)) return false;
    bool csv = strcmp(r->format, "csv") == 0;
    if (r->codes && !r->wide) return gp_asked_refuse(args, "`--codes` goes with `--wide`");
    if (r->wide && !csv) return gp_asked_refuse(args, "`--wide` goes with the format csv");
    if (r->bom && !csv) return gp_asked_refuse(args, "`--bom` goes with the format csv");
    bool terminal = !s->output;
    r->colour = terminal && gp_wants_colour(STDOUT_FILENO);
    r->width = terminal ? gp_terminal_width(STDOUT_FILENO) : 0;
    return true;
}

/* -- what counts as a finding -- */

static const struct {
    const char *word;
    size_t field; /* of gp_totals */
} FAIL_ON[] = {
    {"unmet", offsetof(gp_totals, unmet)},           {"undecided", offsetof(gp_totals, undecided)},
    {"no_data", offsetof(gp_totals, no_data)},       {"not_due", offsetof(gp_totals, not_due)},
    {"not_applicable", offsetof(gp_totals, not_applicable)}, {"waived", offsetof(gp_totals, waived)},
    {"error", offsetof(gp_totals, errors)},          {"overstated", offsetof(gp_totals, overstated)},
    {"understated", offsetof(gp_totals, understated)}, {"unsupported", offsetof(gp_totals, unsupported)},
};
enum { NFAIL_ON = sizeof FAIL_ON / sizeof *FAIL_ON };

static bool add_fail_on(settings *s, const gp_args *args, const char *word) {
    const char *names[NFAIL_ON];
    for (int i = 0; i < NFAIL_ON; i++) {
        names[i] = FAIL_ON[i].word;
        if (strcmp(word, FAIL_ON[i].word) != 0) continue;
        s->fail_on |= (uint64_t)1 << i;
        return true;
    }
    gp_say_unknown(args->context, "word in --fail-on:", word, names, NFAIL_ON);
    gp_args_refuse(args);
    return false;
}

static bool read_fail_on(settings *s, const gp_args *args, const gp_workspace_settings *w) {
    const char *list = gp_args_value(args, "fail-on");
    bool good = true;
    for (size_t i = 0; w && !list && good && i < w->nfail_on; i++) good = add_fail_on(s, args, w->fail_on[i]);
    while (list && good) {
        char word[32];
        size_t n = strcspn(list, ",");
        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), list);
        good = add_fail_on(s, args, word);
        list = list[n] ? list + n + 1 : NULL;
    }
    return good;
}

static bool has_finding(const settings *s, const gp_totals *t) {
    for (int i = 0; i < NFAIL_ON; i++) {
        uint64_t n;
        memcpy(&n, (const char *)t + FAIL_ON[i].field, sizeof n);
        if (s->fail_on >> i & 1 && n > 0) return true;
    }
    return false;
}

/* -- the command line -- */

static bool read_bad_rows(settings *s, const gp_args *args, const gp_workspace_settings *w) {
    const char *word = gp_args_value(args, "on-bad-row");
    bool known = !word || strcmp(word, "stop") == 0 || strcmp(word, "report") == 0;
    if (!known) {
        gp_say("`--on-bad-row %s`: `stop` or `report` is due", word);
        gp_args_refuse(args);
        return false;
    }
    if (!gp_args_whole(&s->max_bad, args, "max-bad", 0, 1000000000000ull)) return false;
    s->limited = gp_args_has(args, "max-bad");
    s->refused = gp_args_value(args, "refused");
    if (word && strcmp(word, "stop") == 0 && (s->limited || s->refused))
        return gp_asked_refuse(args, "`--max-bad` and `--refused` go with `--on-bad-row report`");
    if (w && !s->limited && w->max_bad >= 0) {
        s->limited = true;
        s->max_bad = (unsigned long long)w->max_bad;
    }
    bool meant = gp_args_has(args, "max-bad") || s->refused || (w && w->bad_rows == GP_BAD_ROWS_REPORT);
    bool report = word ? strcmp(word, "report") == 0 : meant;
    s->bad_rows = report ? GP_BAD_ROWS_REPORT : GP_BAD_ROWS_STOP;
    return true;
}

static bool read_eval_options(settings *s, const gp_args *args) {
    unsigned long long jobs = 0;
    if (!gp_asked_eval(&s->eval, args) || !gp_args_whole(&jobs, args, "jobs", 1, 1024)) return false;
    s->eval.jobs = (unsigned)jobs;
    s->eval.model = gp_args_value(args, "model");
    return true;
}

static bool read_plan(const gp_args *args) {
    if (args->noperands == 0) return gp_asked_refuse(args, "a plan is due: goalpost eval PLAN -d DATA");
    if (args->noperands > 1) {
        gp_say("one plan at a time, `%s` is too much; data goes behind -d", args->operands[1]);
        gp_args_refuse(args);
        return false;
    }
    return true;
}

bool gp_eval_settings_read(settings *s, const gp_args *args, const gp_workspace_settings *w) {
    *s = (settings){.resume = gp_args_has(args, "resume")};
    return read_plan(args) && read_format(s, args, w) && read_fail_on(s, args, w) && read_bad_rows(s, args, w) &&
           read_eval_options(s, args);
}

/* -- running -- */

/* One evaluation, from its data to what is written of it. */
typedef struct evaluation {
    const gp_args *args;
    const settings *s;
    gp_plan_handle *plan;
    gp_data *data;
    gp_output out;
    bool opened;           /* the output */
    gp_progress_line line;
    gp_report_options how;
} evaluation;

static void put_stats(const gp_totals *t) {
    gp_say("cases=%llu evaluations=%llu exact=%llu row_bytes=%llu", (unsigned long long)t->cases, (unsigned long long)t->evaluations,
           (unsigned long long)t->exact, (unsigned long long)t->row_bytes);
}

gp_exit gp_eval_judge(const gp_args *args, const settings *s, const gp_totals *t) {
    if (gp_args_has(args, "stats")) put_stats(t);
    if (!t->adds_up) gp_say("rows in are not rows out: a defect of the engine, do not use this result");
    if (t->refused) gp_say("rows refused: %llu", (unsigned long long)t->refused);
    if (t->broken_rules) gp_say("calls of rules that broke or hit their budget: %llu", (unsigned long long)t->broken_rules);
    if (!t->adds_up || t->refused || t->broken_rules || t->errors) return GP_EXIT_BROKEN;
    return has_finding(s, t) ? GP_EXIT_FOUND : GP_EXIT_OK;
}

/* What an output came to, after its messages: closed and judged, or dropped. */
static gp_exit conclude(evaluation *e, gp_status status, const gp_totals *t) {
    gp_progress_clear(&e->line);
    gp_say_messages(e->args->context);
    if (status == GP_NO_MEMORY) gp_say("out of memory");
    if (status == GP_NO_MEMORY || status == GP_INVALID) {
        gp_output_drop(&e->out);
        return status == GP_INVALID ? GP_EXIT_INVALID : GP_EXIT_OUTPUT;
    }
    if (!gp_output_close(&e->out)) return GP_EXIT_OUTPUT;
    return gp_eval_judge(e->args, e->s, t);
}

/* -- scoring models -- */

static bool evaluate_models(gp_results **r, size_t n, const evaluation *e) {
    gp_eval_options options = e->s->eval;
    for (size_t i = 0; i < n; i++) {
        if (gp_asked_all_models(e->s->eval.model)) options.model = gp_plan_model_name(e->plan, i);
        if (!(r[i] = gp_evaluate(e->data, &options))) return false;
    }
    return true;
}

/* -- all read first, or all in one go -- */

static gp_exit write_results(evaluation *e, gp_results *const *r, size_t n) {
    gp_say_messages(e->args->context);
    if (!gp_args_has(e->args, "data")) gp_say("no data was given (-d), so there is no case");
    if (!e->opened && !gp_output_open(&e->out, e->s->output)) return GP_EXIT_OUTPUT;
    gp_status status = gp_report_write_models(r, n, &e->how, gp_output_sink, &e->out);
    gp_totals totals = gp_results_totals(r[0]);
    return conclude(e, status, &totals);
}

static gp_exit give_up(evaluation *e, gp_status status) {
    if (e->opened) gp_output_drop(&e->out);
    return gp_give_up(e->args->context, status);
}

/* What becomes of refused rows. false: the evaluation ends here, with *exit. */
static bool settle_refused(gp_exit *exit, evaluation *e) {
    *exit = GP_EXIT_OUTPUT;
    bool good = gp_refused_write(e->s, &e->data, 1);
    if (good && !gp_refused_too_many(e->s, &e->data, 1)) return true;
    if (good) *exit = give_up(e, GP_INVALID);
    else if (e->opened) gp_output_drop(&e->out);
    return false;
}

static gp_exit load_and_write(evaluation *e) {
    gp_exit exit;
    gp_status status = gp_data_load(e->data, e->s->bad_rows);
    if (status != GP_OK) return give_up(e, status);
    if (!settle_refused(&exit, e)) return exit;
    size_t n = gp_asked_all_models(e->s->eval.model) ? gp_plan_models(e->plan) : 1;
    gp_results **r = calloc(n, sizeof(gp_results *));
    bool good = r && evaluate_models(r, n, e);
    if (good) exit = write_results(e, r, n);
    else if (!r) exit = give_up(e, GP_NO_MEMORY);
    else {
        if (e->opened) gp_output_drop(&e->out);
        exit = gp_give_up_evaluating(e->args->context, &e->s->eval);
    }
    free(r);
    return exit;
}

/* Where plan, data and format allow it. false: they do not, and the output is as it was. */
static bool stream(gp_exit *exit, evaluation *e) {
    gp_totals totals;
    if (!e->opened || gp_asked_all_models(e->s->eval.model) || !gp_args_has(e->args, "data") || !gp_output_keep_back(&e->out)) return false;
    gp_status status = gp_stream_write(e->data, e->s->bad_rows, &e->s->eval, &e->how, gp_output_sink, &e->out, &totals);
    if (status == GP_UNSUITED && gp_output_take_back(&e->out)) return false;
    bool read = status == GP_OK || status == GP_WRITE;
    gp_progress_clear(&e->line);
    if (status == GP_UNSUITED) *exit = GP_EXIT_OUTPUT;
    else if (!read || settle_refused(exit, e)) *exit = conclude(e, status, &totals);
    return true;
}

/* Errors of plan and data come before those of the output, so it is opened late where nothing is streamed. */
static gp_exit read_and_write(evaluation *e) {
    gp_exit exit = GP_EXIT_OK;
    gp_progress_init(&e->line, isatty(STDOUT_FILENO) && !e->s->output);
    e->how = e->s->report;
    e->how.progress = gp_progress_tell;
    e->how.progress_user = &e->line;
    e->opened = e->s->report.wide && gp_output_try(&e->out, e->s->output);
    return stream(&exit, e) ? exit : load_and_write(e);
}

static gp_exit run_plan(const gp_args *args, const settings *s) {
    evaluation e = {.args = args, .s = s};
    gp_context *c = args->context;
    e.plan = gp_plan_open(c, args->operands[0]);
    if (!e.plan) return gp_give_up(c, gp_context_status(c));
    if (!gp_asked_model(args, e.plan, s->eval.model)) return GP_EXIT_USAGE;
    e.data = gp_data_new(e.plan);
    if (!e.data) return gp_give_up(c, GP_NO_MEMORY);
    gp_data_keep_cites(e.data, !s->report.wide);
    gp_status status = s->refused ? gp_data_keep_refused(e.data) : GP_OK;
    if (status == GP_OK) status = gp_asked_queue(e.data, args);
    return status == GP_OK ? read_and_write(&e) : gp_give_up(c, status);
}

static gp_exit run(const gp_args *args) {
    settings s;
    if (gp_args_has(args, "replay")) return gp_eval_replay(args);
    if (!gp_eval_settings_read(&s, args, NULL)) return GP_EXIT_USAGE;
    bool workspace = gp_asked_workspace(args), fits = true;
    if (workspace && gp_args_has(args, "data")) fits = gp_asked_refuse(args, "a workspace names its data: leave -d out");
    else if (workspace && (gp_args_has(args, "set") || gp_args_has(args, "scenario")))
        fits = gp_asked_refuse(args, "`--set` and `--scenario` go with one plan, not with a workspace");
    else if (workspace && gp_asked_all_models(s.eval.model))
        fits = gp_asked_refuse(args, "`--model all` goes with one plan, not with a workspace");
    else if (!workspace && s.resume) fits = gp_asked_refuse(args, "`--resume` goes with a workspace of several plans");
    if (!fits) return GP_EXIT_USAGE;
    if (workspace) return gp_eval_workspace(args);
    const char **sets = gp_asked_scenario(&s.eval, args);
    gp_exit exit = sets ? run_plan(args, &s) : gp_give_up(args->context, GP_NO_MEMORY);
    free(sets);
    return exit;
}

static const gp_option OPTIONS[] = {
    {'d', "data", "FILE", "values or decisions: .yaml, .csv, - is stdin; repeatable", true},
    {'f', "format", "NAME", "table (default), csv, json, ndjson, md", false},
    {'o', "output", "FILE", "whole or not at all; format by its ending unless -f", false},
    {0, "wide", NULL, "csv: a line a subject, a column an indicator", false},
    {0, "codes", NULL, "with --wide: M met, N unmet, U undecided, - no_data, D not_due, A not_applicable, W waived, E error", false},
    {0, "bom", NULL, "csv: start with a byte order mark, for Excel", false},
    {0, "model", "NAME", "a scoring model; all: side by side (default: plan's own)", false},
    {'s', "set", "PATH=VALUE", "under another value (see whatif); repeatable", true},
    {0, "scenario", "FILE", "under a scenario; --set comes over it", false},
    {0, "as-of", "DATE", "day for due dates and waivers (default: period's end)", false},
    {0, "lang", "zh|en", "of headings and reasons (default: the plan's)", false},
    {0, "fail-on", "LIST",
     "exit with 1 on any of these, by commas: unmet undecided no_data not_due not_applicable waived error overstated understated "
     "unsupported",
     false},
    {0, "on-bad-row", "HOW", "stop (default): evaluate nothing; report: leave it out", false},
    {0, "max-bad", "N", "evaluate nothing when more rows are left out", false},
    {0, "refused", "FILE", "write rows left out there, with reasons, to be mended", false},
    {0, "resume", NULL, "workspace: keep parts of results, use those still true", false},
    {0, "replay", "RESULT", "derive a JSON result again and compare, alone", false},
    {0, "rule-budget", "N", "work that a call of a rule may do (default 10000000)", false},
    {0, "rule-memory", "N", "bytes that a rule may take (default 16777216)", false},
    {0, "stats", NULL, "counts of the evaluation, on standard error", false},
    {'j', "jobs", "N", "threads for --wide (default: one a processor)", false},
};

const gp_command gp_cmd_eval = {
    .name = "eval",
    .usage = "PLAN|WORKSPACE [-d DATA]... [OPTION]...",
    .summary = "Decides and scores a plan or a workspace; prints the verdict table.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost eval plan.yaml -d data.yaml\n"
               "  goalpost eval plan.yaml -d data.csv -o result.json --fail-on unmet,overstated\n",
    .run = run,
};

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

static bool refuse(const gp_args *args, const char *message) {
    gp_say("%s", message);
    gp_args_refuse(args);
    return false;
}

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
    if (r->codes && !r->wide) return refuse(args, "`--codes` goes with `--wide`");
    if (r->wide && !csv) return refuse(args, "`--wide` goes with the format csv");
    if (r->bom && !csv) return refuse(args, "`--bom` goes with the format csv");
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
        return refuse(args, "`--max-bad` and `--refused` go with `--on-bad-row report`");
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
    unsigned long long jobs = 1;
    if (!gp_asked_eval(&s->eval, args) || !gp_args_whole(&jobs, args, "jobs", 1, 1024)) return false;
    s->eval.model = gp_args_value(args, "model");
    return true;
}

static bool read_plan(const gp_args *args) {
    if (args->noperands == 0) return refuse(args, "a plan is due: goalpost eval PLAN -d DATA");
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

static gp_status load_data(gp_data *d, const gp_args *args, const settings *s) {
    gp_data_keep_cites(d, !s->report.wide);
    gp_status status = s->refused ? gp_data_keep_refused(d) : GP_OK;
    return status == GP_OK ? gp_asked_data(d, args, s->bad_rows) : status;
}

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

static gp_exit write_result(gp_results *const *r, size_t n, const gp_args *args, const settings *s) {
    gp_output out;
    gp_progress_line line;
    gp_report_options how = s->report;
    if (!gp_output_open(&out, s->output)) return GP_EXIT_OUTPUT;
    gp_progress_init(&line, isatty(out.fd));
    how.progress = gp_progress_tell;
    how.progress_user = &line;
    gp_status status = gp_report_write_models(r, n, &how, gp_output_sink, &out);
    gp_progress_clear(&line);
    gp_say_messages(args->context);
    if (status == GP_NO_MEMORY) {
        gp_say("out of memory");
        gp_output_drop(&out);
        return GP_EXIT_OUTPUT;
    }
    if (!gp_output_close(&out)) return GP_EXIT_OUTPUT;
    gp_totals totals = gp_results_totals(r[0]);
    return gp_eval_judge(args, s, &totals);
}

/* -- scoring models -- */

static bool is_all(const char *model) { return model && strcmp(model, "all") == 0; }

bool gp_eval_knows_model(const gp_args *args, const gp_plan_handle *plan, const char *model) {
    size_t n = gp_plan_models(plan);
    if (!model || !*model || is_all(model)) return true;
    const char **names = calloc(n, sizeof *names);
    bool known = false;
    for (size_t i = 0; names && i < n; i++) {
        names[i] = gp_plan_model_name(plan, i);
        known = known || strcmp(model, names[i]) == 0;
    }
    if (!known) {
        gp_say_unknown(args->context, "model", model, names, names ? n : 0);
        gp_args_refuse(args);
    }
    free(names);
    return known;
}

static gp_exit evaluate(gp_data *data, const gp_plan_handle *plan, const gp_args *args, settings *s) {
    const bool all = is_all(s->eval.model);
    size_t n = all ? gp_plan_models(plan) : 1;
    gp_results **r = calloc(n, sizeof(gp_results *));
    gp_exit status = GP_EXIT_INVALID;
    bool good = r != NULL;
    for (size_t i = 0; good && i < n; i++) {
        if (all) s->eval.model = gp_plan_model_name(plan, i);
        good = (r[i] = gp_evaluate(data, &s->eval)) != NULL;
    }
    if (good) {
        gp_say_messages(args->context);
        if (!gp_args_has(args, "data")) gp_say("no data was given (-d), so there is no case");
        status = write_result(r, n, args, s);
    } else {
        status = gp_give_up(args->context, r ? gp_context_status(args->context) : GP_NO_MEMORY);
    }
    free(r);
    return status;
}

static gp_exit run_plan(const gp_args *args, settings *s) {
    gp_context *c = args->context;
    gp_plan_handle *plan = gp_plan_open(c, args->operands[0]);
    if (!plan) return gp_give_up(c, gp_context_status(c));
    if (!gp_eval_knows_model(args, plan, s->eval.model)) return GP_EXIT_USAGE;
    gp_data *data = gp_data_new(plan);
    gp_status status = data ? load_data(data, args, s) : GP_NO_MEMORY;
    if (status != GP_OK) return gp_give_up(c, status);
    if (!gp_refused_write(s, &data, 1)) return GP_EXIT_OUTPUT;
    if (!gp_refused_too_many(s, &data, 1)) return evaluate(data, plan, args, s);
    gp_say_messages(c);
    return GP_EXIT_INVALID;
}

static gp_exit run(const gp_args *args) {
    settings s;
    if (gp_args_has(args, "replay")) return gp_eval_replay(args);
    if (!gp_eval_settings_read(&s, args, NULL)) return GP_EXIT_USAGE;
    bool workspace = gp_asked_workspace(args), fits = true;
    if (workspace && gp_args_has(args, "data")) fits = refuse(args, "a workspace names its data: leave -d out");
    else if (workspace && is_all(s.eval.model)) fits = refuse(args, "`--model all` goes with one plan, not with a workspace");
    else if (!workspace && s.resume) fits = refuse(args, "`--resume` goes with a workspace of several plans");
    if (!fits) return GP_EXIT_USAGE;
    return workspace ? gp_eval_workspace(args) : run_plan(args, &s);
}

static const gp_option OPTIONS[] = {
    {'d', "data", "FILE", "values or decisions: .yaml, .csv, - is stdin; repeatable", true},
    {'f', "format", "NAME", "table (default), csv, json, ndjson, md", false},
    {'o', "output", "FILE", "write there, whole or not at all; its ending tells the format unless -f does", false},
    {0, "wide", NULL, "csv: a line a subject, a column an indicator", false},
    {0, "codes", NULL, "with --wide: M met, N unmet, U undecided, - no_data, D not_due, A not_applicable, W waived, E error", false},
    {0, "bom", NULL, "csv: start with a byte order mark, for Excel", false},
    {0, "model", "NAME", "a scoring model; all: side by side (default: plan's own)", false},
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
    {'j', "jobs", "N", "threads; one in this version, with the same result", false},
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

/* goalpost eval: decides and scores a plan on its data and writes the result in one of the formats.
 * Invariant: the command line is judged whole before a file is opened; nothing is evaluated when plan, rules or data have errors. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"

/* What the command line asks for. */
typedef struct settings {
    const char *output;
    gp_report_options report;
    gp_eval_options eval;
    gp_bad_rows bad_rows;
    uint64_t fail_on; /* bits of FAIL_ON */
} settings;

/* -- formats -- */

static const struct {
    const char *name, *ending; /* ending NULL: none of its own */
    bool now;
} FORMATS[] = {
    {"table", ".txt", true}, {"csv", ".csv", true},   {"json", ".json", true},  {"ndjson", ".ndjson", true}, {"md", ".md", false},
    {"html", ".html", false}, {"xlsx", ".xlsx", false}, {"junit", ".xml", false}, {"sarif", ".sarif", false},
};
enum { NFORMATS = sizeof FORMATS / sizeof *FORMATS };

static bool take_format(settings *s, const gp_args *args, int i) {
    s->report.format = FORMATS[i].name;
    if (FORMATS[i].now) return true;
    gp_say("format `%s` is not in this version: table, csv, json, ndjson are", FORMATS[i].name);
    gp_args_refuse(args);
    return false;
}

static bool format_by_name(settings *s, const gp_args *args, const char *name) {
    const char *names[NFORMATS];
    for (int i = 0; i < NFORMATS; i++) {
        if (strcmp(FORMATS[i].name, name) == 0) return take_format(s, args, i);
        names[i] = FORMATS[i].name;
    }
    gp_say_unknown(args->context, "format", name, names, NFORMATS);
    gp_args_refuse(args);
    return false;
}

static const char *ending_of(const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : "";
}

static bool format_by_ending(settings *s, const gp_args *args) {
    struct stat st;
    for (int i = 0; i < NFORMATS; i++)
        if (strcmp(FORMATS[i].ending, ending_of(s->output)) == 0) return take_format(s, args, i);
    if (stat(s->output, &st) == 0 && !S_ISREG(st.st_mode)) return true; /* a device or pipe says nothing by its name */
    gp_say("`%s` does not tell its format: end it in .txt, .csv, .json or .ndjson, or give one with -f", s->output);
    gp_args_refuse(args);
    return false;
}

static bool refuse(const gp_args *args, const char *message) {
    gp_say("%s", message);
    gp_args_refuse(args);
    return false;
}

/* What goes together is asked for together, but --wide alone means CSV. */
static bool read_format(settings *s, const gp_args *args) {
    const char *name = gp_args_value(args, "format");
    gp_report_options *r = &s->report;
    r->wide = gp_args_has(args, "wide");
    r->codes = gp_args_has(args, "codes");
    r->bom = gp_args_has(args, "bom");
    s->output = gp_args_value(args, "output");
    if (s->output && strcmp(s->output, "-") == 0) s->output = NULL;
    r->format = r->wide ? "csv" : "table";
    if (name && !format_by_name(s, args, name)) return false;
    if (!name && s->output && !format_by_ending(s, args)) return false;
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

static bool read_fail_on(settings *s, const gp_args *args) {
    const char *list = gp_args_value(args, "fail-on");
    bool good = true;
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

static bool read_bad_rows(settings *s, const gp_args *args) {
    const char *word = gp_args_value(args, "on-bad-row");
    if (!word || strcmp(word, "stop") == 0) return true;
    s->bad_rows = GP_BAD_ROWS_REPORT;
    if (strcmp(word, "report") == 0) return true;
    gp_say("`--on-bad-row %s`: `stop` or `report` is due", word);
    gp_args_refuse(args);
    return false;
}

static bool read_eval_options(settings *s, const gp_args *args) {
    unsigned long long budget = 0, memory = 0, jobs = 0;
    if (!gp_args_whole(&budget, args, "rule-budget", 1, 1000000000000ull)) return false;
    if (!gp_args_whole(&memory, args, "rule-memory", 65536, 1ull << 40)) return false;
    if (!gp_args_whole(&jobs, args, "jobs", 1, 1024)) return false;
    s->eval = (gp_eval_options){gp_args_value(args, "as-of"), NULL, budget, (size_t)memory, (unsigned)jobs};
    if (gp_eval_options_check(args->context, &s->eval) != GP_OK) {
        gp_say("`--as-of %s`: a date such as 2020-12-31 is due", s->eval.as_of);
        gp_args_refuse(args);
        return false;
    }
    s->eval.lang = gp_args_value(args, "lang");
    if (gp_eval_options_check(args->context, &s->eval) == GP_OK) return true;
    gp_say("`--lang %s`: `zh` or `en` is due", s->eval.lang);
    gp_args_refuse(args);
    return false;
}

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool read_plan(const gp_args *args) {
    if (args->noperands == 0) return refuse(args, "a plan is due: goalpost eval PLAN -d DATA");
    if (args->noperands > 1) {
        gp_say("one plan at a time, `%s` is too much; data goes behind -d", args->operands[1]);
        gp_args_refuse(args);
        return false;
    }
    if (!is_folder(args->operands[0])) return true;
    gp_say("`%s` is a folder: workspaces are not in this version, name a plan", args->operands[0]);
    gp_args_refuse(args);
    return false;
}

static bool read_settings(settings *s, const gp_args *args) {
    *s = (settings){0};
    return read_plan(args) && read_format(s, args) && read_fail_on(s, args) && read_bad_rows(s, args) && read_eval_options(s, args);
}

/* -- running -- */

/* The status of a call that gave nothing, after its messages. */
static gp_exit give_up(gp_context *c, gp_status status) {
    gp_say_messages(c);
    if (status == GP_NO_MEMORY) gp_say("out of memory");
    return GP_EXIT_INVALID;
}

static gp_status queue_data(gp_data *d, const gp_args *args, const settings *s) {
    gp_status status = GP_OK;
    gp_data_keep_cites(d, !s->report.wide);
    for (size_t i = 0; i < args->ngiven && status == GP_OK; i++)
        if (strcmp(args->given[i].option->name, "data") == 0) status = gp_data_add(d, args->given[i].value);
    return status;
}

static void put_stats(const gp_totals *t) {
    gp_say("cases=%llu evaluations=%llu exact=%llu row_bytes=%llu", (unsigned long long)t->cases, (unsigned long long)t->evaluations,
           (unsigned long long)t->exact, (unsigned long long)t->row_bytes);
}

static gp_exit judge(const gp_args *args, const settings *s, const gp_totals *t) {
    if (gp_args_has(args, "stats")) put_stats(t);
    if (!t->adds_up) gp_say("rows in are not rows out: a defect of the engine, do not use this result");
    if (t->refused) gp_say("rows refused: %llu", (unsigned long long)t->refused);
    if (t->broken_rules) gp_say("calls of rules that broke or hit their budget: %llu", (unsigned long long)t->broken_rules);
    if (!t->adds_up || t->refused || t->broken_rules || t->errors) return GP_EXIT_BROKEN;
    return has_finding(s, t) ? GP_EXIT_FOUND : GP_EXIT_OK;
}

/* What an output came to, after its messages: closed and judged, or dropped. */
static gp_exit conclude(gp_output *out, const gp_args *args, const settings *s, gp_status status, const gp_totals *t) {
    gp_say_messages(args->context);
    if (status == GP_NO_MEMORY) gp_say("out of memory");
    if (status == GP_NO_MEMORY || status == GP_INVALID) {
        gp_output_drop(out);
        return status == GP_INVALID ? GP_EXIT_INVALID : GP_EXIT_OUTPUT;
    }
    if (!gp_output_close(out)) return GP_EXIT_OUTPUT;
    return judge(args, s, t);
}

static gp_exit write_result(gp_output *out, gp_results *r, const gp_args *args, const settings *s, gp_progress_line *line) {
    gp_report_options how = s->report;
    how.progress = gp_progress_tell;
    how.progress_user = line;
    gp_status status = gp_report_write(r, &how, gp_output_sink, out);
    gp_progress_clear(line);
    gp_totals totals = gp_results_totals(r);
    return conclude(out, args, s, status, &totals);
}

/* All in one go, where plan, data and format allow it. false: they do not, and the output is as it was. */
static bool stream(gp_exit *status, gp_output *out, gp_data *d, const gp_args *args, const settings *s, gp_progress_line *line) {
    gp_report_options how = s->report;
    gp_totals totals;
    how.progress = gp_progress_tell;
    how.progress_user = line;
    if (!how.wide || !gp_args_has(args, "data") || !gp_output_keep_back(out)) return false;
    gp_status done = gp_stream_write(d, s->bad_rows, &s->eval, &how, gp_output_sink, out, &totals);
    gp_progress_clear(line);
    if (done == GP_UNSUITED && gp_output_take_back(out)) return false;
    *status = done == GP_UNSUITED ? GP_EXIT_OUTPUT : conclude(out, args, s, done, &totals);
    return true;
}

static gp_exit load_and_write(gp_output *out, bool opened, gp_data *data, const gp_args *args, const settings *s, gp_progress_line *line) {
    gp_context *c = args->context;
    gp_status status = gp_data_load(data, s->bad_rows);
    gp_results *results = status == GP_OK ? gp_evaluate(data, &s->eval) : NULL;
    if (!results) {
        if (opened) gp_output_drop(out);
        return give_up(c, gp_context_status(c));
    }
    gp_say_messages(c);
    if (!gp_args_has(args, "data")) gp_say("no data was given (-d), so there is no case");
    if (!opened && !gp_output_open(out, s->output)) return GP_EXIT_OUTPUT;
    return write_result(out, results, args, s, line);
}

/* Errors of plan and data come before those of the output, so it is opened late where nothing is streamed. */
static gp_exit run(const gp_args *args) {
    settings s;
    gp_output out;
    gp_progress_line line;
    gp_exit exit = GP_EXIT_OK;
    gp_context *c = args->context;
    if (!read_settings(&s, args)) return GP_EXIT_USAGE;
    gp_plan_handle *plan = gp_plan_open(c, args->operands[0]);
    if (!plan) return give_up(c, gp_context_status(c));
    gp_data *data = gp_data_new(plan);
    gp_status status = data ? queue_data(data, args, &s) : GP_NO_MEMORY;
    if (status != GP_OK) return give_up(c, status);
    gp_progress_init(&line, isatty(STDOUT_FILENO) && !s.output);
    bool opened = s.report.wide && gp_output_try(&out, s.output);
    if (opened && stream(&exit, &out, data, args, &s, &line)) return exit;
    return load_and_write(&out, opened, data, args, &s, &line);
}

static const gp_option OPTIONS[] = {
    {'d', "data", "FILE", "values: .yaml, .csv, - is standard input; repeatable", true},
    {'f', "format", "NAME", "table (default), csv, json, ndjson", false},
    {'o', "output", "FILE", "write there, whole or not at all; its ending tells the format unless -f does", false},
    {0, "wide", NULL, "csv: a line a subject, a column an indicator", false},
    {0, "codes", NULL, "with --wide: M met, N unmet, U undecided, - no_data, D not_due, A not_applicable, W waived, E error", false},
    {0, "bom", NULL, "csv: start with a byte order mark, for Excel", false},
    {0, "as-of", "DATE", "day for due dates and waivers (default: period's end)", false},
    {0, "lang", "zh|en", "of headings and reasons (default: the plan's)", false},
    {0, "fail-on", "LIST",
     "exit with 1 on any of these, by commas: unmet undecided no_data not_due not_applicable waived error overstated understated "
     "unsupported",
     false},
    {0, "on-bad-row", "HOW", "stop (default): evaluate nothing; report: leave it out", false},
    {0, "rule-budget", "N", "work that a call of a rule may do (default 10000000)", false},
    {0, "rule-memory", "N", "bytes that a rule may take (default 16777216)", false},
    {0, "stats", NULL, "counts of the evaluation, on standard error", false},
    {'j', "jobs", "N", "threads for --wide (default: one a processor); any number gives the same result", false},
};

const gp_command gp_cmd_eval = {
    .name = "eval",
    .usage = "PLAN [-d DATA]... [OPTION]...",
    .summary = "Decides and scores a plan on its data; prints the verdict table.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost eval examples/hangzhou-2020/plan.yaml -d examples/hangzhou-2020/data.yaml\n"
               "  goalpost eval plan.yaml -d data.csv -o result.json --fail-on unmet,overstated\n",
    .run = run,
};

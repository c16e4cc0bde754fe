/* goalpost whatif: scenarios, sweeps, seeking, sensitivity and draws over a plan and its data.
 * Invariant: one question a call; what is laid over the base comes from --scenario, then --set, in the order given. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/eval.h"

typedef struct settings {
    gp_whatif_question question;
    gp_report_options report;
    gp_eval_options eval;
    const char *output;
} settings;

/* ---- the command line ---- */

/* --spread 10% or 0.1; false after saying what is wrong. */
static bool read_fraction(double *out, const gp_args *args, const char *option) {
    const char *text = gp_args_value(args, option);
    char *end;
    if (!text) return true;
    *out = strtod(text, &end);
    bool percent = end != text && strcmp(end, "%") == 0;
    if (percent) *out /= 100;
    if (end != text && (percent || !*end) && *out > 0 && *out < 1e6) return true;
    gp_say("`--%s %s`: a number above 0 is due", option, text);
    gp_args_refuse(args);
    return false;
}

static bool read_question(settings *s, const gp_args *args) {
    static const struct {
        const char *option;
        gp_question ask;
    } ASKS[] = {{"draws", GP_ASK_DRAWS}, {"weights", GP_ASK_WEIGHTS},         {"sweep", GP_ASK_SWEEP},     {"scenarios", GP_ASK_SWEEP},
                {"seek", GP_ASK_SEEK},   {"sensitivity", GP_ASK_SENSITIVITY}, {"periods", GP_ASK_PERIODS}, {"back-test", GP_ASK_BACK_TEST}};
    unsigned long long draws = 0, seed = 1, jobs = 0;
    int asked = 0;
    for (size_t i = 0; i < sizeof ASKS / sizeof *ASKS; i++) {
        if (!gp_args_has(args, ASKS[i].option)) continue;
        s->question.ask = ASKS[i].ask;
        asked++;
    }
    if (gp_args_has(args, "weights") && gp_args_has(args, "draws")) asked--; /* how often they are drawn */
    if (asked > 1)
        return gp_asked_refuse(
            args, "one question at a time: --sweep, --scenarios, --seek, --sensitivity, --draws, --weights, --periods or --back-test");
    if (gp_args_has(args, "back-test") && (gp_args_has(args, "set") || gp_args_has(args, "scenario")))
        return gp_asked_refuse(args, "a back-test takes both plans as they are, without `--set` and `--scenario`");
    if (gp_args_has(args, "seek") != gp_args_has(args, "by")) return gp_asked_refuse(args, "`--seek AIM` goes with `--by PATH`");
    if (!gp_args_whole(&draws, args, "draws", 1, 16000000) || !gp_args_whole(&seed, args, "seed", 0, ~0ull) ||
        !gp_args_whole(&jobs, args, "jobs", 1, 1024))
        return false;
    if (!read_fraction(&s->question.spread, args, "spread") || !read_fraction(&s->question.until_se, args, "until-se")) return false;
    if (!read_fraction(&s->question.weights, args, "weights")) return false;
    if (s->question.weights >= 1) return gp_asked_refuse(args, "`--weights`: less than 100% is due");
    s->question.draws = draws;
    s->question.seed = seed;
    s->question.jobs = (unsigned)jobs;
    s->question.seek = gp_args_value(args, "seek");
    s->question.against = gp_args_value(args, "back-test");
    s->question.all = gp_args_has(args, "all");
    s->question.indices = gp_args_has(args, "indices");
    s->question.sheet = gp_args_value(args, "sheet");
    return true;
}

static bool read_format(settings *s, const gp_args *args) {
    static const gp_format_name FORMATS[] = {{"table", ".txt", true}, {"csv", ".csv", true}, {"json", ".json", true}, {"md", ".md", true}};
    s->report.format = "table";
    s->output = gp_args_value(args, "output");
    if (s->output && strcmp(s->output, "-") == 0) s->output = NULL;
    return gp_asked_format(&s->report.format, args, FORMATS, sizeof FORMATS / sizeof *FORMATS, gp_args_value(args, "format"), s->output);
}

/* PATH=N of --cost: whether it is of this path. */
static bool is_cost_of(const char *value, const char *path) {
    size_t n = strlen(path);
    return strncmp(value, path, n) == 0 && value[n] == '=';
}

static double cost_of(const gp_args *args, const char *path) {
    for (size_t i = 0; i < args->ngiven; i++)
        if (strcmp(args->given[i].option->name, "cost") == 0 && is_cost_of(args->given[i].value, path))
            return strtod(args->given[i].value + strlen(path) + 1, NULL);
    return 1;
}

/* Whether a path stands in one of the lists behind --by. */
static bool is_lever(const gp_args *args, const char *path, size_t n) {
    for (size_t i = 0; i < args->ngiven; i++) {
        if (strcmp(args->given[i].option->name, "by") != 0) continue;
        for (const char *at = args->given[i].value; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
            if (strncmp(at, path, n) == 0 && (at[n] == ',' || at[n] == '\0')) return true;
    }
    return false;
}

static bool check_costs(const gp_args *args) {
    for (size_t i = 0; i < args->ngiven; i++) {
        const char *value = args->given[i].value, *sign = value ? strrchr(value, '=') : NULL;
        char *end = NULL;
        if (strcmp(args->given[i].option->name, "cost") != 0) continue;
        double cost = sign ? strtod(sign + 1, &end) : 0;
        bool good = sign && end != sign + 1 && !*end && cost > 0 && cost < 1e300;
        if (good && is_lever(args, value, (size_t)(sign - value))) continue;
        gp_say(good ? "`--cost %s`: no `--by` has that path" : "`--cost %s`: PATH=N with a number above 0 is due", value);
        gp_args_refuse(args);
        return false;
    }
    return true;
}

/* Options that say more about another one. */
static bool check_company(const gp_args *args) {
    static const struct {
        const char *option, *with;
    } PAIRS[] = {{"seed", "draws"},         {"until-se", "draws"}, {"indices", "draws"},
                 {"spread", "sensitivity"}, {"within", "by"},      {"cost", "by"}};
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        if (!gp_args_has(args, PAIRS[i].option) || gp_args_has(args, PAIRS[i].with)) continue;
        if (i == 0 && gp_args_has(args, "weights")) continue; /* they are drawn too */
        gp_say("`--%s` goes with `--%s`", PAIRS[i].option, PAIRS[i].with);
        gp_args_refuse(args);
        return false;
    }
    return true;
}

static bool read_eval(settings *s, const gp_args *args) {
    bool csv = strcmp(s->report.format, "csv") == 0;
    if (s->question.sheet && !csv) return gp_asked_refuse(args, "`--sheet` goes with the format csv: the others have all of them");
    if (!gp_asked_eval(&s->eval, args)) return false;
    s->eval.model = gp_args_value(args, "model");
    return true;
}

static bool read_settings(settings *s, const gp_args *args) {
    *s = (settings){0};
    if (args->noperands != 1) return gp_asked_refuse(args, "one plan is due: goalpost whatif PLAN -d DATA [--set PATH=VALUE]...");
    return gp_asked_plan(args) && read_question(s, args) && check_company(args) && check_costs(args) && read_format(s, args) &&
           read_eval(s, args);
}

/* ---- what is laid over the base ---- */

static gp_status each(const gp_args *args, const char *option, gp_whatif *w, gp_status (*take)(gp_whatif *w, const char *value)) {
    gp_status status = GP_OK;
    for (size_t i = 0; i < args->ngiven && status == GP_OK; i++)
        if (strcmp(args->given[i].option->name, option) == 0) status = take(w, args->given[i].value);
    return status;
}

/* The n-th value of an option that may be given for each path; the last one serves for the rest. */
static const char *nth(const gp_args *args, const char *option, size_t n) {
    const char *value = NULL;
    for (size_t i = 0; i < args->ngiven; i++) {
        if (strcmp(args->given[i].option->name, option) != 0) continue;
        value = args->given[i].value;
        if (n-- == 0) break;
    }
    return value;
}

/* Paths behind --by, by commas, each with its bounds and its cost. */
static gp_status add_levers(const gp_args *args, gp_whatif *w) {
    gp_status status = GP_OK;
    size_t count = 0;
    for (size_t i = 0; i < args->ngiven && status == GP_OK; i++) {
        if (strcmp(args->given[i].option->name, "by") != 0) continue;
        char *list = strdup(args->given[i].value);
        if (!list) return GP_NO_MEMORY;
        for (char *path = list, *next; path && status == GP_OK; path = next) {
            if ((next = strchr(path, ','))) *next++ = '\0';
            status = gp_whatif_lever(w, path, nth(args, "within", count++), cost_of(args, path));
        }
        free(list);
    }
    return status;
}

static gp_status lay(const gp_args *args, gp_whatif *w) {
    gp_status status = gp_args_value(args, "subject") ? gp_whatif_subject(w, gp_args_value(args, "subject")) : GP_OK;
    if (status == GP_OK) status = each(args, "scenario", w, gp_whatif_scenario);
    if (status == GP_OK) status = each(args, "set", w, gp_whatif_set);
    if (status == GP_OK) status = each(args, "sweep", w, gp_whatif_sweep);
    if (status == GP_OK) status = each(args, "scenarios", w, gp_whatif_table);
    return status == GP_OK ? add_levers(args, w) : status;
}

/* ---- running ---- */

static gp_exit give_up(gp_context *c, gp_status status, gp_exit invalid) {
    gp_say_messages(c);
    if (status == GP_NO_MEMORY) gp_say("out of memory");
    return status == GP_INVALID ? invalid : status == GP_USAGE ? GP_EXIT_USAGE : GP_EXIT_INVALID;
}

/* What is wrong in files is no bad command line. */
static gp_exit exit_of(const gp_args *args) {
    static const char *const FILES[] = {"scenario", "scenarios", "back-test"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++)
        if (gp_args_has(args, FILES[i])) return GP_EXIT_INVALID;
    return GP_EXIT_USAGE;
}

static gp_exit answer(gp_whatif *w, const gp_args *args, settings *s) {
    gp_output out;
    gp_progress_line line;
    if (!gp_output_open(&out, s->output)) return GP_EXIT_OUTPUT;
    gp_progress_init(&line, isatty(out.fd));
    s->question.progress = gp_progress_tell;
    s->question.progress_user = &line;
    gp_status status = gp_whatif_ask(w, &s->question, &s->report, gp_output_sink, &out);
    gp_progress_clear(&line);
    if (status == GP_OK || status == GP_WRITE) {
        gp_say_messages(args->context);
        return gp_output_close(&out) ? GP_EXIT_OK : GP_EXIT_OUTPUT;
    }
    gp_output_drop(&out);
    if (status == GP_USAGE) gp_say("the answer has no sheet `%s`", s->question.sheet);
    return give_up(args->context, status, exit_of(args));
}

/* Under the scoring model that was asked for, or all of them side by side. */
static gp_whatif *open_models(const gp_plan_handle *plan, gp_data *data, gp_eval_options o) {
    bool all = gp_asked_all_models(o.model), good = true;
    size_t n = all ? gp_plan_models(plan) : 1;
    gp_results **r = calloc(n, sizeof(gp_results *));
    for (size_t i = 0; r && i < n && good; i++) {
        if (all) o.model = gp_plan_model_name(plan, i);
        good = (r[i] = gp_evaluate(data, &o)) != NULL;
    }
    gp_whatif *w = r && good ? gp_whatif_new_models(r, n) : NULL;
    free(r);
    return w;
}

static gp_exit run(const gp_args *args) {
    settings s;
    gp_context *c = args->context;
    if (gp_args_has(args, "replay")) return gp_eval_replay(args);
    if (!read_settings(&s, args)) return GP_EXIT_USAGE;
    gp_plan_handle *plan = gp_plan_open(c, args->operands[0]);
    if (!plan) return give_up(c, gp_context_status(c), GP_EXIT_INVALID);
    if (!gp_asked_model(args, plan, s.eval.model)) return GP_EXIT_USAGE;
    gp_data *data = gp_data_new(plan);
    gp_status status = data && s.question.ask == GP_ASK_PERIODS ? gp_data_all_periods(data) : data ? GP_OK : GP_NO_MEMORY;
    if (status == GP_OK) status = gp_asked_data(data, args, GP_BAD_ROWS_STOP);
    gp_whatif *w = status == GP_OK ? open_models(plan, data, s.eval) : NULL;
    if (!w) return give_up(c, status == GP_OK ? gp_context_status(c) : status, GP_EXIT_INVALID);
    status = lay(args, w);
    if (status != GP_OK) return give_up(c, status, exit_of(args));
    return answer(w, args, &s);
}

static const gp_option OPTIONS[] = {
    {'d', "data", "FILE", "values: .yaml, .csv, - is standard input; repeatable", true},
    {'s', "set", "PATH=VALUE", "another value of a datum, target, weight, grade …; repeatable", true},
    {0, "scenario", "FILE", "a scenario, beside the base and other ones; repeatable", true},
    {0, "sweep", "PATH=A:B:STEP", "each value from A to B, or A,B,C; several: all combinations", true},
    {0, "scenarios", "FILE.csv", "a scenario in each row, a path in each heading", false},
    {0, "seek", "AIM", "`ID met`, `marks >= 90`, `grade 优`, `rank <= 3`: the smallest change", false},
    {0, "by", "PATH,...", "with --seek: what may change", true},
    {0, "within", "A..B", "with --by: bounds, in the order of the paths", true},
    {0, "cost", "PATH=N", "with several paths: what a unit of change costs (default 1)", true},
    {0, "sensitivity", NULL, "margins, flips, marks lost, data's worth, next grade", false},
    {0, "spread", "PERCENT", "with --sensitivity: how far data are moved (default 10%)", false},
    {0, "draws", "N", "Monte Carlo: probabilities of verdicts, grades, ranks", false},
    {0, "weights", "PCT", "weights drawn within ±PCT: which ranks, grades hold", false},
    {0, "seed", "S", "with --draws, --weights (default 1): same bytes again", false},
    {0, "until-se", "X", "with --draws: stop at this standard error of the marks", false},
    {0, "indices", NULL, "with --draws: which of them the marks hang on", false},
    {0, "periods", NULL, "each period of the data beside the latest, whichever the plan's", false},
    {0, "back-test", "PLAN", "the same data under another plan: what moves, and why", false},
    {'j', "jobs", "N", "threads (default: one a processor); the same bytes", false},
    {0, "subject", "NAME", "about one subject", false},
    {0, "model", "NAME", "under a scoring model; all: each, side by side", false},
    {0, "all", NULL, "rows that did not change too", false},
    {'f', "format", "NAME", "table (default), csv, json, md", false},
    {0, "sheet", "NAME", "csv: which part of the answer (default: the first)", false},
    {'o', "output", "FILE", "write there, whole or not at all", false},
    {0, "replay", "FILE", "ask a JSON answer's question again and compare, alone", false},
    {0, "as-of", "DATE", "day for due dates and waivers", false},
    {0, "lang", "zh|en", "of headings and words", false},
};

const gp_command gp_cmd_whatif = {
    .name = "whatif",
    .usage = "PLAN -d DATA [OPTION]...",
    .summary = "Asks what if: scenarios, sweeps, seeking, sensitivity, draws.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost whatif plan.yaml -d data.yaml --set investment.growth.private.at_least=4%\n",
    .run = run,
};

/* goalpost explain: why rows of one case are as they are, in words.
 * Invariant: exactly one case is explained; where the data have several, they are named and nothing is written. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

enum { CASES_SHOWN = 10 };

typedef struct settings {
    const char *output;
    const char *subject, *period, *scenario; /* NULL: not asked for */
    gp_explain_options explain;
    gp_eval_options eval;
} settings;

static const gp_format_name FORMATS[] = {{"text", ".txt", true}, {"md", ".md", true}, {"json", ".json", true}};
enum { NFORMATS = sizeof FORMATS / sizeof *FORMATS };

/* -- the command line -- */

static bool read_settings(settings *s, const gp_args *args) {
    *s = (settings){.explain = {.format = "text"}};
    if (args->noperands < 2)
        return gp_asked_refuse(args, "a plan and an id are due: goalpost explain PLAN -d DATA ID; `.` is the subject as a whole");
    if (!gp_args_has(args, "data")) return gp_asked_refuse(args, "data are due: goalpost explain PLAN -d DATA ID");
    s->output = gp_args_value(args, "output");
    if (s->output && strcmp(s->output, "-") == 0) s->output = NULL;
    s->subject = gp_args_value(args, "subject");
    s->period = gp_args_value(args, "period");
    s->scenario = gp_args_value(args, "data-scenario");
    s->explain.ids = args->operands + 1;
    s->explain.nids = args->noperands - 1;
    s->explain.colour = !s->output && gp_wants_colour(STDOUT_FILENO);
    s->explain.width = s->output ? 0 : gp_terminal_width(STDOUT_FILENO);
    return gp_asked_plan(args) && gp_asked_format(&s->explain.format, args, FORMATS, NFORMATS, gp_args_value(args, "format"), s->output) &&
           gp_asked_eval(&s->eval, args);
}

/* -- which case -- */

static bool is_asked(const settings *s, const gp_results *r) {
    return (!s->subject || strcmp(s->subject, gp_case_subject(r)) == 0) && (!s->scenario || strcmp(s->scenario, gp_case_scenario(r)) == 0);
}

/* The scenario is told where any case has one: then the absence of one has to be asked for as well. */
static void say_case(const gp_results *r, bool scenarios) {
    const char *scenario = gp_case_scenario(r);
    if (scenarios) gp_say("  --subject '%s' --period %s --data-scenario '%s'", gp_case_subject(r), gp_case_period(r), scenario);
    else gp_say("  --subject '%s' --period %s", gp_case_subject(r), gp_case_period(r));
}

/* Names the cases among which to choose: those that fit subject and scenario. */
static void say_cases(gp_results *r, const settings *s, size_t n) {
    size_t said = 0, plain = 0, whole = 0;
    gp_results_find(r, NULL, NULL, "", &plain);
    gp_results_find(r, NULL, NULL, NULL, &whole);
    gp_results_rewind(r);
    while (said < CASES_SHOWN && gp_results_next(r) == 1) {
        if (!is_asked(s, r)) continue;
        say_case(r, plain < whole);
        said++;
    }
    if (n > said) gp_say("  and %zu more", n - said);
}

/* Every subject once, in the order of the data; NULL without memory. */
static size_t list_subjects(gp_results *r, char ***list) {
    size_t n = 0, room = 0;
    *list = NULL;
    gp_results_rewind(r);
    while (gp_results_next(r) == 1) {
        const char *subject = gp_case_subject(r);
        if (n && strcmp((*list)[n - 1], subject) == 0) continue;
        if (n == room) {
            char **more = realloc(*list, (room = room ? 2 * room : 16) * sizeof **list);
            if (!more) break;
            *list = more;
        }
        char *copy = strdup(subject);
        if (!copy) break;
        (*list)[n++] = copy;
    }
    return n;
}

static void say_unknown_subject(gp_context *c, gp_results *r, const char *subject) {
    char **list;
    size_t n = list_subjects(r, &list);
    gp_say_unknown(c, "subject", subject, (const char *const *)list, n);
    for (size_t i = 0; i < n; i++) free(list[i]);
    free(list);
}

static void say_no_case(gp_context *c, gp_results *r, const settings *s) {
    size_t n = 0, all = 0;
    gp_results_find(r, NULL, NULL, NULL, &all);
    gp_results_find(r, s->subject, NULL, NULL, &n);
    if (all == 0) {
        gp_say("the data have no case of this plan to explain");
        return;
    }
    if (s->subject && n == 0) {
        say_unknown_subject(c, r, s->subject);
        return;
    }
    gp_say("no case fits what was asked for; there %s:", n == 1 ? "is" : "are");
    settings any = {.subject = s->subject};
    say_cases(r, &any, n);
}

static bool choose_case(gp_context *c, gp_results *r, const settings *s) {
    size_t found = 0;
    if (gp_results_find(r, s->subject, s->period, s->scenario, &found) == GP_OK) return true;
    if (gp_context_status(c) == GP_NO_MEMORY) {
        gp_say("out of memory");
    } else if (found > 1) {
        gp_say("the data have %zu cases%s; choose one:", found, s->subject || s->period || s->scenario ? " that fit" : "");
        say_cases(r, s, found);
    } else {
        say_no_case(c, r, s);
    }
    return false;
}

/* -- which rows -- */

static bool is_known(const gp_results *r, const char *id) {
    if (strcmp(id, ".") == 0 || strcmp(id, gp_case_subject(r)) == 0) return true;
    for (size_t i = 0; i < gp_case_rows(r); i++)
        if (strcmp(gp_row_id(r, i), id) == 0) return true;
    return false;
}

static void say_unknown_id(gp_context *c, const gp_results *r, const char *id) {
    size_t n = gp_case_rows(r);
    const char **ids = calloc(n ? n : 1, sizeof *ids);
    for (size_t i = 0; ids && i < n; i++) ids[i] = gp_row_id(r, i);
    gp_say_unknown(c, "id", id, ids, ids ? n : 0);
    free(ids);
}

static bool check_ids(gp_context *c, const gp_results *r, const settings *s) {
    bool good = true;
    for (size_t i = 0; i < s->explain.nids; i++) {
        if (is_known(r, s->explain.ids[i])) continue;
        say_unknown_id(c, r, s->explain.ids[i]);
        good = false;
    }
    return good;
}

/* -- running -- */

static gp_exit judge(const gp_results *r) {
    for (size_t i = 0; i < gp_case_rows(r); i++)
        if (strcmp(gp_row_verdict(r, i), "error") == 0) {
            gp_say("a rule broke or hit its budget");
            return GP_EXIT_BROKEN;
        }
    return GP_EXIT_OK;
}

static gp_exit write_explanation(gp_context *c, gp_results *r, const settings *s) {
    gp_output out;
    if (!gp_output_open(&out, s->output)) return GP_EXIT_OUTPUT;
    gp_status status = gp_explain_write(r, &s->explain, gp_output_sink, &out);
    gp_say_messages(c);
    if (status == GP_NO_MEMORY) {
        gp_say("out of memory");
        gp_output_drop(&out);
        return GP_EXIT_OUTPUT;
    }
    return gp_output_close(&out) ? judge(r) : GP_EXIT_OUTPUT;
}

static gp_exit run(const gp_args *args) {
    settings s;
    gp_context *c = args->context;
    if (!read_settings(&s, args)) return GP_EXIT_USAGE;
    gp_plan_handle *plan = gp_plan_open(c, args->operands[0]);
    if (!plan) return gp_give_up(c, gp_context_status(c));
    gp_data *data = gp_data_new(plan);
    gp_status status = data ? gp_asked_data(data, args, GP_BAD_ROWS_STOP) : GP_NO_MEMORY;
    if (status != GP_OK) return gp_give_up(c, status);
    const char **sets = gp_asked_scenario(&s.eval, args);
    gp_results *results = sets ? gp_evaluate(data, &s.eval) : NULL;
    free(sets);
    if (!sets) return gp_give_up(c, GP_NO_MEMORY);
    if (!results) return gp_give_up_evaluating(c, &s.eval);
    gp_say_messages(c);
    if (!choose_case(c, results, &s) || !check_ids(c, results, &s)) return GP_EXIT_USAGE;
    return write_explanation(c, results, &s);
}

static const gp_option OPTIONS[] = {
    {'d', "data", "FILE", "values: .yaml, .csv, - is standard input; repeatable", true},
    {0, "subject", "NAME", "whose case, where the data have several", false},
    {0, "period", "PERIOD", "of which period, where they have several", false},
    {0, "data-scenario", "NAME", "of which scenario that the data name", false},
    {'s', "set", "PATH=VALUE", "under another value (see whatif); repeatable", true},
    {0, "scenario", "FILE", "under a scenario; --set comes over it", false},
    {'f', "format", "NAME", "text (default), md, json", false},
    {'o', "output", "FILE", "whole or not at all; format by its ending unless -f", false},
    {0, "as-of", "DATE", "day for due dates and waivers (default: period's end)", false},
    {0, "lang", "zh|en", "of all sentences (default: the plan's)", false},
    {0, "rule-budget", "N", "work that a call of a rule may do (default 10000000)", false},
    {0, "rule-memory", "N", "bytes that a rule may take (default 16777216)", false},
};

const gp_command gp_cmd_explain = {
    .name = "explain",
    .usage = "PLAN -d DATA... ID... [OPTION]...",
    .summary = "Tells why a verdict is as it is: data, arithmetic, margin, score.",
    .details =
        "What is required, each datum with its basis and place, the arithmetic step by step, the flip point, what it would take to be "
        "met and for the next grade, the score, the parts with their losses, what is open, and what is claimed. ID is that of a goal, "
        "an indicator or a clause; `.` or its name is the subject as a whole.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost explain plan.yaml -d data.yaml investment.growth\n",
    .run = run,
};

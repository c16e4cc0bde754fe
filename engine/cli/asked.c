/* What several commands ask alike: formats by name and ending, options of the evaluation, a plan, its data.
 * Invariant: the command line is judged before a file is evaluated. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"

bool gp_asked_refuse(const gp_args *args, const char *message) {
    gp_say("%s", message);
    gp_args_refuse(args);
    return false;
}

/* -- formats -- */

/* "table, csv and md" of names, or "… or …" of endings. */
static void list_formats(char *out, size_t room, const gp_format_name *formats, size_t n, bool endings) {
    size_t now = 0, put = 0, at = 0;
    for (size_t i = 0; i < n; i++) now += formats[i].now;
    for (size_t i = 0; i < n && at < room; i++) {
        if (!formats[i].now) continue;
        const char *between = put == 0 ? "" : put + 1 == now && endings ? " or " : ", ";
        at += (size_t)snprintf(out + at, room - at, "%s%s", between, endings ? formats[i].ending : formats[i].name);
        put++;
    }
}

static bool take_format(const char **out, const gp_args *args, const gp_format_name *formats, size_t n, size_t i) {
    char list[128] = "";
    *out = formats[i].name;
    if (formats[i].now) return true;
    list_formats(list, sizeof list, formats, n, false);
    gp_say("format `%s` is not in this version: %s are", formats[i].name, list);
    gp_args_refuse(args);
    return false;
}

static bool format_by_name(const char **out, const gp_args *args, const gp_format_name *formats, size_t n, const char *name) {
    const char *names[32];
    for (size_t i = 0; i < n; i++) {
        if (strcmp(formats[i].name, name) == 0) return take_format(out, args, formats, n, i);
        names[i] = formats[i].name;
    }
    gp_say_unknown(args->context, "format", name, names, n);
    gp_args_refuse(args);
    return false;
}

static const char *ending_of(const char *path) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : "";
}

static bool format_by_ending(const char **out, const gp_args *args, const gp_format_name *formats, size_t n, const char *path) {
    struct stat st;
    char list[128] = "";
    for (size_t i = 0; i < n; i++)
        if (strcmp(formats[i].ending, ending_of(path)) == 0) return take_format(out, args, formats, n, i);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) return true; /* a device or pipe says nothing by its name */
    list_formats(list, sizeof list, formats, n, true);
    gp_say("`%s` does not tell its format: end it in %s, or give one with -f", path, list);
    gp_args_refuse(args);
    return false;
}

bool gp_asked_format(const char **out, const gp_args *args, const gp_format_name *formats, size_t n, const char *name, const char *path) {
    if (name) return format_by_name(out, args, formats, n, name);
    if (!path || strcmp(path, "-") == 0) return true;
    return format_by_ending(out, args, formats, n, path);
}

/* -- the evaluation -- */

bool gp_asked_eval(gp_eval_options *out, const gp_args *args) {
    unsigned long long budget = 0, memory = 0;
    if (!gp_args_whole(&budget, args, "rule-budget", 1, 1000000000000ull)) return false;
    if (!gp_args_whole(&memory, args, "rule-memory", 65536, 1ull << 40)) return false;
    *out = (gp_eval_options){.as_of = gp_args_value(args, "as-of"), .rule_budget = budget, .rule_memory = (size_t)memory};
    if (gp_eval_options_check(args->context, out) != GP_OK) {
        gp_say("`--as-of %s`: a date such as 2020-12-31 is due", out->as_of);
        gp_args_refuse(args);
        return false;
    }
    out->lang = gp_args_value(args, "lang");
    if (gp_eval_options_check(args->context, out) == GP_OK) return true;
    gp_say("`--lang %s`: `zh` or `en` is due", out->lang);
    gp_args_refuse(args);
    return false;
}

/* -- files -- */

bool gp_asked_workspace(const gp_args *args) {
    struct stat st;
    if (stat(args->operands[0], &st) == 0 && S_ISDIR(st.st_mode)) return true;
    return gp_file_is_workspace(args->context, args->operands[0]);
}

bool gp_asked_plan(const gp_args *args) {
    if (!gp_asked_workspace(args)) return true;
    gp_say("`%s` is a folder or workspace: name one plan", args->operands[0]);
    gp_args_refuse(args);
    return false;
}

gp_status gp_asked_queue(gp_data *d, const gp_args *args) {
    gp_status status = GP_OK;
    for (size_t i = 0; i < args->ngiven && status == GP_OK; i++)
        if (strcmp(args->given[i].option->name, "data") == 0) status = gp_data_add(d, args->given[i].value);
    return status;
}

gp_status gp_asked_data(gp_data *d, const gp_args *args, gp_bad_rows bad) {
    gp_status status = gp_asked_queue(d, args);
    return status == GP_OK ? gp_data_load(d, bad) : status;
}

gp_exit gp_give_up(gp_context *c, gp_status status) {
    gp_say_messages(c);
    if (status == GP_NO_MEMORY) gp_say("out of memory");
    return GP_EXIT_INVALID;
}

/* -- scoring models -- */

bool gp_asked_all_models(const char *model) { return model && strcmp(model, "all") == 0; }

bool gp_asked_model(const gp_args *args, const gp_plan_handle *plan, const char *model) {
    size_t n = gp_plan_models(plan);
    if (!model || !*model || gp_asked_all_models(model)) return true;
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

/* -- a scenario -- */

const char **gp_asked_scenario(gp_eval_options *out, const gp_args *args) {
    const char **sets = calloc(args->ngiven ? args->ngiven : 1, sizeof *sets);
    out->scenario = gp_args_value(args, "scenario");
    for (size_t i = 0; sets && i < args->ngiven; i++)
        if (strcmp(args->given[i].option->name, "set") == 0) sets[out->nsets++] = args->given[i].value;
    out->sets = sets;
    return sets;
}

gp_exit gp_give_up_evaluating(gp_context *c, const gp_eval_options *o) {
    gp_status status = gp_context_status(c);
    bool words = status == GP_INVALID && o->nsets && !o->scenario;
    gp_exit exit = gp_give_up(c, status);
    return words ? GP_EXIT_USAGE : exit;
}

/* goalpost check: errors of plans, their rules, and data, and what in them is allowed and hardly meant (lint).
 * Invariant: every file named is looked at, whatever was wrong with the one before. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"

typedef struct check {
    gp_context *context;
    const char **data;   /* data files among the operands and behind -d */
    char **data_plan;    /* the id that each says it is for, "" where it does not */
    size_t ndata;
    gp_plan_handle **plans; /* those that could be loaded */
    gp_results **results;   /* of each: on its data, else on none; what lint looks at; NULL: it cannot be evaluated */
    size_t nplans;
    gp_plan_handle *sound; /* one of those without an error */
    size_t nsound;
    bool misused;        /* something named that cannot be checked so */
    size_t broken;       /* files that could not be checked */
} check;

static bool is_folder(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* -- plans -- */

static void check_plan(check *k, const char *path) {
    gp_plan_handle *p = gp_plan_open(k->context, path);
    if (!p || gp_context_status(k->context) != GP_OK) k->broken++;
    if (!p) return;
    k->plans[k->nplans++] = p;
    if (gp_context_status(k->context) != GP_OK) return;
    k->sound = p;
    k->nsound++;
}

/* A plan without data, or with data that are wrong, is compiled on none, which finds what only compiling finds. */
static void check_alone(check *k, size_t i) {
    gp_data *d = k->results[i] ? NULL : gp_data_new(k->plans[i]);
    if (d) k->results[i] = gp_evaluate(d, NULL);
    if (!k->results[i] || gp_results_lint(k->results[i]) != GP_OK) k->broken++;
}

static void add_data(check *k, const char *path, const char *plan) {
    k->data[k->ndata] = path;
    k->data_plan[k->ndata++] = strdup(plan);
}

static void refuse_path(check *k, const char *path, const char *why) {
    gp_say("`%s` %s", path, why);
    k->misused = true;
}

/* Its plans, and all data of each: as eval reads them. */
static void check_workspace(check *k, const char *path) {
    static const gp_load_options STRICT = {.bad_rows = GP_BAD_ROWS_STOP, .keep_cites = 1};
    gp_workspace *w = gp_workspace_open(k->context, path);
    bool good = w && gp_workspace_load(w, &STRICT) == GP_OK && gp_workspace_evaluate(w, NULL) == GP_OK && gp_workspace_lint(w) == GP_OK;
    if (!good) k->broken++;
}

static void sort_path(check *k, const char *path) {
    if (is_folder(path)) {
        check_workspace(k, path);
        return;
    }
    gp_file_view view = gp_file_look(k->context, path);
    switch (view.kind) {
    case GP_KIND_DATA:
    case GP_KIND_TABLE:
        add_data(k, path, view.plan);
        return;
    case GP_KIND_RULES:
        refuse_path(k, path, "is a rule pack: name the plan that uses it");
        return;
    case GP_KIND_SCENARIO:
        refuse_path(k, path, "is a scenario: scenarios are not in this version");
        return;
    case GP_KIND_WORKSPACE:
        check_workspace(k, path);
        return;
    case GP_KIND_PLAN:
    case GP_KIND_UNREADABLE:
    case GP_KIND_OTHER:
        break;
    }
    check_plan(k, path); /* what it is not, loading it tells */
}

/* -- data -- */

static gp_plan_handle *plan_with(const check *k, const char *id) {
    for (size_t i = 0; i < k->nplans; i++)
        if (strcmp(gp_plan_id(k->plans[i]), id) == 0) return k->plans[i];
    return NULL;
}

/* plan.yaml in the folder of a data file; it then counts as named. */
static gp_plan_handle *plan_beside(check *k, const char *path) {
    const char *slash = strrchr(path, '/');
    char *beside = NULL;
    if (asprintf(&beside, "%.*splan.yaml", slash ? (int)(slash + 1 - path) : 0, path) < 0) return NULL;
    if (gp_file_look(k->context, beside).kind == GP_KIND_PLAN) check_plan(k, beside);
    free(beside);
    return k->nplans ? k->plans[0] : NULL;
}

/* The plan that a data file is for: the one with its id, the only one named that has no error, the first of those that have, or the one
 * beside it. */
static gp_plan_handle *plan_for(check *k, size_t i) {
    gp_plan_handle *p = k->data_plan[i][0] ? plan_with(k, k->data_plan[i]) : NULL;
    if (!p && k->nsound == 1) p = k->sound;
    if (!p && k->nsound == 0 && k->nplans) p = k->plans[0];
    if (!p && k->nplans == 0 && !k->broken) p = plan_beside(k, k->data[i]);
    return p;
}

/* All data of one plan are read together: a case may be spread over files. */
static void check_data_of(check *k, gp_plan_handle *plan, gp_plan_handle *const *of) {
    gp_data *d = gp_data_new(plan);
    bool good = d != NULL;
    for (size_t i = 0; good && i < k->ndata; i++)
        if (of[i] == plan) good = gp_data_add(d, k->data[i]) == GP_OK;
    gp_results *r = good && gp_data_load(d, GP_BAD_ROWS_STOP) == GP_OK ? gp_evaluate(d, NULL) : NULL;
    if (!r) k->broken++;
    for (size_t i = 0; i < k->nplans; i++)
        if (k->plans[i] == plan) k->results[i] = r;
}

static void check_data(check *k, gp_plan_handle **of) {
    for (size_t i = 0; i < k->ndata; i++) {
        of[i] = plan_for(k, i);
        if (of[i]) continue;
        if (!k->broken) gp_say("`%s`: no plan to check it against; name it with -p", k->data[i]);
        k->misused = k->misused || !k->broken;
    }
    for (size_t i = 0; i < k->ndata; i++) {
        bool first = of[i] != NULL;
        for (size_t j = 0; j < i; j++) first = first && of[j] != of[i];
        if (first) check_data_of(k, of[i], of);
    }
}

/* -- running -- */

static void check_all(check *k, const gp_args *args, gp_plan_handle **of) {
    for (size_t i = 0; i < args->ngiven; i++)
        if (strcmp(args->given[i].option->name, "plan") == 0) check_plan(k, args->given[i].value);
    for (size_t i = 0; i < args->noperands; i++) sort_path(k, args->operands[i]);
    for (size_t i = 0; i < args->ngiven; i++) {
        const char *path = args->given[i].value;
        if (strcmp(args->given[i].option->name, "data") == 0) add_data(k, path, gp_file_look(k->context, path).plan);
    }
    check_data(k, of);
    for (size_t i = 0; i < k->nplans; i++) check_alone(k, i);
}

static gp_exit conclude(const check *k) {
    size_t errors = gp_context_errors(k->context);
    bool no_memory = gp_context_status(k->context) == GP_NO_MEMORY;
    gp_say_messages(k->context);
    if (no_memory) gp_say("out of memory");
    if (k->misused) return GP_EXIT_USAGE;
    return errors || k->broken ? GP_EXIT_FOUND : GP_EXIT_OK;
}

static gp_exit run(const gp_args *args) {
    size_t room = args->noperands + args->ngiven + 1;
    if (args->noperands == 0 && args->ngiven == 0) {
        gp_say("a file to check is due");
        return gp_args_refuse(args);
    }
    check k = {.context = args->context};
    k.data = calloc(room, sizeof *k.data);
    k.data_plan = calloc(room, sizeof *k.data_plan);
    k.plans = calloc(room, sizeof(gp_plan_handle *));
    k.results = calloc(room, sizeof(gp_results *));
    gp_plan_handle **of = calloc(room, sizeof(gp_plan_handle *));
    gp_exit status = GP_EXIT_FOUND;
    if (k.data && k.data_plan && k.plans && k.results && of) {
        check_all(&k, args, of);
        status = conclude(&k);
    }
    for (size_t i = 0; i < k.ndata; i++) free(k.data_plan[i]);
    free(k.data);
    free(k.data_plan);
    free(k.plans);
    free(k.results);
    free(of);
    return status;
}

static const gp_option OPTIONS[] = {
    {'p', "plan", "PLAN", "the plan for the data (else the one named, or plan.yaml beside the data)", false},
    {'d', "data", "FILE", "data, as with eval; repeatable", true},
};

const gp_command gp_cmd_check = {
    .name = "check",
    .usage = "PATH... [-p PLAN] [-d DATA]...",
    .summary = "Finds the errors of plans, their rules and data, without evaluating.",
    .details = "What a file is, its contents tell. Says nothing when all is well; warnings and notes do not change the exit status.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost check plan.yaml -d data.yaml\n",
    .run = run,
};

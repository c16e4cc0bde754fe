/* What the files behind `goalpost eval` share: one plan, a workspace, a replay; refused rows and kept parts.
 * Invariant: settings come from the command line first, then from goalpost.yaml, then from here. */
#ifndef GP_CLI_EVAL_H
#define GP_CLI_EVAL_H

#include "cli/command.h"

typedef struct gp_eval_settings {
    const char *output;
    gp_report_options report;
    gp_eval_options eval;
    gp_bad_rows bad_rows;
    uint64_t fail_on;        /* bits of the words that --fail-on knows */
    unsigned long long max_bad;
    bool limited;            /* max_bad is given */
    const char *refused;     /* where refused rows go; NULL: nowhere */
    bool resume;
} gp_eval_settings;

/* -- cmd_eval.c -- */
/* Reads all settings; w NULL: there is no workspace, or it is not open yet. false after saying what is wrong. */
bool gp_eval_settings_read(gp_eval_settings *s, const gp_args *args, const gp_workspace_settings *w);
/* The exit status of a result that was written. */
gp_exit gp_eval_judge(const gp_args *args, const gp_eval_settings *s, const gp_totals *t);

/* -- refused.c -- */
/* Writes the refused rows of all data (some may be NULL) where --refused says; false after saying what is wrong. */
bool gp_refused_write(const gp_eval_settings *s, gp_data *const *data, size_t n);
/* Whether more rows were refused than --max-bad allows; says so. */
bool gp_refused_too_many(const gp_eval_settings *s, gp_data *const *data, size_t n);

/* -- workspace.c, replay.c -- */
gp_exit gp_eval_workspace(const gp_args *args);
gp_exit gp_eval_replay(const gp_args *args);

/* -- parts.c: parts of results beside the output, for --resume -- */
typedef struct gp_parts {
    gp_workspace *workspace;
    char *folder;         /* OUTPUT.parts */
    gp_output out;        /* of the part that is being kept */
    bool open;
    gp_part_keeper keeper;
} gp_parts;
/* Takes what an earlier run left there; *taken tells how many. GP_EXIT_OK, or another status after saying what is wrong. */
gp_exit gp_parts_take(gp_parts *parts, size_t *taken, gp_workspace *w, const gp_eval_settings *s, const gp_load_options *load);
void gp_parts_fini(gp_parts *parts);

#endif

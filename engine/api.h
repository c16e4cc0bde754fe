/* What the files of the bridge share: the objects behind goalpost.h and the trap around whatever allocates.
 * Invariant: an object is on its owner's list from the moment it exists, so that freeing the owner frees it. */
#ifndef GP_API_H
#define GP_API_H

#include "goalpost.h"

#include "plan/workspace.h"
#include "report/report.h"
#include "rule/host.h"
#include "study/asked.h"
#include "study/study.h"

/* Somebody whose messages the context prints, in the order of their coming. */
typedef struct gp_speaker gp_speaker;
struct gp_speaker {
    gp_diags *diags;
    gp_speaker *next;
};

struct gp_context {
    gp_mem mem;
    gp_status status;
    gp_plan_handle *plans;   /* open ones, and broken ones whose messages are still wanted */
    gp_workspace *workspaces;
    gp_record *records;
    gp_speaker *speakers;
    gp_arena notes;          /* holds `past` */
    gp_buf past[2];          /* messages whose sources are gone, as text: plain, painted */
    size_t past_errors, past_warnings, past_notes;
    gp_arena shown;          /* holds what gp_context_messages returned */
};

struct gp_plan_handle {
    gp_context *context;
    gp_plan_handle *next;
    gp_arena arena;
    gp_diags diags;          /* of the plan, its data and its evaluations */
    gp_speaker speaker;
    const gp_plan *plan;     /* NULL: it has errors */
    bool broken;             /* it or its rules have errors: only good for reading data for theirs */
    const char *id, *title;
    const char **models;     /* their names, "base" first */
    gp_data *data;
};

typedef enum gp_data_state { GP_DATA_NEW, GP_DATA_LOADED, GP_DATA_BROKEN } gp_data_state;
struct gp_data {
    gp_plan_handle *plan;
    gp_data *next;
    gp_arena arena;
    gp_frame *frame;
    gp_data_state state;
    bool bad_rows;           /* rows with a bad cell were refused alone */
    gp_results *results;
};

/* One case at a time stands in full, with its texts ended by NUL. */
struct gp_results {
    gp_data *data;
    gp_results *next;
    gp_arena arena;
    gp_run_info info;
    gp_lang lang;
    gp_host *host;           /* NULL: the plan uses no rules */
    gp_run *run;
    gp_whatif *whatifs;
    const char **ids, **names; /* per node */
    gp_block block;
    size_t at;               /* of the current case in the block */
    bool in_block, has_case;
    bool under;              /* a scenario was read for them, which messages may quote */
    bool reported;           /* a report walked to the end: the sums stand, the next walk begins anew */
    bool spoilt;             /* memory ended in the middle: nothing more comes of it */
    gp_arena of_case;
    gp_case_result now;
    const char *subject, *scenario, *grade;
    char period[32];
    const char **units, **reasons; /* per row */
    gp_decision_view *decisions;   /* per row: the texts of its decision */
};

/* A plan of a workspace, with what became of it so far. */
typedef struct gp_member {
    const char *path;
    gp_paths files;          /* of its data */
    gp_packs packs;          /* rules that it has besides its own */
    gp_plan_handle *plan;    /* NULL: not opened yet, or broken */
    gp_data *data;
    gp_results *results;
    bool silent;             /* it had nothing to say up to its evaluation */
    bool taken;              /* kept parts: the bytes of an earlier run stand for this plan */
    char key[65];            /* of all that its part depends on; "" before gp_workspace_keys */
    const gp_plan *under;    /* the plan under the scoring model that was asked for, with the key */
    gp_stand *stands;        /* with the key: its data files; of a scenario: those that say it */
    size_t nstands, cap_stands;
    gp_text kept;
    gp_sum sum;              /* of the part, when it was taken or written */
    /* of a scenario: `path` is its file, `plan` and its data are those of the member `of` */
    gp_text scenario;        /* its name; absent: a plan */
    size_t of;
    gp_run_info info;
    gp_run *run;             /* NULL: not evaluated */
} gp_member;

struct gp_workspace {
    gp_context *context;
    gp_workspace *next;
    gp_arena arena;
    gp_diags diags;          /* of goalpost.yaml */
    gp_speaker speaker;
    const gp_workspace_file *file; /* NULL: put together from a record */
    bool broken;             /* a plan has errors */
    bool several;            /* the result is one of several plans */
    gp_workspace_settings settings;
    gp_member *members;      /* n plans, then scenarios of them in the same order */
    size_t n, nscenarios;
    gp_run_info taken_info;  /* of taken parts, but for the plan */
    bool lang_given;         /* taken parts are in a language that was asked for, not in their plan's */
    const gp_part_keeper *keeper; /* NULL: nobody keeps parts */
};

/* Runs job(arg) with the trap set; false, and the status GP_NO_MEMORY, when memory ended. */
bool gp_guarded(gp_context *c, void (*job)(void *), void *arg);
/* Zeroed memory of the context's allocator; NULL, and the status, when it refuses. */
void *gp_object_new(gp_context *c, size_t size);
void gp_object_free(gp_context *c, void *object, size_t size);
/* Turns the messages of a collector into text, because something that they quote is about to go. */
void gp_keep_messages(gp_context *c, gp_diags *d);
void gp_totals_of(gp_totals *out, const gp_sum *s);
gp_context *gp_context_of(const gp_results *r);
gp_style gp_style_of(const gp_report_options *o, gp_lang lang);
bool gp_lang_read(gp_lang *out, const char *lang);
bool gp_has_rules(const gp_plan *plan);
gp_limits gp_limits_of(const gp_eval_options *o);
/* api_asked.c: the settings of a question as its answer names them, and a question from them. Settled: what was not given
 * by its default, fractions as the decimals that are written. */
void gp_asked_take(gp_asked *out, gp_arena *a, const gp_whatif_question *q);
void gp_asked_give(gp_whatif_question *out, gp_arena *a, const gp_asked *asked);
void gp_asked_settle(gp_whatif_question *q);
/* api_backtest.c: the data of base under another plan, which is opened where *other is not yet. false after reporting, or with the status
 * GP_NO_MEMORY. */
bool gp_back_test(gp_answer *out, const gp_study *s, gp_results *base, gp_text only, const char *against, gp_plan_handle **other);
/* api_whatif.c: lays what was asked over the base again, and which question it was. GP_INVALID after reporting. */
gp_status gp_whatif_again(gp_whatif *w, gp_whatif_question *out, gp_arena *a, const gp_asked *asked);
/* api_scenario.c: lays the scenario of the options, if they have one, over plan and frame, which are then other ones. false after
 * reporting. */
bool gp_lay(gp_results *r, const gp_plan **plan, const gp_frame **frame, const gp_eval_options *o);
/* Of a plan under one of its models; the host is still to be set. */
gp_run_options gp_run_options_of(const gp_plan *plan, const gp_eval_options *o);

/* A plan with rule packs besides its own. */
gp_plan_handle *gp_plan_open_in(gp_context *c, const char *path, gp_packs shared);

/* -- workspaces and records hang on their context -- */
void gp_workspace_release(gp_workspace *w);
/* An empty workspace; and one whose members are known, after its plans were opened (NULL, with the status, when memory ended). */
gp_workspace *gp_workspace_make(gp_context *c);
gp_workspace *gp_workspace_open_plans(gp_workspace *w);
gp_eval_options gp_workspace_options(const gp_workspace *w, const gp_eval_options *options);
/* -- api_scenarios.c -- */
/* Room for it behind the plans is the caller's business. */
void gp_workspace_add_scenario(gp_workspace *w, size_t of, gp_text name, gp_text path);
bool gp_workspace_needs(const gp_workspace *w, size_t plan); /* it, or a scenario of it, is to be evaluated */
gp_status gp_workspace_lay_scenarios(gp_workspace *w);       /* once the plans are evaluated */
bool gp_is_own_model(const gp_eval_options *o);
/* Rules that broke under a scenario count; what was found there does not. */
void gp_workspace_count_scenarios(gp_sum *sum, int *adds_up, const gp_workspace *w);

/* false: nobody keeps parts. */
bool gp_part_keeper_of(gp_keeper *out, gp_workspace *w, gp_several *several, gp_arena *a);
void gp_record_release(gp_record *r);
void gp_speaker_add(gp_context *c, gp_speaker *k, gp_diags *d);
void gp_speaker_drop(gp_context *c, gp_speaker *k);

#endif

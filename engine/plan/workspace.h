/* A workspace: a folder with a goalpost.yaml that says which plans are run, on which data, and what becomes of the results.
 * Invariant: every path is checked to lie in the folder; plans and the data of each stand in the order of their paths' bytes. */
#ifndef GP_PLAN_WORKSPACE_H
#define GP_PLAN_WORKSPACE_H

#include "input/glob.h"
#include "plan/plan.h"

/* A plan and the data that belong to it. */
typedef struct gp_department {
    gp_text path;   /* of the plan */
    gp_text id;     /* as the file says; absent when it could not be read */
    gp_place at;    /* where the workspace names it */
    gp_paths data;
} gp_department;

/* A scenario of one of the plans. */
typedef struct gp_scenario_entry {
    gp_text path, name;
    size_t plan;    /* index */
    gp_place at;
} gp_scenario_entry;

typedef struct gp_workspace_file {
    gp_text path, folder; /* of goalpost.yaml */
    gp_file file;
    gp_text id, title;
    gp_department *plans;
    size_t nplans;
    gp_paths rules;       /* packs that all plans have, in the order of the file */
    gp_scenario_entry *scenarios; /* those of a plan together, in the order of the plans; then as the file lists them */
    size_t nscenarios, cap_scenarios;
    /* defaults of a run; has_… false, 0 or absent: not said */
    bool has_lang, has_as_of, has_bad_rows;
    gp_lang lang;
    int32_t as_of;
    unsigned bad_rows; /* 0 stop, 1 report */
    bool has_max_bad;
    int max_bad;
    gp_text *fail_on;  /* verdicts and findings of audits */
    size_t nfail_on;
    gp_text format;    /* absent: by the ending of `output`, else table */
    gp_text output;    /* with the folder ahead */
    bool wide, codes, bom;
} gp_workspace_file;

/* path: the folder, or the file in it. NULL after reporting. Lives in a. */
gp_workspace_file *gp_workspace_read(gp_arena *a, gp_diags *d, gp_text path);
/* The same from a text in memory; files are looked up beside its path. */
gp_workspace_file *gp_workspace_parse(gp_arena *a, gp_diags *d, const gp_file *file);

#endif

/* Lint: what a plan and its data may say and are hardly meant to say; notes and warnings, never errors.
 * Invariant: a check whose prerequisites are not there is not run, which says nothing about the plan. */
#ifndef GP_LINT_LINT_H
#define GP_LINT_LINT_H

#include "eval/run.h"
#include "rule/host.h"

typedef struct gp_lint_on {
    const gp_plan *plan;
    const gp_host *host;   /* NULL: what rules read is not known */
    const gp_frame *frame; /* NULL or without rows: no data */
    gp_run *run;           /* over that frame; walked, and left at its beginning. NULL: not evaluated */
} gp_lint_on;

/* Runs every check whose prerequisites are there and reports what they find; scratch is emptied again and again. Returns how many ran. */
size_t gp_lint(gp_diags *d, gp_arena *scratch, const gp_lint_on *on);

#endif

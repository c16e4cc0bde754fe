/* A scenario laid over a base for an evaluation of its own: each row of the base once, as if plan and data said what the scenario says.
 * Invariant: the base is never touched; the rows keep their numbers. */
#ifndef GP_STUDY_LAID_H
#define GP_STUDY_LAID_H

#include "study/scenario.h"

typedef struct gp_laid {
    const gp_scenario *scenario; /* name: "set" where no file names it */
    const gp_text *words;        /* PATH=VALUE of the command line, over the file */
    size_t nwords;
    const gp_frame *base;
    gp_frame *frame;
    const gp_plan *plan;
} gp_laid;

/* Lays it over the base, whose plan is that under the scoring model. NULL after reporting. Lives in a. */
gp_laid *gp_scenario_lay(gp_arena *a, gp_diags *d, const gp_frame *base, const gp_scenario *of);

#endif

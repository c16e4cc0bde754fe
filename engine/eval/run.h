/* A run: a program over a frame, a block of cases at a time. The only mutable part of an evaluation.
 * Invariant: same plan, frame and options, same results, whatever the block size. */
#ifndef GP_EVAL_RUN_H
#define GP_EVAL_RUN_H

#include "eval/result.h"

typedef struct gp_run gp_run;
typedef struct gp_host gp_host; /* rule/host.h */
typedef struct gp_program gp_program; /* eval/program.h */

typedef struct gp_run_options {
    bool has_as_of;
    int32_t as_of;       /* else the end of each case's period */
    gp_lang lang;        /* of reasons */
    gp_host *host;       /* Lua rules; NULL when the plan uses none */
    const gp_plan *plan; /* the frame's plan under one of its models; NULL: the frame's plan itself */
    bool brief;          /* nobody asks for cases in full, nor whether verdicts are final: blocks alone are read */
    bool low_ends; /* only low ends of totals are asked for: of a row of open values the high end bounds that (gp_program_take_low_ends) */
} gp_run_options;

/* Compiles the plan and prepares to walk the frame. NULL after reporting (a program that cannot be built). Lives in a. */
gp_run *gp_run_new(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_run_options *options);
/* The same for a program that is there already: threads share one. Their hosts hold the same rules. */
gp_run *gp_run_of(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_program *program, const gp_run_options *options);
/* From here on a run of gp_run_of goes over another frame of the plan (or the same one, filled anew), from its first case; sums start
 * again. */
void gp_run_turn_to(gp_run *run, const gp_frame *frame);

/* The narrow view of a block: what --wide --codes needs. Columns are valid until the next block. */
typedef struct gp_block {
    size_t first, n;             /* rows of the frame */
    const uint8_t *const *verdict; /* per plan node: n verdicts; GP_MEASURED where a node has none */
    const double *score_lo, *score_hi, *marks_lo, *marks_hi; /* of the subject; marks rounded */
    const uint8_t *grade_lo, *grade_hi; /* index into the root's grades, 255 none */
    const double *rank_lo, *rank_hi; /* best and worst; NaN: unranked; NULL: the plan ranks nobody */
} gp_block;

/* Evaluates the next block. false at the end. */
bool gp_run_block(gp_run *run, gp_block *out);
/* Case i (0 to n-1) of the current block in full; lives in `scratch`. */
void gp_run_case(gp_case_result *out, gp_run *run, gp_arena *scratch, size_t i);
/* Totals so far; complete after the last block. Adding up is checked: false when rows in are not rows out (a defect of the engine). */
bool gp_run_sum(gp_sum *out, const gp_run *run);
/* Adds the sum of one run to that of others. */
void gp_sum_add(gp_sum *to, const gp_sum *more);
/* After rewinding: nobody will ask for cases in full, for verdicts of goals, clauses and the subject, nor whether verdicts are final. Then
 * only what the others rest on is worked out, of open rows only where they differ from plain ones: verdicts of indicators and totals are
 * the same.
 * Without effect where scenarios vary or decisions are laid over what was found. */
void gp_run_narrow(gp_run *run);
/* The program, for gp_run_of; and whether the verdict of a node can differ between rows of the frame: not where all that it rests on is the
 * same. */
const gp_program *gp_run_program(const gp_run *run);
bool gp_run_varies(const gp_run *run, size_t node);
/* Back to the first block. */
void gp_run_rewind(gp_run *run);
/* The same after columns of the frame were written: what rests on the cohort is worked out again. */
void gp_run_again(gp_run *run);
bool gp_run_has_cohorts(const gp_run *run); /* whether any row needs the others of its cohort */
bool gp_run_scores_by_cohort(const gp_run *run); /* whether a score does, not ranks alone */
bool gp_run_reads(const gp_run *run, uint32_t datum); /* whether anything looks at the datum */

/* hull.c: whether verdicts and totals of a row with open values hold for every row of points within them: what is decided is decided for
 * all, marks and grades lie between theirs. Not where rules, cohorts, decisions or another policy than `range` hang on what varies. */
bool gp_run_hulls(const gp_run *run);
/* How far the value of row i of the block is from its target, in base units, positive on the good side; ends that an open value allows.
 * NaN: no number. */
gp_range gp_run_gap(const gp_run *run, const gp_node *node, size_t i);

#endif

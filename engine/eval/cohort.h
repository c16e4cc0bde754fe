/* Cohorts: what needs all subjects of one period and one scenario, worked out before the rows are.
 * Invariant: answers are complete when gp_cohort_prepare returns and never change after, so threads may share them. */
#ifndef GP_EVAL_COHORT_H
#define GP_EVAL_COHORT_H

#include <gmp.h>

#include "eval/lanes.h"

typedef struct gp_cohort gp_cohort;

/* Walks all blocks once a stage and answers the program's asks; nothing where it has none. Leaves the run at its end: rewind it. */
void gp_cohort_prepare(gp_run *run);
/* The answer for a row of the frame: a rank may be a range. NaN: none. */
gp_range gp_cohort_at(const gp_cohort *c, uint32_t ask, size_t row);
/* A mean exactly, where gp_cohort_at has one. */
void gp_cohort_mean(mpq_t z, const gp_cohort *c, uint32_t ask, size_t row);
/* Whether the row is in a cohort: not where what splits them has no single value. */
bool gp_cohort_has(const gp_cohort *c, size_t row);
/* How many of the row's cohort an ask took in: those with a value; for means and deviations, with a single one. */
size_t gp_cohort_size(const gp_cohort *c, uint32_t ask, size_t row);
/* Ranks of the subjects for the rows of the current block; NULL where the program ranks nobody. */
void gp_cohort_ranks(const double **lo, const double **hi, const gp_run *run);

#endif

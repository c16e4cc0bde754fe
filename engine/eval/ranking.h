/* Ranking: the best and the worst rank that any completion of open values can give, for each of a cohort.
 * Invariant: bounds are reached: some completion gives the best, another the worst; a cohort of points has best == worst. */
#ifndef GP_EVAL_RANKING_H
#define GP_EVAL_RANKING_H

#include "plan/plan.h"

/* One of the cohort. More is better: who ranks the other way hands in values with the sign turned. */
typedef struct gp_contender {
    double lo, hi;           /* its value lies between; infinite ends allowed */
    bool lo_open, hi_open;   /* the end is not reached */
    bool optional;           /* it may turn out not to be ranked at all */
    double best, worst;      /* out: 1 for the first; halves under `average` */
} gp_contender;

/* Ranks n contenders. `decimals` is the digits after the point that values have (printed marks), so that only so many different values fit
 * between two ends; negative: any. Scratch memory comes from `scratch`.
 * Ties: 1224 counts who is above; 1223 counts the different values above; average gives those that tie the mean of their places. */
void gp_rank(gp_contender *list, size_t n, gp_ties ties, int decimals, gp_arena *scratch);

#endif

/* Back-test: the same data under two plans.
 * Invariant: cases have the same number on both sides. */
#ifndef GP_STUDY_BACKTEST_H
#define GP_STUDY_BACKTEST_H

#include "data/carry.h"
#include "study/diff.h"
#include "study/study.h"

/* One side: a plan, the data as it reads them, their evaluation, and the same as a record, subjects in the order of rows. */
typedef struct gp_back_side {
    const gp_plan *plan;
    const gp_frame *frame;
    gp_run *run;
    const gp_record_text *record;
} gp_back_side;

/* What moves from base to other, and why; of one subject where `only` is given. false after reporting. */
bool gp_study_back_test(gp_answer *out, const gp_study *s, const gp_back_side *base, const gp_back_side *other, gp_text only,
                        const gp_carried *told);

#endif

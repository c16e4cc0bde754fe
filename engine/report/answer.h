/* Writers of answers: the same sheets as a table, CSV, JSON or Markdown.
 * Invariant: a writer formats and never computes. */
#ifndef GP_REPORT_ANSWER_H
#define GP_REPORT_ANSWER_H

#include "report/report.h"
#include "study/asked.h"
#include "study/outcomes.h"

/* What an answer rests on: heads JSON, so that it can be derived again. */
typedef struct gp_answer_info {
    const gp_run_info *run;
    const gp_asked *asked;
    const gp_file *files;      /* of scenarios */
    size_t nfiles;
    const gp_plan *against;    /* of a back-test; NULL: none */
} gp_answer_info;

/* format: table, csv, json. sheet: the one that CSV holds (absent: the first). false: no such format or sheet. */
bool gp_answer_write(gp_out *out, gp_arena *scratch, const gp_answer *a, const gp_answer_info *info, const char *format, gp_text sheet,
                     const gp_style *style);

/* Rows of outcomes as CSV, straight to the sink: the bytes that gp_answer_write gives for the sheet that has them all. */
gp_taker gp_outcomes_csv(gp_out *out);

#endif

/* Differences between two records as a table, CSV, JSON or Markdown.
 * Invariant: formats and never compares; the same difference gives the same bytes. */
#ifndef GP_REPORT_DIFFERENCE_H
#define GP_REPORT_DIFFERENCE_H

#include "report/report.h"
#include "study/diff.h"

typedef struct gp_difference {
    gp_diff *diff;
    const gp_record_text *a, *b;
    gp_style style;
} gp_difference;

/* false: the sink refused, or a record turned out to be broken (reported). format: one of those that gp_difference_has. */
bool gp_difference_write(const gp_difference *what, const char *format, gp_arena *a, gp_out *out);
bool gp_difference_has(const char *format);

#endif

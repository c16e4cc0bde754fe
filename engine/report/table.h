/* The verdict table before it is laid out: what the terminal's table and Markdown's share.
 * Invariant: both say the same of a row, in the same words. */
#ifndef GP_REPORT_TABLE_H
#define GP_REPORT_TABLE_H

#include "report/writers.h"

enum { GP_IN_FULL = 5 }; /* more subjects get a line each */

typedef enum gp_column { C_VERDICT, C_BASIS, C_ACTUAL, C_TARGET, C_COMPLETION, C_MARGIN, C_MARKS, C_COUNT } gp_column;

/* One line of the table. */
typedef struct gp_table_line {
    const gp_row *row;
    size_t indent;
    gp_text name;
    gp_text cell[C_COUNT];
    gp_text claim; /* instead of the cells from basis to margin */
} gp_table_line;
void gp_table_line_make(gp_table_line *l, gp_arena *a, const gp_writer *w, const gp_case_result *c, const gp_row *r);
/* What is said below a row: its own claim where that does not agree, why its rule broke; absent: nothing. */
void gp_table_remarks(gp_text out[2], gp_arena *a, const gp_writer *w, const gp_row *r);

/* A line a subject. */
typedef struct gp_case_tally {
    unsigned met, unmet, open, overstated;
} gp_case_tally;
gp_case_tally gp_case_count(const gp_case_result *c);
gp_text gp_case_who(gp_arena *a, const gp_case *of); /* the subject, with its scenario where there is one */

/* summary.c: what a subject comes to, one after another; text absent: nothing to say. */
typedef struct gp_total {
    gp_label label;
    gp_text text;
} gp_total;
enum { GP_TOTALS_MOST = 8 };
size_t gp_summary_totals(gp_total out[GP_TOTALS_MOST], gp_writer *w, const gp_case_result *c);
/* Why a claim is overstated, with what it is about; absent: it is not. */
gp_text gp_summary_overstated(gp_writer *w, const gp_case_result *c, const gp_case_claim *claim);
/* What to look at first, in order. */
typedef struct gp_pointer {
    const gp_row *row;
    gp_text verdict, stake, why;
} gp_pointer;
size_t gp_summary_first(gp_pointer **out, gp_writer *w, const gp_case_result *c);
bool gp_summary_not_final(const gp_case_result *c); /* any verdict bears an asterisk */

#endif

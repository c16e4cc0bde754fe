/* Inside the detailed view of a case: what case.c, margin.c, audit.c and reason.c share.
 * Invariant: everything here reads registers; nothing is evaluated a second time by other code. */
#ifndef GP_EVAL_CASE_H
#define GP_EVAL_CASE_H

#include "eval/lanes.h"

typedef struct gp_view {
    gp_run *run;
    gp_arena *arena;      /* scratch: texts and lists of this case */
    gp_case_result *out;
    size_t i, row;        /* row of the block, of the frame */
    gp_pass pass;         /* the kernel that worked the row out */
    size_t at;            /* position in that pass */
    double *full;         /* full marks per node, NaN without a score */
    uint32_t *seen, round; /* per register: the walk that has been there */
    gp_lang lang;
} gp_view;

/* A case of the current block, by its row there; out is the case in full, or where it will be. */
void gp_view_init(gp_view *v, gp_case_result *out, gp_run *run, gp_arena *scratch, size_t i);
gp_val gp_view_value(const gp_view *v, uint32_t reg); /* absent for GP_NO_REG */
/* Whether it is not known if the node applies. */
bool gp_view_unsure(const gp_view *v, const gp_node *n);

/* margin.c: actual, target, completion, margin and flip of a row. */
void gp_view_measure(gp_row *r, const gp_view *v);
/* audit.c: claims of the case, and claim and audit of each row. Rows must have their verdicts and completion. */
void gp_view_audit(const gp_view *v);
/* reason.c: why, in one line. Rows below must have theirs. */
void gp_view_reason(gp_row *r, gp_view *v);

/* position.c: where the value of a row stands in its cohort, behind what its reason says already. */
void gp_view_position(gp_buf *out, const gp_view *v, const gp_row *r);

/* Calls visit for every datum that an expression reads, through derived values. */
void gp_view_data(const gp_plan *plan, const gp_expr *e, void (*visit)(void *ud, uint32_t datum), void *ud);

/* decide.c: sign of the end of a register against a written number. */
int gp_decide_against(gp_run *run, gp_pass pass, uint32_t a, int end, double t, size_t i);
/* a - b, ends as in gp_decide_compare: the decimal of 15 digits nearest to the exact difference. */
double gp_decide_difference(gp_run *run, gp_pass pass, uint32_t a, int end_a, uint32_t b, int end_b, size_t i);
/* Sign of a quoted rate minus a / t, both points, rounded to the digits in which the rate is quoted. */
int gp_decide_quoted(gp_run *run, gp_pass pass, uint32_t a, uint32_t t, double rate, int digits, size_t i);
/* Marks of a node, exactly rounded: the score's end times the node's share of full marks. */
double gp_decide_marks(gp_run *run, gp_pass pass, const gp_node *node, int end, size_t i);

#endif

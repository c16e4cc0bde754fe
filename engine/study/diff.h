/* What changed between two records, row by row, and why.
 * Invariant: a row is reported when its verdict, marks or what they rest on differ; every such row has a cause. */
#ifndef GP_STUDY_DIFF_H
#define GP_STUDY_DIFF_H

#include "plan/plan.h"
#include "study/record.h"

/* What changed at a row, as bits. */
typedef enum gp_change {
    GP_C_NEW = 1,      /* only in b */
    GP_C_GONE = 2,     /* only in a */
    GP_C_FLIPPED = 4,  /* another verdict */
    GP_C_FINAL = 8,    /* final or no longer */
    GP_C_MOVED = 16,   /* other marks, score or grade */
    GP_C_AUDIT = 32,   /* another finding on the claim */
    GP_C_BASE = 64     /* actual, target, weight or decision, without any of these */
} gp_change;

/* Why, as bits, in the order in which they are named. */
#define GP_CAUSES(C)                                                                                                                       \
    C(DATA, "data", "数据")                                                                                                                \
    C(TARGET, "target", "目标值") C(WEIGHT, "weight", "权重") C(RULE, "rule", "规则") C(PLAN, "plan", "计划")                              \
        C(AS_OF, "as_of", "截止日期") C(CLAIM, "claim", "自评") C(DECISION, "decision", "改判") C(ENGINE, "engine", "引擎版本")            \
            C(COHORT, "cohort", "参评单位组") C(SCENARIO, "scenario", "情景") C(UNEXPLAINED, "unexplained", "原因不明")
typedef enum gp_cause_number {
#define C(id, name, zh) GP_CAUSE_##id,
    GP_CAUSES(C)
#undef C
    GP_CAUSE_COUNT
} gp_cause_number;
const char *gp_cause_name(gp_cause_number c, gp_lang lang);
const char *gp_change_name(unsigned bit); /* of one bit of gp_change */

typedef struct gp_row_change {
    const gp_record_row *a, *b; /* one may be NULL */
    unsigned what, why;
} gp_row_change;

typedef struct gp_subject_change {
    const gp_record_subject *a, *b; /* one may be NULL: the subject came or went */
    gp_text plan;                   /* its id */
    bool ranked;                    /* its rank is another one */
    unsigned rank_why;
    gp_row_change *rows;
    size_t n, cap;
} gp_subject_change;

/* A file or setting of the run that differs. */
typedef struct gp_run_change {
    const char *what; /* "engine" "plan" "input" "rule" "data" "as_of" … */
    gp_text plan;     /* absent: of the whole run */
    gp_text name;     /* path of a file, else absent */
    gp_text a, b;     /* hash or value; absent: it is not there */
} gp_run_change;

typedef struct gp_diff_sum {
    uint64_t only_a, only_b, changed, same, flipped, moved, other;
} gp_diff_sum;

typedef struct gp_diff gp_diff;
gp_diff *gp_diff_new(gp_arena *a, gp_diags *d, const gp_record_text *x, const gp_record_text *y);
const gp_run_change *gp_diff_run(size_t *n, const gp_diff *diff);
/* The next subject that changed; its rows live until the next call. false at the end, or after reporting. */
bool gp_diff_next(gp_subject_change *out, gp_diff *diff);
const gp_diff_sum *gp_diff_sum_of(const gp_diff *diff); /* complete at the end */

#endif

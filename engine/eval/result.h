/* Results: what a run says of a case, as the result document words it.
 * Invariant: absent numbers are NaN, absent texts have s == NULL; nothing here is rounded except marks and what says so. */
#ifndef GP_EVAL_RESULT_H
#define GP_EVAL_RESULT_H

#include "data/frame.h"

typedef enum gp_verdict {
    GP_MET, GP_UNMET, GP_UNDECIDED, GP_NO_DATA, GP_NOT_DUE, GP_NOT_APPLICABLE, GP_WAIVED, GP_ERRED, GP_VERDICT_COUNT,
    GP_MEASURED = 255 /* a node without a criterion: no verdict */
} gp_verdict;
typedef enum gp_audit { GP_AUDIT_NONE, GP_AGREES, GP_UNDERSTATED, GP_UNSUPPORTED, GP_OVERSTATED } gp_audit; /* in order of gravity */

extern const char gp_verdict_code[GP_VERDICT_COUNT + 1]; /* "MNU-DAWE" */
const char *gp_verdict_name(gp_verdict v);               /* "no_data"; "" for GP_MEASURED */
const char *gp_verdict_word(gp_verdict v, gp_lang lang); /* 无佐证 */
const char *gp_audit_name(gp_audit a);                   /* "overstated"; "" for none */
const char *gp_audit_word(gp_audit a, gp_lang lang);
const char *gp_basis_word(gp_basis b, gp_lang lang);

/* A number that may be a range; point when lo == hi. NaN, NaN: none. */
typedef struct gp_range { double lo, hi; } gp_range;

/* What became of a decision over a row. */
typedef enum gp_decided {
    GP_UNDECIDED_BY_OFFICE, /* there is none */
    GP_DECIDED,             /* it counts */
    GP_DECISION_REFUSED,    /* its `old` is not what was found */
    GP_DECISION_LATER       /* it is dated after the as-of date */
} gp_decided;

/* One row of the verdict table: a node of the plan in one case. */
typedef struct gp_row {
    const gp_node *node;
    gp_verdict verdict;
    bool final;
    bool has_basis;
    gp_basis basis;
    gp_type type;         /* of actual: unit for printing, dates, stages, words */
    gp_interval actual;   /* base units; a point when lo == hi; NaN when absent; has_actual false: none */
    bool has_actual;
    double target, upper; /* base units; NaN where absent; upper only for between */
    gp_text criterion;    /* as a person reads it, with the target of this case */
    double completion;    /* fraction; NaN */
    double margin;        /* in base units, or steps, or days; NaN */
    double flip;          /* base units; NaN */
    double weight;
    gp_range score, marks;     /* marks rounded as the plan says */
    double full_marks;         /* this node's full marks in the subject's marks; NaN without a score */
    gp_text grade, grade_low, grade_high; /* grade absent when it is a range */
    const gp_claim *claim; /* a claim for this node alone, or NULL */
    gp_audit audit;        /* of that claim; at a goal the worst of the claims within it */
    const gp_ruling *ruling; /* a decision over this node, or NULL */
    gp_decided decided;    /* what became of it */
    gp_verdict found_verdict; /* before it */
    gp_range found_score;
    gp_text reason;        /* in the plan's language (or --lang): one line */
    gp_text cite;          /* of the actual, else of the target */
    gp_text rule;          /* name of the rule, absent otherwise */
    gp_place place;        /* of the criterion */
} gp_row;

typedef struct gp_case_claim {
    const gp_claim *claim;
    gp_audit audit;
    const uint32_t *because; /* nodes that say so */
    size_t nbecause;
    double completion;       /* that a rate was compared with; NaN */
    gp_text reason;
} gp_case_claim;

typedef enum gp_disqualified { GP_NOT_DISQUALIFIED, GP_PERHAPS_DISQUALIFIED, GP_DISQUALIFIED } gp_disqualified;

typedef struct gp_case_result {
    const gp_case *of;
    size_t row;              /* of the frame */
    gp_row *rows;            /* per plan node, same order; rows[0] is the subject */
    size_t nrows;
    gp_range score, score_before_veto, score_without_waivers, score_before_decisions;
    gp_range marks;
    gp_text grade, grade_low, grade_high;
    gp_disqualified disqualified; /* by a veto: no rank, and not the best grade */
    double coverage;         /* share of known weight, 0 to 1 */
    bool below_coverage;     /* no single total for that reason */
    bool can_change_grade;   /* whether what is unknown could change the grade */
    gp_range rank;           /* best and worst that is possible; NaN: unranked, or the plan ranks nobody */
    enum gp_unranked { GP_RANKED, GP_NO_TOTAL, GP_NO_COHORT, GP_STRUCK } unranked; /* why there is no rank, where the plan ranks subjects */
    size_t ranked;           /* how many subjects of the cohort are; 0 when the plan ranks nobody */
    const uint32_t *open;    /* nodes (leaves) that make the total a range, widest first */
    size_t nopen;
    gp_case_claim *claims;
    size_t nclaims;
} gp_case_result;

/* The sum over a run. */
typedef struct gp_sum {
    uint64_t rows_in, used, other_periods, refused;
    uint64_t cases;
    uint64_t verdicts[GP_VERDICT_COUNT]; /* of indicators (clauses are within them) */
    uint64_t audits[GP_OVERSTATED + 1];
    uint64_t errors;                     /* rules that broke or hit their budget */
    uint64_t rounded;                    /* numbers given with more than 15 digits */
    uint64_t evaluations, exact;         /* indicators x cases; of these decided in rationals */
    uint64_t row_bytes;                  /* bytes allocated while rows were evaluated */
} gp_sum;

#endif

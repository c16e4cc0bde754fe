/* Explanations: why a row of a case is as it is, as data that any writer can word.
 * Invariant: everything here is read off the registers of the block that was evaluated; nothing is evaluated a second time. */
#ifndef GP_EVAL_EXPLAIN_H
#define GP_EVAL_EXPLAIN_H

#include "eval/run.h"
#include "rule/host.h"

/* A datum behind a row, in the order in which it is read. */
typedef struct gp_input {
    uint32_t datum;       /* of the plan's dictionary */
    bool present;         /* a value is given; the fields down to `at` say which */
    bool counts;          /* its basis is among those that the row takes as evidence */
    bool beyond;          /* a cumulative value that reaches outside the period: no value */
    bool opened;          /* it stands for more than was written, as it covers only a part of the period */
    gp_interval value;    /* base units */
    gp_basis basis;
    gp_period covers;
    bool has_on;
    int32_t on;           /* when the stage was reached */
    gp_text written, cite; /* absent when origins are not kept */
    gp_place at;
    bool laid;            /* a scenario gives it: `was` is what the data say, NaN where they give nothing */
    gp_interval was;
} gp_input;

/* One line of arithmetic: name = formula = numbers = result. */
typedef struct gp_step {
    uint32_t number;      /* from 1; later steps refer to a step without a name by it */
    gp_text name;         /* absent: it has only its number */
    gp_text formula;      /* in names */
    gp_text numbers;      /* the same in values; absent where it would say the same again */
    gp_text result;
    bool exact;           /* the result is the value itself, not rounded for printing */
    bool worded;          /* the formula is a sentence, and no numbers go with it */
    bool scored;          /* it leads to the score, not to the verdict */
} gp_step;

/* The value of one datum at which the verdict of a row turns, all else as it is. */
typedef struct gp_turn {
    uint32_t datum;
    double at;            /* base units, a decimal of at most 15 digits */
    bool upwards;         /* met from there upwards, else downwards */
    bool included;        /* met at that value itself */
    bool exact;           /* `at` is the value itself, not the nearest decimal */
} gp_turn;

/* A row below, and the marks that are lost for good and still open there. */
typedef struct gp_share {
    const gp_row *row;
    double lost, open;    /* marks of the subject; NaN where it has no score */
} gp_share;

/* A veto that can strike the row. */
typedef struct gp_threat {
    const gp_veto *veto;
    const gp_row *by;     /* the row that bears it */
    bool struck, open;    /* neither: it does not strike */
} gp_threat;

typedef struct gp_explanation {
    const gp_case_result *of;
    const gp_row *row;
    gp_input *inputs;
    size_t ninputs;
    gp_step *steps;
    size_t nsteps;
    gp_text measured, against; /* what the criterion compares, as printed in the steps; absent where it compares nothing */
    double relative;      /* |margin| over |target|, exactly rounded to six digits; NaN where there is none, and of ranks */
    gp_turn *turns;
    size_t nturns;
    gp_share own;         /* what the row itself loses and leaves open */
    gp_share *parts;      /* the children, largest loss first */
    size_t nparts;
    gp_share *losses;     /* indicators and clauses below that are no children and lose marks, largest first */
    size_t nlosses;
    gp_threat *strikes;
    size_t nstrikes;
    const gp_case_claim **claims; /* that name the row, or anything below or above it; the gravest first */
    size_t nclaims;
    gp_range raw;         /* score of a leaf before what is unknown is dealt with; NaN where it has none */
    gp_range before;      /* score before vetoes, where one struck; NaN else */
    double due;           /* the day by which it is due; NaN: none, or not known */
    double weights;       /* sum of the weights among which the row's full marks were dealt; NaN where they are its own */
    const gp_row *graded; /* the nearest row upwards, itself included, that has marks and grades; NULL */
    const gp_grade *next; /* the best grade that it surely has not, next above the one it surely has; NULL: it has the best */
    double missing;       /* marks that it lacks for that grade, from what is sure; NaN */
    const gp_rule *rule;  /* NULL: none */
    const gp_rule_answer *answer; /* what it gave; NULL: no rule */
    const gp_judgement *judged;
} gp_explanation;

/* The verdict that an answer of a rule stands for. */
gp_verdict gp_verdict_of_answer(const gp_rule_answer *a);

/* Explains row `node` of case i (0 to n-1) of the current block, which `of` describes. Lives in `a`; refers to `of`. */
void gp_explain(gp_explanation *out, const gp_case_result *of, gp_run *run, gp_arena *a, size_t i, uint32_t node);

#endif

/* The program: a plan compiled to a flat list of column operations. Immutable, shared by threads.
 * Invariant: op k writes register k and reads only earlier ones; what does not differ between rows is marked `constant` and runs once. */
#ifndef GP_EVAL_PROGRAM_H
#define GP_EVAL_PROGRAM_H

#include "eval/result.h"
#include "rule/host.h"

#define GP_NO_REG UINT32_MAX
enum { GP_RULE_READS = 64 }; /* inputs of a rule: the kernels pass them in an array of this size */

typedef enum gp_opcode {
    /* values: a number, truth value (0, 1), date, position of a stage or code, number of a text */
    GP_O_CONST,
    GP_O_LOAD,
    GP_O_SUBJECT,
    GP_O_PERIOD,
    GP_O_CODE_VALUE,
    GP_O_NEG,
    GP_O_NOT,
    GP_O_ADD,
    GP_O_SUB,
    GP_O_MUL,
    GP_O_DIV,
    GP_O_MOD,
    GP_O_POW,
    GP_O_LT,
    GP_O_LE,
    GP_O_GT,
    GP_O_GE,
    GP_O_EQ,
    GP_O_NE,
    GP_O_AND,
    GP_O_OR,
    GP_O_MIN,
    GP_O_MAX,
    GP_O_ABS,
    GP_O_SQRT,
    GP_O_EXP,
    GP_O_LOG,
    GP_O_ERF,
    GP_O_ROUND,
    GP_O_FLOOR,
    GP_O_CEIL,
    GP_O_TRUNC,
    GP_O_IF_ELSE,
    GP_O_COALESCE,
    GP_O_KNOWN,
    GP_O_NONE,
    GP_O_ELAPSED,
    GP_O_WRITTEN, /* a value as it enters the cohort: computed ones as decimals of 12 digits; flag: none where it is no single number */
    GP_O_COHORT,  /* a value; ref: an ask. What the cohort gives for the row */
    GP_O_DATED,   /* args: entry registers; the entry in force for the period of the case */
    GP_O_VARIED,  /* ref: column of the frame's `varied`; a where that leaves it as the plan says */
    /* verdicts */
    GP_O_TEST, /* a value, args: target, upper or options */
    GP_O_RULE, /* verdict and score; args: what the rule reads */
    GP_O_ROLL, /* verdict, score and grade by the rule of a node's `aggregate`; b the verdict where it says none; args: weight, score,
                  verdict of each child */
    GP_O_JUDGED,
    GP_O_PARENT, /* args: verdicts of the children */
    GP_O_DECIDE, /* a verdict (none: measured), b score, c full marks: the decision that the ledger has for the row, where it counts */
    GP_O_STATUS, /* a verdict (none: measured), b applies, c due: not applicable, waived, not due; flag: the due date alone */
    /* scores: fractions of full marks */
    GP_O_PASS_FAIL,   /* a verdict */
    GP_O_RATIO,       /* a value, b target, c upper */
    GP_O_INTERPOLATE, /* a value; args: x and score of each knot in turn */
    GP_O_RULE_SCORE,  /* a rule, b its verdict with the due date */
    GP_O_ROLL_SCORE,  /* a roll; anything where scores that are still open left it without */
    GP_O_CLIP,        /* a; b cap, c floor (GP_NO_REG: none) */
    GP_O_SURE,        /* a score, b applies: none where it is not known whether the node applies */
    GP_O_LEAF, /* a raw score, b verdict, args: cap, floor (GP_NO_REG: none): what is unknown, by the policy; NaN where it does not count */
    GP_O_WITHHOLD, /* a score, b verdict: none where the node does not apply or is waived */
    GP_O_DECIDED, /* a score, b the decision; c score where it is decided that the node applies (GP_NO_REG: a); args: its score by
                     the number of the ruling, then those of met and unmet; digits 1: known weight */
    GP_O_KNOWN_WEIGHT, /* a raw score, b verdict: 1 known, 0 not, NaN does not count */
    GP_O_MEAN,         /* args: weight and score of each child in turn */
    GP_O_AGGREGATE,    /* the same in the other ways of the node's `aggregate` */
    GP_O_TOTAL,       /* args: weight of each child and a register that is absent where it does not count: the sum of the weights that do */
    GP_O_STRIKES,     /* a verdict of what bears the veto, b its `when` (GP_NO_REG: unmet): whether the veto strikes */
    GP_O_VETO,        /* a score or grade, b strikes, c where the effect takes it; none stays none */
    GP_O_GRADE,       /* a rounded marks, b a roll that may name it: the place of the grade from the lowest on, -1 for none */
    GP_O_WORD,        /* a grade, or b a verdict: the number of its text */
    GP_O_COVERED,     /* a score, b its range, c known share, args: the least share */
    GP_O_MARKS,       /* a score, b full marks */
    GP_O_ROUND_MARKS, /* a marks */
    /* what methods read of the frame */
    GP_O_REPORTED, /* LOAD of what was reported, whatever it may still become */
    GP_O_COVER,    /* share of the period that a datum covers; args: none (by days) or a share for each calendar month */
    GP_O_TIER      /* a judged tier: its mark, else all between its edges; args: lower and upper edge of each tier in turn */
} gp_opcode;

/* How far a register may be from the exact value of its operation on the decimals as written. */
typedef enum gp_error {
    GP_E_DECIMAL, /* it is the nearest binary64 of a decimal of at most 15 digits (or a whole number): comparing two such needs no bound */
    GP_E_REL,     /* |error| <= bound * |value| */
    GP_E_ABS,     /* |error| <= bound */
    GP_E_COLUMN   /* a bound for each row */
} gp_error;

/* What can be asked of a cohort. */
typedef enum gp_ask_kind { GP_ASK_RANK, GP_ASK_COUNT, GP_ASK_MEAN, GP_ASK_SD } gp_ask_kind;
typedef struct gp_ask {
    gp_ask_kind kind;
    uint32_t value;      /* register: what is compared or summed */
    gp_ties ties;        /* RANK */
    bool low_first;      /* RANK: the lowest comes first */
    int decimals;        /* RANK: digits after the point that values have; negative: any */
    gp_sd sd;            /* SD */
    bool of_subjects;    /* the ranking of the subjects: who is unranked stands aside */
} gp_ask;

typedef struct gp_op {
    gp_opcode code;
    bool constant;
    bool escapes;        /* a plain row without value here must be told apart from a missing one: it takes the open path */
    bool strict;         /* MUL, MIN, MAX, IF_ELSE: no value where an operand (IF_ELSE: the condition) has none, whatever the other says */
    bool flag;           /* LEAF, WITHHOLD, DECIDED: as if no waiver were given */
    gp_error error;
    double bound;
    double mag;          /* |value| is at most this; infinite when nothing is known */
    uint32_t a, b, c;    /* registers, GP_NO_REG where unused; with `args` all that it reads (but STATUS: its node's value too) */
    uint32_t *args;
    uint32_t nargs;
    double value;        /* CONST */
    uint32_t ref;        /* LOAD, REPORTED, COVER: datum; COHORT: ask; NONE of a decision table: the derived name; VARIED: which */
    uint16_t stage;      /* cohorts that must be known before: 0 none; a COHORT comes one stage after its value */
    uint32_t evidence;   /* LOAD, REPORTED: bases that count */
    int digits;          /* ROUND and its kin, ROUND_MARKS: after the point, in base units; NONE: gp_table_none */
    gp_unknown unknown;  /* LEAF, STRIKES */
    int bound_sign;      /* VETO: -1 at most c, +1 at least c, 0 c itself */
    const double *words; /* WORD: numbers of the texts, that of none first for grades */
    const gp_node *node; /* verdict and score operations */
    const gp_param *param;  /* DATED */
    const gp_type *type; /* LOAD, REPORTED, CODE_VALUE */
    const gp_rule *rule; /* RULE, ROLL */
    const gp_expr *from; /* the expression that it works out, for explanations; NULL: none, or a name */
} gp_op;

/* A score is rolled up in up to five variants; those that make no difference share registers. */
typedef enum gp_variant {
    GP_SCORE,        /* what counts */
    GP_SCORE_ALL,    /* as if no waiver were given */
    GP_SCORE_RANGE,  /* the unknown as a range, whatever the policy: for totals below the coverage */
    GP_SCORE_BEFORE, /* before vetoes */
    GP_SCORE_FOUND,  /* before decisions */
    GP_VARIANTS
} gp_variant;

/* A veto on a node: what bears it, and whether it strikes. */
typedef struct gp_strike {
    const gp_node *at;
    const gp_veto *veto;
    uint32_t strikes;
} gp_strike;

/* Registers of a node. */
typedef struct gp_slots {
    uint32_t value, target, upper, due, applies;
    uint32_t compared;  /* what the test looks at: value, or value rounded to its digits */
    uint32_t *options;
    uint32_t test;      /* verdict before applies, waiver and due date; for parents the roll-up; GP_NO_REG: measured */
    uint32_t timely;    /* test with the due date: what scores read, since a waiver does not change them */
    uint32_t verdict;   /* GP_NO_REG: measured, or nothing below has a verdict, and always in force */
    uint32_t found;     /* the verdict before decisions */
    uint32_t decision;  /* GP_NO_REG: the ledger has none for this node */
    uint32_t own;       /* leaves: raw as if it were known that the node applies; the same register where nothing asks */
    uint32_t raw;       /* leaves: score before what is unknown is dealt with */
    uint32_t score[GP_VARIANTS]; /* GP_NO_REG: none */
    uint32_t up[GP_VARIANTS];    /* as its parent counts it: with marks rounded where the node has `decimals` of its own */
    uint32_t known;     /* share of known weight; GP_NO_REG where nobody asks */
    uint32_t weight, full_marks; /* full_marks: own `marks`, GP_NO_REG else */
    /* Made where something asks for them, GP_NO_REG else. [1]: as if no waiver were given. */
    uint32_t full[2];            /* full marks: own, or what the weights make of the parent's */
    uint32_t base[2];            /* weights of the children that count */
    uint32_t counts[2];          /* absent where the node counts nowhere */
    uint32_t measure;            /* leaves: what the method gives, before `in: marks` makes a fraction of it */
    uint32_t marks, rounded;
    uint32_t roll;               /* by the rule of the aggregate */
    uint32_t grade;              /* its place from the lowest on, after grade vetoes */
    uint32_t disqualified;       /* truth value; GP_NO_REG: nothing can disqualify it */
    uint32_t cap, floor;
    uint32_t standing;  /* first of the asks that the score rests on: a rank (behind a count), a mean and a deviation; GP_NO_REG: none */
    gp_strike *vetoes;           /* that strike it, in the plan's order: scores, then grades and ranks */
    size_t nvetoes, cap_vetoes;
} gp_slots;

typedef struct gp_program {
    const gp_plan *plan;
    gp_op *ops;
    size_t nops, cap_ops;
    gp_slots *slots;        /* per plan node */
    size_t nindicators;
    bool differs[GP_VARIANTS]; /* the plan has waivers; another policy than range and a coverage; vetoes; the data decisions */
    bool uses_subject, uses_period;
    bool whole_frame;          /* some operation reads other cases than its own: they must all be there */
    bool low_ends;             /* constant scores with two ends stand at the low one */
    gp_ask *asks;           /* of cohorts */
    size_t nasks, cap_asks;
    uint32_t cohort_by;     /* register: cohorts are split by it; GP_NO_REG: they are not */
    uint32_t rank;          /* ask: ranks of the subjects; GP_NO_REG: not wanted, or no subject has marks */
    uint32_t no_total;      /* register, a truth value: too little of the subject's weight is known; GP_NO_REG: nobody asks */
    uint32_t unranked;      /* register, a truth value: the subject stands outside the ranking (disqualified); GP_NO_REG: nobody does */
} gp_program;

/* Compiles a plan, and the decisions that the frame has, for a frame; reports what cannot be evaluated. NULL after reporting. Where all
 * rows repeat one case, what does not vary between them is constant. */
gp_program *gp_program_new(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_plan *plan, gp_host *host);
/* hull.c: where totals rise with every score, those that do not vary and have two ends are taken at the low one: low ends of totals stay
 * what they are, high ends become the most that the low one can be in a row of open values. Nothing else may be read then. No more than a
 * wish where they do not. */
void gp_program_take_low_ends(gp_program *p, gp_arena *scratch);

#endif

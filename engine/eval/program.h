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
    GP_O_CONST, GP_O_LOAD, GP_O_SUBJECT, GP_O_PERIOD, GP_O_CODE_VALUE, GP_O_NEG, GP_O_NOT, GP_O_ADD, GP_O_SUB, GP_O_MUL, GP_O_DIV, GP_O_MOD,
    GP_O_POW, GP_O_LT, GP_O_LE, GP_O_GT, GP_O_GE, GP_O_EQ, GP_O_NE, GP_O_AND, GP_O_OR, GP_O_MIN, GP_O_MAX, GP_O_ABS, GP_O_SQRT, GP_O_EXP, GP_O_LOG,
    GP_O_ERF, GP_O_ROUND, GP_O_FLOOR, GP_O_CEIL, GP_O_TRUNC, GP_O_IF_ELSE, GP_O_COALESCE, GP_O_KNOWN, GP_O_NONE, GP_O_ELAPSED,
    GP_O_DATED,      /* args: entry registers; the entry in force for the period of the case */
    /* verdicts */
    GP_O_TEST,       /* a value, args: target, upper or options */
    GP_O_RULE,       /* verdict and score; args: what the rule reads */
    GP_O_JUDGED,
    GP_O_PARENT,     /* args: verdicts of the children */
    GP_O_STATUS,     /* a verdict (none: measured), b applies, c due: not applicable, waived, not due; flag: the due date alone */
    /* scores: fractions of full marks */
    GP_O_PASS_FAIL,  /* a verdict */
    GP_O_RATIO,      /* a value, b target, c upper */
    GP_O_INTERPOLATE,/* a value; args: x and score of each knot in turn */
    GP_O_RULE_SCORE, /* a rule, b its verdict with the due date */
    GP_O_CLIP,       /* a; b cap, c floor (GP_NO_REG: none) */
    GP_O_LEAF,       /* a raw score, b verdict, args: cap, floor (GP_NO_REG: none): what is unknown, by the policy; NaN where it does not count */
    GP_O_WITHHOLD,   /* a score, b verdict: none where the node does not apply or is waived */
    GP_O_KNOWN_WEIGHT, /* a raw score, b verdict: 1 known, 0 not, NaN does not count */
    GP_O_MEAN,       /* args: weight and score of each child in turn */
    GP_O_VETO_ZERO,  /* a score, b verdict */
    GP_O_COVERED,    /* a score, b its range, c known share, args: the least share */
    GP_O_MARKS,      /* a score, b full marks */
    GP_O_ROUND_MARKS /* a marks */
} gp_opcode;

/* How far a register may be from the exact value of its operation on the decimals as written. */
typedef enum gp_error {
    GP_E_DECIMAL, /* it is the nearest binary64 of a decimal of at most 15 digits (or a whole number): comparing two such needs no bound */
    GP_E_REL,     /* |error| <= bound * |value| */
    GP_E_ABS,     /* |error| <= bound */
    GP_E_COLUMN   /* a bound for each row */
} gp_error;

typedef struct gp_op {
    gp_opcode code;
    bool constant;
    bool escapes;        /* a plain row without value here must be told apart from a missing one: it takes the open path */
    bool flag;           /* LEAF, WITHHOLD: as if no waiver were given */
    gp_error error;
    double bound;
    double mag;          /* |value| is at most this; infinite when nothing is known */
    uint32_t a, b, c;    /* registers, GP_NO_REG where unused; with `args` all that it reads (but STATUS: its node's value too) */
    uint32_t *args;
    uint32_t nargs;
    double value;        /* CONST */
    uint32_t ref;        /* LOAD: datum */
    uint32_t evidence;   /* LOAD: bases that count */
    int digits;          /* ROUND and its kin, ROUND_MARKS: after the point, in base units */
    gp_unknown unknown;  /* LEAF, VETO_ZERO */
    const gp_node *node; /* verdict and score operations */
    const gp_param *param;  /* DATED */
    const gp_type *type; /* LOAD, CODE_VALUE */
    const gp_rule *rule; /* RULE */
} gp_op;

/* A score is rolled up in up to four variants; those that make no difference share registers. */
typedef enum gp_variant {
    GP_SCORE,        /* what counts */
    GP_SCORE_ALL,    /* as if no waiver were given */
    GP_SCORE_RANGE,  /* the unknown as a range, whatever the policy: for totals below the coverage */
    GP_SCORE_BEFORE, /* before vetoes */
    GP_VARIANTS
} gp_variant;

/* Registers of a node. */
typedef struct gp_slots {
    uint32_t value, target, upper, due, applies;
    uint32_t *options;
    uint32_t test;      /* verdict before applies, waiver and due date; for parents the roll-up; GP_NO_REG: measured */
    uint32_t timely;    /* test with the due date: what scores read, since a waiver does not change them */
    uint32_t verdict;   /* GP_NO_REG: measured, or nothing below has a verdict, and always in force */
    uint32_t raw;       /* leaves: score before what is unknown is dealt with */
    uint32_t score[GP_VARIANTS]; /* as its parent counts it; GP_NO_REG: none */
    uint32_t known;     /* share of known weight; GP_NO_REG where nobody asks */
    uint32_t weight, full_marks; /* full_marks: own `marks`, GP_NO_REG else */
    uint32_t marks, rounded;     /* the subject, nodes with own marks; GP_NO_REG else */
    uint32_t cap, floor;
} gp_slots;

typedef struct gp_program {
    const gp_plan *plan;
    gp_op *ops;
    size_t nops, cap_ops;
    gp_slots *slots;        /* per plan node */
    size_t nindicators;
    bool differs[GP_VARIANTS]; /* the plan has waivers; another policy than range and a coverage; vetoes */
    bool uses_subject, uses_period;
    bool whole_frame;          /* some operation reads other cases than its own: they must all be there */
} gp_program;

/* Compiles; reports what cannot be evaluated. NULL after reporting. */
gp_program *gp_program_new(gp_arena *a, gp_diags *d, const gp_plan *plan, gp_host *host);

#endif

/* Inside a run: registers of the two kernels and how to read one of them for one row.
 * Invariant: the plain kernel holds points (NaN: none) for all rows of a block; rows that it cannot represent (open values, bases other
 * than final, operations that tell missing from unknown) are gathered and worked out by the open kernel, on intervals. */
#ifndef GP_EVAL_LANES_H
#define GP_EVAL_LANES_H

#include <math.h>

#include "eval/program.h"
#include "eval/run.h"

#define GP_BLOCK 512
#define GP_WORDS (GP_BLOCK / 64)
#define GP_ALL_STAGES UINT32_MAX
#define GP_UNIT_ROUNDOFF 0x1p-53

/* Flags of an open value. */
enum {
    GP_V_ABSENT = 1,  /* nothing is known: missing */
    GP_V_MISS = 2,    /* a missing datum contributed */
    GP_V_LO_OPEN = 4, GP_V_HI_OPEN = 8, /* the end is not reached */
    GP_V_NONE = 16,   /* cannot be computed: division by zero and its kin; goes with GP_V_ABSENT */
    GP_V_MAYBE = 32   /* somewhere on the interval it cannot be computed: never settles anything */
};

typedef struct gp_val {
    double lo, hi;
    double err;      /* bound of the error of both ends; 0 with decimal */
    uint8_t flags;
    uint8_t basis;   /* 0: nothing was read; else gp_basis + 1 */
    uint8_t verdict; /* of verdict operations */
    bool decimal;    /* both ends are decimals as written (gp_error) */
} gp_val;

/* A set of rows of a block. */
typedef struct gp_rows { uint64_t word[GP_WORDS]; } gp_rows;
static inline bool gp_rows_have(const gp_rows *s, size_t i) { return s->word[i / 64] >> i % 64 & 1; }
static inline void gp_rows_add(gp_rows *s, size_t i) { s->word[i / 64] |= UINT64_C(1) << i % 64; }

typedef enum gp_pass { GP_PASS_PLAIN, GP_PASS_OPEN, GP_PASS_FINAL } gp_pass; /* FINAL: what is not final is opened */

struct gp_run {
    const gp_frame *frame;
    const gp_program *program;
    gp_arena *arena;
    gp_diags *diags;
    gp_run_options options;
    size_t cap;              /* rows that the registers have room for: a whole block, or all there are */
    double **plain;          /* [op][cap]; NULL for verdict operations */
    double **plain_err;      /* [op]: for GP_E_COLUMN */
    uint8_t **plain_verdict; /* [op]; NULL for value operations */
    gp_val **open[2];        /* [0] as they are, [1] what is not final opened; [op][open_cap], constants at position 0 alone */
    bool *steady;            /* [op]: MEAN: weights that are the same in all rows, single and not negative */
    uint8_t *step;           /* [op]: 0 for constants, else 1: what an open position is multiplied by */
    size_t open_cap;
    double *list;            /* room for a number of each child */
    gp_rule_child *children; /* and for what a rule is told of each */
    double *scratch[4];      /* 0, 1, 2: error bounds of operands; 2: signs too; 3: zeros */
    uint8_t *escape;         /* rows of the block that need the open kernel */
    gp_rows *differs;        /* [op]: rows for which the open kernel works the register out, as it may differ from the plain one … */
    gp_rows *filled;         /* … and rows for which it stands there, worked out or taken over */
    uint32_t *load_of, *load_next; /* per datum the first operation that looks at it, per operation the next one: GP_NO_REG ends */
    uint32_t at;             /* operation that the plain kernel is at */
    bool narrow;             /* see gp_run_narrow */
    bool *needed;            /* [op]: a narrow run works it out; made by the first one */
    int32_t *as_of;          /* per row of the block */
    double *subject_text, *period_text; /* numbers of the texts, per row of the frame; NULL when unused */
    gp_arena of_frame;       /* holds them */
    gp_rule_answer **answers;/* [op][GP_BLOCK] for rules */
    gp_arena reasons;        /* of the current block */
    gp_arena *keeps;         /* where reasons go: that, or the run's own arena while constants are worked out */
    gp_argument *arguments;  /* room for those of a rule whose `with` varies; NULL when none does */
    /* the current block */
    size_t first, n;         /* rows of the frame */
    uint16_t *slot;          /* per row: position among the open rows, or UINT16_MAX */
    uint16_t *open_row;      /* row of each open position */
    bool all_open;           /* a constant needs the open kernel, so every row does */
    /* exact decisions: what each register was worked out to, and for which question */
    struct gp_exact *exact;
    uint64_t *asked, question;
    size_t nopen;
    gp_rows gathered;        /* the rows that stand in open_row */
    /* results of the block, both kernels together */
    uint8_t **verdict;       /* per node */
    uint8_t **final;         /* per node */
    uint32_t *moving;        /* nodes whose verdicts can differ between rows: those of the others stand from the start */
    size_t nmoving;
    double *out[6];          /* subject: score low, high, marks low, high, place of the grade low, high where it is a register */
    uint8_t *grade[2];
    uint8_t *audited;        /* rows of the block whose claims are in the sum */
    bool *told;              /* per ruling of the frame: its refusal has been reported */
    uint64_t measured;       /* rows of indicators that bear no verdict but may be left out */
    gp_sum sum;
    struct gp_cohort *cohort; /* what the cohorts give; cohort.c */
    unsigned stage;           /* operations of later stages wait for their cohorts */
};

static inline bool gp_is_idle(const gp_run *run, uint32_t r) { return run->narrow && !run->needed[r]; }
/* How far the plain kernel's value v of a register can be off, and what its basis is: a row with another one is worked out by the open
 * kernel. */
static inline double gp_plain_bound(const gp_run *run, uint32_t r, size_t i, double v) {
    const gp_op *op = &run->program->ops[r];
    switch (op->error) {
    case GP_E_DECIMAL: return fabs(v) * GP_UNIT_ROUNDOFF;
    case GP_E_REL: return fabs(v) * op->bound;
    case GP_E_ABS: return op->bound;
    default: return run->plain_err[r][i];
    }
}
static inline uint8_t gp_plain_basis(const gp_run *run, uint32_t r) { return run->program->ops[r].constant ? 0 : GP_FINAL + 1; }

/* The value of register `op` for row i of the block, in the kernel that worked it out. */
gp_val gp_run_value(const gp_run *run, uint32_t op, size_t i);
uint8_t gp_run_verdict(const gp_run *run, uint32_t op, size_t i);

/* The answer of rule operation op for a row of the frame. */
gp_rule_answer *gp_run_answer(const gp_run *run, uint32_t op, size_t row);
/* The n arguments `with` of a rule in a row, valid until the next call. */
const gp_argument *gp_run_arguments(gp_run *run, const gp_argument *with, size_t n, size_t row);
/* run.c: evaluates the next block as it is (points and open values; not what is final). false at the end. */
bool gp_run_advance(gp_run *run);

/* plain.c: all operations over rows 0 to n-1 of the block. */
void gp_plain_run(gp_run *run, bool constants);
/* open.c: operations over the gathered rows (at least one, whole words of gp_rows) where they differ; what is the same in all rows. */
void gp_open_run(gp_run *run, gp_pass pass);
void gp_open_constants(gp_run *run, gp_pass pass);
/* A register at an open position; taken over from the plain kernel where it does not differ. */
const gp_val *gp_open_value(const gp_run *run, gp_pass pass, uint32_t r, size_t i);

/* A computed value as the written decimal that it enters a cohort with: 12 significant digits, the last one rounded exactly. */
double gp_cohort_written(gp_run *run, gp_pass pass, uint32_t r, int end, size_t i);

/* score.c: the score that knots give to end `end` of register op->a, whose value is x; *err gets its bound. NaN where there is none. */
double gp_interpolate(double *err, gp_run *run, const gp_op *op, gp_pass pass, const gp_val *x, int end, size_t i);
/* Whether knot k lies above the low end of x and is reached by the high end: there an extreme may lie. */
bool gp_knot_inside(gp_run *run, const gp_op *op, gp_pass pass, const gp_val *x, uint32_t k, size_t i);
/* pace.c: COVER at open position i: the share of the period that the datum covers, by days or by the monthly shares of op->args. */
gp_val gp_cover_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
/* The calendar months of a period, one call after the other: month 1 to 12, its days, and how many of them are within. */
typedef struct gp_month {
    gp_period period; /* what is left of it */
    int month, days, within;
} gp_month;
bool gp_month_next(gp_month *m);
int gp_score_direction(const gp_node *node); /* +1: more is better */
double gp_score_of_rule(double score);       /* what a rule worked out in binary64, as a written decimal from then on */

/* decision.c: the ruling over a row that a DECIDE operation looks at, and what became of it; NULL: there is none. i counts as in
 * gp_decide_compare. */
const gp_ruling *gp_ruling_of(gp_decided *how, const gp_run *run, const gp_op *op, gp_pass pass, size_t i);
/* The register that a DECIDED operation passes on; GP_NO_REG: it gives nothing (*absent), or what is not known. */
uint32_t gp_decided_score(bool *absent, const gp_run *run, const gp_op *op, gp_pass pass, size_t i);
/* Warns of the decisions over the current block that were refused, each once. */
void gp_tell_refused(gp_run *run);
/* aggregate.c, grade.c: values that both kernels work out alike. */
gp_val gp_aggregate_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
/* roll.c: calls the rule; the verdict that it or the children give. The answer is kept for the row. */
uint8_t gp_roll(gp_run *run, const gp_op *op, uint32_t k, gp_pass pass, size_t i);
gp_val gp_roll_score(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
const gp_rule_answer *gp_roll_answer(const gp_run *run, uint32_t k, gp_pass pass, size_t i);
gp_val gp_total_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_strikes_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_veto_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_grade_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_word_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_text gp_grade_name(const gp_node *n, double place); /* of a place from the lowest on; absent below 0 */
uint8_t gp_pass_verdict(const gp_run *run, gp_pass pass, uint32_t r, size_t i);

/* The value of register r in a pass; i as for gp_decide_compare. */
gp_val gp_pass_value(const gp_run *run, gp_pass pass, uint32_t r, size_t i);
size_t gp_pass_row(const gp_run *run, gp_pass pass, size_t i); /* row of the frame */
/* The entry of a dated parameter in force for a row: its register, or GP_NO_REG. */
uint32_t gp_dated_entry(const gp_run *run, const gp_op *op, size_t row);
void gp_rule_input_of(gp_rule_input *out, const gp_run *run, uint32_t ref, const gp_val *v, size_t row);

/* reading.c: what an open row reads. A datum; a datum as it was reported, which a cumulative one stands open above;
 * the share of the period that is gone; a value as it enters the cohort; what the cohort gives. i is the row's place among the open
 * ones. */
gp_val gp_load_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_reported_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_elapsed_value(const gp_run *run, gp_pass pass, size_t i);
gp_val gp_written_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i);
gp_val gp_cohort_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i);

/* decide.c: room for the registers in rationals. */
void gp_decide_open(gp_run *run);
/* Sign of a - b for two registers, exactly. `end` 0 takes the low ends, 1 the high ends: a's by end_a, b's by end_b. i counts rows of the
 * block in the plain pass, open positions else. */
int gp_decide_compare(gp_run *run, gp_pass pass, uint32_t a, int end_a, uint32_t b, int end_b, size_t i);
/* The end of a register rounded, exactly; code is one of ROUND FLOOR CEIL TRUNC. */
double gp_decide_round(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i, gp_opcode code, int digits, gp_rounding rounding);
/* The end of a register as the binary64 nearest to its exact value: for divisors and arguments too near 0 to tell. */
double gp_decide_end(gp_run *run, gp_pass pass, uint32_t a, int end, size_t i);
/* a mod b (Lua's), exactly, both points; NaN when b is 0. */
double gp_decide_mod(gp_run *run, gp_pass pass, uint32_t a, uint32_t b, size_t i);

/* Position of the best grade of a node that marks reach; UINT8_MAX: none. */
uint8_t gp_grade_of(const gp_run *run, const gp_node *node, size_t row, double marks);
/* Lower bound of grade k of a node in a row; NaN: none in force. */
double gp_grade_bound(const gp_run *run, const gp_node *node, size_t k, size_t row);

/* verdict.c: what both kernels share. */
typedef struct gp_tally {
    uint16_t met, counting, nopen;
    uint16_t open, left_out; /* bit per verdict */
    bool binding_unmet, binding_open, binding_error;
} gp_tally;
void gp_tally_add(gp_tally *t, uint8_t verdict, bool binding);
uint8_t gp_tally_verdict(const gp_tally *t, int require);
uint8_t gp_verdict_of_rule(const gp_rule_answer *a);
uint8_t gp_status_verdict(const gp_run *run, const gp_op *op, size_t row, int32_t as_of, uint8_t verdict, const gp_val *applies,
                          const gp_val *due, const gp_val *value);

#endif

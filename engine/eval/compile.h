/* Inside the compiler: what compile.c (values), assemble.c (verdicts), method.c, standing.c, rollup.c, veto.c and full.c (scores) share.
 * Invariant: emitting never fails; a register is final once emitted. */
#ifndef GP_EVAL_COMPILE_H
#define GP_EVAL_COMPILE_H

#include "eval/program.h"

/* What is made of a node, each once, when something first asks for it. */
typedef enum gp_stage {
    GP_S_HEAD,
    GP_S_VERDICT,
    GP_S_SCORE,
    GP_S_FULL,
    GP_S_FULL_ALL,
    GP_S_COUNTS,
    GP_S_COUNTS_ALL,
    GP_S_GRADE,
    GP_S_COUNT
} gp_stage;

typedef struct gp_compiler {
    gp_arena *arena;
    gp_diags *diags;
    gp_host *host;
    const gp_frame *frame; /* its decisions; and what varies between its rows is no constant */
    gp_program *p;
    struct gp_compiled_name { uint32_t ref, evidence, reg; } *names;
    size_t nnames, cap_names;
    unsigned sharing;   /* inside a decision table, whose rows ask the same again and again: no operation twice */
    uint32_t *made;     /* its operations by what they do: register + 1, 0 free */
    size_t nmade, cap_made;
    uint8_t *state;         /* per node and stage: 0 not begun, 1 under way, 2 done */
    const gp_expr *asker;   /* the innermost score("ID") and its kin that is being compiled */
    const gp_expr *in_cycle; /* the last one that closed a cycle */
    uint32_t curve_x, curve_target; /* of the curve that is being compiled */
} gp_compiler;

gp_op gp_op_of(gp_opcode code, uint32_t a, uint32_t b, uint32_t third);
uint32_t gp_emit(gp_compiler *c, gp_op op);
uint32_t gp_emit_const(gp_compiler *c, double value);
uint32_t gp_compile_name(gp_compiler *c, uint32_t ref, uint32_t evidence);
uint32_t gp_compile_expr(gp_compiler *c, const gp_expr *e, uint32_t evidence);
uint32_t gp_compile_param(gp_compiler *c, const gp_param *p, uint32_t evidence);
/* An expression over x and target: registers, GP_NO_REG for a name that the expression does not have. */
uint32_t gp_compile_curve(gp_compiler *c, const gp_expr *e, uint32_t evidence, uint32_t x, uint32_t target);
/* assemble.c: all nodes of the plan; the verdict of one, the score of one, made on demand. */
void gp_compile_tree(gp_compiler *c);
gp_slots *gp_slots_at(gp_compiler *c, const gp_node *n);
void gp_compile_head(gp_compiler *c, const gp_node *node); /* weight and own marks */
void gp_compile_verdict(gp_compiler *c, const gp_node *node);
void gp_compile_score(gp_compiler *c, const gp_node *node);
/* Whether a stage of a node is to be made now. Not where it is done, nor where it is under way: that is a cycle and is reported. */
bool gp_stage_begin(gp_compiler *c, const gp_node *node, gp_stage stage);
void gp_stage_end(gp_compiler *c, const gp_node *node, gp_stage stage);
bool gp_stage_done(const gp_compiler *c, const gp_node *node, gp_stage stage);
/* An operation that knows its node. */
uint32_t gp_emit_for(gp_compiler *c, const gp_node *node, gp_opcode code, uint32_t a, uint32_t b, uint32_t third);
/* result.c: score("ID") and its kin. */
uint32_t gp_compile_result(gp_compiler *c, const gp_expr *e);
/* method.c: cap or floor of a node, GP_NO_REG where none is given; the score of a leaf, its verdict compiled already. */
uint32_t gp_compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p);
void gp_compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s);
/* A register that is absent where a leaf does not count, made without its full marks. */
uint32_t gp_compile_leaf_counts(gp_compiler *c, const gp_node *node, bool all);
/* Where it is not known whether a node applies, its score is as unknown as its verdict; what is unknown, by the policy (LEAF of s->raw). */
uint32_t gp_compile_sure(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t score);
uint32_t gp_emit_leaf(gp_compiler *c, const gp_node *node, const gp_slots *s, gp_unknown unknown, bool all);
/* decision.c: what the ledger decides over a node whose verdict and score are compiled; whether it has anything over it. */
void gp_compile_decision(gp_compiler *c, const gp_node *node, gp_slots *s);
bool gp_is_ruled(const gp_compiler *c, const gp_node *node);
/* full.c: full marks of a node that has a score; the weights by which `sum` counts children; where a node counts. `all`: as if no waiver
 * were given. */
uint32_t gp_compile_full_marks(gp_compiler *c, const gp_node *node);
uint32_t gp_compile_full(gp_compiler *c, const gp_node *node, bool all);
/* rollup.c: the score of a node with children, which are compiled already; marks and rounded marks of a node with a score; the total; which
 * variants the plan needs. */
void gp_compile_parent_score(gp_compiler *c, const gp_node *node, gp_slots *s);
void gp_compile_marks(gp_compiler *c, const gp_node *node);
void gp_compile_total(gp_compiler *c);
void gp_find_variants(gp_compiler *c);
bool gp_differs(const gp_compiler *c, gp_variant v);
bool gp_counts_up(const gp_node *node); /* in its parent's roll-up: no item of a bonus or penalty */
/* assemble.c: the children through the rule of the node's aggregate; `verdict` where it says none. GP_NO_REG after reporting. */
uint32_t gp_compile_roll(gp_compiler *c, const gp_node *node, gp_variant variant, uint32_t verdict);
/* veto.c: a score after the vetoes that strike its node; the grade of a node after its; whether the subject is disqualified. */
uint32_t gp_compile_score_vetoes(gp_compiler *c, const gp_node *node, uint32_t score, gp_variant variant);
void gp_compile_grade(gp_compiler *c, const gp_node *node);
void gp_compile_disqualified(gp_compiler *c, const gp_node *node);
bool gp_is_struck(const gp_compiler *c, const gp_node *struck, bool grades); /* by score vetoes, or by grade vetoes */
bool gp_asks_known(const gp_compiler *c); /* somebody asks which share of the weight is known: totals, or the ranking */
/* standing.c: the score of a leaf by its standing in the cohort; the ranking of the subjects by their marks, after the total. */
uint32_t gp_compile_standing(gp_compiler *c, const gp_node *node, gp_slots *s);
void gp_compile_ranks(gp_compiler *c);
/* bounds.c: error bound and magnitude of an operation from those of its operands. */
void gp_error_of(gp_op *op, const gp_program *p);

#endif

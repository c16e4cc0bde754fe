/* Inside the compiler: what compile.c (values), assemble.c (verdicts), method.c, rollup.c and standing.c (scores) share.
 * Invariant: emitting never fails; a register is final once emitted. */
#ifndef GP_EVAL_COMPILE_H
#define GP_EVAL_COMPILE_H

#include "eval/program.h"

typedef struct gp_compiler {
    gp_arena *arena;
    gp_diags *diags;
    gp_host *host;
    gp_program *p;
    struct gp_compiled_name { uint32_t ref, evidence, reg; } *names;
    size_t nnames, cap_names;
} gp_compiler;

gp_op gp_op_of(gp_opcode code, uint32_t a, uint32_t b, uint32_t third);
uint32_t gp_emit(gp_compiler *c, gp_op op);
uint32_t gp_emit_const(gp_compiler *c, double value);
uint32_t gp_compile_name(gp_compiler *c, uint32_t ref, uint32_t evidence);
uint32_t gp_compile_expr(gp_compiler *c, const gp_expr *e, uint32_t evidence);
uint32_t gp_compile_param(gp_compiler *c, const gp_param *p, uint32_t evidence);
/* assemble.c: all nodes of the plan. */
void gp_compile_tree(gp_compiler *c);
gp_slots *gp_slots_at(gp_compiler *c, const gp_node *n);
/* An operation that knows its node. */
uint32_t gp_emit_for(gp_compiler *c, const gp_node *node, gp_opcode code, uint32_t a, uint32_t b, uint32_t third);
/* method.c: cap or floor of a node, GP_NO_REG where none is given; the score of a leaf, its verdict compiled already. */
uint32_t gp_compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p);
void gp_compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s);
/* rollup.c: the score of a node with children, which are compiled already; the total and its marks; which variants the plan needs. */
void gp_compile_parent_score(gp_compiler *c, const gp_node *node, gp_slots *s);
void gp_compile_total(gp_compiler *c);
void gp_find_variants(gp_compiler *c);
bool gp_differs(const gp_compiler *c, gp_variant v);
bool gp_asks_known(const gp_compiler *c); /* somebody asks which share of the weight is known: totals, or the ranking */
/* standing.c: the score of a leaf by its standing in the cohort; the ranking of the subjects by their marks, after the total. */
uint32_t gp_compile_standing(gp_compiler *c, const gp_node *node, gp_slots *s);
void gp_compile_ranks(gp_compiler *c);
/* bounds.c: error bound and magnitude of an operation from those of its operands. */
void gp_error_of(gp_op *op, const gp_program *p);

#endif

/* Inside the compiler: what compile.c (values) and assemble.c (verdicts and scores) share.
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
/* bounds.c: error bound and magnitude of an operation from those of its operands. */
void gp_error_of(gp_op *op, const gp_program *p);

#endif

/* From the plan to the program: names are loaded once, parameters become registers, children come before parents.
 * Invariant: every register's error bound and magnitude are known when it is made, so the kernels need not look at the plan. */
#include <math.h>
#include <string.h>

#include "eval/compile.h"

static bool is_varied(const gp_compiler *c, const void *what) {
    for (size_t i = 0; i < c->frame->nvaried; i++)
        if (c->frame->varied[i].what == what) return true;
    return false;
}

static bool varies_arguments(const gp_compiler *c, const gp_argument *with, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (is_varied(c, &with[k])) return true;
    return false;
}

static bool varies_grades(const gp_compiler *c, const gp_node *node) {
    for (size_t k = 0; k < node->ngrades; k++)
        if (is_varied(c, &node->grades[k].at_least)) return true;
    return false;
}

static bool reg_constant(const gp_compiler *c, uint32_t r) { return r == GP_NO_REG || c->p->ops[r].constant; }

/* ---- stages ---- */

static uint16_t stage_of(const gp_compiler *c, uint32_t r) { return r == GP_NO_REG ? 0 : c->p->ops[r].stage; }
static uint16_t later(uint16_t a, uint16_t b) { return a > b ? a : b; }

/* The latest stage of what the operation reads; a cohort is known one later. */
static uint16_t find_stage(const gp_compiler *c, const gp_op *op) {
    uint16_t stage = later(later(stage_of(c, op->a), stage_of(c, op->b)), stage_of(c, op->c));
    for (uint32_t i = 0; i < op->nargs; i++) stage = later(stage, stage_of(c, op->args[i]));
    if (op->code == GP_O_STATUS)
        stage = later(stage, stage_of(c, c->p->slots[op->node->index].value)); /* it looks when the value was reached */
    return op->code == GP_O_COHORT ? (uint16_t)(stage + 1) : stage;
}

/* ---- no operation of decision tables twice: what is reckoned already is read where it stands ---- */

/* Operations over values that their operands and numbers describe in full. */
static bool is_plain(const gp_op *op) { return op->code <= GP_O_ELAPSED && !op->node && op->nargs == 0; }

static bool same_op(const gp_op *x, const gp_op *y) {
    bool same = x->code == y->code && x->a == y->a && x->b == y->b && x->c == y->c && x->ref == y->ref && x->digits == y->digits;
    /* 0 and -0 are two values here, and NaN is one. NOLINTNEXTLINE(bugprone-suspicious-memory-comparison) */
    return same && x->evidence == y->evidence && x->type == y->type && memcmp(&x->value, &y->value, sizeof x->value) == 0;
}

static uint64_t hash_op(const gp_op *op) {
    uint64_t value, h = op->code;
    memcpy(&value, &op->value, sizeof value);
    uint64_t parts[] = {op->a, op->b, op->c, op->ref, (uint64_t)op->digits, op->evidence, value};
    for (size_t i = 0; i < GP_COUNT(parts); i++) h = (h ^ parts[i]) * 0x9E3779B97F4A7C15u ^ h >> 29;
    return h;
}

/* The slot of an operation: that of its like, or the free one where it belongs. */
static uint32_t *slot_of(gp_compiler *c, const gp_op *op) {
    size_t mask = c->cap_made - 1;
    for (size_t i = hash_op(op) >> 7 & mask;; i = (i + 1) & mask)
        if (!c->made[i] || same_op(&c->p->ops[c->made[i] - 1], op)) return &c->made[i];
}

static void make_slots(gp_compiler *c) {
    uint32_t *old = c->made;
    size_t n = c->cap_made;
    c->cap_made = n ? 2 * n : 256;
    c->made = gp_arena_array(c->arena, c->cap_made, sizeof *c->made);
    for (size_t i = 0; i < n; i++)
        if (old[i]) *slot_of(c, &c->p->ops[old[i] - 1]) = old[i];
}

/* Whether an operation gives different results to rows that its operands do not tell apart. */
static bool differs_by_row(const gp_compiler *c, const gp_op *op) {
    bool alike = c->frame->base && c->frame->base_rows == 1; /* rows that all repeat one case */
    switch (op->code) {
    case GP_O_VARIED: case GP_O_COHORT: return true;
    case GP_O_LOAD: case GP_O_REPORTED: case GP_O_COVER: return !alike || c->frame->set[op->ref];
    case GP_O_RULE: return !alike || varies_arguments(c, op->node->criterion.with, op->node->criterion.nwith);
    case GP_O_ROLL: return !alike || varies_arguments(c, op->node->scoring.with, op->node->scoring.nwith);
    case GP_O_GRADE: return !alike || varies_grades(c, op->node);
    case GP_O_SUBJECT:
    case GP_O_PERIOD:
    case GP_O_ELAPSED:
    case GP_O_DATED:
    case GP_O_JUDGED:
    case GP_O_DECIDE:
    case GP_O_STATUS:
    case GP_O_TIER: return !alike;
    default: return false;
    }
}

static uint32_t emit_new(gp_compiler *c, gp_op op) {
    bool constant = !differs_by_row(c, &op);
    constant = constant && reg_constant(c, op.a) && reg_constant(c, op.b) && reg_constant(c, op.c);
    for (uint32_t i = 0; i < op.nargs; i++) constant = constant && reg_constant(c, op.args[i]);
    op.constant = constant;
    op.stage = find_stage(c, &op);
    gp_error_of(&op, c->p);
    *GP_PUSH(c->arena, c->p->ops, c->p->nops, c->p->cap_ops) = op;
    return (uint32_t)(c->p->nops - 1);
}

uint32_t gp_emit(gp_compiler *c, gp_op op) {
    if (!c->sharing || !is_plain(&op)) return emit_new(c, op);
    if (2 * c->nmade >= c->cap_made) make_slots(c);
    uint32_t *slot = slot_of(c, &op);
    if (*slot) return *slot - 1;
    c->nmade++;
    return (*slot = emit_new(c, op) + 1) - 1;
}

gp_op gp_op_of(gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    return (gp_op){.code = code, .a = a, .b = b, .c = third, .mag = INFINITY};
}

uint32_t gp_emit_const(gp_compiler *c, double value) {
    gp_op op = gp_op_of(GP_O_CONST, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.value = value;
    op.constant = true;
    return gp_emit(c, op);
}

static uint32_t emit2(gp_compiler *c, gp_opcode code, uint32_t a, uint32_t b) { return gp_emit(c, gp_op_of(code, a, b, GP_NO_REG)); }

/* ---- names: one load or one derivation for each set of bases that counts ---- */

static uint32_t load(gp_compiler *c, uint32_t datum, uint32_t evidence) {
    gp_op op = gp_op_of(GP_O_LOAD, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.ref = datum;
    op.evidence = evidence;
    op.type = &c->p->plan->data[datum].type;
    return gp_emit(c, op);
}

uint32_t gp_compile_name(gp_compiler *c, uint32_t ref, uint32_t evidence) {
    if (ref == GP_REF_X || ref == GP_REF_TARGET) return ref == GP_REF_X ? c->curve_x : c->curve_target;
    for (size_t i = 0; i < c->nnames; i++)
        if (c->names[i].ref == ref && c->names[i].evidence == evidence) return c->names[i].reg;
    const gp_plan *plan = c->p->plan;
    const gp_derived *derived = ref < plan->ndata ? NULL : &plan->derived[ref - plan->ndata];
    bool table = derived && derived->table;
    c->sharing += table;
    uint32_t reg = derived ? gp_compile_expr(c, derived->expr, evidence) : load(c, ref, evidence);
    c->sharing -= table;
    *GP_PUSH(c->arena, c->names, c->nnames, c->cap_names) = (struct gp_compiled_name){ref, evidence, reg};
    return reg;
}

/* ---- expressions ---- */

static const gp_opcode binary_op[] = {
    [GP_X_ADD] = GP_O_ADD, [GP_X_SUB] = GP_O_SUB, [GP_X_MUL] = GP_O_MUL, [GP_X_DIV] = GP_O_DIV, [GP_X_MOD] = GP_O_MOD, [GP_X_LT] = GP_O_LT,
    [GP_X_LE] = GP_O_LE, [GP_X_GT] = GP_O_GT, [GP_X_GE] = GP_O_GE, [GP_X_EQ] = GP_O_EQ, [GP_X_NE] = GP_O_NE, [GP_X_AND] = GP_O_AND,
    [GP_X_OR] = GP_O_OR,
};

/* x^n for a small whole n by multiplication, which the exact decision can follow. An even power is that of the size: never below 0,
 * wherever x may lie. */
static uint32_t whole_power(gp_compiler *c, uint32_t x, int n) {
    if (n == 0) return gp_emit_const(c, 1);
    if (n % 2 == 0) x = emit2(c, GP_O_ABS, x, GP_NO_REG);
    uint32_t power = x;
    for (int i = 1; i < (n < 0 ? -n : n); i++) power = emit2(c, GP_O_MUL, power, x);
    return n < 0 ? emit2(c, GP_O_DIV, gp_emit_const(c, 1), power) : power;
}

static uint32_t compile_pow(gp_compiler *c, const gp_expr *e, uint32_t evidence) {
    uint32_t x = gp_compile_expr(c, e->arg[0], evidence);
    const gp_expr *n = e->arg[1];
    if (n->op == GP_X_CONST && n->value == floor(n->value) && fabs(n->value) <= 64) return whole_power(c, x, (int)n->value);
    return emit2(c, GP_O_POW, x, gp_compile_expr(c, n, evidence));
}

static uint32_t compile_chain(gp_compiler *c, const gp_expr *e, uint32_t evidence, gp_opcode code) {
    uint32_t r = gp_compile_expr(c, e->arg[0], evidence);
    for (uint32_t i = 1; i < e->n; i++) r = emit2(c, code, r, gp_compile_expr(c, e->arg[i], evidence));
    return r;
}

static uint32_t compile_rounding(gp_compiler *c, const gp_expr *e, uint32_t evidence, gp_opcode code) {
    gp_op op = gp_op_of(code, gp_compile_expr(c, e->arg[0], evidence), GP_NO_REG, GP_NO_REG);
    int digits = e->n > 1 ? (int)e->arg[1]->value : 0;
    op.digits = digits - e->arg[0]->type.unit.scale; /* digits of the number as a person reads it */
    return gp_emit(c, op);
}

static uint32_t compile_if(gp_compiler *c, const gp_expr *e, uint32_t evidence) {
    uint32_t cond = gp_compile_expr(c, e->arg[0], evidence), yes = gp_compile_expr(c, e->arg[1], evidence);
    uint32_t no = e->n > 2 ? gp_compile_expr(c, e->arg[2], evidence) : gp_emit(c, gp_op_of(GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG));
    return gp_emit(c, gp_op_of(GP_O_IF_ELSE, cond, yes, no));
}

/* No value; a decision table says which one it is and why (gp_table_none). */
static uint32_t compile_none(gp_compiler *c, const gp_expr *e) {
    gp_op op = gp_op_of(GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.ref = e->ref;
    op.digits = (int)e->value;
    return gp_emit(c, op);
}

static uint32_t compile_call(gp_compiler *c, const gp_expr *e, uint32_t evidence) {
    static const gp_opcode unary[GP_FN_COUNT_] = {[GP_FN_ABS] = GP_O_ABS, [GP_FN_SQRT] = GP_O_SQRT, [GP_FN_EXP] = GP_O_EXP,
                                                  [GP_FN_LOG] = GP_O_LOG, [GP_FN_ERF] = GP_O_ERF,   [GP_FN_KNOWN] = GP_O_KNOWN};
    switch (e->fn) {
    case GP_FN_MIN: return compile_chain(c, e, evidence, GP_O_MIN);
    case GP_FN_MAX: return compile_chain(c, e, evidence, GP_O_MAX);
    case GP_FN_COALESCE: return compile_chain(c, e, evidence, GP_O_COALESCE);
    case GP_FN_SHARE: return compile_chain(c, e, evidence, GP_O_DIV);
    case GP_FN_ROUND: return compile_rounding(c, e, evidence, GP_O_ROUND);
    case GP_FN_FLOOR: return compile_rounding(c, e, evidence, GP_O_FLOOR);
    case GP_FN_CEIL: return compile_rounding(c, e, evidence, GP_O_CEIL);
    case GP_FN_TRUNC: return compile_rounding(c, e, evidence, GP_O_TRUNC);
    case GP_FN_IF_ELSE: return compile_if(c, e, evidence);
    case GP_FN_CLAMP: {
        uint32_t x = gp_compile_expr(c, e->arg[0], evidence), lo = gp_compile_expr(c, e->arg[1], evidence);
        return emit2(c, GP_O_MIN, emit2(c, GP_O_MAX, x, lo), gp_compile_expr(c, e->arg[2], evidence));
    }
    case GP_FN_QUANTITY: return gp_compile_expr(c, e->arg[0], evidence);
    case GP_FN_NONE: return compile_none(c, e);
    case GP_FN_ELAPSED: return gp_emit(c, gp_op_of(GP_O_ELAPSED, GP_NO_REG, GP_NO_REG, GP_NO_REG));
    default: return emit2(c, unary[e->fn], gp_compile_expr(c, e->arg[0], evidence), GP_NO_REG);
    }
}

static uint32_t compile_form(gp_compiler *c, const gp_expr *e, uint32_t evidence) {
    switch (e->op) {
    case GP_X_CONST: return gp_emit_const(c, e->value);
    case GP_X_NAME: return gp_compile_name(c, e->ref, evidence);
    case GP_X_SUBJECT: c->p->uses_subject = true; return gp_emit(c, gp_op_of(GP_O_SUBJECT, GP_NO_REG, GP_NO_REG, GP_NO_REG));
    case GP_X_PERIOD: c->p->uses_period = true; return gp_emit(c, gp_op_of(GP_O_PERIOD, GP_NO_REG, GP_NO_REG, GP_NO_REG));
    case GP_X_CODE_VALUE: {
        gp_op op = gp_op_of(GP_O_CODE_VALUE, gp_compile_expr(c, e->arg[0], evidence), GP_NO_REG, GP_NO_REG);
        op.type = &e->arg[0]->type;
        return gp_emit(c, op);
    }
    case GP_X_NEG: return emit2(c, GP_O_NEG, gp_compile_expr(c, e->arg[0], evidence), GP_NO_REG);
    case GP_X_NOT: return emit2(c, GP_O_NOT, gp_compile_expr(c, e->arg[0], evidence), GP_NO_REG);
    case GP_X_POW: return compile_pow(c, e, evidence);
    case GP_X_CALL: return compile_call(c, e, evidence);
    case GP_X_RESULT: return gp_compile_result(c, e);
    default: {
        uint32_t a = gp_compile_expr(c, e->arg[0], evidence);
        return emit2(c, binary_op[e->op], a, gp_compile_expr(c, e->arg[1], evidence));
    }
    }
}

/* Whoever explains a register asks what it was written as; a name says that already. */
uint32_t gp_compile_expr(gp_compiler *c, const gp_expr *e, uint32_t evidence) {
    uint32_t r = compile_form(c, e, evidence);
    if (e->op != GP_X_NAME) c->p->ops[r].from = e;
    return r;
}

static uint32_t compile_entries(gp_compiler *c, const gp_param *p, uint32_t evidence) {
    if (p->n == 0) return GP_NO_REG;
    if (!p->entry[0].dated) return gp_compile_expr(c, p->entry[0].expr, evidence);
    gp_op op = gp_op_of(GP_O_DATED, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.param = p;
    op.nargs = (uint32_t)p->n;
    op.args = gp_arena_array(c->arena, p->n, sizeof *op.args);
    for (size_t i = 0; i < p->n; i++) op.args[i] = gp_compile_expr(c, p->entry[i].expr, evidence);
    return gp_emit(c, op);
}

/* A parameter: one entry is itself, dated entries are chosen by the period of the case; a row may lay its own value over either.
 * GP_NO_REG when not given. */
uint32_t gp_compile_param(gp_compiler *c, const gp_param *p, uint32_t evidence) {
    uint32_t r = compile_entries(c, p, evidence);
    for (size_t k = 0; k < c->frame->nvaried; k++) {
        if (c->frame->varied[k].what != p) continue;
        gp_op op = gp_op_of(GP_O_VARIED, r == GP_NO_REG ? gp_emit(c, gp_op_of(GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG)) : r, GP_NO_REG,
                            GP_NO_REG);
        op.ref = (uint32_t)k;
        return gp_emit(c, op);
    }
    return r;
}

/* x and target are names for as long as the curve is compiled; what it loads besides stays known. */
uint32_t gp_compile_curve(gp_compiler *c, const gp_expr *e, uint32_t evidence, uint32_t x, uint32_t target) {
    uint32_t outer_x = c->curve_x, outer_target = c->curve_target; /* a result that the curve reads may have a curve of its own */
    c->curve_x = x;
    c->curve_target = target;
    uint32_t r = gp_compile_expr(c, e, evidence);
    c->curve_x = outer_x;
    c->curve_target = outer_target;
    return r;
}

/* ---- which operations must tell "cannot be computed" from "missing" ---- */

static bool tells_apart(
    const gp_op *op) { /* 0 * missing is 0, min(1, missing) is at most 1; without a value neither is. A truth is none or unknown alike. */
    gp_opcode code = op->code;
    if (op->strict) return false;
    return code == GP_O_MUL || code == GP_O_MIN || code == GP_O_MAX || code == GP_O_IF_ELSE;
}

/* Backwards once is enough: operands come before their users. */
static void mark_escapes(gp_program *p) {
    for (size_t k = p->nops; k-- > 0;) {
        gp_op *op = &p->ops[k];
        if (op->code > GP_O_DATED || !(tells_apart(op) || op->escapes)) continue;
        uint32_t operand[3] = {op->a, op->b, op->c};
        for (size_t i = 0; i < 3 + op->nargs; i++) {
            uint32_t r = i < 3 ? operand[i] : op->args[i - 3];
            if (r != GP_NO_REG) p->ops[r].escapes = true;
        }
    }
}

enum { OPS_EACH = 8 };

gp_program *gp_program_new(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_plan *plan, gp_host *host) {
    size_t errors = d->errors;
    gp_compiler c = {.arena = a, .diags = d, .host = host, .frame = frame, .p = GP_NEW(a, gp_program)};
    c.p->plan = plan;
    c.p->slots = gp_arena_array(a, plan->nnodes, sizeof *c.p->slots);
    c.state = gp_arena_array(a, plan->nnodes * GP_S_COUNT, 1);
    c.p->cap_ops = OPS_EACH * (plan->nnodes + plan->ndata); /* a guess: growing by doubling touches three times as much memory */
    c.p->ops = gp_arena_array(a, c.p->cap_ops, sizeof *c.p->ops);
    c.p->rank = c.p->no_total = c.p->unranked = GP_NO_REG;
    gp_compile_tree(&c);
    c.p->cohort_by = plan->cohort.has_by ? gp_compile_name(&c, plan->cohort.by, plan->root->evidence) : GP_NO_REG;
    c.p->whole_frame = c.p->nasks > 0;
    mark_escapes(c.p);
    if (c.p->cohort_by != GP_NO_REG && c.p->ops[c.p->cohort_by].stage > 0)
        gp_report(d, GP_D_NOT_YET, plan->cohort.at, "cohorts split by what depends on a cohort");
    return d->errors == errors ? c.p : NULL;
}

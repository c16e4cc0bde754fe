/* Types of registers: what an expression was checked to be; where none stands behind an operation (lowered scores), what its operands say.
 * Invariant: a type only decides how a value is printed. */
#include "eval/steps.h"

const gp_type gp_type_share = {.kind = GP_NUMBER, .unit = {.scale = -2, .given = true, .text = {"%", 1}}};
static const gp_type unknown, plain = {.kind = GP_NUMBER, .unit = {.given = true}}, truth = {.kind = GP_BOOL};

static bool is_known(const gp_type *t) { return t != &unknown; }
static bool is_bare(const gp_type *t) { return t->kind == GP_NUMBER && t->unit.dim.n == 0 && (!t->unit.given || t->unit.text.n == 0); }

/* The more telling of two: one with a unit says more than a plain number, and that more than nothing. */
static const gp_type *join(const gp_type *a, const gp_type *b) {
    if (!is_known(a)) return b;
    return is_known(b) && is_bare(a) && !is_bare(b) ? b : a;
}

static const gp_type *combined(gp_steps *s, const gp_type *a, const gp_type *b, int sign) {
    gp_type *t = GP_NEW(s->arena, gp_type);
    t->kind = GP_NUMBER;
    if (a->kind != GP_NUMBER || b->kind != GP_NUMBER || !gp_dim_mul(&t->unit.dim, &a->unit.dim, &b->unit.dim, sign)) return &unknown;
    bool keeps_a = b->unit.dim.n == 0 && (a->unit.dim.n || is_bare(b));
    bool keeps_b = sign > 0 && a->unit.dim.n == 0 && (b->unit.dim.n || is_bare(a));
    if (keeps_a) return a;
    if (keeps_b) return b;
    if (t->unit.dim.n == 0) return &plain;
    t->unit.given = true;
    t->unit.text = gp_dim_text(s->arena, &s->program->plan->units, &t->unit.dim);
    return t;
}

static const gp_type *declared(const gp_steps *s, const gp_op *op) {
    const gp_plan *plan = s->program->plan;
    for (size_t i = 0; op->from && i < plan->nderived; i++)
        if (plan->derived[i].expr == op->from) return &plan->derived[i].type;
    return op->from ? &op->from->type : NULL;
}

static const gp_type *operand(gp_steps *s, uint32_t r) { return r == GP_NO_REG ? &unknown : gp_steps_type(s, r); }

static const gp_type *joined(gp_steps *s, const gp_op *op) {
    const gp_type *t = &unknown;
    uint32_t r;
    for (uint32_t k = 0; gp_operand(&r, op, k); k++) t = join(t, operand(s, r));
    return t;
}

static const gp_type *derive(gp_steps *s, const gp_op *op) {
    const gp_type *written = op->code == GP_O_LOAD ? op->type : declared(s, op);
    if (written) return written;
    switch (gp_wording_of(op->code)->typing) {
    case GP_Y_PLAIN: return &plain;
    case GP_Y_FIRST: return operand(s, op->a);
    case GP_Y_JOIN: return joined(s, op);
    case GP_Y_BRANCH: return join(operand(s, op->b), operand(s, op->c));
    case GP_Y_PRODUCT: return combined(s, operand(s, op->a), operand(s, op->b), 1);
    case GP_Y_QUOTIENT: return combined(s, operand(s, op->a), operand(s, op->b), -1);
    case GP_Y_TRUTH: return &truth;
    case GP_Y_SHARE: return &gp_type_share;
    case GP_Y_MARKS: return &plain;
    case GP_Y_NONE: break;
    }
    return op->code == GP_O_DATED ? joined(s, op) : &unknown;
}

const gp_type *gp_steps_type(gp_steps *s, uint32_t r) {
    if (!s->type[r]) s->type[r] = derive(s, &s->program->ops[r]);
    return s->type[r];
}

/* Turns: the value of one datum at which the verdict turns, all else as it is, where value and target are linear in it.
 * Invariant: reckoned in rationals on the decimals as written; a datum that enters any other way has no turn. */
#include "eval/steps.h"

#include <math.h>

#include "base/exact.h"

/* slope * datum + rest, as it grows from the operands. */
typedef struct linear { mpq_t slope, rest; } linear;
typedef struct solver {
    gp_view *v;
    uint32_t datum;
} solver;

static void linear_init(linear *z) {
    mpq_init(z->slope);
    mpq_init(z->rest);
}

static void linear_clear(linear *z) {
    mpq_clear(z->slope);
    mpq_clear(z->rest);
}

static const gp_op *op_of(const solver *q, uint32_t r) { return &q->v->run->program->ops[r]; }

static bool reads(const solver *q, uint32_t r) {
    if (r == GP_NO_REG || q->v->seen[r] == q->v->round) return false;
    q->v->seen[r] = q->v->round;
    const gp_op *op = op_of(q, r);
    uint32_t x;
    if (op->code == GP_O_LOAD) return op->ref == q->datum;
    for (uint32_t k = 0; gp_operand(&x, op, k); k++)
        if (reads(q, x)) return true;
    return false;
}

static bool follow(linear *z, const solver *q, uint32_t r);

/* Whatever does not read the datum is the number that it is. */
static bool follow_number(linear *z, const solver *q, uint32_t r) {
    gp_val x = gp_view_value(q->v, r);
    if (x.flags & (GP_V_ABSENT | GP_V_MAYBE) || x.lo != x.hi || !isfinite(x.lo)) return false;
    mpq_set_si(z->slope, 0, 1);
    gp_exact_set(z->rest, x.decimal ? x.lo : gp_decide_end(q->v->run, q->v->pass, r, 0, q->v->at));
    return true;
}

static void add(linear *z, const linear *a, const linear *b, bool minus) {
    (minus ? mpq_sub : mpq_add)(z->slope, a->slope, b->slope);
    (minus ? mpq_sub : mpq_add)(z->rest, a->rest, b->rest);
}

static bool scale(linear *z, const linear *a, const mpq_t by, bool divides) {
    if (divides && mpq_sgn(by) == 0) return false;
    (divides ? mpq_div : mpq_mul)(z->slope, a->slope, by);
    (divides ? mpq_div : mpq_mul)(z->rest, a->rest, by);
    return true;
}

static bool combine(linear *z, gp_opcode code, const linear *a, const linear *b) {
    bool a_fixed = mpq_sgn(a->slope) == 0, b_fixed = mpq_sgn(b->slope) == 0;
    switch (code) {
    case GP_O_ADD: add(z, a, b, false); return true;
    case GP_O_SUB: add(z, a, b, true); return true;
    case GP_O_MUL: return b_fixed ? scale(z, a, b->rest, false) : a_fixed && scale(z, b, a->rest, false);
    case GP_O_DIV: return b_fixed && scale(z, a, b->rest, true);
    default: return false;
    }
}

static bool follow_pair(linear *z, const solver *q, const gp_op *op) {
    linear a, b;
    linear_init(&a);
    linear_init(&b);
    bool known = follow(&a, q, op->a) && follow(&b, q, op->b) && combine(z, op->code, &a, &b);
    linear_clear(&a);
    linear_clear(&b);
    return known;
}

static bool follow(linear *z, const solver *q, uint32_t r) {
    if (r == GP_NO_REG) return false;
    const gp_op *op = op_of(q, r);
    q->v->round++;
    if (!reads(q, r)) return follow_number(z, q, r);
    switch (op->code) {
    case GP_O_LOAD:
        mpq_set_si(z->slope, 1, 1);
        mpq_set_si(z->rest, 0, 1);
        return true;
    case GP_O_NEG:
        if (!follow(z, q, op->a)) return false;
        mpq_neg(z->slope, z->slope);
        mpq_neg(z->rest, z->rest);
        return true;
    case GP_O_DATED: return follow(z, q, gp_dated_entry(q->v->run, op, q->v->row));
    case GP_O_ADD: case GP_O_SUB: case GP_O_MUL: case GP_O_DIV: return follow_pair(z, q, op);
    default: return false;
    }
}

static bool met_upwards(gp_test t) { return t == GP_AT_LEAST || t == GP_MORE_THAN; }
static bool met_downwards(gp_test t) { return t == GP_AT_MOST || t == GP_LESS_THAN; }

/* Where value - target is 0. */
static bool solve(gp_turn *out, const solver *q, uint32_t value, uint32_t target, gp_test test) {
    linear a, b;
    linear_init(&a);
    linear_init(&b);
    bool found = follow(&a, q, value) && follow(&b, q, target);
    if (found) {
        mpq_sub(a.slope, a.slope, b.slope);
        mpq_sub(a.rest, b.rest, a.rest);
        found = mpq_sgn(a.slope) != 0;
    }
    if (found) {
        mpq_div(a.rest, a.rest, a.slope);
        double at = gp_exact_double(a.rest);
        bool included = test == GP_AT_LEAST || test == GP_AT_MOST;
        found = isfinite(at);
        *out = (gp_turn){.datum = q->datum, .upwards = met_upwards(test) == (mpq_sgn(a.slope) > 0), .included = included};
        if (found) {
            gp_exact_set(b.rest, at);
            out->at = gp_decimal_double(gp_decimal_of(at), 0);
            out->exact = mpq_equal(a.rest, b.rest);
        }
    }
    linear_clear(&a);
    linear_clear(&b);
    return found;
}

void gp_explain_turns(gp_explanation *out, gp_view *v) {
    const gp_node *n = out->row->node;
    const gp_slots *s = &v->run->program->slots[n->index];
    gp_test test = n->criterion.test;
    out->turns = gp_arena_array(v->arena, out->ninputs, sizeof *out->turns);
    if (s->value == GP_NO_REG || (!met_upwards(test) && !met_downwards(test))) return;
    for (size_t i = 0; i < out->ninputs; i++) {
        solver q = {v, out->inputs[i].datum};
        bool number = v->run->frame->plan->data[q.datum].type.kind == GP_NUMBER;
        if (number && solve(&out->turns[out->nturns], &q, s->value, s->target, test)) out->nturns++;
    }
}

/* Constants reckoned beforehand.
 * Invariant: a folded number is the evaluator's own binary64 result, and the decimal that it stands for is the exact result; 1/3 stays
 * an operation, since its nearest decimal would be taken at its word where decisions are exact. */
#include <math.h>

#include "base/exact.h"
#include "expr/parse.h"

static gp_expr *become(gp_expr *e, double value) {
    e->op = GP_X_CONST;
    e->value = value;
    e->n = 0;
    e->arg = NULL;
    return e;
}

/* -- numbers -- */

static bool binary64(double *out, const gp_expr *e) {
    double a = e->arg[0]->value, b = e->arg[1]->value;
    switch (e->op) {
    case GP_X_ADD: *out = a + b; break;
    case GP_X_SUB: *out = a - b; break;
    case GP_X_MUL: *out = a * b; break;
    case GP_X_DIV: *out = a / b; break;
    default: return false;
    }
    return isfinite(*out);
}

static void rational(mpq_t out, gp_expr_op op, const mpq_t a, const mpq_t b) {
    if (op == GP_X_ADD) mpq_add(out, a, b);
    if (op == GP_X_SUB) mpq_sub(out, a, b);
    if (op == GP_X_MUL) mpq_mul(out, a, b);
    if (op == GP_X_DIV) mpq_div(out, a, b);
}

/* Is the decimal that `result` stands for what exact arithmetic gives? */
static bool is_exact(const gp_expr *e, double result) {
    mpq_t a, b, due, got;
    mpq_inits(a, b, due, got, NULL);
    gp_exact_set(a, e->arg[0]->value);
    gp_exact_set(b, e->arg[1]->value);
    gp_exact_set(got, result);
    rational(due, e->op, a, b);
    bool same = mpq_equal(due, got);
    mpq_clears(a, b, due, got, NULL);
    return same;
}

static gp_expr *fold_arithmetic(gp_expr *e) {
    double v;
    if (e->op == GP_X_DIV && e->arg[1]->value == 0) return e;
    return binary64(&v, e) && is_exact(e, v) ? become(e, v) : e;
}

/* -- comparisons -- */

/* Order of two constants as decimals: sums such as 0.1 + 0.2 are kept in the last bit that binary64 gave them. */
static int order(const gp_expr *x, const gp_expr *y) {
    mpq_t a, b;
    mpq_inits(a, b, NULL);
    gp_exact_set(a, x->value);
    gp_exact_set(b, y->value);
    int sign = mpq_cmp(a, b);
    mpq_clears(a, b, NULL);
    return sign;
}

static bool holds(gp_expr_op op, int sign) {
    switch (op) {
    case GP_X_LT: return sign < 0;
    case GP_X_LE: return sign <= 0;
    case GP_X_GT: return sign > 0;
    case GP_X_GE: return sign >= 0;
    case GP_X_EQ: return sign == 0;
    default: return sign != 0;
    }
}

/* -- functions -- */

static gp_expr *fold_call(gp_expr *e) {
    if (e->fn == GP_FN_ABS) return become(e, fabs(e->arg[0]->value));
    if (e->fn != GP_FN_MIN && e->fn != GP_FN_MAX) return e;
    const gp_expr *best = e->arg[0];
    for (uint32_t i = 1; i < e->n; i++)
        if (order(e->arg[i], best) * (e->fn == GP_FN_MIN ? 1 : -1) < 0) best = e->arg[i];
    return become(e, best->value);
}

static bool all_constant(const gp_expr *e) {
    for (uint32_t i = 0; i < e->n; i++)
        if (!gp_expr_is_const(e->arg[i])) return false;
    return e->n > 0;
}

gp_expr *gp_fold(const gp_xctx *c, gp_expr *e) {
    (void)c;
    if (!all_constant(e)) return e;
    switch (e->op) {
    case GP_X_NEG: return become(e, -e->arg[0]->value);
    case GP_X_NOT: return become(e, e->arg[0]->value == 0);
    case GP_X_AND: return become(e, e->arg[0]->value != 0 && e->arg[1]->value != 0);
    case GP_X_OR: return become(e, e->arg[0]->value != 0 || e->arg[1]->value != 0);
    case GP_X_ADD:
    case GP_X_SUB:
    case GP_X_MUL:
    case GP_X_DIV: return fold_arithmetic(e);
    case GP_X_LT:
    case GP_X_LE:
    case GP_X_GT:
    case GP_X_GE:
    case GP_X_EQ:
    case GP_X_NE: return become(e, holds(e->op, order(e->arg[0], e->arg[1])));
    case GP_X_CALL: return fold_call(e);
    default: return e;
    }
}

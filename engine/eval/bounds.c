/* Error bounds: how far a register can be from the exact value of its operation on the decimals as written.
 * Invariant: bounds are never too small (N. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., ch. 3: each operation adds one
 * unit roundoff; the constants below leave room for the second-order terms). */
#include <math.h>

#include "eval/compile.h"
#include "eval/lanes.h"

#define U (GP_UNIT_ROUNDOFF * 1.0000001)

static const gp_op *reg(const gp_program *p, uint32_t r) { return r == GP_NO_REG ? NULL : &p->ops[r]; }

/* The relative bound of an operand, negative when it has none. */
static double rel_of(const gp_op *o) {
    if (o->error == GP_E_DECIMAL) return U;
    return o->error == GP_E_REL ? o->bound : -1;
}

/* The absolute bound of an operand, negative when it has none. */
static double abs_of(const gp_op *o) {
    if (o->error == GP_E_ABS) return o->bound;
    double rel = rel_of(o);
    return rel >= 0 && isfinite(o->mag) ? rel * o->mag : -1;
}

static void set(gp_op *op, gp_error error, double bound) {
    op->error = error;
    op->bound = bound;
}

/* A folded constant may be a result of binary64 a little off the decimal that it stands for. */
static void set_constant(gp_op *op) {
    double written = isfinite(op->value) ? gp_decimal_double(gp_decimal_of(op->value), 0) : op->value;
    op->mag = fabs(op->value);
    if (written == op->value) set(op, GP_E_DECIMAL, 0);
    else set(op, GP_E_REL, fabs(op->value - written) / fabs(op->value) * 1.0000001 + U);
}

static void set_product(gp_op *op, const gp_op *a, const gp_op *b) {
    double ra = rel_of(a), rb = rel_of(b);
    if (ra >= 0 && rb >= 0) set(op, GP_E_REL, (ra + rb + U) * 1.0000001);
    else set(op, GP_E_COLUMN, 0);
}

/* The value over the target, or over either end of `between`. */
static void set_ratio(gp_op *op, const gp_program *p) {
    const gp_op *over = reg(p, op->b), *upper = reg(p, op->c);
    if (upper && rel_of(upper) >= 0 && rel_of(over) >= 0 && rel_of(upper) > rel_of(over)) over = upper;
    if (upper && rel_of(upper) < 0) over = upper;
    set_product(op, reg(p, op->a), over);
}

/* One of several operands is passed on as it is. */
static void set_choice(gp_op *op, const gp_program *p, const uint32_t *regs, size_t n) {
    double rel = 0, abs = 0, mag = 0;
    bool decimal = true;
    for (size_t i = 0; i < n; i++) {
        const gp_op *o = reg(p, regs[i]);
        if (!o || o->code == GP_O_NONE) continue;
        decimal = decimal && o->error == GP_E_DECIMAL;
        double r = rel_of(o), s = abs_of(o);
        rel = r < 0 || rel < 0 ? -1 : fmax(rel, r);
        abs = s < 0 || abs < 0 ? -1 : fmax(abs, s);
        mag = fmax(mag, o->mag);
    }
    op->mag = mag;
    if (decimal) set(op, GP_E_DECIMAL, 0);
    else if (rel >= 0) set(op, GP_E_REL, rel);
    else if (abs >= 0) set(op, GP_E_ABS, abs);
    else set(op, GP_E_COLUMN, 0);
}

/* The score as found, or one of those that decisions give. */
static void set_decided(gp_op *op, const gp_program *p) {
    gp_op given = *op;
    const gp_op *found = reg(p, op->a);
    set_choice(&given, p, op->args, op->nargs);
    set_choice(op, p, &op->a, 1);
    double bound = fmax(op->bound, given.bound), mag = fmax(found->mag, given.mag);
    if (op->error == given.error) op->bound = bound;
    else set(op, GP_E_COLUMN, 0);
    op->mag = mag;
}

static void set_clip(gp_op *op, const gp_program *p) {
    uint32_t regs[3] = {op->a, op->b, op->c};
    const gp_op *cap = reg(p, op->b), *floor_ = reg(p, op->c);
    set_choice(op, p, regs, 3);
    op->mag = cap && floor_ ? fmax(cap->mag, floor_->mag) : INFINITY;
    double r = rel_of(reg(p, op->a));
    if (op->error == GP_E_REL && r >= 0 && isfinite(op->mag)) set(op, GP_E_ABS, op->bound * op->mag);
}

/* Weighted mean: rounding of n products, n sums and a quotient, for the numerator and for the weights. */
static void set_mean(gp_op *op, const gp_program *p) {
    double worst = 0, mag = 0, weight = 0;
    for (uint32_t i = 1; i < op->nargs; i += 2) {
        const gp_op *s = reg(p, op->args[i]);
        double abs = abs_of(s), w = rel_of(reg(p, op->args[i - 1]));
        worst = abs < 0 || worst < 0 ? -1 : fmax(worst, abs);
        weight = w < 0 || weight < 0 ? -1 : fmax(weight, w);
        mag = fmax(mag, s->mag);
    }
    op->mag = mag;
    if (worst >= 0 && weight >= 0 && isfinite(mag))
        set(op, GP_E_ABS, worst * 1.0000001 + (2 * weight + (2.0 * op->nargs + 6) * U) * mag * 1.0000001);
    else set(op, GP_E_COLUMN, 0);
}

/* The lowest and the highest are one of the scores; the geometric mean is rounded to a decimal; the others know their bound row by row. */
static void set_aggregate(gp_op *op, const gp_program *p) {
    gp_aggregate how = op->node->scoring.aggregate;
    double mag = 0;
    bool decimal = how == GP_GEOMETRIC_MEAN || how == GP_MIN_OF || how == GP_MAX_OF;
    for (uint32_t i = 1; i < op->nargs; i += 2) {
        const gp_op *s = reg(p, op->args[i]);
        mag = fmax(mag, s->mag);
        decimal = decimal && (how == GP_GEOMETRIC_MEAN || s->error == GP_E_DECIMAL);
    }
    op->mag = mag * 1.0000001;
    set(op, decimal ? GP_E_DECIMAL : GP_E_COLUMN, 0);
}

static void set_total(gp_op *op, const gp_program *p) {
    double rel = 0, mag = 0;
    for (uint32_t i = 0; i < op->nargs; i += 2) {
        double r = rel_of(reg(p, op->args[i]));
        rel = r < 0 || rel < 0 ? -1 : fmax(rel, r);
        mag += reg(p, op->args[i])->mag;
    }
    op->mag = mag;
    if (rel >= 0) set(op, GP_E_REL, (rel + op->nargs * U) * 1.0000001);
    else set(op, GP_E_COLUMN, 0);
}

static void set_marks(gp_op *op, const gp_op *a, const gp_op *b) {
    double abs = abs_of(a);
    op->mag = a->mag * b->mag;
    if (abs >= 0 && isfinite(op->mag)) set(op, GP_E_ABS, abs * b->mag * 1.0000001 + 3 * U * op->mag);
    else set_product(op, a, b);
}

void gp_error_of(gp_op *op, const gp_program *p) {
    const gp_op *a = reg(p, op->a), *b = reg(p, op->b);
    uint32_t pair[2] = {op->a, op->b}, tail[2] = {op->b, op->c};
    op->mag = INFINITY;
    switch (op->code) {
    case GP_O_CONST: set_constant(op); break;
    case GP_O_NEG: case GP_O_ABS: set_choice(op, p, pair, 1); break;
    case GP_O_ADD: case GP_O_SUB: case GP_O_INTERPOLATE: set(op, GP_E_COLUMN, 0); break;
    case GP_O_MUL: case GP_O_DIV: set_product(op, a, b); break;
    case GP_O_RATIO: set_ratio(op, p); break;
    case GP_O_MIN: case GP_O_MAX: case GP_O_COALESCE: set_choice(op, p, pair, 2); break;
    case GP_O_IF_ELSE: set_choice(op, p, tail, 2); break;
    case GP_O_VARIED:
        set_choice(op, p, pair, 1);
        op->mag = INFINITY;
        break;
    case GP_O_COHORT: /* a mean is the binary64 nearest to it; all else is a decimal */
        if (p->asks[op->ref].kind == GP_ASK_MEAN) set(op, GP_E_REL, U);
        else set(op, GP_E_DECIMAL, 0);
        break;
    case GP_O_DATED: set_choice(op, p, op->args, op->nargs); break;
    case GP_O_ELAPSED: set(op, GP_E_REL, 2 * U); break;
    case GP_O_CLIP: set_clip(op, p); break;
    case GP_O_LEAF: {
        uint32_t regs[3] = {op->a, op->args[0], op->args[1]};
        set_choice(op, p, regs, 3);
        break;
    }
    case GP_O_PASS_FAIL: case GP_O_KNOWN_WEIGHT: op->mag = 1; set(op, GP_E_DECIMAL, 0); break;
    case GP_O_MEAN: set_mean(op, p); break;
    case GP_O_WITHHOLD: case GP_O_SURE: set_choice(op, p, pair, 1); break;
    case GP_O_AGGREGATE: set_aggregate(op, p); break;
    case GP_O_TOTAL: set_total(op, p); break;
    case GP_O_VETO: {
        uint32_t regs[2] = {op->a, op->c};
        set_choice(op, p, regs, 2);
        break;
    }
    case GP_O_COVERED: set_choice(op, p, pair, 2); break;
    case GP_O_DECIDED: set_decided(op, p); break;
    case GP_O_MARKS: set_marks(op, a, b); break;
    case GP_O_COVER: op->mag = 1; set(op, GP_E_REL, U); break; /* of what is plain, which is 1 */
    case GP_O_TIER: /* an edge or a mark, which is written */
        set_choice(op, p, op->args, op->nargs);
        if (op->error != GP_E_DECIMAL) set(op, GP_E_COLUMN, 0);
        op->mag = INFINITY;
        break;
    default: set(op, GP_E_DECIMAL, 0); break; /* data, truth values, results rounded to decimals */
    }
}

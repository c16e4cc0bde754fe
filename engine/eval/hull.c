/* Hulls: whether what a run says of a row with open values holds for each row of points within them, and how far a value is from its
 * target.
 * Invariant: `true` is a promise that searches rest on; whatever treats the unknown as unknown, not as every value at once, makes it
 * false. */
#include <math.h>

#include "eval/lanes.h"

/* A score that is not a single number is dealt with by its policy; above a cap nothing is lost without one. */
static bool leaf_is_hull(const gp_program *p, const gp_op *op) {
    return op->constant ? p->low_ends || op->unknown == GP_UNKNOWN_RANGE : op->unknown == GP_UNKNOWN_RANGE && op->args[0] != GP_NO_REG;
}

/* Weights of children that vary may leave one out: then the others count alone. */
static bool weights_are_constant(const gp_program *p, const gp_op *op) {
    for (uint32_t k = 0; k < op->nargs; k += 2)
        if (!p->ops[op->args[k]].constant) return false;
    return true;
}

static bool is_hull(const gp_program *p, const gp_op *op) {
    switch (op->code) {
    case GP_O_LEAF: return leaf_is_hull(p, op);
    case GP_O_RULE: case GP_O_ROLL: case GP_O_COHORT: case GP_O_WORD: case GP_O_DECIDE: case GP_O_DECIDED: case GP_O_SURE:
        return op->constant; /* they tell an interval from a point, or know it by a name of its own */
    case GP_O_STATUS: return op->constant || op->b == GP_NO_REG || p->ops[op->b].constant;
    case GP_O_STRIKES: return op->constant || op->unknown == GP_UNKNOWN_RANGE;
    case GP_O_MEAN: case GP_O_AGGREGATE: case GP_O_TOTAL: return op->constant || weights_are_constant(p, op);
    default: return true;
    }
}

bool gp_run_scores_by_cohort(const gp_run *run) {
    for (size_t k = 0; k < run->program->nasks; k++)
        if (!run->program->asks[k].of_subjects) return true;
    return false;
}

bool gp_run_reads(const gp_run *run, uint32_t datum) { return run->load_of[datum] != GP_NO_REG; }

bool gp_run_hulls(const gp_run *run) {
    const gp_program *p = run->program;
    if (gp_run_scores_by_cohort(run) || run->frame->nrulings) return false;
    for (size_t k = 0; k < p->nops; k++)
        if (!is_hull(p, &p->ops[k])) return false;
    return true;
}

/* ---- low ends ---- */

/* Whether a register rises with each operand that a score with two ends flows into; `flows` marks these. */
static bool rises(const gp_op *op, const bool *flows) {
    bool b = op->b != GP_NO_REG && flows[op->b], c = op->c != GP_NO_REG && flows[op->c];
    switch (op->code) {
    case GP_O_ADD: case GP_O_MIN: case GP_O_MAX: case GP_O_COVERED: return !c;
    case GP_O_SUB:
    case GP_O_CLIP:
    case GP_O_WITHHOLD:
    case GP_O_VETO:
    case GP_O_MARKS:
    case GP_O_ROUND_MARKS:
    case GP_O_GRADE:
    case GP_O_ROUND: return !b && !c;
    case GP_O_MEAN: case GP_O_AGGREGATE: case GP_O_TOTAL:
        for (uint32_t k = 0; k < op->nargs; k += 2)
            if (flows[op->args[k]]) return false; /* a weight */
        return true;
    default: return false;
    }
}

static bool reads_one(const gp_op *op, const bool *flows) {
    uint32_t regs[3] = {op->a, op->b, op->c};
    for (size_t k = 0; k < 3; k++)
        if (regs[k] != GP_NO_REG && flows[regs[k]]) return true;
    for (uint32_t k = 0; k < op->nargs; k++)
        if (op->args[k] != GP_NO_REG && flows[op->args[k]]) return true;
    return false;
}

void gp_program_take_low_ends(gp_program *p, gp_arena *scratch) {
    bool *flows = gp_arena_array(scratch, p->nops, sizeof *flows);
    for (size_t k = 0; k < p->nops; k++) {
        const gp_op *op = &p->ops[k];
        bool leaf = op->code == GP_O_LEAF;
        if (leaf && (op->unknown != GP_UNKNOWN_RANGE || (op->constant && op->args[1] == GP_NO_REG))) return;
        bool reads = reads_one(op, flows);
        if (reads && !rises(op, flows)) return;
        flows[k] = (leaf && op->constant) || (reads && op->code != GP_O_TOTAL); /* it only counts */
    }
    for (size_t k = 0; k < p->nops; k++)
        if (p->ops[k].code == GP_O_LEAF && p->ops[k].constant) p->ops[k].unknown = GP_UNKNOWN_ZERO;
    p->low_ends = true;
}

/* ---- distances ---- */

static gp_range above(const gp_run *run, uint32_t value, uint32_t target, size_t i) {
    if (value == GP_NO_REG || target == GP_NO_REG) return (gp_range){NAN, NAN};
    gp_val x = gp_run_value(run, value, i), t = gp_run_value(run, target, i);
    if ((x.flags | t.flags) & GP_V_ABSENT) return (gp_range){NAN, NAN};
    return (gp_range){gp_round_digits(x.lo - t.hi, 15), gp_round_digits(x.hi - t.lo, 15)};
}

static gp_range negative(gp_range r) { return (gp_range){0 - r.hi, 0 - r.lo}; }

gp_range gp_run_gap(const gp_run *run, const gp_node *node, size_t i) {
    const gp_slots *s = &run->program->slots[node->index];
    gp_range d, u;
    if (s->test == GP_NO_REG || node->nchild) return (gp_range){NAN, NAN};
    d = above(run, s->compared, s->target, i);
    switch (node->criterion.test) {
    case GP_AT_LEAST: case GP_MORE_THAN: case GP_REACHED: return d;
    case GP_AT_MOST: case GP_LESS_THAN: case GP_BY: return negative(d);
    case GP_BETWEEN:
        u = negative(above(run, s->compared, s->upper, i));
        return (gp_range){fmin(d.lo, u.lo), fmin(d.hi, u.hi)};
    case GP_EXACTLY: return (gp_range){0 - fmax(fabs(d.lo), fabs(d.hi)), d.lo <= 0 && d.hi >= 0 ? 0 : 0 - fmin(fabs(d.lo), fabs(d.hi))};
    default: return (gp_range){NAN, NAN};
    }
}

/* Scores of leaves: the method of a node becomes operations over its value and target, then cap and floor, then what is unknown.
 * Invariant: what a method gives is a fraction of full marks; a leaf without a score has none in any variant. */
#include "eval/compile.h"

static uint32_t compile_knots(gp_compiler *c, const gp_node *node, const gp_slots *s) {
    gp_op op = gp_op_of(GP_O_INTERPOLATE, s->value, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->scoring.nknots * 2, sizeof *op.args);
    for (size_t i = 0; i < node->scoring.nknots; i++) {
        op.args[op.nargs++] = gp_compile_param(c, &node->scoring.knots[i].x, node->evidence);
        op.args[op.nargs++] = gp_compile_param(c, &node->scoring.knots[i].score, node->evidence);
    }
    return gp_emit(c, op);
}

/* A target that makes a ratio meaningless (0 or less) gives `otherwise` where the plan has one. */
static uint32_t compile_ratio(gp_compiler *c, const gp_node *node, const gp_slots *s) {
    uint32_t ratio = gp_emit_for(c, node, GP_O_RATIO, s->value, s->target, s->upper), other = gp_compile_param(c, &node->scoring.otherwise, node->evidence);
    if (other == GP_NO_REG) return ratio;
    return gp_emit_for(c, node, GP_O_IF_ELSE, gp_emit_for(c, node, GP_O_GT, s->target, gp_emit_const(c, 0), GP_NO_REG), ratio, other);
}

static uint32_t compile_method(gp_compiler *c, const gp_node *node, gp_slots *s) {
    switch (node->scoring.method) {
    case GP_RATIO: return s->value == GP_NO_REG ? GP_NO_REG : compile_ratio(c, node, s);
    case GP_INTERPOLATE: return s->value == GP_NO_REG ? GP_NO_REG : compile_knots(c, node, s);
    case GP_RULE_METHOD: return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(c, node, GP_O_RULE_SCORE, s->test, s->timely, GP_NO_REG);
    default: return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(c, node, GP_O_PASS_FAIL, s->timely, GP_NO_REG, GP_NO_REG);
    }
}

uint32_t gp_compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p) {
    return given ? gp_compile_param(c, p, node->evidence) : GP_NO_REG;
}

/* Marks given as marks become fractions of the node's full marks. */
static uint32_t as_fraction(gp_compiler *c, const gp_node *node, uint32_t raw, bool all) {
    if (!node->scoring.in_marks) return raw;
    uint32_t full = gp_compile_full(c, node, all);
    return full == GP_NO_REG ? raw : gp_emit_for(c, node, GP_O_DIV, raw, full, GP_NO_REG);
}

static uint32_t emit_leaf(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t raw, gp_unknown unknown, bool all) {
    gp_op op = gp_op_of(GP_O_LEAF, raw, s->verdict, GP_NO_REG);
    op.node = node;
    op.nargs = 2;
    op.args = gp_arena_array(c->arena, 2, sizeof *op.args);
    op.args[0] = s->cap;
    op.args[1] = s->floor;
    op.unknown = unknown;
    op.flag = all;
    return gp_emit(c, op);
}

static bool within(const gp_compiler *c, uint32_t limit, double sign, double full) {
    const gp_op *op = limit == GP_NO_REG ? NULL : &c->p->ops[limit];
    return !op || (op->code == GP_O_CONST && sign * op->value >= full);
}

/* Met and unmet give 1 and 0, which most limits leave alone. */
static bool clips(const gp_compiler *c, const gp_node *node, const gp_slots *s) {
    if (s->cap == GP_NO_REG && s->floor == GP_NO_REG) return false;
    return node->scoring.method != GP_PASS_FAIL || !within(c, s->cap, 1, 1) || !within(c, s->floor, -1, 0);
}

static uint32_t compile_measure(gp_compiler *c, const gp_node *node, gp_slots *s) {
    bool measured = node->criterion.test == GP_TEST_NONE && node->nchild == 0;
    if (measured && !node->scoring.own) return GP_NO_REG;
    if (s->measure != GP_NO_REG) return s->measure;
    s->cap = gp_compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = gp_compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    return s->measure = compile_method(c, node, s);
}

static uint32_t compile_raw(gp_compiler *c, const gp_node *node, const gp_slots *s, bool all) {
    uint32_t raw = as_fraction(c, node, s->measure, all);
    return clips(c, node, s) ? gp_emit_for(c, node, GP_O_CLIP, raw, s->cap, s->floor) : raw;
}

void gp_compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (compile_measure(c, node, s) == GP_NO_REG) return;
    bool waivers = gp_differs(c, GP_SCORE_ALL), range = gp_differs(c, GP_SCORE_RANGE);
    gp_unknown unknown = node->scoring.unknown;
    s->raw = compile_raw(c, node, s, false);
    s->score[GP_SCORE] = s->score[GP_SCORE_BEFORE] = emit_leaf(c, node, s, s->raw, unknown, false);
    uint32_t all = waivers && node->scoring.in_marks ? compile_raw(c, node, s, true) : s->raw; /* a waived node has full marks there */
    s->score[GP_SCORE_ALL] = waivers ? emit_leaf(c, node, s, all, unknown, true) : s->score[GP_SCORE];
    s->score[GP_SCORE_RANGE] =
        range && unknown != GP_UNKNOWN_RANGE ? emit_leaf(c, node, s, s->raw, GP_UNKNOWN_RANGE, false) : s->score[GP_SCORE];
    if (range) s->known = gp_emit_for(c, node, GP_O_KNOWN_WEIGHT, s->raw, s->verdict, GP_NO_REG);
}

uint32_t gp_compile_leaf_counts(gp_compiler *c, const gp_node *node, bool all) {
    gp_slots *s = gp_slots_at(c, node);
    gp_compile_verdict(c, node);
    uint32_t measure = compile_measure(c, node, s);
    return measure == GP_NO_REG ? GP_NO_REG : emit_leaf(c, node, s, measure, node->scoring.unknown, all);
}

uint32_t gp_compile_curve(gp_compiler *c, const gp_node *node, const gp_expr *curve, uint32_t x, uint32_t target, uint32_t evidence) {
    uint32_t outer_x = c->curve_x, outer_target = c->curve_target;
    (void)node;
    c->curve_x = x;
    c->curve_target = target;
    uint32_t r = gp_compile_expr(c, curve, evidence);
    c->curve_x = outer_x;
    c->curve_target = outer_target;
    return r;
}

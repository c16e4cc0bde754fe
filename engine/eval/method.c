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
    case GP_RANK_METHOD: case GP_ZSCORE: case GP_PERCENTILE: return gp_compile_standing(c, node, s);
    case GP_RULE_METHOD: return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(c, node, GP_O_RULE_SCORE, s->test, s->timely, GP_NO_REG);
    default: return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(c, node, GP_O_PASS_FAIL, s->timely, GP_NO_REG, GP_NO_REG);
    }
}

uint32_t gp_compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p) {
    return given ? gp_compile_param(c, p, node->evidence) : GP_NO_REG;
}

/* Marks given as marks become fractions of the node's own full marks. */
static uint32_t as_fraction(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t raw) {
    if (!node->scoring.in_marks) return raw;
    bool done = node->scoring.method >= GP_RANK_METHOD && node->scoring.method <= GP_PERCENTILE && !node->scoring.nknots; /* in standing.c */
    if (s->full_marks != GP_NO_REG) return done ? raw : gp_emit_for(c, node, GP_O_DIV, raw, s->full_marks, GP_NO_REG);
    gp_diag *diag = gp_report(c->diags, GP_D_NOT_YET, node->scoring.at, "`in: marks` at `%.*s`, which has no `marks` of its own", GP_ARG(node->id));
    gp_hint(c->diags, diag, "give it `marks`, or write the scores as fractions of full marks");
    return raw;
}

static uint32_t emit_leaf(gp_compiler *c, const gp_node *node, const gp_slots *s, gp_unknown unknown, bool all) {
    gp_op op = gp_op_of(GP_O_LEAF, s->raw, s->verdict, GP_NO_REG);
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

void gp_compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    bool measured = node->criterion.test == GP_TEST_NONE && node->nchild == 0;
    if (measured && !node->scoring.own) return;
    s->cap = gp_compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = gp_compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    uint32_t raw = compile_method(c, node, s);
    if (raw == GP_NO_REG) return;
    raw = as_fraction(c, node, s, raw);
    if (clips(c, node, s)) raw = gp_emit_for(c, node, GP_O_CLIP, raw, s->cap, s->floor);
    s->raw = raw;
    s->score[GP_SCORE] = s->score[GP_SCORE_BEFORE] = emit_leaf(c, node, s, node->scoring.unknown, false);
    s->score[GP_SCORE_ALL] = gp_differs(c, GP_SCORE_ALL) ? emit_leaf(c, node, s, node->scoring.unknown, true) : s->score[GP_SCORE];
    bool range = gp_differs(c, GP_SCORE_RANGE) && node->scoring.unknown != GP_UNKNOWN_RANGE;
    s->score[GP_SCORE_RANGE] = range ? emit_leaf(c, node, s, GP_UNKNOWN_RANGE, false) : s->score[GP_SCORE];
    if (gp_asks_known(c)) s->known = gp_emit_for(c, node, GP_O_KNOWN_WEIGHT, s->raw, s->verdict, GP_NO_REG);
}

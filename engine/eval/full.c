/* Full marks: own `marks`, else what the weights make of the parent's, under `sum` what the parts add up to.
 * Invariant: whether a node counts is found without its full marks, so that these may be part of its score. */
#include "eval/compile.h"

static bool is_leaf(const gp_node *n) { return n->nchild == 0; }

static uint32_t compile_counts(gp_compiler *c, const gp_node *node, bool all);

/* The sum of `weight_of` each child that counts. Absent where none does. */
static uint32_t compile_base(gp_compiler *c, const gp_node *node, bool all, bool by_marks) {
    gp_op op = gp_op_of(GP_O_TOTAL, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild * 2, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_node *child = node->child[i];
        uint32_t counts = gp_counts_up(child) ? compile_counts(c, child, all) : GP_NO_REG;
        if (counts == GP_NO_REG) continue;
        gp_compile_head(c, child);
        uint32_t weight = by_marks ? gp_compile_full(c, child, all) : gp_slots_at(c, child)->weight;
        if (weight == GP_NO_REG) continue;
        op.args[op.nargs++] = weight;
        op.args[op.nargs++] = counts;
    }
    return op.nargs ? gp_emit(c, op) : GP_NO_REG;
}

/* A parent counts where a part of it does, unless a curve or a rule says what its score is. */
static uint32_t parent_counts(gp_compiler *c, const gp_node *node, bool all) {
    gp_slots *s = gp_slots_at(c, node);
    if (node->scoring.curve || node->scoring.aggregate == GP_RULE_AGGREGATE) {
        gp_compile_score(c, node);
        return s->score[all ? GP_SCORE_ALL : GP_SCORE];
    }
    uint32_t base = compile_base(c, node, all, false);
    gp_compile_verdict(c, node);
    if (base == GP_NO_REG || s->verdict == GP_NO_REG || (!node->applies && !node->waive)) return base;
    gp_op op = gp_op_of(GP_O_WITHHOLD, base, s->verdict, GP_NO_REG);
    op.node = node;
    op.flag = all;
    return gp_emit(c, op);
}

static uint32_t compile_counts(gp_compiler *c, const gp_node *node, bool all) {
    gp_slots *s = gp_slots_at(c, node);
    all = all && gp_differs(c, GP_SCORE_ALL);
    gp_stage stage = all ? GP_S_COUNTS_ALL : GP_S_COUNTS;
    if (gp_stage_done(c, node, GP_S_SCORE)) return s->score[all ? GP_SCORE_ALL : GP_SCORE];
    if (!gp_stage_begin(c, node, stage)) return s->counts[all];
    s->counts[all] = is_leaf(node) ? gp_compile_leaf_counts(c, node, all) : parent_counts(c, node, all);
    gp_stage_end(c, node, stage);
    return s->counts[all];
}

/* What the weight makes of the parent's full marks; items of a bonus or penalty are measured by what counts beside them. */
static uint32_t compile_share(gp_compiler *c, const gp_node *node, bool all) {
    gp_slots *s = gp_slots_at(c, node), *above = gp_slots_at(c, node->parent);
    uint32_t full = gp_compile_full(c, node->parent, all);
    if (above->base[all] == GP_NO_REG) above->base[all] = compile_base(c, node->parent, all, false);
    if (full == GP_NO_REG || above->base[all] == GP_NO_REG) return GP_NO_REG;
    return gp_emit_for(c, node, GP_O_DIV, gp_emit_for(c, node, GP_O_MUL, full, s->weight, GP_NO_REG), above->base[all], GP_NO_REG);
}

/* Where no part counts there is nothing to have. */
static uint32_t compile_sum(gp_compiler *c, const gp_node *node, bool all) {
    uint32_t sum = compile_base(c, node, all, true);
    return sum == GP_NO_REG ? sum : gp_emit_for(c, node, GP_O_COALESCE, sum, gp_emit_const(c, 0), GP_NO_REG);
}

static uint32_t make_full(gp_compiler *c, const gp_node *node, bool all) {
    gp_compile_head(c, node);
    gp_slots *s = gp_slots_at(c, node);
    if (s->full_marks != GP_NO_REG) return s->full_marks;
    if (gp_sums_up(node)) return compile_sum(c, node, all);
    if (!node->parent) return gp_emit_const(c, 100);
    return gp_sums_up(node->parent) ? s->weight : compile_share(c, node, all);
}

uint32_t gp_compile_full(gp_compiler *c, const gp_node *node, bool all) {
    all = all && gp_differs(c, GP_SCORE_ALL);
    gp_stage stage = all ? GP_S_FULL_ALL : GP_S_FULL;
    gp_slots *s = gp_slots_at(c, node);
    if (!gp_stage_begin(c, node, stage)) return s->full[all];
    s->full[all] = make_full(c, node, all);
    gp_stage_end(c, node, stage);
    return s->full[all];
}

uint32_t gp_compile_full_marks(gp_compiler *c, const gp_node *node) { return gp_compile_full(c, node, false); }

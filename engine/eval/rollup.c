/* Scores of parents: children together, bonus and penalty, vetoes, cap and floor, and the total of the subject with its marks.
 * Invariant: a variant of a score that makes no difference for a plan shares the registers of the plain one. */
#include "eval/compile.h"

bool gp_differs(const gp_compiler *c, gp_variant v) { return c->p->differs[v]; }

bool gp_counts_up(const gp_node *node) { return !node->item; }

/* What `sum` counts a child with are its full marks; what is known of its weight does not depend on them. */
static uint32_t weight_of(gp_compiler *c, const gp_node *node, const gp_node *child, int variant) {
    uint32_t marks = gp_sums_up(node) && variant >= 0 ? gp_compile_full(c, child, variant == GP_SCORE_ALL) : GP_NO_REG;
    return marks == GP_NO_REG ? gp_slots_at(c, child)->weight : marks;
}

static uint32_t compile_by_rule(gp_compiler *c, const gp_node *node, gp_variant variant) {
    uint32_t roll = gp_slots_at(c, node)->roll;
    if (variant != GP_SCORE) roll = gp_compile_roll(c, node, variant, GP_NO_REG);
    return roll == GP_NO_REG ? roll : gp_emit_for(c, node, GP_O_ROLL_SCORE, roll, GP_NO_REG, GP_NO_REG);
}

/* The children together, by the aggregate of the node; `variant` < 0: the share of known weight. GP_NO_REG when none has it. */
static uint32_t compile_group(gp_compiler *c, const gp_node *node, int variant) {
    gp_aggregate how = node->scoring.aggregate;
    if (how == GP_RULE_AGGREGATE && variant >= 0) return compile_by_rule(c, node, (gp_variant)variant);
    bool mean = variant < 0 || how == GP_WEIGHTED_MEAN || how == GP_SUM;
    gp_op op = gp_op_of(mean ? GP_O_MEAN : GP_O_AGGREGATE, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild * 2, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *s = gp_slots_at(c, node->child[i]);
        uint32_t r = variant < 0 ? s->known : s->up[variant];
        if (r == GP_NO_REG || !gp_counts_up(node->child[i])) continue;
        op.args[op.nargs++] = weight_of(c, node, node->child[i], variant);
        op.args[op.nargs++] = r;
    }
    return op.nargs ? gp_emit(c, op) : GP_NO_REG;
}

/* ---- bonus and penalty ---- */

/* What an item adds: its score times its full marks, as a fraction of the node's. Nothing where it does not count. */
static uint32_t compile_item(gp_compiler *c, const gp_node *node, const gp_node *item, gp_variant v) {
    bool all = v == GP_SCORE_ALL;
    gp_compile_score(c, item);
    uint32_t score = gp_slots_at(c, item)->up[v], full = gp_compile_full(c, item, all), whole = gp_compile_full(c, node, all);
    if (score == GP_NO_REG) return GP_NO_REG;
    if (full == GP_NO_REG || whole == GP_NO_REG) {
        gp_diag *diag = gp_report(c->diags, GP_D_MISSING_KEY, item->at, "`%.*s` is the item of a bonus or penalty and has no full marks",
                                  GP_ARG(item->id));
        gp_hint(c->diags, diag, "give it `marks`: nothing beside it counts, so its weight is no share of anything");
        return GP_NO_REG;
    }
    uint32_t part = gp_emit_for(c, item, GP_O_MUL, score, gp_emit_for(c, item, GP_O_DIV, full, whole, GP_NO_REG), GP_NO_REG);
    return gp_emit_for(c, item, GP_O_COALESCE, part, gp_emit_const(c, 0), GP_NO_REG);
}

/* All items of a bonus or penalty together, under its cap. */
static uint32_t compile_items(gp_compiler *c, const gp_node *node, const gp_bonus *b, gp_variant v) {
    uint32_t sum = GP_NO_REG;
    for (size_t i = 0; i < b->n; i++) {
        uint32_t part = compile_item(c, node, b->items[i], v);
        if (part == GP_NO_REG) continue;
        sum = sum == GP_NO_REG ? part : gp_emit_for(c, node, b->highest_only ? GP_O_MAX : GP_O_ADD, sum, part, GP_NO_REG);
    }
    uint32_t cap = gp_compile_param(c, &b->cap, node->evidence);
    if (sum == GP_NO_REG || cap == GP_NO_REG) return sum;
    uint32_t whole = b->in_marks ? gp_compile_full(c, node, v == GP_SCORE_ALL) : GP_NO_REG;
    if (whole != GP_NO_REG) cap = gp_emit_for(c, node, GP_O_DIV, cap, whole, GP_NO_REG);
    return gp_emit_for(c, node, GP_O_MIN, sum, cap, GP_NO_REG);
}

static uint32_t compile_extras(gp_compiler *c, const gp_node *node, uint32_t score, gp_variant v) {
    uint32_t bonus = node->bonus ? compile_items(c, node, node->bonus, v) : GP_NO_REG;
    uint32_t penalty = node->penalty ? compile_items(c, node, node->penalty, v) : GP_NO_REG;
    if (bonus != GP_NO_REG) score = gp_emit_for(c, node, GP_O_ADD, score, bonus, GP_NO_REG);
    return penalty == GP_NO_REG ? score : gp_emit_for(c, node, GP_O_SUB, score, penalty, GP_NO_REG);
}

/* A parent that does not apply or is waived counts nowhere, whatever lies below it. */
static uint32_t withhold(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t of, bool all) {
    if (of == GP_NO_REG || s->verdict == GP_NO_REG || (!node->applies && !node->waive)) return of;
    gp_op op = gp_op_of(GP_O_WITHHOLD, of, s->verdict, GP_NO_REG);
    op.node = node;
    op.flag = all;
    return gp_emit(c, op);
}

/* A parent of which it is not known whether it applies: of any score that its limits allow, as a leaf would be. */
static uint32_t unless_unsure(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t of, gp_variant variant) {
    bool all = variant == GP_SCORE_ALL;
    if (of == GP_NO_REG || s->applies == GP_NO_REG) return withhold(c, node, s, of, all);
    gp_slots limits = *s;
    if (s->cap == GP_NO_REG) limits.cap = gp_emit_const(c, 1);
    if (s->floor == GP_NO_REG) limits.floor = gp_emit_const(c, 0);
    limits.raw = gp_compile_sure(c, node, s, of);
    return gp_emit_leaf(c, node, &limits, variant == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : node->scoring.unknown, all);
}

/* The known share of a parent: none of it where the parent itself is not known to apply. */
static uint32_t compile_known(gp_compiler *c, const gp_node *node, const gp_slots *s) {
    uint32_t known = compile_group(c, node, -1);
    if (known == GP_NO_REG || s->applies == GP_NO_REG) return withhold(c, node, s, known, false);
    gp_slots none = *s;
    none.raw = gp_compile_sure(c, node, s, known);
    none.cap = none.floor = gp_emit_const(c, 0);
    return gp_emit_leaf(c, node, &none, GP_UNKNOWN_ZERO, false);
}

static uint32_t compile_rollup(gp_compiler *c, const gp_node *node, gp_slots *s, gp_variant variant) {
    uint32_t score = compile_group(c, node, (int)variant);
    if (score == GP_NO_REG) return score;
    if (node->scoring.curve) score = gp_compile_curve(c, node->scoring.curve, node->evidence, score, GP_NO_REG);
    score = compile_extras(c, node, score, variant);
    if (variant != GP_SCORE_BEFORE) score = gp_compile_score_vetoes(c, node, score, variant);
    if (s->cap != GP_NO_REG || s->floor != GP_NO_REG) score = gp_emit_for(c, node, GP_O_CLIP, score, s->cap, s->floor);
    return unless_unsure(c, node, s, score, variant);
}

/* Items may lie deeper than the children: a variant of their scores makes one here. */
static bool has_items(const gp_node *n) { return n->bonus || n->penalty; }

/* Whether a parent has a score of its own in a variant; before vetoes only those do that one strikes, and what lies above them. */
static bool has_own(gp_compiler *c, const gp_node *node, gp_variant v) {
    if (v == GP_SCORE || !gp_differs(c, v)) return v == GP_SCORE;
    if (v != GP_SCORE_BEFORE) return true;
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *child = gp_slots_at(c, node->child[i]);
        if (child->up[v] != child->up[GP_SCORE]) return true;
    }
    return gp_is_struck(c, node, false) || has_items(node);
}

void gp_compile_parent_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (node->scoring.own && node->scoring.method == GP_PASS_FAIL && node->level == GP_INDICATOR) {
        gp_compile_leaf_score(c, node, s);
        return;
    }
    s->cap = gp_compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = gp_compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    for (int v = 0; v < GP_VARIANTS; v++)
        s->score[v] = has_own(c, node, (gp_variant)v) ? compile_rollup(c, node, s, (gp_variant)v) : s->score[GP_SCORE];
    if (gp_asks_known(c)) s->known = compile_known(c, node, s);
}

void gp_compile_marks(gp_compiler *c, const gp_node *node) {
    gp_compile_score(c, node);
    gp_slots *s = gp_slots_at(c, node);
    uint32_t full = s->score[GP_SCORE] == GP_NO_REG || s->marks != GP_NO_REG ? GP_NO_REG : gp_compile_full(c, node, false);
    if (full == GP_NO_REG) return;
    s->marks = gp_emit_for(c, node, GP_O_MARKS, s->score[GP_SCORE], full, GP_NO_REG);
    gp_op op = gp_op_of(GP_O_ROUND_MARKS, s->marks, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.digits = node->scoring.decimals;
    s->rounded = gp_emit(c, op);
}

/* ---- the subject ---- */

void gp_compile_total(gp_compiler *c) {
    const gp_node *root = c->p->plan->root;
    gp_slots *s = gp_slots_at(c, root);
    if (s->score[GP_SCORE] == GP_NO_REG) return;
    if (gp_differs(c, GP_SCORE_RANGE)) {
        gp_op op = gp_op_of(GP_O_COVERED, s->score[GP_SCORE], s->score[GP_SCORE_RANGE], s->known);
        op.node = root;
        op.nargs = 1;
        op.args = gp_arena_array(c->arena, 1, sizeof *op.args);
        op.args[0] = gp_compile_param(c, &root->scoring.coverage, root->evidence);
        s->score[GP_SCORE] = gp_emit(c, op);
    }
    gp_compile_marks(c, root);
    gp_compile_ranks(c);
}

static bool asks_for_coverage(const gp_plan *plan) {
    const gp_param *p = &plan->root->scoring.coverage;
    return p->n && !(p->n == 1 && p->entry[0].expr->op == GP_X_CONST && p->entry[0].expr->value <= 0);
}

bool gp_asks_known(const gp_compiler *c) {
    return gp_differs(c, GP_SCORE_RANGE) || (c->p->plan->root->scoring.ranks && asks_for_coverage(c->p->plan));
}

void gp_find_variants(gp_compiler *c) {
    const gp_plan *plan = c->p->plan;
    bool other_policy = false;
    for (size_t i = 0; i < plan->nnodes; i++) {
        const gp_node *n = plan->nodes[i];
        if (n->waive) c->p->differs[GP_SCORE_ALL] = true;
        if (n->nvetoes) c->p->differs[GP_SCORE_BEFORE] = true;
        if (n->nchild == 0 && n->scoring.unknown != GP_UNKNOWN_RANGE) other_policy = true;
    }
    c->p->differs[GP_SCORE_FOUND] = c->frame->nrulings > 0;
    c->p->differs[GP_SCORE_RANGE] = other_policy && asks_for_coverage(plan);
}

/* Scores of parents: children together, vetoes, cap and floor, and the total of the subject with its marks.
 * Invariant: a variant of a score that makes no difference for a plan shares the registers of the plain one. */
#include "eval/compile.h"

bool gp_differs(const gp_compiler *c, gp_variant v) { return c->p->differs[v]; }

/* Weighted mean of what `pick` gives for each child; GP_NO_REG when none has it. */
static uint32_t compile_mean(gp_compiler *c, const gp_node *node, int variant) {
    gp_op op = gp_op_of(GP_O_MEAN, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild * 2, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *s = gp_slots_at(c, node->child[i]);
        uint32_t r = variant < 0 ? s->known : s->score[variant];
        if (r == GP_NO_REG) continue;
        op.args[op.nargs++] = s->weight;
        op.args[op.nargs++] = r;
    }
    return op.nargs ? gp_emit(c, op) : GP_NO_REG;
}

/* The node that a veto strikes: the subject, or the goal that bears it or lies nearest above. */
static const gp_node *veto_strikes(const gp_compiler *c, const gp_node *at, const gp_veto *v) {
    while (at->level > GP_GOAL) at = at->parent;
    return v->of_subject ? c->p->plan->root : at;
}

/* Vetoes borne at or below `at` that strike the node `struck` (a goal, or the subject). */
static uint32_t compile_vetoes(gp_compiler *c, const gp_node *struck, const gp_node *at, uint32_t score, gp_variant variant) {
    for (size_t i = 0; i < at->nvetoes; i++) {
        const gp_veto *v = &at->vetoes[i];
        if (veto_strikes(c, at, v) != struck || v->effect != GP_VETO_ZERO || gp_slots_at(c, at)->test == GP_NO_REG) continue;
        gp_op op = gp_op_of(GP_O_VETO_ZERO, score, gp_slots_at(c, at)->verdict, GP_NO_REG);
        op.node = at;
        op.unknown = variant == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : at->scoring.unknown;
        score = gp_emit(c, op);
    }
    for (size_t i = 0; i < at->nchild; i++) score = compile_vetoes(c, struck, at->child[i], score, variant);
    return score;
}

/* A parent that does not apply or is waived counts nowhere, whatever lies below it. */
static uint32_t withhold(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t of, bool all) {
    if (of == GP_NO_REG || s->verdict == GP_NO_REG || (!node->applies && !node->waive)) return of;
    gp_op op = gp_op_of(GP_O_WITHHOLD, of, s->verdict, GP_NO_REG);
    op.node = node;
    op.flag = all;
    return gp_emit(c, op);
}

static uint32_t compile_rollup(gp_compiler *c, const gp_node *node, gp_slots *s, gp_variant variant) {
    uint32_t score = compile_mean(c, node, (int)variant);
    if (score == GP_NO_REG) return score;
    if (variant != GP_SCORE_BEFORE) score = compile_vetoes(c, node, node, score, variant);
    if (s->cap != GP_NO_REG || s->floor != GP_NO_REG) score = gp_emit_for(c, node, GP_O_CLIP, score, s->cap, s->floor);
    return withhold(c, node, s, score, variant == GP_SCORE_ALL);
}

static bool is_struck(const gp_compiler *c, const gp_node *struck, const gp_node *at) {
    for (size_t i = 0; i < at->nvetoes; i++)
        if (veto_strikes(c, at, &at->vetoes[i]) == struck) return true;
    for (size_t i = 0; i < at->nchild; i++)
        if (is_struck(c, struck, at->child[i])) return true;
    return false;
}

/* Whether a parent has a score of its own in a variant; before vetoes only those do that one strikes, and what lies above them. */
static bool has_own(gp_compiler *c, const gp_node *node, gp_variant v) {
    if (v == GP_SCORE || !gp_differs(c, v)) return v == GP_SCORE;
    if (v != GP_SCORE_BEFORE) return true;
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *child = gp_slots_at(c, node->child[i]);
        if (child->score[v] != child->score[GP_SCORE]) return true;
    }
    return is_struck(c, node, node);
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
    if (gp_asks_known(c)) s->known = withhold(c, node, s, compile_mean(c, node, -1), false);
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
    if (s->full_marks == GP_NO_REG) s->full_marks = gp_emit_const(c, 100);
    s->marks = gp_emit_for(c, root, GP_O_MARKS, s->score[GP_SCORE], s->full_marks, GP_NO_REG);
    gp_op op = gp_op_of(GP_O_ROUND_MARKS, s->marks, GP_NO_REG, GP_NO_REG);
    op.node = root;
    op.digits = root->scoring.decimals;
    s->rounded = gp_emit(c, op);
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
    c->p->differs[GP_SCORE_RANGE] = other_policy && asks_for_coverage(plan);
}

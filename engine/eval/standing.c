/* Scores by standing in the cohort: rank, z-score and percentile become plain operations over what the cohort gives; ranks of the subjects.
 * Invariant: whatever enters a cohort is a written decimal: a datum as it is, a computed value with 12 significant digits. */
#include "eval/compile.h"
#include "eval/lanes.h"

static uint32_t emit2(gp_compiler *c, gp_opcode code, uint32_t a, uint32_t b) { return gp_emit(c, gp_op_of(code, a, b, GP_NO_REG)); }

/* No value where an operand (of IF_ELSE the condition) has none: 0 times what is missing is missing. */
static uint32_t strict(gp_compiler *c, gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    gp_op op = gp_op_of(code, a, b, third);
    op.strict = true;
    return gp_emit(c, op);
}

/* A subject to which the node, or what it lies in, does not apply is not in the cohort. */
static uint32_t where_it_applies(gp_compiler *c, const gp_node *node, uint32_t value) {
    for (const gp_node *n = node; n; n = n->parent) {
        if (!n->applies) continue;
        uint32_t none = gp_emit(c, gp_op_of(GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG));
        value = gp_emit(c, gp_op_of(GP_O_IF_ELSE, gp_compile_expr(c, n->applies, n->evidence), value, none));
    }
    return value;
}

static uint32_t written(gp_compiler *c, uint32_t value, bool single) {
    if (c->p->ops[value].error == GP_E_DECIMAL && !single) return value;
    gp_op op = gp_op_of(GP_O_WRITTEN, value, GP_NO_REG, GP_NO_REG);
    op.flag = single;
    return gp_emit(c, op);
}

static uint32_t add_ask(gp_compiler *c, gp_ask ask) {
    *GP_PUSH(c->arena, c->p->asks, c->p->nasks, c->p->cap_asks) = ask;
    return (uint32_t)(c->p->nasks - 1);
}

static uint32_t emit_ask(gp_compiler *c, gp_ask ask) {
    gp_op op = gp_op_of(GP_O_COHORT, ask.value, GP_NO_REG, GP_NO_REG);
    op.ref = add_ask(c, ask);
    return gp_emit(c, op);
}

/* A score that the method names, as a fraction of full marks. */
static uint32_t fraction(gp_compiler *c, const gp_node *node, const gp_slots *s, const gp_param *p) {
    uint32_t score = gp_compile_param(c, p, node->evidence);
    return node->scoring.in_marks && s->full_marks != GP_NO_REG ? emit2(c, GP_O_DIV, score, s->full_marks) : score;
}

/* ---- rank and percentile ---- */

/* (N - r + 1) / N: with ranks that count who is strictly better it is the share of the cohort that is as good or less good. */
static uint32_t by_share(gp_compiler *c, const gp_node *node, uint32_t value, gp_ties ties) {
    uint32_t n = emit_ask(c, (gp_ask){.kind = GP_ASK_COUNT, .value = value});
    uint32_t r =
        emit_ask(c, (gp_ask){.kind = GP_ASK_RANK, .value = value, .ties = ties, .low_first = gp_score_direction(node) < 0, .decimals = -1});
    return emit2(c, GP_O_DIV, emit2(c, GP_O_ADD, emit2(c, GP_O_SUB, n, r), gp_emit_const(c, 1)), n);
}

/* 1 - (r - 1) step */
static uint32_t by_step(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t r) {
    uint32_t one = gp_emit_const(c, 1), step = fraction(c, node, s, &node->scoring.step);
    return emit2(c, GP_O_SUB, one, strict(c, GP_O_MUL, emit2(c, GP_O_SUB, r, one), step, GP_NO_REG));
}

/* A staircase of the entries: each reaches from the one before it up to its rank, and nothing is left behind the last. Ranks are whole or
 * half, so a step a quarter behind an entry is met by none. */
static uint32_t by_list(gp_compiler *c, const gp_node *node, uint32_t r) {
    size_t n = node->scoring.nknots;
    gp_node *stairs = GP_NEW(c->arena, gp_node); /* as knots: clipped at their ends, whatever the plan says of those of others */
    *stairs = *node;
    stairs->scoring.outside = GP_CLIP;
    stairs->scoring.log_scale = false;
    gp_op op = gp_op_of(GP_O_INTERPOLATE, r, GP_NO_REG, GP_NO_REG);
    op.node = stairs;
    op.args = gp_arena_array(c->arena, 4 * n, sizeof *op.args);
    for (size_t i = 0; i < n; i++) {
        const struct gp_knot *k = &node->scoring.knots[i];
        uint32_t at = gp_emit_const(c, k->x.entry[0].expr->value + 0.25), before = gp_compile_param(c, &k->score, node->evidence);
        op.args[op.nargs++] = at;
        op.args[op.nargs++] = before;
        op.args[op.nargs++] = at;
        op.args[op.nargs++] = i + 1 < n ? gp_compile_param(c, &k[1].score, node->evidence) : gp_emit_const(c, 0);
    }
    return gp_emit(c, op);
}

static uint32_t by_rank(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t value) {
    gp_ask ask = {.kind = GP_ASK_RANK,
                  .value = value,
                  .ties = gp_ties_of(c->p->plan, node),
                  .low_first = gp_score_direction(node) < 0,
                  .decimals = -1};
    if (node->scoring.nknots) return by_list(c, node, emit_ask(c, ask));
    if (node->scoring.step.n) return by_step(c, node, s, emit_ask(c, ask));
    return by_share(c, node, value, ask.ties);
}

/* ---- z-score ---- */

/* mu + sigma (x - mean) / sd. Where sd is 0 all are equal to the mean, and the difference itself is 0. */
static uint32_t by_deviation(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t value) {
    uint32_t x = written(c, value, true);
    uint32_t mean = emit_ask(c, (gp_ask){.kind = GP_ASK_MEAN, .value = x});
    uint32_t sd = emit_ask(c, (gp_ask){.kind = GP_ASK_SD, .value = x, .sd = node->scoring.sd});
    uint32_t over = gp_score_direction(node) < 0 ? emit2(c, GP_O_SUB, mean, x) : emit2(c, GP_O_SUB, x, mean);
    uint32_t spread = emit2(c, GP_O_GT, sd, gp_emit_const(c, 0));
    uint32_t z = strict(c, GP_O_IF_ELSE, spread, emit2(c, GP_O_DIV, over, sd), over);
    return emit2(c, GP_O_ADD, fraction(c, node, s, &node->scoring.mu),
                 strict(c, GP_O_MUL, fraction(c, node, s, &node->scoring.sigma), z, GP_NO_REG));
}

uint32_t gp_compile_standing(gp_compiler *c, const gp_node *node, gp_slots *s) {
    uint32_t value = where_it_applies(c, node, s->value);
    s->standing = (uint32_t)c->p->nasks;
    switch (node->scoring.method) {
    case GP_RANK_METHOD: return by_rank(c, node, s, written(c, value, false));
    case GP_PERCENTILE: return by_share(c, node, written(c, value, false), GP_TIES_1224);
    default: return by_deviation(c, node, s, value);
    }
}

/* ---- the subjects ---- */

/* Ranks are taken on what is printed; on request on full values, which a computed one has 12 digits of. */
void gp_compile_ranks(gp_compiler *c) {
    const gp_node *root = c->p->plan->root;
    const gp_slots *s = gp_slots_at(c, root);
    if (!root->scoring.ranks || s->marks == GP_NO_REG) return;
    bool full = root->scoring.rank_on_full;
    gp_ask ask = {.kind = GP_ASK_RANK,
                  .value = full ? written(c, s->marks, false) : s->rounded,
                  .ties = gp_ties_of(c->p->plan, root),
                  .of_subjects = true};
    ask.decimals = full ? -1 : root->scoring.decimals;
    ask.low_first = c->p->plan->cohort.best == GP_BEST_LOW;
    c->p->rank = add_ask(c, ask);
    if (s->known != GP_NO_REG) c->p->no_total = emit2(c, GP_O_LT, s->known, gp_compile_param(c, &root->scoring.coverage, root->evidence));
}

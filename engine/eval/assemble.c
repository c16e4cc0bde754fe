/* From the tree of goals to verdict and score operations, children before parents.
 * Invariant: a variant of a score that makes no difference for a plan shares the registers of the plain one. */
#include <math.h>

#include "eval/compile.h"

static gp_slots *slots_of(gp_compiler *c, const gp_node *n) { return &c->p->slots[n->index]; }

static uint32_t emit_for(gp_compiler *c, const gp_node *node, gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    gp_op op = gp_op_of(code, a, b, third);
    op.node = node;
    return gp_emit(c, op);
}

static const gp_slots no_slots = {
    .value = GP_NO_REG, .target = GP_NO_REG, .upper = GP_NO_REG, .due = GP_NO_REG, .applies = GP_NO_REG, .test = GP_NO_REG, .timely = GP_NO_REG,
    .verdict = GP_NO_REG,
    .raw = GP_NO_REG, .score = {GP_NO_REG, GP_NO_REG, GP_NO_REG, GP_NO_REG}, .known = GP_NO_REG, .weight = GP_NO_REG, .full_marks = GP_NO_REG,
    .marks = GP_NO_REG, .rounded = GP_NO_REG, .cap = GP_NO_REG, .floor = GP_NO_REG,
};

/* ---- verdicts ---- */

static void refuse_rule(gp_compiler *c, const gp_node *node, const gp_rule *rule) {
    gp_text name = node->criterion.rule;
    if (rule)
        gp_report(c->diags, GP_D_RULE_READS, rule->at, "the rule `%.*s` reads %zu names; %d are the most", GP_ARG(name), rule->nreads, GP_RULE_READS);
    else gp_report(c->diags, GP_D_UNKNOWN_RULE, node->criterion.at, "there is no rule `%.*s`", GP_ARG(name));
}

static uint32_t compile_rule(gp_compiler *c, const gp_node *node) {
    const gp_rule *rule = c->host ? gp_host_rule(c->host, node->criterion.rule) : NULL;
    if (!rule || rule->nreads > GP_RULE_READS) {
        refuse_rule(c, node, rule);
        return GP_NO_REG;
    }
    gp_op op = gp_op_of(GP_O_RULE, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.rule = rule;
    op.nargs = (uint32_t)rule->nreads;
    op.args = gp_arena_array(c->arena, rule->nreads, sizeof *op.args);
    for (size_t i = 0; i < rule->nreads; i++) op.args[i] = gp_compile_name(c, rule->reads[i], node->evidence);
    return gp_emit(c, op);
}

static uint32_t compile_test(gp_compiler *c, const gp_node *node, gp_slots *s) {
    const gp_criterion *k = &node->criterion;
    gp_op op = gp_op_of(GP_O_TEST, s->value, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.nargs = k->test == GP_ONE_OF ? (uint32_t)k->noptions : k->test == GP_BETWEEN ? 2 : 1;
    op.args = gp_arena_array(c->arena, op.nargs, sizeof *op.args);
    if (k->test == GP_ONE_OF) {
        for (size_t i = 0; i < k->noptions; i++) op.args[i] = gp_compile_param(c, &k->options[i], node->evidence);
        s->options = op.args;
    } else {
        op.args[0] = s->target = gp_compile_param(c, &k->target, node->evidence);
        if (k->test == GP_BETWEEN) op.args[1] = s->upper = gp_compile_param(c, &k->upper, node->evidence);
    }
    return gp_emit(c, op);
}

/* What lies over a verdict: applicability, a waiver, the date on which it is due. */
static uint32_t compile_status(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (node->applies) s->applies = gp_compile_expr(c, node->applies, node->evidence);
    s->due = gp_compile_param(c, node->criterion.test == GP_BY ? &node->criterion.target : &node->criterion.due, node->evidence);
    s->timely = s->test;
    if (s->test != GP_NO_REG && s->due != GP_NO_REG) {
        gp_op op = gp_op_of(GP_O_STATUS, s->test, GP_NO_REG, s->due);
        op.node = node;
        op.flag = true;
        s->timely = gp_emit(c, op);
    }
    if (s->applies == GP_NO_REG && !node->waive) return s->timely;
    return emit_for(c, node, GP_O_STATUS, s->timely, s->applies, GP_NO_REG);
}

static void compile_leaf_verdict(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (node->value) s->value = gp_compile_expr(c, node->value, node->evidence);
    switch (node->criterion.test) {
    case GP_TEST_NONE: break;
    case GP_RULE: s->test = compile_rule(c, node); break;
    case GP_JUDGED: s->test = emit_for(c, node, GP_O_JUDGED, GP_NO_REG, GP_NO_REG, GP_NO_REG); break;
    default: s->test = compile_test(c, node, s); break;
    }
    s->verdict = compile_status(c, node, s);
}

static void compile_parent_verdict(gp_compiler *c, const gp_node *node, gp_slots *s) {
    gp_op op = gp_op_of(GP_O_PARENT, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) { /* what is measured is passed over, whether it applies or not */
        const gp_slots *child = slots_of(c, node->child[i]);
        op.args[op.nargs++] = child->test == GP_NO_REG ? GP_NO_REG : child->verdict;
    }
    bool any = false;
    for (uint32_t i = 0; i < op.nargs; i++) any = any || op.args[i] != GP_NO_REG;
    if (any) s->test = gp_emit(c, op);
    s->verdict = compile_status(c, node, s);
}

/* ---- scores ---- */

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
    uint32_t ratio = emit_for(c, node, GP_O_RATIO, s->value, s->target, s->upper), other = gp_compile_param(c, &node->scoring.otherwise, node->evidence);
    if (other == GP_NO_REG) return ratio;
    return emit_for(c, node, GP_O_IF_ELSE, emit_for(c, node, GP_O_GT, s->target, gp_emit_const(c, 0), GP_NO_REG), ratio, other);
}

static uint32_t compile_method(gp_compiler *c, const gp_node *node, gp_slots *s) {
    switch (node->scoring.method) {
    case GP_RATIO: return s->value == GP_NO_REG ? GP_NO_REG : compile_ratio(c, node, s);
    case GP_INTERPOLATE: return s->value == GP_NO_REG ? GP_NO_REG : compile_knots(c, node, s);
    case GP_RULE_METHOD: return s->test == GP_NO_REG ? GP_NO_REG : emit_for(c, node, GP_O_RULE_SCORE, s->test, s->timely, GP_NO_REG);
    default: return s->test == GP_NO_REG ? GP_NO_REG : emit_for(c, node, GP_O_PASS_FAIL, s->timely, GP_NO_REG, GP_NO_REG);
    }
}

static uint32_t compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p) {
    return given ? gp_compile_param(c, p, node->evidence) : GP_NO_REG;
}

/* Marks given as marks become fractions of the node's own full marks. */
static uint32_t as_fraction(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t raw) {
    if (!node->scoring.in_marks) return raw;
    if (s->full_marks != GP_NO_REG) return emit_for(c, node, GP_O_DIV, raw, s->full_marks, GP_NO_REG);
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

static bool differs(const gp_compiler *c, gp_variant v) { return c->p->differs[v]; }

static bool within(const gp_compiler *c, uint32_t limit, double sign, double full) {
    const gp_op *op = limit == GP_NO_REG ? NULL : &c->p->ops[limit];
    return !op || (op->code == GP_O_CONST && sign * op->value >= full);
}

/* Met and unmet give 1 and 0, which most limits leave alone. */
static bool clips(const gp_compiler *c, const gp_node *node, const gp_slots *s) {
    if (s->cap == GP_NO_REG && s->floor == GP_NO_REG) return false;
    return node->scoring.method != GP_PASS_FAIL || !within(c, s->cap, 1, 1) || !within(c, s->floor, -1, 0);
}

static void compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    bool measured = node->criterion.test == GP_TEST_NONE && node->nchild == 0;
    if (measured && !node->scoring.own) return;
    s->cap = compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    uint32_t raw = compile_method(c, node, s);
    if (raw == GP_NO_REG) return;
    raw = as_fraction(c, node, s, raw);
    if (clips(c, node, s)) raw = emit_for(c, node, GP_O_CLIP, raw, s->cap, s->floor);
    s->raw = raw;
    s->score[GP_SCORE] = s->score[GP_SCORE_BEFORE] = emit_leaf(c, node, s, node->scoring.unknown, false);
    s->score[GP_SCORE_ALL] = differs(c, GP_SCORE_ALL) ? emit_leaf(c, node, s, node->scoring.unknown, true) : s->score[GP_SCORE];
    bool range = differs(c, GP_SCORE_RANGE) && node->scoring.unknown != GP_UNKNOWN_RANGE;
    s->score[GP_SCORE_RANGE] = range ? emit_leaf(c, node, s, GP_UNKNOWN_RANGE, false) : s->score[GP_SCORE];
    if (differs(c, GP_SCORE_RANGE)) s->known = emit_for(c, node, GP_O_KNOWN_WEIGHT, s->raw, s->verdict, GP_NO_REG);
}

/* Weighted mean of what `pick` gives for each child; GP_NO_REG when none has it. */
static uint32_t compile_mean(gp_compiler *c, const gp_node *node, int variant) {
    gp_op op = gp_op_of(GP_O_MEAN, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild * 2, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *s = slots_of(c, node->child[i]);
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
        if (veto_strikes(c, at, v) != struck || v->effect != GP_VETO_ZERO || slots_of(c, at)->test == GP_NO_REG) continue;
        gp_op op = gp_op_of(GP_O_VETO_ZERO, score, slots_of(c, at)->verdict, GP_NO_REG);
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
    if (s->cap != GP_NO_REG || s->floor != GP_NO_REG) score = emit_for(c, node, GP_O_CLIP, score, s->cap, s->floor);
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
    if (v == GP_SCORE || !differs(c, v)) return v == GP_SCORE;
    if (v != GP_SCORE_BEFORE) return true;
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *child = slots_of(c, node->child[i]);
        if (child->score[v] != child->score[GP_SCORE]) return true;
    }
    return is_struck(c, node, node);
}

static void compile_parent_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (node->scoring.own && node->scoring.method == GP_PASS_FAIL && node->level == GP_INDICATOR) {
        compile_leaf_score(c, node, s);
        return;
    }
    s->cap = compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    for (int v = 0; v < GP_VARIANTS; v++)
        s->score[v] = has_own(c, node, (gp_variant)v) ? compile_rollup(c, node, s, (gp_variant)v) : s->score[GP_SCORE];
    if (differs(c, GP_SCORE_RANGE)) s->known = withhold(c, node, s, compile_mean(c, node, -1), false);
}

/* Grade bounds are written numbers: marks are rounded to be compared with them. */
static void check_grades(gp_compiler *c, const gp_node *node) {
    for (size_t k = 0; k < node->ngrades; k++)
        for (size_t i = 0; i < node->grades[k].at_least.n; i++) {
            const gp_expr *e = node->grades[k].at_least.entry[i].expr;
            if (!gp_expr_is_const(e)) gp_report(c->diags, GP_D_NOT_YET, e->at, "the bound `%.*s` of a grade is no constant", GP_ARG(e->text));
        }
}

static void compile_node(gp_compiler *c, const gp_node *node) {
    gp_slots *s = slots_of(c, node);
    *s = no_slots;
    s->weight = gp_compile_param(c, &node->weight, node->evidence);
    if (s->weight == GP_NO_REG) s->weight = gp_emit_const(c, 1);
    s->full_marks = gp_compile_param(c, &node->marks, node->evidence);
    check_grades(c, node);
    for (size_t i = 0; i < node->nchild; i++) compile_node(c, node->child[i]);
    if (node->level == GP_INDICATOR) c->p->nindicators++;
    if (node->nchild == 0 && node->level >= GP_INDICATOR) {
        compile_leaf_verdict(c, node, s);
        compile_leaf_score(c, node, s);
    } else {
        compile_parent_verdict(c, node, s);
        compile_parent_score(c, node, s);
    }
}

/* ---- the subject ---- */

static void compile_total(gp_compiler *c) {
    const gp_node *root = c->p->plan->root;
    gp_slots *s = slots_of(c, root);
    if (s->score[GP_SCORE] == GP_NO_REG) return;
    if (differs(c, GP_SCORE_RANGE)) {
        gp_op op = gp_op_of(GP_O_COVERED, s->score[GP_SCORE], s->score[GP_SCORE_RANGE], s->known);
        op.node = root;
        op.nargs = 1;
        op.args = gp_arena_array(c->arena, 1, sizeof *op.args);
        op.args[0] = gp_compile_param(c, &root->scoring.coverage, root->evidence);
        s->score[GP_SCORE] = gp_emit(c, op);
    }
    if (s->full_marks == GP_NO_REG) s->full_marks = gp_emit_const(c, 100);
    s->marks = emit_for(c, root, GP_O_MARKS, s->score[GP_SCORE], s->full_marks, GP_NO_REG);
    gp_op op = gp_op_of(GP_O_ROUND_MARKS, s->marks, GP_NO_REG, GP_NO_REG);
    op.node = root;
    op.digits = root->scoring.decimals;
    s->rounded = gp_emit(c, op);
}

static bool asks_for_coverage(const gp_plan *plan) {
    const gp_param *p = &plan->root->scoring.coverage;
    return p->n && !(p->n == 1 && p->entry[0].expr->op == GP_X_CONST && p->entry[0].expr->value <= 0);
}

static void find_variants(gp_compiler *c) {
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

void gp_compile_tree(gp_compiler *c) {
    find_variants(c);
    compile_node(c, c->p->plan->root);
    compile_total(c);
}

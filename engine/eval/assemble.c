/* From the tree of goals to operations, children before parents; verdicts here, scores in method.c and rollup.c.
 * Invariant: when a node is compiled its slots are complete: nothing above it adds to them. */
#include "eval/compile.h"

gp_slots *gp_slots_at(gp_compiler *c, const gp_node *n) { return &c->p->slots[n->index]; }

uint32_t gp_emit_for(gp_compiler *c, const gp_node *node, gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    gp_op op = gp_op_of(code, a, b, third);
    op.node = node;
    return gp_emit(c, op);
}

static const gp_slots no_slots = {
    .value = GP_NO_REG, .target = GP_NO_REG, .upper = GP_NO_REG, .due = GP_NO_REG, .applies = GP_NO_REG, .test = GP_NO_REG, .timely = GP_NO_REG,
    .verdict = GP_NO_REG,
    .raw = GP_NO_REG, .score = {GP_NO_REG, GP_NO_REG, GP_NO_REG, GP_NO_REG}, .known = GP_NO_REG, .weight = GP_NO_REG, .full_marks = GP_NO_REG,
    .marks = GP_NO_REG, .rounded = GP_NO_REG, .cap = GP_NO_REG, .floor = GP_NO_REG, .standing = GP_NO_REG,
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
    return gp_emit_for(c, node, GP_O_STATUS, s->timely, s->applies, GP_NO_REG);
}

static void compile_leaf_verdict(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (node->value) s->value = gp_compile_expr(c, node->value, node->evidence);
    switch (node->criterion.test) {
    case GP_TEST_NONE: break;
    case GP_RULE: s->test = compile_rule(c, node); break;
    case GP_JUDGED: s->test = gp_emit_for(c, node, GP_O_JUDGED, GP_NO_REG, GP_NO_REG, GP_NO_REG); break;
    default: s->test = compile_test(c, node, s); break;
    }
    s->verdict = compile_status(c, node, s);
}

static void compile_parent_verdict(gp_compiler *c, const gp_node *node, gp_slots *s) {
    gp_op op = gp_op_of(GP_O_PARENT, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) { /* what is measured is passed over, whether it applies or not */
        const gp_slots *child = gp_slots_at(c, node->child[i]);
        op.args[op.nargs++] = child->test == GP_NO_REG ? GP_NO_REG : child->verdict;
    }
    bool any = false;
    for (uint32_t i = 0; i < op.nargs; i++) any = any || op.args[i] != GP_NO_REG;
    if (any) s->test = gp_emit(c, op);
    s->verdict = compile_status(c, node, s);
}

/* ---- the tree ---- */

/* Grade bounds are written numbers: marks are rounded to be compared with them. */
static void check_grades(gp_compiler *c, const gp_node *node) {
    for (size_t k = 0; k < node->ngrades; k++)
        for (size_t i = 0; i < node->grades[k].at_least.n; i++) {
            const gp_expr *e = node->grades[k].at_least.entry[i].expr;
            if (!gp_expr_is_const(e)) gp_report(c->diags, GP_D_NOT_YET, e->at, "the bound `%.*s` of a grade is no constant", GP_ARG(e->text));
        }
}

static void compile_node(gp_compiler *c, const gp_node *node) {
    gp_slots *s = gp_slots_at(c, node);
    *s = no_slots;
    s->weight = gp_compile_param(c, &node->weight, node->evidence);
    if (s->weight == GP_NO_REG) s->weight = gp_emit_const(c, 1);
    s->full_marks = gp_compile_param(c, &node->marks, node->evidence);
    check_grades(c, node);
    for (size_t i = 0; i < node->nchild; i++) compile_node(c, node->child[i]);
    if (node->level == GP_INDICATOR) c->p->nindicators++;
    if (node->nchild == 0 && node->level >= GP_INDICATOR) {
        compile_leaf_verdict(c, node, s);
        gp_compile_leaf_score(c, node, s);
    } else {
        compile_parent_verdict(c, node, s);
        gp_compile_parent_score(c, node, s);
    }
}

void gp_compile_tree(gp_compiler *c) {
    gp_find_variants(c);
    compile_node(c, c->p->plan->root);
    gp_compile_total(c);
}

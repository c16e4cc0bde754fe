/* From the tree of goals to operations, children before parents; verdicts here, scores in method.c and rollup.c.
 * Invariant: each stage of a node (verdict, score, …) is made once, whoever asks first; what asks for itself is reported. */
#include <string.h>

#include "eval/compile.h"

gp_slots *gp_slots_at(gp_compiler *c, const gp_node *n) { return &c->p->slots[n->index]; }

uint32_t gp_emit_for(gp_compiler *c, const gp_node *node, gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    gp_op op = gp_op_of(code, a, b, third);
    op.node = node;
    return gp_emit(c, op);
}

static void clear_slots(gp_slots *s) {
    memset(s, 0xff, sizeof *s); /* GP_NO_REG everywhere */
    s->options = NULL;
    s->vetoes = NULL;
    s->nvetoes = s->cap_vetoes = 0;
}

/* ---- stages ---- */

static uint8_t *state_of(const gp_compiler *c, const gp_node *n, gp_stage stage) { return &c->state[n->index * GP_S_COUNT + stage]; }

static void report_cycle(gp_compiler *c, const gp_node *n) {
    if (c->asker && c->asker == c->in_cycle) return; /* one message for each expression that closes a cycle */
    c->in_cycle = c->asker;
    gp_text id = n->parent ? n->id : GP_TEXT("the subject");
    gp_diag *diag = gp_report(c->diags, GP_D_CYCLE, c->asker ? c->asker->at : n->at, "the result of `%.*s` needs itself", GP_ARG(id));
    diag->also = n->at;
    diag->also_what = GP_TEXT("what needs it");
    if (!c->asker) gp_hint(c->diags, diag, "give it `marks` of its own");
}

bool gp_stage_begin(gp_compiler *c, const gp_node *n, gp_stage stage) {
    uint8_t *state = state_of(c, n, stage);
    if (*state == 1) report_cycle(c, n);
    if (*state == 0) {
        *state = 1;
        return true;
    }
    return false;
}

void gp_stage_end(gp_compiler *c, const gp_node *n, gp_stage stage) { *state_of(c, n, stage) = 2; }
bool gp_stage_done(const gp_compiler *c, const gp_node *n, gp_stage stage) { return *state_of(c, n, stage) == 2; }

/* ---- verdicts ---- */

static void refuse_rule(gp_compiler *c, const gp_node *node, const gp_rule *rule) {
    gp_text name = node->criterion.rule;
    if (rule)
        gp_report(c->diags, GP_D_RULE_READS, rule->at, "the rule `%.*s` reads %zu names; %d are the most", GP_ARG(name), rule->nreads,
                  GP_RULE_READS);
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

/* `compare: rounded`: the digits of the criterion, else of the datum; without any the value is compared in full. */
static uint32_t compile_compared(gp_compiler *c, const gp_node *node, uint32_t value) {
    const gp_datum *datum = gp_node_datum(c->p->plan, node);
    int digits = node->has_digits ? node->digits : datum ? datum->digits : -1;
    if (!node->scoring.compare_rounded || digits < 0 || node->type.kind != GP_NUMBER) return value;
    gp_op op = gp_op_of(GP_O_ROUND, value, GP_NO_REG, GP_NO_REG);
    op.digits = digits - node->type.unit.scale; /* of the number as a person reads it */
    return gp_emit(c, op);
}

static uint32_t compile_test(gp_compiler *c, const gp_node *node, gp_slots *s) {
    const gp_criterion *k = &node->criterion;
    s->compared = compile_compared(c, node, s->value);
    gp_op op = gp_op_of(GP_O_TEST, s->compared, GP_NO_REG, GP_NO_REG);
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
    s->verdict = s->found = compile_status(c, node, s);
}

uint32_t gp_compile_roll(gp_compiler *c, const gp_node *node, gp_variant variant, uint32_t verdict) {
    const gp_rule *rule = c->host ? gp_host_rule(c->host, node->scoring.rule) : NULL;
    if (!rule || !rule->has_roll) {
        gp_report(c->diags, GP_D_UNKNOWN_RULE, node->scoring.aggregate_at, "there is no rule `%.*s` with a `roll`",
                  GP_ARG(node->scoring.rule));
        return GP_NO_REG;
    }
    gp_op op = gp_op_of(GP_O_ROLL, GP_NO_REG, verdict, GP_NO_REG);
    op.node = node;
    op.rule = rule;
    op.args = gp_arena_array(c->arena, 3 * node->nchild, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) {
        const gp_slots *child = gp_slots_at(c, node->child[i]);
        if (!gp_counts_up(node->child[i])) continue;
        gp_compile_score(c, node->child[i]);
        op.args[op.nargs++] = child->weight;
        op.args[op.nargs++] = child->up[variant];
        op.args[op.nargs++] = child->verdict;
    }
    return gp_emit(c, op);
}

/* The children together, as decided or as found. */
static uint32_t compile_children(gp_compiler *c, const gp_node *node, bool found) {
    gp_op op = gp_op_of(GP_O_PARENT, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = node;
    op.args = gp_arena_array(c->arena, node->nchild, sizeof *op.args);
    for (size_t i = 0; i < node->nchild; i++) { /* what is measured is passed over, whether it applies or not */
        const gp_slots *child = gp_slots_at(c, node->child[i]);
        gp_compile_verdict(c, node->child[i]);
        uint32_t verdict = found ? child->found : child->verdict;
        op.args[op.nargs++] = child->test == GP_NO_REG || !gp_counts_up(node->child[i]) ? GP_NO_REG : verdict;
    }
    bool any = false;
    for (uint32_t i = 0; i < op.nargs; i++) any = any || op.args[i] != GP_NO_REG;
    return any ? gp_emit(c, op) : GP_NO_REG;
}

static void compile_parent_verdict(gp_compiler *c, const gp_node *node, gp_slots *s) {
    bool decided = false;
    uint32_t test = s->test = compile_children(c, node, false);
    for (size_t i = 0; i < node->nchild; i++)
        decided = decided || gp_slots_at(c, node->child[i])->found != gp_slots_at(c, node->child[i])->verdict;
    if (node->scoring.aggregate == GP_RULE_AGGREGATE) {
        s->roll = gp_compile_roll(c, node, GP_SCORE, s->test);
        s->test = test != GP_NO_REG || s->roll == GP_NO_REG ? s->roll : s->test;
    }
    s->verdict = s->found = compile_status(c, node, s);
    if (!decided) return;
    gp_slots found = *s;
    found.test = compile_children(c, node, true);
    s->found = compile_status(c, node, &found);
}

/* ---- the tree ---- */

/* Grade bounds are written numbers: marks are rounded to be compared with them. */
static void check_grades(gp_compiler *c, const gp_node *node) {
    for (size_t k = 0; k < node->ngrades; k++)
        for (size_t i = 0; i < node->grades[k].at_least.n; i++) {
            const gp_expr *e = node->grades[k].at_least.entry[i].expr;
            if (!gp_expr_is_const(e))
                gp_report(c->diags, GP_D_NOT_YET, e->at, "the bound `%.*s` of a grade is no constant", GP_ARG(e->text));
        }
}

static bool is_leaf(const gp_node *n) { return n->nchild == 0 && n->level >= GP_INDICATOR; }

void gp_compile_head(gp_compiler *c, const gp_node *node) {
    gp_slots *s = gp_slots_at(c, node);
    if (!gp_stage_begin(c, node, GP_S_HEAD)) return;
    s->weight = gp_compile_param(c, &node->weight, node->evidence);
    if (s->weight == GP_NO_REG) s->weight = gp_emit_const(c, 1);
    s->full_marks = gp_compile_param(c, &node->marks, node->evidence);
    check_grades(c, node);
    if (node->level == GP_INDICATOR) c->p->nindicators++;
    gp_stage_end(c, node, GP_S_HEAD);
}

void gp_compile_verdict(gp_compiler *c, const gp_node *node) {
    gp_slots *s = gp_slots_at(c, node);
    gp_compile_head(c, node);
    if (!gp_stage_begin(c, node, GP_S_VERDICT)) return;
    if (is_leaf(node)) compile_leaf_verdict(c, node, s);
    else compile_parent_verdict(c, node, s);
    gp_stage_end(c, node, GP_S_VERDICT);
    if (node->level >= GP_INDICATOR && gp_is_ruled(c, node)) gp_compile_score(c, node); /* which has the decision over both */
}

/* Where a node has `decimals` of its own its parent counts the rounded marks. */
static void pass_up(gp_compiler *c, const gp_node *node, gp_slots *s) {
    for (int v = 0; v < GP_VARIANTS; v++) {
        s->up[v] = s->score[v];
        if (!node->own_decimals || !node->parent || s->score[v] == GP_NO_REG) continue;
        uint32_t full = gp_compile_full(c, node, v == GP_SCORE_ALL);
        if (full == GP_NO_REG) continue;
        gp_op op = gp_op_of(GP_O_ROUND_MARKS, gp_emit_for(c, node, GP_O_MARKS, s->score[v], full, GP_NO_REG), GP_NO_REG, GP_NO_REG);
        op.node = node;
        op.digits = node->scoring.decimals;
        s->up[v] =
            v && s->score[v] == s->score[GP_SCORE] ? s->up[GP_SCORE] : gp_emit_for(c, node, GP_O_DIV, gp_emit(c, op), full, GP_NO_REG);
    }
}

void gp_compile_score(gp_compiler *c, const gp_node *node) {
    gp_slots *s = gp_slots_at(c, node);
    gp_compile_verdict(c, node);
    if (!gp_stage_begin(c, node, GP_S_SCORE)) return;
    for (size_t i = 0; i < node->nchild; i++) gp_compile_score(c, node->child[i]);
    if (is_leaf(node)) gp_compile_leaf_score(c, node, s);
    else gp_compile_parent_score(c, node, s);
    if (node->level >= GP_INDICATOR) gp_compile_decision(c, node, s);
    pass_up(c, node, s);
    gp_stage_end(c, node, GP_S_SCORE);
}

/* Grades as registers only where a veto acts on them: elsewhere they are read off the rounded marks of whoever asks. */
void gp_compile_tree(gp_compiler *c) {
    const gp_plan *plan = c->p->plan;
    gp_find_variants(c);
    for (size_t i = 0; i < plan->nnodes; i++) clear_slots(&c->p->slots[i]);
    gp_compile_score(c, plan->root);
    gp_compile_total(c);
    gp_compile_disqualified(c, plan->root);
    c->p->unranked = gp_slots_at(c, plan->root)->disqualified;
    for (size_t i = 0; i < plan->nnodes; i++)
        if (gp_is_struck(c, plan->nodes[i], true) || c->p->slots[i].roll != GP_NO_REG) gp_compile_grade(c, plan->nodes[i]);
}

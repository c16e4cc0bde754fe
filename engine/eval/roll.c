/* Aggregates by a rule: what the rule is told of the children, and what becomes of its answer.
 * Invariant: a score that is no single number is not shown to the rule; without a score from it the result is as open as that. */
#include <math.h>

#include "eval/lanes.h"
#include "plan/words.h"

const gp_rule_answer *gp_roll_answer(const gp_run *run, uint32_t k, gp_pass pass, size_t i) {
    return gp_run_answer(run, k, gp_pass_row(run, pass, i));
}

static gp_rule_child child_of(const gp_run *run, const gp_op *op, uint32_t k, gp_pass pass, size_t i) {
    gp_val w = gp_pass_value(run, pass, op->args[k], i);
    gp_rule_child c = {.score = NAN, .weight = w.flags & GP_V_ABSENT || w.lo != w.hi ? 0 : w.lo};
    if (op->args[k + 1] != GP_NO_REG) {
        gp_val s = gp_pass_value(run, pass, op->args[k + 1], i);
        if (!(s.flags & GP_V_ABSENT) && s.lo == s.hi) c.score = s.lo;
    }
    if (op->args[k + 2] != GP_NO_REG) {
        uint8_t v = gp_pass_verdict(run, pass, op->args[k + 2], i);
        c.verdict = v < GP_VERDICT_COUNT ? gp_words_verdict.list[v] : NULL;
    }
    return c;
}

/* A grade that the node does not have is the rule's fault. */
static void check_grade(gp_rule_answer *answer, gp_run *run, const gp_op *op) {
    if (!answer->grade.s) return;
    for (size_t k = 0; k < op->node->ngrades; k++)
        if (gp_text_eq(op->node->grades[k].name, answer->grade)) return;
    gp_buf b;
    gp_buf_init(&b, run->keeps);
    gp_buf_printf(&b, "rule `%.*s` gave the grade `%.*s`, which is none of those here", GP_ARG(op->rule->name), GP_ARG(answer->grade));
    *answer = (gp_rule_answer){.outcome = GP_RULE_ERROR, .score = NAN, .reason = gp_buf_take(&b), .open_datum = UINT32_MAX};
}

uint8_t gp_roll(gp_run *run, const gp_op *op, uint32_t k, gp_pass pass, size_t i) {
    gp_rule_answer *answer = gp_run_answer(run, k, gp_pass_row(run, pass, i));
    uint32_t n = op->nargs / 3, at = 0;
    for (uint32_t j = 0; j < op->node->nchild && at < n; j++) {
        if (op->node->child[j]->item) continue;
        run->children[at] = child_of(run, op, 3 * at, pass, i);
        run->children[at++].id = op->node->child[j]->id;
    }
    const gp_scoring *s = &op->node->scoring;
    gp_host_roll(answer, run->options.host, run->keeps, op->rule, gp_run_arguments(run, s->with, s->nwith, gp_pass_row(run, pass, i)),
                 s->nwith, run->children, n);
    check_grade(answer, run, op);
    if (answer->outcome != GP_RULE_SCORE) return gp_verdict_of_rule(answer);
    return op->b == GP_NO_REG ? GP_MEASURED : gp_pass_verdict(run, pass, op->b, i);
}

static bool any_open(const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    for (uint32_t k = 1; k < op->nargs; k += 3) {
        if (op->args[k] == GP_NO_REG) continue;
        gp_val s = gp_pass_value(run, pass, op->args[k], i);
        if (!(s.flags & GP_V_ABSENT) && s.lo != s.hi) return true;
    }
    return false;
}

gp_val gp_roll_score(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    const gp_rule_answer *answer = gp_roll_answer(run, op->a, pass, i);
    double s = gp_score_of_rule(answer->score);
    if (!isnan(answer->score)) return (gp_val){.lo = s, .hi = s, .decimal = true};
    bool open = answer->outcome == GP_RULE_ERROR || any_open(run, &run->program->ops[op->a], pass, i);
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = open ? GP_V_MISS : GP_V_ABSENT | GP_V_MISS | GP_V_NONE, .decimal = true};
}

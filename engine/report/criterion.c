/* What is asked of a row: criterion, rule, judgement or parts, with its place and the words that it quotes.
 * Invariant: says what the plan says; nothing of the data. */
#include <math.h>

#include "report/story.h"

static const gp_node *node_of(const gp_story *t) { return t->e->row->node; }

/* What the scenario asks is not what the plan quotes. */
static void tell_quote(gp_story *t, gp_text cite, gp_place at) {
    bool laid = t->w->info->laid && at.file != node_of(t)->at.file;
    if (laid) gp_tell(t, "取自情景,", "of the scenario, ");
    if (cite.n && !laid) {
        gp_tell(t, "“", "“");
        gp_tell_text(t, cite);
        gp_tell(t, "”,", "”, ");
    }
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, at);
    gp_story_detail(t);
}

static void tell_argument(gp_story *t, const gp_argument *a, bool first) {
    gp_tell(t, first ? "(" : "、", first ? " (" : ", ");
    gp_tell_text(t, a->name);
    gp_tell(t, " = ", " = ");
    if (a->kind == GP_STRING) gp_tell_text(t, a->text);
    else if (a->kind == GP_BOOL) gp_tell(t, a->value != 0 ? "是" : "否", a->value != 0 ? "yes" : "no");
    else gp_tell_number(t, a->value);
}

static void tell_rule(gp_story *t) {
    const gp_criterion *k = &node_of(t)->criterion;
    gp_tell(t, "按规则 ", "by the rule ");
    gp_tell_text(t, k->rule);
    for (size_t i = 0; i < k->nwith; i++) tell_argument(t, &k->with[i], i == 0);
    if (k->nwith) gp_tell(t, ")", ")");
    gp_story_line(t);
    if (!t->e->rule) return;
    gp_tell_text(t, t->e->rule->doc);
    gp_story_detail(t);
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, t->e->rule->at);
    gp_story_detail(t);
}

static void tell_require(gp_story *t) {
    const gp_node *n = node_of(t);
    size_t binding = 0;
    for (size_t i = 0; i < n->nchild; i++) binding += n->child[i]->binding;
    if (n->nchild == 1) gp_tell(t, "以下 1 项达成", "the part below is met");
    else if (n->require == 0) gp_buf_printf(&t->part, gp_story_zh(t) ? "以下 %zu 项全部达成" : "all of the %zu parts below are met", n->nchild);
    else if (n->require < 0) gp_buf_printf(&t->part, gp_story_zh(t) ? "以下 %zu 项中至少 1 项达成" : "any of the %zu parts below is met", n->nchild);
    else if (gp_story_zh(t)) gp_buf_printf(&t->part, "以下 %zu 项中至少 %d 项达成", n->nchild, n->require);
    else gp_buf_printf(&t->part, "at least %d of the %zu parts below are met", n->require, n->nchild);
    if (binding) gp_tell(t, ";约束性的项必须达成", "; those that are binding have to be");
    gp_story_line(t);
}

static const struct { const char *zh[2], *en[2]; } TESTS[] = { /* what stands before and behind the target */
    [GP_AT_LEAST] = {{"不低于 ", ""}, {"at least ", ""}},
    [GP_AT_MOST] = {{"不高于 ", ""}, {"at most ", ""}},
    [GP_MORE_THAN] = {{"高于 ", ""}, {"more than ", ""}},
    [GP_LESS_THAN] = {{"低于 ", ""}, {"less than ", ""}},
    [GP_EXACTLY] = {{"等于 ", ""}, {"exactly ", ""}},
    [GP_REACHED] = {{"至少到“", "”这一阶段"}, {"at least at the stage ", ""}},
    [GP_BY] = {{"不晚于 ", ""}, {"no later than ", ""}},
};

/* The target as it was reckoned, else as it is written behind the sign of the criterion. */
static gp_text target_of(const gp_story *t) {
    const gp_row *r = t->e->row;
    if (isfinite(r->target) && t->e->against.n) return t->e->against;
    size_t at = 0;
    while (at < r->criterion.n && r->criterion.s[at] != ' ') at++;
    while (at < r->criterion.n && r->criterion.s[at] == ' ') at++;
    return (gp_text){r->criterion.s + at, r->criterion.n - at};
}

/* Criteria with two targets, several or a word. */
static bool tell_other_test(gp_story *t) {
    const gp_row *r = t->e->row;
    gp_test test = node_of(t)->criterion.test;
    if (test == GP_BETWEEN && isfinite(r->upper) && isfinite(r->target)) {
        gp_tell(t, "在 ", "from ");
        gp_quantity_print(&t->part, r->target, &r->type.unit);
        gp_tell(t, " 至 ", " to ");
        gp_quantity_print(&t->part, r->upper, &r->type.unit);
        gp_tell(t, " 之间", "");
    } else if (test == GP_IS && isfinite(r->target)) {
        gp_tell(t, r->target != 0 ? "为“是”" : "为“否”", r->target != 0 ? "yes" : "no");
    } else if (test == GP_NOT || test == GP_ONE_OF) {
        gp_tell(t, test == GP_NOT ? "不等于 " : "为以下之一:", test == GP_NOT ? "other than " : "one of ");
        gp_tell_text(t, target_of(t));
    } else {
        return false;
    }
    return true;
}

static void tell_test(gp_story *t) {
    const gp_row *r = t->e->row;
    gp_test test = node_of(t)->criterion.test;
    gp_tell(t, "完成值", "the actual is ");
    if (tell_other_test(t)) {
        /* said */
    } else if (test < GP_COUNT(TESTS) && TESTS[test].zh[0] && r->criterion.s) {
        gp_tell(t, TESTS[test].zh[0], TESTS[test].en[0]);
        gp_tell_text(t, target_of(t));
        gp_tell(t, TESTS[test].zh[1], TESTS[test].en[1]);
    } else {
        gp_tell(t, " ", "");
        gp_criterion_put(&t->part, t->w, r);
    }
    gp_story_line(t);
    if (test == GP_BY || !isfinite(t->e->due)) return;
    char text[16];
    gp_tell(t, "期限 ", "due by ");
    gp_buf_put(&t->part, text, gp_date_print(text, (int32_t)t->e->due));
    gp_story_line(t);
}

static void tell_applies(gp_story *t) {
    const gp_node *n = node_of(t);
    if (n->binding) {
        gp_tell(t, "约束性:未达成则所在目标未达成", "binding: its goal is unmet when this is");
        gp_story_line(t);
    }
    if (!n->applies) return;
    gp_tell(t, "适用条件:", "applies where ");
    gp_tell_text(t, n->applies->text);
    gp_story_line(t);
}

bool gp_story_late(const gp_story *t) {
    const gp_row *r = t->e->row;
    return r->verdict == GP_UNMET && r->node->criterion.test != GP_BY && isfinite(t->e->due) && r->margin >= 0;
}

void gp_tell_sign(gp_story *t) {
    static const char *const SIGNS[] = {[GP_AT_LEAST] = "≥ ", [GP_AT_MOST] = "≤ ", [GP_MORE_THAN] = "> ", [GP_LESS_THAN] = "< ",
                                        [GP_EXACTLY] = "= ", [GP_REACHED] = "≥ ", [GP_BY] = "≤ "};
    gp_test test = node_of(t)->criterion.test;
    if (test >= GP_COUNT(SIGNS) || !SIGNS[test]) {
        gp_criterion_put(&t->part, t->w, t->e->row);
        return;
    }
    gp_buf_str(&t->part, SIGNS[test]);
    gp_tell_text(t, target_of(t));
    if (test == GP_BY || !isfinite(t->e->due)) return;
    char text[16];
    gp_tell(t, ",期限 ", " by ");
    gp_buf_put(&t->part, text, gp_date_print(text, (int32_t)t->e->due));
}

void gp_tell_required(gp_story *t) {
    const gp_node *n = node_of(t);
    gp_story_open(t, GP_L_REQUIRED);
    if (n->nchild) tell_require(t);
    else if (n->criterion.test == GP_RULE) tell_rule(t);
    else if (n->criterion.test == GP_JUDGED) {
        gp_tell(t, "由人评判:以评判的等次和理由为准", "a person judges it: the tier and the reason given decide");
        gp_story_line(t);
    } else if (n->criterion.test != GP_TEST_NONE) tell_test(t);
    gp_place at = n->criterion.test == GP_TEST_NONE ? n->at : n->criterion.at;
    if (t->sections[t->n - 1].n && n->level != GP_SUBJECT) tell_quote(t, n->cite, at);
    tell_applies(t);
    gp_story_close(t);
}

/* Where marks come from: the method, its limits and arithmetic, what is done about the unknown, full marks, marks, vetoes.
 * Invariant: marks are those of the row, rounded as the plan says. */
#include <math.h>

#include "report/story.h"

static const struct { const char *zh, *en; } METHODS[GP_METHOD_COUNT] = {
    [GP_PASS_FAIL] = {"直接赋分", "all or nothing"},
    [GP_RATIO] = {"完成比例赋分", "ratio of actual and target"},
    [GP_INTERPOLATE] = {"折点之间按直线取值", "straight lines between knots"},
    [GP_DEDUCT] = {"扣分法", "deduction"},
    [GP_BANDS] = {"分档计分", "bands"},
    [GP_EFFICACY] = {"功效系数法", "efficacy coefficient"},
    [GP_EFFICACY_BANDS] = {"分档功效系数法", "efficacy coefficient by bands"},
    [GP_GOALPOSTS] = {"上下限标准值", "goalposts"},
    [GP_PROGRESS] = {"相对基期值的进展", "progress from the baseline"},
    [GP_PACE] = {"序时进度", "pace"},
    [GP_RANK_METHOD] = {"位次法", "rank"},
    [GP_ZSCORE] = {"标准分(z 值)", "z-score"},
    [GP_PERCENTILE] = {"百分位", "percentile"},
    [GP_TIERS] = {"评判等级赋分", "tiers"},
    [GP_RULE_METHOD] = {"按规则", "by the rule"},
    [GP_CURVE] = {"按表达式", "by an expression"},
};
static const struct { const char *zh, *en; } UNKNOWNS[] = {
    [GP_UNKNOWN_RANGE] = {"未知的得分记为区间", "what is unknown is kept as a range"},
    [GP_UNKNOWN_ZERO] = {"未知的得分取最低", "of what is unknown the lowest counts"},
    [GP_UNKNOWN_EXCLUDE] = {"未知的不计入", "what is unknown is left out"},
    [GP_UNKNOWN_FULL] = {"未知的得分取最高", "of what is unknown the highest counts"},
};

static const struct { const char *zh, *en; } AGGREGATES[] = {
    [GP_WEIGHTED_MEAN] = {"按权重平均", "the mean by weight"},
    [GP_SUM] = {"各项得分相加", "the sum of the marks"},
    [GP_GEOMETRIC_MEAN] = {"按权重取几何平均", "the geometric mean by weight"},
    [GP_HARMONIC_MEAN] = {"按权重取调和平均", "the harmonic mean by weight"},
    [GP_MIN_OF] = {"取最低的一项", "the lowest of the parts"},
    [GP_MAX_OF] = {"取最高的一项", "the highest of the parts"},
    [GP_WORST_MEAN] = {"取最低的几项平均", "the mean of the lowest parts"},
    [GP_RULE_AGGREGATE] = {"按规则", "by a rule"},
};

static const gp_node *node_of(const gp_story *t) { return t->e->row->node; }

/* ---- method ---- */

static void tell_limit(gp_story *t, bool given, const gp_param *p, const char *zh, const char *en) {
    if (!given || !p->text.n) return;
    gp_tell(t, zh, en);
    gp_tell_text(t, p->text);
}

static bool is_less_better(const gp_node *n) {
    gp_test test = n->criterion.test;
    return n->scoring.direction ? n->scoring.direction < 0 : test == GP_AT_MOST || test == GP_LESS_THAN;
}

static void tell_method(gp_story *t) {
    const gp_scoring *s = &node_of(t)->scoring;
    gp_tell(t, "计分方法:", "method: ");
    bool reversed = s->method == GP_RATIO && is_less_better(node_of(t));
    if (reversed) gp_tell(t, "完成比例赋分(反向:目标值 / 完成值)", "ratio of target and actual, as less is better");
    else if (s->method < GP_METHOD_COUNT && METHODS[s->method].zh) gp_tell(t, METHODS[s->method].zh, METHODS[s->method].en);
    if (s->method == GP_RATIO && t->e->row->type.kind == GP_STAGE)
        gp_tell(t, ",按阶段的序号(第一个阶段为 0)", ", by the number of the stage (the first is 0)");
    if (s->fell_back) gp_tell(t, "(上级设定的方法不适用于这类要求)", " (the method set above does not fit such a requirement)");
    if (s->method != GP_PASS_FAIL) {
        tell_limit(t, s->has_cap, &s->cap, ",封顶 ", ", at most ");
        tell_limit(t, s->has_floor, &s->floor, ",保底 ", ", at least ");
    }
    gp_story_line(t);
}

static void tell_aggregate(gp_story *t) {
    gp_aggregate how = node_of(t)->scoring.aggregate;
    if (how >= GP_COUNT(AGGREGATES)) return;
    gp_tell(t, "合成:", "together: ");
    gp_tell(t, AGGREGATES[how].zh, AGGREGATES[how].en);
    gp_story_line(t);
}

static void tell_steps(gp_story *t) {
    for (size_t i = 0; i < t->e->nsteps; i++)
        if (t->e->steps[i].scored) gp_tell_step(t, &t->e->steps[i]);
}

static void tell_unknown(gp_story *t) {
    const gp_row *r = t->e->row;
    if (node_of(t)->nchild) return;
    bool open = isnan(t->e->raw.lo) || t->e->raw.lo != t->e->raw.hi;
    gp_unknown policy = node_of(t)->scoring.unknown;
    if (!open || r->verdict == GP_WAIVED || r->verdict == GP_NOT_APPLICABLE) return;
    gp_tell(t, UNKNOWNS[policy].zh, UNKNOWNS[policy].en);
    if (isfinite(r->score.lo)) {
        gp_tell(t, ":分值的 ", ": ");
        gp_tell_share(t, r->score);
        gp_tell(t, "", " of the full marks");
    }
    gp_story_line(t);
}

/* ---- marks ---- */

static void tell_full(gp_story *t) {
    const gp_row *r = t->e->row, *up = node_of(t)->parent ? &t->e->of->rows[node_of(t)->parent->index] : NULL;
    gp_tell(t, "分值 ", "full marks ");
    gp_tell_marks(t, r->full_marks, node_of(t)->scoring.decimals);
    gp_tell(t, " 分", "");
    if (isfinite(t->e->weights) && up) {
        gp_tell(t, ":“", ": of the ");
        if (gp_story_zh(t)) gp_tell_node(t, up);
        gp_tell(t, "”的 ", "");
        gp_tell_marks(t, up->full_marks, up->node->scoring.decimals);
        gp_tell(t, " 分按权重分给各项,本项权重 ", " marks of ");
        if (!gp_story_zh(t)) gp_tell_node(t, up);
        gp_tell(t, "", ", by weight: ");
        gp_tell_number(t, r->weight);
        gp_tell(t, ",各项权重合计 ", " of ");
        gp_tell_number(t, t->e->weights);
    }
    gp_story_line(t);
}

static void tell_marks(gp_story *t) {
    const gp_row *r = t->e->row;
    gp_tell(t, "得分 ", "marks ");
    gp_marks_put(&t->part, r->marks, gp_is_single(r->marks));
    gp_tell(t, " 分,为分值的 ", ", ");
    gp_tell_share(t, r->score);
    gp_tell(t, "", " of the full marks");
    if (t->e->own.lost > 0) {
        gp_tell(t, ",失 ", ", loses ");
        gp_tell_marks(t, t->e->own.lost, node_of(t)->scoring.decimals);
        gp_tell(t, " 分", "");
    }
    gp_story_line(t);
}

static void tell_none(gp_story *t) {
    gp_verdict v = t->e->row->verdict;
    if (v == GP_NOT_APPLICABLE) gp_tell(t, "不计分:不适用的不计入任何合计", "it has no score: what does not apply counts nowhere");
    else if (v == GP_WAIVED) gp_tell(t, "不计分:豁免的只计入“不计豁免的得分”", "it has no score: what is waived counts only in the score without waivers");
    else gp_tell(t, "不计分", "it has no score");
    gp_story_line(t);
}

void gp_tell_score(gp_story *t) {
    const gp_row *r = t->e->row;
    gp_story_open(t, GP_L_SCORED);
    bool excluded = node_of(t)->scoring.unknown == GP_UNKNOWN_EXCLUDE && r->verdict != GP_MEASURED;
    bool left_out = r->verdict == GP_NOT_APPLICABLE || r->verdict == GP_WAIVED;
    if (isnan(r->score.lo) && (left_out || (isnan(t->e->raw.lo) && !excluded))) {
        tell_none(t);
        gp_story_close(t);
        return;
    }
    if (node_of(t)->nchild) tell_aggregate(t);
    else tell_method(t);
    tell_steps(t);
    tell_unknown(t);
    if (isfinite(t->e->before.lo) || isfinite(t->e->before.hi)) {
        gp_tell(t, "否决前为分值的 ", "before vetoes: ");
        gp_tell_share(t, t->e->before);
        gp_tell(t, ",否决后为 ", " of the full marks; after them: ");
        gp_tell_share(t, r->score);
        gp_story_line(t);
    }
    if (isfinite(r->full_marks)) tell_full(t);
    if (isfinite(r->marks.lo)) tell_marks(t);
    gp_story_close(t);
}

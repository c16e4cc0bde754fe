/* What a row rests on: each datum with its value, basis, time, source and place; then the arithmetic, step by step.
 * Invariant: a datum that is missing or does not count is named as well. */
#include <math.h>

#include "report/story.h"

static const gp_datum *datum_of(const gp_story *t, const gp_input *in) { return &t->w->info->plan->data[in->datum]; }

static void tell_period(gp_story *t, gp_period p) {
    char text[32];
    gp_buf_put(&t->part, text, gp_period_print(text, p));
}

/* ---- data ---- */

static void tell_words(gp_story *t, const gp_type *type, const gp_interval *v) {
    const gp_pool *texts = &t->w->info->frame->texts;
    bool single = v->lo == v->hi, last = type->kind == GP_STAGE && type->words && v->hi == (double)type->words->n - 1;
    if (type->kind == GP_BOOL) {
        gp_tell(t, !single ? "未知" : v->lo != 0 ? "是" : "否", !single ? "unknown" : v->lo != 0 ? "yes" : "no");
        return;
    }
    if (!single && isfinite(v->lo)) gp_tell(t, v->lo_open ? "晚于 " : "至少 ", v->lo_open ? "beyond " : "at least ");
    if (isfinite(v->lo)) gp_value_put(&t->part, type, v->lo, texts);
    if (!single && isfinite(v->lo) && isfinite(v->hi) && !last) gp_tell(t, ",", ", ");
    if (!single && isfinite(v->hi) && !last) gp_tell(t, "至多 ", "at most ");
    if (!single && isfinite(v->hi) && !last) gp_value_put(&t->part, type, v->hi, texts);
}

static void tell_value(gp_story *t, const gp_type *type, const gp_interval *v) {
    if (type->kind == GP_NUMBER) gp_interval_put(&t->part, v, &type->unit);
    else tell_words(t, type, v);
}

/* 272.02 亿元, and what it stands for when it covers nine months and cannot fall. */
static void tell_given(gp_story *t, const gp_input *in) {
    const gp_datum *d = datum_of(t, in);
    if (!in->opened || !in->written.n) {
        tell_value(t, &d->type, &in->value);
        return;
    }
    gp_tell_text(t, in->written);
    gp_tell(t, ",至考核期末只增不减,按 ", ", which can only grow until the period ends and counts as ");
    tell_value(t, &d->type, &in->value);
    gp_tell(t, " 计", "");
}

static void tell_standing(gp_story *t, const gp_input *in) {
    static const char *const BASIS[GP_BASIS_COUNT] = {
        "final data",    "data of part of the period", "provisional data", "an estimate", "a forecast",
        "asserted only", "data of another period"};
    gp_tell(t, ",", ", ");
    if (!in->beyond) {
        gp_buf_str(&t->part, gp_story_zh(t) ? gp_basis_word(in->basis, GP_ZH) : BASIS[in->basis]);
        gp_tell(t, "数据,", ", ");
    }
    gp_tell(t, "时段 ", "covers ");
    tell_period(t, in->covers);
    if (in->has_on) {
        char text[16];
        gp_tell(t, ",达到日期 ", ", reached on ");
        gp_buf_put(&t->part, text, gp_date_print(text, in->on));
    }
    if (in->beyond)
        gp_tell(t, ",超出考核期:累计量不能截取一段,不算数值", ", which reaches outside the period: no part of it can be told, so it is no value");
    else if (!in->counts) gp_tell(t, ";不计作佐证", "; does not count as evidence");
}

/* A value of the scenario, beside what the data say. */
static void tell_laid(gp_story *t, const gp_input *in) {
    gp_tell(t, ",取自情景;", ", of the scenario; ");
    if (isnan(in->was.lo)) gp_tell(t, "数据中没有", "the data do not give it");
    else {
        gp_tell(t, "数据中为 ", "the data say ");
        tell_value(t, &datum_of(t, in)->type, &in->was);
    }
}

static void tell_source(gp_story *t, const gp_input *in) {
    if (in->cite.n) {
        gp_buf_str(&t->part, "“");
        gp_tell_text(t, in->cite);
        gp_tell(t, "”,", "”, ");
    }
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, in->at);
    gp_story_detail(t);
}

static void tell_input(gp_story *t, const gp_input *in) {
    const gp_datum *d = datum_of(t, in);
    gp_tell_text(t, d->label);
    if (!gp_text_eq(d->label, d->name)) {
        gp_tell(t, "(", " (");
        gp_tell_text(t, d->name);
        gp_tell(t, ")", ")");
    }
    gp_tell(t, ":", ": ");
    if (!in->present && !in->laid) {
        gp_tell(t, "缺(数据中没有)", "missing: the data do not give it");
        gp_story_line(t);
        return;
    }
    if (in->present) tell_given(t, in);
    else gp_tell(t, "缺", "missing");
    if (in->laid) tell_laid(t, in);
    else tell_standing(t, in);
    gp_story_line(t);
    tell_source(t, in);
}

static void tell_judgement(gp_story *t) {
    const gp_judgement *j = t->e->judged;
    if (!j) {
        gp_tell(t, "尚无评判", "no judgement is given");
        gp_story_line(t);
        return;
    }
    gp_tell(t, "评判为 ", "judged ");
    gp_tell_text(t, j->tier);
    if (j->by.s) {
        gp_tell(t, ",评判人 ", " by ");
        gp_tell_text(t, j->by);
    }
    gp_tell(t, ":", ": ");
    gp_tell_text(t, j->reason);
    gp_story_line(t);
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, j->at);
    gp_story_detail(t);
}

void gp_tell_inputs(gp_story *t) {
    gp_story_open(t, GP_L_EVIDENCE);
    for (size_t i = 0; i < t->e->ninputs; i++) tell_input(t, &t->e->inputs[i]);
    if (t->e->row->node->criterion.test == GP_JUDGED) tell_judgement(t);
    gp_story_close(t);
}

/* ---- arithmetic ---- */

void gp_tell_step(gp_story *t, const gp_step *s) {
    if (!s->name.s) gp_buf_printf(&t->part, "[%u]", s->number);
    gp_tell_text(t, s->name);
    if (s->worded) {
        gp_tell(t, s->exact ? " = " : " ≈ ", s->exact ? " = " : " ≈ ");
        gp_tell_text(t, s->result);
        gp_tell(t, "(", " (");
        gp_tell_text(t, s->formula);
        gp_tell(t, ")", ")");
        gp_story_line(t);
        return;
    }
    gp_tell(t, " = ", " = ");
    gp_tell_text(t, s->formula);
    if (s->numbers.n) {
        gp_tell(t, " = ", " = ");
        gp_tell_text(t, s->numbers);
    }
    gp_tell(t, s->exact ? " = " : " ≈ ", s->exact ? " = " : " ≈ ");
    gp_tell_text(t, s->result);
    gp_story_line(t);
}

static void tell_outcome(gp_story *t, const gp_row *r, uint8_t tested) {
    bool single = r->actual.lo == r->actual.hi;
    if (tested == GP_MET && single) gp_tell(t, ":符合", ": it holds");
    else if (tested == GP_MET) gp_tell(t, ":在此范围内无论多少都符合", ": it holds wherever in that range the value lies");
    else if (tested == GP_UNMET && single) gp_tell(t, ":不符合", ": it does not hold");
    else if (tested == GP_UNMET) gp_tell(t, ":在此范围内无论多少都不符合", ": it does not hold anywhere in that range");
    else gp_tell(t, ":在此范围内有的值符合,有的不符合,不能判定", ": it holds in one part of that range and not in the other, so it cannot be decided");
    gp_story_line(t);
}

/* The stage is reached, but after its day. */
static void tell_late(gp_story *t) {
    char text[16];
    for (size_t i = 0; i < t->e->ninputs; i++) {
        if (!t->e->inputs[i].has_on) continue;
        gp_tell(t, ",达到日期 ", ", reached on ");
        gp_buf_put(&t->part, text, gp_date_print(text, t->e->inputs[i].on));
    }
    gp_tell(t, ",晚于期限 ", ", after it was due on ");
    gp_buf_put(&t->part, text, gp_date_print(text, (int32_t)t->e->due));
    gp_tell(t, ":不符合", ": it does not hold");
    gp_story_line(t);
}

/* What a rule gave, and what that means. */
static void tell_answer(gp_story *t) {
    const gp_rule_answer *a = t->e->answer;
    if (!a || a->outcome == GP_RULE_ERROR) return;
    gp_tell(t, "规则的结果:", a->outcome == GP_RULE_SCORE ? "the rule gives " : "the rule says ");
    if (a->outcome == GP_RULE_SCORE) {
        gp_tell_number(t, a->score);
        gp_tell(t, " 分(满分为 1),满 1 为达成", " of 1; it is met at 1 and above");
    } else {
        gp_buf_str(&t->part, gp_verdict_word(gp_verdict_of_answer(a), t->w->style.lang));
        if (isfinite(a->score)) {
            gp_tell(t, ",得分占分值 ", ", share of full marks ");
            gp_tell_share(t, (gp_range){a->score, a->score});
        }
    }
    gp_story_line(t);
}

static void tell_comparison(gp_story *t) {
    const gp_row *r = t->e->row;
    if (!t->e->measured.s || r->node->criterion.test == GP_TEST_NONE) return;
    if (!r->has_actual || (isnan(r->target) && r->verdict == GP_NO_DATA)) {
        if (!r->has_actual) gp_tell(t, "完成值未知,不能判定", "the actual is not known, so it cannot be decided");
        else gp_tell(t, "目标值未知,不能判定", "the target is not known, so it cannot be decided");
        gp_story_line(t);
        return;
    }
    bool decided = r->verdict <= GP_UNMET || !isnan(r->margin);
    uint8_t tested = r->verdict <= GP_UNMET ? (uint8_t)r->verdict : !isnan(r->margin) ? (r->margin < 0 ? GP_UNMET : GP_MET) : GP_UNDECIDED;
    gp_tell(t, "完成值 ", "the actual ");
    gp_tell_text(t, t->e->measured);
    gp_tell(t, ",要求 ", ", required ");
    gp_tell_sign(t);
    if (gp_story_late(t)) {
        tell_late(t);
        return;
    }
    if (decided || r->verdict == GP_UNDECIDED || r->verdict == GP_NO_DATA) tell_outcome(t, r, tested);
    else gp_story_line(t);
}

void gp_tell_steps(gp_story *t) {
    gp_story_open(t, GP_L_RECKONED);
    for (size_t i = 0; i < t->e->nsteps; i++)
        if (!t->e->steps[i].scored) gp_tell_step(t, &t->e->steps[i]);
    tell_comparison(t);
    tell_answer(t);
    gp_story_close(t);
}

/* How far a verdict is from turning: margin, flip, what it would take to be met, and the marks to the next grade.
 * Invariant: a value at which something turns is exact; what is said of one datum holds with all others as they are. */
#include <math.h>

#include "report/story.h"

/* Which side of the target is met, and whether the target itself is. */
typedef struct side { bool known, upwards, included; } side;

static side side_of(gp_test t) {
    switch (t) {
    case GP_AT_LEAST: case GP_REACHED: return (side){true, true, true};
    case GP_MORE_THAN: return (side){true, true, false};
    case GP_AT_MOST: case GP_BY: return (side){true, false, true};
    case GP_LESS_THAN: return (side){true, false, false};
    default: return (side){0};
    }
}

/* ---- margin ---- */

/* Of rates in points, of dates in days, of stages in steps; without its sign. */
static void tell_distance(gp_story *t, const gp_row *row) {
    gp_row r = *row;
    gp_buf b;
    gp_buf_init(&b, t->w->scratch);
    r.margin = fabs(r.margin);
    gp_margin_put(&b, t->w, &r);
    gp_text text = gp_buf_take(&b);
    bool sign = text.n && text.s[0] == '+', points = r.type.kind == GP_NUMBER && gp_text_is(r.type.unit.text, "%");
    if (sign) text = (gp_text){text.s + 1, text.n - 1};
    if (!points && r.type.kind != GP_STAGE) {
        gp_tell_text(t, text);
        return;
    }
    size_t number = 0;
    while (number < text.n && text.s[number] != ' ') number++;
    gp_tell_text(t, (gp_text){text.s, number});
    if (!points) gp_tell(t, " 个阶段", fabs(r.margin) == 1 ? " stage" : " stages");
    else gp_tell(t, " 个百分点", fabs(r.margin) == 0.01 ? " percentage point" : " percentage points");
}

static void tell_margin(gp_story *t) {
    const gp_row *r = t->e->row;
    if (!isfinite(r->margin)) return;
    bool short_of = r->margin < 0 || (r->margin == 0 && r->verdict == GP_UNMET);
    bool range = r->actual.lo != r->actual.hi;
    gp_tell(t, short_of ? "差 " : range ? "余量(取最不利的值) " : "余量 ", short_of ? "short by " : range ? "margin, at the worst, " : "margin ");
    tell_distance(t, r);
    if (isfinite(t->e->relative)) {
        gp_tell(t, ",相当于目标值的 ", ", which is ");
        gp_tell_share(t, (gp_range){t->e->relative, t->e->relative});
        gp_tell(t, "", " of the target");
    }
    gp_story_line(t);
}

/* ---- flip ---- */

static void tell_above(gp_story *t, gp_text at, bool included) {
    gp_tell(t, included ? "达到 " : "超过 ", included ? "at " : "above ");
    gp_tell_text(t, at);
    gp_tell(t, included ? " 或以上" : "", included ? " or more" : "");
}

static void tell_below(gp_story *t, gp_text at, bool included) {
    gp_tell(t, included ? "不高于 " : "低于 ", included ? "at " : "below ");
    gp_tell_text(t, at);
    gp_tell(t, "", included ? " or less" : "");
}

/* The words for the two sides of a date or a stage. */
static void tell_ordinal(gp_story *t, gp_text at, bool upwards, bool included, gp_kind kind) {
    if (kind == GP_DATE) {
        gp_tell(t, upwards ? "晚于 " : "不晚于 ", upwards ? "later than " : "no later than ");
        gp_tell_text(t, at);
        return;
    }
    gp_tell(t, upwards ? "至少到“" : "还没有到“", upwards ? "at least at " : "not yet at ");
    gp_tell_text(t, at);
    gp_tell(t, "”", "");
    (void)included;
}

static void tell_region(gp_story *t, gp_text at, side s, gp_kind kind) {
    if (kind != GP_NUMBER) tell_ordinal(t, at, s.upwards, s.included, kind);
    else (s.upwards ? tell_above : tell_below)(t, at, s.included);
}

static side other(side s) { return (side){true, !s.upwards, !s.included}; }

/* The two sides of the target, the one that would be news first. */
static void tell_flip(gp_story *t) {
    const gp_row *r = t->e->row;
    side met = side_of(r->node->criterion.test);
    if (!met.known || !isfinite(r->target) || !t->e->against.n) return;
    gp_kind kind = r->type.kind;
    if (r->verdict != GP_MET) {
        gp_tell(t, "达成所需:完成值", "to be met: the actual is ");
        tell_region(t, t->e->against, met, kind);
        gp_story_line(t);
    }
    if (r->verdict == GP_UNMET || r->verdict == GP_NOT_DUE || (r->verdict == GP_MET && kind == GP_STAGE)) return;
    if (r->verdict == GP_MET) gp_tell(t, "临界点:完成值", "the flip: unmet when the actual is ");
    else gp_tell(t, "未达成则为:完成值", "to be unmet: the actual is ");
    tell_region(t, t->e->against, other(met), kind);
    if (r->verdict == GP_MET) gp_tell(t, ",即转为未达成", "");
    gp_story_line(t);
}

static void tell_between(gp_story *t) {
    const gp_row *r = t->e->row;
    if (r->node->criterion.test != GP_BETWEEN || !isfinite(r->flip)) return;
    gp_tell(t, "临界点:", "the flip: ");
    gp_quantity_print(&t->part, r->flip, &r->type.unit);
    gp_tell(t, ",即区间中离完成值最近的一端", ", the end of the interval that is nearest to the actual");
    gp_story_line(t);
}

/* ---- one datum ---- */

static const gp_datum *datum_of(const gp_story *t, uint32_t datum) { return &t->w->info->plan->data[datum]; }

/* A value that is one datum, held against a constant, turns where the row does. */
static bool is_plain(const gp_story *t) {
    const gp_expr *value = t->e->row->node->value;
    return t->e->ninputs == 1 && value && value->op == GP_X_NAME && value->ref < t->w->info->plan->ndata;
}

static void tell_turn(gp_story *t, const gp_turn *turn) {
    const gp_datum *d = datum_of(t, turn->datum);
    gp_buf b;
    gp_buf_init(&b, t->w->scratch);
    if (!turn->exact) gp_buf_str(&b, gp_story_zh(t) ? "约 " : "about ");
    gp_quantity_print(&b, turn->exact ? turn->at : gp_round_digits(turn->at, 6), &d->type.unit);
    side s = {true, turn->upwards, turn->included};
    bool met = t->e->row->verdict == GP_MET;
    gp_tell(t, t->e->ninputs > 1 ? "其他数据不变," : "", t->e->ninputs > 1 ? "all else as it is, with " : "with ");
    gp_tell_text(t, d->label);
    gp_tell(t, " ", " ");
    tell_region(t, gp_buf_take(&b), met ? other(s) : s, GP_NUMBER);
    gp_tell(t, met ? ",则转为未达成" : ",则达成", met ? " it is unmet" : " it is met");
    gp_story_line(t);
}

/* Whether what the value does would change the verdict: not where a waiver lies over it, or whether it applies at all is open. */
static bool decides(const gp_row *r) {
    if (r->verdict == GP_WAIVED) return false;
    return r->verdict <= GP_UNMET || r->verdict == GP_NOT_DUE || !isfinite(r->margin);
}

static void tell_too_late(gp_story *t) {
    char text[16];
    gp_tell(t, "达成所需:在期限 ", "to be met: reached by ");
    gp_buf_put(&t->part, text, gp_date_print(text, (int32_t)t->e->due));
    gp_tell(t, " 或之前达到", "");
    gp_story_line(t);
}

void gp_tell_turns(gp_story *t) {
    const gp_row *r = t->e->row;
    if (r->verdict == GP_NOT_APPLICABLE) return;
    gp_story_open(t, GP_L_TURNS);
    if (gp_story_late(t)) {
        tell_too_late(t);
        return;
    }
    tell_margin(t);
    if (decides(r)) {
        tell_flip(t);
        tell_between(t);
        for (size_t i = 0; i < t->e->nturns && !is_plain(t); i++) tell_turn(t, &t->e->turns[i]);
    }
    gp_story_close(t);
}

/* ---- the next grade ---- */

static void tell_sure(gp_story *t, const gp_row *g) {
    bool open = g->marks.lo != g->marks.hi;
    gp_tell_node(t, g);
    gp_tell(t, open ? " 已确定 " : " 得 ", open ? " has for sure " : " has ");
    gp_number_put(&t->part, g->marks.lo);
    gp_tell(t, " 分,等次", " marks, which is ");
    gp_tell(t, open ? "至少为 " : "为 ", open ? "at least the grade " : "the grade ");
    if (g->grade_low.s) gp_tell_text(t, g->grade_low);
    else gp_tell(t, "无", "none");
    if (open && g->grade_high.s && !gp_text_eq(g->grade_low, g->grade_high)) {
        gp_tell(t, ";未定的得分若全部取得,最高可到 ", "; with all that is still open it can come to ");
        gp_number_put(&t->part, g->marks.hi);
        gp_tell(t, " 分,等次 ", " marks, the grade ");
        gp_tell_text(t, g->grade_high);
    }
    gp_story_line(t);
}

static void tell_missing(gp_story *t, const gp_row *g) {
    const gp_row *r = t->e->row;
    gp_tell(t, "升到等次 ", "for the next grade, ");
    gp_tell_text(t, t->e->next->name);
    gp_tell(t, " 还差 ", ", it lacks ");
    gp_number_put(&t->part, t->e->missing);
    gp_tell(t, " 分", t->e->missing == 1 ? " mark" : " marks");
    double more = t->e->own.lost + t->e->own.open;
    if (r != g && more > 0) {
        gp_tell(t, ";本项至多还能再得 ", "; this row can add at most ");
        gp_tell_marks(t, more, r->node->scoring.decimals);
        gp_tell(t, " 分", "");
    } else if (r != g && more == 0) {
        gp_tell(t, ";本项的分值已全部得到", "; this row has all of its marks");
    }
    gp_story_line(t);
}

void gp_tell_next_grade(gp_story *t) {
    const gp_row *g = t->e->graded;
    if (!g) return;
    gp_story_open(t, GP_L_NEXT_GRADE);
    tell_sure(t, g);
    if (t->e->next) tell_missing(t, g);
    gp_story_close(t);
}

/* Seek: the smallest change of the levers that meets an aim, as an answer; where there is none, how near it comes.
 * Invariant: an answer was evaluated itself, and so was its neighbour one step nearer to the present value, which does not meet the aim. */
#include <math.h>

#include "base/number.h"
#include "study/study.h"

static const gp_sheet_column FOUND[] = {
    {"path", "路径", "Path", false}, {"now", "现值", "Now", true}, {"to", "改为", "To", true}, {"change", "变化", "Change", true},
    {"short", "差一步", "One step short", true},
};

static void put_axis(gp_sheet *sheet, const gp_study *s, const gp_axis *x, int64_t at) {
    const gp_target *t = &x->lever->target;
    int64_t nearer = gp_axis_short(x, at);
    gp_sheet_text(sheet, t->path);
    if (x->missing) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_value(sheet, t, s->base, gp_axis_value(x, x->now));
    gp_sheet_value(sheet, t, s->base, gp_axis_value(x, at));
    double change = gp_decimal_double((gp_decimal){at - x->now, x->exp - t->like.type.unit.scale}, 0);
    gp_sheet_figure(sheet, change, gp_study_change(s->arena, change));
    if (nearer == at) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_value(sheet, t, s->base, gp_axis_value(x, nearer));
}

static void put_found(gp_answer *out, const gp_study *s, const gp_found *f, gp_text title) {
    gp_sheet *sheet = gp_answer_sheet(out, "seek", title, FOUND, GP_COUNT(FOUND));
    for (size_t k = 0; k < f->n; k++) put_axis(sheet, s, &f->axis[k], f->at[k]);
}

static void say_sampled(gp_answer *out) {
    gp_answer_say(out, "%s", gp_answer_word(out, "步数太多,按区间逐级搜索", "there are too many steps to try each: searched section by section"));
}

static void say_found(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_found *f) {
    gp_answer_say(out, gp_answer_word(out, "目标“%.*s”可以实现", "`%.*s` can be had"), GP_ARG(aim->text));
    if (f->checked)
        gp_answer_say(
            out, "%s",
            gp_answer_word(out, "已复核:取此值时成立,差一步时不成立", "checked: it holds at this value and not one step short of it"));
    if (f->sampled) say_sampled(out);
    put_found(out, s, f, GP_NO_TEXT);
}

/* ---- how near it comes ---- */

static void say_gap(gp_answer *out, const gp_study *s, const gp_aim *aim, double gap) {
    gp_buf b;
    const gp_type *type = &aim->node->type;
    gp_buf_init(&b, s->arena);
    if (type->kind == GP_NUMBER) gp_quantity_print(&b, gap, &type->unit);
    else gp_buf_text(&b, gp_study_change(s->arena, gap));
    gp_text text = gp_buf_take(&b);
    gp_answer_say(out, gp_answer_word(out, "最接近时余量为 %.*s", "at the nearest the margin is %.*s"), GP_ARG(text));
}

static void say_marks(gp_answer *out, double marks) {
    char text[32];
    gp_answer_say(out, gp_answer_word(out, "最多得 %.*s 分", "at most %.*s marks"), (int)gp_number_print(text, marks), text);
}

static void say_rank(gp_answer *out, gp_range rank) {
    char lo[32], hi[32];
    size_t n = gp_number_print(lo, rank.lo), m = gp_number_print(hi, rank.hi);
    if (rank.lo == rank.hi) gp_answer_say(out, gp_answer_word(out, "最好名次为 %.*s", "at best rank %.*s"), (int)n, lo);
    else gp_answer_say(out, gp_answer_word(out, "最好名次为 %.*s–%.*s", "at best rank %.*s–%.*s"), (int)n, lo, (int)m, hi);
}

static void say_nearest(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_found *f) {
    const gp_node *root = s->base->plan->root;
    switch (aim->kind) {
    case GP_AIM_VERDICT:
        if (!isnan(f->gap.lo)) say_gap(out, s, aim, aim->verdict == GP_MET ? f->gap.lo : f->gap.hi);
        else if (aim->node->nchild)
            gp_answer_say(out, gp_answer_word(out, "最接近时,所含 %zu 项中有 %zu 项如此", "at the nearest, of its %zu parts %zu are so"),
                          f->of_parts, f->parts);
        break;
    case GP_AIM_RANK: say_rank(out, f->rank); break;
    case GP_AIM_GRADE:
        if (f->grade < root->ngrades)
            gp_answer_say(out, gp_answer_word(out, "最好等次为 %.*s", "at best grade %.*s"), GP_ARG(root->grades[f->grade].name));
        say_marks(out, f->marks);
        break;
    case GP_AIM_MARKS: say_marks(out, f->marks); break;
    }
}

static void say_impossible(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_found *f) {
    gp_answer_say(out, gp_answer_word(out, "目标“%.*s”在给定范围内无法实现", "`%.*s` is impossible within bounds"), GP_ARG(aim->text));
    if (f->sampled) say_sampled(out);
    if (!f->missed) return;
    say_nearest(out, s, aim, f);
    put_found(out, s, f, gp_text_of(gp_answer_word(out, "范围内最好的结果", "The best that can be had")));
}

bool gp_study_seek(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n) {
    gp_found f;
    if (!gp_search(&f, s, aim, scenario, levers, n, 0)) return false;
    if (f.how == GP_HOLDS_ALREADY) gp_answer_say(out, gp_answer_word(out, "目标“%.*s”现在就成立", "`%.*s` holds already"), GP_ARG(aim->text));
    else if (f.how == GP_FOUND) say_found(out, s, aim, &f);
    else say_impossible(out, s, aim, &f);
    return true;
}

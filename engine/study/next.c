/* The next grade: the smallest change of one datum, all else as it is, that lifts the total to it.
 * Invariant: each change was found and verified by a search of its own; a datum that cannot do it within its bounds is not listed. */
#include <math.h>
#include <stdlib.h>

#include "base/number.h"
#include "study/study.h"

enum { ROWS_ALONE = 1 << 19, ROWS_OF_COHORT = 1 << 14, LEAST_POINTS = 32, TIMES = 10 };

static const gp_sheet_column COLUMNS[] = {
    {"path", "路径", "Path", false},    {"name", "数据", "Datum", false},     {"now", "现值", "Now", true}, {"to", "改为", "To", true},
    {"change", "变化", "Change", true}, {"of_now", "相对现值", "Of itself", true}, {"marks", "得分", "Marks", true},
};

typedef struct step {
    gp_lever lever;
    gp_found found;
    double of_now; /* the change as a share of the present value; NaN: that says nothing */
} step;

/* Its range, all its stages, else from 0 to TIMES its value. false where nothing bounds it. */
static bool bound(gp_lever *l, double now, bool *assumed) {
    const gp_datum *d = &l->target.like;
    l->bounded = true;
    if (d->type.kind != GP_NUMBER) {
        l->lo = 0;
        l->hi = d->type.kind == GP_BOOL ? 1 : (double)d->type.words->n - 1;
        return true;
    }
    bool low = d->has_range && isfinite(d->range.lo), high = d->has_range && isfinite(d->range.hi);
    if ((!low || !high) && (isnan(now) || now == 0)) return false;
    l->lo = low ? d->range.lo : now > 0 ? 0 : gp_round_digits(now * TIMES, 15);
    l->hi = high ? d->range.hi : now > 0 ? gp_round_digits(now * TIMES, 15) : 0;
    *assumed = *assumed || !low || !high;
    return l->lo <= l->hi;
}

static double share_of_now(const gp_axis *x, int64_t at) {
    if (x->missing || x->lever->target.like.type.kind != GP_NUMBER) return NAN;
    return x->now == 0 ? NAN : gp_round_digits((double)(at - x->now) / fabs((double)x->now), 4);
}

/* The cheapest first; those without a present value to measure by last, in the order of the dictionary. */
static int by_share(const void *a, const void *b) {
    const step *x = a, *y = b;
    double p = fabs(x->of_now), q = fabs(y->of_now);
    if (isnan(p) || isnan(q))
        return isnan(p) != isnan(q) ? isnan(p) - isnan(q)
                                    : (x->lever.target.datum > y->lever.target.datum) - (x->lever.target.datum < y->lever.target.datum);
    return p != q ? (p > q) - (p < q) : (x->lever.target.datum > y->lever.target.datum) - (x->lever.target.datum < y->lever.target.datum);
}

static void put_step(gp_sheet *sheet, const gp_study *s, const step *of) {
    const gp_axis *x = &of->found.axis[0];
    const gp_target *t = &of->lever.target;
    char text[64];
    int64_t at = of->found.at[0];
    double change = gp_decimal_double((gp_decimal){at - x->now, x->exp - t->like.type.unit.scale}, 0);
    gp_sheet_text(sheet, t->path);
    gp_sheet_text(sheet, t->like.label);
    gp_sheet_value(sheet, t, s->base, x->missing ? NAN : gp_axis_value(x, x->now));
    gp_sheet_value(sheet, t, s->base, gp_axis_value(x, at));
    if (x->missing || t->like.type.kind == GP_BOOL) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_figure(sheet, change, gp_study_change(s->arena, change));
    size_t n = gp_number_print_fixed(text, fabs(of->of_now) * 100, 1);
    gp_buf b;
    gp_buf_init(&b, s->arena);
    gp_buf_printf(&b, "%s%.*s%%", of->of_now < 0 ? "-" : "+", (int)n, text);
    if (isnan(of->of_now)) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_figure(sheet, of->of_now, gp_buf_take(&b));
    gp_sheet_number(sheet, of->found.marks);
}

/* What is short of the bound of the grade, where that is a number of the plan. */
static void say_gap(gp_answer *out, const gp_scenario *scenario, double marks, const gp_grade *grade) {
    char text[32];
    const gp_param *p = &grade->at_least;
    bool known = p->n == 1 && gp_expr_is_const(p->entry[0].expr) && !isnan(marks);
    for (size_t k = 0; k < scenario->nsets; k++)
        known = known && !gp_text_starts(scenario->sets[k].target.path, "grades.") && !scenario->sets[k].shape;
    if (!known || p->entry[0].expr->value <= marks) return; /* a veto holds it back */
    size_t n = gp_number_print(text, gp_round_digits(p->entry[0].expr->value - marks, 12));
    gp_answer_say(out, gp_answer_word(out, "下一等次:%.*s,还差 %.*s 分", "the next grade is %.*s, %.*s marks away"), GP_ARG(grade->name),
                  (int)n, text);
}

/* Rows for each of n searches, so that all of them together are as many as a person waits for. */
static uint64_t rows_each(const gp_study *s, size_t n) {
    uint64_t rows = (s->ncases == 1 ? ROWS_ALONE : ROWS_OF_COHORT) / (n ? n : 1), least = LEAST_POINTS * s->ncases;
    return rows > least ? rows : least;
}

/* Searches the data one by one; how many can do it. false after reporting. */
static bool find(step *list, size_t *n, bool *assumed, bool *sampled, const gp_study *s, const gp_scenario *scenario, const gp_aim *aim,
                 const gp_target *data, size_t ndata) {
    for (size_t k = 0; k < ndata; k++) {
        step *z = &list[*n];
        bool without_range = false;
        *z = (step){.lever = {.target = data[k], .cost = 1}};
        if (!bound(&z->lever, gp_study_present(s, scenario, &data[k]), &without_range)) continue;
        if (!gp_search(&z->found, s, aim, scenario, &z->lever, 1, rows_each(s, ndata))) return false;
        *assumed = *assumed || without_range;
        *sampled = *sampled || z->found.sampled;
        if (z->found.how != GP_FOUND) continue;
        z->of_now = share_of_now(&z->found.axis[0], z->found.at[0]);
        ++*n;
    }
    return true;
}

static void say_bounds(gp_answer *out, bool assumed, bool sampled) {
    if (assumed)
        gp_answer_say(out,
                      gp_answer_word(out, "未给出取值范围的数据在 0 与现值的 %d 倍之间寻找",
                                     "data without a range were sought between 0 and %d times their value"),
                      TIMES);
    if (sampled)
        gp_answer_say(
            out, "%s",
            gp_answer_word(out, "部分数据步数太多,按区间逐级搜索", "some have too many steps to try each: searched section by section"));
}

bool gp_study_next_grade(gp_answer *out, const gp_study *s, const gp_scenario *scenario, double marks, uint8_t grade, const gp_target *data,
                         size_t n) {
    const gp_node *root = s->base->plan->root;
    if (root->ngrades == 0 || gp_scenario_has_shape(scenario)) return true;
    if (grade == 0) {
        gp_answer_say(out, gp_answer_word(out, "等次已是最高的“%.*s”", "the grade is the best one already, %.*s"), GP_ARG(root->grades[0].name));
        return true;
    }
    uint8_t next = (uint8_t)((grade < root->ngrades ? grade : root->ngrades) - 1);
    gp_aim aim = {.kind = GP_AIM_GRADE, .node = root, .grade = next, .text = root->grades[next].name};
    step *list = gp_arena_array(s->arena, n, sizeof *list);
    size_t found = 0;
    bool assumed = false, sampled = false;
    gp_buf title;
    if (!find(list, &found, &assumed, &sampled, s, scenario, &aim, data, n)) return false;
    say_gap(out, scenario, marks, &root->grades[next]);
    if (found == 0)
        gp_answer_say(out, gp_answer_word(out, "单凭任何一项数据都达不到“%.*s”", "no datum alone lifts the total to %.*s"),
                      GP_ARG(aim.text));
    say_bounds(out, assumed, sampled);
    gp_buf_init(&title, s->arena);
    gp_buf_printf(&title,
                  gp_answer_word(out, "单凭一项数据达到“%.*s”,变化小者在前",
                                 "What one datum alone would have to be for grade %.*s, the smallest change first"),
                  GP_ARG(aim.text));
    gp_sheet *sheet = gp_answer_sheet(out, "next_grade", gp_buf_take(&title), COLUMNS, GP_COUNT(COLUMNS));
    qsort(list, found, sizeof *list, by_share);
    for (size_t k = 0; k < found; k++) {
        list[k].found.axis[0].lever = &list[k].lever; /* it has moved */
        put_step(sheet, s, &list[k]);
    }
    return true;
}

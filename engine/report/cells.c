/* How a verdict, a figure and marks look to a person at a terminal.
 * Invariant: a sign and a word say the same as the colour. */
#include <math.h>
#include <string.h>

#include "report/writers.h"

enum { WIDTH_MIN = 80, WIDTH_DEFAULT = 120 };

static const char *const ON[GP_PAINT_COUNT] = {"", "\033[1m", "\033[32m", "\033[31m", "\033[33m", "\033[2m"};

const char *gp_paint_on(const gp_writer *w, gp_paint p) { return w->style.colour ? ON[p] : ""; }
const char *gp_paint_off(const gp_writer *w, gp_paint p) { return w->style.colour && p != GP_P_PLAIN ? "\033[0m" : ""; }

gp_paint gp_paint_of(gp_verdict v) {
    if (v == GP_MET) return GP_P_GOOD;
    if (v == GP_UNMET || v == GP_ERRED) return GP_P_BAD;
    return gp_is_open(v) ? GP_P_OPEN : GP_P_PLAIN;
}

void gp_verdict_put(gp_buf *out, gp_verdict v, gp_lang lang) {
    static const char *const SIGNS[GP_VERDICT_COUNT] = {"✓", "✗", "?", "–", "…", "·", "○", "!"};
    if (v < GP_VERDICT_COUNT) gp_buf_printf(out, "%s %s", SIGNS[v], gp_verdict_word(v, lang));
}

bool gp_is_open(gp_verdict v) { return v == GP_UNDECIDED || v == GP_NO_DATA || v == GP_NOT_DUE || v == GP_ERRED; }

size_t gp_table_width(const gp_writer *w) {
    size_t width = w->style.width > 0 ? (size_t)w->style.width : WIDTH_DEFAULT;
    return width < WIDTH_MIN ? WIDTH_MIN : width;
}

void gp_line_end(gp_buf *out) {
    while (out->n && out->s[out->n - 1] == ' ') out->n--;
    gp_buf_char(out, '\n');
}

void gp_wrapped_put(gp_writer *w, size_t indent, bool begun, gp_text t) {
    size_t width = gp_table_width(w);
    while (t.n) {
        if (!begun) gp_blanks_put(&w->out->buf, indent);
        begun = false;
        gp_buf_text(&w->out->buf, gp_cell_wrap(&t, width > indent + 20 ? width - indent : 20));
        gp_line_end(&w->out->buf);
    }
    if (begun) gp_line_end(&w->out->buf);
}

void gp_marks_put(gp_buf *out, gp_range marks, bool single) {
    gp_number_put(out, marks.lo);
    if (single || isnan(marks.lo)) return;
    gp_buf_str(out, "–");
    gp_number_put(out, marks.hi);
}

void gp_rounded_put(gp_buf *out, double v, int decimals) {
    char text[64];
    size_t n = gp_number_print_fixed(text, v, decimals < 0 ? 0 : decimals > 15 ? 15 : decimals);
    if (memchr(text, '.', n))
        while (text[n - 1] == '0') n--;
    if (text[n - 1] == '.') n--;
    gp_buf_put(out, text, n);
}

void gp_completion_put(gp_buf *out, double completion) {
    if (!isfinite(completion)) return;
    if (completion != 1 && fabs(completion - 1) < 5e-5) gp_buf_char(out, completion < 1 ? '<' : '>');
    gp_rounded_put(out, completion * 100, 2);
    gp_buf_char(out, '%');
}

/* -- figures -- */

enum { DIGITS = 6 }; /* as many as a table bears of what was reckoned */

/* Whether a number is the outcome of an expression; data and constants are shown as they were given. */
static bool is_outcome(const gp_writer *w, const gp_expr *e) {
    bool is_datum = e->op == GP_X_NAME && e->ref < w->info->plan->ndata;
    return e->type.kind == GP_NUMBER && !is_datum && !gp_expr_is_const(e);
}

static bool has_reckoned_value(const gp_writer *w, const gp_row *r) { return r->node->value && is_outcome(w, r->node->value); }

static bool has_reckoned_target(const gp_writer *w, const gp_row *r) {
    const gp_param *target = &r->node->criterion.target;
    for (size_t i = 0; i < target->n; i++)
        if (is_outcome(w, target->entry[i].expr)) return true;
    return false;
}

/* In few digits, but never on another side of `beside` than the value itself. */
static double in_brief(double v, double beside) {
    if (!isfinite(v)) return v;
    double brief = gp_round_digits(v, DIGITS);
    bool same_side = (brief > beside) == (v > beside) && (brief < beside) == (v < beside);
    return same_side ? brief : v;
}

static void put_bool(gp_buf *out, const gp_writer *w, const gp_interval *v) {
    if (v->lo == v->hi) gp_buf_str(out, gp_label_text(v->lo != 0 ? GP_L_YES : GP_L_NO, w->style.lang));
}

/* "≥ 初稿" of dates and words. */
static void put_words(gp_buf *out, const gp_writer *w, const gp_row *r) {
    const gp_interval *v = &r->actual;
    const gp_pool *texts = &w->info->frame->texts;
    if (v->lo == v->hi || !isfinite(v->hi)) {
        if (v->lo != v->hi && isfinite(v->lo)) gp_buf_str(out, v->lo_open ? "> " : "≥ ");
        gp_value_put(out, &r->type, v->lo, texts);
    } else if (!isfinite(v->lo)) {
        gp_buf_str(out, v->hi_open ? "< " : "≤ ");
        gp_value_put(out, &r->type, v->hi, texts);
    } else {
        gp_value_put(out, &r->type, v->lo, texts);
        gp_buf_str(out, "–");
        gp_value_put(out, &r->type, v->hi, texts);
    }
}

/* The signs of criteria: one character where data are written with two. */
void gp_interval_put(gp_buf *out, const gp_interval *v, const gp_unit *unit) {
    gp_buf b;
    gp_buf_init(&b, out->arena);
    gp_interval_print(&b, v, unit);
    gp_text t = gp_buf_take(&b);
    bool ge = gp_text_starts(t, ">="), le = gp_text_starts(t, "<=");
    if (ge || le) {
        gp_buf_str(out, ge ? "≥" : "≤");
        t.s += 2;
        t.n -= 2;
    }
    gp_buf_text(out, t);
}

static void put_interval(gp_buf *out, const gp_writer *w, const gp_row *r) {
    gp_interval v = r->actual;
    if (has_reckoned_value(w, r)) {
        v.lo = in_brief(v.lo, r->target);
        v.hi = in_brief(v.hi, r->target);
    }
    gp_interval_put(out, &v, &r->type.unit);
}

void gp_actual_put(gp_buf *out, const gp_writer *w, const gp_row *r) {
    if (!r->has_actual || (!isfinite(r->actual.lo) && !isfinite(r->actual.hi))) return;
    if (r->type.kind == GP_NUMBER) put_interval(out, w, r);
    else if (r->type.kind == GP_BOOL) put_bool(out, w, &r->actual);
    else put_words(out, w, r);
}

static bool has_one_target(const gp_row *r) {
    gp_test t = r->node->criterion.test;
    return t >= GP_AT_LEAST && t <= GP_EXACTLY && t != GP_BETWEEN;
}

/* The sign of the criterion, and behind it the target that was reckoned. */
static void put_reckoned_target(gp_buf *out, const gp_row *r) {
    const char *blank = memchr(r->criterion.s, ' ', r->criterion.n);
    gp_buf_put(out, r->criterion.s, blank ? (size_t)(blank + 1 - r->criterion.s) : 0);
    gp_quantity_print(out, in_brief(r->target, r->actual.lo), &r->type.unit);
}

/* The criterion as it stands; of truth values and rules with a word instead. */
void gp_criterion_put(gp_buf *out, const gp_writer *w, const gp_row *r) {
    if (r->node->criterion.test == GP_RULE) {
        gp_buf_str(out, gp_label_text(GP_L_BY_RULE, w->style.lang));
    } else if (r->node->criterion.test == GP_IS && isfinite(r->target)) {
        gp_buf_printf(out, "= %s", gp_label_text(r->target != 0 ? GP_L_YES : GP_L_NO, w->style.lang));
    } else if (has_one_target(r) && isfinite(r->target) && has_reckoned_target(w, r)) {
        put_reckoned_target(out, r);
    } else {
        gp_buf_text(out, r->criterion);
    }
}

/* Differences of rates are points, not percent: 12.1 % is 2.1 points over 10 %. */
static void put_number_margin(gp_buf *out, const gp_writer *w, const gp_row *r) {
    const gp_unit *u = &r->type.unit;
    bool reckoned = has_reckoned_value(w, r) || has_reckoned_target(w, r);
    double margin = reckoned ? gp_round_digits(r->margin, DIGITS) : r->margin;
    if (!gp_text_is(u->text, "%") || u->dim.n) {
        gp_quantity_print(out, margin, u);
        return;
    }
    gp_distance_put(out, &r->type, margin);
    gp_buf_printf(out, " %s", gp_label_text(GP_L_UNIT_POINTS, w->style.lang));
}

void gp_margin_put(gp_buf *out, const gp_writer *w, const gp_row *r) {
    if (!isfinite(r->margin)) return;
    if (r->margin > 0) gp_buf_char(out, '+');
    if (r->type.kind == GP_NUMBER) {
        put_number_margin(out, w, r);
        return;
    }
    bool days = r->type.kind == GP_DATE, one = fabs(r->margin) == 1;
    gp_number_put(out, r->margin);
    gp_label unit = days ? (one ? GP_L_DAY : GP_L_DAYS) : one ? GP_L_STEP : GP_L_STEPS;
    gp_buf_printf(out, " %s", gp_label_text(unit, w->style.lang));
}

void gp_grade_put(gp_buf *out, const gp_case_result *c) {
    if (c->grade.s) {
        gp_buf_text(out, c->grade);
        return;
    }
    gp_buf_text(out, c->grade_low);
    if (!c->grade_low.s && !c->grade_high.s) return;
    gp_buf_str(out, "–");
    gp_buf_text(out, c->grade_high);
}

void gp_rank_put(gp_buf *out, gp_range rank) { gp_marks_put(out, rank, gp_is_single(rank)); }

gp_label gp_why_unranked(const gp_case_result *c) {
    return c->unranked == GP_NO_TOTAL ? GP_L_NO_TOTAL : c->unranked == GP_NO_COHORT ? GP_L_NO_COHORT : GP_L_STRUCK;
}

void gp_tie_rule_put(gp_buf *out, const gp_writer *w) {
    const gp_plan *plan = w->info->plan;
    gp_buf_printf(out, "%s %s", gp_label_text(GP_L_TIES, w->style.lang), gp_ties_name(gp_ties_of(plan, plan->root)));
    if (plan->root->scoring.rank_on_full)
        gp_buf_printf(out, w->style.lang == GP_ZH ? ",%s" : ", %s", gp_label_text(GP_L_ON_FULL, w->style.lang));
}

/* Cells of sheets that show rows of results: verdicts, actuals, marks with their ranges, grades, ranks.
 * Invariant: the same row reads the same in every answer. */
#include <math.h>

#include "study/study.h"

gp_text gp_study_verdict(gp_arena *a, gp_lang lang, const gp_row *r) {
    gp_buf b;
    if (r->verdict == GP_MEASURED) return GP_NO_TEXT;
    gp_buf_init(&b, a);
    gp_buf_str(&b, gp_verdict_word(r->verdict, lang));
    if ((r->verdict == GP_MET || r->verdict == GP_UNMET) && !r->final) gp_buf_char(&b, '*');
    return gp_buf_take(&b);
}

gp_text gp_study_actual(gp_arena *a, const gp_row *r, const gp_pool *texts) {
    gp_buf b;
    if (!r->has_actual) return GP_NO_TEXT;
    gp_buf_init(&b, a);
    if (r->type.kind == GP_NUMBER) gp_interval_print(&b, &r->actual, &r->type.unit);
    else if (r->actual.lo == r->actual.hi) gp_expr_print_const(&b, &r->type, r->actual.lo, texts);
    return gp_buf_take(&b);
}

gp_text gp_study_grade(gp_arena *a, const gp_case_result *r) {
    gp_buf b;
    if (r->grade.s || !r->grade_low.s) return r->grade;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "%.*s–%.*s", GP_ARG(r->grade_low), GP_ARG(r->grade_high));
    return gp_buf_take(&b);
}

gp_text gp_study_period(gp_arena *a, const gp_case *of) {
    char text[32];
    return gp_text_dup(a, (gp_text){text, gp_period_print(text, of->period)});
}

void gp_sheet_marks(gp_sheet *s, gp_range m) {
    gp_text as = gp_study_marks(s->answer->arena, m.lo, m.hi);
    if (m.lo == m.hi) gp_sheet_figure(s, m.lo, as);
    else gp_sheet_text(s, as);
}

double gp_study_moved(gp_range from, gp_range to) { return gp_round_digits((to.lo + to.hi) / 2 - (from.lo + from.hi) / 2, 12); }

void gp_sheet_change(gp_sheet *s, gp_range from, gp_range to) {
    double d = gp_study_moved(from, to);
    if (isnan(d)) gp_sheet_text(s, GP_NO_TEXT);
    else gp_sheet_figure(s, d, gp_study_change(s->answer->arena, d));
}

void gp_sheet_rank(gp_sheet *s, gp_range rank) {
    gp_buf b;
    if (rank.lo == rank.hi) {
        gp_sheet_number(s, rank.lo);
        return;
    }
    gp_buf_init(&b, s->answer->arena);
    if (!isnan(rank.lo)) gp_buf_printf(&b, "%.0f–%.0f", rank.lo, rank.hi);
    gp_sheet_text(s, isnan(rank.lo) ? GP_NO_TEXT : gp_buf_take(&b));
}

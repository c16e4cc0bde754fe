/* Decisions below the table: each with its result before and after, who decided it, when and why.
 * Invariant: every decision over a row is listed, the ones that do not count too. */
#include <math.h>

#include "report/writers.h"

static void put_node(gp_buf *b, const gp_node *n) {
    if (n->level == GP_CLAUSE) {
        put_node(b, n->parent);
        gp_buf_char(b, ' ');
    }
    if (n->number.n) gp_buf_printf(b, "%.*s ", GP_ARG(n->number));
    gp_buf_text(b, n->name);
}

/* Marks of a score that is no longer the row's: to be read, so rounded as others are read. */
static double marks_of(const gp_row *r, double score) {
    double scale = pow(10, r->node->scoring.decimals), v = score * r->full_marks;
    return isfinite(v) ? gp_round_digits(floor(v * scale + 0.5) / scale, 15) : v;
}

static void put_marks(gp_buf *b, const gp_row *r, gp_range score) {
    if (isnan(score.lo) || isnan(r->full_marks)) return;
    gp_range marks = {marks_of(r, score.lo), marks_of(r, score.hi)};
    gp_marks_put(b, marks, gp_is_single(marks));
}

static void put_result(gp_buf *b, const gp_writer *w, const gp_row *r, gp_verdict verdict, gp_range score) {
    if (verdict != GP_MEASURED) gp_buf_str(b, gp_verdict_word(verdict, w->style.lang));
    if (verdict != GP_MEASURED && !isnan(score.lo) && !isnan(r->full_marks)) gp_buf_char(b, ' ');
    put_marks(b, r, score);
}

static const char *status_of(const gp_writer *w, gp_decided how) {
    bool zh = w->style.lang == GP_ZH;
    if (how == GP_DECISION_REFUSED) return zh ? "未采用,所载原结果与评价结果不符" : "does not count, its `old` is not what is found";
    return zh ? "在截止日期之后,尚未计入" : "after the as-of date, does not count yet";
}

/* "民间投资:未达成 3 → 达成 10(考核办,2021-03-01):…;佐证材料:…" */
static void put_one(gp_buf *b, const gp_writer *w, const gp_row *r) {
    bool zh = w->style.lang == GP_ZH;
    const gp_ruling *d = r->ruling;
    char date[16];
    put_node(b, r->node);
    gp_buf_str(b, zh ? ":" : ": ");
    if (r->decided == GP_DECIDED) {
        put_result(b, w, r, r->found_verdict, r->found_score);
        gp_buf_str(b, " → ");
        put_result(b, w, r, r->verdict, r->score);
    } else {
        gp_buf_str(b, status_of(w, r->decided));
    }
    gp_buf_printf(b, zh ? "(%.*s," : " (%.*s, ", GP_ARG(d->authority));
    gp_buf_put(b, date, gp_date_print(date, d->date));
    gp_buf_printf(b, zh ? "):%.*s" : "): %.*s", GP_ARG(d->reason));
    if (d->evidence.n) gp_buf_printf(b, zh ? ";佐证材料:%.*s" : "; evidence: %.*s", GP_ARG(d->evidence));
}

static void put_total(gp_writer *w, const gp_case_result *c) {
    gp_buf *out = &w->out->buf;
    gp_buf_printf(out, "  %s ", gp_label_text(GP_L_BEFORE_DECISIONS, w->style.lang));
    put_marks(out, &c->rows[0], c->score_before_decisions);
    gp_buf_char(out, '\n');
}

void gp_decisions_put(gp_writer *w, const gp_case_result *c) {
    gp_buf *out = &w->out->buf;
    bool begun = false, applied = false;
    for (size_t i = 0; i < c->nrows; i++) {
        if (!c->rows[i].ruling) continue;
        if (!begun)
            gp_buf_printf(out, "\n%s%s%s\n", gp_paint_on(w, GP_P_HEAD), gp_label_text(GP_L_DECISIONS, w->style.lang),
                          gp_paint_off(w, GP_P_HEAD));
        begun = true;
        applied = applied || c->rows[i].decided == GP_DECIDED;
        gp_buf b;
        gp_buf_init(&b, w->scratch);
        put_one(&b, w, &c->rows[i]);
        gp_buf_str(out, "  ");
        gp_wrapped_put(w, 4, true, gp_cell_clean(w->scratch, gp_buf_take(&b)));
    }
    if (applied && !isnan(c->score_before_decisions.lo)) put_total(w, c);
}

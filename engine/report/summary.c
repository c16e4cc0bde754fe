/* What stands below a subject's table: what it comes to, what keeps it open, what was overstated, where to look first.
 * Invariant: everything said here stands in the rows; nothing is computed but sums of marks for the order. */
#include <math.h>
#include <stdlib.h>

#include "report/table.h"

enum { LEAD = 12, OPEN_SHOWN = 5, UNMET_SHOWN = 6, OPEN_FIRST = 4, NOT_FINAL_SHOWN = 2 };

static void put_lead(gp_writer *w, gp_label label) {
    gp_buf *out = &w->out->buf;
    gp_buf_str(out, gp_paint_on(w, GP_P_HEAD));
    gp_cell_put(out, gp_text_of(gp_label_text(label, w->style.lang)), LEAD, false);
    gp_buf_str(out, gp_paint_off(w, GP_P_HEAD));
}

static void put_section(gp_writer *w, gp_label label) {
    gp_buf *out = &w->out->buf;
    gp_buf_printf(out, "\n%s%s%s\n", gp_paint_on(w, GP_P_HEAD), gp_label_text(label, w->style.lang), gp_paint_off(w, GP_P_HEAD));
}

/* -- totals -- */

typedef void total_fn(gp_buf *out, gp_writer *w, const gp_case_result *c);

static void marks_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    (void)w;
    if (isnan(c->marks.lo)) return;
    gp_marks_put(out, c->marks, gp_is_single(c->marks) && !c->below_coverage);
    gp_buf_str(out, " / ");
    gp_rounded_put(out, c->rows[0].full_marks, c->rows[0].node->scoring.decimals);
}

static void grade_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    if (!c->grade.s && !c->grade_low.s && !c->grade_high.s && !c->disqualified) return;
    gp_grade_put(out, c);
    if (c->disqualified)
        gp_buf_printf(out, "   %s",
                      gp_label_text(c->disqualified == GP_DISQUALIFIED ? GP_L_DISQUALIFIED : GP_L_PERHAPS_DISQUALIFIED, w->style.lang));
    gp_label open = c->can_change_grade ? GP_L_MAY_CHANGE : GP_L_FIXED;
    if (!gp_is_single(c->marks) || c->can_change_grade) gp_buf_printf(out, "   %s", gp_label_text(open, w->style.lang));
}

static const char *colon(const gp_writer *w) { return w->style.lang == GP_ZH ? ":" : ": "; }
static const char *comma(const gp_writer *w) { return w->style.lang == GP_ZH ? "," : ", "; }
static const char *semicolon(const gp_writer *w) { return w->style.lang == GP_ZH ? ";" : "; "; }

/* "3 / 12   ties 1224" */
static void rank_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    if (!w->info->plan->root->scoring.ranks) return;
    if (isnan(c->rank.lo)) {
        gp_buf_printf(out, "%s%s%s", gp_label_text(GP_L_UNRANKED, w->style.lang), colon(w),
                      gp_label_text(gp_why_unranked(c), w->style.lang));
        return;
    }
    gp_rank_put(out, c->rank);
    gp_buf_printf(out, " / %zu   ", c->ranked);
    gp_tie_rule_put(out, w);
}

static void coverage_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    if (isnan(c->coverage)) return;
    gp_completion_put(out, c->coverage);
    if (c->below_coverage) gp_buf_printf(out, "   %s", gp_label_text(GP_L_BELOW, w->style.lang));
}

static gp_text open_item(gp_writer *w, const gp_row *r) {
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    gp_buf_text(&b, r->node->name);
    gp_buf_char(&b, ' ');
    gp_marks_put(&b, r->marks, gp_is_single(r->marks));
    return gp_cell_clean(w->scratch, gp_buf_take(&b));
}

/* Puts an item behind the others, on a new line when it does not fit. */
static void put_item(gp_writer *w, size_t *column, gp_text item) {
    gp_buf *out = &w->out->buf;
    size_t width = gp_text_width(item);
    bool fresh = *column == LEAD;
    if (!fresh && *column + 3 + width > gp_table_width(w)) {
        gp_line_end(out);
        gp_blanks_put(out, LEAD);
        *column = LEAD;
        fresh = true;
    }
    if (!fresh) gp_buf_str(out, " · ");
    gp_buf_text(out, item);
    *column += width + (fresh ? 0 : 3);
}

/* "价格补贴 0–1.05", "等 7 项": item i of what makes the total a range, the widest first; absent behind the last. */
static gp_text open_text_at(gp_writer *w, const gp_case_result *c, size_t i) {
    if (i < c->nopen && i < OPEN_SHOWN) return open_item(w, &c->rows[c->open[i]]);
    if (i != OPEN_SHOWN || c->nopen <= OPEN_SHOWN) return GP_NO_TEXT;
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    gp_buf_printf(&b, w->style.lang == GP_ZH ? "等 %zu 项" : "%zu in all", c->nopen);
    return gp_buf_take(&b);
}

static void put_open(gp_writer *w, const gp_case_result *c) {
    if (!c->nopen) return;
    size_t column = LEAD;
    gp_text item;
    put_lead(w, GP_L_CAUSED);
    for (size_t i = 0; (item = open_text_at(w, c, i)).s; i++) put_item(w, &column, item);
    gp_line_end(&w->out->buf);
}

static void open_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    gp_text item;
    for (size_t i = 0; (item = open_text_at(w, c, i)).s; i++) {
        if (i) gp_buf_str(out, " · ");
        gp_buf_text(out, item);
    }
}

/* -- counts -- */

static void verdicts_text(gp_buf *out, const gp_writer *w, const gp_case_result *c, gp_level level) {
    size_t n[GP_VERDICT_COUNT] = {0}, not_final[GP_VERDICT_COUNT] = {0};
    for (size_t i = 0; i < c->nrows; i++) {
        const gp_row *r = &c->rows[i];
        if (r->node->level != level || r->verdict >= GP_VERDICT_COUNT) continue;
        n[r->verdict]++;
        not_final[r->verdict] += !r->final && (r->verdict == GP_MET || r->verdict == GP_UNMET);
    }
    for (unsigned v = 0; v < GP_VERDICT_COUNT; v++) {
        if (!n[v]) continue;
        gp_paint paint = gp_paint_of((gp_verdict)v);
        gp_buf_str(out, gp_paint_on(w, paint));
        gp_verdict_put(out, (gp_verdict)v, w->style.lang);
        gp_buf_printf(out, "%s %zu", gp_paint_off(w, paint), n[v]);
        if (not_final[v]) gp_buf_printf(out, " (%s %zu)", gp_label_text(GP_L_NOT_FINAL, w->style.lang), not_final[v]);
        gp_buf_str(out, "   ");
    }
}

static void goals_text(gp_buf *out, gp_writer *w, const gp_case_result *c) { verdicts_text(out, w, c, GP_GOAL); }
static void indicators_text(gp_buf *out, gp_writer *w, const gp_case_result *c) { verdicts_text(out, w, c, GP_INDICATOR); }

static void claims_text(gp_buf *out, gp_writer *w, const gp_case_result *c) {
    size_t n[GP_OVERSTATED + 1] = {0};
    for (size_t i = 0; i < c->nclaims; i++) n[c->claims[i].audit]++;
    for (unsigned a = GP_AGREES; a <= GP_OVERSTATED; a++)
        if (n[a]) gp_buf_printf(out, "%s %zu   ", gp_audit_word((gp_audit)a, w->style.lang), n[a]);
}

static const struct {
    total_fn *put;
    gp_label label;
    bool always; /* in the table, with nothing behind it too */
} TOTALS[] = {
    {marks_text, GP_L_TOTAL, false},          {grade_text, GP_L_GRADE, false},   {rank_text, GP_L_RANK, false},
    {coverage_text, GP_L_COVERAGE, false},    {open_text, GP_L_CAUSED, false},   {goals_text, GP_L_GOALS, true},
    {indicators_text, GP_L_INDICATORS, true}, {claims_text, GP_L_CLAIMS, false},
};
_Static_assert(GP_COUNT(TOTALS) <= GP_TOTALS_MOST, "room for all totals");

static void put_total(gp_writer *w, const gp_case_result *c, size_t k) {
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    TOTALS[k].put(&b, w, c);
    if (!b.n && !TOTALS[k].always) return;
    put_lead(w, TOTALS[k].label);
    gp_buf_put(&w->out->buf, b.s, b.n);
    gp_line_end(&w->out->buf);
}

size_t gp_summary_totals(gp_total out[GP_TOTALS_MOST], gp_writer *w, const gp_case_result *c) {
    size_t n = 0;
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    for (size_t k = 0; k < GP_COUNT(TOTALS); k++) {
        TOTALS[k].put(&b, w, c);
        gp_text text = gp_text_trim(gp_buf_take(&b));
        if (text.n) out[n++] = (gp_total){TOTALS[k].label, text};
    }
    return n;
}

bool gp_summary_not_final(const gp_case_result *c) {
    for (size_t i = 1; i < c->nrows; i++)
        if (!c->rows[i].final && (c->rows[i].verdict == GP_MET || c->rows[i].verdict == GP_UNMET)) return true;
    return false;
}

/* -- overstated -- */

static const gp_node *goal_of(const gp_node *n) {
    while (n->level != GP_GOAL && n->parent) n = n->parent;
    return n;
}

static void put_node(gp_buf *b, const gp_node *n) {
    if (n->number.n) gp_buf_printf(b, "%.*s ", GP_ARG(n->number));
    gp_buf_text(b, n->name);
}

/* What a claim is about: the goal when it names several of its indicators, else the one. */
static void put_subject_of(gp_buf *b, const gp_writer *w, const gp_claim *claim) {
    const gp_node *first = w->info->plan->nodes[claim->nodes[0]];
    put_node(b, claim->n > 1 ? goal_of(first) : first);
}

/* "民间项目投资 4.5%,目标值 ≥ 10%" */
static void put_unmet_leaf(gp_buf *b, const gp_writer *w, const gp_row *r) {
    if (b->n) gp_buf_str(b, semicolon(w));
    put_node(b, r->node);
    if (!r->has_actual || !r->criterion.n) {
        if (r->reason.n) gp_buf_printf(b, " (%.*s)", GP_ARG(r->reason));
        return;
    }
    gp_buf_char(b, ' ');
    gp_actual_put(b, w, r);
    gp_buf_printf(b, "%s%s ", comma(w), gp_label_text(GP_L_TARGET_IS, w->style.lang));
    gp_criterion_put(b, w, r);
}

/* The unmet parts of a node, each with its figure and its target. */
static void put_unmet(gp_buf *b, const gp_writer *w, const gp_row *rows, const gp_node *n) {
    size_t before = b->n;
    for (size_t i = 0; i < n->nchild; i++)
        if (rows[n->child[i]->index].verdict == GP_UNMET) put_unmet(b, w, rows, n->child[i]);
    if (b->n == before) put_unmet_leaf(b, w, &rows[n->index]);
}

static gp_text unmet_of(gp_writer *w, const gp_row *rows, const uint32_t *nodes, size_t n) {
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    for (size_t i = 0; i < n; i++) put_unmet(&b, w, rows, rows[nodes[i]].node);
    return gp_buf_take(&b);
}

/* A claim of completion is refuted by what is unmet; a claimed rate by the rate. */
static gp_text why_overstated(gp_writer *w, const gp_case_result *c, const gp_case_claim *claim) {
    bool refuted = claim->claim->completion && claim->nbecause;
    return refuted ? unmet_of(w, c->rows, claim->because, claim->nbecause) : claim->reason;
}

gp_text gp_summary_overstated(gp_writer *w, const gp_case_result *c, const gp_case_claim *claim) {
    if (claim->audit != GP_OVERSTATED || !claim->claim->n) return GP_NO_TEXT;
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    put_subject_of(&b, w, claim->claim);
    gp_buf_printf(&b, " %.*s%s", GP_ARG(claim->claim->text), colon(w));
    gp_buf_text(&b, why_overstated(w, c, claim));
    return gp_cell_clean(w->scratch, gp_buf_take(&b));
}

static void put_overstated(gp_writer *w, const gp_case_result *c) {
    bool begun = false;
    for (size_t i = 0; i < c->nclaims; i++) {
        gp_text text = gp_summary_overstated(w, c, &c->claims[i]);
        if (!text.s) continue;
        if (!begun) put_section(w, GP_L_OVERSTATED);
        begun = true;
        gp_buf_str(&w->out->buf, "  ! ");
        gp_wrapped_put(w, 4, true, text);
    }
}

/* -- what to look at first -- */

typedef enum kind { K_BINDING, K_UNMET, K_OPEN, K_NOT_FINAL, K_COUNT } kind;

typedef struct candidate {
    const gp_row *row;
    kind kind;
    double stake; /* marks lost, open, or resting on data that are not final */
} candidate;

static double marks_or_zero(double v) { return isfinite(v) ? v : 0; }

static bool judge(candidate *out, const gp_row *r) {
    double full = marks_or_zero(r->full_marks), lo = marks_or_zero(r->marks.lo), hi = marks_or_zero(r->marks.hi);
    *out = (candidate){.row = r};
    if (r->node->level != GP_INDICATOR) return false;
    if (r->verdict == GP_UNMET) {
        out->kind = r->node->binding ? K_BINDING : K_UNMET;
        out->stake = full - hi;
    } else if (gp_is_open(r->verdict)) {
        out->kind = K_OPEN;
        out->stake = hi - lo;
    } else if (r->verdict == GP_MET && !r->final) {
        out->kind = K_NOT_FINAL;
        out->stake = full;
    } else {
        return false;
    }
    return true;
}

static int by_weight(const void *x, const void *y) {
    const candidate *a = x, *b = y;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    if (a->stake != b->stake) return a->stake > b->stake ? -1 : 1;
    return a->row->node->index < b->row->node->index ? -1 : 1;
}

static void put_stake(gp_buf *out, const gp_writer *w, const candidate *k) {
    static const gp_label LABEL[K_COUNT] = {GP_L_LOST, GP_L_LOST, GP_L_OPEN, GP_L_NOT_FINAL};
    if (isnan(k->row->marks.lo)) return;
    gp_buf_printf(out, "%s ", gp_label_text(LABEL[k->kind], w->style.lang));
    gp_rounded_put(out, k->stake, k->row->node->scoring.decimals);
}

static gp_text why_of(gp_writer *w, const gp_case_result *c, const gp_row *r) {
    bool by_parts = r->verdict == GP_UNMET && r->node->nchild;
    return by_parts ? unmet_of(w, c->rows, &r->node->index, 1) : r->reason;
}

static void put_why(gp_buf *b, gp_writer *w, const gp_case_result *c, const candidate *k) {
    const gp_row *r = k->row;
    put_node(b, r->node);
    const gp_node *goal = goal_of(r->node);
    gp_buf_str(b, " (");
    put_node(b, goal);
    gp_buf_char(b, ')');
    gp_text why = why_of(w, c, r);
    if (!why.n) return;
    gp_buf_str(b, colon(w));
    gp_buf_text(b, why);
}

static gp_pointer point_at(gp_writer *w, const gp_case_result *c, const candidate *k) {
    gp_pointer p = {.row = k->row};
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    gp_verdict_put(&b, k->row->verdict, w->style.lang);
    if (k->kind == K_NOT_FINAL) gp_buf_char(&b, '*');
    p.verdict = gp_buf_take(&b);
    put_stake(&b, w, k);
    p.stake = gp_buf_take(&b);
    put_why(&b, w, c, k);
    p.why = gp_cell_clean(w->scratch, gp_buf_take(&b));
    return p;
}

size_t gp_summary_first(gp_pointer **out, gp_writer *w, const gp_case_result *c) {
    static const unsigned SHOWN[K_COUNT] = {UNMET_SHOWN, UNMET_SHOWN, OPEN_FIRST, NOT_FINAL_SHOWN};
    candidate *list = gp_arena_array(w->scratch, c->nrows, sizeof *list);
    size_t n = 0, put = 0;
    unsigned shown[K_COUNT] = {0};
    for (size_t i = 0; i < c->nrows; i++) n += judge(&list[n], &c->rows[i]);
    qsort(list, n, sizeof *list, by_weight);
    gp_pointer *first = *out = gp_arena_array(w->scratch, n, sizeof *first);
    for (size_t i = 0; i < n; i++)
        if (shown[list[i].kind]++ < SHOWN[list[i].kind]) first[put++] = point_at(w, c, &list[i]);
    return put;
}

static void put_pointer(gp_writer *w, size_t number, const gp_pointer *p) {
    enum { VERDICT = 16, STAKE = 17, AT = 5 };
    gp_buf *out = &w->out->buf;
    gp_paint paint = gp_paint_of(p->row->verdict);
    gp_buf_printf(out, "%s%zu  ", number < 10 ? "  " : " ", number);
    size_t verdict = w->style.lang == GP_ZH ? 10 : VERDICT, stake = w->style.lang == GP_ZH ? 12 : STAKE;
    gp_buf_str(out, gp_paint_on(w, paint));
    gp_cell_put(out, p->verdict, verdict, false);
    gp_buf_str(out, gp_paint_off(w, paint));
    gp_cell_put(out, p->stake, stake, false);
    gp_wrapped_put(w, AT + verdict + stake, true, p->why);
}

static void put_first(gp_writer *w, const gp_case_result *c) {
    gp_pointer *list;
    size_t n = gp_summary_first(&list, w, c);
    if (n) put_section(w, GP_L_FIRST);
    for (size_t i = 0; i < n; i++) put_pointer(w, i + 1, &list[i]);
}

void gp_summary_put(gp_writer *w, const gp_case_result *c) {
    for (size_t k = 0; k < GP_COUNT(TOTALS); k++) {
        if (TOTALS[k].label == GP_L_CAUSED) put_open(w, c);
        else put_total(w, c, k);
    }
    if (gp_summary_not_final(c)) gp_buf_printf(&w->out->buf, "%s\n", gp_label_text(GP_L_LEGEND, w->style.lang));
    gp_decisions_put(w, c);
    put_overstated(w, c);
    put_first(w, c);
}

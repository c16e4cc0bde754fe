/* The verdict table as GitHub's Markdown: a table for each subject, then what it comes to; many subjects in one table.
 * Invariant: says what the terminal's table says, in the same words; no text becomes markup. */
#include <string.h>

#include "report/story.h"
#include "report/table.h"

static const gp_label HEADINGS[C_COUNT] = {
    [C_VERDICT] = GP_L_VERDICT, [C_BASIS] = GP_L_BASIS, [C_ACTUAL] = GP_L_ACTUAL, [C_TARGET] = GP_L_TARGET,
    [C_COMPLETION] = GP_L_COMPLETION, [C_MARGIN] = GP_L_MARGIN, [C_MARKS] = GP_L_MARKS,
};
static bool is_right(unsigned k) { return k == C_ACTUAL || k == C_COMPLETION || k == C_MARGIN || k == C_MARKS; }

static void put_label(gp_writer *w, gp_label label) { gp_buf_str(&w->out->buf, gp_label_text(label, w->style.lang)); }

static void put_cell(gp_writer *w, gp_text t) {
    gp_md_put(&w->out->buf, t);
    if (t.n) gp_buf_char(&w->out->buf, ' ');
    gp_buf_str(&w->out->buf, "| ");
}

static void end_row(gp_writer *w) {
    w->out->buf.n--; /* the blank behind the last bar */
    gp_buf_char(&w->out->buf, '\n');
}

/* ---- a subject in full ---- */

static bool is_used(const gp_table_line *lines, size_t n, unsigned k) {
    for (size_t i = 0; i < n; i++)
        if (lines[i].cell[k].n || (k == C_BASIS && lines[i].claim.n)) return true;
    return false;
}

static void put_heading(gp_writer *w, const bool used[C_COUNT]) {
    gp_buf *out = &w->out->buf;
    gp_buf_printf(out, "\n| %s |", gp_label_text(GP_L_INDICATOR, w->style.lang));
    for (unsigned k = 0; k < C_COUNT; k++)
        if (used[k]) gp_buf_printf(out, " %s |", gp_label_text(HEADINGS[k], w->style.lang));
    gp_buf_str(out, "\n|---|");
    for (unsigned k = 0; k < C_COUNT; k++)
        if (used[k]) gp_buf_str(out, is_right(k) ? "--:|" : "---|");
    gp_buf_char(out, '\n');
}

/* Goals stand out, what lies deeper is set in. */
static void put_name(gp_writer *w, const gp_table_line *l) {
    gp_buf *out = &w->out->buf;
    bool goal = l->row->node->level == GP_GOAL;
    gp_buf_str(out, "| ");
    for (size_t i = 0; i < l->indent; i += 2) gp_buf_str(out, "&emsp;");
    if (goal) gp_buf_str(out, "**");
    gp_md_put(out, gp_text_trim(l->name));
    if (goal) gp_buf_str(out, "**");
    gp_text remark[2];
    gp_table_remarks(remark, w->scratch, w, l->row);
    for (int k = 0; k < 2; k++) {
        if (!remark[k].s) continue;
        gp_buf_str(out, "<br>");
        gp_md_put(out, remark[k]);
    }
    gp_buf_str(out, " | ");
}

static void put_line(gp_writer *w, const gp_table_line *l, const bool used[C_COUNT]) {
    put_name(w, l);
    for (unsigned k = 0; k < C_COUNT; k++)
        if (used[k]) put_cell(w, k == C_BASIS && l->claim.n ? l->claim : l->cell[k]);
    end_row(w);
}

static void put_table(gp_writer *w, const gp_case_result *c) {
    gp_table_line *lines = gp_arena_array(w->scratch, c->nrows, sizeof *lines);
    size_t n = 0;
    bool used[C_COUNT];
    for (size_t i = 1; i < c->nrows; i++) gp_table_line_make(&lines[n++], w->scratch, w, c, &c->rows[i]);
    for (unsigned k = 0; k < C_COUNT; k++) used[k] = is_used(lines, n, k);
    put_heading(w, used);
    for (size_t i = 0; i < n; i++) put_line(w, &lines[i], used);
}

static void put_section(gp_writer *w, gp_label label) {
    gp_buf_str(&w->out->buf, "\n## ");
    put_label(w, label);
    gp_buf_str(&w->out->buf, "\n\n");
}

/* Blanks that set things apart on a terminal are one in Markdown: a dot does it. */
static void put_apart(gp_writer *w, gp_text t) {
    static const char APART[] = "   ";
    size_t from = 0;
    for (size_t i = 0; i + 3 <= t.n; i++) {
        if (memcmp(t.s + i, APART, 3) != 0) continue;
        gp_md_put(&w->out->buf, (gp_text){t.s + from, i - from});
        gp_buf_str(&w->out->buf, " · ");
        from = i + 3;
        i += 2;
    }
    gp_md_put(&w->out->buf, (gp_text){t.s + from, t.n - from});
}

static void put_totals(gp_writer *w, const gp_case_result *c) {
    gp_total totals[GP_TOTALS_MOST];
    size_t n = gp_summary_totals(totals, w, c);
    gp_buf_char(&w->out->buf, '\n');
    for (size_t i = 0; i < n; i++) {
        gp_buf_str(&w->out->buf, "- **");
        put_label(w, totals[i].label);
        gp_buf_str(&w->out->buf, "** ");
        put_apart(w, totals[i].text);
        gp_buf_char(&w->out->buf, '\n');
    }
    if (!gp_summary_not_final(c)) return;
    gp_buf_char(&w->out->buf, '\n');
    gp_md_put(&w->out->buf, gp_text_of(gp_label_text(GP_L_LEGEND, w->style.lang)));
    gp_buf_char(&w->out->buf, '\n');
}

static void put_overstated(gp_writer *w, const gp_case_result *c) {
    bool begun = false;
    for (size_t i = 0; i < c->nclaims; i++) {
        gp_text text = gp_summary_overstated(w, c, &c->claims[i]);
        if (!text.s) continue;
        if (!begun) put_section(w, GP_L_OVERSTATED);
        begun = true;
        gp_buf_str(&w->out->buf, "- ");
        gp_md_put(&w->out->buf, text);
        gp_buf_char(&w->out->buf, '\n');
    }
}

static void put_first(gp_writer *w, const gp_case_result *c) {
    gp_pointer *list;
    size_t n = gp_summary_first(&list, w, c);
    if (n) put_section(w, GP_L_FIRST);
    for (size_t i = 0; i < n; i++) {
        gp_buf_printf(&w->out->buf, "%zu. ", i + 1);
        gp_md_put(&w->out->buf, list[i].verdict);
        if (list[i].stake.n) gp_buf_char(&w->out->buf, ' ');
        gp_md_put(&w->out->buf, list[i].stake);
        gp_buf_str(&w->out->buf, " · ");
        gp_md_put(&w->out->buf, list[i].why);
        gp_buf_char(&w->out->buf, '\n');
    }
}

/* ---- a line a subject ---- */

static const gp_label BRIEF[] = {GP_L_SUBJECT,   GP_L_PERIOD,      GP_L_TOTAL,      GP_L_GRADE,
                                 GP_L_SHORT_MET, GP_L_SHORT_UNMET, GP_L_SHORT_OPEN, GP_L_SHORT_OVER};

static void put_brief_heading(gp_writer *w) {
    gp_buf *out = &w->out->buf;
    const gp_plan *plan = w->info->plan;
    gp_buf_str(out, "# ");
    gp_md_put(out, plan->title.n ? plan->title : plan->id);
    gp_buf_str(out, "\n\n|");
    for (size_t k = 0; k < GP_COUNT(BRIEF); k++) gp_buf_printf(out, " %s |", gp_label_text(BRIEF[k], w->style.lang));
    gp_buf_str(out, "\n|---|---|--:|---|--:|--:|--:|--:|\n");
}

static void put_number(gp_writer *w, unsigned n) { gp_buf_printf(&w->out->buf, "%u | ", n); }

static void put_brief(gp_writer *w, const gp_case_result *c) {
    char text[32];
    gp_case_tally t = gp_case_count(c);
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    gp_buf_str(&w->out->buf, "| ");
    put_cell(w, gp_case_who(w->scratch, c->of));
    put_cell(w, (gp_text){text, gp_period_print(text, c->of->period)});
    gp_marks_put(&b, c->marks, gp_is_single(c->marks) && !c->below_coverage);
    put_cell(w, gp_buf_take(&b));
    gp_grade_put(&b, c);
    put_cell(w, gp_buf_take(&b));
    put_number(w, t.met);
    put_number(w, t.unmet);
    put_number(w, t.open);
    put_number(w, t.overstated);
    end_row(w);
}

/* ---- the format ---- */

static bool is_brief(const gp_writer *w) { return w->info->frame->nrows > GP_IN_FULL; }

static void begin(gp_writer *w) {
    if (is_brief(w) && w->ncases) gp_buf_char(&w->out->buf, '\n'); /* of several plans, one report stands after the other */
    if (is_brief(w)) put_brief_heading(w);
}

static void one(gp_writer *w, const gp_case_result *c) {
    if (is_brief(w)) {
        put_brief(w, c);
        return;
    }
    if (w->ncases) gp_buf_char(&w->out->buf, '\n');
    gp_md_head_put(w, c);
    put_table(w, c);
    put_totals(w, c);
    put_overstated(w, c);
    put_first(w, c);
}

static void put_left_out(gp_writer *w, gp_label label, uint64_t n) {
    if (n) gp_buf_printf(&w->out->buf, "\n%s %lu\n", gp_label_text(label, w->style.lang), (unsigned long)n);
}

static void end(gp_writer *w, const gp_sum *sum) {
    put_left_out(w, GP_L_REFUSED, sum->refused);
    put_left_out(w, GP_L_OTHERS, sum->other_periods);
}

const gp_format gp_format_md = {.name = "md", .begin = begin, .one = one, .end = end};

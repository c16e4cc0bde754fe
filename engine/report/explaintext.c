/* Explanations as text for a terminal: headings, lines that hang, tables in columns.
 * Invariant: no line is wider than the terminal but where one word is. */
#include "report/story.h"

enum { INDENT = 2, GAP = 2, NAME_MAX = 44 };

static void put_pair(gp_buf *out, gp_label label, gp_lang lang, gp_text value) {
    gp_buf_printf(out, "%s %.*s   ", gp_label_text(label, lang), GP_ARG(value));
}

static void begin(gp_writer *w, const gp_case_result *c) {
    const gp_plan *plan = w->info->plan;
    gp_buf *out = &w->out->buf;
    char text[32];
    gp_text title = gp_cell_clean(w->scratch, plan->title.n ? plan->title : plan->id);
    gp_buf_printf(out, "%s%.*s%s\n", gp_paint_on(w, GP_P_HEAD), GP_ARG(title), gp_paint_off(w, GP_P_HEAD));
    put_pair(out, GP_L_SUBJECT, w->style.lang, gp_cell_clean(w->scratch, c->of->subject));
    put_pair(out, GP_L_PERIOD, w->style.lang, (gp_text){text, gp_period_print(text, c->of->period)});
    if (c->of->scenario.n) put_pair(out, GP_L_SCENARIO, w->style.lang, gp_cell_clean(w->scratch, c->of->scenario));
    int32_t day = w->info->has_as_of ? w->info->as_of : c->of->period.last;
    put_pair(out, GP_L_AS_OF, w->style.lang, (gp_text){text, gp_date_print(text, day)});
    gp_line_end(out);
}

static void put_line(gp_writer *w, const gp_line *l) {
    size_t indent = INDENT * (l->detail ? 2U : 1U);
    gp_blanks_put(&w->out->buf, indent);
    gp_wrapped_put(w, indent + INDENT, true, l->text);
}

/* ---- tables ---- */

static size_t width_of(const gp_grid *g, size_t col, gp_lang lang) {
    size_t width = gp_text_width(gp_text_of(gp_label_text(g->heading[col], lang)));
    for (size_t i = 0; i < g->nrows; i++) {
        size_t cell = gp_text_width(g->cell[i][col]);
        if (cell > width) width = cell;
    }
    return col == 0 && width > NAME_MAX ? NAME_MAX : width;
}

static bool is_empty(const gp_grid *g, size_t col) {
    for (size_t i = 0; i < g->nrows; i++)
        if (g->cell[i][col].n) return false;
    return true;
}

static void put_cell(gp_writer *w, const gp_grid *g, const size_t *width, size_t col, gp_text t) {
    if (width[col] == 0) return;
    if (col) gp_blanks_put(&w->out->buf, GAP);
    gp_cell_put(&w->out->buf, t, width[col], g->right[col]);
}

static void put_grid(gp_writer *w, const gp_grid *g) {
    gp_buf *out = &w->out->buf;
    size_t *width = gp_arena_array(w->scratch, g->ncols, sizeof *width);
    for (size_t k = 0; k < g->ncols; k++) width[k] = is_empty(g, k) ? 0 : width_of(g, k, w->style.lang);
    gp_blanks_put(out, INDENT);
    for (size_t k = 0; k < g->ncols; k++) put_cell(w, g, width, k, gp_text_of(gp_label_text(g->heading[k], w->style.lang)));
    gp_line_end(out);
    for (size_t i = 0; i < g->nrows; i++) {
        gp_blanks_put(out, INDENT);
        for (size_t k = 0; k < g->ncols; k++) put_cell(w, g, width, k, g->cell[i][k]);
        gp_line_end(out);
    }
}

/* ---- an explanation ---- */

static void put_above(gp_writer *w, const gp_node *n) {
    if (!n || n->level == GP_SUBJECT) return;
    put_above(w, n->parent);
    if (n->number.n) gp_buf_printf(&w->out->buf, "%.*s ", GP_ARG(n->number));
    gp_buf_text(&w->out->buf, gp_cell_clean(w->scratch, n->name));
    gp_buf_str(&w->out->buf, " › ");
}

static void put_title(gp_writer *w, const gp_story *t) {
    gp_buf *out = &w->out->buf;
    gp_buf_char(out, '\n');
    put_above(w, t->e->row->node->parent);
    gp_buf_printf(out, "%s%.*s%s", gp_paint_on(w, GP_P_HEAD), GP_ARG(t->title), gp_paint_off(w, GP_P_HEAD));
    if (t->id.s) gp_buf_printf(out, "  (%.*s)", GP_ARG(t->id));
    gp_buf_char(out, '\n');
}

static void one(gp_writer *w, const gp_explanation *e) {
    gp_story t;
    gp_story_tell(&t, w, e);
    put_title(w, &t);
    for (size_t i = 0; i < t.n; i++) {
        const gp_section *s = &t.sections[i];
        const char *heading = gp_label_text(s->heading, w->style.lang);
        gp_buf_printf(&w->out->buf, "\n%s%s%s\n", gp_paint_on(w, GP_P_HEAD), heading, gp_paint_off(w, GP_P_HEAD));
        for (size_t k = 0; k < s->n; k++) put_line(w, &s->lines[k]);
        if (s->grid) put_grid(w, s->grid);
    }
}

static void end(gp_writer *w) { (void)w; }

const gp_explain_format gp_explain_text = {.name = "text", .begin = begin, .one = one, .end = end};

/* Texts and tables in GitHub's Markdown, with whatever it would take for its own made plain.
 * Invariant: a text of a plan or of data never becomes markup, and a cell never breaks its table. */
#include <string.h>

#include "report/story.h"

static bool is_mark(uint32_t cp) { return cp < 0x80 && cp != 0 && strchr("\\`*_[]<>|~#&$", (int)cp) != NULL; }

/* "- ", "+ " and "---" at the start of a text would begin a list or be a rule. */
static bool begins_item(gp_text t, size_t at) {
    bool sign = at == 0 && (t.s[0] == '-' || t.s[0] == '+');
    return sign && !(t.n > 1 && t.s[1] >= '0' && t.s[1] <= '9');
}

/* "1. " at the start of a text would begin a list. */
static bool is_number_dot(gp_text t, size_t at) {
    bool ends = at + 1 == t.n || t.s[at + 1] == ' ';
    if (at == 0 || !ends || (t.s[at] != '.' && t.s[at] != ')')) return false;
    for (size_t i = 0; i < at; i++)
        if (t.s[i] < '0' || t.s[i] > '9') return false;
    return true;
}

void gp_md_put(gp_buf *out, gp_text t) {
    t = gp_cell_clean(out->arena, t);
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        uint32_t cp = gp_utf8_next(t, &i);
        if (is_mark(cp) || begins_item(t, at) || is_number_dot(t, at)) gp_buf_char(out, '\\');
        gp_buf_put(out, t.s + at, i - at);
    }
}

/* ---- tables ---- */

static void put_grid(gp_writer *w, const gp_grid *g) {
    gp_buf *out = &w->out->buf;
    gp_buf_char(out, '\n');
    for (size_t k = 0; k < g->ncols; k++) gp_buf_printf(out, "| %s ", gp_label_text(g->heading[k], w->style.lang));
    gp_buf_str(out, "|\n");
    for (size_t k = 0; k < g->ncols; k++) gp_buf_str(out, g->right[k] ? "|--:" : "|---");
    gp_buf_str(out, "|\n");
    for (size_t i = 0; i < g->nrows; i++) {
        for (size_t k = 0; k < g->ncols; k++) {
            gp_buf_str(out, "| ");
            gp_md_put(out, g->cell[i][k]);
            if (g->cell[i][k].n) gp_buf_char(out, ' ');
        }
        gp_buf_str(out, "|\n");
    }
}

/* ---- an explanation ---- */

static void put_pair(gp_writer *w, gp_label label, gp_text value, bool last) {
    gp_buf_printf(&w->out->buf, "%s ", gp_label_text(label, w->style.lang));
    gp_md_put(&w->out->buf, value);
    gp_buf_str(&w->out->buf, last ? "\n" : " · ");
}

void gp_md_head_put(gp_writer *w, const gp_case_result *c) {
    const gp_plan *plan = w->info->plan;
    char text[32];
    gp_buf_str(&w->out->buf, "# ");
    gp_md_put(&w->out->buf, plan->title.n ? plan->title : plan->id);
    gp_buf_str(&w->out->buf, "\n\n");
    put_pair(w, GP_L_SUBJECT, c->of->subject, false);
    put_pair(w, GP_L_PERIOD, (gp_text){text, gp_period_print(text, c->of->period)}, false);
    if (c->of->scenario.n) put_pair(w, GP_L_SCENARIO, c->of->scenario, false);
    int32_t day = w->info->has_as_of ? w->info->as_of : c->of->period.last;
    put_pair(w, GP_L_AS_OF, (gp_text){text, gp_date_print(text, day)}, true);
}

static void put_section(gp_writer *w, const gp_section *s) {
    gp_buf *out = &w->out->buf;
    gp_buf_printf(out, "\n### %s\n", gp_label_text(s->heading, w->style.lang));
    if (s->n) gp_buf_char(out, '\n');
    for (size_t i = 0; i < s->n; i++) {
        gp_buf_str(out, s->lines[i].detail ? "  - " : "- ");
        gp_md_put(out, s->lines[i].text);
        gp_buf_char(out, '\n');
    }
    if (s->grid) put_grid(w, s->grid);
}

static void one(gp_writer *w, const gp_explanation *e) {
    gp_story t;
    gp_story_tell(&t, w, e);
    gp_buf_str(&w->out->buf, "\n## ");
    gp_md_put(&w->out->buf, t.title);
    if (t.id.s) {
        gp_buf_str(&w->out->buf, " (");
        gp_md_put(&w->out->buf, t.id);
        gp_buf_char(&w->out->buf, ')');
    }
    gp_buf_char(&w->out->buf, '\n');
    for (size_t i = 0; i < t.n; i++) put_section(w, &t.sections[i]);
}

static void end(gp_writer *w) { (void)w; }

const gp_explain_format gp_explain_md = {.name = "md", .begin = gp_md_head_put, .one = one, .end = end};

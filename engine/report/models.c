/* A case under several scoring models: totals, ranks, grades and marks of the goals side by side, a column a model.
 * Invariant: verdicts are not repeated: they do not depend on the model unless the plan makes them. */
#include <math.h>

#include "report/writers.h"

enum { NAME_MAX = 40, COLUMN_MIN = 10, GAP = 2 };

gp_text gp_model_name(const gp_run_info *info) { return info->plan->model.n ? info->plan->model : GP_TEXT("base"); }

static gp_text name_of(gp_arena *a, const gp_node *n) {
    gp_buf b;
    gp_buf_init(&b, a);
    for (const gp_node *up = n->parent; up && up->level != GP_SUBJECT; up = up->parent) gp_buf_str(&b, "  ");
    if (n->number.n) gp_buf_printf(&b, "%.*s ", GP_ARG(n->number));
    gp_buf_text(&b, n->name);
    return gp_cell_clean(a, gp_buf_take(&b));
}

static gp_text marks_of(gp_arena *a, const gp_row *r, bool single) {
    gp_buf b;
    gp_buf_init(&b, a);
    if (isnan(r->marks.lo) || isnan(r->full_marks)) return GP_TEXT("");
    gp_marks_put(&b, r->marks, single && gp_is_single(r->marks));
    gp_buf_char(&b, '/');
    gp_rounded_put(&b, r->full_marks, r->node->scoring.decimals);
    return gp_buf_take(&b);
}

static gp_text grade_of(gp_arena *a, const gp_case_result *c) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_grade_put(&b, c);
    return gp_buf_take(&b);
}

/* "3/12 (1224)": of how many, by which rule for ties. */
static gp_text rank_of(const gp_writer *w, const gp_case_result *c, const gp_plan *plan) {
    gp_buf b;
    gp_buf_init(&b, w->scratch);
    if (!plan->root->scoring.ranks) return GP_TEXT("");
    if (isnan(c->rank.lo)) return gp_text_of(gp_label_text(GP_L_UNRANKED, w->style.lang));
    gp_rank_put(&b, c->rank);
    gp_buf_printf(&b, "/%zu (%s)", c->ranked, gp_ties_name(gp_ties_of(plan, plan->root)));
    return gp_buf_take(&b);
}

typedef enum piece { MARKS_OF_ROW, GRADE, RANK, MODEL } piece;

static gp_text cell(gp_writer *w, const gp_case_result *c, const gp_run_info *info, piece what, size_t row) {
    if (what == MODEL) return gp_cell_clean(w->scratch, gp_model_name(info));
    if (what == GRADE) return grade_of(w->scratch, c);
    if (what == RANK) return rank_of(w, c, info->plan);
    return marks_of(w->scratch, &c->rows[row], row > 0 || !c->below_coverage);
}

typedef struct sheet {
    gp_writer *w;
    const gp_case_result *c;
    const gp_run_info *infos;
    size_t n, name, *width;
} sheet;

static void put_line(const sheet *s, gp_text name, piece what, size_t row) {
    gp_buf *out = &s->w->out->buf;
    gp_cell_put(out, name, s->name, false);
    for (size_t k = 0; k < s->n; k++) {
        gp_blanks_put(out, GAP);
        gp_cell_put(out, cell(s->w, &s->c[k], &s->infos[k], what, row), s->width[k], true);
    }
    gp_line_end(out);
}

static bool is_shown(const gp_row *r) { return r->node->level == GP_GOAL; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static gp_text label(const gp_writer *w, gp_label l) { return gp_text_of(gp_label_text(l, w->style.lang)); }

static void lay_out(sheet *s) {
    gp_writer *w = s->w;
    s->width = gp_arena_array(w->scratch, s->n, sizeof *s->width);
    s->name = larger(gp_text_width(label(w, GP_L_MODEL)), gp_text_width(label(w, GP_L_TOTAL)));
    for (size_t i = 0; i < s->c->nrows; i++)
        if (is_shown(&s->c->rows[i])) s->name = larger(s->name, gp_text_width(name_of(w->scratch, s->c->rows[i].node)));
    if (s->name > NAME_MAX) s->name = NAME_MAX;
    for (size_t k = 0; k < s->n; k++) {
        s->width[k] = COLUMN_MIN;
        for (int of = GRADE; of <= MODEL; of++)
            s->width[k] = larger(s->width[k], gp_text_width(cell(w, &s->c[k], &s->infos[k], (piece)of, 0)));
        for (size_t i = 0; i < s->c->nrows; i++)
            if (i == 0 || is_shown(&s->c->rows[i]))
                s->width[k] = larger(s->width[k], gp_text_width(cell(w, &s->c[k], &s->infos[k], MARKS_OF_ROW, i)));
    }
}

static bool is_any(const sheet *s, piece what) {
    bool any = false;
    for (size_t k = 0; k < s->n; k++) any = any || cell(s->w, &s->c[k], &s->infos[k], what, 0).n;
    return any;
}

void gp_models_put(gp_writer *w, const gp_case_result *c, const gp_run_info *infos, size_t n) {
    sheet s = {.w = w, .c = c, .infos = infos, .n = n};
    gp_buf *out = &w->out->buf;
    lay_out(&s);
    gp_buf_str(out, gp_paint_on(w, GP_P_HEAD));
    put_line(&s, label(w, GP_L_MODEL), MODEL, 0);
    gp_buf_str(out, gp_paint_off(w, GP_P_HEAD));
    size_t width = s.name;
    for (size_t k = 0; k < n; k++) width += GAP + s.width[k];
    for (size_t i = 0; i < width; i++) gp_buf_str(out, "─");
    gp_buf_char(out, '\n');
    put_line(&s, label(w, GP_L_TOTAL), MARKS_OF_ROW, 0);
    if (is_any(&s, RANK)) put_line(&s, label(w, GP_L_RANK), RANK, 0);
    if (is_any(&s, GRADE)) put_line(&s, label(w, GP_L_GRADE), GRADE, 0);
    for (size_t i = 0; i < c->nrows; i++)
        if (is_shown(&c->rows[i])) put_line(&s, name_of(w->scratch, c->rows[i].node), MARKS_OF_ROW, i);
}

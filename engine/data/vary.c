/* Scenarios as rows: columns of a frame that is not filled from files.
 * Invariant: a datum without a column of its own is the same in every row that repeats one base row. */
#include "data/vary.h"

#include <math.h>
#include <string.h>

/* A case that has a scenario in the data keeps it ahead: it stays in a cohort of its own. */
static gp_text scenario_of(gp_arena *a, gp_text own, gp_text name) {
    gp_buf b;
    if (!own.n || !name.n) return own.n ? own : name;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "%.*s + %.*s", GP_ARG(own), GP_ARG(name));
    return gp_buf_take(&b);
}

gp_frame *gp_frame_vary(gp_arena *a, const gp_frame *base, size_t first, size_t n, size_t nscenarios, const gp_text *names) {
    gp_frame *f = GP_NEW(a, gp_frame);
    size_t ndata = base->plan->ndata;
    *f = *base;
    f->arena = a;
    f->base = base;
    f->base_first = first;
    f->base_rows = n;
    f->intake = NULL;
    f->cells = NULL;
    f->ncells = f->cap_cells = 0;
    f->nrows = f->cap_rows = nscenarios * n;
    f->cases = gp_arena_array(a, f->nrows, sizeof *f->cases);
    for (size_t i = 0; i < f->nrows; i++) {
        f->cases[i] = base->cases[first + i % n];
        if (names) f->cases[i].scenario = scenario_of(a, f->cases[i].scenario, names[i / n]);
    }
    f->column = gp_arena_array(a, ndata, sizeof *f->column);
    f->set = gp_arena_array(a, ndata, sizeof *f->set);
    f->varied = NULL;
    f->nvaried = f->cap_varied = 0;
    for (uint32_t d = 0; d < ndata; d++) {
        f->column[d] = base->column[d] + first;
        if (n > 1) gp_frame_vary_datum(f, d);
    }
    return f;
}

void gp_frame_vary_datum(gp_frame *f, uint32_t datum) {
    if (f->set[datum]) return;
    size_t n = f->base_rows;
    f->set[datum] = gp_arena_array(f->arena, f->nrows, sizeof **f->set);
    f->column[datum] = gp_arena_array(f->arena, f->nrows, sizeof **f->column);
    for (size_t from = 0; from < f->nrows; from += n)
        memcpy(f->column[datum] + from, f->base->column[datum] + f->base_first, n * sizeof **f->column);
}

/* An open value that was set before gives way. */
static void drop_cell(gp_frame *f, size_t row, uint32_t datum) {
    size_t at = gp_frame_cells_from(f, row);
    while (at < f->ncells && f->cells[at].row == row && f->cells[at].datum < datum) at++;
    if (at == f->ncells || f->cells[at].row != row || f->cells[at].datum != datum) return;
    memmove(f->cells + at, f->cells + at + 1, (--f->ncells - at) * sizeof *f->cells);
}

void gp_frame_set(gp_frame *f, size_t row, uint32_t datum, const gp_interval *value) {
    gp_frame_vary_datum(f, datum);
    if (f->set[datum][row]) drop_cell(f, row, datum);
    bool missing = isnan(value->lo), point = value->lo == value->hi;
    f->set[datum][row] = 1;
    f->column[datum][row] = point ? value->lo : NAN;
    if (missing || point) return;
    gp_cell cell = {.row = (uint32_t)row, .datum = datum, .value = *value, .reported = *value};
    size_t at = f->ncells;
    GP_PUSH(f->arena, f->cells, f->ncells, f->cap_cells);
    while (at > 0 && (f->cells[at - 1].row > cell.row || (f->cells[at - 1].row == cell.row && f->cells[at - 1].datum > datum))) {
        f->cells[at] = f->cells[at - 1];
        at--;
    }
    f->cells[at] = cell;
}

double *gp_frame_vary_param(gp_frame *f, const void *what) {
    for (size_t k = 0; k < f->nvaried; k++)
        if (f->varied[k].what == what) return f->varied[k].column;
    double *column = gp_arena_array(f->arena, f->nrows, sizeof *column);
    for (size_t i = 0; i < f->nrows; i++) column[i] = NAN;
    gp_frame_share_param(f, what, column);
    return column;
}

void gp_frame_share_param(gp_frame *f, const void *what, double *column) {
    *GP_PUSH(f->arena, f->varied, f->nvaried, f->cap_varied) = (gp_varied){what, column, NULL};
}

double *gp_frame_open_param(gp_frame *f, const void *what) {
    for (size_t k = 0; k < f->nvaried; k++) {
        gp_varied *v = &f->varied[k];
        if (v->what != what) continue;
        if (!v->upper) v->upper = gp_arena_array(f->arena, f->cap_rows, sizeof *v->upper); /* nrows may be fewer by now */
        return v->upper;
    }
    return NULL;
}

void gp_frame_close(gp_frame *f) { f->ncells = 0; }

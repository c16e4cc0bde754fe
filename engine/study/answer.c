/* Answers: sheets that grow row by row, and sentences.
 * Invariant: a sheet has whole rows once its maker is done. */
#include "study/answer.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

void gp_answer_init(gp_answer *out, gp_arena *a, gp_lang lang) { *out = (gp_answer){.arena = a, .lang = lang}; }

gp_sheet *gp_answer_sheet(gp_answer *a, const char *id, gp_text title, const gp_sheet_column *columns, size_t n) {
    gp_sheet *s = GP_NEW(a->arena, gp_sheet);
    *s = (gp_sheet){.id = id, .title = title, .columns = columns, .ncolumns = n, .answer = a};
    *GP_PUSH(a->arena, a->sheets, a->nsheets, a->cap_sheets) = s;
    return s;
}

void gp_sheet_figure(gp_sheet *s, double v, gp_text as) {
    *GP_PUSH(s->answer->arena, s->fields, s->filled, s->cap) = (gp_field){as, v};
    s->nrows = s->filled / s->ncolumns;
}

void gp_sheet_text(gp_sheet *s, gp_text t) { gp_sheet_figure(s, NAN, t); }

void gp_sheet_number(gp_sheet *s, double v) { gp_sheet_figure(s, v, GP_NO_TEXT); }

void gp_answer_say(gp_answer *a, const char *format, ...) {
    va_list args;
    gp_buf b;
    gp_buf_init(&b, a->arena);
    va_start(args, format);
    gp_buf_vprintf(&b, format, args);
    va_end(args);
    *GP_PUSH(a->arena, a->words, a->nwords, a->cap_words) = gp_buf_take(&b);
}

void gp_answer_draw(gp_answer *a, gp_text line) { *GP_PUSH(a->arena, a->lines, a->nlines, a->cap_lines) = line; }

/* ---- several scoring models ---- */

static const gp_sheet_column MODEL = {"model", "计分模型", "Model", false};

static size_t column_of(const gp_sheet *s, const char *id) {
    size_t k = 0;
    while (k < s->ncolumns && strcmp(s->columns[k].id, id) != 0) k++;
    return k;
}

/* The sheet of that name with room for the columns of `like`: rows that stand in it already are wider then. */
static gp_sheet *sheet_for(gp_answer *out, const gp_sheet *like) {
    gp_sheet *s = NULL;
    for (size_t i = 0; i < out->nsheets; i++)
        if (strcmp(out->sheets[i]->id, like->id) == 0) s = out->sheets[i];
    if (!s) s = gp_answer_sheet(out, like->id, like->title, &MODEL, 1);
    else if (!gp_text_eq(s->title, like->title)) s->title = GP_NO_TEXT; /* it is not true of all */
    gp_sheet_column *columns = gp_arena_array(out->arena, s->ncolumns + like->ncolumns, sizeof *columns);
    size_t n = s->ncolumns, before = n;
    memcpy(columns, s->columns, n * sizeof *columns);
    for (size_t k = 0; k < like->ncolumns; k++)
        if (column_of(s, like->columns[k].id) == s->ncolumns) columns[n++] = like->columns[k];
    gp_sheet wide = *s;
    wide.columns = columns;
    wide.ncolumns = n;
    wide.fields = NULL;
    wide.nrows = wide.filled = wide.cap = 0;
    for (size_t r = 0; r < s->nrows; r++)
        for (size_t k = 0; k < n; k++)
            *GP_PUSH(out->arena, wide.fields, wide.filled, wide.cap) = k < before ? s->fields[r * before + k] : (gp_field){GP_NO_TEXT, NAN};
    wide.nrows = s->nrows;
    *s = wide;
    return s;
}

static void append_rows(gp_sheet *to, const gp_sheet *from, gp_text model) {
    for (size_t r = 0; r < from->nrows; r++) {
        gp_sheet_text(to, model);
        for (size_t k = 1; k < to->ncolumns; k++) {
            size_t own = column_of(from, to->columns[k].id);
            gp_field f = own < from->ncolumns ? from->fields[r * from->ncolumns + own] : (gp_field){GP_NO_TEXT, NAN};
            gp_sheet_figure(to, f.number, f.text);
        }
    }
}

void gp_answer_beside(gp_answer *out, const gp_answer *part, gp_text model) {
    for (size_t i = 0; i < part->nsheets; i++) append_rows(sheet_for(out, part->sheets[i]), part->sheets[i], model);
    for (size_t i = 0; i < part->nwords; i++) gp_answer_say(out, "%.*s: %.*s", GP_ARG(model), GP_ARG(part->words[i]));
}

const char *gp_answer_word(const gp_answer *a, const char *zh, const char *en) { return a->lang == GP_ZH ? zh : en; }

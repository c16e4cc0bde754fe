/* Answers: sheets that grow row by row, and sentences.
 * Invariant: a sheet has whole rows once its maker is done. */
#include "study/answer.h"

#include <math.h>
#include <stdarg.h>

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

const char *gp_answer_word(const gp_answer *a, const char *zh, const char *en) { return a->lang == GP_ZH ? zh : en; }

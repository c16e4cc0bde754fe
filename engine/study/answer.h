/* Answers: what a question of what-if comes to, as sentences and sheets, before anybody formats it.
 * Invariant: a field is a number or a text; numbers are as a person reads them, with their unit in the heading or beside them. */
#ifndef GP_STUDY_ANSWER_H
#define GP_STUDY_ANSWER_H

#include "plan/plan.h"

typedef struct gp_field {
    gp_text text;   /* how a person reads it; absent: the number as it is, or nothing */
    double number;  /* NaN: a text */
} gp_field;

typedef struct gp_sheet_column {
    const char *id;     /* stable, English: keys of JSON and headings of CSV */
    const char *zh, *en; /* headings of tables; NULL: the id */
    bool right;         /* figures */
} gp_sheet_column;

typedef struct gp_sheet {
    const char *id;
    gp_text title;      /* absent: none */
    const gp_sheet_column *columns;
    size_t ncolumns;
    gp_field *fields;   /* row after row */
    size_t nrows, filled, cap;
    struct gp_answer *answer;
} gp_sheet;

typedef struct gp_answer {
    gp_arena *arena;
    gp_lang lang;
    gp_sheet **sheets;
    size_t nsheets, cap_sheets;
    gp_text *words;     /* sentences, in order, above the sheets */
    size_t nwords, cap_words;
    gp_text *lines;     /* of a picture, under the sentences: in tables alone */
    size_t nlines, cap_lines;
} gp_answer;

void gp_answer_init(gp_answer *out, gp_arena *a, gp_lang lang);
gp_sheet *gp_answer_sheet(gp_answer *a, const char *id, gp_text title, const gp_sheet_column *columns, size_t n);
/* Fields of a row, one after the other; the sheet knows where a row ends. */
void gp_sheet_text(gp_sheet *s, gp_text t);
void gp_sheet_number(gp_sheet *s, double v);             /* NaN: nothing */
void gp_sheet_figure(gp_sheet *s, double v, gp_text as); /* a number that a person reads as `as` */
/* Appends the answer under one scoring model: each row of a sheet has the model ahead, each sentence too. Columns that only some
 * models have are empty for the others. */
void gp_answer_beside(gp_answer *out, const gp_answer *part, gp_text model);
/* A sentence; formats as gp_buf_printf. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void gp_answer_say(gp_answer *a, const char *format, ...);
/* A line of a picture; kept as it is. */
void gp_answer_draw(gp_answer *a, gp_text line);
/* The text in the language of the answer. */
const char *gp_answer_word(const gp_answer *a, const char *zh, const char *en);

#endif

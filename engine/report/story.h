/* An explanation in words: sections of lines and tables that the writers of text and Markdown lay out.
 * Invariant: every sentence is made here, in one of both languages; a writer of a format only lays out. */
#ifndef GP_REPORT_STORY_H
#define GP_REPORT_STORY_H

#include "eval/explain.h"
#include "report/writers.h"

typedef struct gp_line {
    bool detail;          /* says more about the line before */
    gp_text text;
} gp_line;

/* A table of texts. */
typedef struct gp_grid {
    const gp_label *heading; /* of each column; the first is of names */
    const bool *right;
    size_t ncols, nrows, cap;
    gp_text **cell;          /* [row][column] */
} gp_grid;

typedef struct gp_section {
    gp_label heading;
    gp_line *lines;
    size_t n, cap;
    gp_grid *grid;        /* below the lines; NULL: none */
} gp_section;

typedef struct gp_story {
    gp_writer *w;
    const gp_explanation *e;
    gp_text title, id;    /* id absent at the subject */
    gp_section *sections;
    size_t n, cap;
    gp_buf part;          /* a line while it is made */
} gp_story;

/* All sections of an explanation. */
void gp_story_tell(gp_story *out, gp_writer *w, const gp_explanation *e);

/* ---- for the files that tell a part ---- */
/* Opens a section; it goes when nothing is put into it. */
void gp_story_open(gp_story *t, gp_label heading);
void gp_story_close(gp_story *t);
/* Appends to the line that is being made. */
void gp_tell(gp_story *t, const char *zh, const char *en);
void gp_tell_text(gp_story *t, gp_text text);
void gp_tell_number(gp_story *t, double v);           /* six digits at most */
void gp_tell_share(gp_story *t, gp_range r);          /* in per cent of full marks */
void gp_tell_marks(gp_story *t, double v, int decimals);
void gp_tell_node(gp_story *t, const gp_row *r);      /* number and name */
void gp_tell_place(gp_story *t, gp_place p);
/* Ends the line that is being made, as a line or a detail of the last one. */
void gp_story_line(gp_story *t);
void gp_story_detail(gp_story *t);
bool gp_story_zh(const gp_story *t);

/* The criterion in signs: "≥ 10%, by 2020-06-30". */
void gp_tell_sign(gp_story *t);
bool gp_story_late(const gp_story *t); /* the value holds, but came about after its day */

void gp_tell_required(gp_story *t); /* criterion.c: what is asked, and how the value stands to it */
void gp_tell_scenario(gp_story *t); /* laid.c */
void gp_tell_inputs(gp_story *t);   /* evidence.c */
void gp_tell_steps(gp_story *t);
void gp_tell_step(gp_story *t, const gp_step *s);
void gp_tell_turns(gp_story *t);    /* distance.c */
void gp_tell_next_grade(gp_story *t);
void gp_tell_score(gp_story *t);    /* marks.c */
void gp_tell_parts(gp_story *t);    /* below.c */
void gp_tell_claims(gp_story *t);

/* ---- writers ---- */
/* One form of explanations: begin, each explanation, end. */
struct gp_explain_format {
    const char *name;
    void (*begin)(gp_writer *w, const gp_case_result *c);
    void (*one)(gp_writer *w, const gp_explanation *e);
    void (*end)(gp_writer *w);
};
extern const gp_explain_format gp_explain_text, gp_explain_md, gp_explain_json;

/* markdown.c: a text as it stands in Markdown, its marks made plain; in a cell of a table. */
void gp_md_put(gp_buf *out, gp_text t);
/* Title, subject, period, as-of date. */
void gp_md_head_put(gp_writer *w, const gp_case_result *c);

#endif

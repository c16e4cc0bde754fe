/* Diagnostics: what is wrong, where, what was due; collected, then printed in one go with excerpts.
 * Invariant: every message has a code from codes.def; a place is a byte range of a registered source. */
#ifndef GP_BASE_DIAG_H
#define GP_BASE_DIAG_H

#include "base/text.h"

typedef struct gp_source {
    gp_text path;  /* as the user gave it, or relative to the plan's folder */
    gp_text text;  /* the whole content as UTF-8; empty for streams that are not kept */
    uint32_t *lines; /* offsets of line starts, made when first asked for */
    size_t nlines;
} gp_source;

/* Where something stands. file 0 is "nowhere" (a command line, an API call). */
typedef struct gp_place {
    uint32_t file; /* index into gp_diags.sources, from 1 */
    uint32_t len;  /* bytes to underline, 0 for a point */
    uint64_t at;   /* byte offset */
    uint32_t line; /* known beforehand (streams), else 0: worked out from `at` */
    uint32_t col;
} gp_place;

typedef enum gp_severity { GP_NOTE, GP_WARNING, GP_ERROR } gp_severity;

typedef enum gp_code {
#define GP_CODE(id, name, severity, what) id,
#include "base/codes.def"
#undef GP_CODE
    GP_CODE_COUNT
} gp_code;

typedef struct gp_diag {
    gp_code code;
    gp_severity severity;
    gp_place place;
    gp_text message;
    gp_text hint;       /* what to do, nearest name; may be absent */
    gp_place also;      /* a second place ("given first here"); file 0 when there is none */
    gp_text also_what;
    gp_text line_text;  /* excerpt of a stream that is not kept; absent when the source has its text */
} gp_diag;

/* The collector. It owns its arena's worth of messages; at most `limit` errors are kept, the rest is counted. */
typedef struct gp_diags {
    gp_arena *arena;
    gp_source *sources;
    size_t nsources, cap_sources;
    gp_diag *items;
    size_t n, cap;
    size_t errors, warnings, notes; /* all that were reported, kept or not */
    size_t limit;                   /* 0: 100 */
} gp_diags;

void gp_diags_init(gp_diags *d, gp_arena *a);
/* Registers a source and returns its number (from 1). path and text are not copied. */
uint32_t gp_diags_source(gp_diags *d, gp_text path, gp_text text);

/* Reports; the message is formatted as by gp_buf_printf. Returns the entry, to which hint and also can be added at once. */
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
gp_diag *gp_report(gp_diags *d, gp_code code, gp_place place, const char *format, ...);
/* Adds a hint; the format as above. */
#if defined(__GNUC__)
__attribute__((format(printf, 3, 4)))
#endif
void gp_hint(gp_diags *d, gp_diag *diag, const char *format, ...);
/* "did you mean `x`?" when one of the candidates is near. */
void gp_hint_nearest(gp_diags *d, gp_diag *diag, gp_text name, const gp_text *candidates, size_t n);

gp_place gp_place_sub(gp_place whole, size_t offset, size_t len); /* a part of a place */
/* 1-based line and column, the column in code points. 0, 0 for nowhere. */
void gp_place_where(uint32_t *line, uint32_t *col, gp_diags *d, gp_place p);

const char *gp_code_name(gp_code code);        /* "unknown-key" */
const char *gp_code_what(gp_code code);        /* one sentence for the registry listing */

/* Prints, in order of file and place (notes and warnings too):
 *   plan.yaml:12:9: error: unknown key `at_lest` [unknown-key]
 *      12 |     at_lest: 50 家
 *         |     ^^^^^^^
 *      hint: did you mean `at_least`?
 * Control and bidi characters of the excerpt are made visible; carets stand in terminal cells under East Asian text. */
void gp_diags_print(gp_buf *out, gp_diags *d, bool colour);
/* The two halves of it, for who prints several collectors as one: the messages, then the sum of what was counted. */
void gp_diags_list(gp_buf *out, gp_diags *d, bool colour);
void gp_diags_count(gp_buf *out, size_t errors, size_t warnings, size_t notes);

#endif

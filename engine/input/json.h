/* JSON (RFC 8259) as a stream of tokens.
 * Invariant: what is handed out is well formed up to there; the first error ends the stream and is reported once. */
#ifndef GP_INPUT_JSON_H
#define GP_INPUT_JSON_H

#include "input/file.h"

enum { GP_JSON_NESTING = 64 };

typedef enum gp_json_token {
    GP_J_END,    /* of the document, or of the stream after an error */
    GP_J_OBJECT, /* { */
    GP_J_LIST,   /* [ */
    GP_J_CLOSE,  /* } or ] */
    GP_J_KEY,
    GP_J_TEXT,
    GP_J_NUMBER,
    GP_J_TRUE,
    GP_J_FALSE,
    GP_J_NULL
} gp_json_token;

typedef struct gp_json_reader {
    gp_arena *arena;  /* for texts with escapes */
    gp_diags *diags;
    gp_text all;
    uint32_t source;
    size_t at;        /* next byte */
    size_t start;     /* of the last token */
    gp_text text;     /* of the last key, text or number; a slice of `all` where nothing is escaped */
    unsigned depth;
    bool object[GP_JSON_NESTING]; /* by level: { rather than [ */
    bool begun;       /* the innermost level has a member, or the document its value */
    bool after_key;
    bool broken;
} gp_json_reader;

/* Reads from byte `at` of the file on: 0, or the beginning of a value that was read before. */
void gp_json_start(gp_json_reader *r, gp_arena *a, gp_diags *d, const gp_file *file, size_t at);
gp_json_token gp_json_next(gp_json_reader *r);
/* Passes over the rest of a value whose first token was `first`. false after an error. */
bool gp_json_skip(gp_json_reader *r, gp_json_token first);
gp_place gp_json_place(const gp_json_reader *r); /* of the last token */

#endif

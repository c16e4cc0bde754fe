/* Outcomes: what many scenarios came to, a row each, as columns of a chunk, before anybody formats them.
 * Invariant: rows come in order and are not kept: whoever wants them takes them as they come. */
#ifndef GP_STUDY_OUTCOMES_H
#define GP_STUDY_OUTCOMES_H

#include "study/answer.h"

typedef struct gp_outcomes {
    size_t n;
    const gp_field *const *lead; /* what leads each row: nlead fields, row after row */
    size_t nlead;
    const gp_text *subject;
    const double *marks_lo, *marks_hi;
    const gp_text *grade;        /* absent: none */
    const uint16_t *met, *unmet, *open;
} gp_outcomes;

/* Takes rows as they come. */
typedef struct gp_taker {
    /* The heading, once; then rows, in any thread, into a buffer that is handed on in order. false from `hand`: no more is wanted. */
    void (*heading)(gp_buf *out, const gp_sheet_column *columns, size_t n);
    void (*format)(gp_buf *out, const gp_outcomes *rows);
    bool (*hand)(void *ud, gp_text bytes);
    void *ud;
} gp_taker;

#endif

/* Refused rows, kept so that somebody can mend them and give them again.
 * Invariant: a row stands here as its file has it, with its reason behind it; nothing is kept unless gp_refusals_new was called. */
#ifndef GP_DATA_REFUSED_H
#define GP_DATA_REFUSED_H

#include "data/frame.h"
#include "input/csv.h"

/* The refused rows of one input file. */
typedef struct gp_refused_file {
    gp_text path;
    uint64_t rows;
    size_t reason; /* column that held the reasons of an earlier run and is left out; ncols: none */
    bool table;    /* CSV: else a YAML file, which is refused whole and mended where it is */
    gp_buf csv;    /* heading and rows, in the file's own shape, with a column of reasons behind */
} gp_refused_file;

struct gp_refusals {
    gp_arena *arena; /* not that of a frame that is read into for a while */
    gp_refused_file *files; /* only those with refused rows, in the order of reading */
    size_t n, cap;
};

/* The heading that reasons stand under, and the one that they have where the plan means something else by it. Readers of data pass over
 * both. */
const char *gp_reason_heading(const gp_plan *plan);
bool gp_is_reason_heading(const gp_plan *plan, gp_text heading);

/* Keeps the refused rows of a frame from now on. */
void gp_refusals_new(gp_frame *f);

struct gp_intake;
/* The row at hand was refused for the errors reported since it began. */
void gp_refused_keep(struct gp_intake *in);

#endif

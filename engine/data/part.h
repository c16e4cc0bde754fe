/* Parts of a table: a frame that is filled again and again, each time with the records that start within a range of the text.
 * Invariant: records of a part become what gp_frame_load would make of them, as long as no case goes beyond its part (keys.h tells). */
#ifndef GP_DATA_PART_H
#define GP_DATA_PART_H

#include "data/frame.h"

typedef struct gp_table_part gp_table_part;

/* Where a part lies, in bytes of the file's text. */
typedef struct gp_range_of {
    size_t from, to; /* records that start in [from, to) */
    size_t end;      /* nothing behind it is looked at */
    uint32_t line;   /* of `from`, 0: nobody knows */
} gp_range_of;

/* Whether the one file that f has queued can be read in parts: it maps, and is a wide CSV table whose head is in order. Registers it with
 * the frame's diagnostics, reports nothing, leaves the queue alone. *body is where its first record stands. */
bool gp_parts_open(gp_file *out, size_t *body, uint32_t *line, gp_frame *f);

/* A reader for parts of `file`, whose refused rows go to `refusals` (NULL: nowhere) when they are reported. It lives in a and takes memory
 * of its own from `mem`, which goes with a. NULL: the head is not in order. */
gp_table_part *gp_part_new(gp_arena *a, gp_mem *mem, const gp_plan *plan, const gp_file *file, bool bad_rows_ok,
                           gp_refusals *refusals);

/* Fills the frame of the part. Reports go to d, with *softened errors of refused rows before them, or where d is NULL are counted only:
 * see gp_part_reports. Returns where the reader stopped; the frame is valid until the next call. */
size_t gp_part_read(const gp_frame **out, gp_table_part *p, gp_diags *d, size_t *softened, const gp_range_of *where);
bool gp_part_reports(const gp_table_part *p);          /* something is to be reported: read the part again with a collector */
const uint64_t *gp_part_keys(const gp_table_part *p);  /* per row of the frame */
uint32_t gp_part_lines(const gp_table_part *p);        /* line ends passed */

#endif

/* CSV (RFC 4180) as a stream of records.
 * Invariant: fields per record equal the header's, or the record is reported; slices live until the next record. */
#ifndef GP_INPUT_CSV_H
#define GP_INPUT_CSV_H

#include "input/file.h"

typedef struct gp_csv {
    gp_arena *arena;
    gp_diags *diags;
    const gp_file *file;
    size_t at;            /* next byte of file->text */
    size_t stop;          /* records that start here or behind are left alone: SIZE_MAX but for a part of a table */
    uint32_t line;        /* physical line of `at`, from 1 */
    uint64_t record;      /* records read, header not counted */
    gp_text *header;      /* column names, trimmed */
    gp_place *header_at;
    size_t ncols;
    gp_text *fields;      /* the current record */
    gp_place *places;
    gp_place place;       /* the record's first field */
    gp_buf scratch;       /* unescaped quotes */
} gp_csv;

/* Reads the header. false after reporting: no header, empty or doubled name, unclosed quote. */
bool gp_csv_open(gp_csv *csv, gp_arena *a, gp_diags *d, const gp_file *file);
typedef enum gp_csv_status { GP_CSV_ROW, GP_CSV_END, GP_CSV_BAD } gp_csv_status;
/* The next record before `stop`; empty lines are passed over. BAD: reported, the stream goes on behind it (or ends, after an unclosed
 * quote). */
gp_csv_status gp_csv_next(gp_csv *csv);

#endif

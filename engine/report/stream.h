/* Streaming: a table is read, evaluated and written part by part, by several threads, in the order of its rows.
 * Invariant: bytes, messages and sums are those of gp_frame_load, gp_run_new and gp_report_run in a row, at any number of threads. */
#ifndef GP_REPORT_STREAM_H
#define GP_REPORT_STREAM_H

#include "report/report.h"
#include "rule/host.h"

typedef struct gp_stream {
    gp_frame *frame;           /* its queue and its diagnostics; gets the counts of rows, no rows */
    const gp_format *format;
    gp_style style;
    gp_run_options options;    /* host: ignored; plan: always given */
    bool has_rules;
    gp_limits limits;          /* of the rules; each thread has a host of its own */
    bool bad_rows_ok;
    unsigned jobs;             /* threads at most; 0: as many as there are processors */
    gp_watch watch;            /* told by one thread at a time, not always the same; the total is an estimate */
    int (*sink)(void *ud, const void *bytes, size_t n); /* likewise */
    void *ud;
} gp_stream;

typedef enum gp_streamed {
    GP_STREAMED,
    GP_STREAM_UNFIT,     /* plan, format or data need all rows at once: nothing was reported, what the sink has is void */
    GP_STREAM_INVALID,   /* errors were reported; what the sink has is void */
    GP_STREAM_REFUSED,   /* by the sink */
    GP_STREAM_NO_MEMORY
} gp_streamed;

/* What is needed beyond the mapped file lives in a: for each thread a frame of about a thousand rows and the registers, and a key a row. */
gp_streamed gp_stream_run(gp_sum *sum, bool *adds_up, const gp_stream *ask, gp_arena *a);

#endif

/* Reports: results in one of several formats, through one writer interface. One file a format.
 * Invariant: a writer formats and never computes; the same results give the same bytes. */
#ifndef GP_REPORT_REPORT_H
#define GP_REPORT_REPORT_H

#include "eval/run.h"

typedef struct gp_style {
    bool wide, codes, bom, colour;
    bool models;    /* several scoring models stand in one result: each row says whose it is */
    int width;      /* terminal columns for tables */
    gp_lang lang;
} gp_style;

/* Told how many cases of how many are done, again and again while they are written; fn NULL: nobody is. */
typedef struct gp_watch {
    void (*fn)(void *ud, uint64_t done, uint64_t total);
    void *ud;
} gp_watch;

/* Where bytes go: a buffer that is flushed to the sink; `broken` once the sink refused. */
typedef struct gp_out {
    gp_buf buf;
    int (*sink)(void *ud, const void *bytes, size_t n);
    void *ud;
    bool broken;
    bool held; /* it is flushed by who holds it, never because it is full */
} gp_out;
void gp_out_init(gp_out *o, gp_arena *a, int (*sink)(void *, const void *, size_t), void *ud);
void gp_out_flush(gp_out *o);       /* hands the buffer to the sink and empties it */
void gp_out_full(gp_out *o);        /* flushes when the buffer holds 64 KiB or more */

/* What heads a result: versions and hashes. */
typedef struct gp_run_info {
    const char *engine; /* version */
    const gp_plan *plan;
    const gp_frame *frame;
    bool has_as_of;
    int32_t as_of;
} gp_run_info;

typedef struct gp_writer gp_writer;
/* One format. `block` is used when not NULL for what needs no rows (wide CSV); else `one` is called per case. */
typedef struct gp_format {
    const char *name;
    void (*begin)(gp_writer *w);
    void (*one)(gp_writer *w, const gp_case_result *c);
    void (*block)(gp_writer *w, const gp_block *b);
    /* One case under n models side by side, in place of `one` for each; NULL: the format has no such thing. */
    void (*beside)(gp_writer *w, const gp_case_result *c, const gp_run_info *infos, size_t n);
    void (*end)(gp_writer *w, const gp_sum *sum);
    bool apart; /* cases are written without regard to others, the end writes nothing: parts can be written by several writers */
} gp_format;
struct gp_writer {
    const gp_format *format;
    gp_out *out;
    gp_arena *arena;   /* the writer's own state */
    gp_arena *scratch; /* emptied after each case */
    const gp_run_info *info;
    gp_style style;
    size_t ncases;     /* written so far */
    void *state;
};
const gp_format *gp_format_find(const char *name, const gp_style *style); /* NULL: unknown */
/* Walks n runs of one frame from the first case on: the plan under n scoring models, mostly one. Their sums are complete then, audits of
 * claims too. false when the sink refused. */
bool gp_report_run(const gp_format *format, gp_run *const *runs, const gp_run_info *infos, size_t n, const gp_style *style,
                   const gp_watch *watch, gp_arena *scratch, gp_out *out);
/* One run without beginning and end, in a format that takes blocks: all cases that are left. */
void gp_report_blocks(gp_writer *w, gp_run *run, const gp_watch *watch);

/* Explanations: "text" "md" "json"; NULL: unknown. */
typedef struct gp_explain_format gp_explain_format;
const gp_explain_format *gp_explain_format_find(const char *name);
/* Explains rows of case i of the current block, which c describes, one after another. false when the sink refused. */
bool gp_explain_report(const gp_explain_format *format, gp_run *run, const gp_run_info *info, const gp_style *style,
                       const gp_case_result *c, size_t i, const uint32_t *nodes, size_t n, gp_arena *scratch, gp_out *out);

#endif

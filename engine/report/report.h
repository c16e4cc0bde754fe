/* Reports: results in one of several formats, through one writer interface. One file a format.
 * Invariant: a writer formats and never computes; the same results give the same bytes. */
#ifndef GP_REPORT_REPORT_H
#define GP_REPORT_REPORT_H

#include "eval/run.h"
#include "study/laid.h"

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
    void (*part)(void *ud, size_t nth, size_t n); /* of several plans: which one is next, from 0; NULL: nobody is told */
} gp_watch;

/* Where bytes go: a buffer that is flushed to the sink; `broken` once the sink refused. */
typedef struct gp_out {
    gp_buf buf;
    int (*sink)(void *ud, const void *bytes, size_t n);
    void *ud;
    bool broken;
    bool held; /* it is flushed by who holds it, never because it is full */
    /* the same bytes to somebody else, who may refuse them without harm to the sink; NULL: nobody */
    int (*copy)(void *ud, const void *bytes, size_t n);
    void *copy_ud;
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
    gp_lang lang;        /* of reasons */
    bool bad_rows;       /* rows with a bad cell were refused and the rest went on */
    uint64_t rule_budget, rule_memory; /* 0: the built-in ones */
    const gp_laid *laid; /* the scenario over plan and frame, which are then under it; NULL: none */
} gp_run_info;

/* A file that a result stands on. */
typedef struct gp_stand {
    gp_text path;
    char hash[65];
} gp_stand;

/* One plan's share of a report on several: evaluated now, or the bytes that an earlier run wrote for the same inputs. */
typedef struct gp_part {
    gp_run_info info;     /* frame NULL when kept */
    gp_run *run;          /* NULL when kept */
    const gp_stand *data; /* data files of a kept part */
    size_t ndata;
    gp_text kept;         /* its bytes */
    gp_sum sum;           /* of a kept part before, of every part after the report */
    /* of a scenario: its name, the plan that it is of, the files that say it; name absent: the plan as it is */
    gp_text scenario;
    size_t of;
    const gp_stand *files;
    size_t nfiles;
} gp_part;

/* What a report on several plans is of. */
typedef struct gp_several {
    gp_text id, title; /* of the workspace */
    const gp_file *file; /* NULL: there is none */
    gp_text path;      /* of that file */
    gp_part *parts;    /* of n plans, then of scenarios of them */
    size_t n, nscenarios, at; /* at: the part that is written */
} gp_several;

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
    /* several plans: what stands before all of them, before each, and behind them; begin and end are then those of a part */
    void (*open)(gp_writer *w);
    void (*gap)(gp_writer *w);
    void (*between)(gp_writer *w); /* the plans and their scenarios, where there are any; NULL: nothing */
    void (*close)(gp_writer *w, const gp_sum *sum);
} gp_format;
struct gp_writer {
    const gp_format *format;
    gp_out *out;
    gp_arena *arena;   /* the writer's own state */
    gp_arena *scratch; /* emptied after each case */
    const gp_run_info *info;
    gp_style style;
    size_t ncases;     /* written so far */
    uint64_t total;    /* cases there are */
    const gp_several *several; /* NULL: one plan */
    void *state;
};
const gp_format *gp_format_find(const char *name, const gp_style *style); /* NULL: unknown */
/* The same for several plans. */
const gp_format *gp_format_find_several(const char *name, const gp_style *style, size_t nplans);
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

/* A report on several plans: one document, the plans in their order, then what scenarios make of them; the sum is of the plans alone.
 * `keep` is told where a part begins and ends, and is given its bytes meanwhile (through out->copy); NULL: nobody. false when the sink
 * refused. */
typedef struct gp_keeper {
    void *ud;
    bool (*begin)(void *ud, const gp_part *part, gp_out *out); /* false: this part is not kept */
    void (*end)(void *ud, const gp_part *part, bool whole);
} gp_keeper;
bool gp_report_several(const gp_format *format, gp_several *several, const gp_style *style, const gp_watch *watch, const gp_keeper *keep,
                       gp_arena *scratch, gp_out *out);
/* A plan whose indicators are not those of the first, which no table with a column for each of them can hold; NULL: there is none. */
const gp_plan *gp_wide_misfit(const gp_several *several);

/* -- hash.c: SHA-256 as 64 lower-case hexadecimal digits -- */
void gp_hash(char out[65], gp_mem *mem, gp_text bytes);
typedef struct gp_hasher gp_hasher;
gp_hasher *gp_hasher_new(gp_arena *a);
void gp_hasher_add(gp_hasher *h, const void *bytes, size_t n);
void gp_hasher_end(char out[65], gp_hasher *h);

#endif

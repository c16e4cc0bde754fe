/* The frame: columns of cases. A case is one subject in one period under one scenario.
 * Invariant: column[d][row] is the value of a plain final point, NaN where there is none; everything that is not plain (open ends,
 * a weaker basis) is NaN there and stands in `cells`, sorted by row then datum. So blocks without cells take the fast path. */
#ifndef GP_DATA_FRAME_H
#define GP_DATA_FRAME_H

#include "plan/plan.h"

/* A value that is more than a plain final number. */
typedef struct gp_cell {
    uint32_t row, datum;
    gp_interval value; /* as section 4 of the contract opens it (cumulative over part of the period: [v, inf)) */
    gp_basis basis;    /* with `covers` worked in */
    gp_basis stated;   /* as stated, before `covers`: what `evidence` asks about */
    gp_interval reported; /* before `covers` */
    bool has_covers;
    gp_period covers;
    bool no_value;     /* a cumulative value that reaches outside the period: as if missing, but named in reasons */
} gp_cell;

/* Where a value came from: for explanations; kept when gp_frame.trace is set. Sorted by row then datum. */
typedef struct gp_origin {
    uint32_t row, datum;
    gp_place at;
    gp_text cite;
    gp_text text;     /* as written */
    gp_period covers; /* valid when has_covers */
    bool has_covers;
    gp_basis stated; /* as stated, before `covers` */
} gp_origin;

typedef struct gp_judgement { /* a person's tier for a `judged` indicator */
    uint32_t row, node;
    gp_text tier, by, reason;
    bool met; /* tiers: true when the tier is one that meets; see gp_frame_load */
    uint32_t index;    /* of the tier in the `tiers` of the node's method; 0 without such */
    bool has_mark;
    double mark;       /* within the tier's edges */
    gp_place at;
} gp_judgement;

/* What a decision says that a result is, or was: a verdict, a score, or both. */
typedef struct gp_finding {
    bool has_verdict, has_score;
    uint8_t verdict; /* in the order of gp_verdict (eval/result.h) */
    double score;    /* a fraction of full marks, or marks */
    bool in_marks;
    int digits;      /* after the point of the fraction or the marks, as quoted */
} gp_finding;

typedef struct gp_ruling { /* an entry of the ledger: the office decides otherwise than was found (改判) */
    uint32_t row, node;
    uint32_t number; /* among those of its node, in any order */
    gp_finding is, old;
    int32_t date;
    gp_text authority, reason, evidence, cite; /* the last two may be absent */
    gp_place at;
} gp_ruling;

typedef struct gp_claim { /* self-reported completion, audited and never an input */
    uint32_t row;
    uint32_t *nodes; /* indices into plan->nodes */
    size_t n;
    bool completion; /* claims 100 % or "met" */
    double rate;     /* a fraction */
    int digits;      /* digits after the point of the rate in its unit, as quoted */
    int8_t scale;    /* of the rate as quoted (-2 for %) */
    gp_text text;    /* as written */
    gp_place at;
} gp_claim;

typedef struct gp_on {
    uint32_t row, datum;
    int32_t day;
} gp_on; /* when a stage was reached */

typedef struct gp_case {
    gp_text subject, scenario;
    gp_period period;
    gp_place at;
} gp_case;

/* A parameter that differs between rows: scenarios are rows. */
typedef struct gp_varied {
    const void *what; /* a gp_param or a gp_argument of the plan */
    double *column;   /* per row; NaN: as the plan says */
    double *upper;    /* per row: the upper end of an open value; NULL: there are only points */
} gp_varied;

typedef struct gp_refusals gp_refusals; /* data/refused.h */
typedef struct gp_intake gp_intake; /* what only filling needs: the queue, the lookup of cases (data/intake.h) */

typedef struct gp_frame {
    const gp_plan *plan;
    gp_arena *arena;
    gp_diags *diags;
    bool trace; /* keep origins */
    bool any_period; /* take all periods, whichever the plan is of */
    size_t nrows, cap_rows;
    gp_case *cases;  /* per row */
    double **column; /* per datum, cap_rows long */
    gp_cell *cells;
    size_t ncells, cap_cells;
    gp_origin *origins;
    size_t norigins, cap_origins;
    gp_on *ons;
    size_t nons, cap_ons;
    gp_judgement *judged;
    size_t njudged, cap_judged;
    gp_claim *claims;
    size_t nclaims, cap_claims;
    gp_ruling *rulings; /* sorted by row, node and date */
    size_t nrulings, cap_rulings;
    gp_pool texts;  /* starts as a copy of the plan's, so that constants keep their numbers */
    gp_file *files; /* read, in order of their paths: hashed into the result */
    size_t nfiles, cap_files;
    /* the sum that the engine checks itself */
    uint64_t rows_in; /* input rows (cases of a YAML file, records of a CSV file) */
    uint64_t used, other_periods, refused;
    uint64_t rounded;      /* numbers with more than 15 digits */
    uint64_t text_missing; /* cells that `missing: text` made missing */
    gp_refusals *refusals; /* NULL: refused rows are counted only */
    gp_intake *intake;     /* NULL for frames that are not filled from files */
    /* frames of scenarios (vary.h): row r repeats row base_first + r % base_rows of the base, but for what varies */
    const struct gp_frame *base; /* NULL: filled from files */
    size_t base_first, base_rows;
    uint8_t **set;         /* per datum: NULL where it never varies, else for each row whether it is set here */
    gp_varied *varied;
    size_t nvaried, cap_varied;
    gp_origin *laid;       /* of values that a scenario sets, sorted by row then datum; kept as origins are */
    size_t nlaid;
} gp_frame;

/* A frame for a plan, filled from files. Rows come out in the order in which they stand in a file, files in the order of their paths; a
 * case may be spread over rows and files; a datum given twice is an error that names both places. */
gp_frame *gp_frame_new(gp_arena *a, gp_diags *d, const gp_plan *plan, bool trace);
/* Queues a file: .yaml .yml .csv, "-" (standard input; YAML when it starts with "goalpost:", else CSV). */
void gp_frame_add(gp_frame *f, gp_text path);
void gp_frame_add_file(gp_frame *f, const gp_file *file);
/* Reads everything queued. false when there was an error (all are in the diagnostics). bad_rows_ok: rows with a bad cell are reported as
 * warnings and refused as a whole, the rest goes on. */
bool gp_frame_load(gp_frame *f, bool bad_rows_ok);
/* Says once what was read otherwise than it stands there, by the counts of the frame. gp_frame_load does. */
void gp_frame_note(gp_frame *f);
/* Reads a value as data would give it for a datum like `like`; false where it means missing, or after reporting at `at`. */
bool gp_frame_read_value(gp_interval *out, const gp_frame *f, const gp_datum *like, gp_text text, gp_place at);
/* The value of a datum that is more than a plain final number; NULL where it is one, or missing. */
const gp_cell *gp_frame_cell(const gp_frame *f, size_t row, uint32_t datum);
bool gp_frame_has_cells(const gp_frame *f, size_t row);
/* Whether a row of a frame of scenarios has a value of its own for the datum. */
bool gp_frame_is_set(const gp_frame *f, size_t row, uint32_t datum);
/* Where the cells of a row and of those behind it begin in f->cells. */
size_t gp_frame_cells_from(const gp_frame *f, size_t row);
/* Row of the frame that was filled from files: where claims, judgements and origins stand. */
size_t gp_frame_base_row(const gp_frame *f, size_t row);
/* The value that a row gives to a parameter or argument of the plan; false where it leaves it as the plan says. */
bool gp_frame_varied(double *out, const gp_frame *f, size_t row, const void *what);
const gp_origin *gp_frame_origin(const gp_frame *f, size_t row, uint32_t datum); /* NULL when not kept or no value */
const gp_judgement *gp_frame_judgement(const gp_frame *f, size_t row, uint32_t node);
/* The decisions over a node of a row: the first, and how many. */
const gp_ruling *gp_frame_rulings(size_t *n, const gp_frame *f, size_t row, uint32_t node);
bool gp_frame_on(int32_t *out, const gp_frame *f, size_t row, uint32_t datum);

#endif

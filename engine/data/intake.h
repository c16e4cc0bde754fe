/* Filling a frame: what the readers of this room share while files turn into rows.
 * Invariant: an input row is read whole before anything of it is stored, so a refused row leaves nothing in the frame's columns. */
#ifndef GP_DATA_INTAKE_H
#define GP_DATA_INTAKE_H

#include "data/refused.h"
#include "input/tree.h"

/* A text as a file gives it; text absent: not given. */
typedef struct gp_written {
    gp_text text;
    gp_place at;
} gp_written;

/* All that a file can say of one datum. */
typedef struct gp_given {
    gp_written value, unit, basis, covers, on, cite;
} gp_given;

/* One datum of the current row, read and checked, not yet stored. */
typedef struct gp_entry {
    uint32_t datum;
    bool has_covers, has_on;
    gp_basis stated;
    gp_interval value;
    gp_period covers;
    int32_t on;
    gp_text text, cite; /* as written */
    gp_place at;
} gp_entry;

/* A plain final number, or text, date … of the current row: the fast path of wide tables. */
typedef struct gp_plain {
    uint32_t datum;
    uint32_t column; /* of the table: its place is asked for only when something is wrong */
    double value;
} gp_plain;

/* The input row that is being read. */
typedef struct gp_row {
    gp_case id; /* texts may be slices that live until the next record */
    gp_plain *plain;
    size_t nplain, cap_plain;
    const gp_place *places; /* of the table's columns, for `plain` */
    gp_entry *entries;
    size_t nentries, cap_entries;
    gp_judgement *judged;
    size_t njudged, cap_judged;
    gp_claim *claims;
    size_t nclaims, cap_claims;
    uint64_t rounded, text_missing;
    size_t errors_before, kept_before; /* of the diagnostics, when the row began */
} gp_row;

/* Where a datum that did not come with the row's first record was given: to name the first place when it comes again. */
typedef struct gp_mark {
    uint32_t row, datum, file, line;
    uint64_t at;
} gp_mark;

typedef struct gp_slot {
    uint32_t hash, row;
} gp_slot; /* row + 1; 0: free */

/* A document that cites quote, without its white space. */
typedef struct gp_document {
    gp_text path, squeezed; /* squeezed is absent when the document could not be read */
} gp_document;

typedef struct gp_queued {
    gp_text path;
    const gp_file *file; /* NULL: to be read */
} gp_queued;

struct gp_intake {
    gp_frame *frame;
    gp_units units; /* a copy of the plan's: data may write units that the plan does not have */
    gp_queued *queue;
    size_t nqueue, cap_queue;
    gp_slot *slots;
    size_t nslots;
    uint64_t *keys; /* per row */
    double *values; /* what the frame's columns are cut from */
    size_t blank;   /* rows below it have been made to hold no value */
    gp_mark *marks;
    size_t nmarks, cap_marks;
    gp_document *documents;
    size_t ndocuments, cap_documents;
    const gp_document *document; /* what cites of the current file quote; NULL: the plan's, if there is one */
    const gp_file *file;         /* the current one */
    gp_text path;
    gp_row row;
    gp_ruling *pending; /* decisions, their cases still to be found */
    gp_case *of_pending;
    size_t npending, cap_pending, nof_pending, cap_of_pending;
    gp_text *node_ids; /* for "did you mean", made when first asked for */
    bool bad_rows_ok;
    bool yaml;       /* the current file is YAML: each value has a place of its own, and cites need a document */
    const gp_csv *csv;  /* the table that is being read; NULL: the file is YAML */
    size_t record_at;   /* where its reader stood before the record at hand */
    bool well_formed;   /* the record has the fields that the header has */
    size_t softened; /* errors of refused rows, turned into warnings */
};

/* -- frame.c -- */
/* The only file that is queued, NULL when there are none or several. */
const gp_queued *gp_frame_single(const gp_frame *f);
/* Takes all rows out and keeps the room; texts of cells stay in the pool. */
void gp_frame_empty(gp_frame *f);
/* Cells and their kin in the order in which they are looked up. */
void gp_frame_sort(gp_frame *f);

/* -- row.c: one input row after the other -- */
void gp_row_begin(gp_intake *in);
void gp_row_store(gp_intake *in);     /* counts it used, or refused when there was an error since the beginning */
void gp_row_pass_over(gp_intake *in); /* counts it in other_periods */
void gp_entry_store(gp_intake *in, uint32_t row, const gp_entry *e); /* one entry alone */
gp_entry *gp_row_entry(gp_intake *in, uint32_t datum);
void gp_row_plain(gp_intake *in, uint32_t datum, uint32_t column, double value);
/* Whether a heading is a name or label of the dictionary, or the plan says something of a column of that heading. */
bool gp_plan_has_heading(const gp_plan *p, gp_text heading);
/* Whether the plan assesses this period. */
bool gp_period_accepted(const gp_frame *f, gp_period period);

/* -- cases.c: the row of a case -- */
uint64_t gp_case_key(const gp_intake *in, const gp_case *id); /* and has what gp_case_row looks at fetched */
uint32_t gp_case_row(gp_intake *in, const gp_case *id, uint64_t key, bool *fresh);
bool gp_case_find(uint32_t *row, const gp_intake *in, const gp_case *id);
/* Makes room for `more` cases at once, where there is reason to expect them. */
void gp_rows_expect(gp_intake *in, size_t more);
/* The text itself where it lives as long as the frame, else a copy. */
gp_text gp_intake_keep(gp_intake *in, gp_text t);

/* -- cell.c: one text, one value -- */
typedef enum gp_reading { GP_READ_VALUE, GP_READ_MISSING, GP_READ_BAD } gp_reading;
/* Reads a value of a datum; bare numbers are in `unit`, or in the datum's when it is NULL. Reports at `value.at`. */
gp_reading gp_cell_read(gp_interval *out, gp_intake *in, const gp_datum *datum, gp_written value, const gp_unit *unit);
/* mant * 10^exp, |mant| < 10^15; false beyond what one exact operation gives. Both operands are exact in binary64, so that one
 * operation rounds once: the nearest binary64 of the decimal. */
static inline bool gp_scaled(double *out, int64_t mant, int exp) {
    static const double POWERS[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (exp < -22 || exp > 22) return false;
    *out = exp < 0 ? (double)mant / POWERS[-exp] : (double)mant * POWERS[exp];
    return true;
}
/* A plain number of at most 15 digits, times 10^scale; false for everything else, which is not an error yet. */
bool gp_plain_read(double *out, gp_text t, int scale);
/* A text for a message: at most 60 bytes of it. */
gp_text gp_shown(gp_intake *in, gp_text t);

/* -- entry.c: one datum with all that is said of it -- */
void gp_entry_add(gp_intake *in, uint32_t datum, const gp_given *given);

/* -- claim.c -- */
void gp_claim_add(gp_intake *in, const gp_written *ids, size_t n, gp_written claim);
typedef struct gp_judged { gp_written tier, mark, by, reason; } gp_judged; /* mark and by may be absent */
void gp_judgement_add(gp_intake *in, gp_written id, const gp_judged *what);

/* -- quote.c -- */
/* Reads the document that cites of the current file quote, once for all files; path lies in folder. Reports at path.at. */
void gp_document_use(gp_intake *in, gp_text folder, gp_written path);
/* Looks a cite up in the current file's document, else in the plan's. */
void gp_quote_check(gp_intake *in, gp_written cite);

/* -- shape.c: what YAML files of data have in common -- */
typedef struct gp_keys {
    const char *what; /* in messages: "a data file" */
    const char *const *list;
    size_t n;
} gp_keys;
#define GP_KEYS(what, array) ((gp_keys){(what), (array), GP_COUNT(array)})
void gp_shape_keys(gp_intake *in, const gp_tree *map, gp_keys known);
/* Reports unless t is of the kind due. `where` names it: "`values`". */
bool gp_shape_is(gp_intake *in, const gp_tree *t, gp_tree_kind kind, const char *due, gp_text where);
bool gp_shape_given(const gp_tree *t); /* there, and not null */
void gp_shape_missing(gp_intake *in, const gp_tree *map, const char *key, const char *what);
/* The text of a key of a mapping, if it is there; false after reporting. */
bool gp_shape_read(gp_written *out, gp_intake *in, const gp_tree *map, const char *key);
bool gp_shape_need(gp_written *out, gp_intake *in, const gp_tree *map, const char *key, const char *what);
bool gp_shape_period(gp_period *out, gp_intake *in, const gp_tree *map, const char *what);
/* `goalpost: 1`, then the plan under `key`. false after reporting. */
bool gp_shape_head(gp_intake *in, const gp_tree *root, const char *key, const char *what);
void gp_shape_source(gp_intake *in, const gp_tree *root); /* `source`: what cites quote */

/* -- ledger.c: decisions -- */
void gp_ledger_yaml(gp_intake *in, const gp_tree *root);
/* When all files are read: to which case each decision belongs, and whether those of one result follow on each other. */
void gp_ledger_settle(gp_intake *in, bool broken);
const gp_node *gp_node_find(gp_intake *in, gp_written id); /* claim.c; reports */

/* -- data_yaml.c, data_csv.c -- */
void gp_data_yaml(gp_intake *in);
void gp_data_csv(gp_intake *in);

#endif

/* Records of a wide table without quotes: plain numbers straight from the text into the columns, other cells one by one.
 * Invariant: a record is taken whole or not at all. What is taken gives what the general reader (csv.c, data_csv.c) would give;
 * everything else (quotes, a case met before, whatever is wrong or worth a message) is left where it stands, for that reader. */
#include <math.h>

#include "data/table.h"

enum {
    BATCH = 16,      /* rows that go into the columns at once: two cache lines of each */
    TRIALS = 256,    /* records after which it shows of which kind the table is */
    LOOK_AHEAD = 8,  /* bytes that a field is read by */
    ODD_MAX = 256    /* cells of a batch that are not plain numbers */
};

/* What is done with a column. */
typedef enum task { TASK_SKIP, TASK_SUBJECT, TASK_PERIOD, TASK_SCENARIO, TASK_NUMBER, TASK_CELL, TASK_BESIDE, TASK_EMPTY } task;

typedef struct track {
    task task;
    bool checked; /* truth values, and numbers that have a range */
    int scale;
    uint32_t index; /* of the datum */
    const gp_datum *datum;
    double *stage;           /* BATCH values */
    const gp_column *column; /* of a datum, also of what stands beside it */
    bool kept;               /* something can stand beside the datum: its text is kept until that is known */
} track;

/* A record that was read and is not stored yet. */
typedef struct taken {
    gp_case id;
    uint64_t key;
    size_t end; /* where the next record starts */
    size_t odd; /* entries of the batch up to and with this record */
    uint64_t rounded, text_missing;
} taken;

/* A cell that is no plain number. */
typedef struct odd {
    uint32_t column;
    gp_text text;
} odd;

struct gp_plain_reader {
    gp_table *table;
    track *tracks; /* a column of the table each */
    size_t ncols;
    gp_text part[TASK_SCENARIO + 1]; /* subject, period and scenario of the record at hand */
    size_t first_len;                /* of its first field */
    taken batch[BATCH];
    odd *odd; /* of the record at hand */
    size_t nodd;
    gp_text *text; /* per column of the record at hand: texts that are kept, and what is said beside a datum */
    uint32_t *said; /* columns in which something is */
    size_t nsaid;
    gp_entry *entries; /* what the odd cells of the batch came to */
    size_t nentries;
    size_t stored, left; /* records, to see whether trying is worth while */
};

/* -- one number -- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The eight bytes at s, the first one lowest. */
static inline uint64_t eight(const char *s) {
    uint64_t w;
    memcpy(&w, s, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* A mark (the high bit) in each byte of w below `limit`, right up to and including the lowest such byte. */
static inline uint64_t below(uint64_t w, unsigned limit) {
    return (w - EACH(limit)) & ~w & EACH(0x80);
}

/* Whether all bytes are digits. */
static inline bool are_digits(uint64_t w) {
    return ((w & EACH(0xF0)) | (((w + EACH(6)) & EACH(0xF0)) >> 4)) == EACH(0x33);
}

/* The number of eight digits, the first one lowest: pairs, fours, all. */
static inline uint64_t joined(uint64_t w) {
    w -= EACH('0');
    w = w * 10 + (w >> 8);
    return (((w & 0x000000FF000000FF) * 0x000F424000000064) + (((w >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
}

/* Reads the n bytes (1 to 7) at the low end of w: digits with at most one point between them. As gp_plain_read does it. */
static inline bool short_read(double *out, uint64_t w, unsigned n, int scale) {
    if ((unsigned)(w & 0xFF) - '0' > 9) return false;
    unsigned spare = 64 - 8 * n;
    w = w << spare | (EACH('0') & ((UINT64_C(1) << spare) - 1)); /* the last digit in the highest byte, noughts before the first */
    uint64_t point = below(w ^ EACH('.'), 1);
    point &= -point;
    if (point >> 63) return false;
    uint64_t before = point ? (point >> 7) - 1 : 0; /* bytes before the point move up over it */
    w = (w & ~(before | (point >> 7) * 0xFF)) | (w & before) << 8 | (point ? '0' : 0);
    if (!are_digits(w)) return false;
    int places = point ? 7 - (__builtin_ctzll(point) >> 3) : 0;
    return gp_scaled(out, (int64_t)(joined(w) & UINT32_MAX), scale - places);
}

static bool fits(const track *k, size_t n, double v) {
    const gp_datum *d = k->datum;
    if (d->has_range && !(v >= d->range.lo && v <= d->range.hi)) return false;
    return d->type.kind != GP_BOOL || (n == 1 && v <= 1);
}

/* A number of any length. Returns its end, NULL when it is not plain. */
static const char *long_take(double *out, const track *k, const char *s, const char *end) {
    const char *stop = s;
    while (stop < end && (*stop == '-' || *stop == '.' || (*stop >= '0' && *stop <= '9'))) stop++;
    return stop < end && gp_plain_read(out, (gp_text){s, (size_t)(stop - s)}, k->scale) ? stop : NULL;
}

/* The number at s, NaN when the field is empty. Returns its end, NULL when it is not plain. */
static inline const char *number_take(double *out, const track *k, const char *s, const char *end) {
    uint64_t w = eight(s), stops = below(w, '-');
    unsigned n = stops ? (unsigned)__builtin_ctzll(stops) >> 3 : LOOK_AHEAD;
    const char *stop = s + n;
    if (n == 0) {
        *out = (double)NAN;
        return s;
    }
    if (n == LOOK_AHEAD || !short_read(out, w, n, k->scale)) stop = long_take(out, k, s, end);
    return stop && (!k->checked || fits(k, (size_t)(stop - s), *out)) ? stop : NULL;
}

/* -- one record -- */

static const char *text_end(const char *s, const char *end) {
    while (s < end && *s != ',' && *s != '\n' && *s != '\r' && *s != '"') s++;
    return s < end ? s : NULL;
}

/* A cell of another kind; blank ones are missing. NULL when it is quoted, or one too many. */
static const char *odd_take(gp_plain_reader *r, const track *k, size_t nth, size_t column, const char *s, const char *end) {
    const char *stop = text_end(s, end);
    if (!stop || *stop == '"' || r->nentries + r->nodd == ODD_MAX) return NULL;
    k->stage[nth] = (double)NAN;
    gp_text text = {s, (size_t)(stop - s)};
    if (gp_text_trim(text).n) r->odd[r->nodd++] = (odd){(uint32_t)column, text};
    return stop;
}

/* The field of the data at s into place `nth` of its stage. Returns its end, or NULL. */
static inline const char *datum_take(gp_plain_reader *r, const track *k, size_t nth, size_t column, const char *s, const char *end) {
    const char *stop = k->task == TASK_NUMBER ? number_take(&k->stage[nth], k, s, end) : NULL;
    if (!stop || (*stop != ',' && *stop != '\n' && *stop != '\r')) stop = odd_take(r, k, nth, column, s, end);
    if (stop && k->kept) r->text[column] = (gp_text){s, (size_t)(stop - s)};
    return stop;
}

static void beside_take(gp_plain_reader *r, size_t column, gp_text text) {
    if (gp_text_trim(text).n == 0) return;
    r->text[column] = text;
    r->said[r->nsaid++] = (uint32_t)column;
}

static const char *field_take(gp_plain_reader *r, const track *k, size_t column, const char *s, const char *end) {
    const char *stop = text_end(s, end);
    if (!stop || (k->task == TASK_EMPTY && stop > s)) return NULL;
    if (k->task == TASK_BESIDE) beside_take(r, column, (gp_text){s, (size_t)(stop - s)});
    r->part[k->task <= TASK_SCENARIO ? k->task : TASK_SKIP] = (gp_text){s, (size_t)(stop - s)};
    return stop;
}

/* Behind the line end at s, NULL when there is none. */
static const char *line_taken(const char *s) {
    if (*s == '\r') return s[1] == '\n' ? s + 2 : s + 1;
    return *s == '\n' ? s + 1 : NULL;
}

static void begin_record(gp_plain_reader *r) {
    r->nodd = 0;
    while (r->nsaid) r->text[r->said[--r->nsaid]] = GP_NO_TEXT;
}

/* Reads the fields of the record at s into place `nth` of the stages. Returns where the next one starts, NULL when this one is not
 * plain or too near the end of the text for reading ahead. */
static const char *record_scan(gp_plain_reader *r, size_t nth, const char *s, const char *end) {
    const char *start = s, *last = end - 2 * LOOK_AHEAD;
    begin_record(r);
    for (size_t i = 0;; i++, s++) {
        const track *k = &r->tracks[i];
        if (s > last) return NULL;
        s = k->stage ? datum_take(r, k, nth, i, s, end) : field_take(r, k, i, s, end);
        if (!s) return NULL;
        if (i == 0) r->first_len = (size_t)(s - start);
        if (i + 1 == r->ncols) return s < last ? line_taken(s) : NULL;
        if (*s != ',') return NULL;
    }
}

/* The case of the record that was scanned; false when it is not one that can be stored as it stands. */
static bool case_of(gp_case *out, gp_plain_reader *r, gp_place at) {
    gp_table *t = r->table;
    gp_text subject = gp_text_trim(r->part[TASK_SUBJECT]), scenario = gp_text_trim(r->part[TASK_SCENARIO]);
    if (subject.n == 0) return false;
    if (t->period >= 0 && !gp_table_period(t, gp_text_trim(r->part[TASK_PERIOD]))) return false;
    at.len = (uint32_t)r->first_len;
    *out = (gp_case){.subject = subject, .scenario = scenario.n ? scenario : GP_TEXT(""), .period = t->case_period, .at = at};
    return t->accepted;
}

static bool is_odd(const gp_plain_reader *r, uint32_t column) {
    for (size_t i = 0; i < r->nodd; i++)
        if (r->odd[i].column == column) return true;
    return false;
}

/* A number beside which something is said is no plain one. false when there are too many. */
static bool take_back(gp_plain_reader *r, size_t nth) {
    for (size_t i = 0; i < r->nsaid; i++) {
        uint32_t column = (uint32_t)r->tracks[r->said[i]].column->value;
        gp_text text = r->text[column];
        if (gp_text_trim(text).n == 0 || is_odd(r, column)) continue;
        if (r->nentries + r->nodd == ODD_MAX) return false;
        r->odd[r->nodd++] = (odd){column, text};
        r->tracks[column].stage[nth] = (double)NAN;
    }
    return true;
}

static gp_written written(const gp_plain_reader *r, gp_place at, gp_text text) {
    at.at = (uint64_t)(text.s - r->table->in->file->text.s);
    at.len = (uint32_t)text.n;
    return (gp_written){gp_text_trim(text), at};
}

/* What stands in a column beside a datum; nothing where there is no such column. */
static gp_written said_in(const gp_plain_reader *r, gp_place at, int column) {
    return column >= 0 && r->text[column].s ? written(r, at, r->text[column]) : (gp_written){0};
}

static void entry_read(gp_plain_reader *r, const odd *o, gp_place at) {
    const gp_column *c = r->tracks[o->column].column;
    gp_given given = {.value = written(r, at, o->text)};
    given.basis = said_in(r, at, c->basis);
    given.covers = said_in(r, at, c->covers);
    given.on = said_in(r, at, c->on);
    gp_entry_add(r->table->in, c->index, &given);
}

/* Reads the odd cells of the record that was scanned. false when one of them is worth a message: nothing is said here. */
static bool odd_read(gp_plain_reader *r, gp_place at) {
    gp_intake *in = r->table->in;
    gp_diags *d = in->frame->diags, before = *d;
    gp_row_begin(in);
    for (size_t i = 0; i < r->nodd; i++) entry_read(r, &r->odd[i], at);
    bool quiet = d->errors == before.errors && d->warnings == before.warnings && d->notes == before.notes;
    if (quiet && in->row.nentries) memcpy(r->entries + r->nentries, in->row.entries, in->row.nentries * sizeof *r->entries);
    if (quiet) r->nentries += in->row.nentries;
    d->n = before.n;
    d->errors = before.errors;
    d->warnings = before.warnings;
    d->notes = before.notes;
    return quiet;
}

/* -- batches of records: their cases are looked up together, so that the memory behind the look-up has time to arrive -- */

/* Reads up to BATCH records ahead; returns how many. */
static size_t batch_scan(gp_plain_reader *r) {
    const gp_csv *csv = &r->table->csv;
    gp_text text = csv->file->text;
    gp_place at = {.file = csv->file->source, .at = csv->at, .line = csv->line};
    r->nentries = 0;
    if (text.n < 2 * LOOK_AHEAD) return 0;
    for (size_t n = 0; n < BATCH; n++, at.line++) {
        if (at.at >= csv->stop) return n;
        taken *k = &r->batch[n];
        const char *next = record_scan(r, n, text.s + at.at, text.s + text.n);
        if (!next || !case_of(&k->id, r, at) || !take_back(r, n)) return n;
        k->key = gp_case_key(r->table->in, &k->id);
        k->rounded = k->text_missing = 0;
        if (r->nodd) {
            if (!odd_read(r, at)) return n;
            k->rounded = r->table->in->row.rounded;
            k->text_missing = r->table->in->row.text_missing;
        }
        k->odd = r->nentries;
        k->end = at.at = (size_t)(next - text.s);
    }
    return BATCH;
}

/* Makes rows of the first n records of the batch, up to a case that was met before; returns how many. */
static size_t batch_rows(gp_plain_reader *r, size_t n) {
    bool fresh;
    for (size_t i = 0; i < n; i++) {
        gp_case_row(r->table->in, &r->batch[i].id, r->batch[i].key, &fresh);
        if (!fresh) return i;
    }
    return n;
}

/* The odd cells of the n records that became the last rows. */
static void odd_store(gp_plain_reader *r, size_t n) {
    gp_intake *in = r->table->in;
    gp_frame *f = in->frame;
    for (size_t i = 0, e = 0; i < n; i++) {
        f->rounded += r->batch[i].rounded;
        f->text_missing += r->batch[i].text_missing;
        for (; e < r->batch[i].odd; e++) gp_entry_store(in, (uint32_t)(f->nrows - n + i), &r->entries[e]);
    }
}

static void batch_store(gp_plain_reader *r, size_t n) {
    gp_csv *csv = &r->table->csv;
    gp_frame *f = r->table->in->frame;
    if (n == 0) return;
    for (size_t i = 0; i < r->ncols; i++)
        if (r->tracks[i].stage) memcpy(f->column[r->tracks[i].index] + f->nrows - n, r->tracks[i].stage, n * sizeof(double));
    odd_store(r, n);
    csv->at = r->batch[n - 1].end;
    csv->line += (uint32_t)n;
    csv->record += n;
    f->rows_in += n;
    f->used += n;
}

/* Tables most of whose records are not plain are not tried for ever. */
static bool is_hopeless(const gp_plain_reader *r) {
    return r->left > TRIALS && r->left > r->stored;
}

/* Makes room for the rest, when all records so far were cases of their own. */
static void rows_expect(const gp_plain_reader *r) {
    const gp_csv *csv = &r->table->csv;
    if (r->stored != TRIALS || r->left || csv->stop != SIZE_MAX) return;
    gp_rows_expect(r->table->in, (csv->file->text.n - csv->at) / (csv->at / TRIALS) + TRIALS);
}

void gp_plain_records(gp_plain_reader *r) {
    if (!r || is_hopeless(r)) return;
    size_t n;
    do {
        n = batch_rows(r, batch_scan(r));
        batch_store(r, n);
        r->stored += n;
        rows_expect(r);
    } while (n == BATCH);
    r->left++;
}

/* -- making -- */

static void track_data(gp_plain_reader *r, gp_arena *a) {
    const gp_table *t = r->table;
    for (size_t i = 0; i < t->ncolumns; i++) {
        const gp_column *c = &t->columns[i];
        track *k = &r->tracks[c->value];
        *k = (track){.task = c->plain ? TASK_NUMBER : TASK_CELL, .scale = c->scale, .index = c->index, .datum = c->datum, .column = c};
        k->checked = c->datum->has_range || c->datum->type.kind == GP_BOOL;
        k->kept = !c->fast;
        k->stage = gp_arena_array(a, BATCH, sizeof *k->stage);
    }
}

static void track_beside(gp_plain_reader *r) {
    const gp_table *t = r->table;
    for (size_t i = 0; i < t->ncolumns; i++) {
        const int beside[] = {t->columns[i].basis, t->columns[i].covers, t->columns[i].on};
        for (size_t k = 0; k < GP_COUNT(beside); k++)
            if (beside[k] >= 0) r->tracks[beside[k]] = (track){.task = TASK_BESIDE, .column = &t->columns[i]};
    }
}

/* Columns that mean something and are neither numbers nor part of the case must be empty. */
static void track_others(gp_plain_reader *r) {
    const gp_table *t = r->table;
    for (size_t i = 0; i < r->ncols; i++)
        if (r->tracks[i].task == TASK_SKIP && !gp_table_ignores(t, i)) r->tracks[i].task = TASK_EMPTY;
    r->tracks[t->subject].task = TASK_SUBJECT;
    if (t->period >= 0) r->tracks[t->period].task = TASK_PERIOD;
    if (t->scenario >= 0) r->tracks[t->scenario].task = TASK_SCENARIO;
}

gp_plain_reader *gp_plain_reader_new(gp_table *t) {
    bool any = false;
    for (size_t i = 0; i < t->ncolumns; i++) any |= t->columns[i].plain;
    if (t->is_long || !any) return NULL;
    gp_arena *a = t->in->frame->arena;
    gp_plain_reader *r = GP_NEW(a, gp_plain_reader);
    r->table = t;
    r->ncols = t->csv.ncols;
    r->tracks = gp_arena_array(a, r->ncols, sizeof *r->tracks);
    r->odd = gp_arena_array(a, ODD_MAX, sizeof *r->odd);
    r->entries = gp_arena_array(a, ODD_MAX, sizeof *r->entries);
    r->text = gp_arena_array(a, r->ncols, sizeof *r->text);
    r->said = gp_arena_array(a, r->ncols, sizeof *r->said);
    track_data(r, a);
    track_beside(r);
    track_others(r);
    return r;
}

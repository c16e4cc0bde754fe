/* A CSV table of data, wide (a column for each name) or long (a row for each datum): from records to rows.
 * Invariant: cells that are plain numbers never leave this file's loop; no cell allocates. What the headings mean is table.c's. */
#include "data/table.h"

/* -- the case of a record -- */

static gp_written field(const gp_table *t, int column) {
    if (column < 0) return (gp_written){0};
    gp_text text = gp_text_trim(t->csv.fields[column]);
    return (gp_written){.text = text.n ? text : GP_NO_TEXT, .at = t->csv.places[column]};
}

/* Rows of a table mostly share their period. */
bool gp_table_period(gp_table *t, gp_text text) {
    if (t->nlast && text.n == t->nlast && memcmp(text.s, t->last, t->nlast) == 0) return true;
    t->nlast = 0;
    if (!gp_period_read(&t->case_period, text)) return false;
    t->accepted = gp_period_accepted(t->in->frame, t->case_period);
    if (text.n >= sizeof t->last) return true;
    memcpy(t->last, text.s, text.n);
    t->nlast = text.n;
    return true;
}

static bool read_period(gp_table *t) {
    gp_diags *d = t->in->frame->diags;
    gp_written w = field(t, t->period);
    if (!w.text.s) {
        gp_report(d, GP_D_DATA_EMPTY, w.at, "the period is empty");
        return false;
    }
    if (gp_table_period(t, w.text)) return true;
    gp_report(d, GP_D_BAD_VALUE, w.at, "`%.*s` is no period such as 2020, 2020-H1, 2020-Q3 or 2020-07", GP_ARG(gp_shown(t->in, w.text)));
    return false;
}

/* false: the record is of another period. */
static bool read_case(gp_table *t) {
    gp_case *id = &t->in->row.id;
    id->at = t->csv.place;
    if (t->period >= 0 && !read_period(t)) return true;
    id->period = t->case_period;
    if (!t->accepted) return false;
    gp_written subject = field(t, t->subject), scenario = field(t, t->scenario);
    if (!subject.text.s) gp_report(t->in->frame->diags, GP_D_DATA_EMPTY, subject.at, "the subject is empty");
    id->subject = subject.text.s ? subject.text : GP_TEXT("");
    if (scenario.text.s) id->scenario = scenario.text;
    return true;
}

/* -- wide -- */

static bool inside(const gp_datum *d, double v) {
    return !d->has_range || (v >= d->range.lo && v <= d->range.hi);
}

/* A plain final number within its range: all that most cells ever are. */
static bool read_plain(gp_table *t, const gp_column *c) {
    double v;
    if (!c->fast || !gp_plain_read(&v, t->csv.fields[c->value], c->scale) || !inside(c->datum, v)) return false;
    if (c->datum->type.kind == GP_BOOL && (t->csv.fields[c->value].n != 1 || v > 1)) return false;
    gp_row_plain(t->in, c->index, (uint32_t)c->value, v);
    return true;
}

static void read_cell(gp_table *t, const gp_column *c) {
    if (t->csv.fields[c->value].n == 0 || read_plain(t, c)) return;
    gp_given given = {.value = field(t, c->value)};
    if (!given.value.text.s) return;
    given.basis = field(t, c->basis);
    given.covers = field(t, c->covers);
    given.on = field(t, c->on);
    gp_entry_add(t->in, c->index, &given);
}

static void read_claim(gp_table *t, const gp_claim_column *c) {
    gp_written claim = field(t, c->column);
    if (claim.text.s) gp_claim_add(t->in, &c->id, 1, claim);
}

static void read_wide(gp_table *t) {
    for (size_t i = 0; i < t->ncolumns; i++) read_cell(t, &t->columns[i]);
    for (size_t i = 0; i < t->nclaims; i++) read_claim(t, &t->claims[i]);
}

/* -- long -- */

static void read_long(gp_table *t) {
    gp_written name = field(t, t->name);
    gp_given given = {.value = field(t, t->value),
                      .unit = field(t, t->unit),
                      .basis = field(t, t->basis),
                      .covers = field(t, t->covers),
                      .on = field(t, t->on),
                      .cite = field(t, t->cite)};
    uint32_t datum;
    if (!gp_table_datum(&datum, t, name) || !given.value.text.s) return;
    gp_entry_add(t->in, datum, &given);
}

/* -- the file -- */

static void read_record(gp_table *t) {
    if (!read_case(t)) {
        gp_row_pass_over(t->in);
        return;
    }
    if (t->is_long)
        read_long(t);
    else
        read_wide(t);
    gp_row_store(t->in);
}

void gp_table_read(gp_table *t, gp_plain_reader *plain) {
    gp_intake *in = t->in;
    in->csv = &t->csv;
    for (;;) {
        gp_plain_records(plain);
        gp_row_begin(in);
        in->record_at = t->csv.at;
        gp_csv_status status = gp_csv_next(&t->csv);
        if (status == GP_CSV_END) break;
        in->row.places = t->csv.places;
        in->well_formed = status == GP_CSV_ROW;
        if (status == GP_CSV_ROW)
            read_record(t);
        else
            gp_row_store(in); /* the reader has reported: counted as refused */
    }
    in->csv = NULL;
}

void gp_data_csv(gp_intake *in) {
    gp_table t;
    if (gp_table_open(&t, in)) gp_table_read(&t, gp_plain_reader_new(&t));
}

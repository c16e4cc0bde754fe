/* One input row after the other: begun, read whole, then stored or refused.
 * Invariant: rows_in = used + other_periods + refused; a stored datum's column is not the absent NaN, so a second one is noticed. */
#include "data/intake.h"

#include <math.h>
#include <string.h>

enum { DEFAULT_LIMIT = 100 };

void gp_row_begin(gp_intake *in) {
    const gp_diags *d = in->frame->diags;
    gp_row *r = &in->row;
    r->id = (gp_case){.subject = GP_TEXT(""), .scenario = GP_TEXT("")};
    r->nplain = r->nentries = r->njudged = r->nclaims = 0;
    r->rounded = r->text_missing = 0;
    r->errors_before = d->errors;
    r->kept_before = d->n;
}

gp_entry *gp_row_entry(gp_intake *in, uint32_t datum) {
    gp_row *r = &in->row;
    gp_entry *e = GP_PUSH(in->frame->arena, r->entries, r->nentries, r->cap_entries);
    *e = (gp_entry){.datum = datum};
    return e;
}

void gp_row_plain(gp_intake *in, uint32_t datum, uint32_t column, double value) {
    gp_row *r = &in->row;
    if (r->nplain == r->cap_plain) r->plain = gp_array_room(in->frame->arena, r->plain, r->nplain, &r->cap_plain, sizeof *r->plain);
    r->plain[r->nplain++] = (gp_plain){.datum = datum, .column = column, .value = value};
}

bool gp_period_accepted(const gp_frame *f, gp_period period) {
    const gp_plan *plan = f->plan;
    if (f->any_period || plan->any_period || plan->nperiods == 0) return true;
    for (size_t i = 0; i < plan->nperiods; i++)
        if (gp_period_eq(plan->periods[i], period)) return true;
    return false;
}

/* -- the same datum twice -- */

/* What a column holds while a cell stands for the value: a NaN of another pattern than that of "no value". */
static double taken(void) {
    uint64_t bits = 0x7FF8000000000001u;
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static bool is_taken(double v) {
    if (!isnan(v)) return true;
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    return (bits & 1) != 0;
}

static gp_place place_of_first(const gp_intake *in, uint32_t row, uint32_t datum) {
    for (size_t i = in->nmarks; i-- > 0;) {
        const gp_mark *m = &in->marks[i];
        if (m->row == row && m->datum == datum) return (gp_place){.file = m->file, .at = m->at, .line = m->line};
    }
    return in->frame->cases[row].at;
}

static size_t limit_of(const gp_diags *d) {
    return d->limit ? d->limit : DEFAULT_LIMIT;
}

/* Over the limit a report is counted and then forgotten: looking for its second place would be for nothing. */
static bool is_kept(const gp_intake *in, const gp_diag *diag) {
    const gp_diags *d = in->frame->diags;
    return diag != d->items + d->n && in->softened < limit_of(d);
}

static void report_twice(gp_intake *in, uint32_t row, uint32_t datum, gp_place at) {
    gp_frame *f = in->frame;
    gp_diag *diag = gp_report(f->diags, GP_D_DATA_TWICE, at, "`%.*s` is given twice for `%.*s`", GP_ARG(f->plan->data[datum].name),
                              GP_ARG(gp_shown(in, f->cases[row].subject)));
    if (!is_kept(in, diag)) return;
    diag->also = place_of_first(in, row, datum);
    diag->also_what = GP_TEXT("given first here");
}

static void report_doubles(gp_intake *in, uint32_t row) {
    const gp_row *r = &in->row;
    double **column = in->frame->column;
    for (size_t i = 0; i < r->nplain; i++)
        if (is_taken(column[r->plain[i].datum][row])) report_twice(in, row, r->plain[i].datum, r->places[r->plain[i].column]);
    for (size_t i = 0; i < r->nentries; i++)
        if (is_taken(column[r->entries[i].datum][row])) report_twice(in, row, r->entries[i].datum, r->entries[i].at);
}

static void report_judged_twice(gp_intake *in, uint32_t row) {
    gp_frame *f = in->frame;
    for (size_t i = 0; i < in->row.njudged; i++) {
        const gp_judgement *j = &in->row.judged[i];
        for (size_t k = 0; k < f->njudged; k++) {
            if (f->judged[k].row != row || f->judged[k].node != j->node) continue;
            gp_diag *diag = gp_report(f->diags, GP_D_DATA_TWICE, j->at, "`%.*s` is judged twice", GP_ARG(f->plan->nodes[j->node]->id));
            diag->also = f->judged[k].at;
            diag->also_what = GP_TEXT("judged first here");
        }
    }
}

/* -- storing -- */

/* Stages, cumulative and milestone values never fall: what is reached by a part of the period stays reached. */
static bool never_falls(const gp_datum *d) {
    if (d->type.kind == GP_STAGE) return true;
    return d->type.kind == GP_NUMBER && (d->measure == GP_CUMULATIVE || d->measure == GP_MILESTONE);
}

static double highest(const gp_datum *d) {
    return d->type.kind == GP_STAGE ? (double)(d->words.n - 1) : (double)INFINITY;
}

static gp_basis weaker(gp_basis a, gp_basis b) {
    return a > b ? a : b;
}

/* Works `covers` into the value and its basis, as section 4 of the contract says. */
static void cell_cover(gp_cell *c, const gp_datum *d, gp_cover cover) {
    if (cover == GP_COVER_ALL) return;
    c->basis = weaker(c->basis, cover == GP_COVER_NONE ? GP_OTHER_PERIOD : GP_PARTIAL);
    if (!never_falls(d)) return;
    if (cover == GP_COVER_PART) {
        c->value.hi = highest(d);
        c->value.hi_open = false;
        return;
    }
    c->no_value = cover == GP_COVER_BEYOND || d->measure == GP_CUMULATIVE;
}

static bool is_point(const gp_interval *v) {
    return v->lo == v->hi;
}

static void mark_add(gp_intake *in, uint32_t row, uint32_t datum, gp_place at) {
    *GP_PUSH(in->frame->arena, in->marks, in->nmarks, in->cap_marks) =
        (gp_mark){.row = row, .datum = datum, .file = at.file, .line = at.line, .at = at.at};
}

static void origin_add(gp_frame *f, uint32_t row, const gp_entry *e) {
    *GP_PUSH(f->arena, f->origins, f->norigins, f->cap_origins) = (gp_origin){.row = row,
                                                                              .datum = e->datum,
                                                                              .at = e->at,
                                                                              .cite = e->cite,
                                                                              .text = e->text,
                                                                              .covers = e->covers,
                                                                              .has_covers = e->has_covers,
                                                                              .stated = e->stated};
}

void gp_entry_store(gp_intake *in, uint32_t row, const gp_entry *e) {
    gp_frame *f = in->frame;
    const gp_datum *d = &f->plan->data[e->datum];
    gp_cell c = {.row = row, .datum = e->datum, .value = e->value, .basis = e->stated, .stated = e->stated, .reported = e->value};
    c.has_covers = e->has_covers;
    c.covers = e->covers;
    if (e->has_covers) cell_cover(&c, d, gp_period_cover(f->cases[row].period, e->covers));
    bool plain = c.basis == GP_FINAL && !c.no_value && is_point(&c.value);
    f->column[e->datum][row] = plain ? c.value.lo : taken();
    if (!plain) *GP_PUSH(f->arena, f->cells, f->ncells, f->cap_cells) = c;
    if (e->has_on) *GP_PUSH(f->arena, f->ons, f->nons, f->cap_ons) = (gp_on){.row = row, .datum = e->datum, .day = e->on};
    if (f->trace) origin_add(f, row, e);
}

static void data_store(gp_intake *in, uint32_t row, bool marked) {
    const gp_row *r = &in->row;
    double **column = in->frame->column;
    for (size_t i = 0; i < r->nplain; i++) column[r->plain[i].datum][row] = r->plain[i].value;
    for (size_t i = 0; i < r->nentries; i++) gp_entry_store(in, row, &r->entries[i]);
    if (!marked) return;
    for (size_t i = 0; i < r->nplain; i++) mark_add(in, row, r->plain[i].datum, r->places[r->plain[i].column]);
    for (size_t i = 0; i < r->nentries; i++) mark_add(in, row, r->entries[i].datum, r->entries[i].at);
}

static void findings_store(gp_intake *in, uint32_t row) {
    gp_frame *f = in->frame;
    gp_row *r = &in->row;
    for (size_t i = 0; i < r->njudged; i++) {
        r->judged[i].row = row;
        *GP_PUSH(f->arena, f->judged, f->njudged, f->cap_judged) = r->judged[i];
    }
    for (size_t i = 0; i < r->nclaims; i++) {
        r->claims[i].row = row;
        *GP_PUSH(f->arena, f->claims, f->nclaims, f->cap_claims) = r->claims[i];
    }
}

/* -- the end of a row -- */

static bool row_is_bad(const gp_intake *in) {
    return in->frame->diags->errors > in->row.errors_before;
}

/* The row's errors become warnings; past the limit they are counted only. */
static void soften(gp_intake *in) {
    gp_diags *d = in->frame->diags;
    size_t bad = d->errors - in->row.errors_before;
    for (size_t i = in->row.kept_before; i < d->n; i++)
        if (d->items[i].severity == GP_ERROR) d->items[i].severity = GP_WARNING;
    d->errors -= bad;
    d->warnings += bad;
    if (in->softened >= limit_of(d)) d->n = in->row.kept_before;
    in->softened += bad;
}

static void row_refuse(gp_intake *in) {
    in->frame->rows_in++;
    in->frame->refused++;
    if (in->bad_rows_ok && in->frame->refusals) gp_refused_keep(in);
    if (in->bad_rows_ok) soften(in);
}

void gp_row_pass_over(gp_intake *in) {
    in->frame->rows_in++;
    in->frame->other_periods++;
}

void gp_row_store(gp_intake *in) {
    if (row_is_bad(in)) {
        row_refuse(in);
        return;
    }
    gp_frame *f = in->frame;
    bool fresh;
    uint32_t row = gp_case_row(in, &in->row.id, gp_case_key(in, &in->row.id), &fresh);
    if (!fresh) report_doubles(in, row);
    if (!fresh && in->row.njudged) report_judged_twice(in, row);
    if (row_is_bad(in)) {
        row_refuse(in);
        return;
    }
    f->rows_in++;
    f->used++;
    f->rounded += in->row.rounded;
    f->text_missing += in->row.text_missing;
    data_store(in, row, !fresh || in->yaml);
    findings_store(in, row);
}

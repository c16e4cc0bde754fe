/* Refused rows as a table of the input's own shape: the record as written, then why it was refused.
 * Invariant: a record that was not well formed is not made well formed by its reason. */
#include "data/refused.h"

#include "data/intake.h"

void gp_refusals_new(gp_frame *f) {
    if (f->refusals) return;
    f->refusals = GP_NEW(f->arena, gp_refusals);
    f->refusals->arena = f->arena;
}

/* -- fields -- */

static bool needs_quotes(gp_text t) {
    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] == ',' || t.s[i] == '"' || t.s[i] == '\n' || t.s[i] == '\r') return true;
    return false;
}

static void put_field(gp_buf *out, gp_text t) {
    if (!needs_quotes(t)) {
        gp_buf_text(out, t);
        return;
    }
    gp_buf_char(out, '"');
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '"') gp_buf_char(out, '"');
        gp_buf_char(out, t.s[i]);
    }
    gp_buf_char(out, '"');
}

static void put_fields(gp_buf *out, const gp_text *fields, size_t n, size_t without) {
    for (size_t i = 0; i < n; i++) {
        if (i == without) continue;
        put_field(out, fields[i]);
        gp_buf_char(out, ',');
    }
}

/* -- headings -- */

const char *gp_reason_heading(const gp_plan *plan) {
    return gp_plan_has_heading(plan, GP_TEXT("reason")) ? "refused.reason" : "reason";
}

bool gp_is_reason_heading(const gp_plan *plan, gp_text heading) { return gp_text_is(heading, gp_reason_heading(plan)); }

/* The column that held reasons before. */
static size_t reason_column(const gp_csv *csv, const gp_plan *plan) {
    for (size_t i = 0; i < csv->ncols; i++)
        if (gp_is_reason_heading(plan, csv->header[i])) return i;
    return csv->ncols;
}

/* -- the file -- */

static gp_refused_file *file_of(gp_intake *in) {
    gp_refusals *all = in->frame->refusals;
    if (all->n && gp_text_eq(all->files[all->n - 1].path, in->path)) return &all->files[all->n - 1];
    gp_refused_file *file = GP_PUSH(all->arena, all->files, all->n, all->cap);
    *file = (gp_refused_file){.path = in->path, .table = in->csv != NULL};
    gp_buf_init(&file->csv, all->arena);
    if (!in->csv) return file;
    file->reason = reason_column(in->csv, in->frame->plan);
    put_fields(&file->csv, in->csv->header, in->csv->ncols, file->reason);
    gp_buf_printf(&file->csv, "%s\n", gp_reason_heading(in->frame->plan));
    return file;
}

/* -- one row -- */

static bool is_line_end(char c) { return c == '\n' || c == '\r'; }

/* The record as it stands in the file, without line ends around it. */
static gp_text record_text(const gp_intake *in) {
    const char *text = in->csv->file->text.s;
    size_t from = in->record_at, to = in->csv->at;
    while (from < to && is_line_end(text[from])) from++;
    while (to > from && is_line_end(text[to - 1])) to--;
    return (gp_text){text + from, to - from};
}

/* The record, with room for its reason behind. false: it stays as it is. A record of the wrong length that comes back from an earlier run
 * ends in its reason; with another one behind it could have the right length. */
static bool put_record(gp_buf *out, const gp_intake *in, size_t without) {
    bool again = without < in->csv->ncols;
    if (again && in->well_formed) {
        put_fields(out, in->csv->fields, in->csv->ncols, without);
        return true;
    }
    gp_buf_text(out, record_text(in));
    if (again) return false;
    gp_buf_char(out, ',');
    return true;
}

static gp_text reason_of(const gp_intake *in) {
    const gp_diags *d = in->frame->diags;
    gp_buf b;
    gp_buf_init(&b, in->frame->arena);
    for (size_t i = in->row.kept_before; i < d->n; i++) {
        if (d->items[i].severity != GP_ERROR) continue;
        if (b.n) gp_buf_str(&b, "; ");
        gp_buf_text(&b, d->items[i].message);
    }
    return gp_buf_take(&b);
}

void gp_refused_keep(gp_intake *in) {
    gp_refused_file *file = file_of(in);
    file->rows++;
    if (!file->table) return;
    if (put_record(&file->csv, in, file->reason)) put_field(&file->csv, reason_of(in));
    gp_buf_char(&file->csv, '\n');
}

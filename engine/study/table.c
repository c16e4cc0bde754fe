/* Reading tables of scenarios: plain records field by field, whatever is quoted or wrong through the general reader.
 * Invariant: both ways give the same values. */
#include "study/table.h"

#include <math.h>
#include <string.h>

#include "data/intake.h"
#include "input/csv.h"

enum { MOST_SCENARIOS = 4000000, NAME = -1 };

typedef struct reader {
    gp_scenario_table *table;
    gp_arena *arena;
    gp_diags *diags;
    const gp_frame *base;
    gp_csv csv;
    int *column;      /* per heading: the target that it is, or NAME */
    size_t cap, cap_names;
    bool plain;       /* no quote and no carriage return in the file: a line is a record, a comma ends a field */
} reader;

/* ---- headings ---- */

static bool is_datum(const gp_plan *plan, gp_text name) {
    for (size_t i = 0; i < plan->ndata; i++)
        if (gp_text_eq(plan->data[i].name, name)) return true;
    return false;
}

static gp_text path_of(const reader *r, gp_text heading) {
    gp_buf b;
    if (!is_datum(r->base->plan, heading)) return heading;
    gp_buf_init(&b, r->arena);
    gp_buf_printf(&b, "data.%.*s", GP_ARG(heading));
    return gp_buf_take(&b);
}

static bool is_same(const gp_target *a, const gp_target *b) {
    if (a->kind != b->kind) return false;
    if (a->kind == GP_TARGET_DATUM) return a->datum == b->datum && (!a->subject.s || !b->subject.s || gp_text_eq(a->subject, b->subject));
    for (size_t i = 0; i < a->nwhat; i++)
        for (size_t j = 0; j < b->nwhat; j++)
            if (a->what[i] == b->what[j]) return true;
    return false;
}

/* The columns of one path would lie over each other. */
static bool check_twice(reader *r, const gp_target *t, gp_place at) {
    const gp_scenario_table *z = r->table;
    for (const gp_target *before = z->targets; before < t; before++) {
        if (!is_same(before, t)) continue;
        gp_report(r->diags, GP_D_DATA_TWICE, at, "`%.*s` turns what `%.*s` turns too", GP_ARG(t->path), GP_ARG(before->path));
        return false;
    }
    return true;
}

static bool read_headings(reader *r) {
    gp_scenario_table *z = r->table;
    bool ok = true;
    z->targets = gp_arena_array(r->arena, r->csv.ncols, sizeof *z->targets);
    z->values = gp_arena_array(r->arena, r->csv.ncols, sizeof *z->values);
    r->column = gp_arena_array(r->arena, r->csv.ncols, sizeof *r->column);
    for (size_t k = 0; k < r->csv.ncols; k++) {
        gp_target *t = &z->targets[z->ntargets];
        r->column[k] = gp_text_is(r->csv.header[k], "scenario") ? NAME : (int)z->ntargets;
        if (r->column[k] == NAME) {
            z->named = true;
            continue;
        }
        bool found = gp_target_find(t, r->arena, r->diags, r->base, path_of(r, r->csv.header[k]), r->csv.header_at[k]);
        ok = found && check_twice(r, t, r->csv.header_at[k]) && ok;
        z->ntargets += found;
    }
    if (ok && z->ntargets == 0)
        gp_report(r->diags, GP_D_DATA_COLUMNS, r->csv.header_at[0],
                  "the table has no path: each heading but `scenario` names what a scenario turns");
    return ok && z->ntargets > 0;
}

/* ---- rows ---- */

static void make_room(reader *r) {
    gp_scenario_table *z = r->table;
    size_t more = r->cap ? 2 * r->cap : 1024;
    for (size_t k = 0; k < z->ntargets; k++)
        z->values[k] = gp_arena_grow(r->arena, z->values[k], r->cap * sizeof **z->values, more * sizeof **z->values);
    z->names = gp_arena_grow(r->arena, z->names, r->cap * sizeof *z->names, more * sizeof *z->names);
    r->cap = more;
}

static void put_odd(reader *r, size_t column, bool as_base, gp_interval value) {
    gp_scenario_table *z = r->table;
    z->values[column][z->n] = NAN;
    *GP_PUSH(r->arena, z->odd, z->nodd, z->cap_odd) =
        (gp_odd){.row = (uint32_t)z->n, .column = (uint32_t)column, .as_base = as_base, .value = value};
}

static bool is_in_range(const gp_datum *d, double v) { return !d->has_range || (v >= d->range.lo && v <= d->range.hi); }

static bool take_plain(reader *r, size_t column, gp_text text) {
    const gp_target *t = &r->table->targets[column];
    double v;
    if (t->like.type.kind != GP_NUMBER || !gp_plain_read(&v, text, t->like.type.unit.scale) || !is_in_range(&t->like, v)) return false;
    r->table->values[column][r->table->n] = v;
    return true;
}

static void take_value(reader *r, size_t column, gp_text text, gp_place at) {
    const gp_target *t = &r->table->targets[column];
    gp_interval v;
    if (take_plain(r, column, text)) return;
    if (gp_text_trim(text).n == 0) put_odd(r, column, true, (gp_interval){0});
    else if (!gp_target_read(&v, t, r->base, text, at)) return;
    else if (v.lo == v.hi) r->table->values[column][r->table->n] = v.lo;
    else put_odd(r, column, false, v);
}

static void take_name(reader *r, gp_text text) {
    text = gp_text_trim(text);
    r->table->names[r->table->n] = (gp_field){gp_text_dup(r->arena, text), NAN};
}

static void end_row(reader *r) {
    gp_scenario_table *z = r->table;
    if (!z->named) z->names[z->n] = (gp_field){GP_NO_TEXT, (double)z->n + 1};
    z->n++;
}

static void take_record(reader *r) {
    if (r->table->n == r->cap) make_room(r);
    for (size_t k = 0; k < r->csv.ncols; k++) {
        if (r->column[k] == NAME) take_name(r, r->csv.fields[k]);
        else take_value(r, (size_t)r->column[k], r->csv.fields[k], r->csv.places[k]);
    }
    end_row(r);
}

static gp_place place_of(const reader *r, gp_text field) {
    return (gp_place){
        .file = r->csv.file->source, .at = (size_t)(field.s - r->csv.file->text.s), .len = (uint32_t)field.n, .line = r->csv.line};
}

/* The end of the line at s, where it has as many fields as there are headings; NULL: it has not, or is no line of fields. */
static const char *line_end(const reader *r, const char *s, size_t n) {
    const char *end = memchr(s, '\n', n);
    size_t commas = 0;
    for (const char *at = s; end && at < end; at++) commas += *at == ',';
    return end && end > s && commas + 1 == r->csv.ncols ? end : NULL;
}

/* Takes a whole line, the csv reader moved behind it. What it holds is as it stands in the file, which stays. */
static bool take_line(reader *r) {
    gp_text all = r->csv.file->text;
    const char *at = all.s + r->csv.at, *end = line_end(r, at, all.n - r->csv.at);
    if (!end) return false;
    if (r->table->n == r->cap) make_room(r);
    for (size_t k = 0; k < r->csv.ncols; k++) {
        const char *stop = at;
        while (*stop != ',' && *stop != '\n') stop++;
        gp_text field = {at, (size_t)(stop - at)};
        if (r->column[k] == NAME) r->table->names[r->table->n] = (gp_field){gp_text_trim(field), NAN};
        else if (!take_plain(r, (size_t)r->column[k], field)) take_value(r, (size_t)r->column[k], field, place_of(r, field));
        at = stop + 1;
    }
    end_row(r);
    r->csv.at = (size_t)(end + 1 - all.s);
    r->csv.line++;
    return true;
}

static bool read_rows(reader *r) {
    size_t errors = r->diags->errors;
    while (r->table->n <= MOST_SCENARIOS) {
        if (r->plain && take_line(r)) continue;
        gp_csv_status status = gp_csv_next(&r->csv);
        if (status == GP_CSV_END) break;
        if (status == GP_CSV_ROW) take_record(r);
    }
    if (r->table->n > MOST_SCENARIOS)
        gp_report(r->diags, GP_D_BAD_VALUE, (gp_place){.file = r->csv.file->source}, "the table has more than %d scenarios",
                  MOST_SCENARIOS);
    else if (r->table->n == 0 && r->diags->errors == errors)
        gp_report(r->diags, GP_D_BAD_VALUE, (gp_place){.file = r->csv.file->source},
                  "the table has no scenario: each row below the headings is one");
    return r->diags->errors == errors;
}

bool gp_scenario_table_parse(gp_scenario_table *out, gp_arena *a, gp_diags *d, const gp_frame *base, bool by_line) {
    reader r = {.table = out, .arena = a, .diags = d, .base = base};
    gp_text text = out->file.text;
    r.plain = by_line && !memchr(text.s, '"', text.n) && !memchr(text.s, '\r', text.n);
    return gp_csv_open(&r.csv, a, d, &out->file) && read_headings(&r) && read_rows(&r);
}

bool gp_scenario_table_load(gp_scenario_table *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path) {
    *out = (gp_scenario_table){0};
    return gp_file_read(&out->file, a, d, GP_TEXT("."), path, 0, (gp_place){0}) && gp_scenario_table_parse(out, a, d, base, true);
}

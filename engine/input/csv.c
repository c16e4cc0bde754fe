/* CSV by RFC 4180: one pass over the text, fields as slices of it.
 * Invariant: only quotes doubled inside a field are copied (to scratch, after the whole record is known, so that no slice moves). */
#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 65536 };

/* A record while it is scanned. */
typedef struct scan {
    size_t n;       /* fields seen, kept or not */
    size_t cap;     /* fields there is room for; grows only for the header */
    gp_place extra; /* the first field beyond cap */
    size_t doubled; /* bytes of the fields that hold doubled quotes */
    bool bad;       /* reported */
    bool unclosed;  /* nothing can follow */
} scan;

static bool at_end(const gp_csv *csv, size_t i) {
    return i >= csv->file->text.n;
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

static gp_place place_at(const gp_csv *csv, size_t at, size_t end, uint32_t line) {
    return (gp_place){.file = csv->file->source, .at = at, .len = (uint32_t)(end - at), .line = line};
}

static void refuse_quote(gp_csv *csv, scan *s, gp_place place, const char *what, const char *hint) {
    s->bad = true;
    gp_diag *diag = gp_report(csv->diags, GP_D_CSV_QUOTE, place, "%s", what);
    gp_hint(csv->diags, diag, "%s", hint);
}

/* Moves over a line end at csv->at: LF, CR or CR LF. */
static void pass_line_end(gp_csv *csv) {
    gp_text t = csv->file->text;
    if (csv->at >= t.n) return;
    csv->at += t.s[csv->at] == '\r' && csv->at + 1 < t.n && t.s[csv->at + 1] == '\n' ? 2 : 1;
    csv->line++;
}

/* -- fields -- */

static void keep_field(gp_csv *csv, scan *s, size_t from, size_t to, uint32_t line) {
    gp_place place = place_at(csv, from, to, line);
    if (s->n < s->cap) {
        csv->fields[s->n] = (gp_text){csv->file->text.s + from, to - from};
        csv->places[s->n] = place;
    } else if (s->n == s->cap) {
        s->extra = place;
    }
    s->n++;
}

static size_t skip_to_comma(const gp_csv *csv, size_t i) {
    gp_text t = csv->file->text;
    while (i < t.n && t.s[i] != ',' && !is_line_end(t.s[i])) i++;
    return i;
}

/* The closing quote of the field whose text starts at csv->at, counting lines on the way; the end of the text when there is none. */
static size_t find_close(gp_csv *csv, bool *doubled) {
    gp_text t = csv->file->text;
    for (size_t i = csv->at; i < t.n; i++) {
        if (is_line_end(t.s[i])) {
            csv->at = i;
            pass_line_end(csv);
            i = csv->at - 1;
        } else if (t.s[i] == '"') {
            if (i + 1 == t.n || t.s[i + 1] != '"') return i;
            *doubled = true;
            i++;
        }
    }
    return t.n;
}

static void scan_quoted(gp_csv *csv, scan *s) {
    size_t open = csv->at++, from = csv->at;
    uint32_t line = csv->line;
    bool doubled = false;
    size_t close = find_close(csv, &doubled);
    csv->at = close;
    if (at_end(csv, close)) {
        s->unclosed = true;
        refuse_quote(csv, s, place_at(csv, open, open + 1, line), "this quote is never closed; the rest of the file would be one field",
                     "close it with `\"`, or write a quote inside a field as `\"\"`");
        return;
    }
    keep_field(csv, s, from, close, line);
    if (doubled) s->doubled += close - from;
    size_t end = skip_to_comma(csv, close + 1);
    if (end > close + 1)
        refuse_quote(csv, s, place_at(csv, close + 1, end, csv->line), "text stands behind the closing quote of a field",
                     "a quote inside a quoted field is written as `\"\"`");
    csv->at = end;
}

static void scan_plain(gp_csv *csv, scan *s) {
    size_t from = csv->at, end = skip_to_comma(csv, from);
    const char *quote = memchr(csv->file->text.s + from, '"', end - from);
    size_t at = quote ? (size_t)(quote - csv->file->text.s) : end;
    if (quote)
        refuse_quote(csv, s, place_at(csv, at, at + 1, csv->line), "a quote stands inside a field that is not quoted",
                     "quote the whole field, from its first character on, and write the quote as `\"\"`");
    keep_field(csv, s, from, end, csv->line);
    csv->at = end;
}

/* -- doubled quotes -- */

static gp_text undouble(gp_buf *scratch, gp_text raw) {
    char *start = scratch->s + scratch->n, *to = start;
    for (size_t i = 0; i < raw.n; i++) {
        *to++ = raw.s[i];
        if (raw.s[i] == '"') i++;
    }
    scratch->n += (size_t)(to - start);
    return (gp_text){start, (size_t)(to - start)};
}

/* Fields before which a quote stands are the quoted ones; those that hold doubled quotes get a text of their own. */
static void undouble_fields(gp_csv *csv, const scan *s) {
    gp_buf *b = &csv->scratch;
    if (s->doubled > b->cap) {
        b->cap = s->doubled * 2;
        b->s = gp_arena_alloc(csv->arena, b->cap);
    }
    b->n = 0;
    for (size_t i = 0; i < s->n && i < s->cap; i++) {
        gp_text f = csv->fields[i];
        bool quoted = csv->places[i].at > 0 && f.s[-1] == '"';
        if (quoted && memchr(f.s, '"', f.n)) csv->fields[i] = undouble(b, f);
    }
}

/* -- records -- */

static void grow_header(gp_csv *csv, scan *s) {
    size_t cap = s->cap ? s->cap * 2 : 16;
    csv->fields = gp_arena_grow(csv->arena, csv->fields, s->cap * sizeof *csv->fields, cap * sizeof *csv->fields);
    csv->places = gp_arena_grow(csv->arena, csv->places, s->cap * sizeof *csv->places, cap * sizeof *csv->places);
    s->cap = cap;
}

/* Scans the record at csv->at, its line end included. */
static void scan_record(gp_csv *csv, scan *s, bool header) {
    gp_text t = csv->file->text;
    for (;;) {
        if (header && s->n == s->cap && s->cap < COLUMNS_MAX) grow_header(csv, s);
        if (csv->at < t.n && t.s[csv->at] == '"')
            scan_quoted(csv, s);
        else
            scan_plain(csv, s);
        if (s->unclosed || at_end(csv, csv->at) || t.s[csv->at] != ',') break;
        csv->at++;
    }
    pass_line_end(csv);
    if (s->doubled) undouble_fields(csv, s);
}

static void pass_empty_lines(gp_csv *csv) {
    while (!at_end(csv, csv->at) && is_line_end(csv->file->text.s[csv->at])) pass_line_end(csv);
}

/* -- the header -- */

typedef struct heading {
    gp_text name;
    size_t col;
} heading;

static int by_name(const void *a, const void *b) {
    const heading *x = a, *y = b;
    int order = gp_text_cmp(x->name, y->name);
    return order ? order : (x->col > y->col) - (x->col < y->col);
}

static void refuse_doubled(gp_csv *csv, size_t first, size_t again) {
    gp_diag *diag =
        gp_report(csv->diags, GP_D_CSV_HEADER, csv->header_at[again], "the column `%.*s` stands twice", GP_ARG(csv->header[again]));
    diag->also = csv->header_at[first];
    diag->also_what = GP_TEXT("it stands here first");
}

static bool check_unique(gp_csv *csv) {
    size_t before = csv->diags->errors, first = 0;
    heading *h = gp_arena_array(csv->arena, csv->ncols, sizeof *h);
    for (size_t i = 0; i < csv->ncols; i++) h[i] = (heading){csv->header[i], i};
    qsort(h, csv->ncols, sizeof *h, by_name);
    for (size_t i = 1; i < csv->ncols; i++) {
        if (!gp_text_eq(h[i].name, h[first].name))
            first = i;
        else if (h[i].name.n)
            refuse_doubled(csv, h[first].col, h[i].col);
    }
    return csv->diags->errors == before;
}

static bool check_names(gp_csv *csv) {
    bool ok = true;
    for (size_t i = 0; i < csv->ncols; i++) {
        if (csv->header[i].n) continue;
        gp_report(csv->diags, GP_D_CSV_HEADER, csv->header_at[i], "column %zu has no name", i + 1);
        ok = false;
    }
    return check_unique(csv) && ok;
}

/* Where the trimmed name stands; the whole field where quotes were doubled. */
static gp_place trimmed_place(gp_place whole, gp_text field, gp_text name) {
    return whole.len == field.n ? gp_place_sub(whole, (size_t)(name.s - field.s), name.n) : whole;
}

/* The slices of the header outlive its record: they are copied. */
static void keep_header(gp_csv *csv, size_t n) {
    csv->ncols = n;
    csv->header = gp_arena_array(csv->arena, n, sizeof *csv->header);
    csv->header_at = gp_arena_array(csv->arena, n, sizeof *csv->header_at);
    for (size_t i = 0; i < n; i++) {
        gp_text name = gp_text_trim(csv->fields[i]);
        csv->header[i] = gp_text_dup(csv->arena, name);
        csv->header_at[i] = trimmed_place(csv->places[i], csv->fields[i], name);
    }
}

bool gp_csv_open(gp_csv *csv, gp_arena *a, gp_diags *d, const gp_file *file) {
    *csv = (gp_csv){.arena = a, .diags = d, .file = file, .stop = SIZE_MAX, .line = 1};
    gp_buf_init(&csv->scratch, a);
    pass_empty_lines(csv);
    if (at_end(csv, csv->at)) {
        gp_report(d, GP_D_CSV_HEADER, place_at(csv, 0, 0, 1), "the file is empty; a line of column names is due");
        return false;
    }
    scan s = {0};
    scan_record(csv, &s, true);
    if (s.n > COLUMNS_MAX) {
        gp_report(d, GP_D_CSV_HEADER, s.extra, "more than %u columns", (unsigned)COLUMNS_MAX);
        return false;
    }
    if (s.bad) return false;
    keep_header(csv, s.n);
    return check_names(csv);
}

/* -- records after the header -- */

static void refuse_count(gp_csv *csv, const scan *s) {
    bool more = s->n > csv->ncols;
    gp_place last = csv->places[(more ? csv->ncols : s->n) - 1];
    gp_place place = more ? s->extra : place_at(csv, (size_t)last.at + last.len, (size_t)last.at + last.len, last.line);
    gp_diag *diag = gp_report(csv->diags, GP_D_CSV_FIELDS, place, "the record has %zu field%s, the header has %zu", s->n,
                              s->n == 1 ? "" : "s", csv->ncols);
    if (more)
        gp_hint(csv->diags, diag, "quote a field that holds a comma");
    else
        gp_hint(csv->diags, diag, "the first column without a field is `%.*s`", GP_ARG(csv->header[s->n]));
}

gp_csv_status gp_csv_next(gp_csv *csv) {
    if (csv->at >= csv->stop) return GP_CSV_END;
    pass_empty_lines(csv);
    if (at_end(csv, csv->at) || csv->at >= csv->stop) return GP_CSV_END;
    size_t start = csv->at;
    scan s = {.cap = csv->ncols};
    csv->place = place_at(csv, start, start, csv->line);
    csv->record++;
    scan_record(csv, &s, false);
    if (s.n) csv->place = csv->places[0];
    if (!s.bad && s.n != csv->ncols) {
        refuse_count(csv, &s);
        return GP_CSV_BAD;
    }
    return s.bad ? GP_CSV_BAD : GP_CSV_ROW;
}

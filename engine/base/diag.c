/* The collector of diagnostics: registering sources, reporting, and finding line and column. Printing is in excerpt.c.
 * Invariant: at most `limit` messages of a severity are kept; an entry beyond stands in a spare place and is forgotten. */
#include "base/diag.h"

#include <stdio.h>
#include <string.h>

enum { DEFAULT_LIMIT = 100 };

static const struct {
    const char *name, *what;
    gp_severity severity;
} CODES[] = {
#define GP_CODE(id, name, severity, what) {name, what, severity},
#include "base/codes.def"
#undef GP_CODE
};

const char *gp_code_name(gp_code code) {
    return CODES[code].name;
}
const char *gp_code_what(gp_code code) {
    return CODES[code].what;
}

void gp_diags_init(gp_diags *d, gp_arena *a) {
    *d = (gp_diags){.arena = a};
}

uint32_t gp_diags_source(gp_diags *d, gp_text path, gp_text text) {
    if (d->nsources >= UINT32_MAX - 1) gp_mem_exhausted(d->arena->mem);
    *GP_PUSH(d->arena, d->sources, d->nsources, d->cap_sources) = (gp_source){.path = path, .text = text};
    return (uint32_t)d->nsources;
}

/* -- reporting -- */

static size_t *counter_of(gp_diags *d, gp_severity severity) {
    if (severity == GP_ERROR) return &d->errors;
    return severity == GP_WARNING ? &d->warnings : &d->notes;
}

static bool is_spare(const gp_diags *d, const gp_diag *diag) {
    return diag == d->items + d->n;
}

gp_diag *gp_report(gp_diags *d, gp_code code, gp_place place, const char *format, ...) {
    gp_severity severity = CODES[code].severity;
    size_t seen = (*counter_of(d, severity))++;
    d->items = gp_array_room(d->arena, d->items, d->n, &d->cap, sizeof *d->items);
    gp_diag *diag = &d->items[d->n];
    *diag = (gp_diag){.code = code, .severity = severity, .place = place};
    if (seen >= (d->limit ? d->limit : DEFAULT_LIMIT)) return diag;
    gp_buf b;
    gp_buf_init(&b, d->arena);
    va_list args;
    va_start(args, format);
    gp_buf_vprintf(&b, format, args);
    va_end(args);
    diag->message = gp_buf_take(&b);
    d->n++;
    return diag;
}

void gp_hint(gp_diags *d, gp_diag *diag, const char *format, ...) {
    if (is_spare(d, diag)) return;
    gp_buf b;
    gp_buf_init(&b, d->arena);
    if (diag->hint.n) {
        gp_buf_text(&b, diag->hint);
        gp_buf_str(&b, diag->hint.s[diag->hint.n - 1] == '?' ? " " : "; ");
    }
    va_list args;
    va_start(args, format);
    gp_buf_vprintf(&b, format, args);
    va_end(args);
    diag->hint = gp_buf_take(&b);
}

void gp_hint_nearest(gp_diags *d, gp_diag *diag, gp_text name, const gp_text *candidates, size_t n) {
    if (is_spare(d, diag)) return;
    gp_text near = gp_text_nearest(name, candidates, n);
    if (near.s) gp_hint(d, diag, "did you mean `%.*s`?", GP_ARG(near));
}

/* -- places -- */

gp_place gp_place_sub(gp_place whole, size_t offset, size_t len) {
    if (offset > whole.len) offset = whole.len;
    if (len > whole.len - offset) len = whole.len - offset;
    whole.at += offset;
    whole.len = (uint32_t)len;
    return whole;
}

static bool is_break(gp_text t, size_t i) {
    return t.s[i] == '\n' || (t.s[i] == '\r' && (i + 1 == t.n || t.s[i + 1] != '\n'));
}

static size_t line_count(gp_text t) {
    size_t n = 1;
    for (size_t i = 0; i < t.n; i++) n += is_break(t, i);
    return n;
}

static void index_lines(gp_source *s, gp_arena *a) {
    s->lines = gp_arena_array(a, line_count(s->text), sizeof *s->lines);
    s->nlines = 1; /* the first starts at 0 */
    for (size_t i = 0; i < s->text.n; i++)
        if (is_break(s->text, i)) s->lines[s->nlines++] = (uint32_t)i + 1;
}

/* Number of the line that holds `at`, from 0. */
static size_t line_of(const gp_source *s, uint64_t at) {
    size_t lo = 0, hi = s->nlines;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (s->lines[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static uint32_t column_of(gp_text text, size_t at) {
    if (at > text.n) at = text.n;
    size_t start = at;
    while (start > 0 && !is_break(text, start - 1)) start--;
    uint32_t col = 1;
    gp_text before = {text.s, at};
    for (size_t i = start; i < at; col++) gp_utf8_next(before, &i);
    return col;
}

void gp_place_where(uint32_t *line, uint32_t *col, gp_diags *d, gp_place p) {
    *line = p.line;
    *col = p.col;
    if (p.file == 0 || p.file > d->nsources) {
        *line = *col = 0;
        return;
    }
    gp_source *s = &d->sources[p.file - 1];
    if (!s->text.s) return;
    if (!*line) {
        if (!s->lines) index_lines(s, d->arena);
        *line = (uint32_t)line_of(s, p.at) + 1;
    }
    if (!*col) *col = column_of(s->text, (size_t)p.at);
}

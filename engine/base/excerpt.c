/* Printing diagnostics: one after another in order of place, each with the line it is about and a caret under it.
 * Invariant: nothing that came from a file reaches the terminal unescaped; carets are counted in terminal cells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diag.h"

enum {
    CELLS_MAX = 160, /* of an excerpt; longer lines are cut around the place */
    CELLS_LEFT = 60, /* kept before the place when both sides are too long */
    REACH = 1024     /* bytes looked at on either side: combining marks take no cell */
};

typedef struct paint {
    const char *bold, *alarm, *off;
} paint;
static const paint PLAIN = {"", "", ""}, ANSI = {"\033[1m", "\033[1;31m", "\033[0m"};

/* -- making text visible -- */

static bool is_invisible(uint32_t cp) {
    if (cp < 0x20 || (cp >= 0x7F && cp < 0xA0)) return true;
    if (cp >= 0x2000)
        return (cp >= 0x200B && cp <= 0x200F) || (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF ||
               (cp >= 0xFFF9 && cp <= 0xFFFB) || (cp >= 0xE0000 && cp <= 0xE007F);
    return cp == 0xAD || cp == 0x61C || cp == 0x180E;
}

/* One code point of t at *i as a person can see it; `out` holds 16 bytes. Returns the bytes put. */
static size_t visible(char out[16], gp_text t, size_t *i) {
    size_t at = *i;
    uint32_t cp = gp_utf8_next(t, i);
    if (cp == '\t') return out[0] = ' ', 1;
    if (cp == 0xFFFD && *i == at + 1) return (size_t)snprintf(out, 16, "<%02X>", (unsigned char)t.s[at]);
    if (is_invisible(cp)) return (size_t)snprintf(out, 16, "<U+%04X>", (unsigned)cp);
    memcpy(out, t.s + at, *i - at);
    return *i - at;
}

static size_t put_visible(gp_buf *out, gp_text t) {
    size_t cells = 0;
    char seen[16];
    for (size_t i = 0; i < t.n;) {
        size_t n = visible(seen, t, &i);
        gp_buf_put(out, seen, n);
        cells += gp_text_width((gp_text){seen, n});
    }
    return cells;
}

/* -- the excerpt -- */

/* A line and what of it is shown: [from, to) with the place at [at, end). */
typedef struct excerpt {
    gp_text line;
    size_t from, at, end, to;
} excerpt;

static bool is_inside_char(gp_text t, size_t i) {
    return i < t.n && ((unsigned char)t.s[i] & 0xC0) == 0x80;
}

/* The offset not before `from` where at most `cells` cells are used up, or `to`. *used tells the cells. */
static size_t walk(size_t *used, gp_text line, size_t from, size_t to, size_t cells) {
    char seen[16];
    *used = 0;
    for (size_t i = from; i < to;) {
        size_t next = i, n = visible(seen, line, &next), w = gp_text_width((gp_text){seen, n});
        if (*used + w > cells) return i;
        *used += w;
        i = next;
    }
    return to;
}

/* The offset at or after `from` from which no more than `cells` cells lead to `at`. */
static size_t walk_back(gp_text line, size_t from, size_t at, size_t cells) {
    size_t total, skipped;
    walk(&total, line, from, at, SIZE_MAX);
    if (total <= cells) return from;
    size_t i = walk(&skipped, line, from, at, total - cells);
    if (skipped < total - cells && i < at) gp_utf8_next(line, &i); /* half of a wide character has to go too */
    return i;
}

static void cut(excerpt *e) {
    size_t lo = e->at > REACH ? e->at - REACH : 0, hi = e->line.n - e->at > REACH ? e->at + REACH : e->line.n, before, after;
    while (lo > 0 && lo < e->at && is_inside_char(e->line, lo)) lo++;
    while (hi > e->at && is_inside_char(e->line, hi)) hi--;
    walk(&before, e->line, lo, e->at, SIZE_MAX);
    walk(&after, e->line, e->at, hi, SIZE_MAX);
    size_t left = before + after <= CELLS_MAX || before <= CELLS_LEFT ? before
                  : after >= CELLS_MAX - CELLS_LEFT                   ? CELLS_LEFT
                                                                      : CELLS_MAX - after;
    e->from = walk_back(e->line, lo, e->at, left);
    e->to = walk(&after, e->line, e->at, hi, CELLS_MAX - left);
    if (e->end > e->to) e->end = e->to;
}

static void put_gutter(gp_buf *out, uint32_t line) {
    if (line)
        gp_buf_printf(out, "%5u | ", (unsigned)line);
    else
        gp_buf_str(out, "      | ");
}

static void put_excerpt(gp_buf *out, excerpt e, uint32_t line, const paint *p) {
    cut(&e);
    put_gutter(out, line);
    bool left = e.from > 0;
    if (left) gp_buf_str(out, "…");
    size_t cells = left + put_visible(out, (gp_text){e.line.s + e.from, e.at - e.from});
    size_t marked = put_visible(out, (gp_text){e.line.s + e.at, e.end - e.at});
    put_visible(out, (gp_text){e.line.s + e.end, e.to - e.end});
    gp_buf_str(out, e.to < e.line.n ? "…\n" : "\n");
    put_gutter(out, 0);
    while (cells--) gp_buf_char(out, ' ');
    gp_buf_str(out, p->alarm);
    do gp_buf_char(out, '^');
    while (marked-- > 1);
    gp_buf_printf(out, "%s\n", p->off);
}

static bool is_line_end(char c) {
    return c == '\n' || c == '\r';
}

/* The line of a source that holds the place. */
static bool excerpt_of_source(excerpt *e, const gp_source *s, gp_place p) {
    if (!s->text.s || p.at > s->text.n) return false;
    size_t start = (size_t)p.at, end = start;
    while (start > 0 && !is_line_end(s->text.s[start - 1])) start--;
    while (end < s->text.n && !is_line_end(s->text.s[end])) end++;
    size_t at = (size_t)p.at - start, n = end - start;
    *e = (excerpt){.line = {s->text.s + start, n}, .at = at, .end = p.len < n - at ? at + p.len : n};
    return true;
}

/* A line that came with the message; its place is a column in code points. */
static void excerpt_of_line(excerpt *e, gp_text line, gp_place p) {
    size_t at = 0;
    for (uint32_t col = 1; col < p.col && at < line.n; col++) gp_utf8_next(line, &at);
    *e = (excerpt){.line = line, .at = at, .end = p.len < line.n - at ? at + p.len : line.n};
}

/* -- one message -- */

static void put_where(gp_buf *out, gp_diags *d, gp_place p, uint32_t *line) {
    uint32_t col;
    gp_place_where(line, &col, d, p);
    if (p.file == 0 || p.file > d->nsources) return;
    put_visible(out, d->sources[p.file - 1].path);
    if (*line) gp_buf_printf(out, ":%u", (unsigned)*line);
    if (*line && col) gp_buf_printf(out, ":%u", (unsigned)col);
    gp_buf_str(out, ": ");
}

static void put_source_line(gp_buf *out, const gp_diags *d, gp_place p, gp_text line_text, uint32_t line, const paint *style) {
    excerpt e;
    if (line_text.s)
        excerpt_of_line(&e, line_text, p);
    else if (p.file == 0 || p.file > d->nsources || !excerpt_of_source(&e, &d->sources[p.file - 1], p))
        return;
    if (e.line.n) put_excerpt(out, e, line, style);
}

static const char *severity_word(gp_severity s) {
    return s == GP_ERROR ? "error" : s == GP_WARNING ? "warning" : "note";
}

static void put_diag(gp_buf *out, gp_diags *d, const gp_diag *diag, const paint *p) {
    uint32_t line = 0;
    gp_buf_str(out, p->bold);
    put_where(out, d, diag->place, &line);
    gp_buf_printf(out, "%s%s%s: ", diag->severity == GP_ERROR ? p->alarm : "", severity_word(diag->severity), p->off);
    put_visible(out, diag->message);
    gp_buf_printf(out, " [%s]\n", gp_code_name(diag->code));
    put_source_line(out, d, diag->place, diag->line_text, line, p);
    if (diag->also.file) {
        put_where(out, d, diag->also, &line);
        put_visible(out, diag->also_what);
        gp_buf_char(out, '\n');
        put_source_line(out, d, diag->also, GP_NO_TEXT, line, p);
    }
    if (!diag->hint.n) return;
    gp_buf_printf(out, "   %shint:%s ", p->bold, p->off);
    put_visible(out, diag->hint);
    gp_buf_char(out, '\n');
}

/* -- all of them -- */

static int by_place(const void *a, const void *b) {
    const gp_diag *x = *(const gp_diag *const *)a, *y = *(const gp_diag *const *)b;
    if (x->place.file != y->place.file) return x->place.file < y->place.file ? -1 : 1;
    if (x->place.at != y->place.at) return x->place.at < y->place.at ? -1 : 1;
    if (x->place.line != y->place.line) return x->place.line < y->place.line ? -1 : 1;
    return (x > y) - (x < y); /* as reported */
}

static const gp_diag **in_order(const gp_diags *d) {
    const gp_diag **order = gp_arena_array(d->arena, d->n, sizeof *order);
    for (size_t i = 0; i < d->n; i++) order[i] = &d->items[i];
    if (d->n) qsort(order, d->n, sizeof *order, by_place);
    return order;
}

static void put_count(gp_buf *out, bool *first, size_t n, const char *noun, const char *before) {
    if (n == 0) return;
    gp_buf_printf(out, "%s%zu%s %s%s", *first ? "" : ", ", n, before, noun, n == 1 ? "" : "s");
    *first = false;
}

static size_t kept(const gp_diags *d, gp_severity severity) {
    size_t n = 0;
    for (size_t i = 0; i < d->n; i++) n += d->items[i].severity == severity;
    return n;
}

static void put_counts(gp_buf *out, size_t errors, size_t warnings, size_t notes, const char *before) {
    bool first = true;
    put_count(out, &first, errors, "error", before);
    put_count(out, &first, warnings, "warning", before);
    put_count(out, &first, notes, "note", before);
    if (!first) gp_buf_char(out, '\n');
}

void gp_diags_count(gp_buf *out, size_t errors, size_t warnings, size_t notes) { put_counts(out, errors, warnings, notes, ""); }

void gp_diags_list(gp_buf *out, gp_diags *d, bool colour) {
    const gp_diag **order = in_order(d);
    for (size_t i = 0; i < d->n; i++) put_diag(out, d, order[i], colour ? &ANSI : &PLAIN);
    put_counts(out, d->errors - kept(d, GP_ERROR), d->warnings - kept(d, GP_WARNING), d->notes - kept(d, GP_NOTE), " more");
}

void gp_diags_print(gp_buf *out, gp_diags *d, bool colour) {
    gp_diags_list(out, d, colour);
    gp_diags_count(out, d->errors, d->warnings, d->notes);
}

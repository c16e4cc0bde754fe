/* The slips of Chinese keyboards in YAML: full-width colons, commas and blanks, Chinese quotes.
 * Invariant: only hints come from here; what a line looks like never decides what it means. */
#include <string.h>

#include "input/tree.h"

enum { LINES_BACK = 8 /* a line that went wrong runs on into the next ones */ };

#define WIDE_COLON  "\xEF\xBC\x9A" /* U+FF1A */
#define WIDE_COMMA  "\xEF\xBC\x8C" /* U+FF0C */
#define WIDE_BLANK  "\xE3\x80\x80" /* U+3000 */
#define OPEN_QUOTE  "\xE2\x80\x9C" /* U+201C */
#define CLOSE_QUOTE "\xE2\x80\x9D" /* U+201D */

static bool is_end(char c) {
    return c == '\n' || c == '\r';
}

static gp_text line_around(gp_text text, size_t at) {
    size_t start = at < text.n ? at : text.n, end = start;
    while (start > 0 && !is_end(text.s[start - 1])) start--;
    while (end < text.n && !is_end(text.s[end])) end++;
    return (gp_text){text.s + start, end - start};
}

static gp_text skip(gp_text t, size_t n) {
    return (gp_text){t.s + n, t.n - n};
}

/* Without its indentation and the dashes of lists. */
static gp_text content_of(gp_text line) {
    while (line.n && (line.s[0] == ' ' || line.s[0] == '\t' || (line.s[0] == '-' && line.n > 1 && line.s[1] == ' '))) line = skip(line, 1);
    return line;
}

static bool is_colon(gp_text t) {
    return t.n && t.s[0] == ':' && (t.n == 1 || t.s[1] == ' ');
}

static bool has_colon(gp_text t) {
    for (; t.n; t = skip(t, 1))
        if (is_colon(t)) return true;
    return false;
}

/* A word, then a full-width colon where no `: ` stands before it. */
static bool has_wide_colon(gp_text t) {
    if (t.n && strchr("\"'#", t.s[0])) return false;
    for (; t.n && !is_colon(t); t = skip(t, 1))
        if (gp_text_starts(t, WIDE_COLON)) return true;
    return false;
}

static bool has_wide_comma(gp_text t) {
    if (!t.n || !memchr(t.s, '{', t.n)) return false;
    for (; t.n; t = skip(t, 1))
        if (gp_text_starts(t, WIDE_COMMA)) return true;
    return false;
}

static bool opens_with_quote(gp_text t) {
    if (gp_text_starts(t, OPEN_QUOTE) || gp_text_starts(t, CLOSE_QUOTE)) return true;
    for (; t.n; t = skip(t, 1))
        if (is_colon(t) && (gp_text_starts(skip(t, 1), " " OPEN_QUOTE) || gp_text_starts(skip(t, 1), " " CLOSE_QUOTE))) return true;
    return false;
}

static const char *slip_of(gp_text line) {
    gp_text t = content_of(line);
    if (gp_text_starts(t, WIDE_BLANK)) return "the line is indented with full-width blanks (U+3000); indent with ordinary ones";
    if (has_wide_colon(t)) return "`：` is a full-width colon; YAML needs `: ` with a blank behind it";
    if (opens_with_quote(t)) return "`“` does not quote in YAML; put the text between \" and \"";
    if (has_wide_comma(t)) return "`，` is a full-width comma; YAML needs `, `";
    return NULL;
}

/* The line before, up to the one that has a `: ` of its own: from there nothing ran on. */
static bool line_before(gp_text *line, gp_text text) {
    size_t start = (size_t)(line->s - text.s);
    if (start == 0) return false;
    if (start > 1 && text.s[start - 1] == '\n' && text.s[start - 2] == '\r') start--;
    *line = line_around(text, start - 1);
    return true;
}

void gp_hint_slip(gp_diags *d, gp_diag *diag, gp_place place) {
    if (place.file == 0 || place.file > d->nsources || !d->sources[place.file - 1].text.s) return;
    gp_text text = d->sources[place.file - 1].text, line = line_around(text, (size_t)place.at);
    const char *slip = slip_of(line);
    gp_text before = line;
    if (line_before(&before, text) && !has_colon(content_of(before)) && has_wide_colon(content_of(before))) { /* it ran on into this one */
        line = before;
        slip = slip_of(line);
    }
    for (int i = 0; !slip && i < LINES_BACK && line_before(&line, text); i++) {
        slip = slip_of(line);
        if (has_colon(content_of(line))) break;
    }
    if (!slip) return;
    uint32_t here, there, col;
    gp_place_where(&here, &col, d, place);
    place.at = (uint64_t)(line.s - text.s);
    gp_place_where(&there, &col, d, place);
    if (here == there)
        gp_hint(d, diag, "%s", slip);
    else
        gp_hint(d, diag, "see line %u: %s", (unsigned)there, slip);
}

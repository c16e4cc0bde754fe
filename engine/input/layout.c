/* Rules of YAML 1.2 about lines, blanks and comments that libyaml does not hold to.
 * Invariant: a fault is reported only for text that the specification refuses too, or gives another meaning. */
#include "input/layout.h"

#define COMMENT_BLANK "a comment starts behind a blank; here `#` follows text"

static const gp_layout_fault NONE = {0};

static bool is_end(char c) {
    return c == '\n' || c == '\r';
}
static bool is_blank(char c) {
    return c == ' ' || c == '\t' || is_end(c);
}

static size_t line_end(gp_text t, size_t i) {
    while (i < t.n && !is_end(t.s[i])) i++;
    return i;
}

static size_t skip_spaces(gp_text t, size_t i) {
    while (i < t.n && t.s[i] == ' ') i++;
    return i;
}

gp_layout_fault gp_layout_gap(gp_text t, size_t from, size_t to) {
    for (size_t i = from; i < to && i < t.n; i++) {
        if (t.s[i] == '?' && i + 1 < t.n && !is_blank(t.s[i + 1])) return (gp_layout_fault){"text that starts with `?` is quoted here", i};
        if (t.s[i] != '#') continue;
        if (i > 0 && !is_blank(t.s[i - 1])) return (gp_layout_fault){COMMENT_BLANK, i};
        i = line_end(t, i);
    }
    return NONE;
}

/* A line that starts at `start` inside the brackets or quotes. */
static bool is_deep_enough(gp_text t, size_t start, size_t to, long indent) {
    size_t i = skip_spaces(t, start), text = i;
    while (text < to && t.s[text] == '\t') text++;
    if (text >= to || is_end(t.s[text]) || t.s[text] == '#') return true;
    long spaces = (long)(i - start);
    if (t.s[text] == ']' || t.s[text] == '}') return spaces >= indent;
    return spaces > indent;
}

gp_layout_fault gp_layout_lines(gp_text t, size_t from, size_t to, long indent) {
    if (to > t.n) to = t.n;
    for (size_t i = line_end(t, from); i < to; i = line_end(t, i)) {
        i += t.s[i] == '\r' && i + 1 < t.n && t.s[i + 1] == '\n' ? 2 : 1;
        if (i < to && !is_deep_enough(t, i, to, indent))
            return (gp_layout_fault){"a line inside brackets or quotes is indented, with blanks, deeper than the block it belongs to", i};
    }
    return NONE;
}

/* The header's `|` or `>`, behind anchor and tag. */
static size_t find_header(gp_text t, size_t from, size_t to) {
    size_t i = from;
    while (i < to && t.s[i] != '|' && t.s[i] != '>') {
        while (i < to && !is_blank(t.s[i])) i++;
        while (i < to && is_blank(t.s[i])) i++;
    }
    return i;
}

gp_layout_fault gp_layout_block(gp_text t, size_t from, size_t to, bool empty, long indent) {
    if (to > t.n) to = t.n;
    size_t i = find_header(t, from, to);
    while (i < to && !is_blank(t.s[i]) && t.s[i] != '#') i++;
    if (i < to && t.s[i] == '#') return (gp_layout_fault){COMMENT_BLANK, i};
    if (!empty) return NONE;
    size_t start = to;
    while (start > 0 && !is_end(t.s[start - 1])) start--;
    i = skip_spaces(t, start);
    if (i == t.n || t.s[i] != '#' || (long)(i - start) <= indent) return NONE;
    return (gp_layout_fault){"blank lines of a block scalar reach further in than its first line of text", i};
}

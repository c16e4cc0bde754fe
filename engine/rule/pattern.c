/* Lua patterns, matched by backtracking that counts its steps.
 * Invariant: recursion is bounded by DEPTH_MAX and only ever one level for an item of the pattern; loops over the subject are loops. */
#include "rule/pattern.h"

#include <string.h>

enum { DEPTH_MAX = 200 };

static const char *match(gp_match *m, const char *s, const char *p);

void gp_match_init(gp_match *m, const char *s, size_t n, const char *pattern, size_t npattern, uint64_t limit) {
    m->begin = s;
    m->end = s + n;
    m->pattern_end = pattern + npattern;
    m->fault = NULL;
    m->spent = false;
    m->steps = 0;
    m->limit = limit;
    m->depth = 0;
    m->ncaptures = 0;
}

static const char *fault(gp_match *m, const char *what) {
    if (!m->fault) m->fault = what;
    return NULL;
}

/* One step; false when there are none left. */
static bool step(gp_match *m, size_t n) {
    m->steps += n;
    if (m->steps <= m->limit) return true;
    m->spent = true;
    return false;
}

static bool broken(const gp_match *m) {
    return m->spent || m->fault;
}

/* -- classes: ASCII, whatever the locale -- */

static bool is_lower(unsigned c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(unsigned c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(unsigned c) {
    return c >= '0' && c <= '9';
}

static bool is_alnum(unsigned c) {
    return is_lower(c) || is_upper(c) || is_digit(c);
}

static bool is_graph(unsigned c) {
    return c > ' ' && c < 0x7F;
}

/* Does c belong to class %l (given in lower case)? *known is false when there is no such class. */
static bool in_named(bool *known, unsigned c, char class) {
    *known = true;
    switch (class) {
    case 'a': return is_lower(c) || is_upper(c);
    case 'c': return c < ' ' || c == 0x7F;
    case 'd': return is_digit(c);
    case 'g': return is_graph(c);
    case 'l': return is_lower(c);
    case 'p': return is_graph(c) && !is_alnum(c);
    case 's': return c == ' ' || (c >= '\t' && c <= '\r');
    case 'u': return is_upper(c);
    case 'w': return is_alnum(c);
    case 'x': return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    default: *known = false; return false;
    }
}

static bool in_class(unsigned c, unsigned char class) {
    bool known, negated = is_upper(class);
    bool is = in_named(&known, c, (char)(negated ? class + 32 : class));
    return known ? is != negated : c == class;
}

/* The end of the item that begins at p: a character, an escape or a set. */
static const char *item_end(gp_match *m, const char *p) {
    char first = *p++;
    if (first == '%') return p < m->pattern_end ? p + 1 : fault(m, "ends with `%`");
    if (first != '[') return p;
    if (p < m->pattern_end && *p == '^') p++;
    do {
        if (p == m->pattern_end) return fault(m, "lacks a `]`");
        if (!step(m, 1)) return NULL;
        char c = *p++;
        if (c == '%') {
            if (p == m->pattern_end) return fault(m, "lacks a `]`");
            p++;
        }
    } while (p == m->pattern_end || *p != ']');
    return p + 1;
}

/* Does c belong to the set [p, last], both brackets included? */
static bool in_set(gp_match *m, unsigned c, const char *p, const char *last) {
    bool negated = p[1] == '^';
    if (negated) p++;
    while (++p < last) {
        if (!step(m, 1)) return false;
        if (*p == '%') {
            if (in_class(c, (unsigned char)*++p)) return !negated;
        } else if (p[1] == '-' && p + 2 < last) {
            p += 2;
            if ((unsigned char)p[-2] <= c && c <= (unsigned char)*p) return !negated;
        } else if ((unsigned char)*p == c) {
            return !negated;
        }
    }
    return negated;
}

/* Does the character at s match the item [p, end)? */
static bool single(gp_match *m, const char *s, const char *p, const char *end) {
    if (!step(m, 1) || s >= m->end) return false;
    unsigned c = (unsigned char)*s;
    switch (*p) {
    case '.': return true;
    case '%': return in_class(c, (unsigned char)p[1]);
    case '[': return in_set(m, c, p, end - 1);
    default: return (unsigned char)*p == c;
    }
}

/* -- repeated items -- */

static const char *longest(gp_match *m, const char *s, const char *p, const char *end) {
    ptrdiff_t n = 0;
    while (single(m, s + n, p, end)) n++;
    for (; n >= 0 && !broken(m); n--) {
        const char *rest = match(m, s + n, end + 1);
        if (rest) return rest;
    }
    return NULL;
}

static const char *shortest(gp_match *m, const char *s, const char *p, const char *end) {
    while (!broken(m)) {
        const char *rest = match(m, s, end + 1);
        if (rest) return rest;
        if (!single(m, s, p, end)) return NULL;
        s++;
    }
    return NULL;
}

/* -- captures -- */

static const char *capture_begin(gp_match *m, const char *s, const char *p) {
    if (m->ncaptures >= GP_CAPTURES_MAX) return fault(m, "has too many captures");
    bool position = p + 1 < m->pattern_end && p[1] == ')';
    m->capture[m->ncaptures].s = s;
    m->capture[m->ncaptures].n = position ? GP_CAPTURE_POSITION : GP_CAPTURE_OPEN;
    m->ncaptures++;
    const char *rest = match(m, s, position ? p + 2 : p + 1);
    if (!rest) m->ncaptures--;
    return rest;
}

static const char *capture_end(gp_match *m, const char *s, const char *p) {
    int i = m->ncaptures - 1;
    while (i >= 0 && m->capture[i].n != GP_CAPTURE_OPEN) i--;
    if (i < 0) return fault(m, "has a `)` too many");
    m->capture[i].n = s - m->capture[i].s;
    const char *rest = match(m, s, p + 1);
    if (!rest) m->capture[i].n = GP_CAPTURE_OPEN;
    return rest;
}

/* The end of the text that capture `digit` holds, if it stands here again. */
static const char *same_again(gp_match *m, const char *s, char digit) {
    int i = digit - '1';
    if (i < 0 || i >= m->ncaptures || m->capture[i].n == GP_CAPTURE_OPEN) return fault(m, "names a capture that there is not");
    if (m->capture[i].n == GP_CAPTURE_POSITION) return NULL; /* holds no text */
    size_t n = (size_t)m->capture[i].n;
    if (!step(m, n / 8) || (size_t)(m->end - s) < n) return NULL;
    return memcmp(m->capture[i].s, s, n) == 0 ? s + n : NULL;
}

/* -- special items -- */

/* %bxy: from an x to the y that closes it. */
static const char *balanced(gp_match *m, const char *s, const char *p) {
    if (m->pattern_end - p < 2) return fault(m, "lacks the two characters of `%b`");
    if (s >= m->end || *s != p[0]) return NULL;
    int open = 1;
    while (++s < m->end && step(m, 1)) {
        if (*s == p[1]) {
            if (--open == 0) return s + 1;
        } else if (*s == p[0]) {
            open++;
        }
    }
    return NULL;
}

/* %f[set]: between a character outside the set and one inside; both ends of the subject count as NUL. */
static const char *frontier(gp_match *m, const char *s, const char *p) {
    if (p >= m->pattern_end || *p != '[') return fault(m, "lacks the `[` of `%f`");
    const char *end = item_end(m, p);
    if (!end) return NULL;
    unsigned before = s == m->begin ? 0 : (unsigned char)s[-1], here = s == m->end ? 0 : (unsigned char)*s;
    bool at_edge = !in_set(m, before, p, end - 1) && in_set(m, here, p, end - 1);
    return at_edge && !broken(m) ? end : NULL;
}

/* -- the walk -- */

/* An item with its suffix. *next is where to go on in the pattern when the item took a plain step, else NULL and the result is final. */
static const char *item(const char **next, gp_match *m, const char *s, const char *p) {
    *next = NULL;
    const char *end = item_end(m, p);
    if (!end) return NULL;
    char suffix = end < m->pattern_end ? *end : 0;
    switch (suffix) {
    case '?':
        if (single(m, s, p, end)) {
            const char *rest = match(m, s + 1, end + 1);
            if (rest || broken(m)) return rest;
        }
        *next = end + 1;
        return s;
    case '+': return single(m, s, p, end) ? longest(m, s + 1, p, end) : NULL;
    case '*': return longest(m, s, p, end);
    case '-': return shortest(m, s, p, end);
    default:
        if (!single(m, s, p, end)) return NULL;
        *next = end;
        return s + 1;
    }
}

/* %b, %f and %1 are items of their own; *next as above. */
static const char *escape(const char **next, gp_match *m, const char *s, const char *p) {
    char kind = p + 1 < m->pattern_end ? p[1] : 0;
    if (kind == 'b') {
        const char *end = balanced(m, s, p + 2);
        if (end) *next = p + 4;
        return end;
    }
    if (kind == 'f') {
        *next = frontier(m, s, p + 2);
        return *next ? s : NULL;
    }
    if (is_digit((unsigned char)kind)) {
        *next = p + 2;
        return same_again(m, s, kind);
    }
    return item(next, m, s, p);
}

static const char *walk(gp_match *m, const char *s, const char *p) {
    while (s && p != m->pattern_end) {
        const char *next = NULL;
        if (!step(m, 1)) return NULL;
        switch (*p) {
        case '(': return capture_begin(m, s, p);
        case ')': return capture_end(m, s, p);
        case '$':
            if (p + 1 == m->pattern_end) return s == m->end ? s : NULL;
            s = item(&next, m, s, p);
            break;
        case '%': s = escape(&next, m, s, p); break;
        default: s = item(&next, m, s, p);
        }
        if (!next) return s;
        p = next;
    }
    return s;
}

static const char *match(gp_match *m, const char *s, const char *p) {
    if (m->depth == DEPTH_MAX) return fault(m, "is too complex");
    m->depth++;
    const char *end = walk(m, s, p);
    m->depth--;
    return broken(m) ? NULL : end;
}

const char *gp_match_at(gp_match *m, const char *s, const char *pattern) {
    m->ncaptures = 0;
    m->depth = 0;
    return match(m, s, pattern);
}

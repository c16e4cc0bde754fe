/* Text: slices of UTF-8 that somebody else owns, and a buffer that grows.
 * Invariant: a slice is never assumed to end in NUL; no function here looks at the locale. */
#ifndef GP_BASE_TEXT_H
#define GP_BASE_TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"

typedef struct gp_text {
    const char *s; /* NULL only for "no text" (absent), which is not the same as an empty one */
    size_t n;      /* bytes */
} gp_text;

#define GP_TEXT(literal) ((gp_text){("" literal), sizeof(literal) - 1})
#define GP_NO_TEXT ((gp_text){NULL, 0})
/* For printf: "%.*s", which must not be given NULL even where it prints nothing. */
#define GP_ARG(t) (int)(t).n, gp_text_chars(t)
static inline const char *gp_text_chars(gp_text t) { return t.s ? t.s : ""; }

gp_text gp_text_of(const char *cstr); /* NULL gives GP_NO_TEXT */
bool gp_text_eq(gp_text a, gp_text b);
bool gp_text_is(gp_text a, const char *cstr);
int gp_text_cmp(gp_text a, gp_text b); /* by bytes, which for UTF-8 is by code point */
bool gp_text_starts(gp_text a, const char *prefix);
gp_text gp_text_trim(gp_text t);       /* ASCII and full-width (U+3000) blanks at both ends */
gp_text gp_text_dup(gp_arena *a, gp_text t);       /* NUL added behind */
const char *gp_text_cstr(gp_arena *a, gp_text t);  /* a copy that ends in NUL */
uint64_t gp_text_hash(gp_text t);                  /* FNV-1a, the same in every run */

/* The code point at *i and moves *i behind it; 0xFFFD and one byte on for bytes that are no UTF-8. */
uint32_t gp_utf8_next(gp_text t, size_t *i);
/* Offset of the first byte that is no valid UTF-8, or t.n. */
size_t gp_utf8_valid(gp_text t);
size_t gp_utf8_put(char out[4], uint32_t cp); /* bytes written */
/* Columns that the text takes on a terminal: 2 for East Asian wide and full-width, 0 for combining marks. */
size_t gp_text_width(gp_text t);
bool gp_cp_is_space(uint32_t cp); /* Unicode White_Space */

/* The candidate nearest to name by edit distance over code points (case and '-'/'_' cost little), or GP_NO_TEXT when none is
 * near: at most a third of the length (at least 1) of edits. */
gp_text gp_text_nearest(gp_text name, const gp_text *candidates, size_t n);

/* Bytes that grow, in an arena. */
typedef struct gp_buf {
    gp_arena *arena;
    char *s;
    size_t n, cap;
} gp_buf;
void gp_buf_init(gp_buf *b, gp_arena *a);
void gp_buf_put(gp_buf *b, const void *s, size_t n);
void gp_buf_text(gp_buf *b, gp_text t);
void gp_buf_str(gp_buf *b, const char *cstr);
void gp_buf_char(gp_buf *b, char c);
void gp_buf_cp(gp_buf *b, uint32_t cp);
/* Integers and strings only: %d %u %ld %lu %zu %s %.*s %c %x. Never %g or %f: they follow the locale; see number.h. */
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void gp_buf_printf(gp_buf *b, const char *format, ...);
void gp_buf_vprintf(gp_buf *b, const char *format, va_list args);
gp_text gp_buf_take(gp_buf *b); /* the content, NUL behind it; the buffer is empty again and may be reused */

/* Interned texts: equal texts have equal numbers (from 0, in order of arrival). */
typedef struct gp_pool {
    gp_arena *arena;
    gp_text *items;
    size_t n, cap;
    uint32_t *slots; /* open addressing, index + 1 */
    size_t nslots;
} gp_pool;
void gp_pool_init(gp_pool *p, gp_arena *a);
uint32_t gp_pool_add(gp_pool *p, gp_text t);               /* copies the text when it is new */
bool gp_pool_find(uint32_t *out, const gp_pool *p, gp_text t);

#endif

/* Bytes that grow, in an arena.
 * Invariant: there is always room for a NUL behind the content once anything was put. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

void gp_buf_init(gp_buf *b, gp_arena *a) {
    *b = (gp_buf){.arena = a};
}

/* Room for `more` bytes and a NUL. */
static char *buf_room(gp_buf *b, size_t more) {
    if (more >= SIZE_MAX / 4 || b->n >= SIZE_MAX / 4) gp_mem_exhausted(b->arena->mem);
    size_t due = b->n + more + 1, cap = b->cap ? b->cap : 64;
    while (cap < due) cap *= 2;
    if (cap != b->cap) b->s = gp_arena_grow(b->arena, b->s, b->cap, cap);
    b->cap = cap;
    return b->s + b->n;
}

void gp_buf_put(gp_buf *b, const void *s, size_t n) {
    if (n == 0) return;
    memcpy(buf_room(b, n), s, n);
    b->n += n;
}

void gp_buf_text(gp_buf *b, gp_text t) {
    gp_buf_put(b, t.s, t.n);
}

void gp_buf_str(gp_buf *b, const char *cstr) {
    gp_buf_put(b, cstr, strlen(cstr));
}

void gp_buf_char(gp_buf *b, char c) {
    gp_buf_put(b, &c, 1);
}

void gp_buf_cp(gp_buf *b, uint32_t cp) {
    char out[4];
    gp_buf_put(b, out, gp_utf8_put(out, cp));
}

void gp_buf_printf(gp_buf *b, const char *format, ...) {
    va_list args;
    va_start(args, format);
    gp_buf_vprintf(b, format, args);
    va_end(args);
}

void gp_buf_vprintf(gp_buf *b, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    char *to = buf_room(b, 63);
    size_t spare = b->cap - b->n;
    int n = vsnprintf(to, spare < INT_MAX ? spare : INT_MAX, format, args);
    if (n >= 0 && (size_t)n >= spare) vsnprintf(buf_room(b, (size_t)n), (size_t)n + 1, format, again);
    if (n > 0) b->n += (size_t)n;
    va_end(again);
}

gp_text gp_buf_take(gp_buf *b) {
    buf_room(b, 0)[0] = '\0';
    gp_text t = {b->s, b->n};
    gp_buf_init(b, b->arena);
    return t;
}

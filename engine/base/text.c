/* Slices of text and their UTF-8.
 * Invariant: the decoder is strict (no overlong forms, no surrogates, nothing beyond U+10FFFF) and never reads behind a slice. */
#include "base/text.h"

#include <string.h>

#include <utf8proc.h>

gp_text gp_text_of(const char *cstr) {
    return cstr ? (gp_text){cstr, strlen(cstr)} : GP_NO_TEXT;
}

bool gp_text_eq(gp_text a, gp_text b) {
    if (a.n != b.n || !a.s != !b.s) return false;
    return a.n == 0 || memcmp(a.s, b.s, a.n) == 0;
}

/* Most are told apart by their first byte. */
bool gp_text_is(gp_text a, const char *cstr) {
    if (a.n && cstr && *a.s != *cstr) return false;
    return gp_text_eq(a, gp_text_of(cstr));
}

int gp_text_cmp(gp_text a, gp_text b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.s, b.s, n) : 0;
    if (order) return order;
    return (a.n > b.n) - (a.n < b.n);
}

bool gp_text_starts(gp_text a, const char *prefix) {
    size_t n = strlen(prefix);
    return a.n >= n && (n == 0 || memcmp(a.s, prefix, n) == 0);
}

static bool is_ascii_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

#define WIDE_BLANK "\xE3\x80\x80" /* U+3000 */

static size_t blank_at_start(gp_text t) {
    if (t.n >= 1 && is_ascii_blank(t.s[0])) return 1;
    return t.n >= 3 && memcmp(t.s, WIDE_BLANK, 3) == 0 ? 3 : 0;
}

static size_t blank_at_end(gp_text t) {
    if (t.n >= 1 && is_ascii_blank(t.s[t.n - 1])) return 1;
    return t.n >= 3 && memcmp(t.s + t.n - 3, WIDE_BLANK, 3) == 0 ? 3 : 0;
}

gp_text gp_text_trim(gp_text t) {
    for (size_t k = blank_at_start(t); k; k = blank_at_start(t)) t = (gp_text){t.s + k, t.n - k};
    for (size_t k = blank_at_end(t); k; k = blank_at_end(t)) t.n -= k;
    return t;
}

static char *copy_of(gp_arena *a, gp_text t) {
    if (t.n == SIZE_MAX) gp_mem_exhausted(a->mem);
    char *s = gp_arena_alloc(a, t.n + 1);
    if (t.n) memcpy(s, t.s, t.n);
    return s;
}

gp_text gp_text_dup(gp_arena *a, gp_text t) {
    return t.s ? (gp_text){copy_of(a, t), t.n} : GP_NO_TEXT;
}

const char *gp_text_cstr(gp_arena *a, gp_text t) {
    return copy_of(a, t);
}

uint64_t gp_text_hash(gp_text t) {
    uint64_t h = 0xcbf29ce484222325u;
    for (size_t i = 0; i < t.n; i++) h = (h ^ (unsigned char)t.s[i]) * 0x100000001b3u;
    return h;
}

/* Bytes of the sequence that `lead` opens, 0 when it opens none; *least is the smallest code point that needs them. */
static size_t sequence_length(unsigned char lead, uint32_t *least) {
    if (lead < 0x80) return *least = 0, 1;
    if (lead >= 0xC2 && lead <= 0xDF) return *least = 0x80, 2;
    if (lead >= 0xE0 && lead <= 0xEF) return *least = 0x800, 3;
    if (lead >= 0xF0 && lead <= 0xF4) return *least = 0x10000, 4;
    return 0;
}

/* Of three bytes, as most that is not ASCII here has them. */
static size_t decode_three(uint32_t *cp, const unsigned char *s) {
    uint32_t c = (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
    bool good = (s[1] & 0xC0) == 0x80 && (s[2] & 0xC0) == 0x80 && c >= 0x800 && c >> 11 != 0x1B; /* no surrogates */
    if (good) *cp = c;
    return good ? 3 : 0;
}

/* Decodes at i; the bytes taken, 0 when there is no valid sequence. */
static size_t decode(uint32_t *cp, gp_text t, size_t i) {
    uint32_t least = 0;
    unsigned char lead = (unsigned char)t.s[i];
    if (lead < 0x80) return *cp = lead, 1;
    if (lead >> 4 == 0xE && t.n - i >= 3) return decode_three(cp, (const unsigned char *)t.s + i);
    size_t n = sequence_length(lead, &least);
    if (n == 0 || n > t.n - i) return 0;
    uint32_t c = n == 1 ? lead : lead & (0x7Fu >> n);
    for (size_t k = 1; k < n; k++) {
        unsigned char next = (unsigned char)t.s[i + k];
        if ((next & 0xC0) != 0x80) return 0;
        c = c << 6 | (next & 0x3F);
    }
    if (c < least || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) return 0;
    *cp = c;
    return n;
}

uint32_t gp_utf8_next(gp_text t, size_t *i) {
    uint32_t cp = 0xFFFD;
    size_t n = decode(&cp, t, *i);
    *i += n ? n : 1;
    return cp;
}

enum { STRIDE = 32 };

static bool is_ascii_stride(const char *s) {
    uint64_t w[STRIDE / 8];
    memcpy(w, s, STRIDE);
    return ((w[0] | w[1] | w[2] | w[3]) & UINT64_C(0x8080808080808080)) == 0;
}

size_t gp_utf8_valid(gp_text t) {
    size_t i = 0;
    uint32_t cp;
    while (i < t.n) {
        if ((unsigned char)t.s[i] < 0x80) {
            i += t.n - i >= STRIDE && is_ascii_stride(t.s + i) ? STRIDE : 1;
            continue;
        }
        size_t n = decode(&cp, t, i);
        if (n == 0) return i;
        i += n;
    }
    return t.n;
}

size_t gp_utf8_put(char out[4], uint32_t cp) {
    if (cp > 0x10FFFF || (cp >= 0xD800 && cp <= 0xDFFF)) cp = 0xFFFD;
    if (cp < 0x80) {
        out[0] = (char)cp;
        return 1;
    }
    size_t n = cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t k = n - 1; k > 0; k--, cp >>= 6) out[k] = (char)(0x80 | (cp & 0x3F));
    out[0] = (char)((0xF00u >> n & 0xF0) | cp);
    return n;
}

size_t gp_text_width(gp_text t) {
    size_t cells = 0;
    for (size_t i = 0; i < t.n;) {
        int w = utf8proc_charwidth((utf8proc_int32_t)gp_utf8_next(t, &i));
        if (w > 0) cells += (size_t)w;
    }
    return cells;
}

bool gp_cp_is_space(uint32_t cp) {
    if (cp < 0x80) return cp == ' ' || (cp >= '\t' && cp <= '\r');
    return cp == 0x85 || cp == 0xA0 || cp == 0x1680 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x2028 || cp == 0x2029 || cp == 0x202F ||
           cp == 0x205F || cp == 0x3000;
}

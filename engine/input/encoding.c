/* Bytes to text: byte order marks, UTF-8, GB18030, and the characters that are refused.
 * Invariant: text that passes is valid UTF-8 without NUL and without controls but tab and line ends. */
#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "input/file.h"

static bool starts_with(gp_text t, const char *bytes, size_t n) {
    return t.n >= n && memcmp(t.s, bytes, n) == 0;
}

static gp_place place_in(const gp_file *f, size_t at, size_t len) {
    return (gp_place){.file = f->source, .at = at, .len = (uint32_t)len};
}

/* -- GB18030 -- */

static void close_iconv(void *ptr) {
    iconv_t *cd = ptr;
    if (*cd != (iconv_t)-1) iconv_close(*cd);
    *cd = (iconv_t)-1;
}

/* Converts all of `bytes`; false when they are no GB18030. */
static bool convert(gp_text *out, gp_arena *a, iconv_t cd, gp_text bytes) {
    size_t cap = bytes.n + bytes.n / 2 + 16, left = bytes.n, spare = cap;
    char *s = gp_arena_alloc(a, cap), *to = s;
    char *from = (char *)(uintptr_t)bytes.s; /* iconv does not write there */
    while (iconv(cd, &from, &left, &to, &spare) == (size_t)-1) {
        if (errno != E2BIG) return false;
        size_t n = (size_t)(to - s);
        s = gp_arena_grow(a, s, cap, cap * 2);
        to = s + n;
        spare = cap * 2 - n;
        cap *= 2;
    }
    *out = (gp_text){s, (size_t)(to - s)};
    return true;
}

static bool from_gb18030(gp_text *out, gp_arena *a, gp_text bytes) {
    iconv_t *cd = GP_NEW(a, iconv_t);
    *cd = (iconv_t)-1;
    gp_arena_defer(a, close_iconv, cd);
    *cd = iconv_open("UTF-8", "GB18030");
    bool ok = *cd != (iconv_t)-1 && convert(out, a, *cd, bytes) && gp_utf8_valid(*out) == out->n;
    close_iconv(cd);
    return ok;
}

/* Text that is not UTF-8 at byte `bad`: data may be GB18030, plans and rules may not. */
static bool decode_other(gp_file *f, gp_arena *a, gp_diags *d, unsigned flags, size_t bad) {
    gp_text text;
    gp_place place = place_in(f, bad, 1);
    bool gb = from_gb18030(&text, a, f->text);
    if (gb && !(flags & GP_FILE_TEXT)) {
        f->text = text;
        f->gb18030 = true;
        return true;
    }
    gp_diag *diag;
    if (gb) {
        diag = gp_report(d, GP_D_ENCODING, place, "this file is GB18030 (GBK), UTF-8 is due");
        gp_hint(d, diag, "open it as GB18030 and save it as UTF-8");
        return false;
    }
    diag = gp_report(d, GP_D_ENCODING, place, "byte 0x%02X is no UTF-8 here%s", (unsigned)(unsigned char)f->text.s[bad],
                     flags & GP_FILE_TEXT ? "" : ", and the file is no GB18030 either");
    gp_hint(d, diag, "save the file as UTF-8");
    return false;
}

static bool decode(gp_file *f, gp_arena *a, gp_diags *d, unsigned flags) {
    bool low_first = starts_with(f->bytes, "\xFF\xFE", 2), high_first = starts_with(f->bytes, "\xFE\xFF", 2);
    if (low_first || high_first) {
        gp_diag *diag = gp_report(d, GP_D_ENCODING, place_in(f, 0, 2), "this file is UTF-16, UTF-8 is due");
        gp_hint(d, diag, "save it as UTF-8 (in Excel: \"CSV UTF-8\")");
        return false;
    }
    if (starts_with(f->bytes, "\xEF\xBB\xBF", 3)) f->text = (gp_text){f->bytes.s + 3, f->bytes.n - 3};
    d->sources[f->source - 1].text = f->text;
    size_t bad = gp_utf8_valid(f->text);
    return bad == f->text.n || decode_other(f, a, d, flags, bad);
}

/* -- characters that are refused -- */

/* What cp is if nobody may write it, else NULL. */
static const char *control_name(uint32_t cp) {
    if (cp < 0x20) return cp == '\t' || cp == '\n' || cp == '\r' ? NULL : "control character";
    return cp >= 0x7F && cp < 0xA0 && cp != 0x85 ? "control character" : NULL;
}

/* What cp is if it may not stand in a text that people review, else NULL. */
static const char *hidden_name(uint32_t cp) {
    if (cp == 0x85 || cp == 0x2028 || cp == 0x2029) return "line separator";
    if ((cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0x200E || cp == 0x200F || cp == 0x61C)
        return "bidirectional control";
    if ((cp >= 0x200B && cp <= 0x200D) || (cp >= 0x2060 && cp <= 0x206F) || cp == 0xFEFF || (cp >= 0xE0000 && cp <= 0xE007F) ||
        cp == 0xAD || cp == 0x180E || (cp >= 0xFFF9 && cp <= 0xFFFB))
        return "invisible character";
    return cp == 0xFFFE || cp == 0xFFFF ? "code point that is no character" : NULL;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The high bit of each byte is set where a byte is a control, a DEL or beyond ASCII; right up to the lowest such byte. */
static uint64_t others_of(uint64_t w) {
    uint64_t del = w ^ EACH(0x7F);
    return (w | (w - EACH(0x20)) | (del - EACH(1))) & EACH(0x80);
}

/* Whether a character begins with this byte of which none is refused: U+3000 to U+EFFF, three bytes each. */
static bool leads_harmless(char byte) { return (unsigned char)byte - 0xE3u <= 0xEE - 0xE3; }

/* The first place from i on where something other than printable ASCII and what is harmless may stand; the text is valid. */
static size_t skip_harmless(gp_text t, size_t i) {
    uint64_t w = 0;
    for (; t.n - i >= sizeof w; i += sizeof w) {
        memcpy(&w, t.s + i, sizeof w);
        if (others_of(w)) break;
    }
    while (i < t.n) {
        if (leads_harmless(t.s[i])) i += 3;
        else if (t.s[i] >= 0x20 && t.s[i] < 0x7F) i++;
        else break;
    }
    return i;
}

/* Reports every refused character with its place. NUL ends the search: such a file is no text at all. */
static bool check_characters(const gp_file *f, gp_diags *d, unsigned flags) {
    size_t before = d->errors;
    for (size_t i = skip_harmless(f->text, 0); i < f->text.n; i = skip_harmless(f->text, i)) {
        size_t at = i;
        uint32_t cp = gp_utf8_next(f->text, &i);
        const char *name = control_name(cp);
        if (!name && (flags & GP_FILE_TEXT)) name = hidden_name(cp);
        if (!name) continue;
        gp_diag *diag = gp_report(d, GP_D_CONTROL, place_in(f, at, i - at), "%s U+%04X", name, (unsigned)cp);
        gp_hint(d, diag, cp ? "remove it" : "this is no text file, or one in UTF-16");
        if (cp == 0) break;
    }
    return d->errors == before;
}

/* Whether one of n bytes is a control that is refused, or beyond ASCII. Branch-free, so that the compiler can widen it. */
static bool has_others(const char *s, size_t n) {
    unsigned char found = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)s[i], line = (unsigned char)((c == '\t') | (c == '\n') | (c == '\r'));
        found |= (unsigned char)((c >= 0x7F) | ((c < 0x20) & !line));
    }
    return found;
}

bool gp_text_is_clean(gp_text t) {
    enum { STRIDE = 1024 };
    size_t i = 0;
    while (i < t.n && !has_others(t.s + i, t.n - i < STRIDE ? t.n - i : STRIDE)) i += STRIDE;
    if (i >= t.n) return true;
    gp_text rest = {t.s + i, t.n - i};
    if (gp_utf8_valid(rest) != rest.n) return false;
    for (i = skip_harmless(rest, 0); i < rest.n; i = skip_harmless(rest, i))
        if (control_name(gp_utf8_next(rest, &i))) return false;
    return true;
}

bool gp_file_of(gp_file *out, gp_arena *a, gp_diags *d, gp_text path, gp_text bytes, unsigned flags) {
    if (!bytes.s) bytes = GP_TEXT("");
    *out = (gp_file){.text = bytes, .bytes = bytes};
    out->source = gp_diags_source(d, path, bytes);
    if (!decode(out, a, d, flags)) return false;
    d->sources[out->source - 1].text = out->text;
    return check_characters(out, d, flags);
}

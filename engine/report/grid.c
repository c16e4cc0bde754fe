/* Cells in terminal columns, under East Asian text too.
 * Invariant: a cell takes exactly the columns it was given; a character is never cut in two. */
#include <string.h>

#include "report/writers.h"

static bool is_clean(gp_text t) {
    for (size_t i = 0; i < t.n;)
        if (gp_is_hidden(gp_utf8_next(t, &i))) return false;
    return true;
}

gp_text gp_cell_clean(gp_arena *a, gp_text t) {
    if (is_clean(t)) return t;
    gp_buf b;
    gp_buf_init(&b, a);
    for (size_t i = 0; i < t.n;) {
        uint32_t cp = gp_utf8_next(t, &i);
        if (cp == '\n' || cp == '\r' || cp == '\t') gp_buf_char(&b, ' ');
        else if (gp_is_hidden(cp)) gp_buf_printf(&b, "<U+%s%x>", cp < 0x100 ? "00" : cp < 0x1000 ? "0" : "", cp);
        else gp_buf_cp(&b, cp);
    }
    return gp_buf_take(&b);
}

void gp_blanks_put(gp_buf *out, size_t n) {
    static const char BLANKS[] = "                                ";
    for (; n >= sizeof BLANKS - 1; n -= sizeof BLANKS - 1) gp_buf_put(out, BLANKS, sizeof BLANKS - 1);
    gp_buf_put(out, BLANKS, n);
}

/* The longest beginning of t that fits `width` columns; *used gets its columns. */
static gp_text fit(gp_text t, size_t width, size_t *used) {
    size_t i = 0;
    *used = 0;
    while (i < t.n) {
        size_t next = i;
        gp_utf8_next(t, &next);
        size_t cells = gp_text_width((gp_text){t.s + i, next - i});
        if (*used + cells > width) break;
        *used += cells;
        i = next;
    }
    return (gp_text){t.s, i};
}

void gp_cell_put(gp_buf *out, gp_text t, size_t width, bool right) {
    size_t used, all = gp_text_width(t);
    if (all <= width) {
        if (right) gp_blanks_put(out, width - all);
        gp_buf_text(out, t);
        if (!right) gp_blanks_put(out, width - all);
        return;
    }
    if (width == 0) return;
    gp_buf_text(out, fit(t, width - 1, &used));
    gp_buf_str(out, "…");
    gp_blanks_put(out, width - 1 - used);
}

static bool is_letter(char c) { return (unsigned char)c < 0x80 && c != ' '; }

/* Moves a cut back behind the last blank, so that words of letters stay whole; Chinese text may break anywhere. */
static size_t at_word(gp_text t, size_t cut) {
    if (cut == 0 || cut >= t.n || !is_letter(t.s[cut]) || !is_letter(t.s[cut - 1])) return cut;
    size_t i = cut;
    while (i > 0 && is_letter(t.s[i - 1])) i--;
    return i > 0 ? i : cut;
}

/* Marks that never begin a line. */
static bool is_closing(gp_text t, size_t at) {
    static const uint32_t CLOSING[] = {')', ']', ':', ';', ',', '.', '%', 0x3001, 0x3002, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF09, 0x201D};
    uint32_t cp = gp_utf8_next(t, &at);
    for (size_t i = 0; i < GP_COUNT(CLOSING); i++)
        if (cp == CLOSING[i]) return true;
    return false;
}

static size_t before_closing(gp_text t, size_t cut) {
    size_t from = cut;
    while (cut > 0 && cut < t.n && is_closing(t, cut)) {
        cut--;
        while (cut > 0 && ((unsigned char)t.s[cut] & 0xC0) == 0x80) cut--;
    }
    return cut > 0 ? cut : from;
}

/* Signs that a figure follows: they never end a line. */
static bool is_sign(gp_text t) {
    static const char *const SIGNS[] = {"≥", "≤", "≠", "∈", ">", "<", "=", ">=", "<="};
    for (size_t i = 0; i < GP_COUNT(SIGNS); i++)
        if (gp_text_is(t, SIGNS[i])) return true;
    return false;
}

static size_t before_sign(gp_text t, size_t cut) {
    gp_text line = gp_text_trim((gp_text){t.s, cut});
    size_t word = line.n;
    while (word > 0 && line.s[word - 1] != ' ') word--;
    bool moves = cut < t.n && word > 0 && is_sign((gp_text){line.s + word, line.n - word});
    return moves ? (size_t)(line.s - t.s) + word : cut;
}

static gp_text take_line(gp_text *rest, size_t n) {
    gp_text line = {rest->s, n};
    rest->s += n;
    rest->n -= n;
    while (rest->n && *rest->s == ' ') {
        rest->s++;
        rest->n--;
    }
    return gp_text_trim(line);
}

gp_text gp_cell_wrap(gp_text *rest, size_t width) {
    size_t used;
    gp_text line = fit(*rest, width, &used);
    if (line.n == 0 && rest->n) { /* narrower than one character: it stands out */
        size_t i = 0;
        gp_utf8_next(*rest, &i);
        line.n = i;
    }
    return take_line(rest, before_sign(*rest, before_closing(*rest, at_word(*rest, line.n))));
}

gp_text gp_cell_wrap_figure(gp_text *rest, size_t width) {
    enum { SIGN = 4 }; /* bytes of "≥ " */
    size_t used, i = fit(*rest, width, &used).n;
    if (i == rest->n) return take_line(rest, i);
    while (i > SIGN && rest->s[i] != ' ') i--;
    return i > SIGN ? take_line(rest, i) : gp_cell_wrap(rest, width);
}

gp_text gp_cell_halve(gp_text *rest, size_t width) {
    size_t all = gp_text_width(*rest);
    if (all > width && all - width < width / 3) width = (all + 1) / 2 + 1;
    return gp_cell_wrap(rest, width);
}

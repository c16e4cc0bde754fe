/* JSON by the grammar of RFC 8259 and nothing beyond it: no comments, no trailing commas, no text outside of the one value.
 * Invariant: every byte is looked at once; nesting is bounded, so no input is slow or deep. */
#include "input/json.h"

#include <string.h>

void gp_json_start(gp_json_reader *r, gp_arena *a, gp_diags *d, const gp_file *file, size_t at) {
    *r = (gp_json_reader){.arena = a, .diags = d, .all = file->text, .source = file->source, .at = at, .start = at};
}

gp_place gp_json_place(const gp_json_reader *r) {
    size_t n = r->at > r->start ? r->at - r->start : 0;
    return (gp_place){.file = r->source, .at = r->start, .len = (uint32_t)(n < 200 ? n : 200)};
}

static gp_json_token refuse(gp_json_reader *r, size_t at, const char *what) {
    if (!r->broken) gp_report(r->diags, GP_D_JSON, (gp_place){.file = r->source, .at = at}, "%s", what);
    r->broken = true;
    return GP_J_END;
}

static int peek(const gp_json_reader *r) { return r->at < r->all.n ? (unsigned char)r->all.s[r->at] : -1; }

static void pass_blanks(gp_json_reader *r) {
    while (r->at < r->all.n && (r->all.s[r->at] == ' ' || r->all.s[r->at] == '\n' || r->all.s[r->at] == '\r' || r->all.s[r->at] == '\t'))
        r->at++;
}

/* -- texts -- */

static int hex_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits at *i. */
static bool read_unit(uint32_t *out, const gp_json_reader *r, size_t *i) {
    *out = 0;
    if (r->all.n - *i < 4) return false;
    for (int k = 0; k < 4; k++) {
        int digit = hex_of(r->all.s[(*i)++]);
        if (digit < 0) return false;
        *out = *out << 4 | (uint32_t)digit;
    }
    return true;
}

/* Behind \u: a code point, of two surrogates where it takes them. */
static bool read_escaped(gp_buf *b, const gp_json_reader *r, size_t *i) {
    uint32_t high, low;
    if (!read_unit(&high, r, i) || (high >= 0xDC00 && high <= 0xDFFF)) return false;
    if (high >= 0xD800 && high <= 0xDBFF) {
        if (r->all.n - *i < 6 || r->all.s[*i] != '\\' || r->all.s[*i + 1] != 'u') return false;
        *i += 2;
        if (!read_unit(&low, r, i) || low < 0xDC00 || low > 0xDFFF) return false;
        high = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    }
    gp_buf_cp(b, high);
    return true;
}

static bool put_escape(gp_buf *b, const gp_json_reader *r, size_t *i) {
    static const char FROM[] = "\"\\/bfnrt", TO[] = "\"\\/\b\f\n\r\t";
    char c = r->all.s[(*i)++];
    if (c == 'u') return read_escaped(b, r, i);
    const char *found = c ? strchr(FROM, c) : NULL;
    if (found) gp_buf_char(b, TO[found - FROM]);
    return found != NULL;
}

/* The text from `from` (behind its quote) to `to`, with its escapes resolved. */
static bool unescape(gp_json_reader *r, size_t from, size_t to) {
    gp_buf b;
    gp_buf_init(&b, r->arena);
    for (size_t i = from; i < to;) {
        if (r->all.s[i] != '\\') {
            gp_buf_char(&b, r->all.s[i++]);
            continue;
        }
        size_t at = i++;
        if (put_escape(&b, r, &i) && i <= to) continue;
        refuse(r, at, "an escape that JSON does not have");
        return false;
    }
    r->text = gp_buf_take(&b);
    return true;
}

static bool read_text(gp_json_reader *r) {
    size_t from = ++r->at;
    bool escaped = false;
    for (;; r->at++) {
        int c = peek(r);
        if (c < 0 || c < 0x20) {
            refuse(r, r->at, c < 0 ? "a text that is never closed" : "a control character in a text: JSON escapes it");
            return false;
        }
        if (c == '"') break;
        escaped |= c == '\\';
        if (c == '\\' && r->at + 1 < r->all.n) r->at++;
    }
    size_t to = r->at++;
    if (escaped) return unescape(r, from, to);
    r->text = (gp_text){r->all.s + from, to - from};
    return true;
}

/* -- numbers and words -- */

static size_t digits(gp_json_reader *r) {
    size_t from = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') r->at++;
    return r->at - from;
}

static gp_json_token read_number(gp_json_reader *r) {
    size_t from = r->at;
    if (peek(r) == '-') r->at++;
    bool zero = peek(r) == '0';
    size_t whole = digits(r);
    bool good = whole > 0 && !(zero && whole > 1);
    if (good && peek(r) == '.') {
        r->at++;
        good = digits(r) > 0;
    }
    if (good && (peek(r) == 'e' || peek(r) == 'E')) {
        r->at++;
        if (peek(r) == '+' || peek(r) == '-') r->at++;
        good = digits(r) > 0;
    }
    if (!good) return refuse(r, from, "a number that JSON does not have");
    r->text = (gp_text){r->all.s + from, r->at - from};
    return GP_J_NUMBER;
}

static gp_json_token read_word(gp_json_reader *r) {
    static const struct {
        const char *word;
        gp_json_token token;
    } WORDS[] = {{"true", GP_J_TRUE}, {"false", GP_J_FALSE}, {"null", GP_J_NULL}};
    for (size_t i = 0; i < GP_COUNT(WORDS); i++) {
        size_t n = strlen(WORDS[i].word);
        if (r->all.n - r->at < n || memcmp(r->all.s + r->at, WORDS[i].word, n) != 0) continue;
        r->at += n;
        return WORDS[i].token;
    }
    return refuse(r, r->at, "a value is due here: an object, a list, a text, a number, true, false or null");
}

/* -- tokens -- */

static gp_json_token open_level(gp_json_reader *r, bool object) {
    if (r->depth == GP_JSON_NESTING) return refuse(r, r->at, "nested deeper than 64 levels");
    r->object[r->depth++] = object;
    r->begun = false;
    r->at++;
    return object ? GP_J_OBJECT : GP_J_LIST;
}

static gp_json_token read_value(gp_json_reader *r) {
    int c = peek(r);
    r->after_key = false;
    r->begun = true;
    if (c == '{' || c == '[') return open_level(r, c == '{');
    if (c == '"') return read_text(r) ? GP_J_TEXT : GP_J_END;
    return c == '-' || (c >= '0' && c <= '9') ? read_number(r) : read_word(r);
}

static gp_json_token close_level(gp_json_reader *r) {
    r->at++;
    r->depth--;
    r->begun = true;
    return GP_J_CLOSE;
}

static gp_json_token read_key(gp_json_reader *r) {
    if (peek(r) != '"') return refuse(r, r->at, "a key in quotes is due here");
    if (!read_text(r)) return GP_J_END;
    pass_blanks(r);
    if (peek(r) != ':') return refuse(r, r->at, "a colon is due behind a key");
    r->at++;
    r->after_key = true;
    return GP_J_KEY;
}

/* Behind the document's value nothing but blanks may stand. */
static gp_json_token read_end(gp_json_reader *r) {
    return r->at < r->all.n ? refuse(r, r->at, "the document has ended before this") : GP_J_END;
}

gp_json_token gp_json_next(gp_json_reader *r) {
    if (r->broken) return GP_J_END;
    pass_blanks(r);
    r->start = r->at;
    if (r->depth == 0) return r->begun ? read_end(r) : read_value(r);
    if (r->after_key) return read_value(r);
    bool object = r->object[r->depth - 1];
    if (peek(r) == (object ? '}' : ']')) return close_level(r);
    if (r->begun) {
        if (peek(r) != ',') return refuse(r, r->at, object ? "a comma or } is due here" : "a comma or ] is due here");
        r->at++;
        pass_blanks(r);
        r->start = r->at;
    }
    return object ? read_key(r) : read_value(r);
}

bool gp_json_skip(gp_json_reader *r, gp_json_token first) {
    if (first != GP_J_OBJECT && first != GP_J_LIST) return !r->broken;
    for (unsigned depth = r->depth - 1; r->depth > depth;)
        if (gp_json_next(r) == GP_J_END) return false;
    return true;
}

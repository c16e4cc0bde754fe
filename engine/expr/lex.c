/* Tokens of an expression, and the slips that authors make with them.
 * Invariant: a slip is reported once and read as what was meant, so that one typing habit does not hide the next error. */
#include <string.h>

#include "expr/parse.h"

gp_place gp_xplace(const gp_xctx *c, size_t at, size_t end) {
    return c->exact ? gp_place_sub(c->at, at, end - at) : c->at;
}

static gp_text slice(const gp_xctx *c, size_t at, size_t end) {
    return (gp_text){c->text.s + at, end - at};
}

static gp_token token(gp_token_kind kind, size_t at, size_t end) {
    return (gp_token){.kind = kind, .at = at, .end = end};
}

/* -- characters -- */

static bool is_digit(char ch) {
    return ch >= '0' && ch <= '9';
}
static bool is_letter(uint32_t cp) {
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp == '_';
}
static bool is_full_width(uint32_t cp) {
    return cp >= 0xFF01 && cp <= 0xFF5E;
}

/* Part of a word in any script: what is neither blank nor punctuation. */
static bool is_wordly(uint32_t cp) {
    if (cp < 0x80) return is_letter(cp) || is_digit((char)cp);
    if (cp < 0xC0 || cp == 0xD7 || cp == 0xF7 || cp == 0xFFFD || gp_cp_is_space(cp)) return false;
    if ((cp >= 0x2000 && cp <= 0x206F) || (cp >= 0x2190 && cp <= 0x23FF)) return false;
    if (cp >= 0x3000 && cp <= 0x303F) return cp == 0x3005 || cp == 0x3007;
    return cp < 0xFF01 || (cp > 0xFF65 && cp < 0xFFE0);
}

bool gp_is_word(gp_text t) {
    for (size_t i = 0; i < t.n;)
        if (!is_wordly(gp_utf8_next(t, &i))) return false;
    return t.n > 0;
}

static size_t word_end(gp_text t, size_t i) {
    for (size_t next = i; i < t.n; i = next)
        if (!is_wordly(gp_utf8_next(t, &next))) break;
    return i;
}

static char char_at(const gp_xctx *c, size_t i) {
    return i < c->text.n ? c->text.s[i] : '\0';
}

/* -- operators and their slips -- */

/* Longest spellings first. `due` is what should have been written; NULL: rightly written. `kind` BAD: nothing can stand for it. */
typedef struct sign {
    const char *spelling;
    gp_token_kind kind;
    const char *due;
} sign;

static const sign signs[] = {
    {"＝＝", GP_T_EQ, "=="},   {"！＝", GP_T_NE, "~="},
    {"～＝", GP_T_NE, "~="},   {"＞＝", GP_T_GE, ">="},
    {"＜＝", GP_T_LE, "<="},   {"＜＞", GP_T_NE, "~="},
    {"＆＆", GP_T_AND, "and"}, {"｜｜", GP_T_OR, "or"},
    {"＞=", GP_T_GE, ">="},    {"＜=", GP_T_LE, "<="},
    {"！=", GP_T_NE, "~="},    {"～=", GP_T_NE, "~="},
    {"—", GP_T_MINUS, "-"},    {"＞", GP_T_GT, ">"},
    {"＜", GP_T_LT, "<"},      {"＝", GP_T_EQ, "=="},
    {"（", GP_T_OPEN, "("},    {"）", GP_T_CLOSE, ")"},
    {"，", GP_T_COMMA, ","},   {"、", GP_T_COMMA, ","},
    {"＋", GP_T_PLUS, "+"},    {"－", GP_T_MINUS, "-"},
    {"＊", GP_T_STAR, "*"},    {"／", GP_T_SLASH, "/"},
    {"％", GP_T_PERCENT, "%"}, {"＾", GP_T_CARET, "^"},
    {"！", GP_T_NOT, "not"},   {"≥", GP_T_GE, ">="},
    {"≤", GP_T_LE, "<="},      {"≠", GP_T_NE, "~="},
    {"−", GP_T_MINUS, "-"},    {"–", GP_T_MINUS, "-"},
    {"×", GP_T_STAR, "*"},     {"÷", GP_T_SLASH, "/"},
    {"·", GP_T_STAR, "*"},     {"===", GP_T_EQ, "=="},
    {"!==", GP_T_NE, "~="},    {"...", GP_T_BAD, NULL},
    {"==", GP_T_EQ, NULL},     {"~=", GP_T_NE, NULL},
    {"<=", GP_T_LE, NULL},     {">=", GP_T_GE, NULL},
    {"!=", GP_T_NE, "~="},     {"<>", GP_T_NE, "~="},
    {"=>", GP_T_GE, ">="},     {"=<", GP_T_LE, "<="},
    {"&&", GP_T_AND, "and"},   {"||", GP_T_OR, "or"},
    {"**", GP_T_CARET, "^"},   {"//", GP_T_SLASH, "floor(a / b)"},
    {"..", GP_T_BAD, NULL},    {"<<", GP_T_BAD, NULL},
    {">>", GP_T_BAD, NULL},    {"--", GP_T_BAD, NULL},
    {"<", GP_T_LT, NULL},      {">", GP_T_GT, NULL},
    {"+", GP_T_PLUS, NULL},    {"-", GP_T_MINUS, NULL},
    {"*", GP_T_STAR, NULL},    {"/", GP_T_SLASH, NULL},
    {"%", GP_T_PERCENT, NULL}, {"^", GP_T_CARET, NULL},
    {"(", GP_T_OPEN, NULL},    {")", GP_T_CLOSE, NULL},
    {",", GP_T_COMMA, NULL},   {".", GP_T_DOT, NULL},
    {"[", GP_T_BRACKET, NULL}, {"=", GP_T_EQ, "=="},
    {"!", GP_T_NOT, "not"},
};

/* What to do about signs of other languages that have no twin here. */
static const struct {
    const char *spelling, *hint;
} strangers[] = {
    {"...", "give each argument by its name"},
    {"..", "texts are not joined in expressions"},
    {"<<", "bits are not reckoned with; multiply by a power of 2"},
    {">>", "bits are not reckoned with; divide by a power of 2"},
    {"--", "in Lua a comment begins here; to take away a negative value write a - (-b)"},
    {"&", "write `and`"},
    {"|", "write `or`"},
    {"~", "`not` negates, `~=` tells that two values differ"},
    {"?", "write if_else(condition, a, b)"},
    {":", "write if_else(condition, a, b) for a choice; methods are not called in expressions"},
    {";", "an expression is one value; a comma parts arguments"},
    {"；", "an expression is one value; `,` parts arguments"},
    {"。", "an expression ends without a full stop; `.` is the decimal point"},
    {"{", "tables belong into rules"},
    {"}", "tables belong into rules"},
    {"]", "an expression has no lists; write min(a, b) and the like"},
    {"#", "write count(x)"},
    {"￥", "write the unit in the dictionary, or q(\"5 元\")"},
};

static bool stands_at(const gp_xctx *c, size_t at, const char *spelling) {
    return gp_text_starts(slice(c, at, c->text.n), spelling);
}

static const sign *sign_at(const gp_xctx *c, size_t at) {
    for (size_t i = 0; i < GP_COUNT(signs); i++)
        if (stands_at(c, at, signs[i].spelling)) return &signs[i];
    return NULL;
}

static void report_slip(const gp_xctx *c, gp_text found, size_t at, const char *due) {
    size_t i = 0;
    bool wide = is_full_width(gp_utf8_next(found, &i));
    gp_diag *diag = gp_report(c->d, GP_D_EXPR_CHARACTER, gp_xplace(c, at, at + found.n),
                              wide ? "`%.*s` is a full-width character" : "`%.*s` cannot stand in an expression", GP_ARG(found));
    gp_hint(c->d, diag, wide ? "write the ASCII `%s`" : "write `%s`", due);
}

static gp_token stranger(const gp_xctx *c, size_t at) {
    size_t end = at;
    uint32_t cp = gp_utf8_next(c->text, &end);
    const char *hint = NULL;
    for (size_t i = 0; i < GP_COUNT(strangers) && !hint; i++) {
        if (!stands_at(c, at, strangers[i].spelling)) continue;
        hint = strangers[i].hint;
        end = at + strlen(strangers[i].spelling);
    }
    gp_diag *diag = gp_report(c->d, GP_D_EXPR_CHARACTER, gp_xplace(c, at, end), "`%.*s` (U+%04X) cannot stand in an expression",
                              GP_ARG(slice(c, at, end)), (unsigned)cp);
    if (hint)
        gp_hint(c->d, diag, "%s", hint);
    else if (is_full_width(cp))
        gp_hint(c->d, diag, "write the ASCII `%c`", (char)(cp - 0xFEE0));
    return token(GP_T_BAD, at, end);
}

static gp_token lex_sign(const gp_xctx *c, size_t at) {
    const sign *s = sign_at(c, at);
    if (!s || s->kind == GP_T_BAD) return stranger(c, at);
    gp_token t = token(s->kind, at, at + strlen(s->spelling));
    if (s->due) report_slip(c, slice(c, at, t.end), at, s->due);
    return t;
}

/* -- numbers -- */

static size_t digits_end(const gp_xctx *c, size_t i) {
    while (is_digit(char_at(c, i))) i++;
    return i;
}

static size_t number_end(const gp_xctx *c, size_t at) {
    size_t end = digits_end(c, at);
    if (char_at(c, end) == '.' && is_digit(char_at(c, end + 1))) end = digits_end(c, end + 1);
    if (char_at(c, end) != 'e' && char_at(c, end) != 'E') return end;
    size_t sign_end = end + 1 + (char_at(c, end + 1) == '+' || char_at(c, end + 1) == '-');
    return is_digit(char_at(c, sign_end)) ? digits_end(c, sign_end) : end;
}

static gp_token number_error(const gp_xctx *c, size_t at, size_t end, const char *what) {
    gp_report(c->d, GP_D_EXPR_NUMBER, gp_xplace(c, at, end), "`%.*s` is %s", GP_ARG(slice(c, at, end)), what);
    return token(GP_T_BAD, at, end);
}

/* 5亿元 or 0x10. */
static gp_token wordy_number(const gp_xctx *c, size_t at, size_t end) {
    gp_text found = slice(c, at, end);
    gp_diag *diag = gp_report(c->d, GP_D_EXPR_NUMBER, gp_xplace(c, at, end), "`%.*s` is no plain decimal", GP_ARG(found));
    bool prefixed = found.s[0] == '0' && found.n > 1 && is_letter((unsigned char)found.s[1]);
    if (prefixed)
        gp_hint(c->d, diag, "write it in decimal digits");
    else
        gp_hint(c->d, diag, "a number with a unit is written q(\"%.*s\")", GP_ARG(found));
    return token(GP_T_BAD, at, end);
}

static gp_token lex_number(const gp_xctx *c, size_t at) {
    size_t end = number_end(c, at), used, wordy = word_end(c->text, end);
    if (wordy > end) return wordy_number(c, at, wordy);
    if (char_at(c, end) == '.' && is_digit(char_at(c, end + 1))) return number_error(c, at, digits_end(c, end + 1), "no number");
    gp_text found = slice(c, at, end);
    gp_decimal d;
    gp_number_status status = gp_number_read(&d, &used, NULL, found);
    if (status != GP_NUMBER_OK && status != GP_NUMBER_ROUNDED) return number_error(c, at, end, "beyond the range of numbers");
    if (status == GP_NUMBER_ROUNDED)
        gp_report(c->d, GP_D_DIGITS, gp_xplace(c, at, end), "`%.*s` has more than 15 digits and was rounded to 15", GP_ARG(found));
    gp_token t = token(GP_T_NUMBER, at, end);
    t.value = gp_decimal_double(d, 0);
    return t;
}

/* -- words -- */

static const struct {
    const char *word;
    gp_token_kind kind;
} keywords[] = {{"and", GP_T_AND}, {"or", GP_T_OR}, {"not", GP_T_NOT}, {"true", GP_T_TRUE}, {"false", GP_T_FALSE}};

/* Words of Lua and of other languages; those of Lua are never names. `due` as in signs. */
static const struct {
    const char *word;
    bool lua;
    gp_token_kind kind;
    const char *hint;
} foreign[] = {
    {"nil", true, GP_T_BAD, "`none` is no value, and known(x) asks whether there is one"},
    {"if", true, GP_T_BAD, "write if_else(condition, a, b)"},
    {"then", true, GP_T_BAD, "write if_else(condition, a, b)"},
    {"else", true, GP_T_BAD, "write if_else(condition, a, b)"},
    {"elseif", true, GP_T_BAD, "write if_else(condition, a, b)"},
    {"function", true, GP_T_BAD, "what needs a function belongs into a rule"},
    {"return", true, GP_T_BAD, "an expression is a value by itself"},
    {"local", true, GP_T_BAD, "name a part under `derive`"},
    {"for", true, GP_T_BAD, "loops belong into a rule"},
    {"while", true, GP_T_BAD, "loops belong into a rule"},
    {"repeat", true, GP_T_BAD, "loops belong into a rule"},
    {"until", true, GP_T_BAD, "loops belong into a rule"},
    {"in", true, GP_T_BAD, "compare with each: x == \"a\" or x == \"b\""},
    {"do", true, GP_T_BAD, NULL},
    {"end", true, GP_T_BAD, NULL},
    {"break", true, GP_T_BAD, NULL},
    {"goto", true, GP_T_BAD, NULL},
    {"AND", false, GP_T_AND, "write `and`"},
    {"OR", false, GP_T_OR, "write `or`"},
    {"NOT", false, GP_T_NOT, "write `not`"},
    {"True", false, GP_T_TRUE, "write `true`"},
    {"TRUE", false, GP_T_TRUE, "write `true`"},
    {"False", false, GP_T_FALSE, "write `false`"},
    {"FALSE", false, GP_T_FALSE, "write `false`"},
};

static bool is_name_of_scope(const gp_xctx *c, gp_text word) {
    gp_type type;
    uint32_t ref;
    return c->scope->name(c->scope->ud, &type, &ref, word);
}

static gp_token lex_foreign(const gp_xctx *c, size_t i, size_t at, size_t end) {
    gp_diag *diag = gp_report(c->d, GP_D_EXPR_SYNTAX, gp_xplace(c, at, end), "`%s` cannot stand in an expression", foreign[i].word);
    if (foreign[i].hint) gp_hint(c->d, diag, "%s", foreign[i].hint);
    return token(foreign[i].kind, at, end);
}

static gp_token lex_word(const gp_xctx *c, size_t at) {
    size_t end = word_end(c->text, at);
    gp_text word = slice(c, at, end);
    for (size_t i = 0; i < GP_COUNT(keywords); i++)
        if (gp_text_is(word, keywords[i].word)) return token(keywords[i].kind, at, end);
    for (size_t i = 0; i < GP_COUNT(foreign); i++)
        if (gp_text_is(word, foreign[i].word) && (foreign[i].lua || !is_name_of_scope(c, word))) return lex_foreign(c, i, at, end);
    for (size_t i = 0; i < word.n; i++)
        if ((unsigned char)word.s[i] >= 0x80) return token(GP_T_WORD, at, end);
    return token(GP_T_NAME, at, end);
}

/* -- texts -- */

/* Bytes of the quote at i that can close a text opened by `quote`, 0 when there is none. */
static size_t closing(const gp_xctx *c, size_t i, char quote, bool curly) {
    if (char_at(c, i) == quote) return 1;
    if (!curly) return 0;
    const char *twin = quote == '"' ? "”" : "’", *open = quote == '"' ? "“" : "‘";
    return stands_at(c, i, twin) || stands_at(c, i, open) ? strlen(twin) : 0;
}

static gp_token unclosed(const gp_xctx *c, size_t at) {
    gp_report(c->d, GP_D_EXPR_TEXT, gp_xplace(c, at, c->text.n), "the text that opens here is not closed on its line");
    return token(GP_T_BAD, at, c->text.n);
}

static bool take_escape(const gp_xctx *c, gp_buf *out, size_t i) {
    char ch = char_at(c, i + 1);
    if (ch != '\\' && ch != '"' && ch != '\'') {
        gp_diag *diag = gp_report(c->d, GP_D_EXPR_TEXT, gp_xplace(c, i, i + 1), "`\\` opens an escape that is not known");
        gp_hint(c->d, diag, "known are \\\\ \\\" \\'");
        return false;
    }
    gp_buf_char(out, ch);
    return true;
}

static gp_token lex_text(const gp_xctx *c, size_t at, size_t from, char quote, bool curly) {
    gp_buf out;
    gp_buf_init(&out, c->a);
    for (size_t i = from; i < c->text.n && c->text.s[i] != '\n';) {
        size_t n = closing(c, i, quote, curly);
        if (n) {
            gp_token t = token(GP_T_TEXT, at, i + n);
            t.text = gp_buf_take(&out);
            return t;
        }
        bool escape = c->text.s[i] == '\\';
        if (escape && !take_escape(c, &out, i)) return token(GP_T_BAD, at, i + 1);
        if (!escape) gp_buf_char(&out, c->text.s[i]);
        i += escape ? 2 : 1;
    }
    return unclosed(c, at);
}

/* Typographic and full-width quotes, which input methods put for the plain ones. */
static const struct {
    const char *open;
    char quote;
} curly_quotes[] = {{"“", '"'}, {"”", '"'}, {"＂", '"'}, {"‘", '\''}, {"’", '\''}, {"＇", '\''}};

static bool lex_curly(gp_token *out, const gp_xctx *c, size_t at) {
    for (size_t i = 0; i < GP_COUNT(curly_quotes); i++) {
        if (!stands_at(c, at, curly_quotes[i].open)) continue;
        size_t n = strlen(curly_quotes[i].open);
        char due[2] = {curly_quotes[i].quote, '\0'};
        report_slip(c, slice(c, at, at + n), at, due);
        *out = lex_text(c, at, at + n, curly_quotes[i].quote, true);
        return true;
    }
    return false;
}

/* -- all -- */

static size_t skip_blanks(const gp_xctx *c, size_t i) {
    for (size_t next = i; i < c->text.n; i = next) {
        uint32_t cp = gp_utf8_next(c->text, &next);
        if (!gp_cp_is_space(cp)) break;
        if (cp < 0x80) continue;
        gp_diag *diag = gp_report(c->d, GP_D_EXPR_CHARACTER, gp_xplace(c, i, next), "a blank that is not ASCII (U+%04X)", (unsigned)cp);
        gp_hint(c->d, diag, "write a plain space");
    }
    return i;
}

gp_token gp_lex(const gp_xctx *c, size_t from) {
    size_t at = skip_blanks(c, from), next = at;
    if (at >= c->text.n) return token(GP_T_END, c->text.n, c->text.n);
    char ch = c->text.s[at];
    gp_token t;
    if (is_digit(ch) || (ch == '.' && is_digit(char_at(c, at + 1)))) return lex_number(c, at);
    if (ch == '"' || ch == '\'') return lex_text(c, at, at + 1, ch, false);
    if (is_wordly(gp_utf8_next(c->text, &next))) return lex_word(c, at);
    return lex_curly(&t, c, at) ? t : lex_sign(c, at);
}

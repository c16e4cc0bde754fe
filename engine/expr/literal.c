/* Texts that are values by themselves: q("5 亿元"), and targets such as 50 家, 2020-12-31, 初稿, true.
 * Invariant: what begins as a quantity and reads as one to its end is a quantity, and its unit is judged as such. */
#include "base/period.h"
#include "expr/parse.h"

/* -- reporting -- */

static void quantity_error(const gp_xctx *c, gp_place at, gp_text text, gp_quantity_status status) {
    static const char *const what[] = {
        [GP_QUANTITY_OK] = "is right",
        [GP_QUANTITY_EMPTY] = "is empty, where a number with its unit is due",
        [GP_QUANTITY_NO_NUMBER] = "does not begin with a number",
        [GP_QUANTITY_GROUPS] = "has a comma that does not stand between groups of three digits",
        [GP_QUANTITY_RANGE] = "is beyond the range of numbers",
        [GP_QUANTITY_UNIT] = "has something behind its number that is no unit",
        [GP_QUANTITY_HOLLOW] = "is an interval with nothing in it",
    };
    gp_report(c->d, GP_D_QUANTITY, at, "`%.*s` %s", GP_ARG(text), what[status]);
}

static void note_rounding(const gp_xctx *c, gp_place at, gp_text text, const gp_quantity *q) {
    if (q->rounded) gp_report(c->d, GP_D_DIGITS, at, "`%.*s` has more than 15 digits and was rounded to 15", GP_ARG(text));
}

static gp_expr *literal(const gp_xctx *c, gp_place at, gp_text text, gp_type type, double value) {
    gp_expr *e = gp_expr_const(c->a, type, value, at);
    e->text = text;
    return e;
}

/* -- q("...") -- */

gp_expr *gp_quantity_constant(const gp_xctx *c, const gp_expr *call, gp_text text) {
    gp_place at = call->arg[0]->at;
    gp_quantity q;
    gp_quantity_status status = gp_quantity_read(&q, c->scope->units, text, NULL, c->want->aliases, c->want->naliases);
    if (status != GP_QUANTITY_OK) {
        quantity_error(c, at, text, status);
        return NULL;
    }
    note_rounding(c, at, text, &q);
    return literal(c, call->at, call->text, (gp_type){.kind = GP_NUMBER, .unit = q.unit}, q.value);
}

/* -- quantities -- */

static gp_literal wrong_unit(const gp_xctx *c, gp_place at, gp_text text, const gp_unit *found) {
    gp_diag *diag = gp_unit_error(c, at, text, found, &c->want->type.unit);
    gp_type type;
    uint32_t ref;
    if (c->scope->name(c->scope->ud, &type, &ref, found->text))
        gp_hint(c->d, diag, "write `*` to multiply with `%.*s`", GP_ARG(found->text));
    return GP_LITERAL_WRONG;
}

static gp_literal number_read(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text, const gp_quantity *q) {
    const gp_unit *due = &c->want->type.unit;
    bool fits = !q->unit.given || gp_dim_eq(&q->unit.dim, &due->dim);
    if (!fits && c->want->unit_matters) return wrong_unit(c, at, text, &q->unit);
    note_rounding(c, at, text, q);
    gp_type type = {.kind = GP_NUMBER, .unit = fits && due->given ? *due : q->unit};
    *out = literal(c, at, text, type, q->value);
    return GP_LITERAL_READ;
}

/* Not a number at its start: perhaps a date, or a range such as "> 1000". */
static gp_literal number_missing(const gp_xctx *c, gp_place at, gp_text text) {
    gp_interval range;
    gp_quantity q;
    gp_quantity_status status =
        gp_interval_read(&range, &q, c->scope->units, text, &c->want->type.unit, c->want->aliases, c->want->naliases);
    if (status != GP_QUANTITY_OK && status != GP_QUANTITY_HOLLOW) return GP_LITERAL_NONE;
    gp_report(c->d, GP_D_QUANTITY, at, "`%.*s` is a range, where one value is due", GP_ARG(text));
    return GP_LITERAL_WRONG;
}

static gp_literal date_for_number(const gp_xctx *c, gp_place at, gp_text text) {
    int32_t day;
    if (!gp_date_read(&day, text)) return GP_LITERAL_NONE;
    gp_report(c->d, GP_D_KIND_MISMATCH, at, "`%.*s` is a date, where a number is due", GP_ARG(text));
    return GP_LITERAL_WRONG;
}

static gp_literal read_number(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text) {
    gp_quantity q;
    gp_quantity_status status = gp_quantity_read(&q, c->scope->units, text, &c->want->type.unit, c->want->aliases, c->want->naliases);
    switch (status) {
    case GP_QUANTITY_OK: return number_read(out, c, at, text, &q);
    case GP_QUANTITY_EMPTY: return GP_LITERAL_NONE;
    case GP_QUANTITY_NO_NUMBER: return number_missing(c, at, text);
    case GP_QUANTITY_UNIT: return date_for_number(c, at, text);
    case GP_QUANTITY_GROUPS:
    case GP_QUANTITY_RANGE:
    case GP_QUANTITY_HOLLOW: break;
    }
    quantity_error(c, at, text, status);
    return GP_LITERAL_WRONG;
}

/* -- dates, truth values, words -- */

static bool is_digit(char ch) {
    return ch >= '0' && ch <= '9';
}

/* Four digits and then what dates are written with: 2020/12/31, 2020-02-30, 2020年12月31日. */
static bool resembles_date(gp_text t) {
    if (t.n < 6) return false;
    for (size_t i = 0; i < 4; i++)
        if (!is_digit(t.s[i])) return false;
    for (size_t i = 4; i < t.n;) {
        uint32_t cp = gp_utf8_next(t, &i);
        if (!(cp < 0x80 && is_digit((char)cp)) && cp != '-' && cp != '/' && cp != '.' && cp != 0x5E74 && cp != 0x6708 && cp != 0x65E5)
            return false;
    }
    return true;
}

static gp_literal read_date(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text) {
    int32_t day;
    if (gp_date_read(&day, text)) {
        *out = literal(c, at, text, (gp_type){.kind = GP_DATE}, day);
        return GP_LITERAL_READ;
    }
    if (!resembles_date(text)) return GP_LITERAL_NONE;
    gp_diag *diag = gp_report(c->d, GP_D_NO_DATE, at, "`%.*s` is no date", GP_ARG(text));
    gp_hint(c->d, diag, "dates are written as 2020-12-31");
    return GP_LITERAL_WRONG;
}

static gp_literal read_bool(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text) {
    static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
    for (size_t i = 0; i < GP_COUNT(words); i++) {
        if (!gp_text_is(text, words[i])) continue;
        *out = literal(c, at, text, (gp_type){.kind = GP_BOOL}, i >= 3);
        return GP_LITERAL_READ;
    }
    return GP_LITERAL_NONE;
}

/* A single word that the dictionary does not know, so that it can only be meant as itself. */
static bool is_free_word(const gp_xctx *c, gp_text text) {
    gp_type type;
    uint32_t ref;
    if (!gp_is_word(text) || gp_text_is(text, "none") || gp_text_is(text, "subject") || gp_text_is(text, "period")) return false;
    return !c->scope->name(c->scope->ud, &type, &ref, text);
}

static gp_literal read_word(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text) {
    double position;
    if (gp_words_find(&position, c->want->type.words, text)) {
        *out = literal(c, at, text, c->want->type, position);
        return GP_LITERAL_READ;
    }
    if (!is_free_word(c, text)) return GP_LITERAL_NONE;
    gp_words_error(c, at, c->want->type.words, text);
    return GP_LITERAL_WRONG;
}

static bool has_operators(gp_text t) {
    for (size_t i = 0; i < t.n; i++)
        for (const char *s = "\"'()+*/^%<>=~,"; *s; s++)
            if (t.s[i] == *s) return true;
    return false;
}

/* Words without quotes, unless they are a name or look like an expression. */
static gp_literal read_text(gp_expr **out, const gp_xctx *c, gp_place at, gp_text text) {
    if (text.n == 0 || has_operators(text) || (gp_is_word(text) && !is_free_word(c, text))) return GP_LITERAL_NONE;
    *out = literal(c, at, text, (gp_type){.kind = GP_STRING}, gp_pool_add(c->scope->texts, text));
    return GP_LITERAL_READ;
}

gp_literal gp_literal_read(gp_expr **out, const gp_xctx *c) {
    gp_text text = gp_text_trim(c->text);
    size_t start = text.n ? (size_t)(text.s - c->text.s) : 0;
    gp_place at = gp_xplace(c, start, start + text.n);
    switch (c->want->type.kind) {
    case GP_NUMBER: return read_number(out, c, at, text);
    case GP_BOOL: return read_bool(out, c, at, text);
    case GP_DATE: return read_date(out, c, at, text);
    case GP_STAGE:
    case GP_CODED: return read_word(out, c, at, text);
    case GP_STRING: return read_text(out, c, at, text);
    }
    return GP_LITERAL_NONE;
}

/* One text, one value: numbers with units, truth values, dates, stages, codes, texts, and the open ends that data may have.
 * Invariant: a value that is read fits its datum (unit, words, range) and is finite where it is not open; everything else is reported. */
#include "data/intake.h"

#include <math.h>
#include <string.h>

enum { SHOWN_BYTES = 60, EXACT_DIGITS = 15 };

/* -- plain numbers, fast -- */

static const char *digits_read(int64_t *mant, const char *s, const char *end) {
    uint64_t m = (uint64_t)*mant;
    while (s < end && (unsigned)(*s - '0') < 10) m = m * 10 + (unsigned)(*s++ - '0');
    *mant = (int64_t)(m & INT64_MAX);
    return s;
}

bool gp_plain_read(double *out, gp_text t, int scale) {
    if (t.n == 0) return false;
    const char *end = t.s + t.n;
    bool negative = *t.s == '-';
    const char *whole = t.s + negative;
    int64_t mant = 0;
    const char *s = digits_read(&mant, whole, end);
    ptrdiff_t digits = s - whole, fraction = 0;
    if (digits == 0) return false;
    if (s < end && *s == '.') {
        const char *point = s;
        s = digits_read(&mant, s + 1, end);
        fraction = s - point - 1;
        if (fraction == 0) return false;
    }
    if (s != end || digits + fraction > EXACT_DIGITS) return false;
    return gp_scaled(out, negative ? -mant : mant, scale - (int)fraction);
}

/* -- messages -- */

gp_text gp_shown(gp_intake *in, gp_text t) {
    if (t.n <= SHOWN_BYTES) return t;
    size_t n = SHOWN_BYTES;
    while (n > 0 && ((unsigned char)t.s[n] & 0xC0) == 0x80) n--;
    gp_buf b;
    gp_buf_init(&b, in->frame->arena);
    gp_buf_put(&b, t.s, n);
    gp_buf_str(&b, "…");
    return gp_buf_take(&b);
}

static gp_diag *report(gp_intake *in, gp_code code, gp_written value, const char *what, const gp_datum *d) {
    return gp_report(in->frame->diags, code, value.at, "`%.*s` %s `%.*s`", GP_ARG(gp_shown(in, value.text)), what, GP_ARG(d->name));
}

static gp_reading refuse(gp_intake *in, gp_code code, gp_written value, const char *what, const gp_datum *d) {
    report(in, code, value, what, d);
    return GP_READ_BAD;
}

/* -- numbers -- */

static gp_reading refuse_number(gp_intake *in, gp_quantity_status status, gp_written value, const gp_datum *d) {
    switch (status) {
    case GP_QUANTITY_GROUPS: return refuse(in, GP_D_BAD_VALUE, value, "has commas that do not part groups of three digits, in", d);
    case GP_QUANTITY_RANGE: return refuse(in, GP_D_BAD_VALUE, value, "is beyond what can be reckoned with, in", d);
    case GP_QUANTITY_UNIT: return refuse(in, GP_D_UNIT_MISMATCH, value, "has something behind the number that is no unit, in", d);
    case GP_QUANTITY_HOLLOW: return refuse(in, GP_D_BAD_VALUE, value, "is an interval with nothing in it, in", d);
    default: break;
    }
    gp_diag *diag = report(in, GP_D_BAD_VALUE, value, "is no number, which is due for", d);
    gp_hint(in->frame->diags, diag, "leave it out when there is no value, or list the word under `missing` of `%.*s`", GP_ARG(d->name));
    return GP_READ_BAD;
}

static gp_reading refuse_unit(gp_intake *in, gp_written value, const gp_unit *unit, const gp_datum *d) {
    gp_arena *a = in->frame->arena;
    gp_text due = gp_dim_text(a, &in->units, &d->type.unit.dim), got = gp_dim_text(a, &in->units, &unit->dim);
    bool plain = d->type.unit.dim.n == 0; /* no unit at all, or a share of something */
    if (plain) due = d->type.unit.text.n ? d->type.unit.text : GP_TEXT("a plain number");
    gp_report(in->frame->diags, GP_D_UNIT_MISMATCH, value.at, "`%.*s` is in %.*s, but `%.*s` is %s%.*s", GP_ARG(gp_shown(in, value.text)),
              GP_ARG(got), GP_ARG(d->name), plain && !d->type.unit.text.n ? "" : "in ", GP_ARG(due));
    return GP_READ_BAD;
}

static bool end_inside(double end, const gp_interval *range) {
    return isinf(end) || (end >= range->lo && end <= range->hi);
}

static gp_reading check_range(gp_intake *in, gp_interval v, gp_written value, const gp_datum *d) {
    if (!d->has_range || (end_inside(v.lo, &d->range) && end_inside(v.hi, &d->range))) return GP_READ_VALUE;
    gp_buf b;
    gp_buf_init(&b, in->frame->arena);
    gp_interval_print(&b, &d->range, &d->type.unit);
    gp_text range = gp_buf_take(&b);
    gp_report(in->frame->diags, GP_D_DATA_RANGE, value.at, "`%.*s` is outside the range of `%.*s`, %.*s", GP_ARG(gp_shown(in, value.text)),
              GP_ARG(d->name), GP_ARG(range));
    return GP_READ_BAD;
}

static gp_reading read_number(gp_interval *out, gp_intake *in, const gp_datum *d, gp_written value, const gp_unit *unit) {
    const gp_unit *due = unit ? unit : &d->type.unit;
    double v;
    if (gp_plain_read(&v, value.text, due->scale)) {
        *out = (gp_interval){.lo = v, .hi = v};
        return check_range(in, *out, value, d);
    }
    gp_quantity q;
    gp_quantity_status status = gp_interval_read(out, &q, &in->units, value.text, due, d->aliases, d->naliases);
    if (status == GP_QUANTITY_NO_NUMBER && d->missing_text) {
        in->row.text_missing++;
        return GP_READ_MISSING;
    }
    if (status != GP_QUANTITY_OK) return refuse_number(in, status, value, d);
    if (q.unit.given && !gp_dim_eq(&q.unit.dim, &d->type.unit.dim)) return refuse_unit(in, value, &q.unit, d);
    if (q.unit.given && unit && !gp_text_eq(q.unit.text, unit->text))
        return refuse(in, GP_D_UNIT_MISMATCH, value, "carries a unit beside the one given for it, in", d);
    in->row.rounded += q.rounded;
    return check_range(in, *out, value, d);
}

/* -- words -- */

static bool is_word(gp_text t, const char *const *words, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (gp_text_is(t, words[i])) return true;
    return false;
}

static gp_reading read_bool(gp_interval *out, gp_intake *in, const gp_datum *d, gp_written value) {
    static const char *const YES[] = {"true", "True", "TRUE", "1", "是"};
    static const char *const NO[] = {"false", "False", "FALSE", "0", "否"};
    bool yes = is_word(value.text, YES, GP_COUNT(YES));
    if (!yes && !is_word(value.text, NO, GP_COUNT(NO)))
        return refuse(in, GP_D_BAD_VALUE, value, "is none of true, false, 1, 0, 是, 否, one of which is due for", d);
    *out = (gp_interval){.lo = yes, .hi = yes};
    return GP_READ_VALUE;
}

static gp_reading read_text(gp_interval *out, gp_intake *in, gp_written value) {
    double number = gp_pool_add(&in->frame->texts, value.text);
    *out = (gp_interval){.lo = number, .hi = number};
    return GP_READ_VALUE;
}

/* Reads a stage, a code or a date as a number; reports. */
static bool read_word(double *out, gp_intake *in, const gp_datum *d, gp_written word) {
    if (d->type.kind == GP_DATE) {
        int32_t day;
        if (!gp_date_read(&day, word.text))
            return refuse(in, GP_D_BAD_VALUE, word, "is no date such as 2020-01-31, which is due for", d), false;
        *out = day;
        return true;
    }
    for (size_t i = 0; i < d->words.n; i++) {
        if (!gp_text_eq(d->words.text[i], word.text)) continue;
        *out = (double)i;
        return true;
    }
    gp_diag *diag = report(in, GP_D_UNKNOWN_WORD, word, d->type.kind == GP_STAGE ? "is no stage of" : "is no code of", d);
    gp_hint_nearest(in->frame->diags, diag, word.text, d->words.text, d->words.n);
    return false;
}

/* -- open ends of stages and dates -- */

/* The two ends of an interval as written; an absent text is no bound. */
typedef struct ends {
    gp_text lo, hi;
    bool lo_open, hi_open;
} ends;

static bool take(gp_text *t, const char *sign) {
    if (!gp_text_starts(*t, sign)) return false;
    size_t n = strlen(sign);
    *t = gp_text_trim((gp_text){t->s + n, t->n - n});
    return true;
}

static bool take_last(gp_text *t, const char *sign) {
    size_t n = strlen(sign);
    if (t->n < n || memcmp(t->s + t->n - n, sign, n) != 0) return false;
    t->n -= n;
    return true;
}

static bool take_any(gp_text *t, const char *const *signs, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (take(t, signs[i])) return true;
    return false;
}

static bool split_at_comma(gp_text *left, gp_text *right, gp_text t) {
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        uint32_t cp = gp_utf8_next(t, &i);
        if (cp != ',' && cp != 0xFF0C) continue;
        *left = gp_text_trim((gp_text){t.s, at});
        *right = gp_text_trim((gp_text){t.s + i, t.n - i});
        return true;
    }
    return false;
}

/* [a, b] and its half-open kin; false when t is no such interval. */
static bool split_brackets(ends *out, gp_text t) {
    *out = (ends){.lo_open = take(&t, "(") || take(&t, "（")};
    if (!out->lo_open && !take(&t, "[") && !take(&t, "［")) return false;
    out->hi_open = take_last(&t, ")") || take_last(&t, "）");
    if (!out->hi_open && !take_last(&t, "]") && !take_last(&t, "］")) return false;
    return split_at_comma(&out->lo, &out->hi, t);
}

/* `>= a` and its kin, brackets, or one word that is both ends. */
static void split_ends(ends *out, gp_text t) {
    static const char *const LEAST[] = {">=", "≥", "＞＝", "⩾"}, *const MOST[] = {"<=", "≤", "＜＝", "⩽"};
    static const char *const MORE[] = {">", "＞"}, *const LESS[] = {"<", "＜"};
    if (split_brackets(out, t)) return;
    *out = (ends){0};
    if (take_any(&t, LEAST, GP_COUNT(LEAST))) {
        out->lo = t;
    } else if (take_any(&t, MOST, GP_COUNT(MOST))) {
        out->hi = t;
    } else if (take_any(&t, MORE, GP_COUNT(MORE))) {
        *out = (ends){.lo = t, .lo_open = true};
    } else if (take_any(&t, LESS, GP_COUNT(LESS))) {
        *out = (ends){.hi = t, .hi_open = true};
    } else {
        *out = (ends){.lo = t, .hi = t};
    }
}

/* Stages and days are whole numbers: an end that is not reached is the next one, closed. */
static gp_reading read_ordered(gp_interval *out, gp_intake *in, const gp_datum *d, gp_written value) {
    bool stage = d->type.kind == GP_STAGE;
    *out = (gp_interval){.lo = stage ? 0 : (double)-INFINITY, .hi = stage ? (double)d->words.n - 1 : (double)INFINITY};
    ends e;
    split_ends(&e, value.text);
    if (e.lo.s && !read_word(&out->lo, in, d, (gp_written){e.lo, value.at})) return GP_READ_BAD;
    if (e.hi.s && e.hi.s == e.lo.s) {
        out->hi = out->lo;
        return GP_READ_VALUE;
    }
    if (e.hi.s && !read_word(&out->hi, in, d, (gp_written){e.hi, value.at})) return GP_READ_BAD;
    out->lo += e.lo_open;
    out->hi -= e.hi_open;
    if (out->lo <= out->hi) return GP_READ_VALUE;
    return refuse(in, GP_D_BAD_VALUE, value, "is an interval with nothing in it, in", d);
}

static gp_reading read_code(gp_interval *out, gp_intake *in, const gp_datum *d, gp_written value) {
    if (!read_word(&out->lo, in, d, value)) return GP_READ_BAD;
    *out = (gp_interval){.lo = out->lo, .hi = out->lo};
    return GP_READ_VALUE;
}

/* -- all kinds -- */

static bool means_missing(const gp_datum *d, gp_text t) {
    for (size_t i = 0; i < d->nmissing; i++)
        if (gp_text_eq(d->missing[i], t)) return true;
    return false;
}

bool gp_frame_read_value(gp_interval *out, const gp_frame *f, const gp_datum *like, gp_text text, gp_place at) {
    text = gp_text_trim(text);
    if (text.n == 0 || gp_text_is(text, "null") || gp_text_is(text, "~")) return false;
    return gp_cell_read(out, f->intake, like, (gp_written){text, at}, NULL) == GP_READ_VALUE;
}

gp_reading gp_cell_read(gp_interval *out, gp_intake *in, const gp_datum *d, gp_written value, const gp_unit *unit) {
    value.text = gp_text_trim(value.text);
    if (means_missing(d, value.text)) return GP_READ_MISSING;
    switch (d->type.kind) {
    case GP_NUMBER: return read_number(out, in, d, value, unit);
    case GP_BOOL: return read_bool(out, in, d, value);
    case GP_STRING: return read_text(out, in, value);
    case GP_CODED: return read_code(out, in, d, value);
    case GP_DATE:
    case GP_STAGE: break;
    }
    return read_ordered(out, in, d, value);
}

/* Units: scales, bases and how they combine.
 * Invariant: a unit's text is read whole or refused; two units have the same dimension exactly when their bases and exponents are
 * the same, whatever their scales. */
#include "base/unit.h"

#include <float.h>
#include <math.h>
#include <string.h>

void gp_units_init(gp_units *u, gp_arena *a) {
    gp_pool_init(&u->bases, a);
}

/* -- dimensions -- */

bool gp_dim_eq(const gp_dim *a, const gp_dim *b) {
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->f[i].base != b->f[i].base || a->f[i].exp != b->f[i].exp) return false;
    return true;
}

static bool dim_add(gp_dim *d, uint32_t base, int exp) {
    if (exp == 0) return true;
    if (d->n == GP_DIM_MAX || exp < INT8_MIN || exp > INT8_MAX) return false;
    d->f[d->n].base = base;
    d->f[d->n++].exp = (int8_t)exp;
    return true;
}

bool gp_dim_mul(gp_dim *out, const gp_dim *a, const gp_dim *b, int sign) {
    gp_dim d = {0};
    size_t i = 0, k = 0;
    while (i < a->n || k < b->n) {
        bool from_a = k == b->n || (i < a->n && a->f[i].base <= b->f[k].base);
        bool from_b = i == a->n || (k < b->n && b->f[k].base <= a->f[i].base);
        uint32_t base = from_a ? a->f[i].base : b->f[k].base;
        int exp = (from_a ? a->f[i].exp : 0) + (from_b ? sign * b->f[k].exp : 0);
        if (!dim_add(&d, base, exp)) return false;
        i += from_a;
        k += from_b;
    }
    *out = d;
    return true;
}

/* The factors whose exponent has this sign, joined by dots; returns how many. */
static int print_factors(gp_buf *out, const gp_units *u, const gp_dim *d, int sign) {
    int n = 0;
    for (size_t i = 0; i < d->n; i++) {
        int exp = d->f[i].exp * sign;
        if (exp < 0) continue;
        if (n++) gp_buf_str(out, "·");
        gp_buf_text(out, u->bases.items[d->f[i].base]);
        if (exp > 1) gp_buf_printf(out, "^%d", exp);
    }
    return n;
}

static bool has_denominator(const gp_dim *d) {
    for (size_t i = 0; i < d->n; i++)
        if (d->f[i].exp < 0) return true;
    return false;
}

gp_text gp_dim_text(gp_arena *a, const gp_units *u, const gp_dim *d) {
    if (d->n == 0) return GP_TEXT("a plain number");
    gp_buf out;
    gp_buf_init(&out, a);
    if (print_factors(&out, u, d, 1) == 0) gp_buf_char(&out, '1');
    if (has_denominator(d)) {
        gp_buf_char(&out, '/');
        print_factors(&out, u, d, -1);
    }
    return gp_buf_take(&out);
}

/* -- words -- */

static gp_text part(gp_text t, size_t from, size_t to) {
    return (gp_text){t.s + from, to - from};
}

static gp_text after(gp_text t, size_t from) {
    return part(t, from, t.n);
}

/* Marks that stand for a share; nothing else may stand beside one. */
static const struct {
    const char *word;
    int8_t scale;
} shares[] = {{"%", -2}, {"％", -2}, {"‰", -3}, {"bp", -4}, {"百分点", -2}, {"个百分点", -2}, {"倍", 0}};

static bool share_read(int *scale, gp_text t) {
    for (size_t i = 0; i < GP_COUNT(shares); i++) {
        if (!gp_text_is(t, shares[i].word)) continue;
        *scale = shares[i].scale;
        return true;
    }
    return false;
}

static bool is_ideograph(uint32_t cp) {
    return (cp >= 0x3400 && cp <= 0x9FFF) || (cp >= 0xF900 && cp <= 0xFAFF) || (cp >= 0x20000 && cp <= 0x3FFFF);
}

/* k and M are scales before nothing or a Chinese word; elsewhere they are letters (km, MW). */
static bool latin_scale_applies(gp_text rest) {
    size_t i = 0;
    return rest.n == 0 || is_ideograph(gp_utf8_next(rest, &i));
}

/* The scale that a word begins with, if any; *len is its length in bytes. */
static int scale_prefix(size_t *len, gp_text t) {
    static const struct {
        const char *word;
        int scale;
    } chinese[] = {{"万亿", 12}, {"万", 4}, {"亿", 8}};
    for (size_t i = 0; i < GP_COUNT(chinese); i++) {
        if (!gp_text_starts(t, chinese[i].word)) continue;
        *len = strlen(chinese[i].word);
        return chinese[i].scale;
    }
    *len = 0;
    if (t.n == 0 || (t.s[0] != 'k' && t.s[0] != 'M') || !latin_scale_applies(after(t, 1))) return 0;
    *len = 1;
    return t.s[0] == 'k' ? 3 : 6;
}

static bool is_ascii_letter(uint32_t cp) {
    return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
}

/* What a base may be written with: letters of any script and signs such as ℃, ㎡, ¥; no digits, blanks or punctuation. */
static bool may_stand_in_base(uint32_t cp) {
    if (cp < 0x80) return is_ascii_letter(cp) || cp == '_' || cp == '$';
    if (cp < 0xA0 || cp == 0xFFFD || gp_cp_is_space(cp)) return false;
    if (cp >= 0x2000 && cp <= 0x206F) return false;                        /* dashes, quotes, per mille */
    if (cp >= 0x2190 && cp <= 0x23FF) return false;                        /* arrows, ≥, − */
    if (cp >= 0x3000 && cp <= 0x303F) return cp == 0x3005 || cp == 0x3007; /* CJK punctuation but 々 and 〇 */
    if (cp < 0xFF01 || cp > 0xFF65) return true;
    return (cp >= 0xFF21 && cp <= 0xFF3A) || (cp >= 0xFF41 && cp <= 0xFF5A); /* of the full-width forms, letters */
}

static bool is_base(gp_text t) {
    if (t.n == 0) return false;
    for (size_t i = 0; i < t.n;)
        if (!may_stand_in_base(gp_utf8_next(t, &i))) return false;
    size_t len;
    int scale;
    scale_prefix(&len, t);
    return len == 0 && !share_read(&scale, t); /* no scale upon a scale */
}

/* -- units -- */

/* What has been read of a unit so far. */
typedef struct reading {
    gp_units *u;
    const gp_alias *aliases;
    size_t naliases;
    int scale;
    gp_dim dim;
} reading;

static bool read_expression(reading *r, gp_text t, int sign);

static bool alias_of(gp_text *out, const reading *r, gp_text word) {
    for (size_t i = 0; i < r->naliases; i++) {
        if (!gp_text_eq(r->aliases[i].word, word)) continue;
        *out = r->aliases[i].unit;
        return true;
    }
    return false;
}

/* Reads what an alias stands for, in which no further alias counts: so none can lead in a circle. */
static bool read_target(reading *r, gp_text target, int sign) {
    int scale;
    if (share_read(&scale, target)) {
        r->scale += sign * scale;
        return true;
    }
    reading inner = {.u = r->u, .scale = r->scale, .dim = r->dim};
    if (!read_expression(&inner, target, sign)) return false;
    r->scale = inner.scale;
    r->dim = inner.dim;
    return true;
}

static bool read_base(reading *r, gp_text word, int sign) {
    gp_text target;
    if (alias_of(&target, r, word)) return read_target(r, target, sign);
    if (!is_base(word)) return false;
    gp_dim one = {.n = 1};
    one.f[0].base = gp_pool_add(&r->u->bases, word);
    one.f[0].exp = 1;
    return gp_dim_mul(&r->dim, &r->dim, &one, sign);
}

/* 亿元, 家, 万: an optional scale and an optional base, but not neither. */
static bool read_factor(reading *r, gp_text word, int sign) {
    gp_text target;
    if (alias_of(&target, r, word)) return read_target(r, target, sign);
    size_t len;
    r->scale += sign * scale_prefix(&len, word);
    return len > 0 && len == word.n ? true : read_base(r, after(word, len), sign);
}

/* '/' or '·' for the signs that divide and join factors, else 0. */
static char joint(uint32_t cp) {
    if (cp == '/' || cp == 0xFF0F) return '/';
    return cp == 0xB7 || cp == 0x30FB || cp == 0x22C5 ? '.' : 0;
}

/* Factors joined by ·; all behind a / divides, so that 元/人·天 is per person and day. */
static bool read_expression(reading *r, gp_text t, int sign) {
    size_t from = 0;
    int factor_sign = sign;
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        char c = joint(gp_utf8_next(t, &i));
        if (!c) continue;
        if (!read_factor(r, part(t, from, at), factor_sign)) return false;
        if (c == '/') factor_sign = -sign;
        from = i;
    }
    return read_factor(r, after(t, from), factor_sign);
}

bool gp_unit_read(gp_unit *out, gp_units *u, gp_text text, const gp_alias *aliases, size_t naliases) {
    *out = (gp_unit){.text = gp_text_trim(text)};
    if (out->text.n == 0) return true;
    reading r = {.u = u, .aliases = aliases, .naliases = naliases};
    gp_text target;
    bool whole = !alias_of(&target, &r, out->text) && share_read(&r.scale, out->text);
    if (!whole && !read_expression(&r, out->text, 1)) return false;
    if (r.scale < -64 || r.scale > 64) return false;
    out->given = true;
    out->scale = (int8_t)r.scale;
    out->dim = r.dim;
    return true;
}

/* -- quantities -- */

static gp_quantity_status status_of(gp_number_status s) {
    switch (s) {
    case GP_NUMBER_OK:
    case GP_NUMBER_ROUNDED: return GP_QUANTITY_OK;
    case GP_NUMBER_NONE: return GP_QUANTITY_NO_NUMBER;
    case GP_NUMBER_GROUPS: return GP_QUANTITY_GROUPS;
    case GP_NUMBER_RANGE: break;
    }
    return GP_QUANTITY_RANGE;
}

/* `92.5亿` where 亿元 is due: a scale of count by itself counts in the base that is due; % and its kin never have one. */
static void take_base(gp_unit *unit, const gp_unit *due) {
    if (unit->given && unit->dim.n == 0 && unit->scale > 0 && due && due->dim.n) unit->dim = due->dim;
}

gp_quantity_status gp_quantity_read(gp_quantity *out, gp_units *u, gp_text t, const gp_unit *due, const gp_alias *aliases,
                                    size_t naliases) {
    *out = (gp_quantity){0};
    t = gp_text_trim(t);
    if (t.n == 0) return GP_QUANTITY_EMPTY;
    size_t used;
    gp_number_status number = gp_number_read(&out->decimal, &used, &out->digits, t);
    out->rounded = number == GP_NUMBER_ROUNDED;
    gp_quantity_status status = status_of(number);
    if (status != GP_QUANTITY_OK) return status;
    if (!gp_unit_read(&out->unit, u, after(t, used), aliases, naliases)) return GP_QUANTITY_UNIT;
    take_base(&out->unit, due);
    int scale = out->unit.given ? out->unit.scale : due ? due->scale : 0;
    out->value = gp_decimal_double(out->decimal, scale);
    bool keeps_digits = out->decimal.mant == 0 || (isfinite(out->value) && fabs(out->value) >= DBL_MIN);
    return keeps_digits ? GP_QUANTITY_OK : GP_QUANTITY_RANGE;
}

/* -- intervals -- */

/* What every reader of a quantity needs beside its text. */
typedef struct terms {
    gp_units *u;
    const gp_unit *due;
    const gp_alias *aliases;
    size_t naliases;
} terms;

static gp_quantity_status read_with(gp_quantity *out, const terms *w, gp_text t) {
    return gp_quantity_read(out, w->u, t, w->due, w->aliases, w->naliases);
}

/* The ASCII twin of the code point at *i, 0 for what has none; moves *i on. */
static char sign_next(gp_text t, size_t *i) {
    uint32_t cp = gp_utf8_next(t, i);
    if (cp >= 0xFF01 && cp <= 0xFF5E) cp -= 0xFEE0;
    return cp < 0x80 ? (char)cp : 0;
}

typedef struct relation {
    bool upper; /* the number is the upper end */
    bool open;
    size_t len; /* bytes of the sign; 0: there is none */
} relation;

static relation relation_read(gp_text t) {
    static const struct {
        const char *sign;
        bool upper;
    } closed[] = {{"≥", false}, {"≧", false}, {"⩾", false}, {"≤", true}, {"≦", true}, {"⩽", true}};
    for (size_t k = 0; k < GP_COUNT(closed); k++)
        if (gp_text_starts(t, closed[k].sign)) return (relation){closed[k].upper, false, strlen(closed[k].sign)};
    size_t i = 0;
    char c = t.n ? sign_next(t, &i) : 0;
    if (c != '<' && c != '>') return (relation){0};
    size_t behind = i;
    bool equal = i < t.n && sign_next(t, &behind) == '=';
    return (relation){c == '<', !equal, equal ? behind : i};
}

static gp_quantity_status read_half(gp_interval *out, gp_quantity *q, const terms *w, relation rel, gp_text t) {
    gp_quantity_status status = read_with(q, w, after(t, rel.len));
    if (status != GP_QUANTITY_OK) return status == GP_QUANTITY_EMPTY ? GP_QUANTITY_NO_NUMBER : status;
    if (rel.upper)
        *out = (gp_interval){-INFINITY, q->value, true, rel.open};
    else
        *out = (gp_interval){q->value, INFINITY, rel.open, true};
    return GP_QUANTITY_OK;
}

/* One way to cut "lower, upper" in two. */
static gp_quantity_status read_ends(gp_quantity *lo, gp_quantity *hi, const terms *w, gp_text left, gp_text right) {
    gp_quantity_status status = read_with(lo, w, left);
    if (status == GP_QUANTITY_OK) status = read_with(hi, w, right);
    if (status != GP_QUANTITY_OK) return status == GP_QUANTITY_EMPTY ? GP_QUANTITY_NO_NUMBER : status;
    bool alike = lo->unit.given == hi->unit.given && gp_dim_eq(&lo->unit.dim, &hi->unit.dim);
    return alike ? GP_QUANTITY_OK : GP_QUANTITY_UNIT;
}

enum { COMMAS_MAX = 16 };

/* A comma may part the ends or stand between groups of digits: exactly one way of cutting must make sense. */
static gp_quantity_status read_pair(gp_quantity *lo, gp_quantity *hi, const terms *w, gp_text t) {
    gp_quantity_status first = GP_QUANTITY_NO_NUMBER;
    size_t commas = 0, ways = 0;
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        if (sign_next(t, &i) != ',') continue;
        gp_quantity a, b;
        gp_quantity_status status = read_ends(&a, &b, w, part(t, 0, at), after(t, i));
        if (commas++ == 0) first = status;
        if (commas > COMMAS_MAX) return GP_QUANTITY_GROUPS;
        if (status != GP_QUANTITY_OK) continue;
        ways++;
        *lo = a;
        *hi = b;
    }
    if (ways == 1) return GP_QUANTITY_OK;
    return ways > 1 ? GP_QUANTITY_GROUPS : first;
}

/* Where the closing bracket stands: what lies before it, what behind it, and which one it is; 0 when there is none. */
static char find_close(gp_text *inside, gp_text *behind, gp_text t) {
    char found = 0;
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        char c = sign_next(t, &i);
        if (c != ']' && c != ')') continue;
        found = c;
        *inside = part(t, 0, at);
        *behind = after(t, i);
    }
    return found;
}

static gp_quantity_status read_bracket(gp_interval *out, gp_quantity *q, terms w, char open, gp_text t) {
    gp_text inside = GP_NO_TEXT, behind = GP_NO_TEXT;
    gp_unit unit;
    char close = find_close(&inside, &behind, t);
    if (!close) return GP_QUANTITY_NO_NUMBER;
    if (!gp_unit_read(&unit, w.u, behind, w.aliases, w.naliases)) return GP_QUANTITY_UNIT;
    if (unit.given) w.due = &unit;
    gp_quantity hi;
    gp_quantity_status status = read_pair(q, &hi, &w, inside);
    if (status != GP_QUANTITY_OK) return status;
    if (unit.given && q->unit.given) return GP_QUANTITY_UNIT; /* "[7 元, 10 元] 元" */
    if (unit.given) q->unit = unit;
    q->rounded |= hi.rounded;
    if (hi.digits > q->digits) q->digits = hi.digits;
    *out = (gp_interval){q->value, hi.value, open == '(', close == ')'};
    bool hollow = out->lo > out->hi || (out->lo == out->hi && (out->lo_open || out->hi_open));
    return hollow ? GP_QUANTITY_HOLLOW : GP_QUANTITY_OK;
}

gp_quantity_status gp_interval_read(gp_interval *out, gp_quantity *q, gp_units *u, gp_text t, const gp_unit *due, const gp_alias *aliases,
                                    size_t naliases) {
    terms w = {u, due, aliases, naliases};
    *out = (gp_interval){0};
    *q = (gp_quantity){0};
    t = gp_text_trim(t);
    if (t.n == 0) return GP_QUANTITY_EMPTY;
    relation rel = relation_read(t);
    if (rel.len > 0) return read_half(out, q, &w, rel, t);
    size_t i = 0;
    char c = sign_next(t, &i);
    if (c == '[' || c == '(') return read_bracket(out, q, w, c, after(t, i));
    gp_quantity_status status = read_with(q, &w, t);
    out->lo = out->hi = q->value;
    return status;
}

/* -- printing -- */

static void print_value(gp_buf *out, double value, const gp_unit *unit) {
    char number[32];
    gp_buf_put(out, number, gp_number_print_scaled(number, value, unit ? unit->scale : 0));
}

/* The unit's text, behind a blank unless it is a mark such as %. */
static void print_unit(gp_buf *out, const gp_unit *unit) {
    if (!unit || unit->text.n == 0) return;
    bool mark = gp_text_starts(unit->text, "%") || gp_text_starts(unit->text, "％") || gp_text_starts(unit->text, "‰");
    if (!mark) gp_buf_char(out, ' ');
    gp_buf_text(out, unit->text);
}

void gp_quantity_print(gp_buf *out, double value, const gp_unit *unit) {
    print_value(out, value, unit);
    print_unit(out, unit);
}

static void print_half(gp_buf *out, const char *sign, bool open, double value, const gp_unit *unit) {
    gp_buf_str(out, sign);
    gp_buf_str(out, open ? " " : "= ");
    gp_quantity_print(out, value, unit);
}

void gp_interval_print(gp_buf *out, const gp_interval *v, const gp_unit *unit) {
    bool below = isinf(v->lo), above = isinf(v->hi);
    if (v->lo == v->hi) return gp_quantity_print(out, v->lo, unit);
    if (below && above) return gp_buf_str(out, "(-∞, ∞)");
    if (above) return print_half(out, ">", v->lo_open, v->lo, unit);
    if (below) return print_half(out, "<", v->hi_open, v->hi, unit);
    gp_buf_char(out, v->lo_open ? '(' : '[');
    print_value(out, v->lo, unit);
    gp_buf_str(out, ", ");
    print_value(out, v->hi, unit);
    gp_buf_char(out, v->hi_open ? ')' : ']');
    print_unit(out, unit);
}

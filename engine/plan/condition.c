/* Conditions of decision tables: "[18, 22)", ">= 22", a plain value, a list of them, "not …".
 * Invariant: every bound fits the name that it is compared with, in kind and unit; what does not was reported at its place. */
#include <math.h>
#include <string.h>

#include "plan/table.h"

/* A part of a scalar of the table. */
typedef struct gp_slice {
    const gp_tree *tree;
    gp_text text;
} gp_slice;

static gp_place place_of(gp_slice s) {
    return gp_tree_place(s.tree, (size_t)(s.text.s - s.tree->text.s), s.text.n);
}

static gp_slice behind(gp_slice s, size_t n) {
    s.text = gp_text_trim((gp_text){s.text.s + n, s.text.n - n});
    return s;
}

/* ---- signs ---- */

static const struct {
    const char *sign;
    gp_expr_op op;
} SIGNS[] = {
    {">=", GP_X_GE}, {"<=", GP_X_LE}, {"≥", GP_X_GE}, {"≤", GP_X_LE}, {"＞=", GP_X_GE}, {"＜=", GP_X_LE}, {"==", GP_X_EQ}, {"!=", GP_X_NE},
    {"~=", GP_X_NE}, {"≠", GP_X_NE},  {">", GP_X_GT}, {"<", GP_X_LT}, {"＞", GP_X_GT},  {"＜", GP_X_LT},  {"=", GP_X_EQ},  {"＝", GP_X_EQ},
};

/* The comparison that a condition begins with; a plain value is one for equality. */
static gp_expr_op sign_read(gp_slice *s) {
    for (size_t i = 0; i < GP_COUNT(SIGNS); i++) {
        if (!gp_text_starts(s->text, SIGNS[i].sign)) continue;
        *s = behind(*s, strlen(SIGNS[i].sign));
        return SIGNS[i].op;
    }
    return GP_X_EQ;
}

static bool negation_read(gp_slice *s) {
    static const char *const WORDS[] = {"not ", "!=", "~=", "≠"};
    for (size_t i = 0; i < GP_COUNT(WORDS); i++) {
        if (!gp_text_starts(s->text, WORDS[i])) continue;
        *s = behind(*s, strlen(WORDS[i]));
        return true;
    }
    return false;
}

/* ---- bounds ---- */

static bool has_order(gp_kind kind) {
    return kind != GP_BOOL && kind != GP_STRING;
}

static bool is_equality(gp_expr_op op) {
    return op == GP_X_EQ || op == GP_X_NE;
}

static bool code_number(double *out, const gp_type *type, gp_text word) {
    for (size_t i = 0; i < type->words->n; i++) {
        if (!gp_text_eq(type->words->text[i], word)) continue;
        *out = type->words->value[i];
        return true;
    }
    return false;
}

static gp_want want_of(const gp_axis *axis, bool by_number) {
    gp_want want = {.type = axis->x->type, .quantity_first = true};
    if (by_number) want.type = (gp_type){.kind = GP_NUMBER};
    want.unit_matters = want.type.kind == GP_NUMBER;
    if (axis->datum) {
        want.aliases = axis->datum->aliases;
        want.naliases = axis->datum->naliases;
    }
    return want;
}

static bool is_absent(const gp_expr *e) {
    return e->op == GP_X_CALL && e->fn == GP_FN_NONE;
}

static gp_expr *value_read(gp_load *l, const gp_axis *axis, gp_slice s, bool by_number) {
    double number;
    gp_want want = want_of(axis, by_number);
    if (by_number && code_number(&number, &axis->x->type, s.text)) return gp_expr_const(l->arena, want.type, number, place_of(s));
    if (gp_reads_broken(l, s.text)) return NULL;
    gp_expr *e = gp_expr_parse(l->arena, l->diags, &l->scope, s.text, place_of(s), s.tree->exact, &want);
    if (!e || !is_absent(e)) return e;
    gp_diag *diag = gp_report(l->diags, GP_D_KIND_MISMATCH, e->at, "`none` is no value, so nothing can be compared with it");
    gp_hint(l->diags, diag, "derive `known(%.*s)` and give that a condition", GP_ARG(axis->name));
    return NULL;
}

static bool bound_read(gp_span *out, gp_load *l, const gp_axis *axis, gp_slice s, gp_expr_op op) {
    gp_bound *b = &out->bound[out->n];
    if (!is_equality(op) && !has_order(axis->x->type.kind)) {
        gp_diag *diag = gp_report(l->diags, GP_D_KIND_MISMATCH, place_of(s), "`%.*s` is %s, which has no order", GP_ARG(axis->name),
                                  gp_kind_name(axis->x->type.kind));
        gp_hint(l->diags, diag, "give the values for which the row holds, as in `[A, B]`");
        return false;
    }
    b->op = op;
    b->by_number = axis->x->type.kind == GP_CODED && !is_equality(op);
    b->value = value_read(l, axis, s, b->by_number);
    if (b->value) out->n++;
    return b->value != NULL;
}

/* ---- intervals ---- */

/* The bracket at either end, its full-width twin too: 0 when there is none. */
static char bracket_first(gp_text t, size_t *len) {
    static const char *const SIGNS_OF[] = {"[", "(", "［", "（"};
    for (size_t i = 0; i < GP_COUNT(SIGNS_OF); i++) {
        if (!gp_text_starts(t, SIGNS_OF[i])) continue;
        *len = strlen(SIGNS_OF[i]);
        return i % 2 ? '(' : '[';
    }
    return 0;
}

static char bracket_last(gp_text t, size_t *len) {
    static const char *const SIGNS_OF[] = {"]", ")", "］", "）"};
    for (size_t i = 0; i < GP_COUNT(SIGNS_OF); i++) {
        size_t n = strlen(SIGNS_OF[i]);
        if (t.n < n || memcmp(t.s + t.n - n, SIGNS_OF[i], n) != 0) continue;
        *len = n;
        return i % 2 ? ')' : ']';
    }
    return 0;
}

/* Where the one comma between the ends stands: one with a blank behind it before one without. 0: there is none, or more than one. */
static size_t comma_between(gp_text t, size_t *len) {
    size_t found[2] = {0}, n[2] = {0}, wide = 0;
    int depth = 0;
    for (size_t i = 0; i < t.n;) {
        size_t at = i;
        uint32_t cp = gp_utf8_next(t, &i);
        depth += (cp == '(') - (cp == ')');
        if ((cp != ',' && cp != 0xFF0C) || depth != 0) continue;
        bool parted = cp != ',' || (i < t.n && t.s[i] == ' ');
        found[parted] = at;
        n[parted]++;
        if (cp != ',') wide = at;
    }
    size_t at = n[1] == 1 ? found[1] : n[1] == 0 && n[0] == 1 ? found[0] : 0;
    *len = at && at == wide ? 3 : 1;
    return at;
}

static bool ends_in_order(gp_load *l, const gp_span *span, gp_slice s) {
    const gp_bound *lo = &span->bound[0], *hi = &span->bound[1];
    if (!gp_expr_is_const(lo->value) || !gp_expr_is_const(hi->value)) return true;
    bool closed = lo->op == GP_X_GE && hi->op == GP_X_LE;
    if (lo->value->value < hi->value->value || (closed && lo->value->value == hi->value->value)) return true;
    gp_report(l->diags, GP_D_ORDER, place_of(s), "`%.*s` is an interval with nothing in it", GP_ARG(s.text));
    return false;
}

/* true: it is one, read or reported. */
static bool interval_read(bool *ok, gp_span *out, gp_load *l, const gp_axis *axis, gp_slice s) {
    size_t first = 0, last = 0, len = 0;
    char open = bracket_first(s.text, &first), close = bracket_last(s.text, &last);
    if (!open || !close || s.text.n <= first + last) return false;
    gp_slice inside = {s.tree, {s.text.s + first, s.text.n - first - last}};
    size_t comma = comma_between(inside.text, &len);
    if (!comma) return false;
    gp_slice lo = {s.tree, gp_text_trim((gp_text){inside.text.s, comma})}, hi = behind(inside, comma + len);
    if (lo.text.n == 0 || hi.text.n == 0) return false;
    *ok = bound_read(out, l, axis, lo, open == '[' ? GP_X_GE : GP_X_GT);
    *ok = bound_read(out, l, axis, hi, close == ']' ? GP_X_LE : GP_X_LT) && *ok;
    *ok = *ok && ends_in_order(l, out, s);
    return true;
}

/* "[7, 10] 位", "[1,000, 2,000)": what data may give as an interval of numbers, a condition may too. */
static bool quantities_read(gp_span *out, gp_load *l, const gp_axis *axis, gp_slice s) {
    gp_interval v;
    gp_quantity q;
    gp_want want = want_of(axis, false);
    const gp_unit *due = &want.type.unit;
    size_t len;
    if (axis->x->type.kind != GP_NUMBER || !bracket_first(s.text, &len)) return false;
    if (gp_interval_read(&v, &q, &l->plan->units, s.text, due, want.aliases, want.naliases) != GP_QUANTITY_OK) return false;
    if (q.unit.given && !gp_dim_eq(&q.unit.dim, &due->dim)) return false;
    *out = (gp_span){.n = 2};
    out->bound[0] = (gp_bound){v.lo_open ? GP_X_GT : GP_X_GE, gp_expr_const(l->arena, want.type, v.lo, place_of(s)), false};
    out->bound[1] = (gp_bound){v.hi_open ? GP_X_LT : GP_X_LE, gp_expr_const(l->arena, want.type, v.hi, place_of(s)), false};
    return true;
}

static bool span_read(gp_span *out, gp_load *l, const gp_axis *axis, gp_slice s) {
    bool ok;
    *out = (gp_span){0};
    if (quantities_read(out, l, axis, s) || interval_read(&ok, out, l, axis, s)) return out->n == 2;
    gp_slice value = s;
    gp_expr_op op = sign_read(&value);
    if (value.text.n) return bound_read(out, l, axis, value, op);
    gp_report(l->diags, GP_D_BAD_VALUE, place_of(s), "a value is due behind `%.*s`", GP_ARG(s.text));
    return false;
}

/* ---- one entry of `when` ---- */

static bool scalar_read(gp_slice *out, gp_load *l, const gp_tree *t, gp_text name) {
    gp_text text;
    if (!gp_read_text(&text, l, t, name)) return false;
    *out = (gp_slice){t, gp_text_trim(text)};
    return true;
}

static bool is_written(const gp_expr *e) {
    if (!gp_expr_is_const(e)) return false;
    return e->type.kind != GP_NUMBER || gp_decimal_double(gp_decimal_of(e->value), 0) == e->value;
}

static bool all_written(const gp_condition *c) {
    for (size_t i = 0; i < c->n; i++)
        for (unsigned k = 0; k < c->spans[i].n; k++)
            if (!is_written(c->spans[i].bound[k].value)) return false;
    return true;
}

static bool alternatives_read(gp_condition *out, gp_load *l, const gp_axis *axis, const gp_tree *list) {
    bool ok = list->n > 0;
    if (!ok)
        gp_report(l->diags, GP_D_BAD_VALUE, list->at, "`%.*s` lists no value; leave the name out where any will do", GP_ARG(axis->name));
    for (size_t i = 0; i < list->n; i++) {
        gp_slice s;
        bool read = scalar_read(&s, l, list->items[i], axis->name) && span_read(&out->spans[out->n], l, axis, s);
        out->n += read;
        ok = ok && read;
    }
    return ok;
}

bool gp_condition_read(gp_condition *out, gp_load *l, gp_decision *t, const gp_pair *pair) {
    const gp_axis *axis = &t->axes[out->axis];
    bool list = pair->value->kind != GP_TREE_SCALAR;
    const gp_tree *items = list ? gp_read_list(l, pair->value, pair->key) : NULL;
    gp_slice s;
    if (list ? !items : !scalar_read(&s, l, pair->value, pair->key)) return false;
    out->spans = gp_arena_array(l->arena, list ? items->n : 1, sizeof *out->spans);
    bool ok;
    if (list) {
        ok = alternatives_read(out, l, axis, items);
    } else {
        out->negated = negation_read(&s);
        ok = span_read(&out->spans[0], l, axis, s);
        out->n = ok;
    }
    out->constant = ok && all_written(out);
    return ok;
}

/* ---- as expressions ---- */

gp_expr *gp_table_op(gp_load *l, const gp_decision *t, gp_expr_op op, gp_kind kind, gp_expr *a, gp_expr *b) {
    gp_expr *e = GP_NEW(l->arena, gp_expr);
    *e = (gp_expr){.op = op, .type = {.kind = kind}, .text = t->name, .at = t->at, .n = b ? 2 : 1};
    e->arg = gp_arena_array(l->arena, 2, sizeof *e->arg);
    e->arg[0] = a;
    e->arg[1] = b;
    return e;
}

static gp_expr *span_expr(gp_load *l, const gp_decision *t, const gp_axis *axis, const gp_span *span) {
    gp_expr *all = NULL;
    for (unsigned i = 0; i < span->n; i++) {
        const gp_bound *b = &span->bound[i];
        gp_expr *x = b->by_number ? gp_expr_number(l->arena, axis->x) : axis->x;
        gp_expr *one = gp_table_op(l, t, b->op, GP_BOOL, x, b->value);
        all = all ? gp_table_op(l, t, GP_X_AND, GP_BOOL, all, one) : one;
    }
    return all;
}

gp_expr *gp_condition_expr(gp_load *l, const gp_decision *t, const gp_condition *c) {
    gp_expr *any = NULL;
    for (size_t i = 0; i < c->n; i++) {
        gp_expr *one = span_expr(l, t, &t->axes[c->axis], &c->spans[i]);
        any = any ? gp_table_op(l, t, GP_X_OR, GP_BOOL, any, one) : one;
    }
    return c->negated ? gp_table_op(l, t, GP_X_NOT, GP_BOOL, any, NULL) : any;
}

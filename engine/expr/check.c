/* Types and units of every node, from the leaves up.
 * Invariant: all arguments are checked before a node gives up, so that one error does not hide its neighbours. */
#include <math.h>

#include "expr/parse.h"

enum { POWER_MAX = 8 /* of a value with a unit */ };

static bool check_arguments(const gp_xctx *c, gp_expr *e) {
    bool right = true;
    for (uint32_t i = 0; i < e->n; i++) {
        gp_expr *arg = gp_check(c, e->arg[i]);
        if (arg) e->arg[i] = arg;
        right &= arg != NULL;
    }
    return right;
}

/* -- names -- */

static size_t all_names(const gp_xctx *c, const gp_text **out) {
    const gp_text *own, *functions;
    size_t n = c->scope->names(c->scope->ud, &own), m = gp_fn_names(&functions);
    gp_text *all = gp_arena_array(c->a, n + m, sizeof *all);
    for (size_t i = 0; i < n; i++) all[i] = own[i];
    for (size_t i = 0; i < m; i++) all[n + i] = functions[i];
    *out = all;
    return n + m;
}

static gp_expr *unknown_name(const gp_xctx *c, const gp_expr *e) {
    gp_fn fn;
    if (gp_fn_find(&fn, e->text)) {
        gp_diag *diag = gp_report(c->d, GP_D_EXPR_SYNTAX, e->at, "`%.*s` is a function", GP_ARG(e->text));
        gp_hint(c->d, diag, "write %.*s(%s)", GP_ARG(e->text), gp_fn_takes(fn, 0) ? "" : "…");
        return NULL;
    }
    gp_diag *diag = gp_report(c->d, GP_D_UNKNOWN_NAME, e->at, "there is no data or derived name `%.*s`", GP_ARG(e->text));
    const gp_text *names;
    size_t n = all_names(c, &names);
    gp_hint_nearest(c->d, diag, e->text, names, n);
    if ((unsigned char)e->text.s[0] >= 0x80) gp_hint(c->d, diag, "a text stands in quotes: \"%.*s\"", GP_ARG(e->text));
    return NULL;
}

static gp_expr *check_name(const gp_xctx *c, gp_expr *e) {
    if (gp_text_is(e->text, "none")) {
        e->op = GP_X_CALL;
        e->fn = GP_FN_NONE;
        return e;
    }
    bool subject = gp_text_is(e->text, "subject");
    if (subject || gp_text_is(e->text, "period")) {
        e->op = subject ? GP_X_SUBJECT : GP_X_PERIOD;
        e->type.kind = GP_STRING;
        return e;
    }
    return c->scope->name(c->scope->ud, &e->type, &e->ref, e->text) ? e : unknown_name(c, e);
}

/* -- arithmetic -- */

static gp_expr *check_negation(const gp_xctx *c, gp_expr *e) {
    if (!gp_need_number(c, &e->arg[0])) return NULL;
    e->type = e->arg[0]->type;
    return gp_fold(c, e);
}

static bool both_numbers(const gp_xctx *c, gp_expr *e) {
    bool left = gp_need_number(c, &e->arg[0]);
    return gp_need_number(c, &e->arg[1]) && left;
}

/* date - date, date + days, days + date, date - days. */
static gp_expr *check_dates(const gp_xctx *c, gp_expr *e) {
    gp_type date = {.kind = GP_DATE};
    gp_expr **days = e->arg[0]->type.kind == GP_DATE ? &e->arg[1] : &e->arg[0];
    if (e->op == GP_X_SUB && ((*days)->type.kind == GP_DATE || gp_is_text_constant(*days))) {
        if (!gp_fit(c, days, &date, NULL, false)) return NULL;
        e->type.kind = GP_NUMBER;
        return gp_fold(c, e);
    }
    if (e->op == GP_X_SUB && days == &e->arg[0]) {
        gp_kind_error(c, *days, "a date");
        return NULL;
    }
    if (!gp_need_plain(c, days, "a count of days")) return NULL;
    if ((*days)->op == GP_X_CONST && (*days)->value != floor((*days)->value)) {
        gp_report(c->d, GP_D_KIND_MISMATCH, (*days)->at, "`%.*s` is no whole number of days", GP_ARG((*days)->text));
        return NULL;
    }
    e->type = date;
    return gp_fold(c, e);
}

/* Beside a number without scale, as in 1 + rate, the sum is one too: a bare target is then meant as it stands. */
static void drop_scale(gp_expr *e) {
    gp_unit *unit = &e->type.unit;
    for (uint32_t i = 0; i < e->n && unit->dim.n == 0; i++) {
        const gp_expr *arg = e->arg[i];
        bool zero = arg->op == GP_X_CONST && arg->value == 0;
        if (!arg->type.unit.given && !gp_is_none(arg) && !zero) *unit = (gp_unit){0};
    }
}

static gp_expr *check_sum(const gp_xctx *c, gp_expr *e) {
    bool dated = e->arg[0]->type.kind == GP_DATE || e->arg[1]->type.kind == GP_DATE;
    if (dated && e->op != GP_X_MOD) return check_dates(c, e);
    if (!both_numbers(c, e) || !gp_unify(c, &e->type, e->arg, 2)) return NULL;
    if (e->op != GP_X_MOD) drop_scale(e);
    return gp_fold(c, e);
}

static gp_expr *unit_too_large(const gp_xctx *c, const gp_expr *e) {
    gp_report(c->d, GP_D_UNIT_MISMATCH, e->at, "the unit of `%.*s` would have too many bases or too large powers", GP_ARG(e->text));
    return NULL;
}

static gp_expr *check_product(const gp_xctx *c, gp_expr *e) {
    if (!both_numbers(c, e)) return NULL;
    const gp_unit *a = &e->arg[0]->type.unit, *b = &e->arg[1]->type.unit;
    bool combined = e->op == GP_X_MUL ? gp_unit_mul(c, &e->type.unit, a, b) : gp_unit_div(c, &e->type.unit, a, b);
    return combined ? gp_fold(c, e) : unit_too_large(c, e);
}

static bool is_small_whole(double v) {
    return v == floor(v) && fabs(v) <= POWER_MAX;
}

static gp_expr *check_power(const gp_xctx *c, gp_expr *e) {
    if (!gp_need_number(c, &e->arg[0]) || !gp_need_plain(c, &e->arg[1], "an exponent")) return NULL;
    const gp_unit *base = &e->arg[0]->type.unit;
    const gp_expr *exponent = e->arg[1];
    e->type.unit = *base;
    if (base->dim.n == 0) return gp_fold(c, e);
    if (exponent->op != GP_X_CONST || !is_small_whole(exponent->value)) {
        gp_text is = gp_unit_phrase(c, base);
        gp_diag *diag =
            gp_report(c->d, GP_D_CONSTANT_DUE, exponent->at, "`%.*s` is %.*s: its exponent has to be a whole number from -%d to %d",
                      GP_ARG(e->arg[0]->text), GP_ARG(is), POWER_MAX, POWER_MAX);
        gp_hint(c->d, diag, "divide by a value in the same unit first");
        return NULL;
    }
    return gp_unit_pow(c, &e->type.unit, base, (int)exponent->value) ? gp_fold(c, e) : unit_too_large(c, e);
}

/* -- truth -- */

static gp_expr *check_logic(const gp_xctx *c, gp_expr *e) {
    bool right = true;
    for (uint32_t i = 0; i < e->n; i++) right &= gp_need_bool(c, &e->arg[i]);
    e->type.kind = GP_BOOL;
    return right ? gp_fold(c, e) : NULL;
}

static bool is_equality(const gp_expr *e) {
    return e->op == GP_X_EQ || e->op == GP_X_NE;
}

static gp_expr *none_compared(const gp_xctx *c, const gp_expr *none, const gp_expr *other) {
    gp_diag *diag = gp_report(c->d, GP_D_KIND_MISMATCH, none->at, "`none` is no value, so nothing can be compared with it");
    gp_hint(c->d, diag, "known(%.*s) asks whether there is a value", GP_ARG(other->text));
    return NULL;
}

/* A coded value beside a text in quotes: by its text. */
static gp_expr *compare_codes(const gp_xctx *c, gp_expr *e) {
    gp_expr **word = gp_is_text_constant(e->arg[0]) ? &e->arg[0] : &e->arg[1];
    const gp_expr *coded = e->arg[word == &e->arg[0]];
    if (!is_equality(e)) {
        gp_diag *diag = gp_report(c->d, GP_D_KIND_MISMATCH, (*word)->at, "a code and a text have no order");
        gp_hint(c->d, diag, "compare `%.*s` with a number", GP_ARG(coded->text));
        return NULL;
    }
    return gp_fit(c, word, &coded->type, coded, false) ? e : NULL;
}

static bool is_code_and_word(const gp_expr *e) {
    return (e->arg[0]->type.kind == GP_CODED && gp_is_text_constant(e->arg[1])) ||
           (e->arg[1]->type.kind == GP_CODED && gp_is_text_constant(e->arg[0]));
}

static gp_expr *check_comparison(const gp_xctx *c, gp_expr *e) {
    gp_type common;
    e->type.kind = GP_BOOL;
    if (gp_is_none(e->arg[0])) return none_compared(c, e->arg[0], e->arg[1]);
    if (gp_is_none(e->arg[1])) return none_compared(c, e->arg[1], e->arg[0]);
    if (is_code_and_word(e)) return compare_codes(c, e);
    if (!gp_unify(c, &common, e->arg, 2)) return NULL;
    if ((common.kind == GP_BOOL || common.kind == GP_STRING) && !is_equality(e)) {
        gp_diag *diag = gp_report(c->d, GP_D_KIND_MISMATCH, e->at, "`%.*s` is %s, which has no order", GP_ARG(e->arg[0]->text),
                                  gp_kind_name(common.kind));
        gp_hint(c->d, diag, "only == and ~= compare such values");
        return NULL;
    }
    return gp_fold(c, e);
}

/* -- all -- */

gp_expr *gp_check(const gp_xctx *c, gp_expr *e) {
    if (!check_arguments(c, e)) return NULL;
    switch (e->op) {
    case GP_X_NAME: return check_name(c, e);
    case GP_X_NEG: return check_negation(c, e);
    case GP_X_ADD:
    case GP_X_SUB:
    case GP_X_MOD: return check_sum(c, e);
    case GP_X_MUL:
    case GP_X_DIV: return check_product(c, e);
    case GP_X_POW: return check_power(c, e);
    case GP_X_NOT:
    case GP_X_AND:
    case GP_X_OR: return check_logic(c, e);
    case GP_X_LT:
    case GP_X_LE:
    case GP_X_GT:
    case GP_X_GE:
    case GP_X_EQ:
    case GP_X_NE: return check_comparison(c, e);
    case GP_X_CALL:
    case GP_X_RESULT: return gp_check_call(c, e);
    case GP_X_CONST:
    case GP_X_SUBJECT:
    case GP_X_PERIOD:
    case GP_X_CODE_VALUE: return e;
    }
    return e;
}

gp_expr *gp_expr_parse(gp_arena *a, gp_diags *d, const gp_scope *scope, gp_text text, gp_place at, bool exact, const gp_want *want) {
    static const gp_want anything = {.any = true};
    gp_xctx c = {.a = a, .d = d, .scope = scope, .want = want ? want : &anything, .text = text, .at = at, .exact = exact};
    size_t before = d->errors;
    gp_expr *e;
    if (!c.want->any && c.want->quantity_first) {
        gp_literal literal = gp_literal_read(&e, &c);
        if (literal != GP_LITERAL_NONE) return literal == GP_LITERAL_READ ? e : NULL;
    }
    e = gp_tree_parse(&c);
    if (e) e = gp_check(&c, e);
    if (e && !c.want->any) gp_fit(&c, &e, &c.want->type, NULL, c.want->unit_matters);
    return d->errors == before ? e : NULL;
}

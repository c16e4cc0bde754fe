/* Calls: how many arguments, of which kinds, and the type of what comes out.
 * Invariant: a call that came through has as many arguments as its function takes, in the order of the source. */
#include <math.h>

#include "expr/parse.h"

enum { DIGITS_MAX = 15 };

/* -- number of arguments -- */

static gp_expr *wrong_count(const gp_xctx *c, const gp_expr *e) {
    unsigned least, most;
    gp_fn_arity(&least, &most, e->fn);
    const char *noun = most == 1 ? "argument" : "arguments";
    gp_buf due;
    gp_buf_init(&due, c->a);
    if (most == 0)
        gp_buf_str(&due, "no arguments");
    else if (least == most)
        gp_buf_printf(&due, "%u %s", least, noun);
    else if (most - least == 1)
        gp_buf_printf(&due, "%u or %u %s", least, most, noun);
    else
        gp_buf_printf(&due, "%u to %u %s", least, most, noun);
    gp_text taken = gp_buf_take(&due);
    gp_diag *diag =
        gp_report(c->d, GP_D_ARGUMENT_COUNT, e->at, "`%s` takes %.*s, not %u", gp_fn_name(e->fn), GP_ARG(taken), (unsigned)e->n);
    if (e->fn == GP_FN_IF_ELSE) gp_hint(c->d, diag, "if_else(condition, value if it holds, value if not)");
    if (e->fn == GP_FN_CLAMP) gp_hint(c->d, diag, "clamp(value, lowest, highest)");
    return NULL;
}

/* -- functions of numbers -- */

static gp_expr *call_abs(const gp_xctx *c, gp_expr *e) {
    if (!gp_need_number(c, &e->arg[0])) return NULL;
    e->type = e->arg[0]->type;
    return gp_fold(c, e);
}

static gp_expr *call_sqrt(const gp_xctx *c, gp_expr *e) {
    if (!gp_need_number(c, &e->arg[0])) return NULL;
    const gp_expr *x = e->arg[0];
    if (gp_unit_sqrt(c, &e->type.unit, &x->type.unit)) return e;
    gp_text is = gp_unit_phrase(c, &x->type.unit);
    gp_diag *diag = gp_report(c->d, GP_D_UNIT_MISMATCH, x->at, "`%.*s` is %.*s, which has no square root", GP_ARG(x->text), GP_ARG(is));
    gp_hint(c->d, diag, "divide by a value in the same unit first");
    return NULL;
}

static gp_expr *call_plain(const gp_xctx *c, gp_expr *e) {
    return gp_need_plain(c, &e->arg[0], gp_fn_name(e->fn)) ? e : NULL;
}

static bool is_digits(const gp_expr *e) {
    return e->op == GP_X_CONST && gp_is_bare(e) && e->value == floor(e->value) && fabs(e->value) <= DIGITS_MAX;
}

static gp_expr *call_rounding(const gp_xctx *c, gp_expr *e) {
    if (!gp_need_number(c, &e->arg[0])) return NULL;
    e->type = e->arg[0]->type;
    if (e->n == 1 || is_digits(e->arg[1])) return e;
    gp_report(c->d, GP_D_CONSTANT_DUE, e->arg[1]->at,
              "`%.*s` stands where the digits after the point are due, a whole number from -%d to %d", GP_ARG(e->arg[1]->text), DIGITS_MAX,
              DIGITS_MAX);
    return NULL;
}

static bool all_numbers(const gp_xctx *c, gp_expr *e) {
    bool right = true;
    for (uint32_t i = 0; i < e->n; i++) right &= gp_need_number(c, &e->arg[i]);
    return right;
}

static gp_expr *call_share(const gp_xctx *c, gp_expr *e) {
    gp_type common;
    return all_numbers(c, e) && gp_unify(c, &common, e->arg, e->n) ? e : NULL;
}

/* -- functions of any values of one kind -- */

static bool has_order(gp_kind k) {
    return k == GP_NUMBER || k == GP_DATE || k == GP_STAGE;
}

static gp_expr *call_order(const gp_xctx *c, gp_expr *e) {
    if (!gp_unify(c, &e->type, e->arg, e->n)) return NULL;
    if (has_order(e->type.kind)) return gp_fold(c, e);
    gp_kind_error(c, e->arg[0], "a number, a date or a stage");
    return NULL;
}

static gp_expr *call_choice(const gp_xctx *c, gp_expr *e) {
    uint32_t first = e->fn == GP_FN_IF_ELSE;
    bool right = !first || gp_need_bool(c, &e->arg[0]);
    return gp_unify(c, &e->type, e->arg + first, e->n - first) && right ? e : NULL;
}

static gp_expr *call_known(gp_expr *e) {
    e->type.kind = GP_BOOL;
    return e;
}

static gp_expr *call_none(const gp_xctx *c, const gp_expr *e) {
    gp_diag *diag = gp_report(c->d, GP_D_EXPR_SYNTAX, e->at, "`none` is a word and no function");
    gp_hint(c->d, diag, "write `none`");
    return NULL;
}

/* -- functions of texts -- */

static bool need_text_constant(const gp_xctx *c, const gp_expr *call, uint32_t i, const char *example) {
    if (gp_is_text_constant(call->arg[i])) return true;
    gp_diag *diag = gp_report(c->d, GP_D_CONSTANT_DUE, call->arg[i]->at, "`%s` takes a text in quotes here, not `%.*s`",
                              gp_fn_name(call->fn), GP_ARG(call->arg[i]->text));
    gp_hint(c->d, diag, "write %s", example);
    return false;
}

static gp_expr *call_quantity(const gp_xctx *c, const gp_expr *e) {
    if (!need_text_constant(c, e, 0, "q(\"5 亿元\")")) return NULL;
    return gp_quantity_constant(c, e, c->scope->texts->items[(size_t)e->arg[0]->value]);
}

static gp_expr *call_result(const gp_xctx *c, gp_expr *e) {
    if (!need_text_constant(c, e, 0, "the full id, as in score(\"prices.cpi\")")) return NULL;
    if (c->scope->result) return c->scope->result(c->scope->ud, e, c->scope->texts->items[(size_t)e->arg[0]->value]) ? e : NULL;
    gp_report(c->d, GP_D_EXPR_SYNTAX, e->at, "`%s` has no meaning here: there are no results", gp_fn_name(e->fn));
    return NULL;
}

/* -- functions of a later version: checked as far as possible -- */

static bool arguments_of_later(const gp_xctx *c, gp_expr *e) {
    switch (e->fn) {
    case GP_FN_AT: return need_text_constant(c, e, 1, "the period, as in at(x, \"2019\")");
    case GP_FN_PREV:
    case GP_FN_YEAR_AGO:
    case GP_FN_COUNT: return true;
    case GP_FN_QUANTILE:
    case GP_FN_TOP: return gp_need_number(c, &e->arg[0]) && gp_need_plain(c, &e->arg[1], gp_fn_name(e->fn));
    default: return gp_need_number(c, &e->arg[0]);
    }
}

static gp_expr *call_later(const gp_xctx *c, gp_expr *e) {
    if (arguments_of_later(c, e)) gp_report(c->d, GP_D_NOT_YET, e->at, "`%s` is not evaluated in this version", gp_fn_name(e->fn));
    return NULL;
}

/* -- all -- */

gp_expr *gp_check_call(const gp_xctx *c, gp_expr *e) {
    if (e->fn == GP_FN_COUNT_) return NULL; /* unknown, reported when it was read */
    if (!gp_fn_takes(e->fn, e->n)) return wrong_count(c, e);
    if (!gp_fn_now(e->fn)) return call_later(c, e);
    switch (e->fn) {
    case GP_FN_MIN:
    case GP_FN_MAX:
    case GP_FN_CLAMP: return call_order(c, e);
    case GP_FN_ABS: return call_abs(c, e);
    case GP_FN_SQRT: return call_sqrt(c, e);
    case GP_FN_EXP:
    case GP_FN_LOG:
    case GP_FN_ERF: return call_plain(c, e);
    case GP_FN_ROUND:
    case GP_FN_FLOOR:
    case GP_FN_CEIL:
    case GP_FN_TRUNC: return call_rounding(c, e);
    case GP_FN_IF_ELSE:
    case GP_FN_COALESCE: return call_choice(c, e);
    case GP_FN_KNOWN: return call_known(e);
    case GP_FN_NONE: return call_none(c, e);
    case GP_FN_SHARE: return call_share(c, e);
    case GP_FN_QUANTITY: return call_quantity(c, e);
    case GP_FN_SCORE:
    case GP_FN_MARKS:
    case GP_FN_GRADE:
    case GP_FN_VERDICT:
    case GP_FN_ACTUAL: return call_result(c, e);
    default: return e; /* elapsed(): a plain number */
    }
}

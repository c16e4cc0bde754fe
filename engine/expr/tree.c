/* The tree of an expression as written, by precedence climbing with Lua's operators.
 * Invariant: recursion is bounded by DEPTH_MAX and a whole tree by PARTS_MAX, so every later walk over it is bounded too. */
#include "expr/parse.h"

enum { DEPTH_MAX = 200, PARTS_MAX = 2000 };

typedef struct parser {
    const gp_xctx *c;
    gp_token last, cur; /* taken, and to come */
    unsigned depth, parts;
} parser;

/* -- tokens -- */

static void take(parser *p) {
    p->last = p->cur;
    p->cur = gp_lex(p->c, p->cur.end);
}

static gp_text text_of(const parser *p, size_t at, size_t end) {
    return (gp_text){p->c->text.s + at, end - at};
}
static gp_text cur_text(const parser *p) {
    return text_of(p, p->cur.at, p->cur.end);
}

static gp_diag *report_here(const parser *p, gp_code code, const char *format, gp_text what) {
    return gp_report(p->c->d, code, gp_xplace(p->c, p->cur.at, p->cur.end), format, GP_ARG(what));
}

static bool starts_operand(gp_token_kind k) {
    return (k >= GP_T_NUMBER && k <= GP_T_FALSE) || k == GP_T_NOT || k == GP_T_MINUS || k == GP_T_OPEN;
}

/* -- reporting -- */

/* `x.y`, `x[1]`, `5 亿元`, `a b`: what authors of other languages put behind an operand. */
static void hint_behind_operand(const parser *p, gp_diag *diag) {
    gp_token_kind kind = p->cur.kind;
    if (p->last.kind == GP_T_NUMBER && (kind == GP_T_WORD || kind == GP_T_NAME)) {
        gp_hint(p->c->d, diag, "a number with a unit is written q(\"%.*s\")", GP_ARG(text_of(p, p->last.at, p->cur.end)));
        return;
    }
    if (kind == GP_T_BRACKET) gp_hint(p->c->d, diag, "an expression has no lists, and a value no parts");
    if (kind == GP_T_OPEN) gp_hint(p->c->d, diag, "write `*` to multiply");
}

static gp_expr *unexpected(const parser *p, const char *due) {
    if (p->cur.kind == GP_T_BAD) return NULL;
    gp_place at = gp_xplace(p->c, p->cur.at, p->cur.end);
    if (p->cur.kind == GP_T_END) {
        gp_report(p->c->d, GP_D_EXPR_SYNTAX, at, "the expression ends where %s is due", due);
        return NULL;
    }
    gp_diag *diag = gp_report(p->c->d, GP_D_EXPR_SYNTAX, at, "`%.*s` stands where %s is due", GP_ARG(cur_text(p)), due);
    hint_behind_operand(p, diag);
    return NULL;
}

static gp_expr *too_deep(const parser *p) {
    report_here(p, GP_D_EXPR_DEPTH, "the expression is nested too deep, or has too many parts, at `%.*s`", cur_text(p));
    return NULL;
}

/* -- nodes -- */

static gp_expr *node(parser *p, gp_expr_op op, size_t start, uint32_t n) {
    gp_expr *e = GP_NEW(p->c->a, gp_expr);
    p->parts++;
    e->op = op;
    e->text = text_of(p, start, p->last.end);
    e->at = gp_xplace(p->c, start, p->last.end);
    e->n = n;
    e->arg = n ? gp_arena_array(p->c->a, n, sizeof(gp_expr *)) : NULL;
    return e;
}

static gp_expr *constant(parser *p, gp_kind kind, double value) {
    take(p);
    gp_expr *e = node(p, GP_X_CONST, p->last.at, 0);
    e->type.kind = kind;
    e->value = value;
    return e;
}

static gp_expr *unary(parser *p, gp_expr_op op, size_t start, gp_expr *arg) {
    if (!arg) return NULL;
    gp_expr *e = node(p, op, start, 1);
    e->arg[0] = arg;
    return e;
}

/* -- operands -- */

static gp_expr *parse_level(parser *p, int limit);

static gp_expr *parse_group(parser *p) {
    size_t open = p->cur.at;
    take(p);
    gp_expr *inner = parse_level(p, 0);
    if (!inner) return NULL;
    if (p->cur.kind != GP_T_CLOSE) {
        size_t before = p->c->d->errors;
        unexpected(p, "`)`");
        if (p->cur.kind == GP_T_END && p->c->d->errors > before && p->c->exact && p->c->d->n) {
            gp_diag *diag = &p->c->d->items[p->c->d->n - 1];
            diag->also = gp_xplace(p->c, open, open + 1);
            diag->also_what = GP_TEXT("the parenthesis opens here");
        }
        return NULL;
    }
    take(p);
    return inner;
}

/* The arguments up to the closing parenthesis; false after reporting. */
static bool parse_arguments(parser *p, gp_expr ***out, uint32_t *n) {
    gp_expr **list = NULL;
    size_t len = 0, cap = 0;
    for (bool more = p->cur.kind != GP_T_CLOSE; more; more = p->cur.kind == GP_T_COMMA) {
        if (len) take(p);
        gp_expr *arg = parse_level(p, 0);
        if (!arg) return false;
        *GP_PUSH(p->c->a, list, len, cap) = arg;
    }
    if (p->cur.kind != GP_T_CLOSE) return unexpected(p, "`,` or `)`") != NULL;
    take(p);
    *out = list;
    *n = (uint32_t)len;
    return true;
}

static gp_fn function_named(const parser *p, gp_text name) {
    gp_fn fn;
    if (gp_fn_find(&fn, name)) return fn;
    gp_type type;
    uint32_t ref;
    bool is_value = p->c->scope->name(p->c->scope->ud, &type, &ref, name);
    gp_diag *diag = gp_report(p->c->d, GP_D_UNKNOWN_FUNCTION, gp_xplace(p->c, p->last.at, p->last.end),
                              is_value ? "`%.*s` is a value and takes no arguments" : "there is no function `%.*s`", GP_ARG(name));
    const gp_text *list;
    size_t n = gp_fn_names(&list);
    if (is_value)
        gp_hint(p->c->d, diag, "write `*` to multiply");
    else
        gp_hint_nearest(p->c->d, diag, name, list, n);
    return GP_FN_COUNT_;
}

static bool is_result(gp_fn fn) {
    return fn == GP_FN_SCORE || fn == GP_FN_MARKS || fn == GP_FN_GRADE || fn == GP_FN_VERDICT || fn == GP_FN_ACTUAL;
}

static gp_expr *parse_call(parser *p, size_t start, gp_text name) {
    gp_fn fn = function_named(p, name);
    gp_expr **list = NULL;
    uint32_t n = 0;
    take(p);
    if (!parse_arguments(p, &list, &n)) return NULL;
    gp_expr *e = node(p, is_result(fn) ? GP_X_RESULT : GP_X_CALL, start, 0);
    e->fn = fn;
    e->arg = list;
    e->n = n;
    return e;
}

/* math.max(a, b), x.y */
static gp_expr *dotted(parser *p, gp_text name) {
    size_t start = p->last.at;
    take(p);
    if (p->cur.kind == GP_T_BAD) return NULL;
    bool named = p->cur.kind == GP_T_NAME || p->cur.kind == GP_T_WORD;
    size_t end = named ? p->cur.end : p->last.end;
    gp_diag *diag = gp_report(p->c->d, GP_D_EXPR_SYNTAX, gp_xplace(p->c, start, end), "`%.*s`: `%.*s` has no parts",
                              GP_ARG(text_of(p, start, end)), GP_ARG(name));
    gp_fn fn;
    if (named && gp_fn_find(&fn, cur_text(p)))
        gp_hint(p->c->d, diag, "write `%s` alone", gp_fn_name(fn));
    else
        gp_hint(p->c->d, diag, "names of data have no dots");
    return NULL;
}

static gp_expr *parse_named(parser *p) {
    take(p);
    size_t start = p->last.at;
    gp_text name = text_of(p, start, p->last.end);
    if (p->cur.kind == GP_T_OPEN) return parse_call(p, start, name);
    if (p->cur.kind == GP_T_DOT) return dotted(p, name);
    return node(p, GP_X_NAME, start, 0);
}

static gp_expr *parse_operand(parser *p) {
    switch (p->cur.kind) {
    case GP_T_NUMBER: return constant(p, GP_NUMBER, p->cur.value);
    case GP_T_TEXT: return constant(p, GP_STRING, gp_pool_add(p->c->scope->texts, p->cur.text));
    case GP_T_TRUE: return constant(p, GP_BOOL, 1);
    case GP_T_FALSE: return constant(p, GP_BOOL, 0);
    case GP_T_NAME:
    case GP_T_WORD: return parse_named(p);
    case GP_T_OPEN: return parse_group(p);
    default: return unexpected(p, "a value");
    }
}

/* -- operators -- */

static const struct {
    gp_expr_op op;
    int level, right; /* 0: no binary operator; `right` is the level that the right operand may not fall to */
} binary[GP_T_BRACKET + 1] = {
    [GP_T_OR] = {GP_X_OR, 1, 1},       [GP_T_AND] = {GP_X_AND, 2, 2},
    [GP_T_LT] = {GP_X_LT, 3, 3},       [GP_T_LE] = {GP_X_LE, 3, 3},
    [GP_T_GT] = {GP_X_GT, 3, 3},       [GP_T_GE] = {GP_X_GE, 3, 3},
    [GP_T_EQ] = {GP_X_EQ, 3, 3},       [GP_T_NE] = {GP_X_NE, 3, 3},
    [GP_T_PLUS] = {GP_X_ADD, 4, 4},    [GP_T_MINUS] = {GP_X_SUB, 4, 4},
    [GP_T_STAR] = {GP_X_MUL, 5, 5},    [GP_T_SLASH] = {GP_X_DIV, 5, 5},
    [GP_T_PERCENT] = {GP_X_MOD, 5, 5}, [GP_T_CARET] = {GP_X_POW, 7, 6 /* right associative */},
};
enum { LEVEL_COMPARISON = 3, LEVEL_UNARY = 6 };

static gp_expr *parse_unary(parser *p) {
    size_t start = p->cur.at;
    if (p->cur.kind != GP_T_MINUS && p->cur.kind != GP_T_NOT) return parse_operand(p);
    gp_expr_op op = p->cur.kind == GP_T_NOT ? GP_X_NOT : GP_X_NEG;
    take(p);
    gp_expr *arg = parse_level(p, LEVEL_UNARY);
    return unary(p, op, start, arg);
}

/* "3.5%" and "3.5% - x": Lua's remainder is not what the author means. */
static bool is_percentage(const parser *p, gp_token before) {
    if (p->cur.kind == GP_T_BAD) return false;
    bool stuck = before.kind == GP_T_NUMBER && before.end == p->last.at;
    return !starts_operand(p->cur.kind) || (stuck && p->cur.kind == GP_T_MINUS);
}

static gp_expr *percentage(const parser *p, gp_token before) {
    gp_text found = text_of(p, before.at, p->last.end);
    bool number = before.kind == GP_T_NUMBER;
    gp_diag *diag =
        gp_report(p->c->d, GP_D_PERCENT_LITERAL, gp_xplace(p->c, before.at, p->last.end),
                  number ? "`%.*s` is no number here: `%%` is the remainder of a division" : "no value follows `%.*s`", GP_ARG(found));
    if (!number) return NULL;
    char share[32];
    gp_number_print_scaled(share, before.value, 2);
    gp_hint(p->c->d, diag, "write q(\"%.*s%%\") or %s", GP_ARG(text_of(p, before.at, before.end)), share);
    return NULL;
}

static gp_expr *chained(const parser *p, size_t at, size_t end, const gp_expr *left, const gp_expr *right) {
    gp_text sign = text_of(p, at, end);
    gp_diag *diag =
        gp_report(p->c->d, GP_D_CHAINED_COMPARISON, gp_xplace(p->c, at, end), "`%.*s` compares what is a comparison itself", GP_ARG(sign));
    gp_hint(p->c->d, diag, "write `%.*s and %.*s %.*s %.*s`", GP_ARG(left->text), GP_ARG(left->arg[1]->text), GP_ARG(sign),
            GP_ARG(right->text));
    return NULL;
}

static gp_expr *parse_tail(parser *p, gp_expr *left, size_t start, bool compared) {
    gp_token before = p->last;
    gp_token_kind kind = p->cur.kind;
    size_t at = p->cur.at, end = p->cur.end;
    take(p);
    if (kind == GP_T_PERCENT && is_percentage(p, before)) return percentage(p, before);
    gp_expr *right = parse_level(p, binary[kind].right);
    if (!right) return NULL;
    if (compared && binary[kind].level == LEVEL_COMPARISON) return chained(p, at, end, left, right);
    gp_expr *e = node(p, binary[kind].op, start, 2);
    e->arg[0] = left;
    e->arg[1] = right;
    return e;
}

/* All operators that bind tighter than `limit`. */
static gp_expr *parse_level(parser *p, int limit) {
    if (p->depth >= DEPTH_MAX) return too_deep(p);
    p->depth++;
    size_t start = p->cur.at;
    bool compared = false;
    gp_expr *left = parse_unary(p);
    while (left && binary[p->cur.kind].level > limit) {
        int level = binary[p->cur.kind].level;
        if (p->parts >= PARTS_MAX) return too_deep(p);
        left = parse_tail(p, left, start, compared);
        compared = level == LEVEL_COMPARISON;
    }
    p->depth--;
    return left;
}

static gp_expr *unopened(const parser *p) {
    report_here(p, GP_D_EXPR_SYNTAX, "`%.*s` closes no parenthesis", cur_text(p));
    return NULL;
}

gp_expr *gp_tree_parse(const gp_xctx *c) {
    parser p = {.c = c, .cur = gp_lex(c, 0)};
    if (p.cur.kind == GP_T_END) return unexpected(&p, "a value");
    gp_expr *e = parse_level(&p, 0);
    if (!e || p.cur.kind == GP_T_END) return e;
    if (p.cur.kind == GP_T_CLOSE) return unopened(&p);
    return unexpected(&p, "an operator or the end");
}

/* Kinds: making values fit each other and the place they stand at.
 * Invariant: after a fit both sides have one kind and, if numbers, one dimension; what does not fit was reported at the smallest node. */
#include "base/period.h"
#include "expr/parse.h"

enum { LISTED_MAX = 12 /* words in a hint */ };

/* -- what a node is -- */

bool gp_is_none(const gp_expr *e) {
    return e->op == GP_X_CALL && e->fn == GP_FN_NONE;
}

bool gp_is_text_constant(const gp_expr *e) {
    return e->op == GP_X_CONST && e->type.kind == GP_STRING;
}

static bool is_arithmetic(const gp_expr *e) {
    if (e->op == GP_X_CALL) return e->fn != GP_FN_NONE && e->fn != GP_FN_ELAPSED;
    return e->op >= GP_X_NEG && e->op <= GP_X_POW && e->op != GP_X_NOT;
}

/* The argument from which on all are values of e's own type. */
static uint32_t first_value(const gp_expr *e) {
    return e->op == GP_X_CALL && e->fn == GP_FN_IF_ELSE;
}

bool gp_is_bare(const gp_expr *e) {
    if (e->type.kind != GP_NUMBER || e->type.unit.given || e->type.unit.dim.n) return false;
    if (e->op == GP_X_CONST) return true;
    if (!is_arithmetic(e)) return false;
    for (uint32_t i = first_value(e); i < e->n; i++)
        if (!gp_is_none(e->arg[i]) && !gp_is_bare(e->arg[i])) return false;
    return e->n > 0;
}

/* -- messages -- */

gp_text gp_unit_phrase(const gp_xctx *c, const gp_unit *u) {
    if (u->dim.n == 0) return GP_TEXT("a plain number");
    gp_buf out;
    gp_buf_init(&out, c->a);
    gp_buf_str(&out, "in ");
    gp_buf_text(&out, u->text.n ? u->text : gp_dim_text(c->a, c->scope->units, &u->dim));
    return gp_buf_take(&out);
}

gp_diag *gp_kind_error(const gp_xctx *c, const gp_expr *found, const char *due) {
    gp_diag *diag = gp_report(c->d, GP_D_KIND_MISMATCH, found->at, "`%.*s` is %s, where %s is due", GP_ARG(found->text),
                              gp_kind_name(found->type.kind), due);
    bool numeric = found->text.n > 2 && found->text.s[1] >= '0' && found->text.s[1] <= '9';
    if (gp_is_text_constant(found) && numeric && gp_text_is(gp_text_of(due), gp_kind_name(GP_NUMBER)))
        gp_hint(c->d, diag, "a number stands without quotes, a quantity as q(%.*s)", GP_ARG(found->text));
    return diag;
}

static void also(gp_diag *diag, const gp_expr *beside, gp_text what) {
    bool same_place = beside && beside->at.at == diag->place.at && beside->at.len == diag->place.len; /* a text without exact places */
    if (!beside || same_place) return;
    diag->also = beside->at;
    diag->also_what = what;
}

static gp_text being(const gp_xctx *c, const gp_expr *e, gp_text what) {
    gp_buf out;
    gp_buf_init(&out, c->a);
    gp_buf_printf(&out, "`%.*s` is %.*s", GP_ARG(e->text), GP_ARG(what));
    return gp_buf_take(&out);
}

static bool kind_mismatch(const gp_xctx *c, const gp_expr *e, const gp_type *due, const gp_expr *beside) {
    gp_diag *diag = gp_kind_error(c, e, gp_kind_name(due->kind));
    if (beside) also(diag, beside, being(c, beside, gp_text_of(gp_kind_name(due->kind))));
    return false;
}

gp_diag *gp_unit_error(const gp_xctx *c, gp_place at, gp_text text, const gp_unit *found, const gp_unit *due) {
    gp_text is = gp_unit_phrase(c, found), wanted = gp_unit_phrase(c, due);
    return gp_report(c->d, GP_D_UNIT_MISMATCH, at, "`%.*s` is %.*s, where %s%.*s is due", GP_ARG(text), GP_ARG(is),
                     due->dim.n ? "a value " : "", GP_ARG(wanted));
}

static bool unit_mismatch(const gp_xctx *c, const gp_expr *e, const gp_unit *due, const gp_expr *beside) {
    gp_diag *diag = gp_unit_error(c, e->at, e->text, &e->type.unit, due);
    if (beside) also(diag, beside, being(c, beside, gp_unit_phrase(c, due)));
    return false;
}

static bool bare_mismatch(const gp_xctx *c, const gp_expr *e, const gp_unit *due, const gp_expr *beside) {
    gp_text phrase = gp_unit_phrase(c, due);
    gp_diag *diag =
        gp_report(c->d, GP_D_BARE_NUMBER, e->at, "`%.*s` has no unit, where a value %.*s is due", GP_ARG(e->text), GP_ARG(phrase));
    if (beside) also(diag, beside, being(c, beside, phrase));
    gp_text unit = due->text.n ? due->text : gp_dim_text(c->a, c->scope->units, &due->dim);
    if (e->op == GP_X_CONST)
        gp_hint(c->d, diag, "write q(\"%.*s %.*s\")", GP_ARG(e->text), GP_ARG(unit));
    else
        gp_hint(c->d, diag, "write a quantity such as q(\"5 %.*s\")", GP_ARG(unit));
    return false;
}

/* -- texts that stand for dates and words -- */

bool gp_words_find(double *out, const gp_words *w, gp_text word) {
    for (size_t i = 0; i < w->n; i++) {
        if (!gp_text_eq(w->text[i], word)) continue;
        *out = (double)i;
        return true;
    }
    return false;
}

static gp_text list_of(gp_arena *a, const gp_words *w) {
    gp_buf out;
    gp_buf_init(&out, a);
    for (size_t i = 0; i < w->n && i < LISTED_MAX; i++) {
        if (i) gp_buf_str(&out, ", ");
        gp_buf_text(&out, w->text[i]);
    }
    if (w->n > LISTED_MAX) gp_buf_str(&out, " …");
    return gp_buf_take(&out);
}

void gp_words_error(const gp_xctx *c, gp_place at, const gp_words *w, gp_text word) {
    gp_text list = list_of(c->a, w);
    gp_diag *diag = gp_report(c->d, GP_D_UNKNOWN_WORD, at, "`%.*s` is none of the words of this datum", GP_ARG(word));
    gp_hint_nearest(c->d, diag, word, w->text, w->n);
    gp_hint(c->d, diag, "known are %.*s", GP_ARG(list));
}

static gp_text content(const gp_xctx *c, const gp_expr *text_constant) {
    return c->scope->texts->items[(size_t)text_constant->value];
}

static bool text_to_date(const gp_xctx *c, gp_expr *e) {
    int32_t day;
    if (!gp_date_read(&day, content(c, e))) {
        gp_diag *diag = gp_report(c->d, GP_D_NO_DATE, e->at, "`%.*s` is no date", GP_ARG(content(c, e)));
        gp_hint(c->d, diag, "dates are written as 2020-12-31");
        return false;
    }
    e->type = (gp_type){.kind = GP_DATE};
    e->value = day;
    return true;
}

static bool text_to_word(const gp_xctx *c, gp_expr *e, const gp_type *due) {
    gp_text word = content(c, e);
    if (!gp_words_find(&e->value, due->words, word)) {
        gp_words_error(c, e->at, due->words, word);
        return false;
    }
    e->type = *due;
    return true;
}

static bool same_words(const gp_words *a, const gp_words *b) {
    if (a == b) return true;
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++)
        if (!gp_text_eq(a->text[i], b->text[i])) return false;
    return true;
}

static bool words_mismatch(const gp_xctx *c, const gp_expr *e, const gp_type *due, const gp_expr *beside) {
    gp_text own = list_of(c->a, e->type.words), wanted = list_of(c->a, due->words);
    gp_diag *diag = gp_report(c->d, GP_D_KIND_MISMATCH, e->at, "`%.*s` has other words than %s%.*s%s", GP_ARG(e->text), beside ? "`" : "",
                              GP_ARG(beside ? beside->text : GP_TEXT("the value that is tested")), beside ? "`" : "");
    gp_hint(c->d, diag, "it has %.*s; due are %.*s", GP_ARG(own), GP_ARG(wanted));
    return false;
}

/* -- fitting one -- */

static bool fit_number(const gp_xctx *c, gp_expr *e, const gp_unit *due, const gp_expr *beside) {
    if (gp_dim_eq(&e->type.unit.dim, &due->dim)) {
        if (!beside && !e->type.unit.given) e->type.unit = *due; /* 1 - 0.2 where a % is due is shown as 80% */
        return true;
    }
    if (!gp_is_bare(e)) return unit_mismatch(c, e, due, beside);
    bool zero = e->op == GP_X_CONST && e->value == 0;
    if (!zero && due->scale != 0) return bare_mismatch(c, e, due, beside);
    e->type.unit = *due;
    return true;
}

bool gp_need_number(const gp_xctx *c, gp_expr **e) {
    gp_expr *coded = *e;
    if (coded->type.kind == GP_NUMBER) return true;
    if (coded->type.kind != GP_CODED) {
        gp_kind_error(c, coded, "a number");
        return false;
    }
    *e = gp_expr_number(c->a, coded);
    return true;
}

bool gp_need_plain(const gp_xctx *c, gp_expr **e, const char *who) {
    if (!gp_need_number(c, e)) return false;
    if ((*e)->type.unit.dim.n == 0) return true;
    gp_text is = gp_unit_phrase(c, &(*e)->type.unit);
    gp_diag *diag =
        gp_report(c->d, GP_D_UNIT_MISMATCH, (*e)->at, "`%.*s` is %.*s, where %s needs a plain number", GP_ARG((*e)->text), GP_ARG(is), who);
    gp_hint(c->d, diag, "divide by a value in the same unit");
    return false;
}

bool gp_need_bool(const gp_xctx *c, gp_expr **e) {
    if (gp_is_none(*e)) (*e)->type.kind = GP_BOOL;
    if ((*e)->type.kind == GP_BOOL) return true;
    gp_diag *diag = gp_kind_error(c, *e, "a truth value");
    if ((*e)->type.kind == GP_NUMBER)
        gp_hint(c->d, diag, "compare it, as in `%.*s > 0`; known(x) asks whether there is a value", GP_ARG((*e)->text));
    return false;
}

static bool has_words(const gp_type *t) {
    return t->kind == GP_STAGE || t->kind == GP_CODED;
}

static bool is_choice(const gp_expr *e) {
    return e->op == GP_X_CALL && (e->fn == GP_FN_IF_ELSE || e->fn == GP_FN_COALESCE);
}

/* if_else(c, "初稿", "印发") where a stage is due. */
static bool fit_branches(const gp_xctx *c, gp_expr *e, const gp_type *due, const gp_expr *beside) {
    bool fits = true;
    for (uint32_t i = first_value(e); i < e->n; i++) fits &= gp_fit(c, &e->arg[i], due, beside, true);
    e->type = *due;
    return fits;
}

bool gp_fit(const gp_xctx *c, gp_expr **slot, const gp_type *due, const gp_expr *beside, bool unit_matters) {
    gp_expr *e = *slot;
    if (gp_is_none(e)) {
        e->type = *due;
        return true;
    }
    if (e->type.kind == GP_STRING && due->kind == GP_DATE && gp_is_text_constant(e)) return text_to_date(c, e);
    if (e->type.kind == GP_STRING && has_words(due) && gp_is_text_constant(e)) return text_to_word(c, e, due);
    if (e->type.kind == GP_STRING && due->kind != GP_STRING && is_choice(e)) return fit_branches(c, e, due, beside);
    if (e->type.kind == GP_CODED && due->kind == GP_NUMBER) *slot = e = gp_expr_number(c->a, e);
    if (e->type.kind != due->kind) return kind_mismatch(c, e, due, beside);
    if (has_words(due) && !same_words(e->type.words, due->words)) return words_mismatch(c, e, due, beside);
    return due->kind != GP_NUMBER || !unit_matters || fit_number(c, e, &due->unit, beside);
}

/* -- fitting each other -- */

/* How well an operand tells the type of what stands beside it. */
enum { TELLS_NOTHING, TELLS_TEXT, TELLS_BARE, TELLS_PLAIN, TELLS_SCALE, TELLS_ALL };

static int telling(const gp_expr *e) {
    if (gp_is_none(e)) return TELLS_NOTHING;
    if (gp_is_text_constant(e)) return TELLS_TEXT;
    if (e->type.kind != GP_NUMBER || e->type.unit.dim.n) return TELLS_ALL;
    if (e->type.unit.given) return TELLS_SCALE;
    return gp_is_bare(e) ? TELLS_BARE : TELLS_PLAIN;
}

/* The operand that the others have to fit: the first that is neither none nor a text in quotes, or one of its kind that tells more. */
static size_t leader_of(gp_expr *const *e, size_t n) {
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        bool open = telling(e[best]) <= TELLS_TEXT || e[i]->type.kind == e[best]->type.kind;
        if (open && telling(e[i]) > telling(e[best])) best = i;
    }
    return best;
}

bool gp_unify(const gp_xctx *c, gp_type *out, gp_expr **e, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (e[i]->type.kind == GP_CODED) e[i] = gp_expr_number(c->a, e[i]);
    size_t leader = leader_of(e, n);
    const gp_expr *first = e[leader];
    bool fits = true;
    *out = first->type;
    for (size_t i = 0; i < n; i++)
        if (i != leader) fits &= gp_fit(c, &e[i], out, first, true);
    return fits;
}

/* Inside of the room: tokens, the parsing context, and the steps from text to a checked tree.
 * Invariant: every step reports what it refuses; a NULL tree always means that something was reported. */
#ifndef GP_EXPR_PARSE_H
#define GP_EXPR_PARSE_H

#include "expr/expr.h"

/* One text that is being turned into a tree. */
typedef struct gp_xctx {
    gp_arena *a;
    gp_diags *d;
    const gp_scope *scope;
    const gp_want *want;
    gp_text text;
    gp_place at;
    bool exact; /* byte i of text stands at at.at + i */
} gp_xctx;

typedef enum gp_token_kind {
    GP_T_END, GP_T_BAD, /* BAD: reported already, nothing can follow */
    GP_T_NUMBER, GP_T_TEXT, GP_T_NAME, GP_T_WORD, /* WORD: letters that are no ASCII identifier */
    GP_T_TRUE, GP_T_FALSE, GP_T_AND, GP_T_OR, GP_T_NOT,
    GP_T_PLUS, GP_T_MINUS, GP_T_STAR, GP_T_SLASH, GP_T_PERCENT, GP_T_CARET,
    GP_T_LT, GP_T_LE, GP_T_GT, GP_T_GE, GP_T_EQ, GP_T_NE,
    GP_T_OPEN, GP_T_CLOSE, GP_T_COMMA, GP_T_DOT, GP_T_BRACKET
} gp_token_kind;

typedef struct gp_token {
    gp_token_kind kind;
    size_t at, end; /* bytes of the context's text */
    double value;   /* NUMBER */
    gp_text text;   /* TEXT: its content */
} gp_token;

/* lex.c: the token at `from` (blanks before it are passed over). Slips such as `&&` or `（` are reported and read as what was meant. */
gp_token gp_lex(const gp_xctx *c, size_t from);
gp_place gp_xplace(const gp_xctx *c, size_t at, size_t end);
bool gp_is_word(gp_text t); /* nothing but letters of any script, digits and _ */

/* tree.c: the tree as written: names unresolved, nothing typed. NULL after reporting. */
gp_expr *gp_tree_parse(const gp_xctx *c);

/* check.c: types and units of e and all below it, names resolved, constants folded. Returns what stands in its place, or NULL. */
gp_expr *gp_check(const gp_xctx *c, gp_expr *e);

/* calls.c: the same for calls, whose arguments are not checked yet. */
gp_expr *gp_check_call(const gp_xctx *c, gp_expr *e);

/* kinds.c: making values fit each other and their place. */
gp_diag *gp_kind_error(const gp_xctx *c, const gp_expr *found, const char *due); /* "`x` is a date, where a number is due" */
gp_diag *gp_unit_error(const gp_xctx *c, gp_place at, gp_text text, const gp_unit *found, const gp_unit *due);
bool gp_is_none(const gp_expr *e);
bool gp_is_text_constant(const gp_expr *e);
bool gp_is_bare(const gp_expr *e); /* reckoned from written numbers without a unit */
/* *e as a number: a coded value becomes its number. false after reporting. */
bool gp_need_number(const gp_xctx *c, gp_expr **e);
bool gp_need_plain(const gp_xctx *c, gp_expr **e, const char *who); /* a number without a base */
bool gp_need_bool(const gp_xctx *c, gp_expr **e);
/* Makes all n fit one type, which goes to *out: texts become dates and stages beside such, bare numbers take the unit beside them. */
bool gp_unify(const gp_xctx *c, gp_type *out, gp_expr **e, size_t n);
/* Makes *e fit the type; `beside` is what it stands beside, NULL for the place that bears the expression. */
bool gp_fit(const gp_xctx *c, gp_expr **e, const gp_type *due, const gp_expr *beside, bool unit_matters);
/* "in 亿元" or "a plain number". */
gp_text gp_unit_phrase(const gp_xctx *c, const gp_unit *u);
/* The position of a word, or false. */
bool gp_words_find(double *out, const gp_words *w, gp_text word);
/* Reports a word that is none of w. */
void gp_words_error(const gp_xctx *c, gp_place at, const gp_words *w, gp_text word);

/* dims.c: units of results. false when there are too many bases or too large powers. */
bool gp_unit_mul(const gp_xctx *c, gp_unit *out, const gp_unit *a, const gp_unit *b);
bool gp_unit_div(const gp_xctx *c, gp_unit *out, const gp_unit *a, const gp_unit *b);
bool gp_unit_pow(const gp_xctx *c, gp_unit *out, const gp_unit *a, int n);
bool gp_unit_sqrt(const gp_xctx *c, gp_unit *out, const gp_unit *a);

/* fold.c: e as a constant when its arguments are and nothing is lost by it, else e. */
gp_expr *gp_fold(const gp_xctx *c, gp_expr *e);

/* literal.c: texts that are values by themselves. */
/* The quantity of q("..."), or NULL after reporting. */
gp_expr *gp_quantity_constant(const gp_xctx *c, const gp_expr *call, gp_text text);
typedef enum gp_literal { GP_LITERAL_NONE, GP_LITERAL_READ, GP_LITERAL_WRONG /* reported */ } gp_literal;
/* The context's text as a plain value of the type wanted. */
gp_literal gp_literal_read(gp_expr **out, const gp_xctx *c);

/* functions.c */
bool gp_fn_find(gp_fn *out, gp_text name);
bool gp_fn_takes(gp_fn fn, size_t n);
void gp_fn_arity(unsigned *least, unsigned *most, gp_fn fn);
bool gp_fn_now(gp_fn fn);
size_t gp_fn_names(const gp_text **list);

#endif

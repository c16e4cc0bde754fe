/* Expressions: a strict subset of Lua's, parsed to a tree whose every node has a type, a unit and a place.
 * Invariant: a tree that gp_expr_parse returned is fully typed; names are numbers that the caller's resolver gave. */
#ifndef GP_EXPR_EXPR_H
#define GP_EXPR_EXPR_H

#include "base/diag.h"
#include "base/unit.h"

typedef enum gp_kind {
    GP_NUMBER,
    GP_BOOL,
    GP_DATE,   /* days since 1970-01-01 */
    GP_STRING, /* number in the plan's pool of texts */
    GP_STAGE,  /* position in the datum's stages, from 0 */
    GP_CODED   /* position in the datum's codes, from 0; a number when reckoned with, a text when compared with one */
} gp_kind;

/* The words of a datum with `stages` or `codes`. */
typedef struct gp_words {
    gp_text *text;
    double *value; /* codes: the number of each; NULL for stages */
    size_t n;
} gp_words;

typedef struct gp_type {
    gp_kind kind;
    gp_unit unit;          /* GP_NUMBER: dimension, and the scale in which it is shown */
    const gp_words *words; /* GP_STAGE, GP_CODED */
} gp_type;

typedef enum gp_expr_op {
    GP_X_CONST,   /* number: value, or bool 0/1, date, position of a stage or code, number of a text */
    GP_X_NAME,    /* ref */
    GP_X_SUBJECT, /* texts of the case */
    GP_X_PERIOD,
    GP_X_CODE_VALUE, /* arg 0 coded: its number (put in by the checker) */
    GP_X_NEG, GP_X_NOT,
    GP_X_ADD, GP_X_SUB, GP_X_MUL, GP_X_DIV, GP_X_MOD, GP_X_POW,
    GP_X_LT, GP_X_LE, GP_X_GT, GP_X_GE, GP_X_EQ, GP_X_NE,
    GP_X_AND, GP_X_OR,
    GP_X_CALL,    /* fn, args; the digits of round floor ceil trunc are a constant (0 when absent) and count in the unit in which arg 0 is
                     shown: round(1.95 亿元, 1) is 2.0 亿元, so in base units its digits are 1 less the scale 8 of that unit */
    GP_X_RESULT   /* score("ID") and its kin: fn, text is the id */
} gp_expr_op;

/* Refs of the two names that a curve has beside the dictionary: the value or roll-up, and the target. */
enum { GP_REF_X = INT32_MAX, GP_REF_TARGET = INT32_MAX - 1 };

/* Functions: id, name, fewest and most arguments, whether this version evaluates it. Most 0 of `none`: it takes none. */
#define GP_FUNCTIONS(F)                                                                                        \
    F(MIN, "min", 1, 64, true) F(MAX, "max", 1, 64, true) F(ABS, "abs", 1, 1, true) F(SQRT, "sqrt", 1, 1, true) \
    F(EXP, "exp", 1, 1, true) F(LOG, "log", 1, 1, true) F(ERF, "erf", 1, 1, true)                              \
    F(ROUND, "round", 1, 2, true) F(FLOOR, "floor", 1, 2, true) F(CEIL, "ceil", 1, 2, true)                    \
    F(TRUNC, "trunc", 1, 2, true) F(CLAMP, "clamp", 3, 3, true) F(IF_ELSE, "if_else", 2, 3, true)              \
    F(COALESCE, "coalesce", 1, 64, true) F(KNOWN, "known", 1, 1, true) F(NONE, "none", 0, 0, true)             \
    F(SHARE, "share", 2, 2, true) F(ELAPSED, "elapsed", 0, 0, true) F(QUANTITY, "q", 1, 1, true)               \
    F(PREV, "prev", 1, 1, false) F(YEAR_AGO, "year_ago", 1, 1, false) F(GROWTH, "growth", 1, 1, false)         \
    F(AT, "at", 2, 2, false) F(RANK, "rank", 1, 64, false) F(PERCENTILE, "percentile", 1, 64, false)           \
    F(MEAN, "mean", 1, 64, false) F(MEDIAN, "median", 1, 64, false) F(SD, "sd", 1, 64, false)                  \
    F(TOTAL, "total", 1, 64, false) F(COUNT, "count", 1, 64, false) F(HIGHEST, "highest", 1, 64, false)        \
    F(LOWEST, "lowest", 1, 64, false) F(QUANTILE, "quantile", 2, 64, false) F(TOP, "top", 2, 64, false)        \
    F(SCORE, "score", 1, 1, true) F(MARKS, "marks", 1, 1, true) F(GRADE, "grade", 1, 1, true)                  \
    F(VERDICT, "verdict", 1, 1, true) F(ACTUAL, "actual", 1, 1, true)
typedef enum gp_fn {
#define F(id, name, least, most, now) GP_FN_##id,
    GP_FUNCTIONS(F)
#undef F
    GP_FN_COUNT_
} gp_fn;

typedef struct gp_expr gp_expr;
struct gp_expr {
    gp_expr_op op;
    gp_fn fn;      /* GP_X_CALL, GP_X_RESULT */
    gp_type type;
    double value;  /* GP_X_CONST, in base units */
    uint32_t ref;  /* GP_X_NAME; GP_X_RESULT: whatever the scope made of the id */
    const double *words; /* GP_X_RESULT with a text: numbers of the texts that it can be, set by the scope */
    gp_text text;  /* source text of this node, for messages and explanations */
    gp_place at;
    gp_expr **arg;
    uint32_t n;
};

/* What the parser asks of its caller. */
typedef struct gp_scope {
    void *ud;
    /* Type and number of a name; false when there is none. */
    bool (*name)(void *ud, gp_type *type, uint32_t *ref, gp_text name);
    /* All names, for "did you mean". */
    size_t (*names)(void *ud, const gp_text **list);
    gp_units *units;
    gp_pool *texts; /* where text constants get their numbers */
    /* The type of score("ID") and its kin; false after reporting. NULL: there are no results. */
    bool (*result)(void *ud, gp_expr *e, gp_text id);
} gp_scope;

/* What the place that bears the expression wants. */
typedef struct gp_want {
    bool any;             /* no demand; else: */
    gp_type type;         /* kind, and for numbers the dimension (checked when unit_matters) */
    bool unit_matters;
    bool quantity_first; /* a target: the text may be a plain quantity, date, stage or code word in the type wanted (50 家, 3.5%, 初稿,
                             2020-12-31) and is tried as that before it is read as an expression; a bare number takes the scale of
                             type.unit */
    const gp_alias *aliases;
    size_t naliases;
} gp_want;

/* Parses and checks all of `text`, which stands at `at` (byte i of text at at.at + i when `exact`). NULL after reporting. Constants are
 * folded. A chain of comparisons, a lone `=`, `!=`, `&&`, `^` of a unit and the like get a hint of their own. */
gp_expr *gp_expr_parse(gp_arena *a, gp_diags *d, const gp_scope *scope, gp_text text, gp_place at, bool exact, const gp_want *want);
/* A coded expression as its number; any other as it is. */
gp_expr *gp_expr_number(gp_arena *a, gp_expr *e);
/* A constant of the given type. */
gp_expr *gp_expr_const(gp_arena *a, gp_type type, double value, gp_place at);
bool gp_expr_is_const(const gp_expr *e);
/* Calls visit for every name of data or derived values below e. */
void gp_expr_names(const gp_expr *e, void (*visit)(void *ud, const gp_expr *name), void *ud);
/* A constant as text, in its type's unit or word. */
void gp_expr_print_const(gp_buf *out, const gp_type *type, double value, const gp_pool *texts);
/* A value of a type likewise, NaN prints nothing. */
const char *gp_fn_name(gp_fn fn);
const char *gp_kind_name(gp_kind kind); /* "a number", "a date" … */

#endif

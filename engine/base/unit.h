/* Units: a power of ten (the scale) and bases with exponents (the dimension).
 * Invariant: values inside the engine are numbers in the base of their unit; a unit only says how they are read and printed. */
#ifndef GP_BASE_UNIT_H
#define GP_BASE_UNIT_H

#include "base/number.h"

#define GP_DIM_MAX 4
typedef struct gp_dim {
    uint8_t n; /* factors in use, sorted by base; 0: a plain number */
    struct {
        uint32_t base; /* number of the base's name in the unit pool */
        int8_t exp;    /* not 0 */
    } f[GP_DIM_MAX];
} gp_dim;

typedef struct gp_unit {
    int8_t scale;  /* printed number = value * 10^-scale: 8 for 亿元, -2 for % */
    bool given;    /* false: nothing was written, which is not the same as 倍 */
    gp_dim dim;
    gp_text text;  /* as written, alias kept: 亿元, %, 款 */
} gp_unit;

/* A plan's bases and aliases. */
typedef struct gp_units {
    gp_pool bases;
} gp_units;
void gp_units_init(gp_units *u, gp_arena *a);

/* An alias in force for one datum: a word that stands for another unit's text. */
typedef struct gp_alias {
    gp_text word, unit;
} gp_alias;

/* Reads a unit's text (may be empty: no unit). % ‰ bp 百分点 倍 万 亿 万亿 and k M as in product.md 3; `a/b` and `a·b` combine bases. false when it
 * cannot be one (digits, blanks inside, too many bases). `text` is kept, not copied. */
bool gp_unit_read(gp_unit *out, gp_units *u, gp_text text, const gp_alias *aliases, size_t naliases);
bool gp_dim_eq(const gp_dim *a, const gp_dim *b);
/* a * b^sign (sign 1 or -1); false when there are more than GP_DIM_MAX bases. */
bool gp_dim_mul(gp_dim *out, const gp_dim *a, const gp_dim *b, int sign);
/* Text of a dimension for messages: 元, 元/家, "a plain number". */
gp_text gp_dim_text(gp_arena *a, const gp_units *u, const gp_dim *d);

/* A quantity as written: number, then unit, blanks between allowed. */
typedef struct gp_quantity {
    double value;      /* in the base of its unit */
    gp_unit unit;      /* unit.given false: a bare number; value then still needs the scale of the unit due */
    gp_decimal decimal; /* as written, before the scale */
    int digits;        /* digits after the point as written */
    bool rounded;      /* more than 15 digits were given */
} gp_quantity;
typedef enum gp_quantity_status {
    GP_QUANTITY_OK, GP_QUANTITY_EMPTY, GP_QUANTITY_NO_NUMBER, GP_QUANTITY_GROUPS, GP_QUANTITY_RANGE, GP_QUANTITY_UNIT,
    GP_QUANTITY_HOLLOW /* an interval without a number in it: [10, 7], (7, 7] */
} gp_quantity_status;
/* Reads all of t. A bare number is scaled by `due` (may be NULL: plain); a scale of count alone (92.5亿) takes the base of `due`. */
gp_quantity_status gp_quantity_read(gp_quantity *out, gp_units *u, gp_text t, const gp_unit *due, const gp_alias *aliases, size_t naliases);

/* An interval as data may give it: "> 1000 亿元", ">= 3161", "< 5", "<= 5", "[7, 10]", "(7, 10]", full-width signs too, or a plain
 * quantity. */
typedef struct gp_interval {
    double lo, hi;          /* -inf, inf where unbounded */
    bool lo_open, hi_open;  /* an end that is not reached */
} gp_interval;
gp_quantity_status gp_interval_read(gp_interval *out, gp_quantity *q, gp_units *u, gp_text t, const gp_unit *due, const gp_alias *aliases,
                                    size_t naliases);

/* The value as a person reads it: number in the unit, a blank before a unit that starts with a letter or a Chinese word
 * ("2779.2 亿元"), none before % ‰ ("3.5%"). */
void gp_quantity_print(gp_buf *out, double value, const gp_unit *unit);
/* An interval likewise: "> 1000 亿元", "[7, 10] 位". A point prints as a quantity. */
void gp_interval_print(gp_buf *out, const gp_interval *v, const gp_unit *unit);

#endif

/* Decision tables while they are read: what the conditions of each row are, and what follows from it. Private to the room.
 * Invariant: a condition looks at one name; it holds when any of its spans does (or none, where it is negated). */
#ifndef GP_PLAN_TABLE_H
#define GP_PLAN_TABLE_H

#include "plan/load.h"

typedef enum gp_hit {
    GP_HIT_UNIQUE,
    GP_HIT_ANY,
    GP_HIT_FIRST,
    GP_HIT_PRIORITY,
    GP_HIT_SUM,
    GP_HIT_MIN,
    GP_HIT_MAX,
    GP_HIT_COUNT
} gp_hit; /* in the order of gp_words_hit */

/* A name that conditions look at. */
typedef struct gp_axis {
    gp_text name;
    gp_expr *x;            /* it; a coded one is compared in order by its number */
    const gp_datum *datum; /* NULL: derived, or `subject` or `period` */
} gp_axis;

typedef struct gp_bound {
    gp_expr_op op; /* one of the comparisons: x op value */
    gp_expr *value;
    bool by_number; /* of a coded name */
} gp_bound;

typedef struct gp_span { /* all bounds hold */
    gp_bound bound[2];
    unsigned n;
} gp_span;

typedef struct gp_condition {
    size_t axis;
    gp_span *spans;
    size_t n;
    bool negated;
    bool constant; /* every bound is a written value */
} gp_condition;

typedef struct gp_table_row {
    gp_condition *conditions; /* none: always */
    size_t n;
    gp_expr *when; /* NULL: always */
    gp_expr *then;
    const gp_tree *then_at;
    gp_place at;
} gp_table_row;

/* What is known of a table beforehand. */
typedef struct gp_table_facts {
    bool apart;    /* no two rows that differ in what follows can hold at once */
    bool complete; /* some row always holds */
} gp_table_facts;

typedef struct gp_decision {
    gp_text name;
    gp_place at;
    unsigned hit;
    const gp_tree *priority, *rows_at;
    const gp_tree *unit;
    gp_axis *axes;
    size_t naxes, cap_axes;
    gp_table_row *rows;
    size_t n;
} gp_decision;

/* condition.c: one entry of `when`. false after reporting. */
bool gp_condition_read(gp_condition *out, gp_load *l, gp_decision *t, const gp_pair *pair);
/* The condition as an expression. */
gp_expr *gp_condition_expr(gp_load *l, const gp_decision *t, const gp_condition *c);
/* An operation whose arguments are given; text and place are those of the table. */
gp_expr *gp_table_op(gp_load *l, const gp_decision *t, gp_expr_op op, gp_kind kind, gp_expr *a, gp_expr *b);

/* table.c */
/* All texts of a table that may hold names, for the order in which derived names are read. */
gp_text gp_table_texts(gp_load *l, const gp_tree *map);
/* The expression that a table stands for; its unit is declared when want is not `any`. NULL after reporting. */
gp_expr *gp_table_load(gp_load *l, gp_derived *derived, const gp_tree *map, const gp_want *want);

/* table_check.c: the same constant, or the same words. */
bool gp_table_same(const gp_expr *a, const gp_expr *b);
/* Rows that overlap are reported where the policy forbids it; what else is found goes to `told`. */
void gp_table_check(gp_table_facts *facts, gp_table_told *told, gp_load *l, const gp_decision *t);

#endif

/* The checks, and what they share. Private to the room.
 * Invariant: a check reads what gp_lint was given and reports under its own code; it never changes anything else. */
#ifndef GP_LINT_CHECKS_H
#define GP_LINT_CHECKS_H

#include "lint/lint.h"

/* A check while it runs. */
typedef struct gp_finder {
    gp_diags *diags;
    gp_arena *scratch;
    const gp_lint_on *on;
    gp_code code;
    size_t told, untold; /* findings with a message of their own, and those that are only counted */
    gp_place first_untold;
} gp_finder;

/* Whether one more finding gets a message of its own; beyond a handful they are counted. */
bool gp_finder_room(gp_finder *f, gp_place at);

/* lint.c: reading parameters and naming things */
bool gp_lint_const(double *out, const gp_param *p); /* an undated constant */
gp_text gp_lint_number(gp_finder *f, double v);
gp_text gp_lint_node(gp_finder *f, const gp_node *n); /* `prices.points` in backquotes, or: the subject */

/* names.c */
void gp_check_unused_data(gp_finder *f);
void gp_check_unused_derived(gp_finder *f);
/* tables.c */
void gp_check_tables(gp_finder *f);
void gp_check_unchecked(gp_finder *f);
/* targets.c */
void gp_check_units(gp_finder *f);
void gp_check_dates(gp_finder *f);
void gp_check_waivers(gp_finder *f);
/* scores.c */
void gp_check_methods(gp_finder *f);
void gp_check_marks(gp_finder *f);
void gp_check_grades(gp_finder *f);
/* figures.c */
void gp_check_claims(gp_finder *f);
void gp_check_completion(gp_finder *f);

#endif

/* Scenarios as rows: a frame that repeats the rows of a base frame, once for each scenario, but for data and parameters that vary.
 * Invariant: the base is never written and outlives the frame; what does not vary is shared with it. */
#ifndef GP_DATA_VARY_H
#define GP_DATA_VARY_H

#include "data/frame.h"

/* Row s * n + b is base row first + b (of n) under scenario s, whose name is names[s], behind that of the base (names NULL: that of the
 * base alone). Lives in a. */
gp_frame *gp_frame_vary(gp_arena *a, const gp_frame *base, size_t first, size_t n, size_t nscenarios, const gp_text *names);
/* The column of a datum, made its own: what the base has until it is set. Writing a point into it needs gp_frame_set, or set[] of the
 * row. */
void gp_frame_vary_datum(gp_frame *f, uint32_t datum);
/* Gives a datum another value in a row: final, of the whole period. Not a point: an open value. NaN, NaN: missing. Rows in ascending
 * order. */
void gp_frame_set(gp_frame *f, size_t row, uint32_t datum, const gp_interval *value);
/* The column of a parameter or argument, made on first use: NaN in every row, which means as the plan says. */
double *gp_frame_vary_param(gp_frame *f, const void *what);
/* Another parameter that has the same values. */
void gp_frame_share_param(gp_frame *f, const void *what, double *column);
/* The upper ends of a parameter that varies, made on first use: above its column the value is open, which its criterion alone may be. */
double *gp_frame_open_param(gp_frame *f, const void *what);
/* Forgets all open values that were set; columns stay. */
void gp_frame_close(gp_frame *f);

#endif

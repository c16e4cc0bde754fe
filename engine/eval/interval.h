/* Arithmetic on the open kernel's values: intervals with basis, after R. E. Moore, Interval Analysis, 1966.
 * Invariant: a result holds every value that its operands allow, each operand on its own; ends are exact within `err`. What is missing or
 * cannot be computed stays so. */
#ifndef GP_EVAL_INTERVAL_H
#define GP_EVAL_INTERVAL_H

#include <math.h>

#include "eval/lanes.h"

enum { GP_V_CARRIED = GP_V_MISS | GP_V_ABSENT | GP_V_NONE | GP_V_MAYBE }; /* flags of an operand that its result has too */

static inline uint8_t gp_val_flags(const gp_val *a, const gp_val *b) { return (uint8_t)((a->flags | b->flags) & (GP_V_MISS | GP_V_MAYBE)); }
static inline uint8_t gp_val_weaker(uint8_t a, uint8_t b) { return a > b ? a : b; }
static inline double gp_val_roundoff(double x) { return isfinite(x) ? fabs(x) * GP_UNIT_ROUNDOFF : 0; }
/* The larger of two ends, without sign. */
static inline double gp_val_larger(double lo, double hi) {
    double a = isfinite(lo) ? fabs(lo) : 0, b = isfinite(hi) ? fabs(hi) : 0;
    return a > b ? a : b;
}
/* How far both ends can be off. */
static inline double gp_val_bound(const gp_val *a) { return a->decimal ? gp_val_larger(a->lo, a->hi) * GP_UNIT_ROUNDOFF : a->err; }

static inline gp_val gp_val_absent(uint8_t basis, bool none) {
    uint8_t flags = (uint8_t)(GP_V_ABSENT | GP_V_MISS | (none ? GP_V_NONE : 0));
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = flags, .basis = basis, .decimal = true};
}

/* Anything, or no value at all: of an operation that some values allow and others do not. */
static inline gp_val gp_val_any(const gp_val *a, const gp_val *b) {
    return (gp_val){.lo = -INFINITY,
                    .hi = INFINITY,
                    .flags = gp_val_flags(a, b) | GP_V_MAYBE,
                    .basis = gp_val_weaker(a->basis, b->basis),
                    .decimal = true};
}
static inline double gp_val_times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

/* Whether an operation that a missing operand might make impossible lacks one: *z gets what is left of it. */
bool gp_val_lacking(gp_val *z, const gp_val *a, const gp_val *b);
gp_val gp_val_add(const gp_val *a, const gp_val *b, bool minus);
gp_val gp_val_mul(const gp_val *a, const gp_val *b); /* 0 times what is missing is 0 */
gp_val gp_val_div(const gp_val *a, const gp_val *b);
gp_val gp_val_negative(const gp_val *a, bool truth); /* truth: 1 - a */
gp_val gp_val_absolute(const gp_val *a);
gp_val gp_val_pick(const gp_val *a, const gp_val *b, double sign); /* 1: the smaller, -1: the larger */
gp_val gp_val_hull(const gp_val *a, const gp_val *b);

#endif

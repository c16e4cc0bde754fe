/* Arithmetic on intervals whose ends may be open, infinite, off by a bound, or missing.
 * Invariant: nothing of a run or a plan is known here; ends that binary64 cannot tell apart count as reached when one of them is. */
#include "eval/interval.h"

/* Of two operands: what is missing or cannot be computed stays so. True when the result is settled already. */
static bool lacking(gp_val *z, const gp_val *a, const gp_val *b) {
    if (!((a->flags | b->flags) & GP_V_ABSENT)) return false;
    *z = gp_val_absent(gp_val_weaker(a->basis, b->basis), (a->flags | b->flags) & GP_V_NONE);
    z->flags |= (a->flags | b->flags) & GP_V_MAYBE;
    return true;
}

/* Likewise of an operation that a missing operand might make impossible. */
bool gp_val_lacking(gp_val *z, const gp_val *a, const gp_val *b) {
    if (!lacking(z, a, b)) return false;
    z->flags |= GP_V_MAYBE;
    return true;
}

gp_val gp_val_add(const gp_val *a, const gp_val *b, bool minus) {
    gp_val z;
    if (lacking(&z, a, b)) return z;
    double blo = minus ? -b->hi : b->lo, bhi = minus ? -b->lo : b->hi;
    uint8_t bl = b->flags & (minus ? GP_V_HI_OPEN : GP_V_LO_OPEN), bh = b->flags & (minus ? GP_V_LO_OPEN : GP_V_HI_OPEN);
    z = (gp_val){.lo = a->lo + blo, .hi = a->hi + bhi, .basis = gp_val_weaker(a->basis, b->basis)};
    z.flags = (uint8_t)(gp_val_flags(a, b) | ((a->flags & GP_V_LO_OPEN || bl) ? GP_V_LO_OPEN : 0) |
                        ((a->flags & GP_V_HI_OPEN || bh) ? GP_V_HI_OPEN : 0));
    z.err = (gp_val_bound(a) + gp_val_bound(b) + gp_val_roundoff(z.lo) + gp_val_roundoff(z.hi)) * 1.0000001;
    return z;
}

/* x / y, where y may be infinite or be neared from `side` as it ends at 0. */
static double over(double x, double y, double side) {
    if (x == 0) return 0;
    if (y == 0) return x * side * INFINITY;
    return !isinf(y) ? x / y : isinf(x) ? x * side : 0;
}

typedef struct corner { double p; bool open; } corner;

static corner corner_of(const gp_val *a, int i, const gp_val *b, int j, bool quotient) {
    double x = i ? a->hi : a->lo, y = j ? b->hi : b->lo;
    bool x_open = a->flags & (i ? GP_V_HI_OPEN : GP_V_LO_OPEN), y_open = b->flags & (j ? GP_V_HI_OPEN : GP_V_LO_OPEN);
    double p = quotient ? over(x, y, b->hi > 0 ? 1 : -1) : gp_val_times(x, y);
    bool zero_reached = (x == 0 && !x_open) || (!quotient && y == 0 && !y_open);
    return (corner){p, (x_open || y_open || isinf(p) || (quotient && isinf(y))) && !zero_reached};
}

/* Takes a corner as an end when it lies further out; ends that binary64 cannot tell apart count as reached when one of them is. */
static void take_corner(double *end, bool *open, corner c, bool first, double sign) {
    bool tie = !first && isfinite(c.p) && fabs(c.p - *end) <= 8 * GP_UNIT_ROUNDOFF * fabs(c.p);
    if (tie) *open = *open && c.open;
    else if (first || sign * c.p < sign * *end) *open = c.open;
    if (first || sign * c.p < sign * *end) *end = c.p;
}

/* Products or quotients of the ends; an end is reached when both factors' ends are. */
static gp_val corners(const gp_val *a, const gp_val *b, bool quotient) {
    gp_val z = {.basis = gp_val_weaker(a->basis, b->basis)};
    bool lo_open = false, hi_open = false, same = b->lo == b->hi && !(b->flags & (GP_V_LO_OPEN | GP_V_HI_OPEN)); /* both ends of b */
    for (int k = 0; k < (same ? 2 : 4); k++) {
        corner c = corner_of(a, k & 1, b, k >> 1, quotient);
        take_corner(&z.lo, &lo_open, c, k == 0, 1);
        take_corner(&z.hi, &hi_open, c, k == 0, -1);
    }
    z.flags = (uint8_t)(gp_val_flags(a, b) | (lo_open ? GP_V_LO_OPEN : 0) | (hi_open ? GP_V_HI_OPEN : 0));
    return z;
}

/* 0 times anything that has a value: whether that one is missing does not matter. */
static bool is_sure_zero(const gp_val *v) { return v->lo == 0 && v->hi == 0 && !(v->flags & GP_V_MISS); }

gp_val gp_val_mul(const gp_val *a, const gp_val *b) {
    if ((a->flags | b->flags) & GP_V_NONE) return gp_val_absent(gp_val_weaker(a->basis, b->basis), true);
    gp_val z = corners(a, b, false);
    if ((is_sure_zero(a) || is_sure_zero(b)) && !(z.flags & GP_V_MAYBE)) z.flags &= (uint8_t)~GP_V_MISS;
    if (((a->flags | b->flags) & GP_V_ABSENT) && z.lo != z.hi) lacking(&z, a, b);
    z.err = (gp_val_larger(a->lo, a->hi) * gp_val_bound(b) + gp_val_larger(b->lo, b->hi) * gp_val_bound(a) +
             gp_val_bound(a) * gp_val_bound(b) + gp_val_roundoff(z.lo) + gp_val_roundoff(z.hi)) *
            1.0000001;
    return z;
}

/* Whether 0 is among the values: an end at 0 counts unless it is open. */
static bool holds_zero(const gp_val *b) {
    bool above = b->lo > 0 || (b->lo == 0 && b->flags & GP_V_LO_OPEN), below = b->hi < 0 || (b->hi == 0 && b->flags & GP_V_HI_OPEN);
    return !above && !below;
}

gp_val gp_val_div(const gp_val *a, const gp_val *b) {
    gp_val z;
    if (!(b->flags & GP_V_ABSENT) && b->lo == 0 && b->hi == 0) return gp_val_absent(gp_val_weaker(a->basis, b->basis), true);
    if (lacking(&z, a, b)) { /* a missing dividend over what is not 0 has a quotient */
        z.flags |= holds_zero(b) ? GP_V_MAYBE : 0;
        return z;
    }
    if (holds_zero(b)) return gp_val_any(a, b);
    z = corners(a, b, true); /* with an open end at 0 quotients grow without bound */
    double least = b->lo == 0   ? b->hi
                   : b->hi == 0 ? -b->lo
                                : fmin(fabs(b->lo), fabs(b->hi)),
           room = least - (isinf(least) ? 0 : gp_val_bound(b));
    z.err = room > 0
                ? ((gp_val_bound(a) + gp_val_larger(z.lo, z.hi) * gp_val_bound(b)) / room + gp_val_roundoff(z.lo) + gp_val_roundoff(z.hi)) *
                      1.0000001
                : INFINITY;
    return z;
}

gp_val gp_val_negative(const gp_val *a, bool truth) {
    double one = truth ? 1 : 0;
    gp_val z = *a;
    z.lo = one - a->hi;
    z.hi = one - a->lo;
    z.flags = (uint8_t)((a->flags & ~(GP_V_LO_OPEN | GP_V_HI_OPEN)) | (a->flags & GP_V_LO_OPEN ? GP_V_HI_OPEN : 0) |
                        (a->flags & GP_V_HI_OPEN ? GP_V_LO_OPEN : 0));
    return z;
}

/* Ends that binary64 cannot tell apart: open when both are, else reached. */
static uint8_t end_flag(const gp_val *a, const gp_val *b, const gp_val *taken, uint8_t flag, double x, double y) {
    bool exact = a->decimal && b->decimal;
    if (exact || !isfinite(x) || !isfinite(y) || fabs(x - y) > (gp_val_bound(a) + gp_val_bound(b)) * 1.0000001) return taken->flags & flag;
    return a->flags & b->flags & flag;
}

gp_val gp_val_pick(const gp_val *a, const gp_val *b, double sign) {
    if ((a->flags | b->flags) & GP_V_NONE) return gp_val_absent(gp_val_weaker(a->basis, b->basis), true);
    bool lo_a = sign * a->lo < sign * b->lo || (a->lo == b->lo && (sign > 0 ? !(a->flags & GP_V_LO_OPEN) : a->flags & GP_V_LO_OPEN));
    bool hi_a = sign * a->hi < sign * b->hi || (a->hi == b->hi && (sign > 0 ? a->flags & GP_V_HI_OPEN : !(a->flags & GP_V_HI_OPEN)));
    const gp_val *l = lo_a ? a : b, *h = hi_a ? a : b;
    double ea = gp_val_bound(a), eb = gp_val_bound(b), near = (ea + eb) * 1.0000001;
    bool apart = l == h && fabs(a->lo - b->lo) > near && fabs(a->hi - b->hi) > near; /* sure which of them it is */
    gp_val z = {.lo = l->lo,
                .hi = h->hi,
                .basis = gp_val_weaker(a->basis, b->basis),
                .decimal = a->decimal && b->decimal,
                .err = !apart   ? fmax(ea, eb)
                       : l == a ? ea
                                : eb};
    z.flags = (uint8_t)(gp_val_flags(a, b) | end_flag(a, b, l, GP_V_LO_OPEN, a->lo, b->lo) | end_flag(a, b, h, GP_V_HI_OPEN, a->hi, b->hi));
    if (z.lo == -INFINITY && z.hi == INFINITY && ((a->flags | b->flags) & GP_V_ABSENT)) z.flags |= GP_V_ABSENT;
    return z;
}

gp_val gp_val_hull(const gp_val *a, const gp_val *b) {
    const gp_val *l = a->lo < b->lo || (a->lo == b->lo && !(a->flags & GP_V_LO_OPEN)) ? a : b;
    const gp_val *h = a->hi > b->hi || (a->hi == b->hi && !(a->flags & GP_V_HI_OPEN)) ? a : b;
    gp_val z = {.lo = l->lo,
                .hi = h->hi,
                .basis = gp_val_weaker(a->basis, b->basis),
                .decimal = a->decimal && b->decimal,
                .err = fmax(gp_val_bound(a), gp_val_bound(b))};
    z.flags = (uint8_t)(((a->flags | b->flags) & GP_V_CARRIED) | end_flag(a, b, l, GP_V_LO_OPEN, a->lo, b->lo) |
                        end_flag(a, b, h, GP_V_HI_OPEN, a->hi, b->hi));
    return z;
}

gp_val gp_val_absolute(const gp_val *a) {
    gp_val z = *a;
    if (a->lo >= 0) return z;
    if (a->hi <= 0) return gp_val_negative(a, false);
    z.lo = 0;
    z.hi = fmax(-a->lo, a->hi);
    bool open = -a->lo > a->hi ? a->flags & GP_V_LO_OPEN : a->flags & GP_V_HI_OPEN;
    z.flags = (uint8_t)((a->flags & GP_V_CARRIED) | (open ? GP_V_HI_OPEN : 0));
    return z;
}

/* The share of a period that a datum covers: by days, or by a profile of monthly shares of which part months count by days.
 * Invariant: what covers the whole period has the share 1. */
#include <math.h>

#include "eval/lanes.h"

bool gp_month_next(gp_month *m) {
    if (m->period.first > m->period.last) return false;
    int year, month, day;
    gp_date_split(&year, &month, &day, m->period.first);
    int32_t begin = m->period.first - day + 1, next = month == 12 ? gp_date_of(year + 1, 1, 1) : gp_date_of(year, month + 1, 1);
    int32_t end = next - 1 < m->period.last ? next - 1 : m->period.last;
    m->month = month;
    m->days = next - begin;
    m->within = end - m->period.first + 1;
    m->period.first = next;
    return true;
}

/* Days, or monthly shares, of a period; *err is the relative bound. */
static double amount(double *err, gp_run *run, const gp_op *op, gp_pass pass, gp_period p, size_t i) {
    gp_month m = {.period = p};
    double sum = op->nargs ? 0 : (double)p.last - p.first + 1;
    while (op->nargs && gp_month_next(&m)) {
        gp_val share = gp_pass_value(run, pass, op->args[m.month - 1], i);
        if (share.flags & GP_V_ABSENT || share.lo != share.hi || share.lo < 0) return NAN;
        double e = share.decimal || share.lo == 0 ? GP_UNIT_ROUNDOFF : share.err / share.lo;
        *err = fmax(*err, e);
        sum += share.lo * m.within / m.days;
    }
    return sum;
}

gp_val gp_cover_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    size_t row = gp_pass_row(run, pass, i);
    const gp_cell *cell = gp_cell_of(run->frame, row, op->ref);
    gp_val z = {.lo = 1, .hi = 1, .err = GP_UNIT_ROUNDOFF};
    if (!cell || !cell->has_covers) return z;
    gp_period whole = run->frame->cases[row].period;
    double rel = 0, part = amount(&rel, run, op, pass, cell->covers, i), all = amount(&rel, run, op, pass, whole, i);
    double months = (double)(whole.last - whole.first) / 28 + 4;
    z.lo = z.hi = part / all;
    z.err = fabs(z.lo) * (2 * rel + 2 * (months + 4) * GP_UNIT_ROUNDOFF) * 1.0001;
    if (all > 0 && part > 0) return z;
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | GP_V_MISS | GP_V_NONE, .decimal = true};
}

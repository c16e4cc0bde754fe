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

double gp_cover_share(double *err, gp_run *run, const gp_op *op, gp_pass pass, gp_period covers, size_t i) {
    gp_period whole = run->frame->cases[gp_pass_row(run, pass, i)].period;
    double rel = 0, part = amount(&rel, run, op, pass, covers, i), all = amount(&rel, run, op, pass, whole, i);
    double months = (double)(whole.last - whole.first) / 28 + 4, share = part / all;
    *err = fabs(share) * (2 * rel + 2 * (months + 4) * GP_UNIT_ROUNDOFF) * 1.0001;
    return all > 0 && part > 0 ? share : NAN;
}

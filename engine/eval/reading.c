/* What the open kernel reads for a row: the frame and its cells, the calendar, the cohort.
 * Invariant: in the final pass whatever can still change is of any value that its kind allows; a cumulative value can only grow. */
#include <math.h>

#include "eval/cohort.h"
#include "eval/lanes.h"

/* ---- data ---- */

static gp_val unknown_of(const gp_type *type, uint8_t flags, uint8_t basis) {
    gp_val z = {.lo = -INFINITY, .hi = INFINITY, .flags = flags, .basis = basis, .decimal = true};
    if (type->kind == GP_BOOL) { z.lo = 0; z.hi = 1; }
    if (type->kind == GP_STAGE) { z.lo = 0; z.hi = (double)type->words->n - 1; }
    return z;
}

static gp_val cell_value(const gp_run *run, const gp_op *op, gp_pass pass, const gp_cell *x) {
    uint8_t basis = (uint8_t)(x->basis + 1);
    if (x->no_value || !(op->evidence >> x->stated & 1)) return unknown_of(op->type, GP_V_ABSENT | GP_V_MISS, 0);
    gp_measure m = run->program->plan->data[op->ref].measure;
    bool grows = (m == GP_CUMULATIVE || m == GP_MILESTONE || op->type->kind == GP_STAGE) && x->stated == GP_FINAL && x->basis == GP_PARTIAL;
    if (pass == GP_PASS_FINAL && x->basis != GP_FINAL && !grows) return unknown_of(op->type, 0, basis);
    gp_val z = {.lo = x->value.lo, .hi = x->value.hi, .basis = basis, .decimal = true};
    z.flags = (uint8_t)((x->value.lo_open ? GP_V_LO_OPEN : 0) | (x->value.hi_open ? GP_V_HI_OPEN : 0));
    return z;
}

gp_val gp_load_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    size_t row = gp_pass_row(run, pass, i);
    const gp_cell *x = gp_frame_cell(run->frame, row, op->ref);
    if (x) return cell_value(run, op, pass, x);
    double v = run->frame->column[op->ref][row];
    bool counts = op->evidence >> GP_FINAL & 1;
    if (isnan(v) || !counts) return unknown_of(op->type, GP_V_ABSENT | GP_V_MISS, 0);
    return (gp_val){.lo = v, .hi = v, .basis = GP_FINAL + 1, .decimal = true};
}

gp_val gp_reported_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_val z = gp_load_value(run, op, pass, i);
    const gp_cell *x = gp_frame_cell(run->frame, gp_pass_row(run, pass, i), op->ref);
    if (!x || z.flags & GP_V_ABSENT || pass == GP_PASS_FINAL) return z;
    z.lo = x->reported.lo;
    z.hi = x->reported.hi;
    z.flags = (uint8_t)((x->reported.lo_open ? GP_V_LO_OPEN : 0) | (x->reported.hi_open ? GP_V_HI_OPEN : 0));
    return z;
}

/* ---- the calendar ---- */

gp_val gp_elapsed_value(const gp_run *run, gp_pass pass, size_t i) {
    size_t row = gp_pass_row(run, pass, i);
    gp_period p = run->frame->cases[row].period;
    double days = (double)p.last - p.first + 1, gone = (double)run->as_of[row - run->first] - p.first + 1;
    double x = gone <= 0 ? 0 : gone >= days ? 1 : gone / days;
    return (gp_val){.lo = x, .hi = x, .err = 2 * x * GP_UNIT_ROUNDOFF};
}

/* ---- the cohort ---- */

static gp_val absent(uint8_t basis, bool none) {
    uint8_t flags = (uint8_t)(GP_V_ABSENT | GP_V_MISS | (none ? GP_V_NONE : 0));
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = flags, .basis = basis, .decimal = true};
}

gp_val gp_written_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_val z = gp_pass_value(run, pass, op->a, i);
    if (z.flags & GP_V_ABSENT) return z;
    bool single = z.lo == z.hi;
    if (op->flag && !single) return absent(z.basis, false);
    if (z.decimal) return z;
    if (isfinite(z.lo)) z.lo = gp_cohort_written(run, pass, op->a, 0, i);
    if (single) z.hi = z.lo;
    else if (isfinite(z.hi)) z.hi = gp_cohort_written(run, pass, op->a, 1, i);
    z.decimal = true;
    z.err = 0;
    return z;
}

/* Final when the row's own value is: what others have not settled counts as it is known now. */
gp_val gp_cohort_value(const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_val own = gp_pass_value(run, pass, op->a, i), first = gp_pass_value(run, GP_PASS_OPEN, op->a, i);
    gp_range r = gp_cohort_at(run->cohort, op->ref, gp_pass_row(run, pass, i));
    if (isnan(r.lo)) return absent(own.basis, own.flags & GP_V_NONE);
    bool opened = pass == GP_PASS_FINAL && (own.lo != first.lo || own.hi != first.hi);
    if (opened) return (gp_val){.lo = -INFINITY, .hi = INFINITY, .basis = own.basis, .decimal = true};
    gp_val z = {.lo = r.lo, .hi = r.hi, .basis = own.basis, .decimal = op->error == GP_E_DECIMAL};
    if (!z.decimal) z.err = fabs(r.lo) * op->bound; /* a mean: one for all */
    return z;
}

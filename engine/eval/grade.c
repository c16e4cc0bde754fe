/* Vetoes and grades, row by row and for both kernels alike.
 * Invariant: an effect rises with what it strikes, so the ends of a range are struck each on its own. */
#include <math.h>

#include "eval/lanes.h"

static gp_val at(const gp_run *run, gp_pass pass, uint32_t r, size_t i) { return gp_pass_value(run, pass, r, i); }

uint8_t gp_pass_verdict(const gp_run *run, gp_pass pass, uint32_t r, size_t i) {
    return pass == GP_PASS_PLAIN ? run->plain_verdict[r][i] : gp_open_value(run, pass, r, i)->verdict;
}

static bool left_out(uint8_t verdict) { return verdict == GP_NOT_APPLICABLE || verdict == GP_WAIVED; }

/* Never (0), always (1), or it depends (-1). What does not apply or is waived has no veto. */
static int strikes(const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    uint8_t v = op->a == GP_NO_REG ? GP_MEASURED : gp_pass_verdict(run, pass, op->a, i);
    if (left_out(v)) return 0;
    if (op->b == GP_NO_REG) return v == GP_UNMET ? 1 : v == GP_MET || v == GP_MEASURED ? 0 : -1;
    gp_val t = at(run, pass, op->b, i);
    return t.flags & (GP_V_ABSENT | GP_V_MAYBE) ? -1 : t.lo > 0 ? 1 : t.hi <= 0 ? 0 : -1;
}

gp_val gp_strikes_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    int t = strikes(run, op, pass, i);
    if (t < 0 && op->unknown != GP_UNKNOWN_RANGE) t = op->unknown == GP_UNKNOWN_ZERO;
    return (gp_val){.lo = t > 0, .hi = t != 0, .decimal = true};
}

static gp_val struck(const gp_val *s, const gp_val *limit, int sign) {
    gp_val z = *s;
    if (sign == 0) {
        uint8_t basis = z.basis;
        z = *limit;
        z.basis = basis;
        return z;
    }
    z.lo = sign < 0 ? fmin(s->lo, limit->lo) : fmax(s->lo, limit->lo);
    z.hi = sign < 0 ? fmin(s->hi, limit->hi) : fmax(s->hi, limit->hi);
    z.err = fmax(s->decimal ? fmax(fabs(z.lo), fabs(z.hi)) * GP_UNIT_ROUNDOFF : s->err,
                 limit->decimal ? fmax(fabs(z.lo), fabs(z.hi)) * GP_UNIT_ROUNDOFF : limit->err);
    z.decimal = s->decimal && limit->decimal;
    return z;
}

gp_val gp_veto_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_val s = at(run, pass, op->a, i), t = at(run, pass, op->b, i), limit = at(run, pass, op->c, i);
    if (s.flags & GP_V_ABSENT || t.hi <= 0) return s;
    if (limit.flags & GP_V_ABSENT) limit.flags &= (uint8_t)~GP_V_ABSENT; /* anything */
    gp_val z = struck(&s, &limit, op->bound_sign);
    if (t.lo > 0) return z;
    z.lo = fmin(z.lo, s.lo);
    z.hi = fmax(z.hi, s.hi);
    z.err = fmax(z.decimal ? 0 : z.err, s.decimal ? 0 : s.err);
    z.decimal = z.decimal && s.decimal;
    if (!z.decimal) z.err = fmax(z.err, fmax(isfinite(z.lo) ? fabs(z.lo) : 0, isfinite(z.hi) ? fabs(z.hi) : 0) * GP_UNIT_ROUNDOFF);
    return z;
}

/* ---- grades ---- */

static double place_of(const gp_run *run, const gp_node *n, size_t row, double marks) {
    uint8_t k = gp_grade_of(run, n, row, marks);
    return k == UINT8_MAX ? -1 : (double)(n->ngrades - 1 - k);
}

static gp_val named_grade(const gp_node *n, gp_text grade) {
    gp_val z = {.lo = -1, .hi = -1, .decimal = true};
    for (size_t k = 0; k < n->ngrades; k++)
        if (gp_text_eq(n->grades[k].name, grade)) z.lo = z.hi = (double)(n->ngrades - 1 - k);
    return z;
}

gp_val gp_grade_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_val m = at(run, pass, op->a, i), z = m;
    size_t row = gp_pass_row(run, pass, i);
    const gp_rule_answer *named = op->b == GP_NO_REG ? NULL : gp_roll_answer(run, op->b, pass, i);
    if (named && named->grade.s) return named_grade(op->node, named->grade);
    if (m.flags & GP_V_ABSENT) return m;
    z.lo = place_of(run, op->node, row, m.lo);
    z.hi = place_of(run, op->node, row, m.hi);
    z.decimal = true;
    z.err = 0;
    return z;
}

gp_text gp_grade_name(const gp_node *n, double place) {
    return place >= 0 && place < (double)n->ngrades ? n->grades[n->ngrades - 1 - (size_t)place].name : GP_NO_TEXT;
}

/* A grade that is still open has no word. */
gp_val gp_word_value(gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    if (op->b != GP_NO_REG) {
        uint8_t v = gp_pass_verdict(run, pass, op->b, i);
        gp_val from = pass == GP_PASS_PLAIN ? (gp_val){0} : *gp_open_value(run, pass, op->b, i);
        if (v < GP_VERDICT_COUNT) return (gp_val){.lo = op->words[v], .hi = op->words[v], .basis = from.basis, .decimal = true};
        return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | GP_V_NONE, .decimal = true};
    }
    gp_val z = at(run, pass, op->a, i);
    if (!(z.flags & GP_V_ABSENT) && z.lo == z.hi && z.lo >= 0) {
        z.lo = z.hi = op->words[(size_t)z.lo];
        return z;
    }
    return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | (z.flags & GP_V_MISS), .basis = z.basis, .decimal = true};
}

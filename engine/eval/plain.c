/* The plain kernel: every operation over a block of points, NaN where there is none.
 * Invariant: a row whose result needs an interval, a basis or a reason is marked in `escape` and worked out again by the open kernel.
 * plain_scores.h is a part of it, since the wide copy of the kernel is made by inlining all of it. */
#include <math.h>
#include <string.h>

#include "eval/cohort.h"
#include "eval/lanes.h"

typedef struct lane { /* what a kernel needs of one operation */
    gp_run *run;
    const gp_op *op;
    uint32_t k;      /* its register */
    size_t n;
    double *z;       /* result */
    double *e;       /* its error bounds, NULL unless GP_E_COLUMN */
    const double *a, *b, *c;
} lane;

static const gp_op *op_at(const gp_run *run, uint32_t r) { return &run->program->ops[r]; }

/* Error bounds of an operand as a column. */
static const double *bounds(const gp_run *run, uint32_t r, int which, size_t n) {
    const gp_op *o = op_at(run, r);
    if (o->error == GP_E_COLUMN) return run->plain_err[r];
    double *s = run->scratch[which];
    const double *v = run->plain[r];
    if (o->error == GP_E_ABS) for (size_t i = 0; i < n; i++) s[i] = o->bound;
    else {
        double rel = o->error == GP_E_REL ? o->bound : GP_UNIT_ROUNDOFF;
        for (size_t i = 0; i < n; i++) s[i] = fabs(v[i]) * rel;
    }
    return s;
}

static void mark(gp_run *run, size_t i) {
    run->escape[i] = 1;
    gp_rows_add(&run->differs[run->at], i);
}

static gp_val point(const gp_run *run, uint32_t r, size_t i) { return gp_pass_value(run, GP_PASS_PLAIN, r, i); }

/* Moves *i to the next row that is flagged with 1; false when there is none. Few rows ever are. */
static bool next_of(size_t *i, const uint8_t *flags, size_t n) {
    const uint8_t *at = *i < n ? memchr(flags + *i, 1, n - *i) : NULL;
    if (at) *i = (size_t)(at - flags);
    return at != NULL;
}

/* Rows without a root, a power …: the open kernel tells one that cannot be had from a missing operand, whose value may be one that has
 * none. */
static void mark_none(lane *l) {
    for (size_t i = 0; l->op->escapes && i < l->n; i++) if (isnan(l->z[i])) mark(l->run, i);
}

/* ---- arithmetic ---- */

static void add(lane *l, double sign) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] + sign * l->b[i];
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++) l->e[i] = (ea[i] + eb[i] + fabs(l->z[i]) * GP_UNIT_ROUNDOFF) * 1.0000001;
}

static void mul(lane *l) {
    if (l->op->strict) for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] * l->b[i];
    else for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] == 0 || l->b[i] == 0 ? 0 : l->a[i] * l->b[i];
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++)
        l->e[i] = (fabs(l->a[i]) * eb[i] + fabs(l->b[i]) * ea[i] + ea[i] * eb[i] + fabs(l->z[i]) * GP_UNIT_ROUNDOFF) * 1.0000001;
}

static void quotient_bounds(lane *l) {
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++) {
        double room = fabs(l->b[i]) - eb[i];
        double e = (ea[i] + fabs(l->z[i]) * eb[i]) / room + fabs(l->z[i]) * GP_UNIT_ROUNDOFF;
        l->e[i] = room > 0 ? e * 1.0000001 : INFINITY;
    }
}

/* A divisor within its bound of 0 may be 0, or only look like it: it is asked for exactly. */
static void divide_exactly(lane *l, const double *eb) {
    const double *ea = bounds(l->run, l->op->a, 1, l->n);
    for (size_t i = 0; i < l->n; i++) {
        if (isnan(l->a[i]) || fabs(l->b[i]) > eb[i] || isnan(l->b[i])) continue;
        double b = gp_decide_end(l->run, GP_PASS_PLAIN, l->op->b, 0, i);
        l->z[i] = b == 0 ? NAN : l->a[i] / b;
        if (l->e) l->e[i] = ea[i] / fabs(b) * 1.0000001 + 3 * fabs(l->z[i]) * GP_UNIT_ROUNDOFF;
    }
}

static void divide(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = l->b[i] == 0 ? NAN : l->a[i] / l->b[i];
    if (l->e) quotient_bounds(l);
    bool may_be_0 = op_at(l->run, l->op->b)->error >= GP_E_ABS; /* without looking it */
    if (!may_be_0 && !l->op->escapes) return;
    const double *eb = bounds(l->run, l->op->b, 0, l->n);
    if (may_be_0) divide_exactly(l, eb);
    for (size_t i = 0; l->op->escapes && i < l->n; i++) if (isnan(l->z[i]) && !(fabs(l->b[i]) > eb[i])) mark(l->run, i); /* 0 or missing */
}

static void pick(lane *l, double sign) { /* min (1) and max (-1) */
    if (l->op->strict)
        for (size_t i = 0; i < l->n; i++)
            l->z[i] = isunordered(l->a[i], l->b[i]) ? NAN : sign * l->a[i] <= sign * l->b[i] ? l->a[i] : l->b[i];
    else for (size_t i = 0; i < l->n; i++) {
        double a = l->a[i], b = l->b[i];
        l->z[i] = sign * a <= sign * b ? a : b;
        if (isnan(a) != isnan(b)) mark(l->run, i);
    }
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++) {
        bool apart = fabs(l->a[i] - l->b[i]) > (ea[i] + eb[i]) * 1.0000001; /* sure which of them it is */
        l->e[i] = !apart ? fmax(ea[i], eb[i]) : sign * l->a[i] < sign * l->b[i] ? ea[i] : eb[i];
    }
}

/* ---- comparisons ---- */

static bool both_decimal(const gp_run *run, uint32_t a, uint32_t b) {
    return op_at(run, a)->error == GP_E_DECIMAL && op_at(run, b)->error == GP_E_DECIMAL;
}

/* Sign of a - b for each row; rows within the bound are decided exactly. NaN where there is none. */
static void compare(gp_run *run, double *z, uint32_t a, uint32_t b, size_t n) {
    const double *x = run->plain[a], *y = run->plain[b];
    for (size_t i = 0; i < n; i++) z[i] = x[i] > y[i] ? 1 : x[i] < y[i] ? -1 : x[i] == y[i] ? 0 : NAN;
    if (both_decimal(run, a, b)) return;
    const double *ea = bounds(run, a, 0, n), *eb = bounds(run, b, 1, n);
    uint8_t near[GP_BLOCK];
    for (size_t i = 0; i < n; i++) near[i] = !(fabs(x[i] - y[i]) > (ea[i] + eb[i]) * 1.0000001) & (x[i] == x[i]) & (y[i] == y[i]);
    for (size_t i = 0; next_of(&i, near, n); i++) z[i] = gp_decide_compare(run, GP_PASS_PLAIN, a, 0, b, 0, i);
}

static void relation(lane *l) {
    compare(l->run, l->z, l->op->a, l->op->b, l->n);
    for (size_t i = 0; i < l->n; i++) {
        double s = l->z[i];
        bool yes = false;
        switch (l->op->code) {
        case GP_O_LT: yes = s < 0; break;
        case GP_O_LE: yes = s <= 0; break;
        case GP_O_GT: yes = s > 0; break;
        case GP_O_GE: yes = s >= 0; break;
        case GP_O_EQ: yes = s == 0; break;
        default: yes = s != 0; break;
        }
        l->z[i] = isnan(s) ? NAN : yes;
    }
}

static void both(lane *l) { /* and: false wins over unknown */
    for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] == 0 || l->b[i] == 0 ? 0 : l->a[i] + l->b[i] > 1 ? 1 : NAN;
}

static void either(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] == 1 || l->b[i] == 1 ? 1 : l->a[i] + l->b[i] == 0 ? 0 : NAN;
}

/* ---- functions ---- */

static double transcendental(gp_opcode code, double a, double b) {
    double y = NAN;
    switch (code) {
    case GP_O_SQRT: y = a < 0 ? NAN : sqrt(a); break;
    case GP_O_EXP: y = exp(a); break;
    case GP_O_LOG: y = a <= 0 ? NAN : log(a); break;
    case GP_O_ERF: y = erf(a); break;
    default: y = pow(a, b); break;
    }
    return isfinite(y) ? gp_round_digits(y, 12) : NAN;
}

/* An argument that may be 0 is asked for exactly: roots and logarithms end there. */
static double argument(const lane *l, const double *ea, size_t i) {
    double a = l->a[i];
    return fabs(a) > ea[i] || isnan(a) ? a : gp_decide_end(l->run, GP_PASS_PLAIN, l->op->a, 0, i);
}

static void function(lane *l) {
    const double *ea = bounds(l->run, l->op->a, 0, l->n);
    for (size_t i = 0; i < l->n; i++) {
        bool given = !isnan(l->a[i]) && (!l->b || !isnan(l->b[i]));
        l->z[i] = given ? transcendental(l->op->code, argument(l, ea, i), l->b ? l->b[i] : 0) : NAN;
    }
    mark_none(l);
}

static void modulo(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        bool given = !isnan(l->a[i]) && !isnan(l->b[i]);
        l->z[i] = given ? gp_decide_mod(l->run, GP_PASS_PLAIN, l->op->a, l->op->b, i) : NAN;
    }
    mark_none(l);
}

/* To the nearest with up to twelve digits, where the row lies clear of a half; the others are flagged. As gp_decide_round does it. */
static void round_clear(lane *l, uint8_t *others) {
    static const double TENS[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12};
    const double *ea = bounds(l->run, l->op->a, 0, l->n), ten = TENS[l->op->digits];
    for (size_t i = 0; i < l->n; i++) {
        double x = l->a[i], y = fabs(x) * ten, whole = floor(y), f = y - whole, err = (ea[i] * ten + y * 4 * GP_UNIT_ROUNDOFF) * 1.0000001;
        double r = (f >= 0.5 ? whole + 1 : whole) / ten;
        l->z[i] = x < 0 && r != 0 ? -r : r;
        others[i] = !((fabs(f - 0.5) > err) & (y < 1e15));
    }
}

static void rounding(lane *l, gp_rounding rule) {
    uint8_t others[GP_BLOCK];
    bool nearest = l->op->code == GP_O_ROUND || l->op->code == GP_O_ROUND_MARKS, half = rule == GP_HALF_UP || rule == GP_HALF_EVEN;
    if (nearest && half && l->op->digits >= 0 && l->op->digits <= 12) round_clear(l, others);
    else memset(others, 1, sizeof others);
    for (size_t i = 0; next_of(&i, others, l->n); i++)
        l->z[i] = isnan(l->a[i]) ? NAN : gp_decide_round(l->run, GP_PASS_PLAIN, l->op->a, 0, i, l->op->code, l->op->digits, rule);
}

static void if_else(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        l->z[i] = l->a[i] == 1 ? l->b[i] : l->a[i] == 0 ? l->c[i] : NAN;
        if (isnan(l->a[i]) && !l->op->strict) mark(l->run, i);
    }
    if (!l->e) return;
    const double *eb = bounds(l->run, l->op->b, 0, l->n), *ec = bounds(l->run, l->op->c, 1, l->n);
    for (size_t i = 0; i < l->n; i++) l->e[i] = l->a[i] == 1 ? eb[i] : ec[i];
}

static void coalesce(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = isnan(l->a[i]) ? l->b[i] : l->a[i];
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++) l->e[i] = isnan(l->a[i]) ? eb[i] : ea[i];
}

static void dated(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        uint32_t r = gp_dated_entry(l->run, l->op, l->run->first + i);
        gp_val v = r == GP_NO_REG ? (gp_val){.lo = NAN} : gp_pass_value(l->run, GP_PASS_PLAIN, r, i);
        l->z[i] = v.lo == -INFINITY ? NAN : v.lo;
        if (l->e) l->e[i] = v.err;
    }
}

/* The same datum in every row: a value that is more than a point sends all of them to the open kernel. */
static void load_alike(lane *l) {
    const gp_frame *f = l->run->frame;
    l->z[0] = l->op->evidence >> GP_FINAL & 1 ? f->column[l->op->ref][0] : NAN;
    if (gp_frame_cell(f, 0, l->op->ref)) mark(l->run, 0);
}

static void load(lane *l) {
    const gp_frame *f = l->run->frame;
    if (l->op->constant) load_alike(l);
    else if (l->op->evidence >> GP_FINAL & 1)
        l->run->plain[l->k] = f->column[l->op->ref] + l->run->first; /* the column itself is the register */
    else for (size_t i = 0; i < l->n; i++) l->z[i] = NAN;
}

static void varied(lane *l) {
    const double *own = l->run->frame->varied[l->op->ref].column + l->run->first;
    for (size_t i = 0; i < l->n; i++) l->z[i] = isnan(own[i]) ? l->a[i] : own[i];
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n);
    for (size_t i = 0; i < l->n; i++) l->e[i] = isnan(own[i]) ? ea[i] : fabs(own[i]) * GP_UNIT_ROUNDOFF;
}

static void elapsed(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        gp_period p = l->run->frame->cases[l->run->first + i].period;
        double days = (double)p.last - p.first + 1, gone = (double)l->run->as_of[i] - p.first + 1;
        l->z[i] = gone <= 0 ? 0 : gone >= days ? 1 : gone / days;
    }
}

static void written(lane *l) {
    bool decimal = op_at(l->run, l->op->a)->error == GP_E_DECIMAL;
    for (size_t i = 0; i < l->n; i++)
        l->z[i] = decimal || isnan(l->a[i]) ? l->a[i] : gp_cohort_written(l->run, GP_PASS_PLAIN, l->op->a, 0, i);
}

/* A rank that others keep open is an interval, which the open kernel holds. */
static void of_cohort(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        gp_range r = gp_cohort_at(l->run->cohort, l->op->ref, l->run->first + i);
        l->z[i] = r.lo;
        if (r.lo < r.hi) mark(l->run, i);
    }
}

static void code_value(lane *l) {
    const gp_words *w = l->op->type->words;
    for (size_t i = 0; i < l->n; i++) l->z[i] = isnan(l->a[i]) ? NAN : w->value[(size_t)l->a[i]];
}

static void negate(lane *l, bool truth) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = truth ? 1 - l->a[i] : -l->a[i];
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
}

static void absolute(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = fabs(l->a[i]);
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
}

static void fill(lane *l, double v) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = v;
}

/* ---- verdicts ---- */

/* Verdict of sign-of-(a - b) tests; NaN is no_data. The loops are branch-free so that the compiler can widen them. */
static void test_against(gp_run *run, const gp_op *op, uint8_t *v, uint32_t target, gp_test test, size_t n) {
    const double *x = run->plain[op->a], *t = run->plain[target];
    double *s = run->scratch[2];
    if (!both_decimal(run, op->a, target)) {
        compare(run, s, op->a, target, n);
        x = s;
        t = run->scratch[3]; /* zeros */
    }
#define TEST_LOOP(REL)                                                                                                                     \
    for (size_t i = 0; i < n; i++) {                                                                                                       \
        bool none = isunordered(x[i], t[i]), met = (x[i] REL t[i]) & !none;                                                                \
        v[i] = (uint8_t)(met ? GP_MET : none ? GP_NO_DATA : GP_UNMET);                                                                     \
    }
    switch (test) {
    case GP_AT_LEAST: case GP_REACHED: TEST_LOOP(>=) break;
    case GP_AT_MOST: case GP_BY: TEST_LOOP(<=) break;
    case GP_MORE_THAN: TEST_LOOP(>) break;
    case GP_LESS_THAN: TEST_LOOP(<) break;
    case GP_NOT: TEST_LOOP(!=) break;
    default: TEST_LOOP(==) break;
    }
#undef TEST_LOOP
}

/* Combines two tests: all (between) or any (one_of). no_data unless settled. */
static void combine(uint8_t *v, const uint8_t *w, size_t n, bool all) {
    uint8_t wins = all ? GP_UNMET : GP_MET, loses = all ? GP_MET : GP_UNMET;
    for (size_t i = 0; i < n; i++) {
        uint8_t won = (v[i] == wins) | (w[i] == wins), lost = (v[i] == loses) & (w[i] == loses);
        v[i] = won ? wins : lost ? loses : GP_NO_DATA;
    }
}

static void test(gp_run *run, const gp_op *op, uint8_t *v, size_t n) {
    gp_test t = op->node->criterion.test;
    uint8_t second[GP_BLOCK];
    gp_test first = t == GP_BETWEEN ? GP_AT_LEAST : t == GP_ONE_OF || t == GP_IS ? GP_EXACTLY : t;
    test_against(run, op, v, op->args[0], first, n);
    for (uint32_t k = 1; k < op->nargs; k++) {
        test_against(run, op, second, op->args[k], t == GP_BETWEEN ? GP_AT_MOST : GP_EXACTLY, n);
        combine(v, second, n, t == GP_BETWEEN);
    }
}

static bool is_same(const gp_run *run, uint32_t r) { return op_at(run, r)->constant; }

/* Adds the children of row i that differ between rows, or those that do not. */
static void add_children(gp_tally *t, const gp_run *run, const gp_op *op, size_t i, bool same) {
    for (uint32_t k = 0; k < op->nargs; k++)
        if (op->args[k] != GP_NO_REG && is_same(run, op->args[k]) == same)
            gp_tally_add(t, run->plain_verdict[op->args[k]][i], op->node->child[k]->binding);
}

static uint8_t parent_of(const gp_run *run, const gp_op *op, size_t i, const gp_tally *same) {
    gp_tally t = *same;
    add_children(&t, run, op, i, false);
    return gp_tally_verdict(&t, op->node->require);
}

/* Under `all` one unmet child settles it, and so do children that are all met; whatever else there is takes the way by rows. */
static void parent(gp_run *run, const gp_op *op, uint8_t *v, size_t n) {
    uint8_t unmet[GP_BLOCK], other[GP_BLOCK];
    bool all = op->node->require == 0, same_unmet = false, same_other = false;
    for (uint32_t k = 0; k < op->nargs; k++) {
        if (op->args[k] == GP_NO_REG || !is_same(run, op->args[k])) continue;
        same_unmet = same_unmet || run->plain_verdict[op->args[k]][0] == GP_UNMET;
        same_other = same_other || run->plain_verdict[op->args[k]][0] > GP_UNMET;
    }
    memset(unmet, same_unmet, n);
    memset(other, same_other, n);
    for (uint32_t k = 0; k < op->nargs; k++) {
        if (op->args[k] == GP_NO_REG || is_same(run, op->args[k])) continue;
        const uint8_t *w = run->plain_verdict[op->args[k]];
        for (size_t i = 0; i < n; i++) unmet[i] |= w[i] == GP_UNMET;
        for (size_t i = 0; i < n; i++) other[i] |= w[i] > GP_UNMET;
    }
    for (size_t i = 0; i < n; i++) v[i] = unmet[i] ? GP_UNMET : GP_MET;
    for (size_t i = 0; i < n; i++) other[i] = all ? other[i] & !unmet[i] : 1;
    gp_tally same = {0};
    add_children(&same, run, op, 0, true);
    for (size_t i = 0; next_of(&i, other, n); i++) v[i] = parent_of(run, op, i, &same);
}

static void status(gp_run *run, const gp_op *op, uint8_t *v, size_t n) {
    const uint8_t *inner = op->a == GP_NO_REG ? NULL : run->plain_verdict[op->a];
    uint32_t value = run->program->slots[op->node->index].value;
    for (size_t i = 0; i < n; i++) {
        gp_val applies, due, x;
        if (op->b != GP_NO_REG) applies = point(run, op->b, i);
        if (op->c != GP_NO_REG) due = point(run, op->c, i);
        if (value != GP_NO_REG) x = point(run, value, i);
        v[i] = gp_status_verdict(run, op, run->first + i, run->as_of[i], inner ? inner[i] : GP_MEASURED,
                                 op->b == GP_NO_REG ? NULL : &applies, op->c == GP_NO_REG ? NULL : &due, value == GP_NO_REG ? NULL : &x);
    }
}

static void judged(gp_run *run, const gp_op *op, uint8_t *v, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const gp_judgement *j = gp_frame_judgement(run->frame, run->first + i, op->node->index);
        v[i] = !j ? GP_NO_DATA : j->met ? GP_MET : GP_UNMET;
    }
}

static void decide(gp_run *run, const gp_op *op, uint8_t *v, size_t n) {
    const uint8_t *found = op->a == GP_NO_REG ? NULL : run->plain_verdict[op->a];
    for (size_t i = 0; i < n; i++) {
        gp_decided how;
        const gp_ruling *r = gp_ruling_of(&how, run, op, GP_PASS_PLAIN, i);
        v[i] = r && how == GP_DECIDED && r->is.has_verdict ? r->is.verdict : found ? found[i] : GP_MEASURED;
    }
}

/* Rows that are called together. */
typedef struct calls {
    gp_rule_input in[4 * GP_RULE_READS];
    gp_rule_answer answer[GP_RULE_READS];
    size_t row[GP_RULE_READS], n, room;
} calls;

static void call(calls *c, gp_run *run, const gp_op *op, uint32_t k, uint8_t *v) {
    const gp_criterion *by = &op->node->criterion;
    const gp_argument *with = gp_run_arguments(run, by->with, by->nwith, run->first + c->row[0]);
    gp_host_call(c->answer, run->options.host, run->keeps, op->rule, with, by->nwith, c->in, c->n);
    for (size_t i = 0; i < c->n; i++) {
        run->answers[k][c->row[i]] = c->answer[i];
        v[c->row[i]] = gp_verdict_of_rule(&c->answer[i]);
    }
    c->n = 0;
}

/* The open kernel asks the rule, once. */
static uint8_t left_to_open(gp_run *run, uint32_t k, size_t i) {
    mark(run, i);
    run->answers[k][i] = (gp_rule_answer){.outcome = GP_RULE_UNDECIDED, .score = NAN, .open_datum = UINT32_MAX};
    return GP_UNDECIDED;
}

static void rule(gp_run *run, const gp_op *op, uint32_t k, uint8_t *v, size_t n) {
    calls c;
    c.n = 0;
    c.room = run->arguments ? 1 : op->nargs > 4 ? GP_COUNT(c.in) / op->nargs : GP_COUNT(c.row); /* arguments may differ between rows */
    for (size_t i = 0; i < n; i++) {
        if (run->escape[i]) {
            v[i] = left_to_open(run, k, i);
            continue;
        }
        for (uint32_t j = 0; j < op->nargs; j++) {
            gp_val x = point(run, op->args[j], i);
            gp_rule_input_of(&c.in[c.n * op->nargs + j], run, op->rule->reads[j], &x, run->first + i);
        }
        c.row[c.n++] = i;
        if (c.n == c.room) call(&c, run, op, k, v);
    }
    if (c.n) call(&c, run, op, k, v);
}

static void roll(gp_run *run, const gp_op *op, uint32_t k, uint8_t *v, size_t n) {
    for (size_t i = 0; i < n; i++) v[i] = run->escape[i] ? left_to_open(run, k, i) : gp_roll(run, op, k, GP_PASS_PLAIN, i);
}

#include "eval/plain_scores.h"

/* ---- what methods read of the frame ---- */

/* The edge of a tier; the edges' bounds where they are no decimals. */
static double edge(const lane *l, uint32_t r, size_t i) {
    gp_val v = point(l->run, r, i);
    if (l->e) l->e[i] = v.err;
    return v.flags & GP_V_ABSENT ? NAN : v.lo;
}

/* A tier without a mark is a range: the open kernel's. */
static void tier(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        const gp_judgement *j = gp_frame_judgement(l->run->frame, l->run->first + i, l->op->node->index);
        l->z[i] = !j ? NAN : j->has_mark ? j->mark : edge(l, l->op->args[2 * j->index], i);
        if (j && !j->has_mark && l->z[i] != edge(l, l->op->args[2 * j->index + 1], i)) mark(l->run, i);
        if (l->e && j && j->has_mark) l->e[i] = fabs(l->z[i]) * GP_UNIT_ROUNDOFF;
    }
}

/* ---- dispatch: once an operation, never a row ---- */

static void run_verdict(gp_run *run, const gp_op *op, uint32_t k, size_t n) {
    uint8_t *v = run->plain_verdict[k];
    switch (op->code) {
    case GP_O_TEST: test(run, op, v, n); break;
    case GP_O_RULE: rule(run, op, k, v, n); break;
    case GP_O_ROLL: roll(run, op, k, v, n); break;
    case GP_O_JUDGED: judged(run, op, v, n); break;
    case GP_O_DECIDE: decide(run, op, v, n); break;
    case GP_O_PARENT: parent(run, op, v, n); break;
    default: status(run, op, v, n); break;
    }
}

static void run_value(lane *l) {
    switch (l->op->code) {
    case GP_O_CONST: fill(l, l->op->value); break;
    case GP_O_LOAD: load(l); break;
    case GP_O_SUBJECT: memcpy(l->z, l->run->subject_text + l->run->first, l->n * sizeof *l->z); break;
    case GP_O_PERIOD: memcpy(l->z, l->run->period_text + l->run->first, l->n * sizeof *l->z); break;
    case GP_O_CODE_VALUE: code_value(l); break;
    case GP_O_NEG: negate(l, false); break;
    case GP_O_NOT: negate(l, true); break;
    case GP_O_ADD: add(l, 1); break;
    case GP_O_SUB: add(l, -1); break;
    case GP_O_MUL: mul(l); break;
    case GP_O_DIV: divide(l); break;
    case GP_O_MOD: modulo(l); break;
    case GP_O_LT: case GP_O_LE: case GP_O_GT: case GP_O_GE: case GP_O_EQ: case GP_O_NE: relation(l); break;
    case GP_O_AND: both(l); break;
    case GP_O_OR: either(l); break;
    case GP_O_MIN: pick(l, 1); break;
    case GP_O_MAX: pick(l, -1); break;
    case GP_O_ABS: absolute(l); break;
    case GP_O_POW: case GP_O_SQRT: case GP_O_EXP: case GP_O_LOG: case GP_O_ERF: function(l); break;
    case GP_O_ROUND: case GP_O_FLOOR: case GP_O_CEIL: case GP_O_TRUNC: rounding(l, GP_HALF_UP); break;
    case GP_O_ROUND_MARKS: rounding(l, l->op->node->scoring.rounding); break;
    case GP_O_IF_ELSE: if_else(l); break;
    case GP_O_COALESCE: coalesce(l); break;
    case GP_O_KNOWN: for (size_t i = 0; i < l->n; i++) l->z[i] = !isnan(l->a[i]); break;
    case GP_O_NONE: fill(l, NAN); break;
    case GP_O_ELAPSED: elapsed(l); break;
    case GP_O_WRITTEN: written(l); break;
    case GP_O_COHORT: of_cohort(l); break;
    case GP_O_DATED: dated(l); break;
    case GP_O_VARIED: varied(l); break;
    case GP_O_PASS_FAIL: pass_fail(l); break;
    case GP_O_RATIO: ratio(l); break;
    case GP_O_INTERPOLATE: interpolate(l); break;
    case GP_O_RULE_SCORE: rule_score(l); break;
    case GP_O_CLIP: clip(l); break;
    case GP_O_SURE: sure(l); break;
    case GP_O_LEAF: leaf(l); break;
    case GP_O_WITHHOLD: withhold(l); break;
    case GP_O_DECIDED: decided(l); break;
    case GP_O_KNOWN_WEIGHT: known_weight(l); break;
    case GP_O_MEAN: mean(l); break;
    case GP_O_ROLL_SCORE: by_row(l, gp_roll_score); break;
    case GP_O_AGGREGATE: by_row(l, gp_aggregate_value); break;
    case GP_O_TOTAL: by_row(l, gp_total_value); break;
    case GP_O_STRIKES: strikes(l); break;
    case GP_O_VETO: veto(l); break;
    case GP_O_GRADE: by_row(l, gp_grade_value); break;
    case GP_O_WORD: by_row(l, gp_word_value); break;
    case GP_O_COVERED: covered(l); break;
    case GP_O_MARKS: marks(l); break;
    case GP_O_REPORTED: load(l); break;
    case GP_O_COVER: fill(l, 1); break; /* what is plain covers its period */
    case GP_O_TIER: tier(l); break;
    default: break;
    }
}

static const double *operand(const gp_run *run, uint32_t r) { return r == GP_NO_REG ? NULL : run->plain[r]; }

/* A constant is worked out for one row and holds for all. */
static void spread(gp_run *run, uint32_t k) {
    if (run->plain_verdict[k]) memset(run->plain_verdict[k], run->plain_verdict[k][0], run->cap);
    for (size_t i = 1; run->plain[k] && i < run->cap; i++) run->plain[k][i] = run->plain[k][0];
    for (size_t i = 1; run->plain_err[k] && i < run->cap; i++) run->plain_err[k][i] = run->plain_err[k][0];
}

static inline void run_ops(gp_run *run, bool constants) {
    size_t n = constants ? 1 : run->n;
    for (uint32_t k = 0; k < run->program->nops; k++) {
        const gp_op *op = op_at(run, k);
        if (op->constant != constants || op->stage > run->stage || gp_is_idle(run, k)) continue;
        run->at = k;
        if (run->plain_verdict[k]) {
            run_verdict(run, op, k, n);
        } else {
            lane l = {run, op, k, n, run->plain[k], run->plain_err[k], operand(run, op->a), operand(run, op->b), operand(run, op->c)};
            run_value(&l);
        }
        if (constants) spread(run, k);
    }
}

/* The kernel is there twice, the second time with all its loops in AVX2. Both do the same operations, so they give the same bytes. */
#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"), flatten)) static void run_ops_wide(gp_run *run, bool constants) {
    run_ops(run, constants);
}

static bool is_wide(void) { return __builtin_cpu_supports("avx2"); }
#else
#define run_ops_wide run_ops
static bool is_wide(void) { return false; }
#endif

void gp_plain_run(gp_run *run, bool constants) {
    if (is_wide()) run_ops_wide(run, constants);
    else run_ops(run, constants);
}

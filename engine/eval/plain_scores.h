/* Scores in the plain kernel: the part of plain.c about scores, weights, totals and vetoes, over the columns of a block.
 * Invariant: only plain.c includes it, behind what its loops share; the wide copy of the kernel is made by inlining all of it. */
#ifndef GP_EVAL_PLAIN_SCORES_H
#define GP_EVAL_PLAIN_SCORES_H

static void pass_fail(lane *l) {
    const uint8_t *v = l->run->plain_verdict[l->op->a];
    for (size_t i = 0; i < l->n; i++) l->z[i] = v[i] == GP_MET ? 1 : v[i] == GP_UNMET ? 0 : NAN;
}

/* x/T upwards, T/x downwards (infinite where x is 0 or less: the cap decides), 1 inside `between`. */
static void ratio(lane *l) {
    const double *x = l->a, *t = l->b, *u = l->c;
    if (u)
        for (size_t i = 0; i < l->n; i++)
            l->z[i] = !(t[i] > 0 && u[i] > 0) ? NAN : x[i] < t[i] ? x[i] / t[i] : x[i] > u[i] ? u[i] / x[i] : x[i] - x[i] + 1;
    else if (gp_score_direction(l->op->node) > 0) for (size_t i = 0; i < l->n; i++) l->z[i] = t[i] > 0 ? x[i] / t[i] : NAN;
    else for (size_t i = 0; i < l->n; i++) l->z[i] = !(t[i] > 0) ? NAN : x[i] <= 0 ? INFINITY : t[i] / x[i];
    if (!l->e) return;
    const double *ex = bounds(l->run, l->op->a, 0, l->n), *et = bounds(l->run, l->op->b, 1, l->n);
    const double *eu = u ? bounds(l->run, l->op->c, 2, l->n) : et, *top = u ? u : t;
    bool up = gp_score_direction(l->op->node) > 0;
    for (size_t i = 0; i < l->n; i++) { /* of a quotient; between, the larger of both directions */
        double over = (ex[i] + fabs(l->z[i]) * et[i]) / (fabs(t[i]) - et[i]),
               under = (eu[i] + fabs(l->z[i]) * ex[i]) / (fabs(x[i]) - ex[i]);
        double e = !u ? (up ? over : under) : x[i] > top[i] ? fmax(over, under) : over;
        l->e[i] = isfinite(l->z[i]) ? (e >= 0 ? e * 1.0000001 + 2 * fabs(l->z[i]) * GP_UNIT_ROUNDOFF : INFINITY) : 0;
    }
}

static void clip(lane *l) {
    const double *hi = l->b, *lo = l->c;
    for (size_t i = 0; i < l->n; i++) {
        double s = l->a[i];
        if (hi) s = s > hi[i] ? hi[i] : s;
        if (lo) s = s < lo[i] ? lo[i] : s;
        l->z[i] = isinf(s) ? NAN : s;
    }
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n);
    for (size_t i = 0; i < l->n; i++) {
        double past = hi && l->a[i] - ea[i] > hi[i] ? 1 : lo && l->a[i] + ea[i] < lo[i] ? 1 : 0; /* well outside: the limit itself */
        l->e[i] = past > 0         ? fabs(l->z[i]) * GP_UNIT_ROUNDOFF
                  : isinf(l->a[i]) ? fabs(l->z[i]) * GP_UNIT_ROUNDOFF
                                   : ea[i] + fabs(l->z[i]) * GP_UNIT_ROUNDOFF;
    }
}

static void interpolate(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        gp_val x = point(l->run, l->op->a, i);
        l->z[i] = x.flags & GP_V_ABSENT ? NAN : gp_interpolate(&l->e[i], l->run, l->op, GP_PASS_PLAIN, &x, 0, i);
    }
}

static void rule_score(lane *l) {
    const uint8_t *v = l->run->plain_verdict[l->op->b];
    for (size_t i = 0; i < l->n; i++) {
        double s = gp_run_answer(l->run, l->op->a, l->run->first + i)->score;
        l->z[i] = !isnan(s) ? gp_score_of_rule(s) : v[i] == GP_MET ? 1 : v[i] == GP_UNMET ? 0 : NAN;
    }
}

static void sure(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = isnan(l->b[i]) ? NAN : l->a[i];
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
}

static void leaf(lane *l) {
    uint32_t cap = l->op->args[0], low = l->op->args[1];
    const uint8_t *v = l->op->b == GP_NO_REG ? NULL : l->run->plain_verdict[l->op->b];
    gp_unknown u = l->op->unknown;
    const double *end = u == GP_UNKNOWN_FULL && cap != GP_NO_REG   ? l->run->plain[cap]
                        : u == GP_UNKNOWN_ZERO && low != GP_NO_REG ? l->run->plain[low]
                                                                   : NULL;
    for (size_t i = 0; i < l->n; i++) l->z[i] = isinf(l->a[i]) ? NAN : l->a[i]; /* beyond any number, and no cap */
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
    if (u != GP_UNKNOWN_EXCLUDE) {
        for (size_t i = 0; i < l->n; i++) {
            if (!isnan(l->z[i]) || (v && (v[i] == GP_NOT_APPLICABLE || (v[i] == GP_WAIVED && !l->op->flag)))) continue;
            if (end) l->z[i] = end[i];
            else mark(l->run, i);
            if (l->e) l->e[i] = 0;
        }
    }
    gp_opcode over = !v ? GP_O_TEST : l->run->program->ops[l->op->b].code;
    if (over != GP_O_STATUS && over != GP_O_DECIDE) return;
    for (size_t i = 0; i < l->n; i++) if (v[i] == GP_NOT_APPLICABLE || (v[i] == GP_WAIVED && !l->op->flag)) l->z[i] = NAN;
}

static void withhold(lane *l) {
    const uint8_t *v = l->run->plain_verdict[l->op->b];
    for (size_t i = 0; i < l->n; i++) l->z[i] = v[i] == GP_NOT_APPLICABLE || (v[i] == GP_WAIVED && !l->op->flag) ? NAN : l->a[i];
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
}

static void decided(lane *l) {
    for (size_t i = 0; i < l->n; i++) {
        bool none;
        uint32_t r = gp_decided_score(&none, l->run, l->op, GP_PASS_PLAIN, i);
        l->z[i] = NAN;
        if (l->e) l->e[i] = 0;
        if (r == GP_NO_REG) {
            if (!none) mark(l->run, i); /* not known: the open kernel has a range for it */
            continue;
        }
        gp_val v = gp_pass_value(l->run, GP_PASS_PLAIN, r, i);
        if (v.flags & GP_V_ABSENT) continue;
        l->z[i] = v.lo;
        if (l->e) l->e[i] = v.err;
    }
}

static void known_weight(lane *l) {
    const uint8_t *v = l->op->b == GP_NO_REG ? NULL : l->run->plain_verdict[l->op->b];
    for (size_t i = 0; i < l->n; i++)
        l->z[i] = v && (v[i] == GP_NOT_APPLICABLE || v[i] == GP_WAIVED) ? NAN : isnan(l->a[i]) ? 0 : 1;
}

/* Bounds of a weighted mean. What children that are the same in all rows add to it is added up once. */
static void mean_bounds(lane *l, const double *weight) {
    double error[GP_BLOCK], same = 0, of_weights = 0, more = (2.0 * l->op->nargs + 6) * GP_UNIT_ROUNDOFF;
    memset(error, 0, sizeof error);
    for (uint32_t k = 0; k < l->op->nargs; k += 2) {
        uint32_t rw = l->op->args[k], rs = l->op->args[k + 1];
        bool both = is_same(l->run, rw) && is_same(l->run, rs);
        size_t n = both ? 1 : l->n;
        const double *w = l->run->plain[rw], *s = l->run->plain[rs], *es = bounds(l->run, rs, 0, n), *ew = bounds(l->run, rw, 1, n);
        if (both && s[0] == s[0]) {
            same += (w[0] + ew[0]) * (es[0] + fabs(s[0]) * more) + ew[0] * fabs(s[0]);
            of_weights += ew[0];
        }
        for (size_t i = 0; !both && i < n; i++)
            error[i] += s[i] == s[i] ? (w[i] + ew[i]) * (es[i] + fabs(s[i]) * more) + ew[i] * (fabs(s[i]) + fabs(l->z[i])) : 0;
    }
    for (size_t i = 0; i < l->n; i++) l->e[i] = weight[i] > 0 ? (error[i] + same + of_weights * fabs(l->z[i])) / weight[i] * 1.0000001 : 0;
}

/* What child k adds to the sum and to the weight. A weight that is missing or negative leaves no mean. */
static void add_child(lane *l, double *weight, uint32_t k) {
    uint32_t rw = l->op->args[k], rs = l->op->args[k + 1];
    const double *w = l->run->plain[rw], *s = l->run->plain[rs];
    double heavy = w[0] >= 0 ? w[0] : NAN;
    if (is_same(l->run, rw) && is_same(l->run, rs)) {
        bool counts = s[0] == s[0];
        double more = counts ? w[0] * s[0] : 0, by = counts ? heavy : 0;
        for (size_t i = 0; i < l->n; i++) l->z[i] += more;
        for (size_t i = 0; i < l->n; i++) weight[i] += by;
        return;
    }
    if (is_same(l->run, rw)) {
        for (size_t i = 0; i < l->n; i++) l->z[i] += s[i] == s[i] ? w[0] * s[i] : 0;
        for (size_t i = 0; i < l->n; i++) weight[i] += s[i] == s[i] ? heavy : 0;
        return;
    }
    for (size_t i = 0; i < l->n; i++) {
        bool counts = s[i] == s[i];
        l->z[i] += counts ? w[i] * s[i] : 0;
        weight[i] += !counts ? 0 : w[i] >= 0 ? w[i] : NAN;
    }
}

static void mean(lane *l) {
    double weight[GP_BLOCK];
    for (size_t i = 0; i < l->n; i++) l->z[i] = weight[i] = 0;
    for (uint32_t k = 0; k < l->op->nargs; k += 2) add_child(l, weight, k);
    for (size_t i = 0; i < l->n; i++) l->z[i] = weight[i] > 0 ? l->z[i] / weight[i] : NAN;
    if (l->e) mean_bounds(l, weight);
}

/* 1 where a veto strikes; what is open is both, so under `range` those rows take the open path. */
static void strikes(lane *l) {
    const uint8_t *v = l->op->a == GP_NO_REG ? NULL : l->run->plain_verdict[l->op->a];
    bool range = l->op->unknown == GP_UNKNOWN_RANGE;
    double open = l->op->unknown == GP_UNKNOWN_ZERO;
    for (size_t i = 0; i < l->n; i++) {
        uint8_t w = v ? v[i] : GP_MEASURED;
        bool out = w == GP_NOT_APPLICABLE || w == GP_WAIVED, settled = l->b ? !isnan(l->b[i]) : w <= GP_UNMET || w == GP_MEASURED;
        l->z[i] = out ? 0 : !settled ? open : l->b ? l->b[i] > 0 : w == GP_UNMET;
        if (!out && !settled && range) mark(l->run, i);
    }
}

static void veto(lane *l) {
    int sign = l->op->bound_sign;
    for (size_t i = 0; i < l->n; i++) {
        double s = l->a[i], at = l->c[i], held = sign == 0 ? at : sign < 0 ? (s < at ? s : at) : (s > at ? s : at);
        l->z[i] = isnan(s) || l->b[i] == 0 ? s : held;
        if (isnan(at)) mark(l->run, i);
    }
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *ec = bounds(l->run, l->op->c, 1, l->n);
    for (size_t i = 0; i < l->n; i++) l->e[i] = fmax(ea[i], ec[i]);
}

/* Operations that look at a row as the open kernel does: whatever is no point goes there. */
static void by_row(lane *l, gp_val (*value)(gp_run *, const gp_op *, gp_pass, size_t)) {
    for (size_t i = 0; i < l->n; i++) {
        gp_val z = value(l->run, l->op, GP_PASS_PLAIN, i);
        bool none = z.flags & GP_V_ABSENT;
        l->z[i] = none ? NAN : z.lo;
        if (l->e) l->e[i] = none ? 0 : z.decimal ? fabs(z.lo) * GP_UNIT_ROUNDOFF : z.err;
        if (!none && z.lo != z.hi) mark(l->run, i);
    }
}

static void covered(lane *l) {
    const double *least = l->run->plain[l->op->args[0]];
    if (l->e) memcpy(l->e, bounds(l->run, l->op->a, 0, l->n), l->n * sizeof *l->e);
    for (size_t i = 0; i < l->n; i++) {
        l->z[i] = l->a[i];
        if (!(l->c[i] - least[i] > 1e-9)) mark(l->run, i); /* at or below: the open kernel decides */
    }
}

static void marks(lane *l) {
    for (size_t i = 0; i < l->n; i++) l->z[i] = l->a[i] * l->b[i];
    if (!l->e) return;
    const double *ea = bounds(l->run, l->op->a, 0, l->n), *eb = bounds(l->run, l->op->b, 1, l->n);
    for (size_t i = 0; i < l->n; i++)
        l->e[i] = (ea[i] * (fabs(l->b[i]) + eb[i]) + fabs(l->a[i]) * eb[i]) * 1.0000001 + 3 * GP_UNIT_ROUNDOFF * fabs(l->z[i]);
}

#endif

/* Operations whose reading depends on their values: the branch that was taken, the knots between which a value lies, the parts of a mean.
 * Invariant: what is put in values is what the kernels reckon with. */
#include "eval/steps.h"

#include <math.h>

enum { PARTS_SHOWN = 8 };

static const gp_op *op_of(const gp_steps *s, uint32_t r) { return &s->program->ops[r]; }
static gp_val value(const gp_steps *s, uint32_t r) { return gp_view_value(s->v, r); }
static bool is_absent(const gp_steps *s, uint32_t r) { return value(s, r).flags & GP_V_ABSENT; }
static bool is_point(const gp_val *x) { return !(x->flags & GP_V_ABSENT) && x->lo == x->hi; }
static const char *either(const gp_steps *s, const char *zh, const char *en) { return s->zh ? zh : en; }

/* ---- branches ---- */

typedef enum branch { B_OPEN, B_FIRST, B_SECOND } branch;

static branch taken(const gp_steps *s, const gp_op *op) {
    if (op->code == GP_O_COALESCE) return is_absent(s, op->a) ? B_SECOND : B_FIRST;
    gp_val c = value(s, op->a);
    return c.lo > 0 ? B_FIRST : c.hi <= 0 ? B_SECOND : B_OPEN;
}

bool gp_form_bears(const gp_steps *s, uint32_t r, uint32_t k) {
    const gp_op *op = op_of(s, r);
    if (op->code == GP_O_COALESCE) return k == 0 || taken(s, op) == B_SECOND;
    if (op->code != GP_O_IF_ELSE || k == 0) return true;
    branch b = taken(s, op);
    return b == B_OPEN || (b == B_FIRST) == (k == 1);
}

static bool reads_on(const gp_steps *s, uint32_t r) {
    r = gp_steps_resolve(s, r);
    return r != GP_NO_REG && s->chained[r] && !s->step[r];
}

static const char *choice_text(gp_steps *s, const gp_op *op) {
    bool tested = gp_wording_of(op_of(s, op->a)->code)->typing == GP_Y_TRUTH;
    switch (taken(s, op)) {
    case B_FIRST:
        if (!tested) return either(s, "条件为 $a,取 $b", "the condition is $a, so $b");
        return either(s, "$a 成立,取 $b", "$a holds, so $b");
    case B_SECOND:
        if (!tested) return either(s, "条件为 $a,取 $c", "the condition is $a, so $c");
        if (reads_on(s, op->c)) return either(s, "$a 不成立;$c", "$a does not hold; $c");
        return either(s, "$a 不成立,取 $c", "$a does not hold, so $c");
    default: return NULL;
    }
}

static const char *coalesce_text(gp_steps *s, const gp_op *op) {
    return taken(s, op) == B_FIRST ? "$a" : either(s, "没有,取 $b", "there is none, so $b");
}

/* ---- scores ---- */

static const char *between_text(gp_steps *s, const gp_op *op) {
    gp_val x = value(s, op->a), lo = value(s, op->b), hi = value(s, op->c);
    if (!is_point(&x) || !is_point(&lo) || !is_point(&hi))
        return either(s, "区间内为 100%,低于下限为 $a / $b,高于上限为 $c / $a", "100% inside, $a / $b below, $c / $a above");
    if (gp_decide_compare(s->v->run, s->v->pass, op->a, 0, op->b, 0, s->v->at) < 0) return "$a / $b";
    if (gp_decide_compare(s->v->run, s->v->pass, op->a, 0, op->c, 0, s->v->at) > 0) return "$c / $a";
    return either(s, "$a 在区间内,得全部分值", "$a lies inside: all of the full marks");
}

static const char *ratio_text(gp_steps *s, const gp_op *op) {
    if (op->c != GP_NO_REG) return between_text(s, op);
    if (!op->node || gp_score_direction(op->node) > 0) return "$a / $b";
    gp_val x = value(s, op->a);
    return is_point(&x) && x.lo <= 0 ? either(s, "$a 不大于 0,按最高计", "$a is not above 0, which earns the most there is") : "$b / $a";
}

/* The side that acts; both where the value is no single one. */
static const char *clip_text(gp_steps *s, uint32_t r) {
    const gp_op *op = op_of(s, r);
    gp_val x = value(s, r);
    bool low = op->b == GP_NO_REG, high = op->c == GP_NO_REG;
    if (!low && !high && is_point(&x)) high = !(low = gp_decide_compare(s->v->run, s->v->pass, r, 0, op->b, 0, s->v->at) < 0);
    if (low) return either(s, "$a,至少 $c", "$a, at least $c");
    if (high) return either(s, "$a,至多 $b", "$a, at most $b");
    return either(s, "$a,至多 $b、至少 $c", "$a, at most $b and at least $c");
}

static const char *veto_text(gp_steps *s, const gp_op *op) {
    gp_val t = gp_view_value(s->v, op->b);
    if (t.lo > 0) return op->bound_sign < 0   ? either(s, "已触发,$a 至多 $c", "it strikes: $a, at most $c")
                         : op->bound_sign > 0 ? either(s, "已触发,$a 至少 $c", "it strikes: $a, at least $c")
                                              : either(s, "已触发,取 $c", "it strikes: $c");
    return t.hi <= 0 ? "$a" : either(s, "$a,尚不能排除触发", "$a, and the veto cannot be ruled out yet");
}

const char *gp_form_text(gp_steps *s, uint32_t r, gp_mode mode) {
    const gp_op *op = op_of(s, r);
    switch (op->code) {
    case GP_O_IF_ELSE: return mode == GP_VALUES ? choice_text(s, op) : NULL;
    case GP_O_COALESCE: return mode == GP_VALUES ? coalesce_text(s, op) : NULL;
    case GP_O_VETO: return mode == GP_VALUES ? veto_text(s, op) : NULL;
    case GP_O_RATIO: return ratio_text(s, op);
    case GP_O_CLIP: return clip_text(s, r);
    default: return NULL;
    }
}

/* ---- knots ---- */

static void put_knot(gp_steps *s, gp_buf *out, const gp_op *op, uint32_t k) {
    gp_buf_char(out, '(');
    gp_steps_put(s, out, op->args[2 * k], GP_VALUES, 0, gp_steps_type(s, op->a));
    gp_buf_str(out, ", ");
    gp_steps_put(s, out, op->args[2 * k + 1], GP_VALUES, 0, &gp_type_share);
    gp_buf_char(out, ')');
}

static bool knots_known(const gp_steps *s, const gp_op *op) {
    for (uint32_t k = 0; k < op->nargs; k++) {
        gp_val v = value(s, op->args[k]);
        if (!is_point(&v)) return false;
    }
    gp_val x = value(s, op->a);
    return is_point(&x) && op->nargs >= 2;
}

/* y0 + (x - x0) / (x1 - x0) × (y1 - y0) */
static void put_line(gp_steps *s, gp_buf *out, const gp_op *op, uint32_t k) {
    const gp_type *x = gp_steps_type(s, op->a), *y = &gp_type_share;
    const uint32_t *from = &op->args[2 * k];
    gp_steps_put(s, out, from[1], GP_VALUES, GP_H_SUM, y);
    gp_buf_str(out, " + (");
    gp_steps_put(s, out, op->a, GP_VALUES, GP_H_SUM, x);
    gp_buf_str(out, " - ");
    gp_steps_put(s, out, from[0], GP_VALUES, GP_H_PRODUCT, x);
    gp_buf_str(out, ") / (");
    gp_steps_put(s, out, from[2], GP_VALUES, GP_H_SUM, x);
    gp_buf_str(out, " - ");
    gp_steps_put(s, out, from[0], GP_VALUES, GP_H_PRODUCT, x);
    gp_buf_str(out, ") × (");
    gp_steps_put(s, out, from[3], GP_VALUES, GP_H_SUM, y);
    gp_buf_str(out, " - ");
    gp_steps_put(s, out, from[1], GP_VALUES, GP_H_PRODUCT, y);
    gp_buf_char(out, ')');
}

static uint32_t knots_reached(gp_steps *s, const gp_op *op) {
    uint32_t k = 0, n = op->nargs / 2;
    while (k < n && gp_decide_compare(s->v->run, s->v->pass, op->a, 0, op->args[2 * k], 0, s->v->at) >= 0) k++;
    return k;
}

static void put_place_on_curve(gp_steps *s, gp_buf *out, const gp_op *op, uint32_t k) {
    uint32_t n = op->nargs / 2;
    gp_steps_put(s, out, op->a, GP_NAMES, 0, NULL);
    if (k > 0 && k < n) {
        gp_buf_str(out, either(s, " 在折点 ", " lies between the knots "));
        put_knot(s, out, op, k - 1);
        gp_buf_str(out, either(s, " 与 ", " and "));
        put_knot(s, out, op, k);
        gp_buf_str(out, either(s, " 之间", ""));
    } else {
        if (k) gp_buf_str(out, either(s, " 在最后一个折点 ", " lies at or behind the last knot "));
        else gp_buf_str(out, either(s, " 在第一个折点 ", " lies before the first knot "));
        put_knot(s, out, op, k ? n - 1 : 0);
        gp_buf_str(out, k ? either(s, " 上或之后", "") : either(s, " 之前", ""));
    }
    if (op->node && op->node->scoring.log_scale) gp_buf_str(out, either(s, "(横轴取对数)", " (on a logarithmic axis)"));
}

static bool put_interpolated(gp_steps *s, gp_buf *out, const gp_op *op, gp_mode mode) {
    if (!knots_known(s, op)) return false;
    uint32_t k = knots_reached(s, op), n = op->nargs / 2;
    bool inside = k > 0 && k < n, log_scale = op->node && op->node->scoring.log_scale;
    if (mode == GP_NAMES || log_scale) put_place_on_curve(s, out, op, k);
    else if (inside) put_line(s, out, op, k - 1);
    else gp_steps_put(s, out, op->args[k ? 2 * n - 1 : 1], GP_VALUES, 0, &gp_type_share);
    return true;
}

/* ---- means ---- */

static bool same_weights(const gp_steps *s, const gp_op *op) {
    double first = NAN;
    for (uint32_t k = 0; k + 1 < op->nargs; k += 2) {
        if (is_absent(s, op->args[k + 1])) continue;
        gp_val w = value(s, op->args[k]);
        if (isnan(first)) first = w.lo;
        if (w.lo != first || w.hi != first) return false;
    }
    return true;
}

/* (1 × 45% + 2 × 100%) / (1 + 2); of equal weights (45% + 100%) / 2. Long ones stand in the list of parts. */
static bool put_mean(gp_steps *s, gp_buf *out, const gp_op *op) {
    bool even = same_weights(s, op);
    uint32_t n = 0;
    for (uint32_t k = 0; k + 1 < op->nargs; k += 2) n += !is_absent(s, op->args[k + 1]);
    if (n == 0 || n > PARTS_SHOWN) return false;
    for (uint32_t k = 0, put = 0; k + 1 < op->nargs; k += 2) {
        if (is_absent(s, op->args[k + 1])) continue;
        gp_buf_str(out, put++ ? " + " : n > 1 ? "(" : "");
        if (!even) gp_steps_put(s, out, op->args[k], GP_VALUES, GP_H_PRODUCT, NULL);
        if (!even) gp_buf_str(out, " × ");
        gp_steps_put(s, out, op->args[k + 1], GP_VALUES, GP_H_PRODUCT, &gp_type_share);
    }
    if (n == 1) return true;
    gp_buf_str(out, ") / ");
    if (even) {
        gp_buf_printf(out, "%u", n);
        return true;
    }
    for (uint32_t k = 0, put = 0; k + 1 < op->nargs; k += 2) {
        if (is_absent(s, op->args[k + 1])) continue;
        gp_buf_str(out, put++ ? " + " : "(");
        gp_steps_put(s, out, op->args[k], GP_VALUES, GP_H_SUM, NULL);
    }
    gp_buf_char(out, ')');
    return true;
}

bool gp_form_put(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode) {
    const gp_op *op = op_of(s, r);
    if (op->code == GP_O_CODE_VALUE && mode == GP_VALUES) {
        bool exact;
        gp_buf_text(out, gp_steps_value(&exact, s, r, NULL, NAN));
        return true;
    }
    if (op->code == GP_O_INTERPOLATE) return put_interpolated(s, out, op, mode);
    return op->code == GP_O_MEAN && mode == GP_VALUES && put_mean(s, out, op);
}

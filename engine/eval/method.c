/* Scores of leaves: the method of a node is lowered to operations over its value and target, then cap and floor, then what is unknown.
 * The value stands in a formula once wherever it can, so that an interval gives the exact image.
 * Invariant: what a method gives is a fraction of full marks; a leaf without a score has none in any variant. */
#include "eval/compile.h"
#include "eval/lanes.h"

/* What the methods of one leaf are lowered from. */
typedef struct leaf {
    gp_compiler *c;
    const gp_node *node;
    const gp_scoring *how;
    gp_slots *s;
} leaf;

static uint32_t op2(const leaf *l, gp_opcode code, uint32_t a, uint32_t b) { return gp_emit_for(l->c, l->node, code, a, b, GP_NO_REG); }
static uint32_t number(const leaf *l, double v) { return gp_emit_const(l->c, v); }
static uint32_t param(const leaf *l, const gp_param *p) { return gp_compile_param(l->c, p, l->node->evidence); }

/* An operation that has no value where an operand (of IF_ELSE the condition) has none: what is missing never gets a score by a
 * side door. */
static uint32_t strict(const leaf *l, gp_opcode code, uint32_t a, uint32_t b, uint32_t third) {
    gp_op op = gp_op_of(code, a, b, third);
    op.node = l->node;
    op.strict = true;
    return gp_emit(l->c, op);
}

/* A score that the method names, as a fraction of full marks. */
static uint32_t fraction(const leaf *l, const gp_param *p, double otherwise) {
    if (p->n == 0) return number(l, otherwise);
    return l->how->in_marks ? op2(l, GP_O_DIV, param(l, p), l->s->full_marks) : param(l, p);
}

static bool is_above_zero(const leaf *l, uint32_t r) {
    const gp_op *op = &l->c->p->ops[r];
    return op->code == GP_O_CONST && op->value > 0;
}

static uint32_t none(const leaf *l) { return gp_emit_for(l->c, l->node, GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG); }

/* A score where a condition holds, else what `otherwise` says, else none. */
static uint32_t where(const leaf *l, uint32_t cond, uint32_t score) {
    const gp_param *p = &l->how->otherwise;
    return strict(l, GP_O_IF_ELSE, cond, score, p->n ? fraction(l, p, 0) : none(l));
}

static uint32_t where_above_zero(const leaf *l, uint32_t r, uint32_t score) {
    return is_above_zero(l, r) ? score : where(l, op2(l, GP_O_GT, r, number(l, 0)), score);
}

/* A target that makes a ratio meaningless (0 or less) gives `otherwise` where the plan has one. */
static uint32_t compile_ratio(const leaf *l) {
    uint32_t ratio = gp_emit_for(l->c, l->node, GP_O_RATIO, l->s->value, l->s->target, l->s->upper);
    if (l->how->otherwise.n == 0) return ratio;
    return where_above_zero(l, l->s->target, ratio);
}

/* How far the value is on the wrong side of its target, 0 where it is not. */
static uint32_t compile_gap(const leaf *l) {
    const gp_slots *s = l->s;
    gp_test t = l->node->criterion.test;
    if (t == GP_EXACTLY) return op2(l, GP_O_ABS, op2(l, GP_O_SUB, s->value, s->target), GP_NO_REG);
    uint32_t below = op2(l, GP_O_SUB, s->target, s->value), above = op2(l, GP_O_SUB, s->value, t == GP_BETWEEN ? s->upper : s->target);
    uint32_t gap = t == GP_BETWEEN ? strict(l, GP_O_MAX, below, above, GP_NO_REG) : gp_score_direction(l->node) > 0 ? below : above;
    return strict(l, GP_O_MAX, gap, number(l, 0), GP_NO_REG);
}

/* 1 - each * n: n events, or steps of the gap. */
static uint32_t compile_deduct(const leaf *l) {
    uint32_t n = l->s->value, step = param(l, &l->how->step);
    if (step != GP_NO_REG) {
        n = op2(l, GP_O_DIV, compile_gap(l), step);
        if (l->how->partial != GP_STEPS_EXACT) n = op2(l, l->how->partial == GP_STEPS_UP ? GP_O_CEIL : GP_O_FLOOR, n, GP_NO_REG);
    }
    uint32_t score = op2(l, GP_O_SUB, number(l, 1), strict(l, GP_O_MUL, n, fraction(l, &l->how->each, 0), GP_NO_REG));
    if (step == GP_NO_REG || is_above_zero(l, step)) return score;
    return strict(l, GP_O_IF_ELSE, op2(l, GP_O_GT, step, number(l, 0)), score, none(l));
}

/* ---- bands ---- */

static uint32_t bound_of(const leaf *l, const gp_band *b, uint32_t x) {
    uint32_t lo = param(l, &b->lo), hi = param(l, &b->hi);
    if (lo != GP_NO_REG) lo = op2(l, b->above ? GP_O_GT : GP_O_GE, x, lo);
    if (hi != GP_NO_REG) hi = op2(l, b->below ? GP_O_LT : GP_O_LE, x, hi);
    return lo == GP_NO_REG ? hi : hi == GP_NO_REG ? lo : op2(l, GP_O_AND, lo, hi);
}

/* Piece by piece from below, so that an interval meets only the bands that it touches; entry by entry where bounds are no constants. */
static uint32_t compile_bands(const leaf *l, uint32_t x) {
    const gp_scoring *how = l->how;
    gp_piece *pieces;
    size_t n;
    uint32_t z;
    if (!gp_band_pieces(&pieces, &n, l->c->arena, how)) {
        z = param(l, &how->bands[how->nbands - 1].score);
        for (size_t i = how->nbands - 1; i-- > 0;)
            z = strict(l, GP_O_IF_ELSE, bound_of(l, &how->bands[i], x), param(l, &how->bands[i].score), z);
        return z;
    }
    z = param(l, &how->bands[pieces[0].band].score);
    for (size_t i = 1; i < n; i++) {
        uint32_t cond = op2(l, pieces[i].above ? GP_O_GT : GP_O_GE, x, number(l, pieces[i].from));
        z = strict(l, GP_O_IF_ELSE, cond, param(l, &how->bands[pieces[i].band].score), z);
    }
    return z;
}

/* A single band without a bound still asks for a value. */
static uint32_t compile_any_band(const leaf *l, uint32_t x) {
    uint32_t z = compile_bands(l, x);
    return l->how->nbands > 1 ? z : op2(l, GP_O_ADD, z, strict(l, GP_O_MUL, x, number(l, 0), GP_NO_REG));
}

static uint32_t compile_banded(const leaf *l) {
    switch (l->how->over) {
    case GP_OVER_GAP: return compile_any_band(l, compile_gap(l));
    case GP_OVER_RATIO: {
        uint32_t score = compile_any_band(l, op2(l, GP_O_DIV, l->s->value, l->s->target));
        return where_above_zero(l, l->s->target, score);
    }
    default: return compile_any_band(l, l->s->value);
    }
}

/* ---- lines ---- */

static uint32_t compile_knots(const leaf *l) {
    gp_op op = gp_op_of(GP_O_INTERPOLATE, l->s->value, GP_NO_REG, GP_NO_REG);
    op.node = l->node;
    op.args = gp_arena_array(l->c->arena, l->how->nknots * 2, sizeof *op.args);
    for (size_t i = 0; i < l->how->nknots; i++) {
        op.args[op.nargs++] = param(l, &l->how->knots[i].x);
        op.args[op.nargs++] = param(l, &l->how->knots[i].score);
    }
    return gp_emit(l->c, op);
}

/* A standard on an axis that runs from worse to better. */
static uint32_t upwards(const leaf *l, uint32_t r) { return l->how->descending ? op2(l, GP_O_NEG, r, GP_NO_REG) : r; }

/* Lines between the standards, and a step to 0 below the lowest: no band is reached there. */
static uint32_t compile_standards(const leaf *l) {
    gp_op op = gp_op_of(GP_O_INTERPOLATE, upwards(l, l->s->value), GP_NO_REG, GP_NO_REG);
    op.node = l->node;
    op.args = gp_arena_array(l->c->arena, l->how->nknots * 2 + 2, sizeof *op.args);
    for (size_t i = 0; i < l->how->nknots; i++) {
        uint32_t x = upwards(l, param(l, &l->how->knots[i].x));
        if (i == 0) {
            op.args[op.nargs++] = x;
            op.args[op.nargs++] = number(l, 0);
        }
        op.args[op.nargs++] = x;
        op.args[op.nargs++] = param(l, &l->how->knots[i].score);
    }
    return gp_emit(l->c, op);
}

/* (x - from) / (to - from) */
static uint32_t way(const leaf *l, uint32_t x, uint32_t from, uint32_t to) {
    return op2(l, GP_O_DIV, op2(l, GP_O_SUB, x, from), op2(l, GP_O_SUB, to, from));
}

static uint32_t compile_efficacy(const leaf *l) {
    uint32_t share = way(l, l->s->value, param(l, &l->how->unacceptable), param(l, &l->how->satisfactory));
    uint32_t rise = strict(l, GP_O_MUL, share, fraction(l, &l->how->slope, 0.4), GP_NO_REG);
    return op2(l, GP_O_ADD, rise, fraction(l, &l->how->base, 0.6));
}

static uint32_t axis(const leaf *l, uint32_t r) { return l->how->log_scale ? op2(l, GP_O_LOG, r, GP_NO_REG) : r; }

static uint32_t compile_goalposts(const leaf *l) {
    uint32_t lo = axis(l, param(l, &l->how->lo));
    return way(l, axis(l, l->s->value), lo, axis(l, param(l, &l->how->hi)));
}

/* The way from the baseline to a target that lies on the better side of it. */
static uint32_t compile_progress(const leaf *l) {
    uint32_t from = param(l, &l->how->baseline), to = l->s->target, score = way(l, l->s->value, from, to);
    bool exactly = l->node->criterion.test == GP_EXACTLY;
    return where(l, op2(l, exactly ? GP_O_NE : gp_score_direction(l->node) > 0 ? GP_O_GT : GP_O_LT, to, from), score);
}

/* ---- what methods read of the frame ---- */

/* x/T against the share of the period that x covers. */
static uint32_t compile_pace(const leaf *l) {
    gp_op x = gp_op_of(GP_O_REPORTED, GP_NO_REG, GP_NO_REG, GP_NO_REG), share = gp_op_of(GP_O_COVER, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    x.node = share.node = l->node;
    x.ref = share.ref = l->node->value->ref;
    x.evidence = l->node->evidence;
    x.type = &l->node->type;
    share.args = gp_arena_array(l->c->arena, 12, sizeof *share.args);
    for (size_t i = 0; l->how->profile && i < 12; i++) share.args[share.nargs++] = param(l, &l->how->profile[i]);
    uint32_t done = op2(l, GP_O_DIV, gp_emit(l->c, x), l->s->target);
    return where_above_zero(l, l->s->target, op2(l, GP_O_DIV, done, gp_emit(l->c, share)));
}

/* A stated rank: by a table of which each entry reaches up to its rank, by what each place costs, or by how many are ranked. */
static uint32_t compile_rank(const leaf *l) {
    const gp_scoring *how = l->how;
    uint32_t r = l->s->value, one = number(l, 1), z = number(l, 0);
    for (size_t i = how->nknots; i-- > 0;)
        z = strict(l, GP_O_IF_ELSE, op2(l, GP_O_LE, r, param(l, &how->knots[i].x)), param(l, &how->knots[i].score), z);
    if (how->nknots) return z;
    if (how->step.n) return op2(l, GP_O_SUB, one, strict(l, GP_O_MUL, op2(l, GP_O_SUB, r, one), fraction(l, &how->step, 0), GP_NO_REG));
    uint32_t of = param(l, &how->of);
    return op2(l, GP_O_DIV, op2(l, GP_O_ADD, op2(l, GP_O_SUB, of, r), one), of);
}

static uint32_t compile_tiers(const leaf *l) {
    gp_op op = gp_op_of(GP_O_TIER, GP_NO_REG, GP_NO_REG, GP_NO_REG);
    op.node = l->node;
    op.args = gp_arena_array(l->c->arena, l->how->ntiers * 2, sizeof *op.args);
    for (size_t i = 0; i < l->how->ntiers; i++) {
        op.args[op.nargs++] = param(l, &l->how->tiers[i].lo);
        op.args[op.nargs++] = param(l, &l->how->tiers[i].hi);
    }
    return gp_emit(l->c, op);
}

/* ---- all of them ---- */

/* Methods whose result is in the unit of the scores that they name; the others turn what they name into fractions themselves. */
static bool gives_named_score(const gp_scoring *how) {
    switch (how->method) {
    case GP_INTERPOLATE: case GP_BANDS: case GP_EFFICACY_BANDS: case GP_TIERS: case GP_CURVE: return true;
    case GP_RANK_METHOD: return how->nknots > 0;
    default: return false;
    }
}

static uint32_t compile_measured(const leaf *l) {
    switch (l->how->method) {
    case GP_RATIO: return compile_ratio(l);
    case GP_INTERPOLATE: return compile_knots(l);
    case GP_DEDUCT: return compile_deduct(l);
    case GP_BANDS: return compile_banded(l);
    case GP_EFFICACY: return compile_efficacy(l);
    case GP_EFFICACY_BANDS: return compile_standards(l);
    case GP_GOALPOSTS: return compile_goalposts(l);
    case GP_PROGRESS: return compile_progress(l);
    case GP_PACE: return compile_pace(l);
    case GP_RANK_METHOD: return gp_has_stated_rank(l->c->p->plan, l->node) ? compile_rank(l) : gp_compile_standing(l->c, l->node, l->s);
    case GP_ZSCORE:
    case GP_PERCENTILE: return gp_compile_standing(l->c, l->node, l->s);
    default: return GP_NO_REG;
    }
}

static uint32_t compile_method(const leaf *l) {
    const gp_slots *s = l->s;
    switch (l->how->method) {
    case GP_CURVE: return gp_compile_curve(l->c, l->how->curve, l->node->evidence, s->value, s->target);
    case GP_TIERS: return compile_tiers(l);
    case GP_RULE_METHOD:
        return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(l->c, l->node, GP_O_RULE_SCORE, s->test, s->timely, GP_NO_REG);
    case GP_PASS_FAIL:
        return s->test == GP_NO_REG ? GP_NO_REG : gp_emit_for(l->c, l->node, GP_O_PASS_FAIL, s->timely, GP_NO_REG, GP_NO_REG);
    default: return s->value == GP_NO_REG ? GP_NO_REG : compile_measured(l);
    }
}

uint32_t gp_compile_limit(gp_compiler *c, const gp_node *node, bool given, const gp_param *p) {
    return given ? gp_compile_param(c, p, node->evidence) : GP_NO_REG;
}

/* Whether any number of the method is a score, besides what it gives. */
static bool names_parts(const gp_scoring *how) {
    if (how->method == GP_DEDUCT) return true;
    if (how->method == GP_EFFICACY) return how->slope.n || how->base.n;
    if (how->method == GP_RANK_METHOD) return how->step.n;
    if (how->method == GP_ZSCORE) return true;
    return how->otherwise.n && how->method != GP_PASS_FAIL && how->method != GP_RULE_METHOD;
}

/* Parts in marks need full marks before the method is lowered: the node's own. */
static bool has_full_marks(gp_compiler *c, const gp_node *node, const gp_slots *s) {
    if (!node->scoring.in_marks || !names_parts(&node->scoring) || s->full_marks != GP_NO_REG) return true;
    gp_place at = node->scoring.own ? node->scoring.at : node->at;
    gp_diag *diag = gp_report(c->diags, GP_D_NOT_YET, at, "`in: marks` at `%.*s`, which has no `marks` of its own", GP_ARG(node->id));
    gp_hint(c->diags, diag, "give it `marks`, or write the scores as fractions of full marks");
    return false;
}

/* Marks given as marks become fractions of the node's full marks. */
static uint32_t as_fraction(gp_compiler *c, const gp_node *node, uint32_t raw, bool all) {
    if (!node->scoring.in_marks || !gives_named_score(&node->scoring)) return raw;
    uint32_t full = gp_compile_full(c, node, all);
    return full == GP_NO_REG ? raw : gp_emit_for(c, node, GP_O_DIV, raw, full, GP_NO_REG);
}

uint32_t gp_compile_sure(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t score) {
    return s->applies == GP_NO_REG ? score : gp_emit_for(c, node, GP_O_SURE, score, s->applies, GP_NO_REG);
}

static uint32_t emit_leaf(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t raw, gp_unknown unknown, bool all) {
    gp_op op = gp_op_of(GP_O_LEAF, raw, s->verdict, GP_NO_REG);
    op.node = node;
    op.nargs = 2;
    op.args = gp_arena_array(c->arena, 2, sizeof *op.args);
    op.args[0] = s->cap;
    op.args[1] = s->floor;
    op.unknown = unknown;
    op.flag = all;
    return gp_emit(c, op);
}

uint32_t gp_emit_leaf(gp_compiler *c, const gp_node *node, const gp_slots *s, gp_unknown unknown, bool all) {
    return emit_leaf(c, node, s, s->raw, unknown, all);
}

static bool within(const gp_compiler *c, uint32_t limit, double sign, double full) {
    const gp_op *op = limit == GP_NO_REG ? NULL : &c->p->ops[limit];
    return !op || (op->code == GP_O_CONST && sign * op->value >= full);
}

/* Met and unmet give 1 and 0, which most limits leave alone. */
static bool clips(const gp_compiler *c, const gp_node *node, const gp_slots *s) {
    if (s->cap == GP_NO_REG && s->floor == GP_NO_REG) return false;
    return node->scoring.method != GP_PASS_FAIL || !within(c, s->cap, 1, 1) || !within(c, s->floor, -1, 0);
}

static uint32_t compile_measure(gp_compiler *c, const gp_node *node, gp_slots *s) {
    bool measured = node->criterion.test == GP_TEST_NONE && node->nchild == 0;
    if (measured && !node->scoring.own) return GP_NO_REG;
    if (s->measure != GP_NO_REG) return s->measure;
    s->cap = gp_compile_limit(c, node, node->scoring.has_cap, &node->scoring.cap);
    s->floor = gp_compile_limit(c, node, node->scoring.has_floor, &node->scoring.floor);
    leaf l = {c, node, &node->scoring, s};
    return s->measure = has_full_marks(c, node, s) ? compile_method(&l) : GP_NO_REG;
}

static uint32_t compile_own(gp_compiler *c, const gp_node *node, const gp_slots *s, bool all) {
    uint32_t raw = as_fraction(c, node, s->measure, all);
    return clips(c, node, s) ? gp_emit_for(c, node, GP_O_CLIP, raw, s->cap, s->floor) : raw;
}

void gp_compile_leaf_score(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (compile_measure(c, node, s) == GP_NO_REG) return;
    bool waivers = gp_differs(c, GP_SCORE_ALL), range = gp_differs(c, GP_SCORE_RANGE);
    gp_unknown unknown = node->scoring.unknown;
    s->own = compile_own(c, node, s, false);
    s->raw = gp_compile_sure(c, node, s, s->own);
    s->score[GP_SCORE] = s->score[GP_SCORE_BEFORE] = s->score[GP_SCORE_FOUND] = emit_leaf(c, node, s, s->raw, unknown, false);
    uint32_t all = s->raw; /* a waived node has full marks there */
    if (waivers && node->scoring.in_marks) all = gp_compile_sure(c, node, s, compile_own(c, node, s, true));
    s->score[GP_SCORE_ALL] = waivers ? emit_leaf(c, node, s, all, unknown, true) : s->score[GP_SCORE];
    s->score[GP_SCORE_RANGE] =
        range && unknown != GP_UNKNOWN_RANGE ? emit_leaf(c, node, s, s->raw, GP_UNKNOWN_RANGE, false) : s->score[GP_SCORE];
    if (gp_asks_known(c)) s->known = gp_emit_for(c, node, GP_O_KNOWN_WEIGHT, s->raw, s->verdict, GP_NO_REG);
}

uint32_t gp_compile_leaf_counts(gp_compiler *c, const gp_node *node, bool all) {
    gp_slots *s = gp_slots_at(c, node);
    gp_compile_verdict(c, node);
    uint32_t measure = compile_measure(c, node, s);
    return measure == GP_NO_REG ? GP_NO_REG : emit_leaf(c, node, s, measure, node->scoring.unknown, all);
}

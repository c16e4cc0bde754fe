/* Vetoes: what strikes the score, the grade or the rank of a goal or of the subject.
 * Invariant: what has no score or grade gets none by a veto. */
#include "eval/compile.h"

/* The node that a veto strikes: the subject, or the goal that bears it or lies nearest above. */
static const gp_node *struck_by(const gp_compiler *c, const gp_node *at, const gp_veto *v) {
    while (at->level > GP_GOAL) at = at->parent;
    return v->of_subject ? c->p->plan->root : at;
}

static bool on_grade(gp_veto_effect e) { return e == GP_VETO_CAP_GRADE || e == GP_VETO_FLOOR_GRADE || e == GP_VETO_DISQUALIFY; }

/* A veto on what is unmet needs a verdict there. */
static bool can_strike(gp_compiler *c, const gp_node *at, const gp_veto *v) {
    gp_compile_verdict(c, at);
    return v->when || gp_slots_at(c, at)->test != GP_NO_REG;
}

static uint32_t compile_strikes(gp_compiler *c, const gp_node *at, const gp_veto *v, gp_variant variant) {
    uint32_t when = v->when ? gp_compile_expr(c, v->when, at->evidence) : GP_NO_REG;
    const gp_slots *s = gp_slots_at(c, at);
    gp_op op = gp_op_of(GP_O_STRIKES, variant == GP_SCORE_FOUND ? s->found : s->verdict, when, GP_NO_REG);
    op.node = at;
    op.unknown = variant == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : at->scoring.unknown;
    return gp_emit(c, op);
}

/* For those who ask why: the score as it counts is asked about, not its variants. */
static void note(gp_compiler *c, const gp_node *struck, const gp_node *at, const gp_veto *v, uint32_t strikes) {
    gp_slots *s = gp_slots_at(c, struck);
    *GP_PUSH(c->arena, s->vetoes, s->nvetoes, s->cap_vetoes) = (gp_strike){at, v, strikes};
}

static uint32_t emit_veto(gp_compiler *c, const gp_node *at, const gp_veto *v, uint32_t of, uint32_t limit, int sign, gp_variant variant) {
    gp_op op = gp_op_of(GP_O_VETO, of, compile_strikes(c, at, v, variant), limit);
    if (variant == GP_SCORE) note(c, struck_by(c, at, v), at, v, op.b);
    op.node = at;
    op.bound_sign = sign;
    return gp_emit(c, op);
}

static int sign_of(gp_veto_effect e) {
    return e == GP_VETO_CAP_SCORE || e == GP_VETO_CAP_GRADE || e == GP_VETO_DISQUALIFY ? -1 : e == GP_VETO_ZERO ? 0 : 1;
}

/* ---- scores ---- */

static uint32_t on_score(gp_compiler *c, const gp_node *struck, const gp_node *at, uint32_t score, gp_variant variant) {
    for (size_t i = 0; i < at->nvetoes; i++) {
        const gp_veto *v = &at->vetoes[i];
        if (struck_by(c, at, v) != struck || on_grade(v->effect) || !can_strike(c, at, v)) continue;
        uint32_t limit = v->effect == GP_VETO_ZERO ? gp_emit_const(c, 0) : gp_compile_param(c, &v->at_value, at->evidence);
        score = emit_veto(c, at, v, score, limit, sign_of(v->effect), variant);
    }
    for (size_t i = 0; i < at->nchild; i++) score = on_score(c, struck, at->child[i], score, variant);
    return score;
}

uint32_t gp_compile_score_vetoes(gp_compiler *c, const gp_node *node, uint32_t score, gp_variant variant) {
    return on_score(c, node, node, score, variant);
}

static bool struck(const gp_compiler *c, const gp_node *node, const gp_node *at, bool grades) {
    for (size_t i = 0; i < at->nvetoes; i++)
        if (struck_by(c, at, &at->vetoes[i]) == node && on_grade(at->vetoes[i].effect) == grades) return true;
    for (size_t i = 0; i < at->nchild; i++)
        if (struck(c, node, at->child[i], grades)) return true;
    return false;
}

bool gp_is_struck(const gp_compiler *c, const gp_node *node, bool grades) {
    return node->level <= GP_GOAL && struck(c, node, node, grades);
}

/* ---- grades ---- */

/* The place of a grade from the lowest on. Disqualified is what cannot have the best one. */
static double place_of(const gp_node *struck, const gp_veto *v) {
    if (v->effect == GP_VETO_DISQUALIFY) return (double)struck->ngrades - 2;
    for (size_t k = 0; k < struck->ngrades; k++)
        if (gp_text_eq(struck->grades[k].name, v->at_grade)) return (double)(struck->ngrades - 1 - k);
    return -1;
}

static uint32_t grade_after(gp_compiler *c, const gp_node *struck, const gp_node *at, uint32_t grade) {
    for (size_t i = 0; i < at->nvetoes; i++) {
        const gp_veto *v = &at->vetoes[i];
        if (struck_by(c, at, v) != struck || !on_grade(v->effect) || !can_strike(c, at, v)) continue;
        grade = emit_veto(c, at, v, grade, gp_emit_const(c, place_of(struck, v)), sign_of(v->effect), GP_SCORE);
    }
    for (size_t i = 0; i < at->nchild; i++) grade = grade_after(c, struck, at->child[i], grade);
    return grade;
}

void gp_compile_grade(gp_compiler *c, const gp_node *node) {
    gp_slots *s = gp_slots_at(c, node);
    if (!node->ngrades || !gp_stage_begin(c, node, GP_S_GRADE)) return;
    gp_compile_marks(c, node);
    if (s->rounded != GP_NO_REG) s->grade = grade_after(c, node, node, gp_emit_for(c, node, GP_O_GRADE, s->rounded, s->roll, GP_NO_REG));
    gp_stage_end(c, node, GP_S_GRADE);
}

/* ---- ranks ---- */

static uint32_t any_of(gp_compiler *c, const gp_node *root, const gp_node *at, uint32_t any) {
    for (size_t i = 0; i < at->nvetoes; i++) {
        const gp_veto *v = &at->vetoes[i];
        if (struck_by(c, at, v) != root || v->effect != GP_VETO_DISQUALIFY || !can_strike(c, at, v)) continue;
        uint32_t one = compile_strikes(c, at, v, GP_SCORE);
        if (!root->ngrades) note(c, root, at, v, one); /* else its grade says so */
        any = any == GP_NO_REG ? one : gp_emit_for(c, at, GP_O_OR, any, one, GP_NO_REG);
    }
    for (size_t i = 0; i < at->nchild; i++) any = any_of(c, root, at->child[i], any);
    return any;
}

void gp_compile_disqualified(gp_compiler *c, const gp_node *node) { gp_slots_at(c, node)->disqualified = any_of(c, node, node, GP_NO_REG); }

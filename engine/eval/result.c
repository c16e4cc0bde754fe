/* Results in expressions: score("ID") marks("ID") grade("ID") verdict("ID") actual("ID").
 * Invariant: a result is made before what reads it; what would need itself is reported. */
#include "eval/compile.h"

static uint32_t nothing(gp_compiler *c) { return gp_emit(c, gp_op_of(GP_O_NONE, GP_NO_REG, GP_NO_REG, GP_NO_REG)); }

static uint32_t refuse(gp_compiler *c, const gp_expr *e, const gp_node *n, const char *what) {
    gp_report(c->diags, GP_D_NO_VALUE, e->at, "`%.*s` has no %s", GP_ARG(n->id), what);
    return nothing(c);
}

static uint32_t number_of(gp_compiler *c, const gp_expr *e, const gp_node *n) {
    gp_slots *s = gp_slots_at(c, n);
    gp_compile_score(c, n);
    if (!gp_stage_done(c, n, GP_S_SCORE)) return nothing(c); /* reported */
    if (s->score[GP_SCORE] == GP_NO_REG) return refuse(c, e, n, "score");
    if (e->fn == GP_FN_SCORE) return s->score[GP_SCORE];
    gp_compile_marks(c, n);
    if (s->marks == GP_NO_REG) return nothing(c);
    return n->own_decimals ? s->rounded : s->marks;
}

/* Numbers of the words in the pool of texts: those of the verdicts, or of the grades from the lowest on with that of none first. */
static uint32_t emit_word(gp_compiler *c, const gp_expr *e, const gp_node *n, uint32_t grade, uint32_t verdict) {
    gp_op op = gp_op_of(GP_O_WORD, grade, verdict, GP_NO_REG);
    op.node = n;
    op.words = e->words;
    return gp_emit(c, op);
}

static uint32_t grade_word(gp_compiler *c, const gp_expr *e, const gp_node *n) {
    gp_slots *s = gp_slots_at(c, n);
    if (!n->ngrades) return refuse(c, e, n, "grades");
    gp_compile_grade(c, n);
    if (s->grade == GP_NO_REG) return gp_stage_done(c, n, GP_S_GRADE) ? refuse(c, e, n, "score that grades could read") : nothing(c);
    return emit_word(c, e, n, s->grade, GP_NO_REG);
}

static uint32_t verdict_word(gp_compiler *c, const gp_expr *e, const gp_node *n) {
    gp_slots *s = gp_slots_at(c, n);
    gp_compile_verdict(c, n);
    if (!gp_stage_done(c, n, GP_S_VERDICT)) return nothing(c);
    return s->verdict == GP_NO_REG ? refuse(c, e, n, "verdict") : emit_word(c, e, n, GP_NO_REG, s->verdict);
}

static uint32_t actual_of(gp_compiler *c, const gp_expr *e, const gp_node *n) {
    gp_compile_verdict(c, n);
    if (!gp_stage_done(c, n, GP_S_VERDICT)) return nothing(c);
    uint32_t value = gp_slots_at(c, n)->value;
    return value == GP_NO_REG ? refuse(c, e, n, "value") : value;
}

uint32_t gp_compile_result(gp_compiler *c, const gp_expr *e) {
    const gp_node *n = c->p->plan->nodes[e->ref];
    const gp_expr *outer = c->asker;
    c->asker = e;
    uint32_t r = e->fn == GP_FN_GRADE     ? grade_word(c, e, n)
                 : e->fn == GP_FN_VERDICT ? verdict_word(c, e, n)
                 : e->fn == GP_FN_ACTUAL  ? actual_of(c, e, n)
                                          : number_of(c, e, n);
    c->asker = outer;
    return r;
}

/* Decisions of the office (the ledger) laid over what was found: the verdict and the score of a row, never its data.
 * Invariant: a decision counts only from its date on, and only where its `old` is what the evaluation finds; whatever does not count is
 * said. */
#include <math.h>

#include "eval/compile.h"
#include "eval/lanes.h"

_Static_assert(GP_MET == 0 && GP_UNMET == 1 && GP_NO_DATA == 3 && GP_WAIVED == 6, "the ledger reads verdicts in this order");

/* ---- compiling ---- */

bool gp_is_ruled(const gp_compiler *c, const gp_node *node) {
    const gp_frame *f = c->frame;
    for (size_t i = 0; i < f->nrulings; i++)
        if (f->rulings[i].node == node->index) return true;
    return false;
}

/* The score that a ruling gives: a share of full marks. */
static uint32_t score_of(gp_compiler *c, const gp_slots *s, const gp_ruling *r) {
    uint32_t given = gp_emit_const(c, r->is.score);
    if (!r->is.in_marks) return given;
    return gp_emit(c, gp_op_of(GP_O_DIV, given, s->full_marks, GP_NO_REG));
}

static uint32_t limited(gp_compiler *c, const gp_node *node, const gp_slots *s, double score) {
    uint32_t r = gp_emit_const(c, score);
    return s->cap == GP_NO_REG && s->floor == GP_NO_REG ? r : gp_emit_for(c, node, GP_O_CLIP, r, s->cap, s->floor);
}

/* Registers of what decisions can give, by the number of the ruling, then for met and for unmet. */
static void list_scores(gp_compiler *c, gp_op *op, const gp_node *node, const gp_slots *s, bool known) {
    const gp_frame *f = c->frame;
    uint32_t n = 0;
    for (size_t i = 0; i < f->nrulings; i++) n += f->rulings[i].node == node->index;
    op->nargs = n + 2;
    op->args = gp_arena_array(c->arena, op->nargs, sizeof *op->args);
    uint32_t one = gp_emit_const(c, 1);
    for (uint32_t k = 0; k < op->nargs; k++) op->args[k] = one;
    for (size_t i = 0; i < f->nrulings && !known; i++)
        if (f->rulings[i].node == node->index && f->rulings[i].is.has_score)
            op->args[f->rulings[i].number] = score_of(c, s, &f->rulings[i]);
    op->args[n] = known ? one : limited(c, node, s, 1);
    op->args[n + 1] = known ? one : limited(c, node, s, 0);
}

/* A decision over a node says that it applies, whatever is known of that. */
static uint32_t score_applied(gp_compiler *c, const gp_node *node, const gp_slots *s, gp_variant v, bool known) {
    gp_slots applied = *s;
    applied.raw = s->own;
    if (s->raw == s->own) return GP_NO_REG;
    if (known) return gp_emit_for(c, node, GP_O_KNOWN_WEIGHT, s->own, s->verdict, GP_NO_REG);
    return gp_emit_leaf(c, node, &applied, v == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : node->scoring.unknown, v == GP_SCORE_ALL);
}

static uint32_t emit_decided(gp_compiler *c, const gp_node *node, const gp_slots *s, uint32_t score, gp_variant variant, bool known) {
    gp_op op = gp_op_of(GP_O_DECIDED, score, s->decision, score_applied(c, node, s, variant, known));
    op.node = node;
    op.flag = variant == GP_SCORE_ALL;
    op.unknown = variant == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : node->scoring.unknown;
    op.digits = known;
    list_scores(c, &op, node, s, known);
    return gp_emit(c, op);
}

/* A leaf's score reads its verdict only to leave out what does not apply or is waived; the decided one says so from here on. */
static uint32_t score_under(gp_compiler *c, const gp_node *node, const gp_slots *s, gp_variant v) {
    bool over = s->raw != GP_NO_REG && (node->applies || node->waive);
    if (!over) return s->score[v];
    return gp_emit_leaf(c, node, s, v == GP_SCORE_RANGE ? GP_UNKNOWN_RANGE : node->scoring.unknown, v == GP_SCORE_ALL);
}

static void refuse_scores(gp_compiler *c, const gp_node *node) {
    for (size_t i = 0; i < c->frame->nrulings; i++) {
        const gp_ruling *r = &c->frame->rulings[i];
        if (r->node == node->index && (r->is.has_score || r->old.has_score))
            gp_report(c->diags, GP_D_DECISION, r->at, "`%.*s` has no score, so none can be decided", GP_ARG(node->id));
    }
}

void gp_compile_decision(gp_compiler *c, const gp_node *node, gp_slots *s) {
    if (!gp_is_ruled(c, node)) return;
    uint32_t found = s->score[GP_SCORE];
    s->decision = gp_emit_for(c, node, GP_O_DECIDE, s->verdict, found, s->full_marks);
    if (s->verdict != GP_NO_REG) s->verdict = s->decision;
    if (found == GP_NO_REG) {
        refuse_scores(c, node);
        return;
    }
    uint32_t decided[GP_VARIANTS];
    for (int v = 0; v < GP_VARIANTS; v++) {
        bool shared = v != GP_SCORE && !gp_differs(c, (gp_variant)v);
        decided[v] = shared ? decided[GP_SCORE] : emit_decided(c, node, s, score_under(c, node, s, (gp_variant)v), (gp_variant)v, false);
    }
    for (int v = 0; v < GP_VARIANTS; v++) s->score[v] = v == GP_SCORE_FOUND ? found : decided[v];
    if (s->known != GP_NO_REG) s->known = emit_decided(c, node, s, s->known, GP_SCORE, true);
}

/* ---- what the ledger says of a row ---- */

static bool score_matches(const gp_finding *old, const gp_val *score, const gp_val *full) {
    if (!score || score->flags & GP_V_ABSENT || score->lo != score->hi) return false;
    double found = old->in_marks && full ? score->lo * full->lo : score->lo;
    return fabs(found - old->score) <= 0.5 * pow(10, -old->digits) * 1.000000001;
}

static bool matches(const gp_finding *old, const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    uint8_t verdict = GP_MEASURED;
    gp_val score, full;
    if (op->a != GP_NO_REG) verdict = gp_pass_verdict(run, pass, op->a, i);
    if (old->has_verdict && verdict != old->verdict) return false;
    if (!old->has_score) return true;
    if (op->b != GP_NO_REG) score = gp_pass_value(run, pass, op->b, i);
    if (op->c != GP_NO_REG) full = gp_pass_value(run, pass, op->c, i);
    return score_matches(old, op->b == GP_NO_REG ? NULL : &score, op->c == GP_NO_REG ? NULL : &full);
}

const gp_ruling *gp_ruling_of(gp_decided *how, const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    size_t n, k = 0, row = gp_pass_row(run, pass, i);
    const gp_ruling *list = gp_frame_rulings(&n, run->frame, row, op->node->index);
    *how = GP_UNDECIDED_BY_OFFICE;
    if (!list) return NULL;
    while (k < n && list[k].date <= run->as_of[row - run->first]) k++;
    *how = GP_DECISION_LATER;
    if (k == 0) return list;
    bool right = matches(&list[0].old, run, op, pass == GP_PASS_PLAIN ? pass : GP_PASS_OPEN, i);
    *how = right ? GP_DECIDED : GP_DECISION_REFUSED;
    return right ? &list[k - 1] : list;
}

/* Whether met and unmet alone make the score: all or nothing, or a rule that gave no score. */
static bool is_by_verdict(const gp_run *run, const gp_node *node, size_t row) {
    gp_method m = node->scoring.method;
    if (node->nchild && !node->scoring.own) return false;
    uint32_t test = run->program->slots[node->index].test;
    bool rule = m == GP_RULE_METHOD && test != GP_NO_REG && run->answers[test];
    return m == GP_PASS_FAIL || (rule && isnan(gp_run_answer(run, test, row)->score));
}

static uint32_t score_of_open(bool *absent, const gp_op *op) {
    const uint32_t *met = &op->args[op->nargs - 2];
    *absent = op->unknown == GP_UNKNOWN_EXCLUDE;
    return op->unknown == GP_UNKNOWN_FULL ? met[0] : op->unknown == GP_UNKNOWN_ZERO ? met[1] : GP_NO_REG;
}

uint32_t gp_decided_score(bool *absent, const gp_run *run, const gp_op *op, gp_pass pass, size_t i) {
    gp_decided how;
    const gp_ruling *r = gp_ruling_of(&how, run, &run->program->ops[op->b], pass, i);
    *absent = false;
    if (!r || how != GP_DECIDED) return op->a;
    if (r->is.has_score) return op->args[r->number];
    if (!r->is.has_verdict) return op->a;
    switch (r->is.verdict) {
    case GP_MET:
    case GP_UNMET:
        if (is_by_verdict(run, op->node, gp_pass_row(run, pass, i))) return op->args[op->nargs - (r->is.verdict == GP_MET ? 2 : 1)];
        return op->c != GP_NO_REG ? op->c : op->a;
    case GP_WAIVED:
    case GP_NOT_APPLICABLE: *absent = !(r->is.verdict == GP_WAIVED && op->flag); return *absent ? GP_NO_REG : op->a;
    default: return score_of_open(absent, op);
    }
}

/* ---- what does not count is said ---- */

static void tell(gp_run *run, const gp_ruling *r) {
    const gp_node *node = run->frame->plan->nodes[r->node];
    gp_text subject = run->frame->cases[r->row].subject;
    gp_diag *diag =
        gp_report(run->diags, GP_D_DECISION_REFUSED, r->at,
                  "the decision over `%.*s` of `%.*s` does not count: its `old` is not what is found", GP_ARG(node->id), GP_ARG(subject));
    gp_hint(run->diags, diag, "the data or the plan have changed since; the decision has to be taken again");
}

void gp_tell_refused(gp_run *run) {
    const gp_frame *f = run->frame;
    if (f->base) return; /* said of the base */
    for (size_t i = 0; i < f->nrulings; i++) {
        const gp_ruling *r = &f->rulings[i];
        const gp_slots *s = &run->program->slots[r->node];
        if (r->row < run->first || r->row >= run->first + run->n || run->told[i] || s->decision == GP_NO_REG) continue;
        size_t at = r->row - run->first;
        gp_decided how;
        bool plain = run->slot[at] == UINT16_MAX;
        gp_ruling_of(&how, run, &run->program->ops[s->decision], plain ? GP_PASS_PLAIN : GP_PASS_OPEN, plain ? at : run->slot[at]);
        run->told[i] = how == GP_DECISION_REFUSED;
        if (run->told[i] && (i == 0 || f->rulings[i - 1].row != r->row || f->rulings[i - 1].node != r->node)) tell(run, r);
    }
}

/* Explanations gathered: what a row reads, how it was reckoned, what lies below it, and what it would take.
 * Invariant: registers, frame and the case in full are read; losses and parts are in order of the marks at stake. */
#include "eval/explain.h"

#include <math.h>
#include <stdlib.h>

#include "base/exact.h"
#include "eval/steps.h"

typedef struct account {
    gp_explanation *out;
    gp_view *v;
    gp_steps steps;
} account;

static const gp_slots *slots_of(const account *x, const gp_node *n) { return &x->v->run->program->slots[n->index]; }
static const gp_node *node_of(const account *x) { return x->out->row->node; }
static const gp_row *row_of(const account *x, const gp_node *n) { return &x->out->of->rows[n->index]; }

/* ---- inputs ---- */

static const gp_cell *cell_of(const account *x, uint32_t datum) { return gp_frame_cell(x->v->run->frame, x->v->row, datum); }

static void take_cell(gp_input *in, const gp_cell *c, uint32_t evidence) {
    in->present = true;
    in->beyond = c->no_value;
    in->counts = !c->no_value && evidence >> c->stated & 1;
    in->value = c->value;
    in->basis = c->basis;
    in->opened = c->basis == GP_PARTIAL && c->value.lo != c->value.hi;
}

static void take_origin(gp_input *in, const gp_origin *o) {
    in->written = o->text;
    in->cite = o->cite;
    in->at = o->at;
    if (o->has_covers) in->covers = o->covers;
}

/* What the data say of a value that the scenario gives. */
static void take_base(gp_input *in, const gp_frame *f, size_t row, uint32_t datum) {
    in->laid = gp_frame_is_set(f, row, datum);
    if (!in->laid) return;
    size_t base = gp_frame_base_row(f, row);
    const gp_cell *c = gp_frame_cell(f->base, base, datum);
    double v = f->base->column[datum][base];
    in->was = c ? c->reported : (gp_interval){v, v, false, false};
}

static void add_input(account *x, uint32_t datum, uint32_t evidence) {
    const gp_frame *f = x->v->run->frame;
    gp_explanation *out = x->out;
    for (size_t i = 0; i < out->ninputs; i++)
        if (out->inputs[i].datum == datum) return;
    gp_input in = {.datum = datum, .counts = evidence >> GP_FINAL & 1, .covers = out->of->of->period};
    double v = f->column[datum][x->v->row];
    const gp_cell *c = cell_of(x, datum);
    if (c) take_cell(&in, c, evidence);
    else if (!isnan(v)) {
        in.present = true;
        in.value = (gp_interval){v, v, false, false};
    }
    const gp_origin *o = gp_frame_origin(f, x->v->row, datum);
    if (o) take_origin(&in, o);
    take_base(&in, f, x->v->row, datum);
    in.has_on = gp_frame_on(&in.on, f, x->v->row, datum);
    out->inputs[out->ninputs++] = in;
}

/* Data in the order in which they are read; what is explained elsewhere is not entered. */
static void find_inputs(account *x, uint32_t r) {
    if (r == GP_NO_REG || x->v->seen[r] == x->v->round) return;
    x->v->seen[r] = x->v->round;
    const gp_op *op = &x->v->run->program->ops[r];
    uint32_t operand;
    if (op->code == GP_O_LOAD) add_input(x, op->ref, op->evidence);
    else if (!x->steps.edge[r])
        for (uint32_t k = 0; gp_operand(&operand, op, k); k++) find_inputs(x, operand);
}

static void take_inputs(account *x) {
    const gp_slots *s = slots_of(x, node_of(x));
    x->out->inputs = gp_arena_array(x->v->arena, x->v->run->frame->plan->ndata + 1, sizeof *x->out->inputs);
    x->v->round++;
    find_inputs(x, s->value);
    if (!node_of(x)->nchild) find_inputs(x, s->test);
    find_inputs(x, s->due);
    find_inputs(x, s->applies);
    find_inputs(x, s->raw);
}

/* ---- steps ---- */

static gp_text word(const account *x, const char *zh, const char *en) { return gp_text_of(x->steps.zh ? zh : en); }

/* Scores and verdicts of the parts are explained with the parts. */
static void mark_edges(account *x) {
    const gp_node *n = node_of(x);
    for (size_t k = 0; k < n->nchild; k++) {
        const gp_slots *c = slots_of(x, n->child[k]);
        for (int variant = 0; variant < GP_VARIANTS; variant++)
            if (c->score[variant] != GP_NO_REG) x->steps.edge[c->score[variant]] = n->child[k];
        if (c->known != GP_NO_REG) x->steps.edge[c->known] = n->child[k];
    }
}

static double number_or_nan(const gp_val *x) { return x->flags & GP_V_ABSENT || x->lo != x->hi ? NAN : x->lo; }

static void take_compared(account *x) {
    const gp_slots *s = slots_of(x, node_of(x));
    if (s->value == GP_NO_REG || s->target == GP_NO_REG) return;
    const gp_type *t = &node_of(x)->type;
    gp_val target = gp_view_value(x->v, s->target), value = gp_view_value(x->v, s->value);
    bool exact;
    x->out->measured = gp_steps_value(&exact, &x->steps, s->value, t, number_or_nan(&target));
    x->out->against = gp_steps_value(&exact, &x->steps, s->target, t, number_or_nan(&value));
}

/* Derived names that a rule reads. */
static void add_rule_inputs(account *x) {
    uint32_t test = slots_of(x, node_of(x))->test;
    const gp_op *op = test == GP_NO_REG ? NULL : &x->v->run->program->ops[test];
    for (uint32_t k = 0; op && op->code == GP_O_RULE && k < op->nargs; k++) gp_steps_add(&x->steps, op->args[k], GP_NO_TEXT, NULL);
}

static void take_steps(account *x) {
    const gp_slots *s = slots_of(x, node_of(x));
    const gp_type *t = &node_of(x)->type;
    gp_steps *steps = &x->steps;
    gp_steps_add(steps, s->applies, word(x, "是否适用", "applies"), NULL);
    gp_steps_add(steps, s->value, word(x, "完成值", "actual"), t);
    gp_steps_add(steps, s->target, word(x, "目标值", "target"), t);
    add_rule_inputs(x);
    gp_steps_add(steps, s->upper, word(x, "目标值上限", "upper target"), t);
    take_compared(x);
    steps->scored = true;
    uint32_t score = node_of(x)->nchild ? s->score[GP_SCORE] : s->raw;
    gp_steps_add(steps, score, word(x, "得分占分值", "share of full marks"), &gp_type_share);
    x->out->steps = steps->list;
    x->out->nsteps = steps->n;
}

/* ---- the parts ---- */

static double exactly(double a, double b) { /* a - b as on paper */
    mpq_t x, y;
    mpq_init(x);
    mpq_init(y);
    gp_exact_set(x, a);
    gp_exact_set(y, b);
    mpq_sub(x, x, y);
    double d = gp_exact_double(x);
    mpq_clear(x);
    mpq_clear(y);
    return gp_decimal_double(gp_decimal_of(d), 0);
}

/* Full marks in as many decimals as marks, so that what is lost is what a reader subtracts. */
static double printed_full(const gp_row *r) {
    mpq_t q;
    mpq_init(q);
    gp_exact_set(q, r->full_marks);
    gp_exact_round(q, r->node->scoring.decimals, r->node->scoring.rounding);
    double d = gp_exact_double(q);
    mpq_clear(q);
    return d;
}

static double or_zero(double v) { return isfinite(v) ? v : 0; }

static gp_share share_of(const gp_row *r) {
    if (isnan(r->marks.lo) || isnan(r->full_marks)) return (gp_share){r, NAN, NAN};
    if (!isfinite(r->marks.lo) || !isfinite(r->marks.hi)) return (gp_share){r, NAN, NAN};
    double lost = exactly(printed_full(r), r->marks.hi);
    return (gp_share){r, lost > 0 ? lost : 0, exactly(r->marks.hi, r->marks.lo)};
}

static int by_loss(const void *a, const void *b) {
    const gp_share *x = a, *y = b;
    if (or_zero(x->lost) != or_zero(y->lost)) return or_zero(x->lost) > or_zero(y->lost) ? -1 : 1;
    if (or_zero(x->open) != or_zero(y->open)) return or_zero(x->open) > or_zero(y->open) ? -1 : 1;
    return x->row->node->index < y->row->node->index ? -1 : 1;
}

static void take_parts(account *x) {
    const gp_node *n = node_of(x);
    x->out->parts = gp_arena_array(x->v->arena, n->nchild, sizeof *x->out->parts);
    for (size_t k = 0; k < n->nchild; k++) x->out->parts[x->out->nparts++] = share_of(row_of(x, n->child[k]));
    qsort(x->out->parts, x->out->nparts, sizeof *x->out->parts, by_loss);
}

static void find_losses(account *x, const gp_node *n, bool direct) {
    for (size_t k = 0; k < n->nchild; k++) {
        const gp_node *c = n->child[k];
        gp_share share = share_of(row_of(x, c));
        if (c->nchild) find_losses(x, c, false);
        else if (!direct && share.lost > 0) x->out->losses[x->out->nlosses++] = share;
    }
}

static void take_losses(account *x) {
    x->out->losses = gp_arena_array(x->v->arena, x->out->of->nrows, sizeof *x->out->losses);
    find_losses(x, node_of(x), true);
    qsort(x->out->losses, x->out->nlosses, sizeof *x->out->losses, by_loss);
}

/* ---- vetoes ---- */

static const gp_node *goal_of(const gp_node *n) {
    while (n->level > GP_GOAL) n = n->parent;
    return n;
}

/* Whether it strikes is a register of what it strikes. */
static void judge_threat(gp_threat *out, const account *x, const gp_slots *struck) {
    for (size_t i = 0; i < struck->nvetoes; i++) {
        if (struck->vetoes[i].veto != out->veto) continue;
        gp_val t = gp_view_value(x->v, struck->vetoes[i].strikes);
        out->struck = t.lo > 0;
        out->open = t.lo <= 0 && t.hi > 0;
    }
}

static void find_strikes(account *x, const gp_node *at, bool own) {
    size_t room = 0;
    for (size_t i = 0; i < at->nvetoes; i++) {
        const gp_veto *veto = &at->vetoes[i];
        const gp_node *struck = veto->of_subject ? x->v->run->frame->plan->root : goal_of(at);
        if (!own && struck != node_of(x)) continue;
        const gp_row *by = row_of(x, at);
        gp_threat strike = {.veto = veto, .by = by};
        judge_threat(&strike, x, slots_of(x, struck));
        room = x->out->nstrikes;
        *GP_PUSH(x->v->arena, x->out->strikes, x->out->nstrikes, room) = strike;
    }
    for (size_t k = 0; k < at->nchild; k++) find_strikes(x, at->child[k], false);
}

static gp_range range_of(const account *x, uint32_t r) {
    gp_val v = gp_view_value(x->v, r);
    return v.flags & GP_V_ABSENT ? (gp_range){NAN, NAN} : (gp_range){v.lo, v.hi};
}

static void take_strikes(account *x) {
    const gp_slots *s = slots_of(x, node_of(x));
    find_strikes(x, node_of(x), true);
    x->out->before = (gp_range){NAN, NAN};
    if (s->score[GP_SCORE_BEFORE] == s->score[GP_SCORE]) return;
    x->out->before = range_of(x, s->score[GP_SCORE_BEFORE]);
    bool same = x->out->before.lo == x->out->row->score.lo && x->out->before.hi == x->out->row->score.hi;
    if (same) x->out->before = (gp_range){NAN, NAN};
}

/* ---- claims ---- */

static int by_gravity(const void *a, const void *b) {
    const gp_case_claim *x = *(const gp_case_claim *const *)a, *y = *(const gp_case_claim *const *)b;
    if (x->audit != y->audit) return x->audit > y->audit ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool is_within(const gp_node *n, const gp_node *above) {
    for (; n; n = n->parent)
        if (n == above) return true;
    return false;
}

static void take_claims(account *x) {
    const gp_case_result *of = x->out->of;
    x->out->claims = gp_arena_array(x->v->arena, of->nclaims, sizeof(gp_case_claim *));
    for (size_t i = 0; i < of->nclaims; i++) {
        const gp_claim *claim = of->claims[i].claim;
        bool about = false;
        for (size_t k = 0; k < claim->n; k++) {
            const gp_node *n = of->rows[claim->nodes[k]].node;
            about = about || is_within(n, node_of(x)) || is_within(node_of(x), n);
        }
        if (about) x->out->claims[x->out->nclaims++] = &of->claims[i];
    }
    qsort(x->out->claims, x->out->nclaims, sizeof(gp_case_claim *), by_gravity);
}

/* ---- what it would take ---- */

static bool is_rank(const gp_plan *plan, const gp_expr *value) {
    return value && value->op == GP_X_NAME && value->ref < plan->ndata && plan->data[value->ref].measure == GP_RANK;
}

static double relative(const gp_plan *plan, const gp_row *r) {
    if (is_rank(plan, r->node->value)) return NAN; /* a part of a rank says nothing */
    if (!isfinite(r->margin) || !isfinite(r->target) || r->target == 0 || r->type.kind != GP_NUMBER) return NAN;
    mpq_t q, t;
    mpq_init(q);
    mpq_init(t);
    gp_exact_set(q, fabs(r->margin));
    gp_exact_set(t, fabs(r->target));
    mpq_div(q, q, t);
    double v = gp_exact_double(q);
    gp_exact_round(q, v > 0 ? 5 - (int)floor(log10(v)) : 6, GP_HALF_UP);
    v = gp_exact_double(q);
    mpq_clear(q);
    mpq_clear(t);
    return gp_decimal_double(gp_decimal_of(v), 0);
}

/* The bound of the next grade above what is sure, minus the marks that are sure. */
static void take_next_grade(account *x) {
    const gp_node *n = node_of(x);
    while (n && (!n->ngrades || isnan(row_of(x, n)->marks.lo))) n = n->parent;
    if (!n) return;
    const gp_row *r = x->out->graded = row_of(x, n);
    size_t k = 0;
    while (k < n->ngrades && !gp_text_eq(n->grades[k].name, r->grade_low)) k++;
    if (k == 0) return;
    const gp_expr *e = gp_param_at(&n->grades[k - 1].at_least, x->out->of->of->period);
    if (!e || e->op != GP_X_CONST) return;
    x->out->next = &n->grades[k - 1];
    x->out->missing = exactly(e->value, r->marks.lo);
}

static double weights_beside(const account *x) {
    const gp_node *n = node_of(x);
    double sum = 0;
    if (!n->parent || slots_of(x, n)->full_marks != GP_NO_REG || isnan(x->out->row->full_marks)) return NAN;
    for (size_t k = 0; k < n->parent->nchild; k++) {
        const gp_row *r = row_of(x, n->parent->child[k]);
        if (!isnan(r->score.lo)) sum += r->weight;
    }
    return sum;
}

gp_verdict gp_verdict_of_answer(const gp_rule_answer *a) { return (gp_verdict)gp_verdict_of_rule(a); }

void gp_explain(gp_explanation *out, const gp_case_result *of, gp_run *run, gp_arena *a, size_t i, uint32_t node) {
    gp_view v;
    gp_case_result copy = *of; /* a view could write its case; this one only reads */
    gp_view_init(&v, &copy, run, a, i);
    *out = (gp_explanation){.of = of, .row = &of->rows[node], .missing = NAN};
    account x = {.out = out, .v = &v};
    gp_steps_init(&x.steps, &v);
    uint32_t value = slots_of(&x, node_of(&x))->value; /* reads as its row does: in the unit of a target that has one */
    if (value != GP_NO_REG) x.steps.type[value] = &x.out->row->type;
    const gp_slots *s = slots_of(&x, out->row->node);
    mark_edges(&x);
    take_inputs(&x);
    take_steps(&x);
    take_parts(&x);
    take_losses(&x);
    take_strikes(&x);
    take_claims(&x);
    gp_explain_turns(out, &v);
    take_next_grade(&x);
    gp_val due = gp_view_value(&v, s->due);
    out->due = number_or_nan(&due);
    out->own = share_of(out->row);
    out->relative = relative(run->frame->plan, out->row);
    out->weights = weights_beside(&x);
    out->raw = range_of(&x, s->raw);
    if (out->row->node->criterion.test == GP_RULE && s->test != GP_NO_REG) {
        out->rule = run->program->ops[s->test].rule;
        out->answer = gp_run_answer(run, s->test, v.row);
    }
    out->judged = gp_frame_judgement(run->frame, v.row, node);
}

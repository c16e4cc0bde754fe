/* A case in full: a row for every node, marks, claims, what is open; for writers, tables and the public interface.
 * Invariant: reads the registers of the block that was just evaluated; children are described before their parents. */
#include "eval/case.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "eval/cohort.h"

gp_val gp_view_value(const gp_view *v, uint32_t reg) {
    if (reg == GP_NO_REG) return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT};
    return gp_pass_value(v->run, v->pass, reg, v->at);
}

static gp_range range_of(const gp_view *v, uint32_t reg) {
    gp_val x = gp_view_value(v, reg);
    return x.flags & GP_V_ABSENT ? (gp_range){NAN, NAN} : (gp_range){x.lo, x.hi};
}

static const gp_slots *slots_of(const gp_view *v, const gp_node *n) { return &v->run->program->slots[n->index]; }
static bool has_score(const gp_view *v, const gp_node *n) { return !isnan(v->out->rows[n->index].score.lo); }
static bool counts(const gp_view *v, const gp_node *n) { return !n->item && has_score(v, n); } /* in its parent's roll-up */

/* ---- marks ---- */

static double own_marks(const gp_view *v, const gp_node *n) {
    gp_val m = gp_view_value(v, slots_of(v, n)->full_marks);
    return m.flags & GP_V_ABSENT ? NAN : m.lo;
}

/* Where a register has them it is asked; else as full.c would make them. */
static double full_of(const gp_view *v, const gp_node *n, double share) {
    const gp_slots *s = slots_of(v, n);
    double own = own_marks(v, n), sum = 0;
    if (!isnan(own)) return own;
    if (s->full[0] != GP_NO_REG) return gp_view_value(v, s->full[0]).lo;
    if (!gp_sums_up(n)) return n->parent && gp_sums_up(n->parent) ? v->out->rows[n->index].weight : share;
    for (size_t k = 0; k < n->nchild; k++) if (counts(v, n->child[k])) sum += full_of(v, n->child[k], NAN);
    return sum;
}

static void share_out(const gp_view *v, const gp_node *n) {
    double weight = 0;
    for (size_t k = 0; k < n->nchild; k++) if (counts(v, n->child[k])) weight += v->out->rows[n->child[k]->index].weight;
    for (size_t k = 0; k < n->nchild; k++) {
        const gp_node *c = n->child[k];
        double share = weight > 0 ? v->full[n->index] * v->out->rows[c->index].weight / weight : NAN;
        v->full[c->index] = has_score(v, c) ? full_of(v, c, share) : NAN;
        share_out(v, c);
    }
}

/* Rounded in binary64 where that is clear of a tie, else exactly. */
static double rounded_marks(const gp_view *v, const gp_node *n, int end, double score, double full) {
    double scale = pow(10, n->scoring.decimals), y = fabs(score * full) * scale, f = y - floor(y);
    double gap = n->scoring.rounding == GP_HALF_UP || n->scoring.rounding == GP_HALF_EVEN ? fabs(f - 0.5) : fmin(f, 1 - f);
    gp_val s = gp_view_value(v, slots_of(v, n)->score[GP_SCORE]);
    double err = (s.decimal ? 0 : s.err) * full * scale + y * 1e-14 + 1e-12;
    if (gap <= err) return gp_decide_marks(v->run, v->pass, n, end, v->at);
    double whole = n->scoring.rounding == GP_ROUND_DOWN ? floor(y) : n->scoring.rounding == GP_ROUND_UP ? ceil(y) : floor(y + 0.5);
    double z = gp_decimal_double((gp_decimal){(int64_t)whole, -n->scoring.decimals}, 0);
    return score * full < 0 && z != 0 ? -z : z;
}

/* Marks that are a register are rounded already; the subject's always are. */
static bool take_rounded(gp_row *r, const gp_view *v) {
    gp_range m = range_of(v, slots_of(v, r->node)->rounded);
    if (isnan(m.lo)) return false;
    r->marks = m;
    return true;
}

static void take_marks(gp_row *r, const gp_view *v) {
    r->full_marks = v->full[r->node->index];
    r->marks = (gp_range){NAN, NAN};
    if (isnan(r->score.lo) || isnan(r->full_marks) || take_rounded(r, v)) return;
    r->marks.lo = isfinite(r->score.lo) ? rounded_marks(v, r->node, 0, r->score.lo, r->full_marks) : r->score.lo;
    r->marks.hi = r->score.lo == r->score.hi ? r->marks.lo
                  : isfinite(r->score.hi)    ? rounded_marks(v, r->node, 1, r->score.hi, r->full_marks)
                                             : r->score.hi;
}

static gp_text grade_name(const gp_view *v, const gp_node *n, double marks) {
    uint8_t k = gp_grade_of(v->run, n, v->row, marks);
    return k == UINT8_MAX ? GP_NO_TEXT : n->grades[k].name;
}

/* The grade of an end of a value, exactly; an open upper end has not reached what it ends at. */
static gp_text grade_of_value(const gp_row *r, const gp_view *v, int end) {
    const gp_node *n = r->node;
    bool below = end && r->actual.hi_open && r->actual.lo != r->actual.hi;
    for (size_t k = 0; k < n->ngrades; k++) {
        double least = gp_grade_bound(v->run, n, k, v->row);
        int sign = isnan(least) ? -1 : gp_decide_against(v->run, v->pass, slots_of(v, n)->value, end, least, v->at);
        if (sign > 0 || (sign == 0 && !below)) return n->grades[k].name;
    }
    return GP_NO_TEXT;
}

/* A node without a score is graded by its value. */
static void take_grade(gp_row *r, const gp_view *v) {
    if (!r->node->ngrades) return;
    bool by_value = slots_of(v, r->node)->score[GP_SCORE] == GP_NO_REG && r->has_actual;
    if (slots_of(v, r->node)->grade != GP_NO_REG) {
        gp_range g = range_of(v, slots_of(v, r->node)->grade);
        r->grade_low = gp_grade_name(r->node, g.lo);
        r->grade_high = gp_grade_name(r->node, g.hi);
    } else {
        r->grade_low = by_value ? grade_of_value(r, v, 0) : grade_name(v, r->node, r->marks.lo);
        r->grade_high = by_value ? grade_of_value(r, v, 1) : grade_name(v, r->node, r->marks.hi);
    }
    if (gp_text_eq(r->grade_low, r->grade_high)) r->grade = r->grade_low;
}

/* ---- rows ---- */

static bool leaf(const gp_node *n) { return n->nchild == 0; }

/* Whether a register rests on any datum that is there. What the plain kernel works with is final, and leaves no other trace of its
 * basis. */
static bool rests_on_data(gp_view *v, uint32_t reg);

static bool operands_rest(gp_view *v, const gp_op *op) {
    if (rests_on_data(v, op->a) || rests_on_data(v, op->b) || rests_on_data(v, op->c)) return true;
    for (uint32_t k = 0; k < op->nargs; k++) if (rests_on_data(v, op->args[k])) return true;
    return false;
}

static bool rests_on_data(gp_view *v, uint32_t reg) {
    if (reg == GP_NO_REG || v->seen[reg] == v->round) return false;
    v->seen[reg] = v->round;
    const gp_op *op = &v->run->program->ops[reg];
    switch (op->code) {
    case GP_O_LOAD: case GP_O_REPORTED: return !(gp_view_value(v, reg).flags & GP_V_ABSENT);
    case GP_O_JUDGED: return gp_frame_judgement(v->run->frame, v->row, op->node->index) != NULL;
    case GP_O_COALESCE: return rests_on_data(v, op->a) || (gp_view_value(v, op->a).flags & GP_V_ABSENT && rests_on_data(v, op->b));
    case GP_O_IF_ELSE: return rests_on_data(v, op->a) || rests_on_data(v, gp_view_value(v, op->a).lo > 0 ? op->b : op->c);
    case GP_O_DATED: return rests_on_data(v, gp_dated_entry(v->run, op, v->row));
    default: return operands_rest(v, op);
    }
}

static uint8_t leaf_basis(const gp_row *r, gp_view *v) {
    const gp_slots *s = slots_of(v, r->node);
    uint32_t reg = s->test != GP_NO_REG ? s->verdict : s->value;
    if (reg == GP_NO_REG) return 0;
    if (v->pass != GP_PASS_PLAIN) return gp_open_value(v->run, GP_PASS_OPEN, reg, v->at)->basis;
    v->round++;
    return rests_on_data(v, reg) ? GP_FINAL + 1 : 0;
}

static uint8_t applies_basis(const gp_row *r, gp_view *v) {
    uint32_t reg = slots_of(v, r->node)->applies;
    if (reg == GP_NO_REG) return 0;
    if (v->pass != GP_PASS_PLAIN) return gp_open_value(v->run, GP_PASS_OPEN, reg, v->at)->basis;
    v->round++;
    return rests_on_data(v, reg) ? GP_FINAL + 1 : 0;
}

/* A waived child is not looked at; one that does not apply is left out because of what its `applies` read. */
static uint8_t basis_below(const gp_node *n, const gp_view *v) {
    uint8_t basis = 0;
    for (size_t k = 0; k < n->nchild; k++) {
        const gp_row *c = &v->out->rows[n->child[k]->index];
        if (c->verdict != GP_WAIVED && c->has_basis && c->basis + 1 > basis) basis = (uint8_t)(c->basis + 1);
    }
    return basis;
}

static void take_basis(gp_row *r, gp_view *v) {
    uint32_t applies = slots_of(v, r->node)->applies;
    bool left_out = applies != GP_NO_REG && gp_view_value(v, applies).hi <= 0;
    uint8_t basis = applies_basis(r, v), own = left_out ? 0 : leaf(r->node) ? leaf_basis(r, v) : basis_below(r->node, v);
    basis = own > basis ? own : basis;
    r->has_basis = basis > 0;
    r->basis = basis ? (gp_basis)(basis - 1) : GP_FINAL;
}


static const char *sign_of(gp_test t) {
    switch (t) {
    case GP_AT_LEAST: case GP_REACHED: return "≥ ";
    case GP_AT_MOST: case GP_BY: return "≤ ";
    case GP_MORE_THAN: return "> ";
    case GP_LESS_THAN: return "< ";
    case GP_EXACTLY: return "= ";
    default: return NULL;
    }
}

/* The criterion with the target of this case, where the target is no constant. */
static gp_text criterion_text(const gp_row *r, const gp_view *v) {
    const gp_criterion *k = &r->node->criterion;
    const char *sign = sign_of(k->test);
    uint32_t target = slots_of(v, r->node)->target;
    bool as_written = target == GP_NO_REG || v->run->program->ops[target].code == GP_O_CONST;
    if (!sign || as_written || isnan(r->target)) return k->text;
    gp_buf b;
    gp_buf_init(&b, v->arena);
    gp_buf_str(&b, sign);
    gp_expr_print_const(&b, &r->type, r->target, &v->run->frame->texts);
    return gp_buf_take(&b);
}

typedef struct cite_search { const gp_view *v; gp_text cite; } cite_search;

static void find_cite(void *ud, uint32_t datum) {
    cite_search *s = ud;
    const gp_origin *o = s->cite.s ? NULL : gp_frame_origin(s->v->run->frame, s->v->row, datum);
    if (o) s->cite = o->cite;
}

void gp_view_data(const gp_plan *plan, const gp_expr *e, void (*visit)(void *ud, uint32_t datum), void *ud) {
    if (e->op == GP_X_NAME && e->ref < plan->ndata) visit(ud, e->ref);
    else if (e->op == GP_X_NAME && e->ref < GP_REF_TARGET) gp_view_data(plan, plan->derived[e->ref - plan->ndata].expr, visit, ud);
    for (uint32_t i = 0; i < e->n; i++) gp_view_data(plan, e->arg[i], visit, ud);
}

static void take_cite(gp_row *r, const gp_view *v) {
    const gp_plan *plan = v->run->program->plan;
    cite_search s = {v, GP_NO_TEXT};
    const gp_rule *rule =
        r->node->criterion.test == GP_RULE ? v->run->program->ops[slots_of(v, r->node)->test].rule : NULL; /* compiled, so it is there */
    if (r->node->value) gp_view_data(plan, r->node->value, find_cite, &s);
    for (size_t k = 0; rule && k < rule->nreads; k++) {
        if (rule->reads[k] < plan->ndata) find_cite(&s, rule->reads[k]);
        else gp_view_data(plan, plan->derived[rule->reads[k] - plan->ndata].expr, find_cite, &s);
    }
    const gp_node *n = r->node;
    if (!n->cite.s && n->level == GP_CLAUSE) n = n->parent; /* a clause stands in what its indicator quotes */
    r->cite = s.cite.s ? s.cite : n->cite;
}

/* An end of a score that may be a short decimal a few roundings away is asked for exactly: 0.5, not 0.500000000000001. */
static double score_end(const gp_view *v, uint32_t reg, double s, double err, int end) {
    double near = isfinite(s) ? gp_round_digits(s, 12) : s;
    return near == s || !(fabs(near - s) <= err) ? s : gp_decide_end(v->run, v->pass, reg, end, v->at);
}

static gp_range score_of(const gp_view *v, const gp_node *n) {
    uint32_t reg = slots_of(v, n)->score[GP_SCORE];
    gp_range s = range_of(v, reg);
    gp_val x = gp_view_value(v, reg);
    if (!leaf(n) || x.decimal || isnan(s.lo)) return s;
    bool point = s.lo == s.hi;
    s.lo = score_end(v, reg, s.lo, x.err, 0);
    s.hi = point ? s.lo : score_end(v, reg, s.hi, x.err, 1);
    return s;
}

static void take_decision(gp_row *r, gp_view *v) {
    const gp_slots *s = slots_of(v, r->node);
    r->found_verdict = r->verdict;
    r->found_score = r->score;
    if (s->decision == GP_NO_REG) return;
    r->ruling = gp_ruling_of(&r->decided, v->run, &v->run->program->ops[s->decision], v->pass, v->at);
    if (!r->ruling || r->decided != GP_DECIDED) return;
    if (s->found != GP_NO_REG) r->found_verdict = gp_run_verdict(v->run, s->found, v->i);
    r->found_score = range_of(v, s->score[GP_SCORE_FOUND]);
}

static void take_row(gp_row *r, gp_view *v, const gp_node *n) {
    const gp_slots *s = slots_of(v, n);
    *r = (gp_row){.node = n, .verdict = GP_MEASURED};
    if (s->verdict != GP_NO_REG) {
        r->verdict = v->run->verdict[n->index][v->i];
        r->final = v->run->final[n->index][v->i];
    }
    gp_view_measure(r, v);
    gp_val weight = gp_view_value(v, s->weight);
    r->weight = weight.lo == weight.hi ? weight.lo : NAN;
    r->score = score_of(v, n);
    take_decision(r, v);
    take_basis(r, v);
    r->criterion = criterion_text(r, v);
    r->rule = n->criterion.test == GP_RULE ? n->criterion.rule : GP_NO_TEXT;
    r->place = n->criterion.test == GP_TEST_NONE ? n->at : n->criterion.at;
    take_cite(r, v);
}

/* ---- totals ---- */

bool gp_view_unsure(const gp_view *v, const gp_node *n) {
    uint32_t reg = slots_of(v, n)->applies;
    if (reg == GP_NO_REG) return false;
    gp_val a = gp_view_value(v, reg);
    return a.lo <= 0 && a.hi > 0;
}

/* Share of the known weight below a node; NaN where nothing counts. */
static double known_share(const gp_view *v, const gp_node *n) {
    const gp_row *r = &v->out->rows[n->index];
    if (r->verdict == GP_NOT_APPLICABLE || r->verdict == GP_WAIVED) return NAN;
    if (gp_view_unsure(v, n)) return slots_of(v, n)->score[GP_SCORE] == GP_NO_REG ? NAN : 0;
    if (leaf(n)) {
        if (slots_of(v, n)->raw == GP_NO_REG) return NAN;
        if (r->decided == GP_DECIDED) return r->score.lo == r->score.hi;
        gp_range raw = range_of(v, slots_of(v, n)->raw);
        return raw.lo == raw.hi;
    }
    double sum = 0, weight = 0;
    for (size_t k = 0; k < n->nchild; k++) {
        double share = n->child[k]->item ? NAN : known_share(v, n->child[k]), w = v->out->rows[n->child[k]->index].weight;
        if (isnan(share)) continue;
        sum += share * w;
        weight += w;
    }
    return weight > 0 ? sum / weight : NAN;
}

typedef struct open_leaf { uint32_t node; double width; } open_leaf;

static int wider(const void *a, const void *b) {
    const open_leaf *x = a, *y = b;
    if (x->width != y->width) return x->width > y->width ? -1 : 1;
    return x->node < y->node ? -1 : x->node > y->node;
}

static void list_open(gp_view *v) {
    const gp_plan *plan = v->run->program->plan;
    open_leaf *list = gp_arena_array(v->arena, plan->nnodes, sizeof *list);
    size_t n = 0;
    for (size_t k = 0; k < plan->nnodes; k++) {
        const gp_row *r = &v->out->rows[k];
        if (!leaf(plan->nodes[k]) || isnan(r->score.lo) || r->score.lo == r->score.hi) continue;
        double width = (r->score.hi - r->score.lo) * r->full_marks;
        list[n++] = (open_leaf){(uint32_t)k, isnan(width) ? 0 : width};
    }
    qsort(list, n, sizeof *list, wider);
    uint32_t *open = gp_arena_array(v->arena, n, sizeof *open);
    for (size_t k = 0; k < n; k++) open[k] = list[k].node;
    v->out->open = open;
    v->out->nopen = n;
}

/* Where the total depends on it, a register decides exactly; else it is only said. */
static bool below_coverage(const gp_view *v, double least) {
    uint32_t known = slots_of(v, v->out->rows[0].node)->known;
    if (known == GP_NO_REG || gp_view_value(v, known).flags & GP_V_ABSENT) return v->out->coverage < least - 1e-12;
    return gp_decide_against(v->run, v->pass, known, 0, least, v->at) < 0;
}

static void take_disqualified(gp_view *v) {
    gp_range d = range_of(v, v->run->program->slots[0].disqualified);
    v->out->disqualified = d.lo > 0 ? GP_DISQUALIFIED : d.hi > 0 ? GP_PERHAPS_DISQUALIFIED : GP_NOT_DISQUALIFIED;
}

static void take_rank(gp_view *v) {
    uint32_t ask = v->run->program->rank;
    v->out->rank = (gp_range){NAN, NAN};
    v->out->unranked = isnan(v->out->marks.lo) || v->out->below_coverage ? GP_NO_TOTAL : GP_RANKED;
    if (ask == GP_NO_REG) return;
    v->out->rank = gp_cohort_at(v->run->cohort, ask, v->row);
    v->out->ranked = gp_cohort_size(v->run->cohort, ask, v->row);
    if (v->out->unranked == GP_RANKED && isnan(v->out->rank.lo))
        v->out->unranked = gp_cohort_has(v->run->cohort, v->row) ? GP_STRUCK : GP_NO_COHORT;
}

static void take_totals(gp_view *v) {
    gp_case_result *out = v->out;
    const gp_slots *s = &v->run->program->slots[0];
    const gp_row *root = &out->rows[0];
    out->score = root->score;
    out->score_before_veto = range_of(v, s->score[GP_SCORE_BEFORE]);
    out->score_without_waivers = range_of(v, s->score[GP_SCORE_ALL]);
    out->score_before_decisions = range_of(v, s->score[GP_SCORE_FOUND]);
    out->marks = root->marks;
    out->grade = root->grade;
    out->grade_low = root->grade_low;
    out->grade_high = root->grade_high;
    take_disqualified(v);
    out->coverage = known_share(v, root->node);
    const gp_expr *least = gp_param_at(&root->node->scoring.coverage, out->of->period);
    out->below_coverage = least && least->op == GP_X_CONST && below_coverage(v, least->value);
    take_rank(v);
    out->can_change_grade = !gp_text_eq(out->grade_low, out->grade_high);
    list_open(v);
}

void gp_view_init(gp_view *v, gp_case_result *out, gp_run *run, gp_arena *scratch, size_t i) {
    bool plain = run->slot[i] == UINT16_MAX;
    *v = (gp_view){.run = run, .arena = scratch, .out = out, .i = i, .row = run->first + i, .lang = run->options.lang};
    v->pass = plain ? GP_PASS_PLAIN : GP_PASS_OPEN;
    v->at = plain ? i : run->slot[i];
    v->seen = gp_arena_array(scratch, run->program->nops, sizeof *v->seen);
}

void gp_run_case(gp_case_result *out, gp_run *run, gp_arena *scratch, size_t i) {
    const gp_plan *plan = run->program->plan;
    gp_view v;
    gp_view_init(&v, out, run, scratch, i);
    *out = (gp_case_result){.of = &run->frame->cases[v.row], .row = v.row, .nrows = plan->nnodes};
    out->rows = gp_arena_array(scratch, plan->nnodes, sizeof *out->rows);
    v.full = gp_arena_array(scratch, plan->nnodes, sizeof *v.full);
    for (size_t k = plan->nnodes; k-- > 0;) take_row(&out->rows[k], &v, plan->nodes[k]);
    v.full[0] = has_score(&v, plan->root) ? full_of(&v, plan->root, 100) : NAN;
    share_out(&v, plan->root);
    for (size_t k = 0; k < plan->nnodes; k++) take_marks(&out->rows[k], &v);
    for (size_t k = 0; k < plan->nnodes; k++) take_grade(&out->rows[k], &v);
    gp_view_audit(&v);
    for (size_t k = plan->nnodes; k-- > 0;) gp_view_reason(&out->rows[k], &v);
    take_totals(&v);
    for (size_t k = 0; k < out->nclaims && !run->audited[i]; k++) run->sum.audits[out->claims[k].audit] += 1;
    run->audited[i] = 1;
}

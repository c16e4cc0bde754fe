/* Why: one line for each row, in the language of the plan, from what the registers and the frame hold.
 * Invariant: names the data that decide; says nothing that the row does not show elsewhere in numbers. */
#include <math.h>

#include "eval/case.h"
#include "plan/words.h"

typedef struct line { gp_buf b; gp_view *v; const gp_row *r; bool zh; size_t named; } line;

static void say(line *l, const char *zh, const char *en) { gp_buf_str(&l->b, l->zh ? zh : en); }

static void stop(line *l) { if (l->b.n) say(l, ";", "; "); }

static void say_name(line *l, gp_text name) {
    if (l->named++) say(l, "、", ", ");
    gp_buf_text(&l->b, name);
}

static void say_date(line *l, double day) {
    char text[16];
    gp_buf_put(&l->b, text, gp_date_print(text, (int32_t)day));
}

static void say_period(line *l, gp_period p) {
    char text[32];
    gp_buf_put(&l->b, text, gp_period_print(text, p));
}

/* ---- the data behind a row ---- */

typedef void data_fn(line *l, uint32_t datum);
typedef struct walk { line *l; data_fn *fn; uint32_t seen[64]; size_t nseen; } walk;

static void visit(void *ud, uint32_t datum) {
    walk *w = ud;
    for (size_t i = 0; i < w->nseen; i++) if (w->seen[i] == datum) return;
    if (w->nseen < GP_COUNT(w->seen)) w->seen[w->nseen++] = datum;
    w->fn(w->l, datum);
}

static void walk_ref(walk *w, const gp_plan *plan, uint32_t ref) {
    if (ref < plan->ndata) visit(w, ref);
    else gp_view_data(plan, plan->derived[ref - plan->ndata].expr, visit, w);
}

static void walk_param(walk *w, const gp_plan *plan, const gp_param *p) {
    for (size_t i = 0; i < p->n; i++) gp_view_data(plan, p->entry[i].expr, visit, w);
}

static void each_datum(line *l, data_fn *fn) {
    const gp_plan *plan = l->v->run->program->plan;
    const gp_node *n = l->r->node;
    const gp_slots *s = &l->v->run->program->slots[n->index];
    walk w = {.l = l, .fn = fn};
    if (n->value) gp_view_data(plan, n->value, visit, &w);
    walk_param(&w, plan, &n->criterion.target);
    walk_param(&w, plan, &n->criterion.upper);
    for (size_t i = 0; i < n->criterion.noptions; i++) walk_param(&w, plan, &n->criterion.options[i]);
    const gp_rule *rule = n->criterion.test == GP_RULE && s->test != GP_NO_REG ? l->v->run->program->ops[s->test].rule : NULL;
    for (size_t i = 0; rule && i < rule->nreads; i++) walk_ref(&w, plan, rule->reads[i]);
}

static const gp_cell *cell_of(const line *l, uint32_t datum) { return gp_frame_cell(l->v->run->frame, l->v->row, datum); }

static gp_text label(const line *l, uint32_t datum) { return l->v->run->program->plan->data[datum].label; }

static void name_missing(line *l, uint32_t datum) {
    if (cell_of(l, datum) || !isnan(l->v->run->frame->column[datum][l->v->row])) return;
    if (!l->named) {
        stop(l);
        say(l, "缺 ", "missing: ");
    }
    say_name(l, label(l, datum));
}

/* Values that are there and do not count. */
static void name_refused(line *l, uint32_t datum) {
    const gp_cell *c = cell_of(l, datum);
    if (!c) return;
    bool counts = l->r->node->evidence >> c->stated & 1;
    if (counts && !c->no_value) return;
    stop(l);
    gp_buf_text(&l->b, label(l, datum));
    if (c->no_value) {
        say(l, " 的时段超出考核期", " covers days outside the period");
        return;
    }
    say(l, " 为", " is ");
    gp_buf_str(&l->b, gp_basis_word(c->stated, l->v->lang));
    say(l, ",不计作佐证", ", which does not count as evidence");
}

static void name_not_final(line *l, uint32_t datum) {
    const gp_cell *c = cell_of(l, datum);
    if (!c || c->basis == GP_FINAL) return;
    stop(l);
    gp_buf_text(&l->b, label(l, datum));
    say(l, " 为", " is ");
    gp_buf_str(&l->b, gp_basis_word(c->basis, l->v->lang));
    say(l, "数据", " data");
    const gp_origin *o = gp_frame_origin(l->v->run->frame, l->v->row, datum);
    if (!o || !o->has_covers) return;
    say(l, "(", " (");
    say_period(l, o->covers);
    say(l, ")", ")");
}

/* ---- leaves ---- */

static void say_end(line *l, const char *sign, double end) {
    gp_buf_str(&l->b, sign);
    gp_expr_print_const(&l->b, &l->r->type, end, &l->v->run->frame->texts);
}

/* Dates and words have no last one: an end that is open is left out, and a sign says so. */
static void say_span(line *l, const gp_interval *v) {
    if (!isfinite(v->lo) && !isfinite(v->hi)) gp_buf_str(&l->b, "(-∞, ∞)");
    else if (!isfinite(v->hi)) say_end(l, v->lo_open ? "> " : ">= ", v->lo);
    else if (!isfinite(v->lo)) say_end(l, v->hi_open ? "< " : "<= ", v->hi);
    else {
        say_end(l, "", v->lo);
        say_end(l, l->zh ? " 至 " : " to ", v->hi);
    }
}

static void say_value(line *l) {
    const gp_interval *v = &l->r->actual;
    if (l->r->type.kind == GP_NUMBER) gp_interval_print(&l->b, v, &l->r->type.unit);
    else if (v->lo == v->hi) say_end(l, "", v->lo);
    else say_span(l, v);
}

/* A difference: of percentages in points, of dates in days, of stages in steps. */
static void say_difference(line *l, double d) {
    const gp_type *t = &l->r->type;
    char text[32];
    if (t->kind == GP_NUMBER && !gp_text_is(t->unit.text, "%")) {
        gp_quantity_print(&l->b, d, &t->unit);
        return;
    }
    gp_buf_put(&l->b, text, gp_number_print_scaled(text, d, t->kind == GP_NUMBER ? -2 : 0));
    bool one = t->kind == GP_NUMBER ? fabs(d) == 0.01 : fabs(d) == 1;
    if (t->kind == GP_DATE) say(l, " 天", one ? " day" : " days");
    else if (t->kind == GP_STAGE) say(l, " 个阶段", one ? " stage" : " stages");
    else say(l, " 个百分点", one ? " point" : " points");
}

static void say_margin(line *l) {
    double m = l->r->margin;
    if (isnan(m)) return;
    if (m < 0 || (m == 0 && l->r->verdict == GP_UNMET)) say(l, ",差 ", ", short by ");
    else say(l, ",余量 ", ", margin ");
    say_difference(l, fabs(m));
}

/* A stage that was reached after its day: met but for that. */
static void say_late(line *l) {
    const gp_slots *s = &l->v->run->program->slots[l->r->node->index];
    const gp_node *n = l->r->node;
    int32_t on;
    if (n->criterion.test != GP_REACHED || l->r->verdict != GP_UNMET || gp_run_verdict(l->v->run, s->test, l->v->i) != GP_MET) return;
    if (n->value->op != GP_X_NAME || !gp_frame_on(&on, l->v->run->frame, l->v->row, n->value->ref)) return;
    say(l, ",", ", reached on ");
    say_date(l, on);
    say(l, " 才达到", ", too late");
}

static void say_test(line *l) {
    if (l->r->has_actual) say_value(l);
    if (l->r->criterion.s) {
        if (l->r->has_actual) say(l, ",要求 ", ", due ");
        else say(l, "要求 ", "due ");
        gp_buf_text(&l->b, l->r->criterion);
    }
    say_margin(l);
    say_late(l);
}

/* ---- what could not be computed ---- */

static bool is_absent(const gp_view *v, uint32_t reg) { return gp_view_value(v, reg).flags & GP_V_ABSENT; }

/* Of the deepest operation that has no value though its operands have: the operand that did it (a divisor, an argument). */
static uint32_t culprit(gp_view *v, uint32_t reg) {
    if (reg == GP_NO_REG || v->seen[reg] == v->round || !is_absent(v, reg)) return GP_NO_REG;
    v->seen[reg] = v->round;
    const gp_op *op = &v->run->program->ops[reg];
    uint32_t operand[3] = {op->a, op->b, op->c};
    bool given = op->a != GP_NO_REG;
    for (uint32_t i = 0; i < 3 + op->nargs; i++) {
        uint32_t r = i < 3 ? operand[i] : op->args[i - 3], found = culprit(v, r);
        if (found != GP_NO_REG) return found;
        given = given && (r == GP_NO_REG || !is_absent(v, r));
    }
    return !given ? GP_NO_REG : op->code == GP_O_DIV || op->code == GP_O_MOD ? op->b : op->a;
}

static void say_loads(line *l, uint32_t reg) {
    if (reg == GP_NO_REG || l->v->seen[reg] == l->v->round) return;
    l->v->seen[reg] = l->v->round;
    const gp_op *op = &l->v->run->program->ops[reg];
    if (op->code != GP_O_LOAD) {
        say_loads(l, op->a);
        say_loads(l, op->b);
        say_loads(l, op->c);
        for (uint32_t i = 0; i < op->nargs; i++) say_loads(l, op->args[i]);
        return;
    }
    gp_val x = gp_view_value(l->v, reg);
    if (x.flags & GP_V_ABSENT) return;
    if (l->named++) say(l, "、", ", ");
    else say(l, "(", ", as ");
    gp_buf_text(&l->b, label(l, op->ref));
    say(l, " 为 ", " is ");
    gp_interval span = {x.lo, x.hi, x.flags & GP_V_LO_OPEN, x.flags & GP_V_HI_OPEN};
    if (op->type->kind == GP_NUMBER && x.lo != x.hi) gp_interval_print(&l->b, &span, &op->type->unit);
    else gp_expr_print_const(&l->b, op->type, x.lo, &l->v->run->frame->texts);
}

/* Where a decision table gave no value: the conditions on the way there are named by what they read. */
static const gp_op *table_without(line *l, uint32_t reg) {
    if (reg == GP_NO_REG || l->v->seen[reg] == l->v->round || !is_absent(l->v, reg)) return NULL;
    l->v->seen[reg] = l->v->round;
    const gp_op *op = &l->v->run->program->ops[reg], *found = NULL;
    if (op->code == GP_O_NONE) return op->digits ? op : NULL;
    if (op->code == GP_O_IF_ELSE) {
        gp_val t = gp_view_value(l->v, op->a);
        return t.lo != t.hi ? NULL : table_without(l, t.lo > 0 ? op->b : op->c);
    }
    uint32_t operand[3] = {op->a, op->b, op->c};
    for (uint32_t i = 0; i < 3 + op->nargs && !found; i++) found = table_without(l, i < 3 ? operand[i] : op->args[i - 3]);
    return found;
}

static void say_conditions(line *l, uint32_t reg) {
    if (reg == GP_NO_REG || !is_absent(l->v, reg)) return;
    const gp_op *op = &l->v->run->program->ops[reg];
    if (op->code == GP_O_IF_ELSE) {
        say_loads(l, op->a);
        say_conditions(l, gp_view_value(l->v, op->a).lo > 0 ? op->b : op->c);
        return;
    }
    uint32_t operand[3] = {op->a, op->b, op->c};
    for (uint32_t i = 0; i < 3 + op->nargs; i++) say_conditions(l, i < 3 ? operand[i] : op->args[i - 3]);
}

static bool say_table(line *l, uint32_t reg) {
    l->v->round++;
    const gp_op *none = table_without(l, reg);
    if (!none) return false;
    static const char *const LEAD[] = {
        [GP_NONE_NO_ROW] = "no row of", [GP_NONE_SEVERAL] = "several rows of", [GP_NONE_DISAGREE] = "rows of"};
    gp_buf_printf(&l->b, l->zh ? "表 " : "%s the table ", LEAD[none->digits]);
    gp_buf_text(&l->b, l->v->run->frame->plan->derived[none->ref].label);
    if (none->digits == GP_NONE_NO_ROW) say(l, " 没有一行适用", " holds");
    else if (none->digits == GP_NONE_SEVERAL) say(l, " 有多行同时适用", " hold at once");
    else say(l, " 同时适用的几行结果不一", " that hold at once disagree");
    l->v->round++;
    l->named = 0;
    say_conditions(l, reg);
    if (l->named) say(l, ")", "");
    return true;
}

static bool say_impossible(line *l, uint32_t reg, gp_text expr) {
    if (say_table(l, reg)) return true;
    l->v->round++;
    uint32_t because = culprit(l->v, reg);
    if (because == GP_NO_REG) return false;
    say(l, "无法计算:", "cannot be computed: ");
    gp_buf_text(&l->b, expr);
    l->v->round++;
    l->named = 0;
    say_loads(l, because);
    if (l->named) say(l, ")", "");
    return true;
}

static bool say_impossible_param(line *l, uint32_t reg, const gp_param *p) {
    const gp_expr *e = reg == GP_NO_REG ? NULL : gp_param_at(p, l->v->out->of->period);
    return e && say_impossible(l, reg, e->text);
}

static void say_no_data(line *l) {
    const gp_node *n = l->r->node;
    const gp_slots *s = &l->v->run->program->slots[n->index];
    each_datum(l, name_refused);
    l->named = 0;
    each_datum(l, name_missing);
    if (l->b.n || !n->value || say_impossible(l, s->value, n->value->text)) return;
    if (say_impossible_param(l, s->target, &n->criterion.target) || say_impossible_param(l, s->upper, &n->criterion.upper)) return;
    bool none = is_absent(l->v, s->value);
    say(l, none ? "没有数值:" : "不足以判定:", none ? "there is no value: " : "cannot be decided: ");
    gp_buf_text(&l->b, n->value->text);
}

static void say_judged(line *l) {
    const gp_judgement *j = gp_frame_judgement(l->v->run->frame, l->v->row, l->r->node->index);
    if (!j) {
        say(l, "须由人评判,尚无评判", "for a person to judge; no judgement is given");
        return;
    }
    gp_buf_text(&l->b, j->tier);
    say(l, ":", ": ");
    gp_buf_text(&l->b, j->reason);
    if (!j->by.s) return;
    say(l, "(", " (");
    gp_buf_text(&l->b, j->by);
    say(l, ")", ")");
}

static void say_rule(line *l) {
    uint32_t reg = l->v->run->program->slots[l->r->node->index].test;
    const gp_rule_answer *a = gp_run_answer(l->v->run, reg, l->v->row);
    gp_buf_text(&l->b, a->reason);
    if (a->open_datum == UINT32_MAX) return;
    const gp_plan *plan = l->v->run->program->plan;
    stop(l);
    gp_buf_text(&l->b, a->open_datum < plan->ndata ? label(l, a->open_datum) : plan->derived[a->open_datum - plan->ndata].label);
    say(l, " 不是单一数值", " is no single value");
}

static void say_decided(line *l) {
    gp_test t = l->r->node->criterion.test;
    if (t == GP_JUDGED) say_judged(l);
    else if (t == GP_RULE) say_rule(l);
    else if (l->r->verdict == GP_NO_DATA && isnan(l->r->margin)) say_no_data(l); /* else only whether it applies is open */
    else say_test(l);
    if (l->r->verdict <= GP_UNMET && !l->r->final) each_datum(l, name_not_final);
    else if (l->r->verdict == GP_UNDECIDED && t != GP_RULE) each_datum(l, name_not_final);
}

/* ---- what lies over a verdict ---- */

static void say_waiver(line *l) {
    const gp_waiver *w = l->r->node->waive;
    say(l, "豁免:", "waived: ");
    gp_buf_text(&l->b, w->reason);
    say(l, "(", " (");
    gp_buf_text(&l->b, w->authority);
    say(l, ",至 ", ", until ");
    say_date(l, w->until);
    say(l, ")", ")");
}

static bool say_status(line *l) {
    const gp_slots *s = &l->v->run->program->slots[l->r->node->index];
    switch (l->r->verdict) {
    case GP_WAIVED: if (l->r->node->waive) say_waiver(l); return l->r->node->waive != NULL;
    case GP_NOT_APPLICABLE:
        if (!l->r->node->applies || gp_view_value(l->v, s->applies).hi > 0) return false;
        say(l, "不适用:", "does not apply: ");
        gp_buf_text(&l->b, l->r->node->applies->text);
        return true;
    case GP_NOT_DUE:
        if (s->due == GP_NO_REG) return false;
        say(l, "应于 ", "due by ");
        say_date(l, gp_view_value(l->v, s->due).lo);
        say(l, " 前完成,尚未到期", ", which is still to come");
        return true;
    default: return false;
    }
}

static void say_expired(line *l) {
    const gp_waiver *w = l->r->node->waive;
    if (!w || l->r->verdict == GP_WAIVED) return;
    stop(l);
    say(l, "豁免已于 ", "a waiver expired on ");
    say_date(l, w->until);
    say(l, " 到期,不再计入", " and does not count");
}

/* ---- decisions ---- */

static void say_found(line *l, const gp_finding *f, gp_verdict verdict, gp_range score) {
    if (f->has_verdict) gp_buf_str(&l->b, gp_verdict_word(verdict, l->v->lang));
    if (f->has_verdict && f->has_score) say(l, "、", ", ");
    if (!f->has_score) return;
    if (isnan(score.lo)) {
        say(l, "无得分", "no score");
        return;
    }
    char text[32];
    gp_buf_put(&l->b, text, gp_number_print_scaled(text, gp_round_digits(score.lo, 6), -2));
    if (score.lo != score.hi) {
        gp_buf_str(&l->b, "%–");
        gp_buf_put(&l->b, text, gp_number_print_scaled(text, gp_round_digits(score.hi, 6), -2));
    }
    gp_buf_char(&l->b, '%');
}

/* "改判:未达成 → 达成(考核办,2021-03-01):…" */
static void say_decision(line *l) {
    const gp_ruling *d = l->r->ruling;
    if (!d) return;
    stop(l);
    if (l->r->decided == GP_DECISION_REFUSED)
        say(l, "改判未采用(所载原结果与评价结果不符):", "a decision does not count, since its `old` is not what is found: ");
    else if (l->r->decided == GP_DECISION_LATER) say(l, "改判在截止日期之后,尚未计入:", "a decision after the as-of date does not count yet: ");
    else {
        say(l, "改判:", "decided: ");
        say_found(l, &d->is, l->r->found_verdict, l->r->found_score);
        gp_buf_str(&l->b, " → ");
        say_found(l, &d->is, l->r->verdict, l->r->score);
        say(l, ":", ": ");
    }
    gp_buf_text(&l->b, d->reason);
    say(l, "(", " (");
    gp_buf_text(&l->b, d->authority);
    say(l, ",", ", ");
    say_date(l, d->date);
    say(l, ")", ")");
}

/* ---- parents ---- */

static size_t count_children(const line *l, uint8_t verdict, bool not_final) {
    size_t n = 0;
    for (size_t k = 0; k < l->r->node->nchild; k++) {
        const gp_row *c = &l->v->out->rows[l->r->node->child[k]->index];
        n += !c->node->item && c->verdict == verdict && (!not_final || !c->final);
    }
    return n;
}

static void name_children(line *l, uint8_t verdict, bool not_final) {
    size_t shown = 0, n = count_children(l, verdict, not_final);
    l->named = 0;
    for (size_t k = 0; k < l->r->node->nchild && shown < 4; k++) {
        const gp_row *c = &l->v->out->rows[l->r->node->child[k]->index];
        if (c->node->item || c->verdict != verdict || (not_final && c->final)) continue;
        say_name(l, c->node->name);
        shown++;
    }
    if (n > shown) say(l, " 等", " and others");
}

static void say_count(line *l, uint8_t verdict) {
    size_t n = count_children(l, verdict, false);
    if (!n) return;
    stop(l);
    gp_buf_printf(&l->b, l->zh ? "%zu 项" : "%zu ", n);
    gp_buf_str(&l->b, gp_verdict_word((gp_verdict)verdict, l->v->lang));
    if (verdict == GP_MET) return;
    say(l, ":", ": ");
    name_children(l, verdict, false);
}

static void say_parent(line *l) {
    gp_buf_printf(&l->b, l->zh ? "共 %zu 项" : "%zu in all", l->r->node->nchild);
    static const uint8_t order[] = {GP_UNMET, GP_ERRED, GP_NO_DATA, GP_UNDECIDED, GP_NOT_DUE, GP_MET, GP_WAIVED, GP_NOT_APPLICABLE};
    for (size_t i = 0; i < GP_COUNT(order); i++) say_count(l, order[i]);
    if (l->r->verdict != GP_MET || l->r->final || !count_children(l, GP_MET, true)) return;
    stop(l);
    say(l, "暂定:", "not final: ");
    name_children(l, GP_MET, true);
}

/* Vetoes that strike, or may: what bears each, and what it does. */
static void say_vetoes(line *l) {
    const gp_slots *s = &l->v->run->program->slots[l->r->node->index];
    for (size_t i = 0; i < s->nvetoes; i++) {
        const gp_strike *k = &s->vetoes[i];
        gp_val t = gp_view_value(l->v, k->strikes);
        if (t.hi <= 0) continue;
        stop(l);
        if (t.lo > 0) say(l, "一票否决:", "veto by ");
        else say(l, "可能一票否决:", "perhaps a veto by ");
        gp_buf_text(&l->b, k->at->parent ? k->at->name : l->zh ? GP_TEXT("本方案") : GP_TEXT("the plan"));
        gp_buf_printf(&l->b, " (%s)", gp_words_effect.list[k->veto->effect]);
    }
}

/* What the rule of an aggregate says, where it says something. */
static bool say_roll(line *l) {
    uint32_t roll = l->v->run->program->slots[l->r->node->index].roll;
    if (roll == GP_NO_REG || l->r->verdict == GP_NOT_APPLICABLE || l->r->verdict == GP_WAIVED) return false;
    const gp_rule_answer *answer = gp_run_answer(l->v->run, roll, l->v->row);
    gp_buf_text(&l->b, answer->reason);
    return answer->reason.n > 0;
}

void gp_view_reason(gp_row *r, gp_view *v) {
    line l = {.v = v, .r = r, .zh = v->lang == GP_ZH};
    gp_verdict decided = r->verdict;
    r->verdict = r->found_verdict; /* what is said first is what was found */
    gp_buf_init(&l.b, v->arena);
    if (r->verdict == GP_MEASURED && r->node->nchild == 0) {
        if (r->has_actual) say_value(&l);
        else if (r->node->value) say_no_data(&l);
    } else if (say_roll(&l)) {
    } else if (!say_status(&l)) {
        if (r->node->nchild) say_parent(&l);
        else say_decided(&l);
    }
    gp_view_position(&l.b, v, r);
    if (gp_view_unsure(v, r->node)) {
        stop(&l);
        say(&l, "不能确定是否适用:", "whether it applies is not known: ");
        gp_buf_text(&l.b, r->node->applies->text);
    }
    say_vetoes(&l);
    say_expired(&l);
    r->verdict = decided;
    say_decision(&l);
    r->reason = gp_buf_take(&l.b);
}

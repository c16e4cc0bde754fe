/* Steps: the operations behind a value as lines of arithmetic, in names and in values, derived names and shared parts once.
 * Invariant: what is printed is exact, or marked as rounded and rounded from the exact value. */
#include "eval/steps.h"

#include <math.h>
#include <string.h>

enum { DIGITS = 6, DIGITS_MOST = 15, ATOMS_MOST = 8, ARGS_SHOWN = 8 };

bool gp_operand(uint32_t *out, const gp_op *op, uint32_t k) {
    if (k >= 3 + op->nargs) return false;
    *out = k == 0 ? op->a : k == 1 ? op->b : k == 2 ? op->c : op->args[k - 3];
    return true;
}

static const gp_op *op_of(const gp_steps *s, uint32_t r) { return &s->program->ops[r]; }
static void say(const gp_steps *s, gp_buf *out, const char *zh, const char *en) { gp_buf_str(out, s->zh ? zh : en); }

bool gp_steps_is_verdict(const gp_steps *s, uint32_t r) { return s->v->run->plain_verdict[r] != NULL; }

static bool same_value(const gp_steps *s, uint32_t a, uint32_t b) {
    gp_val x = gp_view_value(s->v, a), y = gp_view_value(s->v, b);
    return x.lo == y.lo && x.hi == y.hi && (x.flags & GP_V_ABSENT) == (y.flags & GP_V_ABSENT);
}

uint32_t gp_steps_resolve(const gp_steps *s, uint32_t r) {
    while (r != GP_NO_REG) {
        const gp_op *op = op_of(s, r);
        if (s->edge[r]) break;
        bool passes = op->code == GP_O_CLIP || op->code == GP_O_WITHHOLD || op->code == GP_O_COVERED;
        if (op->code == GP_O_DATED) r = gp_dated_entry(s->v->run, op, s->v->row);
        else if (passes && op->a != GP_NO_REG && same_value(s, r, op->a)) r = op->a;
        else break;
    }
    return r;
}

/* ---- values as text ---- */

/* An end of a register in few digits, on the side of `beside` on which it lies. */
static double brief(bool *exact, gp_steps *s, uint32_t r, int end, const gp_val *x, double beside) {
    gp_run *run = s->v->run;
    double v = end ? x->hi : x->lo, z = v;
    if (x->decimal || !isfinite(v) || v == 0) return v;
    int side = isfinite(beside) ? gp_decide_against(run, s->v->pass, r, end, beside, s->v->at) : 0;
    for (int digits = DIGITS; digits <= DIGITS_MOST; digits++) {
        int after = digits - 1 - (int)floor(log10(fabs(v)));
        z = gp_decide_round(run, s->v->pass, r, end, s->v->at, GP_O_ROUND, after, GP_HALF_UP);
        if (!isfinite(beside) || (z > beside) - (z < beside) == side) break;
    }
    if (gp_decide_against(run, s->v->pass, r, end, z, s->v->at) != 0) *exact = false;
    return z;
}

/* The signs of criteria: one character where data are written with two. */
static void put_interval(gp_buf *out, const gp_interval *v, const gp_unit *unit) {
    gp_buf b;
    gp_buf_init(&b, out->arena);
    gp_interval_print(&b, v, unit);
    gp_text t = gp_buf_take(&b);
    bool ge = gp_text_starts(t, ">="), le = gp_text_starts(t, "<=");
    if (ge || le) gp_buf_str(out, ge ? "≥" : "≤");
    gp_buf_text(out, ge || le ? (gp_text){t.s + 2, t.n - 2} : t);
}

static void put_word(gp_steps *s, gp_buf *out, const gp_type *t, double v) {
    if (t->kind == GP_BOOL) say(s, out, v != 0 ? "是" : "否", v != 0 ? "yes" : "no");
    else gp_expr_print_const(out, t, v, &s->v->run->frame->texts);
}

static void put_words(gp_steps *s, gp_buf *out, const gp_type *t, const gp_val *x) {
    if (x->lo == x->hi) {
        put_word(s, out, t, x->lo);
    } else if (t->kind == GP_BOOL || (!isfinite(x->lo) && !isfinite(x->hi))) {
        say(s, out, "未知", "unknown");
    } else if (!isfinite(x->hi) || !isfinite(x->lo)) {
        bool up = isfinite(x->lo);
        gp_buf_str(out, up ? (x->flags & GP_V_LO_OPEN ? "> " : "≥ ") : x->flags & GP_V_HI_OPEN ? "< " : "≤ ");
        put_word(s, out, t, up ? x->lo : x->hi);
    } else {
        put_word(s, out, t, x->lo);
        say(s, out, " 至 ", " to ");
        put_word(s, out, t, x->hi);
    }
}

static void put_value(bool *exact, gp_steps *s, gp_buf *out, uint32_t r, const gp_type *as, double beside) {
    if (gp_steps_is_verdict(s, r)) {
        gp_buf_str(out, gp_verdict_word(gp_run_verdict(s->v->run, r, s->v->i), s->v->lang));
        return;
    }
    gp_val x = gp_view_value(s->v, r);
    const gp_type *t = as ? as : gp_steps_type(s, r);
    if (x.flags & GP_V_ABSENT) {
        if (x.flags & GP_V_NONE) say(s, out, "无法计算", "no value");
        else say(s, out, "未知", "unknown");
    } else if (t == &gp_type_share && x.lo != x.hi && isfinite(x.lo) && isfinite(x.hi)) {
        gp_quantity_print(out, brief(exact, s, r, 0, &x, beside), &t->unit);
        say(s, out, " 至 ", " to ");
        gp_quantity_print(out, brief(exact, s, r, 1, &x, beside), &t->unit);
    } else if (t->kind == GP_NUMBER) {
        gp_interval v = {brief(exact, s, r, 0, &x, beside), 0, x.flags & GP_V_LO_OPEN, x.flags & GP_V_HI_OPEN};
        v.hi = x.lo == x.hi ? v.lo : brief(exact, s, r, 1, &x, beside);
        put_interval(out, &v, &t->unit);
    } else {
        put_words(s, out, t, &x);
    }
}

gp_text gp_steps_value(bool *exact, gp_steps *s, uint32_t r, const gp_type *as, double beside) {
    gp_buf b;
    gp_buf_init(&b, s->arena);
    *exact = true;
    put_value(exact, s, &b, r, as, beside);
    return gp_buf_take(&b);
}

/* ---- operands ---- */

/* What is not taken apart any further. */
static bool is_leaf(const gp_steps *s, uint32_t r) {
    gp_opcode code = op_of(s, r)->code;
    bool given = code == GP_O_LOAD || code == GP_O_CONST || code == GP_O_SUBJECT || code == GP_O_PERIOD || code == GP_O_ELAPSED;
    return given || s->edge[r] || gp_steps_is_verdict(s, r);
}

static void put_case_text(gp_steps *s, gp_buf *out, gp_opcode code) {
    const gp_case *of = s->v->out->of;
    char text[32];
    if (code == GP_O_SUBJECT) gp_buf_text(out, of->subject);
    else gp_buf_put(out, text, gp_period_print(text, of->period));
}

static void put_name(gp_steps *s, gp_buf *out, uint32_t r, const gp_type *as) {
    const gp_op *op = op_of(s, r);
    bool exact = true;
    if (s->step[r]) {
        const gp_step *step = &s->list[s->step[r] - 1];
        if (step->name.s) gp_buf_text(out, step->name);
        else gp_buf_printf(out, "[%u]", step->number);
    } else if (s->edge[r]) {
        gp_buf_text(out, s->edge[r]->name);
    } else if (op->code == GP_O_LOAD) {
        gp_buf_text(out, s->program->plan->data[op->ref].label);
    } else if (gp_steps_is_verdict(s, r) && op->node) {
        gp_buf_text(out, op->node->name.n ? op->node->name : s->v->out->of->subject);
    } else if (op->code == GP_O_CONST) {
        put_value(&exact, s, out, r, as, NAN);
    } else {
        const char *text = gp_wording_of(op->code)->text[s->v->lang];
        gp_buf_str(out, text ? text : "?");
    }
}

/* What would be misread beside a sign: a negative number, an interval. */
static bool needs_room(gp_text t) {
    static const char *const SIGNS[] = {"-", "≥", "≤", ">", "<"};
    for (size_t i = 0; i < GP_COUNT(SIGNS); i++)
        if (gp_text_starts(t, SIGNS[i])) return true;
    return false;
}

/* "68.75% to 93.75%" */
static bool is_spread(const gp_steps *s, uint32_t r, gp_text t) {
    if (gp_steps_is_verdict(s, r) || !t.n || t.s[0] == '[' || t.s[0] == '(') return false;
    gp_val x = gp_view_value(s->v, r);
    return x.lo != x.hi && isfinite(x.lo) && isfinite(x.hi);
}

/* A constant that takes the type of what stands around it: scores are shares of full marks however they are written. */
static bool is_bare(const gp_op *op, const gp_type *as) {
    if (op->code != GP_O_CONST) return false;
    return !op->from || (as == &gp_type_share && op->from->type.kind == GP_NUMBER && op->from->type.unit.text.n == 0);
}

static void put_atom(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode, unsigned holds, const gp_type *as) {
    const gp_op *op = op_of(s, r);
    bool exact = true, bare = is_bare(op, as);
    gp_buf b;
    gp_buf_init(&b, s->arena);
    if (mode == GP_NAMES) put_name(s, &b, r, bare ? as : NULL);
    else if (op->code == GP_O_SUBJECT || op->code == GP_O_PERIOD) put_case_text(s, &b, op->code);
    else put_value(&exact, s, &b, r, bare || s->edge[r] ? as : NULL, NAN);
    gp_text t = gp_buf_take(&b);
    bool wraps = holds >= GP_H_SUM && (needs_room(t) || (mode == GP_VALUES && is_spread(s, r, t)));
    if (wraps) gp_buf_char(out, '(');
    gp_buf_text(out, t);
    if (wraps) gp_buf_char(out, ')');
}

/* Stages score by their number, the first being 0. */
static void put_stage_number(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode) {
    gp_val x = gp_view_value(s->v, r);
    char text[32];
    if (mode == GP_NAMES) {
        if (!s->zh) gp_buf_str(out, "the number of ");
        gp_steps_put(s, out, r, mode, 0, NULL);
        if (s->zh) gp_buf_str(out, "的序号");
    } else if (x.flags & GP_V_ABSENT) {
        gp_steps_put(s, out, r, mode, 0, NULL);
    } else {
        if (x.lo != x.hi) gp_buf_char(out, '(');
        gp_buf_put(out, text, gp_number_print(text, x.lo));
        if (x.lo == x.hi) return;
        say(s, out, " 至 ", " to ");
        gp_buf_put(out, text, gp_number_print(text, x.hi));
        gp_buf_char(out, ')');
    }
}

/* ---- texts filled in ---- */

/* The type that an operation's operands share: that in which a constant without a unit of its own is meant. */
static const gp_type *shared_type(gp_steps *s, uint32_t r, const gp_wording *w) {
    const gp_op *op = op_of(s, r);
    const gp_type *t = NULL;
    uint32_t k = 0, x;
    if (op->code == GP_O_CLIP) return &gp_type_share;
    if (w->typing == GP_Y_JOIN || w->typing == GP_Y_BRANCH) return gp_steps_type(s, r);
    for (; w->typing == GP_Y_TRUTH && gp_operand(&x, op, k); k++)
        if (x != GP_NO_REG && op_of(s, x)->code != GP_O_CONST && !gp_steps_is_verdict(s, x)) t = gp_steps_type(s, x);
    return t;
}

static void put_operand(gp_steps *s, gp_buf *out, uint32_t r, char which, gp_mode mode) {
    const gp_op *op = op_of(s, r);
    const gp_wording *w = gp_wording_of(op->code);
    uint32_t x = which == 'a' ? op->a : which == 'b' ? op->b : op->c;
    bool associates = op->code == GP_O_ADD || op->code == GP_O_MUL || op->code == GP_O_AND || op->code == GP_O_OR;
    if (op->code == GP_O_RATIO && x != GP_NO_REG && gp_steps_type(s, op->a)->kind == GP_STAGE) {
        put_stage_number(s, out, x, mode);
        return;
    }
    unsigned holds = w->holds == GP_H_CALL ? 0 : which == 'a' || associates ? w->holds : w->holds + 1U;
    gp_steps_put(s, out, x, mode, holds, shared_type(s, r, w));
}

static void put_arguments(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode) {
    const gp_op *op = op_of(s, r);
    uint32_t x, n = 0;
    for (uint32_t k = 0; gp_operand(&x, op, k); k++) {
        if (x == GP_NO_REG) continue;
        if (n) gp_buf_str(out, ", ");
        if (n++ == ARGS_SHOWN) {
            gp_buf_str(out, "…");
            return;
        }
        gp_steps_put(s, out, x, mode, 0, NULL);
    }
}

/* Behind the point of the number as a person reads it. */
static int digits_of(gp_steps *s, uint32_t r) {
    const gp_op *op = op_of(s, r);
    return op->code == GP_O_ROUND_MARKS ? op->digits : op->digits + gp_steps_type(s, r)->unit.scale;
}

static void fill(gp_steps *s, gp_buf *out, uint32_t r, const char *text, gp_mode mode) {
    for (const char *at = text; *at; at++) {
        if (*at != '$' || !at[1]) {
            gp_buf_char(out, *at);
            continue;
        }
        char which = *++at;
        if (which == '*') put_arguments(s, out, r, mode);
        else if (which == 'd') gp_buf_printf(out, "%d", digits_of(s, r));
        else put_operand(s, out, r, which, mode);
    }
}

static void put_body(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode) {
    const gp_op *op = op_of(s, r);
    if (gp_form_put(s, out, r, mode)) return;
    const char *text = gp_form_text(s, r, mode);
    if (!text) text = gp_wording_of(op->code)->text[s->v->lang];
    if (!text) gp_buf_printf(out, s->zh ? "运算 %d" : "operation %d", (int)op->code);
    fill(s, out, r, text ? text : " ($*)", mode);
}

void gp_steps_put(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode, unsigned holds, const gp_type *as) {
    r = gp_steps_resolve(s, r);
    if (r == GP_NO_REG) {
        say(s, out, "无", "none");
        return;
    }
    if (s->step[r] || is_leaf(s, r)) {
        put_atom(s, out, r, mode, holds, as);
        return;
    }
    bool wraps = gp_wording_of(op_of(s, r)->code)->holds < holds;
    if (wraps) gp_buf_char(out, '(');
    put_body(s, out, r, mode);
    if (wraps) gp_buf_char(out, ')');
}

/* ---- which operations are steps ---- */

static void count_uses(gp_steps *s, uint32_t r) {
    r = gp_steps_resolve(s, r);
    if (r == GP_NO_REG || s->uses[r]++ || is_leaf(s, r)) return;
    uint32_t x = op_of(s, r)->code == GP_O_IF_ELSE ? gp_steps_resolve(s, op_of(s, r)->c) : GP_NO_REG;
    if (x != GP_NO_REG && op_of(s, x)->code == GP_O_IF_ELSE) s->chained[x] = true;
    for (uint32_t k = 0; gp_operand(&x, op_of(s, r), k); k++)
        if (gp_form_bears(s, r, k)) count_uses(s, x);
}

static gp_text derived_name(const gp_steps *s, uint32_t r) {
    const gp_plan *plan = s->program->plan;
    for (size_t i = 0; op_of(s, r)->from && i < plan->nderived; i++)
        if (plan->derived[i].expr == op_of(s, r)->from) return plan->derived[i].label;
    return GP_NO_TEXT;
}

/* Data, constants and steps that a formula shows side by side. */
static size_t atoms_of(const gp_steps *s, uint32_t r) {
    r = gp_steps_resolve(s, r);
    if (r == GP_NO_REG || s->step[r] || is_leaf(s, r)) return 1;
    size_t n = 0;
    uint32_t x;
    for (uint32_t k = 0; gp_operand(&x, op_of(s, r), k); k++)
        if (x != GP_NO_REG) n += atoms_of(s, x);
    return n;
}

static bool wants_step(const gp_steps *s, uint32_t r) {
    bool own = gp_wording_of(op_of(s, r)->code)->flags & GP_F_OWN;
    if (s->chained[r] && s->uses[r] == 1 && !derived_name(s, r).s) return false;
    return own || s->uses[r] > 1 || derived_name(s, r).s || atoms_of(s, r) > ATOMS_MOST;
}

static void add_step(gp_steps *s, uint32_t r, gp_text name, const gp_type *as) {
    gp_step step = {.number = (uint32_t)s->n + 1, .name = name, .scored = s->scored};
    gp_buf b;
    gp_buf_init(&b, s->arena);
    put_body(s, &b, r, GP_NAMES);
    step.formula = gp_buf_take(&b);
    step.worded = gp_wording_of(op_of(s, r)->code)->flags & GP_F_ONCE;
    if (!step.worded) {
        put_body(s, &b, r, GP_VALUES);
        step.numbers = gp_buf_take(&b);
    }
    step.result = gp_steps_value(&step.exact, s, r, as, NAN);
    if (gp_text_eq(step.numbers, step.formula) || gp_text_eq(step.numbers, step.result)) step.numbers = GP_NO_TEXT;
    if (op_of(s, r)->code == GP_O_MEAN && !step.numbers.s) step.worded = true;
    *GP_PUSH(s->arena, s->list, s->n, s->cap) = step;
    s->step[r] = step.number;
}

static void collect(gp_steps *s, uint32_t r, bool last, gp_text name, const gp_type *as) {
    r = gp_steps_resolve(s, r);
    if (r == GP_NO_REG || s->step[r] || is_leaf(s, r)) return;
    uint32_t x;
    for (uint32_t k = 0; gp_operand(&x, op_of(s, r), k); k++)
        if (gp_form_bears(s, r, k)) collect(s, x, false, GP_NO_TEXT, NULL);
    gp_text own = derived_name(s, r);
    if (last || wants_step(s, r)) add_step(s, r, own.s ? own : name, as);
}

void gp_steps_add(gp_steps *s, uint32_t r, gp_text name, const gp_type *as) {
    if (r == GP_NO_REG) return;
    count_uses(s, r);
    collect(s, r, true, name, as);
}

void gp_steps_init(gp_steps *s, gp_view *v) {
    const gp_program *p = v->run->program;
    *s = (gp_steps){.v = v, .arena = v->arena, .program = p, .zh = v->lang == GP_ZH};
    s->uses = gp_arena_array(v->arena, p->nops, sizeof *s->uses);
    s->chained = gp_arena_array(v->arena, p->nops, sizeof *s->chained);
    s->step = gp_arena_array(v->arena, p->nops, sizeof *s->step);
    s->edge = gp_arena_array(v->arena, p->nops, sizeof *s->edge);
    s->type = gp_arena_array(v->arena, p->nops, sizeof *s->type);
}

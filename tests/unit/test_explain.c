/* Explanations as data: inputs, steps from the operations alone, turns, losses; operations and types that nobody wrote down.
 * Invariant of the tests: what is explained is what was evaluated; both kernels explain alike. */
#include "eval_bed.h"

#include "eval/explain.h"
#include "eval/lanes.h"

static gp_explanation explained(bed *b, const char *id) {
    gp_explanation e;
    gp_explain(&e, &b->c, b->run, &b->h.arena, 0, gp_plan_node(b->plan, gp_text_of(id))->index);
    return e;
}

static void assert_text(gp_text t, const char *due) {
    if (!gp_text_is(t, due)) fail_msg("`%.*s`, not `%s`", GP_ARG(t), due);
}

static void assert_step(const gp_explanation *e, size_t i, const char *name, const char *formula, const char *numbers, const char *result) {
    assert_true(i < e->nsteps);
    const gp_step *s = &e->steps[i];
    assert_int_equal(s->number, i + 1);
    if (name) assert_text(s->name, name);
    else assert_null(s->name.s);
    assert_text(s->formula, formula);
    if (numbers) assert_text(s->numbers, numbers);
    else assert_null(s->numbers.s);
    assert_text(s->result, result);
}

#define PLAN                                                                                                                               \
    HEAD DATA "derive:\n  sum: {name: Sum, expr: a + b}\n  rise: {name: Rise, expr: 'money / q(\"2257 亿元\")', unit: \"%\"}\n"            \
              "goals:\n  - id: g\n    indicators:\n"

static void test_derived_once(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: sum * sum + sum - c, at_least: 10}\n", VALUES "  a: 2\n  b: 3\n  c: 1\n");
    gp_explanation e = explained(&b, "g.i");
    assert_int_equal(e.ninputs, 3);
    assert_step(&e, 0, "Sum", "a + b", "2 + 3", "5");
    assert_step(&e, 1, "actual", "Sum × Sum + Sum - c", "5 × 5 + 5 - 1", "29");
    assert_step(&e, 2, "share of full marks", "actual / 10, at most 100%", "29 / 10, at most 100%", "100%");
    assert_true(e.steps[2].scored && !e.steps[1].scored);
    assert_int_equal(e.nsteps, 3);
    DONE(b);
}

/* What is printed is rounded from the exact value, and says so; beside a target it never changes sides. */
static void test_rounded(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: rise, at_least: 100%}\n      - {id: j, value: a / c, at_least: 0.3333333}\n",
         VALUES "  money: 2779.20 亿元\n  a: 1\n  c: 3\n");
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, "Rise", "money / 2257 亿元", "2779.2 亿元 / 2257 亿元", "123.137%");
    assert_false(e.steps[0].exact);
    assert_text(e.measured, "123.137%");
    e = explained(&b, "g.j");
    assert_text(e.measured, "0.33333333");
    DONE(b);
}

/* Nine tenths and a tenth are one, exactly, whatever binary64 makes of them. */
static void test_exact(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: a + b + c, at_least: 0.6}\n", VALUES "  a: 0.1\n  b: 0.2\n  c: 0.3\n");
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, "actual", "a + b + c", "0.1 + 0.2 + 0.3", "0.6");
    assert_true(e.steps[0].exact);
    assert_true(e.relative == 0);
    DONE(b);
}

static void test_turns(void **state) {
    (void)state;
    EVAL(
        b,
        PLAN
        "      - {id: i, value: a - 2 * b, at_least: 1}\n      - {id: j, value: a / c, less_than: b}\n      - {id: k, value: a * a, "
        "at_least: 1}\n"
        "      - {id: l, value: 'a * 3', at_least: 'a + b'}\n",
        VALUES "  a: 5\n  b: 3\n  c: 4\n");
    gp_explanation e = explained(&b, "g.i");
    assert_int_equal(e.nturns, 2);
    assert_true(e.turns[0].at == 7 && e.turns[0].upwards && e.turns[0].included && e.turns[0].exact);
    assert_true(e.turns[1].at == 2 && !e.turns[1].upwards && e.turns[1].included);
    e = explained(&b, "g.j"); /* linear in a and b, not in the divisor */
    assert_int_equal(e.nturns, 2);
    assert_true(e.turns[0].at == 12 && !e.turns[0].upwards && !e.turns[0].included);
    assert_true(e.turns[1].at == 1.25 && e.turns[1].upwards);
    assert_int_equal(explained(&b, "g.k").nturns, 0);
    e = explained(&b, "g.l");
    assert_int_equal(e.nturns, 2);
    assert_true(e.turns[0].at == 1.5 && e.turns[0].upwards);
    DONE(b);
}

/* A third is no decimal: the turn says that it is the nearest one. */
static void test_turn_beyond_decimals(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: a * 3, at_least: 1}\n", VALUES "  a: 1\n");
    gp_explanation e = explained(&b, "g.i");
    assert_int_equal(e.nturns, 1);
    assert_true(e.turns[0].at == 0.333333333333333 && !e.turns[0].exact);
    DONE(b);
}

/* An operation without a line in the table is named by its number, with its operands; what reads it goes on. */
static void test_unknown_operation(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: (a + b) * c, at_least: 10}\n", VALUES "  a: 2\n  b: 3\n  c: 4\n");
    gp_op *ops = b.run->program->ops;
    const gp_slots *s = &b.run->program->slots[gp_plan_node(b.plan, GP_TEXT("g.i"))->index];
    uint32_t sum = ops[s->value].a;
    assert_int_equal(ops[sum].code, GP_O_ADD);
    ops[sum].code = (gp_opcode)4711;
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, NULL, "operation 4711 (a, b)", "operation 4711 (2, 3)", "5");
    assert_step(&e, 1, "actual", "[1] × c", "5 × 4", "20");
    DONE(b);
}

/* Lowered scores have no expression behind them: units follow from the operands. */
static void test_types_without_expressions(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: '(money - q(\"1000 亿元\")) / q(\"500 亿元\") + max(rate, 0.01)', at_least: 1}\n",
         VALUES "  money: 2000 亿元\n  rate: 5%\n");
    gp_op *ops = b.run->program->ops;
    for (size_t k = 0; k < b.run->program->nops; k++) ops[k].from = NULL;
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, "actual", "(money - 1000 亿元) / 50000000000 + the larger of (rate, 1%)",
                "(2000 亿元 - 1000 亿元) / 50000000000 + the larger of (5%, 1%)", "2.05");
    DONE(b);
}

static void test_branches(void **state) {
    (void)state;
    EVAL(
        b,
        PLAN
        "      - {id: i, value: 'if_else(a > b, a * 2, b * 3)', at_least: 10}\n      - {id: j, value: 'if_else(a > d, a, b)', "
        "at_least: 1}\n",
        VALUES "  a: 2\n  b: 3\n");
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, "actual", "if a > b then a × 2, else b × 3", "2 > 3 does not hold, so 3 × 3", "9");
    e = explained(&b, "g.j");
    assert_step(&e, 0, "actual", "if a > d then a, else b", "if 2 > unknown then 2, else 3", "[2, 3]");
    DONE(b);
}

/* Bands come as a chain of choices: one line, down to the branch that was taken. */
static void test_chain(void **state) {
    (void)state;
    EVAL(b, PLAN "      - {id: i, value: 'if_else(a >= 9, 1, if_else(a >= 6, 0.6, if_else(a >= 3, 0.3, 0)))', at_least: 1}\n",
         VALUES "  a: 4\n");
    gp_explanation e = explained(&b, "g.i");
    assert_step(&e, 0, "actual", "if a ≥ 9 then 1, else if a ≥ 6 then 0.6, else if a ≥ 3 then 0.3, else 0",
                "4 ≥ 9 does not hold; 4 ≥ 6 does not hold; 4 ≥ 3 holds, so 0.3", "0.3");
    assert_int_equal(e.nsteps, 2);
    DONE(b);
}

static void test_losses(void **state) {
    (void)state;
    EVAL(
        b,
        PLAN
        "      - {id: i, value: a, at_least: 10}\n      - {id: j, clauses: [{id: x, value: b, at_least: 10}, {id: y, value: c, "
        "at_least: 4}], weight: 2}\n"
        "      - {id: k, value: d, at_least: 1}\n",
        VALUES "  a: 5\n  b: 1\n  c: 4\n");
    gp_explanation e = explained(&b, "g");
    assert_int_equal(e.nparts, 3);
    assert_text(e.parts[0].row->node->id, "g.j");
    assert_true(e.parts[0].lost == 22.5 && e.parts[0].open == 0);
    assert_text(e.parts[1].row->node->id, "g.i");
    assert_true(e.parts[1].lost == 12.5);
    assert_text(e.parts[2].row->node->id, "g.k");
    assert_true(e.parts[2].lost == 0 && e.parts[2].open == 25);
    assert_int_equal(e.nlosses, 1);
    assert_text(e.losses[0].row->node->id, "g.j.x");
    DONE(b);
}

static void test_next_grade(void **state) {
    (void)state;
    EVAL(b,
         HEAD DATA
         "grades: [{at_least: 80, grade: A}, {at_least: 60, grade: B}, {at_least: 0, grade: C}]\ngoals:\n  - id: g\n    indicators:\n"
         "      - {id: i, value: a, at_least: 10}\n",
         VALUES "  a: 7.524\n");
    gp_explanation e = explained(&b, "g.i");
    assert_int_equal(e.graded->node->level, GP_SUBJECT);
    assert_text(e.next->name, "A");
    assert_true(e.missing == 4.76);
    DONE(b);
}

/* An unused datum that is not final sends the row to the open kernel. */
static void test_kernels_alike(void **state) {
    (void)state;
    static const char plan[] =
        PLAN "      - {id: i, value: 'sum * rate + if_else(yes, a, b) / 3', at_least: 1}\n      - {id: j, value: step, reached: review}\n";
    EVAL(p, plan, VALUES "  a: 2\n  b: 3\n  rate: 5%\n  yes: true\n  step: draft\n");
    EVAL(o, plan, VALUES "  a: 2\n  b: 3\n  rate: 5%\n  yes: true\n  step: draft\n  zz: {value: 1, basis: provisional}\n");
    static const char *const IDS[] = {"g.i", "g.j", "g", ""};
    for (size_t k = 0; k < GP_COUNT(IDS); k++) {
        gp_explanation x = explained(&p, IDS[k]), y = explained(&o, IDS[k]);
        assert_int_equal(x.nsteps, y.nsteps);
        assert_int_equal(x.ninputs, y.ninputs);
        for (size_t i = 0; i < x.nsteps; i++) {
            assert_text(y.steps[i].formula, gp_text_cstr(&p.h.arena, x.steps[i].formula));
            assert_text(y.steps[i].result, gp_text_cstr(&p.h.arena, x.steps[i].result));
        }
    }
    DONE(p);
    DONE(o);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_derived_once),
        cmocka_unit_test(test_rounded),
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_turns),
        cmocka_unit_test(test_turn_beyond_decimals),
        cmocka_unit_test(test_unknown_operation),
        cmocka_unit_test(test_types_without_expressions),
        cmocka_unit_test(test_branches),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_losses),
        cmocka_unit_test(test_next_grade),
        cmocka_unit_test(test_kernels_alike),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}

/* The plan: what loads, what it becomes, and the code that each slip gets; from texts in memory. */
#include "trap.h"

#include <stdio.h>
#include <string.h>

#include "plan/plan.h"

typedef struct bed {
    test_heap h;
    gp_diags d;
    gp_plan *plan;
} bed;

static void parse(bed *b, const char *yaml) {
    gp_file file;
    gp_diags_init(&b->d, &b->h.arena);
    assert_true(gp_file_of(&file, &b->h.arena, &b->d, GP_TEXT("no-such-folder/plan.yaml"), gp_text_of(yaml), GP_FILE_TEXT));
    b->plan = gp_plan_parse(&b->h.arena, &b->d, &file);
    assert_true((b->plan == NULL) == (b->d.errors > 0));
}

static void show(bed *b) {
    gp_buf out;
    gp_buf_init(&out, &b->h.arena);
    gp_diags_print(&out, &b->d, false);
    if (out.n) print_message("%.*s", (int)out.n, out.s);
}

/* A macro, as the trap must be set in the test's own frame. */
#define BED(b, yaml)                                                                                                                       \
    bed b;                                                                                                                                 \
    TEST_HEAP((b).h);                                                                                                                      \
    parse(&(b), (yaml))
#define LOADS(b, yaml)                                                                                                                     \
    BED(b, yaml);                                                                                                                          \
    if (!(b).plan) show(&(b));                                                                                                             \
    assert_non_null((b).plan)
#define DONE(b) gp_arena_fini(&(b).h.arena)

static void is_text(gp_text t, const char *want) {
    if (!gp_text_is(t, want)) fail_msg("`%.*s` is not `%s`", (int)t.n, t.s ? t.s : "", want);
}

static const gp_node *node(const bed *b, const char *id) {
    const gp_node *n = gp_plan_node(b->plan, gp_text_of(id));
    if (!n) fail_msg("no node %s", id);
    return n;
}

#define HEAD "goalpost: 1\nplan: p\n"
#define DATA                                                                                                                               \
    "data:\n"                                                                                                                              \
    "  m: {name: 数}\n"                                                                                                                   \
    "  new_points: {name: 新增监测点, unit: 家, alias: {户: 家}, measure: cumulative, range: [0, 1000]}\n"                         \
    "  cpi: {unit: \"%\", measure: rate, digits: 1, missing: [暂未出]}\n"                                                               \
    "  money: {unit: 亿元}\n"                                                                                                            \
    "  outline: {stages: [未启动, 起草, 初稿, 印发]}\n"                                                                           \
    "  issued: {type: date}\n"                                                                                                             \
    "  done: {type: bool}\n"                                                                                                               \
    "  word: {type: text, missing: text}\n"                                                                                                \
    "  opinion: {codes: {优: 95, 良: 85}}\n"
#define GOAL      "goals:\n  - id: g\n    indicators:\n"
#define ONE(text) HEAD DATA GOAL "      - {id: i, " text "}\n"
#define SIBLING   "      - {id: fine, value: m, at_least: 1}\n"

static void test_dictionary(void **state) {
    (void)state;
    LOADS(b, ONE("value: m, at_least: 1"));
    const gp_datum *p = gp_plan_datum(b.plan, GP_TEXT("new_points")), *o = gp_plan_datum(b.plan, GP_TEXT("outline"));
    assert_int_equal(b.plan->ndata, 9);
    is_text(p->label, "新增监测点");
    assert_int_equal(p->measure, GP_CUMULATIVE);
    assert_true(p->has_range && p->range.lo == 0 && p->range.hi == 1000);
    assert_int_equal(p->naliases, 1);
    assert_int_equal(o->type.kind, GP_STAGE);
    assert_int_equal(o->type.words->n, 4);
    assert_int_equal(gp_plan_datum(b.plan, GP_TEXT("cpi"))->digits, 1);
    assert_int_equal(p->digits, -1);
    assert_true(gp_plan_datum(b.plan, GP_TEXT("word"))->missing_text);
    assert_null(gp_plan_datum(b.plan, GP_TEXT("nothing")));
    DONE(b);
}

static void test_derive_order(void **state) {
    (void)state;
    LOADS(b, HEAD DATA "derive:\n  a: c + 1\n  b: {name: 乙, expr: \"a * 2\"}\n  c: m / 2\n  share: {expr: m / 3, unit: \"%\"}\n" GOAL
                       "      - {id: i, value: a, at_least: 1}\n");
    static const char *const ORDER[] = {"c", "a", "b", "share"};
    for (size_t i = 0; i < 4; i++) is_text(b.plan->derived[i].name, ORDER[i]);
    is_text(b.plan->derived[2].label, "乙");
    is_text(b.plan->derived[3].type.unit.text, "%");
    assert_int_equal(node(&b, "g.i")->value->ref, b.plan->ndata + 1);
    assert_null(gp_plan_datum(b.plan, GP_TEXT("a")));
    DONE(b);
}

static void test_long_chain_of_derived(void **state) {
    (void)state;
    enum { N = 20000 };
    char *text = malloc((size_t)N * 32 + 2000);
    size_t n = (size_t)sprintf(text, "%s%sderive:\n", HEAD, DATA);
    for (int i = 0; i < N; i++) n += (size_t)sprintf(text + n, i + 1 < N ? "  d%d: d%d + 1\n" : "  d%d: m\n", i, i + 1);
    sprintf(text + n, "%s      - {id: i, value: d0, at_least: 1}\n", GOAL);
    LOADS(b, text);
    is_text(b.plan->derived[N - 1].name, "d0");
    DONE(b);
    free(text);
}

static void check_criterion(const char *yaml, const char *text, gp_test test) {
    LOADS(b, yaml);
    is_text(node(&b, "g.i")->criterion.text, text);
    assert_int_equal(node(&b, "g.i")->criterion.test, test);
    DONE(b);
}

static void test_criteria_read_as_a_person_does(void **state) {
    (void)state;
    static const struct {
        const char *yaml, *text;
        gp_test test;
    } CASES[] = {
        {ONE("value: new_points, at_least: 50 家"), "≥ 50 家", GP_AT_LEAST},
        {ONE("value: new_points, at_least: 50 户"), "≥ 50 家", GP_AT_LEAST},
        {ONE("value: cpi, at_most: 3.5%"), "≤ 3.5%", GP_AT_MOST},
        {ONE("value: cpi, less_than: 3.5"), "< 3.5%", GP_LESS_THAN},
        {ONE("value: money, more_than: 1000 亿元"), "> 1000 亿元", GP_MORE_THAN},
        {ONE("value: m, between: [7, 10]"), "[7, 10]", GP_BETWEEN},
        {ONE("value: m, exactly: 0"), "= 0", GP_EXACTLY},
        {ONE("value: word, not: 差"), "≠ 差", GP_NOT},
        {ONE("value: word, one_of: [a, b]"), "∈ {a, b}", GP_ONE_OF},
        {ONE("value: done, is: true"), "= true", GP_IS},
        {ONE("value: outline, reached: 初稿"), "≥ 初稿", GP_REACHED},
        {ONE("value: outline, reached: 初稿, by: 2020-12-31"), "≥ 初稿 @2020-12-31", GP_REACHED},
        {ONE("value: issued, by: 2020-12-31"), "≤ 2020-12-31", GP_BY},
        {ONE("value: m, at_least: cpi * 10"), "≥ cpi * 10", GP_AT_LEAST},
        {ONE("value: cpi, at_least: (m + abs((m))) * cpi - m"), "≥ (数 + abs((数))) * cpi - 数", GP_AT_LEAST},
        {ONE("value: m, between: [m, m * 2]"), "[数, 数 * 2]", GP_BETWEEN},
        {ONE("value: m, one_of: [1, m]"), "∈ {1, 数}", GP_ONE_OF},
        {ONE("value: m, at_least: {2012: 54, 2024: m}"), "≥ {2012: 54, 2024: 数}", GP_AT_LEAST},
        {ONE("value: word, not: word"), "≠ word", GP_NOT},
        {ONE("value: m, at_least: {2012: 54, 2024: 50}"), "≥ {2012: 54, 2024: 50}", GP_AT_LEAST},
        {ONE("rule: quarters, with: {full: 100, what: \"9\", on: true}"), "quarters", GP_RULE},
    };
    for (size_t i = 0; i < GP_COUNT(CASES); i++) check_criterion(CASES[i].yaml, CASES[i].text, CASES[i].test);
}

static void test_targets_are_in_base_units(void **state) {
    (void)state;
    LOADS(b, HEAD DATA GOAL "      - {id: a, value: money, at_least: 92.5}\n"
                            "      - {id: b, value: opinion, at_least: 良}\n"
                            "      - {id: c, value: outline, reached: 初稿}\n");
    assert_true(node(&b, "g.a")->criterion.target.entry[0].expr->value == 9250000000.0);
    assert_true(node(&b, "g.b")->criterion.target.entry[0].expr->value == 85);
    assert_int_equal(node(&b, "g.b")->value->op, GP_X_CODE_VALUE);
    assert_true(node(&b, "g.c")->criterion.target.entry[0].expr->value == 2);
    DONE(b);
}

static void test_dated_parameter(void **state) {
    (void)state;
    LOADS(b, ONE("value: m, at_least: {2024: 50, 2012: 54}, weight: {2013: 2}"));
    const gp_node *n = node(&b, "g.i");
    gp_period p;
    static const struct {
        const char *period;
        double value;
    } CASES[] = {{"2012", 54}, {"2023-Q4", 54}, {"2024", 50}, {"2030", 50}};
    for (size_t i = 0; i < GP_COUNT(CASES); i++) {
        assert_true(gp_period_read(&p, gp_text_of(CASES[i].period)));
        assert_true(gp_param_at(&n->criterion.target, p)->value == CASES[i].value);
    }
    assert_true(gp_period_read(&p, GP_TEXT("2011")));
    assert_null(gp_param_at(&n->criterion.target, p));
    assert_null(gp_param_at(&n->weight, p));
    DONE(b);
}

static void test_dated_lists(void **state) {
    (void)state;
    LOADS(b, HEAD DATA GOAL "      - {id: a, value: m, between: {2012: [1, 2], 2020: [3, 4]}}\n"
                            "      - {id: b, value: m, one_of: {2012: [1, 2, 3], 2020: [4]}}\n");
    gp_period p;
    assert_true(gp_period_read(&p, GP_TEXT("2021")));
    assert_true(gp_param_at(&node(&b, "g.a")->criterion.upper, p)->value == 4);
    assert_int_equal(node(&b, "g.b")->criterion.noptions, 3);
    for (size_t i = 0; i < 3; i++) assert_true(gp_param_at(&node(&b, "g.b")->criterion.options[i], p)->value == 4);
    DONE(b);
}

static void test_tree(void **state) {
    (void)state;
    LOADS(b, HEAD DATA "evidence: [final, provisional]\n"
                       "goals:\n"
                       "  - id: outer\n"
                       "    number: 012\n"
                       "    name: no\n"
                       "    indicators: [{id: first, value: m, at_least: 1}]\n"
                       "    goals:\n"
                       "      - id: 内\n"
                       "        require: any\n"
                       "        evidence: [final]\n"
                       "        indicators:\n"
                       "          - id: pair\n"
                       "            value: m\n"
                       "            require: 1\n"
                       "            clauses: [{id: x, at_least: 1}, {id: y, value: cpi, at_most: 2%, binding: true}]\n"
                       "  - {id: second, indicators: [{id: j, judged: true, waive: {reason: r, authority: a, until: 2020-06-30}}]}\n");
    static const char *const ORDER[] = {
        "", "outer", "outer.first", "outer.内", "outer.内.pair", "outer.内.pair.x", "outer.内.pair.y", "second", "second.j"};
    assert_int_equal(b.plan->nnodes, 9);
    for (uint32_t i = 0; i < 9; i++) {
        is_text(b.plan->nodes[i]->id, ORDER[i]);
        assert_int_equal(b.plan->nodes[i]->index, i);
        assert_ptr_equal(gp_plan_node(b.plan, gp_text_of(ORDER[i])), b.plan->nodes[i]);
    }
    is_text(node(&b, "outer")->number, "012");
    is_text(node(&b, "outer")->name, "no");
    assert_int_equal(node(&b, "outer.内")->require, -1);
    assert_int_equal(node(&b, "outer.内.pair")->require, 1);
    assert_null(node(&b, "outer.内.pair")->value);
    assert_non_null(node(&b, "outer.内.pair.x")->value);
    assert_int_equal(node(&b, "outer.内.pair.x")->evidence, 1u << GP_FINAL);
    assert_int_equal(node(&b, "second.j")->evidence, 1u << GP_FINAL | 1u << GP_PROVISIONAL);
    assert_true(node(&b, "outer.内.pair.y")->binding);
    is_text(node(&b, "second.j")->waive->authority, "a");
    assert_null(gp_plan_node(b.plan, GP_TEXT("nothing")));
    DONE(b);
}

static void test_scoring_is_inherited(void **state) {
    (void)state;
    LOADS(
        b, HEAD DATA
        "scoring: {cap: 120%, decimals: 1, marks: 50, unknown: zero}\n"
        "goals:\n"
        "  - id: g\n"
        "    scoring: {cap: none, method: pass_fail, decimals: 4}\n"
        "    decimals: 3\n"
        "    indicators:\n"
        "      - {id: a, value: m, at_least: 1}\n"
        "      - {id: b, value: m, at_least: 1, score: {method: ratio, floor: -10%}}\n"
        "  - {id: h, indicators: [{id: a, value: m, at_least: 0}, {id: b, value: m, at_least: 5}, {id: r, rule: x}, {id: m, value: m}]}\n");
    const gp_scoring *a = &node(&b, "g.a")->scoring, *o = &node(&b, "g.b")->scoring;
    assert_true(a->method == GP_PASS_FAIL && !a->has_cap && !a->own && !a->fell_back);
    assert_true(o->method == GP_RATIO && o->own && o->unknown == GP_UNKNOWN_ZERO && o->decimals == 4);
    assert_true(o->floor.entry[0].expr->value == -0.1);
    assert_true(node(&b, "g")->own_decimals && node(&b, "g")->scoring.decimals == 3 && !node(&b, "g.a")->own_decimals);
    assert_true(!node(&b, "h")->own_decimals && node(&b, "h")->scoring.decimals == 1 && !b.plan->root->own_decimals);
    assert_true(node(&b, "h.a")->scoring.method == GP_PASS_FAIL && node(&b, "h.a")->scoring.fell_back);
    assert_true(node(&b, "h.b")->scoring.method == GP_RATIO && node(&b, "h.b")->scoring.cap.entry[0].expr->value == 1.2);
    assert_int_equal(node(&b, "h.r")->scoring.method, GP_RULE_METHOD);
    assert_false(node(&b, "h.m")->scoring.own);
    assert_true(b.plan->root->marks.entry[0].expr->value == 50);
    DONE(b);
}

static void test_interpolate(void **state) {
    (void)state;
    LOADS(b, ONE("value: cpi, score: {method: interpolate, in: marks, outside: extend, knots: [[0, 0], [54, 50], [54, 51], [100, 100]]}"));
    const gp_scoring *s = &node(&b, "g.i")->scoring;
    assert_true(s->method == GP_INTERPOLATE && s->nknots == 4 && s->in_marks && s->outside == GP_EXTEND);
    assert_true(s->knots[1].x.entry[0].expr->value == 0.54 && s->knots[1].score.entry[0].expr->value == 50);
    DONE(b);
}

static void test_grades_and_vetoes(void **state) {
    (void)state;
    LOADS(b, HEAD DATA "grades: [{at_least: 90, grade: 优}, {at_least: 0, grade: 差}]\n" GOAL
                       "      - {id: i, value: m, at_least: 1, veto: [{effect: zero}, zero_total]}\n"
                       "      - {id: k, value: cpi, grades: [{at_least: 10%, grade: high}, {at_least: 2, grade: low}]}\n");
    assert_int_equal(b.plan->root->ngrades, 2);
    assert_int_equal(node(&b, "g.i")->nvetoes, 2);
    assert_false(node(&b, "g.i")->vetoes[0].of_subject);
    assert_true(node(&b, "g.i")->vetoes[1].of_subject && node(&b, "g.i")->vetoes[1].effect == GP_VETO_ZERO);
    assert_true(node(&b, "g.k")->grades[1].at_least.entry[0].expr->value == 0.02);
    assert_int_equal(b.d.warnings, 0);
    DONE(b);
}

static void test_cites(void **state) {
    (void)state;
    bed b;
    TEST_HEAP(b.h);
    gp_text source = GP_TEXT("新增　生产、流通\n环节  50家");
    assert_true(gp_cite_found(&b.h.arena, source, GP_TEXT("生产、流通环节50家")));
    assert_true(gp_cite_found(&b.h.arena, source, GP_TEXT("生产、 流通环节 50 家")));
    assert_false(gp_cite_found(&b.h.arena, source, GP_TEXT("生产、流通环节60家")));
    assert_true(gp_cite_found(&b.h.arena, source, GP_TEXT(" ")));
    DONE(b);
}

static bool has_code(const bed *b, gp_code code) {
    for (size_t i = 0; i < b->d.n; i++)
        if (b->d.items[i].code == code) return true;
    return false;
}

static void check_code(const char *yaml, gp_code code) {
    BED(b, yaml);
    if (!has_code(&b, code)) {
        show(&b);
        fail_msg("no %s in\n%s", gp_code_name(code), yaml);
    }
    DONE(b);
}

static const struct {
    gp_code code;
    const char *yaml;
} SLIPS[] = {
    {GP_D_FORMAT_VERSION, "goalpost: 2\nplan: p\n"},
    {GP_D_FORMAT_VERSION, "goalpost: \"1\"\nplan: p\n"},
    {GP_D_FORMAT_VERSION, "goalpost: !!str 1\nplan: p\n"},
    {GP_D_WRONG_KIND, "goalpost: [1]\nplan: p\n"},
    {GP_D_WRONG_KIND, "goalpost:\nplan: p\n"},
    {GP_D_FORMAT_VERSION, "plan: p\n"},
    {GP_D_FORMAT_VERSION, "[1]\n"},
    {GP_D_FORMAT_VERSION, ""},
    {GP_D_FORMAT_VERSION, "goalpost: 1\ndata: p\nsubject: a\n"},
    {GP_D_MISSING_KEY, "goalpost: 1\n"},
    {GP_D_UNKNOWN_KEY, ONE("value: m, at_lest: 3")},
    {GP_D_MISSING_KEY, HEAD "goals: [{id: g}]\n"},
    {GP_D_MISSING_KEY, HEAD "goals: [{name: g}]\n"},
    {GP_D_WRONG_KIND, HEAD "data: [a]\n"},
    {GP_D_WRONG_KIND, HEAD "data: {a: 3}\n"},
    {GP_D_WRONG_KIND, ONE("value: m, at_least: null")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, weight: -1")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, binding: yes")},
    {GP_D_BAD_VALUE, HEAD "period: 20x0\n" GOAL SIBLING},
    {GP_D_BAD_VALUE, HEAD DATA "title: \"\"\n" GOAL SIBLING},
    {GP_D_UNKNOWN_WORD, HEAD DATA "lang: cn\n" GOAL SIBLING},
    {GP_D_UNKNOWN_WORD, HEAD "data: {a: {measure: flow}}\n"},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, goals: []")},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, with: {a: 1}")},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, clauses: [{id: x, at_least: 2}]")},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, require: 1")},
    {GP_D_MISPLACED, HEAD "data: {a: {type: bool, unit: 元}}\n"},
    {GP_D_MISPLACED, HEAD "data: {a: {type: date, measure: cumulative}}\n"},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, score: {method: ratio, knots: [[1, 1], [2, 2]]}")},
    {GP_D_BAD_ID, HEAD DATA "goals: [{id: grades, indicators: [{id: a, value: m}]}]\n"},
    {GP_D_BAD_ID, HEAD DATA "goals: [{id: a.b, indicators: [{id: a, value: m}]}]\n"},
    {GP_D_ID_TWICE, HEAD DATA GOAL SIBLING SIBLING},
    {GP_D_ID_TWICE, HEAD DATA "derive: {m: 1}\n" GOAL SIBLING},
    {GP_D_ID_TWICE, HEAD "data: {a: {name: x}, b: {name: x}}\n"},
    {GP_D_ID_TWICE, HEAD "data: {a: {name: b}, b: {}}\n"},
    {GP_D_BAD_NAME, HEAD "data: {end: {}}\n"},
    {GP_D_BAD_NAME, HEAD "data: {数: {}}\n"},
    {GP_D_BAD_NAME, HEAD "data: {period: {}}\n"},
    {GP_D_CYCLE, HEAD DATA "derive: {a: b, b: c, c: a}\n" GOAL SIBLING},
    {GP_D_CYCLE, HEAD DATA "derive: {a: a + 1}\n" GOAL SIBLING},
    {GP_D_TWO_CRITERIA, ONE("value: m, at_least: 1, at_most: 3")},
    {GP_D_TWO_CRITERIA, ONE("value: m, at_least: 1, between: [1, 2]")},
    {GP_D_TWO_CRITERIA, ONE("value: m, at_least: 1, exactly: 3")},
    {GP_D_TWO_CRITERIA, ONE("value: m, exactly: 1, one_of: [3]")},
    {GP_D_TWO_CRITERIA, ONE("value: m, exactly: 1, rule: r")},
    {GP_D_TWO_CRITERIA, ONE("rule: r, judged: true")},
    {GP_D_NO_VALUE, ONE("between: [1, 2]")},
    {GP_D_NO_VALUE, ONE("one_of: [1, 2]")},
    {GP_D_NO_VALUE, ONE("exactly: 1")},
    {GP_D_NO_VALUE, ONE("by: 2020-01-01")},
    {GP_D_UNKNOWN_NAME, ONE("value: m, between: {2012: [1, 2], 2013: [1, nothing]}")},
    {GP_D_UNKNOWN_NAME, ONE("value: m, at_least: {2012: nothing, 2013: 1}")},
    {GP_D_UNKNOWN_NAME, ONE("value: m, one_of: [nothing, 1]")},
    {GP_D_UNKNOWN_WORD, ONE("value: opinion, between: [好, 优]")},
    {GP_D_UNKNOWN_WORD, ONE("value: opinion, at_least: {2012: 好}")},
    {GP_D_KIND_MISMATCH, ONE("value: opinion, at_least: \"'良'\"")},
    {GP_D_WRONG_KIND, ONE("value: opinion, at_least: [良]")},
    {GP_D_WRONG_KIND, ONE("value: m, at_least: 1, binding: [true]")},
    {GP_D_WRONG_KIND, ONE("value: m, at_least: 1, waive: {reason: a, authority: b, until: [2020]}")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, binding: !!str true")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, decimals: !!str 1")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, decimals: -1")},
    {GP_D_BAD_VALUE, HEAD "data: {a: {codes: {x: \"1\"}}}\n"},
    {GP_D_BAD_NAME, HEAD "data: {\"\": {}}\n"},
    {GP_D_BAD_NAME, HEAD "data: {a-b: {}}\n"},
    {GP_D_NO_VALUE, ONE("at_least: 1")},
    {GP_D_NO_VALUE, ONE("name: x")},
    {GP_D_TEST_KIND, ONE("value: done, at_least: 1")},
    {GP_D_TEST_KIND, ONE("value: m, reached: 1")},
    {GP_D_TEST_KIND, ONE("value: m, by: 2020-01-01")},
    {GP_D_ORDER, ONE("value: m, between: [3, 2]")},
    {GP_D_ORDER, ONE("value: m, at_least: {2012: 1, 2012-H1: 2}")},
    {GP_D_ORDER, HEAD DATA "grades: [{at_least: 60, grade: a}, {at_least: 70, grade: b}]\n" GOAL SIBLING},
    {GP_D_ORDER, ONE("value: m, score: {method: interpolate, knots: [[2, 0], [1, 1]]}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, exactly: 1, score: {method: ratio}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: 0, score: {method: ratio}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, score: {cap: 2}")},
    {GP_D_METHOD_UNFIT, ONE("value: issued, at_least: 2020-01-01, score: {method: ratio}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, between: [0, 5], score: {method: ratio}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: {2019: 3, 2020: 0}, score: {method: ratio}")},
    {GP_D_METHOD_UNFIT, ONE("value: outline, reached: 未启动, score: {method: ratio}")},
    {GP_D_MISPLACED, ONE("value: m, exactly: 5, score: {otherwise: 50%}")},
    {GP_D_MISPLACED, ONE("rule: r, score: {otherwise: 50%}")},
    {GP_D_BAD_VALUE, HEAD DATA "scoring: {coverage: -1}\n" GOAL SIBLING},
    {GP_D_METHOD_UNFIT, ONE("judged: true, score: {method: interpolate, knots: [[1, 1], [2, 2]]}")},
    {GP_D_CITE_NO_SOURCE, ONE("value: m, at_least: 1, cite: x")},
    {GP_D_FILE_OPEN, HEAD "source: nothing.txt\n" DATA GOAL SIBLING},
    {GP_D_FILE_OUTSIDE, HEAD "rules: [../x.lua]\n" DATA GOAL SIBLING},
    {GP_D_METHOD_UNFIT, ONE("value: m, score: {method: rank, step: 2%}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, score: {method: zscore}")},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, score: {method: rank, step: 2%, ranks: {1: 1}}")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, score: {method: zscore, mu: 60}")},
    {GP_D_UNKNOWN_NAME, ONE("value: m, between: [1, 2], score: x / target")},
    {GP_D_UNIT_MISMATCH, ONE("value: new_points, at_least: 1 家, score: x")},
    {GP_D_ORDER, ONE("value: m, score: {method: bands, bands: [{at_least: 1, score: 1}, {at_least: 2, score: 0.5}, {score: 0}]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: bands, bands: [{at_least: 1, score: 1}]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: bands, bands: [{at_least: 2, less_than: 2, score: 1}, {score: 0}]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: bands, bands: [{at_least: 2, more_than: 1, score: 1}, {score: 0}]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: bands, bands: [{at_most: 2, score: 1}, {more_than: 2, score: 0.5}, {score: 0}]}")},
    {GP_D_BAD_VALUE, ONE("value: m, score: {method: bands, bands: [{at_least: 2, score: 60}, {score: 0}]}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, score: {method: bands, over: gap, bands: [{at_most: 0, score: 1}, {score: 0}]}")},
    {GP_D_METHOD_UNFIT,
     ONE("value: m, between: [1, 2], score: {method: bands, over: ratio, bands: [{at_least: 1, score: 1}, {score: 0}]}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: 0, score: {method: bands, over: ratio, bands: [{at_least: 1, score: 1}, {score: 0}]}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, one_of: [1, 2], score: {method: deduct, step: 1, each: 10%}")},
    {GP_D_MISSING_KEY, ONE("value: m, at_least: 1, score: {method: deduct, step: 1}")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, score: {method: deduct, step: 0, each: 10%}")},
    {GP_D_BAD_VALUE, ONE("value: m, at_least: 1, score: {method: deduct, step: 1, each: -10%}")},
    {GP_D_MISPLACED, ONE("value: m, at_least: 1, score: {method: deduct, partial: up, each: 10%}")},
    {GP_D_ORDER, ONE("value: m, score: {method: efficacy, satisfactory: 3, unacceptable: 3}")},
    {GP_D_METHOD_UNFIT, ONE("value: issued, by: 2020-01-01, score: {method: efficacy, satisfactory: 3, unacceptable: 2}")},
    {GP_D_ORDER, ONE("value: m, score: {method: efficacy_bands, knots: [[3, 1], [5, 0.8], [4, 0.6]]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: efficacy_bands, knots: [[5, 1], [4, 0.6], [3, 0.8]]}")},
    {GP_D_ORDER, ONE("value: m, score: {method: goalposts, lo: 3, hi: 3}")},
    {GP_D_BAD_VALUE, ONE("value: m, score: {method: goalposts, lo: 0, hi: 3, scale: log}")},
    {GP_D_MISSING_KEY, ONE("value: m, at_least: 1, score: {method: progress}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: 1, score: {method: progress, baseline: 1}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_most: 1, baseline: 0, score: {method: progress}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: 1, score: {method: pace}")},
    {GP_D_METHOD_UNFIT, ONE("value: new_points, at_most: 1, score: {method: pace}")},
    {GP_D_BAD_VALUE, ONE("value: new_points, at_least: 1, score: {method: pace, profile: [1, 2]}")},
    {GP_D_BAD_VALUE, ONE("value: new_points, at_least: 1, score: {method: pace, profile: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]}")},
    {GP_D_METHOD_UNFIT, ONE("value: m, at_least: 1, score: {method: tiers, tiers: {A: [0, 1]}}")},
    {GP_D_ORDER, ONE("judged: true, score: {method: tiers, tiers: {A: [1, 0]}}")},
    {GP_D_WRONG_KIND, ONE("judged: true, score: {method: tiers, tiers: {A: [1]}}")},
    {GP_D_NOT_YET, ONE("value: m, at_least: 1, cohort: {best: low}")},
    {GP_D_NOT_YET, HEAD DATA "cohort: {where: m > 1}\n" GOAL SIBLING},
    {GP_D_UNKNOWN_ID, HEAD DATA "bonus: {items: [x]}\n" GOAL SIBLING},
    {GP_D_UNKNOWN_WORD, HEAD DATA "models: {flat: {aggregate: some}}\n" GOAL SIBLING},
    {GP_D_NOT_YET, ONE("rule: std.quarters")},
};

static void test_each_slip_has_its_code(void **state) {
    (void)state;
    for (size_t i = 0; i < GP_COUNT(SLIPS); i++) check_code(SLIPS[i].yaml, SLIPS[i].code);
}

static void test_unfit_methods_that_otherwise_saves(void **state) {
    (void)state;
    LOADS(b, ONE("value: m, at_least: 0, score: {method: ratio, otherwise: 0.5}"));
    assert_int_equal(node(&b, "g.i")->scoring.method, GP_RATIO);
    DONE(b);
}

static void test_all_errors_in_one_go(void **state) {
    (void)state;
    BED(b, HEAD "data: {a: {unit: \"%\", measre: rate}, b: {range: [3, 1]}}\n"
                "derive: {x: a + , y: x * 2}\n"
                "goals:\n"
                "  - {id: g, indicators: [{id: p, value: y, at_least: 1}, {id: q, value: zz, at_least: 1}]}\n");
    assert_int_equal(b.d.errors, 3 + 0); /* measre, range, zz: x and y read `a`, which is broken already */
    assert_true(has_code(&b, GP_D_UNKNOWN_KEY) && has_code(&b, GP_D_ORDER) && has_code(&b, GP_D_UNKNOWN_NAME));
    DONE(b);
}

static void test_cut_off_value(void **state) {
    (void)state;
    BED(b, HEAD DATA "derive: {r: {expr: round(m / 3, 3)}}\n" GOAL SIBLING);
    assert_int_equal(b.d.errors, 1);
    assert_int_equal(b.d.items[0].code, GP_D_UNKNOWN_KEY);
    assert_non_null(strstr(b.d.items[0].hint.s, "quotes"));
    DONE(b);
}

static void test_goals_too_deep(void **state) {
    (void)state;
    char text[8192];
    size_t n = (size_t)sprintf(text, "%s%sgoals: ", HEAD, DATA);
    for (int i = 0; i < 24; i++) n += (size_t)sprintf(text + n, "[{id: g, goals: ");
    n += (size_t)sprintf(text + n, "[{id: x, indicators: [{id: i, value: m}]}]");
    for (int i = 0; i < 24; i++) n += (size_t)sprintf(text + n, "}]");
    BED(b, text);
    assert_true(b.d.errors > 0);
    assert_true(has_code(&b, GP_D_DEPTH));
    DONE(b);
}

static void test_words(void **state) {
    (void)state;
    gp_basis basis;
    assert_true(gp_basis_read(&basis, GP_TEXT("forecast")) && basis == GP_FORECAST);
    assert_false(gp_basis_read(&basis, GP_TEXT("partial")));
    assert_false(gp_basis_read(&basis, GP_TEXT("other_period")));
    assert_string_equal(gp_basis_name(GP_OTHER_PERIOD), "other_period");
    assert_string_equal(gp_level_name(GP_CLAUSE), "clause");
    assert_string_equal(gp_test_key(GP_MORE_THAN), "more_than");
    assert_string_equal(gp_test_key(GP_JUDGED), "judged");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dictionary),
        cmocka_unit_test(test_derive_order),
        cmocka_unit_test(test_long_chain_of_derived),
        cmocka_unit_test(test_criteria_read_as_a_person_does),
        cmocka_unit_test(test_targets_are_in_base_units),
        cmocka_unit_test(test_dated_parameter),
        cmocka_unit_test(test_dated_lists),
        cmocka_unit_test(test_tree),
        cmocka_unit_test(test_scoring_is_inherited),
        cmocka_unit_test(test_interpolate),
        cmocka_unit_test(test_grades_and_vetoes),
        cmocka_unit_test(test_cites),
        cmocka_unit_test(test_each_slip_has_its_code),
        cmocka_unit_test(test_unfit_methods_that_otherwise_saves),
        cmocka_unit_test(test_all_errors_in_one_go),
        cmocka_unit_test(test_cut_off_value),
        cmocka_unit_test(test_goals_too_deep),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

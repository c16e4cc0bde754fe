/* Carrying data to another plan: names, kinds, units, words, open values, days, judgements, claims. */
#include "eval_bed.h"

#include "data/carry.h"

#define FROM                                                                                                                               \
    HEAD "data: {n: {unit: \"%\"}, cny: {unit: 亿元}, step: {stages: [idle, draft, done]}, tier: {codes: {good: 85, poor: 50}}, "           \
         "word: {type: text}, day: {type: date}, gone: {}, kind: {}, empty: {}}\n"                                                        \
         "goals: [{id: g, indicators: [{id: n, value: n, at_least: 4%}, {id: j, judged: true}, {id: k, judged: true}]}]\n"
#define TO                                                                                                                                 \
    HEAD "data: {new: {}, word: {type: text}, tier: {codes: {best: 99, good: 80}}, step: {stages: [idle, review, draft]}, "                \
         "cny: {unit: 家}, kind: {type: bool}, day: {type: date}, n: {unit: \"‰\"}}\n"                                                     \
         "goals: [{id: g, indicators: [{id: k, judged: true}, {id: n, value: n, at_least: 4%}, {id: x, value: word, exactly: yes}]}]\n"

typedef struct pair {
    bed b;
    gp_plan *plan;
    gp_frame *to;
    gp_carried told;
} pair;

static void carry(pair *p, const char *values) {
    char data[2048];
    snprintf(data, sizeof data, VALUES "%s", values);
    bed_load(&p->b, FROM, data);
    gp_file file = bed_file(&p->b, "no-such-folder/other.yaml", TO);
    p->plan = gp_plan_parse(&p->b.h.arena, &p->b.d, &file);
    if (!p->plan) bed_show(&p->b);
    assert_non_null(p->plan);
    p->to = gp_frame_carry(&p->told, &p->b.h.arena, &p->b.d, p->b.frame, p->plan);
}

#define CARRY(p, values)   \
    pair p;                \
    TEST_HEAP((p).b.h);    \
    (p).b.options = (gp_run_options){0}; \
    carry(&(p), (values))

static uint32_t datum(const pair *p, const char *name) { return (uint32_t)(gp_plan_datum(p->plan, gp_text_of(name)) - p->plan->data); }
static double value(const pair *p, const char *name) { return p->to->column[datum(p, name)][0]; }

static void test_values(void **state) {
    (void)state;
    CARRY(p, "  n: 3.5%\n  step: draft\n  tier: good\n  word: hello\n  day: 2020-07-01\n");
    assert_true(value(&p, "n") == 0.035);
    assert_true(value(&p, "step") == 2); /* idle, review, draft */
    assert_true(value(&p, "tier") == 1);
    assert_true(gp_text_is(p.to->texts.items[(size_t)value(&p, "word")], "hello"));
    assert_true(value(&p, "day") == p.b.frame->column[gp_plan_datum(p.b.plan, GP_TEXT("day")) - p.b.plan->data][0]);
    assert_true(isnan(value(&p, "new")));
    DONE(p.b);
}

/* A stage and a code that the other plan does not have are missing there. */
static void test_words_apart(void **state) {
    (void)state;
    CARRY(p, "  step: done\n  tier: poor\n");
    assert_true(isnan(value(&p, "step")));
    assert_true(isnan(value(&p, "tier")));
    DONE(p.b);
}

static void test_told(void **state) {
    (void)state;
    CARRY(p, "  n: 1%\n  cny: 2\n  kind: 3\n  gone: 4\n");
    assert_int_equal(p.told.nunread, 1); /* `empty` has no value to lose */
    assert_true(gp_text_is(p.told.unread[0], "gone"));
    assert_int_equal(p.told.nother, 2);
    assert_true(gp_text_is(p.told.other[0], "cny") && gp_text_is(p.told.other[1], "kind"));
    assert_int_equal(p.told.nabsent, 1);
    assert_true(gp_text_is(p.told.absent[0], "new"));
    assert_true(isnan(value(&p, "cny")) && isnan(value(&p, "kind")));
    DONE(p.b);
}

/* Cells go with their datum, sorted by its new number. */
static void test_cells(void **state) {
    (void)state;
    CARRY(p, "  n: '[2%, 5%]'\n  word: {value: hi, basis: provisional}\n  step: {value: draft, on: 2020-03-01}\n  cny: '> 3'\n");
    assert_int_equal(p.to->ncells, 2);
    assert_true(p.to->cells[0].datum == datum(&p, "word") && p.to->cells[1].datum == datum(&p, "n"));
    const gp_cell *n = gp_frame_cell(p.to, 0, datum(&p, "n")), *word = gp_frame_cell(p.to, 0, datum(&p, "word"));
    assert_true(n && n->value.lo == 0.02 && n->value.hi == 0.05);
    assert_true(word && word->basis == GP_PROVISIONAL && gp_text_is(p.to->texts.items[(size_t)word->value.lo], "hi"));
    int32_t day;
    assert_true(gp_frame_on(&day, p.to, 0, datum(&p, "step")));
    DONE(p.b);
}

static void test_judgements_and_claims(void **state) {
    (void)state;
    CARRY(p, "  n: 1%\njudged:\n  g.j: {value: met, by: a, reason: b}\n  g.k: {value: unmet, by: a, reason: b}\n"
             "claims:\n  - {of: g.n, claim: 100%}\n  - {of: [g.n, g.j], claim: 100%}\n");
    assert_int_equal(p.to->njudged, 1);
    assert_true(gp_text_is(p.plan->nodes[p.to->judged[0].node]->id, "g.k") && !p.to->judged[0].met);
    assert_int_equal(p.to->nclaims, 1);
    assert_true(gp_text_is(p.plan->nodes[p.to->claims[0].nodes[0]]->id, "g.n"));
    DONE(p.b);
}

/* A plan carried to itself says the same. */
static void test_to_itself(void **state) {
    (void)state;
    CARRY(p, "  n: '[2%, 5%]'\n  step: draft\n  tier: good\n");
    gp_carried told;
    gp_frame *again = gp_frame_carry(&told, &p.b.h.arena, &p.b.d, p.b.frame, p.b.plan);
    gp_run_options o = {.lang = GP_EN};
    bed_eval(&p.b);
    gp_text due = described(&p.b);
    gp_run *run = gp_run_new(&p.b.h.arena, &p.b.d, again, &o);
    gp_block block;
    assert_true(run && gp_run_block(run, &block));
    gp_run_case(&p.b.c, run, &p.b.h.arena, 0);
    assert_true(gp_text_eq(due, described(&p.b)));
    DONE(p.b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values), cmocka_unit_test(test_words_apart),           cmocka_unit_test(test_told),
        cmocka_unit_test(test_cells),  cmocka_unit_test(test_judgements_and_claims), cmocka_unit_test(test_to_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

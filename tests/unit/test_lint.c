/* Lint: each check where it speaks and where it keeps silent; from texts in memory. */
#include "trap.h"

#include <string.h>

#include "lint/lint.h"

typedef struct bed {
    test_heap h;
    gp_diags d;
    gp_plan *plan;
    gp_arena scratch;
    size_t ran;
} bed;

static void show(bed *b) {
    gp_buf out;
    gp_buf_init(&out, &b->h.arena);
    gp_diags_print(&out, &b->d, false);
    if (out.n) print_message("%.*s", (int)out.n, out.s);
}

static gp_file file_of(bed *b, const char *path, const char *text, unsigned flags) {
    gp_file file;
    assert_true(gp_file_of(&file, &b->h.arena, &b->d, gp_text_of(path), gp_text_of(text), flags));
    return file;
}

static const gp_frame *frame_of(bed *b, const char *csv) {
    gp_frame *f = gp_frame_new(&b->h.arena, &b->d, b->plan, true);
    gp_file file = file_of(b, "data.csv", csv, 0);
    gp_frame_add_file(f, &file);
    bool loaded = gp_frame_load(f, false);
    if (!loaded) show(b);
    assert_true(loaded);
    return f;
}

/* csv NULL: no data. */
static void lint(bed *b, const char *yaml, const char *csv) {
    gp_diags_init(&b->d, &b->h.arena);
    gp_arena_init(&b->scratch, &b->h.mem);
    gp_file file = file_of(b, "no-such-folder/plan.yaml", yaml, GP_FILE_TEXT);
    b->plan = gp_plan_parse(&b->h.arena, &b->d, &file);
    if (!b->plan) show(b);
    assert_non_null(b->plan);
    gp_lint_on on = {.plan = b->plan};
    if (csv) {
        on.frame = frame_of(b, csv);
        on.run = gp_run_new(&b->h.arena, &b->d, on.frame, &(gp_run_options){.lang = GP_EN});
        assert_non_null(on.run);
    }
    b->ran = gp_lint(&b->d, &b->scratch, &on);
    assert_int_equal(b->d.errors, 0);
}

/* A macro, as the trap must be set in the test's own frame. */
#define LINT(b, yaml, csv)                                                                                                                 \
    bed b;                                                                                                                                 \
    TEST_HEAP((b).h);                                                                                                                      \
    lint(&(b), (yaml), (csv))
#define DONE(b) gp_arena_fini(&(b).h.arena)

static void finds(bed *b, gp_code code, size_t times) {
    size_t n = 0;
    for (size_t i = 0; i < b->d.n; i++) n += b->d.items[i].code == code;
    if (n != times) show(b);
    assert_int_equal(n, times);
}

static void says(bed *b, gp_code code, const char *part) {
    for (size_t i = 0; i < b->d.n; i++)
        if (b->d.items[i].code == code && strstr(b->d.items[i].message.s, part)) return;
    show(b);
    fail_msg("nothing says: %s", part);
}

#define SILENT(yaml, csv, code)                                                                                                            \
    do {                                                                                                                                   \
        LINT(b, yaml, csv);                                                                                                                \
        finds(&b, code, 0);                                                                                                                \
        DONE(b);                                                                                                                           \
    } while (0)
#define SPEAKS(yaml, csv, code, part)                                                                                                      \
    do {                                                                                                                                   \
        LINT(b, yaml, csv);                                                                                                                \
        finds(&b, code, 1);                                                                                                                \
        says(&b, code, part);                                                                                                              \
        DONE(b);                                                                                                                           \
    } while (0)

#define HEAD "goalpost: 1\nplan: p\nperiod: 2020\n"
#define LIST "goals:\n  - id: g\n    indicators:\n"
#define ONE  "goals:\n  - id: g\n    indicators:\n      - {id: i, value: m, at_least: 1}\n"

static void test_prerequisites(void **state) {
    (void)state;
    LINT(b, HEAD "data: {m: {}}\n" ONE, NULL);
    assert_int_equal(b.ran, 10);
    assert_int_equal(b.d.n, 0);
    DONE(b);
    LINT(c, HEAD "data: {m: {}}\n" ONE, "subject,period,m\nA,2020,1\n");
    assert_int_equal(c.ran, 12);
    assert_int_equal(c.d.n, 0);
    DONE(c);
    LINT(r, HEAD "data: {m: {}}\ngoals:\n  - {id: g, indicators: [{id: i, rule: some}]}\n", NULL);
    assert_int_equal(r.ran, 8); /* what the rule reads is not known, so nothing is said to be unread */
    finds(&r, GP_D_LINT_UNUSED_DATUM, 0);
    DONE(r);
}

static void test_unused(void **state) {
    (void)state;
    SPEAKS(HEAD "data: {m: {}, a: {}, b: {}}\nderive: {c: b + 1}\n" ONE, NULL, GP_D_LINT_UNUSED_DATUM, "nothing reads `a` (1 of 3 data)");
    SPEAKS(HEAD "data: {m: {}, a: {}, b: {}}\nderive: {c: b + 1}\n" ONE, NULL, GP_D_LINT_UNUSED_DERIVED, "`c` (1 of 1 derived names)");
    SPEAKS(HEAD "data: {m: {}, a: {}, b: {}, c: {}, d: {}, e: {}, f: {}}\n" ONE, NULL, GP_D_LINT_UNUSED_DATUM,
           "`d` and 2 more (6 of 7 data)");
    const char *everywhere =
        HEAD "data: {m: {}, a: {}, b: {}, c: {}, d: {type: bool}, e: {}}\ngoals:\n  - id: g\n    weight: a\n    indicators:\n"
             "      - {id: i, value: m, between: [b, c], applies: d, score: {cap: e}}\n";
    SILENT(everywhere, NULL, GP_D_LINT_UNUSED_DATUM);
    SILENT(HEAD "data: {m: {}, b: {}}\nderive: {c: b + 1, d: c * 2}\ngoals:\n  - {id: g, indicators: [{id: i, value: m, at_least: d}]}\n",
           NULL, GP_D_LINT_UNUSED_DERIVED);
}

#define UNITS(data, of_n) HEAD "data: {" data ", n: {unit: 家}}\n" ONE "      - {id: j, value: m, at_most: 2}\n      - {id: n, " of_n "}\n"

static void test_units(void **state) {
    (void)state;
    SPEAKS(UNITS("m: {}", "value: n, at_least: 5"), NULL, GP_D_LINT_UNIT, "`g.i` is a number without a unit");
    SILENT(UNITS("m: {}", "value: n"), NULL, GP_D_LINT_UNIT); /* a plan without any unit at a target */
    SILENT(UNITS("m: {measure: rank}", "value: n, at_least: 5"), NULL, GP_D_LINT_UNIT);
    SILENT(UNITS("m: {unit: 家}", "value: n, at_least: 5"), NULL, GP_D_LINT_UNIT); /* a bare number is in the unit of its value */
}

#define DATES(first, second)                                                                                                               \
    HEAD "data: {m: {}, s: {stages: [a, b, c]}, t: {type: date}}\nderive: {twice: m * 2}\n" LIST "      - {id: i, " first "}\n"            \
         "      - {id: j, " second "}\n"

static void test_dates(void **state) {
    (void)state;
    gp_code code = GP_D_LINT_TWO_DATES;
    SPEAKS(DATES("value: m, at_least: 1, by: 2020-06-30", "value: m, at_least: 2, by: 2020-12-31"), NULL, code,
           "`g.j` takes `m` by 2020-12-31");
    SPEAKS(DATES("value: twice, at_least: 1, by: 2020-06-30", "value: m, at_least: 2, by: 2020-12-31"), NULL, code, "`m` by 2020-12-31");
    SPEAKS(DATES("value: s, reached: b, by: 2020-06-30", "value: s, reached: b, by: 2020-12-31"), NULL, code, "`s`");
    SPEAKS(DATES("value: t, by: 2020-06-30", "value: t, by: 2020-12-31"), NULL, code, "`t`");
    SILENT(DATES("value: s, reached: b, by: 2020-06-30", "value: s, reached: c, by: 2020-12-31"), NULL, code);
    SILENT(DATES("value: m, at_least: 1, by: 2020-06-30", "value: m, at_least: 2"), NULL, code);
    SILENT(DATES("value: m, at_least: 1, by: 2020-06-30", "value: m, at_most: 2, by: 2020-06-30"), NULL, code);
}

#define WAIVED(period, until)                                                                                                              \
    "goalpost: 1\nplan: p\nperiod: " period "\ndata: {m: {}}\n" LIST                                                                       \
    "      - {id: i, value: m, at_least: 1, waive: {reason: r, authority: a, until: " until "}}\n"

static void test_waivers(void **state) {
    (void)state;
    SPEAKS(WAIVED("[2021, 2020]", "2019-12-31"), NULL, GP_D_LINT_WAIVER,
           "`g.i` ended on 2019-12-31, before the first period begins (2020-01-01)");
    SILENT(WAIVED("2020", "2020-01-01"), NULL, GP_D_LINT_WAIVER);
    SILENT(WAIVED("any", "2019-12-31"), NULL, GP_D_LINT_WAIVER);
}

static void test_methods(void **state) {
    (void)state;
    const char *mixed = HEAD "data: {m: {}, d: {type: bool}}\ngoals:\n  - id: g\n    indicators:\n      - {id: i, value: m, at_least: 1}\n"
                             "      - {id: j, value: m, at_most: 0}\n      - {id: k, value: d, is: true}\n";
    SPEAKS(mixed, NULL, GP_D_LINT_METHOD, "`ratio` for 2 of 3 criteria: 1 `at_most` with a target not above 0, 1 `is`");
    SILENT(HEAD "data: {d: {type: bool}}\nscoring: {method: pass_fail}\ngoals:\n  - {id: g, indicators: [{id: k, value: d, is: true}]}\n",
           NULL, GP_D_LINT_METHOD);
    SILENT(HEAD "data: {d: {type: bool}}\ngoals:\n  - {id: g, indicators: [{id: k, value: d, is: true, score: {method: pass_fail}}]}\n",
           NULL, GP_D_LINT_METHOD);
}

#define TWO(head, first, second)                                                                                                           \
    HEAD "data: {m: {}, d: {type: bool}}\n" head "goals:\n  - {id: g, " first                                                              \
         ", indicators: [{id: i, value: m, at_least: 1, applies: d}]}\n  - {id: h, " second                                                \
         ", indicators: [{id: i, value: m, at_least: 1}]}\n"

static void test_marks(void **state) {
    (void)state;
    gp_code code = GP_D_LINT_MARKS;
    SPEAKS(TWO("", "marks: 60, weight: 3", "marks: 35, weight: 2"), NULL, code, "`marks` below the subject add up to 95, not to its 100");
    SPEAKS(TWO("", "marks: 60", "marks: 40"), NULL, code, "`g` has 60 marks, but its weight makes it count for 50");
    SPEAKS(TWO("", "weight: 60", "weight: 35"), NULL, code, "weights below the subject add up to 95, not to its 100 marks");
    SPEAKS(TWO("", "weight: 0.6", "weight: 30%"), NULL, code, "add up to 0.9, not to 1");
    SILENT(TWO("", "marks: 60, weight: 3", "marks: 40, weight: 2"), NULL, code);
    SILENT(TWO("scoring: {marks: 120}\n", "marks: 60", "marks: 60"), NULL, code);
    SILENT(TWO("", "weight: 3", "weight: 1"), NULL, code);
    SILENT(TWO("", "weight: 60", "name: 乙"), NULL, code);
    SILENT(TWO("", "marks: 60, applies: d", "marks: 60"), NULL, code); /* alternatives */
}

#define GRADED(scoring, grades, indicator)                                                                                                 \
    HEAD "data: {m: {range: [0, 10]}}\nscoring: {" scoring "}\ngrades: " grades                                                            \
         "\ngoals:\n  - {id: g, indicators: [{id: i, value: m, " indicator "}]}\n"
#define TOP(bound) "grades: [{at_least: " bound ", grade: A}, {at_least: 0, grade: B}]"
#define KNOTS      "score: {method: interpolate, knots: [[0, 0], [10, 0.8]]}"

static void test_grades(void **state) {
    (void)state;
    gp_code code = GP_D_LINT_GRADE;
    SPEAKS(GRADED("cap: 100%", "[{at_least: 105, grade: A}, {at_least: 0, grade: B}]", "at_least: 1"), NULL, code,
           "`A` cannot be reached: the subject has at most 100");
    SILENT(GRADED("cap: 110%", "[{at_least: 105, grade: A}, {at_least: 0, grade: B}]", "at_least: 1"), NULL, code);
    SILENT(GRADED("cap: none", "[{at_least: 500, grade: A}, {at_least: 0, grade: B}]", "at_least: 1"), NULL, code);
    SPEAKS(GRADED("", "[{at_least: 90, grade: A}, {at_least: 0, grade: B}]", KNOTS), NULL, code, "at most 80");
    SILENT(GRADED("", "[{at_least: 80, grade: A}, {at_least: 0, grade: B}]", KNOTS), NULL, code);
    SPEAKS(GRADED("floor: 60%", "[{at_least: 60, grade: A}, {at_least: 0, grade: B}]", "at_least: 1"), NULL, code,
           "low enough for the grade `B`");
    SPEAKS(GRADED("", "[{at_least: 60, grade: A}, {at_least: 0, grade: B}]", "at_least: 1, score: {floor: 60%}"), NULL, code,
           "the grade `B`");
    SILENT(GRADED("", "[{at_least: 60, grade: A}, {at_least: 0, grade: B}]", "at_least: 1, score: {floor: 60%}, veto: zero_total"), NULL,
           code);
    SPEAKS(HEAD "data: {m: {range: [0, 10]}}\n" LIST "      - {id: i, value: m, " TOP("11") "}\n", NULL, code, "`g.i` has at most 10");
    SILENT(HEAD "data: {m: {range: [0, 10]}}\n" LIST "      - {id: i, value: m, " TOP("10") "}\n", NULL, code);
}

/* A goal's full marks are its weight's share, unless something beside it may drop out. */
static void test_grades_of_goal(void **state) {
    (void)state;
    gp_code code = GP_D_LINT_GRADE;
    SPEAKS(TWO("", TOP("60") ", name: 甲", "name: 乙"), NULL, code, "`g` has at most 50");
    SILENT(TWO("", TOP("60") ", name: 甲", "weight: 0.5"), NULL, code);
    SILENT(TWO("", TOP("60") ", name: 甲", "applies: d"), NULL, code);
    SILENT(TWO("", TOP("60") ", marks: 60", "name: 乙"), NULL, code);
}

static void test_claims(void **state) {
    (void)state;
    const char *plan = HEAD "data: {m: {}}\n" ONE "      - {id: j, value: m, at_least: 2}\n";
    SPEAKS(plan, "subject,period,m,g.claim\nA,2020,1,100%\nB,2020,1,90%\n", GP_D_LINT_CLAIM, "in 2 of 2 claims");
    SILENT(plan, "subject,period,m,g.i.claim\nA,2020,1,100%\n", GP_D_LINT_CLAIM);
}

static void test_completion(void **state) {
    (void)state;
    const char *plan = HEAD "data: {m: {}}\n" LIST "      - {id: i, value: m, at_least: 10}\n      - {id: j, value: m, at_most: 1}\n";
    SPEAKS(plan, "subject,period,m\nA,2020,16\n", GP_D_LINT_COMPLETION, "`g.i` is completed to 160%");
    SPEAKS(plan, "subject,period,m\nA,2020,16\nB,2020,30\nC,2020,5\nD,2020,\n", GP_D_LINT_COMPLETION,
           "over 150% in 2 of 3 cases, to 300% at most");
    SILENT(plan, "subject,period,m\nA,2020,16\nB,2020,5\n", GP_D_LINT_COMPLETION);
    SILENT(plan, "subject,period,m\nA,2020,15\n", GP_D_LINT_COMPLETION);
    SILENT(plan, "subject,period,m\nA,2020,> 16\n", GP_D_LINT_COMPLETION);
}

static void test_many(void **state) {
    (void)state;
    const char *plan = HEAD "data: {a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, n: {unit: 家}}\n" LIST
                            "      - {id: a, value: a, at_least: 1}\n      - {id: b, value: b, at_least: 1}\n"
                            "      - {id: c, value: c, at_least: 1}\n      - {id: d, value: d, at_least: 1}\n"
                            "      - {id: e, value: e, at_least: 1}\n      - {id: f, value: f, at_least: 1}\n"
                            "      - {id: n, value: n, at_least: 1}\n";
    LINT(b, plan, NULL);
    finds(&b, GP_D_LINT_UNIT, 6); /* five, and one that counts the rest */
    says(&b, GP_D_LINT_UNIT, "1 more like the 5 above");
    DONE(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prerequisites), cmocka_unit_test(test_unused),     cmocka_unit_test(test_units),
        cmocka_unit_test(test_dates),         cmocka_unit_test(test_waivers),    cmocka_unit_test(test_methods),
        cmocka_unit_test(test_marks),         cmocka_unit_test(test_grades),     cmocka_unit_test(test_grades_of_goal),
        cmocka_unit_test(test_claims),        cmocka_unit_test(test_completion), cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

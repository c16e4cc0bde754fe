/* The claim audit: completion and quoted rates against what was found, at rows and at goals, counted once. */
#include "eval_bed.h"

#define PLAN                                                                                                                               \
    HEAD DATA "goals:\n"                                                                                                                   \
              "  - id: g\n    indicators:\n      - {id: i, value: a, at_least: 56}\n      - {id: j, value: b, at_least: 9}\n"              \
              "      - {id: n, value: d, at_least: 9, applies: a < 0}\n"                                                                   \
              "  - id: h\n    indicators:\n      - {id: i, value: c, at_least: 2257}\n      - {id: j, value: cum - a, at_least: 0.2}\n"

/* One claim; `because` lists the ids that say so. */
static void claim(const char *values, const char *of, const char *says, const char *want, const char *because) {
    char data[2048];
    snprintf(data, sizeof data, VALUES "%sclaims:\n  - {of: %s, claim: %s}\n", values, of, says);
    EVAL(b, PLAN, data);
    assert_int_equal(b.c.nclaims, 1);
    const gp_case_claim *c = &b.c.claims[0];
    if (strcmp(gp_audit_name(c->audit), want) != 0)
        fail_msg("%s of %s with\n%sis %s, due %s", says, of, values, gp_audit_name(c->audit), want);
    gp_buf ids;
    gp_buf_init(&ids, &b.h.arena);
    for (size_t k = 0; k < c->nbecause; k++) {
        if (k) gp_buf_char(&ids, ' ');
        gp_buf_text(&ids, b.plan->nodes[c->because[k]]->id);
    }
    gp_text got = gp_buf_take(&ids);
    if (!gp_text_is(got, because)) fail_msg("%s of %s: because of `%.*s`, due `%s`", says, of, GP_ARG(got), because);
    same_when_open(PLAN, data, b.options, described(&b));
    DONE(b);
}

static void test_completion(void **state) {
    (void)state;
    claim("  a: 60\n  b: 9\n", "[g.i, g.j]", "100%", "agrees", "");
    claim("  a: 60\n  b: 9\n", "[g.i, g.j]", "met", "agrees", "");
    claim("  a: 60\n  b: 8\n", "[g.i, g.j]", "100%", "overstated", "g.j");
    claim("  a: 6\n  b: 8\n", "[g.i, g.j]", "100%", "overstated", "g.i g.j");
    claim("  a: 60\n", "[g.i, g.j]", "100%", "unsupported", "g.j");
    claim("  a: 6\n", "[g.i, g.j]", "100%", "overstated", "g.i");
    claim("  a: 60\n  b: {value: 9, basis: provisional}\n", "[g.i, g.j]", "100%", "unsupported", "g.j");
    claim("  a: 60\n  b: {value: 8, basis: provisional}\n", "[g.i, g.j]", "100%", "overstated", "g.j");
    claim("  a: 60\n  b: 9\n", "g", "100%", "agrees", "");
    claim("  a: 60\n  b: 8\n", "g", "100%", "overstated", "g");
    claim("  a: 60\n  b: 9\n", "[g.i, g.n]", "100%", "agrees", ""); /* what does not apply is passed over */
    claim("  a: 60\n  b: 9\n", "g.n", "100%", "unsupported", "g.n");
    claim("  a: 60\n", "g.i", "120%", "overstated", "g.i");
}

/* In the digits in which the rate is quoted. */
static void test_rates(void **state) {
    (void)state;
    claim("  c: 2779.20\n", "h.i", "123.11%", "understated", "h.i"); /* 123.137 % */
    claim("  c: 2779.20\n", "h.i", "123.14%", "agrees", "");
    claim("  c: 2779.20\n", "h.i", "123.1%", "agrees", "");
    claim("  c: 2779.20\n", "h.i", "123%", "agrees", "");
    claim("  c: 2779.20\n", "h.i", "123.15%", "overstated", "h.i");
    claim("  c: 2779.20\n", "h.i", "1.2314", "agrees", "");
    claim("  a: 79.06\n", "g.i", "141.2%", "agrees", "");
    claim("  a: 79.06\n", "g.i", "141.18%", "agrees", "");
    claim("  a: 79.06\n", "g.i", "141.17%", "understated", "g.i");
    claim("  a: 56\n", "g.i", "100.0%", "agrees", ""); /* a rate that was worked out, not a claim of completion */
    claim("  a: {value: 56, basis: provisional}\n", "g.i", "100.0%", "agrees", "");
    claim("  b: 56\n", "g.i", "100.0%", "unsupported", "g.i");
    claim("  a: '> 56'\n", "g.i", "100.0%", "unsupported", "g.i");
    claim("  a: 0.1\n  cum: 0.301\n", "h.j", "100.5%", "agrees", ""); /* 0.201 / 0.2, exactly the quoted tie */
    claim("  a: 0.1\n  cum: 0.3011\n", "h.j", "100.6%", "agrees", "");   /* 100.55 % rounds half up */
}

static void test_rows(void **state) {
    (void)state;
    EVAL(b, PLAN, VALUES "  a: 60\n  b: 8\n  c: 2779.2\nclaims:\n  - {of: [g.i, g.j], claim: 100%}\n  - {of: g.i, claim: 100%}\n"
                         "  - {of: h.i, claim: 123.11%}\n");
    assert_int_equal(b.c.nclaims, 3);
    assert_int_equal(row_of(&b, "g.i")->audit, GP_AGREES); /* of the claim for it alone */
    assert_int_equal(row_of(&b, "g.j")->audit, GP_AUDIT_NONE);
    assert_null(row_of(&b, "g.j")->claim);
    assert_int_equal(row_of(&b, "g")->audit, GP_OVERSTATED);
    assert_int_equal(row_of(&b, "h.i")->audit, GP_UNDERSTATED);
    assert_int_equal(row_of(&b, "h")->audit, GP_UNDERSTATED);
    assert_int_equal(row_of(&b, "")->audit, GP_OVERSTATED);
    gp_sum sum;
    gp_case_result again;
    gp_run_case(&again, b.run, &b.h.arena, 0); /* looking twice counts once */
    assert_true(gp_run_sum(&sum, b.run));
    assert_int_equal(sum.audits[GP_AGREES], 1);
    assert_int_equal(sum.audits[GP_OVERSTATED], 1);
    assert_int_equal(sum.audits[GP_UNDERSTATED], 1);
    DONE(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_completion), cmocka_unit_test(test_rates), cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

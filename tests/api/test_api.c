/* The public interface as a client sees it: loading, walking cases and rows, totals, reports, messages, lifetimes.
 * Includes goalpost.h alone; runs from the root of the repository, whose examples it reads. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <goalpost.h>

#define FIRST "examples/first-steps/"
#define REAL "examples/hangzhou-2020/"
#define LEDGER "tests/fault/small/"

typedef struct heap {
    long live; /* blocks handed out and not given back */
} heap;

static void *counting(void *user, void *ptr, size_t old_size, size_t new_size) {
    heap *h = user;
    (void)old_size;
    if (new_size == 0) {
        h->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    h->live += ptr == NULL;
    return realloc(ptr, new_size);
}

static void *refusing(void *user, void *ptr, size_t old_size, size_t new_size) {
    (void)user, (void)old_size;
    if (new_size == 0) free(ptr);
    return NULL;
}

typedef struct text {
    char s[65536];
    size_t n;
    int takes; /* calls that are still taken, -1: all */
} text;

static int take(void *user, const void *bytes, size_t n) {
    text *t = user;
    if (t->takes == 0) return 1;
    if (t->takes > 0) t->takes--;
    assert_true(t->n + n < sizeof t->s);
    memcpy(t->s + t->n, bytes, n);
    t->n += n;
    t->s[t->n] = '\0';
    return 0;
}

static gp_results *evaluated(gp_context *c) {
    gp_plan_handle *p = gp_plan_open(c, FIRST "plan.yaml");
    assert_non_null(p);
    gp_data *d = gp_data_new(p);
    assert_non_null(d);
    assert_int_equal(gp_data_add(d, FIRST "data.csv"), GP_OK);
    assert_int_equal(gp_data_load(d, GP_BAD_ROWS_STOP), GP_OK);
    gp_results *r = gp_evaluate(d, NULL);
    assert_non_null(r);
    return r;
}

static size_t row_of(const gp_results *r, const char *id) {
    for (size_t i = 0; i < gp_case_rows(r); i++)
        if (strcmp(gp_row_id(r, i), id) == 0) return i;
    fail_msg("no row %s", id);
    return 0;
}

static void test_walk(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    double low, high;
    assert_int_equal(gp_case_rows(r), 0);
    assert_string_equal(gp_case_subject(r), "");
    assert_int_equal(gp_results_next(r), 1);
    assert_string_equal(gp_case_subject(r), "East");
    assert_string_equal(gp_case_period(r), "2024");
    assert_string_equal(gp_case_scenario(r), "");
    assert_string_equal(gp_case_grade(r), "good");
    gp_case_marks(r, &low, &high);
    assert_true(low == 100 && high == 100);
    assert_int_equal(gp_results_next(r), 1);
    assert_int_equal(gp_results_next(r), 1);
    assert_string_equal(gp_case_subject(r), "West");
    assert_null(gp_case_grade(r));
    gp_case_rank(r, &low, &high); /* the plan ranks nobody */
    assert_true(isnan(low) && isnan(high));
    gp_case_marks(r, &low, NULL);
    assert_true(low == 33.33);
    assert_int_equal(gp_results_next(r), 0);
    assert_int_equal(gp_case_rows(r), 0);
    assert_int_equal(gp_results_rewind(r), GP_OK);
    assert_int_equal(gp_results_next(r), 1);
    assert_string_equal(gp_case_subject(r), "East");
    gp_context_free(c);
}

static void test_rows(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    double low, high;
    gp_results_next(r);
    size_t i = row_of(r, "service.answered");
    assert_string_equal(gp_row_level(r, 0), "subject");
    assert_string_equal(gp_row_level(r, i), "indicator");
    assert_string_equal(gp_row_name(r, i), "Answered in time");
    assert_string_equal(gp_row_verdict(r, i), "met");
    assert_string_equal(gp_row_basis(r, i), "final");
    assert_string_equal(gp_row_unit(r, i), "%");
    assert_true(gp_row_final(r, i));
    gp_row_actual(r, i, &low, &high);
    assert_true(low == 97 && high == 97);
    assert_true(gp_row_target(r, i) == 95);
    assert_true(gp_row_margin(r, i) == 2);
    assert_true(gp_row_flip(r, i) == 95);
    assert_true(fabs(gp_row_completion(r, i) - 97.0 / 95) < 1e-12);
    gp_row_score(r, i, &low, &high);
    assert_true(low == 1 && high == 1);
    gp_row_marks(r, i, &low, &high);
    assert_true(low == 66.67 && high == 66.67);
    assert_string_equal(gp_row_audit(r, i), "");
    assert_string_not_equal(gp_row_reason(r, i), "");
    gp_row_actual(r, 9999, &low, &high);
    assert_true(isnan(low) && isnan(high));
    assert_string_equal(gp_row_id(r, 9999), "");
    gp_context_free(c);
}

/* A missing value is no number, not 0. */
static void test_missing(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    double low, high;
    while (gp_results_next(r) == 1 && strcmp(gp_case_subject(r), "West") != 0) continue;
    size_t i = row_of(r, "service.answered");
    assert_string_equal(gp_row_verdict(r, i), "no_data");
    gp_row_actual(r, i, &low, &high);
    assert_true(isnan(low) && isnan(high));
    assert_true(isnan(gp_row_margin(r, i)));
    assert_true(isnan(gp_row_completion(r, i)));
    gp_context_free(c);
}

static void test_report_and_totals(void **state) {
    (void)state;
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    gp_report_options o = {.format = "csv", .wide = 1, .codes = 1};
    t = (text){.takes = -1};
    assert_int_equal(gp_results_next(r), 1);
    assert_int_equal(gp_report_write(r, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "\nEast,2024,,1,100,good,,M,M\n"));
    assert_non_null(strstr(t.s, "\nWest,2024,,0.333333333333333..1,33.33..100,poor..good,,M,-\n"));
    gp_totals sum = gp_results_totals(r);
    assert_int_equal(sum.rows_in, 3);
    assert_int_equal(sum.cases, 3);
    assert_int_equal(sum.met, 4);
    assert_int_equal(sum.unmet, 1);
    assert_int_equal(sum.no_data, 1);
    assert_int_equal(sum.evaluations, 6);
    assert_true(sum.adds_up);
    assert_int_equal(gp_results_next(r), 1); /* a report begins the walk anew */
    assert_string_equal(gp_case_subject(r), "East");
    gp_context_free(c);
}

typedef struct watched {
    uint64_t done, total;
    int calls;
} watched;

static void watch(void *user, uint64_t done, uint64_t total) {
    watched *w = user;
    assert_true(done > w->done && done <= total);
    *w = (watched){done, total, w->calls + 1};
}

static void test_progress(void **state) {
    (void)state;
    static const gp_report_options FORMATS[] = {{.format = "table"}, {.format = "ndjson"}, {.format = "csv", .wide = 1}};
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        watched w = {0};
        gp_report_options o = FORMATS[i];
        o.progress = watch;
        o.progress_user = &w;
        t = (text){.takes = -1};
        assert_int_equal(gp_report_write(r, &o, take, &t), GP_OK);
        assert_true(w.calls > 0 && w.done == 3 && w.total == 3);
    }
    gp_context_free(c);
}

/* A wide report reads no rows, and claims are audited all the same. */
static void test_audits_of_a_wide_report(void **state) {
    (void)state;
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_data *d = gp_data_new(gp_plan_open(c, REAL "plan.yaml"));
    assert_int_equal(gp_data_add(d, REAL "data.yaml"), GP_OK);
    gp_results *r = gp_evaluate(d, NULL);
    assert_non_null(r);
    gp_report_options o = {.format = "csv", .wide = 1, .codes = 1};
    t = (text){.takes = -1};
    assert_int_equal(gp_report_write(r, &o, take, &t), GP_OK);
    gp_totals wide = gp_results_totals(r);
    assert_int_equal(gp_results_next(r), 1);
    assert_int_equal(gp_results_next(r), 0);
    gp_totals full = gp_results_totals(r);
    assert_true(full.overstated > 0 && full.unsupported > 0);
    assert_int_equal(wide.agrees, full.agrees);
    assert_int_equal(wide.understated, full.understated);
    assert_int_equal(wide.unsupported, full.unsupported);
    assert_int_equal(wide.overstated, full.overstated);
    gp_context_free(c);
}

/* What-if leaves the evaluation as it was, says what is wrong, and goes with the plan's own scoring. */
static void test_what_if(void **state) {
    (void)state;
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_data *d = gp_data_new(gp_plan_open(c, REAL "plan.yaml"));
    assert_int_equal(gp_data_add(d, REAL "data.yaml"), GP_OK);
    gp_results *r = gp_evaluate(d, NULL);
    double low, high, after_low, after_high;
    assert_int_equal(gp_results_next(r), 1);
    gp_case_marks(r, &low, &high);
    gp_whatif *w = gp_whatif_new(r);
    assert_non_null(w);
    assert_int_equal(gp_whatif_set(w, "data.private_groth=10%"), GP_INVALID);
    assert_int_equal(gp_whatif_set(w, "data.private_growth=10.2%"), GP_OK);
    gp_whatif_question q = {.ask = GP_ASK_COMPARE};
    gp_report_options o = {.format = "csv"};
    t = (text){.takes = -1};
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "75.24–99.32,75.39–99.47"));
    q.sheet = "no such";
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_USAGE);
    q.sheet = NULL;
    t = (text){.takes = 0};
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_WRITE);
    o.format = "json"; /* what a question rests on goes with its answer alone */
    t = (text){.takes = -1};
    q = (gp_whatif_question){.ask = GP_ASK_WEIGHTS, .draws = 20, .seed = 3};
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "\"weights\": 0.2"));
    assert_non_null(strstr(t.s, "\"draws\": 20"));
    q.weights = 1;
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_INVALID);
    assert_int_equal(gp_whatif_lever(w, "data.private_growth", "0%..20%", 2), GP_OK);
    t = (text){.takes = -1};
    q = (gp_whatif_question){.ask = GP_ASK_SEEK, .seek = "investment.growth.private unmet"};
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "{\"path\":\"data.private_growth\",\"within\":\"0%..20%\",\"cost\":2}"));
    assert_non_null(strstr(t.s, "\"seek\": \"investment.growth.private unmet\""));
    assert_null(strstr(t.s, "\"weights\""));
    gp_whatif_free(w);
    gp_case_marks(r, &after_low, &after_high);
    assert_true(low == after_low && high == after_high);
    gp_context_free(c);
}

/* Under a scenario the results are those of other files, and the data stay; what-if lays scenarios itself. */
static void test_scenario(void **state) {
    (void)state;
    static text t;
    static const char *const SETS[] = {"investment.growth.private.at_least=4%"}, *const WRONG[] = {"investment.growth.privat.at_least=4%"};
    gp_context *c = gp_context_new(NULL, NULL);
    gp_data *d = gp_data_new(gp_plan_open(c, REAL "plan.yaml"));
    assert_int_equal(gp_data_add(d, REAL "data.yaml"), GP_OK);
    gp_results *base = gp_evaluate(d, NULL),
               *r = gp_evaluate(d, &(gp_eval_options){.scenario = REAL "scenarios/december.yaml", .sets = SETS, .nsets = 1});
    assert_true(base && r);
    assert_int_equal(gp_results_next(r), 1);
    assert_int_equal(gp_results_next(base), 1);
    assert_string_equal(gp_case_scenario(r), "december");
    assert_string_equal(gp_case_scenario(base), "");
    size_t i = row_of(r, "investment.growth.private");
    assert_string_equal(gp_row_verdict(r, i), "met");
    assert_string_equal(gp_row_verdict(base, i), "unmet");
    assert_true(gp_row_target(r, i) == 4 && gp_row_target(base, i) == 10);
    assert_null(gp_whatif_new(r));
    assert_int_equal(gp_context_status(c), GP_USAGE);
    assert_null(gp_evaluate(d, &(gp_eval_options){.sets = WRONG, .nsets = 1}));
    assert_int_equal(gp_context_status(c), GP_INVALID);
    gp_data *later = gp_data_new(gp_plan_open(c, REAL "plan.yaml"));
    assert_int_equal(gp_data_add(later, REAL "data.yaml"), GP_OK);
    gp_report_options o = {.format = "csv", .wide = 1};
    assert_int_equal(gp_stream_write(later, GP_BAD_ROWS_STOP, &(gp_eval_options){.sets = SETS, .nsets = 1}, &o, take, &t, NULL),
                     GP_UNSUITED);
    gp_context_free(c);
}

/* Another plan is opened for a back-test and goes with the question; whoever is freed first. */
static void test_back_test(void **state) {
    (void)state;
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_plan_handle *p = gp_plan_open(c, REAL "plan.yaml");
    gp_data *d = gp_data_new(p);
    assert_int_equal(gp_data_add(d, REAL "data.yaml"), GP_OK);
    gp_results *r = gp_evaluate(d, NULL), *again = gp_evaluate(d, NULL);
    gp_results *const both[] = {r, again};
    gp_whatif *w = gp_whatif_new_models(both, 2), *one = gp_whatif_new(r);
    gp_report_options o = {.format = "csv"};
    gp_whatif_question q = {.ask = GP_ASK_BACK_TEST, .against = REAL "plan.yaml"};
    t = (text){.takes = -1};
    assert_int_equal(gp_whatif_ask(one, &q, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "75.24–99.32,75.24–99.32,0,"));
    q.against = LEDGER "decided.yaml"; /* a plan of other things altogether */
    o.format = "json";
    t = (text){.takes = -1};
    assert_int_equal(gp_whatif_ask(one, &q, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "decided.yaml"));
    o.format = "csv";
    q.against = REAL "data.yaml";
    gp_whatif *other = gp_whatif_new(r);
    assert_int_equal(gp_whatif_ask(other, &q, &o, take, &t), GP_INVALID);
    q = (gp_whatif_question){.ask = GP_ASK_PERIODS};
    assert_int_equal(gp_whatif_ask(other, &q, &o, take, &t), GP_INVALID); /* one period */
    assert_int_equal(gp_data_all_periods(d), GP_USAGE);
    assert_int_equal(gp_whatif_set(w, "data.private_growth=10.2%"), GP_OK);
    gp_results_free(again); /* the second model of w */
    q = (gp_whatif_question){.ask = GP_ASK_COMPARE};
    t = (text){.takes = -1};
    assert_int_equal(gp_whatif_ask(w, &q, &o, take, &t), GP_OK);
    gp_plan_close(p);
    gp_context_free(c);
}

static void test_decisions(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_plan_handle *p = gp_plan_open(c, LEDGER "decided.yaml");
    gp_data *d = gp_data_new(p);
    double low, high;
    gp_decision_view decision;
    assert_int_equal(gp_file_look(c, LEDGER "decisions.yaml").kind, GP_KIND_DATA);
    assert_int_equal(gp_data_add(d, LEDGER "decided.csv"), GP_OK);
    assert_int_equal(gp_data_add(d, LEDGER "decisions.yaml"), GP_OK);
    gp_results *r = gp_evaluate(d, NULL);
    assert_non_null(r);
    assert_int_equal(gp_results_next(r), 1);
    gp_case_score_before_decisions(r, &low, &high);
    assert_true(fabs(low - 0.6) < 1e-9 && fabs(high - 0.933333333333333) < 1e-9);
    assert_int_equal(gp_row_decision(r, row_of(r, "g.band"), &decision), 0);
    assert_int_equal(gp_row_decision(r, row_of(r, "g.fee"), &decision), 1);
    assert_true(decision.applied);
    assert_string_equal(decision.date, "2020-12-01");
    assert_string_equal(decision.evidence, "会议纪要");
    assert_string_equal(decision.found_verdict, "unmet");
    assert_true(decision.found_low == 0.8 && decision.found_high == 0.8);
    assert_string_equal(gp_row_verdict(r, row_of(r, "g.fee")), "met");
    assert_int_equal(gp_results_next(r), 1);
    assert_int_equal(gp_row_decision(r, row_of(r, "g.band"), &decision), 1);
    assert_false(decision.applied);
    assert_null(decision.evidence);
    gp_context_free(c);
}

static void test_sink_refuses(void **state) {
    (void)state;
    static text t;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    gp_report_options o = {.format = "json"};
    t = (text){.takes = 0};
    assert_int_equal(gp_report_write(r, &o, take, &t), GP_WRITE);
    assert_int_equal(t.n, 0);
    t.takes = -1;
    assert_int_equal(gp_report_write(r, &o, take, &t), GP_OK); /* the results live on */
    o.format = "xml";
    assert_int_equal(gp_report_write(r, &o, take, &t), GP_USAGE);
    gp_context_free(c);
}

static void test_options(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_plan_handle *p = gp_plan_open(c, FIRST "plan.yaml");
    gp_data *d = gp_data_new(p);
    assert_int_equal(gp_eval_options_check(c, &(gp_eval_options){.as_of = "2024-02-30"}), GP_USAGE);
    assert_int_equal(gp_eval_options_check(c, &(gp_eval_options){.lang = "fr"}), GP_USAGE);
    assert_int_equal(gp_eval_options_check(c, &(gp_eval_options){.as_of = "2024-02-29", .lang = "zh"}), GP_OK);
    assert_null(gp_evaluate(d, &(gp_eval_options){.lang = "fr"}));
    assert_int_equal(gp_context_status(c), GP_USAGE);
    assert_int_equal(gp_data_load(d, GP_BAD_ROWS_STOP), GP_OK);
    assert_int_equal(gp_data_load(d, GP_BAD_ROWS_STOP), GP_USAGE);
    assert_int_equal(gp_data_add(d, FIRST "data.csv"), GP_USAGE);
    gp_context_free(c);
}

/* Messages survive the plan that they quote. */
static void test_messages(void **state) {
    (void)state;
    heap h = {0};
    gp_context *c = gp_context_new(counting, &h);
    assert_null(gp_plan_open(c, "examples/nowhere.yaml"));
    assert_int_equal(gp_context_status(c), GP_INVALID);
    assert_int_equal(gp_context_errors(c), 1);
    assert_non_null(strstr(gp_context_messages(c, 0), "examples/nowhere.yaml"));
    gp_plan_handle *p = gp_plan_open(c, FIRST "plan.yaml");
    gp_data *d = gp_data_new(p);
    assert_int_equal(gp_data_add(d, FIRST "plan.yaml"), GP_OK);
    assert_int_equal(gp_data_load(d, GP_BAD_ROWS_STOP), GP_INVALID);
    assert_null(gp_evaluate(d, NULL));
    size_t errors = gp_context_errors(c);
    assert_true(errors > 1);
    gp_plan_close(p);
    assert_int_equal(gp_context_errors(c), errors);
    assert_non_null(strstr(gp_context_messages(c, 0), FIRST "plan.yaml:"));
    assert_non_null(strstr(gp_context_messages(c, 1), "\033["));
    gp_context_clear(c);
    assert_int_equal(gp_context_errors(c), 0);
    assert_string_equal(gp_context_messages(c, 0), "");
    gp_context_free(c);
    assert_int_equal(h.live, 0);
}

/* Every order of freeing gives everything back. */
static void test_lifetimes(void **state) {
    (void)state;
    heap h = {0};
    gp_context *c = gp_context_new(counting, &h);
    gp_results *r = evaluated(c);
    gp_results_next(r);
    gp_results_free(r);
    gp_plan_handle *p = gp_plan_open(c, FIRST "plan.yaml");
    gp_data *one = gp_data_new(p), *two = gp_data_new(p);
    gp_data_add(one, FIRST "data.csv");
    assert_non_null(gp_evaluate(one, NULL));
    assert_non_null(gp_evaluate(two, NULL));
    gp_data_free(one);
    gp_plan_close(p);
    gp_context_free(c);
    assert_int_equal(h.live, 0);
    gp_context_free(NULL);
    gp_plan_close(NULL);
    gp_data_free(NULL);
    gp_results_free(NULL);
    assert_null(gp_context_new(refusing, NULL));
}

static void test_contexts_apart(void **state) {
    (void)state;
    gp_context *a = gp_context_new(NULL, NULL), *b = gp_context_new(NULL, NULL);
    gp_results *x = evaluated(a), *y = evaluated(b);
    assert_int_equal(gp_results_next(x), 1);
    assert_int_equal(gp_results_next(y), 1);
    assert_int_equal(gp_results_next(y), 1);
    assert_string_equal(gp_case_subject(x), "East");
    assert_string_equal(gp_case_subject(y), "North");
    assert_null(gp_plan_open(a, "examples/nowhere.yaml"));
    assert_int_equal(gp_context_errors(b), 0);
    gp_context_free(a);
    assert_int_equal(gp_results_next(y), 1);
    gp_context_free(b);
}

static void test_look(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_file_view v = gp_file_look(c, FIRST "plan.yaml");
    assert_int_equal(v.kind, GP_KIND_PLAN);
    assert_string_equal(v.plan, "first-steps");
    assert_int_equal(gp_file_look(c, FIRST "data.csv").kind, GP_KIND_TABLE);
    v = gp_file_look(c, "examples/hangzhou-2020/data.yaml");
    assert_int_equal(v.kind, GP_KIND_DATA);
    assert_string_equal(v.plan, "hangzhou-drc-2020");
    assert_int_equal(gp_file_look(c, "examples/hangzhou-2020/rules.lua").kind, GP_KIND_RULES);
    assert_int_equal(gp_file_look(c, "examples/nowhere.yaml").kind, GP_KIND_UNREADABLE);
    assert_int_equal(gp_file_look(c, "-").kind, GP_KIND_DATA);
    assert_int_equal(gp_context_errors(c), 0);
    const char *names[] = {"alpha", "beta"};
    assert_string_equal(gp_nearest(c, "aplha", names, 2), "alpha");
    assert_null(gp_nearest(c, "omega", names, 2));
    assert_string_equal(gp_version(), GOALPOST_VERSION);
    assert_non_null(strstr(gp_version_text(), GOALPOST_VERSION));
    gp_context_free(c);
}

/* One case becomes the current one; where it is not exactly one, none is. */
static void test_find(void **state) {
    (void)state;
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    size_t found = 99;
    assert_int_equal(gp_results_find(r, "West", "2024", NULL, &found), GP_OK);
    assert_int_equal(found, 1);
    assert_string_equal(gp_case_subject(r), "West");
    assert_int_equal(gp_results_find(r, NULL, "2024", "", &found), GP_USAGE);
    assert_true(found > 1);
    assert_string_equal(gp_case_subject(r), "");
    assert_int_equal(gp_results_find(r, "Nobody", NULL, NULL, &found), GP_USAGE);
    assert_int_equal(found, 0);
    assert_int_equal(gp_results_find(r, "West", "no period", NULL, NULL), GP_USAGE);
    assert_int_equal(gp_results_find(r, "West", NULL, "dry", NULL), GP_USAGE);
    assert_int_equal(gp_results_find(r, "East", NULL, NULL, NULL), GP_OK);
    assert_int_equal(gp_results_next(r), 1); /* goes on behind it */
    assert_string_not_equal(gp_case_subject(r), "East");
    gp_context_free(c);
}

static void test_explain(void **state) {
    (void)state;
    static text t;
    static const char *const ids[] = {"service.answered", "", "."}, *const unknown[] = {"service.anwsered"};
    gp_context *c = gp_context_new(NULL, NULL);
    gp_results *r = evaluated(c);
    gp_explain_options o = {.ids = ids, .nids = 3};
    t = (text){.takes = -1};
    assert_int_equal(gp_explain_write(r, &o, take, &t), GP_USAGE); /* no case is current */
    assert_int_equal(gp_results_find(r, "East", NULL, NULL, NULL), GP_OK);
    assert_int_equal(gp_explain_write(r, &o, take, &t), GP_OK);
    assert_non_null(strstr(t.s, "the actual 97%, required"));
    assert_non_null(strstr(t.s, "Answered in time  (service.answered)"));
    assert_string_equal(gp_case_subject(r), "East");
    for (int k = 0; k < 2; k++) {
        o.format = k ? "json" : "md";
        t = (text){.takes = -1};
        assert_int_equal(gp_explain_write(r, &o, take, &t), GP_OK);
        assert_non_null(strstr(t.s, k ? "\"explained\": [" : "### Arithmetic"));
    }
    t = (text){.takes = -1};
    o.format = "html";
    assert_int_equal(gp_explain_write(r, &o, take, &t), GP_USAGE);
    o = (gp_explain_options){.ids = unknown, .nids = 1};
    assert_int_equal(gp_explain_write(r, &o, take, &t), GP_USAGE);
    assert_int_equal(t.n, 0);
    o = (gp_explain_options){.ids = ids, .nids = 1};
    t.takes = 0;
    assert_int_equal(gp_explain_write(r, &o, take, &t), GP_WRITE);
    gp_context_free(c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),      cmocka_unit_test(test_rows),     cmocka_unit_test(test_missing),
        cmocka_unit_test(test_report_and_totals), cmocka_unit_test(test_sink_refuses), cmocka_unit_test(test_options),
        cmocka_unit_test(test_messages),  cmocka_unit_test(test_lifetimes), cmocka_unit_test(test_contexts_apart),
        cmocka_unit_test(test_decisions), cmocka_unit_test(test_what_if), cmocka_unit_test(test_scenario), cmocka_unit_test(test_back_test),
        cmocka_unit_test(test_find),      cmocka_unit_test(test_explain),
        cmocka_unit_test(test_look),      cmocka_unit_test(test_progress), cmocka_unit_test(test_audits_of_a_wide_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The edges of the public interface: questions without a case, calls in a wrong order, results that memory spoilt.
 * Held: every question has an answer, every wrong call a status, and nothing after a refusal pretends to be whole. */
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
#define SMALL "tests/fault/small/"

typedef struct bed {
    gp_context *c;
    gp_plan_handle *plan;
    gp_data *data;
    gp_results *r;
    long left; /* allocations that are still granted, -1: all */
} bed;

static void *granting(void *user, void *ptr, size_t old_size, size_t new_size) {
    bed *b = user;
    (void)old_size;
    if (new_size == 0) {
        free(ptr);
        return NULL;
    }
    if (b->left == 0) return NULL;
    if (b->left > 0) b->left--;
    return realloc(ptr, new_size);
}

static void open_bed(bed *b, const char *plan, const char *data) {
    *b = (bed){.left = -1};
    b->c = gp_context_new(granting, b);
    b->plan = gp_plan_open(b->c, plan);
    assert_non_null(b->plan);
    b->data = gp_data_new(b->plan);
    assert_int_equal(gp_data_add(b->data, data), GP_OK);
    assert_int_equal(gp_data_load(b->data, GP_BAD_ROWS_STOP), GP_OK);
    b->r = gp_evaluate(b->data, NULL);
    assert_non_null(b->r);
}

static int swallow(void *user, const void *bytes, size_t n) {
    (void)bytes;
    *(size_t *)user += n;
    return 0;
}

/* Row i of no case, or behind the last row of one. */
static void assert_no_row(const gp_results *r, size_t i) {
    double low = 0, high = 0;
    assert_string_equal(gp_row_level(r, i), "");
    assert_string_equal(gp_row_id(r, i), "");
    assert_string_equal(gp_row_name(r, i), "");
    assert_string_equal(gp_row_verdict(r, i), "");
    assert_string_equal(gp_row_unit(r, i), "");
    assert_string_equal(gp_row_audit(r, i), "");
    assert_string_equal(gp_row_reason(r, i), "");
    assert_null(gp_row_basis(r, i));
    assert_false(gp_row_final(r, i));
    assert_true(isnan(gp_row_target(r, i)) && isnan(gp_row_completion(r, i)));
    assert_true(isnan(gp_row_margin(r, i)) && isnan(gp_row_flip(r, i)));
    gp_row_actual(r, i, &low, &high);
    assert_true(isnan(low) && isnan(high));
    gp_row_score(r, i, &low, NULL);
    gp_row_marks(r, i, NULL, &high);
    assert_true(isnan(low) && isnan(high));
}

static void assert_no_case(const gp_results *r) {
    double low = 0, high = 0;
    assert_string_equal(gp_case_subject(r), "");
    assert_string_equal(gp_case_period(r), "");
    assert_string_equal(gp_case_scenario(r), "");
    assert_null(gp_case_grade(r));
    assert_int_equal(gp_case_rows(r), 0);
    gp_case_score(r, &low, &high);
    assert_true(isnan(low) && isnan(high));
    gp_case_marks(r, &low, NULL);
    assert_true(isnan(low));
    gp_case_rank(r, &low, &high);
    assert_true(isnan(low) && isnan(high));
    assert_no_row(r, 0);
}

/* One alone is first; asked again after a rewind it still is. */
static void test_rank(void **state) {
    bed b;
    double low, high;
    (void)state;
    open_bed(&b, SMALL "plan.yaml", SMALL "data.yaml");
    for (int again = 0; again < 2; again++) {
        assert_int_equal(gp_results_next(b.r), 1);
        gp_case_rank(b.r, &low, &high);
        assert_true(low == 1 && high == 1);
        gp_case_rank(b.r, NULL, NULL);
        assert_int_equal(gp_results_rewind(b.r), GP_OK);
    }
    gp_context_free(b.c);
}

static void test_no_case(void **state) {
    bed b;
    (void)state;
    open_bed(&b, FIRST "plan.yaml", FIRST "data.csv");
    assert_no_case(b.r);
    while (gp_results_next(b.r) == 1) assert_no_row(b.r, gp_case_rows(b.r));
    assert_no_case(b.r);
    assert_int_equal(gp_results_next(b.r), 0);
    assert_int_equal(gp_results_rewind(b.r), GP_OK);
    assert_int_equal(gp_results_next(b.r), 1);
    assert_string_equal(gp_case_subject(b.r), "East");
    gp_context_free(b.c);
}

static void test_wrong_order(void **state) {
    bed b;
    (void)state;
    open_bed(&b, FIRST "plan.yaml", FIRST "data.csv");
    assert_int_equal(gp_data_load(b.data, GP_BAD_ROWS_STOP), GP_USAGE);
    assert_int_equal(gp_data_add(b.data, FIRST "data.csv"), GP_USAGE);
    gp_data *unread = gp_data_new(b.plan);
    gp_results *none = gp_evaluate(unread, NULL); /* reads what is queued, which is nothing */
    assert_non_null(none);
    assert_int_equal(gp_results_next(none), 0);
    assert_int_equal(gp_data_add(unread, FIRST "data.csv"), GP_USAGE);
    size_t n = 0;
    assert_int_equal(gp_report_write(b.r, &(gp_report_options){.format = "xlsx"}, swallow, &n), GP_USAGE);
    assert_int_equal(n, 0);
    gp_context_free(b.c);
}

/* Data with errors stay unusable; the plan takes others. */
static void test_broken_data(void **state) {
    bed b;
    (void)state;
    open_bed(&b, SMALL "plan.yaml", SMALL "data.yaml");
    gp_data *broken = gp_data_new(b.plan);
    assert_int_equal(gp_data_add(broken, SMALL "wrong-data.yaml"), GP_OK);
    assert_int_equal(gp_data_load(broken, GP_BAD_ROWS_STOP), GP_INVALID);
    assert_true(gp_context_errors(b.c) > 3);
    assert_int_equal(gp_data_load(broken, GP_BAD_ROWS_STOP), GP_INVALID);
    assert_null(gp_evaluate(broken, NULL));
    assert_int_equal(gp_context_status(b.c), GP_INVALID);
    gp_data_free(broken);
    gp_context_clear(b.c);
    assert_int_equal(gp_results_next(b.r), 1);
    assert_string_equal(gp_case_subject(b.r), "甲");
    gp_context_free(b.c);
}

/* Any of several results may go first. */
static void test_freed_in_any_order(void **state) {
    bed b;
    (void)state;
    open_bed(&b, FIRST "plan.yaml", FIRST "data.csv");
    gp_results *second = gp_evaluate(b.data, NULL), *third = gp_evaluate(b.data, NULL);
    gp_results_free(second);
    assert_int_equal(gp_results_next(third), 1);
    gp_results_free(b.r);
    assert_int_equal(gp_results_next(third), 1);
    gp_results_free(third);
    gp_results_free(NULL);
    gp_data_free(NULL);
    gp_plan_close(NULL);
    gp_context_free(b.c);
    gp_context_free(NULL);
}

/* When memory ends between two cases there is no telling what the next ones would have been. */
static void test_spoilt(void **state) {
    (void)state;
    for (long left = 0; left < 3; left++) {
        bed b;
        size_t n = 0;
        open_bed(&b, SMALL "plan.yaml", SMALL "data.yaml");
        b.left = left;
        int more = gp_results_next(b.r);
        while (more == 1) more = gp_results_next(b.r);
        if (more == 0) { /* it got by with that */
            gp_context_free(b.c);
            continue;
        }
        b.left = -1;
        assert_int_equal(more, -1);
        assert_int_equal(gp_results_next(b.r), -1);
        assert_no_case(b.r);
        assert_int_equal(gp_results_rewind(b.r), GP_NO_MEMORY);
        assert_int_equal(gp_results_lint(b.r), GP_NO_MEMORY);
        assert_int_equal(gp_report_write(b.r, &(gp_report_options){.format = "csv"}, swallow, &n), GP_NO_MEMORY);
        assert_int_equal(n, 0);
        gp_results *again = gp_evaluate(b.data, NULL);
        assert_non_null(again);
        assert_int_equal(gp_results_next(again), 1);
        gp_context_free(b.c);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_no_case), cmocka_unit_test(test_rank),
        cmocka_unit_test(test_wrong_order),
        cmocka_unit_test(test_broken_data),
        cmocka_unit_test(test_freed_in_any_order),
        cmocka_unit_test(test_spoilt),
    };
    return cmocka_run_group_tests_name("edges", tests, NULL, NULL);
}

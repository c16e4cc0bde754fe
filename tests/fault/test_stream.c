/* Streaming through the public API: the bytes of loading, evaluating and writing in a row, with one thread and with several; what cannot
 * be streamed, sinks that refuse, errors; and memory that is refused at the k-th allocation, in whichever thread that falls.
 * Held: every call answers, a success has the due bytes, no block stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <goalpost.h>

enum { ROWS = 4000 };

typedef struct heap {
    long calls, fail_at, live; /* fail_at 0: never */
} heap;

static void *counted(void *user, void *ptr, size_t old_size, size_t new_size) {
    heap *h = user;
    if (!ptr) old_size = 0;
    if (new_size == 0) {
        h->live -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    if (new_size > old_size && ++h->calls == h->fail_at) return NULL;
    void *to = realloc(ptr, new_size);
    h->live += to && !ptr;
    return to;
}

typedef struct sink {
    uint64_t hash;
    size_t n, takes; /* takes: bytes after which it refuses */
} sink;

static int take(void *user, const void *bytes, size_t n) {
    sink *s = user;
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) s->hash = (s->hash ^ p[i]) * 0x100000001b3u;
    s->n += n;
    return s->n > s->takes;
}

static char folder[64], plan_path[96], data_path[96];

static void write_file(const char *path, const char *text) {
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

/* bad: the row that holds no number, 0: none; twice: a row comes again at the end. */
static void write_data(int bad, int twice) {
    FILE *f = fopen(data_path, "w");
    assert_non_null(f);
    fputs("subject,a,b,kind\n", f);
    for (int i = 1; i <= ROWS; i++) fprintf(f, "s%d,%s%d.5,%d,t%d\n", i, i == bad ? "x" : i % 50 ? "" : ">= ", i % 90, i % 7, i % 3);
    if (twice) fputs("s5,1,1,t\n", f);
    fclose(f);
}

static int set_up(void **state) {
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/goalpost-stream.XXXXXX");
    if (!mkdtemp(folder)) return 1;
    char rules[96];
    snprintf(plan_path, sizeof plan_path, "%s/plan.yaml", folder);
    snprintf(data_path, sizeof data_path, "%s/data.csv", folder);
    snprintf(rules, sizeof rules, "%s/rules.lua", folder);
    write_file(plan_path, "goalpost: 1\nplan: p\nperiod: 2020\nrules: [rules.lua]\ndata:\n  a: {}\n  b: {}\n  kind: {type: text}\ngoals:\n"
                          "  - id: g\n    indicators:\n      - {id: i, value: a, at_least: 40}\n      - {id: j, rule: odd}\n");
    write_file(rules, "rule \"odd\" { doc = \"odd\", reads = {\"b\", \"kind\"},\n"
                      "  check = function(x) return x.b % 2 == 1 and x.kind ~= \"t1\" end }\n");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static const gp_report_options WIDE = {.format = "csv", .wide = 1, .codes = 1};

/* Reads all at once. */
static sink whole(gp_bad_rows bad, gp_totals *totals) {
    sink s = {.takes = SIZE_MAX};
    gp_context *c = gp_context_new(NULL, NULL);
    gp_data *d = gp_data_new(gp_plan_open(c, plan_path));
    gp_data_keep_cites(d, 0);
    gp_data_add(d, data_path);
    assert_int_equal(gp_data_load(d, bad), GP_OK);
    gp_results *r = gp_evaluate(d, NULL);
    assert_int_equal(gp_report_write(r, &WIDE, take, &s), GP_OK);
    *totals = gp_results_totals(r);
    gp_context_free(c);
    return s;
}

static gp_status streamed(sink *s, heap *h, gp_bad_rows bad, unsigned jobs, gp_totals *totals) {
    gp_context *c = gp_context_new(h ? counted : NULL, h);
    gp_status status = GP_NO_MEMORY;
    gp_plan_handle *p = c ? gp_plan_open(c, plan_path) : NULL;
    gp_data *d = p ? gp_data_new(p) : NULL;
    if (d && gp_data_add(d, data_path) == GP_OK) status = gp_stream_write(d, bad, &(gp_eval_options){.jobs = jobs}, &WIDE, take, s, totals);
    gp_context_free(c);
    return status;
}

static void test_same_bytes(void **state) {
    (void)state;
    for (int bad = 0; bad <= 3000; bad += 1500) {
        gp_totals due, got;
        write_data(bad, 0);
        sink all = whole(GP_BAD_ROWS_REPORT, &due);
        for (unsigned jobs = 0; jobs < 5; jobs++) {
            sink s = {.takes = SIZE_MAX};
            assert_int_equal(streamed(&s, NULL, GP_BAD_ROWS_REPORT, jobs, &got), GP_OK);
            assert_int_equal(s.hash, all.hash);
            assert_int_equal(s.n, all.n);
            assert_int_equal(got.rows_in, ROWS);
            assert_int_equal(got.refused, bad ? 1 : 0);
            assert_int_equal(got.met, due.met);
            assert_int_equal(got.unmet, due.unmet);
            assert_int_equal(got.undecided, due.undecided);
            assert_true(got.adds_up);
        }
    }
}

static void test_ends(void **state) {
    (void)state;
    sink s = {.takes = SIZE_MAX};
    write_data(3000, 0);
    assert_int_equal(streamed(&s, NULL, GP_BAD_ROWS_STOP, 3, NULL), GP_INVALID);
    write_data(0, 1);
    assert_int_equal(streamed(&s, NULL, GP_BAD_ROWS_STOP, 3, NULL), GP_UNSUITED);
    write_data(0, 0);
    for (size_t takes = 0; takes < 100000; takes += 30000) {
        s = (sink){.takes = takes};
        gp_status status = streamed(&s, NULL, GP_BAD_ROWS_STOP, 3, NULL);
        assert_int_equal(status, s.n > takes ? GP_WRITE : GP_OK);
    }
}

static void test_unsuited(void **state) {
    (void)state;
    sink s = {.takes = SIZE_MAX};
    write_data(0, 0);
    gp_context *c = gp_context_new(NULL, NULL);
    gp_data *d = gp_data_new(gp_plan_open(c, plan_path));
    assert_int_equal(gp_stream_write(d, GP_BAD_ROWS_STOP, NULL, &WIDE, take, &s, NULL), GP_UNSUITED); /* nothing queued */
    gp_data_add(d, data_path);
    assert_int_equal(gp_stream_write(d, GP_BAD_ROWS_STOP, NULL, &(gp_report_options){.format = "json"}, take, &s, NULL), GP_UNSUITED);
    assert_int_equal(gp_stream_write(d, GP_BAD_ROWS_STOP, NULL, &(gp_report_options){.format = "odd"}, take, &s, NULL), GP_USAGE);
    assert_int_equal(s.n, 0);
    assert_int_equal(gp_data_load(d, GP_BAD_ROWS_STOP), GP_OK); /* the data are as they were */
    assert_int_equal(gp_stream_write(d, GP_BAD_ROWS_STOP, NULL, &WIDE, take, &s, NULL), GP_USAGE);
    assert_int_equal(gp_context_errors(c), 0);
    gp_context_free(c);
}

/* Several threads come to the k-th allocation in any order: whoever it is, the call says so and nothing stays. */
static void test_scarce_memory(void **state) {
    (void)state;
    gp_totals totals;
    write_data(3000, 0);
    sink due = whole(GP_BAD_ROWS_REPORT, &totals);
    for (unsigned jobs = 1; jobs <= 3; jobs += 2) {
        gp_status status = GP_NO_MEMORY;
        for (long k = 1; status != GP_OK; k += k < 300 ? 7 : 31) {
            heap h = {.fail_at = k};
            sink s = {.takes = SIZE_MAX};
            status = streamed(&s, &h, GP_BAD_ROWS_REPORT, jobs, NULL);
            assert_true(status == GP_OK || status == GP_NO_MEMORY);
            assert_int_equal(h.live, 0);
            if (status == GP_OK) assert_int_equal(s.hash, due.hash);
            if (status == GP_OK && h.calls >= k) status = GP_NO_MEMORY; /* it was refused and could be done without */
            assert_true(k < 100000);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_bytes), cmocka_unit_test(test_ends), cmocka_unit_test(test_unsuited),
                                       cmocka_unit_test(test_scarce_memory)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}

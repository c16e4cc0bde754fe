/* Workspaces, refused rows and records as a client sees them. Includes goalpost.h alone; runs from the root of the repository. */
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

#define TOWN "examples/workspace"
#define SMALL "tests/fault/small/"

typedef struct text {
    char s[262144];
    size_t n;
} text;

static int take(void *user, const void *bytes, size_t n) {
    text *t = user;
    assert_true(t->n + n < sizeof t->s);
    memcpy(t->s + t->n, bytes, n);
    t->n += n;
    t->s[t->n] = '\0';
    return 0;
}

static int refuse(void *user, const void *bytes, size_t n) {
    (void)user, (void)bytes, (void)n;
    return 1;
}

static text *new_text(void) {
    text *t = calloc(1, sizeof *t);
    assert_non_null(t);
    return t;
}

static const gp_load_options STRICT = {.bad_rows = GP_BAD_ROWS_STOP, .keep_cites = 1},
                             LAX = {.bad_rows = GP_BAD_ROWS_REPORT, .keep_cites = 1, .keep_refused = 1};
static const gp_report_options JSON = {.format = "json"}, TABLE = {.format = "table"}, WIDE = {.format = "csv", .wide = 1};

static gp_workspace *town(gp_context *c) {
    gp_workspace *w = gp_workspace_open(c, TOWN);
    assert_non_null(w);
    assert_int_equal(gp_workspace_load(w, &STRICT), GP_OK);
    assert_int_equal(gp_workspace_evaluate(w, NULL), GP_OK);
    return w;
}

static void test_run(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    (void)state;
    gp_workspace *w = town(c);
    assert_int_equal(gp_workspace_plans(w), 3);
    assert_string_equal(gp_plan_id(gp_workspace_plan(w, 2)), "water-2024");
    assert_string_equal(gp_workspace_path(w, 0), TOWN "/departments/health/plan.yaml");
    assert_int_equal(gp_workspace_parts(w), 4);
    assert_null(gp_workspace_scenario(w, 2));
    assert_string_equal(gp_workspace_scenario(w, 3), "repairs in time");
    assert_ptr_equal(gp_workspace_plan(w, 3), gp_workspace_plan(w, 1));
    assert_null(gp_workspace_plan(w, 4));
    assert_null(gp_workspace_scenario(w, 4));
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_OK);
    assert_non_null(strstr(t->s, "\"results\": ["));
    assert_non_null(strstr(t->s, "\"scenarios\": ["));
    gp_totals totals = gp_workspace_totals(w);
    assert_true(totals.adds_up);
    assert_int_equal(totals.cases, 6);
    assert_int_equal(totals.met, 8);
    assert_int_equal(totals.overstated, 1);
    size_t n = t->n;
    t->n = 0;
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_OK); /* again, the same */
    assert_int_equal(t->n, n);
    assert_int_equal(gp_workspace_totals(w).cases, 6);
    assert_int_equal(gp_workspace_write(w, &TABLE, refuse, NULL), GP_WRITE);
    assert_int_equal(gp_workspace_write(w, &WIDE, take, t), GP_INVALID);
    assert_non_null(strstr(gp_context_messages(c, 0), "[wide-plans]"));
    gp_workspace_close(w);
    assert_non_null(strstr(gp_context_messages(c, 0), "[wide-plans]")); /* messages outlive what they are about */
    gp_context_free(c);
    free(t);
}

/* Scenarios go with the plans' own scoring; whoever asks for a model leaves them out first. */
static void test_scenarios(void **state) {
    static const gp_eval_options MODEL = {.model = "none"};
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    (void)state;
    gp_workspace *w = gp_workspace_open(c, TOWN);
    assert_non_null(w);
    assert_int_equal(gp_workspace_load(w, &STRICT), GP_OK);
    assert_int_equal(gp_workspace_evaluate(w, &MODEL), GP_USAGE);
    gp_workspace_leave_scenarios(w);
    assert_int_equal(gp_workspace_parts(w), 3);
    assert_int_equal(gp_workspace_evaluate(w, NULL), GP_OK);
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_OK);
    assert_null(strstr(t->s, "\"scenarios\""));
    gp_context_free(c);
    free(t);
}

static void test_settings(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    (void)state;
    gp_workspace *w = gp_workspace_open(c, SMALL "workspace/goalpost.yaml");
    assert_non_null(w);
    const gp_workspace_settings *s = gp_workspace_settings_of(w);
    assert_string_equal(s->id, "w");
    assert_string_equal(s->title, "Two");
    assert_string_equal(s->as_of, "2020-12-31");
    assert_string_equal(s->format, "json");
    assert_string_equal(s->output, SMALL "workspace/out.json");
    assert_null(s->lang);
    assert_int_equal(s->nfail_on, 1);
    assert_string_equal(s->fail_on[0], "error");
    assert_int_equal(s->bad_rows, -1);
    assert_int_equal(s->max_bad, -1);
    gp_context_free(c); /* closes it */
}

static void test_misuse(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    (void)state;
    assert_null(gp_workspace_open(c, "tests"));
    assert_int_equal(gp_context_status(c), GP_INVALID);
    assert_non_null(strstr(gp_context_messages(c, 0), "no workspace"));
    gp_workspace *w = gp_workspace_open(c, TOWN);
    assert_int_equal(gp_workspace_evaluate(w, NULL), GP_USAGE); /* not loaded */
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_USAGE);
    assert_int_equal(gp_workspace_keys(w, &STRICT, NULL, &TABLE), GP_USAGE);
    assert_int_equal(gp_workspace_take(w, 0, TOWN "/goalpost.yaml"), 0); /* without keys */
    assert_int_equal(gp_workspace_load(w, &STRICT), GP_OK);
    assert_int_equal(gp_workspace_load(w, &STRICT), GP_USAGE);
    const gp_eval_options wrong = {.as_of = "yesterday"};
    assert_int_equal(gp_workspace_evaluate(w, &wrong), GP_USAGE);
    assert_int_equal(gp_workspace_evaluate(w, NULL), GP_OK);
    const gp_report_options unknown = {.format = "papyrus"};
    assert_int_equal(gp_workspace_write(w, &unknown, take, t), GP_USAGE);
    gp_workspace_close(w);
    gp_workspace_close(NULL);
    gp_record_close(NULL);
    gp_context_free(c);
    free(t);
}

/* -- parts -- */

typedef struct shelf {
    char path[4][64];
    FILE *file;
    size_t kept;
} shelf;

static int part_begin(void *user, size_t plan) {
    shelf *s = user;
    s->file = fopen(s->path[plan], "wb");
    return s->file != NULL;
}

static int part_take(void *user, const void *bytes, size_t n) { return fwrite(bytes, 1, n, ((shelf *)user)->file) != n; }

static void part_end(void *user, int whole) {
    shelf *s = user;
    fclose(s->file);
    s->kept += whole != 0;
}

static int take_all(gp_workspace *w, const shelf *s, const gp_eval_options *options) {
    int taken = 0;
    assert_int_equal(gp_workspace_keys(w, &STRICT, options, &JSON), GP_OK);
    for (size_t i = 0; i < gp_workspace_parts(w); i++) taken += gp_workspace_take(w, i, s->path[i]);
    return taken;
}

static size_t run_on(gp_workspace *w, text *t, const gp_eval_options *options) {
    assert_int_equal(gp_workspace_load(w, &STRICT), GP_OK);
    assert_int_equal(gp_workspace_evaluate(w, options), GP_OK);
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_OK);
    return t->n;
}

static void test_parts(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *first = new_text(), *second = new_text();
    shelf s = {0};
    const gp_part_keeper keeper = {&s, part_begin, part_take, part_end};
    const gp_eval_options other = {.as_of = "2024-06-30"};
    (void)state;
    for (int i = 0; i < 4; i++) snprintf(s.path[i], sizeof s.path[i], "/tmp/goalpost-api.%ld-%d", (long)getpid(), i);
    gp_workspace *w = gp_workspace_open(c, TOWN);
    assert_int_equal(take_all(w, &s, NULL), 0);
    gp_workspace_keep(w, &keeper);
    run_on(w, first, NULL);
    assert_int_equal(s.kept, 4);
    gp_totals due = gp_workspace_totals(w);
    w = gp_workspace_open(c, TOWN);
    assert_int_equal(take_all(w, &s, NULL), 4);
    assert_int_equal(run_on(w, second, NULL), first->n);
    assert_memory_equal(first->s, second->s, first->n);
    assert_null(gp_workspace_data(w, 0));
    gp_totals got = gp_workspace_totals(w);
    assert_memory_equal(&got, &due, sizeof got);
    w = gp_workspace_open(c, TOWN);
    assert_int_equal(take_all(w, &s, &other), 0); /* of another day */
    for (int i = 0; i < 4; i++) remove(s.path[i]);
    gp_context_free(c);
    free(first);
    free(second);
}

/* -- refused rows -- */

static void test_refused(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    (void)state;
    gp_workspace *w = gp_workspace_open(c, SMALL "workspace");
    assert_int_equal(gp_workspace_load(w, &LAX), GP_OK);
    gp_data *d = gp_workspace_data(w, 1);
    assert_int_equal(gp_data_refused(d), 1);
    assert_int_equal(gp_data_refused_files(d), 1);
    gp_refused_view view = gp_data_refused_file(d, 0);
    assert_string_equal(view.path, SMALL "workspace/b/data.csv");
    assert_int_equal(view.rows, 1);
    assert_true(view.is_table);
    assert_int_equal(gp_data_refused_write(d, 0, take, t), GP_OK);
    assert_string_equal(t->s, "subject,x,reason\nDora,none,\"`none` is no number, which is due for `x`\"\n");
    assert_int_equal(gp_data_refused_write(d, 0, refuse, NULL), GP_WRITE);
    assert_int_equal(gp_data_refused_write(d, 1, take, t), GP_USAGE);
    assert_int_equal(gp_data_refused_file(d, 1).rows, 0);
    assert_int_equal(gp_data_keep_refused(d), GP_USAGE); /* read already */
    assert_int_equal(gp_data_refused_files(gp_workspace_data(w, 0)), 0);
    gp_context_free(c);
    free(t);
}

/* -- records -- */

static void test_diff(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    gp_diff_counts n;
    const gp_diff_options table = {"table", "en", 0, 100}, xml = {"xml", NULL, 0, 0}, french = {"csv", "fr", 0, 0};
    (void)state;
    gp_record *a = gp_record_open(c, SMALL "then.json"), *b = gp_record_open(c, SMALL "now.json");
    assert_true(a && b);
    assert_int_equal(gp_diff_write(&n, a, a, &table, take, t), GP_OK);
    assert_int_equal(n.subjects_same, 4);
    assert_int_equal(n.subjects_changed + n.subjects_only_a + n.subjects_only_b + n.flipped, 0);
    assert_int_equal(gp_diff_write(&n, a, b, &table, take, t), GP_OK);
    assert_int_equal(n.subjects_only_a, 1);
    assert_int_equal(n.subjects_only_b, 1);
    assert_true(n.flipped > 0);
    assert_int_equal(gp_diff_write(NULL, a, b, &xml, take, t), GP_USAGE);
    assert_int_equal(gp_diff_write(NULL, a, b, &french, take, t), GP_USAGE);
    assert_int_equal(gp_diff_write(NULL, a, b, &table, refuse, NULL), GP_WRITE);
    assert_null(gp_record_open(c, SMALL "wrong.json"));
    assert_int_equal(gp_context_status(c), GP_INVALID);
    assert_non_null(strstr(gp_context_messages(c, 0), "[json]"));
    gp_context_free(c);
    free(t);
}

static void test_replay(void **state) {
    gp_context *c = gp_context_new(NULL, NULL);
    text *t = new_text();
    char path[64];
    const char *difference = "";
    (void)state;
    gp_workspace *w = town(c);
    assert_int_equal(gp_workspace_write(w, &JSON, take, t), GP_OK);
    snprintf(path, sizeof path, "/tmp/goalpost-replay.%ld", (long)getpid());
    FILE *f = fopen(path, "wb");
    assert_int_equal(fwrite(t->s, 1, t->n, f), t->n);
    fclose(f);
    gp_record *r = gp_record_open(c, path);
    gp_workspace *again = gp_record_workspace(r);
    assert_non_null(again);
    assert_int_equal(gp_record_replay(r, again, &difference), GP_OK);
    assert_null(difference);
    gp_workspace_close(again);
    f = fopen(path, "r+b");
    fseek(f, (long)(strstr(t->s, "\"met\"") - t->s) + 1, SEEK_SET);
    fputs("wet", f);
    fclose(f);
    gp_record *changed = gp_record_open(c, path);
    again = gp_record_workspace(changed);
    assert_int_equal(gp_record_replay(changed, again, &difference), GP_OK);
    assert_string_equal(difference, "results[1] (clinics-2024).subjects[1] (East).rows[1].verdict: was \"wet\", is \"met\"");
    remove(path);
    gp_context_free(c);
    free(t);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_run),    cmocka_unit_test(test_scenarios), cmocka_unit_test(test_settings),
                                       cmocka_unit_test(test_misuse), cmocka_unit_test(test_parts),     cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_diff),   cmocka_unit_test(test_replay)};
    return cmocka_run_group_tests_name("workspace", tests, NULL, NULL);
}

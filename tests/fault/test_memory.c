/* Out-of-memory sweep through the public API. The k-th allocation is refused once, or it and all after it, for k = 1, 2, 3 … until the
 * work succeeds: over a small plan that reaches most of what allocates, with every k; over the real report with strides; over files that
 * are wrong everywhere, whose messages have to be made as well.
 * Held: every call answers, a success has the bytes of an undisturbed run, after a refusal the same context does the work, no block
 * stays. */
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

typedef struct fault_heap {
    long calls;     /* allocations asked for so far */
    long fail_at;   /* the one that is refused, from 1; 0: none */
    int fail_after; /* and all after it */
    long live;      /* blocks handed out and not given back */
    size_t bytes;   /* of them */
    long loaded;    /* calls when loading was done */
} fault_heap;

static int refused(fault_heap *h) {
    h->calls++;
    if (h->fail_at == 0) return 0;
    return h->fail_after ? h->calls >= h->fail_at : h->calls == h->fail_at;
}

/* Lua's contract: shrinking and freeing cannot fail. With ptr NULL old_size is a type tag, no size. */
static void *fault_alloc(void *user, void *ptr, size_t old_size, size_t new_size) {
    fault_heap *h = user;
    if (!ptr) old_size = 0;
    if (new_size == 0) {
        if (ptr) {
            h->live--;
            h->bytes -= old_size;
        }
        free(ptr);
        return NULL;
    }
    if (new_size > old_size && refused(h)) return NULL;
    void *to = realloc(ptr, new_size);
    if (!to) return NULL;
    if (!ptr) h->live++;
    h->bytes += new_size - old_size;
    return to;
}

/* -- the work -- */

typedef struct sink {
    uint64_t hash;
    size_t n;
} sink;

static int take(void *user, const void *bytes, size_t n) {
    sink *s = user;
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) s->hash = (s->hash ^ p[i]) * 1099511628211u;
    s->n += n;
    return 0;
}

static void take_text(sink *s, const char *text) {
    if (text) take(s, text, strlen(text) + 1);
}

typedef struct work work;
struct work {
    const char *plan;
    const char *data[3];
    const char *formats; /* one letter each: t(able) c(sv) w(ide) o (codes) j(son) n(djson) m(d) */
    int walks;           /* lint, and cases and rows by the getters as well */
    const char *explains; /* subject whose case is explained in full, in every form; NULL: none */
    int stride;          /* of k */
    int skips_loading;   /* k begins behind it */
    gp_status due;
    gp_status (*does)(fault_heap *h, gp_context *c, const work *w, sink *out); /* NULL: evaluates plan and data */
};

static gp_report_options options_of(char letter) {
    switch (letter) {
    case 'c': return (gp_report_options){.format = "csv", .bom = 1};
    case 'w': return (gp_report_options){.format = "csv", .wide = 1};
    case 'o': return (gp_report_options){.format = "csv", .wide = 1, .codes = 1};
    case 'j': return (gp_report_options){.format = "json"};
    case 'm': return (gp_report_options){.format = "md"};
    case 'n': return (gp_report_options){.format = "ndjson"};
    default: return (gp_report_options){.format = "table", .colour = 1, .width = 60};
    }
}

static gp_status walk(gp_results *r, sink *out) {
    int more;
    while ((more = gp_results_next(r)) == 1) {
        take_text(out, gp_case_subject(r));
        take_text(out, gp_case_grade(r));
        for (size_t i = 0; i < gp_case_rows(r); i++) {
            take_text(out, gp_row_name(r, i));
            take_text(out, gp_row_unit(r, i));
            take_text(out, gp_row_reason(r, i));
            gp_decision_view decision;
            if (gp_row_decision(r, i, &decision)) take_text(out, decision.authority);
        }
    }
    return more < 0 ? GP_NO_MEMORY : GP_OK;
}

enum { IDS = 128 };

static gp_status explain(gp_results *r, const work *w, sink *out) {
    static const char *const FORMATS[] = {"text", "md", "json"};
    const char *ids[IDS];
    gp_explain_options o = {.ids = ids, .colour = 1, .width = 60};
    gp_status status = gp_results_find(r, w->explains, NULL, NULL, NULL);
    for (size_t i = 0; status == GP_OK && i < gp_case_rows(r) && i < IDS; i++) ids[o.nids++] = gp_row_id(r, i);
    for (int k = 0; k < 3 && status == GP_OK; k++) {
        o.format = FORMATS[k];
        status = gp_explain_write(r, &o, take, out);
    }
    return status;
}

static gp_status write_all(gp_results *r, const work *w, sink *out) {
    gp_status status = w->walks ? gp_results_lint(r) : GP_OK;
    if (status == GP_OK && w->explains) status = explain(r, w, out);
    if (status == GP_OK && w->walks) status = walk(r, out);
    for (const char *f = w->formats; *f && status == GP_OK; f++) {
        gp_report_options options = options_of(*f);
        status = gp_report_write(r, &options, take, out);
    }
    return status;
}

static gp_status load(gp_data **out, gp_context *c, const work *w) {
    gp_plan_handle *plan = gp_plan_open(c, w->plan);
    if (!plan) return gp_context_status(c);
    gp_data *data = *out = gp_data_new(plan);
    if (!data) return gp_context_status(c);
    gp_status status = GP_OK;
    for (int i = 0; i < 3 && w->data[i] && status == GP_OK; i++) status = gp_data_add(data, w->data[i]);
    return status == GP_OK ? gp_data_load(data, w->due == GP_OK ? GP_BAD_ROWS_REPORT : GP_BAD_ROWS_STOP) : status;
}

/* What the context has to say is part of the result: it must answer without memory, and say the same when all went well. */
static gp_status evaluate_plan(fault_heap *h, gp_context *c, const work *w, sink *out) {
    gp_data *data = NULL;
    gp_status status = load(&data, c, w);
    h->loaded = h->calls;
    if (status != GP_OK) return status;
    gp_results *results = gp_evaluate(data, NULL);
    return results ? write_all(results, w, out) : gp_context_status(c);
}

/* -- workspaces: refused rows, every format, a part kept and taken -- */

typedef struct shelf {
    FILE *file;
} shelf;

static char part_file[64]; /* of this process */

static int part_begin(void *user, size_t plan) {
    shelf *s = user;
    s->file = plan == 0 ? fopen(part_file, "wb") : NULL;
    return s->file != NULL;
}

static int part_take(void *user, const void *bytes, size_t n) {
    return fwrite(bytes, 1, n, ((shelf *)user)->file) != n;
}

static void part_end(void *user, int whole) {
    (void)whole;
    fclose(((shelf *)user)->file);
}

static gp_status write_parts(gp_workspace *w, sink *out, const char *formats) {
    gp_status status = GP_OK;
    for (const char *f = formats; *f && status == GP_OK; f++) {
        gp_report_options options = options_of(*f);
        status = gp_workspace_write(w, &options, take, out);
    }
    return status;
}

static gp_status evaluate_workspace(fault_heap *h, gp_context *c, const work *k, sink *out) {
    static const gp_load_options LOAD = {.bad_rows = GP_BAD_ROWS_REPORT, .keep_cites = 1, .keep_refused = 1};
    const gp_report_options report = {.format = "json"};
    shelf s = {0};
    const gp_part_keeper keeper = {&s, part_begin, part_take, part_end};
    gp_workspace *w = gp_workspace_open(c, k->plan);
    if (!w) return gp_context_status(c);
    gp_status status = gp_context_status(c);
    if (status == GP_OK && k->due == GP_OK) status = gp_workspace_keys(w, &LOAD, NULL, &report);
    int taken = status == GP_OK && k->walks ? gp_workspace_take(w, 0, part_file) : 0;
    if (taken < 0) status = GP_NO_MEMORY;
    if (k->walks && h->fail_at == 0) assert_int_equal(taken, 1);
    if (status != GP_NO_MEMORY) status = gp_workspace_load(w, &LOAD);
    h->loaded = h->calls;
    if (status == GP_OK) status = gp_workspace_evaluate(w, NULL);
    if (!k->walks) gp_workspace_keep(w, &keeper);
    if (status == GP_OK) status = gp_workspace_write(w, &report, take, out);
    gp_workspace_keep(w, NULL);
    if (status == GP_OK) status = write_parts(w, out, k->formats);
    for (size_t i = 0; status == GP_OK && i < gp_workspace_plans(w); i++) {
        gp_data *d = gp_workspace_data(w, i);
        for (size_t f = 0; d && f < gp_data_refused_files(d); f++) gp_data_refused_write(d, f, take, out);
    }
    gp_workspace_close(w);
    return status;
}

/* -- records: what changed in every format, and deriving one again -- */

static gp_status evaluate_records(fault_heap *h, gp_context *c, const work *k, sink *out) {
    static const char *const FORMATS[] = {"table", "csv", "json", "md"};
    gp_record *a = gp_record_open(c, k->data[0]);
    if (!a) return gp_context_status(c);
    gp_record *b = gp_record_open(c, k->data[1]);
    gp_status status = b ? GP_OK : gp_context_status(c);
    h->loaded = h->calls;
    for (size_t i = 0; i < 4 && status == GP_OK; i++) {
        const gp_diff_options options = {FORMATS[i], "zh", 1, 80};
        status = gp_diff_write(NULL, a, b, &options, take, out);
    }
    gp_workspace *w = status == GP_OK ? gp_record_workspace(a) : NULL;
    const char *difference = NULL;
    if (status == GP_OK) status = w ? gp_record_replay(a, w, &difference) : gp_context_status(c);
    take_text(out, difference);
    gp_workspace_close(w);
    gp_record_close(b);
    gp_record_close(a);
    return status;
}

static gp_status evaluate(fault_heap *h, gp_context *c, const work *w, sink *out) {
    *out = (sink){.hash = 1469598103934665603u};
    gp_status status = (w->does ? w->does : evaluate_plan)(h, c, w, out);
    const char *messages = gp_context_messages(c, 0);
    assert_non_null(messages);
    take_text(out, messages);
    return status;
}

/* -- the sweep -- */

static void assert_nothing_left(const fault_heap *h) {
    if (h->live || h->bytes) fail_msg("refused at %ld: %ld blocks, %zu bytes left", h->fail_at, h->live, h->bytes);
}

static void assert_same(const sink *got, const sink *due, long k) {
    if (got->n != due->n || got->hash != due->hash) fail_msg("refused at %ld: other bytes (%zu, not %zu)", k, got->n, due->n);
}

/* One run in a context of its own; false when k lay behind its end. */
static int disturbed(const work *w, const sink *due, long k, int fail_after) {
    fault_heap h = {.fail_at = k, .fail_after = fail_after};
    sink got;
    gp_context *c = gp_context_new(fault_alloc, &h);
    if (c) {
        gp_status status = evaluate(&h, c, w, &got);
        if (status != w->due && status != GP_NO_MEMORY) fail_msg("refused at %ld: status %d", k, (int)status);
        if (status == w->due && h.calls < k) assert_same(&got, due, k);
        if (status == GP_NO_MEMORY) {
            h.fail_at = 0;
            gp_context_clear(c);
            assert_int_equal(evaluate(&h, c, w, &got), w->due);
            assert_same(&got, due, k);
            h.fail_at = k;
        }
    }
    gp_context_free(c);
    assert_nothing_left(&h);
    return h.calls >= k;
}

static void sweep(const work *w, int fail_after) {
    fault_heap h = {0};
    sink due;
    gp_context *c = gp_context_new(fault_alloc, &h);
    assert_int_equal(evaluate(&h, c, w, &due), w->due);
    gp_context_free(c);
    assert_nothing_left(&h);
    assert_true(due.n > 100);
    long k = w->skips_loading ? h.loaded + 1 : 1;
    while (disturbed(w, &due, k, fail_after)) k += w->stride;
}

#define SMALL "tests/fault/small/"
#define REAL  "examples/hangzhou-2020/"
#define REAL_FILES                                                                                                                         \
    REAL "plan.yaml", {                                                                                                                    \
        REAL "data.yaml"                                                                                                                   \
    }
#define SMALL_FILES                                                                                                                        \
    SMALL "plan.yaml", {                                                                                                                   \
        SMALL "data.yaml", SMALL "data.csv"                                                                                                \
    }
static const work small = {SMALL_FILES, "tcwojnm", 1, "乙", 1, 0, GP_OK, NULL};
static const work decided = {SMALL "decided.yaml", {SMALL "decided.csv", SMALL "decisions.yaml"}, "tcwojnm", 1, NULL, 1, 0, GP_OK, NULL};
static const work wrong_plan = {SMALL "wrong.yaml", {0}, "", 0, NULL, 1, 0, GP_INVALID, NULL};
static const work wrong_data = {SMALL "plan.yaml", {SMALL "wrong-data.yaml"}, "", 0, NULL, 1, 0, GP_INVALID, NULL};
static const work real_loading = {REAL_FILES, "t", 1, NULL, 11, 0, GP_OK, NULL};
static const work real_table = {REAL_FILES, "t", 0, NULL, 13, 1, GP_OK, NULL};
static const work real_csv = {REAL_FILES, "c", 0, NULL, 17, 1, GP_OK, NULL};
static const work real_wide = {REAL_FILES, "wo", 0, NULL, 19, 1, GP_OK, NULL};
static const work real_json = {REAL_FILES, "j", 0, NULL, 23, 1, GP_OK, NULL};
static const work real_explain = {REAL_FILES, "m", 0, "市发改委", 37, 1, GP_OK, NULL};
static const work real_ndjson = {REAL_FILES, "n", 0, NULL, 29, 1, GP_OK, NULL};

#define WORKSPACE SMALL "workspace"
static const work kept = {WORKSPACE, {0}, "tcwonm", 0, NULL, 1, 0, GP_OK, evaluate_workspace};
static const work taken = {WORKSPACE, {0}, "cn", 1, NULL, 1, 0, GP_OK, evaluate_workspace};
static const work wrong_workspace = {SMALL "wrong-workspace.yaml", {0}, "", 0, NULL, 1, 0, GP_INVALID, evaluate_workspace};
static const work records = {NULL, {SMALL "then.json", SMALL "now.json"}, "", 0, NULL, 1, 0, GP_OK, evaluate_records};
static const work wrong_record = {NULL, {SMALL "then.json", SMALL "wrong.json"}, "", 0, NULL, 1, 0, GP_INVALID, evaluate_records};

/* -- what-if: over the small plan all that its cohorts allow, over the real report the rest -- */

static gp_status ask_about(gp_results *r, const char *subject, const gp_whatif_question *q, const char *const *sets, const char *by,
                           const char *scenario, sink *out) {
    static const char *const FORMATS[] = {"table", "csv", "json", "md"};
    gp_whatif *w = gp_whatif_new(r);
    gp_status status = w ? GP_OK : GP_NO_MEMORY;
    if (status == GP_OK && subject) status = gp_whatif_subject(w, subject);
    if (status == GP_OK && scenario && strstr(scenario, ".csv")) status = gp_whatif_table(w, scenario);
    else if (status == GP_OK && scenario) status = gp_whatif_scenario(w, scenario);
    for (; status == GP_OK && *sets; sets++) status = q->ask == GP_ASK_SWEEP ? gp_whatif_sweep(w, *sets) : gp_whatif_set(w, *sets);
    if (status == GP_OK && by) status = gp_whatif_lever(w, by, "0%..20%", 1);
    for (int k = 0; k < (subject ? 1 : 4) && status == GP_OK; k++) { /* those about one are long enough */
        gp_report_options options = {.format = FORMATS[k]};
        status = gp_whatif_ask(w, q, &options, take, out);
    }
    gp_whatif_free(w);
    return status;
}

static gp_status ask(gp_results *r, const gp_whatif_question *q, const char *const *sets, const char *by, const char *scenario, sink *out) {
    return ask_about(r, NULL, q, sets, by, scenario, out);
}

static gp_status ask_small(gp_results *r, sink *out) {
    static const char *const NONE[] = {NULL},
                             *const SETS[] = {"data.invested=13 亿元", "growth.invested.weight=2", "growth.months.veto=zero_total", NULL},
                             *const SWEEP[] = {"growth.share.at_least=30%:40%:5%", NULL};
    gp_status status = ask(r, &(gp_whatif_question){.ask = GP_ASK_COMPARE}, SETS, NULL, NULL, out);
    if (status == GP_OK) status = ask(r, &(gp_whatif_question){.ask = GP_ASK_SWEEP}, SWEEP, NULL, NULL, out);
    if (status == GP_OK) status = ask(r, &(gp_whatif_question){.ask = GP_ASK_SWEEP}, NONE, NULL, SMALL "rows.csv", out);
    if (status == GP_OK)
        status = ask(r, &(gp_whatif_question){.ask = GP_ASK_DRAWS, .draws = 5, .seed = 1}, NONE, NULL, SMALL "draw.yaml", out);
    return status;
}

/* An evaluation under a scenario; the data under another plan; several models side by side. */
static gp_status ask_besides(gp_data *d, gp_results *r, sink *out) {
    static const char *const NONE[] = {NULL}, *const SETS[] = {"growth.invested.weight=2", NULL};
    gp_eval_options o = {.sets = SETS, .nsets = 1, .scenario = SMALL "set.yaml"};
    gp_report_options json = {.format = "json"};
    gp_results *under = gp_evaluate(d, &o);
    if (!under) return GP_NO_MEMORY;
    gp_status status = gp_report_write(under, &json, take, out);
    gp_results_free(under);
    if (status == GP_OK)
        status = ask(r, &(gp_whatif_question){.ask = GP_ASK_BACK_TEST, .against = SMALL "plan.yaml"}, NONE, NULL, NULL, out);
    gp_results *both[2] = {r, r};
    gp_whatif *w = status == GP_OK ? gp_whatif_new_models(both, 2) : NULL;
    if (status == GP_OK && !w) return GP_NO_MEMORY;
    if (status == GP_OK) status = gp_whatif_set(w, SETS[0]);
    if (status == GP_OK) status = gp_whatif_ask(w, &(gp_whatif_question){.ask = GP_ASK_COMPARE}, &json, take, out);
    gp_whatif_free(w);
    return status;
}

/* Where cases hang on each other: many rows for one answer. */
static gp_status ask_ranked(gp_results *r, sink *out) {
    static const char *const NONE[] = {NULL};
    gp_status status = ask_about(r, "乙", &(gp_whatif_question){.ask = GP_ASK_WEIGHTS, .draws = 5, .seed = 1}, NONE, NULL, NULL, out);
    if (status == GP_OK)
        status =
            ask_about(r, "乙", &(gp_whatif_question){.ask = GP_ASK_SEEK, .seek = "rank <= 1"}, NONE, "growth.share.at_least", NULL, out);
    return status == GP_OK ? ask_about(r, "乙", &(gp_whatif_question){.ask = GP_ASK_SENSITIVITY}, NONE, NULL, NULL, out) : status;
}

static gp_status ask_real(gp_results *r, sink *out) {
    static const char *const NONE[] = {NULL};
    const gp_whatif_question q = {.ask = GP_ASK_SEEK, .seek = "investment.growth.private met"};
    gp_status status = ask(r, &q, NONE, "data.private_growth", NULL, out);
    return status == GP_OK ? ask(r, &(gp_whatif_question){.ask = GP_ASK_SENSITIVITY}, NONE, NULL, NULL, out) : status;
}

static gp_results *evaluate_for(gp_data **data, fault_heap *h, gp_context *c, const work *w) {
    gp_status status = load(data, c, w);
    h->loaded = h->calls;
    return status == GP_OK ? gp_evaluate(*data, NULL) : NULL;
}

static gp_status ask_what_if(fault_heap *h, gp_context *c, const work *w, sink *out) {
    gp_data *data = NULL;
    gp_results *results = evaluate_for(&data, h, c, w);
    if (!results) return gp_context_status(c);
    return w->walks == 2 ? ask_ranked(results, out) : w->walks ? ask_small(results, out) : ask_real(results, out);
}

static gp_status ask_otherwise(fault_heap *h, gp_context *c, const work *w, sink *out) {
    gp_data *data = NULL;
    gp_results *results = evaluate_for(&data, h, c, w);
    return results ? ask_besides(data, results, out) : gp_context_status(c);
}

static const work small_what_if = {SMALL_FILES, "", 1, NULL, 61, 1, GP_OK, ask_what_if};
static const work small_otherwise = {SMALL_FILES, "", 0, NULL, 211, 1, GP_OK, ask_otherwise};
static const work ranked_what_if = {SMALL_FILES, "", 2, NULL, 999983, 1, GP_OK, ask_what_if};
static const work real_what_if = {REAL_FILES, "", 0, NULL, 9973, 1, GP_OK, ask_what_if};

static void test_once(void **state) {
    sweep(*state, 0);
}

static void test_from_there_on(void **state) {
    sweep(*state, 1);
}

#define BOTH(w)                                                                                                                            \
    {"refused once: " #w, test_once, NULL, NULL, (void *)(uintptr_t) & (w)}, {                                                             \
        "refused from there on: " #w, test_from_there_on, NULL, NULL, (void *)(uintptr_t) & (w)                                            \
    }

int main(void) {
    const struct CMUnitTest tests[] = {
        BOTH(small),    BOTH(decided), BOTH(wrong_plan), BOTH(wrong_data), BOTH(real_loading), BOTH(real_table),
        BOTH(real_csv), BOTH(real_wide),  BOTH(real_json),  BOTH(real_ndjson),
        BOTH(real_explain),
        BOTH(kept),     BOTH(taken),      BOTH(wrong_workspace),
        BOTH(records),  BOTH(wrong_record), BOTH(small_what_if), BOTH(small_otherwise), BOTH(ranked_what_if), BOTH(real_what_if),
    };
    snprintf(part_file, sizeof part_file, "/tmp/goalpost-part.%ld", (long)getpid());
    int failed = cmocka_run_group_tests_name("memory", tests, NULL, NULL);
    remove(part_file);
    return failed;
}

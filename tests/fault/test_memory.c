/* Out-of-memory sweep through the public API: load, evaluate, write, over one real case in each format, with the k-th
 * allocation refused once, and with all from the k-th on refused, for k = 1, 2, 3 … until the work succeeds. Loading is
 * the same for all formats, so only the first format's sweep starts at 1, the others' where writing starts.
 * Held: every call answers, an answer that is not success leaves a clean state, and no block survives the context. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

typedef struct work {
    const char *plan;
    const char *data;
    const char *format;
    int wide;
    int from_start; /* else only the part behind loading */
} work;

typedef struct digest {
    uint64_t hash;
    size_t n;
} digest;

static int take(void *user, const void *bytes, size_t n) {
    digest *d = user;
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++) d->hash = (d->hash ^ p[i]) * 1099511628211u;
    d->n += n;
    return 0;
}

static gp_status evaluate(fault_heap *h, gp_context *c, const work *w, digest *out) {
    gp_plan_handle *plan = gp_plan_open(c, w->plan);
    if (!plan) return GP_NO_MEMORY;
    gp_data *data = gp_data_new(plan);
    if (!data) return GP_NO_MEMORY;
    gp_status status = gp_data_add(data, w->data);
    if (status == GP_OK) status = gp_data_load(data, GP_BAD_ROWS_STOP);
    if (status != GP_OK) return status;
    h->loaded = h->calls;
    gp_results *results = gp_evaluate(data, NULL);
    if (!results) return GP_NO_MEMORY;
    gp_report_options options = {.format = w->format, .wide = w->wide};
    return gp_report_write(results, &options, take, out);
}

/* One run in a context of its own. What the context says is asked for as well: it must answer without memory. */
static gp_status run(fault_heap *h, const work *w, digest *out) {
    gp_context *c = gp_context_new(fault_alloc, h);
    if (!c) return GP_NO_MEMORY;
    gp_status status = evaluate(h, c, w, out);
    assert_non_null(gp_context_messages(c, 0));
    gp_context_free(c);
    return status;
}

static void assert_nothing_left(const fault_heap *h) {
    if (h->live || h->bytes) fail_msg("refused at %ld: %ld blocks, %zu bytes left", h->fail_at, h->live, h->bytes);
}

static digest run_whole(const work *w, long *loaded) {
    fault_heap h = {0};
    digest whole = {1469598103934665603u, 0};
    assert_int_equal(run(&h, w, &whole), GP_OK);
    assert_nothing_left(&h);
    assert_true(whole.n > 0);
    *loaded = h.loaded;
    return whole;
}

static void sweep(const work *w, int fail_after) {
    long loaded;
    digest whole = run_whole(w, &loaded);
    for (long k = w->from_start ? 1 : loaded + 1;; k++) {
        fault_heap h = {.fail_at = k, .fail_after = fail_after};
        digest d = {1469598103934665603u, 0};
        gp_status status = run(&h, w, &d);
        assert_nothing_left(&h);
        if (status != GP_OK && status != GP_NO_MEMORY) fail_msg("refused at %ld: status %d", k, (int)status);
        if (status == GP_OK && (d.n != whole.n || d.hash != whole.hash)) fail_msg("refused at %ld: success with other bytes", k);
        if (h.calls < k) break;
    }
}

#define PLAN "examples/hangzhou-2020/plan.yaml"
#define DATA "examples/hangzhou-2020/data.yaml"
static const work table = {PLAN, DATA, "table", 0, 1};
static const work csv = {PLAN, DATA, "csv", 0, 0};
static const work wide = {PLAN, DATA, "csv", 1, 0};
static const work json = {PLAN, DATA, "json", 0, 0};
static const work ndjson = {PLAN, DATA, "ndjson", 0, 0};

static void test_once(void **state) {
    sweep(*state, 0);
}

static void test_from_there_on(void **state) {
    sweep(*state, 1);
}

#define ONCE(w) {"refused once: " #w, test_once, NULL, NULL, (void *)(uintptr_t)&(w)}
#define ON(w) {"refused from there on: " #w, test_from_there_on, NULL, NULL, (void *)(uintptr_t)&(w)}

int main(void) {
    const struct CMUnitTest tests[] = {
        ONCE(table), ON(table), ONCE(csv), ON(csv), ONCE(wide), ON(wide), ONCE(json), ON(json), ONCE(ndjson), ON(ndjson),
    };
    return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}

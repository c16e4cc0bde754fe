/* Arenas: alignment, zeroing, growth in place and by moving, refusals at every allocation.
 * Invariant tested: whatever was taken from the hook is given back, with the size it was taken with. */
#include "trap.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

/* A hook that counts, can refuse from the nth allocation on, and moves blocks at every resize. */
typedef struct counting {
    size_t live, calls, allowed;
} counting;

static void *counting_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
    counting *c = ud;
    if (nsize == 0) {
        c->live -= ptr ? osize : 0;
        free(ptr);
        return NULL;
    }
    if (c->calls++ >= c->allowed) return NULL;
    char *p = malloc(nsize);
    if (!p) return NULL;
    if (ptr) memcpy(p, ptr, osize < nsize ? osize : nsize);
    if (ptr) c->live -= osize;
    free(ptr);
    c->live += nsize;
    return p;
}

static bool is_zero(const char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i]) return false;
    return true;
}

static void test_alloc_is_zeroed_and_aligned(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    static const size_t SIZES[] = {0, 1, 15, 16, 17, 4095, 4096, 65535, 65536, 65537, 3 << 20};
    for (size_t round = 0; round < 3; round++)
        for (size_t i = 0; i < GP_COUNT(SIZES); i++) {
            char *p = gp_arena_alloc(&h.arena, SIZES[i]);
            assert_non_null(p);
            assert_int_equal((uintptr_t)p % (SIZES[i] >= 4096 ? 64 : 16), 0);
            assert_true(is_zero(p, SIZES[i]));
            memset(p, 0xAB, SIZES[i]);
        }
    gp_arena_fini(&h.arena);
}

static void test_grow_keeps_and_zeroes(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    char *p = gp_arena_alloc(&h.arena, 8);
    size_t n = 8;
    memset(p, 'x', n);
    for (size_t to = 9; to < 2000000; to = to * 3 / 2 + 1) {
        p = gp_arena_grow(&h.arena, p, n, to);
        assert_int_equal(p[n - 1], 'x');
        assert_true(is_zero(p + n, to - n));
        assert_int_equal((uintptr_t)p % (to >= 65536 ? 64 : 16), 0);
        memset(p, 'x', to);
        n = to;
        if (to % 5 == 0) memset(gp_arena_alloc(&h.arena, 40), 'y', 40); /* not the last one any more */
    }
    assert_ptr_equal(gp_arena_grow(&h.arena, p, n, n - 1), p);
    gp_arena_fini(&h.arena);
}

static void test_last_block_grows_in_place(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    char *p = gp_arena_alloc(&h.arena, 100);
    assert_ptr_equal(gp_arena_grow(&h.arena, p, 100, 200), p);
    gp_arena_alloc(&h.arena, 1);
    assert_ptr_not_equal(gp_arena_grow(&h.arena, p, 200, 300), p);
    assert_non_null(gp_arena_grow(&h.arena, NULL, 0, 10));
    gp_arena_fini(&h.arena);
}

static void test_array_room_gives_zeroed_places(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    int *v = NULL;
    size_t n = 0, cap = 0;
    for (int i = 0; i < 1000; i++) {
        int *p = GP_PUSH(&h.arena, v, n, cap);
        assert_int_equal(*p, 0);
        *p = i + 1;
    }
    n = 10; /* popped like a stack */
    assert_int_equal(*GP_PUSH(&h.arena, v, n, cap), 0);
    assert_int_equal(v[9], 10);
    gp_arena_fini(&h.arena);
}

static void note(void *ptr) {
    char **log = ptr;
    *(*log)++ = 'd';
}

typedef struct logged {
    char *order;
    size_t *n;
    char name;
} logged;

static void log_name(void *ptr) {
    logged *l = ptr;
    l->order[(*l->n)++] = l->name;
}

static void test_defers_run_last_first(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    char order[4] = "";
    size_t n = 0;
    logged a = {order, &n, 'a'}, b = {order, &n, 'b'};
    gp_arena_defer(&h.arena, log_name, &a);
    gp_arena_defer(&h.arena, log_name, &b);
    gp_arena_fini(&h.arena);
    assert_string_equal(order, "ba");
    gp_arena_fini(&h.arena); /* nothing runs twice, and the arena may be used again */
    assert_int_equal(n, 2);
    gp_arena_alloc(&h.arena, 10);
    gp_arena_fini(&h.arena);
}

static void use_arena(gp_arena *a, char **log) {
    gp_arena_defer(a, note, log);
    char *p = gp_arena_alloc(a, 100), *big = gp_arena_alloc(a, 70000);
    big = gp_arena_grow(a, big, 70000, 200000);
    p = gp_arena_grow(a, p, 100, 5000);
    big = gp_arena_grow(a, big, 200000, 900000);
    memset(big, 1, 900000);
    memset(p, 1, 5000);
    gp_arena_alloc(a, 60000);
}

/* One run with `allowed` allocations; true when it came through. The clean-up has run once either way. */
static bool run_with(size_t allowed) {
    counting c = {.allowed = allowed};
    jmp_buf trap;
    gp_mem mem = {counting_alloc, &c, &trap};
    gp_arena a;
    char notes[8] = "", *log = notes;
    volatile bool through = false;
    gp_arena_init(&a, &mem);
    if (setjmp(trap) == 0) {
        use_arena(&a, &log);
        through = true;
        assert_true(a.bytes == c.live);
    }
    gp_arena_fini(&a);
    assert_int_equal(c.live, 0);
    assert_int_equal(a.bytes, 0);
    assert_string_equal(notes, "d");
    return through;
}

static void test_every_refusal_is_clean(void **state) {
    (void)state;
    size_t allowed = 0;
    while (!run_with(allowed)) allowed++;
    assert_in_range(allowed, 4, 20);
}

static void test_overflow_is_refused(void **state) {
    (void)state;
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena a;
    volatile int refused = 0;
    gp_arena_init(&a, &mem);
    if (setjmp(trap) == 0)
        gp_arena_array(&a, SIZE_MAX / 4, 8);
    else
        refused++;
    if (setjmp(trap) == 0)
        gp_arena_alloc(&a, SIZE_MAX);
    else
        refused++;
    if (setjmp(trap) == 0)
        gp_arena_grow(&a, gp_arena_alloc(&a, 70000), 70000, SIZE_MAX - 10);
    else
        refused++;
    size_t cap = SIZE_MAX / 2 + 1;
    if (setjmp(trap) == 0)
        gp_array_room(&a, NULL, cap, &cap, 1);
    else
        refused++;
    gp_arena_fini(&a);
    assert_int_equal(refused, 4);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_zeroed_and_aligned), cmocka_unit_test(test_grow_keeps_and_zeroes),
        cmocka_unit_test(test_last_block_grows_in_place),   cmocka_unit_test(test_array_room_gives_zeroed_places),
        cmocka_unit_test(test_defers_run_last_first),       cmocka_unit_test(test_every_refusal_is_clean),
        cmocka_unit_test(test_overflow_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

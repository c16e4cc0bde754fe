/* Keys of cases, and texts that may be read as they stand. */
#include <string.h>

#include "data/keys.h"
#include "input/file.h"
#include "trap.h"

enum { MANY = 100000 };

/* Numbers of which no two are alike, and which do not come in order. */
static void make_keys(uint64_t *keys, uint64_t from) {
    for (size_t i = 0; i < MANY; i++) keys[i] = (from + i) * 0x9E3779B97F4A7C15u;
}

static void test_noticed(void **state) {
    (void)state;
    static uint64_t keys[MANY];
    test_heap h;
    TEST_HEAP(h);
    gp_keys set;
    gp_keys_init(&set, &h.arena, 10);
    for (uint64_t from = 0; from < 4 * MANY; from += MANY) { /* it grows far beyond what was expected */
        make_keys(keys, from);
        assert_true(gp_keys_add(&set, keys, MANY));
    }
    assert_int_equal(set.n, 4 * MANY);
    for (uint64_t i = 0; i < 4 * MANY; i += 997) {
        uint64_t again = i * 0x9E3779B97F4A7C15u;
        assert_false(gp_keys_add(&set, &again, 1));
    }
    assert_true(gp_keys_add(&set, keys, 0));
    gp_arena_fini(&h.arena);
}

static void test_odd_keys(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    gp_keys set;
    const uint64_t none = 0, twice[] = {7, 8, 7}, last = UINT64_MAX;
    gp_keys_init(&set, &h.arena, 0);
    assert_true(gp_keys_add(&set, &none, 1));
    assert_false(gp_keys_add(&set, &none, 1));
    assert_false(gp_keys_add(&set, twice, 3));
    assert_true(gp_keys_add(&set, &last, 1));
    assert_false(gp_keys_add(&set, &last, 1));
    gp_arena_fini(&h.arena);
}

static void test_clean_texts(void **state) {
    (void)state;
    static char big[5000];
    memset(big, 'x', sizeof big);
    assert_true(gp_text_is_clean((gp_text){big, sizeof big}));
    memcpy(big + 3000, "市发改委", strlen("市发改委"));
    assert_true(gp_text_is_clean((gp_text){big, sizeof big}));
    assert_true(gp_text_is_clean(GP_TEXT("")));
    assert_true(gp_text_is_clean(GP_TEXT("a\tb\r\nc\n")));
    static const char BAD[] = {0, 1, 0x1F, 0x7F, (char)0x80, (char)0xFF, (char)0xE5};
    for (size_t i = 0; i < sizeof BAD; i++) {
        big[4999] = BAD[i];
        assert_false(gp_text_is_clean((gp_text){big, sizeof big}));
    }
    assert_false(gp_text_is_clean(GP_TEXT("\xC2\x84")));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_noticed), cmocka_unit_test(test_odd_keys), cmocka_unit_test(test_clean_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

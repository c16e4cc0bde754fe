/* Files: what is opened and what is refused, paths that leave a folder, encodings, hidden characters. */
#include "trap.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/file.h"

typedef struct desk {
    test_heap heap;
    gp_diags d;
    gp_file f;
} desk;

#define DESK(k)                                                                                                                            \
    do {                                                                                                                                   \
        TEST_HEAP((k).heap);                                                                                                               \
        gp_diags_init(&(k).d, &(k).heap.arena);                                                                                            \
    } while (0)

static char folder[64]; /* a scratch folder of this run */

static void path_in(char out[128], const char *name) {
    snprintf(out, 128, "%s/%s", folder, name);
}

static void write_file(const char *name, const void *bytes, size_t n) {
    char path[128];
    path_in(path, name);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, n, out), n);
    fclose(out);
}

static bool read_inside(desk *k, const char *name) {
    return gp_file_read(&k->f, &k->heap.arena, &k->d, gp_text_of(folder), gp_text_of(name), GP_FILE_INSIDE | GP_FILE_TEXT, (gp_place){0});
}

static bool read_free(desk *k, const char *name) {
    char path[128];
    path_in(path, name);
    return gp_file_read(&k->f, &k->heap.arena, &k->d, GP_NO_TEXT, gp_text_of(path), 0, (gp_place){0});
}

static void check_refused(desk *k, bool ok, gp_code code) {
    assert_false(ok);
    assert_true(k->d.n > 0);
    assert_string_equal(gp_code_name(k->d.items[k->d.n - 1].code), gp_code_name(code));
}

static int make_folder(void **state) {
    (void)state;
    char path[128];
    snprintf(folder, sizeof folder, "/tmp/goalpost-test-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    path_in(path, "sub");
    if (mkdir(path, 0700) != 0) return -1;
    path_in(path, "pipe");
    if (mkfifo(path, 0600) != 0) return -1;
    write_file("plain", "a: 1\n", 5);
    write_file("sub/inner", "b", 1);
    path_in(path, "out");
    if (symlink("/etc/passwd", path) != 0) return -1;
    path_in(path, "loop");
    if (symlink("loop", path) != 0) return -1;
    path_in(path, "in");
    return symlink("sub/inner", path);
}

static int drop_folder(void **state) {
    (void)state;
    static const char *const NAMES[] = {"plain", "sub/inner", "out", "loop", "in", "pipe", "big", "sub", ""};
    char path[128];
    for (size_t i = 0; i < GP_COUNT(NAMES); i++) {
        path_in(path, NAMES[i]);
        remove(path);
    }
    return 0;
}

static void test_reading(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_true(read_free(&k, "plain"));
    assert_true(gp_text_is(k.f.text, "a: 1\n"));
    assert_true(gp_text_is(k.f.bytes, "a: 1\n"));
    assert_true(read_inside(&k, "sub/inner"));
    assert_true(gp_text_is(k.d.sources[k.f.source - 1].path, "sub/inner"));
    assert_true(read_inside(&k, "./sub//inner"));
    assert_true(read_inside(&k, "in"));
    assert_true(gp_text_is(k.f.text, "b"));
    gp_arena_fini(&k.heap.arena);
}

static void test_kinds_are_refused(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_refused(&k, read_free(&k, "nothing"), GP_D_FILE_OPEN);
    check_refused(&k, read_free(&k, "loop"), GP_D_FILE_OPEN);
    check_refused(&k, read_free(&k, "plain/x"), GP_D_FILE_OPEN);
    check_refused(&k, read_free(&k, "sub"), GP_D_FILE_KIND);
    check_refused(&k, read_free(&k, "pipe"), GP_D_FILE_KIND);
    check_refused(&k, gp_file_read(&k.f, &k.heap.arena, &k.d, GP_NO_TEXT, GP_TEXT("/dev/null"), 0, (gp_place){0}), GP_D_FILE_KIND);
    check_refused(&k, gp_file_read(&k.f, &k.heap.arena, &k.d, GP_NO_TEXT, GP_TEXT(""), 0, (gp_place){0}), GP_D_FILE_OPEN);
    check_refused(&k, gp_file_read(&k.f, &k.heap.arena, &k.d, GP_NO_TEXT, (gp_text){"a\0b", 3}, 0, (gp_place){0}), GP_D_FILE_OPEN);
    gp_arena_fini(&k.heap.arena);
}

static void test_paths_stay_inside(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_refused(&k, read_inside(&k, "/etc/passwd"), GP_D_FILE_OUTSIDE);
    check_refused(&k, read_inside(&k, "../x"), GP_D_FILE_OUTSIDE);
    check_refused(&k, read_inside(&k, "sub/../plain"), GP_D_FILE_OUTSIDE);
    check_refused(&k, read_inside(&k, "sub/.."), GP_D_FILE_OUTSIDE);
    check_refused(&k, read_inside(&k, "out"), GP_D_FILE_OUTSIDE);
    check_refused(&k, read_inside(&k, "..."), GP_D_FILE_OPEN);
    check_refused(&k, read_inside(&k, "-"), GP_D_FILE_OPEN); /* never standard input */
    gp_arena_fini(&k.heap.arena);
}

static void test_size_limit(void **state) {
    (void)state;
    desk k;
    DESK(k);
    write_file("big", "", 0);
    char path[128];
    path_in(path, "big");
    assert_int_equal(truncate(path, (16 << 20) + 1), 0);
    check_refused(&k, read_inside(&k, "big"), GP_D_FILE_SIZE);
    assert_int_equal(truncate(path, ((off_t)1 << 30) + 1), 0);
    check_refused(&k, read_free(&k, "big"), GP_D_FILE_SIZE);
    gp_arena_fini(&k.heap.arena);
}

static void test_standard_input_may_be_a_pipe(void **state) {
    (void)state;
    desk k;
    DESK(k);
    int ends[2], saved = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "x: 1", 4), 4);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    assert_true(gp_file_read(&k.f, &k.heap.arena, &k.d, GP_NO_TEXT, GP_TEXT("-"), GP_FILE_TEXT, (gp_place){0}));
    assert_true(gp_text_is(k.f.text, "x: 1"));
    assert_true(gp_text_is(k.d.sources[0].path, "<stdin>"));
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFD) < 0, 0); /* still open */
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    gp_arena_fini(&k.heap.arena);
}

static void test_join_and_folder(void **state) {
    (void)state;
    test_heap h;
    TEST_HEAP(h);
    static const char *const FOLDERS[][2] = {{"a/b.yaml", "a"}, {"b.yaml", "."}, {"/b", "/"},    {"//b", "/"},
                                             {"a//b", "a"},     {"", "."},       {"a/b/", "a/b"}};
    for (size_t i = 0; i < GP_COUNT(FOLDERS); i++)
        assert_true(gp_text_is(gp_file_folder(&h.arena, gp_text_of(FOLDERS[i][0])), FOLDERS[i][1]));
    assert_true(gp_text_is(gp_file_join(&h.arena, GP_TEXT("a"), GP_TEXT("b")), "a/b"));
    assert_true(gp_text_is(gp_file_join(&h.arena, GP_TEXT("/"), GP_TEXT("b")), "/b"));
    assert_true(gp_text_is(gp_file_join(&h.arena, GP_TEXT("."), GP_TEXT("b")), "b"));
    assert_true(gp_text_is(gp_file_join(&h.arena, GP_NO_TEXT, GP_TEXT("b")), "b"));
    assert_true(gp_text_is(gp_file_join(&h.arena, GP_TEXT("a"), GP_TEXT("/b")), "/b"));
    gp_arena_fini(&h.arena);
}

static bool take(desk *k, const char *bytes, size_t n, unsigned flags) {
    return gp_file_of(&k->f, &k->heap.arena, &k->d, GP_TEXT("t"), (gp_text){bytes, n}, flags);
}
#define TAKE(k, literal, flags) take((k), literal, sizeof(literal) - 1, flags)

static void test_encodings(void **state) {
    (void)state;
    desk k;
    DESK(k);
    assert_true(TAKE(&k, "\xEF\xBB\xBF\xE4\xB8\xAD", GP_FILE_TEXT));
    assert_true(gp_text_is(k.f.text, "中"));
    assert_int_equal(k.f.bytes.n, 6);
    assert_true(TAKE(&k, "", GP_FILE_TEXT));
    assert_true(TAKE(&k, "\xB5\xA5\xCE\xBB,1\n\x81\x30\x84\x36", 0));
    assert_true(k.f.gb18030);
    assert_true(gp_text_starts(k.f.text, "单位,1\n"));
    assert_true(gp_text_eq(k.d.sources[k.f.source - 1].text, k.f.text));
    check_refused(&k, TAKE(&k, "\xB5\xA5\xCE\xBB", GP_FILE_TEXT), GP_D_ENCODING);
    assert_non_null(strstr(k.d.items[k.d.n - 1].message.s, "GB18030"));
    check_refused(&k, TAKE(&k, "ab\xFF\xFF", 0), GP_D_ENCODING);
    assert_int_equal(k.d.items[k.d.n - 1].place.at, 2);
    check_refused(&k,
                  TAKE(&k,
                       "\xFF\xFE"
                       "a\0",
                       0),
                  GP_D_ENCODING);
    check_refused(&k, TAKE(&k, "\xFE\xFF\0a", 0), GP_D_ENCODING);
    check_refused(&k, TAKE(&k, "\xB5\xA5\0", 0), GP_D_CONTROL);
    gp_arena_fini(&k.heap.arena);
}

static void test_characters(void **state) {
    (void)state;
    static const uint32_t ALWAYS[] = {0x01, 0x08, 0x0B, 0x0C, 0x1B, 0x1F, 0x7F, 0x80, 0x9F};
    static const uint32_t IN_TEXT[] = {0x85,   0x2028, 0x2029, 0x202A, 0x202E, 0x2066, 0x2069, 0x200E,
                                       0x200F, 0x61C,  0x200B, 0x200D, 0x2060, 0xFEFF, 0xFFFE, 0xE0041};
    desk k;
    DESK(k);
    char out[5] = "x";
    for (size_t i = 0; i < GP_COUNT(ALWAYS); i++) {
        check_refused(&k, take(&k, out, 1 + gp_utf8_put(out + 1, ALWAYS[i]), 0), GP_D_CONTROL);
        assert_int_equal(k.d.items[k.d.n - 1].place.at, 1);
    }
    for (size_t i = 0; i < GP_COUNT(IN_TEXT); i++) {
        size_t n = 1 + gp_utf8_put(out + 1, IN_TEXT[i]);
        assert_true(take(&k, out, n, 0));
        check_refused(&k, take(&k, out, n, GP_FILE_TEXT), GP_D_CONTROL);
    }
    size_t before = k.d.errors;
    assert_true(TAKE(&k, "a\tb\r\n　\xC2\xA0", GP_FILE_TEXT));
    assert_false(TAKE(&k, "\x01\x02\n\x03", 0)); /* each with its place */
    assert_int_equal(k.d.errors, before + 3);
    assert_false(TAKE(&k, "a\0b\0c", 0)); /* NUL ends the search */
    assert_int_equal(k.d.errors, before + 4);
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reading),
        cmocka_unit_test(test_kinds_are_refused),
        cmocka_unit_test(test_paths_stay_inside),
        cmocka_unit_test(test_size_limit),
        cmocka_unit_test(test_standard_input_may_be_a_pipe),
        cmocka_unit_test(test_join_and_folder),
        cmocka_unit_test(test_encodings),
        cmocka_unit_test(test_characters),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}

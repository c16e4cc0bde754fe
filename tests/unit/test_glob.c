/* Patterns of paths: names that fit, folders to any depth, the order, what leads out. */
#include "trap.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/glob.h"

static void test_match(void **state) {
    static const struct {
        const char *pattern, *text;
        bool fits;
    } CASES[] = {{"*", "a", true},         {"*", "", true},          {"*.csv", "a.csv", true},      {"*.csv", ".csv", false},
                 {".*", ".csv", true},     {"a?c", "abc", true},     {"a?c", "ac", false},          {"?", "中", true},
                 {"?", "中文", false},     {"a*b*c", "aXbYc", true}, {"a*b*c", "acb", false},       {"**", "ab", true},
                 {"a", "a", true},         {"a", "b", false},        {"", "", true},                {"", "a", false},
                 {"*a", "baaa", true},     {"*ab", "aaab", true},    {"中*", "中文.csv", true},     {"[a]", "a", false},
                 {"[a]", "[a]", true},     {"a*", "b", false},       {"*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false}};
    (void)state;
    for (size_t i = 0; i < GP_COUNT(CASES); i++)
        if (gp_glob_match(gp_text_of(CASES[i].pattern), gp_text_of(CASES[i].text)) != CASES[i].fits)
            fail_msg("%s on %s", CASES[i].pattern, CASES[i].text);
}

typedef struct desk {
    test_heap heap;
    gp_diags d;
    char folder[64];
} desk;

#define DESK(k) TEST_HEAP((k).heap)

static void put(const char *folder, const char *name) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    for (char *slash = path + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(path, 0777);
    }
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fclose(f);
}

static void check(desk *k, const char *pattern, size_t errors, const char *due) {
    gp_paths found = {0};
    char got[1024] = "";
    size_t before = k->d.errors;
    bool good = gp_glob(&found, &k->heap.arena, &k->d, gp_text_of(k->folder), gp_text_of(pattern), (gp_place){0});
    for (size_t i = 0; i < found.n; i++) {
        strncat(got, i ? " " : "", 2);
        strncat(got, found.list[i].s + strlen(k->folder) + 1, 200);
    }
    if (strcmp(got, due) != 0) fail_msg("%s finds: %s", pattern, got);
    assert_int_equal(k->d.errors - before, errors);
    assert_int_equal(good, errors == 0);
}

static void test_folders(void **state) {
    static const char *const FILES[] = {"b.csv", "a.csv", ".hidden.csv", "x/c.csv", "x/y/d.csv", "x/y/z/e.txt", ".git/f.csv", "w/c.csv"};
    desk k;
    char link_path[128];
    DESK(k);
    (void)state;
    gp_diags_init(&k.d, &k.heap.arena);
    strcpy(k.folder, "/tmp/goalpost-glob.XXXXXX");
    assert_non_null(mkdtemp(k.folder));
    for (size_t i = 0; i < GP_COUNT(FILES); i++) put(k.folder, FILES[i]);
    snprintf(link_path, sizeof link_path, "%s/out.csv", k.folder);
    assert_int_equal(symlink("/etc/hostname", link_path), 0);
    snprintf(link_path, sizeof link_path, "%s/loop", k.folder);
    assert_int_equal(symlink(".", link_path), 0);
    check(&k, "?.csv", 0, "a.csv b.csv");
    check(&k, "a.csv", 0, "a.csv");
    check(&k, "none.csv", 0, "");
    check(&k, "*/c.csv", 0, "w/c.csv x/c.csv");
    check(&k, "**/c.csv", 0, "w/c.csv x/c.csv");
    check(&k, "x/**", 0, "x/c.csv x/y/d.csv x/y/z/e.txt");
    check(&k, "**/**/d.csv", 0, "x/y/d.csv");
    check(&k, ".git/*", 0, ".git/f.csv");
    check(&k, "x", 0, "");
    check(&k, "*.csv", 1, "a.csv b.csv");
    check(&k, "../*", 1, "");
    check(&k, "/etc/*", 1, "");
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", k.folder);
    assert_int_equal(system(command), 0);
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_match), cmocka_unit_test(test_folders)};
    return cmocka_run_group_tests_name("glob", tests, NULL, NULL);
}

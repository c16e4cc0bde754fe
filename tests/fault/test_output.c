/* Output is whole or absent: the command runs with every one of its file operations going wrong in every way, one a run.
 * Held: each file has its old bytes or all of the new ones; status 0 means the new ones; nothing else is left but, after SIGKILL, a hidden
 * temporary name; short writes lose nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MAX_FILES = 16 };

/* The files of a folder and what stands in them. */
typedef struct shelf {
    size_t n;
    char *name[MAX_FILES];
    char *bytes[MAX_FILES];
    size_t size[MAX_FILES];
} shelf;

typedef struct bed {
    char program[PATH_MAX], preload[PATH_MAX], folder[64], out[PATH_MAX];
    shelf due; /* after an undisturbed run */
    long calls;
} bed;

typedef struct scenario {
    const char *target;   /* relative to the output folder; it holds "old\n" before each run */
    const char *args[16]; /* OUT/… stands for the output folder */
} scenario;

#define INPUT "tests/fault/output/"
static const scenario plain = {"result.json", {"eval", INPUT "a/plan.yaml", "-d", INPUT "a/data.csv", "-o", "OUT/result.json"}};
static const scenario to_stdout = {"none", {"eval", INPUT "a/plan.yaml", "-d", INPUT "a/data.csv", "-f", "json"}};
static const scenario parts = {"result.json", {"eval", INPUT, "-o", "OUT/result.json", "--resume"}};
static const scenario mended = {
    "bad.csv", {"eval", INPUT "a/plan.yaml", "-d", INPUT "a/bad.csv", "-o", "OUT/result.csv", "--refused", "OUT/bad.csv"}};

/* -- files -- */

static char *read_whole(const char *path, size_t *n) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *bytes = malloc(1 << 20);
    assert_non_null(bytes);
    *n = fread(bytes, 1, 1 << 20, f);
    fclose(f);
    return bytes;
}

static void shelf_fini(shelf *s) {
    for (size_t i = 0; i < s->n; i++) {
        free(s->name[i]);
        free(s->bytes[i]);
    }
    s->n = 0;
}

static void shelf_read(shelf *s, const char *folder, const char *prefix) {
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *e; (e = readdir(dir));) {
        char path[PATH_MAX], name[PATH_MAX];
        struct stat st;
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        snprintf(name, sizeof name, "%s%s", prefix, e->d_name);
        assert_int_equal(stat(path, &st), 0);
        if (S_ISDIR(st.st_mode)) {
            strcat(name, "/");
            shelf_read(s, path, name);
            continue;
        }
        assert_true(s->n < MAX_FILES);
        s->name[s->n] = strdup(name);
        s->bytes[s->n] = read_whole(path, &s->size[s->n]);
        s->n++;
    }
    closedir(dir);
}

static void remove_all(const char *folder) {
    char command[PATH_MAX + 16];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void prepare(bed *b, const scenario *s) {
    char path[PATH_MAX + 64];
    snprintf(b->out, sizeof b->out, "%s/out", b->folder);
    remove_all(b->out);
    assert_int_equal(mkdir(b->out, 0777), 0);
    snprintf(path, sizeof path, "%s/%s", b->out, s->target);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs("old\n", f);
    fclose(f);
}

/* -- one run -- */

static void become(const bed *b, const scenario *s, const char *kind, long at) {
    char number[32], log[PATH_MAX + 8], given[16][PATH_MAX + 64], *argv[18] = {(char *)(uintptr_t)b->program};
    int n = 1;
    for (; n < 16 && s->args[n - 1]; n++) {
        const char *arg = s->args[n - 1];
        if (strncmp(arg, "OUT/", 4) == 0) snprintf(given[n], sizeof given[n], "%s/%s", b->out, arg + 4);
        else snprintf(given[n], sizeof given[n], "%s", arg);
        argv[n] = given[n];
    }
    snprintf(number, sizeof number, "%ld", at);
    snprintf(log, sizeof log, "%s/log", b->folder);
    snprintf(given[0], sizeof given[0], "%s/stdout", b->folder);
    int out = open(given[0], O_WRONLY | O_CREAT | O_TRUNC, 0666), none = open("/dev/null", O_WRONLY);
    dup2(out, 1);
    dup2(none, 2);
    setenv("LD_PRELOAD", b->preload, 1);
    setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
    setenv("GP_FAULT", kind, 1);
    setenv("GP_FAULT_AT", number, 1);
    setenv("GP_FAULT_LOG", log, 1);
    execv(b->program, argv);
    _exit(127);
}

/* The exit status, or 128 and the signal. */
static int run(const bed *b, const scenario *s, const char *kind, long at) {
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) become(b, s, kind, at);
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static long calls_of(const bed *b) {
    char path[PATH_MAX + 8];
    long calls = 0;
    snprintf(path, sizeof path, "%s/log", b->folder);
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%ld", &calls), 1);
    fclose(f);
    return calls;
}

/* -- what is held -- */

static int is_new(const bed *b, const shelf *now, size_t i) {
    for (size_t k = 0; k < b->due.n; k++)
        if (strcmp(now->name[i], b->due.name[k]) == 0)
            return now->size[i] == b->due.size[k] && memcmp(now->bytes[i], b->due.bytes[k], now->size[i]) == 0;
    return 0;
}

static int is_hidden(const char *name) {
    const char *slash = strrchr(name, '/');
    return (slash ? slash[1] : name[0]) == '.';
}

static void check(const bed *b, const scenario *s, const char *kind, long at, int status) {
    shelf now = {0};
    size_t whole = 0;
    int killed = strcmp(kind, "kill") == 0, interrupted = strcmp(kind, "int") == 0, old_left = 0;
    shelf_read(&now, b->out, "");
    for (size_t i = 0; i < now.n; i++) {
        int old = now.size[i] == 4 && memcmp(now.bytes[i], "old\n", 4) == 0 && strcmp(now.name[i], s->target) == 0;
        int fresh = is_new(b, &now, i);
        if (!old && !fresh && !(killed && is_hidden(now.name[i])))
            fail_msg("%s at %ld, status %d: `%s` is neither old nor whole (%zu bytes)", kind, at, status, now.name[i], now.size[i]);
        whole += (size_t)fresh;
        old_left += old && !fresh;
    }
    if (strcmp(kind, "short") == 0 && whole != b->due.n) fail_msg("short writes from %ld on: something is lost", at);
    if (status == 0 && old_left) fail_msg("%s at %ld: status 0, and the target is the old one", kind, at);
    if (interrupted && status != 128 + SIGINT) fail_msg("SIGINT at %ld: status %d", at, status);
    if (!killed && !interrupted && status != 0 && status != 3 && status != 4 && status != 5)
        fail_msg("%s at %ld: status %d", kind, at, status);
    shelf_fini(&now);
}

static void sweep(bed *b, const scenario *s) {
    static const char *const KINDS[] = {"enospc", "eio", "short", "int", "kill"};
    prepare(b, s);
    int good = run(b, s, "", 0);
    assert_true(good == 0 || good == 4);
    b->calls = calls_of(b);
    assert_true(b->calls > 5 && b->calls < 500);
    shelf_read(&b->due, b->out, "");
    for (size_t k = 0; k < sizeof KINDS / sizeof *KINDS; k++)
        for (long at = 1; at <= b->calls; at++) {
            prepare(b, s);
            int status = run(b, s, KINDS[k], at);
            check(b, s, KINDS[k], at, status);
        }
    shelf_fini(&b->due);
}

/* -- the tests -- */

static void bed_init(bed *b) {
    char self[PATH_MAX], *folder;
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    assert_true(n > 0);
    self[n] = '\0';
    folder = dirname(self);
    snprintf(b->preload, sizeof b->preload, "%.*s/files.so", PATH_MAX - 16, folder);
    snprintf(b->program, sizeof b->program, "%.*s/../../goalpost", PATH_MAX - 32, folder);
    strcpy(b->folder, "/tmp/goalpost-fault.XXXXXX");
    assert_non_null(mkdtemp(b->folder));
}

static void test_scenario(void **state) {
    bed b = {0};
    bed_init(&b);
    sweep(&b, *state);
    remove_all(b.folder);
}

/* Standard output that refuses bytes ends with 5; short writes give them all. */
static void test_stdout(void **state) {
    bed b = {0};
    char path[PATH_MAX + 8];
    size_t due, got;
    (void)state;
    bed_init(&b);
    prepare(&b, &to_stdout);
    snprintf(path, sizeof path, "%s/stdout", b.folder);
    assert_int_equal(run(&b, &to_stdout, "", 0), 0);
    b.calls = calls_of(&b);
    char *whole = read_whole(path, &due);
    for (long at = 1; at <= b.calls; at++) {
        assert_int_equal(run(&b, &to_stdout, "short", at), 0);
        char *bytes = read_whole(path, &got);
        assert_true(got == due && memcmp(bytes, whole, due) == 0);
        free(bytes);
        int status = run(&b, &to_stdout, "eio", at);
        bytes = read_whole(path, &got);
        if (status == 0) assert_true(got == due && memcmp(bytes, whole, due) == 0);
        else assert_true(status == 3 || status == 5);
        free(bytes);
    }
    free(whole);
    remove_all(b.folder);
}

#define SCENARIO(s) {"every file operation: " #s, test_scenario, NULL, NULL, (void *)(uintptr_t) & (s)}

int main(void) {
    const struct CMUnitTest tests[] = {SCENARIO(plain), SCENARIO(parts), SCENARIO(mended), cmocka_unit_test(test_stdout)};
    return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}

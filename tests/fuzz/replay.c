/* Replays corpora without libFuzzer: every file of the folders and files named on the command line goes through
 * LLVMFuzzerTestOneInput, in the order of their names. It links with any fuzz_NAME.c.
 * A finding ends the process (sanitizers abort), so whoever reads the last line has seen all files pass. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *current; /* named when the sanitizer ends the process */

static void die(const char *path) {
    fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
    exit(2);
}

static void name_current(void) {
    if (current) fprintf(stderr, "replay: broke off at %s\n", current);
}

/* The input in a block of its own size, so that reading one byte too far is seen. */
static void replay_file(const char *path, size_t size) {
    FILE *in = fopen(path, "rb");
    if (!in) die(path);
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, in) != size) die(path);
    fclose(in);
    current = path;
    LLVMFuzzerTestOneInput(data, size);
    current = NULL;
    free(data);
}

static int visible(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static size_t replay(const char *path);

static size_t replay_folder(const char *path) {
    struct dirent **entries;
    int n = scandir(path, &entries, visible, alphasort);
    if (n < 0) die(path);
    size_t count = 0;
    for (int i = 0; i < n; i++) {
        char name[4096];
        int len = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
        if (len > 0 && (size_t)len < sizeof name) count += replay(name);
    }
    free(entries);
    return count;
}

static size_t replay(const char *path) {
    struct stat st;
    if (stat(path, &st) != 0) die(path);
    if (S_ISDIR(st.st_mode)) return replay_folder(path);
    replay_file(path, (size_t)st.st_size);
    return 1;
}

int main(int argc, char **argv) {
    size_t count = 0;
    atexit(name_current);
    for (int i = 1; i < argc; i++) count += replay(argv[i]);
    printf("%zu passed, 0 failed\n", count);
    return 0;
}

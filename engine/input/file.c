/* Reading files: opening safely, keeping inside the plan's folder, reading whole. Encodings are in encoding.c.
 * Invariant: a descriptor is closed on every way out, the trap included; nothing but a regular file (or a pipe on standard input) is
 * read. */
#include "input/glob.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_LIMIT = 16 << 20, DATA_LIMIT = 1 << 30, FIRST_READ = 64 << 10 };

/* One file on its way in: what is asked, and where to complain. */
typedef struct intake {
    gp_arena *arena;
    gp_diags *diags;
    gp_text path; /* as given, for messages */
    gp_place from;
    size_t limit;
    int fd;        /* -1: none */
    bool standard; /* fd is standard input: not ours to close, and may be a pipe */
} intake;

/* -- paths -- */

gp_text gp_file_folder(gp_arena *a, gp_text path) {
    size_t n = path.n;
    while (n > 0 && path.s[n - 1] != '/') n--;
    if (n == 0) return GP_TEXT(".");
    while (n > 1 && path.s[n - 1] == '/') n--;
    return gp_text_dup(a, (gp_text){path.s, n});
}

gp_text gp_file_join(gp_arena *a, gp_text folder, gp_text path) {
    if (folder.n == 0 || gp_text_is(folder, ".") || gp_text_starts(path, "/")) return gp_text_dup(a, path);
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_text(&b, folder);
    if (folder.s[folder.n - 1] != '/') gp_buf_char(&b, '/');
    gp_buf_text(&b, path);
    return gp_buf_take(&b);
}

/* Whether one of the path's parts is "..". */
static bool climbs(gp_text path) {
    for (size_t i = 0; i < path.n;) {
        size_t end = i;
        while (end < path.n && path.s[end] != '/') end++;
        if (end - i == 2 && path.s[i] == '.' && path.s[i + 1] == '.') return true;
        i = end + 1;
    }
    return false;
}

/* -- complaints -- */

/* The C library's own texts follow the locale. */
static const char *reason_of(int error) {
    switch (error) {
    case ENOENT: return "there is no such file";
    case ENOTDIR: return "a part of the path is no folder";
    case EACCES:
    case EPERM: return "it may not be read";
    case EISDIR: return "it is a folder";
    case ELOOP: return "too many symbolic links";
    case ENAMETOOLONG: return "the name is too long";
    case EMFILE:
    case ENFILE: return "too many files are open";
    case EIO: return "the device reports an error";
    case ENXIO: return "nothing stands behind it";
    default: return NULL;
    }
}

static bool refuse_errno(const intake *in, const char *what, int error) {
    const char *reason = reason_of(error);
    if (reason)
        gp_report(in->diags, GP_D_FILE_OPEN, in->from, "`%.*s` cannot be %s: %s", GP_ARG(in->path), what, reason);
    else
        gp_report(in->diags, GP_D_FILE_OPEN, in->from, "`%.*s` cannot be %s: error %d of the system", GP_ARG(in->path), what, error);
    return false;
}

static bool refuse_outside(const intake *in, const char *why) {
    gp_diag *diag = gp_report(in->diags, GP_D_FILE_OUTSIDE, in->from, "`%.*s` %s", GP_ARG(in->path), why);
    gp_hint(in->diags, diag, "files that a file names lie in its folder or below");
    return false;
}

static bool refuse_size(const intake *in) {
    gp_report(in->diags, GP_D_FILE_SIZE, in->from, "`%.*s` is larger than %zu MiB", GP_ARG(in->path), in->limit >> 20);
    return false;
}

/* -- opening -- */

static bool is_below(const char *real, const char *root) {
    size_t n = strlen(root);
    if (strcmp(root, "/") == 0) return real[0] == '/';
    return strncmp(real, root, n) == 0 && real[n] == '/';
}

/* The real path of a file that must lie in the folder; that path is opened, so a link changed meanwhile leads nowhere. */
static bool resolve_inside(const intake *in, char real[PATH_MAX], gp_text folder) {
    char root[PATH_MAX];
    if (gp_text_starts(in->path, "/")) return refuse_outside(in, "is an absolute path");
    if (climbs(in->path)) return refuse_outside(in, "leaves the folder by `..`");
    gp_text full = gp_file_join(in->arena, folder, in->path);
    if (!realpath(folder.n ? gp_text_cstr(in->arena, folder) : ".", root)) return refuse_errno(in, "opened", errno);
    if (!realpath(full.s, real)) return refuse_errno(in, "opened", errno);
    if (!is_below(real, root)) return refuse_outside(in, "is a symbolic link that leads out of the folder");
    return true;
}

bool gp_file_inside(gp_arena *a, gp_diags *d, gp_text folder, gp_text path, gp_place at) {
    char root[PATH_MAX], real[PATH_MAX];
    intake in = {.arena = a, .diags = d, .path = path, .from = at};
    if (gp_text_starts(path, "/")) return refuse_outside(&in, "is an absolute path");
    if (climbs(path)) return refuse_outside(&in, "leaves the folder by `..`");
    if (!realpath(folder.n ? gp_text_cstr(a, folder) : ".", root) || !realpath(gp_file_join(a, folder, path).s, real)) return true;
    return is_below(real, root) || refuse_outside(&in, "is a symbolic link that leads out of the folder");
}

static void close_intake(void *ptr) {
    intake *in = ptr;
    if (in->fd >= 0 && !in->standard) close(in->fd);
    in->fd = -1;
}

static const char *kind_name(mode_t mode) {
    if (S_ISDIR(mode)) return "a folder";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    return "a device";
}

/* Regular, or on standard input anything that gives bytes; no larger than the limit. */
static bool check_kind(const intake *in, size_t *size) {
    struct stat st;
    if (fstat(in->fd, &st) != 0) return refuse_errno(in, "opened", errno);
    if (in->standard && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) return true;
    if (!S_ISREG(st.st_mode)) {
        gp_report(in->diags, GP_D_FILE_KIND, in->from, "`%.*s` is %s, not a file", GP_ARG(in->path), kind_name(st.st_mode));
        return false;
    }
    if ((uint64_t)st.st_size > in->limit) return refuse_size(in);
    *size = (size_t)st.st_size;
    return true;
}

/* O_NONBLOCK: a pipe without a writer must not hang us before we see that it is one. */
static bool open_file(intake *in, const char *path) {
    int fd;
    do fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return refuse_errno(in, "opened", errno);
    in->fd = fd;
    return true;
}

/* -- reading -- */

static ssize_t read_some(int fd, char *to, size_t n) {
    ssize_t got;
    do got = read(fd, to, n);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Reads to the end; one byte more than the size is asked for, so that a file of the size told ends at once. */
static bool read_all(gp_text *out, const intake *in, size_t size) {
    size_t cap = size ? size + 1 : FIRST_READ, n = 0;
    char *s = gp_arena_alloc(in->arena, cap);
    for (;;) {
        if (n == cap) {
            s = gp_arena_grow(in->arena, s, cap, cap * 2);
            cap *= 2;
        }
        ssize_t got = read_some(in->fd, s + n, cap - n);
        if (got < 0) return refuse_errno(in, "read", errno);
        if (got == 0) break;
        n += (size_t)got;
        if (n > in->limit) return refuse_size(in);
    }
    *out = (gp_text){s, n};
    return true;
}

static bool take_in(gp_text *bytes, intake *in, gp_text folder, unsigned flags) {
    char real[PATH_MAX];
    if (in->path.n == 0 || memchr(in->path.s, 0, in->path.n)) {
        gp_report(in->diags, GP_D_FILE_OPEN, in->from, "an empty path, or one with NUL in it, names no file");
        return false;
    }
    bool inside = flags & GP_FILE_INSIDE;
    in->standard = !inside && gp_text_is(in->path, "-");
    if (inside && !resolve_inside(in, real, folder)) return false;
    if (in->standard)
        in->fd = STDIN_FILENO;
    else if (!open_file(in, inside ? real : gp_text_cstr(in->arena, in->path)))
        return false;
    size_t size = 0;
    return check_kind(in, &size) && read_all(bytes, in, size);
}

bool gp_file_read(gp_file *out, gp_arena *a, gp_diags *d, gp_text folder, gp_text path, unsigned flags, gp_place from) {
    intake *in = GP_NEW(a, intake);
    *in = (intake){a, d, path, from, flags & GP_FILE_TEXT ? TEXT_LIMIT : DATA_LIMIT, -1, false};
    gp_arena_defer(a, close_intake, in);
    gp_text bytes;
    bool ok = take_in(&bytes, in, folder, flags);
    close_intake(in);
    if (!ok) return false;
    return gp_file_of(out, a, d, in->standard ? GP_TEXT("<stdin>") : gp_text_dup(a, path), bytes, flags);
}

/* -- mapping -- */

static void unmap(void *ptr) {
    gp_text *bytes = ptr;
    if (bytes->n) munmap((void *)(uintptr_t)bytes->s, bytes->n);
    bytes->n = 0;
}

static bool map_all(gp_text *bytes, int fd) {
    struct stat st;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size <= 0 || (uint64_t)st.st_size > SIZE_MAX / 2) return false;
    void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return false;
    *bytes = (gp_text){at, (size_t)st.st_size};
    return true;
}

bool gp_file_map(gp_file *out, gp_arena *a, gp_diags *d, gp_text path) {
    if (path.n == 0 || memchr(path.s, 0, path.n)) return false;
    gp_text *bytes = GP_NEW(a, gp_text);
    const char *name = gp_text_cstr(a, path);
    gp_arena_defer(a, unmap, bytes);
    int fd;
    do fd = open(name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return false;
    bool mapped = map_all(bytes, fd);
    close(fd);
    if (!mapped) return false;
    bool marked = bytes->n >= 3 && memcmp(bytes->s, "\xEF\xBB\xBF", 3) == 0;
    *out = (gp_file){.bytes = *bytes, .text = marked ? (gp_text){bytes->s + 3, bytes->n - 3} : *bytes};
    out->source = gp_diags_source(d, gp_text_dup(a, path), out->text);
    return true;
}

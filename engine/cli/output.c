/* Output that is whole or absent: written aside, synced, renamed; standard output with every write checked.
 * Invariant: a target is never seen half written. Where the file system can, the file has no name until it is whole, so that a killed
 * process leaves nothing behind; where it cannot, the signals that end a program remove it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/command.h"

static bool complain(const gp_output *out, int error) {
    if (!out->quiet) gp_say("cannot write `%s`: %s", out->name, strerror(error));
    return false;
}

static char *folder_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash) return strdup(".");
    return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

/* A name beside the target that nobody has: it hides, and says whose it is. */
static char *name_aside(const char *target, unsigned attempt) {
    const char *slash = strrchr(target, '/');
    int folder = slash ? (int)(slash + 1 - target) : 0;
    char *name = NULL;
    if (asprintf(&name, "%.*s.%s.%ld-%u.tmp", folder, target, target + folder, (long)getpid(), attempt) < 0) return NULL;
    return name;
}

static int open_nameless(const char *target) {
    char *folder = folder_of(target);
    int fd = folder ? open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666) : -1;
    free(folder);
    return fd;
}

/* -- a name that is there only while the file is written -- */

/* What a signal removes: a result and a part of it can be under way. The one thing in the command that is not passed along: a handler
 * is given nothing. */
enum { NDOOMED = 4 };
static const char *volatile doomed[NDOOMED];

static void remove_and_die(int number) {
    for (int i = 0; i < NDOOMED; i++)
        if (doomed[i]) unlink(doomed[i]);
    signal(number, SIG_DFL);
    raise(number);
}

static void set_signals(sigset_t *set) {
    static const int ENDING[] = {SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ};
    sigemptyset(set);
    for (size_t i = 0; i < sizeof ENDING / sizeof *ENDING; i++) sigaddset(set, ENDING[i]);
}

/* What the caller had ignored (nohup) stays so. */
static void catch_signals(void) {
    sigset_t set;
    set_signals(&set);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction old, new = {.sa_handler = remove_and_die, .sa_mask = set};
        if (sigismember(&set, number) != 1 || sigaction(number, NULL, &old) != 0 || old.sa_handler != SIG_DFL) continue;
        sigaction(number, &new, NULL);
    }
}

/* Makes a file under out->temp: `make` is open or link. No signal comes between the file and its being doomed. */
static bool make_named(gp_output *out, bool (*make)(gp_output *out)) {
    sigset_t set, before;
    catch_signals();
    set_signals(&set);
    sigprocmask(SIG_BLOCK, &set, &before);
    bool made = make(out);
    int error = errno;
    for (int i = 0; made && i < NDOOMED; i++) {
        if (doomed[i]) continue;
        doomed[i] = out->temp;
        break;
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return made;
}

static void forget_name(gp_output *out) {
    for (int i = 0; i < NDOOMED; i++)
        if (doomed[i] == out->temp) doomed[i] = NULL;
    free(out->temp);
    out->temp = NULL;
}

/* Tries names beside the target until one is free. */
static bool name_aside_by(gp_output *out, bool (*make)(gp_output *out)) {
    for (unsigned attempt = 0; attempt < 100; attempt++) {
        out->temp = name_aside(out->target, attempt);
        if (!out->temp) return false;
        if (make_named(out, make)) return true;
        int error = errno;
        forget_name(out);
        errno = error;
        if (error != EEXIST) return false;
    }
    return false;
}

static bool open_temp(gp_output *out) {
    out->fd = open(out->temp, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    return out->fd >= 0;
}

/* Gives a nameless file its name. */
static bool link_temp(gp_output *out) {
    char self[64];
    snprintf(self, sizeof self, "/proc/self/fd/%d", out->fd);
    return linkat(AT_FDCWD, self, AT_FDCWD, out->temp, AT_SYMLINK_FOLLOW) == 0;
}

/* -- opening -- */

/* A file that is there keeps its permissions, and a link to it stays a link. */
static bool open_aside(gp_output *out, const char *path, const struct stat *old) {
    out->aside = true;
    out->target = old ? realpath(path, NULL) : strdup(path);
    if (!out->target) return complain(out, errno);
    if (old && access(out->target, W_OK) != 0) return complain(out, errno);
    out->fd = open_nameless(out->target);
    if (out->fd < 0 && !name_aside_by(out, open_temp)) return complain(out, errno);
    if (old && fchmod(out->fd, old->st_mode & 07777) != 0) return complain(out, errno);
    return true;
}

static bool open_output(gp_output *out, const char *path) {
    struct stat st;
    if (!path || strcmp(path, "-") == 0) {
        out->is_stdout = true;
        return true;
    }
    out->name = path;
    out->fd = -1;
    bool exists = stat(path, &st) == 0, opened;
    if (!exists || S_ISREG(st.st_mode)) {
        opened = open_aside(out, path, exists ? &st : NULL);
    } else { /* a device or a pipe is written as it is */
        out->fd = open(path, O_WRONLY | O_CLOEXEC);
        opened = out->fd >= 0 || complain(out, errno);
    }
    if (!opened) gp_output_drop(out);
    return opened;
}

static void begin(gp_output *out, bool quiet) {
    *out = (gp_output){.fd = STDOUT_FILENO, .name = "standard output", .behind = -1, .quiet = quiet};
}

bool gp_output_open(gp_output *out, const char *path) {
    begin(out, false);
    return open_output(out, path);
}

bool gp_output_try(gp_output *out, const char *path) {
    begin(out, true);
    bool opened = open_output(out, path);
    out->quiet = false;
    return opened;
}

int gp_output_sink(void *output, const void *bytes, size_t n) {
    gp_output *out = output;
    const char *at = bytes;
    while (n > 0) {
        ssize_t done = write(out->fd, at, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) {
            out->error = done < 0 ? errno : ENOSPC;
            return 1;
        }
        at += done;
        n -= (size_t)done;
    }
    return 0;
}

/* -- keeping back -- */

bool gp_output_keep_back(gp_output *out) {
    if (out->aside) return true;
    const char *folder = getenv("TMPDIR");
    int fd = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    out->behind = out->fd;
    out->fd = fd;
    return true;
}

/* From here on writing goes where it is meant to go. */
static void go_on_behind(gp_output *out) {
    close(out->fd);
    out->fd = out->behind;
    out->behind = -1;
}

bool gp_output_take_back(gp_output *out) {
    out->error = 0;
    if (out->behind >= 0) go_on_behind(out);
    else if (ftruncate(out->fd, 0) != 0 || lseek(out->fd, 0, SEEK_SET) != 0) return complain(out, errno);
    return true;
}

/* Hands on what was kept back. */
static void release(gp_output *out) {
    char bytes[64 << 10];
    int kept = out->fd;
    ssize_t n = 0;
    out->fd = out->behind;
    for (off_t at = 0; (n = pread(kept, bytes, sizeof bytes, at)) > 0 && !out->error; at += n) gp_output_sink(out, bytes, (size_t)n);
    if (n < 0) out->error = errno;
    close(kept);
    out->behind = -1;
}

/* -- closing -- */

static void sync_folder(const char *target) {
    char *folder = folder_of(target);
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        fsync(fd); /* best effort: the file itself is safe */
        close(fd);
    }
    free(folder);
}

static bool put_in_place(gp_output *out) {
    if (fsync(out->fd) != 0) return false;
    if (!out->temp && !name_aside_by(out, link_temp)) return false;
    int fd = out->fd;
    out->fd = -1;
    if (close(fd) != 0) return false;
    if (rename(out->temp, out->target) != 0) return false;
    forget_name(out);
    sync_folder(out->target);
    return true;
}

static bool finish(gp_output *out) {
    if (out->behind >= 0 && !out->error) release(out);
    if (out->error) return complain(out, out->error);
    if (out->aside) return put_in_place(out) || complain(out, errno);
    int fd = out->fd;
    out->fd = -1;
    return close(fd) == 0 || complain(out, errno);
}

bool gp_output_close(gp_output *out) {
    bool done = finish(out);
    gp_output_drop(out);
    return done;
}

void gp_output_drop(gp_output *out) {
    if (out->behind >= 0) go_on_behind(out);
    if (out->fd >= 0 && !out->is_stdout) close(out->fd);
    out->fd = -1;
    if (out->temp) unlink(out->temp);
    forget_name(out);
    free(out->target);
    out->target = NULL;
}

gp_exit gp_output_text(const char *text, size_t n) {
    gp_output out;
    if (!gp_output_open(&out, NULL)) return GP_EXIT_OUTPUT;
    gp_output_sink(&out, text, n);
    return gp_output_close(&out) ? GP_EXIT_OK : GP_EXIT_OUTPUT;
}

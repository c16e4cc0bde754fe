/* Preloaded into the command: the nth file operation (open, write, fsync, linkat, rename, close) goes wrong as GP_FAULT says: enospc, eio
 * (the call fails), short (this write and all after it take a part of what they are given), int, kill (SIGINT, SIGKILL before the call).
 * Invariant: without GP_FAULT nothing is changed; GP_FAULT_LOG is where the number of operations goes at the end. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static long calls;

static void *next_of(const char *name) { return dlsym(RTLD_NEXT, name); }

static long fault_at(void) {
    const char *at = getenv("GP_FAULT_AT");
    return at ? atol(at) : 0;
}

static int is_kind(const char *kind) {
    const char *asked = getenv("GP_FAULT");
    return asked && strcmp(asked, kind) == 0;
}

/* 1: this call fails with errno set. */
static int strikes(void) {
    if (++calls != fault_at()) return 0;
    if (is_kind("kill")) kill(getpid(), SIGKILL);
    if (is_kind("int")) raise(SIGINT);
    if (is_kind("enospc")) errno = ENOSPC;
    else if (is_kind("eio")) errno = EIO;
    else return 0;
    return 1;
}

int open(const char *path, int flags, ...) {
    int (*real)(const char *, int, ...);
    *(void **)&real = next_of("open");
    va_list args;
    va_start(args, flags);
    mode_t mode = va_arg(args, mode_t);
    va_end(args);
    return strikes() ? -1 : real(path, flags, mode);
}

ssize_t write(int fd, const void *bytes, size_t n) {
    ssize_t (*real)(int, const void *, size_t);
    *(void **)&real = next_of("write");
    if (strikes()) return -1;
    return real(fd, bytes, is_kind("short") && calls >= fault_at() && n > 1 ? 1 + n / 7 : n);
}

int fsync(int fd) {
    int (*real)(int);
    *(void **)&real = next_of("fsync");
    return strikes() ? -1 : real(fd);
}

int linkat(int from_fd, const char *from, int to_fd, const char *to, int flags) {
    int (*real)(int, const char *, int, const char *, int);
    *(void **)&real = next_of("linkat");
    return strikes() ? -1 : real(from_fd, from, to_fd, to, flags);
}

int rename(const char *from, const char *to) {
    int (*real)(const char *, const char *);
    *(void **)&real = next_of("rename");
    return strikes() ? -1 : real(from, to);
}

/* The descriptor is gone all the same, as with the kernel's own close. */
int close(int fd) {
    int (*real)(int);
    *(void **)&real = next_of("close");
    if (!strikes()) return real(fd);
    int error = errno;
    real(fd);
    errno = error;
    return -1;
}

__attribute__((destructor)) static void tell(void) {
    const char *path = getenv("GP_FAULT_LOG");
    FILE *f = path ? fopen(path, "w") : NULL;
    if (!f) return;
    fprintf(f, "%ld\n", calls);
    fclose(f);
}

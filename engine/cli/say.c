/* What the command says on standard error, and what it asks the terminal.
 * Invariant: results never come this way. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/command.h"

void gp_say(const char *format, ...) {
    va_list args;
    fputs("goalpost: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void gp_say_unknown(gp_context *c, const char *what, const char *written, const char *const *names, size_t n) {
    const char *near = gp_nearest(c, written, names, n);
    if (near) gp_say("unknown %s `%s`: did you mean `%s`?", what, written, near);
    else gp_say("unknown %s `%s`", what, written);
}

void gp_say_messages(gp_context *c) {
    fputs(gp_context_messages(c, gp_wants_colour(STDERR_FILENO)), stderr);
    gp_context_clear(c);
}

bool gp_wants_colour(int fd) {
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no && *no) return false;
    return isatty(fd) && !(term && strcmp(term, "dumb") == 0);
}

int gp_terminal_width(int fd) {
    const char *columns = getenv("COLUMNS");
    struct winsize size;
    if (columns && *columns && strspn(columns, "0123456789") == strlen(columns) && strlen(columns) < 5) return atoi(columns);
    if (isatty(fd) && ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return 0;
}

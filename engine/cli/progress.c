/* How far a long evaluation is, on one line of a terminal: cases done, rate, time left.
 * Invariant: nothing is drawn in the first half second, nor but on a terminal that results do not go to; the line is gone at the end. */
#include <time.h>
#include <unistd.h>

#include "cli/command.h"

enum { FIRST_AFTER = 500, EVERY = 100 }; /* milliseconds */

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void gp_progress_init(gp_progress_line *line, bool to_terminal) {
    *line = (gp_progress_line){.shown = isatty(STDERR_FILENO) && !to_terminal};
    if (!line->shown) return;
    line->begun = now();
    line->due = line->begun + FIRST_AFTER;
}

static void put_left(uint64_t seconds) {
    if (seconds < 60) fprintf(stderr, ", %u s left", (unsigned)seconds);
    else fprintf(stderr, ", %u:%02u min left", (unsigned)(seconds / 60), (unsigned)(seconds % 60));
}

static void draw(const gp_progress_line *line, uint64_t done, uint64_t total, uint64_t at) {
    uint64_t taken = at - line->begun, rate = done * 1000 / (taken ? taken : 1);
    fputc('\r', stderr);
    if (line->plans) fprintf(stderr, "plan %zu of %zu, ", line->plan, line->plans);
    fprintf(stderr, "%llu of %llu cases", (unsigned long long)done, (unsigned long long)total);
    if (rate) {
        fprintf(stderr, ", %llu a second", (unsigned long long)rate);
        put_left((total - done + rate - 1) / rate);
    }
    fputs("\033[K", stderr);
    fflush(stderr);
}

void gp_progress_tell(void *progress, uint64_t done, uint64_t total) {
    gp_progress_line *line = progress;
    if (!line->shown) return;
    uint64_t at = now();
    if (at < line->due) return;
    line->due = at + EVERY;
    line->drawn = true;
    draw(line, done, total, at);
}

void gp_progress_plan(void *progress, size_t nth, size_t n) {
    gp_progress_line *line = progress;
    line->plan = nth + 1;
    line->plans = n;
}

void gp_progress_clear(gp_progress_line *line) {
    if (line->drawn) fputs("\r\033[K", stderr);
    line->drawn = false;
}

/* Lua patterns with a counter: the same language as Lua's own, matched in bounded steps and depth.
 * Invariant: no step is uncounted; when `limit` is passed the match ends with a fault and nothing is left behind. Knows nothing of Lua. */
#ifndef GP_RULE_PATTERN_H
#define GP_RULE_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { GP_CAPTURES_MAX = 32 };
enum { GP_CAPTURE_OPEN = -1, GP_CAPTURE_POSITION = -2 };

typedef struct gp_match {
    const char *begin, *end; /* the subject */
    const char *pattern_end;
    const char *fault; /* what is wrong with the pattern, NULL if nothing is */
    bool spent;        /* the limit was passed */
    uint64_t steps, limit;
    int depth;
    int ncaptures;
    struct gp_capture {
        const char *s;
        ptrdiff_t n; /* or GP_CAPTURE_… */
    } capture[GP_CAPTURES_MAX];
} gp_match;

void gp_match_init(gp_match *m, const char *s, size_t n, const char *pattern, size_t npattern, uint64_t limit);
/* Matches pattern (without its anchor) at s. The end of the match, or NULL: none, or a fault, or spent. */
const char *gp_match_at(gp_match *m, const char *s, const char *pattern);

#endif

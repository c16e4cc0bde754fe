/* What property tests share: numbers that a seed repeats, and how many of them. GP_SEED and GP_RUNS say so; an empty text says
 * nothing. */
#ifndef GP_TEST_DICE_H
#define GP_TEST_DICE_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct dice { uint64_t state; } dice;

/* splitmix64 (S. Vigna) */
static inline uint64_t roll(dice *d) {
    uint64_t z = (d->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline int between(dice *d, int lo, int hi) { return lo + (int)(roll(d) % (uint64_t)(hi - lo + 1)); }

/* At the start of main: takes what the environment says, and prints the seed. */
static inline void dice_begin(uint64_t *seed, long *runs) {
    const char *s = getenv("GP_SEED"), *n = getenv("GP_RUNS");
    if (s && *s) *seed = strtoull(s, NULL, 10);
    if (n && *n) *runs = strtol(n, NULL, 10);
    printf("seed %" PRIu64 ", %ld runs\n", *seed, *runs);
}

#endif

/* Random numbers by counter: draw number, path and subject name a number, so threads and order change nothing.
 * Invariant: the same seed and the same names give the same number, on every machine. */
#ifndef GP_STUDY_RANDOM_H
#define GP_STUDY_RANDOM_H

#include <stdint.h>

/* Uniform on (0, 1), never an end. Philox-4x32-10: J. K. Salmon and others, Parallel random numbers: as easy as 1, 2, 3 (SC 2011). */
double gp_random(uint64_t seed, uint64_t draw, uint64_t stream);
/* Quantile of the standard normal distribution. Algorithm AS 241, PPND16: M. J. Wichura (Applied Statistics 37, 1988). */
double gp_normal_quantile(double p);

#endif

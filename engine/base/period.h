/* Dates and periods of the proleptic Gregorian calendar (ISO 8601).
 * Invariant: a date is a day number since 1970-01-01; a period is its first and last day. */
#ifndef GP_BASE_PERIOD_H
#define GP_BASE_PERIOD_H

#include "base/text.h"

typedef struct gp_period {
    int32_t first, last; /* days, inclusive; first <= last */
} gp_period;

/* 2020-01-31 (years 1 to 9999, real days only). All of t. */
bool gp_date_read(int32_t *out, gp_text t);
size_t gp_date_print(char out[16], int32_t day); /* 2020-01-31; returns the length */
void gp_date_split(int *year, int *month, int *day, int32_t date);
int32_t gp_date_of(int year, int month, int day);
/* 2020 | 2020-H1 | 2020-Q3 | 2020-07 | 2020-01-31 | A/B with A and B any of these, A not after B. All of t. */
bool gp_period_read(gp_period *out, gp_text t);
/* The shortest form that reads back. */
size_t gp_period_print(char out[32], gp_period p);
bool gp_period_eq(gp_period a, gp_period b);
/* How `covers` lies to the period assessed. */
typedef enum gp_cover { GP_COVER_ALL, GP_COVER_PART, GP_COVER_BEYOND, GP_COVER_NONE } gp_cover;
/* ALL: equal. PART: inside, shorter. BEYOND: overlaps and reaches outside. NONE: no day in common. */
gp_cover gp_period_cover(gp_period assessed, gp_period covers);
/* The period of the same length just before (calendar-wise: month before month, year before year), and the same period a year ago. */
gp_period gp_period_prev(gp_period p);
gp_period gp_period_year_ago(gp_period p);

#endif

/* Dates and periods: reading, printing, and the neighbours of a period.
 * Invariant: what is printed for a period of years 1 to 9999 reads back as the same days. */
#include "base/period.h"

#include <stdio.h>
#include <string.h>

/* -- dates -- */

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int month_days(int year, int month) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && is_leap(year));
}

enum { ERA_YEARS = 400, ERA_DAYS = 146097, EPOCH_SHIFT = 719468 }; /* days from 0000-03-01 to 1970-01-01 */

/* Years begin in March here, so that the leap day is a year's last; eras of 400 years are all alike. */
int32_t gp_date_of(int year, int month, int day) {
    int y = month <= 2 ? year - 1 : year;
    int era = (y >= 0 ? y : y - (ERA_YEARS - 1)) / ERA_YEARS;
    int of_era = y - era * ERA_YEARS;
    int of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return era * ERA_DAYS + day_of_era - EPOCH_SHIFT;
}

void gp_date_split(int *year, int *month, int *day, int32_t date) {
    int z = date + EPOCH_SHIFT;
    int era = (z >= 0 ? z : z - (ERA_DAYS - 1)) / ERA_DAYS;
    int of = z - era * ERA_DAYS;
    int y = (of - of / 1460 + of / 36524 - of / (ERA_DAYS - 1)) / 365;
    int of_year = of - (365 * y + y / 4 - y / 100);
    int m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = y + era * ERA_YEARS + (*month <= 2);
}

/* n digits at `at`; -1 when they are not there. */
static int number_at(gp_text t, size_t at, size_t n) {
    if (at + n > t.n) return -1;
    int v = 0;
    for (size_t i = at; i < at + n; i++) {
        if (t.s[i] < '0' || t.s[i] > '9') return -1;
        v = v * 10 + (t.s[i] - '0');
    }
    return v;
}

bool gp_date_read(int32_t *out, gp_text t) {
    if (t.n != 10 || t.s[4] != '-' || t.s[7] != '-') return false;
    int year = number_at(t, 0, 4), month = number_at(t, 5, 2), day = number_at(t, 8, 2);
    if (year < 1 || month < 1 || month > 12 || day < 1 || day > month_days(year, month)) return false;
    *out = gp_date_of(year, month, day);
    return true;
}

size_t gp_date_print(char out[16], int32_t day) {
    int y, m, d;
    gp_date_split(&y, &m, &d, day);
    return (size_t)snprintf(out, 16, "%04d-%02d-%02d", y, m, d);
}

/* -- periods -- */

/* n months from the first day of a month. */
static gp_period months_of(int year, int month, int n) {
    int end = year * 12 + month - 1 + n;
    return (gp_period){gp_date_of(year, month, 1), gp_date_of(end / 12, end % 12 + 1, 1) - 1};
}

/* H1 or Q3: a letter, and a number up to what the year holds of it. */
static bool part_of_year_read(gp_period *out, int year, gp_text t) {
    if (t.n != 7 || (t.s[5] != 'H' && t.s[5] != 'Q')) return false;
    int months = t.s[5] == 'H' ? 6 : 3;
    int k = number_at(t, 6, 1);
    if (k < 1 || k > 12 / months) return false;
    *out = months_of(year, (k - 1) * months + 1, months);
    return true;
}

static bool month_read(gp_period *out, int year, gp_text t) {
    int month = t.n == 7 ? number_at(t, 5, 2) : -1;
    if (month < 1 || month > 12) return false;
    *out = months_of(year, month, 1);
    return true;
}

static bool single_read(gp_period *out, gp_text t) {
    int year = number_at(t, 0, 4);
    if (year < 1) return false;
    if (t.n == 4) {
        *out = months_of(year, 1, 12);
        return true;
    }
    if (t.s[4] != '-') return false;
    if (part_of_year_read(out, year, t) || month_read(out, year, t)) return true;
    if (!gp_date_read(&out->first, t)) return false;
    out->last = out->first;
    return true;
}

bool gp_period_read(gp_period *out, gp_text t) {
    const char *slash = t.n ? memchr(t.s, '/', t.n) : NULL;
    if (!slash) return single_read(out, t);
    size_t n = (size_t)(slash - t.s);
    gp_period a, b;
    if (!single_read(&a, (gp_text){t.s, n}) || !single_read(&b, (gp_text){slash + 1, t.n - n - 1})) return false;
    if (a.first > b.first || a.last > b.last) return false;
    *out = (gp_period){a.first, b.last};
    return true;
}

/* A period as whole months: the number of months since year 0 before it, and how many they are (0: not whole months). */
static int whole_months(int *start, gp_period p) {
    int y1, m1, d1, y2, m2, d2;
    gp_date_split(&y1, &m1, &d1, p.first);
    gp_date_split(&y2, &m2, &d2, p.last + 1);
    *start = y1 * 12 + m1 - 1;
    return d1 == 1 && d2 == 1 ? y2 * 12 + m2 - 1 - *start : 0;
}

/* A year, half, quarter or month; 0 when these months are none of them. */
static int print_single(char *out, size_t size, int start, int n) {
    int year = start / 12, month = start % 12;
    if (n == 12 && month == 0) return snprintf(out, size, "%04d", year);
    if (n == 6 && month % 6 == 0) return snprintf(out, size, "%04d-H%d", year, month / 6 + 1);
    if (n == 3 && month % 3 == 0) return snprintf(out, size, "%04d-Q%d", year, month / 3 + 1);
    if (n == 1) return snprintf(out, size, "%04d-%02d", year, month + 1);
    return 0;
}

/* A range of years where it can be, else of months. */
static int print_months(char *out, size_t size, int start, int n) {
    int last = start + n - 1;
    if (start % 12 == 0 && n % 12 == 0) return snprintf(out, size, "%04d/%04d", start / 12, last / 12);
    return snprintf(out, size, "%04d-%02d/%04d-%02d", start / 12, start % 12 + 1, last / 12, last % 12 + 1);
}

size_t gp_period_print(char out[32], gp_period p) {
    int start;
    int n = whole_months(&start, p);
    if (n > 0) {
        int len = print_single(out, 32, start, n);
        return (size_t)(len ? len : print_months(out, 32, start, n));
    }
    char first[16], last[16];
    size_t len = gp_date_print(first, p.first);
    gp_date_print(last, p.last);
    if (p.first != p.last) return (size_t)snprintf(out, 32, "%s/%s", first, last);
    memcpy(out, first, len + 1);
    return len;
}

bool gp_period_eq(gp_period a, gp_period b) {
    return a.first == b.first && a.last == b.last;
}

gp_cover gp_period_cover(gp_period assessed, gp_period covers) {
    if (gp_period_eq(assessed, covers)) return GP_COVER_ALL;
    if (covers.last < assessed.first || covers.first > assessed.last) return GP_COVER_NONE;
    return covers.first >= assessed.first && covers.last <= assessed.last ? GP_COVER_PART : GP_COVER_BEYOND;
}

gp_period gp_period_prev(gp_period p) {
    int start;
    int n = whole_months(&start, p);
    int days = p.last - p.first + 1;
    if (n == 0 || start < n) return (gp_period){p.first - days, p.last - days};
    return months_of((start - n) / 12, (start - n) % 12 + 1, n);
}

/* 29 February becomes the 28th. */
static int32_t date_year_ago(int32_t date) {
    int y, m, d;
    gp_date_split(&y, &m, &d, date);
    int most = month_days(y - 1, m);
    return gp_date_of(y - 1, m, d < most ? d : most);
}

gp_period gp_period_year_ago(gp_period p) {
    int start;
    int n = whole_months(&start, p);
    if (n == 0 || start < 12) return (gp_period){date_year_ago(p.first), date_year_ago(p.last)};
    return months_of(start / 12 - 1, start % 12 + 1, n);
}

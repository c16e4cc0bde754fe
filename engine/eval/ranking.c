/* Ranking: the best and the worst rank that any completion of open values can give, for each of a cohort.
 * Invariant: exact. A completion gives every contender a value of its interval, each on its own. For one of them, i, a higher value never
 * makes its rank worse, so the best rank is found with i at its upper end, the worst with i at its lower end. Then, with the others free:
 *   1224     another one counts 1 when above i. At best only those that lie wholly above do; at worst all that can rise above it.
 *   average  the same, and half for another one that must (at best) or can at most (at worst) tie.
 *   1223     counts different values above i. At best: the fewest values that those wholly above can share, that is the least number of
 * points
 *            that stab all their intervals (greedily from the right, each point at the lower end of the highest interval not yet stabbed;
 * the first
 *            k points stab all intervals above a place, for every place at once). At worst: the most different values that those reaching
 * above i can
 *            take. Where values are dense each interval has one of its own, and points count once a value; where they are printed with so
 * many
 *            decimals it is the largest matching of intervals to places of that grid: earliest deadline first, from the highest place down,
 * the deadline
 *            of an interval being its lower end (J. R. Jackson 1955; with unit jobs the most that can be done). i itself takes no place: as
 * it may
 *            wait until the last, it would get one exactly where some place within reach had nobody else waiting. */
#include "eval/ranking.h"

#include <math.h>
#include <stdlib.h>

/* An end of an interval: an open lower end lies just above its number (side 1), an open upper one just below (-1). */
typedef struct end { double at; int side; } end;

static end low_of(const gp_contender *c) { return (end){c->lo, c->lo_open ? 1 : 0}; }
static end high_of(const gp_contender *c) { return (end){c->hi, c->hi_open ? -1 : 0}; }

static int compare(end x, end y) {
    if (x.at != y.at) return x.at < y.at ? -1 : 1;
    return (x.side > y.side) - (x.side < y.side);
}

static int by_place(const void *a, const void *b) { return compare(*(const end *)a, *(const end *)b); }
static bool is_point(const gp_contender *c) { return compare(low_of(c), high_of(c)) == 0; }

/* How many of a sorted list lie below `to`, or at it too. */
static size_t below(const end *sorted, size_t n, end to, bool or_at) {
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int c = compare(sorted[mid], to);
        if (c < 0 || (or_at && c == 0)) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

typedef struct ranking {
    gp_contender *list;
    size_t n;
    int decimals;
    gp_arena *scratch;
    end *low, *high;      /* sorted: lower ends of those that are ranked for certain, upper ends of all */
    size_t nlow;
    bool points;          /* no interval, nobody optional: low and high are one list */
} ranking;

static void sort_ends(ranking *r) {
    r->points = true;
    for (size_t i = 0; i < r->n; i++) r->points = r->points && is_point(&r->list[i]) && !r->list[i].optional;
    r->low = gp_arena_array(r->scratch, r->n, sizeof *r->low);
    for (size_t i = 0; i < r->n; i++)
        if (!r->list[i].optional) r->low[r->nlow++] = low_of(&r->list[i]);
    qsort(r->low, r->nlow, sizeof *r->low, by_place);
    r->high = r->low;
    if (r->points) return;
    r->high = gp_arena_array(r->scratch, r->n, sizeof *r->high);
    for (size_t i = 0; i < r->n; i++) r->high[i] = high_of(&r->list[i]);
    qsort(r->high, r->n, sizeof *r->high, by_place);
}

/* 1224 and average: who is above, and half of who is level. */
static void by_counting(ranking *r, double level) {
    for (size_t i = 0; i < r->n; i++) {
        gp_contender *c = &r->list[i];
        end lo = low_of(c), hi = high_of(c);
        size_t over = r->nlow - below(r->low, r->nlow, hi, true), beside = r->nlow - over - below(r->low, r->nlow, hi, false);
        c->best = 1 + (double)over + level * (double)(beside - (is_point(c) && !c->optional));
        over = r->n - below(r->high, r->n, lo, true);
        beside = r->n - over - below(r->high, r->n, lo, false);
        c->worst = 1 + (double)(over - !is_point(c)) + level * (double)(beside - is_point(c));
    }
}

/* ---- 1223 ---- */

static int by_low_down(const void *a, const void *b) {
    return compare(low_of(*(gp_contender *const *)b), low_of(*(gp_contender *const *)a));
}
static int by_high_down(const void *a, const void *b) {
    return compare(high_of(*(gp_contender *const *)b), high_of(*(gp_contender *const *)a));
}

static gp_contender **in_order(const ranking *r, int (*order)(const void *, const void *)) {
    gp_contender **list = gp_arena_array(r->scratch, r->n, sizeof *list);
    for (size_t i = 0; i < r->n; i++) list[i] = &r->list[i];
    qsort(list, r->n, sizeof *list, order);
    return list;
}

/* Turns a list that was made from the right into one in rising order. */
static void turn_round(end *list, size_t n) {
    for (size_t i = 0; i < n / 2; i++) {
        end kept = list[i];
        list[i] = list[n - 1 - i];
        list[n - 1 - i] = kept;
    }
}

/* The points that stab all intervals, from the right. */
static void best_of_values(ranking *r) {
    gp_contender **list = in_order(r, by_low_down);
    end *stabs = gp_arena_array(r->scratch, r->n, sizeof *stabs);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (list[i]->optional || (n && compare(high_of(list[i]), stabs[n - 1]) >= 0)) continue;
        stabs[n++] = low_of(list[i]);
    }
    turn_round(stabs, n);
    for (size_t i = 0; i < r->n; i++) r->list[i].best = 1 + (double)(n - below(stabs, n, high_of(&r->list[i]), true));
}

/* Values are dense: each interval has one that nobody else has. */
static void worst_of_dense(ranking *r) {
    end *points = gp_arena_array(r->scratch, r->n, sizeof *points), *spans = gp_arena_array(r->scratch, r->n, sizeof *spans);
    size_t npoints = 0, nspans = 0;
    for (size_t i = 0; i < r->n; i++)
        if (is_point(&r->list[i])) points[npoints++] = low_of(&r->list[i]);
        else spans[nspans++] = high_of(&r->list[i]);
    qsort(points, npoints, sizeof *points, by_place);
    qsort(spans, nspans, sizeof *spans, by_place);
    size_t values = 0;
    for (size_t i = 0; i < npoints; i++)
        if (values == 0 || compare(points[i], points[values - 1]) != 0) points[values++] = points[i];
    for (size_t i = 0; i < r->n; i++) {
        end lo = low_of(&r->list[i]);
        size_t over = values - below(points, values, lo, true) + nspans - below(spans, nspans, lo, true);
        r->list[i].worst = 1 + (double)(over - !is_point(&r->list[i]));
    }
}

/* Who waits for a place, the most urgent (the highest lower end) on top. */
typedef struct waiting { double *low; size_t n; } waiting;

static void swap(double *a, double *b) {
    double kept = *a;
    *a = *b;
    *b = kept;
}

static void put(waiting *w, double low) {
    size_t i = w->n++;
    w->low[i] = low;
    for (; i && w->low[(i - 1) / 2] < w->low[i]; i = (i - 1) / 2) swap(&w->low[i], &w->low[(i - 1) / 2]);
}

static void take(waiting *w) {
    w->low[0] = w->low[--w->n];
    for (size_t i = 0, k; (k = 2 * i + 1) < w->n; i = k) {
        if (k + 1 < w->n && w->low[k + 1] > w->low[k]) k++;
        if (w->low[i] >= w->low[k]) break;
        swap(&w->low[i], &w->low[k]);
    }
}

/* Ends on the grid, as whole numbers; infinite ones lie beyond all that the others could need. */
static double on_grid(const ranking *r, double v, double least, double most) {
    double places = (double)r->n + 1, scale = pow(10, r->decimals);
    return isfinite(v) ? rint(v * scale) : v > 0 ? most + places : least - places;
}

static bool find_grid(const ranking *r, double *least, double *most) {
    double scale = pow(10, r->decimals);
    *least = *most = 0;
    for (size_t i = 0; i < r->n; i++) {
        double ends[2] = {r->list[i].lo, r->list[i].hi};
        for (int e = 0; e < 2; e++) {
            if (!isfinite(ends[e])) continue;
            *least = fmin(*least, rint(ends[e] * scale));
            *most = fmax(*most, rint(ends[e] * scale));
        }
    }
    return r->decimals >= 0 && fmax(-*least, *most) + 2 * (double)r->n + 2 < 0x1p53;
}

/* Places of the grid, one each, from the highest down. `alone` lists those at which nobody else was waiting. */
static void worst_on_grid(ranking *r, double least, double most) {
    gp_contender **list = in_order(r, by_high_down);
    end *taken = gp_arena_array(r->scratch, r->n, sizeof *taken), *alone = gp_arena_array(r->scratch, r->n, sizeof *alone);
    waiting w = {gp_arena_array(r->scratch, r->n, sizeof *w.low), 0};
    size_t ntaken = 0, nalone = 0, next = 0;
    double place = INFINITY;
    while (next < r->n || w.n) {
        if (w.n == 0) place = fmin(place, on_grid(r, list[next]->hi, least, most));
        for (; next < r->n && on_grid(r, list[next]->hi, least, most) >= place; next++) put(&w, on_grid(r, list[next]->lo, least, most));
        while (w.n && w.low[0] > place) take(&w);
        if (w.n == 0) continue;
        if (w.n == 1) alone[nalone++] = (end){place, 0};
        take(&w);
        taken[ntaken++] = (end){place--, 0};
    }
    turn_round(taken, ntaken);
    turn_round(alone, nalone);
    for (size_t i = 0; i < r->n; i++) {
        end lo = {on_grid(r, r->list[i].lo, least, most), 0}, hi = {on_grid(r, r->list[i].hi, least, most), 0};
        bool itself = below(alone, nalone, hi, true) > below(alone, nalone, lo, true);
        r->list[i].worst = 1 + (double)(ntaken - below(taken, ntaken, lo, true) - itself);
    }
}

static void by_values(ranking *r) {
    double least, most;
    best_of_values(r);
    if (r->points) for (size_t i = 0; i < r->n; i++) r->list[i].worst = r->list[i].best;
    else if (find_grid(r, &least, &most)) worst_on_grid(r, least, most);
    else worst_of_dense(r);
}

void gp_rank(gp_contender *list, size_t n, gp_ties ties, int decimals, gp_arena *scratch) {
    ranking r = {.list = list, .n = n, .decimals = decimals, .scratch = scratch};
    sort_ends(&r);
    if (ties == GP_TIES_1223) by_values(&r);
    else by_counting(&r, ties == GP_TIES_AVERAGE ? 0.5 : 0);
}

/* The nearest name: edit distance with transpositions over code points.
 * Invariant: work is bounded by 64 code points a name; longer names are never near. */

#include "base/text.h"

enum { NAME_MAX_CPS = 64, FULL = 4, SLIGHT = 1 /* costs: four slight edits weigh as much as a full one */ };

typedef struct name_cps {
    uint32_t cp[NAME_MAX_CPS];
    size_t n;
} name_cps;

static bool cps_of(name_cps *out, gp_text t) {
    out->n = 0;
    for (size_t i = 0; i < t.n;) {
        if (out->n == NAME_MAX_CPS) return false;
        out->cp[out->n++] = gp_utf8_next(t, &i);
    }
    return true;
}

static uint32_t fold(uint32_t cp) {
    if (cp >= 'A' && cp <= 'Z') return cp + 32;
    return cp == '-' ? '_' : cp;
}

static unsigned swap_cost(uint32_t a, uint32_t b) {
    if (a == b) return 0;
    return fold(a) == fold(b) ? SLIGHT : FULL;
}

static unsigned drop_cost(uint32_t cp) {
    return fold(cp) == '_' ? SLIGHT : FULL;
}

static unsigned least(unsigned a, unsigned b) {
    return a < b ? a : b;
}

/* One row of the table: `row[j]` is the cost of turning the first i of a into the first j of b. */
static void fill_row(unsigned *row, const unsigned *up, const unsigned *up2, const name_cps *a, const name_cps *b, size_t i) {
    uint32_t x = a->cp[i - 1];
    row[0] = up[0] + drop_cost(x);
    for (size_t j = 1; j <= b->n; j++) {
        uint32_t y = b->cp[j - 1];
        unsigned best = least(up[j] + drop_cost(x), row[j - 1] + drop_cost(y));
        best = least(best, up[j - 1] + swap_cost(x, y));
        bool turned = i > 1 && j > 1 && x == b->cp[j - 2] && a->cp[i - 2] == y;
        row[j] = turned ? least(best, up2[j - 2] + FULL) : best;
    }
}

static unsigned distance(const name_cps *a, const name_cps *b) {
    unsigned rows[3][NAME_MAX_CPS + 1] = {{0}};
    for (size_t j = 1; j <= b->n; j++) rows[0][j] = rows[0][j - 1] + drop_cost(b->cp[j - 1]);
    for (size_t i = 1; i <= a->n; i++) fill_row(rows[i % 3], rows[(i + 2) % 3], rows[(i + 1) % 3], a, b, i);
    return rows[a->n % 3][b->n];
}

/* The cost up to which b is near a: a third of the length, or a slight edit everywhere, and never all of it. */
static unsigned near_limit(const name_cps *a, const name_cps *b) {
    size_t third = a->n / 3 ? a->n / 3 : 1, longer = a->n > b->n ? a->n : b->n;
    unsigned limit = (unsigned)third * FULL, slight = (unsigned)a->n * SLIGHT, all = (unsigned)longer * FULL;
    if (limit < slight) limit = slight;
    return limit < all ? limit : all - 1;
}

gp_text gp_text_nearest(gp_text name, const gp_text *candidates, size_t n) {
    name_cps a, b;
    gp_text found = GP_NO_TEXT;
    unsigned found_cost = 0;
    if (name.n == 0 || !cps_of(&a, name)) return found;
    for (size_t i = 0; i < n; i++) {
        if (candidates[i].n == 0 || !cps_of(&b, candidates[i])) continue;
        unsigned cost = distance(&a, &b);
        if (cost > near_limit(&a, &b) || (found.s && cost >= found_cost)) continue;
        found = candidates[i];
        found_cost = cost;
    }
    return found;
}

/* Gaps and overlaps of decision tables, by cells: between the values that conditions name, every input of a cell meets the same conditions.
 * Invariant: what is said of a table holds for all inputs; a table that is too large, or whose conditions are no constants, is said to be
 * unchecked and is guarded at run time instead. */
#include <math.h>
#include <stdlib.h>

#include "plan/table.h"

enum { STEPS_MAX = 4000000, PAIRS_STEPS_MAX = 100000000, OVERLAPS_SHOWN = 5 };

#define TOO_MANY "it has too many combinations of conditions"

/* The cells of a name. Ordered: below the first point, that point, between it and the next …, above the last one. Else one for each word,
 * truth value or text, and for texts one for anything else. */
typedef struct gp_cells {
    const gp_axis *axis;
    bool ordered;
    double *points; /* ordered: breakpoints; texts: their numbers */
    size_t npoints;
    size_t n;
    bool *real;   /* there is an input in it */
    size_t words; /* of the bits of a set */
} gp_cells;

typedef struct gp_search {
    const gp_decision *t;
    gp_load *l;
    gp_arena scratch;
    gp_cells *axes;
    uint64_t ***set; /* [row][axis]: cells in which the row holds; NULL: all */
    size_t *last;    /* [row]: axes before which it may be decided: 1 more than the last one with a condition */
    size_t *at;      /* [axis]: the cell of the example */
    size_t steps;
    bool too_large;
} gp_search;

bool gp_table_same(const gp_expr *a, const gp_expr *b) {
    bool constant = gp_expr_is_const(a);
    if (constant != gp_expr_is_const(b)) return false;
    return constant ? a->value == b->value : gp_text_eq(a->text, b->text);
}

/* ---- cells ---- */

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void add_points(double *points, size_t *n, const gp_condition *c, size_t axis) {
    if (c->axis != axis) return;
    for (size_t i = 0; i < c->n; i++)
        for (unsigned k = 0; k < c->spans[i].n; k++) points[(*n)++] = c->spans[i].bound[k].value->value + 0.0;
}

static size_t count_bounds(const gp_decision *t) {
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < t->rows[i].n; k++) n += 2 * t->rows[i].conditions[k].n;
    return n;
}

static void collect_points(gp_search *s, gp_cells *c, size_t axis) {
    const gp_decision *t = s->t;
    c->points = gp_arena_array(&s->scratch, count_bounds(t), sizeof *c->points);
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < t->rows[i].n; k++) add_points(c->points, &c->npoints, &t->rows[i].conditions[k], axis);
    if (c->npoints) qsort(c->points, c->npoints, sizeof *c->points, by_value);
    size_t kept = 0;
    for (size_t i = 0; i < c->npoints; i++)
        if (kept == 0 || c->points[i] != c->points[kept - 1]) c->points[kept++] = c->points[i];
    c->npoints = kept;
}

/* Ends of an ordered cell; both are the point itself where it is one. */
static void ends_of(double *lo, double *hi, const gp_cells *c, size_t cell) {
    *lo = cell == 0 ? -INFINITY : c->points[(cell - 1) / 2];
    *hi = cell == c->n - 1 ? INFINITY : c->points[cell / 2];
}

static void range_of(double *lo, double *hi, const gp_cells *c) {
    const gp_datum *d = c->axis->datum;
    bool given = d && d->has_range;
    *lo = given ? d->range.lo : -INFINITY;
    *hi = given ? d->range.hi : INFINITY;
}

static bool is_real(const gp_cells *c, size_t cell) {
    double lo, hi, least, most;
    if (!c->ordered) return true;
    ends_of(&lo, &hi, c, cell);
    range_of(&least, &most, c);
    if (cell % 2) return lo >= least && lo <= most;
    if (c->axis->x->type.kind == GP_DATE && isfinite(lo) && isfinite(hi) && hi - lo < 2) return false;
    return lo < most && hi > least;
}

static void make_cells(gp_search *s, size_t axis) {
    gp_cells *c = &s->axes[axis];
    c->axis = &s->t->axes[axis];
    gp_kind kind = c->axis->x->type.kind;
    c->ordered = kind == GP_NUMBER || kind == GP_DATE;
    if (c->ordered || kind == GP_STRING) collect_points(s, c, axis);
    if (c->ordered)
        c->n = 2 * c->npoints + 1;
    else
        c->n = kind == GP_BOOL ? 2 : kind == GP_STRING ? c->npoints + 1 : c->axis->x->type.words->n;
    c->words = (c->n + 63) / 64;
    c->real = gp_arena_array(&s->scratch, c->n, sizeof *c->real);
    for (size_t i = 0; i < c->n; i++) c->real[i] = is_real(c, i);
}

/* ---- where a row holds ---- */

/* A value that stands for the cell beside bounds, which stand at their own cells' values. */
static double place_of(const gp_cells *c, size_t cell, bool by_number) {
    gp_kind kind = c->axis->x->type.kind;
    if (by_number) return c->axis->x->type.words->value[cell];
    if (kind == GP_STRING) return cell < c->npoints ? c->points[cell] : -1;
    return (double)cell;
}

static double bound_at(const gp_cells *c, const gp_bound *b) {
    double v = b->value->value;
    if (!c->ordered) return v;
    size_t lo = 0, n = c->npoints;
    while (n > 0) {
        size_t half = n / 2;
        if (c->points[lo + half] < v) {
            lo += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return (double)(2 * lo + 1);
}

static bool relates(gp_expr_op op, double x, double y) {
    switch (op) {
    case GP_X_LT: return x < y;
    case GP_X_LE: return x <= y;
    case GP_X_GT: return x > y;
    case GP_X_GE: return x >= y;
    case GP_X_EQ: return x == y;
    default: return x != y;
    }
}

static bool holds_in(const gp_cells *c, const gp_condition *k, size_t cell) {
    bool any = false;
    for (size_t i = 0; i < k->n && !any; i++) {
        bool all = true;
        for (unsigned b = 0; b < k->spans[i].n && all; b++) {
            const gp_bound *bound = &k->spans[i].bound[b];
            all = relates(bound->op, place_of(c, cell, bound->by_number), bound_at(c, bound));
        }
        any = all;
    }
    return any != k->negated;
}

static void make_set(gp_search *s, size_t row, const gp_condition *k) {
    const gp_cells *c = &s->axes[k->axis];
    uint64_t *set = gp_arena_array(&s->scratch, c->words, sizeof *set);
    for (size_t i = 0; i < c->n; i++)
        if (c->real[i] && holds_in(c, k, i)) set[i / 64] |= (uint64_t)1 << i % 64;
    s->set[row][k->axis] = set;
    if (k->axis + 1 > s->last[row]) s->last[row] = k->axis + 1;
}

static void make_sets(gp_search *s) {
    const gp_decision *t = s->t;
    s->set = gp_arena_array(&s->scratch, t->n, sizeof *s->set);
    s->last = gp_arena_array(&s->scratch, t->n, sizeof *s->last);
    s->at = gp_arena_array(&s->scratch, t->naxes, sizeof *s->at);
    for (size_t i = 0; i < t->n; i++) {
        s->set[i] = gp_arena_array(&s->scratch, t->naxes, sizeof **s->set);
        for (size_t k = 0; k < t->rows[i].n; k++) make_set(s, i, &t->rows[i].conditions[k]);
    }
}

static bool in_set(const gp_search *s, size_t row, size_t axis, size_t cell) {
    const uint64_t *set = s->set[row][axis];
    return !set || set[cell / 64] >> cell % 64 & 1;
}

static size_t first_real(const gp_cells *c) {
    size_t i = 0;
    while (i + 1 < c->n && !c->real[i]) i++;
    return i;
}

/* ---- examples ---- */

static double inside(double lo, double hi, double least, double most, double step) {
    if (least > lo) return least;
    if (most < hi) return most;
    if (!isfinite(lo) && !isfinite(hi)) return 0;
    if (!isfinite(lo)) return hi - step;
    if (!isfinite(hi)) return lo + step;
    return step == 1 && hi - lo >= 2 ? floor((lo + hi) / 2) : gp_round_digits((lo + hi) / 2, 15);
}

static void put_cell(gp_buf *b, const gp_search *s, const gp_cells *c, size_t cell) {
    const gp_type *type = &c->axis->x->type;
    double lo, hi, least, most;
    if (type->kind == GP_STRING && cell == c->npoints) {
        gp_buf_str(b, "anything else");
        return;
    }
    if (!c->ordered) {
        gp_expr_print_const(b, type, place_of(c, cell, false), &s->l->plan->texts);
        return;
    }
    ends_of(&lo, &hi, c, cell);
    range_of(&least, &most, c);
    double step = type->kind == GP_NUMBER ? gp_decimal_double((gp_decimal){1, type->unit.scale}, 0) : 1;
    gp_expr_print_const(b, type, cell % 2 ? lo : gp_round_digits(inside(lo, hi, least, most, step), 15), &s->l->plan->texts);
}

/* "age = 22, kind = B" */
static gp_text example_of(const gp_search *s) {
    gp_buf b;
    gp_buf_init(&b, s->l->arena);
    for (size_t i = 0; i < s->t->naxes; i++) {
        gp_buf_printf(&b, "%s%.*s = ", i ? ", " : "", GP_ARG(s->t->axes[i].name));
        put_cell(&b, s, &s->axes[i], s->at[i]);
    }
    if (s->t->naxes == 0) gp_buf_str(&b, "any input");
    return gp_buf_take(&b);
}

/* ---- gaps ---- */

static bool covered(gp_search *s, size_t axis, const uint32_t *rows, size_t n);

/* The rows that hold in a cell. */
static size_t narrow(gp_search *s, uint32_t *out, size_t axis, size_t cell, const uint32_t *rows, size_t n) {
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (in_set(s, rows[i], axis, cell)) out[kept++] = rows[i];
    s->steps += n;
    s->too_large = s->too_large || s->steps > STEPS_MAX;
    return kept;
}

static bool same_rows(const uint32_t *a, size_t na, const uint32_t *b, size_t nb) {
    if (na != nb) return false;
    for (size_t i = 0; i < na; i++)
        if (a[i] != b[i]) return false;
    return true;
}

static bool covered_along(gp_search *s, size_t axis, const uint32_t *rows, size_t n) {
    const gp_cells *c = &s->axes[axis];
    uint32_t *now = gp_arena_array(&s->scratch, n, sizeof *now), *before = gp_arena_array(&s->scratch, n, sizeof *before);
    size_t nbefore = SIZE_MAX;
    for (size_t cell = 0; cell < c->n && !s->too_large; cell++) {
        if (!c->real[cell]) continue;
        s->at[axis] = cell;
        size_t kept = narrow(s, now, axis, cell, rows, n);
        if (same_rows(now, kept, before, nbefore)) continue;
        if (!covered(s, axis + 1, now, kept)) return false;
        uint32_t *swap = before;
        before = now;
        now = swap;
        nbefore = kept;
    }
    return true;
}

/* Whether one of the rows holds whatever the names from `axis` on are; else s->at is an input for which none does. */
static bool covered(gp_search *s, size_t axis, const uint32_t *rows, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (s->last[rows[i]] <= axis) return true;
    if (n == 0) {
        for (; axis < s->t->naxes; axis++) s->at[axis] = first_real(&s->axes[axis]);
        return false;
    }
    return s->too_large || covered_along(s, axis, rows, n);
}

static void find_gap(gp_search *s, gp_table_facts *facts, gp_table_told *told) {
    uint32_t *all = gp_arena_array(&s->scratch, s->t->n, sizeof *all);
    for (size_t i = 0; i < s->t->n; i++) all[i] = (uint32_t)i;
    bool complete = covered(s, 0, all, s->t->n);
    if (s->too_large)
        told->unchecked = GP_TEXT(TOO_MANY);
    else if (!complete)
        told->gap = example_of(s);
    facts->complete = complete && !s->too_large;
}

/* ---- overlaps ---- */

static bool meet_at(gp_search *s, size_t axis, size_t a, size_t b) {
    const gp_cells *c = &s->axes[axis];
    for (size_t i = 0; i < c->n; i++) {
        if (!c->real[i] || !in_set(s, a, axis, i) || !in_set(s, b, axis, i)) continue;
        s->at[axis] = i;
        return true;
    }
    return false;
}

static bool sets_meet(const gp_search *s, size_t axis, size_t a, size_t b) {
    const uint64_t *x = s->set[a][axis], *y = s->set[b][axis];
    if (!x || !y) return true; /* a condition that never holds is found where the cell is looked for */
    for (size_t w = 0; w < s->axes[axis].words; w++)
        if (x[w] & y[w]) return true;
    return false;
}

static bool overlap(gp_search *s, size_t a, size_t b) {
    for (size_t k = 0; k < s->t->naxes; k++)
        if (!sets_meet(s, k, a, b)) return false;
    for (size_t k = 0; k < s->t->naxes; k++)
        if (!meet_at(s, k, a, b)) return false;
    return true;
}

static void report_overlap(gp_search *s, size_t a, size_t b) {
    gp_text example = example_of(s);
    const gp_decision *t = s->t;
    const char *what = t->hit == GP_HIT_ANY ? "give different outcomes at once" : "hold at once";
    gp_diag *diag = gp_report(s->l->diags, GP_D_TABLE_OVERLAP, t->rows[b].at, "rows %zu and %zu of the table `%.*s` %s, as for %.*s", a + 1,
                              b + 1, GP_ARG(t->name), what, GP_ARG(example));
    diag->also = t->rows[a].at;
    diag->also_what = GP_TEXT("the other row");
    gp_hint(s->l->diags, diag, "part their conditions, or say which counts: `hit: first`");
}

static bool too_many_pairs(const gp_search *s) {
    size_t words = 1;
    for (size_t k = 0; k < s->t->naxes; k++) words += s->axes[k].words;
    return words * s->t->n * s->t->n / 2 > PAIRS_STEPS_MAX;
}

static void find_overlaps(gp_search *s, gp_table_facts *facts, gp_table_told *told, bool certain) {
    const gp_decision *t = s->t;
    size_t found = 0;
    for (size_t b = 1; b < t->n; b++)
        for (size_t a = 0; a < b; a++) {
            if (t->hit == GP_HIT_ANY && gp_table_same(t->rows[a].then, t->rows[b].then)) continue;
            if (!overlap(s, a, b)) continue;
            facts->apart = false;
            bool differ = t->hit == GP_HIT_UNIQUE || (gp_expr_is_const(t->rows[a].then) && gp_expr_is_const(t->rows[b].then));
            if (!differ)
                told->unchecked = GP_TEXT("what follows from rows that hold at once is no constant");
            else if (!certain)
                told->unchecked = GP_TEXT("whether two rows hold at once depends on data that they share");
            else if (found++ < OVERLAPS_SHOWN)
                report_overlap(s, a, b);
        }
    if (found > OVERLAPS_SHOWN)
        gp_report(s->l->diags, GP_D_TABLE_OVERLAP, t->at, "%zu more pairs of rows of the table `%.*s` hold at once", found - OVERLAPS_SHOWN,
                  GP_ARG(t->name));
}

/* ---- names that depend on each other ---- */

typedef struct gp_reads {
    const gp_plan *plan;
    uint8_t *datum;   /* 1 + the axis that reads it; the last two: the subject, the period */
    uint8_t *derived; /* 1 + the axis that has been there */
    uint8_t now;
    bool shared;
} gp_reads;

static void read_datum(gp_reads *r, size_t datum) {
    r->shared = r->shared || (r->datum[datum] && r->datum[datum] != r->now);
    r->datum[datum] = r->now;
}

static void read_expr(gp_reads *r, const gp_expr *e) {
    size_t ndata = r->plan->ndata;
    if (e->op == GP_X_SUBJECT) read_datum(r, ndata);
    if (e->op == GP_X_PERIOD || (e->op == GP_X_CALL && e->fn == GP_FN_ELAPSED)) read_datum(r, ndata + 1);
    if (e->op == GP_X_NAME && e->ref < ndata) read_datum(r, e->ref);
    if (e->op == GP_X_NAME && e->ref >= ndata && r->derived[e->ref - ndata] != r->now) {
        r->derived[e->ref - ndata] = r->now;
        const gp_expr *below = r->plan->derived[e->ref - ndata].expr;
        if (below) read_expr(r, below);
    }
    for (uint32_t i = 0; i < e->n; i++) read_expr(r, e->arg[i]);
}

/* Names that read no data in common can have any values side by side. */
static bool are_independent(gp_search *s) {
    gp_reads r = {.plan = s->l->plan};
    r.datum = gp_arena_array(&s->scratch, s->l->plan->ndata + 2, sizeof *r.datum);
    r.derived = gp_arena_array(&s->scratch, s->l->plan->nderived + 1, sizeof *r.derived);
    for (size_t i = 0; i < s->t->naxes; i++) {
        r.now = (uint8_t)(i + 1);
        read_expr(&r, s->t->axes[i].x);
    }
    return !r.shared;
}

/* ---- the check ---- */

static bool all_constant(const gp_decision *t) {
    for (size_t i = 0; i < t->n; i++)
        for (size_t k = 0; k < t->rows[i].n; k++)
            if (!t->rows[i].conditions[k].constant) return false;
    return true;
}

static bool has_default(const gp_decision *t) {
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].n == 0) return true;
    return false;
}

static void release(void *scratch) {
    gp_arena_fini(scratch);
}

void gp_table_check(gp_table_facts *facts, gp_table_told *told, gp_load *l, const gp_decision *t) {
    bool single = t->hit == GP_HIT_UNIQUE || t->hit == GP_HIT_ANY;
    *facts = (gp_table_facts){.complete = has_default(t), .apart = t->n < 2};
    if (!all_constant(t)) {
        told->unchecked = GP_TEXT("its conditions are no constants");
        return;
    }
    gp_search *s = GP_NEW(l->arena, gp_search);
    *s = (gp_search){.t = t, .l = l};
    gp_arena_init(&s->scratch, l->arena->mem);
    gp_arena_defer(l->arena, release, &s->scratch);
    s->axes = gp_arena_array(&s->scratch, t->naxes, sizeof *s->axes);
    for (size_t i = 0; i < t->naxes; i++) make_cells(s, i);
    make_sets(s);
    if (t->hit != GP_HIT_COUNT) find_gap(s, facts, told);
    if (single && too_many_pairs(s))
        told->unchecked = GP_TEXT(TOO_MANY);
    else if (single) {
        facts->apart = true;
        find_overlaps(s, facts, told, are_independent(s));
    }
    gp_arena_fini(&s->scratch);
}

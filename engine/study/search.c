/* Search: the cheapest point of a grid of paths that meets an aim.
 * Invariant: whatever was passed by unseen was shown by an evaluation on open values to hold no such point, or the answer says that it was
 * sampled.
 * Boxes of the grid are taken in the order of the least that a change into them costs. Where an evaluation over a whole box (an open value
 * for each path) leaves the aim impossible, the box is dropped; else it is split, down to single points. This is branch and bound with
 * intervals (S. Skelboe, Computation of rational interval functions, BIT 14, 1974): it walks every knot of piecewise scores without knowing
 * them.
 * Rules, cohorts and their kin tell an open value from the points within it: then every box is split, which tries each point, the nearest
 * first. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "study/study.h"

enum {
    CHUNK = 256,         /* rows of a batch */
    FIRST_BATCH = 32,
    MANY = 512,          /* points of a grid from which on open values are worth their while */
    FEW = 64,            /* points of a box that are tried at once */
    MOST_ALONE = 1 << 21, MOST_TOGETHER = 1 << 18, MOST_HULLS = 1 << 19, /* rows, before a search goes on by samples */
    LEAST_POINTS = 1024, /* of a cohort, however large it is */
    SAMPLES = 1 << 16
};

typedef struct box {
    int64_t lo[GP_MOST_LEVERS], hi[GP_MOST_LEVERS];
    double cost;  /* of the cheapest change into it */
    double near;  /* no point within comes nearer; for the second search */
} box;

typedef struct search {
    gp_found *out;
    gp_study study;      /* with an arena of its own */
    const gp_aim *aim;
    gp_trials trials;
    double *upper[GP_MOST_LEVERS]; /* per axis: upper ends, of parameters that open */
    const gp_axis *axis;
    size_t n, room;      /* axes; trials of a batch at the most */
    bool hulls, found_only;
    bool by_nearness;    /* the second search: the nearest miss */
    box *batch, *heap;
    size_t nbatch, nheap, cap_heap;
    bool found, missed;
    int64_t best[GP_MOST_LEVERS], miss[GP_MOST_LEVERS];
    double best_cost, miss_cost, nearness;
    uint64_t rows, most;
    size_t few, nmet;    /* points of a box that are tried at once; of a batch those that meet the aim */
} search;

/* ---- the grid ---- */

double gp_axis_value(const gp_axis *x, int64_t step) { return gp_decimal_double((gp_decimal){step, x->exp}, 0); }

int64_t gp_axis_short(const gp_axis *x, int64_t step) {
    int64_t nearer = step > x->now ? step - 1 : step < x->now ? step + 1 : step;
    return nearer < x->lo || nearer > x->hi ? step : nearer;
}

static int exponent(double v) {
    gp_decimal d = gp_decimal_of(v);
    return d.mant == 0 ? 100 : d.exp;
}

static int finer(int a, int b) { return a < b ? a : b; }

/* The digits of the present value, of that which a scenario set another over, of the bounds and the dictionary, no coarser than the unit;
 * parameters of the plan may take two more. */
static void make_axis(gp_axis *x, const gp_study *s, const gp_scenario *scenario, const gp_lever *l) {
    const gp_datum *like = &l->target.like;
    double now = gp_study_present(s, scenario, &l->target), before = gp_study_present(s, &(gp_scenario){0}, &l->target);
    int scale = like->type.unit.scale, finest = finer(scale, finer(exponent(l->lo), exponent(l->hi)));
    *x = (gp_axis){.lever = l, .missing = isnan(now)};
    if (!x->missing) finest = finer(finest, exponent(now));
    if (!isnan(before)) finest = finer(finest, exponent(before));
    if (like->digits >= 0) finest = finer(finest, scale - like->digits);
    if (l->target.kind != GP_TARGET_DATUM && like->type.kind == GP_NUMBER) finest = finer(finest, scale - 2);
    x->exp = finest;
    while ((l->hi - l->lo) * pow(10, -x->exp) > 1e12) x->exp++;
    x->lo = (int64_t)ceil(l->lo * pow(10, -x->exp) - 1e-6);
    x->hi = (int64_t)floor(l->hi * pow(10, -x->exp) + 1e-6);
    x->now = x->missing ? x->lo : (int64_t)llround(now * pow(10, -x->exp));
}

/* Data, and targets of criteria: whatever else a plan has is reckoned with as the one number that it is, and a date is compared with others
 * besides. */
static bool can_open(const search *s, const gp_target *t) {
    gp_kind kind = t->like.type.kind;
    bool target = t->kind == GP_TARGET_PARAM && t->nwhat == 1 && !s->trials.plan &&
                  (t->what[0] == &t->node->criterion.target || t->what[0] == &t->node->criterion.upper);
    return (t->kind == GP_TARGET_DATUM || target) && (kind == GP_NUMBER || kind == GP_STAGE);
}

static double distance(const gp_axis *x, int64_t lo, int64_t hi) {
    return x->now < lo ? (double)(lo - x->now) : x->now > hi ? (double)(x->now - hi) : 0;
}

static double cost_of(const search *s, const int64_t *lo, const int64_t *hi) {
    double sum = 0;
    for (size_t k = 0; k < s->n; k++) {
        const gp_axis *x = &s->axis[k];
        sum += x->lever->cost * distance(x, lo[k], hi[k]) * pow(10, x->exp - x->lever->target.like.type.unit.scale);
    }
    return sum;
}

static bool is_point(const search *s, const box *b) { return memcmp(b->lo, b->hi, s->n * sizeof *b->lo) == 0; }

static double points_of(const search *s, const box *b) {
    double n = 1;
    for (size_t k = 0; k < s->n; k++) n *= (double)(b->hi[k] - b->lo[k] + 1);
    return n;
}

static double all_points(const search *s) {
    box whole;
    for (size_t k = 0; k < s->n; k++) {
        whole.lo[k] = s->axis[k].lo;
        whole.hi[k] = s->axis[k].hi;
    }
    return points_of(s, &whole);
}

/* ---- boxes that wait: the cheapest, or the one that may come nearest, first ---- */

static bool before(const search *s, const box *a, const box *b) {
    if (s->by_nearness && a->near != b->near) return a->near > b->near;
    if (a->cost != b->cost) return a->cost < b->cost;
    for (size_t k = 0; k < s->n; k++)
        if (a->lo[k] != b->lo[k]) return a->lo[k] > b->lo[k];
    return false;
}

static void push(search *s, const box *b) {
    GP_PUSH(s->study.arena, s->heap, s->nheap, s->cap_heap);
    size_t i = s->nheap - 1;
    for (; i && before(s, b, &s->heap[(i - 1) / 2]); i = (i - 1) / 2) s->heap[i] = s->heap[(i - 1) / 2];
    s->heap[i] = *b;
}

static box pop(search *s) {
    box top = s->heap[0], last = s->heap[--s->nheap];
    size_t i = 0;
    for (size_t k; (k = 2 * i + 1) < s->nheap; i = k) {
        if (k + 1 < s->nheap && before(s, &s->heap[k + 1], &s->heap[k])) k++;
        if (!before(s, &s->heap[k], &last)) break;
        s->heap[i] = s->heap[k];
    }
    s->heap[i] = last;
    return top;
}

/* Of two changes of one path by as much the upward one is taken. */
static bool ties_upwards(const search *s, const box *b) {
    return s->n == 1 && b->cost == s->best_cost && b->hi[0] > s->axis[0].now && s->best[0] < s->axis[0].now;
}

static bool is_worth(const search *s, const box *b) {
    if (!s->by_nearness) return !s->found || b->cost < s->best_cost || ties_upwards(s, b);
    return !s->missed || b->near > s->nearness || (b->near == s->nearness && b->cost < s->miss_cost);
}

/* ---- evaluating a batch ---- */

static void lay(search *s, size_t trial, const box *b) {
    size_t cases = s->study.ncases;
    for (size_t k = 0; k < s->n; k++) {
        const gp_axis *x = &s->axis[k];
        const gp_target *t = &x->lever->target;
        double lo = gp_axis_value(x, b->lo[k]), hi = gp_axis_value(x, b->hi[k]);
        const uint8_t *set = t->kind == GP_TARGET_DATUM ? s->trials.frame->set[t->datum] : NULL;
        for (size_t row = trial * cases; row < (trial + 1) * cases; row++) {
            if (set && !set[row]) continue;
            x->column[row] = lo;
            if (s->upper[k]) s->upper[k][row] = hi;
            else if (lo != hi) gp_frame_set(s->trials.frame, row, t->datum, &(gp_interval){lo, hi, false, false});
        }
    }
}

static void take_point(search *s, const box *b, const gp_block *block, size_t i) {
    if (gp_aim_met(s->aim, block, i) && (!s->found || b->cost < s->best_cost || ties_upwards(s, b))) {
        memcpy(s->best, b->lo, sizeof s->best);
        s->best_cost = b->cost;
        s->found = true;
    }
    double near = gp_aim_nearness(s->aim, s->trials.run, block, i, false);
    if (near == -INFINITY || (s->missed && (near < s->nearness || (near == s->nearness && !(b->cost < s->miss_cost))))) return;
    memcpy(s->miss, b->lo, sizeof s->miss);
    s->nearness = near;
    s->miss_cost = b->cost;
    s->missed = true;
}

/* Keeps the box where something within it may be what is sought. */
static void take_box(search *s, box *b, const gp_block *block, size_t i) {
    if (s->by_nearness) b->near = gp_aim_nearness(s->aim, s->trials.run, block, i, true);
    else if (!gp_aim_possible(s->aim, block, i)) return;
    push(s, b);
}

/* What one row of a batch that was evaluated says. */
typedef void row_fn(search *s, box *b, const gp_block *block, size_t i);

static void take(search *s, box *b, const gp_block *block, size_t i) {
    if (is_point(s, b)) take_point(s, b, block, i);
    else take_box(s, b, block, i);
}

static bool evaluate(search *s, row_fn *fn) {
    gp_block block;
    size_t cases = s->study.ncases, asked = s->study.asked;
    if (s->hulls) gp_frame_close(s->trials.frame);
    for (size_t k = 0; k < s->nbatch; k++) lay(s, k, &s->batch[k]);
    s->trials.frame->nrows = s->nbatch * cases;
    if (!gp_trials_run(&s->trials)) return false;
    while (gp_run_block(s->trials.run, &block))
        for (size_t i = 0; i < block.n; i++)
            if ((block.first + i) % cases == asked) fn(s, &s->batch[(block.first + i) / cases], &block, i);
    s->rows += s->nbatch * cases;
    s->nbatch = 0;
    return true;
}

static void add(search *s, const int64_t *lo, const int64_t *hi) {
    box *b = &s->batch[s->nbatch++];
    memcpy(b->lo, lo, sizeof b->lo);
    memcpy(b->hi, hi, sizeof b->hi);
    b->cost = cost_of(s, lo, hi);
    b->near = INFINITY;
}

/* ---- splitting ---- */

/* Calls for each part of the box when axis k is cut into as many parts as pieces[k] says. */
static void split(search *s, const box *of, const int64_t *pieces) {
    int64_t turn[GP_MOST_LEVERS] = {0};
    for (size_t k = 0; k < s->n;) {
        box part = {0};
        for (k = 0; k < s->n; k++) {
            int64_t n = of->hi[k] - of->lo[k] + 1;
            part.lo[k] = of->lo[k] + n * turn[k] / pieces[k];
            part.hi[k] = of->lo[k] + n * (turn[k] + 1) / pieces[k] - 1;
        }
        bool whole = s->hulls || is_point(s, &part);
        part.cost = cost_of(s, part.lo, part.hi);
        part.near = of->near;
        if (whole) add(s, part.lo, part.hi);
        else push(s, &part);
        for (k = 0; k < s->n && ++turn[k] == pieces[k]; k++) turn[k] = 0;
    }
}

static void take_apart(search *s, const box *b) {
    int64_t pieces[GP_MOST_LEVERS], each = s->n == 1 ? 16 : s->n == 2 ? 4 : 2;
    bool all = points_of(s, b) <= (double)s->few;
    for (size_t k = 0; k < s->n; k++) {
        int64_t steps = b->hi[k] - b->lo[k] + 1;
        pieces[k] = all || steps < each ? steps : each;
    }
    split(s, b, pieces);
}

/* false after reporting. Ends when nothing is left that could be better, or when `most` rows were tried. */
static bool explore(search *s) {
    box whole = {.near = INFINITY};
    size_t target = FIRST_BATCH;
    for (size_t k = 0; k < s->n; k++) {
        whole.lo[k] = s->axis[k].lo;
        whole.hi[k] = s->axis[k].hi;
    }
    whole.cost = cost_of(s, whole.lo, whole.hi);
    s->nheap = 0;
    push(s, &whole);
    for (s->rows = 0; s->nheap && s->rows < s->most; target = target < CHUNK ? 2 * target : target) {
        while (s->nheap && s->nbatch < target && s->nbatch + s->few <= s->room) {
            box b = pop(s);
            if (is_worth(s, &b)) take_apart(s, &b);
        }
        if (s->nbatch && !evaluate(s, take)) return false;
    }
    return true;
}

/* ---- too many steps: a grid that closes in on the best that it has ---- */

/* The last stride is cut short by the bound. */
static bool next_stride(int64_t *at, int64_t hi, int64_t stride) {
    if (*at == hi) return false;
    *at = *at + stride < hi ? *at + stride : hi;
    return true;
}

static bool try_grid(search *s, const box *b, const int64_t *stride) {
    int64_t at[GP_MOST_LEVERS];
    memcpy(at, b->lo, sizeof at);
    for (size_t k = 0; k < s->n;) {
        add(s, at, at);
        for (k = 0; k < s->n && !next_stride(&at[k], b->hi[k], stride[k]); k++) at[k] = b->lo[k];
        if ((s->nbatch == s->room || k == s->n) && !evaluate(s, take)) return false;
    }
    return true;
}

/* Along each path, of all samples that the rows allow. */
static int64_t samples_along(const search *s) {
    double most = (double)s->most / (double)s->study.ncases;
    return 2 + (int64_t)pow(most < SAMPLES ? most : SAMPLES, 1.0 / (double)s->n);
}

static bool sample(search *s) {
    int64_t stride[GP_MOST_LEVERS], each = samples_along(s);
    box b = {0};
    for (size_t k = 0; k < s->n; k++) {
        b.lo[k] = s->axis[k].lo;
        b.hi[k] = s->axis[k].hi;
    }
    for (bool coarse = true; coarse;) {
        coarse = false;
        for (size_t k = 0; k < s->n; k++) {
            int64_t steps = b.hi[k] - b.lo[k] + 1;
            stride[k] = (steps + each - 1) / each;
            coarse = coarse || stride[k] > 1;
        }
        if (!try_grid(s, &b, stride)) return false;
        const int64_t *about = s->found ? s->best : s->miss;
        for (size_t k = 0; k < s->n; k++) {
            b.lo[k] = about[k] - stride[k] > s->axis[k].lo ? about[k] - stride[k] : s->axis[k].lo;
            b.hi[k] = about[k] + stride[k] < s->axis[k].hi ? about[k] + stride[k] : s->axis[k].hi;
        }
    }
    return true;
}

/* ---- what there is now ---- */

static bool same_target(const gp_target *a, const gp_target *b) {
    if (a->kind != b->kind) return false;
    return a->kind == GP_TARGET_DATUM ? a->datum == b->datum : a->what[0] == b->what[0];
}

/* The row of the base that has the datum: that of the subject which the path names, else that of the case asked about. */
static size_t row_of(const gp_study *s, const gp_target *t) {
    const gp_frame *f = s->base;
    size_t row = gp_study_row(s), asked = row;
    if (!t->subject.s || gp_text_eq(f->cases[row].subject, t->subject)) return row;
    for (row = 0; row < f->nrows; row++)
        if (gp_text_eq(f->cases[row].subject, t->subject) && gp_period_eq(f->cases[row].period, f->cases[asked].period)) return row;
    return asked;
}

static double known_end(const gp_interval *v) { return isfinite(v->lo) ? v->lo : v->hi; }

double gp_study_present(const gp_study *s, const gp_scenario *scenario, const gp_target *t) {
    size_t row = row_of(s, t);
    double now = t->now;
    if (t->kind == GP_TARGET_DATUM) {
        const gp_cell *cell = gp_frame_cell(s->base, row, t->datum);
        now = cell ? known_end(&cell->value) : s->base->column[t->datum][row];
    }
    for (size_t k = 0; k < scenario->nsets; k++) {
        const gp_setting *set = &scenario->sets[k];
        bool theirs = set->target.subject.s && !gp_text_eq(set->target.subject, s->base->cases[row].subject);
        if (!set->shape && same_target(&set->target, t) && !theirs) now = known_end(&set->value);
    }
    return isfinite(now) ? now : NAN;
}

/* ---- asking ---- */

static bool refuse(const gp_study *s, const gp_lever *l, gp_code code, const char *what, const char *hint) {
    gp_diag *diag = gp_report(s->diags, code, l->at, "`%.*s` %s", GP_ARG(l->target.path), what);
    if (hint) gp_hint(s->diags, diag, "%s", hint);
    return false;
}

static bool check_levers(const gp_study *s, const gp_lever *levers, size_t n) {
    for (size_t k = 0; k < n; k++) {
        if (k >= GP_MOST_LEVERS) return refuse(s, &levers[k], GP_D_BAD_VALUE, "is one path too many: six can be sought at once", NULL);
        if (!levers[k].bounded)
            return refuse(s, &levers[k], GP_D_MISSING_KEY, "has no bounds to seek in",
                          "give them with `--within FROM..TO`, or as `range` in the dictionary");
        for (size_t j = 0; j < k; j++) {
            const gp_text *a = &levers[k].target.subject, *b = &levers[j].target.subject;
            if (same_target(&levers[k].target, &levers[j].target) && (!a->s || !b->s || gp_text_eq(*a, *b)))
                return refuse(s, &levers[k], GP_D_BAD_VALUE, "is sought twice", NULL);
        }
    }
    return true;
}

static void release(void *ptr) { gp_arena_fini(ptr); }

static bool prepare(search *s, const gp_study *study, const gp_scenario *scenario, const gp_lever *levers) {
    gp_arena *own = GP_NEW(study->arena, gp_arena);
    gp_arena_init(own, study->arena->mem);
    gp_arena_defer(study->arena, release, own);
    s->study = *study;
    s->study.arena = own;
    size_t fit = CHUNK / study->ncases, least = s->n < 5 ? 16 : FEW;
    for (size_t k = 0; k < s->n; k++) make_axis(&s->out->axis[k], study, scenario, &levers[k]);
    s->room = s->found_only ? 2 * least : fit > least ? fit : least; /* one of many: making room would take longer than searching */
    if (all_points(s) < (double)s->room) s->room = (size_t)all_points(s) + least;
    s->few = s->room < FEW ? s->room : FEW;
    s->batch = gp_arena_array(own, s->room, sizeof *s->batch);
    gp_trials_init(&s->trials, &s->study, s->room, NULL);
    for (size_t c = 0; c < s->room; c++) gp_trials_lay(&s->trials, c, scenario);
    if (!gp_trials_shape(&s->trials, scenario)) return false;
    for (size_t k = 0; k < s->n; k++) s->out->axis[k].column = gp_trials_column(&s->trials, &levers[k].target);
    return true;
}

static void count_met(search *s, box *b, const gp_block *block, size_t i) {
    (void)b;
    s->nmet += gp_aim_met(s->aim, block, i);
}

/* Whether the aim holds before anything is turned. */
static bool holds_already(bool *holds, search *s, const gp_scenario *scenario) {
    gp_trials t;
    gp_block b;
    size_t asked = s->study.asked;
    gp_trials_init(&t, &s->study, 1, NULL);
    gp_trials_lay(&t, 0, scenario);
    if (!gp_trials_shape(&t, scenario) || !gp_trials_run(&t)) return false;
    while (gp_run_block(t.run, &b))
        if (asked >= b.first && asked < b.first + b.n) *holds = gp_aim_met(s->aim, &b, asked - b.first);
    return true;
}

/* Open values are of use where everything that hangs on them keeps to them. */
static bool choose_hulls(search *s) {
    bool open = s->study.ncases == 1 && s->trials.frame->ncells == 0 && all_points(s) > MANY;
    for (size_t k = 0; k < s->n; k++) open = open && can_open(s, &s->axis[k].lever->target);
    s->trials.low_ends = open && (s->aim->kind == GP_AIM_MARKS || s->aim->kind == GP_AIM_GRADE); /* which is all that they ask for */
    if (open) { /* the program tells */
        add(s, s->best, s->best);
        if (!evaluate(s, count_met)) return false;
        s->nmet = 0;
    }
    s->hulls = open && gp_run_hulls(s->trials.run);
    for (size_t k = 0; s->hulls && k < s->n; k++)
        if (s->axis[k].lever->target.kind != GP_TARGET_DATUM)
            s->upper[k] = gp_frame_open_param(s->trials.frame, s->axis[k].lever->target.what[0]);
    if (s->found_only) return true;
    s->most = s->hulls ? MOST_HULLS : s->n == 1 && s->study.ncases == 1 ? MOST_ALONE : MOST_TOGETHER;
    if (!s->hulls && all_points(s) * (double)s->study.ncases > (double)s->most) s->most = SAMPLES; /* what lies near is tried, all is not */
    if (s->most < LEAST_POINTS * s->study.ncases) s->most = LEAST_POINTS * s->study.ncases;
    return true;
}

static bool is_left(const search *s) { return s->nheap && is_worth(s, &s->heap[0]); }

static bool look_for(search *s) {
    if (!explore(s)) return false;
    s->out->sampled = is_left(s);
    if (s->out->sampled) return sample(s);
    if (s->found || !s->hulls || s->found_only) return true;
    s->by_nearness = true; /* what was dropped may hold the nearest miss */
    if (!explore(s)) return false;
    s->out->sampled = is_left(s);
    return true;
}

/* ---- the answer ---- */

/* Evaluates the answer, and with each path one step nearer to the present value: none of those may meet the aim. */
static bool verify(search *s) {
    int64_t at[GP_MOST_LEVERS];
    memcpy(at, s->best, sizeof at);
    add(s, at, at);
    s->nmet = 0;
    if (!evaluate(s, count_met)) return false;
    s->out->checked = s->nmet == 1;
    for (size_t k = 0; k < s->n; k++) {
        memcpy(at, s->best, sizeof at);
        at[k] = gp_axis_short(&s->axis[k], at[k]);
        if (at[k] != s->best[k]) add(s, at, at);
    }
    s->nmet = 0;
    if (s->nbatch && !evaluate(s, count_met)) return false;
    s->out->checked = s->out->checked && s->nmet == 0;
    return true;
}

static void describe(search *s, box *b, const gp_block *block, size_t i) {
    gp_found *out = s->out;
    (void)b;
    out->marks = block->marks_lo[i];
    out->grade = block->grade_lo[i];
    if (block->rank_lo) out->rank = (gp_range){block->rank_lo[i], block->rank_hi[i]};
    out->gap =
        s->aim->kind == GP_AIM_VERDICT && s->aim->node->nchild == 0 ? gp_run_gap(s->trials.run, s->aim->node, i) : (gp_range){NAN, NAN};
    out->parts = gp_aim_parts(&out->of_parts, s->aim, block, i);
}

static bool conclude(search *s) {
    gp_found *out = s->out;
    out->how = s->found ? GP_FOUND : GP_IMPOSSIBLE;
    out->missed = !s->found && s->missed;
    out->nearness = s->nearness;
    memcpy(out->at, s->found ? s->best : s->miss, sizeof out->at);
    add(s, out->at, out->at);
    return evaluate(s, describe) && (!s->found || verify(s));
}

bool gp_search(gp_found *out, const gp_study *study, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n,
               uint64_t most_rows) {
    gp_study alone = aim->kind == GP_AIM_RANK ? *study : gp_study_alone(study);
    search s = {.out = out, .aim = aim, .axis = out->axis, .n = n, .nearness = -INFINITY, .most = most_rows, .found_only = most_rows > 0};
    bool holds = false;
    *out = (gp_found){.n = n, .rank = {NAN, NAN}, .gap = {NAN, NAN}, .marks = NAN};
    if (!check_levers(study, levers, n) || !prepare(&s, &alone, scenario, levers) || !(s.found_only || holds_already(&holds, &s, scenario)))
        return false;
    bool ok = holds || (choose_hulls(&s) && look_for(&s) && conclude(&s));
    if (holds) out->how = GP_HOLDS_ALREADY;
    gp_arena_fini(s.study.arena);
    return ok;
}

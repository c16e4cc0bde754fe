/* Random plans with grades, as the text that the engine reads and as the decimals that an oracle reads: methods, aggregates, own marks and
 * decimals, limits, vetoes.
 * Invariant: every leaf has a score and the first part of each goal a weight, so full marks do not differ between rows. */
#ifndef GP_TEST_GRADES_BED_H
#define GP_TEST_GRADES_BED_H

#include "eval_bed.h"

#include "dice.h"

static inline bool one_in(dice *d, int n) { return between(d, 1, n) == 1; }

/* ---- decimals: mant * 10^-places ---- */

typedef struct decimal { int64_t mant; int places; } decimal;

static inline decimal small(dice *d, int lo, int hi, int places) { return (decimal){between(d, lo, hi), places}; }

static inline int64_t ten(int n) {
    int64_t z = 1;
    while (n-- > 0) z *= 10;
    return z;
}

static inline decimal plus(decimal a, decimal b) {
    int places = a.places > b.places ? a.places : b.places;
    return (decimal){a.mant * ten(places - a.places) + b.mant * ten(places - b.places), places};
}

/* ---- plans ---- */

enum { GOALS = 4, PARTS = 4, ROWS = 500, GRADES = 5 };
typedef enum method { RATIO, INSIDE, PASS_FAIL, BANDS, DEDUCT, EVENTS, LINES, EFFICACY, GOALPOSTS, PROGRESS, METHODS } method;
typedef enum aggregate { MEAN, SUM, MIN, MAX, HARMONIC, AGGREGATES } aggregate;
typedef enum effect { NO_VETO, ZERO, CAP_SCORE, FLOOR_SCORE, CAP_GRADE, FLOOR_GRADE, EFFECTS } effect;

/* What every node has. */
typedef struct node {
    aggregate how;
    bool own_marks, own_decimals, own_limits, no_cap, no_floor;
    decimal marks, weight, cap, floor;
    int decimals, ngrades;
    decimal bound[GRADES]; /* of grades, best first */
} node;

typedef struct part {
    node n;
    method method;
    bool down, strict, extend; /* down: less is better; strict: the target itself is unmet */
    int partial;
    decimal target, upper, step, each, at[3], score[4];
    effect effect;
    bool of_subject;
    decimal veto_at;
    int veto_grade;
} part;

typedef struct design {
    node root, goal[GOALS];
    part part[GOALS][PARTS];
    int goals, parts[GOALS], rounding;
    decimal x[ROWS][GOALS][PARTS];
} design;

/* ---- drawing them ---- */

/* Targets and weights that divide well: sums of their shares often end on a tie. */
static inline decimal round_number(dice *d) {
    static const int NUMBERS[] = {1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 25, 32, 40};
    return (decimal){NUMBERS[between(d, 0, 13)], between(d, 0, 3) == 0};
}

/* Limits hold below unless a node has its own. */
static inline void draw_limits(node *n, const node *above, dice *d) {
    n->no_cap = above ? above->no_cap : false;
    n->no_floor = above ? above->no_floor : false;
    n->cap = above ? above->cap : (decimal){1, 0};
    n->floor = above ? above->floor : (decimal){0, 0};
    n->own_limits = one_in(d, 3);
    if (!n->own_limits) return;
    n->no_cap = one_in(d, 3);
    n->no_floor = one_in(d, 3);
    n->cap = small(d, 75, 130, 2);
    n->floor = small(d, -40, 60, 2);
}

static inline void draw_node(node *n, const node *above, int decimals, dice *d) {
    draw_limits(n, above, d);
    n->how = between(d, 0, 2) ? (aggregate)between(d, MEAN, SUM) : (aggregate)between(d, 0, AGGREGATES - 1);
    n->weight = round_number(d);
    n->own_marks = one_in(d, 4);
    n->marks = (decimal){between(d, 1, 12) * 5, between(d, 0, 3) == 0};
    n->own_decimals = above && one_in(d, 6);
    n->decimals = n->own_decimals ? between(d, 0, 3) : decimals;
}

static inline void draw_numbers(part *p, dice *d) {
    p->target = round_number(d);
    p->upper = plus(p->target, small(d, 0, 20, 0));
    p->step = round_number(d);
    p->each = small(d, 0, 50, 2);
    p->at[0] = small(d, -5, 20, between(d, 0, 1));
    for (int i = 1; i < 3; i++) p->at[i] = plus(p->at[i - 1], round_number(d));
    for (int i = 0; i < 4; i++) p->score[i] = small(d, -10, 120, 2);
    if (p->method == PROGRESS) p->target = p->down ? p->at[0] : p->at[2];
}

static inline void draw_part(part *p, const node *above, int decimals, dice *d) {
    draw_node(&p->n, above, decimals, d);
    p->method = (method)between(d, 0, METHODS - 1);
    p->down = between(d, 0, 1);
    p->strict = between(d, 0, 1);
    p->extend = between(d, 0, 1);
    p->partial = between(d, 0, 2);
    draw_numbers(p, d);
    if (p->method == RATIO && p->down && p->n.no_cap) p->method = PASS_FAIL; /* T/x has no end at 0 */
    p->effect = one_in(d, 4) ? (effect)between(d, ZERO, EFFECTS - 1) : NO_VETO;
    p->of_subject = between(d, 0, 1);
    p->veto_at = small(d, 0, 100, 2);
    p->veto_grade = between(d, 0, 1);
}

static inline void draw_design(design *z, dice *d) {
    memset(z, 0, sizeof *z);
    int decimals = between(d, 0, 3);
    z->rounding = between(d, 0, 3);
    z->goals = between(d, 1, GOALS);
    draw_node(&z->root, NULL, decimals, d);
    z->root.ngrades = between(d, 2, GRADES);
    for (int g = 0; g < z->goals; g++) {
        draw_node(&z->goal[g], &z->root, decimals, d);
        z->goal[g].ngrades = between(d, 2, GRADES);
        z->parts[g] = between(d, 1, PARTS);
        for (int i = 0; i < z->parts[g]; i++) {
            part *p = &z->part[g][i];
            draw_part(p, &z->root, decimals, d); /* limits at a goal are its own, not those of what lies below */
            if (i > 0 && !p->n.own_marks && one_in(d, 8)) p->n.weight.mant = 0;
        }
    }
}

/* Often on an edge or a step, or one digit beside it. */
static inline decimal draw_value(const part *p, dice *d) {
    decimal x = small(d, -5, 50, between(d, 0, 9) < 7 ? 0 : 1), steps = p->step;
    int kind = between(d, 0, 9);
    if (kind < 3) x = p->at[kind];
    if (kind == 3) x = p->target;
    if (kind == 4 && p->method == INSIDE) x = p->upper;
    steps.mant *= between(d, -3, 3);
    if (kind == 4 && p->method == DEDUCT) x = plus(p->target, steps);
    if (one_in(d, 10)) x = plus(x, (decimal){between(d, 0, 1) ? 1 : -1, between(d, 1, 9)});
    return x;
}

/* ---- writing them ---- */

static inline void put(gp_buf *out, const char *before, decimal x) { gp_buf_printf(out, "%s%" PRId64 "e-%d", before, x.mant, x.places); }

static inline void put_limits(gp_buf *out, const node *n) {
    if (n->no_cap) gp_buf_str(out, "cap: none, ");
    else put(out, "cap: ", n->cap);
    if (n->no_floor) gp_buf_str(out, n->no_cap ? "floor: none" : ", floor: none");
    else put(out, n->no_cap ? "floor: " : ", floor: ", n->floor);
}

static inline void put_bands(gp_buf *out, const part *p) {
    static const char *const KEYS[] = {"at_least", "more_than", "at_most", "less_than"};
    gp_buf_str(out, "bands, bands: [");
    for (int i = 0; i < 3; i++) {
        gp_buf_printf(out, "{%s", KEYS[2 * p->down + p->strict]);
        put(out, ": ", p->at[p->down ? i : 2 - i]);
        put(out, ", score: ", p->score[i]);
        gp_buf_str(out, "}, ");
    }
    put(out, "{score: ", p->score[3]);
    gp_buf_str(out, "}]");
}

/* The knot in the middle is a step. */
static inline void put_lines(gp_buf *out, const part *p) {
    static const int AT[] = {0, 1, 1, 2};
    gp_buf_printf(out, "interpolate, outside: %s, knots: [", p->extend ? "extend" : "clip");
    for (int i = 0; i < 4; i++) {
        put(out, i ? ", [" : "[", p->at[AT[i]]);
        put(out, ", ", p->score[i]);
        gp_buf_char(out, ']');
    }
    gp_buf_char(out, ']');
}

static inline void put_method(gp_buf *out, const part *p) {
    static const char *const PARTIAL[] = {"up", "down", "exact"};
    const decimal worse = p->at[p->down ? 2 : 0], better = p->at[p->down ? 0 : 2];
    gp_buf_str(out, "score: {method: ");
    switch (p->method) {
    case PASS_FAIL: gp_buf_str(out, "pass_fail"); break;
    case BANDS: put_bands(out, p); break;
    case DEDUCT:
        gp_buf_printf(out, "deduct, partial: %s", PARTIAL[p->partial]);
        put(out, ", step: ", p->step);
        put(out, ", each: ", p->each);
        break;
    case EVENTS: put(out, "deduct, each: ", p->each); break;
    case LINES: put_lines(out, p); break;
    case EFFICACY: put(out, "efficacy, satisfactory: ", better); put(out, ", unacceptable: ", worse); break;
    case GOALPOSTS: put(out, "goalposts, lo: ", worse); put(out, ", hi: ", better); break;
    case PROGRESS: put(out, "progress, baseline: ", p->at[1]); break;
    default: gp_buf_str(out, "ratio"); break;
    }
    if (p->n.own_limits) {
        gp_buf_str(out, ", ");
        put_limits(out, &p->n);
    }
    gp_buf_char(out, '}');
}

static inline void put_veto(gp_buf *out, const part *p) {
    static const char *const NAMES[] = {"", "zero", "cap_score", "floor_score", "cap_grade", "floor_grade"};
    if (p->effect == NO_VETO) return;
    gp_buf_printf(out, ", veto: {effect: %s, of: %s", NAMES[p->effect], p->of_subject ? "subject" : "goal");
    if (p->effect >= CAP_GRADE) gp_buf_printf(out, ", at: %c", 'A' + p->veto_grade);
    else if (p->effect > ZERO) put(out, ", at: ", p->veto_at);
    gp_buf_char(out, '}');
}

static inline void put_own(gp_buf *out, const node *n) {
    if (n->own_marks) put(out, ", marks: ", n->marks);
    if (n->own_decimals) gp_buf_printf(out, ", decimals: %d", n->decimals);
}

static inline void put_part(gp_buf *out, const part *p, int g, int i) {
    static const char *const KEYS[] = {"at_least: ", "more_than: ", "at_most: ", "less_than: "};
    gp_buf_printf(out, "      - {id: i%d, value: x%d%d, ", i, g, i);
    if (p->method == INSIDE) {
        put(out, "between: [", p->target);
        put(out, ", ", p->upper);
        gp_buf_char(out, ']');
    } else put(out, KEYS[2 * p->down + p->strict], p->target);
    put(out, ", weight: ", p->n.weight);
    put_own(out, &p->n);
    gp_buf_str(out, ", ");
    put_method(out, p);
    put_veto(out, p);
    gp_buf_str(out, "}\n");
}

static inline void put_grades(gp_buf *out, const node *n) {
    gp_buf_str(out, "grades: [");
    for (int k = 0; k < n->ngrades; k++) {
        put(out, k ? ", {at_least: " : "{at_least: ", n->bound[k]);
        gp_buf_printf(out, ", grade: %c}", 'A' + k);
    }
    gp_buf_str(out, "]");
}

static const char *const WAYS[] = {"weighted_mean", "sum", "min", "max", "harmonic_mean"};

static inline void put_goal(gp_buf *out, const design *z, int g) {
    const node *n = &z->goal[g];
    gp_buf_printf(out, "  - id: g%d\n    ", g);
    put_grades(out, n);
    put(out, "\n    weight: ", n->weight);
    if (n->own_marks) put(out, "\n    marks: ", n->marks);
    if (n->own_decimals) gp_buf_printf(out, "\n    decimals: %d", n->decimals);
    if (n->own_limits) {
        gp_buf_str(out, "\n    score: {");
        put_limits(out, n);
        gp_buf_char(out, '}');
    }
    gp_buf_printf(out, "\n    scoring: {aggregate: %s}\n    indicators:\n", WAYS[n->how]);
    for (int i = 0; i < z->parts[g]; i++) put_part(out, &z->part[g][i], g, i);
}

static inline void put_design(gp_buf *out, const design *z) {
    static const char *const ROUNDINGS[] = {"half_up", "half_even", "up", "down"};
    gp_buf_str(out, "goalpost: 1\nplan: p\ndata:\n  z: {}\n");
    for (int g = 0; g < z->goals; g++)
        for (int i = 0; i < z->parts[g]; i++) gp_buf_printf(out, "  x%d%d: {}\n", g, i);
    gp_buf_printf(out, "scoring: {aggregate: %s, decimals: %d, rounding: %s", WAYS[z->root.how], z->root.decimals, ROUNDINGS[z->rounding]);
    if (z->root.own_limits) {
        gp_buf_str(out, ", ");
        put_limits(out, &z->root);
    }
    if (z->root.own_marks) put(out, ", marks: ", z->root.marks);
    gp_buf_str(out, "}\n");
    put_grades(out, &z->root);
    gp_buf_str(out, "\ngoals:\n");
    for (int g = 0; g < z->goals; g++) put_goal(out, z, g);
}

/* Every other row goes through the open kernel. */
static inline void put_rows(gp_buf *out, const design *z) {
    gp_buf_str(out, "subject,period,z,z.basis");
    for (int g = 0; g < z->goals; g++)
        for (int i = 0; i < z->parts[g]; i++) gp_buf_printf(out, ",x%d%d", g, i);
    for (int row = 0; row < ROWS; row++) {
        gp_buf_printf(out, "\nS%d,2020,1,%s", row, row & 1 ? "provisional" : "final");
        for (int g = 0; g < z->goals; g++)
            for (int i = 0; i < z->parts[g]; i++) put(out, ",", z->x[row][g][i]);
    }
    gp_buf_char(out, '\n');
}

#endif

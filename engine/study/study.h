/* Study: what-if. Every question builds frames whose rows are scenarios, runs the one evaluator over them, and reads results.
 * Invariant: there is no evaluator here, and the base is never touched. */
#ifndef GP_STUDY_STUDY_H
#define GP_STUDY_STUDY_H

#include "eval/run.h"
#include "study/outcomes.h"
#include "study/table.h"

typedef struct gp_study {
    gp_arena *arena;
    gp_diags *diags;
    const gp_frame *base;   /* the cases as the data have them */
    size_t first, ncases;   /* those of its rows that are worked out in each scenario: one, or all where they hang on each other */
    bool single;            /* one of them is asked about: number `asked` */
    size_t asked;
    bool ranks_alone;       /* they hang on each other for their ranks and for nothing else */
    gp_run_options options;
    unsigned jobs;          /* threads; 0: one a processor */
} gp_study;
/* Whether case c (of ncases) is asked about. */
static inline bool gp_study_asks(const gp_study *s, size_t c) { return !s->single || c == s->asked; }
/* The same study where ranks are not asked about: of the one case by itself if the others do not matter then. */
static inline gp_study gp_study_alone(const gp_study *s) {
    gp_study z = *s;
    if (!s->single || !s->ranks_alone) return z;
    z.first += s->asked;
    z.asked = 0;
    z.ncases = 1;
    return z;
}
/* The row of the base that questions about one case are about. */
static inline size_t gp_study_row(const gp_study *s) { return s->first + s->asked; }

/* Rows of scenarios over the base, and the run that evaluates them. */
typedef struct gp_trials {
    const gp_study *study;
    gp_frame *frame;
    gp_run *run;            /* NULL until gp_trials_run */
    const gp_plan *plan;    /* another one, by gp_trials_shape; NULL: that of the study */
    bool brief;             /* blocks alone are read, no cases in full */
    bool low_ends;          /* gp_run_options */
} gp_trials;
/* names: per scenario, or NULL. What varies is laid into frame before the first gp_trials_run; later only its columns are written. */
void gp_trials_init(gp_trials *out, const gp_study *study, size_t nscenarios, const gp_text *names);
/* Lays the settings of a scenario over rows of scenario s; what makes another plan is laid by gp_trials_shape. */
bool gp_scenario_has_shape(const gp_scenario *of);
void gp_trials_lay(gp_trials *t, size_t scenario, const gp_scenario *of);
/* Compiles the trials by the plan that the shapes of a scenario make, if it has any. false after reporting. */
bool gp_trials_shape(gp_trials *t, const gp_scenario *of);
/* The column of a target, a value for each row; every row is set. Only for points. */
double *gp_trials_column(gp_trials *t, const gp_target *target);
/* Back to the first block; compiles on first use. false after reporting. */
bool gp_trials_run(gp_trials *t);

/* compare.c: base beside scenarios; only what changed unless `all`. */
bool gp_study_compare(gp_answer *out, const gp_study *s, const gp_scenario *scenarios, size_t n, bool all);
/* sweep.c: all combinations of the sweeps over the scenario's settings; the rows of a table of scenarios over them. taker: gets the rows as
 * they come, and there is no answer; NULL: all sheets of it are kept. */
bool gp_study_sweep(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_taker *taker);
bool gp_study_table(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_scenario_table *table, const gp_taker *taker);

/* picture.c: a sweep of one case as a terminal shows it: bars of marks over one path, or over two. */
typedef struct gp_picture {
    const gp_study *study;
    const gp_sweep *down, *across; /* down: NULL for one path */
    const double *marks;           /* of each combination: the middle of their range */
    const uint64_t *verdicts;      /* of each combination: differs where a verdict does */
} gp_picture;
void gp_study_picture(gp_answer *out, const gp_picture *picture);

/* periods.c: each period of the data beside the latest; indicators that flip from one to the next, all of them with
 * `all`; of one subject where `only` is given. */
bool gp_study_periods(gp_answer *out, const gp_study *s, const gp_scenario *scenario, gp_text only, bool all);

/* attribute.c: what each setting of a scenario contributes to the change of the marks: Shapley's value (L. S. Shapley, A value for n-person
 * games, 1953), exact up to GP_EXACT_CAUSES settings, above by sampled orders, which the answer says. */
enum { GP_EXACT_CAUSES = 12 };
bool gp_study_attribute(gp_answer *out, const gp_study *s, const gp_scenario *scenario);

/* aim.c: what is sought. */
typedef struct gp_aim {
    enum { GP_AIM_VERDICT, GP_AIM_MARKS, GP_AIM_GRADE, GP_AIM_RANK } kind;
    const gp_node *node;    /* VERDICT of it; the subject for the others */
    gp_verdict verdict;
    double least;           /* MARKS: that many; RANK: that one or a better one */
    bool strict;            /* MARKS: more than that many */
    uint8_t grade;          /* GRADE: index into the grades of the subject: that one or a better one */
    gp_text text;
} gp_aim;
/* "ID met", "ID unmet", "marks >= 90", "grade 优", "rank <= 3". false after reporting at a source named `option`. */
bool gp_aim_read(gp_aim *out, gp_arena *a, gp_diags *d, const gp_plan *plan, gp_text written, const char *option);
/* Whether row i of the block meets the aim, whatever is unknown turns out to be. */
bool gp_aim_met(const gp_aim *aim, const gp_block *b, size_t i);
/* Whether row i, whose open values stand for all points within them, may hold one that meets the aim. Only where gp_run_hulls. */
bool gp_aim_possible(const gp_aim *aim, const gp_block *b, size_t i);
/* How near row i comes to the aim: higher is nearer; -inf: it cannot be said. Of a row of open values: no point within comes nearer.
 * Marks; grades, ranks, and parts with the verdict sought, each with the marks behind; the margin of a criterion that has one. */
double gp_aim_nearness(const gp_aim *aim, const gp_run *run, const gp_block *b, size_t i, bool open);
/* How many leaves below the node have the verdict sought, of all. */
size_t gp_aim_parts(size_t *all, const gp_aim *aim, const gp_block *b, size_t i);

/* search.c: the cheapest point of a grid of paths that meets an aim; verified by evaluation. */
enum { GP_MOST_LEVERS = 6 };
typedef struct gp_lever {
    gp_target target;
    bool bounded;
    double lo, hi;          /* --within, else the range of the dictionary */
    double cost;            /* of one unit of change, as a person reads the unit; 1 unless declared */
    gp_place at;
} gp_lever;
/* A path as whole steps of its own grid: value = index * 10^exp. */
typedef struct gp_axis {
    const gp_lever *lever;
    int exp;
    int64_t lo, hi, now;
    bool missing;           /* there is no present value: changes are measured from the lower bound */
    bool opens;             /* it can take an open value */
    double *column;         /* of the trials */
} gp_axis;
typedef struct gp_found {
    gp_axis axis[GP_MOST_LEVERS];
    size_t n;
    int64_t at[GP_MOST_LEVERS]; /* per axis: the cheapest that meets the aim, else the nearest miss */
    enum { GP_HOLDS_ALREADY, GP_FOUND, GP_IMPOSSIBLE } how;
    bool checked;           /* FOUND: it was evaluated, and with each path one step nearer, none of which meets the aim */
    bool sampled;           /* too many steps to be sure of each */
    bool missed;            /* IMPOSSIBLE: there is a nearest miss; its nearness, verdicts and marks */
    double nearness, marks;
    gp_range rank, gap;
    uint8_t grade;
    size_t parts, of_parts; /* of a parent's verdict: parts below it with the verdict sought */
} gp_found;
double gp_axis_value(const gp_axis *x, int64_t step);
/* One step nearer to the present value; the same step where it is that, or where bounds end. */
int64_t gp_axis_short(const gp_axis *x, int64_t step);
/* false after reporting. most_rows: how many are evaluated before it goes on by samples, where it is known that the aim does not hold and
 * nobody asks for a miss; 0: as many as a person waits for. What the search needs is released when it ends; levers must live as long as
 * what was found. */
bool gp_search(gp_found *out, const gp_study *s, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n,
               uint64_t most_rows);

/* seek.c: the smallest change of the paths that meets the aim, as an answer. */
bool gp_study_seek(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n);
/* The value that the case asked about has under the scenario: of an open datum the end that is known. NaN: none. */
double gp_study_present(const gp_study *s, const gp_scenario *scenario, const gp_target *t);

/* law.c: the value of a draw at probability u, a written decimal of 12 digits; which numbers a target takes. */
double gp_law_value(const gp_draw *draw, double u);
uint64_t gp_law_stream(const gp_target *t, gp_text subject);

/* draws.c: Monte Carlo. */
typedef struct gp_draw_options {
    uint64_t draws, seed;
    double until_se;        /* stop when the standard error of the mean marks is no larger; 0: never */
    void (*watch)(void *ud, uint64_t done, uint64_t total); /* NULL: nobody */
    void *ud;
} gp_draw_options;
bool gp_study_draws(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_draw_options *options);
/* indices.c: which draws the marks hang on: screening by elementary effects (M. D. Morris, Technometrics 33, 1991), and variance-based
 * indices (A. Saltelli and others, Computer Physics Communications 181, 2010; the total effect by Jansen's estimator). */
bool gp_study_indices(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_draw_options *options);
/* The draws of a scenario, and of every datum that says itself what it can be: an interval is uniform. What is not final and has no spread
 * is said. */
void gp_draws_complete(gp_scenario *scenario, gp_answer *out, const gp_study *s);

/* sensitivity.c: margins, flips, lost marks, what a unit either way gives; each datum moved by `spread` of itself; each indicator left out;
 * then the next grade. */
bool gp_study_sensitivity(gp_answer *out, const gp_study *s, const gp_scenario *scenario, double spread);
/* next.c: which of the data lift the total to the next grade by themselves, the smallest change, as a share of the value, first. marks,
 * grade: what the case has for certain. Nothing where the plan has no grades, or a scenario makes another plan. */
bool gp_study_next_grade(gp_answer *out, const gp_study *s, const gp_scenario *scenario, double marks, uint8_t grade, const gp_target *data,
                         size_t n);

/* robust.c: all weights drawn uniformly by up to `spread` of themselves: quantiles of marks, rank intervals, how often rank and grade stay;
 * for each weight the smallest change of it alone that turns a rank or grade, in thousandths of it. */
typedef struct gp_robust_options {
    double spread;
    uint64_t draws, seed;
    void (*watch)(void *ud, uint64_t done, uint64_t total); /* NULL: nobody */
    void *ud;
} gp_robust_options;
bool gp_study_robust(gp_answer *out, const gp_study *s, const gp_scenario *scenario, const gp_robust_options *options);

/* cells.c: cells of sheets that show rows of results. */
gp_text gp_study_verdict(gp_arena *a, gp_lang lang, const gp_row *r); /* "unmet*": not final; absent for a measured row */
gp_text gp_study_actual(gp_arena *a, const gp_row *r, const gp_pool *texts);
gp_text gp_study_grade(gp_arena *a, const gp_case_result *r);         /* "中–良" */
gp_text gp_study_period(gp_arena *a, const gp_case *of);
double gp_study_moved(gp_range from, gp_range to);                    /* taken in the middle of each; the ends say the rest */
void gp_sheet_marks(gp_sheet *s, gp_range m);
void gp_sheet_change(gp_sheet *s, gp_range from, gp_range to);
void gp_sheet_rank(gp_sheet *s, gp_range rank);

/* words.c: figures as the report writes them. */
gp_text gp_study_marks(gp_arena *a, double lo, double hi);  /* "61.5–88.1"; absent for none */
gp_text gp_study_change(gp_arena *a, double d);             /* "+1.5", "-0.26", "0" */
gp_text gp_study_value(gp_arena *a, const gp_target *t, const gp_frame *base, double value);
gp_field gp_field_of_value(gp_arena *a, const gp_target *t, const gp_frame *base, double value);
/* A field with a value of the target: the number in its unit, and how a person reads it. */
void gp_sheet_value(gp_sheet *s, const gp_target *t, const gp_frame *base, double value);

#endif

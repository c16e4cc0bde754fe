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
    size_t first, ncases;   /* those of its rows that are asked about */
    gp_run_options options;
    unsigned jobs;          /* threads; 0: one a processor */
} gp_study;

/* Rows of scenarios over the base, and the run that evaluates them. */
typedef struct gp_trials {
    const gp_study *study;
    gp_frame *frame;
    gp_run *run;            /* NULL until gp_trials_run */
    const gp_plan *plan;    /* another one, by gp_trials_shape; NULL: that of the study */
    bool brief;             /* blocks alone are read, no cases in full */
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
/* sweep.c: all combinations of the sweeps over the scenario's settings; the rows of a table of scenarios over them. taker: gets the rows as they
 * come, and there is no answer; NULL: all sheets of it are kept. */
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
    enum { GP_AIM_VERDICT, GP_AIM_MARKS, GP_AIM_GRADE } kind;
    const gp_node *node;    /* VERDICT, MARKS and GRADE of it; the subject for the last two unless named */
    gp_verdict verdict;
    double marks;
    bool above;             /* MARKS: more than, not at least */
    uint8_t grade;          /* index into the grades of the subject: that one or a better one */
    gp_text text;
} gp_aim;
/* "ID met", "ID unmet", "marks >= 90", "grade 优". false after reporting at a source named `option`. */
bool gp_aim_read(gp_aim *out, gp_arena *a, gp_diags *d, const gp_plan *plan, gp_text written, const char *option);
/* Whether row i of the block meets the aim, whatever is unknown turns out to be. */
bool gp_aim_met(const gp_aim *aim, const gp_block *b, size_t i);

/* seek.c: the smallest change of the paths that meets the aim. */
typedef struct gp_lever {
    gp_target target;
    bool bounded;
    double lo, hi;          /* --within, else the range of the dictionary */
    double cost;            /* of one unit of change, as a person reads the unit; 1 unless declared */
    gp_place at;
} gp_lever;
bool gp_study_seek(gp_answer *out, const gp_study *s, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n);

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
/* The draws of a scenario, and of every datum that says itself what it can be: an interval is uniform. What is not final and has no spread is said. */
void gp_draws_complete(gp_scenario *scenario, gp_answer *out, const gp_study *s);

/* sensitivity.c: margins, flips, lost marks, what a unit of improvement buys; each datum moved by `spread` of itself; each indicator left out. */
bool gp_study_sensitivity(gp_answer *out, const gp_study *s, const gp_scenario *scenario, double spread);

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

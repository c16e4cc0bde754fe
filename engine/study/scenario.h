/* Scenarios: values laid over paths; sweeps and draws of paths. From files, one over another, and from the command line.
 * Invariant: the base is never touched; of two values for one path the later stands. */
#ifndef GP_STUDY_SCENARIO_H
#define GP_STUDY_SCENARIO_H

#include "study/path.h"

typedef struct gp_setting {
    gp_target target;  /* of a shape: its path alone */
    bool shape;        /* of a method, a criterion, a rule …: it makes another plan */
    gp_text id, key;   /* SHAPE, and parameters: where it stands in the plan */
    gp_interval value;
    gp_text text; /* as written */
    gp_place at;
} gp_setting;

/* A path and the values that it takes in turn. */
typedef struct gp_sweep {
    gp_target target;
    double *values; /* base units, in the order given */
    size_t n;
    gp_place at;
} gp_sweep;

typedef enum gp_law { GP_LAW_UNIFORM, GP_LAW_NORMAL, GP_LAW_TRIANGULAR, GP_LAW_ONE_OF } gp_law;
typedef struct gp_draw {
    gp_target target;
    gp_law law;
    double a, b, c;   /* uniform: low, high; normal: mean, standard deviation; triangular: low, mode, high */
    double *values;   /* one_of */
    double *weights;  /* cumulated, the last is 1 */
    size_t n;
    gp_place at;
} gp_draw;

typedef struct gp_scenario {
    gp_text name;
    gp_setting *sets;
    size_t nsets, cap_sets;
    gp_sweep *sweeps;
    size_t nsweeps, cap_sweeps;
    gp_draw *draws;
    size_t ndraws, cap_draws;
    gp_file *files; /* read for it, the one it extends first: hashed into the answer */
    size_t nfiles, cap_files;
} gp_scenario;

/* Reads a scenario file for the plan of the frame, and all that it extends. false after reporting everything that is wrong. */
bool gp_scenario_load(gp_scenario *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path);
/* PATH=VALUE of the command line; `option` is what it stands behind, for messages. false after reporting. */
bool gp_scenario_set(gp_scenario *s, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text written, const char *option);
/* PATH=FROM:TO:STEP or PATH=VALUE,VALUE,... */
bool gp_scenario_sweep(gp_scenario *s, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text written, const char *option);

#endif

/* Tables of scenarios: each row of a CSV file is one, each heading a path.
 * Invariant: a value is read as data would give it; an empty field leaves the path as the base has it. */
#ifndef GP_STUDY_TABLE_H
#define GP_STUDY_TABLE_H

#include "study/answer.h"
#include "study/scenario.h"

/* A field that is more than a single number. */
typedef struct gp_odd {
    uint32_t row, column;
    bool as_base;
    gp_interval value;
} gp_odd;

typedef struct gp_scenario_table {
    gp_file file;
    gp_target *targets;   /* the paths */
    size_t ntargets;
    size_t n;             /* scenarios */
    double **values;      /* per path: of each scenario; NaN: see odd */
    gp_odd *odd;          /* by row, then column */
    size_t nodd, cap_odd;
    gp_field *names;      /* of the scenarios: as given, else their number */
    bool named;
} gp_scenario_table;

/* Headings are paths, names of data, or `scenario`. false after reporting everything that is wrong. */
bool gp_scenario_table_load(gp_scenario_table *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path);
/* The same of out->file, which was read. by_line: lines of a file without quotes need no general reader; the values are the same without
 * it. */
bool gp_scenario_table_parse(gp_scenario_table *out, gp_arena *a, gp_diags *d, const gp_frame *base, bool by_line);

#endif

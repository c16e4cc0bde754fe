/* The plan: goals as data. What the YAML says, checked and resolved; immutable after loading.
 * Invariant: a gp_plan that is not `broken` has no errors; every node, name and parameter knows its place. */
#ifndef GP_PLAN_PLAN_H
#define GP_PLAN_PLAN_H

#include "base/period.h"
#include "expr/expr.h"
#include "input/tree.h"

typedef enum gp_lang { GP_ZH, GP_EN } gp_lang;

/* Order is weakness: the basis of a verdict is the largest of what was read. */
typedef enum gp_basis {
    GP_FINAL, GP_PARTIAL, GP_PROVISIONAL, GP_ESTIMATED, GP_FORECAST, GP_ASSERTED, GP_OTHER_PERIOD, GP_BASIS_COUNT
} gp_basis;
typedef enum gp_measure { GP_STOCK, GP_CUMULATIVE, GP_MILESTONE, GP_RATE, GP_RANK } gp_measure;

/* ---- the dictionary ---- */
typedef struct gp_datum {
    gp_text name;          /* a Lua identifier */
    gp_text label;         /* `name:`, or name */
    gp_type type;
    gp_measure measure;
    bool has_range;
    gp_interval range;     /* in base units, closed */
    gp_words words;        /* stages or codes */
    gp_alias *aliases;
    size_t naliases;
    gp_text *missing;      /* words that mean "no value" */
    size_t nmissing;
    bool missing_text;     /* `missing: text`: whatever is no number */
    int digits;            /* `digits:`, -1 when not given */
    gp_place at;
} gp_datum;

/* Why a decision table gives no value: the `value` of a GP_FN_NONE in its expression, whose `ref` is the position in `derived`. */
typedef enum gp_table_none { GP_NONE_WRITTEN, GP_NONE_NO_ROW, GP_NONE_SEVERAL, GP_NONE_DISAGREE } gp_table_none;

/* What is known of a decision table beforehand. */
typedef struct gp_table_told {
    size_t nrows;
    gp_text gap;           /* an input for which no row holds ("age = 22, kind = B"); absent: none was found */
    gp_text unchecked;     /* why gaps or overlaps were not looked for; absent: they were */
    gp_place at;
} gp_table_told;

typedef struct gp_derived {
    gp_text name, label;
    gp_expr *expr;         /* of a decision table: what its rows come to */
    gp_type type;          /* unit as declared by `unit:`, else the expression's */
    const gp_table_told *table; /* NULL: an expression */
    gp_place at;
} gp_derived;

/* ---- parameters ---- */
/* A value that a person may turn: a constant or an expression, in one or in dated versions. What-if turns these. */
typedef struct gp_param {
    size_t n;              /* 0: not given; 1 undated entry, or dated entries in order of `from` */
    struct gp_param_entry {
        bool dated;
        gp_period from;    /* the entry holds for periods that start on or after its first day */
        gp_expr *expr;
    } *entry;
    gp_text text;          /* as written */
    gp_place at;
} gp_param;
/* A piece of the line on which one band holds: from `from` on (or from just above it) to the next piece; the first from -infinity. */
typedef struct gp_piece {
    double from;
    bool above;
    uint32_t band;
} gp_piece;

/* The entry in force for a period, or NULL (none yet, or not given). */
const gp_expr *gp_param_at(const gp_param *p, gp_period period);

/* ---- criteria ---- */
typedef enum gp_test {
    GP_TEST_NONE, GP_AT_LEAST, GP_AT_MOST, GP_MORE_THAN, GP_LESS_THAN, GP_BETWEEN, GP_EXACTLY, GP_NOT, GP_ONE_OF, GP_IS, GP_REACHED, GP_BY,
    GP_RULE, GP_JUDGED
} gp_test;

typedef struct gp_argument { /* of a rule: `with` */
    gp_text name;
    gp_kind kind;  /* GP_NUMBER, GP_BOOL, GP_STRING */
    double value;
    gp_text text;
    gp_place at;
} gp_argument;

typedef struct gp_criterion {
    gp_test test;
    gp_param target;     /* the threshold; `between`: the lower end; `is`: 0 or 1; `reached`: the stage; `by`: the date */
    gp_param upper;      /* `between` */
    gp_param *options;   /* `one_of` */
    size_t noptions;
    gp_param due;        /* `by:` beside another criterion: a date */
    gp_text rule;        /* `rule:` NAME */
    gp_argument *with;
    size_t nwith;
    gp_text text;        /* as a person reads it, in signs and not in words of one language: ≥ 50 家, ≥ 初稿 @2020-12-31 */
    gp_place at;
} gp_criterion;

/* ---- scores ---- */
typedef enum gp_method {
    GP_PASS_FAIL, GP_RATIO, GP_INTERPOLATE, GP_DEDUCT, GP_BANDS, GP_EFFICACY, GP_EFFICACY_BANDS, GP_GOALPOSTS, GP_PROGRESS, GP_PACE,
    GP_RANK_METHOD, GP_ZSCORE, GP_PERCENTILE, GP_TIERS, GP_RULE_METHOD, GP_CURVE, GP_METHOD_COUNT
} gp_method;
typedef enum gp_unknown { GP_UNKNOWN_RANGE, GP_UNKNOWN_ZERO, GP_UNKNOWN_EXCLUDE, GP_UNKNOWN_FULL } gp_unknown;
typedef enum gp_aggregate {
    GP_WEIGHTED_MEAN, GP_SUM, GP_GEOMETRIC_MEAN, GP_HARMONIC_MEAN, GP_MIN_OF, GP_MAX_OF, GP_WORST_MEAN, GP_RULE_AGGREGATE
} gp_aggregate;
typedef enum gp_ties { GP_TIES_1224, GP_TIES_1223, GP_TIES_AVERAGE, GP_TIES_UNSAID } gp_ties; /* unsaid: as the plan's cohort has it */
typedef enum gp_best { GP_BEST_HIGH, GP_BEST_LOW } gp_best;
typedef enum gp_sd { GP_SD_SAMPLE, GP_SD_POPULATION } gp_sd;
typedef enum gp_outside { GP_CLIP, GP_EXTEND, GP_OUTSIDE_ERROR } gp_outside;
typedef enum gp_over { GP_OVER_VALUE, GP_OVER_RATIO, GP_OVER_GAP } gp_over;
typedef enum gp_part_steps { GP_STEPS_UP, GP_STEPS_DOWN, GP_STEPS_EXACT } gp_part_steps;

/* One entry of `bands`: from `lo` to `hi`, of which either may be absent. */
typedef struct gp_band {
    gp_param lo, hi;
    bool above, below;     /* the end itself is not within: more_than, less_than */
    gp_param score;
    gp_place at;
} gp_band;

typedef struct gp_tier {
    gp_text name;
    gp_param lo, hi;       /* edges of its score */
    gp_place at;
} gp_tier;

/* Where scores come from at a node, inheritance already applied. */
typedef struct gp_scoring {
    bool own;              /* the node has a `score:` of its own (a measured indicator is scored only then) */
    bool fell_back;        /* an inherited method did not fit and became pass_fail */
    gp_method method;
    bool has_cap, has_floor; /* false: `none` */
    gp_param cap, floor;   /* fractions of full marks */
    gp_param otherwise;
    bool in_marks;         /* the method's numbers are marks */
    int direction;         /* +1, -1, 0 from the criterion */
    struct gp_knot {
        gp_param x, score;
    } * knots; /* `rank`: in order, each entry reaches up to its rank; efficacy_bands: standards, worst first */
    size_t nknots;
    bool descending;       /* efficacy_bands: a better standard is a lower one */
    gp_over over;
    gp_band *bands;        /* the last has no bound */
    size_t nbands;
    gp_part_steps partial;
    gp_param step, each;   /* deduct; rank: what each rank behind the first loses, not given: 1/N */
    gp_param satisfactory, unacceptable, slope, base; /* efficacy */
    gp_param lo, hi;       /* goalposts */
    gp_param baseline;     /* progress */
    gp_param *profile;     /* pace: twelve monthly shares; NULL: by days */
    gp_param of;           /* rank: how many are ranked */
    gp_tier *tiers;
    size_t ntiers, lowest_tier;
    gp_expr *curve;        /* `score: EXPR` over x (of parents the roll-up), target and data; NULL: none */
    gp_outside outside;
    bool log_scale;
    gp_unknown unknown;
    gp_place method_at;    /* where the method is named; no place when it is built in */
    gp_param coverage;     /* share of known weight below which there is no total */
    gp_aggregate aggregate;
    int worst;             /* GP_WORST_MEAN: how many */
    gp_text rule;          /* GP_RULE_AGGREGATE, with its arguments */
    gp_argument *with;
    size_t nwith;
    gp_place aggregate_at;
    bool equal_weights;    /* every weight below counts as 1 */
    int decimals;          /* of marks */
    gp_rounding rounding;
    bool compare_rounded;
    bool ranks, rank_on_full;
    gp_ties ties;
    gp_param mu, sigma;    /* zscore: the score of the mean, and of a standard deviation more */
    gp_sd sd;
    gp_place at;
} gp_scoring;

typedef struct gp_grade {
    gp_param at_least; /* marks */
    gp_text name;
    gp_place at;
} gp_grade;

typedef enum gp_veto_effect {
    GP_VETO_ZERO, GP_VETO_CAP_SCORE, GP_VETO_FLOOR_SCORE, GP_VETO_CAP_GRADE, GP_VETO_FLOOR_GRADE, GP_VETO_DISQUALIFY
} gp_veto_effect;
typedef struct gp_veto {
    gp_veto_effect effect;
    bool of_subject;   /* else of the goal above */
    gp_expr *when;     /* NULL: unmet */
    gp_param at_value; /* `at:` */
    gp_text at_grade;
    gp_place at;
} gp_veto;

/* `bonus` or `penalty`: what its items score, under a cap. */
typedef struct gp_node gp_node;
typedef struct gp_bonus {
    gp_text *ids;          /* as written */
    gp_place *ids_at;
    gp_node **items;
    size_t n;
    gp_param cap;          /* a fraction of full marks, or marks; none: as much as the items give */
    bool in_marks, highest_only;
    gp_place at;
} gp_bonus;

typedef struct gp_waiver {
    gp_text reason, authority;
    int32_t until;     /* the last day on which it counts */
    gp_place at;
} gp_waiver;

/* ---- the tree ---- */
typedef enum gp_level { GP_SUBJECT, GP_GOAL, GP_INDICATOR, GP_CLAUSE } gp_level;

struct gp_node {
    gp_level level;
    uint32_t index;      /* position in gp_plan.nodes: parents before children, in the plan's order */
    gp_node *parent;     /* NULL at the subject */
    gp_node **child;
    size_t nchild;
    gp_text id;          /* full, dotted; empty at the subject */
    gp_text short_id;
    gp_text number;      /* as written; absent when not given */
    gp_text name;        /* or short_id */
    gp_expr *value;      /* NULL: none (goals, rules, judged, indicators of clauses) */
    gp_type type;        /* of value */
    gp_criterion criterion;
    gp_expr *applies;    /* NULL: always */
    int require;         /* parents: 0 all, -1 any, else k */
    bool binding;
    gp_waiver *waive;    /* NULL: none */
    uint32_t evidence;   /* bit per gp_basis that counts, inherited. It is asked with the basis as stated: a value that covers only part of
                            the period, or another one, counts when its stated basis does; the bits of partial and other_period say
                            nothing */
    gp_param weight;     /* 1 unless given */
    bool has_weight;
    gp_param marks;      /* full marks; the subject's are scoring.marks */
    bool own_decimals;   /* passes rounded marks up */
    bool has_digits;
    int digits;          /* after the point of the value as a person reads it, where has_digits: for `compare: rounded` */
    gp_scoring scoring;
    gp_grade *grades;    /* best first */
    size_t ngrades;
    gp_veto *vetoes;
    size_t nvetoes;
    gp_bonus *bonus, *penalty; /* NULL: none */
    bool item;           /* of a bonus or penalty: its parent's roll-ups pass it over */
    gp_text cite;
    gp_text note;
    gp_place at;         /* of the id */
    gp_place value_at;
};

/* The cohort: all subjects of one period and one scenario, or those of them that share what `by` names. */
typedef struct gp_cohort_spec {
    gp_ties ties;
    gp_best best;        /* of subjects' marks: which end is rank 1 */
    bool has_by;
    uint32_t by;         /* ref of a name */
    gp_place at;
} gp_cohort_spec;

/* Rule packs that a plan has without naming them, by path. */
typedef struct gp_packs {
    const gp_text *list;
    size_t n;
} gp_packs;

typedef struct gp_plan gp_plan;
struct gp_plan {
    gp_arena *arena;
    gp_diags *diags;
    gp_text path, folder;
    gp_text id, title, department;
    gp_lang lang;
    gp_period *periods;  /* accepted; none and any_period: all */
    size_t nperiods;
    bool any_period;
    gp_text source_path; /* `source:`; absent when not given */
    gp_text source;      /* what stands there, without its white space; absent when it could not be read */
    gp_file *rule_files; /* those of `rules:`, then packs of the workspace; read and checked as text */
    gp_text *rule_paths;
    size_t nrules, nown; /* the plan's own come first; rules of the others may read names that it does not have, if it does not use them */
    gp_packs shared;     /* of the workspace */
    struct {
        gp_text subject, period, scenario, name, value, unit, basis, covers, on, cite;
    } headings; /* `columns:`: what a table calls ours; absent when not given */
    gp_text *ignore_columns;
    size_t nignore;
    gp_datum *data;
    size_t ndata;
    gp_derived *derived; /* in an order in which each reads only earlier ones; ref = ndata + index */
    size_t nderived;
    gp_cohort_spec cohort;
    gp_node *root;       /* the subject */
    gp_node **nodes;
    size_t nnodes;
    gp_units units;
    gp_pool texts;       /* text constants */
    gp_pool names;       /* data names in order (number = ref of a datum) then derived */
    gp_pool ids;         /* full ids (number = index in nodes) */
    gp_file file;        /* the plan's own text */
    gp_file *inputs;     /* every file read for it besides, in order: hashed into the result */
    size_t ninputs, cap_inputs;
    gp_text model;       /* of `models`; absent: the plan's own scoring */
    gp_plan **models; /* the plan with each of its `models` laid over it: the same nodes, data and texts */
    size_t nmodels;
    bool lax_time;       /* reserved: false */
    bool broken;         /* errors were reported: parts may be missing */
    bool data_unsure;    /* among them such that what data may say is not known: the dictionary, the periods, the headings */
    bool rules_unsure;   /* … or which rules there are */
};

/* Loads a plan and all that it names; lives in a. Its rules are its own and those of the shared packs. A plan with errors, which are in d,
 * is handed out as `broken`, so that rules and data can be read for theirs: nothing may be evaluated by it. NULL when there is no plan
 * at all. */
gp_plan *gp_plan_load(gp_arena *a, gp_diags *d, gp_text path, gp_packs shared);
/* The same, but NULL when there was any error, from a text in memory (fuzzers, API); files it names are looked up beside `path`. */
gp_plan *gp_plan_parse(gp_arena *a, gp_diags *d, const gp_file *file);
/* A value to be laid at a key of the plan: `id` names a goal, indicator or clause ("": the plan), `key` what it bears (score.method, veto,
 * at_least), `text` is YAML. */
typedef struct gp_patch {
    gp_text id, key, text;
    gp_place at;
} gp_patch;
/* The plan, under its scoring model, with patches laid over it: the same nodes, data, and texts, which begin with those given. Lives in a.
 * NULL after reporting. */
/* Whether the plan's text has a place for the patch: not where it leads into a table of its own file. */
bool gp_plan_takes(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_patch *patch);
gp_plan *gp_plan_patched(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_pool *texts, const gp_patch *patches, size_t n);
/* The plan under one of its scoring models; "" and "base" are its own scoring. NULL when there is none of that name. */
const gp_plan *gp_plan_model(const gp_plan *p, gp_text name);
const gp_node *gp_plan_node(const gp_plan *p, gp_text id);   /* NULL when there is none; "" is the subject */
/* Whether the marks of a goal or the subject are those of its parts added up. */
bool gp_sums_up(const gp_node *n);
const gp_datum *gp_plan_datum(const gp_plan *p, gp_text name);
/* Whether a node's value is a rank itself, among others that the data need not hold. */
bool gp_has_stated_rank(const gp_plan *p, const gp_node *n);
/* The datum that a node's value names by itself, or NULL. */
const gp_datum *gp_node_datum(const gp_plan *p, const gp_node *n);
/* Looks a quote up in a source text with all white space ignored (Unicode White_Space). */
bool gp_cite_found(gp_arena *scratch, gp_text source, gp_text quote);
/* An already squeezed source can be asked often. */
gp_text gp_cite_squeeze(gp_arena *a, gp_text source);

/* The pieces that bands with constant bounds make of the line, from below; in a. false where a bound is no undated constant. */
bool gp_band_pieces(gp_piece **out, size_t *n, gp_arena *a, const gp_scoring *s);

gp_ties gp_ties_of(const gp_plan *p, const gp_node *n); /* the tie rule of ranks at a node: its own, else the cohort's */
const char *gp_ties_name(gp_ties t);     /* "1224" */
const char *gp_basis_name(gp_basis b);   /* "other_period" */
bool gp_basis_read(gp_basis *out, gp_text word); /* the five that a file may say */
const char *gp_level_name(gp_level l);
const char *gp_test_key(gp_test t);      /* "at_least" */

#endif

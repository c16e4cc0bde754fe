/* Loading: what the files of this room share while a plan is read. Private to the room.
 * Invariant: whatever is wrong is reported and loading goes on; a plan is handed out only when nothing was. */
#ifndef GP_PLAN_LOAD_H
#define GP_PLAN_LOAD_H

#include "input/csv.h"
#include "plan/fields.h"

enum { GP_DEPTH_MAX = 24 }; /* of goals; YAML nesting ends the rest */

/* Places that keys belong to, as bits for field tables. */
enum {
    GP_AT_SUBJECT = 1 << GP_SUBJECT,
    GP_AT_GOAL = 1 << GP_GOAL,
    GP_AT_INDICATOR = 1 << GP_INDICATOR,
    GP_AT_CLAUSE = 1 << GP_CLAUSE,
    GP_IN_SCORING = 1 << 4, /* the mapping under `scoring:` */
    GP_IN_SCORE = 1 << 5    /* the mapping under `score:` */
};
#define GP_AT_LEAF (GP_AT_INDICATOR | GP_AT_CLAUSE)

/* A CSV file that stands for a list: read once however many goals take rows from it. */
typedef struct gp_table {
    gp_text path;
    gp_file file;
    gp_tree *list; /* of mappings; NULL when it could not be read */
    bool dealt;    /* a column `goal` deals its rows out */
} gp_table;

/* A cite, looked up when everything is read. */
typedef struct gp_quote {
    gp_text text;
    gp_place at;
} gp_quote;

/* What one reading of a plan leaves for the next. */
typedef struct gp_learnt {
    bool begun;
    gp_units units;
    gp_pool texts;
    gp_pool ids;           /* nodes with a value, and its type */
    gp_type *types;
    size_t ntypes, cap_types;
    size_t asks;           /* actual("ID") of nodes that were not known then */
    gp_packs shared;       /* for all readings */
} gp_learnt;

struct gp_load {
    gp_arena *arena;
    gp_diags *diags;
    gp_plan *plan;
    gp_scope scope;
    bool no_dictionary;    /* `data` could not be read: no name can be said to be unknown */
    gp_pool broken; /* names that are defined with an error: who reads them is passed over in silence */
    bool has_source;
    gp_text source; /* squeezed */
    gp_place source_at;
    gp_quote *quotes;
    size_t nquotes, cap_quotes;
    gp_table *tables;
    size_t ntables, cap_tables;
    gp_pool ids;           /* full ids that are taken, and where */
    gp_place *id_places;
    size_t nid_places, cap_id_places;
    gp_pool goals;                   /* full ids of all goals, for dealt rows */
    const gp_tree *dealt_indicators; /* `indicators:` of the plan: rows with a column `goal` */
    struct gp_asked { gp_expr *e; gp_text id; } *asked; /* score("ID") and its kin: the nodes are looked up when all are read */
    size_t nasked, cap_asked;
    struct gp_learnt *learnt;        /* by earlier readings of the plan */
    const double *verdict_words;     /* numbers of the verdicts' texts */
};

/* Keys of methods whose numbers are of the type of a node's value: kept as written, and read at each leaf that they reach. */
typedef enum gp_method_key {
    GP_KEY_KNOTS, GP_KEY_BANDS, GP_KEY_STEP, GP_KEY_EACH, GP_KEY_SATISFACTORY, GP_KEY_UNACCEPTABLE, GP_KEY_SLOPE, GP_KEY_BASE, GP_KEY_LO,
    GP_KEY_HI, GP_KEY_BASELINE, GP_KEY_OF, GP_KEY_RANKS, GP_KEY_TIERS, GP_KEY_PROFILE, GP_METHOD_KEYS
} gp_method_key;
typedef struct gp_kept {
    gp_pair pair;
    bool bad; /* reported once, though many inherit it */
} gp_kept;
typedef struct gp_method_keys { gp_kept *at[GP_METHOD_KEYS]; /* NULL: not given */ } gp_method_keys;

/* A node while it is read. */
typedef struct gp_draft gp_draft;
struct gp_draft {
    gp_node *node;
    const gp_draft *up;      /* NULL at the subject */
    unsigned depth;          /* of goals */
    gp_scoring below;        /* scoring in force for this node and what lies below it */
    gp_method_keys keys;     /* of `below` */
    const gp_pair *score;    /* the node's own */
    bool value_broken;       /* there is a value, with an error: what depends on it is not checked */
    const gp_alias *aliases; /* of the datum that is the value */
    size_t naliases;
    gp_place criterion_at;
    bool unnamed;              /* no id of its own (yet), or one that is taken */
    gp_place require_at, clauses_at;
    const gp_tree *goals, *indicators, *clauses; /* children still to be read */
    size_t nclauses, cap_children;
    gp_param one; /* the weight that is not given */
};

/* param.c */
gp_want gp_want_number(void); /* a plain number: shares, weights, marks */
gp_want gp_want_kind(gp_kind kind);
/* An expression in a scalar. NULL after reporting, or when it reads a name that is broken already. */
gp_expr *gp_load_expr(gp_load *l, const gp_tree *t, gp_text key, const gp_want *want);
/* A parameter, plain or dated. false after reporting. */
bool gp_load_param(gp_load *l, gp_param *out, const gp_tree *t, gp_text key, const gp_want *want);
/* A list of least to most parameters, plain or dated as a whole: between, one_of. */
bool gp_load_params(gp_load *l, gp_param **out, size_t *nout, const gp_tree *t, gp_text key, const gp_want *want, size_t least,
                    size_t most);
gp_param gp_param_const(gp_load *l, double value, const char *text);
bool gp_param_const_value(double *out, const gp_param *p); /* an undated constant */
/* Reports constants below 0. */
bool gp_param_check_sign(gp_load *l, const gp_param *p, gp_text key);
void gp_param_print(gp_buf *out, const gp_load *l, const gp_param *p);

/* list_csv.c */
bool gp_tree_is_from(const gp_tree *t); /* {from: FILE} */
const gp_tree *gp_list_from_csv(gp_load *l, const gp_tree *from);
const gp_tree *gp_dictionary_from_csv(gp_load *l, const gp_tree *from);
bool gp_from_csv(const gp_load *l, const gp_tree *t);
/* A mapping from a table with the keys 1 to n as a list; NULL when it is none. */
const gp_tree *gp_list_of_numbered(gp_load *l, const gp_tree *map);
const gp_tree *gp_without_key(gp_load *l, const gp_tree *map, const char *key);
bool gp_is_dealt(const gp_load *l, const gp_tree *list);                       /* a table with a column `goal` */
const gp_tree *gp_rows_of_goal(gp_load *l, const gp_tree *list, gp_text goal); /* without that column; an undealt list is all the goal's */
const gp_tree *gp_goals_of_rows(gp_load *l, const gp_tree *list);              /* a dealt list as goals with those rows as indicators */
void gp_check_dealt(gp_load *l);                                               /* rows that no goal took */

/* plan.c */
bool gp_check_version(gp_load *l, const gp_tree *version); /* of the format; reports */

/* dictionary.c, derive.c */
void gp_read_data(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
void gp_read_derive(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
bool gp_check_name(gp_load *l, gp_text name, gp_place at);
void gp_report_unit(gp_load *l, gp_place at, gp_text unit); /* what is no unit */
/* Does a text, read as an expression, name something that is broken? */
bool gp_reads_broken(const gp_load *l, gp_text text);
/* The next identifier of an expression from *i on, texts in quotes passed over. */
bool gp_next_name(gp_text *name, gp_text text, size_t *i);

/* id.c */
bool gp_check_id(gp_load *l, gp_text id, gp_place at); /* its characters; reports */
bool gp_is_reserved_id(gp_text id);

/* goals.c */
void gp_read_root(gp_load *l, const gp_tree *map, const gp_part *header);
void gp_list_nodes(gp_load *l);

/* criterion.c */
extern const gp_field gp_criterion_fields[]; /* filled into a gp_draft */
extern const size_t gp_criterion_nfields;
void gp_finish_criterion(gp_load *l, gp_draft *d); /* its text */

/* marks.c */
extern const gp_field gp_weight_fields[]; /* weight, marks, scoring, score, grades, veto … of a gp_draft */
extern const size_t gp_weight_nfields;
void gp_read_marks(gp_load *l, gp_node *n, const gp_pair *pair);

/* score.c */
void gp_scoring_builtin(gp_load *l, gp_scoring *s);
void gp_read_scoring(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
void gp_finish_scoring(gp_load *l, gp_draft *d); /* when the criterion is known */

/* method.c: what a method asks of the criterion and of its own keys */
/* Why a leaf cannot have its method, as the end of a sentence; absent when it can. */
gp_text gp_method_unfit(gp_load *l, const gp_draft *d);
/* Reads the method's keys into the node's scoring. */
void gp_load_method(gp_load *l, gp_draft *d);
gp_want gp_want_value(const gp_draft *d); /* a value of the node */
gp_want gp_want_gap(const gp_draft *d);   /* a difference of two such */
/* A parameter that was kept; false when it is missing or wrong. */
bool gp_load_kept(gp_load *l, gp_param *out, gp_kept *k, const gp_want *want);
/* A score: a fraction, or marks. */
bool gp_load_fraction(gp_load *l, gp_param *out, const gp_tree *t, gp_text key, bool in_marks);
/* A curve over x (of a given type), target (NULL: there is none) and data. NULL after reporting. */
gp_expr *gp_load_curve(gp_load *l, const gp_tree *t, gp_text key, const gp_type *x, const gp_type *target);

/* knots.c, bands.c, tiers.c: lists of a method, each false after reporting */
bool gp_load_knots(gp_load *l, gp_draft *d, const gp_pair *pair);
bool gp_load_standards(gp_load *l, gp_draft *d, const gp_pair *pair);
bool gp_load_ranks(gp_load *l, gp_draft *d, const gp_pair *pair);
bool gp_load_bands(gp_load *l, gp_draft *d, const gp_pair *pair);
bool gp_load_tiers(gp_load *l, gp_draft *d, const gp_pair *pair);
bool gp_load_profile(gp_load *l, gp_draft *d, const gp_pair *pair);

/* cohort.c: `cohort` of the plan and of parts of it, and what can be scored by its standing in the cohort */
void gp_read_cohort(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
void gp_check_cohort(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
const char *gp_why_no_standing(const gp_node *n, const gp_scoring *s); /* NULL: the method can be had; else the end of a sentence */

/* rollup.c: how children are put together */
void gp_read_aggregate(gp_load *l, gp_scoring *s, const gp_pair *pair);
void gp_read_bonus(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
void gp_settle_items(gp_load *l); /* ids of items to nodes */
/* criterion.c: the arguments of a rule */
void gp_read_arguments(gp_argument **out, size_t *n, gp_load *l, const gp_tree *map);

/* results.c: score("ID") and its kin in expressions */
bool gp_result_type(void *ud, gp_expr *e, gp_text id);
void gp_settle_results(gp_load *l);
bool gp_reads_actuals(gp_text plan);
void gp_learn_types(gp_load *l);

/* plan.c: a tree of the plan's file, read again; texts keep the numbers of those given */
gp_plan *gp_plan_read_again(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_pool *texts, const gp_tree *root);

/* models.c: the plan once more for each of its `models`, with the model's keys laid over its own */
typedef gp_plan *gp_plan_reader(gp_arena *a, gp_diags *d, const gp_file *file, const gp_tree *root, gp_learnt *learnt);
void gp_read_models(gp_arena *a, gp_diags *d, const gp_file *file, const gp_tree *root, gp_plan *plan, gp_learnt *learnt,
                    gp_plan_reader *read);
/* The tree of a plan with one of its models laid over it. */
gp_tree *gp_model_tree(gp_arena *a, const gp_tree *root, gp_text name);
/* Takes back the warnings and notes from number `before` on that were said already of the same place. */
void gp_forget_repeated(gp_diags *d, size_t before);

/* cite.c */
void gp_read_cite(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
void gp_check_cites(gp_load *l);

#endif

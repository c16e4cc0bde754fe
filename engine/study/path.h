/* Paths: names for everything of a plan and its data that what-if may turn.
 * Invariant: a target that was found stays valid as long as its plan; looking for one changes nothing. */
#ifndef GP_STUDY_PATH_H
#define GP_STUDY_PATH_H

#include "data/vary.h"

typedef enum gp_target_kind { GP_TARGET_DATUM, GP_TARGET_PARAM, GP_TARGET_ARGUMENT } gp_target_kind;

typedef struct gp_target {
    gp_target_kind kind;
    gp_text path;          /* as written */
    uint32_t datum;        /* DATUM */
    gp_text subject;       /* DATUM: whose; absent: everyone's */
    const void **what;     /* PARAM, ARGUMENT: the parameters of the plan that it turns; several where nodes inherit one */
    size_t nwhat;
    const gp_node *node;   /* PARAM, ARGUMENT: whose */
    gp_datum like;         /* how a value of it is read: type, aliases, range */
    double now;            /* PARAM, ARGUMENT: what the plan says; NaN where that is no constant */
} gp_target;

/* Finds what `path` names: data.NAME, data.NAME@SUBJECT, ID.at_least, ID.weight, ID.score.cap, ID.with.NAME, grades.NAME, list members by
 * number.
 * Lives in a. false after reporting with the nearest name at `at`. */
bool gp_target_find(gp_target *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path, gp_place at);
/* Whether the path names something of a goal, indicator, clause or the plan that is no parameter, and what: changing it makes another
 * plan. */
bool gp_target_shape(gp_text *id, gp_text *key, gp_arena *a, const gp_frame *base, gp_text path);
/* Where a parameter's path stands in the plan: the id of what bears it, and the key. */
void gp_target_place(gp_text *id, gp_text *key, gp_arena *a, const gp_frame *base, gp_text path);
/* Reads a value of the target as data would give it; a parameter takes no open value. false after reporting. Nothing (an empty text, null)
 * is missing. */
bool gp_target_read(gp_interval *out, const gp_target *t, const gp_frame *base, gp_text text, gp_place at);
/* Whether a case is one that the target turns: everyone's parameters and data are, those of a subject its own. */
bool gp_target_is_about(const gp_target *t, const gp_case *c);
/* Lays the value over all rows of scenario s that the target is about. */
void gp_target_set(const gp_target *t, gp_frame *f, size_t scenario, const gp_interval *value);
/* The value as text, with its unit. */
void gp_target_put(gp_buf *out, const gp_target *t, const gp_frame *base, double value);

#endif

/* The Lua host: rules of a plan in an allow-listed state, with a budget, a memory cap and no way to catch the stop.
 * Invariant: no Lua function runs outside one protected call; a rule's answer depends on its inputs alone. The only user of lua.h. */
#ifndef GP_RULE_HOST_H
#define GP_RULE_HOST_H

#include "plan/plan.h"

typedef struct gp_host gp_host;

typedef struct gp_limits {
    uint64_t budget;  /* counted units a call, default 10,000,000 */
    size_t memory;    /* bytes over the base, default 16 MiB */
    uint32_t seconds; /* safety net on the wall, default 10; 0: none */
} gp_limits;

/* What a rule declares. */
typedef struct gp_rule {
    gp_text name, doc;
    uint32_t number; /* in the order of the packs: the same in every host of a plan */
    uint32_t *reads; /* refs: data, then derived (plan.h) */
    size_t nreads;
    bool has_check, has_score, has_roll;
    gp_place at;
} gp_rule;

/* Loads the plan's rule packs, checks that every `rule:` of the plan exists, that `reads` are names of the dictionary and that `with` fits
 * `args`. NULL after reporting. limits NULL: the defaults. */
gp_host *gp_host_new(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_limits *limits);
/* Another host of the same plan, with the same limits: threads have one each. */
gp_host *gp_host_again(gp_arena *a, gp_diags *d, const gp_host *like);
const gp_rule *gp_host_rule(const gp_host *h, gp_text name);

/* One input of a call, in the order of `reads`. */
typedef struct gp_rule_input {
    gp_interval value; /* base units; a point when lo == hi */
    bool present;      /* false: nil */
    gp_basis basis;
    gp_text text; /* of a text, stage or coded datum; absent for numbers */
    gp_period covers;
    const gp_type *type;
} gp_rule_input;

typedef enum gp_rule_outcome {
    GP_RULE_MET,
    GP_RULE_UNMET,
    GP_RULE_UNDECIDED,
    GP_RULE_NO_DATA,
    GP_RULE_NOT_APPLICABLE,
    GP_RULE_SCORE, /* a number alone: met at 1 and above */
    GP_RULE_ERROR  /* broke or hit its budget: reason says which, with the place in the pack */
} gp_rule_outcome;

typedef struct gp_rule_answer {
    gp_rule_outcome outcome;
    double score;        /* NaN when none was given */
    gp_text reason;      /* escaped, capped at 400 bytes; lives in the arena given */
    uint32_t open_datum; /* UNDECIDED without a reason, as this ref was read as a point and is open; UINT32_MAX otherwise */
    uint64_t spent;      /* counted units */
    gp_text grade;       /* of `roll`; absent when none was given. Lives in the arena given */
} gp_rule_answer;

/* Calls the rule with the arguments of a criterion for n rows; in has rule->nreads entries a row. Each call has a budget of its own. Ends
 * in the trap of `reasons` when memory ends, there or in Lua: that is the machine's trouble and no answer of the rule. */
void gp_host_call(gp_rule_answer *out, gp_host *h, gp_arena *reasons, const gp_rule *rule, const gp_argument *with, size_t nwith,
                  const gp_rule_input *in, size_t n);

/* One of the children that `roll` puts together. */
typedef struct gp_rule_child {
    gp_text id;
    double score;        /* NaN: nil */
    const char *verdict; /* NULL: nil */
    double weight;
} gp_rule_child;

/* Calls the `roll` of a rule. The outcome is GP_RULE_SCORE where it says nothing of the verdict; a score that it does not give is NaN. */
void gp_host_roll(gp_rule_answer *out, gp_host *h, gp_arena *reasons, const gp_rule *rule, const gp_argument *with, size_t nwith,
                  const gp_rule_child *children, size_t n);

#endif

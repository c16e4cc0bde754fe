/* What a question of what-if was given: all that decides its answer, to be written with it and asked again.
 * Invariant: texts are as they were given; options have the names that they have in the answer. */
#ifndef GP_STUDY_ASKED_H
#define GP_STUDY_ASKED_H

#include "base/memory.h"
#include "base/text.h"

typedef struct gp_asked_list {
    gp_text *list;
    size_t n, cap;
} gp_asked_list;

typedef struct gp_asked_lever {
    gp_text path, within; /* within absent: there are no bounds */
    double cost;
} gp_asked_lever;

/* One of the settings of the question itself. */
typedef struct gp_asked_option {
    gp_text key;
    enum { GP_ASKED_NOTHING, GP_ASKED_TEXT, GP_ASKED_NUMBER, GP_ASKED_FLAG } kind;
    gp_text text; /* TEXT; NUMBER: as it is printed */
    bool flag;
} gp_asked_option;

typedef struct gp_asked {
    gp_text question;
    gp_text subject;                   /* absent: all of them */
    gp_asked_list scenarios;           /* files, as they were named */
    gp_text table;                     /* the table of scenarios; absent: none */
    gp_asked_list sets, sweeps;        /* PATH=VALUE, PATH=FROM:TO:STEP */
    gp_asked_lever *levers;
    size_t nlevers, cap_levers;
    gp_asked_option *options;
    size_t noptions, cap_options;
} gp_asked;

/* The option of that name; NULL: it is not there. */
const gp_asked_option *gp_asked_option_of(const gp_asked *a, const char *key);

#endif

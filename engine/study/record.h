/* A record: a JSON result that was written before, read again.
 * Invariant: runs and subjects are held by slices of the document; the rows of a subject are read when they are asked for, so a large
 * result takes no more memory than its text and its subjects. */
#ifndef GP_STUDY_RECORD_H
#define GP_STUDY_RECORD_H

#include "input/json.h"
#include "study/asked.h"

typedef struct gp_record_file {
    gp_text path, hash;
} gp_record_file;

typedef struct gp_record_files {
    gp_record_file *list;
    size_t n, cap;
} gp_record_files;

/* A setting of the command line. */
typedef struct gp_record_word {
    gp_text path, value;
} gp_record_word;

typedef struct gp_record_words {
    gp_record_word *list;
    size_t n, cap;
} gp_record_words;

/* The scenario that a result is under: its files, the one that was named last, and what was laid over them. */
typedef struct gp_record_laid {
    gp_text name;       /* absent: there is none */
    gp_record_files files;
    gp_record_words sets;
} gp_record_laid;

/* One plan of a record. */
typedef struct gp_record_plan {
    gp_text id, lang;
    gp_record_file plan;
    gp_record_files inputs, rules, data; /* rules: those of the workspace too */
    gp_record_files shared; /* those alone */
    size_t at; /* of its results */
} gp_record_plan;

typedef struct gp_record_subject {
    uint32_t plan;
    gp_text model;                     /* absent: the record is under one scoring model */
    gp_text subject, period, scenario; /* scenario absent: none */
    gp_text rank;                      /* as written, or absent */
    size_t from, to;                   /* its object in the document */
} gp_record_subject;

typedef struct gp_record_scenario {
    gp_text name, of;      /* of: the id of a plan */
    gp_record_files files; /* those it lies over first, its own last */
} gp_record_scenario;

typedef struct gp_record_text {
    gp_text path;
    gp_file file;
    gp_asked *asked;        /* of an answer of what-if, which has no subjects; NULL: it is a result */
    bool several;           /* of several plans */
    gp_text engine, as_of, model, bad_rows, budget, memory; /* of the run; absent: null */
    gp_record_laid scenario;
    gp_record_file workspace; /* path absent: none */
    gp_record_plan *plans;
    size_t nplans, cap_plans;
    gp_record_scenario *scenarios; /* of a workspace, each with results of its own */
    size_t nscenarios, cap_scenarios;
    gp_record_subject *subjects;
    size_t nsubjects, cap_subjects;
} gp_record_text;

/* What of a row is read: the keys of the contract, and what each of them is. */
#define GP_RECORD_KEYS(K) \
    K(LEVEL, "level") K(ID, "id") K(NAME, "name") K(VERDICT, "verdict") K(IS_FINAL, "final") K(BASIS, "basis") K(ACTUAL, "actual") \
    K(ACTUAL_LOW, "actual_low") K(ACTUAL_HIGH, "actual_high") K(UNIT, "unit") K(CRITERION, "criterion") K(TARGET, "target") \
    K(WEIGHT, "weight") K(SCORE, "score") K(SCORE_LOW, "score_low") K(SCORE_HIGH, "score_high") K(MARKS, "marks") \
    K(GRADE, "grade") K(CLAIM, "claim") K(AUDIT, "audit") K(REASON, "reason") K(RULE, "rule") K(DECISION, "decision")
typedef enum gp_record_key {
#define K(id, name) GP_R_##id,
    GP_RECORD_KEYS(K)
#undef K
    GP_R_COUNT
} gp_record_key;

typedef struct gp_record_value {
    gp_json_token token; /* GP_J_NULL: absent; a list is its text as written */
    gp_text text;
} gp_record_value;

typedef struct gp_record_row {
    gp_record_value of[GP_R_COUNT];
} gp_record_row;

typedef struct gp_record_rows {
    gp_record_row *list;
    size_t n, cap;
} gp_record_rows;

/* NULL after reporting. */
gp_record_text *gp_record_read(gp_arena *a, gp_diags *d, gp_text path);
gp_record_text *gp_record_parse(gp_arena *a, gp_diags *d, const gp_file *file);
/* The rows of a subject, in a. false after reporting. */
bool gp_record_rows_of(gp_record_rows *out, gp_arena *a, gp_diags *d, const gp_record_text *r, const gp_record_subject *s);

#endif

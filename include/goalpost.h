/* goalpost.h: the public interface of libgoalpost.
 *
 *     gp_context   options, memory, diagnostics; everything else belongs to one
 *       gp_plan    goals as data; immutable once loaded
 *       gp_data    the files of values for a plan
 *       gp_results the evaluation of a plan on its data: cases, each with a row for every goal, indicator and clause
 *     gp_report_write   results in one of the formats of the command
 *     gp_stream_write   from files to a table in one go, for millions of cases
 *       gp_workspace  several plans, each with its data, run and reported together
 *       gp_record     a result that was written as JSON, read again: to compare it with another, or to derive it anew
 *
 * Ownership: a context owns all that is made from it and releases it in gp_context_free; the free functions of the others may be called
 *   earlier, and release what was made from that object.
 * Texts that are returned live as long as the object they were asked of (of a row: until the next case is read) and are UTF-8.
 * Threads: one context, one thread at a time; contexts are independent of each other. gp_stream_write makes threads of its own.
 * Errors: functions that can go wrong return a gp_status (or NULL); the messages are with the context (gp_context_messages).
 * Numbers: actual, target, margin and flip are in the unit of the row as a person reads it (3.5 with "%"); absent numbers are NaN. */
#ifndef GOALPOST_H
#define GOALPOST_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(GP_BUILDING) && defined(__GNUC__)
#define GP_API __attribute__((visibility("default")))
#else
#define GP_API
#endif

#define GOALPOST_VERSION "0.1.0"

typedef struct gp_context gp_context;
typedef struct gp_plan_handle gp_plan_handle;
typedef struct gp_data gp_data;
typedef struct gp_results gp_results;
typedef struct gp_workspace gp_workspace;
typedef struct gp_record gp_record;

typedef enum gp_status {
    GP_OK = 0,
    GP_INVALID = 1,   /* plan, rules or data have errors: see the messages */
    GP_NO_MEMORY = 2, /* the allocator refused; the object that was being made does not exist */
    GP_WRITE = 3,     /* the sink did not take the output */
    GP_USAGE = 4,     /* the call makes no sense (unknown format, data of another plan) */
    GP_UNSUITED = 5   /* gp_stream_write alone: all rows are needed at once */
} gp_status;

/* Lua's allocator signature. new_size 0 frees; NULL means refused. */
typedef void *(*gp_allocator)(void *user, void *ptr, size_t old_size, size_t new_size);

/* Takes bytes; returns 0, or not 0 to stop. */
typedef int (*gp_sink)(void *user, const void *bytes, size_t n);

/* ---- context ---- */
/* allocator NULL: the C library's. NULL when there is not even memory for the context. */
GP_API gp_context *gp_context_new(gp_allocator allocator, void *user);
GP_API void gp_context_free(gp_context *c);
GP_API const char *gp_version(void);
/* What is built in: "goalpost 0.1.0 (Lua 5.4, libyaml, GMP 6.2.1)". */
GP_API const char *gp_version_text(void);

/* What the last call came to that could go wrong: tells a NULL for want of memory from one for errors in the files. */
GP_API gp_status gp_context_status(const gp_context *c);
/* Messages so far, as the command prints them (file:line:column, excerpt, hint). The text lives until the next call. colour: ANSI. */
GP_API const char *gp_context_messages(gp_context *c, int colour);
GP_API size_t gp_context_errors(const gp_context *c);
GP_API size_t gp_context_warnings(const gp_context *c);
GP_API void gp_context_clear(gp_context *c);

/* The name among n that is nearest to what was written, for "did you mean"; NULL when none is near. */
GP_API const char *gp_nearest(gp_context *c, const char *written, const char *const *names, size_t n);

/* What a file is, by its ending and its second key, without judging it. "-" is not read: it counts as data. */
typedef enum gp_file_kind {
    GP_KIND_UNREADABLE, GP_KIND_PLAN, GP_KIND_DATA, GP_KIND_TABLE, GP_KIND_RULES, GP_KIND_SCENARIO, GP_KIND_OTHER,
    GP_KIND_WORKSPACE
} gp_file_kind;
typedef struct gp_file_view {
    gp_file_kind kind;
    char plan[128]; /* the id of the plan that it is, or is for; "" when it does not say */
} gp_file_view;
GP_API gp_file_view gp_file_look(gp_context *c, const char *path);
/* Whether it is a workspace, without reading further than that takes. */
GP_API int gp_file_is_workspace(gp_context *c, const char *path);

/* ---- plan ---- */
/* Loads a plan, its rules, its source. NULL: see messages. A plan with errors is handed out as long as its dictionary is whole, with the
 * status GP_INVALID, so that its data can be read for their errors; evaluating it gives NULL. */
GP_API gp_plan_handle *gp_plan_open(gp_context *c, const char *path);
GP_API void gp_plan_close(gp_plan_handle *p);
GP_API const char *gp_plan_id(const gp_plan_handle *p);
GP_API const char *gp_plan_title(const gp_plan_handle *p);
/* Scoring models: how many, and the name of each; the first is "base", the plan's own scoring. NULL beyond the last. */
GP_API size_t gp_plan_models(const gp_plan_handle *p);
GP_API const char *gp_plan_model_name(const gp_plan_handle *p, size_t i);

/* ---- data ---- */
GP_API gp_data *gp_data_new(gp_plan_handle *p);
GP_API void gp_data_free(gp_data *d);
/* Whether the cites of values are kept for rows and reports: 1 unless told. Off, a table of a million rows takes less memory. */
GP_API void gp_data_keep_cites(gp_data *d, int keep);
/* Queues a file (.yaml, .yml, .csv, "-" for standard input), values or a ledger of decisions; it is read by gp_data_load. */
GP_API gp_status gp_data_add(gp_data *d, const char *path);
/* Before gp_data_load: takes the cases of all periods, whichever the plan is of. */
GP_API gp_status gp_data_all_periods(gp_data *d);
/* What an input row with a bad cell does: stops everything, or is refused alone and reported as a warning. */
typedef enum gp_bad_rows { GP_BAD_ROWS_STOP, GP_BAD_ROWS_REPORT } gp_bad_rows;
/* Reads all that is queued, once. */
GP_API gp_status gp_data_load(gp_data *d, gp_bad_rows bad);

/* Refused rows, to be mended and given again. They are kept when asked for before gp_data_load or gp_stream_write. */
GP_API gp_status gp_data_keep_refused(gp_data *d);
GP_API uint64_t gp_data_refused(const gp_data *d); /* how many, kept or not */
/* The files that have refused rows, in the order of their paths. */
typedef struct gp_refused_view {
    const char *path;
    uint64_t rows;
    int is_table; /* 0: a YAML file, which is one case: it is mended where it is */
} gp_refused_view;
GP_API size_t gp_data_refused_files(const gp_data *d);
GP_API gp_refused_view gp_data_refused_file(const gp_data *d, size_t i);
/* The refused rows of file i as CSV in that file's own shape, with a column `reason` behind, which is passed over when it is read. */
GP_API gp_status gp_data_refused_write(const gp_data *d, size_t i, gp_sink sink, void *user);

/* ---- evaluation ---- */
typedef struct gp_eval_options {
    const char *as_of;   /* "2020-12-31", NULL: the end of each case's period */
    const char *lang;    /* "zh", "en", NULL: the plan's */
    uint64_t rule_budget; /* counted units a call of a rule, 0: 10,000,000 */
    size_t rule_memory;  /* bytes, 0: 16 MiB */
    const char *model;   /* a scoring model of the plan, NULL, "" or "base": the plan's own scoring */
    unsigned jobs;       /* threads of gp_stream_write, 0: as many as there are processors; the result is the same */
    const char *scenario;    /* a scenario file that is laid over plan and data, which stay as they are; NULL: none */
    const char *const *sets; /* PATH=VALUE, laid over that one after the other (see gp_whatif_new for what a path is) */
    size_t nsets;
} gp_eval_options;

/* GP_USAGE after reporting when an option has no meaning; gp_evaluate does the same. */
GP_API gp_status gp_eval_options_check(gp_context *c, const gp_eval_options *options);
/* Evaluates lazily: cases are worked out as they are asked for. Data not loaded yet are, and stop at bad rows. options NULL: the
 * defaults. NULL: see messages. Under a scenario cases bear its name ("set" without a file; behind that of the data, if they name one), and
 * the result names its files and settings. A scenario cannot be streamed. */
GP_API gp_results *gp_evaluate(gp_data *d, const gp_eval_options *options);
GP_API void gp_results_free(gp_results *r);

/* The next case: 1, 0 at the end, -1 when memory ended. Rows below speak of the current case. */
GP_API int gp_results_next(gp_results *r);
GP_API gp_status gp_results_rewind(gp_results *r);
/* Adds to the messages what is allowed and hardly meant: grades out of reach, weights that do not add up, data that nothing reads,
 * targets that most cases pass by far. Notes and warnings, never errors. Cases are then read from the first one again. */
GP_API gp_status gp_results_lint(gp_results *r);
GP_API const char *gp_case_subject(const gp_results *r);
GP_API const char *gp_case_period(const gp_results *r);
GP_API const char *gp_case_scenario(const gp_results *r); /* "" when there is none */
GP_API void gp_case_score(const gp_results *r, double *low, double *high); /* fraction of full marks */
GP_API void gp_case_score_before_decisions(const gp_results *r, double *low, double *high); /* the same as if the ledger were empty */
GP_API void gp_case_marks(const gp_results *r, double *low, double *high); /* rounded */
GP_API const char *gp_case_grade(const gp_results *r); /* NULL: none, or a range */
/* Best and worst rank in the cohort, all subjects of the period and scenario; alike when it is certain. NaN: unranked, or the plan ranks
 * nobody (scoring: ranks). Halves where ties share the average. */
GP_API void gp_case_rank(const gp_results *r, double *low, double *high);
GP_API size_t gp_case_rows(const gp_results *r);

/* Row i, in the plan's order, parents before children; row 0 is the subject. */
GP_API const char *gp_row_level(const gp_results *r, size_t i);   /* subject | goal | indicator | clause */
GP_API const char *gp_row_id(const gp_results *r, size_t i);
GP_API const char *gp_row_name(const gp_results *r, size_t i);
GP_API const char *gp_row_verdict(const gp_results *r, size_t i); /* met, unmet ...; "" for a measured row */
GP_API int gp_row_final(const gp_results *r, size_t i);
GP_API const char *gp_row_basis(const gp_results *r, size_t i);   /* NULL: none */
GP_API void gp_row_actual(const gp_results *r, size_t i, double *low, double *high);
GP_API const char *gp_row_unit(const gp_results *r, size_t i);    /* "" when there is none */
GP_API double gp_row_target(const gp_results *r, size_t i);
GP_API double gp_row_completion(const gp_results *r, size_t i);   /* fraction */
GP_API double gp_row_margin(const gp_results *r, size_t i);
GP_API double gp_row_flip(const gp_results *r, size_t i);
GP_API void gp_row_score(const gp_results *r, size_t i, double *low, double *high);
GP_API void gp_row_marks(const gp_results *r, size_t i, double *low, double *high);
GP_API const char *gp_row_audit(const gp_results *r, size_t i);   /* "" when nothing was claimed */
GP_API const char *gp_row_reason(const gp_results *r, size_t i);

/* A decision that the ledger has over a row. Texts live until the next case is read. */
typedef struct gp_decision_view {
    const char *authority, *reason, *date;  /* "2021-03-01" */
    const char *evidence;                   /* NULL: none is named */
    int applied;                            /* 0: it does not count (its `old` is not what is found, or it is later than the as-of date) */
    const char *found_verdict;              /* before it; "" for a measured row */
    double found_low, found_high;           /* score before it, fraction of full marks; NaN: none */
} gp_decision_view;
/* 1 and *out filled where there is a decision over row i, else 0. */
GP_API int gp_row_decision(const gp_results *r, size_t i, gp_decision_view *out);
/* Makes the only case of that subject, period ("2020", "2020-Q3") and scenario the current one; NULL stands for any, "" for no scenario.
 * *found (may be NULL): how many there are. GP_USAGE when it is not one, or the period is none; no case is current then. */
GP_API gp_status gp_results_find(gp_results *r, const char *subject, const char *period, const char *scenario, size_t *found);

/* Sums over what was read so far; complete after the last case, and after a report. */
typedef struct gp_totals {
    uint64_t rows_in, used, other_periods, refused, cases;
    uint64_t met, unmet, undecided, no_data, not_due, not_applicable, waived, errors; /* indicators */
    uint64_t broken_rules;                                                            /* calls of rules that broke or hit their budget */
    uint64_t agrees, understated, unsupported, overstated;                            /* claims */
    uint64_t evaluations, exact, row_bytes; /* for benchmarks: indicators x cases, decided in rationals, bytes allocated */
    int adds_up;                            /* 0: rows in are not rows out, a defect of the engine */
} gp_totals;
GP_API gp_totals gp_results_totals(const gp_results *r);

/* ---- reports ---- */
/* Cases written so far, of how many. It comes often: at least after each 512 cases, so whoever shows it decides how often. */
typedef void (*gp_progress)(void *user, uint64_t done, uint64_t total);
typedef struct gp_report_options {
    const char *format; /* "table" "csv" "json" "ndjson" "md" */
    int wide;           /* csv: a row for each case */
    int codes;          /* with wide: verdicts as one letter */
    int bom;            /* csv: UTF-8 byte order mark for Excel */
    int colour;         /* table: ANSI colour */
    int width;          /* table: columns of the terminal, 0: 120 */
    gp_progress progress; /* told how far it is while cases are written; NULL: nobody is */
    void *progress_user;  /* handed to it */
    void (*plan)(void *user, size_t nth, size_t n); /* several plans: the one that is next, from 0; NULL: nobody is told */
} gp_report_options;
/* Walks all cases from the first and writes them; gp_results_next then begins anew. */
GP_API gp_status gp_report_write(gp_results *r, const gp_report_options *options, gp_sink sink, void *user);
/* The same for n evaluations of the same data under several scoring models, in one result: the table has them side by side, in the other
 * formats each row says whose it is. GP_USAGE when they are of other data. The sums are those of the first. */
GP_API gp_status gp_report_write_models(gp_results *const *r, size_t n, const gp_report_options *options, gp_sink sink, void *user);

/* ---- explanations ---- */
typedef struct gp_explain_options {
    const char *format;     /* "text" "md" "json"; NULL: text */
    const char *const *ids; /* full ids of goals, indicators, clauses; "", "." or its name: the subject */
    size_t nids;
    int colour;             /* text: ANSI colour */
    int width;              /* text: columns of the terminal, 0: 120 */
} gp_explain_options;
/* Writes why these rows of the current case are as they are: what is required, what it rests on and where that stands, the arithmetic,
 * margin and flip, the score, the parts with their losses, what is open, what is claimed. In the language of the evaluation. Reads what was
 * worked out and evaluates nothing. GP_USAGE: no case is current, an unknown format or id; nothing is written then. */
GP_API gp_status gp_explain_write(gp_results *r, const gp_explain_options *options, gp_sink sink, void *user);

/* ---- streaming ---- */
/* Reads, evaluates and writes in one go what is queued and not loaded yet, with memory for a few thousand rows and 16 bytes a case, by
 * options->jobs threads: the bytes and messages of gp_data_load, gp_evaluate and gp_report_write. Files must not be shortened meanwhile.
 * GP_UNSUITED: it cannot be done so (all but wide CSV from one wide CSV file; a case spread over rows, text that is no UTF-8, data of which
 * other cases are asked): nothing was reported, the data can be loaded as ever. Whatever it returns but GP_OK, what the sink got is void.
 * The sink, the progress and the context's allocator are called by one thread at a time, but not always by the same; *totals may be
 * NULL. */
GP_API gp_status gp_stream_write(gp_data *d, gp_bad_rows bad, const gp_eval_options *eval, const gp_report_options *report, gp_sink sink,
                                 void *user, gp_totals *totals);
/* ---- workspaces ---- */
/* What goalpost.yaml says of the run. Texts are NULL and numbers -1 where it says nothing. */
typedef struct gp_workspace_settings {
    const char *id, *title;
    const char *format, *output; /* output: with the workspace's folder ahead */
    const char *lang, *as_of;
    const char *const *fail_on;  /* verdicts and findings of audits */
    size_t nfail_on;
    int wide, codes, bom;        /* 0 unless it says so */
    int bad_rows;                /* a gp_bad_rows, -1: not said */
    int64_t max_bad;
} gp_workspace_settings;

/* Reads goalpost.yaml (path: that file or its folder) and opens its plans, in the order of their paths. NULL: see messages. A workspace
 * some of whose plans have errors is handed out, with the status GP_INVALID, so that the data of the others can be read for theirs. */
GP_API gp_workspace *gp_workspace_open(gp_context *c, const char *path);
/* Closes its plans too. */
GP_API void gp_workspace_close(gp_workspace *w);
GP_API const gp_workspace_settings *gp_workspace_settings_of(const gp_workspace *w);
GP_API size_t gp_workspace_plans(const gp_workspace *w);
GP_API const char *gp_workspace_path(const gp_workspace *w, size_t i);
/* What the result is made of: the plans, then scenarios of them that goalpost.yaml names, numbered on. `set` of a scenario is laid over the
 * data of its plan; what comes of it stands apart: under the scenario's name, not in the totals but for broken rules. */
GP_API size_t gp_workspace_parts(const gp_workspace *w);
GP_API const char *gp_workspace_scenario(const gp_workspace *w, size_t part); /* NULL: a plan as it is */
/* Evaluates without them from now on. They go with the plans' own scoring: with another model gp_workspace_evaluate is GP_USAGE. */
GP_API void gp_workspace_leave_scenarios(gp_workspace *w);
GP_API gp_plan_handle *gp_workspace_plan(const gp_workspace *w, size_t i); /* of a part; NULL: it has errors */
GP_API gp_data *gp_workspace_data(const gp_workspace *w, size_t i);        /* NULL before gp_workspace_load, and where a kept part stands */
/* Reads the data of all plans; GP_INVALID when any plan or datum has errors: all of them are in the messages. */
typedef struct gp_load_options {
    gp_bad_rows bad_rows;
    int keep_cites;   /* see gp_data_keep_cites */
    int keep_refused; /* see gp_data_keep_refused */
    int all_periods;  /* see gp_data_all_periods */
} gp_load_options;
GP_API gp_status gp_workspace_load(gp_workspace *w, const gp_load_options *options);
/* Prepares the evaluation of all plans. lang NULL: what goalpost.yaml says, else each plan's. GP_USAGE: a model that some plan has not. */
GP_API gp_status gp_workspace_evaluate(gp_workspace *w, const gp_eval_options *options);
/* gp_results_lint for all plans that are evaluated. */
GP_API gp_status gp_workspace_lint(gp_workspace *w);
/* Evaluates and writes: one plan as gp_report_write does; several in one document (table: a line a case and a sum by department).
 * GP_INVALID, with a message: a table with a column for each indicator (wide) of plans with different ones. */
GP_API gp_status gp_workspace_write(gp_workspace *w, const gp_report_options *options, gp_sink sink, void *user);
GP_API gp_totals gp_workspace_totals(const gp_workspace *w); /* complete after gp_workspace_write */

/* Parts of an earlier run. The bytes that a plan adds to a result depend on its files, the engine and the options alone, so they can be
 * kept and used again while none of these has changed: the result has the bytes of a full run. For several plans in csv, json, ndjson. */
/* Works out what each part depends on: to be called after gp_workspace_open, with what the later calls will be given. */
GP_API gp_status gp_workspace_keys(gp_workspace *w, const gp_load_options *load, const gp_eval_options *eval,
                                   const gp_report_options *report);
/* Takes part i from a file, before gp_workspace_load. 1: taken. 0: there is none, it is of other inputs, or it is damaged
 * (with a warning). -1: memory ended. */
GP_API int gp_workspace_take(gp_workspace *w, size_t i, const char *path);
/* Whoever keeps parts: told of each that is worth keeping while gp_workspace_write runs. Plans that have something to say (messages,
 * refused rows, broken rules) are not kept, so that they say it again. */
typedef struct gp_part_keeper {
    void *user;
    int (*begin)(void *user, size_t part); /* 0: the part is not kept */
    gp_sink take;
    void (*end)(void *user, int whole);    /* whole 0: what was taken is worth nothing */
} gp_part_keeper;
GP_API void gp_workspace_keep(gp_workspace *w, const gp_part_keeper *keeper); /* not copied; NULL: nobody */

/* ---- records: results that were written as JSON ---- */
/* Reads a JSON result. NULL: see messages. */
GP_API gp_record *gp_record_open(gp_context *c, const char *path);
GP_API void gp_record_close(gp_record *r);

typedef struct gp_diff_options {
    const char *format; /* "table" "csv" "json" "md" */
    const char *lang;   /* NULL: en */
    int colour, width;  /* table */
} gp_diff_options;
typedef struct gp_diff_counts {
    uint64_t subjects_only_a, subjects_only_b, subjects_changed, subjects_same;
    uint64_t flipped; /* indicators and clauses of another verdict */
    uint64_t moved;   /* rows of other marks, score or grade */
    uint64_t other;   /* rows that changed otherwise */
} gp_diff_counts;
/* What changed from a to b, row by row, and why: data, target, weight, rule, plan, as_of, claim, decision, engine, cohort (its own figures
 * are the same, those of others are not). */
GP_API gp_status gp_diff_write(gp_diff_counts *out, gp_record *a, gp_record *b, const gp_diff_options *options, gp_sink sink, void *user);

/* Derives a result, or an answer of what-if, again from the files and settings that it names. NULL: they cannot be read, or have errors:
 * see messages. */
GP_API gp_workspace *gp_record_workspace(gp_record *r);
/* Evaluates that workspace as the record was, or asks again, and compares: *difference is NULL when not a byte differs, else says in one
 * line which files have other content now, and where else the first difference is. It lives as long as the record. */
GP_API gp_status gp_record_replay(gp_record *r, gp_workspace *w, const char **difference);

/* ---- what-if ---- */
/* Questions about the cases of an evaluation: values are laid over paths, the evaluation and its data stay. A path names a parameter:
 * data.NAME, data.NAME@SUBJECT, ID.at_least, ID.weight, ID.score.cap, ID.with.NAME, grades.NAME, list members by number. */
typedef struct gp_whatif gp_whatif;
/* Belongs to the results; under the scoring model that they are under. NULL when memory ended, and with GP_USAGE for results under a
 * scenario: lay it here. */
GP_API gp_whatif *gp_whatif_new(gp_results *r);
/* The same question under several scoring models: n evaluations of the same data. The answer has the model ahead of each row. NULL as
 * above, and with
 * GP_USAGE for results of other data. */
GP_API gp_whatif *gp_whatif_new_models(gp_results *const *r, size_t n);
GP_API void gp_whatif_free(gp_whatif *w);
/* About one subject only: its first case. Where ranks or scores by standing hang on the others, these are evaluated too and not shown.
 * GP_INVALID after reporting when the data have no such subject. */
GP_API gp_status gp_whatif_subject(gp_whatif *w, const char *subject);
/* Adds a scenario from a file. Call it before gp_whatif_set and gp_whatif_sweep: what they lay comes over every scenario. */
GP_API gp_status gp_whatif_scenario(gp_whatif *w, const char *path);
/* PATH=VALUE, over every scenario; of two for one path the later stands. GP_INVALID after reporting. */
GP_API gp_status gp_whatif_set(gp_whatif *w, const char *setting);
/* PATH=FROM:TO:STEP or PATH=VALUE,VALUE,...; with several, all combinations. */
GP_API gp_status gp_whatif_sweep(gp_whatif *w, const char *sweep);
/* A CSV table whose rows are scenarios, over what was set: headings are paths or names of data, `scenario` names the row. An empty field
 * leaves the path as the base has it, `null` makes it missing. It is what GP_ASK_SWEEP asks about then. GP_INVALID after reporting. */
GP_API gp_status gp_whatif_table(gp_whatif *w, const char *path);
/* A path that seeking may turn. within: "FROM..TO", NULL: the range that the dictionary gives it. cost: of one unit of change, beside
 * others. */
GP_API gp_status gp_whatif_lever(gp_whatif *w, const char *path, const char *within, double cost);

typedef enum gp_question {
    GP_ASK_COMPARE,     /* base beside the scenarios: what flipped, what moved, and which setting did it */
    GP_ASK_SWEEP,       /* all combinations of what was swept, or all rows of a table of scenarios */
    GP_ASK_SEEK,        /* the smallest change of the levers that meets an aim */
    GP_ASK_SENSITIVITY, /* margins, flips, marks lost, what each datum is worth, what one of them would need for the next grade */
    GP_ASK_DRAWS,       /* Monte Carlo: probabilities of verdicts, grades and ranks */
    GP_ASK_PERIODS,     /* each period of the data beside the latest (see gp_data_all_periods) */
    GP_ASK_BACK_TEST,   /* the same data under another plan: what moves, and why */
    GP_ASK_WEIGHTS      /* all weights drawn around the given ones: how ranks and grades hold, and what one weight alone turns */
} gp_question;
typedef struct gp_whatif_question {
    gp_question ask;
    int all;            /* COMPARE, PERIODS: rows that did not change too */
    const char *against; /* BACK_TEST: path of the other plan. Data go to it by their names, whatever its id and period; decisions do not */
    const char *seek;   /* SEEK: "ID met", "ID unmet", "marks >= 90", "grade NAME", "rank <= 3" */
    double spread;      /* SENSITIVITY: how far each datum is moved, as a fraction of itself; 0: 0.1 */
    double weights;     /* WEIGHTS: how far each is drawn, as a fraction of itself, below 1; 0: 0.2 */
    uint64_t draws;     /* DRAWS, WEIGHTS: how many; WEIGHTS: 0 is 10,000 */
    uint64_t seed;
    double until_se;    /* DRAWS: stop when the standard error of the mean marks is no larger; 0: never */
    int indices;        /* DRAWS: which draws the marks hang on, too */
    const char *sheet;  /* csv: which sheet of the answer; NULL: the first */
    gp_progress progress; /* DRAWS, WEIGHTS: told how far it is; NULL: nobody is */
    void *progress_user;
    unsigned jobs;      /* SWEEP, DRAWS: threads, 0: as many as there are processors; the answer is the same */
} gp_whatif_question;
/* Answers in "table", "csv", "json" or "md". GP_INVALID after reporting, GP_USAGE for an unknown format or sheet, GP_WRITE when the sink
 * refused. */
GP_API gp_status gp_whatif_ask(gp_whatif *w, const gp_whatif_question *question, const gp_report_options *options, gp_sink sink,
                               void *user);

#ifdef __cplusplus
}
#endif
#endif

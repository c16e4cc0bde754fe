/* A command of the program: what it is called, takes and does, as data, so that parsing, help and man page say the same.
 * Invariant: this folder sees the library through goalpost.h alone. */
#ifndef GP_CLI_COMMAND_H
#define GP_CLI_COMMAND_H

#include <stdbool.h>
#include <stdio.h>

#include "goalpost.h"

typedef enum gp_exit {
#define GP_STATUS(id, number, what) id = number,
#include "cli/status.def"
#undef GP_STATUS
} gp_exit;

typedef struct gp_option {
    char letter;       /* 0: none */
    const char *name;  /* without the dashes */
    const char *value; /* what to call its value in help; NULL: it takes none */
    const char *help;
    bool many;         /* may be given more than once */
} gp_option;

typedef struct gp_args gp_args;
typedef struct gp_command {
    const char *name;
    const char *usage;     /* what follows the name */
    const char *summary;   /* one line */
    const char *details;   /* a paragraph, or NULL */
    const gp_option *options;
    size_t noptions;
    const char *example;   /* whole lines */
    gp_exit (*run)(const gp_args *args); /* NULL: not in this version */
} gp_command;

/* The table of commands, in the order of the help. */
extern const gp_command *const gp_commands[];
extern const size_t gp_ncommands;
const gp_command *gp_command_find(const char *name);
extern const gp_command gp_cmd_eval, gp_cmd_explain, gp_cmd_whatif, gp_cmd_check, gp_cmd_diff, gp_cmd_help;

/* -- options.c -- */
typedef struct gp_given {
    const gp_option *option;
    const char *value; /* NULL: it takes none */
} gp_given;
struct gp_args {
    gp_context *context;
    const gp_command *command;
    gp_given *given;       /* in the order given */
    size_t ngiven;
    const char **operands;
    size_t noperands;
};
/* Reads argv[1 .. argc-1], the words behind argv[0], the command. false after saying what is wrong. --help counts as given and ends
 * the reading. */
bool gp_args_read(gp_args *out, gp_context *c, const gp_command *command, int argc, char **argv);
void gp_args_free(gp_args *args);
bool gp_args_has(const gp_args *args, const char *option);
const char *gp_args_value(const gp_args *args, const char *option); /* the last one given, or NULL */
/* "try `goalpost help eval`" behind a message. */
gp_exit gp_args_refuse(const gp_args *args);
/* A whole number from low to high; false after saying what is wrong. */
bool gp_args_whole(unsigned long long *out, const gp_args *args, const char *option, unsigned long long low, unsigned long long high);

/* -- asked.c: what several commands ask alike; each is false after saying what is wrong -- */
bool gp_asked_refuse(const gp_args *args, const char *message); /* false, after the message */
typedef struct gp_format_name {
    const char *name, *ending;
    bool now;          /* false: in a later version */
} gp_format_name;
/* By the name (-f), else by the ending of the path (-o); either may be NULL, and *out stays where neither tells. */
bool gp_asked_format(const char **out, const gp_args *args, const gp_format_name *formats, size_t n, const char *name, const char *path);
/* --as-of, --lang, --rule-budget, --rule-memory. */
bool gp_asked_eval(gp_eval_options *out, const gp_args *args);
/* Whether the first operand is a workspace: a folder, or a file that says so. Says nothing. */
bool gp_asked_workspace(const gp_args *args);
/* That the first operand can be a plan. */
bool gp_asked_plan(const gp_args *args);
/* Queues all that -d gives; and reads it. */
gp_status gp_asked_queue(gp_data *d, const gp_args *args);
gp_status gp_asked_data(gp_data *d, const gp_args *args, gp_bad_rows bad);
/* The status of a call that gave nothing, after its messages. */
gp_exit gp_give_up(gp_context *c, gp_status status);
/* Whether --model asks for all of them; that a plan has the one it names. */
bool gp_asked_all_models(const char *model);
bool gp_asked_model(const gp_args *args, const gp_plan_handle *plan, const char *model);
/* --scenario and --set. What is returned is to be freed behind the last use of the options; NULL: there is no memory. */
const char **gp_asked_scenario(gp_eval_options *out, const gp_args *args);
/* gp_give_up for an evaluation; of plan and data that are sound only words of the command line can be wrong. */
gp_exit gp_give_up_evaluating(gp_context *c, const gp_eval_options *o);

/* -- say.c: messages on standard error -- */
#if defined(__GNUC__)
__attribute__((format(printf, 1, 2)))
#endif
void gp_say(const char *format, ...); /* "goalpost: …" and a line end */
/* "goalpost: unknown WHAT `written`", and the nearest of the names when one is near. */
void gp_say_unknown(gp_context *c, const char *what, const char *written, const char *const *names, size_t n);
/* Prints the context's messages and empties them. */
void gp_say_messages(gp_context *c);
bool gp_wants_colour(int fd); /* a terminal, and NO_COLOR is not set */
int gp_terminal_width(int fd);

/* -- output.c: a file or standard output, whole or not at all, also when a signal ends the program -- */
typedef struct gp_output {
    int fd;
    const char *name;    /* for messages */
    char *target, *temp; /* of a file that is written aside; temp NULL while it has no name */
    bool is_stdout, aside, quiet;
    int error;           /* errno of the first write that went wrong */
    int behind;          /* where what is kept back goes in the end; -1: nothing is kept back */
} gp_output;
/* path NULL or "-": standard output. false after saying what is wrong. */
bool gp_output_open(gp_output *out, const char *path);
bool gp_output_try(gp_output *out, const char *path); /* the same, and says nothing: it is opened again where it is due */
int gp_output_sink(void *output, const void *bytes, size_t n); /* a gp_sink */
/* Keeps what is written back until the output is closed, so that it can still be taken back: in a nameless file where the output is not
 * written aside anyway. Before the first write. false: there is no room for such a file; nothing is said. */
bool gp_output_keep_back(gp_output *out);
/* Takes back what was written since gp_output_keep_back; what comes next is written at once. false after saying what is wrong. */
bool gp_output_take_back(gp_output *out);
/* Makes what was written last; false after saying what is wrong (nothing is left then). */
bool gp_output_close(gp_output *out);
void gp_output_drop(gp_output *out);
/* Writes one text to standard output. */
gp_exit gp_output_text(const char *text, size_t n);

/* -- progress.c: how far it is, on standard error -- */
typedef struct gp_progress_line {
    bool shown, drawn;
    uint64_t begun, due; /* milliseconds of a clock that does not go back */
    size_t plan, plans;  /* the one that is evaluated, from 1; plans 0: there is one */
} gp_progress_line;
/* to_terminal: results go to one, where a line that is redrawn would be among them. */
void gp_progress_init(gp_progress_line *line, bool to_terminal);
void gp_progress_tell(void *line, uint64_t done, uint64_t total); /* a gp_progress */
void gp_progress_plan(void *line, size_t nth, size_t n);          /* of gp_report_options */
void gp_progress_clear(gp_progress_line *line);

/* -- help.c -- */
gp_exit gp_help_program(void);
gp_exit gp_help_command(const gp_command *command);
gp_exit gp_help_man(void);

#endif

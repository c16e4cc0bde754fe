/* The command line by the tables of the commands, through getopt_long: -x VALUE, -xVALUE, --name=VALUE, `--`, options anywhere.
 * Invariant: what the tables do not have is refused with the nearest name; nothing is abbreviated and nothing guessed. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static const gp_option HELP = {'h', "help", NULL, "this help", false};

/* A command's table as getopt_long takes it. A long option comes back as LONG plus its number, which no letter is. */
enum { OPERAND = 1, LONG = 256 };
typedef struct reading {
    const gp_command *command;
    struct option *longs;
    char *letters;
} reading;

/* Number 0 is the help that every command has. */
static const gp_option *option_at(const gp_command *c, size_t i) { return i == 0 ? &HELP : &c->options[i - 1]; }

/* The letters begin with `-`: operands come back where they stand, whatever POSIXLY_CORRECT says; and with `:`: a missing value is told
 * from an unknown option. */
static bool reading_init(reading *r, const gp_command *c) {
    size_t n = c->noptions + 1;
    *r = (reading){.command = c, .longs = calloc(n + 1, sizeof *r->longs), .letters = calloc(2 * n + 3, 1)};
    if (!r->longs || !r->letters) return false;
    char *at = stpcpy(r->letters, "-:");
    for (size_t i = 0; i < n; i++) {
        const gp_option *o = option_at(c, i);
        r->longs[i] = (struct option){.name = o->name, .has_arg = o->value ? required_argument : no_argument, .val = LONG + (int)i};
        if (!o->letter) continue;
        *at++ = o->letter;
        if (o->value) *at++ = ':';
    }
    return true;
}

static void reading_fini(reading *r) {
    free(r->longs);
    free(r->letters);
}

/* What getopt_long calls `code`; NULL: nothing of this command. */
static const gp_option *option_of(const gp_command *c, int code) {
    if (code >= LONG) return option_at(c, (size_t)(code - LONG));
    for (size_t i = 0; code && i <= c->noptions; i++)
        if (option_at(c, i)->letter == code) return option_at(c, i);
    return NULL;
}

gp_exit gp_args_refuse(const gp_args *args) {
    gp_say("`goalpost help %s` tells what it takes", args->command->name);
    return GP_EXIT_USAGE;
}

/* -- what is refused -- */

/* Length of NAME in --NAME and --NAME=VALUE. */
static size_t name_length(const char *word) { return strcspn(word + 2, "="); }

/* The only option that begins so, else the nearest one. */
static const char *meant(const gp_args *args, const char *name) {
    size_t n = args->command->noptions + 1, longer = 0;
    const char **names = calloc(n, sizeof *names), *near = NULL;
    for (size_t i = 0; names && i < n; i++) {
        names[i] = option_at(args->command, i)->name;
        if (strncmp(names[i], name, strlen(name)) != 0) continue;
        near = names[i];
        longer++;
    }
    if (names && longer != 1) near = gp_nearest(args->context, name, names, n);
    free(names);
    return near;
}

static void say_unknown_long(const gp_args *args, const char *word) {
    char name[64];
    size_t n = name_length(word);
    snprintf(name, sizeof name, "%.*s", (int)(n < sizeof name ? n : sizeof name - 1), word + 2);
    const char *near = meant(args, name);
    if (near) gp_say("unknown option `--%s`: did you mean `--%s`?", name, near);
    else gp_say("unknown option `--%s`", name);
}

/* getopt_long takes the beginning of a name for the name. */
static bool is_abbreviated(const gp_option *option, int code, const char *word) {
    return option && code >= LONG && name_length(word) != strlen(option->name);
}

/* Says why getopt_long stopped at `word`, and at which option if it knew one. */
static bool refuse(const gp_args *args, int code, const gp_option *option, const char *word) {
    if (option && code == ':') gp_say("`--%s` needs a value: %s", option->name, option->value);
    else if (option) gp_say("`--%s` takes no value", option->name);
    else if (word[1] == '-') say_unknown_long(args, word);
    else if (optopt > ' ' && optopt < 0x7F) gp_say("unknown option `-%c` in `%s`", optopt, word);
    else gp_say("unknown option in `%s`", word);
    gp_args_refuse(args);
    return false;
}

static bool give(gp_args *args, const gp_option *option) {
    if (!option->many && gp_args_has(args, option->name)) {
        gp_say("`--%s` is given twice", option->name);
        gp_args_refuse(args);
        return false;
    }
    args->given[args->ngiven++] = (gp_given){option, option->value ? optarg : NULL};
    return true;
}

/* -- reading -- */

static bool take(gp_args *args, int code, const char *word) {
    if (code == OPERAND) {
        args->operands[args->noperands++] = optarg;
        return true;
    }
    bool stopped = code == '?' || code == ':';
    int recognised = stopped ? optopt : code;
    const gp_option *option = option_of(args->command, recognised);
    if (is_abbreviated(option, recognised, word)) option = NULL;
    if (option && !stopped) return give(args, option);
    return refuse(args, code, option, word);
}

static bool read_all(gp_args *args, const reading *r, int argc, char **argv) {
    opterr = optind = 0;
    for (int at = 1, code; (code = getopt_long(argc, argv, r->letters, r->longs, NULL)) != -1; at = optind) {
        if (!take(args, code, argv[at])) return false;
        if (gp_args_has(args, HELP.name)) return true;
    }
    while (optind < argc) args->operands[args->noperands++] = argv[optind++];
    return true;
}

bool gp_args_read(gp_args *out, gp_context *c, const gp_command *command, int argc, char **argv) {
    reading r;
    size_t room = 1;
    for (int i = 1; i < argc; i++) room += strlen(argv[i]) + 1;
    *out = (gp_args){.context = c, .command = command};
    out->given = calloc(room, sizeof *out->given);
    out->operands = calloc(room, sizeof *out->operands);
    bool good = reading_init(&r, command) && out->given && out->operands;
    if (good) good = read_all(out, &r, argc, argv);
    else gp_say("out of memory");
    reading_fini(&r);
    return good;
}

void gp_args_free(gp_args *args) {
    free(args->given);
    free(args->operands);
}

bool gp_args_has(const gp_args *args, const char *option) {
    for (size_t i = 0; i < args->ngiven; i++) {
        const gp_option *given = args->given[i].option;
        if (given && strcmp(given->name, option) == 0) return true;
    }
    return false;
}

const char *gp_args_value(const gp_args *args, const char *option) {
    for (size_t i = args->ngiven; i > 0; i--)
        if (strcmp(args->given[i - 1].option->name, option) == 0) return args->given[i - 1].value;
    return NULL;
}

bool gp_args_whole(unsigned long long *out, const gp_args *args, const char *option, unsigned long long low, unsigned long long high) {
    const char *text = gp_args_value(args, option);
    char *end = NULL;
    if (!text) return true;
    errno = 0;
    bool digits = *text && strspn(text, "0123456789") == strlen(text);
    unsigned long long v = digits ? strtoull(text, &end, 10) : 0;
    if (digits && errno == 0 && v >= low && v <= high) {
        *out = v;
        return true;
    }
    gp_say("`--%s %s`: a whole number from %llu to %llu is due", option, text, low, high);
    gp_args_refuse(args);
    return false;
}

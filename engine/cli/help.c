/* Help and man page, both from the tables of the commands and of the exit statuses.
 * Invariant: nothing here names an option or a status that is not in a table. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static const struct {
    int number;
    const char *what;
} STATUSES[] = {
#define GP_STATUS(id, number, what) {number, what},
#include "cli/status.def"
#undef GP_STATUS
};
enum { NSTATUSES = sizeof STATUSES / sizeof *STATUSES, WIDTH = 80, NAMES = 24 };

static const char IDEA[] =
    "Decides goals against data: for each indicator whether it is met, why, how far from the threshold, and how final that is.";

/* Words of t in lines of WIDTH columns, all but the first begun with `indent` blanks. */
static void put_wrapped(FILE *out, const char *t, int indent, int column) {
    while (*t) {
        int n = (int)strcspn(t, " ");
        if (column > indent && column + 1 + n > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", n, t);
        column += n;
        t += n;
        while (*t == ' ') t++;
    }
    fputc('\n', out);
}

static void put_option(FILE *out, const gp_option *o) {
    char names[64];
    char letter[5] = "    ";
    if (o->letter) snprintf(letter, sizeof letter, "-%c, ", o->letter);
    int n = snprintf(names, sizeof names, "  %s--%s%s%s", letter, o->name, o->value ? " " : "", o->value ? o->value : "");
    fprintf(out, "%-*s", NAMES, names);
    if (n > NAMES - 2) fprintf(out, "\n%*s", NAMES, "");
    put_wrapped(out, o->help, NAMES, NAMES);
}

static void put_statuses(FILE *out) {
    fputs("Exit status, the first that holds:\n", out);
    for (int i = 0; i < NSTATUSES; i++) fprintf(out, "  %d  %s\n", STATUSES[i].number, STATUSES[i].what);
}

static gp_exit show(FILE *out, char **text, size_t *n) {
    gp_exit status = GP_EXIT_OUTPUT;
    if (fclose(out) == 0) status = gp_output_text(*text, *n);
    free(*text);
    return status;
}

gp_exit gp_help_program(void) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) return GP_EXIT_OUTPUT;
    fputs("usage: goalpost COMMAND ...\n\n", out);
    put_wrapped(out, IDEA, 0, 0);
    fputs("\nCommands:\n", out);
    for (size_t i = 0; i < gp_ncommands; i++)
        if (gp_commands[i]->run) fprintf(out, "  %-8s  %s\n", gp_commands[i]->name, gp_commands[i]->summary);
    fputs("  Each tells more: goalpost COMMAND --help. Its version: goalpost --version.\n", out);
    fputs("Not in this version:", out);
    for (size_t i = 0, first = 1; i < gp_ncommands; i++) {
        if (gp_commands[i]->run) continue;
        fprintf(out, "%s %s", first ? "" : ",", gp_commands[i]->name);
        first = 0;
    }
    fputs("\n\n", out);
    put_statuses(out);
    fprintf(out, "\nExample:\n%s", gp_cmd_eval.example);
    return show(out, &text, &n);
}

gp_exit gp_help_command(const gp_command *c) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) return GP_EXIT_OUTPUT;
    fprintf(out, "usage: goalpost %s %s\n", c->name, c->usage);
    put_wrapped(out, c->summary, 0, 0);
    if (c->details) put_wrapped(out, c->details, 0, 0);
    fputc('\n', out);
    for (size_t i = 0; i < c->noptions; i++) put_option(out, &c->options[i]);
    fputs("  -h, --help            this help\n\n", out);
    put_statuses(out);
    fprintf(out, "\nExample:\n%s", c->example);
    return show(out, &text, &n);
}

/* -- the man page -- */

/* Text with what troff would take for its own made plain. */
static void put_troff(FILE *out, const char *t) {
    for (bool begin = true; *t; begin = *t == '\n', t++) {
        if (begin && (*t == '.' || *t == '\'')) fputs("\\&", out);
        if (*t == '\\') fputs("\\e", out);
        else if (*t == '-') fputs("\\-", out);
        else fputc(*t, out);
    }
}

static void man_option(FILE *out, const gp_option *o) {
    fputs(".TP\n", out);
    if (o->letter) fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", out);
    put_troff(out, o->name);
    fputs("\\fR", out);
    if (o->value) {
        fputs(" \\fI", out);
        put_troff(out, o->value);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_troff(out, o->help);
    fputc('\n', out);
}

static void man_command(FILE *out, const gp_command *c) {
    fprintf(out, ".SS goalpost %s ", c->name);
    put_troff(out, c->usage);
    fputc('\n', out);
    put_troff(out, c->summary);
    fputc('\n', out);
    if (c->details) {
        fputs(".PP\n", out);
        put_troff(out, c->details);
        fputc('\n', out);
    }
    for (size_t i = 0; i < c->noptions; i++) man_option(out, &c->options[i]);
    fputs(".PP\nExample:\n.PP\n.nf\n", out);
    put_troff(out, c->example);
    fputs(".fi\n", out);
}

gp_exit gp_help_man(void) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    if (!out) return GP_EXIT_OUTPUT;
    fprintf(out, ".TH GOALPOST 1 \"\" \"goalpost %s\"\n.SH NAME\ngoalpost \\- decides goals against data\n", gp_version());
    fputs(".SH SYNOPSIS\n.B goalpost\n.I COMMAND\n\\&...\n.SH DESCRIPTION\n", out);
    put_troff(out, IDEA);
    fputs("\n.SH COMMANDS\n", out);
    for (size_t i = 0; i < gp_ncommands; i++)
        if (gp_commands[i]->run) man_command(out, gp_commands[i]);
    fputs(".SH EXIT STATUS\nThe first that holds:\n", out);
    for (int i = 0; i < NSTATUSES; i++) {
        fprintf(out, ".TP\n%d\n", STATUSES[i].number);
        put_troff(out, STATUSES[i].what);
        fputc('\n', out);
    }
    fputs(".SH ENVIRONMENT\n.TP\nNO_COLOR\nNot empty: no colour, on a terminal either.\n", out);
    fputs(".TP\nCOLUMNS\nWidth of tables; else that of the terminal, else 120.\n", out);
    return show(out, &text, &n);
}

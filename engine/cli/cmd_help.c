/* goalpost help: the commands, one command, or the man page.
 * Invariant: asking for help is never an error unless the command asked about does not exist. */
#include <string.h>

#include "cli/command.h"

static gp_exit run(const gp_args *args) {
    if (gp_args_has(args, "man")) return gp_help_man();
    if (args->noperands == 0) return gp_help_program();
    if (args->noperands > 1) {
        gp_say("one command at a time, `%s` is too much", args->operands[1]);
        return gp_args_refuse(args);
    }
    const gp_command *c = gp_command_find(args->operands[0]);
    if (c && c->run) return gp_help_command(c);
    if (c) {
        gp_say("`%s` is not in this version", c->name);
        return GP_EXIT_USAGE;
    }
    const char *names[32];
    for (size_t i = 0; i < gp_ncommands; i++) names[i] = gp_commands[i]->name;
    gp_say_unknown(args->context, "command", args->operands[0], names, gp_ncommands);
    return GP_EXIT_USAGE;
}

static const gp_option OPTIONS[] = {
    {0, "man", NULL, "the manual page of all commands, for man(1)", false},
};

const gp_command gp_cmd_help = {
    .name = "help",
    .usage = "[COMMAND]",
    .summary = "Tells what the program or one of its commands does and takes.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost help eval\n",
    .run = run,
};

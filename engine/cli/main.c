/* The command: finds which of its commands is meant, reads the words behind it by that command's table, runs it.
 * Invariant: it is a client of goalpost.h like any other. */
#include <fcntl.h>
#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/command.h"

/* Commands that later versions have: known, and refused by name. */
static const gp_command TEST = {.name = "test"}, INIT = {.name = "init"}, SCHEMA = {.name = "schema"}, MERGE = {.name = "merge"};

const gp_command *const gp_commands[] = {&gp_cmd_eval, &gp_cmd_explain, &gp_cmd_whatif, &gp_cmd_check, &gp_cmd_diff, &gp_cmd_help,
                                         &TEST, &INIT, &SCHEMA, &MERGE};
const size_t gp_ncommands = sizeof gp_commands / sizeof *gp_commands;

const gp_command *gp_command_find(const char *name) {
    for (size_t i = 0; i < gp_ncommands; i++)
        if (strcmp(gp_commands[i]->name, name) == 0) return gp_commands[i];
    return NULL;
}

/* A standard stream that came closed is opened on nothing, so that no file of ours gets its number. Writing to it still is an error. */
static void keep_streams_apart(void) {
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) open("/dev/null", fd == 0 ? O_WRONLY : fd == 1 ? O_RDONLY : O_RDWR);
}

static gp_exit run_command(gp_context *c, const gp_command *command, int argc, char **argv) {
    gp_args args;
    gp_exit status = GP_EXIT_USAGE;
    if (gp_args_read(&args, c, command, argc, argv)) status = gp_args_has(&args, "help") ? gp_help_command(command) : command->run(&args);
    gp_args_free(&args);
    return status;
}

static gp_exit unknown_command(gp_context *c, const char *word) {
    const char *names[sizeof gp_commands / sizeof *gp_commands];
    for (size_t i = 0; i < gp_ncommands; i++) names[i] = gp_commands[i]->name;
    gp_say_unknown(c, word[0] == '-' ? "option" : "command", word, names, word[0] == '-' ? 0 : gp_ncommands);
    gp_say("`goalpost help` lists the commands");
    return GP_EXIT_USAGE;
}

static gp_exit dispatch(gp_context *c, int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : NULL;
    if (!word) {
        gp_say("a command is due; `goalpost help` lists them");
        return GP_EXIT_USAGE;
    }
    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0) return gp_help_program();
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        char text[256];
        int n = snprintf(text, sizeof text, "%s\n", gp_version_text());
        return gp_output_text(text, (size_t)n);
    }
    const gp_command *command = gp_command_find(word);
    if (!command) return unknown_command(c, word);
    if (command->run) return run_command(c, command, argc - 1, argv + 1);
    gp_say("`%s` is not in this version", word);
    return GP_EXIT_USAGE;
}

/* Plan, data and registers are a few megabytes: in two large pages they cost a fraction of a thousand small ones, which is a good part of
 * the time of a small run. Only a wish: where it is not granted nothing else changes. */
static void ask_for_large_pages(void) {
    enum { LARGE = 2 << 20, ROOM = 3 * LARGE, MAPPED_FROM = 4 * LARGE };
    mallopt(M_TOP_PAD, ROOM);
    mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
    char *first = malloc(LARGE / 8);
    if (!first) return;
    char *aligned = first + (LARGE - (uintptr_t)first % LARGE);
    madvise(aligned, 2 * LARGE, MADV_HUGEPAGE);
    free(first);
}

int main(int argc, char **argv) {
    keep_streams_apart();
    ask_for_large_pages();
    gp_context *c = gp_context_new(NULL, NULL);
    if (!c) {
        gp_say("out of memory");
        return GP_EXIT_INVALID;
    }
    gp_exit status = dispatch(c, argc, argv);
    gp_context_free(c);
    return status;
}

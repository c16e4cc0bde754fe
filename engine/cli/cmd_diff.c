/* goalpost diff: what changed between two results, and why.
 * Invariant: reads the two results and nothing else; their plans and data may be gone. */
#include <string.h>
#include <unistd.h>

#include "cli/command.h"

static const gp_format_name FORMATS[] = {{"table", ".txt", true}, {"csv", ".csv", true}, {"json", ".json", true}, {"md", ".md", true}};
static const char *const FINDINGS[] = {"changed", "flipped", "moved"};
enum { NFORMATS = sizeof FORMATS / sizeof *FORMATS, NFINDINGS = sizeof FINDINGS / sizeof *FINDINGS };

typedef struct settings {
    gp_diff_options how;
    const char *output;
    unsigned fail_on; /* bits of FINDINGS */
} settings;

static bool refuse_word(const gp_args *args, const char *what, const char *word, const char *const *names, size_t n) {
    gp_say_unknown(args->context, what, word, names, n);
    gp_args_refuse(args);
    return false;
}

static bool read_fail_on(settings *s, const gp_args *args) {
    for (const char *list = gp_args_value(args, "fail-on"); list;) {
        char word[32];
        size_t n = strcspn(list, ",");
        unsigned before = s->fail_on;
        snprintf(word, sizeof word, "%.*s", (int)(n < sizeof word ? n : sizeof word - 1), list);
        for (int i = 0; i < NFINDINGS; i++)
            if (strcmp(word, FINDINGS[i]) == 0) s->fail_on |= 1u << i;
        if (s->fail_on == before) return refuse_word(args, "word in --fail-on:", word, FINDINGS, NFINDINGS);
        list = list[n] ? list + n + 1 : NULL;
    }
    return true;
}

static bool read_settings(settings *s, const gp_args *args) {
    const char *lang = gp_args_value(args, "lang");
    *s = (settings){.output = gp_args_value(args, "output")};
    if (args->noperands != 2) {
        gp_say("two results are due: goalpost diff A.json B.json");
        gp_args_refuse(args);
        return false;
    }
    if (s->output && strcmp(s->output, "-") == 0) s->output = NULL;
    s->how.lang = lang;
    if (lang && strcmp(lang, "zh") != 0 && strcmp(lang, "en") != 0) {
        gp_say("`--lang %s`: `zh` or `en` is due", lang);
        gp_args_refuse(args);
        return false;
    }
    s->how.colour = !s->output && gp_wants_colour(STDOUT_FILENO);
    s->how.width = s->output ? 0 : gp_terminal_width(STDOUT_FILENO);
    s->how.format = "table";
    return gp_asked_format(&s->how.format, args, FORMATS, NFORMATS, gp_args_value(args, "format"), s->output) && read_fail_on(s, args);
}

static bool has_finding(const settings *s, const gp_diff_counts *n) {
    bool came = n->subjects_only_a || n->subjects_only_b, changed = came || n->subjects_changed;
    return (s->fail_on & 1 && changed) || (s->fail_on & 2 && n->flipped) || (s->fail_on & 4 && n->moved);
}

static gp_exit compare(const gp_args *args, const settings *s, gp_record *a, gp_record *b) {
    gp_context *c = args->context;
    gp_output out;
    gp_diff_counts counts = {0};
    if (!gp_output_open(&out, s->output)) return GP_EXIT_OUTPUT;
    gp_status status = gp_diff_write(&counts, a, b, &s->how, gp_output_sink, &out);
    if (status == GP_NO_MEMORY || status == GP_INVALID) {
        gp_output_drop(&out);
        return gp_give_up(c, status);
    }
    if (!gp_output_close(&out)) return GP_EXIT_OUTPUT;
    return has_finding(s, &counts) ? GP_EXIT_FOUND : GP_EXIT_OK;
}

static gp_exit run(const gp_args *args) {
    settings s;
    gp_context *c = args->context;
    if (!read_settings(&s, args)) return GP_EXIT_USAGE;
    gp_record *a = gp_record_open(c, args->operands[0]);
    gp_status status = gp_context_status(c);
    gp_record *b = gp_record_open(c, args->operands[1]);
    if (a && b) return compare(args, &s, a, b);
    return gp_give_up(c, a ? gp_context_status(c) : status);
}

static const gp_option OPTIONS[] = {
    {'f', "format", "NAME", "table (default), csv, json, md", false},
    {'o', "output", "FILE", "write there, whole or not at all; its ending tells the format unless -f does", false},
    {0, "lang", "zh|en", "of headings and words in table and md (default: en)", false},
    {0, "fail-on", "LIST", "exit with 1 on any of these, by commas: changed flipped moved", false},
};

const gp_command gp_cmd_diff = {
    .name = "diff",
    .usage = "A.json B.json [OPTION]...",
    .summary = "Tells what changed from one result to another, row by row, and why.",
    .details = "Both are results in JSON (eval -f json), of one plan or of a workspace. Causes: data, target, weight, rule, plan, as_of, "
               "claim, decision, engine; cohort when a row's own figures are the same and those of others are not.",
    .options = OPTIONS,
    .noptions = sizeof OPTIONS / sizeof *OPTIONS,
    .example = "  goalpost diff march.json april.json\n"
               "  goalpost diff march.json april.json -o changes.csv --fail-on flipped\n",
    .run = run,
};

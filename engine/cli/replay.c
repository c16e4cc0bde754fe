/* goalpost eval --replay, whatif --replay: derives a result or an answer again from the files that it names, and compares.
 * Invariant: says `the same` only when not a byte differs. */
#include <stdlib.h>
#include <string.h>

#include "cli/eval.h"

static gp_exit tell(const char *path, const char *difference) {
    char *text = NULL;
    int n = difference ? asprintf(&text, "%s differs: %s\n", path, difference)
                       : asprintf(&text, "%s: derived again, the same bytes\n", path);
    if (n < 0) return GP_EXIT_OUTPUT;
    gp_exit status = gp_output_text(text, (size_t)n);
    free(text);
    return status != GP_EXIT_OK ? status : difference ? GP_EXIT_FOUND : GP_EXIT_OK;
}

gp_exit gp_eval_replay(const gp_args *args) {
    gp_context *c = args->context;
    const char *path = gp_args_value(args, "replay"), *difference = NULL;
    if (args->noperands || args->ngiven > 1) {
        gp_say("`--replay` stands alone: the result names its files and settings");
        return gp_args_refuse(args);
    }
    gp_record *r = gp_record_open(c, path);
    if (!r) return gp_give_up(c, gp_context_status(c));
    gp_workspace *w = gp_record_workspace(r);
    gp_status status = w ? gp_record_replay(r, w, &difference) : gp_context_status(c);
    if (status != GP_OK) return gp_give_up(c, status);
    gp_say_messages(c);
    return tell(path, difference);
}

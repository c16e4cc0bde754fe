/* Parts of results in a folder beside the output, so that a run that was ended goes on where it was, and a changed plan costs that plan.
 * Invariant: a part is whole or absent; what it holds is checked by the library before it is used. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/eval.h"

/* Names of scenarios are texts of any kind, so these have numbers. */
static char *part_path(const gp_parts *parts, size_t part) {
    char *path = NULL;
    size_t plans = gp_workspace_plans(parts->workspace);
    const gp_plan_handle *p = gp_workspace_plan(parts->workspace, part);
    const char *id = p ? gp_plan_id(p) : "";
    if (part < plans) return asprintf(&path, "%s/%s", parts->folder, id) < 0 ? NULL : path;
    return asprintf(&path, "%s/%s~%zu", parts->folder, id, part - plans + 1) < 0 ? NULL : path;
}

static int begin(void *user, size_t part) {
    gp_parts *parts = user;
    char *path = part_path(parts, part);
    parts->open = path && gp_output_open(&parts->out, path);
    parts->out.name = "a part"; /* the path does not live as long */
    free(path);
    return parts->open;
}

static int take(void *user, const void *bytes, size_t n) {
    gp_parts *parts = user;
    return gp_output_sink(&parts->out, bytes, n);
}

static void end(void *user, int whole) {
    gp_parts *parts = user;
    if (whole) gp_output_close(&parts->out);
    else gp_output_drop(&parts->out);
    parts->open = false;
}

static bool make_folder(gp_parts *parts, const char *output) {
    if (asprintf(&parts->folder, "%s.parts", output) < 0) {
        parts->folder = NULL;
        gp_say("out of memory");
        return false;
    }
    struct stat st;
    if (mkdir(parts->folder, 0777) == 0) return true;
    int error = errno;
    if (error == EEXIST && stat(parts->folder, &st) == 0 && S_ISDIR(st.st_mode)) return true;
    gp_say("cannot make the folder `%s`: %s", parts->folder, strerror(error));
    return false;
}

gp_exit gp_parts_take(gp_parts *parts, size_t *taken, gp_workspace *w, const gp_eval_settings *s, const gp_load_options *load) {
    *parts = (gp_parts){.workspace = w, .keeper = {parts, begin, take, end}};
    *taken = 0;
    if (gp_workspace_keys(w, load, &s->eval, &s->report) != GP_OK) return GP_EXIT_INVALID;
    if (!make_folder(parts, s->output)) return GP_EXIT_OUTPUT;
    for (size_t i = 0; i < gp_workspace_parts(w); i++) {
        char *path = part_path(parts, i);
        int got = path ? gp_workspace_take(w, i, path) : -1;
        free(path);
        if (got < 0) return GP_EXIT_INVALID;
        *taken += (size_t)got;
    }
    gp_workspace_keep(w, &parts->keeper);
    return GP_EXIT_OK;
}

void gp_parts_fini(gp_parts *parts) {
    if (parts->open) gp_output_drop(&parts->out);
    free(parts->folder);
}

/* Refused rows into files that can be mended and given again: one for each table that has any.
 * Invariant: every refused row is in a file that is named on standard error, or its YAML file is named there. */
#include <stdlib.h>
#include <string.h>

#include "cli/eval.h"

static uint64_t count(gp_data *const *data, size_t n) {
    uint64_t all = 0;
    for (size_t i = 0; i < n; i++) all += data[i] ? gp_data_refused(data[i]) : 0;
    return all;
}

bool gp_refused_too_many(const gp_eval_settings *s, gp_data *const *data, size_t n) {
    uint64_t all = count(data, n);
    if (!s->limited || all <= s->max_bad) return false;
    gp_say("rows refused: %llu, more than the %llu that --max-bad allows: nothing is evaluated", (unsigned long long)all, s->max_bad);
    return true;
}

/* refused.csv, refused-2.csv, refused-3.csv … */
static char *nth_name(const char *path, unsigned nth) {
    const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
    char *name = NULL;
    if (nth == 1) return strdup(path);
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    return asprintf(&name, "%.*s-%u%s", (int)stem, path, nth, dot ? dot : "") < 0 ? NULL : name;
}

static bool write_one(const char *path, gp_data *d, size_t file) {
    gp_output out;
    if (!path || !gp_output_open(&out, path)) return false;
    gp_data_refused_write(d, file, gp_output_sink, &out);
    return gp_output_close(&out);
}

static bool write_file(const gp_eval_settings *s, gp_data *d, size_t file, unsigned *nth) {
    gp_refused_view view = gp_data_refused_file(d, file);
    if (!view.is_table) {
        gp_say("`%s` was refused whole: mend it where it is", view.path);
        return true;
    }
    char *path = nth_name(s->refused, ++*nth);
    bool good = write_one(path, d, file);
    if (good) gp_say("refused rows of `%s`: %llu, in `%s`", view.path, (unsigned long long)view.rows, path);
    free(path);
    return good;
}

bool gp_refused_write(const gp_eval_settings *s, gp_data *const *data, size_t n) {
    unsigned nth = 0;
    bool good = true;
    if (!s->refused) return true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; data[i] && good && k < gp_data_refused_files(data[i]); k++) good = write_file(s, data[i], k, &nth);
    return good;
}

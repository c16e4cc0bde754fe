/* Scenarios: reading files and words of the command line into settings, sweeps and draws.
 * Invariant: a file is read to its end, so that all that is wrong in it is said at once. */
#include "study/scenario.h"

#include <math.h>
#include <string.h>

enum { DEEPEST = 16, MOST_VALUES = 1000000 };

typedef struct reader {
    gp_scenario *s;
    gp_arena *arena;
    gp_diags *diags;
    const gp_frame *base;
    gp_text folder;
    gp_text chain[DEEPEST]; /* files that are being read, each extended by the one before */
    size_t depth;
} reader;

/* ---- keys ---- */

static bool is_map(const reader *r, const gp_tree *t, const char *what) {
    if (t->kind == GP_TREE_MAP) return true;
    gp_report(r->diags, GP_D_WRONG_KIND, t->at, "%s is a mapping; %s was found", what, gp_tree_kind_name(t));
    return false;
}

static bool scalar(gp_text *out, const reader *r, const gp_tree *t, gp_text key) {
    if (t->kind == GP_TREE_SCALAR) {
        *out = t->text;
        return true;
    }
    gp_report(r->diags, GP_D_WRONG_KIND, t->at, "`%.*s` takes one value; %s was found", GP_ARG(key), gp_tree_kind_name(t));
    return false;
}

static void check_keys(const reader *r, const gp_tree *map, const char *where, const char *const *keys, size_t n) {
    gp_text *names = gp_arena_array(r->arena, n, sizeof *names);
    for (size_t k = 0; k < n; k++) names[k] = gp_text_of(keys[k]);
    for (size_t i = 0; i < map->n; i++) {
        bool known = false;
        for (size_t k = 0; k < n; k++) known = known || gp_text_eq(map->pairs[i].key, names[k]);
        if (known) continue;
        gp_diag *diag =
            gp_report(r->diags, GP_D_UNKNOWN_KEY, map->pairs[i].key_at, "unknown key `%.*s` in %s", GP_ARG(map->pairs[i].key), where);
        gp_hint_nearest(r->diags, diag, map->pairs[i].key, names, n);
    }
}

/* ---- settings ---- */

/* The setting of a path, a new one where it has none yet. */
static gp_setting *setting_of(reader *r, gp_text path) {
    for (size_t i = 0; i < r->s->nsets; i++)
        if (gp_text_eq(r->s->sets[i].target.path, path)) return &r->s->sets[i];
    return GP_PUSH(r->arena, r->s->sets, r->s->nsets, r->s->cap_sets);
}

static void add_setting(reader *r, gp_text path, gp_place path_at, gp_text text, gp_place at) {
    gp_setting set = {.text = gp_text_dup(r->arena, text), .at = at};
    set.shape = gp_target_shape(&set.id, &set.key, r->arena, r->base, path);
    if (set.shape) {
        set.target.path = gp_text_dup(r->arena, path);
        *setting_of(r, set.target.path) = set;
        return;
    }
    if (!gp_target_find(&set.target, r->arena, r->diags, r->base, path, path_at)) return;
    if (gp_target_read(&set.value, &set.target, r->base, set.text, at)) *setting_of(r, set.target.path) = set;
}

static void read_sets(reader *r, const gp_tree *map) {
    gp_text text;
    for (size_t i = 0; i < map->n; i++)
        if (scalar(&text, r, map->pairs[i].value, map->pairs[i].key))
            add_setting(r, map->pairs[i].key, map->pairs[i].key_at, text, map->pairs[i].value->at);
}

/* ---- sweeps ---- */

static bool point(double *out, reader *r, const gp_target *t, gp_text text, gp_place at) {
    gp_interval v;
    if (!gp_target_read(&v, t, r->base, text, at)) return false;
    *out = v.lo;
    if (v.lo == v.hi) return true;
    gp_report(r->diags, GP_D_BAD_VALUE, at, "`%.*s` is no single value", GP_ARG(text));
    return false;
}

/* From `from` to `to`, both reached where the step fits; each value is the decimal from + k * step. */
static bool fill_range(gp_sweep *w, reader *r, double from, double to, double step) {
    double steps = step == 0 ? -1 : floor((to - from) / step + 1e-9);
    if (!(steps >= 0) || steps >= MOST_VALUES) {
        gp_report(r->diags, GP_D_BAD_VALUE, w->at,
                  steps >= MOST_VALUES ? "more than a million values" : "the step does not lead from the first value to the last");
        return false;
    }
    w->n = (size_t)steps + 1;
    w->values = gp_arena_array(r->arena, w->n, sizeof *w->values);
    for (size_t k = 0; k < w->n; k++) w->values[k] = gp_decimal_double(gp_decimal_of(from + (double)k * step), 0);
    return true;
}

static void keep_sweep(reader *r, const gp_sweep *w) {
    for (size_t i = 0; i < r->s->nsweeps; i++) {
        if (!gp_text_eq(r->s->sweeps[i].target.path, w->target.path)) continue;
        r->s->sweeps[i] = *w;
        return;
    }
    *GP_PUSH(r->arena, r->s->sweeps, r->s->nsweeps, r->s->cap_sweeps) = *w;
}

static bool sweep_map(gp_sweep *w, reader *r, const gp_tree *map) {
    static const char *const KEYS[] = {"from", "to", "step"};
    double v[3];
    bool ok = true;
    check_keys(r, map, "a sweep", KEYS, GP_COUNT(KEYS));
    for (size_t k = 0; k < GP_COUNT(KEYS); k++) {
        const gp_tree *t = gp_tree_get(map, KEYS[k]);
        gp_text text;
        if (!t)
            gp_report(r->diags, GP_D_MISSING_KEY, map->at, "`%s` is missing: a sweep is a list of values, or {from:, to:, step:}", KEYS[k]);
        ok = t && scalar(&text, r, t, gp_text_of(KEYS[k])) && point(&v[k], r, &w->target, text, t->at) && ok;
    }
    return ok && fill_range(w, r, v[0], v[1], v[2]);
}

static bool sweep_list(gp_sweep *w, reader *r, const gp_tree *list) {
    gp_text text;
    w->values = gp_arena_array(r->arena, list->n, sizeof *w->values);
    for (size_t i = 0; i < list->n; i++)
        if (!scalar(&text, r, list->items[i], w->target.path) || !point(&w->values[w->n++], r, &w->target, text, list->items[i]->at))
            return false;
    return true;
}

static void read_sweeps(reader *r, const gp_tree *map) {
    for (size_t i = 0; i < map->n; i++) {
        const gp_tree *t = map->pairs[i].value;
        gp_sweep w = {.at = t->at};
        if (!gp_target_find(&w.target, r->arena, r->diags, r->base, map->pairs[i].key, map->pairs[i].key_at)) continue;
        bool ok = t->kind == GP_TREE_LIST ? sweep_list(&w, r, t) : is_map(r, t, "a sweep") && sweep_map(&w, r, t);
        if (ok) keep_sweep(r, &w);
    }
}

/* ---- draws ---- */

static bool numbers(double *out, size_t n, reader *r, const gp_target *t, const gp_tree *list, const char *law) {
    gp_text text;
    if (list->kind != GP_TREE_LIST || list->n != n) {
        gp_report(r->diags, GP_D_WRONG_KIND, list->at, "`%s` takes a list of %zu values", law, n);
        return false;
    }
    for (size_t i = 0; i < n; i++)
        if (!scalar(&text, r, list->items[i], gp_text_of(law)) || !point(&out[i], r, t, text, list->items[i]->at)) return false;
    return true;
}

static bool read_weights(gp_draw *w, reader *r, const gp_tree *list) {
    double sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        gp_quantity q;
        bool given = list && list->n == w->n && list->items[i]->kind == GP_TREE_SCALAR;
        gp_units units = r->base->plan->units;
        if (list && (!given || gp_quantity_read(&q, &units, list->items[i]->text, NULL, NULL, 0) != GP_QUANTITY_OK || q.value < 0)) {
            gp_report(r->diags, GP_D_BAD_VALUE, list->at, "`weights` are numbers of 0 or more, one for each value of `one_of`");
            return false;
        }
        w->weights[i] = sum += list ? q.value : 1;
    }
    for (size_t i = 0; i < w->n; i++) w->weights[i] /= sum;
    if (sum > 0) return true;
    gp_report(r->diags, GP_D_BAD_VALUE, list->at, "`weights` are all 0");
    return false;
}

static bool read_one_of(gp_draw *w, reader *r, const gp_tree *map, const gp_tree *list) {
    if (list->kind != GP_TREE_LIST || list->n == 0) {
        gp_report(r->diags, GP_D_WRONG_KIND, list->at, "`one_of` takes a list of values");
        return false;
    }
    w->n = list->n;
    w->values = gp_arena_array(r->arena, w->n, sizeof *w->values);
    w->weights = gp_arena_array(r->arena, w->n, sizeof *w->weights);
    return numbers(w->values, w->n, r, &w->target, list, "one_of") && read_weights(w, r, gp_tree_get(map, "weights"));
}

static bool order_law(const gp_draw *w, reader *r) {
    const char *wrong = w->law == GP_LAW_NORMAL && !(w->b >= 0)                                  ? "the standard deviation is 0 or more"
                        : w->law == GP_LAW_UNIFORM && !(w->a <= w->b)                            ? "the lower end comes first"
                        : w->law == GP_LAW_TRIANGULAR && !(w->a <= w->b && w->b <= w->c)         ? "low, mode, high stand in this order"
                                                                                             : NULL;
    if (wrong) gp_report(r->diags, GP_D_ORDER, w->at, "%s", wrong);
    return !wrong;
}

static bool read_law(gp_draw *w, reader *r, const gp_tree *map) {
    static const char *const KEYS[] = {"uniform", "normal", "triangular", "one_of", "weights"};
    double v[3] = {0};
    check_keys(r, map, "a draw", KEYS, GP_COUNT(KEYS));
    for (size_t k = 0; k < 4; k++) {
        const gp_tree *t = gp_tree_get(map, KEYS[k]);
        if (!t) continue;
        w->law = (gp_law)k;
        if (w->law == GP_LAW_ONE_OF) return read_one_of(w, r, map, t);
        bool ok = numbers(v, w->law == GP_LAW_TRIANGULAR ? 3 : 2, r, &w->target, t, KEYS[k]);
        w->a = v[0];
        w->b = v[1];
        w->c = v[2];
        return ok && order_law(w, r);
    }
    gp_report(r->diags, GP_D_MISSING_KEY, map->at, "a draw is `uniform`, `normal`, `triangular` or `one_of`");
    return false;
}

static void keep_draw(reader *r, const gp_draw *w) {
    for (size_t i = 0; i < r->s->ndraws; i++) {
        if (!gp_text_eq(r->s->draws[i].target.path, w->target.path)) continue;
        r->s->draws[i] = *w;
        return;
    }
    *GP_PUSH(r->arena, r->s->draws, r->s->ndraws, r->s->cap_draws) = *w;
}

static void read_draws(reader *r, const gp_tree *map) {
    for (size_t i = 0; i < map->n; i++) {
        gp_draw w = {.at = map->pairs[i].value->at};
        if (!is_map(r, map->pairs[i].value, "a draw")) continue;
        if (!gp_target_find(&w.target, r->arena, r->diags, r->base, map->pairs[i].key, map->pairs[i].key_at)) continue;
        if (read_law(&w, r, map->pairs[i].value)) keep_draw(r, &w);
    }
}

/* ---- files ---- */

static void read_file(reader *r, gp_text folder, gp_text path, gp_place at);

/* What it lies over is read first, so that what stands here comes over it. */
static void read_extended(reader *r, gp_text path, const gp_tree *t) {
    gp_text other;
    if (!t || !scalar(&other, r, t, GP_TEXT("extends"))) return;
    read_file(r, gp_file_folder(r->arena, path), other, t->at);
}

static void check_of(const reader *r, const gp_tree *root) {
    const gp_tree *of = gp_tree_get(root, "of");
    if (!of) gp_report(r->diags, GP_D_MISSING_KEY, root->at, "`of` is missing: the id of the plan that the scenario is for");
    else if (!gp_text_eq(of->text, r->base->plan->id))
        gp_report(r->diags, GP_D_DATA_PLAN, of->at, "this scenario is of the plan `%.*s`, not `%.*s`", GP_ARG(of->text),
                  GP_ARG(r->base->plan->id));
}

static void read_parts(reader *r, const gp_tree *root) {
    static const struct {
        const char *key;
        void (*read)(reader *r, const gp_tree *map);
    } PARTS[] = {{"set", read_sets}, {"sweep", read_sweeps}, {"draw", read_draws}};
    for (size_t i = 0; i < GP_COUNT(PARTS); i++) {
        const gp_tree *t = gp_tree_get(root, PARTS[i].key);
        if (t && !gp_tree_is_null(t) && is_map(r, t, PARTS[i].key)) PARTS[i].read(r, t);
    }
}

static void read_root(reader *r, gp_text path, const gp_tree *root) {
    static const char *const KEYS[] = {"goalpost", "scenario", "of", "extends", "set", "sweep", "draw", "note"};
    const gp_tree *format = gp_tree_get(root, "goalpost"), *name = gp_tree_get(root, "scenario");
    check_keys(r, root, "a scenario", KEYS, GP_COUNT(KEYS));
    if (!format || !gp_text_is(format->text, "1"))
        gp_report(r->diags, GP_D_FORMAT_VERSION, format ? format->at : root->at, "`goalpost: 1` is due as the first key");
    if (!name) gp_report(r->diags, GP_D_MISSING_KEY, root->at, "`scenario` is missing: the name of the scenario");
    check_of(r, root);
    read_extended(r, path, gp_tree_get(root, "extends"));
    if (name && scalar(&r->s->name, r, name, GP_TEXT("scenario"))) r->s->name = gp_text_dup(r->arena, r->s->name);
    read_parts(r, root);
}

static bool is_ring(reader *r, gp_text path, gp_place at) {
    for (size_t i = 0; i < r->depth; i++) {
        if (!gp_text_eq(r->chain[i], path)) continue;
        gp_report(r->diags, GP_D_CYCLE, at, "`%.*s` extends itself", GP_ARG(path));
        return true;
    }
    if (r->depth < DEEPEST) return false;
    gp_report(r->diags, GP_D_YAML_LIMIT, at, "more than %d scenarios lie over each other", DEEPEST);
    return true;
}

static void read_bytes(reader *r, gp_text path, gp_file *file) {
    gp_tree *root = gp_yaml_parse(r->arena, r->diags, file);
    r->chain[r->depth++] = path;
    if (root && is_map(r, root, "a scenario")) read_root(r, r->diags->sources[file->source - 1].path, root);
    r->depth--;
    *GP_PUSH(r->arena, r->s->files, r->s->nfiles, r->s->cap_files) = *file;
}

static void read_file(reader *r, gp_text folder, gp_text path, gp_place at) {
    gp_file *file = GP_NEW(r->arena, gp_file);
    if (is_ring(r, path, at) ||
        !gp_file_read(file, r->arena, r->diags, folder, path, at.file ? GP_FILE_TEXT | GP_FILE_INSIDE : GP_FILE_TEXT, at))
        return;
    read_bytes(r, path, file);
}

bool gp_scenario_load(gp_scenario *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path) {
    reader r = {.s = out, .arena = a, .diags = d, .base = base};
    size_t errors = d->errors;
    *out = (gp_scenario){0};
    read_file(&r, GP_TEXT("."), path, (gp_place){0});
    return d->errors == errors;
}

bool gp_scenario_parse(gp_scenario *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_file *file) {
    reader r = {.s = out, .arena = a, .diags = d, .base = base};
    size_t errors = d->errors;
    *out = (gp_scenario){0};
    read_bytes(&r, d->sources[file->source - 1].path, file);
    return d->errors == errors;
}

/* ---- words of the command line: a source of their own, so that messages can show them ---- */

static bool split(gp_text *path, gp_text *value, gp_place *path_at, gp_place *value_at, gp_diags *d, gp_arena *a, gp_text written,
                  const char *option) {
    gp_text text = gp_text_dup(a, written);
    gp_place whole = {.file = gp_diags_source(d, gp_text_of(option), text), .at = 0, .len = (uint32_t)text.n};
    const char *sign = text.n ? memchr(text.s, '=', text.n) : NULL;
    size_t n = sign ? (size_t)(sign - text.s) : text.n;
    *path = gp_text_trim((gp_text){text.s, n});
    *path_at = gp_place_sub(whole, 0, n);
    if (!sign) {
        gp_report(d, GP_D_BAD_VALUE, whole, "`=` is missing: PATH=VALUE is due");
        return false;
    }
    *value = (gp_text){sign + 1, text.n - n - 1};
    *value_at = gp_place_sub(whole, n + 1, value->n);
    return true;
}

bool gp_scenario_set(gp_scenario *s, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text written, const char *option) {
    reader r = {.s = s, .arena = a, .diags = d, .base = base};
    gp_text path, value;
    gp_place path_at, value_at;
    size_t errors = d->errors;
    if (split(&path, &value, &path_at, &value_at, d, a, written, option)) add_setting(&r, path, path_at, value, value_at);
    return d->errors == errors;
}

static size_t pieces(gp_text *out, size_t most, gp_text t, char between) {
    size_t n = 0, from = 0;
    for (size_t i = 0; i <= t.n; i++) {
        if (i < t.n && t.s[i] != between) continue;
        if (n < most) out[n] = gp_text_trim((gp_text){t.s + from, i - from});
        n++;
        from = i + 1;
    }
    return n;
}

static bool word_range(gp_sweep *w, reader *r, gp_text value) {
    gp_text part[3];
    double v[3];
    if (pieces(part, 3, value, ':') != 3) {
        gp_report(r->diags, GP_D_BAD_VALUE, w->at, "PATH=FROM:TO:STEP is due, or values with commas between them");
        return false;
    }
    for (size_t i = 0; i < 3; i++)
        if (!point(&v[i], r, &w->target, part[i], gp_place_sub(w->at, (size_t)(part[i].s - value.s), part[i].n))) return false;
    return fill_range(w, r, v[0], v[1], v[2]);
}

static bool word_list(gp_sweep *w, reader *r, gp_text value) {
    size_t n = pieces(NULL, 0, value, ',');
    gp_text *part = gp_arena_array(r->arena, n, sizeof *part);
    pieces(part, n, value, ',');
    w->values = gp_arena_array(r->arena, n, sizeof *w->values);
    for (; w->n < n; w->n++)
        if (!point(&w->values[w->n], r, &w->target, part[w->n], gp_place_sub(w->at, (size_t)(part[w->n].s - value.s), part[w->n].n)))
            return false;
    return true;
}

bool gp_scenario_sweep(gp_scenario *s, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text written, const char *option) {
    reader r = {.s = s, .arena = a, .diags = d, .base = base};
    gp_text path, value;
    gp_place path_at;
    gp_sweep w = {0};
    size_t errors = d->errors;
    if (!split(&path, &value, &path_at, &w.at, d, a, written, option)) return false;
    if (!gp_target_find(&w.target, a, d, base, path, path_at)) return false;
    bool ok = value.n && memchr(value.s, ':', value.n) ? word_range(&w, &r, value) : word_list(&w, &r, value);
    if (ok) keep_sweep(&r, &w);
    return d->errors == errors;
}

/* The bridge for kept parts: what a plan's part of a result depends on, taking parts of an earlier run, keeping those of this one.
 * Invariant: a part is used again only when its key is that of the files and options at hand and its bytes are those that were kept. */
#define GP_BUILDING 1
#include "api.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NSUM = sizeof(gp_sum) / sizeof(uint64_t), DIGITS = 64, SCENARIOS_DEEPEST = 16 };
_Static_assert(sizeof(gp_sum) == NSUM * sizeof(uint64_t), "a sum is counts alone");

static const char MARK[] = "#goalpost-part 1 ";

/* -- keys -- */

typedef struct key_job {
    gp_workspace *w;
    gp_member *m;
    const gp_load_options *load;
    gp_eval_options eval;
    const gp_report_options *report;
    gp_arena arena; /* emptied for each plan */
    gp_diags unheard; /* what cannot be read is said by who reads it in full */
    gp_hasher *h;
} key_job;

static void add_text(key_job *j, gp_text t) {
    gp_hasher_add(j->h, t.s, t.n);
    gp_hasher_add(j->h, "", 1);
}

static void add_str(key_job *j, const char *s) { add_text(j, gp_text_of(s ? s : "-")); }

static void add_count(key_job *j, uint64_t n) {
    char text[32];
    add_text(j, (gp_text){text, gp_number_print(text, (double)n)});
}

static void add_options(key_job *j) {
    add_str(j, MARK);
    add_str(j, GOALPOST_VERSION);
    add_str(j, j->report->format);
    add_count(j, (uint64_t)(j->report->wide != 0) + 2 * (uint64_t)(j->report->codes != 0));
    add_str(j, j->eval.lang);
    add_str(j, j->eval.as_of);
    add_text(j, j->m->under->model);
    add_count(j, j->eval.rule_budget);
    add_count(j, j->eval.rule_memory);
    add_count(j, (uint64_t)j->load->bad_rows);
    add_count(j, (uint64_t)(j->load->keep_cites != 0));
    add_count(j, (uint64_t)(j->load->all_periods != 0));
}

static void add_hash(key_job *j, gp_text path, const char *hash) {
    add_text(j, path);
    add_text(j, (gp_text){hash, DIGITS});
}

static void add_file(key_job *j, gp_text path, gp_text bytes) {
    char hash[65];
    gp_hash(hash, &j->w->context->mem, bytes);
    add_hash(j, path, hash);
}

static void add_plan(key_job *j) {
    const gp_plan *p = j->m->plan->plan;
    add_file(j, p->path, p->file.bytes);
    for (size_t i = 0; i < p->ninputs; i++) add_file(j, p->diags->sources[p->inputs[i].source - 1].path, p->inputs[i].bytes);
}

static bool ends_in(gp_text t, const char *ending) {
    size_t n = strlen(ending);
    return t.n > n && memcmp(t.s + t.n - n, ending, n) == 0;
}

/* The document that a YAML data file quotes has a say in whether it is read at all. */
static void add_quoted(key_job *j, const gp_file *file, gp_text path) {
    gp_file source;
    if (!ends_in(path, ".yaml") && !ends_in(path, ".yml")) return;
    const gp_tree *root = gp_yaml_parse(&j->arena, &j->unheard, file), *name = root ? gp_tree_get(root, "source") : NULL;
    if (!name || name->kind != GP_TREE_SCALAR) return;
    gp_text folder = gp_file_folder(&j->arena, path);
    if (gp_file_read(&source, &j->arena, &j->unheard, folder, name->text, GP_FILE_INSIDE, name->at)) add_file(j, name->text, source.bytes);
}

static bool add_datum(key_job *j, gp_text path) {
    gp_member *m = j->m;
    gp_file file;
    if (!gp_file_read(&file, &j->arena, &j->unheard, GP_TEXT("."), path, 0, (gp_place){0})) return false;
    gp_stand *stand = GP_PUSH(&j->w->arena, m->stands, m->nstands, m->cap_stands);
    stand->path = path;
    gp_hash(stand->hash, &j->w->context->mem, file.bytes);
    add_hash(j, path, stand->hash);
    add_quoted(j, &file, path);
    return true;
}

/* A scenario with all that it lies over, the lowest first: the order of the files of gp_scenario. */
static bool add_scenario(key_job *j, gp_text folder, gp_text path, gp_place at, size_t depth) {
    gp_member *m = j->m;
    gp_file file;
    unsigned flags = at.file ? GP_FILE_TEXT | GP_FILE_INSIDE : GP_FILE_TEXT;
    if (depth > SCENARIOS_DEEPEST || !gp_file_read(&file, &j->arena, &j->unheard, folder, path, flags, at)) return false;
    const gp_tree *root = gp_yaml_parse(&j->arena, &j->unheard, &file), *below = root ? gp_tree_get(root, "extends") : NULL;
    gp_text name = j->unheard.sources[file.source - 1].path;
    if (below && below->kind == GP_TREE_SCALAR && !gp_tree_is_null(below) &&
        !add_scenario(j, gp_file_folder(&j->arena, name), below->text, below->at, depth + 1))
        return false;
    gp_stand *stand = GP_PUSH(&j->w->arena, m->stands, m->nstands, m->cap_stands);
    stand->path = gp_text_dup(&j->w->arena, name);
    gp_hash(stand->hash, &j->w->context->mem, file.bytes);
    add_hash(j, name, stand->hash);
    return true;
}

static void make_key(void *arg) {
    key_job *j = arg;
    gp_member *m = j->m, *of = m->scenario.s ? &j->w->members[m->of] : m;
    char key[65];
    gp_diags_init(&j->unheard, &j->arena);
    j->h = gp_hasher_new(&j->arena);
    add_options(j);
    add_plan(j);
    m->nstands = 0;
    for (size_t i = 0; i < of->files.n; i++)
        if (!add_datum(j, of->files.list[i])) return;
    if (m->scenario.s) {
        m->nstands = 0;
        add_text(j, m->scenario);
        if (!add_scenario(j, GP_TEXT("."), gp_text_of(m->path), (gp_place){0}, 0)) return;
    }
    gp_hasher_end(key, j->h);
    memcpy(m->key, key, sizeof key);
}

static bool is_kept_format(const char *format) {
    return format && (strcmp(format, "csv") == 0 || strcmp(format, "json") == 0 || strcmp(format, "ndjson") == 0);
}

static gp_run_info info_of_taken(const key_job *j) {
    gp_run_info info = {.engine = GOALPOST_VERSION, .bad_rows = j->load->bad_rows == GP_BAD_ROWS_REPORT,
                        .rule_budget = j->eval.rule_budget, .rule_memory = j->eval.rule_memory};
    if (j->eval.as_of) info.has_as_of = gp_date_read(&info.as_of, gp_text_of(j->eval.as_of));
    if (j->eval.lang) gp_lang_read(&info.lang, j->eval.lang);
    return info;
}

gp_status gp_workspace_keys(gp_workspace *w, const gp_load_options *load, const gp_eval_options *eval, const gp_report_options *report) {
    gp_context *c = w->context;
    key_job job = {.w = w, .load = load, .eval = gp_workspace_options(w, eval), .report = report};
    if (!w->several || !is_kept_format(report->format)) return c->status = GP_USAGE;
    if (gp_eval_options_check(c, &job.eval) != GP_OK) return c->status;
    w->taken_info = info_of_taken(&job);
    w->lang_given = job.eval.lang != NULL;
    for (size_t i = 0; i < w->n + w->nscenarios; i++) {
        job.m = &w->members[i];
        if (!job.m->plan || job.m->plan->broken) continue;
        job.m->under = gp_plan_model(job.m->plan->plan, gp_text_of(job.eval.model ? job.eval.model : ""));
        if (!job.m->under) return c->status = GP_USAGE;
        gp_arena_init(&job.arena, &c->mem);
        bool done = gp_guarded(c, make_key, &job);
        gp_arena_fini(&job.arena);
        if (!done) return GP_NO_MEMORY;
    }
    return c->status = GP_OK;
}

/* -- taking -- */

typedef struct take_job {
    gp_workspace *w;
    gp_member *m;
    const char *path;
    int taken;
} take_job;

/* The last line, without its line end; what stands before it is the part and the line end that parts them. */
static gp_text trailer_of(gp_text *part, gp_text all) {
    size_t n = all.n;
    if (n == 0 || all.s[n - 1] != '\n') return GP_NO_TEXT;
    size_t from = --n;
    while (from > 0 && all.s[from - 1] != '\n') from--;
    if (from == 0) return GP_NO_TEXT;
    *part = (gp_text){all.s, from - 1};
    return (gp_text){all.s + from, n - from};
}

static bool take_word(gp_text *word, gp_text *rest) {
    size_t n = 0;
    while (n < rest->n && rest->s[n] != ' ') n++;
    *word = (gp_text){rest->s, n};
    *rest = (gp_text){rest->s + n + (n < rest->n), rest->n - n - (n < rest->n)};
    return n > 0;
}

static bool take_sum(gp_sum *out, gp_text *rest) {
    uint64_t counts[NSUM];
    for (size_t i = 0; i < NSUM; i++) {
        gp_text word;
        if (!take_word(&word, rest) || word.n > 19) return false;
        counts[i] = 0;
        for (size_t k = 0; k < word.n; k++) {
            if (word.s[k] < '0' || word.s[k] > '9') return false;
            counts[i] = counts[i] * 10 + (uint64_t)(word.s[k] - '0');
        }
    }
    memcpy(out, counts, sizeof counts);
    return true;
}

/* Whether the bytes are those that were kept; the key and the sum then are what the trailer says. */
static bool read_part(gp_text *part, gp_text *key, gp_sum *sum, gp_mem *mem, gp_text all) {
    char hash[65];
    gp_text line = trailer_of(part, all), rest, digest;
    if (!line.s || !gp_text_starts(line, MARK)) return false;
    rest = (gp_text){line.s + sizeof MARK - 1, line.n - (sizeof MARK - 1)};
    if (!take_word(key, &rest) || key->n != DIGITS || !take_sum(sum, &rest) || !take_word(&digest, &rest)) return false;
    gp_hash(hash, mem, (gp_text){all.s, (size_t)(digest.s - all.s)});
    return gp_text_is(digest, hash) && rest.n == 0;
}

static void take_part(void *arg) {
    take_job *j = arg;
    gp_arena *a = &j->w->arena;
    gp_diags unheard;
    gp_file file;
    gp_text key = GP_NO_TEXT;
    gp_diags_init(&unheard, a);
    if (!gp_file_read(&file, a, &unheard, GP_TEXT("."), gp_text_dup(a, gp_text_of(j->path)), 0, (gp_place){0})) return;
    if (!read_part(&j->m->kept, &key, &j->m->sum, &j->w->context->mem, file.bytes)) {
        gp_report(&j->w->diags, GP_D_KEPT_PART, (gp_place){0}, "`%s` is damaged: `%s` is evaluated again", j->path, j->m->path);
        return;
    }
    j->taken = gp_text_is(key, j->m->key);
}

static bool is_there(const char *path) {
    return access(path, F_OK) == 0;
}

int gp_workspace_take(gp_workspace *w, size_t i, const char *path) {
    if (i >= w->n + w->nscenarios || !w->members[i].key[0] || w->members[i].data || !is_there(path)) return 0;
    take_job job = {w, &w->members[i], path, 0};
    if (!gp_guarded(w->context, take_part, &job)) return -1;
    w->members[i].taken = job.taken != 0;
    if (!job.taken) w->members[i].sum = (gp_sum){0};
    return job.taken;
}

/* -- keeping -- */

typedef struct keep_state {
    gp_workspace *w;
    gp_several *several;
    gp_arena *arena;
    gp_hasher *h;
    bool refused; /* by who keeps */
} keep_state;

static int copy(void *ud, const void *bytes, size_t n) {
    keep_state *k = ud;
    gp_hasher_add(k->h, bytes, n);
    k->refused |= k->w->keeper->take(k->w->keeper->user, bytes, n) != 0;
    return k->refused;
}

static bool begin_part(void *ud, const gp_part *part, gp_out *out) {
    keep_state *k = ud;
    const gp_member *m = &k->w->members[k->several->at];
    (void)part;
    if (!m->key[0] || !m->silent || !k->w->keeper->begin(k->w->keeper->user, k->several->at)) return false;
    k->h = gp_hasher_new(k->arena);
    k->refused = false;
    out->copy = copy;
    out->copy_ud = k;
    return true;
}

static void put_trailer(keep_state *k, const gp_member *m, const gp_sum *sum) {
    uint64_t counts[NSUM];
    char hash[65];
    gp_buf b;
    gp_buf_init(&b, k->arena);
    gp_buf_printf(&b, "\n%s%s ", MARK, m->key);
    memcpy(counts, sum, sizeof counts);
    for (size_t i = 0; i < NSUM; i++) gp_buf_printf(&b, "%lu ", (unsigned long)counts[i]);
    copy(k, b.s, b.n);
    gp_hasher_end(hash, k->h);
    gp_buf_take(&b);
    gp_buf_printf(&b, "%s\n", hash);
    k->refused |= k->w->keeper->take(k->w->keeper->user, b.s, b.n) != 0;
}

/* A plan that had something to say while it was evaluated will say it again. */
static void end_part(void *ud, const gp_part *part, bool whole) {
    keep_state *k = ud;
    const gp_member *m = &k->w->members[k->several->at];
    const gp_diags *d = &m->plan->diags;
    whole &= !k->refused && !part->sum.refused && !part->sum.errors && !d->errors && !d->warnings && !d->notes;
    if (whole) put_trailer(k, m, &part->sum);
    k->w->keeper->end(k->w->keeper->user, whole && !k->refused);
}

void gp_workspace_keep(gp_workspace *w, const gp_part_keeper *keeper) { w->keeper = keeper; }

bool gp_part_keeper_of(gp_keeper *out, gp_workspace *w, gp_several *several, gp_arena *a) {
    if (!w->keeper) return false;
    keep_state *k = GP_NEW(a, keep_state);
    *k = (keep_state){.w = w, .several = several, .arena = a};
    *out = (gp_keeper){k, begin_part, end_part};
    return true;
}

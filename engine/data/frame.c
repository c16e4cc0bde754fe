/* The frame itself: made for a plan, filled from its queue of files in the order of their paths, then sorted for look-up.
 * Invariant: after loading, cells, origins, dates and judgements are sorted by row and then datum or node, claims by row and place. */
#include "data/intake.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* -- making -- */

static void pool_copy(gp_pool *out, gp_arena *a, const gp_pool *from) {
    gp_pool_init(out, a);
    for (size_t i = 0; i < from->n; i++) gp_pool_add(out, from->items[i]);
}

static gp_intake *intake_new(gp_frame *f) {
    gp_intake *in = GP_NEW(f->arena, gp_intake);
    in->frame = f;
    pool_copy(&in->units.bases, f->arena, &f->plan->units.bases);
    return in;
}

gp_frame *gp_frame_new(gp_arena *a, gp_diags *d, const gp_plan *plan, bool trace) {
    gp_frame *f = GP_NEW(a, gp_frame);
    f->plan = plan;
    f->arena = a;
    f->diags = d;
    f->trace = trace;
    f->column = gp_arena_array(a, plan->ndata, sizeof *f->column);
    pool_copy(&f->texts, a, &plan->texts);
    f->intake = intake_new(f);
    return f;
}

/* -- the queue -- */

static void queue_push(gp_frame *f, gp_text path, const gp_file *file) {
    gp_intake *in = f->intake;
    gp_queued *q = GP_PUSH(f->arena, in->queue, in->nqueue, in->cap_queue);
    *q = (gp_queued){.path = gp_text_dup(f->arena, path), .file = file};
}

void gp_frame_add(gp_frame *f, gp_text path) {
    queue_push(f, path, NULL);
}

void gp_frame_add_file(gp_frame *f, const gp_file *file) {
    gp_file *kept = GP_NEW(f->arena, gp_file);
    *kept = *file;
    queue_push(f, f->diags->sources[file->source - 1].path, kept);
}

static int queued_cmp(const void *a, const void *b) {
    const gp_queued *x = a, *y = b;
    return gp_text_cmp(x->path, y->path);
}

void gp_frame_empty(gp_frame *f) {
    gp_intake *in = f->intake;
    f->nrows = f->ncells = f->norigins = f->nons = f->njudged = f->nclaims = f->nrulings = 0;
    f->rows_in = f->used = f->other_periods = f->refused = f->rounded = f->text_missing = 0;
    if (in->nslots) memset(in->slots, 0, in->nslots * sizeof *in->slots);
    in->nmarks = in->blank = 0;
}

const gp_queued *gp_frame_single(const gp_frame *f) {
    return f->intake->nqueue == 1 ? f->intake->queue : NULL;
}

/* -- reading one file -- */

typedef enum kind { KIND_UNKNOWN, KIND_YAML, KIND_CSV, KIND_BY_CONTENT } kind;

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool ends_with(gp_text t, const char *ending) {
    size_t n = strlen(ending);
    if (t.n < n) return false;
    for (size_t i = 0; i < n; i++)
        if (lower(t.s[t.n - n + i]) != ending[i]) return false;
    return true;
}

static kind kind_of(gp_text path) {
    if (gp_text_is(path, "-")) return KIND_BY_CONTENT;
    if (ends_with(path, ".yaml") || ends_with(path, ".yml")) return KIND_YAML;
    return ends_with(path, ".csv") ? KIND_CSV : KIND_UNKNOWN;
}

/* Standard input does not tell its kind by name; what turns out to be YAML is checked as YAML after all. */
static bool settle_kind(gp_file *file, kind *k, gp_frame *f, gp_text path) {
    if (*k != KIND_BY_CONTENT) return true;
    *k = gp_text_starts(file->text, "goalpost:") ? KIND_YAML : KIND_CSV;
    return *k == KIND_CSV || gp_file_of(file, f->arena, f->diags, path, file->bytes, GP_FILE_TEXT);
}

static bool fetch(gp_file *out, kind *k, gp_frame *f, const gp_queued *q) {
    *k = kind_of(q->path);
    if (q->file && *k == KIND_UNKNOWN) *k = KIND_BY_CONTENT; /* a text in memory need not have a file's name */
    if (*k == KIND_UNKNOWN) {
        gp_report(f->diags, GP_D_FILE_KIND, (gp_place){0}, "`%.*s` is neither .yaml, .yml nor .csv", GP_ARG(q->path));
        return false;
    }
    if (q->file) {
        *out = *q->file;
        return settle_kind(out, k, f, q->path);
    }
    unsigned flags = *k == KIND_YAML ? GP_FILE_TEXT : 0;
    if (!gp_file_read(out, f->arena, f->diags, GP_TEXT("."), q->path, flags, (gp_place){0})) return false;
    return settle_kind(out, k, f, q->path);
}

static void read_queued(gp_intake *in, const gp_queued *q) {
    gp_frame *f = in->frame;
    gp_file *file = GP_NEW(f->arena, gp_file);
    kind k;
    if (!fetch(file, &k, f, q)) return;
    *GP_PUSH(f->arena, f->files, f->nfiles, f->cap_files) = *file;
    in->file = file;
    in->path = q->path;
    in->document = NULL;
    in->yaml = k == KIND_YAML;
    if (in->yaml)
        gp_data_yaml(in);
    else
        gp_data_csv(in);
}

/* -- sorting for look-up -- */

static int order(uint64_t a, uint64_t b) {
    return (a > b) - (a < b);
}

static uint64_t pair_key(uint32_t row, uint32_t second) {
    return (uint64_t)row << 32 | second;
}

#define KEY(type, p, second) pair_key(((const type *)(p))->row, ((const type *)(p))->second)

static int cell_cmp(const void *a, const void *b) {
    return order(KEY(gp_cell, a, datum), KEY(gp_cell, b, datum));
}
static int origin_cmp(const void *a, const void *b) {
    return order(KEY(gp_origin, a, datum), KEY(gp_origin, b, datum));
}
static int on_cmp(const void *a, const void *b) {
    return order(KEY(gp_on, a, datum), KEY(gp_on, b, datum));
}
static int judged_cmp(const void *a, const void *b) {
    return order(KEY(gp_judgement, a, node), KEY(gp_judgement, b, node));
}

static int ruling_cmp(const void *a, const void *b) {
    const gp_ruling *x = a, *y = b;
    int by_node = order(KEY(gp_ruling, a, node), KEY(gp_ruling, b, node));
    return by_node ? by_node : (x->date > y->date) - (x->date < y->date);
}

static int claim_cmp(const void *a, const void *b) {
    const gp_claim *x = a, *y = b;
    if (x->row != y->row) return order(x->row, y->row);
    if (x->at.file != y->at.file) return order(x->at.file, y->at.file);
    return order(x->at.at, y->at.at);
}

/* Rows mostly arrive in order already. */
static void sort(void *items, size_t n, size_t size, int (*cmp)(const void *, const void *)) {
    const char *p = items;
    for (size_t i = 1; i < n; i++) {
        if (cmp(p + (i - 1) * size, p + i * size) <= 0) continue;
        qsort(items, n, size, cmp);
        return;
    }
}

void gp_frame_sort(gp_frame *f) {
    sort(f->cells, f->ncells, sizeof *f->cells, cell_cmp);
    sort(f->origins, f->norigins, sizeof *f->origins, origin_cmp);
    sort(f->ons, f->nons, sizeof *f->ons, on_cmp);
    sort(f->judged, f->njudged, sizeof *f->judged, judged_cmp);
    sort(f->rulings, f->nrulings, sizeof *f->rulings, ruling_cmp);
    sort(f->claims, f->nclaims, sizeof *f->claims, claim_cmp);
}

/* What was read otherwise than it stands there is said, once for all of it. */
void gp_frame_note(gp_frame *f) {
    gp_place nowhere = {0};
    if (f->rounded)
        gp_report(f->diags, GP_D_DIGITS, nowhere, "%lu number%s of more than 15 digits: rounded to 15", (unsigned long)f->rounded,
                  f->rounded == 1 ? "" : "s");
    if (f->text_missing)
        gp_report(f->diags, GP_D_DATA_TEXT, nowhere, "%lu cell%s without a number: missing, as `missing: text` says",
                  (unsigned long)f->text_missing, f->text_missing == 1 ? "" : "s");
}

bool gp_frame_load(gp_frame *f, bool bad_rows_ok) {
    gp_intake *in = f->intake;
    size_t errors = f->diags->errors;
    in->bad_rows_ok = bad_rows_ok;
    if (in->nqueue) qsort(in->queue, in->nqueue, sizeof *in->queue, queued_cmp);
    for (size_t i = 0; i < in->nqueue; i++) {
        if (i && gp_text_eq(in->queue[i].path, in->queue[i - 1].path))
            gp_report(f->diags, GP_D_DATA_TWICE, (gp_place){0}, "data file `%.*s` is given twice", GP_ARG(in->queue[i].path));
        else
            read_queued(in, &in->queue[i]);
    }
    in->nqueue = 0;
    gp_ledger_settle(in, f->diags->errors != errors);
    gp_frame_sort(f);
    gp_frame_note(f);
    return f->diags->errors == errors;
}

/* -- look-up -- */

/* The first item whose key is not below key. */
static size_t lower_bound(const void *items, size_t n, size_t size, const void *key, int (*cmp)(const void *, const void *)) {
    size_t from = 0;
    while (n > 0) {
        size_t half = n / 2;
        if (cmp((const char *)items + (from + half) * size, key) < 0) {
            from += half + 1;
            n -= half + 1;
        } else {
            n = half;
        }
    }
    return from;
}

size_t gp_frame_base_row(const gp_frame *f, size_t row) {
    return f->base ? f->base_first + row % f->base_rows : row;
}

bool gp_frame_is_set(const gp_frame *f, size_t row, uint32_t datum) {
    return f->set && f->set[datum] && f->set[datum][row];
}

static const gp_cell *own_cell(const gp_frame *f, size_t row, uint32_t datum) {
    gp_cell key = {.row = (uint32_t)row, .datum = datum};
    size_t i = lower_bound(f->cells, f->ncells, sizeof key, &key, cell_cmp);
    return i < f->ncells && cell_cmp(&f->cells[i], &key) == 0 ? &f->cells[i] : NULL;
}

const gp_cell *gp_frame_cell(const gp_frame *f, size_t row, uint32_t datum) {
    if (f->base && !gp_frame_is_set(f, row, datum)) return own_cell(f->base, gp_frame_base_row(f, row), datum);
    return f->ncells ? own_cell(f, row, datum) : NULL;
}

size_t gp_frame_cells_from(const gp_frame *f, size_t row) {
    gp_cell key = {.row = (uint32_t)row};
    return f->ncells ? lower_bound(f->cells, f->ncells, sizeof key, &key, cell_cmp) : 0;
}

bool gp_frame_has_cells(const gp_frame *f, size_t row) {
    size_t i = gp_frame_cells_from(f, row), base = gp_frame_base_row(f, row);
    if (i < f->ncells && f->cells[i].row == row) return true;
    if (!f->base || !f->base->ncells) return false;
    i = gp_frame_cells_from(f->base, base);
    for (; i < f->base->ncells && f->base->cells[i].row == base; i++)
        if (!gp_frame_is_set(f, row, f->base->cells[i].datum)) return true;
    return false;
}

bool gp_frame_varied(double *out, const gp_frame *f, size_t row, const void *what) {
    for (size_t k = 0; k < f->nvaried; k++)
        if (f->varied[k].what == what) return !isnan(*out = f->varied[k].column[row]);
    return false;
}

const gp_origin *gp_frame_origin(const gp_frame *f, size_t row, uint32_t datum) {
    bool set = gp_frame_is_set(f, row, datum);
    const gp_origin *list = set ? f->laid : f->origins;
    size_t n = set ? f->nlaid : f->norigins;
    gp_origin key = {.row = (uint32_t)gp_frame_base_row(f, row), .datum = datum};
    size_t i = lower_bound(list, n, sizeof key, &key, origin_cmp);
    return i < n && origin_cmp(&list[i], &key) == 0 ? &list[i] : NULL;
}

const gp_judgement *gp_frame_judgement(const gp_frame *f, size_t row, uint32_t node) {
    gp_judgement key = {.row = (uint32_t)gp_frame_base_row(f, row), .node = node};
    size_t i = lower_bound(f->judged, f->njudged, sizeof key, &key, judged_cmp);
    return i < f->njudged && judged_cmp(&f->judged[i], &key) == 0 ? &f->judged[i] : NULL;
}

const gp_ruling *gp_frame_rulings(size_t *n, const gp_frame *f, size_t row, uint32_t node) {
    row = gp_frame_base_row(f, row);
    gp_ruling key = {.row = (uint32_t)row, .node = node, .date = INT32_MIN};
    size_t i = lower_bound(f->rulings, f->nrulings, sizeof key, &key, ruling_cmp);
    *n = 0;
    while (i + *n < f->nrulings && f->rulings[i + *n].row == row && f->rulings[i + *n].node == node) ++*n;
    return *n ? &f->rulings[i] : NULL;
}

bool gp_frame_on(int32_t *out, const gp_frame *f, size_t row, uint32_t datum) {
    if (gp_frame_is_set(f, row, datum)) return false;
    gp_on key = {.row = (uint32_t)gp_frame_base_row(f, row), .datum = datum};
    size_t i = lower_bound(f->ons, f->nons, sizeof key, &key, on_cmp);
    if (i == f->nons || on_cmp(&f->ons[i], &key) != 0) return false;
    *out = f->ons[i].day;
    return true;
}

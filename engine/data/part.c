/* Parts of a table: frame, intake and table reader that are used again for one range of records after the other.
 * Invariant: what a part leaves behind (texts, messages, grown lists) is released before it becomes much more than one part needs. */
#include "data/part.h"

#include <string.h>

#include "data/table.h"

enum { HEAD_MAX = 1 << 20, SPARE = 4 << 20 };

struct gp_table_part {
    gp_arena own; /* frame and table; made anew now and then */
    const gp_plan *plan;
    const gp_file *file;
    gp_file view; /* the file up to the end of the range */
    bool bad_rows_ok;
    gp_refusals *refusals;
    gp_frame *frame; /* NULL: to be made */
    gp_diags unread; /* reports that are counted only */
    gp_table table;
    gp_plain_reader *plain;
    size_t settled; /* bytes of `own` after the first part */
    size_t body;
    uint32_t first_line, lines;
};

/* -- opening -- */

static bool ends_in_csv(gp_text path) {
    return path.n > 4 && memcmp(path.s + path.n - 4, ".csv", 4) == 0;
}

static bool head_is_clean(gp_text t) {
    const char *end = memchr(t.s, '\n', t.n < HEAD_MAX ? t.n : HEAD_MAX);
    return end && gp_text_is_clean((gp_text){t.s, (size_t)(end - t.s)});
}

/* Frame and table for the file; false when its head is not in order. */
static bool prepare(gp_table_part *p) {
    gp_arena *a = &p->own;
    gp_diags_init(&p->unread, a);
    p->view = *p->file;
    p->frame = gp_frame_new(a, &p->unread, p->plan, false);
    gp_intake *in = p->frame->intake;
    in->file = &p->view;
    in->bad_rows_ok = p->bad_rows_ok;
    if (!gp_table_open(&p->table, in) || p->table.is_long || p->unread.n) return false;
    p->plain = gp_plain_reader_new(&p->table);
    p->body = p->table.csv.at;
    p->first_line = p->table.csv.line;
    p->settled = 0;
    return true;
}

static void release(void *part) { gp_arena_fini(&((gp_table_part *)part)->own); }

gp_table_part *gp_part_new(gp_arena *a, gp_mem *mem, const gp_plan *plan, const gp_file *file, bool bad_rows_ok,
                           gp_refusals *refusals) {
    gp_table_part *p = GP_NEW(a, gp_table_part);
    *p = (gp_table_part){.plan = plan, .file = file, .bad_rows_ok = bad_rows_ok, .refusals = refusals};
    gp_arena_init(&p->own, mem);
    gp_arena_defer(a, release, p);
    return prepare(p) ? p : NULL;
}

bool gp_parts_open(gp_file *out, size_t *body, uint32_t *line, gp_frame *f) {
    const gp_queued *q = gp_frame_single(f);
    if (!q || q->file || !ends_in_csv(q->path)) return false;
    if (!gp_file_map(out, f->arena, f->diags, q->path) || !head_is_clean(out->text)) return false;
    const gp_table_part *p = gp_part_new(f->arena, f->arena->mem, f->plan, out, false, NULL);
    if (!p) return false;
    *body = p->body;
    *line = p->first_line;
    return true;
}

/* -- reading -- */

/* A frame that has taken much more than a part needs is made anew. */
static void renew_if_due(gp_table_part *p) {
    if (p->frame && (!p->settled || p->own.bytes <= 2 * p->settled + SPARE)) return;
    gp_arena_fini(&p->own);
    prepare(p);
}

static void direct(gp_table_part *p, gp_diags *d, size_t softened, const gp_range_of *where) {
    gp_csv *csv = &p->table.csv;
    p->unread.n = p->unread.errors = p->unread.warnings = p->unread.notes = 0;
    p->frame->diags = csv->diags = d ? d : &p->unread;
    p->frame->intake->softened = softened;
    p->frame->refusals = d ? p->refusals : NULL;
    if (d) p->frame->intake->path = d->sources[p->file->source - 1].path;
    p->view.text.n = where->end;
    csv->at = where->from;
    csv->stop = where->to;
    csv->line = where->line;
}

size_t gp_part_read(const gp_frame **out, gp_table_part *p, gp_diags *d, size_t *softened, const gp_range_of *where) {
    renew_if_due(p);
    gp_frame_empty(p->frame);
    direct(p, d, d ? *softened : 0, where);
    gp_table_read(&p->table, p->plain);
    gp_frame_sort(p->frame);
    if (d) *softened = p->frame->intake->softened;
    p->lines = p->table.csv.line - where->line;
    if (!p->settled) p->settled = p->own.bytes;
    *out = p->frame;
    return p->table.csv.at;
}

bool gp_part_reports(const gp_table_part *p) { return p->unread.errors || p->unread.warnings || p->unread.notes; }
const uint64_t *gp_part_keys(const gp_table_part *p) { return p->frame->intake->keys; }
uint32_t gp_part_lines(const gp_table_part *p) { return p->lines; }

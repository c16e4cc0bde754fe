/* The row of a case: a hash from subject, period and scenario, and the columns that grow with it.
 * Invariant: a case has one row, made when the case is first met; a fresh row holds no value. */
#include "data/intake.h"

#include <math.h>
#include <string.h>

enum { FIRST_ROWS = 16, FIRST_SLOTS = 64, PAGE_ROWS = 4096 / sizeof(double), LINE_ROWS = 64 / sizeof(double) };

/* Every part goes through a multiplication of its own, so that keys of different cases differ but by chance (1 in 2^64). */
uint64_t gp_case_key(const gp_intake *in, const gp_case *id) {
    uint64_t h = gp_text_hash(id->subject);
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u + gp_text_hash(id->scenario);
    h = (h ^ h >> 32) * 0xD6E8FEB86659FD93u + ((uint64_t)(uint32_t)id->period.first << 32 | (uint32_t)id->period.last);
    h = (h ^ h >> 32) * 0x9E3779B97F4A7C15u;
    if (in->nslots) __builtin_prefetch(&in->slots[(h >> 32) & (in->nslots - 1)]);
    return h;
}

static bool same_case(const gp_case *a, const gp_case *b) {
    return gp_period_eq(a->period, b->period) && gp_text_eq(a->subject, b->subject) && gp_text_eq(a->scenario, b->scenario);
}

gp_text gp_intake_keep(gp_intake *in, gp_text t) {
    gp_text file = in->file->text;
    if (!t.s || (file.s && t.s >= file.s && t.s + t.n <= file.s + file.n)) return t;
    return gp_text_dup(in->frame->arena, t);
}

/* Capacities for which the columns, which lie behind each other, do not all fall into the same lines of the cache. */
static size_t spread(size_t rows) {
    return rows < PAGE_ROWS ? rows : (rows | (PAGE_ROWS - 1)) + 1 + LINE_ROWS;
}

static void columns_grow(gp_intake *in, size_t cap) {
    gp_frame *f = in->frame;
    size_t n = f->plan->ndata, old = f->cap_rows;
    if (n && cap > SIZE_MAX / sizeof(double) / n) gp_mem_exhausted(f->arena->mem);
    in->values = gp_arena_grow(f->arena, in->values, n * old * sizeof(double), n * cap * sizeof(double));
    for (size_t d = n; d-- > 0;) {
        f->column[d] = in->values + d * cap;
        memmove(f->column[d], in->values + d * old, f->nrows * sizeof(double));
    }
    in->blank = f->nrows;
}

static void rows_grow(gp_intake *in, size_t cap) {
    gp_frame *f = in->frame;
    cap = spread(cap);
    if (cap >= UINT32_MAX) gp_mem_exhausted(f->arena->mem);
    f->cases = gp_arena_grow(f->arena, f->cases, f->cap_rows * sizeof *f->cases, cap * sizeof *f->cases);
    in->keys = gp_arena_grow(f->arena, in->keys, f->cap_rows * sizeof *in->keys, cap * sizeof *in->keys);
    columns_grow(in, cap);
    f->cap_rows = cap;
}

/* Makes some more rows hold no value, before the first of them comes into use. */
static void rows_blank(gp_intake *in) {
    gp_frame *f = in->frame;
    size_t from = in->blank, to = f->cap_rows - from < PAGE_ROWS ? f->cap_rows : from + PAGE_ROWS;
    for (size_t d = 0; d < f->plan->ndata; d++)
        for (size_t i = from; i < to; i++) f->column[d][i] = (double)NAN;
    in->blank = to;
}

static uint32_t row_add(gp_intake *in, const gp_case *id, uint64_t key) {
    gp_frame *f = in->frame;
    if (f->nrows == f->cap_rows) rows_grow(in, f->cap_rows ? 2 * f->cap_rows : FIRST_ROWS);
    if (f->nrows == in->blank) rows_blank(in);
    size_t row = f->nrows++;
    f->cases[row] = *id;
    in->keys[row] = key;
    f->cases[row].subject = gp_intake_keep(in, id->subject);
    f->cases[row].scenario = gp_intake_keep(in, id->scenario);
    return (uint32_t)row;
}

/* The slot of a case: its own, or the free one where it belongs. */
static gp_slot *slot_of(const gp_intake *in, const gp_case *id, uint32_t hash) {
    size_t mask = in->nslots - 1;
    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        gp_slot *s = &in->slots[i];
        if (!s->row) return s;
        if (s->hash == hash && same_case(&in->frame->cases[s->row - 1], id)) return s;
    }
}

static void slots_grow(gp_intake *in, size_t rows) {
    size_t old = in->nslots;
    gp_slot *slots = in->slots;
    in->nslots = old ? 2 * old : FIRST_SLOTS;
    while (in->nslots < 2 * rows) in->nslots *= 2;
    in->slots = gp_arena_array(in->frame->arena, in->nslots, sizeof *in->slots);
    size_t mask = in->nslots - 1;
    for (size_t k = 0; k < old; k++) {
        if (!slots[k].row) continue;
        size_t i = slots[k].hash & mask;
        while (in->slots[i].row) i = (i + 1) & mask;
        in->slots[i] = slots[k];
    }
}

uint32_t gp_case_row(gp_intake *in, const gp_case *id, uint64_t key, bool *fresh) {
    gp_frame *f = in->frame;
    uint32_t hash = (uint32_t)(key >> 32);
    *fresh = false;
    if (2 * (f->nrows + 1) > in->nslots) slots_grow(in, f->nrows + 1);
    gp_slot *s = slot_of(in, id, hash);
    if (s->row) return s->row - 1;
    *fresh = true;
    *s = (gp_slot){.hash = hash, .row = row_add(in, id, key) + 1};
    return s->row - 1;
}

bool gp_case_find(uint32_t *row, const gp_intake *in, const gp_case *id) {
    const gp_slot *s = in->nslots ? slot_of(in, id, (uint32_t)(gp_case_key(in, id) >> 32)) : NULL;
    if (!s || !s->row) return false;
    *row = s->row - 1;
    return true;
}

void gp_rows_expect(gp_intake *in, size_t more) {
    gp_frame *f = in->frame;
    size_t rows = f->nrows + more;
    if (rows > f->cap_rows) rows_grow(in, rows);
    if (2 * rows > in->nslots) slots_grow(in, rows);
}

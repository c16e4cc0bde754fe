/* The row of a case: a hash from subject, period and scenario, and the columns that grow with it.
 * Invariant: a case has one row, made when the case is first met; rows that are not in use hold no value. */
#include "data/intake.h"

#include <math.h>
#include <string.h>

enum { FIRST_ROWS = 16, FIRST_SLOTS = 64 };

static uint32_t case_hash(const gp_case *id) {
    uint64_t h = gp_text_hash(id->subject) ^ gp_text_hash(id->scenario) * 31u;
    h ^= (uint64_t)(uint32_t)id->period.first << 32 | (uint32_t)id->period.last;
    h *= 0x9E3779B97F4A7C15u;
    return (uint32_t)(h >> 32);
}

static bool same_case(const gp_case *a, const gp_case *b) {
    return gp_period_eq(a->period, b->period) && gp_text_eq(a->subject, b->subject) && gp_text_eq(a->scenario, b->scenario);
}

gp_text gp_intake_keep(gp_intake *in, gp_text t) {
    gp_text file = in->file->text;
    if (!t.s || (file.s && t.s >= file.s && t.s + t.n <= file.s + file.n)) return t;
    return gp_text_dup(in->frame->arena, t);
}

static double *column_grow(gp_arena *a, double *column, size_t old, size_t cap) {
    column = gp_arena_grow(a, column, old * sizeof *column, cap * sizeof *column);
    for (size_t i = old; i < cap; i++) column[i] = (double)NAN;
    return column;
}

static void rows_grow(gp_frame *f, size_t cap) {
    if (cap >= UINT32_MAX) gp_mem_exhausted(f->arena->mem);
    f->cases = gp_arena_grow(f->arena, f->cases, f->cap_rows * sizeof *f->cases, cap * sizeof *f->cases);
    for (size_t d = 0; d < f->plan->ndata; d++) f->column[d] = column_grow(f->arena, f->column[d], f->cap_rows, cap);
    f->cap_rows = cap;
}

static uint32_t row_add(gp_intake *in, const gp_case *id) {
    gp_frame *f = in->frame;
    if (f->nrows == f->cap_rows) rows_grow(f, f->cap_rows ? 2 * f->cap_rows : FIRST_ROWS);
    size_t row = f->nrows++;
    f->cases[row] = *id;
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

uint32_t gp_case_row(gp_intake *in, const gp_case *id, bool *fresh) {
    gp_frame *f = in->frame;
    *fresh = false;
    if (f->nrows && same_case(&f->cases[f->nrows - 1], id)) return (uint32_t)(f->nrows - 1);
    if (2 * (f->nrows + 1) > in->nslots) slots_grow(in, f->nrows + 1);
    uint32_t hash = case_hash(id);
    gp_slot *s = slot_of(in, id, hash);
    if (s->row) return s->row - 1;
    *fresh = true;
    *s = (gp_slot){.hash = hash, .row = row_add(in, id) + 1};
    return s->row - 1;
}

void gp_rows_expect(gp_intake *in, size_t more) {
    gp_frame *f = in->frame;
    size_t rows = f->nrows + more;
    if (rows > f->cap_rows) rows_grow(f, rows);
    if (2 * rows > in->nslots) slots_grow(in, rows);
}

/* What the fuzz targets of data share: one small plan with a datum of each kind, and one load of an input against it.
 * Invariant: the plan is parsed once; every input gets an arena and a frame of its own. */
#ifndef GP_FUZZ_DATA_BED_H
#define GP_FUZZ_DATA_BED_H

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include "data/frame.h"

static const char PLAN[] = "goalpost: 1\nplan: p\nperiod: [2020, 2019-Q3]\ncolumns: {subject: 单位, ignore: [备注]}\n"
                           "data:\n"
                           "  m: {measure: milestone}\n"
                           "  n: {name: 数, unit: 亿元, measure: cumulative, missing: [暂未出]}\n"
                           "  r: {unit: \"%\", measure: rate, range: [-20, 60]}\n"
                           "  t: {missing: text}\n"
                           "  s: {stages: [未启动, 起草, 印发]}\n"
                           "  d: {type: date}\n"
                           "  b: {type: bool}\n"
                           "  x: {type: text}\n"
                           "  c: {codes: {优: 95, 差: 50}}\n"
                           "grades: [{at_least: 60, grade: 良}, {at_least: 0, grade: 差}]\n"
                           "goals:\n"
                           "  - {id: g, indicators: [{id: i, value: n, at_least: 5 亿元}, {id: j, judged: true}, "
                           "{id: k, judged: true, score: {method: tiers, tiers: {优: [80%, 1], 差: [0, 80%]}}}]}\n";

static jmp_buf plan_trap;
static gp_mem plan_mem = {gp_alloc_default, NULL, &plan_trap};
static gp_arena plan_arena;
static gp_plan *plan;

static void plan_once(void) {
    static gp_diags diags;
    if (plan) return;
    if (setjmp(plan_trap)) abort();
    gp_arena_init(&plan_arena, &plan_mem);
    gp_diags_init(&diags, &plan_arena);
    gp_file file;
    if (!gp_file_of(&file, &plan_arena, &diags, GP_TEXT("plan.yaml"), gp_text_of(PLAN), GP_FILE_TEXT)) abort();
    plan = gp_plan_parse(&plan_arena, &diags, &file);
    if (!plan) abort();
}

/* Every row is looked up, and the frame's own sum must hold. */
static void look(const gp_frame *f) {
    size_t rulings = 0;
    if (f->rows_in != f->used + f->other_periods + f->refused) abort();
    for (size_t row = 0; row < f->nrows; row++) {
        int32_t day;
        bool any = false;
        for (uint32_t d = 0; d < plan->ndata; d++) {
            const gp_cell *cell = gp_frame_cell(f, row, d);
            any = any || cell;
            if (cell && (cell->row != row || cell->value.lo > cell->value.hi)) abort();
            gp_frame_on(&day, f, row, d);
            if (f->column[d][row] == f->column[d][row] && !gp_frame_origin(f, row, d) && f->trace) abort();
        }
        if (any != gp_frame_has_cells(f, row)) abort();
        for (uint32_t n = 0; n < plan->nnodes; n++) {
            size_t many;
            const gp_ruling *r = gp_frame_rulings(&many, f, row, n);
            gp_frame_judgement(f, row, n);
            for (size_t i = 0; i < many; i++) rulings += r[i].row == row && r[i].node == n && r[i].number < f->nrulings;
        }
    }
    if (rulings != f->nrulings) abort();
}

/* A table that is read with each input, where there is one. */
static const char *beside;

static void add_beside(gp_frame *f, gp_arena *a, gp_diags *diags) {
    gp_file file;
    if (!beside) return;
    if (!gp_file_of(&file, a, diags, GP_TEXT("beside.csv"), gp_text_of(beside), 0)) abort();
    gp_frame_add_file(f, &file);
}

static void load(gp_arena *a, gp_text path, gp_text bytes, unsigned flags) {
    gp_diags diags;
    gp_file file;
    gp_buf out;
    gp_diags_init(&diags, a);
    if (gp_file_of(&file, a, &diags, path, bytes, flags)) {
        gp_frame *f = gp_frame_new(a, &diags, plan, bytes.n % 2);
        add_beside(f, a, &diags);
        gp_frame_add_file(f, &file);
        bool ok = gp_frame_load(f, bytes.n % 3 == 0);
        if (ok != (diags.errors == 0)) abort();
        look(f);
    }
    gp_buf_init(&out, a);
    gp_diags_print(&out, &diags, false);
}

static void load_once(const char *path, const uint8_t *data, size_t size, unsigned flags) {
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena arena;
    plan_once();
    gp_arena_init(&arena, &mem);
    if (setjmp(trap) == 0) load(&arena, gp_text_of(path), (gp_text){(const char *)data, size}, flags);
    gp_arena_fini(&arena);
}

#endif

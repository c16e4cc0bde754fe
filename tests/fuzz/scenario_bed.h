/* A small plan with values that scenarios are laid over, loaded once. */
#ifndef GP_FUZZ_SCENARIO_BED_H
#define GP_FUZZ_SCENARIO_BED_H

#include <stdlib.h>
#include <string.h>

#include "trap.h"

#include "study/study.h"

static const char PLAN[] = "goalpost: 1\nplan: p\nperiod: 2020\n"
                           "data:\n"
                           "  n: {unit: 亿元, measure: cumulative}\n"
                           "  r: {unit: \"%\", measure: rate, range: [-20, 60]}\n"
                           "  s: {stages: [未启动, 起草, 印发]}\n"
                           "  d: {type: date}\n"
                           "  b: {type: bool}\n"
                           "scoring: {marks: 100, method: ratio, cap: 120%}\n"
                           "grades: [{at_least: 60, grade: 良}, {at_least: 0, grade: 差}]\n"
                           "goals:\n"
                           "  - id: g\n"
                           "    indicators:\n"
                           "      - {id: i, value: n, at_least: 5 亿元}\n"
                           "      - {id: j, value: r, between: [2%, 5%], weight: 3, score: {method: deduct, step: 1%, each: 5%}}\n"
                           "      - {id: k, value: s, at_least: 起草}\n"
                           "  - {id: h, indicators: [{id: l, value: d, at_most: 2020-06-30}, {id: m, value: b, exactly: true}]}\n";
static const char VALUES[] = "goalpost: 1\ndata: p\nsubject: t\nperiod: 2020\nvalues: {n: 4 亿元, r: 3%, s: 起草, d: 2020-05-01, b: true}\n";

static jmp_buf base_trap;
static gp_mem base_mem = {gp_alloc_default, NULL, &base_trap};
static gp_arena base_arena;
static gp_diags base_diags;
static gp_frame *base;

static inline void base_once(void) {
    gp_file plan, values;
    if (base) return;
    if (setjmp(base_trap)) abort();
    gp_arena_init(&base_arena, &base_mem);
    gp_diags_init(&base_diags, &base_arena);
    if (!gp_file_of(&plan, &base_arena, &base_diags, GP_TEXT("plan.yaml"), gp_text_of(PLAN), GP_FILE_TEXT)) abort();
    if (!gp_file_of(&values, &base_arena, &base_diags, GP_TEXT("data.yaml"), gp_text_of(VALUES), GP_FILE_TEXT)) abort();
    gp_plan *p = gp_plan_parse(&base_arena, &base_diags, &plan);
    if (!p) abort();
    base = gp_frame_new(&base_arena, &base_diags, p, true);
    gp_frame_add_file(base, &values);
    if (!gp_frame_load(base, false) || base->nrows != 1) abort();
}

/* The plan's places are read in the sources of its own collector. */
static inline void diags_over_base(gp_diags *d, gp_arena *a) {
    gp_diags_init(d, a);
    for (size_t i = 0; i < base_diags.nsources; i++) gp_diags_source(d, base_diags.sources[i].path, base_diags.sources[i].text);
}

#endif

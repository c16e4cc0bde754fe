/* Sweeps: every combination of the values that paths take, a row of the answer each; where something flips is said.
 * Invariant: only what the swept paths reach is worked out per row; the rest is constant in the program. */
#include <math.h>
#include <string.h>

#include "study/study.h"

enum { MOST_ROWS = 4000000, FIXED = 7 };

static const gp_sheet_column FIXED_COLUMNS[FIXED] = {
    {"subject", "考核对象", "Subject", false}, {"marks_low", "得分下限", "Marks from", true}, {"marks_high", "得分上限", "Marks to", true},
    {"grade", "等次", "Grade", false},         {"met", "达成", "Met", true},    {"unmet", "未达成", "Unmet", true},
    {"open", "未定", "Open", true},
};

static size_t combinations(const gp_scenario *s) {
    size_t n = 1;
    for (size_t i = 0; i < s->nsweeps && n <= MOST_ROWS; i++) n *= s->sweeps[i].n;
    return n;
}

/* The value of sweep k in combination i: the last sweep turns fastest. */
static double value_at(const gp_scenario *s, size_t k, size_t i) {
    for (size_t j = s->nsweeps; --j > k;) i /= s->sweeps[j].n;
    return s->sweeps[k].values[i % s->sweeps[k].n];
}

static bool fill(gp_trials *t, const gp_scenario *s) {
    size_t n = t->study->ncases;
    for (size_t c = 0; c < t->frame->nrows / n; c++) gp_trials_lay(t, c, s);
    if (!gp_trials_shape(t, s)) return false;
    for (size_t k = 0; k < s->nsweeps; k++) {
        const gp_target *target = &s->sweeps[k].target;
        double *column = gp_trials_column(t, target);
        for (size_t i = 0; i < t->frame->nrows; i++)
            if (!target->subject.s || gp_target_is_about(target, &t->frame->cases[i])) column[i] = value_at(s, k, i / n);
    }
    return true;
}

static const gp_sheet_column *columns(const gp_study *s, const gp_scenario *of) {
    gp_sheet_column *c = gp_arena_array(s->arena, of->nsweeps + FIXED, sizeof *c);
    for (size_t k = 0; k < of->nsweeps; k++) c[k] = (gp_sheet_column){gp_text_cstr(s->arena, of->sweeps[k].target.path), NULL, NULL, true};
    memcpy(c + of->nsweeps, FIXED_COLUMNS, sizeof FIXED_COLUMNS);
    return c;
}

static void count_verdicts(size_t out[3], const gp_plan *plan, const gp_block *b, size_t i) {
    memset(out, 0, 3 * sizeof *out);
    for (size_t k = 0; k < plan->nnodes; k++) {
        uint8_t v = b->verdict[k][i];
        if (plan->nodes[k]->level != GP_INDICATOR || v == GP_MEASURED || v == GP_NOT_APPLICABLE || v == GP_WAIVED) continue;
        out[v == GP_MET ? 0 : v == GP_UNMET ? 1 : 2]++;
    }
}

static gp_text grade_at(const gp_study *s, const gp_block *b, size_t i) {
    const gp_node *root = s->base->plan->root;
    uint8_t lo = b->grade_lo[i], hi = b->grade_hi[i];
    gp_buf text;
    if (lo == UINT8_MAX && hi == UINT8_MAX) return GP_NO_TEXT;
    if (lo == hi) return root->grades[lo].name;
    gp_buf_init(&text, s->arena);
    if (lo != UINT8_MAX) gp_buf_text(&text, root->grades[lo].name);
    gp_buf_str(&text, "–");
    if (hi != UINT8_MAX) gp_buf_text(&text, root->grades[hi].name);
    return gp_buf_take(&text);
}

static void put_row(gp_sheet *sheet, const gp_study *s, const gp_scenario *of, const gp_block *b, size_t i) {
    size_t n[3], row = b->first + i;
    for (size_t k = 0; k < of->nsweeps; k++) {
        double v = value_at(of, k, row / s->ncases);
        gp_sheet_value(sheet, &of->sweeps[k].target, s->base, v);
    }
    gp_sheet_text(sheet, s->base->cases[s->first + row % s->ncases].subject);
    gp_sheet_number(sheet, b->marks_lo[i]);
    gp_sheet_number(sheet, b->marks_hi[i]);
    gp_sheet_text(sheet, grade_at(s, b, i));
    count_verdicts(n, s->base->plan, b, i);
    for (size_t k = 0; k < 3; k++) gp_sheet_number(sheet, (double)n[k]);
}

/* ---- flips: where a verdict differs from that of the row before, along the last path ---- */

static const gp_sheet_column FLIPS[] = {
    {"path", "路径", "Path", false}, {"at", "临界点", "Flips at", true}, {"id", NULL, NULL, false}, {"name", "指标", "Indicator", false},
    {"from", "之前", "Before", false}, {"to", "之后", "From there", false}, {"subject", "考核对象", "Subject", false},
};

typedef struct watch {
    gp_sheet *sheet;
    const gp_study *study;
    const gp_scenario *of;
    uint8_t *last; /* per node and base case: the verdict of the combination before */
} watch;

static void put_flip(watch *w, size_t node, size_t row, uint8_t from, uint8_t to) {
    const gp_study *s = w->study;
    const gp_sweep *swept = &w->of->sweeps[w->of->nsweeps - 1];
    double at = value_at(w->of, w->of->nsweeps - 1, row / s->ncases);
    gp_sheet_text(w->sheet, swept->target.path);
    gp_sheet_value(w->sheet, &swept->target, s->base, at);
    gp_sheet_text(w->sheet, s->base->plan->nodes[node]->id);
    gp_sheet_text(w->sheet, s->base->plan->nodes[node]->name);
    gp_sheet_text(w->sheet, gp_text_of(gp_verdict_word((gp_verdict)from, w->sheet->answer->lang)));
    gp_sheet_text(w->sheet, gp_text_of(gp_verdict_word((gp_verdict)to, w->sheet->answer->lang)));
    gp_sheet_text(w->sheet, s->base->cases[s->first + row % s->ncases].subject);
}

static void watch_row(watch *w, const gp_block *b, size_t i) {
    const gp_plan *plan = w->study->base->plan;
    size_t n = w->study->ncases, row = b->first + i, c = row / n;
    bool first = c % w->of->sweeps[w->of->nsweeps - 1].n == 0;
    for (size_t k = 1; k < plan->nnodes; k++) {
        uint8_t *last = &w->last[k * n + row % n], now = b->verdict[k][i];
        if (!first && *last != now && now != GP_MEASURED && plan->nodes[k]->level >= GP_INDICATOR) put_flip(w, k, row, *last, now);
        *last = now;
    }
}

/* ---- two paths and one case: a table of marks, the first path downwards, the second across ---- */

enum { MOST_ACROSS = 16 };

typedef struct grid {
    const gp_study *study;
    const gp_scenario *of;
    gp_text *marks;      /* per combination */
    uint64_t *verdicts;  /* per combination: a hash of those of indicators and clauses */
} grid;

static bool has_grid(const gp_study *s, const gp_scenario *of) {
    return of->nsweeps == 2 && s->ncases == 1 && of->sweeps[1].n > 1 && of->sweeps[1].n <= MOST_ACROSS && of->sweeps[0].n > 1;
}

static void keep_cell(grid *g, const gp_block *b, size_t i) {
    const gp_plan *plan = g->study->base->plan;
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t k = 0; k < plan->nnodes; k++)
        if (plan->nodes[k]->level >= GP_INDICATOR) hash = (hash ^ b->verdict[k][i]) * 1099511628211u;
    g->verdicts[b->first + i] = hash;
    g->marks[b->first + i] = gp_study_marks(g->study->arena, b->marks_lo[i], b->marks_hi[i]);
}

static gp_text cell_text(const grid *g, size_t row, size_t at) {
    size_t across = g->of->sweeps[1].n, i = row * across + at;
    bool flips = (at > 0 && g->verdicts[i] != g->verdicts[i - 1]) || (row > 0 && g->verdicts[i] != g->verdicts[i - across]);
    gp_buf b;
    if (!flips) return g->marks[i];
    gp_buf_init(&b, g->study->arena);
    gp_buf_str(&b, "◆ ");
    gp_buf_text(&b, g->marks[i]);
    return gp_buf_take(&b);
}

static void put_grid(gp_answer *out, const grid *g) {
    const gp_study *s = g->study;
    const gp_sweep *down = &g->of->sweeps[0], *across = &g->of->sweeps[1];
    gp_sheet_column *c = gp_arena_array(s->arena, across->n + 1, sizeof *c);
    c[0] = (gp_sheet_column){gp_text_cstr(s->arena, down->target.path), NULL, NULL, true};
    for (size_t k = 0; k < across->n; k++) c[k + 1] = (gp_sheet_column){gp_text_cstr(s->arena, gp_study_value(s->arena, &across->target, s->base, across->values[k])), NULL, NULL, true};
    gp_buf title;
    gp_buf_init(&title, s->arena);
    gp_buf_printf(&title, gp_answer_word(out, "得分,横向为 %.*s;◆ 表示有指标与左侧或上方不同", "Marks, across %.*s; ◆: a verdict differs from the cell to its left or above"),
                  GP_ARG(across->target.path));
    gp_sheet *sheet = gp_answer_sheet(out, "grid", gp_buf_take(&title), c, across->n + 1);
    for (size_t r = 0; r < down->n; r++) {
        gp_sheet_value(sheet, &down->target, s->base, down->values[r]);
        for (size_t k = 0; k < across->n; k++) gp_sheet_text(sheet, cell_text(g, r, k));
    }
}

bool gp_study_sweep(gp_answer *out, const gp_study *s, const gp_scenario *of) {
    gp_trials t;
    size_t n = combinations(of);
    if (n * s->ncases > MOST_ROWS || n == 0) {
        gp_report(s->diags, GP_D_BAD_VALUE, of->sweeps[0].at, "the sweep has more than %d rows", MOST_ROWS);
        return false;
    }
    gp_trials_init(&t, s, n, NULL);
    if (!fill(&t, of) || !gp_trials_run(&t)) return false;
    gp_sheet *rows = gp_answer_sheet(out, "sweep", GP_NO_TEXT, columns(s, of), of->nsweeps + FIXED);
    gp_sheet *flips = gp_answer_sheet(out, "flips", gp_text_of(gp_answer_word(out, "翻转", "Flips")), FLIPS, GP_COUNT(FLIPS));
    watch w = {flips, s, of, gp_arena_alloc(s->arena, s->base->plan->nnodes * s->ncases)};
    bool two_way = has_grid(s, of);
    grid g = {.study = s, .of = of};
    if (two_way) {
        g.marks = gp_arena_array(s->arena, n, sizeof *g.marks);
        g.verdicts = gp_arena_array(s->arena, n, sizeof *g.verdicts);
    }
    gp_block b;
    while (gp_run_block(t.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            put_row(rows, s, of, &b, i);
            watch_row(&w, &b, i);
            if (two_way) keep_cell(&g, &b, i);
        }
    if (two_way) put_grid(out, &g);
    return true;
}

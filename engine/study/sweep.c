/* Sweeps: every combination of the values that paths take, or the rows of a table of scenarios; a row of the answer each.
 * Invariant: only what varies is worked out per row, the rest is constant in the program; rows come in order, whatever the number of
 * threads. */
#include <math.h>
#include <string.h>

#include "study/crew.h"

enum { MOST_ROWS = 4000000, CHUNK_ROWS = 4096, FIXED = 7 };

static const gp_sheet_column FIXED_COLUMNS[FIXED] = {
    {"subject", "考核对象", "Subject", false}, {"marks_low", "得分下限", "Marks from", true}, {"marks_high", "得分上限", "Marks to", true},
    {"grade", "等次", "Grade", false},         {"met", "达成", "Met", true},    {"unmet", "未达成", "Unmet", true},
    {"open", "未定", "Open", true},
};
static const gp_sheet_column SCENARIO = {"scenario", "情景", "Scenario", false};

typedef struct watch watch;
typedef struct grid grid;

typedef struct sweep {
    const gp_study *study;
    const gp_scenario *of;
    const gp_scenario_table *table; /* NULL: combinations */
    size_t n, chunk;        /* scenarios, and how many at a time */
    gp_field **lead;        /* of combinations: per sweep, its values as they lead a row */
    gp_text *grade;         /* [low][high] of the grades, the last of each: none */
    size_t ngrades;
    const gp_sheet_column *columns;
    size_t nlead;
    gp_sheet *rows;         /* where rows are kept … */
    const gp_taker *taker;  /* … or who takes them */
    watch *watch;           /* NULL: nobody looks for flips */
    grid *grid;             /* NULL: no picture */
} sweep;

/* What a hand makes of one chunk. */
typedef struct part {
    size_t first;           /* scenario */
    gp_outcomes rows;
    const gp_field **lead;
    gp_text *subject, *grade;
    double *lo, *hi;
    uint16_t *count[3];     /* met, unmet, open */
    uint32_t *moving;       /* indicators and clauses that can differ */
    size_t nmoving;
    uint8_t **verdict;      /* of each of these, per row */
    gp_cell *cells;         /* open values that were set under the rows */
    size_t ncells;
    gp_buf text;            /* for the taker */
} part;

/* Cases of a scenario that have a row: all, or the one that is asked about. */
static size_t shown(const gp_study *s) { return s->single ? 1 : s->ncases; }

static gp_text subject_of(const gp_study *s, size_t row) {
    return s->base->cases[s->single ? gp_study_row(s) : s->first + row % s->ncases].subject;
}

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

/* ---- laying values ---- */

static const gp_target *target(const void *ud, size_t k) {
    const sweep *w = ud;
    return w->table ? &w->table->targets[k] : &w->of->sweeps[k].target;
}

static size_t ntargets(const sweep *w) { return w->table ? w->table->ntargets : w->of->nsweeps; }

static void fill_one(const sweep *w, gp_hand *h, size_t k, size_t first, size_t n) {
    const gp_target *t = target(w, k);
    size_t cases = w->study->ncases;
    for (size_t i = 0; i < n; i++) {
        double v = w->table ? w->table->values[k][first + i] : value_at(w->of, k, first + i);
        for (size_t c = 0; c < cases; c++)
            if (gp_target_is_about(t, &h->trials.frame->cases[c])) h->column[k][i * cases + c] = v;
    }
}

/* Position of the first odd field of scenario i or a later one. */
static size_t odd_from(const gp_scenario_table *t, size_t i) {
    size_t lo = 0, hi = t->nodd;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (t->odd[mid].row < i) lo = mid + 1;
        else hi = mid;
    }
    return lo;
}

/* What the settings under the rows say of a target for a subject; NULL: nothing. */
static const gp_interval *setting_of(const gp_scenario *of, const gp_target *t, gp_text subject) {
    for (size_t i = of->nsets; i-- > 0;) {
        const gp_target *s = &of->sets[i].target;
        if (of->sets[i].shape || s->kind != t->kind) continue;
        if (t->kind == GP_TARGET_DATUM ? s->datum == t->datum && (!s->subject.s || gp_text_eq(s->subject, subject))
                                       : s->what[0] == t->what[0])
            return &of->sets[i].value;
    }
    return NULL;
}

static void as_base(gp_frame *f, const gp_target *t, size_t row) {
    f->set[t->datum][row] = 0;
    f->column[t->datum][row] = f->base->column[t->datum][f->base_first + row % f->base_rows];
}

/* One odd field in one row: open, missing, or as it is without the table (of a parameter NaN says so already). */
static void lay_one(const sweep *w, gp_hand *h, const gp_odd *odd, size_t row) {
    gp_frame *f = h->trials.frame;
    const gp_target *t = &w->table->targets[odd->column];
    const gp_interval *v = odd->as_base ? setting_of(w->of, t, f->cases[row].subject) : &odd->value;
    if (t->kind != GP_TARGET_DATUM) h->column[odd->column][row] = v ? v->lo : NAN;
    else if (t->subject.s && !gp_text_eq(f->cases[row].subject, t->subject)) return;
    else if (v) gp_frame_set(f, row, t->datum, v);
    else as_base(f, t, row);
}

static void lay_odd(const sweep *w, gp_hand *h, size_t first, size_t n) {
    size_t cases = w->study->ncases;
    for (size_t k = odd_from(w->table, first); k < w->table->nodd && w->table->odd[k].row < first + n; k++)
        for (size_t c = 0; c < cases; c++) lay_one(w, h, &w->table->odd[k], (w->table->odd[k].row - first) * cases + c);
}

/* What odd fields of the chunk before have left goes; open values that were set stay. */
static void clear_odd(const sweep *w, gp_hand *h) {
    gp_frame *f = h->trials.frame;
    const part *p = h->own;
    if (p->ncells) memcpy(f->cells, p->cells, p->ncells * sizeof *p->cells);
    f->ncells = p->ncells;
    for (size_t k = 0; k < ntargets(w); k++) {
        const gp_target *t = target(w, k);
        for (size_t i = 0; t->kind == GP_TARGET_DATUM && i < w->chunk * f->base_rows; i++)
            if (gp_target_is_about(t, &f->cases[i])) f->set[t->datum][i] = 1;
    }
}

/* ---- a chunk ---- */

static bool is_counted(const gp_plan *plan, size_t k, uint8_t v) {
    return plan->nodes[k]->level == GP_INDICATOR && v != GP_MEASURED && v != GP_NOT_APPLICABLE && v != GP_WAIVED;
}

static void count_column(part *p, size_t at, const uint8_t *v, size_t n) {
    uint16_t *met = p->count[0] + at, *unmet = p->count[1] + at, *open = p->count[2] + at;
    for (size_t i = 0; i < n; i++) {
        uint8_t out = (v[i] == GP_MEASURED) | (v[i] == GP_NOT_APPLICABLE) | (v[i] == GP_WAIVED);
        met[i] = (uint16_t)(met[i] + (v[i] == GP_MET));
        unmet[i] = (uint16_t)(unmet[i] + (v[i] == GP_UNMET));
        open[i] = (uint16_t)(open[i] + ((v[i] != GP_MET) & (v[i] != GP_UNMET) & !out));
    }
}

static void count_verdicts(const sweep *w, part *p, const gp_run *run, const gp_block *b) {
    const gp_plan *plan = w->study->base->plan;
    uint16_t same[3] = {0};
    for (size_t k = 0; k < plan->nnodes; k++)
        if (!gp_run_varies(run, k) && is_counted(plan, k, b->verdict[k][0]))
            same[b->verdict[k][0] == GP_MET ? 0 : b->verdict[k][0] == GP_UNMET ? 1 : 2]++;
    for (size_t c = 0; c < 3; c++)
        for (size_t i = 0; i < b->n; i++) p->count[c][b->first + i] = same[c];
    for (size_t j = 0; j < p->nmoving; j++) {
        const uint8_t *v = b->verdict[p->moving[j]];
        if (plan->nodes[p->moving[j]]->level == GP_INDICATOR) count_column(p, b->first, v, b->n);
        if (w->watch || w->grid) memcpy(p->verdict[j] + b->first, v, b->n);
    }
}

static void take_block(const sweep *w, part *p, const gp_run *run, const gp_block *b) {
    memcpy(p->lo + b->first, b->marks_lo, b->n * sizeof *p->lo);
    memcpy(p->hi + b->first, b->marks_hi, b->n * sizeof *p->hi);
    for (size_t i = 0; i < b->n; i++) {
        size_t lo = b->grade_lo[i] < w->ngrades ? b->grade_lo[i] : w->ngrades,
               hi = b->grade_hi[i] < w->ngrades ? b->grade_hi[i] : w->ngrades;
        p->grade[b->first + i] = w->grade[lo * (w->ngrades + 1) + hi];
    }
    count_verdicts(w, p, run, b);
}

/* Of n scenarios the rows of the case that is asked about alone. */
static void keep_asked(const gp_study *s, part *p, size_t n) {
    for (size_t i = 0, at = s->asked; s->ncases > 1 && s->single && i < n; i++, at += s->ncases) {
        p->lo[i] = p->lo[at];
        p->hi[i] = p->hi[at];
        p->grade[i] = p->grade[at];
        for (size_t c = 0; c < 3; c++) p->count[c][i] = p->count[c][at];
        for (size_t j = 0; j < p->nmoving; j++)
            if (p->verdict[j]) p->verdict[j][i] = p->verdict[j][at];
    }
}

static void lead_rows(const sweep *w, part *p, size_t n) {
    size_t cases = shown(w->study);
    for (size_t i = 0; i < n; i++) {
        const gp_field **lead = p->lead + i * cases * w->nlead;
        if (w->table) lead[0] = &w->table->names[p->first + i];
        for (size_t k = w->nlead, at = p->first + i; !w->table && k-- > 0; at /= w->of->sweeps[k].n)
            lead[k] = &w->lead[k][at % w->of->sweeps[k].n];
        for (size_t c = 1; c < cases; c++) memcpy(lead + c * w->nlead, lead, w->nlead * sizeof *lead);
    }
}

static void work(void *ud, gp_hand *h, uint64_t chunk) {
    const sweep *w = ud;
    part *p = h->own;
    gp_block b;
    p->first = (size_t)chunk * w->chunk;
    size_t n = w->n - p->first < w->chunk ? w->n - p->first : w->chunk;
    if (w->table && w->table->nodd) clear_odd(w, h);
    for (size_t k = 0; k < ntargets(w); k++) fill_one(w, h, k, p->first, n);
    if (w->table) lay_odd(w, h, p->first, n);
    gp_run *run = gp_hand_run(h, n);
    while (gp_run_block(run, &b)) take_block(w, p, run, &b);
    keep_asked(w->study, p, n);
    lead_rows(w, p, n);
    p->rows.n = n * shown(w->study);
    p->text.n = 0;
    if (w->taker) w->taker->format(&p->text, &p->rows);
}

static void equip(void *ud, gp_hand *h) {
    const sweep *w = ud;
    const gp_study *s = w->study;
    gp_arena *a = h->arena;
    size_t rows = w->chunk * s->ncases;
    part *p = h->own = GP_NEW(a, part);
    p->lead = gp_arena_array(a, rows * w->nlead, sizeof *p->lead);
    p->subject = gp_arena_array(a, rows, sizeof *p->subject);
    p->grade = gp_arena_array(a, rows, sizeof *p->grade);
    p->lo = gp_arena_array(a, rows, sizeof *p->lo);
    p->hi = gp_arena_array(a, rows, sizeof *p->hi);
    for (size_t c = 0; c < 3; c++) p->count[c] = gp_arena_array(a, rows, sizeof *p->count[c]);
    p->moving = gp_arena_array(a, s->base->plan->nnodes, sizeof *p->moving);
    p->verdict = gp_arena_array(a, s->base->plan->nnodes, sizeof *p->verdict);
    for (size_t k = 1; k < s->base->plan->nnodes; k++) {
        if (!gp_run_varies(h->trials.run, k) || s->base->plan->nodes[k]->level < GP_INDICATOR) continue;
        if (w->watch || w->grid) p->verdict[p->nmoving] = gp_arena_alloc(a, rows);
        p->moving[p->nmoving++] = (uint32_t)k;
    }
    const gp_frame *f = h->trials.frame;
    p->cells = gp_arena_array(a, f->ncells, sizeof *p->cells);
    p->ncells = f->ncells;
    if (f->ncells) memcpy(p->cells, f->cells, f->ncells * sizeof *p->cells);
    for (size_t i = 0; i < rows; i++) p->subject[i] = subject_of(s, i);
    gp_buf_init(&p->text, a);
    p->rows = (gp_outcomes){.lead = p->lead,
                            .nlead = w->nlead,
                            .subject = p->subject,
                            .marks_lo = p->lo,
                            .marks_hi = p->hi,
                            .grade = p->grade,
                            .met = p->count[0],
                            .unmet = p->count[1],
                            .open = p->count[2]};
}

/* ---- flips: where a verdict differs from that of the row before, along the last path ---- */

static const gp_sheet_column FLIPS[] = {
    {"path", "路径", "Path", false}, {"at", "临界点", "Flips at", true}, {"id", NULL, NULL, false}, {"name", "指标", "Indicator", false},
    {"from", "之前", "Before", false}, {"to", "之后", "From there", false}, {"subject", "考核对象", "Subject", false},
};

struct watch {
    gp_sheet *sheet;
    uint8_t *last; /* per moving node and base case: the verdict of the combination before */
};

static void put_flip(const sweep *w, size_t node, size_t row, uint8_t from, uint8_t to) {
    const gp_study *s = w->study;
    gp_sheet *sheet = w->watch->sheet;
    const gp_sweep *swept = &w->of->sweeps[w->of->nsweeps - 1];
    double at = value_at(w->of, w->of->nsweeps - 1, row / shown(s));
    gp_sheet_text(sheet, swept->target.path);
    gp_sheet_value(sheet, &swept->target, s->base, at);
    gp_sheet_text(sheet, s->base->plan->nodes[node]->id);
    gp_sheet_text(sheet, s->base->plan->nodes[node]->name);
    gp_sheet_text(sheet, gp_text_of(gp_verdict_word((gp_verdict)from, sheet->answer->lang)));
    gp_sheet_text(sheet, gp_text_of(gp_verdict_word((gp_verdict)to, sheet->answer->lang)));
    gp_sheet_text(sheet, subject_of(s, row));
}

static void watch_row(const sweep *w, const part *p, size_t i) {
    size_t cases = shown(w->study), row = p->first * cases + i;
    bool first = row / cases % w->of->sweeps[w->of->nsweeps - 1].n == 0;
    for (size_t j = 0; j < p->nmoving; j++) {
        uint8_t *last = &w->watch->last[j * cases + row % cases], now = p->verdict[j][i];
        if (!first && *last != now && now != GP_MEASURED) put_flip(w, p->moving[j], row, *last, now);
        *last = now;
    }
}

/* ---- one case over one path or two: a picture; over two: a table of marks, the first path downwards, the second across ---- */

enum { MOST_ACROSS = 16 };

struct grid {
    const gp_study *study;
    const gp_scenario *of;
    double *marks;       /* per combination: the middle of the range … */
    gp_text *text;       /* … and as they are read; NULL: no table */
    uint64_t *verdicts;  /* per combination: a hash of those that can differ */
};

static bool has_picture(const gp_study *s, const gp_scenario *of) {
    return (of->nsweeps == 1 || of->nsweeps == 2) && shown(s) == 1 && of->sweeps[of->nsweeps - 1].n > 1;
}

static bool has_grid(const gp_study *s, const gp_scenario *of) {
    return of->nsweeps == 2 && shown(s) == 1 && of->sweeps[1].n > 1 && of->sweeps[1].n <= MOST_ACROSS && of->sweeps[0].n > 1;
}

static void keep_cell(grid *g, const part *p, size_t i) {
    uint64_t hash = 14695981039346656037u; /* FNV-1a */
    for (size_t j = 0; j < p->nmoving; j++) hash = (hash ^ p->verdict[j][i]) * 1099511628211u;
    g->verdicts[p->first + i] = hash;
    g->marks[p->first + i] = (p->lo[i] + p->hi[i]) / 2;
    if (g->text) g->text[p->first + i] = gp_study_marks(g->study->arena, p->lo[i], p->hi[i]);
}

static gp_text cell_text(const grid *g, size_t row, size_t at) {
    size_t across = g->of->sweeps[1].n, i = row * across + at;
    bool flips = (at > 0 && g->verdicts[i] != g->verdicts[i - 1]) || (row > 0 && g->verdicts[i] != g->verdicts[i - across]);
    gp_buf b;
    if (!flips) return g->text[i];
    gp_buf_init(&b, g->study->arena);
    gp_buf_str(&b, "◆ ");
    gp_buf_text(&b, g->text[i]);
    return gp_buf_take(&b);
}

static void put_grid(gp_answer *out, const grid *g) {
    const gp_study *s = g->study;
    const gp_sweep *down = &g->of->sweeps[0], *across = &g->of->sweeps[1];
    gp_sheet_column *c = gp_arena_array(s->arena, across->n + 1, sizeof *c);
    c[0] = (gp_sheet_column){gp_text_cstr(s->arena, down->target.path), NULL, NULL, true};
    for (size_t k = 0; k < across->n; k++)
        c[k + 1] = (gp_sheet_column){gp_text_cstr(s->arena, gp_study_value(s->arena, &across->target, s->base, across->values[k])), NULL,
                                     NULL, true};
    gp_buf title;
    gp_buf_init(&title, s->arena);
    gp_buf_printf(&title,
                  gp_answer_word(out, "得分,横向为 %.*s;◆ 表示有指标与左侧或上方不同",
                                 "Marks, across %.*s; ◆: a verdict differs from the cell to its left or above"),
                  GP_ARG(across->target.path));
    gp_sheet *sheet = gp_answer_sheet(out, "grid", gp_buf_take(&title), c, across->n + 1);
    for (size_t r = 0; r < down->n; r++) {
        gp_sheet_value(sheet, &down->target, s->base, down->values[r]);
        for (size_t k = 0; k < across->n; k++) gp_sheet_text(sheet, cell_text(g, r, k));
    }
}

static void draw(gp_answer *out, const grid *g) {
    const gp_sweep *s = g->of->sweeps;
    size_t n = g->of->nsweeps;
    gp_study_picture(
        out,
        &(gp_picture){.study = g->study, .down = n == 2 ? &s[0] : NULL, .across = &s[n - 1], .marks = g->marks, .verdicts = g->verdicts});
}

/* ---- rows handed on ---- */

static void put_row(gp_sheet *sheet, const gp_outcomes *r, size_t i) {
    for (size_t k = 0; k < r->nlead; k++) gp_sheet_figure(sheet, r->lead[i * r->nlead + k]->number, r->lead[i * r->nlead + k]->text);
    gp_sheet_text(sheet, r->subject[i]);
    gp_sheet_number(sheet, r->marks_lo[i]);
    gp_sheet_number(sheet, r->marks_hi[i]);
    gp_sheet_text(sheet, r->grade[i]);
    gp_sheet_number(sheet, r->met[i]);
    gp_sheet_number(sheet, r->unmet[i]);
    gp_sheet_number(sheet, r->open[i]);
}

/* Not before the first rows are there: until then something may be found wrong. */
static bool hand_heading(const sweep *w) {
    gp_buf heading;
    gp_buf_init(&heading, w->study->arena);
    w->taker->heading(&heading, w->columns, w->nlead + FIXED);
    return w->taker->hand(w->taker->ud, (gp_text){heading.s, heading.n});
}

static bool take(void *ud, gp_hand *h, uint64_t chunk) {
    const sweep *w = ud;
    const part *p = h->own;
    if (w->taker) return (chunk || hand_heading(w)) && w->taker->hand(w->taker->ud, (gp_text){p->text.s, p->text.n});
    for (size_t i = 0; i < p->rows.n; i++) {
        put_row(w->rows, &p->rows, i);
        if (w->watch) watch_row(w, p, i);
        if (w->grid) keep_cell(w->grid, p, i);
    }
    return true;
}

/* ---- */

static void name_grades(sweep *w) {
    const gp_node *root = w->study->base->plan->root;
    gp_arena *a = w->study->arena;
    size_t n = w->ngrades = root->ngrades;
    w->grade = gp_arena_array(a, (n + 1) * (n + 1), sizeof *w->grade);
    for (size_t i = 0; i < (n + 1) * (n + 1); i++) {
        size_t lo = i / (n + 1), hi = i % (n + 1);
        gp_buf text;
        if (lo == hi) {
            w->grade[i] = lo < n ? root->grades[lo].name : GP_NO_TEXT;
            continue;
        }
        gp_buf_init(&text, a);
        if (lo < n) gp_buf_text(&text, root->grades[lo].name);
        gp_buf_str(&text, "–");
        if (hi < n) gp_buf_text(&text, root->grades[hi].name);
        w->grade[i] = gp_buf_take(&text);
    }
}

static void head_rows(sweep *w) {
    const gp_study *s = w->study;
    w->nlead = w->table ? 1 : w->of->nsweeps;
    gp_sheet_column *c = gp_arena_array(s->arena, w->nlead + FIXED, sizeof *c);
    memcpy(c + w->nlead, FIXED_COLUMNS, sizeof FIXED_COLUMNS);
    w->columns = c;
    c[0] = SCENARIO;
    if (w->table) return;
    w->lead = gp_arena_array(s->arena, w->nlead, sizeof *w->lead);
    for (size_t k = 0; k < w->nlead; k++) {
        const gp_sweep *of = &w->of->sweeps[k];
        c[k] = (gp_sheet_column){gp_text_cstr(s->arena, of->target.path), NULL, NULL, true};
        w->lead[k] = gp_arena_array(s->arena, of->n, sizeof **w->lead);
        for (size_t i = 0; i < of->n; i++) w->lead[k][i] = gp_field_of_value(s->arena, &of->target, s->base, of->values[i]);
    }
}

/* Sheets of what is not handed on. */
static void make_sheets(sweep *w, gp_answer *out) {
    const gp_study *s = w->study;
    w->rows = gp_answer_sheet(out, w->table ? "scenarios" : "sweep", GP_NO_TEXT, w->columns, w->nlead + FIXED);
    if (w->table) return;
    w->watch = GP_NEW(s->arena, watch);
    w->watch->sheet = gp_answer_sheet(out, "flips", gp_text_of(gp_answer_word(out, "翻转", "Flips")), FLIPS, GP_COUNT(FLIPS));
    w->watch->last = gp_arena_alloc(s->arena, s->base->plan->nnodes * s->ncases);
    if (!has_picture(s, w->of)) return;
    w->grid = GP_NEW(s->arena, grid);
    *w->grid = (grid){.study = s, .of = w->of};
    w->grid->marks = gp_arena_array(s->arena, w->n, sizeof *w->grid->marks);
    if (has_grid(s, w->of)) w->grid->text = gp_arena_array(s->arena, w->n, sizeof *w->grid->text);
    w->grid->verdicts = gp_arena_array(s->arena, w->n, sizeof *w->grid->verdicts);
}

static bool run(sweep *w, gp_answer *out, const gp_taker *taker) {
    w->chunk = CHUNK_ROWS / w->study->ncases ? CHUNK_ROWS / w->study->ncases : 1;
    if (w->n < w->chunk) w->chunk = w->n;
    w->taker = taker;
    name_grades(w);
    head_rows(w);
    if (!taker) make_sheets(w, out);
    gp_crew crew = {.study = w->study,
                    .of = w->of,
                    .scenarios = w->chunk,
                    .chunks = (w->n + w->chunk - 1) / w->chunk,
                    .target = target,
                    .ntargets = ntargets(w),
                    .equip = equip,
                    .work = work,
                    .take = take,
                    .ud = w};
    if (!gp_crew_run(&crew)) return false;
    if (w->grid) draw(out, w->grid);
    if (w->grid && w->grid->text) put_grid(out, w->grid);
    return true;
}

bool gp_study_sweep(gp_answer *out, const gp_study *s, const gp_scenario *of, const gp_taker *taker) {
    sweep w = {.study = s, .of = of, .n = combinations(of)};
    if (w.n * s->ncases > MOST_ROWS || w.n == 0) {
        gp_report(s->diags, GP_D_BAD_VALUE, of->sweeps[0].at, "the sweep has more than %d rows", MOST_ROWS);
        return false;
    }
    return run(&w, out, taker);
}

bool gp_study_table(gp_answer *out, const gp_study *s, const gp_scenario *of, const gp_scenario_table *table, const gp_taker *taker) {
    sweep w = {.study = s, .of = of, .table = table, .n = table->n};
    if (w.n * s->ncases <= MOST_ROWS) return run(&w, out, taker);
    gp_report(s->diags, GP_D_BAD_VALUE, (gp_place){.file = table->file.source}, "scenarios times cases may be %d at the most", MOST_ROWS);
    return false;
}

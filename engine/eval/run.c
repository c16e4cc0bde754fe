/* The run: block after block through the plain kernel, what needs it through the open one, results of both side by side.
 * Invariant: nothing is allocated while rows are evaluated but the reasons of rules. */
#include "eval/run.h"

#include <math.h>
#include <string.h>

#include "eval/cohort.h"
#include "eval/lanes.h"

enum { FIRST_OPEN = 16 };

static const gp_op *op_at(const gp_run *run, uint32_t r) { return &run->program->ops[r]; }
static bool gives_verdict(gp_opcode code) { return code >= GP_O_TEST && code <= GP_O_STATUS; }

/* ---- reading registers ---- */

static gp_val plain_value(const gp_run *run, uint32_t r, size_t i) {
    double v = run->plain[r][i];
    if (isnan(v)) return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | GP_V_MISS, .decimal = true};
    return (gp_val){.lo = v,
                    .hi = v,
                    .err = gp_plain_bound(run, r, i, v),
                    .basis = gp_plain_basis(run, r),
                    .decimal = op_at(run, r)->error == GP_E_DECIMAL};
}

gp_val gp_pass_value(const gp_run *run, gp_pass pass, uint32_t r, size_t i) {
    return pass == GP_PASS_PLAIN ? plain_value(run, r, i) : *gp_open_value(run, pass, r, i);
}

size_t gp_pass_row(const gp_run *run, gp_pass pass, size_t i) { return run->first + (pass == GP_PASS_PLAIN ? i : run->open_row[i]); }

gp_val gp_run_value(const gp_run *run, uint32_t op, size_t i) {
    return run->slot[i] == UINT16_MAX ? plain_value(run, op, i) : *gp_open_value(run, GP_PASS_OPEN, op, run->slot[i]);
}

uint8_t gp_run_verdict(const gp_run *run, uint32_t op, size_t i) {
    return run->slot[i] == UINT16_MAX ? run->plain_verdict[op][i] : gp_open_value(run, GP_PASS_OPEN, op, run->slot[i])->verdict;
}

uint32_t gp_dated_entry(const gp_run *run, const gp_op *op, size_t row) {
    const gp_param *p = op->param;
    size_t j = p->n;
    while (j > 0 && p->entry[j - 1].from.first > run->frame->cases[row].period.first) j--;
    return j ? op->args[j - 1] : GP_NO_REG;
}

/* ---- inputs of rules ---- */

gp_rule_answer *gp_run_answer(const gp_run *run, uint32_t op, size_t row) {
    return &run->answers[op][op_at(run, op)->constant ? 0 : row - run->first];
}

const gp_argument *gp_run_arguments(gp_run *run, const gp_argument *with, size_t n, size_t row) {
    if (!run->arguments) return with;
    for (size_t i = 0; i < n; i++) {
        double value;
        run->arguments[i] = with[i];
        if (gp_frame_varied(&value, run->frame, row, &with[i])) run->arguments[i].value = value;
    }
    return run->arguments;
}

static bool is_varied(const gp_frame *f, const gp_argument *a) {
    for (size_t v = 0; v < f->nvaried; v++)
        if (f->varied[v].what == a) return true;
    return false;
}

/* Room for arguments, where any of them varies. */
static void make_arguments(gp_run *run) {
    const gp_frame *f = run->frame;
    const gp_plan *plan = run->program->plan;
    size_t most = 0;
    bool any = false;
    for (size_t n = 0; n < plan->nnodes; n++) {
        const gp_criterion *k = &plan->nodes[n]->criterion;
        const gp_scoring *s = &plan->nodes[n]->scoring;
        most = k->nwith > most ? k->nwith : most;
        most = s->nwith > most ? s->nwith : most;
        for (size_t i = 0; i < k->nwith; i++) any = any || is_varied(f, &k->with[i]);
        for (size_t i = 0; i < s->nwith; i++) any = any || is_varied(f, &s->with[i]);
    }
    if (any) run->arguments = gp_arena_array(run->arena, most, sizeof *run->arguments);
}

static const gp_type *type_of(const gp_plan *plan, uint32_t ref) {
    return ref < plan->ndata ? &plan->data[ref].type : &plan->derived[ref - plan->ndata].type;
}

static gp_text text_of(const gp_run *run, const gp_type *type, double v) {
    if (type->words && v >= 0 && v < (double)type->words->n) return type->words->text[(size_t)v];
    if (type->kind == GP_STRING && v >= 0 && v < (double)run->frame->texts.n) return run->frame->texts.items[(size_t)v];
    return GP_NO_TEXT;
}

void gp_rule_input_of(gp_rule_input *out, const gp_run *run, uint32_t ref, const gp_val *v, size_t row) {
    const gp_type *type = type_of(run->program->plan, ref);
    *out = (gp_rule_input){.type = type, .present = !(v->flags & GP_V_ABSENT), .basis = v->basis ? (gp_basis)(v->basis - 1) : GP_FINAL};
    out->value = (gp_interval){v->lo, v->hi, v->flags & GP_V_LO_OPEN, v->flags & GP_V_HI_OPEN};
    out->covers = run->frame->cases[row].period;
    const gp_origin *from = ref < run->program->plan->ndata ? gp_frame_origin(run->frame, row, ref) : NULL;
    if (from && from->has_covers) out->covers = from->covers;
    if (v->lo != v->hi) return;
    out->text = text_of(run, type, v->lo);
    if (type->kind == GP_CODED) out->value.lo = out->value.hi = type->words->value[(size_t)v->lo];
}

/* ---- making a run ---- */

static void make_lanes(gp_run *run) {
    size_t nops = run->program->nops;
    gp_arena *a = run->arena;
    run->plain = gp_arena_array(a, nops, sizeof *run->plain);
    run->plain_err = gp_arena_array(a, nops, sizeof *run->plain_err);
    run->plain_verdict = gp_arena_array(a, nops, sizeof *run->plain_verdict);
    run->answers = gp_arena_array(a, nops, sizeof *run->answers);
    for (size_t k = 0; k < nops; k++) {
        const gp_op *op = &run->program->ops[k];
        if (gives_verdict(op->code)) run->plain_verdict[k] = gp_arena_alloc(a, run->cap);
        else run->plain[k] = gp_arena_array(a, run->cap, sizeof(double));
        if (op->error == GP_E_COLUMN && !gives_verdict(op->code)) run->plain_err[k] = gp_arena_array(a, run->cap, sizeof(double));
        if (op->code == GP_O_RULE || op->code == GP_O_ROLL) run->answers[k] = gp_arena_array(a, run->cap, sizeof(gp_rule_answer));
    }
    for (size_t i = 0; i < GP_COUNT(run->scratch); i++) run->scratch[i] = gp_arena_array(a, run->cap, sizeof(double));
    run->list = gp_arena_array(a, run->program->plan->nnodes, sizeof *run->list);
    run->children = gp_arena_array(a, run->program->plan->nnodes, sizeof *run->children);
    run->escape = gp_arena_alloc(a, GP_BLOCK);
    run->differs = gp_arena_array(a, nops, sizeof *run->differs);
    run->filled = gp_arena_array(a, nops, sizeof *run->filled);
    run->audited = gp_arena_alloc(a, GP_BLOCK);
    run->as_of = gp_arena_array(a, GP_BLOCK, sizeof *run->as_of);
    run->slot = gp_arena_array(a, GP_BLOCK, sizeof *run->slot);
    run->open_row = gp_arena_array(a, GP_BLOCK, sizeof *run->open_row);
}

static bool reads_datum(gp_opcode code) { return code == GP_O_LOAD || code == GP_O_REPORTED || code == GP_O_COVER; }

/* Which operations look at a datum. */
static void index_loads(gp_run *run) {
    size_t nops = run->program->nops, ndata = run->program->plan->ndata;
    run->load_of = gp_arena_array(run->arena, ndata, sizeof *run->load_of);
    run->load_next = gp_arena_array(run->arena, nops, sizeof *run->load_next);
    run->step = gp_arena_alloc(run->arena, nops);
    run->steady = gp_arena_array(run->arena, nops, sizeof *run->steady);
    for (size_t i = 0; i < ndata; i++) run->load_of[i] = GP_NO_REG;
    for (size_t k = 0; k < nops; k++) {
        const gp_op *op = &run->program->ops[k];
        run->step[k] = !op->constant;
        if (op->constant) memset(&run->filled[k], 0xff, sizeof run->filled[k]);
        if (!reads_datum(op->code)) continue;
        run->load_next[k] = run->load_of[op->ref];
        run->load_of[op->ref] = (uint32_t)k;
    }
}

/* The open kernel's registers grow with the most rows that a block has sent there; few plans and data ever send many. */
static void open_room(gp_run *run, size_t rows) {
    size_t nops = run->program->nops, cap = run->open_cap ? FIRST_OPEN : 1; /* a single case needs no more */
    if (rows <= run->open_cap) return;
    while (cap < rows) cap *= 2;
    for (int p = 0; p < 2; p++) {
        gp_val *all = gp_arena_array(run->arena, nops * cap, sizeof *all), *before = run->open_cap ? run->open[p][0] : NULL;
        for (size_t k = 0; k < nops; k++) {
            if (before) all[k * cap] = run->open[p][k][0]; /* of constants, which are worked out once */
            run->open[p][k] = all + k * cap;
        }
        if (before) gp_arena_drop(run->arena, before, nops * run->open_cap * sizeof *all);
    }
    run->open_cap = cap;
}

static bool is_steady(const gp_run *run, const gp_op *op) {
    if (op->code != GP_O_MEAN) return false;
    for (uint32_t k = 0; k < op->nargs; k += 2) {
        const gp_val *w = run->open[0][op->args[k]];
        if (!op_at(run, op->args[k])->constant || w->lo != w->hi || w->flags & GP_V_ABSENT || !(w->lo >= 0)) return false;
    }
    return true;
}

static void make_open(gp_run *run) {
    for (int p = 0; p < 2; p++) run->open[p] = gp_arena_array(run->arena, run->program->nops, sizeof **run->open);
    open_room(run, 1);
    gp_open_constants(run, GP_PASS_OPEN);
    gp_open_constants(run, GP_PASS_FINAL);
    for (size_t k = 0; k < run->program->nops; k++) run->steady[k] = is_steady(run, &run->program->ops[k]);
}

static void make_results(gp_run *run) {
    size_t nodes = run->program->plan->nnodes;
    run->verdict = gp_arena_array(run->arena, nodes, sizeof *run->verdict);
    run->final = gp_arena_array(run->arena, nodes, sizeof *run->final);
    for (size_t i = 0; i < nodes; i++) {
        run->verdict[i] = gp_arena_alloc(run->arena, run->cap);
        run->final[i] = gp_arena_alloc(run->arena, run->cap);
        memset(run->verdict[i], GP_MEASURED, run->cap);
    }
    for (size_t i = 0; i < GP_COUNT(run->out); i++) run->out[i] = gp_arena_array(run->arena, GP_BLOCK, sizeof(double));
    for (int i = 0; i < 2; i++) {
        run->grade[i] = gp_arena_alloc(run->arena, GP_BLOCK);
        memset(run->grade[i], UINT8_MAX, GP_BLOCK); /* none */
    }
}

/* Verdicts that are the same in all rows, once and for all; a list of the others. */
static void settle_verdicts(gp_run *run) {
    size_t nodes = run->program->plan->nnodes;
    run->moving = gp_arena_array(run->arena, nodes, sizeof *run->moving);
    for (size_t k = 0; k < nodes; k++) {
        uint32_t r = run->program->slots[k].verdict;
        if (r == GP_NO_REG) continue;
        if (!op_at(run, r)->constant) {
            run->moving[run->nmoving++] = (uint32_t)k;
            continue;
        }
        uint8_t v = run->all_open ? run->open[0][r][0].verdict : run->plain_verdict[r][0];
        memset(run->verdict[k], v, run->cap);
        memset(run->final[k], v <= GP_UNMET && (!run->all_open || run->open[1][r][0].verdict == v), run->cap);
    }
}

/* Rows that a frame can ever have: one of scenarios is filled again and again. */
static size_t most_rows(const gp_frame *f) { return f->base ? f->cap_rows : f->nrows; }

/* Numbers of the subjects' and periods' texts, where an expression reads them. */
static void make_texts(gp_run *run) {
    const gp_frame *f = run->frame;
    size_t rows = most_rows(f);
    gp_pool pool;
    if (!run->program->uses_subject && !run->program->uses_period) return;
    gp_arena_fini(&run->of_frame);
    gp_pool_init(&pool, &run->of_frame);
    for (size_t i = 0; i < f->texts.n; i++) gp_pool_add(&pool, f->texts.items[i]);
    run->subject_text = gp_arena_array(&run->of_frame, rows + 1, sizeof(double));
    run->period_text = gp_arena_array(&run->of_frame, rows + 1, sizeof(double));
    for (size_t i = 0; i < rows; i++) {
        char buf[32];
        size_t n = gp_period_print(buf, f->cases[i].period);
        run->subject_text[i] = gp_pool_add(&pool, f->cases[i].subject);
        run->period_text[i] = gp_pool_add(&pool, (gp_text){buf, n});
    }
}

static void set_as_of(gp_run *run, size_t n) {
    for (size_t i = 0; i < n; i++)
        run->as_of[i] = run->options.has_as_of ? run->options.as_of : run->frame->cases[run->first + i].period.last;
}

static void release(void *ptr) { gp_arena_fini(ptr); }

static void init_arena(gp_arena *inner, gp_arena *a) {
    gp_arena_init(inner, a->mem);
    gp_arena_defer(a, release, inner);
}

/* cap: rows of the largest block that there will be. */
static gp_run *run_make(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_program *program, const gp_run_options *options,
                        size_t cap) {
    gp_run *run = GP_NEW(a, gp_run);
    *run = (gp_run){.frame = frame, .program = program, .arena = a, .diags = d, .options = *options, .cap = cap, .stage = GP_ALL_STAGES};
    init_arena(&run->reasons, a);
    init_arena(&run->of_frame, a);
    make_lanes(run);
    make_results(run);
    index_loads(run);
    run->told = gp_arena_array(a, frame->nrulings, sizeof *run->told);
    make_arguments(run);
    make_texts(run);
    memset(run->slot, 0xff, GP_BLOCK * sizeof *run->slot);
    gp_decide_open(run);
    run->keeps = a;
    set_as_of(run, frame->nrows ? 1 : 0);
    gp_plain_run(run, true);
    run->all_open = memchr(run->escape, 1, GP_BLOCK) != NULL;
    make_open(run);
    settle_verdicts(run);
    run->keeps = &run->reasons;
    gp_cohort_prepare(run);
    gp_run_rewind(run);
    return run;
}

gp_run *gp_run_new(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_run_options *options) {
    gp_program *program = gp_program_new(a, d, frame, options->plan ? options->plan : frame->plan, options->host);
    size_t rows = most_rows(frame);
    if (!program) return NULL;
    if (options->low_ends) gp_program_take_low_ends(program, a);
    return run_make(a, d, frame, program, options, rows < GP_BLOCK ? (rows | 7) + 1 : GP_BLOCK);
}

gp_run *gp_run_of(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_program *program, const gp_run_options *options) {
    return run_make(a, d, frame, program, options, GP_BLOCK);
}

void gp_run_turn_to(gp_run *run, const gp_frame *frame) {
    run->frame = frame;
    make_texts(run);
    gp_run_rewind(run);
}

static void need(bool *needed, uint32_t r) {
    if (r != GP_NO_REG) needed[r] = true;
}

static void need_operands(bool *needed, const gp_run *run, const gp_op *op) {
    need(needed, op->a);
    need(needed, op->b);
    need(needed, op->c);
    for (uint32_t i = 0; i < op->nargs; i++) need(needed, op->args[i]);
    if (op->code == GP_O_STATUS) need(needed, run->program->slots[op->node->index].value);
}

/* What verdicts of indicators and totals rest on, and rules, whose errors are counted. Operands come before their users. */
static bool *find_needed(const gp_run *run) {
    const gp_program *p = run->program;
    bool *needed = gp_arena_array(run->arena, p->nops, sizeof *needed);
    for (size_t k = 0; k < p->plan->nnodes; k++)
        if (p->plan->nodes[k]->level == GP_INDICATOR) need(needed, p->slots[k].verdict);
    need(needed, p->slots[0].score[GP_SCORE]);
    need(needed, p->slots[0].rounded);
    need(needed, p->slots[0].grade);
    for (size_t k = p->nops; k-- > 0;) {
        if (run->answers[k]) needed[k] = true;
        if (needed[k]) need_operands(needed, run, &p->ops[k]);
    }
    return needed;
}

void gp_run_narrow(gp_run *run) {
    run->narrow = !run->frame->base && !run->frame->nrulings && !run->program->whole_frame;
    if (run->narrow && !run->needed) run->needed = find_needed(run);
}

void gp_run_rewind(gp_run *run) {
    run->first = run->n = 0;
    run->measured = 0;
    run->narrow = false;
    memset(&run->sum, 0, sizeof run->sum);
    run->sum.rows_in = run->frame->rows_in;
    run->sum.used = run->frame->used;
    run->sum.other_periods = run->frame->other_periods;
    run->sum.refused = run->frame->refused;
    run->sum.rounded = run->frame->rounded;
}

const gp_program *gp_run_program(const gp_run *run) { return run->program; }

bool gp_run_varies(const gp_run *run, size_t node) {
    uint32_t r = run->program->slots[node].verdict;
    return r != GP_NO_REG && !op_at(run, r)->constant;
}

void gp_run_again(gp_run *run) {
    gp_cohort_prepare(run);
    gp_run_rewind(run);
}

bool gp_run_has_cohorts(const gp_run *run) { return run->program->nasks > 0; }

/* ---- a block ---- */

static void mark_cell(gp_run *run, const gp_cell *c) {
    size_t i = c->row - run->first;
    run->escape[i] = 1;
    for (uint32_t k = run->load_of[c->datum]; k != GP_NO_REG; k = run->load_next[k]) gp_rows_add(&run->differs[k], i);
}

static void mark_open_param(gp_run *run, const gp_varied *k) {
    for (size_t i = 0; k->upper && i < run->n; i++) run->escape[i] |= k->upper[run->first + i] > k->column[run->first + i];
}

static void mark_cells(gp_run *run) {
    const gp_frame *f = run->frame;
    memset(run->escape, run->all_open, GP_BLOCK);
    memset(run->differs, 0, run->program->nops * sizeof *run->differs);
    if (f->base) { /* its cells count too, and its runs are never narrow */
        bool any = f->ncells || f->base->ncells;
        for (size_t i = 0; any && !run->all_open && i < run->n; i++) run->escape[i] |= gp_frame_has_cells(f, run->first + i);
        for (size_t k = 0; k < f->nvaried; k++) mark_open_param(run, &f->varied[k]);
        return;
    }
    for (size_t k = gp_frame_cells_from(f, run->first); k < f->ncells && f->cells[k].row < run->first + run->n; k++)
        mark_cell(run, &f->cells[k]);
}

static void spread_from(gp_run *run, uint32_t k, uint32_t r) {
    for (size_t w = 0; r != GP_NO_REG && w < GP_WORDS; w++) run->differs[k].word[w] |= run->differs[r].word[w];
}

/* What is worked out from something that differs may differ. */
static void spread(gp_run *run, uint32_t k) {
    const gp_op *op = op_at(run, k);
    spread_from(run, k, op->a);
    spread_from(run, k, op->b);
    spread_from(run, k, op->c);
    for (uint32_t i = 0; i < op->nargs; i++) spread_from(run, k, op->args[i]);
    if (op->code == GP_O_STATUS) spread_from(run, k, run->program->slots[op->node->index].value);
}

/* Which registers the open kernel works out: all of them, or in a narrow run those that may differ from the plain ones. */
static void choose(gp_run *run) {
    gp_rows open = {{0}};
    for (size_t i = 0; i < run->n; i++) if (run->escape[i]) gp_rows_add(&open, i);
    for (uint32_t k = 0; k < run->program->nops; k++) {
        if (op_at(run, k)->constant || gp_is_idle(run, k)) continue;
        if (run->narrow && !run->all_open) spread(run, k);
        else run->differs[k] = open;
        run->filled[k] = run->differs[k];
    }
}

/* Gives the rows from..to-1 that need it a place among the open ones. */
static void gather(gp_run *run, size_t from, size_t to) {
    run->nopen = 0;
    memset(&run->gathered, 0, sizeof run->gathered);
    for (size_t i = from; i < to; i++) {
        if (!run->escape[i]) continue;
        gp_rows_add(&run->gathered, i);
        run->slot[i] = (uint16_t)run->nopen;
        run->open_row[run->nopen++] = (uint16_t)i;
    }
    open_room(run, run->nopen);
}

/* ---- results ---- */

static bool is_brief(const gp_run *run) { return run->narrow || run->options.brief; }

static void collect_verdicts(gp_run *run) {
    for (size_t j = 0; j < run->nmoving; j++) {
        size_t k = run->moving[j];
        if (gp_is_idle(run, run->program->slots[k].verdict)) continue;
        uint8_t *v = run->verdict[k], *f = run->final[k];
        memcpy(v, run->plain_verdict[run->program->slots[k].verdict], run->n);
        for (size_t i = 0; i < run->n && !is_brief(run); i++) f[i] = v[i] <= GP_UNMET;
    }
}

static void collect_column(gp_run *run, double *lo, double *hi, uint32_t r) {
    for (size_t i = 0; i < run->n; i++) lo[i] = hi[i] = r == GP_NO_REG ? NAN : run->plain[r][i];
}

/* The next row from *i on whose register r the open kernel has; false when there is none. */
static bool next_open(size_t *i, const gp_run *run, uint32_t r, size_t to) {
    while (*i < to) {
        uint64_t left = (run->filled[r].word[*i / 64] & run->gathered.word[*i / 64]) >> *i % 64;
        if (left) {
            *i += (size_t)__builtin_ctzll(left);
            return *i < to;
        }
        *i = (*i | 63) + 1;
    }
    return false;
}

/* What the open kernel found for the rows from..to-1, in place of what the plain one did. */
static void collect_open_verdicts(gp_run *run, size_t from, size_t to) {
    for (size_t j = 0; j < run->nmoving; j++) {
        size_t k = run->moving[j];
        uint32_t r = run->program->slots[k].verdict;
        for (size_t i = from; next_open(&i, run, r, to); i++) {
            uint8_t v = run->open[0][r][run->slot[i]].verdict;
            run->verdict[k][i] = v;
            run->final[k][i] = v <= GP_UNMET && !is_brief(run) && run->open[1][r][run->slot[i]].verdict == v;
        }
    }
}

static void collect_open_column(gp_run *run, double *lo, double *hi, uint32_t r, size_t from, size_t to) {
    for (size_t i = from; r != GP_NO_REG && next_open(&i, run, r, to); i++) {
        const gp_val *v = &run->open[0][r][(size_t)run->slot[i] * run->step[r]];
        bool none = v->flags & GP_V_ABSENT;
        lo[i] = none ? NAN : v->lo;
        hi[i] = none ? NAN : v->hi;
    }
}

static void run_open(gp_run *run, size_t from, size_t to) {
    const gp_slots *s = &run->program->slots[0];
    gather(run, from, to);
    if (run->nopen == 0) return;
    gp_open_run(run, GP_PASS_OPEN);
    if (!is_brief(run)) gp_open_run(run, GP_PASS_FINAL);
    collect_open_verdicts(run, from, to);
    collect_open_column(run, run->out[0], run->out[1], s->score[GP_SCORE], from, to);
    collect_open_column(run, run->out[2], run->out[3], s->rounded, from, to);
    collect_open_column(run, run->out[4], run->out[5], s->grade, from, to);
}

/* A few rows at a time, whose registers stay in the cache; all where somebody may read them later. */
static void run_open_rows(gp_run *run) {
    size_t step = is_brief(run) ? 64 : GP_BLOCK;
    if (!memchr(run->escape, 1, run->n)) {
        run->nopen = 0;
        return;
    }
    choose(run);
    for (size_t from = 0; from < run->n; from += step) run_open(run, from, run->n - from < step ? run->n : from + step);
}

double gp_grade_bound(const gp_run *run, const gp_node *node, size_t k, size_t row) {
    double bound;
    if (run->frame->nvaried && gp_frame_varied(&bound, run->frame, row, &node->grades[k].at_least)) return bound;
    const gp_expr *e = gp_param_at(&node->grades[k].at_least, run->frame->cases[row].period);
    return e && e->op == GP_X_CONST ? gp_decimal_double(gp_decimal_of(e->value), 0) : NAN;
}

/* Grades are read on rounded marks, which are decimals: no bound is needed. */
uint8_t gp_grade_of(const gp_run *run, const gp_node *node, size_t row, double marks) {
    for (size_t k = 0; k < node->ngrades && !isnan(marks); k++)
        if (marks >= gp_grade_bound(run, node, k, row)) return (uint8_t)k;
    return UINT8_MAX;
}

static void collect_plain(gp_run *run) {
    const gp_slots *s = &run->program->slots[0];
    collect_verdicts(run);
    collect_column(run, run->out[0], run->out[1], s->score[GP_SCORE]);
    collect_column(run, run->out[2], run->out[3], s->rounded);
    collect_column(run, run->out[4], run->out[5], s->grade);
}

/* Where vetoes act on grades: places from the lowest on become positions from the best. */
static void collect_places(gp_run *run) {
    double best = (double)run->program->plan->root->ngrades - 1;
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < run->n; i++) run->grade[e][i] = run->out[4 + e][i] >= 0 ? (uint8_t)(best - run->out[4 + e][i]) : UINT8_MAX;
}

static void collect_grades(gp_run *run) {
    const gp_node *root = run->program->plan->root;
    if (root->ngrades == 0) return;
    if (run->program->slots[0].grade != GP_NO_REG) {
        collect_places(run);
        return;
    }
    for (size_t i = 0; i < run->n; i++)
        for (int e = 0; e < 2; e++) run->grade[e][i] = gp_grade_of(run, root, run->first + i, run->out[2 + e][i]);
}

/* How many of the n bytes are v; in steps whose counters fit a byte, so that the compiler can take many at once. */
static size_t count_of(const uint8_t *bytes, size_t n, uint8_t v) {
    enum { STEP = 128 };
    size_t total = 0;
    for (size_t from = 0; from < n; from += STEP) {
        size_t to = n - from < STEP ? n : from + STEP;
        uint8_t found = 0;
        for (size_t i = from; i < to; i++) found = (uint8_t)(found + (bytes[i] == v));
        total += found;
    }
    return total;
}

static void count(gp_run *run) {
    const gp_plan *plan = run->program->plan;
    run->sum.cases += run->n;
    run->sum.evaluations += run->n * run->program->nindicators;
    for (size_t k = 0; k < plan->nnodes; k++) {
        if (run->program->slots[k].verdict == GP_NO_REG || plan->nodes[k]->level != GP_INDICATOR) continue;
        size_t left = run->n;
        uint8_t first = run->verdict[k][0];
        if (op_at(run, run->program->slots[k].verdict)->constant) {
            if (first < GP_VERDICT_COUNT) run->sum.verdicts[first] += left;
            else run->measured += left;
            continue;
        }
        for (uint8_t v = 0; v < GP_VERDICT_COUNT && left; v++) {
            size_t n = count_of(run->verdict[k], run->n, v);
            run->sum.verdicts[v] += n;
            left -= n;
        }
        run->measured += left;
    }
    for (size_t k = 0; k < run->program->nops; k++) {
        if (!run->answers[k]) continue;
        for (size_t i = 0; i < run->n; i++) run->sum.errors += gp_run_answer(run, (uint32_t)k, run->first + i)->outcome == GP_RULE_ERROR;
    }
}

/* The next block through the plain kernel. false at the end. */
static bool begin_block(gp_run *run) {
    run->first += run->n;
    run->n = run->frame->nrows - run->first < GP_BLOCK ? run->frame->nrows - run->first : GP_BLOCK;
    if (run->n == 0) return false;
    gp_arena_fini(&run->reasons);
    memset(run->audited, 0, GP_BLOCK);
    set_as_of(run, run->n);
    mark_cells(run);
    memset(run->slot, 0xff, GP_BLOCK * sizeof *run->slot);
    gp_plain_run(run, false);
    return true;
}

bool gp_run_advance(gp_run *run) {
    if (!begin_block(run)) return false;
    run->nopen = 0;
    if (!memchr(run->escape, 1, run->n)) return true;
    choose(run);
    gather(run, 0, run->n);
    gp_open_run(run, GP_PASS_OPEN);
    return true;
}

bool gp_run_block(gp_run *run, gp_block *out) {
    size_t before = run->arena->bytes;
    if (!begin_block(run)) return false;
    collect_plain(run);
    run_open_rows(run);
    collect_grades(run);
    count(run);
    if (run->frame->nrulings) gp_tell_refused(run);
    run->sum.row_bytes += run->arena->bytes - before + run->reasons.bytes;
    *out = (gp_block){run->first,  run->n,        (const uint8_t *const *)run->verdict,
                      run->out[0], run->out[1],   run->out[2],
                      run->out[3], run->grade[0], run->grade[1],
                      NULL,        NULL};
    gp_cohort_ranks(&out->rank_lo, &out->rank_hi, run);
    return true;
}

bool gp_run_sum(gp_sum *out, const gp_run *run) {
    *out = run->sum;
    bool rows = out->rows_in == out->used + out->other_periods + out->refused;
    uint64_t verdicts = 0, bearing = 0;
    for (int v = 0; v < GP_VERDICT_COUNT; v++) verdicts += out->verdicts[v];
    for (size_t k = 0; k < run->program->plan->nnodes; k++)
        bearing += run->program->slots[k].verdict != GP_NO_REG && run->program->plan->nodes[k]->level == GP_INDICATOR;
    return rows && verdicts + run->measured == bearing * out->cases;
}

/* A sum is counters through and through. */
void gp_sum_add(gp_sum *to, const gp_sum *more) {
    enum { COUNTERS = sizeof(gp_sum) / sizeof(uint64_t) };
    _Static_assert(COUNTERS * sizeof(uint64_t) == sizeof(gp_sum), "nothing but counters");
    uint64_t a[COUNTERS], b[COUNTERS];
    memcpy(a, to, sizeof a);
    memcpy(b, more, sizeof b);
    for (size_t i = 0; i < COUNTERS; i++) a[i] += b[i];
    memcpy(to, a, sizeof a);
}

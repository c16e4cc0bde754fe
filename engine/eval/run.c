/* The run: block after block through the plain kernel, what needs it through the open one, results of both side by side.
 * Invariant: nothing is allocated while rows are evaluated but the reasons of rules. */
#include "eval/run.h"

#include <math.h>
#include <string.h>

#include "eval/cohort.h"
#include "eval/lanes.h"

static const gp_op *op_at(const gp_run *run, uint32_t r) { return &run->program->ops[r]; }
static bool gives_verdict(gp_opcode code) { return code >= GP_O_TEST && code <= GP_O_STATUS; }

/* ---- reading registers ---- */

static gp_val plain_value(const gp_run *run, uint32_t r, size_t i) {
    const gp_op *op = op_at(run, r);
    double v = run->plain[r][i];
    if (isnan(v)) return (gp_val){.lo = -INFINITY, .hi = INFINITY, .flags = GP_V_ABSENT | GP_V_MISS, .decimal = true};
    gp_val z = {.lo = v, .hi = v, .basis = op->constant ? 0 : GP_FINAL + 1, .decimal = op->error == GP_E_DECIMAL};
    switch (op->error) {
    case GP_E_DECIMAL: z.err = fabs(v) * GP_UNIT_ROUNDOFF; break;
    case GP_E_REL: z.err = fabs(v) * op->bound; break;
    case GP_E_ABS: z.err = op->bound; break;
    default: z.err = run->plain_err[r][i]; break;
    }
    return z;
}

gp_val gp_pass_value(const gp_run *run, gp_pass pass, uint32_t r, size_t i) {
    return pass == GP_PASS_PLAIN ? plain_value(run, r, i) : run->open[pass == GP_PASS_FINAL][r][i];
}

size_t gp_pass_row(const gp_run *run, gp_pass pass, size_t i) { return run->first + (pass == GP_PASS_PLAIN ? i : run->open_row[i]); }

gp_val gp_run_value(const gp_run *run, uint32_t op, size_t i) {
    return run->slot[i] == UINT16_MAX ? plain_value(run, op, i) : run->open[0][op][run->slot[i]];
}

uint8_t gp_run_verdict(const gp_run *run, uint32_t op, size_t i) {
    return run->slot[i] == UINT16_MAX ? run->plain_verdict[op][i] : run->open[0][op][run->slot[i]].verdict;
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
        if (gives_verdict(op->code)) run->plain_verdict[k] = gp_arena_alloc(a, GP_BLOCK);
        else run->plain[k] = gp_arena_array(a, GP_BLOCK, sizeof(double));
        if (op->error == GP_E_COLUMN && !gives_verdict(op->code)) run->plain_err[k] = gp_arena_array(a, GP_BLOCK, sizeof(double));
        if (op->code == GP_O_RULE || op->code == GP_O_ROLL) run->answers[k] = gp_arena_array(a, GP_BLOCK, sizeof(gp_rule_answer));
    }
    for (size_t i = 0; i < GP_COUNT(run->scratch); i++) run->scratch[i] = gp_arena_array(a, GP_BLOCK, sizeof(double));
    run->list = gp_arena_array(a, run->program->plan->nnodes, sizeof *run->list);
    run->children = gp_arena_array(a, run->program->plan->nnodes, sizeof *run->children);
    run->escape = gp_arena_alloc(a, GP_BLOCK);
    run->audited = gp_arena_alloc(a, GP_BLOCK);
    run->as_of = gp_arena_array(a, GP_BLOCK, sizeof *run->as_of);
    run->slot = gp_arena_array(a, GP_BLOCK, sizeof *run->slot);
    run->open_row = gp_arena_array(a, GP_BLOCK, sizeof *run->open_row);
}

/* The open kernel's registers hold as many rows as the frame can ever send there. */
static void make_open(gp_run *run) {
    size_t most = run->frame->base ? run->frame->cap_rows : run->frame->nrows; /* a frame of scenarios is filled again and again */
    size_t rows = most < GP_BLOCK ? most : GP_BLOCK;
    run->open_cap = rows = rows ? rows : 1;
    for (int p = 0; p < 2; p++) {
        run->open[p] = gp_arena_array(run->arena, run->program->nops, sizeof **run->open);
        for (size_t k = 0; k < run->program->nops; k++) run->open[p][k] = gp_arena_array(run->arena, rows, sizeof(gp_val));
    }
}

static void make_results(gp_run *run) {
    size_t nodes = run->program->plan->nnodes;
    run->verdict = gp_arena_array(run->arena, nodes, sizeof *run->verdict);
    run->final = gp_arena_array(run->arena, nodes, sizeof *run->final);
    for (size_t i = 0; i < nodes; i++) {
        run->verdict[i] = gp_arena_alloc(run->arena, GP_BLOCK);
        run->final[i] = gp_arena_alloc(run->arena, GP_BLOCK);
        memset(run->verdict[i], GP_MEASURED, GP_BLOCK);
    }
    for (size_t i = 0; i < GP_COUNT(run->out); i++) run->out[i] = gp_arena_array(run->arena, GP_BLOCK, sizeof(double));
    for (int i = 0; i < 2; i++) run->grade[i] = gp_arena_alloc(run->arena, GP_BLOCK);
}

/* Numbers of the subjects' and periods' texts, where an expression reads them. */
static void make_texts(gp_run *run) {
    const gp_frame *f = run->frame;
    gp_pool pool;
    gp_pool_init(&pool, run->arena);
    for (size_t i = 0; i < f->texts.n; i++) gp_pool_add(&pool, f->texts.items[i]);
    run->subject_text = gp_arena_array(run->arena, f->nrows + 1, sizeof(double));
    run->period_text = gp_arena_array(run->arena, f->nrows + 1, sizeof(double));
    for (size_t i = 0; i < f->nrows; i++) {
        char buf[32];
        size_t n = gp_period_print(buf, f->cases[i].period);
        run->subject_text[i] = gp_pool_add(&pool, f->cases[i].subject);
        run->period_text[i] = gp_pool_add(&pool, (gp_text){buf, n});
    }
}

static void set_as_of(gp_run *run, size_t n) {
    for (size_t i = 0; i < n; i++) run->as_of[i] = run->options.has_as_of ? run->options.as_of : run->frame->cases[run->first + i].period.last;
}

static void release_reasons(void *ptr) { gp_arena_fini(ptr); }

gp_run *gp_run_new(gp_arena *a, gp_diags *d, const gp_frame *frame, const gp_run_options *options) {
    gp_run *run = GP_NEW(a, gp_run);
    *run = (gp_run){.frame = frame, .arena = a, .diags = d, .options = *options, .stage = GP_ALL_STAGES};
    run->program = gp_program_new(a, d, frame, options->plan ? options->plan : frame->plan, options->host);
    if (!run->program) return NULL;
    gp_arena_init(&run->reasons, a->mem);
    gp_arena_defer(a, release_reasons, &run->reasons);
    make_lanes(run);
    make_open(run);
    make_results(run);
    run->told = gp_arena_array(a, frame->nrulings, sizeof *run->told);
    make_arguments(run);
    if (run->program->uses_subject || run->program->uses_period) make_texts(run);
    memset(run->slot, 0xff, GP_BLOCK * sizeof *run->slot);
    gp_decide_open(run);
    run->keeps = a;
    set_as_of(run, frame->nrows ? 1 : 0);
    gp_plain_run(run, true);
    run->all_open = memchr(run->escape, 1, GP_BLOCK) != NULL;
    gp_open_run(run, GP_PASS_OPEN, true);
    gp_open_run(run, GP_PASS_FINAL, true);
    run->keeps = &run->reasons;
    gp_cohort_prepare(run);
    gp_run_rewind(run);
    return run;
}

void gp_run_rewind(gp_run *run) {
    run->first = run->n = 0;
    run->measured = 0;
    memset(&run->sum, 0, sizeof run->sum);
    run->sum.rows_in = run->frame->rows_in;
    run->sum.used = run->frame->used;
    run->sum.other_periods = run->frame->other_periods;
    run->sum.refused = run->frame->refused;
    run->sum.rounded = run->frame->rounded;
}

void gp_run_again(gp_run *run) {
    gp_cohort_prepare(run);
    gp_run_rewind(run);
}

bool gp_run_has_cohorts(const gp_run *run) { return run->program->nasks > 0; }

/* ---- a block ---- */

static void mark_cells(gp_run *run) {
    const gp_frame *f = run->frame;
    memset(run->escape, run->all_open, GP_BLOCK);
    bool any = f->ncells || (f->base && f->base->ncells);
    for (size_t i = 0; any && !run->all_open && i < run->n; i++) run->escape[i] |= gp_frame_has_cells(f, run->first + i);
}

static void gather(gp_run *run) {
    run->nopen = 0;
    for (size_t i = 0; i < run->n; i++) {
        if (!run->escape[i]) continue;
        run->slot[i] = (uint16_t)run->nopen;
        run->open_row[run->nopen++] = (uint16_t)i;
    }
}

static void collect_verdicts(gp_run *run) {
    const gp_plan *plan = run->program->plan;
    for (size_t k = 0; k < plan->nnodes; k++) {
        uint32_t r = run->program->slots[k].verdict;
        if (r == GP_NO_REG) continue;
        uint8_t *v = run->verdict[k], *f = run->final[k];
        memcpy(v, run->plain_verdict[r], run->n);
        for (size_t i = 0; i < run->n; i++) f[i] = v[i] <= GP_UNMET;
        for (size_t j = 0; j < run->nopen; j++) {
            size_t i = run->open_row[j];
            v[i] = run->open[0][r][j].verdict;
            f[i] = v[i] <= GP_UNMET && run->open[1][r][j].verdict == v[i];
        }
    }
}

static void collect_column(gp_run *run, double *lo, double *hi, uint32_t r) {
    for (size_t i = 0; i < run->n; i++) lo[i] = hi[i] = r == GP_NO_REG ? NAN : run->plain[r][i];
    for (size_t j = 0; j < run->nopen && r != GP_NO_REG; j++) {
        const gp_val *v = &run->open[0][r][j];
        bool none = v->flags & GP_V_ABSENT;
        lo[run->open_row[j]] = none ? NAN : v->lo;
        hi[run->open_row[j]] = none ? NAN : v->hi;
    }
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

/* Where vetoes act on them: places from the lowest on become positions from the best. */
static void collect_grades(gp_run *run, uint32_t r) {
    double *place[2] = {run->scratch[0], run->scratch[1]};
    size_t n = run->program->plan->root->ngrades;
    collect_column(run, place[0], place[1], r);
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < run->n; i++) run->grade[e][i] = place[e][i] >= 0 ? (uint8_t)((double)n - 1 - place[e][i]) : UINT8_MAX;
}

static void collect_totals(gp_run *run) {
    const gp_slots *s = &run->program->slots[0];
    collect_column(run, run->out[0], run->out[1], s->score[GP_SCORE]);
    collect_column(run, run->out[2], run->out[3], s->rounded);
    if (s->grade != GP_NO_REG) collect_grades(run, s->grade);
    for (size_t i = 0; i < run->n && s->grade == GP_NO_REG; i++)
        for (int e = 0; e < 2; e++) run->grade[e][i] = gp_grade_of(run, run->program->plan->root, run->first + i, run->out[2 + e][i]);
}

static void count(gp_run *run) {
    const gp_plan *plan = run->program->plan;
    run->sum.cases += run->n;
    run->sum.evaluations += run->n * run->program->nindicators;
    for (size_t k = 0; k < plan->nnodes; k++) {
        if (run->program->slots[k].verdict == GP_NO_REG || plan->nodes[k]->level != GP_INDICATOR) continue;
        uint64_t tally[256] = {0};
        for (size_t i = 0; i < run->n; i++) tally[run->verdict[k][i]]++;
        for (int v = 0; v < GP_VERDICT_COUNT; v++) run->sum.verdicts[v] += tally[v];
        run->measured += tally[GP_MEASURED];
    }
    for (size_t k = 0; k < run->program->nops; k++) {
        if (!run->answers[k]) continue;
        for (size_t i = 0; i < run->n; i++) run->sum.errors += gp_run_answer(run, (uint32_t)k, run->first + i)->outcome == GP_RULE_ERROR;
    }
}

bool gp_run_advance(gp_run *run) {
    run->first += run->n;
    run->n = run->frame->nrows - run->first < GP_BLOCK ? run->frame->nrows - run->first : GP_BLOCK;
    if (run->n == 0) return false;
    gp_arena_fini(&run->reasons);
    memset(run->audited, 0, GP_BLOCK);
    set_as_of(run, run->n);
    mark_cells(run);
    memset(run->slot, 0xff, GP_BLOCK * sizeof *run->slot);
    gp_plain_run(run, false);
    gather(run);
    gp_open_run(run, GP_PASS_OPEN, false);
    return true;
}

bool gp_run_block(gp_run *run, gp_block *out) {
    size_t before = run->arena->bytes;
    if (!gp_run_advance(run)) return false;
    gp_open_run(run, GP_PASS_FINAL, false);
    collect_verdicts(run);
    collect_totals(run);
    count(run);
    if (run->frame->nrulings) gp_tell_refused(run);
    run->sum.row_bytes += run->arena->bytes - before + run->reasons.bytes;
    *out = (gp_block){run->first, run->n, (const uint8_t *const *)run->verdict, run->out[0], run->out[1], run->out[2], run->out[3], run->grade[0], run->grade[1], NULL, NULL};
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

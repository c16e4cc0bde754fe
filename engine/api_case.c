/* The bridge for cases: the next one, one that is looked for, and what is told of it and of its rows.
 * Invariant: texts handed out live until the next case; what is not there is NaN, "" or NULL, as the header says of each. */
#define GP_BUILDING 1
#include "api.h"

#include <math.h>
#include <string.h>

/* -- cases -- */

static bool advance(gp_results *r) {
    if (r->in_block && ++r->at < r->block.n) return true;
    r->at = 0;
    do r->in_block = gp_run_block(r->run, &r->block);
    while (r->in_block && r->block.n == 0);
    return r->in_block;
}

static void copy_decision(gp_decision_view *out, gp_arena *a, const gp_ruling *d) {
    char date[16];
    out->authority = gp_text_cstr(a, d->authority);
    out->reason = gp_text_cstr(a, d->reason);
    out->evidence = d->evidence.s ? gp_text_cstr(a, d->evidence) : NULL;
    out->date = gp_text_cstr(a, (gp_text){date, gp_date_print(date, d->date)});
}

static void copy_rows(gp_results *r) {
    gp_arena *a = &r->of_case;
    r->units = gp_arena_array(a, r->now.nrows, sizeof *r->units);
    r->reasons = gp_arena_array(a, r->now.nrows, sizeof *r->reasons);
    r->decisions = gp_arena_array(a, r->now.nrows, sizeof *r->decisions);
    for (size_t i = 0; i < r->now.nrows; i++) {
        const gp_row *row = &r->now.rows[i];
        r->units[i] = row->type.kind == GP_NUMBER && row->type.unit.given ? gp_text_cstr(a, row->type.unit.text) : "";
        r->reasons[i] = row->reason.n ? gp_text_cstr(a, row->reason) : "";
        if (row->ruling) copy_decision(&r->decisions[i], a, row->ruling);
    }
}

static void rewind_run(void *arg) {
    gp_results *r = arg;
    r->in_block = r->has_case = r->reported = false;
    gp_run_rewind(r->run);
}

static void describe_case(gp_results *r) {
    gp_arena_fini(&r->of_case);
    gp_run_case(&r->now, r->run, &r->of_case, r->at);
    r->subject = gp_text_cstr(&r->of_case, r->now.of->subject);
    r->scenario = r->now.of->scenario.n ? gp_text_cstr(&r->of_case, r->now.of->scenario) : "";
    r->grade = r->now.grade.s ? gp_text_cstr(&r->of_case, r->now.grade) : NULL;
    r->period[gp_period_print(r->period, r->now.of->period)] = '\0';
    copy_rows(r);
    r->has_case = true;
}

static void next_case(void *arg) {
    gp_results *r = arg;
    r->has_case = false;
    gp_arena_fini(&r->of_case);
    if (r->reported) rewind_run(r);
    if (advance(r)) describe_case(r);
}

gp_context *gp_context_of(const gp_results *r) { return r->data->plan->context; }

int gp_results_next(gp_results *r) {
    if (r->spoilt) return -1;
    r->spoilt = !gp_guarded(gp_context_of(r), next_case, r);
    if (r->spoilt) r->has_case = false;
    return r->spoilt ? -1 : r->has_case;
}

gp_status gp_results_rewind(gp_results *r) {
    if (r->spoilt) return gp_context_of(r)->status = GP_NO_MEMORY;
    r->spoilt = !gp_guarded(gp_context_of(r), rewind_run, r);
    return gp_context_of(r)->status;
}

/* -- finding a case -- */

typedef struct find_job {
    gp_results *r;
    const char *subject, *period, *scenario;
    gp_period span;
    size_t found, at; /* row of the frame */
} find_job;

static bool is_wanted(const find_job *j, const gp_case *of) {
    if (j->subject && !gp_text_is(of->subject, j->subject)) return false;
    if (j->period && !gp_period_eq(of->period, j->span)) return false;
    return !j->scenario || gp_text_is(of->scenario.s ? of->scenario : GP_TEXT(""), j->scenario);
}

static void find_case(void *arg) {
    find_job *j = arg;
    const gp_frame *f = j->r->data->frame;
    j->r->has_case = false;
    for (size_t i = 0; i < f->nrows; i++)
        if (is_wanted(j, &f->cases[i]) && j->found++ == 0) j->at = i;
    if (j->found != 1) return;
    rewind_run(j->r);
    while (advance(j->r) && j->r->block.first + j->r->block.n <= j->at) j->r->at = j->r->block.n - 1;
    j->r->at = j->at - j->r->block.first;
    describe_case(j->r);
}

gp_status gp_results_find(gp_results *r, const char *subject, const char *period, const char *scenario, size_t *found) {
    gp_context *c = gp_context_of(r);
    find_job job = {.r = r, .subject = subject, .period = period, .scenario = scenario};
    if (found) *found = 0;
    if (r->spoilt) return c->status = GP_NO_MEMORY;
    if (period && !gp_period_read(&job.span, gp_text_of(period))) return c->status = GP_USAGE;
    r->spoilt = !gp_guarded(c, find_case, &job);
    if (r->spoilt) r->has_case = false;
    if (found) *found = job.found;
    if (r->spoilt) return GP_NO_MEMORY;
    return c->status = job.found == 1 ? GP_OK : GP_USAGE;
}

static void range_out(double *low, double *high, gp_range range, bool given) {
    if (low) *low = given ? range.lo : NAN;
    if (high) *high = given ? range.hi : NAN;
}

const char *gp_case_subject(const gp_results *r) { return r->has_case ? r->subject : ""; }
const char *gp_case_period(const gp_results *r) { return r->has_case ? r->period : ""; }
const char *gp_case_scenario(const gp_results *r) { return r->has_case ? r->scenario : ""; }
void gp_case_score(const gp_results *r, double *low, double *high) { range_out(low, high, r->now.score, r->has_case); }
void gp_case_marks(const gp_results *r, double *low, double *high) { range_out(low, high, r->now.marks, r->has_case); }
const char *gp_case_grade(const gp_results *r) { return r->has_case ? r->grade : NULL; }
void gp_case_rank(const gp_results *r, double *low, double *high) { range_out(low, high, r->now.rank, r->has_case); }
void gp_case_score_before_decisions(const gp_results *r, double *low, double *high) {
    range_out(low, high, r->now.score_before_decisions, r->has_case);
}

size_t gp_case_rows(const gp_results *r) { return r->has_case ? r->now.nrows : 0; }

/* -- rows -- */

static const gp_row *row_at(const gp_results *r, size_t i) { return r->has_case && i < r->now.nrows ? &r->now.rows[i] : NULL; }

/* In the unit as a person reads it, on the decimal that the value stands for. */
static double in_unit(const gp_row *row, double value) {
    if (row->type.kind != GP_NUMBER || !isfinite(value)) return value;
    return gp_decimal_double(gp_decimal_of(value), -row->type.unit.scale);
}

const char *gp_row_level(const gp_results *r, size_t i) {
    const gp_row *row = row_at(r, i);
    return row ? gp_level_name(row->node->level) : "";
}

const char *gp_row_id(const gp_results *r, size_t i) { return row_at(r, i) ? r->ids[row_at(r, i)->node->index] : ""; }
const char *gp_row_name(const gp_results *r, size_t i) { return row_at(r, i) ? r->names[row_at(r, i)->node->index] : ""; }

const char *gp_row_verdict(const gp_results *r, size_t i) {
    const gp_row *row = row_at(r, i);
    return row ? gp_verdict_name(row->verdict) : "";
}

int gp_row_final(const gp_results *r, size_t i) { return row_at(r, i) && row_at(r, i)->final; }

const char *gp_row_basis(const gp_results *r, size_t i) {
    const gp_row *row = row_at(r, i);
    return row && row->has_basis ? gp_basis_name(row->basis) : NULL;
}

void gp_row_actual(const gp_results *r, size_t i, double *low, double *high) {
    const gp_row *row = row_at(r, i);
    bool given = row && row->has_actual;
    range_out(low, high, given ? (gp_range){in_unit(row, row->actual.lo), in_unit(row, row->actual.hi)} : (gp_range){0}, given);
}

const char *gp_row_unit(const gp_results *r, size_t i) { return row_at(r, i) ? r->units[i] : ""; }

double gp_row_target(const gp_results *r, size_t i) { return row_at(r, i) ? in_unit(row_at(r, i), row_at(r, i)->target) : NAN; }
double gp_row_completion(const gp_results *r, size_t i) { return row_at(r, i) ? row_at(r, i)->completion : NAN; }
double gp_row_margin(const gp_results *r, size_t i) { return row_at(r, i) ? in_unit(row_at(r, i), row_at(r, i)->margin) : NAN; }
double gp_row_flip(const gp_results *r, size_t i) { return row_at(r, i) ? in_unit(row_at(r, i), row_at(r, i)->flip) : NAN; }

void gp_row_score(const gp_results *r, size_t i, double *low, double *high) {
    const gp_row *row = row_at(r, i);
    range_out(low, high, row ? row->score : (gp_range){0}, row != NULL);
}

void gp_row_marks(const gp_results *r, size_t i, double *low, double *high) {
    const gp_row *row = row_at(r, i);
    range_out(low, high, row ? row->marks : (gp_range){0}, row != NULL);
}

const char *gp_row_audit(const gp_results *r, size_t i) {
    const gp_row *row = row_at(r, i);
    return row ? gp_audit_name(row->audit) : "";
}

const char *gp_row_reason(const gp_results *r, size_t i) { return row_at(r, i) ? r->reasons[i] : ""; }

int gp_row_decision(const gp_results *r, size_t i, gp_decision_view *out) {
    const gp_row *row = row_at(r, i);
    if (!row || !row->ruling) return 0;
    *out = r->decisions[i];
    out->applied = row->decided == GP_DECIDED;
    out->found_verdict = gp_verdict_name(row->found_verdict);
    range_out(&out->found_low, &out->found_high, row->found_score, true);
    return 1;
}

/* -- totals -- */

void gp_totals_of(gp_totals *out, const gp_sum *s) {
    out->rows_in = s->rows_in;
    out->used = s->used;
    out->other_periods = s->other_periods;
    out->refused = s->refused;
    out->cases = s->cases;
    out->met = s->verdicts[GP_MET];
    out->unmet = s->verdicts[GP_UNMET];
    out->undecided = s->verdicts[GP_UNDECIDED];
    out->no_data = s->verdicts[GP_NO_DATA];
    out->not_due = s->verdicts[GP_NOT_DUE];
    out->not_applicable = s->verdicts[GP_NOT_APPLICABLE];
    out->waived = s->verdicts[GP_WAIVED];
    out->errors = s->verdicts[GP_ERRED];
    out->broken_rules = s->errors;
    out->agrees = s->audits[GP_AGREES];
    out->understated = s->audits[GP_UNDERSTATED];
    out->unsupported = s->audits[GP_UNSUPPORTED];
    out->overstated = s->audits[GP_OVERSTATED];
    out->evaluations = s->evaluations;
    out->exact = s->exact;
    out->row_bytes = s->row_bytes;
}

gp_totals gp_results_totals(const gp_results *r) {
    gp_sum s = {0};
    gp_totals t = {.adds_up = gp_run_sum(&s, r->run)};
    gp_totals_of(&t, &s);
    return t;
}

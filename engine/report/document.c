/* The parts of the result document (product.md 10): the run, a subject with its rows, the sum.
 * Invariant: every key is always there, in this order; what is absent is null and never 0. */
#include <math.h>
#include <string.h>

#include "report/writers.h"

/* -- values -- */

void gp_document_value(gp_json *j, const gp_type *type, double value, const gp_pool *texts) {
    j->part.n = 0;
    gp_shape shape = gp_value_put(&j->part, type, value, texts);
    gp_text t = {j->part.s, j->part.n};
    if (shape == GP_SHAPE_NONE) gp_json_null(j);
    else if (shape == GP_SHAPE_TEXT) gp_json_text(j, t);
    else gp_json_raw(j, t);
}

static void put_distance(gp_json *j, const gp_type *type, double value) {
    j->part.n = 0;
    gp_distance_put(&j->part, type, value);
    if (j->part.n) gp_json_raw(j, (gp_text){j->part.s, j->part.n});
    else gp_json_null(j);
}

void gp_document_place(gp_json *j, gp_diags *d, gp_place place) {
    j->part.n = 0;
    gp_place_put(&j->part, d, place);
    gp_json_text(j, j->part.n ? (gp_text){j->part.s, j->part.n} : GP_NO_TEXT);
}

static void put_date(gp_json *j, bool given, int32_t day) {
    char text[16];
    gp_json_text(j, given ? (gp_text){text, gp_date_print(text, day)} : GP_NO_TEXT);
}

/* KEY, KEY_low, KEY_high: the value only where it is single. */
static void put_range(gp_json *j, const char *const key[3], gp_range r, bool single) {
    gp_json_key(j, key[0]);
    gp_json_number(j, single ? r.lo : NAN);
    gp_json_key(j, key[1]);
    gp_json_number(j, r.lo);
    gp_json_key(j, key[2]);
    gp_json_number(j, r.hi);
}

static const char *const SCORE[] = {"score", "score_low", "score_high"}, *const MARKS[] = {"marks", "marks_low", "marks_high"};

/* -- run -- */

static void put_stand(gp_json *j, gp_text path, const char *hash) {
    gp_json_open(j, false, false);
    gp_json_key(j, "path");
    gp_json_text(j, path);
    gp_json_key(j, "sha256");
    gp_json_str(j, hash);
    gp_json_close(j);
}

static void put_file(gp_json *j, gp_writer *w, const gp_file *file) {
    char hash[65];
    gp_hash(hash, w->arena->mem, file->bytes);
    const gp_diags *d = w->info->plan->diags;
    put_stand(j, file->source ? d->sources[file->source - 1].path : GP_NO_TEXT, hash);
}

static bool is_rule_file(const gp_plan *plan, const gp_file *file) {
    for (size_t i = 0; i < plan->nrules; i++)
        if (plan->rule_files[i].source == file->source) return true;
    return false;
}

static void put_files(gp_json *j, gp_writer *w, const char *key, const gp_file *files, size_t n, bool without_rules) {
    gp_json_key(j, key);
    gp_json_open(j, true, j->level[j->depth - 1].broken);
    for (size_t i = 0; i < n; i++)
        if (!without_rules || !is_rule_file(w->info->plan, &files[i])) put_file(j, w, &files[i]);
    gp_json_close(j);
}

void gp_document_files(gp_json *j, gp_writer *w, const char *key, const gp_file *files, size_t n) { put_files(j, w, key, files, n, false); }

/* Where subjects are ranked: by which rule, on which marks. */
static void put_tie_rule(gp_json *j, const gp_plan *plan) {
    gp_json_key(j, "ranks");
    gp_json_open(j, false, false);
    gp_json_key(j, "ties");
    gp_json_str(j, gp_ties_name(gp_ties_of(plan, plan->root)));
    gp_json_key(j, "on");
    gp_json_str(j, plan->root->scoring.rank_on_full ? "full" : "rounded");
    gp_json_close(j);
}

static void put_plan_files(gp_json *j, gp_writer *w) {
    const gp_plan *plan = w->info->plan;
    gp_json_key(j, "plan");
    put_file(j, w, &plan->file);
    put_files(j, w, "inputs", plan->inputs, plan->ninputs, true);
    put_files(j, w, "rules", plan->rule_files, plan->nown, false);
    if (plan->nrules > plan->nown) put_files(j, w, "workspace_rules", plan->rule_files + plan->nown, plan->nrules - plan->nown, false);
}

static void put_whole_or_null(gp_json *j, const char *key, uint64_t n) {
    gp_json_key(j, key);
    if (n) gp_json_whole(j, n);
    else gp_json_null(j);
}

static void put_lang(gp_json *j, gp_lang lang) {
    gp_json_key(j, "lang");
    gp_json_str(j, lang == GP_ZH ? "zh" : "en");
}

/* The words of the command line, each as a path and a value. */
void gp_document_words(gp_json *j, const char *key, const gp_text *words, size_t n) {
    gp_json_key(j, key);
    gp_json_open(j, true, false);
    for (size_t i = 0; i < n; i++) {
        const char *sign = memchr(words[i].s, '=', words[i].n);
        size_t at = sign ? (size_t)(sign - words[i].s) : words[i].n;
        gp_json_open(j, false, false);
        gp_json_key(j, "path");
        gp_json_text(j, gp_text_trim((gp_text){words[i].s, at}));
        gp_json_key(j, "value");
        gp_json_text(j, sign ? (gp_text){sign + 1, words[i].n - at - 1} : GP_NO_TEXT);
        gp_json_close(j);
    }
    gp_json_close(j);
}

static void put_scenario(gp_json *j, gp_writer *w) {
    const gp_laid *l = w->info->laid;
    gp_json_key(j, "scenario");
    if (!l) {
        gp_json_null(j);
        return;
    }
    gp_json_open(j, false, j->level[j->depth - 1].broken);
    gp_json_key(j, "name");
    gp_json_text(j, l->scenario->name);
    put_files(j, w, "files", l->scenario->files, l->scenario->nfiles, false);
    gp_document_words(j, "set", l->words, l->nwords);
    gp_json_close(j);
}

/* What else has a say in the result: all that it takes to derive it again. */
static void put_settings(gp_json *j, gp_writer *w) {
    gp_json_key(j, "as_of");
    put_date(j, w->info->has_as_of, w->info->as_of);
    put_scenario(j, w);
    gp_json_key(j, "seed");
    gp_json_null(j);
    if (w->style.models || w->info->plan->model.n) {
        gp_json_key(j, "model");
        gp_json_text(j, w->style.models ? GP_TEXT("all") : gp_model_name(w->info));
    }
    if (!w->several) put_lang(j, w->info->lang);
    gp_json_key(j, "on_bad_row");
    gp_json_str(j, w->info->bad_rows ? "report" : "stop");
    put_whole_or_null(j, "rule_budget", w->info->rule_budget);
    put_whole_or_null(j, "rule_memory", w->info->rule_memory);
}

void gp_document_run(gp_json *j, gp_writer *w) {
    gp_json_open(j, false, j->depth && j->level[j->depth - 1].broken);
    gp_json_key(j, "engine");
    gp_json_str(j, w->info->engine);
    put_plan_files(j, w);
    put_files(j, w, "data", w->info->frame->files, w->info->frame->nfiles, false);
    put_settings(j, w);
    if (w->info->plan->root->scoring.ranks) put_tie_rule(j, w->info->plan);
    gp_json_close(j);
}

/* -- the run of several plans -- */

static void put_kept_data(gp_json *j, const gp_part *part) {
    gp_json_key(j, "data");
    gp_json_open(j, true, j->level[j->depth - 1].broken);
    for (size_t i = 0; i < part->ndata; i++) put_stand(j, part->data[i].path, part->data[i].hash);
    gp_json_close(j);
}

static void put_workspace(gp_json *j, gp_writer *w) {
    char hash[65];
    const gp_several *s = w->several;
    if (!s->file) return;
    gp_json_key(j, "workspace");
    gp_hash(hash, w->arena->mem, s->file->bytes);
    put_stand(j, s->path, hash);
}

static void put_plan_run(gp_json *j, gp_writer *w, const gp_part *part, bool broken) {
    gp_json_open(j, false, broken);
    gp_json_key(j, "result");
    gp_json_text(j, w->info->plan->id);
    put_plan_files(j, w);
    if (part->run) put_files(j, w, "data", w->info->frame->files, w->info->frame->nfiles, false);
    else put_kept_data(j, part);
    put_lang(j, w->info->lang);
    if (w->info->plan->root->scoring.ranks) put_tie_rule(j, w->info->plan);
    gp_json_close(j);
}

/* What was laid over which plan: only where there are scenarios. */
static void put_scenarios(gp_json *j, const gp_several *s, bool broken) {
    if (!s->nscenarios) return;
    gp_json_key(j, "scenarios");
    gp_json_open(j, true, broken);
    for (size_t i = s->n; i < s->n + s->nscenarios; i++) {
        const gp_part *part = &s->parts[i];
        gp_json_open(j, false, broken);
        gp_json_key(j, "scenario");
        gp_json_text(j, part->scenario);
        gp_json_key(j, "result");
        gp_json_text(j, part->info.plan->id);
        gp_json_key(j, "files");
        gp_json_open(j, true, broken);
        for (size_t k = 0; k < part->nfiles; k++) put_stand(j, part->files[k].path, part->files[k].hash);
        gp_json_close(j);
        gp_json_close(j);
    }
    gp_json_close(j);
}

void gp_document_runs(gp_json *j, gp_writer *w) {
    const gp_several *s = w->several;
    const gp_run_info *info = w->info;
    bool broken = j->depth && j->level[j->depth - 1].broken;
    gp_json_open(j, false, broken);
    gp_json_key(j, "engine");
    gp_json_str(j, info->engine);
    put_workspace(j, w);
    gp_json_key(j, "plans");
    gp_json_open(j, true, broken);
    for (size_t i = 0; i < s->n; i++) {
        w->info = &s->parts[i].info;
        put_plan_run(j, w, &s->parts[i], broken);
    }
    w->info = info;
    gp_json_close(j);
    put_scenarios(j, s, broken);
    put_settings(j, w);
    gp_json_close(j);
}

/* -- rows -- */

static void put_what(gp_json *j, const gp_row *r) {
    const gp_node *n = r->node;
    gp_json_key(j, "level");
    gp_json_str(j, gp_level_name(n->level));
    gp_json_key(j, "id");
    gp_json_text(j, n->level == GP_SUBJECT ? GP_NO_TEXT : n->id);
    gp_json_key(j, "number");
    gp_json_text(j, n->number);
    gp_json_key(j, "name");
    gp_json_text(j, n->name);
}

static void put_verdict(gp_json *j, const gp_row *r) {
    bool measured = r->verdict == GP_MEASURED;
    gp_json_key(j, "verdict");
    gp_json_str(j, measured ? NULL : gp_verdict_name(r->verdict));
    gp_json_key(j, "final");
    if (measured) gp_json_null(j);
    else gp_json_bool(j, r->final);
    gp_json_key(j, "basis");
    gp_json_str(j, r->has_basis ? gp_basis_name(r->basis) : NULL);
}

static void put_actual(gp_json *j, const gp_row *r, const gp_pool *texts) {
    gp_json_key(j, "actual");
    gp_document_value(j, &r->type, gp_is_point(r) ? r->actual.lo : NAN, texts);
    gp_json_key(j, "actual_low");
    gp_document_value(j, &r->type, r->has_actual ? r->actual.lo : NAN, texts);
    gp_json_key(j, "actual_high");
    gp_document_value(j, &r->type, r->has_actual ? r->actual.hi : NAN, texts);
    gp_json_key(j, "unit");
    gp_json_text(j, gp_unit_of(r));
}

static void put_target(gp_json *j, const gp_row *r, const gp_pool *texts) {
    gp_json_key(j, "target");
    if (isnan(r->upper)) {
        gp_document_value(j, &r->type, r->target, texts);
        return;
    }
    gp_json_open(j, true, false);
    gp_document_value(j, &r->type, r->target, texts);
    gp_document_value(j, &r->type, r->upper, texts);
    gp_json_close(j);
}

static void put_test(gp_json *j, const gp_row *r, const gp_pool *texts) {
    gp_json_key(j, "criterion");
    gp_json_text(j, r->criterion);
    put_target(j, r, texts);
    gp_json_key(j, "completion");
    gp_json_number(j, r->completion);
    gp_json_key(j, "margin");
    put_distance(j, &r->type, r->margin);
    gp_json_key(j, "flip");
    gp_document_value(j, &r->type, r->flip, texts);
}

static void put_marks(gp_json *j, const gp_row *r) {
    gp_json_key(j, "weight");
    gp_json_number(j, r->weight);
    put_range(j, SCORE, r->score, gp_is_single(r->score));
    gp_json_key(j, "marks");
    gp_json_number(j, gp_is_single(r->marks) ? r->marks.lo : NAN);
    gp_json_key(j, "grade");
    gp_json_text(j, r->grade);
}

static void put_source(gp_json *j, gp_writer *w, const gp_row *r) {
    gp_json_key(j, "claim");
    gp_json_text(j, r->claim ? r->claim->text : GP_NO_TEXT);
    gp_json_key(j, "audit");
    gp_json_str(j, r->audit == GP_AUDIT_NONE ? NULL : gp_audit_name(r->audit));
    gp_json_key(j, "reason");
    gp_json_text(j, r->reason);
    gp_json_key(j, "cite");
    gp_json_text(j, r->cite);
    gp_json_key(j, "rule");
    gp_json_text(j, r->rule);
    gp_json_key(j, "place");
    gp_document_place(j, w->info->plan->diags, r->place);
}

/* Only where the ledger has a decision: what it is, what became of it, and what was found before it. */
static void put_decision(gp_json *j, gp_writer *w, const gp_row *r) {
    static const char *const BECAME[] = {[GP_DECIDED] = "applied", [GP_DECISION_REFUSED] = "refused", [GP_DECISION_LATER] = "later"};
    const gp_ruling *d = r->ruling;
    gp_json_key(j, "decision");
    gp_json_open(j, false, false);
    gp_json_key(j, "status");
    gp_json_str(j, BECAME[r->decided]);
    gp_json_key(j, "authority");
    gp_json_text(j, d->authority);
    gp_json_key(j, "reason");
    gp_json_text(j, d->reason);
    gp_json_key(j, "date");
    put_date(j, true, d->date);
    gp_json_key(j, "evidence");
    gp_json_text(j, d->evidence);
    gp_json_key(j, "cite");
    gp_json_text(j, d->cite);
    gp_json_key(j, "old_verdict");
    gp_json_str(j, r->found_verdict == GP_MEASURED ? NULL : gp_verdict_name(r->found_verdict));
    gp_json_key(j, "old_score");
    gp_json_number(j, gp_is_single(r->found_score) ? r->found_score.lo : NAN);
    gp_json_key(j, "place");
    gp_document_place(j, w->info->plan->diags, d->at);
    gp_json_close(j);
}

void gp_document_row(gp_json *j, gp_writer *w, const gp_row *r) {
    const gp_pool *texts = &w->info->frame->texts;
    gp_json_open(j, false, false);
    put_what(j, r);
    put_verdict(j, r);
    put_actual(j, r, texts);
    put_test(j, r, texts);
    put_marks(j, r);
    put_source(j, w, r);
    if (r->ruling) put_decision(j, w, r);
    gp_json_close(j);
}

/* -- subjects -- */

static void put_ids(gp_json *j, const char *key, const gp_plan *plan, const uint32_t *nodes, size_t n) {
    gp_json_key(j, key);
    gp_json_open(j, true, false);
    for (size_t i = 0; i < n; i++) gp_json_text(j, plan->nodes[nodes[i]]->id);
    gp_json_close(j);
}

void gp_document_claim(gp_json *j, gp_writer *w, const gp_case_claim *c) {
    const gp_plan *plan = w->info->plan;
    gp_json_open(j, false, false);
    put_ids(j, "of", plan, c->claim->nodes, c->claim->n);
    gp_json_key(j, "claim");
    gp_json_text(j, c->claim->text);
    gp_json_key(j, "audit");
    gp_json_str(j, gp_audit_name(c->audit));
    put_ids(j, "because", plan, c->because, c->nbecause);
    gp_json_key(j, "completion");
    gp_json_number(j, c->completion);
    gp_json_key(j, "reason");
    gp_json_text(j, c->reason);
    gp_json_key(j, "place");
    gp_document_place(j, plan->diags, c->claim->at);
    gp_json_close(j);
}

void gp_document_case(gp_json *j, const gp_case *of) {
    char period[32];
    gp_json_key(j, "subject");
    gp_json_text(j, of->subject);
    gp_json_key(j, "period");
    gp_json_text(j, (gp_text){period, gp_period_print(period, of->period)});
    gp_json_key(j, "scenario");
    gp_json_text(j, of->scenario.n ? of->scenario : GP_NO_TEXT);
}

static void put_single(gp_json *j, const char *key, gp_range r) {
    gp_json_key(j, key);
    gp_json_number(j, gp_is_single(r) ? r.lo : NAN);
}

static void put_grades(gp_json *j, const gp_case_result *c) {
    gp_json_key(j, "grade");
    gp_json_text(j, c->grade);
    gp_json_key(j, "grade_low");
    gp_json_text(j, c->grade_low);
    gp_json_key(j, "grade_high");
    gp_json_text(j, c->grade_high);
}

/* A rank is a single one only when the best and the worst print alike. */
static void put_ranks(gp_json *j, const gp_writer *w, const gp_case_result *c) {
    static const char *const RANK[] = {"rank", "rank_low", "rank_high"};
    put_range(j, RANK, c->rank, gp_is_single(c->rank));
    if (w->style.models && w->info->plan->root->scoring.ranks) put_tie_rule(j, w->info->plan); /* each model has its own */
}

static void put_totals(gp_json *j, const gp_writer *w, const gp_case_result *c) {
    put_range(j, SCORE, c->score, gp_is_single(c->score) && !c->below_coverage);
    put_single(j, "score_before_veto", c->score_before_veto);
    put_single(j, "score_without_waivers", c->score_without_waivers);
    if (w->info->frame->nrulings) put_single(j, "score_before_decisions", c->score_before_decisions);
    put_range(j, MARKS, c->marks, gp_is_single(c->marks) && !c->below_coverage);
    put_grades(j, c);
    put_ranks(j, w, c);
    gp_json_key(j, "coverage");
    gp_json_number(j, c->coverage);
}

void gp_document_subject(gp_json *j, gp_writer *w, const gp_case_result *c, bool broken) {
    gp_json_open(j, false, broken);
    if (w->several && !broken) { /* a line by itself says whose it is */
        gp_json_key(j, "result");
        gp_json_text(j, w->info->plan->id);
    }
    if (w->style.models) {
        gp_json_key(j, "model");
        gp_json_text(j, gp_model_name(w->info));
    }
    gp_document_case(j, c->of);
    put_totals(j, w, c);
    gp_json_key(j, "claims");
    gp_json_open(j, true, broken);
    for (size_t i = 0; i < c->nclaims; i++) gp_document_claim(j, w, &c->claims[i]);
    gp_json_close(j);
    gp_json_key(j, "rows");
    gp_json_open(j, true, broken);
    for (size_t i = 0; i < c->nrows; i++) gp_document_row(j, w, &c->rows[i]);
    gp_json_close(j);
    gp_json_close(j);
}

/* -- sum -- */

static void put_count(gp_json *j, const char *key, uint64_t n) {
    gp_json_key(j, key);
    gp_json_whole(j, n);
}

void gp_document_sum(gp_json *j, const gp_sum *sum) {
    gp_json_open(j, false, j->depth && j->level[j->depth - 1].broken);
    put_count(j, "rows_in", sum->rows_in);
    put_count(j, "used", sum->used);
    put_count(j, "other_periods", sum->other_periods);
    put_count(j, "refused", sum->refused);
    put_count(j, "cases", sum->cases);
    gp_json_key(j, "verdicts");
    gp_json_open(j, false, false);
    for (unsigned v = 0; v < GP_VERDICT_COUNT; v++) put_count(j, gp_verdict_name((gp_verdict)v), sum->verdicts[v]);
    gp_json_close(j);
    gp_json_key(j, "claims");
    gp_json_open(j, false, false);
    for (unsigned a = GP_AGREES; a <= GP_OVERSTATED; a++) put_count(j, gp_audit_name((gp_audit)a), sum->audits[a]);
    gp_json_close(j);
    put_count(j, "errors", sum->errors);
    gp_json_close(j);
}

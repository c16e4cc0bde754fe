/* Comparing two records: subjects by plan, model, subject, period and scenario; rows by level and id; causes from what a row rests on, then
 * from the files of the run. What stands in the same bytes is not looked into.
 * Invariant: subjects come in the order of a, then those that only b has, in its order. */
#include "study/diff.h"

#include <string.h>

struct gp_diff {
    gp_arena *arena;
    gp_diags *diags;
    gp_arena rows; /* of the subject at hand */
    const gp_record_text *a, *b;
    gp_pool keys;          /* of b's subjects */
    const gp_record_subject **of_key;
    bool *met;             /* per subject of b: a has it */
    size_t at;             /* next subject: of a, then of b */
    unsigned *plan_causes; /* per plan of a: what of its files differs, as bits of causes */
    uint32_t *plan_in_b;   /* per plan of a; SIZE: b has it not */
    unsigned run_causes;
    gp_run_change *run;
    size_t nrun, cap_run;
    gp_diff_sum sum;
};

#define BIT(cause) (1u << GP_CAUSE_##cause)
enum { NO_PLAN = UINT32_MAX };

const char *gp_cause_name(gp_cause_number c, gp_lang lang) {
    static const char *const NAMES[][2] = {
#define C(id, name, zh) {zh, name},
        GP_CAUSES(C)
#undef C
    };
    return NAMES[c][lang == GP_ZH ? 0 : 1];
}

const char *gp_change_name(unsigned bit) {
    static const char *const NAMES[] = {"new", "gone", "flipped", "final", "moved", "audit", "base"};
    for (unsigned i = 0; i < GP_COUNT(NAMES); i++)
        if (bit == 1u << i) return NAMES[i];
    return "";
}

/* -- the runs -- */

static void add_run(gp_diff *d, const char *what, gp_text plan, gp_text name, gp_text a, gp_text b) {
    *GP_PUSH(d->arena, d->run, d->nrun, d->cap_run) = (gp_run_change){what, plan, name, a, b};
}

static bool same_text(gp_text a, gp_text b) { return (!a.s && !b.s) || (a.s && b.s && gp_text_eq(a, b)); }

static const gp_record_file *find_file(const gp_record_files *files, gp_text path) {
    for (size_t i = 0; i < files->n; i++)
        if (gp_text_eq(files->list[i].path, path)) return &files->list[i];
    return NULL;
}

/* Files of the same path with other bytes, and those that only one has. Files that merely lie elsewhere are no change. */
static bool compare_files(gp_diff *d, const char *what, gp_text plan, const gp_record_files *a, const gp_record_files *b) {
    size_t before = d->nrun, same = 0;
    for (size_t i = 0; a->n == b->n && i < a->n; i++) same += gp_text_eq(a->list[i].hash, b->list[i].hash);
    if (a->n == b->n && same == a->n) return false;
    for (size_t i = 0; i < a->n; i++) {
        const gp_record_file *other = find_file(b, a->list[i].path);
        if (other && gp_text_eq(other->hash, a->list[i].hash)) continue;
        add_run(d, what, plan, a->list[i].path, a->list[i].hash, other ? other->hash : GP_NO_TEXT);
    }
    for (size_t i = 0; i < b->n; i++)
        if (!find_file(a, b->list[i].path)) add_run(d, what, plan, b->list[i].path, GP_NO_TEXT, b->list[i].hash);
    return d->nrun > before;
}

static unsigned compare_plan(gp_diff *d, const gp_record_plan *a, const gp_record_plan *b) {
    unsigned why = 0;
    if (!gp_text_eq(a->plan.hash, b->plan.hash)) {
        add_run(d, "plan", a->id, b->plan.path, a->plan.hash, b->plan.hash);
        why |= BIT(PLAN);
    }
    if (compare_files(d, "input", a->id, &a->inputs, &b->inputs)) why |= BIT(PLAN);
    if (compare_files(d, "rule", a->id, &a->rules, &b->rules)) why |= BIT(RULE);
    if (compare_files(d, "data", a->id, &a->data, &b->data)) why |= BIT(DATA);
    if (!same_text(a->lang, b->lang)) add_run(d, "lang", a->id, GP_NO_TEXT, a->lang, b->lang);
    return why;
}

static void compare_setting(gp_diff *d, const char *what, gp_text a, gp_text b, unsigned why) {
    if (same_text(a, b)) return;
    add_run(d, what, GP_NO_TEXT, GP_NO_TEXT, a, b);
    d->run_causes |= why;
}

/* "december, data.deaths=1": its name and what was laid over it. */
static gp_text scenario_words(gp_diff *d, const gp_record_laid *s) {
    gp_buf b;
    if (!s->name.s) return GP_NO_TEXT;
    gp_buf_init(&b, d->arena);
    gp_buf_text(&b, s->name);
    for (size_t i = 0; i < s->sets.n; i++) gp_buf_printf(&b, ", %.*s=%.*s", GP_ARG(s->sets.list[i].path), GP_ARG(s->sets.list[i].value));
    return gp_buf_take(&b);
}

/* Scenarios that both runs have; what one has alone shows in its subjects. */
static void compare_scenarios(gp_diff *d) {
    for (size_t i = 0; i < d->a->nscenarios; i++)
        for (size_t k = 0; k < d->b->nscenarios; k++) {
            const gp_record_scenario *a = &d->a->scenarios[i], *b = &d->b->scenarios[k];
            if (gp_text_eq(a->name, b->name) && gp_text_eq(a->of, b->of)) compare_files(d, "scenario", a->of, &a->files, &b->files);
        }
}

static uint32_t plan_of_id(const gp_record_text *r, gp_text id) {
    for (size_t i = 0; i < r->nplans; i++)
        if (gp_text_eq(r->plans[i].id, id)) return (uint32_t)i;
    return NO_PLAN;
}

static void compare_runs(gp_diff *d) {
    const gp_record_text *a = d->a, *b = d->b;
    compare_setting(d, "engine", a->engine, b->engine, BIT(ENGINE));
    compare_setting(d, "as_of", a->as_of, b->as_of, BIT(AS_OF));
    compare_setting(d, "scenario", scenario_words(d, &a->scenario), scenario_words(d, &b->scenario), BIT(SCENARIO));
    if (a->scenario.name.s && b->scenario.name.s && compare_files(d, "scenario", GP_NO_TEXT, &a->scenario.files, &b->scenario.files))
        d->run_causes |= BIT(SCENARIO);
    compare_setting(d, "model", a->model, b->model, BIT(PLAN));
    compare_setting(d, "on_bad_row", a->bad_rows, b->bad_rows, BIT(DATA));
    compare_setting(d, "rule_budget", a->budget, b->budget, BIT(RULE));
    compare_setting(d, "rule_memory", a->memory, b->memory, BIT(RULE));
    d->plan_causes = gp_arena_array(d->arena, a->nplans, sizeof *d->plan_causes);
    d->plan_in_b = gp_arena_array(d->arena, a->nplans, sizeof *d->plan_in_b);
    for (size_t i = 0; i < a->nplans; i++) {
        uint32_t k = d->plan_in_b[i] = plan_of_id(b, a->plans[i].id);
        if (k == NO_PLAN) add_run(d, "plan", a->plans[i].id, a->plans[i].plan.path, a->plans[i].plan.hash, GP_NO_TEXT);
        else d->plan_causes[i] = compare_plan(d, &a->plans[i], &b->plans[k]);
    }
    for (size_t k = 0; k < b->nplans; k++)
        if (plan_of_id(a, b->plans[k].id) == NO_PLAN)
            add_run(d, "plan", b->plans[k].id, b->plans[k].plan.path, GP_NO_TEXT, b->plans[k].plan.hash);
    compare_scenarios(d);
}

/* -- subjects -- */

/* The scenario that the data name: without that of the run, under which a subject is compared with itself. */
static gp_text own_scenario(const gp_record_text *r, const gp_record_subject *s) {
    gp_text all = s->scenario, run = r->scenario.name;
    if (!all.s || !run.s || all.n < run.n || memcmp(all.s + all.n - run.n, run.s, run.n) != 0) return all;
    size_t ahead = all.n - run.n;
    if (ahead == 0) return GP_NO_TEXT;
    return ahead > 3 && memcmp(all.s + ahead - 3, " + ", 3) == 0 ? (gp_text){all.s, ahead - 3} : all;
}

static gp_text key_of(gp_arena *a, const gp_record_text *r, const gp_record_subject *s) {
    gp_buf b;
    gp_buf_init(&b, a);
    const gp_text parts[] = {r->plans[s->plan].id, s->model, s->subject, s->period, own_scenario(r, s)};
    for (size_t i = 0; i < GP_COUNT(parts); i++) {
        gp_buf_text(&b, parts[i]);
        gp_buf_char(&b, '\1');
    }
    return gp_buf_take(&b);
}

static void index_subjects(gp_diff *d) {
    gp_pool_init(&d->keys, d->arena);
    d->of_key = gp_arena_array(d->arena, d->b->nsubjects, sizeof *d->of_key);
    d->met = gp_arena_array(d->arena, d->b->nsubjects, sizeof *d->met);
    for (size_t i = 0; i < d->b->nsubjects; i++) {
        uint32_t number = gp_pool_add(&d->keys, key_of(&d->rows, d->b, &d->b->subjects[i]));
        gp_arena_fini(&d->rows);
        if (!d->of_key[number]) d->of_key[number] = &d->b->subjects[i];
    }
}

static void release_rows(void *diff) { gp_arena_fini(&((gp_diff *)diff)->rows); }

gp_diff *gp_diff_new(gp_arena *a, gp_diags *d, const gp_record_text *x, const gp_record_text *y) {
    gp_diff *diff = GP_NEW(a, gp_diff);
    diff->arena = a;
    diff->diags = d;
    diff->a = x;
    diff->b = y;
    gp_arena_init(&diff->rows, a->mem);
    gp_arena_defer(a, release_rows, diff);
    compare_runs(diff);
    index_subjects(diff);
    return diff;
}

const gp_run_change *gp_diff_run(size_t *n, const gp_diff *diff) {
    *n = diff->nrun;
    return diff->run;
}

const gp_diff_sum *gp_diff_sum_of(const gp_diff *diff) { return &diff->sum; }

/* -- one row -- */

static bool same(const gp_record_row *a, const gp_record_row *b, gp_record_key k) {
    return a->of[k].token == b->of[k].token && gp_text_eq(a->of[k].text, b->of[k].text);
}

static bool any_differs(const gp_record_row *a, const gp_record_row *b, const gp_record_key *keys, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!same(a, b, keys[i])) return true;
    return false;
}

#define DIFFER(a, b, ...) \
    any_differs((a), (b), (const gp_record_key[]){__VA_ARGS__}, sizeof((const gp_record_key[]){__VA_ARGS__}) / sizeof(gp_record_key))

static unsigned what_changed(const gp_record_row *a, const gp_record_row *b) {
    unsigned what = 0;
    if (!same(a, b, GP_R_VERDICT)) what |= GP_C_FLIPPED;
    if (!same(a, b, GP_R_IS_FINAL)) what |= GP_C_FINAL;
    if (DIFFER(a, b, GP_R_MARKS, GP_R_SCORE, GP_R_SCORE_LOW, GP_R_SCORE_HIGH, GP_R_GRADE)) what |= GP_C_MOVED;
    if (DIFFER(a, b, GP_R_AUDIT)) what |= GP_C_AUDIT;
    if (!what && DIFFER(a, b, GP_R_ACTUAL_LOW, GP_R_ACTUAL_HIGH, GP_R_BASIS, GP_R_CRITERION, GP_R_TARGET, GP_R_WEIGHT, GP_R_DECISION))
        what = GP_C_BASE;
    return what;
}

/* What the row itself shows of the cause. */
static unsigned own_causes(const gp_record_row *a, const gp_record_row *b) {
    unsigned why = 0;
    if (DIFFER(a, b, GP_R_ACTUAL_LOW, GP_R_ACTUAL_HIGH, GP_R_BASIS)) why |= BIT(DATA);
    if (DIFFER(a, b, GP_R_TARGET, GP_R_CRITERION)) why |= BIT(TARGET);
    if (!same(a, b, GP_R_WEIGHT)) why |= BIT(WEIGHT);
    if (!same(a, b, GP_R_RULE)) why |= BIT(RULE);
    if (!same(a, b, GP_R_CLAIM)) why |= BIT(CLAIM);
    if (!same(a, b, GP_R_DECISION)) why |= BIT(DECISION);
    return why;
}

/* Where the row shows nothing: what of the run has changed and can have had a say in it. */
static unsigned run_causes(const gp_row_change *c, unsigned plan, unsigned run) {
    bool by_rule = c->b->of[GP_R_RULE].token == GP_J_TEXT, has_figure = c->b->of[GP_R_ACTUAL_LOW].token != GP_J_NULL;
    unsigned why = run & ~BIT(DATA);
    if (by_rule && (plan & BIT(RULE))) why |= BIT(RULE);
    if (plan & BIT(PLAN)) why |= BIT(PLAN);
    bool decided = c->a->of[GP_R_DECISION].token == GP_J_OBJECT || c->b->of[GP_R_DECISION].token == GP_J_OBJECT;
    if ((plan | run) & BIT(DATA) && !(why & (BIT(PLAN) | BIT(RULE))))
        why |= decided ? BIT(DECISION) : by_rule || !has_figure ? BIT(DATA) : BIT(COHORT);
    return why ? why : BIT(UNEXPLAINED);
}

static bool is_below(const gp_record_row *row, const gp_record_row *parent) {
    gp_text id = row->of[GP_R_ID].text, up = parent->of[GP_R_ID].text;
    if (!up.n) return id.n > 0; /* the subject */
    return id.n > up.n && memcmp(id.s, up.s, up.n) == 0 && id.s[up.n] == '.';
}

/* -- the rows of one subject -- */

static gp_text row_key(gp_arena *a, const gp_record_row *row) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_text(&b, row->of[GP_R_LEVEL].text);
    gp_buf_char(&b, ' ');
    gp_buf_text(&b, row->of[GP_R_ID].text);
    return gp_buf_take(&b);
}

static void push(gp_diff *d, gp_subject_change *out, const gp_record_row *a, const gp_record_row *b, unsigned what, unsigned why) {
    *GP_PUSH(&d->rows, out->rows, out->n, out->cap) = (gp_row_change){a, b, what, why};
}

/* Rows of b in its order, each with its twin of a; then what only a has. */
static void pair_rows(gp_diff *d, gp_subject_change *out, const gp_record_rows *a, const gp_record_rows *b) {
    gp_pool keys;
    gp_pool_init(&keys, &d->rows);
    const gp_record_row **of_key = gp_arena_array(&d->rows, a->n, sizeof *of_key);
    bool *met = gp_arena_array(&d->rows, a->n, sizeof *met);
    for (size_t i = 0; i < a->n; i++) {
        uint32_t number = gp_pool_add(&keys, row_key(&d->rows, &a->list[i]));
        if (!of_key[number]) of_key[number] = &a->list[i];
    }
    for (size_t i = 0; i < b->n; i++) {
        uint32_t number;
        const gp_record_row *twin = gp_pool_find(&number, &keys, row_key(&d->rows, &b->list[i])) ? of_key[number] : NULL;
        if (twin) met[twin - a->list] = true;
        unsigned what = twin ? what_changed(twin, &b->list[i]) : GP_C_NEW;
        if (what) push(d, out, twin, &b->list[i], what, twin ? own_causes(twin, &b->list[i]) : BIT(PLAN));
    }
    for (size_t i = 0; i < a->n; i++)
        if (!met[i]) push(d, out, &a->list[i], NULL, GP_C_GONE, BIT(PLAN));
}

static const gp_record_row *row_of(const gp_row_change *c) { return c->b ? c->b : c->a; }

/* Marks that moved without their score: another weight somewhere, or marks shared out otherwise. */
static bool only_share(const gp_row_change *c) {
    return (c->what & ~(unsigned)GP_C_BASE) == GP_C_MOVED && !DIFFER(c->a, c->b, GP_R_SCORE, GP_R_SCORE_LOW, GP_R_SCORE_HIGH, GP_R_GRADE);
}

/* A row without a cause of its own has those of what lies below it, else those of the run. */
static void find_causes(gp_diff *d, gp_subject_change *out, const gp_record_rows *a, const gp_record_rows *b, unsigned plan) {
    bool weights = a->n != b->n;
    for (size_t i = 0; i < out->n; i++) weights |= (out->rows[i].why & BIT(WEIGHT)) != 0 || !out->rows[i].a || !out->rows[i].b;
    for (size_t i = out->n; i-- > 0;) {
        gp_row_change *c = &out->rows[i];
        if (!c->a || !c->b) continue;
        unsigned below = 0;
        for (size_t k = 0; k < out->n; k++)
            if (k != i && is_below(row_of(&out->rows[k]), c->b)) below |= out->rows[k].why;
        if (only_share(c) && weights && !c->why) c->why = BIT(WEIGHT);
        else c->why |= below;
        if (!c->why) c->why = run_causes(c, plan, d->run_causes);
    }
}

static void count(gp_diff_sum *sum, const gp_subject_change *out) {
    for (size_t i = 0; i < out->n; i++) {
        const gp_record_value *level = &row_of(&out->rows[i])->of[GP_R_LEVEL];
        bool leaf = gp_text_is(level->text, "indicator") || gp_text_is(level->text, "clause");
        unsigned what = out->rows[i].what;
        if (what & GP_C_FLIPPED && leaf) sum->flipped++;
        if (what & GP_C_MOVED) sum->moved++;
        if (!(what & (GP_C_MOVED | GP_C_FLIPPED))) sum->other++;
    }
}

static bool same_bytes(const gp_diff *d, const gp_record_subject *a, const gp_record_subject *b) {
    return gp_text_eq((gp_text){d->a->file.text.s + a->from, a->to - a->from}, (gp_text){d->b->file.text.s + b->from, b->to - b->from});
}

/* A rank moves with the subject's own marks, or because others' did. */
static unsigned rank_causes(const gp_diff *d, const gp_subject_change *s, unsigned plan) {
    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].a && s->rows[i].b && !row_of(&s->rows[i])->of[GP_R_ID].text.n && s->rows[i].what & GP_C_MOVED) return s->rows[i].why;
    unsigned why = d->run_causes & ~BIT(DATA);
    why |= plan & (BIT(PLAN) | BIT(RULE));
    if ((plan | d->run_causes) & BIT(DATA)) why |= BIT(COHORT);
    return why ? why : BIT(UNEXPLAINED);
}

/* false: nothing changed, or it could not be read. */
static bool compare(gp_subject_change *out, gp_diff *d, const gp_record_subject *a, const gp_record_subject *b) {
    gp_record_rows rows_a, rows_b;
    if (same_bytes(d, a, b)) return false;
    if (!gp_record_rows_of(&rows_a, &d->rows, d->diags, d->a, a) || !gp_record_rows_of(&rows_b, &d->rows, d->diags, d->b, b)) return false;
    pair_rows(d, out, &rows_a, &rows_b);
    find_causes(d, out, &rows_a, &rows_b, d->plan_causes[a->plan]);
    count(&d->sum, out);
    out->ranked = !same_text(a->rank, b->rank);
    if (out->ranked) out->rank_why = rank_causes(d, out, d->plan_causes[a->plan]);
    return out->n > 0 || out->ranked;
}

static bool of_a(gp_subject_change *out, gp_diff *d, const gp_record_subject *a) {
    uint32_t number;
    *out = (gp_subject_change){.a = a, .plan = d->a->plans[a->plan].id};
    if (!gp_pool_find(&number, &d->keys, key_of(&d->rows, d->a, a))) {
        d->sum.only_a++;
        return true;
    }
    out->b = d->of_key[number];
    d->met[out->b - d->b->subjects] = true;
    bool changed = compare(out, d, a, out->b);
    if (changed) d->sum.changed++;
    else d->sum.same++;
    return changed;
}

bool gp_diff_next(gp_subject_change *out, gp_diff *diff) {
    size_t errors = diff->diags->errors;
    while (diff->at < diff->a->nsubjects) {
        gp_arena_fini(&diff->rows);
        if (of_a(out, diff, &diff->a->subjects[diff->at++])) return true;
        if (diff->diags->errors > errors) return false;
    }
    while (diff->at - diff->a->nsubjects < diff->b->nsubjects) {
        size_t i = diff->at++ - diff->a->nsubjects;
        if (diff->met[i]) continue;
        const gp_record_subject *b = &diff->b->subjects[i];
        *out = (gp_subject_change){.b = b, .plan = diff->b->plans[b->plan].id};
        diff->sum.only_b++;
        return true;
    }
    return false;
}

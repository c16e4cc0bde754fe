/* Paths: the longest id that a path begins with names a node, the rest a parameter that it bears.
 * Invariant: whatever a node has is listed by one walk (each_param), which finding, near names and lists of paths all use. */
#include "study/path.h"

#include <math.h>
#include <string.h>

typedef struct search {
    gp_arena *arena;
    gp_diags *diags;
    const gp_frame *base;
    const gp_plan *plan;
    gp_text path, rest; /* the whole, and what stands behind the id of a node */
    gp_place at;
    gp_target *out;
    bool found;
    gp_text *names;     /* what there would have been */
    size_t nnames, cap_names;
    const gp_node *node;
} search;

static gp_text joined(search *s, const char *format, gp_text a, unsigned number) {
    gp_buf b;
    gp_buf_init(&b, s->arena);
    gp_buf_printf(&b, format, GP_ARG(a), number);
    return gp_buf_take(&b);
}

/* ---- what a node bears ---- */

static double constant(const gp_param *p) { return p->n == 1 && gp_expr_is_const(p->entry[0].expr) ? p->entry[0].expr->value : NAN; }

static void take(search *s, gp_target_kind kind, const void *what, gp_type type, double now) {
    gp_target *t = s->out;
    *t = (gp_target){.kind = kind, .path = s->path, .node = s->node, .now = now, .nwhat = 1};
    t->what = gp_arena_array(s->arena, 1, sizeof *t->what);
    t->what[0] = what;
    t->like = (gp_datum){.name = s->path, .label = s->path, .type = type, .digits = -1};
    s->found = true;
}

static void offer(search *s, gp_text name, const gp_param *p) {
    if (p->n == 0) return;
    *GP_PUSH(s->arena, s->names, s->nnames, s->cap_names) = name;
    if (!s->found && gp_text_eq(name, s->rest)) take(s, GP_TARGET_PARAM, p, p->entry[p->n - 1].expr->type, constant(p));
}

static void offer_argument(search *s, const gp_argument *arg) {
    gp_text name = joined(s, "with.%.*s", arg->name, 0);
    *GP_PUSH(s->arena, s->names, s->nnames, s->cap_names) = name;
    if (s->found || !gp_text_eq(name, s->rest)) return;
    if (arg->kind == GP_STRING && !s->diags) return;
    if (arg->kind == GP_STRING)
        gp_report(s->diags, GP_D_PATH, s->at, "`%.*s` is a text, which cannot vary between scenarios", GP_ARG(s->path));
    else take(s, GP_TARGET_ARGUMENT, arg, (gp_type){.kind = arg->kind}, arg->value);
}

static void offer_criterion(search *s, const gp_criterion *k) {
    gp_text key = gp_text_of(gp_test_key(k->test));
    if (k->test == GP_BETWEEN) {
        offer(s, GP_TEXT("between.1"), &k->target);
        offer(s, GP_TEXT("between.2"), &k->upper);
    } else if (k->test != GP_TEST_NONE && k->test < GP_RULE && k->test != GP_ONE_OF) {
        offer(s, key, &k->target);
    }
    for (size_t i = 0; i < k->noptions; i++) offer(s, joined(s, "%.*s.%u", key, (unsigned)i + 1), &k->options[i]);
    if (k->due.n) offer(s, GP_TEXT("by"), &k->due);
    for (size_t i = 0; i < k->nwith; i++) offer_argument(s, &k->with[i]);
}

/* The numbers of the method: a fixed set by key, then those of its lists by number. */
static void offer_method(search *s, const gp_scoring *k) {
    const struct {
        const char *key;
        const gp_param *p;
    } NUMBERS[] = {
        {"score.step", &k->step},
        {"score.each", &k->each},
        {"score.satisfactory", &k->satisfactory},
        {"score.unacceptable", &k->unacceptable},
        {"score.slope", &k->slope},
        {"score.base", &k->base},
        {"score.lo", &k->lo},
        {"score.hi", &k->hi},
        {"score.of", &k->of},
        {"score.baseline", &k->baseline},
    };
    for (size_t i = 0; i < GP_COUNT(NUMBERS); i++) offer(s, gp_text_of(NUMBERS[i].key), NUMBERS[i].p);
    for (size_t i = 0; i < k->nbands; i++) {
        const gp_band *b = &k->bands[i];
        unsigned n = (unsigned)i + 1;
        offer(s, joined(s, b->above ? "%.*sscore.bands.%u.more_than" : "%.*sscore.bands.%u.at_least", GP_TEXT(""), n), &b->lo);
        offer(s, joined(s, b->below ? "%.*sscore.bands.%u.less_than" : "%.*sscore.bands.%u.at_most", GP_TEXT(""), n), &b->hi);
        offer(s, joined(s, "%.*sscore.bands.%u.score", GP_TEXT(""), n), &b->score);
    }
    for (size_t i = 0; i < k->ntiers; i++) {
        offer(s, joined(s, "score.tiers.%.*s.1", k->tiers[i].name, 0), &k->tiers[i].lo);
        offer(s, joined(s, "score.tiers.%.*s.2", k->tiers[i].name, 0), &k->tiers[i].hi);
    }
}

static void offer_scoring(search *s, const gp_node *n) {
    const gp_scoring *k = &n->scoring;
    if (k->has_cap) offer(s, GP_TEXT("score.cap"), &k->cap);
    if (k->has_floor) offer(s, GP_TEXT("score.floor"), &k->floor);
    offer(s, GP_TEXT("score.otherwise"), &k->otherwise);
    for (size_t i = 0; i < k->nknots; i++) {
        offer(s, joined(s, "%.*sscore.knots.%u.1", GP_TEXT(""), (unsigned)i + 1), &k->knots[i].x);
        offer(s, joined(s, "%.*sscore.knots.%u.2", GP_TEXT(""), (unsigned)i + 1), &k->knots[i].score);
    }
    offer_method(s, k);
    for (size_t i = 0; i < k->nwith; i++) offer_argument(s, &k->with[i]);
    if (n->level == GP_SUBJECT) offer(s, GP_TEXT("scoring.coverage"), &k->coverage);
    if (n->bonus) offer(s, GP_TEXT("bonus.cap"), &n->bonus->cap);
    if (n->penalty) offer(s, GP_TEXT("penalty.cap"), &n->penalty->cap);
}

/* Everything that what-if may turn at a node. */
static void each_param(search *s, const gp_node *n) {
    s->node = n;
    offer_criterion(s, &n->criterion);
    if (n->level != GP_SUBJECT) offer(s, GP_TEXT("weight"), &n->weight);
    offer(s, n->level == GP_SUBJECT ? GP_TEXT("scoring.marks") : GP_TEXT("marks"), &n->marks);
    offer_scoring(s, n);
    for (size_t i = 0; i < n->ngrades; i++) offer(s, joined(s, "grades.%.*s", n->grades[i].name, 0), &n->grades[i].at_least);
    for (size_t i = 0; i < n->nvetoes; i++) offer(s, joined(s, "%.*sveto.%u.at", GP_TEXT(""), (unsigned)i + 1), &n->vetoes[i].at_value);
}

/* ---- defaults that nodes below share ---- */

static const gp_param *shared_param(const gp_node *n, gp_text key) {
    if (gp_text_is(key, "scoring.cap")) return n->scoring.has_cap ? &n->scoring.cap : NULL;
    if (gp_text_is(key, "scoring.floor")) return n->scoring.has_floor ? &n->scoring.floor : NULL;
    return NULL;
}

static void collect_shared(search *s, const gp_node *n, const gp_param *from) {
    const gp_param *mine = shared_param(n, s->rest);
    if (mine && mine->entry == from->entry) {
        const void **grown = gp_arena_array(s->arena, s->out->nwhat + 1, sizeof *grown);
        if (s->out->nwhat) memcpy(grown, s->out->what, s->out->nwhat * sizeof *grown);
        grown[s->out->nwhat++] = mine;
        s->out->what = grown;
    }
    for (size_t i = 0; i < n->nchild; i++) collect_shared(s, n->child[i], from);
}

/* `scoring.cap` of a goal or the plan turns what every node below has taken from there. */
static void offer_shared(search *s, const gp_node *n) {
    const gp_param *p = n->level <= GP_GOAL ? shared_param(n, s->rest) : NULL;
    if (s->found || !p || p->n == 0) return;
    take(s, GP_TARGET_PARAM, p, p->entry[p->n - 1].expr->type, constant(p));
    s->out->nwhat = 0;
    collect_shared(s, n, p);
}

/* ---- finding ---- */

static bool find_datum(search *s) {
    gp_text name = {s->path.s + 5, s->path.n - 5}, whose = GP_NO_TEXT;
    const char *sign = memchr(name.s, '@', name.n);
    if (sign) {
        whose = (gp_text){sign + 1, name.n - (size_t)(sign - name.s) - 1};
        name.n = (size_t)(sign - name.s);
    }
    const gp_datum *datum = gp_plan_datum(s->plan, name);
    if (!datum) {
        gp_diag *diag = gp_report(s->diags, GP_D_PATH, s->at, "the dictionary has no datum `%.*s`", GP_ARG(name));
        gp_hint_nearest(s->diags, diag, name, s->plan->names.items, s->plan->ndata);
        return false;
    }
    *s->out = (gp_target){
        .kind = GP_TARGET_DATUM, .path = s->path, .datum = (uint32_t)(datum - s->plan->data), .subject = whose, .like = *datum, .now = NAN};
    if (!whose.s) return true;
    gp_text *subjects = gp_arena_array(s->arena, s->base->nrows, sizeof *subjects);
    for (size_t i = 0; i < s->base->nrows; i++) {
        if (gp_text_eq(s->base->cases[i].subject, whose)) return true;
        subjects[i] = s->base->cases[i].subject;
    }
    gp_hint_nearest(s->diags, gp_report(s->diags, GP_D_PATH, s->at, "the data have no subject `%.*s`", GP_ARG(whose)), whose, subjects,
                    s->base->nrows);
    return false;
}

/* The node whose id the path begins with, the longest one; the rest behind it. */
static const gp_node *bearer(search *s) {
    for (size_t n = s->path.n; n > 0; n--) {
        if (s->path.s[n - 1] != '.') continue;
        const gp_node *node = gp_plan_node(s->plan, (gp_text){s->path.s, n - 1});
        if (!node || node->level == GP_SUBJECT) continue;
        s->rest = (gp_text){s->path.s + n, s->path.n - n};
        return node;
    }
    s->rest = s->path;
    return s->plan->root;
}

static void report_unknown(search *s) {
    gp_diag *diag;
    if (s->node->level == GP_SUBJECT) {
        diag = gp_report(s->diags, GP_D_PATH, s->at, "nothing has the path `%.*s`", GP_ARG(s->path));
        for (size_t i = 0; i < s->plan->ids.n; i++)
            if (s->plan->ids.items[i].n) *GP_PUSH(s->arena, s->names, s->nnames, s->cap_names) = s->plan->ids.items[i];
        for (size_t i = 0; i < s->plan->ndata; i++)
            *GP_PUSH(s->arena, s->names, s->nnames, s->cap_names) = joined(s, "data.%.*s", s->plan->data[i].name, 0);
        gp_hint_nearest(s->diags, diag, s->path, s->names, s->nnames);
        return;
    }
    diag = gp_report(s->diags, GP_D_PATH, s->at, "`%.*s` has no `%.*s` that could vary", GP_ARG(s->node->id), GP_ARG(s->rest));
    gp_hint_nearest(s->diags, diag, s->rest, s->names, s->nnames);
    if (diag->hint.s || s->nnames == 0) return;
    gp_buf b;
    gp_buf_init(&b, s->arena);
    for (size_t i = 0; i < s->nnames; i++) gp_buf_printf(&b, "%s%.*s", i ? ", " : "", GP_ARG(s->names[i]));
    gp_text all = gp_buf_take(&b);
    gp_hint(s->diags, diag, "it has %.*s", GP_ARG(all));
}

bool gp_target_find(gp_target *out, gp_arena *a, gp_diags *d, const gp_frame *base, gp_text path, gp_place at) {
    search s = {.arena = a, .diags = d, .base = base, .plan = base->plan, .path = gp_text_dup(a, path), .at = at, .out = out};
    size_t errors = d->errors;
    if (gp_text_starts(path, "data.")) return find_datum(&s);
    const gp_node *node = bearer(&s);
    each_param(&s, node);
    offer_shared(&s, node);
    if (!s.found && d->errors == errors) report_unknown(&s);
    return s.found;
}

void gp_target_place(gp_text *id, gp_text *key, gp_arena *a, const gp_frame *base, gp_text path) {
    search s = {.arena = a, .base = base, .plan = base->plan, .path = gp_text_dup(a, path)};
    *id = bearer(&s)->id;
    *key = s.rest;
}

bool gp_target_shape(gp_text *id, gp_text *key, gp_arena *a, const gp_frame *base, gp_text path) {
    static const char *const AT_PLAN[] = {"scoring.", "veto", "bonus", "penalty", "grades", "score"};
    gp_target none;
    search s = {.arena = a, .base = base, .plan = base->plan, .path = gp_text_dup(a, path), .out = &none};
    if (gp_text_starts(path, "data.")) return false;
    const gp_node *node = bearer(&s);
    each_param(&s, node);
    offer_shared(&s, node);
    bool known = node->level != GP_SUBJECT;
    for (size_t i = 0; i < GP_COUNT(AT_PLAN); i++) known = known || gp_text_starts(s.rest, AT_PLAN[i]);
    *id = node->id;
    *key = s.rest;
    return !s.found && known && s.rest.n > 0;
}

/* ---- values ---- */

bool gp_target_read(gp_interval *out, const gp_target *t, const gp_frame *base, gp_text text, gp_place at) {
    size_t errors = base->diags->errors;
    bool read = gp_frame_read_value(out, base, &t->like, text, at);
    if (base->diags->errors != errors) return false;
    if (t->kind == GP_TARGET_DATUM) {
        if (!read) *out = (gp_interval){NAN, NAN, false, false};
        return true;
    }
    if (read && out->lo == out->hi) return true;
    gp_report(base->diags, GP_D_BAD_VALUE, at, "`%.*s` takes one value, not a range or nothing", GP_ARG(t->path));
    return false;
}

bool gp_target_is_about(const gp_target *t, const gp_case *c) {
    return t->kind != GP_TARGET_DATUM || !t->subject.s || gp_text_eq(c->subject, t->subject);
}

static void set_everywhere(const gp_target *t, gp_frame *f, size_t scenario, double value) {
    size_t n = f->base_rows;
    for (size_t k = 0; k < t->nwhat; k++) {
        double *column = gp_frame_vary_param(f, t->what[k]);
        for (size_t i = 0; i < n; i++) column[scenario * n + i] = value;
    }
}

void gp_target_set(const gp_target *t, gp_frame *f, size_t scenario, const gp_interval *value) {
    size_t n = f->base_rows;
    if (t->kind != GP_TARGET_DATUM) {
        set_everywhere(t, f, scenario, value->lo);
        return;
    }
    for (size_t i = 0; i < n; i++)
        if (gp_target_is_about(t, &f->cases[i])) gp_frame_set(f, scenario * n + i, t->datum, value);
}

void gp_target_put(gp_buf *out, const gp_target *t, const gp_frame *base, double value) {
    gp_expr_print_const(out, &t->like.type, value, &base->texts);
}

/* What a node's marks are and what is read off them: weight, full marks, decimals, grades, vetoes.
 * Invariant: grades stand best first, with distinct bounds and names. */
#include "plan/load.h"

static void read_weight(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    gp_want want = gp_want_number();
    (void)f;
    if (!gp_load_param(l, &n->weight, pair->value, pair->key, &want)) return;
    n->has_weight = true;
    gp_param_check_sign(l, &n->weight, pair->key);
}

void gp_read_marks(gp_load *l, gp_node *n, const gp_pair *pair) {
    gp_want want = gp_want_number();
    if (n->marks.n > 0) {
        gp_diag *diag = gp_report(l->diags, GP_D_ID_TWICE, pair->key_at, "`marks` of the subject are given twice");
        diag->also = n->marks.at;
        diag->also_what = GP_TEXT("given here already");
        return;
    }
    if (gp_load_param(l, &n->marks, pair->value, pair->key, &want)) gp_param_check_sign(l, &n->marks, pair->key);
}

static void read_node_marks(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_marks(l, ((gp_draft *)to)->node, pair);
}

static void read_decimals(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    n->own_decimals = gp_read_whole(&n->scoring.decimals, l, pair->value, pair->key, f->lo, f->hi);
}

static void keep_score(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_pair *kept = GP_NEW(l->arena, gp_pair);
    (void)f;
    *kept = *pair;
    ((gp_draft *)to)->score = kept;
}

/* ---- grades ---- */
typedef struct gp_grade_draft {
    gp_grade grade;
    gp_want want;
} gp_grade_draft;

static void read_grade_bound(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_grade_draft *d = to;
    (void)f;
    gp_load_param(l, &d->grade.at_least, pair->value, pair->key, &d->want);
}

static const gp_field GRADE[] = {
    {.key = "at_least", .due = GP_DUE_ANY, .needed = true, .read = read_grade_bound},
    {.key = "grade", .due = GP_DUE_TEXT, .needed = true, .offset = offsetof(gp_grade_draft, grade.name)},
};

static void check_grade(gp_load *l, const gp_node *n, size_t i) {
    const gp_grade *g = &n->grades[i];
    double here, above;
    if (i == 0) return;
    bool constants = gp_param_const_value(&here, &g->at_least) && gp_param_const_value(&above, &g[-1].at_least);
    if (constants && here >= above) {
        gp_diag *diag = gp_report(l->diags, GP_D_ORDER, g->at_least.at, "the bound of `%.*s` is not below that of `%.*s`", GP_ARG(g->name),
                                  GP_ARG(g[-1].name));
        gp_hint(l->diags, diag, "grades stand best first, each with a lower bound");
    }
    for (size_t k = 0; k < i; k++) {
        if (!gp_text_eq(n->grades[k].name, g->name)) continue;
        gp_report(l->diags, GP_D_ID_TWICE, g->at, "the grade `%.*s` stands in the list already", GP_ARG(g->name));
        break;
    }
}

/* Grades of a measured node read its value; its lowest grade need not reach down to 0. */
static bool reads_value(const gp_draft *d) {
    return d->node->level >= GP_INDICATOR && d->node->value && d->node->criterion.test == GP_TEST_NONE && !d->score;
}

static void read_grades(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_node *n = d->node;
    const gp_tree *list = pair->value;
    gp_want want = gp_want_number();
    (void)f;
    if (d->value_broken) return;
    if (reads_value(d)) want.type = n->type;
    n->grades = gp_arena_array(l->arena, list->n, sizeof *n->grades);
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *map = gp_read_map(l, list->items[i], pair->key);
        gp_grade_draft g = {.want = want};
        if (!map) continue;
        gp_fields_read(l, map, "a grade", 0, &GP_PART(GRADE, &g), 1);
        g.grade.at = gp_tree_start(map);
        if (!g.grade.name.s || g.grade.at_least.n == 0) continue;
        n->grades[n->ngrades++] = g.grade;
        check_grade(l, n, n->ngrades - 1);
    }
    double last;
    if (list->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`grades` lists no grade");
    if (n->ngrades == 0 || reads_value(d) || !gp_param_const_value(&last, &n->grades[n->ngrades - 1].at_least) || last <= 0) return;
    gp_diag *diag = gp_report(l->diags, GP_D_GRADE_GAP, n->grades[n->ngrades - 1].at_least.at, "marks below `%.*s` get no grade",
                              GP_ARG(n->grades[n->ngrades - 1].name));
    gp_hint(l->diags, diag, "end the list with a grade of `at_least: 0`");
}

/* ---- vetoes ---- */
typedef struct gp_veto_draft {
    gp_veto veto;
    unsigned effect; /* word */
    bool has_effect, has_of, of_subject;
    const gp_pair *at;
    gp_place effect_at;
} gp_veto_draft;

static void read_effect(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_veto_draft *v = to;
    (void)f;
    v->effect_at = pair->value->at;
    v->has_effect = gp_read_word(&v->effect, l, pair->value, pair->key, &gp_words_effect);
}

static void read_when(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_want want = {.type = {.kind = GP_BOOL}};
    (void)f;
    ((gp_veto_draft *)to)->veto.when = gp_load_expr(l, pair->value, pair->key, &want);
}

static void keep_at(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_pair *kept = GP_NEW(l->arena, gp_pair);
    (void)f;
    *kept = *pair;
    ((gp_veto_draft *)to)->at = kept;
}

static void read_of(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_veto_draft *v = to;
    unsigned word = 0;
    (void)f;
    v->has_of = gp_read_word(&word, l, pair->value, pair->key, &gp_words_of_whom);
    v->of_subject = word == 1;
}

static const gp_field VETO[] = {
    {.key = "effect", .due = GP_DUE_SCALAR, .needed = true, .read = read_effect},
    {.key = "when", .due = GP_DUE_SCALAR, .read = read_when},
    {.key = "at", .due = GP_DUE_ANY, .read = keep_at},
    {.key = "of", .due = GP_DUE_SCALAR, .read = read_of},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
};

/* `zero_goal` and `zero_total` are `zero` with its `of` said already. */
static void settle_effect(gp_load *l, gp_veto_draft *v, const gp_node *n) {
    enum { ZERO_GOAL = GP_VETO_DISQUALIFY + 1, ZERO_TOTAL };
    v->veto.of_subject = v->of_subject || n->level == GP_SUBJECT || v->effect == ZERO_TOTAL;
    bool said = v->effect == ZERO_GOAL || v->effect == ZERO_TOTAL;
    if (said && v->has_of)
        gp_report(l->diags, GP_D_MISPLACED, v->effect_at, "`%s` says already what it strikes; leave `of` out",
                  gp_words_effect.list[v->effect]);
    v->veto.effect = said ? GP_VETO_ZERO : (gp_veto_effect)v->effect;
    if (v->veto.effect == GP_VETO_DISQUALIFY && !v->has_of) v->veto.of_subject = true; /* who is ranked */
}

/* The goal or subject whose grade a veto strikes. */
static const gp_node *struck(const gp_load *l, const gp_veto *v, const gp_node *n) {
    while (n->level > GP_GOAL) n = n->parent;
    return v->of_subject ? l->plan->root : n;
}

static gp_text node_phrase(const gp_node *n) { return n->level == GP_SUBJECT ? GP_TEXT("the subject") : n->id; }

static void settle_at_grade(gp_load *l, gp_veto_draft *v, const gp_node *n) {
    const gp_node *of = struck(l, &v->veto, n);
    if (!gp_read_text(&v->veto.at_grade, l, v->at->value, v->at->key) || of->ngrades == 0) return;
    gp_text *names = gp_arena_array(l->arena, of->ngrades, sizeof *names);
    for (size_t i = 0; i < of->ngrades; i++) {
        names[i] = of->grades[i].name;
        if (gp_text_eq(names[i], v->veto.at_grade)) return;
    }
    gp_text whom = node_phrase(of);
    gp_diag *diag =
        gp_report(l->diags, GP_D_UNKNOWN_WORD, v->at->value->at, "`%.*s` is no grade of %.*s", GP_ARG(v->veto.at_grade), GP_ARG(whom));
    gp_hint_nearest(l->diags, diag, v->veto.at_grade, names, of->ngrades);
}

/* An effect on a grade needs grades; what is disqualified can lose its rank too. */
static void check_grades_struck(gp_load *l, const gp_veto_draft *v, const gp_node *n) {
    gp_veto_effect e = v->veto.effect;
    const gp_node *of = struck(l, &v->veto, n);
    bool rank = e == GP_VETO_DISQUALIFY && of->level == GP_SUBJECT;
    if (e < GP_VETO_CAP_GRADE || rank || of->ngrades) return;
    gp_text whom = node_phrase(of);
    gp_report(l->diags, GP_D_MISPLACED, v->effect_at, "`%s` strikes the grade of %.*s, which has no `grades`",
              gp_words_effect.list[v->effect], GP_ARG(whom));
}

static void settle_at(gp_load *l, gp_veto_draft *v, const gp_node *n) {
    gp_veto_effect e = v->veto.effect;
    bool score = e == GP_VETO_CAP_SCORE || e == GP_VETO_FLOOR_SCORE, grade = e == GP_VETO_CAP_GRADE || e == GP_VETO_FLOOR_GRADE;
    gp_want want = gp_want_number();
    if (v->at && score)
        gp_load_param(l, &v->veto.at_value, v->at->value, v->at->key, &want);
    else if (v->at && grade)
        settle_at_grade(l, v, n);
    else if (v->at)
        gp_report(l->diags, GP_D_MISPLACED, v->at->key_at, "`at` has no meaning for `%s`", gp_words_effect.list[v->effect]);
    else if (score || grade)
        gp_report(l->diags, GP_D_MISSING_KEY, v->effect_at, "`at` is missing: `%s` needs a %s", gp_words_effect.list[v->effect],
                  score ? "score" : "grade");
}

static void add_veto(gp_load *l, gp_node *n, const gp_tree *t, gp_text key) {
    gp_veto_draft v = {.veto.at = gp_tree_start(t)};
    gp_pair word = {.key = key, .key_at = t->at};
    if (t->kind == GP_TREE_MAP) {
        gp_fields_read(l, t, "a veto", 0, &GP_PART(VETO, &v), 1);
    } else {
        gp_tree copy = *t;
        word.value = &copy;
        read_effect(l, &v, NULL, &word);
    }
    if (!v.has_effect) return;
    settle_effect(l, &v, n);
    settle_at(l, &v, n);
    check_grades_struck(l, &v, n);
    n->vetoes[n->nvetoes++] = v.veto;
}

/* One veto or a list of them; a veto is a mapping or the word of its effect. */
static void read_veto(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    const gp_tree *t = pair->value;
    (void)f;
    bool list = t->kind == GP_TREE_LIST || gp_tree_is_from(t);
    if (list) t = gp_read_list(l, t, pair->key);
    if (!t) return;
    n->vetoes = gp_arena_array(l->arena, list ? t->n : 1, sizeof *n->vetoes);
    for (size_t i = 0; list && i < t->n; i++) add_veto(l, n, t->items[i], pair->key);
    if (!list) add_veto(l, n, t, pair->key);
}

const gp_field gp_weight_fields[] = {
    {.key = "weight", .due = GP_DUE_ANY, .where = GP_AT_GOAL | GP_AT_LEAF, .read = read_weight},
    {.key = "marks", .due = GP_DUE_ANY, .read = read_node_marks},
    {.key = "scoring", .due = GP_DUE_MAP, .where = GP_AT_SUBJECT | GP_AT_GOAL, .read = gp_read_scoring},
    {.key = "decimals", .due = GP_DUE_WHOLE, .lo = 0, .hi = 15, .read = read_decimals},
    {.key = "score", .due = GP_DUE_ANY, .read = keep_score},
    {.key = "grades", .due = GP_DUE_LIST, .read = read_grades},
    {.key = "veto", .due = GP_DUE_ANY, .read = read_veto},
    {.key = "bonus", .due = GP_DUE_MAP, .where = GP_AT_SUBJECT | GP_AT_GOAL, .read = gp_read_bonus},
    {.key = "penalty", .due = GP_DUE_MAP, .where = GP_AT_SUBJECT | GP_AT_GOAL, .read = gp_read_bonus},
    {.key = "models", .due = GP_DUE_MAP, .where = GP_AT_SUBJECT},
    {.key = "cohort", .due = GP_DUE_MAP, .where = GP_AT_SUBJECT, .read = gp_read_cohort},
    {.key = "cohort", .due = GP_DUE_MAP, .where = GP_AT_LEAF, .later = true, .read = gp_check_cohort},
};
const size_t gp_weight_nfields = GP_COUNT(gp_weight_fields);

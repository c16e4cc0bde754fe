/* Scores: scoring defaults, a node's own spec over them, and the method that its criterion can have.
 * Invariant: when a node is finished its scoring is complete: nothing is left to be looked up above it. */
#include "plan/load.h"

/* A spec while it is read: `scoring:` or `score:`. */
typedef struct gp_spec {
    gp_draft *draft;
    gp_scoring *scoring;
    gp_method_keys *keys;
    bool has_method;
} gp_spec;

#define M(method) (1 << GP_##method)
enum {
    READS_VALUE = M(DEDUCT) | M(BANDS) | M(INTERPOLATE) | M(EFFICACY) | M(EFFICACY_BANDS) | M(GOALPOSTS) | M(PROGRESS) | M(PACE) |
                  M(RANK_METHOD) | M(ZSCORE) | M(PERCENTILE) | M(TIERS)
};

void gp_scoring_builtin(gp_load *l, gp_scoring *s) {
    *s = (gp_scoring){.method = GP_RATIO,
                      .has_cap = true,
                      .has_floor = true,
                      .outside = GP_CLIP,
                      .partial = GP_STEPS_EXACT,
                      .unknown = GP_UNKNOWN_RANGE,
                      .aggregate = GP_WEIGHTED_MEAN,
                      .decimals = 2,
                      .rounding = GP_HALF_UP,
                      .ties = GP_TIES_UNSAID};
    s->cap = gp_param_const(l, 1, "100%");
    s->floor = gp_param_const(l, 0, "0%");
    s->coverage = gp_param_const(l, 0.8, "80%");
    s->mu = gp_param_const(l, 0, "0");
    s->sigma = gp_param_const(l, 1, "1");
}

static void read_method(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_spec *s = to;
    unsigned method;
    (void)f;
    if (!gp_read_word(&method, l, pair->value, pair->key, &gp_words_method)) return;
    s->scoring->method = (gp_method)method;
    s->has_method = true;
    s->scoring->method_at = pair->value->at;
}

/* cap and floor: a fraction of full marks, or `none`. */
static void read_bound(gp_load *l, const gp_pair *pair, bool *has, gp_param *out) {
    gp_want want = gp_want_number();
    *has = !(pair->value->kind == GP_TREE_SCALAR && gp_text_is(pair->value->text, "none"));
    if (*has) gp_load_param(l, out, pair->value, pair->key, &want);
}

static void read_cap(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    (void)f;
    read_bound(l, pair, &s->has_cap, &s->cap);
}

static void read_floor(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    double cap, floor;
    (void)f;
    read_bound(l, pair, &s->has_floor, &s->floor);
    bool both = s->has_cap && s->has_floor && gp_param_const_value(&cap, &s->cap) && gp_param_const_value(&floor, &s->floor);
    if (both && floor > cap) gp_report(l->diags, GP_D_ORDER, pair->value->at, "`floor` is above `cap`");
}

static void read_coverage(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_param *p = &((gp_spec *)to)->scoring->coverage;
    gp_want want = gp_want_number();
    double share;
    (void)f;
    if (!gp_load_param(l, p, pair->value, pair->key, &want) || !gp_param_check_sign(l, p, pair->key)) return;
    if (gp_param_const_value(&share, p) && share > 1)
        gp_report(l->diags, GP_D_BAD_VALUE, pair->value->at, "`coverage` is a share of weight; at most 100%% is due");
}

static void read_otherwise(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    (void)f;
    gp_load_fraction(l, &s->otherwise, pair->value, pair->key, s->in_marks);
}

/* What z-scores start from and go by: mu, sigma. */
static void read_share(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    bool mu = gp_text_is(pair->key, "mu");
    (void)f;
    if (gp_load_fraction(l, mu ? &s->mu : &s->sigma, pair->value, pair->key, s->in_marks) && !mu)
        gp_param_check_sign(l, &s->sigma, pair->key);
}

static void read_direction(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned down;
    (void)f;
    if (gp_read_word(&down, l, pair->value, pair->key, &gp_words_direction)) ((gp_spec *)to)->scoring->direction = down ? -1 : 1;
}

static void read_in(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned marks;
    (void)f;
    if (gp_read_word(&marks, l, pair->value, pair->key, &gp_words_in)) ((gp_spec *)to)->scoring->in_marks = marks == 1;
}

static void read_scale(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned log;
    (void)f;
    if (gp_read_word(&log, l, pair->value, pair->key, &gp_words_scale)) ((gp_spec *)to)->scoring->log_scale = log == 1;
}

/* `lo` of the field is the key's number. */
static void keep_key(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_kept *k = GP_NEW(l->arena, gp_kept);
    k->pair = *pair;
    ((gp_spec *)to)->keys->at[f->lo] = k;
}

static void read_aggregate(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_aggregate(l, ((gp_spec *)to)->scoring, pair);
}

static void read_weights(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned equal;
    (void)f;
    if (gp_read_word(&equal, l, pair->value, pair->key, &gp_words_weights)) ((gp_spec *)to)->scoring->equal_weights = equal == 1;
}

static void read_subject_marks(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = ((gp_spec *)to)->draft;
    (void)f;
    if (d->node->level != GP_SUBJECT) {
        gp_diag *diag = gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "`marks` under `scoring` are those of the subject");
        gp_hint(l->diags, diag, "write the goal's `marks` beside its `id`");
        return;
    }
    gp_read_marks(l, d->node, pair);
}

static void read_compare(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    unsigned rounded;
    (void)f;
    if (!gp_read_word(&rounded, l, pair->value, pair->key, &gp_words_compare)) return;
    s->compare_rounded = rounded == 1;
}

static void check_of_subject(gp_load *l, const gp_spec *s, const gp_pair *pair) {
    if (s->draft->node->level == GP_SUBJECT) return;
    gp_diag *diag = gp_report(l->diags, GP_D_MISPLACED, pair->key_at,
                              "subjects are ranked by their totals: `%.*s` belongs in `scoring` of the plan", GP_ARG(pair->key));
    gp_hint(l->diags, diag, "to score an indicator by its rank write `score: {method: rank}` there");
}

static void read_ranks(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    (void)f;
    check_of_subject(l, to, pair);
    gp_read_bool(&s->ranks, l, pair->value, pair->key);
}

static void read_rank_on(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned full;
    (void)f;
    check_of_subject(l, to, pair);
    if (gp_read_word(&full, l, pair->value, pair->key, &gp_words_rank_on)) ((gp_spec *)to)->scoring->rank_on_full = full == 1;
}

/* Words and numbers that go straight into a gp_scoring. */
static const gp_field SCORING[] = {
    {.key = "unknown", .due = GP_DUE_WORD, .words = &gp_words_unknown, .offset = offsetof(gp_scoring, unknown)},
    {.key = "rounding", .due = GP_DUE_WORD, .words = &gp_words_rounding, .offset = offsetof(gp_scoring, rounding)},
    {.key = "outside", .due = GP_DUE_WORD, .words = &gp_words_outside, .offset = offsetof(gp_scoring, outside), .tag = M(INTERPOLATE)},
    {.key = "over", .due = GP_DUE_WORD, .words = &gp_words_over, .offset = offsetof(gp_scoring, over), .tag = M(BANDS)},
    {.key = "partial", .due = GP_DUE_WORD, .words = &gp_words_partial, .offset = offsetof(gp_scoring, partial), .tag = M(DEDUCT)},
    {.key = "ties", .due = GP_DUE_WORD, .words = &gp_words_ties, .offset = offsetof(gp_scoring, ties), .tag = M(RANK_METHOD)},
    {.key = "sd", .due = GP_DUE_WORD, .words = &gp_words_sd, .offset = offsetof(gp_scoring, sd), .tag = M(ZSCORE)},
    {.key = "decimals", .due = GP_DUE_WHOLE, .where = GP_IN_SCORING, .lo = 0, .hi = 15, .offset = offsetof(gp_scoring, decimals)},
};

/* The rest; `tag` names the methods that a key belongs to, 0 all of them. */
static const gp_field SPEC[] = {
    {.key = "method", .due = GP_DUE_SCALAR, .read = read_method},
    {.key = "cap", .due = GP_DUE_ANY, .read = read_cap},
    {.key = "floor", .due = GP_DUE_ANY, .read = read_floor},
    {.key = "coverage", .due = GP_DUE_ANY, .read = read_coverage},
    {.key = "aggregate", .due = GP_DUE_ANY, .read = read_aggregate},
    {.key = "in", .due = GP_DUE_SCALAR, .read = read_in, .tag = READS_VALUE},
    {.key = "otherwise", .due = GP_DUE_ANY, .read = read_otherwise, .tag = M(RATIO) | M(PROGRESS) | M(PACE) | M(BANDS)},
    {.key = "direction", .due = GP_DUE_SCALAR, .read = read_direction, .tag = M(RATIO) | READS_VALUE},
    {.key = "scale", .due = GP_DUE_SCALAR, .read = read_scale, .tag = M(INTERPOLATE) | M(GOALPOSTS)},
    {.key = "weights", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_weights},
    {.key = "marks", .due = GP_DUE_ANY, .where = GP_IN_SCORING, .read = read_subject_marks},
    {.key = "compare", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_compare},
    {.key = "ranks", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_ranks},
    {.key = "rank_on", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_rank_on},
    /* numbers of methods */
    {.key = "knots", .due = GP_DUE_LIST, .read = keep_key, .lo = GP_KEY_KNOTS, .tag = M(INTERPOLATE) | M(EFFICACY_BANDS)},
    {.key = "bands", .due = GP_DUE_LIST, .read = keep_key, .lo = GP_KEY_BANDS, .tag = M(BANDS)},
    {.key = "step", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_STEP, .tag = M(DEDUCT) | M(RANK_METHOD)},
    {.key = "each", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_EACH, .tag = M(DEDUCT)},
    {.key = "satisfactory", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_SATISFACTORY, .tag = M(EFFICACY)},
    {.key = "unacceptable", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_UNACCEPTABLE, .tag = M(EFFICACY)},
    {.key = "slope", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_SLOPE, .tag = M(EFFICACY)},
    {.key = "base", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_BASE, .tag = M(EFFICACY)},
    {.key = "lo", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_LO, .tag = M(GOALPOSTS)},
    {.key = "hi", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_HI, .tag = M(GOALPOSTS)},
    {.key = "baseline", .due = GP_DUE_ANY, .read = keep_key, .lo = GP_KEY_BASELINE, .tag = M(PROGRESS)},
    {.key = "profile", .due = GP_DUE_LIST, .read = keep_key, .lo = GP_KEY_PROFILE, .tag = M(PACE)},
    {.key = "of", .due = GP_DUE_ANY, .where = GP_IN_SCORE, .read = keep_key, .lo = GP_KEY_OF, .tag = M(RANK_METHOD)},
    {.key = "ranks", .due = GP_DUE_DICTIONARY, .where = GP_IN_SCORE, .read = keep_key, .lo = GP_KEY_RANKS, .tag = M(RANK_METHOD)},
    {.key = "tiers", .due = GP_DUE_DICTIONARY, .read = keep_key, .lo = GP_KEY_TIERS, .tag = M(TIERS)},
    {.key = "rule", .due = GP_DUE_TEXT, .offset = GP_NOWHERE, .later = true, .tag = M(RULE_METHOD)},
    {.key = "with", .due = GP_DUE_MAP, .tag = M(RULE_METHOD)},
    {.key = "mu", .due = GP_DUE_ANY, .read = read_share, .tag = M(ZSCORE)},
    {.key = "sigma", .due = GP_DUE_ANY, .read = read_share, .tag = M(ZSCORE)},
};

static void read_spec(gp_load *l, gp_spec *s, const gp_tree *map, unsigned where) {
    gp_part parts[] = {GP_PART(SPEC, s), GP_PART(SCORING, s->scoring)};
    gp_fields_read(l, map, where == GP_IN_SCORING ? "`scoring`" : "`score`", where, parts, GP_COUNT(parts));
}

void gp_read_scoring(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_spec s = {.draft = d, .scoring = &d->below, .keys = &d->keys};
    (void)f;
    read_spec(l, &s, pair->value, GP_IN_SCORING);
}

static int methods_of(gp_text key) {
    for (size_t i = 0; i < GP_COUNT(SPEC); i++)
        if (gp_text_is(key, SPEC[i].key) && SPEC[i].where != GP_IN_SCORING) return SPEC[i].tag;
    for (size_t i = 0; i < GP_COUNT(SCORING); i++)
        if (gp_text_is(key, SCORING[i].key)) return SCORING[i].tag;
    return 0;
}

/* Keys of another method than the one in force say nothing, so they are refused. */
static void check_methods(gp_load *l, const gp_scoring *s, const gp_tree *map) {
    for (size_t i = 0; i < map->n; i++) {
        int methods = methods_of(map->pairs[i].key);
        if (methods == 0 || methods & 1 << s->method) continue;
        gp_report(l->diags, GP_D_MISPLACED, map->pairs[i].key_at, "`%.*s` does not belong to the method `%s`", GP_ARG(map->pairs[i].key),
                  gp_words_method.list[s->method]);
    }
}

/* The keys without which a method is nothing, given here or above. */
static void check_needed(gp_load *l, const gp_draft *d, const gp_method_keys *keys) {
    static const struct {
        gp_method method;
        const char *key;
        gp_method_key number;
    } NEEDS[] = {
        {GP_INTERPOLATE, "knots", GP_KEY_KNOTS},    {GP_DEDUCT, "each", GP_KEY_EACH},           {GP_BANDS, "bands", GP_KEY_BANDS},
        {GP_EFFICACY_BANDS, "knots", GP_KEY_KNOTS}, {GP_EFFICACY, "satisfactory", GP_KEY_SATISFACTORY},
        {GP_EFFICACY, "unacceptable", GP_KEY_UNACCEPTABLE}, {GP_GOALPOSTS, "lo", GP_KEY_LO},    {GP_GOALPOSTS, "hi", GP_KEY_HI},
        {GP_PROGRESS, "baseline", GP_KEY_BASELINE}, {GP_TIERS, "tiers", GP_KEY_TIERS},
    };
    const gp_node *n = d->node;
    bool own = d->score && d->score->value->kind == GP_TREE_MAP;
    for (size_t i = 0; i < GP_COUNT(NEEDS); i++)
        if (NEEDS[i].method == n->scoring.method && !keys->at[NEEDS[i].number])
            gp_report(l->diags, GP_D_MISSING_KEY, own ? gp_tree_start(d->score->value) : n->at, "the method `%s` of `%.*s` needs `%s`",
                      gp_words_method.list[n->scoring.method], GP_ARG(n->id), NEEDS[i].key);
}

static void report_unfit(gp_load *l, const gp_node *n, gp_text why) {
    const gp_scoring *s = &n->scoring;
    gp_place at = s->method_at.file ? s->method_at : s->at;
    gp_diag *diag = gp_report(l->diags, GP_D_METHOD_UNFIT, at, "`%.*s` cannot have the method `%s`: %.*s", GP_ARG(n->id),
                              gp_words_method.list[s->method], GP_ARG(why));
    gp_test t = n->criterion.test;
    if (s->method != GP_RATIO || t == GP_TEST_NONE) return;
    if (t == GP_REACHED || (t <= GP_BETWEEN && n->type.kind == GP_NUMBER))
        gp_hint(l->diags, diag, "give a score for such targets by `otherwise`, or write `method: pass_fail`");
    else
        gp_hint(l->diags, diag, "shares are taken of the bounds of numbers and of `reached`; elsewhere write `method: pass_fail`");
}

/* The method that the node's criterion can have: an inherited one that does not fit gives way to pass_fail. */
static void fit_method(gp_load *l, gp_draft *d, const gp_spec *own) {
    gp_scoring *s = &d->node->scoring;
    gp_text why = gp_method_unfit(l, d);
    bool later = s->method == GP_RULE_METHOD && d->score && gp_tree_get(d->score->value, "rule"); /* reported already */
    if (!why.s || later) return;
    if (own->has_method || d->node->criterion.test == GP_TEST_NONE) {
        report_unfit(l, d->node, why);
        return;
    }
    s->method = GP_PASS_FAIL;
    s->fell_back = true;
    if (d->score && d->score->value->kind == GP_TREE_MAP) check_methods(l, s, d->score->value);
}

/* Whether the node is scored at all, and all that its score rests on was read. */
static bool is_scored(const gp_draft *d) {
    const gp_node *n = d->node;
    bool measured = n->criterion.test == GP_TEST_NONE;
    bool incomplete = !measured && n->criterion.test != GP_JUDGED && n->criterion.text.s == NULL;
    bool nothing = measured && !n->value; /* reported */
    return !(d->value_broken || incomplete || nothing || (measured && !n->scoring.own));
}

/* A baseline beside the criterion, where no method reads it. */
static void load_baseline(gp_load *l, gp_draft *d) {
    gp_kept *k = d->keys.at[GP_KEY_BASELINE];
    gp_want value = gp_want_value(d);
    bool here = k && d->node->value && k != d->up->keys.at[GP_KEY_BASELINE];
    if (here && d->node->scoring.baseline.n == 0) gp_load_kept(l, &d->node->scoring.baseline, k, &value);
}

static void finish_leaf(gp_load *l, gp_draft *d, const gp_spec *own) {
    gp_node *n = d->node;
    size_t before = l->diags->errors;
    if (!is_scored(d)) return;
    if (n->scoring.method == GP_CURVE) {
        const gp_type *target = n->criterion.target.n && n->criterion.test != GP_BETWEEN ? &n->type : NULL;
        n->scoring.curve = gp_load_curve(l, d->score->value, d->score->key, n->value ? &n->type : NULL, target);
        return;
    }
    if (n->criterion.test == GP_RULE && !own->has_method) {
        n->scoring.method = GP_RULE_METHOD;
        if (d->score) check_methods(l, &n->scoring, d->score->value);
        return;
    }
    fit_method(l, d, own);
    if (n->scoring.method != GP_PASS_FAIL) check_needed(l, d, own->keys);
    if (l->diags->errors == before) gp_load_method(l, d);
    if (l->diags->errors == before) fit_method(l, d, own); /* once more, with its numbers */
}

/* A node that rolls up has a curve, not a method. */
static void finish_parent(gp_load *l, const gp_spec *own) {
    if (!own->has_method) return;
    gp_diag *diag = gp_report(l->diags, GP_D_NOT_YET, own->scoring->method_at,
                              "a `method` for the roll-up of several parts is not evaluated in this version");
    gp_hint(l->diags, diag, "write a curve over the roll-up, as in score: \"min(x, 0.8)\"");
}

/* `score: EXPR`: at parents over the roll-up x; at leaves it is loaded when value and target are. */
static void read_curve(gp_load *l, gp_scoring *s, const gp_pair *score, bool parent) {
    gp_type number = {.kind = GP_NUMBER};
    s->method = GP_CURVE;
    s->curve = parent ? gp_load_curve(l, score->value, score->key, &number, NULL) : NULL;
}

static void read_own(gp_load *l, gp_spec *own, const gp_pair *score, bool parent) {
    gp_scoring *s = own->scoring;
    s->own = true;
    s->at = score->key_at;
    if (score->value->kind != GP_TREE_MAP) {
        read_curve(l, s, score, parent);
        return;
    }
    read_spec(l, own, score->value, GP_IN_SCORE);
    check_methods(l, s, score->value);
}

void gp_finish_scoring(gp_load *l, gp_draft *d) {
    gp_node *n = d->node;
    gp_method_keys below = d->keys;
    gp_spec own = {.draft = d, .scoring = &n->scoring, .keys = &d->keys};
    int decimals = n->own_decimals ? n->scoring.decimals : d->below.decimals;
    n->scoring = d->below;
    n->scoring.decimals = decimals;
    bool parent = n->level == GP_SUBJECT || n->level == GP_GOAL || d->nclauses > 0;
    if (n->level >= GP_INDICATOR) n->scoring.aggregate = GP_WEIGHTED_MEAN; /* of clauses, unless the indicator says otherwise */
    if (d->score) read_own(l, &own, d->score, parent);
    if (parent)
        finish_parent(l, &own);
    else {
        finish_leaf(l, d, &own);
        load_baseline(l, d);
    }
    d->keys = below; /* a node's own `score` is not inherited */
}

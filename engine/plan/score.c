/* Scores: scoring defaults, a node's own spec over them, and the method that its criterion can have.
 * Invariant: when a node is finished its scoring is complete: nothing is left to be looked up above it. */
#include "plan/load.h"

/* A spec while it is read: `scoring:` or `score:`. */
typedef struct gp_spec {
    gp_draft *draft;
    gp_scoring *scoring;
    const gp_tree **knots;
    bool has_method;
    gp_place method_at;
} gp_spec;

#define M(method) (1 << GP_##method)
enum {
    READS_VALUE = M(DEDUCT) | M(BANDS) | M(INTERPOLATE) | M(EFFICACY) | M(EFFICACY_BANDS) | M(GOALPOSTS) | M(PROGRESS) | M(PACE) |
                  M(RANK_METHOD) | M(ZSCORE) | M(PERCENTILE) | M(TIERS),
    EVALUATED = M(PASS_FAIL) | M(RATIO) | M(INTERPOLATE) | M(RANK_METHOD) | M(ZSCORE) | M(PERCENTILE) | M(RULE_METHOD)
};

void gp_scoring_builtin(gp_load *l, gp_scoring *s) {
    *s = (gp_scoring){.method = GP_RATIO,
                      .has_cap = true,
                      .has_floor = true,
                      .outside = GP_CLIP,
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
    s->method_at = pair->value->at;
    if (!(EVALUATED & 1 << method)) gp_report_not_yet(l, pair->value->at, pair->value->text);
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
    gp_want want = gp_want_number();
    (void)f;
    gp_load_param(l, &((gp_spec *)to)->scoring->otherwise, pair->value, pair->key, &want);
}

/* A number of full marks: mu, sigma. */
static void read_share(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    gp_want want = gp_want_number();
    (void)f;
    bool mu = gp_text_is(pair->key, "mu");
    if (gp_load_param(l, mu ? &s->mu : &s->sigma, pair->value, pair->key, &want) && !mu) gp_param_check_sign(l, &s->sigma, pair->key);
}

/* Of ranks what each loses; of deductions a width of the value, which is not evaluated yet. */
static void read_step(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    gp_want want = gp_want_number();
    if (s->method != GP_RANK_METHOD) gp_check_quantity(l, to, f, pair);
    else if (s->nknots) gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "`step` stands beside `ranks`, which gives the scores already");
    else if (gp_load_param(l, &s->step, pair->value, pair->key, &want)) gp_param_check_sign(l, &s->step, pair->key);
}

static void read_rank_scores(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_rank_scores(l, ((gp_spec *)to)->scoring, pair);
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

static void read_knots(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_spec *s = to;
    (void)l;
    (void)f;
    *s->knots = pair->value;
    s->scoring->at = pair->key_at;
}

static void read_aggregate(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = ((gp_spec *)to)->scoring;
    unsigned word = 0;
    (void)f;
    if (pair->value->kind == GP_TREE_MAP)
        s->aggregate = gp_check_aggregate(l, pair);
    else if (gp_read_word(&word, l, pair->value, pair->key, &gp_words_aggregate))
        s->aggregate = (gp_aggregate)word;
    if (s->aggregate != GP_WEIGHTED_MEAN) gp_report_not_yet(l, gp_tree_start(pair->value), pair->key);
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
    if (rounded) gp_report_not_yet(l, pair->value->at, GP_TEXT("compare: rounded"));
}

static void check_of_subject(gp_load *l, const gp_spec *s, const gp_pair *pair) {
    if (s->draft->node->level == GP_SUBJECT) return;
    gp_diag *diag = gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "subjects are ranked by their totals: `%.*s` belongs in `scoring` of the plan", GP_ARG(pair->key));
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
    {.key = "otherwise", .due = GP_DUE_ANY, .read = read_otherwise, .tag = M(RATIO) | M(PROGRESS)},
    {.key = "direction", .due = GP_DUE_SCALAR, .read = read_direction, .tag = M(RATIO) | READS_VALUE},
    {.key = "in", .due = GP_DUE_SCALAR, .read = read_in, .tag = READS_VALUE},
    {.key = "scale", .due = GP_DUE_SCALAR, .read = read_scale, .tag = M(INTERPOLATE) | M(GOALPOSTS)},
    {.key = "knots", .due = GP_DUE_LIST, .read = read_knots, .tag = M(INTERPOLATE) | M(EFFICACY_BANDS)},
    {.key = "marks", .due = GP_DUE_ANY, .where = GP_IN_SCORING, .read = read_subject_marks},
    {.key = "compare", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_compare},
    {.key = "ranks", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_ranks},
    {.key = "rank_on", .due = GP_DUE_SCALAR, .where = GP_IN_SCORING, .read = read_rank_on},
    {.key = "ranks", .due = GP_DUE_DICTIONARY, .where = GP_IN_SCORE, .read = read_rank_scores, .tag = M(RANK_METHOD)},
    {.key = "step", .due = GP_DUE_ANY, .read = read_step, .tag = M(DEDUCT) | M(RANK_METHOD)},
    {.key = "mu", .due = GP_DUE_ANY, .read = read_share, .tag = M(ZSCORE)},
    {.key = "sigma", .due = GP_DUE_ANY, .read = read_share, .tag = M(ZSCORE)},
    /* of methods that this version does not evaluate */
    {.key = "bands", .due = GP_DUE_LIST, .read = gp_check_bands, .tag = M(BANDS)},
    {.key = "over", .due = GP_DUE_WORD, .words = &gp_words_over, .offset = GP_NOWHERE, .tag = M(BANDS)},
    {.key = "each", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(DEDUCT)},
    {.key = "partial", .due = GP_DUE_WORD, .words = &gp_words_partial, .offset = GP_NOWHERE, .tag = M(DEDUCT)},
    {.key = "satisfactory", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(EFFICACY)},
    {.key = "unacceptable", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(EFFICACY)},
    {.key = "slope", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(EFFICACY)},
    {.key = "base", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(EFFICACY)},
    {.key = "lo", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(GOALPOSTS)},
    {.key = "hi", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(GOALPOSTS)},
    {.key = "baseline", .due = GP_DUE_ANY, .read = gp_check_quantity, .tag = M(PROGRESS)},
    {.key = "profile", .due = GP_DUE_LIST, .read = gp_check_profile, .tag = M(PACE)},
    {.key = "tiers", .due = GP_DUE_DICTIONARY, .read = gp_check_tiers, .tag = M(TIERS)},
    {.key = "rule", .due = GP_DUE_TEXT, .offset = GP_NOWHERE, .later = true, .tag = M(RULE_METHOD)},
    {.key = "with", .due = GP_DUE_MAP, .tag = M(RULE_METHOD)},
};

static void read_spec(gp_load *l, gp_spec *s, const gp_tree *map, unsigned where) {
    gp_part parts[] = {GP_PART(SPEC, s), GP_PART(SCORING, s->scoring)};
    gp_fields_read(l, map, where == GP_IN_SCORING ? "`scoring`" : "`score`", where, parts, GP_COUNT(parts));
}

void gp_read_scoring(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_spec s = {.draft = d, .scoring = &d->below, .knots = &d->knots};
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

static void check_needed(gp_load *l, const gp_scoring *s, const gp_tree *map) {
    static const struct {
        gp_method method;
        const char *key;
    } NEEDS[] = {
        {GP_DEDUCT, "each"},          {GP_BANDS, "bands"},  {GP_EFFICACY, "satisfactory"}, {GP_EFFICACY, "unacceptable"},
        {GP_EFFICACY_BANDS, "knots"}, {GP_GOALPOSTS, "lo"}, {GP_GOALPOSTS, "hi"},          {GP_TIERS, "tiers"},
    };
    for (size_t i = 0; i < GP_COUNT(NEEDS); i++)
        if (NEEDS[i].method == s->method && !gp_tree_get(map, NEEDS[i].key))
            gp_report(l->diags, GP_D_MISSING_KEY, gp_tree_start(map), "the method `%s` needs `%s`", gp_words_method.list[s->method],
                      NEEDS[i].key);
}

static bool constants_above(const gp_param *p, double lo) {
    for (size_t i = 0; i < p->n; i++)
        if (gp_expr_is_const(p->entry[i].expr) && !(p->entry[i].expr->value > lo)) return false;
    return true;
}

static bool ratio_fits(const gp_node *n, const gp_scoring *s) {
    const gp_criterion *c = &n->criterion;
    bool positive = s->otherwise.n > 0 || (constants_above(&c->target, 0) && constants_above(&c->upper, 0));
    switch (c->test) {
    case GP_AT_LEAST:
    case GP_AT_MOST:
    case GP_MORE_THAN:
    case GP_LESS_THAN:
    case GP_BETWEEN: return n->type.kind == GP_NUMBER && positive;
    case GP_REACHED: return positive;
    default: return false;
    }
}

static bool method_fits(const gp_node *n, const gp_scoring *s) {
    bool tested = n->criterion.test != GP_TEST_NONE;
    switch (s->method) {
    case GP_PASS_FAIL: return tested;
    case GP_RATIO: return ratio_fits(n, s);
    case GP_INTERPOLATE: return n->value && n->type.kind == GP_NUMBER;
    case GP_RULE_METHOD: return n->criterion.test == GP_RULE;
    case GP_RANK_METHOD:
    case GP_ZSCORE:
    case GP_PERCENTILE: return gp_why_no_standing(n, s) == NULL;
    default: return true;
    }
}

/* Ratio: by the test and the kind of its value. */
static bool is_measurable(const gp_node *n) {
    return n->criterion.test == GP_REACHED || (n->criterion.test <= GP_BETWEEN && n->type.kind == GP_NUMBER);
}

/* Why not, as the end of a sentence. */
static gp_text why_unfit(gp_load *l, const gp_node *n, const gp_scoring *s) {
    gp_test test = n->criterion.test;
    if (s->method == GP_RULE_METHOD) return GP_TEXT("there is no `rule` here that could give the score");
    if (s->method == GP_INTERPOLATE) return GP_TEXT("it needs a value that is a number");
    if (s->method >= GP_RANK_METHOD && s->method <= GP_PERCENTILE) return gp_text_of(gp_why_no_standing(n, s));
    if (test == GP_TEST_NONE) return GP_TEXT("there is no criterion");
    if (test == GP_REACHED) return GP_TEXT("the target is the first stage, which counts as 0");
    if (is_measurable(n)) return GP_TEXT("there is no share of a target that is not above 0");
    gp_buf b;
    gp_buf_init(&b, l->diags->arena);
    gp_buf_printf(&b, test <= GP_BETWEEN ? "it does not go with %s" : "it does not go with `%s`",
                  test <= GP_BETWEEN ? gp_kind_name(n->type.kind) : gp_test_key(test));
    return gp_buf_take(&b);
}

static void report_unfit(gp_load *l, const gp_node *n, gp_place at) {
    const gp_scoring *s = &n->scoring;
    gp_text why = why_unfit(l, n, s);
    gp_diag *diag = gp_report(l->diags, GP_D_METHOD_UNFIT, at, "`%.*s` cannot have the method `%s`: %.*s", GP_ARG(n->id),
                              gp_words_method.list[s->method], GP_ARG(why));
    if (s->method != GP_RATIO || n->criterion.test == GP_TEST_NONE) return;
    if (is_measurable(n))
        gp_hint(l->diags, diag, "give a score for such targets by `otherwise`, or write `method: pass_fail`");
    else
        gp_hint(l->diags, diag, "shares are taken of the bounds of numbers and of `reached`; elsewhere write `method: pass_fail`");
}

/* The method that the node's criterion can have. */
static void fit_method(gp_load *l, gp_draft *d, const gp_spec *own) {
    gp_node *n = d->node;
    gp_scoring *s = &n->scoring;
    bool measured = n->criterion.test == GP_TEST_NONE;
    bool incomplete = n->criterion.test != GP_TEST_NONE && n->criterion.test != GP_JUDGED && n->criterion.text.s == NULL;
    bool nothing = measured && !n->value; /* reported */
    if (d->value_broken || incomplete || nothing || s->method == GP_CURVE || (measured && !s->own)) return;
    if (n->criterion.test == GP_RULE && !own->has_method) {
        s->method = GP_RULE_METHOD;
        if (d->score) check_methods(l, s, d->score->value);
        return;
    }
    bool later = s->method == GP_RULE_METHOD && d->score && gp_tree_get(d->score->value, "rule"); /* reported already */
    if (method_fits(n, s) || later) return;
    if (own->has_method || measured) {
        report_unfit(l, n, own->has_method ? own->method_at : s->at);
        return;
    }
    s->method = GP_PASS_FAIL;
    s->fell_back = true;
    if (d->score) check_methods(l, s, d->score->value);
}

static bool read_knot(gp_load *l, gp_param *x, gp_param *score, const gp_tree *t, const gp_want *of_value) {
    gp_want plain = gp_want_number();
    const gp_tree *value = gp_tree_get(t, "value"), *points = gp_tree_get(t, "score");
    if (t->kind == GP_TREE_LIST && t->n == 2) {
        value = t->items[0];
        points = t->items[1];
    } else if (!(t->kind == GP_TREE_MAP && t->n == 2 && value && points)) {
        gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(t), "a knot is [value, score]");
        return false;
    }
    bool ok = gp_load_param(l, x, value, GP_TEXT("value"), of_value);
    return gp_load_param(l, score, points, GP_TEXT("score"), &plain) && ok;
}

static bool check_knots(gp_load *l, const gp_scoring *s) {
    double x, before;
    bool ok = true;
    for (size_t i = 0; i < s->nknots; i++) {
        if (!gp_param_const_value(&x, &s->knots[i].x)) continue;
        if (i > 0 && gp_param_const_value(&before, &s->knots[i - 1].x) && x < before) {
            gp_report(l->diags, GP_D_ORDER, s->knots[i].x.at, "the knots do not stand in order of their values");
            ok = false;
        }
        if (s->log_scale && x <= 0) {
            gp_report(l->diags, GP_D_BAD_VALUE, s->knots[i].x.at, "a knot on a logarithmic scale is above 0");
            ok = false;
        }
    }
    return ok;
}

static void load_knots(gp_load *l, gp_draft *d, const gp_tree *list) {
    gp_node *n = d->node;
    gp_scoring *s = &n->scoring;
    if (!list) {
        gp_report(l->diags, GP_D_MISSING_KEY, n->at, "the method `interpolate` of `%.*s` needs `knots`", GP_ARG(n->id));
        return;
    }
    if (list == l->bad_knots) return;
    bool ok = list->n >= 2;
    if (!ok) gp_report(l->diags, GP_D_BAD_VALUE, s->at, "`knots` needs two knots or more");
    gp_want want = gp_want_number();
    want.type = n->type;
    want.aliases = d->aliases;
    want.naliases = d->naliases;
    s->knots = gp_arena_array(l->arena, list->n, sizeof *s->knots);
    for (size_t i = 0; i < list->n; i++) {
        struct gp_knot *k = &s->knots[s->nknots];
        if (read_knot(l, &k->x, &k->score, list->items[i], &want))
            s->nknots++;
        else
            ok = false;
    }
    if (!(ok && check_knots(l, s))) l->bad_knots = list;
}

/* A node that rolls up: its own method or curve over the roll-up is not evaluated yet. */
static void finish_parent(gp_load *l, const gp_spec *own) {
    if (own->has_method && EVALUATED & 1 << own->scoring->method)
        gp_report(l->diags, GP_D_NOT_YET, own->method_at, "a `method` for the roll-up of several parts is not evaluated in this version");
}

static void read_own(gp_load *l, gp_spec *own, const gp_pair *score) {
    gp_scoring *s = own->scoring;
    s->own = true;
    s->at = score->key_at;
    if (score->value->kind != GP_TREE_MAP) {
        gp_text curve;
        if (gp_read_text(&curve, l, score->value, score->key)) gp_report_not_yet(l, score->value->at, GP_TEXT("score: EXPRESSION"));
        s->method = GP_CURVE;
        return;
    }
    read_spec(l, own, score->value, GP_IN_SCORE);
    check_methods(l, s, score->value);
    check_needed(l, s, score->value);
}

void gp_finish_scoring(gp_load *l, gp_draft *d) {
    gp_node *n = d->node;
    const gp_tree *knots = d->knots;
    gp_spec own = {.draft = d, .scoring = &n->scoring, .knots = &knots};
    int decimals = n->own_decimals ? n->scoring.decimals : d->below.decimals;
    n->scoring = d->below;
    n->scoring.decimals = decimals;
    if (d->score) read_own(l, &own, d->score);
    bool parent = n->level == GP_SUBJECT || n->level == GP_GOAL || d->nclauses > 0;
    if (parent) {
        finish_parent(l, &own);
        return;
    }
    fit_method(l, d, &own);
    bool scored = n->criterion.test != GP_TEST_NONE || n->scoring.own;
    if (scored && n->scoring.method == GP_INTERPOLATE && n->value && n->type.kind == GP_NUMBER) load_knots(l, d, knots);
}

/* Methods: what each asks of the criterion and of its own keys, and reading their numbers at the leaf that has them.
 * Invariant: a method whose numbers were read fits its leaf; constants that would make it meaningless are refused. */
#include "plan/load.h"

const gp_datum *gp_node_datum(const gp_plan *p, const gp_node *n) {
    return n->value && n->value->op == GP_X_NAME && n->value->ref < p->ndata ? &p->data[n->value->ref] : NULL;
}

bool gp_has_stated_rank(const gp_plan *p, const gp_node *n) {
    const gp_datum *datum = gp_node_datum(p, n);
    return n->scoring.of.n > 0 || (datum && datum->measure == GP_RANK);
}

gp_want gp_want_value(const gp_draft *d) {
    gp_want want = gp_want_kind(d->node->type.kind);
    want.type = d->node->type;
    want.aliases = d->aliases;
    want.naliases = d->naliases;
    return want;
}

/* Stages differ by steps, dates by days. */
gp_want gp_want_gap(const gp_draft *d) {
    return d->node->type.kind == GP_NUMBER ? gp_want_value(d) : gp_want_number();
}

bool gp_load_kept(gp_load *l, gp_param *out, gp_kept *k, const gp_want *want) {
    if (!k || k->bad) return false;
    k->bad = !gp_load_param(l, out, k->pair.value, k->pair.key, want);
    return !k->bad;
}

enum { LARGEST_BARE_SCORE = 10 }; /* a bare 60 is a slip for 60%, or for marks */

static bool check_slip(gp_load *l, const gp_param *p, gp_text key) {
    for (size_t i = 0; i < p->n; i++) {
        const gp_expr *e = p->entry[i].expr;
        if (!gp_expr_is_const(e) || e->type.unit.given || !(e->value > LARGEST_BARE_SCORE)) continue;
        gp_diag *diag = gp_report(l->diags, GP_D_BAD_VALUE, e->at, "`%.*s` is `%.*s`, that many times full marks",
                                  GP_ARG(key), GP_ARG(e->text));
        gp_hint(l->diags, diag, "write `%.*s%%` for per cent, or say `in: marks`", GP_ARG(e->text));
        return false;
    }
    return true;
}

bool gp_load_fraction(gp_load *l, gp_param *out, const gp_tree *t, gp_text key, bool in_marks) {
    gp_want want = gp_want_number();
    return gp_load_param(l, out, t, key, &want) && (in_marks || check_slip(l, out, key));
}

static bool load_kept_fraction(gp_load *l, gp_param *out, gp_kept *k, bool in_marks) {
    if (!k || k->bad) return false;
    k->bad = !gp_load_fraction(l, out, k->pair.value, k->pair.key, in_marks);
    return !k->bad;
}

/* ---- what fits ---- */

static bool above_zero(const gp_param *p) {
    for (size_t i = 0; i < p->n; i++)
        if (gp_expr_is_const(p->entry[i].expr) && !(p->entry[i].expr->value > 0)) return false;
    return true;
}

static bool is_ordered_kind(gp_kind k) {
    return k == GP_NUMBER || k == GP_STAGE || k == GP_DATE;
}

/* Criteria with one target that a value can reach by parts. */
static bool has_bound(gp_test t) {
    return (t >= GP_AT_LEAST && t <= GP_LESS_THAN) || t == GP_REACHED || t == GP_BY;
}

/* Ratio: by the test and the kind of its value. */
static bool is_measurable(const gp_node *n) {
    return n->criterion.test == GP_REACHED || (n->criterion.test <= GP_BETWEEN && n->type.kind == GP_NUMBER);
}

static gp_text why_not_test(gp_load *l, const gp_node *n) {
    gp_test test = n->criterion.test;
    if (test == GP_TEST_NONE) return GP_TEXT("there is no criterion");
    gp_buf b;
    gp_buf_init(&b, l->diags->arena);
    gp_buf_printf(&b, test <= GP_BETWEEN ? "it does not go with %s" : "it does not go with `%s`",
                  test <= GP_BETWEEN ? gp_kind_name(n->type.kind) : gp_test_key(test));
    return gp_buf_take(&b);
}

static gp_text ratio_unfit(gp_load *l, const gp_node *n) {
    const gp_criterion *c = &n->criterion;
    if (c->test == GP_TEST_NONE || !is_measurable(n)) return why_not_test(l, n);
    if (n->scoring.otherwise.n > 0 || (above_zero(&c->target) && above_zero(&c->upper))) return GP_NO_TEXT;
    if (c->test == GP_REACHED) return GP_TEXT("the target is the first stage, which counts as 0");
    return GP_TEXT("there is no share of a target that is not above 0");
}

static gp_text number_unfit(const gp_node *n) {
    return n->value && n->type.kind == GP_NUMBER ? GP_NO_TEXT : GP_TEXT("it needs a value that is a number");
}

/* A distance to a target, in its unit, in stages or in days. */
static gp_text gap_unfit(gp_load *l, const gp_node *n) {
    gp_test t = n->criterion.test;
    bool fits = n->value && is_ordered_kind(n->type.kind) && (has_bound(t) || t == GP_BETWEEN || t == GP_EXACTLY);
    return fits ? GP_NO_TEXT : why_not_test(l, n);
}

/* x/T, as it is. */
static gp_text share_unfit(gp_load *l, const gp_node *n) {
    gp_test t = n->criterion.test;
    bool number = n->value && (n->type.kind == GP_NUMBER || n->type.kind == GP_STAGE);
    if (!number || t == GP_BY || !(has_bound(t) || t == GP_EXACTLY)) return why_not_test(l, n);
    if (n->scoring.otherwise.n > 0 || above_zero(&n->criterion.target)) return GP_NO_TEXT;
    return GP_TEXT("there is no share of a target that is not above 0");
}

static gp_text bands_unfit(gp_load *l, const gp_node *n) {
    if (n->scoring.over == GP_OVER_GAP) return gap_unfit(l, n);
    if (n->scoring.over == GP_OVER_RATIO) return share_unfit(l, n);
    return n->value && is_ordered_kind(n->type.kind) ? GP_NO_TEXT : GP_TEXT("it needs a value that has an order");
}

static bool goes_down(const gp_node *n) {
    gp_test t = n->criterion.test;
    return n->scoring.direction ? n->scoring.direction < 0 : t == GP_AT_MOST || t == GP_LESS_THAN;
}

static gp_text progress_unfit(gp_load *l, const gp_node *n) {
    gp_test t = n->criterion.test;
    double target, from;
    bool number = n->value && (n->type.kind == GP_NUMBER || n->type.kind == GP_STAGE);
    if (!number || t == GP_BY || !(has_bound(t) || t == GP_EXACTLY)) return why_not_test(l, n);
    bool constants = gp_param_const_value(&target, &n->criterion.target) && gp_param_const_value(&from, &n->scoring.baseline);
    if (!constants || n->scoring.otherwise.n > 0) return GP_NO_TEXT;
    if (target == from) return GP_TEXT("the target is the baseline, so there is no way to go");
    bool behind = t != GP_EXACTLY && (goes_down(n) ? target > from : target < from);
    return behind ? GP_TEXT("the baseline is better than the target") : GP_NO_TEXT;
}

static gp_text pace_unfit(gp_load *l, const gp_node *n) {
    const gp_datum *datum = gp_node_datum(l->plan, n);
    if (!datum || datum->measure != GP_CUMULATIVE) return GP_TEXT("its value is no single datum with `measure: cumulative`");
    gp_test t = n->criterion.test;
    if ((t != GP_AT_LEAST && t != GP_MORE_THAN) || goes_down(n)) return GP_TEXT("it goes with `at_least` and `more_than` alone");
    if (n->scoring.otherwise.n > 0 || above_zero(&n->criterion.target)) return GP_NO_TEXT;
    return GP_TEXT("there is no share of a target that is not above 0");
}

static gp_text standing_unfit(const gp_node *n) {
    const char *why = gp_why_no_standing(n, &n->scoring);
    return why ? gp_text_of(why) : GP_NO_TEXT;
}

gp_text gp_method_unfit(gp_load *l, const gp_draft *d) {
    const gp_node *n = d->node;
    switch (n->scoring.method) {
    case GP_PASS_FAIL: return n->criterion.test != GP_TEST_NONE ? GP_NO_TEXT : why_not_test(l, n);
    case GP_RATIO: return ratio_unfit(l, n);
    case GP_DEDUCT: return d->keys.at[GP_KEY_STEP] ? gap_unfit(l, n) : number_unfit(n);
    case GP_BANDS: return bands_unfit(l, n);
    case GP_PROGRESS: return progress_unfit(l, n);
    case GP_PACE: return pace_unfit(l, n);
    case GP_INTERPOLATE:
    case GP_EFFICACY:
    case GP_EFFICACY_BANDS:
    case GP_GOALPOSTS: return number_unfit(n);
    case GP_RANK_METHOD: return d->keys.at[GP_KEY_OF] || gp_has_stated_rank(l->plan, n) ? number_unfit(n) : standing_unfit(n);
    case GP_ZSCORE:
    case GP_PERCENTILE: return standing_unfit(n);
    case GP_TIERS: return n->criterion.test == GP_JUDGED ? GP_NO_TEXT : GP_TEXT("it is not `judged: true`");
    case GP_RULE_METHOD: return n->criterion.test == GP_RULE ? GP_NO_TEXT : GP_TEXT("there is no `rule` here that could give the score");
    default: return GP_NO_TEXT;
    }
}

/* ---- their numbers ---- */

static void check_above_zero(gp_load *l, const gp_param *p, const char *key) {
    if (above_zero(p)) return;
    gp_report(l->diags, GP_D_BAD_VALUE, p->at, "`%s` is `%.*s`; a number above 0 is due", key, GP_ARG(p->text));
}

static void check_differ(gp_load *l, const gp_param *a, const gp_param *b, const char *keys) {
    double x, y;
    if (gp_param_const_value(&x, a) && gp_param_const_value(&y, b) && x == y)
        gp_report(l->diags, GP_D_ORDER, b->at, "%s are the same, so there is nothing between them", keys);
}

static void load_deduct(gp_load *l, gp_draft *d) {
    gp_scoring *s = &d->node->scoring;
    gp_want gap = gp_want_gap(d);
    if (load_kept_fraction(l, &s->each, d->keys.at[GP_KEY_EACH], s->in_marks)) gp_param_check_sign(l, &s->each, GP_TEXT("each"));
    if (gp_load_kept(l, &s->step, d->keys.at[GP_KEY_STEP], &gap)) check_above_zero(l, &s->step, "step");
    const gp_tree *own = d->score ? gp_tree_get(d->score->value, "partial") : NULL;
    if (own && !d->keys.at[GP_KEY_STEP])
        gp_report(l->diags, GP_D_MISPLACED, own->at, "`partial` says how parts of a `step` count, and there is none");
}

static void load_efficacy(gp_load *l, gp_draft *d) {
    gp_scoring *s = &d->node->scoring;
    gp_want value = gp_want_value(d);
    gp_load_kept(l, &s->satisfactory, d->keys.at[GP_KEY_SATISFACTORY], &value);
    gp_load_kept(l, &s->unacceptable, d->keys.at[GP_KEY_UNACCEPTABLE], &value);
    load_kept_fraction(l, &s->slope, d->keys.at[GP_KEY_SLOPE], s->in_marks);
    load_kept_fraction(l, &s->base, d->keys.at[GP_KEY_BASE], s->in_marks);
    check_differ(l, &s->satisfactory, &s->unacceptable, "`satisfactory` and `unacceptable`");
}

static void load_goalposts(gp_load *l, gp_draft *d) {
    gp_scoring *s = &d->node->scoring;
    gp_want value = gp_want_value(d);
    gp_load_kept(l, &s->lo, d->keys.at[GP_KEY_LO], &value);
    gp_load_kept(l, &s->hi, d->keys.at[GP_KEY_HI], &value);
    check_differ(l, &s->lo, &s->hi, "`lo` and `hi`");
    if (!s->log_scale) return;
    check_above_zero(l, &s->lo, "lo");
    check_above_zero(l, &s->hi, "hi");
}

/* A rank is scored by a table, by a step, or by how many are ranked, which a cohort knows of itself. */
static bool check_rank_keys(gp_load *l, const gp_draft *d) {
    const gp_scoring *s = &d->node->scoring;
    gp_kept *const *k = d->keys.at;
    bool stated = gp_has_stated_rank(l->plan, d->node) || k[GP_KEY_OF];
    int given = (k[GP_KEY_OF] != NULL) + (k[GP_KEY_STEP] != NULL) + (k[GP_KEY_RANKS] != NULL);
    if (given == 1 || (given == 0 && !stated)) return true;
    gp_diag *diag = gp_report(l->diags, given ? GP_D_MISPLACED : GP_D_MISSING_KEY, s->method_at.file ? s->method_at : s->at,
                              given ? "a rank is scored by one of `of`, `step` and `ranks`, and `%.*s` has %d"
                                    : "the method `rank` of `%.*s` needs `of`, `step` or `ranks`",
                              GP_ARG(d->node->id), given);
    gp_hint(l->diags, diag, "`of: 20` says how many are ranked, `step: 2%%` what each place costs, `ranks: {1: 1, 3: 0.8}` is a table");
    return false;
}

static void load_rank(gp_load *l, gp_draft *d) {
    gp_scoring *s = &d->node->scoring;
    gp_want value = gp_want_value(d);
    gp_kept *const *k = d->keys.at;
    if (!check_rank_keys(l, d)) return;
    if (gp_load_kept(l, &s->of, k[GP_KEY_OF], &value)) check_above_zero(l, &s->of, "of");
    if (load_kept_fraction(l, &s->step, k[GP_KEY_STEP], s->in_marks)) gp_param_check_sign(l, &s->step, GP_TEXT("step"));
    if (k[GP_KEY_RANKS] && !k[GP_KEY_RANKS]->bad) k[GP_KEY_RANKS]->bad = !gp_load_ranks(l, d, &k[GP_KEY_RANKS]->pair);
}

static void load_list(gp_load *l, gp_draft *d, gp_method_key key, bool (*load)(gp_load *l, gp_draft *d, const gp_pair *pair)) {
    gp_kept *k = d->keys.at[key];
    if (k && !k->bad) k->bad = !load(l, d, &k->pair);
}

void gp_load_method(gp_load *l, gp_draft *d) {
    gp_want value = gp_want_value(d);
    switch (d->node->scoring.method) {
    case GP_INTERPOLATE: load_list(l, d, GP_KEY_KNOTS, gp_load_knots); break;
    case GP_EFFICACY_BANDS: load_list(l, d, GP_KEY_KNOTS, gp_load_standards); break;
    case GP_BANDS: load_list(l, d, GP_KEY_BANDS, gp_load_bands); break;
    case GP_TIERS: load_list(l, d, GP_KEY_TIERS, gp_load_tiers); break;
    case GP_PACE: load_list(l, d, GP_KEY_PROFILE, gp_load_profile); break;
    case GP_DEDUCT: load_deduct(l, d); break;
    case GP_EFFICACY: load_efficacy(l, d); break;
    case GP_GOALPOSTS: load_goalposts(l, d); break;
    case GP_PROGRESS: gp_load_kept(l, &d->node->scoring.baseline, d->keys.at[GP_KEY_BASELINE], &value); break;
    case GP_RANK_METHOD: load_rank(l, d); break;
    default: break;
    }
}

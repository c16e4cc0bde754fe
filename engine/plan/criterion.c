/* Criteria: the test of a clause, its target in the type of its value, and its text as a person reads it.
 * Invariant: at most one criterion a node; the kind of the value allows the test. */
#include "plan/load.h"

/* Signs of the tests, for the text. */
static const char *const SIGNS[] = {
    [GP_AT_LEAST] = "≥ ", [GP_AT_MOST] = "≤ ", [GP_MORE_THAN] = "> ", [GP_LESS_THAN] = "< ", [GP_EXACTLY] = "= ",
    [GP_NOT] = "≠ ",      [GP_IS] = "= ",      [GP_REACHED] = "≥ ",   [GP_BY] = "≤ ",
};

/* Tests that a kind of value can have. */
#define ORDERED (1u << GP_AT_LEAST | 1u << GP_AT_MOST | 1u << GP_MORE_THAN | 1u << GP_LESS_THAN | 1u << GP_BETWEEN)
#define EQUAL   (1u << GP_EXACTLY | 1u << GP_NOT | 1u << GP_ONE_OF)
static const unsigned TESTS_OF[] = {
    [GP_NUMBER] = ORDERED | EQUAL, [GP_BOOL] = 1u << GP_IS | 1u << GP_EXACTLY | 1u << GP_NOT, [GP_DATE] = ORDERED | EQUAL | 1u << GP_BY,
    [GP_STRING] = EQUAL,           [GP_STAGE] = ORDERED | EQUAL | 1u << GP_REACHED,           [GP_CODED] = ORDERED | EQUAL,
};

/* Takes the place of the node's criterion; false after reporting when there is one already. */
static bool take(gp_load *l, gp_draft *d, gp_test test, const gp_pair *pair) {
    gp_criterion *c = &d->node->criterion;
    if (c->test == GP_TEST_NONE) {
        c->test = test;
        c->at = d->criterion_at = pair->key_at;
        return true;
    }
    gp_diag *diag = gp_report(l->diags, GP_D_TWO_CRITERIA, pair->key_at, "`%.*s` stands beside `%s`; a clause has one criterion",
                              GP_ARG(pair->key), gp_test_key(c->test));
    diag->also = d->criterion_at;
    diag->also_what = GP_TEXT("the other criterion");
    gp_hint(l->diags, diag, "give each its own entry under `clauses`");
    return false;
}

static const char *test_hint(gp_kind kind) {
    switch (kind) {
    case GP_BOOL: return "for a truth value write `is: true` or `is: false`";
    case GP_DATE: return "for a date write `by`, `at_least`, `between` and their kin";
    case GP_STAGE: return "for a stage write `reached: STAGE`";
    case GP_STRING: return "for a text write `exactly`, `not` or `one_of`";
    default: return "for a number write `at_least`, `at_most`, `between` and their kin";
    }
}

/* Is there a value that the test can look at? */
static bool has_value(gp_load *l, gp_draft *d, gp_test test, const gp_pair *pair) {
    const gp_node *n = d->node;
    if (d->value_broken) return false;
    if (!n->value) {
        gp_diag *diag = gp_report(l->diags, GP_D_NO_VALUE, pair->key_at, "`%.*s` has nothing to test", GP_ARG(pair->key));
        gp_hint(l->diags, diag, "add `value:` with a name of the dictionary or an expression");
        return false;
    }
    if (TESTS_OF[n->type.kind] & 1u << test) return true;
    gp_diag *diag =
        gp_report(l->diags, GP_D_TEST_KIND, pair->key_at, "`%.*s` cannot test %s", GP_ARG(pair->key), gp_kind_name(n->type.kind));
    gp_hint(l->diags, diag, "%s", test_hint(n->type.kind));
    return false;
}

/* Coded values are compared in order by their numbers. */
static void value_as_number(gp_load *l, gp_node *n) {
    gp_expr *e = GP_NEW(l->arena, gp_expr);
    *e = (gp_expr){.op = GP_X_CODE_VALUE, .type = {.kind = GP_NUMBER}, .text = n->value->text, .at = n->value->at, .n = 1};
    e->arg = gp_arena_array(l->arena, 1, sizeof *e->arg);
    e->arg[0] = n->value;
    n->value = e;
    n->type = e->type;
}

static gp_want want_of(const gp_draft *d, const gp_type *type) {
    gp_want w = gp_want_kind(type->kind);
    w.type = *type;
    w.aliases = d->aliases;
    w.naliases = d->naliases;
    return w;
}

static bool is_foreign_word(gp_text t) {
    bool foreign = false;
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '"' || t.s[i] == '\'') return false;
        foreign = foreign || (unsigned char)t.s[i] >= 0x80;
    }
    return foreign;
}

/* A code word as the number that it stands for; other texts are expressions. */
static void code_number(gp_load *l, gp_tree *t, const gp_words *words) {
    for (size_t i = 0; i < words->n; i++) {
        if (!gp_text_eq(words->text[i], t->text)) continue;
        char number[32];
        t->text = gp_text_dup(l->arena, (gp_text){number, gp_number_print(number, words->value[i])});
        t->exact = false;
        return;
    }
    if (!is_foreign_word(t->text)) return;
    gp_diag *diag = gp_report(l->diags, GP_D_UNKNOWN_WORD, t->at, "`%.*s` is none of the codes of this datum", GP_ARG(t->text));
    gp_hint_nearest(l->diags, diag, t->text, words->text, words->n);
    t->text = GP_TEXT("0");
}

/* A target beside a coded value, its code words turned into numbers: dated forms and lists too. */
static gp_tree *code_numbers(gp_load *l, const gp_tree *t, const gp_words *words) {
    gp_tree *copy = GP_NEW(l->arena, gp_tree);
    *copy = *t;
    if (t->kind == GP_TREE_SCALAR && !gp_tree_is_null(t)) code_number(l, copy, words);
    if (t->kind == GP_TREE_LIST) copy->items = gp_arena_array(l->arena, t->n, sizeof *copy->items);
    if (t->kind == GP_TREE_MAP) copy->pairs = gp_arena_array(l->arena, t->n, sizeof *copy->pairs);
    for (size_t i = 0; t->kind == GP_TREE_LIST && i < t->n; i++) copy->items[i] = code_numbers(l, t->items[i], words);
    for (size_t i = 0; t->kind == GP_TREE_MAP && i < t->n; i++) {
        copy->pairs[i] = t->pairs[i];
        copy->pairs[i].value = code_numbers(l, t->pairs[i].value, words);
    }
    return copy;
}

/* The target of an ordered test: a coded value is compared by its number. */
static const gp_tree *ordered_target(gp_load *l, gp_draft *d, const gp_tree *t) {
    if (d->node->type.kind != GP_CODED) return t;
    const gp_words *codes = d->node->type.words;
    value_as_number(l, d->node);
    return gp_tree_is_from(t) ? t : code_numbers(l, t, codes);
}

static bool has_scale_only(const gp_expr *e) {
    return e->type.kind == GP_NUMBER && e->type.unit.given && e->type.unit.dim.n == 0;
}

/* A sum that a share goes into, or a choice or the size of such sums. */
static bool sums_scale(const gp_expr *e) {
    if (has_scale_only(e)) return true;
    if (e->op != GP_X_ADD && e->op != GP_X_SUB && e->op != GP_X_NEG && e->op != GP_X_CALL) return false;
    for (uint32_t i = 0; i < e->n; i++)
        if (sums_scale(e->arg[i])) return true;
    return false;
}

/* abs(1 - share) is a plain number, and read and printed in % all the same where the target is. */
static void take_scale(gp_node *n, const gp_param *target) {
    if (n->type.kind != GP_NUMBER || n->type.unit.given || n->type.unit.dim.n || !sums_scale(n->value) || target->n == 0) return;
    const gp_expr *t = target->entry[0].expr;
    if (t->op == GP_X_CONST && has_scale_only(t)) n->type.unit = t->type.unit;
}

static void read_ordered(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    if (!take(l, d, (gp_test)f->tag, pair) || !has_value(l, d, c->test, pair)) return;
    const gp_tree *target = ordered_target(l, d, pair->value);
    gp_want want = want_of(d, &d->node->type);
    gp_load_param(l, &c->target, target, pair->key, &want);
    take_scale(d->node, &c->target);
}

/* YAML 1.1 took these for truth values; here they are texts, and no data name is meant. */
static bool is_old_truth(const gp_tree *t) {
    static const char *const WORDS[] = {"yes", "no", "on", "off", "Yes", "No", "是", "否"};
    for (size_t i = 0; i < GP_COUNT(WORDS); i++)
        if (t->kind == GP_TREE_SCALAR && gp_text_is(t->text, WORDS[i])) return true;
    return false;
}

static void read_equal(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    bool truth;
    if (!take(l, d, (gp_test)f->tag, pair) || !has_value(l, d, c->test, pair)) return;
    if (d->node->type.kind == GP_BOOL && is_old_truth(pair->value)) {
        gp_read_bool(&truth, l, pair->value, pair->key);
        return;
    }
    gp_want want = want_of(d, &d->node->type);
    gp_load_param(l, &c->target, pair->value, pair->key, &want);
    take_scale(d->node, &c->target);
}

static void check_ends(gp_load *l, const gp_criterion *c) {
    for (size_t i = 0; i < c->target.n; i++) {
        const gp_expr *lo = c->target.entry[i].expr, *hi = c->upper.entry[i].expr;
        if (gp_expr_is_const(lo) && gp_expr_is_const(hi) && lo->value > hi->value)
            gp_report(l->diags, GP_D_ORDER, lo->at, "the lower end `%.*s` of `between` is above the upper end `%.*s`", GP_ARG(lo->text),
                      GP_ARG(hi->text));
    }
}

static void read_between(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    (void)f;
    if (!take(l, d, GP_BETWEEN, pair) || !has_value(l, d, GP_BETWEEN, pair)) return;
    const gp_tree *list = ordered_target(l, d, pair->value);
    gp_want want = want_of(d, &d->node->type);
    gp_param *ends;
    size_t n;
    if (!gp_load_params(l, &ends, &n, list, pair->key, &want, 2, 2)) return;
    c->target = ends[0];
    c->upper = ends[1];
    take_scale(d->node, &c->target);
    check_ends(l, c);
}

static void read_one_of(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    (void)f;
    if (!take(l, d, GP_ONE_OF, pair) || !has_value(l, d, GP_ONE_OF, pair)) return;
    gp_want want = want_of(d, &d->node->type);
    gp_load_params(l, &c->options, &c->noptions, pair->value, pair->key, &want, 1, SIZE_MAX);
}

static void read_judged(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    bool yes = false;
    (void)f;
    if (!take(l, d, GP_JUDGED, pair) || !gp_read_bool(&yes, l, pair->value, pair->key) || yes) return;
    gp_report(l->diags, GP_D_BAD_VALUE, pair->value->at, "`judged` can only be true; leave it out otherwise");
}

static void read_rule(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    (void)f;
    if (!take(l, d, GP_RULE, pair) || !gp_read_text(&c->rule, l, pair->value, pair->key)) return;
    if (gp_text_starts(c->rule, "std.")) gp_report_not_yet(l, pair->value->at, c->rule);
}

/* A number, plain or in a unit that the dictionary has: `5 亿元` is one, the text `12号线` is not. */
static bool argument_number(double *out, gp_load *l, gp_text text) {
    gp_quantity q;
    size_t bases = l->plan->units.bases.n;
    if (gp_quantity_read(&q, &l->plan->units, text, NULL, NULL, 0) != GP_QUANTITY_OK) return false;
    *out = q.value;
    return l->plan->units.bases.n == bases;
}

/* A scalar argument: truth value, number, else text; what stands in quotes is text. */
static void read_argument(gp_load *l, gp_argument *a, const gp_pair *pair) {
    const gp_tree *t = pair->value;
    *a = (gp_argument){.name = pair->key, .kind = GP_STRING, .at = pair->key_at};
    if (!gp_read_scalar(&a->text, l, t, pair->key) || t->quoted || t->tagged_str) return;
    bool yes = gp_text_is(a->text, "true");
    if (yes || gp_text_is(a->text, "false")) {
        a->kind = GP_BOOL;
        a->value = yes;
    } else if (argument_number(&a->value, l, a->text)) {
        a->kind = GP_NUMBER;
    }
}

static void read_with(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    const gp_tree *map = pair->value;
    (void)f;
    if (c->test != GP_RULE) {
        gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "`with` gives the arguments of a rule, and there is no `rule` here");
        return;
    }
    c->with = gp_arena_array(l->arena, map->n, sizeof *c->with);
    for (size_t i = 0; i < map->n; i++) read_argument(l, &c->with[c->nwith++], &map->pairs[i]);
}

/* Alone a criterion on a date; beside another one, the day on which that is due. */
static void read_by(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_criterion *c = &d->node->criterion;
    (void)f;
    bool alone = c->test == GP_TEST_NONE;
    if (alone && (!take(l, d, GP_BY, pair) || !has_value(l, d, GP_BY, pair))) return;
    gp_want want = gp_want_kind(GP_DATE);
    gp_load_param(l, alone ? &c->target : &c->due, pair->value, pair->key, &want);
}

const gp_field gp_criterion_fields[] = {
    {.key = "at_least", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_AT_LEAST, .read = read_ordered},
    {.key = "at_most", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_AT_MOST, .read = read_ordered},
    {.key = "more_than", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_MORE_THAN, .read = read_ordered},
    {.key = "less_than", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_LESS_THAN, .read = read_ordered},
    {.key = "between", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .read = read_between},
    {.key = "exactly", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_EXACTLY, .read = read_equal},
    {.key = "not", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_NOT, .read = read_equal},
    {.key = "one_of", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .read = read_one_of},
    {.key = "is", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_IS, .read = read_equal},
    {.key = "reached", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .tag = GP_REACHED, .read = read_equal},
    {.key = "rule", .due = GP_DUE_SCALAR, .where = GP_AT_LEAF, .read = read_rule},
    {.key = "judged", .due = GP_DUE_SCALAR, .where = GP_AT_LEAF, .read = read_judged},
    {.key = "with", .due = GP_DUE_MAP, .where = GP_AT_LEAF, .read = read_with},
    {.key = "by", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .read = read_by}, /* last: it asks whether there is another */
};
const size_t gp_criterion_nfields = GP_COUNT(gp_criterion_fields);

static void print_options(gp_buf *b, const gp_load *l, const gp_criterion *c) {
    gp_buf_str(b, "∈ {");
    for (size_t i = 0; i < c->noptions; i++) {
        if (i) gp_buf_str(b, ", ");
        gp_param_print(b, l, &c->options[i]);
    }
    gp_buf_char(b, '}');
}

/* Numbers share their unit: [7, 10] 位. */
static void print_ends(gp_buf *b, const gp_load *l, const gp_criterion *c) {
    gp_interval ends = {0};
    bool constants = gp_param_const_value(&ends.lo, &c->target) && gp_param_const_value(&ends.hi, &c->upper);
    const gp_type *type = &c->target.entry[0].expr->type;
    if (constants && type->kind == GP_NUMBER && ends.lo < ends.hi) {
        gp_interval_print(b, &ends, &type->unit);
        return;
    }
    gp_buf_char(b, '[');
    gp_param_print(b, l, &c->target);
    gp_buf_str(b, ", ");
    gp_param_print(b, l, &c->upper);
    gp_buf_char(b, ']');
}

static void print_criterion(gp_buf *b, const gp_load *l, const gp_criterion *c) {
    switch (c->test) {
    case GP_TEST_NONE:
    case GP_JUDGED: return;
    case GP_RULE: gp_buf_text(b, c->rule); return;
    case GP_BETWEEN: print_ends(b, l, c); return;
    case GP_ONE_OF: print_options(b, l, c); return;
    default: gp_buf_str(b, SIGNS[c->test]); gp_param_print(b, l, &c->target);
    }
}

void gp_finish_criterion(gp_load *l, gp_draft *d) {
    gp_criterion *c = &d->node->criterion;
    bool read = c->target.n > 0 || c->noptions > 0 || c->test == GP_RULE;
    gp_buf b;
    if (!read) return;
    gp_buf_init(&b, l->arena);
    print_criterion(&b, l, c);
    if (c->due.n > 0) {
        gp_buf_str(&b, " @");
        gp_param_print(&b, l, &c->due);
    }
    c->text = gp_buf_take(&b);
}

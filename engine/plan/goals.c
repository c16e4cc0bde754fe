/* The tree: goals, indicators and clauses, each read by the same tables.
 * Invariant: ids are unique among siblings, full ids in the plan; parents stand before their children. */
#include "plan/load.h"

static const char *const LEVELS[] = {"the plan", "a goal", "an indicator", "a clause"}; /* in messages */

/* ---- what a node is ---- */
static gp_text full_id(gp_load *l, const gp_node *parent, gp_text id) {
    if (parent->level == GP_SUBJECT || !parent->id.s) return id;
    gp_buf b;
    gp_buf_init(&b, l->arena);
    gp_buf_printf(&b, "%.*s.%.*s", GP_ARG(parent->id), GP_ARG(id));
    return gp_buf_take(&b);
}

/* As ids have no dots, full ids are unique where siblings' ids are. What lies below an id that is wrong is not compared. */
static void check_twice(gp_load *l, gp_draft *d) {
    const gp_node *n = d->node;
    uint32_t seen;
    d->unnamed = d->up->unnamed;
    if (d->unnamed) return;
    if (!gp_pool_find(&seen, &l->ids, n->id)) {
        gp_pool_add(&l->ids, n->id);
        *GP_PUSH(l->arena, l->id_places, l->nid_places, l->cap_id_places) = n->at;
        return;
    }
    d->unnamed = true;
    gp_diag *diag = gp_report(l->diags, GP_D_ID_TWICE, n->at, "the id `%.*s` is given twice", GP_ARG(n->id));
    diag->also = l->id_places[seen];
    diag->also_what = GP_TEXT("given here already");
}

static void read_id(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    gp_text id;
    (void)f;
    n->at = pair->value->at;
    if (!gp_read_text(&id, l, pair->value, pair->key)) return;
    gp_check_id(l, id, n->at);
    if (n->level == GP_GOAL && n->parent->level == GP_SUBJECT && gp_is_reserved_id(id))
        gp_report(l->diags, GP_D_BAD_ID, n->at, "`%.*s` cannot be the id of a goal: paths use that word", GP_ARG(id));
    n->short_id = n->name = id;
    n->id = full_id(l, n->parent, id);
    check_twice(l, to);
}

/* The alias words of a datum serve targets that stand beside it. */
static void take_aliases(gp_load *l, gp_draft *d) {
    const gp_expr *e = d->node->value;
    if (e->op != GP_X_NAME || e->ref >= l->plan->ndata) return;
    d->aliases = l->plan->data[e->ref].aliases;
    d->naliases = l->plan->data[e->ref].naliases;
}

static void set_value(gp_load *l, gp_draft *d, gp_expr *e, gp_place at) {
    gp_node *n = d->node;
    d->value_broken = e == NULL;
    n->value = e;
    n->value_at = at;
    if (!e) return;
    n->type = e->type;
    take_aliases(l, d);
}

static void read_value(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_want want = {.any = true};
    (void)f;
    set_value(l, to, gp_load_expr(l, pair->value, pair->key, &want), pair->value->at);
}

static void read_note(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    const gp_tree *t = pair->value;
    gp_text *texts;
    size_t count;
    gp_buf b;
    (void)f;
    if (t->kind != GP_TREE_LIST) {
        gp_read_text(&n->note, l, t, pair->key);
        return;
    }
    gp_read_texts(&texts, &count, l, t, pair->key);
    gp_buf_init(&b, l->arena);
    for (size_t i = 0; i < count; i++) gp_buf_printf(&b, "%s%.*s", i ? "\n" : "", GP_ARG(texts[i]));
    n->note = gp_buf_take(&b);
}

static void read_applies(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_want want = {.type = {.kind = GP_BOOL}};
    (void)f;
    ((gp_draft *)to)->node->applies = gp_load_expr(l, pair->value, pair->key, &want);
}

static void read_require(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    gp_text text = pair->value->text;
    d->require_at = pair->value->at;
    if (gp_text_is(text, "all") || gp_text_is(text, "any"))
        d->node->require = gp_text_is(text, "any") ? -1 : 0;
    else
        gp_read_whole(&d->node->require, l, pair->value, pair->key, f->lo, f->hi);
}

/* When the children are counted. */
static void check_require(gp_load *l, const gp_draft *d) {
    const gp_node *n = d->node;
    if (!d->require_at.file) return;
    if (n->nchild == 0 && n->level > GP_GOAL)
        gp_report(l->diags, GP_D_MISPLACED, d->require_at, "`require` has no meaning without clauses");
    else if (n->require > 0 && (size_t)n->require > n->nchild)
        gp_report(l->diags, GP_D_BAD_VALUE, d->require_at, "`require` is %d; at most %zu, the number of parts, is due", n->require,
                  n->nchild);
}

static void read_evidence(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    (void)f;
    n->evidence = 0;
    for (size_t i = 0; i < pair->value->n; i++) {
        unsigned basis;
        if (gp_read_word(&basis, l, pair->value->items[i], pair->key, &gp_words_basis)) n->evidence |= 1u << basis;
    }
    if (pair->value->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`evidence` lists no basis, so nothing would ever count");
}

static void read_until(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_date(&((gp_waiver *)to)->until, l, pair->value, pair->key);
}

static const gp_field WAIVER[] = {
    {.key = "reason", .due = GP_DUE_TEXT, .needed = true, .offset = offsetof(gp_waiver, reason)},
    {.key = "authority", .due = GP_DUE_TEXT, .needed = true, .offset = offsetof(gp_waiver, authority)},
    {.key = "until", .due = GP_DUE_SCALAR, .needed = true, .read = read_until},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
};

static void read_waive(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    (void)f;
    n->waive = GP_NEW(l->arena, gp_waiver);
    n->waive->at = pair->key_at;
    gp_fields_read(l, pair->value, "a waiver", 0, &GP_PART(WAIVER, n->waive), 1);
}

static void read_name(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_text(&((gp_draft *)to)->node->name, l, pair->value, pair->key);
}

static void read_number(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_text(&((gp_draft *)to)->node->number, l, pair->value, pair->key);
}

static void read_binding(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    gp_read_bool(&((gp_draft *)to)->node->binding, l, pair->value, pair->key);
}

#define BELOW_SUBJECT (GP_AT_GOAL | GP_AT_LEAF)
static const gp_field HEAD[] = {
    {.key = "id", .due = GP_DUE_SCALAR, .where = BELOW_SUBJECT, .needed = true, .read = read_id},
    {.key = "number", .due = GP_DUE_SCALAR, .where = BELOW_SUBJECT, .read = read_number},
    {.key = "name", .due = GP_DUE_SCALAR, .where = BELOW_SUBJECT, .read = read_name},
    {.key = "value", .due = GP_DUE_SCALAR, .where = GP_AT_LEAF, .read = read_value},
    {.key = "cite", .due = GP_DUE_SCALAR, .where = BELOW_SUBJECT, .read = gp_read_cite},
    {.key = "note", .due = GP_DUE_ANY, .read = read_note},
    {.key = "notes", .due = GP_DUE_ANY, .read = read_note},
    {.key = "applies", .due = GP_DUE_SCALAR, .read = read_applies},
    {.key = "evidence", .due = GP_DUE_LIST, .where = GP_AT_SUBJECT | BELOW_SUBJECT, .read = read_evidence},
    {.key = "require",
     .due = GP_DUE_SCALAR,
     .where = GP_AT_SUBJECT | GP_AT_GOAL | GP_AT_INDICATOR,
     .lo = 1,
     .hi = 100000,
     .read = read_require},
    {.key = "binding", .due = GP_DUE_SCALAR, .where = BELOW_SUBJECT, .read = read_binding},
    {.key = "waive", .due = GP_DUE_MAP, .where = BELOW_SUBJECT, .read = read_waive},
    {.key = "digits", .due = GP_DUE_WHOLE, .where = GP_AT_LEAF, .lo = 0, .hi = 15, .offset = GP_NOWHERE},
    {.key = "baseline", .due = GP_DUE_ANY, .where = GP_AT_LEAF, .read = gp_check_quantity},
};

/* ---- its children ---- */
static void keep_goals(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)f;
    ((gp_draft *)to)->goals = gp_goals_of_rows(l, pair->value);
}

static void keep_indicators(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_draft *d = to;
    (void)f;
    if (d->node->level == GP_SUBJECT)
        l->dealt_indicators = pair->value;
    else
        d->indicators = gp_rows_of_goal(l, pair->value, d->node->id);
}

static void keep_clauses(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)l;
    (void)f;
    gp_draft *d = to;
    d->clauses = pair->value;
    d->nclauses = pair->value->n;
    d->clauses_at = pair->key_at;
}

static const gp_field CHILDREN[] = {
    {.key = "indicators", .due = GP_DUE_LIST, .where = GP_AT_SUBJECT | GP_AT_GOAL, .read = keep_indicators},
    {.key = "goals", .due = GP_DUE_LIST, .where = GP_AT_SUBJECT | GP_AT_GOAL, .read = keep_goals},
    {.key = "clauses", .due = GP_DUE_LIST, .where = GP_AT_INDICATOR, .read = keep_clauses},
};

static void read_node(gp_load *l, gp_draft *d, const gp_tree *map, const gp_part *header);

static void read_child(gp_load *l, gp_draft *up, gp_level level, const gp_tree *t) {
    gp_node *n = GP_NEW(l->arena, gp_node);
    gp_draft d = {.node = n, .up = up, .depth = up->depth + (level == GP_GOAL), .below = up->below, .knots = up->knots, .unnamed = true};
    if (t->kind != GP_TREE_MAP) {
        gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(t), "%s is a mapping, not %s", LEVELS[level], gp_tree_kind_name(t));
        return;
    }
    n->level = level;
    n->parent = up->node;
    n->at = gp_tree_start(t);
    n->evidence = up->node->evidence;
    n->weight = up->one;
    d.one = up->one;
    d.value_broken = gp_tree_get(t, "value") != NULL; /* until it is read */
    if (level == GP_CLAUSE && up->node->value && !d.value_broken) {
        set_value(l, &d, up->node->value, up->node->value_at);
    } else if (level == GP_CLAUSE && up->value_broken) {
        d.value_broken = true;
    }
    read_node(l, &d, t, NULL);
    *GP_PUSH(l->arena, up->node->child, up->node->nchild, up->cap_children) = n;
}

static void read_list(gp_load *l, gp_draft *d, gp_level level, const gp_tree *list) {
    for (size_t i = 0; list && i < list->n; i++) read_child(l, d, level, list->items[i]);
}

/* The plan's own `indicators:` is a table whose column `goal` deals them out. */
static void read_dealt(gp_load *l, gp_draft *d) {
    const gp_tree *all = l->dealt_indicators;
    for (size_t i = 0; all && i < all->n; i++) {
        const gp_tree *goal = gp_tree_get(all->items[i], "goal");
        if (goal && goal->kind == GP_TREE_SCALAR && gp_text_eq(goal->text, d->node->id))
            read_child(l, d, GP_INDICATOR, gp_without_key(l, all->items[i], "goal"));
    }
}

/* Was something written under the key? A table that could not be read counts; it was reported. */
static bool is_written(const gp_tree *map, const char *key, bool clean) {
    const gp_tree *t = gp_tree_get(map, key);
    if (!t || (t->kind == GP_TREE_LIST && t->n == 0)) return false;
    return !gp_tree_is_from(t) || !clean;
}

static void check_children(gp_load *l, const gp_draft *d, const gp_tree *map, bool clean) {
    const gp_node *n = d->node;
    bool parent = n->level == GP_SUBJECT || n->level == GP_GOAL;
    if (parent && n->nchild == 0 && !is_written(map, "goals", clean) && !is_written(map, "indicators", clean))
        gp_report(l->diags, GP_D_MISSING_KEY, n->at, "%s without %s", n->level == GP_SUBJECT ? "a plan" : "a goal",
                  n->level == GP_SUBJECT ? "`goals`" : "`indicators` or `goals`");
    check_require(l, d);
}

/* An indicator is tested itself, or by its clauses. `clean`: none of its keys had an error, so what is not there was not written. */
static void check_leaf(gp_load *l, const gp_draft *d, bool clean) {
    const gp_node *n = d->node;
    bool tested = n->criterion.test != GP_TEST_NONE;
    if (d->clauses_at.file && tested) {
        gp_diag *diag =
            gp_report(l->diags, GP_D_MISPLACED, n->criterion.at, "`%s` stands beside `clauses`", gp_test_key(n->criterion.test));
        gp_hint(l->diags, diag, "an indicator has a criterion or clauses: make it one of the clauses");
    }
    if (d->clauses_at.file && d->nclauses == 0) gp_report(l->diags, GP_D_BAD_VALUE, d->clauses_at, "`clauses` lists no clause");
    if (tested || n->value || d->value_broken || !clean || d->clauses_at.file) return;
    gp_diag *diag = gp_report(l->diags, GP_D_NO_VALUE, n->at, "%s without a value and without a criterion", LEVELS[n->level]);
    gp_hint(l->diags, diag, "add `value` and a criterion such as `at_least`, or `rule`, or `judged: true`");
}

static void read_children(gp_load *l, gp_draft *d) {
    read_list(l, d, GP_INDICATOR, d->indicators);
    if (d->node->level == GP_GOAL) read_dealt(l, d);
    if (d->depth >= GP_DEPTH_MAX && d->goals)
        gp_report(l->diags, GP_D_DEPTH, gp_tree_start(d->goals), "goals lie more than %d deep", GP_DEPTH_MAX);
    else
        read_list(l, d, GP_GOAL, d->goals);
    read_list(l, d, GP_CLAUSE, d->clauses);
}

static void read_node(gp_load *l, gp_draft *d, const gp_tree *map, const gp_part *header) {
    gp_node *n = d->node;
    gp_part parts[6];
    size_t k = 0;
    if (header) parts[k++] = *header;
    parts[k++] = GP_PART(HEAD, d);
    parts[k++] = (gp_part){gp_criterion_fields, gp_criterion_nfields, d};
    parts[k++] = (gp_part){gp_weight_fields, gp_weight_nfields, d};
    parts[k++] = GP_PART(CHILDREN, d);
    size_t before = l->diags->errors;
    gp_fields_read(l, map, LEVELS[n->level], 1u << n->level, parts, k);
    if (n->level >= GP_INDICATOR) check_leaf(l, d, l->diags->errors == before);
    if (n->level == GP_GOAL && n->id.s) gp_pool_add(&l->goals, n->id);
    gp_finish_criterion(l, d);
    gp_finish_scoring(l, d);
    read_children(l, d);
    if (d->clauses_at.file) n->value = NULL;
    check_children(l, d, map, l->diags->errors == before);
}

void gp_read_root(gp_load *l, const gp_tree *map, const gp_part *header) {
    gp_node *n = GP_NEW(l->arena, gp_node);
    gp_draft d = {.node = n, .one = gp_param_const(l, 1, "1")};
    n->level = GP_SUBJECT;
    n->at = gp_tree_start(map);
    n->id = n->short_id = GP_TEXT("");
    n->evidence = (1u << GP_BASIS_COUNT) - 1;
    n->weight = d.one;
    gp_scoring_builtin(l, &d.below);
    l->plan->root = n;
    read_node(l, &d, map, header);
    if (n->marks.n == 0) n->marks = gp_param_const(l, 100, "100");
    n->name = l->plan->title;
}

/* ---- the flat list ---- */
static size_t count_nodes(const gp_node *n) {
    size_t sum = 1;
    for (size_t i = 0; i < n->nchild; i++) sum += count_nodes(n->child[i]);
    return sum;
}

static void list_node(gp_load *l, gp_node *n) {
    gp_plan *p = l->plan;
    n->index = (uint32_t)p->nnodes;
    p->nodes[p->nnodes++] = n;
    gp_pool_add(&p->ids, n->id.s ? n->id : GP_TEXT("?"));
    for (size_t i = 0; i < n->nchild; i++) list_node(l, n->child[i]);
}

void gp_list_nodes(gp_load *l) {
    gp_plan *p = l->plan;
    p->nodes = gp_arena_array(l->arena, count_nodes(p->root), sizeof *p->nodes);
    list_node(l, p->root);
}

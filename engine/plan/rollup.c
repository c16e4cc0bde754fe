/* How children are put together: the aggregate, bonus and penalty.
 * Invariant: an item of a bonus or penalty lies below the node that bears it, and is the item of one only. */
#include "plan/load.h"

/* ---- aggregate ---- */

static void read_aggregate_with(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_scoring *s = to;
    (void)f;
    s->nwith = 0;
    gp_read_arguments(&s->with, &s->nwith, l, pair->value);
}

static const gp_field AGGREGATE[] = {
    {.key = "worst_mean", .due = GP_DUE_WHOLE, .lo = 1, .hi = 100000, .offset = offsetof(gp_scoring, worst)},
    {.key = "rule", .due = GP_DUE_TEXT, .offset = offsetof(gp_scoring, rule)},
    {.key = "with", .due = GP_DUE_MAP, .read = read_aggregate_with},
};

/* {worst_mean: 2} or {rule: NAME, with: {...}} */
static void read_parametric(gp_load *l, gp_scoring *s, const gp_pair *pair) {
    bool rule = gp_tree_get(pair->value, "rule"), worst = gp_tree_get(pair->value, "worst_mean");
    s->worst = 1;
    s->with = NULL;
    s->nwith = 0;
    gp_fields_read(l, pair->value, "an aggregate", 0, &GP_PART(AGGREGATE, s), 1);
    s->aggregate = rule ? GP_RULE_AGGREGATE : GP_WORST_MEAN;
    if (rule != worst) {
        if (worst && gp_tree_get(pair->value, "with"))
            gp_report(l->diags, GP_D_MISPLACED, gp_tree_start(pair->value),
                      "`with` gives the arguments of a rule, and there is no `rule` here");
        return;
    }
    gp_diag *diag = gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(pair->value), "an aggregate with a parameter is one of two");
    gp_hint(l->diags, diag, "write {worst_mean: 2}, or {rule: NAME}");
}

void gp_read_aggregate(gp_load *l, gp_scoring *s, const gp_pair *pair) {
    unsigned word = 0;
    s->aggregate_at = gp_tree_start(pair->value);
    if (pair->value->kind == GP_TREE_MAP)
        read_parametric(l, s, pair);
    else if (gp_read_word(&word, l, pair->value, pair->key, &gp_words_aggregate))
        s->aggregate = (gp_aggregate)word;
}

/* ---- bonus and penalty ---- */

static void read_items(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_bonus *b = to;
    const gp_tree *list = pair->value;
    (void)f;
    gp_read_texts(&b->ids, &b->n, l, list, pair->key);
    b->ids_at = gp_arena_array(l->arena, list->n, sizeof *b->ids_at);
    for (size_t i = 0; i < list->n; i++) b->ids_at[i] = list->items[i]->at;
    if (list->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`items` lists no id");
    if (b->n < list->n) b->n = 0; /* reported */
}

static void read_item_cap(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_bonus *b = to;
    gp_want want = gp_want_number();
    (void)f;
    if (gp_load_param(l, &b->cap, pair->value, pair->key, &want)) gp_param_check_sign(l, &b->cap, pair->key);
}

static void read_item_in(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    unsigned marks;
    (void)f;
    if (gp_read_word(&marks, l, pair->value, pair->key, &gp_words_in)) ((gp_bonus *)to)->in_marks = marks == 1;
}

static const gp_field BONUS[] = {
    {.key = "items", .due = GP_DUE_LIST, .needed = true, .read = read_items},
    {.key = "cap", .due = GP_DUE_ANY, .read = read_item_cap},
    {.key = "in", .due = GP_DUE_SCALAR, .read = read_item_in},
    {.key = "highest_only", .due = GP_DUE_BOOL, .offset = offsetof(gp_bonus, highest_only)},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
};

void gp_read_bonus(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    gp_bonus *b = GP_NEW(l->arena, gp_bonus);
    bool penalty = gp_text_is(pair->key, "penalty");
    (void)f;
    b->at = pair->key_at;
    gp_fields_read(l, pair->value, penalty ? "a penalty" : "a bonus", 0, &GP_PART(BONUS, b), 1);
    if (penalty) n->penalty = b;
    else n->bonus = b;
}

/* A full id, or one within the node that bears the list. */
static gp_node *find_item(gp_load *l, const gp_node *n, gp_text id) {
    uint32_t k;
    gp_buf b;
    if (gp_pool_find(&k, &l->plan->ids, id)) return l->plan->nodes[k];
    gp_buf_init(&b, l->arena);
    gp_buf_printf(&b, "%.*s.%.*s", GP_ARG(n->id), GP_ARG(id));
    return gp_pool_find(&k, &l->plan->ids, gp_buf_take(&b)) ? l->plan->nodes[k] : NULL;
}

static bool lies_below(const gp_node *n, const gp_node *above) {
    for (n = n->parent; n; n = n->parent)
        if (n == above) return true;
    return false;
}

static void settle_item(gp_load *l, const gp_node *n, gp_bonus *b, size_t i) {
    gp_node *item = find_item(l, n, b->ids[i]);
    if (!item) {
        gp_diag *diag =
            gp_report(l->diags, GP_D_UNKNOWN_ID, b->ids_at[i], "there is no goal, indicator or clause `%.*s`", GP_ARG(b->ids[i]));
        gp_hint_nearest(l->diags, diag, b->ids[i], l->plan->ids.items, l->plan->ids.n);
    } else if (!lies_below(item, n)) {
        gp_report(l->diags, GP_D_MISPLACED, b->ids_at[i], "`%.*s` does not lie below the node that bears this list", GP_ARG(item->id));
    } else if (item->item) {
        gp_report(l->diags, GP_D_ID_TWICE, b->ids_at[i], "`%.*s` is an item of a bonus or penalty already", GP_ARG(item->id));
    } else {
        item->item = true;
        b->items[i] = item;
    }
}

static void settle_list(gp_load *l, const gp_node *n, gp_bonus *b) {
    if (!b) return;
    b->items = gp_arena_array(l->arena, b->n, sizeof(gp_node *));
    for (size_t i = 0; i < b->n; i++) settle_item(l, n, b, i);
}

void gp_settle_items(gp_load *l) {
    for (size_t i = 0; i < l->plan->nnodes; i++) {
        settle_list(l, l->plan->nodes[i], l->plan->nodes[i]->bonus);
        settle_list(l, l->plan->nodes[i], l->plan->nodes[i]->penalty);
    }
}

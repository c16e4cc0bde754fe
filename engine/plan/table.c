/* Decision tables: rows of conditions and what follows from each, turned into one expression by the hit policy (OMG, Decision Model and
 * Notation 1.3, 8.2.8). Invariant: rows are tried in the order of the plan, and what the policy forbids at run time gives no value. */
#include <math.h>

#include "plan/table.h"

enum { ROWS_MAX = 1000, AXES_MAX = 32, PAIRS_MAX = 32 /* outcomes of `any` that are no constants */ };

/* ---- texts that may hold names ---- */

static void put_texts(gp_buf *b, const gp_tree *t) {
    if (t->kind == GP_TREE_SCALAR) gp_buf_text(b, t->text);
    if (t->kind == GP_TREE_LIST)
        for (size_t i = 0; i < t->n; i++) put_texts(b, t->items[i]);
    if (t->kind == GP_TREE_MAP)
        for (size_t i = 0; i < t->n; i++) {
            gp_buf_text(b, t->pairs[i].key);
            gp_buf_char(b, '\n');
            put_texts(b, t->pairs[i].value);
        }
    gp_buf_char(b, '\n');
}

static void put_row(gp_buf *b, const gp_tree *row) {
    const gp_tree *when = gp_tree_get(row, "when"), *then = gp_tree_get(row, "then");
    if (when) put_texts(b, when);
    if (then) put_texts(b, then);
}

gp_text gp_table_texts(gp_load *l, const gp_tree *map) {
    const gp_tree *rows = gp_tree_get(map, "rows");
    gp_buf b;
    gp_buf_init(&b, l->arena);
    if (rows && gp_tree_is_from(rows)) rows = gp_list_from_csv(l, rows);
    for (size_t i = 0; rows && rows->kind == GP_TREE_LIST && i < rows->n; i++) put_row(&b, rows->items[i]);
    return gp_buf_take(&b);
}

/* ---- axes ---- */

static bool known_name(gp_load *l, const gp_pair *pair) {
    gp_type type;
    uint32_t ref;
    return gp_text_is(pair->key, "subject") || gp_text_is(pair->key, "period") || l->scope.name(l->scope.ud, &type, &ref, pair->key);
}

static void unknown_name(gp_load *l, const gp_pair *pair) {
    const gp_text *names;
    size_t n = l->scope.names(l->scope.ud, &names);
    gp_diag *diag = gp_report(l->diags, GP_D_UNKNOWN_NAME, pair->key_at, "there is no data or derived name `%.*s`", GP_ARG(pair->key));
    gp_hint_nearest(l->diags, diag, pair->key, names, n);
}

/* The axis of a name: there already, or made. false after reporting, or when the name is broken. */
static bool axis_of(size_t *out, gp_load *l, gp_decision *t, const gp_pair *pair) {
    for (*out = 0; *out < t->naxes; ++*out)
        if (gp_text_eq(t->axes[*out].name, pair->key)) return true;
    if (gp_reads_broken(l, pair->key)) return false;
    if (!known_name(l, pair)) {
        unknown_name(l, pair);
        return false;
    }
    if (t->naxes == AXES_MAX) {
        gp_report(l->diags, GP_D_TABLE_SIZE, pair->key_at, "a decision table has conditions over at most %d names", AXES_MAX);
        return false;
    }
    gp_want any = {.any = true};
    gp_expr *x = gp_expr_parse(l->arena, l->diags, &l->scope, pair->key, pair->key_at, true, &any);
    *GP_PUSH(l->arena, t->axes, t->naxes, t->cap_axes) = (gp_axis){pair->key, x, gp_plan_datum(l->plan, pair->key)};
    return x != NULL;
}

/* ---- rows ---- */

typedef struct gp_row_reader {
    gp_decision *table;
    gp_table_row *row;
    bool ok;
} gp_row_reader;

static void read_when(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_row_reader *r = to;
    (void)f;
    const gp_tree *map = pair->value;
    r->row->conditions = gp_arena_array(l->arena, map->n, sizeof *r->row->conditions);
    for (size_t i = 0; i < map->n; i++) {
        gp_condition *c = &r->row->conditions[r->row->n];
        bool read = axis_of(&c->axis, l, r->table, &map->pairs[i]) && gp_condition_read(c, l, r->table, &map->pairs[i]);
        r->row->n += read;
        r->ok = r->ok && read;
    }
}

static void read_then(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_text ignored;
    (void)f;
    if (gp_read_text(&ignored, l, pair->value, pair->key)) ((gp_row_reader *)to)->row->then_at = pair->value;
}

static const gp_field ROW[] = {
    {.key = "when", .due = GP_DUE_MAP, .read = read_when},
    {.key = "then", .due = GP_DUE_SCALAR, .read = read_then},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
};

static bool read_row(gp_load *l, gp_decision *t, const gp_tree *tree) {
    gp_table_row *row = &t->rows[t->n];
    gp_row_reader r = {.table = t, .row = row, .ok = true};
    size_t before = l->diags->errors;
    const gp_tree *map = gp_read_map(l, tree, GP_TEXT("rows"));
    if (!map) return false;
    *row = (gp_table_row){.at = gp_tree_start(map)};
    gp_fields_read(l, map, "a row of a decision table", 0, &GP_PART(ROW, &r), 1);
    bool counts = t->hit == GP_HIT_COUNT;
    if (!counts && !gp_tree_get(map, "then"))
        gp_report(l->diags, GP_D_MISSING_KEY, row->at, "`then` is missing in a row of a decision table");
    if (counts && row->then_at) gp_report(l->diags, GP_D_MISPLACED, row->then_at->at, "`then` has no meaning where rows are counted");
    return r.ok && l->diags->errors == before;
}

static bool read_rows(gp_load *l, gp_decision *t) {
    const gp_tree *list = t->rows_at;
    bool ok = list->n > 0;
    if (!ok) gp_report(l->diags, GP_D_BAD_VALUE, list->at, "a decision table without rows");
    if (list->n > ROWS_MAX) {
        gp_report(l->diags, GP_D_TABLE_SIZE, gp_tree_start(list->items[ROWS_MAX]), "a decision table has at most %d rows", ROWS_MAX);
        return false;
    }
    t->rows = gp_arena_array(l->arena, list->n, sizeof *t->rows);
    for (size_t i = 0; i < list->n; i++) {
        ok = read_row(l, t, list->items[i]) && ok;
        t->n++;
    }
    return ok;
}

/* ---- what follows: one type for all rows ---- */

/* How well an outcome tells the type of all: a word could be meant as text, a bare number could be in any unit. */
enum { TELLS_NOTHING, TELLS_WORD, TELLS_BARE, TELLS_PLAIN, TELLS_SCALE, TELLS_BASE, TELLS_ALL };

static int tells_number(const gp_unit *unit, int bare) {
    return unit->dim.n ? TELLS_BASE : unit->given ? TELLS_SCALE : bare;
}

static bool is_word_of_text(gp_text t) {
    for (size_t i = 0; i < t.n; i++)
        for (const char *s = "\"'()+*/^%<>=~,"; *s; s++)
            if (t.s[i] == *s) return false;
    return t.n > 0;
}

/* The type of an expression, tried without reporting. */
static int try_expression(gp_type *out, gp_load *l, const gp_tree *t, gp_text text) {
    gp_diags silent;
    gp_want any = {.any = true};
    gp_diags_init(&silent, l->arena);
    gp_expr *e = gp_expr_parse(l->arena, &silent, &l->scope, text, t->at, t->exact, &any);
    if (!e) {
        *out = (gp_type){.kind = GP_STRING};
        return is_word_of_text(text) ? TELLS_WORD : TELLS_NOTHING;
    }
    if (e->op == GP_X_CALL && e->fn == GP_FN_NONE) return TELLS_NOTHING;
    *out = e->type.kind == GP_CODED ? (gp_type){.kind = GP_NUMBER} : e->type;
    if (out->kind == GP_NUMBER) return tells_number(&out->unit, TELLS_PLAIN);
    return out->kind == GP_STRING && gp_expr_is_const(e) ? TELLS_WORD : TELLS_ALL;
}

static int probe(gp_type *out, gp_load *l, const gp_tree *t) {
    gp_text text = gp_text_trim(t->text);
    gp_quantity q;
    int32_t day;
    *out = (gp_type){.kind = GP_DATE};
    if (gp_date_read(&day, text)) return TELLS_ALL;
    out->kind = GP_BOOL;
    if (gp_text_is(text, "true") || gp_text_is(text, "false")) return TELLS_ALL;
    if (gp_quantity_read(&q, &l->plan->units, text, NULL, NULL, 0) != GP_QUANTITY_OK) return try_expression(out, l, t, text);
    *out = (gp_type){.kind = GP_NUMBER, .unit = q.unit};
    return tells_number(&q.unit, TELLS_BARE);
}

static gp_want want_of(gp_load *l, const gp_decision *t, const gp_want *declared) {
    gp_want want = {.any = true};
    int best = TELLS_NOTHING;
    if (!declared->any) {
        want = *declared;
        want.quantity_first = true;
        return want;
    }
    for (size_t i = 0; i < t->n; i++) {
        gp_type type = {0};
        int tells = t->rows[i].then_at ? probe(&type, l, t->rows[i].then_at) : TELLS_NOTHING;
        if (tells <= best) continue;
        best = tells;
        want = (gp_want){.type = type, .unit_matters = type.kind == GP_NUMBER, .quantity_first = true};
    }
    return want;
}

static bool is_ordered(gp_kind kind) {
    return kind == GP_NUMBER || kind == GP_DATE || kind == GP_STAGE;
}

/* Sums need numbers, the least and the greatest an order. */
static bool policy_fits(gp_load *l, const gp_decision *t, const gp_type *type) {
    bool sum = t->hit == GP_HIT_SUM, order = t->hit == GP_HIT_MIN || t->hit == GP_HIT_MAX;
    if ((!sum || type->kind == GP_NUMBER) && (!order || is_ordered(type->kind))) return true;
    gp_report(l->diags, GP_D_KIND_MISMATCH, t->rows[0].then_at->at, "the rows of `%.*s` give %s, of which there is no `%s`",
              GP_ARG(t->name), gp_kind_name(type->kind), gp_words_hit.list[t->hit]);
    return false;
}

static bool read_outcomes(gp_load *l, gp_decision *t, gp_type *type, const gp_want *declared) {
    bool ok = true;
    gp_want want = want_of(l, t, declared);
    *type = want.type;
    if (t->hit == GP_HIT_COUNT) return true;
    for (size_t i = 0; i < t->n; i++) {
        gp_table_row *row = &t->rows[i];
        row->then = row->then_at ? gp_load_expr(l, row->then_at, GP_TEXT("then"), &want) : NULL;
        ok = ok && row->then;
    }
    return ok && policy_fits(l, t, type);
}

/* ---- expressions over rows ---- */

static gp_expr *number(gp_load *l, const gp_decision *t, const gp_type *type, double v) {
    gp_expr *e = gp_expr_const(l->arena, *type, v, t->at);
    e->text = t->name;
    return e;
}

/* No value, and why. */
static gp_expr *nothing(gp_load *l, const gp_decision *t, const gp_type *type, gp_table_none why) {
    gp_expr *e = GP_NEW(l->arena, gp_expr);
    *e = (gp_expr){.op = GP_X_CALL, .fn = GP_FN_NONE, .type = *type, .text = t->name, .at = t->at, .value = why};
    e->ref = (uint32_t)l->plan->nderived; /* which it is going to be */
    return e;
}

static gp_expr *choice(gp_load *l, const gp_decision *t, gp_expr *when, gp_expr *yes, gp_expr *no) {
    if (!when) return yes;
    gp_expr *e = GP_NEW(l->arena, gp_expr);
    *e = (gp_expr){.op = GP_X_CALL, .fn = GP_FN_IF_ELSE, .type = yes->type, .text = t->name, .at = t->at, .n = 3};
    e->arg = gp_arena_array(l->arena, 3, sizeof *e->arg);
    e->arg[0] = when;
    e->arg[1] = yes;
    e->arg[2] = no;
    return e;
}

static gp_expr *any_of(gp_load *l, const gp_decision *t, gp_expr *a, gp_expr *b) {
    return a && b ? gp_table_op(l, t, GP_X_OR, GP_BOOL, a, b) : NULL;
}

/* NULL: some row always holds. */
static gp_expr *some_row(gp_load *l, const gp_decision *t) {
    gp_expr *any = t->rows[0].when;
    for (size_t i = 1; i < t->n; i++) any = any_of(l, t, any, t->rows[i].when);
    return any;
}

/* The first row that holds, in the order given. Where some row always holds the last one needs no asking. */
static gp_expr *first_of(gp_load *l, const gp_decision *t, const size_t *order, const gp_type *type, bool complete) {
    gp_expr *e = complete ? t->rows[order[t->n - 1]].then : nothing(l, t, type, GP_NONE_NO_ROW);
    for (size_t i = t->n - complete; i-- > 0;) e = choice(l, t, t->rows[order[i]].when, t->rows[order[i]].then, e);
    return e;
}

static const size_t *plan_order(gp_load *l, const gp_decision *t) {
    size_t *order = gp_arena_array(l->arena, t->n, sizeof *order);
    for (size_t i = 0; i < t->n; i++) order[i] = i;
    return order;
}

/* Sum of what a row gives where it holds, or of 1. */
static gp_expr *total_of(gp_load *l, const gp_decision *t, gp_expr *const *when, gp_expr *const *what, size_t n, const gp_type *type) {
    gp_expr *sum = NULL, *zero = number(l, t, type, 0), *one = number(l, t, type, 1);
    for (size_t i = 0; i < n; i++) {
        gp_expr *part = choice(l, t, when[i], what ? what[i] : one, zero);
        sum = sum ? gp_table_op(l, t, GP_X_ADD, GP_NUMBER, sum, part) : part;
        sum->type = *type;
    }
    return sum;
}

static gp_expr **each_when(gp_load *l, const gp_decision *t) {
    gp_expr **when = gp_arena_array(l->arena, t->n, sizeof *when);
    for (size_t i = 0; i < t->n; i++) when[i] = t->rows[i].when;
    return when;
}

static gp_expr **each_then(gp_load *l, const gp_decision *t) {
    gp_expr **then = gp_arena_array(l->arena, t->n, sizeof *then);
    for (size_t i = 0; i < t->n; i++) then[i] = t->rows[i].then;
    return then;
}

static gp_expr *at_most_one(gp_load *l, const gp_decision *t, gp_expr *const *when, size_t n) {
    gp_type plain = {.kind = GP_NUMBER};
    return gp_table_op(l, t, GP_X_LE, GP_BOOL, total_of(l, t, when, NULL, n, &plain), number(l, t, &plain, 1));
}

/* ---- policies ---- */

/* Rows by what follows: those that give one and the same thing are one group. */
static size_t group_rows(gp_load *l, const gp_decision *t, gp_expr **when, gp_expr **then) {
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++) {
        size_t k = 0;
        while (k < n && !gp_table_same(then[k], t->rows[i].then)) k++;
        when[k] = k < n ? any_of(l, t, when[k], t->rows[i].when) : t->rows[i].when;
        then[k] = t->rows[i].then;
        n += k == n;
    }
    return n;
}

static gp_expr *conflict_of(gp_load *l, const gp_decision *t, gp_expr *when_a, gp_expr *a, gp_expr *when_b, gp_expr *b) {
    gp_expr *both = !when_a ? when_b : !when_b ? when_a : gp_table_op(l, t, GP_X_AND, GP_BOOL, when_a, when_b);
    gp_expr *differ = gp_table_op(l, t, GP_X_NE, GP_BOOL, a, b);
    return both ? gp_table_op(l, t, GP_X_AND, GP_BOOL, both, differ) : differ;
}

static bool all_constant(gp_expr *const *e, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (!gp_expr_is_const(e[i])) return false;
    return true;
}

/* All rows that hold agree: constants by counting what different ones are given, others two by two. */
static gp_expr *agreed(gp_load *l, const gp_decision *t, gp_expr *value, const gp_type *type) {
    gp_expr **when = gp_arena_array(l->arena, t->n, sizeof *when), **then = gp_arena_array(l->arena, t->n, sizeof *then);
    size_t n = group_rows(l, t, when, then);
    gp_expr *no = nothing(l, t, type, GP_NONE_DISAGREE), *any = NULL;
    if (all_constant(then, n)) return choice(l, t, at_most_one(l, t, when, n), value, no);
    if (n > PAIRS_MAX) {
        gp_report(l->diags, GP_D_TABLE_SIZE, t->at, "under `any` at most %d different outcomes that are no constants can be compared",
                  PAIRS_MAX);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++) {
            gp_expr *one = conflict_of(l, t, when[i], then[i], when[j], then[j]);
            any = any ? gp_table_op(l, t, GP_X_OR, GP_BOOL, any, one) : one;
        }
    return any ? choice(l, t, any, no, value) : value;
}

/* Constants in order of size, so that the first that holds is the least or the greatest. */
static const size_t *by_size(gp_load *l, const gp_decision *t) {
    size_t *order = gp_arena_array(l->arena, t->n, sizeof *order);
    double sign = t->hit == GP_HIT_MIN ? 1 : -1;
    for (size_t i = 0; i < t->n; i++) {
        size_t at = i;
        for (; at > 0 && sign * t->rows[order[at - 1]].then->value > sign * t->rows[i].then->value; at--) order[at] = order[at - 1];
        order[at] = i;
    }
    return order;
}

static bool outcomes_constant(const gp_decision *t) {
    for (size_t i = 0; i < t->n; i++)
        if (!gp_expr_is_const(t->rows[i].then)) return false;
    return true;
}

static gp_expr *guarded(gp_load *l, const gp_decision *t, gp_expr *value, const gp_type *type, bool complete) {
    gp_expr *any = complete ? NULL : some_row(l, t);
    return choice(l, t, any, value, nothing(l, t, type, GP_NONE_NO_ROW));
}

/* A row that does not hold counts as beyond every value, and some row holds. */
static gp_expr *extreme_of(gp_load *l, const gp_decision *t, const gp_type *type, bool complete) {
    gp_expr *beyond = number(l, t, type, t->hit == GP_HIT_MIN ? INFINITY : -INFINITY), *e = GP_NEW(l->arena, gp_expr);
    if (outcomes_constant(t)) return first_of(l, t, by_size(l, t), type, complete);
    *e = (gp_expr){.op = GP_X_CALL, .fn = t->hit == GP_HIT_MIN ? GP_FN_MIN : GP_FN_MAX, .type = *type, .text = t->name, .at = t->at};
    e->arg = gp_arena_array(l->arena, t->n, sizeof *e->arg);
    for (; e->n < t->n; e->n++) e->arg[e->n] = choice(l, t, t->rows[e->n].when, t->rows[e->n].then, beyond);
    return guarded(l, t, e, type, complete);
}

static gp_expr *by_policy(gp_load *l, const gp_decision *t, const gp_type *type, const gp_table_facts *facts) {
    if (t->hit == GP_HIT_COUNT) return total_of(l, t, each_when(l, t), NULL, t->n, type);
    gp_expr *first = first_of(l, t, plan_order(l, t), type, facts->complete);
    switch ((gp_hit)t->hit) {
    case GP_HIT_UNIQUE:
        if (facts->apart) return first;
        return choice(l, t, at_most_one(l, t, each_when(l, t), t->n), first, nothing(l, t, type, GP_NONE_SEVERAL));
    case GP_HIT_ANY: return facts->apart ? first : agreed(l, t, first, type);
    case GP_HIT_SUM: return guarded(l, t, total_of(l, t, each_when(l, t), each_then(l, t), t->n, type), type, facts->complete);
    case GP_HIT_MIN:
    case GP_HIT_MAX: return extreme_of(l, t, type, facts->complete);
    case GP_HIT_FIRST:
    case GP_HIT_PRIORITY: /* rows stand in that order */
    case GP_HIT_COUNT: break;
    }
    return first;
}

/* ---- priority ---- */

static size_t position_in(gp_expr *const *list, size_t n, const gp_expr *outcome) {
    size_t k = 0;
    while (k < n && !gp_table_same(list[k], outcome)) k++;
    return k;
}

static bool check_priority(gp_load *l, const gp_decision *t, gp_expr *const *list, size_t n) {
    bool ok = true;
    for (size_t i = 0; i < t->n; i++) {
        const gp_expr *then = t->rows[i].then;
        if (!gp_expr_is_const(then))
            gp_report(l->diags, GP_D_CONSTANT_DUE, then->at, "under `priority` what follows is one of the outcomes listed, not `%.*s`",
                      GP_ARG(then->text));
        else if (position_in(list, n, then) == n)
            gp_report(l->diags, GP_D_UNKNOWN_WORD, t->rows[i].then_at->at, "`%.*s` is none of the outcomes in `priority`",
                      GP_ARG(t->rows[i].then_at->text));
        else
            continue;
        ok = false;
    }
    for (size_t k = 0; k < n && ok; k++) {
        bool given = false;
        for (size_t i = 0; i < t->n; i++) given = given || gp_table_same(list[k], t->rows[i].then);
        if (given && position_in(list, n, list[k]) == k) continue;
        gp_report(l->diags, GP_D_BAD_VALUE, t->priority->items[k]->at,
                  given ? "`%.*s` stands in `priority` already" : "no row gives `%.*s`", GP_ARG(t->priority->items[k]->text));
        ok = false;
    }
    return ok;
}

/* Rows in the order of their outcomes; among those of one outcome the order makes no difference. */
static bool sort_by_priority(gp_load *l, gp_decision *t, const gp_type *type) {
    gp_want want = {.type = *type, .unit_matters = type->kind == GP_NUMBER, .quantity_first = true};
    size_t n = t->priority->n;
    gp_expr **list = gp_arena_array(l->arena, n, sizeof *list);
    for (size_t i = 0; i < n; i++)
        if (!(list[i] = gp_load_expr(l, t->priority->items[i], GP_TEXT("priority"), &want))) return false;
    if (!check_priority(l, t, list, n)) return false;
    gp_table_row *sorted = gp_arena_array(l->arena, t->n, sizeof *sorted);
    size_t at = 0;
    for (size_t k = 0; k < n; k++)
        for (size_t i = 0; i < t->n; i++)
            if (gp_table_same(list[k], t->rows[i].then)) sorted[at++] = t->rows[i];
    t->rows = sorted;
    return true;
}

/* ---- the table ---- */

static void read_priority(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)l;
    (void)f;
    ((gp_decision *)to)->priority = pair->value;
}

static void read_rows_key(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)l;
    (void)f;
    ((gp_decision *)to)->rows_at = pair->value;
}

static const gp_field TABLE[] = {
    {.key = "hit", .due = GP_DUE_WORD, .words = &gp_words_hit, .offset = offsetof(gp_decision, hit)},
    {.key = "priority", .due = GP_DUE_LIST, .read = read_priority},
    {.key = "rows", .due = GP_DUE_LIST, .needed = true, .read = read_rows_key},
};

static bool read_keys(gp_load *l, gp_decision *t, const gp_tree *map) {
    size_t before = l->diags->errors;
    gp_fields_read(l, map, "a decision table", 0, &GP_PART(TABLE, t), 1);
    bool by_priority = t->hit == GP_HIT_PRIORITY;
    const gp_tree *hit = gp_tree_get(map, "hit");
    if (by_priority && !gp_tree_get(map, "priority") && hit) {
        gp_diag *diag = gp_report(l->diags, GP_D_MISSING_KEY, hit->at, "`priority` is missing in a decision table with `hit: priority`");
        gp_hint(l->diags, diag, "list the outcomes, the one that wins first: `priority: [A, B]`");
    }
    if (!by_priority && t->priority)
        gp_report(l->diags, GP_D_MISPLACED, gp_tree_start(t->priority), "`priority` goes with `hit: priority`");
    return l->diags->errors == before && t->rows_at;
}

static void join_conditions(gp_load *l, gp_decision *t) {
    for (size_t i = 0; i < t->n; i++) {
        gp_expr *all = NULL;
        for (size_t k = 0; k < t->rows[i].n; k++) {
            gp_expr *one = gp_condition_expr(l, t, &t->rows[i].conditions[k]);
            all = all ? gp_table_op(l, t, GP_X_AND, GP_BOOL, all, one) : one;
        }
        t->rows[i].when = all;
    }
}

gp_expr *gp_table_load(gp_load *l, gp_derived *derived, const gp_tree *map, const gp_want *want) {
    gp_decision t = {.name = derived->name, .at = derived->at};
    gp_type type = {0};
    gp_table_facts facts;
    if (!read_keys(l, &t, map)) return NULL;
    bool rows = read_rows(l, &t);
    if (!read_outcomes(l, &t, &type, want) || !rows) return NULL;
    if (t.hit == GP_HIT_COUNT && want->any) type = (gp_type){.kind = GP_NUMBER};
    if (t.hit == GP_HIT_PRIORITY && !sort_by_priority(l, &t, &type)) return NULL;
    gp_table_told *told = GP_NEW(l->arena, gp_table_told);
    told->nrows = t.n;
    told->at = t.at;
    size_t before = l->diags->errors;
    gp_table_check(&facts, told, l, &t);
    derived->table = told;
    if (l->diags->errors != before) return NULL;
    join_conditions(l, &t);
    gp_expr *e = by_policy(l, &t, &type, &facts);
    if (!e || e->type.kind != GP_NUMBER) return e;
    e->type = type;
    return e;
}

/* Derived names: expressions over data and over each other, in any order.
 * Invariant: they are kept in an order in which each reads only earlier ones; a cycle is reported with its chain. */
#include "plan/table.h"

typedef enum gp_mark { GP_MARK_NEW, GP_MARK_OPEN, GP_MARK_DONE } gp_mark;

/* A derived name before its turn. */
typedef struct gp_wish {
    gp_derived derived;
    const gp_tree *expr, *table; /* NULL: nothing to read of that kind */
    gp_text reads;               /* the texts in which names may stand */
    gp_text unit;
    gp_place unit_at;
    gp_mark mark;
    size_t next;   /* byte of them at which the search for names goes on */
    size_t reader; /* which asked for it, while it is open */
} gp_wish;

typedef struct gp_wishes {
    gp_wish *list;
    size_t n;
    gp_pool names; /* number: index in list */
} gp_wishes;

static bool name_first(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
static bool name_next(char c) {
    return name_first(c) || (c >= '0' && c <= '9');
}

static size_t behind_quote(gp_text text, size_t i) {
    char quote = text.s[i++];
    while (i < text.n && text.s[i] != quote) i += text.s[i] == '\\' ? 2 : 1;
    return i < text.n ? i + 1 : text.n;
}

bool gp_next_name(gp_text *name, gp_text text, size_t *i) {
    while (*i < text.n) {
        char c = text.s[*i];
        size_t start = *i;
        if (c == '"' || c == '\'') {
            *i = behind_quote(text, *i);
        } else if (name_next(c)) {
            while (*i < text.n && name_next(text.s[*i])) (*i)++;
            *name = (gp_text){text.s + start, *i - start};
            if (name_first(c)) return true;
        } else {
            (*i)++;
        }
    }
    return false;
}

bool gp_reads_broken(const gp_load *l, gp_text text) {
    gp_text name;
    uint32_t number;
    if (l->broken.n == 0 && !l->no_dictionary) return false;
    for (size_t i = 0; gp_next_name(&name, text, &i);)
        if (l->no_dictionary || gp_pool_find(&number, &l->broken, name)) return true;
    return false;
}

static void read_expr(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)l;
    (void)f;
    ((gp_wish *)to)->expr = pair->value;
}

static void read_unit(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_wish *w = to;
    (void)f;
    if (gp_read_text(&w->unit, l, pair->value, pair->key)) w->unit_at = pair->value->at;
}

static void read_table(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_wish *w = to;
    (void)f;
    w->table = pair->value;
    w->reads = gp_table_texts(l, pair->value);
}

static const gp_field DERIVED[] = {
    {.key = "name", .due = GP_DUE_TEXT, .offset = offsetof(gp_wish, derived.label)},
    {.key = "expr", .due = GP_DUE_SCALAR, .read = read_expr},
    {.key = "unit", .due = GP_DUE_SCALAR, .read = read_unit},
    {.key = "table", .due = GP_DUE_MAP, .read = read_table},
    {.key = "cohort", .due = GP_DUE_MAP, .later = true, .read = gp_read_cohort},
    {.key = "digits", .due = GP_DUE_WHOLE, .lo = 0, .hi = 15, .offset = GP_NOWHERE},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "notes", .due = GP_DUE_ANY},
};

static void read_long_form(gp_load *l, gp_wish *w, const gp_tree *map) {
    gp_fields_read(l, map, "a derived name", 0, &GP_PART(DERIVED, w), 1);
    const gp_tree *table = gp_tree_get(map, "table"), *expr = gp_tree_get(map, "expr");
    if (!table && !expr)
        gp_report(l->diags, GP_D_MISSING_KEY, w->derived.at, "`expr` is missing in the derived name `%.*s`", GP_ARG(w->derived.name));
    else if (table && expr)
        gp_report(l->diags, GP_D_MISPLACED, gp_tree_start(expr), "`expr` stands beside `table`; a derived name has one of them");
}

static void read_wish(gp_load *l, gp_wish *w, const gp_pair *pair) {
    w->derived = (gp_derived){.name = pair->key, .label = pair->key, .at = pair->key_at};
    size_t before = l->diags->errors;
    gp_check_name(l, pair->key, pair->key_at);
    if (pair->value->kind == GP_TREE_MAP)
        read_long_form(l, w, pair->value);
    else
        w->expr = pair->value;
    gp_text ignored;
    if (w->expr && !gp_read_text(&ignored, l, w->expr, pair->key)) w->expr = NULL;
    if (w->expr) w->reads = w->expr->text;
    if (l->diags->errors > before) gp_pool_add(&l->broken, pair->key);
}

static bool already_data(gp_load *l, const gp_pair *pair) {
    const gp_datum *d = gp_plan_datum(l->plan, pair->key);
    if (!d) return false;
    gp_diag *diag = gp_report(l->diags, GP_D_ID_TWICE, pair->key_at, "`%.*s` stands in `data` already", GP_ARG(pair->key));
    diag->also = d->at;
    diag->also_what = GP_TEXT("given here already");
    return true;
}

static void report_cycle(gp_load *l, const gp_wishes *w, size_t from, size_t to) {
    gp_buf chain;
    gp_buf_init(&chain, l->diags->arena);
    size_t length = 1, parts = 0;
    for (size_t i = from; i != to; i = w->list[i].reader) length++;
    size_t *path = gp_arena_array(l->arena, length, sizeof *path);
    for (size_t i = from, k = length; k-- > 0; i = w->list[i].reader) path[k] = i;
    for (; parts < length && parts < 16; parts++) gp_buf_printf(&chain, "`%.*s` reads ", GP_ARG(w->list[path[parts]].derived.name));
    if (parts < length) gp_buf_str(&chain, "… reads ");
    gp_buf_printf(&chain, "`%.*s`", GP_ARG(w->list[to].derived.name));
    gp_text text = gp_buf_take(&chain);
    gp_report(l->diags, GP_D_CYCLE, w->list[to].derived.at, "derived names need each other: %.*s", GP_ARG(text));
    for (size_t k = 0; k < length; k++) gp_pool_add(&l->broken, w->list[path[k]].derived.name);
}

static bool declared_unit(gp_load *l, gp_want *want, const gp_wish *w) {
    if (!w->unit_at.file) return true;
    want->any = false;
    want->type.kind = GP_NUMBER;
    want->unit_matters = true;
    if (gp_unit_read(&want->type.unit, &l->plan->units, w->unit, NULL, 0)) return true;
    gp_report_unit(l, w->unit_at, w->unit);
    return false;
}

/* All that it reads is there: parses it and gives it its number. */
static void finish(gp_load *l, gp_wish *w) {
    gp_plan *p = l->plan;
    gp_want want = {.any = true};
    w->mark = GP_MARK_DONE;
    bool unit_ok = declared_unit(l, &want, w);
    if (w->expr) w->derived.expr = gp_load_expr(l, w->expr, w->derived.name, &want);
    else if (w->table && unit_ok) w->derived.expr = gp_table_load(l, &w->derived, w->table, &want);
    if (w->derived.expr) {
        w->derived.type = w->derived.expr->type;
        if (!want.any) w->derived.type.unit = want.type.unit;
    }
    if (!w->derived.expr || !unit_ok) gp_pool_add(&l->broken, w->derived.name);
    p->derived[p->nderived++] = w->derived;
    gp_pool_add(&p->names, w->derived.name);
}

/* The next derived name that w reads and that is not done; n when there is none. */
static size_t next_needed(gp_load *l, gp_wishes *w, size_t at) {
    gp_wish *wish = &w->list[at];
    gp_text name;
    uint32_t i;
    while (wish->reads.n && gp_next_name(&name, wish->reads, &wish->next)) {
        if (!gp_pool_find(&i, &w->names, name) || w->list[i].mark == GP_MARK_DONE) continue;
        if (w->list[i].mark == GP_MARK_NEW) return i;
        report_cycle(l, w, at, i);
    }
    return w->n;
}

/* Depth first, with the readers as the stack, so that no chain is too long. */
static void settle(gp_load *l, gp_wishes *w, size_t start) {
    size_t at = start;
    if (w->list[at].mark != GP_MARK_NEW) return;
    w->list[at].reader = w->n;
    while (at != w->n) {
        w->list[at].mark = GP_MARK_OPEN;
        size_t need = next_needed(l, w, at);
        if (need != w->n) {
            w->list[need].reader = at;
            at = need;
            continue;
        }
        finish(l, &w->list[at]);
        at = w->list[at].reader;
    }
}

void gp_read_derive(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    const gp_tree *map = pair->value;
    gp_wishes w = {.list = gp_arena_array(l->arena, map->n, sizeof(gp_wish))};
    (void)f;
    gp_pool_init(&w.names, l->arena);
    p->derived = gp_arena_array(l->arena, map->n, sizeof *p->derived);
    for (size_t i = 0; i < map->n; i++) {
        if (already_data(l, &map->pairs[i])) continue;
        read_wish(l, &w.list[w.n], &map->pairs[i]);
        gp_pool_add(&w.names, map->pairs[i].key);
        w.n++;
    }
    for (size_t i = 0; i < w.n; i++) settle(l, &w, i);
}

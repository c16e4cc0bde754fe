/* {from: FILE.csv}: a table in place of a list or a dictionary, as the tree that YAML would have given.
 * Invariant: columns are keys, dots nest, an empty cell is a key that is not there; every cell knows its place in the table. */
#include "plan/load.h"

bool gp_tree_is_from(const gp_tree *t) {
    return t->kind == GP_TREE_MAP && t->n == 1 && gp_text_is(t->pairs[0].key, "from") && t->pairs[0].value->kind == GP_TREE_SCALAR;
}

static gp_tree *new_tree(gp_load *l, gp_tree_kind kind, gp_place at) {
    gp_tree *t = GP_NEW(l->arena, gp_tree);
    t->kind = kind;
    t->at = at;
    return t;
}

static void add_pair(gp_load *l, gp_tree *map, gp_text key, gp_place at, gp_tree *value) {
    gp_pair *pairs = gp_arena_array(l->arena, map->n + 1, sizeof *pairs);
    for (size_t i = 0; i < map->n; i++) pairs[i] = map->pairs[i];
    pairs[map->n++] = (gp_pair){.key = key, .key_at = at, .value = value};
    map->pairs = pairs;
}

static gp_tree *member(gp_load *l, gp_tree *map, gp_text key, gp_place at) {
    for (size_t i = 0; i < map->n; i++)
        if (gp_text_eq(map->pairs[i].key, key)) return map->pairs[i].value;
    gp_tree *made = new_tree(l, GP_TREE_MAP, at);
    add_pair(l, map, key, at, made);
    return made;
}

/* Puts a cell under its column's name, whose dots nest: `score.cap`. */
static void put_cell(gp_load *l, gp_tree *row, gp_text column, gp_text cell, gp_place at) {
    size_t start = 0;
    gp_tree *map = row;
    for (size_t i = 0; i < column.n; i++) {
        if (column.s[i] != '.' || i == start || i + 1 == column.n) continue;
        map = member(l, map, (gp_text){column.s + start, i - start}, at);
        if (map->kind != GP_TREE_MAP) {
            gp_report(l->diags, GP_D_WRONG_KIND, at, "`%.*s` is a part of a column that has a value of its own in this row",
                      GP_ARG(column));
            return;
        }
        start = i + 1;
    }
    gp_tree *value = new_tree(l, GP_TREE_SCALAR, at);
    value->text = gp_text_dup(l->arena, cell);
    value->quoted = false;
    value->exact = false;
    add_pair(l, map, (gp_text){column.s + start, column.n - start}, at, value);
}

/* Where the only column is `value`, an item is the cell itself. */
static gp_tree *item_of(gp_tree *row) {
    bool alone = row->n == 1 && gp_text_is(row->pairs[0].key, "value");
    return alone ? row->pairs[0].value : row;
}

static bool has_column(const gp_csv *csv, const char *name) {
    for (size_t i = 0; i < csv->ncols; i++)
        if (gp_text_is(csv->header[i], name)) return true;
    return false;
}

static gp_tree *read_row(gp_load *l, const gp_csv *csv) {
    gp_tree *row = new_tree(l, GP_TREE_MAP, csv->place);
    for (size_t i = 0; i < csv->ncols; i++) {
        gp_text cell = gp_text_trim(csv->fields[i]);
        if (cell.n > 0) put_cell(l, row, gp_text_dup(l->arena, csv->header[i]), cell, csv->places[i]);
    }
    return row;
}

static void read_rows(gp_load *l, gp_table *table) {
    gp_csv csv = {0};
    if (!gp_csv_open(&csv, l->arena, l->diags, &table->file)) return;
    table->list = new_tree(l, GP_TREE_LIST, (gp_place){.file = table->file.source});
    table->dealt = has_column(&csv, "goal");
    size_t cap = 0;
    for (;;) {
        gp_csv_status status = gp_csv_next(&csv);
        if (status == GP_CSV_END) break;
        if (status == GP_CSV_ROW) *GP_PUSH(l->arena, table->list->items, table->list->n, cap) = item_of(read_row(l, &csv));
    }
}

static gp_table *table_of(gp_load *l, const gp_tree *from) {
    const gp_tree *path = from->pairs[0].value;
    for (size_t i = 0; i < l->ntables; i++)
        if (gp_text_eq(l->tables[i].path, path->text)) return &l->tables[i];
    gp_table *table = GP_PUSH(l->arena, l->tables, l->ntables, l->cap_tables);
    table->path = path->text;
    gp_plan *p = l->plan;
    if (gp_file_read(&table->file, l->arena, l->diags, p->folder, path->text, GP_FILE_INSIDE, path->at)) {
        *GP_PUSH(l->arena, p->inputs, p->ninputs, p->cap_inputs) = table->file;
        read_rows(l, table);
    }
    return table;
}

const gp_tree *gp_list_from_csv(gp_load *l, const gp_tree *from) {
    return table_of(l, from)->list;
}

bool gp_is_dealt(const gp_load *l, const gp_tree *list) {
    for (size_t i = 0; i < l->ntables; i++) {
        const gp_tree *rows = l->tables[i].list;
        if (rows && rows->n > 0 && rows->items == list->items) return l->tables[i].dealt;
    }
    return false;
}

bool gp_from_csv(const gp_load *l, const gp_tree *t) {
    for (size_t i = 0; i < l->ntables; i++)
        if (l->tables[i].file.source == t->at.file && t->at.file) return true;
    return false;
}

const gp_tree *gp_without_key(gp_load *l, const gp_tree *map, const char *key) {
    gp_tree *rest = new_tree(l, GP_TREE_MAP, map->at);
    rest->pairs = gp_arena_array(l->arena, map->n, sizeof *rest->pairs);
    for (size_t i = 0; i < map->n; i++)
        if (!gp_text_is(map->pairs[i].key, key)) rest->pairs[rest->n++] = map->pairs[i];
    return rest;
}

/* A dictionary's keys stand in the column `id`; beside a lone column `value` the entry is that value. */
const gp_tree *gp_dictionary_from_csv(gp_load *l, const gp_tree *from) {
    const gp_tree *list = gp_list_from_csv(l, from);
    if (!list) return NULL;
    gp_tree *map = new_tree(l, GP_TREE_MAP, list->at);
    gp_pool ids;
    gp_pool_init(&ids, l->arena);
    map->pairs = gp_arena_array(l->arena, list->n, sizeof *map->pairs);
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *row = list->items[i], *id = gp_tree_get(row, "id");
        if (!id || id->kind != GP_TREE_SCALAR) {
            gp_report(l->diags, GP_D_MISSING_KEY, gp_tree_start(row), "`id` is missing in a row of a dictionary");
            continue;
        }
        if (gp_pool_add(&ids, id->text) < map->n) {
            gp_report(l->diags, GP_D_ID_TWICE, id->at, "`%.*s` has a row already", GP_ARG(id->text));
            continue;
        }
        gp_tree *rest = GP_NEW(l->arena, gp_tree);
        *rest = *gp_without_key(l, row, "id");
        map->pairs[map->n++] = (gp_pair){.key = id->text, .key_at = id->at, .value = item_of(rest)};
    }
    return map;
}

const gp_tree *gp_list_of_numbered(gp_load *l, const gp_tree *map) {
    if (map->kind != GP_TREE_MAP || map->n == 0) return NULL;
    gp_tree *list = new_tree(l, GP_TREE_LIST, map->at);
    list->items = gp_arena_array(l->arena, map->n, sizeof *list->items);
    for (; list->n < map->n; list->n++) {
        char number[32];
        size_t n = gp_number_print(number, (double)(list->n + 1));
        if (!gp_text_eq(map->pairs[list->n].key, (gp_text){number, n})) return NULL;
        list->items[list->n] = map->pairs[list->n].value;
    }
    return list;
}

/* Rows of a list that belong to a goal; all where the table has no column `goal`. */
const gp_tree *gp_rows_of_goal(gp_load *l, const gp_tree *list, gp_text goal) {
    if (!gp_is_dealt(l, list)) return list;
    gp_tree *mine = new_tree(l, GP_TREE_LIST, list->at);
    mine->items = gp_arena_array(l->arena, list->n, sizeof *mine->items);
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *cell = gp_tree_get(list->items[i], "goal");
        if (!cell || !gp_text_eq(cell->text, goal)) continue;
        gp_tree *row = GP_NEW(l->arena, gp_tree);
        *row = *gp_without_key(l, list->items[i], "goal");
        mine->items[mine->n++] = row;
    }
    return mine;
}

/* `goals: {from: FILE}` with a column `goal`: the rows are indicators, and each word of that column makes a goal. */
const gp_tree *gp_goals_of_rows(gp_load *l, const gp_tree *list) {
    if (!gp_is_dealt(l, list)) return list;
    gp_tree *goals = new_tree(l, GP_TREE_LIST, list->at);
    goals->items = gp_arena_array(l->arena, list->n, sizeof *goals->items);
    gp_pool seen;
    gp_pool_init(&seen, l->arena);
    for (size_t i = 0; i < list->n; i++) {
        const gp_tree *cell = gp_tree_get(list->items[i], "goal");
        uint32_t known;
        if (!cell || gp_pool_find(&known, &seen, cell->text)) continue;
        gp_pool_add(&seen, cell->text);
        gp_tree *goal = new_tree(l, GP_TREE_MAP, list->items[i]->at), *id = GP_NEW(l->arena, gp_tree), *rows = GP_NEW(l->arena, gp_tree);
        *id = *cell;
        *rows = *gp_rows_of_goal(l, list, cell->text);
        add_pair(l, goal, GP_TEXT("id"), id->at, id);
        add_pair(l, goal, GP_TEXT("indicators"), rows->items[0]->at, rows);
        goals->items[goals->n++] = goal;
    }
    return goals;
}

static void check_row(gp_load *l, const gp_tree *row) {
    const gp_tree *cell = gp_tree_get(row, "goal");
    uint32_t number;
    if (!cell) {
        gp_report(l->diags, GP_D_CSV_GOAL, gp_tree_start(row), "this row names no goal");
        return;
    }
    if (gp_pool_find(&number, &l->goals, cell->text)) return;
    gp_diag *diag = gp_report(l->diags, GP_D_CSV_GOAL, cell->at, "`%.*s` is no goal of the plan", GP_ARG(cell->text));
    gp_hint_nearest(l->diags, diag, cell->text, l->goals.items, l->goals.n);
}

void gp_check_dealt(gp_load *l) {
    const gp_tree *all = l->dealt_indicators;
    for (size_t i = 0; all && !gp_is_dealt(l, all) && i < all->n; i++) check_row(l, all->items[i]);
    for (size_t t = 0; t < l->ntables; t++)
        for (size_t i = 0; l->tables[t].list && l->tables[t].dealt && i < l->tables[t].list->n; i++)
            check_row(l, l->tables[t].list->items[i]);
}

/* Reading mappings by field tables.
 * Invariant: a table's order is the order of reading; no error stops the reading of the other keys. */
#include "plan/load.h"

typedef struct gp_mapping {
    const gp_tree *map;
    const char *what;
    unsigned where;
    const gp_part *parts;
    size_t nparts;
} gp_mapping;

static bool allowed(const gp_field *f, unsigned where) {
    return f->where == 0 || (f->where & where) != 0;
}

/* The field of a key: the one of this place where several places have the key. */
static const gp_field *find_field(const gp_mapping *m, gp_text key) {
    const gp_field *elsewhere = NULL;
    for (size_t p = 0; p < m->nparts; p++) {
        for (size_t i = 0; i < m->parts[p].n; i++) {
            const gp_field *f = &m->parts[p].fields[i];
            if (!gp_text_is(key, f->key)) continue;
            if (allowed(f, m->where)) return f;
            elsewhere = f;
        }
    }
    return elsewhere;
}

static const gp_pair *find_pair(const gp_tree *map, const char *key) {
    for (size_t i = 0; i < map->n; i++)
        if (gp_text_is(map->pairs[i].key, key)) return &map->pairs[i];
    return NULL;
}

static bool has_wide_colon(gp_text key) {
    for (size_t i = 0; i < key.n;)
        if (gp_utf8_next(key, &i) == 0xFF1A) return true;
    return false;
}

static void report_unknown(gp_load *l, const gp_mapping *m, const gp_pair *pair) {
    gp_diag *diag = gp_report(l->diags, GP_D_UNKNOWN_KEY, pair->key_at, "unknown key `%.*s` in %s", GP_ARG(pair->key), m->what);
    if (has_wide_colon(pair->key)) {
        gp_hint(l->diags, diag, "`：` is a full-width colon; YAML needs `: ` with a blank behind it");
        return;
    }
    if (pair->bare) { /* `{expr: round(a / b, 3)}`: the comma ends the value, and `3)` becomes a key */
        gp_hint(l->diags, diag, "a comma ends a value between braces: put the whole value in quotes");
        return;
    }
    gp_text known[128];
    size_t n = 0;
    for (size_t p = 0; p < m->nparts; p++)
        for (size_t i = 0; i < m->parts[p].n && n < GP_COUNT(known); i++)
            if (allowed(&m->parts[p].fields[i], m->where)) known[n++] = gp_text_of(m->parts[p].fields[i].key);
    gp_hint_nearest(l->diags, diag, pair->key, known, n);
}

/* The places that may have a key, as "a goal, an indicator or a clause". */
static void hint_places(gp_load *l, gp_diag *diag, unsigned where) {
    static const char *const PLACES[] = {"the head of the plan", "a goal", "an indicator", "a clause", "`scoring`", "`score`"};
    gp_buf b;
    gp_buf_init(&b, l->diags->arena);
    for (size_t i = 0; i < GP_COUNT(PLACES); i++) {
        if (!(where & 1u << i)) continue;
        bool last = where >> (i + 1) == 0 || i + 1 == GP_COUNT(PLACES);
        gp_buf_printf(&b, "%s%s", b.n == 0 ? "" : last ? " or " : ", ", PLACES[i]);
    }
    gp_text places = gp_buf_take(&b);
    gp_hint(l->diags, diag, "it belongs in %.*s", GP_ARG(places));
}

static void check_keys(gp_load *l, const gp_mapping *m) {
    for (size_t i = 0; i < m->map->n; i++) {
        const gp_pair *pair = &m->map->pairs[i];
        const gp_field *f = find_field(m, pair->key);
        if (!f) {
            report_unknown(l, m, pair);
        } else if (!allowed(f, m->where)) {
            gp_diag *diag = gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "`%.*s` has no meaning in %s", GP_ARG(pair->key), m->what);
            hint_places(l, diag, f->where);
        }
    }
}

void gp_report_not_yet(gp_load *l, gp_place at, gp_text key) {
    gp_report(l->diags, GP_D_NOT_YET, at, "`%.*s` is not evaluated in this version", GP_ARG(key));
}

static void *target_of(void *to, const gp_field *f) {
    return (char *)to + f->offset;
}

/* Kinds that a field can take without a reader. */
static bool store(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    switch (f->due) {
    case GP_DUE_TEXT: return gp_read_text(target_of(to, f), l, pair->value, pair->key);
    case GP_DUE_BOOL: return gp_read_bool(target_of(to, f), l, pair->value, pair->key);
    case GP_DUE_WHOLE: return gp_read_whole(target_of(to, f), l, pair->value, pair->key, f->lo, f->hi);
    case GP_DUE_WORD: return gp_read_word(target_of(to, f), l, pair->value, pair->key, f->words);
    default: return true;
    }
}

/* What a field without a place is read into: its form is checked, its value dropped. */
typedef union gp_dropped {
    gp_text text;
    bool truth;
    int whole;
    unsigned word;
} gp_dropped;

/* The kinds that only the reader can look into. */
static bool shape(gp_tree *out, gp_load *l, const gp_field *f, const gp_pair *pair) {
    const gp_tree *t = pair->value;
    gp_text ignored;
    switch (f->due) {
    case GP_DUE_LIST: t = gp_read_list(l, t, pair->key); break;
    case GP_DUE_MAP: t = gp_read_map(l, t, pair->key); break;
    case GP_DUE_DICTIONARY: t = gp_read_dictionary(l, t, pair->key); break;
    case GP_DUE_SCALAR:
        if (!gp_read_scalar(&ignored, l, t, pair->key)) return false;
        break;
    case GP_DUE_ANY:
        if (!gp_tree_is_null(t)) break;
        gp_report(l->diags, GP_D_WRONG_KIND, pair->key_at, "`%.*s` has no value", GP_ARG(pair->key));
        return false;
    default: break;
    }
    if (t) *out = *t;
    return t != NULL;
}

static void read_field(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_dropped dropped;
    gp_tree shaped;
    bool plain = f->due == GP_DUE_TEXT || f->due == GP_DUE_BOOL || f->due == GP_DUE_WHOLE || f->due == GP_DUE_WORD;
    if (plain && !f->read) {
        bool drop = f->offset == GP_NOWHERE;
        gp_field here = *f;
        if (drop) here.offset = 0;
        store(l, drop ? (void *)&dropped : to, &here, pair);
    } else if (shape(&shaped, l, f, pair) && f->read) {
        gp_tree *kept = GP_NEW(l->arena, gp_tree);
        *kept = shaped;
        gp_pair seen = {.key = pair->key, .key_at = pair->key_at, .value = kept};
        f->read(l, to, f, &seen);
    }
    if (f->later) gp_report_not_yet(l, pair->key_at, pair->key);
}

/* Its value was cut off at a comma: the rest of it was reported as a key already. */
static bool is_cut_off(const gp_mapping *m, const gp_pair *pair) {
    const gp_pair *next = pair + 1;
    return next < m->map->pairs + m->map->n && next->bare && !find_field(m, next->key);
}

static void read_part(gp_load *l, const gp_mapping *m, const gp_part *part) {
    for (size_t i = 0; i < part->n; i++) {
        const gp_field *f = &part->fields[i];
        if (!allowed(f, m->where)) continue;
        const gp_pair *pair = find_pair(m->map, f->key);
        if (pair && is_cut_off(m, pair)) continue;
        if (pair)
            read_field(l, part->to, f, pair);
        else if (f->needed)
            gp_report(l->diags, GP_D_MISSING_KEY, gp_tree_start(m->map), "`%s` is missing in %s", f->key, m->what);
    }
}

void gp_fields_read(gp_load *l, const gp_tree *map, const char *what, unsigned where, const gp_part *parts, size_t nparts) {
    gp_mapping m = {map, what, where, parts, nparts};
    check_keys(l, &m);
    for (size_t p = 0; p < nparts; p++) read_part(l, &m, &parts[p]);
}

gp_place gp_tree_start(const gp_tree *t) {
    if (t->kind == GP_TREE_MAP && t->n > 0) return t->pairs[0].key_at;
    if (t->kind == GP_TREE_LIST && t->n > 0 && t->items[0]->at.file) return gp_tree_start(t->items[0]);
    return t->at;
}

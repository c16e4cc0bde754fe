/* The dictionary: every name that data give, with its type, unit, measure and words.
 * Invariant: names are unique ASCII identifiers that expressions and rules can read; labels are unique headings. */
#include <math.h>
#include <string.h>

#include "plan/load.h"

/* A datum while it is read: what its type follows from. */
typedef struct gp_datum_draft {
    gp_datum *datum;
    bool has_type, has_measure;
    unsigned type, measure; /* words */
    gp_text unit;
    gp_place unit_at, type_at, measure_at, stages_at, codes_at;
    const gp_tree *range;
} gp_datum_draft;

static bool is_identifier(gp_text t) {
    if (t.n == 0 || (t.s[0] >= '0' && t.s[0] <= '9')) return false;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.s[i];
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
        if (!ok) return false;
    }
    return true;
}

static const char *taken_by(gp_text name) {
    static const char *const LUA[] = {"and", "break", "do",  "else", "elseif", "end",    "false",  "for",  "function", "goto",  "if",
                                      "in",  "local", "nil", "not",  "or",     "repeat", "return", "then", "true",     "until", "while"};
    for (size_t i = 0; i < GP_COUNT(LUA); i++)
        if (gp_text_is(name, LUA[i])) return "a word of Lua";
    if (gp_text_is(name, gp_fn_name(GP_FN_NONE)))
        return "the value that is absent"; /* other functions are told apart by their parenthesis */
    if (gp_text_is(name, "subject") || gp_text_is(name, "period")) return "a name of every case";
    return NULL;
}

bool gp_check_name(gp_load *l, gp_text name, gp_place at) {
    if (!is_identifier(name)) {
        gp_diag *diag = gp_report(l->diags, GP_D_BAD_NAME, at, "`%.*s` cannot be a data name", GP_ARG(name));
        gp_hint(l->diags, diag, "letters a to z, digits and _, not a digit first; the heading that people read goes into `name`");
        return false;
    }
    const char *by = taken_by(name);
    if (by) gp_report(l->diags, GP_D_BAD_NAME, at, "`%.*s` cannot be a data name: it is %s", GP_ARG(name), by);
    return by == NULL;
}

static void read_type(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum_draft *d = to;
    (void)f;
    d->has_type = gp_read_word(&d->type, l, pair->value, pair->key, &gp_words_type);
    d->type_at = pair->key_at;
}

static void read_measure(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum_draft *d = to;
    (void)f;
    d->has_measure = gp_read_word(&d->measure, l, pair->value, pair->key, &gp_words_measure);
    d->measure_at = pair->key_at;
}

static void read_unit(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum_draft *d = to;
    (void)f;
    if (gp_read_text(&d->unit, l, pair->value, pair->key)) d->unit_at = pair->value->at;
}

static void read_label(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum *d = ((gp_datum_draft *)to)->datum;
    (void)f;
    gp_text label;
    if (gp_read_text(&label, l, pair->value, pair->key)) d->label = gp_text_trim(label);
}

void gp_report_unit(gp_load *l, gp_place at, gp_text unit) {
    gp_diag *diag = gp_report(l->diags, GP_D_BAD_VALUE, at, "`%.*s` is no unit", GP_ARG(unit));
    gp_hint(l->diags, diag, "a unit is a word or a sign without a number: 家, 亿元, %%, 元/家");
}

static void read_alias(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum *d = ((gp_datum_draft *)to)->datum;
    const gp_tree *map = pair->value;
    (void)f;
    d->aliases = gp_arena_array(l->arena, map->n, sizeof *d->aliases);
    for (size_t i = 0; i < map->n; i++) {
        gp_alias alias = {map->pairs[i].key, GP_NO_TEXT};
        gp_unit unit;
        if (!gp_read_text(&alias.unit, l, map->pairs[i].value, alias.word)) continue;
        if (gp_unit_read(&unit, &l->plan->units, alias.unit, NULL, 0))
            d->aliases[d->naliases++] = alias;
        else
            gp_report_unit(l, map->pairs[i].value->at, alias.unit);
    }
}

static void read_digits(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_read_whole(&((gp_datum_draft *)to)->datum->digits, l, pair->value, pair->key, f->lo, f->hi);
}

static void read_missing(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum *d = ((gp_datum_draft *)to)->datum;
    const gp_tree *t = pair->value;
    (void)f;
    if (t->kind == GP_TREE_SCALAR && gp_text_is(t->text, "text")) {
        d->missing_text = true;
        return;
    }
    const gp_tree *list = gp_read_list(l, t, pair->key);
    if (list) gp_read_texts(&d->missing, &d->nmissing, l, list, pair->key);
}

static void read_range(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    (void)l;
    (void)f;
    ((gp_datum_draft *)to)->range = pair->value;
}

static bool word_twice(gp_load *l, const gp_words *words, gp_text word, gp_place at) {
    for (size_t i = 0; i < words->n; i++) {
        if (!gp_text_eq(words->text[i], word)) continue;
        gp_report(l->diags, GP_D_ID_TWICE, at, "`%.*s` stands in the list already", GP_ARG(word));
        return true;
    }
    return false;
}

static void read_stages(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum_draft *d = to;
    gp_words *words = &d->datum->words;
    const gp_tree *list = pair->value;
    (void)f;
    d->stages_at = pair->key_at;
    words->text = gp_arena_array(l->arena, list->n, sizeof *words->text);
    for (size_t i = 0; i < list->n; i++) {
        gp_text word;
        if (!gp_read_text(&word, l, list->items[i], pair->key) || word_twice(l, words, word, list->items[i]->at)) continue;
        words->text[words->n++] = word;
    }
    if (list->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`stages` lists no stage");
}

static void read_codes(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_datum_draft *d = to;
    gp_words *words = &d->datum->words;
    const gp_tree *map = pair->value;
    (void)f;
    d->codes_at = pair->key_at;
    if (d->stages_at.file) {
        gp_report(l->diags, GP_D_MISPLACED, pair->key_at, "`codes` stands beside `stages`; a datum has one of them");
        return;
    }
    words->text = gp_arena_array(l->arena, map->n, sizeof *words->text);
    words->value = gp_arena_array(l->arena, map->n, sizeof *words->value);
    for (size_t i = 0; i < map->n; i++) {
        double value;
        if (!gp_read_number(&value, l, map->pairs[i].value, map->pairs[i].key)) continue;
        words->text[words->n] = map->pairs[i].key;
        words->value[words->n++] = value;
    }
    if (map->n == 0) gp_report(l->diags, GP_D_BAD_VALUE, pair->key_at, "`codes` lists no code");
}

static const gp_field DATUM[] = {
    {.key = "name", .due = GP_DUE_SCALAR, .read = read_label},
    {.key = "type", .due = GP_DUE_SCALAR, .read = read_type},
    {.key = "stages", .due = GP_DUE_LIST, .read = read_stages},
    {.key = "codes", .due = GP_DUE_DICTIONARY, .read = read_codes},
    {.key = "alias", .due = GP_DUE_DICTIONARY, .read = read_alias},
    {.key = "unit", .due = GP_DUE_SCALAR, .read = read_unit},
    {.key = "measure", .due = GP_DUE_SCALAR, .read = read_measure},
    {.key = "range", .due = GP_DUE_LIST, .read = read_range},
    {.key = "digits", .due = GP_DUE_WHOLE, .lo = 0, .hi = 15, .read = read_digits},
    {.key = "missing", .due = GP_DUE_ANY, .read = read_missing},
    {.key = "note", .due = GP_DUE_TEXT, .offset = GP_NOWHERE},
    {.key = "notes", .due = GP_DUE_ANY},
};

static gp_kind kind_of(const gp_datum_draft *d) {
    static const gp_kind KINDS[] = {GP_NUMBER, GP_BOOL, GP_DATE, GP_STRING}; /* in the order of the words */
    if (d->stages_at.file) return GP_STAGE;
    if (d->codes_at.file) return GP_CODED;
    return d->has_type ? KINDS[d->type] : GP_NUMBER;
}

static void settle_type(gp_load *l, gp_datum_draft *d) {
    gp_datum *datum = d->datum;
    datum->type.kind = kind_of(d);
    if (datum->words.n > 0) datum->type.words = &datum->words;
    if (d->has_type && (d->stages_at.file || d->codes_at.file))
        gp_report(l->diags, GP_D_MISPLACED, d->type_at, "`%s` implies the type; leave `type` out", d->stages_at.file ? "stages" : "codes");
    if (!d->unit_at.file) return;
    if (datum->type.kind != GP_NUMBER)
        gp_report(l->diags, GP_D_MISPLACED, d->unit_at, "a unit is for numbers, and `%.*s` is %s", GP_ARG(datum->name),
                  gp_kind_name(datum->type.kind));
    else if (!gp_unit_read(&datum->type.unit, &l->plan->units, d->unit, datum->aliases, datum->naliases))
        gp_report_unit(l, d->unit_at, d->unit);
}

static void settle_measure(gp_load *l, gp_datum_draft *d) {
    gp_datum *datum = d->datum;
    if (!d->has_measure) return;
    datum->measure = (gp_measure)d->measure;
    bool number = datum->type.kind == GP_NUMBER;
    if (!number && datum->measure != GP_STOCK)
        gp_report(l->diags, GP_D_MISPLACED, d->measure_at, "`%s` is for numbers, and `%.*s` is %s", gp_words_measure.list[d->measure],
                  GP_ARG(datum->name), gp_kind_name(datum->type.kind));
}

static bool read_bound(double *out, gp_load *l, const gp_datum *d, const gp_tree *t) {
    gp_text text;
    gp_quantity q;
    if (!gp_read_text(&text, l, t, GP_TEXT("range"))) return false;
    gp_quantity_status status = gp_quantity_read(&q, &l->plan->units, text, &d->type.unit, d->aliases, d->naliases);
    bool fits = status == GP_QUANTITY_OK && (!q.unit.given || gp_dim_eq(&q.unit.dim, &d->type.unit.dim));
    if (!fits)
        gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is no bound of a range in the unit of `%.*s`", GP_ARG(text), GP_ARG(d->name));
    *out = q.value;
    return fits;
}

static void settle_range(gp_load *l, gp_datum_draft *d) {
    gp_datum *datum = d->datum;
    if (!d->range) return;
    gp_place at = gp_tree_start(d->range);
    if (datum->type.kind != GP_NUMBER) {
        gp_report(l->diags, GP_D_MISPLACED, at, "a range is for numbers, and `%.*s` is %s", GP_ARG(datum->name),
                  gp_kind_name(datum->type.kind));
        return;
    }
    if (d->range->n != 2) {
        gp_report(l->diags, GP_D_WRONG_KIND, at, "`range` lists %zu values; [lowest, highest] is due", d->range->n);
        return;
    }
    gp_interval r = {0};
    bool ok = read_bound(&r.lo, l, datum, d->range->items[0]);
    ok = read_bound(&r.hi, l, datum, d->range->items[1]) && ok;
    if (ok && r.lo > r.hi) gp_report(l->diags, GP_D_ORDER, at, "the lowest value of `range` is above the highest");
    datum->range = r;
    datum->has_range = ok;
}

static void report_label(gp_load *l, const gp_datum *d, const gp_datum *other) {
    gp_diag *diag = gp_report(l->diags, GP_D_ID_TWICE, d->at, "the label `%.*s` of `%.*s` is that of `%.*s` too", GP_ARG(d->label),
                              GP_ARG(d->name), GP_ARG(other->name));
    diag->also = other->at;
    diag->also_what = GP_TEXT("given here already");
}

/* Headings of tables are labels or names, so no label may be another's label or name. */
static void check_labels(gp_load *l) {
    const gp_plan *p = l->plan;
    gp_pool labels;
    gp_pool_init(&labels, l->arena);
    size_t *owner = gp_arena_array(l->arena, p->ndata, sizeof *owner);
    for (size_t i = 0; i < p->ndata; i++) {
        const gp_datum *d = &p->data[i];
        uint32_t label, name;
        if (gp_pool_find(&label, &labels, d->label))
            report_label(l, d, &p->data[owner[label]]);
        else if (gp_pool_find(&name, &p->names, d->label) && name != i)
            report_label(l, d, &p->data[name]);
        else
            owner[gp_pool_add(&labels, d->label)] = i;
    }
}

static void read_datum(gp_load *l, gp_datum *datum, const gp_pair *pair) {
    *datum = (gp_datum){.name = pair->key, .label = pair->key, .digits = -1, .at = pair->key_at};
    gp_datum_draft d = {.datum = datum};
    size_t before = l->diags->errors;
    gp_check_name(l, pair->key, pair->key_at);
    gp_pool_add(&l->plan->names, pair->key);
    const gp_tree *map = gp_read_map(l, pair->value, pair->key);
    if (map) {
        gp_fields_read(l, map, "a datum", 0, &GP_PART(DATUM, &d), 1);
        settle_type(l, &d);
        settle_measure(l, &d);
        settle_range(l, &d);
    }
    if (l->diags->errors > before) gp_pool_add(&l->broken, pair->key);
}

void gp_read_data(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_plan *p = to;
    const gp_tree *map = pair->value;
    (void)f;
    l->no_dictionary = false;
    p->data = gp_arena_array(l->arena, map->n, sizeof *p->data);
    for (size_t i = 0; i < map->n; i++) read_datum(l, &p->data[p->ndata++], &map->pairs[i]);
    check_labels(l);
}

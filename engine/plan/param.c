/* Parameters: constants and expressions, plain or in dated versions.
 * Invariant: the entries of a dated parameter stand in order of their first day, no two on the same. */
#include <stdlib.h>

#include "plan/load.h"

gp_want gp_want_kind(gp_kind kind) {
    gp_want w = {0};
    w.type.kind = kind;
    w.unit_matters = kind == GP_NUMBER;
    w.quantity_first = true;
    return w;
}

gp_want gp_want_number(void) {
    return gp_want_kind(GP_NUMBER);
}

gp_expr *gp_load_expr(gp_load *l, const gp_tree *t, gp_text key, const gp_want *want) {
    gp_text text;
    if (!gp_read_scalar(&text, l, t, key) || !gp_read_text(&text, l, t, key)) return NULL;
    if (gp_reads_broken(l, text)) return NULL;
    return gp_expr_parse(l->arena, l->diags, &l->scope, text, t->at, t->exact, want);
}

typedef struct gp_dated { /* one version of n parameters */
    bool dated;
    gp_period from;
    gp_place at;
    const gp_tree *value;
} gp_dated;

static int by_first_day(const void *a, const void *b) {
    const gp_dated *x = a, *y = b;
    return (x->from.first > y->from.first) - (x->from.first < y->from.first);
}

static bool read_periods(gp_dated *out, gp_load *l, const gp_tree *map) {
    bool ok = true;
    for (size_t i = 0; i < map->n; i++) {
        const gp_pair *p = &map->pairs[i];
        out[i] = (gp_dated){true, {0, 0}, p->key_at, p->value};
        if (gp_period_read(&out[i].from, p->key)) continue;
        gp_diag *diag = gp_report(l->diags, GP_D_BAD_VALUE, p->key_at, "`%.*s` is no period", GP_ARG(p->key));
        gp_hint(l->diags, diag, "the keys of a dated value say from when each holds: {2012: 54, 2024: 50}");
        ok = false;
    }
    return ok;
}

static bool check_periods(gp_load *l, const gp_dated *v, size_t n) {
    for (size_t i = 1; i < n; i++) {
        if (v[i].from.first != v[i - 1].from.first) continue;
        gp_diag *diag = gp_report(l->diags, GP_D_ORDER, v[i].at, "two versions hold from the same day on");
        diag->also = v[i - 1].at;
        diag->also_what = GP_TEXT("the other version");
        return false;
    }
    return true;
}

/* The versions of a value: the value itself, or those of a mapping from periods. */
static bool versions(gp_dated **out, size_t *n, gp_load *l, const gp_tree *t, gp_text key) {
    if (t->kind != GP_TREE_MAP) {
        *out = GP_NEW(l->arena, gp_dated);
        **out = (gp_dated){.value = t, .at = t->at};
        *n = 1;
        return true;
    }
    if (t->n == 0) {
        gp_report(l->diags, GP_D_WRONG_KIND, t->at, "`%.*s` is an empty mapping; a value is due", GP_ARG(key));
        return false;
    }
    *out = gp_arena_array(l->arena, t->n, sizeof **out);
    *n = t->n;
    if (!read_periods(*out, l, t)) return false;
    qsort(*out, *n, sizeof **out, by_first_day);
    return check_periods(l, *out, *n);
}

static void prepare(gp_param *out, gp_load *l, size_t n, gp_text text, gp_place at) {
    *out = (gp_param){.n = n, .entry = gp_arena_array(l->arena, n, sizeof *out->entry), .text = text, .at = at};
}

bool gp_load_param(gp_load *l, gp_param *out, const gp_tree *t, gp_text key, const gp_want *want) {
    gp_dated *v;
    size_t n;
    if (!versions(&v, &n, l, t, key)) return false;
    gp_param p;
    prepare(&p, l, n, v[n - 1].value->text, gp_tree_start(t));
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        gp_expr *e = gp_load_expr(l, v[i].value, key, want);
        p.entry[i].dated = v[i].dated;
        p.entry[i].from = v[i].from;
        p.entry[i].expr = e;
        ok = ok && e != NULL;
    }
    if (ok) *out = p;
    return ok;
}

/* Items of the lists: between has exactly two; a shorter version of one_of repeats its first item, which changes nothing. */
static bool item_entries(gp_load *l, gp_param *out, size_t n, size_t entry, const gp_tree *list, gp_text key, const gp_want *want) {
    bool ok = true;
    for (size_t i = 0; i < n; i++) {
        if (i >= list->n) {
            out[i].entry[entry].expr = out[0].entry[entry].expr;
            continue;
        }
        gp_expr *e = gp_load_expr(l, list->items[i], key, want);
        out[i].entry[entry].expr = e;
        if (e) out[i].text = list->items[i]->text;
        ok = ok && e != NULL;
    }
    return ok;
}

static bool list_versions(gp_load *l, gp_dated *v, size_t n, gp_text key, size_t least, size_t most) {
    for (size_t i = 0; i < n; i++) {
        v[i].value = gp_read_list(l, v[i].value, key);
        if (!v[i].value) return false;
        if (v[i].value->n >= least && v[i].value->n <= most) continue;
        gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(v[i].value), "`%.*s` lists %zu values; %s is due", GP_ARG(key), v[i].value->n,
                  most == 2 ? "[lowest, highest]" : "at least one");
        return false;
    }
    return true;
}

bool gp_load_params(gp_load *l, gp_param **out, size_t *nout, const gp_tree *t, gp_text key, const gp_want *want, size_t least,
                    size_t most) {
    gp_dated *v;
    size_t n, items = 0;
    const gp_tree *numbered = gp_from_csv(l, t) ? gp_list_of_numbered(l, t) : NULL;
    if (gp_tree_is_from(t) || numbered) t = numbered ? numbered : gp_read_list(l, t, key);
    if (!t || !versions(&v, &n, l, t, key) || !list_versions(l, v, n, key, least, most)) return false;
    for (size_t i = 0; i < n; i++)
        if (v[i].value->n > items) items = v[i].value->n;
    gp_param *params = gp_arena_array(l->arena, items, sizeof *params);
    for (size_t i = 0; i < items; i++) prepare(&params[i], l, n, GP_NO_TEXT, gp_tree_start(t));
    bool ok = true;
    for (size_t e = 0; e < n; e++) {
        for (size_t i = 0; i < items; i++) {
            params[i].entry[e].dated = v[e].dated;
            params[i].entry[e].from = v[e].from;
        }
        ok = item_entries(l, params, items, e, v[e].value, key, want) && ok;
    }
    if (!ok) return false;
    *out = params;
    *nout = items;
    return true;
}

gp_param gp_param_const(gp_load *l, double value, const char *text) {
    gp_param p;
    prepare(&p, l, 1, gp_text_of(text), (gp_place){0});
    p.entry[0].expr = gp_expr_const(l->arena, (gp_type){.kind = GP_NUMBER}, value, (gp_place){0});
    return p;
}

bool gp_param_const_value(double *out, const gp_param *p) {
    if (p->n != 1 || p->entry[0].dated || !gp_expr_is_const(p->entry[0].expr)) return false;
    *out = p->entry[0].expr->value;
    return true;
}

bool gp_param_check_sign(gp_load *l, const gp_param *p, gp_text key) {
    bool ok = true;
    for (size_t i = 0; i < p->n; i++) {
        const gp_expr *e = p->entry[i].expr;
        if (!gp_expr_is_const(e) || e->value >= 0) continue;
        gp_report(l->diags, GP_D_BAD_VALUE, e->at, "`%.*s` is `%.*s`; a number of 0 or more is due", GP_ARG(key), GP_ARG(e->text));
        ok = false;
    }
    return ok;
}

static gp_text label_of(const gp_plan *plan, uint32_t ref) {
    return ref < plan->ndata ? plan->data[ref].label : plan->derived[ref - plan->ndata].label;
}

typedef struct labelling {
    gp_buf *out;
    const gp_plan *plan;
    gp_text rest; /* of the expression's source, which the texts of its names are parts of */
} labelling;

static void print_label(void *ud, const gp_expr *name) {
    labelling *w = ud;
    size_t before = (size_t)(name->text.s - w->rest.s);
    gp_buf_put(w->out, w->rest.s, before);
    gp_buf_text(w->out, label_of(w->plan, name->ref));
    w->rest.s += before + name->text.n;
    w->rest.n -= before + name->text.n;
}

/* As written, with the labels of data in the place of their names: `应发补贴 * 1.1`. */
static void print_labelled(gp_buf *out, const gp_load *l, const gp_expr *e) {
    labelling w = {out, l->plan, e->text};
    gp_expr_names(e, print_label, &w);
    gp_buf_text(out, w.rest);
}

static void print_expr(gp_buf *out, const gp_load *l, const gp_expr *e) {
    if (gp_expr_is_const(e))
        gp_expr_print_const(out, &e->type, e->value, &l->plan->texts);
    else
        print_labelled(out, l, e);
}

static void print_period(gp_buf *out, gp_period p) {
    char text[32];
    gp_buf_put(out, text, gp_period_print(text, p));
}

void gp_param_print(gp_buf *out, const gp_load *l, const gp_param *p) {
    if (p->n == 1 && !p->entry[0].dated) {
        print_expr(out, l, p->entry[0].expr);
        return;
    }
    for (size_t i = 0; i < p->n; i++) {
        gp_buf_str(out, i ? ", " : "{");
        print_period(out, p->entry[i].from);
        gp_buf_str(out, ": ");
        print_expr(out, l, p->entry[i].expr);
    }
    gp_buf_char(out, '}');
}

const gp_expr *gp_param_at(const gp_param *p, gp_period period) {
    const gp_expr *found = NULL;
    for (size_t i = 0; i < p->n; i++)
        if (!p->entry[i].dated || p->entry[i].from.first <= period.first) found = p->entry[i].expr;
    return found;
}

/* Curves: `score: EXPRESSION` over x, target and the dictionary.
 * Invariant: within a curve x and target are the value and the target, whatever the dictionary has under those names. */
#include "plan/load.h"

typedef struct gp_curve_scope {
    const gp_scope *outer;
    const gp_type *x, *target;
    gp_arena *arena;
} gp_curve_scope;

static bool curve_name(void *ud, gp_type *type, uint32_t *ref, gp_text name) {
    const gp_curve_scope *s = ud;
    bool x = gp_text_is(name, "x");
    const gp_type *own = x ? s->x : gp_text_is(name, "target") ? s->target : NULL;
    if (!own) return s->outer->name(s->outer->ud, type, ref, name);
    *type = *own;
    *ref = x ? GP_REF_X : GP_REF_TARGET;
    return true;
}

static size_t curve_names(void *ud, const gp_text **list) {
    const gp_curve_scope *s = ud;
    const gp_text *outer;
    size_t n = s->outer->names(s->outer->ud, &outer);
    gp_text *all = gp_arena_array(s->arena, n + 2, sizeof *all);
    for (size_t i = 0; i < n; i++) all[i] = outer[i];
    if (s->x) all[n++] = GP_TEXT("x");
    if (s->target) all[n++] = GP_TEXT("target");
    *list = all;
    return n;
}

static bool curve_result(void *ud, gp_expr *e, gp_text id) {
    const gp_curve_scope *s = ud;
    return s->outer->result(s->outer->ud, e, id);
}

gp_expr *gp_load_curve(gp_load *l, const gp_tree *t, gp_text key, const gp_type *x, const gp_type *target) {
    gp_curve_scope inner = {&l->scope, x, target, l->arena};
    gp_scope scope = l->scope;
    gp_want want = gp_want_number();
    gp_text text;
    want.quantity_first = true;
    scope.ud = &inner;
    scope.name = curve_name;
    scope.names = curve_names;
    if (scope.result) scope.result = curve_result;
    if (!gp_read_text(&text, l, t, key) || gp_reads_broken(l, text)) return NULL;
    return gp_expr_parse(l->arena, l->diags, &scope, text, t->at, t->exact, &want);
}

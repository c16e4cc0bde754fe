/* Shapes of YAML data files: their head, their keys, and texts that have to be there.
 * Invariant: what is missing, unknown or of another kind is reported at its place, and the reader goes on with the rest. */
#include "data/intake.h"

enum { MAX_KEYS = 16 };

void gp_shape_keys(gp_intake *in, const gp_tree *map, gp_keys known) {
    gp_diags *d = in->frame->diags;
    gp_text names[MAX_KEYS];
    for (size_t k = 0; k < known.n; k++) names[k] = gp_text_of(known.list[k]);
    for (size_t i = 0; i < map->n; i++) {
        const gp_pair *p = &map->pairs[i];
        size_t k = 0;
        while (k < known.n && !gp_text_eq(names[k], p->key)) k++;
        if (k < known.n) continue;
        gp_diag *diag = gp_report(d, GP_D_UNKNOWN_KEY, p->key_at, "unknown key `%.*s` in %s", GP_ARG(gp_shown(in, p->key)), known.what);
        gp_hint_nearest(d, diag, p->key, names, known.n);
    }
}

/* Reports unless t is of the kind due. `where` names it: "`values`". */
bool gp_shape_is(gp_intake *in, const gp_tree *t, gp_tree_kind kind, const char *due, gp_text where) {
    if (t->kind == kind) return true;
    gp_report(in->frame->diags, GP_D_WRONG_KIND, t->at, "%s is due for `%.*s`, not %s", due, GP_ARG(gp_shown(in, where)),
              gp_tree_kind_name(t));
    return false;
}

bool gp_shape_given(const gp_tree *t) {
    return t && !(t->kind == GP_TREE_SCALAR && gp_tree_is_null(t));
}

void gp_shape_missing(gp_intake *in, const gp_tree *map, const char *key, const char *what) {
    gp_report(in->frame->diags, GP_D_MISSING_KEY, map->at, "`%s` is missing in %s", key, what);
}

/* The text of a key of a mapping, if it is there; false after reporting. */
bool gp_shape_read(gp_written *out, gp_intake *in, const gp_tree *map, const char *key) {
    *out = (gp_written){.text = GP_NO_TEXT, .at = map->at};
    const gp_tree *t = gp_tree_get(map, key);
    if (!gp_shape_given(t)) return true;
    out->at = t->at;
    if (!gp_shape_is(in, t, GP_TREE_SCALAR, "text", gp_text_of(key))) return false;
    out->text = gp_text_trim(t->text);
    if (out->text.n) return true;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_DATA_EMPTY, t->at, "`%s` is an empty text", key);
    gp_hint(in->frame->diags, diag, "leave it out or write null when there is none");
    return false;
}

bool gp_shape_need(gp_written *out, gp_intake *in, const gp_tree *map, const char *key, const char *what) {
    if (!gp_shape_read(out, in, map, key)) return false;
    if (out->text.s) return true;
    gp_shape_missing(in, map, key, what);
    return false;
}

bool gp_shape_period(gp_period *out, gp_intake *in, const gp_tree *map, const char *what) {
    gp_written period;
    if (!gp_shape_need(&period, in, map, "period", what)) return false;
    if (gp_period_read(out, period.text)) return true;
    gp_report(in->frame->diags, GP_D_BAD_VALUE, period.at, "`%.*s` is no period such as 2020, 2020-H1, 2020-Q3 or 2020-07",
              GP_ARG(gp_shown(in, period.text)));
    return false;
}

/* The two keys that say what the file is: without them the rest would only be misread. */
bool gp_shape_head(gp_intake *in, const gp_tree *root, const char *key, const char *what) {
    gp_diags *d = in->frame->diags;
    if (root->kind != GP_TREE_MAP || root->n == 0 || !gp_text_is(root->pairs[0].key, "goalpost")) {
        gp_report(d, GP_D_FORMAT_VERSION, root->at, "a Goalpost file begins with `goalpost: 1`");
        return false;
    }
    const gp_tree *version = root->pairs[0].value;
    if (version->kind != GP_TREE_SCALAR || !gp_text_is(version->text, "1")) {
        gp_report(d, GP_D_FORMAT_VERSION, version->at, "this version reads format 1 only");
        return false;
    }
    gp_written plan;
    if (!gp_shape_need(&plan, in, root, key, what)) return false;
    if (gp_text_eq(plan.text, in->frame->plan->id)) return true;
    gp_report(d, GP_D_DATA_PLAN, plan.at, "these %s are for the plan `%.*s`, not for `%.*s`", key, GP_ARG(gp_shown(in, plan.text)),
              GP_ARG(in->frame->plan->id));
    return false;
}

void gp_shape_source(gp_intake *in, const gp_tree *root) {
    gp_written source;
    if (!gp_shape_read(&source, in, root, "source") || !source.text.s) return;
    gp_document_use(in, gp_file_folder(in->frame->arena, in->path), source);
}

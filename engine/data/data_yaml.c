/* A YAML data file: one case, its values, its judgements and its claims.
 * Invariant: every key is known or reported; null and what is left out are missing, an empty text never is. */
#include "data/intake.h"

#include <string.h>

typedef struct keys {
    const char *what; /* in messages: "a data file" */
    const char *const *list;
    size_t n;
} keys;

#define KEYS(what, array) ((keys){(what), (array), GP_COUNT(array)})
enum { MAX_KEYS = 16 };

/* -- shapes -- */

static void check_keys(gp_intake *in, const gp_tree *map, keys known) {
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
static bool is_kind(gp_intake *in, const gp_tree *t, gp_tree_kind kind, const char *due, gp_text where) {
    if (t->kind == kind) return true;
    gp_report(in->frame->diags, GP_D_WRONG_KIND, t->at, "%s is due for `%.*s`, not %s", due, GP_ARG(gp_shown(in, where)),
              gp_tree_kind_name(t));
    return false;
}

static bool is_given(const gp_tree *t) {
    return t && !(t->kind == GP_TREE_SCALAR && gp_tree_is_null(t));
}

static void report_missing(gp_intake *in, const gp_tree *map, const char *key, const char *what) {
    gp_report(in->frame->diags, GP_D_MISSING_KEY, map->at, "`%s` is missing in %s", key, what);
}

/* The text of a key of a mapping, if it is there; false after reporting. */
static bool read_written(gp_written *out, gp_intake *in, const gp_tree *map, const char *key) {
    *out = (gp_written){.text = GP_NO_TEXT, .at = map->at};
    const gp_tree *t = gp_tree_get(map, key);
    if (!is_given(t)) return true;
    out->at = t->at;
    if (!is_kind(in, t, GP_TREE_SCALAR, "text", gp_text_of(key))) return false;
    out->text = gp_text_trim(t->text);
    if (out->text.n) return true;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_DATA_EMPTY, t->at, "`%s` is an empty text", key);
    gp_hint(in->frame->diags, diag, "leave it out or write null when there is none");
    return false;
}

static bool read_needed(gp_written *out, gp_intake *in, const gp_tree *map, const char *key, const char *what) {
    if (!read_written(out, in, map, key)) return false;
    if (out->text.s) return true;
    report_missing(in, map, key, what);
    return false;
}

/* -- values -- */

static const char *const VALUE_KEYS[] = {"value", "unit", "basis", "covers", "on", "cite"};

static bool read_parts(gp_given *out, gp_intake *in, const gp_tree *map) {
    check_keys(in, map, KEYS("a datum", VALUE_KEYS));
    if (!gp_tree_get(map, "value")) {
        report_missing(in, map, "value", "a datum");
        return false;
    }
    gp_written *to[] = {&out->value, &out->unit, &out->basis, &out->covers, &out->on, &out->cite};
    bool ok = true;
    for (size_t i = 0; i < GP_COUNT(to); i++) ok &= read_written(to[i], in, map, VALUE_KEYS[i]);
    return ok;
}

static bool read_scalar(gp_given *out, gp_intake *in, const gp_pair *p) {
    const gp_tree *t = p->value;
    out->value = (gp_written){.text = gp_text_trim(t->text), .at = t->at};
    if (out->value.text.n) return true;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_DATA_EMPTY, t->at, "`%.*s` is an empty text", GP_ARG(p->key));
    gp_hint(in->frame->diags, diag, "leave it out or write null when there is no value");
    return false;
}

static bool read_given(gp_given *out, gp_intake *in, const gp_pair *p) {
    *out = (gp_given){0};
    if (p->value->kind == GP_TREE_MAP) return read_parts(out, in, p->value);
    return is_kind(in, p->value, GP_TREE_SCALAR, "a value or a mapping with `value`", p->key) && read_scalar(out, in, p);
}

static bool datum_find(uint32_t *out, gp_intake *in, const gp_pair *p) {
    const gp_plan *plan = in->frame->plan;
    const gp_datum *d = gp_plan_datum(plan, p->key);
    if (d) {
        *out = (uint32_t)(d - plan->data);
        return true;
    }
    gp_diags *diags = in->frame->diags;
    for (size_t i = 0; i < plan->nderived; i++) {
        if (!gp_text_eq(plan->derived[i].name, p->key)) continue;
        gp_report(diags, GP_D_UNKNOWN_NAME, p->key_at, "`%.*s` is worked out by the plan, so no data give it", GP_ARG(p->key));
        return false;
    }
    gp_diag *diag = gp_report(diags, GP_D_UNKNOWN_NAME, p->key_at, "`%.*s` is not in the plan's dictionary", GP_ARG(gp_shown(in, p->key)));
    gp_hint_nearest(diags, diag, p->key, plan->names.items, plan->ndata);
    bool digit = p->key.n && p->key.s[0] >= '0' && p->key.s[0] <= '9';
    if (digit && !is_given(p->value)) gp_hint(diags, diag, "between { and } a comma parts entries: put a number with commas in quotes");
    return false;
}

static void read_values(gp_intake *in, const gp_tree *values) {
    if (!is_given(values) || !is_kind(in, values, GP_TREE_MAP, "a mapping", GP_TEXT("values"))) return;
    for (size_t i = 0; i < values->n; i++) {
        const gp_pair *p = &values->pairs[i];
        uint32_t datum;
        gp_given given;
        if (!datum_find(&datum, in, p) || !is_given(p->value) || !read_given(&given, in, p)) continue;
        if (given.value.text.s) gp_entry_add(in, datum, &given);
    }
}

/* -- judgements and claims -- */

static void read_judgement(gp_intake *in, const gp_pair *p) {
    static const char *const JUDGED_KEYS[] = {"value", "mark", "by", "reason"};
    if (!is_given(p->value) || !is_kind(in, p->value, GP_TREE_MAP, "a mapping with `value` and `reason`", p->key)) return;
    check_keys(in, p->value, KEYS("a judgement", JUDGED_KEYS));
    gp_judged j;
    bool ok = read_needed(&j.tier, in, p->value, "value", "a judgement");
    ok &= read_written(&j.mark, in, p->value, "mark");
    ok &= read_written(&j.by, in, p->value, "by");
    ok &= read_needed(&j.reason, in, p->value, "reason", "a judgement");
    if (ok) gp_judgement_add(in, (gp_written){p->key, p->key_at}, &j);
}

static void read_judged(gp_intake *in, const gp_tree *judged) {
    if (!is_given(judged) || !is_kind(in, judged, GP_TREE_MAP, "a mapping of indicators", GP_TEXT("judged"))) return;
    for (size_t i = 0; i < judged->n; i++) read_judgement(in, &judged->pairs[i]);
}

static bool read_id(gp_written *out, gp_intake *in, const gp_tree *t) {
    if (!is_kind(in, t, GP_TREE_SCALAR, "an id", GP_TEXT("of"))) return false;
    *out = (gp_written){.text = gp_text_trim(t->text), .at = t->at};
    return true;
}

/* `of`: one id or a list of them. NULL after reporting. */
static gp_written *read_ids(size_t *n, gp_intake *in, const gp_tree *claim) {
    const gp_tree *of = gp_tree_get(claim, "of");
    if (!is_given(of) || (of->kind == GP_TREE_LIST && of->n == 0)) {
        report_missing(in, claim, "of", "a claim");
        return NULL;
    }
    bool list = of->kind == GP_TREE_LIST, ok = true;
    *n = list ? of->n : 1;
    gp_written *ids = gp_arena_array(in->frame->arena, *n, sizeof *ids);
    for (size_t i = 0; i < *n; i++) ok &= read_id(&ids[i], in, list ? of->items[i] : of);
    return ok ? ids : NULL;
}

static void read_claim(gp_intake *in, const gp_tree *t) {
    static const char *const CLAIM_KEYS[] = {"of", "claim"};
    if (!is_kind(in, t, GP_TREE_MAP, "a mapping with `of` and `claim`", GP_TEXT("claims"))) return;
    check_keys(in, t, KEYS("a claim", CLAIM_KEYS));
    gp_written claim;
    size_t n = 0;
    gp_written *ids = read_ids(&n, in, t);
    if (read_needed(&claim, in, t, "claim", "a claim") && ids) gp_claim_add(in, ids, n, claim);
}

static void read_claims(gp_intake *in, const gp_tree *claims) {
    if (!is_given(claims) || !is_kind(in, claims, GP_TREE_LIST, "a list", GP_TEXT("claims"))) return;
    for (size_t i = 0; i < claims->n; i++) read_claim(in, claims->items[i]);
}

/* -- the file -- */

/* The two keys that say what the file is: without them the rest would only be misread. */
static bool read_head(gp_intake *in, const gp_tree *root) {
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
    if (!read_needed(&plan, in, root, "data", "a data file")) return false;
    if (gp_text_eq(plan.text, in->frame->plan->id)) return true;
    gp_report(d, GP_D_DATA_PLAN, plan.at, "these data are for the plan `%.*s`, not for `%.*s`", GP_ARG(gp_shown(in, plan.text)),
              GP_ARG(in->frame->plan->id));
    return false;
}

static bool read_period(gp_period *out, gp_intake *in, const gp_tree *root) {
    gp_written period;
    if (!read_needed(&period, in, root, "period", "a data file")) return false;
    if (gp_period_read(out, period.text)) return true;
    gp_report(in->frame->diags, GP_D_BAD_VALUE, period.at, "`%.*s` is no period such as 2020, 2020-H1, 2020-Q3 or 2020-07",
              GP_ARG(gp_shown(in, period.text)));
    return false;
}

/* Whose case it is. A period that could not be read is no reason to pass the file over. */
static bool read_case(gp_case *out, gp_intake *in, const gp_tree *root) {
    gp_written subject, scenario;
    bool known = read_period(&out->period, in, root);
    if (read_needed(&subject, in, root, "subject", "a data file")) {
        out->subject = subject.text;
        out->at = subject.at;
    }
    if (read_written(&scenario, in, root, "scenario") && scenario.text.s) out->scenario = scenario.text;
    return !known || gp_period_accepted(in->frame->plan, out->period);
}

static void read_source(gp_intake *in, const gp_tree *root) {
    gp_written source;
    if (!read_written(&source, in, root, "source") || !source.text.s) return;
    gp_document_use(in, gp_file_folder(in->frame->arena, in->path), source);
}

void gp_data_yaml(gp_intake *in) {
    static const char *const FILE_KEYS[] = {"goalpost", "data", "subject", "period", "scenario", "source", "values", "judged", "claims"};
    gp_frame *f = in->frame;
    const gp_tree *root = gp_yaml_parse(f->arena, f->diags, in->file);
    if (!root || !read_head(in, root)) return;
    check_keys(in, root, KEYS("a data file", FILE_KEYS));
    read_source(in, root);
    gp_row_begin(in);
    if (!read_case(&in->row.id, in, root)) {
        gp_row_pass_over(in);
        return;
    }
    read_values(in, gp_tree_get(root, "values"));
    read_judged(in, gp_tree_get(root, "judged"));
    read_claims(in, gp_tree_get(root, "claims"));
    gp_row_store(in);
}

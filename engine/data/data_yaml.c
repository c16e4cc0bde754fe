/* A YAML data file: one case, its values, its judgements and its claims.
 * Invariant: every key is known or reported; null and what is left out are missing, an empty text never is. */
#include "data/intake.h"

#include <string.h>

/* -- values -- */

static const char *const VALUE_KEYS[] = {"value", "unit", "basis", "covers", "on", "cite"};

static bool read_parts(gp_given *out, gp_intake *in, const gp_tree *map) {
    gp_shape_keys(in, map, GP_KEYS("a datum", VALUE_KEYS));
    if (!gp_tree_get(map, "value")) {
        gp_shape_missing(in, map, "value", "a datum");
        return false;
    }
    gp_written *to[] = {&out->value, &out->unit, &out->basis, &out->covers, &out->on, &out->cite};
    bool ok = true;
    for (size_t i = 0; i < GP_COUNT(to); i++) ok &= gp_shape_read(to[i], in, map, VALUE_KEYS[i]);
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
    return gp_shape_is(in, p->value, GP_TREE_SCALAR, "a value or a mapping with `value`", p->key) && read_scalar(out, in, p);
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
    if (digit && !gp_shape_given(p->value))
        gp_hint(diags, diag, "between { and } a comma parts entries: put a number with commas in quotes");
    return false;
}

static void read_values(gp_intake *in, const gp_tree *values) {
    if (!gp_shape_given(values) || !gp_shape_is(in, values, GP_TREE_MAP, "a mapping", GP_TEXT("values"))) return;
    for (size_t i = 0; i < values->n; i++) {
        const gp_pair *p = &values->pairs[i];
        uint32_t datum;
        gp_given given;
        if (!datum_find(&datum, in, p) || !gp_shape_given(p->value) || !read_given(&given, in, p)) continue;
        if (given.value.text.s) gp_entry_add(in, datum, &given);
    }
}

/* -- judgements and claims -- */

static void read_judgement(gp_intake *in, const gp_pair *p) {
    static const char *const JUDGED_KEYS[] = {"value", "mark", "by", "reason"};
    if (!gp_shape_given(p->value) || !gp_shape_is(in, p->value, GP_TREE_MAP, "a mapping with `value` and `reason`", p->key)) return;
    gp_shape_keys(in, p->value, GP_KEYS("a judgement", JUDGED_KEYS));
    gp_judged j;
    bool ok = gp_shape_need(&j.tier, in, p->value, "value", "a judgement");
    ok &= gp_shape_read(&j.mark, in, p->value, "mark");
    ok &= gp_shape_read(&j.by, in, p->value, "by");
    ok &= gp_shape_need(&j.reason, in, p->value, "reason", "a judgement");
    if (ok) gp_judgement_add(in, (gp_written){p->key, p->key_at}, &j);
}

static void read_judged(gp_intake *in, const gp_tree *judged) {
    if (!gp_shape_given(judged) || !gp_shape_is(in, judged, GP_TREE_MAP, "a mapping of indicators", GP_TEXT("judged"))) return;
    for (size_t i = 0; i < judged->n; i++) read_judgement(in, &judged->pairs[i]);
}

static bool read_id(gp_written *out, gp_intake *in, const gp_tree *t) {
    if (!gp_shape_is(in, t, GP_TREE_SCALAR, "an id", GP_TEXT("of"))) return false;
    *out = (gp_written){.text = gp_text_trim(t->text), .at = t->at};
    return true;
}

/* `of`: one id or a list of them. NULL after reporting. */
static gp_written *read_ids(size_t *n, gp_intake *in, const gp_tree *claim) {
    const gp_tree *of = gp_tree_get(claim, "of");
    if (!gp_shape_given(of) || (of->kind == GP_TREE_LIST && of->n == 0)) {
        gp_shape_missing(in, claim, "of", "a claim");
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
    if (!gp_shape_is(in, t, GP_TREE_MAP, "a mapping with `of` and `claim`", GP_TEXT("claims"))) return;
    gp_shape_keys(in, t, GP_KEYS("a claim", CLAIM_KEYS));
    gp_written claim;
    size_t n = 0;
    gp_written *ids = read_ids(&n, in, t);
    if (gp_shape_need(&claim, in, t, "claim", "a claim") && ids) gp_claim_add(in, ids, n, claim);
}

static void read_claims(gp_intake *in, const gp_tree *claims) {
    if (!gp_shape_given(claims) || !gp_shape_is(in, claims, GP_TREE_LIST, "a list", GP_TEXT("claims"))) return;
    for (size_t i = 0; i < claims->n; i++) read_claim(in, claims->items[i]);
}

/* -- the file -- */

/* Whose case it is. A period that could not be read is no reason to pass the file over. */
static bool read_case(gp_case *out, gp_intake *in, const gp_tree *root) {
    gp_written subject, scenario;
    bool known = gp_shape_period(&out->period, in, root, "a data file");
    if (gp_shape_need(&subject, in, root, "subject", "a data file")) {
        out->subject = subject.text;
        out->at = subject.at;
    }
    if (gp_shape_read(&scenario, in, root, "scenario") && scenario.text.s) out->scenario = scenario.text;
    return !known || gp_period_accepted(in->frame, out->period);
}

void gp_data_yaml(gp_intake *in) {
    static const char *const FILE_KEYS[] = {"goalpost", "data", "subject", "period", "scenario", "source", "values", "judged", "claims"};
    gp_frame *f = in->frame;
    const gp_tree *root = gp_yaml_parse(f->arena, f->diags, in->file);
    if (root && gp_tree_get(root, "decisions")) {
        gp_ledger_yaml(in, root);
        return;
    }
    if (!root || !gp_shape_head(in, root, "data", "a data file")) return;
    gp_shape_keys(in, root, GP_KEYS("a data file", FILE_KEYS));
    gp_shape_source(in, root);
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

/* What people state: claims of completion, and tiers for judged indicators.
 * Invariant: both name nodes of the plan by their full ids; a judgement is kept only for an indicator whose criterion is `judged`. */
#include "data/intake.h"

#include <string.h>

/* -- nodes by id -- */

static const gp_text *node_ids(gp_intake *in) {
    const gp_plan *p = in->frame->plan;
    if (in->node_ids) return in->node_ids;
    in->node_ids = gp_arena_array(in->frame->arena, p->nnodes, sizeof *in->node_ids);
    for (size_t i = 0; i < p->nnodes; i++) in->node_ids[i] = p->nodes[i]->id;
    return in->node_ids;
}

const gp_node *gp_node_find(gp_intake *in, gp_written id) {
    const gp_plan *p = in->frame->plan;
    const gp_node *node = id.text.n ? gp_plan_node(p, id.text) : NULL;
    if (node || p->broken) return node; /* it may be in what is broken */
    gp_diag *diag = gp_report(in->frame->diags, GP_D_UNKNOWN_ID, id.at, "`%.*s` is no goal, indicator or clause of the plan",
                              GP_ARG(gp_shown(in, id.text)));
    gp_hint_nearest(in->frame->diags, diag, id.text, node_ids(in), p->nnodes);
    return NULL;
}

/* -- claims -- */

enum { LARGEST_BARE_RATE = 10 }; /* a bare 95 is a slip for 95% */

static bool rate_fits(gp_intake *in, const gp_quantity *q, gp_written claim) {
    gp_diags *d = in->frame->diags;
    if (q->unit.given && q->unit.dim.n) {
        gp_report(d, GP_D_UNIT_MISMATCH, claim.at, "`%.*s` has a unit, but a claim is a rate", GP_ARG(gp_shown(in, claim.text)));
        return false;
    }
    if (q->value < 0) {
        gp_report(d, GP_D_BAD_VALUE, claim.at, "`%.*s` is a claim below zero", GP_ARG(gp_shown(in, claim.text)));
        return false;
    }
    if (q->unit.given || q->value <= LARGEST_BARE_RATE) return true;
    gp_diag *diag = gp_report(d, GP_D_BAD_VALUE, claim.at, "`%.*s` claims that many times the target", GP_ARG(gp_shown(in, claim.text)));
    gp_hint(d, diag, "write `%.*s%%` for per cent", GP_ARG(gp_shown(in, claim.text)));
    return false;
}

/* 100% as such claims completion; with digits behind the point it is a rate that was worked out. */
static bool read_rate(gp_claim *out, gp_intake *in, gp_written claim) {
    gp_quantity q;
    if (gp_quantity_read(&q, &in->units, claim.text, NULL, NULL, 0) != GP_QUANTITY_OK) {
        gp_report(in->frame->diags, GP_D_BAD_VALUE, claim.at, "`%.*s` is no claim: a rate such as 100%% or 0.95, or `met`, is due",
                  GP_ARG(gp_shown(in, claim.text)));
        return false;
    }
    if (!rate_fits(in, &q, claim)) return false;
    out->rate = q.value;
    out->digits = q.digits;
    out->scale = q.unit.given ? q.unit.scale : 0;
    out->completion = q.value == 1 && q.digits == 0;
    return true;
}

static bool read_claim(gp_claim *out, gp_intake *in, gp_written claim) {
    *out = (gp_claim){.text = gp_intake_keep(in, claim.text), .at = claim.at};
    if (!gp_text_is(claim.text, "met") && !gp_text_is(claim.text, "达成")) return read_rate(out, in, claim);
    out->completion = true;
    out->rate = 1;
    return true;
}

void gp_claim_add(gp_intake *in, const gp_written *ids, size_t n, gp_written claim) {
    gp_claim c;
    claim.text = gp_text_trim(claim.text);
    bool ok = read_claim(&c, in, claim);
    uint32_t *nodes = gp_arena_array(in->frame->arena, n, sizeof *nodes);
    for (size_t i = 0; i < n; i++) {
        const gp_node *node = gp_node_find(in, ids[i]);
        ok &= node != NULL;
        nodes[i] = node ? node->index : 0;
    }
    if (!ok) return;
    c.nodes = nodes;
    c.n = n;
    *GP_PUSH(in->frame->arena, in->row.claims, in->row.nclaims, in->row.cap_claims) = c;
}

/* -- judgements -- */

/* The grades in force at a node: its own or those of the nearest parent that has any. */
static const gp_node *graded(const gp_node *node) {
    while (node && node->ngrades == 0) node = node->parent;
    return node;
}

static void report_tier(gp_intake *in, const gp_node *grades, gp_written tier) {
    gp_buf b;
    gp_buf_init(&b, in->frame->arena);
    for (size_t i = 0; grades && i < grades->ngrades; i++) gp_buf_printf(&b, "%.*s, ", GP_ARG(grades->grades[i].name));
    gp_text names = gp_buf_take(&b);
    gp_report(in->frame->diags, GP_D_UNKNOWN_WORD, tier.at, "`%.*s` is no tier: %.*s达成, met, 未达成 or unmet is due",
              GP_ARG(gp_shown(in, tier.text)), GP_ARG(names));
}

/* A grade's name meets unless it is the lowest; `met` and `unmet` say it themselves. */
static bool read_tier(bool *met, gp_intake *in, const gp_node *node, gp_written tier) {
    const gp_node *grades = graded(node);
    for (size_t i = 0; grades && i < grades->ngrades; i++) {
        if (!gp_text_eq(grades->grades[i].name, tier.text)) continue;
        *met = i + 1 < grades->ngrades;
        return true;
    }
    *met = gp_text_is(tier.text, "met") || gp_text_is(tier.text, "达成");
    if (*met || gp_text_is(tier.text, "unmet") || gp_text_is(tier.text, "未达成")) return true;
    report_tier(in, grades, tier);
    return false;
}

static const gp_node *judged_node(gp_intake *in, gp_written id) {
    const gp_node *node = gp_node_find(in, id);
    if (!node || node->criterion.test == GP_JUDGED) return node;
    if (in->frame->plan->broken && node->criterion.test == GP_TEST_NONE) return NULL;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_DATA_JUDGED, id.at, "`%.*s` is not judged by a person", GP_ARG(node->id));
    gp_hint(in->frame->diags, diag, "only indicators with `judged: true` are");
    return NULL;
}

/* ---- tiers with edges ---- */

static void report_no_tier(gp_intake *in, const gp_scoring *s, gp_written tier) {
    gp_diags *d = in->frame->diags;
    gp_text *names = gp_arena_array(in->frame->arena, s->ntiers, sizeof *names);
    gp_buf b;
    gp_buf_init(&b, in->frame->arena);
    for (size_t i = 0; i < s->ntiers; i++) {
        names[i] = s->tiers[i].name;
        gp_buf_printf(&b, "%s%.*s", i ? ", " : "", GP_ARG(names[i]));
    }
    gp_text list = gp_buf_take(&b);
    gp_diag *diag =
        gp_report(d, GP_D_UNKNOWN_WORD, tier.at, "`%.*s` is no tier: one of %.*s is due", GP_ARG(gp_shown(in, tier.text)), GP_ARG(list));
    gp_hint_nearest(d, diag, tier.text, names, s->ntiers);
}

/* The lowest tier is unmet, the others met. */
static bool read_edged_tier(gp_judgement *out, gp_intake *in, const gp_scoring *s, gp_written tier) {
    for (size_t i = 0; i < s->ntiers; i++) {
        if (!gp_text_eq(s->tiers[i].name, tier.text)) continue;
        out->index = (uint32_t)i;
        out->met = i != s->lowest_tier;
        return true;
    }
    report_no_tier(in, s, tier);
    return false;
}

/* Edges that are written numbers hold a mark. */
static bool within_edges(gp_intake *in, const gp_tier *t, double mark, gp_written written) {
    const gp_expr *lo = gp_param_at(&t->lo, in->row.id.period), *hi = gp_param_at(&t->hi, in->row.id.period);
    if (!lo || !hi) return true;
    bool low = gp_expr_is_const(lo) && mark < lo->value, high = gp_expr_is_const(hi) && mark > hi->value;
    if (!low && !high) return true;
    gp_report(in->frame->diags, GP_D_DATA_RANGE, written.at, "the mark `%.*s` lies outside `%.*s`, which is [%.*s, %.*s]",
              GP_ARG(gp_shown(in, written.text)), GP_ARG(t->name), GP_ARG(lo->text), GP_ARG(hi->text));
    return false;
}

/* A mark within the tier: marks or a fraction, as its edges are. */
static bool read_mark(gp_judgement *out, gp_intake *in, const gp_scoring *s, gp_written mark) {
    gp_diags *d = in->frame->diags;
    gp_quantity q;
    if (!mark.text.s) return true;
    if (s->ntiers == 0) {
        gp_diag *diag = gp_report(d, GP_D_MISPLACED, mark.at, "a mark has no meaning here: the indicator has no tiers with edges");
        gp_hint(d, diag, "give it `score: {method: tiers, tiers: {...}}`");
        return false;
    }
    out->has_mark = gp_quantity_read(&q, &in->units, mark.text, NULL, NULL, 0) == GP_QUANTITY_OK && q.unit.dim.n == 0;
    if (out->has_mark) {
        out->mark = q.value;
        return within_edges(in, &s->tiers[out->index], q.value, mark);
    }
    gp_report(d, GP_D_BAD_VALUE, mark.at, "`%.*s` is no mark: a number such as 92 or 85%% is due", GP_ARG(gp_shown(in, mark.text)));
    return false;
}

void gp_judgement_add(gp_intake *in, gp_written id, const gp_judged *what) {
    const gp_node *node = judged_node(in, id);
    if (!node) return;
    const gp_scoring *s = &node->scoring;
    gp_judgement j = {.node = node->index, .at = what->tier.at};
    gp_written tier = {gp_text_trim(what->tier.text), what->tier.at};
    bool known = s->ntiers ? read_edged_tier(&j, in, s, tier) : read_tier(&j.met, in, node, tier);
    if (!known || !read_mark(&j, in, s, what->mark)) return;
    j.tier = gp_intake_keep(in, tier.text);
    j.by = gp_intake_keep(in, what->by.text);
    j.reason = gp_intake_keep(in, what->reason.text);
    *GP_PUSH(in->frame->arena, in->row.judged, in->row.njudged, in->row.cap_judged) = j;
}

/* Figures: what the data say of the targets and of the claims.
 * Invariant: a single case over its target is good news; only a target that most cases pass by far is worth a note. */
#include <math.h>

#include "lint/checks.h"

/* -- claims -- */

static size_t indicators_of(const gp_node *n) {
    if (n->level >= GP_INDICATOR) return 1;
    size_t count = 0;
    for (size_t i = 0; i < n->nchild; i++) count += indicators_of(n->child[i]);
    return count;
}

static bool is_over_several(const gp_plan *plan, const gp_claim *c) {
    size_t count = 0;
    for (size_t i = 0; i < c->n; i++) count += indicators_of(plan->nodes[c->nodes[i]]);
    return count > 1;
}

void gp_check_claims(gp_finder *f) {
    const gp_frame *frame = f->on->frame;
    const gp_claim *first = NULL;
    size_t n = 0;
    for (size_t i = 0; i < frame->nclaims; i++) {
        if (!is_over_several(f->on->plan, &frame->claims[i])) continue;
        if (n++ == 0) first = &frame->claims[i];
    }
    if (!first) return;
    gp_diag *diag =
        gp_report(f->diags, f->code, first->at, "one claim for several indicators at once, in %zu of %zu claims", n, frame->nclaims);
    gp_hint(f->diags, diag, "a claim for each indicator could be audited one by one");
}

/* -- completion -- */

static const double FAR = 1.5;

typedef struct passing {
    size_t known, far; /* cases with a completion, and those over FAR */
    double most;
} passing;

static bool counts_upwards(const gp_node *n) {
    return n->criterion.test == GP_AT_LEAST || n->criterion.test == GP_MORE_THAN;
}

static void take_case(passing *p, const gp_case_result *c) {
    for (size_t i = 0; i < c->nrows; i++) {
        const gp_row *r = &c->rows[i];
        if (isnan(r->completion) || !counts_upwards(r->node)) continue;
        p[i].known++;
        p[i].far += r->completion > FAR;
        p[i].most = fmax(p[i].most, r->completion);
    }
}

static void take_cases(passing *p, gp_finder *f) {
    gp_block block;
    gp_case_result c;
    gp_run_rewind(f->on->run);
    while (gp_run_block(f->on->run, &block))
        for (size_t i = 0; i < block.n; i++) {
            gp_run_case(&c, f->on->run, f->scratch, i);
            take_case(p, &c);
            gp_arena_fini(f->scratch);
        }
    gp_run_rewind(f->on->run);
}

static void tell_passing(gp_finder *f, const gp_node *n, const passing *p) {
    if (!gp_finder_room(f, n->criterion.at)) return;
    gp_text most = gp_lint_number(f, gp_round_digits(p->most * 100, 4)), text = n->criterion.text;
    if (p->known == 1)
        gp_report(f->diags, f->code, n->criterion.at, "`%.*s` is completed to %.*s%%: is `%.*s` the target that is meant?", GP_ARG(n->id),
                  GP_ARG(most), GP_ARG(text));
    else
        gp_report(f->diags, f->code, n->criterion.at,
                  "`%.*s` is completed to over 150%% in %zu of %zu cases, to %.*s%% at most: is `%.*s` the target that is meant?",
                  GP_ARG(n->id), p->far, p->known, GP_ARG(most), GP_ARG(text));
}

void gp_check_completion(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    passing *p = gp_arena_array(f->diags->arena, plan->nnodes, sizeof *p); /* scratch is emptied after each case */
    take_cases(p, f);
    for (size_t i = 0; i < plan->nnodes; i++)
        if (p[i].far * 2 > p[i].known) tell_passing(f, plan->nodes[i], &p[i]);
}

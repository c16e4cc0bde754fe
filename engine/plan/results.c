/* score("ID") marks("ID") grade("ID") verdict("ID") actual("ID"): types while expressions are read, nodes when all are.
 * Invariant: after loading each knows its node, and what gives a text the numbers of the texts that it can be. */
#include <string.h>

#include "plan/load.h"

static double text_number(gp_load *l, gp_text t) { return (double)gp_pool_add(&l->plan->texts, t); }

static const double *verdict_words(gp_load *l) {
    if (l->verdict_words) return l->verdict_words;
    double *words = gp_arena_array(l->arena, gp_words_verdict.n, sizeof *words);
    for (size_t i = 0; i < gp_words_verdict.n; i++) words[i] = text_number(l, gp_text_of(gp_words_verdict.list[i]));
    return l->verdict_words = words;
}

bool gp_result_type(void *ud, gp_expr *e, gp_text id) {
    gp_load *l = ud;
    uint32_t k;
    e->type = (gp_type){.kind = e->fn == GP_FN_GRADE || e->fn == GP_FN_VERDICT ? GP_STRING : GP_NUMBER};
    if (e->fn == GP_FN_VERDICT) e->words = verdict_words(l);
    if (e->fn == GP_FN_ACTUAL && gp_pool_find(&k, &l->learnt->ids, id)) e->type = l->learnt->types[k];
    else if (e->fn == GP_FN_ACTUAL) l->learnt->asks++;
    *GP_PUSH(l->arena, l->asked, l->nasked, l->cap_asked) = (struct gp_asked){e, id};
    return true;
}

bool gp_reads_actuals(gp_text plan) {
    static const char WORD[] = "actual";
    for (size_t i = 0; i + sizeof WORD - 1 <= plan.n; i++)
        if (memcmp(plan.s + i, WORD, sizeof WORD - 1) == 0) return true;
    return false;
}

void gp_learn_types(gp_load *l) {
    gp_learnt *known = l->learnt;
    for (size_t i = 0; i < l->plan->nnodes; i++) {
        const gp_node *n = l->plan->nodes[i];
        if (!n->value || !n->id.s) continue;
        uint32_t k = gp_pool_add(&known->ids, n->id);
        if (k == known->ntypes) *GP_PUSH(l->arena, known->types, known->ntypes, known->cap_types) = n->type;
        known->types[k] = n->type;
    }
}

/* From the lowest grade on. */
static const double *grade_words(gp_load *l, const gp_node *n) {
    double *words = gp_arena_array(l->arena, n->ngrades, sizeof *words);
    for (size_t i = 0; i < n->ngrades; i++) words[n->ngrades - 1 - i] = text_number(l, n->grades[i].name);
    return words;
}

static void settle(gp_load *l, gp_expr *e, gp_text id) {
    if (!gp_pool_find(&e->ref, &l->plan->ids, id)) {
        gp_diag *diag = gp_report(l->diags, GP_D_UNKNOWN_ID, e->at, "there is no goal, indicator or clause `%.*s`", GP_ARG(id));
        gp_hint_nearest(l->diags, diag, id, l->plan->ids.items, l->plan->ids.n);
        return;
    }
    const gp_node *n = l->plan->nodes[e->ref];
    if (e->fn == GP_FN_GRADE) e->words = grade_words(l, n);
}

void gp_settle_results(gp_load *l) {
    for (size_t i = 0; i < l->nasked; i++) settle(l, l->asked[i].e, l->asked[i].id);
}

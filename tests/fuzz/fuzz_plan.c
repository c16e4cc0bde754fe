/* Any bytes as a plan: the file's checks, YAML, every field table, the expressions in it.
 * Invariant looked for: a plan exists exactly when no error was reported; its nodes, names and parameters are complete. */
#include <stdlib.h>

#include "trap.h"

#include "plan/plan.h"

static void check_param(const gp_param *p) {
    for (size_t i = 0; i < p->n; i++) {
        if (!p->entry[i].expr) abort();
        if (i > 0 && p->entry[i].from.first <= p->entry[i - 1].from.first) abort();
    }
}

static void check_criterion(const gp_criterion *c) {
    bool target = c->test != GP_TEST_NONE && c->test != GP_RULE && c->test != GP_JUDGED && c->test != GP_ONE_OF;
    if (target != (c->target.n > 0) || (c->test == GP_BETWEEN) != (c->upper.n > 0) || (c->test == GP_ONE_OF) != (c->noptions > 0)) abort();
    if (c->test == GP_RULE && !c->rule.s) abort();
    check_param(&c->target);
    check_param(&c->upper);
    check_param(&c->due);
    for (size_t i = 0; i < c->noptions; i++) check_param(&c->options[i]);
}

static void check_node(const gp_plan *p, const gp_node *n, uint32_t index) {
    if (n->index != index || (index > 0) != (n->parent != NULL) || (n->parent && n->parent->index >= index)) abort();
    if (gp_plan_node(p, n->id) != n) abort();
    if (n->level <= GP_GOAL && n->nchild == 0) abort();
    bool decided = n->nchild > 0 || n->value || n->criterion.test == GP_RULE || n->criterion.test == GP_JUDGED;
    if (!decided || n->require > (int)n->nchild || n->evidence == 0) abort();
    check_criterion(&n->criterion);
    check_param(&n->weight);
    check_param(&n->marks);
    check_param(&n->scoring.cap);
    check_param(&n->scoring.otherwise);
    for (size_t i = 0; i < n->scoring.nknots; i++) check_param(&n->scoring.knots[i].x);
    for (size_t i = 0; i < n->ngrades; i++) check_param(&n->grades[i].at_least);
}

static void check_plan(const gp_plan *p) {
    if (p->names.n != p->ndata + p->nderived || p->ids.n != p->nnodes) abort();
    for (size_t i = 0; i < p->nderived; i++)
        if (!p->derived[i].expr) abort();
    for (uint32_t i = 0; i < p->nnodes; i++) check_node(p, p->nodes[i], i);
}

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file file;
    gp_buf out;
    gp_diags_init(&d, a);
    if (gp_file_of(&file, a, &d, GP_TEXT("no-such-folder/plan.yaml"), bytes, GP_FILE_TEXT)) {
        gp_plan *p = gp_plan_parse(a, &d, &file);
        if ((p == NULL) != (d.errors > 0)) abort();
        if (p) check_plan(p);
    }
    gp_buf_init(&out, a);
    gp_diags_print(&out, &d, false);
    if (gp_utf8_valid((gp_text){out.s, out.n}) != out.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_once(try_input, data, size);
}

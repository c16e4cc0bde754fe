/* The table of checks, and running it.
 * Invariant: checks do not depend on each other; what one finds keeps no other from running. */
#include "lint/checks.h"

enum { NEEDS_RULES = 1, NEEDS_DATA = 2, NEEDS_RUN = 4 }; /* besides the plan */
enum { MESSAGES = 5 };                                   /* of one check; the rest is counted */

static const struct {
    gp_code code; /* its name and severity are in codes.def */
    unsigned needs;
    void (*run)(gp_finder *f);
} CHECKS[] = {
    {GP_D_LINT_UNUSED_DATUM, NEEDS_RULES, gp_check_unused_data},
    {GP_D_LINT_UNUSED_DERIVED, NEEDS_RULES, gp_check_unused_derived},
    {GP_D_LINT_TABLE_GAP, 0, gp_check_tables},
    {GP_D_LINT_TABLE, 0, gp_check_unchecked},
    {GP_D_LINT_UNIT, 0, gp_check_units},
    {GP_D_LINT_TWO_DATES, 0, gp_check_dates},
    {GP_D_LINT_WAIVER, 0, gp_check_waivers},
    {GP_D_LINT_METHOD, 0, gp_check_methods},
    {GP_D_LINT_MARKS, 0, gp_check_marks},
    {GP_D_LINT_GRADE, 0, gp_check_grades},
    {GP_D_LINT_CLAIM, NEEDS_DATA, gp_check_claims},
    {GP_D_LINT_COMPLETION, NEEDS_DATA | NEEDS_RUN, gp_check_completion},
};

static bool uses_rules(const gp_plan *plan) {
    for (size_t i = 0; i < plan->nnodes; i++)
        if (plan->nodes[i]->criterion.test == GP_RULE) return true;
    return false;
}

static unsigned what_is_there(const gp_lint_on *on) {
    unsigned there = 0;
    if (on->host || !uses_rules(on->plan)) there |= NEEDS_RULES;
    if (on->frame && on->frame->nrows) there |= NEEDS_DATA;
    if (on->run) there |= NEEDS_RUN;
    return there;
}

static void tell_untold(gp_finder *f) {
    if (f->untold) gp_report(f->diags, f->code, f->first_untold, "%zu more like the %zu above", f->untold, f->told);
}

size_t gp_lint(gp_diags *d, gp_arena *scratch, const gp_lint_on *on) {
    unsigned there = what_is_there(on);
    size_t ran = 0;
    for (size_t i = 0; i < GP_COUNT(CHECKS); i++) {
        if (CHECKS[i].needs & ~there) continue;
        gp_finder f = {.diags = d, .scratch = scratch, .on = on, .code = CHECKS[i].code};
        CHECKS[i].run(&f);
        tell_untold(&f);
        gp_arena_fini(scratch);
        ran++;
    }
    return ran;
}

bool gp_finder_room(gp_finder *f, gp_place at) {
    if (f->told < MESSAGES) {
        f->told++;
        return true;
    }
    if (f->untold++ == 0) f->first_untold = at;
    return false;
}

/* -- what checks share -- */

bool gp_lint_const(double *out, const gp_param *p) {
    if (p->n != 1 || p->entry[0].dated || !gp_expr_is_const(p->entry[0].expr)) return false;
    *out = p->entry[0].expr->value;
    return true;
}

gp_text gp_lint_number(gp_finder *f, double v) {
    char s[32];
    size_t n = gp_number_print(s, gp_round_digits(v, 12));
    return gp_text_dup(f->scratch, (gp_text){s, n});
}

gp_text gp_lint_node(gp_finder *f, const gp_node *n) {
    gp_buf b;
    if (n->level == GP_SUBJECT) return GP_TEXT("the subject");
    gp_buf_init(&b, f->scratch);
    gp_buf_printf(&b, "`%.*s`", GP_ARG(n->id));
    return gp_buf_take(&b);
}

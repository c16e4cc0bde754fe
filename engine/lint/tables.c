/* Decision tables: inputs for which no row holds, and tables of which that cannot be said.
 * Invariant: what was found when the plan was loaded is told here; nothing is looked for again. */
#include "lint/checks.h"

void gp_check_tables(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    for (size_t i = 0; i < plan->nderived; i++) {
        const gp_derived *d = &plan->derived[i];
        if (!d->table || !d->table->gap.s || !gp_finder_room(f, d->at)) continue;
        gp_diag *diag =
            gp_report(f->diags, f->code, d->at, "no row of the table `%.*s` holds for %.*s", GP_ARG(d->name), GP_ARG(d->table->gap));
        gp_hint(f->diags, diag, "add a row for it, a last row without `when`, or a `range` to what cannot be");
    }
}

void gp_check_unchecked(gp_finder *f) {
    const gp_plan *plan = f->on->plan;
    for (size_t i = 0; i < plan->nderived; i++) {
        const gp_derived *d = &plan->derived[i];
        if (!d->table || !d->table->unchecked.s || !gp_finder_room(f, d->at)) continue;
        gp_report(f->diags, f->code, d->at, "the table `%.*s` of %zu rows is not checked for gaps and overlaps beforehand: %.*s",
                  GP_ARG(d->name), d->table->nrows, GP_ARG(d->table->unchecked));
    }
}

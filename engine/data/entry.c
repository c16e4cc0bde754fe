/* One datum with all that is said of it: value, unit, basis, the time it covers, when it was reached, its cite.
 * Invariant: an entry joins the row only when each of its parts was read. */
#include "data/intake.h"

static const gp_datum *datum_of(const gp_intake *in, uint32_t datum) {
    return &in->frame->plan->data[datum];
}

static bool read_unit(gp_unit *out, gp_intake *in, const gp_datum *d, gp_written unit) {
    gp_diags *diags = in->frame->diags;
    if (d->type.kind != GP_NUMBER) {
        gp_report(diags, GP_D_UNIT_MISMATCH, unit.at, "`%.*s` is %s and has no unit", GP_ARG(d->name), gp_kind_name(d->type.kind));
        return false;
    }
    if (!gp_unit_read(out, &in->units, unit.text, d->aliases, d->naliases)) {
        gp_report(diags, GP_D_UNIT_MISMATCH, unit.at, "`%.*s` cannot be a unit", GP_ARG(gp_shown(in, unit.text)));
        return false;
    }
    if (gp_dim_eq(&out->dim, &d->type.unit.dim)) return true;
    gp_arena *a = in->frame->arena;
    gp_report(diags, GP_D_UNIT_MISMATCH, unit.at, "unit `%.*s` does not fit `%.*s`, which is in %.*s", GP_ARG(gp_shown(in, unit.text)),
              GP_ARG(d->name), GP_ARG(gp_dim_text(a, &in->units, &d->type.unit.dim)));
    return false;
}

static bool read_basis(gp_entry *e, gp_intake *in, gp_written basis) {
    if (!basis.text.s || gp_basis_read(&e->stated, basis.text)) return true;
    static const gp_basis STATED[] = {GP_FINAL, GP_PROVISIONAL, GP_ESTIMATED, GP_FORECAST, GP_ASSERTED};
    gp_text words[GP_COUNT(STATED)];
    for (size_t i = 0; i < GP_COUNT(STATED); i++) words[i] = gp_text_of(gp_basis_name(STATED[i]));
    gp_diag *diag =
        gp_report(in->frame->diags, GP_D_UNKNOWN_WORD, basis.at,
                  "`%.*s` is no basis: final, provisional, estimated, forecast or asserted is due", GP_ARG(gp_shown(in, basis.text)));
    gp_hint_nearest(in->frame->diags, diag, basis.text, words, GP_COUNT(words));
    return false;
}

static bool read_covers(gp_entry *e, gp_intake *in, gp_written covers) {
    if (!covers.text.s) return true;
    e->has_covers = gp_period_read(&e->covers, covers.text);
    if (e->has_covers) return true;
    gp_report(in->frame->diags, GP_D_BAD_VALUE, covers.at, "`%.*s` is no period such as 2020, 2020-H1, 2020-Q3, 2020-07 or 2020-01/2020-09",
              GP_ARG(gp_shown(in, covers.text)));
    return false;
}

static bool read_on(gp_entry *e, gp_intake *in, gp_written on) {
    if (!on.text.s) return true;
    e->has_on = gp_date_read(&e->on, on.text);
    if (e->has_on) return true;
    gp_report(in->frame->diags, GP_D_BAD_VALUE, on.at, "`%.*s` is no date such as 2020-01-31", GP_ARG(gp_shown(in, on.text)));
    return false;
}

void gp_entry_add(gp_intake *in, uint32_t datum, const gp_given *given) {
    const gp_datum *d = datum_of(in, datum);
    gp_entry e = {.datum = datum, .at = given->value.at, .stated = GP_FINAL};
    gp_unit unit;
    bool has_unit = given->unit.text.s != NULL;
    bool ok = !has_unit || read_unit(&unit, in, d, given->unit);
    gp_reading reading = gp_cell_read(&e.value, in, d, given->value, has_unit && ok ? &unit : NULL);
    ok &= read_basis(&e, in, given->basis);
    ok &= read_covers(&e, in, given->covers);
    ok &= read_on(&e, in, given->on);
    if (given->cite.text.s) gp_quote_check(in, given->cite);
    if (!ok || reading != GP_READ_VALUE) return;
    if (in->frame->trace) {
        e.text = gp_intake_keep(in, given->value.text);
        e.cite = gp_intake_keep(in, given->cite.text);
    }
    *gp_row_entry(in, datum) = e;
}

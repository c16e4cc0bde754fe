/* Headings: the columns of a case, the data by name or label, what stands beside a datum (NAME.basis …), claims (ID.claim).
 * Invariant: a heading that means nothing is reported unless the plan's `columns` says to ignore it; none is passed over in silence. */
#include "data/table.h"

enum { NO_COLUMN = -1 };

/* -- names and labels -- */

/* The plan sees to it that no label is another datum's name or label. */
static void label_add(gp_table *t, gp_text label, uint32_t datum) {
    uint32_t number = gp_pool_add(&t->labels, label);
    t->labelled[number] = datum;
}

static void labels_make(gp_table *t) {
    const gp_plan *p = t->in->frame->plan;
    gp_arena *a = t->in->frame->arena;
    gp_pool_init(&t->labels, a);
    t->labelled = gp_arena_array(a, 2 * p->ndata, sizeof *t->labelled);
    for (size_t i = 0; i < p->ndata; i++) {
        label_add(t, p->data[i].name, (uint32_t)i);
        label_add(t, p->data[i].label, (uint32_t)i);
    }
}

static bool is_ignored(const gp_plan *p, gp_text name) {
    for (size_t i = 0; i < p->nignore; i++)
        if (gp_text_eq(p->ignore_columns[i], name)) return true;
    return false;
}

static bool is_derived(const gp_plan *p, gp_text name) {
    for (size_t i = 0; i < p->nderived; i++)
        if (gp_text_eq(p->derived[i].name, name) || gp_text_eq(p->derived[i].label, name)) return true;
    return false;
}

static bool label_find(uint32_t *out, const gp_table *t, gp_text text) {
    uint32_t number;
    if (!gp_pool_find(&number, &t->labels, text)) return false;
    *out = t->labelled[number];
    return true;
}

/* NAME.basis, NAME.covers, NAME.on: split at the last dot, since labels may have dots of their own. */
static bool split_suffix(gp_text *stem, gp_text *suffix, gp_text h) {
    size_t i = h.n;
    while (i > 0 && h.s[i - 1] != '.') i--;
    if (i < 2) return false;
    *stem = (gp_text){h.s, i - 1};
    *suffix = (gp_text){h.s + i, h.n - i};
    return true;
}

static bool hint_suffix(gp_diags *d, gp_diag *diag, const gp_table *t, gp_text heading) {
    static const char *const SUFFIXES[] = {"basis", "covers", "on"};
    gp_text stem, suffix, known[GP_COUNT(SUFFIXES)];
    uint32_t datum;
    if (!split_suffix(&stem, &suffix, heading) || !label_find(&datum, t, stem)) return false;
    for (size_t i = 0; i < GP_COUNT(SUFFIXES); i++) known[i] = gp_text_of(SUFFIXES[i]);
    gp_text nearest = gp_text_nearest(suffix, known, GP_COUNT(known));
    if (!nearest.s) return false;
    gp_hint(d, diag, "did you mean `%.*s.%.*s`?", GP_ARG(stem), GP_ARG(nearest));
    return true;
}

/* The nearest of what a heading may be: a name or label, or one of our own columns. */
static void hint_heading(gp_diags *d, gp_diag *diag, const gp_table *t, gp_text heading) {
    static const char *const OURS[] = {"subject", "period", "scenario", "name", "value", "unit", "basis", "covers", "on", "cite"};
    size_t nours = t->is_long ? GP_COUNT(OURS) : 3, nlabels = t->is_long ? 0 : t->labels.n;
    gp_text *known = gp_arena_array(t->in->frame->arena, nlabels + nours, sizeof *known);
    for (size_t i = 0; i < nlabels; i++) known[i] = t->labels.items[i];
    for (size_t i = 0; i < nours; i++) known[nlabels + i] = gp_text_of(OURS[i]);
    if (!hint_suffix(d, diag, t, heading)) gp_hint_nearest(d, diag, heading, known, nlabels + nours);
    if (!diag->hint.s) gp_hint(d, diag, "list it under `columns: {ignore: [...]}` of the plan to pass over it");
}

/* Reports what a name or heading is that is not a datum's. */
static void report_unknown(gp_table *t, gp_code code, gp_written name) {
    const gp_plan *p = t->in->frame->plan;
    gp_diags *d = t->in->frame->diags;
    if (is_derived(p, name.text)) {
        gp_report(d, code, name.at, "`%.*s` is worked out by the plan, so no data give it", GP_ARG(name.text));
        return;
    }
    gp_diag *diag = gp_report(d, code, name.at, "`%.*s` is not in the plan's dictionary", GP_ARG(gp_shown(t->in, name.text)));
    if (code == GP_D_DATA_HEADING)
        hint_heading(d, diag, t, name.text);
    else
        gp_hint_nearest(d, diag, name.text, t->labels.items, t->labels.n);
}

bool gp_table_datum(uint32_t *out, gp_table *t, gp_written name) {
    if (!name.text.s) {
        gp_report(t->in->frame->diags, GP_D_DATA_EMPTY, name.at, "the name is empty");
        return false;
    }
    if (label_find(out, t, name.text)) return true;
    report_unknown(t, GP_D_UNKNOWN_NAME, name);
    return false;
}

/* -- columns -- */

static gp_written heading(const gp_table *t, size_t column) {
    return (gp_written){.text = t->csv.header[column], .at = t->csv.header_at[column]};
}

/* Gives a meaning to a column; reports when another has it already. */
static void assign(gp_table *t, int *meaning, size_t column) {
    if (*meaning == NO_COLUMN) {
        *meaning = (int)column;
        return;
    }
    gp_written h = heading(t, column);
    gp_diag *diag = gp_report(t->in->frame->diags, GP_D_DATA_COLUMNS, h.at, "`%.*s` gives what another column gives", GP_ARG(h.text));
    diag->also = t->csv.header_at[*meaning];
    diag->also_what = GP_TEXT("given first here");
}

static gp_column *column_of(gp_table *t, uint32_t datum) {
    for (size_t i = 0; i < t->ncolumns; i++)
        if (t->columns[i].index == datum) return &t->columns[i];
    gp_column *c = GP_PUSH(t->in->frame->arena, t->columns, t->ncolumns, t->cap_columns);
    *c = (gp_column){.datum = &t->in->frame->plan->data[datum],
                     .index = datum,
                     .value = NO_COLUMN,
                     .basis = NO_COLUMN,
                     .covers = NO_COLUMN,
                     .on = NO_COLUMN};
    return c;
}

/* A column that we have a name for, and what the plan's `columns` calls it. */
typedef struct gp_role {
    gp_text renamed;
    const char *ours;
    int *meaning;
} gp_role;

static bool has_role(const gp_role *r, gp_text heading) {
    return gp_text_is(heading, r->ours) || (r->renamed.s && gp_text_eq(heading, r->renamed));
}

static bool assign_role(gp_table *t, size_t column, const gp_role *roles, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!has_role(&roles[i], t->csv.header[column])) continue;
        assign(t, roles[i].meaning, column);
        return true;
    }
    return false;
}

static bool assign_case(gp_table *t, size_t column) {
    const gp_plan *p = t->in->frame->plan;
    const gp_role roles[] = {{p->headings.subject, "subject", &t->subject},
                             {p->headings.period, "period", &t->period},
                             {p->headings.scenario, "scenario", &t->scenario}};
    return assign_role(t, column, roles, GP_COUNT(roles));
}

static bool assign_long(gp_table *t, size_t column) {
    const gp_plan *p = t->in->frame->plan;
    const gp_role roles[] = {{p->headings.name, "name", &t->name},       {p->headings.value, "value", &t->value},
                             {p->headings.unit, "unit", &t->unit},       {p->headings.basis, "basis", &t->basis},
                             {p->headings.covers, "covers", &t->covers}, {p->headings.on, "on", &t->on},
                             {p->headings.cite, "cite", &t->cite}};
    return assign_role(t, column, roles, GP_COUNT(roles));
}

static bool assign_datum(gp_table *t, size_t column) {
    uint32_t datum;
    gp_written h = heading(t, column);
    if (!label_find(&datum, t, h.text)) return false;
    assign(t, &column_of(t, datum)->value, column);
    return true;
}

static bool assign_beside(gp_table *t, size_t column) {
    gp_text stem, suffix;
    uint32_t datum;
    gp_written h = heading(t, column);
    if (!split_suffix(&stem, &suffix, h.text) || !label_find(&datum, t, stem)) return false;
    bool basis = gp_text_is(suffix, "basis"), covers = gp_text_is(suffix, "covers");
    if (!basis && !covers && !gp_text_is(suffix, "on")) return false;
    gp_column *c = column_of(t, datum);
    assign(t, basis ? &c->basis : covers ? &c->covers : &c->on, column);
    return true;
}

static bool assign_claim(gp_table *t, size_t column) {
    gp_text stem, suffix;
    gp_written h = heading(t, column);
    const gp_plan *p = t->in->frame->plan;
    if (!split_suffix(&stem, &suffix, h.text) || !gp_text_is(suffix, "claim") || (!p->broken && !gp_plan_node(p, stem))) return false;
    *GP_PUSH(t->in->frame->arena, t->claims, t->nclaims, t->cap_claims) =
        (gp_claim_column){.id = {.text = stem, .at = h.at}, .column = (int)column};
    return true;
}

/* A heading that the plan's `columns` names. */
static bool is_renamed(const gp_plan *p, gp_text h) {
    const gp_text renamed[] = {p->headings.subject, p->headings.period, p->headings.scenario, p->headings.name,   p->headings.value,
                               p->headings.unit,    p->headings.basis,  p->headings.covers,   p->headings.on,     p->headings.cite};
    for (size_t i = 0; i < GP_COUNT(renamed); i++)
        if (renamed[i].s && gp_text_eq(renamed[i], h)) return true;
    return false;
}

bool gp_plan_has_heading(const gp_plan *p, gp_text h) {
    for (size_t i = 0; i < p->ndata; i++)
        if (gp_text_eq(p->data[i].name, h) || gp_text_eq(p->data[i].label, h)) return true;
    return is_ignored(p, h) || is_renamed(p, h);
}

bool gp_table_ignores(const gp_table *t, size_t column) {
    const gp_plan *p = t->in->frame->plan;
    return is_ignored(p, t->csv.header[column]) || gp_is_reason_heading(p, t->csv.header[column]); /* refused rows come back with theirs */
}

static void assign_column(gp_table *t, size_t column) {
    gp_written h = heading(t, column);
    if (gp_table_ignores(t, column) || assign_case(t, column)) return;
    if (t->is_long && assign_long(t, column)) return;
    if (!t->is_long && (assign_datum(t, column) || assign_beside(t, column) || assign_claim(t, column))) return;
    report_unknown(t, GP_D_DATA_HEADING, h);
}

/* -- the whole header -- */

static bool has_heading(const gp_csv *csv, gp_text renamed, const char *ours) {
    const gp_role r = {renamed, ours, NULL};
    for (size_t i = 0; i < csv->ncols; i++)
        if (has_role(&r, csv->header[i])) return true;
    return false;
}

/* A missing word that is itself a number forbids the fast path, which does not look at words. */
static bool has_missing_number(const gp_datum *d) {
    double v;
    for (size_t i = 0; i < d->nmissing; i++)
        if (gp_plain_read(&v, d->missing[i], 0)) return true;
    return false;
}

static bool is_plain(const gp_table *t, const gp_column *c) {
    gp_kind kind = c->datum->type.kind;
    if (t->in->frame->trace || (kind != GP_NUMBER && kind != GP_BOOL)) return false;
    return !has_missing_number(c->datum);
}

static void check_columns(gp_table *t) {
    gp_diags *d = t->in->frame->diags;
    for (size_t i = 0; i < t->ncolumns; i++) {
        gp_column *c = &t->columns[i];
        c->plain = is_plain(t, c);
        c->fast = c->plain && c->basis < 0 && c->covers < 0 && c->on < 0;
        c->scale = c->datum->type.kind == GP_NUMBER ? c->datum->type.unit.scale : 0;
        if (c->value >= 0) continue;
        int beside = c->basis >= 0 ? c->basis : c->covers >= 0 ? c->covers : c->on;
        gp_report(d, GP_D_DATA_COLUMNS, t->csv.header_at[beside], "no column gives `%.*s` itself", GP_ARG(c->datum->name));
    }
}

static void report_lacking(gp_table *t, const char *what) {
    gp_place at = t->csv.ncols ? t->csv.header_at[0] : t->csv.place;
    gp_diag *diag = gp_report(t->in->frame->diags, GP_D_DATA_COLUMNS, at, "the table has no column `%s`", what);
    gp_hint(t->in->frame->diags, diag, "`columns: {%s: HEADING}` in the plan names a column of another heading", what);
}

/* A table without periods is of the plan's, if that has exactly one. */
static void check_case(gp_table *t) {
    const gp_plan *p = t->in->frame->plan;
    if (t->subject < 0) report_lacking(t, "subject");
    if (t->period >= 0) return;
    t->accepted = !p->any_period && p->nperiods == 1;
    if (t->accepted)
        t->case_period = p->periods[0];
    else
        report_lacking(t, "period");
}

bool gp_table_open(gp_table *t, gp_intake *in) {
    gp_frame *f = in->frame;
    size_t errors = f->diags->errors;
    *t = (gp_table){.in = in,
                    .subject = NO_COLUMN,
                    .period = NO_COLUMN,
                    .scenario = NO_COLUMN,
                    .name = NO_COLUMN,
                    .value = NO_COLUMN,
                    .unit = NO_COLUMN,
                    .basis = NO_COLUMN,
                    .covers = NO_COLUMN,
                    .on = NO_COLUMN,
                    .cite = NO_COLUMN};
    if (!gp_csv_open(&t->csv, f->arena, f->diags, in->file)) return false;
    const gp_plan *p = f->plan;
    t->is_long = has_heading(&t->csv, p->headings.name, "name") && has_heading(&t->csv, p->headings.value, "value");
    labels_make(t);
    for (size_t i = 0; i < t->csv.ncols; i++) assign_column(t, i);
    check_columns(t);
    check_case(t);
    return f->diags->errors == errors;
}

/* Any bytes as a table of scenarios over a small plan with values.
 * Invariants looked for: read line by line and by the general reader it is the same table with the same messages; what is read without an
 * error can be evaluated, and base and plan stay as they were. */
#include "scenario_bed.h"

typedef struct reading {
    gp_diags d;
    gp_scenario_table table;
    gp_text said;
    bool ok;
} reading;

static void read_table(reading *r, gp_arena *a, gp_text bytes, bool by_line) {
    gp_buf out;
    *r = (reading){0};
    diags_over_base(&r->d, a);
    r->ok = gp_file_of(&r->table.file, a, &r->d, GP_TEXT("rows.csv"), bytes, 0) &&
            gp_scenario_table_parse(&r->table, a, &r->d, base, by_line);
    if (r->ok != (r->d.errors == 0)) abort();
    gp_buf_init(&out, a);
    gp_diags_print(&out, &r->d, false);
    r->said = gp_buf_take(&out);
}

static bool same_number(double a, double b) { return a == b || (a != a && b != b); }

static bool same_odd(const gp_odd *a, const gp_odd *b) {
    return a->row == b->row && a->column == b->column && a->as_base == b->as_base && same_number(a->value.lo, b->value.lo) &&
           same_number(a->value.hi, b->value.hi) && a->value.lo_open == b->value.lo_open && a->value.hi_open == b->value.hi_open;
}

static void same_tables(const gp_scenario_table *a, const gp_scenario_table *b) {
    if (a->n != b->n || a->ntargets != b->ntargets || a->nodd != b->nodd) abort();
    for (size_t i = 0; i < a->n; i++) {
        for (size_t k = 0; k < a->ntargets; k++)
            if (!same_number(a->values[k][i], b->values[k][i])) abort();
        if (!gp_text_eq(a->names[i].text, b->names[i].text) || !same_number(a->names[i].number, b->names[i].number)) abort();
    }
    for (size_t i = 0; i < a->nodd; i++)
        if (!same_odd(&a->odd[i], &b->odd[i])) abort();
}

static void try_input(gp_arena *a, gp_text bytes) {
    reading line, general;
    gp_answer answer;
    gp_scenario none = {.name = GP_TEXT("s")};
    double before = base->column[0][0];
    read_table(&line, a, bytes, true);
    read_table(&general, a, bytes, false);
    if (line.ok != general.ok || !gp_text_eq(line.said, general.said)) abort();
    if (!line.ok) return;
    same_tables(&line.table, &general.table);
    gp_answer_init(&answer, a, GP_EN);
    gp_study study = {.arena = a, .diags = &line.d, .base = base, .ncases = 1, .jobs = 1, .options = {.lang = GP_EN}};
    if (!gp_study_table(&answer, &study, &none, &line.table, NULL) || base->column[0][0] != before) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_once();
    return fuzz_once(try_input, data, size);
}

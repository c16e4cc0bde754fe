/* Any bytes as a scenario file, or as PATH=VALUE where they have no line break, over a small plan with values.
 * Invariant looked for: what is read without an error can be compared with the base, and base and plan stay as they were. */
#include "scenario_bed.h"

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file file;
    gp_scenario s = {.name = GP_TEXT("s")};
    gp_answer answer;
    gp_buf out;
    double before = base->column[0][0];
    diags_over_base(&d, a);
    gp_answer_init(&answer, a, GP_EN);
    bool line = !memchr(bytes.s, '\n', bytes.n), ok;
    if (line) ok = gp_scenario_set(&s, a, &d, base, bytes, "--set");
    else ok = gp_file_of(&file, a, &d, GP_TEXT("no/such/folder/s.yaml"), bytes, GP_FILE_TEXT) && gp_scenario_parse(&s, a, &d, base, &file);
    if (ok != (d.errors == 0)) abort();
    gp_study study = {.arena = a, .diags = &d, .base = base, .ncases = 1, .options = {.lang = GP_EN}};
    if (ok && gp_study_compare(&answer, &study, &s, 1, true) != (d.errors == 0)) abort();
    if (base->column[0][0] != before) abort();
    gp_buf_init(&out, a);
    gp_diags_print(&out, &d, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    base_once();
    return fuzz_once(try_input, data, size);
}

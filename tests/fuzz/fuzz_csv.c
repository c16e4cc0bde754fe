/* Any bytes as a CSV file: encodings, header, records, the printed diagnostics.
 * Invariant looked for: a good record has the header's number of fields, every place lies in the file, records come to an end. */
#include <stdlib.h>
#include <string.h>

#include "trap.h"

#include "input/csv.h"

static void check_place(const gp_file *f, gp_place p) {
    if (p.file != f->source || p.at > f->text.n || p.len > f->text.n - p.at || p.line == 0) abort();
}

static void read_record(const gp_csv *csv, const gp_file *f) {
    for (size_t i = 0; i < csv->ncols; i++) {
        check_place(f, csv->places[i]);
        if (csv->fields[i].n > csv->places[i].len || gp_utf8_valid(csv->fields[i]) != csv->fields[i].n) abort();
    }
}

static void read_records(gp_csv *csv, const gp_file *f) {
    for (;;) {
        size_t before = csv->at, errors = csv->diags->errors;
        gp_csv_status status = gp_csv_next(csv);
        if (status == GP_CSV_END) break;
        if (csv->at <= before || (status == GP_CSV_BAD) != (csv->diags->errors > errors)) abort();
        if (status == GP_CSV_ROW) read_record(csv, f);
    }
}

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file f;
    gp_csv csv;
    gp_buf out;
    gp_diags_init(&d, a);
    if (gp_file_of(&f, a, &d, GP_TEXT("input.csv"), bytes, 0) && gp_csv_open(&csv, a, &d, &f))
        read_records(&csv, &f);
    else if (!d.errors)
        abort();
    gp_buf_init(&out, a);
    gp_diags_print(&out, &d, true);
    if (gp_utf8_valid((gp_text){out.s, out.n}) != out.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_once(try_input, data, size);
}

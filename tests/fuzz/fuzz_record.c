/* Any bytes as a JSON result: the reader, the rows of every subject, the differences to itself, the first difference.
 * Invariant looked for: a record does not differ from itself, a subject lies in its file, and what cannot be read is reported. */
#include <stdlib.h>

#include "trap.h"

#include "study/diff.h"
#include "study/replay.h"

static void read_rows(gp_arena *a, gp_diags *d, const gp_record_text *r) {
    for (size_t i = 0; i < r->nsubjects; i++) {
        gp_record_rows rows;
        const gp_record_subject *s = &r->subjects[i];
        if (s->from > s->to || s->to > r->file.text.n || s->plan >= r->nplans) abort();
        size_t errors = d->errors;
        if (!gp_record_rows_of(&rows, a, d, r, s) && d->errors == errors) abort();
    }
}

static bool is_doubled(const gp_record_text *r) {
    for (size_t i = 1; i < r->nsubjects; i++)
        for (size_t k = 0; k < i; k++)
            if (gp_text_eq(r->subjects[i].subject, r->subjects[k].subject)) return true;
    return false;
}

static void compare(gp_arena *a, gp_diags *d, const gp_record_text *r) {
    gp_subject_change s;
    gp_diff *diff = gp_diff_new(a, d, r, r);
    while (gp_diff_next(&s, diff)) continue;
    const gp_diff_sum *sum = gp_diff_sum_of(diff);
    if (!is_doubled(r) && (sum->changed || sum->only_a || sum->only_b)) abort();
    if (gp_first_difference(a, d, &r->file, &r->file).s) abort();
}

/* Cut off in the middle, so that there is something to tell. */
static void tell_difference(gp_arena *a, gp_diags *d, const gp_file *f) {
    gp_file half = *f;
    half.text.n /= 2;
    half.bytes.n /= 2;
    if (f->bytes.n > 1 && !gp_first_difference(a, d, f, &half).s) abort();
}

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file f;
    gp_diags_init(&d, a);
    if (!gp_file_of(&f, a, &d, GP_TEXT("r.json"), bytes, 0)) return;
    const gp_record_text *r = gp_record_parse(a, &d, &f);
    if (!r && !d.errors) abort();
    tell_difference(a, &d, &f);
    if (!r) return;
    read_rows(a, &d, r);
    if (r->nsubjects < 100) compare(a, &d, r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_once(try_input, data, size);
}

/* Any bytes as goalpost.yaml in a folder that is not there, and as a pattern over names.
 * Invariant looked for: what is handed out has no error, and a pattern ends in time. */
#include <stdlib.h>

#include "trap.h"

#include "plan/workspace.h"

static void try_pattern(gp_text bytes) {
    size_t n = 0;
    while (n < bytes.n && bytes.s[n] != '\n') n++;
    gp_text pattern = {bytes.s, n}, text = {bytes.s + n, bytes.n - n};
    if (text.n && gp_glob_match(pattern, text) && !gp_glob_is(pattern) && !gp_text_eq(pattern, text)) abort();
    if (pattern.n && pattern.s[0] != '.' && !gp_glob_match(GP_TEXT("*"), pattern)) abort();
}

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file f;
    gp_diags_init(&d, a);
    try_pattern(bytes);
    if (!gp_file_of(&f, a, &d, GP_TEXT("no/such/folder/goalpost.yaml"), bytes, GP_FILE_TEXT)) return;
    const gp_workspace_file *w = gp_workspace_parse(a, &d, &f);
    if ((w != NULL) == (d.errors > 0)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_once(try_input, data, size);
}

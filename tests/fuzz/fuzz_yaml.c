/* Any bytes as a YAML file: the checks, the tree, the places, the printed diagnostics.
 * Invariant looked for: an exact scalar's place holds its text byte by byte, and every place lies in its file. */
#include <stdlib.h>
#include <string.h>

#include "trap.h"

#include "input/tree.h"

static void check_place(const gp_file *f, gp_place p) {
    if (p.file != f->source || p.at > f->text.n || p.len > f->text.n - p.at) abort();
}

static void walk(const gp_file *f, const gp_tree *t, int depth) {
    if (depth > 64) abort();
    check_place(f, t->at);
    if (t->exact && (t->at.len != t->text.n || memcmp(f->text.s + t->at.at, t->text.s, t->text.n) != 0)) abort();
    for (size_t i = 0; i < t->n; i++) {
        if (t->kind == GP_TREE_MAP) check_place(f, t->pairs[i].key_at);
        walk(f, t->kind == GP_TREE_MAP ? t->pairs[i].value : t->items[i], depth + 1);
    }
}

static void try_input(gp_arena *a, gp_text bytes) {
    gp_diags d;
    gp_file f;
    gp_buf out;
    gp_diags_init(&d, a);
    if (gp_file_of(&f, a, &d, GP_TEXT("input.yaml"), bytes, GP_FILE_TEXT)) {
        const gp_tree *root = gp_yaml_parse(a, &d, &f);
        if (!root && !d.errors) abort();
        if (root) walk(&f, root, 0);
    } else if (!d.errors) {
        abort();
    }
    for (size_t i = 0; i < d.n; i++) gp_hint_slip(&d, &d.items[i], d.items[i].place);
    gp_buf_init(&out, a);
    gp_diags_print(&out, &d, false);
    if (gp_utf8_valid((gp_text){out.s, out.n}) != out.n) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return fuzz_once(try_input, data, size);
}

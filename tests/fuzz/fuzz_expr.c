/* Any bytes as an expression over a small dictionary; the first byte chooses what the place wants.
 * Invariant looked for: a tree or a message, never both or neither; every node typed and inside the text; printed constants read back. */
#include <math.h>
#include <stdlib.h>

#include "trap.h"

#include "expr/expr.h"

typedef struct bed {
    gp_units units;
    gp_pool texts;
    gp_text text; /* under test */
} bed;

enum { NAMES = 9 };
static const gp_text names[NAMES] = {{"money", 5}, {"planned", 7}, {"points", 6},  {"rate", 4},   {"plain", 5},
                                     {"day", 3},   {"done", 4},    {"outline", 7}, {"opinion", 7}};
static const char *const units[] = {"亿元", "亿元", "家", "%", ""};
static gp_text stage_words[] = {{"起草", 6}, {"初稿", 6}}, code_words[] = {{"优", 3}, {"良", 3}};
static double code_values[] = {95, 85};
static const gp_words stages = {stage_words, NULL, 2}, codes = {code_words, code_values, 2};

static gp_type type_of(bed *b, uint32_t i) {
    static const gp_kind kinds[] = {GP_DATE, GP_BOOL, GP_STAGE, GP_CODED};
    gp_type t = {.kind = i < GP_COUNT(units) ? GP_NUMBER : kinds[i - GP_COUNT(units)]};
    if (t.kind == GP_NUMBER && !gp_unit_read(&t.unit, &b->units, gp_text_of(units[i]), NULL, 0)) abort();
    if (t.kind == GP_STAGE) t.words = &stages;
    if (t.kind == GP_CODED) t.words = &codes;
    return t;
}

static bool find(void *ud, gp_type *type, uint32_t *ref, gp_text name) {
    for (uint32_t i = 0; i < NAMES; i++) {
        if (!gp_text_eq(names[i], name)) continue;
        *type = type_of(ud, i);
        *ref = i;
        return true;
    }
    return false;
}

static size_t list(void *ud, const gp_text **out) {
    (void)ud;
    *out = names;
    return NAMES;
}

/* 0: anything; then each name's type, as an expression or as a target. */
static gp_want want_of(bed *b, uint8_t choice) {
    gp_want w = {.any = choice % (NAMES + 1) == 0, .unit_matters = true, .quantity_first = choice >= 128};
    if (!w.any) w.type = type_of(b, choice % (NAMES + 1) - 1u);
    return w;
}

static void check_node(const gp_expr *e, gp_text whole) {
    if (e->at.at > whole.n || e->at.len > whole.n - e->at.at || e->type.kind > GP_CODED) abort();
    if (e->op == GP_X_CONST && isnan(e->value)) abort();
    if (e->op == GP_X_NAME && e->ref >= NAMES) abort();
    if (e->op == GP_X_RESULT || (e->type.kind >= GP_STAGE && !e->type.words)) abort();
    for (uint32_t i = 0; i < e->n; i++) check_node(e->arg[i], whole);
}

static void check_type(const gp_expr *e, const gp_want *w) {
    if (w->any) return;
    if (e->type.kind != w->type.kind) abort();
    if (e->type.kind == GP_NUMBER && !gp_dim_eq(&e->type.unit.dim, &w->type.unit.dim)) abort();
}

static void check_diags(gp_arena *a, gp_diags *d, gp_text whole) {
    gp_buf out;
    gp_buf_init(&out, a);
    for (size_t i = 0; i < d->n; i++)
        if (d->items[i].place.at > whole.n || d->items[i].place.len > whole.n - d->items[i].place.at) abort();
    gp_diags_print(&out, d, false);
    if (gp_utf8_valid((gp_text){out.s, out.n}) != out.n) abort();
}

/* A constant target, printed in its unit, is the same constant again. */
static void check_print(gp_arena *a, const gp_scope *scope, bed *b, const gp_expr *e, const gp_want *w) {
    if (w->any || !w->quantity_first || !gp_expr_is_const(e) || e->type.kind == GP_STRING) return;
    gp_diags d;
    gp_buf out;
    gp_diags_init(&d, a);
    gp_buf_init(&out, a);
    gp_expr_print_const(&out, &e->type, e->value, &b->texts);
    gp_text printed = gp_buf_take(&out);
    gp_place at = {.file = gp_diags_source(&d, GP_TEXT("printed"), printed), .len = (uint32_t)printed.n};
    gp_expr *again = gp_expr_parse(a, &d, scope, printed, at, true, w);
    if (!again || !gp_expr_is_const(again)) abort();
    if (fabs(again->value - e->value) > 1e-14 * fabs(e->value)) abort();
}

static void try_text(gp_arena *a, uint8_t choice, gp_text text) {
    bed b = {.text = text};
    gp_diags d;
    gp_diags_init(&d, a);
    gp_units_init(&b.units, a);
    gp_pool_init(&b.texts, a);
    gp_scope scope = {&b, find, list, &b.units, &b.texts, NULL};
    gp_place at = {.file = gp_diags_source(&d, GP_TEXT("input"), text), .len = (uint32_t)text.n};
    gp_want want = want_of(&b, choice);
    gp_expr *e = gp_expr_parse(a, &d, &scope, text, at, true, &want);
    if (!e != (d.errors > 0)) abort();
    check_diags(a, &d, text);
    if (!e) return;
    check_node(e, text);
    check_type(e, &want);
    check_print(a, &scope, &b, e, &want);
}

static void try_input(gp_arena *a, gp_text bytes) { try_text(a, (uint8_t)bytes.s[0], (gp_text){bytes.s + 1, bytes.n - 1}); }

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    return size < 1 || size > 1 << 16 ? 0 : fuzz_once(try_input, data, size);
}

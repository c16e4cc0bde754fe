/* Small services on trees and types: constants made and printed, names visited.
 * Invariant: a printed constant reads back as the same value where its type is wanted. */
#include <math.h>

#include "base/period.h"
#include "expr/parse.h"

gp_expr *gp_expr_const(gp_arena *a, gp_type type, double value, gp_place at) {
    gp_expr *e = GP_NEW(a, gp_expr);
    e->op = GP_X_CONST;
    e->type = type;
    e->value = value;
    e->at = at;
    return e;
}

bool gp_expr_is_const(const gp_expr *e) {
    return e->op == GP_X_CONST;
}

gp_expr *gp_expr_number(gp_arena *a, gp_expr *e) {
    if (e->type.kind != GP_CODED) return e;
    gp_expr *number = GP_NEW(a, gp_expr);
    *number = (gp_expr){.op = GP_X_CODE_VALUE, .type = {.kind = GP_NUMBER}, .text = e->text, .at = e->at, .n = 1};
    number->arg = gp_arena_array(a, 1, sizeof *number->arg);
    number->arg[0] = e;
    return number;
}

void gp_expr_names(const gp_expr *e, void (*visit)(void *ud, const gp_expr *name), void *ud) {
    if (e->op == GP_X_NAME && e->ref < GP_REF_TARGET) visit(ud, e);
    for (uint32_t i = 0; i < e->n; i++) gp_expr_names(e->arg[i], visit, ud);
}

/* -- printing -- */

static void print_date(gp_buf *out, double day) {
    char text[16];
    gp_buf_put(out, text, gp_date_print(text, (int32_t)day));
}

static void print_item(gp_buf *out, const gp_text *items, size_t n, double position) {
    if (position >= 0 && position < (double)n) gp_buf_text(out, items[(size_t)position]);
}

void gp_expr_print_const(gp_buf *out, const gp_type *type, double value, const gp_pool *texts) {
    if (isnan(value)) return;
    switch (type->kind) {
    case GP_NUMBER: gp_quantity_print(out, value, &type->unit); return;
    case GP_BOOL: gp_buf_str(out, value != 0 ? "true" : "false"); return;
    case GP_DATE: print_date(out, value); return;
    case GP_STRING: print_item(out, texts->items, texts->n, value); return;
    case GP_STAGE:
    case GP_CODED: print_item(out, type->words->text, type->words->n, value); return;
    }
}

const char *gp_kind_name(gp_kind kind) {
    static const char *const names[] = {
        [GP_NUMBER] = "a number", [GP_BOOL] = "a truth value", [GP_DATE] = "a date",
        [GP_STRING] = "a text",   [GP_STAGE] = "a stage",      [GP_CODED] = "a coded value",
    };
    return names[kind];
}

/* Values of a row as text: numbers in the unit a person reads, dates, stages, words.
 * Invariant: nothing is rounded here but to the 15 digits that a number is printed with. */
#include <math.h>
#include <string.h>

#include "report/writers.h"

static gp_shape put_scaled(gp_buf *out, double value, int scale) {
    char text[32];
    gp_buf_put(out, text, gp_number_print_scaled(text, value, scale));
    return GP_SHAPE_NUMBER;
}

static gp_shape put_date(gp_buf *out, double day) {
    char text[16];
    gp_buf_put(out, text, gp_date_print(text, (int32_t)day));
    return GP_SHAPE_TEXT;
}

static gp_shape put_item(gp_buf *out, const gp_text *items, size_t n, double at) {
    if (!items || at < 0 || at >= (double)n || at != floor(at)) return put_scaled(out, at, 0);
    gp_buf_text(out, items[(size_t)at]);
    return GP_SHAPE_TEXT;
}

gp_shape gp_value_put(gp_buf *out, const gp_type *type, double value, const gp_pool *texts) {
    if (!isfinite(value)) return GP_SHAPE_NONE;
    switch (type->kind) {
    case GP_BOOL:
        gp_buf_str(out, value != 0 ? "true" : "false");
        return GP_SHAPE_BOOL;
    case GP_DATE:
        return put_date(out, value);
    case GP_STRING:
        return put_item(out, texts->items, texts->n, value);
    case GP_STAGE:
    case GP_CODED:
        return put_item(out, type->words ? type->words->text : NULL, type->words ? type->words->n : 0, value);
    case GP_NUMBER:
        break;
    }
    return put_scaled(out, value, type->unit.scale);
}

void gp_distance_put(gp_buf *out, const gp_type *type, double value) {
    if (!isfinite(value)) return;
    put_scaled(out, value, type->kind == GP_NUMBER ? type->unit.scale : 0);
}

void gp_number_put(gp_buf *out, double value) {
    if (isfinite(value)) put_scaled(out, value, 0);
}

bool gp_prints_alike(double a, double b) {
    if (a == b) return true;
    if (!isfinite(a) || !isfinite(b)) return false;
    char x[32], y[32];
    size_t n = gp_number_print(x, a);
    return n == gp_number_print(y, b) && memcmp(x, y, n) == 0;
}

bool gp_is_single(gp_range r) { return isfinite(r.lo) && gp_prints_alike(r.lo, r.hi); }

bool gp_is_point(const gp_row *row) { return row->has_actual && row->actual.lo == row->actual.hi; }

gp_text gp_unit_of(const gp_row *row) {
    if (row->type.kind != GP_NUMBER || !row->type.unit.given || !row->type.unit.text.n) return GP_NO_TEXT;
    return row->type.unit.text;
}

void gp_place_put(gp_buf *out, gp_diags *d, gp_place p) {
    if (p.file == 0 || p.file > d->nsources) return;
    uint32_t line, col;
    gp_place_where(&line, &col, d, p);
    gp_buf_text(out, d->sources[p.file - 1].path);
    gp_buf_printf(out, ":%u:%u", line, col);
}

bool gp_is_hidden(uint32_t cp) {
    static const struct {
        uint32_t from, to;
    } HIDDEN[] = {{0, 0x1F},         {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},
                  {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}};
    for (size_t i = 0; i < GP_COUNT(HIDDEN); i++)
        if (cp >= HIDDEN[i].from && cp <= HIDDEN[i].to) return true;
    return false;
}

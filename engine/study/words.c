/* Figures of answers as texts: marks and their ranges, changes with their sign, values with their unit.
 * Invariant: the same number reads the same in every answer. */
#include <math.h>

#include "base/number.h"
#include "study/study.h"

static void put(gp_buf *b, double v) {
    char text[32];
    gp_buf_put(b, text, gp_number_print(text, v));
}

gp_text gp_study_marks(gp_arena *a, double lo, double hi) {
    gp_buf b;
    if (isnan(lo)) return GP_NO_TEXT;
    gp_buf_init(&b, a);
    put(&b, lo);
    if (lo != hi) {
        gp_buf_str(&b, "–");
        put(&b, hi);
    }
    return gp_buf_take(&b);
}

gp_text gp_study_change(gp_arena *a, double d) {
    gp_buf b;
    gp_buf_init(&b, a);
    if (d > 0) gp_buf_char(&b, '+');
    put(&b, d);
    return gp_buf_take(&b);
}

gp_text gp_study_value(gp_arena *a, const gp_target *t, const gp_frame *base, double value) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_target_put(&b, t, base, value);
    return gp_buf_take(&b);
}

gp_field gp_field_of_value(gp_arena *a, const gp_target *t, const gp_frame *base, double value) {
    if (isnan(value)) return (gp_field){GP_NO_TEXT, NAN};
    gp_text as = gp_study_value(a, t, base, value);
    return (gp_field){as, t->like.type.kind == GP_NUMBER ? gp_decimal_double(gp_decimal_of(value), -t->like.type.unit.scale) : NAN};
}

void gp_sheet_value(gp_sheet *s, const gp_target *t, const gp_frame *base, double value) {
    gp_field f = gp_field_of_value(s->answer->arena, t, base, value);
    gp_sheet_figure(s, f.number, f.text);
}

/* Laws of draws: from a probability to a value.
 * Invariant: a value lies within the law's ends and is a written decimal, so what is reckoned with it is exact from there on. */
#include <math.h>

#include "base/number.h"
#include "study/random.h"
#include "study/study.h"

static double triangular(const gp_draw *d, double u) {
    double width = d->c - d->a, turn = width > 0 ? (d->b - d->a) / width : 0;
    if (width == 0) return d->a;
    return u < turn ? d->a + sqrt(u * width * (d->b - d->a)) : d->c - sqrt((1 - u) * width * (d->c - d->b));
}

static double one_of(const gp_draw *d, double u) {
    size_t k = 0;
    while (k + 1 < d->n && u >= d->weights[k]) k++;
    return d->values[k];
}

/* Dates, stages and truth values are whole. */
static double written(const gp_draw *d, double v) {
    return d->target.like.type.kind == GP_NUMBER ? gp_round_digits(v, 12) : floor(v + 0.5);
}

double gp_law_value(const gp_draw *draw, double u) {
    switch (draw->law) {
    case GP_LAW_UNIFORM: return written(draw, draw->a + u * (draw->b - draw->a));
    case GP_LAW_NORMAL: return written(draw, draw->b == 0 ? draw->a : draw->a + draw->b * gp_normal_quantile(u));
    case GP_LAW_TRIANGULAR: return written(draw, triangular(draw, u));
    case GP_LAW_ONE_OF: return one_of(draw, u);
    }
    return NAN;
}

/* Data of each subject have numbers of their own; a parameter is the same for everyone. */
uint64_t gp_law_stream(const gp_target *t, gp_text subject) {
    uint64_t h = gp_text_hash(t->kind == GP_TARGET_DATUM ? t->like.name : t->path);
    return t->kind == GP_TARGET_DATUM ? h * 0x9E3779B97F4A7C15u + gp_text_hash(subject) : h;
}

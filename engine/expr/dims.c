/* Units of results: what * / ^ and sqrt do to dimension, scale and text.
 * Invariant: a result's text and scale belong together: it reads as 2.5 in 亿元/家 exactly when the value is 2.5 * 10^8 元/家. */
#include <limits.h>
#include <string.h>

#include "expr/parse.h"

/* A unit whose value reads as it is reckoned: no scale, text from its bases. */
static gp_unit unscaled(const gp_xctx *c, const gp_dim *dim) {
    if (dim->n == 0) return (gp_unit){0};
    return (gp_unit){.given = true, .dim = *dim, .text = gp_dim_text(c->a, c->scope->units, dim)};
}

/* Can other words be joined to the text of this unit? */
static bool is_simple(const gp_unit *u) {
    return u->text.n && !memchr(u->text.s, '/', u->text.n) && u->dim.n == 1 && u->dim.f[0].exp == 1;
}

static gp_unit joined(const gp_xctx *c, const gp_unit *a, const char *sign, const gp_unit *b, int scale, const gp_dim *dim) {
    gp_buf out;
    gp_buf_init(&out, c->a);
    gp_buf_text(&out, a->text);
    gp_buf_str(&out, sign);
    gp_buf_text(&out, b->text);
    return (gp_unit){.given = true, .dim = *dim, .scale = (int8_t)scale, .text = gp_buf_take(&out)};
}

static bool may_join(const gp_unit *a, const gp_unit *b, const gp_dim *result, int scale) {
    return is_simple(a) && is_simple(b) && result->n == 2 && scale >= -64 && scale <= 64;
}

bool gp_unit_mul(const gp_xctx *c, gp_unit *out, const gp_unit *a, const gp_unit *b) {
    gp_dim dim;
    if (!gp_dim_mul(&dim, &a->dim, &b->dim, 1)) return false;
    int scale = a->scale + b->scale;
    if (b->dim.n == 0)
        *out = a->dim.n || a->given ? *a : *b;
    else if (a->dim.n == 0)
        *out = *b;
    else
        *out = may_join(a, b, &dim, scale) ? joined(c, a, "·", b, scale, &dim) : unscaled(c, &dim);
    return true;
}

bool gp_unit_div(const gp_xctx *c, gp_unit *out, const gp_unit *a, const gp_unit *b) {
    gp_dim dim;
    if (!gp_dim_mul(&dim, &a->dim, &b->dim, -1)) return false;
    int scale = a->scale - b->scale;
    if (b->dim.n == 0 && (a->dim.n || !b->given))
        *out = *a; /* half of 3 % is in % */
    else
        *out = may_join(a, b, &dim, scale) ? joined(c, a, "/", b, scale, &dim) : unscaled(c, &dim);
    return true;
}

bool gp_unit_pow(const gp_xctx *c, gp_unit *out, const gp_unit *a, int n) {
    gp_dim dim = a->dim;
    for (size_t i = 0; i < dim.n; i++) {
        int exp = dim.f[i].exp * n;
        if (exp < INT8_MIN || exp > INT8_MAX) return false;
        dim.f[i].exp = (int8_t)exp;
    }
    if (n == 0) dim.n = 0;
    *out = n == 1 ? *a : unscaled(c, &dim);
    return true;
}

bool gp_unit_sqrt(const gp_xctx *c, gp_unit *out, const gp_unit *a) {
    gp_dim dim = a->dim;
    for (size_t i = 0; i < dim.n; i++) {
        if (dim.f[i].exp % 2) return false;
        dim.f[i].exp /= 2;
    }
    *out = unscaled(c, &dim);
    return true;
}

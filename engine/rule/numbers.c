/* Numbers as people write them: comparing and rounding at 15 digits, and quantities with units.
 * Invariant: a number of at most 15 digits means itself here, whatever binary64 has made of it on the way (0.1 + 0.2 is 0.3). */
#include <math.h>

#include "rule/inside.h"

enum { DIGITS = 15, PLACES_MAX = 300, QUANTITY_UNITS = 64 };

static double number_arg(lua_State *L, int arg) {
    luaL_checktype(L, arg, LUA_TNUMBER);
    double v = lua_tonumber(L, arg);
    if (isnan(v)) luaL_argerror(L, arg, "not a number (0/0 or the like)");
    return v;
}

/* -1, 0, 1. Rounding to 15 digits moves a number by at most 5e-15 of itself: only neighbours need it. */
static int compared(lua_State *L) {
    double a = number_arg(L, 1), b = number_arg(L, 2);
    if (fabs(a - b) <= 2e-14 * fmax(fabs(a), fabs(b))) {
        a = gp_round_digits(a, DIGITS);
        b = gp_round_digits(b, DIGITS);
    }
    return (a > b) - (a < b);
}

static int num_ge(lua_State *L) {
    lua_pushboolean(L, compared(L) >= 0);
    return 1;
}

static int num_gt(lua_State *L) {
    lua_pushboolean(L, compared(L) > 0);
    return 1;
}

static int num_le(lua_State *L) {
    lua_pushboolean(L, compared(L) <= 0);
    return 1;
}

static int num_lt(lua_State *L) {
    lua_pushboolean(L, compared(L) < 0);
    return 1;
}

static int num_eq(lua_State *L) {
    lua_pushboolean(L, compared(L) == 0);
    return 1;
}

/* -- rounding -- */

typedef enum way { HALF_UP, DOWN, UP } way;

/* mant / 10^drop as a whole number, by the way given; drop at least 1. */
static int64_t dropped(int64_t mant, int drop, way w) {
    int64_t p = 1;
    for (int i = 0; i < drop && i < DIGITS + 1; i++) p *= 10; /* beyond that p is larger than twice any mantissa */
    int64_t whole = mant / p, rest = mant % p;
    if (w == DOWN) return rest < 0 ? whole - 1 : whole;
    if (w == UP) return rest > 0 ? whole + 1 : whole;
    if (rest >= p / 2) return whole + 1;
    return rest <= -(p / 2) ? whole - 1 : whole;
}

static double rounded(double v, int places, way w) {
    if (isinf(v)) return v;
    gp_decimal d = gp_decimal_of(v);
    int drop = -d.exp - places;
    if (drop > 0) d = (gp_decimal){dropped(d.mant, drop, w), -places};
    return gp_decimal_double(d, 0);
}

static int round_by(lua_State *L, way w) {
    double v = number_arg(L, 1);
    lua_Integer places = luaL_optinteger(L, 2, 0);
    luaL_argcheck(L, places >= -PLACES_MAX && places <= PLACES_MAX, 2, "too many places");
    lua_pushnumber(L, rounded(v, (int)places, w));
    return 1;
}

static int num_round(lua_State *L) {
    return round_by(L, HALF_UP);
}

static int num_floor(lua_State *L) {
    return round_by(L, DOWN);
}

static int num_ceil(lua_State *L) {
    return round_by(L, UP);
}

/* -- quantities -- */

typedef struct reading {
    gp_text text;
    gp_quantity q;
    gp_quantity_status status;
} reading;

static void read_quantity(gp_arena *a, void *ud) {
    reading *r = ud;
    gp_units units; /* bases do not matter here: a value in a rule is a bare number in the base of its unit */
    gp_units_init(&units, a);
    r->status = gp_quantity_read(&r->q, &units, r->text, NULL, NULL, 0);
}

static int num_q(lua_State *L) {
    reading r = {0};
    luaL_checktype(L, 1, LUA_TSTRING);
    r.text.s = lua_tolstring(L, 1, &r.text.n);
    gp_charge(L, QUANTITY_UNITS + r.text.n);
    if (!gp_host_scratch(gp_host_of(L), read_quantity, &r)) gp_stop_now(L, GP_STOP_REFUSED);
    if (r.status != GP_QUANTITY_OK) return luaL_error(L, "q: `%s` is no quantity", r.text.s);
    lua_pushnumber(L, r.q.value);
    return 1;
}

void gp_numbers_open(lua_State *L) {
    static const luaL_Reg FUNCTIONS[] = {
        {"ge", num_ge},       {"gt", num_gt},       {"le", num_le},     {"lt", num_lt}, {"eq", num_eq},
        {"round", num_round}, {"floor", num_floor}, {"ceil", num_ceil}, {"q", num_q},   {NULL, NULL},
    };
    luaL_setfuncs(L, FUNCTIONS, 0);
}

/* The functions of expressions: names, arity, and whether this version evaluates them.
 * Invariant: the table is GP_FUNCTIONS, in its order; nothing else knows a function by its name. */
#include "expr/parse.h"

#define WORD(literal)                                                                                                                      \
    { literal, sizeof(literal) - 1 }

static const gp_text names[] = {
#define F(id, name, least, most, now) WORD(name),
    GP_FUNCTIONS(F)
#undef F
};

static const struct {
    uint8_t least, most;
    bool now;
} functions[] = {
#define F(id, name, least, most, now) {least, most, now},
    GP_FUNCTIONS(F)
#undef F
};

const char *gp_fn_name(gp_fn fn) {
    return names[fn].s;
}

bool gp_fn_find(gp_fn *out, gp_text name) {
    for (size_t i = 0; i < GP_COUNT(names); i++) {
        if (!gp_text_eq(names[i], name)) continue;
        *out = (gp_fn)i;
        return true;
    }
    return false;
}

bool gp_fn_takes(gp_fn fn, size_t n) {
    return n >= functions[fn].least && n <= functions[fn].most;
}

void gp_fn_arity(unsigned *least, unsigned *most, gp_fn fn) {
    *least = functions[fn].least;
    *most = functions[fn].most;
}

bool gp_fn_now(gp_fn fn) {
    return functions[fn].now;
}

size_t gp_fn_names(const gp_text **list) {
    *list = names;
    return GP_COUNT(names);
}

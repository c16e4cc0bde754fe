/* Ids of goals, indicators and clauses.
 * Invariant: an id has letters of any script, digits, _ and -; so a full id can be taken apart at its dots. */
#include <utf8proc.h>

#include "plan/load.h"

static bool is_id_char(uint32_t cp) {
    if (cp < 0x80) return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= '0' && cp <= '9') || cp == '_' || cp == '-';
    switch (utf8proc_category((utf8proc_int32_t)cp)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL: return true;
    default: return false;
    }
}

bool gp_check_id(gp_load *l, gp_text id, gp_place at) {
    for (size_t i = 0; i < id.n;) {
        size_t start = i;
        if (is_id_char(gp_utf8_next(id, &i))) continue;
        gp_report(l->diags, GP_D_BAD_ID, at, "the id `%.*s` has `%.*s` in it; letters, digits, _ and - are allowed", GP_ARG(id),
                  (int)(i - start), id.s + start);
        return false;
    }
    return true;
}

bool gp_is_reserved_id(gp_text id) {
    static const char *const WORDS[] = {"data", "derive", "scoring", "grades", "claims"};
    for (size_t i = 0; i < GP_COUNT(WORDS); i++)
        if (gp_text_is(id, WORDS[i])) return true;
    return false;
}

/* Cites: every quote of the plan must stand in its source, white space aside.
 * Invariant: a source is squeezed once; a quote is looked up in it by bytes. */
#include <string.h>

#include "plan/load.h"

/* Whether white space can begin with this byte; all other bytes are taken as they are. */
static bool may_lead_space(unsigned char byte) { return byte <= ' ' || byte == 0xC2 || (byte >= 0xE1 && byte <= 0xE3); }

gp_text gp_cite_squeeze(gp_arena *a, gp_text source) {
    char *out = gp_arena_alloc(a, source.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < source.n;) {
        size_t start = i;
        if (!may_lead_space((unsigned char)source.s[i])) {
            out[n++] = source.s[i++];
            continue;
        }
        uint32_t cp = gp_utf8_next(source, &i);
        if (gp_cp_is_space(cp)) continue;
        memcpy(out + n, source.s + start, i - start);
        n += i - start;
    }
    return (gp_text){out, n};
}

static bool contains(gp_text source, gp_text part) {
    if (part.n > source.n) return false;
    return part.n == 0 || memmem(source.s, source.n, part.s, part.n) != NULL;
}

bool gp_cite_found(gp_arena *scratch, gp_text source, gp_text quote) {
    gp_text squeezed = gp_cite_squeeze(scratch, source);
    return contains(squeezed, gp_cite_squeeze(scratch, quote));
}

void gp_read_cite(gp_load *l, void *to, const gp_field *f, const gp_pair *pair) {
    gp_node *n = ((gp_draft *)to)->node;
    (void)f;
    if (!gp_read_text(&n->cite, l, pair->value, pair->key)) return;
    *GP_PUSH(l->arena, l->quotes, l->nquotes, l->cap_quotes) = (gp_quote){n->cite, pair->value->at};
}

/* Whole characters of the longest beginning that is found. */
static size_t found_prefix(gp_text source, gp_text quote) {
    size_t lo = 0, hi = quote.n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo + 1) / 2;
        if (contains(source, (gp_text){quote.s, mid}))
            lo = mid;
        else
            hi = mid - 1;
    }
    while (lo > 0 && lo < quote.n && ((unsigned char)quote.s[lo] & 0xC0) == 0x80) lo--;
    return lo;
}

static void report_cite(gp_load *l, const gp_quote *q, gp_text squeezed) {
    gp_diag *diag = gp_report(l->diags, GP_D_CITE_NOT_FOUND, q->at, "this quote does not stand in `%.*s`", GP_ARG(l->plan->source_path));
    size_t n = found_prefix(l->source, squeezed);
    if (n > 0)
        gp_hint(l->diags, diag, "it is found as far as `%.*s`", (int)n, squeezed.s);
    else
        gp_hint(l->diags, diag, "not even its first character is found there");
}

void gp_check_cites(gp_load *l) {
    if (l->nquotes > 0 && !l->plan->source_path.s) {
        gp_diag *diag =
            gp_report(l->diags, GP_D_CITE_NO_SOURCE, l->quotes[0].at, "a quote, and the plan names no `source` to look it up in");
        gp_hint(l->diags, diag, "name the document at the top: `source: report.txt`");
        return;
    }
    for (size_t i = 0; l->has_source && i < l->nquotes; i++) {
        gp_text squeezed = gp_cite_squeeze(l->arena, l->quotes[i].text);
        if (!contains(l->source, squeezed)) report_cite(l, &l->quotes[i], squeezed);
    }
}

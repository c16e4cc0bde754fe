/* Writing explanations: rows of one case, one after another, through one of the forms.
 * Invariant: each explanation is made, written and let go before the next. */
#include "report/story.h"

const gp_explain_format *gp_explain_format_find(const char *name) {
    static const gp_explain_format *const FORMATS[] = {&gp_explain_text, &gp_explain_md, &gp_explain_json};
    for (size_t i = 0; i < GP_COUNT(FORMATS); i++)
        if (gp_text_is(gp_text_of(name), FORMATS[i]->name)) return FORMATS[i];
    return NULL;
}

static void release(void *arena) { gp_arena_fini(arena); }

static gp_arena *arena_within(gp_arena *a) {
    gp_arena *inner = GP_NEW(a, gp_arena);
    gp_arena_init(inner, a->mem);
    gp_arena_defer(a, release, inner);
    return inner;
}

bool gp_explain_report(const gp_explain_format *format, gp_run *run, const gp_run_info *info, const gp_style *style,
                       const gp_case_result *c, size_t i, const uint32_t *nodes, size_t n, gp_arena *scratch, gp_out *out) {
    gp_writer w = {.out = out, .info = info, .style = *style};
    w.arena = arena_within(scratch);
    w.scratch = arena_within(scratch);
    format->begin(&w, c);
    for (size_t k = 0; k < n && !out->broken; k++) {
        gp_explanation e;
        gp_explain(&e, c, run, w.scratch, i, nodes[k]);
        format->one(&w, &e);
        w.ncases++;
        gp_out_full(out);
        gp_arena_fini(w.scratch);
    }
    if (!out->broken) format->end(&w);
    gp_out_flush(out);
    return !out->broken;
}

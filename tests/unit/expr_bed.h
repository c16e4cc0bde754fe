/* What the tests of expressions share: a small dictionary, and parsing with or without success.
 * Invariant: every parse has its own diagnostics, and its text as the only source. */
#ifndef GP_TEST_EXPR_BED_H
#define GP_TEST_EXPR_BED_H

#include "trap.h"

#include <math.h>
#include <string.h>

#include "expr/expr.h"

/* -- a small dictionary -- */

enum { NAMES = 13 };
typedef struct fixture {
    test_heap h;
    gp_diags d;
    gp_units units;
    gp_pool texts;
    gp_words stages, codes;
    gp_text names[NAMES];
    gp_type types[NAMES];
    gp_scope scope;
} fixture;

static gp_text stage_words[] = {{"起草", 6}, {"初稿", 6}, {"印发", 6}}, code_words[] = {{"优", 3}, {"良", 3}};
static double code_values[] = {95, 85};

static bool find(void *ud, gp_type *type, uint32_t *ref, gp_text name) {
    fixture *f = ud;
    for (uint32_t i = 0; i < NAMES; i++) {
        if (!gp_text_eq(f->names[i], name)) continue;
        *type = f->types[i];
        *ref = i;
        return true;
    }
    return false;
}

static size_t list(void *ud, const gp_text **out) {
    fixture *f = ud;
    *out = f->names;
    return NAMES;
}

static gp_type number_in(fixture *f, const char *unit) {
    gp_type t = {.kind = GP_NUMBER};
    assert_true(gp_unit_read(&t.unit, &f->units, gp_text_of(unit), NULL, 0));
    return t;
}

static void name(fixture *f, size_t i, const char *word, gp_type type) {
    f->names[i] = gp_text_of(word);
    f->types[i] = type;
}

static void fill(fixture *f) {
    f->stages = (gp_words){stage_words, NULL, 3};
    f->codes = (gp_words){code_words, code_values, 2};
    name(f, 0, "invested", number_in(f, "亿元"));
    name(f, 1, "planned", number_in(f, "亿元"));
    name(f, 2, "points", number_in(f, "家"));
    name(f, 3, "growth_rate", number_in(f, "%"));
    name(f, 4, "quality", number_in(f, ""));
    name(f, 5, "outline", (gp_type){.kind = GP_STAGE, .words = &f->stages});
    name(f, 6, "issued", (gp_type){.kind = GP_DATE});
    name(f, 7, "started", (gp_type){.kind = GP_DATE});
    name(f, 8, "full", (gp_type){.kind = GP_BOOL});
    name(f, 9, "opinion", (gp_type){.kind = GP_CODED, .words = &f->codes});
    name(f, 10, "place", (gp_type){.kind = GP_STRING});
    name(f, 11, "area", number_in(f, "m"));
    name(f, 12, "rank", number_in(f, ""));
}

static void fresh(fixture *f) {
    gp_diags_init(&f->d, &f->h.arena);
    gp_units_init(&f->units, &f->h.arena);
    gp_pool_init(&f->texts, &f->h.arena);
    fill(f);
    f->scope = (gp_scope){f, find, list, &f->units, &f->texts, NULL};
}

#define FIXTURE(f)                                                                                                                         \
    fixture f;                                                                                                                             \
    TEST_HEAP((f).h);                                                                                                                      \
    fresh(&(f))
#define DONE(f) gp_arena_fini(&(f).h.arena)

static gp_expr *parse(fixture *f, const char *text, const gp_want *want) {
    gp_text t = gp_text_of(text);
    gp_diags_init(&f->d, &f->h.arena);
    uint32_t file = gp_diags_source(&f->d, GP_TEXT("expr"), t);
    gp_place at = {.file = file, .len = (uint32_t)t.n};
    return gp_expr_parse(&f->h.arena, &f->d, &f->scope, t, at, true, want);
}

static const gp_want ANY = {.any = true};

static const gp_diag *refused(fixture *f, const char *text, const gp_want *want, gp_code code, size_t at, size_t len) {
    gp_expr *e = parse(f, text, want);
    if (e || !f->d.n) fail_msg("`%s` was taken", text);
    const gp_diag *d = &f->d.items[0];
    if (d->code != code) fail_msg("`%s`: %s (%s), due %s", text, gp_code_name(d->code), d->message.s, gp_code_name(code));
    if (d->place.at != at || d->place.len != len)
        fail_msg("`%s`: at %lu+%lu: %s", text, (unsigned long)d->place.at, (unsigned long)d->place.len, d->message.s);
    return d;
}

static void hint_has(const gp_diag *d, const char *part) {
    if (!d->hint.s || !strstr(d->hint.s, part)) fail_msg("hint `%s` lacks `%s`", d->hint.s ? d->hint.s : "(none)", part);
}

static bool same(double a, double b) {
    return !(a < b) && !(a > b);
}

#endif

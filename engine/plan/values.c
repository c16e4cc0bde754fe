/* Plain values of the plan: texts, truth values, numbers, words, dates, and the lists and mappings that tables may stand for.
 * Invariant: each reader takes exactly its own notation and reports everything else at its place. */
#include <string.h>

#include "plan/load.h"

static void report_kind(gp_load *l, const gp_tree *t, gp_text key, const char *due) {
    if (gp_tree_is_null(t)) {
        gp_report(l->diags, GP_D_WRONG_KIND, t->at, "`%.*s` has no value; %s is due", GP_ARG(key), due);
        return;
    }
    gp_report(l->diags, GP_D_WRONG_KIND, gp_tree_start(t), "`%.*s` is %s; %s is due", GP_ARG(key), gp_tree_kind_name(t), due);
}

/* In quotes or tagged !!str: text whatever its look. */
static bool is_said_text(const gp_tree *t) {
    return t->quoted || t->tagged_str;
}

static bool is_scalar(gp_load *l, const gp_tree *t, gp_text key, const char *due) {
    if (t->kind == GP_TREE_SCALAR && !gp_tree_is_null(t)) return true;
    report_kind(l, t, key, due);
    return false;
}

bool gp_read_scalar(gp_text *out, gp_load *l, const gp_tree *t, gp_text key) {
    if (!is_scalar(l, t, key, "a single value")) return false;
    *out = t->text;
    return true;
}

bool gp_read_text(gp_text *out, gp_load *l, const gp_tree *t, gp_text key) {
    if (!is_scalar(l, t, key, "text")) return false;
    if (gp_text_trim(t->text).n == 0) {
        gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is an empty text", GP_ARG(key));
        return false;
    }
    *out = t->text;
    return true;
}

bool gp_read_bool(bool *out, gp_load *l, const gp_tree *t, gp_text key) {
    static const char *const WORDS[] = {"false", "true", "False", "True", "FALSE", "TRUE"};
    if (!is_scalar(l, t, key, "true or false")) return false;
    for (size_t i = 0; i < GP_COUNT(WORDS) && !is_said_text(t); i++) {
        if (!gp_text_is(t->text, WORDS[i])) continue;
        *out = i % 2 == 1;
        return true;
    }
    gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is `%.*s`; true or false is due, without quotes", GP_ARG(key), GP_ARG(t->text));
    return false;
}

bool gp_read_number(double *out, gp_load *l, const gp_tree *t, gp_text key) {
    if (!is_scalar(l, t, key, "a number")) return false;
    gp_decimal d;
    size_t used = 0;
    gp_number_status status = gp_number_read(&d, &used, NULL, t->text);
    bool whole = !is_said_text(t) && used == t->text.n && (status == GP_NUMBER_OK || status == GP_NUMBER_ROUNDED);
    if (!whole) {
        gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is `%.*s`; a decimal number is due", GP_ARG(key), GP_ARG(t->text));
        return false;
    }
    *out = gp_decimal_double(d, 0);
    return true;
}

bool gp_read_whole(int *out, gp_load *l, const gp_tree *t, gp_text key, int lo, int hi) {
    if (!is_scalar(l, t, key, "a whole number")) return false;
    gp_text s = t->text;
    bool minus = s.n > 0 && s.s[0] == '-';
    long v = 0;
    bool digits = s.n > (size_t)minus && s.n < 10 && !is_said_text(t);
    for (size_t i = minus; digits && i < s.n; i++) {
        digits = s.s[i] >= '0' && s.s[i] <= '9';
        v = v * 10 + (s.s[i] - '0');
    }
    if (minus) v = -v;
    if (!digits || v < lo || v > hi) {
        gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is `%.*s`; a whole number from %d to %d is due", GP_ARG(key), GP_ARG(s), lo, hi);
        return false;
    }
    *out = (int)v;
    return true;
}

static void hint_words(gp_load *l, gp_diag *diag, gp_text word, const gp_words_of *words) {
    gp_text known[32];
    gp_buf list;
    gp_buf_init(&list, l->diags->arena);
    for (size_t i = 0; i < words->n && i < GP_COUNT(known); i++) {
        known[i] = gp_text_of(words->list[i]);
        gp_buf_printf(&list, "%s`%s`", i ? ", " : "", words->list[i]);
    }
    gp_text nearest = gp_text_nearest(word, known, words->n);
    gp_text all = gp_buf_take(&list);
    if (nearest.s)
        gp_hint(l->diags, diag, "did you mean `%.*s`? known are %.*s", GP_ARG(nearest), GP_ARG(all));
    else
        gp_hint(l->diags, diag, "known are %.*s", GP_ARG(all));
}

bool gp_read_word(unsigned *out, gp_load *l, const gp_tree *t, gp_text key, const gp_words_of *words) {
    if (!is_scalar(l, t, key, words->what)) return false;
    if (gp_word_find(out, words, t->text)) return true;
    gp_diag *diag = gp_report(l->diags, GP_D_UNKNOWN_WORD, t->at, "`%.*s` is no word for `%.*s`", GP_ARG(t->text), GP_ARG(key));
    hint_words(l, diag, t->text, words);
    return false;
}

bool gp_read_date(int32_t *out, gp_load *l, const gp_tree *t, gp_text key) {
    if (!is_scalar(l, t, key, "a date")) return false;
    if (gp_date_read(out, t->text)) return true;
    gp_report(l->diags, GP_D_BAD_VALUE, t->at, "`%.*s` is `%.*s`; a date such as 2020-12-31 is due", GP_ARG(key), GP_ARG(t->text));
    return false;
}

const gp_tree *gp_read_list(gp_load *l, const gp_tree *t, gp_text key) {
    if (gp_tree_is_from(t)) return gp_list_from_csv(l, t);
    if (t->kind == GP_TREE_LIST) return t;
    const gp_tree *numbered = gp_from_csv(l, t) ? gp_list_of_numbered(l, t) : NULL;
    if (!numbered) report_kind(l, t, key, "a list");
    return numbered;
}

const gp_tree *gp_read_map(gp_load *l, const gp_tree *t, gp_text key) {
    if (t->kind == GP_TREE_MAP) return t;
    report_kind(l, t, key, "a mapping");
    return NULL;
}

const gp_tree *gp_read_dictionary(gp_load *l, const gp_tree *t, gp_text key) {
    return gp_tree_is_from(t) ? gp_dictionary_from_csv(l, t) : gp_read_map(l, t, key);
}

void gp_read_texts(gp_text **out, size_t *n, gp_load *l, const gp_tree *list, gp_text key) {
    gp_text *texts = gp_arena_array(l->arena, list->n, sizeof *texts);
    size_t count = 0;
    for (size_t i = 0; i < list->n; i++)
        if (gp_read_text(&texts[count], l, list->items[i], key)) count++;
    *out = texts;
    *n = count;
}

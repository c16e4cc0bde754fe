/* Headings and labels of the reports in both languages.
 * Invariant: every word has both; Chinese terms are those of the vocabulary. */
#include "report/writers.h"

static const struct {
    const char *zh, *en;
} WORDS[] = {
#define W(id, zh, en) {zh, en},
    GP_LABELS(W)
#undef W
};

const char *gp_label_text(gp_label w, gp_lang lang) { return lang == GP_ZH ? WORDS[w].zh : WORDS[w].en; }

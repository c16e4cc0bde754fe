/* The words of the plan's enumerations, each list once: for reading, for printing and for "did you mean".
 * Invariant: a list is in the order of its enum. */
#ifndef GP_PLAN_WORDS_H
#define GP_PLAN_WORDS_H

#include "plan/plan.h"

typedef struct gp_words_of {
    const char *what; /* in messages: "a method" */
    const char *const *list;
    size_t n;
} gp_words_of;

extern const gp_words_of gp_words_lang, gp_words_type, gp_words_measure, gp_words_basis, gp_words_method, gp_words_unknown,
    gp_words_aggregate, gp_words_outside, gp_words_rounding, gp_words_compare, gp_words_rank_on, gp_words_direction, gp_words_scale,
    gp_words_in, gp_words_partial, gp_words_over, gp_words_sd, gp_words_ties, gp_words_effect, gp_words_of_whom, gp_words_best,
    gp_words_hit, gp_words_weights, gp_words_verdict;

/* The number of a word in its list; false when it is none of them. */
bool gp_word_find(unsigned *out, const gp_words_of *words, gp_text word);

#endif

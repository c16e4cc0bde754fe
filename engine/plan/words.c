/* The words of the plan's enumerations, each list once.
 * Invariant: a list is in the order of its enum, which the static assertions keep in length. */
#include "plan/words.h"

static const char *const LANG[] = {"zh", "en"};
static const char *const TYPE[] = {"number", "bool", "date", "text"};
static const char *const MEASURE[] = {"stock", "cumulative", "milestone", "rate", "rank"};
static const char *const BASIS[] = {"final", "partial", "provisional", "estimated", "forecast", "asserted", "other_period"};
static const char *const METHOD[] = {"pass_fail", "ratio",          "interpolate", "deduct",   "bands",
                                     "efficacy",  "efficacy_bands", "goalposts",   "progress", "pace",
                                     "rank",      "zscore",         "percentile",  "tiers",    "rule"};
static const char *const UNKNOWN[] = {"range", "zero", "exclude", "full"};
static const char *const AGGREGATE[] = {"weighted_mean", "sum", "geometric_mean", "harmonic_mean", "min", "max"};
static const char *const OUTSIDE[] = {"clip", "extend", "error"};
static const char *const ROUNDING[] = {"half_up", "half_even", "up", "down"};
static const char *const COMPARE[] = {"full", "rounded"};
static const char *const RANK_ON[] = {"rounded", "full"};
static const char *const DIRECTION[] = {"up", "down"};
static const char *const SCALE[] = {"linear", "log"};
static const char *const IN[] = {"fractions", "marks"};
static const char *const PARTIAL[] = {"up", "down", "exact"};
static const char *const OVER[] = {"value", "ratio", "gap"};
static const char *const SD[] = {"sample", "population"};
static const char *const TIES[] = {"1224", "1223", "average"};
static const char *const EFFECT[] = {"zero",        "cap_score",  "floor_score", "cap_grade",
                                     "floor_grade", "disqualify", "zero_goal",   "zero_total"};
static const char *const OF_WHOM[] = {"goal", "subject"};
static const char *const BEST[] = {"high", "low"};
static const char *const HIT[] = {"unique", "any", "first", "priority", "sum", "min", "max", "count"};

static const char *const WEIGHTS[] = {"given", "equal"};
static const char *const VERDICT[] = {"met", "unmet", "undecided", "no_data", "not_due", "not_applicable", "waived", "error"};

_Static_assert(GP_COUNT(BASIS) == GP_BASIS_COUNT, "a word for each basis");
_Static_assert(GP_COUNT(METHOD) == GP_CURVE, "a word for each method but the curve");
_Static_assert(GP_COUNT(TIES) == GP_TIES_UNSAID, "a word for each tie rule");
_Static_assert(GP_COUNT(AGGREGATE) == GP_WORST_MEAN, "a word for each aggregate without a parameter");

#define WORDS(name, what, list) const gp_words_of gp_words_##name = {what, list, GP_COUNT(list)}
WORDS(lang, "a language", LANG);
WORDS(type, "a type", TYPE);
WORDS(measure, "a measure", MEASURE);
WORDS(basis, "a basis", BASIS);
WORDS(method, "a method", METHOD);
WORDS(unknown, "a treatment of the unknown", UNKNOWN);
WORDS(aggregate, "an aggregate", AGGREGATE);
WORDS(outside, "a treatment of values outside the knots", OUTSIDE);
WORDS(rounding, "a rounding", ROUNDING);
WORDS(compare, "a comparison", COMPARE);
WORDS(rank_on, "what ranks are taken on", RANK_ON);
WORDS(direction, "a direction", DIRECTION);
WORDS(scale, "a scale", SCALE);
WORDS(in, "what a method's numbers are", IN);
WORDS(partial, "a treatment of part steps", PARTIAL);
WORDS(over, "what bands are over", OVER);
WORDS(sd, "a standard deviation", SD);
WORDS(ties, "a tie rule", TIES);
WORDS(effect, "an effect", EFFECT);
WORDS(of_whom, "what a veto strikes", OF_WHOM);
WORDS(best, "a best end", BEST);
WORDS(hit, "a hit policy", HIT);
WORDS(weights, "a treatment of weights", WEIGHTS);
WORDS(verdict, "a verdict", VERDICT);

bool gp_word_find(unsigned *out, const gp_words_of *words, gp_text word) {
    for (size_t i = 0; i < words->n; i++) {
        if (!gp_text_is(word, words->list[i])) continue;
        *out = (unsigned)i;
        return true;
    }
    return false;
}

const char *gp_basis_name(gp_basis b) {
    return b < GP_BASIS_COUNT ? BASIS[b] : "";
}

const char *gp_ties_name(gp_ties t) {
    return t < GP_TIES_UNSAID ? TIES[t] : "";
}

bool gp_basis_read(gp_basis *out, gp_text word) {
    unsigned b;
    if (!gp_word_find(&b, &gp_words_basis, word) || b == GP_PARTIAL || b == GP_OTHER_PERIOD) return false;
    *out = (gp_basis)b;
    return true;
}

const char *gp_level_name(gp_level l) {
    static const char *const NAMES[] = {"subject", "goal", "indicator", "clause"};
    return NAMES[l];
}

const char *gp_test_key(gp_test t) {
    static const char *const KEYS[] = {"",    "at_least", "at_most", "more_than", "less_than", "between", "exactly",
                                       "not", "one_of",   "is",      "reached",   "by",        "rule",    "judged"};
    return KEYS[t];
}

/* Attribution: the change of the marks shared out to the settings that caused it, whatever the order in which they are applied.
 * Invariant: the shares add up to the change; settings that only work together share alike. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "study/random.h"
#include "study/study.h"

enum { ORDERS = 2000, MOST_PLANS = 6 };

static const gp_sheet_column SHARES[] = {
    {"subject", "考核对象", "Subject", false}, {"path", "路径", "Path", false},         {"value", "替换值", "Set to", false},
    {"share", "得分变化", "Marks", true},      {"of_change", "占比", "Of the change", true},
};

typedef struct shares {
    const gp_study *study;
    const gp_scenario *of;
    gp_trials trials;
    double *marks;  /* per row of the trials: the middle of the range */
    double *share;  /* per setting */
} shares;

static void lay_subset(shares *s, size_t row, uint64_t subset) {
    for (size_t k = 0; k < s->of->nsets; k++)
        if (subset >> k & 1) gp_target_set(&s->of->sets[k].target, s->trials.frame, row, &s->of->sets[k].value);
}

static bool run(shares *s) {
    gp_block b;
    if (!gp_trials_run(&s->trials)) return false;
    s->marks = gp_arena_array(s->study->arena, s->trials.frame->nrows, sizeof *s->marks);
    while (gp_run_block(s->trials.run, &b))
        for (size_t i = 0; i < b.n; i++) s->marks[b.first + i] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
    return true;
}

/* Where settings make another plan, each subset of them is one; its rows are those of its own trials. */
static bool run_plans(shares *s, size_t rows) {
    size_t cases = s->study->ncases;
    s->marks = gp_arena_array(s->study->arena, rows * cases, sizeof *s->marks);
    for (uint64_t subset = 0; subset < rows; subset++) {
        gp_scenario part = *s->of;
        gp_trials t;
        gp_block b;
        part.sets = gp_arena_array(s->study->arena, s->of->nsets, sizeof *part.sets);
        part.nsets = 0;
        for (size_t k = 0; k < s->of->nsets; k++)
            if (subset >> k & 1) part.sets[part.nsets++] = s->of->sets[k];
        gp_trials_init(&t, s->study, 1, NULL);
        gp_trials_lay(&t, 0, &part);
        if (!gp_trials_shape(&t, &part) || !gp_trials_run(&t)) return false;
        while (gp_run_block(t.run, &b))
            for (size_t i = 0; i < b.n; i++) s->marks[subset * cases + b.first + i] = (b.marks_lo[i] + b.marks_hi[i]) / 2;
    }
    return true;
}

/* Weight of a subset of `size` of n - 1 others: size! (n - 1 - size)! / n!. */
static double weight(size_t n, size_t size) {
    double w = 1.0 / (double)n;
    for (size_t k = 1; k <= size; k++) w *= (double)k / (double)(n - k);
    return w;
}

static void share_exactly(shares *s, size_t c) {
    size_t n = s->of->nsets, cases = s->study->ncases;
    for (uint64_t subset = 0; subset < (uint64_t)1 << n; subset++) {
        size_t size = (size_t)__builtin_popcountll(subset);
        for (size_t k = 0; k < n; k++) {
            if (subset >> k & 1) continue;
            double with = s->marks[(subset | (uint64_t)1 << k) * cases + c], without = s->marks[subset * cases + c];
            s->share[k] += weight(n, size) * (with - without);
        }
    }
}

/* Order number `turn` of the settings: Fisher and Yates' shuffle. */
static void shuffle(size_t *order, size_t n, uint64_t turn) {
    for (size_t k = 0; k < n; k++) order[k] = k;
    for (size_t k = n; k-- > 1;) {
        size_t j = (size_t)(gp_random(0, turn, k) * (double)(k + 1)), other = order[j];
        order[j] = order[k];
        order[k] = other;
    }
}

/* Each order adds the settings one after the other: n + 1 rows from the base to the scenario. */
static void lay_orders(shares *s) {
    size_t n = s->of->nsets, *order = gp_arena_array(s->study->arena, n, sizeof *order);
    for (size_t turn = 0; turn < ORDERS; turn++) {
        shuffle(order, n, turn);
        for (size_t step = 0; step <= n; step++)
            for (size_t k = 0; k < step; k++)
                gp_target_set(&s->of->sets[order[k]].target, s->trials.frame, turn * (n + 1) + step, &s->of->sets[order[k]].value);
    }
}

static void share_sampled(shares *s, size_t c) {
    size_t n = s->of->nsets, cases = s->study->ncases, *order = gp_arena_array(s->study->arena, n, sizeof *order);
    for (size_t turn = 0; turn < ORDERS; turn++) {
        shuffle(order, n, turn);
        const double *m = s->marks + turn * (n + 1) * cases + c;
        for (size_t step = 0; step < n; step++) s->share[order[step]] += (m[(step + 1) * cases] - m[step * cases]) / ORDERS;
    }
}

static void put_shares(gp_sheet *sheet, const shares *s, size_t c, double change) {
    for (size_t k = 0; k < s->of->nsets; k++) {
        double share = gp_round_digits(s->share[k], 12);
        gp_sheet_text(sheet, s->study->base->cases[s->study->first + c].subject);
        gp_sheet_text(sheet, s->of->sets[k].target.path);
        gp_sheet_text(sheet, s->of->sets[k].text);
        if (isnan(share)) gp_sheet_text(sheet, GP_NO_TEXT);
        else gp_sheet_figure(sheet, share, gp_study_change(s->study->arena, gp_round_digits(share, 6)));
        gp_sheet_number(sheet, change != 0 ? gp_round_digits(share / change, 4) : NAN);
    }
}

bool gp_study_attribute(gp_answer *out, const gp_study *study, const gp_scenario *scenario) {
    size_t n = scenario->nsets;
    bool shaped = gp_scenario_has_shape(scenario), exact = n <= GP_EXACT_CAUSES;
    shares s = {.study = study, .of = scenario, .share = gp_arena_array(study->arena, n, sizeof *s.share)};
    if (n == 0) return true;
    if (shaped && n > MOST_PLANS) {
        gp_answer_say(out, gp_answer_word(out, "改变计划结构的情景超过 %d 项替换:不分摊变化",
                                           "more than %d settings that make other plans: the change is not shared out"), MOST_PLANS);
        return true;
    }
    size_t rows = exact ? (size_t)1 << n : ORDERS * (n + 1);
    if (!shaped) gp_trials_init(&s.trials, study, rows, NULL);
    for (uint64_t subset = 0; !shaped && exact && subset < rows; subset++) lay_subset(&s, subset, subset);
    if (!exact) lay_orders(&s);
    if (!(shaped ? run_plans(&s, rows) : run(&s))) return false;
    gp_sheet *sheet = gp_answer_sheet(out, "shares",
                                      gp_text_of(gp_answer_word(out, "变化来自哪里", "Where the change comes from")),
                                      SHARES, GP_COUNT(SHARES));
    for (size_t c = 0; c < study->ncases; c++) {
        if (!gp_study_asks(study, c)) continue;
        memset(s.share, 0, n * sizeof *s.share);
        if (exact) share_exactly(&s, c);
        else share_sampled(&s, c);
        double whole = s.marks[exact ? (rows - 1) * study->ncases + c : n * study->ncases + c] - s.marks[c];
        put_shares(sheet, &s, c, whole);
    }
    if (!exact)
        gp_answer_say(out,
                      gp_answer_word(out, "替换项超过 %d 个:份额由 %d 个随机次序估算",
                                     "more than %d settings: the shares are estimated from %d random orders"),
                      GP_EXACT_CAUSES, ORDERS);
    return true;
}

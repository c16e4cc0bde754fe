/* What-if on random small plans, data and scenarios: the empty scenario is the base; a scenario over a scenario is the merged one; rows of
 * a sweep are those of the scenarios alone; what the plan says as a column, as a patch and as text is one thing; shares are those of all
 * orders, and add up; draws without spread are the base. A plan for each case costs more than a row: a hundredth of GP_RUNS are tried.
 * GP_SEED repeats a run; the seed is printed. */
#include "dice.h"
#include "eval_bed.h"

#include <unistd.h>

#include "study/laid.h"
#include "study/study.h"

static uint64_t seed = 20210112;
static long rows = 30000, runs;
static char folder[] = "/tmp/goalpost-whatif.XXXXXX";

/* ---- plans, data, settings ---- */

enum { GOALS = 2, PARTS = 3, LEAVES = GOALS * PARTS, SUBJECTS = 2, MOST_SETS = 6 };

static void print_plan(gp_buf *out, dice *d) {
    static const char *const WAYS[] = {"weighted_mean", "min", "max", "{worst_mean: 2}", "geometric_mean"};
    static const char *const EXTRAS[] = {
        "",
        "",
        "",
        ", score: {method: pass_fail}",
        ", score: {cap: 150%}",
        ", veto: {effect: cap_score, at: 55%}",
        ", veto: {effect: zero, of: subject}",
        ", score: {method: bands, bands: [{at_least: 9, score: 1}, {at_least: 4, score: 0.5}, {score: 0}]}",
        ", binding: true"};
    gp_buf_str(out, "goalpost: 1\nplan: p\nperiod: 2020\ndata:\n");
    for (int i = 0; i < LEAVES; i++) gp_buf_printf(out, "  v%d: {}\n", i);
    gp_buf_printf(out, "scoring: {coverage: 0%%, aggregate: %s%s}\n", WAYS[between(d, 0, 4)], between(d, 0, 2) ? "" : ", ranks: true");
    gp_buf_str(out, "grades: [{at_least: 80, grade: A}, {at_least: 40, grade: B}, {at_least: 0, grade: C}]\ngoals:\n");
    for (int g = 0; g < GOALS; g++) {
        gp_buf_printf(out, "  - id: g%d\n    weight: %d\n    scoring: {aggregate: %s}\n    indicators:\n", g, between(d, 1, 5),
                      WAYS[between(d, 0, 4)]);
        for (int i = g * PARTS; i < (g + 1) * PARTS; i++)
            gp_buf_printf(out, "      - {id: i%d, value: v%d%s, %s: %d, weight: %d%s}\n", i, i, between(d, 0, 5) ? "" : " + v0",
                          between(d, 0, 2) ? "at_least" : "at_most", between(d, 3, 9), between(d, 1, 6), EXTRAS[between(d, 0, 8)]);
    }
}

static void print_data(gp_buf *out, dice *d) {
    gp_buf_str(out, "subject,period");
    for (int i = 0; i < LEAVES; i++) gp_buf_printf(out, ",v%d,v%d.basis", i, i);
    for (int s = 0; s < SUBJECTS; s++) {
        gp_buf_printf(out, "\n%c,2020", 'A' + s);
        for (int i = 0; i < LEAVES; i++) {
            int how = between(d, 0, 9);
            if (how == 0) gp_buf_str(out, ",,");
            else if (how == 1) gp_buf_printf(out, ",\"[%d, %d]\",", between(d, 1, 4), between(d, 5, 9));
            else gp_buf_printf(out, ",%d,%s", between(d, 1, 12), how == 2 ? "provisional" : "");
        }
    }
    gp_buf_char(out, '\n');
}

typedef struct word {
    char path[48], value[24];
} word;

/* Each may stand in a scenario file as it is. */
static word draw_word(dice *d, bool shapes) {
    word w;
    int i = between(d, 0, LEAVES - 1), g = i / PARTS, n = between(d, 1, 9), how = between(d, 0, shapes ? 11 : 7);
    snprintf(w.value, sizeof w.value, "%d", n);
    switch (how) {
    case 0:
    case 1:
    case 2: snprintf(w.path, sizeof w.path, "data.v%d", i); break;
    case 3: snprintf(w.path, sizeof w.path, "data.v%d@B", i); break;
    case 4: snprintf(w.path, sizeof w.path, "g%d.i%d.weight", g, i); break;
    case 5: snprintf(w.path, sizeof w.path, "g%d.weight", g); break;
    case 6: snprintf(w.path, sizeof w.path, "grades.B"); snprintf(w.value, sizeof w.value, "%d", 10 * n - 20 > 0 ? 10 * n - 20 : 30); break;
    case 7:
        snprintf(w.path, sizeof w.path, "data.v%d", i);
        snprintf(w.value, sizeof w.value, n < 3 ? "'[2, 7]'" : n < 5 ? "null" : "%d", n);
        break;
    case 8:
        snprintf(w.path, sizeof w.path, "g%d.scoring.aggregate", g);
        snprintf(w.value, sizeof w.value, "%s", n < 5 ? "min" : "max");
        break;
    case 9: snprintf(w.path, sizeof w.path, "scoring.unknown"); snprintf(w.value, sizeof w.value, "%s", n < 5 ? "zero" : "full"); break;
    case 10: snprintf(w.path, sizeof w.path, "g%d.i%d.veto", g, i); snprintf(w.value, sizeof w.value, "zero_goal"); break;
    default:
        snprintf(w.path, sizeof w.path, "g%d.i%d.binding", g, i);
        snprintf(w.value, sizeof w.value, "%s", n < 5 ? "true" : "false");
        break;
    }
    return w;
}

typedef struct words {
    word of[2 * MOST_SETS];
    size_t n;
} words;

/* Of two for one path the later stands, where the earlier stood. */
static void lay_word(words *to, word w) {
    for (size_t i = 0; i < to->n; i++)
        if (strcmp(to->of[i].path, w.path) == 0) {
            to->of[i] = w;
            return;
        }
    to->of[to->n++] = w;
}

static words draw_words(dice *d, int n, bool shapes) {
    words w = {.n = 0};
    while ((int)w.n < n) lay_word(&w, draw_word(d, shapes));
    return w;
}

/* ---- the bed ---- */

typedef struct lab {
    bed b;
    gp_study s;
    gp_text plan, data;
} lab;

static void fill(lab *l, dice *d) {
    gp_buf plan, data;
    gp_buf_init(&plan, &l->b.h.arena);
    gp_buf_init(&data, &l->b.h.arena);
    print_plan(&plan, d);
    print_data(&data, d);
    l->plan = gp_buf_take(&plan);
    l->data = gp_buf_take(&data);
    l->b.options = (gp_run_options){0};
    bed_load(&l->b, gp_text_cstr(&l->b.h.arena, l->plan), gp_text_cstr(&l->b.h.arena, l->data));
    l->s =
        (gp_study){.arena = &l->b.h.arena, .diags = &l->b.d, .base = l->b.frame, .ncases = l->b.frame->nrows, .options = {.lang = GP_EN}};
}

static void complain(lab *l, const char *what, const words *w) {
    bed_show(&l->b);
    for (size_t i = 0; w && i < w->n; i++) print_message("  %s=%s\n", w->of[i].path, w->of[i].value);
    fail_msg("%s; seed %" PRIu64 "\n%.*s\n%.*s", what, seed, GP_ARG(l->plan), GP_ARG(l->data));
}

static gp_scenario scenario_of(lab *l, const words *w) {
    gp_scenario s = {.name = GP_TEXT("s")};
    for (size_t i = 0; i < w->n; i++) {
        char text[96];
        snprintf(text, sizeof text, "%s=%s", w->of[i].path, strcmp(w->of[i].value, "'[2, 7]'") == 0 ? "[2, 7]" : w->of[i].value);
        if (!gp_scenario_set(&s, l->s.arena, l->s.diags, l->s.base, gp_text_of(text), "--set")) complain(l, "a setting is refused", w);
    }
    return s;
}

/* All that the rows of all cases say. */
static gp_text said_of(lab *l, gp_run *run) {
    gp_buf out;
    gp_block block;
    if (!run) complain(l, "it cannot be evaluated", NULL);
    gp_buf_init(&out, l->s.arena);
    while (gp_run_block(run, &block))
        for (size_t i = 0; i < block.n; i++) {
            gp_run_case(&l->b.c, run, l->s.arena, i);
            gp_buf_text(&out, described(&l->b));
            put_range(&out, "marks", l->b.c.marks.lo, l->b.c.marks.hi);
            put_range(&out, "rank", l->b.c.rank.lo, l->b.c.rank.hi);
            gp_buf_char(&out, '\n');
        }
    return gp_buf_take(&out);
}

/* As an evaluation under the scenario says it: the plan is made anew. */
static gp_text laid(lab *l, const gp_scenario *s) {
    gp_laid *under = gp_scenario_lay(l->s.arena, l->s.diags, l->s.base, s);
    if (!under) complain(l, "a scenario cannot be laid", NULL);
    gp_run_options o = {.lang = GP_EN, .plan = under->plan};
    return said_of(l, gp_run_new(l->s.arena, l->s.diags, under->frame, &o));
}

/* As what-if says it: numbers of the plan are columns. */
static gp_text tried(lab *l, const gp_scenario *s) {
    gp_trials t;
    gp_trials_init(&t, &l->s, 1, NULL);
    gp_trials_lay(&t, 0, s);
    if (!gp_trials_shape(&t, s) || !gp_trials_run(&t)) complain(l, "trials cannot run", NULL);
    return said_of(l, t.run);
}

static void same(lab *l, const char *what, const words *w, gp_text a, gp_text b) {
    if (gp_text_eq(a, b)) return;
    print_message("%.*s\n---\n%.*s\n", GP_ARG(a), GP_ARG(b));
    complain(l, what, w);
}

/* ---- the empty scenario; columns and patches ---- */

static void try_laying(dice *d) {
    lab l;
    TEST_HEAP(l.b.h);
    fill(&l, d);
    const words none = {.n = 0};
    gp_scenario empty = scenario_of(&l, &none);
    gp_run_options o = {.lang = GP_EN};
    gp_text base = said_of(&l, gp_run_new(l.s.arena, l.s.diags, l.s.base, &o));
    same(&l, "the empty scenario is not the base", NULL, base, laid(&l, &empty));
    same(&l, "the empty trial is not the base", NULL, base, tried(&l, &empty));
    words w = draw_words(d, between(d, 1, MOST_SETS), true);
    gp_scenario s = scenario_of(&l, &w);
    same(&l, "laid and tried differ", &w, laid(&l, &s), tried(&l, &s));
    same(&l, "the base was touched", &w, base, said_of(&l, gp_run_new(l.s.arena, l.s.diags, l.s.base, &o)));
    DONE(l.b);
}

static void test_laying(void **state) {
    (void)state;
    dice d = {seed};
    for (long n = 0; n < runs; n++) try_laying(&d);
}

/* ---- scenarios over scenarios ---- */

static void write_file(const char *name, const words *w, const char *extends) {
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fprintf(f, "goalpost: 1\nscenario: s\nof: p\n");
    if (extends) fprintf(f, "extends: %s\n", extends);
    if (w->n) fprintf(f, "set:\n");
    for (size_t i = 0; i < w->n; i++) fprintf(f, "  %s: %s\n", w->of[i].path, w->of[i].value);
    assert_int_equal(fclose(f), 0);
}

static gp_scenario read_file(lab *l, const char *name) {
    gp_scenario s;
    gp_buf path;
    gp_buf_init(&path, l->s.arena);
    gp_buf_printf(&path, "%s/%s", folder, name);
    if (!gp_scenario_load(&s, l->s.arena, l->s.diags, l->s.base, gp_buf_take(&path))) complain(l, "a scenario file is refused", NULL);
    return s;
}

static void try_merging(dice *d) {
    lab l;
    TEST_HEAP(l.b.h);
    fill(&l, d);
    words below = draw_words(d, between(d, 0, 4), true), above = draw_words(d, between(d, 0, 4), true), merged = below;
    for (size_t i = 0; i < above.n; i++) lay_word(&merged, above.of[i]);
    write_file("below.yaml", &below, NULL);
    write_file("above.yaml", &above, "below.yaml");
    write_file("merged.yaml", &merged, NULL);
    gp_scenario over = read_file(&l, "above.yaml"), one = read_file(&l, "merged.yaml"), words_too = scenario_of(&l, &merged);
    gp_text is = laid(&l, &one);
    same(&l, "a scenario over a scenario is not the merged one", &merged, laid(&l, &over), is);
    same(&l, "a file is not what the command line says", &merged, laid(&l, &words_too), is);
    DONE(l.b);
}

static void test_merging(void **state) {
    (void)state;
    dice d = {seed ^ 11};
    for (long n = 0; n < runs; n++) try_merging(&d);
}

/* ---- sweeps ---- */

static const gp_sheet *sheet_of(const gp_answer *a, const char *id) {
    for (size_t i = 0; i < a->nsheets; i++)
        if (strcmp(a->sheets[i]->id, id) == 0) return a->sheets[i];
    fail_msg("no sheet %s", id);
    return NULL;
}

static void add_sweep(lab *l, gp_scenario *s, const char *path, const int *values, size_t n) {
    gp_buf b;
    gp_buf_init(&b, l->s.arena);
    gp_buf_printf(&b, "%s=", path);
    for (size_t i = 0; i < n; i++) gp_buf_printf(&b, "%s%d", i ? "," : "", values[i]);
    if (!gp_scenario_sweep(s, l->s.arena, l->s.diags, l->s.base, gp_buf_take(&b), "--sweep")) complain(l, "a sweep is refused", NULL);
}

static void same_sheet_row(lab *l, const gp_sheet *all, size_t row, const gp_sheet *one, size_t of) {
    for (size_t k = 0; k < all->ncolumns; k++) {
        gp_text a = all->fields[row * all->ncolumns + k].text, b = one->fields[of * one->ncolumns + k].text;
        if (gp_text_eq(a, b)) continue;
        print_message("row %zu, %s: `%.*s` in the sweep, `%.*s` alone\n", row, all->columns[k].id, GP_ARG(a), GP_ARG(b));
        complain(l, "a row of the sweep is not that of its scenario", NULL);
    }
}

/* What is swept comes over all settings. */
static void lay_last(words *to, word w) {
    words rest = {.n = 0};
    for (size_t i = 0; i < to->n; i++)
        if (strcmp(to->of[i].path, w.path) != 0) rest.of[rest.n++] = to->of[i];
    rest.of[rest.n++] = w;
    *to = rest;
}

static word word_of(const char *path, int value) {
    word w;
    snprintf(w.path, sizeof w.path, "%s", path);
    snprintf(w.value, sizeof w.value, "%d", value);
    return w;
}

/* The marks of a combination are those of an evaluation under it. */
static void same_marks(lab *l, const gp_answer *all, size_t c, const words *w) {
    const gp_sheet *s = sheet_of(all, "sweep");
    gp_block b;
    gp_scenario of = scenario_of(l, w);
    gp_laid *under = gp_scenario_lay(l->s.arena, l->s.diags, l->s.base, &of);
    assert_non_null(under);
    gp_run_options o = {.lang = GP_EN, .plan = under->plan};
    gp_run *run = gp_run_new(l->s.arena, l->s.diags, under->frame, &o);
    assert_true(run && gp_run_block(run, &b));
    for (size_t k = 0; k < SUBJECTS; k++) {
        const gp_field *f = &s->fields[(c * SUBJECTS + k) * s->ncolumns + 3];
        if (f[0].number != b.marks_lo[k] || f[1].number != b.marks_hi[k]) {
            if (isnan(f[0].number) && isnan(b.marks_lo[k])) continue;
            print_message("%g–%g in the sweep, %g–%g evaluated\n", f[0].number, f[1].number, b.marks_lo[k], b.marks_hi[k]);
            complain(l, "a row of the sweep is not an evaluation under it", w);
        }
    }
}

static void try_sweep(dice *d) {
    lab l;
    TEST_HEAP(l.b.h);
    fill(&l, d);
    enum { DOWN = 4, ACROSS = 3 };
    int down[DOWN], across[ACROSS];
    const words given = draw_words(d, between(d, 0, 3), true);
    char first[32], second[32];
    int i = between(d, 0, LEAVES - 1);
    bool apart = between(d, 0, 2) == 0; /* one datum, subject by subject */
    snprintf(first, sizeof first, apart ? "data.v%d@A" : "data.v%d", i);
    snprintf(second, sizeof second, apart ? "data.v%d@B" : "g%d.i%d.weight", apart ? i : i / PARTS, i);
    for (int k = 0; k < DOWN; k++) down[k] = between(d, 0, 12);
    for (int k = 0; k < ACROSS; k++) across[k] = between(d, 1, 9);
    gp_answer all;
    gp_scenario s = scenario_of(&l, &given);
    gp_answer_init(&all, l.s.arena, GP_EN);
    add_sweep(&l, &s, first, down, DOWN);
    add_sweep(&l, &s, second, across, ACROSS);
    if (!gp_study_sweep(&all, &l.s, &s, NULL)) complain(&l, "a sweep cannot run", &given);
    for (size_t c = 0; c < DOWN * ACROSS; c++) {
        gp_answer one;
        gp_scenario alone = scenario_of(&l, &given);
        gp_answer_init(&one, l.s.arena, GP_EN);
        add_sweep(&l, &alone, first, &down[c / ACROSS], 1);
        add_sweep(&l, &alone, second, &across[c % ACROSS], 1);
        if (!gp_study_sweep(&one, &l.s, &alone, NULL)) complain(&l, "one combination cannot run", &given);
        words over = given;
        lay_last(&over, word_of(first, down[c / ACROSS]));
        lay_last(&over, word_of(second, across[c % ACROSS]));
        same_marks(&l, &all, c, &over);
        for (size_t k = 0; k < SUBJECTS; k++) same_sheet_row(&l, sheet_of(&all, "sweep"), c * SUBJECTS + k, sheet_of(&one, "sweep"), k);
    }
    DONE(l.b);
}

static void test_sweep(void **state) {
    (void)state;
    dice d = {seed ^ 22};
    for (long n = 0; n < (runs + 3) / 4; n++) try_sweep(&d);
}

/* ---- shares ---- */

/* Middle of the marks of each case under some of the settings, as an evaluation under them says it. */
static void marks_under(lab *l, const words *w, unsigned subset, double marks[SUBJECTS]) {
    words some = {.n = 0};
    gp_block b;
    for (size_t k = 0; k < w->n; k++)
        if (subset >> k & 1) some.of[some.n++] = w->of[k];
    gp_scenario s = scenario_of(l, &some);
    gp_laid *under = gp_scenario_lay(l->s.arena, l->s.diags, l->s.base, &s);
    assert_non_null(under);
    gp_run_options o = {.lang = GP_EN, .plan = under->plan};
    gp_run *run = gp_run_new(l->s.arena, l->s.diags, under->frame, &o);
    assert_true(run && gp_run_block(run, &b));
    for (size_t c = 0; c < SUBJECTS; c++) marks[c] = (b.marks_lo[c] + b.marks_hi[c]) / 2;
}

/* The mean over all orders of what a setting adds when its turn comes. */
static void add_orders(double *share, const double marks[][SUBJECTS], size_t c, size_t n, unsigned laid_so_far, double weight) {
    size_t left = 0;
    for (size_t k = 0; k < n; k++) left += !(laid_so_far >> k & 1);
    for (size_t k = 0; k < n; k++) {
        if (laid_so_far >> k & 1) continue;
        share[k] += weight / (double)left * (marks[laid_so_far | 1u << k][c] - marks[laid_so_far][c]);
        add_orders(share, marks, c, n, laid_so_far | 1u << k, weight / (double)left);
    }
}

static void check_shares(lab *l, const words *w, const gp_answer *out, const double marks[][SUBJECTS]) {
    const gp_sheet *shares = sheet_of(out, "shares");
    size_t row = 0, all = ((size_t)1 << w->n) - 1;
    for (size_t c = 0; c < SUBJECTS; c++) {
        double due[MOST_SETS] = {0}, sum = 0;
        add_orders(due, marks, c, w->n, 0, 1);
        double change = marks[all][c] - marks[0][c];
        if (isnan(change) || row == shares->nrows || shares->fields[row * shares->ncolumns].text.s[0] != (char)('A' + (int)c)) continue;
        for (size_t k = 0; k < w->n; k++, row++) {
            double is = shares->fields[row * shares->ncolumns + 3].number;
            sum += is;
            if (fabs(is - due[k]) > 1e-7) {
                print_message("share of %s: %.12g, over all orders %.12g\n", w->of[k].path, is, due[k]);
                complain(l, "a share is not that of all orders", w);
            }
        }
        if (fabs(sum - change) > 1e-7) complain(l, "the shares do not add up to the change", w);
    }
}

static void try_shares(dice *d) {
    lab l;
    TEST_HEAP(l.b.h);
    fill(&l, d);
    words w = draw_words(d, between(d, 2, 4), between(d, 0, 2) == 0);
    double marks[1 << MOST_SETS][SUBJECTS];
    gp_answer out;
    gp_scenario s = scenario_of(&l, &w);
    gp_answer_init(&out, l.s.arena, GP_EN);
    if (!gp_study_attribute(&out, &l.s, &s)) complain(&l, "shares cannot be worked out", &w);
    for (unsigned subset = 0; subset < 1u << w.n; subset++) marks_under(&l, &w, subset, marks[subset]);
    if (out.nsheets) check_shares(&l, &w, &out, marks);
    DONE(l.b);
}

static void test_shares(void **state) {
    (void)state;
    dice d = {seed ^ 33};
    for (long n = 0; n < (runs + 3) / 4; n++) try_shares(&d);
}

/* ---- draws without spread ---- */

static void add_draw(lab *l, gp_scenario *s, dice *d, uint32_t datum, size_t row) {
    gp_draw w = {.law = (gp_law)between(d, 0, 3), .n = 1};
    gp_buf path;
    double v = l->s.base->column[datum][row];
    gp_buf_init(&path, l->s.arena);
    gp_buf_printf(&path, "data.v%u@%c", datum, 'A' + (int)row);
    w.a = w.b = w.c = v;
    if (w.law == GP_LAW_NORMAL) w.b = 0;
    w.values = gp_arena_array(l->s.arena, 1, sizeof *w.values);
    w.weights = gp_arena_array(l->s.arena, 1, sizeof *w.weights);
    w.values[0] = v;
    w.weights[0] = 1;
    assert_true(gp_target_find(&w.target, l->s.arena, l->s.diags, l->s.base, gp_buf_take(&path), (gp_place){0}));
    *GP_PUSH(l->s.arena, s->draws, s->ndraws, s->cap_draws) = w;
}

static void check_still(lab *l, const gp_answer *out, const char *sheet, const char *column, double due) {
    const gp_sheet *s = sheet_of(out, sheet);
    for (size_t k = 0; k < s->ncolumns; k++)
        for (size_t row = 0; row < s->nrows && strcmp(s->columns[k].id, column) == 0; row++)
            if (s->fields[row * s->ncolumns + k].number != due) complain(l, "a draw without spread moves something", NULL);
}

static void try_still(dice *d) {
    lab l;
    TEST_HEAP(l.b.h);
    fill(&l, d);
    gp_scenario s = {.name = GP_TEXT("s")};
    gp_answer out;
    for (size_t row = 0; row < SUBJECTS; row++)
        for (uint32_t v = 0; v < LEAVES; v++)
            if (!isnan(l.s.base->column[v][row]) && between(d, 0, 1)) add_draw(&l, &s, d, v, row);
    if (s.ndraws) {
        gp_answer_init(&out, l.s.arena, GP_EN);
        if (!gp_study_draws(&out, &l.s, &s, &(gp_draw_options){.draws = 20, .seed = seed})) complain(&l, "draws cannot run", NULL);
        check_still(&l, &out, "marks", "sd", 0);
        check_still(&l, &out, "marks", "se", 0);
        check_still(&l, &out, "grades", "probability", 1);
        const gp_sheet *marks = sheet_of(&out, "marks");
        for (size_t row = 0; row < marks->nrows; row++)
            for (size_t k = 2; k < 10; k++) {
                double is = marks->fields[row * marks->ncolumns + k].number,
                       base = gp_round_digits(marks->fields[row * marks->ncolumns + 1].number, 6);
                if (k != 3 && k != 4 && is != base) print_message("%s: %.17g, base %.17g\n", marks->columns[k].id, is, base);
                if (k != 3 && k != 4 && is != base) complain(&l, "marks of a draw without spread are not those of the base", NULL);
            }
        assert_int_equal(sheet_of(&out, "verdicts")->nrows, 0);
    }
    DONE(l.b);
}

static void test_still(void **state) {
    (void)state;
    dice d = {seed ^ 44};
    for (long n = 0; n < runs; n++) try_still(&d);
}

int main(void) {
    dice_begin(&seed, &rows);
    runs = (rows + 99) / 100;
    if (!mkdtemp(folder)) return 1;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_laying), cmocka_unit_test(test_merging), cmocka_unit_test(test_sweep),
                                       cmocka_unit_test(test_shares), cmocka_unit_test(test_still)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    static const char *const FILES[] = {"below.yaml", "above.yaml", "merged.yaml"};
    for (size_t i = 0; i < GP_COUNT(FILES); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", folder, FILES[i]);
        unlink(path);
    }
    rmdir(folder);
    return failed;
}

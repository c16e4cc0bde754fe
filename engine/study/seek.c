/* Seek: the smallest change, by declared costs, of one or several paths that meets an aim, on the grid of digits that each path has.
 * Invariant: an answer was evaluated itself, and so was its neighbour one step nearer to the present value, which does not meet the aim. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "study/study.h"

enum { CHUNK = 4096, MOST_SCANNED = 1 << 21, MOST_LEVERS = 6 };

/* A path as whole steps of its own grid: value = index * 10^exp. */
typedef struct axis {
    const gp_lever *lever;
    int exp;
    int64_t lo, hi, now;
    bool missing;      /* there is no present value: changes are measured from the lower bound */
    double *column;    /* of the trials */
} axis;

typedef struct search {
    const gp_study *study;
    const gp_aim *aim;
    gp_trials trials;
    axis axis[MOST_LEVERS];
    size_t n;
    int64_t (*point)[MOST_LEVERS]; /* per row of the trials */
    uint8_t *met;
    double *marks;
    int64_t best[MOST_LEVERS], most[MOST_LEVERS]; /* the cheapest that meets the aim; the one with the most marks */
    double best_cost, most_marks;
    bool found, sectioned;
    uint64_t tried;
} search;

/* ---- the grid ---- */

static int exponent(double v) {
    gp_decimal d = gp_decimal_of(v);
    return d.mant == 0 ? 100 : d.exp;
}

static double step_value(const axis *x, int64_t i) { return gp_decimal_double((gp_decimal){i, x->exp}, 0); }
static int64_t step_of(const axis *x, double v) { return (int64_t)llround(v * pow(10, -x->exp)); }

/* What the path has now: of data the value of the case, of an open one the end that is known. */
static double present(const search *s, const gp_target *t) {
    if (t->kind != GP_TARGET_DATUM) return t->now;
    double v = s->study->base->column[t->datum][s->study->first];
    const gp_cell *cell = gp_frame_cell(s->study->base, s->study->first, t->datum);
    if (cell) v = isfinite(cell->value.lo) ? cell->value.lo : cell->value.hi;
    return v;
}

static bool set_bounds(search *s, axis *x) {
    const gp_lever *l = x->lever;
    if (l->bounded) return true;
    gp_diag *diag = gp_report(s->study->diags, GP_D_MISSING_KEY, l->at, "`%.*s` has no bounds to seek in", GP_ARG(l->target.path));
    gp_hint(s->study->diags, diag, "give them with `--within FROM..TO`, or as `range` in the dictionary");
    return false;
}

/* The digits of the present value, the bounds and the dictionary; parameters of the plan may take two more. */
static bool make_axis(search *s, axis *x, const gp_lever *l) {
    *x = (axis){.lever = l};
    if (!set_bounds(s, x)) return false;
    double now = present(s, &l->target);
    int finest = exponent(l->lo) < exponent(l->hi) ? exponent(l->lo) : exponent(l->hi), scale = l->target.like.type.unit.scale;
    if (!isnan(now) && exponent(now) < finest) finest = exponent(now);
    if (l->target.like.digits >= 0 && scale - l->target.like.digits < finest) finest = scale - l->target.like.digits;
    if (l->target.kind != GP_TARGET_DATUM && finest > scale - 2 && l->target.like.type.kind == GP_NUMBER) finest = scale - 2;
    x->exp = finest == 100 ? 0 : finest;
    while ((l->hi - l->lo) * pow(10, -x->exp) > 1e12) x->exp++;
    x->lo = step_of(x, l->lo);
    x->hi = step_of(x, l->hi);
    x->missing = isnan(now);
    x->now = x->missing ? x->lo : step_of(x, now);
    return true;
}

static double cost_of(const search *s, const int64_t *point) {
    double sum = 0;
    for (size_t k = 0; k < s->n; k++) {
        const axis *x = &s->axis[k];
        double unit = pow(10, x->exp - x->lever->target.like.type.unit.scale);
        sum += x->lever->cost * fabs((double)(point[k] - x->now)) * unit;
    }
    return sum;
}

/* ---- trying points ---- */

static void take(search *s, size_t row) {
    double cost = cost_of(s, s->point[row]);
    if (s->met[row] && (!s->found || cost < s->best_cost)) {
        memcpy(s->best, s->point[row], sizeof s->best);
        s->best_cost = cost;
        s->found = true;
    }
    if (!(s->marks[row] > s->most_marks)) return;
    s->most_marks = s->marks[row];
    memcpy(s->most, s->point[row], sizeof s->most);
}

/* Evaluates rows 0 to n-1, whose points are set. */
static bool evaluate(search *s, size_t n) {
    gp_block b;
    for (size_t k = 0; k < s->n; k++)
        for (size_t i = 0; i < n; i++) s->axis[k].column[i] = step_value(&s->axis[k], s->point[i][k]);
    s->trials.frame->nrows = n;
    if (!gp_trials_run(&s->trials)) return false;
    while (gp_run_block(s->trials.run, &b))
        for (size_t i = 0; i < b.n; i++) {
            s->met[b.first + i] = gp_aim_met(s->aim, &b, i);
            s->marks[b.first + i] = b.marks_lo[i];
            take(s, b.first + i);
        }
    s->tried += n;
    return true;
}

/* ---- one path: outwards from the present value ---- */

/* Steps `stride` apart from `from` on in direction sign, the first that meets the aim; INT64_MAX: none. */
static int64_t scan(search *s, int64_t from, int64_t to, int64_t stride, int sign) {
    const axis *x = &s->axis[0];
    for (int64_t at = from; at <= to;) {
        size_t n = 0;
        for (; n < CHUNK && at <= to; n++, at += stride) s->point[n][0] = x->now + sign * at;
        if (!evaluate(s, n)) return INT64_MAX;
        for (size_t i = 0; i < n; i++)
            if (s->met[i]) return llabs(s->point[i][0] - x->now);
    }
    return INT64_MAX;
}

/* Every step where they are not too many, else section by section: the aim is then taken not to hold on less than a section alone. */
static void seek_outwards(search *s, int sign) {
    const axis *x = &s->axis[0];
    int64_t room = sign > 0 ? x->hi - x->now : x->now - x->lo, stride = 1, from = sign > 0 ? x->lo - x->now : x->now - x->hi;
    if (from < 1) from = 1;
    while (room / stride > MOST_SCANNED) stride *= 1024;
    s->sectioned = s->sectioned || stride > 1;
    for (int64_t to = room; stride >= 1; stride /= 1024) {
        int64_t at = scan(s, from, to, stride, sign);
        if (at == INT64_MAX && stride > 1) at = to; /* the last section is cut short by the bound */
        if (at == INT64_MAX) return;
        from = at > stride ? at - stride + 1 : 1;
        to = at;
    }
}

/* ---- several paths: a grid that closes in ---- */

typedef struct box { int64_t lo, hi, stride; } box;

static size_t count_of(const box *b) { return (size_t)((b->hi - b->lo) / b->stride) + 1; }

static bool try_grid(search *s, const box *b) {
    size_t all = 1, n = 0;
    for (size_t k = 0; k < s->n; k++) all *= count_of(&b[k]);
    for (size_t i = 0; i < all; i++) {
        size_t rest = i;
        for (size_t k = 0; k < s->n; k++) {
            s->point[n][k] = b[k].lo + (int64_t)(rest % count_of(&b[k])) * b[k].stride;
            rest /= count_of(&b[k]);
        }
        if (++n < CHUNK && i + 1 < all) continue;
        if (!evaluate(s, n)) return false;
        n = 0;
    }
    return true;
}

static void set_strides(search *s, box *b) {
    int64_t each = (int64_t)pow(MOST_SCANNED / 8, 1.0 / (double)s->n);
    for (size_t k = 0; k < s->n; k++) {
        int64_t steps = b[k].hi - b[k].lo;
        b[k].stride = steps <= each ? 1 : (steps + each - 1) / each;
        s->sectioned = s->sectioned || b[k].stride > 1;
    }
}

static void close_in(search *s, box *b) {
    for (size_t k = 0; k < s->n; k++) {
        const axis *x = &s->axis[k];
        b[k].lo = s->best[k] - b[k].stride > x->lo ? s->best[k] - b[k].stride : x->lo;
        b[k].hi = s->best[k] + b[k].stride < x->hi ? s->best[k] + b[k].stride : x->hi;
    }
}

static void seek_together(search *s) {
    box b[MOST_LEVERS];
    bool coarse = true;
    for (size_t k = 0; k < s->n; k++) b[k] = (box){s->axis[k].lo, s->axis[k].hi, 1};
    while (coarse) {
        set_strides(s, b);
        if (!try_grid(s, b) || !s->found) return;
        coarse = false;
        for (size_t k = 0; k < s->n; k++) coarse = coarse || b[k].stride > 1;
        close_in(s, b);
    }
}

/* ---- the answer ---- */

static const gp_sheet_column FOUND[] = {
    {"path", "路径", "Path", false}, {"now", "现值", "Now", true}, {"to", "改为", "To", true}, {"change", "变化", "Change", true},
    {"short", "差一步", "One step short", true},
};

static void put_axis(gp_sheet *sheet, const search *s, const axis *x, int64_t at) {
    const gp_frame *base = s->study->base;
    const gp_target *t = &x->lever->target;
    int64_t nearer = at > x->now ? at - 1 : at < x->now ? at + 1 : at;
    gp_sheet_text(sheet, t->path);
    if (x->missing) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_value(sheet, t, base, step_value(x, x->now));
    gp_sheet_value(sheet, t, base, step_value(x, at));
    double change = gp_decimal_double((gp_decimal){at - x->now, x->exp - t->like.type.unit.scale}, 0);
    gp_sheet_figure(sheet, change, gp_study_change(s->study->arena, change));
    if (nearer == at) gp_sheet_text(sheet, GP_NO_TEXT);
    else gp_sheet_value(sheet, t, base, step_value(x, nearer));
}

/* Evaluates the answer, and with each path one step nearer: none of those may meet the aim. */
static bool verified(search *s) {
    int64_t at[MOST_LEVERS];
    bool ok = true;
    memcpy(at, s->best, sizeof at);
    size_t n = 0;
    memcpy(s->point[n++], at, sizeof at);
    for (size_t k = 0; k < s->n; k++) {
        if (at[k] == s->axis[k].now) continue;
        memcpy(s->point[n], at, sizeof at);
        s->point[n++][k] += at[k] > s->axis[k].now ? -1 : 1;
    }
    if (!evaluate(s, n)) return false;
    for (size_t i = 0; i < n; i++) ok = ok && s->met[i] == (i == 0);
    return ok;
}

static void say_found(gp_answer *out, search *s) {
    gp_sheet *sheet = gp_answer_sheet(out, "seek", GP_NO_TEXT, FOUND, GP_COUNT(FOUND));
    bool ok = verified(s);
    for (size_t k = 0; k < s->n; k++) put_axis(sheet, s, &s->axis[k], s->best[k]);
    gp_answer_say(out, gp_answer_word(out, "目标“%.*s”可以实现", "`%.*s` can be had"), GP_ARG(s->aim->text));
    if (ok) gp_answer_say(out, "%s", gp_answer_word(out, "已复核:取此值时成立,差一步时不成立", "checked: it holds at this value and not one step short of it"));
    if (s->sectioned)
        gp_answer_say(out, "%s", gp_answer_word(out, "步数太多,按区间逐级搜索", "there are too many steps to try each: searched section by section"));
}

static void say_impossible(gp_answer *out, search *s) {
    gp_answer_say(out, gp_answer_word(out, "目标“%.*s”在给定范围内无法实现", "`%.*s` is impossible within bounds"), GP_ARG(s->aim->text));
    if (isinf(s->most_marks)) return;
    gp_sheet *sheet = gp_answer_sheet(out, "seek", gp_text_of(gp_answer_word(out, "范围内最好的结果", "The best that can be had")), FOUND, GP_COUNT(FOUND));
    for (size_t k = 0; k < s->n; k++) put_axis(sheet, s, &s->axis[k], s->most[k]);
    char text[32];
    gp_answer_say(out, gp_answer_word(out, "最多得 %.*s 分", "at most %.*s marks"), (int)gp_number_print(text, s->most_marks), text);
}

static bool prepare(search *s, const gp_scenario *scenario, const gp_lever *levers) {
    for (size_t k = 0; k < s->n; k++)
        if (!make_axis(s, &s->axis[k], &levers[k])) return false;
    gp_trials_init(&s->trials, s->study, CHUNK, NULL);
    for (size_t c = 0; c < CHUNK; c++) gp_trials_lay(&s->trials, c, scenario);
    if (!gp_trials_shape(&s->trials, scenario)) return false;
    for (size_t k = 0; k < s->n; k++) s->axis[k].column = gp_trials_column(&s->trials, &levers[k].target);
    s->point = gp_arena_array(s->study->arena, CHUNK, sizeof *s->point);
    s->met = gp_arena_alloc(s->study->arena, CHUNK);
    s->marks = gp_arena_array(s->study->arena, CHUNK, sizeof *s->marks);
    return true;
}

bool gp_study_seek(gp_answer *out, const gp_study *study, const gp_aim *aim, const gp_scenario *scenario, const gp_lever *levers, size_t n) {
    search s = {.study = study, .aim = aim, .n = n, .most_marks = -INFINITY};
    if (n > MOST_LEVERS) {
        gp_report(study->diags, GP_D_BAD_VALUE, levers[MOST_LEVERS].at, "at most %d paths can be sought at once", MOST_LEVERS);
        return false;
    }
    if (!prepare(&s, scenario, levers)) return false;
    for (size_t k = 0; k < n; k++) s.point[0][k] = s.axis[k].now;
    if (!evaluate(&s, 1)) return false;
    bool holds = s.met[0];
    if (holds) gp_answer_say(out, gp_answer_word(out, "目标“%.*s”现在就成立", "`%.*s` holds already"), GP_ARG(aim->text));
    else if (n == 1) {
        seek_outwards(&s, 1);
        seek_outwards(&s, -1);
    } else seek_together(&s);
    if (!s.trials.run) return false;
    if (s.found && !holds) say_found(out, &s);
    else if (!holds) say_impossible(out, &s);
    return true;
}

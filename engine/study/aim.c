/* Aims of a search: a verdict, marks, a grade, a rank.
 * Invariant: an aim counts as met only where it holds whatever is unknown turns out to be. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "study/study.h"

typedef struct reader {
    gp_aim *out;
    gp_arena *arena;
    gp_diags *diags;
    const gp_plan *plan;
    gp_text text;
    gp_place at;
} reader;

static gp_text word(gp_text *rest) {
    *rest = gp_text_trim(*rest);
    size_t n = 0;
    while (n < rest->n && rest->s[n] != ' ') n++;
    gp_text w = {rest->s, n};
    rest->s += n;
    rest->n -= n;
    *rest = gp_text_trim(*rest);
    return w;
}

static bool refuse(const reader *r, const char *what) {
    gp_diag *diag = gp_report(r->diags, GP_D_BAD_VALUE, r->at, "`%.*s` is no aim: %s", GP_ARG(r->text), what);
    gp_hint(r->diags, diag, "aims are `ID met`, `ID unmet`, `marks >= 90`, `grade 优`, `rank <= 3`");
    return false;
}

static bool read_marks(reader *r, gp_text rest) {
    gp_text sign = word(&rest);
    gp_decimal d;
    size_t used;
    bool known = gp_text_is(sign, ">=") || gp_text_is(sign, "≥") || gp_text_is(sign, ">");
    if (!known) return refuse(r, "`>=` or `>` is due behind `marks`");
    if (gp_number_read(&d, &used, NULL, rest) != GP_NUMBER_OK || used != rest.n) return refuse(r, "a number of marks is due");
    *r->out = (gp_aim){.kind = GP_AIM_MARKS, .node = r->plan->root, .least = gp_decimal_double(d, 0), .strict = gp_text_is(sign, ">")};
    return true;
}

/* Ranks are whole, or half where those that tie share the mean of their places. */
static bool read_rank(reader *r, gp_text rest) {
    gp_text sign = word(&rest);
    gp_decimal d;
    size_t used;
    bool strict = gp_text_is(sign, "<");
    if (!r->plan->root->scoring.ranks) return refuse(r, "the plan ranks nobody; `scoring: {ranks: true}` does");
    if (!strict && !gp_text_is(sign, "<=") && !gp_text_is(sign, "≤"))
        return refuse(r, "`<=` or `<` is due behind `rank`: that rank or a better one");
    if (gp_number_read(&d, &used, NULL, rest) != GP_NUMBER_OK || used != rest.n || d.exp < 0 || d.mant <= strict)
        return refuse(r, strict ? "a whole number above 1 is due" : "a whole number from 1 on is due");
    *r->out = (gp_aim){.kind = GP_AIM_RANK, .node = r->plan->root, .least = gp_decimal_double(d, 0) - (strict ? 0.5 : 0)};
    return true;
}

static bool read_grade(reader *r, gp_text rest) {
    const gp_node *root = r->plan->root;
    gp_text *names = gp_arena_array(r->arena, root->ngrades, sizeof *names);
    for (size_t k = 0; k < root->ngrades; k++) {
        names[k] = root->grades[k].name;
        if (!gp_text_eq(names[k], rest)) continue;
        *r->out = (gp_aim){.kind = GP_AIM_GRADE, .node = root, .grade = (uint8_t)k};
        return true;
    }
    if (root->ngrades == 0) return refuse(r, "the plan has no grades");
    gp_diag *diag = gp_report(r->diags, GP_D_BAD_VALUE, r->at, "the plan has no grade `%.*s`", GP_ARG(rest));
    gp_hint_nearest(r->diags, diag, rest, names, root->ngrades);
    return false;
}

static bool read_verdict(reader *r, gp_text id, gp_text rest) {
    const gp_node *node = gp_plan_node(r->plan, id);
    bool met = gp_text_is(rest, "met");
    if (!node) {
        gp_diag *diag = gp_report(r->diags, GP_D_UNKNOWN_ID, r->at, "the plan has no `%.*s`", GP_ARG(id));
        gp_hint_nearest(r->diags, diag, id, r->plan->ids.items, r->plan->ids.n);
        return false;
    }
    if (!met && !gp_text_is(rest, "unmet")) return refuse(r, "`met` or `unmet` is due behind an id");
    *r->out = (gp_aim){.kind = GP_AIM_VERDICT, .node = node, .verdict = met ? GP_MET : GP_UNMET};
    return true;
}

bool gp_aim_read(gp_aim *out, gp_arena *a, gp_diags *d, const gp_plan *plan, gp_text written, const char *option) {
    gp_text text = gp_text_dup(a, written), rest = text;
    gp_place at = {.file = gp_diags_source(d, gp_text_of(option), text), .at = 0, .len = (uint32_t)text.n};
    reader r = {out, a, d, plan, text, at};
    gp_text first = word(&rest);
    bool ok = gp_text_is(first, "marks")   ? read_marks(&r, rest)
              : gp_text_is(first, "grade") ? read_grade(&r, rest)
              : gp_text_is(first, "rank")  ? read_rank(&r, rest)
                                           : read_verdict(&r, first, rest);
    if (ok) out->text = text;
    return ok;
}

bool gp_aim_met(const gp_aim *aim, const gp_block *b, size_t i) {
    switch (aim->kind) {
    case GP_AIM_VERDICT: return b->verdict[aim->node->index][i] == aim->verdict;
    case GP_AIM_MARKS: return aim->strict ? b->marks_lo[i] > aim->least : b->marks_lo[i] >= aim->least;
    case GP_AIM_GRADE: return b->grade_lo[i] <= aim->grade;
    case GP_AIM_RANK: return b->rank_hi && b->rank_hi[i] <= aim->least;
    }
    return false;
}

/* ---- rows of open values ---- */

/* What is decided on an open value is so for every point within it; all else may become anything. */
static bool may_become(uint8_t verdict, gp_verdict sought) {
    bool settled =
        verdict == GP_MET || verdict == GP_UNMET || verdict == GP_NOT_APPLICABLE || verdict == GP_WAIVED || verdict == GP_MEASURED;
    return !settled || verdict == sought;
}

bool gp_aim_possible(const gp_aim *aim, const gp_block *b, size_t i) {
    double most = b->marks_hi[i];
    switch (aim->kind) {
    case GP_AIM_VERDICT: return may_become(b->verdict[aim->node->index][i], aim->verdict);
    case GP_AIM_MARKS: return isnan(most) || (aim->strict ? most > aim->least : most >= aim->least);
    case GP_AIM_GRADE: return isnan(most) || b->grade_hi[i] <= aim->grade;
    case GP_AIM_RANK: break;
    }
    return true;
}

/* ---- nearness ---- */

#define LEVEL 1e9 /* what one grade, rank or part weighs beside marks */

/* Leaves below a node that have the verdict sought, or on open values may get it. */
static size_t count_parts(size_t *all, const gp_node *n, const gp_block *b, size_t i, gp_verdict sought, bool open) {
    size_t sum = 0;
    for (size_t k = 0; k < n->nchild; k++) sum += count_parts(all, n->child[k], b, i, sought, open);
    if (n->nchild) return sum;
    uint8_t v = b->verdict[n->index][i];
    ++*all;
    return v == sought || (open && may_become(v, sought));
}

size_t gp_aim_parts(size_t *all, const gp_aim *aim, const gp_block *b, size_t i) {
    *all = 0;
    return count_parts(all, aim->node, b, i, aim->verdict, false);
}

static double near_verdict(const gp_aim *aim, const gp_run *run, const gp_block *b, size_t i, bool open) {
    bool met = aim->verdict == GP_MET;
    gp_range gap = aim->node->nchild ? (gp_range){NAN, NAN} : gp_run_gap(run, aim->node, i);
    if (!isnan(gap.lo)) return met ? (open ? gap.hi : gap.lo) : 0 - (open ? gap.lo : gap.hi);
    size_t all = 0, parts = aim->node->nchild ? count_parts(&all, aim->node, b, i, aim->verdict, open) : 0;
    double marks = met ? (open ? b->marks_hi[i] : b->marks_lo[i]) : 0 - (open ? b->marks_lo[i] : b->marks_hi[i]);
    return (double)parts * LEVEL + (!isnan(marks) ? marks : open ? LEVEL : 0);
}

static double behind(double level, double marks, bool open) {
    return isnan(level) || isnan(marks) ? (open ? INFINITY : -INFINITY) : marks - LEVEL * level;
}

double gp_aim_nearness(const gp_aim *aim, const gp_run *run, const gp_block *b, size_t i, bool open) {
    double marks = open ? b->marks_hi[i] : b->marks_lo[i];
    switch (aim->kind) {
    case GP_AIM_VERDICT: return near_verdict(aim, run, b, i, open);
    case GP_AIM_MARKS: return behind(0, marks, open);
    case GP_AIM_GRADE: return behind(open ? b->grade_hi[i] : b->grade_lo[i], marks, open);
    case GP_AIM_RANK: return b->rank_hi ? behind(b->rank_hi[i], marks, open) : -INFINITY;
    }
    return -INFINITY;
}

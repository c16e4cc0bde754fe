/* Aims of a search: a verdict, marks, a grade.
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
    gp_hint(r->diags, diag, "aims are `ID met`, `ID unmet`, `marks >= 90`, `grade 优`");
    return false;
}

static bool read_marks(reader *r, gp_text rest) {
    gp_text sign = word(&rest);
    gp_decimal d;
    size_t used;
    bool known = gp_text_is(sign, ">=") || gp_text_is(sign, "≥") || gp_text_is(sign, ">");
    if (!known) return refuse(r, "`>=` or `>` is due behind `marks`");
    if (gp_number_read(&d, &used, NULL, rest) != GP_NUMBER_OK || used != rest.n) return refuse(r, "a number of marks is due");
    *r->out = (gp_aim){.kind = GP_AIM_MARKS, .node = r->plan->root, .marks = gp_decimal_double(d, 0), .above = gp_text_is(sign, ">")};
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
    if (gp_text_is(first, "rank")) {
        gp_report(d, GP_D_BAD_VALUE, at, "a rank cannot be sought yet: `ID met`, `ID unmet`, `marks >= N` or `grade NAME` is due");
        return false;
    }
    bool ok = gp_text_is(first, "marks") ? read_marks(&r, rest) : gp_text_is(first, "grade") ? read_grade(&r, rest) : read_verdict(&r, first, rest);
    if (ok) out->text = text;
    return ok;
}

bool gp_aim_met(const gp_aim *aim, const gp_block *b, size_t i) {
    switch (aim->kind) {
    case GP_AIM_VERDICT: return b->verdict[aim->node->index][i] == aim->verdict;
    case GP_AIM_MARKS: return aim->above ? b->marks_lo[i] > aim->marks : b->marks_lo[i] >= aim->marks;
    case GP_AIM_GRADE: return b->grade_lo[i] <= aim->grade;
    }
    return false;
}

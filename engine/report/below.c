/* What lies below a parent: its parts with their marks, where marks are lost, vetoes, what is still open; and what is claimed.
 * Invariant: the largest loss comes first; a list that is cut says how many there are. */
#include <math.h>

#include "report/story.h"

enum { LOSSES_SHOWN = 12, OPEN_SHOWN = 12, COVERED_SHOWN = 4, CLAIMS_SHOWN = 6 };

/* ---- parts ---- */

static const gp_label HEADINGS[] = {GP_L_INDICATOR, GP_L_VERDICT, GP_L_WEIGHT, GP_L_SHARE, GP_L_MARKS, GP_L_LOSS, GP_L_SHORT_OPEN};
static const bool RIGHT[] = {false, false, true, true, true, true, true};
enum { NCOLUMNS = GP_COUNT(HEADINGS) };

static gp_text taken(gp_story *t) { return gp_cell_clean(t->w->scratch, gp_buf_take(&t->part)); }

static gp_text verdict_cell(gp_story *t, const gp_row *r) {
    gp_verdict_put(&t->part, r->verdict, t->w->style.lang);
    if (r->verdict <= GP_UNMET && !r->final) gp_buf_char(&t->part, '*');
    return taken(t);
}

static gp_text marks_cell(gp_story *t, const gp_row *r) {
    if (isnan(r->marks.lo) || isnan(r->full_marks)) return GP_TEXT("");
    gp_marks_put(&t->part, r->marks, gp_is_single(r->marks));
    gp_buf_char(&t->part, '/');
    gp_rounded_put(&t->part, r->full_marks, r->node->scoring.decimals);
    return taken(t);
}

static gp_text stake_cell(gp_story *t, const gp_row *r, double stake) {
    if (isfinite(stake) && stake > 0) gp_rounded_put(&t->part, stake, r->node->scoring.decimals);
    return taken(t);
}

static void add_row(gp_story *t, gp_grid *g, const gp_share *share) {
    const gp_row *r = share->row;
    gp_text *cell = gp_arena_array(t->w->scratch, NCOLUMNS, sizeof *cell);
    gp_tell_node(t, r);
    cell[0] = taken(t);
    cell[1] = verdict_cell(t, r);
    gp_tell_number(t, r->weight);
    cell[2] = taken(t);
    gp_tell_share(t, r->score);
    cell[3] = taken(t);
    cell[4] = marks_cell(t, r);
    cell[5] = stake_cell(t, r, share->lost);
    cell[6] = stake_cell(t, r, share->open);
    *GP_PUSH(t->w->scratch, g->cell, g->nrows, g->cap) = cell;
}

static bool any_not_final(const gp_explanation *e) {
    for (size_t i = 0; i < e->nparts; i++)
        if (e->parts[i].row->verdict <= GP_UNMET && !e->parts[i].row->final) return true;
    return false;
}

static void tell_parts(gp_story *t) {
    gp_story_open(t, GP_L_PARTS);
    gp_grid *g = t->sections[t->n - 1].grid = GP_NEW(t->w->scratch, gp_grid);
    *g = (gp_grid){.heading = HEADINGS, .right = RIGHT, .ncols = NCOLUMNS};
    for (size_t i = 0; i < t->e->nparts; i++) add_row(t, g, &t->e->parts[i]);
    if (any_not_final(t->e)) {
        gp_tell(t, gp_label_text(GP_L_LEGEND, GP_ZH), gp_label_text(GP_L_LEGEND, GP_EN));
        gp_story_line(t);
    }
    gp_story_close(t);
}

static void tell_more(gp_story *t, size_t shown, size_t n) {
    if (n <= shown) return;
    gp_buf_printf(&t->part, gp_story_zh(t) ? "以上为前 %zu 项,共 %zu 项" : "the first %zu of %zu", shown, n);
    gp_story_line(t);
}

static void tell_loss(gp_story *t, const gp_share *share) {
    const gp_row *r = share->row;
    gp_tell_node(t, r);
    gp_tell(t, "(", " (");
    gp_tell_text(t, r->node->id);
    gp_tell(t, "):失 ", "): loses ");
    gp_tell_marks(t, share->lost, r->node->scoring.decimals);
    gp_tell(t, " 分。", ". ");
    gp_buf_str(&t->part, gp_verdict_word(r->verdict, t->w->style.lang));
    if (r->reason.n) gp_tell(t, ",", ": ");
    gp_tell_text(t, r->reason);
    gp_story_line(t);
}

static void tell_losses(gp_story *t) {
    gp_story_open(t, GP_L_LOSSES);
    for (size_t i = 0; i < t->e->nlosses && i < LOSSES_SHOWN; i++) tell_loss(t, &t->e->losses[i]);
    tell_more(t, LOSSES_SHOWN, t->e->nlosses);
    gp_story_close(t);
}

/* ---- vetoes ---- */

static const struct { const char *zh, *en; } EFFECTS[] = {
    [GP_VETO_ZERO] = {"得零分", "no marks"},
    [GP_VETO_CAP_SCORE] = {"得分不高于 ", "a score of at most "},
    [GP_VETO_FLOOR_SCORE] = {"得分不低于 ", "a score of at least "},
    [GP_VETO_CAP_GRADE] = {"等次不高于 ", "a grade of at most "},
    [GP_VETO_FLOOR_GRADE] = {"等次不低于 ", "a grade of at least "},
    [GP_VETO_DISQUALIFY] = {"取消资格", "disqualified"},
};

static void tell_strike(gp_story *t, const gp_threat *s) {
    gp_tell(t, s->veto->of_subject ? "考核对象" : "所在目标", s->veto->of_subject ? "for the subject, " : "for the goal, ");
    gp_tell(t, EFFECTS[s->veto->effect].zh, EFFECTS[s->veto->effect].en);
    gp_tell_text(t, s->veto->at_value.text);
    gp_tell_text(t, s->veto->at_grade);
    gp_tell(t, ",若“", ", if ");
    gp_tell_node(t, s->by);
    if (s->veto->when) {
        gp_tell(t, "”符合 ", " sees ");
        gp_tell_text(t, s->veto->when->text);
        gp_tell(t,
                s->struck ? ":已触发"
                : s->open ? ":尚未确定"
                          : ":未触发",
                s->struck ? ": it strikes"
                : s->open ? ": that is still open"
                          : ": it does not strike");
    } else {
        gp_tell(t, s->struck ? "”未达成:已触发" : s->open ? "”未达成:尚未确定" : "”未达成:未触发",
                s->struck ? " is unmet: it strikes" : s->open ? " is unmet: that is still open" : " is unmet: it does not strike");
    }
    gp_story_line(t);
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, s->veto->at);
    gp_story_detail(t);
}

static void tell_strikes(gp_story *t) {
    gp_story_open(t, GP_L_VETOES);
    for (size_t i = 0; i < t->e->nstrikes; i++) tell_strike(t, &t->e->strikes[i]);
    gp_story_close(t);
}

/* ---- what is open ---- */

static bool is_within(const gp_node *n, const gp_node *above) {
    for (; n; n = n->parent)
        if (n == above) return true;
    return false;
}

static void tell_open_row(gp_story *t, const gp_row *r) {
    gp_tell_node(t, r);
    gp_tell(t, "(", " (");
    gp_tell_text(t, r->node->id);
    gp_tell(t, "):", "): ");
    gp_marks_put(&t->part, r->marks, gp_is_single(r->marks));
    gp_tell(t, " 分。", " marks. ");
    gp_tell_text(t, r->reason);
    gp_story_line(t);
}

static void tell_open(gp_story *t) {
    const gp_case_result *of = t->e->of;
    size_t n = 0;
    gp_story_open(t, GP_L_UNSETTLED);
    for (size_t i = 0; i < of->nopen; i++) {
        const gp_row *r = &of->rows[of->open[i]];
        if (!is_within(r->node, t->e->row->node)) continue;
        if (n++ < OPEN_SHOWN && t->e->row != r) tell_open_row(t, r);
    }
    tell_more(t, OPEN_SHOWN, n);
    if (n && of->rows[0].node->ngrades) {
        gp_label word = of->can_change_grade ? GP_L_MAY_CHANGE : GP_L_FIXED;
        gp_tell(t, "就考核对象合计而言,", "for the subject as a whole, ");
        gp_buf_str(&t->part, gp_label_text(word, t->w->style.lang));
        if (of->can_change_grade) {
            gp_tell(t, "(", " (");
            gp_grade_put(&t->part, of);
            gp_tell(t, ")", ")");
        }
        gp_story_line(t);
    }
    gp_story_close(t);
}

void gp_tell_parts(gp_story *t) {
    if (t->e->nparts) tell_parts(t);
    tell_losses(t);
    tell_strikes(t);
    tell_open(t);
}

/* ---- claims ---- */

static void tell_covered(gp_story *t, const gp_claim *claim) {
    gp_tell(t, claim->n > 1 ? "(一并覆盖 " : "(", claim->n > 1 ? " (of " : " (of ");
    for (size_t i = 0; i < claim->n && i < COVERED_SHOWN; i++) {
        if (i) gp_tell(t, "、", ", ");
        gp_tell_text(t, t->e->of->rows[claim->nodes[i]].node->name);
    }
    if (claim->n > COVERED_SHOWN) gp_buf_printf(&t->part, gp_story_zh(t) ? " 等 %zu 项" : " and others, %zu in all", claim->n);
    gp_tell(t, ")", ")");
}

static void tell_claim(gp_story *t, const gp_case_claim *c) {
    gp_tell(t, "自评 ", "claims ");
    gp_tell_text(t, c->claim->text);
    tell_covered(t, c->claim);
    gp_tell(t, ":", ": ");
    gp_buf_str(&t->part, gp_audit_word(c->audit, t->w->style.lang));
    if (c->reason.n) gp_tell(t, "。", ". ");
    gp_tell_text(t, c->reason);
    gp_story_line(t);
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, c->claim->at);
    gp_story_detail(t);
}

static void tell_counts(gp_story *t) {
    size_t n[GP_OVERSTATED + 1] = {0}, put = 0;
    for (size_t i = 0; i < t->e->nclaims; i++) n[t->e->claims[i]->audit]++;
    for (unsigned a = GP_OVERSTATED; a >= GP_AGREES; a--) {
        if (!n[a]) continue;
        if (put++) gp_tell(t, ",", ", ");
        gp_buf_printf(&t->part, "%s %zu", gp_audit_word((gp_audit)a, t->w->style.lang), n[a]);
    }
    gp_story_line(t);
}

void gp_tell_claims(gp_story *t) {
    gp_story_open(t, GP_L_AUDIT);
    if (t->e->nclaims > 1) tell_counts(t);
    for (size_t i = 0; i < t->e->nclaims && i < CLAIMS_SHOWN; i++) tell_claim(t, t->e->claims[i]);
    tell_more(t, CLAIMS_SHOWN, t->e->nclaims);
    gp_story_close(t);
}

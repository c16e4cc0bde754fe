/* The table that a department head reads: goals with their indicators and clauses, then what it comes to.
 * Invariant: columns stand under each other whatever the script; nothing is said by colour alone. */
#include <math.h>
#include <string.h>

#include "report/table.h"

enum { GAP = 2 };
enum { NAME_MIN = 20, NAME_WISH = 24, NAME_MAX = 48, NAME_LINES = 2, TARGET_MIN = 10, TARGET_WISH = 14, TARGET_LINES = 3 };

static const struct {
    gp_label heading;
    bool right;
    uint8_t most;  /* columns of the terminal, at most */
    uint8_t gives; /* when the terminal is too narrow: who goes first (1), second …; 0 stays */
} COLUMNS[C_COUNT] = {
    [C_VERDICT] = {GP_L_VERDICT, false, 18, 0}, [C_BASIS] = {GP_L_BASIS, false, 12, 1},       [C_ACTUAL] = {GP_L_ACTUAL, true, 22, 0},
    [C_TARGET] = {GP_L_TARGET, false, 20, 0},   [C_COMPLETION] = {GP_L_COMPLETION, true, 10, 3}, [C_MARGIN] = {GP_L_MARGIN, true, 16, 2},
    [C_MARKS] = {GP_L_MARKS, true, 20, 0},
};

typedef struct layout {
    size_t width;          /* of the whole table */
    size_t name;
    size_t col[C_COUNT];   /* 0: left out */
} layout;

typedef struct table_state {
    bool brief;            /* a line a subject */
    size_t subject_width;
    gp_buf part;           /* a cell while it is made */
    gp_buf unranked;       /* who has no rank, and why */
    size_t nunranked;
} table_state;

/* -- cells -- */

static gp_text verdict_cell(gp_arena *a, const gp_writer *w, const gp_row *r) {
    if (r->verdict == GP_MEASURED) return r->ruling ? GP_TEXT(DECISION_MARK) : GP_TEXT("");
    gp_buf b;
    gp_buf_init(&b, a);
    gp_verdict_put(&b, r->verdict, w->style.lang);
    if (!r->final && (r->verdict == GP_MET || r->verdict == GP_UNMET)) gp_buf_char(&b, '*');
    if (r->ruling) gp_buf_str(&b, DECISION_MARK);
    return gp_buf_take(&b);
}

/* In English a word or two: the sentences of reasons have longer names. */
static gp_text basis_cell(const gp_writer *w, const gp_row *r) {
    if (!r->has_basis || r->basis == GP_FINAL || r->node->nchild) return GP_TEXT("");
    if (w->style.lang == GP_EN && r->basis == GP_OTHER_PERIOD) return GP_TEXT("other period");
    return gp_text_of(w->style.lang == GP_EN ? gp_basis_name(r->basis) : gp_basis_word(r->basis, w->style.lang));
}

static gp_text margin_cell(gp_arena *a, const gp_writer *w, const gp_row *r) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_margin_put(&b, w, r);
    return gp_buf_take(&b);
}

static gp_text marks_cell(gp_arena *a, const gp_row *r) {
    gp_buf b;
    gp_buf_init(&b, a);
    if (isnan(r->marks.lo) || isnan(r->full_marks)) return GP_TEXT("");
    gp_marks_put(&b, r->marks, gp_is_single(r->marks));
    gp_buf_char(&b, '/');
    gp_rounded_put(&b, r->full_marks, r->node->scoring.decimals);
    return gp_buf_take(&b);
}

static gp_text name_cell(gp_arena *a, const gp_row *r) {
    if (!r->node->number.n) return gp_cell_clean(a, r->node->name);
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_text(&b, r->node->number);
    gp_buf_char(&b, ' ');
    gp_buf_text(&b, r->node->name);
    return gp_cell_clean(a, gp_buf_take(&b));
}

static size_t depth_of(const gp_node *n) {
    size_t depth = 0;
    for (n = n->parent; n && n->level != GP_SUBJECT; n = n->parent) depth++;
    return depth;
}

static void make_cells(gp_table_line *l, gp_arena *a, const gp_writer *w) {
    const gp_row *r = l->row;
    gp_buf b;
    gp_buf_init(&b, a);
    gp_actual_put(&b, w, r);
    l->cell[C_ACTUAL] = gp_cell_clean(a, gp_buf_take(&b));
    gp_criterion_put(&b, w, r);
    l->cell[C_TARGET] = gp_cell_clean(a, gp_buf_take(&b));
    gp_completion_put(&b, r->completion);
    l->cell[C_COMPLETION] = gp_buf_take(&b);
    l->cell[C_MARGIN] = margin_cell(a, w, r);
    l->cell[C_BASIS] = basis_cell(w, r);
}

static bool is_below(const gp_node *n, const gp_node *above) {
    for (; n; n = n->parent)
        if (n == above) return true;
    return false;
}

/* The gravest claim on anything in the goal. */
static const gp_case_claim *claim_within(const gp_case_result *c, const gp_writer *w, const gp_node *goal) {
    const gp_case_claim *worst = NULL;
    for (size_t i = 0; i < c->nclaims; i++) {
        const gp_claim *claim = c->claims[i].claim;
        bool inside = claim->n && is_below(w->info->plan->nodes[claim->nodes[0]], goal);
        if (inside && (!worst || c->claims[i].audit > worst->audit)) worst = &c->claims[i];
    }
    return worst;
}

/* "自评 100% → 高报" */
static gp_text claim_cell(gp_arena *a, const gp_writer *w, const gp_text claim, gp_audit audit) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "%s %.*s → %s", gp_label_text(GP_L_CLAIM, w->style.lang), GP_ARG(claim), gp_audit_word(audit, w->style.lang));
    return gp_cell_clean(a, gp_buf_take(&b));
}

void gp_table_line_make(gp_table_line *l, gp_arena *a, const gp_writer *w, const gp_case_result *c, const gp_row *r) {
    *l = (gp_table_line){.row = r, .indent = 2 * depth_of(r->node), .name = name_cell(a, r)};
    l->cell[C_VERDICT] = verdict_cell(a, w, r);
    l->cell[C_MARKS] = marks_cell(a, r);
    if (r->node->level != GP_GOAL) {
        make_cells(l, a, w);
        return;
    }
    const gp_case_claim *claim = claim_within(c, w, r->node);
    if (claim) l->claim = claim_cell(a, w, claim->claim->text, claim->audit);
}

/* -- layout -- */

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static void widen(layout *at, const gp_table_line *l) {
    at->name = larger(at->name, l->indent + gp_text_width(l->name));
    for (unsigned k = 0; k < C_COUNT; k++) at->col[k] = larger(at->col[k], gp_text_width(l->cell[k]));
}

static size_t taken(const layout *at) {
    size_t sum = 0;
    for (unsigned k = 0; k < C_COUNT; k++) sum += at->col[k] ? at->col[k] + GAP : 0;
    return sum;
}

/* What the table takes when names and targets wrap as much as they may. */
static size_t least(const layout *at) {
    size_t target = at->col[C_TARGET] > TARGET_WISH ? at->col[C_TARGET] - TARGET_WISH : 0;
    return (at->name < NAME_WISH ? at->name : NAME_WISH) + taken(at) - target;
}

static void drop(layout *at, unsigned turn) {
    for (unsigned k = 0; k < C_COUNT; k++)
        if (COLUMNS[k].gives == turn) at->col[k] = 0;
}

/* Takes what is too much from a column, down to the width of its narrowest use. */
static void squeeze(layout *at, gp_column k, size_t to, size_t width) {
    size_t over = at->name + taken(at) > width ? at->name + taken(at) - width : 0;
    size_t spare = at->col[k] > to ? at->col[k] - to : 0;
    at->col[k] -= over < spare ? over : spare;
}

static layout lay_out(const gp_writer *w, const gp_table_line *lines, size_t n) {
    layout at = {0};
    size_t width = gp_table_width(w);
    for (size_t i = 0; i < n; i++) widen(&at, &lines[i]);
    for (unsigned k = 0; k < C_COUNT; k++) {
        if (at.col[k] == 0) continue; /* nobody has anything here */
        at.col[k] = larger(at.col[k], gp_text_width(gp_text_of(gp_label_text(COLUMNS[k].heading, w->style.lang))));
        if (at.col[k] > COLUMNS[k].most) at.col[k] = COLUMNS[k].most;
    }
    if (at.name > NAME_MAX) at.name = NAME_MAX;
    for (unsigned turn = 1; turn <= 3 && least(&at) > width; turn++) drop(&at, turn);
    squeeze(&at, C_TARGET, TARGET_WISH, width); /* targets wrap too, and long ones are rare */
    if (at.name + taken(&at) > width) at.name = width > taken(&at) + NAME_MIN ? width - taken(&at) : NAME_MIN;
    at.name = larger(at.name, gp_text_width(gp_text_of(gp_label_text(GP_L_INDICATOR, w->style.lang))));
    squeeze(&at, C_TARGET, TARGET_MIN, width);
    squeeze(&at, C_ACTUAL, TARGET_MIN, width);
    at.width = at.name + taken(&at);
    return at;
}

/* -- drawing -- */

static void put_heading(gp_writer *w, const layout *at) {
    gp_buf *out = &w->out->buf;
    gp_buf_str(out, gp_paint_on(w, GP_P_HEAD));
    gp_cell_put(out, gp_text_of(gp_label_text(GP_L_INDICATOR, w->style.lang)), at->name, false);
    for (unsigned k = 0; k < C_COUNT; k++) {
        if (!at->col[k]) continue;
        gp_blanks_put(out, GAP);
        gp_cell_put(out, gp_text_of(gp_label_text(COLUMNS[k].heading, w->style.lang)), at->col[k], COLUMNS[k].right);
    }
    gp_buf_str(out, gp_paint_off(w, GP_P_HEAD));
    gp_line_end(out);
    for (size_t i = 0; i < at->width; i++) gp_buf_str(out, "─");
    gp_buf_char(out, '\n');
}

static void put_cell(gp_writer *w, const gp_table_line *l, const layout *at, unsigned k, gp_text text) {
    if (!at->col[k]) return;
    gp_paint paint = !text.n ? GP_P_PLAIN : k == C_VERDICT ? gp_paint_of(l->row->verdict) : k == C_BASIS ? GP_P_DIM : GP_P_PLAIN;
    gp_blanks_put(&w->out->buf, GAP);
    gp_buf_str(&w->out->buf, gp_paint_on(w, paint));
    gp_cell_put(&w->out->buf, text, at->col[k], COLUMNS[k].right);
    gp_buf_str(&w->out->buf, gp_paint_off(w, paint));
}

/* At a goal: claim against finding in the place of the figures. */
static void put_claim(gp_writer *w, const gp_table_line *l, const layout *at) {
    size_t width = 0;
    for (unsigned k = C_BASIS; k <= C_MARGIN; k++) width += at->col[k] ? at->col[k] + GAP : 0;
    if (width < GAP) return;
    gp_blanks_put(&w->out->buf, GAP);
    gp_cell_put(&w->out->buf, l->claim, width - GAP, false);
}

static void put_name(gp_writer *w, const gp_table_line *l, const layout *at, gp_text piece) {
    gp_paint paint = piece.n && l->row->node->level == GP_GOAL ? GP_P_HEAD : GP_P_PLAIN;
    gp_blanks_put(&w->out->buf, l->indent);
    gp_buf_str(&w->out->buf, gp_paint_on(w, paint));
    size_t room = at->name > l->indent ? at->name - l->indent : 0;
    gp_cell_put(&w->out->buf, piece, room, false);
    gp_buf_str(&w->out->buf, gp_paint_off(w, paint));
}

/* What of a cell that wraps stands in the given line; the last line takes all that is left, and is cut. */
static gp_text piece_of(gp_text *rest, size_t width, unsigned nth, unsigned lines, gp_text (*wrap)(gp_text *rest, size_t width)) {
    gp_text all = *rest;
    if (nth + 1 < lines && width) return wrap(rest, width);
    *rest = GP_TEXT("");
    return all;
}

static void put_cells(gp_writer *w, const gp_table_line *l, const layout *at, unsigned nth, gp_text target) {
    for (unsigned k = 0; k < C_COUNT; k++) {
        if (nth == 0 && l->row->node->level == GP_GOAL && k == C_BASIS) {
            put_claim(w, l, at);
            k = C_MARGIN;
            continue;
        }
        put_cell(w, l, at, k, k == C_TARGET ? target : nth ? GP_TEXT("") : l->cell[k]);
    }
}

static void put_line(gp_writer *w, const gp_table_line *l, const layout *at) {
    gp_text name = l->name, target = l->cell[C_TARGET];
    size_t room = at->name > l->indent + 4 ? at->name - l->indent : 4;
    for (unsigned nth = 0; nth == 0 || name.n || target.n; nth++) {
        put_name(w, l, at, piece_of(&name, room, nth, NAME_LINES, gp_cell_halve));
        put_cells(w, l, at, nth, piece_of(&target, at->col[C_TARGET], nth, TARGET_LINES, gp_cell_wrap_figure));
        gp_line_end(&w->out->buf);
    }
}

/* What a claim for this row alone comes to, where it does not agree; why a rule broke. */
void gp_table_remarks(gp_text out[2], gp_arena *a, const gp_writer *w, const gp_row *r) {
    out[0] = out[1] = GP_NO_TEXT;
    if (r->node->level == GP_GOAL) return;
    if (r->claim && r->audit > GP_AGREES) out[0] = claim_cell(a, w, r->claim->text, r->audit);
    if (r->verdict == GP_ERRED && r->reason.n) out[1] = gp_cell_clean(a, r->reason);
}

static void put_remarks(gp_writer *w, gp_arena *a, const gp_table_line *l) {
    gp_text remark[2];
    gp_table_remarks(remark, a, w, l->row);
    for (int k = 0; k < 2; k++)
        if (remark[k].s) gp_wrapped_put(w, l->indent + 4, false, remark[k]);
}

static void put_pair(gp_buf *out, gp_label label, gp_lang lang, gp_text value) {
    gp_buf_printf(out, "%s %.*s   ", gp_label_text(label, lang), GP_ARG(value));
}

static void put_title(gp_writer *w, gp_arena *a, const gp_case_result *c) {
    const gp_plan *plan = w->info->plan;
    gp_buf *out = &w->out->buf;
    gp_text title = gp_cell_clean(a, plan->title.n ? plan->title : plan->id);
    char text[32];
    gp_buf_printf(out, "%s%.*s%s\n", gp_paint_on(w, GP_P_HEAD), GP_ARG(title), gp_paint_off(w, GP_P_HEAD));
    put_pair(out, GP_L_SUBJECT, w->style.lang, gp_cell_clean(a, c->of->subject));
    put_pair(out, GP_L_PERIOD, w->style.lang, (gp_text){text, gp_period_print(text, c->of->period)});
    if (c->of->scenario.n) put_pair(out, GP_L_SCENARIO, w->style.lang, gp_cell_clean(a, c->of->scenario));
    if (plan->model.n && !w->style.models) put_pair(out, GP_L_MODEL, w->style.lang, gp_cell_clean(a, plan->model));
    int32_t day = w->info->has_as_of ? w->info->as_of : c->of->period.last;
    put_pair(out, GP_L_AS_OF, w->style.lang, (gp_text){text, gp_date_print(text, day)});
    gp_line_end(out);
    gp_buf_char(out, '\n');
}

static void put_full(gp_writer *w, const gp_case_result *c) {
    gp_table_line *lines = gp_arena_array(w->scratch, c->nrows, sizeof *lines);
    size_t n = 0;
    for (size_t i = 1; i < c->nrows; i++) gp_table_line_make(&lines[n++], w->scratch, w, c, &c->rows[i]);
    layout at = lay_out(w, lines, n);
    if (w->ncases) gp_buf_str(&w->out->buf, "\n\n");
    put_title(w, w->scratch, c);
    put_heading(w, &at);
    for (size_t i = 0; i < n; i++) {
        if (i && lines[i].row->node->level == GP_GOAL && lines[i].indent == 0) gp_buf_char(&w->out->buf, '\n');
        put_line(w, &lines[i], &at);
        put_remarks(w, w->scratch, &lines[i]);
    }
    gp_buf_char(&w->out->buf, '\n');
    gp_summary_put(w, c);
}

/* Under several models: what each makes of the subject and its goals. */
static void put_beside(gp_writer *w, const gp_case_result *c, const gp_run_info *infos, size_t n) {
    if (w->ncases) gp_buf_str(&w->out->buf, "\n\n");
    put_title(w, w->scratch, c);
    gp_models_put(w, c, infos, n);
}

/* -- a line a subject -- */

gp_case_tally gp_case_count(const gp_case_result *c) {
    gp_case_tally t = {0};
    for (size_t i = 0; i < c->nrows; i++) {
        if (c->rows[i].node->level != GP_INDICATOR) continue;
        t.met += c->rows[i].verdict == GP_MET;
        t.unmet += c->rows[i].verdict == GP_UNMET;
        t.open += gp_is_open(c->rows[i].verdict);
    }
    for (size_t i = 0; i < c->nclaims; i++) t.overstated += c->claims[i].audit == GP_OVERSTATED;
    return t;
}

enum { BRIEF_PERIOD = 10, BRIEF_MARKS = 15, BRIEF_RANK = 9, BRIEF_GRADE = 12, UNRANKED_SHOWN = 50, BRIEF_COUNT = 8, SUBJECT_MAX = 36 };

static void put_count(gp_writer *w, gp_text t) {
    gp_blanks_put(&w->out->buf, GAP);
    gp_cell_put(&w->out->buf, t, BRIEF_COUNT, true);
}

static void put_number(gp_writer *w, unsigned n, gp_paint paint) {
    char text[32];
    size_t len = gp_number_print(text, n);
    gp_buf_str(&w->out->buf, gp_paint_on(w, n ? paint : GP_P_PLAIN));
    put_count(w, (gp_text){text, len});
    gp_buf_str(&w->out->buf, gp_paint_off(w, n ? paint : GP_P_PLAIN));
}

static bool ranks(const gp_writer *w) { return w->info->plan->root->scoring.ranks; }

static void put_brief_heading(gp_writer *w) {
    const table_state *s = w->state;
    const gp_lang lang = w->style.lang;
    gp_buf *out = &w->out->buf;
    static const gp_label COUNTS[] = {GP_L_SHORT_MET, GP_L_SHORT_UNMET, GP_L_SHORT_OPEN, GP_L_SHORT_OVER};
    gp_buf_str(out, gp_paint_on(w, GP_P_HEAD));
    gp_cell_put(out, gp_text_of(gp_label_text(GP_L_SUBJECT, lang)), s->subject_width + GAP, false);
    gp_cell_put(out, gp_text_of(gp_label_text(GP_L_PERIOD, lang)), BRIEF_PERIOD, false);
    gp_blanks_put(out, GAP);
    gp_cell_put(out, gp_text_of(gp_label_text(GP_L_TOTAL, lang)), BRIEF_MARKS, true);
    gp_blanks_put(out, GAP);
    if (ranks(w)) {
        gp_cell_put(out, gp_text_of(gp_label_text(GP_L_RANK, lang)), BRIEF_RANK, true);
        gp_blanks_put(out, GAP);
    }
    gp_cell_put(out, gp_text_of(gp_label_text(GP_L_GRADE, lang)), BRIEF_GRADE, false);
    for (size_t i = 0; i < GP_COUNT(COUNTS); i++) put_count(w, gp_text_of(gp_label_text(COUNTS[i], lang)));
    gp_buf_str(out, gp_paint_off(w, GP_P_HEAD));
    gp_line_end(out);
    size_t width = s->subject_width + BRIEF_PERIOD + BRIEF_MARKS + BRIEF_GRADE + 3 * GAP + GP_COUNT(COUNTS) * (BRIEF_COUNT + GAP) +
                   (ranks(w) ? BRIEF_RANK + GAP : 0);
    for (size_t i = 0; i < width; i++) gp_buf_str(out, "─");
    gp_buf_char(out, '\n');
}

/* The subject, with its scenario where there is one. */
gp_text gp_case_who(gp_arena *a, const gp_case *of) {
    if (!of->scenario.n) return gp_cell_clean(a, of->subject);
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "%.*s · %.*s", GP_ARG(of->subject), GP_ARG(of->scenario));
    return gp_cell_clean(a, gp_buf_take(&b));
}

static size_t width_of(const gp_case *of) {
    return gp_text_width(of->subject) + (of->scenario.n ? 3 + gp_text_width(of->scenario) : 0);
}

/* Keeps who has no rank for the list below the table. */
static void keep_unranked(gp_writer *w, const gp_case_result *c) {
    table_state *s = w->state;
    if (!isnan(c->rank.lo) || s->nunranked++ >= UNRANKED_SHOWN) return;
    if (s->unranked.n) gp_buf_str(&s->unranked, " · ");
    gp_buf_text(&s->unranked, gp_case_who(w->scratch, c->of));
    gp_buf_printf(&s->unranked, w->style.lang == GP_ZH ? "(%s)" : " (%s)", gp_label_text(gp_why_unranked(c), w->style.lang));
}

static void put_brief_rank(gp_writer *w, const gp_case_result *c) {
    table_state *s = w->state;
    if (!ranks(w)) return;
    s->part.n = 0;
    gp_rank_put(&s->part, c->rank);
    gp_cell_put(&w->out->buf, (gp_text){s->part.s, s->part.n}, BRIEF_RANK, true);
    gp_blanks_put(&w->out->buf, GAP);
    keep_unranked(w, c);
}

static void put_brief(gp_writer *w, const gp_case_result *c) {
    table_state *s = w->state;
    gp_buf *out = &w->out->buf;
    char text[32];
    gp_case_tally t = gp_case_count(c);
    s->part.n = 0;
    gp_cell_put(out, gp_case_who(w->scratch, c->of), s->subject_width, false);
    gp_blanks_put(out, GAP);
    gp_cell_put(out, (gp_text){text, gp_period_print(text, c->of->period)}, BRIEF_PERIOD, false);
    gp_blanks_put(out, GAP);
    gp_marks_put(&s->part, c->marks, gp_is_single(c->marks) && !c->below_coverage);
    gp_cell_put(out, (gp_text){s->part.s, s->part.n}, BRIEF_MARKS, true);
    gp_blanks_put(out, GAP);
    put_brief_rank(w, c);
    s->part.n = 0;
    gp_grade_put(&s->part, c);
    gp_cell_put(out, (gp_text){s->part.s, s->part.n}, BRIEF_GRADE, false);
    put_number(w, t.met, GP_P_PLAIN);
    put_number(w, t.unmet, GP_P_BAD);
    put_number(w, t.open, GP_P_OPEN);
    put_number(w, t.overstated, GP_P_BAD);
    gp_line_end(out);
}

/* The rule of the ranking, and who stands outside it. */
static void put_ranking(gp_writer *w) {
    const table_state *s = w->state;
    gp_buf *out = &w->out->buf;
    gp_buf_printf(out, w->style.lang == GP_ZH ? "%s:" : "%s: ", gp_label_text(GP_L_RANK, w->style.lang));
    gp_tie_rule_put(out, w);
    gp_buf_char(out, '\n');
    if (!s->nunranked) return;
    gp_buf_printf(out, w->style.lang == GP_ZH ? "%s %zu:" : "%s %zu: ", gp_label_text(GP_L_UNRANKED, w->style.lang), s->nunranked);
    if (s->nunranked > UNRANKED_SHOWN) gp_buf_str(&w->out->buf, w->style.lang == GP_ZH ? "前 50 个 " : "the first 50: ");
    gp_wrapped_put(w, 2, true, (gp_text){s->unranked.s, s->unranked.n});
}

static void put_brief_sum(gp_writer *w, const gp_sum *sum) {
    gp_buf *out = &w->out->buf;
    const gp_lang lang = w->style.lang;
    gp_buf_printf(out, "\n%s %lu", gp_label_text(GP_L_CASES, lang), (unsigned long)sum->cases);
    for (unsigned v = 0; v < GP_VERDICT_COUNT; v++)
        if (sum->verdicts[v]) {
            gp_buf_str(out, "   ");
            gp_verdict_put(out, (gp_verdict)v, lang);
            gp_buf_printf(out, " %lu", (unsigned long)sum->verdicts[v]);
        }
    gp_buf_char(out, '\n');
    if (ranks(w)) put_ranking(w);
    gp_buf_printf(out, "%s\n", gp_label_text(GP_L_HINT, lang));
}

/* -- the format -- */

static size_t widest_subject(const gp_frame *f, gp_lang lang) {
    size_t width = gp_text_width(gp_text_of(gp_label_text(GP_L_SUBJECT, lang)));
    for (size_t i = 0; i < f->nrows && width < SUBJECT_MAX; i++) width = larger(width, width_of(&f->cases[i]));
    return width < SUBJECT_MAX ? width : SUBJECT_MAX;
}

static void begin(gp_writer *w) {
    table_state *s = w->state = GP_NEW(w->arena, table_state);
    s->brief = w->info->frame->nrows > GP_IN_FULL && !w->style.models;
    if (!s->brief) return;
    gp_buf_init(&s->part, w->arena);
    gp_buf_init(&s->unranked, w->arena);
    s->subject_width = widest_subject(w->info->frame, w->style.lang);
    put_brief_heading(w);
}

static void one(gp_writer *w, const gp_case_result *c) {
    const table_state *s = w->state;
    if (s->brief) put_brief(w, c);
    else put_full(w, c);
}

/* Rows that were not evaluated are named where the reader looks, not only in the messages. */
static void put_left_out(gp_writer *w, gp_label label, uint64_t n) {
    if (n) gp_buf_printf(&w->out->buf, "%s %lu\n", gp_label_text(label, w->style.lang), (unsigned long)n);
}

static void end(gp_writer *w, const gp_sum *sum) {
    const table_state *s = w->state;
    if (s->brief) put_brief_sum(w, sum);
    put_left_out(w, GP_L_REFUSED, sum->refused);
    put_left_out(w, GP_L_OTHERS, sum->other_periods);
}

const gp_format gp_format_table = {.name = "table", .begin = begin, .one = one, .beside = put_beside, .end = end};

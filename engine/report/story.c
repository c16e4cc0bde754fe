/* Sections and lines of an explanation, and the words that all of them share.
 * Invariant: an empty section is not told; hidden characters of texts are made visible here. */
#include "report/story.h"

#include <math.h>

enum { DIGITS = 6 };

bool gp_story_zh(const gp_story *t) { return t->w->style.lang == GP_ZH; }

void gp_story_open(gp_story *t, gp_label heading) {
    gp_section *s = GP_PUSH(t->w->scratch, t->sections, t->n, t->cap);
    *s = (gp_section){.heading = heading};
}

void gp_story_close(gp_story *t) {
    gp_section *s = &t->sections[t->n - 1];
    if (s->n == 0 && !s->grid) t->n--;
}

static void end_line(gp_story *t, bool detail) {
    gp_section *s = &t->sections[t->n - 1];
    gp_line line = {detail, gp_cell_clean(t->w->scratch, gp_buf_take(&t->part))};
    if (line.text.n) *GP_PUSH(t->w->scratch, s->lines, s->n, s->cap) = line;
}

void gp_story_line(gp_story *t) { end_line(t, false); }
void gp_story_detail(gp_story *t) { end_line(t, true); }

void gp_tell(gp_story *t, const char *zh, const char *en) { gp_buf_str(&t->part, gp_story_zh(t) ? zh : en); }
void gp_tell_text(gp_story *t, gp_text text) { gp_buf_text(&t->part, text); }
void gp_tell_number(gp_story *t, double v) { gp_number_put(&t->part, isfinite(v) ? gp_round_digits(v, DIGITS) : v); }
void gp_tell_marks(gp_story *t, double v, int decimals) { gp_rounded_put(&t->part, v, decimals); }

static void put_percent(gp_story *t, double v) {
    gp_number_put(&t->part, gp_decimal_double(gp_decimal_of(gp_round_digits(v, DIGITS)), 2));
    gp_buf_char(&t->part, '%');
}

void gp_tell_share(gp_story *t, gp_range r) {
    if (!isfinite(r.lo) || !isfinite(r.hi)) return;
    put_percent(t, r.lo);
    if (r.lo == r.hi) return;
    gp_tell(t, " 至 ", " to ");
    put_percent(t, r.hi);
}

void gp_tell_node(gp_story *t, const gp_row *r) {
    if (r->node->level == GP_SUBJECT) {
        gp_tell_text(t, t->e->of->of->subject);
        return;
    }
    if (r->node->number.n) gp_buf_printf(&t->part, "%.*s ", GP_ARG(r->node->number));
    gp_tell_text(t, r->node->name);
}

void gp_tell_place(gp_story *t, gp_place p) { gp_place_put(&t->part, t->w->info->plan->diags, p); }

/* ---- the verdict ---- */

/* A decided comparison is told in full under its arithmetic. */
static bool is_told_below(const gp_row *r) {
    gp_test test = r->node->criterion.test;
    bool compares = test != GP_TEST_NONE && test != GP_RULE && test != GP_JUDGED && r->node->nchild == 0;
    return compares && r->verdict <= GP_UNMET && !r->node->waive;
}

/* What keeps a verdict from being final. */
static void tell_unsettled(gp_story *t) {
    size_t n = 0;
    for (size_t i = 0; i < t->e->ninputs && !t->e->row->final; i++) {
        const gp_input *in = &t->e->inputs[i];
        if (!in->present || in->basis == GP_FINAL) continue;
        if (n++) gp_tell(t, "、", ", ");
        else gp_tell(t, "还会变的数据:", "what may still change: ");
        gp_tell_text(t, t->w->info->plan->data[in->datum].label);
        gp_tell(t, "(", " (");
        gp_buf_str(&t->part, gp_basis_word(in->basis, t->w->style.lang));
        gp_tell(t, "数据)", ")");
    }
}

static void tell_verdict(gp_story *t) {
    const gp_row *r = t->e->row;
    gp_story_open(t, GP_L_VERDICT);
    if (r->verdict == GP_MEASURED) gp_tell(t, "没有考核要求,只计量", "nothing is asked of it: it is measured");
    else gp_verdict_put(&t->part, r->verdict, t->w->style.lang);
    if (r->verdict <= GP_UNMET && !r->final)
        gp_tell(t, "(暂定:所依据的数据还会变)", " (not final: it rests on data that may still change)");
    else if (r->verdict <= GP_UNMET) gp_tell(t, "(已定)", " (final)");
    gp_story_line(t);
    if (is_told_below(r)) tell_unsettled(t);
    else gp_tell_text(t, r->reason);
    gp_story_line(t);
    gp_story_close(t);
}

static gp_text title_of(gp_story *t) {
    gp_tell_node(t, t->e->row);
    return gp_cell_clean(t->w->scratch, gp_buf_take(&t->part));
}

void gp_story_tell(gp_story *out, gp_writer *w, const gp_explanation *e) {
    *out = (gp_story){.w = w, .e = e, .id = e->row->node->level == GP_SUBJECT ? GP_NO_TEXT : e->row->node->id};
    gp_buf_init(&out->part, w->scratch);
    out->title = title_of(out);
    tell_verdict(out);
    gp_tell_scenario(out);
    gp_tell_required(out);
    gp_tell_inputs(out);
    gp_tell_steps(out);
    gp_tell_turns(out);
    gp_tell_score(out);
    gp_tell_parts(out);
    gp_tell_next_grade(out);
    gp_tell_claims(out);
}

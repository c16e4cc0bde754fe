/* Explanations as one JSON document: what text says in sentences, as values and texts.
 * Invariant: every key is always there, in this order; what is absent is null and never 0. */
#include <math.h>

#include "plan/words.h"
#include "report/story.h"

static const gp_datum *datum_of(const gp_writer *w, uint32_t datum) { return &w->info->plan->data[datum]; }

static void put_text(gp_json *j, const char *key, gp_text t) {
    gp_json_key(j, key);
    gp_json_text(j, t);
}

static void put_str(gp_json *j, const char *key, const char *s) {
    gp_json_key(j, key);
    gp_json_str(j, s);
}

static void put_number(gp_json *j, const char *key, double v) {
    gp_json_key(j, key);
    gp_json_number(j, v);
}

static void put_bool(gp_json *j, const char *key, bool v) {
    gp_json_key(j, key);
    gp_json_bool(j, v);
}

static void put_place(gp_json *j, gp_writer *w, gp_place at) {
    gp_json_key(j, "place");
    gp_document_place(j, w->info->plan->diags, at);
}

static gp_text unit_of(const gp_type *t) { return t->kind == GP_NUMBER && t->unit.given && t->unit.text.n ? t->unit.text : GP_NO_TEXT; }

static gp_text id_of(const gp_row *r) { return r->node->level == GP_SUBJECT ? GP_TEXT("") : r->node->id; }

/* ---- data ---- */

static void put_value(gp_json *j, gp_writer *w, const char *key, const gp_type *type, double v) {
    gp_json_key(j, key);
    gp_document_value(j, type, v, &w->info->frame->texts);
}

static void put_interval(gp_json *j, gp_writer *w, const gp_type *type, const gp_input *in) {
    bool given = in->present && !in->beyond;
    double lo = given ? in->value.lo : NAN, hi = given ? in->value.hi : NAN;
    put_value(j, w, "value", type, lo == hi ? lo : NAN);
    put_value(j, w, "value_low", type, lo);
    put_value(j, w, "value_high", type, hi);
    put_text(j, "unit", unit_of(type));
}

static void put_covers(gp_json *j, const gp_input *in) {
    char text[32];
    gp_json_key(j, "covers");
    if (in->present) gp_json_text(j, (gp_text){text, gp_period_print(text, in->covers)});
    else gp_json_null(j);
    gp_json_key(j, "on");
    if (in->has_on) gp_json_text(j, (gp_text){text, gp_date_print(text, in->on)});
    else gp_json_null(j);
}

static void put_input(gp_json *j, gp_writer *w, const gp_input *in) {
    const gp_datum *d = datum_of(w, in->datum);
    gp_json_open(j, false, false);
    put_text(j, "datum", d->name);
    put_text(j, "name", d->label);
    put_interval(j, w, &d->type, in);
    put_str(j, "basis", in->present ? gp_basis_name(in->basis) : NULL);
    put_bool(j, "counts", in->present && in->counts);
    put_covers(j, in);
    put_text(j, "written", in->written);
    put_text(j, "cite", in->cite);
    put_place(j, w, in->at);
    put_bool(j, "of_scenario", in->laid);
    put_value(j, w, "base_low", &d->type, in->laid ? in->was.lo : NAN);
    put_value(j, w, "base_high", &d->type, in->laid ? in->was.hi : NAN);
    gp_json_close(j);
}

static void put_inputs(gp_json *j, gp_writer *w, const gp_explanation *e) {
    gp_json_key(j, "inputs");
    gp_json_open(j, true, true);
    for (size_t i = 0; i < e->ninputs; i++) put_input(j, w, &e->inputs[i]);
    gp_json_close(j);
}

/* ---- arithmetic ---- */

static void put_steps(gp_json *j, const gp_explanation *e) {
    gp_json_key(j, "steps");
    gp_json_open(j, true, true);
    for (size_t i = 0; i < e->nsteps; i++) {
        const gp_step *s = &e->steps[i];
        gp_json_open(j, false, false);
        gp_json_key(j, "number");
        gp_json_whole(j, s->number);
        put_str(j, "of", s->scored ? "score" : "verdict");
        put_text(j, "name", s->name);
        put_text(j, "formula", s->formula);
        put_text(j, "numbers", s->numbers);
        put_text(j, "result", s->result);
        put_bool(j, "exact", s->exact);
        gp_json_close(j);
    }
    gp_json_close(j);
}

static void put_turns(gp_json *j, gp_writer *w, const gp_explanation *e) {
    gp_json_key(j, "turns");
    gp_json_open(j, true, false);
    for (size_t i = 0; i < e->nturns; i++) {
        const gp_turn *t = &e->turns[i];
        const gp_datum *d = datum_of(w, t->datum);
        gp_json_open(j, false, false);
        put_text(j, "datum", d->name);
        put_str(j, "met", t->upwards ? (t->included ? "at_least" : "more_than") : t->included ? "at_most" : "less_than");
        put_value(j, w, "value", &d->type, t->at);
        put_text(j, "unit", unit_of(&d->type));
        put_bool(j, "exact", t->exact);
        gp_json_close(j);
    }
    gp_json_close(j);
}

/* ---- score ---- */

static void put_score(gp_json *j, const gp_explanation *e) {
    const gp_scoring *s = &e->row->node->scoring;
    bool leaf = e->row->node->nchild == 0, scored = isfinite(e->row->score.lo) || isfinite(e->raw.lo);
    gp_json_key(j, "scoring");
    gp_json_open(j, false, false);
    put_str(j, "method", !leaf || !scored ? NULL : s->method < GP_CURVE ? gp_words_method.list[s->method] : "curve");
    put_str(j, "unknown", leaf && scored ? gp_words_unknown.list[s->unknown] : NULL);
    put_number(j, "before_unknown_low", e->raw.lo);
    put_number(j, "before_unknown_high", e->raw.hi);
    put_number(j, "before_veto_low", e->before.lo);
    put_number(j, "before_veto_high", e->before.hi);
    put_number(j, "weight", e->row->weight);
    put_number(j, "weights", e->weights);
    put_number(j, "full_marks", e->row->full_marks);
    put_number(j, "marks_low", e->row->marks.lo);
    put_number(j, "marks_high", e->row->marks.hi);
    put_number(j, "lost", e->own.lost);
    put_number(j, "open", e->own.open);
    gp_json_close(j);
}

/* ---- below ---- */

static void put_shares(gp_json *j, const char *key, const gp_share *list, size_t n) {
    gp_json_key(j, key);
    gp_json_open(j, true, true);
    for (size_t i = 0; i < n; i++) {
        const gp_row *r = list[i].row;
        gp_json_open(j, false, false);
        put_text(j, "id", id_of(r));
        put_text(j, "name", r->node->name);
        put_str(j, "verdict", r->verdict == GP_MEASURED ? NULL : gp_verdict_name(r->verdict));
        put_number(j, "weight", r->weight);
        put_number(j, "score_low", r->score.lo);
        put_number(j, "score_high", r->score.hi);
        put_number(j, "full_marks", r->full_marks);
        put_number(j, "lost", list[i].lost);
        put_number(j, "open", list[i].open);
        gp_json_close(j);
    }
    gp_json_close(j);
}

static void put_strikes(gp_json *j, gp_writer *w, const gp_explanation *e) {
    gp_json_key(j, "vetoes");
    gp_json_open(j, true, true);
    for (size_t i = 0; i < e->nstrikes; i++) {
        const gp_threat *s = &e->strikes[i];
        gp_json_open(j, false, false);
        put_text(j, "by", id_of(s->by));
        put_str(j, "effect", gp_words_effect.list[s->veto->effect]);
        put_str(j, "of", s->veto->of_subject ? "subject" : "goal");
        put_text(j, "when", s->veto->when ? s->veto->when->text : GP_TEXT("unmet"));
        gp_json_key(j, "struck");
        if (s->open) gp_json_null(j);
        else gp_json_bool(j, s->struck);
        put_place(j, w, s->veto->at);
        gp_json_close(j);
    }
    gp_json_close(j);
}

static bool is_within(const gp_node *n, const gp_node *above) {
    for (; n; n = n->parent)
        if (n == above) return true;
    return false;
}

static void put_open(gp_json *j, const gp_explanation *e) {
    gp_json_key(j, "still_open");
    gp_json_open(j, true, false);
    for (size_t i = 0; i < e->of->nopen; i++) {
        const gp_row *r = &e->of->rows[e->of->open[i]];
        if (is_within(r->node, e->row->node)) gp_json_text(j, id_of(r));
    }
    gp_json_close(j);
}

static void put_claims(gp_json *j, gp_writer *w, const gp_explanation *e) {
    gp_json_key(j, "claims");
    gp_json_open(j, true, true);
    for (size_t i = 0; i < e->nclaims; i++) gp_document_claim(j, w, e->claims[i]);
    gp_json_close(j);
}

static void put_grade(gp_json *j, const gp_explanation *e) {
    gp_json_key(j, "next_grade");
    if (!e->next) {
        gp_json_null(j);
        return;
    }
    gp_json_open(j, false, false);
    put_text(j, "of", id_of(e->graded));
    put_number(j, "marks", e->graded->marks.lo);
    put_text(j, "grade", e->next->name);
    put_number(j, "missing", e->missing);
    gp_json_close(j);
}

/* ---- rule and judgement ---- */

static void put_rule(gp_json *j, gp_writer *w, const gp_rule *rule) {
    gp_json_key(j, "rule");
    if (!rule) {
        gp_json_null(j);
        return;
    }
    gp_json_open(j, false, false);
    put_text(j, "name", rule->name);
    put_text(j, "doc", rule->doc);
    put_place(j, w, rule->at);
    gp_json_close(j);
}

static void put_judgement(gp_json *j, gp_writer *w, const gp_judgement *judged) {
    gp_json_key(j, "judged");
    if (!judged) {
        gp_json_null(j);
        return;
    }
    gp_json_open(j, false, false);
    put_text(j, "tier", judged->tier);
    put_text(j, "by", judged->by);
    put_text(j, "reason", judged->reason);
    put_place(j, w, judged->at);
    gp_json_close(j);
}

/* ---- the document ---- */

static void begin(gp_writer *w, const gp_case_result *c) {
    gp_json *j = w->state = GP_NEW(w->arena, gp_json);
    gp_json_init(j, &w->out->buf);
    gp_json_open(j, false, true);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    put_text(j, "explanation", w->info->plan->id);
    gp_json_key(j, "run");
    gp_document_run(j, w);
    gp_document_case(j, c->of);
    put_text(j, "grade", c->grade);
    put_text(j, "grade_low", c->grade_low);
    put_text(j, "grade_high", c->grade_high);
    put_bool(j, "can_change_grade", c->can_change_grade);
    gp_json_key(j, "explained");
    gp_json_open(j, true, true);
}

static void one(gp_writer *w, const gp_explanation *e) {
    gp_json *j = w->state;
    gp_json_open(j, false, true);
    gp_json_key(j, "row");
    gp_document_row(j, w, e->row);
    put_rule(j, w, e->rule);
    put_judgement(j, w, e->judged);
    put_inputs(j, w, e);
    put_steps(j, e);
    put_text(j, "compared", e->measured);
    put_text(j, "with", e->against);
    put_number(j, "margin_of_target", e->relative);
    put_turns(j, w, e);
    put_score(j, e);
    put_shares(j, "parts", e->parts, e->nparts);
    put_shares(j, "losses", e->losses, e->nlosses);
    put_strikes(j, w, e);
    put_open(j, e);
    put_grade(j, e);
    put_claims(j, w, e);
    gp_json_close(j);
}

static void end(gp_writer *w) {
    gp_json *j = w->state;
    gp_json_close(j);
    gp_json_close(j);
    gp_buf_char(&w->out->buf, '\n');
}

const gp_explain_format gp_explain_json = {.name = "json", .begin = begin, .one = one, .end = end};

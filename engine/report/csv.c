/* The rows of the result as CSV: the keys of a row, with plan, subject, period and scenario ahead.
 * Invariant: every record has as many fields as the header. */
#include <math.h>

#include "report/writers.h"

typedef struct csv_state {
    gp_buf part;      /* a value while it is made */
    gp_text period;   /* of the case */
    char period_text[32];
} csv_state;

static const char HEADER[] =
    "subject,period,scenario,level,id,number,name,verdict,final,basis,actual,actual_low,actual_high,unit,criterion,target,completion,"
    "margin,flip,weight,score,score_low,score_high,marks,grade,claim,audit,reason,cite,rule,place\n";

static void begin(gp_writer *w) {
    csv_state *s = w->state = GP_NEW(w->arena, csv_state);
    gp_buf_init(&s->part, w->arena);
    if (w->style.bom) gp_buf_str(&w->out->buf, "\xEF\xBB\xBF");
    gp_buf_str(&w->out->buf, w->style.models ? "plan,model," : "plan,");
    gp_buf_str(&w->out->buf, HEADER);
}

static void comma(gp_writer *w) { gp_buf_char(&w->out->buf, ','); }

static void text(gp_writer *w, gp_text t) {
    comma(w);
    gp_csv_text(&w->out->buf, t);
}

static void word(gp_writer *w, const char *s) {
    comma(w);
    if (s) gp_buf_str(&w->out->buf, s);
}

static void number(gp_writer *w, double v) {
    comma(w);
    gp_number_put(&w->out->buf, v);
}

static void value(gp_writer *w, const gp_type *type, double v) {
    csv_state *s = w->state;
    s->part.n = 0;
    gp_shape shape = gp_value_put(&s->part, type, v, &w->info->frame->texts);
    gp_text t = {s->part.s, s->part.n};
    comma(w);
    if (shape == GP_SHAPE_TEXT) gp_csv_text(&w->out->buf, t);
    else gp_buf_text(&w->out->buf, t);
}

static void target(gp_writer *w, const gp_row *r) {
    value(w, &r->type, r->target);
    if (isnan(r->upper)) return;
    gp_buf_str(&w->out->buf, "..");
    gp_value_put(&w->out->buf, &r->type, r->upper, &w->info->frame->texts);
}

static void put_what(gp_writer *w, const gp_case_result *c, const gp_row *r) {
    const csv_state *s = w->state;
    gp_csv_text(&w->out->buf, w->info->plan->id);
    if (w->style.models) text(w, gp_model_name(w->info));
    text(w, c->of->subject);
    text(w, s->period);
    text(w, c->of->scenario);
    word(w, gp_level_name(r->node->level));
    text(w, r->node->id);
    text(w, r->node->number);
    text(w, r->node->name);
}

static void put_finding(gp_writer *w, const gp_row *r) {
    bool measured = r->verdict == GP_MEASURED;
    word(w, measured ? NULL : gp_verdict_name(r->verdict));
    word(w, measured ? NULL : r->final ? "true" : "false");
    word(w, r->has_basis ? gp_basis_name(r->basis) : NULL);
    value(w, &r->type, gp_is_point(r) ? r->actual.lo : NAN);
    value(w, &r->type, r->has_actual ? r->actual.lo : NAN);
    value(w, &r->type, r->has_actual ? r->actual.hi : NAN);
    text(w, gp_unit_of(r));
    text(w, r->criterion);
    target(w, r);
    number(w, r->completion);
    comma(w);
    gp_distance_put(&w->out->buf, &r->type, r->margin);
    value(w, &r->type, r->flip);
}

static void put_marks(gp_writer *w, const gp_row *r) {
    number(w, r->weight);
    number(w, gp_is_single(r->score) ? r->score.lo : NAN);
    number(w, r->score.lo);
    number(w, r->score.hi);
    number(w, gp_is_single(r->marks) ? r->marks.lo : NAN);
    text(w, r->grade);
}

static void put_source(gp_writer *w, const gp_row *r) {
    csv_state *s = w->state;
    text(w, r->claim ? r->claim->text : GP_NO_TEXT);
    word(w, r->audit == GP_AUDIT_NONE ? NULL : gp_audit_name(r->audit));
    text(w, r->reason);
    text(w, r->cite);
    text(w, r->rule);
    s->part.n = 0;
    gp_place_put(&s->part, w->info->plan->diags, r->place);
    text(w, (gp_text){s->part.s, s->part.n});
}

static void one(gp_writer *w, const gp_case_result *c) {
    csv_state *s = w->state;
    s->period = (gp_text){s->period_text, gp_period_print(s->period_text, c->of->period)};
    for (size_t i = 0; i < c->nrows; i++) {
        put_what(w, c, &c->rows[i]);
        put_finding(w, &c->rows[i]);
        put_marks(w, &c->rows[i]);
        put_source(w, &c->rows[i]);
        gp_buf_char(&w->out->buf, '\n');
    }
}

static void end(gp_writer *w, const gp_sum *sum) { (void)w, (void)sum; }

const gp_format gp_format_csv = {.name = "csv", .begin = begin, .one = one, .end = end};

/* Several plans: the column `plan` tells them apart. */
static void begin_part(gp_writer *w) { (void)w; }

const gp_format gp_format_csv_several = {.name = "csv", .begin = begin_part, .one = one, .end = end, .open = begin};

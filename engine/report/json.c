/* The result as one JSON document: a row a line, so that two results can be compared line by line.
 * Invariant: the document is whole or the sink has refused. */
#include "report/writers.h"

static void begin(gp_writer *w) {
    gp_json *j = w->state = GP_NEW(w->arena, gp_json);
    gp_json_init(j, &w->out->buf);
    gp_json_open(j, false, true);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    gp_json_key(j, "result");
    gp_json_text(j, w->info->plan->id);
    gp_json_key(j, "run");
    gp_document_run(j, w);
    gp_json_key(j, "subjects");
    gp_json_open(j, true, true);
}

static void one(gp_writer *w, const gp_case_result *c) { gp_document_subject(w->state, w, c, true); }

static void end(gp_writer *w, const gp_sum *sum) {
    gp_json *j = w->state;
    gp_json_close(j);
    gp_json_key(j, "sum");
    gp_document_sum(j, sum);
    gp_json_close(j);
    gp_buf_char(&w->out->buf, '\n');
}

const gp_format gp_format_json = {.name = "json", .begin = begin, .one = one, .end = end};

/* -- several plans in one document -- */

/* A part that was kept came in past the writer, so what it thinks of the last member is set right. */
static gp_json *resumed(gp_writer *w) {
    gp_json *j = w->state;
    j->after_key = false;
    return j;
}

static void open_all(gp_writer *w) {
    gp_json *j = w->state = GP_NEW(w->arena, gp_json);
    gp_json_init(j, &w->out->buf);
    gp_json_open(j, false, true);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    gp_json_key(j, "run");
    gp_document_runs(j, w);
    gp_json_key(j, "results");
    gp_json_open(j, true, true);
}

static void gap(gp_writer *w) { gp_json_gap(resumed(w)); }

static void begin_part(gp_writer *w) {
    gp_json *j = w->state;
    gp_json_open(j, false, true);
    gp_text scenario = w->several->parts[w->several->at].scenario;
    if (scenario.s) {
        gp_json_key(j, "scenario");
        gp_json_text(j, scenario);
    }
    gp_json_key(j, "result");
    gp_json_text(j, w->info->plan->id);
    gp_json_key(j, "subjects");
    gp_json_open(j, true, true);
}

static void end_part(gp_writer *w, const gp_sum *sum) {
    (void)sum;
    gp_json_close(w->state);
    gp_json_close(w->state);
}

static void between(gp_writer *w) {
    gp_json *j = resumed(w);
    gp_json_close(j);
    gp_json_key(j, "scenarios");
    gp_json_open(j, true, true);
}

static void close_all(gp_writer *w, const gp_sum *sum) {
    resumed(w);
    end(w, sum);
}

const gp_format gp_format_json_several = {
    .name = "json", .begin = begin_part, .one = one, .end = end_part, .open = open_all, .gap = gap, .between = between, .close = close_all};

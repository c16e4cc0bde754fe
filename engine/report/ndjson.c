/* The result as lines of JSON: the run, a line a subject, the sum.
 * Invariant: each line is a whole JSON value. */
#include "report/writers.h"

static void begin(gp_writer *w) {
    gp_json *j = w->state = GP_NEW(w->arena, gp_json);
    gp_json_init(j, &w->out->buf);
    gp_json_open(j, false, false);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    gp_json_key(j, "result");
    gp_json_text(j, w->info->plan->id);
    gp_json_key(j, "run");
    gp_document_run(j, w);
    gp_json_close(j);
    gp_buf_char(&w->out->buf, '\n');
}

static void one(gp_writer *w, const gp_case_result *c) {
    gp_document_subject(w->state, w, c, false);
    gp_buf_char(&w->out->buf, '\n');
}

static void end(gp_writer *w, const gp_sum *sum) {
    gp_json *j = w->state;
    gp_json_open(j, false, false);
    gp_json_key(j, "sum");
    gp_document_sum(j, sum);
    gp_json_close(j);
    gp_buf_char(&w->out->buf, '\n');
}

const gp_format gp_format_ndjson = {.name = "ndjson", .begin = begin, .one = one, .end = end};

/* -- several plans -- */

static void open_all(gp_writer *w) {
    gp_json *j = w->state = GP_NEW(w->arena, gp_json);
    gp_json_init(j, &w->out->buf);
    gp_json_open(j, false, false);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    gp_json_key(j, "run");
    gp_document_runs(j, w);
    gp_json_close(j);
    gp_buf_char(&w->out->buf, '\n');
}

static void begin_part(gp_writer *w) { (void)w; }

static void end_part(gp_writer *w, const gp_sum *sum) { (void)w, (void)sum; }

const gp_format gp_format_ndjson_several = {
    .name = "ndjson", .begin = begin_part, .one = one, .end = end_part, .open = open_all, .close = end};

/* The bridge for back-tests: data of all periods; another plan is opened, the data are carried to it, and both evaluations are compared as
 * records.
 * Invariant: the other plan and all that is made of it hang on its handle, which whoever asked closes. */
#define GP_BUILDING 1
#include "api.h"

#include "report/report.h"
#include "report/writers.h"
#include "study/backtest.h"

gp_status gp_data_all_periods(gp_data *d) {
    gp_context *c = d->plan->context;
    if (d->state != GP_DATA_NEW) return c->status = GP_USAGE;
    d->frame->any_period = true;
    return c->status = GP_OK;
}

static int take(void *text, const void *bytes, size_t n) {
    gp_buf_put(text, bytes, n);
    return 0;
}

/* The evaluation as a record; NULL when memory ended. */
static gp_record_text *record_of(gp_results *r, gp_arena *a, gp_diags *d, const char *name) {
    static const gp_report_options JSON = {.format = "json"};
    gp_buf json;
    gp_file file;
    gp_buf_init(&json, a);
    if (gp_report_write(r, &JSON, take, &json) != GP_OK) return NULL;
    gp_text text = {json.s, json.n};
    return gp_file_of(&file, a, d, gp_text_of(name), text, GP_FILE_TEXT) ? gp_record_parse(a, d, &file) : NULL;
}

/* As the base was evaluated, by the other plan. */
static gp_results *evaluate(gp_data *d, const gp_results *base, gp_arena *a) {
    char day[16];
    gp_eval_options o = {.rule_budget = base->info.rule_budget, .rule_memory = (size_t)base->info.rule_memory};
    o.lang = base->lang == GP_ZH ? "zh" : "en";
    if (base->info.has_as_of) o.as_of = gp_text_cstr(a, (gp_text){day, gp_date_print(day, base->info.as_of)});
    if (base->info.plan->model.n) o.model = gp_text_cstr(a, base->info.plan->model);
    gp_results *r = gp_evaluate(d, &o);
    if (!r && d->plan->context->status == GP_USAGE)
        gp_report(&d->plan->diags, GP_D_PATH, (gp_place){0}, "the other plan has no scoring model `%s`", o.model);
    return r;
}

bool gp_back_test(gp_answer *out, const gp_study *s, gp_results *base, gp_text only, const char *against, gp_plan_handle **other) {
    gp_carried told;
    if (*other && !gp_text_is((*other)->plan->path, against)) {
        gp_plan_close(*other);
        *other = NULL;
    }
    if (!*other) *other = gp_plan_open(gp_context_of(base), against);
    if (!*other || (*other)->broken) return false;
    gp_data *d = gp_data_new(*other);
    if (!d) return false;
    d->frame = gp_frame_carry(&told, &d->arena, &(*other)->diags, base->data->frame, (*other)->plan);
    d->state = GP_DATA_LOADED;
    gp_results *r = evaluate(d, base, s->arena);
    if (!r) return false;
    gp_back_side a = {base->info.plan, base->info.frame, base->run, record_of(base, s->arena, s->diags, "base")};
    gp_record_text *b_text = record_of(r, s->arena, s->diags, "other");
    gp_back_side b = {r->info.plan, r->info.frame, r->run, b_text};
    if (!a.record || !b.record) return false;
    b_text->plans[0].id = a.record->plans[0].id; /* subjects of both are the same ones */
    return gp_study_back_test(out, s, &a, &b, only, &told);
}

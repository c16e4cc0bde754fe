/* The result as CSV with a line a case: totals, then a verdict for each indicator.
 * Invariant: nothing is allocated and nothing is formatted per cell; a line is copied together from columns. */
#include <math.h>

#include "report/writers.h"

typedef struct wide_state {
    uint32_t *leaves;  /* nodes of the indicators */
    size_t n;
    gp_text ahead;     /* of each line, its comma included: the plan where there are several */
    char *tail;        /* room for ",M,N,...\n" of one case */
    gp_period period;  /* of `period_text` */
    char period_text[32];
    size_t period_n;
} wide_state;

static void find_leaves(wide_state *s, gp_arena *a, const gp_plan *plan) {
    s->leaves = gp_arena_array(a, plan->nnodes, sizeof *s->leaves);
    for (size_t i = 0; i < plan->nnodes; i++)
        if (plan->nodes[i]->level == GP_INDICATOR) s->leaves[s->n++] = (uint32_t)i;
}

static void put_header(gp_buf *out, const wide_state *s, const gp_plan *plan, bool models) {
    if (models) gp_buf_str(out, "model,");
    gp_buf_str(out, "subject,period,scenario,score,marks,grade,rank");
    for (size_t i = 0; i < s->n; i++) {
        gp_buf_char(out, ',');
        gp_csv_text(out, plan->nodes[s->leaves[i]]->id);
    }
    gp_buf_char(out, '\n');
}

static void begin_state(gp_writer *w) {
    wide_state *s = w->state = GP_NEW(w->arena, wide_state);
    find_leaves(s, w->arena, w->info->plan);
    s->tail = gp_arena_alloc(w->arena, 2 * s->n + 1);
    s->period = (gp_period){1, 0}; /* equal to none */
}

static void begin(gp_writer *w) {
    begin_state(w);
    if (w->style.bom) gp_buf_str(&w->out->buf, "\xEF\xBB\xBF");
    put_header(&w->out->buf, w->state, w->info->plan, w->style.models);
}

/* Cases of one period stand together: its text is made once. */
static void put_period(gp_buf *out, wide_state *s, gp_period p) {
    if (!gp_period_eq(p, s->period)) {
        s->period = p;
        s->period_n = gp_period_print(s->period_text, p);
    }
    gp_buf_put(out, s->period_text, s->period_n);
}

static void put_range(gp_buf *out, double lo, double hi) {
    char text[72];
    size_t n = isfinite(lo) ? gp_number_print(text, lo) : 0;
    if (lo != hi && isfinite(hi) && !gp_prints_alike(lo, hi)) {
        text[n++] = '.';
        text[n++] = '.';
        n += gp_number_print(text + n, hi);
    }
    text[n] = ',';
    gp_buf_put(out, text, n + 1);
}

static void put_grade(gp_buf *out, const gp_node *root, uint8_t lo, uint8_t hi) {
    if (lo < root->ngrades) gp_csv_text(out, root->grades[lo].name);
    if (lo == hi) return;
    gp_buf_str(out, "..");
    if (hi < root->ngrades) gp_buf_text(out, root->grades[hi].name);
}

static void put_rank(gp_buf *out, double lo, double hi) {
    gp_number_put(out, lo);
    if (!(lo < hi)) return;
    gp_buf_str(out, "..");
    gp_number_put(out, hi);
}

static void put_head(gp_writer *w, const gp_block *b, size_t i) {
    gp_buf *out = &w->out->buf;
    const gp_case *of = &w->info->frame->cases[b->first + i];
    const wide_state *s = w->state;
    if (s->ahead.n) gp_buf_text(out, s->ahead);
    if (w->style.models) {
        gp_csv_text(out, gp_model_name(w->info));
        gp_buf_char(out, ',');
    }
    gp_csv_text(out, of->subject);
    gp_buf_char(out, ',');
    put_period(out, w->state, of->period);
    gp_buf_char(out, ',');
    gp_csv_text(out, of->scenario);
    gp_buf_char(out, ',');
    put_range(out, b->score_lo[i], b->score_hi[i]);
    put_range(out, b->marks_lo[i], b->marks_hi[i]);
    put_grade(out, w->info->plan->root, b->grade_lo[i], b->grade_hi[i]);
    gp_buf_char(out, ',');
    if (b->rank_lo) put_rank(out, b->rank_lo[i], b->rank_hi[i]);
}

static void put_codes(gp_writer *w, const gp_block *b, size_t i) {
    const wide_state *s = w->state;
    char *at = s->tail;
    for (size_t k = 0; k < s->n; k++) {
        uint8_t v = b->verdict[s->leaves[k]][i];
        *at++ = ',';
        if (v < GP_VERDICT_COUNT) *at++ = gp_verdict_code[v];
    }
    *at++ = '\n';
    gp_buf_put(&w->out->buf, s->tail, (size_t)(at - s->tail));
}

static void put_words(gp_writer *w, const gp_block *b, size_t i) {
    const wide_state *s = w->state;
    for (size_t k = 0; k < s->n; k++) {
        uint8_t v = b->verdict[s->leaves[k]][i];
        gp_buf_char(&w->out->buf, ',');
        gp_buf_str(&w->out->buf, gp_verdict_name((gp_verdict)v));
    }
    gp_buf_char(&w->out->buf, '\n');
}

enum { AHEAD = 8 };

static void block(gp_writer *w, const gp_block *b) {
    const gp_case *cases = w->info->frame->cases + b->first;
    for (size_t i = 0; i < b->n && !w->out->broken; i++) {
        if (i + AHEAD < b->n) __builtin_prefetch(cases[i + AHEAD].subject.s); /* they lie far apart in the data's text */
        put_head(w, b, i);
        if (w->style.codes) put_codes(w, b, i);
        else put_words(w, b, i);
        gp_out_full(w->out);
    }
}

static void one(gp_writer *w, const gp_case_result *c) { (void)w, (void)c; }

static void end(gp_writer *w, const gp_sum *sum) { (void)w, (void)sum; }

const gp_format gp_format_wide = {.name = "csv", .begin = begin, .one = one, .block = block, .end = end, .apart = true};

/* -- several plans that have the same indicators -- */

static bool same_leaves(const gp_plan *a, const gp_plan *b) {
    size_t i = 0, k = 0;
    for (;; i++, k++) {
        while (i < a->nnodes && a->nodes[i]->level != GP_INDICATOR) i++;
        while (k < b->nnodes && b->nodes[k]->level != GP_INDICATOR) k++;
        if (i == a->nnodes || k == b->nnodes) return i == a->nnodes && k == b->nnodes;
        if (!gp_text_eq(a->nodes[i]->id, b->nodes[k]->id)) return false;
    }
}

const gp_plan *gp_wide_misfit(const gp_several *several) {
    for (size_t i = 1; i < several->n; i++)
        if (!same_leaves(several->parts[0].info.plan, several->parts[i].info.plan)) return several->parts[i].info.plan;
    return NULL;
}

static void open_all(gp_writer *w) {
    wide_state *s = GP_NEW(w->arena, wide_state);
    find_leaves(s, w->arena, w->info->plan);
    if (w->style.bom) gp_buf_str(&w->out->buf, "\xEF\xBB\xBF");
    gp_buf_str(&w->out->buf, "plan,");
    put_header(&w->out->buf, s, w->info->plan, false);
}

static void begin_part(gp_writer *w) {
    gp_buf b;
    begin_state(w);
    gp_buf_init(&b, w->arena);
    gp_csv_text(&b, w->info->plan->id);
    gp_buf_char(&b, ',');
    ((wide_state *)w->state)->ahead = gp_buf_take(&b);
}

const gp_format gp_format_wide_several = {.name = "csv", .begin = begin_part, .one = one, .block = block, .end = end, .open = open_all};

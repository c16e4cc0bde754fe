/* Where the value of a row stands in its cohort, in words: which rank of how many, which mean and deviation, which share.
 * Invariant: names the definition that the score rests on, so that nobody has to guess it. */
#include <math.h>

#include "eval/case.h"
#include "eval/cohort.h"

typedef struct position {
    gp_buf *out;
    const gp_view *v;
    const gp_row *r;
    bool zh;
    uint32_t ask;    /* first of the node's */
    size_t n;        /* how many were taken in */
} position;

static void say(const position *p, const char *zh, const char *en) { gp_buf_str(p->out, p->zh ? zh : en); }

static void say_range(const position *p, gp_range r) {
    char text[32];
    gp_buf_put(p->out, text, gp_number_print(text, r.lo));
    if (r.lo == r.hi) return;
    say(p, " 至 ", " to ");
    gp_buf_put(p->out, text, gp_number_print(text, r.hi));
}

static gp_range answer(const position *p, uint32_t ask) { return gp_cohort_at(p->v->run->cohort, ask, p->v->row); }

static void say_rank(const position *p) {
    uint32_t ask = p->v->run->program->asks[p->ask].kind == GP_ASK_RANK ? p->ask : p->ask + 1;
    say(p, "位次 ", "rank ");
    say_range(p, answer(p, ask));
    gp_buf_printf(p->out, p->zh ? " / %zu(并列规则 %s)" : " of %zu (ties %s)", p->n,
                  gp_ties_name(gp_ties_of(p->v->run->program->plan, p->r->node)));
}

/* Those that are as good or less good, itself among them. */
static void say_percentile(const position *p) {
    gp_range r = answer(p, p->ask + 1), share = {(double)p->n + 1 - r.hi, (double)p->n + 1 - r.lo};
    say(p, "百分位:", "percentile: ");
    if (p->zh) gp_buf_printf(p->out, "%zu 个中 ", p->n);
    say_range(p, share);
    if (p->zh) gp_buf_str(p->out, " 个不优于它(含自身)");
    else gp_buf_printf(p->out, " of %zu are as good or less good, itself included", p->n);
}

static void say_figure(const position *p, uint32_t ask) {
    gp_expr_print_const(p->out, &p->r->type, gp_round_digits(answer(p, ask).lo, 12), &p->v->run->frame->texts);
}

static void say_deviation(const position *p) {
    bool sample = p->r->node->scoring.sd == GP_SD_SAMPLE;
    if (p->zh) gp_buf_printf(p->out, "z 分数:%zu 个的均值 ", p->n);
    else gp_buf_str(p->out, "z-score: mean ");
    say_figure(p, p->ask);
    if (p->zh) gp_buf_str(p->out, sample ? ",样本标准差 " : ",总体标准差 ");
    else gp_buf_str(p->out, sample ? " and sample sd " : " and population sd ");
    say_figure(p, p->ask + 1);
    if (!p->zh) gp_buf_printf(p->out, " of %zu", p->n);
}

/* An open value has a rank among the others, from one to another, and no place among deviations. */
static bool stands(const position *p) {
    const gp_row *r = p->r;
    bool counts = r->has_actual && r->verdict != GP_NOT_APPLICABLE && r->verdict != GP_WAIVED;
    if (!counts || p->n == 0) return false;
    if (r->node->scoring.method == GP_ZSCORE) return true;
    return !isnan(answer(p, p->v->run->program->asks[p->ask].kind == GP_ASK_RANK ? p->ask : p->ask + 1).lo);
}

void gp_view_position(gp_buf *out, const gp_view *v, const gp_row *r) {
    uint32_t ask = v->run->program->slots[r->node->index].standing;
    if (ask == GP_NO_REG) return;
    position p = {out, v, r, v->lang == GP_ZH, ask, gp_cohort_size(v->run->cohort, ask, v->row)};
    if (!stands(&p)) return;
    if (out->n) say(&p, ";", "; ");
    if (r->node->scoring.method == GP_RANK_METHOD) say_rank(&p);
    else if (r->node->scoring.method == GP_PERCENTILE) say_percentile(&p);
    else if (r->actual.lo == r->actual.hi) say_deviation(&p);
    else say(&p, "没有单一数值,不计入 z 分数", "no single value: left out of the z-scores");
}

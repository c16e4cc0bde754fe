/* The claim audit: what the department says of itself beside what was found.
 * Invariant: a claim is compared, never read by anything that decides or scores. */
#include <math.h>

#include "eval/case.h"

static gp_row *row_of(const gp_view *v, uint32_t node) { return &v->out->rows[node]; }

static void add_because(const gp_view *v, gp_case_claim *c, uint32_t *list, size_t room, uint32_t node) {
    (void)v;
    if (c->nbecause < room) list[c->nbecause++] = node;
    c->because = list;
}

/* 100 % or "met": overstated when anything named is unmet, agrees when all is met and final, else unsupported. */
static void audit_completion(const gp_view *v, gp_case_claim *c) {
    uint32_t *unmet = gp_arena_array(v->arena, c->claim->n, sizeof *unmet), *open = gp_arena_array(v->arena, c->claim->n, sizeof *open);
    size_t nopen = 0, counting = c->claim->n;
    for (size_t k = 0; k < c->claim->n; k++) {
        const gp_row *r = row_of(v, c->claim->nodes[k]);
        if (r->verdict == GP_UNMET) add_because(v, c, unmet, c->claim->n, c->claim->nodes[k]);
        else if (r->verdict == GP_NOT_APPLICABLE || r->verdict == GP_WAIVED) counting--;
        else if (r->verdict != GP_MET || !r->final) open[nopen++] = c->claim->nodes[k];
    }
    c->audit = c->nbecause ? GP_OVERSTATED : nopen || !counting ? GP_UNSUPPORTED : GP_AGREES;
    if (c->nbecause || c->audit == GP_AGREES) return;
    c->because = nopen ? open : c->claim->nodes; /* nothing is left that counts */
    c->nbecause = nopen ? nopen : c->claim->n;
}

/* Sign of the claimed rate minus what it works out as, in the digits in which the rate is quoted. */
static int compare_quoted(const gp_view *v, const gp_claim *claim, const gp_node *node) {
    const gp_slots *s = &v->run->program->slots[node->index];
    return gp_decide_quoted(v->run, v->pass, s->value, s->target, claim->rate, claim->digits - claim->scale, v->at);
}

static void audit_rate(const gp_view *v, gp_case_claim *c) {
    uint32_t *list = gp_arena_array(v->arena, c->claim->n, sizeof *list);
    c->audit = c->claim->n ? GP_AGREES : GP_UNSUPPORTED;
    for (size_t k = 0; k < c->claim->n; k++) {
        const gp_row *r = row_of(v, c->claim->nodes[k]);
        gp_audit a = GP_UNSUPPORTED;
        if (!isnan(r->completion)) {
            int sign = compare_quoted(v, c->claim, r->node);
            a = sign > 0 ? GP_OVERSTATED : sign < 0 ? GP_UNDERSTATED : GP_AGREES;
            c->completion = r->completion;
        }
        if (a != GP_AGREES) add_because(v, c, list, c->claim->n, c->claim->nodes[k]);
        if (a > c->audit) c->audit = a;
    }
}

/* A row that does not bear the claim out: its verdict, or that it has no rate where one is claimed. */
static void say_row(gp_buf *b, const gp_view *v, const gp_row *r, bool rate) {
    bool zh = v->lang == GP_ZH, decided = r->verdict == GP_MET || r->verdict == GP_UNMET || r->verdict == GP_MEASURED;
    gp_buf_text(b, r->node->name);
    if (rate && decided) {
        gp_buf_str(b, zh ? "没有可比的完成率" : " has no completion to compare with");
        return;
    }
    gp_buf_str(b, zh ? "" : " ");
    gp_buf_str(b, gp_verdict_word(r->verdict, v->lang));
    if (r->verdict == GP_MET) gp_buf_str(b, zh ? "(暂定)" : " (not final)");
}

static void say_why(const gp_view *v, gp_case_claim *c) {
    gp_buf b;
    gp_buf_init(&b, v->arena);
    if (!c->claim->completion && !isnan(c->completion)) {
        char text[64];
        gp_buf_str(&b, v->lang == GP_ZH ? "核算为 " : "works out as ");
        gp_buf_put(&b, text, gp_number_print_fixed(text, c->completion * 100, c->claim->scale == -2 ? c->claim->digits : 2));
        gp_buf_str(&b, "%");
    } else
        for (size_t k = 0; k < c->nbecause; k++) {
            if (k) gp_buf_str(&b, v->lang == GP_ZH ? ";" : "; ");
            say_row(&b, v, row_of(v, c->because[k]), !c->claim->completion);
        }
    c->reason = gp_buf_take(&b);
}

/* The claim of a node alone; of several the one with the gravest finding. */
static void mark_rows(const gp_view *v, const gp_case_claim *c) {
    for (size_t k = 0; k < c->claim->n; k++) {
        const gp_node *node = v->out->rows[c->claim->nodes[k]].node;
        gp_row *r = row_of(v, node->index);
        if (c->claim->n == 1 && (!r->claim || c->audit > r->audit)) {
            r->claim = c->claim;
            if (node->level != GP_GOAL) r->audit = c->audit;
        }
        for (const gp_node *up = node; up; up = up->parent) /* at a goal: the worst of the claims within it */
            if (up->level <= GP_GOAL && c->audit > row_of(v, up->index)->audit) row_of(v, up->index)->audit = c->audit;
    }
}

void gp_view_audit(const gp_view *v) {
    const gp_frame *f = v->run->frame;
    size_t n = 0, from = 0, row = gp_frame_base_row(f, v->row);
    for (size_t lo = 0, hi = f->nclaims; lo < hi;) { /* claims are sorted by row */
        size_t mid = lo + (hi - lo) / 2;
        if (f->claims[mid].row < row) from = lo = mid + 1;
        else hi = mid;
    }
    while (from + n < f->nclaims && f->claims[from + n].row == row) n++;
    v->out->claims = gp_arena_array(v->arena, n, sizeof *v->out->claims);
    v->out->nclaims = n;
    for (size_t k = 0; k < n; k++) {
        gp_case_claim *c = &v->out->claims[k];
        *c = (gp_case_claim){.claim = &f->claims[from + k], .completion = NAN};
        if (c->claim->completion) audit_completion(v, c);
        else audit_rate(v, c);
        say_why(v, c);
        mark_rows(v, c);
    }
}

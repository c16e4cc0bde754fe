/* Carrying: datum by datum, by name; words of stages, codes and texts by what they say.
 * Invariant: a word that the other dictionary does not have is missing there. */
#include "data/carry.h"

#include <math.h>
#include "data/intake.h"

typedef struct carrier {
    const gp_frame *from;
    gp_frame *to;
    uint32_t *datum;   /* per datum of `from`: that of `to`, or NO_DATUM */
} carrier;

enum { NO_DATUM = UINT32_MAX };

/* ---- which datum is which ---- */

/* Bases are numbered plan by plan, so they are compared by what they say. */
static bool is_same_kind(gp_arena *a, const gp_plan *x, const gp_datum *p, const gp_plan *y, const gp_datum *q) {
    if (p->type.kind != q->type.kind) return false;
    return p->type.kind != GP_NUMBER ||
           gp_text_eq(gp_dim_text(a, &x->units, &p->type.unit.dim), gp_dim_text(a, &y->units, &q->type.unit.dim));
}

static bool has_values(const gp_frame *f, uint32_t d) {
    for (size_t row = 0; row < f->nrows; row++)
        if (!isnan(f->column[d][row]) || gp_frame_cell(f, row, d)) return true;
    return false;
}

static void pair_data(carrier *c, gp_carried *told) {
    const gp_plan *x = c->from->plan, *y = c->to->plan;
    gp_arena *a = c->to->arena;
    bool *given = gp_arena_array(a, y->ndata, sizeof *given);
    told->unread = gp_arena_array(a, x->ndata, sizeof(gp_text));
    told->other = gp_arena_array(a, x->ndata, sizeof(gp_text));
    told->absent = gp_arena_array(a, y->ndata, sizeof(gp_text));
    c->datum = gp_arena_array(a, x->ndata, sizeof *c->datum);
    for (uint32_t d = 0; d < x->ndata; d++) {
        const gp_datum *same = gp_plan_datum(y, x->data[d].name);
        bool fits = same && is_same_kind(a, x, &x->data[d], y, same);
        c->datum[d] = fits ? (uint32_t)(same - y->data) : NO_DATUM;
        if (fits) given[c->datum[d]] = true;
        else if (same) told->other[told->nother++] = x->data[d].name;
        else if (has_values(c->from, d)) told->unread[told->nunread++] = x->data[d].name;
    }
    for (uint32_t d = 0; d < y->ndata; d++)
        if (!given[d] && !gp_plan_datum(x, y->data[d].name)) told->absent[told->nabsent++] = y->data[d].name;
}

/* ---- values ---- */

static double word_of(const gp_words *from, const gp_words *to, double v) {
    if (!isfinite(v) || v < 0 || v >= (double)from->n) return v;
    for (size_t i = 0; i < to->n; i++)
        if (gp_text_eq(from->text[(size_t)v], to->text[i])) return (double)i;
    return NAN;
}

static double value_of(carrier *c, uint32_t d, double v) {
    const gp_datum *from = &c->from->plan->data[d], *to = &c->to->plan->data[c->datum[d]];
    if (isnan(v) || isinf(v)) return v;
    switch (from->type.kind) {
    case GP_STAGE:
    case GP_CODED: return word_of(&from->words, &to->words, v);
    case GP_STRING: return gp_pool_add(&c->to->texts, c->from->texts.items[(size_t)v]);
    case GP_NUMBER:
    case GP_BOOL:
    case GP_DATE: break;
    }
    return v;
}

static void carry_columns(carrier *c) {
    for (uint32_t d = 0; d < c->to->plan->ndata; d++) {
        c->to->column[d] = gp_arena_array(c->to->arena, c->to->nrows, sizeof(double));
        for (size_t row = 0; row < c->to->nrows; row++) c->to->column[d][row] = NAN;
    }
    for (uint32_t d = 0; d < c->from->plan->ndata; d++)
        for (size_t row = 0; row < c->to->nrows && c->datum[d] != NO_DATUM; row++)
            c->to->column[c->datum[d]][row] = value_of(c, d, c->from->column[d][row]);
}

static void carry_cells(carrier *c) {
    gp_frame *to = c->to;
    to->cells = gp_arena_array(to->arena, c->from->ncells, sizeof *to->cells);
    for (size_t i = 0; i < c->from->ncells; i++) {
        gp_cell cell = c->from->cells[i];
        uint32_t d = cell.datum;
        if (c->datum[d] == NO_DATUM) continue;
        cell.datum = c->datum[d];
        cell.value.lo = value_of(c, d, cell.value.lo);
        cell.value.hi = value_of(c, d, cell.value.hi);
        cell.reported.lo = value_of(c, d, cell.reported.lo);
        cell.reported.hi = value_of(c, d, cell.reported.hi);
        if (!isnan(cell.value.lo) && !isnan(cell.value.hi)) to->cells[to->ncells++] = cell;
    }
}

static void carry_days(carrier *c) {
    gp_frame *to = c->to;
    to->ons = gp_arena_array(to->arena, c->from->nons, sizeof *to->ons);
    for (size_t i = 0; i < c->from->nons; i++) {
        gp_on on = c->from->ons[i];
        if (c->datum[on.datum] == NO_DATUM) continue;
        on.datum = c->datum[on.datum];
        to->ons[to->nons++] = on;
    }
}

/* ---- judgements ---- */

/* A tier that the other plan does not have is no judgement there. */
static bool is_tier_of(gp_judgement *j, const gp_node *node) {
    const gp_scoring *s = &node->scoring;
    if (node->criterion.test != GP_JUDGED) return false;
    if (s->ntiers == 0) {
        j->has_mark = false;
        return true;
    }
    for (size_t i = 0; i < s->ntiers; i++) {
        if (!gp_text_eq(s->tiers[i].name, j->tier)) continue;
        j->met = i != s->lowest_tier;
        j->index = (uint32_t)i;
        return true;
    }
    return false;
}

static void carry_judgements(carrier *c) {
    gp_frame *to = c->to;
    to->judged = gp_arena_array(to->arena, c->from->njudged, sizeof *to->judged);
    for (size_t i = 0; i < c->from->njudged; i++) {
        gp_judgement j = c->from->judged[i];
        const gp_node *node = gp_plan_node(to->plan, c->from->plan->nodes[j.node]->id);
        if (!node || !is_tier_of(&j, node)) continue;
        j.node = node->index;
        to->judged[to->njudged++] = j;
    }
}

/* ---- claims ---- */

/* A claim over something that the other plan does not have cannot be audited there. */
static bool rename_nodes(gp_claim *claim, const carrier *c) {
    uint32_t *nodes = gp_arena_array(c->to->arena, claim->n, sizeof *nodes);
    for (size_t i = 0; i < claim->n; i++) {
        const gp_node *node = gp_plan_node(c->to->plan, c->from->plan->nodes[claim->nodes[i]]->id);
        if (!node) return false;
        nodes[i] = node->index;
    }
    claim->nodes = nodes;
    return true;
}

static void carry_claims(carrier *c) {
    gp_frame *to = c->to;
    to->claims = gp_arena_array(to->arena, c->from->nclaims, sizeof *to->claims);
    for (size_t i = 0; i < c->from->nclaims; i++) {
        gp_claim claim = c->from->claims[i];
        if (rename_nodes(&claim, c)) to->claims[to->nclaims++] = claim;
    }
}

gp_frame *gp_frame_carry(gp_carried *told, gp_arena *a, gp_diags *d, const gp_frame *from, const gp_plan *to) {
    carrier c = {.from = from, .to = gp_frame_new(a, d, to, false)};
    gp_frame *f = c.to;
    *told = (gp_carried){0};
    f->intake = NULL;
    f->nrows = f->cap_rows = from->nrows;
    f->cases = from->cases;
    f->rows_in = f->used = from->used;
    pair_data(&c, told);
    carry_columns(&c);
    carry_cells(&c);
    carry_days(&c);
    carry_judgements(&c);
    carry_claims(&c);
    gp_frame_sort(f);
    return f;
}

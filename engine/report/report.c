/* Walking a run and handing its cases to a writer; the buffer between a writer and the sink.
 * Invariant: once the sink has refused nothing more is handed to it, and the walk ends. */
#include "report/writers.h"

enum { FLUSH_FROM = 64 << 10 };

void gp_out_init(gp_out *o, gp_arena *a, int (*sink)(void *, const void *, size_t), void *ud) {
    *o = (gp_out){.sink = sink, .ud = ud};
    gp_buf_init(&o->buf, a);
}

void gp_out_flush(gp_out *o) {
    if (o->buf.n && o->copy && o->copy(o->copy_ud, o->buf.s, o->buf.n) != 0) o->copy = NULL;
    if (o->buf.n && !o->broken) o->broken = o->sink(o->ud, o->buf.s, o->buf.n) != 0;
    o->buf.n = 0;
}

void gp_out_full(gp_out *o) {
    if (o->buf.n >= FLUSH_FROM && !o->held) gp_out_flush(o);
}

const gp_format *gp_format_find(const char *name, const gp_style *style) {
    static const gp_format *const FORMATS[] = {&gp_format_table, &gp_format_md, &gp_format_csv, &gp_format_json, &gp_format_ndjson};
    for (size_t i = 0; i < GP_COUNT(FORMATS); i++) {
        if (!gp_text_is(gp_text_of(name), FORMATS[i]->name)) continue;
        return FORMATS[i] == &gp_format_csv && style->wide ? &gp_format_wide : FORMATS[i];
    }
    return NULL;
}

const gp_format *gp_format_find_several(const char *name, const gp_style *style, size_t nplans) {
    static const gp_format *const FORMATS[] = {&gp_format_departments, &gp_format_md, &gp_format_csv_several,
                                               &gp_format_json_several, &gp_format_ndjson_several};
    for (size_t i = 0; i < GP_COUNT(FORMATS); i++) {
        if (!gp_text_is(gp_text_of(name), FORMATS[i]->name)) continue;
        if (FORMATS[i] == &gp_format_departments && nplans == 1) return &gp_format_alone;
        return FORMATS[i] == &gp_format_csv_several && style->wide ? &gp_format_wide_several : FORMATS[i];
    }
    return NULL;
}

static void arena_release(void *arena) { gp_arena_fini(arena); }

/* An arena that goes with `a`, wherever control leaves. */
static gp_arena *arena_within(gp_arena *a) {
    gp_arena *inner = GP_NEW(a, gp_arena);
    gp_arena_init(inner, a->mem);
    gp_arena_defer(a, arena_release, inner);
    return inner;
}

static void tell(const gp_writer *w, const gp_watch *watch) {
    if (watch->fn) watch->fn(watch->ud, w->ncases, w->total);
}

/* The cases of a block, each under all models one after the other. */
static void write_cases(gp_writer *w, gp_run *const *runs, const gp_run_info *infos, size_t n, size_t ncases, const gp_watch *watch) {
    gp_case_result *c = gp_arena_array(w->arena, n, sizeof *c);
    for (size_t i = 0; i < ncases && !w->out->broken; i++) {
        for (size_t k = 0; k < n; k++) gp_run_case(&c[k], runs[k], w->scratch, i);
        if (w->format->beside && n > 1) w->format->beside(w, c, infos, n);
        for (size_t k = 0; k < n && !(w->format->beside && n > 1); k++) {
            w->info = &infos[k];
            w->format->one(w, &c[k]);
        }
        w->info = infos;
        w->ncases++;
        gp_out_full(w->out);
        gp_arena_fini(w->scratch);
        tell(w, watch);
    }
}

/* Claims are audited only where a case is read in full: those of a block that was written without its rows. *next is the first claim
 * that was not looked at yet. */
static void audit_cases(gp_writer *w, gp_run *run, const gp_block *b, size_t *next) {
    const gp_frame *f = w->info->frame;
    while (*next < f->nclaims && f->claims[*next].row < b->first + b->n) {
        const uint32_t row = f->claims[*next].row;
        gp_case_result c;
        gp_run_case(&c, run, w->scratch, row - b->first);
        gp_arena_fini(w->scratch);
        while (*next < f->nclaims && f->claims[*next].row == row) ++*next;
    }
}

static void write_in_full(gp_writer *w, gp_run *const *runs, const gp_run_info *infos, size_t n, const gp_watch *watch) {
    gp_block b;
    while (!w->out->broken) {
        bool more = true;
        for (size_t k = 0; k < n; k++) more = gp_run_block(runs[k], &b) && more; /* of one frame: they end together */
        if (!more) return;
        write_cases(w, runs, infos, n, b.n, watch);
    }
}

void gp_report_blocks(gp_writer *w, gp_run *run, const gp_watch *watch) {
    gp_block b;
    size_t next_claim = 0;
    while (!w->out->broken && gp_run_block(run, &b)) {
        w->format->block(w, &b);
        audit_cases(w, run, &b, &next_claim);
        w->ncases += b.n;
        gp_out_full(w->out);
        tell(w, watch);
    }
}

static void write_runs(gp_writer *w, gp_run *const *runs, const gp_run_info *infos, size_t n, const gp_watch *watch) {
    if (!w->format->block) write_in_full(w, runs, infos, n, watch);
    for (size_t k = 0; k < n && w->format->block; k++) {
        w->info = &infos[k];
        gp_report_blocks(w, runs[k], watch);
    }
    w->info = infos;
}

static void start(const gp_format *format, gp_run *run, const gp_run_info *info) {
    gp_run_rewind(run);
    if (format->block && info->frame->nclaims == 0) gp_run_narrow(run);
}

bool gp_report_run(const gp_format *format, gp_run *const *runs, const gp_run_info *infos, size_t n, const gp_style *style,
                   const gp_watch *watch, gp_arena *scratch, gp_out *out) {
    gp_writer w = {.format = format, .out = out, .info = infos, .style = *style, .total = infos->frame->nrows};
    w.arena = arena_within(scratch);
    w.scratch = arena_within(scratch);
    w.style.models = n > 1;
    for (size_t k = 0; k < n; k++) start(format, runs[k], &infos[k]);
    format->begin(&w);
    write_runs(&w, runs, infos, n, watch);
    gp_sum sum = {0};
    gp_run_sum(&sum, runs[0]);
    if (!out->broken) format->end(&w, &sum);
    gp_out_flush(out);
    return !out->broken;
}

/* -- several plans -- */

static uint64_t count_cases(const gp_several *s) {
    uint64_t n = 0;
    for (size_t i = 0; i < s->n + s->nscenarios; i++) n += s->parts[i].run ? s->parts[i].info.frame->nrows : 0;
    return n;
}

static void write_part(gp_writer *w, gp_part *part, const gp_watch *watch) {
    if (!part->run) {
        gp_out_flush(w->out);
        gp_buf_text(&w->out->buf, part->kept);
        gp_out_flush(w->out);
        return;
    }
    start(w->format, part->run, &part->info);
    w->format->begin(w);
    write_runs(w, &part->run, &part->info, 1, watch);
    part->sum = (gp_sum){0};
    gp_run_sum(&part->sum, part->run);
    if (!w->out->broken) w->format->end(w, &part->sum);
    gp_out_flush(w->out);
}

/* What a keeper is given is the part alone: what stands before it goes out first. */
static void write_kept(gp_writer *w, gp_part *part, const gp_watch *watch, const gp_keeper *keep) {
    gp_out_flush(w->out);
    bool kept = keep && part->run && keep->begin(keep->ud, part, w->out);
    write_part(w, part, watch);
    bool whole = w->out->copy && !w->out->broken;
    w->out->copy = NULL;
    if (kept) keep->end(keep->ud, part, whole);
}

bool gp_report_several(const gp_format *format, gp_several *several, const gp_style *style, const gp_watch *watch, const gp_keeper *keep,
                       gp_arena *scratch, gp_out *out) {
    gp_writer w = {.format = format, .out = out, .style = *style, .several = several, .total = count_cases(several)};
    gp_sum sum = {0};
    w.arena = arena_within(scratch);
    w.scratch = arena_within(scratch);
    w.info = &several->parts[0].info;
    if (format->open) format->open(&w);
    size_t all = several->n + several->nscenarios;
    for (size_t i = 0; i < all && !out->broken; i++) {
        if (i == several->n && format->between) format->between(&w);
        several->at = i;
        w.info = &several->parts[i].info;
        if (watch->part) watch->part(watch->ud, i, all);
        if (format->gap) format->gap(&w);
        write_kept(&w, &several->parts[i], watch, keep);
        if (i < several->n) gp_sum_add(&sum, &several->parts[i].sum);
    }
    if (!out->broken && format->close) format->close(&w, &sum);
    gp_out_flush(out);
    return !out->broken;
}

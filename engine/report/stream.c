/* Streaming: threads take parts of the mapped table as they come free, read, evaluate and format them, and hand them on in turn.
 * Invariant: where a part starts is guessed (behind a line end) and checked when its turn comes; a part that was guessed wrong, or has
 * something to report, is done again then, with all that came before it known. So nothing depends on who did what when. */
#include "report/stream.h"

#include <stdatomic.h>
#include <string.h>

#include "base/relay.h"
#include "data/keys.h"
#include "data/part.h"
#include "data/refused.h"
#include "eval/program.h"

enum {
    PART_ROWS = 2 * 512 - 32, /* two blocks, hardly ever a few rows more */
    PART_MIN = 16 << 10,
    PART_MAX = 8 << 20,
    SAMPLE = 64,          /* records from which the length of the others is estimated */
    LOOK_BEYOND = 64 << 10
};

/* What the threads share. What changes is touched only by whose turn it is, the atomic aside. */
typedef struct team {
    const gp_stream *ask;
    gp_file file;
    size_t body, part_size, nparts;
    const gp_program *program;
    atomic_bool silent;  /* there were errors: no more is evaluated, only read */
    gp_streamed outcome; /* other than GP_STREAMED: no part is taken any more */
    size_t expected; /* where that part really starts */
    uint32_t line;
    size_t softened, errors_before;
    gp_keys keys;
    gp_sum sum;
    bool adds_up;
} team;

typedef struct member {
    team *team;
    gp_arena scratch;
    gp_range_of range; /* of the part at hand, and where its last record ends */
    size_t end;
    gp_table_part *part;
    gp_run *run;
    gp_writer writer;
    gp_run_info info;
    gp_out out;
    bool clean; /* the text of the part at hand */
} member;

/* -- parts -- */

/* Where the first record behind a line end at or behind `at` stands. */
static size_t line_start(const team *t, size_t at) {
    gp_text text = t->file.text;
    if (at <= t->body) return t->body;
    if (at >= text.n) return text.n;
    const char *end = memchr(text.s + at - 1, '\n', text.n - (at - 1));
    return end ? (size_t)(end + 1 - text.s) : text.n;
}

static gp_range_of range_of(const team *t, size_t k) {
    gp_range_of r = {line_start(t, t->body + k * t->part_size), line_start(t, t->body + (k + 1) * t->part_size), t->file.text.n, 0};
    if (r.end - r.to > LOOK_BEYOND) r.end = r.to + LOOK_BEYOND;
    return r;
}

/* Parts of about PART_ROWS rows, by the length of the first records. */
static void cut(team *t) {
    gp_text text = t->file.text;
    size_t at = t->body, n = 0;
    for (const char *end; n < SAMPLE && at < text.n && (end = memchr(text.s + at, '\n', text.n - at)); n++)
        at = (size_t)(end + 1 - text.s);
    size_t record = n ? (at - t->body) / n : PART_MAX, size = record < PART_MAX / PART_ROWS ? record * PART_ROWS : PART_MAX;
    t->part_size = size < PART_MIN ? PART_MIN : size;
    t->nparts = (text.n - t->body) / t->part_size + 1;
    gp_keys_init(&t->keys, t->ask->frame->arena, (text.n - t->body) / (record + 1) + SAMPLE);
}

/* -- one part: read, evaluated, formatted; all of it stays with the thread -- */

static size_t read_part(member *m, gp_diags *d, size_t *softened, const gp_range_of *r) {
    static const gp_watch NOBODY = {0};
    team *t = m->team;
    const gp_frame *f;
    size_t end = gp_part_read(&f, m->part, d, softened, r);
    m->clean = gp_text_is_clean((gp_text){t->file.text.s + r->from, end > r->from ? end - r->from : 0});
    m->info.frame = f;
    gp_run_turn_to(m->run, f);
    if (f->nclaims == 0) gp_run_narrow(m->run);
    m->out.buf.n = 0;
    if (!t->silent && m->clean) gp_report_blocks(&m->writer, m->run, &NOBODY);
    return end;
}

/* -- a turn: with the lock, in the order of the file -- */

static void add_counts(team *t, const gp_frame *f) {
    gp_frame *all = t->ask->frame;
    all->rows_in += f->rows_in;
    all->used += f->used;
    all->other_periods += f->other_periods;
    all->refused += f->refused;
    all->rounded += f->rounded;
    all->text_missing += f->text_missing;
}

static void add_part(member *m) {
    team *t = m->team;
    gp_sum sum;
    t->adds_up = gp_run_sum(&sum, m->run) && t->adds_up;
    gp_sum_add(&t->sum, &sum);
    add_counts(t, m->info.frame);
    t->line += gp_part_lines(m->part);
}

static void hand_on(member *m, size_t end) {
    team *t = m->team;
    const gp_watch *watch = &t->ask->watch;
    if (m->out.buf.n && t->ask->sink(t->ask->ud, m->out.buf.s, m->out.buf.n) != 0) t->outcome = GP_STREAM_REFUSED;
    double read = (double)(end - t->body), all = (double)(t->file.text.n - t->body), cases = (double)t->sum.cases;
    if (watch->fn) watch->fn(watch->ud, t->sum.cases, read < all ? (uint64_t)(cases * all / read) : t->sum.cases);
}

static bool is_right(const member *m, const gp_range_of *r, size_t end) {
    const team *t = m->team;
    return r->from == t->expected && !gp_part_reports(m->part) && (end < r->end || r->end == t->file.text.n);
}

static void settle(member *m, gp_range_of r, size_t end) {
    team *t = m->team;
    gp_diags *d = t->ask->frame->diags;
    if (!is_right(m, &r, end)) {
        r = (gp_range_of){t->expected, r.to, t->file.text.n, t->line};
        end = read_part(m, d, &t->softened, &r);
    }
    if (!m->clean || !gp_keys_add(&t->keys, gp_part_keys(m->part), m->info.frame->nrows)) {
        t->outcome = GP_STREAM_UNFIT;
        return;
    }
    t->expected = end;
    add_part(m);
    if (d->errors > t->errors_before) t->silent = true;
    else hand_on(m, end);
}

static void work(void *ud, void *own, uint64_t k) {
    const team *t = ud;
    member *m = own;
    size_t none = 0;
    m->range = range_of(t, (size_t)k);
    m->end = read_part(m, NULL, &none, &m->range);
}

static bool take(void *ud, void *own, uint64_t k) {
    const team *t = ud;
    member *m = own;
    (void)k;
    settle(m, m->range, m->end);
    return t->outcome == GP_STREAMED;
}

/* -- threads -- */

static void release(void *scratch) { gp_arena_fini(scratch); }

/* What a thread needs, made before it runs. Hosts were loaded once already, so only memory can be in the way. */
static void equip(void *ud, void *own, gp_arena *a) {
    team *t = ud;
    member *m = own;
    const gp_stream *ask = t->ask;
    gp_diags *unread = GP_NEW(a, gp_diags);
    gp_run_options options = ask->options;
    m->team = t;
    gp_arena_init(&m->scratch, a->mem);
    gp_arena_defer(a, release, &m->scratch);
    gp_diags_init(unread, a);
    options.host = ask->has_rules ? gp_host_new(a, unread, options.plan, &ask->limits) : NULL;
    m->part = gp_part_new(a, a->mem, ask->frame->plan, &t->file, ask->bad_rows_ok, ask->frame->refusals);
    gp_out_init(&m->out, a, NULL, NULL);
    m->out.held = true;
    m->info = (gp_run_info){.plan = options.plan, .frame = ask->frame};
    m->run = gp_run_of(a, unread, ask->frame, t->program, &options);
    m->writer = (gp_writer){.format = ask->format, .out = &m->out, .arena = a, .scratch = &m->scratch};
    m->writer.info = &m->info;
    m->writer.style = ask->style;
    ask->format->begin(&m->writer);
}

/* The head of the output comes from the first of the crew. */
static bool write_head(void *ud, void *first) {
    team *t = ud;
    const member *m = first;
    if (t->ask->sink(t->ask->ud, m->out.buf.s, m->out.buf.n) != 0) t->outcome = GP_STREAM_REFUSED;
    return t->outcome == GP_STREAMED;
}

static gp_streamed together(team *t, gp_arena *a) {
    gp_relay relay = {.arena = a,
                      .jobs = t->ask->jobs,
                      .pieces = t->nparts,
                      .own = sizeof(member),
                      .equip = equip,
                      .begin = write_head,
                      .work = work,
                      .take = take,
                      .ud = t};
    if (!gp_relay_run(&relay)) return GP_STREAM_NO_MEMORY;
    return t->outcome == GP_STREAMED && t->silent ? GP_STREAM_INVALID : t->outcome;
}

/* -- what can be streamed -- */

/* The program, where each case can be evaluated by itself; what is to be said against it is said when all is read at once. */
static const gp_program *program_of(const gp_stream *ask, gp_arena *a) {
    gp_diags *unread = GP_NEW(a, gp_diags);
    gp_diags_init(unread, a);
    gp_host *host = ask->has_rules ? gp_host_new(a, unread, ask->options.plan, &ask->limits) : NULL;
    if (ask->has_rules && !host) return NULL;
    const gp_program *p = gp_program_new(a, unread, ask->frame, ask->options.plan, host);
    return p && !p->whole_frame && unread->n == 0 ? p : NULL;
}

/* Takes back what a try has left in the frame and in the messages. */
static void undo(gp_frame *f, const gp_diags *before) {
    f->rows_in = f->used = f->other_periods = f->refused = f->rounded = f->text_missing = 0;
    if (f->refusals) f->refusals->n = 0;
    f->diags->nsources = before->nsources;
    f->diags->n = before->n;
    f->diags->errors = before->errors;
    f->diags->warnings = before->warnings;
    f->diags->notes = before->notes;
}

gp_streamed gp_stream_run(gp_sum *sum, bool *adds_up, const gp_stream *ask, gp_arena *a) {
    gp_diags before = *ask->frame->diags;
    team *t = GP_NEW(a, team);
    t->ask = ask;
    t->adds_up = true;
    t->errors_before = before.errors;
    gp_streamed outcome = GP_STREAM_UNFIT;
    if (ask->format->apart && gp_parts_open(&t->file, &t->body, &t->line, ask->frame) && (t->program = program_of(ask, a))) {
        t->expected = t->body;
        cut(t);
        outcome = together(t, a);
    }
    if (outcome == GP_STREAM_UNFIT) undo(ask->frame, &before);
    else gp_frame_note(ask->frame);
    *sum = t->sum;
    *adds_up = t->adds_up;
    return outcome;
}

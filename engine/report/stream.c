/* Streaming: threads take parts of the mapped table as they come free, read, evaluate and format them, and hand them on in turn.
 * Invariant: where a part starts is guessed (behind a line end) and checked when its turn comes; a part that was guessed wrong, or has
 * something to report, is done again then, with all that came before it known. So nothing depends on who did what when. */
#include "report/stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/shared.h"
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

/* What the threads share. What changes is touched only by who holds `lock`, the two atomics aside. */
typedef struct team {
    const gp_stream *ask;
    gp_file file;
    size_t body, part_size, nparts;
    const gp_program *program;
    gp_shared_mem mem;
    gp_mem *home; /* of the frame, the diagnostics and the keys */
    pthread_mutex_t lock;
    pthread_cond_t turned;
    atomic_size_t next;  /* part that nobody has taken */
    atomic_bool silent;  /* there were errors: no more is evaluated, only read */
    size_t turn;         /* part whose turn it is */
    bool over;
    gp_streamed outcome;
    size_t expected; /* where that part really starts */
    uint32_t line;
    size_t softened, errors_before;
    gp_keys keys;
    gp_sum sum;
    bool adds_up;
} team;

typedef struct member {
    team *team;
    pthread_t thread;
    gp_mem mem;
    jmp_buf trap, *outer; /* outer: of the home memory while it is this thread's turn */
    gp_arena arena, scratch;
    gp_table_part *part;
    gp_run *run;
    gp_writer writer;
    gp_run_info info;
    gp_out out;
    bool clean;     /* the text of the part at hand */
    bool has_lock;
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

static size_t work(member *m, gp_diags *d, size_t *softened, const gp_range_of *r) {
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

static void finish(team *t, gp_streamed outcome) {
    t->outcome = outcome;
    t->over = true;
}

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
    if (m->out.buf.n && t->ask->sink(t->ask->ud, m->out.buf.s, m->out.buf.n) != 0) finish(t, GP_STREAM_REFUSED);
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
        end = work(m, d, &t->softened, &r);
    }
    if (!m->clean || !gp_keys_add(&t->keys, gp_part_keys(m->part), m->info.frame->nrows)) {
        finish(t, GP_STREAM_UNFIT);
        return;
    }
    t->expected = end;
    add_part(m);
    if (d->errors > t->errors_before) t->silent = true;
    else hand_on(m, end);
}

/* Memory that ends in a turn is found out by who has it, whoever's memory it is. */
static void take_turn(member *m, size_t k, const gp_range_of *r, size_t end) {
    team *t = m->team;
    pthread_mutex_lock(&t->lock);
    m->has_lock = true;
    while (t->turn != k && !t->over) pthread_cond_wait(&t->turned, &t->lock);
    m->outer = t->home->trap;
    t->home->trap = &m->trap;
    if (!t->over) settle(m, *r, end);
    t->home->trap = m->outer;
    t->turn = k + 1;
    pthread_cond_broadcast(&t->turned);
    m->has_lock = false;
    pthread_mutex_unlock(&t->lock);
}

/* -- threads -- */

static void ran_out(member *m) {
    team *t = m->team;
    if (m->has_lock) t->home->trap = m->outer;
    else pthread_mutex_lock(&t->lock);
    m->has_lock = false;
    finish(t, GP_STREAM_NO_MEMORY);
    pthread_cond_broadcast(&t->turned);
    pthread_mutex_unlock(&t->lock);
}

static bool is_over(team *t) {
    pthread_mutex_lock(&t->lock);
    bool over = t->over;
    pthread_mutex_unlock(&t->lock);
    return over;
}

static void *serve(void *arg) {
    member *m = arg;
    team *t = m->team;
    if (setjmp(m->trap)) {
        ran_out(m);
        return NULL;
    }
    for (size_t k = atomic_fetch_add(&t->next, 1); k < t->nparts && !is_over(t); k = atomic_fetch_add(&t->next, 1)) {
        gp_range_of r = range_of(t, k);
        size_t none = 0, end = work(m, NULL, &none, &r);
        take_turn(m, k, &r, end);
    }
    return NULL;
}

/* What a thread needs, made before it runs. Hosts were loaded once already, so only memory can be in the way. */
static void equip(member *m, team *t) {
    const gp_stream *ask = t->ask;
    gp_diags *unread = GP_NEW(&m->arena, gp_diags);
    gp_run_options options = ask->options;
    gp_diags_init(unread, &m->arena);
    options.host = ask->has_rules ? gp_host_new(&m->arena, unread, options.plan, &ask->limits) : NULL;
    m->part = gp_part_new(&m->arena, &m->mem, ask->frame->plan, &t->file, ask->bad_rows_ok, ask->frame->refusals);
    gp_out_init(&m->out, &m->arena, NULL, NULL);
    m->out.held = true;
    m->info = (gp_run_info){.plan = options.plan, .frame = ask->frame};
    m->run = gp_run_of(&m->arena, unread, ask->frame, t->program, &options);
    m->writer = (gp_writer){.format = ask->format, .out = &m->out, .arena = &m->arena, .scratch = &m->scratch};
    m->writer.info = &m->info;
    m->writer.style = ask->style;
    ask->format->begin(&m->writer);
}

static bool equip_all(member *crew, size_t n, team *t) {
    jmp_buf trap;
    volatile bool done = false;
    for (size_t i = 0; i < n; i++) {
        crew[i].team = t;
        crew[i].mem = gp_shared_view(&t->mem);
        crew[i].mem.trap = &trap;
        gp_arena_init(&crew[i].arena, &crew[i].mem);
        gp_arena_init(&crew[i].scratch, &crew[i].mem);
    }
    if (setjmp(trap) == 0) {
        for (size_t i = 0; i < n; i++) equip(&crew[i], t);
        done = true;
    }
    return done;
}

/* The first of them is the caller; where threads cannot be had there are fewer. */
static void run_all(member *crew, size_t n) {
    size_t started = 1;
    for (size_t i = 0; i < n; i++) crew[i].mem.trap = &crew[i].trap;
    while (started < n && pthread_create(&crew[started].thread, NULL, serve, &crew[started]) == 0) started++;
    serve(&crew[0]);
    for (size_t i = 1; i < started; i++) pthread_join(crew[i].thread, NULL);
}

/* The head of the output comes from the first of the crew. */
static void write_all(member *crew, size_t n, team *t) {
    if (!equip_all(crew, n, t)) {
        t->outcome = GP_STREAM_NO_MEMORY;
        return;
    }
    if (t->ask->sink(t->ask->ud, crew[0].out.buf.s, crew[0].out.buf.n) != 0) t->outcome = GP_STREAM_REFUSED;
    else run_all(crew, n);
}

static unsigned processors(void) {
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (unsigned)n : 1;
}

static gp_streamed together(team *t, gp_arena *a) {
    size_t jobs = t->ask->jobs ? t->ask->jobs : processors(), n = jobs < t->nparts ? jobs : t->nparts;
    member *crew = gp_arena_array(a, n, sizeof *crew);
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->turned, NULL);
    gp_shared_init(&t->mem, a->mem);
    write_all(crew, n, t);
    for (size_t i = 0; i < n; i++) {
        gp_arena_fini(&crew[i].scratch);
        gp_arena_fini(&crew[i].arena);
    }
    gp_shared_fini(&t->mem);
    pthread_cond_destroy(&t->turned);
    pthread_mutex_destroy(&t->lock);
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
    t->home = ask->frame->arena->mem;
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

/* Answers of what-if as tables for people, CSV for tables of theirs, JSON for programs.
 * Invariant: every sheet of the answer is in the table and the JSON; CSV has the one that was asked for. */
#include "report/answer.h"

#include <math.h>
#include <string.h>

#include "base/number.h"
#include "report/writers.h"

/* ---- table ---- */

static gp_text heading(const gp_answer *a, const gp_sheet_column *c) {
    const char *word = a->lang == GP_ZH ? c->zh : c->en;
    return gp_text_of(word ? word : c->id);
}

/* The text of a field; room: for that of a number, 32 bytes. */
static gp_text read_as(const gp_field *f, char *room) {
    if (f->text.s || isnan(f->number)) return f->text;
    return (gp_text){room, gp_number_print(room, f->number)};
}

/* A column that says nothing, or the same empty thing everywhere, is left out of the table. */
static bool says_nothing(const gp_sheet *s, size_t k) {
    for (size_t r = 0; r < s->nrows; r++)
        if (s->fields[r * s->ncolumns + k].text.n || !isnan(s->fields[r * s->ncolumns + k].number)) return false;
    return true;
}

static size_t width_of(const gp_answer *a, const gp_sheet *s, size_t k) {
    size_t most = gp_text_width(heading(a, &s->columns[k]));
    for (size_t r = 0; r < s->nrows; r++) {
        char room[32];
        size_t n = gp_text_width(read_as(&s->fields[r * s->ncolumns + k], room));
        most = n > most ? n : most;
    }
    return most > 40 ? 40 : most;
}

static void put_rule(gp_buf *out, size_t n) {
    for (size_t i = 0; i < n; i++) gp_buf_str(out, "─");
    gp_buf_char(out, '\n');
}

static void put_sheet(gp_out *o, gp_arena *scratch, const gp_answer *a, const gp_sheet *s, const size_t *width) {
    size_t total = 0, last = 0;
    for (size_t k = 0; k < s->ncolumns; k++) {
        if (width[k]) last = k;
        total += width[k] ? width[k] + 2 : 0;
    }
    for (size_t r = 0; r <= s->nrows; r++) { /* the heading first */
        for (size_t k = 0; k < s->ncolumns; k++) {
            if (!width[k]) continue;
            char room[32];
            gp_text t = r ? gp_cell_clean(scratch, read_as(&s->fields[(r - 1) * s->ncolumns + k], room)) : heading(a, &s->columns[k]);
            gp_cell_put(&o->buf, t, width[k], s->columns[k].right);
            if (k != last) gp_blanks_put(&o->buf, 2);
        }
        gp_line_end(&o->buf);
        if (r == 0) put_rule(&o->buf, total - 2);
        gp_out_full(o);
    }
}

static void write_table(gp_out *o, gp_arena *scratch, const gp_answer *a) {
    for (size_t i = 0; i < a->nwords; i++) gp_buf_printf(&o->buf, "%.*s\n", GP_ARG(a->words[i]));
    if (a->nwords && a->nlines) gp_buf_char(&o->buf, '\n');
    for (size_t i = 0; i < a->nlines; i++) gp_buf_printf(&o->buf, "%.*s\n", GP_ARG(a->lines[i]));
    for (size_t i = 0; i < a->nsheets; i++) {
        const gp_sheet *s = a->sheets[i];
        if (s->nrows == 0) continue;
        if (i || a->nwords || a->nlines) gp_buf_char(&o->buf, '\n');
        if (s->title.n) gp_buf_printf(&o->buf, "%.*s\n", GP_ARG(s->title));
        size_t *width = gp_arena_array(scratch, s->ncolumns, sizeof *width);
        for (size_t k = 0; k < s->ncolumns; k++) width[k] = says_nothing(s, k) ? 0 : width_of(a, s, k);
        put_sheet(o, scratch, a, s, width);
    }
}

/* ---- markdown ---- */

/* A cell: what Markdown would take for its own is escaped. */
static void put_md(gp_out *o, gp_arena *scratch, gp_text t) {
    t = gp_cell_clean(scratch, t);
    for (size_t i = 0; i < t.n; i++) {
        if (strchr("|\\`*_[]<>#", t.s[i])) gp_buf_char(&o->buf, '\\');
        gp_buf_char(&o->buf, t.s[i]);
    }
}

static void write_md(gp_out *o, gp_arena *scratch, const gp_answer *a) {
    for (size_t i = 0; i < a->nwords; i++) {
        put_md(o, scratch, a->words[i]);
        gp_buf_str(&o->buf, "\n\n");
    }
    for (size_t i = 0; i < a->nsheets; i++) {
        const gp_sheet *s = a->sheets[i];
        if (s->nrows == 0) continue;
        if (s->title.n) gp_buf_printf(&o->buf, "## %.*s\n\n", GP_ARG(s->title));
        for (size_t r = 0; r <= s->nrows; r++) {
            for (size_t k = 0; k < s->ncolumns; k++) {
                char room[32];
                gp_buf_str(&o->buf, "| ");
                put_md(o, scratch, r ? read_as(&s->fields[(r - 1) * s->ncolumns + k], room) : heading(a, &s->columns[k]));
                gp_buf_char(&o->buf, ' ');
            }
            gp_buf_str(&o->buf, "|\n");
            for (size_t k = 0; r == 0 && k < s->ncolumns; k++) gp_buf_str(&o->buf, s->columns[k].right ? "|---:" : "|---");
            if (r == 0) gp_buf_str(&o->buf, "|\n");
            gp_out_full(o);
        }
        gp_buf_char(&o->buf, '\n');
    }
}

/* ---- csv ---- */

static void put_headings(gp_buf *out, const gp_sheet_column *columns, size_t n) {
    for (size_t k = 0; k < n; k++) {
        if (k) gp_buf_char(out, ',');
        gp_csv_text(out, gp_text_of(columns[k].id));
    }
    gp_buf_char(out, '\n');
}

static void write_csv(gp_out *o, const gp_sheet *s) {
    put_headings(&o->buf, s->columns, s->ncolumns);
    for (size_t i = 0; i < s->nrows * s->ncolumns; i++) {
        if (i % s->ncolumns) gp_buf_char(&o->buf, ',');
        if (isnan(s->fields[i].number)) gp_csv_text(&o->buf, s->fields[i].text);
        else gp_number_put(&o->buf, s->fields[i].number);
        if (i % s->ncolumns == s->ncolumns - 1) gp_buf_char(&o->buf, '\n');
        gp_out_full(o);
    }
}

/* ---- rows that are taken as they come ---- */

enum { FIGURE = 32 }; /* room for a number and a comma */

/* A whole number and a comma. Returns the end. */
static char *put_whole(char *to, size_t v) {
    char room[24], *s = room + sizeof room;
    do *--s = (char)('0' + v % 10);
    while (v /= 10);
    memcpy(to, s, (size_t)(room + sizeof room - s));
    to += room + sizeof room - s;
    *to++ = ',';
    return to;
}

static char *put_figure(char *to, double v) {
    if (!isnan(v)) to += gp_number_print(to, v);
    *to++ = ',';
    return to;
}

/* A field that is mostly the one of the row before: its bytes in `kept`, comma included. */
typedef struct same {
    gp_text text;
    gp_buf kept;
} same;

static void put_same(gp_buf *out, same *s, gp_text t) {
    if (s->kept.n == 0 || t.s != s->text.s || t.n != s->text.n) {
        s->text = t;
        s->kept.n = 0;
        gp_csv_text(&s->kept, t);
        gp_buf_char(&s->kept, ',');
    }
    gp_buf_put(out, s->kept.s, s->kept.n);
}

static void put_lead(gp_buf *out, const gp_field *f) {
    char room[FIGURE];
    if (!isnan(f->number)) {
        gp_buf_put(out, room, (size_t)(put_figure(room, f->number) - room));
        return;
    }
    gp_csv_text(out, f->text);
    gp_buf_char(out, ',');
}

static void put_marks(gp_buf *out, double lo, double hi) {
    char room[2 * FIGURE], *to = put_figure(room, lo);
    size_t n = (size_t)(to - room);
    if (lo == hi) memcpy(to, room, n), to += n;
    else to = put_figure(to, hi);
    gp_buf_put(out, room, (size_t)(to - room));
}

static void put_outcomes(gp_buf *out, const gp_outcomes *r) {
    same subject = {.text = GP_NO_TEXT}, grade = {.text = GP_NO_TEXT};
    gp_buf_init(&subject.kept, out->arena);
    gp_buf_init(&grade.kept, out->arena);
    for (size_t i = 0; i < r->n; i++) {
        char room[3 * FIGURE], *to = room;
        for (size_t k = 0; k < r->nlead; k++) put_lead(out, r->lead[i * r->nlead + k]);
        put_same(out, &subject, r->subject[i]);
        put_marks(out, r->marks_lo[i], r->marks_hi[i]);
        put_same(out, &grade, r->grade[i]);
        to = put_whole(to, r->met[i]);
        to = put_whole(to, r->unmet[i]);
        to = put_whole(to, r->open[i]);
        to[-1] = '\n';
        gp_buf_put(out, room, (size_t)(to - room));
    }
}

static bool hand(void *ud, gp_text bytes) {
    gp_out *o = ud;
    if (!o->broken && bytes.n && o->sink(o->ud, bytes.s, bytes.n) != 0) o->broken = true;
    return !o->broken;
}

gp_taker gp_outcomes_csv(gp_out *out) { return (gp_taker){put_headings, put_outcomes, hand, out}; }

/* ---- json ---- */


static void put_field(gp_json *j, const gp_field *f) {
    if (!isnan(f->number)) gp_json_number(j, f->number);
    else if (f->text.n) gp_json_text(j, f->text);
    else gp_json_null(j);
}

static void put_levers(gp_json *j, const gp_asked *asked) {
    gp_json_key(j, "by");
    gp_json_open(j, true, false);
    for (size_t i = 0; i < asked->nlevers; i++) {
        gp_json_open(j, false, false);
        gp_json_key(j, "path");
        gp_json_text(j, asked->levers[i].path);
        gp_json_key(j, "within");
        gp_json_text(j, asked->levers[i].within);
        gp_json_key(j, "cost");
        gp_json_number(j, asked->levers[i].cost);
        gp_json_close(j);
    }
    gp_json_close(j);
}

static void put_option(gp_json *j, gp_arena *scratch, const gp_asked_option *o) {
    gp_json_key(j, gp_text_cstr(scratch, o->key));
    switch (o->kind) {
    case GP_ASKED_NOTHING: gp_json_null(j); break;
    case GP_ASKED_TEXT: gp_json_text(j, o->text); break;
    case GP_ASKED_NUMBER: gp_json_raw(j, o->text); break;
    case GP_ASKED_FLAG: gp_json_bool(j, o->flag); break;
    }
}

/* All that decides the answer beside the files. */
static void put_asked(gp_json *j, gp_arena *scratch, const gp_asked *asked) {
    gp_json_key(j, "question");
    gp_json_text(j, asked->question);
    gp_json_key(j, "settings");
    gp_json_open(j, false, true);
    gp_json_key(j, "subject");
    gp_json_text(j, asked->subject);
    gp_json_key(j, "scenarios");
    gp_json_open(j, true, false);
    for (size_t i = 0; i < asked->scenarios.n; i++) gp_json_text(j, asked->scenarios.list[i]);
    gp_json_close(j);
    if (asked->table.s) {
        gp_json_key(j, "table");
        gp_json_text(j, asked->table);
    }
    gp_document_words(j, "set", asked->sets.list, asked->sets.n);
    gp_document_words(j, "sweep", asked->sweeps.list, asked->sweeps.n);
    put_levers(j, asked);
    for (size_t i = 0; i < asked->noptions; i++) put_option(j, scratch, &asked->options[i]);
    gp_json_close(j);
}

/* The other plan of a back-test, with all that it reads. */
static void put_against(gp_json *j, gp_writer *w, const gp_plan *plan) {
    const gp_run_info *own = w->info;
    gp_run_info other = {.engine = own->engine, .plan = plan};
    gp_file *files = gp_arena_array(w->scratch, plan->ninputs + 1, sizeof *files);
    files[0] = plan->file;
    if (plan->ninputs) memcpy(files + 1, plan->inputs, plan->ninputs * sizeof *files);
    w->info = &other;
    gp_document_files(j, w, "against", files, plan->ninputs + 1);
    w->info = own;
}

static void put_basis(gp_json *j, gp_writer *w, const gp_answer_info *info) {
    gp_json_key(j, "run");
    gp_document_run(j, w);
    gp_document_files(j, w, "scenarios", info->files, info->nfiles);
    if (info->against) put_against(j, w, info->against);
    put_asked(j, w->scratch, info->asked);
}

static void put_sheet_json(gp_json *j, gp_out *o, const gp_sheet *s) {
    gp_json_key(j, s->id);
    gp_json_open(j, true, true);
    for (size_t r = 0; r < s->nrows; r++) {
        gp_json_open(j, false, false);
        for (size_t k = 0; k < s->ncolumns; k++) {
            gp_json_key(j, s->columns[k].id);
            put_field(j, &s->fields[r * s->ncolumns + k]);
        }
        gp_json_close(j);
        gp_out_full(o);
    }
    gp_json_close(j);
}

static void write_json(gp_out *o, gp_arena *scratch, const gp_answer *a, const gp_answer_info *info, const gp_style *style) {
    gp_json j;
    gp_writer w = {.out = o, .arena = scratch, .scratch = scratch, .info = info->run, .style = *style};
    gp_json_init(&j, &o->buf);
    gp_json_open(&j, false, true);
    gp_json_key(&j, "goalpost");
    gp_json_whole(&j, 1);
    gp_json_key(&j, "whatif");
    gp_json_text(&j, info->run->plan->id);
    put_basis(&j, &w, info);
    gp_json_key(&j, "words");
    gp_json_open(&j, true, true);
    for (size_t i = 0; i < a->nwords; i++) gp_json_text(&j, a->words[i]);
    gp_json_close(&j);
    for (size_t i = 0; i < a->nsheets; i++) put_sheet_json(&j, o, a->sheets[i]);
    gp_json_close(&j);
    gp_buf_char(&o->buf, '\n');
}

/* ---- */

static const gp_sheet *sheet_of(const gp_answer *a, gp_text name) {
    for (size_t i = 0; i < a->nsheets; i++)
        if (!name.s || gp_text_is(name, a->sheets[i]->id)) return a->sheets[i];
    return NULL;
}

bool gp_answer_write(gp_out *out, gp_arena *scratch, const gp_answer *a, const gp_answer_info *info, const char *format, gp_text sheet,
                     const gp_style *style) {
    const gp_sheet *one = sheet_of(a, sheet);
    if (strcmp(format, "table") == 0) write_table(out, scratch, a);
    else if (strcmp(format, "md") == 0) write_md(out, scratch, a);
    else if (strcmp(format, "json") == 0) write_json(out, scratch, a, info, style);
    else if (strcmp(format, "csv") == 0 && one) write_csv(out, one);
    else return false;
    gp_out_flush(out);
    return true;
}

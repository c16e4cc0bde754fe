/* The table of several plans: a line a case, then what each department came to, then the sum; behind it what scenarios make of each.
 * Invariant: every case has its line, every department its sum, whether it has a case or not. */
#include <math.h>

#include "report/table.h"

enum { GAP = 2, NAME_MAX = 36, PERIOD = 10, MARKS = 15, GRADE = 12, COUNT = 8 };

/* What a department came to. */
typedef struct tally {
    uint64_t cases, met, unmet, open, overstated;
    gp_range marks;      /* from the lowest to the highest; NaN: none */
    uint64_t *grades;    /* cases by the grade that they have, in the plan's order */
    uint64_t no_grade;   /* cases whose grade is open, where there are grades */
} tally;

typedef struct state {
    size_t department, subject; /* columns of the terminal; department 0: its subjects have its name */
    tally *of;                  /* per part */
    tally all;
    bool grouped;               /* a department has more than one case */
    gp_buf part;
} state;

/* -- names -- */

static gp_text department_of(const gp_plan *p) { return p->department.n ? p->department : p->title.n ? p->title : p->id; }

static size_t larger(size_t a, size_t b) { return a > b ? a : b; }

static size_t capped(size_t width) { return width < NAME_MAX ? width : NAME_MAX; }

static void measure(gp_writer *w, state *s) {
    const gp_lang lang = w->style.lang;
    bool apart = false;
    size_t department = gp_text_width(gp_text_of(gp_label_text(GP_L_DEPARTMENT, lang)));
    s->subject = gp_text_width(gp_text_of(gp_label_text(GP_L_SUBJECT, lang)));
    for (size_t i = 0; i < w->several->n; i++) {
        const gp_run_info *info = &w->several->parts[i].info;
        gp_text name = department_of(info->plan);
        department = larger(department, gp_text_width(name));
        s->grouped |= info->frame->nrows > 1;
        for (size_t k = 0; k < info->frame->nrows; k++) {
            const gp_case *of = &info->frame->cases[k];
            apart |= !gp_text_eq(of->subject, name);
            if (s->subject < NAME_MAX) s->subject = larger(s->subject, gp_text_width(gp_case_who(w->scratch, of)));
        }
        gp_arena_fini(w->scratch);
    }
    s->department = apart || s->grouped ? capped(department) : 0;
    s->subject = capped(s->department ? s->subject : larger(s->subject, department));
}

/* -- cells -- */

static void put_cell(gp_writer *w, gp_text t, size_t width, bool right) {
    gp_cell_put(&w->out->buf, t, width, right);
    gp_blanks_put(&w->out->buf, GAP);
}

static void put_label(gp_writer *w, gp_label label, size_t width, bool right) {
    put_cell(w, gp_text_of(gp_label_text(label, w->style.lang)), width, right);
}

static void put_number(gp_writer *w, uint64_t n, gp_paint paint) {
    char text[32];
    size_t len = gp_number_print(text, (double)n);
    gp_buf_str(&w->out->buf, gp_paint_on(w, n ? paint : GP_P_PLAIN));
    put_cell(w, (gp_text){text, len}, COUNT, true);
    gp_buf_str(&w->out->buf, gp_paint_off(w, n ? paint : GP_P_PLAIN));
}

static void put_counts(gp_writer *w, const tally *t) {
    put_number(w, t->met, GP_P_PLAIN);
    put_number(w, t->unmet, GP_P_BAD);
    put_number(w, t->open, GP_P_OPEN);
    put_number(w, t->overstated, GP_P_BAD);
    gp_line_end(&w->out->buf);
}

static void put_part(gp_writer *w, size_t width, bool right) {
    state *s = w->state;
    put_cell(w, (gp_text){s->part.s, s->part.n}, width, right);
    s->part.n = 0;
}

static void put_rule(gp_writer *w, size_t width) {
    for (size_t i = 0; i < width; i++) gp_buf_str(&w->out->buf, "─");
    gp_buf_char(&w->out->buf, '\n');
}

static size_t counts_width(void) { return 4 * COUNT + 3 * GAP; }

static void put_count_labels(gp_writer *w) {
    static const gp_label COUNTS[] = {GP_L_SHORT_MET, GP_L_SHORT_UNMET, GP_L_SHORT_OPEN, GP_L_SHORT_OVER};
    for (size_t i = 0; i < GP_COUNT(COUNTS); i++) put_label(w, COUNTS[i], COUNT, true);
    gp_buf_str(&w->out->buf, gp_paint_off(w, GP_P_HEAD));
    gp_line_end(&w->out->buf);
}

/* -- a line a case -- */

static void put_title(gp_writer *w) {
    const gp_several *s = w->several;
    gp_text title = s->title.n ? s->title : s->id;
    if (!title.n) return;
    gp_buf_printf(&w->out->buf, "%s%.*s%s\n\n", gp_paint_on(w, GP_P_HEAD), GP_ARG(gp_cell_clean(w->arena, title)),
                  gp_paint_off(w, GP_P_HEAD));
}

static void open_all(gp_writer *w) {
    state *s = w->state = GP_NEW(w->arena, state);
    s->of = gp_arena_array(w->arena, w->several->n + w->several->nscenarios, sizeof *s->of);
    gp_buf_init(&s->part, w->arena);
    measure(w, s);
    put_title(w);
    gp_buf_str(&w->out->buf, gp_paint_on(w, GP_P_HEAD));
    if (s->department) put_label(w, GP_L_DEPARTMENT, s->department, false);
    put_label(w, GP_L_SUBJECT, s->subject, false);
    put_label(w, GP_L_PERIOD, PERIOD, false);
    put_label(w, GP_L_TOTAL, MARKS, true);
    put_label(w, GP_L_GRADE, GRADE, false);
    put_count_labels(w);
    put_rule(w, (s->department ? s->department + GAP : 0) + s->subject + PERIOD + MARKS + GRADE + 4 * GAP + counts_width());
}

static void begin(gp_writer *w) {
    state *s = w->state;
    tally *t = &s->of[w->several->at];
    t->marks = (gp_range){NAN, NAN};
    t->grades = gp_arena_array(w->arena, w->info->plan->root->ngrades, sizeof *t->grades);
}

static void count_grade(tally *t, const gp_plan *plan, const gp_case_result *c) {
    for (size_t i = 0; i < plan->root->ngrades; i++) {
        if (!c->grade.s || !gp_text_eq(c->grade, plan->root->grades[i].name)) continue;
        t->grades[i]++;
        return;
    }
    t->no_grade++;
}

static tally tally_of(const gp_case_result *c) {
    gp_case_tally t = gp_case_count(c);
    return (tally){.cases = 1, .met = t.met, .unmet = t.unmet, .open = t.open, .overstated = t.overstated};
}

static void add(tally *to, const tally *t) {
    to->cases += t->cases;
    to->met += t->met;
    to->unmet += t->unmet;
    to->open += t->open;
    to->overstated += t->overstated;
}

static void count_case(tally *of, const tally *t, const gp_plan *plan, const gp_case_result *c) {
    add(of, t);
    of->marks = (gp_range){fmin(of->marks.lo, c->marks.lo), fmax(of->marks.hi, c->marks.hi)};
    count_grade(of, plan, c);
}

static void put_case(gp_writer *w, const gp_case_result *c, const tally *t, const tally *of) {
    state *s = w->state;
    char text[32];
    gp_text name = of->cases ? GP_TEXT("") : gp_cell_clean(w->scratch, department_of(w->info->plan));
    if (s->department) put_cell(w, name, s->department, false);
    put_cell(w, gp_case_who(w->scratch, c->of), s->subject, false);
    put_cell(w, (gp_text){text, gp_period_print(text, c->of->period)}, PERIOD, false);
    gp_marks_put(&s->part, c->marks, gp_is_single(c->marks) && !c->below_coverage);
    put_part(w, MARKS, true);
    gp_grade_put(&s->part, c);
    put_part(w, GRADE, false);
    put_counts(w, t);
}

/* A case under a scenario is counted, and has no line among those of the plans. */
static void one(gp_writer *w, const gp_case_result *c) {
    state *s = w->state;
    tally t = tally_of(c), *of = &s->of[w->several->at];
    if (w->several->at < w->several->n) put_case(w, c, &t, of);
    count_case(of, &t, w->info->plan, c);
}

/* A department without a case has a line all the same. */
static void end(gp_writer *w, const gp_sum *sum) {
    state *s = w->state;
    const tally *of = &s->of[w->several->at];
    (void)sum;
    if (w->several->at >= w->several->n) return;
    add(&s->all, of);
    if (of->cases) return;
    put_cell(w, gp_cell_clean(w->scratch, department_of(w->info->plan)), s->department ? s->department : s->subject, false);
    if (s->department) gp_blanks_put(&w->out->buf, s->subject + GAP);
    put_label(w, GP_L_NO_CASE, PERIOD, false);
    gp_line_end(&w->out->buf);
}

/* -- by department -- */

static void put_grades(gp_writer *w, const tally *t, const gp_plan *plan) {
    state *s = w->state;
    bool begun = false;
    for (size_t i = 0; i < plan->root->ngrades; i++) {
        if (!t->grades[i]) continue;
        gp_buf_printf(&s->part, "%s%.*s %lu", begun ? ", " : "", GP_ARG(plan->root->grades[i].name), (unsigned long)t->grades[i]);
        begun = true;
    }
    if (plan->root->ngrades && t->no_grade) gp_buf_printf(&s->part, "%s? %lu", begun ? ", " : "", (unsigned long)t->no_grade);
    put_part(w, 2 * GRADE, false);
}


static void put_span(gp_writer *w, const tally *t) {
    state *s = w->state;
    if (!isnan(t->marks.lo)) gp_marks_put(&s->part, t->marks, t->marks.lo == t->marks.hi);
    put_part(w, MARKS, true);
}

static void put_department(gp_writer *w, size_t i) {
    state *s = w->state;
    const gp_plan *plan = w->several->parts[i].info.plan;
    put_cell(w, gp_cell_clean(w->scratch, department_of(plan)), s->department, false);
    put_number(w, s->of[i].cases, GP_P_PLAIN);
    put_span(w, &s->of[i]);
    put_grades(w, &s->of[i], plan);
    put_counts(w, &s->of[i]);
}

static void put_by_department(gp_writer *w) {
    state *s = w->state;
    gp_buf_printf(&w->out->buf, "\n%s", gp_paint_on(w, GP_P_HEAD));
    put_label(w, GP_L_DEPARTMENT, s->department, false);
    put_label(w, GP_L_CASES_SHORT, COUNT, true);
    put_label(w, GP_L_TOTAL, MARKS, true);
    put_label(w, GP_L_GRADE, 2 * GRADE, false);
    put_count_labels(w);
    put_rule(w, s->department + COUNT + MARKS + 2 * GRADE + 4 * GAP + counts_width());
    for (size_t i = 0; i < w->several->n; i++) put_department(w, i);
}

/* -- scenarios: a line for each department and scenario -- */

static size_t scenario_width(const gp_writer *w) {
    size_t width = gp_text_width(gp_text_of(gp_label_text(GP_L_SCENARIO, w->style.lang)));
    for (size_t i = w->several->n; i < w->several->n + w->several->nscenarios; i++)
        width = larger(width, gp_text_width(gp_cell_clean(w->scratch, w->several->parts[i].scenario)));
    return capped(width);
}

static size_t department_width(const gp_writer *w) {
    size_t width = gp_text_width(gp_text_of(gp_label_text(GP_L_DEPARTMENT, w->style.lang)));
    for (size_t i = 0; i < w->several->n; i++)
        width = larger(width, gp_text_width(gp_cell_clean(w->scratch, department_of(w->several->parts[i].info.plan))));
    return capped(width);
}

static void put_scenario(gp_writer *w, size_t i, size_t width, size_t department) {
    const state *s = w->state;
    const gp_part *part = &w->several->parts[i];
    const gp_plan *plan = w->several->parts[part->of].info.plan;
    put_cell(w, gp_cell_clean(w->scratch, part->scenario), width, false);
    put_cell(w, gp_cell_clean(w->scratch, department_of(plan)), department, false);
    put_number(w, s->of[i].cases, GP_P_PLAIN);
    put_span(w, &s->of[part->of]);
    put_span(w, &s->of[i]);
    put_grades(w, &s->of[i], plan);
    put_counts(w, &s->of[i]);
}

static void put_scenarios(gp_writer *w) {
    size_t width = scenario_width(w), department = department_width(w);
    gp_buf_printf(&w->out->buf, "\n%s", gp_paint_on(w, GP_P_HEAD));
    put_label(w, GP_L_SCENARIO, width, false);
    put_label(w, GP_L_DEPARTMENT, department, false);
    put_label(w, GP_L_CASES_SHORT, COUNT, true);
    put_label(w, GP_L_BASE_MARKS, MARKS, true);
    put_label(w, GP_L_TOTAL, MARKS, true);
    put_label(w, GP_L_GRADE, 2 * GRADE, false);
    put_count_labels(w);
    put_rule(w, width + department + COUNT + 2 * MARKS + 2 * GRADE + 6 * GAP + counts_width());
    for (size_t i = 0; i < w->several->nscenarios; i++) put_scenario(w, w->several->n + i, width, department);
}

/* -- the sum -- */

static void put_left_out(gp_writer *w, gp_label label, uint64_t n) {
    if (n) gp_buf_printf(&w->out->buf, "%s %lu\n", gp_label_text(label, w->style.lang), (unsigned long)n);
}

static void close_all(gp_writer *w, const gp_sum *sum) {
    const state *s = w->state;
    const gp_lang lang = w->style.lang;
    gp_buf *out = &w->out->buf;
    if (s->grouped) put_by_department(w);
    gp_buf_printf(out, "\n%s %lu   %s %lu", gp_label_text(GP_L_DEPARTMENTS, lang), (unsigned long)w->several->n,
                  gp_label_text(GP_L_CASES, lang), (unsigned long)sum->cases);
    for (unsigned v = 0; v < GP_VERDICT_COUNT; v++) {
        if (!sum->verdicts[v]) continue;
        gp_buf_str(out, "   ");
        gp_verdict_put(out, (gp_verdict)v, lang);
        gp_buf_printf(out, " %lu", (unsigned long)sum->verdicts[v]);
    }
    if (s->all.overstated) gp_buf_printf(out, "   %s %lu", gp_label_text(GP_L_OVERSTATED, lang), (unsigned long)s->all.overstated);
    gp_buf_printf(out, "\n%s\n", gp_label_text(GP_L_HINT_SEVERAL, lang));
    put_left_out(w, GP_L_REFUSED, sum->refused);
    put_left_out(w, GP_L_OTHERS, sum->other_periods);
    if (w->several->nscenarios) put_scenarios(w);
}

const gp_format gp_format_departments = {
    .name = "table", .begin = begin, .one = one, .end = end, .open = open_all, .close = close_all};

/* -- one plan and its scenarios: its own table, then a line for each of them -- */

typedef struct alone {
    state s;     /* first: what is written of scenarios reads it */
    void *table; /* of the plan's own table */
} alone;

static void open_alone(gp_writer *w) {
    alone *s = w->state = GP_NEW(w->arena, alone);
    s->s.of = gp_arena_array(w->arena, w->several->n + w->several->nscenarios, sizeof *s->s.of);
    gp_buf_init(&s->s.part, w->arena);
}

static bool is_scenario(const gp_writer *w) { return w->several->at >= w->several->n; }

/* Whichever of the table's functions it is, it finds its own state. */
static void begin_alone(gp_writer *w) {
    alone *s = w->state;
    begin(w);
    if (is_scenario(w)) return;
    gp_format_table.begin(w);
    s->table = w->state == s ? NULL : w->state;
    w->state = s;
}

static void one_alone(gp_writer *w, const gp_case_result *c) {
    alone *s = w->state;
    tally t = tally_of(c);
    if (!is_scenario(w)) {
        w->state = s->table;
        gp_format_table.one(w, c);
        w->state = s;
    }
    count_case(&s->s.of[w->several->at], &t, w->info->plan, c);
}

static void end_alone(gp_writer *w, const gp_sum *sum) {
    alone *s = w->state;
    if (is_scenario(w)) return;
    w->state = s->table;
    gp_format_table.end(w, sum);
    w->state = s;
}

static void close_alone(gp_writer *w, const gp_sum *sum) {
    (void)sum;
    put_scenarios(w);
}

const gp_format gp_format_alone = {
    .name = "table", .begin = begin_alone, .one = one_alone, .end = end_alone, .open = open_alone, .close = close_alone};

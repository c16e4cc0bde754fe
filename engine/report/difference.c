/* Differences, a block a subject: what the rows had and have, and why.
 * Invariant: what a machine reads (CSV, JSON) has the names of the contract, what a person reads has words in one of both languages. */
#include "report/difference.h"

#include <string.h>

#include "report/writers.h"

typedef struct pen {
    const gp_difference *of;
    gp_arena *arena;
    gp_writer w;    /* for the services that lay out text */
    gp_out *out;
    gp_json json;
    gp_buf part;
} pen;

static gp_buf *paper(pen *p) { return &p->out->buf; }

static bool zh(const pen *p) { return p->of->style.lang == GP_ZH; }

static const char *word(const pen *p, const char *chinese, const char *english) { return zh(p) ? chinese : english; }

/* -- values as a person reads them -- */

static gp_text value_text(const gp_record_row *row, gp_record_key k) {
    if (!row || row->of[k].token == GP_J_NULL) return GP_NO_TEXT;
    return row->of[k].text;
}

static const char *verdict_word(const pen *p, gp_text name) {
    for (unsigned v = 0; v < GP_VERDICT_COUNT; v++)
        if (gp_text_is(name, gp_verdict_name((gp_verdict)v))) return gp_verdict_word((gp_verdict)v, p->of->style.lang);
    return "–";
}

static const char *audit_word(const pen *p, gp_text name) {
    for (unsigned a = GP_AGREES; a <= GP_OVERSTATED; a++)
        if (gp_text_is(name, gp_audit_name((gp_audit)a))) return gp_audit_word((gp_audit)a, p->of->style.lang);
    return "–";
}

static void put_or_none(gp_buf *out, gp_text t) {
    if (t.n) gp_buf_text(out, t);
    else gp_buf_str(out, "–");
}

static void begin_piece(pen *p, const char *chinese, const char *english) {
    if (p->part.n) gp_buf_str(&p->part, "; ");
    gp_buf_str(&p->part, word(p, chinese, english));
    if (*english) gp_buf_char(&p->part, ' ');
}

/* "marks 0 → 5.26" */
static void put_pair(pen *p, const gp_record_row *a, const gp_record_row *b, gp_record_key k) {
    put_or_none(&p->part, value_text(a, k));
    gp_buf_str(&p->part, " → ");
    put_or_none(&p->part, value_text(b, k));
}

static void put_range(pen *p, const gp_record_row *row, gp_record_key low, gp_record_key high) {
    gp_text from = value_text(row, low), to = value_text(row, high);
    put_or_none(&p->part, from);
    if (gp_text_eq(from, to)) return;
    gp_buf_str(&p->part, "–");
    put_or_none(&p->part, to);
}

static void put_ranges(pen *p, const gp_row_change *c, gp_record_key low, gp_record_key high) {
    put_range(p, c->a, low, high);
    gp_buf_str(&p->part, " → ");
    put_range(p, c->b, low, high);
}

static bool differs(const gp_row_change *c, gp_record_key k) {
    return !gp_text_eq(value_text(c->a, k), value_text(c->b, k));
}

static void put_moves(pen *p, const gp_row_change *c) {
    bool single = value_text(c->a, GP_R_MARKS).n && value_text(c->b, GP_R_MARKS).n;
    if (single && differs(c, GP_R_MARKS)) {
        begin_piece(p, "得分", "marks");
        put_pair(p, c->a, c->b, GP_R_MARKS);
    } else if (differs(c, GP_R_SCORE_LOW) || differs(c, GP_R_SCORE_HIGH)) {
        begin_piece(p, "得分", "score");
        put_ranges(p, c, GP_R_SCORE_LOW, GP_R_SCORE_HIGH);
    } else if (differs(c, GP_R_MARKS)) {
        begin_piece(p, "得分", "marks");
        put_pair(p, c->a, c->b, GP_R_MARKS);
    }
    if (!differs(c, GP_R_GRADE)) return;
    begin_piece(p, "等次", "grade");
    put_pair(p, c->a, c->b, GP_R_GRADE);
}

static const char *final_word(const pen *p, const gp_record_row *row) {
    return row->of[GP_R_IS_FINAL].token == GP_J_TRUE ? word(p, "已定", "final") : word(p, "暂定", "not final");
}

/* What changed, in one line. */
static gp_text what_text(pen *p, const gp_row_change *c) {
    p->part.n = 0;
    if (c->what & GP_C_NEW) begin_piece(p, "新增", "new");
    if (c->what & GP_C_GONE) begin_piece(p, "取消", "gone");
    if (c->what & GP_C_FLIPPED) {
        begin_piece(p, "", "");
        gp_buf_printf(&p->part, "%s → %s", verdict_word(p, value_text(c->a, GP_R_VERDICT)),
                      verdict_word(p, value_text(c->b, GP_R_VERDICT)));
    }
    if (c->what & GP_C_FINAL && !(c->what & GP_C_FLIPPED)) {
        begin_piece(p, "", "");
        gp_buf_printf(&p->part, "%s → %s", final_word(p, c->a), final_word(p, c->b));
    }
    if (c->what & GP_C_MOVED) put_moves(p, c);
    if (c->what & GP_C_AUDIT) {
        begin_piece(p, "自评", "claim");
        gp_buf_printf(&p->part, "%s → %s", audit_word(p, value_text(c->a, GP_R_AUDIT)), audit_word(p, value_text(c->b, GP_R_AUDIT)));
    }
    if (c->what & GP_C_BASE) begin_piece(p, "结果不变", "same result");
    return gp_text_dup(p->arena, gp_text_trim((gp_text){p->part.s, p->part.n}));
}

static void put_cause(pen *p, const gp_row_change *c, gp_cause_number cause) {
    const char *name = gp_cause_name(cause, p->of->style.lang);
    begin_piece(p, name, name);
    if (!c->a || !c->b) return;
    if (cause == GP_CAUSE_DATA && (differs(c, GP_R_ACTUAL_LOW) || differs(c, GP_R_ACTUAL_HIGH))) {
        put_ranges(p, c, GP_R_ACTUAL_LOW, GP_R_ACTUAL_HIGH);
        gp_text unit = value_text(c->b, GP_R_UNIT);
        if (unit.n) gp_buf_printf(&p->part, " %.*s", GP_ARG(unit));
    } else if (cause == GP_CAUSE_DATA && differs(c, GP_R_BASIS)) {
        put_pair(p, c->a, c->b, GP_R_BASIS);
    } else if (cause == GP_CAUSE_TARGET && differs(c, GP_R_CRITERION)) {
        put_pair(p, c->a, c->b, GP_R_CRITERION);
    } else if (cause == GP_CAUSE_WEIGHT && differs(c, GP_R_WEIGHT)) {
        put_pair(p, c->a, c->b, GP_R_WEIGHT);
    } else if (cause == GP_CAUSE_CLAIM && differs(c, GP_R_CLAIM)) {
        put_pair(p, c->a, c->b, GP_R_CLAIM);
    } else if (cause == GP_CAUSE_RULE && value_text(c->b, GP_R_RULE).n) {
        gp_buf_text(&p->part, value_text(c->b, GP_R_RULE));
    }
}

static gp_text why_text(pen *p, const gp_row_change *c) {
    p->part.n = 0;
    for (unsigned k = 0; k < GP_CAUSE_COUNT; k++)
        if (c->why >> k & 1) put_cause(p, c, (gp_cause_number)k);
    return gp_text_dup(p->arena, gp_text_trim((gp_text){p->part.s, p->part.n}));
}

static const gp_record_row *row_of(const gp_row_change *c) { return c->b ? c->b : c->a; }

/* "prices.cpi CPI累计涨幅", or what the subject's own row is called. */
static gp_text row_name(pen *p, const gp_row_change *c) {
    gp_text id = value_text(row_of(c), GP_R_ID), name = value_text(row_of(c), GP_R_NAME);
    gp_buf b;
    gp_buf_init(&b, p->arena);
    if (!id.n) return gp_text_of(word(p, "总计", "total"));
    gp_buf_text(&b, id);
    if (name.n && !gp_text_eq(name, id)) gp_buf_printf(&b, " %.*s", GP_ARG(name));
    return gp_cell_clean(p->arena, gp_buf_take(&b));
}

static const gp_record_subject *subject_of(const gp_subject_change *s) { return s->b ? s->b : s->a; }

static gp_text subject_name(pen *p, const gp_subject_change *s) {
    const gp_record_subject *of = subject_of(s);
    gp_buf b;
    gp_buf_init(&b, p->arena);
    if (p->of->a->several || p->of->b->several) gp_buf_printf(&b, "%.*s: ", GP_ARG(s->plan));
    gp_buf_printf(&b, "%.*s %.*s", GP_ARG(of->subject), GP_ARG(of->period));
    if (of->scenario.n) gp_buf_printf(&b, " · %.*s", GP_ARG(of->scenario));
    if (of->model.n) gp_buf_printf(&b, " · %.*s", GP_ARG(of->model));
    return gp_cell_clean(p->arena, gp_buf_take(&b));
}

static gp_text came_or_went(const pen *p, const gp_subject_change *s) {
    return gp_text_of(s->a ? word(p, "只在 A 中", "only in A") : word(p, "只在 B 中", "only in B"));
}

/* Hashes are told by their first digits. */
static void put_state(gp_buf *out, const gp_run_change *c, gp_text t) {
    if (!t.s) gp_buf_str(out, "–");
    else gp_buf_printf(out, "%.*s", (int)(c->name.s && t.n > 12 ? 12 : t.n), t.s);
}

/* A file that several plans have is told once. */
static bool is_told(const gp_run_change *run, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (run[i].name.s && run[k].name.s && strcmp(run[k].what, run[i].what) == 0 && gp_text_eq(run[k].name, run[i].name) &&
            gp_text_cmp(run[k].a, run[i].a) == 0 && gp_text_cmp(run[k].b, run[i].b) == 0)
            return true;
    return false;
}

static gp_text run_text(pen *p, const gp_run_change *c) {
    gp_buf b;
    gp_buf_init(&b, p->arena);
    gp_buf_str(&b, c->what);
    if (c->name.s) gp_buf_printf(&b, " %.*s", GP_ARG(c->name));
    else if (c->plan.s) gp_buf_printf(&b, " (%.*s)", GP_ARG(c->plan));
    gp_buf_str(&b, ": ");
    put_state(&b, c, c->a);
    gp_buf_str(&b, " → ");
    put_state(&b, c, c->b);
    return gp_cell_clean(p->arena, gp_buf_take(&b));
}

static gp_text sum_text(pen *p) {
    const gp_diff_sum *s = gp_diff_sum_of(p->of->diff);
    gp_buf b;
    gp_buf_init(&b, p->arena);
    gp_buf_printf(&b,
                  word(p, "考核对象: 变化 %lu, 相同 %lu, 只在 A 中 %lu, 只在 B 中 %lu; 翻转 %lu, 得分变动 %lu, 其他 %lu",
                       "subjects: %lu changed, %lu the same, %lu only in A, %lu only in B; rows: %lu flipped, %lu moved, %lu otherwise"),
                  (unsigned long)s->changed, (unsigned long)s->same, (unsigned long)s->only_a, (unsigned long)s->only_b,
                  (unsigned long)s->flipped, (unsigned long)s->moved, (unsigned long)s->other);
    return gp_buf_take(&b);
}

/* -- table -- */

static void table_begin(pen *p) {
    size_t n;
    const gp_run_change *run = gp_diff_run(&n, p->of->diff);
    gp_buf_printf(paper(p), "A  %.*s\nB  %.*s\n", GP_ARG(gp_cell_clean(p->arena, p->of->a->path)),
                  GP_ARG(gp_cell_clean(p->arena, p->of->b->path)));
    for (size_t i = 0; i < n; i++)
        if (!is_told(run, i)) gp_buf_printf(paper(p), "   %.*s\n", GP_ARG(run_text(p, &run[i])));
}

static void put_because(pen *p, const gp_row_change *c) {
    gp_buf b;
    gp_buf_init(&b, p->arena);
    gp_buf_text(&b, what_text(p, c));
    gp_text why = why_text(p, c);
    if (why.n) gp_buf_printf(&b, "  ← %.*s", GP_ARG(why));
    gp_blanks_put(paper(p), 6);
    gp_wrapped_put(&p->w, 6, true, gp_cell_clean(p->arena, gp_buf_take(&b)));
}

static gp_text ranks_text(pen *p, const gp_subject_change *s) {
    gp_buf b;
    gp_buf_init(&b, p->arena);
    put_or_none(&b, s->a->rank);
    gp_buf_str(&b, " → ");
    put_or_none(&b, s->b->rank);
    return gp_buf_take(&b);
}

static gp_text rank_why_text(pen *p, const gp_subject_change *s) {
    const gp_row_change none = {.why = s->rank_why};
    return why_text(p, &none);
}

static gp_text rank_name(pen *p) { return gp_text_of(word(p, "位次", "rank")); }

static void put_rank(pen *p, const gp_subject_change *s) {
    if (!s->ranked) return;
    gp_buf_printf(paper(p), "  %.*s %.*s", GP_ARG(rank_name(p)), GP_ARG(ranks_text(p, s)));
    gp_buf_printf(paper(p), "  ← %.*s\n", GP_ARG(rank_why_text(p, s)));
}

static void table_one(pen *p, const gp_subject_change *s) {
    gp_buf_printf(paper(p), "\n%s%.*s%s", gp_paint_on(&p->w, GP_P_HEAD), GP_ARG(subject_name(p, s)), gp_paint_off(&p->w, GP_P_HEAD));
    if (!s->a || !s->b) gp_buf_printf(paper(p), "   %.*s", GP_ARG(came_or_went(p, s)));
    gp_buf_char(paper(p), '\n');
    put_rank(p, s);
    for (size_t i = 0; i < s->n; i++) {
        gp_buf_printf(paper(p), "  %.*s\n", GP_ARG(row_name(p, &s->rows[i])));
        put_because(p, &s->rows[i]);
    }
}

static void table_end(pen *p) { gp_buf_printf(paper(p), "\n%.*s\n", GP_ARG(sum_text(p))); }

/* -- Markdown -- */

static void put_md(pen *p, gp_text t) {
    for (size_t i = 0; i < t.n; i++) {
        if (strchr("|\\`*_<[", t.s[i]) && t.s[i]) gp_buf_char(paper(p), '\\');
        gp_buf_char(paper(p), t.s[i] == '\n' ? ' ' : t.s[i]);
    }
}

static void md_row(pen *p, gp_text subject, gp_text row, gp_text what, gp_text why) {
    const gp_text cells[] = {subject, row, what, why};
    for (size_t i = 0; i < GP_COUNT(cells); i++) {
        gp_buf_str(paper(p), "| ");
        put_md(p, cells[i]);
        gp_buf_char(paper(p), ' ');
    }
    gp_buf_str(paper(p), "|\n");
}

static void md_begin(pen *p) {
    size_t n;
    const gp_run_change *run = gp_diff_run(&n, p->of->diff);
    gp_buf_str(paper(p), "- A: ");
    put_md(p, p->of->a->path);
    gp_buf_str(paper(p), "\n- B: ");
    put_md(p, p->of->b->path);
    gp_buf_char(paper(p), '\n');
    for (size_t i = 0; i < n; i++) {
        if (is_told(run, i)) continue;
        gp_buf_str(paper(p), "- ");
        put_md(p, run_text(p, &run[i]));
        gp_buf_char(paper(p), '\n');
    }
    gp_buf_char(paper(p), '\n');
    md_row(p, gp_text_of(word(p, "考核对象", "Subject")), gp_text_of(word(p, "指标", "Indicator")), gp_text_of(word(p, "变化", "Change")),
           gp_text_of(word(p, "原因", "Why")));
    gp_buf_str(paper(p), "|---|---|---|---|\n");
}

static void md_one(pen *p, const gp_subject_change *s) {
    gp_text name = subject_name(p, s);
    if (!s->a || !s->b) md_row(p, name, GP_TEXT(""), came_or_went(p, s), GP_TEXT(""));
    if (s->ranked) md_row(p, name, rank_name(p), ranks_text(p, s), rank_why_text(p, s));
    for (size_t i = 0; i < s->n; i++) md_row(p, name, row_name(p, &s->rows[i]), what_text(p, &s->rows[i]), why_text(p, &s->rows[i]));
}

static void md_end(pen *p) { gp_buf_printf(paper(p), "\n%.*s\n", GP_ARG(sum_text(p))); }

/* -- what machines read -- */

static void put_words(gp_buf *out, unsigned bits, bool causes) {
    bool begun = false;
    for (unsigned k = 0; bits >> k; k++) {
        if (!(bits >> k & 1)) continue;
        gp_buf_printf(out, "%s%s", begun ? " " : "", causes ? gp_cause_name((gp_cause_number)k, GP_EN) : gp_change_name(1u << k));
        begun = true;
    }
}

/* The values of a row that stand side by side. */
static const struct {
    const char *name;
    gp_record_key key;
} SIDES[] = {{"verdict", GP_R_VERDICT}, {"final", GP_R_IS_FINAL}, {"score_low", GP_R_SCORE_LOW}, {"score_high", GP_R_SCORE_HIGH},
             {"marks", GP_R_MARKS}, {"grade", GP_R_GRADE}, {"audit", GP_R_AUDIT}, {"actual_low", GP_R_ACTUAL_LOW},
             {"actual_high", GP_R_ACTUAL_HIGH}, {"criterion", GP_R_CRITERION}, {"target", GP_R_TARGET}, {"weight", GP_R_WEIGHT}};

/* -- CSV -- */

/* Whether either record has subjects under several scoring models. */
static bool has_models(const pen *p) {
    const gp_record_text *a = p->of->a, *b = p->of->b;
    return (a->nsubjects && a->subjects[0].model.s) || (b->nsubjects && b->subjects[0].model.s);
}

static void csv_begin(pen *p) {
    gp_buf_printf(paper(p), "plan,%ssubject,period,scenario,level,id,name,change,why", has_models(p) ? "model," : "");
    for (size_t i = 0; i < GP_COUNT(SIDES); i++) gp_buf_printf(paper(p), ",%s_a,%s_b", SIDES[i].name, SIDES[i].name);
    gp_buf_str(paper(p), ",rank_a,rank_b");
    gp_buf_char(paper(p), '\n');
}

static void csv_text(pen *p, gp_text t) {
    gp_csv_text(paper(p), t);
    gp_buf_char(paper(p), ',');
}

static void csv_case(pen *p, const gp_subject_change *s) {
    const gp_record_subject *of = subject_of(s);
    csv_text(p, s->plan);
    if (has_models(p)) csv_text(p, of->model);
    csv_text(p, of->subject);
    csv_text(p, of->period);
    csv_text(p, of->scenario);
}

static void csv_value(pen *p, const gp_record_row *row, gp_record_key k) {
    gp_text t = value_text(row, k);
    gp_buf_char(paper(p), ',');
    if (row && row->of[k].token == GP_J_TEXT) gp_csv_text(paper(p), t);
    else if (row && row->of[k].token == GP_J_LIST) gp_csv_text(paper(p), t);
    else gp_buf_text(paper(p), t);
}

static void csv_row(pen *p, const gp_subject_change *s, const gp_row_change *c) {
    csv_case(p, s);
    csv_text(p, value_text(row_of(c), GP_R_LEVEL));
    csv_text(p, value_text(row_of(c), GP_R_ID));
    csv_text(p, value_text(row_of(c), GP_R_NAME));
    put_words(paper(p), c->what, false);
    gp_buf_char(paper(p), ',');
    put_words(paper(p), c->why, true);
    for (size_t i = 0; i < GP_COUNT(SIDES); i++) {
        csv_value(p, c->a, SIDES[i].key);
        csv_value(p, c->b, SIDES[i].key);
    }
    gp_buf_str(paper(p), ",,\n");
}

static void csv_rank(pen *p, const gp_subject_change *s) {
    csv_case(p, s);
    gp_buf_str(paper(p), "subject,,,rank,");
    put_words(paper(p), s->rank_why, true);
    for (size_t i = 0; i < 2 * GP_COUNT(SIDES); i++) gp_buf_char(paper(p), ',');
    gp_buf_printf(paper(p), ",%.*s,%.*s\n", GP_ARG(s->a->rank), GP_ARG(s->b->rank));
}

static void csv_one(pen *p, const gp_subject_change *s) {
    if (!s->a || !s->b) {
        csv_case(p, s);
        gp_buf_printf(paper(p), "subject,,,%s,", s->a ? "gone" : "new");
        for (size_t i = 0; i < 2 * GP_COUNT(SIDES); i++) gp_buf_char(paper(p), ',');
        gp_buf_str(paper(p), ",,\n");
    }
    if (s->ranked) csv_rank(p, s);
    for (size_t i = 0; i < s->n; i++) csv_row(p, s, &s->rows[i]);
}

static void csv_end(pen *p) { (void)p; }

/* -- JSON -- */

static void json_text(pen *p, const char *key, gp_text t) {
    gp_json_key(&p->json, key);
    gp_json_text(&p->json, t);
}

static void json_begin(pen *p) {
    size_t n;
    const gp_run_change *run = gp_diff_run(&n, p->of->diff);
    gp_json *j = &p->json;
    gp_json_init(j, paper(p));
    gp_json_open(j, false, true);
    gp_json_key(j, "goalpost");
    gp_json_whole(j, 1);
    gp_json_key(j, "diff");
    gp_json_open(j, false, false);
    json_text(p, "a", p->of->a->path);
    json_text(p, "b", p->of->b->path);
    gp_json_close(j);
    gp_json_key(j, "run");
    gp_json_open(j, true, true);
    for (size_t i = 0; i < n; i++) {
        gp_json_open(j, false, false);
        json_text(p, "what", gp_text_of(run[i].what));
        json_text(p, "plan", run[i].plan);
        json_text(p, "path", run[i].name);
        json_text(p, "a", run[i].a);
        json_text(p, "b", run[i].b);
        gp_json_close(j);
    }
    gp_json_close(j);
    gp_json_key(j, "subjects");
    gp_json_open(j, true, true);
}

static void json_words(pen *p, const char *key, unsigned bits, bool causes) {
    gp_json_key(&p->json, key);
    gp_json_open(&p->json, true, false);
    for (unsigned k = 0; bits >> k; k++)
        if (bits >> k & 1) gp_json_str(&p->json, causes ? gp_cause_name((gp_cause_number)k, GP_EN) : gp_change_name(1u << k));
    gp_json_close(&p->json);
}

static void json_value(pen *p, const gp_record_row *row, gp_record_key k) {
    if (!row || row->of[k].token == GP_J_NULL) gp_json_null(&p->json);
    else if (row->of[k].token == GP_J_TEXT) gp_json_text(&p->json, row->of[k].text);
    else gp_json_raw(&p->json, row->of[k].text);
}

static void json_side(pen *p, const char *key, const gp_record_row *row) {
    gp_json_key(&p->json, key);
    if (!row) {
        gp_json_null(&p->json);
        return;
    }
    gp_json_open(&p->json, false, false);
    for (size_t i = 0; i < GP_COUNT(SIDES); i++) {
        gp_json_key(&p->json, SIDES[i].name);
        json_value(p, row, SIDES[i].key);
    }
    gp_json_close(&p->json);
}

static void json_row(pen *p, const gp_row_change *c) {
    gp_json_open(&p->json, false, false);
    json_text(p, "level", value_text(row_of(c), GP_R_LEVEL));
    json_text(p, "id", value_text(row_of(c), GP_R_ID));
    json_text(p, "name", value_text(row_of(c), GP_R_NAME));
    json_words(p, "change", c->what, false);
    json_words(p, "why", c->why, true);
    json_side(p, "a", c->a);
    json_side(p, "b", c->b);
    gp_json_close(&p->json);
}

static void json_rank(pen *p, const gp_subject_change *s) {
    gp_json *j = &p->json;
    gp_json_key(j, "rank");
    if (!s->ranked) {
        gp_json_null(j);
        return;
    }
    const gp_text sides[] = {s->a->rank, s->b->rank};
    gp_json_open(j, false, false);
    for (size_t i = 0; i < GP_COUNT(sides); i++) {
        gp_json_key(j, i ? "b" : "a");
        if (sides[i].n) gp_json_raw(j, sides[i]);
        else gp_json_null(j);
    }
    json_words(p, "why", s->rank_why, true);
    gp_json_close(j);
}

static void json_one(pen *p, const gp_subject_change *s) {
    const gp_record_subject *of = subject_of(s);
    gp_json_open(&p->json, false, true);
    json_text(p, "plan", s->plan);
    if (of->model.s) json_text(p, "model", of->model);
    json_text(p, "subject", of->subject);
    json_text(p, "period", of->period);
    json_text(p, "scenario", of->scenario.n ? of->scenario : GP_NO_TEXT);
    json_text(p, "only", s->a && s->b ? GP_NO_TEXT : s->a ? GP_TEXT("a") : GP_TEXT("b"));
    json_rank(p, s);
    gp_json_key(&p->json, "rows");
    gp_json_open(&p->json, true, true);
    for (size_t i = 0; i < s->n; i++) json_row(p, &s->rows[i]);
    gp_json_close(&p->json);
    gp_json_close(&p->json);
}

static void json_end(pen *p) {
    const gp_diff_sum *s = gp_diff_sum_of(p->of->diff);
    const struct {
        const char *key;
        uint64_t n;
    } COUNTS[] = {{"changed", s->changed}, {"same", s->same}, {"only_a", s->only_a}, {"only_b", s->only_b},
                  {"flipped", s->flipped}, {"moved", s->moved}, {"other", s->other}};
    gp_json_close(&p->json);
    gp_json_key(&p->json, "sum");
    gp_json_open(&p->json, false, false);
    for (size_t i = 0; i < GP_COUNT(COUNTS); i++) {
        gp_json_key(&p->json, COUNTS[i].key);
        gp_json_whole(&p->json, COUNTS[i].n);
    }
    gp_json_close(&p->json);
    gp_json_close(&p->json);
    gp_buf_char(paper(p), '\n');
}

/* -- the formats -- */

static const struct {
    const char *name;
    void (*begin)(pen *p);
    void (*one)(pen *p, const gp_subject_change *s);
    void (*end)(pen *p);
} FORMATS[] = {{"table", table_begin, table_one, table_end},
               {"csv", csv_begin, csv_one, csv_end},
               {"json", json_begin, json_one, json_end},
               {"md", md_begin, md_one, md_end}};

bool gp_difference_has(const char *format) {
    for (size_t i = 0; i < GP_COUNT(FORMATS); i++)
        if (strcmp(FORMATS[i].name, format) == 0) return true;
    return false;
}

static void release(void *arena) { gp_arena_fini(arena); }

bool gp_difference_write(const gp_difference *what, const char *format, gp_arena *a, gp_out *out) {
    gp_arena *scratch = GP_NEW(a, gp_arena);
    gp_subject_change s;
    size_t k = 0;
    while (k + 1 < GP_COUNT(FORMATS) && strcmp(FORMATS[k].name, format) != 0) k++;
    gp_arena_init(scratch, a->mem);
    gp_arena_defer(a, release, scratch);
    pen p = {.of = what, .arena = scratch, .out = out, .w = {.out = out, .arena = scratch, .scratch = scratch, .style = what->style}};
    gp_buf_init(&p.part, a);
    FORMATS[k].begin(&p);
    while (!out->broken && gp_diff_next(&s, what->diff)) {
        FORMATS[k].one(&p, &s);
        gp_out_full(out);
        gp_arena_fini(scratch);
    }
    FORMATS[k].end(&p);
    gp_out_flush(out);
    return !out->broken;
}

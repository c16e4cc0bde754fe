/* The ledger of decisions: what the office decides otherwise than was found, each with authority, reason and date.
 * Invariant: no entry is taken over in silence: what is missing, names no result, or contradicts another entry is said at its place. */
#include "data/intake.h"

#include <math.h>

static const char *const VERDICTS[] = {"met", "unmet", "undecided", "no_data", "not_due", "not_applicable", "waived"}; /* as gp_verdict */

/* -- findings -- */

static bool read_verdict(gp_finding *out, gp_intake *in, gp_written word) {
    gp_text known[GP_COUNT(VERDICTS)];
    for (size_t i = 0; i < GP_COUNT(VERDICTS); i++) {
        known[i] = gp_text_of(VERDICTS[i]);
        if (!gp_text_eq(known[i], word.text)) continue;
        out->has_verdict = true;
        out->verdict = (uint8_t)i;
        return true;
    }
    gp_diag *diag = gp_report(in->frame->diags, GP_D_UNKNOWN_WORD, word.at, "`%.*s` is no verdict", GP_ARG(gp_shown(in, word.text)));
    gp_hint_nearest(in->frame->diags, diag, word.text, known, GP_COUNT(known));
    return false;
}

static bool read_number(gp_finding *out, gp_intake *in, gp_written text, bool in_marks) {
    gp_quantity q;
    bool number = gp_quantity_read(&q, &in->units, text.text, NULL, NULL, 0) == GP_QUANTITY_OK && q.unit.dim.n == 0;
    if (!number || (in_marks && q.unit.given)) {
        gp_report(in->frame->diags, GP_D_BAD_VALUE, text.at, "`%.*s` is no %s", GP_ARG(gp_shown(in, text.text)),
                  in_marks ? "number of marks" : "score: a share of full marks such as 80% or 0.8 is due");
        return false;
    }
    if (!in_marks && !q.unit.given && fabs(q.value) > 10) {
        gp_diag *diag =
            gp_report(in->frame->diags, GP_D_BAD_VALUE, text.at, "`%.*s` is that many times full marks", GP_ARG(gp_shown(in, text.text)));
        gp_hint(in->frame->diags, diag, "write `%.*s%%`, or give `marks`", GP_ARG(gp_shown(in, text.text)));
        return false;
    }
    out->has_score = true;
    out->in_marks = in_marks;
    out->score = q.value;
    out->digits = q.digits - (q.unit.given ? q.unit.scale : 0);
    return true;
}

/* `verdict`, and `score` or `marks`. */
static bool read_finding(gp_finding *out, gp_intake *in, const gp_tree *map) {
    gp_written verdict, score, marks;
    *out = (gp_finding){0};
    bool ok = gp_shape_read(&verdict, in, map, "verdict");
    ok &= gp_shape_read(&score, in, map, "score");
    ok &= gp_shape_read(&marks, in, map, "marks");
    if (ok && verdict.text.s) ok &= read_verdict(out, in, verdict);
    if (ok && score.text.s && marks.text.s) {
        gp_report(in->frame->diags, GP_D_MISPLACED, marks.at, "`marks` stands beside `score`; give one of them");
        ok = false;
    }
    if (ok && score.text.s) ok &= read_number(out, in, score, false);
    if (ok && marks.text.s) ok &= read_number(out, in, marks, true);
    return ok;
}

static bool read_old(gp_finding *out, gp_intake *in, const gp_tree *entry) {
    static const char *const OLD_KEYS[] = {"verdict", "score", "marks"};
    const gp_tree *old = gp_tree_get(entry, "old");
    *out = (gp_finding){0};
    if (!gp_shape_given(old)) return true;
    if (!gp_shape_is(in, old, GP_TREE_MAP, "a mapping with `verdict` or `score`", GP_TEXT("old"))) return false;
    gp_shape_keys(in, old, GP_KEYS("what was found", OLD_KEYS));
    return read_finding(out, in, old);
}

/* -- entries -- */

static bool read_of(gp_ruling *out, gp_intake *in, gp_written of) {
    const gp_node *node = gp_node_find(in, of);
    if (!node) return false;
    out->node = node->index;
    if (node->level >= GP_INDICATOR) return true;
    gp_diag *diag = gp_report(in->frame->diags, GP_D_DECISION, of.at, "`%.*s` is a goal; a decision is over an indicator or a clause",
                              GP_ARG(node->id));
    gp_hint(in->frame->diags, diag, "what lies above follows by itself");
    return false;
}

/* What the node cannot have: a verdict without a criterion, marks of full marks that are not written. */
static bool fits_node(gp_intake *in, const gp_ruling *r, gp_place at) {
    const gp_node *n = in->frame->plan->nodes[r->node];
    bool measured = n->criterion.test == GP_TEST_NONE && n->nchild == 0;
    if (measured && (r->is.has_verdict || r->old.has_verdict)) {
        gp_diag *diag = gp_report(in->frame->diags, GP_D_DECISION, at, "`%.*s` has no criterion, so it has no verdict", GP_ARG(n->id));
        gp_hint(in->frame->diags, diag, "decide its `score`");
        return false;
    }
    if ((!r->is.in_marks && !r->old.in_marks) || n->marks.n) return true;
    gp_diag *diag =
        gp_report(in->frame->diags, GP_D_DECISION, at, "`%.*s` has no `marks` of its own, so a decision cannot be in marks", GP_ARG(n->id));
    gp_hint(in->frame->diags, diag, "give its `score`, a share of full marks");
    return false;
}

static bool read_date(int32_t *out, gp_intake *in, const gp_tree *entry) {
    gp_written date;
    if (!gp_shape_need(&date, in, entry, "date", "a decision")) return false;
    if (gp_date_read(out, date.text)) return true;
    gp_report(in->frame->diags, GP_D_NO_DATE, date.at, "`%.*s` is no date such as 2021-03-01", GP_ARG(gp_shown(in, date.text)));
    return false;
}

static bool read_case(gp_case *out, gp_intake *in, const gp_tree *entry) {
    gp_written subject, scenario;
    *out = (gp_case){.subject = GP_TEXT(""), .scenario = GP_TEXT("")};
    bool ok = gp_shape_need(&subject, in, entry, "subject", "a decision");
    ok &= gp_shape_read(&scenario, in, entry, "scenario");
    ok &= gp_shape_period(&out->period, in, entry, "a decision");
    if (!ok) return false;
    out->subject = gp_intake_keep(in, subject.text);
    out->at = subject.at;
    if (scenario.text.s) out->scenario = gp_intake_keep(in, scenario.text);
    return true;
}

static bool read_grounds(gp_ruling *out, gp_intake *in, const gp_tree *entry) {
    gp_written authority, reason, evidence, cite;
    bool ok = gp_shape_need(&authority, in, entry, "authority", "a decision");
    ok &= gp_shape_need(&reason, in, entry, "reason", "a decision");
    ok &= read_date(&out->date, in, entry);
    ok &= gp_shape_read(&evidence, in, entry, "evidence");
    ok &= gp_shape_read(&cite, in, entry, "cite");
    if (!ok) return false;
    if (cite.text.s) gp_quote_check(in, cite);
    out->authority = gp_intake_keep(in, authority.text);
    out->reason = gp_intake_keep(in, reason.text);
    out->evidence = gp_intake_keep(in, evidence.text);
    out->cite = gp_intake_keep(in, cite.text);
    return true;
}

static bool read_entry(gp_ruling *r, gp_case *of_case, gp_intake *in, const gp_tree *t) {
    static const char *const ENTRY_KEYS[] = {"subject", "period", "scenario",  "of",   "verdict",  "score", "marks",
                                             "old",     "reason", "authority", "date", "evidence", "cite"};
    gp_written of;
    if (!gp_shape_is(in, t, GP_TREE_MAP, "a mapping", GP_TEXT("entries"))) return false;
    *r = (gp_ruling){.at = t->n ? t->pairs[0].key_at : t->at};
    gp_shape_keys(in, t, GP_KEYS("a decision", ENTRY_KEYS));
    bool ok = read_case(of_case, in, t);
    bool named = gp_shape_need(&of, in, t, "of", "a decision") && read_of(r, in, of);
    ok &= read_finding(&r->is, in, t);
    ok &= read_old(&r->old, in, t);
    ok &= read_grounds(r, in, t);
    ok &= named && fits_node(in, r, of.at);
    if (!ok || r->is.has_verdict || r->is.has_score) return ok;
    gp_report(in->frame->diags, GP_D_MISSING_KEY, r->at, "`verdict`, `score` or `marks` is missing in a decision");
    return false;
}

void gp_ledger_yaml(gp_intake *in, const gp_tree *root) {
    static const char *const FILE_KEYS[] = {"goalpost", "decisions", "source", "entries"};
    if (!gp_shape_head(in, root, "decisions", "a ledger of decisions")) return;
    gp_shape_keys(in, root, GP_KEYS("a ledger of decisions", FILE_KEYS));
    gp_shape_source(in, root);
    const gp_tree *entries = gp_tree_get(root, "entries");
    if (!entries) gp_shape_missing(in, root, "entries", "a ledger of decisions");
    if (!gp_shape_given(entries) || !gp_shape_is(in, entries, GP_TREE_LIST, "a list", GP_TEXT("entries"))) return;
    for (size_t i = 0; i < entries->n; i++) {
        gp_ruling r;
        gp_case of_case;
        if (!read_entry(&r, &of_case, in, entries->items[i])) continue;
        *GP_PUSH(in->frame->arena, in->pending, in->npending, in->cap_pending) = r;
        *GP_PUSH(in->frame->arena, in->of_pending, in->nof_pending, in->cap_of_pending) = of_case;
    }
}

/* -- when all files are read -- */

static void report_stranger(gp_intake *in, const gp_case *c) {
    enum { ASKED = 4096 }; /* subjects that are looked at for the nearest name */
    gp_frame *f = in->frame;
    char period[32];
    size_t n = f->nrows < ASKED ? f->nrows : ASKED;
    gp_text *names = gp_arena_array(f->arena, n, sizeof *names), said = {period, gp_period_print(period, c->period)};
    bool known = false;
    for (size_t i = 0; i < n; i++) {
        names[i] = f->cases[i].subject;
        known = known || gp_text_eq(names[i], c->subject);
    }
    gp_diag *diag =
        gp_report(f->diags, GP_D_DECISION_STRANGER, c->at, "there are no data of `%.*s` in %.*s, so this decision changes nothing",
                  GP_ARG(gp_shown(in, c->subject)), GP_ARG(said));
    if (!known) gp_hint_nearest(f->diags, diag, c->subject, names, n);
}

static bool same_finding(const gp_finding *said, const gp_finding *is) {
    if (is->has_verdict && (!said->has_verdict || said->verdict != is->verdict)) return false;
    return !is->has_score || (said->has_score && said->in_marks == is->in_marks && said->score == is->score);
}

/* A later decision takes the place of an earlier one only if it says what that came to. */
static void check_follows(gp_frame *f, const gp_ruling *earlier, const gp_ruling *later) {
    const char *node = gp_text_cstr(f->arena, f->plan->nodes[later->node]->id);
    if (later->date != earlier->date && same_finding(&later->old, &earlier->is)) return;
    gp_diag *diag =
        later->date == earlier->date
            ? gp_report(f->diags, GP_D_DECISION, later->at, "two decisions of one day over `%s`", node)
            : gp_report(f->diags, GP_D_DECISION, later->at, "a second decision over `%s` whose `old` is not what the first one says", node);
    diag->also = earlier->at;
    diag->also_what = GP_TEXT("the other decision");
    gp_hint(f->diags, diag, "a decision that takes the place of another is of a later date and gives its result under `old`");
}

static bool is_before(const gp_ruling *a, const gp_ruling *b) {
    if (a->row != b->row) return a->row < b->row;
    if (a->node != b->node) return a->node < b->node;
    return a->date < b->date;
}

static void sort(gp_ruling *list, size_t n) {
    for (size_t gap = n / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < n; i++) {
            gp_ruling r = list[i];
            size_t k = i;
            for (; k >= gap && is_before(&r, &list[k - gap]); k -= gap) list[k] = list[k - gap];
            list[k] = r;
        }
}

void gp_ledger_settle(gp_intake *in, bool broken) {
    gp_frame *f = in->frame;
    uint32_t *count = in->npending ? gp_arena_array(f->arena, f->plan->nnodes, sizeof *count) : NULL;
    for (size_t i = 0; i < in->npending; i++) {
        gp_ruling *r = &in->pending[i];
        if (!gp_case_find(&r->row, in, &in->of_pending[i])) {
            if (!broken) report_stranger(in, &in->of_pending[i]); /* else its data may be what could not be read */
            continue;
        }
        r->number = count[r->node]++;
        *GP_PUSH(f->arena, f->rulings, f->nrulings, f->cap_rulings) = *r;
    }
    in->npending = 0;
    sort(f->rulings, f->nrulings);
    for (size_t i = 1; i < f->nrulings; i++) {
        const gp_ruling *a = &f->rulings[i - 1], *b = &f->rulings[i];
        if (a->row == b->row && a->node == b->node) check_follows(f, a, b);
    }
}

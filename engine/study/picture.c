/* Pictures of sweeps for a terminal: a line of bars for one path, a strip of them for two, the places marked where a verdict flips.
 * Invariant: what a picture shows stands in the sheets too; it is for tables alone. */
#include <math.h>

#include "base/number.h"
#include "study/study.h"

enum { MOST_ACROSS = 60, MOST_DOWN = 24, BARS = 8 };

/* Cell k of n over `many` combinations takes in those from here up to where the next one begins. */
static size_t begin_of(size_t k, size_t n, size_t many) { return k * many / n; }

static size_t cells_of(const gp_sweep *s, size_t most) { return !s ? 1 : s->n < most ? s->n : most; }

typedef struct cell {
    double marks; /* the mean of those that have any */
    bool flips;   /* a verdict differs from the combination to the left or above */
} cell;

static cell cell_at(const gp_picture *p, size_t row, size_t at) {
    size_t down = p->down ? p->down->n : 1, across = p->across->n, rows = cells_of(p->down, MOST_DOWN),
           columns = cells_of(p->across, MOST_ACROSS);
    cell c = {0, false};
    double sum = 0;
    size_t n = 0;
    for (size_t r = begin_of(row, rows, down); r < begin_of(row + 1, rows, down); r++)
        for (size_t k = begin_of(at, columns, across), end = begin_of(at + 1, columns, across); k < end; k++) {
            size_t i = r * across + k;
            c.flips = c.flips || (k && p->verdicts[i] != p->verdicts[i - 1]) || (r && p->verdicts[i] != p->verdicts[i - across]);
            if (isnan(p->marks[i])) continue;
            sum += p->marks[i];
            n++;
        }
    c.marks = n ? sum / (double)n : NAN;
    return c;
}

static void find_ends(double *lo, double *hi, const gp_picture *p) {
    size_t n = p->across->n * (p->down ? p->down->n : 1);
    *lo = INFINITY;
    *hi = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        *lo = fmin(*lo, p->marks[i]);
        *hi = fmax(*hi, p->marks[i]);
    }
}

static const char *bar_of(double marks, double lo, double hi) {
    static const char *const BAR[BARS] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (isnan(marks)) return " ";
    if (!(lo < hi)) return BAR[BARS / 2];
    int k = (int)((marks - lo) / (hi - lo) * BARS);
    return BAR[k < BARS ? k : BARS - 1];
}

static void put_padded(gp_buf *out, gp_text t, size_t width, bool right) {
    size_t n = gp_text_width(t);
    if (!right) gp_buf_text(out, t);
    while (n++ < width) gp_buf_char(out, ' ');
    if (right) gp_buf_text(out, t);
}

static gp_text span_of(const gp_picture *p, const gp_sweep *s) {
    gp_buf b;
    gp_buf_init(&b, p->study->arena);
    gp_buf_text(&b, gp_study_value(p->study->arena, &s->target, p->study->base, s->values[0]));
    gp_buf_str(&b, " … ");
    gp_buf_text(&b, gp_study_value(p->study->arena, &s->target, p->study->base, s->values[s->n - 1]));
    return gp_buf_take(&b);
}

/* The ends of the bars, as marks are written. */
static gp_text ends_text(const gp_picture *p, double lo, double hi) {
    return gp_study_marks(p->study->arena, gp_round_digits(lo, 6), gp_round_digits(hi, 6));
}

static void draw_line(gp_answer *out, const gp_picture *p, double lo, double hi) {
    size_t n = cells_of(p->across, MOST_ACROSS);
    gp_text marks = gp_text_of(gp_answer_word(out, "得分", "Marks")), flips = gp_text_of(gp_answer_word(out, "翻转", "Flips"));
    size_t width = gp_text_width(p->across->target.path);
    gp_text span = span_of(p, p->across), ends = ends_text(p, lo, hi);
    gp_buf line[3];
    bool any = false;
    for (size_t i = 0; i < 3; i++) gp_buf_init(&line[i], p->study->arena);
    width = width < gp_text_width(marks) ? gp_text_width(marks) : width < gp_text_width(flips) ? gp_text_width(flips) : width;
    gp_buf_printf(&line[0], "%.*s  %.*s", GP_ARG(p->across->target.path), GP_ARG(span));
    put_padded(&line[1], marks, width + 2, false);
    put_padded(&line[2], flips, width + 2, false);
    for (size_t k = 0, last = 0; k < n; k++) {
        cell c = cell_at(p, 0, k);
        gp_buf_str(&line[1], bar_of(c.marks, lo, hi));
        if (!c.flips) continue;
        for (any = true; last < k; last++) gp_buf_char(&line[2], ' ');
        gp_buf_str(&line[2], "◆");
        last++;
    }
    gp_buf_printf(&line[1], "  %.*s", GP_ARG(ends));
    for (size_t i = 0; i < (any ? 3 : 2); i++) gp_answer_draw(out, gp_buf_take(&line[i]));
}

static void draw_strip(gp_answer *out, const gp_picture *p, double lo, double hi) {
    size_t rows = cells_of(p->down, MOST_DOWN), columns = cells_of(p->across, MOST_ACROSS), width = 0;
    gp_text *label = gp_arena_array(p->study->arena, rows, sizeof *label), across = span_of(p, p->across), ends = ends_text(p, lo, hi);
    gp_buf line;
    for (size_t r = 0; r < rows; r++) {
        label[r] = gp_study_value(p->study->arena, &p->down->target, p->study->base, p->down->values[begin_of(r, rows, p->down->n)]);
        width = gp_text_width(label[r]) > width ? gp_text_width(label[r]) : width;
    }
    gp_buf_init(&line, p->study->arena);
    gp_buf_printf(&line,
                  gp_answer_word(out, "得分 %.*s:纵向 %.*s,横向 %.*s(%.*s);◆ 处有指标翻转",
                                 "Marks %.*s: %.*s down, %.*s across (%.*s); ◆: a verdict flips"),
                  GP_ARG(ends), GP_ARG(p->down->target.path), GP_ARG(p->across->target.path), GP_ARG(across));
    gp_answer_draw(out, gp_buf_take(&line));
    for (size_t r = 0; r < rows; r++) {
        gp_buf_init(&line, p->study->arena);
        put_padded(&line, label[r], width, true);
        gp_buf_str(&line, "  ");
        for (size_t k = 0; k < columns; k++) {
            cell c = cell_at(p, r, k);
            gp_buf_str(&line, c.flips ? "◆" : bar_of(c.marks, lo, hi));
        }
        gp_answer_draw(out, gp_buf_take(&line));
    }
}

void gp_study_picture(gp_answer *out, const gp_picture *p) {
    double lo, hi;
    find_ends(&lo, &hi, p);
    if (!(lo <= hi)) return; /* nobody has marks */
    if (p->down) draw_strip(out, p, lo, hi);
    else draw_line(out, p, lo, hi);
}

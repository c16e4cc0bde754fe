/* Fields of CSV (RFC 4180).
 * Invariant: no text field starts with a sign that a spreadsheet takes for a formula. */
#include "report/writers.h"

/* = + - @ tab CR LF and the full-width twins of the signs, which spreadsheets in East Asian languages take for them. */
static bool would_run(gp_text t) {
    if (t.n == 0) return false;
    size_t i = 0;
    uint32_t cp = gp_utf8_next(t, &i);
    return cp == '=' || cp == '+' || cp == '-' || cp == '@' || cp == '\t' || cp == '\r' || cp == '\n' || cp == 0xFF1D || cp == 0xFF0B ||
           cp == 0xFF0D || cp == 0xFF20;
}

static bool needs_quotes(gp_text t) {
    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] == ',' || t.s[i] == '"' || t.s[i] == '\r' || t.s[i] == '\n') return true;
    return false;
}

static void put_quoted(gp_buf *out, gp_text t) {
    for (size_t i = 0; i < t.n; i++) {
        if (t.s[i] == '"') gp_buf_char(out, '"');
        gp_buf_char(out, t.s[i]);
    }
}

void gp_csv_text(gp_buf *out, gp_text t) {
    bool inert = would_run(t), quotes = needs_quotes(t);
    if (quotes) gp_buf_char(out, '"');
    if (inert) gp_buf_char(out, '\'');
    if (quotes) put_quoted(out, t);
    else gp_buf_text(out, t);
    if (quotes) gp_buf_char(out, '"');
}

/* JSON as it is written (RFC 8259): members, commas, line breaks, escapes.
 * Invariant: what comes out is valid JSON whatever the texts hold; invisible characters are escaped. */
#include <math.h>
#include <string.h>

#include "report/writers.h"

void gp_json_init(gp_json *j, gp_buf *out) {
    *j = (gp_json){.out = out};
    gp_buf_init(&j->part, out->arena);
}

static void line_break(gp_json *j, unsigned depth) {
    gp_buf_char(j->out, '\n');
    for (unsigned i = 0; i < depth; i++) gp_buf_str(j->out, "  ");
}

/* What stands before a member: nothing, a comma, a line break. */
static void before(gp_json *j) {
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (j->depth == 0) return;
    if (j->level[j->depth - 1].begun) gp_buf_char(j->out, ',');
    j->level[j->depth - 1].begun = true;
    if (j->level[j->depth - 1].broken) line_break(j, j->depth);
}

void gp_json_gap(gp_json *j) {
    before(j);
    j->after_key = true;
}

void gp_json_open(gp_json *j, bool list, bool broken) {
    before(j);
    gp_buf_char(j->out, list ? '[' : '{');
    j->level[j->depth].broken = broken;
    j->level[j->depth].begun = false;
    j->level[j->depth].list = list;
    j->depth++;
}

void gp_json_close(gp_json *j) {
    j->depth--;
    if (j->level[j->depth].broken && j->level[j->depth].begun) line_break(j, j->depth);
    gp_buf_char(j->out, j->level[j->depth].list ? ']' : '}');
}

static void put_escape(gp_buf *out, uint32_t cp) {
    static const char SHORT[] = "\b\t\n\f\r", LETTER[] = "btnfr";
    const char *found = cp ? memchr(SHORT, (int)cp, sizeof SHORT - 1) : NULL;
    if (cp < 0x20 && found) gp_buf_printf(out, "\\%c", LETTER[found - SHORT]);
    else gp_buf_printf(out, "\\u%s%x", cp < 0x10 ? "000" : cp < 0x100 ? "00" : cp < 0x1000 ? "0" : "", cp);
}

static void put_string(gp_buf *out, gp_text t) {
    gp_buf_char(out, '"');
    size_t from = 0, i = 0;
    while (i < t.n) {
        size_t at = i;
        uint32_t cp = gp_utf8_next(t, &i);
        bool escape = cp == '"' || cp == '\\' || gp_is_hidden(cp);
        if (!escape) continue;
        gp_buf_put(out, t.s + from, at - from);
        if (cp == '"' || cp == '\\') gp_buf_printf(out, "\\%c", (char)cp);
        else put_escape(out, cp);
        from = i;
    }
    gp_buf_put(out, t.s + from, t.n - from);
    gp_buf_char(out, '"');
}

void gp_json_key(gp_json *j, const char *key) {
    before(j);
    put_string(j->out, gp_text_of(key));
    gp_buf_str(j->out, j->level[j->depth - 1].broken ? ": " : ":");
    j->after_key = true;
}

void gp_json_text(gp_json *j, gp_text t) {
    if (!t.s) {
        gp_json_null(j);
        return;
    }
    before(j);
    put_string(j->out, t);
}

void gp_json_str(gp_json *j, const char *s) { gp_json_text(j, gp_text_of(s)); }

void gp_json_number(gp_json *j, double v) {
    if (!isfinite(v)) {
        gp_json_null(j);
        return;
    }
    before(j);
    gp_number_put(j->out, v);
}

void gp_json_whole(gp_json *j, uint64_t v) {
    before(j);
    gp_buf_printf(j->out, "%lu", (unsigned long)v);
}

void gp_json_bool(gp_json *j, bool v) { gp_json_raw(j, v ? GP_TEXT("true") : GP_TEXT("false")); }

void gp_json_null(gp_json *j) { gp_json_raw(j, GP_TEXT("null")); }

void gp_json_raw(gp_json *j, gp_text t) {
    before(j);
    gp_buf_text(j->out, t);
}

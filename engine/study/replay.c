/* Two documents read side by side until a token differs.
 * Invariant: both readers always stand at the same place of the same tree. */
#include "study/replay.h"

#include <string.h>

/* A level of nesting: where in it the readers stand. */
typedef struct level {
    bool object;
    gp_text key;   /* of an object's member */
    size_t index;  /* of a list's item, from 1 */
    gp_text label; /* what the object is called: its subject, id or plan */
} level;

typedef struct walk {
    gp_json_reader then, now;
    level levels[GP_JSON_NESTING];
    unsigned depth;
    gp_buf out;
    gp_buf files;  /* that have other content now */
} walk;

/* -- saying where -- */

static void put_path(walk *w) {
    for (unsigned i = 0; i < w->depth; i++) {
        const level *l = &w->levels[i];
        if (l->object && l->key.s) gp_buf_printf(&w->out, "%s%.*s", i ? "." : "", GP_ARG(l->key));
        if (!l->object) gp_buf_printf(&w->out, "[%zu]", l->index);
        if (!l->object && i + 1 < w->depth && w->levels[i + 1].label.s) gp_buf_printf(&w->out, " (%.*s)", GP_ARG(w->levels[i + 1].label));
    }
}

static void put_token(walk *w, gp_json_token t, gp_text text) {
    switch (t) {
    case GP_J_TEXT: gp_buf_printf(&w->out, "\"%.*s\"", (int)(text.n < 120 ? text.n : 120), gp_text_chars(text)); break;
    case GP_J_NUMBER: gp_buf_text(&w->out, text); break;
    case GP_J_TRUE: gp_buf_str(&w->out, "true"); break;
    case GP_J_FALSE: gp_buf_str(&w->out, "false"); break;
    case GP_J_NULL: gp_buf_str(&w->out, "null"); break;
    case GP_J_OBJECT: gp_buf_str(&w->out, "an object"); break;
    case GP_J_LIST: gp_buf_str(&w->out, "a list"); break;
    case GP_J_KEY: gp_buf_printf(&w->out, "the key `%.*s`", GP_ARG(text)); break;
    default: gp_buf_str(&w->out, "nothing more"); break;
    }
}

static gp_text differ(walk *w, gp_json_token then, gp_json_token now) {
    put_path(w);
    gp_buf_str(&w->out, w->depth ? ": was " : "was ");
    put_token(w, then, w->then.text);
    gp_buf_str(&w->out, ", is ");
    put_token(w, now, w->now.text);
    return gp_buf_take(&w->out);
}

/* -- walking -- */

static bool has_text(gp_json_token t) { return t == GP_J_KEY || t == GP_J_TEXT || t == GP_J_NUMBER; }

static bool is_label(gp_text key) {
    return gp_text_is(key, "subject") || gp_text_is(key, "id") || gp_text_is(key, "result") || gp_text_is(key, "path");
}

/* Another hash of a file: what it led to comes behind it. */
static bool note_file(walk *w, gp_json_token then, gp_json_token now) {
    const level *l = w->depth ? &w->levels[w->depth - 1] : NULL;
    if (!l || !l->object || !gp_text_is(l->key, "sha256") || then != GP_J_TEXT || now != GP_J_TEXT) return false;
    gp_buf_printf(&w->files, "%s%.*s", w->files.n ? ", " : "", GP_ARG(l->label));
    return true;
}

/* The files, and behind them what differs besides. */
static gp_text told(walk *w, gp_text difference) {
    gp_buf b;
    if (!w->files.n) return difference;
    gp_buf_init(&b, w->then.arena);
    gp_buf_printf(&b, "other content in %.*s; ", (int)w->files.n, w->files.s);
    gp_buf_text(&b, difference.s ? difference : GP_TEXT("nothing else differs"));
    return gp_buf_take(&b);
}

static void note_value(walk *w, gp_json_token t) {
    level *l = w->depth ? &w->levels[w->depth - 1] : NULL;
    if (l && l->object && t == GP_J_TEXT && is_label(l->key)) l->label = w->then.text;
}

static void next_item(walk *w, gp_json_token t) {
    level *l = w->depth ? &w->levels[w->depth - 1] : NULL;
    if (l && !l->object && t != GP_J_CLOSE) l->index++;
}

static void descend(walk *w, gp_json_token t) {
    if (t == GP_J_KEY) w->levels[w->depth - 1].key = w->then.text;
    else if (t == GP_J_CLOSE) w->depth--;
    else note_value(w, t);
    if ((t == GP_J_OBJECT || t == GP_J_LIST) && w->depth < GP_JSON_NESTING) w->levels[w->depth++] = (level){.object = t == GP_J_OBJECT};
}

/* The tokens are the same: blanks differ, or the way in which a text is escaped. */
static gp_text same_values(walk *w, const gp_file *then, const gp_file *now) {
    size_t i = 0, line = 1;
    while (i < then->bytes.n && i < now->bytes.n && then->bytes.s[i] == now->bytes.s[i]) line += then->bytes.s[i++] == '\n';
    gp_buf_printf(&w->out, "line %zu: the values are the same, written otherwise", line);
    return gp_buf_take(&w->out);
}

gp_text gp_first_difference(gp_arena *a, gp_diags *d, const gp_file *then, const gp_file *now) {
    if (gp_text_eq(then->bytes, now->bytes)) return GP_NO_TEXT;
    walk *w = GP_NEW(a, walk);
    gp_buf_init(&w->out, a);
    gp_buf_init(&w->files, a);
    gp_json_start(&w->then, a, d, then, 0);
    gp_json_start(&w->now, a, d, now, 0);
    for (;;) {
        gp_json_token x = gp_json_next(&w->then), y = gp_json_next(&w->now);
        next_item(w, x);
        bool other = x != y || (has_text(x) && !gp_text_eq(w->then.text, w->now.text));
        if (other && !note_file(w, x, y)) return told(w, differ(w, x, y));
        if (x == GP_J_END) return w->files.n ? told(w, GP_NO_TEXT) : same_values(w, then, now);
        descend(w, x);
    }
}

/* Reads YAML on standard input and prints the loader's tree as JSON by YAML 1.2's core schema, so that outside suites can judge the loader.
 * A value is given right or refused: exit 0, or diagnostics on standard error and exit 3. Numbers keep their digits. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input/tree.h"

typedef struct printer {
    gp_buf out;
    gp_diags *diags;
} printer;

static void put_string(gp_buf *b, gp_text t) {
    gp_buf_char(b, '"');
    for (size_t i = 0; i < t.n; i++) {
        unsigned char c = (unsigned char)t.s[i];
        if (c == '"' || c == '\\')
            gp_buf_printf(b, "\\%c", c);
        else if (c < 0x20)
            gp_buf_printf(b, "\\u%04x", c);
        else
            gp_buf_char(b, (char)c);
    }
    gp_buf_char(b, '"');
}

static void refuse(printer *p, const gp_tree *t) {
    gp_report(p->diags, GP_D_BAD_VALUE, t->at, "`%.*s` has no JSON number", GP_ARG(t->text));
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* A decimal number by JSON's grammar: no plus, no leading zeros, digits on both sides of the point. */
static void put_decimal(gp_buf *b, gp_text t) {
    size_t i = 0;
    if (t.s[0] == '-') gp_buf_char(b, '-');
    if (t.s[0] == '-' || t.s[0] == '+') i++;
    while (i + 1 < t.n && t.s[i] == '0' && is_digit(t.s[i + 1])) i++;
    if (i >= t.n || !is_digit(t.s[i])) gp_buf_char(b, '0');
    for (; i < t.n; i++) {
        gp_buf_char(b, t.s[i]);
        if (t.s[i] == '.' && (i + 1 == t.n || !is_digit(t.s[i + 1]))) gp_buf_char(b, '0');
    }
}

static void put_based(printer *p, const gp_tree *t, int base) {
    uint64_t v = 0;
    for (size_t i = 2; i < t->text.n; i++) {
        int c = t->text.s[i], digit = is_digit((char)c) ? c - '0' : (c | 0x20) - 'a' + 10;
        if (v > (UINT64_MAX - (uint64_t)digit) / (uint64_t)base) {
            refuse(p, t);
            return;
        }
        v = v * (uint64_t)base + (uint64_t)digit;
    }
    gp_buf_printf(&p->out, "%" PRIu64, v);
}

static void put_number(printer *p, const gp_tree *t) {
    if (gp_text_starts(t->text, "0x"))
        put_based(p, t, 16);
    else if (gp_text_starts(t->text, "0o"))
        put_based(p, t, 8);
    else if (memchr(t->text.s, 'n', t->text.n) || memchr(t->text.s, 'N', t->text.n))
        refuse(p, t); /* .inf, .nan */
    else
        put_decimal(&p->out, t->text);
}

static void put_scalar(printer *p, const gp_tree *t) {
    switch (gp_tree_look(t)) {
    case GP_LOOK_NULL: gp_buf_str(&p->out, "null"); break;
    case GP_LOOK_BOOL: gp_buf_str(&p->out, t->text.s[0] == 't' || t->text.s[0] == 'T' ? "true" : "false"); break;
    case GP_LOOK_INT:
    case GP_LOOK_FLOAT: put_number(p, t); break;
    case GP_LOOK_TEXT: put_string(&p->out, t->text); break;
    }
}

static void put_tree(printer *p, const gp_tree *t) {
    if (t->kind == GP_TREE_SCALAR) {
        put_scalar(p, t);
        return;
    }
    bool map = t->kind == GP_TREE_MAP;
    gp_buf_char(&p->out, map ? '{' : '[');
    for (size_t i = 0; i < t->n; i++) {
        if (i) gp_buf_char(&p->out, ',');
        if (map) put_string(&p->out, t->pairs[i].key);
        if (map) gp_buf_char(&p->out, ':');
        put_tree(p, map ? t->pairs[i].value : t->items[i]);
    }
    gp_buf_char(&p->out, map ? '}' : ']');
}

static int run(gp_arena *a) {
    gp_diags d;
    gp_file file;
    gp_diags_init(&d, a);
    printer p = {.diags = &d};
    gp_buf_init(&p.out, a);
    const gp_tree *root = NULL;
    if (gp_file_read(&file, a, &d, GP_NO_TEXT, GP_TEXT("-"), GP_FILE_TEXT, (gp_place){0})) root = gp_yaml_parse(a, &d, &file);
    if (root) put_tree(&p, root);
    gp_buf_char(&p.out, '\n');
    if (d.errors) {
        p.out.n = 0;
        gp_diags_print(&p.out, &d, false);
    }
    fwrite(p.out.s, 1, p.out.n, d.errors ? stderr : stdout);
    return d.errors ? 3 : 0;
}

int main(void) {
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena arena;
    gp_arena_init(&arena, &mem);
    int status = 4;
    if (setjmp(trap) == 0)
        status = run(&arena);
    else
        fputs("memory ended\n", stderr);
    gp_arena_fini(&arena);
    return status;
}

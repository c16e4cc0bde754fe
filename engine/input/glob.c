/* Patterns of paths, looked up name by name.
 * Invariant: hidden names are found only by a pattern that starts with a dot; links to folders are not followed by **. */
#include "input/glob.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32 };

bool gp_glob_is(gp_text pattern) {
    for (size_t i = 0; i < pattern.n; i++)
        if (pattern.s[i] == '*' || pattern.s[i] == '?') return true;
    return false;
}

/* Behind the code point at i. */
static size_t behind(gp_text t, size_t i) {
    gp_utf8_next(t, &i);
    return i;
}

/* The last * is tried again with one sign more whenever what follows does not fit: no recursion, so no pattern is slow. */
bool gp_glob_match(gp_text pattern, gp_text text) {
    size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
    if (text.n && text.s[0] == '.' && !(pattern.n && pattern.s[0] == '.')) return false;
    while (t < text.n) {
        if (p < pattern.n && pattern.s[p] == '*') {
            star = p++;
            from = t;
        } else if (p < pattern.n && pattern.s[p] == '?') {
            p++;
            t = behind(text, t);
        } else if (p < pattern.n && pattern.s[p] == text.s[t]) {
            p++;
            t++;
        } else if (star != SIZE_MAX) {
            p = star + 1;
            t = from = behind(text, from);
        } else {
            return false;
        }
    }
    while (p < pattern.n && pattern.s[p] == '*') p++;
    return p == pattern.n;
}

/* -- walking -- */

typedef struct walk {
    gp_paths *out;
    gp_arena *arena;
    gp_diags *diags;
    gp_text folder; /* that all lies in */
    gp_place at;
    bool ok;
} walk;

typedef struct listing {
    gp_text *names;
    size_t n, cap;
    DIR *dir;
} listing;

static void close_listing(void *ptr) {
    listing *l = ptr;
    if (l->dir) closedir(l->dir);
    l->dir = NULL;
}

static int by_bytes(const void *a, const void *b) { return gp_text_cmp(*(const gp_text *)a, *(const gp_text *)b); }

/* The names in a folder, in order; none when it cannot be read. */
static listing *list_folder(walk *w, gp_text folder) {
    listing *l = GP_NEW(w->arena, listing);
    gp_arena_defer(w->arena, close_listing, l);
    l->dir = opendir(folder.n ? gp_text_cstr(w->arena, folder) : ".");
    for (struct dirent *e; l->dir && (e = readdir(l->dir));) {
        gp_text name = gp_text_of(e->d_name);
        if (gp_text_is(name, ".") || gp_text_is(name, "..")) continue;
        *GP_PUSH(w->arena, l->names, l->n, l->cap) = gp_text_dup(w->arena, name);
    }
    close_listing(l);
    if (l->n) qsort(l->names, l->n, sizeof *l->names, by_bytes);
    return l;
}

static mode_t mode_of(walk *w, gp_text path, bool follow) {
    struct stat st;
    const char *name = gp_text_cstr(w->arena, path);
    return (follow ? stat(name, &st) : lstat(name, &st)) == 0 ? st.st_mode : 0;
}

static gp_text below(walk *w, gp_text prefix, gp_text name) {
    return prefix.n ? gp_file_join(w->arena, prefix, name) : name;
}

/* `path` is relative to the folder. */
static void take(walk *w, gp_text path) {
    if (gp_utf8_valid(path) != path.n) {
        gp_report(w->diags, GP_D_FILE_OPEN, w->at, "a file that this matches has a name that is no UTF-8");
        w->ok = false;
        return;
    }
    if (!gp_file_inside(w->arena, w->diags, w->folder, path, w->at)) {
        w->ok = false;
        return;
    }
    *GP_PUSH(w->arena, w->out->list, w->out->n, w->out->cap) = gp_file_join(w->arena, w->folder, path);
}

static void visit(walk *w, gp_text prefix, gp_text pattern, unsigned depth);

/* One name that fits the pattern's next part; `rest` is what follows that part, absent at the end. */
static void visit_name(walk *w, gp_text path, gp_text rest, unsigned depth) {
    mode_t mode = mode_of(w, gp_file_join(w->arena, w->folder, path), true);
    if (rest.s && S_ISDIR(mode)) visit(w, path, rest, depth + 1);
    if (!rest.s && S_ISREG(mode)) take(w, path);
}

static void visit_deeper(walk *w, gp_text prefix, gp_text pattern, gp_text rest, unsigned depth) {
    const listing *l = list_folder(w, gp_file_join(w->arena, w->folder, prefix));
    if (rest.s) visit(w, prefix, rest, depth);
    for (size_t i = 0; i < l->n; i++) {
        gp_text path = below(w, prefix, l->names[i]);
        if (l->names[i].s[0] == '.') continue;
        mode_t mode = mode_of(w, gp_file_join(w->arena, w->folder, path), false);
        if (S_ISDIR(mode)) visit(w, path, pattern, depth + 1);
        if (!rest.s && S_ISREG(mode)) take(w, path);
    }
}

static void visit(walk *w, gp_text prefix, gp_text pattern, unsigned depth) {
    size_t n = 0;
    if (depth > DEPTH_MAX) return;
    while (n < pattern.n && pattern.s[n] != '/') n++;
    gp_text part = {pattern.s, n}, rest = GP_NO_TEXT;
    while (n < pattern.n && pattern.s[n] == '/') n++;
    if (n < pattern.n) rest = (gp_text){pattern.s + n, pattern.n - n};
    if (gp_text_is(part, "**")) {
        visit_deeper(w, prefix, pattern, rest, depth);
    } else if (!gp_glob_is(part)) {
        visit_name(w, below(w, prefix, part), rest, depth);
    } else {
        const listing *l = list_folder(w, gp_file_join(w->arena, w->folder, prefix));
        for (size_t i = 0; i < l->n; i++)
            if (gp_glob_match(part, l->names[i])) visit_name(w, below(w, prefix, l->names[i]), rest, depth);
    }
}

static void drop_doubles(gp_paths *out, size_t from) {
    size_t to = from;
    for (size_t i = from; i < out->n; i++)
        if (i == from || !gp_text_eq(out->list[i], out->list[to - 1])) out->list[to++] = out->list[i];
    out->n = to;
}

bool gp_glob(gp_paths *out, gp_arena *a, gp_diags *d, gp_text folder, gp_text pattern, gp_place at) {
    walk w = {out, a, d, folder, at, true};
    size_t from = out->n;
    if (!gp_file_inside(a, d, folder, pattern, at)) return false;
    visit(&w, GP_TEXT(""), pattern, 0);
    if (out->n > from) qsort(out->list + from, out->n - from, sizeof *out->list, by_bytes);
    drop_doubles(out, from);
    return w.ok;
}

/* A neutral tree: what a YAML file says, before anybody knows what it means.
 * Invariant: anchors and merge keys are resolved, keys of a mapping are unique texts, every node knows its place. */
#ifndef GP_INPUT_TREE_H
#define GP_INPUT_TREE_H

#include "input/file.h"

typedef enum gp_tree_kind { GP_TREE_SCALAR, GP_TREE_LIST, GP_TREE_MAP } gp_tree_kind;

typedef struct gp_tree gp_tree;
typedef struct gp_pair {
    gp_text key;
    gp_place key_at;
    gp_tree *value; /* never NULL */
    bool bare;      /* a key in a flow mapping with neither colon nor value: {expr: round(a / b, 3)} has `3)` as one */
} gp_pair;
struct gp_tree {
    gp_tree_kind kind;
    bool quoted;     /* a scalar in quotes or a block: never null, never a number by look */
    bool tagged_str; /* carried !!str */
    gp_text text;    /* scalar: its value, unescaped */
    gp_place
        at; /* of the node; for a plain or quoted scalar of one line, at.at + i is the place of text byte i (quotes are skipped, and only
                        when nothing was escaped; else `exact` is false) */
    bool exact;
    gp_tree **items; /* list */
    gp_pair *pairs;  /* mapping, in file order; merged pairs last */
    size_t n;        /* items or pairs */
};

/* The root, or NULL after reporting what leaves nothing to go on with. An empty document gives a null scalar. Several documents in one file
 * are an error. After doubled keys and foreign tags the tree is still given (the first of doubled keys stands), so that the caller finds
 * the other errors too: whoever goes on to evaluate looks at the errors in d. */
gp_tree *gp_yaml_parse(gp_arena *a, gp_diags *d, const gp_file *file);
/* YAML 1.2 core schema null: plain and one of "", ~, null, Null, NULL. */
bool gp_tree_is_null(const gp_tree *t);
const gp_tree *gp_tree_get(const gp_tree *map, const char *key); /* NULL when absent or not a mapping */
gp_place gp_tree_place(const gp_tree *t, size_t offset, size_t len); /* of a part of a scalar, the whole where it is not exact */
/* What YAML 1.2's core schema takes a scalar for: quoted and !!str ones are text whatever their look. */
typedef enum gp_look { GP_LOOK_NULL, GP_LOOK_BOOL, GP_LOOK_INT, GP_LOOK_FLOAT, GP_LOOK_TEXT } gp_look;
gp_look gp_tree_look(const gp_tree *t);
/* Hints at what Chinese authors' keyboards do to YAML, where the line of the place, or the lines that run into it, has that look: a
 * full-width colon for `: `, a full-width blank as indent, a value in Chinese quotes, a full-width comma in a flow mapping. For errors of
 * the wrong-kind sort. */
void gp_hint_slip(gp_diags *d, gp_diag *diag, gp_place place);
const char *gp_tree_kind_name(const gp_tree *t); /* "a list", "a mapping", "text", "nothing" */

#endif

/* YAML by libyaml's events into the neutral tree; the only user of libyaml.
 * Invariant: depth, nodes (after expansion of aliases), keys and scalars are bounded; libyaml's memory is given back on every way out, the
 * trap included. Structure that cannot be trusted ends the reading (functions return false); the rest is reported and passed over. */
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "input/layout.h"
#include "input/tree.h"

enum { DEPTH_MAX = 64, NODES_MAX = 1000000, SCALAR_MAX = 1 << 20, KEY_MAX = 1024 };

/* What libyaml holds: released early by hand, or late by the arena. */
typedef struct lib {
    yaml_parser_t parser;
    yaml_event_t event; /* the current one; of type YAML_NO_EVENT when there is none */
    bool live;
} lib;

/* A node with what it weighs when all its aliases are written out. */
typedef struct grown {
    gp_tree *node;
    uint64_t nodes; /* in it, itself included */
    unsigned depth; /* collections inside each other; 0 for a scalar */
} grown;

typedef struct anchor {
    grown is;        /* .node NULL while its node is still being read */
    uint64_t serial; /* a name may be given again: the later one counts */
} anchor;

typedef struct reader {
    gp_arena *arena;
    gp_diags *diags;
    const gp_file *file;
    lib *lib;
    size_t chars, bytes; /* a cursor: libyaml counts characters, places count bytes */
    uint64_t nodes;      /* of the document so far, aliases written out */
    gp_pool names;       /* of anchors */
    anchor *anchors;     /* by number of the name */
    size_t nanchors, cap_anchors;
    uint64_t serial;
    size_t seen;   /* bytes up to here belong to events that were read */
    long indent;   /* column of the block collection around, -1 outside all */
    unsigned flow; /* flow collections around */
    bool slipped;  /* the shape is not what the author sees: the tree is not given out */
} reader;

/* Reads the node that the current event opens; `depth` collections stand around it. */
static bool read_node(reader *r, grown *out, unsigned depth);

/* -- places -- */

static bool is_tail_byte(gp_text t, size_t i) {
    return ((unsigned char)t.s[i] & 0xC0) == 0x80;
}

static size_t byte_at(reader *r, size_t index) {
    gp_text t = r->file->text;
    while (r->chars < index && r->bytes < t.n) { /* the text is valid */
        unsigned char lead = (unsigned char)t.s[r->bytes];
        r->bytes += 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0);
        r->chars++;
    }
    while (r->chars > index) {
        do r->bytes--;
        while (is_tail_byte(t, r->bytes));
        r->chars--;
    }
    return r->bytes;
}

static gp_place place_at(const reader *r, size_t at, size_t end) {
    return (gp_place){.file = r->file->source, .at = at, .len = (uint32_t)(end > at ? end - at : 0)};
}

static gp_place event_place(reader *r) {
    size_t at = byte_at(r, r->lib->event.start_mark.index);
    return place_at(r, at, byte_at(r, r->lib->event.end_mark.index));
}

/* -- events -- */

static void release(void *ptr) {
    lib *l = ptr;
    if (!l->live) return;
    yaml_event_delete(&l->event);
    yaml_parser_delete(&l->parser);
    l->live = false;
}

/* libyaml's words for the slips that happen most, as an author would put them. */
static const char *plain_words(const char *problem) {
    static const char *const WORDS[][2] = {
        {"mapping values are not allowed in this context",
         "a `key: value` cannot stand here (quote text that holds `: `, or look at the indentation)"},
        {"could not find expected ':'", "a key without its `: `"},
        {"did not find expected key", "a key is due here (look at the indentation, and at quotes above)"},
        {"found character that cannot start any token", "text cannot start with this character (quote it; a tab cannot indent)"},
        {"did not find expected ',' or '}'", "`,` or `}` is due here"},
        {"did not find expected ',' or ']'", "`,` or `]` is due here"},
        {"found unexpected end of stream", "the file ends inside quotes"},
        {"found incompatible YAML document", "only YAML 1.1 and 1.2 are read"},
        {"found a tab character that violates indentation", "a tab cannot indent"},
        {"did not find expected '-' indicator", "`- ` is due here (look at the indentation)"},
        {"block sequence entries are not allowed in this context", "`- ` cannot stand here (start it on a line of its own)"},
    };
    for (size_t i = 0; i < GP_COUNT(WORDS); i++)
        if (strcmp(problem, WORDS[i][0]) == 0) return WORDS[i][1];
    return problem;
}

/* libyaml's words for what it was reading, as the text beside the place where that starts. */
static const char *plain_context(const char *context) {
    static const char *const WORDS[][2] = {
        {"while parsing a flow sequence", "in the list that opens here"},
        {"while parsing a flow mapping", "in the mapping that opens here"},
        {"while parsing a block collection", "in the list that starts here"},
        {"while parsing a block mapping", "in the mapping that starts here"},
        {"while scanning a simple key", "the key that starts here"},
        {"while scanning a quoted scalar", "the quotes open here"},
        {"while scanning a plain scalar", "the text starts here"},
        {"while scanning a block scalar", "the text block starts here"},
    };
    for (size_t i = 0; i < GP_COUNT(WORDS); i++)
        if (strcmp(context, WORDS[i][0]) == 0) return WORDS[i][1];
    return context;
}

static gp_place problem_place(reader *r) {
    const yaml_parser_t *p = &r->lib->parser;
    if (p->error == YAML_READER_ERROR) return place_at(r, p->problem_offset < r->file->text.n ? p->problem_offset : r->file->text.n, 0);
    size_t at = byte_at(r, p->problem_mark.index);
    return place_at(r, at, at);
}

static bool refuse_syntax(reader *r) {
    const yaml_parser_t *p = &r->lib->parser;
    if (p->error == YAML_MEMORY_ERROR) gp_mem_exhausted(r->arena->mem);
    gp_place place = problem_place(r);
    gp_diag *diag = gp_report(r->diags, GP_D_YAML, place, "%s", p->problem ? plain_words(p->problem) : "this is no YAML");
    gp_hint_slip(r->diags, diag, place);
    if (!p->context || p->context_mark.index >= p->problem_mark.index) return false;
    size_t at = byte_at(r, p->context_mark.index);
    diag->also = place_at(r, at, at);
    diag->also_what = gp_text_of(plain_context(p->context));
    return false;
}

static bool check_layout(reader *r, gp_layout_fault fault) {
    if (fault.what) gp_report(r->diags, GP_D_YAML, place_at(r, fault.at, fault.at), "%s", fault.what);
    return !fault.what;
}

/* What lies between the last event and this one holds no content; neither does an event that is no scalar. */
static bool check_gap(reader *r) {
    gp_place place = event_place(r);
    size_t end = (size_t)place.at + place.len, to = r->lib->event.type == YAML_SCALAR_EVENT ? (size_t)place.at : end;
    if (to > r->seen && !check_layout(r, gp_layout_gap(r->file->text, r->seen, to))) return false;
    if (end > r->seen) r->seen = end;
    return true;
}

static bool next_event(reader *r) {
    yaml_event_delete(&r->lib->event);
    return (yaml_parser_parse(&r->lib->parser, &r->lib->event) || refuse_syntax(r)) && check_gap(r);
}

/* -- limits -- */

static bool refuse_limit(reader *r, gp_place place, const char *what, unsigned limit) {
    gp_report(r->diags, GP_D_YAML_LIMIT, place, "more than %u %s", limit, what);
    return false;
}

static bool count_nodes(reader *r, uint64_t n, gp_place place) {
    r->nodes += n;
    return r->nodes <= NODES_MAX || refuse_limit(r, place, "nodes, with every alias written out", NODES_MAX);
}

static bool check_depth(reader *r, unsigned depth, gp_place place) {
    return depth <= DEPTH_MAX || refuse_limit(r, place, "levels of nesting", DEPTH_MAX);
}

/* -- anchors -- */

/* libyaml ends the name of an anchor at signs that YAML 1.2 counts to it: `&an:chor x` would be the text `:chor x`. */
static void check_name_end(reader *r, char sign, gp_text name) {
    gp_text source = r->file->text;
    gp_place place = event_place(r);
    size_t at = (size_t)place.at;
    while (at < source.n && source.s[at] != sign) at++;
    size_t end = at + 1 + name.n;
    if (end >= source.n || !strchr("?:%@`", source.s[end])) return;
    gp_report(r->diags, GP_D_YAML_ANCHOR, place_at(r, at, end + 1), "the name behind `%c` ends with a blank, not with `%c`", sign,
              source.s[end]);
}

/* Remembers the anchor of the current event, if it has one; 0 when it has none. */
static uint64_t anchor_open(reader *r, uint32_t *name, const yaml_char_t *text) {
    if (!text) return 0;
    check_name_end(r, '&', gp_text_of((const char *)text));
    *name = gp_pool_add(&r->names, gp_text_of((const char *)text));
    while (r->nanchors <= *name) (void)GP_PUSH(r->arena, r->anchors, r->nanchors, r->cap_anchors);
    r->anchors[*name] = (anchor){.serial = ++r->serial};
    return r->serial;
}

static void anchor_close(reader *r, uint32_t name, uint64_t serial, const grown *is) {
    if (serial && r->anchors[name].serial == serial) r->anchors[name].is = *is;
}

static bool read_alias(reader *r, grown *out, unsigned depth) {
    gp_place place = event_place(r);
    gp_text text = gp_text_of((const char *)r->lib->event.data.alias.anchor);
    check_name_end(r, '*', text);
    uint32_t name;
    if (!gp_pool_find(&name, &r->names, text)) {
        gp_diag *diag = gp_report(r->diags, GP_D_YAML_ANCHOR, place, "`*%.*s` names an anchor that does not stand before it", GP_ARG(text));
        gp_hint_nearest(r->diags, diag, text, r->names.items, r->names.n);
        return false;
    }
    *out = r->anchors[name].is;
    if (!out->node) {
        gp_report(r->diags, GP_D_YAML_ANCHOR, place, "`*%.*s` stands inside the node that `&%.*s` names", GP_ARG(text), GP_ARG(text));
        return false;
    }
    return check_depth(r, depth + out->depth, place) && count_nodes(r, out->nodes, place);
}

/* -- tags -- */

typedef enum tag { TAG_NONE, TAG_STR, TAG_INT, TAG_FLOAT, TAG_BOOL, TAG_NULL, TAG_MAP, TAG_SEQ, TAG_FOREIGN } tag;

#define CORE_PREFIX "tag:yaml.org,2002:"

static tag tag_of(const yaml_char_t *text) {
    static const char *const NAMES[] = {"str", "int", "float", "bool", "null", "map", "seq"};
    if (!text) return TAG_NONE;
    gp_text t = gp_text_of((const char *)text);
    if (!gp_text_starts(t, CORE_PREFIX)) return TAG_FOREIGN;
    for (size_t i = 0; i < GP_COUNT(NAMES); i++)
        if (strcmp(t.s + sizeof CORE_PREFIX - 1, NAMES[i]) == 0) return (tag)(TAG_STR + i);
    return TAG_FOREIGN;
}

static void refuse_tag(reader *r, const yaml_char_t *text, const char *what) {
    gp_text name = gp_text_of((const char *)text);
    bool core = gp_text_starts(name, CORE_PREFIX);
    if (core) name = (gp_text){name.s + sizeof CORE_PREFIX - 1, name.n - (sizeof CORE_PREFIX - 1)};
    gp_diag *diag = gp_report(r->diags, GP_D_YAML_TAG, event_place(r), "the tag `%s%.*s` %s", core ? "!!" : "", GP_ARG(name), what);
    gp_hint(r->diags, diag, "only !!str, !!int, !!float, !!bool, !!null, !!map and !!seq are read, where they fit");
}

static void check_collection_tag(reader *r, const yaml_char_t *text, tag due) {
    tag t = tag_of(text);
    if (t == TAG_FOREIGN)
        refuse_tag(r, text, "is not one of the core schema's");
    else if (t != TAG_NONE && t != due)
        refuse_tag(r, text, due == TAG_MAP ? "does not fit a mapping" : "does not fit a list");
}

static bool tag_fits_look(tag t, gp_look look) {
    return (t == TAG_INT && look == GP_LOOK_INT) || (t == TAG_FLOAT && (look == GP_LOOK_FLOAT || look == GP_LOOK_INT)) ||
           (t == TAG_BOOL && look == GP_LOOK_BOOL) || (t == TAG_NULL && look == GP_LOOK_NULL);
}

/* A tag says what a scalar is, quoted or not; one whose text cannot be that is refused. */
static void apply_scalar_tag(reader *r, gp_tree *node, const yaml_char_t *text) {
    tag t = tag_of(text);
    if (t == TAG_NONE) return;
    if (t == TAG_STR) {
        node->tagged_str = true;
        return;
    }
    gp_tree plain = {.kind = GP_TREE_SCALAR, .text = node->text};
    bool octal = node->text.n > 1 && node->text.s[0] == '0' && (node->text.s[1] == 'x' || node->text.s[1] == 'o');
    if (t == TAG_FOREIGN)
        refuse_tag(r, text, "is not one of the core schema's");
    else if (!tag_fits_look(t, gp_tree_look(&plain)) || (t == TAG_FLOAT && octal))
        refuse_tag(r, text, "does not fit this scalar");
    else
        node->quoted = false;
}

/* -- scalars -- */

/* The part of the source that is the scalar's text byte by byte, if nothing was escaped or folded. */
static bool find_exact(const reader *r, gp_tree *node, size_t at, size_t end) {
    size_t quote = node->quoted ? 1 : 0, n = node->text.n;
    if (end < at + n + quote || end > r->file->text.n) return false;
    const char *slice = r->file->text.s + end - quote - n;
    if (n && memcmp(slice, node->text.s, n) != 0) return false;
    node->at = place_at(r, end - quote - n, end - quote);
    return true;
}

static gp_tree *new_node(reader *r, gp_tree_kind kind) {
    gp_tree *node = GP_NEW(r->arena, gp_tree);
    node->kind = kind;
    node->at = event_place(r);
    return node;
}

static bool is_inline(yaml_scalar_style_t style) {
    return style == YAML_PLAIN_SCALAR_STYLE || style == YAML_SINGLE_QUOTED_SCALAR_STYLE || style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
}

static bool refuse_nul(reader *r) {
    gp_report(r->diags, GP_D_CONTROL, event_place(r), "control character U+0000, escaped");
    return false;
}

static bool is_blank_text(gp_text t) {
    for (size_t i = 0; i < t.n; i++)
        if (t.s[i] != '\n') return false;
    return true;
}

static bool check_scalar_layout(reader *r, gp_text text, yaml_scalar_style_t style) {
    gp_place place = event_place(r);
    size_t at = (size_t)place.at, end = at + place.len;
    if (style == YAML_PLAIN_SCALAR_STYLE) {
        bool dash = text.n == 1 && text.s[0] == '-';
        return check_layout(r, (gp_layout_fault){dash ? "a lone `-` is quoted if it is text" : NULL, at});
    }
    if (!is_inline(style)) return check_layout(r, gp_layout_block(r->file->text, at, end, is_blank_text(text), r->indent));
    return r->flow || check_layout(r, gp_layout_lines(r->file->text, at, end, r->indent));
}

static bool read_scalar(reader *r, grown *out) {
    yaml_event_t *e = &r->lib->event;
    gp_text text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    if (text.n > SCALAR_MAX) return refuse_limit(r, event_place(r), "bytes in a scalar", SCALAR_MAX);
    if (text.n && memchr(text.s, 0, text.n)) return refuse_nul(r);
    if (!check_scalar_layout(r, text, e->data.scalar.style)) return false;
    gp_tree *node = new_node(r, GP_TREE_SCALAR);
    if (!count_nodes(r, 1, node->at)) return false;
    node->text = gp_text_dup(r->arena, text);
    node->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (is_inline(e->data.scalar.style)) node->exact = find_exact(r, node, (size_t)node->at.at, (size_t)node->at.at + node->at.len);
    apply_scalar_tag(r, node, e->data.scalar.tag);
    *out = (grown){node, 1, 0};
    uint32_t name = 0;
    uint64_t serial = anchor_open(r, &name, e->data.scalar.anchor);
    anchor_close(r, name, serial, out);
    return true;
}

/* -- lists -- */

static void add_child(grown *to, const grown *child) {
    to->nodes += child->nodes;
    if (child->depth + 1 > to->depth) to->depth = child->depth + 1;
}

/* A flow collection's place reaches to its closing bracket; a block one is the point where it starts. */
static void close_place(reader *r, gp_tree *node, bool flow) {
    size_t end = byte_at(r, r->lib->event.end_mark.index);
    node->at.len = flow && end > node->at.at ? (uint32_t)(end - node->at.at) : 0;
}

/* What a collection changes for those inside it. */
typedef struct frame {
    long indent;
    unsigned flow;
} frame;

/* libyaml's end mark is where the first key or dash stands; behind the dash in a list as deep as its key. */
static frame enter(reader *r, bool flow) {
    frame outer = {r->indent, r->flow};
    if (flow) {
        r->flow++;
        return outer;
    }
    const yaml_event_t *e = &r->lib->event;
    size_t at = byte_at(r, e->end_mark.index);
    bool behind = e->type == YAML_SEQUENCE_START_EVENT && (at >= r->file->text.n || r->file->text.s[at] != '-');
    r->indent = (long)e->end_mark.column - behind;
    return outer;
}

static bool leave(reader *r, const frame *outer, gp_tree *node) {
    bool flow = r->flow > outer->flow;
    r->indent = outer->indent;
    r->flow = outer->flow;
    close_place(r, node, flow);
    if (!flow || r->flow) return true;
    return check_layout(r, gp_layout_lines(r->file->text, (size_t)node->at.at, (size_t)node->at.at + node->at.len, r->indent));
}

static bool read_items(reader *r, grown *out, unsigned depth) {
    gp_tree *list = out->node;
    size_t cap = 0;
    for (;;) {
        grown item;
        if (!next_event(r)) return false;
        if (r->lib->event.type == YAML_SEQUENCE_END_EVENT) return true;
        if (!read_node(r, &item, depth)) return false;
        *GP_PUSH(r->arena, list->items, list->n, cap) = item.node;
        add_child(out, &item);
    }
}

static bool read_list(reader *r, grown *out, unsigned depth) {
    const yaml_event_t *e = &r->lib->event;
    gp_tree *list = new_node(r, GP_TREE_LIST);
    if (!check_depth(r, depth + 1, list->at) || !count_nodes(r, 1, list->at)) return false;
    check_collection_tag(r, e->data.sequence_start.tag, TAG_SEQ);
    uint32_t name = 0;
    uint64_t serial = anchor_open(r, &name, e->data.sequence_start.anchor);
    frame outer = enter(r, e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE);
    *out = (grown){list, 1, 1};
    if (!read_items(r, out, depth + 1) || !leave(r, &outer, list)) return false;
    anchor_close(r, name, serial, out);
    return true;
}

/* -- mappings -- */

/* A mapping that is being read. */
typedef struct mapping {
    grown grown;
    size_t cap;
    bool flow;
    gp_pair merge_key; /* `<<`; its value is NULL when there is none */
} mapping;

static bool is_merge_key(const gp_tree *key) {
    return !key->quoted && !key->tagged_str && gp_text_is(key->text, "<<");
}

static bool check_key(reader *r, const gp_tree *key, gp_place place) {
    if (key->kind != GP_TREE_SCALAR) {
        gp_report(r->diags, GP_D_YAML, place, "a key has to be text, here it is %s", gp_tree_kind_name(key));
        return false;
    }
    if (key->text.n > KEY_MAX) return refuse_limit(r, place, "bytes in a key", KEY_MAX);
    if (!gp_tree_is_null(key)) return true;
    gp_diag *diag = gp_report(r->diags, GP_D_YAML, place, "a key has to be text, here it is nothing");
    if (key->text.n) gp_hint(r->diags, diag, "quote it if the word is meant");
    return false;
}

/* A full-width blank looks like indentation and is a part of the key. */
static void check_indent(reader *r, const gp_tree *key) {
    if (key->quoted || !gp_text_starts(key->text, "\xE3\x80\x80")) return;
    gp_diag *diag = gp_report(r->diags, GP_D_YAML, key->at, "a full-width blank (U+3000) does not indent, it would be a part of the key");
    gp_hint(r->diags, diag, "indent with ordinary blanks");
    r->slipped = true;
}

/* Whether the key that ends at `end` goes without a colon: {a, b}. */
static bool lacks_colon(const reader *r, size_t end) {
    gp_text t = r->file->text;
    while (end < t.n && (t.s[end] == ' ' || t.s[end] == '\t' || t.s[end] == '\r' || t.s[end] == '\n')) end++;
    return end < t.n && (t.s[end] == ',' || t.s[end] == '}');
}

static void refuse_duplicate(reader *r, const gp_pair *first, const gp_pair *again) {
    gp_diag *diag =
        gp_report(r->diags, GP_D_YAML_DUPLICATE, again->key_at, "the key `%.*s` stands twice in this mapping", GP_ARG(again->key));
    diag->also = first->key_at;
    diag->also_what = GP_TEXT("it is given here first");
}

static void add_pair(reader *r, mapping *m, gp_pair pair, bool merges) {
    gp_tree *map = m->grown.node;
    if (!merges)
        *GP_PUSH(r->arena, map->pairs, map->n, m->cap) = pair;
    else if (m->merge_key.value)
        refuse_duplicate(r, &m->merge_key, &pair);
    else
        m->merge_key = pair;
}

static bool read_pair(reader *r, mapping *m, unsigned depth) {
    grown key, value;
    gp_place at = event_place(r);
    if (!read_node(r, &key, depth) || !check_key(r, key.node, at)) return false;
    check_indent(r, key.node);
    gp_pair pair = {.key = key.node->text, .key_at = at, .bare = m->flow && lacks_colon(r, (size_t)(at.at + at.len))};
    if (key.node->exact && key.node->at.at >= at.at) pair.key_at = key.node->at; /* not where an alias leads to */
    if (!next_event(r) || !read_node(r, &value, depth)) return false;
    pair.value = value.node;
    add_child(&m->grown, &key);
    add_child(&m->grown, &value);
    add_pair(r, m, pair, is_merge_key(key.node));
    return true;
}

static int by_key(const void *a, const void *b) {
    const gp_pair *x = *(const gp_pair *const *)a, *y = *(const gp_pair *const *)b;
    int order = gp_text_cmp(x->key, y->key);
    return order ? order : (x > y) - (x < y);
}

static gp_pair **sorted_pairs(gp_arena *a, const gp_tree *map) {
    gp_pair **order = gp_arena_array(a, map->n, sizeof *order);
    for (size_t i = 0; i < map->n; i++) order[i] = &map->pairs[i];
    if (map->n) qsort(order, map->n, sizeof *order, by_key);
    return order;
}

/* Reports doubled keys and takes them out; the first one stands. */
static void drop_duplicates(reader *r, gp_tree *map) {
    gp_pair **order = sorted_pairs(r->arena, map);
    size_t first = 0, kept = 0, doubled = 0;
    for (size_t i = 1; i < map->n; i++) {
        if (!gp_text_eq(order[i]->key, order[first]->key)) {
            first = i;
            continue;
        }
        refuse_duplicate(r, order[first], order[i]);
        order[i]->value = NULL;
        doubled++;
    }
    if (!doubled) return;
    for (size_t i = 0; i < map->n; i++)
        if (map->pairs[i].value) map->pairs[kept++] = map->pairs[i];
    map->n = kept;
}

/* -- merge keys -- */

static void merge_map(reader *r, mapping *m, gp_pool *known, const gp_tree *from) {
    gp_tree *map = m->grown.node;
    for (size_t i = 0; i < from->n; i++) {
        uint32_t number;
        if (gp_pool_find(&number, known, from->pairs[i].key)) continue;
        gp_pool_add(known, from->pairs[i].key);
        *GP_PUSH(r->arena, map->pairs, map->n, m->cap) = from->pairs[i];
    }
}

static bool refuse_merge(reader *r, gp_place place, const gp_tree *found) {
    gp_report(r->diags, GP_D_YAML, place, "`<<` takes a mapping or a list of mappings, here it is %s", gp_tree_kind_name(found));
    return false;
}

/* Lays the pairs of `<<` behind the mapping's own; a key that is there already stays as it is. */
static bool merge(reader *r, mapping *m) {
    gp_tree *map = m->grown.node, *from = m->merge_key.value;
    gp_pool known;
    if (!from) return true;
    gp_pool_init(&known, r->arena);
    for (size_t i = 0; i < map->n; i++) gp_pool_add(&known, map->pairs[i].key);
    if (from->kind == GP_TREE_SCALAR) return refuse_merge(r, m->merge_key.key_at, from);
    if (from->kind == GP_TREE_MAP) {
        merge_map(r, m, &known, from);
        return true;
    }
    for (size_t i = 0; i < from->n; i++) {
        if (from->items[i]->kind != GP_TREE_MAP) return refuse_merge(r, m->merge_key.key_at, from->items[i]);
        merge_map(r, m, &known, from->items[i]);
    }
    return true;
}

static bool read_pairs(reader *r, mapping *m, unsigned depth) {
    for (;;) {
        if (!next_event(r)) return false;
        if (r->lib->event.type == YAML_MAPPING_END_EVENT) return true;
        if (!read_pair(r, m, depth)) return false;
    }
}

static bool read_map(reader *r, grown *out, unsigned depth) {
    const yaml_event_t *e = &r->lib->event;
    gp_tree *map = new_node(r, GP_TREE_MAP);
    if (!check_depth(r, depth + 1, map->at) || !count_nodes(r, 1, map->at)) return false;
    check_collection_tag(r, e->data.mapping_start.tag, TAG_MAP);
    uint32_t name = 0;
    uint64_t serial = anchor_open(r, &name, e->data.mapping_start.anchor);
    mapping m = {.grown = {map, 1, 1}, .flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE};
    frame outer = enter(r, m.flow);
    if (!read_pairs(r, &m, depth + 1) || !leave(r, &outer, map)) return false;
    drop_duplicates(r, map);
    if (!merge(r, &m)) return false;
    *out = m.grown;
    anchor_close(r, name, serial, out);
    return true;
}

/* -- the document -- */

static bool read_node(reader *r, grown *out, unsigned depth) {
    switch (r->lib->event.type) {
    case YAML_ALIAS_EVENT: return read_alias(r, out, depth);
    case YAML_SEQUENCE_START_EVENT: return read_list(r, out, depth);
    case YAML_MAPPING_START_EVENT: return read_map(r, out, depth);
    default: return read_scalar(r, out);
    }
}

static gp_tree *empty_document(reader *r) {
    gp_tree *node = GP_NEW(r->arena, gp_tree);
    *node = (gp_tree){.kind = GP_TREE_SCALAR, .text = GP_TEXT(""), .at = place_at(r, 0, 0), .exact = true};
    return node;
}

static bool refuse_more_documents(reader *r) {
    gp_place place = event_place(r);
    gp_report(r->diags, GP_D_YAML, place, "a second YAML document starts here; one file holds one");
    return false;
}

/* Reads the stream: its start, one document or none, its end. */
static bool read_stream(reader *r, grown *root) {
    if (!next_event(r) || !next_event(r)) return false;
    if (r->lib->event.type == YAML_STREAM_END_EVENT) {
        root->node = empty_document(r);
        return true;
    }
    if (!next_event(r) || !read_node(r, root, 0)) return false;
    if (!next_event(r) || !next_event(r)) return false; /* the document's end */
    return r->lib->event.type == YAML_STREAM_END_EVENT || refuse_more_documents(r);
}

/* libyaml reads the last line of a block scalar as another text when no line end follows: there is always one. */
static gp_text with_line_end(gp_arena *a, gp_text text) {
    if (text.n == 0 || text.s[text.n - 1] == '\n' || text.s[text.n - 1] == '\r') return text;
    char *s = gp_arena_alloc(a, text.n + 1);
    memcpy(s, text.s, text.n);
    s[text.n] = '\n';
    return (gp_text){s, text.n + 1};
}

static lib *lib_new(gp_arena *a, gp_text text) {
    lib *l = GP_NEW(a, lib);
    gp_arena_defer(a, release, l);
    if (!yaml_parser_initialize(&l->parser)) gp_mem_exhausted(a->mem);
    l->live = true;
    yaml_parser_set_encoding(&l->parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&l->parser, (const unsigned char *)text.s, text.n);
    return l;
}

gp_tree *gp_yaml_parse(gp_arena *a, gp_diags *d, const gp_file *file) {
    reader r = {.arena = a, .diags = d, .file = file, .lib = lib_new(a, with_line_end(a, file->text)), .indent = -1};
    gp_pool_init(&r.names, a);
    grown root = {0};
    bool ok = read_stream(&r, &root);
    release(r.lib);
    return ok && !r.slipped ? root.node : NULL;
}

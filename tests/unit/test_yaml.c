/* The YAML loader: shapes, places, anchors, merges, tags, limits at their edges, and the hints for slips. */
#include "trap.h"

#include <stdbool.h>
#include <string.h>

#include "input/tree.h"

typedef struct desk {
    test_heap heap;
    gp_diags d;
    gp_file f;
    gp_tree *root;
} desk;

#define DESK(k) TEST_HEAP((k).heap)

static void parse_text(desk *k, gp_text text) {
    gp_diags_init(&k->d, &k->heap.arena);
    k->root = NULL;
    if (gp_file_of(&k->f, &k->heap.arena, &k->d, GP_TEXT("t.yaml"), text, GP_FILE_TEXT))
        k->root = gp_yaml_parse(&k->heap.arena, &k->d, &k->f);
}

static void parse(desk *k, const char *text) {
    parse_text(k, gp_text_of(text));
}

static const gp_tree *get(const desk *k, const char *key) {
    const gp_tree *t = gp_tree_get(k->root, key);
    assert_non_null(t);
    return t;
}

static void check_refused(desk *k, const char *text, gp_code code, uint32_t line, uint32_t col) {
    uint32_t got_line, got_col;
    parse(k, text);
    assert_true(k->d.n > 0);
    assert_string_equal(gp_code_name(k->d.items[0].code), gp_code_name(code));
    gp_place_where(&got_line, &got_col, &k->d, k->d.items[0].place);
    assert_int_equal(got_line, line);
    assert_int_equal(got_col, col);
}

static void test_shapes(void **state) {
    (void)state;
    desk k;
    DESK(k);
    parse(&k, "a: [1, {b: c}]\nd:\n- x\n- y\ne:\nf: |\n  l1\n  l2\ng: ''\n");
    assert_int_equal(k.d.errors, 0);
    assert_int_equal(get(&k, "a")->n, 2);
    assert_true(gp_text_is(gp_tree_get(get(&k, "a")->items[1], "b")->text, "c"));
    assert_string_equal(gp_tree_kind_name(get(&k, "d")), "a list");
    assert_string_equal(gp_tree_kind_name(get(&k, "e")), "nothing");
    assert_string_equal(gp_tree_kind_name(k.root), "a mapping");
    assert_true(gp_text_is(get(&k, "f")->text, "l1\nl2\n"));
    assert_true(get(&k, "f")->quoted);
    assert_string_equal(gp_tree_kind_name(get(&k, "g")), "text");
    assert_null(gp_tree_get(k.root, "z"));
    assert_null(gp_tree_get(get(&k, "d"), "x"));
    static const char *const LAST_LINES[] = {"a: |\n  x\n   ", "a: |\n  x\n   \n"}; /* a line end or none: the same text */
    for (size_t i = 0; i < 2; i++) {
        parse(&k, LAST_LINES[i]);
        assert_true(gp_text_is(get(&k, "a")->text, "x\n \n"));
    }
    parse(&k, "");
    assert_true(gp_tree_is_null(k.root));
    parse(&k, "# only a comment\n---\n");
    assert_true(gp_tree_is_null(k.root));
    gp_arena_fini(&k.heap.arena);
}

static void check_exact(const desk *k, const gp_tree *t) {
    assert_true(t->exact);
    assert_int_equal(t->at.len, t->text.n);
    assert_memory_equal(k->f.text.s + t->at.at, t->text.s, t->text.n);
}

static void test_places(void **state) {
    (void)state;
    desk k;
    DESK(k);
    parse(&k, "\xEF\xBB\xBF"
              "标题: 杭州 发改委 # 注\r\n引: &a \"双 引\"\r\n单: '单 引'\r\n转: \"x\\ty\"\r\n折: 一\r\n  二\r\n流: {甲: [乙, 丙]}\r\n");
    assert_int_equal(k.d.errors, 0);
    check_exact(&k, get(&k, "标题"));
    check_exact(&k, get(&k, "引"));
    check_exact(&k, get(&k, "单"));
    assert_false(get(&k, "转")->exact);
    assert_false(get(&k, "折")->exact);
    assert_true(gp_text_is(get(&k, "折")->text, "一 二"));
    const gp_tree *list = gp_tree_get(get(&k, "流"), "甲");
    check_exact(&k, list->items[1]);
    assert_memory_equal(k.f.text.s + list->at.at, "[乙, 丙]", list->at.len);
    gp_place part = gp_tree_place(get(&k, "标题"), 7, 9), whole = gp_tree_place(get(&k, "转"), 1, 1);
    assert_memory_equal(k.f.text.s + part.at, "发改委", part.len);
    assert_int_equal(whole.len, get(&k, "转")->at.len);
    gp_place key = k.root->pairs[5].key_at;
    assert_memory_equal(k.f.text.s + key.at, "流", key.len);
    gp_arena_fini(&k.heap.arena);
}

static void test_looks(void **state) {
    (void)state;
    static const struct {
        const char *text;
        gp_look look;
    } CASES[] = {
        {"~", GP_LOOK_NULL},       {"Null", GP_LOOK_NULL},  {"nUll", GP_LOOK_TEXT},       {"true", GP_LOOK_BOOL},  {"FALSE", GP_LOOK_BOOL},
        {"yes", GP_LOOK_TEXT},     {"no", GP_LOOK_TEXT},    {"on", GP_LOOK_TEXT},         {"012", GP_LOOK_INT},    {"-7", GP_LOOK_INT},
        {"+7", GP_LOOK_INT},       {"0o17", GP_LOOK_INT},   {"0o8", GP_LOOK_TEXT},        {"0x1F", GP_LOOK_INT},   {"0x", GP_LOOK_TEXT},
        {"-0x1", GP_LOOK_TEXT},    {"0b1", GP_LOOK_TEXT},   {"1_000", GP_LOOK_TEXT},      {"1:30", GP_LOOK_TEXT},  {"1.5", GP_LOOK_FLOAT},
        {"1.", GP_LOOK_FLOAT},     {".5", GP_LOOK_FLOAT},   {".", GP_LOOK_TEXT},          {"1e3", GP_LOOK_FLOAT},  {"1e", GP_LOOK_TEXT},
        {"-.5E-3", GP_LOOK_FLOAT}, {".inf", GP_LOOK_FLOAT}, {"-.Inf", GP_LOOK_FLOAT},     {".nan", GP_LOOK_FLOAT}, {"-.nan", GP_LOOK_TEXT},
        {"+", GP_LOOK_TEXT},       {"3.5%", GP_LOOK_TEXT},  {"2020-01-01", GP_LOOK_TEXT},
    };
    for (size_t i = 0; i < GP_COUNT(CASES); i++) {
        gp_tree t = {.kind = GP_TREE_SCALAR, .text = gp_text_of(CASES[i].text)};
        if (gp_tree_look(&t) != CASES[i].look) fail_msg("`%s` is taken for %d", CASES[i].text, gp_tree_look(&t));
        t.quoted = true;
        assert_int_equal(gp_tree_look(&t), GP_LOOK_TEXT);
    }
}

static void test_anchors_and_merges(void **state) {
    (void)state;
    desk k;
    DESK(k);
    parse(&k, "b: &b {x: 1, y: 2}\nc: &c {y: 3, z: 4}\nd: {y: 0, <<: [*b, *c]}\ne: *b\nf: &b 5\ng: *b\n*b : k\n");
    assert_int_equal(k.d.errors, 0);
    const gp_tree *d = get(&k, "d");
    assert_int_equal(d->n, 3);
    assert_true(gp_text_is(d->pairs[0].key, "y") && gp_text_is(d->pairs[0].value->text, "0"));
    assert_true(gp_text_is(gp_tree_get(d, "x")->text, "1"));
    assert_true(gp_text_is(gp_tree_get(d, "z")->text, "4"));
    assert_ptr_equal(get(&k, "e"), get(&k, "b"));
    assert_true(gp_text_is(get(&k, "g")->text, "5"));
    assert_true(gp_text_is(get(&k, "5")->text, "k"));
    parse(&k, "a: &x [&x 1, *x]\nb: *x\n"); /* the later anchor counts */
    assert_int_equal(k.d.errors, 0);
    assert_true(gp_text_is(get(&k, "b")->text, "1"));
    parse(&k, "\"<<\": {a: 1}\n");
    assert_int_equal(get(&k, "<<")->kind, GP_TREE_MAP);
    check_refused(&k, "a: *b\n", GP_D_YAML_ANCHOR, 1, 4);
    check_refused(&k, "a: &b:c d\n", GP_D_YAML_ANCHOR, 1, 4); /* libyaml alone: the text `:c d` */
    check_refused(&k, "a: &b [*b]\n", GP_D_YAML_ANCHOR, 1, 8);
    check_refused(&k, "a: &b {<<: *b}\n", GP_D_YAML_ANCHOR, 1, 12);
    check_refused(&k, "<<: 1\n", GP_D_YAML, 1, 1);
    check_refused(&k, "<<: [{a: 1}, 2]\n", GP_D_YAML, 1, 1);
    check_refused(&k, "<<: {a: 1}\n<<: {b: 1}\n", GP_D_YAML_DUPLICATE, 2, 1);
    gp_arena_fini(&k.heap.arena);
}

static void test_duplicates(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_refused(&k, "中: 1\nb: 2\n\"\\u4e2d\": 3\nb: 4\nb: 5\n", GP_D_YAML_DUPLICATE, 4, 1);
    assert_int_equal(k.d.errors, 3);
    assert_non_null(k.root); /* the other errors of the file are still to be found */
    assert_int_equal(k.root->n, 2);
    assert_true(gp_text_is(get(&k, "b")->text, "2"));
    assert_int_equal(k.d.items[0].also.at, 7);
    gp_arena_fini(&k.heap.arena);
}

static void test_tags(void **state) {
    (void)state;
    desk k;
    DESK(k);
    parse(&k, "a: !!str 12\nb: !!int \"3\"\nc: !!float 1\nd: !!null ''\ne: !!str\nf: !!bool True\ng: !!map {}\nh: !!seq []\n");
    assert_int_equal(k.d.errors, 0);
    assert_int_equal(gp_tree_look(get(&k, "a")), GP_LOOK_TEXT);
    assert_int_equal(gp_tree_look(get(&k, "b")), GP_LOOK_INT);
    assert_true(gp_tree_is_null(get(&k, "d")));
    assert_false(gp_tree_is_null(get(&k, "e")));
    static const char *const BAD[] = {"- !x 1",
                                      "- ! 1",
                                      "- !!int x",
                                      "- !!float 0x1",
                                      "- !!bool yes",
                                      "- !!null 0",
                                      "- !!map 1",
                                      "- !!str [1]",
                                      "- !!seq {}",
                                      "- !!set {a}",
                                      "- !!binary aa",
                                      "- !!timestamp 2020-01-01",
                                      "- !<tag:example.com,2000:a> x"};
    for (size_t i = 0; i < GP_COUNT(BAD); i++) check_refused(&k, BAD[i], GP_D_YAML_TAG, 1, 3);
    gp_arena_fini(&k.heap.arena);
}

static void test_keys_and_documents(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_refused(&k, "? [a]\n: b\n", GP_D_YAML, 1, 3);
    check_refused(&k, "x: {[a]: b}\n", GP_D_YAML, 1, 5);
    check_refused(&k, ": b\n", GP_D_YAML, 1, 1);
    check_refused(&k, "a: 1\n~: b\n", GP_D_YAML, 2, 1);
    check_refused(&k, "a: 1\n---\nb: 1\n", GP_D_YAML, 2, 1);
    check_refused(&k, "a: 1\n...\n---\n", GP_D_YAML, 3, 1);
    check_refused(&k, "%YAML 2.0\n---\na\n", GP_D_YAML, 1, 1);
    parse(&k, "%YAML 1.2\n---\na: 1\n...\n");
    assert_int_equal(k.d.errors, 0);
    check_refused(&k, "a: \"x\\0\"\n", GP_D_CONTROL, 1, 4);
    check_refused(&k, "一: \"二\n三: 1\n", GP_D_YAML, 3, 1);
    assert_int_equal(k.d.items[0].also.at, 5);
    check_refused(&k, "一二: [三, 四\n五: 六", GP_D_YAML, 2, 2);
    gp_arena_fini(&k.heap.arena);
}

static void test_bare_keys(void **state) {
    (void)state;
    desk k;
    DESK(k);
    parse(&k, "a: {expr: round(a / b, 3), c: , \"d\" , e : 1, f}\n");
    const gp_tree *a = get(&k, "a");
    assert_int_equal(a->n, 6);
    static const bool BARE[] = {false, true, false, true, false, true};
    for (size_t i = 0; i < 6; i++) assert_int_equal(a->pairs[i].bare, BARE[i]);
    assert_true(gp_text_is(a->pairs[1].key, "3)"));
    assert_true(gp_tree_is_null(a->pairs[1].value));
    gp_arena_fini(&k.heap.arena);
}

/* What libyaml takes and YAML 1.2 refuses or reads otherwise. */
static void test_layout(void **state) {
    (void)state;
    desk k;
    DESK(k);
    static const struct {
        const char *text;
        uint32_t line, col;
    } BAD[] = {
        {"a: \"x\"#c\n", 1, 7},
        {"a: [b]#c\n", 1, 7},
        {"a: [b,#c\n  d]\n", 1, 7},
        {"a: ># c\n  x\n", 1, 5},
        {"a: &x !!str >2# c\n    x\n", 1, 15},
        {"%YAML 1.2#c\n---\n", 1, 10},
        {"[?x]", 1, 2},
        {"{?x: y}", 1, 2},
        {"[-]", 1, 2},
        {"a: [-, b]", 1, 5},
        {"{a: -}", 1, 5},
        {"a: [b,\nc]\n", 2, 1},
        {"a: \"b\nc\"\n", 2, 1},
        {"- 'b\n\n\n  c\n'\n", 5, 1},
        {"a:\n- [b,\n c,\nd]\n", 4, 1},
        {"a:\n  b: {\n  c: d}\n", 3, 1},
        {"a: \"b\n\tc\"\n", 2, 1},
        {"- - [\n  x]\n", 2, 1},
        {"a: >\n \n   \n # c\n", 4, 2},
    };
    for (size_t i = 0; i < GP_COUNT(BAD); i++) check_refused(&k, BAD[i].text, GP_D_YAML, BAD[i].line, BAD[i].col);
    static const char *const GOOD[] = {
        "a: {\n  b: c, # d\n# e\n\n}\n",
        "[\na,\n\"b\nc\"\n]\n",
        "--- {a:\nb}",
        "a:\n- [b,\n c]\n- &x\n  k: \"v\n    w\"\n",
        "a: &x\n  k: \"v\n   w\"\n",
        "- - [\n   x]\n",
        "- k: [\n  ]\n",
        "a: x?y#z # c\nb: ['?', '#', \"-\"]\n",
        "a: |+ # c\n\n  \n# c\n",
        "? a\n: b\n",
        "[? a, ? b : c]",
        "a: !!map # c\n  b: c\n",
        "%YAML 1.2 # c\n--- # d\na: b # e\n... # f\n",
    };
    for (size_t i = 0; i < GP_COUNT(GOOD); i++) {
        parse(&k, GOOD[i]);
        if (!k.root || k.d.errors) fail_msg("refused: %s (%s)", GOOD[i], k.d.items[0].message.s);
    }
    gp_arena_fini(&k.heap.arena);
}

/* n times a, then b, then n times c. */
static gp_text nested(gp_arena *arena, size_t n, const char *a, const char *b, const char *c) {
    gp_buf t;
    gp_buf_init(&t, arena);
    for (size_t i = 0; i < n; i++) gp_buf_str(&t, a);
    gp_buf_str(&t, b);
    for (size_t i = 0; i < n; i++) gp_buf_str(&t, c);
    return gp_buf_take(&t);
}

static void check_limit(desk *k, gp_text text, bool over) {
    parse_text(k, text);
    assert_int_equal(k->root == NULL, over);
    assert_int_equal(k->d.errors, over);
    if (over) assert_int_equal(k->d.items[0].code, GP_D_YAML_LIMIT);
}

static void test_limits(void **state) {
    (void)state;
    desk k;
    DESK(k);
    gp_arena *a = &k.heap.arena;
    check_limit(&k, nested(a, 64, "[", "x", "]"), false);
    check_limit(&k, nested(a, 65, "[", "x", "]"), true);
    check_limit(&k, nested(a, 200000, "[", "", ""), true);
    check_limit(&k, nested(a, 64, "- ", "x\n", ""), false);
    check_limit(&k, nested(a, 65, "- ", "x\n", ""), true);
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_str(&b, "a: &a ");
    gp_buf_text(&b, nested(a, 62, "[", "x", "]"));
    gp_buf_str(&b, "\nb: [*a]\n");
    gp_text fits = gp_buf_take(&b);
    check_limit(&k, fits, false);
    gp_buf_text(&b, fits);
    gp_buf_str(&b, "c: [[*a]]\n");
    check_limit(&k, gp_buf_take(&b), true);
    check_limit(&k, nested(a, 1 << 20, "x", "", ""), false);
    check_limit(&k, nested(a, 1 << 20, "x", "x", ""), true);
    gp_arena_fini(&k.heap.arena);
}

static void test_key_length(void **state) {
    (void)state;
    desk k;
    DESK(k);
    gp_buf b;
    for (size_t over = 0; over < 2; over++) {
        gp_buf_init(&b, &k.heap.arena);
        gp_buf_str(&b, "? ");
        gp_buf_text(&b, nested(&k.heap.arena, 1024 + over, "k", "", ""));
        gp_buf_str(&b, "\n: 1\n");
        check_limit(&k, gp_buf_take(&b), over);
    }
    gp_arena_fini(&k.heap.arena);
}

/* The root, ten anchored lists of eleven nodes and so on: aliases weigh what they stand for. */
static void test_node_count(void **state) {
    (void)state;
    desk k;
    DESK(k);
    gp_buf b;
    for (size_t over = 0; over < 2; over++) {
        gp_buf_init(&b, &k.heap.arena);
        gp_buf_str(&b, "- &a [");
        for (size_t i = 0; i < 998; i++) gp_buf_str(&b, "x,");
        gp_buf_str(&b, "]\n"); /* 999 nodes */
        for (size_t i = 0; i < 1000; i++) gp_buf_str(&b, "- *a\n");
        if (over) gp_buf_str(&b, "- x\n"); /* 1 + 1001 * 999 = 1,000,000 without it */
        check_limit(&k, gp_buf_take(&b), over);
    }
    gp_arena_fini(&k.heap.arena);
}

static void check_hint(desk *k, const char *text, const char *part) {
    parse(k, text);
    assert_true(k->d.n > 0);
    if (!k->d.items[0].hint.s || !strstr(k->d.items[0].hint.s, part)) fail_msg("no hint of %s for: %s", part, text);
}

static void test_slips(void **state) {
    (void)state;
    desk k;
    DESK(k);
    check_hint(&k, "plan：x\ndata: 1\n", "`：`");
    check_hint(&k, "a: 1\nb：2\nc: 3\n", "see line 2");
    check_hint(&k, "title: “杭州: 2020”\n", "`“`");
    check_hint(&k, "a: {b: 1， c: 2}\n", "`，`");
    check_hint(&k, "goals:\n　id: x\n", "ordinary blanks");
    parse(&k, "a: b: “x\n");
    parse(&k, "a: [x：1]\nb: 第一：二\n");
    assert_int_equal(k.d.errors, 0);
    gp_diag *diag = gp_report(&k.d, GP_D_WRONG_KIND, (gp_place){.file = k.f.source, .at = 0}, "x");
    gp_hint_slip(&k.d, diag, diag->place);
    assert_null(diag->hint.s); /* `: ` comes first in that line */
    parse(&k, "data：\n");
    diag = gp_report(&k.d, GP_D_WRONG_KIND, k.root->at, "x");
    gp_hint_slip(&k.d, diag, diag->place);
    assert_non_null(strstr(diag->hint.s, "full-width colon"));
    gp_arena_fini(&k.heap.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_looks),
        cmocka_unit_test(test_anchors_and_merges),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_tags),
        cmocka_unit_test(test_keys_and_documents),
        cmocka_unit_test(test_bare_keys),
        cmocka_unit_test(test_layout),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_key_length),
        cmocka_unit_test(test_node_count),
        cmocka_unit_test(test_slips),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

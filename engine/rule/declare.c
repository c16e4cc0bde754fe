/* Declarations: `rule "name" { ... }` collects them while a pack runs; afterwards they are read, checked and held against the plan.
 * Invariant: reading happens when nothing of Lua is under way and uses only calls that neither raise nor allocate, so reports may end in
 * the trap. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rule/inside.h"

/* -- collecting -- */

static void refuse_during_call(lua_State *L) {
    if (gp_host_of(L)->call) luaL_error(L, "`rule` is for the time when a pack is loaded");
}

/* The second half of rule "name" {...}. Upvalue: the declaration. */
static int take_table(lua_State *L) {
    refuse_during_call(L);
    if (lua_type(L, 1) != LUA_TTABLE) return luaL_error(L, "a table is due behind the name of a rule: rule \"name\" { ... }");
    if (lua_rawgeti(L, lua_upvalueindex(1), GP_ENTRY_TABLE) != LUA_TNIL) return luaL_error(L, "a second table for one rule");
    lua_settop(L, 1);
    lua_rawseti(L, lua_upvalueindex(1), GP_ENTRY_TABLE);
    return 0;
}

static int declare(lua_State *L) {
    refuse_during_call(L);
    if (lua_type(L, 1) != LUA_TSTRING) return luaL_error(L, "a rule needs a name: rule \"name\" { ... }");
    gp_spot at = gp_spot_of(L);
    lua_settop(L, 1);
    lua_createtable(L, GP_ENTRY_TABLE, 0);
    lua_insert(L, 1);
    lua_rawseti(L, 1, GP_ENTRY_NAME);
    lua_pushinteger(L, at.file);
    lua_rawseti(L, 1, GP_ENTRY_FILE);
    lua_pushinteger(L, at.line);
    lua_rawseti(L, 1, GP_ENTRY_LINE);
    lua_rawgeti(L, LUA_REGISTRYINDEX, GP_SLOT_RULES_LIST);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, take_table, 1);
    return 1;
}

void gp_declare_open(lua_State *L) {
    lua_pushcfunction(L, declare);
    lua_setfield(L, -2, "rule");
}

/* -- places -- */

static bool is_word_byte(gp_text t, size_t i) {
    if (i >= t.n) return false;
    unsigned char c = (unsigned char)t.s[i];
    return c == '_' || c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t line_start(gp_text t, uint32_t line) {
    size_t i = 0;
    for (; line > 1 && i < t.n; i++) {
        if (t.s[i] == '\r' && i + 1 < t.n && t.s[i + 1] == '\n') continue;
        line -= t.s[i] == '\n' || t.s[i] == '\r';
    }
    return i;
}

static size_t line_end(gp_text t, size_t from) {
    while (from < t.n && t.s[from] != '\n' && t.s[from] != '\r') from++;
    return from;
}

/* The offset of a whole word in [from, to), or `to`. */
static size_t find_word(gp_text t, size_t from, size_t to, gp_text word) {
    for (size_t i = from; word.n && i + word.n <= to; i++)
        if (memcmp(t.s + i, word.s, word.n) == 0 && !is_word_byte(t, i + word.n) && (i == 0 || !is_word_byte(t, i - 1))) return i;
    return to;
}

gp_place gp_pack_place(const gp_host *h, gp_spot spot, gp_text word, bool onward) {
    if (spot.file == 0 || spot.file > h->plan->nrules) return (gp_place){0};
    const gp_file *f = &h->plan->rule_files[spot.file - 1];
    size_t start = line_start(f->text, spot.line), end = line_end(f->text, start), last = onward ? f->text.n : end;
    size_t at = find_word(f->text, start, last, word);
    if (at < last) return (gp_place){.file = f->source, .at = at, .len = (uint32_t)word.n};
    while (start < end && (f->text.s[start] == ' ' || f->text.s[start] == '\t')) start++;
    return (gp_place){.file = f->source, .at = start, .len = (uint32_t)(end - start)};
}

/* -- reading a declaration -- */

enum { KEY_DOC, KEY_READS, KEY_ARGS, KEY_CHECK, KEY_SCORE, KEY_ROLL, KEY_COUNT };
static const gp_text KEYS[KEY_COUNT] = {{"doc", 3}, {"reads", 5}, {"args", 4}, {"check", 5}, {"score", 5}, {"roll", 4}};

typedef struct reading {
    gp_host *host;
    gp_diags *diags;
    lua_State *L;
    gp_spot at;
    gp_rule_own *own;
    int value[KEY_COUNT]; /* index on the stack of each key's value; nil where it is not given */
} reading;

/* A text on the stack, as Lua holds it: valid while it stands there. */
static gp_text peek_text(lua_State *L, int index) {
    gp_text t = GP_NO_TEXT;
    if (lua_type(L, index) == LUA_TSTRING) t.s = lua_tolstring(L, index, &t.n);
    return t;
}

static gp_text shown(const reading *r, gp_text t) {
    char text[GP_WORD_MAX];
    size_t n = gp_escape(text, sizeof text, t);
    return gp_text_dup(r->diags->arena, (gp_text){text, n});
}

static gp_diag *refuse(const reading *r, gp_text key, const char *what) {
    gp_diag *diag = gp_report(r->diags, GP_D_RULE_SHAPE, gp_pack_place(r->host, r->at, key, true), "rule `%.*s`: `%.*s` %s",
                              GP_ARG(r->own->rule.name), GP_ARG(key), what);
    return diag;
}

static int text_order(const void *a, const void *b) {
    return gp_text_cmp(*(const gp_text *)a, *(const gp_text *)b);
}

static void report_unknown_keys(const reading *r, gp_text *keys, size_t n) {
    if (n) qsort(keys, n, sizeof *keys, text_order); /* Lua's own order differs from run to run */
    for (size_t i = 0; i < n; i++) {
        gp_diag *diag = gp_report(r->diags, GP_D_RULE_SHAPE, gp_pack_place(r->host, r->at, keys[i], true),
                                  "rule `%.*s`: unknown key `%.*s`; a rule has doc, reads, args, check, score, roll",
                                  GP_ARG(r->own->rule.name), GP_ARG(keys[i]));
        gp_hint_nearest(r->diags, diag, keys[i], KEYS, KEY_COUNT);
    }
}

static int key_number(gp_text key) {
    int k = 0;
    while (k < KEY_COUNT && !gp_text_eq(KEYS[k], key)) k++;
    return k;
}

/* Spreads the table on top over the stack: one place for each key that there is. */
static void spread(reading *r) {
    lua_State *L = r->L;
    int table = lua_gettop(L);
    gp_text *unknown = NULL;
    size_t n = 0, cap = 0;
    for (int k = 0; k < KEY_COUNT; k++) {
        lua_pushnil(L);
        r->value[k] = lua_gettop(L);
    }
    lua_pushnil(L);
    while (lua_next(L, table)) {
        gp_text key = lua_type(L, -2) == LUA_TSTRING ? peek_text(L, -2) : GP_TEXT("(an item without a name)");
        int k = key_number(key);
        if (k < KEY_COUNT) {
            lua_replace(L, r->value[k]);
            continue;
        }
        *GP_PUSH(r->diags->arena, unknown, n, cap) = shown(r, key);
        lua_pop(L, 1);
    }
    report_unknown_keys(r, unknown, n);
}

static void read_doc(reading *r) {
    int type = lua_type(r->L, r->value[KEY_DOC]);
    if (type == LUA_TSTRING)
        r->own->rule.doc = gp_text_dup(r->host->arena, peek_text(r->L, r->value[KEY_DOC]));
    else if (type != LUA_TNIL)
        refuse(r, KEYS[KEY_DOC], "is no text");
}

static bool read_function(reading *r, int key) {
    int type = lua_type(r->L, r->value[key]);
    if (type != LUA_TNIL && type != LUA_TFUNCTION) refuse(r, KEYS[key], "is no function");
    if (type == LUA_TFUNCTION && lua_iscfunction(r->L, r->value[key])) refuse(r, KEYS[key], "is no function of this pack");
    return type != LUA_TNIL;
}

static void read_functions(reading *r) {
    gp_rule_own *own = r->own;
    own->rule.has_check = read_function(r, KEY_CHECK);
    own->rule.has_score = read_function(r, KEY_SCORE);
    own->rule.has_roll = read_function(r, KEY_ROLL);
    if (own->rule.has_check || own->rule.has_score || own->rule.has_roll) return;
    gp_report(r->diags, GP_D_RULE_SHAPE, own->rule.at, "rule `%.*s` has none of check, score and roll", GP_ARG(own->rule.name));
}

/* -- reads -- */

static bool is_method(gp_text name) {
    static const char *const METHODS[] = {"low", "high", "basis", "covers", "text"};
    for (size_t i = 0; i < GP_COUNT(METHODS); i++)
        if (gp_text_is(name, METHODS[i])) return true;
    return false;
}

static void add_read(reading *r, gp_text name) {
    const gp_pool *names = &r->host->plan->names;
    gp_rule *rule = &r->own->rule;
    gp_place at = gp_pack_place(r->host, r->at, name, true);
    uint32_t ref;
    if (!gp_pool_find(&ref, names, name)) {
        if (r->host->plan->data_unsure) return;
        if (r->at.file > r->host->plan->nown) {
            r->own->lacks = gp_text_dup(r->host->arena, shown(r, name));
            r->own->lacks_at = at;
            return;
        }
        gp_diag *diag =
            gp_report(r->diags, GP_D_RULE_READS, at, "rule `%.*s` reads `%.*s`, which is no name of the plan's `data` or `derive`",
                      GP_ARG(rule->name), GP_ARG(shown(r, name)));
        gp_hint_nearest(r->diags, diag, name, names->items, names->n);
        return;
    }
    if (is_method(name)) {
        gp_diag *diag =
            gp_report(r->diags, GP_D_RULE_READS, at, "rule `%.*s` reads `%.*s`, which x has as a method", GP_ARG(rule->name), GP_ARG(name));
        gp_hint(r->diags, diag, "give it another name under `derive` and read that");
    }
    for (size_t i = 0; i < rule->nreads; i++)
        if (rule->reads[i] == ref) {
            gp_report(r->diags, GP_D_RULE_READS, at, "rule `%.*s` lists `%.*s` twice in `reads`", GP_ARG(rule->name), GP_ARG(name));
            return;
        }
    rule->reads[rule->nreads++] = ref;
}

/* Does the table at `index` hold a list of n and nothing else? */
static bool is_list(lua_State *L, int index, size_t n) {
    size_t count = 0;
    lua_pushnil(L);
    while (lua_next(L, index)) {
        lua_pop(L, 1);
        count++;
    }
    return count == n;
}

static void read_reads(reading *r) {
    lua_State *L = r->L;
    int index = r->value[KEY_READS], type = lua_type(L, index);
    if (type == LUA_TNIL) return;
    size_t n = type == LUA_TTABLE ? lua_rawlen(L, index) : 0;
    if (type != LUA_TTABLE || !is_list(L, index, n)) {
        refuse(r, KEYS[KEY_READS], "is no list of names");
        return;
    }
    if (n > GP_READS_MAX) {
        refuse(r, KEYS[KEY_READS], "has more than 64 names");
        return;
    }
    r->own->rule.reads = gp_arena_array(r->host->arena, n, sizeof *r->own->rule.reads);
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i);
        if (lua_type(L, -1) == LUA_TSTRING)
            add_read(r, peek_text(L, -1));
        else
            refuse(r, KEYS[KEY_READS], "holds something that is no name");
        lua_pop(L, 1);
    }
}

/* -- args -- */

static bool take_default(gp_argument *out, gp_arena *a, lua_State *L, int index) {
    switch (lua_type(L, index)) {
    case LUA_TNUMBER:
        out->kind = GP_NUMBER;
        out->value = lua_tonumber(L, index);
        return isfinite(out->value);
    case LUA_TBOOLEAN:
        out->kind = GP_BOOL;
        out->value = lua_toboolean(L, index);
        return true;
    case LUA_TSTRING:
        out->kind = GP_STRING;
        out->text = gp_text_dup(a, peek_text(L, index));
        return true;
    default: return false;
    }
}

static int argument_order(const void *a, const void *b) {
    return gp_text_cmp(((const gp_argument *)a)->name, ((const gp_argument *)b)->name);
}

static void read_arg(reading *r, size_t *cap) {
    gp_rule_own *own = r->own;
    if (lua_type(r->L, -2) != LUA_TSTRING) {
        refuse(r, KEYS[KEY_ARGS], "holds a value without a name; write args = { name = default }");
        return;
    }
    gp_argument arg = {.name = gp_text_dup(r->host->arena, peek_text(r->L, -2))};
    if (!take_default(&arg, r->host->arena, r->L, -1)) {
        refuse(r, arg.name, "has a default that is no number, text or truth value");
        return;
    }
    *GP_PUSH(r->host->arena, own->args, own->nargs, *cap) = arg;
}

static void read_args(reading *r) {
    lua_State *L = r->L;
    size_t cap = 0;
    int index = r->value[KEY_ARGS], type = lua_type(L, index);
    if (type == LUA_TNIL) return;
    if (type != LUA_TTABLE) {
        refuse(r, KEYS[KEY_ARGS], "is no table of names and defaults");
        return;
    }
    lua_pushnil(L);
    while (lua_next(L, index)) {
        read_arg(r, &cap);
        lua_pop(L, 1);
    }
    if (r->own->nargs > 1) qsort(r->own->args, r->own->nargs, sizeof *r->own->args, argument_order);
}

/* -- all declarations -- */

static gp_rule_own *find(const gp_host *h, gp_text name) {
    for (size_t i = 0; i < h->nrules; i++)
        if (gp_text_eq(h->rules[i].rule.name, name)) return &h->rules[i];
    return NULL;
}

const gp_rule *gp_host_rule(const gp_host *h, gp_text name) {
    const gp_rule_own *own = find(h, name);
    return own ? &own->rule : NULL;
}

static bool is_twice(const reading *r, gp_text name, gp_place at) {
    const gp_rule_own *first = find(r->host, name);
    if (!first) return false;
    gp_diag *diag = gp_report(r->diags, GP_D_RULE_TWICE, at, "a second rule `%.*s`", GP_ARG(name));
    diag->also = first->rule.at;
    diag->also_what = GP_TEXT("declared first here");
    return true;
}

/* The declaration on top of the stack. */
static void read_entry(reading *r, size_t entry) {
    gp_host *h = r->host;
    lua_State *L = r->L;
    int top = lua_gettop(L);
    lua_rawgeti(L, top, GP_ENTRY_FILE);
    lua_rawgeti(L, top, GP_ENTRY_LINE);
    lua_rawgeti(L, top, GP_ENTRY_NAME);
    r->at = (gp_spot){(uint32_t)lua_tointeger(L, -3), (uint32_t)lua_tointeger(L, -2)};
    gp_text name = shown(r, peek_text(L, -1));
    gp_place at = gp_pack_place(h, r->at, name, false);
    if (is_twice(r, name, at)) return;
    if (lua_rawgeti(L, top, GP_ENTRY_TABLE) != LUA_TTABLE) {
        gp_report(r->diags, GP_D_RULE_SHAPE, at, "rule `%.*s` has no table behind its name", GP_ARG(name));
        return;
    }
    r->own = GP_PUSH(h->arena, h->rules, h->nrules, h->cap_rules);
    *r->own = (gp_rule_own){
        .rule = {.name = gp_text_dup(h->arena, name), .number = (uint32_t)h->nrules - 1, .at = at}, .spot = r->at, .entry = entry};
    spread(r);
    read_doc(r);
    read_functions(r);
    read_reads(r);
    read_args(r);
}

void gp_rules_read(gp_host *h, gp_diags *d) {
    reading r = {.host = h, .diags = d, .L = h->L};
    lua_rawgeti(h->L, LUA_REGISTRYINDEX, GP_SLOT_RULES_LIST);
    size_t n = lua_rawlen(h->L, 1);
    for (size_t i = 1; i <= n; i++) {
        lua_rawgeti(h->L, 1, (lua_Integer)i);
        read_entry(&r, i);
        lua_settop(h->L, 1);
    }
    lua_settop(h->L, 0);
}

/* -- uses -- */

static const gp_argument *argument(const gp_rule_own *own, gp_text name) {
    for (size_t i = 0; i < own->nargs; i++)
        if (gp_text_eq(own->args[i].name, name)) return &own->args[i];
    return NULL;
}

static void report_argument(gp_host *h, gp_diags *d, const gp_rule_own *own, const gp_argument *given) {
    gp_diag *diag =
        gp_report(d, GP_D_RULE_ARGUMENT, given->at, "rule `%.*s` has no argument `%.*s`", GP_ARG(own->rule.name), GP_ARG(given->name));
    gp_text *names = gp_arena_array(h->arena, own->nargs, sizeof *names);
    for (size_t i = 0; i < own->nargs; i++) names[i] = own->args[i].name;
    gp_hint_nearest(d, diag, given->name, names, own->nargs);
}

static void check_with(gp_host *h, gp_diags *d, const gp_rule_own *own, const gp_argument *with, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const gp_argument *given = &with[i], *due = argument(own, given->name);
        if (!due)
            report_argument(h, d, own, given);
        else if (due->kind != given->kind)
            gp_report(d, GP_D_RULE_ARGUMENT, given->at, "argument `%.*s` of rule `%.*s` is %s, here is %s", GP_ARG(given->name),
                      GP_ARG(own->rule.name), gp_kind_name(due->kind), gp_kind_name(given->kind));
    }
}

static void report_no_rule(gp_host *h, gp_diags *d, gp_text rule, gp_place at) {
    bool shipped = gp_text_starts(rule, "std.");
    if (h->plan->rules_unsure || (shipped && h->plan->broken)) return; /* may be in a pack that is not there; was said */
    if (shipped) {
        gp_report(d, GP_D_UNKNOWN_RULE, at, "no shipped pack of that name in this version: `%.*s`", GP_ARG(rule));
        return;
    }
    gp_diag *diag = gp_report(d, GP_D_UNKNOWN_RULE, at, "no rule `%.*s` in the packs of this plan", GP_ARG(rule));
    gp_text *names = gp_arena_array(h->arena, h->nrules, sizeof *names);
    for (size_t i = 0; i < h->nrules; i++) names[i] = h->rules[i].rule.name;
    gp_hint_nearest(d, diag, rule, names, h->nrules);
    if (h->plan->nrules == 0) gp_hint(d, diag, "name the files of rules in the plan: rules: [rules.lua]");
}

/* A pack is for several plans; one that uses a rule of it has to have what the rule reads. */
static bool has_inputs(const gp_host *h, gp_diags *d, const gp_rule_own *own, gp_place at) {
    if (!own->lacks.s) return true;
    gp_diag *diag = gp_report(d, GP_D_RULE_READS, at, "rule `%.*s` reads `%.*s`, which is no name of the plan's `data` or `derive`",
                              GP_ARG(own->rule.name), GP_ARG(own->lacks));
    diag->also = own->lacks_at;
    diag->also_what = GP_TEXT("read here");
    gp_hint_nearest(d, diag, own->lacks, h->plan->names.items, h->plan->names.n);
    return false;
}

static void check_criterion(gp_host *h, gp_diags *d, const gp_criterion *c) {
    const gp_rule_own *own = c->test == GP_RULE ? find(h, c->rule) : NULL;
    if (c->test != GP_RULE) return;
    if (!own) report_no_rule(h, d, c->rule, c->at);
    else if (!own->rule.has_check && !own->rule.has_score)
        gp_report(d, GP_D_RULE_SHAPE, c->at, "rule `%.*s` has only `roll`, which puts parts together and tests nothing", GP_ARG(c->rule));
    else if (has_inputs(h, d, own, c->at)) check_with(h, d, own, c->with, c->nwith);
}

/* The same aggregate is inherited by many: said once. */
static bool is_said(const gp_plan *plan, size_t i) {
    for (size_t k = 0; k < i; k++)
        if (plan->nodes[k]->nchild && plan->nodes[k]->scoring.aggregate_at.at == plan->nodes[i]->scoring.aggregate_at.at) return true;
    return false;
}

static void check_aggregate(gp_host *h, gp_diags *d, const gp_scoring *s) {
    const gp_rule_own *own = find(h, s->rule);
    if (!own) report_no_rule(h, d, s->rule, s->aggregate_at);
    else if (!own->rule.has_roll)
        gp_report(d, GP_D_RULE_SHAPE, s->aggregate_at, "rule `%.*s` has no `roll`, which an aggregate needs", GP_ARG(s->rule));
    else if (has_inputs(h, d, own, s->aggregate_at)) check_with(h, d, own, s->with, s->nwith);
}

void gp_rules_check_uses(gp_host *h, gp_diags *d) {
    for (size_t i = 0; i < h->plan->nnodes; i++) {
        const gp_node *n = h->plan->nodes[i];
        check_criterion(h, d, &n->criterion);
        if (n->nchild && n->scoring.aggregate == GP_RULE_AGGREGATE && !is_said(h->plan, i)) check_aggregate(h, d, &n->scoring);
    }
}

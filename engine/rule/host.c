/* The host: packs are loaded and checked once, rules are called for each row; a state that was stopped is thrown away and made again.
 * Invariant: an answer depends on the rule, its arguments and its inputs; no call leaves anything for the next. */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "rule/inside.h"

enum { SOURCE_MAX = 256 << 10 };
static const gp_limits DEFAULTS = {10000000, (size_t)16 << 20, 10};

/* -- loading -- */

static bool check_size(gp_host *h, gp_diags *d, size_t pack) {
    const gp_file *f = &h->plan->rule_files[pack];
    gp_place whole = {.file = f->source};
    if (f->text.n <= SOURCE_MAX) return true;
    gp_report(d, GP_D_RULE_SIZE, whole, "a rule pack of %zu bytes; %d is the most", f->text.n, SOURCE_MAX);
    return false;
}

static bool is_name_byte(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* `_ENV` is the way round the check of names (and its <const> breaks Lua 5.4.4's compiler), so it may not even be written. */
static bool check_env(gp_host *h, gp_diags *d, size_t pack) {
    static const char WORD[] = "_ENV";
    const gp_file *f = &h->plan->rule_files[pack];
    size_t n = sizeof WORD - 1;
    for (size_t i = 0; i + n <= f->text.n; i++) {
        if (memcmp(f->text.s + i, WORD, n) != 0) continue;
        if ((i > 0 && is_name_byte(f->text.s[i - 1])) || (i + n < f->text.n && is_name_byte(f->text.s[i + n]))) continue;
        gp_report(d, GP_D_RULE_NAME, (gp_place){.file = f->source, .at = i, .len = (uint32_t)n}, "`_ENV` may not stand in a rule pack");
        return false;
    }
    return true;
}

static void report_fault(gp_host *h, gp_diags *d, const gp_fault *f) {
    gp_text word = gp_text_of(f->word);
    gp_place at = gp_pack_place(h, f->at, word, false);
    const gp_text *names;
    gp_diag *diag;
    switch (f->kind) {
    case GP_FAULT_UNDECLARED:
        diag = gp_report(d, GP_D_RULE_NAME, at, "`%s` is not declared", f->word);
        size_t n = gp_env_names(&names);
        gp_hint_nearest(d, diag, word, names, n);
        return;
    case GP_FAULT_GLOBAL:
        diag = gp_report(d, GP_D_RULE_NAME, at, "`%s` is no local name; rules have no globals of their own", f->word);
        gp_hint(d, diag, "write `local` before its first use");
        return;
    case GP_FAULT_CONSTANTS:
        gp_report(d, GP_D_RULE_CONSTANTS, at,
                  "a function with more than 250 constants, which Lua 5.4.4 does not handle right; make it smaller");
        return;
    case GP_FAULT_CLOSURE_STATE:
        diag = gp_report(d, GP_D_RULE_STATE, at, "`%s` would keep its value from one call to the next", f->word);
        gp_hint(d, diag, "keep it in a local of `check`");
        return;
    case GP_FAULT_FORM: gp_report(d, GP_D_RULE_BROKE, at, "this Lua writes its compiled form in another way than 5.4"); return;
    }
}

static bool report_faults(gp_host *h, gp_diags *d) {
    for (size_t i = 0; i < h->faults.n; i++) report_fault(h, d, &h->faults.item[i]);
    return h->faults.n == 0;
}

/* Whatever ended a step of loading, with its place. Without memory there is nothing to report: the trap it is. */
static bool report_step(gp_host *h, gp_diags *d, gp_code code, size_t pack) {
    gp_meter *m = &h->meter;
    if (m->stop == GP_STOP_REFUSED) gp_mem_exhausted(h->arena->mem);
    gp_spot spot = m->stop ? m->spot : h->spot;
    if (!spot.file) spot = (gp_spot){(uint32_t)pack + 1, spot.line};
    gp_place at = gp_pack_place(h, spot, GP_NO_TEXT, false);
    if (!m->stop) {
        gp_report(d, code, at, "%.*s", (int)h->nmessage, h->message);
        return false;
    }
    gp_buf b;
    gp_buf_init(&b, h->arena);
    gp_stop_print(&b, h);
    gp_report(d, GP_D_RULE_BROKE, at, "while the pack was loaded: %.*s", (int)b.n, b.s);
    return false;
}

static bool load_pack(gp_host *h, gp_diags *d, size_t pack) {
    bool right = check_size(h, d, pack);
    if (!right || !check_env(h, d, pack)) return false;
    if (!gp_state_compile(h, pack)) return report_step(h, d, GP_D_RULE_SYNTAX, pack);
    h->faults.n = 0;
    gp_code_check(&h->faults, (gp_text){h->code, h->ncode}, (uint32_t)pack + 1);
    if (!report_faults(h, d)) return false;
    if (gp_state_run(h)) return true;
    report_step(h, d, GP_D_RULE_BROKE, pack);
    if (h->meter.stop) gp_state_close(h);
    return false;
}

/* A pack that hit a limit takes the state with it: what comes behind it is looked at in a new one. */
static bool load_packs(gp_host *h, gp_diags *d) {
    bool all = true;
    for (size_t i = 0; i < h->plan->nrules; i++) {
        if (!h->L && !gp_state_open(h)) report_step(h, d, GP_D_RULE_BROKE, i);
        all &= load_pack(h, d, i);
    }
    return all;
}

/* A host that only reports is not handed out, so errors of the packs and of their uses come together. */
static void load(gp_host *h, gp_diags *d) {
    size_t errors = d->errors;
    bool all = load_packs(h, d);
    if (h->L) gp_rules_read(h, d);
    if (all) gp_rules_check_uses(h, d);
    if (!h->L || d->errors > errors) return;
    h->faults.n = 0;
    if (!gp_state_finish(h)) report_step(h, d, GP_D_RULE_BROKE, 0);
    report_faults(h, d);
}

static void close_host(void *ud) {
    gp_host *h = ud;
    gp_state_close(h);
    if (h->code) h->meter.fn(h->meter.ud, h->code, h->cap_code, 0);
    if (h->plain_locale) freelocale((locale_t)h->plain_locale);
}

gp_host *gp_host_new(gp_arena *a, gp_diags *d, const gp_plan *plan, const gp_limits *limits) {
    size_t errors = d->errors;
    gp_host *h = GP_NEW(a, gp_host);
    h->arena = a;
    h->plan = plan;
    h->meter.fn = a->mem->fn;
    h->meter.ud = a->mem->ud;
    h->meter.limits = limits ? *limits : DEFAULTS;
    gp_arena_defer(a, close_host, h);
    h->plain_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!h->plain_locale) gp_mem_exhausted(a->mem);
    load(h, d);
    return d->errors == errors ? h : NULL;
}

gp_host *gp_host_again(gp_arena *a, gp_diags *d, const gp_host *like) { return gp_host_new(a, d, like->plan, &like->meter.limits); }

/* The same state again, after one was thrown away. The packs were right before, so only memory can be in the way. */
static bool rebuild(gp_host *h) {
    if (!gp_state_open(h)) return false;
    for (size_t i = 0; i < h->plan->nrules; i++)
        if (!gp_state_compile(h, i) || !gp_state_run(h)) return false;
    return gp_state_finish(h);
}

/* -- what stopped a call -- */

void gp_spot_print(gp_buf *out, const gp_host *h, gp_spot spot) {
    if (spot.file == 0 || spot.file > h->plan->nrules) return;
    gp_buf_printf(out, "%.*s:%u", GP_ARG(h->plan->rule_paths[spot.file - 1]), (unsigned)spot.line);
}

void gp_stop_print(gp_buf *out, const gp_host *h) {
    const gp_limits *l = &h->meter.limits;
    switch (h->meter.stop) {
    case GP_STOP_BUDGET: gp_buf_printf(out, "budget of %lu units used up", (unsigned long)l->budget); break;
    case GP_STOP_MEMORY: gp_buf_printf(out, "memory cap of %lu bytes reached", (unsigned long)l->memory); break;
    case GP_STOP_STACK: gp_buf_str(out, "calls nested too deep"); break;
    case GP_STOP_TIME:
        gp_buf_printf(out, "stopped after %u s, which another machine may not reach: this run is not reproducible", (unsigned)l->seconds);
        break;
    default: gp_buf_str(out, "memory ended"); break;
    }
}

/* "budget of 1000 units used up in rule `x` (rules.lua:12)" */
static gp_text stop_reason(gp_host *h, gp_arena *a, const gp_rule_own *own) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_stop_print(&b, h);
    gp_buf_printf(&b, " in rule `%.*s` (", GP_ARG(own->rule.name));
    gp_spot_print(&b, h, h->meter.spot.file ? h->meter.spot : own->spot);
    gp_buf_char(&b, ')');
    return gp_buf_take(&b);
}

static gp_text error_reason(gp_host *h, gp_arena *a, const gp_rule_own *own) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "rule `%.*s` broke (", GP_ARG(own->rule.name));
    gp_spot_print(&b, h, h->spot.file ? h->spot : own->spot);
    gp_buf_printf(&b, "): %.*s", (int)h->nmessage, h->message);
    char cut[GP_REASON_MAX];
    size_t n = gp_escape(cut, sizeof cut, (gp_text){b.s, b.n});
    return gp_text_dup(a, (gp_text){cut, n});
}

/* -- calling -- */

static void set_argument(lua_State *L, const gp_argument *arg) {
    lua_pushlstring(L, arg->name.s, arg->name.n);
    if (arg->kind == GP_STRING)
        lua_pushlstring(L, arg->text.s, arg->text.n);
    else if (arg->kind == GP_BOOL)
        lua_pushboolean(L, arg->value != 0);
    else
        lua_pushnumber(L, arg->value);
    lua_rawset(L, -3);
}

static int slot(const gp_call *c, int part) {
    return GP_SLOT_RULES + (int)c->number * GP_RULE_SLOTS + part;
}

/* Sets the defaults, then what the criterion gives, behind the frozen table that rules see. */
static void set_arguments(lua_State *L, const gp_call *c) {
    if (c->rule->nargs == 0) return;
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, GP_RULE_ARGS));
    gp_content(L, -1);
    for (size_t i = 0; i < c->rule->nargs; i++) set_argument(L, &c->rule->args[i]);
    for (size_t i = 0; i < c->nwith; i++) set_argument(L, &c->with[i]);
    lua_pop(L, 2);
}

static void call_function(lua_State *L, const gp_call *c, int part) {
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, part));
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, GP_RULE_X));
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, GP_RULE_ARGS));
    lua_call(L, 2, 1);
}

/* `score` is asked where there is no check, or where it decided without giving a score. */
static bool wants_score(const gp_call *c) {
    if (!c->rule->rule.has_score) return false;
    if (!c->rule->rule.has_check) return true;
    return isnan(c->out->score) && (c->out->outcome == GP_RULE_MET || c->out->outcome == GP_RULE_UNMET);
}

static void call_rule(lua_State *L, gp_call *c) {
    set_arguments(L, c);
    if (c->rule->rule.has_check) {
        call_function(L, c, GP_RULE_CHECK);
        gp_result_take(L, 1);
    }
    if (wants_score(c)) {
        call_function(L, c, GP_RULE_SCORE_FN);
        gp_result_take_score(L, 1);
        if (!c->rule->rule.has_check) c->out->outcome = GP_RULE_SCORE;
    }
    gp_charge(L, 0); /* what was spent last may have been too much */
}

static void begin_row(gp_host *h, gp_call *c) {
    *c->out = (gp_rule_answer){.outcome = GP_RULE_ERROR, .score = NAN, .open_datum = UINT32_MAX};
    c->has_reason = false;
    h->nmessage = 0;
    h->spot = (gp_spot){0, 0};
}

/* The reason waits in the host until nothing of Lua is under way and an arena may take it. */
static void end_row(gp_host *h, gp_call *c) {
    c->out->spent = h->meter.limits.budget - h->meter.left;
    if (c->has_reason) {
        c->out->reason = (gp_text){memcpy(h->reasons + h->nreasons, c->reason, c->nreason), c->nreason};
        h->nreasons += c->nreason;
    }
    c->in += c->rule->rule.nreads;
    c->out++;
    c->left--;
}

/* Row after row in one protected call, each with a budget of its own; ends early where the host has to tidy up. */
static int call_rows(lua_State *L) {
    gp_host *h = gp_host_of(L);
    gp_call *c = h->call;
    do {
        begin_row(h, c);
        gp_meter_start(&h->meter, L);
        call_rule(L, c);
        end_row(h, c);
    } while (c->left && !gp_meter_is_due(&h->meter) && h->nreasons + GP_REASON_MAX + 8 <= sizeof h->reasons);
    return 0;
}

static void answer_stop(gp_host *h, gp_arena *reasons, const gp_call *c) {
    gp_rule_answer *out = c->out;
    gp_stop why = h->meter.stop;
    out->outcome = GP_RULE_ERROR;
    out->score = NAN;
    if (why == GP_STOP_OPEN) {
        out->outcome = GP_RULE_UNDECIDED;
        out->open_datum = c->open_datum; /* whoever shows it has the label and the language */
        return;
    }
    if (why != GP_STOP_NONE) gp_state_close(h);
    if (why == GP_STOP_REFUSED) gp_mem_exhausted(reasons->mem); /* the machine's trouble is no answer of the rule */
    out->reason = why ? stop_reason(h, reasons, c->rule) : error_reason(h, reasons, c->rule);
}

static bool ready(gp_host *h) {
    if (h->L) return true;
    if (rebuild(h)) return true;
    gp_state_close(h);
    return false;
}

/* Whatever is asked of the rules goes through here. false: it was stopped. */
static bool ask(gp_host *h, gp_arena *reasons, gp_call *c, lua_CFunction fn) {
    if (!ready(h)) gp_mem_exhausted(reasons->mem);
    h->call = c;
    bool done = gp_host_protected(h, fn, NULL);
    h->call = NULL;
    return done;
}

/* The reasons of the answers from `out` up to those of the row that is next. */
static void keep_reasons(gp_arena *reasons, gp_rule_answer *out, const gp_rule_answer *end) {
    for (; out < end; out++) out->reason = gp_text_dup(reasons, out->reason);
}

/* Calls as many rows as go in one protected call, at least one. */
static void call_some(gp_host *h, gp_arena *reasons, gp_call *c) {
    gp_rule_answer *first = c->out;
    begin_row(h, c);
    h->nreasons = 0;
    bool done = ask(h, reasons, c, call_rows);
    keep_reasons(reasons, first, c->out);
    if (!done) {
        c->has_reason = false;
        answer_stop(h, reasons, c);
        end_row(h, c);
    }
    if (h->L) gp_meter_settle(&h->meter, h->L);
}

/* `rule` may be that of another host of the plan. */
static gp_call call_of(const gp_host *h, const gp_rule *rule, const gp_argument *with, size_t nwith) {
    return (gp_call){.rule = &h->rules[rule->number], .number = rule->number, .with = with, .nwith = nwith};
}

void gp_host_call(gp_rule_answer *out, gp_host *h, gp_arena *reasons, const gp_rule *rule, const gp_argument *with, size_t nwith,
                  const gp_rule_input *in, size_t n) {
    gp_call c = call_of(h, rule, with, nwith);
    c.in = in;
    c.out = out;
    c.left = n;
    while (c.left) call_some(h, reasons, &c);
}

/* -- putting children together -- */

static void push_child(lua_State *L, const gp_rule_child *child) {
    lua_createtable(L, 0, 4);
    lua_pushlstring(L, child->id.s, child->id.n);
    lua_setfield(L, -2, "id");
    if (!isnan(child->score)) {
        lua_pushnumber(L, child->score);
        lua_setfield(L, -2, "score");
    }
    if (child->verdict) {
        lua_pushstring(L, child->verdict);
        lua_setfield(L, -2, "verdict");
    }
    lua_pushnumber(L, child->weight);
    lua_setfield(L, -2, "weight");
}

static int roll_children(lua_State *L) {
    gp_call *c = gp_host_of(L)->call;
    set_arguments(L, c);
    lua_settop(L, 0);
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, GP_RULE_ROLL_FN));
    gp_charge(L, c->nchildren);
    lua_createtable(L, (int)c->nchildren, 0);
    for (size_t i = 0; i < c->nchildren; i++) {
        push_child(L, &c->children[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, slot(c, GP_RULE_ARGS));
    lua_call(L, 2, 1);
    gp_result_take_roll(L, 1);
    gp_charge(L, 0);
    return 0;
}

void gp_host_roll(gp_rule_answer *out, gp_host *h, gp_arena *reasons, const gp_rule *rule, const gp_argument *with, size_t nwith,
                  const gp_rule_child *children, size_t n) {
    gp_call c = call_of(h, rule, with, nwith);
    c.children = children;
    c.nchildren = n;
    c.out = out;
    begin_row(h, &c);
    bool done = ask(h, reasons, &c, roll_children);
    out->spent = h->meter.limits.budget - h->meter.left;
    if (!done) answer_stop(h, reasons, &c);
    else if (c.has_reason) out->reason = gp_text_dup(reasons, (gp_text){c.reason, c.nreason});
    if (done && c.has_grade) out->grade = gp_text_dup(reasons, (gp_text){c.grade, c.ngrade});
    if (h->L) gp_meter_settle(&h->meter, h->L);
}

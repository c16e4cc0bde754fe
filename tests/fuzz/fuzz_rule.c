/* Any text as a rule pack with small limits, and its rule `r` called on two rows.
 * Invariant looked for: loading ends with a host or with an error; a call ends within its budget, with a visible reason, and the same way
 * when it is made again, whatever was called in between. */
#include <stdlib.h>
#include <string.h>

#include "trap.h"

#include "rule/host.h"

static const char PLAN[] = "goalpost: 1\nplan: p\nperiod: 2020\ndata:\n"
                           "  n: {unit: 亿元, measure: cumulative}\n  r: {unit: \"%\"}\n  s: {stages: [未启动, 起草, 印发]}\n"
                           "  d: {type: date}\n  b: {type: bool}\n  t: {type: text}\n"
                           "goals:\n  - {id: g, indicators: [{id: i, rule: r}]}\n";
enum { DATA = 6 };

static jmp_buf plan_trap;
static gp_mem plan_mem = {gp_alloc_default, NULL, &plan_trap};
static gp_arena plan_arena;
static gp_plan *plan;

static gp_file plan_file(gp_arena *a, gp_diags *d) {
    gp_file file;
    gp_diags_init(d, a);
    if (!gp_file_of(&file, a, d, GP_TEXT("plan.yaml"), gp_text_of(PLAN), GP_FILE_TEXT)) abort();
    return file;
}

static void plan_once(void) {
    static gp_diags diags;
    if (plan) return;
    if (setjmp(plan_trap)) abort();
    gp_arena_init(&plan_arena, &plan_mem);
    gp_file file = plan_file(&plan_arena, &diags);
    plan = gp_plan_parse(&plan_arena, &diags, &file);
    if (!plan) abort();
}

static void fill(gp_rule_input *in, const gp_rule *rule, bool open) {
    for (size_t i = 0; i < rule->nreads; i++) {
        in[i] = (gp_rule_input){
            .value = {1, 1, false, false}, .present = i != 1, .type = &plan->data[rule->reads[i]].type, .covers = {18262, 18627}};
        if (in[i].type->kind == GP_STRING)
            in[i].text = GP_TEXT("东部 (x)");
        else if (open && i % 2 == 0)
            in[i].value.hi = in[i].type->kind == GP_NUMBER ? 1e300 : 2;
    }
}

static gp_rule_answer ask(gp_host *h, gp_arena *a, const gp_limits *limits, bool open) {
    const gp_rule *rule = gp_host_rule(h, GP_TEXT("r"));
    gp_rule_input in[DATA];
    gp_rule_answer out;
    fill(in, rule, open);
    gp_host_call(&out, h, a, rule, NULL, 0, in, 1);
    if (out.spent > limits->budget) abort();
    if (out.reason.n > 400 && out.outcome != GP_RULE_ERROR) abort();
    if (gp_utf8_valid(out.reason) != out.reason.n) abort();
    if (out.score - out.score != 0 && out.score == out.score) abort();
    return out;
}

static void try_pack(gp_arena *a, gp_text bytes) {
    static const gp_limits LIMITS = {200000, 1 << 20, 0};
    gp_diags d;
    gp_plan copy = *plan;
    gp_text path = GP_TEXT("rules.lua");
    gp_buf out;
    gp_file file = plan_file(a, &d);
    if (!gp_file_of(&file, a, &d, path, bytes, GP_FILE_TEXT)) return;
    copy.rule_files = &file;
    copy.rule_paths = &path;
    copy.nrules = copy.nown = 1;
    gp_host *h = gp_host_new(a, &d, &copy, &LIMITS);
    if (!h != (d.errors > 0)) abort();
    gp_buf_init(&out, a);
    gp_diags_print(&out, &d, false);
    if (!h) return;
    gp_rule_answer first = ask(h, a, &LIMITS, false);
    ask(h, a, &LIMITS, true);
    gp_rule_answer again = ask(h, a, &LIMITS, false);
    if (first.outcome != again.outcome || first.spent != again.spent || !gp_text_eq(first.reason, again.reason)) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plan_once();
    return fuzz_once(try_pack, data, size);
}

/* The Lua host: what rules may do, what they may not, and how a call ends at each limit. */
#include "trap.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "rule/host.h"

static const char DATA[] = "data:\n"
                           "  loans:   {unit: 亿元, measure: cumulative}\n"
                           "  growth:  {unit: \"%\", measure: rate}\n"
                           "  points:  {unit: 家}\n"
                           "  outline: {stages: [未启动, 起草, 初稿, 印发]}\n"
                           "  issued:  {type: date}\n"
                           "  full:    {type: bool}\n"
                           "  region:  {type: text}\n"
                           "  opinion: {codes: {优: 95, 差: 50}}\n"
                           "  low:     {}\n"
                           "derive: {twice: points * 2}\n";
enum { LOANS, GROWTH, POINTS, OUTLINE, ISSUED, FULL, REGION, OPINION };

typedef struct bed {
    test_heap h;
    gp_diags d;
    gp_plan *plan;
    gp_file file;
    gp_text path;
    gp_host *host;
    gp_rule_input in[8]; /* in the order of DATA */
    gp_rule_answer out;
    gp_limits limits;
} bed;

/* A macro, as the trap must be set in the test's own frame. */
#define BED(b)                                                                                                                             \
    bed b = {.limits = {1000000, (size_t)4 << 20, 10}};                                                                                    \
    TEST_HEAP((b).h)

static void end(bed *b) {
    gp_arena_fini(&b->h.arena);
}

static gp_text shown(bed *b) {
    gp_buf out;
    gp_buf_init(&out, &b->h.arena);
    gp_diags_print(&out, &b->d, false);
    return gp_buf_take(&out);
}

/* A plan with one indicator, and `source` as its rule pack. */
static void plan_with(bed *b, const char *indicator, const char *source) {
    gp_buf text;
    gp_file file;
    gp_diags_init(&b->d, &b->h.arena);
    gp_buf_init(&text, &b->h.arena);
    gp_buf_printf(&text, "goalpost: 1\nplan: p\nperiod: 2020\n%sgoals:\n  - id: g\n    indicators:\n      - %s\n", DATA, indicator);
    gp_text plan = gp_buf_take(&text);
    assert_true(gp_file_of(&file, &b->h.arena, &b->d, GP_TEXT("plan.yaml"), plan, GP_FILE_TEXT));
    b->plan = gp_plan_parse(&b->h.arena, &b->d, &file);
    if (!b->plan) print_message("%s", shown(b).s);
    assert_non_null(b->plan);
    b->path = GP_TEXT("rules.lua");
    assert_true(gp_file_of(&b->file, &b->h.arena, &b->d, b->path, gp_text_of(source), GP_FILE_TEXT));
    b->plan->rule_files = &b->file;
    b->plan->rule_paths = &b->path;
    b->plan->nrules = b->plan->nown = 1;
}

static gp_rule_input number(bed *b, uint32_t ref, double lo, double hi) {
    return (gp_rule_input){.value = {lo, hi, lo != hi, false}, .present = true, .type = &b->plan->data[ref].type, .covers = {18262, 18627}};
}

static void fill(bed *b) {
    for (uint32_t i = 0; i < 8; i++) b->in[i] = number(b, i, 1, 1);
    b->in[LOANS].value = (gp_interval){1000e8, 1000e8, false, false};
    b->in[GROWTH].value.lo = b->in[GROWTH].value.hi = 0.035;
    b->in[POINTS].value.lo = b->in[POINTS].value.hi = 50;
    b->in[OUTLINE].value.lo = b->in[OUTLINE].value.hi = 2;
    b->in[OUTLINE].text = GP_TEXT("初稿");
    b->in[ISSUED].value.lo = b->in[ISSUED].value.hi = 18627;
    b->in[REGION].text = GP_TEXT("东部");
    b->in[OPINION].value.lo = b->in[OPINION].value.hi = 95;
    b->in[OPINION].text = GP_TEXT("优");
}

/* A pack of one rule `r` that reads all, with `body` as its check. */
static const char *pack(bed *b, const char *before, const char *body) {
    gp_buf text;
    gp_buf_init(&text, &b->h.arena);
    gp_buf_printf(
        &text,
        "%s\nrule \"r\" {\n  reads = { \"loans\", \"growth\", \"points\", \"outline\", \"issued\", \"full\", \"region\", \"opinion\" },\n"
        "  args = { need = 50, word = \"a\", on = true },\n  check = function(x, a)\n%s\n  end,\n}\n",
        before, body);
    return gp_buf_take(&text).s;
}

static void load(bed *b, const char *before, const char *body) {
    plan_with(b, "{id: i, rule: r}", pack(b, before, body));
    b->host = gp_host_new(&b->h.arena, &b->d, b->plan, &b->limits);
    if (!b->host) print_message("%s", shown(b).s);
    assert_non_null(b->host);
    fill(b);
}

static void call(bed *b) {
    const gp_rule *rule = gp_host_rule(b->host, GP_TEXT("r"));
    assert_non_null(rule);
    gp_host_call(&b->out, b->host, &b->h.arena, rule, NULL, 0, b->in, 1);
}

/* Loads a check of this body and calls it. */
static void run(bed *b, const char *body) {
    load(b, "", body);
    call(b);
}

static void expect(const bed *b, gp_rule_outcome outcome, const char *reason) {
    if (b->out.outcome != outcome) print_message("outcome %d: %.*s\n", (int)b->out.outcome, GP_ARG(b->out.reason));
    assert_int_equal(b->out.outcome, outcome);
    if (reason) assert_string_equal(b->out.reason.s ? b->out.reason.s : "(none)", reason);
}

/* The body must be met; anything else is shown. */
static void holds(const char *condition) {
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_printf(&text, "if %s then return true end return unmet([==[%s]==])", condition, condition);
    run(&b, gp_buf_take(&text).s);
    expect(&b, GP_RULE_MET, NULL);
    end(&b);
}

static void breaks(const char *body, const char *message) {
    BED(b);
    run(&b, body);
    if (b.out.outcome != GP_RULE_ERROR || !strstr(b.out.reason.s, message))
        print_message("%s\n  %d: %.*s\n", body, (int)b.out.outcome, GP_ARG(b.out.reason));
    assert_int_equal(b.out.outcome, GP_RULE_ERROR);
    assert_non_null(strstr(b.out.reason.s, message));
    end(&b);
}

/* -- outcomes -- */

static void gives(const char *body, gp_rule_outcome outcome, double score, const char *reason) {
    BED(b);
    run(&b, body);
    expect(&b, outcome, reason);
    assert_true(isnan(score) ? isnan(b.out.score) : b.out.score == score);
    end(&b);
}

static void test_outcomes(void **state) {
    (void)state;
    gives("return met('so', 0.5)", GP_RULE_MET, 0.5, "so");
    gives("return met()", GP_RULE_MET, NAN, "(none)");
    gives("return unmet('no')", GP_RULE_UNMET, NAN, "no");
    gives("return unmet(nil, 0.25)", GP_RULE_UNMET, 0.25, "(none)");
    gives("return undecided('open')", GP_RULE_UNDECIDED, NAN, "open");
    gives("return no_data('缺')", GP_RULE_NO_DATA, NAN, "缺");
    gives("return not_applicable()", GP_RULE_NOT_APPLICABLE, NAN, "(none)");
    gives("return true", GP_RULE_MET, NAN, "(none)");
    gives("return false", GP_RULE_UNMET, NAN, "(none)");
    gives("return 0.75", GP_RULE_SCORE, 0.75, "(none)");
    gives("return met('a\\nb\\27\\xFF\\u{202E}c')", GP_RULE_MET, NAN, "a\\nb\\u{1B}\\xFF\\u{202E}c");
}

static void test_wrong_returns(void **state) {
    (void)state;
    breaks("", "`check` returned nothing");
    breaks("return {}", "`check` returned a table");
    breaks("return 'met'", "`check` returned a string");
    breaks("return x", "`check` returned a userdata");
    breaks("return 0/0", "not finite");
    breaks("return met('a', 1/0)", "no finite number");
    breaks("return met(1)", "the reason");
    breaks("return met('a', 'b')", "the score");
}

static void test_long_reasons(void **state) {
    (void)state;
    BED(b);
    run(&b, "return met(('例'):rep(200))");
    assert_true(b.out.reason.n <= 400 && b.out.reason.n > 390);
    assert_int_equal(gp_utf8_valid(b.out.reason), b.out.reason.n);
    assert_string_equal(b.out.reason.s + b.out.reason.n - 3, "…");
    end(&b);
}

static void test_score_function(void **state) {
    (void)state;
    BED(b);
    plan_with(&b, "{id: i, rule: r}",
              "rule 'r' { reads = {'points'}, score = function(x) return x.points / 100 end }\n"
              "rule 'both' { reads = {'points'}, check = function(x) return x.points >= 50 end,\n"
              "  score = function(x) return x.points / 200 end }\n");
    b.host = gp_host_new(&b.h.arena, &b.d, b.plan, NULL);
    assert_non_null(b.host);
    gp_rule_input in = number(&b, POINTS, 50, 50);
    gp_host_call(&b.out, b.host, &b.h.arena, gp_host_rule(b.host, GP_TEXT("r")), NULL, 0, &in, 1);
    expect(&b, GP_RULE_SCORE, NULL);
    assert_true(b.out.score == 0.5);
    gp_host_call(&b.out, b.host, &b.h.arena, gp_host_rule(b.host, GP_TEXT("both")), NULL, 0, &in, 1);
    expect(&b, GP_RULE_MET, NULL);
    assert_true(b.out.score == 0.25);
    end(&b);
}

/* -- inputs -- */

static void test_inputs(void **state) {
    (void)state;
    holds("x.points == 50 and math.type(x.points) == 'float'");
    holds("x.growth == 0.035 and x.loans == q('1000 亿元')");
    holds("x.outline == '初稿' and x.issued == '2020-12-31' and x.full == true and x.region == '东部' and x.opinion == 95");
    holds("x:text('opinion') == '优' and x:text('loans') == '1000 亿元' and x:text('growth') == '3.5%' and x:text('full') == 'true'");
    holds("x:low('points') == 50 and x:high('points') == 50 and x:basis('points') == 'final' and x:covers('points') == '2020'");
    holds("a.need == 50 and a.word == 'a' and a.on == true and a.other == nil");
    breaks("return x.twice > 1", "`twice` is not among the `reads` of rule `r`");
    breaks("return x:low('twice') > 1", "`twice` is not among the `reads`");
    breaks("x.points = 3", "data cannot be changed");
    breaks("a.need = 3", "read-only");
    breaks("a.other = 3", "read-only");
    breaks("return x.low('points')", "with a colon");
}

static void test_missing_and_open(void **state) {
    (void)state;
    BED(b);
    load(
        &b, "",
        "if x.points == nil and x:low('points') == nil and x:text('points') == nil and x:basis('points') == nil then return no_data() end\n"
        "return x.loans > q('900 亿元')");
    b.in[POINTS].present = false;
    call(&b);
    expect(&b, GP_RULE_NO_DATA, NULL);
    b.in[POINTS].present = true;
    b.in[LOANS].value = (gp_interval){1000e8, INFINITY, true, false};
    call(&b);
    expect(&b, GP_RULE_UNDECIDED, "(none)");
    assert_int_equal(b.out.open_datum, LOANS);
    b.in[LOANS].value = (gp_interval){1000e8, 1000e8, false, false};
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    assert_int_equal(b.out.open_datum, UINT32_MAX);
    end(&b);
}

static void test_ends(void **state) {
    (void)state;
    BED(b);
    load(&b, "",
         "return x:low('loans') == 1e11 and x:high('loans') == math.huge "
         "and x:low('outline') == '起草' and x:high('outline') == '印发'\n"
         "and x:text('outline') == '[起草, 印发]' and x:text('loans') == '> 1000 亿元' and x:high('issued') == nil");
    b.in[LOANS].value = (gp_interval){1000e8, INFINITY, true, false};
    b.in[OUTLINE].value = (gp_interval){1, 3, false, false};
    b.in[OUTLINE].text = GP_NO_TEXT;
    b.in[ISSUED].value = (gp_interval){18000, INFINITY, false, false};
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    end(&b);
}

static void test_arguments(void **state) {
    (void)state;
    BED(b);
    load(&b, "", "return met(tostring(a.need) .. a.word .. tostring(a.on))");
    const gp_argument with[] = {{.name = GP_TEXT("need"), .kind = GP_NUMBER, .value = 7},
                                {.name = GP_TEXT("on"), .kind = GP_BOOL, .value = 0}};
    gp_host_call(&b.out, b.host, &b.h.arena, gp_host_rule(b.host, GP_TEXT("r")), with, 2, b.in, 1);
    expect(&b, GP_RULE_MET, "7.0afalse");
    call(&b);
    expect(&b, GP_RULE_MET, "50.0atrue");
    end(&b);
}

/* -- the environment -- */

static void test_numbers(void **state) {
    (void)state;
    holds("ge(0.1 + 0.2, 0.3) and le(0.1 + 0.2, 0.3) and eq(0.1 + 0.2, 0.3) and not gt(0.1 + 0.2, 0.3) and not lt(0.1 + 0.2, 0.3)");
    holds("round(2.5) == 3 and round(-2.5) == -3 and round(1.005, 2) == 1.01 and round(12345, -2) == 12300 and round(1, 300) == 1");
    holds("floor(0.1 + 0.2 + 0.7) == 1 and floor(-1.5) == -2 and ceil(1.1, 1) == 1.1 and ceil(1.01, 1) == 1.1 and ceil(-0.5) == 0");
    holds("floor(5, -300) == 0 and ceil(5, -2) == 100 and floor(-5, -2) == -100");
    holds("q('5 亿元') == 500000000 and q('3.5%') == 0.035 and q('50') == 50");
    holds("ge(math.huge, 1) and not ge(-math.huge, 1)");
    breaks("return ge(nil, 1)", "number expected");
    breaks("return ge(0/0, 1)", "not a number");
    breaks("return q('abc')", "no quantity");
    breaks("return round(1, 1000)", "too many places");
}

static void test_base(void **state) {
    (void)state;
    holds("tostring({}) == 'table' and tostring(type) == 'function'");
    holds(
        "tostring(1) == '1' and tostring(1.5) == '1.5' and tostring(nil) == 'nil' "
        "and tostring(x) == 'userdata' and ('%s'):format({}) == 'table'");
    holds(
        "tonumber('0x10') == 16 and tonumber('ff', 16) == 255 and tonumber('z', 36) == 35 "
        "and tonumber('8', 8) == nil and tonumber({}) == nil");
    holds("select('#', 1, 2) == 2 and select(-1, 1, 2) == 2 and (select(2, 'a', 'b')) == 'b'");
    holds("type(nil) == 'nil' and assert(1) == 1 and utf8.len('例子') == 2 and math.max(1, 2) == 2");
    holds("(function() local n = 0 for i, v in ipairs{5, 6} do n = n + i * v end return n end)() == 17");
    breaks("error('why')", "why");
    breaks("error({})", "no text");
    breaks("assert(false)", "assertion failed!");
    breaks("assert(nil, 'because')", "because");
    breaks("return x.points .. nil", "concatenate");
    breaks("return '1' + 1", "arithmetic");
}

static void test_pairs_order(void **state) {
    (void)state;
    BED(b);
    run(&b, "local t, out = {}, {}\n"
            "for _, k in ipairs{'b', 'a', 10, 2, 'c', 1.5, -1} do t[k] = true end\n t[true] = 1 t[false] = 1\n"
            "for k in pairs(t) do out[#out + 1] = tostring(k) t[k] = nil end\n return met(table.concat(out, ' '))");
    expect(&b, GP_RULE_MET, "-1 1.5 2 10 a b c false true");
    end(&b);
    breaks("for k in pairs({[{}] = 1}) do end", "no place in the order");
}

static void test_tables(void **state) {
    (void)state;
    holds("table.concat({1, 2, 'x'}, '-') == '1-2-x' and table.concat({}, ',') == '' and table.concat({1, 2, 3}, '', 2, 3) == '23'");
    holds("(function() local t = {3, 1, 2} table.sort(t) return table.concat(t) end)() == '123'");
    holds("(function() local t = {3, 1, 2} table.sort(t, function(p, r) return p > r end) return table.concat(t) end)() == '321'");
    holds("(function() local t = {1, 2} table.insert(t, 3) table.insert(t, 1, 0) return table.concat(t) end)() == '0123'");
    holds("(function() local t = {1, 2, 3} return table.remove(t, 1) .. table.remove(t) .. #t end)() == '131'");
    holds("select('#', table.unpack({1, nil, 3}, 1, 3)) == 3 and table.pack(1, 2).n == 2");
    breaks("local t = {1, 2, 3} table.sort(t, function() return true end)", "contradicts itself");
    breaks("table.sort({1, 'a'})", "compare");
    breaks("table.concat({1, {}, 2})", "a text is due");
    breaks("return table.unpack({}, 1, 1 << 40)", "too many");
    breaks("return table.unpack({}, 1, 1 << 19)", "too many");
    breaks("return table.unpack({}, 1, 1 << 16)", "nested too deep");
    breaks("table.insert({}, 5, 1)", "out of bounds");
}

static void test_sort_is_stable(void **state) {
    (void)state;
    holds("(function() local t = {} for i = 1, 40 do t[i] = {i % 3, i} end table.sort(t, function(p, r) return p[1] < r[1] end)\n"
          "for i = 2, 40 do if t[i - 1][1] == t[i][1] and t[i - 1][2] > t[i][2] then return false end end return true end)()");
}

static void has_no(const char *name) {
    BED(b);
    char body[64];
    snprintf(body, sizeof body, "return %s", name);
    plan_with(&b, "{id: i, rule: r}", pack(&b, "", body));
    assert_null(gp_host_new(&b.h.arena, &b.d, b.plan, NULL));
    assert_non_null(strstr(shown(&b).s, "is not declared [rule-name]"));
    end(&b);
}

static void test_texts(void **state) {
    (void)state;
    holds("('a,b,,c'):gsub(',', ';') == 'a;b;;c' and select(2, ('aaa'):gsub('a', 'b', 2)) == 2 and ('abc'):gsub('', '-') == '-a-b-c-'");
    holds(
        "('hello world'):gsub('(%w+)', '<%1>') == '<hello> <world>' "
        "and ('abc'):gsub('%w', '%0%0') == 'aabbcc' and ('a'):gsub('a', '%%') == '%'");
    holds(
        "('$x $y'):gsub('%$(%w)', {x = 1, y = false}) == '1 $y' and ('abc'):gsub('^a', 'x') == 'xbc' and ('ab'):gsub('()b', '%1') == 'a2'");
    holds("('abc'):gsub('b', function(c) return c:upper() end) == 'aBc' and ('abc'):gsub('b', function() end) == 'abc'");
    holds(
        "(function() local n = {} for k, v in ('a=1, b=2'):gmatch('(%w)=(%w)') do n[#n + 1] = k .. "
        "v end return table.concat(n) end)() == 'a1b2'");
    holds("(function() local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n end)() == 4");
    holds(
        "('a.b'):find('.', 1, true) == 2 and ('a.b'):find('.') == 1 "
        "and ('abc'):find('c', -1) == 3 and ('abc'):find('', 10) == nil and ('abc'):find('', 4) == 4");
    holds("('  x '):match('^%s*(.-)%s*$') == 'x' and ('key = v'):match('(%w+)%s*=%s*(%w+)') == 'key' and ('abc'):match('()b()') == 2");
    holds(
        "('x'):rep(3, '-') == 'x-x-x' and ('x'):rep(0) == '' and (''):rep(1 << 60) == '' "
        "and ('aÄ'):upper() == 'AÄ' and ('abc'):reverse() == 'cba'");
    holds(
        "('%d %s %5.2f %q %x %%'):format(3, nil, 1.5, 'a', 255) == '3 nil  1.50 \"a\" ff %' "
        "and ('abc'):sub(2, -1) == 'bc' and #'abc' == 3");
    breaks("('a'):gsub('a', '%z')", "before neither a digit");
    breaks("('a'):gsub('a', '%2')", "no capture %2");
    breaks("('a'):find('(a')", "lacks a `)`");
    breaks("('a'):find('[a')", "lacks a `]`");
    breaks("('a'):find('%')", "ends with `%`");
    breaks("('a'):gsub('a', {a = {}})", "where a text is due");
    breaks("('%p'):format({})", "no directive");
    breaks("('%d'):format('x')", "number expected");
    breaks("('%d'):format()", "no value");
}

static void test_absent(void **state) {
    static const char *const NAMES[] = {"print",          "load",         "loadstring",   "dofile",   "require",  "pcall",
                                        "xpcall",         "coroutine",    "os",           "io",       "debug",    "package",
                                        "rawset",         "rawget",       "next",         "_G",       "rawequal", "rawlen",
                                        "collectgarbage", "setmetatable", "getmetatable", "loadfile", "warn",     "_VERSION"};
    (void)state;
    for (size_t i = 0; i < GP_COUNT(NAMES); i++) has_no(NAMES[i]);
    holds("string.dump == nil and string.pack == nil and string.unpack == nil and string.packsize == nil and table.move == nil");
    holds("math.random == nil and math.randomseed == nil and ('').dump == nil and ('').pack == nil");
}

/* -- refusals while loading -- */

static void refuses(const char *source, const char *const *messages, size_t n) {
    BED(b);
    plan_with(&b, "{id: i, rule: r, with: {need: 5}}", source);
    gp_host *host = gp_host_new(&b.h.arena, &b.d, b.plan, &b.limits);
    gp_text all = shown(&b);
    for (size_t i = 0; i < n; i++) {
        if (host || !strstr(all.s, messages[i])) print_message("due: %s\ngot:\n%s\n", messages[i], all.s);
        assert_non_null(strstr(all.s, messages[i]));
    }
    assert_null(host);
    end(&b);
}

#define REFUSES(source, ...)                                                                                                               \
    do {                                                                                                                                   \
        static const char *const due[] = {__VA_ARGS__};                                                                                    \
        refuses((source), due, GP_COUNT(due));                                                                                             \
    } while (0)
#define GOOD "rule 'r' { args = {need = 1}, check = function() return true end }\n"

static void test_refused_packs(void **state) {
    (void)state;
    REFUSES("rule 'r' {\n  check = function( return 1 end }\n", "rules.lua:2:3: error: ", "[rule-syntax]");
    REFUSES(GOOD "local function f()\n  total = 1\n  return totl\nend\n", "rules.lua:3:3: error: `total` is no local name",
            "rules.lua:4:10: error: `totl`");
    REFUSES(GOOD "local s = strng.rep\n", "rules.lua:2:11: error: `strng` is not declared", "did you mean `string`?");
    REFUSES(GOOD "local e = _ENV\n", "rules.lua:2:11: error: `_ENV` may not stand");
    REFUSES(GOOD "met = 1\n", "`met` is no local name");
    REFUSES(GOOD GOOD, "rules.lua:2:7: error: a second rule `r` [rule-twice]", "rules.lua:1:7: declared first here");
    REFUSES(GOOD "rule 'late'\n", "rule `late` has no table");
    REFUSES(GOOD "rule 'empty' {}\n", "none of check, score and roll");
    REFUSES(GOOD "rule(5)\n", "a rule needs a name");
    REFUSES(GOOD "rule 'n' (5)\n", "a table is due behind the name");
    REFUSES(GOOD "rule 'n' { chek = 1, zz = 2, check = function() end }\n", "unknown key `chek`", "did you mean `check`?",
            "unknown key `zz`");
    REFUSES(GOOD "rule 'n' { doc = 5, reads = 'points', args = 1, check = 3, score = tostring }\n", "`doc` is no text",
            "`reads` is no list", "`args` is no table", "`check` is no function", "`score` is no function of this pack");
    REFUSES(GOOD "rule 'n' { reads = { 'ponts', 'points', 'points', 'low', 7 }, check = function() end }\n",
            "rules.lua:2:23: error: rule `n` reads `ponts`", "did you mean `points`?", "lists `points` twice", "x has as a method",
            "holds something that is no name");
    REFUSES(GOOD "rule 'n' { args = { 1, t = {}, i = 1/0 }, check = function() end }\n", "a value without a name", "`t` has a default",
            "`i` has a default");
    REFUSES(GOOD "error('at load')\n", "rules.lua:2:1: error: at load [rule-broke]");
    REFUSES(GOOD "while true do end\n", "rules.lua:2:1: error: while the pack was loaded: budget of 1000000 units used up");
    REFUSES(GOOD "local t = {} for i = 1, 1e6 do t[i] = i end\n", "memory cap of 4194304 bytes reached");
}

static void test_refused_uses(void **state) {
    (void)state;
    REFUSES("rule 'q' { check = function() return true end }\n", "plan.yaml:", "no rule `r` in the packs", "[unknown-rule]");
    REFUSES("rule 'r' { args = {ned = 1}, check = function() return true end }\n", "rule `r` has no argument `need`",
            "did you mean `ned`?");
    REFUSES("rule 'r' { args = {need = 'x'}, check = function() return true end }\n", "argument `need` of rule `r` is");
    REFUSES("rule 'r' { args = {need = 1}, roll = function() end }\n", "has only `roll`, which puts parts together", "[rule-shape]");
}

static void test_size(void **state) {
    (void)state;
    BED(b);
    gp_buf text;
    gp_buf_init(&text, &b.h.arena);
    gp_buf_str(&text, GOOD "--");
    while (text.n < (256 << 10) + 1) gp_buf_char(&text, '-');
    gp_text source = gp_buf_take(&text);
    plan_with(&b, "{id: i, rule: r}", source.s);
    assert_null(gp_host_new(&b.h.arena, &b.d, b.plan, NULL));
    assert_non_null(strstr(shown(&b).s, "[rule-size]"));
    gp_diags_init(&b.d, &b.h.arena);
    b.file.text.n = 256 << 10;
    assert_non_null(gp_host_new(&b.h.arena, &b.d, b.plan, NULL));
    end(&b);
}

/* A function with n constants: n texts in a table. */
static gp_host *with_constants(bed *b, int n) {
    gp_buf text;
    gp_buf_init(&text, &b->h.arena);
    gp_buf_str(&text, "rule 'r' { check = function()\n  local t = {");
    for (int i = 0; i < n; i++) gp_buf_printf(&text, "'c%d',", i);
    gp_buf_str(&text, "}\n  return true end }\n");
    plan_with(b, "{id: i, rule: r}", gp_buf_take(&text).s);
    return gp_host_new(&b->h.arena, &b->d, b->plan, NULL);
}

static void test_constants(void **state) {
    (void)state;
    BED(b);
    assert_non_null(with_constants(&b, 250));
    assert_null(with_constants(&b, 251));
    assert_non_null(strstr(shown(&b).s, "rules.lua:1:1: error: a function with more than 250 constants"));
    end(&b);
}

/* -- no state -- */

static void test_state_refused(void **state) {
    (void)state;
    REFUSES("local n = 0\nrule 'r' { args = {need = 1}, check = function()\n  n = n + 1\n  return n end }\n",
            "rules.lua:3:3: error: `n` would keep its value", "[rule-state]");
    REFUSES(
        "local n = 0\nlocal function f() return function() n = 2 end end\nrule 'r' { args = {need "
        "= 1}, check = function() f()() return true end }\n",
        "rules.lua:2:38: error: `n` would keep");
    REFUSES("local function make() local n = 0 return function() n = n + 1 return n end end\nlocal next_one = make()\n"
            "local t = {deep = {next_one}}\nrule 'r' { args = {need = 1}, check = function() return t.deep[1]() end }\n",
            "`n` would keep");
    REFUSES("local it = ('a b'):gmatch('%a')\nrule 'r' { args = {need = 1}, check = function() return it() == 'a' end }\n", "would keep");
    BED(b);
    load(&b, "", "local n = 0\nlocal function add() n = n + 1 end\nadd() add()\nreturn n == 2");
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    end(&b);
}

static void cannot_change(const char *body, const char *message) {
    BED(b);
    load(&b, "local T = {a = 5, list = {3, 1, 2}}", body);
    call(&b);
    expect(&b, GP_RULE_ERROR, NULL);
    if (!strstr(b.out.reason.s, message)) print_message("%s\n", b.out.reason.s);
    assert_non_null(strstr(b.out.reason.s, message));
    end(&b);
}

static void test_frozen(void **state) {
    static const struct {
        const char *body, *message;
    } CASES[] = {
        {"T.a = 1", "`a` cannot be set"},         {"T.b = 1", "`b` cannot be set"},
        {"T[1] = 1", "cannot be changed"},        {"T.list[1] = 1", "cannot be changed"},
        {"table.insert(T.list, 1)", "read-only"}, {"table.sort(T.list)", "read-only"},
        {"table.remove(T.list)", "read-only"},    {"string.rep = nil", "`rep` cannot be set"},
        {"math.x = 1", "`x` cannot be set"},      {"rule 'late' {}", "when a pack is loaded"},
    };
    (void)state;
    for (size_t i = 0; i < GP_COUNT(CASES); i++) cannot_change(CASES[i].body, CASES[i].message);
    BED(b);
    load(
        &b, "local T = {a = 5, list = {3, 1, 2}}",
        "local n, s = 0, ''\nfor _, v in ipairs(T.list) do n = n + v end\nfor k in pairs(T) do s = s .. k end\n"
        "return n == 6 and s == 'alist' and #T.list == 3 and table.concat(T.list) == '312' "
        "and T.a == 5 and select('#', table.unpack(T.list)) == 3");
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    end(&b);
}

/* -- limits -- */

static void test_errors_name_the_place(void **state) {
    (void)state;
    BED(b);
    run(&b, "local t\nreturn t.x");
    expect(&b, GP_RULE_ERROR, "rule `r` broke (rules.lua:7): attempt to index a nil value (local 't')");
    end(&b);
}

static void test_budget(void **state) {
    (void)state;
    BED(b);
    load(&b, "", "for i = 1, 1000 do end return true");
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    uint64_t spent = b.out.spent;
    assert_true(spent >= 1000 && spent < 5000);
    for (int over = 0; over < 2; over++) {
        gp_limits tight = {over ? spent : spent + 1, (size_t)4 << 20, 0};
        gp_host *host = gp_host_new(&b.h.arena, &b.d, b.plan, &tight);
        assert_non_null(host);
        gp_host_call(&b.out, host, &b.h.arena, gp_host_rule(host, GP_TEXT("r")), NULL, 0, b.in, 1);
        expect(&b, over ? GP_RULE_ERROR : GP_RULE_MET, NULL);
    }
    assert_non_null(strstr(b.out.reason.s, "units used up in rule `r` (rules.lua:6)"));
    end(&b);
}

static void test_stops(void **state) {
    static const struct {
        const char *body, *message;
    } CASES[] = {
        {"while true do end", "budget of 1000000 units used up in rule `r` (rules.lua:6)"},
        {"local s = ('x'):rep(1 << 60)", "memory cap of 4194304 bytes reached in rule `r` (rules.lua:6)"},
        {"local s = 'x' while true do s = s .. s end", "memory cap"},
        {"local t = {} for i = 1, 1e7 do t[i] = {} end", "memory cap"},
        {"local function f() return 1 + f() end return f()", "nested too deep"},
        {"local s = ('a'):rep(3000) return s:find(('.-'):rep(8) .. 'b') == nil", "budget"},
        {"local s = (' '):rep(20000) return ('a' .. s .. 'b'):match('^%s*(.-)%s*$') == 'y'", "budget"},
        {"local s = ('x'):rep(100000) while true do local t = s .. 'y' end", "budget"},
        {"local s, t = ('x'):rep(1000000), ('x'):rep(1000000) while s == t do end", "budget"},
        {"local t = {} for i = 1, 3000 do t[i] = i % 7 end while true do table.sort(t) end", "budget"},
        {"local t = {} while true do table.insert(t, 1, 1) end", "budget"},
        {"return ('x'):rep(1e6, ',') == ''", "budget"},
        {"local function f(...) return f(1, ...) end return f()", ""},
        {"local s = ('x'):rep(1000) while true do s:gsub('x', '%0%0') end", "budget"},
        {"while true do local n = ('%s'):format(('x'):rep(10000)) end", "budget"},
        {"local t = {} for i = 1, 50000 do t[i] = i end while true do t.a = 1 t.a = nil t.b = 1 t.b = nil end", "budget"},
        {"for k in pairs({1, 2, 3}) do while true do end end", "budget"},
        {"('x'):gsub('x', function() while true do end end)", "budget"},
    };
    (void)state;
    for (size_t i = 0; i < GP_COUNT(CASES); i++) breaks(CASES[i].body, CASES[i].message);
}

/* After a stop the next call finds a state like the first one's. */
static void test_after_a_stop(void **state) {
    (void)state;
    BED(b);
    load(&b, "local T = {5}", "if x.points == 50 then return T[1] == 5 end while true do end");
    call(&b);
    expect(&b, GP_RULE_MET, NULL);
    uint64_t spent = b.out.spent;
    for (int i = 0; i < 3; i++) {
        b.in[POINTS].value.lo = b.in[POINTS].value.hi = 1;
        call(&b);
        expect(&b, GP_RULE_ERROR, NULL);
        b.in[POINTS].value.lo = b.in[POINTS].value.hi = 50;
        call(&b);
        expect(&b, GP_RULE_MET, NULL);
        assert_int_equal(b.out.spent, spent);
    }
    end(&b);
}

static void with_cap(int length, gp_rule_outcome outcome) {
    BED(b);
    char body[80];
    b.limits.memory = 1 << 20;
    snprintf(body, sizeof body, "local s = ('x'):rep(%d) return #s > 0", length);
    run(&b, body);
    expect(&b, outcome, NULL);
    end(&b);
}

/* A text is made in a buffer and then copied: two blocks of its size for a moment. */
static void test_memory_cap(void **state) {
    (void)state;
    with_cap((1 << 19) - 300, GP_RULE_MET);
    with_cap((1 << 19) + 1, GP_RULE_ERROR);
    with_cap((1 << 20) + 1, GP_RULE_ERROR);
}

/* Rows before do not change what a row spends: neither their texts nor their stack nor their garbage. */
static void test_same_after_others(void **state) {
    (void)state;
    BED(b);
    load(&b, "",
         "local t, n = {}, a.need\nfor i = 1, n do t[i] = 'k' .. i .. ('-'):rep(i % 300) end\n"
         "local function deep(k) if k == 0 then return 0 end return 1 + deep(k - 1) end\n return met(tostring(deep(n)), #t)");
    gp_argument small = {.name = GP_TEXT("need"), .kind = GP_NUMBER, .value = 50}, large = small;
    large.value = 2000;
    const gp_rule *rule = gp_host_rule(b.host, GP_TEXT("r"));
    uint64_t spent[2] = {0, 0};
    for (int i = 0; i < 30; i++) {
        bool is_large = i % 3 == 1;
        gp_host_call(&b.out, b.host, &b.h.arena, rule, is_large ? &large : &small, 1, b.in, 1);
        expect(&b, GP_RULE_MET, NULL);
        if (!spent[is_large]) spent[is_large] = b.out.spent;
        assert_int_equal(b.out.spent, spent[is_large]);
    }
    end(&b);
}

/* -- memory that really ends -- */

typedef struct scarce {
    long calls, fail_at, live;
    bool for_good; /* all from fail_at on */
} scarce;

static void *scarce_alloc(void *ud, void *ptr, size_t osize, size_t nsize) {
    scarce *s = ud;
    if (!ptr) osize = 0;
    if (nsize > osize && (++s->calls == s->fail_at || (s->for_good && s->calls > s->fail_at))) return NULL;
    s->live += (!ptr && nsize) - (ptr && !nsize);
    return gp_alloc_default(NULL, ptr, osize, nsize);
}

static const char *const BUSY = "local t = {}\nfor i = 1, 20 do t[i] = ('%d'):format(i):rep(30, '-') end\n"
                                "for k in pairs(t) do t[k] = t[k]:gsub('%d', {['1'] = 'one'}) end\n"
                                "return met(x:text('loans') .. #table.concat(t) .. q('5%'))";

/* Loads and calls with little memory. */
static void with_scarce(bed *b, scarce *s, gp_arena *arena, jmp_buf *trap) {
    gp_diags d;
    gp_mem mem = {scarce_alloc, s, trap};
    gp_arena_init(arena, &mem);
    if (setjmp(*trap)) {
        gp_arena_fini(arena);
        return;
    }
    gp_diags_init(&d, arena);
    gp_host *host = gp_host_new(arena, &d, b->plan, NULL);
    if (!host) fail_msg("an error instead of the trap");
    gp_host_call(&b->out, host, arena, gp_host_rule(host, GP_TEXT("r")), NULL, 0, b->in, 1);
    expect(b, GP_RULE_MET, "1000 亿元22300.05");
    gp_arena_fini(arena);
}

/* The k-th allocation refused, once or from there on: the trap or the answer, never anything between, and nothing is left. */
static void sweep(bed *b, bool for_good) {
    jmp_buf trap;
    gp_arena arena;
    for (long k = 1;; k++) {
        scarce s = {.fail_at = k, .for_good = for_good};
        with_scarce(b, &s, &arena, &trap);
        assert_int_equal(s.live, 0);
        if (s.calls < k) break;
    }
}

static void test_scarce_memory(void **state) {
    (void)state;
    BED(b);
    load(&b, "local T = {list = {1, 2}}", BUSY);
    call(&b);
    expect(&b, GP_RULE_MET, "1000 亿元22300.05");
    sweep(&b, false);
    sweep(&b, true);
    end(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_outcomes),
        cmocka_unit_test(test_wrong_returns),
        cmocka_unit_test(test_long_reasons),
        cmocka_unit_test(test_score_function),
        cmocka_unit_test(test_inputs),
        cmocka_unit_test(test_missing_and_open),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_base),
        cmocka_unit_test(test_pairs_order),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_sort_is_stable),
        cmocka_unit_test(test_absent),
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_refused_packs),
        cmocka_unit_test(test_refused_uses),
        cmocka_unit_test(test_size),
        cmocka_unit_test(test_constants),
        cmocka_unit_test(test_state_refused),
        cmocka_unit_test(test_frozen),
        cmocka_unit_test(test_errors_name_the_place),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_stops),
        cmocka_unit_test(test_after_a_stop),
        cmocka_unit_test(test_memory_cap),
        cmocka_unit_test(test_same_after_others),
        cmocka_unit_test(test_scarce_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A look at the compiled form of a pack: the only place where all names and assignments of a chunk can be seen before it runs.
 * Invariant: reads what lua_dump of Lua 5.4 wrote and nothing else; every read is checked against the end. Lua never loads these bytes. */
#include <stdlib.h>
#include <string.h>

#include "rule/inside.h"

#if LUA_VERSION_NUM != 504
#error "the layout of compiled functions is that of Lua 5.4"
#endif

/* 5.4.4 and before compute wrong bit operations with constants beyond the 256th; a margin below that. */
enum { CONSTANTS_MAX = 250 };
enum { OP_SETUPVAL = 10, OP_GETTABUP = 11, OP_SETTABUP = 15 };
enum { K_INTEGER = 0x03, K_FLOAT = 0x13, K_SHORT_TEXT = 0x04, K_LONG_TEXT = 0x14 };
enum { UPVALUE_BYTES = 3, CODE_BYTES = 4, ABS_LINE = 0x80 };

static const char HEAD[] = "\x1BLua\x54\x00\x19\x93\r\n\x1A\n\x04\x08\x08";

typedef struct reader {
    const uint8_t *p, *end;
    bool bad;
} reader;

/* A function of the chunk: where its parts lie. */
typedef struct proto {
    uint32_t first_line;
    const uint8_t *code;
    reader constants, protos;
    size_t ncode, nconstants, nupvalues, nprotos, nlines;
    const uint8_t *upvalues; /* in_stack, index, kind for each */
    const uint8_t *lines;    /* difference of each instruction's line to the one before */
    reader abs_lines, names; /* names of upvalues */
} proto;

typedef struct look {
    gp_faults *out;
    uint32_t file;
} look;

/* -- reading -- */

static const uint8_t *take(reader *r, size_t n) {
    const uint8_t *p = r->p;
    if (r->bad || (size_t)(r->end - p) < n) {
        r->bad = true;
        return NULL;
    }
    r->p += n;
    return p;
}

static uint8_t take_byte(reader *r) {
    const uint8_t *p = take(r, 1);
    return p ? *p : 0;
}

static size_t take_size(reader *r) {
    size_t n = 0;
    uint8_t b;
    do {
        b = take_byte(r);
        n = n << 7 | (b & 0x7F);
    } while (!r->bad && !(b & 0x80));
    return n;
}

static gp_text take_text(reader *r) {
    size_t n = take_size(r);
    if (n == 0) return GP_NO_TEXT;
    const uint8_t *p = take(r, n - 1);
    return (gp_text){(const char *)p, p ? n - 1 : 0};
}

static gp_text take_constant(reader *r) {
    switch (take_byte(r)) {
    case K_INTEGER:
    case K_FLOAT: take(r, 8); return GP_NO_TEXT;
    case K_SHORT_TEXT:
    case K_LONG_TEXT: return take_text(r);
    default: return GP_NO_TEXT;
    }
}

static void take_proto(proto *out, reader *r);

static void take_debug(proto *out, reader *r) {
    out->nlines = take_size(r);
    out->lines = take(r, out->nlines);
    size_t nabs = take_size(r);
    out->abs_lines = *r;
    for (size_t i = 0; i < nabs && !r->bad; i++) {
        take_size(r);
        take_size(r);
    }
    for (size_t n = take_size(r); n > 0 && !r->bad; n--) { /* local variables */
        take_text(r);
        take_size(r);
        take_size(r);
    }
    size_t nnames = take_size(r);
    out->names = *r;
    if (nnames != out->nupvalues) r->bad = true;
    for (size_t i = 0; i < nnames && !r->bad; i++) take_text(r);
}

static void take_proto(proto *out, reader *r) {
    proto inner;
    take_text(r); /* source */
    out->first_line = (uint32_t)take_size(r);
    take_size(r);
    take(r, 3); /* parameters, varargs, registers */
    out->ncode = take_size(r);
    out->code = out->ncode < SIZE_MAX / CODE_BYTES ? take(r, out->ncode * CODE_BYTES) : NULL;
    out->nconstants = take_size(r);
    out->constants = *r;
    for (size_t i = 0; i < out->nconstants && !r->bad; i++) take_constant(r);
    out->nupvalues = take_size(r);
    out->upvalues = out->nupvalues <= UINT8_MAX ? take(r, out->nupvalues * UPVALUE_BYTES) : NULL;
    out->nprotos = take_size(r);
    out->protos = *r;
    for (size_t i = 0; i < out->nprotos && !r->bad; i++) take_proto(&inner, r);
    take_debug(out, r);
}

/* The outermost function; false when the bytes are not what Lua 5.4 writes. */
static bool open_code(proto *out, gp_text code) {
    reader r = {(const uint8_t *)code.s, (const uint8_t *)code.s + code.n, false};
    const uint8_t *head = take(&r, sizeof HEAD - 1);
    if (!head || memcmp(head, HEAD, sizeof HEAD - 1) != 0) return false;
    take(&r, 8 + 8 + 1); /* a whole number and a float to compare, count of upvalues */
    take_proto(out, &r);
    return !r.bad;
}

/* -- parts of a function -- */

static gp_text nth(reader r, size_t n, gp_text (*next)(reader *)) {
    gp_text t = GP_NO_TEXT;
    for (size_t i = 0; i <= n; i++) t = next(&r);
    return t;
}

static gp_text constant(const proto *f, unsigned i) {
    return i < f->nconstants ? nth(f->constants, i, take_constant) : GP_NO_TEXT;
}

static gp_text upvalue_name(const proto *f, unsigned i) {
    return i < f->nupvalues ? nth(f->names, i, take_text) : GP_NO_TEXT;
}

static uint32_t line_of(const proto *f, size_t pc) {
    uint32_t line = f->first_line;
    reader abs = f->abs_lines;
    for (size_t i = 0; i <= pc && i < f->nlines; i++) {
        if (f->lines[i] == ABS_LINE) {
            take_size(&abs);
            line = (uint32_t)take_size(&abs);
        } else {
            line += (uint32_t)(int8_t)f->lines[i];
        }
    }
    return line;
}

/* -- faults -- */

void gp_fault_add(gp_faults *out, gp_fault_kind kind, gp_spot at, gp_text word) {
    if (out->n == GP_FAULTS_MAX) return;
    gp_fault *f = &out->item[out->n];
    *f = (gp_fault){.kind = kind, .at = at};
    if (word.n >= GP_WORD_MAX) word.n = GP_WORD_MAX - 1;
    if (word.n) memcpy(f->word, word.s, word.n);
    for (size_t i = 0; i < out->n; i++)
        if (out->item[i].kind == kind && out->item[i].at.line == at.line && strcmp(out->item[i].word, f->word) == 0) return;
    out->n++;
}

static void add(const look *l, gp_fault_kind kind, uint32_t line, gp_text word) {
    gp_fault_add(l->out, kind, (gp_spot){l->file, line}, word);
}

static void check_instruction(const look *l, const proto *f, size_t pc) {
    const uint8_t *i = f->code + pc * CODE_BYTES;
    uint32_t word = (uint32_t)i[0] | (uint32_t)i[1] << 8 | (uint32_t)i[2] << 16 | (uint32_t)i[3] << 24;
    unsigned op = word & 0x7F, a = word >> 7 & 0xFF, b = word >> 16 & 0xFF, c = word >> 24;
    if (op != OP_GETTABUP && op != OP_SETTABUP) return;
    if (!gp_text_is(upvalue_name(f, op == OP_SETTABUP ? a : b), "_ENV")) return;
    gp_text name = constant(f, op == OP_SETTABUP ? b : c);
    if (op == OP_SETTABUP)
        add(l, GP_FAULT_GLOBAL, line_of(f, pc), name);
    else if (!gp_env_declares(name))
        add(l, GP_FAULT_UNDECLARED, line_of(f, pc), name);
}

static void check_proto(const look *l, const proto *f) {
    if (f->nconstants > CONSTANTS_MAX) add(l, GP_FAULT_CONSTANTS, f->first_line, GP_NO_TEXT);
    for (size_t pc = 0; pc < f->ncode; pc++) check_instruction(l, f, pc);
    reader r = f->protos;
    for (size_t i = 0; i < f->nprotos; i++) {
        proto inner;
        take_proto(&inner, &r);
        check_proto(l, &inner);
    }
}

void gp_code_check(gp_faults *out, gp_text code, uint32_t file) {
    proto f;
    look l = {out, file};
    if (open_code(&f, code))
        check_proto(&l, &f);
    else
        add(&l, GP_FAULT_FORM, 0, GP_NO_TEXT);
}

/* `outer` tells for each upvalue of f whether it is one of the function looked at. */
static void check_state(const look *l, const proto *f, const bool *outer) {
    for (size_t pc = 0; pc < f->ncode; pc++) {
        const uint8_t *i = f->code + pc * CODE_BYTES;
        if ((i[0] & 0x7F) == OP_SETUPVAL && i[2] < f->nupvalues && outer[i[2]])
            add(l, GP_FAULT_CLOSURE_STATE, line_of(f, pc), upvalue_name(f, i[2]));
    }
    reader r = f->protos;
    for (size_t n = 0; n < f->nprotos; n++) {
        proto inner;
        bool theirs[UINT8_MAX + 1] = {false};
        take_proto(&inner, &r);
        for (size_t i = 0; i < inner.nupvalues; i++) {
            const uint8_t *u = inner.upvalues + i * UPVALUE_BYTES;
            theirs[i] = !u[0] && outer[u[1]];
        }
        check_state(l, &inner, theirs);
    }
}

void gp_code_check_state(gp_faults *out, gp_text code, uint32_t file) {
    proto f;
    look l = {out, file};
    bool outer[UINT8_MAX + 1];
    memset(outer, true, sizeof outer);
    if (open_code(&f, code))
        check_state(&l, &f, outer);
    else
        add(&l, GP_FAULT_FORM, 0, GP_NO_TEXT);
}

/* -- writing -- */

/* Takes straight from the hook: an arena would jump over Lua's frames when memory ends. */
static int write_code(lua_State *L, const void *p, size_t n, void *ud) {
    gp_host *h = ud;
    (void)L;
    if (n > h->cap_code - h->ncode) {
        size_t cap = (h->ncode + n) * 2;
        char *code = h->meter.fn(h->meter.ud, h->code, h->cap_code, cap);
        if (!code) return 1;
        h->code = code;
        h->cap_code = cap;
    }
    memcpy(h->code + h->ncode, p, n);
    h->ncode += n;
    return 0;
}

bool gp_code_dump(lua_State *L, gp_host *h) {
    h->ncode = 0;
    return lua_dump(L, write_code, h, 0) == 0;
}

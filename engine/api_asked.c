/* The bridge for what was asked: questions of what-if as settings of their answer, and back.
 * Invariant: one table says which member of a question is which setting, and of which questions it is one; writing and replaying both read
 * it. */
#define GP_BUILDING 1
#include "api.h"

#include <inttypes.h>
#include <math.h>
#include <stddef.h>
#include <string.h>

#include "base/number.h"
#include "study/asked.h"

#define OF(question) (1u << GP_ASK_##question)

static const struct {
    const char *key;
    enum { TEXT, REAL, WHOLE, FLAG } kind;
    size_t offset;
    unsigned of; /* questions that it says something about */
} SETTINGS[] = {
    {"all", FLAG, offsetof(gp_whatif_question, all), OF(COMPARE) | OF(PERIODS)},
    {"against", TEXT, offsetof(gp_whatif_question, against), OF(BACK_TEST)},
    {"seek", TEXT, offsetof(gp_whatif_question, seek), OF(SEEK)},
    {"spread", REAL, offsetof(gp_whatif_question, spread), OF(SENSITIVITY)},
    {"weights", REAL, offsetof(gp_whatif_question, weights), OF(WEIGHTS)},
    {"draws", WHOLE, offsetof(gp_whatif_question, draws), OF(DRAWS) | OF(WEIGHTS)},
    {"seed", WHOLE, offsetof(gp_whatif_question, seed), OF(DRAWS) | OF(WEIGHTS)},
    {"until_se", REAL, offsetof(gp_whatif_question, until_se), OF(DRAWS)},
    {"indices", FLAG, offsetof(gp_whatif_question, indices), OF(DRAWS)},
};

static gp_text real_text(gp_arena *a, double v) {
    char text[32];
    return gp_text_dup(a, (gp_text){text, gp_number_print(text, v)});
}

static gp_text whole_text(gp_arena *a, uint64_t v) {
    gp_buf b;
    gp_buf_init(&b, a);
    gp_buf_printf(&b, "%" PRIu64, v);
    return gp_buf_take(&b);
}

static gp_asked_option setting_of(gp_arena *a, const gp_whatif_question *q, size_t i) {
    const char *at = (const char *)q + SETTINGS[i].offset;
    gp_asked_option o = {.key = gp_text_of(SETTINGS[i].key)};
    const char *text;
    double real;
    uint64_t whole;
    int flag;
    switch (SETTINGS[i].kind) {
    case TEXT:
        memcpy(&text, at, sizeof text);
        o.text = text ? gp_text_dup(a, gp_text_of(text)) : GP_NO_TEXT;
        o.kind = text ? GP_ASKED_TEXT : GP_ASKED_NOTHING;
        break;
    case REAL:
        memcpy(&real, at, sizeof real);
        o.kind = real > 0 ? GP_ASKED_NUMBER : GP_ASKED_NOTHING;
        if (real > 0) o.text = real_text(a, real);
        break;
    case WHOLE:
        memcpy(&whole, at, sizeof whole);
        o.kind = GP_ASKED_NUMBER;
        o.text = whole_text(a, whole);
        break;
    case FLAG:
        memcpy(&flag, at, sizeof flag);
        o.kind = GP_ASKED_FLAG;
        o.flag = flag != 0;
        break;
    }
    return o;
}

void gp_asked_take(gp_asked *out, gp_arena *a, const gp_whatif_question *q) {
    out->options = NULL;
    out->noptions = out->cap_options = 0;
    for (size_t i = 0; i < GP_COUNT(SETTINGS); i++)
        if (SETTINGS[i].of >> q->ask & 1) *GP_PUSH(a, out->options, out->noptions, out->cap_options) = setting_of(a, q, i);
}

static double real_of(gp_text t) {
    gp_decimal d;
    size_t used;
    return gp_number_read(&d, &used, NULL, t) <= GP_NUMBER_ROUNDED ? gp_decimal_double(d, 0) : 0;
}

static uint64_t whole_of(gp_text t) {
    uint64_t n = 0;
    for (size_t i = 0; i < t.n && i < 20 && t.s[i] >= '0' && t.s[i] <= '9'; i++) n = n * 10 + (uint64_t)(t.s[i] - '0');
    return n;
}

void gp_asked_give(gp_whatif_question *out, gp_arena *a, const gp_asked *asked) {
    for (size_t i = 0; i < GP_COUNT(SETTINGS); i++) {
        const gp_asked_option *o = gp_asked_option_of(asked, SETTINGS[i].key);
        char *at = (char *)out + SETTINGS[i].offset;
        if (!o || o->kind == GP_ASKED_NOTHING) continue;
        const char *text = SETTINGS[i].kind == TEXT ? gp_text_cstr(a, o->text) : NULL;
        double real = real_of(o->text);
        uint64_t whole = whole_of(o->text);
        int flag = o->flag;
        switch (SETTINGS[i].kind) {
        case TEXT: memcpy(at, &text, sizeof text); break;
        case REAL: memcpy(at, &real, sizeof real); break;
        case WHOLE: memcpy(at, &whole, sizeof whole); break;
        case FLAG: memcpy(at, &flag, sizeof flag); break;
        }
    }
}

void gp_asked_settle(gp_whatif_question *q) {
    if (!(q->spread > 0)) q->spread = 0.1;
    if (!(q->weights > 0)) q->weights = 0.2;
    if (q->ask == GP_ASK_WEIGHTS && q->draws == 0) q->draws = 10000;
    for (size_t i = 0; i < GP_COUNT(SETTINGS); i++) {
        double real;
        if (SETTINGS[i].kind != REAL) continue;
        memcpy(&real, (const char *)q + SETTINGS[i].offset, sizeof real);
        if (isfinite(real)) real = gp_decimal_double(gp_decimal_of(real), 0);
        memcpy((char *)q + SETTINGS[i].offset, &real, sizeof real);
    }
}

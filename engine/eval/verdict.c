/* Verdicts: their names, Kleene's logic over children, and what lies over a criterion (applicability, waiver, due date).
 * Invariant: an unmet child is never outvoted by an unknown one under `all`, nor a met one under `any`. */
#include "eval/lanes.h"
#include "plan/words.h"

const char gp_verdict_code[GP_VERDICT_COUNT + 1] = "MNU-DAWE";

static const char *const verdict_words[2][GP_VERDICT_COUNT] = {
    [GP_ZH] = {"达成", "未达成", "待定", "无佐证", "未到期", "不适用", "豁免", "出错"},
    [GP_EN] = {"met", "unmet", "undecided", "no data", "not due", "not applicable", "waived", "error"},
};
static const char *const audit_names[] = {"", "agrees", "understated", "unsupported", "overstated"};
static const char *const audit_words[2][GP_OVERSTATED + 1] = {
    [GP_ZH] = {"", "相符", "低报", "缺乏支撑", "高报"},
    [GP_EN] = {"", "agrees", "understated", "unsupported", "overstated"},
};
static const char *const basis_words[2][GP_BASIS_COUNT] = {
    [GP_ZH] = {"正式", "未满期", "初步", "估算", "预测", "仅声明", "他期"},
    [GP_EN] = {"final", "part of the period", "provisional", "estimated", "forecast", "asserted", "another period"},
};

const char *gp_verdict_name(gp_verdict v) { return v < GP_VERDICT_COUNT ? gp_words_verdict.list[v] : ""; }
const char *gp_verdict_word(gp_verdict v, gp_lang lang) { return v < GP_VERDICT_COUNT ? verdict_words[lang][v] : ""; }
const char *gp_audit_name(gp_audit a) { return audit_names[a]; }
const char *gp_audit_word(gp_audit a, gp_lang lang) { return audit_words[lang][a]; }
const char *gp_basis_word(gp_basis b, gp_lang lang) { return basis_words[lang][b]; }

void gp_tally_add(gp_tally *t, uint8_t v, bool binding) {
    if (v == GP_MEASURED) return;
    if (v == GP_NOT_APPLICABLE || v == GP_WAIVED) {
        t->left_out |= (uint16_t)(1U << v);
        return;
    }
    t->counting++;
    if (v == GP_MET) t->met++;
    else if (v == GP_UNMET) t->binding_unmet |= binding;
    else {
        t->open |= (uint16_t)(1U << v);
        t->nopen++;
        t->binding_open |= binding;
        t->binding_error |= binding && v == GP_ERRED;
    }
}

/* The verdict of what keeps a result open: an error, the one verdict that all open ones share, else undecided. */
static uint8_t open_verdict(const gp_tally *t, bool enough_met) {
    if (t->open >> GP_ERRED & 1 && (t->binding_error || !enough_met)) return GP_ERRED;
    for (unsigned v = GP_UNDECIDED; v < GP_VERDICT_COUNT; v++) if (t->open == 1U << v) return (uint8_t)v;
    return GP_UNDECIDED;
}

uint8_t gp_tally_verdict(const gp_tally *t, int require) {
    if (t->counting == 0) return t->left_out >> GP_WAIVED & 1 ? GP_WAIVED : t->left_out ? GP_NOT_APPLICABLE : GP_MEASURED;
    unsigned need = require == 0 ? t->counting : require < 0 ? 1U : (unsigned)require;
    if (need > t->counting) need = t->counting; /* children that are left out are not demanded */
    if (t->binding_unmet || t->met + t->nopen < need) return GP_UNMET;
    if (t->met >= need && !t->binding_open) return GP_MET;
    return open_verdict(t, t->met >= need);
}

uint8_t gp_verdict_of_rule(const gp_rule_answer *a) {
    switch (a->outcome) {
    case GP_RULE_MET: return GP_MET;
    case GP_RULE_UNMET: return GP_UNMET;
    case GP_RULE_UNDECIDED: return GP_UNDECIDED;
    case GP_RULE_NO_DATA: return GP_NO_DATA;
    case GP_RULE_NOT_APPLICABLE: return GP_NOT_APPLICABLE;
    case GP_RULE_SCORE: return a->score >= 1 ? GP_MET : GP_UNMET;
    default: return GP_ERRED;
    }
}

/* The day on which what is met came about, where the data say it: the date itself, or when the stage was reached. */
static bool met_on(double *out, const gp_run *run, const gp_node *node, size_t row, const gp_val *value) {
    int32_t on;
    if (node->criterion.test == GP_BY && value && !(value->flags & GP_V_ABSENT)) {
        *out = value->lo;
        return true;
    }
    if (node->criterion.test != GP_REACHED || !node->value || node->value->op != GP_X_NAME) return false;
    if (node->value->ref >= run->program->plan->ndata || !gp_frame_on(&on, run->frame, row, node->value->ref)) return false;
    *out = on;
    return true;
}

/* Not met, or not in time: unmet once the date has passed. The date may be an interval, or unknown. */
static uint8_t overdue(uint8_t verdict, int32_t as_of, const gp_val *due) {
    if (due->lo > as_of) return GP_NOT_DUE;
    if (due->hi <= as_of || verdict != GP_UNMET) return verdict;
    return due->flags & GP_V_MISS ? GP_NO_DATA : GP_UNDECIDED;
}

static uint8_t due_verdict(const gp_run *run, const gp_node *node, size_t row, int32_t as_of, uint8_t verdict, const gp_val *due,
                           const gp_val *value) {
    double day;
    if (verdict > GP_NO_DATA) return verdict;
    if (verdict != GP_MET || !met_on(&day, run, node, row, value)) return verdict == GP_MET ? verdict : overdue(verdict, as_of, due);
    if (day > due->hi) return overdue(GP_UNMET, as_of, due);
    if (day > due->lo) return due->flags & GP_V_MISS ? GP_NO_DATA : GP_UNDECIDED;
    return day > as_of ? GP_NOT_DUE : verdict; /* still to come */
}

uint8_t gp_status_verdict(const gp_run *run, const gp_op *op, size_t row, int32_t as_of, uint8_t verdict, const gp_val *applies,
                          const gp_val *due, const gp_val *value) {
    const gp_node *node = op->node;
    if (op->flag) return due_verdict(run, node, row, as_of, verdict, due, value);
    if (applies && applies->hi <= 0) return GP_NOT_APPLICABLE;
    if (node->waive && as_of <= node->waive->until) return GP_WAIVED;
    if (applies && applies->lo <= 0 && (verdict == GP_MET || verdict == GP_UNMET))
        return applies->flags & GP_V_MISS ? GP_NO_DATA : GP_UNDECIDED;
    return verdict;
}

/* The scenario under which a row was evaluated: each setting with what stood there before, and its place.
 * Invariant: settings that are about other subjects are not told. */
#include <math.h>

#include "report/story.h"

static const gp_laid *laid_of(const gp_story *t) { return t->w->info->laid; }

static void tell_before(gp_story *t, const gp_setting *set) {
    const gp_target *target = &set->target;
    const gp_frame *base = laid_of(t)->base;
    gp_interval was = {target->now, target->now, false, false};
    if (set->shape || (target->kind != GP_TARGET_DATUM && isnan(target->now))) return;
    if (target->kind == GP_TARGET_DATUM) {
        size_t row = (size_t)(t->e->of->of - laid_of(t)->frame->cases);
        const gp_cell *c = gp_frame_cell(base, row, target->datum);
        double v = base->column[target->datum][row];
        was = c ? c->reported : (gp_interval){v, v, false, false};
    }
    gp_tell(t, ",原为 ", ", before ");
    if (isnan(was.lo)) gp_tell(t, "缺", "missing");
    else if (target->like.type.kind == GP_NUMBER) gp_interval_print(&t->part, &was, &target->like.type.unit);
    else gp_target_put(&t->part, target, base, was.lo);
}

static void tell_setting(gp_story *t, const gp_setting *set) {
    gp_tell_text(t, set->target.path);
    gp_tell(t, " = ", " = ");
    gp_tell_text(t, set->text);
    tell_before(t, set);
    gp_story_line(t);
    gp_tell(t, "见 ", "see ");
    gp_tell_place(t, set->at);
    gp_story_detail(t);
}

void gp_tell_scenario(gp_story *t) {
    const gp_laid *l = laid_of(t);
    if (!l) return;
    gp_story_open(t, GP_L_SCENARIO);
    for (size_t i = 0; i < l->scenario->nsets; i++) {
        const gp_setting *set = &l->scenario->sets[i];
        if (!set->target.subject.s || gp_text_eq(set->target.subject, t->e->of->of->subject)) tell_setting(t, set);
    }
    gp_story_close(t);
}

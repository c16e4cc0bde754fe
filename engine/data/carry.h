/* Carrying: the cases of a frame under another plan, whose dictionary has the same names for some of the data.
 * Invariant: the frame that is carried is not touched; what the other plan cannot read is missing there, and counted. */
#ifndef GP_DATA_CARRY_H
#define GP_DATA_CARRY_H

#include "data/frame.h"

typedef struct gp_carried {
    gp_text *unread;      /* data that have values and whose name the other plan does not have */
    gp_text *other;       /* the same name for another kind of thing: another type, or a unit of another base */
    gp_text *absent;      /* data of the other plan that nobody gives */
    size_t nunread, nother, nabsent;
} gp_carried;

/* Rows keep their numbers. Judgements and claims go by the ids of what they are about; decisions are about results of their own plan and
 * stay behind. */
gp_frame *gp_frame_carry(gp_carried *told, gp_arena *a, gp_diags *d, const gp_frame *from, const gp_plan *to);

#endif

/* The first difference between two JSON documents.
 * Invariant: documents that differ in a byte have one. */
#ifndef GP_STUDY_REPLAY_H
#define GP_STUDY_REPLAY_H

#include "study/record.h"

/* One line that says where and how `now` first differs from `then`; absent when every byte is the same. `then` is JSON. */
gp_text gp_first_difference(gp_arena *a, gp_diags *d, const gp_file *then, const gp_file *now);

#endif

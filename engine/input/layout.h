/* Rules of YAML 1.2 about lines, blanks and comments that libyaml does not hold to: text that breaks them would be read as
 * something that its author, or another reader, does not see. Private to this room.
 * Invariant: works on bytes of the source alone; knows no libyaml. */
#ifndef GP_INPUT_LAYOUT_H
#define GP_INPUT_LAYOUT_H

#include "base/text.h"

/* What is wrong and where; what NULL: nothing. */
typedef struct gp_layout_fault {
    const char *what;
    size_t at;
} gp_layout_fault;

/* Between two pieces of content: a comment starts behind a blank, `?` stands before one. */
gp_layout_fault gp_layout_gap(gp_text source, size_t from, size_t to);
/* The lines of a flow collection or quoted scalar [from, to): deeper than the column `indent` of the block around it (-1: none). A line
 * that only closes a bracket may stand at that column. */
gp_layout_fault gp_layout_lines(gp_text source, size_t from, size_t to, long indent);
/* A block scalar [from, to): its header's comment, and what follows when it is empty. */
gp_layout_fault gp_layout_block(gp_text source, size_t from, size_t to, bool empty, long indent);

#endif

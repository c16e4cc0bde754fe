/* What every fuzz target does with an input: an arena of its own, and a trap for the end of memory, which is no finding. */
#ifndef GP_FUZZ_TRAP_H
#define GP_FUZZ_TRAP_H

#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

static inline int fuzz_once(void (*try)(gp_arena *a, gp_text bytes), const uint8_t *data, size_t size) {
    jmp_buf trap;
    gp_mem mem = {gp_alloc_default, NULL, &trap};
    gp_arena arena;
    gp_arena_init(&arena, &mem);
    if (setjmp(trap) == 0) try(&arena, (gp_text){(const char *)data, size});
    gp_arena_fini(&arena);
    return 0;
}

#endif

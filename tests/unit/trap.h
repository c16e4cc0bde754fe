/* What every unit test needs: an arena over the C library's memory with a trap that ends the test. */
#ifndef GP_TEST_TRAP_H
#define GP_TEST_TRAP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"

typedef struct test_heap {
    jmp_buf trap;
    gp_mem mem;
    gp_arena arena;
} test_heap;

/* Use as the first statement of a test: test_heap h; TEST_HEAP(h); ... gp_arena_fini(&h.arena); */
#define TEST_HEAP(h)                                                   \
    do {                                                               \
        (h).mem = (gp_mem){gp_alloc_default, NULL, &(h).trap};         \
        if (setjmp((h).trap)) fail_msg("memory ended");                \
        gp_arena_init(&(h).arena, &(h).mem);                           \
    } while (0)

#endif

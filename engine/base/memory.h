/* Memory: one allocator hook, arenas on top of it, and one way out when memory ends.
 * Invariant: allocation never returns NULL. When the hook refuses, control jumps to the trap that the
 * public entry point set; whatever lives in an arena is released when its owner frees the arena. */
#ifndef GP_BASE_MEMORY_H
#define GP_BASE_MEMORY_H

#include <setjmp.h>
#include <stddef.h>

/* Lua's allocator signature: nsize 0 frees (and returns NULL); else allocates or resizes, NULL when refused.
 * osize is the old size when ptr is not NULL, and meaningless (Lua: a type tag) when it is. */
typedef void *(*gp_alloc_fn)(void *ud, void *ptr, size_t osize, size_t nsize);

typedef struct gp_mem {
    gp_alloc_fn fn;
    void *ud;
    jmp_buf *trap; /* where an allocation that fails goes; set by GP_TRY, never NULL while we allocate */
} gp_mem;

/* The C library's realloc and free behind the hook's signature. */
void *gp_alloc_default(void *ud, void *ptr, size_t osize, size_t nsize);

/* Leaves for the trap. Only ever called because memory ended. */
_Noreturn void gp_mem_exhausted(gp_mem *mem);

typedef struct gp_chunk gp_chunk;
typedef struct gp_defer gp_defer;
/* A region that is released at once. Not thread-safe: one owner at a time. */
typedef struct gp_arena {
    gp_mem *mem;
    gp_chunk *chunks;  /* small allocations are cut from the first one */
    gp_chunk *large;   /* one chunk each, so that a growing array is resized in place */
    gp_defer *defers;  /* clean-ups, run last in first out */
    size_t bytes;      /* taken from the hook so far: the figure a limit or a benchmark reads */
} gp_arena;

void gp_arena_init(gp_arena *a, gp_mem *mem);
/* Runs the deferred clean-ups, then releases everything. The arena may be used again. */
void gp_arena_fini(gp_arena *a);
/* Zeroed memory, aligned for any type (16; 64 from 4 KiB up). n = 0 gives a valid pointer. */
void *gp_arena_alloc(gp_arena *a, size_t n);
/* Zeroed n * size, with the product checked. */
void *gp_arena_array(gp_arena *a, size_t n, size_t size);
/* Grows an allocation of this arena; the new part is zeroed. Large blocks move by the hook's realloc. */
void *gp_arena_grow(gp_arena *a, void *ptr, size_t old_n, size_t new_n);
/* Gives a block of n bytes back before its time, where it is a large one; else it stays until the arena goes. */
void gp_arena_drop(gp_arena *a, void *ptr, size_t n);
/* fn(ptr) runs when the arena is released: for what memory alone does not give back (files, parsers, states). */
void gp_arena_defer(gp_arena *a, void (*fn)(void *), void *ptr);

/* Makes room for one more element; *cap doubles. Returns the (moved) array. */
void *gp_array_room(gp_arena *a, void *items, size_t n, size_t *cap, size_t size);
/* Appends a zeroed element to v (n elements, room for cap) and yields its address. */
#define GP_PUSH(a, v, n, cap) ((v) = gp_array_room((a), (v), (n), &(cap), sizeof *(v)), &(v)[(n)++])
#define GP_NEW(a, type) ((type *)gp_arena_alloc((a), sizeof(type)))
#define GP_COUNT(array) (sizeof(array) / sizeof *(array))

#endif

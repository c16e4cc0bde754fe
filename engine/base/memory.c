/* Arenas over the allocator hook: chunks for small blocks, one chunk each for large ones.
 * Invariant: every chunk header stands on a 64-byte boundary right before its data, so a large block finds its header
 * by its own address; memory beyond what was asked for is poisoned when the address sanitizer watches. */
#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define GP_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GP_ASAN 1
#endif
#endif

#ifdef GP_ASAN
#include <sanitizer/asan_interface.h>
#define POISON(p, n)   ASAN_POISON_MEMORY_REGION((p), (n))
#define UNPOISON(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum { RED_ZONE = 16 };
#else
#define POISON(p, n)   ((void)(p), (void)(n))
#define UNPOISON(p, n) ((void)(p), (void)(n))
enum { RED_ZONE = 0 };
#endif

enum {
    ALIGN = 16,
    WIDE_ALIGN = 64, /* a cache line, from WIDE_FROM bytes up */
    WIDE_FROM = 4096,
    CHUNK_MIN = 4096,
    CHUNK_MAX = 1 << 20,
    LARGE_FROM = 64 << 10,
    HUGE_FROM = 4 << 20, /* two large pages, of which one lies inside wherever the block starts */
    HEADER = WIDE_ALIGN,
    OVERHEAD = HEADER + WIDE_ALIGN /* header and the way to the first boundary */
};

struct gp_chunk {
    gp_chunk *next, *prev;
    char *raw;    /* as the hook gave it */
    size_t taken; /* bytes taken from the hook */
    size_t used;  /* bytes of data in use */
    size_t room;  /* bytes of data there are */
    char *last;   /* the block cut last: it can grow where it stands */
};
_Static_assert(sizeof(gp_chunk) <= HEADER, "the header fits before the data");

struct gp_defer {
    gp_defer *next;
    void (*fn)(void *);
    void *ptr;
};

static size_t round_up(size_t n, size_t to) {
    return (n + to - 1) & ~(to - 1);
}

/* Asks the system for large pages behind a large block, which is filled from end to end: far fewer page faults. It may decline. */
static void *in_large_pages(void *block, size_t n) {
#ifdef MADV_HUGEPAGE
    size_t page = 4096, ahead = round_up((uintptr_t)block, page) - (uintptr_t)block;
    if (block && n >= HUGE_FROM) madvise((char *)block + ahead, (n - ahead) & ~(page - 1), MADV_HUGEPAGE);
#endif
    (void)n;
    return block;
}

void *gp_alloc_default(void *ud, void *ptr, size_t osize, size_t nsize) {
    (void)ud;
    (void)osize;
    if (nsize > 0) return in_large_pages(realloc(ptr, nsize), nsize);
    free(ptr);
    return NULL;
}

_Noreturn void gp_mem_exhausted(gp_mem *mem) {
    longjmp(*mem->trap, 1);
}

static char *chunk_data(gp_chunk *c) {
    return (char *)c + HEADER;
}

static char *boundary_of(char *raw) {
    return raw + (round_up((uintptr_t)raw, WIDE_ALIGN) - (uintptr_t)raw);
}

static void chunk_link(gp_chunk **head, gp_chunk *c) {
    c->prev = NULL;
    c->next = *head;
    if (*head) (*head)->prev = c;
    *head = c;
}

static void chunk_unlink(gp_chunk **head, gp_chunk *c) {
    if (c->next) c->next->prev = c->prev;
    if (c->prev)
        c->prev->next = c->next;
    else
        *head = c->next;
}

static gp_chunk *chunk_new(gp_arena *a, size_t taken) {
    char *raw = a->mem->fn(a->mem->ud, NULL, 0, taken);
    if (!raw) return NULL;
    gp_chunk *c = (gp_chunk *)(void *)boundary_of(raw);
    *c = (gp_chunk){.raw = raw, .taken = taken, .room = (size_t)(raw + taken - chunk_data(c))};
    POISON(chunk_data(c), c->room);
    a->bytes += taken;
    return c;
}

static void chunks_free(gp_arena *a, gp_chunk *c) {
    while (c) {
        gp_chunk *next = c->next;
        UNPOISON(c->raw, c->taken);
        a->mem->fn(a->mem->ud, c->raw, c->taken, 0);
        c = next;
    }
}

/* Cuts n bytes from c, or NULL when they do not fit. */
static char *chunk_cut(gp_chunk *c, size_t n) {
    size_t start = round_up(c->used, n >= WIDE_FROM ? WIDE_ALIGN : ALIGN);
    if (start > c->room || n + RED_ZONE > c->room - start) return NULL;
    char *p = chunk_data(c) + start;
    c->used = start + n + RED_ZONE;
    c->last = p;
    UNPOISON(p, n);
    return memset(p, 0, n);
}

static size_t next_chunk_size(const gp_arena *a, size_t n) {
    size_t size = a->chunks ? a->chunks->taken : CHUNK_MIN / 2;
    if (size < CHUNK_MAX) size *= 2;
    while (size < n + OVERHEAD + RED_ZONE) size *= 2;
    return size;
}

static void *small_alloc(gp_arena *a, size_t n) {
    char *p = a->chunks ? chunk_cut(a->chunks, n) : NULL;
    if (p) return p;
    gp_chunk *c = chunk_new(a, next_chunk_size(a, n));
    if (!c) return NULL;
    chunk_link(&a->chunks, c);
    return chunk_cut(c, n);
}

static void *large_alloc(gp_arena *a, size_t n) {
    if (n > SIZE_MAX / 2 - OVERHEAD) return NULL;
    gp_chunk *c = chunk_new(a, n + OVERHEAD + RED_ZONE);
    if (!c) return NULL;
    chunk_link(&a->large, c);
    return chunk_cut(c, n);
}

/* Resizes a large block by the hook. The hook may move it off the 64-byte boundary: header and data then move along. */
static void *large_grow(gp_arena *a, void *ptr, size_t old_n, size_t new_n) {
    if (new_n > SIZE_MAX / 2 - OVERHEAD) return NULL;
    gp_chunk *c = (gp_chunk *)(void *)((char *)ptr - HEADER);
    size_t before = c->taken, taken = new_n + OVERHEAD + RED_ZONE, offset = (size_t)((char *)c - c->raw);
    UNPOISON(c->raw, before);
    gp_chunk saved = *c;
    chunk_unlink(&a->large, c);
    char *raw = a->mem->fn(a->mem->ud, saved.raw, before, taken);
    if (!raw) {
        chunk_link(&a->large, c);
        return NULL;
    }
    char *to = boundary_of(raw);
    if (to != raw + offset) memmove(to, raw + offset, HEADER + old_n);
    c = (gp_chunk *)(void *)to;
    *c = (gp_chunk){
        .raw = raw, .taken = taken, .used = new_n + RED_ZONE, .room = (size_t)(raw + taken - chunk_data(c)), .last = chunk_data(c)};
    chunk_link(&a->large, c);
    a->bytes += taken - before;
    memset(chunk_data(c) + old_n, 0, new_n - old_n);
    POISON(chunk_data(c) + new_n, c->room - new_n);
    return chunk_data(c);
}

/* Lengthens the block cut last without moving it; false when it is not that, or when the chunk ends. */
static bool grow_in_place(gp_arena *a, char *ptr, size_t old_n, size_t new_n) {
    gp_chunk *c = a->chunks;
    if (!c || c->last != ptr || (old_n < WIDE_FROM && new_n >= WIDE_FROM)) return false;
    size_t start = (size_t)(ptr - chunk_data(c));
    if (new_n + RED_ZONE > c->room - start) return false;
    c->used = start + new_n + RED_ZONE;
    UNPOISON(ptr, new_n);
    memset(ptr + old_n, 0, new_n - old_n);
    return true;
}

static void *try_alloc(gp_arena *a, size_t n) {
    return n >= LARGE_FROM ? large_alloc(a, n) : small_alloc(a, n ? n : 1);
}

static void *try_grow(gp_arena *a, void *ptr, size_t old_n, size_t new_n) {
    if (old_n >= LARGE_FROM) return large_grow(a, ptr, old_n, new_n);
    if (new_n < LARGE_FROM && grow_in_place(a, ptr, old_n, new_n)) return ptr;
    void *p = try_alloc(a, new_n);
    if (p && old_n) memcpy(p, ptr, old_n);
    return p;
}

void gp_arena_init(gp_arena *a, gp_mem *mem) {
    *a = (gp_arena){.mem = mem};
}

void gp_arena_fini(gp_arena *a) {
    while (a->defers) {
        gp_defer *d = a->defers;
        a->defers = d->next;
        d->fn(d->ptr);
    }
    chunks_free(a, a->large);
    chunks_free(a, a->chunks);
    gp_arena_init(a, a->mem);
}

void *gp_arena_alloc(gp_arena *a, size_t n) {
    void *p = try_alloc(a, n);
    if (!p) gp_mem_exhausted(a->mem);
    return p;
}

void *gp_arena_array(gp_arena *a, size_t n, size_t size) {
    if (size && n > SIZE_MAX / size) gp_mem_exhausted(a->mem);
    return gp_arena_alloc(a, n * size);
}

void *gp_arena_grow(gp_arena *a, void *ptr, size_t old_n, size_t new_n) {
    if (!ptr) return gp_arena_alloc(a, new_n);
    if (new_n <= old_n) return ptr;
    void *p = try_grow(a, ptr, old_n, new_n);
    if (!p) gp_mem_exhausted(a->mem);
    return p;
}

void gp_arena_drop(gp_arena *a, void *ptr, size_t n) {
    if (!ptr || n < LARGE_FROM) return;
    gp_chunk *c = (gp_chunk *)(void *)((char *)ptr - HEADER);
    chunk_unlink(&a->large, c);
    c->next = NULL;
    chunks_free(a, c);
}

void gp_arena_defer(gp_arena *a, void (*fn)(void *), void *ptr) {
    gp_defer *d = try_alloc(a, sizeof *d);
    if (!d) { /* nobody will remember ptr: it goes now */
        fn(ptr);
        gp_mem_exhausted(a->mem);
    }
    *d = (gp_defer){a->defers, fn, ptr};
    a->defers = d;
}

void *gp_array_room(gp_arena *a, void *items, size_t n, size_t *cap, size_t size) {
    if (n >= *cap) {
        size_t more = *cap ? *cap * 2 : 8;
        if (*cap > SIZE_MAX / 2 || more > SIZE_MAX / size) gp_mem_exhausted(a->mem);
        items = gp_arena_grow(a, items, *cap * size, more * size);
        *cap = more;
    }
    memset((char *)items + n * size, 0, size); /* a place that a stack popped is not zero any more */
    return items;
}

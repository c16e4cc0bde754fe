/* SHA-256 of the files that a result stands on, by libcrypto.
 * Invariant: a hash is of the bytes as they lie on disk. */
#include <openssl/evp.h>

#include "report/writers.h"

static void put_hex(char out[65], const unsigned char *digest) {
    static const char HEX[] = "0123456789abcdef";
    for (unsigned i = 0; i < 32; i++) {
        out[2 * i] = HEX[digest[i] >> 4];
        out[2 * i + 1] = HEX[digest[i] & 15];
    }
    out[64] = '\0';
}

void gp_hash(char out[65], gp_mem *mem, gp_text bytes) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!EVP_Digest(bytes.s ? bytes.s : "", bytes.n, digest, &n, EVP_sha256(), NULL)) gp_mem_exhausted(mem);
    put_hex(out, digest);
}

/* -- bytes that come in pieces -- */

struct gp_hasher {
    EVP_MD_CTX *context;
    gp_mem *mem;
};

static void release(void *hasher) {
    gp_hasher *h = hasher;
    EVP_MD_CTX_free(h->context);
    h->context = NULL;
}

gp_hasher *gp_hasher_new(gp_arena *a) {
    gp_hasher *h = GP_NEW(a, gp_hasher);
    h->mem = a->mem;
    gp_arena_defer(a, release, h);
    h->context = EVP_MD_CTX_new();
    if (!h->context || !EVP_DigestInit_ex(h->context, EVP_sha256(), NULL)) gp_mem_exhausted(h->mem);
    return h;
}

void gp_hasher_add(gp_hasher *h, const void *bytes, size_t n) {
    if (n && !EVP_DigestUpdate(h->context, bytes, n)) gp_mem_exhausted(h->mem);
}

void gp_hasher_end(char out[65], gp_hasher *h) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    if (!EVP_DigestFinal_ex(h->context, digest, NULL)) gp_mem_exhausted(h->mem);
    put_hex(out, digest);
    release(h);
}

/* SHA-256 of the files that a result stands on, by libcrypto.
 * Invariant: a hash is of the bytes as they lie on disk. */
#include <openssl/evp.h>

#include "report/writers.h"

void gp_hash(char out[65], gp_mem *mem, gp_text bytes) {
    static const char HEX[] = "0123456789abcdef";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned n = 0;
    if (!EVP_Digest(bytes.s ? bytes.s : "", bytes.n, digest, &n, EVP_sha256(), NULL)) gp_mem_exhausted(mem);
    for (unsigned i = 0; i < n && i < 32; i++) {
        out[2 * i] = HEX[digest[i] >> 4];
        out[2 * i + 1] = HEX[digest[i] & 15];
    }
    out[64] = '\0';
}

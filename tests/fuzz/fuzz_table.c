/* Fuzz target: a CSV table of data against a small plan.
 * Invariant: any bytes give a frame or diagnostics; nothing else. */
#include "data_bed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    load_once("table.csv", data, size, 0);
    return 0;
}

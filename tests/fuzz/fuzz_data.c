/* Fuzz target: a YAML data file against a small plan.
 * Invariant: any bytes give a frame or diagnostics; nothing else. */
#include "data_bed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    load_once("data.yaml", data, size, GP_FILE_TEXT);
    return 0;
}

/* Fuzz target: a ledger of decisions against a small plan with data of two subjects.
 * Invariant: any bytes give rulings or diagnostics; every ruling is found again by its case and node. */
#include "data_bed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    beside = "subject,period,n\nS,2020,5\nT,2019-Q3,1\n";
    load_once("ledger.yaml", data, size, GP_FILE_TEXT);
    return 0;
}

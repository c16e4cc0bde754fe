/* Looking up what was asked. */
#include "study/asked.h"

const gp_asked_option *gp_asked_option_of(const gp_asked *a, const char *key) {
    for (size_t i = 0; i < a->noptions; i++)
        if (gp_text_is(a->options[i].key, key)) return &a->options[i];
    return NULL;
}

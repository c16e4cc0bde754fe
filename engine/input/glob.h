/* Patterns of paths: * and ? within a name, ** for folders to any depth.
 * Invariant: what is found lies in the folder, is a file, and comes in the order of the paths' bytes, each path once. */
#ifndef GP_INPUT_GLOB_H
#define GP_INPUT_GLOB_H

#include "input/file.h"

typedef struct gp_paths {
    gp_text *list; /* with the folder ahead, as gp_file_join gives them */
    size_t n, cap;
} gp_paths;

bool gp_glob_is(gp_text pattern); /* has * or ? */
/* Whether text matches a pattern without slashes; * takes no leading dot. */
bool gp_glob_match(gp_text pattern, gp_text text);
/* Appends the files that the pattern names, if any. false after reporting at `at`: an absolute path, `..`, a link out of the folder, a name
 * that is no UTF-8. */
bool gp_glob(gp_paths *out, gp_arena *a, gp_diags *d, gp_text folder, gp_text pattern, gp_place at);
/* Whether the path, relative to the folder, stays in it; reports at `at`. What is not there is left to who reads it. */
bool gp_file_inside(gp_arena *a, gp_diags *d, gp_text folder, gp_text path, gp_place at);

#endif

/* Files: read whole, checked, as UTF-8.
 * Invariant: what is returned is valid UTF-8 without NUL or control characters but tab and line ends. */
#ifndef GP_INPUT_FILE_H
#define GP_INPUT_FILE_H

#include "base/diag.h"

typedef struct gp_file {
    uint32_t source;  /* number in the diagnostics' registry */
    gp_text text;     /* UTF-8, without BOM */
    gp_text bytes;    /* as they lie on disk: what is hashed */
    bool gb18030;     /* was converted */
} gp_file;

enum { GP_FILE_TEXT = 1, /* refuse invisible and bidirectional characters too (YAML, Lua) */
       GP_FILE_INSIDE = 2 /* path is relative to `folder` and must stay inside: no "..", not absolute, no symlink out */ };

/* Reads path ("-" is standard input). Regular files only (standard input may be a pipe). false after reporting at `from` (the place that
 * named the file, or nowhere). */
bool gp_file_read(gp_file *out, gp_arena *a, gp_diags *d, gp_text folder, gp_text path, unsigned flags, gp_place from);
/* The same checks for text that is in memory already (API, fuzzers). */
bool gp_file_of(gp_file *out, gp_arena *a, gp_diags *d, gp_text path, gp_text bytes, unsigned flags);
/* Maps a regular file into memory and registers it, without looking at its text but for a byte order mark: that is for gp_text_is_clean,
 * part by part. The file must not be shortened while it is mapped, which lasts as long as the arena. false, and nothing is reported: it
 * cannot be mapped, so that gp_file_read has to say why or read it. */
bool gp_file_map(gp_file *out, gp_arena *a, gp_diags *d, gp_text path);
/* Whether gp_file_of would take the text (no flags) as it stands: UTF-8 without characters that are refused. */
bool gp_text_is_clean(gp_text t);
/* Folder of a path, "." where it has none. */
gp_text gp_file_folder(gp_arena *a, gp_text path);
gp_text gp_file_join(gp_arena *a, gp_text folder, gp_text path);

#endif

/* Field tables: which keys a mapping of the plan has, of what kind each is, and where it goes.
 * Invariant: the order of a table is the order of reading, so what others need stands first; every key of the mapping is in some table or
 * is reported. */
#ifndef GP_PLAN_FIELDS_H
#define GP_PLAN_FIELDS_H

#include "plan/words.h"

typedef struct gp_load gp_load;
typedef struct gp_field gp_field;

#define GP_NOWHERE SIZE_MAX

typedef enum gp_due {
    GP_DUE_ANY,    /* anything but null: the reader looks itself */
    GP_DUE_SCALAR, /* any scalar but null */
    GP_DUE_TEXT,   /* a scalar that is not empty, taken as its text */
    GP_DUE_BOOL,
    GP_DUE_WHOLE, /* a whole number from lo to hi */
    GP_DUE_WORD,  /* one of `words` */
    GP_DUE_LIST,  /* a list, or {from: FILE.csv} */
    GP_DUE_MAP,
    GP_DUE_DICTIONARY /* a mapping whose keys are names, or {from: FILE.csv} */
} gp_due;

struct gp_field {
    const char *key;
    gp_due due;
    unsigned where; /* bits of the places that may have it; 0: all */
    bool needed;    /* must be there (at the places of `where`) */
    bool later;     /* checked for form, then reported as not evaluated in this version */
    size_t offset;  /* TEXT, BOOL, WHOLE, WORD without a reader: where in the target the value goes (gp_text, bool, int, enum) */
    const gp_words_of *words;
    int lo, hi;
    int tag; /* for the reader */
    void (*read)(gp_load *l, void *to, const gp_field *f, const gp_pair *pair);
};

/* A table and the target that it fills. */
typedef struct gp_part {
    const gp_field *fields;
    size_t n;
    void *to;
} gp_part;
#define GP_PART(table, target) ((gp_part){(table), GP_COUNT(table), (target)})

/* Reads a mapping by its tables, in their order. `what` names the mapping in messages ("an indicator"), `where` is the bit of this place.
 * Reports unknown, misplaced, missing and unfit keys; the others are read all the same. */
void gp_fields_read(gp_load *l, const gp_tree *map, const char *what, unsigned where, const gp_part *parts, size_t nparts);

/* Scalars; each reports and returns false when the tree is not that. `key` is for messages. */
bool gp_read_scalar(gp_text *out, gp_load *l, const gp_tree *t, gp_text key);
bool gp_read_text(gp_text *out, gp_load *l, const gp_tree *t, gp_text key);
bool gp_read_bool(bool *out, gp_load *l, const gp_tree *t, gp_text key);
bool gp_read_whole(int *out, gp_load *l, const gp_tree *t, gp_text key, int lo, int hi);
bool gp_read_number(double *out, gp_load *l, const gp_tree *t, gp_text key);
bool gp_read_word(unsigned *out, gp_load *l, const gp_tree *t, gp_text key, const gp_words_of *words);
bool gp_read_date(int32_t *out, gp_load *l, const gp_tree *t, gp_text key);
/* The list or mapping that a value stands for: itself, or the table that {from: FILE.csv} names. NULL after reporting. */
const gp_tree *gp_read_list(gp_load *l, const gp_tree *t, gp_text key);
const gp_tree *gp_read_map(gp_load *l, const gp_tree *t, gp_text key);
const gp_tree *gp_read_dictionary(gp_load *l, const gp_tree *t, gp_text key);
/* A list of texts. */
void gp_read_texts(gp_text **out, size_t *n, gp_load *l, const gp_tree *list, gp_text key);
/* Where a tree begins: the first key of a mapping. */
gp_place gp_tree_start(const gp_tree *t);
void gp_report_not_yet(gp_load *l, gp_place at, gp_text key);

#endif

/* Crew: trials on several threads, chunk after chunk.
 * Invariant: chunks are cut by their size alone and handed over in their order, so any number of hands gives the same bytes. */
#ifndef GP_STUDY_CREW_H
#define GP_STUDY_CREW_H

#include "study/study.h"

/* What one thread has of its own. */
typedef struct gp_hand {
    gp_arena *arena;
    gp_trials trials;
    double **column;  /* per target; what work writes before gp_hand_run */
    void *own;        /* of equip */
} gp_hand;

typedef struct gp_crew {
    const gp_study *study;
    const gp_scenario *of;      /* laid over every row */
    size_t scenarios;           /* of a chunk, the last one may have fewer */
    uint64_t chunks;
    const gp_target *(*target)(const void *ud, size_t k); /* what varies from row to row */
    size_t ntargets;
    void (*equip)(void *ud, gp_hand *h);                  /* one hand after the other, in its arena; NULL: nothing */
    void (*work)(void *ud, gp_hand *h, uint64_t chunk);   /* while other hands work: nothing of them, and nothing shared, is written */
    bool (*take)(void *ud, gp_hand *h, uint64_t chunk);   /* in the order of the chunks, one hand at a time; false: it is enough */
    void *ud;
} gp_crew;

/* All chunks by study->jobs hands (0: as many as there are processors). false after reporting. */
bool gp_crew_run(const gp_crew *crew);
/* Back to the first block of so many scenarios. */
gp_run *gp_hand_run(gp_hand *h, size_t scenarios);

#endif

/* The inside of the host: what the files of this room share. Private to the room.
 * Invariant: functions whose first parameter is a lua_State run inside the one protected call and never take from an arena that jumps over
 * it. */
#ifndef GP_RULE_INSIDE_H
#define GP_RULE_INSIDE_H

#include <lauxlib.h>
#include <lua.h>

#include "rule/host.h"
#include "rule/pattern.h"

/* -- the meter: work, memory, time -- */

typedef enum gp_stop {
    GP_STOP_NONE,
    GP_STOP_BUDGET,
    GP_STOP_MEMORY, /* over the cap */
    GP_STOP_STACK,  /* calls nested too deep */
    GP_STOP_TIME,
    GP_STOP_REFUSED, /* the allocator itself had no more */
    GP_STOP_OPEN     /* an open interval was read as a point: no fault, the call just ends */
} gp_stop;

/* A line of a rule pack. file counts from 1; 0: unknown. */
typedef struct gp_spot {
    uint32_t file, line;
} gp_spot;

typedef struct gp_meter {
    gp_alloc_fn fn; /* the hook below */
    void *ud;
    lua_State *L; /* NULL while there is none, or none to be asked */
    gp_limits limits;
    uint64_t left;                    /* of the budget */
    size_t used;                      /* bytes of the state */
    size_t base;                      /* of them, after loading */
    size_t ceiling;                   /* of `used`, in this call */
    size_t wide, wide_at_start;       /* bytes in blocks that are charged */
    size_t longest, longest_at_start; /* the longest block made: what one instruction may have to walk over */
    void *stack;                      /* the state's stack, found by a probe: long ones make instructions dear */
    size_t stack_bytes, stack_at_start;
    void *texts; /* the state's table of short texts */
    void *fresh; /* the block made last */
    size_t fresh_bytes;
    bool too_deep;
    bool probing;
    bool clock_runs;
    int64_t began;  /* nanoseconds, when clock_runs */
    gp_stop denied; /* why an allocation was refused last */
    gp_stop stop;   /* the latch: set once, cleared only with a new call */
    gp_spot spot;   /* where that was */
} gp_meter;

void *gp_meter_alloc(void *meter, void *ptr, size_t osize, size_t nsize); /* lua_Alloc */
void gp_meter_attach(gp_meter *m, lua_State *L);                          /* once, on a new state; protected */
void gp_meter_start(gp_meter *m, lua_State *L);                           /* before each protected call */
void gp_meter_settle(gp_meter *m, lua_State *L); /* after a call that went well: tidy up, outside any protected call */
void gp_meter_rest(gp_meter *m,
                   lua_State *L); /* when loading is over: what there is now is the base; collects only at the cap from here on */
bool gp_meter_is_due(const gp_meter *m); /* whether there is something to settle before the next call */
uint64_t gp_meter_left(lua_State *L);
void gp_charge(lua_State *L, uint64_t units); /* leaves when the budget is used up */
_Noreturn void gp_stop_now(lua_State *L, gp_stop why);
gp_spot gp_spot_of(lua_State *L);

/* -- the host -- */

enum { GP_REASON_MAX = 400, GP_READS_MAX = 64, GP_ARGS_MAX = 64, GP_FAULTS_MAX = 32, GP_WORD_MAX = 64, GP_MESSAGE_MAX = 512 };

/* Where the registry keeps things; rule i has five places from GP_SLOT_RULES + 5 i on. */
enum { GP_SLOT_ENV = 16, GP_SLOT_RULES_LIST, GP_SLOT_CHUNK, GP_SLOT_RESULT, GP_SLOT_INPUTS, GP_SLOT_METHODS, GP_SLOT_RULES = 32 };
/* A declaration in the list: a table of these. */
enum { GP_ENTRY_NAME = 1, GP_ENTRY_FILE, GP_ENTRY_LINE, GP_ENTRY_TABLE };
enum { GP_RULE_CHECK, GP_RULE_SCORE_FN, GP_RULE_ROLL_FN, GP_RULE_X, GP_RULE_ARGS, GP_RULE_SLOTS };

/* Something wrong with a pack that was found inside Lua or in its code; reported when nothing of Lua is under way. */
typedef enum gp_fault_kind {
    GP_FAULT_UNDECLARED,
    GP_FAULT_GLOBAL,
    GP_FAULT_CONSTANTS,
    GP_FAULT_CLOSURE_STATE,
    GP_FAULT_FORM
} gp_fault_kind;
typedef struct gp_fault {
    gp_fault_kind kind;
    gp_spot at;
    char word[GP_WORD_MAX]; /* the name it is about */
} gp_fault;
typedef struct gp_faults {
    gp_fault item[GP_FAULTS_MAX];
    size_t n;
} gp_faults;

/* A rule with what the host keeps beside its public part. */
typedef struct gp_rule_own {
    gp_rule rule;
    gp_text lacks;      /* of a lent pack: what it reads and the plan does not have; absent: nothing */
    gp_place lacks_at;
    gp_spot spot;      /* rule.at as pack and line */
    size_t entry;      /* number in the state's list of declarations, from 1 */
    gp_argument *args; /* defaults */
    size_t nargs;
} gp_rule_own;

/* The call under way. */
typedef struct gp_call {
    const gp_rule_own *rule;
    size_t number; /* of the rule */
    const gp_argument *with;
    size_t nwith;
    const gp_rule_input *in;
    const gp_rule_child *children; /* of a roll */
    size_t nchildren;
    gp_rule_answer *out;
    size_t left; /* rows from this one on */
    uint32_t open_datum;
    char reason[GP_REASON_MAX + 8];
    size_t nreason;
    bool has_reason;
    char grade[GP_WORD_MAX];
    size_t ngrade;
    bool has_grade;
} gp_call;

struct gp_host {
    gp_arena *arena;
    const gp_plan *plan;
    gp_meter meter;
    lua_State *L;       /* NULL: thrown away, or never made */
    void *plain_locale; /* locale_t of "C": numbers have a point whatever the program around us has set */
    gp_rule_own *rules;
    size_t nrules, cap_rules;
    /* the last error, as the message handler found it */
    char message[GP_MESSAGE_MAX];
    size_t nmessage;
    gp_spot spot;
    /* bytecode of the function looked at */
    char *code;
    size_t ncode, cap_code;
    gp_faults faults;
    gp_call *call; /* NULL while loading */
    char reasons[16 << 10]; /* of the rows that were called and are not handed out yet */
    size_t nreasons;
};

static inline gp_host *gp_host_of(lua_State *L) {
    return *(gp_host **)lua_getextraspace(L);
}
/* Runs fn(arena, ud) with memory of its own and a trap inside this call, so that C functions of Lua may use what allocates in arenas.
 * false: memory ended. The arena is gone afterwards. */
bool gp_host_scratch(gp_host *h, void (*fn)(gp_arena *a, void *ud), void *ud);
/* Runs fn(L) with ud as its argument under the meter. false: the meter's latch, or message and spot, say why. */
bool gp_host_protected(gp_host *h, lua_CFunction fn, void *ud);
/* A state with the environment in it, the packs loaded, the rules ready: each step false when it could not be done. */
bool gp_state_open(gp_host *h);
bool gp_state_compile(gp_host *h, size_t pack); /* the chunk waits in the registry, its bytes in h->code */
bool gp_state_run(gp_host *h);                  /* the chunk that waits */
bool gp_state_finish(gp_host *h);
void gp_state_close(gp_host *h);
/* Reads what the packs declared into h->rules and reports what is wrong with it. */
void gp_rules_read(gp_host *h, gp_diags *d);
/* Every `rule:` of the plan against them. */
void gp_rules_check_uses(gp_host *h, gp_diags *d);
/* Where something stands in a pack: `word` on the line, or from the line on when `onward`; the line itself without it. */
gp_place gp_pack_place(const gp_host *h, gp_spot spot, gp_text word, bool onward);
/* "rules.lua:12" */
void gp_spot_print(gp_buf *out, const gp_host *h, gp_spot spot);
/* What stopped the state, for a person: "budget of 1000 units used up". */
void gp_stop_print(gp_buf *out, const gp_host *h);

/* -- setting up -- */
void gp_env_open(lua_State *L); /* the environment of packs, into GP_SLOT_ENV */
bool gp_env_declares(gp_text name);
size_t gp_env_names(const gp_text **list); /* for "did you mean" */
void gp_strings_open(lua_State *L);        /* each leaves its library's table on the stack */
void gp_tables_open(lua_State *L);
void gp_numbers_open(lua_State *L); /* sets ge gt le lt eq round floor ceil q in the table on top */
void gp_base_open(lua_State *L);    /* sets assert error … in the table on top */
void gp_results_open(lua_State *L); /* sets met unmet … in the table on top */
void gp_declare_open(lua_State *L); /* sets `rule` in the table on top */
void gp_inputs_open(lua_State *L);  /* the methods of x */
/* Copies the functions named (NULL ends the list) from the library on top into the table below it. */
void gp_take(lua_State *L, const char *const *names);

/* -- frozen tables -- */
void gp_freeze(lua_State *L, int index); /* the table at index becomes read-only; what is in it is kept elsewhere */
bool gp_frozen(lua_State *L, int index);
/* Pushes the table whose content the table at `index` shows: itself, or what is behind a frozen one. */
void gp_content(lua_State *L, int index);
/* Freezes all that the function on top of the stack can reach and looks for closures that keep state; pops it. */
void gp_freeze_reachable(lua_State *L, gp_host *h);

/* -- shared by the libraries -- */
int gp_pairs_next(lua_State *L); /* iterators: closures that remember where they are */
int gp_gmatch_next(lua_State *L);
int gp_charged(lua_State *L);            /* calls its upvalue, a C function, after charging for the texts among the arguments */
int gp_to_text(lua_State *L, int index); /* pushes what tostring gives: never an address */
void gp_sort_keys(lua_State *L, int index, size_t n); /* sorts an array of keys: numbers, texts, truth values */
int gp_refuse_type(lua_State *L, int arg, const char *due);

/* -- inputs and results -- */
void gp_inputs_push(lua_State *L, size_t number); /* a new x for a rule */
/* Reads what check returned, at `index`, into the answer of the call; or what score returned. */
void gp_result_take(lua_State *L, int index);
void gp_result_take_score(lua_State *L, int index);
/* The table that roll returned. */
void gp_result_take_roll(lua_State *L, int index);
/* Control and invisible characters and what is no UTF-8 made visible, at most `room` bytes of whole code points. Returns the length. */
size_t gp_escape(char *out, size_t room, gp_text t);

/* -- bytecode -- */
bool gp_code_dump(lua_State *L, gp_host *h); /* of the function on top of the stack into h->code; false: no memory */
/* Looks through all functions of a chunk for undeclared names, writes to globals and too many constants. */
void gp_code_check(gp_faults *out, gp_text code, uint32_t file);
/* Looks for what assigns to an upvalue of the function (the outermost of the code), in it or in a function inside it. */
void gp_code_check_state(gp_faults *out, gp_text code, uint32_t file);
void gp_fault_add(gp_faults *out, gp_fault_kind kind, gp_spot at, gp_text word);

#endif

/* Inside explanations: the steps of a calculation, from the operations that worked it out.
 * Invariant: a step refers only to steps before it; a register is explained once. */
#ifndef GP_EVAL_STEPS_H
#define GP_EVAL_STEPS_H

#include "eval/case.h"
#include "eval/explain.h"

/* How the type of a register follows from those of its operands. */
typedef enum gp_typing {
    GP_Y_NONE,   /* nothing is known */
    GP_Y_PLAIN,  /* a plain number */
    GP_Y_FIRST,  /* that of a */
    GP_Y_JOIN,   /* that which its operands share */
    GP_Y_BRANCH, /* that which b and c share */
    GP_Y_PRODUCT, GP_Y_QUOTIENT,
    GP_Y_TRUTH,
    GP_Y_SHARE,  /* a share of full marks, shown in per cent */
    GP_Y_MARKS
} gp_typing;

/* How tightly an operation holds its operands: one that holds them less than what stands around it gets parentheses. */
enum { GP_H_OR = 1, GP_H_AND, GP_H_COMPARE, GP_H_SUM, GP_H_PRODUCT, GP_H_SIGN, GP_H_POWER, GP_H_CALL };
/* A step of its own; says in values what it says in names, so once is enough. */
enum { GP_F_OWN = 1, GP_F_ONCE = 2 };

/* How an operation reads. In the texts $a $b $c stand for operands, $* for all arguments, $d for its digits. */
typedef struct gp_wording {
    const char *text[2]; /* by gp_lang; NULL: not known here, which reads as "operation 99 (…)" */
    uint8_t holds, flags;
    gp_typing typing;
} gp_wording;
const gp_wording *gp_wording_of(gp_opcode code);

typedef struct gp_steps {
    gp_view *v;
    gp_arena *arena;
    const gp_program *program;
    bool zh, scored;
    gp_step *list;
    size_t n, cap;
    uint32_t *uses;        /* per register: how many operations reach it */
    bool *chained;         /* per register: a choice that is the `else` of another and reads on in its line */
    uint32_t *step;        /* per register: number of its step, 0: none */
    const gp_node **edge;  /* per register: the node whose result it is and that is explained elsewhere; NULL */
    const gp_type **type;  /* per register, once asked for */
} gp_steps;

void gp_steps_init(gp_steps *s, gp_view *v);
/* Adds the steps that lead to register r, in the order in which they depend on each other; the last one is r's and is called `name`. as:
 * how its value is shown, NULL: by its own type. Nothing is added where r is a datum or a constant. */
void gp_steps_add(gp_steps *s, uint32_t r, gp_text name, const gp_type *as);
/* The value of r as the steps print it; `exact` tells whether that is the value itself. as NULL: by its own type. beside: a number on whose
 * side it must be seen to lie, NaN: none. */
gp_text gp_steps_value(bool *exact, gp_steps *s, uint32_t r, const gp_type *as, double beside);

/* typing.c: the type of a register; never NULL. */
const gp_type *gp_steps_type(gp_steps *s, uint32_t r);
extern const gp_type gp_type_share; /* of full marks, in per cent */

/* steps.c, for forms.c. */
typedef enum gp_mode { GP_NAMES, GP_VALUES } gp_mode;
uint32_t gp_steps_resolve(const gp_steps *s, uint32_t r); /* through what only passes a value on */
bool gp_steps_is_verdict(const gp_steps *s, uint32_t r);
/* Puts r as an operand; holds: of what stands around it; as: the type of a bare constant, or NULL. */
void gp_steps_put(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode, unsigned holds, const gp_type *as);
/* Operand k of an operation: a, b, c, then the arguments; false behind the last. */
bool gp_operand(uint32_t *out, const gp_op *op, uint32_t k);

/* forms.c: operations whose reading depends on their values. */
/* The text to fill in, or NULL: that of the table. */
const char *gp_form_text(gp_steps *s, uint32_t r, gp_mode mode);
/* Puts an operation that no text describes (knots, weighted sums); false: it is none. */
bool gp_form_put(gp_steps *s, gp_buf *out, uint32_t r, gp_mode mode);
/* Whether operand k of r bears on its value: the branch not taken does not. */
bool gp_form_bears(const gp_steps *s, uint32_t r, uint32_t k);

/* turns.c: the data at which the verdict of a row turns. */
void gp_explain_turns(gp_explanation *out, gp_view *v);

#endif

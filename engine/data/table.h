/* What the headings of a CSV table mean.
 * Invariant: after gp_table_open every column has one meaning, and columns that a shape needs are there. */
#ifndef GP_DATA_TABLE_H
#define GP_DATA_TABLE_H

#include <string.h>

#include "data/intake.h"
#include "input/csv.h"

/* A datum of a wide table: its column and those beside it, -1 where there is none. */
typedef struct gp_column {
    const gp_datum *datum;
    uint32_t index; /* of the datum */
    int value, basis, covers, on;
    bool plain; /* plain numbers beside which nothing is said may go straight into the frame … */
    bool fast;  /* … and there are no columns to say something in */
    int scale; /* of a bare number */
} gp_column;

typedef struct gp_claim_column {
    gp_written id;
    int column;
} gp_claim_column;

typedef struct gp_table {
    gp_intake *in;
    gp_csv csv;
    bool is_long;
    int subject, period, scenario;                  /* columns, -1 where there is none */
    int name, value, unit, basis, covers, on, cite; /* of a long table */
    gp_column *columns;                             /* of a wide table, in the order of the headings */
    size_t ncolumns, cap_columns;
    gp_claim_column *claims;
    size_t nclaims, cap_claims;
    gp_period case_period; /* the one of the plan where the table has no such column; else the last one read */
    bool accepted;         /* whether the plan assesses it */
    char last[32];         /* its text, to read it once */
    size_t nlast;
    gp_pool labels;     /* names and labels of data … */
    uint32_t *labelled; /* … and the datum of each */
} gp_table;

/* Opens the file and gives each heading its meaning. false after reporting. */
bool gp_table_open(gp_table *t, gp_intake *in);
/* The datum of a name or label; reports. */
bool gp_table_datum(uint32_t *out, gp_table *t, gp_written name);
/* Whether the plan says to pass over the column. */
bool gp_table_ignores(const gp_table *t, size_t column);
/* Reads a period into case_period and accepted, anew only when it differs from the last one. false: it is none; nothing is reported. */
bool gp_table_period(gp_table *t, gp_text text);

/* -- plain_csv.c: the records that hold plain numbers only, ahead of the general reader -- */
typedef struct gp_plain_reader gp_plain_reader;
gp_plain_reader *gp_plain_reader_new(gp_table *t); /* NULL: the table is not of that kind */
/* Stores records from where the reader of the table stands, up to the first that is for the general reader. */
void gp_plain_records(gp_plain_reader *r);

/* -- data_csv.c -- */
/* Stores the records from where the reader of the table stands up to its `stop`. plain NULL: all go through the general reader. */
void gp_table_read(gp_table *t, gp_plain_reader *plain);

#endif

/* A program that uses Goalpost as a library: it decides the plan named first on the data named after it, and prints one
 * line for each indicator, then the marks. Build it against an installed Goalpost:
 *   cc -std=c11 $(pkg-config --cflags goalpost) -o embed embed.c $(pkg-config --libs goalpost) */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <goalpost.h>

static void print_number(double value) {
    if (isnan(value)) printf("%10s", "-");
    else printf("%10g", value);
}

static void print_row(const gp_results *r, size_t row) {
    double low, high;
    gp_row_actual(r, row, &low, &high);
    printf("  %-18s %-10s", gp_row_id(r, row), gp_row_verdict(r, row));
    print_number(low);
    print_number(gp_row_target(r, row));
    print_number(gp_row_margin(r, row));
    printf(" %s\n", gp_row_unit(r, row));
}

static void print_case(const gp_results *r) {
    printf("%s %s\n", gp_case_subject(r), gp_case_period(r));
    for (size_t row = 0; row < gp_case_rows(r); row++) {
        if (strcmp(gp_row_level(r, row), "indicator") == 0) print_row(r, row);
    }
    double low, high;
    gp_case_marks(r, &low, &high);
    if (low < high) printf("  marks between %.2f and %.2f\n", low, high);
    else printf("  marks %.2f\n", low);
}

/* Whatever goes wrong is said by the context; NULL and any status but GP_OK mean: stop, and read its messages. */
static int decide(gp_context *c, const char *plan_path, char **data_paths) {
    gp_plan_handle *plan = gp_plan_open(c, plan_path);
    if (!plan) return 1;
    gp_data *data = gp_data_new(plan);
    if (!data) return 1;
    for (; *data_paths; data_paths++) {
        if (gp_data_add(data, *data_paths) != GP_OK) return 1;
    }
    if (gp_data_load(data, GP_BAD_ROWS_STOP) != GP_OK) return 1;
    gp_results *results = gp_evaluate(data, NULL);
    if (!results) return 1;
    int more;
    while ((more = gp_results_next(results)) > 0) print_case(results);
    return more < 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fprintf(stderr, "usage: embed PLAN DATA...\n");
        return 2;
    }
    gp_context *c = gp_context_new(NULL, NULL);
    if (!c) return 1;
    int status = decide(c, argv[1], argv + 2);
    if (status != 0) fputs(gp_context_messages(c, 0), stderr);
    gp_context_free(c); /* and all that was made from it */
    return status;
}

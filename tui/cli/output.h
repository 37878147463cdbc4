/* Printing: aligned tables for people (cleaned of control characters), JSON, JSON Lines and CSV for programs. */
#ifndef TUI_CLI_OUTPUT_H
#define TUI_CLI_OUTPUT_H

#include "tui/cli/cli.h"

struct table;
/* Columns by title; right-aligned where `right` says so (may be NULL). */
struct table *table_new(struct cli *cli, const char *const *titles, const bool *right, int n);
void table_row(struct table *t, const char *const *cells); /* copied and cleaned */
void table_print(struct table **t); /* and free */

/* One cell of CSV with the guard against formulas. */
void output_csv_cell(FILE *f, const char *s, bool first);
/* Safe one-line text on standard output. */
void print_clean(struct cli *cli, FILE *f, const char *s);

#endif

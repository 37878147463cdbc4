/* Rows of text for people as a table, for programs as JSON: one shape for the lists that are no entities. */
#ifndef TUI_CLI_ROWS_PRINT_H
#define TUI_CLI_ROWS_PRINT_H

#include "tui/cli/cli.h"

struct column {
	const char *key;   /* of JSON; NULL: for people only */
	const char *title; /* translated; NULL: for programs only */
	char kind;         /* t text, k text of security_word(), j text of job_state_label(), n number, w when (ms; a date for people, ISO for programs), b yes or no */
};
struct cell {
	const char *text;
	int64_t number; /* n, w (0: none), b */
};

/* `cells` is rows * columns of them. */
void rows_print(struct cli *cli, const struct column *columns, int n_columns, const struct cell *cells, int n_rows);

#endif

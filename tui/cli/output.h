/* Printing: aligned tables for people (cleaned of control characters), JSON, JSON Lines and CSV for programs. */
#ifndef TUI_CLI_OUTPUT_H
#define TUI_CLI_OUTPUT_H

#include "core/base/json.h"
#include "core/crm/undo.h"
#include "tui/cli/cli.h"

struct table;
/* Columns by title; right-aligned where `right` says so (may be NULL). */
struct table *table_new(struct cli *cli, const char *const *titles, const bool *right, int n);
void table_row(struct table *t, const char *const *cells); /* copied and cleaned */
void table_print(struct table **t); /* and free */

/* Machine output: as it is into a file or a pipe; on a terminal without control bytes, unless --raw. */
void print_data(struct cli *cli, const char *s);
/* Does what is printed for programs meet a terminal that must be spared its control bytes? */
bool output_is_spared(const struct cli *cli);

/* One JSON object of a few members, and a list of them, printed by output_json_end(). */
struct output_json {
	struct cli *cli;
	struct buf buf;
	struct json_out w;
};
void output_json_begin(struct output_json *o, struct cli *cli);
void output_json_text(struct output_json *o, const char *key, const char *text); /* NULL: null */
void output_json_int(struct output_json *o, const char *key, int64_t n);
void output_json_bool(struct output_json *o, const char *key, bool yes);
void output_json_end(struct output_json *o);

/* What an undo, a redo or a revert did. Returns the exit code. */
int cli_undo_report(struct cli *cli, const struct undo_report *rep, const char *done);

/* One cell of CSV with the guard against formulas. */
void output_csv_cell(struct cli *cli, const char *s, bool first);
/* Safe one-line text on standard output. */
void print_clean(struct cli *cli, FILE *f, const char *s);

#endif

/* What the files of the PostgreSQL engine share. Only files of this folder include it. */
#ifndef DATA_POSTGRES_H
#define DATA_POSTGRES_H

#include "data/engine.h"

#include <libpq-fe.h>
#include <locale.h>
#include <stdatomic.h>

struct pg_stmt;

struct pg_db {
	struct db base;
	PGconn *conn;
	struct pg_stmt *streaming; /* its rows are still coming in; nothing else can be sent before they are read */
	unsigned epoch; /* statements prepared on the server under an older number are gone */
	unsigned names;
	unsigned prepared;
	int limit_ms;
	locale_t c_locale; /* numbers have a point in every language */
	_Atomic(PGcancel *) cancel;
	atomic_bool interrupted;
	PGcancel **retired; /* of earlier connections: another thread may still hold one */
	size_t retired_count, retired_cap;
};

/* Connect again when the server went away; only outside transactions. */
enum status pg_ready(struct pg_db *db, struct error *err);
enum status pg_error(struct pg_db *db, const PGresult *r, const char *sql, struct error *err);
bool pg_is_state(const PGresult *r, const char *sqlstate);

/* pg_stmt.c: statements. pg_settle() reads the rows that are still under way into memory, so that the connection is
 * free. */
void pg_settle(struct pg_db *db);
enum status pg_compile(struct db *db, const char *sql, int params, struct db_stmt **out, struct error *err);
void pg_drop(struct db_stmt *s);
void pg_unbind(struct db_stmt *s);
void pg_rewind(struct db_stmt *s);
enum status pg_bind(struct db_stmt *s, int n, const struct bind *v);
enum status pg_step(struct db_stmt *s, bool *row, struct error *err);

/* pg_row.c: values of the current row. */
struct pg_row {
	const PGresult *result; /* NULL: no row */
	int at;
	int columns;
	struct pg_bytes *bytes; /* decoded bytea and uuid, by column */
};
void pg_row_set(struct pg_row *row, const PGresult *result, int at);
void pg_row_free(struct pg_row *row);
bool pg_row_is_null(const struct pg_row *row, int col);
int64_t pg_row_int(const struct pg_row *row, int col, locale_t c_locale);
double pg_row_real(const struct pg_row *row, int col, locale_t c_locale);
const char *pg_row_text(const struct pg_row *row, int col);
const void *pg_row_blob(const struct pg_row *row, int col, size_t *len);

int pg_columns(const struct db_stmt *s);
const char *pg_column_name(const struct db_stmt *s, int col);
const struct pg_row *pg_current(const struct db_stmt *s);

#endif

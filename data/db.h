/* The storage seam: one small interface, two engines (SQLite, PostgreSQL).
 *
 * The core writes one SQL text for both. Parameters are $1..$9, dense; `::` casts and engine functions are
 * refused by the rules of ARCHITECTURE.md and by a unit test that prepares every statement on both engines. Where
 * the engines truly differ the difference is a function here, never an #ifdef in the core.
 *
 * Types: int64, double, text (UTF-8), id (16 bytes: BLOB / uuid), blob (BLOB / bytea), NULL. Booleans are 0/1
 * integers, dates ISO text, instants int64 ms, money int64 minor units, JSON text.
 *
 * Transactions: writers BEGIN IMMEDIATE; nesting makes savepoints; after an error inside a transaction it is poisoned
 * and db_commit() fails with ST_ABORTED after rolling back. A struct db belongs to one thread at a time.
 */
#ifndef DATA_DB_H
#define DATA_DB_H

#include "core/base/error.h"
#include "core/base/id.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_stmt;

enum db_engine { DB_SQLITE, DB_POSTGRES };

enum db_open_flags {
	DB_CREATE = 1, /* make the file (0600, its folder 0700) when it is not there */
	DB_READONLY = 2, /* no statement may write */
};

/* Open "path/to/file.db", ":memory:" or "postgresql://…". The caller frees with db_close(). Refuses symlinks,
 * files that others can read (ST_DENIED, with the chmod to run), files that are not ours (ST_CORRUPT). */
enum status db_open(const char *target, int flags, struct db **out, struct error *err);
void db_close(struct db **db);
bool db_is_server(const char *target); /* a URL of PostgreSQL, no file */
enum db_engine db_kind(const struct db *db);
const char *db_target(const struct db *db); /* without password */

/* Statements are cached by their text inside the connection: prepare as often as you like. The statement is reset and
 * its bindings cleared. It stays valid until the next db_prepare() of the same text; a nested use of a text that is
 * still stepping gets a statement of its own. db_done() gives it back. */
enum status db_prepare(struct db *db, const char *sql, struct db_stmt **out, struct error *err);
/* n counts from 1, as in $1. A null of db_bind_null() has no type: the first use of $n must show one ("a = $1 OR $1 IS
 * NULL", not the other way round: PostgreSQL asks). Text, id and blob given as NULL keep their type. */
void db_bind_null(struct db_stmt *s, int n);
void db_bind_int(struct db_stmt *s, int n, int64_t v);
void db_bind_real(struct db_stmt *s, int n, double v);
void db_bind_text(struct db_stmt *s, int n, const char *v); /* copied; NULL binds null */
void db_bind_textn(struct db_stmt *s, int n, const char *v, size_t len);
void db_bind_id(struct db_stmt *s, int n, const struct id *v); /* NULL or nil binds null */
void db_bind_blob(struct db_stmt *s, int n, const void *v, size_t len);

/* Advance. ST_OK with *row true: a row is there; false: finished (and the statement is given back). */
enum status db_step(struct db_stmt *s, bool *row, struct error *err);
/* Run to the end, ignoring rows. */
enum status db_run(struct db_stmt *s, struct error *err);
/* Run an INSERT of one row into a table with a {serial} column `num` and give the number it got. The text ends in
 * db_returning(): RETURNING makes SQLite keep a journal for every such statement, which costs more than the insert. */
const char *db_returning(const struct db *db); /* "" or " RETURNING num" */
enum status db_run_insert(struct db_stmt *s, int64_t *num, struct error *err);
void db_done(struct db_stmt *s);
int64_t db_changes(const struct db *db); /* rows touched by the last db_run() */

/* Columns of the current row, from 0. Text stays valid until the next step. */
int db_columns(const struct db_stmt *s);
const char *db_column_name(const struct db_stmt *s, int col);
bool db_is_null(const struct db_stmt *s, int col);
int64_t db_int(const struct db_stmt *s, int col);
double db_real(const struct db_stmt *s, int col);
const char *db_text(const struct db_stmt *s, int col); /* NULL when null */
size_t db_bytes(const struct db_stmt *s, int col);
const void *db_blob(const struct db_stmt *s, int col);
struct id db_id(const struct db_stmt *s, int col); /* nil when null */

/* One statement without parameters or rows (DDL); `sql` may hold several separated by ';'. */
enum status db_exec(struct db *db, const char *sql, struct error *err);

enum status db_begin(struct db *db, struct error *err); /* write transaction, or a savepoint inside one */
enum status db_begin_read(struct db *db, struct error *err); /* one snapshot for several reads */
enum status db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
/* Inside a write transaction: whoever else asks for the lock waits until it ends. For what must be done once: set-up, migrations. */
enum status db_lock(struct db *db, struct error *err);

/* For workers that share a queue: text behind a SELECT within a write transaction. PostgreSQL: rows that another transaction has locked are
 * left out / waited for; SQLite has one writer: "". */
const char *db_skip_locked(const struct db *db);
const char *db_for_update(const struct db *db);

/* A value that differs when another connection changed the database (SQLite's data_version; on PostgreSQL the server's
 * snapshot, which our own and foreign databases' commits move too). Compare for equality only. For refreshing screens;
 * cheap enough for every second. */
int64_t db_data_version(struct db *db);
/* Stop the statement that runs on db, from any thread or signal handler; it fails with ST_CANCELLED. */
void db_interrupt(struct db *db);

/* Engine-specific SQL text. All return static or db-owned text. */
const char *db_type_id(const struct db *db); /* BLOB, uuid */
const char *db_type_int(const struct db *db); /* INTEGER, bigint */
const char *db_type_text(const struct db *db); /* TEXT, text COLLATE "C" */
const char *db_type_blob(const struct db *db); /* BLOB, bytea */
const char *db_type_real(const struct db *db); /* REAL, double precision */
const char *db_type_serial(
	const struct db *db); /* "INTEGER PRIMARY KEY", "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY" */
/* SQL expression: text of member `key` (already validated: [a-z0-9_]+) of JSON text column `column`. */
void db_json_member(const struct db *db, const char *column, const char *key, char *out, size_t size);

/* Word search. An index per entity table holds, for the row `num`, its folded words (text_tokens_to). On SQLite an FTS5
 * table NAME_fts with prefix='1 2 3'; on PostgreSQL a table NAME_fts(num, words tsvector) with GIN. */
enum status db_search_create(struct db *db, const char *table, struct error *err);
enum status db_search_put(struct db *db, const char *table, int64_t num, const char *words, struct error *err);
enum status db_search_delete(struct db *db, const char *table, int64_t num, struct error *err);
/* SQL condition "num IN (…)" with the parameter $n; bind it with the text that db_search_term() makes of folded words,
 * the last one a prefix; without a word it matches nothing. It collects every match first: 50 ms for one letter over a
 * million rows. */
void db_search_condition(const struct db *db, const char *table, const char *num_column, int n, char *out, size_t size);
/* The fast form: text for FROM that joins `table` under `alias` to its matches of $n. With ORDER BY db_search_num(db)
 * DESC and LIMIT it stops early (0.3 ms for the same letter). */
void db_search_from(const struct db *db, const char *table, const char *alias, const char *num_column, int n, char *out,
	size_t size);
const char *db_search_num(const struct db *db); /* "hit.rowid" or "hit.num" */
char *db_search_term(const struct db *db, const char *folded_words, bool prefix_last); /* caller frees */
/* Up to `max` indexed words that start with the same letter as `word` and lie within edit distance 1 (2 from six
 * letters on), nearest first, then the most used; for typo tolerance, never `word` itself nor a number. Returns the
 * count; words are malloc'd into out[]. */
int db_search_suggest(struct db *db, const char *table, const char *word, char **out, int max);

/* Statements that start from now on are stopped after ms with ST_LIMIT (0: never). Only outside transactions. For
 * questions that a person or a network client may word at will. */
void db_time_limit(struct db *db, int ms);
/* Whether a commit survives a power cut (SQLite: synchronous FULL instead of NORMAL; a kill never loses anything).
 * PostgreSQL always does. Only outside transactions. */
void db_durable(struct db *db, bool on);

/* Fast loading: drop and rebuild secondary indexes around a bulk insert is the caller's; these switch what the engine
 * needs (SQLite: larger cache; PostgreSQL: nothing) for the time of a bulk transaction. */
void db_bulk(struct db *db, bool on);

/* How long a write waits while another program writes (SQLite: 5 s unless told otherwise), and who hears of each second of it (NULL:
 * nobody). Writers on PostgreSQL do not wait for one another. */
void db_patience(struct db *db, int ms, void (*waiting)(void *arg, int seconds), void *arg);

/* Copy the whole database to a new file, consistent while in use (SQLite backup; PostgreSQL: ST_INVALID naming
 * pg_dump). */
enum status db_backup(struct db *db, const char *path, struct error *err);
/* Put what `from` holds in the place of what `live` holds, one transaction, while others may have it open: they see the old or the
 * new. What was there is copied to the new file `kept` under the same lock, so that no acknowledged write is in neither. SQLite only. */
enum status db_restore(struct db *live, struct db *from, const char *kept, struct error *err);
/* From now on this connection works with the rows of that organization, also after it was lost and made anew: the server's row security
 * asks (the setting simplix.org). A file: nothing happens. Undone when an open transaction rolls back. */
enum status db_use_organization(struct db *db, const struct id *org, struct error *err);
/* Does the role we work as have every right on the server (a superuser)? Never on SQLite. */
enum status db_privileged(struct db *db, bool *yes, struct error *err);
/* "ok" or what integrity_check says. Caller frees. */
char *db_integrity(struct db *db);
/* After an erasure: rewrite word indexes and free pages so that no byte of what was deleted is left. Slow. */
enum status db_scrub(struct db *db, struct error *err);

#endif

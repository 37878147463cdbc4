/* What the files of the SQLite engine share. Only files of this folder include it. */
#ifndef DATA_SQLITE_H
#define DATA_SQLITE_H

#include "data/engine.h"

#include <sqlite3.h>
#include <time.h>

struct sqlite_db {
	struct db base;
	sqlite3 *h;
	int limit_ms; /* 0: statements may run as long as they need */
	int64_t deadline; /* monotonic ms of the statement that runs */
	bool out_of_time;
	struct sqlite3_stmt *version; /* PRAGMA data_version */
	int64_t busy_since; /* db_patience() */
	int busy_told, patience_ms;
	void (*waiting)(void *arg, int seconds);
	void *waiting_arg;
};

/* Set err from SQLite's result code and message. */
enum status sqlite_error(const struct sqlite_db *db, int rc, const char *sql, struct error *err);

/* sqlite_admin.c */
enum status sqlite_backup(struct db *db, const char *path, struct error *err);
char *sqlite_integrity(struct db *db);
enum status sqlite_scrub(struct db *db, struct error *err);
void sqlite_bulk(struct db *db, bool on);
void sqlite_durable(struct db *db, bool on);
void sqlite_json_member(const char *column, const char *key, char *out, size_t size);

#endif

/* What an engine (SQLite, PostgreSQL) gives to the seam of db.h. Internal to data/.
 *
 * db.c owns what both engines share: the statement cache, the nesting and poisoning of transactions, the checks of
 * parameters. An engine embeds struct db and struct db_stmt as the first member of its own structs and fills a table of
 * functions. Engine functions never look at poisoning; db.c never looks at handles.
 */
#ifndef DATA_ENGINE_H
#define DATA_ENGINE_H

#include "data/db.h"

enum bind_type { BIND_NULL, BIND_INT, BIND_REAL, BIND_TEXT, BIND_ID, BIND_BLOB };

struct bind {
	enum bind_type type;
	enum bind_type null_of; /* BIND_NULL: what the caller would have bound; BIND_NULL again when nobody knows */
	int64_t i;
	double r;
	const void *p; /* text, id or blob; copied by the engine */
	size_t len;
};

enum db_type { TYPE_ID, TYPE_INT, TYPE_TEXT, TYPE_BLOB, TYPE_REAL, TYPE_SERIAL, TYPE_COUNT };

struct engine {
	enum db_engine kind;
	const char *types[TYPE_COUNT];
	const char *begin_write;
	const char *begin_read;

	void (*close)(struct db *db);
	/* Make a statement of `params` parameters; *out embeds struct db_stmt, whose fields db.c fills. */
	enum status (*compile)(struct db *db, const char *sql, int params, struct db_stmt **out, struct error *err);
	void (*drop)(struct db_stmt *s);
	void (*unbind)(struct db_stmt *s);
	void (*rewind)(struct db_stmt *s); /* give the cursor back; bindings stay */
	enum status (*bind)(struct db_stmt *s, int n, const struct bind *v);
	enum status (*step)(struct db_stmt *s, bool *row, struct error *err); /* sets db->changes when finished */

	int (*columns)(const struct db_stmt *s);
	const char *(*column_name)(const struct db_stmt *s, int col);
	bool (*is_null)(const struct db_stmt *s, int col);
	int64_t (*get_int)(const struct db_stmt *s, int col);
	double (*get_real)(const struct db_stmt *s, int col);
	const char *(*get_text)(const struct db_stmt *s, int col);
	const void *(*get_blob)(const struct db_stmt *s, int col, size_t *len);

	enum status (*exec)(struct db *db, const char *sql, struct error *err);
	/* BEGIN, SAVEPOINT and their ends. COMMIT that turned into a rollback gives ST_ABORTED. */
	enum status (*control)(struct db *db, const char *sql, struct error *err);
	bool (*in_transaction)(struct db *db); /* as the engine sees it */

	int64_t (*last_num)(struct db *db); /* of the last insert; NULL: the statement returns it */
	int64_t (*data_version)(struct db *db);
	void (*interrupt)(struct db *db);
	void (*time_limit)(struct db *db, int ms);
	void (*durable)(struct db *db, bool on);
	void (*bulk)(struct db *db, bool on);
	void (*patience)(struct db *db, int ms, void (*waiting)(void *arg, int seconds), void *arg);
	enum status (*backup)(struct db *db, const char *path, struct error *err);
	char *(*integrity)(struct db *db);
	enum status (*scrub)(struct db *db, struct error *err);
	void (*json_member)(const char *column, const char *key, char *out, size_t size);
};

struct db_stmt {
	struct db *db;
	struct db_stmt *next; /* in its bucket */
	char *sql;
	uint64_t hash;
	uint64_t used; /* db->tick of the last use */
	int params;
	bool stepping; /* a row was handed out and the end not yet seen */
	enum status bind_error; /* told at the next step */
	int bind_error_at;
};

enum { DB_BUCKETS = 64, DB_CACHED = 128 };

struct db {
	const struct engine *engine;
	char *target; /* without password */
	char organization[ID_TEXT_SIZE]; /* of db_use_organization(); "" */
	bool readonly;
	bool closing; /* statements need not be forgotten one by one */
	int depth; /* 0: no transaction; 1: transaction; above: savepoints */
	bool snapshot; /* the transaction was begun by db_begin_read() */
	bool poisoned; /* the innermost level met an error */
	bool lost; /* the engine rolled everything back by itself, or the connection went away */
	int64_t changes;
	uint64_t tick;
	int cached;
	struct db_stmt *buckets[DB_BUCKETS];
};

/* Engines mark the transaction (if one is open) when something failed outside a step of their own caller. */
void db_poison(struct db *db);

enum status sqlite_open(const char *path, int flags, struct db **out, struct error *err);
enum status postgres_open(const char *url, int flags, struct db **out, struct error *err);

/* Is there a table of this name where unqualified names are looked up? */
enum status db_has_table(struct db *db, const char *name, bool *yes, struct error *err);

#endif

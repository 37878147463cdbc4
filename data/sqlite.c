/* The SQLite engine: one file, WAL, a small cache.
 *
 * Settings are chosen for a program that shares its machine: 2 MB of page cache and no memory map (a map of a large
 * file would count as our memory), NORMAL durability (a power cut may lose the last commits, never the file; a kill
 * loses nothing), DEFENSIVE and untrusted schema because a database may have been made by somebody else (SEC-20),
 * limits on what one statement may ask for (SEC-21).
 */
#include "data/sqlite.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "data/dbfile.h"
#include "data/fold.h"
#include "data/guards.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define APPLICATION_ID 0x53505831 /* "SPX1", in the header of every file of ours */
enum { BUSY_MS = 5000, PROGRESS_STEPS = 20000 };

struct sqlite_statement {
	struct db_stmt base;
	sqlite3_stmt *h;
	int map[]; /* $n -> SQLite's own number, which follows the order of appearance */
};

static struct sqlite_db *sdb(const struct db *db)
{
	return (struct sqlite_db *)db;
}

static struct sqlite_statement *sstmt(const struct db_stmt *s)
{
	return (struct sqlite_statement *)s;
}

/* Errors */

/* "UNIQUE constraint failed: contact.org, contact.email" -> "email" */
static void name_field(struct error *err, const char *message)
{
	const char *dot = strrchr(message, '.');
	if (err && dot && strstr(message, "failed: "))
		(void)snprintf(err->field, sizeof err->field, "%s", dot + 1);
}

static enum status constraint_error(int rc, const char *message, struct error *err)
{
	enum status st;
	switch (rc) {
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		st = error_set(err, ST_CONFLICT, _("This value is already taken."));
		break;
	case SQLITE_CONSTRAINT_FOREIGNKEY:
		return error_set(err, ST_CONFLICT, _("Other records still refer to this one."));
	case SQLITE_CONSTRAINT_NOTNULL:
		st = error_set(err, ST_INVALID, _("A value is missing."));
		break;
	default:
		return error_set(err, ST_INVALID, _("The database refuses this value: %s"), message);
	}
	name_field(err, message);
	return st;
}

/* What the system said last of a file that could not be written: the number is often gone once SQLite has rolled back. */
static int write_errno(const struct sqlite_db *db)
{
	static const int files[] = {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER};
	int number = 0;
	for (size_t i = 0; !number && i < sizeof files / sizeof *files; i++) {
		sqlite3_file *f = NULL;
		if (sqlite3_file_control(db->h, "main", files[i], &f) == SQLITE_OK && f && f->pMethods)
			(void)f->pMethods->xFileControl(f, SQLITE_FCNTL_LAST_ERRNO, &number);
	}
	return number;
}

static int system_errno(const struct sqlite_db *db, int rc)
{
	int number = db->h ? sqlite3_system_errno(db->h) : 0;
	return !number && db->h && rc == SQLITE_IOERR_WRITE ? write_errno(db) : number;
}

/* No room: SQLite says so only of the pages it writes itself; a quota, a limit of the process, the index of the log come as I/O errors. */
static bool is_full(int rc, int number)
{
	return (rc & 0xff) == SQLITE_FULL || ((rc & 0xff) == SQLITE_IOERR && (number == ENOSPC || number == EDQUOT || number == EFBIG));
}

static enum status disk_error(const struct sqlite_db *db, int rc, const char *message, struct error *err)
{
	int number = system_errno(db, rc);
	if (is_full(rc, number)) {
		error_set(err, ST_IO, _("The disk is full; nothing of this change was saved."));
		error_hint(err, _("Make room where the database lies, then do it again. What waits to be sent is kept and sent then."));
		return ST_IO;
	}
	error_set(err, ST_IO, _("The disk does not let us read or write the database: %s"), number ? error_system(number) : message);
	error_hint(err, _("Is the disk still there, and may you write to it? “simplix doctor” tells whether the file is whole."));
	return ST_IO;
}

enum status sqlite_error(const struct sqlite_db *db, int rc, const char *sql, struct error *err)
{
	const char *message = db->h ? sqlite3_errmsg(db->h) : sqlite3_errstr(rc);
	switch (rc & 0xff) {
	case SQLITE_CONSTRAINT:
		return constraint_error(rc, message, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return error_set(err, ST_BUSY, _("Another program is writing to the database; try again."));
	case SQLITE_INTERRUPT:
		if (db->out_of_time)
			return error_set(err, ST_LIMIT, _("This takes too long and was stopped."));
		return error_set(err, ST_CANCELLED, _("Stopped."));
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
		return disk_error(db, rc, message, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return error_set(err, ST_CORRUPT, _("The database file is damaged or not one of Simplix: %s"), message);
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return error_set(err, ST_DENIED, _("The database is open for reading only."));
	case SQLITE_TOOBIG:
	case SQLITE_NOMEM:
		return error_set(err, ST_LIMIT, _("A value is larger than the database accepts."));
	case SQLITE_MISMATCH:
		return error_set(err, ST_INVALID, _("The database refuses this value: %s"), message);
	default:
		return error_set(err, ST_INTERNAL, "SQLite %d: %s: %.200s", rc, message, sql ? sql : "");
	}
}

/* Opening */

static int64_t monotonic_ms(void)
{
	struct timespec ts;
	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static int on_progress(void *context)
{
	struct sqlite_db *db = context;
	db->out_of_time = monotonic_ms() > db->deadline;
	return db->out_of_time;
}

static int configure(sqlite3 *h, bool readonly)
{
	(void)sqlite3_busy_timeout(h, BUSY_MS);
	fold_register(h);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(h, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	(void)sqlite3_limit(h, SQLITE_LIMIT_LENGTH, 64 << 20);
	(void)sqlite3_limit(h, SQLITE_LIMIT_SQL_LENGTH, 1 << 20);
	(void)sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 0);
	(void)sqlite3_limit(h, SQLITE_LIMIT_EXPR_DEPTH, 100);
	(void)sqlite3_limit(h, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 2000);
	int rc = sqlite3_exec(h,
		"PRAGMA synchronous = NORMAL; PRAGMA cache_size = -2000; PRAGMA mmap_size = 0;"
		"PRAGMA cell_size_check = ON; PRAGMA secure_delete = FAST; PRAGMA journal_size_limit = 67108864",
		NULL, NULL, NULL);
	if (rc == SQLITE_OK && readonly)
		rc = sqlite3_exec(h, "PRAGMA query_only = ON", NULL, NULL, NULL);
	return rc;
}

static int query_int(sqlite3 *h, const char *sql, int64_t *out)
{
	sqlite3_stmt *s = NULL;
	int rc = sqlite3_prepare_v2(h, sql, -1, &s, NULL);
	if (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		*out = sqlite3_column_int64(s, 0);
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(s);
	return rc;
}

/* Turning WAL on does not wait for a busy file as other statements do, so we do. */
static int turn_wal_on(sqlite3 *h)
{
	int rc;
	for (int waited = 0;; waited += 10) {
		rc = sqlite3_exec(h, "PRAGMA journal_mode = WAL", NULL, NULL, NULL);
		if ((rc & 0xff) != SQLITE_BUSY || waited >= BUSY_MS)
			return rc;
		(void)sqlite3_sleep(10);
	}
}

static bool is_ours(const char *sql)
{
#define ONE(name, event, condition) GUARD(name, event, condition),
	static const char *const guards[] = {GUARDS(ONE)};
	for (size_t i = 0; i < sizeof guards / sizeof *guards; i++)
		if (strcmp(sql, guards[i]) == 0)
			return true;
	return false;
}

/* But for our guards there are no triggers and no views: who put one into the file wants our own statements to do something else (SEC-20). */
static enum status refuse_code(struct sqlite_db *db, struct error *err)
{
	sqlite3_stmt *s = NULL;
	bool foreign = false;
	int rc = sqlite3_prepare_v2(db->h, "SELECT COALESCE(sql, '') FROM sqlite_schema WHERE type IN ('trigger', 'view')", -1, &s, NULL);
	while (rc == SQLITE_OK && !foreign && (rc = sqlite3_step(s)) == SQLITE_ROW) {
		foreign = !is_ours((const char *)sqlite3_column_text(s, 0));
		rc = SQLITE_OK;
	}
	(void)sqlite3_finalize(s);
	if (rc != SQLITE_OK && rc != SQLITE_DONE)
		return sqlite_error(db, rc, NULL, err);
	if (!foreign)
		return ST_OK;
	error_set(err, ST_DENIED, _("%s holds triggers or views that Simplix did not make."), db->base.target);
	error_hint(err, _("It may have been prepared to do harm. If they are yours, drop them with the sqlite3 program."));
	return ST_DENIED;
}

/* Recognise our file, or make an empty one ours. */
static enum status claim(struct sqlite_db *db, bool readonly, struct error *err)
{
	int64_t app = 0, objects = 0;
	/* in this order: who opens the file beside us marks it before the first table, so tables seen without a mark are foreign */
	int rc = query_int(db->h, "SELECT count(*) FROM sqlite_schema", &objects);
	if (rc == SQLITE_OK)
		rc = query_int(db->h, "PRAGMA application_id", &app);
	if (rc != SQLITE_OK)
		return sqlite_error(db, rc, NULL, err);
	if (app == APPLICATION_ID)
		return refuse_code(db, err);
	if (app != 0 || objects != 0)
		return error_set(err, ST_CORRUPT, _("%s is a database of another program."), db->base.target);
	if (readonly)
		return ST_OK;
	rc = turn_wal_on(db->h);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(
			db->h, "BEGIN IMMEDIATE; PRAGMA application_id = 0x53505831; COMMIT", NULL, NULL, NULL);
	return rc == SQLITE_OK ? ST_OK : sqlite_error(db, rc, NULL, err);
}

static const struct engine sqlite_engine;

/* A file in a folder that we cannot write, with nothing beside it that waits to be moved into it: a copy on a read-only disk. Readers
 * of a WAL file otherwise need a file of their own there. Caller frees the URI; NULL when this is not so. */
static char *immutable_uri(const char *real)
{
	char *folder = mem_strdup(real), *wal = mem_printf("%s-wal", real);
	struct stat sb;
	*(strrchr(folder, '/') + 1) = '\0';
	bool still = access(folder, W_OK) != 0 && (lstat(wal, &sb) != 0 || sb.st_size == 0);
	free(folder);
	free(wal);
	if (!still)
		return NULL;
	struct buf b = {0};
	buf_puts(&b, "file:");
	for (const char *p = real; *p; p++)
		if (strchr("?#%", *p))
			buf_printf(&b, "%%%02X", (unsigned char)*p);
		else
			buf_putc(&b, *p);
	buf_puts(&b, "?immutable=1");
	return buf_take(&b);
}

enum status sqlite_open(const char *path, int flags, struct db **out, struct error *err)
{
	bool memory = strcmp(path, ":memory:") == 0;
	bool readonly = (flags & DB_READONLY) != 0;
	char *real = NULL;
	if (memory) {
		real = mem_strdup(path);
	} else {
		enum status st = dbfile_ready(path, (flags & DB_CREATE) && !readonly, &real, err);
		if (st != ST_OK)
			return st;
	}
	struct sqlite_db *db = mem_zalloc(sizeof *db);
	db->base.engine = &sqlite_engine;
	db->base.target = real;
	db->base.readonly = readonly;
	char *uri = readonly && !memory ? immutable_uri(real) : NULL;
	int rc = sqlite3_open_v2(uri ? uri : real, &db->h,
		(uri ? SQLITE_OPEN_URI : 0) | (readonly && !memory ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX |
			SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE | (memory ? 0 : SQLITE_OPEN_NOFOLLOW),
		NULL);
	free(uri);
	if (rc == SQLITE_OK)
		rc = configure(db->h, readonly);
	enum status st = rc == SQLITE_OK ? ST_OK : sqlite_error(db, rc, NULL, err);
	if (st == ST_OK)
		st = claim(db, readonly, err);
	if (st != ST_OK) {
		struct db *base = &db->base;
		db_close(&base);
		return st;
	}
	*out = &db->base;
	return ST_OK;
}

static void close_db(struct db *base)
{
	struct sqlite_db *db = sdb(base);
	(void)sqlite3_finalize(db->version);
	(void)sqlite3_close_v2(db->h);
	free(db);
}

/* Statements */

static enum status map_params(struct sqlite_statement *s, int params, const char *sql, struct error *err)
{
	for (int n = 1; n <= params; n++) {
		char name[16];
		(void)snprintf(name, sizeof name, "$%d", n);
		s->map[n] = sqlite3_bind_parameter_index(s->h, name);
		if (s->map[n] == 0)
			return error_set(err, ST_INTERNAL, "SQL lacks $%d: %.200s", n, sql);
	}
	return ST_OK;
}

static enum status compile(struct db *base, const char *sql, int params, struct db_stmt **out, struct error *err)
{
	struct sqlite_db *db = sdb(base);
	sqlite3_stmt *h = NULL;
	const char *tail = NULL;
	int rc = sqlite3_prepare_v3(db->h, sql, -1, SQLITE_PREPARE_PERSISTENT, &h, &tail);
	if (rc != SQLITE_OK)
		return sqlite_error(db, rc, sql, err);
	if (!h || tail[strspn(tail, "; \t\n")]) {
		(void)sqlite3_finalize(h);
		return error_set(err, ST_INTERNAL, "not exactly one statement: %.200s", sql);
	}
	struct sqlite_statement *s = mem_zalloc(sizeof *s + ((size_t)params + 1) * sizeof s->map[0]);
	s->h = h;
	enum status st = map_params(s, params, sql, err);
	if (st != ST_OK) {
		(void)sqlite3_finalize(h);
		free(s);
		return st;
	}
	*out = &s->base;
	return ST_OK;
}

static void drop(struct db_stmt *s)
{
	(void)sqlite3_finalize(sstmt(s)->h);
	free(s);
}

static void unbind(struct db_stmt *s)
{
	(void)sqlite3_clear_bindings(sstmt(s)->h);
}

static void rewind_stmt(struct db_stmt *s)
{
	(void)sqlite3_reset(sstmt(s)->h);
}

static enum status bind(struct db_stmt *base, int n, const struct bind *v)
{
	struct sqlite_statement *s = sstmt(base);
	int at = s->map[n], rc = SQLITE_OK;
	switch (v->type) {
	case BIND_NULL:
		rc = sqlite3_bind_null(s->h, at);
		break;
	case BIND_INT:
		rc = sqlite3_bind_int64(s->h, at, v->i);
		break;
	case BIND_REAL:
		rc = sqlite3_bind_double(s->h, at, v->r);
		break;
	case BIND_TEXT:
		rc = sqlite3_bind_text64(s->h, at, v->p, v->len, SQLITE_TRANSIENT, SQLITE_UTF8);
		break;
	case BIND_ID:
	case BIND_BLOB:
		rc = v->len ? sqlite3_bind_blob64(s->h, at, v->p, v->len, SQLITE_TRANSIENT)
			    : sqlite3_bind_zeroblob(s->h, at, 0);
		break;
	}
	return rc == SQLITE_OK ? ST_OK : rc == SQLITE_TOOBIG || rc == SQLITE_NOMEM ? ST_LIMIT : ST_INTERNAL;
}

static enum status step(struct db_stmt *base, bool *row, struct error *err)
{
	struct sqlite_statement *s = sstmt(base);
	struct sqlite_db *db = sdb(base->db);
	if (db->limit_ms && !base->stepping) {
		db->out_of_time = false;
		db->deadline = monotonic_ms() + db->limit_ms;
	}
	int rc = sqlite3_step(s->h);
	if (rc == SQLITE_ROW) {
		*row = true;
		return ST_OK;
	}
	if (rc != SQLITE_DONE)
		return sqlite_error(db, rc, base->sql, err);
	base->db->changes = sqlite3_stmt_readonly(s->h) ? 0 : sqlite3_changes64(db->h);
	*row = false;
	return ST_OK;
}

/* Columns */

static int columns(const struct db_stmt *s)
{
	return sqlite3_column_count(sstmt(s)->h);
}

static const char *column_name(const struct db_stmt *s, int col)
{
	return sqlite3_column_name(sstmt(s)->h, col);
}

static bool is_null(const struct db_stmt *s, int col)
{
	return sqlite3_column_type(sstmt(s)->h, col) == SQLITE_NULL;
}

static int64_t get_int(const struct db_stmt *s, int col)
{
	return sqlite3_column_int64(sstmt(s)->h, col);
}

static double get_real(const struct db_stmt *s, int col)
{
	return sqlite3_column_double(sstmt(s)->h, col);
}

static const char *get_text(const struct db_stmt *s, int col)
{
	return (const char *)sqlite3_column_text(sstmt(s)->h, col);
}

static const void *get_blob(const struct db_stmt *s, int col, size_t *len)
{
	sqlite3_stmt *h = sstmt(s)->h;
	if (sqlite3_column_type(h, col) == SQLITE_NULL)
		return NULL;
	const void *p = sqlite3_column_blob(h, col);
	*len = (size_t)sqlite3_column_bytes(h, col);
	return p ? p : "";
}

/* Several statements, transactions, the rest */

static enum status exec(struct db *base, const char *sql, struct error *err)
{
	struct sqlite_db *db = sdb(base);
	db->deadline = INT64_MAX;
	while (*sql) {
		sqlite3_stmt *h = NULL;
		const char *tail = NULL;
		int rc = sqlite3_prepare_v2(db->h, sql, -1, &h, &tail);
		while (rc == SQLITE_OK || rc == SQLITE_ROW)
			rc = h ? sqlite3_step(h) : SQLITE_DONE;
		enum status st = rc == SQLITE_DONE ? ST_OK : sqlite_error(db, rc, sql, err);
		(void)sqlite3_finalize(h);
		if (st != ST_OK)
			return st;
		sql = tail;
	}
	return ST_OK;
}

/* A transaction's ends are compiled anew each time: 3 us, not worth a place in the cache. */
static enum status control(struct db *base, const char *sql, struct error *err)
{
	return exec(base, sql, err);
}

static bool in_transaction(struct db *base)
{
	return sqlite3_get_autocommit(sdb(base)->h) == 0;
}

static int64_t data_version(struct db *base)
{
	struct sqlite_db *db = sdb(base);
	if (!db->version && sqlite3_prepare_v3(db->h, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
				    &db->version, NULL) != SQLITE_OK)
		return 0;
	int64_t v = sqlite3_step(db->version) == SQLITE_ROW ? sqlite3_column_int64(db->version, 0) : 0;
	(void)sqlite3_reset(db->version);
	return v;
}

static int64_t sqlite_last_num(struct db *base)
{
	return sqlite3_last_insert_rowid(sdb(base)->h);
}

static void interrupt(struct db *base)
{
	sqlite3_interrupt(sdb(base)->h);
}

static void time_limit(struct db *base, int ms)
{
	struct sqlite_db *db = sdb(base);
	db->limit_ms = ms > 0 ? ms : 0;
	db->out_of_time = false;
	db->deadline = INT64_MAX;
	sqlite3_progress_handler(db->h, PROGRESS_STEPS, db->limit_ms ? on_progress : NULL, db);
}

/* Another program writes: look again after ever longer pauses. */
static int on_busy(void *context, int times)
{
	struct sqlite_db *db = context;
	if (times == 0) {
		db->busy_since = monotonic_ms();
		db->busy_told = 0;
	}
	int64_t waited = monotonic_ms() - db->busy_since;
	if (waited >= db->patience_ms)
		return 0;
	int seconds = (int)(waited / 1000);
	if (db->waiting && seconds > db->busy_told)
		db->waiting(db->waiting_arg, db->busy_told = seconds);
	(void)sqlite3_sleep(times < 10 ? 2 : times < 50 ? 10 : 50);
	return 1;
}

static void patience(struct db *base, int ms, void (*waiting)(void *arg, int seconds), void *arg)
{
	struct sqlite_db *db = sdb(base);
	db->patience_ms = ms;
	db->waiting = waiting;
	db->waiting_arg = arg;
	(void)sqlite3_busy_handler(db->h, on_busy, db);
}

static const struct engine sqlite_engine = {
	.kind = DB_SQLITE,
	.types = {[TYPE_ID] = "BLOB",
		[TYPE_INT] = "INTEGER",
		[TYPE_TEXT] = "TEXT",
		[TYPE_BLOB] = "BLOB",
		[TYPE_REAL] = "REAL",
		[TYPE_SERIAL] = "INTEGER PRIMARY KEY"},
	.begin_write = "BEGIN IMMEDIATE",
	.begin_read = "BEGIN",
	.close = close_db,
	.compile = compile,
	.drop = drop,
	.unbind = unbind,
	.rewind = rewind_stmt,
	.bind = bind,
	.step = step,
	.columns = columns,
	.column_name = column_name,
	.is_null = is_null,
	.get_int = get_int,
	.get_real = get_real,
	.get_text = get_text,
	.get_blob = get_blob,
	.exec = exec,
	.control = control,
	.in_transaction = in_transaction,
	.data_version = data_version,
	.interrupt = interrupt,
	.time_limit = time_limit,
	.durable = sqlite_durable,
	.last_num = sqlite_last_num,
	.bulk = sqlite_bulk,
	.patience = patience,
	.backup = sqlite_backup,
	.integrity = sqlite_integrity,
	.scrub = sqlite_scrub,
	.json_member = sqlite_json_member,
};

/* The PostgreSQL engine: the connection, its errors, transactions.
 *
 * A connection that the server dropped is made anew at the next statement outside a transaction; inside one the
 * transaction is lost and says so. COMMIT's answer is read: after an error the server accepts it and rolls back
 * (PQcmdStatus says ROLLBACK).
 */
#include "data/postgres.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OLDEST_SERVER = 120000 };

static struct pg_db *pdb(struct db *db)
{
	return (struct pg_db *)db;
}

/* Errors */

bool pg_is_state(const PGresult *r, const char *sqlstate)
{
	const char *got = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	return got && strncmp(got, sqlstate, strlen(sqlstate)) == 0; /* a class is a prefix */
}

/* Detail of a unique violation, in whatever language: Key (org, "email")=(…) already exists. -> email */
static void name_key(const PGresult *r, struct error *err)
{
	const char *detail = PQresultErrorField(r, PG_DIAG_MESSAGE_DETAIL);
	const char *from = detail ? strchr(detail, '(') : NULL;
	const char *to = from ? strstr(from, ")=") : NULL;
	if (!to || !err)
		return;
	for (const char *p = to; p > from; p--) {
		if (p[-1] == ' ' || p[-1] == '(') {
			from = p;
			break;
		}
	}
	if (*from == '"' && to[-1] == '"')
		from++, to--;
	(void)snprintf(err->field, sizeof err->field, "%.*s", (int)(to - from), from);
}

static void name_column(const PGresult *r, struct error *err)
{
	const char *column = PQresultErrorField(r, PG_DIAG_COLUMN_NAME);
	if (column && err)
		(void)snprintf(err->field, sizeof err->field, "%s", column);
}

static enum status cancelled(struct pg_db *db, struct error *err)
{
	if (atomic_exchange(&db->interrupted, false) || !db->limit_ms)
		return error_set(err, ST_CANCELLED, _("Stopped."));
	return error_set(err, ST_LIMIT, _("This takes too long and was stopped."));
}

static enum status constraint_error(const PGresult *r, const char *message, struct error *err)
{
	enum status st;
	if (pg_is_state(r, "23505")) {
		st = error_set(err, ST_CONFLICT, _("This value is already taken."));
		name_key(r, err);
	} else if (pg_is_state(r, "23503")) {
		st = error_set(err, ST_CONFLICT, _("Other records still refer to this one."));
	} else if (pg_is_state(r, "23502")) {
		st = error_set(err, ST_INVALID, _("A value is missing."));
		name_column(r, err);
	} else {
		st = error_set(err, ST_INVALID, _("The database refuses this value: %s"), message);
	}
	return st;
}

static bool any_state(const PGresult *r, const char *const *states)
{
	for (; *states; states++)
		if (pg_is_state(r, *states))
			return true;
	return false;
}

enum status pg_error(struct pg_db *db, const PGresult *r, const char *sql, struct error *err)
{
	static const char *const busy[] = {"55P03", "40001", "40P01", NULL};
	static const char *const gone[] = {"08", "57P01", "57P02", "57P03", "53300", NULL};
	static const char *const disk[] = {"53100", "58030", NULL};
	static const char *const damaged[] = {"XX001", "XX002", NULL};
	static const char *const rights[] = {"25006", "42501", "28", NULL};
	static const char *const large[] = {"54", "53200", NULL};
	const char *message = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	if (!message)
		message = PQerrorMessage(db->conn);
	if (PQstatus(db->conn) == CONNECTION_BAD || any_state(r, gone))
		return error_set(err, ST_CONNECTION, _("The database server is gone: %s"), message);
	if (pg_is_state(r, "57014"))
		return cancelled(db, err);
	if (pg_is_state(r, "23"))
		return constraint_error(r, message, err);
	if (any_state(r, busy))
		return error_set(err, ST_BUSY, _("Another program is writing to the database; try again."));
	if (any_state(r, disk))
		return error_set(err, ST_IO, _("The server's disk is full or failing: %s"), message);
	if (any_state(r, damaged))
		return error_set(err, ST_CORRUPT, _("The server reports damaged data: %s"), message);
	if (any_state(r, rights))
		return error_set(err, ST_DENIED, _("The database does not allow this: %s"), message);
	if (any_state(r, large))
		return error_set(err, ST_LIMIT, _("A value is larger than the database accepts."));
	if (pg_is_state(r, "25P02"))
		return error_set(err, ST_ABORTED, _("An earlier error stopped this change; nothing of it was saved."));
	if (pg_is_state(r, "22") || pg_is_state(r, "P0001"))
		return error_set(err, ST_INVALID, _("The database refuses this value: %s"), message);
	const char *state = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	return error_set(err, ST_INTERNAL, "PostgreSQL %s: %s: %.200s", state ? state : "?", message, sql ? sql : "");
}

/* Connecting */

static void ignore_notice(void *arg, const char *message)
{
	(void)arg, (void)message;
}

/* postgresql://user@host:port/database: what may be shown; a socket's folder goes to the end, where libpq wants it. */
static char *public_target(const char *url)
{
	char *user = NULL, *host = NULL, *port = NULL, *name = NULL;
	PQconninfoOption *options = PQconninfoParse(url, NULL);
	for (PQconninfoOption *o = options; o && o->keyword; o++) {
		char **slot = strcmp(o->keyword, "user") == 0     ? &user
			      : strcmp(o->keyword, "host") == 0   ? &host
			      : strcmp(o->keyword, "port") == 0   ? &port
			      : strcmp(o->keyword, "dbname") == 0 ? &name
								  : NULL;
		if (slot && o->val)
			*slot = o->val;
	}
	const char *folder = host && *host == '/' ? host : NULL;
	char *text = mem_printf("postgresql://%s%s%s%s%s/%s%s%s", user ? user : "", user ? "@" : "",
		host && !folder ? host : "", port ? ":" : "", port ? port : "", name ? name : "",
		folder ? "?host=" : "", folder ? folder : "");
	PQconninfoFree(options);
	return text;
}

/* Keep the handle that cancels ready: making one is not allowed in a signal handler, using it is. */
static void renew_cancel(struct pg_db *db)
{
	PGcancel *old = atomic_exchange(&db->cancel, PQgetCancel(db->conn));
	if (!old)
		return;
	mem_grow(&db->retired, &db->retired_cap, db->retired_count + 1, sizeof(PGcancel *));
	db->retired[db->retired_count++] = old;
}

static void set_timeout(struct pg_db *db)
{
	char ms[16];
	(void)snprintf(ms, sizeof ms, "%d", db->limit_ms);
	const char *values[] = {ms};
	PQclear(PQexecParams(db->conn, "SELECT pg_catalog.set_config('statement_timeout', $1, false)", 1, NULL, values,
		NULL, NULL, 0));
}

/* Without it row security shows nothing at all. */
static enum status set_organization(struct pg_db *db, struct error *err)
{
	const char *values[] = {db->base.organization};
	PGresult *r = PQexecParams(db->conn, "SELECT pg_catalog.set_config('simplix.org', $1, false)", 1, NULL, values, NULL, NULL, 0);
	enum status st = PQresultStatus(r) == PGRES_TUPLES_OK ? ST_OK : pg_error(db, r, NULL, err);
	PQclear(r);
	return st;
}

static enum status set_session(struct pg_db *db, struct error *err)
{
	PGresult *r = PQexec(db->conn,
		"SET lock_timeout = '5s'; SET bytea_output = 'hex'; SET extra_float_digits = 1; SET jit = off; "
		"SET standard_conforming_strings = on; SET client_min_messages = warning; SET timezone = 'UTC'");
	enum status st = PQresultStatus(r) == PGRES_COMMAND_OK ? ST_OK : pg_error(db, r, NULL, err);
	PQclear(r);
	if (st == ST_OK && db->base.readonly)
		PQclear(PQexec(db->conn, "SET default_transaction_read_only = on"));
	if (st == ST_OK && db->limit_ms)
		set_timeout(db);
	if (st == ST_OK && *db->base.organization)
		st = set_organization(db, err);
	if (st == ST_OK)
		renew_cancel(db);
	return st;
}

static enum status connection_error(struct pg_db *db, struct error *err)
{
	char text[400];
	(void)snprintf(text, sizeof text, "%s", PQerrorMessage(db->conn));
	text[strcspn(text, "\n")] = '\0';
	bool denied = PQconnectionNeedsPassword(db->conn) || PQconnectionUsedPassword(db->conn);
	if (denied)
		return error_set(err, ST_DENIED, _("The database server does not let us in: %s"), text);
	error_set(err, ST_CONNECTION, _("The database server cannot be reached: %s"), text);
	error_hint(err, _("Check that the server runs and that the address %s is right."), db->base.target);
	return ST_CONNECTION;
}

enum status pg_ready(struct pg_db *db, struct error *err)
{
	if (PQstatus(db->conn) == CONNECTION_OK)
		return ST_OK;
	if (db->base.depth > 0)
		return pg_error(db, NULL, NULL, err);
	PQreset(db->conn);
	if (PQstatus(db->conn) != CONNECTION_OK)
		return connection_error(db, err);
	db->epoch++;
	db->prepared = 0;
	return set_session(db, err);
}

static enum status check_server(struct pg_db *db, struct error *err)
{
	const char *encoding = PQparameterStatus(db->conn, "server_encoding");
	if (PQserverVersion(db->conn) < OLDEST_SERVER)
		return error_set(err, ST_VERSION, _("Simplix needs PostgreSQL 12 or newer."));
	if (!encoding || strcmp(encoding, "UTF8") != 0)
		return error_set(
			err, ST_INVALID, _("The database must be in UTF-8, not %s."), encoding ? encoding : "?");
	return ST_OK;
}

static const struct engine postgres_engine;

enum status postgres_open(const char *url, int flags, struct db **out, struct error *err)
{
	/* what stands before the URL gives way to it */
	static const char *const keys[] = {
		"connect_timeout", "fallback_application_name", "dbname", "client_encoding", NULL};
	const char *values[] = {"5", "simplix", url, "UTF8", NULL};
	struct pg_db *db = mem_zalloc(sizeof *db);
	db->base.engine = &postgres_engine;
	db->base.target = public_target(url);
	db->base.readonly = (flags & DB_READONLY) != 0;
	db->c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	db->conn = PQconnectdbParams(keys, values, 1);
	enum status st = PQstatus(db->conn) == CONNECTION_OK ? check_server(db, err) : connection_error(db, err);
	if (st == ST_OK) {
		(void)PQsetNoticeProcessor(db->conn, ignore_notice, NULL);
		st = set_session(db, err);
	}
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
	struct pg_db *db = pdb(base);
	PQfinish(db->conn);
	PQfreeCancel(atomic_load(&db->cancel));
	for (size_t i = 0; i < db->retired_count; i++)
		PQfreeCancel(db->retired[i]);
	free(db->retired);
	freelocale(db->c_locale);
	free(db);
}

/* Columns */

static bool is_null(const struct db_stmt *s, int col)
{
	return pg_row_is_null(pg_current(s), col);
}

static int64_t get_int(const struct db_stmt *s, int col)
{
	return pg_row_int(pg_current(s), col, pdb(s->db)->c_locale);
}

static double get_real(const struct db_stmt *s, int col)
{
	return pg_row_real(pg_current(s), col, pdb(s->db)->c_locale);
}

static const char *get_text(const struct db_stmt *s, int col)
{
	return pg_row_text(pg_current(s), col);
}

static const void *get_blob(const struct db_stmt *s, int col, size_t *len)
{
	return pg_row_blob(pg_current(s), col, len);
}

/* Several statements, transactions, the rest */

/* Tables may be others now: what is prepared on the server is thrown away. */
static void forget_prepared(struct pg_db *db)
{
	if (db->prepared) {
		PQclear(PQexec(db->conn, "DEALLOCATE ALL"));
		db->prepared = 0;
	}
	db->epoch++;
}

static enum status exec(struct db *base, const char *sql, struct error *err)
{
	struct pg_db *db = pdb(base);
	pg_settle(db);
	enum status st = pg_ready(db, err);
	if (st != ST_OK)
		return st;
	if (!PQsendQuery(db->conn, sql))
		return pg_error(db, NULL, sql, err);
	for (PGresult *r; (r = PQgetResult(db->conn)); PQclear(r))
		if (st == ST_OK && PQresultStatus(r) == PGRES_FATAL_ERROR)
			st = pg_error(db, r, sql, err);
	if (st == ST_OK)
		forget_prepared(db);
	return st;
}

static PGresult *run(struct pg_db *db, const char *sql)
{
	return PQexecParams(db->conn, sql, 0, NULL, NULL, NULL, NULL, 0);
}

static enum status control(struct db *base, const char *sql, struct error *err)
{
	struct pg_db *db = pdb(base);
	pg_settle(db);
	enum status st = pg_ready(db, err);
	if (st != ST_OK)
		return st;
	PGresult *r = run(db, sql);
	if (PQstatus(db->conn) == CONNECTION_BAD && base->depth == 0 && strncmp(sql, "BEGIN", 5) == 0) {
		PQclear(r); /* the server went away while we were idle; nothing is lost */
		st = pg_ready(db, err);
		if (st != ST_OK)
			return st;
		r = run(db, sql);
	}
	if (PQresultStatus(r) != PGRES_COMMAND_OK)
		st = pg_error(db, r, sql, err);
	else if (strcmp(sql, "COMMIT") == 0 && strcmp(PQcmdStatus(r), "COMMIT") != 0)
		st = error_set(err, ST_ABORTED, _("An earlier error stopped this change; nothing of it was saved."));
	PQclear(r);
	return st;
}

static bool in_transaction(struct db *base)
{
	PGTransactionStatusType t = PQtransactionStatus(pdb(base)->conn);
	return t == PQTRANS_INTRANS || t == PQTRANS_INERROR || t == PQTRANS_ACTIVE;
}

static int64_t data_version(struct db *base)
{
	struct pg_db *db = pdb(base);
	uint64_t h = UINT64_C(14695981039346656037);
	pg_settle(db);
	if (pg_ready(db, NULL) != ST_OK)
		return 0;
	PGresult *r = PQexec(db->conn, "SELECT pg_catalog.pg_current_snapshot()");
	if (PQresultStatus(r) == PGRES_TUPLES_OK)
		for (const char *s = PQgetvalue(r, 0, 0); *s; s++)
			h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	PQclear(r);
	return (int64_t)(h & INT64_MAX);
}

static void interrupt(struct db *base)
{
	struct pg_db *db = pdb(base);
	char ignored[256];
	atomic_store(&db->interrupted, true);
	PGcancel *cancel = atomic_load(&db->cancel);
	if (cancel)
		(void)PQcancel(cancel, ignored, sizeof ignored);
}

static void time_limit(struct db *base, int ms)
{
	struct pg_db *db = pdb(base);
	ms = ms > 0 ? ms : 0;
	if (ms == db->limit_ms)
		return;
	db->limit_ms = ms;
	pg_settle(db);
	if (PQstatus(db->conn) == CONNECTION_OK)
		set_timeout(db);
}

static void no_switch(struct db *db, bool on)
{
	(void)db, (void)on;
}

static void no_patience(struct db *db, int ms, void (*waiting)(void *arg, int seconds), void *arg)
{
	(void)db;
	(void)ms;
	(void)waiting;
	(void)arg;
}

static enum status backup(struct db *db, const char *path, struct error *err)
{
	error_set(err, ST_INVALID, _("A database on PostgreSQL is saved with PostgreSQL's own tools."));
	error_hint(err, "pg_dump -Fc -f '%s' '%s'", path, db->target);
	return ST_INVALID;
}

static char *integrity(struct db *db)
{
	struct error err = {0};
	return mem_strdup(exec(db, "SELECT 1", &err) == ST_OK ? "ok" : err.message);
}

static enum status scrub(struct db *db, struct error *err)
{
	return exec(db, "VACUUM", err);
}

static void json_member(const char *column, const char *key, char *out, size_t size)
{
	(void)snprintf(out, size, "(CAST(NULLIF(%s, '') AS json) ->> '%s')", column, key);
}

static const struct engine postgres_engine = {
	.kind = DB_POSTGRES,
	.types = {[TYPE_ID] = "uuid",
		[TYPE_INT] = "bigint",
		[TYPE_TEXT] = "text COLLATE \"C\"",
		[TYPE_BLOB] = "bytea",
		[TYPE_REAL] = "double precision",
		[TYPE_SERIAL] = "bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"},
	.begin_write = "BEGIN",
	.begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	.close = close_db,
	.compile = pg_compile,
	.drop = pg_drop,
	.unbind = pg_unbind,
	.rewind = pg_rewind,
	.bind = pg_bind,
	.step = pg_step,
	.columns = pg_columns,
	.column_name = pg_column_name,
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
	.durable = no_switch,
	.bulk = no_switch,
	.patience = no_patience,
	.backup = backup,
	.integrity = integrity,
	.scrub = scrub,
	.json_member = json_member,
};

/* The seam's shared half: dispatch, the statement cache, parameters, transactions.
 *
 * Invariants. A statement that is stepping is never handed out again: db_prepare() of its text makes a second one. At
 * most DB_CACHED statements are kept; the least recently used idle one goes first. A transaction that met an error is
 * poisoned on both engines alike: every statement fails with ST_ABORTED until the level is rolled back, so that the
 * core behaves the same on SQLite (which would carry on) as on PostgreSQL (which would not).
 */
#include "data/engine.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_PARAMS = 999 };

static uint64_t hash_text(const char *s)
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return h;
}

bool db_is_server(const char *target)
{
	return strncmp(target, "postgresql://", 13) == 0 || strncmp(target, "postgres://", 11) == 0;
}

enum status db_open(const char *target, int flags, struct db **out, struct error *err)
{
	if (db_is_server(target))
		return postgres_open(target, flags, out, err);
	return sqlite_open(target, flags, out, err);
}

void db_close(struct db **handle)
{
	struct db *db = *handle;
	if (!db)
		return;
	*handle = NULL;
	db->closing = true;
	for (int i = 0; i < DB_BUCKETS; i++) {
		for (struct db_stmt *s = db->buckets[i], *next; s; s = next) {
			next = s->next;
			free(s->sql);
			db->engine->drop(s);
		}
	}
	free(db->target);
	db->engine->close(db);
}

enum db_engine db_kind(const struct db *db)
{
	return db->engine->kind;
}

const char *db_target(const struct db *db)
{
	return db->target;
}

/* Poisoning */

void db_poison(struct db *db)
{
	if (db->depth == 0)
		return;
	db->poisoned = true;
	if (!db->engine->in_transaction(db))
		db->lost = true;
}

static enum status failed(struct db *db, enum status code)
{
	db_poison(db);
	return code;
}

static enum status refuse_poisoned(struct error *err)
{
	return error_set(err, ST_ABORTED, _("An earlier error stopped this change; nothing of it was saved."));
}

/* Statements */

/* Skip a quoted text, a quoted name or a comment that starts at s; NULL when none does. */
static const char *skip_opaque(const char *s)
{
	if (*s == '\'' || *s == '"') {
		char quote = *s++;
		while (*s && *s != quote)
			s++;
		return *s ? s + 1 : s;
	}
	if (s[0] == '-' && s[1] == '-') {
		s += strcspn(s, "\n");
		return s;
	}
	return NULL;
}

/* Count the parameters $1..$n; they must be dense (PostgreSQL) and plain: "$1::text" is one odd name to SQLite. */
static enum status count_params(const char *sql, int *count, struct error *err)
{
	unsigned char seen[MAX_PARAMS + 1] = {0};
	int max = 0;
	for (const char *s = sql; *s;) {
		const char *end = skip_opaque(s);
		if (end) {
			s = end;
			continue;
		}
		if (s[0] == ':' && s[1] == ':')
			return error_set(err, ST_INTERNAL, "SQL must not use '::' (write CAST): %.200s", sql);
		if (*s == '?')
			return error_set(err, ST_INTERNAL, "SQL parameters are $1, $2…, not '?': %.200s", sql);
		if (*s++ != '$')
			continue;
		int n = 0;
		while (isdigit((unsigned char)*s) && n <= MAX_PARAMS)
			n = n * 10 + (*s++ - '0');
		if (n < 1 || n > MAX_PARAMS || isalpha((unsigned char)*s) || *s == '_')
			return error_set(err, ST_INTERNAL, "SQL parameters are $1 to $%d: %.200s", MAX_PARAMS, sql);
		seen[n] = 1;
		max = n > max ? n : max;
	}
	for (int n = 1; n <= max; n++)
		if (!seen[n])
			return error_set(err, ST_INTERNAL, "SQL uses $%d but not $%d: %.200s", max, n, sql);
	*count = max;
	return ST_OK;
}

static void forget(struct db *db, struct db_stmt *s)
{
	struct db_stmt **slot = &db->buckets[s->hash % DB_BUCKETS];
	while (*slot != s)
		slot = &(*slot)->next;
	*slot = s->next;
	db->cached--;
	free(s->sql);
	db->engine->drop(s);
}

static void evict(struct db *db)
{
	struct db_stmt *oldest = NULL;
	for (int i = 0; i < DB_BUCKETS; i++)
		for (struct db_stmt *s = db->buckets[i]; s; s = s->next)
			if (!s->stepping && (!oldest || s->used < oldest->used))
				oldest = s;
	if (oldest)
		forget(db, oldest);
}

static enum status compile(struct db *db, const char *sql, uint64_t hash, struct db_stmt **out, struct error *err)
{
	int params;
	enum status st = count_params(sql, &params, err);
	if (st != ST_OK)
		return st;
	if (db->cached >= DB_CACHED)
		evict(db);
	struct db_stmt *s = NULL;
	st = db->engine->compile(db, sql, params, &s, err);
	if (st != ST_OK)
		return st;
	s->db = db;
	s->sql = mem_strdup(sql);
	s->hash = hash;
	s->params = params;
	s->next = db->buckets[hash % DB_BUCKETS];
	db->buckets[hash % DB_BUCKETS] = s;
	db->cached++;
	*out = s;
	return ST_OK;
}

enum status db_prepare(struct db *db, const char *sql, struct db_stmt **out, struct error *err)
{
	if (db->poisoned)
		return refuse_poisoned(err);
	uint64_t hash = hash_text(sql);
	struct db_stmt *s = db->buckets[hash % DB_BUCKETS];
	while (s && (s->stepping || s->hash != hash || strcmp(s->sql, sql) != 0))
		s = s->next;
	if (!s) {
		enum status st = compile(db, sql, hash, &s, err);
		if (st != ST_OK)
			return failed(db, st);
	} else {
		db->engine->unbind(s);
	}
	s->used = ++db->tick;
	s->bind_error = ST_OK;
	*out = s;
	return ST_OK;
}

static void bind(struct db_stmt *s, int n, struct bind v)
{
	enum status st = ST_OK;
	if (n < 1 || n > s->params)
		st = ST_INTERNAL;
	else if (v.type == BIND_TEXT && (memchr(v.p, '\0', v.len) || !text_is_utf8(v.p, v.len)))
		st = ST_INVALID;
	else
		st = s->db->engine->bind(s, n, &v);
	if (st != ST_OK && s->bind_error == ST_OK) {
		s->bind_error = st;
		s->bind_error_at = n;
	}
}

static void bind_null_of(struct db_stmt *s, int n, enum bind_type type)
{
	bind(s, n, (struct bind){.type = BIND_NULL, .null_of = type});
}

void db_bind_null(struct db_stmt *s, int n)
{
	bind_null_of(s, n, BIND_NULL);
}

void db_bind_int(struct db_stmt *s, int n, int64_t v)
{
	bind(s, n, (struct bind){.type = BIND_INT, .i = v});
}

void db_bind_real(struct db_stmt *s, int n, double v)
{
	bind(s, n, (struct bind){.type = BIND_REAL, .r = v});
}

void db_bind_text(struct db_stmt *s, int n, const char *v)
{
	db_bind_textn(s, n, v, v ? strlen(v) : 0);
}

void db_bind_textn(struct db_stmt *s, int n, const char *v, size_t len)
{
	if (!v)
		bind_null_of(s, n, BIND_TEXT);
	else
		bind(s, n, (struct bind){.type = BIND_TEXT, .p = v, .len = len});
}

void db_bind_id(struct db_stmt *s, int n, const struct id *v)
{
	static const struct id nil;
	if (!v || memcmp(v, &nil, sizeof nil) == 0)
		bind_null_of(s, n, BIND_ID);
	else
		bind(s, n, (struct bind){.type = BIND_ID, .p = v->b, .len = sizeof v->b});
}

void db_bind_blob(struct db_stmt *s, int n, const void *v, size_t len)
{
	if (!v)
		bind_null_of(s, n, BIND_BLOB);
	else
		bind(s, n, (struct bind){.type = BIND_BLOB, .p = v, .len = len});
}

static enum status check_binds(const struct db_stmt *s, struct error *err)
{
	switch (s->bind_error) {
	case ST_OK:
		return ST_OK;
	case ST_INVALID:
		return error_set(err, ST_INVALID, _("A text holds bytes that are not valid UTF-8."));
	case ST_LIMIT:
		return error_set(err, ST_LIMIT, _("A value is larger than the database accepts."));
	default:
		return error_set(err, s->bind_error, "SQL has no parameter $%d: %.200s", s->bind_error_at, s->sql);
	}
}

enum status db_step(struct db_stmt *s, bool *row, struct error *err)
{
	struct db *db = s->db;
	bool got = false;
	enum status st = ST_OK;
	if (db->poisoned)
		st = refuse_poisoned(err);
	else if (!s->stepping)
		st = check_binds(s, err);
	if (st == ST_OK) {
		s->used = ++db->tick;
		st = db->engine->step(s, &got, err);
	}
	if (st != ST_OK) {
		db->engine->rewind(s);
		s->stepping = false;
		return failed(db, st);
	}
	if (!got)
		db->engine->rewind(s);
	s->stepping = got;
	*row = got;
	return ST_OK;
}

enum status db_run(struct db_stmt *s, struct error *err)
{
	bool row;
	enum status st;
	do
		st = db_step(s, &row, err);
	while (st == ST_OK && row);
	return st;
}

enum status db_run_insert(struct db_stmt *s, int64_t *num, struct error *err)
{
	bool row = false;
	enum status st = db_step(s, &row, err);
	if (st != ST_OK)
		return st;
	*num = row ? db_int(s, 0) : s->db->engine->last_num ? s->db->engine->last_num(s->db) : 0;
	db_done(s);
	return ST_OK;
}

void db_done(struct db_stmt *s)
{
	if (s && s->stepping) {
		s->stepping = false;
		s->db->engine->rewind(s);
	}
}

int64_t db_changes(const struct db *db)
{
	return db->changes;
}

/* Columns */

int db_columns(const struct db_stmt *s)
{
	return s->db->engine->columns(s);
}

const char *db_column_name(const struct db_stmt *s, int col)
{
	return s->db->engine->column_name(s, col);
}

bool db_is_null(const struct db_stmt *s, int col)
{
	return s->db->engine->is_null(s, col);
}

int64_t db_int(const struct db_stmt *s, int col)
{
	return s->db->engine->get_int(s, col);
}

double db_real(const struct db_stmt *s, int col)
{
	return s->db->engine->get_real(s, col);
}

const char *db_text(const struct db_stmt *s, int col)
{
	return s->db->engine->get_text(s, col);
}

const void *db_blob(const struct db_stmt *s, int col)
{
	size_t len;
	return s->db->engine->get_blob(s, col, &len);
}

size_t db_bytes(const struct db_stmt *s, int col)
{
	size_t len = 0;
	(void)s->db->engine->get_blob(s, col, &len);
	return len;
}

struct id db_id(const struct db_stmt *s, int col)
{
	struct id id = {{0}};
	size_t len = 0;
	const void *p = s->db->engine->get_blob(s, col, &len);
	if (p && len == sizeof id.b)
		memcpy(id.b, p, sizeof id.b);
	return id;
}

enum status db_exec(struct db *db, const char *sql, struct error *err)
{
	if (db->poisoned)
		return refuse_poisoned(err);
	enum status st = db->engine->exec(db, sql, err);
	return st == ST_OK ? ST_OK : failed(db, st);
}

/* Transactions */

static enum status savepoint(struct db *db, const char *verb, struct error *err)
{
	char sql[48];
	(void)snprintf(sql, sizeof sql, "%s level%d", verb, db->depth);
	return db->engine->control(db, sql, err);
}

static enum status begin(struct db *db, bool write, struct error *err)
{
	if (db->poisoned)
		return refuse_poisoned(err);
	if (db->depth > 0 && write && db->snapshot)
		return failed(db, error_set(err, ST_INTERNAL, "a read snapshot cannot become a write transaction"));
	enum status st;
	if (db->depth == 0) {
		st = db->engine->control(db, write ? db->engine->begin_write : db->engine->begin_read, err);
		db->snapshot = !write;
	} else {
		st = savepoint(db, "SAVEPOINT", err);
	}
	if (st != ST_OK)
		return failed(db, st);
	db->depth++;
	return ST_OK;
}

enum status db_begin(struct db *db, struct error *err)
{
	return begin(db, true, err);
}

enum status db_begin_read(struct db *db, struct error *err)
{
	return begin(db, false, err);
}

enum status db_commit(struct db *db, struct error *err)
{
	if (db->depth == 0)
		return error_set(err, ST_INTERNAL, "commit without a transaction");
	if (db->poisoned) {
		db_rollback(db);
		return refuse_poisoned(err);
	}
	enum status st;
	if (db->depth > 1) {
		db->depth--;
		st = savepoint(db, "RELEASE", err);
		return st == ST_OK ? ST_OK : failed(db, st);
	}
	st = db->engine->control(db, "COMMIT", err);
	if (st != ST_OK) {
		db_rollback(db);
		return st;
	}
	db->depth = 0;
	return ST_OK;
}

void db_rollback(struct db *db)
{
	if (db->depth == 0)
		return;
	db->depth--;
	if (db->depth > 0) {
		if (db->lost)
			return;
		db->poisoned = false;
		if (savepoint(db, "ROLLBACK TO", NULL) != ST_OK || savepoint(db, "RELEASE", NULL) != ST_OK)
			db_poison(db);
		return;
	}
	if (db->engine->in_transaction(db))
		(void)db->engine->control(db, "ROLLBACK", NULL);
	db->poisoned = false;
	db->lost = false;
}

bool db_in_transaction(const struct db *db)
{
	return db->depth > 0;
}

/* The rest is the engine's. */

int64_t db_data_version(struct db *db)
{
	return db->poisoned ? 0 : db->engine->data_version(db);
}

void db_interrupt(struct db *db)
{
	db->engine->interrupt(db);
}

void db_time_limit(struct db *db, int ms)
{
	if (db->depth == 0)
		db->engine->time_limit(db, ms);
}

void db_durable(struct db *db, bool on)
{
	if (db->depth == 0)
		db->engine->durable(db, on);
}

void db_bulk(struct db *db, bool on)
{
	db->engine->bulk(db, on);
}

void db_patience(struct db *db, int ms, void (*waiting)(void *arg, int seconds), void *arg)
{
	db->engine->patience(db, ms, waiting, arg);
}

enum status db_backup(struct db *db, const char *path, struct error *err)
{
	if (db->depth > 0)
		return error_set(err, ST_INTERNAL, "a backup cannot start inside a transaction");
	return db->engine->backup(db, path, err);
}

char *db_integrity(struct db *db)
{
	return db->engine->integrity(db);
}

enum status db_scrub(struct db *db, struct error *err)
{
	if (db->depth > 0)
		return error_set(err, ST_INTERNAL, "scrubbing cannot start inside a transaction");
	return db->engine->scrub(db, err);
}

void db_json_member(const struct db *db, const char *column, const char *key, char *out, size_t size)
{
	db->engine->json_member(column, key, out, size);
}

enum status db_has_table(struct db *db, const char *name, bool *yes, struct error *err)
{
	struct db_stmt *s;
	const char *sql =
		db_kind(db) == DB_SQLITE
			? "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = $1"
			: "SELECT count(*) FROM pg_catalog.pg_class WHERE relkind IN ('r', 'p') AND relname = $1 AND "
			  "pg_catalog.pg_table_is_visible(oid)";
	bool row;
	enum status st = db_prepare(db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_text(s, 1, name);
	st = db_step(s, &row, err);
	if (st != ST_OK)
		return st;
	*yes = row && db_int(s, 0) > 0;
	db_done(s);
	return ST_OK;
}

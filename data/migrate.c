/* The migrations' runner. The list of the program and the rows of schema_migrations must agree from the first on: same
 * number, same checksum; then what the list has more is applied, one transaction each. Whoever comes second waits for
 * the lock (SQLite's write lock, an advisory lock on PostgreSQL), reads again and finds the work done. */
#include "data/migrate.h"

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "data/engine.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATIENCE = 12 }; /* tries of 5 s each while another process migrates */

/* FNV-1a of the source: notices a migration that was edited after its release, not a forger. */
static void checksum(const char *sql, char out[17])
{
	uint64_t h = UINT64_C(14695981039346656037);
	for (; *sql; sql++)
		h = (h ^ (unsigned char)*sql) * UINT64_C(1099511628211);
	(void)snprintf(out, 17, "%016" PRIx64, h);
}

/* Text */

/* Append a line with the engine's type names in place of the marks. */
static void add_line(struct db *db, const char *line, size_t len, struct buf *out)
{
	const struct {
		const char *mark, *type;
	} marks[] = {{"{id}", db_type_id(db)}, {"{int}", db_type_int(db)}, {"{text}", db_type_text(db)},
		{"{blob}", db_type_blob(db)}, {"{real}", db_type_real(db)}, {"{serial}", db_type_serial(db)}};
	for (const char *p = line; p < line + len;) {
		size_t i = 0, n = 1;
		while (i < sizeof marks / sizeof *marks && strncmp(p, marks[i].mark, strlen(marks[i].mark)) != 0)
			i++;
		if (i < sizeof marks / sizeof *marks) {
			buf_puts(out, marks[i].type);
			n = strlen(marks[i].mark);
		} else {
			buf_putc(out, *p);
		}
		p += n;
	}
	buf_putc(out, '\n');
}

/* Is this the directive `word`? Then *line and *len become what follows it. */
static bool directive(const char *word, const char **line, size_t *len)
{
	size_t n = strlen(word);
	if (*len < n || strncmp(*line, word, n) != 0)
		return false;
	*line += n;
	*len -= n;
	return true;
}

static enum status flush(struct db *db, struct buf *sql, struct error *err)
{
	enum status st = sql->len ? db_exec(db, sql->data, err) : ST_OK;
	buf_clear(sql);
	return st;
}

static enum status make_search(struct db *db, const char *name, size_t len, struct error *err)
{
	while (len > 0 && (name[len - 1] == ' ' || name[len - 1] == ';' || name[len - 1] == '\r'))
		len--;
	char *table = mem_strndup(name, len);
	enum status st = db_search_create(db, table, err);
	free(table);
	return st;
}

/* The engines split the text into statements themselves: they know their strings and triggers. */
static enum status apply(struct db *db, const char *text, struct error *err)
{
	bool sqlite = db_kind(db) == DB_SQLITE;
	struct buf sql = {0};
	enum status st = ST_OK;
	for (const char *line = text, *next; *line && st == ST_OK; line = next) {
		size_t len = strcspn(line, "\n");
		next = line + len + (line[len] == '\n');
		if (directive("--@search ", &line, &len)) {
			st = flush(db, &sql, err);
			if (st == ST_OK)
				st = make_search(db, line, len, err);
		} else if (directive("--@sqlite ", &line, &len)) {
			if (sqlite)
				add_line(db, line, len, &sql);
		} else if (directive("--@postgres ", &line, &len)) {
			if (!sqlite)
				add_line(db, line, len, &sql);
		} else {
			add_line(db, line, len, &sql);
		}
	}
	if (st == ST_OK)
		st = flush(db, &sql, err);
	buf_free(&sql);
	return st;
}

/* Record */

static enum status compare(const struct migration *list, int count, int at, const struct db_stmt *s, struct error *err)
{
	if (at >= count) {
		error_set(err, ST_VERSION,
			_("This database was made by a newer Simplix (its format is %d, this program knows %d)."),
			(int)db_int(s, 0), count ? list[count - 1].number : 0);
		error_hint(err, _("Install the newer version on this machine too."));
		return ST_VERSION;
	}
	char sum[17];
	checksum(list[at].sql, sum);
	if (db_int(s, 0) == list[at].number && strcmp(db_text(s, 1), sum) == 0)
		return ST_OK;
	error_set(err, ST_VERSION,
		_("This database was made by another edition of Simplix: migration %d (%s) differs."),
		(int)db_int(s, 0), list[at].name);
	error_hint(err, _("Use the program that made it, or restore a backup."));
	return ST_VERSION;
}

/* How many of the list are applied. */
static enum status count_applied(
	struct db *db, const struct migration *list, int count, int *applied, struct error *err)
{
	bool there = false, row;
	struct db_stmt *s;
	int n = 0;
	enum status st = db_has_table(db, "schema_migrations", &there, err);
	if (st == ST_OK && there)
		st = db_prepare(db, "SELECT number, checksum FROM schema_migrations ORDER BY number", &s, err);
	while (st == ST_OK && there && (st = db_step(s, &row, err)) == ST_OK && row) {
		st = compare(list, count, n++, s, err);
		if (st != ST_OK)
			db_done(s);
	}
	if (st == ST_OK)
		*applied = n;
	return st;
}

static enum status record(struct db *db, const struct migration *m, struct error *err)
{
	struct db_stmt *s;
	char sum[17];
	checksum(m->sql, sum);
	enum status st = db_prepare(
		db, "INSERT INTO schema_migrations (number, name, checksum, at) VALUES ($1, $2, $3, $4)", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, m->number);
	db_bind_text(s, 2, m->name);
	db_bind_text(s, 3, sum);
	db_bind_int(s, 4, clock_now());
	return db_run(s, err);
}

/* Running */

/* Begin and take the lock that keeps other runners out until the end of the transaction. */
static enum status begin_alone(struct db *db, struct error *err)
{
	enum status st = ST_BUSY;
	for (int i = 0; i < PATIENCE && st == ST_BUSY; i++) {
		st = db_begin(db, err);
		if (st != ST_OK)
			continue;
		st = db_lock(db, err);
		if (st != ST_OK)
			db_rollback(db);
	}
	return st;
}

static enum status apply_next(struct db *db, const struct migration *list, int count, int *applied, struct error *err)
{
	enum status st = count_applied(db, list, count, applied, err);
	if (st != ST_OK || *applied == count)
		return st;
	const struct migration *m = &list[*applied];
	if (*applied == 0)
		st = apply(db,
			"CREATE TABLE IF NOT EXISTS schema_migrations (number {int} PRIMARY KEY, name {text} NOT NULL, "
			"checksum {text} NOT NULL, at {int} NOT NULL)",
			err);
	if (st == ST_OK)
		st = apply(db, m->sql, err);
	if (st == ST_OK)
		st = record(db, m, err);
	if (st == ST_OK)
		++*applied;
	return st;
}

enum status migrate_run(struct db *db, const struct migration *list, int count, struct error *err)
{
	int applied = 0;
	enum status st = count_applied(
		db, list, count, &applied, err); /* the usual case: nothing to do, nothing locked */
	while (st == ST_OK && applied < count) {
		st = begin_alone(db, err);
		if (st != ST_OK)
			return st;
		st = apply_next(db, list, count, &applied, err);
		if (st == ST_OK)
			st = db_commit(db, err);
		else
			db_rollback(db);
	}
	return st;
}

enum status migrate_compare(struct db *db, const struct migration *list, int count, struct error *err)
{
	int applied;
	return count_applied(db, list, count, &applied, err);
}

enum status migrate_version(struct db *db, int *out, struct error *err)
{
	bool there = false, row = false;
	struct db_stmt *s;
	int version = 0;
	enum status st = db_has_table(db, "schema_migrations", &there, err);
	if (st == ST_OK && there)
		st = db_prepare(db, "SELECT max(number) FROM schema_migrations", &s, err);
	if (st == ST_OK && there)
		st = db_step(s, &row, err);
	if (st != ST_OK)
		return st;
	if (row) {
		version = (int)db_int(s, 0);
		db_done(s);
	}
	*out = version;
	return ST_OK;
}

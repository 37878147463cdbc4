/* The SQLite engine's rarer duties: backup, integrity, scrubbing, tuning for bulk loads. */
#include "data/sqlite.h"

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "data/dbfile.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct sqlite_db *sdb(struct db *db)
{
	return (struct sqlite_db *)db;
}

/* The whole copy is one step: in WAL mode it reads one snapshot and holds nobody up. */
static enum status copy_pages(struct sqlite_db *from, const char *to, struct error *err)
{
	struct sqlite_db dest = {0};
	int rc = sqlite3_open_v2(to, &dest.h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(dest.h, "PRAGMA synchronous = OFF; PRAGMA cache_size = -2000", NULL, NULL, NULL);
	if (rc == SQLITE_OK) {
		sqlite3_backup *b = sqlite3_backup_init(dest.h, "main", from->h, "main");
		if (b) {
			(void)sqlite3_backup_step(b, -1);
			rc = sqlite3_backup_finish(b);
		} else {
			rc = sqlite3_errcode(dest.h);
		}
	}
	enum status st = rc == SQLITE_OK ? ST_OK : sqlite_error(&dest, rc, NULL, err);
	(void)sqlite3_close(dest.h);
	return st;
}

enum status sqlite_backup(struct db *db, const char *path, struct error *err)
{
	char *temp = NULL, *final = NULL;
	enum status st = dbfile_temp(path, &temp, &final, err);
	if (st != ST_OK)
		return st;
	st = copy_pages(sdb(db), temp, err);
	if (st == ST_OK)
		st = dbfile_publish(temp, final, err);
	if (st != ST_OK)
		(void)unlink(temp);
	free(temp);
	free(final);
	return st;
}

static enum status keep_copy(struct db *live, const char *kept, struct error *err)
{
	struct db *reader = NULL;
	enum status st = sqlite_open(live->target, DB_READONLY, &reader, err);
	if (st == ST_OK)
		st = sqlite_backup(reader, kept, err);
	db_close(&reader);
	return st;
}

enum status db_restore(struct db *live, struct db *from, const char *kept, struct error *err)
{
	if (db_kind(live) != DB_SQLITE || db_kind(from) != DB_SQLITE)
		return error_set(err, ST_INVALID, _("A PostgreSQL database is restored with pg_restore."));
	sqlite3 *h = sdb(live)->h;
	(void)sqlite3_exec(h, "PRAGMA synchronous = FULL", NULL, NULL, NULL);
	sqlite3_backup *b = sqlite3_backup_init(h, "main", sdb(from)->h, "main");
	if (!b)
		return sqlite_error(sdb(live), sqlite3_errcode(h), NULL, err);
	/* No page yet, but the write lock: from here on nobody's change falls between the copy and what replaces it. */
	int rc = sqlite3_backup_step(b, 0);
	enum status st = rc == SQLITE_OK || rc == SQLITE_DONE ? keep_copy(live, kept, err) : ST_OK;
	if (st == ST_OK && (rc == SQLITE_OK || rc == SQLITE_DONE))
		(void)sqlite3_backup_step(b, -1);
	rc = sqlite3_backup_finish(b);
	if (st == ST_OK && rc != SQLITE_OK)
		st = sqlite_error(sdb(live), rc, NULL, err);
	if (st == ST_OK)
		(void)sqlite3_exec(h, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL, NULL);
	return st;
}

/* Call fn for every FTS5 table until it says stop. The names are read first: fn may write. */
static enum status each_index(struct db *db, const char *command, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct buf names = {0};
	enum status st = db_prepare(
		db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '%#_fts' ESCAPE '#'", &s, err);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		buf_printf(&names, "%s\n", db_text(s, 0));
	char *rest = buf_take(&names), *name = rest, *end;
	for (; st == ST_OK && (end = strchr(name, '\n')); name = end + 1) {
		*end = '\0';
		char *sql = mem_printf("INSERT INTO \"%s\"(\"%s\") VALUES('%s')", name, name, command);
		st = db_exec(db, sql, err);
		free(sql);
	}
	free(rest);
	return st;
}

char *sqlite_integrity(struct db *db)
{
	struct error err = {0};
	struct buf out = {0};
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(db, "PRAGMA integrity_check(100)", &s, &err);
	while (st == ST_OK && (st = db_step(s, &row, &err)) == ST_OK && row)
		buf_printf(&out, "%s%s", out.len ? "\n" : "", db_text(s, 0));
	if (st == ST_OK && !db->readonly)
		st = each_index(db, "integrity-check", &err);
	if (st != ST_OK) {
		if (strcmp(buf_str(&out), "ok") == 0)
			buf_clear(&out);
		buf_printf(&out, "%s%s", out.len ? "\n" : "", err.message);
	}
	return buf_take(&out);
}

/* Deleted text lives on in the merged segments of the word indexes, in free pages and in the WAL: rewrite all three. */
enum status sqlite_scrub(struct db *db, struct error *err)
{
	sqlite3 *h = sdb(db)->h;
	enum status st = each_index(db, "optimize", err);
	if (st != ST_OK)
		return st;
	int attached = sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, 2); /* VACUUM attaches its working copy */
	st = db_exec(db, "VACUUM", err);
	(void)sqlite3_limit(h, SQLITE_LIMIT_ATTACHED, attached);
	return st == ST_OK ? db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", err) : st;
}

void sqlite_bulk(struct db *db, bool on)
{
	sqlite3 *h = sdb(db)->h;
	if (on) {
		(void)sqlite3_exec(h, "PRAGMA cache_size = -65536", NULL, NULL, NULL);
		return;
	}
	(void)sqlite3_exec(h, "PRAGMA cache_size = -2000", NULL, NULL, NULL);
	(void)sqlite3_db_release_memory(h);
	(void)malloc_trim(0); /* or the process keeps the 64 MB it no longer uses */
}

void sqlite_durable(struct db *db, bool on)
{
	sqlite3 *h = sdb(db)->h;
	(void)(on ? sqlite3_exec(h, "PRAGMA synchronous = FULL", NULL, NULL, NULL)
		  : sqlite3_exec(h, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL));
}

/* json_extract() turns true into 1; PostgreSQL's ->> says "true". Ask the type to say the same. */
void sqlite_json_member(const char *column, const char *key, char *out, size_t size)
{
	(void)snprintf(out, size,
		"(CASE json_type(NULLIF(%s, ''), '$.%s') WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
		"ELSE CAST(json_extract(NULLIF(%s, ''), '$.%s') AS TEXT) END)",
		column, key, column, key);
}

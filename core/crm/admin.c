#include "core/crm/admin.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/query.h"
#include "core/crm/schema.h"
#include "core/security/access.h"
#include "data/db.h"
#include "data/migrate.h"

enum { MAX_COLUMNS = 200 };

static const char *cell_text(const struct db_stmt *s, int col, struct arena *a)
{
	char id[ID_TEXT_SIZE];
	if (db_is_null(s, col))
		return NULL;
	if (db_bytes(s, col) == sizeof(struct id)) {
		const unsigned char *p = db_blob(s, col);
		bool binary = false;
		for (size_t i = 0; p && i < sizeof(struct id); i++)
			binary = binary || p[i] < 32 || p[i] > 126;
		if (binary) {
			struct id v = db_id(s, col);
			return arena_strdup(a, id_format(&v, id));
		}
	}
	return arena_strdup(a, db_text(s, col));
}

/* Tables know nothing of roles: SQL and copies of the file are for those who may see everything anyway. */
static enum status refuse_whole(struct core *c, struct error *err)
{
	if (id_is_nil(&c->user))
		return error_set(err, ST_DENIED, _("Please sign in first."));
	error_set(err, ST_DENIED, _("This shows everything, and your role, %s, does not."), access_role_name(c));
	error_hint(err, _("Lists and exports show what you may see: simplix contacts list, simplix export contacts."));
	return ST_DENIED;
}

/* The first word behind blanks, comments and brackets. */
static const char *first_word(const char *s)
{
	for (;;) {
		if (isspace((unsigned char)*s) || *s == '(')
			s++;
		else if (s[0] == '-' && s[1] == '-')
			s += strcspn(s, "\n");
		else if (s[0] == '/' && s[1] == '*')
			s = strstr(s + 2, "*/") ? strstr(s + 2, "*/") + 2 : s + strlen(s);
		else
			return s;
	}
}

/* On a server other words may do what no transaction forbids: COPY writes files, SET lifts limits. SQLite reads and nothing else. */
static enum status check_reads(struct core *c, const char *sql, struct error *err)
{
	static const char *const words[] = {"select", "with", "values", "explain", "show", "table"};
	const char *w = first_word(sql);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);
		if (strncasecmp(w, words[i], n) == 0 && !isalnum((unsigned char)w[n]) && w[n] != '_')
			return ST_OK;
	}
	if (db_kind(c->db) == DB_SQLITE)
		return ST_OK;
	error_set(err, ST_DENIED, _("Only questions are asked here: SELECT, WITH, VALUES, TABLE, EXPLAIN, SHOW."));
	error_hint(err, _("Records are changed with simplix ENTITY edit, so that they have a history."));
	return ST_DENIED;
}

enum { SQL_LIMIT_MS = 30000 };

enum status admin_sql(struct core *c, const char *sql, const struct sql_result *out, struct error *err)
{
	struct db_stmt *s;
	const char *cells[MAX_COLUMNS];
	bool row;
	if (!c->read_only)
		return error_set(err, ST_INTERNAL, "admin_sql() on a connection that may write");
	if (!access_reads_everything(c))
		return refuse_whole(c, err);
	enum status st = check_reads(c, sql, err);
	if (st != ST_OK)
		return st;
	db_time_limit(c->db, SQL_LIMIT_MS);
	if ((st = db_begin_read(c->db, err)) != ST_OK)
		return st;
	if ((st = db_prepare(c->db, sql, &s, err)) != ST_OK) {
		db_rollback(c->db);
		return st;
	}
	struct arena *a = arena_new();
	bool told = false;
	while ((st = db_step(s, &row, err)) == ST_OK && (row || !told)) {
		int n = db_columns(s);
		if (n > MAX_COLUMNS)
			n = MAX_COLUMNS;
		if (!told) {
			for (int i = 0; i < n; i++)
				cells[i] = db_column_name(s, i);
			out->columns(out->arg, cells, n);
			told = true;
		}
		if (!row)
			break;
		for (int i = 0; i < n; i++)
			cells[i] = cell_text(s, i, a);
		out->row(out->arg, cells, n);
		arena_reset(a);
	}
	arena_free(&a);
	db_rollback(c->db);
	db_time_limit(c->db, 0);
	return st;
}

enum status admin_backup(struct core *c, const char *path, bool force, struct error *err)
{
	struct stat sb;
	if (!access_reads_everything(c))
		return refuse_whole(c, err);
	if (lstat(path, &sb) == 0) {
		if (!force || !S_ISREG(sb.st_mode)) {
			error_set(err, ST_CONFLICT, _("%s is there already."), path);
			error_hint(err, _("Name another file, or add --force to replace it."));
			return ST_CONFLICT;
		}
		char *temp = mem_printf("%s.new", path);
		(void)unlink(temp);
		enum status st = db_backup(c->db, temp, err);
		if (st == ST_OK && rename(temp, path) != 0)
			st = error_set(err, ST_IO, _("%s could not be replaced: %s."), path, error_system(errno));
		free(temp);
		return st;
	}
	return db_backup(c->db, path, err);
}

/* TARGET.before-restore-20260331-101500, the first that is free. */
static char *kept_name(const char *target)
{
	struct civil c = clock_local(clock_now());
	char *name = mem_printf("%s.before-restore-%04d%02d%02d-%02d%02d%02d", target, c.year, c.month, c.day, c.hour, c.minute, c.second);
	struct stat sb;
	for (int i = 2; lstat(name, &sb) == 0; i++) {
		free(name);
		name = mem_printf("%s.before-restore-%04d%02d%02d-%02d%02d%02d-%d", target, c.year, c.month, c.day, c.hour, c.minute,
			c.second, i);
	}
	return name;
}

/* What is there cannot be read as a database: it is given its other name as it is, and the new file takes its place. */
static enum status replace_damaged(struct db *from, const char *target, const char *kept, struct error *err)
{
	static const char *const side[] = {"-wal", "-shm"};
	char *temp = mem_printf("%s.restoring", target);
	(void)unlink(temp);
	enum status st = db_backup(from, temp, err);
	if (st == ST_OK && link(target, kept) != 0)
		st = error_set(err, ST_IO, _("%s could not be moved away: %s."), target, error_system(errno));
	for (size_t i = 0; st == ST_OK && i < sizeof side / sizeof *side; i++) {
		char *from_name = mem_printf("%s%s", target, side[i]), *to_name = mem_printf("%s%s", kept, side[i]);
		(void)rename(from_name, to_name); /* or its pages would be laid over the new file */
		free(from_name);
		free(to_name);
	}
	if (st == ST_OK && rename(temp, target) != 0)
		st = error_set(err, ST_IO, _("%s could not be put in place: %s."), target, error_system(errno));
	if (st != ST_OK)
		(void)unlink(temp);
	free(temp);
	return st;
}

static enum status check_backup(struct db *from, const char *backup, struct error *err)
{
	char *verdict = db_integrity(from);
	int version = 0;
	enum status st = strcmp(verdict, "ok") == 0 ? migrate_version(from, &version, err)
						     : error_set(err, ST_CORRUPT, _("%s is damaged: %s"), backup, verdict);
	free(verdict);
	if (st == ST_OK && version == 0)
		st = error_set(err, ST_VERSION, _("%s was made by a newer Simplix, or is not one of its databases."), backup);
	return st == ST_OK ? schema_agrees(from, err) : st;
}

enum status admin_restore(const char *backup, const char *target, char **kept_out, struct error *err)
{
	struct db *from = NULL, *live = NULL;
	struct error why = {0};
	char *kept = NULL;
	enum status st = db_open(backup, DB_READONLY, &from, err);
	if (st == ST_OK)
		st = check_backup(from, backup, err);
	if (st == ST_OK && access(target, F_OK) != 0) {
		st = db_backup(from, target, err);
	} else if (st == ST_OK) {
		kept = kept_name(target);
		st = db_open(target, 0, &live, &why);
		if (st == ST_OK)
			st = db_restore(live, from, kept, &why);
		if (st == ST_CORRUPT)
			st = replace_damaged(from, target, kept, &why);
		else if (st == ST_OK)
			st = schema_migrate(live, &why);
		if (st != ST_OK && err)
			*err = why;
	}
	db_close(&live);
	db_close(&from);
	if (st == ST_OK)
		*kept_out = kept;
	else
		free(kept);
	return st;
}

/* What the person may see of it, as every list says. */
static int64_t count_rows(struct core *c, const char *entity)
{
	int64_t n = -1;
	struct query q = {.entity = model_entity(c->model, entity)};
	(void)query_count(c, &q, &n, NULL);
	return n;
}

int admin_checks(struct core *c, struct arena *a, struct check *out, int max)
{
	static const char *const tables[] = {"contacts", "companies", "deals", "activities"};
	int n = 0, version = 0;
	char *verdict = db_integrity(c->db);
	(void)migrate_version(c->db, &version, NULL);
	bool privileged = false;
	if (max < 9)
		return 0;
	out[n++] = (struct check){_("Database"), arena_strdup(a, db_target(c->db)), true};
	out[n++] = (struct check){_("Engine"), db_kind(c->db) == DB_SQLITE ? "SQLite" : "PostgreSQL", true};
	out[n++] = (struct check){_("Schema"), arena_printf(a, "%d / %d", version, schema_version()), version == schema_version()};
	out[n++] = (struct check){_("Integrity"), arena_strdup(a, verdict), strcmp(verdict, "ok") == 0};
	if (db_privileged(c->db, &privileged, NULL) == ST_OK && privileged)
		out[n++] = (struct check){_("Database role"), _("superuser: it may read the server's files; give Simplix a role of its own"), false};
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		out[n++] = (struct check){_(model_entity(c->model, tables[i])->label_plural), number_format(a, count_rows(c, tables[i])),
			true};
	free(verdict);
	return n;
}

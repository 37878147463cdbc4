#include "core/crm/imports.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "data/db.h"

#define COLUMNS                                                                                                        \
	"i.num, i.at, i.set_num, i.file, i.entity, i.preset, (SELECT u.full_name FROM users u WHERE u.id = i.user_id), "  \
	"i.n_rows, i.n_created, i.n_updated, i.n_skipped, i.n_failed, k.undone_by IS NOT NULL "                          \
	"FROM imports i LEFT JOIN change_sets k ON k.num = i.set_num WHERE i.org_id = $1"

static void read_entry(const struct db_stmt *s, struct arena *a, struct import_entry *out)
{
	*out = (struct import_entry){.num = db_int(s, 0), .at = db_int(s, 1), .set = db_int(s, 2), .file = arena_strdup(a, db_text(s, 3)),
		.entity = arena_strdup(a, db_text(s, 4)), .preset = arena_strdup(a, db_text(s, 5)), .who = arena_strdup(a, db_text(s, 6)),
		.rows = db_int(s, 7), .created = db_int(s, 8), .updated = db_int(s, 9), .skipped = db_int(s, 10), .failed = db_int(s, 11),
		.undone = db_int(s, 12) != 0};
}

enum status imports_list(struct core *c, int limit, struct arena *a, struct import_entry **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	int count = 0;
	struct import_entry *list = arena_alloc(a, (size_t)(limit + 1) * sizeof *list);
	enum status st = db_prepare(c->db, "SELECT " COLUMNS " ORDER BY i.num DESC LIMIT $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, limit);
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		read_entry(s, a, &list[count++]);
	if (st == ST_OK) {
		*out = list;
		*n = count;
	}
	return st;
}

enum status imports_get(struct core *c, int64_t num, struct arena *a, struct import_entry *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, "SELECT " COLUMNS " AND i.num = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, num);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no import %lld."), (long long)num);
	read_entry(s, a, out);
	db_done(s);
	return ST_OK;
}

enum status imports_report(struct core *c, int64_t num, struct arena *a, const char **report, const char **mapping, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, "SELECT report, mapping FROM imports WHERE org_id = $1 AND num = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, num);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no import %lld."), (long long)num);
	*report = arena_strdup(a, db_text(s, 0) ? db_text(s, 0) : "");
	*mapping = arena_strdup(a, db_text(s, 1) ? db_text(s, 1) : "");
	db_done(s);
	return ST_OK;
}

enum status imports_revert(struct core *c, int64_t num, struct undo_report *out, struct error *err)
{
	struct import_entry e;
	struct arena *a = arena_new();
	enum status st = imports_get(c, num, a, &e, err);
	if (st == ST_OK)
		st = undo_set(c, e.set, CHANGE_REVERT, out, err);
	arena_free(&a);
	return st;
}

int64_t imports_seen(struct core *c, const char *sha256)
{
	struct db_stmt *s;
	bool row;
	int64_t num = 0;
	if (db_prepare(c->db,
		    "SELECT max(i.num) FROM imports i JOIN change_sets k ON k.num = i.set_num WHERE i.org_id = $1 AND i.sha256 = $2 "
		    "AND k.undone_by IS NULL",
		    &s, NULL) != ST_OK)
		return 0;
	db_bind_id(s, 1, &c->org);
	db_bind_text(s, 2, sha256);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		num = db_int(s, 0);
		db_done(s);
	}
	return num;
}

#include "core/security/erase.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/events.h"
#include "core/crm/rows.h"

/* UPDATE that empties every column a person could have filled. */
static char *blank_sql(struct arena *a, const struct entity *e)
{
	struct buf b = {0};
	buf_printf(&b, "UPDATE %s SET custom = NULL, _v = NULL, updated_at = $1, deleted_at = COALESCE(deleted_at, $1), version = version + 1", e->name);
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!field_is_stored(f) || f->type == FT_REF)
			continue;
		if (!(f->flags & FF_REQUIRED))
			buf_printf(&b, ", %s = NULL", field_column(f));
		else if (field_kind(f) == VAL_TEXT && f->type != FT_ENUM)
			buf_printf(&b, ", %s = ''", field_column(f));
	}
	buf_puts(&b, " WHERE id = $2");
	char *sql = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return sql;
}

static enum status blank(struct core *c, const char *entity, const struct id *id, struct arena *a, struct error *err)
{
	const struct entity *e = model_entity(c->model, entity);
	int64_t num = rows_int(c, 0, arena_printf(a, "SELECT num FROM %s WHERE id = $1", entity), "d", id);
	enum status st = rows_run(c, err, blank_sql(a, e), "id", clock_now(), id);
	if (st == ST_OK && !e->no_search)
		st = db_search_delete(c->db, entity, num, err);
	return st == ST_OK ? audit_forget(c, id, err) : st;
}

static enum status drop_children(struct core *c, const struct id *contact, struct erase_report *rep, struct error *err)
{
	static const char *const sql[] = {
		"DELETE FROM contact_emails WHERE contact_id = $1",
		"DELETE FROM contact_phones WHERE contact_id = $1",
		"DELETE FROM contact_companies WHERE contact_id = $1",
		"DELETE FROM addresses WHERE owner_type = 'contacts' AND owner_id = $1",
		"DELETE FROM taggings WHERE subject_type = 'contacts' AND subject_id = $1",
		"DELETE FROM external_refs WHERE record_id = $1",
		"UPDATE imports SET report = NULL WHERE set_num IN (SELECT g.set_num FROM changes g WHERE g.subject_id = $1)",
	};
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < sizeof sql / sizeof *sql; i++) {
		int64_t n = 0;
		st = rows_change(c, &n, err, sql[i], "d", contact);
		rep->children += n;
	}
	return st;
}

static enum status blank_activities(struct core *c, const struct id *contact, struct arena *a, struct erase_report *rep, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct id *ids = NULL;
	size_t n = 0, cap = 0;
	enum status st = rows_open(c, &s, err, "SELECT id FROM activities WHERE contact_id = $1", "d", contact);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&ids, &cap, n + 1, sizeof *ids);
		ids[n++] = db_id(s, 0);
	}
	for (size_t i = 0; st == ST_OK && i < n; i++)
		st = blank(c, "activities", &ids[i], a, err);
	rep->activities = (int64_t)n;
	free(ids);
	return st;
}

enum status person_erase(struct core *c, const struct id *contact, struct erase_report *out, struct error *err)
{
	struct erase_report rep = {0};
	struct record *r;
	struct arena *a = arena_new();
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = whole_load(c, model_entity(c->model, "contacts"), contact, a, &r, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK) {
		arena_free(&a);
		return st;
	}
	rep.changes = rows_int(c, 0, "SELECT count(*) FROM changes WHERE subject_id = $1 AND diff IS NOT NULL", "d", contact);
	st = drop_children(c, contact, &rep, err);
	if (st == ST_OK)
		st = blank_activities(c, contact, a, &rep, err);
	if (st == ST_OK)
		st = blank(c, "contacts", contact, a, err);
	if (st == ST_OK)
		st = event_add(c, SEV_PERSON_ERASED, NULL, NULL, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK) {
		c->generation++;
		st = db_scrub(c->db, err);
		*out = rep;
	}
	arena_free(&a);
	return st;
}

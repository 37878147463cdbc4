/* What a server brings along: others who write at the same moment, roles with rights of their own. */
#include "data/engine.h"

enum status db_lock(struct db *db, struct error *err)
{
	if (db_kind(db) == DB_SQLITE) /* a write transaction is the lock */
		return ST_OK;
	return db_exec(db, "SELECT pg_catalog.pg_advisory_xact_lock(1397768241)", err);
}

enum status db_use_organization(struct db *db, const struct id *org, struct error *err)
{
	struct db_stmt *s;
	if (db_kind(db) != DB_POSTGRES)
		return ST_OK;
	enum status st = db_prepare(db, "SELECT pg_catalog.set_config('simplix.org', $1, false)", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_text(s, 1, id_format(org, db->organization));
	return db_run(s, err);
}

enum status db_privileged(struct db *db, bool *yes, struct error *err)
{
	struct db_stmt *s;
	bool row;
	*yes = false;
	if (db_kind(db) == DB_SQLITE)
		return ST_OK;
	enum status st = db_prepare(db, "SELECT CASE WHEN rolsuper THEN 1 ELSE 0 END FROM pg_catalog.pg_roles WHERE rolname = current_user", &s, err);
	if (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		*yes = db_int(s, 0) != 0;
		db_done(s);
	}
	return st;
}

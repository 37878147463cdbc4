/* One at a time, across processes and machines. */
#include "data/db.h"

enum status db_lock(struct db *db, struct error *err)
{
	if (db_kind(db) == DB_SQLITE) /* a write transaction is the lock */
		return ST_OK;
	return db_exec(db, "SELECT pg_catalog.pg_advisory_xact_lock(1397768241)", err);
}

/* SQL text that differs between the engines. */
#include "data/db.h"
#include "data/engine.h"

const char *db_skip_locked(const struct db *db)
{
	return db_kind(db) == DB_POSTGRES ? " FOR UPDATE SKIP LOCKED" : "";
}

const char *db_for_update(const struct db *db)
{
	return db_kind(db) == DB_POSTGRES ? " FOR UPDATE" : "";
}

const char *db_returning(const struct db *db)
{
	return db->engine->last_num ? "" : " RETURNING num";
}

const char *db_type_id(const struct db *db)
{
	return db->engine->types[TYPE_ID];
}

const char *db_type_int(const struct db *db)
{
	return db->engine->types[TYPE_INT];
}

const char *db_type_text(const struct db *db)
{
	return db->engine->types[TYPE_TEXT];
}

const char *db_type_blob(const struct db *db)
{
	return db->engine->types[TYPE_BLOB];
}

const char *db_type_real(const struct db *db)
{
	return db->engine->types[TYPE_REAL];
}

const char *db_type_serial(const struct db *db)
{
	return db->engine->types[TYPE_SERIAL];
}

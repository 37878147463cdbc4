/* The schema of both engines, made from the descriptors: entity.since and field.since say which migration adds them. */
#ifndef CORE_CRM_SCHEMA_H
#define CORE_CRM_SCHEMA_H

#include "core/base/error.h"

struct db;

/* Bring db up to this program's schema. ST_VERSION when a newer program made it. */
enum status schema_migrate(struct db *db, struct error *err);
int schema_version(void);
/* For a database that may not be written: is it as this program knows it? ST_VERSION says what to do. */
/* Were the applied migrations the ones of this program, word by word? ST_VERSION otherwise. Writes nothing. */
enum status schema_agrees(struct db *db, struct error *err);
enum status schema_check(struct db *db, struct error *err);
/* Secondary indexes of an entity table, dropped for a large load and made again after it. */
struct entity;
enum status schema_drop_indexes(struct db *db, const struct entity *e, struct error *err);
enum status schema_create_indexes(struct db *db, const struct entity *e, struct error *err);

#endif

/* What a column is to become: targets as text, proposals, choices. */
#ifndef CORE_CRM_IMPORT_MAP_H
#define CORE_CRM_IMPORT_MAP_H

#include "core/crm/import_plan.h"

/* Parse the text of a target. ST_INVALID says what is wrong; *out is untouched then. */
enum status import_target_parse(const struct import_plan *p, int column, const char *text, struct import_target *out,
	struct error *err);
/* The long text field of an entity that takes notes; NULL (users, teams). */
const struct field *import_note_field(const struct entity *e);
/* Fields that are no fields of the entity but can be imported: "created_at", a deal's "product"…; READ_NOTE when unknown. */
enum import_reader import_special(const struct entity *e, const char *name);
/* May a file fill this field? Also some that people cannot set: when a deal was won, the last touch. */
bool import_may_fill(const struct field *f);

#endif

/* Links by name: from what a cell says to the record it means, found or made, and remembered for the rows that follow. */
#ifndef CORE_CRM_IMPORT_LINK_H
#define CORE_CRM_IMPORT_LINK_H

#include "core/crm/import_run.h"

/* Resolve the names staged for a role into references of its record. What cannot be found goes to the notes. */
enum status import_resolve(struct import_run *run, enum import_role role, struct error *err);
/* A live row by a column that has no index: all its values are read once, folded by `fold`, and new ones are to be told. */
bool import_by_column(struct import_run *run, const struct entity *e, const char *column, const char *(*fold)(struct arena *, const char *),
	const char *value, struct id *out);
void import_column_has(struct import_run *run, const char *column, const char *(*fold)(struct arena *, const char *), const char *value,
	const struct id *id);
/* Letters and digits of a name, folded: "GTX Pro" and "GTXPro" are one product. */
const char *import_squeeze(struct arena *a, const char *name);
const char *import_as_is(struct arena *a, const char *text);
/* A product by its name without regard to case, spaces and punctuation ("GTXPro" is "GTX Pro"), made when missing. */
enum status import_link_product(struct import_run *run, const char *name, struct id *out, struct error *err);
/* The name a product has here. */
const char *import_product_name(struct import_run *run, const char *name);
/* What was set aside until all rows are there. May make a custom field, so nothing may hold on to fields afterwards. */
enum status import_link_later(struct import_run *run, struct error *err);
void import_set_aside(struct import_run *run, const struct entity *e, const struct id *id, const char *field, const char *text,
	int column);
/* A live contact or user by address or by name, in either order of its parts. */
bool import_find_person(struct import_run *run, const struct entity *e, const char *text, struct id *out);
/* Remember and recall a name of an entity, folded. */
bool import_recall(struct import_run *run, const struct entity *e, const char *name, struct id *out);
void import_memorize(struct import_run *run, const struct entity *e, const char *name, const struct id *id);

#endif

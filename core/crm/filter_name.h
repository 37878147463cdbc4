/* Names in filters: of fields, by name, short name or label in the language in use; of what references point at. */
#ifndef CORE_CRM_FILTER_NAME_H
#define CORE_CRM_FILTER_NAME_H

#include "core/crm/filter.h"

/* A field that may be asked for, or NULL. Labels count blind to case and accents, "-" and "_" stand for blanks. */
const struct field *filter_field(struct core *c, const struct entity *e, const char *name);
/* There is no such field: ST_INVALID with the nearest one. */
enum status filter_no_field(struct core *c, const struct entity *e, const char *name, struct error *err);
/* Nothing of `target` is called so: ST_INVALID with the nearest name. */
enum status filter_no_name(struct core *c, const struct entity *target, const char *field, const char *value, struct error *err);

#endif

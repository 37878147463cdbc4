/* A record as JSON: one shape for the command line, exports and the HTTP API. */
#ifndef CORE_CRM_RECORD_JSON_H
#define CORE_CRM_RECORD_JSON_H

#include "core/base/json.h"
#include "core/crm/record.h"

/* An object: id, reference, every visible field by name (a reference as its title beside its id column, money as decimal beside
 * its minor units and currency), then created_at, updated_at, version, and deleted_at when deleted. */
void record_json(struct core *c, const struct record *r, struct json_out *w);
/* One member: the field's name and value (and its raw companion). */
void record_json_field(struct core *c, const struct record *r, const struct field *f, struct json_out *w);

#endif

/* A record in memory: values by the entity's field list, and which of them were set.
 *
 * A record is used in two ways: loaded (store_load: `num` is not 0, every field has its value) or as a patch to be written
 * (record_new, record_set…: only fields with .set count). Everything lives in its arena.
 */
#ifndef CORE_CRM_RECORD_H
#define CORE_CRM_RECORD_H

#include "core/crm/core.h"

struct record {
	const struct entity *entity;
	struct arena *arena;
	struct id id;
	int64_t num; /* short reference number; 0 when not stored yet */
	int64_t version, created_at, updated_at, deleted_at; /* ms; deleted_at 0: alive */
	struct id created_by, updated_by;
	const char *custom; /* JSON of custom fields as stored; NULL: none */
	const void *stamps; /* packed `_v` */
	size_t stamps_len;
	struct value *v;
	bool *set;
	const char **typed; /* amounts and currencies as they were typed, for core/crm/amount.c; NULL: none */
	bool quiet; /* bulk load: the caller writes the consequences (stage history, last touch) itself */
};

struct record *record_new(struct arena *a, const struct entity *e);
/* The same row with values of its own to change, none of them set; texts stay where they are. */
struct record *record_copy(struct arena *a, const struct record *r);

/* Values by field name; the name must exist (a programming error otherwise: aborts). */
const struct value *record_get(const struct record *r, const char *field);
const char *record_text(const struct record *r, const char *field); /* NULL when null or no text */
int64_t record_int(const struct record *r, const char *field);      /* 0 when null */
struct id record_id(const struct record *r, const char *field);     /* nil when null */
bool record_null(const struct record *r, const char *field);
bool record_is(const struct record *r, const char *field, const char *value); /* this text */

void record_put_text(struct record *r, const char *field, const char *s); /* NULL clears; copied */
void record_put_int(struct record *r, const char *field, int64_t i);
void record_put_id(struct record *r, const char *field, struct id id);
void record_clear(struct record *r, const char *field);
void record_put(struct record *r, const struct field *f, struct value v); /* text is copied */

/* What a person typed, parsed and resolved: references by id, C-12, unique name or mail address ("me" for users). Money with a
 * currency also sets the currency field. ST_INVALID names the field; unknown fields are refused with the nearest name. */
enum status record_set_input(struct core *c, struct record *r, const char *field, const char *text, struct error *err);

/* Several at once, whatever their order: currencies are read before the amounts that are in them. */
struct input {
	const char *field, *text;
};
enum status record_set_inputs(struct core *c, struct record *r, const struct input *list, int n, struct error *err);

/* "C-1042", into out[24]; "" for entities without a letter. */
char *record_reference(const struct entity *e, int64_t num, char out[24]);
/* The currency that applies to a money field of this record. */
const char *record_currency(const struct core *c, const struct record *r, const struct field *f);
/* For a person, in her language; references become titles. Not cleaned for display. */
const char *record_format(struct core *c, const struct record *r, const struct field *f, struct arena *a);
/* For a line editor. */
const char *record_edit_text(struct core *c, const struct record *r, const struct field *f, struct arena *a);

#endif

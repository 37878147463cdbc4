/* Building one SELECT with parameters: text and values grow together, so that no value is ever pasted into SQL. */
#ifndef CORE_CRM_SQL_H
#define CORE_CRM_SQL_H

#include "core/crm/core.h"
#include "data/db.h"
#include "data/fold.h"

struct sql {
	struct buf text;
	struct value *params;
	size_t n, cap;
	struct arena *arena; /* parameter text */
};

void sql_init(struct sql *q, struct arena *a);
void sql_free(struct sql *q);
void sql_add(struct sql *q, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Append the next parameter mark ("$3") for a value; text is copied. */
void sql_int(struct sql *q, int64_t i);
void sql_text(struct sql *q, const char *s);
void sql_id(struct sql *q, const struct id *id);
void sql_value(struct sql *q, const struct value *v);
/* A parameter whose mark is written by somebody else: "$" and the count of parameters after this call. */
void sql_silent_text(struct sql *q, const char *s);
enum status sql_prepare(struct sql *q, struct db *db, struct db_stmt **out, struct error *err);

/* SQL expression of a field over row alias `t`: its column, its main child's column, its JSON member, its expression. */
void sql_field(struct sql *q, struct core *c, const struct entity *e, const struct field *f);
/* The entity's title expression over another row alias than `t`. */
void sql_title(struct sql *q, const struct entity *e, char alias);

#endif

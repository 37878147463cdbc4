/* Short forms for SQL on tables that are no entities: one call binds and runs.
 *
 * `types` has one letter for each parameter, in order: i int64_t, t text (NULL allowed), d const struct id * (NULL or nil binds null), b
 * bytes (const void *, size_t), n nothing (null). */
#ifndef CORE_CRM_ROWS_H
#define CORE_CRM_ROWS_H

#include "core/crm/core.h"
#include "data/db.h"

enum status rows_run(struct core *c, struct error *err, const char *sql, const char *types, ...);
/* The same and the number of rows it touched. */
enum status rows_change(struct core *c, int64_t *changed, struct error *err, const char *sql, const char *types, ...);
/* INSERT into a table with a {serial} column; the text must not end in RETURNING. */
enum status rows_insert(struct core *c, int64_t *num, struct error *err, const char *sql, const char *types, ...);
/* Open a SELECT: step it with db_step(); */
enum status rows_open(struct core *c, struct db_stmt **s, struct error *err, const char *sql, const char *types, ...);
/* The first row: *there false when none. Give the statement back with db_done() when it is there. */
enum status rows_first(struct core *c, struct db_stmt **s, bool *there, struct error *err, const char *sql, const char *types, ...);
/* One number of the first row; `otherwise` when there is none, or null. */
int64_t rows_int(struct core *c, int64_t otherwise, const char *sql, const char *types, ...);

/* A text column as the arena's, "" for null. */
const char *rows_text(struct arena *a, const struct db_stmt *s, int col);

#endif

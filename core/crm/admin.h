/* Looking after the database: read-only SQL, checks, backup and restore. */
#ifndef CORE_CRM_ADMIN_H
#define CORE_CRM_ADMIN_H

#include "core/crm/core.h"

/* Run one SELECT and hand out its rows as text (NULL for null). The connection must have been opened read-only. */
struct sql_result {
	void (*columns)(void *arg, const char *const *names, int n);
	void (*row)(void *arg, const char *const *cells, int n);
	void *arg;
};
enum status admin_sql(struct core *c, const char *sql, const struct sql_result *out, struct error *err);

/* Copy the database, consistent while in use, to a new file. */
enum status admin_backup(struct core *c, const char *path, bool force, struct error *err);
/* Put a backup in the place of the database file `target`, also while it is in use; what was there is copied to a file beside it, whose
 * name the caller frees (NULL: nothing was there). Killed in the middle it leaves the old or the new. */
enum status admin_restore(const char *backup, const char *target, char **kept, struct error *err);

struct check {
	const char *name, *found; /* arena, translated */
	bool good;
};
/* What `simplix doctor` tells of the database. */
int admin_checks(struct core *c, struct arena *a, struct check *out, int max);

#endif

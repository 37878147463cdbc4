/* The imports of the past: what came from which file, and taking one back. */
#ifndef CORE_CRM_IMPORTS_H
#define CORE_CRM_IMPORTS_H

#include "core/crm/undo.h"

struct import_entry {
	int64_t num, at, set;
	const char *file, *entity, *preset, *who; /* preset: its id, or NULL */
	int64_t rows, created, updated, skipped, failed;
	bool undone; /* taken back, by revert or undo, and not done again */
};

/* Newest first. Arena memory. */
enum status imports_list(struct core *c, int limit, struct arena *a, struct import_entry **out, int *n, struct error *err);
enum status imports_get(struct core *c, int64_t num, struct arena *a, struct import_entry *out, struct error *err);
/* The report as JSON text, as import_report_json() wrote it, and the mapping. Arena memory; "" when there is none. */
enum status imports_report(struct core *c, int64_t num, struct arena *a, const char **report, const char **mapping, struct error *err);
/* Take an import back, whenever. What somebody changed since, or what other records lean on, stays and is named in the report. */
enum status imports_revert(struct core *c, int64_t num, struct undo_report *out, struct error *err);
/* Number of the last import of a file with this content that still stands; 0. */
int64_t imports_seen(struct core *c, const char *sha256);

#endif

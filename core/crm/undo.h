/* Undo and redo over the change log, across restarts; and the story of a record.
 *
 * Undo never rewinds: it appends a change set that takes another one back, so the log (and later sync) stays a line. A field that
 * somebody changed since is left alone and reported.
 */
#ifndef CORE_CRM_UNDO_H
#define CORE_CRM_UNDO_H

#include "core/crm/store.h"

struct undo_report {
	int64_t set;        /* the change set taken back (or done again) */
	char label[160];
	int64_t done, kept; /* changes taken back; left alone since changed by others later */
	char kept_what[512]; /* the first of these, for a message */
};

/* The acting user's last change that can be taken back. ST_NOT_FOUND when there is none. */
enum status undo_last(struct core *c, struct undo_report *out, struct error *err);
enum status redo_last(struct core *c, struct undo_report *out, struct error *err);
/* Take back one change set by number (import revert, unmerge). */
enum status undo_set(struct core *c, int64_t set, enum change_kind kind, struct undo_report *out, struct error *err);

/* What could be undone and redone now, for menus ("" when nothing). Arena text. */
char *undo_label(struct core *c, struct arena *a);
char *redo_label(struct core *c, struct arena *a);

struct history_line {
	int64_t at, set;
	char op;            /* c, u, d, r */
	const char *who, *entity, *kind, *label;
	const char *field;  /* label, translated; NULL for a whole row */
	const char *old, *now; /* formatted for a person */
	struct id record;
};
/* Newest first; one line per field changed. Arena memory. */
enum status history_of(struct core *c, const struct entity *e, const struct id *id, int limit, struct arena *a,
	struct history_line **out, int *n, struct error *err);

struct change_set {
	int64_t num, at, n_changes, undone_by;
	const char *who, *kind, *label;
};
/* The newest change sets of the organization. Arena memory. */
enum status changes_recent(struct core *c, int64_t since, int limit, struct arena *a, struct change_set **out, int *n,
	struct error *err);
/* The record that a change set is about: of its first change, the owner where that is a child. 0 when it is gone or not to be seen. */
int64_t changes_subject(struct core *c, int64_t set, struct arena *a, const struct entity **e);

#endif

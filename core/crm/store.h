/* The one door for writes, and the log of changes behind it.
 *
 * Every write to business data happens inside a txn: one database transaction and one change set in the log, with who, when,
 * on which device and why. validate -> write the row -> append to the log. Undo, history, import revert, sync and events
 * all read that log; nothing else keeps a copy of the story. Rows are never removed here: a delete sets deleted_at, undoing a
 * creation is a delete, so ids stay known.
 */
#ifndef CORE_CRM_STORE_H
#define CORE_CRM_STORE_H

#include "core/crm/record.h"

enum change_kind {
	CHANGE_EDIT,
	CHANGE_BULK,
	CHANGE_IMPORT,
	CHANGE_MERGE,
	CHANGE_UNDO,
	CHANGE_REDO,
	CHANGE_REVERT,
	CHANGE_SYSTEM, /* set-up; not undoable */
};

struct txn;

/* Start a change set. The label is what undo will call it: "Edit Amélie Durand", "Delete 14 contacts" (copied; NULL takes the
 * first change's). Nested calls on one core are refused. */
enum status txn_begin(struct core *c, enum change_kind kind, const char *label, struct txn **out, struct error *err);
enum status txn_commit(struct txn **t, struct error *err); /* a set without changes leaves no trace */
void txn_rollback(struct txn **t);                         /* NULL allowed */
/* Commit when st is ST_OK, else roll back and give st. */
enum status txn_end(struct txn **t, enum status st, struct error *err);
/* A large load is coming: words go to the search indexes in batches, values that repeat are looked up once. */
void txn_bulk(struct txn *t);
struct core *txn_core(const struct txn *t);
int64_t txn_number(const struct txn *t); /* number of the change set */
void txn_label(struct txn *t, const char *label);

/* Add a row. Defaults are filled in, derived fields computed. r->id and r->num are set. */
enum status store_insert(struct txn *t, struct record *r, struct error *err);
/* Change the set fields of the row r->id. When r->version is not 0 and the stored version differs: ST_CONFLICT. Nothing
 * changed is ST_OK without a trace. */
enum status store_update(struct txn *t, struct record *r, struct error *err);
enum status store_delete(struct txn *t, const struct entity *e, const struct id *id, struct error *err);
enum status store_restore(struct txn *t, const struct entity *e, const struct id *id, struct error *err);

/* Until the end of the transaction nobody else changes the row: of several at once the second sees what the first did. */
enum status store_hold(struct txn *t, const struct entity *e, const struct id *id, struct error *err);

/* The above in a change set of their own. */
enum status store_save(struct core *c, struct record *r, struct error *err); /* insert when r->num is 0, else update */
enum status store_remove(struct core *c, const struct entity *e, const struct id *id, struct error *err);

/* Load a row, deleted ones too; ST_NOT_FOUND. With children: lists, tags, virtual fields. */
enum status store_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err);
enum status store_load_num(struct core *c, const struct entity *e, int64_t num, struct arena *a, struct record **out,
	struct error *err);
/* The same, whoever may see it: for the core's own work in the course of a permitted change. */
enum status whole_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err);
/* Title of a row ("" when unknown); deleted rows have one too. */
char *store_title(struct core *c, const struct entity *e, const struct id *id, struct arena *a);

/* Find by what people type: id, C-12 or 12, mail address, unique name. ST_NOT_FOUND, or ST_CONFLICT listing the candidates. */
enum status store_find(struct core *c, const struct entity *e, const char *text, struct id *out, struct error *err);

#endif

/* Below the door: single-row SQL, the log, the search index. For the files beside the door (store, undo, merge, hooks, import) only. */
#ifndef CORE_CRM_STORE_RAW_H
#define CORE_CRM_STORE_RAW_H

#include "core/crm/store.h"

struct txn {
	struct core *core;
	struct arena *arena;
	enum change_kind kind;
	char *label;
	int64_t number; /* of the change set; 0 until the first change */
	int64_t undoes; /* change set that this one takes back; 0: none */
	int64_t changes;
	int64_t at;
	int depth; /* effects within effects are refused beyond a few levels */
	bool model_changed;
	bool rights_changed;
	bool webhooks_changed;
	struct sha256 *digest; /* of the set so far, for the audit trail */
	struct index_batch *batch; /* txn_bulk(): words on their way to the indexes; else NULL */
};

/* Statement texts of an entity, made once. */
struct entity_sql {
	const char *insert, *select, *select_num;
	int n_stored; /* stored fields, in order */
	int *stored;  /* their field indexes */
};
const struct entity_sql *entity_sql(struct core *c, const struct entity *e);
void sql_cache_free(struct core *c);

/* One stamp of the hybrid logical clock (48 bit ms, 16 bit counter), later than all before. */
int64_t core_stamp(struct core *c);
/* Packed stamps of a row after the named columns changed; arena text. */
const void *stamps_update(struct core *c, struct arena *a, const void *old, size_t old_len, const char *const *columns, int n,
	size_t *len);

/* Log one change. diff: JSON object {"field":[old,new]} or NULL. subject: the row whose history shows it. */
enum status log_append(struct txn *t, const struct entity *e, const struct id *id, const struct id *subject, char op,
	const char *diff, struct error *err);
enum status log_open_set(struct txn *t, struct error *err);
enum status log_close_set(struct txn *t, struct error *err);
/* A value as log text, and back by the field's kind. */
void log_value(struct buf *out, const struct value *v);

/* A row with and without its children, whoever may see it. */

enum status raw_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err);

/* Write row `now` over `old` (same id): changed stored and custom columns, derived fields, version, stamps, search words, log. No
 * checks, no effects. *changed tells whether anything differed. */
enum status raw_update(struct txn *t, const struct record *old, struct record *now, bool *changed, struct error *err);
enum status raw_set_deleted(struct txn *t, const struct record *r, bool deleted, struct error *err);
enum status raw_index(struct txn *t, const struct record *r, struct error *err);
/* Words still on their way into the indexes, now. Before anything searches or takes words out. */
enum status raw_index_flush(struct txn *t, struct error *err);
void raw_index_free(struct txn *t);
/* The record's title changed: index anew what is found by it. raw_update() calls this. */
enum status raw_index_referrers(struct txn *t, const struct entity *e, const struct id *id, struct error *err);
/* Row whose history tells of this one: the parent of a child, else itself. */
struct id raw_subject(const struct record *r);

/* Children: write the lists, tags and virtual fields that are set on `now`. `fresh`: the owner was made in this very txn, so
 * nothing is looked up and nothing logged. */
enum status children_write(struct txn *t, const struct record *now, bool fresh, struct error *err);
/* Exactly one live child of each kind is the main one: the first in order. Repairs what undo across other people's work leaves. */
enum status children_settle(struct txn *t, const struct record *owner, struct error *err);
/* Load lists, tags and virtual fields into r. */
enum status children_load(struct core *c, struct record *r, struct error *err);
/* Insert without checks and effects; `logged` false for a fresh owner's children. */
enum status raw_insert(struct txn *t, struct record *r, bool logged, struct error *err);

#endif

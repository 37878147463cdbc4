#include "core/crm/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/list_text.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"
#include "data/db.h"

/* Ids of the live rows of `e` whose column is the loser (and whose owner kind fits). */
static enum status referring(struct core *c, const struct entity *e, const struct field *f, const struct entity *target,
	const struct id *loser, struct id **out, size_t *n, struct error *err)
{
	char sql[400];
	struct db_stmt *s;
	bool row;
	size_t cap = 0;
	(void)snprintf(sql, sizeof sql, "SELECT t.id FROM %s t WHERE t.org_id = $1 AND t.%s = $2 AND t.deleted_at IS NULL%s%s%s", e->name,
		field_column(f), f->ref ? "" : " AND t.", f->ref ? "" : e->owner_type, f->ref ? "" : " = $3");
	*out = NULL;
	*n = 0;
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_id(s, 2, loser);
	if (!f->ref)
		db_bind_text(s, 3, target->name);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(out, &cap, *n + 1, sizeof **out);
		(*out)[(*n)++] = db_id(s, 0);
	}
	return st;
}

/* Does following the own reference `f` from a row lead to that one? */
static bool leads_to(struct txn *t, const struct entity *e, const struct field *f, struct id from, const struct id *to)
{
	for (int depth = 0; depth < 50 && !id_is_nil(&from); depth++) {
		struct record *r;
		if (id_eq(&from, to))
			return true;
		if (whole_load(t->core, e, &from, t->arena, &r, NULL) != ST_OK)
			return false;
		from = record_id(r, f->name);
	}
	return false;
}

static enum status repoint(struct txn *t, const struct entity *e, const struct field *f, const struct entity *target,
	const struct id *survivor, const struct id *loser, struct error *err)
{
	struct id *ids;
	size_t n;
	enum status st = referring(t->core, e, f, target, loser, &ids, &n, err);
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *old, *now;
		bool changed;
		if ((st = whole_load(t->core, e, &ids[i], t->arena, &old, err)) != ST_OK)
			break;
		now = record_copy(t->arena, old);
		struct value *v = now->v;
		v[entity_field_index(e, f)] = (struct value){.kind = VAL_ID, .id = *survivor};
		if (e == target && leads_to(t, e, f, *survivor, &ids[i])) /* its own parent, or in a ring: it has none then */
			v[entity_field_index(e, f)] = (struct value){0};
		if (f->child == NULL && entity_index_of(e, "is_primary") >= 0 && e->parent && strcmp(e->parent, f->name) == 0)
			v[entity_index_of(e, "is_primary")] = (struct value){.kind = VAL_INT, .i = 0};
		if ((st = raw_update(t, old, now, &changed, err)) == ST_OK)
			st = raw_index(t, now, err);
	}
	free(ids);
	return st;
}

static bool refers(const struct entity *e, const struct field *f, const struct entity *target)
{
	if (f->type != FT_REF || (f->flags & FF_CUSTOM) || strcmp(f->name, "merged_into") == 0 || strcmp(e->name, "taggings") == 0)
		return false;
	if (f->ref)
		return strcmp(f->ref, target->name) == 0;
	return e->owner_type && e->parent && strcmp(e->parent, f->name) == 0;
}

/* An amount may come over when it is of the survivor's currency, or when the survivor has no amount of its own to confuse it
 * with: then the currency comes too. */
static bool amount_fits(const struct record *survivor, const struct record *loser, const struct field *money, struct record *patch)
{
	const struct entity *e = survivor->entity;
	const struct field *currency = money->type == FT_MONEY && money->currency ? entity_field(e, money->currency) : NULL;
	if (!currency || currency->child)
		return true;
	int at = entity_field_index(e, currency);
	if (value_eq(&survivor->v[at], &loser->v[at]))
		return true;
	for (int i = 0; i < e->n_fields; i++)
		if (e->fields[i].currency && strcmp(e->fields[i].currency, money->currency) == 0 && survivor->v[i].kind != VAL_NULL)
			return false;
	record_put(patch, currency, loser->v[at]);
	return true;
}

/* What tells about another field (when the deal was won) stays with the value that field has. */
static bool leader_stays(const struct record *survivor, const struct field *f)
{
	return f->follows && survivor->v[entity_index_of(survivor->entity, f->follows)].kind != VAL_NULL;
}

/* Tags have ids of their record and their name, so they are not moved: the survivor gets its own, the loser's go. */
static enum status join_tags(struct txn *t, const struct record *survivor, const struct record *loser, struct error *err)
{
	int i = entity_index_of(survivor->entity, "tags");
	if (i < 0 || loser->v[i].kind != VAL_TEXT)
		return ST_OK;
	struct record *patch = record_new(t->arena, survivor->entity), *none = record_new(t->arena, survivor->entity);
	struct list_item *items;
	struct buf all = {0};
	if (survivor->v[i].kind == VAL_TEXT)
		buf_puts(&all, survivor->v[i].s);
	int n = list_parse_plain(t->arena, loser->v[i].s, &items);
	for (int k = 0; k < n; k++)
		list_append(&all, items[k].value, NULL);
	patch->id = survivor->id;
	none->id = loser->id;
	record_put_text(patch, "tags", buf_str(&all));
	record_clear(none, "tags");
	buf_free(&all);
	enum status st = store_update(t, patch, err);
	return st == ST_OK ? children_write(t, none, false, err) : st;
}

/* The survivor's empty fields take the loser's values; lists are joined by moving their rows. */
static enum status fill_gaps(struct txn *t, const struct record *survivor, const struct record *loser, struct error *err)
{
	struct record *patch = record_new(t->arena, survivor->entity);
	patch->id = survivor->id;
	patch->num = survivor->num;
	bool any = false;
	for (int i = 0; i < survivor->entity->n_fields; i++) {
		const struct field *f = &survivor->entity->fields[i];
		bool plain = field_is_stored(f) || (f->flags & FF_CUSTOM);
		if (!plain || (f->flags & (FF_DERIVED | FF_HIDDEN)) || survivor->v[i].kind != VAL_NULL ||
			loser->v[i].kind == VAL_NULL)
			continue;
		if (leader_stays(survivor, f) || !amount_fits(survivor, loser, f, patch))
			continue;
		if (loser->v[i].kind == VAL_ID && f->ref && strcmp(f->ref, survivor->entity->name) == 0 &&
			(id_eq(&loser->v[i].id, &survivor->id) || leads_to(t, survivor->entity, f, loser->v[i].id, &survivor->id)))
			continue; /* the loser's parent was the survivor, or is below it */
		record_put(patch, f, loser->v[i]);
		any = true;
	}
	return any ? store_update(t, patch, err) : ST_OK;
}

/* After the children moved: the same mail address or phone twice is one too many. */
static enum status drop_repeated(struct txn *t, const struct entity *e, const struct id *survivor, struct error *err)
{
	struct record *now;
	enum status st = whole_load(t->core, e, survivor, t->arena, &now, err);
	if (st != ST_OK)
		return st;
	for (int i = 0; i < e->n_fields; i++)
		now->set[i] = e->fields[i].type == FT_LIST && now->v[i].kind == VAL_TEXT;
	if ((st = children_write(t, now, false, err)) == ST_OK && (st = children_settle(t, now, err)) == ST_OK &&
		(st = children_load(t->core, now, err)) == ST_OK)
		st = raw_index(t, now, err);
	return st;
}

static enum status note_merge(struct txn *t, const struct entity *e, const struct id *survivor, const struct id *loser,
	struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(t->core->db,
		"INSERT INTO merges (org_id, at, entity, survivor_id, loser_id, set_num) VALUES ($1, $2, $3, $4, $5, $6)", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &t->core->org);
	db_bind_int(s, 2, t->at);
	db_bind_text(s, 3, e->name);
	db_bind_id(s, 4, survivor);
	db_bind_id(s, 5, loser);
	db_bind_int(s, 6, t->number);
	return db_run(s, err);
}

static enum status do_merge(struct txn *t, const struct entity *e, const struct id *survivor, const struct id *loser, struct error *err)
{
	struct core *c = t->core;
	struct record *a, *b;
	enum status st = store_load(c, e, survivor, t->arena, &a, err);
	if (st == ST_OK)
		st = store_load(c, e, loser, t->arena, &b, err);
	if (st != ST_OK)
		return st;
	if (a->deleted_at || b->deleted_at)
		return error_set(err, ST_INVALID, _("A deleted record cannot be merged; restore it first."));
	txn_label(t, arena_printf(t->arena, _("Merge %s into %s"), store_title(c, e, loser, t->arena),
			     store_title(c, e, survivor, t->arena)));
	st = fill_gaps(t, a, b, err);
	if (st == ST_OK)
		st = join_tags(t, a, b, err);
	for (int i = 0; st == ST_OK && i < c->model->n; i++) {
		const struct entity *other = &c->model->entities[i].e;
		for (int k = 0; st == ST_OK && k < other->n_fields; k++)
			if (refers(other, &other->fields[k], e))
				st = repoint(t, other, &other->fields[k], e, survivor, loser, err);
	}
	if (st == ST_OK)
		st = drop_repeated(t, e, survivor, err);
	if (st != ST_OK)
		return st;
	struct record *gone = record_new(t->arena, e);
	gone->id = *loser;
	record_put_id(gone, "merged_into", *survivor);
	if ((st = store_update(t, gone, err)) == ST_OK)
		st = store_delete(t, e, loser, err);
	return st == ST_OK ? note_merge(t, e, survivor, loser, err) : st;
}

enum status merge_records(struct core *c, const struct entity *e, const struct id *survivor, const struct id *loser, struct error *err)
{
	struct txn *t;
	if (id_eq(survivor, loser))
		return error_set(err, ST_INVALID, _("A record cannot be merged with itself."));
	if (entity_index_of(e, "merged_into") < 0)
		return error_set(err, ST_INVALID, _("%s cannot be merged."), _(e->label_plural));
	enum status st = access_check_row(c, e, survivor, ACT_MERGE, err);
	if (st == ST_OK)
		st = access_check_row(c, e, loser, ACT_MERGE, err);
	if (st != ST_OK || (st = txn_begin(c, CHANGE_MERGE, NULL, &t, err)) != ST_OK)
		return st;
	if ((st = do_merge(t, e, survivor, loser, err)) != ST_OK) {
		txn_rollback(&t);
		return st;
	}
	return txn_commit(&t, err);
}

enum status unmerge_record(struct core *c, const struct entity *e, const struct id *any, struct undo_report *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"SELECT m.set_num FROM merges m JOIN change_sets k ON k.num = m.set_num WHERE m.org_id = $1 AND m.entity = $2 "
		"AND (m.survivor_id = $3 OR m.loser_id = $3) AND k.undone_by IS NULL ORDER BY m.num DESC LIMIT 1",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_text(s, 2, e->name);
	db_bind_id(s, 3, any);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("This record was not merged."));
	int64_t set = db_int(s, 0);
	db_done(s);
	return undo_set(c, set, CHANGE_UNDO, out, err);
}

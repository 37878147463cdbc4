/* What hangs on a record and is edited through it: lists of mail addresses and phones in one line of text, tags, and the
 * columns of the main child shown flat on its owner.
 *
 * Each child is a row of its own with its own entry in the log; the owner's fields are only views of them. Children
 * made together with their owner are not logged one by one: the owner's creation stands for them.
 */
#include "core/crm/children.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/list_text.h"
#include "core/crm/store_raw.h"
#include "data/db.h"

/* SQL condition that selects the live children of owner $1 (and kind $2), main one first. */
void children_where(const struct entity *child, char *out, size_t size)
{
	const struct field *parent = entity_field(child, child->parent);
	bool ordered = entity_index_of(child, "is_primary") >= 0;
	bool placed = entity_index_of(child, "position") >= 0;
	(void)snprintf(out, size, "k.%s = $1%s%s%s AND k.deleted_at IS NULL ORDER BY %s%sk.num", field_column(parent),
		child->owner_type ? " AND k." : "", child->owner_type ? child->owner_type : "",
		child->owner_type ? " = $2" : "", ordered ? "k.is_primary DESC, " : "", placed ? "k.position, " : "");
}

static const struct entity *child_entity(struct core *c, const struct field *f)
{
	return model_entity(c->model, f->type == FT_TAGS ? "taggings" : f->child);
}

static enum status prepare_children(struct core *c, const struct entity *child, const char *columns, const struct entity *owner,
	const struct id *id, struct db_stmt **s, struct error *err)
{
	char where[256], sql[768];
	children_where(child, where, sizeof where);
	(void)snprintf(sql, sizeof sql, "SELECT %s FROM %s k WHERE %s", columns, child->name, where);
	enum status st = db_prepare(c->db, sql, s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(*s, 1, id);
	if (child->owner_type)
		db_bind_text(*s, 2, owner->name);
	return ST_OK;
}

const char *list_label_of(const struct entity *child, const char *label)
{
	const struct field *f = entity_field(child, "label");
	if (!label || !f)
		return NULL;
	const struct choice *c = field_choice(f, label);
	return c ? c->value : "other";
}

static enum status check_item(struct core *c, const struct field *list, const struct entity *child, const char *value,
	struct arena *a, struct error *err)
{
	struct conventions conv = core_conventions(c);
	struct value v;
	const struct field *f = entity_field(child, list->child_column);
	enum status st = field_parse(f, value, &conv, a, &v, NULL, err);
	if (st != ST_OK && err)
		(void)snprintf(err->field, sizeof err->field, "%s", list->name);
	return st;
}

/* The text that compares: what the child's derived column holds, or the value itself. */
static const char *item_key(const struct field *list, const char *value, struct arena *a)
{
	if (strcmp(list->child, "contact_emails") == 0)
		return email_norm(a, value);
	if (strcmp(list->child, "contact_phones") == 0)
		return phone_digits(a, value);
	return value;
}

static void attach(struct record *child, const struct record *owner)
{
	record_put_id(child, child->entity->parent, owner->id);
	if (child->entity->owner_type)
		record_put_text(child, child->entity->owner_type, owner->entity->name);
}

static void fill_defaults(struct core *c, struct record *r)
{
	struct conventions conv = core_conventions(c);
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if (f->def && r->v[i].kind == VAL_NULL && f->type != FT_REF)
			(void)field_parse(f, f->def, &conv, r->arena, &r->v[i], NULL, NULL);
	}
}

static enum status insert_child(struct txn *t, struct record *child, bool fresh, struct error *err)
{
	fill_defaults(t->core, child);
	return raw_insert(t, child, !fresh, err);
}

static enum status insert_item(struct txn *t, const struct record *owner, const struct field *list, const struct entity *child,
	const struct list_item *it, int position, bool fresh, struct error *err)
{
	struct record *r = record_new(t->arena, child);
	attach(r, owner);
	record_put_text(r, list->child_column, it->value);
	record_put_text(r, "label", list_label_of(child, it->label));
	record_put_int(r, "is_primary", position == 0);
	record_put_int(r, "position", position);
	return insert_child(t, r, fresh, err);
}

static enum status update_item(struct txn *t, struct record *old, const struct list_item *it, const char *column, int position,
	struct error *err)
{
	bool changed;
	struct record *now = record_copy(t->arena, old);
	record_put_text(now, column, it->value);
	if (it->label)
		record_put_text(now, "label", list_label_of(old->entity, it->label));
	record_put_int(now, "is_primary", position == 0);
	record_put_int(now, "position", position);
	return raw_update(t, old, now, &changed, err);
}

/* Live child rows of an owner, loaded. */
static enum status load_children(struct core *c, const struct entity *child, const struct record *owner, struct arena *a,
	struct record ***out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct id *ids = NULL;
	size_t cap = 0, count = 0;
	enum status st = prepare_children(c, child, "k.id", owner->entity, &owner->id, &s, err);
	if (st != ST_OK)
		return st;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&ids, &cap, count + 1, sizeof *ids);
		ids[count++] = db_id(s, 0);
	}
	*out = arena_alloc(a, (count + 1) * sizeof **out);
	*n = 0;
	for (size_t i = 0; st == ST_OK && i < count; i++)
		st = whole_load(c, child, &ids[i], a, &(*out)[(*n)++], err);
	free(ids);
	return st;
}

/* Nobody has as many; a file with everything in one cell has. */
enum { MAX_ITEMS = 500 };

static enum status too_many(const struct field *f, struct error *err)
{
	return error_field(err, ST_LIMIT, f->name, _("%s may hold %d entries at most."), _(f->label), MAX_ITEMS);
}

static enum status write_list(struct txn *t, const struct record *now, int field, bool fresh, struct error *err)
{
	const struct field *f = &now->entity->fields[field];
	const struct entity *child = child_entity(t->core, f);
	struct list_item *items = NULL;
	struct record **have = NULL;
	int n = now->v[field].kind == VAL_TEXT ? list_parse(t->arena, now->v[field].s, &items) : 0, n_have = 0;
	enum status st = ST_OK;
	if (n > MAX_ITEMS)
		return too_many(f, err);
	if (!fresh && (st = load_children(t->core, child, now, t->arena, &have, &n_have, err)) != ST_OK)
		return st;
	const char **keys = arena_alloc(t->arena, (size_t)(n + n_have + 1) * sizeof *keys), **had = keys + n;
	for (int k = 0; k < n_have; k++)
		had[k] = item_key(f, record_text(have[k], f->child_column), t->arena);
	int position = 0;
	for (int i = 0; i < n; i++) {
		if ((st = check_item(t->core, f, child, items[i].value, t->arena, err)) != ST_OK)
			return st;
		keys[i] = item_key(f, items[i].value, t->arena);
		bool repeated = false;
		for (int k = 0; k < i && !repeated; k++)
			repeated = strcmp(keys[k], keys[i]) == 0;
		if (repeated)
			continue;
		struct record *match = NULL;
		for (int k = 0; k < n_have && !match; k++) {
			if (have[k] && strcmp(had[k], keys[i]) == 0) {
				match = have[k];
				have[k] = NULL;
			}
		}
		st = match ? update_item(t, match, &items[i], f->child_column, position, err)
			   : insert_item(t, now, f, child, &items[i], position, fresh, err);
		if (st != ST_OK)
			return st;
		position++;
	}
	for (int k = 0; k < n_have; k++)
		if (have[k] && (st = raw_set_deleted(t, have[k], true, err)) != ST_OK)
			return st;
	return ST_OK;
}

/* Tags: the tag row and the link have natural ids, so two devices that add the same tag make the same rows. */

static enum status ensure_row(struct txn *t, struct record *r, bool fresh, struct error *err)
{
	struct record *have;
	enum status st = fresh ? ST_NOT_FOUND : whole_load(t->core, r->entity, &r->id, t->arena, &have, NULL);
	if (st == ST_NOT_FOUND) {
		fill_defaults(t->core, r);
		if ((st = raw_insert(t, r, !fresh, err)) == ST_OK)
			st = raw_index(t, r, err);
		return st;
	}
	if (st == ST_OK && have->deleted_at)
		st = raw_set_deleted(t, have, false, err);
	return st;
}

static enum status add_tag(struct txn *t, const struct record *owner, const char *name, bool fresh, struct error *err)
{
	struct core *c = t->core;
	char subject[ID_TEXT_SIZE], link[2 * ID_TEXT_SIZE], tag_text[ID_TEXT_SIZE];
	struct record *tag = record_new(t->arena, model_entity(c->model, "tags"));
	tag->id = id_natural(&c->org, "tag", text_fold(t->arena, name));
	record_put_text(tag, "name", name);
	enum status st = ensure_row(t, tag, false, err);
	if (st != ST_OK)
		return st;
	struct record *tagging = record_new(t->arena, model_entity(c->model, "taggings"));
	(void)snprintf(link, sizeof link, "%s/%s", id_format(&owner->id, subject), id_format(&tag->id, tag_text));
	tagging->id = id_natural(&c->org, "tagging", link);
	attach(tagging, owner);
	record_put_id(tagging, "tag", tag->id);
	return ensure_row(t, tagging, fresh, err);
}

static enum status write_tags(struct txn *t, const struct record *now, int field, bool fresh, struct error *err)
{
	struct list_item *items = NULL;
	int n = now->v[field].kind == VAL_TEXT ? list_parse_plain(t->arena, now->v[field].s, &items) : 0, n_have = 0;
	struct record **have = NULL;
	enum status st = ST_OK;
	if (n > MAX_ITEMS)
		return too_many(&now->entity->fields[field], err);
	if (!fresh)
		st = load_children(t->core, model_entity(t->core->model, "taggings"), now, t->arena, &have, &n_have, err);
	struct id *named = arena_alloc(t->arena, (size_t)(n + 1) * sizeof *named);
	for (int i = 0; i < n; i++)
		named[i] = id_natural(&t->core->org, "tag", text_fold(t->arena, items[i].value));
	for (int k = 0; st == ST_OK && k < n_have; k++) {
		struct id tag = record_id(have[k], "tag");
		bool wanted = false;
		for (int i = 0; i < n && !wanted; i++)
			wanted = id_eq(&named[i], &tag);
		if (!wanted)
			st = raw_set_deleted(t, have[k], true, err);
	}
	for (int i = 0; st == ST_OK && i < n; i++) {
		bool again = false; /* "VIP, vip" */
		for (int k = 0; k < i && !again; k++)
			again = text_eq_fold(items[k].value, items[i].value);
		if (!again)
			st = add_tag(t, now, items[i].value, fresh, err);
	}
	return st;
}

static enum status settle_kind(struct txn *t, const struct record *owner, const struct entity *child, struct error *err)
{
	struct record **have;
	int n;
	enum status st = load_children(t->core, child, owner, t->arena, &have, &n, err);
	for (int i = 0; st == ST_OK && i < n; i++) {
		bool changed;
		if (record_int(have[i], "is_primary") == (i == 0))
			continue;
		struct record *now = record_copy(t->arena, have[i]);
		record_put_int(now, "is_primary", i == 0);
		st = raw_update(t, have[i], now, &changed, err);
	}
	return st;
}

/* Virtual fields: all that are set and belong to one child entity are written to its main row together. */
static enum status write_virtual(struct txn *t, const struct record *now, int first, bool fresh, struct error *err)
{
	const struct entity *e = now->entity;
	const char *name = e->fields[first].child;
	const struct entity *child = model_entity(t->core->model, name);
	struct record **have = NULL, *old = NULL, *row = NULL;
	int n = 0;
	enum status st = ST_OK;
	if (!fresh && (st = load_children(t->core, child, now, t->arena, &have, &n, err)) != ST_OK)
		return st;
	if (n)
		old = have[0];
	row = old ? record_copy(t->arena, old) : record_new(t->arena, child);
	bool any = false, emptied = false;
	for (int i = first; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!field_is_virtual(f) || strcmp(f->child, name) != 0 || !now->set[i])
			continue;
		const struct field *cf = entity_field(child, f->child_column);
		record_put(row, cf, now->v[i]);
		any = any || now->v[i].kind != VAL_NULL;
		emptied = emptied || (now->v[i].kind == VAL_NULL && (cf->flags & FF_REQUIRED));
	}
	if (old && emptied) {
		st = raw_set_deleted(t, old, true, err);
		return st == ST_OK ? settle_kind(t, now, child, err) : st; /* the next one is the main one now */
	}
	if (old) {
		bool changed;
		return raw_update(t, old, row, &changed, err);
	}
	if (!any || emptied)
		return ST_OK;
	attach(row, now);
	record_put_int(row, "is_primary", 1);
	return insert_child(t, row, fresh, err);
}

enum status children_write(struct txn *t, const struct record *now, bool fresh, struct error *err)
{
	const struct entity *e = now->entity;
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < e->n_fields; i++) {
		if (!now->set[i] || (fresh && now->v[i].kind == VAL_NULL))
			continue;
		if (e->fields[i].type == FT_LIST)
			st = write_list(t, now, i, fresh, err);
		else if (e->fields[i].type == FT_TAGS)
			st = write_tags(t, now, i, fresh, err);
	}
	for (int i = 0; st == ST_OK && i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!field_is_virtual(f) || !now->set[i])
			continue;
		bool earlier = false; /* written together with an earlier field of the same child */
		for (int k = 0; k < i && !earlier; k++)
			earlier = field_is_virtual(&e->fields[k]) && now->set[k] && strcmp(e->fields[k].child, f->child) == 0;
		/* a child that the list made a moment ago in this txn is there, so look it up even for a fresh owner */
		bool listed = false;
		for (int k = 0; k < e->n_fields && !listed; k++)
			listed = e->fields[k].type == FT_LIST && now->set[k] && strcmp(e->fields[k].child, f->child) == 0;
		if (!earlier)
			st = write_virtual(t, now, i, fresh && !listed, err);
	}
	return st;
}

enum status children_settle(struct txn *t, const struct record *owner, struct error *err)
{
	const struct entity *e = owner->entity;
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		const struct entity *child = f->child ? model_entity(t->core->model, f->child) : NULL;
		bool earlier = !child || entity_index_of(child, "is_primary") < 0;
		for (int k = 0; k < i && !earlier; k++)
			earlier = e->fields[k].child && strcmp(e->fields[k].child, f->child) == 0;
		if (!earlier)
			st = settle_kind(t, owner, child, err);
	}
	return st;
}

static enum status load_line(struct core *c, struct record *r, int field, struct error *err)
{
	const struct field *f = &r->entity->fields[field];
	const struct entity *child = child_entity(c, f);
	struct buf line = {0};
	struct db_stmt *s;
	char columns[160];
	bool row;
	if (f->type == FT_TAGS)
		(void)snprintf(columns, sizeof columns, "(SELECT g.name FROM tags g WHERE g.id = k.tag_id), NULL");
	else
		(void)snprintf(columns, sizeof columns, "k.%s, %s", f->child_column,
			entity_index_of(child, "label") >= 0 ? "k.label" : "NULL");
	enum status st = prepare_children(c, child, columns, r->entity, &r->id, &s, err);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		const char *value = db_text(s, 0), *label = db_text(s, 1);
		if (value)
			list_append(&line, value, label);
	}
	if (line.len)
		r->v[field] = (struct value){.kind = VAL_TEXT, .s = arena_strdup(r->arena, buf_str(&line))};
	buf_free(&line);
	return st;
}

static enum status load_virtual(struct core *c, struct record *r, int first, struct error *err)
{
	const struct entity *e = r->entity;
	const char *name = e->fields[first].child;
	const struct entity *child = model_entity(c->model, name);
	struct buf columns = {0};
	struct db_stmt *s;
	bool row;
	for (int i = first; i < e->n_fields; i++)
		if (field_is_virtual(&e->fields[i]) && strcmp(e->fields[i].child, name) == 0)
			buf_printf(&columns, "%sk.%s", columns.len ? ", " : "", e->fields[i].child_column);
	enum status st = prepare_children(c, child, buf_str(&columns), e, &r->id, &s, err);
	buf_free(&columns);
	if (st != ST_OK || (st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	int col = 0;
	for (int i = first; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!field_is_virtual(f) || strcmp(f->child, name) != 0)
			continue;
		struct value *v = &r->v[i];
		if (!db_is_null(s, col)) {
			v->kind = field_kind(f);
			if (v->kind == VAL_INT)
				v->i = db_int(s, col);
			else
				v->s = arena_strdup(r->arena, db_text(s, col));
		}
		col++;
	}
	db_done(s);
	return ST_OK;
}

enum status children_load(struct core *c, struct record *r, struct error *err)
{
	const struct entity *e = r->entity;
	enum status st = ST_OK;
	for (int i = 0; i < e->n_fields; i++)
		if (e->fields[i].child || e->fields[i].type == FT_TAGS)
			r->v[i] = (struct value){0};
	for (int i = 0; st == ST_OK && i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (f->type == FT_LIST || f->type == FT_TAGS) {
			st = load_line(c, r, i, err);
		} else if (field_is_virtual(f)) {
			bool earlier = false;
			for (int k = 0; k < i && !earlier; k++)
				earlier = field_is_virtual(&e->fields[k]) && strcmp(e->fields[k].child, f->child) == 0;
			if (!earlier)
				st = load_virtual(c, r, i, err);
		}
	}
	return st;
}

/* Single-row SQL made from descriptors; the log of changes is in change_log.c.
 *
 * Invariants: a row's columns, its stamps, its words in the index and its entry in the log change in one transaction; derived
 * fields are recomputed at each write and never logged; the log's diff holds old and new as text, enough to go back
 * and forth without the row.
 */
#include "core/crm/store_raw.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/helper/queue.h"
#include "data/db.h"

struct sql_cache {
	struct arena *arena;
	const struct entity_sql **by_index;
};

#define META "t.num, t.id, t.version, t.created_at, t.updated_at, t.deleted_at, t.created_by, t.updated_by, t.custom, t._v"
enum { META_COLUMNS = 10 };

static int entity_slot(const struct core *c, const struct entity *e)
{
	for (int i = 0; i < c->model->n; i++)
		if (&c->model->entities[i].e == e || strcmp(c->model->entities[i].e.name, e->name) == 0)
			return i;
	abort();
}

static const struct entity_sql *make_sql(struct core *c, const struct entity *e)
{
	struct sql_cache *cache = c->sql;
	struct entity_sql *q = arena_alloc(cache->arena, sizeof *q);
	struct buf cols = {0}, marks = {0}, sel = {0};
	q->stored = arena_alloc(cache->arena, (size_t)e->n_fields * sizeof *q->stored);
	buf_puts(&cols, "id, org_id, created_at, updated_at, created_by, updated_by, version, custom, _v");
	buf_puts(&marks, "$1, $2, $3, $4, $5, $6, 1, $7, $8");
	for (int i = 0; i < e->n_fields; i++) {
		if (!field_is_stored(&e->fields[i]))
			continue;
		q->stored[q->n_stored++] = i;
		buf_printf(&cols, ", %s", field_column(&e->fields[i]));
		buf_printf(&marks, ", $%d", 8 + q->n_stored);
		buf_printf(&sel, ", t.%s", field_column(&e->fields[i]));
	}
	q->insert = arena_printf(cache->arena, "INSERT INTO %s (%s) VALUES (%s)%s", e->name, buf_str(&cols), buf_str(&marks),
		db_returning(c->db));
	q->select = arena_printf(cache->arena, "SELECT " META "%s FROM %s t WHERE t.id = $1 AND t.org_id = $2",
		buf_str(&sel), e->name);
	q->select_num = arena_printf(cache->arena, "SELECT " META "%s FROM %s t WHERE t.num = $1 AND t.org_id = $2",
		buf_str(&sel), e->name);
	buf_free(&cols);
	buf_free(&marks);
	buf_free(&sel);
	return q;
}

const struct entity_sql *entity_sql(struct core *c, const struct entity *e)
{
	if (!c->sql) {
		c->sql = mem_zalloc(sizeof *c->sql);
		c->sql->arena = arena_new();
		c->sql->by_index = mem_array((size_t)c->model->n, sizeof *c->sql->by_index);
	}
	int slot = entity_slot(c, e);
	if (!c->sql->by_index[slot])
		c->sql->by_index[slot] = make_sql(c, &c->model->entities[slot].e);
	return c->sql->by_index[slot];
}

void sql_cache_free(struct core *c)
{
	if (!c->sql)
		return;
	arena_free(&c->sql->arena);
	free(c->sql->by_index);
	free(c->sql);
	c->sql = NULL;
}

/* Stamps */

int64_t core_stamp(struct core *c)
{
	int64_t now = clock_now() << 16;
	c->stamp = now > c->stamp ? now : c->stamp + 1;
	return c->stamp;
}

enum { BASE_SIZE = 12, ENTRY_SIZE = 14 };

static void put_stamp(unsigned char *p, int64_t stamp, uint32_t device)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)((uint64_t)stamp >> (56 - 8 * i));
	for (int i = 0; i < 4; i++)
		p[8 + i] = (unsigned char)(device >> (24 - 8 * i));
}

/* FNV-1a folded to 16 bits: a column's tag in the stamps. A unit test proves that no entity has two equal ones. */
uint16_t stamp_tag(const char *column);
uint16_t stamp_tag(const char *column)
{
	uint32_t h = 2166136261u;
	for (; *column; column++)
		h = (h ^ (unsigned char)*column) * 16777619u;
	return (uint16_t)(h ^ (h >> 16));
}

const void *stamps_update(struct core *c, struct arena *a, const void *old, size_t old_len, const char *const *columns, int n,
	size_t *len)
{
	int64_t stamp = core_stamp(c);
	if (old_len < BASE_SIZE) {
		unsigned char *p = arena_alloc(a, BASE_SIZE);
		put_stamp(p, stamp, c->device);
		*len = BASE_SIZE;
		return p;
	}
	unsigned char *p = arena_alloc(a, old_len + (size_t)n * ENTRY_SIZE);
	memcpy(p, old, old_len);
	size_t used = old_len;
	for (int i = 0; i < n; i++) {
		uint16_t tag = stamp_tag(columns[i]);
		size_t at = BASE_SIZE;
		while (at < used && !(p[at] == tag >> 8 && p[at + 1] == (tag & 0xff)))
			at += ENTRY_SIZE;
		p[at] = (unsigned char)(tag >> 8);
		p[at + 1] = (unsigned char)(tag & 0xff);
		put_stamp(p + at + 2, stamp, c->device);
		if (at == used)
			used += ENTRY_SIZE;
	}
	*len = used;
	return p;
}



/* Values in and out of columns */

static void bind_value(struct db_stmt *s, int n, const struct value *v)
{
	switch (v->kind) {
	case VAL_NULL:
		db_bind_null(s, n);
		return;
	case VAL_INT:
		db_bind_int(s, n, v->i);
		return;
	case VAL_TEXT:
		db_bind_text(s, n, v->s);
		return;
	case VAL_ID:
		db_bind_id(s, n, &v->id);
		return;
	}
}

static struct value read_value(const struct field *f, const struct db_stmt *s, int col, struct arena *a)
{
	struct value v = {0};
	if (db_is_null(s, col))
		return v;
	v.kind = field_kind(f);
	if (v.kind == VAL_INT)
		v.i = db_int(s, col);
	else if (v.kind == VAL_ID)
		v.id = db_id(s, col);
	else
		v.s = arena_strdup(a, db_text(s, col));
	return v;
}

static void read_custom(struct record *r)
{
	struct cJSON *doc = NULL;
	if (!r->custom || json_parse(r->custom, strlen(r->custom), &doc, NULL) != ST_OK)
		return;
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		const struct cJSON *m = (f->flags & FF_CUSTOM) ? json_get(doc, f->name) : NULL;
		const char *text = m ? json_text(m) : NULL;
		if (!text)
			continue;
		struct value v = {.kind = field_kind(f)};
		if (v.kind == VAL_INT)
			v.i = strtoll(text, NULL, 10);
		else if (v.kind == VAL_ID && !id_parse(text, &v.id))
			v.kind = VAL_NULL;
		else
			v.s = arena_strdup(r->arena, text);
		r->v[i] = v;
	}
	json_free(&doc);
}

/* All custom values of `now` over what was stored (unknown members stay). NULL when there is none. */
static const char *write_custom(struct record *now, struct arena *a)
{
	struct cJSON *doc = NULL;
	struct buf b = {0};
	struct json_out w;
	bool any = false;
	if (now->custom)
		(void)json_parse(now->custom, strlen(now->custom), &doc, NULL);
	json_begin(&w, &b, false);
	json_object(&w);
	for (int i = 0; i < now->entity->n_fields; i++) {
		const struct field *f = &now->entity->fields[i];
		if (!(f->flags & FF_CUSTOM) || now->v[i].kind == VAL_NULL)
			continue;
		struct buf text = {0};
		json_key(&w, f->name);
		log_value(&text, &now->v[i]);
		json_raw(&w, buf_str(&text));
		buf_free(&text);
		any = true;
	}
	for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
		const char *text = json_text(m);
		if (!text || entity_field(now->entity, json_name(m)))
			continue;
		json_key(&w, json_name(m));
		json_str(&w, text);
		any = true;
	}
	json_object_end(&w);
	const char *out = any ? arena_strdup(a, buf_str(&b)) : NULL;
	buf_free(&b);
	json_free(&doc);
	return out;
}

static void read_row(struct record *r, const struct entity_sql *q, const struct db_stmt *s)
{
	r->num = db_int(s, 0);
	r->id = db_id(s, 1);
	r->version = db_int(s, 2);
	r->created_at = db_int(s, 3);
	r->updated_at = db_int(s, 4);
	r->deleted_at = db_int(s, 5);
	r->created_by = db_id(s, 6);
	r->updated_by = db_id(s, 7);
	r->custom = arena_strdup(r->arena, db_text(s, 8));
	r->stamps_len = db_bytes(s, 9);
	if (r->stamps_len) {
		void *p = arena_alloc(r->arena, r->stamps_len);
		memcpy(p, db_blob(s, 9), r->stamps_len);
		r->stamps = p;
	}
	for (int k = 0; k < q->n_stored; k++) {
		int i = q->stored[k];
		r->v[i] = read_value(&r->entity->fields[i], s, META_COLUMNS + k, r->arena);
	}
	read_custom(r);
}

static enum status load(struct core *c, const struct entity *e, const struct id *id, int64_t num, bool whole, struct arena *a,
	struct record **out, struct error *err)
{
	const struct entity_sql *q = entity_sql(c, e);
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, id ? q->select : q->select_num, &s, err);
	if (st != ST_OK)
		return st;
	if (id)
		db_bind_id(s, 1, id);
	else
		db_bind_int(s, 1, num);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("%s not found."), _(e->label));
	struct record *r = record_new(a, e);
	read_row(r, q, s);
	db_done(s);
	if (whole && (st = children_load(c, r, err)) != ST_OK)
		return st;
	for (int i = 0; whole && i < e->n_fields; i++)
		if (e->fields[i].compute)
			e->fields[i].compute(c, r, &r->v[i]);
	*out = r;
	return ST_OK;
}

enum status raw_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err)
{
	return load(c, e, id, 0, false, a, out, err);
}

enum status whole_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err)
{
	return load(c, e, id, 0, true, a, out, err);
}

/* What the person may see of it: a row out of scope is not there, a hidden field is empty. */
static enum status load_seen(struct core *c, const struct entity *e, const struct id *id, int64_t num, struct arena *a,
	struct record **out, struct error *err)
{
	struct record *r;
	enum status st = load(c, e, id, num, true, a, &r, err);
	if (st == ST_OK)
		st = access_check_row(c, e, &r->id, ACT_READ, err);
	if (st != ST_OK)
		return st;
	for (int i = 0; i < e->n_fields; i++)
		if (access_field(c, e, &e->fields[i]) == FIELD_NONE)
			r->v[i] = (struct value){0};
	*out = r;
	return ST_OK;
}

enum status store_load(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct record **out,
	struct error *err)
{
	return load_seen(c, e, id, 0, a, out, err);
}

enum status store_load_num(struct core *c, const struct entity *e, int64_t num, struct arena *a, struct record **out,
	struct error *err)
{
	return load_seen(c, e, NULL, num, a, out, err);
}

struct id raw_subject(const struct record *r)
{
	if (!r->entity->parent)
		return r->id;
	return record_id(r, r->entity->parent);
}

enum status raw_insert(struct txn *t, struct record *r, bool logged, struct error *err)
{
	struct core *c = t->core;
	const struct entity *e = r->entity;
	const struct entity_sql *q = entity_sql(c, e);
	struct db_stmt *s;
	size_t len;
	if (id_is_nil(&r->id))
		r->id = id_new();
	if (e->derive)
		e->derive(r);
	if (!r->created_at)
		r->created_at = t->at;
	r->updated_at = t->at;
	r->created_by = r->updated_by = c->user;
	r->version = 1;
	r->custom = write_custom(r, r->arena);
	r->stamps = stamps_update(c, r->arena, NULL, 0, NULL, 0, &len);
	r->stamps_len = len;
	enum status st = db_prepare(c->db, q->insert, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &r->id);
	db_bind_id(s, 2, strcmp(e->name, "organizations") == 0 && id_is_nil(&c->org) ? &r->id : &c->org);
	db_bind_int(s, 3, r->created_at);
	db_bind_int(s, 4, r->updated_at);
	db_bind_id(s, 5, &r->created_by);
	db_bind_id(s, 6, &r->updated_by);
	db_bind_text(s, 7, r->custom);
	db_bind_blob(s, 8, r->stamps, r->stamps_len);
	for (int k = 0; k < q->n_stored; k++)
		bind_value(s, 9 + k, &r->v[q->stored[k]]);
	if ((st = db_run_insert(s, &r->num, err)) != ST_OK)
		return st;
	if (!logged)
		return ST_OK;
	struct id subject = raw_subject(r);
	return log_append(t, e, &r->id, &subject, 'c', NULL, err);
}

/* Append "field":[old,new] for each changed field that is logged; note the columns that changed. */
static int diff_fields(struct txn *t, const struct record *old, const struct record *now, struct buf *diff, const char **columns,
	int *fields, bool *custom_changed)
{
	const struct entity *e = now->entity;
	int n = 0;
	*custom_changed = false;
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		bool custom = f->flags & FF_CUSTOM;
		if ((!field_is_stored(f) && !custom) || value_eq(&old->v[i], &now->v[i]))
			continue;
		if (custom)
			*custom_changed = true;
		else
			fields[n] = i;
		columns[n] = custom ? f->name : field_column(f);
		n += custom ? 0 : 1;
		if (f->flags & FF_DERIVED)
			continue;
		buf_printf(diff, "%s\"%s\":[", diff->len ? "," : "{", f->name);
		log_value(diff, &old->v[i]);
		buf_putc(diff, ',');
		log_value(diff, &now->v[i]);
		buf_putc(diff, ']');
	}
	if (diff->len)
		buf_putc(diff, '}');
	(void)t;
	return n;
}

/* Does what people call the row depend on one of these columns? */
static bool retitled(const struct entity *e, const char *const *columns, int n)
{
	char column[80];
	for (int k = 0; k < n; k++) {
		(void)snprintf(column, sizeof column, "t.%s", columns[k]);
		const char *at = strstr(e->title, column);
		if (at && !isalnum((unsigned char)at[strlen(column)]) && at[strlen(column)] != '_')
			return true;
	}
	return false;
}

enum status raw_update(struct txn *t, const struct record *old, struct record *now, bool *changed, struct error *err)
{
	struct core *c = t->core;
	const struct entity *e = now->entity;
	struct buf diff = {0}, sql = {0};
	const char **columns = arena_alloc(t->arena, (size_t)(e->n_fields + 2) * sizeof *columns);
	int *fields = arena_alloc(t->arena, (size_t)(e->n_fields + 1) * sizeof *fields);
	bool custom_changed;
	enum status st = ST_OK;
	if (e->derive)
		e->derive(now);
	int n = diff_fields(t, old, now, &diff, columns, fields, &custom_changed);
	*changed = n > 0 || custom_changed;
	if (!*changed)
		goto out;
	if (custom_changed)
		columns[n] = "custom";
	size_t len;
	const void *stamps = stamps_update(c, t->arena, old->stamps, old->stamps_len, columns, n + custom_changed, &len);
	buf_printf(&sql, "UPDATE %s SET version = $1, updated_at = $2, updated_by = $3, custom = $4, _v = $5", e->name);
	for (int k = 0; k < n; k++)
		buf_printf(&sql, ", %s = $%d", columns[k], 8 + k);
	buf_puts(&sql, " WHERE id = $6 AND version = $7");
	struct db_stmt *s;
	if ((st = db_prepare(c->db, buf_str(&sql), &s, err)) != ST_OK)
		goto out;
	now->version = old->version + 1;
	now->updated_at = t->at;
	now->updated_by = c->user;
	now->custom = custom_changed ? write_custom(now, now->arena) : old->custom;
	now->stamps = stamps;
	now->stamps_len = len;
	db_bind_int(s, 1, now->version);
	db_bind_int(s, 2, now->updated_at);
	db_bind_id(s, 3, &now->updated_by);
	db_bind_text(s, 4, now->custom);
	db_bind_blob(s, 5, stamps, len);
	db_bind_id(s, 6, &now->id);
	db_bind_int(s, 7, old->version);
	for (int k = 0; k < n; k++)
		bind_value(s, 8 + k, &now->v[fields[k]]);
	if ((st = db_run(s, err)) != ST_OK)
		goto out;
	if (db_changes(c->db) == 0) {
		/* on a server another writer may have been faster between our reading and our writing */
		st = error_set(err, ST_CONFLICT, _("%s was changed meanwhile."), store_title(c, e, &now->id, t->arena));
		error_hint(err, _("Look at it again, then repeat your change."));
		goto out;
	}
	if (diff.len) {
		struct id subject = raw_subject(now);
		st = log_append(t, e, &now->id, &subject, 'u', buf_str(&diff), err);
	}
	if (st == ST_OK && retitled(e, columns, n))
		st = raw_index_referrers(t, e, &now->id, err);
out:
	buf_free(&diff);
	buf_free(&sql);
	return st;
}

enum status raw_set_deleted(struct txn *t, const struct record *r, bool deleted, struct error *err)
{
	struct core *c = t->core;
	struct buf sql = {0};
	struct db_stmt *s;
	size_t len;
	const char *columns[] = {"deleted_at"};
	const void *stamps = stamps_update(c, t->arena, r->stamps, r->stamps_len, columns, 1, &len);
	buf_printf(&sql, "UPDATE %s SET deleted_at = $1, version = version + 1, updated_at = $2, updated_by = $3, _v = $4 WHERE id = $5",
		r->entity->name);
	enum status st = db_prepare(c->db, buf_str(&sql), &s, err);
	buf_free(&sql);
	if (st != ST_OK)
		return st;
	if (deleted)
		db_bind_int(s, 1, t->at);
	else
		db_bind_null(s, 1);
	db_bind_int(s, 2, t->at);
	db_bind_id(s, 3, &c->user);
	db_bind_blob(s, 4, stamps, len);
	db_bind_id(s, 5, &r->id);
	if ((st = db_run(s, err)) != ST_OK)
		return st;
	if (deleted && !r->entity->no_search && (st = raw_index_flush(t, err)) == ST_OK)
		st = db_search_delete(c->db, r->entity->name, r->num, err);
	else if (!deleted)
		st = raw_index(t, r, err);
	if (st != ST_OK)
		return st;
	if (strcmp(r->entity->name, "activities") == 0 && !record_null(r, "mail_job") && /* a mail that waits goes and comes with its activity */
		(st = queue_withdraw(c, record_int(r, "mail_job"), deleted, err)) != ST_OK)
		return st;
	struct id subject = raw_subject(r);
	return log_append(t, r->entity, &r->id, &subject, deleted ? 'd' : 'r', NULL, err);
}

#include "core/crm/sql.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crm/children.h"

void sql_init(struct sql *q, struct arena *a)
{
	*q = (struct sql){.arena = a};
}

void sql_free(struct sql *q)
{
	buf_free(&q->text);
	free(q->params);
	*q = (struct sql){0};
}

void sql_add(struct sql *q, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	char *s = arena_vprintf(q->arena, fmt, ap);
	va_end(ap);
	buf_puts(&q->text, s);
}

static void add_param(struct sql *q, const struct value *v)
{
	mem_grow(&q->params, &q->cap, q->n + 1, sizeof *q->params);
	q->params[q->n] = *v;
	if (v->kind == VAL_TEXT)
		q->params[q->n].s = arena_strdup(q->arena, v->s);
	q->n++;
}

void sql_value(struct sql *q, const struct value *v)
{
	add_param(q, v);
	buf_printf(&q->text, "$%zu", q->n);
}

void sql_silent_text(struct sql *q, const char *s)
{
	add_param(q, &(struct value){.kind = VAL_TEXT, .s = s});
}

void sql_int(struct sql *q, int64_t i)
{
	sql_value(q, &(struct value){.kind = VAL_INT, .i = i});
}

void sql_text(struct sql *q, const char *s)
{
	sql_value(q, &(struct value){.kind = VAL_TEXT, .s = s});
}

void sql_id(struct sql *q, const struct id *id)
{
	sql_value(q, &(struct value){.kind = VAL_ID, .id = *id});
}

enum status sql_prepare(struct sql *q, struct db *db, struct db_stmt **out, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(db, buf_str(&q->text), &s, err);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; i < q->n; i++) {
		const struct value *v = &q->params[i];
		int n = (int)i + 1;
		if (v->kind == VAL_INT)
			db_bind_int(s, n, v->i);
		else if (v->kind == VAL_TEXT)
			db_bind_text(s, n, v->s);
		else if (v->kind == VAL_ID)
			db_bind_id(s, n, &v->id);
		else
			db_bind_null(s, n);
	}
	*out = s;
	return ST_OK;
}

static void add_main_child(struct sql *q, struct core *c, const struct entity *e, const struct field *f)
{
	const struct entity *child = model_entity(c->model, f->child);
	const struct field *parent = entity_field(child, child->parent);
	sql_add(q, "(SELECT k.%s FROM %s k WHERE k.%s = t.id", f->child_column, child->name, field_column(parent));
	if (child->owner_type)
		sql_add(q, " AND k.%s = '%s'", child->owner_type, e->name);
	sql_add(q, " AND k.deleted_at IS NULL ORDER BY k.is_primary DESC, k.position, k.num LIMIT 1)");
}

void sql_field(struct sql *q, struct core *c, const struct entity *e, const struct field *f)
{
	char member[256];
	if (f->compute) {
		sql_add(q, "NULL");
	} else if (f->sql) {
		sql_add(q, "%s", f->sql);
	} else if (f->flags & FF_CUSTOM) {
		db_json_member(c->db, "t.custom", f->name, member, sizeof member);
		char id[320];
		if (field_kind(f) == VAL_INT) {
			sql_add(q, "CAST(%s AS BIGINT)", member);
		} else if (field_kind(f) == VAL_ID) {
			db_text_id(c->db, member, id, sizeof id);
			sql_add(q, "%s", id);
		}
		else
			sql_add(q, "%s", member);
	} else if (f->child) {
		add_main_child(q, c, e, f);
	} else if (f->type == FT_TAGS) {
		sql_add(q, "(SELECT min(g.name) FROM taggings k JOIN tags g ON g.id = k.tag_id WHERE k.subject_id = t.id "
			   "AND k.deleted_at IS NULL)");
	} else {
		sql_add(q, "t.%s", field_column(f));
	}
}

void sql_title(struct sql *q, const struct entity *e, char alias)
{
	for (const char *p = e->title; *p; p++) {
		bool begins = p == e->title || (!isalnum((unsigned char)p[-1]) && p[-1] != '_');
		buf_putc(&q->text, begins && p[0] == 't' && p[1] == '.' ? alias : *p);
	}
}

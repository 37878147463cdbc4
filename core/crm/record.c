#include "core/crm/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/country.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/amount.h"
#include "core/crm/list_text.h"
#include "core/crm/store.h"
#include "data/db.h"

struct record *record_new(struct arena *a, const struct entity *e)
{
	struct record *r = arena_alloc(a, sizeof *r);
	r->entity = e;
	r->arena = a;
	r->v = arena_alloc(a, (size_t)e->n_fields * sizeof *r->v);
	r->set = arena_alloc(a, (size_t)e->n_fields * sizeof *r->set);
	return r;
}

struct record *record_copy(struct arena *a, const struct record *r)
{
	struct record *now = record_new(a, r->entity);
	struct value *v = now->v;
	bool *set = now->set;
	*now = *r;
	now->arena = a;
	now->v = v;
	now->set = set;
	now->typed = NULL;
	memcpy(v, r->v, (size_t)r->entity->n_fields * sizeof *v);
	return now;
}

static int slot(const struct record *r, const char *field)
{
	int i = entity_index_of(r->entity, field);
	if (i < 0) {
		(void)fprintf(stderr, "simplix: %s has no field %s\n", r->entity->name, field);
		abort();
	}
	return i;
}

const struct value *record_get(const struct record *r, const char *field)
{
	return &r->v[slot(r, field)];
}

const char *record_text(const struct record *r, const char *field)
{
	const struct value *v = record_get(r, field);
	return v->kind == VAL_TEXT ? v->s : NULL;
}

int64_t record_int(const struct record *r, const char *field)
{
	const struct value *v = record_get(r, field);
	return v->kind == VAL_INT ? v->i : 0;
}

struct id record_id(const struct record *r, const char *field)
{
	const struct value *v = record_get(r, field);
	return v->kind == VAL_ID ? v->id : (struct id){{0}};
}

bool record_null(const struct record *r, const char *field)
{
	return record_get(r, field)->kind == VAL_NULL;
}

bool record_is(const struct record *r, const char *field, const char *value)
{
	const char *s = record_text(r, field);
	return s && strcmp(s, value) == 0;
}

static void put(struct record *r, int i, struct value v)
{
	if (v.kind == VAL_TEXT)
		v.s = arena_strdup(r->arena, v.s);
	r->v[i] = v;
	r->set[i] = true;
}

void record_put(struct record *r, const struct field *f, struct value v)
{
	put(r, entity_field_index(r->entity, f), v);
}

void record_put_text(struct record *r, const char *field, const char *s)
{
	put(r, slot(r, field), s ? (struct value){.kind = VAL_TEXT, .s = s} : (struct value){0});
}

void record_put_int(struct record *r, const char *field, int64_t i)
{
	put(r, slot(r, field), (struct value){.kind = VAL_INT, .i = i});
}

void record_put_id(struct record *r, const char *field, struct id id)
{
	put(r, slot(r, field), id_is_nil(&id) ? (struct value){0} : (struct value){.kind = VAL_ID, .id = id});
}

void record_clear(struct record *r, const char *field)
{
	put(r, slot(r, field), (struct value){0});
}

static enum status unknown_field(const struct entity *e, const char *name, struct error *err)
{
	const char *best = NULL;
	int nearest = 4;
	for (int i = 0; i < e->n_fields; i++) {
		if (e->fields[i].flags & FF_HIDDEN)
			continue;
		int d = text_distance(name, e->fields[i].name, 3);
		if (d < nearest) {
			nearest = d;
			best = e->fields[i].name;
		}
	}
	error_field(err, ST_INVALID, name, _("%s: there is no field “%s”."), _(e->label_plural), name);
	if (best)
		error_hint(err, _("Did you mean “%s”?"), best);
	else
		error_hint(err, _("simplix %s --help lists the fields."), e->name);
	return ST_INVALID;
}

/* An id or a number finds deleted rows too, and an id need not be of any row: neither may be pointed at. */
static enum status check_target(struct core *c, const struct field *f, const struct id *id, struct error *err)
{
	char sql[160];
	struct db_stmt *s;
	bool row;
	const struct entity *e = model_entity(c->model, f->ref);
	(void)snprintf(sql, sizeof sql, "SELECT t.deleted_at FROM %s t WHERE t.id = $1 AND t.org_id = $2", e->name);
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, id);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_field(err, ST_NOT_FOUND, f->name, _("%s not found."), _(e->label));
	bool alive = db_is_null(s, 0);
	db_done(s);
	return alive ? ST_OK : error_field(err, ST_NOT_FOUND, f->name, _("%s: deleted; restore it first."), _(e->label));
}

/* Files bring what they bring; what is typed is a country. */
static enum status check_country(const struct field *f, const char *text, struct error *err)
{
	char near[80];
	if (country_known(text, near))
		return ST_OK;
	error_field(err, ST_INVALID, f->name, _("“%s” is no country."), text);
	if (*near)
		error_hint(err, _("Did you mean “%s”?"), near);
	else
		error_hint(err, _("Write its name or its ISO code of two letters, such as FR."));
	return ST_INVALID;
}

enum status record_set_input(struct core *c, struct record *r, const char *field, const char *text, struct error *err)
{
	const struct field *f = entity_field(r->entity, field);
	if (!f || (f->flags & FF_HIDDEN))
		return unknown_field(r->entity, field, err);
	if (!field_is_writable(f))
		return error_field(err, ST_INVALID, f->name, _("%s is worked out by Simplix; it cannot be set."), _(f->label));
	if (text_is_blank(text) || f->type == FT_LIST || f->type == FT_TAGS) {
		if (text_is_blank(text) && (f->flags & FF_REQUIRED))
			return error_field(err, ST_INVALID, f->name, _("%s is needed."), _(f->label));
		record_put_text(r, f->name, text_is_blank(text) ? NULL : text);
		return ST_OK;
	}
	if (f->type == FT_REF) {
		struct id id;
		enum status st = store_find(c, model_entity(c->model, f->ref), text, &id, err);
		if (st != ST_OK) {
			if (err)
				(void)snprintf(err->field, sizeof err->field, "%s", f->name);
			return st;
		}
		if ((st = check_target(c, f, &id, err)) != ST_OK)
			return st;
		record_put_id(r, f->name, id);
		return ST_OK;
	}
	if (f->type == FT_MONEY)
		return amount_set(c, r, f, text, err);
	struct value v;
	struct conventions conv = core_conventions(c);
	enum status st = field_parse(f, text, &conv, r->arena, &v, NULL, err);
	if (st != ST_OK)
		return st;
	if (f->type == FT_COUNTRY && (st = check_country(f, v.s, err)) != ST_OK)
		return st;
	record_put(r, f, v);
	return f->type == FT_CURRENCY ? amount_currency_set(c, r, f, text, err) : ST_OK;
}

enum status record_set_inputs(struct core *c, struct record *r, const struct input *list, int n, struct error *err)
{
	enum status st = ST_OK;
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; st == ST_OK && i < n; i++) {
			const struct field *f = entity_field(r->entity, list[i].field);
			if ((f && f->type == FT_CURRENCY) == (pass == 0))
				st = record_set_input(c, r, list[i].field, list[i].text, err);
		}
	return st;
}

char *record_reference(const struct entity *e, int64_t num, char out[24])
{
	if (e->letter)
		(void)snprintf(out, 24, "%s-%lld", e->letter, (long long)num);
	else
		out[0] = '\0';
	return out;
}

const char *record_currency(const struct core *c, const struct record *r, const struct field *f)
{
	if (f->type == FT_MONEY && f->currency) {
		const char *cur = record_text(r, f->currency);
		if (cur)
			return cur;
	}
	return c->currency;
}

/* The labels of a list in the language in use: "… (mobile)" is stored, "… (Handy)" is read and understood. */
static const char *list_in_words(struct core *c, const struct field *f, const char *line, struct arena *a)
{
	const struct field *label = entity_field(model_entity(c->model, f->child), "label");
	struct list_item *items;
	struct buf b = {0};
	if (!label || !strchr(line, '('))
		return line;
	int n = list_parse(a, line, &items);
	for (int i = 0; i < n; i++) {
		buf_printf(&b, "%s%s", i ? ", " : "", items[i].value);
		if (items[i].label)
			buf_printf(&b, " (%s)", choice_label(label, items[i].label));
	}
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

const char *record_format(struct core *c, const struct record *r, const struct field *f, struct arena *a)
{
	const struct value *v = &r->v[entity_field_index(r->entity, f)];
	if (v->kind == VAL_ID && f->ref)
		return store_title(c, model_entity(c->model, f->ref), &v->id, a);
	if (v->kind == VAL_TEXT && f->type == FT_LIST)
		return list_in_words(c, f, v->s, a);
	return field_format(f, v, record_currency(c, r, f), a);
}

const char *record_edit_text(struct core *c, const struct record *r, const struct field *f, struct arena *a)
{
	const struct value *v = &r->v[entity_field_index(r->entity, f)];
	if (v->kind == VAL_ID && f->ref)
		return store_title(c, model_entity(c->model, f->ref), &v->id, a);
	if (v->kind == VAL_TEXT && f->type == FT_LIST)
		return list_in_words(c, f, v->s, a);
	return field_edit_text(f, v, record_currency(c, r, f), a);
}

#include "core/crm/import_link.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/import_map.h"
#include "core/crm/import_match.h"
#include "core/crm/import_value.h"
#include "core/crm/store.h"
#include "data/db.h"

static struct record *record_with_id(struct arena *a, const struct entity *e, const struct id *id)
{
	struct record *r = record_new(a, e);
	r->id = *id;
	return r;
}

static const struct entity *entity(const struct import_run *run, const char *name)
{
	return model_entity(run->core->model, name);
}

static uint64_t name_hash(struct import_run *run, const struct entity *e, const char *name)
{
	return idmap_hash(run->names, e->name, text_fold(run->row, name));
}

bool import_recall(struct import_run *run, const struct entity *e, const char *name, struct id *out)
{
	return idmap_get(run->names, name_hash(run, e, name), out);
}

void import_memorize(struct import_run *run, const struct entity *e, const char *name, const struct id *id)
{
	idmap_put(run->names, name_hash(run, e, name), idmap_add_id(run->names, id));
}

/* A live row by its exact name. */
static bool by_name(struct import_run *run, const struct entity *e, const char *name, struct id *out, bool *several)
{
	const char *sql = arena_printf(run->row,
		"SELECT t.id, %s FROM %s t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.deleted_at IS NULL ORDER BY t.num", e->title, e->name);
	return import_look(run, sql, text_sort_key(run->row, name), NULL, name, out, several);
}

static enum status add(struct import_run *run, struct record *r, struct error *err)
{
	r->id = run->make_as;
	enum status st = store_insert(run->t, r, err);
	if (st == ST_OK)
		import_made(run, r->entity)->created++;
	return st;
}

static enum status named(struct import_run *run, const struct entity *e, const char *name, struct id *out, struct error *err)
{
	struct record *r = record_new(run->row, e);
	if (entity_field(e, "name"))
		record_put_text(r, "name", name);
	enum status st = add(run, r, err);
	if (st == ST_OK)
		*out = r->id;
	return st;
}

/* People: by address, or by name in either order of its parts. */
bool import_find_person(struct import_run *run, const struct entity *e, const char *text, struct id *out)
{
	struct import_name n;
	if (strchr(text, '@')) {
		const char *sql = strcmp(e->name, "users") == 0
					  ? "SELECT t.id FROM users t WHERE t.org_id = $1 AND lower(t.email) = $2 AND t.deleted_at IS NULL"
					  : "SELECT t.id FROM contacts t JOIN contact_emails k ON k.contact_id = t.id AND k.deleted_at IS NULL "
					    "WHERE t.org_id = $1 AND k.address_norm = $2 AND t.deleted_at IS NULL";
		if (import_look(run, sql, email_norm(run->row, text), NULL, NULL, out, NULL))
			return true;
	}
	import_split_name(run->row, text, &n);
	const char *first = n.first ? n.first : "", *last = n.last ? n.last : "";
	const char *full = arena_printf(run->row, "%s%s%s", first, *first && *last ? " " : "", last);
	const char *key = strcmp(e->name, "users") == 0 ? full : arena_printf(run->row, "%s%s%s", last, *first && *last ? " " : "", first);
	const char *sql = arena_printf(run->row,
		"SELECT t.id, t.full_name FROM %s t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.deleted_at IS NULL ORDER BY t.num", e->name);
	return import_look(run, sql, text_sort_key(run->row, key), NULL, full, out, NULL);
}

/* A user is made only where the file is about users: an owner that nobody knows is no colleague yet. */
static enum status link_user(struct import_run *run, const char *text, struct id *out, struct error *err)
{
	const struct entity *e = entity(run, "users");
	struct import_name n;
	if (import_recall(run, e, text, out))
		return id_is_nil(out) ? ST_NOT_FOUND : ST_OK;
	enum status st = import_find_person(run, e, text, out) ? ST_OK : ST_NOT_FOUND;
	if (st == ST_NOT_FOUND && strcmp(run->p->entity->name, "users") == 0) {
		struct record *r = record_new(run->row, e);
		import_split_name(run->row, text, &n);
		if (strchr(text, '@') && email_valid(text)) {
			record_put_text(r, "email", text);
		} else {
			record_put_text(r, "first_name", n.first);
			record_put_text(r, "last_name", n.last);
		}
		if ((st = add(run, r, err)) == ST_OK)
			*out = r->id;
	}
	static const struct id nobody;
	if (st == ST_OK || st == ST_NOT_FOUND)
		import_memorize(run, e, text, st == ST_OK ? out : &nobody);
	return st;
}

/* Entities of a name only, made when missing: teams, lost reasons. */
static enum status link_named(struct import_run *run, const struct entity *e, const char *text, struct id *out, struct error *err)
{
	if (import_recall(run, e, text, out))
		return ST_OK;
	enum status st = by_name(run, e, text, out, NULL) ? ST_OK : named(run, e, text, out, err);
	if (st == ST_OK)
		import_memorize(run, e, text, out);
	return st;
}

/* Others are only looked up. */
static enum status find_other(struct import_run *run, const struct entity *e, const char *text, struct id *out)
{
	bool several = false;
	if (import_recall(run, e, text, out))
		return ST_OK;
	if (import_is_fresh(run, e) && strcmp(e->name, "companies") == 0)
		return ST_NOT_FOUND; /* those of this run are all remembered */
	bool found = entity_index_of(e, "full_name") >= 0 ? import_find_person(run, e, text, out) : by_name(run, e, text, out, &several);
	if (!found || several)
		return several ? ST_CONFLICT : ST_NOT_FOUND;
	import_memorize(run, e, text, out);
	return ST_OK;
}

/* Columns without an index */

const char *import_squeeze(struct arena *a, const char *name)
{
	struct buf b = {0};
	text_tokens_to(&b, name);
	char *out = arena_strdup(a, buf_str(&b)), *to = out;
	for (char *p = out; *p; p++)
		if (*p != ' ')
			*to++ = *p;
	*to = '\0';
	buf_free(&b);
	return *out ? out : name; /* a name of signs only */
}

const char *import_as_is(struct arena *a, const char *text)
{
	return text_lower_ascii(a, text);
}

static void load_column(struct import_run *run, const struct entity *e, const char *column,
	const char *(*fold)(struct arena *, const char *))
{
	struct db_stmt *s;
	bool row;
	struct arena *a = arena_new();
	const char *sql = arena_printf(run->row, "SELECT t.id, t.%s FROM %s t WHERE t.org_id = $1 AND t.%s IS NOT NULL AND t.deleted_at IS NULL "
		"ORDER BY t.num", column, e->name, column);
	for (int i = 0; i < run->n_loaded; i++)
		if (strcmp(run->loaded[i], column) == 0)
			goto out;
	run->loaded[run->n_loaded++] = column;
	if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK)
		goto out;
	db_bind_id(s, 1, &run->core->org);
	while (db_step(s, &row, NULL) == ST_OK && row) {
		struct id id = db_id(s, 0);
		idmap_put(run->names, idmap_hash(run->names, column, fold(a, db_text(s, 1))), idmap_add_id(run->names, &id));
		arena_reset(a);
	}
out:
	arena_free(&a);
}

bool import_by_column(struct import_run *run, const struct entity *e, const char *column, const char *(*fold)(struct arena *, const char *),
	const char *value, struct id *out)
{
	load_column(run, e, column, fold);
	return idmap_get(run->names, idmap_hash(run->names, column, fold(run->row, value)), out);
}

void import_column_has(struct import_run *run, const char *column, const char *(*fold)(struct arena *, const char *), const char *value,
	const struct id *id)
{
	if (value)
		idmap_put(run->names, idmap_hash(run->names, column, fold(run->row, value)), idmap_add_id(run->names, id));
}

/* Products */

enum status import_link_product(struct import_run *run, const char *name, struct id *out, struct error *err)
{
	const struct entity *e = entity(run, "products");
	if (import_by_column(run, e, "name", import_squeeze, name, out))
		return ST_OK;
	enum status st = named(run, e, name, out, err);
	if (st == ST_OK)
		import_column_has(run, "name", import_squeeze, name, out);
	return st;
}

const char *import_product_name(struct import_run *run, const char *name)
{
	struct id id;
	const struct entity *e = entity(run, "products");
	return import_by_column(run, e, "name", import_squeeze, name, &id) ? store_title(run->core, e, &id, run->row) : name;
}

/* References of a staged record */

void import_set_aside(struct import_run *run, const struct entity *e, const struct id *id, const char *field, const char *text,
	int column)
{
	mem_grow(&run->later, &run->later_cap, run->n_later + 1, sizeof *run->later);
	run->later[run->n_later++] =
		(struct import_later){*id, e, arena_strdup(run->a, field), mem_strdup(text), run->line, column};
}

/* The id that our own export has beside a name. */
static struct id own_id(const struct import_run *run, const struct staged *s, const struct field *f)
{
	struct id id = {{0}};
	for (int i = 0; run->p->own && i < s->n_refs; i++)
		if (s->ref[i].field == f && run->p->col[s->ref[i].column].target.label && id_parse(s->ref[i].text, &id))
			return id;
	return (struct id){{0}};
}

static enum status resolve_one(struct import_run *run, struct staged *s, struct staged_ref *ref, struct error *err)
{
	const struct field *f = ref->field;
	const struct entity *e = entity(run, f->ref);
	struct id id = {{0}};
	enum status st;
	bool by_source = run->p->col[ref->column].target.label != NULL;
	if (by_source) {
		id = import_by_source(run, e, ref->text, true);
		st = id_is_nil(&id) ? ST_NOT_FOUND : ST_OK;
	} else if (strcmp(e->name, "users") == 0) {
		run->make_as = own_id(run, s, f);
		st = link_user(run, ref->text, &id, err);
	} else if (strcmp(e->name, "teams") == 0 || strcmp(e->name, "lost_reasons") == 0) {
		run->make_as = own_id(run, s, f);
		st = link_named(run, e, ref->text, &id, err);
	} else {
		st = find_other(run, e, ref->text, &id);
	}
	run->make_as = (struct id){{0}};
	if (st == ST_NOT_FOUND && by_source && run->p->own)
		return ST_OK; /* from another base; the name beside it says who is meant */
	if (st == ST_NOT_FOUND && !by_source && e == s->e && !s->r->set[entity_field_index(s->e, f)]) {
		s->later = ref; /* perhaps a row further down */
		return ST_OK;
	}
	if (st != ST_OK && s->r->set[entity_field_index(s->e, f)])
		return ST_OK; /* its id said it already */
	if (st == ST_NOT_FOUND || st == ST_CONFLICT) {
		const char *why = st == ST_CONFLICT ? _("%s: more than one is called “%s”.") : _("%s not found: “%s”.");
		import_refuse(run, ref->column, ref->text, arena_printf(run->row, why, _(e->label), ref->text));
		return ST_OK;
	}
	if (st != ST_OK)
		return st;
	int i = entity_field_index(s->e, f);
	s->r->v[i] = (struct value){.kind = VAL_ID, .id = id};
	s->r->set[i] = true;
	s->column[i] = ref->column + 1;
	return ST_OK;
}

enum status import_resolve(struct import_run *run, enum import_role role, struct error *err)
{
	struct staged *s = &run->s[role];
	enum status st = ST_OK;
	for (int ids = 1; ids >= 0; ids--) /* ids are surer than names */
		for (int i = 0; st == ST_OK && i < s->n_refs; i++) {
			const char *field = s->ref[i].field->name;
			bool placed = strcmp(s->e->name, "deals") == 0 && (strcmp(field, "stage") == 0 || strcmp(field, "pipeline") == 0);
			bool id = run->p->col[s->ref[i].column].target.label != NULL;
			if (!placed && id == (ids == 1)) /* import_stages.c places deals */
				st = resolve_one(run, s, &s->ref[i], err);
		}
	/* A file that tells owners leaves a record without one where its cell is empty. */
	int owner = entity_index_of(s->e, "owner");
	if (owner >= 0 && run->tells_owner[role])
		s->r->set[owner] = true;
	return st;
}

/* Later */

/* A link that cannot be made after all: its cell counts as refused, its text goes to the notes. */
static enum status refuse_later(struct import_run *run, const struct import_later *l, struct record *r, const char *why, struct error *err)
{
	struct record *have;
	const struct field *f = import_note_field(l->e);
	import_issue(run, l->line, import_header(run, l->column), l->text, why);
	run->rep->cells[IMPORT_CELL_FIELD]--;
	run->rep->cells[IMPORT_CELL_REFUSED]++;
	enum status st = whole_load(run->core, l->e, &l->id, run->row, &have, err);
	if (st != ST_OK || !f)
		return st;
	const char *old = record_text(have, f->name), *note = arena_printf(run->row, "%s: %s", import_header(run, l->column), l->text);
	record_put_text(r, f->name, old ? arena_printf(run->row, "%s\n%s", old, note) : note);
	return store_update(run->t, r, err);
}

static enum status link_later(struct import_run *run, const struct import_later *l, struct error *err)
{
	struct record *r = record_with_id(run->row, l->e, &l->id);
	const struct entity *to = entity(run, entity_field(l->e, l->field)->ref);
	struct id id;
	enum status st = find_other(run, to, l->text, &id);
	if (st == ST_NOT_FOUND && (st = named(run, to, l->text, &id, err)) == ST_OK)
		import_memorize(run, to, l->text, &id);
	if (st == ST_CONFLICT)
		return refuse_later(run, l, r, _("More than one record has this name."), err);
	if (st != ST_OK)
		return st;
	record_put_id(r, l->field, id);
	struct error why = {0};
	st = store_update(run->t, r, &why);
	if (st == ST_INVALID) /* a circle of parents */
		return refuse_later(run, l, record_with_id(run->row, l->e, &l->id), why.message, err);
	if (st != ST_OK && err)
		*err = why;
	return st;
}

/* Users and teams have no notes: theirs make a custom field. */
static enum status notes_field(struct import_run *run, const struct entity *e, struct error *err)
{
	if (entity_field(e, "notes"))
		return ST_OK;
	struct record *r = record_new(run->row, entity(run, "custom_fields"));
	record_put_text(r, "object", e->name);
	record_put_text(r, "key", "notes");
	record_put_text(r, "label", _("Notes"));
	record_put_text(r, "type", "long_text");
	enum status st = store_insert(run->t, r, err);
	return st == ST_OK ? core_reload_model(run->core, err) : st;
}

static enum status note_later(struct import_run *run, const struct import_later *l, struct error *err)
{
	enum status st = notes_field(run, l->e, err);
	if (st != ST_OK)
		return st;
	struct record *r = record_with_id(run->row, l->e, &l->id);
	record_put_text(r, "notes", l->text);
	return store_update(run->t, r, err);
}

enum status import_link_later(struct import_run *run, struct error *err)
{
	enum status st = ST_OK;
	for (int notes = 0; notes < 2; notes++) {
		for (size_t i = 0; st == ST_OK && i < run->n_later; i++) {
			const struct import_later *l = &run->later[i];
			if ((l->field == NULL) != (notes == 1))
				continue;
			st = l->field ? link_later(run, l, err) : note_later(run, l, err);
			arena_reset(run->row);
			arena_reset(run->t->arena);
		}
	}
	return st;
}

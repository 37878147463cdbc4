#include "core/crm/import_write.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/import_link.h"
#include "core/crm/import_map.h"
#include "core/crm/import_match.h"
#include "core/crm/import_merge.h"
#include "core/crm/import_notes.h"
#include "core/crm/import_same.h"
#include "core/crm/import_stages.h"
#include "core/crm/list_text.h"
#include "data/db.h"

static const char *const address_parts[ADDRESS_PARTS] = {"street", "street2", "postal_code", "city", "region", "country"};

static const char *value_of(const struct staged *s, const char *field)
{
	int i = entity_index_of(s->e, field);
	return i >= 0 && s->r->set[i] && s->r->v[i].kind == VAL_TEXT ? s->r->v[i].s : NULL;
}

static void set_text(struct staged *s, int i, const char *text)
{
	s->r->v[i] = (struct value){.kind = VAL_TEXT, .s = text};
	s->r->set[i] = true;
}

/* Notes */

/* The notes of a row go behind what the record has; on a second import only lines that are new. Nothing that is there is taken out. */
static void place_notes(struct import_run *run, struct staged *s, const char *stored)
{
	const struct field *f = import_note_field(s->e);
	int i = f ? entity_field_index(s->e, f) : -1;
	if (!f || (!s->note.len && (!stored || !s->r->set[i])))
		return;
	const char *given = s->r->set[i] ? s->r->v[i].s : NULL;
	if (given && run->p->own) /* which holds its notes already */
		stored = NULL;
	const char *all = notes_join(run->row, given, stored, buf_str(&s->note));
	if (all && stored && strcmp(all, stored) == 0)
		s->r->set[i] = false;
	else if (all)
		set_text(s, i, all);
}

/* Addresses with a type of their own */

static const char *address_type(const struct entity *child, const char *label)
{
	const struct field *f = entity_field(child, "type");
	const struct choice *c = label ? field_choice(f, label) : NULL;
	return c ? c->value : label && strncasecmp(label, "bus", 3) == 0 ? "work" : label ? "other" : "work";
}

static bool has_flat_address(const struct staged *s)
{
	for (int k = 0; k < ADDRESS_PARTS; k++) {
		int i = entity_index_of(s->e, address_parts[k]);
		if (i >= 0 && s->r->set[i] && s->r->v[i].kind != VAL_NULL)
			return true;
	}
	return false;
}

static enum status insert_address(struct import_run *run, const struct staged *s, const struct staged_address *from, int position,
	bool fresh, struct error *err)
{
	const struct entity *child = model_entity(run->core->model, "addresses");
	struct record *r = record_new(run->row, child);
	record_put_text(r, "owner_type", s->e->name);
	record_put_id(r, "subject", s->r->id);
	record_put_text(r, "type", address_type(child, from->type));
	for (int k = 0; k < ADDRESS_PARTS; k++)
		if (from->part[k])
			record_put_text(r, address_parts[k], from->part[k]);
	record_put_int(r, "is_primary", position == 0);
	record_put_int(r, "position", position);
	return raw_insert(run->t, r, !fresh, err);
}

static enum status insert_addresses(struct import_run *run, const struct staged *s, struct error *err)
{
	int position = has_flat_address(s) ? 1 : 0;
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < s->n_addresses; i++)
		st = insert_address(run, s, &s->address[i], position++, true, err);
	return st;
}

/* Of a stored record: add an address of a type that it has none of; of one it has, fill nothing and say so. */
static enum status add_addresses(struct import_run *run, const struct staged *s, struct error *err)
{
	const struct entity *child = model_entity(run->core->model, "addresses");
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < s->n_addresses; i++) {
		const struct staged_address *a = &s->address[i];
		struct db_stmt *q;
		bool row, known = false, same = false;
		int count = 0;
		st = db_prepare(run->core->db,
			"SELECT type, street, city, postal_code FROM addresses WHERE owner_id = $1 AND owner_type = $2 AND deleted_at IS NULL", &q,
			err);
		if (st != ST_OK)
			return st;
		db_bind_id(q, 1, &s->r->id);
		db_bind_text(q, 2, s->e->name);
		while ((st = db_step(q, &row, err)) == ST_OK && row) {
			static const int part[] = {0, 3, 2};
			count++;
			bool type = db_text(q, 0) && strcmp(db_text(q, 0), address_type(child, a->type)) == 0, equal = true;
			for (int k = 0; k < 3; k++) {
				const char *have = db_text(q, k + 1), *want = a->part[part[k]];
				equal = equal && (!want || (have && text_eq_fold(have, want)));
			}
			known = known || type;
			same = same || equal;
		}
		if (st == ST_OK && !known && !same)
			st = insert_address(run, s, a, count, false, err);
		for (int k = 0; known && !same && k < ADDRESS_PARTS; k++)
			if (a->column[k])
				import_end_cell(run, a->column[k] - 1, IMPORT_CELL_KEPT);
	}
	return st;
}

/* Lines of a deal */

static enum status insert_lines(struct import_run *run, const struct staged *s, struct error *err)
{
	const struct entity *child = model_entity(run->core->model, "deal_lines");
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < s->n_products; i++) {
		struct id product;
		if ((st = import_link_product(run, s->product[i], &product, err)) != ST_OK)
			return st;
		struct record *r = record_new(run->row, child);
		record_put_id(r, "deal", s->r->id);
		record_put_id(r, "product", product);
		record_put_text(r, "name", import_product_name(run, s->product[i]));
		record_put_text(r, "quantity", "1");
		record_put_text(r, "currency", record_text(s->r, "currency"));
		if (s->n_products == 1 && !record_null(s->r, "value"))
			record_put_int(r, "unit_price", record_int(s->r, "value"));
		record_put_int(r, "position", i);
		st = raw_insert(run->t, r, false, err);
	}
	return st;
}

/* Making */

/* A deal without a title of its own: who, what, and its id in the source. */
static void title_deal(struct import_run *run, struct staged *s)
{
	int i = entity_index_of(s->e, "title");
	struct id company = record_id(s->r, "company");
	if (s->r->set[i])
		return;
	struct buf b = {0};
	const char *who = id_is_nil(&company) ? "—" : store_title(run->core, model_entity(run->core->model, "companies"), &company, run->row);
	buf_puts(&b, who);
	for (int k = 0; k < s->n_products; k++)
		buf_printf(&b, "%s%s", k ? ", " : " · ", import_product_name(run, s->product[k]));
	if (s->id)
		buf_printf(&b, " · %s", s->id);
	if (!s->n_products && !s->id && id_is_nil(&company))
		buf_clear(&b);
	if (b.len)
		set_text(s, i, arena_strdup(run->row, buf_str(&b)));
	buf_free(&b);
}

static bool has_reach(const struct staged *s)
{
	static const char *const any[] = {"first_name", "last_name", "nickname", "emails", "phones"};
	for (size_t i = 0; i < sizeof any / sizeof *any; i++)
		if (value_of(s, any[i]))
			return true;
	return false;
}

/* What a record must have, from what else the row tells. */
static void complete(struct import_run *run, struct staged *s)
{
	int name = entity_index_of(s->e, "name");
	if (strcmp(s->e->name, "deals") == 0)
		title_deal(run, s);
	if (strcmp(s->e->name, "companies") == 0 && !s->r->set[name]) {
		const char *domain = record_text(s->r, "domain");
		if (domain)
			set_text(s, name, domain);
	}
	if (strcmp(s->e->name, "contacts") == 0 && s->id && !has_reach(s)) /* a visitor without a name is called by her id */
		set_text(s, entity_index_of(s->e, "nickname"), s->id);
	if (strcmp(s->e->name, "products") == 0 && !s->r->set[name] && !record_null(s->r, "sku"))
		set_text(s, name, record_text(s->r, "sku"));
}

/* The door refused a field: its cell goes to the notes, and the record is tried again without. False when no cell is to blame. */
static bool drop_field(struct import_run *run, struct staged *s, const struct error *err)
{
	int i = err->field[0] ? entity_index_of(s->e, err->field) : -1;
	if (i < 0 || !s->r->set[i] || s->r->v[i].kind == VAL_NULL || !s->column[i])
		return false;
	int column = s->column[i] - 1;
	const char *text = s->r->v[i].kind == VAL_TEXT ? s->r->v[i].s
						       : field_plain(&s->e->fields[i], &s->r->v[i], run->core->currency, run->row);
	import_refuse(run, column, text, err->message);
	s->r->v[i] = (struct value){0};
	s->r->set[i] = false;
	return true;
}

static void all_cells(struct import_run *run, enum import_end end)
{
	int64_t n = 0;
	for (int i = 0; i < IMPORT_CELL_ENDS; i++) {
		n += run->card[i];
		run->card[i] = 0;
	}
	run->card[end] = n;
}

/* A row that makes no record: all it says is listed as lost. */
static void fail_main(struct import_run *run, const struct error *err)
{
	run->rep->failed_rows++;
	if (run->p->vcard) {
		all_cells(run, IMPORT_CELL_LOST);
		import_issue(run, run->line, "", "", err->message);
		return;
	}
	for (size_t i = 0; i < run->p->n; i++) {
		if (run->end[i] == IMPORT_CELL_EMPTY || run->end[i] == IMPORT_CELL_SKIPPED || run->slot[i].role != IMPORT_MAIN)
			continue;
		run->end[i] = IMPORT_CELL_LOST;
		import_issue(run, run->line, import_header(run, (int)i), csv_cell(run->csv, i), err->message);
	}
}

static void fail_row(struct import_run *run, enum import_role role, const struct error *err)
{
	if (role == IMPORT_MAIN) {
		fail_main(run, err);
		return;
	}
	for (size_t i = 0; !run->p->vcard && i < run->p->n; i++)
		if (run->slot[i].role == role && run->end[i] == IMPORT_CELL_FIELD)
			import_refuse(run, (int)i, csv_cell(run->csv, i), err->message);
}

/* Tags are made before the record that wears them: what is taken back goes from the newest to the oldest, so a tag's turn comes when
 * nobody wears it any more. */
static enum status make_tags(struct import_run *run, const struct staged *s, struct error *err)
{
	const struct entity *e = model_entity(run->core->model, "tags");
	struct list_item *item;
	const char *list = value_of(s, "tags");
	int n = list ? list_parse_plain(run->row, list, &item) : 0;
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < n; i++) {
		struct id unused;
		struct record *have, *tag = record_new(run->row, e);
		if (import_recall(run, e, item[i].value, &unused))
			continue;
		tag->id = id_natural(&run->core->org, "tag", text_fold(run->row, item[i].value));
		record_put_text(tag, "name", item[i].value);
		if (store_load(run->core, e, &tag->id, run->row, &have, NULL) != ST_OK)
			st = store_insert(run->t, tag, err);
		else if (have->deleted_at)
			st = store_restore(run->t, e, &tag->id, err);
		if (st == ST_OK)
			import_memorize(run, e, item[i].value, &tag->id);
	}
	return st;
}

static enum status try_insert(struct import_run *run, struct staged *s, struct error *err)
{
	const struct field *note = import_note_field(s->e);
	struct value own = note ? s->r->v[entity_field_index(s->e, note)] : (struct value){0};
	for (;;) {
		if (note) {
			s->r->v[entity_field_index(s->e, note)] = own;
			s->r->set[entity_field_index(s->e, note)] = own.kind != VAL_NULL;
		}
		place_notes(run, s, NULL);
		s->r->quiet = true;
		s->r->created_at = s->created;
		enum status st = make_tags(run, s, err);
		if (st == ST_OK)
			st = store_insert(run->t, s->r, err);
		if (st != ST_INVALID || !drop_field(run, s, err))
			return st;
		error_clear(err);
	}
}

static enum status update(struct import_run *run, enum import_role role, const struct id *id, bool same_source, struct error *err);

static bool is_deleted(struct import_run *run, const struct entity *e, const struct id *id)
{
	struct record *r;
	return whole_load(run->core, e, id, run->row, &r, NULL) == ST_OK && r->deleted_at;
}

/* Our own export knows a record that was deleted here since: it comes back as the file has it. */
static enum status bring_back(struct import_run *run, enum import_role role, struct id *id, struct error *err)
{
	struct staged *s = &run->s[role];
	enum import_duplicates how = run->p->o.duplicates;
	enum status st = store_restore(run->t, s->e, &s->r->id, err);
	if (st != ST_OK)
		return st;
	*id = s->r->id;
	run->p->o.duplicates = IMPORT_UPDATE;
	st = update(run, role, id, true, err);
	run->p->o.duplicates = how;
	return st;
}

static enum status insert(struct import_run *run, enum import_role role, struct id *id, struct error *err)
{
	struct staged *s = &run->s[role];
	struct error why = {0};
	bool deal = strcmp(s->e->name, "deals") == 0;
	enum status st = ST_OK;
	if (s->id && run->p->own && id_parse(s->id, &s->r->id) && is_deleted(run, s->e, &s->r->id))
		return bring_back(run, role, id, err);
	complete(run, s);
	if (deal)
		st = import_stages_place(run, s, false, err);
	if (st == ST_OK && (st = try_insert(run, s, &why)) == ST_INVALID) {
		fail_row(run, role, &why);
		*id = (struct id){{0}};
		return ST_OK;
	}
	if (st != ST_OK) {
		if (why.code && err)
			*err = why;
		return st;
	}
	*id = s->r->id;
	if ((st = insert_addresses(run, s, err)) == ST_OK && deal && (st = insert_lines(run, s, err)) == ST_OK)
		st = import_stages_history(run, s, err);
	if (st == ST_OK && s->note.len && !import_note_field(s->e))
		import_set_aside(run, s->e, id, NULL, buf_str(&s->note), -1);
	if (st == ST_OK && s->later)
		import_set_aside(run, s->e, id, s->later->field->name, s->later->text, s->later->column);
	import_made(run, s->e)->created++;
	return st;
}

/* Bringing together */

static enum status try_update(struct import_run *run, struct staged *s, const struct record *have, struct error *err)
{
	const struct field *note = import_note_field(s->e);
	for (;;) {
		place_notes(run, s, note ? record_text(have, note->name) : NULL);
		if (!import_anything_set(s->r))
			return ST_OK;
		enum status st = make_tags(run, s, err);
		if (st == ST_OK)
			st = store_update(run->t, s->r, err);
		if (st != ST_INVALID || !drop_field(run, s, err))
			return st;
		error_clear(err);
	}
}

static enum status update(struct import_run *run, enum import_role role, const struct id *id, bool same_source, struct error *err)
{
	struct staged *s = &run->s[role];
	struct record *have;
	struct error why = {0};
	int64_t before = run->t->changes;
	enum status st = ST_OK;
	if (strcmp(s->e->name, "deals") == 0 && role == IMPORT_MAIN) /* what a link names stays in its stage */
		st = import_stages_place(run, s, true, err);
	if (st == ST_OK)
		st = whole_load(run->core, s->e, id, run->row, &have, err);
	if (st != ST_OK)
		return st;
	s->r->id = *id;
	import_merge(run, s, have, same_source);
	if ((st = try_update(run, s, have, &why)) == ST_INVALID) {
		fail_row(run, role, &why);
		return ST_OK;
	}
	if (st != ST_OK) {
		if (err)
			*err = why;
		return st;
	}
	if ((st = add_addresses(run, s, err)) != ST_OK)
		return st;
	if (s->later && record_null(have, s->later->field->name))
		import_set_aside(run, s->e, id, s->later->field->name, s->later->text, s->later->column);
	struct import_made *made = import_made(run, s->e);
	*(run->t->changes > before ? &made->updated : &made->unchanged) += 1;
	return ST_OK;
}

static void skip_row(struct import_run *run, enum import_role role)
{
	all_cells(run, IMPORT_CELL_SKIPPED);
	for (size_t i = 0; i < run->p->n; i++)
		if (run->slot[i].role == role && run->end[i] != IMPORT_CELL_EMPTY)
			run->end[i] = IMPORT_CELL_SKIPPED;
	import_made(run, run->s[role].e)->skipped++;
}

/* A link that gives nothing but a name is looked up once for all rows. NULL when there is more; a person's name goes with the company. */
static const char *only_name(struct import_run *run, const struct staged *s)
{
	static const char *const names[] = {"name", "first_name", "last_name", "salutation", "company"};
	if (s->id || s->n_addresses || s->n_refs || s->note.len)
		return NULL;
	for (int i = 0; i < s->e->n_fields; i++) {
		bool name = false;
		for (size_t k = 0; k < sizeof names / sizeof *names && !name; k++)
			name = strcmp(s->e->fields[i].name, names[k]) == 0;
		if (s->r->set[i] && !name)
			return NULL;
	}
	if (!s->full_name)
		return value_of(s, "name");
	char id[ID_TEXT_SIZE];
	struct id company = record_id(s->r, "company");
	return arena_printf(run->row, "%s\n%s", s->full_name, id_format(&company, id));
}

enum status import_save(struct import_run *run, enum import_role role, struct id *id, struct error *err)
{
	struct staged *s = &run->s[role];
	const char *name = NULL;
	bool by_id;
	*id = (struct id){{0}};
	if (!s->e || (!s->any && !s->id && role != IMPORT_MAIN))
		return ST_OK;
	bool plain = role != IMPORT_MAIN && (name = only_name(run, s)) != NULL;
	if (plain && import_recall(run, s->e, name, id))
		return ST_OK;
	enum status st = import_resolve(run, role, err);
	if (st != ST_OK)
		return st;
	import_name_row(run, s);
	bool look = role != IMPORT_MAIN || run->p->o.duplicates != IMPORT_CREATE;
	if (look && import_match(run, s, id, &by_id)) {
		if (plain)
			st = ST_OK;
		else if (role == IMPORT_MAIN && run->p->o.duplicates == IMPORT_SKIP_ROW)
			skip_row(run, role);
		else
			st = update(run, role, id, by_id, err);
		if (st == ST_OK && !plain && s->id && !by_id)
			st = import_remember(run, s, id, err);
	} else if ((role != IMPORT_MAIN && !s->any) || role == IMPORT_OF_DEAL) {
		struct error why;
		if (s->any) /* an activity makes no deal */
			error_set(&why, ST_NOT_FOUND, _("No deal of this name, or more than one."));
		else
			error_set(&why, ST_NOT_FOUND, _("%s not found by this id; import those first."), _(s->e->label));
		fail_row(run, role, &why);
		return ST_OK;
	} else {
		st = insert(run, role, id, err);
		if (st == ST_OK && !id_is_nil(id))
			st = import_remember(run, s, id, err);
	}
	if (st == ST_OK && !id_is_nil(id) && (plain || strcmp(s->e->name, "companies") == 0)) {
		const char *called = plain ? name : record_text(s->r, "name");
		struct id unused;
		if (called && !import_recall(run, s->e, called, &unused))
			import_memorize(run, s->e, called, id);
	}
	return st;
}

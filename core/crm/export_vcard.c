/* Contacts as vCards 3.0, which every address book reads. Custom fields travel as notes of their own, "Label: value". */
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/export_format.h"
#include "core/crm/io/vcard.h"
#include "core/crm/list_text.h"
#include "core/crm/store.h"
#include "data/db.h"

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static void put_text(struct vcard_writer *w, const char *name, const char *text)
{
	if (text && *text)
		vcard_put_text(w, name, text);
}

static void put_list(const struct record *r, struct vcard_writer *w, const char *name, const char *list)
{
	struct list_item *item;
	int n = list ? list_parse(r->arena, list, &item) : 0;
	for (int i = 0; i < n; i++)
		vcard_put_labelled(w, name, item[i].label, i == 0 && n > 1, item[i].value);
}

static void put_tags(const struct record *r, struct vcard_writer *w)
{
	struct list_item *item;
	const char *list = record_text(r, "tags");
	int n = list ? list_parse_plain(r->arena, list, &item) : 0;
	const char **tag = arena_alloc(r->arena, (size_t)(n + 1) * sizeof *tag);
	for (int i = 0; i < n; i++)
		tag[i] = item[i].value;
	if (n)
		vcard_put_list(w, "CATEGORIES", tag, (size_t)n);
}

static enum status put_addresses(struct core *c, const struct record *r, struct vcard_writer *w, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"SELECT type, street2, street, city, region, postal_code, country FROM addresses WHERE owner_id = $1 AND owner_type = 'contacts' "
		"AND deleted_at IS NULL ORDER BY is_primary DESC, position, num",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &r->id);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		const char *part[7] = {""};
		for (int i = 1; i < 7; i++)
			part[i] = or_empty(db_text(s, i));
		vcard_put_parts(w, "ADR", db_text(s, 0), part, 7);
	}
	return st;
}

static void put_custom(struct core *c, const struct record *r, struct vcard_writer *w)
{
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if (!(f->flags & FF_CUSTOM) || r->v[i].kind == VAL_NULL)
			continue;
		const char *value = f->type == FT_REF ? record_format(c, r, f, r->arena)
						      : field_plain(f, &r->v[i], record_currency(c, r, f), r->arena);
		vcard_put_labelled(w, "NOTE", f->label, false, arena_printf(r->arena, "%s: %s", f->label, value));
	}
}

enum status export_vcard(struct core *c, const struct record *r, struct buf *out, struct error *err)
{
	struct vcard_writer w;
	char id[ID_TEXT_SIZE], iso[32];
	const char *name[] = {or_empty(record_text(r, "last_name")), or_empty(record_text(r, "first_name")),
		or_empty(record_text(r, "middle_name")), or_empty(record_text(r, "salutation")), or_empty(record_text(r, "suffix"))};
	vcard_begin(&w, out, 30);
	buf_puts(out, "PRODID:" VCARD_PRODID "\r\n");
	put_text(&w, "FN", record_text(r, "full_name"));
	vcard_put_parts(&w, "N", NULL, name, 5);
	put_text(&w, "NICKNAME", record_text(r, "nickname"));
	const char *company = record_null(r, "company") ? "" : record_format(c, r, entity_field(r->entity, "company"), r->arena);
	const char *org[] = {company, or_empty(record_text(r, "department"))};
	if (*org[0] || *org[1])
		vcard_put_parts(&w, "ORG", NULL, org, *org[1] ? 2 : 1);
	put_text(&w, "TITLE", record_text(r, "job_title"));
	put_list(r, &w, "EMAIL", record_text(r, "emails"));
	put_list(r, &w, "TEL", record_text(r, "phones"));
	enum status st = put_addresses(c, r, &w, err);
	put_text(&w, "URL", record_text(r, "website"));
	if (!record_null(r, "linkedin_url"))
		vcard_put_labelled(&w, "URL", "LinkedIn", false, record_text(r, "linkedin_url"));
	put_text(&w, "BDAY", record_text(r, "birthday"));
	put_text(&w, "NOTE", record_text(r, "description"));
	put_tags(r, &w);
	put_custom(c, r, &w);
	put_text(&w, "LANG", record_text(r, "language"));
	put_text(&w, "TZ", record_text(r, "timezone"));
	vcard_put_text(&w, "UID", id_format(&r->id, id));
	vcard_put_text(&w, "REV", clock_format_instant(r->updated_at, iso));
	vcard_end(&w);
	return st;
}

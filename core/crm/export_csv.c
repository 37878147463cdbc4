/* Records as CSV rows. The header's words are field names, so that the import of Simplix knows its own files; a custom field's says
 * what it is: "custom:Account tier/select(gold|silver)".
 */
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/export_format.h"
#include "core/crm/store.h"

static bool is_exported(const struct entity *e, const struct field *f)
{
	if (field_is_computed(f) || ((f->flags & FF_HIDDEN) && f->type != FT_CURRENCY))
		return false;
	/* the main address and number stand first in their lists */
	return !(field_is_virtual(f) && (strcmp(f->child, "contact_emails") == 0 || strcmp(f->child, "contact_phones") == 0) && e);
}

static void custom_header(const struct field *f, struct csv_writer *w)
{
	struct buf b = {0};
	const char *type = f->type != FT_REF ? field_type_name(f->type)
			   : strcmp(f->ref, "users") == 0 ? "user" : strcmp(f->ref, "contacts") == 0 ? "contact" : "company";
	buf_printf(&b, "custom:%s/%s", f->label, type);
	for (const struct choice *ch = f->choices; ch && ch->value; ch++)
		buf_printf(&b, "%c%s", ch == f->choices ? '(' : '|', ch->value);
	if (f->choices)
		buf_putc(&b, ')');
	csv_text(w, buf_str(&b));
	buf_free(&b);
}

void export_csv_header(const struct entity *e, struct csv_writer *w)
{
	csv_text(w, "id");
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!is_exported(e, f))
			continue;
		if (f->flags & FF_CUSTOM)
			custom_header(f, w);
		else
			csv_text(w, f->name);
		if (f->type == FT_REF && !(f->flags & FF_CUSTOM))
			csv_text(w, field_column(f));
	}
	csv_text(w, "created_at");
	csv_end_row(w);
}

static bool is_number(const struct field *f)
{
	return field_kind(f) == VAL_INT || f->type == FT_DECIMAL || f->type == FT_DATE;
}

void export_csv_row(struct core *c, const struct record *r, struct csv_writer *w)
{
	char id[ID_TEXT_SIZE], iso[32];
	csv_number(w, id_format(&r->id, id));
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		const struct value *v = &r->v[i];
		if (!is_exported(r->entity, f))
			continue;
		if (f->type == FT_REF) {
			csv_text(w, v->kind == VAL_ID ? record_format(c, r, f, r->arena) : "");
			if (!(f->flags & FF_CUSTOM))
				csv_number(w, v->kind == VAL_ID ? id_format(&v->id, id) : "");
		} else {
			const char *s = field_plain(f, v, record_currency(c, r, f), r->arena);
			(is_number(f) ? csv_number : csv_text)(w, s);
		}
	}
	csv_number(w, clock_format_instant(r->created_at, iso));
	csv_end_row(w);
}

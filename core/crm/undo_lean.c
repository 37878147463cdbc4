#include "core/crm/undo_lean.h"

#include <string.h>

#include "core/crm/store_raw.h"
#include "data/db.h"

/* Does a live row name this one in a column? Children count while their owner lives. */
static bool names_it(struct txn *t, const struct entity *e, const struct field *f, const struct id *id)
{
	static const char *const owners[] = {"contacts", "companies", "deals", "activities", "products"};
	const struct field *parent = e->parent ? entity_field(e, e->parent) : NULL;
	struct buf b = {0};
	struct db_stmt *s;
	bool row, yes = true;
	buf_printf(&b, "SELECT 1 FROM %s t WHERE t.org_id = $2 AND t.%s = $1 AND t.deleted_at IS NULL", e->name, field_column(f));
	if (parent && parent->ref)
		buf_printf(&b, " AND EXISTS (SELECT 1 FROM %s o WHERE o.id = t.%s AND o.deleted_at IS NULL)", parent->ref, field_column(parent));
	else if (parent)
		for (size_t i = 0; i < sizeof owners / sizeof *owners; i++)
			buf_printf(&b, "%s EXISTS (SELECT 1 FROM %s o WHERE o.id = t.%s AND o.deleted_at IS NULL)%s", i ? " OR" : " AND (",
				owners[i], field_column(parent), i == sizeof owners / sizeof *owners - 1 ? ")" : "");
	buf_puts(&b, " LIMIT 1");
	if (db_prepare(t->core->db, buf_str(&b), &s, NULL) == ST_OK) {
		db_bind_id(s, 1, id);
		db_bind_id(s, 2, &t->core->org);
		yes = db_step(s, &row, NULL) == ST_OK && row;
		db_done(s);
	}
	buf_free(&b);
	return yes;
}

/* Does anything that stays lean on a row that is to go? Asked of the newest rows first, so what goes with it is gone already. Of the
 * large tables only indexed references are asked. */
bool undo_leaned_on(struct txn *t, const struct record *r)
{
	static const char *const large[] = {"contacts", "companies", "deals", "activities"};
	bool indexed_only = false;
	for (size_t i = 0; i < sizeof large / sizeof *large; i++)
		indexed_only = indexed_only || strcmp(r->entity->name, large[i]) == 0;
	for (int k = 0; k < t->core->model->n; k++) {
		const struct entity *e = &t->core->model->entities[k].e;
		for (int i = 0; i < e->n_fields; i++) {
			const struct field *f = &e->fields[i];
			bool to_it = f->type == FT_REF && f->ref && field_is_stored(f) && strcmp(f->ref, r->entity->name) == 0;
			bool own = e->parent && strcmp(e->parent, f->name) == 0;
			if (to_it && !own && (!indexed_only || (f->flags & FF_INDEXED)) && names_it(t, e, f, &r->id))
				return true;
		}
	}
	return false;
}

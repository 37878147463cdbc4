#include "core/crm/filter_name.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"

enum { NEAREST = 3, SCANNED = 500 };

static bool asked_for(struct core *c, const struct entity *e, const struct field *f)
{
	return (!(f->flags & FF_HIDDEN) || (f->flags & FF_INTERNAL_REF)) && access_field(c, e, f) != FIELD_NONE;
}

static char *word_of(struct arena *a, const char *label)
{
	char *s = text_fold(a, label);
	for (char *p = s; *p; p++)
		if (*p == ' ' || *p == '-')
			*p = '_';
	return s;
}

const struct field *filter_field(struct core *c, const struct entity *e, const char *name)
{
	const struct field *f = entity_field(e, name);
	if (!f)
		f = filter_meta_field(name);
	if (f)
		return asked_for(c, e, f) ? f : NULL;
	struct arena *a = arena_new();
	const char *word = word_of(a, name);
	for (int i = 0; !f && i < e->n_fields; i++)
		if (asked_for(c, e, &e->fields[i]) && strcmp(word_of(a, _(e->fields[i].label)), word) == 0)
			f = &e->fields[i];
	arena_free(&a);
	return f;
}

enum status filter_no_field(struct core *c, const struct entity *e, const char *name, struct error *err)
{
	struct arena *a = arena_new();
	const char *best = NULL, *word = word_of(a, name);
	int nearest = NEAREST;
	for (int i = 0; i < e->n_fields; i++) {
		const struct field *f = &e->fields[i];
		if (!asked_for(c, e, f) || (f->flags & FF_HIDDEN))
			continue;
		int d = text_distance(name, f->name, 2), short_name = f->alias ? text_distance(name, f->alias, 2) : 9;
		int label = text_distance(word, word_of(a, _(f->label)), 2);
		d = short_name < d ? short_name : d;
		d = label < d ? label : d;
		if (d < nearest) {
			nearest = d;
			best = f->alias ? f->alias : f->name;
		}
	}
	error_field(err, ST_INVALID, name, _("%s: there is no field “%s”."), _(e->label_plural), name);
	if (best)
		error_hint(err, _("Did you mean “%s:”?"), best);
	arena_free(&a);
	return ST_INVALID;
}

/* The name that is written most alike, among the newest. */
static const char *nearest_name(struct core *c, const struct entity *target, const char *value, struct arena *a)
{
	struct sql q;
	struct db_stmt *s;
	bool row;
	const char *best = NULL, *word = text_fold(a, value);
	int nearest = NEAREST;
	sql_init(&q, a);
	sql_add(&q, "SELECT %s FROM %s t WHERE t.org_id = ", target->title, target->name);
	sql_id(&q, &c->org);
	sql_add(&q, " AND t.deleted_at IS NULL");
	access_where(c, target, ACT_READ, &q);
	sql_add(&q, " ORDER BY t.num DESC LIMIT %d", SCANNED);
	if (sql_prepare(&q, c->db, &s, NULL) == ST_OK)
		while (db_step(s, &row, NULL) == ST_OK && row) {
			const char *title = db_text(s, 0) ? db_text(s, 0) : "";
			int d = text_distance(word, text_fold(a, title), NEAREST - 1);
			if (d < nearest) {
				nearest = d;
				best = arena_strdup(a, title);
			}
		}
	sql_free(&q);
	return best;
}

enum status filter_no_name(struct core *c, const struct entity *target, const char *field, const char *value, struct error *err)
{
	struct arena *a = arena_new();
	const char *near = nearest_name(c, target, value, a);
	error_field(err, ST_INVALID, field, _("%s: nothing is called “%s”."), _(target->label_plural), value);
	if (near)
		error_hint(err, _("Did you mean “%s”?"), near);
	arena_free(&a);
	return ST_INVALID;
}

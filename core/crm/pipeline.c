#include "core/crm/pipeline.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "data/db.h"

static enum status load_stages(struct core *c, struct arena *a, struct pipeline *p, int64_t rot, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum { MAX = 64 };
	enum status st = db_prepare(c->db,
		"SELECT id, name, type, position, probability, rot_days FROM stages WHERE org_id = $1 AND pipeline_id = $2 "
		"AND deleted_at IS NULL ORDER BY position, num",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_id(s, 2, &p->id);
	p->stages = arena_alloc(a, MAX * sizeof *p->stages);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		if (p->n_stages == MAX)
			continue;
		p->stages[p->n_stages++] = (struct stage){.id = db_id(s, 0), .pipeline = p->id,
			.name = arena_strdup(a, db_text(s, 1)), .type = arena_strdup(a, db_text(s, 2)), .position = db_int(s, 3),
			.probability = db_int(s, 4), .rot_days = db_is_null(s, 5) ? rot : db_int(s, 5)};
	}
	return st;
}

enum status pipelines_load(struct core *c, struct arena *a, struct pipeline **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum { MAX = 32 };
	int64_t rot[MAX];
	enum status st = db_prepare(c->db,
		"SELECT id, name, currency, is_default, rot_days FROM pipelines WHERE org_id = $1 AND deleted_at IS NULL "
		"ORDER BY is_default DESC, position, num",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	struct pipeline *list = arena_alloc(a, MAX * sizeof *list);
	int count = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		if (count == MAX)
			continue;
		const char *currency = db_text(s, 2);
		rot[count] = db_int(s, 4);
		list[count++] = (struct pipeline){.id = db_id(s, 0), .name = arena_strdup(a, db_text(s, 1)),
			.currency = arena_strdup(a, currency ? currency : c->currency), .is_default = db_int(s, 3) != 0};
	}
	for (int i = 0; st == ST_OK && i < count; i++)
		st = load_stages(c, a, &list[i], rot[i], err);
	if (st == ST_OK) {
		*out = list;
		*n = count;
	}
	return st;
}

static const struct pipeline *choose(struct pipeline *list, int n, struct id id)
{
	for (int i = 0; i < n; i++)
		if (id_eq(&list[i].id, &id))
			return &list[i];
	return n ? &list[0] : NULL;
}

static enum status find(struct core *c, struct id pipeline, const char *name, const char *type, struct id *out, struct error *err)
{
	struct arena *a = arena_new();
	struct pipeline *list;
	int n;
	enum status st = pipelines_load(c, a, &list, &n, err);
	const struct pipeline *p = st == ST_OK ? choose(list, n, pipeline) : NULL;
	const struct stage *found = NULL, *near = NULL;
	struct buf all = {0};
	int n_near = 0;
	for (int i = 0; p && i < p->n_stages && !found; i++) {
		const struct stage *g = &p->stages[i];
		buf_printf(&all, "%s%s", i ? ", " : "", g->name);
		if (type ? strcmp(g->type, type) == 0 : text_eq_fold(g->name, name))
			found = g;
		else if (name && strncmp(text_fold(a, g->name), text_fold(a, name), strlen(text_fold(a, name))) == 0)
			near = g, n_near++;
	}
	if (!found && n_near == 1)
		found = near;
	if (st == ST_OK && found) {
		*out = found->id;
	} else if (st == ST_OK) {
		st = error_field(err, ST_NOT_FOUND, "stage", _("There is no stage “%s” in %s."), name ? name : type, p ? p->name : "");
		error_hint(err, _("Choose one of: %s"), buf_str(&all));
	}
	buf_free(&all);
	arena_free(&a);
	return st;
}

enum status pipeline_find_stage(struct core *c, struct id pipeline, const char *name, struct id *out, struct error *err)
{
	return find(c, pipeline, name, NULL, out, err);
}

enum status pipeline_stage_of_type(struct core *c, struct id pipeline, const char *type, struct id *out, struct error *err)
{
	return find(c, pipeline, NULL, type, out, err);
}

/* The story of a record, read from the log of changes: who changed which field when, from what to what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "core/security/access.h"
#include "data/db.h"

struct story {
	struct core *core;
	struct arena *arena;
	struct history_line *lines;
	size_t n, cap;
};

static struct history_line *add_line(struct story *y, const struct history_line *base)
{
	mem_grow(&y->lines, &y->cap, y->n + 1, sizeof *y->lines);
	y->lines[y->n] = *base;
	return &y->lines[y->n++];
}

static const char *show(struct story *y, const struct entity *e, const struct field *f, const char *raw)
{
	struct record *r = record_new(y->arena, e);
	struct value v = {.kind = field_kind(f)};
	if (!raw)
		return "";
	if (v.kind == VAL_INT)
		v.i = strtoll(raw, NULL, 10);
	else if (v.kind == VAL_ID)
		(void)id_parse(raw, &v.id);
	else
		v.s = arena_strdup(y->arena, raw); /* the parsed document goes before the line is shown */
	r->v[entity_field_index(e, f)] = v;
	return record_format(y->core, r, f, y->arena);
}

static void add_fields(struct story *y, const struct entity *e, const struct history_line *base, const char *diff)
{
	struct cJSON *doc = NULL;
	if (json_parse(diff, strlen(diff), &doc, NULL) != ST_OK)
		return;
	for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
		const struct field *f = entity_field(e, json_name(m));
		if (f && ((f->flags & FF_HIDDEN) || access_field(y->core, e, f) == FIELD_NONE))
			continue;
		struct history_line *l = add_line(y, base);
		l->field = f ? arena_strdup(y->arena, _(f->label)) : arena_strdup(y->arena, json_name(m));
		const char *old = json_text(json_at(m, 0)), *now = json_text(json_at(m, 1));
		l->old = f ? show(y, e, f, old) : arena_strdup(y->arena, old ? old : "");
		l->now = f ? show(y, e, f, now) : arena_strdup(y->arena, now ? now : "");
	}
	json_free(&doc);
}

enum status history_of(struct core *c, const struct entity *e, const struct id *id, int limit, struct arena *a,
	struct history_line **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct story y = {.core = c, .arena = a};
	enum status st = access_check_row(c, e, id, ACT_READ, err);
	if (st != ST_OK)
		return st;
	st = db_prepare(c->db,
		"SELECT k.at, k.num, g.op, u.full_name, g.entity, k.kind, k.label, g.diff, g.record_id FROM changes g "
		"JOIN change_sets k ON k.num = g.set_num LEFT JOIN users u ON u.id = k.user_id "
		"WHERE g.subject_id = $1 AND k.org_id = $2 ORDER BY g.seq DESC LIMIT $3",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, id);
	db_bind_id(s, 2, &c->org);
	db_bind_int(s, 3, limit);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		const char *who = db_text(s, 3), *diff = db_text(s, 7);
		const struct entity *what = model_entity(c->model, db_text(s, 4));
		struct history_line base = {.at = db_int(s, 0), .set = db_int(s, 1), .op = db_text(s, 2)[0],
			.who = arena_strdup(a, who ? who : ""), .entity = arena_strdup(a, db_text(s, 4)),
			.kind = arena_strdup(a, db_text(s, 5)), .label = arena_strdup(a, db_text(s, 6)), .old = "", .now = "",
			.record = db_id(s, 8)};
		if (base.op == 'u' && diff && what)
			add_fields(&y, what, &base, diff);
		else
			add_line(&y, &base);
	}
	*out = arena_alloc(a, (y.n + 1) * sizeof **out);
	if (y.n)
		memcpy(*out, y.lines, y.n * sizeof **out);
	*n = (int)y.n;
	free(y.lines);
	return st;
}

enum status changes_recent(struct core *c, int64_t since, int limit, struct arena *a, struct change_set **out, int *n,
	struct error *err)
{
	struct db_stmt *s;
	bool row;
	if (access_key_scopes(c) && !access_reads_everything(c))
		return error_set(err, ST_DENIED, _("An API key may not do this."));
	enum status st = db_prepare(c->db,
		"SELECT k.num, k.at, k.n_changes, k.undone_by, u.full_name, k.kind, k.label FROM change_sets k "
		"LEFT JOIN users u ON u.id = k.user_id WHERE k.org_id = $1 AND k.at >= $2 AND k.kind <> 'system' "
		"AND ($4 = 1 OR k.user_id = $5) ORDER BY k.num DESC LIMIT $3",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, since);
	db_bind_int(s, 3, limit);
	db_bind_int(s, 4, access_reads_everything(c)); /* others see what they did themselves */
	db_bind_id(s, 5, &c->user);
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		const char *who = db_text(s, 4);
		(*out)[(*n)++] = (struct change_set){.num = db_int(s, 0), .at = db_int(s, 1), .n_changes = db_int(s, 2),
			.undone_by = db_int(s, 3), .who = arena_strdup(a, who ? who : ""),
			.kind = arena_strdup(a, db_text(s, 5)), .label = arena_strdup(a, db_text(s, 6))};
	}
	return st;
}

int64_t changes_subject(struct core *c, int64_t set, struct arena *a, const struct entity **e)
{
	struct db_stmt *s;
	struct record *r = NULL;
	bool row;
	if (db_prepare(c->db,
		    "SELECT g.entity, g.record_id, g.subject_id FROM changes g JOIN change_sets k ON k.num = $1 "
		    "WHERE g.seq BETWEEN k.first_seq AND k.last_seq AND g.set_num = $1 AND k.org_id = $2 ORDER BY g.seq LIMIT 1",
		    &s, NULL) != ST_OK)
		return 0;
	db_bind_int(s, 1, set);
	db_bind_id(s, 2, &c->org);
	if (db_step(s, &row, NULL) != ST_OK || !row)
		return 0;
	const struct entity *of = model_entity(c->model, db_text(s, 0));
	struct id record = db_id(s, 1), subject = db_id(s, 2);
	db_done(s);
	if (!of || store_load(c, of, &record, a, &r, NULL) != ST_OK)
		return 0;
	const struct field *owner = of->parent && !id_eq(&record, &subject) ? entity_field(of, of->parent) : NULL;
	if (owner) {
		const char *name = owner->ref ? owner->ref : record_text(r, of->owner_type);
		of = name ? model_entity(c->model, name) : NULL;
		if (!of || store_load(c, of, &subject, a, &r, NULL) != ST_OK)
			return 0;
	}
	*e = of;
	return of->top ? r->num : 0;
}

#include "core/crm/undo.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"
#include "core/crm/undo_lean.h"
#include "data/db.h"

struct logged {
	int64_t seq;
	const struct entity *entity;
	struct id record;
	char op;
	char *diff;
};

enum { SLICE = 1000 };

/* The next changes of a set below `seq`, newest first: an import may hold millions. *last is the oldest one read; 0 at the end. */
static enum status read_slice(struct core *c, int64_t set, int64_t below, struct arena *a, struct logged *list, int *n, int64_t *last,
	struct error *err)
{
	struct db_stmt *s;
	bool row;
	*n = 0;
	*last = 0;
	enum status st = db_prepare(c->db,
		"SELECT g.seq, g.entity, g.record_id, g.op, g.diff FROM changes g JOIN change_sets k ON k.num = $1 "
		"WHERE g.seq BETWEEN k.first_seq AND k.last_seq AND g.seq < $3 AND g.set_num = $1 AND k.org_id = $2 "
		"ORDER BY g.seq DESC LIMIT $4",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, set);
	db_bind_id(s, 2, &c->org);
	db_bind_int(s, 3, below);
	db_bind_int(s, 4, SLICE);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		struct logged *l = &list[*n];
		*last = l->seq = db_int(s, 0);
		l->entity = model_entity(c->model, db_text(s, 1));
		l->record = db_id(s, 2);
		l->op = db_text(s, 3)[0];
		l->diff = arena_strdup(a, db_text(s, 4));
		*n += l->entity != NULL;
	}
	return st;
}

static struct value parse_value(const struct field *f, const struct cJSON *j, struct arena *a)
{
	struct value v = {0};
	const char *s = json_text(j);
	if (!s)
		return v;
	v.kind = field_kind(f);
	if (v.kind == VAL_INT)
		v.i = strtoll(s, NULL, 10);
	else if (v.kind == VAL_ID)
		(void)id_parse(s, &v.id);
	else
		v.s = arena_strdup(a, s);
	return v;
}

static void keep(struct undo_report *rep, struct txn *t, const struct record *r, const char *what)
{
	rep->kept++;
	size_t n = strlen(rep->kept_what);
	if (rep->kept <= 5 && n < sizeof rep->kept_what - 1)
		(void)snprintf(rep->kept_what + n, sizeof rep->kept_what - n, "%s%s (%s)", n ? ", " : "",
			store_title(t->core, r->entity, &r->id, t->arena), what);
}

/* A field that only makes sense beside another one stays when that one was changed since. */
static bool leader_kept(const struct record *old, const struct field *f, const struct cJSON *doc, struct arena *a)
{
	const struct field *leader = f->follows ? entity_field(old->entity, f->follows) : NULL;
	const struct cJSON *diff = leader ? json_get(doc, leader->name) : NULL;
	if (!diff)
		return false;
	struct value became = parse_value(leader, json_at(diff, 1), a);
	return !value_eq(&old->v[entity_field_index(old->entity, leader)], &became);
}

static enum status take_back_fields(struct txn *t, const struct logged *l, struct record *old, struct undo_report *rep,
	struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(l->diff, strlen(l->diff), &doc, err);
	if (st != ST_OK)
		return st;
	struct record *now = record_copy(t->arena, old);
	for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
		const struct field *f = entity_field(old->entity, json_name(m));
		if (!f)
			continue;
		int i = entity_field_index(old->entity, f);
		struct value was = parse_value(f, json_at(m, 0), t->arena), became = parse_value(f, json_at(m, 1), t->arena);
		if (!value_eq(&old->v[i], &became) || leader_kept(old, f, doc, t->arena)) {
			keep(rep, t, old, _(f->label));
			continue;
		}
		now->v[i] = was;
		rep->done++;
	}
	json_free(&doc);
	bool changed;
	if ((st = raw_update(t, old, now, &changed, err)) == ST_OK && changed && !now->deleted_at)
		st = raw_index(t, now, err);
	return st;
}

/* Did anything but this change set touch the row after it? Then a creation is not taken back. */
static bool touched_since(struct txn *t, const struct logged *l, int64_t set)
{
	struct db_stmt *s;
	bool row, yes = false;
	if (db_prepare(t->core->db,
		    "SELECT 1 FROM changes g JOIN change_sets k ON k.num = g.set_num WHERE g.subject_id = $1 AND g.seq > $2 "
		    "AND g.set_num <> $3 AND k.undone_by IS NULL AND k.kind NOT IN ('undo', 'redo', 'revert') LIMIT 1",
		    &s, NULL) != ST_OK)
		return true;
	db_bind_id(s, 1, &l->record);
	db_bind_int(s, 2, l->seq);
	db_bind_int(s, 3, set);
	yes = db_step(s, &row, NULL) == ST_OK && row;
	db_done(s);
	return yes;
}

/* Owners whose children were touched: what is shown, derived and searched of them is made anew once the whole set is back. */
struct owner {
	const struct entity *entity;
	struct id id;
};
struct owners {
	struct owner *list;
	size_t n, cap;
};

static void note_owner(struct owners *o, const struct txn *t, const struct record *r)
{
	const struct field *f = r->entity->parent ? entity_field(r->entity, r->entity->parent) : NULL;
	const char *name = !f ? NULL : f->ref ? f->ref : record_text(r, r->entity->owner_type);
	const struct entity *e = name ? model_entity(t->core->model, name) : NULL;
	struct id id = raw_subject(r);
	if (!e || (o->n && id_eq(&o->list[o->n - 1].id, &id)))
		return;
	mem_grow(&o->list, &o->cap, o->n + 1, sizeof *o->list);
	o->list[o->n++] = (struct owner){e, id};
}

static enum status settle(struct txn *t, const struct owner *o, struct error *err)
{
	struct record *r;
	bool changed;
	enum status st = whole_load(t->core, o->entity, &o->id, t->arena, &r, NULL);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return error_set(err, st, _("A changed record could not be read."));
	if ((st = children_settle(t, r, err)) != ST_OK || (st = whole_load(t->core, o->entity, &o->id, t->arena, &r, err)) != ST_OK ||
		(st = raw_update(t, r, record_copy(t->arena, r), &changed, err)) != ST_OK || r->deleted_at)
		return st;
	return raw_index(t, r, err);
}

/* Custom fields change how everything after them is read. */
static enum status set_field_deleted(struct txn *t, const struct record *r, bool deleted, struct error *err)
{
	enum status st = raw_set_deleted(t, r, deleted, err);
	if (st != ST_OK || strcmp(r->entity->name, "custom_fields") != 0)
		return st;
	t->model_changed = true;
	return core_reload_model(t->core, err);
}

static enum status take_back_row(struct txn *t, const struct logged *l, struct record *r, int64_t set, struct undo_report *rep,
	struct error *err)
{
	switch (l->op) {
	case 'c':
	case 'r':
		if (r->deleted_at)
			return ST_OK;
		if (l->op == 'c' && t->kind == CHANGE_REVERT && touched_since(t, l, set)) {
			keep(rep, t, r, _("changed since"));
			return ST_OK;
		}
		if (l->op == 'c' && t->kind == CHANGE_REVERT && undo_leaned_on(t, r)) {
			keep(rep, t, r, _("others lean on it"));
			return ST_OK;
		}
		rep->done++;
		return set_field_deleted(t, r, true, err);
	case 'd':
		if (!r->deleted_at)
			return ST_OK;
		rep->done++;
		return set_field_deleted(t, r, false, err);
	default:
		return l->diff ? take_back_fields(t, l, r, rep, err) : ST_OK;
	}
}

static enum status take_back(struct txn *t, const struct logged *l, int64_t set, struct undo_report *rep, struct owners *owners,
	struct error *err)
{
	struct record *r;
	bool whole = l->op == 'u' || l->op == 'd'; /* what only goes needs no children */
	enum status st = (whole ? whole_load : raw_load)(t->core, l->entity, &l->record, t->arena, &r, NULL);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return error_set(err, st, _("A changed record could not be read."));
	note_owner(owners, t, r);
	enum status done = take_back_row(t, l, r, set, rep, err);
	struct record *now;
	if (done == ST_OK && l->op == 'u' && r->entity->parent && whole_load(t->core, l->entity, &l->record, t->arena, &now, NULL) == ST_OK)
		note_owner(owners, t, now); /* it may have gone back to another owner */
	return done;
}

static enum status mark_undone(struct core *c, int64_t set, int64_t by, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(c->db, "UPDATE change_sets SET undone_by = $1 WHERE num = $2", &s, err);
	if (st != ST_OK)
		return st;
	if (by)
		db_bind_int(s, 1, by);
	else
		db_bind_null(s, 1);
	db_bind_int(s, 2, set);
	return db_run(s, err);
}

/* The change that undo `set` had taken back stands again. */
static enum status revive_original(struct core *c, int64_t set, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(c->db,
		"UPDATE change_sets SET undone_by = NULL WHERE num = (SELECT u.undoes FROM change_sets u WHERE u.num = $1)", &s,
		err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, set);
	return db_run(s, err);
}

static enum status set_label(struct core *c, int64_t set, char *label, size_t size, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, "SELECT label, undone_by, user_id FROM change_sets WHERE num = $1 AND org_id = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, set);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no change %lld."), (long long)set);
	(void)snprintf(label, size, "%s", db_text(s, 0));
	bool undone = !db_is_null(s, 1);
	struct id by = db_id(s, 2);
	db_done(s);
	if (!id_eq(&by, &c->user) && !access_is_admin(c))
		return error_set(err, ST_DENIED, _("Only an administrator takes back what others did."));
	return undone ? error_set(err, ST_CONFLICT, _("“%s” was taken back already."), label) : ST_OK;
}

enum status undo_set(struct core *c, int64_t set, enum change_kind kind, struct undo_report *out, struct error *err)
{
	struct txn *t;
	struct logged list[SLICE];
	struct owners owners = {0};
	int n;
	int64_t below = INT64_MAX;
	struct undo_report rep = {.set = set};
	enum status st = set_label(c, set, rep.label, sizeof rep.label, err);
	if (st != ST_OK || (st = txn_begin(c, kind, rep.label, &t, err)) != ST_OK)
		return st;
	t->undoes = set;
	struct arena *a = arena_new();
	while (st == ST_OK && below > 0 && (st = read_slice(c, set, below, a, list, &n, &below, err)) == ST_OK) {
		for (int i = 0; st == ST_OK && i < n; i++) {
			st = take_back(t, &list[i], set, &rep, &owners, err);
			arena_reset(t->arena);
		}
		arena_reset(a);
	}
	for (size_t i = 0; st == ST_OK && i < owners.n; i++) {
		st = settle(t, &owners.list[i], err);
		arena_reset(t->arena);
	}
	free(owners.list);
	arena_free(&a);
	if (st == ST_OK && !t->number)
		st = log_open_set(t, err);
	if (st == ST_OK)
		st = mark_undone(c, set, t->number, err);
	if (st == ST_OK && kind == CHANGE_REDO)
		st = revive_original(c, set, err);
	if (st != ST_OK) {
		bool model = t->model_changed;
		txn_rollback(&t);
		if (model)
			(void)core_reload_model(c, NULL);
		return st;
	}
	if ((st = txn_commit(&t, err)) == ST_OK)
		*out = rep;
	return st;
}

static const char undo_sql[] = "SELECT num, label FROM change_sets WHERE org_id = $1 AND user_id = $2 AND undone_by IS NULL "
			       "AND kind NOT IN ('undo', 'redo', 'system', 'revert') ORDER BY num DESC LIMIT 1";
/* An undo can be redone while no edit of the same user came after it. */
static const char redo_sql[] =
	"SELECT num, label FROM change_sets WHERE org_id = $1 AND user_id = $2 AND undone_by IS NULL AND kind IN ('undo', 'revert') "
	"AND num > COALESCE((SELECT max(num) FROM change_sets WHERE org_id = $1 AND user_id = $2 AND kind NOT IN "
	"('undo', 'redo', 'system', 'revert')), 0) ORDER BY num DESC LIMIT 1";

static enum status candidate(struct core *c, const char *sql, int64_t *set, struct arena *a, char **label,
	struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_id(s, 2, &c->user);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	*set = 0;
	if (row) {
		*set = db_int(s, 0);
		if (label)
			*label = arena_strdup(a, db_text(s, 1));
		db_done(s);
	}
	return ST_OK;
}

enum status undo_last(struct core *c, struct undo_report *out, struct error *err)
{
	int64_t set;
	enum status st = candidate(c, undo_sql, &set, NULL, NULL, err);
	if (st != ST_OK)
		return st;
	if (!set)
		return error_set(err, ST_NOT_FOUND, _("There is nothing to undo."));
	return undo_set(c, set, CHANGE_UNDO, out, err);
}

enum status redo_last(struct core *c, struct undo_report *out, struct error *err)
{
	int64_t set;
	enum status st = candidate(c, redo_sql, &set, NULL, NULL, err);
	if (st != ST_OK)
		return st;
	if (!set)
		return error_set(err, ST_NOT_FOUND, _("There is nothing to redo."));
	return undo_set(c, set, CHANGE_REDO, out, err);
}

char *undo_label(struct core *c, struct arena *a)
{
	int64_t set;
	char *label = NULL;
	(void)candidate(c, undo_sql, &set, a, &label, NULL);
	return label ? label : arena_strdup(a, "");
}

char *redo_label(struct core *c, struct arena *a)
{
	int64_t set;
	char *label = NULL;
	(void)candidate(c, redo_sql, &set, a, &label, NULL);
	return label ? label : arena_strdup(a, "");
}

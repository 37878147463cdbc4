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
#include "core/helper/queue.h"
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

/* Does it change what may no longer change? Which record it refers to may go back (a merge that is undone): what it says does not. */
static bool locked(struct txn *t, const struct record *old, const struct record *now)
{
	struct record *said = record_copy(t->arena, now);
	for (int i = 0; i < old->entity->n_fields; i++)
		if (old->entity->fields[i].type == FT_REF)
			said->v[i] = old->v[i];
	return old->entity->locked(t, old, said, NULL) != ST_OK;
}

static enum status take_back_fields(struct txn *t, const struct logged *l, struct record *old, struct undo_report *rep,
	struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(l->diff, strlen(l->diff), &doc, err);
	if (st != ST_OK)
		return st;
	struct record *now = record_copy(t->arena, old);
	int64_t before = rep->done;
	for (const struct cJSON *m = json_first(doc); m; m = json_next(m)) {
		const struct field *f = entity_field(old->entity, json_name(m));
		if (!f) { /* a custom field that is gone: its value cannot be written */
			keep(rep, t, old, json_name(m));
			continue;
		}
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
	if (old->entity->locked && locked(t, old, now)) {
		rep->done = before;
		keep(rep, t, old, _("it stands in the books"));
		return ST_OK;
	}
	if ((st = raw_update(t, old, now, &changed, err)) == ST_OK && changed && !now->deleted_at)
		st = raw_index(t, now, err);
	return st;
}

/* Did anything but this change set touch the row, or what hangs on it, after it? Then a creation is not taken back. `by_people`: what the
 * program itself noted down does not count. */
static bool touched_since(struct txn *t, const struct logged *l, const struct record *r, int64_t set, bool by_people)
{
	struct db_stmt *s;
	struct id subject = raw_subject(r);
	bool row, yes = false, whole = id_eq(&subject, &r->id);
	if (db_prepare(t->core->db,
		    whole ? "SELECT 1 FROM changes g JOIN change_sets k ON k.num = g.set_num WHERE g.subject_id = $1 AND g.seq > $2 "
			    "AND g.set_num <> $3 AND k.undone_by IS NULL AND k.kind NOT IN ('undo', 'redo', 'revert') AND (k.kind <> 'system' OR $4 = 0) LIMIT 1"
			  : "SELECT 1 FROM changes g JOIN change_sets k ON k.num = g.set_num WHERE g.subject_id = $1 AND g.seq > $2 "
			    "AND g.set_num <> $3 AND g.record_id = $4 AND k.undone_by IS NULL "
			    "AND k.kind NOT IN ('undo', 'redo', 'revert') AND (k.kind <> 'system' OR $5 = 0) LIMIT 1",
		    &s, NULL) != ST_OK)
		return true;
	db_bind_id(s, 1, &subject);
	db_bind_int(s, 2, l->seq);
	db_bind_int(s, 3, set);
	if (!whole)
		db_bind_id(s, 4, &r->id);
	db_bind_int(s, whole ? 4 : 5, by_people);
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
	if (o->entity->settle && (st = o->entity->settle(t, &o->id, err)) != ST_OK)
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

/* Why a row that the set brought stays, or NULL. */
static const char *stays(struct txn *t, const struct logged *l, const struct record *r, int64_t set)
{
	if (strcmp(r->entity->name, "organizations") == 0 || id_eq(&r->id, &t->core->user))
		return _("nobody could work without it");
	bool waits = false;
	if (strcmp(r->entity->name, "activities") == 0 && !record_null(r, "mail_state")) {
		const char *state = record_text(r, "mail_state");
		waits = strcmp(state, "outbox") == 0 || strcmp(state, "deferred") == 0 || strcmp(state, "failed") == 0;
		if (!waits)
			return _("the mail has left");
		if (queue_is_running(t->core, record_int(r, "mail_job")))
			return _("the mail is being sent");
	}
	return touched_since(t, l, r, set, waits) ? _("changed since") : NULL;
}

/* Rows that something leaned on when their turn came: it may go with the set too. Asked again at the end. */
struct leaned {
	struct owner *list;
	size_t n, cap;
};

static enum status take_back_row(struct txn *t, const struct logged *l, struct record *r, int64_t set, struct undo_report *rep,
	struct leaned *later, struct error *err)
{
	const char *why;
	switch (l->op) {
	case 'c':
	case 'r':
		if (r->deleted_at)
			return ST_OK;
		if ((why = stays(t, l, r, set)) != NULL) {
			keep(rep, t, r, why);
			return ST_OK;
		}
		if (l->op == 'c' && undo_leaned_on(t, r)) {
			mem_grow(&later->list, &later->cap, later->n + 1, sizeof *later->list);
			later->list[later->n++] = (struct owner){r->entity, r->id};
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
	struct leaned *later, struct error *err)
{
	struct record *r;
	bool whole = l->op == 'u' || l->op == 'd'; /* what only goes needs no children */
	enum status st = (whole ? whole_load : raw_load)(t->core, l->entity, &l->record, t->arena, &r, NULL);
	if (st == ST_NOT_FOUND)
		return ST_OK;
	if (st != ST_OK)
		return error_set(err, st, _("A changed record could not be read."));
	if (l->op != 'u' && l->entity->locked && l->entity->locked(t, r, NULL, NULL) != ST_OK) {
		keep(rep, t, r, _("it stands in the books"));
		return ST_OK;
	}
	note_owner(owners, t, r);
	enum status done = take_back_row(t, l, r, set, rep, later, err);
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

/* Hold the set's row until the end of the transaction, so that of two who take it back at once the second sees that it is done. */
static enum status lock_set(struct core *c, int64_t set, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_prepare(c->db, "UPDATE change_sets SET undone_by = undone_by WHERE num = $1 AND org_id = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, set);
	db_bind_id(s, 2, &c->org);
	return db_run(s, err);
}

/* May a set of this kind be taken back so? Redo takes back what undo wrote, everything else what people did. */
static enum status check_kind(const char *made, enum change_kind kind, const char *label, struct error *err)
{
	bool undo = strcmp(made, "undo") == 0 || strcmp(made, "revert") == 0;
	if (kind == CHANGE_REDO ? undo : strcmp(made, "redo") != 0 && strcmp(made, "system") != 0 && !undo)
		return ST_OK;
	error_set(err, ST_CONFLICT, _("“%s” cannot be taken back by its number."), label);
	if (undo)
		error_hint(err, _("It took another change back; simplix redo does that one again."));
	else if (strcmp(made, "redo") == 0)
		error_hint(err, _("It did a change again; take that one back: simplix changes shows its number."));
	else
		error_hint(err, _("Simplix made it when the database was set up; delete what you do not need."));
	return ST_CONFLICT;
}

static enum status check_set(struct core *c, int64_t set, enum change_kind kind, struct undo_report *rep, bool *undone, struct error *err)
{
	struct db_stmt *s;
	char made[16];
	bool row;
	enum status st = db_prepare(c->db, "SELECT label, undone_by, user_id, kind FROM change_sets WHERE num = $1 AND org_id = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, set);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("There is no change %lld."), (long long)set);
	rep->set = set;
	(void)snprintf(rep->label, sizeof rep->label, "%s", db_text(s, 0));
	(void)snprintf(made, sizeof made, "%s", db_text(s, 3));
	*undone = !db_is_null(s, 1);
	struct id by = db_id(s, 2);
	db_done(s);
	if (!id_eq(&by, &c->user) && !access_is_admin(c))
		return error_set(err, ST_DENIED, _("Only an administrator takes back what others did."));
	return check_kind(made, kind, rep->label, err);
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

enum { TRIES = 50 };

/* Which set, and may it be? Asked inside the transaction: a set named by number (sql NULL), or the newest one that `sql` gives; when
 * somebody was faster with that one, the next. */
static enum status choose(struct txn *t, int64_t set, const char *sql, struct undo_report *rep, struct error *err)
{
	struct core *c = t->core;
	for (int i = 0; i < TRIES; i++) {
		bool undone = false;
		enum status st = sql ? candidate(c, sql, &set, NULL, NULL, err) : ST_OK;
		if (st == ST_OK && !set)
			return error_set(err, ST_NOT_FOUND, t->kind == CHANGE_REDO ? _("There is nothing to redo.") : _("There is nothing to undo."));
		if (st == ST_OK)
			st = lock_set(c, set, err);
		if (st == ST_OK)
			st = check_set(c, set, t->kind, rep, &undone, err);
		if (st != ST_OK || !undone)
			return st;
		if (!sql)
			break;
	}
	return error_set(err, ST_CONFLICT, _("“%s” was taken back already."), rep->label);
}

/* Take back what nothing leans on any more, as long as that frees others; keep and name the rest. */
static enum status take_back_leaned(struct txn *t, struct leaned *later, struct undo_report *rep, struct error *err)
{
	enum status st = ST_OK;
	for (bool freed = true; st == ST_OK && freed;) {
		size_t left = 0;
		for (size_t i = 0; st == ST_OK && i < later->n; i++) {
			struct record *r;
			if ((st = raw_load(t->core, later->list[i].entity, &later->list[i].id, t->arena, &r, err)) != ST_OK)
				break;
			if (undo_leaned_on(t, r)) {
				later->list[left++] = later->list[i];
			} else {
				rep->done++;
				st = set_field_deleted(t, r, true, err);
			}
		}
		freed = left < later->n;
		later->n = left;
	}
	for (size_t i = 0; st == ST_OK && i < later->n; i++) {
		struct record *r;
		if ((st = raw_load(t->core, later->list[i].entity, &later->list[i].id, t->arena, &r, err)) == ST_OK)
			keep(rep, t, r, _("others lean on it"));
	}
	free(later->list);
	return st;
}

static enum status take_back_all(struct txn *t, struct undo_report *rep, struct owners *owners, struct error *err)
{
	struct logged list[SLICE];
	struct leaned later = {0};
	struct arena *a = arena_new();
	int n;
	int64_t below = INT64_MAX;
	enum status st = ST_OK;
	while (st == ST_OK && below > 0 && (st = read_slice(t->core, rep->set, below, a, list, &n, &below, err)) == ST_OK) {
		for (int i = 0; st == ST_OK && i < n; i++) {
			st = take_back(t, &list[i], rep->set, rep, owners, &later, err);
			arena_reset(t->arena);
		}
		arena_reset(a);
	}
	if (st == ST_OK)
		st = take_back_leaned(t, &later, rep, err);
	else
		free(later.list);
	for (size_t i = 0; st == ST_OK && i < owners->n; i++) {
		st = settle(t, &owners->list[i], err);
		arena_reset(t->arena);
	}
	arena_free(&a);
	return st;
}

static enum status undo_one(struct core *c, int64_t set, const char *sql, enum change_kind kind, struct undo_report *out, struct error *err)
{
	struct txn *t;
	struct owners owners = {0};
	struct undo_report rep = {0};
	enum status st = txn_begin(c, kind, NULL, &t, err);
	if (st != ST_OK)
		return st;
	if ((st = choose(t, set, sql, &rep, err)) == ST_OK) {
		t->undoes = rep.set;
		txn_label(t, rep.label);
		st = take_back_all(t, &rep, &owners, err);
	}
	free(owners.list);
	if (st == ST_OK && !t->number)
		st = log_open_set(t, err);
	if (st == ST_OK)
		st = mark_undone(c, rep.set, t->number, err);
	if (st == ST_OK && kind == CHANGE_REDO)
		st = revive_original(c, rep.set, err);
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

enum status undo_set(struct core *c, int64_t set, enum change_kind kind, struct undo_report *out, struct error *err)
{
	return undo_one(c, set, NULL, kind, out, err);
}

enum status undo_last(struct core *c, struct undo_report *out, struct error *err)
{
	return undo_one(c, 0, undo_sql, CHANGE_UNDO, out, err);
}

enum status redo_last(struct core *c, struct undo_report *out, struct error *err)
{
	return undo_one(c, 0, redo_sql, CHANGE_REDO, out, err);
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

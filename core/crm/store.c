#include "core/crm/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/automation/domain_events.h"
#include "core/automation/webhook.h"
#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/kill_point.h"
#include "core/base/text.h"
#include "core/crm/amount.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"
#include "data/db.h"

enum { MAX_DEPTH = 4 };

enum status txn_begin(struct core *c, enum change_kind kind, const char *label, struct txn **out, struct error *err)
{
	if (c->read_only)
		return error_set(err, ST_DENIED, _("Simplix was opened read-only."));
	if (c->access && id_is_nil(&c->user))
		return error_set(err, ST_DENIED, _("Please sign in first."));
	if (db_in_transaction(c->db) && kind != CHANGE_SYSTEM) /* what the helper changes belongs to what it records */
		return error_set(err, ST_INTERNAL, "a change set is open already");
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	struct txn *t = mem_zalloc(sizeof *t);
	t->core = c;
	t->arena = arena_new();
	t->kind = kind;
	t->label = label ? mem_strdup(label) : NULL;
	t->at = clock_now();
	*out = t;
	return ST_OK;
}

static void txn_free(struct txn **t)
{
	raw_index_free(*t);
	if ((*t)->digest)
		sha256_end(&(*t)->digest, NULL);
	arena_free(&(*t)->arena);
	free((*t)->label);
	free(*t);
	*t = NULL;
}

enum status txn_commit(struct txn **tp, struct error *err)
{
	struct txn *t = *tp;
	struct core *c = t->core;
	bool changed = t->number != 0, model_changed = t->model_changed, rights_changed = t->rights_changed;
	enum status st = raw_index_flush(t, err);
	if (st == ST_OK && changed)
		st = log_close_set(t, err);
	if (st == ST_OK && t->webhooks_changed)
		st = webhooks_follow(c, err);
	if (st == ST_OK && changed)
		st = domain_events_emit(t, err);
	kill_point("in-change");
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	kill_point("after-change");
	txn_free(tp);
	if (st == ST_OK && changed)
		c->generation++;
	if (st == ST_OK && model_changed)
		st = core_reload_model(c, err);
	if (st == ST_OK && rights_changed && c->access)
		st = access_reload(c, err);
	return st;
}

void txn_rollback(struct txn **t)
{
	if (!*t)
		return;
	db_rollback((*t)->core->db);
	txn_free(t);
}

enum status txn_end(struct txn **t, enum status st, struct error *err)
{
	if (st == ST_OK)
		return txn_commit(t, err);
	txn_rollback(t);
	return st;
}

struct core *txn_core(const struct txn *t)
{
	return t->core;
}

int64_t txn_number(const struct txn *t)
{
	return t->number;
}

void txn_label(struct txn *t, const char *label)
{
	free(t->label);
	t->label = mem_strdup(label);
}

static const char *title_of(struct txn *t, const struct record *r)
{
	return store_title(t->core, r->entity, &r->id, t->arena);
}

static enum status fill_default(struct txn *t, struct record *r, const struct field *f, struct error *err)
{
	struct conventions conv = core_conventions(t->core);
	int i = entity_field_index(r->entity, f);
	if (f->type == FT_REF) {
		if (strcmp(f->def, "me") == 0 && !id_is_nil(&t->core->user))
			r->v[i] = (struct value){.kind = VAL_ID, .id = t->core->user};
		return ST_OK;
	}
	return field_parse(f, f->def, &conv, r->arena, &r->v[i], NULL, err);
}

static enum status fill_defaults(struct txn *t, struct record *r, struct error *err)
{
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if (f->def && r->v[i].kind == VAL_NULL && !r->set[i] && !f->child) {
			enum status st = fill_default(t, r, f, err);
			if (st != ST_OK)
				return st;
		}
	}
	return ST_OK;
}

static enum status require(const struct record *r, struct error *err)
{
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if ((f->flags & FF_REQUIRED) && !(f->flags & FF_DERIVED) && r->v[i].kind == VAL_NULL)
			return error_field(err, ST_INVALID, f->name, _("%s is needed."), _(f->label));
	}
	return ST_OK;
}

static enum status run_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	const struct entity *e = now->entity;
	if (!e->effects)
		return ST_OK;
	if (t->depth >= MAX_DEPTH)
		return error_set(err, ST_INTERNAL, "changes cause changes without end");
	t->depth++;
	enum status st = e->effects(t, old, now, err);
	t->depth--;
	return st;
}

/* A list and one field of its main child both given: what came out of the two is known only afterwards. */
static enum status derive_again(struct txn *t, struct record *r, struct error *err)
{
	const struct entity *e = r->entity;
	bool both = false, changed;
	for (int i = 0; i < e->n_fields; i++)
		for (int k = 0; field_is_virtual(&e->fields[i]) && r->set[i] && k < e->n_fields; k++)
			both = both || (e->fields[k].type == FT_LIST && r->set[k] && strcmp(e->fields[k].child, e->fields[i].child) == 0);
	if (!both)
		return ST_OK;
	struct record *now = record_copy(r->arena, r);
	enum status st = children_load(t->core, now, err);
	if (st == ST_OK)
		st = raw_update(t, r, now, &changed, err);
	if (st != ST_OK)
		return st;
	memcpy(r->v, now->v, (size_t)e->n_fields * sizeof *r->v);
	r->version = now->version;
	r->stamps = now->stamps;
	r->stamps_len = now->stamps_len;
	return ST_OK;
}

/* Rights are asked of what a person does, not of what follows from it, nor of a merge, which is asked about as a whole. */
static bool guarded(const struct txn *t)
{
	return t->core->access && t->depth == 0 && t->kind != CHANGE_SYSTEM && t->kind != CHANGE_MERGE;
}

static enum status check_fields(struct txn *t, const struct record *r, struct error *err)
{
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if (r->set[i] && field_is_writable(f) && access_field(t->core, r->entity, f) != FIELD_WRITE)
			return error_field(err, ST_DENIED, f->name, _("%s: your role, %s, may not change it."), _(f->label),
				access_role_name(t->core));
	}
	return ST_OK;
}

static enum status check_insert(struct txn *t, const struct record *r, struct error *err)
{
	if (!guarded(t))
		return ST_OK;
	enum status st = access_check_new(t->core, r, err);
	return st == ST_OK ? check_fields(t, r, err) : st;
}

static enum status check_update(struct txn *t, const struct record *r, struct error *err)
{
	if (!guarded(t))
		return ST_OK;
	enum status st = access_check_row(t->core, r->entity, &r->id, ACT_READ, err);
	if (st == ST_OK)
		st = access_check_row(t->core, r->entity, &r->id, ACT_UPDATE, err);
	if (st == ST_OK)
		st = access_check_parent(t->core, r, err);
	if (st == ST_OK && t->kind == CHANGE_BULK)
		st = access_check_row(t->core, r->entity, &r->id, ACT_BULK, err);
	return st == ST_OK ? check_fields(t, r, err) : st;
}

enum status store_insert(struct txn *t, struct record *r, struct error *err)
{
	const struct entity *e = r->entity;
	enum status st = fill_defaults(t, r, err);
	if (st == ST_OK)
		st = check_insert(t, r, err);
	const struct record *given = record_copy(r->arena, r);
	if (st == ST_OK && e->check)
		st = e->check(t, NULL, r, err);
	if (st == ST_OK)
		st = amounts_follow(t->core, given, r, true, err);
	if (st == ST_OK)
		st = require(r, err);
	if (st == ST_OK)
		st = raw_insert(t, r, true, err);
	if (st == ST_OK)
		st = children_write(t, r, true, err);
	if (st == ST_OK)
		st = derive_again(t, r, err);
	if (st == ST_OK)
		st = raw_index(t, r, err);
	if (st == ST_OK)
		st = run_effects(t, NULL, r, err);
	if (st == ST_OK && !t->label)
		t->label = mem_printf(_("Add %s"), title_of(t, r));
	return st;
}

static bool any_child_set(const struct record *r)
{
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if (r->set[i] && (f->child || f->type == FT_TAGS))
			return true;
	}
	return false;
}

/* The row as it will be: what is stored with the patch's fields over it. */
static struct record *overlay(const struct record *old, const struct record *patch)
{
	struct record *now = record_copy(patch->arena, old);
	for (int i = 0; i < old->entity->n_fields; i++) {
		if (patch->set[i])
			now->v[i] = patch->v[i];
		now->set[i] = patch->set[i];
	}
	return now;
}

/* The children first, since the row is derived from what they are afterwards: a contact without a name is called by her mail
 * address, and may not lose the last of them. */
static enum status write_children(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	if (!any_child_set(now))
		return ST_OK;
	enum status st = children_write(t, now, false, err);
	if (st == ST_OK)
		st = children_load(t->core, now, err);
	return st == ST_OK && now->entity->check ? now->entity->check(t, old, now, err) : st;
}

/* Other words than before? Those of a record it refers to are its own matter. */
static bool words_differ(const struct record *old, const struct record *now)
{
	for (int i = 0; i < now->entity->n_fields; i++)
		if ((now->entity->fields[i].flags & FF_SEARCH) && !value_eq(&old->v[i], &now->v[i]))
			return true;
	return false;
}

enum status store_update(struct txn *t, struct record *r, struct error *err)
{
	struct record *old;
	bool changed = false;
	enum status st = check_update(t, r, err);
	if (st != ST_OK || (st = whole_load(t->core, r->entity, &r->id, r->arena, &old, err)) != ST_OK)
		return st;
	if (old->deleted_at)
		return error_set(err, ST_NOT_FOUND, _("This record was deleted; restore it first."));
	if (r->version && r->version != old->version) {
		error_set(err, ST_CONFLICT, _("%s was changed meanwhile."), title_of(t, old));
		error_hint(err, _("Look at it again, then repeat your change."));
		return ST_CONFLICT;
	}
	struct record *now = overlay(old, r);
	int64_t before = t->changes;
	if (r->entity->check && (st = r->entity->check(t, old, now, err)) != ST_OK)
		return st;
	if (r->entity->locked && (st = r->entity->locked(t, old, now, err)) != ST_OK)
		return st;
	if ((st = amounts_follow(t->core, old, now, false, err)) != ST_OK || (st = require(now, err)) != ST_OK || (st = write_children(t, old, now, err)) != ST_OK ||
		(st = raw_update(t, old, now, &changed, err)) != ST_OK)
		return st;
	if (t->changes == before && !changed)
		return ST_OK;
	if ((words_differ(old, now) && (st = raw_index(t, now, err)) != ST_OK) || (st = run_effects(t, old, now, err)) != ST_OK)
		return st;
	r->num = now->num;
	r->version = now->version;
	if (!t->label)
		t->label = mem_printf(_("Edit %s"), title_of(t, now));
	return ST_OK;
}

static enum status set_deleted(struct txn *t, const struct entity *e, const struct id *id, bool deleted, struct error *err)
{
	struct record *r;
	enum status st = whole_load(t->core, e, id, t->arena, &r, err);
	if (st == ST_OK && guarded(t) && (st = access_check_row(t->core, e, id, ACT_READ, err)) == ST_OK)
		st = access_check_row(t->core, e, id, ACT_DELETE, err);
	if (st != ST_OK || (r->deleted_at != 0) == deleted)
		return st;
	if (e->locked && (st = e->locked(t, r, NULL, err)) != ST_OK)
		return st;
	if (!t->label)
		t->label = mem_printf(deleted ? _("Delete %s") : _("Restore %s"), title_of(t, r));
	if ((st = raw_set_deleted(t, r, deleted, err)) != ST_OK)
		return st;
	r->deleted_at = deleted ? t->at : 0;
	return run_effects(t, r, r, err);
}

enum status store_delete(struct txn *t, const struct entity *e, const struct id *id, struct error *err)
{
	return set_deleted(t, e, id, true, err);
}

enum status store_restore(struct txn *t, const struct entity *e, const struct id *id, struct error *err)
{
	return set_deleted(t, e, id, false, err);
}

enum status store_hold(struct txn *t, const struct entity *e, const struct id *id, struct error *err)
{
	char sql[120];
	(void)snprintf(sql, sizeof sql, "UPDATE %s SET version = version WHERE org_id = $1 AND id = $2", e->name);
	return rows_run(t->core, err, sql, "dd", &t->core->org, id);
}

enum status store_save(struct core *c, struct record *r, struct error *err)
{
	struct txn *t;
	enum status st = txn_begin(c, CHANGE_EDIT, NULL, &t, err);
	if (st != ST_OK)
		return st;
	st = r->num ? store_update(t, r, err) : store_insert(t, r, err);
	if (st != ST_OK) {
		txn_rollback(&t);
		return st;
	}
	return txn_commit(&t, err);
}

enum status store_remove(struct core *c, const struct entity *e, const struct id *id, struct error *err)
{
	struct txn *t;
	enum status st = txn_begin(c, CHANGE_EDIT, NULL, &t, err);
	if (st != ST_OK)
		return st;
	if ((st = store_delete(t, e, id, err)) != ST_OK) {
		txn_rollback(&t);
		return st;
	}
	return txn_commit(&t, err);
}

char *store_title(struct core *c, const struct entity *e, const struct id *id, struct arena *a)
{
	char sql[512];
	struct db_stmt *s;
	bool row;
	char *out = NULL;
	if (id_is_nil(id))
		return arena_strdup(a, "");
	(void)snprintf(sql, sizeof sql, "SELECT %s FROM %s t WHERE t.id = $1 AND t.org_id = $2", e->title, e->name);
	if (db_prepare(c->db, sql, &s, NULL) != ST_OK)
		return arena_strdup(a, "");
	db_bind_id(s, 1, id);
	db_bind_id(s, 2, &c->org);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		const char *title = db_text(s, 0);
		out = arena_strdup(a, entity_title_label(e, title ? title : ""));
		db_done(s);
	}
	return out ? out : arena_strdup(a, "");
}

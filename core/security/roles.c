/* The built-in roles, and what guards rights themselves: only administrators touch them, the owner's role stays as it is, and
 * somebody always remains who can. */
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"
#include "core/security/roles.h"
#include "core/crm/rows.h"
#include "data/db.h"

struct line {
	const char *role, *object, *action, *scope;
};

static const struct {
	const char *key, *name, *description;
} roles[] = {
	{"owner", NC_("role", "Owner"), N_("Everything; cannot be narrowed")},
	{"admin", NC_("role", "Administrator"), N_("Everything, people and rights included")},
	{"manager", NC_("role", "Manager"), N_("Reads all; works on own records and on those of people who report to them")},
	{"rep", NC_("role", "Sales rep"), N_("Works on own records, reads the team's")},
	{"read_only", NC_("role", "Read only"), N_("Reads all, changes nothing")},
};

static const struct line lines[] = {
	{"owner", "*", "*", "all"},
	{"admin", "*", "*", "all"},
	{"manager", "*", "read", "all"},
	{"manager", "*", "export", "subtree"},
	{"manager", "contacts", "*", "subtree"},
	{"manager", "companies", "*", "subtree"},
	{"manager", "deals", "*", "subtree"},
	{"manager", "activities", "*", "subtree"},
	{"manager", "contacts", "read", "all"},
	{"manager", "companies", "read", "all"},
	{"manager", "deals", "read", "all"},
	{"manager", "activities", "read", "all"},
	{"manager", "quotes", "*", "subtree"},
	{"manager", "invoices", "*", "subtree"},
	{"manager", "payments", "*", "subtree"},
	{"manager", "subscriptions", "*", "subtree"},
	{"manager", "billing_accounts", "*", "subtree"},
	{"manager", "quotes", "read", "all"},
	{"manager", "invoices", "read", "all"},
	{"manager", "payments", "read", "all"},
	{"manager", "subscriptions", "read", "all"},
	{"manager", "billing_accounts", "read", "all"},
	{"manager", "users", "update", "own"},
	{"manager", "tags", "*", "all"},
	{"manager", "products", "*", "all"},
	{"manager", "saved_views", "*", "all"},
	{"manager", "smart_lists", "*", "all"},
	{"rep", "*", "read", "all"},
	{"rep", "contacts", "*", "own"},
	{"rep", "companies", "*", "own"},
	{"rep", "deals", "*", "own"},
	{"rep", "activities", "*", "own"},
	{"rep", "contacts", "read", "team"},
	{"rep", "companies", "read", "team"},
	{"rep", "deals", "read", "team"},
	{"rep", "activities", "read", "team"},
	{"rep", "contacts", "export", "none"},
	{"rep", "companies", "export", "none"},
	{"rep", "deals", "export", "none"},
	{"rep", "activities", "export", "none"},
	{"rep", "quotes", "*", "own"},
	{"rep", "invoices", "*", "own"},
	{"rep", "payments", "*", "own"},
	{"rep", "subscriptions", "*", "own"},
	{"rep", "billing_accounts", "*", "own"},
	{"rep", "quotes", "read", "team"},
	{"rep", "invoices", "read", "team"},
	{"rep", "payments", "read", "team"},
	{"rep", "subscriptions", "read", "team"},
	{"rep", "billing_accounts", "read", "team"},
	{"rep", "quotes", "export", "none"},
	{"rep", "invoices", "export", "none"},
	{"rep", "payments", "export", "none"},
	{"rep", "subscriptions", "export", "none"},
	{"rep", "billing_accounts", "export", "none"},
	{"rep", "users", "update", "own"},
	{"rep", "tags", "create", "all"},
	{"rep", "saved_views", "*", "own"},
	{"rep", "saved_views", "read", "all"},
	{"rep", "smart_lists", "*", "own"},
	{"rep", "smart_lists", "read", "all"},
	{"read_only", "*", "read", "all"},
	{"read_only", "users", "update", "own"},
};

/* Records of billing came later than the first roles. */
static bool is_billing(const char *object)
{
	static const char *const objects[] = {"quotes", "invoices", "payments", "subscriptions", "billing_accounts"};
	for (size_t i = 0; i < sizeof objects / sizeof *objects; i++)
		if (strcmp(objects[i], object) == 0)
			return true;
	return false;
}

static enum status add_lines(struct txn *t, const struct id *role, const char *key, bool only_billing, struct error *err)
{
	const struct entity *e = model_entity(t->core->model, "role_permissions");
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < sizeof lines / sizeof *lines; i++) {
		if (strcmp(lines[i].role, key) != 0 || (only_billing && !is_billing(lines[i].object)))
			continue;
		struct record *r = record_new(t->arena, e);
		record_put_id(r, "role", *role);
		record_put_text(r, "object", lines[i].object);
		record_put_text(r, "action", lines[i].action);
		record_put_text(r, "scope", lines[i].scope);
		st = store_insert(t, r, err);
	}
	return st;
}

enum status access_add_roles(struct txn *t, struct error *err)
{
	const struct entity *e = model_entity(t->core->model, "roles");
	enum status st = ST_OK;
	for (size_t i = 0; st == ST_OK && i < sizeof roles / sizeof *roles; i++) {
		struct record *r = record_new(t->arena, e);
		record_put_text(r, "name", _(roles[i].name));
		record_put_text(r, "description", _(roles[i].description));
		record_put_text(r, "key", roles[i].key);
		st = store_insert(t, r, err);
		if (st == ST_OK)
			st = add_lines(t, &r->id, roles[i].key, false, err);
	}
	return st;
}

struct id access_role(struct core *c, const char *key)
{
	struct db_stmt *s;
	bool row;
	struct id out = {{0}};
	if (db_prepare(c->db, "SELECT id FROM roles WHERE org_id = $1 AND role_key = $2 AND deleted_at IS NULL ORDER BY num LIMIT 1", &s,
		    NULL) != ST_OK)
		return out;
	db_bind_id(s, 1, &c->org);
	db_bind_text(s, 2, key);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		out = db_id(s, 0);
		db_done(s);
	}
	return out;
}

/* A book of before: its built-in roles learn of invoices, once. What was taken from them since stays taken. */
enum status access_ensure_billing(struct core *c, struct error *err)
{
	static const char *const keys[] = {"manager", "rep"};
	static const char known[] = "SELECT count(*) FROM role_permissions WHERE org_id = $1 AND object = 'invoices'";
	struct txn *t;
	struct id manager = access_role(c, "manager"), rep = access_role(c, "rep");
	if ((id_is_nil(&manager) && id_is_nil(&rep)) || rows_int(c, 1, known, "d", &c->org))
		return ST_OK;
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("Roles"), &t, err);
	if (st != ST_OK)
		return st;
	bool raced = rows_int(c, 1, known, "d", &c->org) != 0;
	for (size_t i = 0; st == ST_OK && !raced && i < sizeof keys / sizeof *keys; i++) {
		struct id role = access_role(c, keys[i]);
		if (!id_is_nil(&role))
			st = add_lines(t, &role, keys[i], true, err);
	}
	return txn_end(&t, st, err);
}

enum status access_ensure_roles(struct core *c, struct error *err)
{
	struct id owner = access_role(c, "owner");
	struct txn *t;
	if (!id_is_nil(&owner))
		return ST_OK;
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("Roles"), &t, err);
	if (st != ST_OK)
		return st;
	owner = access_role(c, "owner"); /* somebody else was faster */
	if (!id_is_nil(&owner))
		return txn_end(&t, ST_OK, err);
	st = access_add_roles(t, err);
	struct record *u = record_new(t->arena, model_entity(c->model, "users"));
	u->id = c->user;
	record_put_id(u, "role", access_role(c, "owner"));
	if (st == ST_OK && !id_is_nil(&c->user))
		st = store_update(t, u, err);
	return txn_end(&t, st, err);
}

/* Guards */

static bool is_owner_role(struct txn *t, const struct id *role)
{
	struct id owner = access_role(t->core, "owner");
	return id_eq(&owner, role);
}

static enum status check_object(struct txn *t, const struct record *now, struct error *err)
{
	bool fields = strcmp(now->entity->name, "field_permissions") == 0;
	const char *object = record_text(now, "object"), *field = fields ? record_text(now, "field") : NULL;
	const struct entity *e = object ? model_entity(t->core->model, object) : NULL;
	if (object && strcmp(object, "*") == 0 && !fields)
		return ST_OK;
	if (!e || !e->top || strcmp(e->name, object) != 0) {
		error_field(err, ST_INVALID, "object", _("“%s” is not a kind of record."), object ? object : "");
		error_hint(err, _("For example contacts, companies, deals, activities%s."), fields ? "" : _(", or * for all"));
		return ST_INVALID;
	}
	if (fields && (!field || !entity_field(e, field) || strcmp(entity_field(e, field)->name, field) != 0))
		return error_field(err, ST_INVALID, "field", _("%s: there is no field “%s”."), _(e->label_plural), field ? field : "");
	return ST_OK;
}

enum status hook_rights_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	bool role = strcmp(now->entity->name, "roles") == 0;
	struct id of = role ? now->id : record_id(now, "role");
	if (t->kind == CHANGE_SYSTEM)
		return ST_OK;
	t->rights_changed = true;
	enum status st = access_check_admin(t->core, err);
	if (st == ST_OK && is_owner_role(t, &of) && !(role && old))
		st = error_set(err, ST_DENIED, _("The owner's role stays as it is, so that somebody can always mend the others."));
	if (st == ST_OK && !role)
		st = check_object(t, now, err);
	return st;
}

static int64_t count_by(struct txn *t, const char *sql, const struct id *id)
{
	struct db_stmt *s;
	bool row;
	int64_t n = 0;
	if (db_prepare(t->core->db, sql, &s, NULL) != ST_OK)
		return 0;
	db_bind_id(s, 1, &t->core->org);
	db_bind_id(s, 2, id);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		n = db_int(s, 0);
		db_done(s);
	}
	return n;
}

enum status hook_role_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	(void)old;
	if (!now->deleted_at)
		return ST_OK;
	if (is_owner_role(t, &now->id))
		return error_set(err, ST_DENIED, _("The owner's role cannot be deleted."));
	int64_t n = count_by(t, "SELECT count(*) FROM users WHERE org_id = $1 AND role_id = $2 AND deleted_at IS NULL", &now->id);
	if (n) {
		error_set(err, ST_CONFLICT, _("%lld people have this role."), (long long)n);
		error_hint(err, _("Give them another one first: simplix users list --filter 'role:\"%s\"'"), record_text(now, "name"));
		return ST_CONFLICT;
	}
	return ST_OK;
}

/* Fields of a user that say what he may do, and as whom he signs in. */
static bool rights_differ(const struct record *old, const struct record *now)
{
	static const char *const names[] = {"role", "status", "team", "manager", "email"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int k = entity_index_of(now->entity, names[i]);
		struct value none = {0};
		if (now->set[k] && !value_eq(old ? &old->v[k] : &none, &now->v[k]))
			return true;
	}
	return false;
}

bool roles_is_owner(struct core *c, const struct id *user)
{
	return rows_int(c, 0, "SELECT count(*) FROM users u JOIN roles r ON r.id = u.role_id WHERE u.id = $1 AND u.org_id = $2 AND r.role_key = 'owner'", "dd", user,
		       &c->org) > 0;
}

/* People sign in with it: one address, one user. */
static enum status check_address(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	const char *email = record_text(now, "email"), *before = old ? record_text(old, "email") : NULL;
	if (!email || (before && strcmp(email, before) == 0))
		return ST_OK;
	if (rows_int(t->core, 0, "SELECT count(*) FROM users WHERE org_id = $1 AND lower(email) = lower($2) AND id <> $3 AND deleted_at IS NULL", "dtd",
		    &t->core->org, email, old ? &old->id : &t->core->org) == 0)
		return ST_OK;
	return error_field(err, ST_CONFLICT, "email", _("Another user has the address %s."), email);
}

enum status roles_check_user(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	enum status st = check_address(t, old, now, err);
	if (st != ST_OK || t->kind == CHANGE_SYSTEM || !rights_differ(old, now))
		return st;
	t->rights_changed = true;
	if (old && (st = access_check_admin(t->core, err)) != ST_OK)
		return st;
	struct id role = record_id(now, "role"), mine = access_role(t->core, "owner"), before = old ? record_id(old, "role") : (struct id){{0}};
	if (id_eq(&role, &mine) != id_eq(&before, &mine) && t->core->access && !roles_is_owner(t->core, &t->core->user))
		return error_field(err, ST_DENIED, "role", _("Only an owner makes somebody an owner, or takes it away."));
	return ST_OK;
}

enum status roles_check_owners(struct txn *t, struct error *err)
{
	struct id owner = access_role(t->core, "owner");
	if (t->kind == CHANGE_SYSTEM || id_is_nil(&owner))
		return ST_OK;
	if (count_by(t, "SELECT count(*) FROM users WHERE org_id = $1 AND role_id = $2 AND deleted_at IS NULL AND "
			"COALESCE(status, 'active') = 'active'", &owner) > 0)
		return ST_OK;
	error_set(err, ST_CONFLICT, _("One active owner must remain."));
	error_hint(err, _("Make somebody else an owner first."));
	return ST_CONFLICT;
}

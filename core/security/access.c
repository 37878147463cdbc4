#include "core/security/access.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/record.h"
#include "core/security/session.h"
#include "core/security/twofactor.h"
#include "data/db.h"

enum { MAX_TREE = 10000 }; /* people below one manager */

static const char *const action_names[ACTIONS] = {"read", "create", "update", "delete", "export", "import", "bulk", "merge"};
static const char *const scope_names[] = {"none", "own", "team", "subtree", "all"};

struct field_rule {
	int entity;
	const char *field;
	enum field_access access;
};

struct access {
	struct arena *arena;
	const char *role;
	const char *key_scopes; /* of an API key; NULL for a person */
	bool admin;
	bool factor_first; /* a second factor must be set up before anything else */
	uint8_t (*scope)[ACTIONS]; /* per entity of the model */
	struct field_rule *rules;
	size_t n_rules, rules_cap;
	struct id *people[SCOPE_ALL]; /* whose rows each scope covers */
	size_t n_people[SCOPE_ALL];
};

static int entity_at(const struct core *c, const struct entity *e)
{
	for (int i = 0; i < c->model->n; i++)
		if (&c->model->entities[i].e == e || strcmp(c->model->entities[i].e.name, e->name) == 0)
			return i;
	return -1;
}

static int word_in(const char *const *words, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (word && strcmp(words[i], word) == 0)
			return i;
	return -1;
}

/* Loading */

struct grant {
	int exactness; /* of the line that gave it */
	enum scope scope;
};

static void apply_grant(struct core *c, struct grant *table, const char *object, const char *action, enum scope scope)
{
	int exactness = 1 + 2 * (strcmp(object, "*") != 0) + (strcmp(action, "*") != 0);
	for (int i = 0; i < c->model->n; i++) {
		if (strcmp(object, "*") != 0 && strcmp(c->model->entities[i].e.name, object) != 0)
			continue;
		for (int k = 0; k < ACTIONS; k++) {
			struct grant *g = &table[i * ACTIONS + k];
			if ((strcmp(action, "*") == 0 || strcmp(action, action_names[k]) == 0) && exactness >= g->exactness)
				*g = (struct grant){exactness, scope};
		}
	}
}

static enum status load_grants(struct core *c, struct access *a, const struct id *role, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct grant *table = mem_array((size_t)(c->model->n * ACTIONS), sizeof *table);
	enum status st = db_prepare(c->db,
		"SELECT object, action, scope FROM role_permissions WHERE role_id = $1 AND org_id = $2 AND deleted_at IS NULL ORDER BY num",
		&s, err);
	if (st == ST_OK) {
		db_bind_id(s, 1, role);
		db_bind_id(s, 2, &c->org);
		while ((st = db_step(s, &row, err)) == ST_OK && row) {
			int scope = word_in(scope_names, SCOPE_ALL + 1, db_text(s, 2));
			apply_grant(c, table, db_text(s, 0), db_text(s, 1), scope < 0 ? SCOPE_NONE : (enum scope)scope);
		}
	}
	for (int i = 0; i < c->model->n * ACTIONS; i++)
		a->scope[i / ACTIONS][i % ACTIONS] = (uint8_t)table[i].scope;
	free(table);
	return st;
}

static enum status load_rules(struct core *c, struct access *a, const struct id *role, struct error *err)
{
	static const char *const names[] = {"none", "read", "write"};
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"SELECT object, field_name, access FROM field_permissions WHERE role_id = $1 AND org_id = $2 AND deleted_at IS NULL", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, role);
	db_bind_id(s, 2, &c->org);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		const struct entity *e = model_entity(c->model, db_text(s, 0));
		int access = word_in(names, 3, db_text(s, 2));
		if (!e || access < 0)
			continue;
		mem_grow(&a->rules, &a->rules_cap, a->n_rules + 1, sizeof *a->rules);
		a->rules[a->n_rules++] = (struct field_rule){entity_at(c, e), arena_strdup(a->arena, db_text(s, 1)), (enum field_access)access};
	}
	return st;
}

static enum status load_people(struct core *c, struct access *a, enum scope scope, const char *sql, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct id *list = NULL;
	size_t n = 0, cap = 0;
	mem_grow(&list, &cap, 1, sizeof *list);
	list[n++] = c->user;
	enum status st = sql ? db_prepare(c->db, sql, &s, err) : ST_OK;
	if (sql && st == ST_OK) {
		db_bind_id(s, 1, &c->user);
		db_bind_id(s, 2, &c->org);
		while ((st = db_step(s, &row, err)) == ST_OK && row) {
			mem_grow(&list, &cap, n + 1, sizeof *list);
			list[n++] = db_id(s, 0);
		}
	}
	a->people[scope] = arena_alloc(a->arena, n * sizeof *list);
	memcpy(a->people[scope], list, n * sizeof *list);
	a->n_people[scope] = n;
	free(list);
	return st;
}

static const char team_sql[] =
	"SELECT id FROM users WHERE org_id = $2 AND deleted_at IS NULL AND id <> $1 AND team_id = "
	"(SELECT u.team_id FROM users u WHERE u.id = $1)";
/* UNION (not ALL) ends at a circle of managers. */
static const char subtree_sql[] =
	"WITH RECURSIVE below(id) AS (SELECT u.id FROM users u WHERE u.manager_id = $1 AND u.org_id = $2 AND u.deleted_at IS NULL "
	"UNION SELECT u.id FROM users u JOIN below b ON u.manager_id = b.id WHERE u.org_id = $2 AND u.deleted_at IS NULL) "
	"SELECT id FROM below WHERE id <> $1";

static enum status load_role(struct core *c, struct access *a, struct id *role, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"SELECT r.id, r.name FROM roles r WHERE r.org_id = $2 AND r.deleted_at IS NULL AND "
		"(r.id = (SELECT u.role_id FROM users u WHERE u.id = $1) OR "
		"(r.role_key = 'rep' AND (SELECT u.role_id FROM users u WHERE u.id = $1) IS NULL))",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->user);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) == ST_OK && row) {
		*role = db_id(s, 0);
		a->role = arena_strdup(a->arena, db_text(s, 1));
		db_done(s);
	}
	return st;
}

/* Which actions a word of a key's scopes covers. */
static bool covers(const char *word, enum action action)
{
	static const char *const only[] = {"read", "export", "import"};
	if (strcmp(word, "*") == 0)
		return true;
	if (strcmp(word, "write") == 0)
		return action == ACT_CREATE || action == ACT_UPDATE || action == ACT_DELETE || action == ACT_BULK || action == ACT_MERGE;
	for (size_t i = 0; i < sizeof only / sizeof *only; i++)
		if (strcmp(word, only[i]) == 0)
			return strcmp(action_names[action], word) == 0;
	return false;
}

static void narrow(struct core *c, struct access *a, const char *scopes)
{
	bool *granted = mem_array((size_t)(c->model->n * ACTIONS), sizeof *granted);
	char *copy = mem_strdup(scopes), *save = NULL;
	for (char *w = strtok_r(copy, ", ", &save); w; w = strtok_r(NULL, ", ", &save)) {
		char *word = strchr(w, ':');
		if (!word)
			continue;
		*word++ = '\0';
		for (int i = 0; i < c->model->n; i++)
			for (int k = 0; k < ACTIONS; k++)
				if ((strcmp(w, "*") == 0 || strcmp(w, c->model->entities[i].e.name) == 0) && covers(word, (enum action)k))
					granted[i * ACTIONS + k] = true;
	}
	for (int i = 0; i < c->model->n * ACTIONS; i++)
		if (!granted[i])
			a->scope[i / ACTIONS][i % ACTIONS] = SCOPE_NONE;
	free(granted);
	free(copy);
}

static struct access *access_new(struct core *c)
{
	struct access *a = mem_zalloc(sizeof *a);
	a->arena = arena_new();
	a->role = "";
	a->scope = mem_array((size_t)c->model->n, sizeof *a->scope);
	return a;
}

void access_free(struct access **a)
{
	if (!*a)
		return;
	arena_free(&(*a)->arena);
	free((*a)->scope);
	free((*a)->rules);
	free(*a);
	*a = NULL;
}

void access_none(struct core *c)
{
	access_free(&c->access);
	c->access = access_new(c);
}

static bool may_everything(const struct core *c, const struct access *a)
{
	for (int i = 0; i < c->model->n; i++)
		for (int k = 0; k < ACTIONS; k++)
			if (a->scope[i][k] != SCOPE_ALL)
				return false;
	return a->n_rules == 0;
}

/* Where nobody signs in there is no second factor either. */
static bool factor_missing(struct core *c)
{
	struct twofactor_status t;
	return signin_required(c) && twofactor_status(c, &c->user, &t, NULL) == ST_OK && t.required && !t.on && clock_now() >= t.required_from;
}

/* What holds keys to other programs is for those who may do everything. */
static void guard(const struct core *c, struct access *a)
{
	if (may_everything(c, a))
		return;
	for (int i = 0; i < c->model->n; i++)
		if (c->model->entities[i].e.guarded)
			memset(a->scope[i], SCOPE_NONE, sizeof a->scope[i]);
}

enum status access_load(struct core *c, const char *key_scopes, struct error *err)
{
	struct access *a = access_new(c);
	struct id role = {{0}};
	enum status st = load_role(c, a, &role, err);
	if (st == ST_OK && !id_is_nil(&role)) {
		st = load_grants(c, a, &role, err);
		if (st == ST_OK)
			st = load_rules(c, a, &role, err);
	}
	guard(c, a);
	if (st == ST_OK)
		st = load_people(c, a, SCOPE_OWN, NULL, err);
	if (st == ST_OK)
		st = load_people(c, a, SCOPE_TEAM, team_sql, err);
	if (st == ST_OK)
		st = load_people(c, a, SCOPE_SUBTREE, subtree_sql, err);
	if (st == ST_OK && key_scopes) {
		a->key_scopes = arena_strdup(a->arena, key_scopes);
		narrow(c, a, key_scopes);
	}
	if (st != ST_OK) {
		access_free(&a);
		return st;
	}
	a->factor_first = st == ST_OK && factor_missing(c);
	if (a->factor_first)
		memset(a->scope, SCOPE_NONE, (size_t)c->model->n * sizeof *a->scope);
	a->admin = may_everything(c, a);
	access_free(&c->access);
	c->access = a;
	return ST_OK;
}

const char *access_key_scopes(const struct core *c)
{
	return c->access ? c->access->key_scopes : NULL;
}

enum status access_reload(struct core *c, struct error *err)
{
	if (!c->access || id_is_nil(&c->user))
		return ST_OK;
	char *scopes = c->access->key_scopes ? mem_strdup(c->access->key_scopes) : NULL;
	enum status st = access_load(c, scopes, err);
	free(scopes);
	return st;
}

/* Asking */

/* The record that a row hangs on says who may touch it. */
static const struct entity *judged_by(const struct core *c, const struct entity *e)
{
	if (e->top || !e->parent || e->owner_type)
		return e;
	const struct field *f = entity_field(e, e->parent);
	return f && f->ref ? model_entity(c->model, f->ref) : e;
}

enum scope access_scope(const struct core *c, const struct entity *e, enum action action)
{
	if (!c->access)
		return SCOPE_ALL;
	const struct entity *judge = judged_by(c, e);
	if (judge != e && action != ACT_READ && action != ACT_EXPORT)
		action = ACT_UPDATE;
	int i = entity_at(c, judge);
	return i < 0 ? SCOPE_NONE : (enum scope)c->access->scope[i][action];
}

/* Does a rule speak of this field? Also of what shows the same rows: a contact's email, its emails, and the rows of contact_emails. */
static bool rule_is_of(const struct core *c, const struct field_rule *rule, int at, const struct entity *e, const struct field *f)
{
	const struct entity *named = &c->model->entities[rule->entity].e;
	if (rule->entity == at && strcmp(rule->field, f->name) == 0)
		return true;
	const struct field *of = entity_field(named, rule->field);
	if (!of || !of->child)
		return false;
	return (rule->entity == at && f->child && strcmp(of->child, f->child) == 0) || strcmp(of->child, e->name) == 0;
}

enum field_access access_field(const struct core *c, const struct entity *e, const struct field *f)
{
	enum field_access least = FIELD_WRITE;
	if (!c->access || !c->access->n_rules)
		return FIELD_WRITE;
	int at = entity_at(c, e);
	for (size_t i = 0; i < c->access->n_rules; i++)
		if (c->access->rules[i].entity >= 0 && rule_is_of(c, &c->access->rules[i], at, e, f) && c->access->rules[i].access < least)
			least = c->access->rules[i].access;
	return least;
}

const char *access_role_name(const struct core *c)
{
	return c->access ? c->access->role : "";
}

bool access_is_admin(const struct core *c)
{
	return !c->access || c->access->admin;
}

bool access_reads_everything(const struct core *c)
{
	if (!c->access)
		return true;
	for (int i = 0; i < c->model->n; i++)
		if (c->access->scope[i][ACT_READ] != SCOPE_ALL || c->access->scope[i][ACT_EXPORT] != SCOPE_ALL)
			return false;
	return c->access->n_rules == 0;
}

/* What nobody in this state may do, said before any role is: NULL when the state is no reason. */
static enum status refuse_state(const struct core *c, struct error *err)
{
	if (id_is_nil(&c->user)) {
		error_set(err, ST_DENIED, _("Please sign in first."));
		error_hint(err, _("simplix auth login"));
		return ST_DENIED;
	}
	if (c->access->factor_first) {
		error_set(err, ST_DENIED, _("Your organization or role asks for a second factor first."));
		error_hint(err, _("simplix auth 2fa setup"));
		return ST_DENIED;
	}
	return ST_OK;
}

bool access_needs_second_factor(const struct core *c)
{
	return c->access && !id_is_nil(&c->user) && c->access->factor_first;
}

enum status access_check_person(const struct core *c, struct error *err)
{
	if (id_is_nil(&c->user))
		return error_set(err, ST_DENIED, _("Please sign in first."));
	if (!access_key_scopes(c))
		return ST_OK;
	error_set(err, ST_DENIED, _("An API key may not do this."));
	error_hint(err, _("It is for people who are signed in: simplix auth login"));
	return ST_DENIED;
}

static enum status refuse(const struct core *c, const struct entity *e, enum action action, bool row, struct error *err)
{
	static const char *const words[ACTIONS] = {NC_("may not", "see"), NC_("may not", "add"), NC_("may not", "change"),
		NC_("may not", "delete"), NC_("may not", "export"), NC_("may not", "import"), NC_("may not", "change many at once"),
		NC_("may not", "merge")};
	if (refuse_state(c, err) != ST_OK)
		return ST_DENIED;
	if (c->access->key_scopes) {
		error_set(err, ST_DENIED, _("%s: this API key may not %s them; its scopes are %s."), _(e->label_plural), _(words[action]), c->access->key_scopes);
		return ST_DENIED;
	}
	error_set(err, ST_DENIED, row ? _("%s: your role, %s, may not %s those of others.") : _("%s: your role, %s, may not %s them."),
		_(e->label_plural), *c->access->role ? c->access->role : "—", _(words[action]));
	error_hint(err, _("An administrator can change that under Settings, Roles."));
	return ST_DENIED;
}

enum status access_check(const struct core *c, const struct entity *e, enum action action, struct error *err)
{
	return access_scope(c, e, action) == SCOPE_NONE ? refuse(c, e, action, false, err) : ST_OK;
}

enum status access_check_admin(const struct core *c, struct error *err)
{
	if (access_is_admin(c))
		return ST_OK;
	if (refuse_state(c, err) != ST_OK)
		return ST_DENIED;
	if (c->access->key_scopes)
		return error_set(err, ST_DENIED, _("An API key may not do this."));
	error_set(err, ST_DENIED, _("Your role, %s, may not do this."), *c->access->role ? c->access->role : "—");
	error_hint(err, _("An administrator can."));
	return ST_DENIED;
}

/* Column of the table `t` that says whose a row is; NULL when nobody's. */
static const char *owner_column(const struct entity *e)
{
	if (strcmp(e->name, "users") == 0)
		return "id";
	if (strcmp(e->name, "saved_views") == 0 || strcmp(e->name, "smart_lists") == 0)
		return "created_by";
	const struct field *f = entity_field(e, "owner");
	return f && f->type == FT_REF && strcmp(f->ref, "users") == 0 && field_is_stored(f) ? field_column(f) : NULL;
}

static void add_people(const struct access *a, enum scope scope, struct sql *q)
{
	sql_add(q, "(");
	for (size_t i = 0; i < a->n_people[scope] && i < MAX_TREE; i++) {
		if (i)
			sql_add(q, ", ");
		sql_id(q, &a->people[scope][i]);
	}
	sql_add(q, ")");
}

/* What hangs on records of several kinds: each kind's own scope. */
static void add_owner_kinds(struct core *c, const struct entity *e, enum action action, struct sql *q)
{
	const char *link = field_column(entity_field(e, e->parent));
	for (int i = 0; i < c->model->n; i++) {
		const struct entity *o = &c->model->entities[i].e;
		enum scope scope = o->top ? access_scope(c, o, action) : SCOPE_ALL;
		const char *owner = owner_column(o);
		if (scope == SCOPE_ALL || (scope != SCOPE_NONE && !owner))
			continue;
		sql_add(q, " AND (t.%s <> ", e->owner_type);
		sql_text(q, o->name);
		if (scope != SCOPE_NONE) {
			sql_add(q, " OR EXISTS (SELECT 1 FROM %s p WHERE p.id = t.%s AND p.%s IN ", o->name, link, owner);
			add_people(c->access, scope, q);
			sql_add(q, ")");
		}
		sql_add(q, ")");
	}
}

void access_where(struct core *c, const struct entity *e, enum action action, struct sql *q)
{
	enum scope scope = access_scope(c, e, action);
	const struct entity *judge = judged_by(c, e);
	const char *owner = owner_column(judge);
	if (!c->access)
		return;
	if (scope == SCOPE_NONE) {
		sql_add(q, " AND 1 = 0");
	} else if (e->owner_type) {
		add_owner_kinds(c, e, action == ACT_READ || action == ACT_EXPORT ? action : ACT_UPDATE, q);
	} else if (scope != SCOPE_ALL && owner && judge == e) {
		sql_add(q, " AND t.%s IN ", owner);
		add_people(c->access, scope, q);
	} else if (scope != SCOPE_ALL && owner) {
		sql_add(q, " AND EXISTS (SELECT 1 FROM %s p WHERE p.id = t.%s AND p.%s IN ", judge->name,
			field_column(entity_field(e, e->parent)), owner);
		add_people(c->access, scope, q);
		sql_add(q, ")");
	}
}

enum status access_check_row(struct core *c, const struct entity *e, const struct id *id, enum action action, struct error *err)
{
	enum scope scope = access_scope(c, e, action);
	if (!c->access || (scope == SCOPE_ALL && !e->owner_type))
		return ST_OK;
	if (scope == SCOPE_NONE)
		return action == ACT_READ ? error_set(err, ST_NOT_FOUND, _("%s not found."), _(e->label)) : refuse(c, e, action, false, err);
	struct arena *a = arena_new();
	struct sql q;
	struct db_stmt *s;
	bool row = false;
	sql_init(&q, a);
	sql_add(&q, "SELECT 1 FROM %s t WHERE t.id = ", e->name);
	sql_id(&q, id);
	sql_add(&q, " AND t.org_id = ");
	sql_id(&q, &c->org);
	access_where(c, e, action, &q);
	enum status st = sql_prepare(&q, c->db, &s, err);
	if (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		db_done(s);
	if (st == ST_OK && !row)
		st = action == ACT_READ ? error_set(err, ST_NOT_FOUND, _("%s not found."), _(e->label)) : refuse(c, e, action, true, err);
	sql_free(&q);
	arena_free(&a);
	return st;
}

enum status access_check_parent(struct core *c, const struct record *r, struct error *err)
{
	const struct entity *judge = judged_by(c, r->entity);
	if (judge == r->entity || !r->set[entity_index_of(r->entity, r->entity->parent)])
		return ST_OK;
	struct id parent = record_id(r, r->entity->parent);
	return access_check_row(c, judge, &parent, ACT_UPDATE, err);
}

enum status access_check_new(struct core *c, const struct record *r, struct error *err)
{
	const struct entity *e = r->entity, *judge = judged_by(c, e);
	enum scope scope = access_scope(c, e, ACT_CREATE);
	if (!c->access || scope == SCOPE_ALL)
		return ST_OK;
	if (scope == SCOPE_NONE)
		return refuse(c, e, ACT_CREATE, false, err);
	if (judge != e) {
		struct id parent = record_id(r, e->parent);
		return access_check_row(c, judge, &parent, ACT_UPDATE, err);
	}
	if (!owner_column(e) || entity_index_of(e, "owner") < 0)
		return ST_OK; /* nobody's, or the maker's */
	struct id owner = record_id(r, "owner");
	for (size_t i = 0; i < c->access->n_people[scope]; i++)
		if (id_eq(&owner, &c->access->people[scope][i]))
			return ST_OK;
	return refuse(c, e, ACT_CREATE, true, err);
}

enum status access_scopes_check(const struct core *c, const char *scopes, struct error *err)
{
	static const char *const words[] = {"read", "write", "export", "import", "*"};
	struct arena *a = arena_new();
	char *copy = arena_strdup(a, scopes), *save = NULL;
	enum status st = ST_OK;
	int n = 0;
	for (char *w = strtok_r(copy, ", ", &save); st == ST_OK && w; w = strtok_r(NULL, ", ", &save), n++) {
		const char *whole = arena_strdup(a, w);
		char *word = strchr(w, ':');
		if (word)
			*word++ = '\0';
		const struct entity *e = model_entity(c->model, w);
		if (!word || word_in(words, 5, word) < 0 || (strcmp(w, "*") != 0 && (!e || !e->top || strcmp(e->name, w) != 0))) {
			st = error_field(err, ST_INVALID, "scopes", _("“%s” is no scope."), whole);
			error_hint(err, _("For example: contacts:read,deals:write or *:read. After the colon: read, write, export, import or *."));
		}
	}
	if (st == ST_OK && n == 0)
		st = error_field(err, ST_INVALID, "scopes", _("A key needs at least one scope, for example *:read."));
	arena_free(&a);
	return st;
}

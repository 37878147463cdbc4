#include "core/security/checks.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/environment.h"
#include "core/security/keyring.h"
#include "core/crm/rows.h"
#include "core/security/session.h"

struct notes {
	struct check *out;
	int n, max;
};

static void note(struct notes *k, const char *name, const char *found, bool good)
{
	if (k->n < k->max)
		k->out[k->n++] = (struct check){name, found, good};
}

static int64_t count(struct core *c, const char *sql)
{
	return rows_int(c, 0, sql, "d", &c->org);
}

static void check_people(struct core *c, struct arena *a, struct notes *k)
{
	int64_t users = count(c, "SELECT count(*) FROM users WHERE org_id = $1 AND deleted_at IS NULL AND COALESCE(status, 'active') = 'active'");
	int64_t passwords = count(c, "SELECT count(*) FROM user_credentials WHERE org_id = $1 AND password IS NOT NULL");
	int64_t bare = count(c, "SELECT count(*) FROM users u JOIN roles r ON r.id = u.role_id JOIN user_credentials k ON k.user_id = u.id WHERE u.org_id = $1 AND "
				"u.deleted_at IS NULL AND r.role_key IN ('owner', 'admin') AND k.password IS NOT NULL AND k.totp_at IS NULL");
	int64_t open = count(c, "SELECT count(*) FROM security_events WHERE org_id = $1 AND ack_at IS NULL AND severity = 'critical'");
	note(k, _("Sign-in"), passwords ? arena_printf(a, i18n_plural("%lld person has a password", "%lld people have a password", (long)passwords), (long long)passwords)
					: users > 1 ? _("nobody has a password, and there are several users") : _("not asked for; your Unix account is the boundary"),
		passwords || users <= 1);
	if (bare)
		note(k, _("Second factor"), arena_printf(a, i18n_plural("%lld administrator without one", "%lld administrators without one", (long)bare), (long long)bare), false);
	if (open)
		note(k, _("Security events"), arena_printf(a, i18n_plural("%lld critical one not seen: simplix auth events", "%lld critical ones not seen: simplix auth events",
								(long)open), (long long)open), false);
}

static void check_keys(struct core *c, struct arena *a, struct notes *k)
{
	struct error err = {0};
	if (c->read_only)
		return;
	if (keyring_locked(c)) {
		note(k, _("Key file"), _("under a passphrase"), true);
		return;
	}
	enum status st = keyring_open(c, &err);
	note(k, _("Key file"), st == ST_OK ? arena_strdup(a, keyring_path(c)) : arena_strdup(a, err.message), st == ST_OK);
}

/* A superuser, or a role made so, sees past the rows' own guard. */
static void check_row_security(struct core *c, struct notes *k)
{
	if (db_kind(c->db) != DB_POSTGRES)
		return;
	bool past = rows_int(c, 0, "SELECT CASE WHEN rolsuper OR rolbypassrls THEN 1 ELSE 0 END FROM pg_catalog.pg_roles WHERE rolname = current_user", "") != 0;
	note(k, _("Row security"), past ? _("does not bind this role; use one that is no superuser") : _("binds this role"), !past);
}

static void check_environment(struct arena *a, struct notes *k)
{
	for (int i = 0; i < environment_count; i++) {
		const struct variable *v = &environment_variables[i];
		const char *value = environment_get(v->name);
		const char *problem = value ? v->problem(value) : NULL;
		if (problem)
			note(k, v->name, arena_strdup(a, _(problem)), false);
	}
}

int security_checks(struct core *c, struct arena *a, struct check *out, int max)
{
	struct notes k = {out, 0, max};
	check_people(c, a, &k);
	check_keys(c, a, &k);
	check_row_security(c, &k);
	check_environment(a, &k);
	return k.n;
}

#include "core/security/secrets.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/security/environment.h"
#include "core/security/events.h"
#include "core/security/keyring.h"
#include "core/crm/rows.h"

static enum status sealed_get(struct core *c, const char *name, char **out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct buf sealed = {0}, plain = {0};
	*out = NULL;
	enum status st = rows_first(c, &s, &row, err, "SELECT sealed FROM secrets WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
	if (st != ST_OK || !row)
		return st;
	buf_add(&sealed, db_blob(s, 0), db_bytes(s, 0));
	db_done(s);
	char *context = mem_printf("secret:%s", name);
	st = keyring_unseal(c, context, sealed.data, sealed.len, &plain, err);
	if (st == ST_OK)
		*out = mem_strndup(buf_str(&plain), plain.len);
	if (plain.data)
		crypto_wipe(plain.data, plain.cap);
	buf_free(&plain);
	buf_free(&sealed);
	free(context);
	return st;
}

enum status secret_get(struct core *c, const char *name, char **out, struct error *err)
{
	const char *value = environment_get(name);
	if (!value)
		return sealed_get(c, name, out, err);
	*out = mem_strdup(value);
	return ST_OK;
}

static enum status known(const char *name, const struct variable **out, struct error *err)
{
	*out = environment_find(name);
	if (*out)
		return ST_OK;
	error_field(err, ST_INVALID, "name", _("There is no secret “%s”."), name);
	error_hint(err, _("simplix secrets list shows their names."));
	return ST_INVALID;
}

const char *secret_text(struct core *c, struct arena *a, const char *name)
{
	char *value = NULL;
	if (secret_get(c, name, &value, NULL) != ST_OK || !value)
		return NULL;
	const char *out = arena_strdup(a, value);
	crypto_wipe(value, strlen(value));
	free(value);
	return out;
}

enum status secret_set(struct core *c, const char *name, const char *value, struct error *err)
{
	const struct variable *v;
	struct buf sealed = {0};
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = known(name, &v, err);
	if (st == ST_OK && text_is_blank(value))
		st = error_field(err, ST_INVALID, "value", _("The value is empty."));
	if (st == ST_OK && v->problem(value))
		st = error_field(err, ST_INVALID, "value", "%s: %s", name, _(v->problem(value)));
	if (st != ST_OK)
		return st;
	char *context = mem_printf("secret:%s", name);
	st = keyring_seal(c, context, value, strlen(value), &sealed, err);
	if (st == ST_OK)
		st = rows_run(c, err,
			"INSERT INTO secrets (org_id, name, key_id, sealed, updated_at) VALUES ($1, $2, '', $3, $4) "
			"ON CONFLICT (org_id, name) DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at",
			"dtbi", &c->org, name, sealed.data, sealed.len, clock_now());
	free(context);
	buf_free(&sealed);
	return st == ST_OK ? event_add(c, SEV_SECRET_SET, NULL, name, err) : st;
}

enum status secret_remove(struct core *c, const char *name, struct error *err)
{
	int64_t changed = 0;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_change(c, &changed, err, "DELETE FROM secrets WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
	if (st == ST_OK && !changed)
		return error_set(err, ST_NOT_FOUND, _("The database holds no secret “%s”."), name);
	return st == ST_OK ? event_add(c, SEV_SECRET_SET, NULL, name, err) : st;
}

enum status secrets_list(struct core *c, struct arena *a, struct secret_row **out, int *n, struct error *err)
{
	enum status st = access_check_admin(c, err);
	if (st != ST_OK)
		return st;
	*out = arena_alloc(a, (size_t)environment_count * sizeof **out);
	for (int i = 0; i < environment_count; i++) {
		const struct variable *v = &environment_variables[i];
		const char *value = environment_get(v->name);
		struct secret_row r = {.name = v->name, .purpose = _(v->purpose), .from = value ? "environment" : ""};
		char *sealed = NULL;
		struct error why = {0};
		if (!value && sealed_get(c, v->name, &sealed, &why) != ST_OK) {
			r.from = "database";
			r.problem = arena_strdup(a, why.message);
		} else if (sealed) {
			value = sealed;
			r.from = "database";
		}
		if (value) {
			r.shown = environment_mask(a, v, value);
			r.problem = v->problem(value) ? _(v->problem(value)) : NULL;
		}
		if (sealed)
			crypto_wipe(sealed, strlen(sealed));
		free(sealed);
		(*out)[i] = r;
	}
	*n = environment_count;
	return ST_OK;
}

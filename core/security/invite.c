/* Inviting people: see signin.h. */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"
#include "core/security/signin.h"

static enum status invited_user(struct core *c, struct arena *a, const char *email, const char *first, const char *last, const char *role, struct id *out,
	struct error *err)
{
	const struct entity *e = model_entity(c->model, "users");
	if (!strchr(email, '@'))
		return error_field(err, ST_INVALID, "email", _("“%s” is not a mail address."), email);
	enum status st = store_find(c, e, email, out, err);
	bool fresh = st == ST_NOT_FOUND;
	if (!fresh && (st != ST_OK || !role))
		return st;
	/* whoever works here already may not be who was meant: a role is given to a new user, or changed by name */
	if (!fresh && rows_int(c, 0, "SELECT count(*) FROM users WHERE id = $1 AND status = 'invited'", "d", out) == 0) {
		error_set(err, ST_CONFLICT, _("Somebody with the address %s works here already."), email);
		error_hint(err, _("Change the role with: simplix users edit …; leave --role out to invite anew."));
		return ST_CONFLICT;
	}
	struct record *r = record_new(a, e);
	st = ST_OK;
	if (fresh) {
		st = record_set_input(c, r, "email", email, err);
		record_put_text(r, "status", "invited");
		if (first)
			record_put_text(r, "first_name", first);
		if (last)
			record_put_text(r, "last_name", last);
	} else {
		r->id = *out;
		r->num = 1; /* an update */
	}
	if (st == ST_OK && role)
		st = record_set_input(c, r, "role", role, err);
	if (st == ST_OK)
		st = store_save(c, r, err);
	if (st == ST_OK)
		*out = r->id;
	return st;
}

enum status signin_invite_address(struct core *c, const char *email, const char *first, const char *last, const char *role, char token[TOKEN_SIZE],
	struct error *err)
{
	struct id user;
	struct arena *a = arena_new();
	enum status st = signin_may_invite(c, err); /* before somebody is made who then cannot be invited */
	if (st == ST_OK)
		st = invited_user(c, a, email, first, last, role, &user, err);
	if (st == ST_OK)
		st = signin_invite(c, &user, token, err);
	arena_free(&a);
	return st;
}

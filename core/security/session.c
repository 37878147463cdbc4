#include "core/security/session.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"

bool signin_required(struct core *c)
{
	return rows_int(c, 0,
		       "SELECT count(*) FROM user_credentials k JOIN users u ON u.id = k.user_id WHERE k.org_id = $1 AND k.password IS NOT NULL "
		       "AND u.deleted_at IS NULL",
		       "d", &c->org) > 0;
}

void session_origin(struct core *c, const char *client)
{
	const char *ssh = getenv("SSH_CONNECTION");
	char host[sizeof c->machine] = "";
	(void)snprintf(c->client, sizeof c->client, "%s", client);
	if (gethostname(host, sizeof host - 1) != 0 || !*host)
		(void)snprintf(host, sizeof host, "?");
	(void)snprintf(c->machine, sizeof c->machine, "%s", host);
	(void)snprintf(c->address, sizeof c->address, "%.*s", ssh ? (int)strcspn(ssh, " ") : 5, ssh && *ssh ? ssh : "local");
}

void session_leave(struct core *c)
{
	c->user = (struct id){{0}};
	c->session = c->key = 0;
	access_none(c);
}

enum status session_work_as(struct core *c, const struct id *user, int64_t session, const char *scopes, struct error *err)
{
	c->user = *user;
	c->session = session;
	c->key = 0;
	enum status st = access_load(c, scopes, err);
	if (st != ST_OK)
		session_leave(c);
	return st;
}

bool session_user_active(struct core *c, const struct id *user)
{
	return rows_int(c, 0, "SELECT count(*) FROM users WHERE id = $1 AND deleted_at IS NULL AND COALESCE(status, 'active') = 'active'", "d", user) > 0;
}

/* Seen here before? The same client program on the same machine. */
static bool known_device(struct core *c, const struct id *user)
{
	return rows_int(c, 0, "SELECT count(*) FROM security_sessions WHERE user_id = $1 AND kind = 'session' AND client = $2 AND device = $3", "dtt",
		       user, c->client, c->machine) > 0;
}

enum status session_begin(struct core *c, const struct id *user, bool mfa, char token[TOKEN_SIZE], struct error *err)
{
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	char fresh[TOKEN_SIZE];
	int64_t num = 0, now = clock_now();
	token_make(TOKEN_SESSION, fresh);
	if (!token_parse(fresh, &kind, hash))
		return error_set(err, ST_INTERNAL, "a token that is none");
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	bool first = rows_int(c, 0, "SELECT count(*) FROM security_sessions WHERE user_id = $1 AND kind = 'session'", "d", user) == 0;
	bool known = first || known_device(c, user);
	st = rows_insert(c, &num, err,
		"INSERT INTO security_sessions (org_id, user_id, kind, token_hash, client, device, address, created_at, seen_at, expires_at, mfa_at, tries) "
		"VALUES ($1, $2, 'session', $3, $4, $5, $6, $7, $7, $8, $9, 0)",
		mfa ? "ddbtttiii" : "ddbtttiin", &c->org, user, hash, sizeof hash, c->client, c->machine, c->address, now, now + SESSION_ABSOLUTE_MS, now);
	if (st == ST_OK && !known)
		st = event_add(c, SEV_NEW_DEVICE, user, c->machine, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK)
		st = session_work_as(c, user, num, NULL, err);
	if (st == ST_OK)
		memcpy(token, fresh, sizeof fresh);
	crypto_wipe(fresh, sizeof fresh);
	return st;
}

static enum status sign_in_again(struct error *err, const char *why)
{
	error_set(err, ST_DENIED, "%s", why);
	error_hint(err, _("Sign in again: simplix auth login"));
	return ST_DENIED;
}

enum status session_resume(struct core *c, const char *token, struct error *err)
{
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	struct db_stmt *s;
	bool row;
	int64_t now = clock_now();
	if (!token_parse(token, &kind, hash) || kind != TOKEN_SESSION)
		return sign_in_again(err, _("This is not a session."));
	enum status st = rows_first(c, &s, &row, err,
		"SELECT num, user_id, seen_at, expires_at, revoked_at FROM security_sessions WHERE token_hash = $1 AND kind = 'session' AND org_id = $2", "bd",
		hash, sizeof hash, &c->org);
	if (st != ST_OK)
		return st;
	if (!row)
		return sign_in_again(err, _("This session is not known here."));
	int64_t num = db_int(s, 0), seen = db_int(s, 2), expires = db_int(s, 3);
	struct id user = db_id(s, 1);
	bool revoked = !db_is_null(s, 4);
	db_done(s);
	if (revoked) {
		/* said once: its token is known to be void from then on */
		int64_t first = 0;
		if (!c->read_only && rows_change(c, &first, NULL, "UPDATE security_sessions SET tries = 1 WHERE num = $1 AND tries = 0", "i", num) == ST_OK && first)
			(void)event_add(c, SEV_REVOKED_SESSION, &user, c->machine, NULL);
		return sign_in_again(err, _("This session was ended."));
	}
	if (now >= expires || now - seen > SESSION_IDLE_MS || seen - now > SESSION_IDLE_MS)
		return sign_in_again(err, _("This session has expired."));
	if (!session_user_active(c, &user))
		return sign_in_again(err, _("This account is not active."));
	if (!c->read_only)
		st = rows_run(c, err, "UPDATE security_sessions SET seen_at = $1 WHERE num = $2", "ii", now, num);
	return st == ST_OK ? session_work_as(c, &user, num, NULL, err) : st;
}

/* Nobody signed in: a key that is still good, or a database where nobody has a password yet. */
static enum status check_without(struct core *c, struct error *err)
{
	if (!core_signed_in(c))
		return ST_OK;
	if (c->key ? key_alive(c) : !signin_required(c))
		return ST_OK;
	bool key = c->key != 0;
	session_leave(c);
	if (key)
		return error_set(err, ST_DENIED, _("This API key is not good any more."));
	return sign_in_again(err, _("A password was set meanwhile; everybody signs in now."));
}

enum status session_check(struct core *c, bool active, struct error *err)
{
	struct db_stmt *s;
	bool row;
	if (!c->session)
		return check_without(c, err);
	int64_t now = clock_now();
	enum status st = rows_first(c, &s, &row, err, "SELECT revoked_at, expires_at, seen_at FROM security_sessions WHERE num = $1", "i", c->session);
	if (st != ST_OK)
		return st;
	int64_t seen = row ? db_int(s, 2) : 0;
	bool good = row && db_is_null(s, 0) && now < db_int(s, 1) && now - seen <= SESSION_IDLE_MS;
	if (row)
		db_done(s);
	if (!good || !session_user_active(c, &c->user)) {
		session_leave(c);
		return sign_in_again(err, _("Your session has ended."));
	}
	/* once a minute is often enough, and spares other programs a change to look at */
	if (active && !c->read_only && now - seen >= CLOCK_MINUTE)
		st = rows_run(c, err, "UPDATE security_sessions SET seen_at = $1 WHERE num = $2", "ii", now, c->session);
	return st;
}

enum status session_end(struct core *c, struct error *err)
{
	enum status st = ST_OK;
	if (c->session)
		st = rows_run(c, err, "UPDATE security_sessions SET revoked_at = $1 WHERE num = $2 AND revoked_at IS NULL", "ii", clock_now(), c->session);
	if (st == ST_OK)
		session_leave(c);
	return st;
}

enum status sessions_list(struct core *c, bool all, int limit, struct arena *a, struct session_row **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = access_check_person(c, err);
	if (st == ST_OK && all)
		st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err,
			"SELECT s.num, s.created_at, s.seen_at, s.expires_at, s.revoked_at, s.mfa_at, u.full_name, s.client, s.device, s.address "
			"FROM security_sessions s LEFT JOIN users u ON u.id = s.user_id WHERE s.org_id = $1 AND s.kind = 'session' "
			"AND ($2 = 1 OR s.user_id = $3) ORDER BY s.num DESC LIMIT $4",
			"didi", &c->org, (int64_t)all, &c->user, (int64_t)limit);
	if (st != ST_OK)
		return st;
	int64_t now = clock_now();
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		struct session_row r = {.num = db_int(s, 0), .created_at = db_int(s, 1), .seen_at = db_int(s, 2), .expires_at = db_int(s, 3),
			.revoked_at = db_int(s, 4), .mfa = !db_is_null(s, 5), .who = rows_text(a, s, 6), .client = rows_text(a, s, 7), .device = rows_text(a, s, 8),
			.address = rows_text(a, s, 9)};
		r.current = r.num == c->session;
		r.alive = !r.revoked_at && now < r.expires_at && now - r.seen_at <= SESSION_IDLE_MS;
		(*out)[(*n)++] = r;
	}
	return st;
}

enum status session_revoke(struct core *c, int64_t num, struct error *err)
{
	struct db_stmt *s;
	bool row;
	char detail[40];
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = rows_first(c, &s, &row, err, "SELECT user_id FROM security_sessions WHERE num = $1 AND org_id = $2 AND kind = 'session'", "id", num, &c->org);
	if (st != ST_OK)
		return st;
	struct id user = row ? db_id(s, 0) : (struct id){{0}};
	if (row)
		db_done(s);
	if (!row || (!id_eq(&user, &c->user) && !access_is_admin(c)))
		return error_set(err, ST_NOT_FOUND, _("There is no session %lld."), (long long)num);
	if ((st = db_begin(c->db, err)) != ST_OK)
		return st;
	(void)snprintf(detail, sizeof detail, "%lld", (long long)num);
	st = rows_run(c, err, "UPDATE security_sessions SET revoked_at = $1 WHERE num = $2 AND revoked_at IS NULL", "ii", clock_now(), num);
	if (st == ST_OK)
		st = event_add(c, SEV_SESSION_REVOKED, &user, detail, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK && num == c->session)
		session_leave(c);
	return st;
}

enum status session_revoke_others(struct core *c, int64_t *ended, struct error *err)
{
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_change(c, ended, err,
		"UPDATE security_sessions SET revoked_at = $1 WHERE user_id = $2 AND num <> $3 AND kind = 'session' AND revoked_at IS NULL AND expires_at > $1",
		"idi", clock_now(), &c->user, c->session);
	if (st == ST_OK && *ended)
		st = event_add(c, SEV_SESSION_REVOKED, NULL, "others", err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

enum status sessions_end_of(struct core *c, const struct id *user, struct error *err)
{
	return rows_run(c, err, "UPDATE security_sessions SET revoked_at = $1 WHERE user_id = $2 AND num <> $3 AND revoked_at IS NULL", "idi",
		clock_now(), user, id_eq(user, &c->user) ? c->session : (int64_t)0);
}

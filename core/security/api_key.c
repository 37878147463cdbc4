/* API keys: made, listed, revoked, and used. See session.h. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/security/access.h"
#include "core/security/events.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"
#include "core/security/session.h"

/* Is `address` in "ADDRESS" or "ADDRESS/BITS"? */
static bool in_block(const char *address, const char *block)
{
	unsigned char a[16], b[16];
	char base[64];
	const char *slash = strchr(block, '/');
	(void)snprintf(base, sizeof base, "%.*s", slash ? (int)(slash - block) : (int)strlen(block), block);
	int family = strchr(base, ':') ? AF_INET6 : AF_INET, size = family == AF_INET ? 4 : 16, bits = slash ? atoi(slash + 1) : size * 8;
	if (inet_pton(family, base, b) != 1 || inet_pton(family, address, a) != 1 || bits < 0 || bits > size * 8)
		return false;
	for (int i = 0; i < bits; i++)
		if (((a[i / 8] ^ b[i / 8]) >> (7 - i % 8)) & 1)
			return false;
	return true;
}

static bool address_allowed(const char *list, const char *address)
{
	char *copy = mem_strdup(list), *save = NULL;
	bool allowed = text_is_blank(list);
	for (char *w = strtok_r(copy, ", ", &save); w && !allowed; w = strtok_r(NULL, ", ", &save))
		allowed = strcmp(w, address) == 0 || in_block(address, w);
	free(copy);
	return allowed;
}

static enum status check_addresses(const char *list, struct error *err)
{
	char *copy = mem_strdup(list), *save = NULL;
	enum status st = ST_OK;
	for (char *w = strtok_r(copy, ", ", &save); st == ST_OK && w; w = strtok_r(NULL, ", ", &save)) {
		char base[64];
		(void)snprintf(base, sizeof base, "%.*s", (int)strcspn(w, "/"), w);
		if (strcmp(w, "local") != 0 && !in_block(base, w)) {
			st = error_field(err, ST_INVALID, "addresses", _("“%s” is not an address."), w);
			error_hint(err, _("For example 203.0.113.7, 10.0.0.0/8, 2001:db8::/32, or local for this machine."));
		}
	}
	free(copy);
	return st;
}

static enum status check_new(struct core *c, const char *name, const char *scopes, const char *addresses, int days, struct error *err)
{
	enum status st = access_check_person(c, err);
	if (st != ST_OK)
		return st;
	if (text_is_blank(name))
		return error_field(err, ST_INVALID, "name", _("A key needs a name, so that it is known later what it was for."));
	if (days < 1 || days > API_KEY_DAYS_MAX)
		return error_field(err, ST_INVALID, "days", _("A key lives from 1 to %d days."), API_KEY_DAYS_MAX);
	st = access_scopes_check(c, scopes, err);
	return st == ST_OK ? check_addresses(addresses, err) : st;
}

enum status key_make(struct core *c, const char *name, const char *scopes, const char *addresses, int days, char key[TOKEN_SIZE],
	int64_t *num, struct error *err)
{
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	char fresh[TOKEN_SIZE], hint[20], detail[120];
	int64_t now = clock_now(), made = 0;
	enum status st = check_new(c, name, scopes, addresses, days, err);
	if (st != ST_OK)
		return st;
	token_make(TOKEN_API_KEY, fresh);
	token_hint(fresh, hint);
	if (!token_parse(fresh, &kind, hash))
		return error_set(err, ST_INTERNAL, "a token that is none");
	if ((st = db_begin(c->db, err)) != ST_OK)
		return st;
	(void)snprintf(detail, sizeof detail, "%.60s %s", name, hint);
	st = rows_insert(c, &made, err,
		"INSERT INTO api_keys (org_id, user_id, name, hint, key_hash, scopes, addresses, created_at, expires_at) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		"ddttbttii", &c->org, &c->user, name, hint, hash, sizeof hash, scopes, addresses, now, now + days * (int64_t)CLOCK_DAY);
	if (st == ST_OK)
		st = event_add(c, SEV_KEY_MADE, NULL, detail, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st == ST_OK) {
		memcpy(key, fresh, sizeof fresh);
		*num = made;
	}
	crypto_wipe(fresh, sizeof fresh);
	return st;
}

struct found_key {
	struct id user;
	int64_t num, expires;
	bool revoked;
	char scopes[600], addresses[600], hint[20];
};

static enum status find_key(struct core *c, const uint8_t hash[TOKEN_HASH_BYTES], struct found_key *k, bool *there, struct error *err)
{
	struct db_stmt *s;
	enum status st = rows_first(c, &s, there, err,
		"SELECT num, user_id, expires_at, revoked_at, scopes, addresses, hint FROM api_keys WHERE key_hash = $1 AND org_id = $2", "bd", hash,
		(size_t)TOKEN_HASH_BYTES, &c->org);
	if (st != ST_OK || !*there)
		return st;
	k->num = db_int(s, 0);
	k->user = db_id(s, 1);
	k->expires = db_int(s, 2);
	k->revoked = !db_is_null(s, 3);
	(void)snprintf(k->scopes, sizeof k->scopes, "%s", db_text(s, 4));
	(void)snprintf(k->addresses, sizeof k->addresses, "%s", db_text(s, 5));
	(void)snprintf(k->hint, sizeof k->hint, "%s", db_text(s, 6));
	db_done(s);
	return ST_OK;
}

static enum status refuse(struct core *c, const struct found_key *k, const char *reason, const char *message, struct error *err)
{
	struct login_attempt l = {.email = k ? k->hint : "", .user = k ? k->user : (struct id){{0}}, .method = "api_key", .reason = reason};
	(void)login_record(c, &l, NULL);
	if (k)
		(void)event_add(c, SEV_KEY_REFUSED, &k->user, reason, NULL);
	return error_set(err, ST_DENIED, "%s", message);
}

enum status session_api_key(struct core *c, const char *key, struct error *err)
{
	enum token_kind kind;
	uint8_t hash[TOKEN_HASH_BYTES];
	struct found_key k = {0};
	bool there = false;
	int64_t now = clock_now();
	if (!token_parse(key, &kind, hash) || kind != TOKEN_API_KEY)
		return refuse(c, NULL, "malformed", _("This is no API key: it is cut off or mistyped."), err);
	enum status st = find_key(c, hash, &k, &there, err);
	if (st != ST_OK)
		return st;
	if (!there)
		return refuse(c, NULL, "unknown", _("This API key is not known here."), err);
	if (k.revoked)
		return refuse(c, &k, "revoked", _("This API key was revoked."), err);
	if (now >= k.expires)
		return refuse(c, &k, "expired", _("This API key has expired."), err);
	if (!address_allowed(k.addresses, c->address))
		return refuse(c, &k, "address", _("This API key may not be used from here."), err);
	if (!session_user_active(c, &k.user))
		return refuse(c, &k, "suspended", _("The account of this API key is not active."), err);
	if (!c->read_only)
		st = rows_run(c, err, "UPDATE api_keys SET used_at = $1, used_address = $2 WHERE num = $3", "iti", now, c->address, k.num);
	if (st != ST_OK)
		return st;
	st = session_work_as(c, &k.user, 0, k.scopes, err);
	c->key = st == ST_OK ? k.num : 0;
	return st;
}

bool key_alive(struct core *c)
{
	return rows_int(c, 0, "SELECT count(*) FROM api_keys WHERE num = $1 AND org_id = $2 AND revoked_at IS NULL AND expires_at > $3", "idi", c->key, &c->org,
		       clock_now()) > 0 && session_user_active(c, &c->user);
}

enum status keys_list(struct core *c, bool all, int limit, struct arena *a, struct key_row **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = access_check_person(c, err);
	if (st == ST_OK && all)
		st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err,
			"SELECT k.num, k.created_at, k.expires_at, k.used_at, k.revoked_at, u.full_name, k.name, k.hint, k.scopes, k.addresses, k.used_address "
			"FROM api_keys k LEFT JOIN users u ON u.id = k.user_id WHERE k.org_id = $1 AND ($2 = 1 OR k.user_id = $3) ORDER BY k.num DESC LIMIT $4",
			"didi", &c->org, (int64_t)all, &c->user, (int64_t)limit);
	if (st != ST_OK)
		return st;
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		(*out)[(*n)++] = (struct key_row){.num = db_int(s, 0), .created_at = db_int(s, 1), .expires_at = db_int(s, 2), .used_at = db_int(s, 3),
			.revoked_at = db_int(s, 4), .who = rows_text(a, s, 5), .name = rows_text(a, s, 6), .hint = rows_text(a, s, 7), .scopes = rows_text(a, s, 8),
			.addresses = rows_text(a, s, 9), .used_address = rows_text(a, s, 10)};
	return st;
}

enum status key_revoke(struct core *c, int64_t num, struct error *err)
{
	int64_t changed = 0;
	char detail[40];
	(void)snprintf(detail, sizeof detail, "%lld", (long long)num);
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_change(c, &changed, err,
		"UPDATE api_keys SET revoked_at = $1 WHERE num = $2 AND org_id = $3 AND revoked_at IS NULL AND (user_id = $4 OR $5 = 1)", "iiddi", clock_now(),
		num, &c->org, &c->user, (int64_t)access_is_admin(c));
	if (st == ST_OK && !changed)
		st = error_set(err, ST_NOT_FOUND, _("There is no key %lld in force."), (long long)num);
	if (st == ST_OK)
		st = event_add(c, SEV_KEY_REVOKED, NULL, detail, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

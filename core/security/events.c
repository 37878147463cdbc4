#include "core/security/events.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/digest.h"
#include "core/crm/rows.h"

static const struct {
	const char *name, *severity, *label;
} kinds[] = {
#define X(id, name, severity, label) {name, severity, label},
	SECURITY_EVENTS(X)
#undef X
};

const char *security_event_label(const char *type)
{
	for (size_t i = 0; i < SECURITY_EVENT_COUNT; i++)
		if (strcmp(kinds[i].name, type) == 0)
			return _(kinds[i].label);
	return type;
}

const char *security_word(const char *word)
{
	static const char *const words[][2] = {{"password", N_("password")}, {"code", N_("code")}, {"backup_code", N_("backup code")}, {"api_key", N_("API key")},
		{"unlock", N_("unlocking")}, {"prove", N_("confirmation")}, {"wrong", N_("wrong")}, {"throttled", N_("too many tries")},
		{"suspended", N_("account not active")}, {"code asked", N_("code asked")}, {"revoked", N_("revoked")}, {"expired", N_("expired")},
		{"unknown", N_("unknown")}, {"malformed", N_("mistyped")}, {"address", N_("not from here")}, {"info", N_("note")}, {"warning", N_("warning")},
		{"critical", N_("critical")}, {"tui", N_("full screen")}, {"cli", N_("command line")}, {"local", N_("this machine")},
		{"success", N_("let in")}, {"failure", N_("refused")},
		{"change", N_("change")}, {"event", N_("event")}, {"login", N_("sign-in")}, {"environment", N_("environment")}, {"database", N_("database")}};
	for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], word) == 0)
			return _(words[i][1]);
	return word ? security_event_label(word) : NULL;
}

/* Put the row that was just written into the trail, and end the transaction both stand in. */
static enum status chain_and_end(struct core *c, enum status st, const char *kind, int64_t num,
	enum status (*digest)(struct core *, int64_t, uint8_t *, struct error *), struct error *err)
{
	uint8_t bytes[SHA256_BYTES];
	if (st == ST_OK)
		st = digest(c, num, bytes, err);
	if (st == ST_OK)
		st = audit_append(c, kind, num, bytes, err);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

enum status event_add(struct core *c, enum security_event type, const struct id *user, const char *detail, struct error *err)
{
	int64_t num = 0;
	enum status st = c->read_only ? ST_OK : db_begin(c->db, err);
	if (st != ST_OK || c->read_only)
		return st;
	st = rows_insert(c, &num, err,
		"INSERT INTO security_events (org_id, at, type, severity, user_id, by_user_id, detail, client, address) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
		"dittddttt", &c->org, clock_now(), kinds[type].name, kinds[type].severity, user ? user : &c->user, &c->user,
		detail ? detail : "", c->client, c->address);
	return chain_and_end(c, st, "event", num, digest_event, err);
}

enum status login_record(struct core *c, const struct login_attempt *l, struct error *err)
{
	int64_t num = 0;
	enum status st = c->read_only ? ST_OK : db_begin(c->db, err);
	if (st != ST_OK || c->read_only)
		return st;
	st = rows_insert(c, &num, err,
		"INSERT INTO login_history (org_id, at, user_id, email, ok, method, reason, client, device, address) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		"didtittttt", &c->org, clock_now(), &l->user, l->email, (int64_t)l->ok, l->method, l->reason, c->client, c->machine, c->address);
	return chain_and_end(c, st, "login", num, digest_login, err);
}

enum status events_list(struct core *c, bool open_only, int limit, struct arena *a, struct event_row **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = access_check_person(c, err);
	if (st != ST_OK)
		return st;
	st = rows_open(c, &s, err,
		"SELECT e.num, e.at, e.ack_at, e.type, e.severity, u.full_name, b.full_name, e.detail, e.client, e.address, k.full_name "
		"FROM security_events e LEFT JOIN users u ON u.id = e.user_id LEFT JOIN users b ON b.id = e.by_user_id "
		"LEFT JOIN users k ON k.id = e.ack_by WHERE e.org_id = $1 AND ($2 = 1 OR e.user_id = $3) "
		"AND ($4 = 0 OR e.ack_at IS NULL) ORDER BY e.num DESC LIMIT $5",
		"didii", &c->org, (int64_t)access_is_admin(c), &c->user, (int64_t)open_only, (int64_t)limit);
	if (st != ST_OK)
		return st;
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		(*out)[(*n)++] = (struct event_row){.num = db_int(s, 0), .at = db_int(s, 1), .ack_at = db_int(s, 2), .type = rows_text(a, s, 3),
			.severity = rows_text(a, s, 4), .who = rows_text(a, s, 5), .by = rows_text(a, s, 6), .detail = rows_text(a, s, 7), .client = rows_text(a, s, 8),
			.address = rows_text(a, s, 9), .ack_by = rows_text(a, s, 10)};
	return st;
}

enum status logins_list(struct core *c, int limit, struct arena *a, struct login_row **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = access_check_person(c, err);
	if (st != ST_OK)
		return st;
	st = rows_open(c, &s, err,
		"SELECT l.num, l.at, l.ok, l.email, u.full_name, l.method, l.reason, l.client, l.device, l.address FROM login_history l "
		"LEFT JOIN users u ON u.id = l.user_id WHERE l.org_id = $1 AND ($2 = 1 OR l.user_id = $3) ORDER BY l.num DESC LIMIT $4",
		"didi", &c->org, (int64_t)access_is_admin(c), &c->user, (int64_t)limit);
	if (st != ST_OK)
		return st;
	*out = arena_alloc(a, (size_t)(limit + 1) * sizeof **out);
	*n = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		(*out)[(*n)++] = (struct login_row){.num = db_int(s, 0), .at = db_int(s, 1), .ok = db_int(s, 2) != 0, .email = rows_text(a, s, 3),
			.who = rows_text(a, s, 4), .method = rows_text(a, s, 5), .reason = rows_text(a, s, 6), .client = rows_text(a, s, 7), .device = rows_text(a, s, 8),
			.address = rows_text(a, s, 9)};
	return st;
}

enum status event_acknowledge(struct core *c, int64_t num, struct error *err)
{
	int64_t changed = 0;
	enum status st = access_check_person(c, err);
	if (st == ST_OK)
		st = rows_change(c, &changed, err,
			"UPDATE security_events SET ack_by = $1, ack_at = $2 WHERE num = $3 AND org_id = $4 AND ack_at IS NULL AND ($5 = 1 OR user_id = $1)", "diidi",
			&c->user, clock_now(), num, &c->org, (int64_t)access_is_admin(c));
	if (st == ST_OK && !changed)
		st = error_set(err, ST_NOT_FOUND, _("There is no open event %lld."), (long long)num);
	return st;
}

#include "core/security/throttle.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/security/events.h"
#include "core/security/policy.h"
#include "core/crm/rows.h"

static int64_t delay_after(int64_t fails, int64_t free_tries)
{
	int64_t delay = LOGIN_DELAY_MS;
	if (fails < free_tries)
		return 0;
	for (int64_t i = free_tries; i < fails && delay < LOGIN_DELAY_MAX_MS; i++)
		delay *= 2;
	return delay < LOGIN_DELAY_MAX_MS ? delay : LOGIN_DELAY_MAX_MS;
}

static enum status wait_or_stop(struct core *c, const char *name, bool may_stop, int64_t now, struct error *err)
{
	int64_t next = rows_int(c, now, "SELECT next_at FROM throttle WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
	int64_t fails = rows_int(c, 0, "SELECT fails FROM throttle WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
	if (may_stop && fails >= LOGIN_HARD_STOP) {
		error_set(err, ST_LIMIT, _("Too many wrong tries: this account is blocked."));
		error_hint(err, _("Its owner gets in with a backup code, from a session that is still open, or by a new invitation."));
		return ST_LIMIT;
	}
	int64_t seconds = (next - now + 999) / 1000;
	error_set(err, ST_LIMIT, _("Too many wrong tries. Try again in %lld seconds."), (long long)(seconds > 1 ? seconds : 1));
	return ST_LIMIT;
}

/* The row is locked by the update, so those who come at once are counted one after another. */
enum status throttle_take(struct core *c, const char *name, enum throttle_kind kind, struct error *err)
{
	int64_t now = clock_now(), taken = 0, free_tries = kind == THROTTLE_SOURCE ? LOGIN_FREE_TRIES * 4 : LOGIN_FREE_TRIES;
	int64_t stop = kind == THROTTLE_SOURCE ? INT64_MAX : LOGIN_HARD_STOP;
	if (c->read_only)
		return error_set(err, ST_DENIED, _("Simplix was opened read-only; signing in must be recorded."));
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_run(c, err, "INSERT INTO throttle (org_id, name, fails, next_at, last_at) VALUES ($1, $2, 0, 0, $3) ON CONFLICT (org_id, name) DO NOTHING",
		"dti", &c->org, name, now);
	/* a clock that was set back must not open the door early, nor close it for years: no wait is longer than the longest */
	if (st == ST_OK)
		st = rows_change(c, &taken, err,
			"UPDATE throttle SET fails = fails + 1, last_at = $1 WHERE org_id = $2 AND name = $3 AND fails < $4 AND (next_at <= $1 OR next_at > $1 + $5)",
			"idtii", now, &c->org, name, stop, (int64_t)LOGIN_DELAY_MAX_MS);
	if (st == ST_OK && taken) {
		int64_t fails = rows_int(c, 1, "SELECT fails FROM throttle WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
		st = rows_run(c, err, "UPDATE throttle SET next_at = $1 WHERE org_id = $2 AND name = $3", "idt", now + delay_after(fails, free_tries), &c->org, name);
	} else if (st == ST_OK) {
		st = wait_or_stop(c, name, kind == THROTTLE_ACCOUNT, now, err);
	}
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

void throttle_forget(struct core *c, const char *name)
{
	if (!c->read_only)
		(void)rows_run(c, NULL, "DELETE FROM throttle WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
}

void throttle_told(struct core *c, const char *name, const struct id *user)
{
	char detail[60];
	int64_t fails = rows_int(c, 0, "SELECT fails FROM throttle WHERE org_id = $1 AND name = $2", "dt", &c->org, name);
	if (fails != LOGIN_FREE_TRIES && fails != LOGIN_HARD_STOP)
		return;
	(void)snprintf(detail, sizeof detail, "%lld", (long long)fails);
	(void)event_add(c, SEV_BRUTE_FORCE, user, detail, NULL);
}

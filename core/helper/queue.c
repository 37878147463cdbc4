/* Filling the queue and looking at it; the workers' side is in queue_work.c. */
#include "core/helper/queue.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/rows.h"
#include "core/helper/kind.h"
#include "core/helper/queue_parts.h"
#include "core/security/access.h"
#include "data/db.h"

/* Filling */

/* *due: it is in line already, so that nothing of it changes when more comes behind. */
static enum status find_target(struct core *c, const char *kind, const struct id *record, int64_t *num, bool *due, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err, "SELECT num, CASE WHEN held = 0 AND due_at IS NOT NULL THEN 1 ELSE 0 END FROM job_targets WHERE org_id = $1 AND kind = $2 AND record_id = $3",
		"dtd", &c->org, kind, record);
	*num = 0;
	if (st == ST_OK && row) {
		*num = db_int(s, 0);
		*due = db_int(s, 1) != 0;
		db_done(s);
	}
	return st;
}

static enum status target_of(struct core *c, const char *kind, const struct id *record, int64_t *out, bool *due, struct error *err)
{
	*due = false;
	enum status st = find_target(c, kind, record, out, due, err);
	if (st != ST_OK || *out)
		return st;
	st = rows_run(c, err,
		"INSERT INTO job_targets (org_id, kind, record_id, held, n_done, n_failed) VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT DO NOTHING", "dtd", &c->org, kind,
		record);
	if (st == ST_OK)
		st = find_target(c, kind, record, out, due, err);
	return st == ST_OK && !*out ? error_set(err, ST_INTERNAL, "a job target that is not there") : st;
}

enum status queue_add(struct core *c, const struct job_new *j, int64_t *num, struct error *err)
{
	int64_t target, now = clock_now(), run_at = j->run_at ? j->run_at : now, made = 0;
	bool due;
	enum status st = target_of(c, j->kind, &j->target, &target, &due, err);
	if (st == ST_OK)
		st = rows_insert(c, &made, err,
			"INSERT INTO jobs (org_id, target_num, title, event_num, payload, state, run_at, attempt, created_at, created_by) VALUES "
			"($1, $2, $3, $4, $5, 'pending', $6, 0, $7, $8)", "dititiid", &c->org, target, j->title, j->event, j->payload, run_at, now, &c->user);
	/* On PostgreSQL always a write: it makes a worker that gives the target back wait for this transaction, and see the job. */
	if (st == ST_OK && !(db_kind(c->db) == DB_SQLITE && due))
		st = rows_run(c, err, "UPDATE job_targets SET due_at = CASE WHEN held = 1 THEN NULL ELSE COALESCE(due_at, $2) END WHERE num = $1", "ii", target, run_at);
	if (st == ST_OK) {
		c->enqueued = true;
		if (num)
			*num = made;
	}
	return st;
}

enum status queue_hold(struct core *c, const char *kind, const struct id *record, bool held, struct error *err)
{
	c->enqueued = true;
	enum status st = held ? ST_OK /* what waited goes now, whatever it waited for */
			      : rows_run(c, err, "UPDATE jobs SET run_at = $1 WHERE run_at > $1 AND finished_at IS NULL AND target_num = (SELECT num FROM job_targets WHERE org_id = $2 AND kind = $3 AND "
						 "record_id = $4 AND held = 1)", "idtd", clock_now(), &c->org, kind, record);
	return st != ST_OK ? st : rows_run(c, err,
		"UPDATE job_targets SET failing_since = CASE WHEN held = 1 AND $1 = 0 THEN NULL ELSE failing_since END, held = $1, due_at = CASE WHEN $1 = 1 THEN NULL ELSE " QUEUE_FIRST_RUN " END WHERE org_id = $2 AND kind = $3 AND record_id = $4", "idtd", (int64_t)held, &c->org, kind, record);
}

enum status queue_hasten(struct core *c, const char *kind, const struct id *record, struct error *err)
{
	enum status st = rows_run(c, err, "UPDATE jobs SET run_at = $1 WHERE run_at > $1 AND finished_at IS NULL AND target_num = (SELECT num FROM job_targets WHERE org_id = $2 AND kind = $3 AND record_id = $4)",
		"idtd", clock_now(), &c->org, kind, record);
	if (st == ST_OK)
		st = rows_run(c, err, "UPDATE job_targets SET due_at = " QUEUE_DUE " WHERE org_id = $1 AND kind = $2 AND record_id = $3", "dtd", &c->org, kind, record);
	c->enqueued = true;
	return st;
}

enum status queue_drain(struct core *c, const char *kind, const struct id *record, struct error *err)
{
	return rows_run(c, err,
		"UPDATE jobs SET state = 'withdrawn', finished_at = $1 WHERE finished_at IS NULL AND target_num = (SELECT num FROM job_targets WHERE org_id = $2 AND "
		"kind = $3 AND record_id = $4)", "idtd", clock_now(), &c->org, kind, record);
}

enum status queue_refill(struct core *c, const char *kind, const struct id *record, struct error *err)
{
	int64_t back = 0;
	enum status st = rows_change(c, &back, err,
		"UPDATE jobs SET state = 'pending', finished_at = NULL WHERE state = 'withdrawn' AND target_num = (SELECT num FROM job_targets WHERE org_id = $1 AND kind = $2 AND "
		"record_id = $3)", "dtd", &c->org, kind, record);
	if (st == ST_OK && back) {
		c->enqueued = true;
		st = rows_run(c, err, "UPDATE job_targets SET due_at = " QUEUE_DUE " WHERE org_id = $1 AND kind = $2 AND record_id = $3", "dtd", &c->org, kind, record);
	}
	return st;
}

enum status queue_withdraw(struct core *c, int64_t job, bool withdrawn, struct error *err)
{
	int64_t changed = 0;
	enum status st = withdrawn ? rows_change(c, &changed, err, "UPDATE jobs SET state = 'withdrawn', finished_at = $1 WHERE num = $2 AND finished_at IS NULL AND org_id = $3", "iid",
					     clock_now(), job, &c->org)
				   : rows_change(c, &changed, err, "UPDATE jobs SET state = 'pending', finished_at = NULL WHERE num = $1 AND state = 'withdrawn' AND org_id = $2", "id", job, &c->org);
	if (st == ST_OK && changed) {
		c->enqueued = true;
		st = rows_run(c, err, "UPDATE job_targets SET due_at = " QUEUE_DUE " WHERE num = (SELECT target_num FROM jobs WHERE num = $1)", "i", job);
	}
	return st;
}

bool queue_is_running(struct core *c, int64_t job)
{
	return rows_int(c, 0, "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE j.num = $1 AND j.finished_at IS NULL AND g.lease_by IS NOT NULL AND j.run_at <= $2 AND "
			      "NOT EXISTS (SELECT 1 FROM jobs k WHERE k.target_num = j.target_num AND k.finished_at IS NULL AND k.num < j.num)", "ii",
		job, clock_now()) > 0;
}

/* Looking */

/* The first job of a leased target is what runs. */
#define STATE "CASE WHEN j.finished_at IS NULL AND g.lease_by IS NOT NULL AND j.run_at <= $2 AND NOT EXISTS (SELECT 1 FROM jobs k WHERE k.target_num = j.target_num " \
	"AND k.finished_at IS NULL AND k.num < j.num) THEN 'running' ELSE j.state END"

const char *job_state_label(const char *state)
{
	static const char *const words[][2] = {{"pending", N_("in line")}, {"running", N_("under way")}, {"waiting", N_("to be tried again")}, {"done", N_("done")},
		{"failed", N_("refused there")}, {"dead", N_("given up")}, {"cancelled", N_("cancelled")}, {"withdrawn", N_("cancelled")}};
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(words[i][0], state) == 0)
			return _(words[i][1]);
	return state;
}

enum status jobs_list(struct core *c, const struct job_filter *f, int limit, struct arena *a, struct job_row **out, int *n, struct error *err)
{
	static const char sql[] =
		"SELECT j.num, j.created_at, j.run_at, j.finished_at, g.kind, " STATE ", j.title, w.name, j.error, j.response, g.record_id, j.attempt, j.status, "
		"j.latency_ms, j.event_num FROM jobs j JOIN job_targets g ON g.num = j.target_num LEFT JOIN webhooks w ON w.id = g.record_id "
		"WHERE j.org_id = $1 AND j.num < $3 AND ($4 = '' OR ($4 = 'open' AND j.finished_at IS NULL) OR ($4 = 'bad' AND j.state IN ('failed', 'dead')) OR ($4 = 'undelivered' AND j.state IN ('failed', 'dead', 'cancelled', 'withdrawn')) OR "
		STATE " = $4) AND ($5 = '' OR g.kind = $5) AND ($6 = $1 OR g.record_id = $6) AND ($7 = 0 OR j.num = $7) ORDER BY j.num DESC LIMIT $8";
	struct db_stmt *s;
	bool row;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err, sql, "diittdii", &c->org, clock_now(), f->before ? f->before : INT64_MAX, f->state ? f->state : "", f->kind ? f->kind : "",
			f->record ? f->record : &c->org, f->num, (int64_t)limit);
	if (st != ST_OK)
		return st;
	struct job_row *list = arena_alloc(a, (size_t)(limit + 1) * sizeof *list);
	int got = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		list[got++] = (struct job_row){.num = db_int(s, 0), .created_at = db_int(s, 1), .run_at = db_int(s, 2), .finished_at = db_int(s, 3),
			.kind = rows_text(a, s, 4), .state = rows_text(a, s, 5), .title = rows_text(a, s, 6), .target = rows_text(a, s, 7), .error = rows_text(a, s, 8),
			.response = rows_text(a, s, 9), .record = db_id(s, 10), .attempt = (int)db_int(s, 11), .status = (int)db_int(s, 12),
			.latency_ms = (int)db_int(s, 13), .event = db_int(s, 14)};
	if (st != ST_OK)
		return st;
	*out = list;
	*n = got;
	return ST_OK;
}

#define LAST_NUM "9223372036854775807" /* the try that ended it stands with the job itself */

enum status job_attempts(struct core *c, int64_t num, struct arena *a, struct attempt_row **out, int *n, struct error *err)
{
	enum { MOST = 100 };
	struct db_stmt *s;
	bool row;
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_open(c, &s, err,
			"SELECT t.at, t.attempt, t.status, t.latency_ms, t.error, t.response, t.num FROM job_attempts t JOIN jobs j ON j.num = t.job_num WHERE j.org_id = $1 AND "
			"t.job_num = $2 UNION ALL SELECT finished_at, attempt, status, latency_ms, error, response, " LAST_NUM " FROM jobs WHERE org_id = $1 AND num = $2 AND "
			"finished_at IS NOT NULL AND state IN ('done', 'failed', 'dead') ORDER BY 7 DESC LIMIT $3", "dii", &c->org, num, (int64_t)MOST);
	if (st != ST_OK)
		return st;
	struct attempt_row *list = arena_alloc(a, MOST * sizeof *list);
	int got = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row)
		list[got++] = (struct attempt_row){.at = db_int(s, 0), .attempt = (int)db_int(s, 1), .status = (int)db_int(s, 2), .latency_ms = (int)db_int(s, 3),
			.error = rows_text(a, s, 4), .response = rows_text(a, s, 5)};
	if (st != ST_OK)
		return st;
	*out = list;
	*n = got;
	return ST_OK;
}

enum status job_body(struct core *c, int64_t num, struct arena *a, const char **out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	const char *body = "";
	enum status st = access_check_admin(c, err);
	if (st == ST_OK)
		st = rows_first(c, &s, &row, err, "SELECT e.payload FROM jobs j JOIN domain_events e ON e.num = j.event_num WHERE j.org_id = $1 AND j.num = $2", "di", &c->org, num);
	if (st == ST_OK && row) {
		body = rows_text(a, s, 0);
		db_done(s);
	}
	if (st == ST_OK)
		*out = json_laid_out(a, body);
	return st;
}

/* One job in a transaction of its own. */
static enum status change_job(struct core *c, int64_t num, enum status (*change)(struct core *, int64_t, int64_t, struct error *), struct error *err)
{
	enum status st = access_check_admin(c, err);
	if (st != ST_OK || (st = db_begin(c->db, err)) != ST_OK)
		return st;
	int64_t target = rows_int(c, 0, "SELECT target_num FROM jobs WHERE org_id = $1 AND num = $2", "di", &c->org, num);
	st = target ? change(c, num, target, err) : error_set(err, ST_NOT_FOUND, _("There is no job %lld."), (long long)num);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

static enum status due_again(struct core *c, int64_t target, struct error *err)
{
	c->enqueued = true;
	return rows_run(c, err, "UPDATE job_targets SET due_at = " QUEUE_DUE " WHERE num = $1", "i", target);
}

static enum status retry(struct core *c, int64_t num, int64_t target, struct error *err)
{
	int64_t now = clock_now(), changed = 0;
	if (rows_int(c, 0, "SELECT count(*) FROM job_targets g JOIN webhooks w ON w.id = g.record_id WHERE g.num = $1 AND w.deleted_at IS NOT NULL", "i", target) > 0)
		return error_set(err, ST_CONFLICT, _("The webhook was deleted."));
	if (rows_int(c, 0, "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE j.num = $1 AND j.state = 'done' AND g.kind = 'mail'", "i", num) > 0) {
		error_set(err, ST_CONFLICT, _("This mail was sent: sending it again would bring it twice."));
		error_hint(err, _("Write it anew: m on its activity."));
		return ST_CONFLICT;
	}
	enum status st = rows_run(c, err,
		"INSERT INTO job_attempts (job_num, at, attempt, status, latency_ms, error, response) SELECT num, finished_at, attempt, status, latency_ms, error, response "
		"FROM jobs WHERE num = $1 AND finished_at IS NOT NULL", "i", num);
	if (st == ST_OK)
		st = rows_change(c, &changed, err, "UPDATE jobs SET state = 'pending', run_at = $2, attempt = 0, finished_at = NULL, error = NULL WHERE num = $1", "ii", num,
			now);
	if (st == ST_OK) /* and what stands before it in the line: it cannot go first */
		st = rows_run(c, err, "UPDATE jobs SET run_at = $3 WHERE target_num = $1 AND num < $2 AND finished_at IS NULL AND run_at > $3", "iii", target, num, now);
	return st == ST_OK ? due_again(c, target, err) : st;
}

static enum status cancel(struct core *c, int64_t num, int64_t target, struct error *err)
{
	if (queue_is_running(c, num) && rows_int(c, 0, "SELECT count(*) FROM job_targets WHERE num = $1 AND kind = 'mail'", "i", target) > 0)
		return error_set(err, ST_CONFLICT, _("The mail is being sent right now."));
	int64_t changed = 0;
	enum status st = rows_change(c, &changed, err, "UPDATE jobs SET state = 'cancelled', finished_at = $2 WHERE num = $1 AND finished_at IS NULL", "ii", num,
		clock_now());
	if (st == ST_OK && !changed)
		return error_set(err, ST_CONFLICT, _("Job %lld is finished already."), (long long)num);
	return st == ST_OK ? due_again(c, target, err) : st;
}

/* What the job was for may want to know. */
static enum status tell_cancelled(struct core *c, int64_t num, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct arena *a = arena_new();
	enum status st = rows_first(c, &s, &row, err, "SELECT g.kind, j.attempt FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE j.num = $1 AND j.state = 'cancelled'", "i", num);
	if (st == ST_OK && row) {
		const struct job_kind *kind = job_kind_named(rows_text(a, s, 0));
		struct result r = {.job = num, .end = JOB_CANCELLED, .attempt = (int)db_int(s, 1), .error = _("Cancelled before it was sent.")};
		db_done(s);
		if (kind && kind->settled)
			kind->settled(c, &r, 1);
	}
	arena_free(&a);
	return st;
}

enum status job_retry(struct core *c, int64_t num, struct error *err)
{
	return change_job(c, num, retry, err);
}

enum status job_cancel(struct core *c, int64_t num, struct error *err)
{
	enum status st = change_job(c, num, cancel, err);
	return st == ST_OK ? tell_cancelled(c, num, err) : st;
}

enum status jobs_count(struct core *c, int64_t *open, int64_t *bad, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err,
		"SELECT (SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE j.org_id = $1 AND j.finished_at IS NULL AND g.kind NOT IN ('stripe_events', 'mail_news')), (SELECT count(*) FROM jobs WHERE org_id = $1 AND state IN ('failed', 'dead'))",
		"d", &c->org);
	if (st == ST_OK && row) {
		*open = db_int(s, 0);
		*bad = db_int(s, 1);
		db_done(s);
	}
	return st;
}

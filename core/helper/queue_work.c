/* The queue as its workers see it: joining, claiming, settling, taking over from the dead. */
#include "core/helper/queue.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/kill_point.h"
#include "core/crm/rows.h"
#include "core/helper/queue_parts.h"

struct watched {
	int64_t num, beat, since; /* since when (monotonic ms) the beat stands still */
};

/* Who we are to others on this machine */

/* The boot and the process namespace: a process number means something only within both. */
static const char *machine(char out[128])
{
	char boot[64] = "", names[64] = "";
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");
	if (f) {
		if (fscanf(f, "%63s", boot) != 1)
			boot[0] = '\0';
		(void)fclose(f);
	}
	ssize_t n = readlink("/proc/self/ns/pid", names, sizeof names - 1);
	names[n > 0 ? n : 0] = '\0';
	(void)snprintf(out, 128, "%s %s", boot, names);
	return out;
}

/* When the process began, in clock ticks since boot: tells it from a later one of the same number. 0 when there is none. */
static int64_t process_start(long pid)
{
	char path[64], text[1024];
	(void)snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	FILE *f = fopen(path, "re");
	if (!f)
		return 0;
	size_t n = fread(text, 1, sizeof text - 1, f);
	(void)fclose(f);
	text[n] = '\0';
	char *p = strrchr(text, ')'); /* the name before it may hold anything */
	long long start = 0;
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	return p && sscanf(p, "%lld", &start) == 1 ? start : 0;
}

/* Joining */

enum status queue_join(struct core *c, struct worker *w, struct error *err)
{
	int64_t num = 0;
	enum status st = rows_insert(c, &num, err, "INSERT INTO job_workers (org_id, host, pid, started, beat, joined_at) VALUES ($1, $2, $3, $4, 0, $5)", "dtiii",
		&c->org, machine(w->host), (int64_t)getpid(), process_start(getpid()), clock_now());
	if (st == ST_OK) {
		w->num = num;
		w->beat = 0;
		w->beaten = clock_monotonic();
	}
	return st;
}

static enum status take_back(struct core *c, int64_t worker, int64_t *had, struct error *err)
{
	return rows_change(c, had, err, "UPDATE job_targets SET lease_by = NULL, due_at = " QUEUE_DUE " WHERE org_id = $1 AND lease_by = $2", "di", &c->org, worker);
}

static enum status remove_worker(struct core *c, int64_t num, struct error *err)
{
	int64_t had;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = take_back(c, num, &had, err);
	kill_point("take-back");
	if (st == ST_OK)
		st = rows_run(c, err, "DELETE FROM job_workers WHERE num = $1", "i", num);
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

void queue_leave(struct core *c, struct worker *w)
{
	kill_point("leave");
	if (w->num)
		(void)remove_worker(c, w->num, NULL);
	free(w->watched);
	*w = (struct worker){0};
}

/* Watching */

/* Moves the beat; false when somebody held us for dead: what we had is no longer ours. */
static bool beat(struct core *c, struct worker *w)
{
	int64_t changed = 0;
	w->beat++;
	w->beaten = clock_monotonic();
	return rows_change(c, &changed, NULL, "UPDATE job_workers SET beat = $2 WHERE num = $1", "ii", w->num, w->beat) != ST_OK || changed == 1;
}

static struct watched *watched_of(struct worker *w, int64_t num, int64_t beat_now, int64_t mono_ms)
{
	for (int i = 0; i < w->n_watched; i++)
		if (w->watched[i].num == num)
			return &w->watched[i];
	w->watched = mem_realloc(w->watched, (size_t)(w->n_watched + 1) * sizeof *w->watched);
	w->watched[w->n_watched] = (struct watched){num, beat_now, mono_ms};
	return &w->watched[w->n_watched++];
}

enum { MOST_WORKERS = 64 };

/* Numbers of workers that are gone, into out. */
static int find_gone(struct core *c, struct worker *w, int64_t mono_ms, int64_t out[MOST_WORKERS], struct error *err)
{
	struct db_stmt *s;
	bool row;
	int n = 0;
	enum status st = rows_open(c, &s, err, "SELECT num, beat, host, pid, started FROM job_workers WHERE org_id = $1 AND num <> $2 ORDER BY num LIMIT $3", "dii",
		&c->org, w->num, (int64_t)MOST_WORKERS);
	if (st != ST_OK)
		return 0;
	while (db_step(s, &row, err) == ST_OK && row) {
		int64_t num = db_int(s, 0), beat_now = db_int(s, 1);
		bool here = strcmp(db_text(s, 2), w->host) == 0;
		struct watched *k = watched_of(w, num, beat_now, mono_ms);
		if (k->beat != beat_now) {
			k->beat = beat_now;
			k->since = mono_ms;
		}
		if ((here && process_start((long)db_int(s, 3)) != db_int(s, 4)) || mono_ms - k->since >= QUEUE_LEASE_MS)
			out[n++] = num;
	}
	return n;
}

enum status queue_watch(struct core *c, struct worker *w, bool holding, int64_t mono_ms, struct error *err)
{
	int64_t gone[MOST_WORKERS];
	if (holding && mono_ms - w->beaten >= QUEUE_BEAT_MS && !beat(c, w))
		return queue_join(c, w, err);
	int n = find_gone(c, w, mono_ms, gone, err);
	enum status st = ST_OK;
	if (n)
		kill_point("take-over");
	for (int i = 0; st == ST_OK && i < n; i++)
		st = remove_worker(c, gone[i], err);
	if (n) {
		free(w->watched);
		w->watched = NULL;
		w->n_watched = 0;
	}
	return st;
}

/* Claiming */

/* Up to `most` more into the list; `well`: only those that did not fail last. Found first and taken then: RETURNING makes SQLite keep a journal. */
static enum status claim_some(struct core *c, const struct worker *w, bool well, int most, struct arena *a, struct lease *list, int *n, struct error *err)
{
	enum { STEP = 8 };
	struct db_stmt *s;
	bool row;
	char sql[300];
	int at = *n;
	(void)snprintf(sql, sizeof sql, "SELECT num, kind, record_id, failing_since FROM job_targets WHERE org_id = $1 AND due_at <= $2 AND lease_by IS NULL%s "
		"ORDER BY due_at LIMIT $3%s", well ? " AND failing_since IS NULL" : "", db_skip_locked(c->db));
	enum status st = rows_open(c, &s, err, sql, "dii", &c->org, clock_now(), (int64_t)most);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		list[(*n)++] = (struct lease){.target = db_int(s, 0), .kind = rows_text(a, s, 1), .record = db_id(s, 2), .failing = !db_is_null(s, 3)};
	for (; st == ST_OK && at < *n; at += STEP) {
		int64_t t[STEP] = {0};
		for (int i = 0; i < STEP && at + i < *n; i++)
			t[i] = list[at + i].target;
		st = rows_run(c, err, "UPDATE job_targets SET lease_by = $1 WHERE num IN ($2, $3, $4, $5, $6, $7, $8, $9)", "iiiiiiiii", w->num, t[0], t[1], t[2], t[3], t[4], t[5],
			t[6], t[7]);
	}
	return st;
}

enum status queue_claim(struct core *c, struct worker *w, int most, struct arena *a, struct lease **out, int *n, struct error *err)
{
	int any = QUEUE_FAILING_MOST - w->failing < most ? QUEUE_FAILING_MOST - w->failing : most, got = 0;
	struct lease *list = arena_alloc(a, (size_t)(most + 1) * sizeof *list);
	*n = 0;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	if (!beat(c, w)) /* removed as dead while it was idle or asleep */
		st = queue_join(c, w, err);
	if (st == ST_OK && any > 0)
		st = claim_some(c, w, false, any, a, list, &got, err);
	if (st == ST_OK && any < most && got >= any)
		st = claim_some(c, w, true, most - got, a, list, &got, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (st != ST_OK)
		return st;
	if (got)
		kill_point("after-claim");
	*out = list;
	*n = got;
	return ST_OK;
}

enum status queue_load(struct core *c, const struct lease *l, int most, struct arena *a, struct job **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	int64_t now = clock_now();
	enum status st = rows_open(c, &s, err,
		"SELECT j.num, j.event_num, j.title, j.payload, j.attempt, j.created_at, j.run_at, e.id, e.payload FROM jobs j LEFT JOIN domain_events e ON "
		"e.num = j.event_num WHERE j.target_num = $1 AND j.finished_at IS NULL ORDER BY j.num LIMIT $2", "ii", l->target, (int64_t)most);
	if (st != ST_OK)
		return st;
	struct job *list = arena_alloc(a, (size_t)(most + 1) * sizeof *list);
	int got = 0;
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		if (db_int(s, 6) > now) { /* in order: nothing behind it may go first */
			db_done(s);
			break;
		}
		list[got++] = (struct job){.num = db_int(s, 0), .target = l->target, .event = db_int(s, 1), .title = rows_text(a, s, 2), .payload = rows_text(a, s, 3),
			.attempt = (int)db_int(s, 4), .created_at = db_int(s, 5), .event_id = db_id(s, 7), .event_body = rows_text(a, s, 8), .kind = l->kind,
			.record = l->record};
	}
	if (st != ST_OK)
		return st;
	*out = list;
	*n = got;
	return ST_OK;
}

bool queue_is_open(struct core *c, int64_t job)
{
	return rows_int(c, 0, "SELECT count(*) FROM jobs WHERE num = $1 AND finished_at IS NULL", "i", job) > 0;
}

/* Settling */

static bool is_ours(struct core *c, struct worker *w, int64_t target)
{
	char sql[120];
	(void)snprintf(sql, sizeof sql, "SELECT lease_by FROM job_targets WHERE num = $1%s", db_for_update(c->db));
	return rows_int(c, 0, sql, "i", target) == w->num;
}

static enum status note_try(struct core *c, const struct result *r, struct error *err)
{
	return rows_run(c, err,
		"INSERT INTO job_attempts (job_num, at, attempt, status, latency_ms, error, response) SELECT num, $2, attempt + $3, $4, $5, $6, $7 FROM jobs WHERE num = $1",
		"iiiiitt", r->job, clock_now(), (int64_t)r->counts, (int64_t)r->status, (int64_t)r->latency_ms, r->error, r->response);
}

static enum status settle_one(struct core *c, const struct result *r, struct error *err)
{
	static const char *const states[] = {[JOB_DONE] = "done", [JOB_FAILED] = "failed", [JOB_DEAD] = "dead", [JOB_CANCELLED] = "cancelled"};
	if (r->end == JOB_LATER) {
		enum status st = r->counts ? note_try(c, r, err) : ST_OK;
		return st != ST_OK ? st
				   : rows_run(c, err,
					     "UPDATE jobs SET state = $7, run_at = $2, attempt = attempt + $3, status = $4, latency_ms = $5, error = $6 WHERE num = $1 AND "
					     "finished_at IS NULL", "iiiiitt", r->job, r->later_at, (int64_t)r->counts, (int64_t)r->status, (int64_t)r->latency_ms, r->error,
					     r->counts || r->error ? "waiting" : "pending");
	}
	return rows_run(c, err,
		"UPDATE jobs SET state = $2, finished_at = $3, attempt = attempt + 1, status = $4, latency_ms = $5, error = $6, response = $7 WHERE num = $1 AND "
		"finished_at IS NULL", "itiiitt", r->job, states[r->end], clock_now(), (int64_t)r->status, (int64_t)r->latency_ms, r->error, r->response);
}

/* What became of a target's jobs, counted once for all of them; false: the target is not ours any more. Takes the row's lock: what is read
 * of its jobs afterwards is all there is. */
static enum status settle_target(struct core *c, struct worker *w, int64_t target, const struct result *list, int n, bool *ours, struct error *err)
{
	int64_t done = 0, failed = 0, changed = 0;
	const char *error = NULL;
	bool tried = false, any = false;
	for (int i = 0; i < n; i++)
		if (list[i].target == target) {
			any = true;
			done += list[i].end == JOB_DONE;
			failed += list[i].end == JOB_FAILED || list[i].end == JOB_DEAD;
			if (!list[i].counts)
				continue;
			error = list[i].error;
			tried = true;
		}
	if (!any || !(tried || done || failed)) { /* nothing to count */
		*ours = is_ours(c, w, target);
		return ST_OK;
	}
	enum status st = rows_change(c, &changed, err,
		"UPDATE job_targets SET n_done = n_done + $2, n_failed = n_failed + $3, last_error = CASE WHEN $4 = 1 THEN $5 ELSE last_error END, "
		"failing_since = CASE WHEN $2 > 0 THEN NULL WHEN $4 = 1 THEN COALESCE(failing_since, $6) ELSE failing_since END WHERE num = $1 AND lease_by = $7",
		"iiiitii", target, done, failed, (int64_t)tried, error, clock_now(), w->num);
	*ours = changed == 1;
	return st;
}

static enum status give_target(struct core *c, int64_t target, struct error *err)
{
	return rows_run(c, err, "UPDATE job_targets SET lease_by = NULL, due_at = " QUEUE_DUE " WHERE num = $1", "i", target);
}

static bool listed(const int64_t *list, int n, int64_t it)
{
	for (int i = 0; i < n; i++)
		if (list[i] == it)
			return true;
	return false;
}

enum status queue_settle(struct core *c, struct worker *w, const struct result *list, int n, const int64_t *released, int n_released, struct error *err)
{
	struct arena *a = arena_new();
	int64_t *targets = arena_alloc(a, (size_t)(n + n_released + 1) * sizeof *targets), *seen = arena_alloc(a, (size_t)(n + n_released + 1) * sizeof *seen);
	int n_targets = 0, n_seen = 0;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK) {
		arena_free(&a);
		return st;
	}
	for (int i = 0; st == ST_OK && i < n + n_released; i++) {
		int64_t target = i < n ? list[i].target : released[i - n];
		bool ours = false;
		if (listed(seen, n_seen, target))
			continue;
		seen[n_seen++] = target;
		st = settle_target(c, w, target, list, n, &ours, err);
		if (ours)
			targets[n_targets++] = target;
	}
	for (int i = 0; st == ST_OK && i < n; i++)
		if (listed(targets, n_targets, list[i].target))
			st = settle_one(c, &list[i], err);
	for (int i = 0; st == ST_OK && i < n_targets; i++)
		if (listed(released, n_released, targets[i]))
			st = give_target(c, targets[i], err);
	arena_free(&a);
	if (n)
		kill_point("in-settle");
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	if (n)
		kill_point("after-settle");
	return st;
}

int64_t queue_next_due(struct core *c)
{
	return rows_int(c, INT64_MAX, "SELECT min(due_at) FROM job_targets WHERE org_id = $1 AND due_at IS NOT NULL AND lease_by IS NULL", "d", &c->org);
}

/* Housekeeping */

static enum status mend_times(struct core *c, struct error *err)
{
	int64_t now = clock_now(), far = now + QUEUE_WAIT_MAX_MS;
	enum status st = rows_run(c, err, "UPDATE jobs SET run_at = $2 WHERE org_id = $1 AND finished_at IS NULL AND run_at > $3", "dii", &c->org, now, far);
	return st == ST_OK ? rows_run(c, err, "UPDATE job_targets SET due_at = $2 WHERE org_id = $1 AND due_at > $3", "dii", &c->org, now, far) : st;
}

enum { SLICE = 500, MOST_SLICES = 40 };

/* Finished jobs, a slice in a transaction; *more: there are others. */
static enum status purge_slice(struct core *c, int64_t before, bool *more, struct error *err)
{
	int64_t gone = 0;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	st = rows_run(c, err, "DELETE FROM job_attempts WHERE job_num IN (SELECT num FROM jobs WHERE org_id = $1 AND finished_at < $2 ORDER BY num LIMIT $3)", "dii", &c->org,
		before, (int64_t)SLICE);
	kill_point("in-purge");
	if (st == ST_OK)
		st = rows_change(c, &gone, err, "DELETE FROM jobs WHERE num IN (SELECT num FROM jobs WHERE org_id = $1 AND finished_at < $2 ORDER BY num LIMIT $3)", "dii", &c->org,
			before, (int64_t)SLICE);
	*more = gone == SLICE;
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

enum status queue_purge(struct core *c, struct error *err)
{
	int64_t before = clock_now() - QUEUE_KEEP_DAYS * CLOCK_DAY;
	bool more = true;
	enum status st = mend_times(c, err);
	for (int i = 0; st == ST_OK && more && i < MOST_SLICES; i++)
		st = purge_slice(c, before, &more, err);
	if (st != ST_OK)
		return st;
	kill_point("after-purge");
	return rows_run(c, err, "DELETE FROM domain_events WHERE org_id = $1 AND at < $2 AND num < (SELECT COALESCE(min(j.event_num), $3) FROM jobs j WHERE j.org_id = $1)",
		"dii", &c->org, before, INT64_MAX);
}

#include "core/helper/runner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/kill_point.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/post.h"
#include "core/helper/breaker.h"
#include "core/helper/kind.h"
#include "core/helper/limits.h"
#include "core/helper/queue.h"
#include "core/security/environment.h"
#include "data/db.h"

enum {
	LANES = 256,     /* targets at once; as many as may stop answering before anybody knows */
	PARKED = 128,    /* of them may stand waiting for their host's limits */
	AHEAD = 16,      /* jobs of a target at a time */
	WATCH_MS = 1000,
	AGAIN_MS = 200,  /* what is due could not be had: then again */
	RECORD_MS = 10,   /* what came back is recorded together, at the latest after that */
	RECORD_MOST = 64,
	UNRECORDED = 1,  /* of a target, as much may be sent without being recorded before it waits */
	STUCK_MS = 3000, /* recording that failed for so long does not succeed by itself */
	PURGE_MS = 3600 * 1000,
	BUSY_MS = 60 * 1000,
	OFFLINE_FIRST_MS = 15 * 1000,
	OFFLINE_MOST_MS = 5 * 60 * 1000,
	REACHED_MS = 60 * 1000, /* somebody was reached that lately: the network is there */
};

/* A leased target and its jobs. */
struct lane {
	struct runner *runner;
	struct arena *arena; /* NULL: free */
	struct lease lease;
	struct job *jobs;
	int n, at;
	int unrecorded; /* of its jobs were sent */
	const char *host;
	const char *slot; /* host that one more is under way to (limits_take()); NULL */
	bool ready;       /* its next job may be started */
	bool parked;      /* its host's limits make it wait, until then (monotonic ms) */
	int64_t parked_until;
};

struct runner {
	struct core *core;
	struct http *http;
	struct worker worker;
	struct breaker *breaker;
	struct limits *limits;
	struct lane lanes[LANES];
	int busy, n_ready, n_parked, turn;
	int64_t unpark_at; /* when the first of the parked may go on (monotonic ms) */
	struct arena *texts; /* of results that are not recorded yet */
	struct result *results;
	size_t n_results, results_cap;
	int64_t *released;
	size_t n_released, released_cap;
	int poll_ms;
	int64_t watched, polled, purged, reached, offline_ms, offline_at, settle_at, first_result; /* monotonic ms */
	int64_t version, next_due;
	int64_t failing_since; /* when recording or claiming began to fail (monotonic ms); 0: it works */
	struct error why;
	bool look, finishing;
	int64_t done, failed;
};

/* What became of starting a job. */
enum step {
	SENT,
	PARK, /* its host has enough for now */
	STOP, /* it must wait, and all behind it */
	NEXT, /* it is over */
};

static enum step start(struct lane *l);

static int per_second(void)
{
	const char *text = environment_get("SIMPLIX_RATE_PER_HOST");
	return text ? atoi(text) : LIMITS_PER_SECOND;
}

enum status runner_new(struct core *c, struct http *http, struct runner **out, struct error *err)
{
	struct runner *r = mem_zalloc(sizeof *r);
	r->core = c;
	r->http = http;
	enum status st = queue_join(c, &r->worker, err);
	if (st != ST_OK) {
		free(r);
		return st;
	}
	r->breaker = breaker_new();
	r->limits = limits_new(per_second());
	r->texts = arena_new();
	r->look = true;
	r->poll_ms = WATCH_MS;
	r->reached = -REACHED_MS;
	r->purged = -PURGE_MS;
	*out = r;
	return ST_OK;
}

void runner_free(struct runner **rp)
{
	struct runner *r = *rp;
	if (!r)
		return;
	queue_leave(r->core, &r->worker);
	for (int i = 0; i < LANES; i++)
		arena_free(&r->lanes[i].arena);
	breaker_free(&r->breaker);
	limits_free(&r->limits);
	arena_free(&r->texts);
	free(r->results);
	free(r->released);
	free(r);
	*rp = NULL;
}

/* Results */

static void note(struct lane *l, struct result res)
{
	struct runner *r = l->runner;
	const struct job *j = &l->jobs[l->at];
	res.job = j->num;
	res.target = l->lease.target;
	/* what the other side says may be any bytes, cut anywhere */
	res.error = res.error ? text_clean(r->texts, res.error) : NULL;
	res.response = res.response && *res.response ? text_clean_lines(r->texts, res.response) : NULL;
	const struct job_kind *kind = job_kind_named(l->lease.kind);
	res.attempt = j->attempt;
	if (kind && kind->settled)
		res.kind = kind->name;
	if (!r->n_results)
		r->first_result = clock_monotonic();
	mem_grow(&r->results, &r->results_cap, r->n_results + 1, sizeof *r->results);
	r->results[r->n_results++] = res;
	r->done += res.end == JOB_DONE;
	r->failed += res.end != JOB_DONE && (res.end != JOB_LATER || res.counts || res.error);
}

/* Nothing of it is under way any more. */
static void drop_slot(struct lane *l)
{
	if (l->slot)
		limits_give(l->runner->limits, l->slot);
	l->slot = NULL;
}

static void give_back(struct lane *l)
{
	struct runner *r = l->runner;
	mem_grow(&r->released, &r->released_cap, r->n_released + 1, sizeof *r->released);
	r->released[r->n_released++] = l->lease.target;
	r->worker.failing -= l->lease.failing;
	drop_slot(l);
	arena_free(&l->arena);
	r->busy--;
}

/* Send the lane's present job, or what comes behind it when that is over without; at the end, or where one must wait, the target goes back. */
static void run(struct lane *l)
{
	for (; l->at < l->n && !l->runner->finishing; l->at++) {
		enum step step = start(l);
		if (step == SENT || step == PARK)
			return;
		if (step == STOP)
			break;
	}
	give_back(l);
}

/* Nobody at all is reached: that says nothing about this target. */
static bool is_offline(struct runner *r, const struct http_answer *answer)
{
	int64_t now = clock_monotonic();
	if (answer->end == HTTP_ANSWERED) {
		r->reached = now;
		r->offline_ms = 0;
	}
	if (answer->end != HTTP_NO_NETWORK || now - r->reached <= REACHED_MS)
		return false;
	if (!r->offline_ms || now - r->offline_at >= r->offline_ms) { /* once a round, however many targets there are */
		r->offline_ms = !r->offline_ms ? OFFLINE_FIRST_MS : 2 * r->offline_ms < OFFLINE_MOST_MS ? 2 * r->offline_ms : OFFLINE_MOST_MS;
		r->offline_at = now;
	}
	return true;
}

static void answered(void *arg, const struct http_answer *answer)
{
	struct lane *l = arg;
	struct runner *r = l->runner;
	const struct job *j = &l->jobs[l->at];
	kill_point("after-answer");
	drop_slot(l);
	struct result res = {.end = JOB_DEAD, .counts = true, .status = answer->status, .latency_ms = answer->latency_ms, .response = answer->body};
	if (is_offline(r, answer)) {
		breaker_release(r->breaker, l->host);
		res.end = JOB_LATER;
		res.counts = false;
		res.later_at = clock_now() + r->offline_ms;
		res.error = _("Offline: it waits until the network is back.");
	} else {
		breaker_note(r->breaker, l->host, answer->end == HTTP_ANSWERED, clock_monotonic());
		job_kind_named(l->lease.kind)->judge(r->core, j, answer, l->arena, &res);
	}
	note(l, res);
	if (res.end == JOB_LATER) {
		give_back(l);
		return;
	}
	l->unrecorded++;
	l->at++;
	l->ready = true; /* with the others of this turn: start_ready() */
	r->n_ready++;
}

/* True when the host may be asked now. Else the lane waits, unless too many do: then the target goes back for a moment, which is no try. */
static bool take_slot(struct lane *l, enum step *step)
{
	struct runner *r = l->runner;
	int64_t now = clock_monotonic();
	if (l->slot && strcmp(l->slot, l->host) == 0)
		return true;
	drop_slot(l);
	int64_t wait = limits_take(r->limits, l->host, now);
	if (!wait) {
		l->slot = l->host;
		return true;
	}
	if (r->n_parked >= PARKED) {
		note(l, (struct result){.end = JOB_LATER, .later_at = clock_now() + (wait < WATCH_MS ? wait : WATCH_MS)});
		*step = STOP;
		return false;
	}
	l->parked = true;
	l->parked_until = wait == LIMITS_FULL ? INT64_MAX : now + wait;
	r->n_parked++;
	if (l->parked_until < r->unpark_at)
		r->unpark_at = l->parked_until;
	*step = PARK;
	return false;
}

static enum step start(struct lane *l)
{
	struct runner *r = l->runner;
	struct error err = {0};
	struct http_request request = {0};
	const struct job *j = &l->jobs[l->at];
	const struct job_kind *kind = job_kind_named(l->lease.kind);
	enum step step;
	if (!queue_is_open(r->core, j->num)) /* cancelled since it was read */
		return NEXT;
	enum status st = kind ? kind->request(r->core, j, l->arena, &request, &err)
			      : error_set(&err, ST_BUSY, _("This Simplix does not know such work; a newer one does."));
	if (st == ST_ABORTED && db_in_transaction(r->core->db)) {
		db_rollback(r->core->db);
		st = kind->request(r->core, j, l->arena, &request, &err);
		(void)db_begin_read(r->core->db, NULL);
	}
	if (st == ST_CONFLICT || st == ST_BUSY || st == ST_ABORTED || st == ST_CONNECTION) {
		note(l, (struct result){.end = JOB_LATER, .later_at = clock_now() + BUSY_MS, .error = err.message});
		return STOP;
	}
	if (st != ST_OK) {
		note(l, (struct result){.end = st == ST_CANCELLED ? JOB_CANCELLED : JOB_FAILED, .counts = true, .error = err.message});
		return NEXT;
	}
	l->host = http_host(request.url, l->arena);
	int64_t wait = breaker_wait(r->breaker, l->host, clock_monotonic());
	if (wait) {
		note(l, (struct result){.end = JOB_LATER, .later_at = clock_now() + wait, .error = _("The host does not answer; it is left alone for a while.")});
		return STOP;
	}
	if (!take_slot(l, &step)) {
		breaker_release(r->breaker, l->host);
		return step;
	}
	kill_point("before-send");
	http_send(r->http, &request, answered, l);
	return SENT;
}

/* Turns */

/* A lane that waited for its host's limits: does it go on? */
static bool unpark(struct lane *l, int64_t now)
{
	struct runner *r = l->runner;
	int64_t wait = r->finishing ? 0 : limits_take(r->limits, l->host, now);
	if (wait) {
		l->parked_until = wait == LIMITS_FULL ? INT64_MAX : now + wait;
		if (l->parked_until < r->unpark_at)
			r->unpark_at = l->parked_until;
		return false;
	}
	l->slot = r->finishing ? NULL : l->host;
	l->parked = false;
	r->n_parked--;
	return true;
}

static void trouble(struct runner *r)
{
	if (!r->failing_since)
		r->failing_since = clock_monotonic();
}

/* The next job of each lane whose last one ended, in one snapshot: locking the file for each reading costs more than reading. Not while
 * something could not be recorded. */
static void start_ready(struct runner *r, bool landed)
{
	int64_t now = clock_monotonic();
	bool waited = r->n_parked && (landed || r->finishing || now >= r->unpark_at);
	if ((!r->n_ready && !waited) || r->settle_at)
		return;
	if (waited)
		r->unpark_at = INT64_MAX;
	(void)db_begin_read(r->core->db, NULL);
	r->turn = (r->turn + 1) % LANES;
	for (int i = 0; i < LANES; i++) { /* from another one each time: none of a host is always the last */
		struct lane *l = &r->lanes[(r->turn + i) % LANES];
		bool ready = l->ready && l->unrecorded < UNRECORDED;
		if (!l->arena || !(ready || (waited && l->parked && unpark(l, now))))
			continue;
		r->n_ready -= l->ready;
		l->ready = false;
		run(l);
	}
	db_rollback(r->core->db);
}

static void open_lane(struct runner *r, const struct lease *lease)
{
	int i = 0;
	while (r->lanes[i].arena)
		i++;
	struct lane *l = &r->lanes[i];
	*l = (struct lane){.runner = r, .arena = arena_new(), .lease = *lease};
	l->lease.kind = arena_strdup(l->arena, lease->kind);
	r->busy++;
	r->worker.failing += lease->failing;
	if (queue_load(r->core, &l->lease, AHEAD, l->arena, &l->jobs, &l->n, NULL) != ST_OK || l->n == 0) {
		give_back(l);
		return;
	}
	run(l);
}

/* True when targets were found. */
static bool claim(struct runner *r)
{
	struct lease *list;
	int n = 0;
	struct arena *a = arena_new();
	enum status st = queue_claim(r->core, &r->worker, LANES - r->busy, a, &list, &n, &r->why);
	if (st != ST_OK)
		trouble(r);
	else
		r->failing_since = 0;
	if (st == ST_OK && n) {
		(void)db_begin_read(r->core->db, NULL);
		for (int i = 0; i < n; i++)
			open_lane(r, &list[i]);
		db_rollback(r->core->db);
	}
	arena_free(&a);
	return n > 0;
}

/* What else follows, kind by kind. */
static void follow(struct runner *r, const struct result *list, size_t n)
{
	struct result *some = NULL;
	size_t cap = 0;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;
		if (!list[i].kind)
			continue;
		for (size_t j = 0; j < i && list[j].kind != list[i].kind; j++)
			k++;
		if (k < i) /* its kind was dealt with */
			continue;
		k = 0;
		for (size_t j = i; j < n; j++)
			if (list[j].kind == list[i].kind) {
				mem_grow(&some, &cap, k + 1, sizeof *some);
				some[k++] = list[j];
			}
		job_kind_named(list[i].kind)->settled(r->core, some, k);
	}
	free(some);
}

/* With what else the jobs change, all or nothing. */
static enum status record(struct runner *r, const struct result *list, size_t n, const int64_t *released, size_t n_released)
{
	enum status st = db_begin(r->core->db, &r->why);
	if (st != ST_OK)
		return st;
	st = queue_settle(r->core, &r->worker, list, (int)n, released, (int)n_released, &r->why);
	if (st == ST_OK) {
		follow(r, list, n);
		return db_commit(r->core->db, &r->why);
	}
	db_rollback(r->core->db);
	return st;
}

/* One by one, so that what cannot be recorded holds up nothing else; that comes last, and is told without its words. */
static void settle_singly(struct runner *r)
{
	size_t kept = 0;
	for (size_t i = 0; i < r->n_results; i++) {
		struct result *res = &r->results[i];
		if (record(r, res, 1, NULL, 0) == ST_OK)
			continue;
		res->error = res->response = NULL;
		if (record(r, res, 1, NULL, 0) != ST_OK)
			r->results[kept++] = *res;
	}
	r->n_results = kept;
}

/* What is not recorded is kept and tried again: the other side has done it. */
static void settle(struct runner *r)
{
	int64_t now = clock_monotonic();
	if ((!r->n_results && !r->n_released) || now < r->settle_at)
		return;
	/* more may come in a moment */
	if (r->n_results && r->n_results < RECORD_MOST && http_running(r->http) && now - r->first_result < RECORD_MS)
		return;
	enum status st = record(r, r->results, r->n_results, r->released, r->n_released);
	if (st != ST_OK && r->settle_at) { /* the second time */
		settle_singly(r);
		st = record(r, r->results, r->n_results, r->released, r->n_released);
	}
	if (st != ST_OK) {
		r->settle_at = now + WATCH_MS;
		trouble(r);
		return;
	}
	for (int i = 0; i < LANES; i++)
		r->lanes[i].unrecorded = 0;
	r->failing_since = 0;
	r->look |= r->n_released > 0 || r->core->enqueued; /* only now may they be claimed again */
	r->core->enqueued = false;
	r->n_results = r->n_released = 0;
	r->settle_at = 0;
	arena_reset(r->texts);
}

static void housekeep(struct runner *r, int64_t now)
{
	if (now - r->watched >= WATCH_MS) {
		r->watched = now;
		(void)queue_watch(r->core, &r->worker, r->busy > 0, now, NULL);
	}
	if (now - r->polled >= r->poll_ms) {
		r->polled = now;
		int64_t version = db_data_version(r->core->db); /* other programs put work in too */
		r->look |= version != r->version;
		r->version = version;
	}
	if (now - r->purged >= PURGE_MS) {
		int64_t changed;
		r->purged = now;
		(void)queue_purge(r->core, NULL);
		(void)billing_sweep(r->core, &changed, NULL);
		(void)receipts_post(r->core, &changed, NULL);
	}
}

static void look(struct runner *r)
{
	if (r->look) {
		r->look = false;
		r->next_due = queue_next_due(r->core);
	}
	if (!r->finishing && r->busy < LANES && !r->settle_at && r->next_due <= clock_now()) {
		if (claim(r)) {
			r->look = true;
			return;
		}
		/* others were faster, or what is due has failed and enough of its kind are under way */
		int64_t again = clock_now() + AGAIN_MS, due = queue_next_due(r->core);
		r->next_due = due <= clock_now() ? again : due;
	}
}

/* How long this turn may wait for answers. */
static int wait_of(struct runner *r, int wait_ms)
{
	int64_t now = clock_monotonic(), wait = r->busy && wait_ms > WATCH_MS ? WATCH_MS : wait_ms, due = r->busy < LANES && !r->finishing ? r->next_due - clock_now() : wait;
	if (r->n_parked && r->unpark_at - now < wait)
		wait = r->unpark_at < now ? 0 : r->unpark_at - now;
	if (r->n_results && !r->settle_at && r->first_result + RECORD_MS - now < wait)
		wait = r->first_result + RECORD_MS > now ? r->first_result + RECORD_MS - now : 0;
	if (r->settle_at)
		due = r->settle_at - now; /* nothing is claimed before */
	else if (r->look)
		due = 0;
	return due < 0 ? 0 : due < wait ? (int)due : (int)wait;
}

bool runner_turn(struct runner *r, int wait_ms)
{
	housekeep(r, clock_monotonic());
	look(r);
	settle(r);
	int before = http_running(r->http);
	http_turn(r->http, wait_of(r, wait_ms));
	start_ready(r, http_running(r->http) < before);
	settle(r);
	start_ready(r, false); /* those that waited for being recorded */
	return !runner_idle(r) || r->look || r->failing_since || r->next_due <= clock_now();
}

void runner_look(struct runner *r)
{
	r->look = true;
}

void runner_poll(struct runner *r, int ms)
{
	r->poll_ms = ms;
}

void runner_finish(struct runner *r)
{
	r->finishing = true;
}

bool runner_stuck(const struct runner *r, struct error *err)
{
	bool stuck = r->failing_since && clock_monotonic() - r->failing_since >= STUCK_MS;
	if (stuck && err)
		*err = r->why;
	return stuck;
}

bool runner_idle(const struct runner *r)
{
	return !r->busy && !r->n_results && !r->n_released;
}

int64_t runner_done(const struct runner *r)
{
	return r->done;
}

int64_t runner_failed(const struct runner *r)
{
	return r->failed;
}

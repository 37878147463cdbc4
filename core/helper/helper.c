#include "core/helper/helper.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/helper/bell.h"
#include "core/helper/http.h"
#include "core/helper/runner.h"
#include "core/security/environment.h"
#include "data/db.h"

enum { TURN_MS = 1000, BRIEF_MS = 100, AGAIN_MS = 5000, REQUEST_MS = 65 * 1000 /* no request takes longer */ };

/* Owned by whoever lets go last: the thread or the one who stops it. */
struct helper {
	pthread_mutex_t lock;
	pthread_cond_t ended_now;
	bool ended, abandoned;
	atomic_bool stop, look;
	char *target;
	struct http *http;
	int poll_ms;
};

static void helper_free(struct helper *h)
{
	http_free(&h->http);
	(void)pthread_cond_destroy(&h->ended_now);
	(void)pthread_mutex_destroy(&h->lock);
	free(h->target);
	free(h);
}

/* A core for the program itself on the same database. */
static enum status open_core(const char *target, struct core **out, struct error *err)
{
	struct core *c = NULL;
	enum status st = core_open(target, 0, &c, err);
	if (st == ST_OK && !core_ready(c))
		st = error_set(err, ST_INVALID, _("The database is not set up yet."));
	if (st == ST_OK)
		st = core_work_alone(c, err);
	if (st != ST_OK) {
		core_close(&c);
		return st;
	}
	*out = c;
	return ST_OK;
}

/* Start nothing more, and give what is under way a moment: what is not recorded then stays in the queue. */
static void finish(struct runner *r, int ms)
{
	if (r)
		runner_finish(r);
	for (int64_t end = clock_monotonic() + ms; r && !runner_idle(r) && !runner_stuck(r, NULL) && clock_monotonic() < end;)
		(void)runner_turn(r, 50);
}

static void serve(struct helper *h, struct core *c)
{
	struct runner *r = NULL;
	if (runner_new(c, h->http, &r, NULL) != ST_OK)
		return;
	struct bell *bell = bell_new(c, h->http);
	if (h->poll_ms)
		runner_poll(r, h->poll_ms);
	while (!h->stop) {
		bool woken = atomic_exchange(&h->look, false);
		if (woken)
			bell_ring(bell); /* we may have too much already */
		if (bell_turn(bell) || woken)
			runner_look(r);
		(void)runner_turn(r, bell_wait(bell, TURN_MS));
	}
	finish(r, AGAIN_MS);
	bell_free(&bell);
	runner_free(&r);
}

static void *run(void *arg)
{
	struct helper *h = arg;
	struct core *c = NULL;
	/* the database may be busy or not there for a moment */
	while (!h->stop && open_core(h->target, &c, NULL) != ST_OK)
		http_turn(h->http, AGAIN_MS);
	if (c)
		serve(h, c);
	core_close(&c);
	(void)pthread_mutex_lock(&h->lock);
	h->ended = true;
	bool mine = h->abandoned;
	(void)pthread_cond_signal(&h->ended_now);
	(void)pthread_mutex_unlock(&h->lock);
	if (mine)
		helper_free(h);
	return NULL;
}

static struct http *new_http(void)
{
	return http_new(environment_get("SIMPLIX_CA_FILE"));
}

static enum status check(const struct core *c, struct error *err)
{
	if (c->read_only)
		return error_set(err, ST_INVALID, _("Simplix was opened read-only."));
	if (db_kind(c->db) == DB_SQLITE && !strchr(db_target(c->db), '/'))
		return error_set(err, ST_INVALID, "no helper for a database in memory");
	return ST_OK;
}

enum status helper_start(const struct core *c, struct helper **out, struct error *err)
{
	return helper_start_polling(c, 0, out, err);
}

enum status helper_start_polling(const struct core *c, int poll_ms, struct helper **out, struct error *err)
{
	pthread_t thread;
	pthread_attr_t attr;
	pthread_condattr_t clock;
	sigset_t all, before;
	enum status st = check(c, err);
	if (st != ST_OK)
		return st;
	struct helper *h = mem_zalloc(sizeof *h);
	h->target = mem_strdup(c->target);
	h->http = new_http();
	h->poll_ms = poll_ms;
	(void)pthread_mutex_init(&h->lock, NULL);
	(void)pthread_condattr_init(&clock);
	(void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&h->ended_now, &clock);
	(void)pthread_condattr_destroy(&clock);
	(void)pthread_attr_init(&attr);
	(void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before); /* the thread inherits it: signals are the screen's */
	int failed = pthread_create(&thread, &attr, run, h);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	(void)pthread_attr_destroy(&attr);
	if (failed) {
		helper_free(h);
		return error_set(err, ST_IO, "%s", error_system(failed));
	}
	*out = h;
	return ST_OK;
}

void helper_wake(struct helper *h)
{
	h->look = true;
	http_wake(h->http);
}

bool helper_stop(struct helper **hp, int wait_ms)
{
	struct helper *h = *hp;
	struct timespec until;
	if (!h)
		return true;
	*hp = NULL;
	h->stop = true;
	http_wake(h->http);
	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += wait_ms / 1000;
	until.tv_nsec += wait_ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	(void)pthread_mutex_lock(&h->lock);
	while (!h->ended && pthread_cond_timedwait(&h->ended_now, &h->lock, &until) != ETIMEDOUT)
		;
	bool ended = h->ended;
	h->abandoned = !ended;
	(void)pthread_mutex_unlock(&h->lock);
	if (ended)
		helper_free(h);
	return ended;
}

enum status helper_run_once(const struct core *c, int64_t until_ms, int64_t *done, int64_t *failed, struct error *err)
{
	struct core *own = NULL;
	struct runner *r = NULL;
	enum status st = check(c, err);
	if (st == ST_OK)
		st = open_core(c->target, &own, err);
	if (st != ST_OK)
		return st;
	struct http *http = new_http();
	st = runner_new(own, http, &r, err);
	int64_t end = until_ms ? clock_monotonic() + until_ms : INT64_MAX;
	while (st == ST_OK && clock_monotonic() < end && !runner_stuck(r, NULL) && runner_turn(r, runner_idle(r) ? 1 : BRIEF_MS))
		;
	finish(r, REQUEST_MS);
	if (r) {
		st = runner_stuck(r, err) ? err->code : st;
		*done = runner_done(r);
		*failed = runner_failed(r);
	}
	runner_free(&r);
	http_free(&http);
	core_close(&own);
	return st;
}

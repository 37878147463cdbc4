/* The queue: everything that can be slow is a row here, written in the transaction of what caused it and done by the helper thread of
 * whichever program is running.
 *
 * Jobs stand in line at a target (a webhook's address, a mail account): one at a time, in order, so one dead target delays no other. A
 * worker leases targets, not jobs. `due_at` of a target says when its first job may run; NULL: nothing to do. An index holds just the
 * targets that are due and free, so a claim never meets the rest.
 *
 * A lease knows no clock. A worker moves its `beat` every few seconds while it holds targets; another takes them over when it has watched
 * the beat stand still for LEASE_MS of its own monotonic time, or at once when the worker was a process of this machine and is gone. A worker
 * that lost its lease records nothing any more. So a job is done at least once, twice only when it was sent and not recorded.
 *
 * States: pending, waiting (after a failed try), done, failed (the other side refuses it), dead (all tries used up), cancelled, withdrawn (with its target). Running is no state in the
 * table but the first job of a leased target. */
#ifndef CORE_HELPER_QUEUE_H
#define CORE_HELPER_QUEUE_H

#include "core/crm/core.h"

enum {
	QUEUE_LEASE_MS = 30 * 1000,
	QUEUE_BEAT_MS = 5 * 1000,
	QUEUE_KEEP_DAYS = 30,        /* finished jobs stay this long to be looked at */
	QUEUE_FAILING_MOST = 64,     /* of the targets that a worker holds, so that those that never answer take not all of it */
	QUEUE_WAIT_MAX_MS = 30 * 60 * 60 * 1000, /* no wait is longer: what is due later than that comes of a clock that was wrong */
};

struct job_new {
	const char *kind;    /* "webhook", "mail" */
	struct id target;    /* record that the target belongs to; a target is (kind, record) */
	const char *title;   /* what a person calls it: "deal.won W-3"; kept */
	int64_t event;       /* number of the domain event it carries; 0: none */
	const char *payload; /* what the kind needs besides; NULL */
	int64_t run_at;      /* not before (ms); 0: at once */
};

/* In the open transaction. Wakes nobody: the commit does. */
enum status queue_add(struct core *c, const struct job_new *j, int64_t *num, struct error *err);
/* Nothing of this target runs until it is let go again (a paused webhook). In the open transaction. */
enum status queue_hold(struct core *c, const char *kind, const struct id *target, bool held, struct error *err);
/* What stands first in its line need not wait. In the open transaction. */
enum status queue_hasten(struct core *c, const char *kind, const struct id *target, struct error *err);
/* All that waits at the target is withdrawn; and brought back, in the order in which it stood. In the open transaction. */
enum status queue_drain(struct core *c, const char *kind, const struct id *target, struct error *err);
enum status queue_refill(struct core *c, const char *kind, const struct id *target, struct error *err);
/* One job withdrawn (what it was for was deleted) or brought back; one that ended stays as it is. In the open transaction. */
enum status queue_withdraw(struct core *c, int64_t job, bool withdrawn, struct error *err);
/* Somebody has its target and is at it right now: it is the first of the line. */
bool queue_is_running(struct core *c, int64_t job);

/* Workers */

struct worker {
	int64_t num;
	int64_t beat, beaten; /* the count, and when (monotonic ms) */
	char host[128];          /* this machine and its process namespace */
	struct watched *watched; /* other workers' beats as seen by this one */
	int n_watched;
	int failing; /* targets it holds that failed last; of those it is given QUEUE_FAILING_MOST */
};
enum status queue_join(struct core *c, struct worker *w, struct error *err);
void queue_leave(struct core *c, struct worker *w); /* gives its targets back */
/* Move the beat when it is time, take over from workers that are gone. `holding`: the worker has targets. */
enum status queue_watch(struct core *c, struct worker *w, bool holding, int64_t mono_ms, struct error *err);

struct lease {
	int64_t target;
	const char *kind;
	struct id record;
	bool failing;
};
/* Up to `most` targets that are due. Arena memory. */
enum status queue_claim(struct core *c, struct worker *w, int most, struct arena *a, struct lease **out, int *n, struct error *err);

struct job {
	int64_t num, target, event;
	const char *kind, *title, *payload;
	struct id record;
	struct id event_id;     /* nil: it carries none */
	const char *event_body; /* the event as JSON; "" */
	int attempt; /* tries so far */
	int64_t created_at;
};
/* The jobs of a leased target that are due, in order, up to `most`. */
enum status queue_load(struct core *c, const struct lease *l, int most, struct arena *a, struct job **out, int *n, struct error *err);

bool queue_is_open(struct core *c, int64_t job); /* nobody cancelled it */

enum job_end { JOB_DONE, JOB_LATER, JOB_FAILED, JOB_DEAD, JOB_CANCELLED };
struct result {
	int64_t job, target;
	enum job_end end;
	int64_t later_at; /* JOB_LATER: when to try again */
	bool counts;      /* it was a try (being offline is none) */
	int status, latency_ms;
	const char *error;    /* for people; NULL when done */
	const char *response; /* excerpt, text; NULL */
	const char *kind;     /* of a job from which more follows (job_kind.settled); NULL */
	int attempt;          /* tries before this one */
	bool gone;            /* the other side has no such recipient */
};
/* Record what came of jobs, and give targets back (a target number in `released`). One transaction. */
enum status queue_settle(struct core *c, struct worker *w, const struct result *list, int n, const int64_t *released, int n_released, struct error *err);
/* When the next free target is due; INT64_MAX: none. */
int64_t queue_next_due(struct core *c);
/* Finished jobs and their events older than QUEUE_KEEP_DAYS go, a slice at a time. */
enum status queue_purge(struct core *c, struct error *err);

/* People */

struct job_row {
	int64_t num, created_at, run_at, finished_at;
	const char *kind, *state, *title, *target, *error, *response;
	struct id record;
	int attempt, status, latency_ms;
	int64_t event;
};
const char *job_state_label(const char *state); /* translated */
struct job_filter {
	const char *state; /* NULL: all; "open": what is not finished; "bad": failed and dead; "undelivered": those and the cancelled */
	const char *kind;
	const struct id *record; /* of this target only */
	int64_t before; /* numbers below; 0: from the newest */
	int64_t num;    /* this one only; 0 */
};
/* Newest first. Arena memory. */
enum status jobs_list(struct core *c, const struct job_filter *f, int limit, struct arena *a, struct job_row **out, int *n, struct error *err);
struct attempt_row {
	int64_t at;
	int attempt, status, latency_ms;
	const char *error, *response;
};
enum status job_attempts(struct core *c, int64_t num, struct arena *a, struct attempt_row **out, int *n, struct error *err);
/* What a webhook's job carries: the event, laid out to be read; "" for other kinds. */
enum status job_body(struct core *c, int64_t num, struct arena *a, const char **out, struct error *err);
/* Again from the start: also what was done (a delivery anew). Administrators only. */
enum status job_retry(struct core *c, int64_t num, struct error *err);
enum status job_cancel(struct core *c, int64_t num, struct error *err);
/* How many wait (looking for news never ends, and does not count), and how many failed for good and nobody looked after. */
enum status jobs_count(struct core *c, int64_t *open, int64_t *bad, struct error *err);

#endif

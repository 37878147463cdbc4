/* Events of Stripe: kept first, under their ids, then worked out (stripe_told.h); and the looking for them. Nobody can call a terminal, so while something is
 * open the helper asks for events, every few seconds while somebody is likely to pay just now, then ever more rarely. One job does that and never ends while
 * there is something to wait for; it knows how far it has looked by Stripe's own clock, and looks a little further back each time. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/kill_point.h"
#include "core/billing/post.h"
#include "core/billing/stripe.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_told.h"
#include "core/crm/rows.h"
#include "core/helper/queue.h"

enum { OVERLAP_S = 300, FIRST_LOOK_S = 86400, ANSWER_MAX = 16 * 1024 * 1024, TRIES = 30, BATCH = 500, HOT_MS = 3 * 60 * 1000, KEY_WRONG_MS = 10 * 60 * 1000 };

/* Twenty is as many as Stripe takes. */
static const char *const wanted[] = {"payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.processing", "payment_intent.canceled", "payment_intent.requires_action",
	"charge.succeeded", "charge.refunded", "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed", "refund.created", "refund.updated", "refund.failed",
	"checkout.session.completed", "checkout.session.expired", "customer.subscription.created", "customer.subscription.updated", "customer.subscription.deleted", "invoice.payment_failed",
	"invoice.paid"};

/* Keeping */

/* What it is about: a payment intent, a subscription, a page; NULL: nothing that we follow. */
static const char *about_of(const struct cJSON *o)
{
	const char *kind = json_text(json_get(o, "object")), *id = json_text(json_get(o, "id"));
	if (!kind)
		return NULL;
	if (strcmp(kind, "payment_intent") == 0 || strcmp(kind, "subscription") == 0)
		return id;
	if (strcmp(kind, "charge") == 0 || strcmp(kind, "refund") == 0 || strcmp(kind, "dispute") == 0)
		return stripe_ref(o, "payment_intent");
	if (strcmp(kind, "checkout.session") == 0)
		return stripe_ref(o, "payment_intent") ? stripe_ref(o, "payment_intent") : id;
	if (strcmp(kind, "invoice") == 0) {
		const char *now = stripe_ref(json_get(json_get(o, "parent"), "subscription_details"), "subscription");
		return now ? now : stripe_ref(o, "subscription"); /* before 2025-03-31 */
	}
	return NULL;
}

static bool is_event(const struct cJSON *e)
{
	const char *id = json_text(json_get(e, "id")), *kind = json_text(json_get(e, "object"));
	return id && strncmp(id, "evt_", 4) == 0 && strlen(id) < 200 && kind && strcmp(kind, "event") == 0 && json_text(json_get(e, "type")) && stripe_int(e, "created") > 0 &&
	       json_kind(json_get(json_get(e, "data"), "object")) == JSON_OBJECT;
}

static enum status keep(struct core *c, const struct cJSON *e, bool live, struct arena *a, int64_t *fresh, struct error *err)
{
	const char *about = about_of(json_get(json_get(e, "data"), "object"));
	int64_t changed = 0, now = clock_now();
	enum status st = rows_change(c, &changed, err,
		"INSERT INTO stripe_events (org_id, event_id, type, about, created, live, payload, received_at, handled_at, tries) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
		"CASE WHEN $4 IS NULL THEN $8 ELSE NULL END, 0) ON CONFLICT DO NOTHING", "dtttiiti", &c->org, json_text(json_get(e, "id")), json_text(json_get(e, "type")), about,
		stripe_int(e, "created"), (int64_t)live, json_print(a, e), now);
	*fresh += changed;
	return st;
}

static enum status check_mode(const struct cJSON *e, bool live, struct error *err)
{
	if (json_is_true(json_get(e, "livemode")) == live)
		return ST_OK;
	error_set(err, ST_INVALID, live ? _("This is an event of Stripe's test mode; this book holds real payments.") : _("This is an event of real payments; this book is in Stripe's test mode."));
	error_hint(err, _("Check which webhook and which key are set."));
	return ST_INVALID;
}

/* All of a list, or the one, in one transaction. */
static enum status keep_all(struct core *c, const struct cJSON *doc, bool live, int64_t *fresh, struct error *err)
{
	const struct cJSON *list = json_get(doc, "data");
	bool many = json_kind(list) == JSON_ARRAY;
	if (!many && !is_event(doc))
		return error_set(err, ST_INVALID, _("This is no event of Stripe's."));
	struct arena *a = arena_new();
	int64_t n = 0;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK) {
		arena_free(&a);
		return st;
	}
	for (const struct cJSON *e = many ? json_first(list) : doc; st == ST_OK && e; e = many ? json_next(e) : NULL)
		if (is_event(e) && (st = check_mode(e, live, err)) == ST_OK)
			st = keep(c, e, live, a, &n, err);
	if (st == ST_OK)
		st = db_commit(c->db, err);
	else
		db_rollback(c->db);
	arena_free(&a);
	if (st == ST_OK)
		*fresh = n;
	return st;
}

/* Working out */

static enum status fold(struct txn *t, const char *about, struct error *err)
{
	if (strncmp(about, "sub_", 4) == 0)
		return stripe_subscription_fold(t, about, NULL, false, err);
	return strncmp(about, "cs_", 3) == 0 ? stripe_session_fold(t, about, NULL, err) : stripe_payment_fold(t, about, NULL, false, err);
}

static enum status handle(struct core *c, const char *about, struct error *err)
{
	struct txn *t;
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("What Stripe told"), &t, err);
	if (st != ST_OK)
		return st;
	/* whoever else is at the same thing waits here, and then sees what was done; what comes meanwhile stays open */
	int64_t last = rows_int(c, 0, "SELECT max(num) FROM stripe_events WHERE org_id = $1 AND about = $2", "dt", &c->org, about);
	st = rows_run(c, err, "UPDATE stripe_events SET tries = tries + 1, handled_at = $3, error = NULL WHERE org_id = $1 AND about = $2 AND handled_at IS NULL AND num <= $4", "dtii", &c->org, about,
		clock_now(), last);
	if (st == ST_OK)
		st = fold(t, about, err);
	return txn_end(&t, st, err);
}

static enum status handle_open(struct core *c, struct arena *a)
{
	struct db_stmt *s;
	const char **list = arena_alloc(a, BATCH * sizeof *list);
	int n = 0;
	bool row;
	enum status st = rows_open(c, &s, NULL, "SELECT about, min(num) FROM stripe_events WHERE org_id = $1 AND handled_at IS NULL AND tries < $2 AND about IS NOT NULL GROUP BY about ORDER BY 2 LIMIT $3", "dii", &c->org,
		(int64_t)TRIES, (int64_t)BATCH);
	while (st == ST_OK && (st = db_step(s, &row, NULL)) == ST_OK && row)
		if (n < BATCH)
			list[n++] = rows_text(a, s, 0);
	for (int i = 0; i < n; i++) {
		struct error err = {0};
		if (handle(c, list[i], &err) != ST_OK)
			(void)rows_run(c, NULL, "UPDATE stripe_events SET tries = tries + 1, error = $3 WHERE org_id = $1 AND about = $2 AND handled_at IS NULL", "dtt", &c->org, list[i], err.message);
	}
	return st;
}

enum status stripe_events_take(struct core *c, const char *json, size_t n, int64_t *fresh, struct error *err)
{
	struct cJSON *doc = NULL;
	bool live = false;
	enum status st = stripe_listening(c, &live, err);
	if (st == ST_OK)
		st = json_parse(json, n, &doc, err);
	if (st != ST_OK)
		return st;
	st = keep_all(c, doc, live, fresh, err);
	json_free(&doc);
	if (st != ST_OK)
		return st;
	kill_point("stripe-kept");
	struct arena *a = arena_new(); /* they are safe; what cannot be worked out now is tried again at the next look */
	(void)handle_open(c, a);
	arena_free(&a);
	return ST_OK;
}

/* When to look */

/* How long to wait for something that has been open for that long. */
static int64_t patience(int64_t age)
{
	return age < 30 * CLOCK_MINUTE ? 4000 : age < 2 * CLOCK_HOUR ? 30 * 1000 : age < CLOCK_DAY ? 5 * CLOCK_MINUTE : age < 7 * CLOCK_DAY ? CLOCK_HOUR : 6 * CLOCK_HOUR;
}

/* -1: nothing is worth looking for. */
static int64_t next_wait(struct core *c, int64_t hot)
{
	static const struct {
		const char *since; /* when the youngest began; 0: there is none */
		int64_t least;
	} open[] = {
		{"SELECT max(asked_at) FROM payment_intents WHERE org_id = $1 AND deleted_at IS NULL AND (status IN ('requires_payment_method', 'requires_confirmation', 'requires_action', 'processing', 'requires_capture') OR (status = 'failed' AND stripe_id IS NOT NULL AND kind = 'link'))", 0},
		{"SELECT max(COALESCE(asked_at, created_at)) FROM refunds WHERE org_id = $1 AND deleted_at IS NULL AND status IN ('pending', 'requires_action') AND idempotency_key IS NOT NULL", 10 * 1000},
		{"SELECT max(COALESCE(asked_at, created_at)) FROM subscriptions WHERE org_id = $1 AND deleted_at IS NULL AND status NOT IN ('canceled', 'incomplete_expired', 'failed', 'queued')", 30 * 1000},
		/* it may still be disputed, or refunded at Stripe */
		{"SELECT created_at FROM payments WHERE org_id = $1 AND deleted_at IS NULL AND stripe_payment_intent IS NOT NULL ORDER BY num DESC LIMIT 1", 15 * 60 * 1000},
	};
	int64_t now = clock_now(), wait = -1;
	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		int64_t since = rows_int(c, 0, open[i].since, "d", &c->org), each = patience(now - since);
		if (!since || (i == 3 && now - since > 180 * CLOCK_DAY))
			continue;
		each = each < open[i].least ? open[i].least : each;
		wait = wait < 0 || each < wait ? each : wait;
	}
	return hot > now ? 3000 : wait;
}

/* How far it has looked. */
struct look {
	int64_t since, newest; /* seconds, Stripe's clock */
	const char *after;     /* of this round, looked up to here; "" */
	int64_t hot;           /* somebody waits until then (ms) */
	int64_t fails;
};

static const char *write_look(struct arena *a, const struct look *l)
{
	struct buf b = {0};
	struct json_out w;
	json_begin(&w, &b, false);
	json_object(&w);
	json_key(&w, "since");
	json_num(&w, l->since);
	json_key(&w, "newest");
	json_num(&w, l->newest);
	json_key(&w, "after");
	json_str(&w, l->after);
	json_key(&w, "hot");
	json_num(&w, l->hot);
	json_key(&w, "fails");
	json_num(&w, l->fails);
	json_object_end(&w);
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool read_look(const char *text, struct arena *a, struct look *out)
{
	struct cJSON *doc = NULL;
	if (json_parse(text, strlen(text), &doc, NULL) != ST_OK)
		return false;
	const char *after = json_text(json_get(doc, "after"));
	*out = (struct look){stripe_int(doc, "since"), stripe_int(doc, "newest"), arena_strdup(a, after ? after : ""), stripe_int(doc, "hot"), stripe_int(doc, "fails")};
	json_free(&doc);
	return true;
}

static struct id line_of(struct core *c)
{
	return id_natural(&c->org, "stripe_events", "");
}

/* The newest job of the line, or one of those that are open. */
static int64_t find_job(struct core *c, bool open, struct arena *a, struct look *l)
{
	struct id line = line_of(c);
	struct db_stmt *s;
	bool row;
	int64_t num = 0;
	const char *sql = open ? "SELECT j.num, j.payload FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = $1 AND g.kind = 'stripe_events' AND g.record_id = $2 AND j.finished_at IS NULL ORDER BY j.num DESC LIMIT 1"
			       : "SELECT j.num, j.payload FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = $1 AND g.kind = 'stripe_events' AND g.record_id = $2 ORDER BY j.num DESC LIMIT 1";
	if (rows_first(c, &s, &row, NULL, sql, "dd", &c->org, &line) != ST_OK || !row)
		return 0;
	if (read_look(rows_text(a, s, 1), a, l))
		num = db_int(s, 0);
	db_done(s);
	return num;
}

static void begin_looking(struct core *c, int64_t hot, int64_t wait, struct arena *a)
{
	struct look l = {.after = ""};
	int64_t job;
	if (db_begin(c->db, NULL) != ST_OK)
		return;
	struct id line = line_of(c);
	enum status st = ST_OK;
	if (!find_job(c, false, a, &l))
		l.since = clock_now() / 1000 - FIRST_LOOK_S;
	l.hot = hot;
	l.fails = 0;
	if (!find_job(c, true, a, &(struct look){0})) /* somebody else was faster */
		st = queue_add(c, &(struct job_new){.kind = stripe_events_kind.name, .target = line, .title = _("Events at Stripe"), .payload = write_look(a, &l), .run_at = clock_now() + wait}, &job, NULL);
	if (st == ST_OK)
		(void)db_commit(c->db, NULL);
	else
		db_rollback(c->db);
}

void stripe_follow(struct core *c)
{
	struct look l;
	bool live;
	if (c->read_only || id_is_nil(&c->org) || stripe_ready(c, &live, NULL) != ST_OK)
		return;
	struct arena *a = arena_new();
	int64_t wait = next_wait(c, 0), job = find_job(c, true, a, &l);
	if (wait >= 0 && !job)
		begin_looking(c, 0, wait, a);
	else if (wait >= 0 && rows_int(c, 0, "SELECT run_at FROM jobs WHERE num = $1", "i", job) > clock_now() + wait + 1000)
		stripe_look_now(c); /* it was to wait for something else, for longer */
	arena_free(&a);
}

void stripe_look_now(struct core *c)
{
	struct look l;
	bool live;
	if (c->read_only || id_is_nil(&c->org) || stripe_ready(c, &live, NULL) != ST_OK)
		return;
	struct arena *a = arena_new();
	struct id line = line_of(c);
	int64_t now = clock_now(), job = find_job(c, true, a, &l);
	if (!job) {
		begin_looking(c, now + HOT_MS, 0, a);
	} else if (l.hot < now + HOT_MS / 2 || rows_int(c, 0, "SELECT run_at FROM jobs WHERE num = $1", "i", job) > now + 5000) {
		l.hot = now + HOT_MS;
		if (db_begin(c->db, NULL) == ST_OK) {
			enum status st = rows_run(c, NULL, "UPDATE jobs SET payload = $2 WHERE num = $1", "it", job, write_look(a, &l));
			if (st == ST_OK && (st = queue_hasten(c, stripe_events_kind.name, &line, NULL)) == ST_OK)
				st = db_commit(c->db, NULL);
			if (st != ST_OK && db_in_transaction(c->db))
				db_rollback(c->db);
		}
	}
	arena_free(&a);
}

/* The job */

static bool load_look(struct core *c, int64_t job, struct arena *a, struct look *l)
{
	struct db_stmt *s;
	bool row;
	if (rows_first(c, &s, &row, NULL, "SELECT payload FROM jobs WHERE num = $1", "i", job) != ST_OK || !row)
		return false;
	const char *text = rows_text(a, s, 0);
	db_done(s);
	return read_look(text, a, l);
}

static enum status request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct look l;
	struct buf path = {0};
	bool live;
	if (!load_look(c, j->num, a, &l))
		return error_set(err, ST_INVALID, "job %lld", (long long)j->num);
	if (stripe_mode(c) == STRIPE_OFF)
		return error_set(err, ST_CANCELLED, _("Payments with Stripe are not set up."));
	if (stripe_ready(c, &live, err) != ST_OK)
		return ST_BUSY;
	buf_printf(&path, "/v1/events?limit=100&created%%5Bgte%%5D=%lld", (long long)(l.since - OVERLAP_S));
	if (*l.after)
		buf_printf(&path, "&starting_after=%s", l.after);
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		buf_printf(&path, "&types%%5B%%5D=%s", wanted[i]);
	const char *p = arena_strdup(a, buf_str(&path));
	buf_free(&path);
	return stripe_call(c, &(struct stripe_call){.method = "GET", .path = p, .answer_max = ANSWER_MAX}, a, out, err);
}

/* A page of them; *more: there are others behind it. */
static enum status take_page(struct core *c, const struct http_answer *answer, struct arena *a, struct look *l, bool *more, struct error *err)
{
	struct cJSON *doc = NULL;
	int64_t fresh;
	enum status st = json_parse(answer->body, answer->body_n, &doc, err);
	if (st != ST_OK)
		return st;
	if ((st = stripe_events_take(c, answer->body, answer->body_n, &fresh, err)) == ST_OK) {
		const char *last = NULL;
		for (const struct cJSON *e = json_first(json_get(doc, "data")); e; e = json_next(e)) {
			int64_t created = stripe_int(e, "created");
			l->newest = created > l->newest ? created : l->newest;
			last = json_text(json_get(e, "id"));
		}
		*more = last && json_is_true(json_get(doc, "has_more"));
		l->after = *more ? arena_strdup(a, last) : "";
	}
	json_free(&doc);
	return st;
}

static void wait_longer(const struct http_answer *answer, struct look *l, struct arena *a, struct result *r, const struct error *err)
{
	int status = answer->end == HTTP_ANSWERED ? answer->status : 0;
	int64_t wait = 2000 << (l->fails < 9 ? l->fails : 9);
	l->fails++;
	if (status == 401 || status == 403) {
		wait = KEY_WRONG_MS;
		r->error = status == 401 ? _("Stripe does not know the key in STRIPE_SECRET_KEY.") : _("The key in STRIPE_SECRET_KEY may not do this. Give it the right at Stripe.");
	} else {
		r->error = status == 0 ? arena_strdup(a, answer->error) : *err->message ? arena_strdup(a, err->message) : arena_printf(a, _("Stripe answered %d."), status);
	}
	if (status == 400 || status == 404) /* where it stopped is forgotten: this round anew */
		l->after = "";
	if (answer->retry_after_s > 0 && answer->retry_after_s < 86400)
		wait = answer->retry_after_s * 1000;
	r->later_at = clock_now() + wait;
}

static void judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	struct look l;
	struct error err = {0};
	bool more = false;
	r->response = NULL;
	r->end = JOB_FAILED;
	if (!load_look(c, j->num, a, &l))
		return;
	int64_t hot = l.hot;
	if (answer->end == HTTP_ANSWERED && answer->status == 200 && take_page(c, answer, a, &l, &more, &err) == ST_OK) {
		int64_t receipts;
		(void)receipts_post(c, &receipts, NULL);
		l.fails = 0;
		if (!more && l.newest > l.since)
			l.since = l.newest;
		int64_t wait = more ? 0 : next_wait(c, hot);
		r->end = wait < 0 ? JOB_DONE : JOB_LATER;
		r->counts = r->end == JOB_DONE; /* looking is no failure */
		r->later_at = clock_now() + wait;
	} else {
		r->end = JOB_LATER;
		wait_longer(answer, &l, a, r, &err);
	}
	(void)rows_run(c, NULL, "UPDATE jobs SET payload = $2 WHERE num = $1", "it", j->num, write_look(a, &l));
}

const struct job_kind stripe_events_kind = {.name = "stripe_events", .request = request, .judge = judge};

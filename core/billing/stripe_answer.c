#include "core/billing/stripe_answer.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/billing/stripe.h"
#include "core/billing/stripe_error.h"
#include "core/billing/stripe_request.h"
#include "core/billing/stripe_rows.h"
#include "core/billing/stripe_told.h"
#include "core/crm/rows.h"

enum { FIRST_MS = 1000, MOST_MS = 10 * 60 * 1000, KEY_WRONG_MS = 10 * 60 * 1000, MISS_MS = 60 * 1000, MISSES = 3, REPEATS = 4 };

/* What the request came to. */
struct verdict {
	enum job_end end;
	bool find;       /* the key is of no use any more: find out */
	int64_t wait_ms; /* JOB_LATER; 0: by the number of tries */
	const char *why;
};

static const struct verdict done = {.end = JOB_DONE};

static struct verdict later(const char *why, int64_t wait_ms)
{
	return (struct verdict){.end = JOB_LATER, .why = why, .wait_ms = wait_ms};
}

/* Half of a wait that doubles, and a random part of the other half. */
static int64_t wait_before(int attempt)
{
	uint16_t dice;
	int64_t most = FIRST_MS;
	for (int i = 0; i < attempt && most < MOST_MS; i++)
		most *= 2;
	crypto_random(&dice, sizeof dice);
	most = most < MOST_MS ? most : MOST_MS;
	return most / 2 + most / 2 * dice / UINT16_MAX;
}

/* Failing */

static void put_failure(const struct stripe_task *t, const struct record *old, struct record *p, const char *why)
{
	const char *entity = t->op->entity, *status = record_text(old, "status");
	if (strcmp(entity, "refunds") == 0) {
		record_put_text(p, "status", "failed");
		record_put_text(p, "failure", why);
		return;
	}
	record_put_text(p, "last_error", why);
	/* what was made and only could not be changed is what it was */
	if (strcmp(entity, "payment_intents") == 0 ? t->op->answer != ANSWER_CLOSED && strcmp(t->op->name, "cancel") != 0 && strcmp(status, "succeeded") != 0 && strcmp(status, "canceled") != 0
						   : record_null(old, "stripe_subscription_id"))
		record_put_text(p, "status", "failed");
}

enum status stripe_task_fail(struct core *c, const struct stripe_task *t, const char *why, struct error *err)
{
	struct arena *a = arena_new();
	struct record *old;
	struct txn *x;
	bool told = strcmp(t->op->entity, "refunds") == 0 || strcmp(t->op->entity, "payment_intents") == 0 || strcmp(t->op->entity, "subscriptions") == 0;
	enum status st = told ? whole_load(c, model_entity(c->model, t->op->entity), &t->id, a, &old, err) : ST_OK;
	if (st == ST_OK && told && !old->deleted_at && (st = txn_begin(c, CHANGE_SYSTEM, _("What Stripe answered"), &x, err)) == ST_OK) {
		struct record *p = record_new(a, old->entity);
		p->id = old->id;
		put_failure(t, old, p, why);
		st = txn_end(&x, store_update(x, p, err), err);
	}
	arena_free(&a);
	return st;
}

static struct verdict fail(struct core *c, const struct stripe_task *t, const char *why, enum job_end end)
{
	if (stripe_task_fail(c, t, why, NULL) != ST_OK)
		return later(why, 0);
	return (struct verdict){.end = end, .why = why};
}

/* Taking what came */

static struct verdict take(struct core *c, const struct stripe_task *t, const struct cJSON *object, bool replayed, struct arena *a)
{
	struct txn *x;
	struct error err = {0};
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("What Stripe answered"), &x, &err);
	if (st == ST_OK) {
		st = stripe_take_object(x, t, object, replayed, &err);
		st = txn_end(&x, st, &err);
	}
	if (st == ST_OK)
		return done;
	const char *why = arena_strdup(a, err.message);
	return st == ST_INVALID || st == ST_NOT_FOUND ? fail(c, t, why, JOB_FAILED) : later(why, 0);
}

static struct verdict challenge(struct core *c, const struct stripe_task *t, const struct cJSON *error, struct arena *a)
{
	struct txn *x;
	struct error err = {0};
	enum status st = txn_begin(c, CHANGE_SYSTEM, _("What Stripe answered"), &x, &err);
	if (st == ST_OK) {
		st = stripe_take_challenge(x, t, error, &err);
		st = txn_end(&x, st, &err);
	}
	return st == ST_OK ? done : later(arena_strdup(a, err.message), 0);
}

/* Refusals */

/* It is gone or ended already, which is what was asked for: look what it is now. */
static struct verdict look_again(struct core *c, const struct stripe_task *t, const char *op, struct arena *a)
{
	struct record *row;
	struct id line = c->org;
	enum status st = whole_load(c, model_entity(c->model, t->op->entity), &t->id, a, &row, NULL);
	if (st == ST_OK)
		line = stripe_line_of(c, row);
	if (st == ST_OK && (st = db_begin(c->db, NULL)) == ST_OK) {
		st = stripe_task_add(c, &line, _("What became of it at Stripe"), &(struct stripe_task){.op = stripe_op_named(op), .id = t->id, .asked = clock_now(), .live = t->live}, NULL);
		if (st == ST_OK)
			st = db_commit(c->db, NULL);
		else
			db_rollback(c->db);
	}
	return st == ST_OK ? done : later(NULL, 0);
}

static struct verdict refused(struct core *c, const struct stripe_task *t, const struct http_answer *answer, const struct cJSON *error, struct arena *a)
{
	const char *words = stripe_error_words(a, error), *type = json_text(json_get(error, "type"));
	const struct cJSON *pi = json_get(error, "payment_intent");
	bool charging = t->op->answer == ANSWER_INTENT, replayed = answer->replayed;
	int status = answer->status;
	if (type && strcmp(type, "idempotency_error") == 0)
		return t->op->find ? (struct verdict){.end = JOB_LATER, .find = true, .why = words} : fail(c, t, words, JOB_FAILED);
	if (charging && strcmp(t->op->name, "authenticate") != 0 && stripe_wants_customer(error) && json_text(json_get(pi, "id")))
		return challenge(c, t, error, a);
	if (charging && stripe_error_is(error, "payment_intent_unexpected_state"))
		return json_text(json_get(pi, "id")) ? take(c, t, pi, replayed, a) : look_again(c, t, "look", a);
	if (charging && status == 402 && json_text(json_get(pi, "id"))) { /* declined: the intent is there and says why */
		struct verdict v = take(c, t, pi, replayed, a);
		return v.end == JOB_DONE ? fail(c, t, words, JOB_DONE) : v;
	}
	if (t->op->answer == ANSWER_SUBSCRIPTION && status == 404 && strcmp(t->op->name, "unsubscribe") == 0)
		return look_again(c, t, "fetch", a);
	if (t->op->answer == ANSWER_CLOSED || (t->op->answer == ANSWER_DETACHED && status / 100 == 4)) /* closed or gone already */
		return take(c, t, NULL, false, a);
	if (stripe_error_is(error, "charge_already_refunded")) {
		struct record *row;
		struct verdict v = fail(c, t, words, JOB_FAILED);
		if (whole_load(c, model_entity(c->model, "refunds"), &t->id, a, &row, NULL) == ST_OK) {
			struct stripe_task payment = {.op = stripe_op_named("refunds"), .id = record_id(row, "payment"), .live = t->live};
			(void)look_again(c, &payment, "refunds", a);
		}
		return v;
	}
	return fail(c, t, words, status == 402 ? JOB_DONE : JOB_FAILED);
}

/* Finding out */

static const struct cJSON *marked(struct core *c, const struct cJSON *list, const struct stripe_task *t)
{
	struct id id;
	for (const struct cJSON *m = json_first(json_get(list, "data")); m; m = json_next(m))
		if (stripe_mark(c, m, t->op->mark, &id) && id_eq(&id, &t->id))
			return m;
	return NULL;
}

static struct verdict found(struct core *c, int64_t job, struct stripe_task *t, const struct cJSON *doc, struct arena *a)
{
	const struct cJSON *object = t->op->mark ? marked(c, doc, t) : doc, *data = json_get(doc, "data"), *last = NULL;
	if (object)
		return take(c, t, object, false, a);
	for (const struct cJSON *m = json_first(data); m; m = json_next(m))
		last = m;
	bool older = stripe_int(last, "created") && stripe_int(last, "created") < t->asked / 1000 - 86400;
	bool more = json_is_true(json_get(doc, "has_more")) && last && !older;
	if (!more && ++t->misses >= MISSES)
		return fail(c, t, _("Stripe has not done it, or its answer was lost and nothing is found of it there. Ask again."), JOB_DEAD);
	t->after = more ? json_text(json_get(last, "id")) : "";
	if (stripe_task_write(c, job, t, NULL) != ST_OK)
		return later(NULL, 0);
	return later(_("What became of it at Stripe is looked up."), more ? 1 : MISS_MS);
}

/* Judging */

static struct verdict weigh(struct core *c, const struct job *j, struct stripe_task *t, const struct http_answer *answer, struct arena *a)
{
	struct cJSON *doc = NULL;
	bool answered = answer->end == HTTP_ANSWERED;
	if (!answered)
		return later(arena_strdup(a, answer->error), 0);
	if (json_parse(answer->body, answer->body_n, &doc, NULL) != ST_OK && answer->status / 100 != 5)
		return later(_("Stripe's answer was cut off."), 0);
	const struct cJSON *error = json_get(doc, "error");
	struct verdict v = later(arena_printf(a, _("Stripe answered %d."), answer->status), 0);
	bool object = json_kind(doc) == JSON_OBJECT;
	if (answer->status / 100 == 2 && object)
		v = t->finding ? found(c, j->num, t, doc, a) : take(c, t, doc, answer->replayed, a);
	else if (answer->status == 401 || answer->status == 403)
		v = later(answer->status == 401 ? _("Stripe does not know the key in STRIPE_SECRET_KEY.") : _("The key in STRIPE_SECRET_KEY may not do this. Give it the right at Stripe."), KEY_WRONG_MS);
	else if (answer->status == 409 || answer->status == 429 || answer->status / 100 == 3 || (answer->status == 400 && !json_kind(error)))
		v = later(v.why, 0);
	else if (answer->status / 100 == 5)
		v.find = answer->replayed && j->attempt + 1 >= REPEATS && t->op->find && !t->finding; /* it says nothing else under this key */
	else if (t->finding && t->op->mark)
		v = later(stripe_error_words(a, error), MISS_MS);
	else if (t->finding)
		v = fail(c, t, stripe_error_words(a, error), JOB_FAILED);
	else
		v = refused(c, t, answer, error, a);
	if (v.why)
		v.why = arena_strdup(a, v.why);
	json_free(&doc);
	return v;
}

void stripe_judge(struct core *c, const struct job *j, const struct http_answer *answer, struct arena *a, struct result *r)
{
	struct stripe_task t;
	struct error err = {0};
	r->response = NULL; /* it holds what customers would not like to be kept twice */
	if (stripe_task_read(c, j->num, a, &t, &err) != ST_OK) {
		r->end = JOB_FAILED;
		r->error = arena_strdup(a, err.message);
		return;
	}
	struct verdict v = weigh(c, j, &t, answer, a);
	if (v.find) {
		t.finding = true;
		if (stripe_task_write(c, j->num, &t, NULL) == ST_OK)
			v.wait_ms = MISS_MS;
	}
	r->end = v.end;
	r->error = v.end == JOB_DONE ? NULL : v.why;
	int64_t asked = answer->retry_after_s > 0 && answer->retry_after_s < 86400 ? answer->retry_after_s * 1000 : 0;
	r->later_at = clock_now() + (asked ? asked : v.wait_ms ? v.wait_ms : wait_before(j->attempt));
}

/* A job that ended without an answer (it could not be asked, somebody cancelled it) leaves its row waiting for nothing. */
void stripe_settled(struct core *c, const struct result *list, size_t n)
{
	struct arena *a = arena_new();
	for (size_t i = 0; i < n; i++) {
		struct stripe_task t;
		bool unanswered = (list[i].end == JOB_FAILED || list[i].end == JOB_CANCELLED) && !list[i].status;
		if (!unanswered || stripe_task_read(c, list[i].job, a, &t, NULL) != ST_OK)
			continue;
		struct record *row;
		const char *status = whole_load(c, model_entity(c->model, t.op->entity), &t.id, a, &row, NULL) == ST_OK && entity_field(row->entity, "status") ? record_text(row, "status") : NULL;
		if (status && (strcmp(status, "queued") == 0 || (strcmp(t.op->name, "refund") == 0 && strcmp(status, "pending") == 0 && record_null(row, "stripe_refund_id"))))
			(void)stripe_task_fail(c, &t, list[i].error ? list[i].error : _("Cancelled before it was sent."), NULL);
	}
	stripe_follow(c);
	arena_free(&a);
}

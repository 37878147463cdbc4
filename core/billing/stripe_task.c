#include "core/billing/stripe_task.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/crm/rows.h"
#include "core/helper/queue.h"

static const struct stripe_op ops[] = {
	{"customer", "billing_accounts", "POST", "/v1/customers", ANSWER_CUSTOMER, "/v1/customers?limit=100&created%5Bgte%5D={since}", STRIPE_ACCOUNT},
	{"tenant", "organizations", "POST", "/v1/customers", ANSWER_CUSTOMER, "/v1/customers?limit=100&created%5Bgte%5D={since}", STRIPE_ACCOUNT},
	{"link", "payment_intents", "POST", "/v1/payment_links", ANSWER_LINK, "/v1/payment_links?limit=100", STRIPE_INTENT},
	{"close", "payment_intents", "POST", "/v1/payment_links/{id}", ANSWER_CLOSED, NULL, NULL},
	{"intent", "payment_intents", "POST", "/v1/payment_intents", ANSWER_INTENT, "/v1/payment_intents?limit=100&created%5Bgte%5D={since}", STRIPE_INTENT},
	{"charge", "payment_intents", "POST", "/v1/payment_intents", ANSWER_INTENT, "/v1/payment_intents?limit=100&created%5Bgte%5D={since}", STRIPE_INTENT},
	{"confirm", "payment_intents", "POST", "/v1/payment_intents/{id}/confirm", ANSWER_INTENT, "/v1/payment_intents/{id}", NULL},
	{"authenticate", "payment_intents", "POST", "/v1/payment_intents/{id}/confirm", ANSWER_INTENT, "/v1/payment_intents/{id}", NULL},
	{"cancel", "payment_intents", "POST", "/v1/payment_intents/{id}/cancel", ANSWER_INTENT, NULL, NULL},
	{"look", "payment_intents", "GET", "/v1/payment_intents/{id}", ANSWER_INTENT, NULL, NULL},
	{"setup", "payment_intents", "POST", "/v1/checkout/sessions", ANSWER_SETUP, "/v1/checkout/sessions?limit=100&customer={customer}", STRIPE_INTENT},
	{"expire", "payment_intents", "POST", "/v1/checkout/sessions/{id}/expire", ANSWER_CLOSED, NULL, NULL},
	{"cards", "billing_accounts", "GET", "/v1/customers/{customer}/payment_methods?limit=100", ANSWER_CARDS, NULL, NULL},
	{"detach", "payment_methods", "POST", "/v1/payment_methods/{id}/detach", ANSWER_DETACHED, NULL, NULL},
	{"product", "subscriptions", "GET", "/v1/products/{product}", ANSWER_PRODUCT, NULL, NULL},
	{"subscribe", "subscriptions", "POST", "/v1/subscriptions", ANSWER_SUBSCRIPTION, "/v1/subscriptions?limit=100&status=all&customer={customer}", STRIPE_SUBSCRIPTION},
	{"unsubscribe", "subscriptions", "DELETE", "/v1/subscriptions/{id}", ANSWER_SUBSCRIPTION, NULL, NULL},
	{"unrenew", "subscriptions", "POST", "/v1/subscriptions/{id}", ANSWER_SUBSCRIPTION, NULL, NULL},
	{"fetch", "subscriptions", "GET", "/v1/subscriptions/{id}", ANSWER_SUBSCRIPTION, NULL, NULL},
	{"refund", "refunds", "POST", "/v1/refunds", ANSWER_REFUND, "/v1/refunds?limit=100&payment_intent={payment}", STRIPE_REFUND},
	{"refunds", "payments", "GET", "/v1/refunds?limit=100&payment_intent={payment}", ANSWER_REFUNDS, NULL, NULL},
};

const struct stripe_op *stripe_op_named(const char *name)
{
	for (size_t i = 0; name && i < sizeof ops / sizeof *ops; i++)
		if (strcmp(ops[i].name, name) == 0)
			return &ops[i];
	return NULL;
}

const char *stripe_key(struct arena *a, const char *op, const struct id *row, int64_t again)
{
	char id[ID_TEXT_SIZE];
	return again ? arena_printf(a, "simplix-%s-%s-%lld", op, id_format(row, id), (long long)again) : arena_printf(a, "simplix-%s-%s", op, id_format(row, id));
}

const char *stripe_object_of(const struct stripe_op *op, const struct record *row)
{
	if (strcmp(op->entity, "payment_intents") == 0)
		return record_text(row, "stripe_id");
	if (strcmp(op->entity, "payment_methods") == 0)
		return record_text(row, "stripe_pm_id");
	if (strcmp(op->entity, "subscriptions") == 0)
		return record_text(row, "stripe_subscription_id");
	return strcmp(op->entity, "refunds") == 0 ? record_text(row, "stripe_refund_id") : record_text(row, "stripe_customer_id");
}

static void write_text(const struct stripe_task *t, struct buf *b)
{
	struct json_out w;
	char id[ID_TEXT_SIZE];
	json_begin(&w, b, false);
	json_object(&w);
	json_key(&w, "op");
	json_str(&w, t->op->name);
	json_key(&w, "id");
	json_str(&w, id_format(&t->id, id));
	json_key(&w, "key");
	json_str(&w, t->key);
	json_key(&w, "asked");
	json_num(&w, t->asked);
	json_key(&w, "live");
	json_bool(&w, t->live);
	json_key(&w, "customer");
	json_bool(&w, t->customer);
	json_key(&w, "body");
	json_str(&w, t->body);
	if (t->finding) {
		json_key(&w, "finding");
		json_bool(&w, true);
		json_key(&w, "after");
		json_str(&w, t->after);
		json_key(&w, "misses");
		json_num(&w, t->misses);
	}
	json_object_end(&w);
}

enum status stripe_task_add(struct core *c, const struct id *line, const char *title, const struct stripe_task *t, struct error *err)
{
	struct buf b = {0};
	int64_t job;
	write_text(t, &b);
	enum status st = queue_add(c, &(struct job_new){.kind = "stripe", .target = *line, .title = title, .payload = buf_str(&b)}, &job, err);
	buf_free(&b);
	return st;
}

bool stripe_task_waits(struct core *c, const struct id *line, const char *op, const struct id *row)
{
	char id[ID_TEXT_SIZE];
	struct arena *a = arena_new();
	const char *like = arena_printf(a, "{\"op\":\"%s\",\"id\":\"%s\"%%", op, id_format(row, id));
	int64_t n = rows_int(c, 0, "SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = $1 AND g.kind = 'stripe' AND g.record_id = $2 AND j.finished_at IS NULL AND j.payload LIKE $3",
		"ddt", &c->org, line, like);
	arena_free(&a);
	return n > 0;
}

static enum status read_text(const char *text, struct arena *a, struct stripe_task *out, struct error *err)
{
	struct cJSON *doc = NULL;
	enum status st = json_parse(text, strlen(text), &doc, err);
	if (st != ST_OK)
		return st;
	struct stripe_task t = {.op = stripe_op_named(json_text(json_get(doc, "op"))), .body = arena_strdup(a, json_text(json_get(doc, "body"))),
		.key = arena_strdup(a, json_text(json_get(doc, "key"))), .live = json_is_true(json_get(doc, "live")), .customer = json_is_true(json_get(doc, "customer")),
		.finding = json_is_true(json_get(doc, "finding")), .after = arena_strdup(a, json_text(json_get(doc, "after")))};
	const char *id = json_text(json_get(doc, "id"));
	(void)json_int(json_get(doc, "asked"), &t.asked);
	(void)json_int(json_get(doc, "misses"), &t.misses);
	if (!t.after)
		t.after = "";
	if (!t.op || !id || !id_parse(id, &t.id))
		st = error_set(err, ST_INVALID, _("This Simplix does not know such work; a newer one does."));
	json_free(&doc);
	if (st == ST_OK)
		*out = t;
	return st;
}

enum status stripe_task_read(struct core *c, int64_t job, struct arena *a, struct stripe_task *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = rows_first(c, &s, &row, err, "SELECT payload FROM jobs WHERE num = $1", "i", job);
	if (st != ST_OK || !row)
		return st != ST_OK ? st : error_set(err, ST_NOT_FOUND, "job %lld", (long long)job);
	const char *text = rows_text(a, s, 0);
	db_done(s);
	return read_text(text, a, out, err);
}

enum status stripe_task_write(struct core *c, int64_t job, const struct stripe_task *t, struct error *err)
{
	struct buf b = {0};
	write_text(t, &b);
	enum status st = rows_run(c, err, "UPDATE jobs SET payload = $2 WHERE num = $1", "it", job, buf_str(&b));
	buf_free(&b);
	return st;
}

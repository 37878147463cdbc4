#include "core/billing/stripe_rows.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/billing/stripe_request.h"
#include "core/billing/stripe_told.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"

static struct record *load(struct txn *t, const char *entity, const struct id *id)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(t->core, model_entity(t->core->model, entity), id, t->arena, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

static bool is(const char *s, const char *word)
{
	return s && strcmp(s, word) == 0;
}

static struct record *patch_of(struct txn *t, const char *entity, const struct id *id)
{
	struct record *p = record_new(t->arena, model_entity(t->core->model, entity));
	p->id = *id;
	return p;
}

/* Its first object at Stripe. A line may wait for it. */
static enum status take_customer(struct txn *t, const struct stripe_task *task, const struct cJSON *o, struct error *err)
{
	struct record *p = patch_of(t, task->op->entity, &task->id);
	record_put_text(p, "stripe_customer_id", json_text(json_get(o, "id")));
	return store_update(t, p, err);
}

static enum status take_link(struct txn *t, const struct stripe_task *task, const struct cJSON *o, struct error *err)
{
	const struct record *r = load(t, "payment_intents", &task->id);
	struct record *p = patch_of(t, "payment_intents", &task->id);
	const char *url = json_text(json_get(o, "url")), *status = record_text(r, "status");
	bool fresh = is(status, "queued") || is(status, "failed");
	record_put_text(p, "stripe_id", json_text(json_get(o, "id")));
	record_put_text(p, "hosted_url", url);
	if (fresh) {
		record_put_text(p, "status", "requires_payment_method");
		record_clear(p, "last_error");
	}
	enum status st = store_update(t, p, err);
	struct id invoice_id = record_id(r, "invoice");
	const struct record *invoice = load(t, "invoices", &invoice_id);
	if (st != ST_OK || !fresh || !invoice || record_int(invoice, "due") <= 0 || record_int(r, "amount") != record_int(invoice, "due")) /* of a part: not what a document shows */
		return st;
	struct record *shown = patch_of(t, "invoices", &invoice_id);
	record_put_text(shown, "pay_url", url);
	return store_update(t, shown, err);
}

static enum status take_setup(struct txn *t, const struct stripe_task *task, const struct cJSON *o, struct error *err)
{
	const struct record *r = load(t, "payment_intents", &task->id);
	struct record *p = patch_of(t, "payment_intents", &task->id);
	int64_t ends = stripe_int(o, "expires_at");
	const char *status = record_text(r, "status"), *id = json_text(json_get(o, "id"));
	record_put_text(p, "stripe_id", id);
	record_put_text(p, "hosted_url", json_text(json_get(o, "url")));
	if (ends > 0)
		record_put_int(p, "expires_at", ends * 1000);
	if (is(status, "queued") || is(status, "failed")) {
		record_put_text(p, "status", "requires_payment_method");
		record_clear(p, "last_error");
	}
	enum status st = store_update(t, p, err);
	return st == ST_OK && id ? stripe_session_fold(t, id, o, err) : st;
}

static enum status take_intent(struct txn *t, const struct stripe_task *task, const struct cJSON *o, bool replayed, struct error *err)
{
	const struct record *r = load(t, "payment_intents", &task->id);
	const char *id = json_text(json_get(o, "id")), *status = json_text(json_get(o, "status"));
	struct record *p = patch_of(t, "payment_intents", &task->id);
	if (!id || !status)
		return error_set(err, ST_INVALID, _("Stripe's answer makes no sense."));
	record_put_text(p, "stripe_id", id);
	record_put_text(p, "stripe_payment_intent", id);
	if (is(record_text(r, "status"), "queued") && !is(status, "succeeded")) { /* else the fold says it, by the payment */
		record_put_text(p, "status", status);
		record_clear(p, "last_error");
	}
	enum status st = store_update(t, p, err);
	return st == ST_OK ? stripe_payment_fold(t, id, o, !replayed, err) : st;
}

static enum status take_closed(struct txn *t, const struct stripe_task *task, struct error *err)
{
	const struct record *r = load(t, "payment_intents", &task->id);
	struct record *p = patch_of(t, "payment_intents", &task->id);
	if (!r || is(record_text(r, "status"), "succeeded"))
		return ST_OK;
	record_put_text(p, "status", "canceled");
	return store_update(t, p, err);
}

/* Cards */

static void put_method(struct record *r, const struct cJSON *o)
{
	const char *type = json_text(json_get(o, "type"));
	const struct cJSON *one = type ? json_get(o, type) : NULL;
	const char *brand = json_text(json_get(one, "display_brand"));
	int64_t month = stripe_int(one, "exp_month"), year = stripe_int(one, "exp_year");
	if (!brand)
		brand = json_text(json_get(one, "brand"));
	record_put_text(r, "type", type ? text_clip(r->arena, type, 30) : NULL);
	record_put_text(r, "brand", brand ? text_clip(r->arena, brand, 30) : NULL);
	record_put_text(r, "last4", json_text(json_get(one, "last4")) ? text_clip(r->arena, json_text(json_get(one, "last4")), 4) : NULL);
	if (month && year) {
		record_put_int(r, "exp_month", month);
		record_put_int(r, "exp_year", year);
	}
}

static enum status take_card(struct txn *t, const struct record *account, const struct cJSON *o, bool standard, struct error *err)
{
	const char *id = json_text(json_get(o, "id"));
	struct db_stmt *s;
	bool row;
	struct record *r = record_new(t->arena, model_entity(t->core->model, "payment_methods"));
	enum status st = rows_first(t->core, &s, &row, err, "SELECT id FROM payment_methods WHERE org_id = $1 AND stripe_pm_id = $2 AND deleted_at IS NULL", "dt", &t->core->org, id);
	if (st != ST_OK)
		return st;
	if (row) {
		r->id = db_id(s, 0);
		db_done(s);
	}
	put_method(r, o);
	record_put_int(r, "is_default", standard);
	if (row)
		return store_update(t, r, err);
	record_put_id(r, "billing_account", account->id);
	record_put_text(r, "stripe_pm_id", id);
	return store_insert(t, r, err);
}

static enum status remove_card(struct txn *t, const struct record *r, struct error *err)
{
	struct id account_id = record_id(r, "billing_account");
	const struct record *account = load(t, "billing_accounts", &account_id);
	enum status st = r->deleted_at ? ST_OK : raw_set_deleted(t, r, true, err);
	if (st != ST_OK || !account || !is(record_text(account, "default_payment_method"), record_text(r, "stripe_pm_id")))
		return st;
	struct record *p = patch_of(t, "billing_accounts", &account_id);
	record_clear(p, "default_payment_method");
	return store_update(t, p, err);
}

static bool has_card(const struct cJSON *list, const char *id)
{
	for (const struct cJSON *m = json_first(list); id && m; m = json_next(m))
		if (is(json_text(json_get(m, "id")), id))
			return true;
	return false;
}

enum { CARDS = 200 };

static enum status drop_others(struct txn *t, const struct record *account, const struct cJSON *list, struct error *err)
{
	struct db_stmt *s;
	struct id gone[CARDS];
	int n = 0;
	bool row;
	enum status st = rows_open(t->core, &s, err, "SELECT id, stripe_pm_id FROM payment_methods WHERE org_id = $1 AND billing_account_id = $2 AND deleted_at IS NULL", "dd", &t->core->org, &account->id);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		if (n < CARDS && !has_card(list, db_text(s, 1)))
			gone[n++] = db_id(s, 0);
	for (int i = 0; st == ST_OK && i < n; i++) {
		const struct record *r = load(t, "payment_methods", &gone[i]);
		if (r)
			st = remove_card(t, r, err);
	}
	return st;
}

/* All that is saved; the newest is the one to use when the one before is gone. */
static enum status take_cards(struct txn *t, const struct stripe_task *task, const struct cJSON *o, struct error *err)
{
	const struct record *account = load(t, "billing_accounts", &task->id);
	const struct cJSON *list = json_get(o, "data");
	if (!account)
		return ST_OK;
	enum status st = drop_others(t, account, list, err);
	if (st == ST_OK)
		account = load(t, "billing_accounts", &task->id);
	const char *standard = record_text(account, "default_payment_method");
	if (!has_card(list, standard))
		standard = json_text(json_get(json_at(list, 0), "id"));
	for (const struct cJSON *m = json_first(list); st == ST_OK && m; m = json_next(m))
		st = take_card(t, account, m, is(json_text(json_get(m, "id")), standard), err);
	if (st == ST_OK && standard) {
		struct record *p = patch_of(t, "billing_accounts", &task->id);
		record_put_text(p, "default_payment_method", standard);
		st = store_update(t, p, err);
	}
	return st;
}

/* The rest */

static enum status take_product(struct txn *t, const struct stripe_task *task, const struct cJSON *o, struct error *err)
{
	struct record *p = patch_of(t, "subscriptions", &task->id);
	const char *price = stripe_ref(o, "default_price"), *name = json_text(json_get(o, "name"));
	if (!price)
		return error_set(err, ST_INVALID, _("The product has no price at Stripe that is used by default. Name a price."));
	record_put_text(p, "price_id", price);
	if (name)
		record_put_text(p, "name", text_clip(t->arena, name, 60));
	return store_update(t, p, err);
}

static enum status take_subscription(struct txn *t, const struct stripe_task *task, const struct cJSON *o, bool replayed, struct error *err)
{
	const char *id = json_text(json_get(o, "id"));
	struct record *p = patch_of(t, "subscriptions", &task->id);
	if (!id)
		return error_set(err, ST_INVALID, _("Stripe's answer makes no sense."));
	record_put_text(p, "stripe_subscription_id", id);
	record_clear(p, "last_error");
	enum status st = store_update(t, p, err);
	return st == ST_OK ? stripe_subscription_fold(t, id, o, !replayed, err) : st;
}

/* Of a refund the payment tells the rest. */
static enum status take_refund(struct txn *t, const struct cJSON *o, struct error *err)
{
	const char *payment = stripe_ref(o, "payment_intent");
	return payment ? stripe_payment_fold(t, payment, o, false, err) : error_set(err, ST_INVALID, _("Stripe's answer makes no sense."));
}

enum status stripe_take_object(struct txn *t, const struct stripe_task *task, const struct cJSON *o, bool replayed, struct error *err)
{
	enum status st = ST_OK;
	switch (task->op->answer) {
	case ANSWER_CUSTOMER:
		return take_customer(t, task, o, err);
	case ANSWER_LINK:
		return take_link(t, task, o, err);
	case ANSWER_INTENT:
		return take_intent(t, task, o, replayed, err);
	case ANSWER_SETUP:
		return take_setup(t, task, o, err);
	case ANSWER_CLOSED:
		return take_closed(t, task, err);
	case ANSWER_CARDS:
		return take_cards(t, task, o, err);
	case ANSWER_DETACHED: {
		const struct record *r = load(t, "payment_methods", &task->id);
		return r ? remove_card(t, r, err) : ST_OK;
	}
	case ANSWER_PRODUCT:
		return take_product(t, task, o, err);
	case ANSWER_SUBSCRIPTION:
		return take_subscription(t, task, o, replayed, err);
	case ANSWER_REFUND:
		return take_refund(t, o, err);
	case ANSWER_REFUNDS:
		for (const struct cJSON *m = json_first(json_get(o, "data")); st == ST_OK && m; m = json_next(m))
			st = take_refund(t, m, err);
		return st;
	}
	return st;
}

/* docs.stripe.com/payments/save-and-reuse: a bank that wants to see the customer refuses what is done without her; confirmed again as if she were there, the
 * payment has a page of the bank's, which she is sent. */
enum status stripe_take_challenge(struct txn *t, const struct stripe_task *task, const struct cJSON *error, struct error *err)
{
	struct core *c = t->core;
	const struct cJSON *pi = json_get(error, "payment_intent");
	const char *id = json_text(json_get(pi, "id")), *method = stripe_ref(error, "payment_method");
	const struct record *r = load(t, "payment_intents", &task->id);
	struct record *p = patch_of(t, "payment_intents", &task->id);
	struct id line = stripe_line_of(c, r);
	if (!method)
		method = record_text(r, "payment_method");
	record_put_text(p, "stripe_id", id);
	record_put_text(p, "stripe_payment_intent", id);
	record_put_text(p, "status", "requires_action");
	record_put_text(p, "last_error", _("The bank wants the customer to confirm the payment herself."));
	enum status st = store_update(t, p, err);
	if (st != ST_OK || !id || !method || stripe_task_waits(c, &line, "authenticate", &task->id))
		return st;
	struct stripe_task next = {.op = stripe_op_named("authenticate"), .id = task->id, .asked = clock_now(), .live = task->live};
	next.key = arena_printf(t->arena, "%s-authenticate", task->key);
	next.body = stripe_form_confirm(t->arena, method, false);
	return stripe_task_add(c, &line, _("A page to confirm a payment"), &next, err);
}

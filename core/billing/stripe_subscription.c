/* Subscriptions by Stripe: the row follows the last that was told of it. Stripe's events carry whole seconds; where several of the last second differ, or in
 * doubt, the subscription itself is read (stripe_as_of holds the second, and in its milliseconds how many of its events that reading has seen). */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_amount.h"
#include "core/billing/stripe_error.h"
#include "core/billing/stripe_request.h"
#include "core/billing/stripe_told.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/secrets.h"
#include "core/billing/stripe_plan.h"

static bool is(const char *s, const char *word)
{
	return s && strcmp(s, word) == 0;
}

static struct record *load(struct txn *t, const char *entity, const struct id *id)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(t->core, model_entity(t->core->model, entity), id, t->arena, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

static struct id find_id(struct txn *t, const char *sql, const char *value)
{
	struct db_stmt *s;
	bool row;
	struct id id = {{0}};
	if (value && rows_first(t->core, &s, &row, NULL, sql, "dt", &t->core->org, value) == ST_OK && row) {
		id = db_id(s, 0);
		db_done(s);
	}
	return id;
}

/* What recurs in a month, docs.stripe.com/billing/subscriptions/analytics: prices times quantities, a year as twelve months, 52 weeks or 365 days; metered prices count for nothing before they are used. Rounded once, halves up. In Stripe's units. */

/* A unit price in millionths of Stripe's unit. */
static int64_t unit_micros(const struct cJSON *price)
{
	int64_t whole = 0, micros = 0;
	const char *s = json_text(json_get(price, "unit_amount_decimal"));
	if (json_int(json_get(price, "unit_amount"), &whole))
		return whole <= INT64_MAX / 1000000 ? whole * 1000000 : 0;
	for (; s && *s >= '0' && *s <= '9' && whole < INT64_MAX / 100000000; s++)
		whole = whole * 10 + (*s - '0');
	if (s && *s == '.')
		for (int64_t unit = 100000; unit && *++s >= '0' && *s <= '9'; unit /= 10)
			micros += unit * (*s - '0');
	return whole * 1000000 + micros;
}

int64_t stripe_month_of(const struct cJSON *subscription)
{
	__int128 sum = 0;
	for (const struct cJSON *item = json_first(json_get(json_get(subscription, "items"), "data")); item; item = json_next(item)) {
		const struct cJSON *price = json_get(item, "price"), *each = json_get(price, "recurring");
		const char *interval = json_text(json_get(each, "interval"));
		int64_t count = stripe_int(each, "interval_count"), quantity = 1, twelfths = 12;
		(void)json_int(json_get(item, "quantity"), &quantity);
		if (is(json_text(json_get(each, "usage_type")), "metered"))
			continue;
		if (is(interval, "year"))
			twelfths = 1;
		else if (is(interval, "week"))
			twelfths = 52;
		else if (is(interval, "day"))
			twelfths = 365;
		sum += (__int128)unit_micros(price) * quantity * twelfths / (count > 0 ? count : 1);
	}
	__int128 unit = (__int128)12 * 1000000;
	__int128 month = (sum + unit / 2) / unit;
	return month > INT64_MAX ? INT64_MAX : (int64_t)month;
}

const char *stripe_plan_price(struct core *c, struct arena *a, const char *plan)
{
	const char *name = is(plan, "starter") ? "STRIPE_PRICE_STARTER" : is(plan, "pro") ? "STRIPE_PRICE_PRO" : is(plan, "enterprise") ? "STRIPE_PRICE_ENTERPRISE" : NULL;
	return name ? secret_text(c, a, name) : NULL;
}

const char *stripe_price_plan(struct core *c, struct arena *a, const char *price)
{
	static const char *const plans[] = {"starter", "pro", "enterprise"};
	for (size_t i = 0; price && i < sizeof plans / sizeof *plans; i++)
		if (is(stripe_plan_price(c, a, plans[i]), price))
			return plans[i];
	return NULL;
}

/* The last of it */

static int type_rank(const char *type)
{
	return is(type, "customer.subscription.deleted") ? 3 : is(type, "customer.subscription.created") ? 1 : *type ? 2 : 0;
}

static int status_rank(const char *status)
{
	static const char *const order[] = {"incomplete", "trialing", "active", "past_due", "unpaid", "paused", "incomplete_expired", "canceled"};
	for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
		if (is(status, order[i]))
			return i;
	return -1;
}

struct last {
	const struct cJSON *object;
	int64_t at;
	int type, status, tied; /* tied: how many are of that second */
	const struct cJSON *invoice; /* the last of its invoices that was told of */
	int64_t invoice_at;
	bool invoice_failed;
};

static void take_invoice(struct last *l, const struct stripe_said *s)
{
	bool failed = is(s->type, "invoice.payment_failed");
	if (!failed && !is(s->type, "invoice.paid"))
		return;
	if (!l->invoice || s->created > l->invoice_at || (s->created == l->invoice_at && !failed)) {
		l->invoice = s->object;
		l->invoice_at = s->created;
		l->invoice_failed = failed;
	}
}

static void find_last(const struct stripe_told *told, struct last *l)
{
	for (int i = 0; i < told->n; i++) {
		const struct stripe_said *s = &told->list[i];
		if (is(json_text(json_get(s->object, "object")), "invoice"))
			take_invoice(l, s);
		int type = type_rank(s->type), status = status_rank(json_text(json_get(s->object, "status")));
		if (!is(json_text(json_get(s->object, "object")), "subscription") || status < 0)
			continue;
		l->tied = !l->object || s->created > l->at ? 1 : s->created == l->at ? l->tied + 1 : l->tied;
		if (!l->object || s->created > l->at || (s->created == l->at && (type > l->type || (type == l->type && status >= l->status)))) {
			l->object = s->object;
			l->at = s->created;
			l->type = type;
			l->status = status;
		}
	}
}

/* Its row */

static void put_time(struct record *r, const char *field, const struct cJSON *o, const char *name)
{
	int64_t v = stripe_int(o, name);
	if (v > 0)
		record_put_int(r, field, v * 1000);
	else
		record_clear(r, field);
}

static void put_facts(struct txn *t, struct record *r, const struct cJSON *o)
{
	const struct cJSON *item = json_at(json_get(json_get(o, "items"), "data"), 0), *price = json_get(item, "price"), *details = json_get(o, "cancellation_details");
	const char *currency = json_text(json_get(o, "currency")), *why = json_text(json_get(details, "comment")), *name = json_text(json_get(price, "nickname"));
	int64_t minor = 0, quantity = 1;
	if (!why)
		why = json_text(json_get(details, "feedback"));
	if (!why)
		why = json_text(json_get(details, "reason"));
	(void)json_int(json_get(item, "quantity"), &quantity);
	record_put_text(r, "status", json_text(json_get(o, "status")));
	record_put_int(r, "quantity", quantity);
	if (currency && strlen(currency) == 3) {
		char upper[4] = "";
		for (int i = 0; i < 3; i++)
			upper[i] = (char)(currency[i] >= 'a' && currency[i] <= 'z' ? currency[i] - 32 : currency[i]);
		record_put_text(r, "currency", upper);
		if (stripe_amount_back(currency, stripe_month_of(o), &minor))
			record_put_int(r, "mrr", minor);
	}
	put_time(r, "current_period_start", item, "current_period_start");
	put_time(r, "current_period_end", item, "current_period_end");
	put_time(r, "trial_end", o, "trial_end");
	put_time(r, "cancel_at", o, "cancel_at");
	put_time(r, "canceled_at", o, "canceled_at");
	record_put_int(r, "cancel_at_period_end", json_is_true(json_get(o, "cancel_at_period_end")));
	if (why)
		record_put_text(r, "cancel_reason", text_clip(t->arena, why, 200));
	const char *id = stripe_ref(item, "price");
	if (id)
		record_put_text(r, "price_id", id);
	if (name || stripe_price_plan(t->core, t->arena, id))
		record_put_text(r, "name", name ? text_clip(t->arena, name, 60) : stripe_price_plan(t->core, t->arena, id));
}

/* The row it is about; with *fresh one that was not known: made at Stripe's dashboard for a customer of ours. NULL: not ours. */
static struct record *find_row(struct txn *t, const struct stripe_told *told, const char *id, const struct cJSON *o, bool *fresh)
{
	struct core *c = t->core;
	struct id mark, row = find_id(t, "SELECT id FROM subscriptions WHERE org_id = $1 AND stripe_subscription_id = $2 AND deleted_at IS NULL", id);
	struct record *r = load(t, "subscriptions", &row);
	*fresh = false;
	for (int i = 0; !r && i < told->n; i++)
		if (is(json_text(json_get(told->list[i].object, "object")), "subscription") && stripe_mark(c, told->list[i].object, STRIPE_SUBSCRIPTION, &mark))
			r = load(t, "subscriptions", &mark);
	if (r)
		return r;
	const char *customer = stripe_ref(o, "customer");
	struct id account_id = find_id(t, "SELECT id FROM billing_accounts WHERE org_id = $1 AND stripe_customer_id = $2 AND deleted_at IS NULL", customer);
	struct id tenant = find_id(t, "SELECT id FROM organizations WHERE id = $1 AND stripe_customer_id = $2", customer);
	const struct record *account = load(t, "billing_accounts", &account_id);
	if (!account && id_is_nil(&tenant))
		return NULL;
	*fresh = true;
	r = record_new(t->arena, model_entity(c->model, "subscriptions"));
	record_put_text(r, "name", id);
	record_put_text(r, "scope", account ? "customer" : "tenant");
	if (!account)
		return r;
	record_put_id(r, "billing_account", account->id);
	if (!record_null(account, "company"))
		record_put_id(r, "company", record_id(account, "company"));
	if (!record_null(account, "contact"))
		record_put_id(r, "contact", record_id(account, "contact"));
	if (!record_null(account, "owner"))
		record_put_id(r, "owner", record_id(account, "owner"));
	return r;
}

static enum status follow_tenant(struct txn *t, const struct record *r, struct error *err)
{
	if (!is(record_text(r, "scope"), "tenant"))
		return ST_OK;
	struct record *p = record_new(t->arena, model_entity(t->core->model, "organizations"));
	const char *plan = stripe_price_plan(t->core, t->arena, record_text(r, "price_id")), *status = record_text(r, "status");
	p->id = t->core->org;
	record_put_text(p, "subscription_status", status);
	if (plan && status_rank(status) < status_rank("incomplete_expired"))
		record_put_text(p, "plan", plan);
	if (record_null(r, "trial_end"))
		record_clear(p, "trial_ends_at");
	else
		record_put_int(p, "trial_ends_at", record_int(r, "trial_end"));
	return store_update(t, p, err);
}

static void put_invoice(struct txn *t, struct record *r, const struct last *l)
{
	if (!l->invoice)
		return;
	if (!l->invoice_failed) {
		record_clear(r, "last_error");
		return;
	}
	const struct cJSON *error = json_get(l->invoice, "last_finalization_error");
	record_put_text(r, "last_error", json_kind(error) == JSON_OBJECT ? stripe_error_words(t->arena, error) : _("The last payment failed. Stripe tries again; the customer may need another card."));
}

static enum status ask_anew(struct txn *t, const struct record *r, struct error *err)
{
	struct core *c = t->core;
	struct id line = stripe_line_of(c, r);
	bool live = false;
	(void)stripe_listening(c, &live, NULL);
	if (stripe_task_waits(c, &line, "fetch", &r->id))
		return ST_OK;
	return stripe_task_add(c, &line, _("A subscription at Stripe"), &(struct stripe_task){.op = stripe_op_named("fetch"), .id = r->id, .asked = clock_now(), .live = live}, err);
}

/* fresh: what was just read there says more than any event before it. */
static enum status apply(struct txn *t, const struct stripe_told *told, const char *id, const struct cJSON *answer, bool fresh, struct error *err)
{
	struct last l = {0};
	bool made = false;
	find_last(told, &l);
	if (!l.object)
		return ST_OK;
	const struct cJSON *o = fresh && answer ? answer : l.object;
	struct record *old = find_row(t, told, id, o, &made);
	if (!old)
		return ST_OK;
	int64_t as_of = fresh ? l.at * 1000 + l.tied : l.at * 1000, have = made ? -1 : record_int(old, "stripe_as_of");
	struct record *r = old;
	if (!made) {
		r = record_new(t->arena, old->entity);
		r->id = old->id;
	}
	record_put_text(r, "stripe_subscription_id", id);
	put_invoice(t, r, &l);
	bool newer = as_of >= have || fresh;
	if (newer) {
		put_facts(t, r, o);
		record_put_int(r, "stripe_as_of", as_of);
	}
	enum status st = made ? store_insert(t, r, err) : store_update(t, r, err);
	const struct record *now = st == ST_OK ? load(t, "subscriptions", &r->id) : NULL;
	if (now)
		st = follow_tenant(t, now, err);
	/* several in the last second: which of them was last is for Stripe to say */
	if (now && st == ST_OK && !fresh && l.tied > 1 && have < l.at * 1000 + l.tied)
		st = ask_anew(t, now, err);
	return st;
}

enum status stripe_subscription_fold(struct txn *t, const char *subscription, const struct cJSON *answer, bool fresh, struct error *err)
{
	struct stripe_told told;
	enum status st = stripe_told_load(t->core, subscription, answer, false, t->arena, &told, err);
	if (st != ST_OK)
		return st;
	st = apply(t, &told, subscription, answer, fresh, err);
	stripe_told_free(&told);
	return st;
}

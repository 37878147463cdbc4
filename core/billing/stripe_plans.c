/* Subscriptions that are started and ended from here, and refunds: asked of Stripe like everything else. */
#include "core/billing/stripe.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_amount.h"
#include "core/billing/stripe_form.h"
#include "core/billing/stripe_plan.h"
#include "core/billing/stripe_request.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"

enum { TERMS_DAYS = 30 };

static const struct entity *named(struct core *c, const char *entity)
{
	return model_entity(c->model, entity);
}

/* The price of Stripe's that one of our products carries; NULL. */
static const char *price_of_product(struct core *c, struct arena *a, const char *typed)
{
	struct id product;
	struct db_stmt *s;
	bool row;
	const char *out = NULL;
	if (store_find(c, named(c, "products"), typed, &product, NULL) != ST_OK ||
		rows_first(c, &s, &row, NULL, "SELECT stripe_price_id FROM prices WHERE org_id = $1 AND product_id = $2 AND deleted_at IS NULL AND stripe_price_id IS NOT NULL ORDER BY is_primary DESC, position, num LIMIT 1", "dd",
			&c->org, &product) != ST_OK ||
		!row)
		return NULL;
	out = rows_text(a, s, 0);
	db_done(s);
	return out;
}

/* What was typed as a price: its id, one of our plans or products, or a product of Stripe's whose price is to be asked for. */
static enum status read_price(struct core *c, struct arena *a, const char *typed, const char **out, struct error *err)
{
	static const char *const plans[] = {"starter", "pro", "enterprise"};
	bool plan = false;
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		plan |= strcmp(typed, plans[i]) == 0;
	const char *price = plan ? stripe_plan_price(c, a, typed) : typed;
	if (plan && !price) {
		error_field(err, ST_INVALID, "price", _("The price of the plan “%s” is not set."), typed);
		error_hint(err, _("Set STRIPE_PRICE_STARTER, STRIPE_PRICE_PRO or STRIPE_PRICE_ENTERPRISE to a price of Stripe's."));
		return ST_INVALID;
	}
	bool stripes = strncmp(price, "price_", 6) == 0 || strncmp(price, "prod_", 5) == 0;
	const char *ours = stripes ? NULL : price_of_product(c, a, price);
	if (!stripes && !ours) {
		error_field(err, ST_INVALID, "price", _("“%s” is no price of Stripe's."), typed);
		error_hint(err, _("It begins with price_ or prod_, is starter, pro or enterprise, or a product of yours with such a price."));
		return ST_INVALID;
	}
	*out = ours ? ours : price;
	return ST_OK;
}

static enum status add_customer(struct core *c, const struct record *who, bool live, struct arena *a, struct error *err)
{
	bool tenant = strcmp(who->entity->name, "organizations") == 0;
	const char *op = tenant ? "tenant" : "customer";
	int64_t now = clock_now();
	if (!record_null(who, "stripe_customer_id") || stripe_task_waits(c, &who->id, op, &who->id))
		return ST_OK;
	struct stripe_task t = {.op = stripe_op_named(op), .id = who->id, .key = stripe_key(a, op, &who->id, now), .asked = now, .live = live,
		.body = tenant ? stripe_form_tenant(c, a, who) : stripe_form_customer(c, a, who)};
	return stripe_task_add(c, &who->id, arena_printf(a, _("Customer at Stripe: %s"), record_text(who, "name")), &t, err);
}

static struct record *row_for(struct core *c, const struct record *who, const char *price, const char *typed, int64_t quantity, int64_t now, struct arena *a)
{
	struct record *r = record_new(a, named(c, "subscriptions"));
	bool tenant = strcmp(who->entity->name, "organizations") == 0;
	r->id = id_new();
	record_put_text(r, "name", typed);
	record_put_text(r, "scope", tenant ? "tenant" : "customer");
	record_put_text(r, "status", "queued");
	record_put_int(r, "quantity", quantity);
	record_put_text(r, "price_id", price);
	record_put_text(r, "idempotency_key", stripe_key(a, "subscribe", &r->id, 0));
	record_put_int(r, "asked_at", now);
	if (!tenant) {
		record_put_id(r, "billing_account", who->id);
		if (!record_null(who, "company"))
			record_put_id(r, "company", record_id(who, "company"));
		if (!record_null(who, "contact"))
			record_put_id(r, "contact", record_id(who, "contact"));
	}
	return r;
}

static enum status start(struct txn *t, const struct record *who, const char *price, const char *typed, int64_t quantity, bool live, struct id *out, struct error *err)
{
	struct core *c = t->core;
	struct record *org, *r = row_for(c, who, price, typed, quantity, clock_now(), t->arena);
	bool product = strncmp(price, "prod_", 5) == 0, tenant = strcmp(who->entity->name, "organizations") == 0;
	const char *card = tenant ? NULL : record_text(who, "default_payment_method");
	int64_t days = whole_load(c, named(c, "organizations"), &c->org, t->arena, &org, NULL) == ST_OK && !record_null(org, "payment_terms_days") ? record_int(org, "payment_terms_days") : TERMS_DAYS;
	enum status st = add_customer(c, who, live, t->arena, err);
	if (st == ST_OK)
		st = store_insert(t, r, err);
	struct stripe_task task = {.op = stripe_op_named("product"), .id = r->id, .asked = record_int(r, "asked_at"), .live = live};
	const char *title = arena_printf(t->arena, _("Subscription of %s: %s"), record_text(who, "name"), typed);
	if (st == ST_OK && product)
		st = stripe_task_add(c, &who->id, title, &task, err);
	task.op = stripe_op_named("subscribe");
	task.key = record_text(r, "idempotency_key");
	task.customer = true;
	task.body = stripe_form_subscription(c, t->arena, &r->id, product ? NULL : price, quantity, card, days);
	if (st == ST_OK)
		st = stripe_task_add(c, &who->id, title, &task, err);
	if (st == ST_OK)
		*out = r->id;
	return st;
}

/* `found` is what `price` was typed for. */
static enum status start_with(struct core *c, const struct id *account, const char *found, const char *price, int64_t quantity, struct id *out, struct error *err)
{
	struct txn *t;
	struct record *who;
	struct id id = {{0}};
	bool live;
	enum status st = ST_OK;
	if (quantity < 1 || quantity > 1000000)
		st = error_field(err, ST_INVALID, "quantity", _("The quantity is a whole number from 1."));
	if (st == ST_OK && !account)
		st = access_check_admin(c, err);
	if (st == ST_OK)
		st = stripe_ready(c, &live, err);
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_EDIT, _("Start a subscription"), &t, err);
	if (st != ST_OK)
		return st;
	st = stripe_bind(c, live, err);
	if (st == ST_OK)
		st = store_load(c, named(c, account ? "billing_accounts" : "organizations"), account ? account : &c->org, t->arena, &who, err);
	if (st == ST_OK && account)
		st = access_check_row(c, who->entity, account, ACT_UPDATE, err);
	if (st == ST_OK && who->deleted_at)
		st = error_set(err, ST_NOT_FOUND, _("This record was deleted; restore it first."));
	if (st == ST_OK)
		st = start(t, who, found, price, quantity, live, &id, err);
	st = txn_end(&t, st, err);
	if (st != ST_OK)
		return st;
	stripe_follow(c);
	*out = id;
	return ST_OK;
}

enum status subscription_start(struct core *c, const struct id *account, const char *price, int64_t quantity, struct id *out, struct error *err)
{
	const char *found = NULL;
	struct arena *a = arena_new();
	enum status st = read_price(c, a, price, &found, err);
	if (st == ST_OK)
		st = start_with(c, account, found, price, quantity, out, err);
	arena_free(&a);
	return st;
}

static const char *cancel_form(struct arena *a, bool at_period_end, const char *reason)
{
	struct buf b = {0};
	if (at_period_end)
		form_text(&b, "cancel_at_period_end", "true");
	if (!text_is_blank(reason))
		form_text(&b, "cancellation_details[comment]", reason);
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

enum status subscription_cancel(struct core *c, const struct id *subscription, bool at_period_end, const char *reason, struct error *err)
{
	struct txn *t;
	struct record *r;
	bool live;
	enum status st = stripe_ready(c, &live, err);
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_EDIT, _("Cancel a subscription"), &t, err);
	if (st != ST_OK)
		return st;
	st = store_load(c, named(c, "subscriptions"), subscription, t->arena, &r, err);
	if (st == ST_OK)
		st = access_check_row(c, r->entity, subscription, ACT_UPDATE, err);
	const char *status = st == ST_OK ? record_text(r, "status") : "";
	if (st == ST_OK && (strcmp(status, "canceled") == 0 || strcmp(status, "incomplete_expired") == 0 || strcmp(status, "failed") == 0))
		st = error_set(err, ST_CONFLICT, _("This subscription has ended already."));
	if (st == ST_OK) {
		const char *op = at_period_end ? "unrenew" : "unsubscribe";
		struct id line = stripe_line_of(c, r);
		struct record *p = record_new(t->arena, r->entity);
		p->id = r->id;
		record_put_text(p, "cancel_reason", text_is_blank(reason) ? NULL : reason);
		st = store_update(t, p, err);
		struct stripe_task task = {.op = stripe_op_named(op), .id = r->id, .asked = clock_now(), .live = live, .body = cancel_form(t->arena, at_period_end, reason)};
		task.key = stripe_key(t->arena, op, &r->id, task.asked);
		if (st == ST_OK && !stripe_task_waits(c, &line, op, &r->id))
			st = stripe_task_add(c, &line, _("A subscription is cancelled"), &task, err);
	}
	st = txn_end(&t, st, err);
	if (st == ST_OK)
		stripe_follow(c);
	return st;
}

/* Refunds are rows of the door: this is called by their hook. */
static enum status ask_refund(struct core *c, const struct record *r, struct arena *a, struct error *err)
{
	struct record *payment;
	struct id id = record_id(r, "payment"), line = stripe_line_of(c, r);
	int64_t amount, now = clock_now();
	bool live;
	enum status st = stripe_ready(c, &live, err);
	if (st == ST_OK)
		st = stripe_bind(c, live, err);
	if (st == ST_OK)
		st = whole_load(c, named(c, "payments"), &id, a, &payment, err);
	if (st == ST_OK)
		st = stripe_amount_of(record_text(r, "currency"), record_int(r, "amount"), a, &amount, err);
	if (st != ST_OK)
		return st;
	struct stripe_task t = {.op = stripe_op_named("refund"), .id = r->id, .key = stripe_key(a, "refund", &r->id, 0), .asked = now, .live = live,
		.body = stripe_form_refund(c, a, r, record_text(payment, "stripe_payment_intent"), amount)};
	/* bookkeeping: no change that a person would call one */
	st = rows_run(c, err, "UPDATE refunds SET idempotency_key = $1, asked_at = $2 WHERE id = $3 AND org_id = $4", "tidd", t.key, now, &r->id, &c->org);
	return st == ST_OK ? stripe_task_add(c, &line, _("Refund at Stripe"), &t, err) : st;
}

enum status stripe_ask(struct core *c, const char *op, const struct record *r, struct error *err)
{
	struct arena *a = arena_new();
	enum status st = strcmp(op, "refund") == 0 ? ask_refund(c, r, a, err) : error_set(err, ST_INTERNAL, "nothing to ask of Stripe: %s", op);
	arena_free(&a);
	return st;
}

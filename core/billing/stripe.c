/* What people ask of Stripe: rows and jobs, written together. Everything that is sent is fixed here; the helper does the rest. */
#include "core/billing/stripe.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_amount.h"
#include "core/billing/stripe_answer.h"
#include "core/billing/stripe_plan.h"
#include "core/billing/stripe_request.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"

const struct job_kind stripe_kind = {.name = "stripe", .request = stripe_request, .judge = stripe_judge, .settled = stripe_settled};

static const struct entity *named(struct core *c, const char *entity)
{
	return model_entity(c->model, entity);
}

/* An ask: the change set it is written in, and the mode. */
struct ask {
	struct core *core;
	struct txn *txn;
	struct arena *arena;
	bool live;
	int64_t at;
};

static enum status begin(struct core *c, const char *label, struct ask *k, struct error *err)
{
	*k = (struct ask){.core = c, .at = clock_now()};
	enum status st = stripe_ready(c, &k->live, err);
	if (st == ST_OK)
		st = txn_begin(c, CHANGE_EDIT, label, &k->txn, err);
	if (st != ST_OK)
		return st;
	k->arena = k->txn->arena;
	return stripe_bind(c, k->live, err);
}

static enum status end(struct ask *k, enum status st, struct error *err)
{
	if (!k->txn)
		return st;
	st = txn_end(&k->txn, st, err);
	if (st == ST_OK)
		stripe_follow(k->core);
	return st;
}

static enum status send(struct ask *k, const char *op, const struct id *row, const struct id *line, const char *title, const char *key, const char *body, bool customer, struct error *err)
{
	return stripe_task_add(k->core, line, title, &(struct stripe_task){.op = stripe_op_named(op), .id = *row, .body = body, .key = key, .asked = k->at, .live = k->live, .customer = customer}, err);
}

/* The customer at Stripe, when there is none yet and nobody asked for one. */
static enum status need_customer(struct ask *k, const struct record *account, struct error *err)
{
	if (!record_null(account, "stripe_customer_id") || stripe_task_waits(k->core, &account->id, "customer", &account->id))
		return ST_OK;
	return send(k, "customer", &account->id, &account->id, arena_printf(k->arena, _("Customer at Stripe: %s"), record_text(account, "name")), stripe_key(k->arena, "customer", &account->id, k->at),
		stripe_form_customer(k->core, k->arena, account), false, err);
}

/* Invoices */

static enum status load_payable(struct ask *k, const struct id *id, int64_t *amount, int64_t *theirs, struct record **out, struct error *err)
{
	struct record *r;
	enum status st = store_load(k->core, named(k->core, "invoices"), id, k->arena, &r, err);
	if (st != ST_OK)
		return st;
	if (record_null(r, "number")) {
		error_set(err, ST_INVALID, _("The invoice is a draft; nobody can pay it yet."));
		error_hint(err, _("Issue it first: simplix invoices issue."));
		return ST_INVALID;
	}
	if ((st = access_check_row(k->core, r->entity, id, ACT_UPDATE, err)) != ST_OK)
		return st;
	k->txn->depth++; /* whose account and card it is was not asked: they follow from the invoice */
	int64_t due = record_int(r, "due");
	if (record_is(r, "type", "credit_note"))
		return error_set(err, ST_INVALID, _("Nothing is paid on a credit note."));
	if (due <= 0)
		return error_set(err, ST_INVALID, _("Nothing is due on %s."), record_text(r, "number"));
	if (*amount == 0)
		*amount = due;
	if (*amount < 0 || *amount > due)
		return error_field(err, ST_INVALID, "amount", _("Only %s is due on %s."), money_format(k->arena, due, record_text(r, "currency"), false), record_text(r, "number"));
	*out = r;
	return stripe_charge_amount(record_text(r, "currency"), *amount, k->arena, theirs, err);
}

static enum status account_for(struct ask *k, const struct record *invoice, struct record **out, struct error *err)
{
	struct id id = record_id(invoice, "billing_account");
	enum status st = id_is_nil(&id) ? billing_account_of(k->txn, invoice, &id, err) : ST_OK;
	return st == ST_OK ? whole_load(k->core, named(k->core, "billing_accounts"), &id, k->arena, out, err) : st;
}

static enum status add_intent(struct ask *k, const char *kind, const struct record *account, const struct record *invoice, int64_t amount, const char *method, const char *op, struct record **out, struct error *err)
{
	struct record *r = record_new(k->arena, named(k->core, "payment_intents"));
	r->id = id_new();
	record_put_id(r, "billing_account", account->id);
	record_put_text(r, "kind", kind);
	record_put_text(r, "status", "queued");
	if (invoice) {
		record_put_id(r, "invoice", invoice->id);
		record_put_int(r, "amount", amount);
		record_put_text(r, "currency", record_text(invoice, "currency"));
	}
	if (method)
		record_put_text(r, "payment_method", method);
	record_put_text(r, "idempotency_key", stripe_key(k->arena, op, &r->id, 0));
	record_put_int(r, "asked_at", k->at);
	record_put_int(r, "live", k->live);
	*out = r;
	return store_insert(k->txn, r, err);
}

/* One that asks for the same and can still be paid. */
static bool find_open_link(struct ask *k, const struct id *invoice, int64_t amount, struct id *out)
{
	struct db_stmt *s;
	bool row;
	if (rows_first(k->core, &s, &row, NULL,
		    "SELECT id FROM payment_intents WHERE org_id = $1 AND invoice_id = $2 AND kind = 'link' AND amount_minor = $3 AND live = $4 AND deleted_at IS NULL AND "
		    "(status IN ('queued', 'requires_payment_method', 'requires_action', 'processing') OR (status = 'failed' AND stripe_id IS NOT NULL)) ORDER BY num DESC LIMIT 1",
		    "ddii", &k->core->org, invoice, amount, (int64_t)k->live) != ST_OK || !row)
		return false;
	*out = db_id(s, 0);
	db_done(s);
	return true;
}

enum status charge_link(struct core *c, const struct id *invoice_id, int64_t amount, struct id *out, struct error *err)
{
	struct ask k;
	struct record *invoice = NULL, *account = NULL, *r = NULL;
	int64_t theirs = 0;
	struct id id = {{0}};
	enum status st = begin(c, NULL, &k, err);
	if (st == ST_OK)
		st = invoice_hold(k.txn, invoice_id, err); /* two who ask at once get the same */
	if (st == ST_OK)
		st = load_payable(&k, invoice_id, &amount, &theirs, &invoice, err);
	bool there = st == ST_OK && find_open_link(&k, invoice_id, amount, &id);
	if (st == ST_OK && !there && (st = account_for(&k, invoice, &account, err)) == ST_OK) {
		txn_label(k.txn, arena_printf(k.arena, _("Payment link for %s"), record_text(invoice, "number")));
		st = add_intent(&k, "link", account, invoice, amount, NULL, "link", &r, err);
		if (st == ST_OK)
			st = send(&k, "link", &r->id, &account->id, arena_printf(k.arena, _("Payment link for %s"), record_text(invoice, "number")), record_text(r, "idempotency_key"),
				stripe_form_link(c, k.arena, invoice, &r->id, theirs), false, err);
		id = r->id;
	}
	if ((st = end(&k, st, err)) == ST_OK)
		*out = id;
	return st;
}

enum status charge_intent(struct core *c, const struct id *invoice_id, int64_t amount, struct id *out, struct error *err)
{
	struct ask k;
	struct record *invoice, *account = NULL, *r = NULL;
	int64_t theirs = 0;
	struct id id = {{0}};
	enum status st = begin(c, NULL, &k, err);
	if (st == ST_OK)
		st = load_payable(&k, invoice_id, &amount, &theirs, &invoice, err);
	if (st == ST_OK && (st = account_for(&k, invoice, &account, err)) == ST_OK && (st = need_customer(&k, account, err)) == ST_OK &&
		(st = add_intent(&k, "charge", account, invoice, amount, NULL, "intent", &r, err)) == ST_OK) {
		st = send(&k, "intent", &r->id, &account->id, arena_printf(k.arena, _("Payment of %s"), record_text(invoice, "number")), record_text(r, "idempotency_key"),
			stripe_form_intent(c, k.arena, invoice, &r->id, theirs, NULL), true, err);
		id = r->id;
	}
	if ((st = end(&k, st, err)) == ST_OK)
		*out = id;
	return st;
}

static enum status load_card(struct ask *k, const struct id *id, const struct id *account, struct record **out, struct error *err)
{
	enum status st = store_load(k->core, named(k->core, "payment_methods"), id, k->arena, out, err);
	struct id owner;
	if (st != ST_OK)
		return st;
	owner = record_id(*out, "billing_account");
	if ((*out)->deleted_at || record_null(*out, "stripe_pm_id"))
		return error_set(err, ST_NOT_FOUND, _("This card was removed."));
	return id_eq(&owner, account) ? ST_OK : error_field(err, ST_INVALID, "payment_method", _("This card is another customer's."));
}

enum status charge_card(struct core *c, const struct id *invoice_id, int64_t amount, const struct id *method, struct id *out, struct error *err)
{
	struct ask k;
	struct record *invoice, *account = NULL, *card = NULL, *r = NULL;
	int64_t theirs = 0;
	struct id id = {{0}};
	enum status st = begin(c, NULL, &k, err);
	if (st == ST_OK)
		st = invoice_hold(k.txn, invoice_id, err);
	if (st == ST_OK)
		st = load_payable(&k, invoice_id, &amount, &theirs, &invoice, err);
	if (st == ST_OK && rows_int(c, 0, "SELECT count(*) FROM payment_intents WHERE org_id = $1 AND invoice_id = $2 AND kind = 'charge' AND status IN ('queued', 'processing') AND deleted_at IS NULL", "dd", &c->org, invoice_id) > 0) {
		st = error_set(err, ST_CONFLICT, _("A card is being charged for %s already."), record_text(invoice, "number"));
		error_hint(err, _("Wait for its answer."));
	}
	if (st == ST_OK && (st = account_for(&k, invoice, &account, err)) == ST_OK && (st = load_card(&k, method, &account->id, &card, err)) == ST_OK &&
		(st = add_intent(&k, "charge", account, invoice, amount, record_text(card, "stripe_pm_id"), "charge", &r, err)) == ST_OK) {
		st = send(&k, "charge", &r->id, &account->id, arena_printf(k.arena, _("Payment of %s"), record_text(invoice, "number")), record_text(r, "idempotency_key"),
			stripe_form_intent(c, k.arena, invoice, &r->id, theirs, record_text(card, "stripe_pm_id")), true, err);
		id = r->id;
	}
	if ((st = end(&k, st, err)) == ST_OK)
		*out = id;
	return st;
}

/* A row of its own kind and mode, that may be changed. */
static enum status load_asked(struct ask *k, const char *entity, const struct id *id, struct record **out, struct error *err)
{
	enum status st = store_load(k->core, named(k->core, entity), id, k->arena, out, err);
	if (st == ST_OK)
		st = access_check_row(k->core, (*out)->entity, id, ACT_UPDATE, err);
	if (st == ST_OK && (*out)->deleted_at)
		st = error_set(err, ST_NOT_FOUND, _("This record was deleted; restore it first."));
	if (st == ST_OK && strcmp(entity, "payment_intents") == 0)
		st = stripe_ready_for(k->core, record_int(*out, "live") != 0, err);
	return st;
}

enum status charge_confirm(struct core *c, const struct id *intent, const struct id *method, struct error *err)
{
	struct ask k;
	struct record *r, *card = NULL, *p;
	enum status st = begin(c, NULL, &k, err);
	if (st == ST_OK)
		st = load_asked(&k, "payment_intents", intent, &r, err);
	if (st == ST_OK && (!record_is(r, "kind", "charge") || record_is(r, "status", "succeeded") || record_is(r, "status", "canceled") || record_is(r, "status", "processing")))
		st = error_set(err, ST_CONFLICT, _("This payment request cannot be confirmed any more."));
	struct id account = {{0}};
	if (st == ST_OK) {
		account = record_id(r, "billing_account");
		st = load_card(&k, method, &account, &card, err);
	}
	if (st == ST_OK && stripe_task_waits(c, &account, "confirm", intent))
		st = error_set(err, ST_CONFLICT, _("It is being confirmed already."));
	if (st == ST_OK) {
		const char *key = stripe_key(k.arena, "confirm", intent, k.at);
		p = record_new(k.arena, r->entity);
		p->id = r->id;
		record_put_text(p, "payment_method", record_text(card, "stripe_pm_id"));
		record_put_text(p, "idempotency_key", key);
		record_put_int(p, "asked_at", k.at);
		record_put_text(p, "status", record_null(r, "stripe_id") ? "queued" : "processing");
		record_clear(p, "last_error");
		st = store_update(k.txn, p, err);
		if (st == ST_OK)
			st = send(&k, "confirm", intent, &account, _("A payment is confirmed"), key, stripe_form_confirm(k.arena, record_text(card, "stripe_pm_id"), true), false, err);
	}
	return end(&k, st, err);
}

/* Close what can be paid, in an open change set. */
static enum status close(struct core *c, const struct record *r, struct arena *a, struct error *err)
{
	struct id line = record_id(r, "billing_account");
	const char *op = record_is(r, "kind", "link") ? "close" : record_is(r, "kind", "setup") ? "expire" : "cancel";
	struct stripe_task t = {.op = stripe_op_named(op), .id = r->id, .key = stripe_key(a, op, &r->id, 0), .asked = clock_now(), .live = record_int(r, "live") != 0};
	t.body = strcmp(op, "close") == 0 ? "active=false" : "";
	return stripe_task_waits(c, &line, op, &r->id) ? ST_OK : stripe_task_add(c, &line, _("A payment request is closed"), &t, err);
}

enum status charge_cancel(struct core *c, const struct id *intent, struct error *err)
{
	struct ask k;
	struct record *r;
	enum status st = begin(c, _("Cancel a payment request"), &k, err);
	if (st == ST_OK)
		st = load_asked(&k, "payment_intents", intent, &r, err);
	if (st == ST_OK && record_is(r, "status", "succeeded")) {
		st = error_set(err, ST_CONFLICT, _("It was paid already."));
		error_hint(err, _("Give money back with a refund: simplix payments refund."));
	}
	if (st == ST_OK && (record_is(r, "status", "canceled") || record_is(r, "status", "expired")))
		return end(&k, ST_OK, err);
	if (st == ST_OK)
		st = close(c, r, k.arena, err);
	if (st == ST_OK && record_null(r, "stripe_id")) { /* perhaps it need not be made at all */
		struct record *p = record_new(k.arena, r->entity);
		p->id = r->id;
		record_put_text(p, "status", "canceled");
		st = store_update(k.txn, p, err);
	}
	struct id id = st == ST_OK ? record_id(r, "invoice") : (struct id){{0}};
	struct record *invoice;
	if (st == ST_OK && !id_is_nil(&id) && whole_load(c, named(c, "invoices"), &id, k.arena, &invoice, NULL) == ST_OK && record_text(r, "hosted_url") && record_is(invoice, "pay_url", record_text(r, "hosted_url"))) {
		struct record *p = record_new(k.arena, invoice->entity);
		p->id = id;
		record_clear(p, "pay_url");
		k.txn->depth++; /* it follows from what was permitted */
		st = store_update(k.txn, p, err);
		k.txn->depth--;
	}
	return end(&k, st, err);
}

enum { LINKS = 50 };

enum status stripe_invoice_moved(struct txn *t, const struct record *invoice, struct error *err)
{
	struct core *c = t->core;
	struct db_stmt *s;
	struct id list[LINKS];
	int n = 0;
	bool row;
	enum status st = rows_open(c, &s, err,
		"SELECT id FROM payment_intents WHERE org_id = $1 AND invoice_id = $2 AND kind = 'link' AND deleted_at IS NULL AND amount_minor > $3 AND "
		"(status IN ('queued', 'requires_payment_method', 'requires_action') OR (status = 'failed' AND stripe_id IS NOT NULL))",
		"ddi", &c->org, &invoice->id, record_int(invoice, "due"));
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		if (n < LINKS)
			list[n++] = db_id(s, 0);
	for (int i = 0; st == ST_OK && i < n; i++) {
		struct record *r;
		if ((st = whole_load(c, named(c, "payment_intents"), &list[i], t->arena, &r, err)) == ST_OK)
			st = close(c, r, t->arena, err);
	}
	return st;
}

/* Cards */

static enum status load_account(struct ask *k, const struct id *id, struct record **out, struct error *err)
{
	return load_asked(k, "billing_accounts", id, out, err);
}

enum status card_setup(struct core *c, const struct id *account_id, struct id *out, struct error *err)
{
	struct ask k;
	struct record *account, *r = NULL;
	struct id id = {{0}};
	enum status st = begin(c, _("Page to save a card"), &k, err);
	if (st == ST_OK)
		st = load_account(&k, account_id, &account, err);
	if (st == ST_OK && (st = need_customer(&k, account, err)) == ST_OK && (st = add_intent(&k, "setup", account, NULL, 0, NULL, "setup", &r, err)) == ST_OK) {
		st = send(&k, "setup", &r->id, account_id, arena_printf(k.arena, _("Page to save a card: %s"), record_text(account, "name")), record_text(r, "idempotency_key"),
			stripe_form_setup(c, k.arena, &r->id), true, err);
		id = r->id;
	}
	if ((st = end(&k, st, err)) == ST_OK)
		*out = id;
	return st;
}

enum status card_detach(struct core *c, const struct id *method, struct error *err)
{
	struct ask k;
	struct record *r;
	enum status st = begin(c, _("Remove a card"), &k, err);
	if (st == ST_OK)
		st = load_asked(&k, "payment_methods", method, &r, err);
	if (st == ST_OK) {
		struct id line = record_id(r, "billing_account");
		if (!stripe_task_waits(c, &line, "detach", method))
			st = send(&k, "detach", method, &line, _("A card is removed"), stripe_key(k.arena, "detach", method, 0), "", false, err);
	}
	return end(&k, st, err);
}

enum status cards_refresh(struct core *c, const struct id *account_id, struct error *err)
{
	struct ask k;
	struct record *account;
	enum status st = begin(c, NULL, &k, err);
	if (st == ST_OK)
		st = load_account(&k, account_id, &account, err);
	if (st == ST_OK && record_null(account, "stripe_customer_id")) {
		st = error_set(err, ST_NOT_FOUND, _("%s is no customer at Stripe yet."), record_text(account, "name"));
		error_hint(err, _("Ask for a card first: Stripe gives a page to send."));
	}
	if (st == ST_OK && !stripe_task_waits(c, account_id, "cards", account_id))
		st = send(&k, "cards", account_id, account_id, arena_printf(k.arena, _("Cards at Stripe: %s"), record_text(account, "name")), NULL, NULL, false, err);
	return end(&k, st, err);
}

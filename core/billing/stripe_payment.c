/* Payments by Stripe: what its events of one payment intent come to in requests, payments, refunds and disputes. Every look is at all that was told, and what
 * is stored only moves forward, so any order and any number of times end the same. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_amount.h"
#include "core/billing/stripe_error.h"
#include "core/billing/stripe_request.h"
#include "core/billing/stripe_told.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"

struct facts {
	const char *pi;
	bool ours;
	struct id intent;
	const char *link;
	bool paid;
	int64_t amount, paid_at; /* Stripe's units; seconds */
	const char *currency;
	const char *status, *error, *url;
	int64_t status_at;
	int status_rank;
	const char *charge, *card, *method;
	int64_t refunded, refunded_at; /* of the charge, as last told */
};

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

static struct record *patch_of(struct txn *t, const struct record *r)
{
	struct record *p = record_new(t->arena, r->entity);
	p->id = r->id;
	return p;
}

/* Gathering */

static void take_paid(struct facts *f, int64_t amount, const char *currency, int64_t at)
{
	if (!f->paid || at < f->paid_at)
		f->paid_at = at;
	if (!f->paid && amount > 0 && currency) {
		f->amount = amount;
		f->currency = currency;
		f->paid = true;
	}
}

/* Of one second: a card is refused and tried anew sooner than a customer can fail at her bank. */
static int rank_of(const char *status)
{
	static const char *const order[] = {"requires_payment_method", "failed", "requires_confirmation", "requires_action", "requires_capture", "processing", "canceled"};
	for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
		if (is(status, order[i]))
			return i;
	return -1;
}

static void take_status(struct facts *f, const struct cJSON *o, int64_t at, struct arena *a)
{
	const char *status = json_text(json_get(o, "status"));
	const struct cJSON *error = json_get(o, "last_payment_error");
	bool failed = is(status, "requires_payment_method") && json_kind(error) == JSON_OBJECT;
	if (failed)
		status = "failed";
	int rank = rank_of(status);
	if (rank < 0 || (f->status && (at < f->status_at || (at == f->status_at && rank < f->status_rank))))
		return;
	f->status = status;
	f->status_at = at;
	f->status_rank = rank;
	f->error = failed ? stripe_error_words(a, error) : NULL;
	f->url = json_text(json_get(json_get(json_get(o, "next_action"), "redirect_to_url"), "url"));
}

static const char *brand_name(struct arena *a, const char *brand)
{
	static const char *const known[][2] = {{"visa", "Visa"}, {"mastercard", "Mastercard"}, {"amex", "American Express"}, {"discover", "Discover"}, {"diners", "Diners Club"}, {"jcb", "JCB"},
		{"unionpay", "UnionPay"}, {"cartes_bancaires", "CB"}};
	for (size_t i = 0; brand && i < sizeof known / sizeof *known; i++)
		if (strcmp(brand, known[i][0]) == 0)
			return known[i][1];
	return brand ? text_clip(a, brand, 20) : "";
}

static void take_charge(struct facts *f, const struct stripe_said *s, struct arena *a)
{
	const struct cJSON *o = s->object, *details = json_get(o, "payment_method_details");
	const char *type = json_text(json_get(details, "type"));
	if (!is(json_text(json_get(o, "status")), "succeeded") || !json_is_true(json_get(o, "captured")))
		return;
	take_paid(f, stripe_int(o, "amount_captured"), json_text(json_get(o, "currency")), stripe_int(o, "created"));
	f->charge = json_text(json_get(o, "id"));
	if (is(s->type, "charge.refunded") && s->created >= f->refunded_at) {
		f->refunded_at = s->created;
		f->refunded = stripe_int(o, "amount_refunded");
	}
	if (!type)
		return;
	const struct cJSON *one = json_get(details, type);
	const char *last4 = json_text(json_get(one, "last4")), *brand = json_text(json_get(one, "brand"));
	bool sepa = strcmp(type, "sepa_debit") == 0, card = strcmp(type, "card") == 0;
	f->method = sepa ? "sepa_debit" : card ? "card" : "other";
	f->card = last4 ? arena_printf(a, "%s •••• %s", sepa ? "SEPA" : brand_name(a, brand), text_clip(a, last4, 4)) : text_clip(a, type, 20);
}

static void take_session(struct facts *f, const struct stripe_said *s)
{
	const struct cJSON *o = s->object;
	if (stripe_ref(o, "payment_link"))
		f->link = stripe_ref(o, "payment_link");
	if (is(json_text(json_get(o, "payment_status")), "paid"))
		take_paid(f, stripe_int(o, "amount_total"), json_text(json_get(o, "currency")), s->created);
}

static int64_t when(const struct stripe_said *s)
{
	return s->created && s->created != STRIPE_JUST_NOW ? s->created : clock_now() / 1000;
}

static void gather(struct core *c, const struct stripe_told *told, struct facts *f, struct arena *a)
{
	for (int i = 0; i < told->n; i++) {
		const struct stripe_said *s = &told->list[i];
		const char *kind = json_text(json_get(s->object, "object"));
		if (is(kind, "payment_intent") || is(kind, "charge") || is(kind, "checkout.session"))
			f->ours |= stripe_mark(c, s->object, STRIPE_INTENT, &f->intent);
		if (is(kind, "payment_intent") && is(json_text(json_get(s->object, "status")), "succeeded"))
			take_paid(f, stripe_int(s->object, "amount_received"), json_text(json_get(s->object, "currency")), when(s));
		else if (is(kind, "payment_intent"))
			take_status(f, s->object, s->created, a);
		else if (is(kind, "charge"))
			take_charge(f, s, a);
		else if (is(kind, "checkout.session"))
			take_session(f, s);
	}
}

/* The request */

static struct record *find_intent(struct txn *t, const struct facts *f)
{
	struct core *c = t->core;
	struct db_stmt *s;
	bool row;
	struct record *r = f->ours ? load(t, "payment_intents", &f->intent) : NULL;
	if (r)
		return r;
	struct id id = {{0}};
	if (rows_first(c, &s, &row, NULL, "SELECT id FROM payment_intents WHERE org_id = $1 AND (stripe_payment_intent = $2 OR stripe_id = $2 OR stripe_id = $3) ORDER BY num LIMIT 1", "dtt", &c->org, f->pi,
		    f->link ? f->link : f->pi) == ST_OK && row) {
		id = db_id(s, 0);
		db_done(s);
	}
	return load(t, "payment_intents", &id);
}

static enum status move_intent(struct txn *t, const struct record *r, const struct facts *f, struct error *err)
{
	struct record *p = patch_of(t, r);
	const char *now = record_text(r, "status");
	bool link = is(record_text(r, "kind"), "link"), done = is(now, "succeeded") || (is(now, "canceled") && link);
	if (f->paid || record_null(r, "stripe_payment_intent"))
		record_put_text(p, "stripe_payment_intent", f->pi);
	if (!link && record_null(r, "stripe_id"))
		record_put_text(p, "stripe_id", f->pi);
	if (f->paid) {
		record_put_text(p, "status", "succeeded");
		record_clear(p, "last_error");
	} else if (!done && f->status && !(link && (is(f->status, "canceled") || is(f->status, "requires_confirmation")))) {
		record_put_text(p, "status", f->status);
		if (f->error)
			record_put_text(p, "last_error", f->error);
		if (!link && f->url) {
			record_put_text(p, "hosted_url", f->url);
			record_put_text(p, "last_error", _("The bank wants the customer to confirm the payment herself: send her the link."));
		}
	}
	return store_update(t, p, err);
}

/* The payment */

static struct record *find_row(struct txn *t, const char *entity, const char *column, const char *value)
{
	struct core *c = t->core;
	struct db_stmt *s;
	bool row;
	struct id id = {{0}};
	const char *sql = arena_printf(t->arena, "SELECT id FROM %s WHERE org_id = $1 AND %s = $2 AND deleted_at IS NULL ORDER BY num LIMIT 1", entity, column);
	if (rows_first(c, &s, &row, NULL, sql, "dt", &c->org, value) == ST_OK && row) {
		id = db_id(s, 0);
		db_done(s);
	}
	return load(t, entity, &id);
}

/* The day here; our clock may be behind Stripe's, and no payment is lost for that. */
static const char *day_of(struct arena *a, int64_t seconds)
{
	char text[16];
	int64_t now = clock_now();
	struct civil d = clock_local(seconds < now / 1000 ? seconds * 1000 : now);
	return arena_strdup(a, clock_format_date(clock_days_from_civil(d.year, d.month, d.day), text));
}

static const char *upper(struct arena *a, const char *currency)
{
	char *s = arena_strdup(a, currency);
	for (char *p = s; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'z' ? *p - 32 : *p);
	return s;
}

static enum status add_payment(struct txn *t, const struct facts *f, const struct record *invoice, struct error *err)
{
	struct record *r = record_new(t->arena, model_entity(t->core->model, "payments"));
	int64_t minor;
	if (!stripe_amount_back(f->currency, f->amount, &minor))
		return error_set(err, ST_INVALID, _("Stripe tells of a payment in %s, which is not known here."), f->currency);
	enum status st = invoice_hold(t, &invoice->id, err);
	if (st != ST_OK || !(invoice = load(t, "invoices", &invoice->id)))
		return st;
	record_put_id(r, "invoice", invoice->id);
	record_put_int(r, "amount", minor);
	record_put_text(r, "currency", upper(t->arena, f->currency));
	record_put_text(r, "method", f->method ? f->method : "card");
	record_put_text(r, "status", "succeeded");
	record_put_text(r, "paid_on", day_of(t->arena, f->paid_at));
	record_put_text(r, "stripe_payment_intent", f->pi);
	if (minor > record_int(invoice, "due"))
		record_put_int(r, "overpayment", 1);
	if (f->charge)
		record_put_text(r, "stripe_charge_id", f->charge);
	if (f->card)
		record_put_text(r, "card", f->card);
	if (!record_null(invoice, "owner"))
		record_put_id(r, "owner", record_id(invoice, "owner"));
	return store_insert(t, r, err);
}

static enum status complete_payment(struct txn *t, const struct record *r, const struct facts *f, struct error *err)
{
	struct record *p = patch_of(t, r);
	if (f->charge)
		record_put_text(p, "stripe_charge_id", f->charge);
	if (f->card && record_null(r, "card")) {
		record_put_text(p, "card", f->card);
		record_put_text(p, "method", f->method);
	}
	return store_update(t, p, err);
}

/* Refunds */

static int refund_rank(const char *status)
{
	static const char *const order[] = {"pending", "requires_action", "succeeded", "canceled", "failed"};
	for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
		if (is(status, order[i]))
			return i;
	return -1;
}

static const char *reason_of(const struct cJSON *o)
{
	const char *s = json_text(json_get(o, "reason"));
	return is(s, "duplicate") || is(s, "fraudulent") || is(s, "requested_by_customer") ? s : "other";
}

static enum status take_refund(struct txn *t, const struct record *payment, const struct cJSON *o, struct error *err)
{
	const char *id = json_text(json_get(o, "id")), *status = json_text(json_get(o, "status")), *why = json_text(json_get(o, "failure_reason"));
	struct id ours;
	int64_t minor;
	if (!id || refund_rank(status) < 0)
		return ST_OK;
	struct record *r = find_row(t, "refunds", "stripe_refund_id", id);
	if (!r && stripe_mark(t->core, o, STRIPE_REFUND, &ours))
		r = load(t, "refunds", &ours);
	if (r) {
		struct record *p = patch_of(t, r);
		bool first = record_null(r, "stripe_refund_id");
		record_put_text(p, "stripe_refund_id", id);
		if (first || refund_rank(status) > refund_rank(record_text(r, "status"))) {
			record_put_text(p, "status", status);
			if (is(status, "failed"))
				record_put_text(p, "failure", stripe_refund_words(t->arena, why));
			else
				record_clear(p, "failure");
		}
		return store_update(t, p, err);
	}
	const char *currency = json_text(json_get(o, "currency"));
	if (!currency || !stripe_amount_back(currency, stripe_int(o, "amount"), &minor) || minor <= 0)
		return ST_OK;
	r = record_new(t->arena, model_entity(t->core->model, "refunds"));
	record_put_id(r, "payment", payment->id);
	record_put_int(r, "amount", minor);
	record_put_text(r, "currency", upper(t->arena, currency));
	record_put_text(r, "reason", reason_of(o));
	record_put_text(r, "status", status);
	record_put_text(r, "stripe_refund_id", id);
	if (is(status, "failed"))
		record_put_text(r, "failure", stripe_refund_words(t->arena, why));
	return store_insert(t, r, err);
}

/* Disputes */

enum { DISPUTE_OVER = 6 };

static int dispute_rank(const char *status)
{
	static const char *const order[] = {"warning_needs_response", "warning_under_review", "warning_closed", "needs_response", "under_review", "prevented", "won", "lost"};
	for (int i = 0; i < (int)(sizeof order / sizeof *order); i++)
		if (is(status, order[i]))
			return i;
	return -1;
}

/* Of what was told of one dispute the last; what ended it stays. */
static const struct cJSON *last_of(const struct stripe_told *told, const char *id)
{
	const struct cJSON *best = NULL;
	int64_t at = 0;
	int best_rank = -1;
	for (int i = 0; i < told->n; i++) {
		const struct cJSON *o = told->list[i].object;
		int rank = dispute_rank(json_text(json_get(o, "status")));
		if (!is(json_text(json_get(o, "object")), "dispute") || !is(json_text(json_get(o, "id")), id) || rank < 0)
			continue;
		bool over = rank >= DISPUTE_OVER, best_over = best_rank >= DISPUTE_OVER;
		bool later = told->list[i].created > at || (told->list[i].created == at && rank >= best_rank);
		if (!best || (over && !best_over) || (over == best_over && later)) {
			best = o;
			at = told->list[i].created;
			best_rank = rank;
		}
	}
	return best;
}

static enum status take_dispute(struct txn *t, const struct record *payment, const struct cJSON *o, struct error *err)
{
	const char *id = json_text(json_get(o, "id"));
	int64_t minor = 0, due = stripe_int(json_get(o, "evidence_details"), "due_by");
	const struct record *old = find_row(t, "disputes", "stripe_dispute_id", id);
	struct record *r = old ? patch_of(t, old) : record_new(t->arena, model_entity(t->core->model, "disputes"));
	record_put_text(r, "status", json_text(json_get(o, "status")));
	if (due > 0)
		record_put_int(r, "evidence_due_at", due * 1000);
	if (old)
		return store_update(t, r, err);
	const char *currency = json_text(json_get(o, "currency"));
	if (!currency || !stripe_amount_back(currency, stripe_int(o, "amount"), &minor))
		minor = record_int(payment, "amount");
	record_put_id(r, "payment", payment->id);
	record_put_id(r, "invoice", record_id(payment, "invoice"));
	record_put_int(r, "amount", minor);
	record_put_text(r, "currency", currency ? upper(t->arena, currency) : record_text(payment, "currency"));
	record_put_text(r, "reason", text_clip(t->arena, json_text(json_get(o, "reason")) ? json_text(json_get(o, "reason")) : "", 60));
	record_put_text(r, "stripe_dispute_id", id);
	return store_insert(t, r, err);
}

static enum status take_disputes(struct txn *t, const struct record *payment, const struct stripe_told *told, struct error *err)
{
	enum status st = ST_OK;
	for (int i = 0; st == ST_OK && i < told->n; i++) {
		const char *id = json_text(json_get(told->list[i].object, "id"));
		const struct cJSON *last = is(json_text(json_get(told->list[i].object, "object")), "dispute") && id ? last_of(told, id) : NULL;
		if (last == told->list[i].object)
			st = take_dispute(t, payment, last, err);
	}
	return st;
}

/* What the payment is after all of it. */
static enum status settle(struct txn *t, const struct id *payment, const struct facts *f, struct error *err)
{
	struct core *c = t->core;
	const struct record *r = load(t, "payments", payment);
	struct id invoice = record_id(r, "invoice");
	int64_t back = rows_int(c, 0, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status NOT IN ('failed', 'canceled')", "dd", &c->org, payment);
	int64_t ever = rows_int(c, 0, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND stripe_refund_id IS NOT NULL", "dd", &c->org, payment);
	bool open = rows_int(c, 0, "SELECT count(*) FROM disputes WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status IN ('needs_response', 'under_review')", "dd", &c->org, payment) > 0;
	bool lost = rows_int(c, 0, "SELECT count(*) FROM disputes WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status = 'lost'", "dd", &c->org, payment) > 0;
	struct record *p = patch_of(t, r);
	record_put_text(p, "status", open ? "disputed" : lost || back >= record_int(r, "amount") ? "refunded" : back > 0 ? "partially_refunded" : "succeeded");
	record_put_int(p, "refunded", back);
	enum status st = store_update(t, p, err);
	if (st == ST_OK)
		st = invoice_follow(t, &invoice, err);
	int64_t told = 0;
	struct id line = stripe_line_of(c, r);
	if (st == ST_OK && f->refunded > 0 && stripe_amount_back(record_text(r, "currency"), f->refunded, &told) && told > ever && !stripe_task_waits(c, &line, "refunds", payment)) {
		bool live = false;
		(void)stripe_listening(c, &live, NULL);
		st = stripe_task_add(c, &line, _("Refunds at Stripe"), &(struct stripe_task){.op = stripe_op_named("refunds"), .id = *payment, .asked = clock_now(), .live = live}, err);
	}
	return st;
}

static enum status apply(struct txn *t, const struct stripe_told *told, struct facts *f, struct error *err)
{
	const struct record *intent = find_intent(t, f), *payment = find_row(t, "payments", "stripe_payment_intent", f->pi);
	enum status st = ST_OK;
	if (!intent && !payment)
		return ST_OK;
	if (intent && (st = move_intent(t, intent, f, err)) != ST_OK)
		return st;
	if (payment) {
		st = complete_payment(t, payment, f, err);
	} else if (f->paid) {
		struct id id = record_id(intent, "invoice");
		const struct record *invoice = load(t, "invoices", &id);
		if (!invoice)
			return error_set(err, ST_NOT_FOUND, _("Stripe tells of a payment for an invoice that is not in this book."));
		if ((st = add_payment(t, f, invoice, err)) == ST_OK)
			payment = find_row(t, "payments", "stripe_payment_intent", f->pi);
	}
	if (st != ST_OK || !payment)
		return st;
	for (int i = 0; st == ST_OK && i < told->n; i++)
		if (is(json_text(json_get(told->list[i].object, "object")), "refund"))
			st = take_refund(t, payment, told->list[i].object, err);
	if (st == ST_OK)
		st = take_disputes(t, payment, told, err);
	return st == ST_OK ? settle(t, &payment->id, f, err) : st;
}

enum status stripe_payment_fold(struct txn *t, const char *payment_intent, const struct cJSON *answer, bool fresh, struct error *err)
{
	struct facts f = {.pi = payment_intent};
	struct stripe_told told;
	enum status st = stripe_told_load(t->core, payment_intent, answer, fresh, t->arena, &told, err);
	if (st != ST_OK)
		return st;
	gather(t->core, &told, &f, t->arena);
	st = apply(t, &told, &f, err);
	stripe_told_free(&told);
	return st;
}

/* Pages on which a card is saved */

enum status stripe_session_fold(struct txn *t, const char *session, const struct cJSON *answer, struct error *err)
{
	struct stripe_told told;
	struct id id;
	bool done = false, over = false;
	const struct record *r = find_row(t, "payment_intents", "stripe_id", session);
	enum status st = stripe_told_load(t->core, session, answer, false, t->arena, &told, err);
	for (int i = 0; st == ST_OK && i < told.n; i++) {
		const char *status = json_text(json_get(told.list[i].object, "status"));
		done |= is(status, "complete");
		over |= is(status, "expired");
		if (!r && stripe_mark(t->core, told.list[i].object, STRIPE_INTENT, &id))
			r = load(t, "payment_intents", &id);
	}
	if (st != ST_OK)
		return st;
	stripe_told_free(&told);
	if (!r || !is(record_text(r, "kind"), "setup") || (!done && !over) || is(record_text(r, "status"), "succeeded"))
		return ST_OK;
	struct record *p = patch_of(t, r);
	record_put_text(p, "status", done ? "succeeded" : "expired");
	record_clear(p, "hosted_url");
	st = store_update(t, p, err);
	struct id line = record_id(r, "billing_account");
	if (st == ST_OK && done && !stripe_task_waits(t->core, &line, "cards", &line))
		st = stripe_task_add(t->core, &line, _("Cards at Stripe"), &(struct stripe_task){.op = stripe_op_named("cards"), .id = line, .asked = clock_now(), .live = record_int(r, "live") != 0}, err);
	return st;
}

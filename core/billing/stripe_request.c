#include "core/billing/stripe_request.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/stripe_account.h"
#include "core/billing/stripe_form.h"
#include "core/crm/rows.h"
#include "core/helper/kind.h"

enum { ANSWER_MAX = 1024 * 1024, LIST_MAX = 8 * 1024 * 1024, GIVEN_UP_H = 96 };

static struct record *load(struct core *c, const char *entity, const struct id *id, struct arena *a)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(c, model_entity(c->model, entity), id, a, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

/* Forms */

static const char *form_done(struct arena *a, struct buf *b)
{
	const char *out = arena_strdup(a, buf_str(b));
	buf_free(b);
	return out;
}

static void mark(struct buf *b, const char *within, const char *name, const struct id *id)
{
	struct buf key = {0};
	char text[ID_TEXT_SIZE];
	buf_printf(&key, "%s[%s]", within, name);
	form_text(b, buf_str(&key), id_format(id, text));
	buf_free(&key);
}

static void put_address(struct buf *b, const struct record *r)
{
	static const char *const names[][2] = {{"street", "address[line1]"}, {"street2", "address[line2]"}, {"postal_code", "address[postal_code]"}, {"city", "address[city]"}, {"region", "address[state]"}};
	const char *country = record_text(r, "country");
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		form_text(b, names[i][1], record_text(r, names[i][0]));
	if (country && strlen(country) == 2)
		form_text(b, "address[country]", country);
}

const char *stripe_form_customer(struct core *c, struct arena *a, const struct record *account)
{
	struct buf b = {0};
	struct id company = record_id(account, "company"), contact = record_id(account, "contact");
	const struct record *who = load(c, "companies", &company, a);
	if (!who)
		who = load(c, "contacts", &contact, a);
	form_text(&b, "name", record_text(account, "name"));
	form_text(&b, "email", record_text(account, "email"));
	if (who)
		put_address(&b, who);
	mark(&b, "metadata", STRIPE_ORG, &c->org);
	mark(&b, "metadata", STRIPE_ACCOUNT, &account->id);
	return form_done(a, &b);
}

const char *stripe_form_tenant(struct core *c, struct arena *a, const struct record *organization)
{
	struct buf b = {0};
	form_text(&b, "name", record_text(organization, "legal_name") ? record_text(organization, "legal_name") : record_text(organization, "name"));
	form_text(&b, "email", record_text(organization, "billing_email"));
	put_address(&b, organization);
	mark(&b, "metadata", STRIPE_ORG, &c->org);
	mark(&b, "metadata", STRIPE_ACCOUNT, &c->org);
	return form_done(a, &b);
}

static void marks(struct core *c, struct buf *b, const char *within, const struct record *invoice, const struct id *intent)
{
	mark(b, within, STRIPE_ORG, &c->org);
	mark(b, within, STRIPE_INTENT, intent);
	mark(b, within, STRIPE_INVOICE, &invoice->id);
}

static bool is_french(const struct record *invoice)
{
	const char *language = record_text(invoice, "language");
	return language && strcmp(language, "fr") == 0;
}

/* docs.stripe.com/api/payment-link/create */
const char *stripe_form_link(struct core *c, struct arena *a, const struct record *invoice, const struct id *intent, int64_t amount)
{
	struct buf b = {0};
	const char *number = record_text(invoice, "number");
	form_text(&b, "line_items[0][price_data][currency]", text_lower_ascii(a, record_text(invoice, "currency")));
	form_int(&b, "line_items[0][price_data][unit_amount]", amount);
	form_text(&b, "line_items[0][price_data][product_data][name]", arena_printf(a, is_french(invoice) ? "Facture %s" : "Invoice %s", number));
	form_int(&b, "line_items[0][quantity]", 1);
	form_int(&b, "restrictions[completed_sessions][limit]", 1);
	form_text(&b, "inactive_message", is_french(invoice) ? "Cette facture n'est plus à payer par ce lien." : "This invoice is no longer to be paid by this link.");
	form_text(&b, "payment_intent_data[description]", number);
	marks(c, &b, "metadata", invoice, intent);
	marks(c, &b, "payment_intent_data[metadata]", invoice, intent);
	return form_done(a, &b);
}

/* docs.stripe.com/api/payment_intents/create; a card that is charged without its owner: docs.stripe.com/payments/save-and-reuse */
const char *stripe_form_intent(struct core *c, struct arena *a, const struct record *invoice, const struct id *intent, int64_t amount, const char *method)
{
	struct buf b = {0};
	form_int(&b, "amount", amount);
	form_text(&b, "currency", text_lower_ascii(a, record_text(invoice, "currency")));
	form_text(&b, "automatic_payment_methods[enabled]", "true");
	form_text(&b, "description", record_text(invoice, "number"));
	if (method) {
		form_text(&b, "payment_method", method);
		form_text(&b, "confirm", "true");
		form_text(&b, "off_session", "true");
	}
	marks(c, &b, "metadata", invoice, intent);
	return form_done(a, &b);
}

/* With the customer there the bank's page needs a way back. */
const char *stripe_form_confirm(struct arena *a, const char *method, bool off_session)
{
	struct buf b = {0};
	form_text(&b, "payment_method", method);
	if (off_session)
		form_text(&b, "off_session", "true");
	else
		form_text(&b, "return_url", STRIPE_RETURN_URL);
	return form_done(a, &b);
}

/* docs.stripe.com/payments/checkout/save-and-reuse: setup mode needs the currency to offer what can be saved. */
const char *stripe_form_setup(struct core *c, struct arena *a, const struct id *intent)
{
	struct buf b = {0};
	form_text(&b, "mode", "setup");
	form_text(&b, "currency", text_lower_ascii(a, c->currency));
	form_text(&b, "success_url", STRIPE_RETURN_URL);
	mark(&b, "metadata", STRIPE_ORG, &c->org);
	mark(&b, "metadata", STRIPE_INTENT, intent);
	mark(&b, "setup_intent_data[metadata]", STRIPE_ORG, &c->org);
	mark(&b, "setup_intent_data[metadata]", STRIPE_INTENT, intent);
	return form_done(a, &b);
}

const char *stripe_form_subscription(struct core *c, struct arena *a, const struct id *subscription, const char *price, int64_t quantity, const char *method, int64_t days)
{
	struct buf b = {0};
	form_text(&b, "items[0][price]", price);
	form_int(&b, "items[0][quantity]", quantity);
	if (method) {
		form_text(&b, "default_payment_method", method);
		form_text(&b, "off_session", "true");
	} else {
		form_text(&b, "collection_method", "send_invoice");
		form_int(&b, "days_until_due", days > 0 ? days : 1);
	}
	mark(&b, "metadata", STRIPE_ORG, &c->org);
	mark(&b, "metadata", STRIPE_SUBSCRIPTION, subscription);
	return form_done(a, &b);
}

const char *stripe_form_refund(struct core *c, struct arena *a, const struct record *refund, const char *payment_intent, int64_t amount)
{
	struct buf b = {0};
	const char *reason = record_text(refund, "reason");
	form_text(&b, "payment_intent", payment_intent);
	form_int(&b, "amount", amount);
	if (reason && strcmp(reason, "other") != 0) /* Stripe knows the other three */
		form_text(&b, "reason", reason);
	mark(&b, "metadata", STRIPE_ORG, &c->org);
	mark(&b, "metadata", STRIPE_REFUND, &refund->id);
	return form_done(a, &b);
}

/* The request of a job */

struct id stripe_line_of(struct core *c, const struct record *row)
{
	struct arena *a = arena_new();
	struct id out = c->org;
	const char *entity = row->entity->name;
	if (strcmp(entity, "billing_accounts") == 0) {
		out = row->id;
	} else if (strcmp(entity, "refunds") == 0) {
		struct id payment = record_id(row, "payment");
		const struct record *p = load(c, "payments", &payment, a);
		if (p)
			out = stripe_line_of(c, p);
	} else if (strcmp(entity, "organizations") != 0) {
		struct id account = record_id(row, "billing_account");
		if (!id_is_nil(&account))
			out = account;
	}
	arena_free(&a);
	return out;
}

static const char *customer_of(struct core *c, const struct record *row, struct arena *a)
{
	struct id line = stripe_line_of(c, row);
	const struct record *who = load(c, id_eq(&line, &c->org) ? "organizations" : "billing_accounts", &line, a);
	return who ? record_text(who, "stripe_customer_id") : NULL;
}

static const char *payment_of(struct core *c, const struct record *row, struct arena *a)
{
	struct id payment = strcmp(row->entity->name, "payments") == 0 ? row->id : record_id(row, "payment");
	const struct record *p = load(c, "payments", &payment, a);
	return p ? record_text(p, "stripe_payment_intent") : NULL;
}

/* Fill in what Stripe has given; NULL: it has not. */
static const char *fill_path(struct core *c, const struct stripe_task *t, const char *path, const struct record *row, struct arena *a)
{
	struct buf b = {0};
	for (const char *s = path; *s;) {
		const char *value = NULL;
		size_t n = strcspn(s, "}");
		if (*s != '{') {
			buf_putc(&b, *s++);
			continue;
		}
		if (strncmp(s, "{id}", 4) == 0)
			value = stripe_object_of(t->op, row);
		else if (strncmp(s, "{customer}", 10) == 0)
			value = customer_of(c, row, a);
		else if (strncmp(s, "{product}", 9) == 0)
			value = record_text(row, "price_id");
		else if (strncmp(s, "{payment}", 9) == 0)
			value = payment_of(c, row, a);
		else if (strncmp(s, "{since}", 7) == 0)
			value = arena_printf(a, "%lld", (long long)(t->asked / 1000 - 3600));
		if (!value) {
			buf_free(&b);
			return NULL;
		}
		form_escape(&b, value);
		s += n + 1;
	}
	const char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static bool has_status(const struct record *row, const char *status)
{
	const char *s = record_text(row, "status");
	return s && strcmp(s, status) == 0;
}

/* Before it is sent the first time: is it still to be? Afterwards it must be followed to its end. */
static enum status check_wanted(struct core *c, const struct stripe_task *t, const struct record *row, struct arena *a, struct error *err)
{
	bool intent = t->op->answer == ANSWER_LINK || (t->op->answer == ANSWER_INTENT && !strstr(t->op->path, "{id}"));
	if (t->op->answer == ANSWER_CUSTOMER)
		return record_null(row, "stripe_customer_id") ? ST_OK : error_set(err, ST_CANCELLED, _("Stripe knows the customer already."));
	if (row->deleted_at || ((intent || t->op->answer == ANSWER_SETUP) && (has_status(row, "canceled") || has_status(row, "failed"))))
		return error_set(err, ST_CANCELLED, _("It is not wanted any more."));
	if (intent) {
		struct id id = record_id(row, "invoice");
		const struct record *invoice = load(c, "invoices", &id, a);
		if (invoice && record_int(invoice, "due") < record_int(row, "amount"))
			return error_set(err, ST_CANCELLED, _("The invoice was paid meanwhile."));
	}
	return ST_OK;
}

/* From here on the answer is looked for; what a running transaction cannot write is written outside of it. */
static enum status turn_to_finding(struct core *c, const struct job *j, struct stripe_task *t, struct error *err)
{
	if (db_in_transaction(c->db))
		return ST_ABORTED;
	t->finding = true;
	return stripe_task_write(c, j->num, t, err);
}

static const char *late_form(struct core *c, const struct stripe_task *t, const struct record *row, struct arena *a, struct error *err)
{
	struct buf b = {0};
	buf_puts(&b, t->body ? t->body : "");
	if (t->customer) {
		const char *customer = customer_of(c, row, a);
		if (!customer) {
			buf_free(&b);
			error_set(err, ST_INVALID, _("Stripe did not make the customer. Look at the account's mail address, then ask again."));
			return NULL;
		}
		form_text(&b, "customer", customer);
	}
	if (strcmp(t->op->name, "subscribe") == 0 && !strstr(b.data ? b.data : "", "items%5B0%5D%5Bprice%5D=")) {
		const char *price = record_text(row, "price_id");
		if (!price || strncmp(price, "price_", 6) != 0) {
			buf_free(&b);
			error_set(err, ST_INVALID, _("The product has no price at Stripe that is used by default. Name a price."));
			return NULL;
		}
		form_text(&b, "items[0][price]", price);
	}
	return form_done(a, &b);
}

enum status stripe_request(struct core *c, const struct job *j, struct arena *a, struct http_request *out, struct error *err)
{
	struct stripe_task t;
	struct stripe_call q;
	enum status st = stripe_task_read(c, j->num, a, &t, err);
	if (st != ST_OK)
		return st;
	const struct record *row = load(c, t.op->entity, &t.id, a);
	if (!row)
		return error_set(err, ST_CANCELLED, _("It is not wanted any more."));
	if (stripe_ready_for(c, t.live, err) != ST_OK)
		return ST_BUSY; /* another key may be set again */
	int64_t age = clock_now() - t.asked;
	if (j->attempt == 0 && !t.finding && (st = check_wanted(c, &t, row, a, err)) != ST_OK)
		return st;
	if (age > GIVEN_UP_H * CLOCK_HOUR && !t.op->find)
		return error_set(err, ST_INVALID, _("Stripe could not be reached for days. Look there whether it was done."));
	if (age >= STRIPE_KEY_MS && t.op->find && !t.finding && (st = turn_to_finding(c, j, &t, err)) != ST_OK)
		return st;
	if (t.finding) {
		const char *path = fill_path(c, &t, t.op->find, row, a);
		if (!path)
			return error_set(err, ST_INVALID, _("It was never made at Stripe."));
		q = (struct stripe_call){.method = "GET", .path = *t.after ? arena_printf(a, "%s&starting_after=%s", path, t.after) : path, .answer_max = LIST_MAX};
		return stripe_call(c, &q, a, out, err);
	}
	bool post = strcmp(t.op->method, "GET") != 0;
	q = (struct stripe_call){.method = t.op->method, .path = fill_path(c, &t, t.op->path, row, a), .key = post ? t.key : NULL, .answer_max = t.op->answer == ANSWER_CARDS || t.op->answer == ANSWER_REFUNDS ? LIST_MAX : ANSWER_MAX};
	if (!q.path)
		return error_set(err, ST_CANCELLED, _("It was never made at Stripe."));
	if (post && !(q.body = late_form(c, &t, row, a, err)))
		return err ? err->code : ST_INVALID;
	return stripe_call(c, &q, a, out, err);
}

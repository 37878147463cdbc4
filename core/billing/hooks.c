/* The door's questions about quotes, invoices, lines, payments and refunds: what is filled in, refused, locked, and what follows in other rows. */
#include "core/billing/hooks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/lines.h"
#include "core/billing/stripe.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"

static bool is_set(const struct record *r, const char *field)
{
	return r->set[entity_index_of(r->entity, field)];
}

static bool same(const struct record *a, const struct record *b, const char *field)
{
	return value_eq(record_get(a, field), record_get(b, field));
}

static struct record *load_ref(struct txn *t, const struct record *r, const char *field)
{
	struct record *out = NULL;
	struct id id = record_id(r, field);
	const struct field *f = entity_field(r->entity, field);
	if (id_is_nil(&id) || whole_load(t->core, model_entity(t->core->model, f->ref), &id, t->arena, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

static void inherit(struct record *now, const char *field, const struct record *from, const char *their)
{
	if (record_null(now, field) && !record_null(from, their))
		record_put_id(now, field, record_id(from, their));
}

enum status hook_account_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const struct record *who = load_ref(t, now, "company");
	const char *stripe = record_text(now, "stripe_customer_id");
	(void)old;
	if (!who)
		who = load_ref(t, now, "contact");
	if (!who)
		return error_field(err, ST_INVALID, "company", _("Say whose account it is: a company or a contact."));
	if (record_null(now, "name"))
		record_put_text(now, "name", store_title(t->core, who->entity, &who->id, t->arena));
	if (stripe && strncmp(stripe, "cus_", 4) != 0)
		return error_field(err, ST_INVALID, "stripe_customer_id", _("A customer of Stripe begins with cus_."));
	return ST_OK;
}

/* Documents */

static const char *language_for(struct txn *t, const struct record *contact, const struct record *company)
{
	const char *lang = contact ? record_text(contact, "language") : NULL, *country = company ? record_text(company, "country") : NULL;
	if (lang && (strncmp(lang, "fr", 2) == 0 || strncmp(lang, "en", 2) == 0))
		return lang[0] == 'f' ? "fr" : "en";
	if (country && *country)
		return strcmp(country, "FR") == 0 || text_eq_fold(country, "France") || strcmp(country, "BE") == 0 || strcmp(country, "LU") == 0 ? "fr" : "en";
	(void)t;
	return strcmp(i18n_lang(), "fr") == 0 ? "fr" : "en";
}

static const char *subject_for(struct txn *t, const struct record *now, const struct record *deal)
{
	static const char *const from[] = {"company", "contact"};
	if (deal)
		return record_text(deal, "title");
	for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
		struct id id = record_id(now, from[i]);
		if (!id_is_nil(&id))
			return store_title(t->core, model_entity(t->core->model, entity_field(now->entity, from[i])->ref), &id, t->arena);
	}
	return NULL;
}

/* What a document takes from the deal and the people it is about. */
static enum status complete(struct txn *t, struct record *now, struct error *err)
{
	const struct record *deal = load_ref(t, now, "deal");
	if (deal) {
		inherit(now, "company", deal, "company");
		inherit(now, "contact", deal, "contact");
		if (record_null(now, "currency"))
			record_put_text(now, "currency", record_text(deal, "currency"));
	}
	const struct record *contact = load_ref(t, now, "contact");
	if (contact)
		inherit(now, "company", contact, "company");
	const struct record *company = load_ref(t, now, "company");
	if (record_null(now, "currency"))
		record_put_text(now, "currency", t->core->currency);
	if (money_digits(record_text(now, "currency")) < 0)
		return error_field(err, ST_INVALID, "currency", _("“%s” is no currency of ISO 4217."), record_text(now, "currency"));
	if (record_null(now, "language"))
		record_put_text(now, "language", language_for(t, contact, company));
	if (record_null(now, "title"))
		record_put_text(now, "title", subject_for(t, now, deal));
	if (record_null(now, "title"))
		return error_field(err, ST_INVALID, "company", _("Say whom it is for: a company, a contact or a deal."));
	return ST_OK;
}

enum status hook_quote_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	int64_t issued, expires;
	(void)old;
	if (!record_null(now, "issued_on") && !record_null(now, "expires_on") && clock_parse_iso_date(record_text(now, "issued_on"), &issued) &&
		clock_parse_iso_date(record_text(now, "expires_on"), &expires) && expires < issued)
		return error_field(err, ST_INVALID, "expires_on", _("It would end before it begins."));
	return complete(t, now, err);
}

enum status hook_invoice_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	int64_t issued, due;
	static const char *const tied[] = {"currency", "company", "contact"};
	if (old && !record_null(old, "number"))
		return ST_OK; /* hook_invoice_locked() */
	for (size_t i = 0; old && !record_null(old, "corrects") && i < sizeof tied / sizeof *tied; i++)
		if (!same(old, now, tied[i]))
			return error_field(err, ST_CONFLICT, tied[i], _("A credit note is for whom its invoice is, in the same currency."));
	if (!record_null(now, "issue_date") && !record_null(now, "due_date") && clock_parse_iso_date(record_text(now, "issue_date"), &issued) &&
		clock_parse_iso_date(record_text(now, "due_date"), &due) && due < issued)
		return error_field(err, ST_INVALID, "due_date", _("It would be due before it is issued."));
	return complete(t, now, err);
}

enum status hook_document_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	if (now->deleted_at || !old || same(old, now, "currency"))
		return ST_OK;
	enum status st = lines_follow_currency(t, now, err);
	return st == ST_OK ? document_sum(t, now->entity, &now->id, err) : st;
}

enum status hook_quote_settle(struct txn *t, const struct id *id, struct error *err)
{
	return document_sum(t, model_entity(t->core->model, "quotes"), id, err);
}

enum status hook_invoice_settle(struct txn *t, const struct id *id, struct error *err)
{
	enum status st = document_sum(t, model_entity(t->core->model, "invoices"), id, err);
	return st == ST_OK ? invoice_follow(t, id, err) : st;
}

static enum status stays(const struct record *old, const char *number, struct error *err)
{
	error_set(err, ST_CONFLICT, _("%s is issued and stays as it is."), number);
	error_hint(err, strcmp(old->entity->name, "quotes") == 0 ? _("Make a new version: simplix quotes revise.") : _("Correct it with a credit note: simplix invoices credit."));
	return ST_CONFLICT;
}

/* What of a document may still move is what happens to it, not what it says. */
static enum status frozen(const struct record *old, const struct record *now, const char *const *moves, struct error *err)
{
	const char *number = record_text(old, "number");
	if (!number)
		return ST_OK;
	if (!now)
		return stays(old, number, err);
	for (int i = 0; i < old->entity->n_fields; i++) {
		const struct field *f = &old->entity->fields[i];
		bool may = (f->flags & (FF_CUSTOM | FF_DERIVED)) != 0 || f->sql || f->compute;
		for (size_t k = 0; !may && moves[k]; k++)
			may = strcmp(moves[k], f->name) == 0;
		if (!may && !value_eq(&old->v[i], &now->v[i])) {
			(void)stays(old, number, err);
			return error_field(err, ST_CONFLICT, f->name, _("%s is issued and stays as it is: %s cannot be changed."), number, _(f->label));
		}
	}
	return ST_OK;
}

enum status hook_quote_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	static const char *const moves[] = {"status", "accepted_by", "accepted_at", "decline_reason", "sent_at", "owner", "deal", "title", NULL};
	(void)t;
	return frozen(old, now, moves, err);
}

enum status hook_invoice_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	static const char *const moves[] = {"status", "paid", "credited", "due", "overpaid", "sent_at", "paid_at", "dunning_level", "dunned_at", "write_off_reason", "pay_url", "owner",
		"deal", "billing_account", "einvoice_status", "einvoice_id", "stripe_invoice_id", NULL};
	(void)t;
	return frozen(old, now, moves, err);
}

enum status hook_line_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const struct record *document = load_ref(t, now, now->entity->parent);
	if (!document)
		return error_field(err, ST_INVALID, now->entity->parent, _("Say which document the line belongs to."));
	if (!record_null(document, "number"))
		return stays(document, record_text(document, "number"), err);
	return line_complete(t, document, old, now, err);
}

enum status hook_line_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	const struct record *document = load_ref(t, old, old->entity->parent);
	(void)now;
	return document && !record_null(document, "number") ? stays(document, record_text(document, "number"), err) : ST_OK;
}

enum status hook_line_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	struct id id = record_id(now, now->entity->parent);
	(void)old;
	return now->quiet ? ST_OK : document_sum(t, model_entity(t->core->model, entity_field(now->entity, now->entity->parent)->ref), &id, err);
}

/* Payments */

/* Sixteen digits or so that pass Luhn's test in a free text: a card number, which we never keep (SEC-58). */
static bool holds_card_number(const char *s)
{
	char digits[20];
	int n = 0;
	for (; s && *s; s++) {
		if (*s >= '0' && *s <= '9') {
			if (n == 19)
				memmove(digits, digits + 1, (size_t)--n);
			digits[n++] = *s;
			int sum = 0;
			for (int len = 13; len <= n; len++, sum = 0) {
				for (int i = 0; i < len; i++) {
					int d = digits[n - 1 - i] - '0';
					sum += i % 2 ? d * 2 - (d > 4 ? 9 : 0) : d;
				}
				if (sum % 10 == 0 && digits[n - len] >= '3' && digits[n - len] <= '6' && len >= 15 && (s[1] < '0' || s[1] > '9'))
					return true;
			}
		} else if (*s != ' ' && *s != '-') {
			n = 0;
		}
	}
	return false;
}

static enum status check_texts(const struct record *now, const char *const *fields, struct error *err)
{
	for (; *fields; fields++)
		if (holds_card_number(record_text(now, *fields))) {
			error_field(err, ST_INVALID, *fields, _("This looks like a card number, which Simplix never keeps."));
			error_hint(err, _("Its last four digits are enough."));
			return ST_INVALID;
		}
	return ST_OK;
}

static enum status check_amount(struct txn *t, const struct record *invoice, struct record *now, struct error *err)
{
	const char *currency = record_text(invoice, "currency");
	int64_t due = record_int(invoice, "due");
	bool by_stripe = !record_null(now, "stripe_payment_intent");
	if (record_null(now, "currency") || (!is_set(now, "currency") && record_null(now, "amount")))
		record_put_text(now, "currency", currency);
	if (record_null(now, "amount"))
		record_put_int(now, "amount", due);
	if (strcmp(record_text(now, "currency"), currency) != 0) {
		error_field(err, ST_INVALID, "currency", _("%s is in %s; a payment in %s does not fit."), record_text(invoice, "number"), currency, record_text(now, "currency"));
		error_hint(err, _("Enter what the bank made of it in %s."), currency);
		return ST_INVALID;
	}
	if (record_int(now, "amount") <= 0)
		return error_field(err, ST_INVALID, "amount", due ? _("A payment is more than nothing.") : _("Nothing is due on %s."), record_text(invoice, "number"));
	if (record_int(now, "amount") > due && !record_int(now, "overpayment") && !by_stripe) {
		error_field(err, ST_INVALID, "amount", _("Only %s is due on %s."), money_format(t->arena, due, currency, false), record_text(invoice, "number"));
		error_hint(err, _("If more did come, say so: “More than is due” (--overpayment). It can be refunded."));
		return ST_INVALID;
	}
	return ST_OK;
}

enum status hook_payment_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	static const char *const texts[] = {"reference", "note", NULL};
	int64_t day;
	enum status st = check_texts(now, texts, err);
	const struct record *invoice = load_ref(t, now, "invoice");
	if (st != ST_OK || old)
		return st;
	if (!invoice || invoice->deleted_at)
		return error_field(err, ST_INVALID, "invoice", _("Say which invoice was paid."));
	if (record_null(invoice, "number") || strcmp(record_text(invoice, "type"), "credit_note") == 0) {
		error_field(err, ST_INVALID, "invoice", record_null(invoice, "number") ? _("The invoice is a draft; nobody can have paid it.") : _("Nothing is paid on a credit note."));
		error_hint(err, record_null(invoice, "number") ? _("Issue it first: simplix invoices issue.") : _("What it gives back is a refund of a payment."));
		return ST_INVALID;
	}
	if (t->depth == 0 && (st = access_check_row(t->core, invoice->entity, &invoice->id, ACT_UPDATE, err)) != ST_OK)
		return st;
	/* of several who enter at once each sees what the others did */
	if ((st = invoice_hold(t, &invoice->id, err)) != ST_OK || !(invoice = load_ref(t, now, "invoice")))
		return st;
	inherit(now, "company", invoice, "company");
	inherit(now, "contact", invoice, "contact");
	inherit(now, "billing_account", invoice, "billing_account");
	if (record_null(now, "paid_on"))
		record_put_text(now, "paid_on", clock_format_date(clock_today(), (char[16]){0}));
	if (clock_parse_iso_date(record_text(now, "paid_on"), &day) && day > clock_today() + 1)
		return error_field(err, ST_INVALID, "paid_on", _("This day is still to come."));
	return check_amount(t, invoice, now, err);
}

enum status hook_payment_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	struct id invoice = record_id(now, "invoice");
	(void)old;
	return now->quiet ? ST_OK : invoice_follow(t, &invoice, err);
}

enum status hook_payment_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	static const char *const stay[] = {"invoice", "amount", "currency", "paid_on", "company", "method"};
	/* by Stripe the charge says what kind it was, and may come after the payment */
	bool told = now && !record_null(old, "stripe_payment_intent") && record_null(old, "card") && !record_null(now, "card");
	struct id invoice = record_id(old, "invoice");
	enum status st = now ? ST_OK : invoice_hold(t, &invoice, err);
	bool gone = !now && (!record_null(old, "stripe_payment_intent") ||
			      rows_int(t->core, 1, "SELECT count(*) FROM refunds WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status NOT IN ('failed', 'canceled')", "dd", &t->core->org, &old->id) > 0);
	if (st != ST_OK)
		return st;
	for (size_t i = 0; now && i < sizeof stay / sizeof *stay - told; i++)
		if (!same(old, now, stay[i])) {
			error_field(err, ST_CONFLICT, stay[i], _("What was paid stays as it was entered."));
			error_hint(err, _("Delete the payment and enter it anew, or refund it."));
			return ST_CONFLICT;
		}
	if (!gone)
		return ST_OK;
	error_set(err, ST_CONFLICT, _("This payment stays in the books."));
	error_hint(err, _("Give money back with a refund: simplix payments refund."));
	return ST_CONFLICT;
}

/* What may still be given back of a payment, those under way taken as done. */
static int64_t refundable(struct txn *t, const struct record *payment)
{
	int64_t asked = rows_int(t->core, 0, "SELECT COALESCE(sum(amount_minor), 0) FROM refunds WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status NOT IN ('failed', 'canceled')",
		"dd", &t->core->org, &payment->id);
	int64_t lost = rows_int(t->core, 0, "SELECT COALESCE(sum(amount_minor), 0) FROM disputes WHERE org_id = $1 AND payment_id = $2 AND deleted_at IS NULL AND status = 'lost'", "dd",
		&t->core->org, &payment->id);
	return record_int(payment, "amount") - asked - lost;
}

enum status hook_refund_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	static const char *const texts[] = {"note", NULL};
	enum status st = check_texts(now, texts, err);
	if (st != ST_OK || old)
		return st;
	const struct record *payment = load_ref(t, now, "payment");
	const char *state = payment ? record_text(payment, "status") : NULL;
	if (!payment || payment->deleted_at)
		return error_field(err, ST_INVALID, "payment", payment ? _("This payment was deleted; there is nothing to give back.") : _("Say which payment is given back."));
	record_put_id(now, "invoice", record_id(payment, "invoice"));
	struct id invoice = record_id(payment, "invoice");
	if ((st = invoice_hold(t, &invoice, err)) != ST_OK || !record_null(now, "stripe_refund_id")) /* Stripe has done it */
		return st;
	if (!(payment = load_ref(t, now, "payment")) || payment->deleted_at) /* as it is now that nobody else moves it */
		return error_field(err, ST_INVALID, "payment", _("This payment was deleted; there is nothing to give back."));
	state = record_text(payment, "status");
	if (!record_null(payment, "stripe_payment_intent"))
		record_put_text(now, "status", "pending");
	int64_t left = refundable(t, payment);
	if (strcmp(state, "pending") == 0 || strcmp(state, "failed") == 0 || strcmp(state, "disputed") == 0)
		return error_field(err, ST_INVALID, "payment", strcmp(state, "disputed") == 0 ? _("The bank holds this payment in dispute; it cannot be refunded.") : _("This payment did not come in; there is nothing to give back."));
	if (record_null(now, "amount")) {
		record_put_int(now, "amount", left);
		record_put_text(now, "currency", record_text(payment, "currency"));
	}
	if (record_null(now, "currency"))
		record_put_text(now, "currency", record_text(payment, "currency"));
	if (strcmp(record_text(now, "currency"), record_text(payment, "currency")) != 0)
		return error_field(err, ST_INVALID, "currency", _("The payment was in %s."), record_text(payment, "currency"));
	if (record_int(now, "amount") <= 0 || record_int(now, "amount") > left)
		return error_field(err, ST_INVALID, "amount", left > 0 ? _("Of this payment %s can still be given back.") : _("All of this payment was given back: %s is left."),
			money_format(t->arena, left, record_text(payment, "currency"), false));
	return ST_OK;
}

enum status hook_refund_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	struct id invoice = record_id(now, "invoice");
	const struct record *payment = !old && record_null(now, "stripe_refund_id") ? load_ref(t, now, "payment") : NULL;
	enum status st = payment && !record_null(payment, "stripe_payment_intent") ? stripe_ask(t->core, "refund", now, err) : ST_OK;
	return st != ST_OK || now->quiet || (old && same(old, now, "status")) ? st : invoice_follow(t, &invoice, err);
}

enum status hook_refund_locked(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	(void)t;
	if (now && (!entity_field(old->entity, "amount") || same(old, now, "amount")))
		return ST_OK;
	return error_set(err, ST_CONFLICT, _("This stays in the books as it is."));
}

void hook_method_expiry(struct core *c, const struct record *r, struct value *out)
{
	int64_t month = record_int(r, "exp_month"), year = record_int(r, "exp_year");
	struct civil today = clock_local(clock_now());
	int64_t left = (year - today.year) * 12 + month - today.month; /* it is good to the end of its month */
	(void)c;
	if (!year)
		return;
	const char *date = arena_printf(r->arena, "%02d/%d", (int)month, (int)year);
	*out = (struct value){.kind = VAL_TEXT, .s = left < 0 ? arena_printf(r->arena, _("%s, expired"), date) : left < 2 ? arena_printf(r->arena, _("%s, soon"), date) : date};
}

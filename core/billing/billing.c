/* Documents made of rows, and what is done with quotes and drafts. */
#include "core/billing/billing.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/country.h"
#include "core/base/crypto.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/lines.h"
#include "core/billing/pdf.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"

static struct record *load(struct core *c, const char *entity, const struct id *id, struct arena *a)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(c, model_entity(c->model, entity), id, a, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

/* A document of rows */

static void put_address(struct party *p, const struct record *r, struct arena *a)
{
	char code[3];
	p->street = record_text(r, "street");
	p->street2 = record_text(r, "street2");
	p->postal_code = record_text(r, "postal_code");
	p->city = record_text(r, "city");
	p->region = record_text(r, "region");
	p->country = record_text(r, "country");
	if (p->country && country_code(p->country, code)) /* BT-40, BT-55 */
		p->country = arena_strdup(a, code);
}

static const char *either(const char *a, const char *b)
{
	return text_is_blank(a) ? b : a;
}

static void put_seller(struct document *d, const struct record *org, struct arena *a)
{
	d->seller = (struct party){.name = either(record_text(org, "legal_name"), record_text(org, "name")), .legal_form = record_text(org, "legal_form"), .siren = record_text(org, "siren"),
		.siret = record_text(org, "siret"), .vat_number = record_text(org, "vat_number"), .email = record_text(org, "billing_email"), .phone = record_text(org, "billing_phone")};
	put_address(&d->seller, org, a);
	if (!record_null(org, "share_capital"))
		d->seller.share_capital = money_format_in(a, d->language, record_int(org, "share_capital"), record_text(org, "default_currency"));
	d->iban = record_text(org, "iban");
	d->bic = record_text(org, "bic");
	d->account_name = d->iban ? d->seller.name : NULL;
}

static void put_buyer(struct core *c, struct document *d, const struct record *r, struct arena *a)
{
	struct id company_id = record_id(r, "company"), contact_id = record_id(r, "contact");
	const struct record *company = load(c, "companies", &company_id, a), *contact = load(c, "contacts", &contact_id, a);
	if (company) {
		d->buyer = (struct party){.name = either(record_text(company, "legal_name"), record_text(company, "name")), .siren = record_text(company, "siren"),
			.siret = record_text(company, "siret"), .vat_number = record_text(company, "vat_number"), .email = record_text(company, "billing_email"),
			.contact = contact ? record_text(contact, "full_name") : NULL};
		put_address(&d->buyer, company, a);
	} else if (contact) {
		d->buyer = (struct party){.name = record_text(contact, "full_name")};
		put_address(&d->buyer, contact, a);
	}
	if (contact && text_is_blank(d->buyer.email))
		d->buyer.email = record_text(contact, "email");
}

static enum document_kind kind_of(const struct record *r)
{
	if (strcmp(r->entity->name, "quotes") == 0)
		return DOCUMENT_QUOTE;
	return record_is(r, "type", "credit_note") ? DOCUMENT_CREDIT_NOTE : record_is(r, "type", "deposit") ? DOCUMENT_DEPOSIT : DOCUMENT_INVOICE;
}

enum status document_of_rows(struct core *c, const struct record *r, struct arena *a, struct document *out, struct error *err)
{
	struct document d = {.kind = kind_of(r), .language = record_text(r, "language"), .number = record_text(r, "number"), .title = record_text(r, "title"), .currency = record_text(r, "currency"),
		.buyer_reference = record_text(r, "buyer_reference"), .terms = record_text(r, "terms"), .notes = record_text(r, "notes")};
	const struct record *org = load(c, "organizations", &c->org, a);
	struct document_line *lines;
	enum status st = lines_load(c, r, a, &lines, NULL, &d.n_lines, err);
	if (st != ST_OK)
		return st;
	d.lines = lines;
	put_seller(&d, org, a);
	put_buyer(c, &d, r, a);
	bool quote = d.kind == DOCUMENT_QUOTE;
	if (!d.terms)
		d.terms = record_text(org, quote ? "quote_terms" : "invoice_terms");
	if (quote) {
		d.version = (int)record_int(r, "revision");
		d.issue_date = record_text(r, "issued_on");
		d.expiry_date = record_text(r, "expires_on");
		d.iban = d.bic = d.account_name = NULL;
		st = document_total(&d, 0, a, err);
	} else {
		struct id corrects = record_id(r, "corrects");
		const struct record *first = load(c, "invoices", &corrects, a);
		d.issue_date = record_text(r, "issue_date");
		d.due_date = record_text(r, "due_date");
		d.delivery_date = record_text(r, "delivery_date");
		d.po_number = record_text(r, "po_number");
		d.operation = record_text(r, "operation");
		d.vat_on_debits = record_int(r, "vat_on_debits") != 0;
		d.rf_reference = record_text(r, "rf_reference");
		if (first) {
			d.corrects = record_text(first, "number");
			d.corrects_date = record_text(first, "issue_date");
		}
		st = document_total(&d, record_int(r, "prepaid"), a, err);
	}
	if (st == ST_OK)
		*out = d;
	return st;
}

enum status billing_document(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct document *out, struct error *err)
{
	struct record *r;
	struct document d;
	enum status st = store_load(c, e, id, a, &r, err);
	if (st != ST_OK)
		return st;
	const char *kept = record_text(r, "document");
	static const char *const sums[] = {"net", "vat", "gross"};
	for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
		if (access_field(c, e, entity_field(e, sums[i])) == FIELD_NONE)
			return error_field(err, ST_DENIED, sums[i], _("%s: your role, %s, may not see it."), _(entity_field(e, sums[i])->label), access_role_name(c));
	bool invoice = strcmp(e->name, "invoices") == 0;
	st = kept ? document_read(kept, strlen(kept), a, &d, err) : document_of_rows(c, r, a, &d, err);
	if (st != ST_OK)
		return st;
	d.hash = kept ? record_text(r, invoice ? "issued_hash" : "doc_hash") : NULL;
	if (invoice) {
		d.pay_url = record_text(r, "pay_url");
		d.paid = kept && record_int(r, "due") == 0 && d.kind != DOCUMENT_CREDIT_NOTE;
		if (kept && d.kind != DOCUMENT_CREDIT_NOTE && !d.paid) { /* what was paid or credited since is not asked for again */
			d.totals.due = record_int(r, "due");
			d.totals.paid = d.totals.gross - d.totals.due;
		}
	}
	*out = d;
	return ST_OK;
}

enum status billing_pdf(struct core *c, const struct entity *e, const struct id *id, struct arena *a, const char **name, struct buf *out, struct error *err)
{
	struct document d;
	enum status st = billing_document(c, e, id, a, &d, err);
	if (st != ST_OK)
		return st;
	const struct record *org = load(c, "organizations", &c->org, a);
	const char *logo = org ? record_text(org, "logo") : NULL;
	struct pdf_options o = {.made_at = clock_now()};
	int64_t day;
	if (d.issue_date && clock_parse_iso_date(d.issue_date, &day))
		o.made_at = day * CLOCK_DAY;
	if (logo) {
		size_t cap = strlen(logo) / 4 * 3 + 3;
		uint8_t *bytes = arena_alloc(a, cap);
		int n = base64_decode(logo, bytes, cap);
		o.logo = n > 0 ? bytes : NULL;
		o.logo_n = n > 0 ? (size_t)n : 0;
	}
	if ((st = pdf_make(&d, &o, out, err)) != ST_OK)
		return st;
	char ref[24];
	struct record *r;
	const char *base = d.number;
	if (!base && whole_load(c, e, id, a, &r, NULL) == ST_OK)
		base = arena_strdup(a, record_reference(e, r->num, ref));
	*name = arena_printf(a, d.version > 1 ? "%s-v%d.pdf" : "%s.pdf", base ? base : e->singular, d.version);
	return ST_OK;
}

/* Accounts */

enum status billing_account_of(struct txn *t, const struct record *document, struct id *out, struct error *err)
{
	struct core *c = t->core;
	struct id company = record_id(document, "company"), contact = record_id(document, "contact");
	bool of_company = !id_is_nil(&company);
	struct db_stmt *s;
	bool row;
	enum status st = store_hold(t, model_entity(c->model, of_company ? "companies" : "contacts"), of_company ? &company : &contact, err);
	if (st != ST_OK)
		return st;
	st = rows_first(c, &s, &row, err,
		of_company ? "SELECT id FROM billing_accounts WHERE org_id = $1 AND company_id = $2 AND deleted_at IS NULL ORDER BY num LIMIT 1"
			   : "SELECT id FROM billing_accounts WHERE org_id = $1 AND contact_id = $2 AND company_id IS NULL AND deleted_at IS NULL ORDER BY num LIMIT 1",
		"dd", &c->org, of_company ? &company : &contact);
	if (st != ST_OK)
		return st;
	if (row) {
		*out = db_id(s, 0);
		db_done(s);
		return ST_OK;
	}
	struct record *a = record_new(t->arena, model_entity(c->model, "billing_accounts"));
	const struct record *who = of_company ? load(c, "companies", &company, t->arena) : load(c, "contacts", &contact, t->arena);
	if (!who)
		return error_field(err, ST_INVALID, "company", _("Say whom it is for: a company or a contact."));
	const char *email = of_company ? record_text(who, "billing_email") : record_text(who, "email");
	const struct record *person = load(c, "contacts", &contact, t->arena);
	if (!email && person)
		email = record_text(person, "email");
	record_put_id(a, of_company ? "company" : "contact", who->id);
	if (email)
		record_put_text(a, "email", email);
	if (!record_null(document, "owner"))
		record_put_id(a, "owner", record_id(document, "owner"));
	t->depth++; /* it follows from what was permitted */
	st = store_insert(t, a, err);
	t->depth--;
	*out = a->id;
	return st;
}

enum status billing_account_for(struct core *c, const struct entity *e, const struct id *who, struct id *out, struct error *err)
{
	struct txn *t;
	enum status st = txn_begin(c, CHANGE_EDIT, NULL, &t, err);
	if (st != ST_OK)
		return st;
	struct record *about = record_new(t->arena, model_entity(c->model, "invoices"));
	record_put_id(about, e->singular, *who);
	st = billing_account_of(t, about, out, err);
	return txn_end(&t, st, err);
}

enum status card_of_account(struct core *c, const struct id *account, const char *last4, struct id *out, struct error *err)
{
	struct db_stmt *s;
	bool row = false;
	enum status st = id_is_nil(account) ? ST_OK : rows_first(c, &s, &row, err,
		"SELECT id FROM payment_methods WHERE org_id = $1 AND billing_account_id = $2 AND deleted_at IS NULL AND (last4 = $3 OR $3 IS NULL) ORDER BY is_default DESC, num DESC LIMIT 1", "ddt", &c->org, account, last4);
	if (st != ST_OK)
		return st;
	if (!row) {
		error_set(err, ST_NOT_FOUND, last4 ? _("No saved card ends in %s.") : _("This customer has no saved card."), last4);
		error_hint(err, _("The customer saves one on a page of Stripe's: simplix billing-accounts save-card."));
		return ST_NOT_FOUND;
	}
	*out = db_id(s, 0);
	db_done(s);
	return ST_OK;
}

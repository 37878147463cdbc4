#include "core/billing/post.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/epc.h"
#include "core/crm/rows.h"
#include "core/crm/store_raw.h"
#include "core/mail/draft.h"
#include "core/mail/outbox.h"
#include "core/mail/service.h"

enum { LEVELS = 3, RECEIPTS_AT_ONCE = 20, PAUSE_DAYS = 7 };
static const int reminder_after[LEVELS] = {3, 14, 30}; /* days late */

static struct record *load(struct core *c, const char *entity, const struct id *id, struct arena *a)
{
	struct record *out = NULL;
	if (id_is_nil(id) || whole_load(c, model_entity(c->model, entity), id, a, &out, NULL) != ST_OK)
		return NULL;
	return out;
}

/* Whom to write to */

static const char *address_of(struct core *c, const struct record *r, struct arena *a)
{
	struct id account_id = entity_field(r->entity, "billing_account") ? record_id(r, "billing_account") : (struct id){{0}};
	struct id company_id = record_id(r, "company"), contact_id = record_id(r, "contact");
	const struct record *account = load(c, "billing_accounts", &account_id, a), *company = load(c, "companies", &company_id, a), *contact = load(c, "contacts", &contact_id, a);
	const char *out = account ? record_text(account, "email") : NULL;
	if (text_is_blank(out) && company)
		out = record_text(company, "billing_email");
	if (text_is_blank(out) && contact)
		out = record_text(contact, "email");
	return text_is_blank(out) ? "" : out;
}

const char *post_address(struct core *c, const struct entity *e, const struct id *id, struct arena *a)
{
	struct record *r;
	return store_load(c, e, id, a, &r, NULL) == ST_OK ? address_of(c, r, a) : "";
}

/* What is written. A letter is put together in the document's language, whoever sends it. */

struct writing {
	struct arena *a;
	const struct document *d;
	struct buf text;
};

static const char *say(const struct writing *w, const char *msgid)
{
	return i18n_get_in(w->d->language, msgid);
}

static const char *amount(const struct writing *w, int64_t minor)
{
	return money_format_in(w->a, w->d->language, minor, w->d->currency);
}

static const char *day(const struct writing *w, const char *iso)
{
	return document_date(w->a, w->d->language, iso);
}

static const char *kind_word(const struct writing *w)
{
	static const char *const words[DOCUMENT_KINDS] = {N_("Quote"), N_("Invoice"), N_("Deposit invoice"), N_("Credit note")};
	return say(w, words[w->d->kind]);
}

static void begin(struct writing *w)
{
	const char *who = w->d->buyer.contact;
	if (text_is_blank(who))
		buf_printf(&w->text, "%s\n\n", say(w, N_("Hello,")));
	else
		buf_printf(&w->text, say(w, N_("Hello %s,\n\n")), who);
}

static void end(struct writing *w)
{
	buf_printf(&w->text, "\n%s\n%s\n", say(w, N_("Kind regards,")), w->d->seller.name);
}

static void ways_to_pay(struct writing *w)
{
	const struct document *d = w->d;
	if (d->pay_url)
		buf_printf(&w->text, "\n%s\n%s\n", say(w, N_("Pay online, by card, Apple Pay or Google Pay:")), d->pay_url);
	if (d->iban) {
		buf_printf(&w->text, "\n%s\nIBAN %s", say(w, N_("Pay by transfer:")), iban_spaced(w->a, d->iban));
		if (d->bic)
			buf_printf(&w->text, "\nBIC %s", d->bic);
		buf_printf(&w->text, "\n%s %s\n", say(w, N_("Reference:")), d->rf_reference ? d->rf_reference : d->number);
	}
}

static void write_quote(struct writing *w)
{
	begin(w);
	buf_printf(&w->text, say(w, N_("Please find attached our quote %s of %s: %s.\n")), w->d->number, amount(w, w->d->totals.gross), w->d->title ? w->d->title : "");
	if (w->d->expiry_date)
		buf_printf(&w->text, say(w, N_("It is valid until %s. An answer to this mail is enough to accept it.\n")), day(w, w->d->expiry_date));
	end(w);
}

static void write_invoice(struct writing *w, int64_t due)
{
	begin(w);
	if (w->d->kind == DOCUMENT_CREDIT_NOTE) {
		buf_printf(&w->text, say(w, N_("Please find attached the credit note %s of %s on invoice %s.\n")), w->d->number, amount(w, w->d->totals.gross), w->d->corrects ? w->d->corrects : "");
	} else {
		buf_printf(&w->text, say(w, N_("Please find attached invoice %s of %s.\n")), w->d->number, amount(w, w->d->totals.gross));
		if (due > 0 && w->d->due_date)
			buf_printf(&w->text, say(w, N_("%s are due on %s.\n")), amount(w, due), day(w, w->d->due_date));
		if (due > 0)
			ways_to_pay(w);
	}
	end(w);
}

static void write_reminder(struct writing *w, int level, int64_t due)
{
	static const char *const texts[LEVELS] = {
		N_("Perhaps it escaped you: invoice %s was due on %s, and %s are still open. If the payment is on its way, please ignore this mail.\n"),
		N_("Invoice %s was due on %s, and %s are still open in spite of our reminder. Please pay within seven days.\n"),
		N_("This is the last notice: invoice %s was due on %s, and %s are still open. Without a payment within seven days we must take further steps.\n"),
	};
	begin(w);
	buf_printf(&w->text, say(w, texts[level - 1]), w->d->number, day(w, w->d->due_date), amount(w, due));
	ways_to_pay(w);
	end(w);
}

static void write_receipt(struct writing *w, int64_t paid, const char *on, const char *how, int64_t due)
{
	begin(w);
	buf_printf(&w->text, say(w, N_("Thank you: on %s we received %s for invoice %s.\n")), day(w, on), amount(w, paid), w->d->number);
	if (how)
		buf_printf(&w->text, "%s %s\n", say(w, N_("Paid by:")), how);
	if (due > 0)
		buf_printf(&w->text, say(w, N_("%s are still due on %s.\n")), amount(w, due), day(w, w->d->due_date));
	else
		buf_printf(&w->text, "%s\n", say(w, N_("The invoice is paid in full.")));
	end(w);
}

/* Sending, in the change set that says so */

struct letter_out {
	struct writing w;
	struct record *r; /* the quote or invoice */
	struct document d;
	const char *to, *subject;
};

static enum status prepare(struct core *c, const struct entity *e, const struct id *id, const char *to, struct arena *a, struct letter_out *out, struct error *err)
{
	enum status st = store_load(c, e, id, a, &out->r, err);
	if (st == ST_OK)
		st = billing_document(c, e, id, a, &out->d, err);
	if (st != ST_OK)
		return st;
	out->w = (struct writing){.a = a, .d = &out->d};
	out->to = text_is_blank(to) ? address_of(c, out->r, a) : to;
	if (*out->to)
		return ST_OK;
	error_field(err, ST_INVALID, "to", _("Nobody's mail address is known for it."));
	error_hint(err, _("Enter one at the contact, at the company (Email for invoices), or say whom: --to."));
	return ST_INVALID;
}

static enum status put(struct txn *t, struct letter_out *l, int64_t *job, struct error *err)
{
	struct arena *a = l->w.a;
	struct core *c = txn_core(t);
	struct mail_addresses to;
	struct id contact = record_id(l->r, "contact"), activity;
	struct mail_part part = {.type = "application/pdf"};
	struct buf pdf = {0};
	enum status st = draft_people(c, l->to, "to", a, &to, &contact, err);
	if (st == ST_OK)
		st = billing_pdf(c, l->r->entity, &l->r->id, a, &part.name, &pdf, err);
	part.data = pdf.data;
	part.n = pdf.len;
	struct outgoing o = {.mail = {.to = to, .subject = l->subject, .text = buf_str(&l->w.text), .parts = &part, .parts_n = 1}, .contact = contact, .company = record_id(l->r, "company"),
		.deal = record_id(l->r, "deal")};
	if (st == ST_OK)
		st = outbox_put(t, &o, &activity, job, err);
	buf_free(&pdf);
	return st;
}

static enum status mark(struct txn *t, const struct record *r, const char *field, struct error *err)
{
	struct record *patch = record_new(t->arena, r->entity);
	patch->id = r->id;
	record_put_int(patch, field, t->at);
	return store_update(t, patch, err);
}

enum status post_document(struct core *c, const struct entity *e, const struct id *id, const char *to, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct letter_out l = {0};
	struct txn *t;
	bool quote = strcmp(e->name, "quotes") == 0;
	enum status st = prepare(c, e, id, to, a, &l, err);
	if (st == ST_OK && !quote && record_null(l.r, "number")) {
		st = error_set(err, ST_CONFLICT, _("The invoice is a draft: issue it first."));
		error_hint(err, "simplix invoices issue");
	}
	if (st == ST_OK && quote && record_null(l.r, "number") && (st = quote_send(c, id, err)) == ST_OK)
		st = prepare(c, e, id, to, a, &l, err);
	if (st == ST_OK) {
		l.subject = arena_printf(a, "%s %s · %s", kind_word(&l.w), l.d.number, l.d.title ? l.d.title : l.d.seller.name);
		if (quote)
			write_quote(&l.w);
		else
			write_invoice(&l.w, record_int(l.r, "due"));
		st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Mail %s to %s"), l.d.number, l.to), &t, err);
	}
	if (st == ST_OK) {
		st = put(t, &l, job, err);
		if (st == ST_OK)
			st = mark(t, l.r, "sent_at", err);
		if (st == ST_OK && !quote)
			st = invoice_follow(t, id, err);
		st = txn_end(&t, st, err);
	}
	buf_free(&l.w.text);
	arena_free(&a);
	return st;
}

static const char *how_paid(const struct writing *w, const struct record *payment)
{
	const struct field *f = entity_field(payment->entity, "method");
	const char *card = record_text(payment, "card"), *method = record_text(payment, "method");
	for (const struct choice *k = f->choices; k->value; k++)
		if (method && strcmp(k->value, method) == 0)
			return card ? arena_printf(w->a, "%s, %s", say(w, k->label), card) : say(w, k->label);
	return card;
}

enum status post_receipt(struct core *c, const struct id *payment, const char *to, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct letter_out l = {0};
	struct record *p;
	struct txn *t;
	enum status st = store_load(c, model_entity(c->model, "payments"), payment, a, &p, err);
	if (st == ST_OK) {
		const char *status = record_text(p, "status");
		struct id invoice = record_id(p, "invoice");
		if (strcmp(status, "pending") == 0 || strcmp(status, "failed") == 0)
			st = error_set(err, ST_CONFLICT, _("This payment did not come in; there is nothing to confirm."));
		else
			st = prepare(c, model_entity(c->model, "invoices"), &invoice, to, a, &l, err);
	}
	if (st == ST_OK) {
		l.subject = arena_printf(a, say(&l.w, N_("Receipt for invoice %s")), l.d.number);
		write_receipt(&l.w, record_int(p, "amount"), record_text(p, "paid_on"), how_paid(&l.w, p), record_int(l.r, "due"));
		st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Receipt for %s to %s"), l.d.number, l.to), &t, err);
	}
	if (st == ST_OK) {
		st = put(t, &l, job, err);
		if (st == ST_OK)
			st = mark(t, p, "receipt_at", err);
		st = txn_end(&t, st, err);
	}
	buf_free(&l.w.text);
	arena_free(&a);
	return st;
}

enum status post_reminder(struct core *c, const struct id *invoice, const char *to, int64_t *job, struct error *err)
{
	struct arena *a = arena_new();
	struct letter_out l = {0};
	struct txn *t;
	int64_t changed;
	enum status st = billing_sweep(c, &changed, err);
	if (st == ST_OK)
		st = prepare(c, model_entity(c->model, "invoices"), invoice, to, a, &l, err);
	if (st == ST_OK && strcmp(record_text(l.r, "status"), "overdue") != 0)
		st = error_set(err, ST_CONFLICT, _("A reminder is for an invoice that is overdue; this one: %s."), choice_label(entity_field(l.r->entity, "status"), record_text(l.r, "status")));
	if (st == ST_OK && record_int(l.r, "dunned_at") > clock_now() - CLOCK_DAY)
		st = error_set(err, ST_CONFLICT, _("A reminder was mailed within the last day; give the customer time."));
	if (st == ST_OK) {
		int level = (int)record_int(l.r, "dunning_level") + 1;
		level = level > LEVELS ? LEVELS : level;
		l.subject = arena_printf(a, say(&l.w, level == LEVELS ? N_("Last notice: invoice %s") : N_("Reminder: invoice %s")), l.d.number);
		write_reminder(&l.w, level, record_int(l.r, "due"));
		st = txn_begin(c, CHANGE_EDIT, arena_printf(a, _("Reminder %d of %s to %s"), level, l.d.number, l.to), &t, err);
		if (st == ST_OK) {
			struct record *patch = record_new(t->arena, l.r->entity);
			patch->id = l.r->id;
			record_put_int(patch, "dunning_level", record_int(l.r, "dunning_level") + 1);
			record_put_int(patch, "dunned_at", t->at);
			st = put(t, &l, job, err);
			if (st == ST_OK)
				st = store_update(t, patch, err);
			st = txn_end(&t, st, err);
		}
	}
	buf_free(&l.w.text);
	arena_free(&a);
	return st;
}

/* What is due */

enum status reminders_due(struct core *c, struct arena *a, struct reminder_due **out, int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	size_t cap = 0, count = 0;
	struct reminder_due *list = NULL;
	char days[LEVELS][16];
	for (int i = 0; i < LEVELS; i++)
		clock_format_date(clock_today() - reminder_after[i], days[i]);
	enum status st = rows_open(c, &s, err,
		"SELECT id, COALESCE(dunning_level, 0) FROM invoices WHERE org_id = $1 AND deleted_at IS NULL AND number IS NOT NULL AND status IN ('overdue', 'sent', 'issued', 'partially_paid') AND type <> 'credit_note' AND due_minor > 0 "
		"AND (dunned_at IS NULL OR dunned_at < $5) AND ((COALESCE(dunning_level, 0) = 0 AND due_date <= $2) OR (dunning_level = 1 AND due_date <= $3) OR (dunning_level = 2 AND due_date <= $4)) ORDER BY due_date, num LIMIT 1000",
		"dttti", &c->org, days[0], days[1], days[2], clock_now() - PAUSE_DAYS * CLOCK_DAY);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&list, &cap, count + 1, sizeof *list);
		list[count++] = (struct reminder_due){db_id(s, 0), (int)db_int(s, 1) + 1};
	}
	*out = arena_alloc(a, (count + 1) * sizeof **out);
	if (count)
		memcpy(*out, list, count * sizeof *list);
	free(list);
	*n = (int)count;
	return st;
}

enum status receipts_post(struct core *c, int64_t *n, struct error *err)
{
	struct db_stmt *s;
	struct id ids[RECEIPTS_AT_ONCE];
	bool row;
	int count = 0;
	struct arena *a = arena_new();
	enum status st = mail_provider(c, a) ? ST_OK : ST_CANCELLED;
	*n = 0;
	arena_free(&a);
	if (st == ST_CANCELLED) /* nothing to send with: a person may do it later */
		return ST_OK;
	st = rows_open(c, &s, err,
		"SELECT id FROM payments WHERE org_id = $1 AND deleted_at IS NULL AND stripe_payment_intent IS NOT NULL AND status = 'succeeded' AND receipt_at IS NULL AND created_at > $2 ORDER BY num LIMIT 20", "di",
		&c->org, clock_now() - 2 * CLOCK_DAY);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row && count < RECEIPTS_AT_ONCE)
		ids[count++] = db_id(s, 0);
	for (int i = 0; st == ST_OK && i < count; i++) {
		int64_t job;
		if (post_receipt(c, &ids[i], NULL, &job, NULL) == ST_OK)
			++*n;
	}
	return st;
}

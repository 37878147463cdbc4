#include "tui/view/billing_view.h"

#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/money.h"
#include "core/crm/store.h"
#include "tui/view/billing_parts.h"
#include "tui/view/cells.h"
#include "tui/view/charge_view.h"
#include "tui/view/document_view.h"
#include "tui/widget/pager.h"

/* At the top of a record */

static size_t put(struct span *out, size_t n, enum role role, unsigned attrs, const char *text)
{
	if (n < GLANCE_SPANS)
		out[n++] = (struct span){role, attrs, text};
	return n;
}

static size_t fact(struct span *out, size_t n, const char *label, enum role role, const char *value)
{
	n = put(out, n, ROLE_DIM, 0, n ? "   " : "");
	if (*label)
		n = put(out, n, ROLE_LABEL, 0, label);
	return put(out, n, role, ATTR_BOLD, value);
}

static enum role status_role(const struct record *r)
{
	const struct field *f = entity_field(r->entity, "status");
	const struct choice *ch = f && record_text(r, "status") ? field_choice(f, record_text(r, "status")) : NULL;
	return ch ? tone_role(ch->tone) : ROLE_TEXT;
}

static const char *sum(struct core *c, const struct record *r, const char *field, struct arena *a)
{
	return money_format(a, record_int(r, field), record_currency(c, r, entity_field(r->entity, field)), false);
}

size_t billing_glance(struct core *c, const struct record *r, struct arena *a, struct span out[GLANCE_SPANS])
{
	static const char *const kinds[] = {"quotes", "invoices", "payments", "subscriptions"};
	size_t n = 0;
	bool known = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		known = known || strcmp(kinds[i], r->entity->name) == 0;
	if (!known)
		return 0;
	n = fact(out, n, "", status_role(r), choice_label(entity_field(r->entity, "status"), record_text(r, "status")));
	if (strcmp(r->entity->name, "payments") == 0)
		return fact(out, n, "", ROLE_TEXT, sum(c, r, "amount", a));
	if (strcmp(r->entity->name, "subscriptions") == 0)
		return fact(out, n, "", ROLE_TEXT, arena_printf(a, _("%s a month"), sum(c, r, "mrr", a)));
	n = fact(out, n, arena_printf(a, "%s ", _("Total")), ROLE_TEXT, sum(c, r, "gross", a));
	int64_t day;
	if (strcmp(r->entity->name, "quotes") == 0) {
		const char *until = record_text(r, "expires_on");
		return until && clock_parse_iso_date(until, &day) ? fact(out, n, arena_printf(a, "%s ", _("Valid until")), ROLE_TEXT, clock_human_date(a, day)) : n;
	}
	const char *due_on = record_text(r, "due_date");
	bool late = strcmp(record_text(r, "status"), "overdue") == 0;
	if (record_int(r, "due") > 0 && !record_null(r, "number"))
		n = fact(out, n, arena_printf(a, "%s ", C_("invoice", "Due")), late ? ROLE_OVERDUE : ROLE_TEXT,
			due_on && clock_parse_iso_date(due_on, &day) ? arena_printf(a, "%s, %s", sum(c, r, "due", a), clock_human_date(a, day)) : sum(c, r, "due", a));
	if (record_int(r, "overpaid") > 0)
		n = fact(out, n, arena_printf(a, "%s ", _("Overpaid")), ROLE_WARN, sum(c, r, "overpaid", a));
	return n;
}

/* Rows that are no pages: everything that is known of one, to read. */
static void show_row(struct app *app, const struct record *r)
{
	struct styled text = {0};
	struct arena *a = arena_new();
	for (int i = 0; i < r->entity->n_fields; i++) {
		const struct field *f = &r->entity->fields[i];
		if ((f->flags & FF_HIDDEN) || (r->v[i].kind == VAL_NULL && !f->compute) || access_field(app->core, r->entity, f) == FIELD_NONE)
			continue;
		styled_format(&text, ROLE_LABEL, "%-24s", _(f->label));
		styled_format(&text, ROLE_TEXT, "%s\n", record_format(app->core, r, f, a));
	}
	(void)pager_open(app->ui, arena_printf(a, "%s %s", _(r->entity->label), store_title(app->core, r->entity, &r->id, a)), &text, false);
	arena_free(&a);
}

bool billing_open_row(struct app *app, const struct entity *e, int64_t num)
{
	static const char *const kinds[] = {"payment_intents", "refunds", "disputes", "payment_methods"};
	bool ours = false;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		ours = ours || strcmp(e->name, kinds[i]) == 0;
	if (!ours)
		return false;
	struct arena *a = arena_new();
	struct record *r;
	struct error err = {0};
	if (store_load_num(app->core, e, num, a, &r, &err) != ST_OK)
		ui_error(app->ui, &err);
	else if (strcmp(e->name, "payment_intents") == 0)
		charge_view_open(app, &r->id);
	else
		show_row(app, r);
	arena_free(&a);
	return true;
}

/* Which commands make sense for the selected record; NULL when this one does */

static const char *nothing(void)
{
	return _("nothing is selected");
}

static const char *selected(const struct command_call *call)
{
	return billing_now(call)->entity ? NULL : nothing();
}

static const char *draft_only(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	return !now->entity ? nothing() : now->issued ? _("it is issued already") : NULL;
}

static const char *issued_only(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	return !now->entity ? nothing() : !now->issued ? _("it is a draft; I issues it") : NULL;
}

static const char *due_only(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	const char *why = issued_only(call);
	return why ? why : now->due <= 0 ? _("nothing is due on it") : NULL;
}

static const char *late_only(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	return !now->entity ? nothing() : strcmp(now->status, "overdue") != 0 ? _("it is not overdue") : NULL;
}

static const char *creditable(const struct command_call *call)
{
	const char *why = issued_only(call);
	return why ? why : billing_now(call)->credit_note ? _("it is a credit note itself") : NULL;
}

static const char *quote_is(const struct command_call *call, const char *states, const char *why)
{
	const struct billing_now *now = billing_now(call);
	return !now->entity ? nothing() : !strstr(states, now->status) ? why : NULL;
}

static const char *answerable(const struct command_call *call)
{
	return quote_is(call, "sent expired declined accepted", _("it was not sent yet"));
}

static const char *acceptable(const struct command_call *call)
{
	return quote_is(call, "sent expired declined", _("only what was sent can be accepted"));
}

static const char *invoiceable(const struct command_call *call)
{
	return quote_is(call, "sent accepted expired invoiced", _("only a quote that was sent or accepted becomes an invoice"));
}

static const char *revisable(const struct command_call *call)
{
	return quote_is(call, "sent accepted expired declined", _("a draft is changed as it is"));
}

static const char *refundable(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	bool received = strcmp(now->status, "succeeded") == 0 || strcmp(now->status, "partially_refunded") == 0;
	return !now->entity ? nothing() : now->left <= 0 || !received ? _("there is nothing to give back") : NULL;
}

static const char *endable(const struct command_call *call)
{
	const struct billing_now *now = billing_now(call);
	return !now->entity ? nothing() : strcmp(now->status, "canceled") == 0 ? _("it has ended") : NULL;
}

/* The table */

#define DO(ID, TITLE, HELP, CONTEXT, KEYS, HINT, RANK, FLAGS, ENABLED, RUN)                                                                    \
	{                                                                                                                                      \
		.id = ID, .title = TITLE, .help = HELP, .group = N_("Billing"), .context = CONTEXT, .keys = KEYS, .hint = HINT, .rank = RANK,  \
		.flags = FLAGS, .enabled = ENABLED, .run = RUN                                                                                 \
	}

const struct command billing_commands[] = {
	DO("deal.quote", N_("Make a quote"), N_("A draft with the deal's products as lines."), "deals", "Q", N_("quote"), 24, COMMAND_WRITES, NULL, quote_make),
	DO("deal.invoice", N_("Make an invoice"), N_("A draft invoice with the deal's products, without a quote before."), "deals", "I", N_("invoice"), 25, COMMAND_WRITES, NULL, invoice_make),

	DO("quote.send", N_("Send the quote"), N_("Gives it its number and mails it as PDF, or only fixes it."), "quotes", "m", N_("send"), 2, COMMAND_WRITES, selected, quote_mail),
	DO("quote.accept", N_("Accepted"), N_("The customer said yes; asks who."), "quotes", "x", N_("accepted"), 3, COMMAND_WRITES, acceptable, quote_say_yes),
	DO("quote.decline", N_("Declined"), N_("The customer said no; asks why."), "quotes", "D", N_("declined"), 6, COMMAND_WRITES, answerable, quote_say_no),
	DO("quote.invoice", N_("Make the invoice"), N_("A draft invoice of this quote; deposits that were issued are deducted."), "quotes", "I", N_("invoice"), 4, COMMAND_WRITES, invoiceable, invoice_make),
	DO("quote.deposit", N_("Make a deposit invoice"), N_("A draft invoice of a part, in percent."), "quotes", "%", N_("deposit"), 7, COMMAND_WRITES, invoiceable, deposit_make),
	DO("quote.revise", N_("New version"), N_("A draft that takes the place of this quote when it is sent."), "quotes", "N", N_("new version"), 8, COMMAND_WRITES, revisable, quote_anew),
	DO("quote.show", N_("Show the document"), N_("The quote as the customer sees it."), "quotes", "d", N_("document"), 5, 0, selected, document_show),
	DO("quote.open", N_("Open the PDF"), N_("Shows it in the desktop's PDF program."), "quotes", "P", NULL, 0, 0, NULL, document_open),
	DO("quote.save", N_("Save the PDF"), N_("Writes it to a file."), "quotes", "f", N_("PDF"), 9, 0, selected, document_save),

	DO("invoice.issue", N_("Issue"), N_("Takes the number; from then on it cannot be changed. Asks before."), "invoices", "I", N_("issue"), 2, COMMAND_WRITES, draft_only, invoice_number),
	DO("invoice.send", N_("Send the invoice"), N_("Mails it as PDF, or notes it as sent another way."), "invoices", "m", N_("send"), 2, COMMAND_WRITES, issued_only, invoice_mail),
	DO("invoice.charge", N_("Charge"), N_("A page to pay on, as link and code; or the customer's card that is kept."), "invoices", "c", N_("charge"), 3, COMMAND_WRITES, due_only, invoice_charge),
	DO("invoice.pay", N_("Note a payment"), N_("Money that came in by transfer, cash or cheque."), "invoices", "b", N_("payment"), 4, COMMAND_WRITES, due_only, invoice_pay),
	DO("invoice.remind", N_("Remind"), N_("Mails the next reminder: friendly, firm, last notice."), "invoices", "i", N_("remind"), 6, COMMAND_WRITES, late_only, invoice_remind),
	DO("invoice.credit", N_("Credit note"), N_("Corrects an issued invoice, whole or in part."), "invoices", "N", N_("credit note"), 7, COMMAND_WRITES, creditable, invoice_credit),
	DO("invoice.write-off", N_("Write off"), N_("Nothing more is expected of it; asks why."), "invoices", "J", NULL, 0, COMMAND_WRITES, due_only, invoice_give_up),
	DO("invoice.copy", N_("Copy the invoice"), N_("A draft with the same lines."), "invoices", "T", NULL, 0, COMMAND_WRITES, NULL, invoice_again),
	DO("invoice.show", N_("Show the document"), N_("The invoice as the customer sees it, and what became of it."), "invoices", "d", N_("document"), 5, 0, selected, document_show),
	DO("invoice.open", N_("Open the PDF"), N_("Shows it in the desktop's PDF program."), "invoices", "P", NULL, 0, 0, NULL, document_open),
	DO("invoice.save", N_("Save the PDF"), N_("Writes it to a file."), "invoices", "f", N_("PDF"), 8, 0, selected, document_save),

	DO("payment.refund", N_("Give back"), N_("A refund of all or a part, with a credit note or without."), "payments", "b", N_("give back"), 2, COMMAND_WRITES, refundable, payment_refund),
	DO("payment.receipt", N_("Mail a receipt"), N_("Says what was paid, when and how."), "payments", "m", N_("receipt"), 3, COMMAND_WRITES, selected, payment_receipt),

	DO("subscription.cancel", N_("End the subscription"), N_("With the period that is paid, or now."), "subscriptions", "x", N_("end it"), 2, COMMAND_WRITES, endable, subscription_end),

	DO("account.card", N_("Keep a card"), N_("A page on which the customer saves a card, as link and code."), "billing_accounts", "c", N_("keep a card"), 2, COMMAND_WRITES, selected, account_card),
	DO("account.subscribe", N_("Start a subscription"), N_("Of a product with a price of Stripe's, paid by the card that is kept."), "billing_accounts", "b", N_("subscription"), 3, COMMAND_WRITES, selected,
		account_subscribe),
	DO("account.refresh", N_("Refresh the cards"), N_("Asks Stripe which cards are kept."), "billing_accounts", "F", N_("refresh"), 4, COMMAND_WRITES, selected, account_refresh),
};
const size_t billing_command_count = sizeof billing_commands / sizeof *billing_commands;

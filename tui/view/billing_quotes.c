/* Quotes: made of deals, sent, answered; and the invoices that come of them. */
#include "tui/view/billing_parts.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/billing.h"
#include "core/billing/post.h"

/* Tell how it went and open what was made. */
static void made(struct about *k, enum status st, const struct error *err, const char *entity, const struct id *id, const char *told)
{
	if (app_done(k->app, st, err, "%s", told))
		about_open(k->app, entity, id);
}

void quote_make(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	struct id id;
	if (!k)
		return;
	enum status st = quote_from_deal(k->app->core, &k->r->id, &id, &err);
	made(k, st, &err, "quotes", &id, _("A draft with the deal's products. u undoes."));
	about_free(k);
}

void invoice_make(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	struct id id;
	if (!k)
		return;
	enum status st = strcmp(k->r->entity->name, "quotes") == 0 ? invoice_from_quote(k->app->core, &k->r->id, NULL, &id, &err) : invoice_from_deal(k->app->core, &k->r->id, &id, &err);
	made(k, st, &err, "invoices", &id, _("A draft invoice. I issues it, u undoes."));
	about_free(k);
}

static void deposit_answered(struct about *k, const char *text)
{
	struct error err = {0};
	struct id id;
	char *pct = text_trim(k->arena, text);
	size_t n = strlen(pct);
	if (n && pct[n - 1] == '%')
		pct[n - 1] = '\0';
	for (char *p = pct; *p; p++)
		if (*p == ',')
			*p = '.';
	enum status st = invoice_from_quote(k->app->core, &k->r->id, text_trim(k->arena, pct), &id, &err);
	made(k, st, &err, "invoices", &id, _("A draft of the deposit invoice. I issues it, u undoes."));
}

void deposit_make(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		about_ask(k, _("Deposit, percent:"), "30", NULL, deposit_answered);
}

/* Sending */

static void mail_answered(struct about *k, const char *text)
{
	struct error err = {0};
	int64_t job;
	struct core *c = k->app->core;
	if (text_is_blank(text))
		(void)app_done(k->app, quote_send(c, &k->r->id, &err), &err, "%s", _("The quote has its number and stays as it is. Nothing was mailed."));
	else
		(void)app_done(k->app, post_document(c, k->r->entity, &k->r->id, text, &job, &err), &err, _("On its way to %s."), text);
}

void quote_mail(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		about_ask(k, _("Send to:"), post_address(k->app->core, k->r->entity, &k->r->id, k->arena),
			_("The quote gets its number and is mailed as PDF. Leave the line empty to fix it without a mail."), mail_answered);
}

/* The answer */

static void yes_answered(struct about *k, const char *text)
{
	struct error err = {0};
	(void)app_done(k->app, quote_accept(k->app->core, &k->r->id, text, &err), &err, "%s", _("Accepted. I makes the invoice, % one of a deposit; u undoes."));
}

void quote_say_yes(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct id contact;
	if (!k)
		return;
	contact = record_id(k->r, "contact");
	about_ask(k, _("Who said yes?"), id_is_nil(&contact) ? "" : store_title(k->app->core, model_entity(k->app->core->model, "contacts"), &contact, k->arena), NULL, yes_answered);
}

static void no_answered(struct about *k, const char *text)
{
	struct error err = {0};
	(void)app_done(k->app, quote_decline(k->app->core, &k->r->id, text, &err), &err, "%s", _("Declined. N makes a new version, u undoes."));
}

void quote_say_no(const struct command_call *call)
{
	struct about *k = about_here(call);
	if (k)
		about_ask(k, _("Why not?"), "", NULL, no_answered);
}

void quote_anew(const struct command_call *call)
{
	struct about *k = about_here(call);
	struct error err = {0};
	struct id id;
	if (!k)
		return;
	enum status st = quote_revise(k->app->core, &k->r->id, &id, &err);
	made(k, st, &err, "quotes", &id, _("The next version, as a draft. The old one holds until this one is sent."));
	about_free(k);
}

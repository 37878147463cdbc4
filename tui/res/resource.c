#include "tui/res/resource.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/assets.h"
#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "tui/ui/theme.h"

#define RELATED(list) .related = (list), .n_related = (int)(sizeof(list) / sizeof *(list))

static const struct related contact[] = {
	{N_("Deals"), "deals", "contact", NULL, "-value", {"title", "stage", "value"}, "contact"},
	{N_("Next"), "activities", "contact", "status:planned", "due_at", {"subject", "what", "due_at"}, "contact"},
	{N_("Timeline"), "activities", "contact", "-status:planned", "-completed_at,-num", {"subject", "what", "completed_at"}, NULL},
	{N_("Quotes"), "quotes", "contact", NULL, "-num", {"title", "status", "gross"}, NULL},
	{N_("Invoices"), "invoices", "contact", NULL, "-num", {"number", "status", "gross"}, NULL},
	{N_("Subscriptions"), "subscriptions", "contact", NULL, "-num", {"name", "status", "mrr"}, NULL},
	{N_("Other companies"), "contact_companies", "contact", NULL, NULL, {"company", "title", "role"}, "contact"},
};

static const struct related company[] = {
	{N_("People"), "contacts", "company", NULL, NULL, {"full_name", "job_title", "last_contacted_at"}, "company"},
	{N_("Deals"), "deals", "company", NULL, "-value", {"title", "stage", "value"}, "company"},
	{N_("Next"), "activities", "company", "status:planned", "due_at", {"subject", "what", "due_at"}, "company"},
	{N_("Timeline"), "activities", "company", "-status:planned", "-completed_at,-num", {"subject", "what", "completed_at"}, NULL},
	{N_("Quotes"), "quotes", "company", NULL, "-num", {"title", "status", "gross"}, NULL},
	{N_("Invoices"), "invoices", "company", NULL, "-num", {"number", "status", "gross"}, NULL},
	{N_("Subscriptions"), "subscriptions", "company", NULL, "-num", {"name", "status", "mrr"}, NULL},
	{N_("Customer account"), "billing_accounts", "company", NULL, NULL, {"name", "email", NULL}, NULL},
	{N_("Subsidiaries"), "companies", "parent", NULL, NULL, {"name", "industry", "type"}, "parent"},
};

static const struct related deal[] = {
	{N_("Next"), "activities", "deal", "status:planned", "due_at", {"subject", "what", "due_at"}, "deal"},
	{N_("Products"), "deal_lines", "deal", NULL, NULL, {"product", "quantity", "unit_price"}, "deal"},
	{N_("Quotes"), "quotes", "deal", NULL, "-num", {"title", "status", "gross"}, NULL},
	{N_("Invoices"), "invoices", "deal", NULL, "-num", {"number", "status", "gross"}, NULL},
	{N_("People"), "deal_contacts", "deal", NULL, NULL, {"contact", "role", NULL}, "deal"},
	{N_("Timeline"), "activities", "deal", "-status:planned", "-completed_at,-num", {"subject", "what", "completed_at"}, NULL},
	{N_("Stages"), "deal_stage_history", "deal", NULL, "-at", {"to_stage", "seconds", "at"}, NULL},
};

static const struct related activity[] = {
	{N_("Participants"), "activity_participants", "activity", NULL, NULL, {"contact", "role", "response"}, "activity"},
	{N_("What became of it"), "email_logs", "activity", NULL, "num", {"event", "reason", "at"}, NULL},
};

static const struct related product[] = {
	{N_("Prices"), "prices", "product", NULL, NULL, {"currency", "min_qty", "unit_price"}, "product"},
	{N_("Sold in"), "deal_lines", "product", NULL, "-num", {"deal", "quantity", "unit_price"}, NULL},
};

static const struct related pipeline[] = {
	{N_("Stages"), "stages", "pipeline", NULL, "position", {"name", "type", "probability"}, "pipeline"},
};

static const struct related quote[] = {
	{N_("Lines"), "quote_lines", "quote", NULL, "position", {"name", "quantity", "net"}, "quote"},
	{N_("Invoices"), "invoices", "quote", NULL, "num", {"number", "status", "gross"}, NULL},
	{N_("Later versions"), "quotes", "replaces", NULL, "num", {"title", "status", "gross"}, NULL},
};

static const struct related invoice[] = {
	{N_("Lines"), "invoice_lines", "invoice", NULL, "position", {"name", "quantity", "net"}, "invoice"},
	{N_("Payments"), "payments", "invoice", NULL, "paid_on,num", {"method", "status", "amount"}, NULL},
	{N_("Payment requests"), "payment_intents", "invoice", NULL, "-num", {"kind", "status", "amount"}, NULL},
	{N_("Refunds"), "refunds", "invoice", NULL, "num", {"reason", "status", "amount"}, NULL},
	{N_("Credit notes"), "invoices", "corrects", NULL, "num", {"number", "status", "gross"}, NULL},
	{N_("Disputes"), "disputes", "invoice", NULL, "num", {"reason", "status", "amount"}, NULL},
};

static const struct related payment[] = {
	{N_("Refunds"), "refunds", "payment", NULL, "num", {"reason", "status", "amount"}, NULL},
	{N_("Disputes"), "disputes", "payment", NULL, "num", {"reason", "status", "amount"}, NULL},
};

static const struct related account[] = {
	{N_("Cards"), "payment_methods", "billing_account", NULL, "-is_default,num", {"brand", "last4", "expiry"}, NULL},
	{N_("Subscriptions"), "subscriptions", "billing_account", NULL, "-num", {"name", "status", "mrr"}, NULL},
	{N_("Invoices"), "invoices", "billing_account", NULL, "-num", {"number", "status", "gross"}, NULL},
	{N_("Payment requests"), "payment_intents", "billing_account", NULL, "-num", {"kind", "status", "amount"}, NULL},
};

static const struct related user[] = {
	{N_("Open deals"), "deals", "owner", "status:open", "-value", {"title", "stage", "value"}, NULL},
};

static const struct resource resources[] = {
	{"contacts", RELATED(contact)}, {"companies", RELATED(company)}, {"deals", RELATED(deal)},
	{"activities", RELATED(activity)}, {"products", RELATED(product)}, {"pipelines", RELATED(pipeline)},
	{"users", RELATED(user)}, {"quotes", RELATED(quote)}, {"invoices", RELATED(invoice)}, {"payments", RELATED(payment)},
	{"billing_accounts", RELATED(account)},
};

const struct resource *resource_of(const char *entity)
{
	for (size_t i = 0; i < sizeof resources / sizeof *resources; i++)
		if (strcmp(resources[i].entity, entity) == 0)
			return &resources[i];
	return NULL;
}

static const char *const themes[] = {N_("default"), N_("quiet"), N_("contrast"), N_("nord")};

int resource_themes(const char *names[], int max)
{
	int n = 0;
	for (; n < max && n < (int)(sizeof themes / sizeof *themes); n++)
		names[n] = themes[n];
	return n;
}

enum status resource_theme(const char *name, int colors, struct style styles[ROLE_COUNT], struct error *err)
{
	char path[80];
	if (strcmp(name, "default") == 0)
		return ST_OK;
	(void)snprintf(path, sizeof path, "themes/%s", name);
	const struct asset *found = asset_find(path);
	if (!found) {
		error_set(err, ST_NOT_FOUND, _("There is no theme “%s”."), name);
		error_hint(err, "default, quiet, contrast, nord");
		return ST_NOT_FOUND;
	}
	char *text = mem_strndup((const char *)found->data, found->size);
	enum status st = theme_parse(text, colors, styles, err);
	free(text);
	return st;
}

/* Mail: who it comes from, texts to begin with, and what became of each that was sent. The mail itself is an activity. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"

static const struct choice template_status[] = {{"active", N_("In use"), "ok"}, {"archived", N_("Archived"), "dim"}, {0}};

static const struct choice mail_event[] = {
	{"queued", NC_("mail", "In the outbox"), NULL}, {"processed", NC_("mail", "Sent"), NULL},
	{"deferred", NC_("mail", "Delayed"), "warn"},   {"delivered", NC_("mail", "Delivered"), "ok"},
	{"bounce", NC_("mail", "Bounced"), "error"},    {"dropped", NC_("mail", "Not sent"), "error"},
	{"spamreport", NC_("mail", "Complaint"), "error"}, {"unsubscribe", NC_("mail", "Unsubscribed"), "warn"}, {0},
};

static const struct field sender_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "email", .type = FT_EMAIL, .label = N_("Email"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 30, .prio = 1},
	{.name = "reply_to", .type = FT_EMAIL, .label = N_("Answers go to"), .flags = FF_FORM, .width = 26},
	{.name = "signature", .type = FT_LONG_TEXT, .label = N_("Signature"), .flags = FF_FORM | FF_NOBULK, .width = 30},
	{.name = "user", .type = FT_REF, .label = N_("Used by"), .column = "user_id", .ref = "users", .flags = FF_COLUMN | FF_FORM, .width = 18, .prio = 3},
	{.name = "dkim_selector", .type = FT_TEXT, .label = N_("DKIM selector"), .flags = FF_FORM, .width = 14},
	{.name = "proofs", .type = FT_TEXT, .label = N_("Domain"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "verdict", .type = FT_TEXT, .label = N_("Domain"), .flags = FF_COLUMN, .width = 30, .prio = 2, .compute = hook_sender_verdict},
	{.name = "checked_at", .type = FT_DATETIME, .label = N_("Looked up"), .flags = FF_READONLY, .width = 12, .prio = 5},
};

const struct entity entity_senders = {
	.name = "senders", .singular = "sender", .label = N_("Sender"), .label_new = N_("New sender"), .label_plural = N_("Senders"), .letter = "F",
	ENTITY_FIELDS(sender_fields), .title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive, .check = hook_sender_check,
	.no_search = true, .since = 4,
};

static const struct field template_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 26, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "category", .type = FT_TEXT, .label = N_("Category"), .flags = FF_COLUMN | FF_FORM, .width = 16, .prio = 3},
	{.name = "language", .type = FT_TEXT, .label = N_("Language"), .flags = FF_COLUMN | FF_FORM, .width = 8, .prio = 4},
	{.name = "subject", .type = FT_TEXT, .label = N_("Subject"), .flags = FF_COLUMN | FF_FORM, .width = 36, .prio = 2},
	{.name = "preheader", .type = FT_TEXT, .label = N_("Preheader"), .width = 30},
	{.name = "body_text", .type = FT_LONG_TEXT, .label = N_("Text"), .flags = FF_FORM | FF_NOBULK, .width = 40},
	{.name = "body_html", .type = FT_LONG_TEXT, .label = N_("HTML"), .flags = FF_FORM | FF_NOBULK, .width = 40},
	{.name = "variables", .type = FT_TEXT, .label = N_("Variables"), .flags = FF_READONLY, .width = 30},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = template_status, .flags = FF_COLUMN, .def = "active", .width = 10, .prio = 5},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .width = 16, .prio = 6, .def = "me"},
};

const struct entity entity_templates = {
	.name = "templates", .singular = "template", .label = N_("Template"), .label_new = N_("New template"), .label_plural = N_("Templates"), .letter = "M",
	ENTITY_FIELDS(template_fields), .title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive, .check = hook_template_check,
	.no_search = true, .since = 4,
};

/* One line for each thing a server or a service said of a mail. Judged by its activity, as its rows are. */
static const struct field email_log_fields[] = {
	{.name = "activity", .type = FT_REF, .label = N_("Activity"), .column = "activity_id", .ref = "activities",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "address", .type = FT_EMAIL, .label = N_("Email"), .flags = FF_COLUMN | FF_INDEXED, .width = 28},
	{.name = "event", .type = FT_ENUM, .label = N_("Event"), .choices = mail_event, .flags = FF_REQUIRED | FF_COLUMN, .width = 14},
	{.name = "at", .type = FT_DATETIME, .label = N_("When"), .flags = FF_COLUMN, .width = 14},
	{.name = "provider", .type = FT_TEXT, .label = N_("Service"), .width = 10},
	{.name = "event_id", .type = FT_TEXT, .label = N_("Event id"), .flags = FF_HIDDEN},
	{.name = "code", .type = FT_TEXT, .label = N_("Code"), .width = 8},
	{.name = "reason", .type = FT_TEXT, .label = N_("Reason"), .flags = FF_COLUMN, .width = 40},
};

const struct entity entity_email_logs = {
	.name = "email_logs", .singular = "email_log", .label = N_("Mail event"), .label_plural = N_("Mail events"), ENTITY_FIELDS(email_log_fields),
	.title = "t.event", .sort = "num", .parent = "activity", .no_search = true, .since = 4,
};

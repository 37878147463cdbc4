/* Activities: calls, mails, meetings, notes, tasks, visits. And what shapes the workplace: the organization, teams, users,
 * custom fields, saved views, smart lists. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"

static const struct choice activity_type[] = {
	{"call", N_("Call"), NULL},   {"email", N_("Email"), NULL}, {"meeting", N_("Meeting"), NULL},
	{"note", N_("Note"), NULL},   {"task", N_("Task"), NULL},   {"sms", N_("SMS"), NULL},
	{"visit", N_("Visit"), NULL}, {"message", N_("Message"), NULL}, {0},
};

static const struct choice activity_status[] = {
	{"planned", N_("Planned"), NULL},    {"done", N_("Done"), "ok"},       {"cancelled", N_("Cancelled"), "dim"},
	{"no_show", N_("No show"), "warn"}, {"missed", N_("Missed"), "warn"}, {0},
};

static const struct choice direction[] = {{"inbound", N_("Inbound"), NULL}, {"outbound", N_("Outbound"), NULL}, {0}};

static const struct choice priority[] = {
	{"low", N_("Low"), "dim"}, {"normal", N_("Normal"), NULL}, {"high", N_("High"), "warn"},
	{"urgent", N_("Urgent"), "error"}, {0}};

static const struct choice outcome[] = {
	{"connected", N_("Connected"), "ok"},   {"interested", N_("Interested"), "ok"},
	{"meeting_set", N_("Meeting set"), "ok"}, {"left_message", N_("Left a message"), NULL},
	{"no_answer", N_("No answer"), "dim"},  {"busy", N_("Busy"), "dim"},
	{"call_back", N_("Call back"), "warn"}, {"not_interested", N_("Not interested"), "error"},
	{"wrong_number", N_("Wrong number"), "error"}, {0},
};

/* What became of a mail; the rest of its life is in email_logs. */
static const struct choice mail_state[] = {
	{"outbox", NC_("mail", "In the outbox"), NULL}, {"sent", NC_("mail", "Sent"), NULL}, {"deferred", NC_("mail", "Delayed"), "warn"},
	{"delivered", NC_("mail", "Delivered"), "ok"}, {"bounced", NC_("mail", "Bounced"), "error"}, {"complained", NC_("mail", "Complaint"), "error"},
	{"failed", NC_("mail", "Not sent"), "error"}, {0},
};

static const struct choice user_status[] = {
	{"invited", N_("Invited"), "dim"}, {"active", N_("Active"), "ok"}, {"suspended", N_("Suspended"), "warn"},
	{"deactivated", N_("Deactivated"), "dim"}, {0},
};

static const struct choice custom_type[] = {
	{"text", N_("Text"), NULL},       {"long_text", N_("Long text"), NULL}, {"integer", N_("Whole number"), NULL},
	{"decimal", N_("Decimal"), NULL}, {"money", N_("Money"), NULL},         {"date", N_("Date"), NULL},
	{"datetime", N_("Date and time"), NULL}, {"bool", N_("Yes or no"), NULL}, {"select", N_("One of a list"), NULL},
	{"multi_select", N_("Several of a list"), NULL}, {"url", N_("Web address"), NULL}, {"email", N_("Email"), NULL},
	{"phone", N_("Phone"), NULL},     {"user", N_("User"), NULL}, {"contact", N_("Contact"), NULL},
	{"company", N_("Company"), NULL}, {0},
};

static const struct choice visibility[] = {{"private", N_("Only me"), NULL}, {"team", N_("Everybody"), NULL}, {0}};
static const struct choice list_kind[] = {{"dynamic", N_("Dynamic"), NULL}, {"static", N_("Snapshot"), NULL}, {0}};

static const struct field activity_fields[] = {
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = activity_type,
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "task", .width = 8, .min_width = 7, .prio = 2,
	 .group = N_("Activity")},
	{.name = "subject", .type = FT_TEXT, .label = N_("Subject"), .flags = FF_SEARCH | FF_COLUMN | FF_FORM,
	 .width = 32, .min_width = 20, .prio = 1},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .width = 20, .min_width = 14, .prio = 2},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies",
	 .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .width = 20, .min_width = 14, .prio = 5},
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals",
	 .flags = FF_FORM | FF_INDEXED, .width = 20, .min_width = 12, .prio = 5},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = activity_status,
	 .flags = FF_REQUIRED | FF_COLUMN, .def = "planned", .width = 10, .min_width = 7, .prio = 3},
	{.name = "due_at", .type = FT_DATETIME, .label = N_("Due"), .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .alias = "due",
	 .width = 16, .min_width = 15, .prio = 1, .group = N_("When")},
	{.name = "start_at", .type = FT_DATETIME, .label = N_("Start"), .alias = "start", .width = 12},
	{.name = "end_at", .type = FT_DATETIME, .label = N_("End"), .width = 12},
	{.name = "duration_s", .type = FT_DURATION, .label = N_("Duration"), .alias = "duration", .flags = FF_FORM,
	 .width = 8},
	{.name = "remind_at", .type = FT_DATETIME, .label = N_("Reminder"), .alias = "remind", .width = 12},
	{.name = "rrule", .type = FT_TEXT, .label = N_("Repeats"), .alias = "repeat", .width = 14, .flags = FF_NOBULK},
	{.name = "priority", .type = FT_ENUM, .label = N_("Priority"), .choices = priority, .flags = FF_FORM,
	 .def = "normal", .width = 8, .min_width = 6, .prio = 6},
	{.name = "outcome", .type = FT_ENUM, .label = N_("Outcome"), .choices = outcome, .width = 14,
	 .group = N_("What happened")},
	{.name = "direction", .type = FT_ENUM, .label = N_("Direction"), .choices = direction, .width = 9},
	{.name = "body", .type = FT_LONG_TEXT, .label = N_("Notes"), .flags = FF_FORM | FF_NOBULK | FF_SEARCH, .width = 30},
	{.name = "location", .type = FT_TEXT, .label = N_("Location"), .width = 18},
	{.name = "join_url", .type = FT_URL, .label = N_("Link to join"), .width = 24},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users",
	 .flags = FF_FORM, .width = 16, .min_width = 8, .prio = 7, .def = "me"},
	{.name = "completed_at", .type = FT_DATETIME, .label = N_("Completed"), .flags = FF_READONLY, .width = 12},
	{.name = "next_activity", .type = FT_REF, .label = N_("Next"), .column = "next_activity_id",
	 .ref = "activities", .flags = FF_HIDDEN | FF_READONLY},
	{.name = "mail_from", .type = FT_TEXT, .label = NC_("mail", "From"), .flags = FF_READONLY, .width = 26, .since = 4, .group = N_("Mail")},
	{.name = "mail_to", .type = FT_TEXT, .label = NC_("mail", "To"), .flags = FF_READONLY, .width = 26, .since = 4},
	{.name = "mail_files", .type = FT_TEXT, .label = N_("Files"), .flags = FF_READONLY, .width = 26, .since = 4},
	{.name = "mail_state", .type = FT_ENUM, .label = N_("Mail"), .choices = mail_state, .flags = FF_READONLY, .width = 12, .since = 4},
	{.name = "mail_note", .type = FT_TEXT, .label = N_("What was said"), .flags = FF_READONLY, .width = 40, .since = 4},
	{.name = "what", .type = FT_TEXT, .label = N_("What it is"), .flags = FF_HIDDEN, .compute = hook_activity_what},
	{.name = "message_id", .type = FT_TEXT, .label = N_("Message id"), .flags = FF_HIDDEN | FF_READONLY, .since = 4},
	{.name = "mail_job", .type = FT_INT, .label = N_("Job"), .flags = FF_HIDDEN | FF_READONLY, .since = 4},
};

const struct entity entity_activities = {
	.name = "activities", .singular = "activity", .label = N_("Activity"), .label_new = N_("New activity"), .label_plural = N_("Activities"),
	.letter = "A", ENTITY_FIELDS(activity_fields), .title = "COALESCE(t.subject, t.type)", .sort = "due_at",
	.top = true, .check = hook_activity_check, .effects = hook_activity_effects, .indexes = "status, due_at",
};

static const struct field participant_fields[] = {
	{.name = "activity", .type = FT_REF, .label = N_("Activity"), .column = "activity_id", .ref = "activities",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_INDEXED | FF_INTERNAL_REF | FF_FORM},
	{.name = "user", .type = FT_REF, .label = N_("User"), .column = "user_id", .ref = "users", .flags = FF_FORM},
	{.name = "role", .type = FT_TEXT, .label = N_("Role"), .flags = FF_FORM},
	{.name = "response", .type = FT_TEXT, .label = N_("Response")},
};

const struct entity entity_activity_participants = {
	.name = "activity_participants", .singular = "participant", .label = N_("Participant"), .label_new = N_("New participant"),
	.label_plural = N_("Participants"), ENTITY_FIELDS(participant_fields),
	.title = "COALESCE((SELECT c.full_name FROM contacts c WHERE c.id = t.contact_id), '')", .sort = "num",
	.parent = "activity", .no_search = true,
};

static const struct choice plans[] = {{"starter", N_("Starter"), NULL}, {"pro", N_("Pro"), NULL}, {"enterprise", N_("Enterprise"), NULL}, {0}};

static const struct field organization_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "legal_name", .type = FT_TEXT, .label = N_("Legal name"), .flags = FF_FORM},
	{.name = "slug", .type = FT_TEXT, .label = N_("Slug"), .flags = FF_HIDDEN},
	{.name = "siren", .type = FT_TEXT, .label = N_("SIREN"), .flags = FF_FORM},
	{.name = "siret", .type = FT_TEXT, .label = N_("SIRET"), .flags = FF_FORM},
	{.name = "vat_number", .type = FT_TEXT, .label = N_("VAT number"), .flags = FF_FORM},
	{.name = "legal_form", .type = FT_TEXT, .label = N_("Legal form")},
	{.name = "share_capital", .type = FT_MONEY, .label = N_("Share capital"), .column = "share_capital_minor",
	 .currency = "default_currency"},
	{.name = "street", .type = FT_TEXT, .label = N_("Street"), .flags = FF_FORM},
	{.name = "street2", .type = FT_TEXT, .label = N_("Street, line 2")},
	{.name = "postal_code", .type = FT_TEXT, .label = N_("Postal code"), .flags = FF_FORM},
	{.name = "city", .type = FT_TEXT, .label = N_("City"), .flags = FF_FORM},
	{.name = "region", .type = FT_TEXT, .label = N_("Region")},
	{.name = "country", .type = FT_COUNTRY, .label = N_("Country"), .flags = FF_FORM},
	{.name = "default_currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_REQUIRED | FF_FORM,
	 .def = "EUR"},
	{.name = "locale", .type = FT_TEXT, .label = N_("Language"), .flags = FF_HIDDEN},
	{.name = "timezone", .type = FT_TEXT, .label = N_("Time zone")},
	{.name = "fiscal_year_start", .type = FT_INT, .low = 1, .high = 12, .label = N_("Fiscal year starts in month"), .def = "1"},
	{.name = "iban", .type = FT_TEXT, .label = N_("IBAN"), .flags = FF_FORM},
	{.name = "bic", .type = FT_TEXT, .label = N_("BIC"), .flags = FF_FORM},
	{.name = "billing_email", .type = FT_EMAIL, .label = N_("Email on invoices"), .since = 5, .group = N_("Invoices")},
	{.name = "billing_phone", .type = FT_PHONE, .label = N_("Phone on invoices"), .since = 5},
	{.name = "payment_terms_days", .type = FT_INT, .low = 0, .high = 3650, .label = N_("Payment terms, days"), .def = "30", .since = 5},
	{.name = "quote_days", .type = FT_INT, .low = 0, .high = 3650, .label = N_("Quotes are valid, days"), .def = "30", .since = 5},
	{.name = "vat_rate", .type = FT_DECIMAL, .label = N_("Usual VAT, %"), .since = 5},
	{.name = "vat_exemption", .type = FT_TEXT, .label = N_("Why no VAT is charged at all"), .since = 5},
	{.name = "invoice_terms", .type = FT_LONG_TEXT, .label = N_("Terms on invoices"), .since = 5},
	{.name = "quote_terms", .type = FT_LONG_TEXT, .label = N_("Terms on quotes"), .since = 5},
	{.name = "logo", .type = FT_LONG_TEXT, .label = N_("Logo"), .flags = FF_HIDDEN, .since = 5}, /* base64 of a PNG or JPEG */
	{.name = "stripe_account_id", .type = FT_TEXT, .label = N_("Stripe account"), .flags = FF_READONLY, .since = 5},
	{.name = "stripe_customer_id", .type = FT_TEXT, .label = N_("Stripe customer"), .flags = FF_READONLY | FF_HIDDEN, .since = 5},
	{.name = "plan", .type = FT_ENUM, .label = N_("Plan"), .choices = plans, .flags = FF_READONLY, .since = 5},
	{.name = "subscription_status", .type = FT_TEXT, .label = N_("Plan's state"), .flags = FF_READONLY, .since = 5},
	{.name = "trial_ends_at", .type = FT_DATETIME, .label = N_("Trial ends"), .flags = FF_READONLY, .since = 5},
	{.name = "retention_days", .type = FT_INT, .low = 0, .high = 36500, .label = N_("Retention, days"), .def = "1095"},
	{.name = "require_2fa", .type = FT_BOOL, .label = N_("Everybody needs a second factor"), .since = 2},
	{.name = "require_2fa_from", .type = FT_DATE, .label = N_("…from this day on"), .since = 2},
};

const struct entity entity_organizations = {
	.name = "organizations", .singular = "organization", .label = N_("Organization"),
	.label_plural = N_("Organizations"), ENTITY_FIELDS(organization_fields), .title = "t.name", .sort = "sort_key",
	.derive = hook_name_derive, .check = hook_company_check, .no_search = true,
};

static const struct field team_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24,
	 .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "parent", .type = FT_REF, .label = N_("Parent team"), .column = "parent_id", .ref = "teams",
	 .flags = FF_FORM, .width = 18},
	{.name = "manager", .type = FT_REF, .label = N_("Manager"), .column = "manager_id", .ref = "users",
	 .flags = FF_COLUMN | FF_FORM, .width = 18},
};

const struct entity entity_teams = {
	.name = "teams", .singular = "team", .label = N_("Team"), .label_new = N_("New team"), .label_plural = N_("Teams"), ENTITY_FIELDS(team_fields),
	.title = "t.name", .sort = "sort_key", .derive = hook_name_derive, .check = hook_team_check, .no_search = true, .top = true,
};

static const struct field user_fields[] = {
	{.name = "full_name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_DERIVED | FF_COLUMN, .alias = "name",
	 .width = 22, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED | FF_INDEXED},
	{.name = "first_name", .type = FT_TEXT, .label = N_("First name"), .flags = FF_FORM | FF_SEARCH, .width = 14},
	{.name = "last_name", .type = FT_TEXT, .label = N_("Last name"), .flags = FF_FORM | FF_SEARCH, .width = 14},
	{.name = "email", .type = FT_EMAIL, .label = N_("Email"),
	 .flags = FF_COLUMN | FF_FORM | FF_UNIQUE | FF_SEARCH, .width = 26, .prio = 2},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = user_status, .flags = FF_COLUMN | FF_FORM,
	 .def = "active", .width = 12, .prio = 4},
	{.name = "team", .type = FT_REF, .label = N_("Team"), .column = "team_id", .ref = "teams",
	 .flags = FF_COLUMN | FF_FORM, .width = 14, .prio = 3},
	{.name = "manager", .type = FT_REF, .label = N_("Manager"), .column = "manager_id", .ref = "users",
	 .flags = FF_COLUMN | FF_FORM, .width = 20, .prio = 5},
	{.name = "role", .type = FT_REF, .label = N_("Role"), .column = "role_id", .ref = "roles",
	 .flags = FF_COLUMN | FF_FORM, .width = 14, .prio = 3, .since = 2},
	{.name = "two_factor", .type = FT_BOOL, .label = N_("Second factor"), .flags = FF_COLUMN, .width = 8, .prio = 6, .since = 2,
	 .sql = "(SELECT CASE WHEN k.totp_at IS NULL THEN 0 ELSE 1 END FROM user_credentials k WHERE k.user_id = t.id)"},
	{.name = "locale", .type = FT_TEXT, .label = N_("Language"), .width = 6},
	{.name = "timezone", .type = FT_TEXT, .label = N_("Time zone"), .width = 14},
};

const struct entity entity_users = {
	.name = "users", .singular = "user", .label = N_("User"), .label_new = N_("New user"), .label_plural = N_("Users"), .letter = "U",
	ENTITY_FIELDS(user_fields), .title = "t.full_name", .sort = "sort_key", .top = true, .derive = hook_user_derive,
	.check = hook_user_check, .effects = hook_user_effects,
};

static const struct field custom_field_fields[] = {
	{.name = "object", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .width = 12, .prio = 2},
	{.name = "key", .type = FT_TEXT, .label = N_("Key"), .column = "field_key",
	 .flags = FF_REQUIRED | FF_FILLED | FF_COLUMN | FF_FORM, .width = 18, .prio = 3},
	{.name = "label", .type = FT_TEXT, .label = N_("Label"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 22,
	 .prio = 1},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = custom_type,
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "text", .width = 16, .prio = 2},
	{.name = "options", .type = FT_TEXT, .label = N_("Choices"), .flags = FF_COLUMN | FF_FORM, .width = 24, .prio = 4},
	{.name = "required", .type = FT_BOOL, .label = N_("Required"), .flags = FF_FORM, .def = "0"},
	{.name = "default_value", .type = FT_TEXT, .label = N_("Default"), .flags = FF_FORM},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_custom_fields = {
	.name = "custom_fields", .singular = "custom_field", .label = N_("Custom field"), .label_new = N_("New custom field"),
	.label_plural = N_("Custom fields"), ENTITY_FIELDS(custom_field_fields), .title = "t.label", .sort = "position",
	.top = true, .no_search = true, .check = hook_custom_field_check, .effects = hook_custom_field_effects,
};

static const struct field view_fields[] = {
	{.name = "object", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_COLUMN, .width = 12},
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24,
	 .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "filter", .type = FT_TEXT, .label = N_("Filter"), .flags = FF_COLUMN | FF_FORM, .width = 36},
	{.name = "sort", .type = FT_TEXT, .label = N_("Sort"), .column = "sort_by", .flags = FF_FORM},
	{.name = "columns", .type = FT_TEXT, .label = N_("Columns"), .flags = FF_FORM},
	{.name = "visibility", .type = FT_ENUM, .label = N_("Seen by"), .choices = visibility, .def = "private",
	 .flags = FF_FORM},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_saved_views = {
	.name = "saved_views", .singular = "saved_view", .label = N_("View"), .label_new = N_("New view"), .label_plural = N_("Saved views"),
	ENTITY_FIELDS(view_fields), .title = "t.name", .sort = "position", .top = true, .derive = hook_name_derive,
	.check = hook_filter_check, .no_search = true,
};

static const struct field smart_list_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH,
	 .width = 24, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "object", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .def = "contacts", .width = 12, .prio = 3},
	{.name = "filter", .type = FT_TEXT, .label = N_("Filter"), .column = "definition",
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 40, .prio = 2},
	{.name = "count", .type = FT_INT, .label = N_("Members"), .flags = FF_COLUMN, .width = 9, .prio = 2,
	 .compute = hook_smart_list_count},
	{.name = "kind", .type = FT_ENUM, .label = N_("Kind"), .choices = list_kind, .def = "dynamic"},
	{.name = "visibility", .type = FT_ENUM, .label = N_("Seen by"), .choices = visibility, .def = "team"},
};

const struct entity entity_smart_lists = {
	.name = "smart_lists", .singular = "smart_list", .label = N_("Smart list"), .label_new = N_("New smart list"), .label_plural = N_("Smart lists"),
	ENTITY_FIELDS(smart_list_fields), .title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive,
	.check = hook_filter_check, .no_search = true,
};

const struct entity *const model_catalogue[] = {
	&entity_organizations, &entity_teams, &entity_users, &entity_companies, &entity_contacts,
	&entity_contact_emails, &entity_contact_phones, &entity_addresses, &entity_contact_companies, &entity_tags,
	&entity_taggings, &entity_pipelines, &entity_stages, &entity_lost_reasons, &entity_deals, &entity_deal_contacts,
	&entity_deal_lines, &entity_deal_stage_history, &entity_activities, &entity_activity_participants,
	&entity_products, &entity_prices, &entity_custom_fields, &entity_saved_views, &entity_smart_lists, &entity_roles,
	&entity_role_permissions, &entity_field_permissions, &entity_webhooks, &entity_senders, &entity_templates, &entity_email_logs,
	&entity_billing_accounts, &entity_quotes, &entity_quote_lines, &entity_invoices, &entity_invoice_lines, &entity_payments, &entity_refunds, &entity_disputes,
	&entity_payment_intents, &entity_payment_methods, &entity_subscriptions,
};
const int model_catalogue_count = (int)(sizeof model_catalogue / sizeof *model_catalogue);

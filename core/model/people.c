/* Contacts and companies, with what hangs on them: addresses, mail addresses, phones, roles, tags. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"

static const struct choice lifecycle[] = {
	{"subscriber", N_("Subscriber"), "dim"},
	{"lead", N_("Lead"), NULL},
	{"mql", N_("Marketing qualified"), NULL},
	{"sql", N_("Sales qualified"), NULL},
	{"opportunity", N_("Opportunity"), "warn"},
	{"customer", N_("Customer"), "ok"},
	{"evangelist", N_("Evangelist"), "ok"},
	{"other", N_("Other"), "dim"},
	{0},
};

static const struct choice lead_status[] = {
	{"new", N_("New"), NULL},
	{"open", NC_("lead", "Open"), NULL},
	{"in_progress", N_("In progress"), NULL},
	{"open_deal", N_("Open deal"), "ok"},
	{"attempted", N_("Attempted"), NULL},
	{"connected", N_("Connected"), "ok"},
	{"unqualified", N_("Unqualified"), "dim"},
	{"bad_timing", N_("Bad timing"), "dim"},
	{0},
};

static const struct choice company_type[] = {
	{"prospect", N_("Prospect"), NULL},
	{"customer", N_("Customer"), "ok"},
	{"partner", N_("Partner"), NULL},
	{"reseller", N_("Reseller"), NULL},
	{"competitor", N_("Competitor"), "warn"},
	{"other", N_("Other"), "dim"},
	{0},
};

static const struct choice contact_label[] = {
	{"work", N_("work"), NULL}, {"home", N_("home"), NULL}, {"mobile", N_("mobile"), NULL},
	{"fax", N_("fax"), NULL},   {"main", N_("main"), NULL}, {"other", N_("other"), NULL}, {0},
};

static const struct choice email_status[] = {
	{"unknown", N_("Unknown"), "dim"}, {"valid", N_("Valid"), "ok"},          {"invalid", N_("Invalid"), "error"},
	{"bounced", N_("Bounced"), "error"}, {"complained", N_("Complained"), "error"}, {0},
};

static const struct choice address_type[] = {
	{"billing", N_("Billing"), NULL}, {"shipping", N_("Shipping"), NULL}, {"work", NC_("address", "Work"), NULL},
	{"home", NC_("address", "Home"), NULL},       {"other", N_("Other"), NULL},       {0},
};

static const struct choice seniority[] = {
	{"owner", NC_("seniority", "Owner"), NULL},     {"executive", N_("Executive"), NULL}, {"director", N_("Director"), NULL},
	{"manager", NC_("seniority", "Manager"), NULL}, {"senior", N_("Senior"), NULL},       {"employee", N_("Employee"), NULL},
	{"junior", N_("Junior"), NULL},   {0},
};

/* The columns of the main address, shown flat on its owner. */
#define ADDRESS_FIELDS                                                                                                 \
	{.name = "street", .type = FT_TEXT, .label = N_("Street"), .child = "addresses", .child_column = "street",     \
	 .group = N_("Address"), .flags = FF_NOBULK},                                                                  \
	{.name = "street2", .type = FT_TEXT, .label = N_("Street, line 2"), .child = "addresses",                      \
	 .child_column = "street2", .flags = FF_NOBULK},                                                               \
	{.name = "postal_code", .type = FT_TEXT, .label = N_("Postal code"), .child = "addresses",                     \
	 .child_column = "postal_code", .alias = "zip", .width = 10},                                                  \
	{.name = "city", .type = FT_TEXT, .label = N_("City"), .child = "addresses", .child_column = "city",           \
	 .width = 16},                                                                                                 \
	{.name = "region", .type = FT_TEXT, .label = N_("Region"), .child = "addresses", .child_column = "region",     \
	 .width = 14},                                                                                                 \
	{.name = "country", .type = FT_COUNTRY, .label = N_("Country"), .child = "addresses",                          \
	 .child_column = "country", .width = 14}

static const struct field contact_fields[] = {
	{.name = "salutation", .type = FT_TEXT, .label = N_("Salutation"), .group = N_("Person"), .width = 6},
	{.name = "first_name", .type = FT_TEXT, .label = N_("First name"), .flags = FF_SEARCH | FF_FORM, .alias = "first",
	 .width = 14},
	{.name = "middle_name", .type = FT_TEXT, .label = N_("Middle name"), .flags = FF_SEARCH, .width = 12},
	{.name = "last_name", .type = FT_TEXT, .label = N_("Last name"), .flags = FF_SEARCH | FF_FORM, .alias = "last",
	 .width = 16},
	{.name = "suffix", .type = FT_TEXT, .label = N_("Suffix"), .width = 6},
	{.name = "nickname", .type = FT_TEXT, .label = N_("Nickname"), .flags = FF_SEARCH, .width = 12},
	{.name = "full_name", .type = FT_TEXT, .label = NC_("contact", "Name"), .flags = FF_DERIVED | FF_COLUMN | FF_NOBULK,
	 .alias = "name", .width = 26, .min_width = 18, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED | FF_REQUIRED},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies",
	 .flags = FF_SEARCH | FF_COLUMN | FF_INDEXED | FF_FORM, .width = 24, .min_width = 16, .prio = 2,
	 .group = N_("Work")},
	{.name = "job_title", .type = FT_TEXT, .label = N_("Title"), .flags = FF_COLUMN | FF_FORM, .alias = "title",
	 .width = 22, .min_width = 14, .prio = 6},
	{.name = "department", .type = FT_TEXT, .label = N_("Department"), .width = 16},
	{.name = "seniority", .type = FT_ENUM, .label = N_("Seniority"), .choices = seniority, .width = 12},
	{.name = "emails", .type = FT_LIST, .label = N_("Emails"), .child = "contact_emails", .child_column = "address",
	 .flags = FF_SEARCH | FF_FORM | FF_NOBULK, .group = N_("Reach"), .width = 30},
	{.name = "phones", .type = FT_LIST, .label = N_("Phones"), .child = "contact_phones", .child_column = "raw",
	 .flags = FF_SEARCH | FF_FORM | FF_NOBULK, .width = 24},
	{.name = "email", .type = FT_EMAIL, .label = N_("Email"), .child = "contact_emails", .child_column = "address",
	 .flags = FF_COLUMN | FF_NOBULK, .width = 28, .min_width = 20, .prio = 4},
	{.name = "email_status", .type = FT_ENUM, .label = N_("Mail arrives"), .choices = email_status, .width = 10,
	 .sql = "(SELECT CASE WHEN k.status = 'unknown' THEN NULL ELSE k.status END FROM contact_emails k WHERE k.contact_id = t.id AND k.is_primary = 1 AND "
		"k.deleted_at IS NULL LIMIT 1)"},
	{.name = "phone", .type = FT_PHONE, .label = N_("Phone"), .child = "contact_phones", .child_column = "raw",
	 .flags = FF_COLUMN | FF_NOBULK, .width = 18, .min_width = 16, .prio = 7},
	{.name = "website", .type = FT_URL, .label = N_("Website"), .width = 24},
	{.name = "linkedin_url", .type = FT_URL, .label = N_("LinkedIn"), .alias = "linkedin", .width = 24},
	{.name = "do_not_call", .type = FT_BOOL, .label = N_("Do not call"), .def = "0", .width = 6},
	{.name = "do_not_email", .type = FT_BOOL, .label = N_("Do not email"), .def = "0", .width = 6},
	ADDRESS_FIELDS,
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users",
	 .flags = FF_INDEXED | FF_FORM, .width = 16, .min_width = 8, .prio = 7, .group = NC_("group", "Sales"), .def = "me"},
	{.name = "lifecycle_stage", .type = FT_ENUM, .label = N_("Lifecycle"), .choices = lifecycle,
	 .flags = FF_COLUMN | FF_FORM, .alias = "lifecycle", .def = "lead", .width = 16, .min_width = 12, .prio = 5},
	{.name = "lead_status", .type = FT_ENUM, .label = N_("Lead status"), .choices = lead_status, .alias = "status",
	 .width = 12},
	{.name = "source", .type = FT_TEXT, .label = N_("Source"), .width = 14},
	{.name = "tags", .type = FT_TAGS, .label = N_("Tags"), .alias = "tag", .flags = FF_FORM, .width = 18, .prio = 8},
	{.name = "language", .type = FT_TEXT, .label = N_("Language"), .width = 6, .group = N_("More")},
	{.name = "timezone", .type = FT_TEXT, .label = N_("Time zone"), .width = 14},
	{.name = "birthday", .type = FT_DATE, .label = N_("Birthday"), .flags = FF_NOBULK, .width = 10},
	{.name = "description", .type = FT_LONG_TEXT, .label = N_("Description"), .flags = FF_NOBULK, .width = 30},
	{.name = "last_contacted_at", .type = FT_DATETIME, .label = N_("Last touch"), .alias = "touched",
	 .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .width = 12, .min_width = 11, .prio = 3},
	{.name = "last_inbound_at", .type = FT_DATETIME, .label = N_("Last heard from"), .flags = FF_READONLY,
	 .width = 11},
	{.name = "next_activity_at", .type = FT_DATETIME, .label = NC_("contact", "Next step"), .flags = FF_READONLY | FF_COLUMN,
	 .alias = "next", .width = 15, .min_width = 11, .prio = 3},
	{.name = "merged_into", .type = FT_REF, .label = N_("Merged into"), .column = "merged_into_id",
	 .ref = "contacts", .flags = FF_HIDDEN | FF_READONLY},
};

const struct entity entity_contacts = {
	.name = "contacts", .singular = "contact", .label = N_("Contact"), .label_new = N_("New contact"), .label_plural = N_("Contacts"), .letter = "C",
	ENTITY_FIELDS(contact_fields), .title = "t.full_name", .sort = "sort_key", .top = true,
	.derive = hook_contact_derive, .check = hook_contact_check,
};

static const struct field email_fields[] = {
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "address", .type = FT_EMAIL, .label = N_("Email"), .flags = FF_REQUIRED},
	{.name = "address_norm", .type = FT_TEXT, .label = N_("Email, normalised"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED},
	{.name = "label", .type = FT_ENUM, .label = N_("Label"), .choices = contact_label},
	{.name = "is_primary", .type = FT_BOOL, .label = N_("Primary"), .def = "0"},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = email_status, .def = "unknown"},
	{.name = "status_reason", .type = FT_TEXT, .label = N_("Reason"), .flags = FF_READONLY, .since = 4},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_contact_emails = {
	.name = "contact_emails", .singular = "contact_email", .label = N_("Email"), .label_plural = N_("Emails"),
	ENTITY_FIELDS(email_fields), .title = "t.address", .sort = "position", .parent = "contact", .no_search = true,
	.derive = hook_email_derive,
};

static const struct field phone_fields[] = {
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "raw", .type = FT_PHONE, .label = N_("Phone"), .flags = FF_REQUIRED},
	{.name = "digits", .type = FT_TEXT, .label = N_("Phone, digits"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED},
	{.name = "label", .type = FT_ENUM, .label = N_("Label"), .choices = contact_label},
	{.name = "is_primary", .type = FT_BOOL, .label = N_("Primary"), .def = "0"},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_contact_phones = {
	.name = "contact_phones", .singular = "contact_phone", .label = N_("Phone"), .label_plural = N_("Phones"),
	ENTITY_FIELDS(phone_fields), .title = "t.raw", .sort = "position", .parent = "contact", .no_search = true,
	.derive = hook_phone_derive,
};

static const struct field address_fields[] = {
	{.name = "owner_type", .type = FT_TEXT, .label = N_("Owner kind"), .flags = FF_REQUIRED | FF_HIDDEN},
	{.name = "subject", .type = FT_REF, .label = N_("Owner"), .column = "owner_id",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_HIDDEN},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = address_type, .def = "work", .flags = FF_FORM},
	{.name = "street", .type = FT_TEXT, .label = N_("Street"), .flags = FF_FORM},
	{.name = "street2", .type = FT_TEXT, .label = N_("Street, line 2"), .flags = FF_FORM},
	{.name = "postal_code", .type = FT_TEXT, .label = N_("Postal code"), .flags = FF_FORM},
	{.name = "city", .type = FT_TEXT, .label = N_("City"), .flags = FF_FORM},
	{.name = "region", .type = FT_TEXT, .label = N_("Region"), .flags = FF_FORM},
	{.name = "country", .type = FT_COUNTRY, .label = N_("Country"), .flags = FF_FORM},
	{.name = "is_primary", .type = FT_BOOL, .label = N_("Primary"), .def = "0"},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_addresses = {
	.name = "addresses", .singular = "address", .label = N_("Address"), .label_new = N_("New address"), .label_plural = N_("Addresses"),
	ENTITY_FIELDS(address_fields), .title = "COALESCE(t.city, t.street, '')", .sort = "position", .parent = "subject",
	.owner_type = "owner_type", .no_search = true,
};

/* How a buyer is taxed, where it differs from what a product says. */
static const struct choice vat_regime[] = {
	{"standard", N_("Taxed"), NULL}, {"reverse_charge", N_("Reverse charge"), NULL}, {"intra_community", N_("Intra-community supply"), NULL},
	{"export", NC_("VAT", "Export"), NULL}, {"exempt", N_("Exempt"), NULL}, {0},
};

static const struct field company_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"),
	 .flags = FF_REQUIRED | FF_SEARCH | FF_COLUMN | FF_FORM | FF_NOBULK, .width = 30, .min_width = 14, .prio = 1,
	 .group = N_("Company")},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED | FF_REQUIRED},
	{.name = "legal_name", .type = FT_TEXT, .label = N_("Legal name"), .flags = FF_SEARCH | FF_NOBULK, .width = 24},
	{.name = "domain", .type = FT_TEXT, .label = N_("Domain"),
	 .flags = FF_SEARCH | FF_COLUMN | FF_INDEXED | FF_UNIQUE | FF_FORM | FF_NOBULK, .width = 22, .min_width = 12,
	 .prio = 4},
	{.name = "website", .type = FT_URL, .label = N_("Website"), .width = 24},
	{.name = "phone", .type = FT_PHONE, .label = N_("Phone"), .flags = FF_COLUMN | FF_FORM, .width = 18,
	 .min_width = 14, .prio = 5},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = company_type, .flags = FF_COLUMN | FF_FORM,
	 .def = "prospect", .width = 11, .min_width = 8, .prio = 3},
	{.name = "industry", .type = FT_TEXT, .label = N_("Industry"), .flags = FF_COLUMN | FF_FORM, .width = 18,
	 .min_width = 10, .prio = 3},
	{.name = "employees", .type = FT_INT, .low = 0, .high = 100000000, .label = N_("Employees"), .flags = FF_COLUMN, .width = 10, .min_width = 7,
	 .prio = 5},
	{.name = "annual_revenue", .type = FT_MONEY, .label = N_("Annual revenue"), .column = "annual_revenue_minor",
	 .currency = "revenue_currency", .alias = "revenue", .width = 16},
	{.name = "revenue_currency", .type = FT_CURRENCY, .label = N_("Revenue currency"), .flags = FF_HIDDEN},
	{.name = "parent", .type = FT_REF, .label = N_("Parent company"), .column = "parent_id", .ref = "companies",
	 .flags = FF_INDEXED, .width = 20},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users",
	 .flags = FF_INDEXED | FF_COLUMN | FF_FORM, .width = 16, .min_width = 8, .prio = 4, .def = "me",
	 .group = NC_("group", "Sales")},
	{.name = "tags", .type = FT_TAGS, .label = N_("Tags"), .alias = "tag", .flags = FF_FORM, .width = 18},
	{.name = "payment_terms_days", .type = FT_INT, .low = 0, .high = 3650, .label = N_("Payment terms, days"), .width = 8},
	{.name = "billing_email", .type = FT_EMAIL, .label = N_("Email for invoices"), .flags = FF_NOBULK, .width = 24, .since = 5},
	{.name = "vat_regime", .type = FT_ENUM, .label = N_("VAT"), .choices = vat_regime, .width = 14, .since = 5},
	{.name = "einvoice_address", .type = FT_TEXT, .label = N_("E-invoice address"), .flags = FF_NOBULK, .width = 20, .since = 5},
	{.name = "siren", .type = FT_TEXT, .label = N_("SIREN"), .flags = FF_SEARCH | FF_NOBULK, .width = 11,
	 .group = N_("Register")},
	{.name = "siret", .type = FT_TEXT, .label = N_("SIRET"), .flags = FF_NOBULK, .width = 16},
	{.name = "vat_number", .type = FT_TEXT, .label = N_("VAT number"), .flags = FF_NOBULK, .alias = "vat", .width = 14},
	{.name = "naf_code", .type = FT_TEXT, .label = N_("NAF code"), .width = 7},
	ADDRESS_FIELDS,
	{.name = "linkedin_url", .type = FT_URL, .label = N_("LinkedIn"), .group = N_("More"), .width = 24},
	{.name = "description", .type = FT_LONG_TEXT, .label = N_("Description"), .flags = FF_NOBULK, .width = 30},
	{.name = "merged_into", .type = FT_REF, .label = N_("Merged into"), .column = "merged_into_id",
	 .ref = "companies", .flags = FF_HIDDEN | FF_READONLY},
};

const struct entity entity_companies = {
	.name = "companies", .singular = "company", .label = N_("Company"), .label_new = N_("New company"), .label_plural = N_("Companies"),
	.letter = "O", ENTITY_FIELDS(company_fields), .title = "t.name", .sort = "sort_key", .top = true,
	.derive = hook_name_derive, .check = hook_company_check,
};

static const struct field contact_company_fields[] = {
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_FORM},
	{.name = "title", .type = FT_TEXT, .label = N_("Title"), .flags = FF_FORM},
	{.name = "role", .type = FT_TEXT, .label = N_("Role"), .flags = FF_FORM},
	{.name = "is_primary", .type = FT_BOOL, .label = N_("Primary"), .def = "0"},
	{.name = "start_date", .type = FT_DATE, .label = N_("From"), .flags = FF_FORM},
	{.name = "end_date", .type = FT_DATE, .label = N_("Until"), .flags = FF_FORM},
};

const struct entity entity_contact_companies = {
	.name = "contact_companies", .singular = "contact_company", .label = N_("Role"), .label_new = N_("New role at a company"), .label_plural = N_("Companies"),
	ENTITY_FIELDS(contact_company_fields),
	.title = "COALESCE((SELECT c.name FROM companies c WHERE c.id = t.company_id), '')", .sort = "start_date",
	.parent = "contact", .no_search = true,
};

static const struct field tag_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH,
	 .width = 24, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED | FF_REQUIRED},
	{.name = "uses", .type = FT_INT, .label = N_("Uses"), .flags = FF_COLUMN, .width = 8, .prio = 2,
	 .sql = "(SELECT count(*) FROM taggings g WHERE g.tag_id = t.id AND g.deleted_at IS NULL)"},
};

const struct entity entity_tags = {
	.name = "tags", .singular = "tag", .label = N_("Tag"), .label_new = N_("New tag"), .label_plural = N_("Tags"), ENTITY_FIELDS(tag_fields),
	.title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive, .effects = hook_tag_effects,
};

static const struct field tagging_fields[] = {
	{.name = "subject_type", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_HIDDEN},
	{.name = "subject", .type = FT_REF, .label = N_("Record"), .column = "subject_id",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_HIDDEN},
	{.name = "tag", .type = FT_REF, .label = N_("Tag"), .column = "tag_id", .ref = "tags",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
};

const struct entity entity_taggings = {
	.name = "taggings", .singular = "tagging", .label = N_("Tag"), .label_plural = N_("Tags"),
	ENTITY_FIELDS(tagging_fields), .title = "COALESCE((SELECT g.name FROM tags g WHERE g.id = t.tag_id), '')",
	.sort = "num", .parent = "subject", .owner_type = "subject_type", .no_search = true,
};

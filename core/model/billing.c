/* Quotes, invoices and the money that comes of them. Their arithmetic and their flows are core/billing's; here is what they are. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/billing/hooks.h"

enum { SINCE = 5 };

static const struct choice quote_status[] = {
	{"draft", NC_("document", "Draft"), "dim"}, {"sent", NC_("document", "Sent"), NULL},      {"accepted", NC_("quote", "Accepted"), "ok"},
	{"declined", NC_("quote", "Declined"), "error"}, {"expired", NC_("quote", "Expired"), "warn"}, {"replaced", NC_("quote", "Replaced"), "dim"},
	{"invoiced", NC_("quote", "Invoiced"), "ok"}, {0},
};

static const struct choice invoice_type[] = {
	{"invoice", N_("Invoice"), NULL}, {"deposit", N_("Deposit invoice"), NULL}, {"credit_note", N_("Credit note"), "warn"}, {0}};

static const struct choice invoice_status[] = {
	{"draft", NC_("document", "Draft"), "dim"}, {"issued", NC_("invoice", "Issued"), NULL}, {"sent", NC_("document", "Sent"), NULL},
	{"partially_paid", NC_("invoice", "Partly paid"), "warn"}, {"paid", NC_("invoice", "Paid"), "ok"}, {"overdue", NC_("invoice", "Overdue"), "error"},
	{"credited", NC_("invoice", "Credited"), "dim"}, {"uncollectible", NC_("invoice", "Written off"), "dim"}, {0},
};

/* UNTDID 5305, as far as EN 16931 allows. */
static const struct choice vat_category[] = {
	{"S", N_("Taxed"), NULL}, {"Z", N_("Zero rate"), NULL}, {"E", N_("Exempt"), NULL}, {"AE", N_("Reverse charge"), NULL},
	{"K", N_("Intra-community supply"), NULL}, {"G", NC_("VAT", "Export"), NULL}, {"O", N_("Outside the scope of VAT"), NULL}, {0},
};

static const struct choice operation[] = {
	{"goods", N_("Goods"), NULL}, {"services", N_("Services"), NULL}, {"mixed", N_("Goods and services"), NULL}, {0}};

static const struct choice document_language[] = {{"en", N_("English"), NULL}, {"fr", N_("French"), NULL}, {0}};

static const struct choice payment_method[] = {
	{"transfer", N_("Transfer"), NULL}, {"card", N_("Card"), NULL}, {"sepa_debit", N_("SEPA direct debit"), NULL},
	{"cash", N_("Cash"), NULL}, {"cheque", N_("Cheque"), NULL}, {"other", N_("Other"), NULL}, {0},
};

static const struct choice payment_status[] = {
	{"pending", NC_("payment", "Pending"), "warn"}, {"succeeded", NC_("payment", "Received"), "ok"}, {"failed", NC_("payment", "Failed"), "error"},
	{"partially_refunded", NC_("payment", "Partly refunded"), "warn"}, {"refunded", NC_("payment", "Refunded"), "dim"},
	{"disputed", NC_("payment", "Disputed"), "error"}, {0},
};

static const struct choice refund_reason[] = {
	{"requested_by_customer", N_("The customer asked"), NULL}, {"duplicate", N_("Paid twice"), NULL}, {"fraudulent", N_("Fraud"), NULL},
	{"other", N_("Other"), NULL}, {0},
};

static const struct choice refund_status[] = {
	{"pending", NC_("payment", "Pending"), "warn"}, {"requires_action", N_("Needs the customer"), "warn"}, {"succeeded", NC_("refund", "Given back"), "ok"},
	{"failed", NC_("payment", "Failed"), "error"}, {"canceled", NC_("payment", "Cancelled"), "dim"}, {0},
};

/* Stripe's states of a payment intent, and one before it: asked for, not answered yet. */
static const struct choice intent_status[] = {
	{"queued", N_("Being set up"), "dim"}, {"requires_payment_method", N_("Waits for the customer"), NULL}, {"requires_confirmation", N_("Waits to be confirmed"), NULL},
	{"requires_action", N_("The customer must confirm with the bank"), "warn"}, {"processing", N_("Under way"), NULL}, {"requires_capture", N_("Authorised"), NULL},
	{"succeeded", NC_("payment", "Received"), "ok"}, {"canceled", NC_("payment", "Cancelled"), "dim"}, {"expired", NC_("link", "Expired"), "dim"}, {"failed", NC_("payment", "Failed"), "error"}, {0},
};

static const struct choice intent_kind[] = {
	{"link", N_("Payment link"), NULL}, {"charge", N_("Saved card"), NULL}, {"setup", N_("Saving a card"), NULL}, {0}};

static const struct choice subscription_scope[] = {{"customer", N_("Customer"), NULL}, {"tenant", N_("Our own plan"), NULL}, {0}};

static const struct choice subscription_status[] = {
	{"queued", N_("Being set up"), "dim"}, {"incomplete", N_("First payment missing"), "warn"}, {"incomplete_expired", N_("Never paid"), "dim"}, {"trialing", N_("On trial"), NULL},
	{"active", NC_("subscription", "Active"), "ok"}, {"past_due", N_("Past due"), "error"}, {"canceled", NC_("payment", "Cancelled"), "dim"}, {"unpaid", N_("Unpaid"), "error"},
	{"paused", N_("Paused"), "warn"}, {"failed", NC_("payment", "Failed"), "error"}, {0},
};

static const struct choice dispute_status[] = {
	{"warning_needs_response", N_("Needs an answer"), "warn"}, {"warning_under_review", N_("Under review"), "warn"}, {"warning_closed", NC_("dispute", "Closed"), "dim"},
	{"needs_response", N_("Needs an answer"), "error"}, {"under_review", N_("Under review"), "warn"}, {"won", NC_("dispute", "Won"), "ok"},
	{"lost", NC_("dispute", "Lost"), "error"}, {"prevented", N_("Prevented"), "ok"}, {0},
};

#define AMOUNT(n, l, w) {.name = n, .type = FT_MONEY, .label = l, .column = n "_minor", .currency = "currency", .flags = FF_READONLY, .width = w}

/* Who is billed: a company or a contact in that role. Made when first needed. */
static const struct field account_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_SEARCH | FF_COLUMN | FF_FORM, .width = 28, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED | FF_INDEXED},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies", .flags = FF_INDEXED | FF_FORM, .width = 22},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts", .flags = FF_INDEXED | FF_FORM, .width = 22},
	{.name = "email", .type = FT_EMAIL, .label = N_("Email for invoices"), .flags = FF_COLUMN | FF_FORM, .width = 28, .prio = 2},
	{.name = "stripe_customer_id", .type = FT_TEXT, .label = N_("Stripe customer"), .flags = FF_COLUMN | FF_INDEXED | FF_NOBULK, .alias = "stripe", .width = 22, .prio = 4},
	{.name = "default_payment_method", .type = FT_TEXT, .label = N_("Default card"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .flags = FF_INDEXED, .width = 16, .prio = 5, .def = "me"},
};

const struct entity entity_billing_accounts = {
	.name = "billing_accounts", .singular = "billing_account", .label = N_("Customer account"), .label_plural = N_("Customer accounts"), .letter = "B",
	ENTITY_FIELDS(account_fields), .title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive, .check = hook_account_check, .since = SINCE,
};

static const struct field quote_fields[] = {
	{.name = "title", .type = FT_TEXT, .label = NC_("document", "Subject"), .flags = FF_REQUIRED | FF_FILLED | FF_SEARCH | FF_COLUMN | FF_FORM | FF_NOBULK, .alias = "subject",
	 .width = 28, .min_width = 14, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED | FF_INDEXED},
	{.name = "number", .type = FT_TEXT, .label = N_("Number"), .flags = FF_READONLY | FF_SEARCH | FF_COLUMN | FF_INDEXED, .width = 14, .prio = 2},
	{.name = "revision", .type = FT_INT, .label = N_("Version"), .flags = FF_READONLY, .def = "1", .width = 7},
	{.name = "replaces", .type = FT_REF, .label = N_("Replaces"), .column = "replaces_id", .ref = "quotes", .flags = FF_READONLY, .width = 14},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies", .flags = FF_SEARCH | FF_COLUMN | FF_FORM | FF_INDEXED,
	 .width = 22, .min_width = 12, .prio = 3},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts", .flags = FF_FORM | FF_INDEXED, .width = 20},
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals", .flags = FF_FORM | FF_INDEXED, .width = 20},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = quote_status, .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .def = "draft", .width = 10, .prio = 2},
	{.name = "issued_on", .type = FT_DATE, .label = N_("Date"), .flags = FF_COLUMN, .width = 12, .prio = 5},
	{.name = "expires_on", .type = FT_DATE, .label = N_("Valid until"), .flags = FF_COLUMN | FF_FORM, .alias = "expires", .width = 12, .prio = 4},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_FORM, .width = 5},
	AMOUNT("net", N_("Net"), 13),
	AMOUNT("vat", N_("VAT"), 12),
	{.name = "gross", .type = FT_MONEY, .label = N_("Total"), .column = "gross_minor", .currency = "currency", .flags = FF_READONLY | FF_COLUMN, .alias = "total", .width = 14,
	 .min_width = 10, .prio = 2},
	{.name = "buyer_reference", .type = FT_TEXT, .label = N_("Their reference"), .width = 16, .group = N_("More")},
	{.name = "language", .type = FT_ENUM, .label = N_("Language"), .choices = document_language, .width = 8},
	{.name = "terms", .type = FT_LONG_TEXT, .label = N_("Terms"), .flags = FF_NOBULK, .width = 30},
	{.name = "notes", .type = FT_LONG_TEXT, .label = N_("Text on the document"), .flags = FF_FORM | FF_NOBULK, .width = 30},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .flags = FF_INDEXED, .width = 16, .prio = 6, .def = "me"},
	{.name = "accepted_by", .type = FT_TEXT, .label = N_("Accepted by"), .flags = FF_READONLY, .width = 18},
	{.name = "accepted_at", .type = FT_DATETIME, .label = N_("Accepted"), .flags = FF_READONLY, .width = 12},
	{.name = "decline_reason", .type = FT_TEXT, .label = N_("Why declined"), .flags = FF_READONLY, .width = 20},
	{.name = "sent_at", .type = FT_DATETIME, .label = NC_("document", "Sent"), .flags = FF_READONLY, .width = 12},
	{.name = "document", .type = FT_LONG_TEXT, .label = N_("Document"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "doc_hash", .type = FT_TEXT, .label = N_("SHA-256"), .flags = FF_READONLY | FF_HIDDEN},
};

const struct entity entity_quotes = {
	.name = "quotes", .singular = "quote", .label = N_("Quote"), .label_new = N_("New quote"), .label_plural = N_("Quotes"), .letter = "Q", ENTITY_FIELDS(quote_fields),
	.title = "COALESCE(t.number || ' · ' || t.title, 'Q-' || t.num || ' · ' || t.title)", .sort = "-num", .top = true, .derive = hook_name_derive, .check = hook_quote_check, .effects = hook_document_effects, .locked = hook_quote_locked, .settle = hook_quote_settle,
	.since = SINCE,
};

#define LINE_FIELDS(parent_name, parent_label, parent_column, parent_entity)                                                                              \
	{.name = parent_name, .type = FT_REF, .label = parent_label, .column = parent_column, .ref = parent_entity,                                         \
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},                                                                                           \
	{.name = "product", .type = FT_REF, .label = N_("Product"), .column = "product_id", .ref = "products", .flags = FF_INDEXED | FF_INTERNAL_REF | FF_FORM | FF_COLUMN, .width = 20}, \
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_FILLED | FF_FORM | FF_COLUMN, .width = 24},                                  \
	{.name = "description", .type = FT_LONG_TEXT, .label = N_("Description"), .flags = FF_NOBULK, .width = 30},                              \
	{.name = "quantity", .type = FT_DECIMAL, .label = N_("Quantity"), .def = "1", .flags = FF_REQUIRED | FF_FORM | FF_COLUMN, .alias = "qty", .width = 9},                   \
	{.name = "unit", .type = FT_TEXT, .label = N_("Unit"), .flags = FF_FORM | FF_COLUMN, .width = 6},                                                             \
	{.name = "unit_price", .type = FT_DECIMAL, .label = N_("Unit price"), .flags = FF_REQUIRED | FF_FILLED | FF_FORM | FF_COLUMN, .alias = "price", .width = 12}, \
	{.name = "discount_pct", .type = FT_DECIMAL, .label = N_("Discount, %"), .flags = FF_FORM | FF_COLUMN, .alias = "discount", .width = 9},                                  \
	{.name = "vat_rate", .type = FT_DECIMAL, .label = N_("VAT, %"), .flags = FF_REQUIRED | FF_FILLED | FF_FORM | FF_COLUMN, .alias = "rate", .width = 7},                           \
	{.name = "vat_category", .type = FT_ENUM, .label = N_("VAT category"), .choices = vat_category, .flags = FF_REQUIRED | FF_FILLED | FF_FORM, .alias = "vat", .width = 14},          \
	{.name = "exemption", .type = FT_TEXT, .label = N_("Why no VAT"), .flags = FF_FORM, .width = 24},                                            \
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_READONLY | FF_HIDDEN},                                                       \
	{.name = "net", .type = FT_MONEY, .label = N_("Net"), .column = "net_minor", .currency = "currency", .flags = FF_READONLY | FF_COLUMN, .width = 13},          \
	{.name = "period_start", .type = FT_DATE, .label = NC_("period", "From")},                                                                                      \
	{.name = "period_end", .type = FT_DATE, .label = NC_("period", "Until")},                                                                                       \
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .flags = FF_HIDDEN}

static const struct field quote_line_fields[] = {LINE_FIELDS("quote", N_("Quote"), "quote_id", "quotes")};
static const struct field invoice_line_fields[] = {LINE_FIELDS("invoice", N_("Invoice"), "invoice_id", "invoices")};

const struct entity entity_quote_lines = {
	.name = "quote_lines", .singular = "quote_line", .label = N_("Line"), .label_new = N_("New line"), .label_plural = N_("Lines"), ENTITY_FIELDS(quote_line_fields),
	.title = "t.name", .sort = "position", .parent = "quote", .no_search = true, .check = hook_line_check, .locked = hook_line_locked, .effects = hook_line_effects, .since = SINCE,
};

const struct entity entity_invoice_lines = {
	.name = "invoice_lines", .singular = "invoice_line", .label = N_("Line"), .label_new = N_("New line"), .label_plural = N_("Lines"), ENTITY_FIELDS(invoice_line_fields),
	.title = "t.name", .sort = "position", .parent = "invoice", .no_search = true, .check = hook_line_check, .locked = hook_line_locked, .effects = hook_line_effects, .since = SINCE,
};

static const struct field invoice_fields[] = {
	{.name = "number", .type = FT_TEXT, .label = N_("Number"), .flags = FF_READONLY | FF_SEARCH | FF_COLUMN | FF_INDEXED, .width = 14, .min_width = 13, .prio = 1},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = invoice_type, .flags = FF_READONLY, .def = "invoice", .width = 14},
	{.name = "title", .type = FT_TEXT, .label = NC_("document", "Subject"), .flags = FF_REQUIRED | FF_FILLED | FF_SEARCH | FF_COLUMN | FF_FORM | FF_NOBULK, .alias = "subject",
	 .width = 26, .min_width = 12, .prio = 4},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED | FF_INDEXED},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies", .flags = FF_SEARCH | FF_COLUMN | FF_FORM | FF_INDEXED,
	 .width = 22, .min_width = 12, .prio = 2},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts", .flags = FF_FORM | FF_INDEXED, .width = 20},
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals", .flags = FF_FORM | FF_INDEXED, .width = 20},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = invoice_status, .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .def = "draft", .width = 12, .prio = 2},
	{.name = "issue_date", .type = FT_DATE, .label = N_("Date"), .flags = FF_COLUMN | FF_INDEXED, .alias = "date", .width = 12, .prio = 5},
	{.name = "due_date", .type = FT_DATE, .label = N_("Due"), .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .alias = "due_on", .width = 12, .prio = 3},
	{.name = "delivery_date", .type = FT_DATE, .label = N_("Delivered on"), .flags = FF_FORM, .width = 12},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_FORM, .width = 5},
	AMOUNT("net", N_("Net"), 13),
	AMOUNT("vat", N_("VAT"), 12),
	{.name = "gross", .type = FT_MONEY, .label = N_("Total"), .column = "gross_minor", .currency = "currency", .flags = FF_READONLY | FF_COLUMN, .alias = "total", .width = 14,
	 .min_width = 10, .prio = 3},
	AMOUNT("prepaid", N_("Prepaid"), 13),
	AMOUNT("paid", NC_("invoice", "Paid"), 13),
	AMOUNT("credited", NC_("invoice", "Credited"), 13),
	{.name = "due", .type = FT_MONEY, .label = N_("Amount due"), .column = "due_minor", .currency = "currency", .flags = FF_READONLY | FF_COLUMN, .alias = "balance", .width = 14,
	 .min_width = 10, .prio = 1},
	AMOUNT("overpaid", N_("Overpaid"), 13),
	{.name = "quote", .type = FT_REF, .label = N_("Quote"), .column = "quote_id", .ref = "quotes", .flags = FF_READONLY | FF_INDEXED, .width = 16, .group = N_("More")},
	{.name = "corrects", .type = FT_REF, .label = N_("Corrects"), .column = "corrects_id", .ref = "invoices", .flags = FF_READONLY | FF_INDEXED, .width = 16},
	{.name = "buyer_reference", .type = FT_TEXT, .label = N_("Their reference"), .width = 16},
	{.name = "po_number", .type = FT_TEXT, .label = N_("Order number"), .width = 16},
	{.name = "operation", .type = FT_ENUM, .label = N_("Nature"), .choices = operation, .width = 12},
	{.name = "vat_on_debits", .type = FT_BOOL, .label = N_("VAT on debits"), .def = "0", .width = 6},
	{.name = "language", .type = FT_ENUM, .label = N_("Language"), .choices = document_language, .width = 8},
	{.name = "terms", .type = FT_LONG_TEXT, .label = N_("Terms"), .flags = FF_NOBULK, .width = 30},
	{.name = "notes", .type = FT_LONG_TEXT, .label = N_("Text on the document"), .flags = FF_FORM | FF_NOBULK, .width = 30},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .flags = FF_INDEXED, .width = 16, .prio = 6, .def = "me"},
	{.name = "rf_reference", .type = FT_TEXT, .label = N_("Payment reference"), .flags = FF_READONLY | FF_SEARCH | FF_INDEXED, .width = 22},
	{.name = "sent_at", .type = FT_DATETIME, .label = NC_("document", "Sent"), .flags = FF_READONLY, .width = 12},
	{.name = "paid_at", .type = FT_DATETIME, .label = N_("Paid on"), .flags = FF_READONLY, .width = 12},
	{.name = "dunning_level", .type = FT_INT, .label = N_("Reminders"), .flags = FF_READONLY, .def = "0", .width = 9},
	{.name = "dunned_at", .type = FT_DATETIME, .label = N_("Last reminder"), .flags = FF_READONLY, .width = 12},
	{.name = "write_off_reason", .type = FT_TEXT, .label = N_("Why written off"), .flags = FF_READONLY, .width = 20},
	{.name = "pay_url", .type = FT_TEXT, .label = N_("Payment link"), .flags = FF_READONLY, .width = 30},
	{.name = "billing_account", .type = FT_REF, .label = N_("Customer account"), .column = "billing_account_id", .ref = "billing_accounts", .flags = FF_READONLY | FF_INDEXED | FF_HIDDEN},
	{.name = "series", .type = FT_TEXT, .label = N_("Series"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "seq", .type = FT_INT, .label = N_("Number in its series"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "document", .type = FT_LONG_TEXT, .label = N_("Document"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "issued_hash", .type = FT_TEXT, .label = N_("SHA-256"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "prev_hash", .type = FT_TEXT, .label = N_("SHA-256 before"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "facturx_profile", .type = FT_TEXT, .label = N_("E-invoice profile"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "einvoice_status", .type = FT_TEXT, .label = N_("E-invoice state"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "einvoice_id", .type = FT_TEXT, .label = N_("E-invoice id"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "stripe_invoice_id", .type = FT_TEXT, .label = N_("Stripe invoice"), .flags = FF_READONLY | FF_HIDDEN},
};

const struct entity entity_invoices = {
	.name = "invoices", .singular = "invoice", .label = N_("Invoice"), .label_new = N_("New invoice"), .label_plural = N_("Invoices"), .letter = "I", ENTITY_FIELDS(invoice_fields),
	.title = "COALESCE(t.number, 'I-' || t.num || ' · ' || t.title)", .sort = "-num", .top = true, .derive = hook_name_derive, .check = hook_invoice_check,
	.effects = hook_document_effects, .locked = hook_invoice_locked, .settle = hook_invoice_settle, .indexes = "status, due_date; +status, currency, due_minor; +issue_date, currency, net_minor, type", .since = SINCE,
};

static const struct field payment_fields[] = {
	{.name = "invoice", .type = FT_REF, .label = N_("Invoice"), .column = "invoice_id", .ref = "invoices", .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_INDEXED | FF_SEARCH | FF_NOBULK, .width = 16, .prio = 1},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies", .flags = FF_READONLY | FF_COLUMN | FF_INDEXED | FF_SEARCH, .width = 22, .prio = 3},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts", .flags = FF_READONLY | FF_INDEXED, .width = 18},
	{.name = "amount", .type = FT_MONEY, .label = N_("Amount"), .column = "amount_minor", .currency = "currency", .flags = FF_REQUIRED | FF_FILLED | FF_COLUMN | FF_FORM, .width = 14, .prio = 1},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .width = 5},
	{.name = "method", .type = FT_ENUM, .label = N_("Method"), .choices = payment_method, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "transfer", .width = 12, .prio = 2},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = payment_status, .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .def = "succeeded", .width = 14, .prio = 2},
	{.name = "paid_on", .type = FT_DATE, .label = N_("Received on"), .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .alias = "date", .width = 12, .prio = 2},
	{.name = "payment_reference", .column = "reference", .type = FT_TEXT, .label = N_("Reference"), .flags = FF_SEARCH | FF_COLUMN | FF_FORM, .width = 18, .prio = 4},
	{.name = "overpayment", .type = FT_BOOL, .label = N_("More than is due"), .flags = FF_FORM, .def = "0", .width = 6},
	{.name = "note", .type = FT_LONG_TEXT, .label = N_("Note"), .flags = FF_NOBULK, .width = 30},
	AMOUNT("fee", N_("Fee"), 10),
	AMOUNT("refunded", NC_("payment", "Refunded"), 13),
	{.name = "card", .type = FT_TEXT, .label = N_("Card"), .flags = FF_READONLY, .width = 16},
	{.name = "failure", .type = FT_TEXT, .label = N_("Why it failed"), .flags = FF_READONLY, .width = 26},
	{.name = "receipt_at", .type = FT_DATETIME, .label = N_("Receipt sent"), .flags = FF_READONLY, .width = 12},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .flags = FF_INDEXED, .width = 16, .prio = 6, .def = "me"},
	{.name = "billing_account", .type = FT_REF, .label = N_("Customer account"), .column = "billing_account_id", .ref = "billing_accounts", .flags = FF_READONLY | FF_INDEXED | FF_HIDDEN},
	{.name = "stripe_payment_intent", .type = FT_TEXT, .label = N_("Stripe payment"), .flags = FF_READONLY | FF_INDEXED, .alias = "stripe", .width = 24},
	{.name = "stripe_charge_id", .type = FT_TEXT, .label = N_("Stripe charge"), .flags = FF_READONLY | FF_INDEXED | FF_HIDDEN},
};

const struct entity entity_payments = {
	.name = "payments", .singular = "payment", .label = N_("Payment"), .label_new = N_("New payment"), .label_plural = N_("Payments"), .letter = "Y", ENTITY_FIELDS(payment_fields),
	.title = "COALESCE((SELECT i.number FROM invoices i WHERE i.id = t.invoice_id), '')", .sort = "-paid_on,-num", .parent = "invoice", .top = true, .check = hook_payment_check, .locked = hook_payment_locked, .effects = hook_payment_effects, .since = SINCE,
};

static const struct field refund_fields[] = {
	{.name = "payment", .type = FT_REF, .label = N_("Payment"), .column = "payment_id", .ref = "payments", .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_COLUMN | FF_FORM, .width = 10, .prio = 1},
	{.name = "invoice", .type = FT_REF, .label = N_("Invoice"), .column = "invoice_id", .ref = "invoices", .flags = FF_REQUIRED | FF_FILLED | FF_READONLY | FF_INDEXED | FF_INTERNAL_REF | FF_COLUMN, .width = 16, .prio = 3},
	{.name = "amount", .type = FT_MONEY, .label = N_("Amount"), .column = "amount_minor", .currency = "currency", .flags = FF_REQUIRED | FF_FILLED | FF_COLUMN | FF_FORM, .width = 14, .prio = 1},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .width = 5},
	{.name = "reason", .type = FT_ENUM, .label = N_("Reason"), .choices = refund_reason, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "requested_by_customer", .width = 20, .prio = 2},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = refund_status, .flags = FF_READONLY | FF_COLUMN, .def = "succeeded", .width = 14, .prio = 2},
	{.name = "credit_note", .type = FT_REF, .label = N_("Credit note"), .column = "credit_note_id", .ref = "invoices", .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .width = 16, .prio = 3},
	{.name = "note", .type = FT_TEXT, .label = N_("Note"), .flags = FF_FORM, .width = 24},
	{.name = "failure", .type = FT_TEXT, .label = N_("Why it failed"), .flags = FF_READONLY, .width = 26},
	{.name = "stripe_refund_id", .type = FT_TEXT, .label = N_("Stripe refund"), .flags = FF_READONLY | FF_INDEXED, .width = 24},
	{.name = "idempotency_key", .type = FT_TEXT, .label = N_("Idempotency key"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "asked_at", .type = FT_DATETIME, .label = N_("Asked"), .flags = FF_READONLY | FF_HIDDEN},
};

const struct entity entity_refunds = {
	.name = "refunds", .singular = "refund", .label = N_("Refund"), .label_new = N_("New refund"), .label_plural = N_("Refunds"), ENTITY_FIELDS(refund_fields), .title = "'#' || t.num", .sort = "-num",
	.parent = "invoice", .no_search = true, .check = hook_refund_check, .locked = hook_refund_locked, .effects = hook_refund_effects, .since = SINCE,
};

static const struct field dispute_fields[] = {
	{.name = "payment", .type = FT_REF, .label = N_("Payment"), .column = "payment_id", .ref = "payments", .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_COLUMN, .width = 10, .prio = 1},
	{.name = "invoice", .type = FT_REF, .label = N_("Invoice"), .column = "invoice_id", .ref = "invoices", .flags = FF_REQUIRED | FF_FILLED | FF_READONLY | FF_INDEXED | FF_INTERNAL_REF | FF_COLUMN, .width = 16, .prio = 3},
	AMOUNT("amount", N_("Amount"), 14),
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_READONLY, .width = 5},
	{.name = "reason", .type = FT_TEXT, .label = N_("Reason"), .flags = FF_READONLY | FF_COLUMN, .width = 20},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = dispute_status, .flags = FF_READONLY | FF_COLUMN, .width = 16},
	{.name = "evidence_due_at", .type = FT_DATETIME, .label = N_("Answer by"), .flags = FF_READONLY | FF_COLUMN, .width = 12},
	{.name = "stripe_dispute_id", .type = FT_TEXT, .label = N_("Stripe dispute"), .flags = FF_READONLY | FF_INDEXED, .width = 24},
};

const struct entity entity_disputes = {
	.name = "disputes", .singular = "dispute", .label = N_("Dispute"), .label_plural = N_("Disputes"), ENTITY_FIELDS(dispute_fields), .title = "COALESCE(t.reason, '')", .sort = "-num",
	.parent = "invoice", .no_search = true, .locked = hook_refund_locked, .since = SINCE,
};

/* What Stripe was asked to take: a link, a saved card, or a page on which to save one. */
static const struct field intent_fields[] = {
	{.name = "invoice", .type = FT_REF, .label = N_("Invoice"), .column = "invoice_id", .ref = "invoices", .flags = FF_INDEXED | FF_INTERNAL_REF | FF_COLUMN | FF_READONLY, .width = 16, .prio = 1},
	{.name = "billing_account", .type = FT_REF, .label = N_("Customer account"), .column = "billing_account_id", .ref = "billing_accounts", .flags = FF_REQUIRED | FF_READONLY | FF_INDEXED | FF_INTERNAL_REF, .width = 20},
	{.name = "kind", .type = FT_ENUM, .label = N_("Kind"), .choices = intent_kind, .flags = FF_READONLY | FF_COLUMN, .def = "link", .width = 14},
	AMOUNT("amount", N_("Amount"), 14),
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_READONLY, .width = 5},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = intent_status, .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .def = "queued", .width = 24},
	{.name = "hosted_url", .type = FT_TEXT, .label = N_("Link"), .flags = FF_READONLY, .width = 30},
	{.name = "last_error", .type = FT_TEXT, .label = N_("What was said"), .flags = FF_READONLY, .width = 30},
	{.name = "expires_at", .type = FT_DATETIME, .label = NC_("link", "Ends"), .flags = FF_READONLY, .width = 12},
	{.name = "stripe_id", .type = FT_TEXT, .label = N_("Stripe object"), .flags = FF_READONLY | FF_INDEXED, .width = 26}, /* plink_, cs_, pi_: what was made */
	{.name = "stripe_payment_intent", .type = FT_TEXT, .label = N_("Stripe payment"), .flags = FF_READONLY | FF_INDEXED, .width = 26},
	{.name = "payment_method", .type = FT_TEXT, .label = N_("Card"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "idempotency_key", .type = FT_TEXT, .label = N_("Idempotency key"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "asked_at", .type = FT_DATETIME, .label = N_("Asked"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "live", .type = FT_BOOL, .label = N_("Live"), .flags = FF_READONLY | FF_HIDDEN, .def = "0"},
};

const struct entity entity_payment_intents = {
	.name = "payment_intents", .singular = "payment_intent", .label = N_("Payment request"), .label_plural = N_("Payment requests"), ENTITY_FIELDS(intent_fields),
	.title = "'#' || t.num", .sort = "-num", .parent = "billing_account", .no_search = true, .locked = hook_refund_locked, .since = SINCE,
};

static const struct field method_fields[] = {
	{.name = "billing_account", .type = FT_REF, .label = N_("Customer account"), .column = "billing_account_id", .ref = "billing_accounts",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_READONLY, .width = 20},
	{.name = "type", .type = FT_TEXT, .label = N_("Type"), .flags = FF_READONLY | FF_COLUMN, .width = 12},
	{.name = "brand", .type = FT_TEXT, .label = N_("Brand"), .flags = FF_READONLY | FF_COLUMN, .width = 12},
	{.name = "last4", .type = FT_TEXT, .label = N_("Last digits"), .flags = FF_READONLY | FF_COLUMN, .width = 8},
	{.name = "exp_month", .type = FT_INT, .label = N_("Ends, month"), .flags = FF_READONLY, .width = 6},
	{.name = "exp_year", .type = FT_INT, .label = N_("Ends, year"), .flags = FF_READONLY, .width = 6},
	{.name = "expiry", .type = FT_TEXT, .label = N_("Ends"), .flags = FF_COLUMN, .width = 14, .compute = hook_method_expiry},
	{.name = "is_default", .type = FT_BOOL, .label = N_("Default"), .flags = FF_READONLY | FF_COLUMN, .def = "0", .width = 8},
	{.name = "mandate_id", .type = FT_TEXT, .label = N_("Mandate"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "stripe_pm_id", .type = FT_TEXT, .label = N_("Stripe payment method"), .flags = FF_READONLY | FF_INDEXED, .width = 26},
};

const struct entity entity_payment_methods = {
	.name = "payment_methods", .singular = "payment_method", .label = N_("Card"), .label_plural = N_("Cards"), ENTITY_FIELDS(method_fields),
	.title = "COALESCE(t.brand, t.type, '') || ' •••• ' || COALESCE(t.last4, '')", .sort = "-is_default,num", .parent = "billing_account", .no_search = true, .locked = hook_refund_locked, .since = SINCE,
};

static const struct field subscription_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Plan"), .flags = FF_READONLY | FF_SEARCH | FF_COLUMN, .width = 22, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies", .flags = FF_READONLY | FF_COLUMN | FF_INDEXED | FF_SEARCH, .width = 22, .prio = 2},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts", .flags = FF_READONLY | FF_INDEXED, .width = 18},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = subscription_status, .flags = FF_READONLY | FF_COLUMN | FF_INDEXED, .def = "queued", .width = 14, .prio = 2},
	{.name = "scope", .type = FT_ENUM, .label = N_("Scope"), .choices = subscription_scope, .flags = FF_READONLY, .def = "customer", .width = 10},
	{.name = "quantity", .type = FT_INT, .label = N_("Quantity"), .flags = FF_READONLY | FF_COLUMN, .def = "1", .width = 8, .prio = 5},
	{.name = "mrr", .type = FT_MONEY, .label = N_("A month"), .column = "mrr_minor", .currency = "currency", .flags = FF_READONLY | FF_COLUMN, .width = 13, .prio = 1},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_READONLY, .width = 5},
	{.name = "current_period_start", .type = FT_DATETIME, .label = N_("Period from"), .flags = FF_READONLY, .width = 12},
	{.name = "current_period_end", .type = FT_DATETIME, .label = N_("Renews"), .flags = FF_READONLY | FF_COLUMN, .width = 12, .prio = 3},
	{.name = "trial_end", .type = FT_DATETIME, .label = N_("Trial ends"), .flags = FF_READONLY, .width = 12},
	{.name = "cancel_at_period_end", .type = FT_BOOL, .label = N_("Ends with the period"), .flags = FF_READONLY, .def = "0", .width = 6},
	{.name = "cancel_at", .type = FT_DATETIME, .label = N_("Ends on"), .flags = FF_READONLY, .width = 12},
	{.name = "canceled_at", .type = FT_DATETIME, .label = NC_("subscription", "Cancelled on"), .flags = FF_READONLY, .width = 12},
	{.name = "cancel_reason", .type = FT_TEXT, .label = N_("Why cancelled"), .flags = FF_READONLY, .width = 20},
	{.name = "price_id", .type = FT_TEXT, .label = N_("Stripe price"), .flags = FF_READONLY, .width = 26},
	{.name = "billing_account", .type = FT_REF, .label = N_("Customer account"), .column = "billing_account_id", .ref = "billing_accounts", .flags = FF_READONLY | FF_INDEXED, .width = 20},
	{.name = "last_error", .type = FT_TEXT, .label = N_("What was said"), .flags = FF_READONLY, .width = 30},
	{.name = "stripe_subscription_id", .type = FT_TEXT, .label = N_("Stripe subscription"), .flags = FF_READONLY | FF_INDEXED, .width = 26},
	{.name = "idempotency_key", .type = FT_TEXT, .label = N_("Idempotency key"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "asked_at", .type = FT_DATETIME, .label = N_("Asked"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "stripe_as_of", .type = FT_DATETIME, .label = N_("As of"), .flags = FF_READONLY | FF_HIDDEN},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users", .flags = FF_INDEXED, .width = 16, .prio = 6, .def = "me"},
};

const struct entity entity_subscriptions = {
	.name = "subscriptions", .singular = "subscription", .label = N_("Subscription"), .label_plural = N_("Subscriptions"), .letter = "S", ENTITY_FIELDS(subscription_fields),
	.title = "COALESCE(t.name, 'S-' || t.num)", .sort = "-num", .top = true, .derive = hook_name_derive, .locked = hook_refund_locked, .indexes = "+status, currency, mrr_minor", .since = SINCE,
};

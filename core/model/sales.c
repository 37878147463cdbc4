/* Pipelines, stages, deals and what hangs on them; products and their prices. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"

static const struct choice stage_type[] = {
	{"open", NC_("deal", "Open"), NULL}, {"won", NC_("deal", "Won"), "ok"}, {"lost", NC_("deal", "Lost"), "error"}, {0}};

static const struct choice forecast[] = {
	{"omitted", N_("Omitted"), "dim"}, {"pipeline", N_("Pipeline"), NULL}, {"best_case", N_("Best case"), NULL},
	{"commit", N_("Commit"), "ok"},    {"closed", N_("Closed"), "ok"},     {0},
};

static const struct choice interval[] = {
	{"month", N_("Monthly"), NULL}, {"quarter", N_("Quarterly"), NULL}, {"year", N_("Yearly"), NULL}, {0}};

static const struct choice deal_role[] = {
	{"decision_maker", N_("Decision maker"), NULL}, {"champion", N_("Champion"), "ok"},
	{"evaluator", N_("Evaluator"), NULL},           {"influencer", N_("Influencer"), NULL},
	{"user", N_("User"), NULL},                     {"blocker", N_("Blocker"), "error"},
	{"billing", N_("Billing"), NULL},               {0},
};

static const struct choice product_type[] = {
	{"good", N_("Good"), NULL}, {"service", N_("Service"), NULL}, {"subscription", N_("Subscription"), NULL}, {0}};

static const struct field pipeline_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH,
	 .width = 24, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_COLUMN | FF_FORM, .width = 8},
	{.name = "is_default", .type = FT_BOOL, .label = N_("Default"), .flags = FF_COLUMN | FF_FORM, .def = "0",
	 .width = 8},
	{.name = "rot_days", .type = FT_INT, .low = 0, .high = 3650, .label = N_("Rotting after, days"), .flags = FF_COLUMN | FF_FORM,
	 .def = "30", .width = 10},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_pipelines = {
	.name = "pipelines", .singular = "pipeline", .label = N_("Pipeline"), .label_new = N_("New pipeline"), .label_plural = N_("Pipelines"),
	ENTITY_FIELDS(pipeline_fields), .title = "t.name", .sort = "position", .top = true, .derive = hook_name_derive,
	.effects = hook_pipeline_effects,
};

static const struct field stage_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 22,
	 .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "pipeline", .type = FT_REF, .label = N_("Pipeline"), .column = "pipeline_id", .ref = "pipelines",
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_INDEXED | FF_INTERNAL_REF, .width = 18, .prio = 2},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .flags = FF_COLUMN | FF_FORM, .def = "0",
	 .width = 8},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = stage_type,
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "open", .width = 8},
	{.name = "probability", .type = FT_PERCENT, .label = N_("Probability"), .flags = FF_COLUMN | FF_FORM,
	 .def = "50", .width = 11},
	{.name = "rot_days", .type = FT_INT, .low = 0, .high = 3650, .label = N_("Rotting after, days"), .flags = FF_COLUMN | FF_FORM,
	 .width = 10},
};

const struct entity entity_stages = {
	.name = "stages", .singular = "stage", .label = N_("Stage"), .label_new = N_("New stage"), .label_plural = N_("Stages"),
	ENTITY_FIELDS(stage_fields), .title = "t.name", .sort = "position", .top = true, .derive = hook_name_derive,
	.no_search = true, .effects = hook_stage_effects,
};

static const struct field lost_reason_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24,
	 .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
};

const struct entity entity_lost_reasons = {
	.name = "lost_reasons", .singular = "lost_reason", .label = N_("Reason"), .label_new = N_("New lost reason"), .label_plural = N_("Lost reasons"),
	ENTITY_FIELDS(lost_reason_fields), .title = "t.name", .sort = "sort_key", .derive = hook_name_derive,
	.no_search = true, .top = true,
};

static const struct field deal_fields[] = {
	{.name = "title", .type = FT_TEXT, .label = NC_("deal", "Title"),
	 .flags = FF_REQUIRED | FF_SEARCH | FF_COLUMN | FF_FORM | FF_NOBULK, .alias = "name", .width = 28,
	 .min_width = 18, .prio = 1, .group = N_("Deal")},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED | FF_REQUIRED},
	{.name = "company", .type = FT_REF, .label = N_("Company"), .column = "company_id", .ref = "companies",
	 .flags = FF_SEARCH | FF_COLUMN | FF_FORM | FF_INDEXED, .width = 22, .min_width = 14, .prio = 3},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "primary_contact_id", .ref = "contacts",
	 .flags = FF_FORM | FF_INDEXED, .width = 20, .min_width = 12, .prio = 6},
	{.name = "value", .type = FT_MONEY, .label = N_("Value"), .column = "value_minor", .currency = "currency",
	 .flags = FF_COLUMN | FF_FORM, .alias = "amount", .width = 14, .min_width = 10, .prio = 2},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .follows = "value", .width = 5},
	{.name = "pipeline", .type = FT_REF, .label = N_("Pipeline"), .column = "pipeline_id", .ref = "pipelines", .follows = "stage",
	 .flags = FF_REQUIRED | FF_FILLED | FF_INDEXED, .width = 14},
	{.name = "stage", .type = FT_REF, .label = N_("Stage"), .column = "stage_id", .ref = "stages",
	 .flags = FF_REQUIRED | FF_FILLED | FF_COLUMN | FF_FORM, .width = 16, .min_width = 12, .prio = 2},
	{.name = "status", .type = FT_ENUM, .label = N_("Status"), .choices = stage_type, .flags = FF_READONLY, .follows = "stage",
	 .def = "open", .width = 7},
	{.name = "expected_close_date", .type = FT_DATE, .label = NC_("deal", "Close"), .alias = "close",
	 .flags = FF_COLUMN | FF_FORM | FF_INDEXED, .width = 12, .min_width = 11, .prio = 3},
	{.name = "probability", .type = FT_PERCENT, .label = N_("Probability"), .width = 11},
	{.name = "forecast_category", .type = FT_ENUM, .label = N_("Forecast"), .choices = forecast, .width = 10},
	{.name = "recurring", .type = FT_MONEY, .label = N_("Recurring"), .column = "recurring_minor",
	 .currency = "currency", .width = 12},
	{.name = "recurring_interval", .type = FT_ENUM, .label = N_("Interval"), .choices = interval, .width = 10},
	{.name = "owner", .type = FT_REF, .label = N_("Owner"), .column = "owner_id", .ref = "users",
	 .flags = FF_INDEXED | FF_COLUMN | FF_FORM, .width = 16, .min_width = 8, .prio = 5, .def = "me",
	 .group = NC_("group", "Sales")},
	{.name = "next_step", .type = FT_TEXT, .label = N_("Next step"), .flags = FF_FORM | FF_COLUMN, .width = 24,
	 .min_width = 10, .prio = 7},
	{.name = "source", .type = FT_TEXT, .label = N_("Source"), .width = 14},
	{.name = "tags", .type = FT_TAGS, .label = N_("Tags"), .alias = "tag", .width = 18},
	{.name = "competitor", .type = FT_TEXT, .label = N_("Competitor"), .width = 16},
	{.name = "lost_reason", .type = FT_REF, .label = N_("Lost reason"), .column = "lost_reason_id",
	 .ref = "lost_reasons", .width = 16},
	{.name = "description", .type = FT_LONG_TEXT, .label = N_("Description"), .flags = FF_NOBULK, .width = 30,
	 .group = N_("More")},
	{.name = "won_at", .type = FT_DATETIME, .label = N_("Won on"), .flags = FF_READONLY, .follows = "stage",
	 .width = 11},
	{.name = "lost_at", .type = FT_DATETIME, .label = N_("Lost on"), .flags = FF_READONLY, .follows = "stage",
	 .width = 11},
	{.name = "stage_entered_at", .type = FT_DATETIME, .label = N_("In stage since"), .flags = FF_READONLY, .follows = "stage",
	 .width = 12},
	{.name = "last_activity_at", .type = FT_DATETIME, .label = NC_("deal", "Last touch"), .flags = FF_READONLY,
	 .alias = "touched", .width = 11},
	{.name = "next_activity_at", .type = FT_DATETIME, .label = N_("Next activity"), .flags = FF_READONLY,
	 .alias = "next", .width = 11},
	{.name = "merged_into", .type = FT_REF, .label = N_("Merged into"), .column = "merged_into_id", .ref = "deals",
	 .flags = FF_HIDDEN | FF_READONLY},
};

const struct entity entity_deals = {
	.name = "deals", .singular = "deal", .label = N_("Deal"), .label_new = N_("New deal"), .label_plural = N_("Deals"), .letter = "D",
	ENTITY_FIELDS(deal_fields), .title = "t.title", .sort = "sort_key", .top = true, .derive = hook_name_derive,
	.check = hook_deal_check, .effects = hook_deal_effects,
	.indexes = "stage_id, expected_close_date; +stage_id, currency, value_minor; +status, owner_id, value_minor, currency; "
		   "status, owner_id, expected_close_date; won_at",
};

static const struct field deal_contact_fields[] = {
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "contact", .type = FT_REF, .label = N_("Contact"), .column = "contact_id", .ref = "contacts",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF | FF_FORM},
	{.name = "role", .type = FT_ENUM, .label = N_("Role"), .choices = deal_role, .flags = FF_FORM},
};

const struct entity entity_deal_contacts = {
	.name = "deal_contacts", .singular = "deal_contact", .label = N_("Person"), .label_new = N_("New person"), .label_plural = N_("People"),
	ENTITY_FIELDS(deal_contact_fields),
	.title = "COALESCE((SELECT c.full_name FROM contacts c WHERE c.id = t.contact_id), '')", .sort = "num",
	.parent = "deal", .no_search = true,
};

static const struct field deal_line_fields[] = {
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "product", .type = FT_REF, .label = N_("Product"), .column = "product_id", .ref = "products",
	 .flags = FF_INDEXED | FF_INTERNAL_REF | FF_FORM},
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_FORM},
	{.name = "quantity", .type = FT_DECIMAL, .label = N_("Quantity"), .def = "1", .flags = FF_FORM},
	{.name = "unit_price", .type = FT_MONEY, .label = N_("Unit price"), .column = "unit_minor",
	 .currency = "currency", .flags = FF_FORM},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency")},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_deal_lines = {
	.name = "deal_lines", .singular = "deal_line", .label = N_("Line"), .label_new = N_("New line"), .label_plural = N_("Products"),
	ENTITY_FIELDS(deal_line_fields),
	.title = "COALESCE(t.name, (SELECT p.name FROM products p WHERE p.id = t.product_id), '')", .sort = "position",
	.parent = "deal", .no_search = true,
};

static const struct field history_fields[] = {
	{.name = "deal", .type = FT_REF, .label = N_("Deal"), .column = "deal_id", .ref = "deals",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "from_stage", .type = FT_REF, .label = NC_("stage", "From"), .column = "from_stage_id", .ref = "stages"},
	{.name = "to_stage", .type = FT_REF, .label = NC_("stage", "To"), .column = "to_stage_id", .ref = "stages",
	 .flags = FF_REQUIRED},
	{.name = "at", .type = FT_DATETIME, .label = N_("When"), .flags = FF_REQUIRED},
	{.name = "by", .type = FT_REF, .label = N_("By"), .column = "by_id", .ref = "users"},
	{.name = "seconds", .type = FT_DURATION, .label = N_("Time in stage")},
	{.name = "value", .type = FT_MONEY, .label = N_("Value"), .column = "value_minor"},
};

const struct entity entity_deal_stage_history = {
	.name = "deal_stage_history", .singular = "stage_change", .label = N_("Stage change"),
	.label_plural = N_("Stage history"), ENTITY_FIELDS(history_fields),
	.title = "COALESCE((SELECT s.name FROM stages s WHERE s.id = t.to_stage_id), '')", .sort = "at",
	.parent = "deal", .no_search = true,
};

static const struct field product_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"),
	 .flags = FF_REQUIRED | FF_SEARCH | FF_COLUMN | FF_FORM | FF_NOBULK, .width = 28, .min_width = 14, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"),
	 .flags = FF_DERIVED | FF_HIDDEN | FF_INDEXED | FF_REQUIRED},
	{.name = "sku", .type = FT_TEXT, .label = N_("SKU"),
	 .flags = FF_SEARCH | FF_COLUMN | FF_FORM | FF_UNIQUE | FF_NOBULK, .width = 14, .prio = 2},
	{.name = "price", .type = FT_MONEY, .label = N_("Price"), .child = "prices", .child_column = "unit_minor",
	 .currency = "currency", .flags = FF_COLUMN | FF_FORM, .width = 14, .prio = 2},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .child = "prices",
	 .child_column = "currency", .width = 5},
	{.name = "type", .type = FT_ENUM, .label = N_("Type"), .choices = product_type, .flags = FF_COLUMN | FF_FORM,
	 .def = "good", .width = 12, .prio = 4},
	{.name = "category", .type = FT_TEXT, .label = N_("Category"), .flags = FF_COLUMN | FF_FORM | FF_SEARCH,
	 .width = 16, .prio = 3},
	{.name = "unit", .type = FT_TEXT, .label = N_("Unit"), .width = 8},
	{.name = "vat_rate", .type = FT_DECIMAL, .label = N_("VAT, %"), .flags = FF_FORM, .width = 7, .since = 5},
	{.name = "vat_exemption", .type = FT_TEXT, .label = N_("Why no VAT"), .width = 24, .since = 5},
	{.name = "stripe_product_id", .type = FT_TEXT, .label = N_("Stripe product"), .flags = FF_NOBULK, .width = 22, .since = 5},
	{.name = "active", .type = FT_BOOL, .label = NC_("product", "Active"), .def = "1", .flags = FF_COLUMN, .width = 7, .prio = 5},
	{.name = "description", .type = FT_LONG_TEXT, .label = N_("Description"), .flags = FF_FORM | FF_NOBULK,
	 .width = 30},
};

const struct entity entity_products = {
	.name = "products", .singular = "product", .label = N_("Product"), .label_new = N_("New product"), .label_plural = N_("Products"), .letter = "P",
	ENTITY_FIELDS(product_fields), .title = "t.name", .sort = "sort_key", .top = true, .derive = hook_name_derive,
};

static const struct field price_fields[] = {
	{.name = "product", .type = FT_REF, .label = N_("Product"), .column = "product_id", .ref = "products",
	 .flags = FF_REQUIRED | FF_INDEXED | FF_INTERNAL_REF},
	{.name = "unit_price", .type = FT_MONEY, .label = N_("Price"), .column = "unit_minor", .currency = "currency",
	 .flags = FF_FORM},
	{.name = "currency", .type = FT_CURRENCY, .label = N_("Currency"), .flags = FF_FORM},
	{.name = "min_qty", .type = FT_DECIMAL, .label = N_("From quantity"), .flags = FF_FORM},
	{.name = "billing_interval", .type = FT_ENUM, .label = N_("Interval"), .choices = interval, .flags = FF_FORM},
	{.name = "stripe_price_id", .type = FT_TEXT, .label = N_("Stripe price"), .flags = FF_FORM, .since = 5},
	{.name = "valid_from", .type = FT_DATE, .label = N_("From")},
	{.name = "valid_to", .type = FT_DATE, .label = N_("Until")},
	{.name = "is_primary", .type = FT_BOOL, .label = N_("Primary"), .def = "0"},
	{.name = "position", .type = FT_INT, .low = 0, .high = 1000000, .label = N_("Position"), .def = "0", .flags = FF_HIDDEN},
};

const struct entity entity_prices = {
	.name = "prices", .singular = "price", .label = N_("Price"), .label_new = N_("New price"), .label_plural = N_("Prices"),
	ENTITY_FIELDS(price_fields), .title = "COALESCE(t.currency, '')", .sort = "position", .parent = "product",
	.no_search = true,
};

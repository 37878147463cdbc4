/* What works by itself: outgoing webhooks. Their secrets are no fields: core/automation/webhook.c keeps them sealed. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/automation/event_kinds.h"
#include "core/crm/hooks.h"

static const struct field webhook_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH, .width = 20, .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "url", .type = FT_URL, .label = N_("Web address"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH, .width = 36, .prio = 2},
	{.name = "events", .type = FT_TEXT, .label = N_("Events"), .word = event_word, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 24, .prio = 3},
	{.name = "active", .type = FT_BOOL, .label = N_("On"), .flags = FF_COLUMN | FF_FORM, .def = "1", .width = 4, .prio = 2},
	{.name = "retry_count", .type = FT_INT, .label = N_("Retries"), .flags = FF_FORM, .def = "9", .low = 0, .high = 9, .width = 8},
	{.name = "timeout_ms", .type = FT_INT, .label = N_("Time limit, ms"), .flags = FF_FORM, .def = "15000", .low = 1000, .high = 30000, .width = 10},
	{.name = "headers", .type = FT_LONG_TEXT, .label = N_("Own headers"), .flags = FF_FORM | FF_NOBULK, .width = 24},
	{.name = "legacy_signature", .type = FT_BOOL, .label = N_("Older signature too"), .flags = FF_FORM, .def = "1", .width = 6},
	{.name = "disabled_reason", .type = FT_TEXT, .label = N_("Turned off because"), .flags = FF_READONLY, .width = 24},
	{.name = "waiting", .type = FT_INT, .label = N_("Waiting"), .flags = FF_COLUMN, .width = 8, .prio = 4,
	 .sql = "(SELECT count(*) FROM jobs j JOIN job_targets g ON g.num = j.target_num WHERE g.org_id = t.org_id AND g.record_id = t.id AND "
		"j.finished_at IS NULL)"},
	{.name = "delivered", .type = FT_INT, .label = N_("Delivered"), .flags = FF_COLUMN, .width = 9, .prio = 4,
	 .sql = "(SELECT COALESCE(sum(g.n_done), 0) FROM job_targets g WHERE g.org_id = t.org_id AND g.record_id = t.id)"},
	{.name = "failed", .type = FT_INT, .label = N_("Failed"), .flags = FF_COLUMN, .width = 7, .prio = 4,
	 .sql = "(SELECT COALESCE(sum(g.n_failed), 0) FROM job_targets g WHERE g.org_id = t.org_id AND g.record_id = t.id)"},
	{.name = "last_error", .type = FT_TEXT, .label = N_("Last error"), .flags = FF_COLUMN, .width = 30, .prio = 5,
	 .sql = "(SELECT max(g.last_error) FROM job_targets g WHERE g.org_id = t.org_id AND g.record_id = t.id)"},
};

const struct entity entity_webhooks = {
	.name = "webhooks", .singular = "webhook", .label = N_("Webhook"), .label_new = N_("New webhook"), .label_plural = N_("Webhooks"), .letter = "W",
	ENTITY_FIELDS(webhook_fields), .title = "t.name", .sort = "name", .top = true, .derive = hook_name_derive, .check = hook_webhook_check, .guarded = true, .since = 3,
};

/* Who may do what: roles, what each may do with each kind of record, and fields that it does not see or may not change. */
#include "core/model/catalogue.h"

#include <stddef.h>

#include "core/base/i18n.h"
#include "core/crm/hooks.h"

static const struct choice actions[] = {
	{"*", NC_("action", "everything"), NULL}, {"read", NC_("action", "read"), NULL},
	{"create", NC_("action", "create"), NULL}, {"update", NC_("action", "change"), NULL},
	{"delete", NC_("action", "delete"), NULL}, {"export", NC_("action", "export"), NULL},
	{"import", NC_("action", "import"), NULL}, {"bulk", NC_("action", "change many at once"), NULL},
	{"merge", NC_("action", "merge"), NULL},   {0},
};

static const struct choice scopes[] = {
	{"none", NC_("scope", "none"), "dim"}, {"own", NC_("scope", "own"), NULL}, {"team", NC_("scope", "the team's"), NULL},
	{"subtree", NC_("scope", "own and of those who report"), NULL}, {"all", NC_("scope", "all"), NULL}, {0},
};

static const struct choice field_access[] = {
	{"none", NC_("field access", "hidden"), "dim"}, {"read", NC_("field access", "read only"), NULL},
	{"write", NC_("field access", "may change"), NULL}, {0},
};

static const struct field role_fields[] = {
	{.name = "name", .type = FT_TEXT, .label = N_("Name"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_SEARCH, .width = 20,
	 .prio = 1},
	{.name = "sort_key", .type = FT_TEXT, .label = N_("Sort key"), .flags = FF_DERIVED | FF_HIDDEN | FF_REQUIRED},
	{.name = "description", .type = FT_TEXT, .label = N_("Description"), .flags = FF_COLUMN | FF_FORM, .width = 44, .prio = 2},
	{.name = "require_2fa", .type = FT_BOOL, .label = N_("Requires a second factor"), .flags = FF_COLUMN | FF_FORM | FF_NOBULK,
	 .def = "0", .width = 12, .prio = 3},
	{.name = "require_2fa_from", .type = FT_DATE, .label = N_("…from this day on"), .flags = FF_FORM},
	{.name = "members", .type = FT_INT, .label = N_("Members"), .flags = FF_COLUMN, .width = 8, .prio = 4,
	 .sql = "(SELECT count(*) FROM users u WHERE u.role_id = t.id AND u.deleted_at IS NULL)"},
	{.name = "key", .type = FT_TEXT, .label = N_("Key"), .column = "role_key", .flags = FF_READONLY | FF_HIDDEN},
};

const struct entity entity_roles = {
	.name = "roles", .singular = "role", .label = N_("Role"), .label_new = N_("New role"), .label_plural = N_("Roles"),
	ENTITY_FIELDS(role_fields), .title = "t.name", .sort = "num", .top = true, .derive = hook_name_derive, .check = hook_rights_check,
	.effects = hook_role_effects, .no_search = true, .since = 2,
};

static const struct field role_permission_fields[] = {
	{.name = "role", .type = FT_REF, .label = N_("Role"), .column = "role_id", .ref = "roles",
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_INDEXED, .width = 18, .prio = 1},
	{.name = "object", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .def = "*", .width = 16,
	 .prio = 2},
	{.name = "action", .type = FT_ENUM, .label = N_("Action"), .choices = actions, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .def = "*", .width = 20, .prio = 3},
	{.name = "scope", .type = FT_ENUM, .label = N_("Whose"), .choices = scopes, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .def = "own", .width = 26, .prio = 4},
};

const struct entity entity_role_permissions = {
	.name = "role_permissions", .singular = "role_permission", .label = N_("Permission"), .label_new = N_("New permission"),
	.label_plural = N_("Permissions"), ENTITY_FIELDS(role_permission_fields), .title = "t.object || ' ' || t.action", .sort = "num",
	.top = true, .check = hook_rights_check, .no_search = true, .since = 2,
};

static const struct field field_permission_fields[] = {
	{.name = "role", .type = FT_REF, .label = N_("Role"), .column = "role_id", .ref = "roles",
	 .flags = FF_REQUIRED | FF_COLUMN | FF_FORM | FF_INDEXED, .width = 18, .prio = 1},
	{.name = "object", .type = FT_TEXT, .label = N_("Record kind"), .flags = FF_REQUIRED | FF_COLUMN | FF_FORM, .width = 16, .prio = 2},
	{.name = "field", .type = FT_TEXT, .label = N_("Field"), .column = "field_name", .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .width = 20, .prio = 3},
	{.name = "access", .type = FT_ENUM, .label = N_("Access"), .choices = field_access, .flags = FF_REQUIRED | FF_COLUMN | FF_FORM,
	 .def = "read", .width = 14, .prio = 4},
};

const struct entity entity_field_permissions = {
	.name = "field_permissions", .singular = "field_permission", .label = N_("Field permission"),
	.label_new = N_("New field permission"), .label_plural = N_("Field permissions"), ENTITY_FIELDS(field_permission_fields),
	.title = "t.object || ' ' || t.field_name", .sort = "num", .top = true, .check = hook_rights_check, .no_search = true, .since = 2,
};

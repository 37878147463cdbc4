#include "core/crm/core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/rows.h"
#include "core/crm/schema.h"
#include "core/crm/store_raw.h"
#include "core/security/access.h"
#include "core/security/audit.h"
#include "core/security/keyring.h"
#include "core/security/session.h"
#include "data/db.h"
#include "data/listen.h"

static enum status load_organization(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db,
		"SELECT id, default_currency, country FROM organizations WHERE deleted_at IS NULL ORDER BY num LIMIT 1", &s, err);
	if (st != ST_OK || (st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	c->org = db_id(s, 0);
	const char *currency = db_text(s, 1), *country = db_text(s, 2);
	(void)snprintf(c->currency, sizeof c->currency, "%s", currency ? currency : "EUR");
	c->day_first = !(country && (strcmp(country, "US") == 0 || strcmp(country, "United States") == 0));
	db_done(s);
	return ST_OK;
}

enum status core_use_organization(struct core *c, struct error *err)
{
	return db_use_organization(c->db, &c->org, err);
}

/* The owner acts unless SIMPLIX_USER names somebody else. */
static enum status load_user(struct core *c, struct error *err)
{
	struct db_stmt *s;
	bool row;
	const char *email = getenv("SIMPLIX_USER");
	if (email && *email)
		return store_find(c, model_entity(c->model, "users"), email, &c->user, err);
	enum status st = db_prepare(c->db,
		"SELECT id FROM users WHERE org_id = $1 AND deleted_at IS NULL ORDER BY num LIMIT 1", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	if ((st = db_step(s, &row, err)) == ST_OK && row) {
		c->user = db_id(s, 0);
		db_done(s);
	}
	return st;
}

/* A file is on one machine; a server's database is worked on from many, each of which is a device of its own. */
static const char *device_key(struct core *c, struct arena *a)
{
	struct utsname host;
	char id[64] = "";
	if (db_kind(c->db) == DB_SQLITE)
		return "device";
	FILE *f = fopen("/etc/machine-id", "re");
	if (f) {
		if (fgets(id, sizeof id, f))
			id[strcspn(id, "\n")] = '\0';
		(void)fclose(f);
	}
	const char *name = getenv("SIMPLIX_MACHINE"); /* for machines that are copies of each other */
	return arena_printf(a, "device %s %s", name && *name ? name : uname(&host) == 0 ? host.nodename : "", id);
}

static enum status load_device(struct core *c, struct error *err)
{
	struct arena *a = arena_new();
	const char *key = device_key(c, a);
	char *have = setting_get(c, a, key);
	enum status st = ST_OK;
	if (have) {
		c->device = (uint32_t)strtoul(have, NULL, 10);
	} else if (!c->read_only) {
		struct id r = id_new();
		memcpy(&c->device, r.b + 12, sizeof c->device);
		c->device |= 1;
		st = setting_set(c, key, arena_printf(a, "%u", c->device), err);
	}
	arena_free(&a);
	return st;
}

enum status core_open(const char *target, int flags, struct core **out, struct error *err)
{
	struct core *c = mem_zalloc(sizeof *c);
	c->model = model_new();
	session_origin(c, "core");
	c->read_only = flags & DB_READONLY;
	c->target = mem_strdup(target);
	(void)snprintf(c->currency, sizeof c->currency, "EUR");
	c->day_first = true;
	enum status st = db_open(target, flags, &c->db, err);
	if (st == ST_OK)
		st = c->read_only ? schema_check(c->db, err) : schema_migrate(c->db, err);
	if (st == ST_OK)
		st = load_device(c, err);
	if (st == ST_OK)
		st = load_organization(c, err);
	if (st == ST_OK && !id_is_nil(&c->org)) {
		st = core_use_organization(c, err);
		if (st == ST_OK)
			st = core_reload_model(c, err);
		if (st == ST_OK && !c->read_only)
			st = access_ensure_billing(c, err);
		if (st == ST_OK && signin_required(c)) {
			access_none(c);
		} else if (st == ST_OK) {
			st = load_user(c, err);
			if (st == ST_OK && !c->read_only)
				st = access_ensure_roles(c, err);
			if (st == ST_OK)
				st = access_load(c, NULL, err);
		}
	}
	if (st != ST_OK) {
		core_close(&c);
		return st;
	}
	(void)core_changed_elsewhere(c);
	*out = c;
	return ST_OK;
}

enum status core_work_alone(struct core *c, struct error *err)
{
	access_free(&c->access);
	c->access = NULL;
	c->user = (struct id){{0}};
	c->session = c->key = 0;
	return core_use_organization(c, err);
}

void core_close(struct core **c)
{
	if (!*c)
		return;
	if ((*c)->audited)
		(void)audit_checkpoint(*c, NULL);
	if ((*c)->enqueued && (*c)->db && !db_in_transaction((*c)->db))
		(void)db_notify((*c)->db, &(*c)->org, NULL); /* we have no helper: those of others are told, once */
	free((*c)->target);
	sql_cache_free(*c);
	access_free(&(*c)->access);
	keyring_close(&(*c)->keys);
	db_close(&(*c)->db);
	model_free(&(*c)->model);
	free(*c);
	*c = NULL;
}

bool core_ready(const struct core *c)
{
	return !id_is_nil(&c->org);
}

bool core_signed_in(const struct core *c)
{
	return core_ready(c) && !id_is_nil(&c->user);
}

struct conventions core_conventions(const struct core *c)
{
	return (struct conventions){.currency = c->currency, .day_first = c->day_first};
}

/* Always less than what a later entry gets; -1: not known. */
static int64_t last_entry(struct core *c)
{
	return rows_int(c, -1, "SELECT COALESCE(max(seq), 0) FROM audit_heads WHERE org_id = $1", "d", &c->org);
}

void core_seen(struct core *c)
{
	c->seen_entry = last_entry(c);
}

enum core_change core_changed_elsewhere(struct core *c)
{
	int64_t v = db_data_version(c->db), before = c->seen_entry;
	bool first = !c->seen_version;
	if (v == c->seen_version)
		return CHANGED_NOTHING;
	c->seen_version = v;
	core_seen(c);
	if (first)
		return CHANGED_NOTHING;
	(void)access_reload(c, NULL); /* rights may be among what changed */
	return c->seen_entry == before && before >= 0 ? CHANGED_BESIDE : CHANGED_RECORDS;
}

/* Settings */

char *setting_get(struct core *c, struct arena *a, const char *key)
{
	struct db_stmt *s;
	bool row;
	char *out = NULL;
	if (db_prepare(c->db, "SELECT value FROM settings WHERE name = $1 AND user_id IS NOT DISTINCT FROM $2 AND org_id IS NOT DISTINCT FROM $3", &s, NULL) != ST_OK)
		return NULL;
	db_bind_text(s, 1, key);
	db_bind_id(s, 2, &c->user);
	db_bind_id(s, 3, &c->org);
	if (db_step(s, &row, NULL) == ST_OK && row) {
		out = arena_strdup(a, db_text(s, 0));
		db_done(s);
	}
	return out;
}

enum status setting_set(struct core *c, const char *key, const char *value, struct error *err)
{
	struct db_stmt *s;
	enum status st = db_begin(c->db, err);
	if (st != ST_OK)
		return st;
	if ((st = db_prepare(c->db, "DELETE FROM settings WHERE name = $1 AND user_id IS NOT DISTINCT FROM $2 AND org_id IS NOT DISTINCT FROM $3", &s, err)) == ST_OK) {
		db_bind_text(s, 1, key);
		db_bind_id(s, 2, &c->user);
		db_bind_id(s, 3, &c->org);
		st = db_run(s, err);
	}
	if (st == ST_OK && value &&
		(st = db_prepare(c->db, "INSERT INTO settings (org_id, user_id, name, value) VALUES ($1, $2, $3, $4)", &s, err)) ==
			ST_OK) {
		db_bind_id(s, 1, &c->org);
		db_bind_id(s, 2, &c->user);
		db_bind_text(s, 3, key);
		db_bind_text(s, 4, value);
		st = db_run(s, err);
	}
	if (st == ST_OK)
		return db_commit(c->db, err);
	db_rollback(c->db);
	return st;
}

/* Custom fields */

static const struct choice *parse_choices(struct arena *a, const char *options)
{
	int n = 1;
	for (const char *p = options; *p; p++)
		n += *p == ',' || *p == ';' || *p == '|';
	struct choice *list = arena_alloc(a, (size_t)(n + 1) * sizeof *list);
	char *copy = arena_strdup(a, options), *save = NULL;
	n = 0;
	for (char *w = strtok_r(copy, ",;|", &save); w; w = strtok_r(NULL, ",;|", &save)) {
		const char *word = text_trim(a, w);
		if (*word)
			list[n++] = (struct choice){word, word, NULL};
	}
	return list;
}

static void custom_field(struct arena *a, struct db_stmt *s, struct field *f)
{
	const char *type = db_text(s, 3), *options = db_text(s, 4), *def = db_text(s, 6);
	f->name = arena_strdup(a, db_text(s, 1));
	f->label = arena_strdup(a, db_text(s, 2));
	f->flags = FF_CUSTOM | (db_int(s, 5) ? FF_REQUIRED : 0u);
	f->group = "Custom";
	f->def = def ? arena_strdup(a, def) : NULL;
	if (strcmp(type, "user") == 0 || strcmp(type, "contact") == 0 || strcmp(type, "company") == 0) {
		f->type = FT_REF;
		f->ref = strcmp(type, "user") == 0 ? "users" : strcmp(type, "contact") == 0 ? "contacts" : "companies";
	} else if (!field_type_by_name(type, &f->type)) {
		f->type = FT_TEXT;
	}
	if (f->type == FT_ENUM || f->type == FT_MULTI)
		f->choices = parse_choices(a, options ? options : "");
}

static enum status load_custom(struct core *c, const char *entity, struct error *err)
{
	struct db_stmt *s;
	bool row;
	struct field *list = NULL;
	size_t n = 0, cap = 0;
	enum status st = db_prepare(c->db,
		"SELECT object, field_key, label, type, options, required, default_value FROM custom_fields "
		"WHERE org_id = $1 AND object = $2 AND deleted_at IS NULL ORDER BY position, num",
		&s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_text(s, 2, entity);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&list, &cap, n + 1, sizeof *list);
		list[n] = (struct field){0};
		custom_field(c->model->arena, s, &list[n++]);
	}
	if (st == ST_OK)
		model_set_custom(c->model, entity, list, (int)n);
	free(list);
	return st;
}

enum status core_reload_model(struct core *c, struct error *err)
{
	enum status st = ST_OK;
	sql_cache_free(c);
	for (int i = 0; st == ST_OK && i < c->model->n; i++)
		if (c->model->entities[i].e.top)
			st = load_custom(c, c->model->entities[i].e.name, err);
	return st;
}

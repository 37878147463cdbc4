/* Contacts, companies, users and small entities: names, keys, formats. Deals and activities have files of their own. */
#include "core/crm/hooks.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/billing/epc.h"
#include "core/crm/list_text.h"
#include "core/crm/store_raw.h"
#include "data/db.h"
#include "core/security/roles.h"
#include "core/model/format_check.h"

static void put_derived(struct record *r, const char *field, const char *s)
{
	int i = entity_index_of(r->entity, field);
	r->v[i] = s ? (struct value){.kind = VAL_TEXT, .s = s} : (struct value){0};
}

static void put_sort_key(struct record *r, const char *name)
{
	put_derived(r, "sort_key", text_sort_key(r->arena, name ? name : ""));
}

static void append(struct buf *b, const char *word)
{
	if (!text_is_blank(word))
		buf_printf(b, "%s%s", b->len ? " " : "", word);
}

/* First of a list in one line, without its label. */
static const char *first_item(struct arena *a, const char *list)
{
	struct list_item *items;
	return list && list_parse(a, list, &items) ? items[0].value : NULL;
}

void hook_contact_derive(struct record *r)
{
	struct buf b = {0};
	append(&b, record_text(r, "first_name"));
	append(&b, record_text(r, "middle_name"));
	append(&b, record_text(r, "last_name"));
	append(&b, record_text(r, "suffix"));
	const char *fallback[] = {record_text(r, "nickname"), first_item(r->arena, record_text(r, "emails")), record_text(r, "email"),
		first_item(r->arena, record_text(r, "phones")), record_text(r, "phone")};
	for (size_t i = 0; !b.len && i < sizeof fallback / sizeof *fallback; i++)
		append(&b, fallback[i]);
	const char *full = arena_strdup(r->arena, buf_str(&b));
	put_derived(r, "full_name", full);
	buf_clear(&b);
	append(&b, record_text(r, "last_name"));
	append(&b, record_text(r, "first_name"));
	put_sort_key(r, b.len ? buf_str(&b) : full);
	buf_free(&b);
}

void hook_name_derive(struct record *r)
{
	const char *name = entity_index_of(r->entity, "name") >= 0 ? record_text(r, "name") : NULL;
	if (strcmp(r->entity->name, "deals") == 0)
		name = record_text(r, "title");
	put_sort_key(r, name);
}

void hook_user_derive(struct record *r)
{
	struct buf b = {0};
	append(&b, record_text(r, "first_name"));
	append(&b, record_text(r, "last_name"));
	if (!b.len)
		append(&b, record_text(r, "email"));
	put_derived(r, "full_name", arena_strdup(r->arena, buf_str(&b)));
	put_sort_key(r, buf_str(&b));
	buf_free(&b);
}

void hook_email_derive(struct record *r)
{
	const char *s = record_text(r, "address");
	put_derived(r, "address_norm", s ? email_norm(r->arena, s) : NULL);
}

void hook_phone_derive(struct record *r)
{
	const char *s = record_text(r, "raw");
	put_derived(r, "digits", s ? phone_digits(r->arena, s) : NULL);
}

enum status hook_contact_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	static const char *const any[] = {"first_name", "last_name", "nickname", "emails", "email", "phones", "phone"};
	(void)t;
	(void)old;
	for (size_t i = 0; i < sizeof any / sizeof *any; i++)
		if (!text_is_blank(record_text(now, any[i])))
			return ST_OK;
	error_field(err, ST_INVALID, "last_name", _("A contact needs a name, an email or a phone."));
	return ST_INVALID;
}

static enum status check_register(const struct record *now, const char *field, bool (*valid)(const char *), const char *what,
	struct error *err)
{
	const char *s = record_text(now, field);
	if (!s || !now->set[entity_index_of(now->entity, field)] || valid(s))
		return ST_OK;
	return error_field(err, ST_INVALID, field, what, s);
}

/* A link to oneself, or a chain of parents that closes: A of B of A. */
static enum status check_above(struct txn *t, const struct record *now, const char *field, const char *what, struct error *err)
{
	struct id at = record_id(now, field);
	if (!now->set[entity_index_of(now->entity, field)])
		return ST_OK;
	for (int depth = 0; !id_is_nil(&at); depth++) {
		struct record *p;
		if (id_eq(&at, &now->id) || depth > 50)
			return error_field(err, ST_INVALID, field, "%s", what);
		if (whole_load(t->core, now->entity, &at, t->arena, &p, NULL) != ST_OK)
			return ST_OK;
		at = record_id(p, field);
	}
	return ST_OK;
}

enum status hook_team_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	(void)old;
	return check_above(t, now, "parent", _("A team cannot be above itself, not even through others."), err);
}

enum status hook_company_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	enum status st = check_register(now, "siren", siren_valid, _("“%s” is not a SIREN: nine digits with a check digit."), err);
	if (st == ST_OK)
		st = check_register(now, "siret", siret_valid, _("“%s” is not a SIRET: fourteen digits with a check digit."), err);
	if (st == ST_OK)
		st = check_register(now, "vat_number", vat_valid, _("“%s” is not a VAT number."), err);
	if (st == ST_OK && entity_field(now->entity, "iban"))
		st = check_register(now, "iban", iban_valid, _("“%s” is not an IBAN: its check digits do not fit."), err);
	if (st != ST_OK || strcmp(now->entity->name, "companies") != 0)
		return st;
	char domain[128];
	const char *site = record_text(now, "website"), *have = record_text(now, "domain");
	if (have && now->set[entity_index_of(now->entity, "domain")])
		record_put_text(now, "domain", url_domain(domain, sizeof domain, have));
	else if (!have && !old && site && *url_domain(domain, sizeof domain, site))
		record_put_text(now, "domain", domain);
	return check_above(t, now, "parent", _("A company cannot be its own parent, not even through others."), err);
}

enum status hook_user_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	if (record_null(now, "first_name") && record_null(now, "last_name") && record_null(now, "email"))
		return error_field(err, ST_INVALID, "last_name", _("A user needs a name or an email."));
	enum status st = check_above(t, now, "manager", _("Nobody can be above herself, not even through others."), err);
	return st == ST_OK ? roles_check_user(t, old, now, err) : st;
}

enum status hook_user_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	(void)old;
	if (now->deleted_at && id_eq(&now->id, &t->core->user))
		return error_set(err, ST_CONFLICT, _("You cannot delete yourself: nobody would be left to work as."));
	return roles_check_owners(t, err);
}

/* A tag that goes, goes from the records that wear it; undo brings both back. */
enum status hook_tag_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	struct db_stmt *s;
	struct id *ids = NULL;
	size_t n = 0, cap = 0;
	bool row;
	(void)old;
	if (!now->deleted_at)
		return ST_OK;
	enum status st = db_prepare(t->core->db, "SELECT id FROM taggings WHERE org_id = $1 AND tag_id = $2 AND deleted_at IS NULL", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &t->core->org);
	db_bind_id(s, 2, &now->id);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		mem_grow(&ids, &cap, n + 1, sizeof *ids);
		ids[n++] = db_id(s, 0);
	}
	struct arena *a = arena_new();
	for (size_t i = 0; st == ST_OK && i < n; i++) {
		struct record *r;
		if ((st = raw_load(t->core, model_entity(t->core->model, "taggings"), &ids[i], a, &r, err)) == ST_OK)
			st = raw_set_deleted(t, r, true, err);
		arena_reset(a);
	}
	arena_free(&a);
	free(ids);
	return st;
}

static const char *key_from_label(struct arena *a, const char *label)
{
	struct buf b = {0};
	text_tokens_to(&b, label);
	char *key = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	for (char *p = key; *p; p++)
		if (!isalnum((unsigned char)*p))
			*p = '_';
	size_t n = strlen(key);
	while (n && key[n - 1] == '_')
		key[--n] = '\0';
	if (n > 40)
		key[40] = '\0';
	return isalpha((unsigned char)*key) ? key : arena_printf(a, "f_%s", key);
}

static bool key_valid(const char *s)
{
	if (!islower((unsigned char)*s) || strlen(s) > 63)
		return false;
	for (; *s; s++)
		if (!islower((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

enum status hook_custom_field_check(struct txn *t, const struct record *old, struct record *now, struct error *err)
{
	const char *object = record_text(now, "object");
	const struct entity *e = object ? model_entity(t->core->model, object) : NULL;
	if (!e || !e->top)
		return error_field(err, ST_INVALID, "object", _("Custom fields belong to contacts, companies, deals, activities or products."));
	record_put_text(now, "object", e->name);
	if (record_null(now, "key") && !record_null(now, "label"))
		record_put_text(now, "key", key_from_label(now->arena, record_text(now, "label")));
	const char *key = record_text(now, "key"), *type = record_text(now, "type");
	if (!key || !key_valid(key))
		return error_field(err, ST_INVALID, "key", _("A key is made of small letters, digits and _: account_tier."));
	if (old && strcmp(record_text(old, "key"), key) != 0)
		return error_field(err, ST_INVALID, "key", _("The key of a custom field stays; change its label."));
	if (!old && entity_field(e, key))
		return error_field(err, ST_CONFLICT, "key", _("%s: there is a field “%s” already."), _(e->label_plural), key);
	bool choices = type && (strcmp(type, "select") == 0 || strcmp(type, "multi_select") == 0);
	if (choices && record_null(now, "options"))
		return error_field(err, ST_INVALID, "options", _("Write the choices, separated by commas."));
	return ST_OK;
}

enum status hook_custom_field_effects(struct txn *t, const struct record *old, const struct record *now, struct error *err)
{
	(void)old;
	(void)now;
	(void)err;
	t->model_changed = true;
	return ST_OK;
}

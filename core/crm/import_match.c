#include "core/crm/import_match.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/crm/duplicates_close.h"
#include "core/crm/import_link.h"
#include "core/crm/import_same.h"
#include "core/crm/list_text.h"
#include "core/model/format_check.h"
#include "data/db.h"

bool import_is_fresh(struct import_run *run, const struct entity *e)
{
	for (int i = 0; i < run->n_fresh; i++)
		if (run->fresh[i].e == e)
			return run->fresh[i].empty;
	return false;
}

bool import_look(struct import_run *run, const char *sql, const char *text, const struct id *id, const char *title, struct id *out,
	bool *several)
{
	struct db_stmt *s;
	bool row;
	int found = 0;
	if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK)
		return false;
	db_bind_id(s, 1, &run->core->org);
	db_bind_text(s, 2, text);
	if (id)
		db_bind_id(s, 3, id);
	while (found < 2 && db_step(s, &row, NULL) == ST_OK && row) {
		const char *have = title ? db_text(s, 1) : NULL;
		if (title && (!have || !text_eq_fold(have, title)))
			continue;
		if (!found++)
			*out = db_id(s, 0);
		if (!title)
			break;
	}
	db_done(s);
	if (several)
		*several = found > 1;
	return found > 0;
}

/* Salesforce shows the same id with 15 characters, or with three more for spreadsheets that ignore case. */
static const char *source_id(struct import_run *run, const char *id)
{
	if (strlen(id) == 18 && strstr(run->p->system, "salesforce"))
		return arena_strndup(run->row, id, 15);
	return id;
}

static bool one_id(struct db_stmt *s, struct id *out)
{
	bool row;
	bool found = db_step(s, &row, NULL) == ST_OK && row;
	if (found)
		*out = db_id(s, 0);
	db_done(s);
	return found;
}

/* The record that a merged one went into, through as many merges as there were; nil when none of them lives. */
static struct id survivor_of(struct import_run *run, const struct entity *e, struct id id)
{
	if (entity_index_of(e, "merged_into") < 0)
		return (struct id){{0}};
	const char *sql = arena_printf(run->row, "SELECT t.deleted_at, t.merged_into_id FROM %s t WHERE t.org_id = $1 AND t.id = $2", e->name);
	for (int i = 0; i < 20 && !id_is_nil(&id); i++) {
		struct db_stmt *s;
		bool row;
		if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK)
			break;
		db_bind_id(s, 1, &run->core->org);
		db_bind_id(s, 2, &id);
		if (db_step(s, &row, NULL) != ST_OK || !row)
			break;
		bool alive = db_is_null(s, 0);
		struct id next = db_id(s, 1);
		db_done(s);
		if (alive)
			return id;
		id = next;
	}
	return (struct id){{0}};
}

/* The live record that a record merged away under this id of the source went into. */
static struct id by_merged_source(struct import_run *run, const struct entity *e, const char *id)
{
	struct id out = {{0}};
	struct db_stmt *s;
	if (db_prepare(run->core->db,
		    "SELECT record_id FROM external_refs WHERE org_id = $1 AND external_id = $2 AND system = $3 AND entity = $4", &s, NULL) != ST_OK)
		return out;
	db_bind_id(s, 1, &run->core->org);
	db_bind_text(s, 2, id);
	db_bind_text(s, 3, run->p->system);
	db_bind_text(s, 4, e->name);
	return one_id(s, &out) ? survivor_of(run, e, out) : out;
}

static struct id by_any_source(struct import_run *run, const struct entity *e, const char *id)
{
	struct id out = {{0}};
	bool several = false;
	const char *sql = arena_printf(run->row,
		"SELECT DISTINCT x.record_id, x.external_id FROM external_refs x JOIN %s t ON t.id = x.record_id AND t.deleted_at IS NULL "
		"WHERE x.org_id = $1 AND x.external_id = $2 AND x.entity = '%s'",
		e->name, e->name);
	return import_look(run, sql, id, NULL, id, &out, &several) && !several ? out : (struct id){{0}};
}

struct id import_by_source(struct import_run *run, const struct entity *e, const char *text, bool anywhere)
{
	struct id out = {{0}}, own;
	struct db_stmt *s;
	const char *id = source_id(run, text), *sql;
	if ((run->p->own || run->p->vcard) && id_parse(id, &own)) { /* our own ids, if the record is of this base */
		sql = arena_printf(run->row, "SELECT t.id FROM %s t WHERE t.org_id = $1 AND t.id = $2 AND t.deleted_at IS NULL", e->name);
		if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK)
			return out;
		db_bind_id(s, 1, &run->core->org);
		db_bind_id(s, 2, &own);
		if (one_id(s, &out))
			return out;
		out = survivor_of(run, e, own);
		if (!id_is_nil(&out))
			return out; /* else perhaps of another base, and met before */
	}
	if (import_is_fresh(run, e)) {
		uint64_t h = idmap_hash(run->known, arena_printf(run->row, "id %s", e->name), id);
		return idmap_get(run->known, h, &out) ? out : (struct id){{0}};
	}
	sql = arena_printf(run->row,
		"SELECT x.record_id FROM external_refs x JOIN %s t ON t.id = x.record_id AND t.deleted_at IS NULL "
		"WHERE x.org_id = $1 AND x.external_id = $2 AND x.system = $3 AND x.entity = '%s'",
		e->name, e->name);
	if (db_prepare(run->core->db, sql, &s, NULL) != ST_OK)
		return out;
	db_bind_id(s, 1, &run->core->org);
	db_bind_text(s, 2, id);
	db_bind_text(s, 3, run->p->system);
	if (!one_id(s, &out))
		out = by_merged_source(run, e, id);
	return id_is_nil(&out) && anywhere ? by_any_source(run, e, id) : out;
}

/* Has a record an id of this source already? Then a row with another id is not it. */
static bool has_other_id(struct import_run *run, const struct staged *s, const struct id *id)
{
	struct id unused;
	if (!s->id)
		return false;
	if (import_is_fresh(run, s->e))
		return true; /* all records come from this file, and those with this row's id were looked for first */
	return import_look(run,
		"SELECT x.record_id FROM external_refs x WHERE x.org_id = $1 AND x.system = $2 AND x.record_id = $3",
		run->p->system, id, NULL, &unused, NULL);
}

static const char *value_text(const struct staged *s, const char *field)
{
	int i = entity_index_of(s->e, field);
	return i >= 0 && s->r->v[i].kind == VAL_TEXT ? s->r->v[i].s : NULL;
}

/* Keys in memory for rows of tables that were empty when the run began. */

static bool known(struct import_run *run, const char *kind, const char *text, const struct id *with, struct id *out)
{
	uint64_t h = idmap_hash(run->known, kind, text);
	return idmap_get(run->known, with ? idmap_hash_id(run->known, h, with) : h, out);
}

static void know(struct import_run *run, const char *kind, const char *text, const struct id *with, uint32_t index)
{
	uint64_t h = idmap_hash(run->known, kind, text);
	idmap_put(run->known, with ? idmap_hash_id(run->known, h, with) : h, index);
}

/* Contacts */

static const char *phone_tail(struct arena *a, const char *raw)
{
	const char *d = phone_digits(a, raw);
	size_t n = strlen(d);
	return n >= 7 ? (n > 9 ? d + n - 9 : d) : NULL;
}

static const char *phone_name_key(struct import_run *run, const char *tail, const char *name)
{
	return arena_printf(run->row, "%s %s", tail, name);
}

static bool contact_by_email(struct import_run *run, const struct staged *s, struct id *out)
{
	struct list_item *item;
	const char *list = value_text(s, "emails");
	int n = list ? list_parse(run->row, list, &item) : 0;
	for (int i = 0; i < n; i++) {
		const char *norm = email_norm(run->row, item[i].value);
		if (import_is_fresh(run, s->e) ? known(run, "email", norm, NULL, out)
					       : import_look(run,
							 "SELECT k.contact_id FROM contact_emails k JOIN contacts t ON t.id = k.contact_id "
							 "AND t.deleted_at IS NULL AND t.org_id = $1 WHERE k.address_norm = $2 "
							 "AND k.deleted_at IS NULL ORDER BY t.num LIMIT 1",
							 norm, NULL, NULL, out, NULL))
			return true;
	}
	return false;
}

static bool contact_by_phone(struct import_run *run, const struct staged *s, const char *name, struct id *out)
{
	static const char sql[] =
		"SELECT t.id, t.full_name FROM contact_phones k JOIN contacts t ON t.id = k.contact_id AND t.deleted_at IS NULL "
		"WHERE t.org_id = $1 AND k.digits = $2 AND k.deleted_at IS NULL";
	struct list_item *item;
	const char *list = value_text(s, "phones");
	int n = list ? list_parse(run->row, list, &item) : 0;
	for (int i = 0; i < n; i++) {
		const char *tail = phone_tail(run->row, item[i].value);
		if (!tail)
			continue;
		if (import_is_fresh(run, s->e)) {
			if (known(run, "phone", phone_name_key(run, tail, name), NULL, out))
				return true;
			continue;
		}
		const char *form[] = {phone_digits(run->row, item[i].value), tail, arena_printf(run->row, "0%s", tail),
			arena_printf(run->row, "33%s", tail)};
		for (size_t k = 0; k < sizeof form / sizeof *form; k++)
			if (import_look(run, sql, form[k], NULL, value_text(s, "full_name"), out, NULL))
				return true;
	}
	return false;
}

/* A row that tells nothing but a number means the nameless record with it, else the only one that has it. */
static bool contact_by_phone_alone(struct import_run *run, const struct staged *s, struct id *out)
{
	static const char sql[] =
		"SELECT t.id, t.full_name FROM contact_phones k JOIN contacts t ON t.id = k.contact_id AND t.deleted_at IS NULL "
		"WHERE t.org_id = $1 AND k.digits IN ($2, $3, $4, $5) AND k.deleted_at IS NULL ORDER BY t.num";
	struct list_item *item;
	const char *list = value_text(s, "phones"), *tail = list && list_parse(run->row, list, &item) ? phone_tail(run->row, item[0].value) : NULL;
	struct db_stmt *q;
	bool row, nameless = false, several = false, found = false;
	struct id unused;
	if (!tail)
		return false;
	if (import_is_fresh(run, s->e))
		return known(run, "phone", phone_name_key(run, tail, ""), NULL, out) ||
		       (known(run, "number", tail, NULL, out) && !known(run, "numbers", tail, NULL, &unused));
	if (db_prepare(run->core->db, sql, &q, NULL) != ST_OK)
		return false;
	db_bind_id(q, 1, &run->core->org);
	db_bind_text(q, 2, phone_digits(run->row, item[0].value));
	db_bind_text(q, 3, tail);
	db_bind_text(q, 4, arena_printf(run->row, "0%s", tail));
	db_bind_text(q, 5, arena_printf(run->row, "33%s", tail));
	while (!nameless && db_step(q, &row, NULL) == ST_OK && row) {
		struct id id = db_id(q, 0);
		nameless = !db_text(q, 1) || !*db_text(q, 1) || phone_valid(db_text(q, 1));
		several = several || (found && !id_eq(&id, out));
		if (!found || nameless)
			*out = id;
		found = true;
	}
	db_done(q);
	return found && (nameless || !several);
}

static bool contact_by_name(struct import_run *run, const struct staged *s, const char *name, struct id *out)
{
	struct id company = record_id(s->r, "company");
	if (id_is_nil(&company))
		return false;
	if (import_is_fresh(run, s->e))
		return known(run, "name", name, &company, out);
	return import_look(run,
		"SELECT t.id, t.full_name FROM contacts t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.company_id = $3 "
		"AND t.deleted_at IS NULL",
		value_text(s, "sort_key"), &company, value_text(s, "full_name"), out, NULL);
}

static bool has_name(const struct staged *s)
{
	return value_text(s, "first_name") || value_text(s, "last_name");
}

static bool match_contact(struct import_run *run, struct staged *s, struct id *out)
{
	if (contact_by_email(run, s, out))
		return true;
	if (!has_name(s))
		return !value_text(s, "emails") && contact_by_phone_alone(run, s, out);
	const char *name = text_fold(run->row, value_text(s, "full_name"));
	if (contact_by_phone(run, s, name, out) || contact_by_name(run, s, name, out))
		return true;
	/* a row about something else that names a person, but neither her company nor her address, means the one of that name */
	bool link = s == &run->s[IMPORT_OF_CONTACT] && !value_text(s, "emails") && !value_text(s, "phones");
	struct id company = record_id(s->r, "company");
	return link && id_is_nil(&company) && import_find_person(run, s->e, value_text(s, "full_name"), out);
}

static void know_contact(struct import_run *run, const struct staged *s, uint32_t index)
{
	struct list_item *item;
	const char *list = value_text(s, "emails"), *name = has_name(s) ? text_fold(run->row, value_text(s, "full_name")) : NULL;
	struct id company = record_id(s->r, "company");
	int n = list ? list_parse(run->row, list, &item) : 0;
	for (int i = 0; i < n; i++)
		know(run, "email", email_norm(run->row, item[i].value), NULL, index);
	list = value_text(s, "phones");
	n = list ? list_parse(run->row, list, &item) : 0;
	for (int i = 0; i < n; i++) {
		const char *tail = phone_tail(run->row, item[i].value);
		struct id other, this = idmap_id(run->known, index);
		if (!tail)
			continue;
		know(run, "phone", phone_name_key(run, tail, name ? name : ""), NULL, index);
		if (known(run, "number", tail, NULL, &other) && !id_eq(&other, &this))
			know(run, "numbers", tail, NULL, index);
		know(run, "number", tail, NULL, index);
	}
	if (name && !id_is_nil(&company))
		know(run, "name", name, &company, index);
}

/* Companies */

static const char *company_domain(struct import_run *run, const struct staged *s)
{
	char domain[128];
	const char *text = value_text(s, "domain");
	if (!text)
		text = value_text(s, "website");
	return text && *url_domain(domain, (int)sizeof domain, text) ? arena_strdup(run->row, domain) : NULL;
}

static bool other_domain(struct import_run *run, const struct id *id, const char *domain)
{
	struct id unused;
	return domain && import_look(run,
				 "SELECT t.id FROM companies t WHERE t.org_id = $1 AND t.domain IS NOT NULL AND t.domain <> $2 AND t.id = $3",
				 domain, id, NULL, &unused, NULL);
}

/* Companies whose name is the same but for its legal form: they begin with the same word. */
static bool company_by_key(struct import_run *run, const char *name, struct id *out)
{
	struct db_stmt *s;
	bool row, found = false;
	const char *key = company_name_key(run->row, name), *sort = text_sort_key(run->row, name);
	const char *from = arena_strndup(run->row, sort, strcspn(sort, " "));
	if (db_prepare(run->core->db,
		    "SELECT t.id, t.name FROM companies t WHERE t.org_id = $1 AND t.sort_key >= $2 AND t.sort_key < $3 "
		    "AND t.deleted_at IS NULL ORDER BY t.sort_key, t.num LIMIT 100",
		    &s, NULL) != ST_OK)
		return false;
	db_bind_id(s, 1, &run->core->org);
	db_bind_text(s, 2, from);
	db_bind_text(s, 3, arena_printf(run->row, "%s\x7f", from));
	while (!found && db_step(s, &row, NULL) == ST_OK && row) {
		found = strcmp(company_name_key(run->row, db_text(s, 1)), key) == 0;
		if (found)
			*out = db_id(s, 0);
	}
	db_done(s);
	return found;
}

static bool match_company(struct import_run *run, struct staged *s, struct id *out)
{
	const char *domain = company_domain(run, s), *name = value_text(s, "name"), *siren = value_text(s, "siren");
	if (import_is_fresh(run, s->e)) {
		if (domain && known(run, "domain", domain, NULL, out))
			return true;
		if (siren && import_by_column(run, s->e, "siren", import_as_is, siren, out))
			return true;
		return name && known(run, "company", company_name_key(run->row, name), NULL, out) && !other_domain(run, out, domain);
	}
	if (domain && import_look(run, "SELECT t.id FROM companies t WHERE t.org_id = $1 AND t.domain = $2 AND t.deleted_at IS NULL", domain,
			      NULL, NULL, out, NULL))
		return true;
	if (siren && import_by_column(run, s->e, "siren", import_as_is, siren, out))
		return true;
	if (!name)
		return false;
	bool found = import_look(run,
			     "SELECT t.id, t.name FROM companies t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.deleted_at IS NULL "
			     "ORDER BY t.num",
			     text_sort_key(run->row, name), NULL, name, out, NULL) ||
		     company_by_key(run, name, out);
	return found && !other_domain(run, out, domain);
}

static void know_company(struct import_run *run, const struct staged *s, uint32_t index)
{
	const char *domain = company_domain(run, s), *name = value_text(s, "name");
	if (domain)
		know(run, "domain", domain, NULL, index);
	if (name)
		know(run, "company", company_name_key(run->row, name), NULL, index);
}

/* The others */

static bool match_user(struct import_run *run, struct staged *s, struct id *out)
{
	const char *email = value_text(s, "email");
	if (email && import_look(run, "SELECT t.id FROM users t WHERE t.org_id = $1 AND lower(t.email) = $2 AND t.deleted_at IS NULL",
			     text_lower_ascii(run->row, email), NULL, NULL, out, NULL))
		return true;
	return has_name(s) &&
	       import_look(run, "SELECT t.id, t.full_name FROM users t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.deleted_at IS NULL",
		       value_text(s, "sort_key"), NULL, value_text(s, "full_name"), out, NULL);
}

static void bind_int_of(struct db_stmt *q, int n, const struct record *r, const char *field)
{
	if (record_null(r, field))
		db_bind_null(q, n);
	else
		db_bind_int(q, n, record_int(r, field));
}

/* Deals and activities without an id: a row of a file that was imported before has the same title, company, close date and value.
 * Equal rows of one file are two. */
static bool match_deal(struct import_run *run, struct staged *s, struct id *out)
{
	struct db_stmt *q;
	const char *title = value_text(s, "title");
	struct id company = record_id(s->r, "company");
	if (!title || db_prepare(run->core->db,
			      "SELECT t.id FROM deals t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.title = $3 "
			      "AND t.company_id IS NOT DISTINCT FROM $4 AND t.expected_close_date IS NOT DISTINCT FROM $5 "
			      "AND t.value_minor IS NOT DISTINCT FROM $6 AND t.num <= $7 AND t.deleted_at IS NULL LIMIT 1",
			      &q, NULL) != ST_OK)
		return false;
	db_bind_id(q, 1, &run->core->org);
	db_bind_text(q, 2, text_sort_key(run->row, title));
	db_bind_text(q, 3, title);
	db_bind_id(q, 4, &company);
	db_bind_text(q, 5, value_text(s, "expected_close_date"));
	bind_int_of(q, 6, s->r, "value");
	db_bind_int(q, 7, run->newest);
	return one_id(q, out);
}

/* A link names a deal by its title alone. */
static bool match_deal_link(struct import_run *run, const struct staged *s, struct id *out)
{
	const char *title = value_text(s, "title");
	bool several = false;
	return title &&
	       import_look(run, "SELECT t.id, t.title FROM deals t WHERE t.org_id = $1 AND t.sort_key = $2 AND t.deleted_at IS NULL ORDER BY t.num",
		       text_sort_key(run->row, title), NULL, title, out, &several) &&
	       !several;
}

/* An activity is the same when its kind, words, times and person (or deal, or company) are. */
static bool match_activity(struct import_run *run, struct staged *s, struct id *out)
{
	static const char *const link[] = {"contact", "deal", "company"};
	const char *subject = value_text(s, "subject"), *type = value_text(s, "type"), *body = value_text(s, "body");
	if (!subject && !body)
		return false;
	for (size_t i = 0; i < sizeof link / sizeof *link; i++) {
		struct id id = record_id(s->r, link[i]);
		struct db_stmt *q;
		if (id_is_nil(&id))
			continue;
		const char *sql = arena_printf(run->row,
			"SELECT t.id FROM activities t WHERE t.org_id = $1 AND t.%s_id = $2 AND t.deleted_at IS NULL "
			"AND t.subject IS NOT DISTINCT FROM $3 AND t.type = COALESCE($4, t.type) AND t.due_at IS NOT DISTINCT FROM $5 "
			"AND t.start_at IS NOT DISTINCT FROM $6 AND t.body IS NOT DISTINCT FROM $7 AND t.num <= $8 LIMIT 1",
			link[i]);
		if (db_prepare(run->core->db, sql, &q, NULL) != ST_OK)
			return false;
		db_bind_id(q, 1, &run->core->org);
		db_bind_id(q, 2, &id);
		db_bind_text(q, 3, subject);
		db_bind_text(q, 4, type);
		bind_int_of(q, 5, s->r, "due_at");
		bind_int_of(q, 6, s->r, "start_at");
		db_bind_text(q, 7, body);
		db_bind_int(q, 8, run->newest);
		return one_id(q, out);
	}
	return false;
}

/* By its number where it has one, else by its name without regard to spaces and signs. */
static bool match_product(struct import_run *run, struct staged *s, struct id *out)
{
	const char *sku = value_text(s, "sku"), *name = value_text(s, "name");
	if (sku)
		return import_by_column(run, s->e, "sku", import_as_is, sku, out);
	return name && import_by_column(run, s->e, "name", import_squeeze, name, out);
}

bool import_match(struct import_run *run, struct staged *s, struct id *out, bool *by_id)
{
	static const struct {
		const char *entity;
		bool (*match)(struct import_run *, struct staged *, struct id *);
	} rules[] = {{"contacts", match_contact}, {"companies", match_company}, {"users", match_user}, {"deals", match_deal},
		{"activities", match_activity}, {"products", match_product}};
	*by_id = false;
	if (s->id) {
		*out = import_by_source(run, s->e, s->id, s != &run->s[IMPORT_MAIN]);
		if (!id_is_nil(out))
			return *by_id = true;
	}
	if (s == &run->s[IMPORT_OF_DEAL])
		return match_deal_link(run, s, out);
	if (s->e->derive)
		s->e->derive(s->r);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
		if (strcmp(rules[i].entity, s->e->name) == 0)
			return (rules[i].match(run, s, out) && !has_other_id(run, s, out)) ||
			       (s->same_row && (*by_id = import_by_same_row(run, s, out)));
	return false;
}

static enum status keep_source_id(struct import_run *run, const struct staged *s, const char *system, const char *source,
	const struct id *id, struct error *err)
{
	struct db_stmt *q;
	enum status st = db_prepare(run->core->db,
		"INSERT INTO external_refs (org_id, system, external_id, entity, record_id) VALUES ($1, $2, $3, $4, $5) "
		"ON CONFLICT (org_id, system, entity, external_id) DO UPDATE SET record_id = excluded.record_id",
		&q, err);
	if (st != ST_OK)
		return st;
	db_bind_id(q, 1, &run->core->org);
	db_bind_text(q, 2, system);
	db_bind_text(q, 3, source);
	db_bind_text(q, 4, s->e->name);
	db_bind_id(q, 5, id);
	return db_run(q, err);
}

enum status import_remember(struct import_run *run, const struct staged *s, const struct id *id, struct error *err)
{
	if (import_is_fresh(run, s->e)) {
		uint32_t index = idmap_add_id(run->known, id);
		if (strcmp(s->e->name, "contacts") == 0)
			know_contact(run, s, index);
		else if (strcmp(s->e->name, "companies") == 0)
			know_company(run, s, index);
		if (s->id)
			know(run, arena_printf(run->row, "id %s", s->e->name), source_id(run, s->id), NULL, index);
	}
	import_column_has(run, "siren", import_as_is, value_text(s, "siren"), id);
	if (strcmp(s->e->name, "products") == 0) {
		import_column_has(run, "sku", import_as_is, value_text(s, "sku"), id);
		import_column_has(run, "name", import_squeeze, value_text(s, "name"), id);
	}
	struct id own;
	if (s->same_row) {
		enum status st = keep_source_id(run, s, import_rows_system(run), s->same_row, id, err);
		if (st != ST_OK)
			return st;
	}
	if (!s->id || (strcmp(run->p->system, "simplix") == 0 && id_parse(s->id, &own) && id_eq(&own, id)))
		return ST_OK;
	return keep_source_id(run, s, run->p->system, source_id(run, s->id), id, err);
}

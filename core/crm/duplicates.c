#include "core/crm/duplicates.h"

#include <stdio.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/duplicates_close.h"
#include "core/crm/list_text.h"
#include "core/crm/sql.h"
#include "core/security/access.h"
#include "core/crm/store.h"

struct search {
	struct core *core;
	const struct entity *entity;
	struct arena *arena;
	struct duplicate *out;
	int n, max;
};

static void note(struct search *s, struct id id, int64_t num, const char *title, const char *why)
{
	for (int i = 0; i < s->n; i++)
		if (s->out[i].num == num)
			return;
	if (s->n < s->max && access_check_row(s->core, s->entity, &id, ACT_READ, NULL) == ST_OK)
		s->out[s->n++] = (struct duplicate){id, num, arena_strdup(s->arena, title ? title : ""), why};
}

/* What a person may not see must not be found out by what is there already. */
static bool hides(const struct search *s, const char *field)
{
	const struct field *f = entity_field(s->entity, field);
	return f && access_field(s->core, s->entity, f) == FIELD_NONE;
}

/* Live rows of the entity that meet a condition; q begins with the SELECT of id, num, title. */
static void begin(struct search *s, struct sql *q)
{
	sql_init(q, s->arena);
	sql_add(q, "SELECT t.id, t.num, %s FROM %s t WHERE t.org_id = ", s->entity->title, s->entity->name);
	sql_id(q, &s->core->org);
	sql_add(q, " AND t.deleted_at IS NULL AND ");
}

static void collect(struct search *s, struct sql *q, const char *why)
{
	struct db_stmt *stmt;
	bool row;
	sql_add(q, " LIMIT 5");
	if (sql_prepare(q, s->core->db, &stmt, NULL) == ST_OK)
		while (db_step(stmt, &row, NULL) == ST_OK && row)
			note(s, db_id(stmt, 0), db_int(stmt, 1), db_text(stmt, 2), why);
	sql_free(q);
}

static void same_email(struct search *s, const char *list)
{
	struct list_item *items;
	int n = list && !hides(s, "email") ? list_parse(s->arena, list, &items) : 0;
	for (int i = 0; i < n; i++) {
		struct sql q;
		begin(s, &q);
		sql_add(&q, "t.id IN (SELECT k.contact_id FROM contact_emails k WHERE k.deleted_at IS NULL AND k.address_norm = ");
		sql_text(&q, email_norm(s->arena, items[i].value));
		sql_add(&q, ")");
		collect(s, &q, _("same email"));
	}
}

/* National and international forms of a number share their last nine digits. */
static const char *phone_tail(struct arena *a, const char *raw)
{
	const char *d = phone_digits(a, raw);
	size_t n = strlen(d);
	return n >= 7 ? (n > 9 ? d + n - 9 : d) : NULL;
}

static void same_phone(struct search *s, const char *list)
{
	struct list_item *items;
	int n = list && !hides(s, "phone") ? list_parse(s->arena, list, &items) : 0;
	for (int i = 0; i < n; i++) {
		const char *digits = phone_digits(s->arena, items[i].value), *tail = phone_tail(s->arena, items[i].value);
		struct sql q;
		if (!tail)
			continue;
		begin(s, &q);
		sql_add(&q, "t.id IN (SELECT k.contact_id FROM contact_phones k WHERE k.deleted_at IS NULL AND k.digits IN (");
		sql_text(&q, digits);
		sql_add(&q, ", ");
		sql_text(&q, tail);
		sql_add(&q, ", ");
		sql_text(&q, arena_printf(s->arena, "0%s", tail));
		sql_add(&q, ", ");
		sql_text(&q, arena_printf(s->arena, "33%s", tail));
		sql_add(&q, "))");
		collect(s, &q, _("same phone"));
	}
}

static void close_name_at_company(struct search *s, const struct record *r)
{
	struct id company = record_id(r, "company");
	struct db_stmt *stmt;
	struct sql q;
	bool row;
	struct record *copy = record_new(s->arena, r->entity);
	memcpy(copy->v, r->v, (size_t)r->entity->n_fields * sizeof *copy->v);
	r->entity->derive(copy);
	const char *name = text_fold(s->arena, record_text(copy, "full_name"));
	if (!*name)
		return;
	begin(s, &q);
	if (id_is_nil(&company)) {
		sql_add(&q, "t.company_id IS NULL AND t.sort_key = ");
		sql_text(&q, record_text(copy, "sort_key"));
	} else {
		sql_add(&q, "t.company_id = ");
		sql_id(&q, &company);
	}
	sql_add(&q, " LIMIT 500");
	if (sql_prepare(&q, s->core->db, &stmt, NULL) == ST_OK)
		while (db_step(stmt, &row, NULL) == ST_OK && row) {
			const char *title = db_text(stmt, 2);
			if (title && names_are_close(name, text_fold(s->arena, title)))
				note(s, db_id(stmt, 0), db_int(stmt, 1), title, _("close name at the same company"));
		}
	sql_free(&q);
}

static void same_company(struct search *s, const struct record *r)
{
	static const struct {
		const char *field, *why;
	} exact[] = {{"domain", N_("same domain")}, {"siren", N_("same SIREN")}, {"vat_number", N_("same VAT number")}};
	struct sql q;
	struct db_stmt *stmt;
	bool row;
	for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
		const char *v = record_text(r, exact[i].field);
		if (!v || hides(s, exact[i].field))
			continue;
		begin(s, &q);
		sql_add(&q, "t.%s = ", exact[i].field);
		sql_text(&q, v);
		collect(s, &q, _(exact[i].why));
	}
	const char *name = record_text(r, "name");
	if (!name)
		return;
	const char *key = company_name_key(s->arena, name), *sort = text_sort_key(s->arena, name);
	begin(s, &q);
	sql_add(&q, "t.sort_key >= ");
	sql_text(&q, arena_strndup(s->arena, sort, strlen(sort) < 3 ? strlen(sort) : 3));
	sql_add(&q, " AND t.sort_key < ");
	sql_text(&q, arena_printf(s->arena, "%.3s\x7f", sort));
	sql_add(&q, " ORDER BY t.sort_key LIMIT 2000");
	if (sql_prepare(&q, s->core->db, &stmt, NULL) == ST_OK)
		while (db_step(stmt, &row, NULL) == ST_OK && row) {
			const char *title = db_text(stmt, 2);
			const char *other = company_name_key(s->arena, title ? title : "");
			int limit = strlen(key) > 8 ? 1 : 0;
			if (text_distance(key, other, limit) <= limit)
				note(s, db_id(stmt, 0), db_int(stmt, 1), title, _("close name"));
		}
	sql_free(&q);
}

int duplicates_of(struct core *c, const struct record *r, struct arena *a, struct duplicate *out, int max)
{
	struct search s = {.core = c, .entity = r->entity, .arena = a, .out = out, .max = max};
	if (strcmp(r->entity->name, "contacts") == 0) {
		same_email(&s, record_text(r, "emails"));
		same_email(&s, record_text(r, "email"));
		same_phone(&s, record_text(r, "phones"));
		same_phone(&s, record_text(r, "phone"));
		close_name_at_company(&s, r);
	} else if (strcmp(r->entity->name, "companies") == 0) {
		same_company(&s, r);
	} else if (strcmp(r->entity->name, "users") == 0 && record_text(r, "email")) {
		struct sql q;
		begin(&s, &q);
		sql_add(&q, "lower(t.email) = ");
		sql_text(&q, text_lower_ascii(a, record_text(r, "email")));
		collect(&s, &q, _("same email"));
	}
	return s.n;
}

/* The scan: each kind of exact evidence is one self-join over an indexed column; close names are in duplicates_close.c. */
static enum status scan_pairs(struct core *c, const struct entity *e, const char *sql, const char *why, struct arena *a, struct duplicate_pair *out, int max,
	int *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, max);
	while ((st = db_step(s, &row, err)) == ST_OK && row) {
		bool known = false;
		for (int i = 0; i < *n && !known; i++)
			known = out[i].a.num == db_int(s, 1) && out[i].b.num == db_int(s, 4);
		struct id first = db_id(s, 0), second = db_id(s, 3);
		if (known || *n == max || access_check_row(c, e, &first, ACT_READ, NULL) != ST_OK ||
			access_check_row(c, e, &second, ACT_READ, NULL) != ST_OK)
			continue;
		out[(*n)++] = (struct duplicate_pair){{db_id(s, 0), db_int(s, 1), arena_strdup(a, db_text(s, 2)), why},
			{db_id(s, 3), db_int(s, 4), arena_strdup(a, db_text(s, 5)), why}};
	}
	return st;
}

struct found {
	struct core *core;
	const struct entity *entity;
	struct arena *arena;
	struct duplicate_pair *out;
	int *n, max;
};

static bool add_pair(void *arg, const struct duplicate *a, const struct duplicate *b)
{
	struct found *f = arg;
	for (int i = 0; i < *f->n; i++)
		if (f->out[i].a.num == a->num && f->out[i].b.num == b->num)
			return true;
	if (access_check_row(f->core, f->entity, &a->id, ACT_READ, NULL) != ST_OK || access_check_row(f->core, f->entity, &b->id, ACT_READ, NULL) != ST_OK)
		return true;
	if (*f->n == f->max)
		return false;
	struct duplicate_pair *p = &f->out[(*f->n)++];
	*p = (struct duplicate_pair){*a, *b};
	p->a.title = arena_strdup(f->arena, a->title);
	p->b.title = arena_strdup(f->arena, b->title);
	return true;
}

enum status duplicates_scan(struct core *c, const struct entity *e, int max, struct arena *a, struct duplicate_pair **out, int *n,
	struct error *err)
{
	static const char contact_by_child[] =
		"SELECT x.id, x.num, x.full_name, y.id, y.num, y.full_name FROM %s k JOIN %s m ON m.%s = k.%s "
		"AND m.contact_id <> k.contact_id AND m.deleted_at IS NULL JOIN contacts x ON x.id = k.contact_id "
		"JOIN contacts y ON y.id = m.contact_id WHERE x.org_id = $1 AND x.num < y.num AND k.deleted_at IS NULL "
		"AND x.deleted_at IS NULL AND y.deleted_at IS NULL ORDER BY x.num, y.num LIMIT $2";
	static const char contact_by_name[] =
		"SELECT x.id, x.num, x.full_name, y.id, y.num, y.full_name FROM contacts x JOIN contacts y ON y.sort_key = x.sort_key "
		"AND y.org_id = x.org_id WHERE x.org_id = $1 AND x.num < y.num AND x.deleted_at IS NULL AND y.deleted_at IS NULL "
		"AND (x.company_id = y.company_id OR (x.company_id IS NULL AND y.company_id IS NULL)) ORDER BY x.num, y.num LIMIT $2";
	static const char company_by[] =
		"SELECT x.id, x.num, x.name, y.id, y.num, y.name FROM companies x JOIN companies y ON y.%s = x.%s AND y.org_id = x.org_id "
		"WHERE x.org_id = $1 AND x.num < y.num AND x.deleted_at IS NULL AND y.deleted_at IS NULL ORDER BY x.num, y.num LIMIT $2";
	char sql[1024];
	enum status st = ST_OK;
	*out = arena_alloc(a, (size_t)(max + 1) * sizeof **out);
	*n = 0;
	struct found found = {c, e, a, *out, n, max};
	const struct close_pairs close = {add_pair, &found};
	if (strcmp(e->name, "contacts") == 0) {
		(void)snprintf(sql, sizeof sql, contact_by_child, "contact_emails", "contact_emails", "address_norm", "address_norm");
		st = scan_pairs(c, e, sql, _("same email"), a, *out, max, n, err);
		(void)snprintf(sql, sizeof sql, contact_by_child, "contact_phones", "contact_phones", "digits", "digits");
		if (st == ST_OK)
			st = scan_pairs(c, e, sql, _("same phone"), a, *out, max, n, err);
		if (st == ST_OK)
			st = scan_pairs(c, e, contact_by_name, _("same name at the same company"), a, *out, max, n, err);
		if (st == ST_OK && *n < max)
			st = duplicates_close_contacts(c, &close, err);
	} else if (strcmp(e->name, "companies") == 0) {
		(void)snprintf(sql, sizeof sql, company_by, "domain", "domain");
		st = scan_pairs(c, e, sql, _("same domain"), a, *out, max, n, err);
		(void)snprintf(sql, sizeof sql, company_by, "sort_key", "sort_key");
		if (st == ST_OK)
			st = scan_pairs(c, e, sql, _("same name"), a, *out, max, n, err);
		if (st == ST_OK && *n < max)
			st = duplicates_close_companies(c, &close, err);
	} else {
		st = error_set(err, ST_INVALID, _("Only contacts and companies are searched for duplicates."));
	}
	return st;
}

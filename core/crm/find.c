/* Finding the record that a person means by a few characters: an id, a short reference, a mail address, a name.
 *
 * Exactly one live record must fit; otherwise the error says there is none, or lists the first candidates with their references.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/store.h"
#include "core/security/access.h"
#include "data/db.h"

enum { MAX_CANDIDATES = 8, SCAN_LIMIT = 400 };

struct candidate {
	struct id id;
	int64_t num;
	char title[120];
};

struct hunt {
	struct core *core;
	const struct entity *entity;
	const char *folded;
	struct candidate exact[MAX_CANDIDATES], near[MAX_CANDIDATES];
	int n_exact, n_near;
};

static void note(struct candidate *list, int *n, const struct db_stmt *s, const char *title)
{
	if (*n < MAX_CANDIDATES) {
		list[*n].id = db_id(s, 0);
		list[*n].num = db_int(s, 1);
		(void)snprintf(list[*n].title, sizeof list[*n].title, "%s", title);
	}
	(*n)++;
}

/* Rows are id, num, title; sort them into exact and near matches by folded title. */
static void collect(struct hunt *h, struct db_stmt *s, bool all_exact)
{
	bool row;
	struct arena *a = arena_new();
	while (db_step(s, &row, NULL) == ST_OK && row) {
		struct id id = db_id(s, 0);
		if (access_check_row(h->core, h->entity, &id, ACT_READ, NULL) != ST_OK)
			continue;
		const char *title = db_text(s, 2);
		const char *folded = text_fold(a, title ? title : "");
		if (all_exact || strcmp(folded, h->folded) == 0)
			note(h->exact, &h->n_exact, s, title);
		else if (strncmp(folded, h->folded, strlen(h->folded)) == 0)
			note(h->near, &h->n_near, s, title);
		arena_reset(a);
	}
	arena_free(&a);
}

static void scan(struct hunt *h, const char *where, const char *param, bool all_exact)
{
	char sql[900];
	struct db_stmt *s;
	(void)snprintf(sql, sizeof sql,
		"SELECT t.id, t.num, %s FROM %s t WHERE t.org_id = $1 AND t.deleted_at IS NULL AND %s ORDER BY t.num DESC LIMIT %d",
		h->entity->title, h->entity->name, where, SCAN_LIMIT);
	if (db_prepare(h->core->db, sql, &s, NULL) != ST_OK)
		return;
	db_bind_id(s, 1, &h->core->org);
	if (param)
		db_bind_text(s, 2, param);
	collect(h, s, all_exact);
}

static void scan_email(struct hunt *h, const char *text)
{
	struct arena *a = arena_new();
	const struct field *f = entity_field(h->entity, "email");
	if (f && access_field(h->core, h->entity, f) == FIELD_NONE) {
		arena_free(&a);
		return;
	}
	if (strcmp(h->entity->name, "contacts") == 0)
		scan(h,
			"t.id IN (SELECT k.contact_id FROM contact_emails k WHERE k.address_norm = $2 AND k.deleted_at IS NULL)",
			email_norm(a, text), true);
	else if (entity_index_of(h->entity, "email") >= 0)
		scan(h, "lower(t.email) = $2", email_norm(a, text), true);
	arena_free(&a);
}

static void scan_words(struct hunt *h, const char *text)
{
	char condition[256];
	struct buf words = {0};
	text_tokens_to(&words, text);
	if (words.len) {
		db_search_condition(h->core->db, h->entity->name, "t.num", 2, condition, sizeof condition);
		char *term = db_search_term(h->core->db, buf_str(&words), true);
		scan(h, condition, term, false);
		free(term);
	}
	buf_free(&words);
}

static bool parse_reference(const struct entity *e, const char *text, int64_t *num)
{
	const char *p = text;
	if (e->letter && toupper((unsigned char)*p) == e->letter[0])
		p += p[1] == '-' ? 2 : 1;
	else if (*p == '#')
		p++;
	else if (e->letter)
		return false;
	char *end;
	if (!isdigit((unsigned char)*p))
		return false;
	*num = strtoll(p, &end, 10);
	return *end == '\0';
}

static enum status by_number(struct core *c, const struct entity *e, const char *text, int64_t num, struct id *out, struct error *err)
{
	char sql[200];
	struct db_stmt *s;
	bool row;
	(void)snprintf(sql, sizeof sql, "SELECT t.id FROM %s t WHERE t.num = $1 AND t.org_id = $2", e->name);
	enum status st = db_prepare(c->db, sql, &s, err);
	if (st != ST_OK)
		return st;
	db_bind_int(s, 1, num);
	db_bind_id(s, 2, &c->org);
	if ((st = db_step(s, &row, err)) != ST_OK)
		return st;
	if (!row)
		return error_set(err, ST_NOT_FOUND, _("%s not found: %s."), _(e->label), text);
	struct id id = db_id(s, 0);
	db_done(s);
	if (access_check_row(c, e, &id, ACT_READ, NULL) != ST_OK)
		return error_set(err, ST_NOT_FOUND, _("%s not found: %s."), _(e->label), text);
	*out = id;
	return ST_OK;
}

/* Several stages may share a name; the default pipeline's is meant. */
static bool prefer_default_pipeline(struct hunt *h, struct id *out)
{
	struct db_stmt *s;
	bool row;
	if (strcmp(h->entity->name, "stages") != 0)
		return false;
	for (int i = 0; i < h->n_exact && i < MAX_CANDIDATES; i++) {
		if (db_prepare(h->core->db,
			    "SELECT p.is_default FROM stages t JOIN pipelines p ON p.id = t.pipeline_id WHERE t.id = $1", &s,
			    NULL) != ST_OK)
			return false;
		db_bind_id(s, 1, &h->exact[i].id);
		bool yes = db_step(s, &row, NULL) == ST_OK && row && db_int(s, 0);
		db_done(s);
		if (yes) {
			*out = h->exact[i].id;
			return true;
		}
	}
	return false;
}

static enum status ambiguous(const struct hunt *h, const struct candidate *list, int n, const char *text, struct error *err)
{
	struct buf b = {0};
	char ref[24];
	for (int i = 0; i < n && i < 5; i++)
		buf_printf(&b, "%s%s %s", i ? ", " : "", record_reference(h->entity, list[i].num, ref), list[i].title);
	error_set(err, ST_CONFLICT, _("%s: “%s” fits more than one."), _(h->entity->label), text);
	error_hint(err, _("Say which: %s"), buf_str(&b));
	buf_free(&b);
	return ST_CONFLICT;
}

enum status store_find(struct core *c, const struct entity *e, const char *input, struct id *out, struct error *err)
{
	struct arena *a = arena_new();
	const char *text = text_trim(a, input);
	struct hunt h = {.core = c, .entity = e, .folded = text_fold(a, text)};
	int64_t num;
	struct id id;
	enum status st = ST_OK;
	if (strcmp(e->name, "users") == 0 && (strcasecmp(text, "me") == 0 || strcasecmp(text, "moi") == 0)) {
		*out = c->user;
	} else if (id_parse(text, &id)) {
		st = access_check_row(c, e, &id, ACT_READ, err);
		if (st == ST_OK)
			*out = id;
	} else if (parse_reference(e, text, &num) && strpbrk(text, "-#")) {
		st = by_number(c, e, text, num, out, err);
	} else {
		bool reference = parse_reference(e, text, &num);
		if (strchr(text, '@'))
			scan_email(&h, text);
		if (!h.n_exact && entity_index_of(e, "sort_key") >= 0)
			scan(&h, "t.sort_key = $2", text_sort_key(a, text), false);
		if (!h.n_exact && e->no_search)
			scan(&h, "1 = 1", NULL, false);
		else if (!h.n_exact)
			scan_words(&h, text);
		if (!h.n_exact && reference) /* nothing is called "O2" */
			st = by_number(c, e, text, num, out, err);
		else if (h.n_exact == 1)
			*out = h.exact[0].id;
		else if (!h.n_exact && h.n_near == 1)
			*out = h.near[0].id;
		else if (h.n_exact && prefer_default_pipeline(&h, out))
			st = ST_OK;
		else if (h.n_exact + h.n_near == 0)
			st = error_set(err, ST_NOT_FOUND, _("%s not found: “%s”."), _(e->label), text);
		else
			st = ambiguous(&h, h.n_exact ? h.exact : h.near, h.n_exact ? h.n_exact : h.n_near, text, err);
	}
	arena_free(&a);
	return st;
}

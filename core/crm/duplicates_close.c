#include "core/crm/duplicates_close.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/base/text.h"
#include "data/db.h"

enum { LONG_NAME = 8, COLLEAGUES = 64, NEIGHBOURS = 8 };

const char *company_name_key(struct arena *a, const char *name)
{
	static const char *const noise[] = {"sa", "sas", "sasu", "sarl", "selarl", "eurl", "snc", "sci", "scop", "inc", "incorporated", "corp",
		"corporation", "ltd", "limited", "llc", "llp", "gmbh", "ag", "kg", "kgaa", "ug", "ohg", "bv", "nv", "spa", "srl", "sro", "kft", "oy",
		"ab", "pty", "plc", "co", "cie", "company", "groupe", "group", "the", "le", "la", "les", "et", "and", "und", NULL};
	struct buf words = {0}, out = {0};
	text_tokens_to(&words, name);
	char *save = NULL;
	for (char *w = words.data ? strtok_r(words.data, " ", &save) : NULL; w; w = strtok_r(NULL, " ", &save)) {
		bool skip = false;
		for (int i = 0; noise[i] && !skip; i++)
			skip = strcmp(w, noise[i]) == 0;
		if (!skip)
			buf_puts(&out, w);
	}
	const char *key = arena_strdup(a, out.len ? buf_str(&out) : text_fold(a, name));
	buf_free(&words);
	buf_free(&out);
	return key;
}

static bool within(const char *a, const char *b, int limit)
{
	size_t m = strlen(a), n = strlen(b);
	size_t apart = m > n ? m - n : n - m;
	return apart <= 4 * (size_t)limit && text_distance(a, b, limit) <= limit; /* a letter has four bytes at most */
}

bool names_are_close(const char *a, const char *b)
{
	return within(a, b, strlen(a) > LONG_NAME ? 2 : 1);
}

/* Rows that were read a moment ago. */
struct recent {
	struct id id;
	int64_t num;
	char *title, *key;
};

struct window {
	struct recent row[COLLEAGUES];
	int n, next, size;
};

static void forget(struct window *w)
{
	for (int i = 0; i < w->n; i++) {
		free(w->row[i].title);
		free(w->row[i].key);
	}
	w->n = w->next = 0;
}

static void keep(struct window *w, const struct id *id, int64_t num, const char *title, const char *key)
{
	struct recent *r = &w->row[w->next];
	if (w->n == w->size) {
		free(r->title);
		free(r->key);
	} else {
		w->n++;
	}
	*r = (struct recent){*id, num, mem_strdup(title), mem_strdup(key)};
	w->next = (w->next + 1) % w->size;
}

static bool give(const struct close_pairs *to, const struct recent *r, const struct id *id, int64_t num, const char *title, const char *why)
{
	struct duplicate a = {r->id, r->num, r->title, why}, b = {*id, num, title, why};
	return r->num < num ? to->add(to->arg, &a, &b) : to->add(to->arg, &b, &a);
}

enum status duplicates_close_contacts(struct core *c, const struct close_pairs *to, struct error *err)
{
	struct window w = {.size = COLLEAGUES};
	struct id company = {{0}};
	struct db_stmt *s;
	bool row, go = true;
	struct arena *a = arena_new();
	enum status st = db_prepare(c->db,
		"SELECT t.id, t.num, t.full_name, t.company_id FROM contacts t WHERE t.org_id = $1 AND t.company_id IS NOT NULL "
		"AND t.deleted_at IS NULL ORDER BY t.company_id, t.sort_key, t.num",
		&s, err);
	if (st == ST_OK)
		db_bind_id(s, 1, &c->org);
	while (st == ST_OK && go && (st = db_step(s, &row, err)) == ST_OK && row) {
		struct id id = db_id(s, 0), at = db_id(s, 3);
		const char *title = db_text(s, 2);
		if (!title || !*title)
			continue;
		if (!id_eq(&company, &at))
			forget(&w);
		company = at;
		const char *key = text_fold(a, title);
		for (int i = 0; i < w.n && go; i++)
			if (names_are_close(w.row[i].key, key))
				go = give(to, &w.row[i], &id, db_int(s, 1), title, _("close name at the same company"));
		keep(&w, &id, db_int(s, 1), title, key);
		arena_reset(a);
	}
	if (st == ST_OK && !go)
		db_done(s);
	forget(&w);
	arena_free(&a);
	return st;
}

/* Companies are sorted by key here, since the base is sorted by name: 24 bytes and a key for each. */
struct keyed {
	int64_t num;
	char *key;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : x->num < y->num ? -1 : x->num > y->num;
}

static enum status read_keys(struct core *c, struct arena *keys, struct keyed **out, size_t *n, struct error *err)
{
	struct db_stmt *s;
	bool row;
	size_t cap = 0;
	struct arena *a = arena_new();
	enum status st = db_prepare(c->db, "SELECT t.num, t.name FROM companies t WHERE t.org_id = $1 AND t.deleted_at IS NULL", &s, err);
	if (st == ST_OK)
		db_bind_id(s, 1, &c->org);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		const char *name = db_text(s, 1);
		mem_grow(out, &cap, *n + 1, sizeof **out);
		(*out)[(*n)++] = (struct keyed){db_int(s, 0), arena_strdup(keys, company_name_key(a, name ? name : ""))};
		arena_reset(a);
	}
	arena_free(&a);
	return st;
}

static enum status load_row(struct core *c, int64_t num, struct arena *a, struct duplicate *out, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = db_prepare(c->db, "SELECT t.id, t.name FROM companies t WHERE t.org_id = $1 AND t.num = $2", &s, err);
	if (st != ST_OK)
		return st;
	db_bind_id(s, 1, &c->org);
	db_bind_int(s, 2, num);
	if ((st = db_step(s, &row, err)) != ST_OK || !row)
		return st;
	*out = (struct duplicate){db_id(s, 0), num, arena_strdup(a, db_text(s, 1)), _("close name")};
	db_done(s);
	return ST_OK;
}

static enum status give_pair(struct core *c, const struct close_pairs *to, const struct keyed *x, const struct keyed *y, bool *go,
	struct error *err)
{
	struct arena *a = arena_new();
	struct duplicate one = {.title = ""}, two = {.title = ""};
	bool ordered = x->num < y->num;
	enum status st = load_row(c, ordered ? x->num : y->num, a, &one, err);
	if (st == ST_OK)
		st = load_row(c, ordered ? y->num : x->num, a, &two, err);
	if (st == ST_OK && one.num && two.num)
		*go = to->add(to->arg, &one, &two);
	arena_free(&a);
	return st;
}

enum status duplicates_close_companies(struct core *c, const struct close_pairs *to, struct error *err)
{
	struct keyed *list = NULL;
	size_t n = 0;
	bool go = true;
	struct arena *keys = arena_new();
	enum status st = read_keys(c, keys, &list, &n, err);
	if (n)
		qsort(list, n, sizeof *list, by_key);
	for (size_t i = 0; st == ST_OK && go && i < n; i++)
		for (size_t k = i + 1; st == ST_OK && go && k < n && k <= i + NEIGHBOURS; k++) {
			if (strncmp(list[i].key, list[k].key, 3) != 0)
				break;
			if (within(list[i].key, list[k].key, strlen(list[i].key) > LONG_NAME ? 1 : 0))
				st = give_pair(c, to, &list[i], &list[k], &go, err);
		}
	free(list);
	arena_free(&keys);
	return st;
}

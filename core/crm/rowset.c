/* Rowsets: which rows, in which order. Only row numbers are kept, 4 bytes each. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "core/base/text.h"
#include "core/crm/filter.h"
#include "core/crm/filter_money.h"
#include "core/crm/query.h"

enum { FIRST_MATCHES = 400, NAME_MATCHES = 100, SLICE = 256 };

struct rowset {
	uint32_t *nums;
	size_t n, cap;
	struct db_stmt *stmt; /* still stepping */
	struct arena *arena;
	bool capped;
	const char *corrected;
	struct error error; /* why reading stopped before the end */
};

static void push(struct rowset *r, int64_t num)
{
	mem_grow(&r->nums, &r->cap, r->n + 1, sizeof *r->nums);
	r->nums[r->n++] = (uint32_t)num;
}

/* Sorting */

struct sort_key {
	const struct field *f; /* NULL: row number */
	bool down;
};

enum { MAX_KEYS = 4 };

static const struct field *sort_field(const struct entity *e, const char *name)
{
	static const char *const names[] = {"full_name", "name", "title"};
	const struct field *f = entity_field(e, name);
	/* People's names order by their folded key: last name first, blind to case and accents. */
	if (f && f->type == FT_TEXT && entity_index_of(e, "sort_key") >= 0)
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			if (strcmp(f->name, names[i]) == 0 && strcmp(e->title + 2, f->name) == 0)
				return entity_field(e, "sort_key");
	return f ? f : filter_meta_field(name);
}

static int parse_sort(struct core *c, const struct entity *e, const char *sort, struct sort_key *keys, struct arena *a, struct error *err)
{
	int n = 0;
	char *copy = arena_strdup(a, sort), *save = NULL;
	for (char *w = strtok_r(copy, ", ", &save); w && n < MAX_KEYS; w = strtok_r(NULL, ", ", &save)) {
		bool down = *w == '-';
		const char *name = w + (*w == '-' || *w == '+');
		const struct field *f = sort_field(e, name);
		if (!f || access_field(c, e, f) == FIELD_NONE) {
			error_field(err, ST_INVALID, name, _("%s: there is no field “%s” to sort by."), _(e->label_plural), name);
			return -1;
		}
		keys[n++] = (struct sort_key){f, down};
	}
	return n;
}

enum status sort_check(struct core *c, const struct entity *e, const char *sort, struct error *err)
{
	struct sort_key keys[MAX_KEYS];
	struct arena *a = arena_new();
	int n = parse_sort(c, e, sort, keys, a, err);
	arena_free(&a);
	return n < 0 ? ST_INVALID : ST_OK;
}

static void add_key(struct sql *q, struct core *c, const struct entity *e, const struct sort_key *k)
{
	const struct field *f = k->f;
	bool never_null = (f->flags & FF_REQUIRED) && field_is_stored(f);
	if (strcmp(f->name, "num") == 0 || f == filter_meta_field("created_at") || f == filter_meta_field("updated_at")) {
		sql_add(q, "t.%s%s, ", f->name, k->down ? " DESC" : "");
		return;
	}
	if (f->type == FT_REF) {
		const struct entity *target = model_entity(c->model, f->ref);
		const char *column = strcmp(f->ref, "stages") == 0 ? "position"
				     : entity_index_of(target, "sort_key") >= 0 ? "sort_key" : "num";
		sql_add(q, "(SELECT r.%s FROM %s r WHERE r.id = ", column, target->name);
		sql_field(q, c, e, f);
		sql_add(q, ")");
	} else if (f->type == FT_MONEY) {
		sql_money_key(q, c, e, f);
	} else {
		sql_field(q, c, e, f);
	}
	sql_add(q, "%s%s, ", k->down ? " DESC" : "", never_null ? "" : " NULLS LAST");
}

static enum status add_order(struct sql *q, struct core *c, const struct query *query, struct error *err)
{
	struct sort_key keys[MAX_KEYS];
	const char *sort = query->sort && *query->sort ? query->sort : query->entity->sort;
	int n = parse_sort(c, query->entity, sort, keys, q->arena, err);
	if (n < 0)
		return ST_INVALID;
	sql_add(q, " ORDER BY ");
	for (int i = 0; i < n; i++)
		add_key(q, c, query->entity, &keys[i]);
	sql_add(q, "t.num%s", n && keys[0].down ? " DESC" : "");
	return ST_OK;
}

/* WHERE */

/* The table, joined to the matches of the filter's words when they are to be walked newest first. */
static void add_from(struct sql *q, struct core *c, const struct query *query, const char *words)
{
	char from[400];
	if (!words) {
		sql_add(q, " FROM %s t", query->entity->name);
		return;
	}
	char *term = db_search_term(c->db, words, true);
	sql_silent_text(q, term);
	free(term);
	db_search_from(c->db, query->entity->name, "t", "num", (int)q->n, from, sizeof from);
	sql_add(q, " FROM %s", from);
}

static enum status add_conditions(struct sql *q, struct core *c, const struct query *query, const struct filter *f, int *at,
	struct error *err)
{
	sql_add(q, " WHERE t.org_id = ");
	sql_id(q, &c->org);
	sql_add(q, query->deleted ? " AND t.deleted_at IS NOT NULL" : " AND t.deleted_at IS NULL");
	if (query->scope) {
		sql_add(q, " AND t.%s = ", field_column(entity_field(query->entity, query->scope)));
		sql_id(q, &query->scope_id);
		if (query->scope_type && query->entity->owner_type) {
			sql_add(q, " AND t.%s = ", query->entity->owner_type);
			sql_text(q, query->scope_type);
		}
	}
	access_where(c, query->entity, query->action, q);
	return filter_sql(c, query->entity, f, q, at, err);
}

static enum status add_where(struct sql *q, struct core *c, const struct query *query, const struct filter *f, int *at,
	struct error *err)
{
	add_from(q, c, query, NULL);
	return add_conditions(q, c, query, f, at, err);
}

static void add_word_condition(struct sql *q, struct core *c, const struct entity *e, const char *words)
{
	char condition[256];
	char *term = db_search_term(c->db, words, true);
	sql_silent_text(q, term);
	free(term);
	db_search_condition(c->db, e->name, "t.num", (int)q->n, condition, sizeof condition);
	sql_add(q, " AND %s", condition);
}

static enum status read_all(struct rowset *r, struct sql *q, struct db *db, struct error *err)
{
	struct db_stmt *s;
	bool row;
	enum status st = sql_prepare(q, db, &s, err);
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row)
		push(r, db_int(s, 0));
	return st;
}

static void drop_repeats(struct rowset *r)
{
	size_t n = 0;
	for (size_t i = 0; i < r->n; i++) {
		bool seen = false;
		for (size_t k = 0; k < n && k < NAME_MATCHES && !seen; k++)
			seen = r->nums[k] == r->nums[i];
		if (!seen)
			r->nums[n++] = r->nums[i];
	}
	r->n = n;
}

/* Names that begin with the words, in order: a walk along an index. */
static enum status read_name_matches(struct rowset *r, struct core *c, const struct query *query, const struct filter *f,
	struct error *err)
{
	struct sql q;
	sql_init(&q, r->arena);
	sql_add(&q, "SELECT t.num");
	enum status st = add_where(&q, c, query, f, NULL, err);
	if (st == ST_OK) {
		sql_add(&q, " AND t.sort_key >= ");
		sql_text(&q, f->words);
		sql_add(&q, " AND t.sort_key < ");
		sql_text(&q, arena_printf(r->arena, "%s\U0010FFFF", f->words));
		sql_add(&q, " ORDER BY t.sort_key LIMIT %d", NAME_MATCHES);
		st = read_all(r, &q, c->db, err);
	}
	sql_free(&q);
	return st;
}

/* Put the few rows that are there into the order asked for. */
static enum status sort_matches(struct rowset *r, struct core *c, const struct query *query, struct error *err)
{
	struct sql q;
	if (r->n < 2)
		return ST_OK;
	sql_init(&q, r->arena);
	sql_add(&q, "SELECT t.num FROM %s t WHERE t.num IN (", query->entity->name);
	for (size_t i = 0; i < r->n; i++)
		buf_printf(&q.text, "%s%u", i ? "," : "", r->nums[i]);
	buf_putc(&q.text, ')');
	enum status st = add_order(&q, c, query, err);
	if (st == ST_OK) {
		r->n = 0;
		st = read_all(r, &q, c->db, err);
	}
	sql_free(&q);
	return st;
}

/* Words: few matches are sorted as asked; of many, names that begin with the words come first, then the newest. */
static enum status open_words(struct rowset *r, struct core *c, const struct query *query, const struct filter *f, int *at,
	struct error *err)
{
	struct sql q;
	sql_init(&q, r->arena);
	sql_add(&q, "SELECT t.num");
	add_from(&q, c, query, f->words);
	enum status st = add_conditions(&q, c, query, f, at, err);
	if (st == ST_OK) {
		sql_add(&q, " ORDER BY %s DESC LIMIT %d", db_search_num(c->db), FIRST_MATCHES + 1);
		st = read_all(r, &q, c->db, err);
	}
	sql_free(&q);
	if (st != ST_OK)
		return st;
	if (r->n <= FIRST_MATCHES)
		return sort_matches(r, c, query, err);
	r->capped = true;
	if (entity_index_of(query->entity, "sort_key") < 0)
		return ST_OK;
	size_t newest = r->n;
	st = read_name_matches(r, c, query, f, err);
	if (st != ST_OK)
		return st;
	/* names first */
	size_t names = r->n - newest;
	uint32_t *all = mem_alloc(r->n * sizeof *all);
	memcpy(all, r->nums + newest, names * sizeof *all);
	memcpy(all + names, r->nums, newest * sizeof *all);
	free(r->nums);
	r->nums = all;
	r->cap = r->n;
	drop_repeats(r);
	return ST_OK;
}

/* Nothing found: replace each word by its nearest neighbour in the index and look again. */
static enum status open_corrected(struct rowset *r, struct core *c, const struct query *query, struct filter *f, struct error *err)
{
	struct buf fixed = {0};
	char *copy = arena_strdup(r->arena, f->words), *save = NULL;
	bool any = false;
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		char *near[1] = {NULL};
		int n = strlen(w) >= 3 ? db_search_suggest(c->db, query->entity->name, w, near, 1) : 0;
		buf_printf(&fixed, "%s%s", fixed.len ? " " : "", n ? near[0] : w);
		any = any || (n && strcmp(near[0], w) != 0);
		free(near[0]);
	}
	f->words = arena_strdup(r->arena, buf_str(&fixed));
	buf_free(&fixed);
	if (!any)
		return ST_OK;
	enum status st = open_words(r, c, query, f, NULL, err);
	if (st == ST_OK && r->n)
		r->corrected = f->words;
	return st;
}

static enum status open_plain(struct rowset *r, struct core *c, const struct query *query, const struct filter *f, int *at,
	struct error *err)
{
	struct sql q;
	sql_init(&q, r->arena);
	sql_add(&q, "SELECT t.num");
	enum status st = add_where(&q, c, query, f, at, err);
	if (st == ST_OK && *f->words) {
		struct buf expr = {0};
		char folded[1024];
		db_fold(c->db, query->entity->title, folded, sizeof folded);
		sql_add(&q, " AND %s LIKE ", folded);
		sql_text(&q, arena_printf(r->arena, "%%%s%%", f->words));
		buf_free(&expr);
	}
	if (st == ST_OK)
		st = add_order(&q, c, query, err);
	if (query->limit)
		sql_add(&q, " LIMIT %d", query->limit);
	if (st == ST_OK)
		st = sql_prepare(&q, c->db, &r->stmt, err);
	sql_free(&q);
	return st;
}

static enum status open_every_match(struct rowset *r, struct core *c, const struct query *query, const struct filter *f, int *at,
	struct error *err)
{
	struct sql q;
	sql_init(&q, r->arena);
	sql_add(&q, "SELECT t.num");
	enum status st = add_where(&q, c, query, f, at, err);
	if (st == ST_OK) {
		add_word_condition(&q, c, query->entity, f->words);
		st = add_order(&q, c, query, err);
	}
	if (st == ST_OK)
		st = sql_prepare(&q, c->db, &r->stmt, err);
	sql_free(&q);
	return st;
}

enum status rowset_open(struct core *c, const struct query *query, struct rowset **out, int *at, struct error *err)
{
	struct rowset *r = mem_zalloc(sizeof *r);
	struct filter f;
	r->arena = arena_new();
	enum status st = filter_parse(r->arena, query->filter ? query->filter : "", &f, at, err);
	if (st == ST_OK && query->all && *f.words && !query->entity->no_search && !query->deleted) {
		st = open_every_match(r, c, query, &f, at, err);
	} else if (st == ST_OK && *f.words && !query->entity->no_search && !query->deleted) {
		st = open_words(r, c, query, &f, at, err);
		if (st == ST_OK && !r->n)
			st = open_corrected(r, c, query, &f, err);
	} else if (st == ST_OK) {
		st = open_plain(r, c, query, &f, at, err);
	}
	if (st != ST_OK) {
		rowset_free(&r);
		return st;
	}
	*out = r;
	return ST_OK;
}

void rowset_free(struct rowset **r)
{
	if (!*r)
		return;
	if ((*r)->stmt)
		db_done((*r)->stmt);
	arena_free(&(*r)->arena);
	free((*r)->nums);
	free(*r);
	*r = NULL;
}

bool rowset_pump(struct rowset *r, int ms)
{
	int64_t until = clock_monotonic() + ms;
	bool row;
	while (r->stmt) {
		for (int i = 0; i < SLICE && r->stmt; i++) {
			if (db_step(r->stmt, &row, &r->error) != ST_OK || !row)
				r->stmt = NULL;
			else
				push(r, db_int(r->stmt, 0));
		}
		if (ms >= 0 && clock_monotonic() >= until)
			break;
	}
	return r->stmt != NULL;
}

enum status rowset_error(const struct rowset *r, struct error *err)
{
	if (r->error.code != ST_OK && err)
		*err = r->error;
	return r->error.code;
}

int64_t rowset_count(const struct rowset *r)
{
	return (int64_t)r->n;
}

bool rowset_complete(const struct rowset *r)
{
	return !r->stmt;
}

bool rowset_capped(const struct rowset *r)
{
	return r->capped;
}

const char *rowset_corrected(const struct rowset *r)
{
	return r->corrected;
}

int64_t rowset_at(const struct rowset *r, int64_t position)
{
	return position >= 0 && (size_t)position < r->n ? r->nums[position] : 0;
}

int64_t rowset_find(const struct rowset *r, int64_t num)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->nums[i] == (uint32_t)num)
			return (int64_t)i;
	return -1;
}

/* Totals */

enum status query_count(struct core *c, const struct query *query, int64_t *out, struct error *err)
{
	struct arena *a = arena_new();
	struct filter f;
	struct sql q;
	struct db_stmt *s;
	bool row;
	sql_init(&q, a);
	sql_add(&q, "SELECT count(*)");
	enum status st = filter_parse(a, query->filter ? query->filter : "", &f, NULL, err);
	if (st == ST_OK)
		st = add_where(&q, c, query, &f, NULL, err);
	if (st == ST_OK && *f.words && !query->entity->no_search)
		add_word_condition(&q, c, query->entity, f.words);
	if (st == ST_OK && (st = sql_prepare(&q, c->db, &s, err)) == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		*out = db_int(s, 0);
		db_done(s);
	}
	sql_free(&q);
	arena_free(&a);
	return st;
}

enum status query_totals(struct core *c, const struct query *query, const char *field, struct arena *a, struct total **out, int *n,
	struct error *err)
{
	const struct field *money = entity_field(query->entity, field);
	if (access_field(c, query->entity, money) == FIELD_NONE)
		return error_set(err, ST_DENIED, _("%s: your role, %s, does not see it."), _(money->label), access_role_name(c));
	const char *currency = money->currency ? field_column(entity_field(query->entity, money->currency)) : NULL;
	struct filter f;
	struct sql q;
	struct db_stmt *s;
	bool row;
	sql_init(&q, a);
	sql_add(&q, "SELECT %s%s, COALESCE(sum(t.%s), 0), count(*)", currency ? "t." : "", currency ? currency : "NULL",
		field_column(money));
	enum status st = filter_parse(a, query->filter ? query->filter : "", &f, NULL, err);
	if (st == ST_OK)
		st = add_where(&q, c, query, &f, NULL, err);
	if (st == ST_OK && *f.words && !query->entity->no_search)
		add_word_condition(&q, c, query->entity, f.words);
	if (currency)
		sql_add(&q, " GROUP BY t.%s ORDER BY count(*) DESC", currency);
	if (st == ST_OK)
		st = sql_prepare(&q, c->db, &s, err);
	*out = arena_alloc(a, 16 * sizeof **out);
	*n = 0;
	while (st == ST_OK && (st = db_step(s, &row, err)) == ST_OK && row) {
		if (*n == 16)
			continue;
		struct total *t = &(*out)[(*n)++];
		const char *code = db_text(s, 0);
		(void)snprintf(t->currency, sizeof t->currency, "%s", code ? code : c->currency);
		t->minor = db_int(s, 1);
		t->count = db_int(s, 2);
	}
	sql_free(&q);
	return st;
}

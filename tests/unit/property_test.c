/* Properties of the door and of the log, over random work: what undo takes back is exactly what was done, redo brings it again,
 * and whatever happens in whatever order the data keep their shape.
 *
 * The work is drawn from a fixed seed, so a failure can be repeated; PROPERTY_SEED=n draws another.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/text.h"
#include "core/crm/merge.h"
#include "core/crm/store_raw.h"
#include "core/crm/undo.h"
#include "tests/unit/fixture.h"

struct world {
	struct core *core;
	uint32_t seed;
};

static uint32_t draw(struct world *w, uint32_t n)
{
	w->seed = w->seed * 1664525u + 1013904223u;
	return (w->seed >> 12) % n;
}

static void begin_world(struct world *w, enum db_engine engine, uint32_t seed)
{
	const char *other = getenv("PROPERTY_SEED");
	(void)test_db(engine); /* a database of its own each round */
	*w = (struct world){fixture_core(engine), seed + (other ? 1000 * (uint32_t)atoi(other) : 0)};
}

/* The work */

static const char *const words[] = {"Durand", "Keller", "Chen", "Wei", "Émile", "Zoé", "Acme", "Lantern", "Fleet", "Renewal",
	"vip", "chaud", "froid", "Lyon", "Paris", "Nantes"};
enum { WORDS = sizeof words / sizeof *words };

static const char *word(struct world *w)
{
	return words[draw(w, WORDS)];
}

/* A random row's id (live, or deleted), nil when there is none. */
static struct id some(struct world *w, const char *entity, bool deleted)
{
	char sql[200];
	struct error err = {0};
	struct db_stmt *s;
	struct id ids[200], none = {{0}};
	uint32_t n = 0;
	bool row;
	(void)snprintf(sql, sizeof sql, "SELECT t.id FROM %s t WHERE t.deleted_at IS %sNULL ORDER BY t.num", entity, deleted ? "NOT " : "");
	MUST(db_prepare(w->core->db, sql, &s, &err));
	while (db_step(s, &row, &err) == ST_OK && row)
		if (n < 200)
			ids[n++] = db_id(s, 0);
	return n ? ids[draw(w, n)] : none;
}

static void put(struct world *w, struct record *r, const char *field, const char *text)
{
	(void)record_set_input(w->core, r, field, text, NULL);
}

static void put_ref(struct world *w, struct record *r, const char *field, const char *entity)
{
	char text[ID_TEXT_SIZE];
	struct id id = some(w, entity, false);
	put(w, r, field, id_is_nil(&id) || !draw(w, 4) ? "" : id_format(&id, text));
}

static void put_list(struct world *w, struct record *r, const char *field, const char *const *choices, uint32_t n)
{
	struct buf b = {0};
	for (uint32_t i = draw(w, 4); i; i--)
		buf_printf(&b, "%s%s", b.len ? ", " : "", choices[draw(w, n)]);
	put(w, r, field, buf_str(&b));
	buf_free(&b);
}

static void fill_contact(struct world *w, struct record *r)
{
	static const char *const emails[] = {"a@x.example", "b@x.example (work)", "c@y.example (home)", "A@x.example"};
	static const char *const phones[] = {"06 12 34 56 78", "+33 (0)1 23 45 67 89 (work)", "0612345678", "0199000000 (home)"};
	static const char *const tags[] = {"vip", "VIP", "chaud", "froid"};
	switch (draw(w, 9)) {
	case 0: put(w, r, "first_name", word(w)); break;
	case 1: put(w, r, "last_name", draw(w, 4) ? word(w) : ""); break;
	case 2: put_list(w, r, "emails", emails, 4); break;
	case 3: put_list(w, r, "phones", phones, 4); break;
	case 4: put_list(w, r, "tags", tags, 4); break;
	case 5: put(w, r, "email", draw(w, 3) ? emails[draw(w, 2) ? 0 : 3] : ""); break;
	case 6: put(w, r, "city", draw(w, 3) ? word(w) : ""); break;
	case 7: put(w, r, "birthday", draw(w, 2) ? "1980-02-03" : ""); break;
	default: put_ref(w, r, "company", "companies"); break;
	}
}

static void fill_company(struct world *w, struct record *r)
{
	static const char *const tags[] = {"vip", "froid"};
	switch (draw(w, 6)) {
	case 0: put(w, r, "name", word(w)); break;
	case 1: put(w, r, "city", draw(w, 3) ? word(w) : ""); break;
	case 2: put_list(w, r, "tags", tags, 2); break;
	case 3: put_ref(w, r, "parent", "companies"); break;
	case 4: put(w, r, "annual_revenue", draw(w, 2) ? "12 USD" : "13,5k EUR"); break;
	default: put(w, r, "street", draw(w, 2) ? word(w) : ""); break;
	}
}

static void fill_deal(struct world *w, struct record *r)
{
	switch (draw(w, 6)) {
	case 0: put(w, r, "title", word(w)); break;
	case 1: put(w, r, "value", draw(w, 3) ? "48k" : ""); break;
	case 2: put_ref(w, r, "contact", "contacts"); break;
	case 3: put_ref(w, r, "company", "companies"); break;
	default: put_ref(w, r, "stage", "stages"); break;
	}
}

static void fill_activity(struct world *w, struct record *r)
{
	static const char *const types[] = {"task", "call", "note", "meeting"}, *const states[] = {"planned", "done", "cancelled"};
	switch (draw(w, 7)) {
	case 0: put(w, r, "type", types[draw(w, 4)]); break;
	case 1: put(w, r, "status", states[draw(w, 3)]); break;
	case 2: put_ref(w, r, "contact", "contacts"); break;
	case 3: put_ref(w, r, "deal", "deals"); break;
	case 4: put(w, r, "due_at", draw(w, 2) ? "2031-05-06 10:00" : "2030-01-01"); break;
	case 5: put(w, r, "rrule", draw(w, 2) ? "every 2 weeks" : ""); break;
	default: put(w, r, "subject", word(w)); break;
	}
}

static void fill_product(struct world *w, struct record *r)
{
	switch (draw(w, 3)) {
	case 0: put(w, r, "name", word(w)); break;
	case 1: put(w, r, "price", draw(w, 3) ? "12.50" : ""); break;
	default: put(w, r, "category", word(w)); break;
	}
}

static const struct {
	const char *entity, *name;
	void (*fill)(struct world *w, struct record *r);
} kinds[] = {{"contacts", "last_name", fill_contact}, {"companies", "name", fill_company}, {"deals", "title", fill_deal},
	{"activities", "subject", fill_activity}, {"products", "name", fill_product}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static enum status add(struct world *w, struct txn *t, uint32_t kind, struct arena *a)
{
	struct record *r = record_new(a, model_entity(w->core->model, kinds[kind].entity));
	put(w, r, kinds[kind].name, word(w));
	for (uint32_t i = draw(w, 5); i; i--)
		kinds[kind].fill(w, r);
	return store_insert(t, r, NULL);
}

static enum status change(struct world *w, struct txn *t, uint32_t kind, struct arena *a)
{
	struct record *r = record_new(a, model_entity(w->core->model, kinds[kind].entity));
	r->id = some(w, kinds[kind].entity, false);
	if (id_is_nil(&r->id))
		return ST_NOT_FOUND;
	r->num = 1;
	for (uint32_t i = 1 + draw(w, 3); i; i--)
		kinds[kind].fill(w, r);
	return store_update(t, r, NULL);
}

static enum status remove_or_restore(struct world *w, struct txn *t, uint32_t kind, bool restore)
{
	const struct entity *e = model_entity(w->core->model, kinds[kind].entity);
	struct id id = some(w, e->name, restore);
	if (id_is_nil(&id))
		return ST_NOT_FOUND;
	return restore ? store_restore(t, e, &id, NULL) : store_delete(t, e, &id, NULL);
}

static void merge_some(struct world *w)
{
	uint32_t kind = draw(w, 3);
	const struct entity *e = model_entity(w->core->model, kinds[kind].entity);
	struct id a = some(w, e->name, false), b = some(w, e->name, false);
	if (!id_is_nil(&a) && !id_eq(&a, &b))
		(void)merge_records(w->core, e, &a, &b, NULL);
}

/* One random piece of work, in a change set of its own; what is refused leaves no trace. */
static void work(struct world *w)
{
	struct arena *a = arena_new();
	struct error err = {0};
	struct txn *t;
	uint32_t kind = draw(w, KINDS), what = draw(w, 20);
	enum status st = ST_OK;
	if (what == 0) {
		merge_some(w);
		arena_free(&a);
		return;
	}
	MUST(txn_begin(w->core, what == 1 ? CHANGE_BULK : CHANGE_EDIT, NULL, &t, &err));
	if (what == 1)
		for (int i = 0; st == ST_OK && i < 4; i++)
			st = change(w, t, kind, a);
	else if (what < 8)
		st = add(w, t, kind, a);
	else if (what < 16)
		st = change(w, t, kind, a);
	else
		st = remove_or_restore(w, t, kind, what == 19);
	if (st == ST_OK)
		MUST(txn_commit(&t, &err));
	else
		txn_rollback(&t);
	arena_free(&a);
}

/* What there is */

/* Children made together with their owner go and come with it. */
static bool owner_is_gone(struct core *c, const struct record *r, struct arena *a)
{
	const struct field *f = r->entity->parent ? entity_field(r->entity, r->entity->parent) : NULL;
	struct error err = {0};
	struct record *owner;
	if (!f)
		return false;
	struct id id = record_id(r, r->entity->parent);
	MUST(store_load(c, model_entity(c->model, f->ref ? f->ref : record_text(r, r->entity->owner_type)), &id, a, &owner, &err));
	return owner->deleted_at != 0;
}

static void tell_row(struct core *c, const struct entity *e, const struct id *id, struct arena *a, struct buf *out)
{
	struct record *r;
	struct error err = {0};
	MUST(store_load(c, e, id, a, &r, &err));
	if (owner_is_gone(c, r, a))
		return;
	buf_printf(out, "%s %lld:", e->name, (long long)r->num);
	for (int i = 0; i < e->n_fields; i++) {
		if (r->v[i].kind == VAL_NULL || e->fields[i].compute)
			continue;
		buf_printf(out, " %s=", e->fields[i].name);
		log_value(out, &r->v[i]);
	}
	buf_putc(out, '\n');
}

/* All live rows of all entities, in text. */
static char *tell(struct core *c)
{
	struct buf out = {0};
	struct error err = {0};
	struct arena *a = arena_new();
	for (int i = 0; i < c->model->n; i++) {
		const struct entity *e = &c->model->entities[i].e;
		struct id ids[400];
		struct db_stmt *s;
		size_t n = 0;
		bool row;
		char sql[200];
		(void)snprintf(sql, sizeof sql, "SELECT t.id FROM %s t WHERE t.deleted_at IS NULL ORDER BY t.num", e->name);
		MUST(db_prepare(c->db, sql, &s, &err));
		while (db_step(s, &row, &err) == ST_OK && row)
			if (n < 400)
				ids[n++] = db_id(s, 0);
		for (size_t k = 0; k < n; k++)
			tell_row(c, e, &ids[k], a, &out);
		arena_reset(a);
	}
	arena_free(&a);
	char *text = mem_strdup(buf_str(&out));
	buf_free(&out);
	return text;
}

/* Says the first line that differs. */
static bool same(const char *now, const char *before, const char *when, int step)
{
	const char *a = now, *b = before;
	while (*a && *b) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");
		if (n != m || memcmp(a, b, n) != 0)
			break;
		a += n + (a[n] != '\0');
		b += m + (b[m] != '\0');
	}
	bool ok = !*a && !*b;
	test_check(ok, __FILE__, __LINE__, "%s step %d\n    is  %.*s\n    was %.*s", when, step, (int)strcspn(a, "\n"), a,
		(int)strcspn(b, "\n"), b);
	return ok;
}

/* What must always hold */

static int64_t count(struct core *c, const char *sql)
{
	struct db_stmt *s;
	struct error err = {0};
	bool row;
	MUST(db_prepare(c->db, sql, &s, &err));
	MUST(db_step(s, &row, &err));
	int64_t n = row ? db_int(s, 0) : -1;
	db_done(s);
	return n;
}

static bool none(struct core *c, const char *sql, const char *what, int step)
{
	int64_t n = count(c, sql);
	test_check(n == 0, __FILE__, __LINE__, "step %d: %lld %s", step, (long long)n, what);
	return n == 0;
}

static bool children_have_owners(struct core *c, int step)
{
	char sql[500];
	bool ok = true;
	for (int i = 0; i < c->model->n; i++) {
		const struct entity *e = &c->model->entities[i].e;
		if (!e->parent)
			continue;
		const struct field *f = entity_field(e, e->parent);
		for (int k = 0; k < c->model->n; k++) {
			const struct entity *owner = &c->model->entities[k].e;
			if (f->ref ? strcmp(f->ref, owner->name) != 0 : !owner->top)
				continue;
			(void)snprintf(sql, sizeof sql,
				"SELECT count(*) FROM %s k WHERE %s%s%s%s NOT EXISTS (SELECT 1 FROM %s o WHERE o.id = k.%s)", e->name,
				f->ref ? "" : e->owner_type, f->ref ? "" : " = '", f->ref ? "" : owner->name, f->ref ? "" : "' AND",
				owner->name, field_column(f));
			ok = none(c, sql, arena_printf(c->model->arena, "%s without owner", e->name), step) && ok;
		}
		if (entity_index_of(e, "is_primary") < 0)
			continue;
		(void)snprintf(sql, sizeof sql,
			"SELECT count(*) FROM (SELECT 1 AS one FROM %s k WHERE k.deleted_at IS NULL GROUP BY k.%s "
			"HAVING sum(k.is_primary) <> 1) x",
			e->name, field_column(f));
		ok = none(c, sql, arena_printf(c->model->arena, "owners without exactly one primary of %s", e->name), step) && ok;
	}
	return ok;
}

static bool contains_token(const char *tokens, const char *token)
{
	size_t n = strlen(token);
	for (const char *p = strstr(tokens, token); p; p = strstr(p + 1, token))
		if ((p == tokens || p[-1] == ' ') && (p[n] == ' ' || !p[n]))
			return true;
	return false;
}

/* Is the word in the fields of the row that are searched? */
static bool row_has(struct core *c, const struct entity *e, int64_t num, const char *token, struct arena *a)
{
	struct record *r;
	struct error err = {0};
	struct buf b = {0};
	MUST(store_load_num(c, e, num, a, &r, &err));
	for (int i = 0; i < e->n_fields; i++) {
		if (!(e->fields[i].flags & FF_SEARCH))
			continue;
		buf_putc(&b, ' ');
		text_tokens_to(&b, record_format(c, r, &e->fields[i], a));
	}
	bool yes = !r->deleted_at && contains_token(buf_str(&b), token);
	buf_free(&b);
	return yes;
}

static bool index_is_true(struct core *c, const struct entity *e, const char *token, struct arena *a, int step)
{
	char sql[400], condition[256];
	struct error err = {0};
	struct db_stmt *s;
	bool row, ok = true;
	int64_t nums[400], hits[400];
	size_t n = 0;
	db_search_condition(c->db, e->name, "t.num", 1, condition, sizeof condition);
	(void)snprintf(sql, sizeof sql, "SELECT t.num, CASE WHEN %s THEN 1 ELSE 0 END FROM %s t ORDER BY t.num", condition, e->name);
	char *term = db_search_term(c->db, token, false);
	MUST(db_prepare(c->db, sql, &s, &err));
	db_bind_text(s, 1, term);
	while (db_step(s, &row, &err) == ST_OK && row) {
		if (n == 400)
			continue;
		nums[n] = db_int(s, 0);
		hits[n++] = db_int(s, 1);
	}
	free(term);
	for (size_t i = 0; i < n; i++) {
		bool has = row_has(c, e, nums[i], token, a);
		test_check(has == (hits[i] == 1), __FILE__, __LINE__, "step %d: %s %lld %s “%s”, its index says otherwise", step, e->name,
			(long long)nums[i], has ? "has" : "has not", token);
		ok = ok && has == (hits[i] == 1);
	}
	return ok;
}

static bool indexes_are_true(struct core *c, int step)
{
	struct arena *a = arena_new();
	bool ok = true;
	for (size_t k = 0; k < KINDS; k++) {
		for (size_t i = 0; i < WORDS; i++) {
			struct buf b = {0};
			text_tokens_to(&b, words[i]);
			ok = index_is_true(c, model_entity(c->model, kinds[k].entity), buf_str(&b), a, step) && ok;
			buf_free(&b);
			arena_reset(a);
		}
	}
	arena_free(&a);
	return ok;
}

static bool shape_holds(struct core *c, int step)
{
	bool ok = children_have_owners(c, step);
	ok = none(c, "SELECT count(*) FROM deals d JOIN stages s ON s.id = d.stage_id WHERE d.status <> s.type OR "
		     "d.pipeline_id <> s.pipeline_id", "deals at odds with their stage", step) && ok;
	ok = none(c, "SELECT count(*) FROM deals d WHERE (d.status = 'won' AND d.won_at IS NULL) OR (d.status <> 'won' AND "
		     "d.won_at IS NOT NULL) OR (d.status = 'lost' AND d.lost_at IS NULL)", "deals closed without a date", step) && ok;
	ok = none(c, "SELECT count(*) FROM change_sets k WHERE k.n_changes <> (SELECT count(*) FROM changes g WHERE g.set_num = k.num "
		     "AND g.seq BETWEEN k.first_seq AND k.last_seq)", "sets that miss changes", step) && ok;
	ok = none(c, "SELECT count(*) FROM changes g WHERE NOT EXISTS (SELECT 1 FROM change_sets k WHERE k.num = g.set_num)",
		     "changes without a set", step) && ok;
	return ok;
}

enum { STEPS = 40 };

TEST_ENGINES(property_undo_takes_back_exactly_what_was_done)
{
	struct world w;
	struct error err = {0};
	struct undo_report rep;
	for (uint32_t round = 0; round < (engine == DB_SQLITE ? 6u : 2u); round++) {
		begin_world(&w, engine, 7 + round);
		char *states[STEPS + 1] = {tell(w.core)};
		int n = 0;
		for (int tries = 0; n < STEPS && tries < 4 * STEPS; tries++) {
			int64_t before = w.core->generation;
			work(&w);
			if (w.core->generation != before)
				states[++n] = tell(w.core);
		}
		bool ok = shape_holds(w.core, n) && indexes_are_true(w.core, n);
		for (int i = n; ok && i > 0; i--) {
			MUST(undo_last(w.core, &rep, &err));
			char *now = tell(w.core);
			ok = same(now, states[i - 1], "undo", i) && shape_holds(w.core, i);
			free(now);
		}
		ok = ok && indexes_are_true(w.core, 0);
		CHECK(!ok || undo_last(w.core, &rep, &err) == ST_NOT_FOUND);
		for (int i = 1; ok && i <= n; i++) {
			MUST(redo_last(w.core, &rep, &err));
			char *now = tell(w.core);
			ok = same(now, states[i], "redo", i) && shape_holds(w.core, i);
			free(now);
		}
		ok = ok && indexes_are_true(w.core, n);
		CHECK(!ok || redo_last(w.core, &rep, &err) == ST_NOT_FOUND);
		for (int i = 0; i <= n; i++)
			free(states[i]);
	}
}

/* Two people undo and redo across each other's work: nobody gets exactly the old state, but the shape stays. */
TEST_ENGINES(property_undo_of_two_people_keeps_the_shape)
{
	struct world w;
	struct undo_report rep;
	for (uint32_t round = 0; round < (engine == DB_SQLITE ? 6u : 2u); round++) {
		begin_world(&w, engine, 99 + round);
		fixture_add(w.core, "users", "first_name=Bea", "last_name=Second", NULL);
		struct id people[2] = {w.core->user, some(&w, "users", false)};
		while (id_eq(&people[0], &people[1]))
			people[1] = some(&w, "users", false);
		bool ok = true;
		for (int i = 0; ok && i < 4 * STEPS; i++) {
			w.core->user = people[draw(&w, 2)];
			uint32_t what = i < STEPS ? 9 : draw(&w, 10);
			if (what < 2)
				(void)undo_last(w.core, &rep, NULL);
			else if (what < 3)
				(void)redo_last(w.core, &rep, NULL);
			else
				work(&w);
			ok = shape_holds(w.core, i) && (i % 20 != 19 || indexes_are_true(w.core, i));
		}
	}
}

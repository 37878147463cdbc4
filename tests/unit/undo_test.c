/* Undo and redo beside other people's work: what may be taken back, and what is left alone and named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/crm/query.h"
#include "core/crm/store.h"
#include "core/crm/undo.h"
#include "data/db.h"
#include "tests/unit/fixture.h"

static enum status edit(struct core *c, const char *entity, int64_t num, const char *field, const char *value, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r, *p;
	enum status st = store_load_num(c, model_entity(c->model, entity), num, a, &r, err);
	if (st == ST_OK) {
		p = record_new(a, r->entity);
		p->id = r->id;
		p->num = num;
		if ((st = record_set_input(c, p, field, value, err)) == ST_OK)
			st = store_save(c, p, err);
	}
	arena_free(&a);
	return st;
}

static void remove_row(struct core *c, const char *entity, int64_t num)
{
	struct arena *a = arena_new();
	struct record *r;
	struct error err = {0};
	if (store_load_num(c, model_entity(c->model, entity), num, a, &r, &err) != ST_OK ||
		store_remove(c, r->entity, &r->id, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	arena_free(&a);
}

static int64_t newest_set(struct core *c, const char *kind)
{
	struct arena *a = arena_new();
	struct change_set *list;
	struct error err = {0};
	int64_t out = 0;
	int n;
	if (changes_recent(c, 0, 100, a, &list, &n, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	for (int i = 0; i < n && !out; i++)
		if (strcmp(list[i].kind, kind) == 0)
			out = list[i].num;
	arena_free(&a);
	return out;
}

/* Somebody else on a connection of her own. */
static struct core *second_person(struct core *c, enum db_engine engine)
{
	struct core *other;
	struct error err = {0};
	(void)fixture_add(c, "users", "first_name=Bo", "last_name=Second", "email=bo@test.example", "role=admin", NULL);
	(void)setenv("SIMPLIX_USER", "bo@test.example", 1);
	if (core_open(test_db_target(engine), 0, &other, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	(void)unsetenv("SIMPLIX_USER");
	return other;
}

TEST_ENGINES(undo_by_number_leaves_what_nobody_can_do_without)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	CHECK(undo_set(c, 1, CHANGE_UNDO, &rep, &err) == ST_CONFLICT);
	CHECK(*err.hint);
	CHECK_STR(fixture_field(c, "organizations", 1, "name"), "Test SARL");
	CHECK_STR(fixture_filter(c, "users", "", NULL), "1");
	fixture_add(c, "contacts", "last_name=Durand", NULL);
	MUST(undo_last(c, &rep, &err));
	CHECK(undo_set(c, newest_set(c, "undo"), CHANGE_UNDO, &rep, &err) == ST_CONFLICT);
	MUST(redo_last(c, &rep, &err));
	CHECK(undo_set(c, newest_set(c, "redo"), CHANGE_UNDO, &rep, &err) == ST_CONFLICT);
	CHECK(undo_set(c, newest_set(c, "undo"), CHANGE_REDO, &rep, &err) == ST_CONFLICT);
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "1");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "");
}

TEST_ENGINES(undo_leaves_what_others_changed_since)
{
	struct core *c = fixture_core(engine), *other = second_person(c, engine);
	struct error err = {0};
	struct undo_report rep;
	int64_t acme = fixture_add(c, "companies", "name=ACME", NULL);
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", NULL);
	MUST(edit(other, "contacts", n, "job_title", "CEO", &err));
	MUST(undo_last(c, &rep, &err));
	CHECK_INT(rep.kept, 1);
	CHECK_STR(rep.kept_what, "Durand (changed since)");
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "1");
	MUST(edit(other, "contacts", n, "company", "acme", &err));
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(rep.kept_what, "ACME (others lean on it)");
	CHECK_STR(fixture_field(c, "companies", acme, "name"), "ACME");
	core_close(&other);
}

TEST_ENGINES(undo_takes_new_tags_and_the_row_that_wears_them)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	fixture_add(c, "contacts", "last_name=Durand", "tags=vip, hot", NULL);
	MUST(undo_last(c, &rep, &err));
	CHECK_INT(rep.kept, 0);
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "");
	CHECK_STR(fixture_filter(c, "tags", "", NULL), "");
	MUST(redo_last(c, &rep, &err));
	CHECK_STR(fixture_filter(c, "contacts", "tag:vip", NULL), "1");
}

TEST_ENGINES(undo_names_a_custom_field_that_is_gone)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	int64_t f = fixture_add(c, "custom_fields", "object=contacts", "label=Tier", NULL);
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", NULL);
	MUST(edit(c, "contacts", n, "tier", "gold", &err));
	int64_t set = newest_set(c, "edit");
	remove_row(c, "custom_fields", f);
	MUST(undo_set(c, set, CHANGE_UNDO, &rep, &err));
	CHECK_INT(rep.kept, 1);
	CHECK_STR(rep.kept_what, "Durand (tier)");
}

TEST_ENGINES(undo_never_takes_one_change_back_twice)
{
	struct core *c = fixture_core(engine), *other;
	struct error err = {0};
	struct undo_report rep;
	fixture_add(c, "contacts", "last_name=Durand", NULL);
	fixture_add(c, "contacts", "last_name=Martin", NULL);
	int64_t set = newest_set(c, "edit");
	MUST(core_open(test_db_target(engine), 0, &other, &err));
	MUST(undo_last(other, &rep, &err));
	CHECK_INT(rep.set, set);
	CHECK(undo_set(c, set, CHANGE_UNDO, &rep, &err) == ST_CONFLICT);
	MUST(undo_last(c, &rep, &err));
	CHECK_INT(rep.set, set - 1);
	core_close(&other);
}

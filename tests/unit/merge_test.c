#include "core/crm/duplicates.h"
#include "core/crm/merge.h"
#include "tests/unit/fixture.h"

static struct id id_of(struct core *c, const char *entity, int64_t num)
{
	struct arena *a = arena_new();
	struct record *r;
	struct error err = {0};
	if (store_load_num(c, model_entity(c->model, entity), num, a, &r, &err) != ST_OK)
		test_abort(__FILE__, __LINE__, err.message);
	struct id id = r->id;
	arena_free(&a);
	return id;
}

TEST_ENGINES(merge_and_unmerge_contacts)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	fixture_add(c, "companies", "name=ACME", NULL);
	int64_t a = fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "emails=a@acme.example", "tags=vip", NULL);
	int64_t b = fixture_add(c, "contacts", "first_name=Amelie", "last_name=Durand", "emails=A@acme.example, b@home.example",
		"phones=0612345678", "job_title=CEO", "company=acme", "tags=vip, chaud", NULL);
	int64_t deal = fixture_add(c, "deals", "title=Fleet", "contact=C-2", NULL);
	int64_t call = fixture_add(c, "activities", "type=call", "contact=C-2", "status=done", NULL);
	struct id ia = id_of(c, "contacts", a), ib = id_of(c, "contacts", b);
	const struct entity *e = model_entity(c->model, "contacts");
	MUST(merge_records(c, e, &ia, &ib, &err));
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "1");
	CHECK_STR(fixture_field(c, "contacts", a, "emails"), "a@acme.example, b@home.example");
	CHECK_STR(fixture_field(c, "contacts", a, "job_title"), "CEO");
	CHECK_STR(fixture_field(c, "contacts", a, "company"), "ACME");
	CHECK_STR(fixture_field(c, "contacts", a, "phones"), "0612345678");
	CHECK_STR(fixture_field(c, "deals", deal, "contact"), "Amélie Durand");
	CHECK_STR(fixture_field(c, "activities", call, "contact"), "Amélie Durand");
	CHECK_STR(fixture_filter(c, "contacts", "tag:chaud", NULL), "1");
	MUST(unmerge_record(c, e, &ib, &rep, &err));
	CHECK_INT(rep.kept, 0);
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "1 2");
	CHECK_STR(fixture_field(c, "contacts", a, "emails"), "a@acme.example");
	CHECK_STR(fixture_field(c, "contacts", b, "emails"), "A@acme.example, b@home.example");
	CHECK_STR(fixture_field(c, "contacts", a, "job_title"), "");
	CHECK_STR(fixture_field(c, "deals", deal, "contact"), "Amelie Durand");
	CHECK_STR(fixture_filter(c, "contacts", "tag:chaud", NULL), "2");
	CHECK(unmerge_record(c, e, &ib, &rep, &err) == ST_NOT_FOUND);
}

TEST_ENGINES(merge_makes_no_ring_and_no_double_tag)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	const struct entity *e = model_entity(c->model, "companies");
	fixture_add(c, "companies", "name=Holding", "tags=vip", NULL);                 /* 1, the loser */
	fixture_add(c, "companies", "name=Branch", "parent=Holding", "tags=VIP, hot", NULL); /* 2, the survivor */
	fixture_add(c, "companies", "name=Between", "parent=Holding", NULL);           /* 3 */
	fixture_add(c, "companies", "name=Low", "parent=Between", NULL);               /* 4 */
	struct id loser = id_of(c, "companies", 1), survivor = id_of(c, "companies", 2), low = id_of(c, "companies", 4);
	MUST(merge_records(c, e, &survivor, &loser, &err));
	CHECK_STR(fixture_field(c, "companies", 2, "parent"), "");
	CHECK_STR(fixture_field(c, "companies", 3, "parent"), "Branch");
	CHECK_STR(fixture_field(c, "companies", 2, "tags"), "vip, hot");
	CHECK_STR(fixture_filter(c, "tags", "uses:1", "num"), "1 2");
	MUST(unmerge_record(c, e, &survivor, &rep, &err));
	CHECK_INT(rep.kept, 0);
	CHECK_STR(fixture_field(c, "companies", 2, "parent"), "Holding");
	CHECK_STR(fixture_field(c, "companies", 1, "tags"), "vip");
	MUST(merge_records(c, e, &low, &loser, &err));
	CHECK_STR(fixture_field(c, "companies", 3, "parent"), "");
	CHECK_STR(fixture_field(c, "companies", 4, "parent"), "Between");
}

TEST_ENGINES(duplicates_are_seen)
{
	struct core *c = fixture_core(engine);
	struct arena *a = arena_new();
	struct duplicate d[4];
	struct duplicate_pair *pairs;
	struct error err = {0};
	int n;
	fixture_add(c, "companies", "name=ACME Corp", "domain=acme.example", NULL);
	fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "emails=a@acme.example", "phones=+33 6 12 34 56 78",
		"company=acme corp", NULL);
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	record_put_text(r, "emails", "A@ACME.example");
	CHECK_INT(duplicates_of(c, r, a, d, 4), 1);
	CHECK_STR(d[0].why, "same email");
	r = record_new(a, model_entity(c->model, "contacts"));
	record_put_text(r, "phones", "06.12.34.56.78");
	CHECK_INT(duplicates_of(c, r, a, d, 4), 1);
	r = record_new(a, model_entity(c->model, "contacts"));
	MUST(record_set_input(c, r, "first_name", "Amelie", &err));
	MUST(record_set_input(c, r, "last_name", "Durant", &err));
	CHECK_INT(duplicates_of(c, r, a, d, 4), 0);
	MUST(record_set_input(c, r, "company", "acme corp", &err));
	CHECK_INT(duplicates_of(c, r, a, d, 4), 1);
	r = record_new(a, model_entity(c->model, "companies"));
	record_put_text(r, "name", "Acme SARL");
	CHECK_INT(duplicates_of(c, r, a, d, 4), 1);
	fixture_add(c, "contacts", "last_name=Durand A.", "emails=a@acme.example", NULL);
	MUST(duplicates_scan(c, model_entity(c->model, "contacts"), 10, a, &pairs, &n, &err));
	CHECK_INT(n, 1);
	CHECK_INT(pairs[0].a.num, 1);
	CHECK_INT(pairs[0].b.num, 2);
	arena_free(&a);
}

/* Close names over the whole base: the pairs that creation would warn of. */
TEST_ENGINES(duplicates_scan_finds_close_names)
{
	struct core *c = fixture_core(engine);
	struct arena *a = arena_new();
	struct error err = {0};
	struct duplicate_pair *pairs;
	int n;
	fixture_add(c, "companies", "name=Nord & Fils", NULL);
	fixture_add(c, "companies", "name=Zebra SARL", NULL);
	fixture_add(c, "companies", "name=Nord et Fils SARL", NULL);
	fixture_add(c, "companies", "name=Zebra Ltd", NULL);
	fixture_add(c, "companies", "name=Groupe Meridian Retail", NULL);
	fixture_add(c, "companies", "name=Meridian Retial", NULL);
	fixture_add(c, "companies", "name=Nordic", NULL);
	fixture_add(c, "contacts", "first_name=Jonathan", "last_name=Smithson", "company=Nordic", NULL);
	fixture_add(c, "contacts", "first_name=Jonathon", "last_name=Smithson", "company=Nordic", NULL);
	fixture_add(c, "contacts", "first_name=Jonathan", "last_name=Smithson", "company=Zebra Ltd", NULL);
	fixture_add(c, "contacts", "first_name=Ann", "last_name=Lee", "company=Nordic", NULL);
	fixture_add(c, "contacts", "first_name=Anna", "last_name=Reed", "company=Nordic", NULL);
	MUST(duplicates_scan(c, model_entity(c->model, "companies"), 10, a, &pairs, &n, &err));
	CHECK_INT(n, 3);
	for (int i = 0; i < n; i++) {
		CHECK(pairs[i].a.num < pairs[i].b.num);
		CHECK_INT(pairs[i].b.num - pairs[i].a.num, pairs[i].a.num == 5 ? 1 : 2);
	}
	MUST(duplicates_scan(c, model_entity(c->model, "companies"), 2, a, &pairs, &n, &err));
	CHECK_INT(n, 2);
	MUST(duplicates_scan(c, model_entity(c->model, "contacts"), 10, a, &pairs, &n, &err));
	CHECK_INT(n, 1);
	CHECK_INT(pairs[0].a.num, 1);
	CHECK_INT(pairs[0].b.num, 2);
	arena_free(&a);
}

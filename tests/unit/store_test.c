#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"
#include "core/crm/filter.h"
#include "core/crm/query.h"
#include "core/crm/store_raw.h"
#include "core/crm/undo.h"
#include "tests/unit/fixture.h"

TEST_ENGINES(store_adds_and_reads_back)
{
	struct core *c = fixture_core(engine);
	int64_t acme = fixture_add(c, "companies", "name=ACME Corp", "website=https://www.acme.example/fr", "city=Lyon", NULL);
	int64_t n = fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "company=acme corp",
		"emails=amelie@acme.example, am@home.example (home)", "phones=+33 6 12 34 56 78", "tags=VIP, chaud", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "Amélie Durand");
	CHECK_STR(fixture_field(c, "contacts", n, "company"), "ACME Corp");
	CHECK_STR(fixture_field(c, "contacts", n, "emails"), "amelie@acme.example, am@home.example (home)");
	CHECK_STR(fixture_field(c, "contacts", n, "email"), "amelie@acme.example");
	CHECK_STR(fixture_field(c, "contacts", n, "tags"), "VIP, chaud");
	CHECK_STR(fixture_field(c, "contacts", n, "owner"), "Ada Owner");
	CHECK_STR(fixture_field(c, "contacts", n, "lifecycle_stage"), "lead");
	CHECK_STR(fixture_field(c, "companies", acme, "domain"), "acme.example");
	CHECK_STR(fixture_field(c, "companies", acme, "city"), "Lyon");
}

static enum status edit(struct core *c, const char *entity, int64_t num, const char *field, const char *value, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r, *p;
	enum status st = store_load_num(c, model_entity(c->model, entity), num, a, &r, err);
	if (st == ST_OK) {
		p = record_new(a, r->entity);
		p->id = r->id;
		p->num = num;
		st = record_set_input(c, p, field, value, err);
		if (st == ST_OK)
			st = store_save(c, p, err);
	}
	arena_free(&a);
	return st;
}

TEST_ENGINES(store_undo_and_redo)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	int64_t n = fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "emails=a@b.example", "city=Lyon", NULL);
	MUST(edit(c, "contacts", n, "last_name", "Martin", &err));
	MUST(edit(c, "contacts", n, "emails", "a@b.example (work), c@d.example", &err));
	MUST(edit(c, "contacts", n, "city", "Paris", &err));
	CHECK_STR(fixture_field(c, "contacts", n, "city"), "Paris");
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "Amélie Martin");
	CHECK_STR(fixture_filter(c, "contacts", "martin", NULL), "1");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "city"), "Lyon");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "emails"), "a@b.example");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "Amélie Durand");
	CHECK_STR(fixture_filter(c, "contacts", "martin", NULL), "");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "");
	CHECK(undo_last(c, &rep, &err) == ST_NOT_FOUND);
	for (int i = 0; i < 4; i++)
		MUST(redo_last(c, &rep, &err));
	CHECK(redo_last(c, &rep, &err) == ST_NOT_FOUND);
	CHECK_STR(fixture_field(c, "contacts", n, "city"), "Paris");
	CHECK_STR(fixture_field(c, "contacts", n, "emails"), "a@b.example (work), c@d.example");
	CHECK_STR(fixture_filter(c, "contacts", "martin", NULL), "1");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "city"), "Lyon");
	MUST(edit(c, "contacts", n, "last_name", "Petit", &err));
	CHECK(redo_last(c, &rep, &err) == ST_NOT_FOUND);
}

TEST_ENGINES(store_deal_follows_its_stage)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	int64_t n = fixture_add(c, "deals", "title=Fleet renewal", "value=48k", NULL);
	CHECK_STR(fixture_field(c, "deals", n, "stage"), "Qualified");
	CHECK_STR(fixture_field(c, "deals", n, "currency"), "EUR");
	CHECK_STR(fixture_field(c, "deals", n, "value"), "48000.00");
	MUST(edit(c, "deals", n, "stage", "won", &err));
	CHECK_STR(fixture_field(c, "deals", n, "status"), "won");
	CHECK(*fixture_field(c, "deals", n, "won_at"));
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "deals", n, "status"), "open");
	CHECK_STR(fixture_field(c, "deals", n, "won_at"), "");
	CHECK_STR(fixture_filter(c, "deal_stage_history", "", NULL), "1");
}

TEST_ENGINES(store_activity_moves_last_touch)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	int64_t n = fixture_add(c, "contacts", "first_name=Bruno", "last_name=Keller", NULL);
	int64_t task = fixture_add(c, "activities", "type=task", "subject=Send quote", "contact=bruno keller", "due_at=2031-05-06 10:00",
		"repeat=every 2 weeks", NULL);
	CHECK(strncmp(fixture_field(c, "contacts", n, "next_activity_at"), "2031-05-06", 10) == 0);
	CHECK_STR(fixture_field(c, "contacts", n, "last_contacted_at"), "");
	MUST(edit(c, "activities", task, "status", "done", &err));
	CHECK_STR(fixture_filter(c, "activities", "status:planned", NULL), "2");
	CHECK(strncmp(fixture_field(c, "contacts", n, "next_activity_at"), "2031-05-20", 10) == 0);
	fixture_add(c, "activities", "type=call", "status=done", "contact=bruno keller", NULL);
	CHECK(*fixture_field(c, "contacts", n, "last_contacted_at"));
}

TEST_ENGINES(filter_finds)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "companies", "name=ACME Corp", NULL);
	fixture_add(c, "companies", "name=Société Générale d'Étude", NULL);
	fixture_add(c, "contacts", "first_name=Amélie", "last_name=Durand", "company=acme corp", "job_title=Directrice générale",
		"emails=amelie@acme.example", "tags=vip", NULL);
	fixture_add(c, "contacts", "first_name=Bruno", "last_name=Keller", "phones=06 12 34 56 78", "birthday=1980-02-03", NULL);
	fixture_add(c, "contacts", "first_name=Chen", "last_name=Wei", "owner=", "country=France", NULL);
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "1 2 3");
	CHECK_STR(fixture_filter(c, "contacts", "", "-name"), "3 2 1");
	CHECK_STR(fixture_filter(c, "contacts", "amelie", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "acm", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "kellre", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "company:acme", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "-company:acme", NULL), "2 3");
	CHECK_STR(fixture_filter(c, "contacts", "owner:me", NULL), "1 2");
	CHECK_STR(fixture_filter(c, "contacts", "owner:none", NULL), "3");
	CHECK_STR(fixture_filter(c, "contacts", "tag:VIP", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "title:GENERALE", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "email:acme", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "email:none", NULL), "2 3");
	CHECK_STR(fixture_filter(c, "contacts", "phone:+33612345678", NULL), "");
	CHECK_STR(fixture_filter(c, "contacts", "phone:612345678", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "birthday<1990-01-01", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "birthday:1980-02", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "tag:vip or birthday:1980", NULL), "1 2");
	CHECK_STR(fixture_filter(c, "contacts", "country:france", NULL), "3");
	CHECK_STR(fixture_filter(c, "contacts", "created:today lifecycle:lead,mql", NULL), "1 2 3");
	CHECK_STR(fixture_filter(c, "companies", "etude", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "nmae:x", NULL), "error: Contacts: there is no field “nmae”.");
	CHECK_STR(fixture_filter(c, "contacts", "birthday:xyz", NULL), "error: “xyz” is not a date.");
	CHECK_STR(fixture_filter(c, "contacts", "name:'; DROP TABLE contacts", NULL), "");
	CHECK_STR(fixture_filter(c, "contacts", "lifecycle:nope", NULL), "error: “nope” is not one of the choices of Lifecycle.");
	fixture_add(c, "deals", "title=One", "value=48000", "company=acme corp", NULL);
	fixture_add(c, "deals", "title=Two", "value=900", NULL);
	CHECK_STR(fixture_filter(c, "deals", "value>10k", NULL), "1");
	CHECK_STR(fixture_filter(c, "deals", "value:500..1000", NULL), "2");
	CHECK_STR(fixture_filter(c, "deals", "stage:qualified status:open", "-value"), "1 2");
}

TEST_ENGINES(custom_fields_behave_like_others)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	fixture_add(c, "custom_fields", "object=contacts", "label=Account tier", "type=select", "options=gold, silver", NULL);
	fixture_add(c, "custom_fields", "object=contacts", "label=Seats", "type=integer", NULL);
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", "account_tier=gold", "seats=12", NULL);
	fixture_add(c, "contacts", "last_name=Keller", "seats=3", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "account_tier"), "gold");
	CHECK_STR(fixture_filter(c, "contacts", "account_tier:gold", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "seats>5", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "", "-seats"), "1 2");
	CHECK(edit(c, "contacts", n, "account_tier", "bronze", &err) == ST_INVALID);
	MUST(edit(c, "contacts", n, "seats", "", &err));
	CHECK_STR(fixture_field(c, "contacts", n, "seats"), "");
	CHECK_STR(fixture_field(c, "contacts", n, "account_tier"), "gold");
}

TEST_ENGINES(store_refuses_what_is_wrong)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct record *r = record_new(a, model_entity(c->model, "contacts"));
	CHECK(store_save(c, r, &err) == ST_INVALID);
	CHECK_STR(err.message, "A contact needs a name, an email or a phone.");
	CHECK(record_set_input(c, r, "frist_name", "x", &err) == ST_INVALID);
	CHECK_STR(err.hint, "Did you mean “first_name”?");
	CHECK(record_set_input(c, r, "company", "nobody", &err) == ST_NOT_FOUND);
	CHECK(record_set_input(c, r, "birthday", "2026-02-30", &err) == ST_INVALID);
	record_put_text(r, "emails", "not an address");
	CHECK(store_save(c, r, &err) == ST_INVALID);
	CHECK_STR(err.field, "emails");
	CHECK_STR(fixture_filter(c, "contacts", "", NULL), "");
	arena_free(&a);
}

TEST_ENGINES(smart_lists_count_their_members)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "contacts", "last_name=Durand", "tags=vip", NULL);
	fixture_add(c, "contacts", "last_name=Keller", NULL);
	int64_t n = fixture_add(c, "smart_lists", "name=VIPs", "object=contacts", "filter=tag:vip", NULL);
	CHECK_STR(fixture_field(c, "smart_lists", n, "count"), "1");
	fixture_add(c, "contacts", "last_name=Wei", "tags=vip", NULL);
	CHECK_STR(fixture_field(c, "smart_lists", n, "count"), "2");
}

/* A failing edit's message; "" when it was done. */
static const char *refusal(struct core *c, const char *entity, int64_t num, const char *field, const char *value)
{
	static char out[sizeof ((struct error *)0)->message];
	struct error err = {0};
	(void)snprintf(out, sizeof out, "%s", edit(c, entity, num, field, value, &err) == ST_OK ? "" : err.message);
	return out;
}

static enum status drop(struct core *c, const char *entity, int64_t num, struct error *err)
{
	struct arena *a = arena_new();
	struct record *r;
	enum status st = store_load_num(c, model_entity(c->model, entity), num, a, &r, err);
	if (st == ST_OK)
		st = store_remove(c, r->entity, &r->id, err);
	arena_free(&a);
	return st;
}

TEST_ENGINES(store_keeps_what_others_stand_on)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	CHECK(drop(c, "users", 1, &err) == ST_CONFLICT);
	CHECK_STR(fixture_filter(c, "users", "", NULL), "1");
	fixture_add(c, "deals", "title=Fleet", NULL);
	CHECK(drop(c, "stages", 1, &err) == ST_CONFLICT);
	CHECK_STR(err.message, "Qualified still has deals: 1.");
	CHECK(drop(c, "pipelines", 1, &err) == ST_CONFLICT);
	CHECK_STR(refusal(c, "stages", 1, "type", "won"), "Qualified still has deals: 1.");
	CHECK_STR(refusal(c, "stages", 1, "name", "First"), "");
	MUST(drop(c, "deals", 1, &err));
	CHECK_STR(refusal(c, "stages", 1, "type", "lost"), "");
	MUST(drop(c, "stages", 1, &err));
}

TEST_ENGINES(store_refers_to_live_rows_only)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	fixture_add(c, "companies", "name=ACME", NULL);
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", NULL);
	CHECK_STR(refusal(c, "contacts", n, "company", "01a20a7e-f80f-7000-b015-2c0dee24029f"), "Company not found.");
	CHECK_STR(refusal(c, "contacts", n, "company", "O-1"), "");
	CHECK_STR(refusal(c, "contacts", n, "company", ""), "");
	MUST(drop(c, "companies", 1, &err));
	CHECK_STR(refusal(c, "contacts", n, "company", "O-1"), "Company: deleted; restore it first.");
}

TEST_ENGINES(store_names_by_what_is_left)
{
	struct core *c = fixture_core(engine);
	int64_t n = fixture_add(c, "contacts", "emails=a@x.example, b@x.example", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "a@x.example");
	CHECK_STR(refusal(c, "contacts", n, "email", ""), "");
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "b@x.example");
	CHECK_STR(fixture_field(c, "contacts", n, "email"), "b@x.example");
	CHECK_STR(refusal(c, "contacts", n, "email", ""), "A contact needs a name, an email or a phone.");
	CHECK_STR(refusal(c, "contacts", n, "emails", ""), "A contact needs a name, an email or a phone.");
	n = fixture_add(c, "contacts", "phones=+33 (0)1 23 45 67 89", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "full_name"), "+33 (0)1 23 45 67 89");
	CHECK_STR(fixture_filter(c, "contacts", "name:(0)1", NULL), "2");
}

TEST_ENGINES(store_limits_money)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct total *sums;
	int n;
	int64_t d = fixture_add(c, "deals", "title=Max", "value=10000000000000", NULL);
	CHECK_STR(refusal(c, "deals", d, "value", "10000000000000.01"), "“10000000000000.01” is more money than there is.");
	CHECK_STR(refusal(c, "deals", d, "value", "92233720368547758"), "“92233720368547758” is more money than there is.");
	for (int i = 0; i < 20; i++)
		fixture_add(c, "deals", "title=Max", "value=10000000000000", NULL);
	MUST(query_totals(c, &(struct query){.entity = model_entity(c->model, "deals")}, "value", a, &sums, &n, &err));
	CHECK_INT(n, 1);
	CHECK_INT(sums[0].minor, INT64_C(21000000000000000));
	arena_free(&a);
}

TEST_ENGINES(store_limits_lists)
{
	struct core *c = fixture_core(engine);
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", NULL);
	struct buf b = {0};
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "tag%d,", i);
	CHECK_STR(refusal(c, "contacts", n, "tags", buf_str(&b)), "Tags may hold 500 entries at most.");
	buf_free(&b);
	CHECK_STR(fixture_filter(c, "tags", "", NULL), "");
}

TEST_ENGINES(store_finds_by_a_new_company_name)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	fixture_add(c, "companies", "name=ACME", NULL);
	fixture_add(c, "contacts", "last_name=Durand", "company=acme", NULL);
	fixture_add(c, "deals", "title=Fleet", "company=acme", NULL);
	MUST(edit(c, "companies", 1, "name", "Lantern", &err));
	CHECK_STR(fixture_filter(c, "contacts", "lantern", NULL), "1");
	CHECK_STR(fixture_filter(c, "deals", "lantern", NULL), "1");
	CHECK_STR(fixture_filter(c, "deals", "acme", NULL), "");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_filter(c, "contacts", "acme", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "lantern", NULL), "");
}

/* Another process writes between our reading and our writing: on a server nothing else keeps the two apart. */
TEST_ENGINES(store_two_writers_do_not_lose_a_change)
{
	struct core *c = fixture_core(engine), *other;
	struct error err = {0};
	int64_t n = fixture_add(c, "contacts", "last_name=Durand", NULL);
	MUST(core_open(test_db_target(engine), 0, &other, &err));
	struct arena *a = arena_new();
	struct record *r, *now;
	struct txn *t;
	bool changed;
	MUST(store_load_num(c, model_entity(c->model, "contacts"), n, a, &r, &err));
	MUST(edit(other, "contacts", n, "nickname", "Didi", &err));
	MUST(txn_begin(c, CHANGE_EDIT, NULL, &t, &err));
	now = record_copy(a, r);
	record_put_text(now, "nickname", "Dudu");
	CHECK(raw_update(t, r, now, &changed, &err) == ST_CONFLICT);
	CHECK_STR(err.message, "Durand was changed meanwhile.");
	txn_rollback(&t);
	CHECK_STR(fixture_field(c, "contacts", n, "nickname"), "Didi");
	arena_free(&a);
	core_close(&other);
}

/* Two machines set up the same new database at once. */
TEST_ENGINES(filter_custom_references_and_choices)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "custom_fields", "object=deals", "label=Partner", "type=company", NULL);
	fixture_add(c, "custom_fields", "object=deals", "label=Zones", "type=multi_select", "options=north, north east, 100%, 100 of", NULL);
	fixture_add(c, "companies", "name=Zeta", NULL);
	fixture_add(c, "companies", "name=Alpha", NULL);
	fixture_add(c, "deals", "title=One", "partner=zeta", "zones=north east", NULL);
	fixture_add(c, "deals", "title=Two", "partner=alpha", "zones=north, 100 of", NULL);
	fixture_add(c, "deals", "title=Three", "zones=100%", NULL);
	CHECK_STR(fixture_filter(c, "deals", "partner:zeta", NULL), "1");
	CHECK_STR(fixture_filter(c, "deals", "partner:O-2", NULL), "2");
	CHECK_STR(fixture_filter(c, "deals", "partner=alpha", NULL), "2");
	CHECK_STR(fixture_filter(c, "deals", "partner!=alpha", "num"), "1 3");
	CHECK_STR(fixture_filter(c, "deals", "-partner:alpha", "num"), "1 3");
	CHECK_STR(fixture_filter(c, "deals", "partner:none", NULL), "3");
	CHECK_STR(fixture_filter(c, "deals", "", "partner"), "2 1 3");
	CHECK_STR(fixture_filter(c, "deals", "zones:north", NULL), "2");
	CHECK_STR(fixture_filter(c, "deals", "zones:\"north east\"", NULL), "1");
	CHECK_STR(fixture_filter(c, "deals", "zones:100%", NULL), "3");
	CHECK_STR(fixture_filter(c, "deals", "zones!=north", "num"), "1 3");
}

TEST_ENGINES(filter_says_what_it_does_not_know)
{
	struct core *c = fixture_core(engine);
	fixture_add(c, "companies", "name=Lantern", NULL);
	fixture_add(c, "contacts", "last_name=A", "company=lantern", "tags=vip", "department=x", NULL);
	fixture_add(c, "contacts", "last_name=B", NULL);
	fixture_add(c, "deals", "title=D", "value=5000", NULL);
	static const char *const nothing[] = {"(((", "-", "\"", "vip - x", "!"};
	for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
		CHECK(strncmp(fixture_filter(c, "contacts", nothing[i], NULL), "error: ", 7) == 0);
	CHECK_STR(fixture_filter(c, "contacts", "company.name:x", NULL), "error: Contacts: there is no field “company.name”.");
	CHECK_STR(fixture_filter(c, "contacts", "_secret:x", NULL), "error: Contacts: there is no field “_secret”.");
	CHECK_STR(fixture_filter(c, "contacts", "company:lanten", NULL), "error: Companies: nothing is called “lanten”.");
	CHECK_STR(fixture_filter(c, "deals", "stage:proposel", NULL), "error: Stages: nothing is called “proposel”.");
	CHECK_STR(fixture_filter(c, "contacts", "owner:nobody", NULL), "error: Users: nothing is called “nobody”.");
	CHECK_STR(fixture_filter(c, "contacts", "tag:vap", NULL), "error: Tags: nothing is called “vap”.");
	struct error err = {0};
	CHECK(filter_check(c, model_entity(c->model, "deals"), "stage:proposel", NULL, &err) == ST_INVALID);
	CHECK_STR(err.hint, "Did you mean “Proposal”?");
	CHECK(filter_check(c, model_entity(c->model, "contacts"), "tag:vap", NULL, &err) == ST_INVALID);
	CHECK_STR(err.hint, "Did you mean “vip”?");
	CHECK_STR(fixture_filter(c, "contacts", "department!=x", NULL), "2");
	CHECK_STR(fixture_filter(c, "contacts", "-department:x", NULL), "2");
	(void)i18n_use("fr");
	CHECK_STR(fixture_filter(c, "deals", "montant>1k étape:qualif responsable:moi ETAPE:qualif", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "code_postal:none", "num"), "1 2");
	(void)i18n_use("en");
}

TEST_ENGINES(store_a_tag_that_goes_leaves_its_records)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report rep;
	struct arena *a = arena_new();
	struct record *tag;
	int64_t n = fixture_add(c, "contacts", "last_name=A", "tags=vip, hot", NULL);
	MUST(store_load_num(c, model_entity(c->model, "tags"), 1, a, &tag, &err));
	MUST(store_remove(c, tag->entity, &tag->id, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "tags"), "hot");
	CHECK_STR(fixture_filter(c, "contacts", "tag:none", NULL), "");
	MUST(undo_last(c, &rep, &err));
	CHECK_STR(fixture_field(c, "contacts", n, "tags"), "vip, hot");
	arena_free(&a);
}

TEST_ENGINES(store_is_set_up_once)
{
	struct core *a, *b;
	struct error err = {0};
	struct core_setup s = {"Test SARL", "Ada", "Owner", "ada@test.example", "EUR", "FR"};
	MUST(core_open(test_db_target(engine), DB_CREATE, &a, &err));
	MUST(core_open(test_db_target(engine), DB_CREATE, &b, &err));
	MUST(core_set_up(a, &s, &err));
	CHECK(core_set_up(b, &s, &err) == ST_CONFLICT);
	CHECK_STR(fixture_filter(a, "organizations", "", NULL), "1");
	CHECK_STR(fixture_filter(a, "users", "", NULL), "1");
	core_close(&a);
	core_close(&b);
}

TEST_ENGINES(store_finds_a_name_that_looks_like_a_reference)
{
	struct core *c = fixture_core(engine);
	int64_t first = fixture_add(c, "companies", "name=ACME", NULL);
	fixture_add(c, "companies", "name=Second", NULL);
	fixture_add(c, "companies", "name=O2", NULL);
	fixture_add(c, "companies", "name=O1 Lounge", NULL);
	int64_t n = fixture_add(c, "contacts", "last_name=A", "company=O2", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "company"), "O2");
	n = fixture_add(c, "contacts", "last_name=B", "company=o-2", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "company"), "Second");
	n = fixture_add(c, "contacts", "last_name=C", "company=O1", NULL);
	CHECK_STR(fixture_field(c, "contacts", n, "company"), "ACME");
	CHECK_INT(first, 1);
}

TEST_ENGINES(store_repeats_on_the_day_that_was_meant)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	int64_t n = fixture_add(c, "activities", "type=task", "subject=Close the month", "due_at=2031-01-31 10:00", "repeat=monthly", NULL);
	static const char *const due[] = {"2031-02-28", "2031-03-31", "2031-04-30", "2031-05-31"};
	for (size_t i = 0; i < sizeof due / sizeof *due; i++) {
		MUST(edit(c, "activities", n++, "status", "done", &err));
		CHECK(strncmp(fixture_field(c, "activities", n, "due_at"), due[i], 10) == 0);
	}
	MUST(edit(c, "activities", n, "due_at", "2031-05-15 10:00", &err));
	MUST(edit(c, "activities", n++, "status", "done", &err));
	CHECK(strncmp(fixture_field(c, "activities", n, "due_at"), "2031-06-15", 10) == 0);
	CHECK(edit(c, "activities", n, "repeat", "FREQ=MONTHLY;COUNT=3", &err) == ST_INVALID);
	CHECK(edit(c, "activities", n, "repeat", "FREQ=WEEKLY;BYDAY=MO", &err) == ST_INVALID);
	MUST(edit(c, "activities", n, "repeat", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31", &err));
	CHECK_STR(fixture_field(c, "activities", n, "rrule"), "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=31");
}

TEST_ENGINES(store_tells_machines_apart)
{
	struct core *c = fixture_core(engine), *other;
	struct error err = {0};
	(void)setenv("SIMPLIX_MACHINE", "another", 1);
	enum status st = core_open(test_db_target(engine), 0, &other, &err);
	(void)unsetenv("SIMPLIX_MACHINE");
	MUST(st);
	CHECK((other->device != c->device) == (engine == DB_POSTGRES)); /* a file has one machine */
	core_close(&other);
	MUST(core_open(test_db_target(engine), 0, &other, &err));
	CHECK(other->device == c->device);
	core_close(&other);
}

static bool refused(struct core *c, const char *entity, int64_t num, const char *field, const char *value)
{
	struct error err = {0};
	return edit(c, entity, num, field, value, &err) == ST_INVALID && strcmp(err.field, field) == 0;
}

TEST_ENGINES(store_keeps_values_within_bounds)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	char *text = mem_zalloc((1 << 20) + 10);
	fixture_add(c, "companies", "name=A", NULL);
	fixture_add(c, "contacts", "last_name=L", NULL);
	CHECK(refused(c, "companies", 1, "employees", "-1"));
	MUST(edit(c, "companies", 1, "employees", "0", &err));
	CHECK(refused(c, "stages", 1, "rot_days", "-3"));
	CHECK(refused(c, "stages", 1, "position", "-1"));
	memset(text, 'x', 10001);
	CHECK(refused(c, "contacts", 1, "department", text));
	MUST(edit(c, "contacts", 1, "description", text, &err));
	memset(text, 'x', (1 << 20) + 1);
	CHECK(refused(c, "contacts", 1, "description", text));
	text[10000] = '\0';
	MUST(edit(c, "contacts", 1, "department", text, &err));
	free(text);
	int64_t m = fixture_add(c, "activities", "type=meeting", "subject=M", "start_at=2031-05-06 10:00", NULL);
	CHECK(refused(c, "activities", m, "end_at", "2031-05-06 09:00"));
	MUST(edit(c, "activities", m, "end_at", "2031-05-06 11:00", &err));
	CHECK(edit(c, "activities", m, "start_at", "2031-05-06 12:00", &err) == ST_INVALID);
	fixture_add(c, "teams", "name=North", NULL);
	fixture_add(c, "teams", "name=South", "parent=North", NULL);
	CHECK(refused(c, "teams", 1, "parent", "South"));
	fixture_add(c, "users", "first_name=Bo", "last_name=B", "manager=me", NULL);
	CHECK(refused(c, "users", 1, "manager", "Bo B"));
	CHECK(refused(c, "users", 1, "manager", "me"));
	static const char *const countries[] = {"fr", "France", "Allemagne", "deutschland", "United Kingdom", "royaume uni", "USA", "Côte d'Ivoire"};
	for (size_t i = 0; i < sizeof countries / sizeof *countries; i++)
		MUST(edit(c, "contacts", 1, "country", countries[i], &err));
	CHECK(refused(c, "contacts", 1, "country", "Atlantis"));
	CHECK(edit(c, "contacts", 1, "country", "Germeny", &err) == ST_INVALID);
	CHECK_STR(err.hint, "Did you mean “Germany”?");
}

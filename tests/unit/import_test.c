/* Imports: what a file becomes, what happens to every cell, and that it can be taken back. */
#include "core/crm/import.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/imports.h"
#include "core/crm/merge.h"
#include "core/crm/pipeline.h"
#include "core/crm/query.h"
#include "core/crm/store.h"
#include "tests/unit/import_fixture.h"

TEST_ENGINES(import_contacts_with_companies)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "people.csv",
		"First Name,Last Name,Email,Mobile,Company,Job Title,Notes,Shoe size\r\n"
		"Amélie,Durand,amelie@acme.example,06 12 34 56 78,ACME,Head,\"two\nlines\",38\r\n"
		"Bruno,Keller,bruno@acme.example,,Acme,,,41\r\n"
		"Chen,Wei,not-an-address,,,,,\r\n",
		NULL);
	CHECK_INT(import_created(r, "contacts"), 3);
	CHECK_INT(import_created(r, "companies"), 1);
	CHECK_INT(r->cells[IMPORT_CELL_REFUSED], 1);
	CHECK_INT(r->issues, 1);
	CHECK_INT(r->issue[0].line, 5);
	CHECK_STR(r->issue[0].column, "Email");
	CHECK_STR(r->issue[0].value, "not-an-address");
	CHECK_INT(r->n_new_fields, 1);
	CHECK_STR(fixture_field(c, "contacts", 1, "phones"), "06 12 34 56 78 (mobile)");
	CHECK_STR(fixture_field(c, "contacts", 1, "description"), "two\nlines");
	CHECK_STR(fixture_field(c, "contacts", 1, "shoe_size"), "38");
	CHECK_STR(fixture_field(c, "contacts", 2, "company"), "ACME");
	CHECK_STR(fixture_field(c, "contacts", 3, "description"), "Email: not-an-address");
	CHECK_STR(fixture_filter(c, "contacts", "durand", NULL), "1");
	import_report_free(&r);
}

TEST_ENGINES(import_undo_and_redo_give_the_same_content)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report u;
	struct import_report *r = import_text(c, "people.csv", "Name,Email,Company,Tier\nAda Byron,ada@x.example,X,gold\nBob Cole,bob@y.example,Y,\n", NULL);
	import_report_free(&r);
	MUST(undo_last(c, &u, &err));
	CHECK_INT(import_count(c, "contacts", NULL) + import_count(c, "companies", NULL), 0);
	CHECK(entity_field(model_entity(c->model, "contacts"), "tier") == NULL);
	MUST(redo_last(c, &u, &err));
	CHECK_INT(import_count(c, "contacts", NULL), 2);
	CHECK_INT(import_count(c, "companies", NULL), 2);
	CHECK_STR(fixture_field(c, "contacts", 1, "tier"), "gold");
	CHECK_STR(fixture_field(c, "contacts", 1, "emails"), "ada@x.example");
	CHECK_STR(fixture_field(c, "contacts", 1, "company"), "X");
	CHECK_STR(fixture_filter(c, "contacts", "byron", NULL), "1");
}

/* An update by an import with a new field is taken back and done again whole, the field first. */
TEST_ENGINES(import_update_with_a_new_field_can_be_undone_and_redone)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report u;
	fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron", "emails=ada@x.example", NULL);
	struct import_report *r = import_text(c, "people.csv", "Email,Job Title,Tier\nada@x.example,CEO,gold\n", NULL);
	CHECK_INT(r->made[0].updated, 1);
	import_report_free(&r);
	CHECK_STR(fixture_field(c, "contacts", 1, "tier"), "gold");
	MUST(undo_last(c, &u, &err));
	CHECK_STR(fixture_field(c, "contacts", 1, "job_title"), "");
	MUST(redo_last(c, &u, &err));
	CHECK_STR(fixture_field(c, "contacts", 1, "tier"), "gold");
	CHECK_STR(fixture_field(c, "contacts", 1, "job_title"), "CEO");
}

TEST_ENGINES(import_dry_run_changes_nothing)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct import_report *r;
	struct import_plan *p = import_text_open(c, "people.csv", "Name,Email,Tier\nAda,ada@x.example,gold\n", NULL);
	MUST(import_run(p, true, NULL, &r, &err));
	CHECK_INT(import_created(r, "contacts"), 1);
	CHECK_INT(r->number, 0);
	import_report_free(&r);
	CHECK_INT(import_count(c, "contacts", NULL), 0);
	CHECK(entity_field(model_entity(c->model, "contacts"), "tier") == NULL);
	r = import_run_plan(p); /* and then for real */
	CHECK_INT(import_count(c, "contacts", NULL), 1);
	int64_t num = strtoll(fixture_filter(c, "contacts", "ada", NULL), NULL, 10); /* PostgreSQL does not give numbers back */
	CHECK_STR(fixture_field(c, "contacts", num, "tier"), "gold");
	import_report_free(&r);
}

static bool stop_at_once(void *arg, int64_t done, int64_t rows)
{
	(void)arg;
	(void)done;
	(void)rows;
	return false;
}

TEST_ENGINES(import_can_be_stopped)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct buf b = {0};
	struct import_report *r;
	struct import_progress stop = {stop_at_once, NULL};
	buf_puts(&b, "Name,Email\n");
	for (int i = 0; i < 1000; i++)
		buf_printf(&b, "P %d,p%d@x.example\n", i, i);
	struct import_plan *p = import_text_open(c, "many.csv", buf_str(&b), NULL);
	CHECK_INT(import_run(p, false, &stop, &r, &err), ST_CANCELLED);
	CHECK_INT(import_count(c, "contacts", NULL), 0);
	import_close(&p);
	buf_free(&b);
}

TEST_ENGINES(import_matches_by_rule)
{
	struct core *c = fixture_core(engine);
	int64_t acme = fixture_add(c, "companies", "name=Acme SAS", "domain=acme.example", NULL);
	fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron", "emails=ada@acme.example", "company=Acme SAS", NULL);
	fixture_add(c, "contacts", "first_name=Bob", "last_name=Cole", "phones=+33 6 12 34 56 78", NULL);
	fixture_add(c, "contacts", "first_name=Cleo", "last_name=Dupré", "company=Acme SAS", NULL);
	struct import_report *r = import_text(c, "people.csv",
		"First Name,Last Name,Email,Phone,Company,Job Title\n"
		"Augusta,King,ADA@acme.example,,,CEO\n"         /* by address: the name stays, the title is filled in */
		"bob,cole,bob@new.example,06 12 34 56 78,,\n"   /* by number and name: the address is added */
		"CLEO,DUPRE,cleo@acme.example,,ACME,\n"         /* by name at the same company */
		"Cleo,Dupre,other@else.example,,Else,\n"        /* another company: another person */
		"Ada,Byron,ada2@acme.example,,,\n",             /* no company given: another person */
		NULL);
	CHECK_INT(r->made[0].created, 2);
	CHECK_INT(r->made[0].updated, 3);
	CHECK_INT(r->cells[IMPORT_CELL_KEPT], 2);
	CHECK_STR(fixture_field(c, "contacts", 1, "first_name"), "Ada");
	CHECK_STR(fixture_field(c, "contacts", 1, "job_title"), "CEO");
	CHECK_STR(fixture_field(c, "contacts", 2, "emails"), "bob@new.example");
	CHECK_STR(fixture_field(c, "contacts", 3, "emails"), "cleo@acme.example");
	CHECK_STR(fixture_field(c, "companies", acme, "name"), "Acme SAS");
	CHECK_INT(import_count(c, "companies", NULL), 2);
	import_report_free(&r);
}

TEST_ENGINES(import_duplicate_modes)
{
	static const char file[] = "Name,Email,Job Title\nAda Byron,ada@x.example,CEO\n";
	static const struct {
		enum import_duplicates mode;
		const char *title;
		int64_t contacts, skipped;
	} cases[] = {{IMPORT_UPDATE_EMPTY, "Countess", 1, 0}, {IMPORT_UPDATE, "CEO", 1, 0}, {IMPORT_SKIP_ROW, "Countess", 1, 1},
		{IMPORT_CREATE, "Countess", 2, 0}};
	struct core *c = fixture_core(engine);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct error err = {0};
		struct undo_report u;
		while (undo_last(c, &u, &err) == ST_OK) /* an empty base for each */
			;
		int64_t n = fixture_add(c, "contacts", "first_name=Ada", "last_name=Byron", "emails=ada@x.example", "job_title=Countess", NULL);
		struct import_options o = {.dates = DATE_AMBIGUOUS, .duplicates = cases[i].mode};
		struct import_report *r = import_text(c, "people.csv", file, &o);
		CHECK_STR(fixture_field(c, "contacts", n, "job_title"), cases[i].title);
		CHECK_INT(import_count(c, "contacts", NULL), cases[i].contacts);
		CHECK_INT(r->made[0].skipped, cases[i].skipped);
		import_report_free(&r);
	}
}

/* A newer export of the same source: what nobody touched here follows the file, what somebody changed stays. */
TEST_ENGINES(import_again_updates_by_id)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct import_report *r = import_text(c, "crm.csv", "ID,First Name,Last Name,Email,Job Title,Department\n7,Ada,Byron,ada@x.example,Clerk,Sums\n", NULL);
	import_report_free(&r);
	struct record *patch = record_new(a, model_entity(c->model, "contacts"));
	struct id id;
	MUST(store_find(c, patch->entity, "ada@x.example", &id, &err));
	patch->id = id;
	patch->num = 1;
	record_put_text(patch, "department", "Engines");
	MUST(store_save(c, patch, &err));
	r = import_text(c, "crm (2).csv", "ID,First Name,Last Name,Email,Job Title,Department\n7,Ada,King,ada@new.example,Countess,Numbers\n", NULL);
	CHECK_INT(r->made[0].updated, 1);
	CHECK_INT(r->cells[IMPORT_CELL_KEPT], 1);
	CHECK_INT(import_count(c, "contacts", NULL), 1);
	CHECK_STR(fixture_field(c, "contacts", 1, "last_name"), "King");
	CHECK_STR(fixture_field(c, "contacts", 1, "job_title"), "Countess");
	CHECK_STR(fixture_field(c, "contacts", 1, "department"), "Engines");
	CHECK_STR(fixture_field(c, "contacts", 1, "emails"), "ada@x.example, ada@new.example");
	import_report_free(&r);
	arena_free(&a);
}

TEST_ENGINES(import_revert_leaves_what_people_changed)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report u;
	struct arena *a = arena_new();
	struct import_entry *list;
	int n;
	struct import_report *r = import_text(c, "people.csv", "Name,Email,Company\nAda Byron,ada@x.example,X\nBob Cole,bob@y.example,Y\nCyd Day,cyd@z.example,Z\n", NULL);
	int64_t number = r->number;
	import_report_free(&r);
	struct record *patch = record_new(a, model_entity(c->model, "contacts"));
	MUST(store_find(c, patch->entity, "ada@x.example", &patch->id, &err));
	patch->num = 1;
	record_put_text(patch, "job_title", "CEO");
	MUST(store_save(c, patch, &err));
	fixture_add(c, "deals", "title=Engine", "company=Y", NULL);
	MUST(imports_revert(c, number, &u, &err));
	CHECK_STR(fixture_filter(c, "contacts", NULL, "num"), "1"); /* changed by hand */
	CHECK_STR(fixture_field(c, "contacts", 1, "company"), "X");       /* and what it leans on */
	CHECK_INT(import_count(c, "companies", NULL), 2);                  /* X, and Y that a deal is for */
	CHECK(strstr(u.kept_what, "Ada Byron") != NULL);
	CHECK_INT(imports_revert(c, number, &u, &err), ST_CONFLICT);
	MUST(imports_list(c, 10, a, &list, &n, &err));
	CHECK_INT(n, 1);
	CHECK(list[0].undone);
	CHECK_INT(list[0].rows, 3);
	CHECK_INT(imports_get(c, 99, a, &list[0], &err), ST_NOT_FOUND);
	arena_free(&a);
}

TEST_ENGINES(import_parents_later_in_the_file)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "accounts.csv",
		"Company,Industry,Subsidiary of\nLeaf,Paper,Branch\nBranch,Wood,Root\nRoot,Earth,\nIsle,Sea,Atlantis\nLoop,Rope,Loop\n", NULL);
	CHECK_INT(import_created(r, "companies"), 6); /* Atlantis is made */
	CHECK_STR(fixture_field(c, "companies", 1, "parent"), "Branch");
	CHECK_STR(fixture_field(c, "companies", 2, "parent"), "Root");
	CHECK_STR(fixture_field(c, "companies", 4, "parent"), "Atlantis");
	CHECK_STR(fixture_field(c, "companies", 5, "parent"), "");
	CHECK_STR(fixture_field(c, "companies", 5, "description"), "Subsidiary of: Loop");
	CHECK_INT(r->cells[IMPORT_CELL_REFUSED], 1);
	import_report_free(&r);
}

TEST_ENGINES(import_deals_with_stages_and_history)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	fixture_add(c, "products", "name=GTX Pro", "price=100", NULL);
	struct import_options o = {.dates = DATE_AMBIGUOUS, .currency = "USD"};
	struct import_plan *p = import_text_open(c, "sales_2017.csv",
		"opportunity_id,product,account,deal_stage,engage_date,close_date,close_value\n"
		"A1,GTXPro,Leaf,Won,10/20/2016,3/15/2017,1054\n"
		"A2,gtx pro,,Engaging,11/25/2016,,\n"
		"A3,GTX Max,Leaf,Lost,11/2/2016,2/28/2017,0\n"
		"A4,GTX Pro,Leaf,Prospecting,,,\n",
		&o);
	MUST(import_set_target(p, import_find_column(p, "engage_date"), "entered:Engaging", &err));
	struct import_report *r = import_run_plan(p);
	CHECK_INT(import_created(r, "deals"), 4);
	CHECK_INT(import_created(r, "products"), 1);
	CHECK_INT(import_created(r, "pipelines"), 1);
	CHECK_STR(r->pipeline, "Sales 2017");
	CHECK_STR(fixture_field(c, "deals", 1, "title"), "Leaf · GTX Pro · A1");
	CHECK_STR(fixture_field(c, "deals", 2, "title"), "— · GTX Pro · A2");
	CHECK_STR(fixture_field(c, "deals", 1, "status"), "won");
	CHECK_STR(fixture_field(c, "deals", 1, "value"), "1054.00");
	CHECK_STR(fixture_field(c, "deals", 1, "currency"), "USD");
	CHECK_STR(fixture_field(c, "deals", 3, "status"), "lost");
	CHECK_STR(fixture_field(c, "deals", 4, "stage"), "Prospecting");
	struct id deal = {{0}};
	MUST(store_find(c, model_entity(c->model, "deals"), "D-1", &deal, &err));
	struct record *won;
	MUST(store_load(c, model_entity(c->model, "deals"), &deal, a, &won, &err));
	int64_t engaged, closed;
	CHECK(clock_parse_iso_instant("2016-10-20", &engaged) && clock_parse_iso_instant("2017-03-15", &closed));
	CHECK_INT(record_int(won, "won_at"), closed);
	CHECK_INT(won->created_at, engaged);
	struct query q = {.entity = model_entity(c->model, "deal_stage_history")};
	int64_t rows;
	MUST(query_count(c, &q, &rows, &err));
	CHECK_INT(rows, 6); /* two each for won and lost, one for the others */
	CHECK_STR(fixture_field(c, "deal_stage_history", 2, "from_stage"), "Engaging");
	CHECK_STR(fixture_field(c, "deal_stage_history", 2, "to_stage"), "Won");
	import_report_free(&r);
	/* the same file again finds them all, and no second pipeline is made */
	p = import_text_open(c, "sales_2017.csv", "opportunity_id,product,account,deal_stage,close_value\nA2,GTX Pro,Leaf,Won,70\n", &o);
	r = import_run_plan(p);
	CHECK_INT(r->made[0].created, 0);
	CHECK_INT(r->made[0].updated, 1);
	CHECK_INT(import_created(r, "pipelines"), 0);
	CHECK_STR(fixture_field(c, "deals", 2, "status"), "won");
	import_report_free(&r);
	arena_free(&a);
}

TEST_ENGINES(import_stages_of_the_default_pipeline)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "deals.csv", "Deal Name,Deal Stage,Amount\nOne,proposal,10\nTwo,Closed Won,20\nThree,Perdu,30\n", NULL);
	CHECK_STR(r->pipeline, "Sales");
	CHECK_INT(import_created(r, "stages"), 0);
	CHECK_STR(fixture_field(c, "deals", 1, "stage"), "Proposal");
	CHECK_STR(fixture_field(c, "deals", 2, "status"), "won");
	CHECK_STR(fixture_field(c, "deals", 3, "status"), "lost");
	import_report_free(&r);
}

TEST_ENGINES(import_asks_what_it_cannot_tell)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct import_report *r;
	struct import_plan *p = import_text_open(c, "people.csv", "Name,Email,Birthday\nAda,ada@x.example,03/04/1990\nBob,bob@x.example,05/06/1991\n", NULL);
	CHECK_INT(import_open_questions(p), 1);
	CHECK_INT(import_asks(p, 2), IMPORT_ASKS_DATES);
	CHECK_INT(import_run(p, false, NULL, &r, &err), ST_INVALID);
	CHECK_STR(err.field, "Birthday");
	CHECK(strstr(err.hint, "--dates") != NULL);
	import_set_dates(p, -1, DATE_DAY_FIRST);
	CHECK_INT(import_open_questions(p), 0);
	r = import_run_plan(p);
	CHECK_STR(fixture_field(c, "contacts", 1, "birthday"), "1990-04-03");
	import_report_free(&r);
}

TEST_ENGINES(import_what_makes_no_record_is_told)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "people.csv", "Name,Email,City\nAda,ada@x.example,Paris\n,,Nowhere\n", NULL);
	CHECK_INT(r->failed_rows, 1);
	CHECK_INT(r->cells[IMPORT_CELL_LOST], 1);
	CHECK_INT(r->issue[0].line, 3);
	struct arena *a = arena_new();
	CHECK_STR(import_end_text(a, IMPORT_CELL_LOST, r->cells[IMPORT_CELL_LOST]), "1 cell not imported");
	CHECK_STR(import_end_text(a, IMPORT_CELL_NOTE, 2000), "2,000 cells in the notes");
	arena_free(&a);
	CHECK_STR(r->issue[0].value, "Nowhere");
	CHECK_INT(import_count(c, "contacts", NULL), 1);
	import_report_free(&r);
}

TEST_ENGINES(import_nothing_of_a_broken_file)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct import_plan *p;
	CHECK_INT(import_open(c, import_write("broken.csv", "Name,Email\nAda,ada@x.example\nBob,\"open\nCyd,c@x.example\n"), NULL, &p, &err), ST_INVALID);
	CHECK(strstr(err.message, "Line 3") != NULL);
	CHECK_INT(import_open(c, import_write("empty.csv", ""), NULL, &p, &err), ST_INVALID);
	CHECK_INT(import_open(c, import_write("headers.csv", "Name,Email\n"), NULL, &p, &err), ST_INVALID);
	CHECK_INT(import_open(c, test_dir(), NULL, &p, &err), ST_INVALID);
	CHECK_INT(import_open(c, "/no/such/file.csv", NULL, &p, &err), ST_NOT_FOUND);
	struct import_options o = {.dates = DATE_AMBIGUOUS, .entity = "unicorns"};
	CHECK_INT(import_open(c, import_write("good.csv", "Name\nAda\n"), &o, &p, &err), ST_INVALID);
	CHECK_INT(import_count(c, "contacts", NULL), 0);
}

TEST_ENGINES(import_targets_are_checked)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct import_choice *choice;
	struct import_plan *p = import_text_open(c, "people.csv", "Name,Email,City,X\nAda,ada@x.example,Paris,1\n", NULL);
	static const char *const good[] = {"first_name", "emails:work", "street:home", "city:#2", "company.domain", "company.annual_revenue:USD*M",
		"owner", "owner:id", "note", "custom:Size/integer", "custom:Tier/select(gold|silver)", "id", "company.id", "created_at", "skip"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		if (import_set_target(p, 3, good[i], &err) != ST_OK)
			test_abort(good[i], __LINE__, err.message);
		CHECK_STR(import_target_text(p, 3, a), good[i]);
		CHECK(*import_target_label(p, 3, a) != '\0');
	}
	static const char *const bad[] = {"firstname", "sort_key", "first_name:work", "company.nothing", "deal.title", "emails*M", "entered:Won",
		"label:Nothing", "merged_into", "birthday:hour"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(import_set_target(p, 3, bad[i], &err), ST_INVALID);
	CHECK(import_choices(p, 3, a, &choice) > 30);
	for (int i = import_choices(p, 3, a, &choice) - 1; i > 0; i--) /* each once */
		for (int k = 0; k < i; k++)
			CHECK(strcmp(choice[i].text, choice[k].text) != 0);
	for (int i = import_choices(p, 3, a, &choice) - 1; i >= 0; i--) /* whatever is offered can be chosen */
		if (import_set_target(p, 3, choice[i].text, &err) != ST_OK)
			test_abort(choice[i].text, __LINE__, err.message);
	import_close(&p);
	arena_free(&a);
}

TEST_ENGINES(import_preview_shows_what_will_be_stored)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct import_cell *cell;
	struct import_plan *p = import_text_open(c, "people.csv", "Name,Email,Birthday\nAda,ada@x.example,1990-12-31\nBob,b@x.example,soon\n"
		"C,c@x.example,1991-01-01\nD,d@x.example,1992-01-01\n", NULL);
	CHECK_INT(import_preview_rows(p), 4);
	MUST(import_preview(p, 0, a, &cell, &err));
	CHECK_STR(cell[0].raw, "Ada");
	CHECK_STR(cell[1].value, "ada@x.example");
	CHECK(cell[2].problem == NULL && *cell[2].value);
	CHECK_INT(import_preview(p, 4, a, &cell, &err), ST_NOT_FOUND);
	import_close(&p);
	arena_free(&a);
}

TEST_ENGINES(import_vcards)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "people.vcf",
		"BEGIN:VCARD\r\nVERSION:3.0\r\nN:Durand;Amélie;;;\r\nFN:Amélie Durand\r\nORG:ACME;Sales\r\nEMAIL;TYPE=work:amelie@acme.example\r\n"
		"TEL;TYPE=CELL:+33 6 12 34 56 78\r\nTEL:none\r\nADR;TYPE=home:;;1 rue;Paris;;75001;France\r\nBDAY:1980-03-22\r\nX-SPOUSE:Jean\r\n"
		"PHOTO;ENCODING=b:AAAA\r\nUID:u1\r\nEND:VCARD\r\n",
		NULL);
	CHECK_INT(r->rows, 1);
	CHECK_INT(import_created(r, "contacts"), 1);
	CHECK_INT(import_created(r, "companies"), 1);
	CHECK_INT(r->cells[IMPORT_CELL_SKIPPED], 1);
	CHECK_INT(r->cells[IMPORT_CELL_REFUSED], 1);
	CHECK_INT(r->cells[IMPORT_CELL_NOTE], 1);
	CHECK_STR(fixture_field(c, "contacts", 1, "emails"), "amelie@acme.example (work)");
	CHECK_STR(fixture_field(c, "contacts", 1, "phones"), "+33 6 12 34 56 78 (mobile)");
	CHECK_STR(fixture_field(c, "contacts", 1, "city"), "Paris");
	CHECK_STR(fixture_field(c, "contacts", 1, "birthday"), "1980-03-22");
	CHECK_STR(fixture_field(c, "contacts", 1, "description"), "TEL: none\nX-SPOUSE: Jean");
	import_report_free(&r);
	r = import_text(c, "people.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Amélie Martin\nN:Martin;Amélie\nUID:u1\nEND:VCARD\n", NULL);
	CHECK_INT(r->made[0].updated, 1);
	CHECK_STR(fixture_field(c, "contacts", 1, "last_name"), "Martin");
	import_report_free(&r);
}

TEST_ENGINES(import_meets_the_survivor_of_a_merge)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct arena *a = arena_new();
	struct id ids[2];
	struct import_options o = {.entity = "contacts", .preset = "hubspot-contacts", .duplicates = IMPORT_UPDATE};
	const struct entity *e = model_entity(c->model, "contacts");
	struct import_report *r = import_text(c, "one.csv", "Record ID,First Name,Last Name,Email,Job Title\n101,Ada,Low,ada@a.example,CEO\n102,Adah,Lowe,adah@b.example,CTO\n", &o);
	import_report_free(&r);
	CHECK_STR(fixture_filter(c, "contacts", "", "num"), "1 2");
	for (int i = 0; i < 2; i++)
		MUST(store_find(c, e, i ? "adah@b.example" : "ada@a.example", &ids[i], &err));
	MUST(merge_records(c, e, &ids[0], &ids[1], &err));
	r = import_text(c, "two.csv", "Record ID,First Name,Last Name,Email,Job Title\n102,Augusta,Byron,new@c.example,Chair\n", &o);
	import_report_free(&r);
	CHECK_STR(fixture_filter(c, "contacts", "", "num"), "1");
	CHECK_STR(fixture_field(c, "contacts", 1, "job_title"), "Chair");
	arena_free(&a);
}

/* Files that name records which are there, and files that come a second time. */
#include <string.h>

#include "core/base/clock.h"
#include "core/crm/imports.h"
#include "tests/unit/import_fixture.h"

TEST_ENGINES(import_activities_that_name_a_deal)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	static const char text[] = "type,subject,deal,amount\ntask,Call,Fleet renewal,12\ntask,Write,No such deal,\n";
	fixture_add(c, "deals", "title=Fleet renewal", NULL);
	struct import_plan *p = import_text_open(c, "ay.csv", text, NULL);
	CHECK_INT(import_set_target(p, 3, "deal.stage", &err), ST_INVALID);
	MUST(import_set_target(p, 3, "deal.value", &err));
	struct import_report *r = import_run_plan(p);
	CHECK_INT(import_created(r, "activities"), 2);
	CHECK_STR(fixture_field(c, "activities", 1, "deal"), "Fleet renewal");
	CHECK_STR(fixture_field(c, "deals", 1, "value"), "12.00");
	CHECK_STR(fixture_field(c, "deals", 1, "stage"), "Qualified");
	CHECK_STR(fixture_field(c, "activities", 2, "body"), "deal: No such deal");
	import_report_free(&r);
	r = import_text(c, "ay.csv", "type,subject,deal\ntask,Call,Fleet renewal\n", NULL);
	CHECK_INT(r->made[0].created, 0);
	import_report_free(&r);
}

/* Our own export in a base that has the same records under other ids, twice. */
TEST_ENGINES(import_own_export_beside_other_ids)
{
	struct core *c = fixture_core(engine);
	static const char companies[] = "id,name,created_at\n01a20d2c-61f8-7009-8381-ca8bd6d30d3b,Acme,2026-01-02T10:00:00.000Z\n";
	static const char activities[] =
		"id,type,subject,company,company_id,deal,deal_id,created_at\n"
		"01a20d2c-6200-7000-82ca-63e36f62ac1d,task,Call,Acme,01a20d2c-61f8-7009-8381-ca8bd6d30d3b,Fleet renewal,"
		"01a20d2c-61fd-7001-874a-e486a0df805e,2026-01-02T10:00:00.000Z\n";
	fixture_add(c, "companies", "name=Acme", NULL);
	fixture_add(c, "deals", "title=Fleet renewal", NULL);
	for (int i = 0; i < 2; i++) {
		struct import_report *r = import_text(c, "companies.csv", companies, NULL);
		CHECK_INT(r->made[0].created, 0);
		import_report_free(&r);
		r = import_text(c, "activities.csv", activities, NULL);
		CHECK_INT(r->made[0].created, i == 0);
		import_report_free(&r);
	}
	CHECK_INT(import_count(c, "companies", NULL), 1);
	CHECK_STR(fixture_field(c, "activities", 1, "deal"), "Fleet renewal");
	CHECK_STR(fixture_field(c, "activities", 1, "company"), "Acme");
}

/* Every column called the same: unique names at a price that grows with their number, not with its cube. */
TEST_ENGINES(import_a_thousand_columns_of_one_name)
{
	struct core *c = fixture_core(engine);
	struct buf b = {0};
	buf_puts(&b, "Name (2)");
	for (int i = 1; i < 2000; i++)
		buf_puts(&b, ",Name");
	buf_puts(&b, "\nAda\n");
	int64_t from = clock_monotonic();
	struct import_plan *p = import_text_open(c, "wide.csv", buf_str(&b), NULL);
	CHECK_INT(import_columns(p), 2000);
	CHECK_STR(import_column(p, 1)->header, "Name");
	CHECK_STR(import_column(p, 2)->header, "Name (3)");
	CHECK_STR(import_column(p, 1999)->header, "Name (2000)");
	CHECK(clock_monotonic() - from < 5000);
	import_close(&p);
	buf_free(&b);
}

/* A cell without a place becomes a line of the notes: added once, and there to stay when the text beside it follows the file. */
TEST_ENGINES(import_again_keeps_notes)
{
	struct core *c = fixture_core(engine);
	static const char head[] = "Lead ID,Contact,Email,Owner,Notes\n";
	static const struct {
		const char *row, *want;
	} step[] = {
		{"LD-1,Ada Byron,ada@x.example,Priya,Callback Monday\n", "Callback Monday\n\nOwner: Priya"},
		{"LD-1,Ada Byron,ada@x.example,Priya,Callback Monday\n", "Callback Monday\n\nOwner: Priya"},
		{"LD-1,Ada Byron,ada@x.example,Priya,Callback Monday\n", "Callback Monday\n\nOwner: Priya"},
		{"LD-1,Ada Byron,ada@x.example,Pri,Called back\n", "Called back\n\nOwner: Priya\nOwner: Pri"},
		{"LD-1,Ada Byron,ada@x.example,Priya,\n", "Called back\n\nOwner: Priya\nOwner: Pri"},
	};
	for (size_t i = 0; i < sizeof step / sizeof *step; i++) {
		struct buf b = {0};
		buf_printf(&b, "%s%s", head, step[i].row);
		struct import_report *r = import_text(c, "leads.csv", buf_str(&b), NULL);
		CHECK_STR(fixture_field(c, "contacts", 1, "description"), step[i].want);
		CHECK_INT(r->made[0].updated, i == 3);
		CHECK_INT(r->cells[IMPORT_CELL_KEPT], 0);
		import_report_free(&r);
		buf_free(&b);
	}
}

/* A program's own columns of numbers are numbers with the label beside them; a word among them goes to the notes with its label. */
TEST_ENGINES(import_numbers_with_labels_in_columns)
{
	struct core *c = fixture_core(engine);
	static const char text[] =
		"Name,Given Name,Family Name,Name Prefix,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,"
		"Phone 2 - Type,Phone 2 - Value\n"
		"Ada Byron,Ada,Byron,,Test,* Home,ada@x.example,Mobile,call Bob,Work,workphone\n"
		"Bob Cole,Bob,Cole,,Test,* Home,bob@x.example,Mobile,+1 555 0100,Work,later\n";
	for (int i = 0; i < 2; i++) {
		struct import_report *r = import_text(c, "gmail.csv", text, NULL);
		CHECK_INT(r->n_new_fields, 0);
		CHECK_INT(r->made[0].created + r->made[0].unchanged, 2);
		import_report_free(&r);
		CHECK_STR(fixture_field(c, "contacts", 1, "phones"), "");
		CHECK_STR(fixture_field(c, "contacts", 1, "description"),
			"Phone 1 - Value: call Bob\nPhone 1 - Type: Mobile\nPhone 2 - Value: workphone\nPhone 2 - Type: Work");
		CHECK_STR(fixture_field(c, "contacts", 2, "phones"), "+1 555 0100 (mobile)");
		CHECK_STR(fixture_field(c, "contacts", 2, "description"), "Phone 2 - Value: later\nPhone 2 - Type: Work");
	}
}

/* Rows with nothing that tells people apart: a number alone finds its record, and what came from a row is found by the row. */
TEST_ENGINES(import_again_rows_that_say_little)
{
	struct core *c = fixture_core(engine);
	static const char text[] = "First Name,Last Name,Phone,Job Title\n,,555-7003,\nAda,Byron,,CEO\nAda,Byron,,CEO\nBob,Cole,555-7009,\n,,112,\n";
	for (int i = 0; i < 3; i++) {
		struct import_report *r = import_text(c, i == 2 ? "people (2).csv" : "people.csv", text, NULL);
		CHECK_INT(r->made[0].created, i == 0 ? 5 : 0);
		CHECK_INT(r->made[0].updated, 0);
		import_report_free(&r);
	}
	CHECK_INT(import_count(c, "contacts", NULL), 5);
	struct import_report *r = import_text(c, "more.csv", "Phone,Job Title\n555.7009,Smith\n(555) 7009,Smith\n", NULL);
	CHECK_INT(r->made[0].created, 0); /* Bob's */
	import_report_free(&r);
	CHECK_STR(fixture_field(c, "contacts", 4, "job_title"), "Smith");
	for (int i = 0; i < 2; i++) {
		r = import_text(c, "tasks.csv", "type,subject,body\ntask,Tidy up,now\ntask,Tidy up,now\n", NULL);
		CHECK_INT(r->made[0].created, i == 0 ? 2 : 0);
		import_report_free(&r);
	}
}

/* Files tried out together: the second finds what the first would make, and nothing stays. */
TEST_ENGINES(import_rehearsal_of_several_files)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct import_options o = {.dates = DATE_AMBIGUOUS, .system = "old"};
	MUST(import_rehearse(c, &o.rehearsal, &err));
	struct import_report *r = import_text(c, "companies.csv", "ID,Company,Size\n7,Acme,12\n", &o);
	CHECK_INT(r->made[0].created, 1);
	CHECK(r->dry);
	import_report_free(&r);
	struct import_plan *p = import_text_open(c, "people.csv", "Name,Email,Company id\nAda,ada@x.example,7\n", &o);
	MUST(import_set_target(p, 2, "company.id", &err));
	r = import_run_plan(p);
	CHECK_INT(r->made[0].created, 1);
	CHECK_INT(r->issues, 0);
	import_report_free(&r);
	import_rehearse_end(&o.rehearsal);
	CHECK_INT(import_count(c, "companies", NULL) + import_count(c, "contacts", NULL), 0);
	CHECK(entity_field(model_entity(c->model, "companies"), "size") == NULL);
	r = import_text(c, "companies.csv", "ID,Company,Size\n7,Acme,12\n", NULL);
	CHECK_INT(r->made[0].created, 1);
	import_report_free(&r);
}

/* What a card has and a contact has no place for is named, or kept in words. */
TEST_ENGINES(import_vcards_account_for_everything)
{
	struct core *c = fixture_core(engine);
	struct import_report *r = import_text(c, "people.vcf",
		"BEGIN:VCARD\r\nVERSION:2.1\r\nN:Boss;Ann\r\nKEY;ENCODING=BASE64:AAAA\r\n\r\nAGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\n"
		"N:Aide;Bob\r\nTEL:+33 6 12 34 56 78\r\nEND:VCARD\r\nTEL:+33 6 00 00 00 00\r\nEND:VCARD\r\n",
		NULL);
	CHECK_INT(r->cells[IMPORT_CELL_SKIPPED], 1);
	CHECK_INT(r->n_troubles, 1);
	CHECK_STR(r->trouble[0].column, "KEY");
	CHECK_STR(fixture_field(c, "contacts", 1, "description"), "AGENT: N:Aide;Bob\nTEL:+33 6 12 34 56 78");
	CHECK_STR(fixture_field(c, "contacts", 1, "phones"), "+33 6 00 00 00 00 (other)");
	import_report_free(&r);
}

/* A revert takes the tags along that only this import made and nobody else wears. */
TEST_ENGINES(import_revert_takes_its_tags)
{
	struct core *c = fixture_core(engine);
	struct error err = {0};
	struct undo_report u;
	fixture_add(c, "contacts", "first_name=Old", "emails=old@x.example", "tags=old", NULL);
	struct import_report *r = import_text(c, "people.csv",
		"Name,Email,Tags\nAda,ada@x.example,\"new, old, shared\"\nBob,bob@x.example,new\nOld,old@x.example,late\n", NULL);
	int64_t number = r->number;
	import_report_free(&r);
	CHECK_INT(import_count(c, "tags", NULL), 4);
	fixture_add(c, "contacts", "first_name=Else", "emails=else@x.example", "tags=shared", NULL);
	MUST(imports_revert(c, number, &u, &err));
	CHECK_INT(import_count(c, "tags", NULL), 2);
	CHECK_INT(import_count(c, "tags", "name:old") + import_count(c, "tags", "name:shared"), 2);
	CHECK_INT(import_count(c, "contacts", NULL), 2);
	CHECK_STR(fixture_field(c, "contacts", 1, "tags"), "old");
}

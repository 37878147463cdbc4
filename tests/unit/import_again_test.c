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

#include <string.h>

#include "core/base/clock.h"
#include "core/crm/capture.h"
#include "tests/unit/fixture.h"

TEST_ENGINES(capture_understands_both_languages)
{
	struct core *c = fixture_core(engine);
	struct arena *a = arena_new();
	struct error err = {0};
	struct capture cap;
	int64_t num;
	clock_freeze(1767258000000); /* Thursday 2026-01-01 09:00 UTC */
	fixture_add(c, "companies", "name=ACME Corp", NULL);
	fixture_add(c, "companies", "name=Keller AG", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Curie", "company=acme corp", NULL);
	fixture_add(c, "contacts", "first_name=Marie", "last_name=Petit", "company=keller ag", NULL);
	capture_parse(c, "appel Marie ACME devis 12k rappel mardi 10h #chaud", a, &cap);
	CHECK_STR(cap.type, "call");
	CHECK_STR(cap.contact_name, "Marie Curie");
	CHECK_STR(cap.company_name, "ACME Corp");
	CHECK_STR(cap.subject, "devis");
	CHECK_INT(cap.value, 1200000);
	CHECK_STR(cap.tags, "chaud");
	CHECK(cap.new_deal);
	struct civil at = clock_local(cap.follow_up);
	CHECK_INT(at.weekday, 1);
	CHECK_INT(at.hour, 10);
	MUST(capture_save(c, &cap, &num, &err));
	CHECK_STR(fixture_filter(c, "activities", "", NULL), "2 1");
	CHECK_STR(fixture_filter(c, "deals", "company:acme value=12000", NULL), "1");
	CHECK_STR(fixture_filter(c, "contacts", "tag:chaud", NULL), "1");
	capture_parse(c, "met Marie Petit 45 min about pricing", a, &cap);
	CHECK_STR(cap.type, "meeting");
	CHECK_STR(cap.contact_name, "Marie Petit");
	CHECK_STR(cap.subject, "pricing");
	CHECK_INT(cap.duration, 2700);
	capture_parse(c, "call Marie", a, &cap);
	CHECK_STR(cap.contact_name, "");
	CHECK(strstr(cap.doubt, "Marie") != NULL);
	capture_parse(c, "task send contract tomorrow", a, &cap);
	CHECK_STR(cap.type, "task");
	CHECK_STR(cap.subject, "send contract");
	CHECK(cap.at > clock_now());
	capture_parse(c, "", a, &cap);
	CHECK_STR(cap.subject, "");
	clock_freeze(0);
	arena_free(&a);
}

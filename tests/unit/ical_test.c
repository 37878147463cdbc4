/* iCalendar: the exact text of an event and a task, escaping, folding, and hostile values. */
#include "core/base/clock.h"
#include "core/base/text.h"
#include "core/crm/io/ical.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

TEST(ical_writes_an_event)
{
	struct buf b = {0};
	struct ical_writer w;
	const struct ical_person people[] = {
		{"Durand, Amélie", "amelie@acme.example"}, {NULL, "bob@x.example"}, {"No mail", NULL}};
	struct ical_item e = {.uid = "0195",
		.summary = "Call; budget, Q3",
		.description = "one\ntwo\\three",
		.location = "Paris",
		.url = "https://x.example/a b",
		.start = 1772271000000,
		.end = 1772272800000,
		.created = 1772000000000,
		.modified = 1772100000000,
		.categories = (const char *const[]){"call", "a,b"},
		.category_count = 2,
		.priority = 1,
		.organizer = {"Me", "me@x.example"},
		.attendees = people,
		.attendee_count = 3,
		.remind_minutes = 15};
	ical_begin(&w, &b, "Simplix", "x.example");
	ical_event(&w, &e);
	ical_end(&w);
	CHECK_STR(b.data,
		"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Simplix//Simplix CRM//EN\r\nCALSCALE:GREGORIAN\r\n"
		"X-WR-CALNAME:Simplix\r\nBEGIN:VEVENT\r\nUID:0195@x.example\r\nDTSTAMP:20260226T100000Z\r\n"
		"CREATED:20260225T061320Z\r\nLAST-MODIFIED:20260226T100000Z\r\nSUMMARY:Call\\; budget\\, Q3\r\n"
		"DESCRIPTION:one\\ntwo\\\\three\r\nLOCATION:Paris\r\nURL:https://x.example/"
		"ab\r\nCATEGORIES:call,a\\,b\r\n"
		"PRIORITY:1\r\nORGANIZER;CN=Me:mailto:me@x.example\r\n"
		"ATTENDEE;CN=\"Durand, Amélie\";ROLE=REQ-PARTICIPANT:mailto:amelie@acme.examp\r\n le\r\n"
		"ATTENDEE;ROLE=REQ-PARTICIPANT:mailto:bob@x.example\r\nDTSTART:20260228T093000Z\r\nDTEND:"
		"20260228T100000Z\r\n"
		"STATUS:CONFIRMED\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Call\\; budget\\, "
		"Q3\r\nTRIGGER:-PT15M\r\n"
		"END:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
	buf_free(&b);
}

TEST(ical_writes_tasks_and_days)
{
	struct buf b = {0};
	struct ical_writer w = {.out = &b};
	struct ical_item t = {.uid = "t1",
		.summary = "Send the quote",
		.due = 1772271000000,
		.modified = 1772100000000,
		.status = ICAL_DONE,
		.completed = 1772200000000};
	ical_todo(&w, &t);
	CHECK_STR(b.data,
		"BEGIN:VTODO\r\nUID:t1\r\nDTSTAMP:20260226T100000Z\r\nLAST-MODIFIED:20260226T100000Z\r\n"
		"SUMMARY:Send the quote\r\nDUE:20260228T093000Z\r\nSTATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\n"
		"COMPLETED:20260227T134640Z\r\nEND:VTODO\r\n");
	buf_clear(&b);
	struct civil day = {.year = 2026, .month = 3, .day = 31};
	struct ical_item e = {.uid = "d", .modified = 1772100000000, .start = clock_from_local(&day), .all_day = true};
	ical_event(&w, &e);
	CHECK(strstr(b.data, "DTSTART;VALUE=DATE:20260331\r\nDTEND;VALUE=DATE:20260401\r\n") != NULL);
	buf_free(&b);
}

TEST(ical_text_cannot_break_out)
{
	struct buf b = {0};
	struct ical_writer w = {.out = &b, .domain = "x.example"};
	const struct ical_person evil = {"x\r\nBEGIN:VALARM\":;,", "a@x.example\r\nATTACH:evil"};
	struct ical_item e = {.uid = "u\r\nX:1",
		.summary = "a\r\nEND:VEVENT\nb\rc",
		.location = "END:VCALENDAR",
		.url = "http://x\r\nX-EVIL:1",
		.organizer = evil,
		.start = 1,
		.end = 2,
		.modified = 1};
	ical_event(&w, &e);
	int ends = 0;
	for (char *line = b.data, *end; (end = strstr(line, "\r\n")); line = end + 2) {
		CHECK(end - line <= 75);
		CHECK(memchr(line, '\n', (size_t)(end - line)) == NULL);
		CHECK(strncmp(line, "X-EVIL", 6) != 0 && strncmp(line, "ATTACH", 6) != 0 &&
			strncmp(line, "BEGIN:VALARM", 12) != 0);
		ends += strncmp(line, "END:", 4) == 0;
	}
	CHECK_INT(ends, 1);
	buf_free(&b);
}

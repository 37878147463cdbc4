/* Columns: what kinds of values they hold, in the notations of several countries, and what stays open. */
#include "core/base/clock.h"
#include "core/crm/io/columns.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Values separated by |. The profile's samples are gone when this returns. */
static struct column_profile profile(const char *values)
{
	struct column_scan *c = column_scan_new();
	struct column_profile p;
	char *copy = strdup(values), *rest = copy, *value;
	for (long line = 2; (value = strsep(&rest, "|")); line++)
		column_scan_add(c, value, line);
	column_scan_profile(c, &p);
	column_scan_free(&c);
	free(copy);
	return p;
}

TEST(columns_tell_kinds)
{
	static const struct {
		const char *values;
		enum column_kind kind;
	} cases[] = {
		{"", COLUMN_EMPTY},
		{" | n/a |NULL|-|#N/A", COLUMN_EMPTY},
		{"1|22|-3", COLUMN_INTEGER},
		{"1 234|5 678 901", COLUMN_INTEGER},
		{"1.5|2", COLUMN_DECIMAL},
		{"1,5|2,25|", COLUMN_DECIMAL},
		{"12%|3.5 %", COLUMN_DECIMAL},
		{"€12|13.50 €|5", COLUMN_MONEY},
		{"1 200,00 EUR|3", COLUMN_MONEY},
		{"$1,200.00|($5.00)", COLUMN_MONEY},
		{"R$ 1.200,50|R$ 3", COLUMN_MONEY},
		{"2026-02-28|2025-01-01", COLUMN_DATE},
		{"28/02/2026|1/1/2025", COLUMN_DATE},
		{"28.2.2026|1. 3. 2026", COLUMN_DATE},
		{"15 Mar 2024|March 16, 2024|17-Apr-24", COLUMN_DATE},
		{"15 mars 2024|1er août 2023", COLUMN_DATE},
		{"15. März 2024|3. Oktober 2023", COLUMN_DATE},
		{"15 de marzo de 2024", COLUMN_DATE},
		{"15. března 2024", COLUMN_DATE},
		{"Friday, March 15, 2024", COLUMN_DATE},
		{"2024-03-15 09:12:00|2024-03-16", COLUMN_DATETIME},
		{"2024-03-15T09:12:00.000Z|2024-03-15T09:12:00+02:00", COLUMN_DATETIME},
		{"11/8/2018 3:45 PM", COLUMN_DATETIME},
		{"Yes|No||yes", COLUMN_BOOL},
		{"true|FALSE", COLUMN_BOOL},
		{"oui|non", COLUMN_BOOL},
		{"x||x", COLUMN_BOOL},
		{"Sí|No", COLUMN_BOOL},
		{"a@b.example|c.d+e@f-g.co.uk", COLUMN_EMAIL},
		{"a@b.example, c@d.example|x@y.example", COLUMN_EMAIL},
		{"a@b.example ::: c@d.example", COLUMN_EMAIL},
		{"Jo Li <jo@x.example>", COLUMN_EMAIL},
		{"jo@x|b@c.example", COLUMN_TEXT},
		{"+33 6 12 34 56 78|06 12 34 56 78", COLUMN_PHONE},
		{"(905) 555-1234|905-555-1234", COLUMN_PHONE},
		{"+1-395-557-1028x208|001-555-1234", COLUMN_PHONE},
		{"0612345678|0712345678", COLUMN_PHONE},
		{"9876543210|8765432109", COLUMN_INTEGER},
		{"http://x.example/a?b|www.test.com", COLUMN_URL},
		{"test.com|home.page.com/x", COLUMN_URL},
		{"Paris|Lyon", COLUMN_TEXT},
		{"1.2 Cr|85 L", COLUMN_TEXT},
		{"01234|75001", COLUMN_TEXT},
		{"192.168.1.1", COLUMN_TEXT},
		{"123 Main St", COLUMN_TEXT},
		{"2026-02-30", COLUMN_TEXT},
		{"1,2,3", COLUMN_TEXT},
		{"3 rue de mai 2020", COLUMN_TEXT},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct column_profile p = profile(cases[i].values);
		test_check_str(
			column_kind_name(p.kind), column_kind_name(cases[i].kind), cases[i].values, __FILE__, __LINE__);
	}
}

TEST(columns_tell_the_order_of_dates_from_all_values)
{
	static const struct {
		const char *values;
		enum date_order order;
	} cases[] = {
		{"2026-02-28|2026/03/01", DATE_CLEAR},
		{"1/2/2026|28/02/2026", DATE_DAY_FIRST},
		{"1/2/2026|02/28/2026", DATE_MONTH_FIRST},
		{"1/2/2026|3/4/2026", DATE_AMBIGUOUS},
		{"13/1/2026|1/13/2026", DATE_AMBIGUOUS},
		{"1.2.2026|3.4.2026", DATE_CLEAR},
		{"1-2-26|25-12-25", DATE_DAY_FIRST},
		{"3 Apr 2026|4/5/2026|2026-01-02", DATE_AMBIGUOUS},
		{"10/20/2016 8:00", DATE_MONTH_FIRST},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		test_check_int(profile(cases[i].values).order, cases[i].order, cases[i].values, __FILE__, __LINE__);
}

TEST(columns_tell_the_decimal_mark_from_all_values)
{
	static const struct {
		const char *values;
		char decimal;
		bool open;
	} cases[] = {
		{"1,5|2", ',', false},
		{"1.5|2", '.', false},
		{"1,234|5,5", ',', false},
		{"1,234.5|7", '.', false},
		{"1.234.567|1,2", ',', false},
		{"1,234|5,678", '\0', true},
		{"1.234|5", '\0', true},
		{"1 234,567", ',', false},
		{"0,125|1,234", ',', false},
		{"1234,567", ',', false},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct column_profile p = profile(cases[i].values);
		test_check_int(p.decimal, cases[i].decimal, cases[i].values, __FILE__, __LINE__);
		test_check_int(p.decimal_open, cases[i].open, cases[i].values, __FILE__, __LINE__);
	}
	CHECK_STR(profile("€5|6|7 EUR").currency, "EUR");
	CHECK(profile("€5|$6").several_currencies);
	CHECK_STR(profile("€5|$6").currency, "");
	CHECK(profile("5%|6%").percent);
}

TEST(columns_say_what_else_numbers_may_be)
{
	CHECK(profile("45000|44927").may_be_serial);
	CHECK(profile("45000.5|44927").may_be_serial);
	CHECK(!profile("45000|12").may_be_serial);
	CHECK(profile("20260228|20250101").may_be_compact);
	CHECK(!profile("20260228|20251301").may_be_compact);
	CHECK(profile("0|1|1").may_be_bool);
	CHECK(profile("9876543210|8765432109").may_be_phone);
	CHECK(!profile("98765|8765432109").may_be_phone);
}

TEST(columns_count_exceptions)
{
	struct column_profile p = profile(
		"2026-01-01|2026-01-02|2026-01-03|2026-01-04|2026-01-05|2026-01-06|2026-01-07|2026-01-08|"
		"2026-01-09|to be confirmed||2026-01-09");
	CHECK_INT(p.kind, COLUMN_DATE);
	CHECK_INT(p.exceptions, 1);
	CHECK_INT(p.exception_line, 11);
	CHECK_INT(p.blanks, 1);
	CHECK_INT(p.rows, 12);
	CHECK_INT(p.distinct, 10);
	CHECK_INT(profile("1|2|x").kind, COLUMN_TEXT); /* too short for exceptions */
	struct column_scan *c = column_scan_new();
	for (int i = 0; i < 5000; i++) {
		char value[400];
		snprintf(value, sizeof value, "%d%0300d", i, 7);
		column_scan_add(c, value, i);
	}
	column_scan_profile(c, &p);
	CHECK_INT(p.distinct, COLUMN_DISTINCT);
	CHECK_INT(p.samples, COLUMN_SAMPLES);
	CHECK_INT(strlen(p.sample[0]), 80);
	CHECK_INT(p.longest, 304);
	column_scan_free(&c);
}

static const char *date_of(const char *s, enum date_order order)
{
	static char out[16];
	int64_t days;
	return column_read_date(s, order, &days) ? clock_format_date(days, out) : NULL;
}

TEST(columns_read_dates)
{
	CHECK_STR(date_of("2026-02-28", DATE_AMBIGUOUS), "2026-02-28");
	CHECK_STR(date_of("03/04/2026", DATE_DAY_FIRST), "2026-04-03");
	CHECK_STR(date_of("03/04/2026", DATE_MONTH_FIRST), "2026-03-04");
	CHECK_STR(date_of("03/04/2026", DATE_AMBIGUOUS), NULL);
	CHECK_STR(date_of("03/04/2026", DATE_CLEAR), NULL);
	CHECK_STR(date_of("03/03/2026", DATE_AMBIGUOUS), "2026-03-03");
	CHECK_STR(date_of("28/02/2026", DATE_MONTH_FIRST), "2026-02-28");
	CHECK_STR(date_of("02/28/2026", DATE_DAY_FIRST), "2026-02-28");
	CHECK_STR(date_of("28.2.26", DATE_MONTH_FIRST), "2026-02-28");
	CHECK_STR(date_of("2.3.2026", DATE_MONTH_FIRST), "2026-03-02");
	CHECK_STR(date_of("11/8/1970 15:45", DATE_MONTH_FIRST), "1970-11-08");
	CHECK_STR(date_of("1er août 2023", DATE_CLEAR), "2023-08-01");
	CHECK_STR(date_of("3. července 2023", DATE_CLEAR), "2023-07-03");
	CHECK_STR(date_of("3. června 2023", DATE_CLEAR), "2023-06-03");
	CHECK_STR(date_of("12 juin 2023", DATE_CLEAR), "2023-06-12");
	CHECK_STR(date_of("12 juil. 2023", DATE_CLEAR), "2023-07-12");
	CHECK_STR(date_of("Jun 5 2023", DATE_CLEAR), "2023-06-05");
	CHECK_STR(date_of("45000", DATE_SERIAL), "2023-03-15");
	CHECK_STR(date_of("45000.75", DATE_SERIAL), "2023-03-15");
	CHECK_STR(date_of("61", DATE_SERIAL), "1900-03-01");
	CHECK_STR(date_of("45000", DATE_CLEAR), NULL);
	CHECK_STR(date_of("20260228", DATE_CLEAR), "2026-02-28");
	CHECK_STR(date_of("20261328", DATE_CLEAR), NULL);
	CHECK_STR(date_of("31/04/2026", DATE_DAY_FIRST), NULL);
	CHECK_STR(date_of("soon", DATE_DAY_FIRST), NULL);
	CHECK_STR(date_of("", DATE_DAY_FIRST), NULL);
}

TEST(columns_read_instants)
{
	static const struct {
		const char *text;
		enum date_order order;
		const char *want;
	} cases[] = {
		{"2024-03-15T09:12:00.250Z", DATE_CLEAR, "2024-03-15T09:12:00.250Z"},
		{"2024-03-15 09:12:00+02:00", DATE_CLEAR, "2024-03-15T07:12:00.000Z"},
		{"15/03/2024 09:12 UTC", DATE_DAY_FIRST, "2024-03-15T09:12:00.000Z"},
		{"3/15/2024, 9:12:05 PM +0000", DATE_MONTH_FIRST, "2024-03-15T21:12:05.000Z"},
		{"3/4/2024 10:00Z", DATE_AMBIGUOUS, NULL},
		{"2024-03-15 25:00", DATE_CLEAR, NULL},
		{"2024-03-15 13:00 PM", DATE_CLEAR, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t ms;
		char out[32];
		const char *got = column_read_instant(cases[i].text, cases[i].order, &ms)
					  ? clock_format_instant(ms, out)
					  : NULL;
		test_check_str(got, cases[i].want, cases[i].text, __FILE__, __LINE__);
	}
	int64_t ms;
	CHECK(column_read_instant("45000.5", DATE_SERIAL, &ms));
	struct civil c = clock_local(ms);
	CHECK_INT(c.day, 15);
	CHECK_INT(c.hour, 12);
}

TEST(columns_read_bools_and_shapes)
{
	bool b = false;
	CHECK(column_read_bool(" Oui ", &b) && b);
	CHECK(column_read_bool("FALSE", &b) && !b);
	CHECK(column_read_bool("não", &b) && !b);
	CHECK(!column_read_bool("maybe", &b));
	CHECK(!column_read_bool("", &b));
	CHECK(column_is_email(" a@b.example "));
	CHECK(!column_is_email("a@b.example, c@d.example"));
	CHECK(!column_is_email("a@b"));
	CHECK(!column_is_email("@b.example"));
	CHECK(!column_is_email("a b@c.example"));
	CHECK(column_is_url("https://localhost:80/x"));
	CHECK(column_is_url("acme.example"));
	CHECK(!column_is_url("1.5"));
	CHECK(!column_is_url("see acme.example now"));
	CHECK(column_is_phone("+33 6 12 34 56 78"));
	CHECK(!column_is_phone("12345"));
	CHECK(column_is_blank(" N/A "));
	CHECK(!column_is_blank("0"));
}

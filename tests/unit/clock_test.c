/* Time: the calendar, zones with their gaps and folds, ISO text, what people type and what they read. */
#include "core/base/clock.h"
#include "core/base/i18n.h"
#include "tests/unit/test.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static char *zone_before;

static void use_zone(const char *tz)
{
	const char *now = getenv("TZ");
	zone_before = now ? strdup(now) : NULL;
	setenv("TZ", tz, 1);
	tzset();
}

static void restore_zone(void)
{
	if (zone_before)
		setenv("TZ", zone_before, 1);
	else
		unsetenv("TZ");
	free(zone_before);
	zone_before = NULL;
	tzset();
}

/* Central European rules, spelled out so that no zone files are needed. */
#define PARIS "CET-1CEST,M3.5.0,M10.5.0/3"

static int64_t day(int y, int m, int d)
{
	return clock_days_from_civil(y, m, d);
}

TEST(clock_calendar_round_trips)
{
	CHECK_INT(day(1970, 1, 1), 0);
	CHECK_INT(day(2000, 3, 1), 11017);
	CHECK_INT(day(1969, 12, 31), -1);
	CHECK_INT(day(1, 1, 1), -719162);
	CHECK_INT(day(9999, 12, 31), 2932896);
	int64_t expect = day(1, 1, 1);
	for (int y = 1; y <= 2400; y++)
		for (int m = 1; m <= 12; m++)
			for (int d = 1; d <= clock_days_in_month(y, m); d++, expect++) {
				int yy, mm, dd;
				clock_civil_from_days(expect, &yy, &mm, &dd);
				if (day(y, m, d) != expect || yy != y || mm != m || dd != d)
					CHECK_INT(day(y, m, d), expect);
			}
	CHECK(clock_valid_date(2024, 2, 29));
	CHECK(!clock_valid_date(2023, 2, 29));
	CHECK(!clock_valid_date(1900, 2, 29));
	CHECK(clock_valid_date(2000, 2, 29));
	CHECK(!clock_valid_date(2024, 13, 1));
	CHECK(!clock_valid_date(2024, 0, 1));
	CHECK(!clock_valid_date(2024, 4, 31));
}

TEST(clock_iso_dates)
{
	int64_t d = -1;
	char out[16];
	CHECK(clock_parse_iso_date("2026-02-28", &d));
	CHECK_STR(clock_format_date(d, out), "2026-02-28");
	CHECK(!clock_parse_iso_date("2026-02-30", &d));
	CHECK(!clock_parse_iso_date("2026-2-28", &d));
	CHECK(!clock_parse_iso_date("2026-02-28 ", &d));
	CHECK(!clock_parse_iso_date("26-02-28", &d));
	CHECK(!clock_parse_iso_date("", &d));
}

TEST(clock_iso_instants)
{
	use_zone(PARIS);
	int64_t ms = 0;
	char out[32];
	CHECK(clock_parse_iso_instant("2026-02-28T09:30:00.000Z", &ms));
	CHECK_INT(ms, 1772271000000);
	CHECK_STR(clock_format_instant(ms, out), "2026-02-28T09:30:00.000Z");
	CHECK(clock_parse_iso_instant("2026-02-28T10:30:00+01:00", &ms));
	CHECK_INT(ms, 1772271000000);
	CHECK(clock_parse_iso_instant("2026-02-28 10:30", &ms));
	CHECK_INT(ms, 1772271000000);
	CHECK(clock_parse_iso_instant("2026-02-28T04:00:00.5-0530", &ms));
	CHECK_INT(ms, 1772271000500);
	CHECK(clock_parse_iso_instant("2026-02-28", &ms));
	CHECK_INT(ms, 1772271000000 - 10 * CLOCK_HOUR - 30 * CLOCK_MINUTE);
	CHECK(clock_parse_iso_instant("1969-12-31T23:59:59.999Z", &ms));
	CHECK_INT(ms, -1);
	CHECK_STR(clock_format_instant(-1, out), "1969-12-31T23:59:59.999Z");
	static const char *const wrong[] = {"2026-02-28T", "2026-02-28T24:00", "2026-02-28T10:60",
		"2026-02-28T10:00:60", "2026-02-28T10:00Zx", "2026-02-28T10:00+1", "2026-02-28T10:00:00.",
		"2026-02-28x10:00", "10:00", ""};
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		test_check(!clock_parse_iso_instant(wrong[i], &ms), __FILE__, __LINE__, "accepted '%s'", wrong[i]);
	restore_zone();
}

TEST(clock_local_time_in_gaps_and_folds)
{
	use_zone(PARIS);
	struct civil c = clock_local(1772271000000);
	CHECK_INT(c.hour, 10);
	CHECK_INT(c.minute, 30);
	CHECK_INT(c.weekday, 5);
	for (int64_t ms = 1767225600000; ms < 1767225600000 + 366 * CLOCK_DAY; ms += 17 * CLOCK_MINUTE) {
		c = clock_local(ms);
		int64_t back = clock_from_local(&c);
		if (back != ms && back != ms + CLOCK_HOUR) /* the repeated hour has two instants, the later is taken */
			CHECK_INT(back, ms);
	}
	char out[32];
	struct civil gap = {.year = 2026, .month = 3, .day = 29, .hour = 2, .minute = 30};
	CHECK_STR(clock_format_instant(clock_from_local(&gap), out), "2026-03-29T00:30:00.000Z");
	struct civil fold = {.year = 2026, .month = 10, .day = 25, .hour = 2, .minute = 30};
	CHECK_STR(clock_format_instant(clock_from_local(&fold), out), "2026-10-25T01:30:00.000Z");
	struct civil before = {.year = 2026, .month = 3, .day = 29, .hour = 1, .minute = 59};
	CHECK_STR(clock_format_instant(clock_from_local(&before), out), "2026-03-29T00:59:00.000Z");
	restore_zone();
}

/* Saturday 28 February 2026, 10:30 in Paris. */
static void stand_in_february(void)
{
	use_zone(PARIS);
	clock_freeze(1772271000000);
	i18n_use("en");
}

static void leave_february(void)
{
	clock_freeze(0);
	restore_zone();
}

static void check_date(const char *typed, bool day_first, const char *want, int line)
{
	int64_t days;
	char out[16];
	if (!clock_parse_date(typed, day_first, &days))
		test_check(want == NULL, __FILE__, line, "'%s' was refused", typed);
	else
		test_check_str(clock_format_date(days, out), want, typed, __FILE__, line);
}

TEST(clock_reads_typed_dates)
{
	stand_in_february();
	static const struct {
		const char *typed, *day_first, *month_first;
	} cases[] = {
		{"2026-03-04", "2026-03-04", "2026-03-04"},
		{"2026/3/4", "2026-03-04", "2026-03-04"},
		{"03/04/2026", "2026-04-03", "2026-03-04"},
		{"3.4.26", "2026-04-03", "2026-03-04"},
		{"28/02/2026", "2026-02-28", NULL},
		{"02/28/2026", NULL, "2026-02-28"},
		{"5/3", "2026-03-05", "2026-05-03"},
		{"28.2.", "2026-02-28", NULL},
		{"today", "2026-02-28", "2026-02-28"},
		{" Aujourd’hui ", "2026-02-28", "2026-02-28"},
		{"tomorrow", "2026-03-01", "2026-03-01"},
		{"DEMAIN", "2026-03-01", "2026-03-01"},
		{"hier", "2026-02-27", "2026-02-27"},
		{"après-demain", "2026-03-02", "2026-03-02"},
		{"mon", "2026-03-02", "2026-03-02"},
		{"Lundi", "2026-03-02", "2026-03-02"},
		{"mar", "2026-03-03", "2026-03-03"},
		{"saturday", "2026-03-07", "2026-03-07"},
		{"dim.", "2026-03-01", "2026-03-01"},
		{"+3d", "2026-03-03", "2026-03-03"},
		{"-2w", "2026-02-14", "2026-02-14"},
		{"+2s", "2026-03-14", "2026-03-14"},
		{"+1m", "2026-03-28", "2026-03-28"},
		{"+1y", "2027-02-28", "2027-02-28"},
		{"+1 an", "2027-02-28", "2027-02-28"},
		{"+3", "2026-03-03", "2026-03-03"},
		{"28 feb", "2026-02-28", "2026-02-28"},
		{"28 février", "2026-02-28", "2026-02-28"},
		{"1er mars 2027", "2027-03-01", "2027-03-01"},
		{"3 mar", "2026-03-03", "2026-03-03"},
		{"feb 3, 2024", "2024-02-03", "2024-02-03"},
		{"March 5", "2026-03-05", "2026-03-05"},
		{"25 déc.", "2025-12-25", "2025-12-25"},
		{"12 août 26", "2026-08-12", "2026-08-12"},
		{"lundi 3 mars 2025", "2025-03-03", "2025-03-03"},
		{"sat 28/2/2026", "2026-02-28", NULL},
		{"29/02/2026", NULL, NULL},
		{"31/04/2026", NULL, NULL},
		{"", NULL, NULL},
		{"soon", NULL, NULL},
		{"1/2/345", NULL, NULL},
		{"3 jui", NULL, NULL},
		{"+", NULL, NULL},
		{"+9999999y", NULL, NULL},
		{"today 10h", NULL, NULL},
		{"99999999999", NULL, NULL},
		{"1-2/2026", NULL, NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		check_date(cases[i].typed, true, cases[i].day_first, __LINE__);
		check_date(cases[i].typed, false, cases[i].month_first, __LINE__);
	}
	clock_freeze(1769860800000); /* 31 January: a month later is the last of February */
	check_date("+1m", true, "2026-02-28", __LINE__);
	leave_february();
}

TEST(clock_reads_typed_instants)
{
	stand_in_february();
	static const struct {
		const char *typed, *want;
	} cases[] = {
		{"tomorrow 10h30", "2026-03-01T09:30:00.000Z"},
		{"10h", "2026-02-28T09:00:00.000Z"},
		{"10:45", "2026-02-28T09:45:00.000Z"},
		{"3pm", "2026-02-28T14:00:00.000Z"},
		{"3:15 pm", "2026-02-28T14:15:00.000Z"},
		{"12am", "2026-02-27T23:00:00.000Z"},
		{"mardi 10h", "2026-03-03T09:00:00.000Z"},
		{"demain à 9h", "2026-03-01T08:00:00.000Z"},
		{"tue at noon", "2026-03-03T11:00:00.000Z"},
		{"28/03/2026 14:00", "2026-03-28T13:00:00.000Z"},
		{"30/03/2026 14:00", "2026-03-30T12:00:00.000Z"},
		{"2026-02-28T09:30:00.000Z", "2026-02-28T09:30:00.000Z"},
		{"+1w 8h", "2026-03-07T07:00:00.000Z"},
		{"3 mars 14h", "2026-03-03T13:00:00.000Z"},
		{"tomorrow", "2026-02-28T23:00:00.000Z"},
		{"10 h 30", "2026-02-28T09:30:00.000Z"},
		{"25h", NULL},
		{"10h75", NULL},
		{"13pm", NULL},
		{"tomorrow 10", NULL},
		{"", NULL},
		{"10:3", NULL},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t ms;
		char out[32];
		if (!clock_parse_instant(cases[i].typed, true, &ms))
			test_check(!cases[i].want, __FILE__, __LINE__, "'%s' was refused", cases[i].typed);
		else
			test_check_str(
				clock_format_instant(ms, out), cases[i].want, cases[i].typed, __FILE__, __LINE__);
	}
	leave_february();
}

TEST(clock_reads_durations)
{
	static const struct {
		const char *typed;
		int64_t seconds;
	} cases[] = {{"45", 2700}, {"90m", 5400}, {"12 min", 720}, {"1h30", 5400}, {"1 h 30 min", 5400}, {"2h", 7200},
		{"1,5h", 5400}, {"1.25 h", 4500}, {"30s", 30}, {"1:30", 5400}, {"0:45:10", 2710}, {"5m30", 330},
		{"2 heures", 7200}, {"1d", 86400}, {"", -1}, {"h", -1}, {"10 apples", -1}, {"5m 2h", -1}, {"-5", -1},
		{"1:75", -1}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t s = -1;
		clock_parse_duration(cases[i].typed, &s);
		test_check_int(s, cases[i].seconds, cases[i].typed, __FILE__, __LINE__);
	}
}

TEST(clock_speaks_for_people)
{
	stand_in_february();
	struct arena *a = arena_new();
	int64_t today = clock_today(), now = clock_now();
	CHECK_STR(clock_human_date(a, today), "today");
	CHECK_STR(clock_human_date(a, today - 1), "yesterday");
	CHECK_STR(clock_human_date(a, today + 1), "tomorrow");
	CHECK_STR(clock_human_date(a, today + 3), "Tue");
	CHECK_STR(clock_human_date(a, today + 7), "7 Mar");
	CHECK_STR(clock_human_date(a, day(2024, 3, 3)), "3 Mar 2024");
	CHECK_STR(clock_human_instant(a, now), "today 10:30");
	CHECK_STR(clock_human_instant(a, now + 3 * CLOCK_DAY), "Tue 10:30");
	CHECK_STR(clock_human_instant(a, now - 400 * CLOCK_DAY), "24 Jan 2025");
	CHECK_STR(clock_human_ago(a, now - 30000), "now");
	CHECK_STR(clock_human_ago(a, now - 5 * CLOCK_MINUTE), "5 min ago");
	CHECK_STR(clock_human_ago(a, now - 3 * CLOCK_HOUR), "3 h ago");
	CHECK_STR(clock_human_ago(a, now - 2 * CLOCK_DAY), "2 d ago");
	CHECK_STR(clock_human_ago(a, now - 21 * CLOCK_DAY), "3 w ago");
	CHECK_STR(clock_human_ago(a, now - 100 * CLOCK_DAY), "3 mo ago");
	CHECK_STR(clock_human_ago(a, now - 1000 * CLOCK_DAY), "2 y ago");
	CHECK_STR(clock_human_ago(a, now + 3 * CLOCK_HOUR), "in 3 h");
	CHECK_STR(clock_human_duration(a, 45), "45 s");
	CHECK_STR(clock_human_duration(a, 720), "12 min");
	CHECK_STR(clock_human_duration(a, 7200), "2 h");
	CHECK_STR(clock_human_duration(a, 5400), "1 h 30");
	CHECK_STR(clock_human_duration(a, -60), "-1 min");
	arena_free(&a);
	leave_february();
}

TEST(clock_speaks_french)
{
	stand_in_february();
	struct arena *a = arena_new();
	int64_t today = clock_today(), now = clock_now(), seconds = 0;
	i18n_use("fr");
	CHECK_STR(clock_human_date(a, today), "aujourd’hui");
	CHECK_STR(clock_human_date(a, today + 1), "demain");
	CHECK_STR(clock_human_date(a, today + 3), "mar");
	CHECK_STR(clock_human_date(a, today + 7), "7 mars");
	CHECK_STR(clock_human_date(a, day(2024, 8, 3)), "3 août 2024");
	CHECK_STR(clock_human_instant(a, now), "auj. 10:30");
	CHECK_STR(clock_human_instant(a, now - CLOCK_DAY), "hier 10:30");
	CHECK_STR(clock_human_ago(a, now - 2 * CLOCK_DAY), "il y a 2\u00A0j");
	CHECK_STR(clock_human_ago(a, now + 3 * CLOCK_HOUR), "dans 3\u00A0h");
	CHECK_STR(clock_human_duration(a, 5400), "1\u00A0h\u00A030");
	/* a form shows what is read again */
	CHECK(clock_parse_duration(clock_human_duration(a, 5400), &seconds));
	CHECK_INT(seconds, 5400);
	CHECK(clock_parse_duration(clock_human_duration(a, 720), &seconds));
	CHECK_INT(seconds, 720);
	i18n_use("en");
	arena_free(&a);
	leave_february();
}

TEST(clock_freezes_and_thaws)
{
	clock_freeze(1000);
	CHECK_INT(clock_now(), 1000);
	clock_freeze(0);
	CHECK(clock_now() > 1000 || getenv("SIMPLIX_CLOCK"));
	int64_t m = clock_monotonic();
	CHECK(clock_monotonic() >= m);
}

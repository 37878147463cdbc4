/* The clock and civil time: see clock.h. What people type is read in clock_parse.c, what they see is made in
 * clock_human.c.
 *
 * Calendar arithmetic is Howard Hinnant's ("chrono-Compatible Low-Level Date Algorithms"), with years that start in
 * March. Time zones are the C library's; we ask it only for the offset of an instant, and find the instant of a local
 * time from two such offsets, because mktime() answers differently on each system in the hour that a clock change
 * skips or repeats.
 */
#include "core/base/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static _Atomic int64_t frozen; /* 0: running */

static int64_t real_ms(clockid_t id)
{
	struct timespec ts;
	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* SIMPLIX_CLOCK, read once: the environment does not change under a running program. 0 when absent or not a time. */
static int64_t frozen_by_environment(void)
{
	static _Atomic int64_t at = -1;
	int64_t ms = atomic_load(&at);
	if (ms != -1)
		return ms;
	const char *text = getenv("SIMPLIX_CLOCK");
	if (!text || !clock_parse_iso_instant(text, &ms) || ms == -1)
		ms = 0;
	atomic_store(&at, ms);
	return ms;
}

int64_t clock_now(void)
{
	int64_t ms = atomic_load_explicit(&frozen, memory_order_relaxed);
	if (!ms)
		ms = frozen_by_environment();
	return ms ? ms : real_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic(void)
{
	return real_ms(CLOCK_MONOTONIC);
}

void clock_freeze(int64_t ms)
{
	atomic_store(&frozen, ms);
}

/* Civil dates */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t clock_days_from_civil(int year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void clock_civil_from_days(int64_t days, int *year, int *month, int *day)
{
	days += 719468;
	int64_t era = floor_div(days, 146097);
	int64_t of_era = days - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100);
	int64_t mp = (5 * of_year + 2) / 153;
	*day = (int)(of_year - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

int clock_days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	if (month < 1 || month > 12)
		return 0;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	return days[month - 1] + (month == 2 && leap);
}

bool clock_valid_date(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && day >= 1 && day <= clock_days_in_month(year, month);
}

static int weekday_of(int64_t days)
{
	int64_t w = (days + 3) % 7; /* 1970-01-01 was a Thursday */
	return (int)(w < 0 ? w + 7 : w);
}

static struct civil civil_of(int64_t ms)
{
	struct civil c = {0};
	int64_t days = floor_div(ms, CLOCK_DAY);
	int64_t rest = ms - days * CLOCK_DAY;
	clock_civil_from_days(days, &c.year, &c.month, &c.day);
	c.weekday = weekday_of(days);
	c.hour = (int)(rest / CLOCK_HOUR);
	c.minute = (int)(rest / CLOCK_MINUTE % 60);
	c.second = (int)(rest / 1000 % 60);
	c.ms = (int)(rest % 1000);
	return c;
}

static int64_t ms_of(const struct civil *c)
{
	return clock_days_from_civil(c->year, c->month, c->day) * CLOCK_DAY + c->hour * CLOCK_HOUR +
	       c->minute * CLOCK_MINUTE + c->second * INT64_C(1000) + c->ms;
}

/* Milliseconds east of UTC at an instant. */
static int64_t offset_at(int64_t ms)
{
	time_t t = (time_t)floor_div(ms, 1000);
	struct tm tm;
	return localtime_r(&t, &tm) ? (int64_t)tm.tm_gmtoff * 1000 : 0;
}

struct civil clock_local(int64_t ms)
{
	return civil_of(ms + offset_at(ms));
}

int64_t clock_from_local(const struct civil *c)
{
	int64_t local = ms_of(c);
	int64_t earlier = offset_at(local - CLOCK_DAY), later = offset_at(local + CLOCK_DAY);
	if (earlier != later && offset_at(local - later) != later && offset_at(local - earlier) == earlier)
		return local - earlier;
	return local - later;
}

int64_t clock_today(void)
{
	int64_t now = clock_now();
	return floor_div(now + offset_at(now), CLOCK_DAY);
}

/* ISO 8601 as RFC 3339 narrows it */

char *clock_format_date(int64_t days, char out[16])
{
	int y, m, d;
	clock_civil_from_days(days, &y, &m, &d);
	(void)snprintf(out, 16, "%04d-%02d-%02d", y, m, d);
	return out;
}

char *clock_format_instant(int64_t ms, char out[32])
{
	struct civil c = civil_of(ms);
	(void)snprintf(out, 32, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", c.year, c.month, c.day, c.hour, c.minute,
		c.second, c.ms);
	return out;
}

/* Exactly `digits` digits; -1 otherwise. */
static int fixed(const char **s, int digits)
{
	int v = 0;
	for (int i = 0; i < digits; i++) {
		char c = (*s)[i];
		if (c < '0' || c > '9')
			return -1;
		v = v * 10 + c - '0';
	}
	*s += digits;
	return v;
}

static bool scan_date(const char **s, struct civil *c)
{
	c->year = fixed(s, 4);
	if (c->year < 0 || *(*s)++ != '-')
		return false;
	c->month = fixed(s, 2);
	if (c->month < 0 || *(*s)++ != '-')
		return false;
	c->day = fixed(s, 2);
	return clock_valid_date(c->year, c->month, c->day);
}

bool clock_parse_iso_date(const char *s, int64_t *days)
{
	struct civil c = {0};
	if (!scan_date(&s, &c) || *s)
		return false;
	*days = clock_days_from_civil(c.year, c.month, c.day);
	return true;
}

static bool scan_time(const char **s, struct civil *c)
{
	c->hour = fixed(s, 2);
	if (c->hour < 0 || c->hour > 23 || *(*s)++ != ':')
		return false;
	c->minute = fixed(s, 2);
	if (c->minute < 0 || c->minute > 59)
		return false;
	if (**s != ':')
		return true;
	(*s)++;
	c->second = fixed(s, 2);
	if (c->second < 0 || c->second > 59)
		return false;
	if (**s != '.' && **s != ',')
		return true;
	(*s)++;
	int unit = 100, digits = 0;
	for (; **s >= '0' && **s <= '9'; (*s)++, unit /= 10, digits++)
		c->ms += (**s - '0') * unit;
	return digits > 0;
}

/* "+01:00", "-0530", "+02"; false when malformed. */
static bool scan_offset(const char **s, int64_t *ms)
{
	int sign = *(*s)++ == '-' ? -1 : 1;
	int hours = fixed(s, 2), minutes = 0;
	if (**s == ':')
		(*s)++;
	if (**s)
		minutes = fixed(s, 2);
	if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
		return false;
	*ms = sign * (hours * CLOCK_HOUR + minutes * CLOCK_MINUTE);
	return true;
}

bool clock_parse_iso_instant(const char *s, int64_t *ms)
{
	struct civil c = {0};
	int64_t offset = 0;
	bool local = false;
	if (!scan_date(&s, &c))
		return false;
	if (!*s) {
		*ms = clock_from_local(&c);
		return true;
	}
	if (*s != 'T' && *s != 't' && *s != ' ')
		return false;
	s++;
	if (!scan_time(&s, &c))
		return false;
	if (*s == 'Z' || *s == 'z')
		s++;
	else if (*s == '+' || *s == '-') {
		if (!scan_offset(&s, &offset))
			return false;
	} else {
		local = true;
	}
	if (*s)
		return false;
	*ms = local ? clock_from_local(&c) : ms_of(&c) - offset;
	return true;
}
